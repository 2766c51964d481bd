"""Which of several texts that repeat one another stay, and which passages are cut from the others. Pure.

Both choices are greedy in a given order of preference: a text goes only where one that stays, and is preferred to it,
stands for it. So nothing is dropped for a text that is itself dropped, and where A resembles B and B resembles C but not A,
C stays with A. A passage is likewise cut only where its counterpart still stands, whole, in a preferred text.
"""

from __future__ import annotations

import bisect
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

NEAR = 0.8
"""Share of the words of either text that must be aligned with the other, in verbatim or edited passages, for the two to be
near-duplicates: what is dropped says at most a fifth that is not said in what stays. An excerpt covers little of its source,
and a rewrite keeps few words, so neither is one."""
CLASH = 5
"""Words that a number in which the two differ takes from those that they share: the rates of two auctions in the same sentence
are two pieces of news, a corrected figure in a long story is not."""

Span = tuple[int, int]
"""Half-open code points of a text."""

CRUMB = 16
"""Letters and digits of a piece, three or four English words: fewer, beside what was cut from a text, are not worth keeping."""
_CLOSING = ("Po", "Pe", "Pf")
"""What may close a passage right behind its last word: stops, quotation marks, brackets."""


class Pair(NamedTuple):
    """What a text shares with one that is preferred to it, over all their verbatim and edited passages."""

    other: int
    words: int
    """Words aligned on both sides."""
    similarity: float
    """Mean of the passages', by words."""
    matches: tuple[int, ...]
    """Their ids in the store; empty where only the texts that were left, compared anew, showed it."""


class Reuse(NamedTuple):
    """A passage of a text that stands in a preferred one, too. Parts of it may have been cut before: hence spans."""

    spans: tuple[Span, ...]
    other: int
    other_spans: tuple[Span, ...]
    words: int
    similarity: float
    kind: str
    match: int | None


def near(one: int, two: int, shared: int, clashes: int) -> bool:
    """Whether texts of so many words are near-duplicates when so many words of theirs are aligned and so many numbers differ."""
    return shared - CLASH * clashes >= NEAR * max(one, two) > 0


def dropped(ordered: Iterable[tuple[int, Sequence[Pair]]]) -> dict[int, Pair]:
    """Texts in order of preference, each with the preferred texts that it is near to -> the texts that go, each with the one
    that stands for it: of those that stay, the one that shares most words with it."""
    gone: dict[int, Pair] = {}
    for text, pairs in ordered:
        staying = [pair for pair in pairs if pair.other not in gone]
        if staying:
            gone[text] = _closest(staying)
    return gone


def cut(
    ordered: Iterable[tuple[int, Sequence[Pair], Sequence[Reuse]]],
) -> tuple[dict[int, Pair], dict[int, list[Reuse]]]:
    """As `dropped`, with the passages of each text that stand in preferred ones -> the texts that go, and the passages to cut
    from the others. For a text that goes one stands whole; of passages that overlap the longer is cut, of the other the rest.
    """
    gone: dict[int, Pair] = {}
    cuts: dict[int, list[Reuse]] = {}
    holes: dict[int, list[Span]] = {}
    for text, pairs, passages in ordered:
        whole = [pair for pair in pairs if pair.other not in gone and pair.other not in holes]
        if whole:
            gone[text] = _closest(whole)
            continue
        for passage in sorted(passages, key=lambda p: (-p.words, p.spans)):
            if passage.other in gone or overlapping(passage.other_spans, holes.get(passage.other, ())):
                continue
            spans = minus(passage.spans, holes.get(text, ()))
            if spans:
                holes[text] = union((*holes.get(text, ()), *spans))
                cuts.setdefault(text, []).append(passage._replace(spans=tuple(spans)))
    return gone, cuts


def _closest(pairs: Iterable[Pair]) -> Pair:
    return max(pairs, key=lambda pair: (pair.words, pair.similarity))


def union(spans: Iterable[Span]) -> list[Span]:
    """The same characters as sorted spans that neither overlap nor touch."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def minus(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What of the spans lies in no hole."""
    left = union(spans)
    for start, end in union(holes):
        left = [part for a, b in left for part in ((a, min(b, start)), (max(a, end), b)) if part[0] < part[1]]
    return left


def overlapping(spans: Iterable[Span], holes: Sequence[Span]) -> bool:
    """Whether any of the spans has a character in common with the sorted holes."""
    starts = [start for start, _ in holes]
    for start, end in spans:
        i = bisect.bisect_left(starts, end) - 1
        if i >= 0 and holes[i][1] > start:
            return True
    return False


class Rest:
    """What is left of a text without some spans: its pieces, each a paragraph, so that nothing reads on across a cut.

    Punctuation that closed a cut passage goes with it, and so do crumbs beside it. Nothing is left where only dirt would be: the
    furniture of a page around a text that was cut is worth no more than the frame of a picture that is gone.
    """

    def __init__(self, text: str, spans: Iterable[Span], dirt: Iterable[Span] = ()) -> None:
        """dirt: parts of the text that are not its text."""
        self._pieces: list[tuple[int, int, int]] = []  # (start in the rest, start in the text, end in the text)
        pieces = minus([(0, len(text))], spans)
        if pieces != [(0, len(text))]:
            trimmed = (_trimmed(text, *piece) for piece in pieces)
            pieces = [piece for piece in trimmed if _letters(text, [piece]) >= CRUMB]
            if _letters(text, minus(pieces, dirt)) < CRUMB:
                pieces = []
        parts: list[str] = []
        size = 0
        for start, end in pieces:
            self._pieces.append((size, start, end))
            parts.append(text[start:end])
            size += end - start + 2
        self.text = "\n\n".join(parts)

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Where in the whole text this stretch of the rest stands."""
        found = ((max(start - at, 0) + first, min(end - at + first, last)) for at, first, last in self._pieces)
        return tuple(span for span in found if span[0] < span[1])


def _letters(text: str, spans: Iterable[Span]) -> int:
    """How many letters and digits there are in the spans."""
    return sum(sum(map(str.isalnum, text[start:end])) for start, end in spans)


def _trimmed(text: str, start: int, end: int) -> Span:
    """A piece without the punctuation that closed what stood before it, and without white space at its ends."""
    while 0 < start < end and unicodedata.category(text[start]) in _CLOSING:
        start += 1
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
