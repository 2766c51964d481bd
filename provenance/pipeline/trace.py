"""Where does a text come from that is not in the store? Reads only, and works on a store that one may not write.

A text is looked up as a scan would: its candidates from the index, aligned, the kinds of its passages by how far they have
spread in the store, and the lineage of the family that it would join. Sources that stand for copies are named once.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from provenance import cues, lineage, spread
from provenance.model import Document, Match
from provenance.pipeline import settings
from provenance.pipeline.analyst import Analysis, Engine
from provenance.pipeline.weave import Weaver, aligned, copy_row
from provenance.store import Store
from provenance.store.rows import DocumentRow, MatchRow

BATCH = 64
"""Texts that are looked up together."""
ME = 0
"""What the traced text is called among documents, whose ids begin at 1."""
UNDECIDED, SOURCE, DERIVED, UNSEEN = "undecided", "source", "derived", "common unseen source"


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """One passage that the text and a source share; offsets are half-open code points."""

    start: int
    end: int
    source_start: int
    source_end: int
    words: int
    similarity: float
    kind: str
    text: str
    source_text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A document that shares passages with the text."""

    uri: str
    site: str | None
    title: str | None
    published_at: str | None
    coverage: float
    """Share of the text's words that lie in these passages."""
    passages: tuple[Passage, ...]
    """Those that carry most information first."""
    likely: str
    """`source`: the text derives from it; `derived`: it derives from the text; `common unseen source`; or `undecided`."""
    probability: float | None
    """Of what `likely` says; where that is `undecided`, that it is the source. None where nothing can be said."""


@dataclasses.dataclass(frozen=True, slots=True)
class Trace:
    """What the store knows of one text."""

    document: Document
    words: int
    sources: tuple[Source, ...]
    """Those that share most information first, at most `limit`."""
    coverage: float
    """Share of the text's words that lie in a passage of any source, also of those past the limit."""


def trace(db: Path, texts: Iterable[Document], *, limit: int, jobs: int = 1) -> Iterator[Trace]:
    """Look each text up, in order. Never writes.

    Raises StoreError at the first text when there is no store, or one made with other parameters.
    """
    texts = iter(texts)
    with Store.open(db) as store, Engine(jobs) as engine:
        settings.check(store)
        tracer = _Tracer(store, engine, limit)
        while batch := list(itertools.islice(texts, BATCH)):
            yield from tracer.trace(batch)


@dataclasses.dataclass(frozen=True, slots=True)
class _Shared:
    """A passage of the text: a match of ME (its side first) with a document, and the bits that it carries."""

    match: Match
    grade: str
    bits: float


class _Tracer:
    """What many texts have in common: the index and the analyses at hand."""

    def __init__(self, store: Store, engine: Engine, limit: int) -> None:
        self._store = store
        self._engine = engine
        self._limit = limit
        self._weaver = Weaver(store, engine)

    def trace(self, documents: Sequence[Document]) -> Iterator[Trace]:
        analyses = self._weaver.analyst.analyse([document.text for document in documents])
        found = self._candidates(analyses)
        at_hand = self._weaver.shelf.get({number for some in found for number in some})
        for document, analysis, numbers in zip(documents, analyses, found, strict=True):
            yield self._trace(document, analysis, {number: at_hand[number] for number in numbers})

    def _candidates(self, analyses: Sequence[Analysis]) -> list[list[int]]:
        same = self._store.same_text(analysis.digest for analysis in analyses if analysis.words)
        copies = {hash: next(row.id for row in rows if row.copy_of is None) for hash, rows in same.items()}
        out = []
        for analysis, numbers in zip(analyses, self._weaver.postings.candidates(analyses), strict=True):
            copy = [copies[analysis.digest]] if analysis.digest in copies else []
            out.append(copy + [number for number in numbers if number not in copy])
        return out

    def _trace(self, document: Document, analysis: Analysis, others: dict[int, Analysis]) -> Trace:
        shared = self._marked(self._shared(analysis, others), analysis.words)
        by_source: dict[int, list[_Shared]] = defaultdict(list)
        for one in sorted(shared, key=lambda s: (-s.bits, s.match.a_start, s.match.b_start)):
            by_source[one.match.b].append(one)
        ranked = sorted(by_source, key=lambda number: (*_weight(by_source[number]), others[number].digest))
        relatives = _Relatives(self._store, document, analysis, {n: by_source[n] for n in ranked[: max(self._limit, RELATIVES)]})
        named = sorted(ranked[: max(self._limit, RELATIVES)], key=lambda number: relatives.likely(number)[0] != SOURCE)
        texts = self._store.texts(named[: self._limit])
        return Trace(
            document,
            analysis.words,
            tuple(
                self._source(document, analysis, relatives.rows[number], by_source[number], texts[number], relatives.likely(number))
                for number in named[: self._limit]
            ),
            _coverage(analysis, shared),
        )

    def _shared(self, analysis: Analysis, others: dict[int, Analysis]) -> list[_Shared]:
        copies = [number for number, other in others.items() if other.digest == analysis.digest and analysis.words]
        rows = [copy_row(ME, number, analysis, others[number]) for number in copies]
        pairs = [(ME, number) for number in others if number not in copies]
        if pairs:
            rows += aligned(self._engine, pairs, {ME: analysis, **others})
        return [_mine(row) for row in rows]

    def _marked(self, shared: Sequence[_Shared], words: int) -> list[_Shared]:
        """With the kinds that they would have, were the text in the store."""
        sources = {one.match.b for one in shared}
        if len(sources) < spread.SPREAD:  # nothing of it has spread far enough
            return list(shared)
        around = self._store.matches_of(sources)
        wider = self._store.matches_of({document for row in around for document in (row.a, row.b)})
        rows = {row.id: row for row in self._store.documents(sources.union(*((row.a, row.b) for row in wider)))}
        wider = [row for row in wider if rows[row.a].hash != rows[row.b].hash]
        kinds = spread.kinds(
            [one.match for one in shared] + [_match(row) for row in wider],
            [one.grade for one in shared] + [row.grade for row in wider],
            {id: row.words for id, row in rows.items()} | {ME: words},
        )
        return [
            dataclasses.replace(one, match=dataclasses.replace(one.match, kind=kind))
            for one, kind in zip(shared, kinds, strict=False)
        ]
