"""Parts of a document that are not its text: page furniture, leaked markup, and what stands there twice. Pure.

A span is left out of signing and aligning, and stays in the body: nothing is matched by its dirt, nothing is lost. Which
parts are spans follows from the document's text alone, not from its title (which may change while the text does not, and
differs between copies of a text) and not from other documents. What a site puts on its pages without saying so is told by how
far it has spread, as `boilerplate` (`spread`).

A false span hides real text, so every rule asks for a form that running text does not take:

1. markup      tags, attributes, entities, template braces and scripts that leaked into the text (`markup`)
2. furniture   lines and sentences that say so in words of a table of phrases (`data/furniture.txt`): share and comment lines,
               newsletter and cookie notices, captions with a credit, embedded posts; rows of links (`furniture`)
3. repetition  a paragraph, or a stretch of whole sentences, that stands there a second time; a headline said again
               (`repetition`). What stands twice stays once: the later one is the span.

Each looks at the words that those before it have left. A document is never all dirt: one of which nothing would be left (a
cookie wall) has no spans. Everything is linear in the length of the text.

Two forms are meant to stay: a background paragraph that an agency repeats in its stories (a real shared passage), and a digest
of several stories with a "Read more" after each (only those lines go).
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from provenance.kernel import njit
from provenance.spans import furniture, markup, repetition
from provenance.spans.furniture import Phrases
from provenance.text import LINE, PARAGRAPH, QUOTED, QUOTES, SENTENCE, Splitter, Words

KINDS = ("furniture", "repetition", "markup")
FURNITURE, REPETITION, MARKUP = 1, 2, 3
"""Marks of words: 0 is text, the others are one more than the index into KINDS."""
VERSION = "3"
"""Of the rules and the phrases: stores found with other ones are told to rebuild."""


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A part of one document: half-open code points, a kind of KINDS, and how many words it holds."""

    start: int
    end: int
    kind: str
    words: int


class Finder:
    """Words of documents -> their spans, and the words that are left. Holds the table of phrases and never changes."""

    def __init__(self, splitter: Splitter) -> None:
        self._phrases = Phrases.load(splitter)

    def find(self, texts: Sequence[str], words: Words) -> tuple[list[tuple[Span, ...]], Words]:
        """The spans of each document, disjoint and in order, and all words that lie in none.

        The first word after a span begins the sentence, line or paragraph that the span's first word began; quotation marks
        within a span open and close nothing outside of it. `digest` stays that of the whole text.
        """
        mark = np.zeros(len(words.hash), np.uint8)
        leaks = [markup.find(text) for text in texts]
        for d, found in enumerate(leaks):
            if found:
                _mark_inside(words, d, found, mark)
        codes, base = _codes(texts)
        left, at = _left(words, mark)
        out = np.zeros(len(left.hash), np.bool_)
        furniture.mark(codes, base, left, self._phrases, out)
        mark[at[out]] = FURNITURE
        left, at = _left(words, mark)
        out = np.zeros(len(left.hash), np.bool_)
        repetition.mark(codes, base, left, self._phrases.stops, out)
        mark[at[out]] = REPETITION
        _spare(words.bounds, mark)
        if not mark.any():
            return [()] * len(texts), words
        spans, quotes = [], np.zeros(len(mark), np.bool_)
        for d, text in enumerate(texts):
            part = slice(words.bounds[d], words.bounds[d + 1])
            spans.append(tuple(_spans(text, words.start[part], words.end[part], words.flags[part], mark[part], leaks[d])))
            for span in spans[-1]:
                if sum(map(text[span.start : span.end].count, QUOTES)) % 2:
                    quotes[part.start + np.searchsorted(words.start[part], span.start)] = True
        return spans, _left(words, mark, quotes)[0]


