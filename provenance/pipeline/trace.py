"""Where does a text come from that is not in the store? Reads only, and works on a store that one may not write.

A text is looked up as a scan would: its candidates from the index, aligned, the kinds of its passages by how far they have
spread in the store, and the lineage of the family that it would join. Sources that stand for copies are named once.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from provenance import cues, lineage, spread
from provenance.model import Document, Match
from provenance.outlets import Alias, Outlets
from provenance.pipeline import corrections, settings
from provenance.pipeline.analyst import Analysis
from provenance.pipeline.corrections import Held, match_of
from provenance.pipeline.engine import Engine
from provenance.pipeline.finish import beside_text, node, own_words, words_of
from provenance.pipeline.inference import Task
from provenance.pipeline.weave import Weaver, aligned, copy_row
from provenance.read.identity import hash_uri
from provenance.store import Store
from provenance.store.rows import DocumentRow

BATCH = 64
"""Texts that are looked up together."""
RELATIVES = 32
"""So many documents, of those that share most, are weighed as sources."""
HUB, AROUND = 64, 16
"""Of a document of more matches than HUB so many that are boilerplate are read: enough to show what of it has spread."""
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
    """Share of the text's words that lie in these passages; words in spans (page furniture and the like) do not count."""
    passages: tuple[Passage, ...]
    """Those that carry most information first."""
    likely: str
    """`source`: the text derives from it; `derived`: it derives from the text; `common unseen source`; or `undecided`."""
    probability: float | None
    """Of what `likely` says; where that is `undecided`, that it is the source. None where nothing can be said."""
    by_hand: str | None = None
    """Where a person says that it is so: who, and why."""


