"""The corpus without its duplicates: which documents and passages go, which one stands for each, and what is left.

What is decided is decided from the store (keep.py says how). Then the texts that are left are compared anew, as a scan of them
would (again.py); as long as that finds a duplicate among them, it is decided again with what was found. So a
deduplication of the result drops nothing. In memory are numbers of documents and the spans that are cut, no texts beyond
a batch.

What two documents share is measured against their words that lie in no span: a text in the furniture of a page is a duplicate
of the bare text. Furniture is nobody's text, so it is never a reason to cut anything, and stays with what stays. It goes with a
passage that runs across it, and with a text of which nothing else would be left.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from provenance import keep
from provenance.keep import Pair, Rest, Reuse, Span
from provenance.model import Document
from provenance.pipeline import settings
from provenance.pipeline.again import Apart
from provenance.pipeline.engine import Engine
from provenance.pipeline.progress import Progress
from provenance.store import Store
from provenance.store.rows import DocumentRow, MatchRow

LEVELS = ("exact", "near", "passage")
"""Exact copies go; near-duplicates go, too; and of what is left, reused passages are cut."""
REUSE = ("verbatim", "edited")
"""Kinds of passages that repeat a text. Quotations and boilerplate are nobody's text, rewrites and summaries other words."""
BATCH = 512
"""Documents that are held at a time, with their texts or their passages."""


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """What a deduplication does."""

    documents: int
    kept: int
    exact: int
    near: int
    emptied: int
    """Documents all of whose words were reused: cut whole."""
    passages: int
    """Passages that are cut from documents that stay, or marked in them."""


