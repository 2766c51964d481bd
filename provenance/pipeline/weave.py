"""New texts into the evidence: index, candidates, alignment, match rows. One place for scan, forget and rebuild.

A pair is aligned with the text of smaller hash first, so that the result does not depend on which came when.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from provenance import align
from provenance.model import KINDS
from provenance.pipeline.analyst import Analysis, Analyst, gather
from provenance.pipeline.engine import Engine, nothing
from provenance.pipeline.postings import Postings
from provenance.store import Store

ALMOST = 0.999
"""The most that passages which are not verbatim are similar."""
PAIRS = 4096
"""Pairs that one call aligns."""


class Shelf:
    """Analyses of documents at hand; those that are not are made again from the stored text. Bounded: what was longest not asked
    for goes first, so that texts which many others meet (the first of a capped key) stay."""

    MOST_WORDS = 6_000_000  # about 200 MB

    def __init__(self, store: Store, analyst: Analyst) -> None:
        self._store = store
        self._analyst = analyst
        self._held: dict[int, Analysis] = {}
        self._words = 0
        self._lent: list[int] = []

    def put(self, number: int, analysis: Analysis) -> None:
        if known := self._held.pop(number, None):
            self._words -= known.words
        self._held[number] = analysis
        self._words += analysis.words
        while self._words > self.MOST_WORDS and len(self._held) > 1:
            oldest = next(iter(self._held))
            self._words -= self._held.pop(oldest).words

    def get(self, numbers: Iterable[int], *, keys: bool = False) -> dict[int, Analysis]:
        """The analyses of these documents, all of them stored with their spans; with their keys, if these are wanted."""
        self.detach()
        numbers = list(numbers)
        held = ((number, self._held[number]) for number in numbers if number in self._held)
        found = {number: analysis for number, analysis in held if analysis.signed or not keys}
        for number, analysis in found.items():
            self.put(number, analysis)
        self._lent += found
        missing = [number for number in numbers if number not in found]
        if missing:
            texts, dirt = self._store.texts(missing), self._store.spans_of(missing)
            for clean in (True, False):
                order = [n for n in sorted(texts) if (n not in dirt) == clean]
                analyses = self._analyst.analyse([texts[n] for n in order], clean=clean, keys=keys)
                for number, analysis in zip(order, analyses, strict=True):
                    found[number] = analysis
                    self.put(number, analysis)
        return found

    def detach(self) -> None:
        """What was asked for again outlives those that were made together with it, and so must not hold their arrays."""
        for number in self._lent:
            if number in self._held:
                self._held[number] = self._held[number].owned()
        self._lent.clear()


class Weaver:
    """Adds documents to the index and returns what they share with those before. Writes within the caller's transaction."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self._store = store
        self._engine = engine
        self.jobs = engine.jobs
        self.analyst = Analyst(engine)
        self.shelf = Shelf(store, self.analyst)
        self.postings = Postings(store)
        self.capped_keys = 0
        self._stale: set[int] = set()
        self._touched: set[int] = set()

    def doubt(self, stale: set[int], touched: set[int]) -> None:
        """Note which older documents are dirty because their matches may be of another kind now, and which for more."""
        self._stale |= stale
        self._touched |= touched

    @property
    def doubted(self) -> set[int]:
        """Documents that are dirty for nothing but the kinds of their matches: where these stay, so do their families."""
        return self._stale - self._touched

    def add(
        self, run_id: int, new: Mapping[int, Analysis], write: Callable[[], object] = nothing,
        meanwhile: Callable[[], object] = nothing,
    ) -> set[int]:  # fmt: skip
        """Index documents by number, align them with their candidates, store the matches.

        They are taken in order of their texts' hashes. write, meanwhile: what is done once, while other threads look for
        candidates, and while they align; the texts of the new documents must be in the store after the first. Returns older
        documents whose matches may be of another kind now.
        """
        order = sorted((analysis.digest, number) for number, analysis in new.items() if analysis.words)
        new = {number: new[number] for _, number in order}
        if not new:
            write()
            meanwhile()
            return set()
        found, stale = self.postings.add(list(new), list(new.values()), self._engine, write)
        self.capped_keys += found.capped
        for number, analysis in new.items():
            self.shelf.put(number, analysis)

        def aside() -> None:
            self.shelf.detach()
            meanwhile()

        todo = iter([aside])
        for chunk in _by_size(np.stack([found.later, found.earlier], axis=1), self.postings):
            need = _distinct(chunk).tolist()
            at_hand = {number: new[number] for number in need if number in new}
            at_hand |= self.shelf.get(number for number in need if number not in new)
            for rows, clashes in aligned(self._engine, chunk, at_hand, next(todo, nothing)):
                ids = self._store.add_matches(run_id, rows)
                texts = self._store.texts({document for clash in clashes for document, _, _ in clash[1:]}) if clashes else {}
                self._store.add_conflicts(
                    (ids[row], *conflict_row(texts[a[0]], a[1:], texts[b[0]], b[1:])) for row, a, b in clashes
                )
        for left in todo:  # there was nothing to align
            left()
        return stale


Place = tuple[int, int, int]
"""(document, start, end) in code points."""