@dataclasses.dataclass(frozen=True, slots=True)
class Trace:
    """What the store knows of one text."""

    document: Document
    words: int
    sources: tuple[Source, ...]
    """Those that share most information first, at most `limit`."""
    coverage: float
    """Share of the text's words that lie in a passage of any source, also of those past the limit."""
    verbatim: float = 0.0
    """Share of the text's words that stand somewhere in the store word for word, in a legend or a quotation, too."""
    found: int = 0
    """Documents that share a passage, exact copies of one another counted once, also those past the limit."""
    stored: bool = False
    """The store holds this very document, the same text under the same uri: it is then not named as its own source. A text
    that has no name but its hash is no such document, and the same text in the store is its source as any other."""


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
        self._names = Outlets(Alias(*row) for row in store.outlets())
        self._held = corrections.held(store)

    def trace(self, documents: Sequence[Document]) -> Iterator[Trace]:
        analyses = self._weaver.analyst.analyse([document.text for document in documents])
        found = self._candidates(documents, analyses)
        at_hand = self._weaver.shelf.get({number for _, some in found for number in some}, keys=True)
        for document, analysis, (stored, numbers) in zip(documents, analyses, found, strict=True):
            traced = self._trace(document, analysis, {number: at_hand[number] for number in numbers})
            yield dataclasses.replace(traced, stored=stored)

    def _candidates(self, documents: Sequence[Document], analyses: Sequence[Analysis]) -> list[tuple[bool, list[int]]]:
        """For each text whether the store holds it under its own uri, and the documents to compare it with."""
        same = self._store.same_text(analysis.digest for analysis in analyses if analysis.words)
        out = []
        found = self._weaver.postings.candidates(analyses)
        for document, analysis, numbers in zip(documents, analyses, found, strict=True):
            rows = same.get(analysis.digest, [])
            mine = {row.id for row in rows if row.uri == document.uri != hash_uri(document.text)}
            # Copies are named once, by the one that stands for them; where that is the document itself, by the next.
            copies = sorted((row for row in rows if row.id not in mine), key=lambda row: row.copy_of is not None)[:1]
            out.append((bool(mine), [row.id for row in copies] + [n for n in numbers if n not in {row.id for row in rows}]))
        return out

    def _trace(self, document: Document, analysis: Analysis, others: dict[int, Analysis]) -> Trace:
        shared = self._marked(document, analysis, others, self._shared(analysis, others))
        by_source: dict[int, list[_Shared]] = defaultdict(list)
        for one in sorted(shared, key=lambda s: (-s.bits, s.match.a_start, s.match.b_start)):
            by_source[one.match.b].append(one)
        ranked = sorted(by_source, key=lambda number: (*_weight(by_source[number]), others[number].digest))
        near = ranked[: max(self._limit, RELATIVES)]
        nearest = {number: by_source[number] for number in near}
        relatives = _Relatives(self._store, self._names, self._held, document, analysis, others, nearest)
        named = sorted(near, key=lambda number: relatives.likely(number)[0] != SOURCE)
        named = named[: self._limit]
        texts = self._store.texts(named)
        sources = (
            _source(document, analysis, relatives.rows[number], texts[number], by_source[number], relatives.likely(number))
            for number in named
        )
        verbatim = _coverage(analysis, (one for one in shared if one.grade == "verbatim"))
        return Trace(document, analysis.all_words, tuple(sources), _coverage(analysis, shared), verbatim, len(by_source))

    def _shared(self, analysis: Analysis, others: dict[int, Analysis]) -> list[_Shared]:
        copies = [number for number, other in others.items() if other.digest == analysis.digest and analysis.words]
        rows = [copy_row(ME, number, analysis, others[number]) for number in copies]
        pairs = [(ME, number) for number in others if number not in copies]
        if pairs:
            rows += (row for some, _ in aligned(self._engine, pairs, {ME: analysis, **others}) for row in some)
        return [_mine(row) for row in rows]

    def _marked(
        self, document: Document, analysis: Analysis, others: Mapping[int, Analysis], shared: Sequence[_Shared]
    ) -> list[_Shared]:
        """With the kinds that they would have, were the text in the store.

        A hub shares a legend with thousands of texts, as in finish.mark: of its matches those are read that are boilerplate where
        the text meets it, and all only where these leave open whether it has spread.
        """
        if not shared:
            return []
        sources = {one.match.b for one in shared}
        hubs = partly = self._store.hubs(sources, HUB)
        while True:
            rows = {row.id: row for row in self._store.matches_of(sources - partly)}
            for match in (one.match for one in shared if one.match.b in partly):
                over = self._store.boilerplate_over(match.b, match.b_start, match.b_end, AROUND)
                rows |= {row.id: row for row in over}
            near = sources.union(*((row.a, row.b) for row in rows.values()))
            hubs = hubs | self._store.hubs(near - sources, HUB)
            rows |= {row.id: row for row in (*self._store.matches_of(near - hubs), *self._store.matches_among(near))}
            documents = {row.id: row for row in self._store.documents(near.union(*((row.a, row.b) for row in rows.values())))}
            wider = [rows[id] for id in sorted(rows) if documents[rows[id].a].hash != documents[rows[id].b].hash]
            evidence = [one.bits for one in shared] + [row.evidence for row in wider]
            told = spread.Spread(
                spread.passages(
                    [one.match for one in shared] + [match_of(row) for row in wider],
                    [i for i, bits in enumerate(evidence) if not bits],
                ),
                own_words(self._store, documents.values()) | {ME: analysis.words},
                {id: row.site for id, row in documents.items()} | {ME: document.site},
            )
            lacking = told.lacking(np.arange(len(shared) + len(wider)) < len(shared), partly)
            if not lacking:
                break
            partly = partly - lacking
        at_hand = {ME: analysis, **others}
        pairs = sorted({(ME, one.match.b) for one, unsure in zip(shared, told.undecided.tolist(), strict=False) if unsure})
        found, _ = self._weaver.postings.freshness(pairs, lambda _: at_hand, guests=1)
        freshness = dict(zip(pairs, found.tolist(), strict=True))
        fresh = np.ones(len(shared) + len(wider))
        fresh[: len(shared)] = [freshness.get((ME, one.match.b), 1.0) for one in shared]
        return [
            dataclasses.replace(one, match=dataclasses.replace(one.match, kind="boilerplate")) if common else one
            for one, common in zip(shared, told.boilerplate(fresh).tolist(), strict=False)
        ]


def _mine(row: tuple) -> _Shared:
    """A row of `match` between the text and a document, seen from the text."""
    a, b, a_start, a_end, b_start, b_end, words, similarity, grade, _, bits = row
    if b == ME:
        a, b, a_start, a_end, b_start, b_end = b, a, b_start, b_end, a_start, a_end
    return _Shared(Match(a, b, a_start, a_end, b_start, b_end, words, similarity, grade), grade, bits)