class Deduplication:
    """What goes and what stays. manifest.py makes rows of it."""

    def __init__(self, store: Store, engine: Engine, *, level: str, order: str, mark: bool, progress: Progress) -> None:
        self.store = store
        self._progress = progress
        self.marks = mark
        self._order = store.by_preference(order)
        self._rank = {id: place for place, id in enumerate(self._order)}
        self.words = {id: words for rows in store.outline() for id, _, words in rows}
        """Words that lie in no span, of each document that stands for itself or its copies."""
        self._sharing = store.sharing() if level != "exact" else set()
        self.dropped: dict[int, Pair] = {}
        """Near-duplicates, each with what stands for it."""
        self.cuts: dict[int, list[Reuse]] = {}
        """Passages that are cut, or marked, by document."""
        self._dirt: dict[int, list[Span]] = {}
        self.emptied: set[int] = set()
        """Documents of which the cuts leave nothing."""
        with contextlib.closing(Apart(engine, progress)) as apart:
            if level == "near":
                self._settle(apart, self._drop, lambda shared: self._near(shared, apart))
            elif level == "passage":
                self._settle(apart, self._cut, self._reused)
        if not mark:
            self.emptied = self._empty()

    def stays(self, row: DocumentRow) -> bool:
        """Whether the document is part of what is left, if only in part."""
        return row.copy_of is None and row.id not in self.dropped and row.id not in self.emptied

    def rest(self, id: int, text: str) -> Rest:
        """What is left of the text of a document."""
        return Rest(text, (span for passage in self.cuts.get(id, ()) for span in passage.spans), self._dirt.get(id, ()))

    def counts(self) -> Counts:
        documents = self.store.totals()["documents"]
        copies = sum(map(len, self.store.copies_of(self.emptied).values()))  # they go with their text, for its passages
        exact, near, emptied = documents - len(self._order) - copies, len(self.dropped), len(self.emptied) + copies
        passages = sum(len(some) for id, some in self.cuts.items() if id not in self.emptied)
        return Counts(documents, documents - exact - near - emptied, exact, near, emptied, passages)

    def _settle(self, apart: Apart, decide: Callable[[Mapping], None], news: Callable[[Mapping], dict]) -> None:
        """Decide, compare what is left, and decide anew with what that finds, as what stood for a text or passage may itself
        turn out to have a double. In the end all that is left was compared as a store of its own, and nothing was found."""
        found: dict[int, list] = defaultdict(list)
        whole = True
        while True:
            decide(found)
            more = news(self._shared(apart, whole=whole)) or (not whole and news(self._shared(apart, whole=True)))
            if not more:
                return
            for id, some in more.items():
                found[id] += some
            self._sharing |= more.keys()
            whole = False

    def _drop(self, found: Mapping[int, Sequence[Pair]]) -> None:
        """Near-duplicates go; found: of each document those that the store does not list."""
        self.dropped = keep.dropped(
            (id, [*self._pairs(id, matches, self.store), *found.get(id, ())]) for id, matches in self._passages()
        )

    def _near(self, shared: Mapping[int, Sequence[MatchRow]], apart: Apart) -> dict[int, list[Pair]]:
        pairs = ((id, [pair._replace(matches=()) for pair in self._pairs(id, shared[id], apart)]) for id in sorted(shared))
        return {id: some for id, some in pairs if some}

    def _cut(self, found: Mapping[int, Sequence[Reuse]]) -> None:
        """Near-duplicates of what stays whole go, other reused passages are cut; found: those that the store does not list."""
        self.dropped, self.cuts = keep.cut(
            (
                id,
                self._pairs(id, matches, self.store),
                [*(_reuse(match, match.id) for match in matches), *found.get(id, ())],
            )
            for id, matches in self._passages()
        )
        self._dirt = {
            id: [(span.start, span.end) for span in spans]
            for ids in _batches(sorted(self.cuts))
            for id, spans in self.store.spans_of(ids).items()
        }

    def _reused(self, shared: Mapping[int, Sequence[MatchRow]]) -> dict[int, list[Reuse]]:
        """Passages of what is left of the texts, as they stand in the texts."""
        found: dict[int, list[Reuse]] = {}
        for ids in _batches(sorted(shared)):
            texts = self.store.texts({*ids, *(match.b for id in ids for match in shared[id])})
            rest = {id: self.rest(id, text) for id, text in texts.items()}
            for id in ids:
                found[id] = [_in_whole(_reuse(match, None), rest[id], rest[match.b]) for match in shared[id]]
        return found

    def _passages(self) -> Iterator[tuple[int, list[MatchRow]]]:
        """Documents that may share, in order of preference, and of each its reused passages, seen from it, that stand in
        preferred ones."""
        self._progress.start("decide", len(self._sharing))
        ids = (id for id in self._order if id in self._sharing)
        while batch := list(itertools.islice(ids, BATCH)):
            own = self._by_less_preferred(self.store.matches_of(batch))
            yield from ((id, own[id]) for id in batch)
            self._progress.advance(len(batch))
        self._progress.done()

    def _by_less_preferred(self, matches: Iterable[MatchRow]) -> dict[int, list[MatchRow]]:
        """Reused passages by the document that is preferred less, which becomes a; what is no reuse, or of a copy, is left
        out."""
        own: dict[int, list[MatchRow]] = defaultdict(list)
        for match in matches:
            if match.kind in REUSE and match.a in self._rank and match.b in self._rank:
                turned = match if self._rank[match.a] > self._rank[match.b] else _turned(match)
                own[turned.a].append(turned)
        return own

    def _pairs(self, id: int, matches: Sequence[MatchRow], source: Store | Apart) -> list[Pair]:
        """The documents that this one is a near-duplicate of, of those whose passages (as b) it has. source: of the matches."""
        by_other: dict[int, list[MatchRow]] = defaultdict(list)
        for match in matches:
            by_other[match.b].append(match)
        clashes = Counter(match for match, kind, *_ in source.conflicts_of(match.id for match in matches) if kind == "number")
        pairs = []
        for other, some in sorted(by_other.items()):
            shared = sum(match.words for match in some)
            if keep.near(self.words[id], self.words[other], shared, sum(clashes[match.id] for match in some)):
                similarity = sum(match.words * match.similarity for match in some) / shared
                pairs.append(Pair(other, shared, similarity, tuple(match.id for match in some)))
        return pairs

    def _shared(self, apart: Apart, *, whole: bool) -> dict[int, list[MatchRow]]:
        """What the texts that are left, compared anew, have in common, by the less preferred."""
        empty = self._empty()
        left = sorted(id for id in self._order if id not in self.dropped and id not in empty)
        versions = {id: tuple(span for passage in self.cuts.get(id, ()) for span in passage.spans) for id in left}
        return self._by_less_preferred(apart.compare(versions, self._rests, whole=whole))

    def _empty(self) -> set[int]:
        return {int(document.uri) for document in self._rests(sorted(self.cuts)) if not document.text}

    def _rests(self, ids: Sequence[int]) -> Iterator[Document]:
        """What is left of these documents, each called by its id."""
        for some in _batches(ids):
            texts = self.store.texts(some)
            for row in self.store.documents(some):
                yield Document(str(row.id), self.rest(row.id, texts[row.id]).text, site=row.site)


@contextlib.contextmanager
def dedupe(db: Path, *, level: str, order: str, mark: bool, jobs: int, progress: Progress) -> Iterator[Deduplication]:
    """Decide what goes at one of LEVELS; what stays is preferred by one of the store's PREFERENCES. Never writes to the store,
    and sees it as it was at one moment.

    mark: reused passages stay in their texts. Raises StoreError.
    """
    with Store.open(db) as store, Engine(jobs) as engine:
        settings.check(store)
        yield Deduplication(store, engine, level=level, order=order, mark=mark, progress=progress)


def _turned(match: MatchRow) -> MatchRow:
    return match._replace(
        a=match.b, b=match.a, a_start=match.b_start, a_end=match.b_end, b_start=match.a_start, b_end=match.a_end
    )


def _reuse(match: MatchRow, id: int | None) -> Reuse:
    here, there = ((match.a_start, match.a_end),), ((match.b_start, match.b_end),)
    return Reuse(here, match.b, there, match.words, match.similarity, match.kind, id)


def _in_whole(passage: Reuse, here: Rest, there: Rest) -> Reuse:
    """A passage of what is left of two texts, as it stands in the texts."""
    (mine,), (other,) = passage.spans, passage.other_spans
    return passage._replace(spans=here.spans(*mine), other_spans=there.spans(*other))


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), BATCH):
        yield ids[first : first + BATCH]