def _mark_inside(words: Words, d: int, found: Sequence[tuple[int, int]], mark: np.ndarray) -> None:
    """Mark the words of document d that lie in these places as MARKUP."""
    low, high = words.bounds[d], words.bounds[d + 1]
    starts, ends = np.array(found, np.int64).T
    first = np.searchsorted(words.start[low:high], starts)
    last = np.searchsorted(words.end[low:high], ends, "right")
    for i, j in zip(first.tolist(), last.tolist(), strict=True):
        mark[low + i : low + j] = MARKUP


def _codes(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Code points of all texts, and where each begins."""
    base = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=base[1:])
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32), base


@njit(cache=True, nogil=True)
def _hand_on(flags, bounds, mark, quotes, out):
    """Flags of the words that are left: what a span began begins with the next word, and quotation is told without the marks in
    spans. quotes: the first words of spans that hold an odd number of them."""
    for d in range(len(bounds) - 1):
        pending = np.uint8(0)
        flip = np.uint8(0)
        for i in range(bounds[d], bounds[d + 1]):
            if flags[i] & PARAGRAPH:
                flip = np.uint8(0)
            if quotes[i]:
                flip ^= np.uint8(QUOTED)
            if mark[i]:
                if i == bounds[d] or not mark[i - 1]:
                    pending = np.uint8(flags[i] & (SENTENCE | LINE | PARAGRAPH))
            else:
                out[i] = (flags[i] | pending) ^ flip
                pending = np.uint8(0)


def _left(words: Words, mark: np.ndarray, quotes: np.ndarray | None = None) -> tuple[Words, np.ndarray]:
    """The words that are not marked, and the place of each among all."""
    at = np.flatnonzero(mark == 0)
    if len(at) == len(mark):
        return words, at
    flags = np.empty_like(words.flags)
    _hand_on(words.flags, words.bounds, mark, np.zeros(len(mark), np.bool_) if quotes is None else quotes, flags)
    bounds = np.searchsorted(at, words.bounds)
    return Words(words.start[at], words.end[at], words.hash[at], flags[at], bounds, words.digest), at


@njit(cache=True, nogil=True)
def _spare(bounds, mark):
    """Take the marks from documents of which nothing would be left."""
    for d in range(len(bounds) - 1):
        if mark[bounds[d] : bounds[d + 1]].all():
            mark[bounds[d] : bounds[d + 1]] = 0


def _spans(
    text: str, start: np.ndarray, end: np.ndarray, flags: np.ndarray, mark: np.ndarray, leaks: Sequence[tuple[int, int]]
) -> Iterator[Span]:
    """Marked words of one document -> its spans: with the signs around them where they fill their lines, and markup as it was."""
    if not mark.any():
        return
    edges = np.flatnonzero(np.diff(mark, prepend=0, append=0))
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        kind = int(mark[first])
        if not kind:
            continue
        low, high = int(start[first]), int(end[last - 1])
        if kind == MARKUP:
            low = leaks[bisect.bisect_right(leaks, low, key=lambda leak: leak[0]) - 1][0]
            high = leaks[bisect.bisect_left(leaks, high, key=lambda leak: leak[1])][1]
        else:
            if flags[first] & LINE:
                low = _line_start(text, int(end[first - 1]) if first else 0, low)
            if last == len(mark) or flags[last] & LINE:
                high = _line_end(text, high, int(start[last]) if last < len(mark) else len(text))
        yield Span(low, high, KINDS[kind - 1], last - first)


def _line_start(text: str, after: int, start: int) -> int:
    """Where the signs begin that lead a line, without space: of `## Share` the first `#`."""
    lead = text[after:start].splitlines(keepends=True)
    if (after and len(lead) < 2) or not lead:  # the break was within a span before this one, or nothing leads
        return start
    last = lead[-1]
    return start if last.splitlines()[0] != last else start - len(last.lstrip())


def _line_end(text: str, end: int, before: int) -> int:
    """Where the signs end that close a line, without space."""
    rest = text[end:before].splitlines()
    return end + len(rest[0].rstrip()) if rest else end