def _weight(passages: Sequence[_Shared]) -> tuple[float, float]:
    """Sorts what tells most first: passages that are the texts' own, then all."""
    own = sum(one.bits for one in passages if one.match.kind not in ("boilerplate", "quotation"))
    return -own, -sum(one.bits for one in passages)


def _coverage(analysis: Analysis, passages: Iterable[_Shared]) -> float:
    """Share of the words that lie in the passages."""
    covered = np.zeros(analysis.words, np.bool_)
    for one in passages:
        first, last = np.searchsorted(analysis.start, one.match.a_start), np.searchsorted(analysis.end, one.match.a_end, "right")
        covered[first:last] = True
    return float(covered.mean()) if analysis.words else 0.0


def _source(
    document: Document, analysis: Analysis, row: DocumentRow, text: str, passages: Sequence[_Shared],
    likely: tuple[str, float | None, str | None],
) -> Source:  # fmt: skip
    found = (one.match for one in passages)
    return Source(
        row.uri, row.site, row.title, row.published_at, _coverage(analysis, passages),
        tuple(
            Passage(
                m.a_start, m.a_end, m.b_start, m.b_end, m.words, m.similarity, m.kind,
                document.text[m.a_start : m.a_end], text[m.b_start : m.b_end],
            )
            for m in found
        ),
        *likely,
    )  # fmt: skip


class _Relatives:
    """The text among the documents that it shares most with, as one family would have them."""

    def __init__(
        self, store: Store, names: Outlets, held: Held, document: Document, analysis: Analysis, others: Mapping[int, Analysis],
        by_source: Mapping[int, Sequence[_Shared]],
    ) -> None:  # fmt: skip
        copies = store.copies_of(by_source)
        self.rows = {row.id: row for row in store.documents({*by_source, *(copy for some in copies.values() for copy in some)})}
        texts = store.texts(by_source)
        me = lineage.Node(
            id=ME, hash=analysis.digest, words=analysis.words, length=len(document.text),
            dirt=beside_text(document.text, document.title, ((span.start, span.end) for span in analysis.spans)),
            published_at=document.published_at,
            published_from=document.published_from, site=document.site, title=document.title,
            outlets=names.of_sites([document.site]), cues=names.cues(document.text, document.author, document.extra),
            original=cues.original(document.extra),
        )  # fmt: skip
        dirt = store.spans_of(by_source)
        nodes = {
            number: node(
                self.rows[number],
                [self.rows[copy] for copy in copies.get(number, ())],
                texts[number],
                dirt.get(number, ()),
                names,
            )
            for number in by_source
        } | {ME: me}
        matches = held.matches(row for row in store.matches_among(by_source))
        matches += [one.match for passages in by_source.values() for one in passages]
        mine = [row.copy_of or row.id for row in store.documents(store.documents_by_uri([document.uri]).values())]
        matches, said = held.of(ME, mine, matches)
        family = next(part for part in lineage.families(nodes.values(), matches, said) if ME in part)
        guests = [other for number, other in nodes.items() if number not in family]
        words = {number: words_of(texts[number], others[number]) for number in by_source}
        words[ME] = words_of(document.text, analysis)
        task = Task(([nodes[number] for number in family], matches, guests, said), words)
        result = lineage.infer(*task.read())
        self._likely: dict[int, tuple[str, float | None, str | None]] = {}
        for pair in result.pairs:
            if ME in (pair.a, pair.b):
                self._likely[pair.a + pair.b] = (UNDECIDED, pair.p_ba if pair.a == ME else pair.p_ab, None)
        for source in result.unseen:
            if ME in source.children:
                self._likely |= dict.fromkeys(source.children, (UNSEEN, source.probability, None))
        for derivation in result.derivations:
            if derivation.chosen and derivation.parent is not None and ME in (derivation.parent, derivation.child):
                other = derivation.parent + derivation.child
                by = said.get((derivation.parent, derivation.child))
                self._likely[other] = (SOURCE if derivation.child == ME else DERIVED, derivation.probability, by)

    def likely(self, number: int) -> tuple[str, float | None, str | None]:
        """What this document is to the text, how probably, and who says so."""
        return self._likely.get(number, (UNDECIDED, None, None))