def aligned(
    engine: Engine, pairs: Sequence[tuple[int, int]] | np.ndarray, analyses: Mapping[int, Analysis],
    meanwhile: Callable[[], object] = nothing,
) -> Iterator[tuple[list[tuple], list[tuple[int, Place, Place]]]]:  # fmt: skip
    """What these pairs share, some of them at a time: rows of `match` (within each, the text of smaller hash is first), and where
    they disagree, (which of these rows, a, b). meanwhile: as of Engine.map."""
    order = sorted(analyses)
    texts = engine.start(gather, [analyses[number] for number in order])
    numbers = np.array(order, np.int64)
    rank = np.empty(len(order), np.int64)
    rank[sorted(range(len(order)), key=lambda i: (analyses[order[i]].digest, order[i]))] = np.arange(len(order))
    one, two = np.searchsorted(numbers, np.asarray(pairs, np.int64).reshape(-1, 2)).T
    first = rank[one] <= rank[two]
    one, two = np.where(first, one, two), np.where(first, two, one)
    cuts = [slice(i, i + PAIRS) for i in range(0, len(one), PAIRS)]
    found = engine.map(lambda cut: align.align(texts.result(), one[cut], two[cut]), cuts, meanwhile)
    for cut, boxes in zip(cuts, found, strict=True):
        a, b = numbers[one[cut]][boxes.pair].tolist(), numbers[two[cut]][boxes.pair].tolist()
        clashes: list[tuple[int, Place, Place]] = []
        for row, i, j in boxes.conflict.tolist():
            places = ((n, int(analyses[n].start[k]), int(analyses[n].end[k])) for n, k in ((a[row], i), (b[row], j)))
            clashes.append((row, *places))
        yield _match_rows(boxes, a, b, analyses), clashes


def span_rows(analyses: Mapping[int, Analysis]) -> Iterator[tuple[int, int, int, str, int]]:
    """Rows of `span` of these documents."""
    return ((number, *dataclasses.astuple(span)) for number, one in analyses.items() for span in one.spans)


def conflict_row(text_a: str, span_a: tuple[int, int], text_b: str, span_b: tuple[int, int]) -> tuple[str, str, str]:
    """(kind, what a says, what b says) of two words that disagree; a number is taken whole, with its commas and points."""
    one, two = text_a[slice(*span_a)], text_b[slice(*span_b)]
    if not any(c.isdigit() for c in one):
        return "name", one, two
    return "number", _number(text_a, *span_a), _number(text_b, *span_b)


def _number(text: str, start: int, end: int) -> str:
    """The number around a run of digits: `12` of `12,000` is `12,000`."""
    while (start > 1 and text[start - 1] in ",." and text[start - 2].isdigit()) or (start > 0 and text[start - 1].isdigit()):
        start -= 1
    while (end + 1 < len(text) and text[end] in ",." and text[end + 1].isdigit()) or (end < len(text) and text[end].isdigit()):
        end += 1
    return text[start:end]


def _match_rows(boxes: align.Boxes, one: Sequence[int], two: Sequence[int], analyses: Mapping[int, Analysis]) -> list[tuple]:
    """Aligned boxes in words -> rows of `match` in code points. one, two: the documents of each."""
    rows = []
    columns = (boxes.a_start, boxes.a_end, boxes.b_start, boxes.b_end, boxes.words, boxes.bits, boxes.grade)
    for a, b, a0, a1, b0, b1, words, bits, grade in zip(one, two, *(column.tolist() for column in columns), strict=True):
        kind = KINDS[grade]
        if kind == "verbatim":  # of words that stand there several times the alignment may have left some without a partner
            words, similarity = a1 - a0, 1.0
        else:  # stems may agree where the words do not
            similarity = min(ALMOST, 2 * words / (a1 - a0 + b1 - b0))
        rows.append((
            a, b, int(analyses[a].start[a0]), int(analyses[a].end[a1 - 1]),
            int(analyses[b].start[b0]), int(analyses[b].end[b1 - 1]),
            words, similarity, kind, kind, round(bits, 3),
        ))  # fmt: skip
    return rows


def copy_row(copy: int, one: int, copied: Analysis, original: Analysis) -> tuple:
    """The row of `match` of an exact copy: the whole of both texts, with what is dirt in them."""
    return (
        copy,
        one,
        *copied.whole,
        *original.whole,
        copied.all_words,
        1.0,
        "verbatim",
        "verbatim",
        round(float(original.bits.sum()), 3),
    )


def _by_size(pairs: np.ndarray, postings: Postings, words: int = 4_000_000) -> Iterator[np.ndarray]:
    """Pairs in groups whose documents together have little more than so many words: what one gathering holds in memory."""
    while len(pairs) and postings.lengths(_distinct(pairs)).sum() > words:
        first = np.sort(np.unique(pairs, return_index=True)[1])
        size = np.cumsum(postings.lengths(pairs.ravel()[first]))
        full = int(np.searchsorted(size, words))
        end = first[full] // 2 + 1 if full < len(first) else len(pairs)
        yield pairs[:end]
        pairs = pairs[end:]
    if len(pairs):
        yield pairs


def _distinct(pairs: np.ndarray) -> np.ndarray:
    """The documents of pairs, ascending. (numpy.unique sorts: ten times as slow.)"""
    return np.flatnonzero(np.bincount(pairs.ravel()))
