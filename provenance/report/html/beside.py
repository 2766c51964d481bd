"""Two texts side by side: rows of what they share, with what each has before, between and behind it. Pure.

Both texts are there whole and in their order. The passages that stand in the same order on both sides hold the rows together;
one that has moved is marked where it stands on either side. Of texts longer than FULL words what is alike, or not
shared at all, is folded.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from provenance.report import diff
from provenance.report.model import Passage
from provenance.report.paint import LONGEST_WORD
from provenance.report.words import count, lines

FULL = 1500
"""Words of a text up to which it is shown whole."""
EDGE = 40
"""Words at the ends of a folded stretch that are shown."""
MOST_ROWS = 300
"""Rows that are shown; a text of so many more is looked at elsewhere."""
MOST_PASSAGES = 200
"""Passages that are lined up: the work grows with their square."""
LONGEST_CONFLICT = 60
_SIGNS = re.compile(r"[^\w\s]*")
_LONG = re.compile(rf"(\S{{{LONGEST_WORD}}})\S+")

PLAIN, CUT, ADDED, KEPT, SKIPPED = "plain", "cut", "added", "kept", "skipped"


class Bit(NamedTuple):
    """A stretch of one side in one style."""

    style: str
    text: str
    conflict: bool = False
    """A number or name on which the two sides differ."""
    passage: int | None = None
    """The moved passage that it belongs to; in a row of a passage, None."""


class Row(NamedTuple):
    """What stands side by side: a stretch of a passage, or what lies between two (passage None)."""

    passage: int | None
    first: bool
    """The passage begins here."""
    left: tuple[Bit, ...]
    right: tuple[Bit, ...]
    ends: bool = False
    """A paragraph ends here, on either side."""


def rows(text_a: str, text_b: str, passages: Sequence[Passage]) -> list[Row]:
    """The texts as rows. Passages are numbered from 1 in their order; MOST_ROWS rows at most, and one that says how many more."""
    long = max(len(diff.tokens(_cut(text))) for text in (text_a, text_b)) > FULL
    found = [_trimmed(row) for row in _rows(text_a, text_b, passages, long)]
    if len(found) > MOST_ROWS:
        rest = Bit(SKIPPED, f"{count(len(found) - MOST_ROWS, 'row')} more")
        found = [*found[:MOST_ROWS], Row(None, False, (rest,), (rest,))]
    return found


def _trimmed(row: Row) -> Row:
    """The row without the line breaks around its texts."""
    ends = any("\n\n" in bits[-1].text[-3:] for bits in (row.left, row.right) if bits)
    return row._replace(left=_inner(row.left), right=_inner(row.right), ends=ends)


def _inner(bits: tuple[Bit, ...]) -> tuple[Bit, ...]:
    kept = list(bits)
    while kept and not kept[-1].text.strip():
        kept.pop()
    while kept and not kept[0].text.strip():
        kept.pop(0)
    if kept:
        kept[0] = kept[0]._replace(text=kept[0].text.lstrip())
        kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip())
    return tuple(kept)


def _rows(text_a: str, text_b: str, passages: Sequence[Passage], long: bool) -> Iterator[Row]:
    anchors = _in_order(passages)
    moved = [number for number in range(len(passages)) if number not in anchors]
    i = j = 0
    for number, following in itertools.zip_longest(anchors, anchors[1:]):
        p = passages[number]
        yield from _between(text_a, text_b, (i, p.a_start), (j, p.b_start), passages, moved, long)
        i, j = p.a_end, p.b_end
        lined = list(_passage(number + 1, p, long))
        if lined:
            # The full stop behind a passage does not belong to it, but needs no row of its own.
            ends = (len(text_a), len(text_b)) if following is None else (passages[following].a_start, passages[following].b_start)
            i, j = _SIGNS.match(text_a, i, ends[0]).end(), _SIGNS.match(text_b, j, ends[1]).end()
            left, right = (Bit(PLAIN, lines(signs)) for signs in (text_a[p.a_end : i], text_b[p.b_end : j]))
            lined[-1] = lined[-1]._replace(left=(*lined[-1].left, left), right=(*lined[-1].right, right))
        yield from lined
    yield from _between(text_a, text_b, (i, len(text_a)), (j, len(text_b)), passages, moved, long)


def _in_order(passages: Sequence[Passage]) -> list[int]:
    """The passages that follow one another on both sides without meeting, those with most words of all such choices."""
    order = sorted(range(len(passages)), key=lambda n: -passages[n].words)[:MOST_PASSAGES]
    order.sort(key=lambda n: (passages[n].a_end, passages[n].b_end))
    best: list[tuple[int, list[int]]] = []
    for n in order:
        p = passages[n]
        before = [
            chain for chain in best if passages[chain[1][-1]].a_end <= p.a_start and passages[chain[1][-1]].b_end <= p.b_start
        ]
        words, chain = max(before, default=(0, []), key=lambda chain: chain[0])
        best.append((words + p.words, [*chain, n]))
    return max(best, default=(0, []), key=lambda chain: chain[0])[1]


def _between(
    text_a: str,
    text_b: str,
    a: tuple[int, int],
    b: tuple[int, int],
    passages: Sequence[Passage],
    moved: Sequence[int],
    long: bool,
) -> Iterator[Row]:
    """What is not lined up, with the moved passages in it marked."""
    left = _with_moved(text_a, a, [(passages[n].a_start, passages[n].a_end, n + 1) for n in moved], long)
    right = _with_moved(text_b, b, [(passages[n].b_start, passages[n].b_end, n + 1) for n in moved], long)
    if any(bit.text.strip() for bit in (*left, *right)):
        yield Row(None, False, left, right)


def _with_moved(text: str, gap: tuple[int, int], moved: Sequence[tuple[int, int, int]], long: bool) -> tuple[Bit, ...]:
    bits: list[Bit] = []
    at, end = gap
    for start, stop, number in sorted(moved):
        start, stop = max(start, at), min(stop, end)
        if start >= stop:
            continue  # lies elsewhere, or under another
        bits += _plain(text[at:start], long)
        bits.append(Bit(PLAIN, lines(_cut(text[start:stop])), passage=number))
        at = stop
    return (*bits, *_plain(text[at:end], long))


def _plain(text: str, long: bool) -> Iterator[Bit]:
    text = _cut(text)
    tokens = diff.tokens(text) if long else []
    if len(tokens) <= 3 * EDGE:
        if text:
            yield Bit(PLAIN, lines(text))
        return
    yield Bit(PLAIN, lines("".join(tokens[:EDGE])))
    yield Bit(SKIPPED, f"{count(len(tokens) - 2 * EDGE, 'word')} more")
    yield Bit(PLAIN, lines("".join(tokens[-EDGE:])))


def _passage(number: int, passage: Passage, long: bool) -> Iterator[Row]:
    conflicts = [_pattern(texts) for texts in zip(*((c.text_a, c.text_b) for c in passage.conflicts), strict=True)] or [None] * 2
    texts = _cut(passage.text_a), _cut(passage.text_b)
    if passage.kind in ("rewrite", "summary") or passage.similarity < 0.5:
        shared = diff.common_words(*texts)
        sides = []
        for text, pattern in zip(texts, conflicts, strict=True):
            marked = diff.marked_words(text, shared)
            sides.append([bit for same, part, _ in marked for bit in _bits(KEPT if same else PLAIN, part, not same and pattern)])
        yield Row(number, True, tuple(sides[0]), tuple(sides[1]))
        return
    found = list(diff.rows(diff.pieces(*texts)))
    first = True
    for row in diff.folded(found) if long else found:
        if isinstance(row, int):
            same = (Bit(SKIPPED, f"{count(row, 'word')} the same"),)
            yield Row(number, first, same, same)
        else:
            left = (bit for same, a, _ in row for bit in _bits(PLAIN if same else CUT, a, not same and conflicts[0]))
            right = (bit for same, _, b in row for bit in _bits(PLAIN if same else ADDED, b, not same and conflicts[1]))
            yield Row(number, first, tuple(left), tuple(right))
        first = False


def _pattern(texts: Sequence[str]) -> re.Pattern[str] | None:
    short = sorted({text for text in texts if 0 < len(text) <= LONGEST_CONFLICT}, key=lambda text: (-len(text), text))
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, short))})(?!\w)") if short else None


def _bits(style: str, text: str, conflicts: re.Pattern[str] | bool | None) -> Iterator[Bit]:
    """The text in a style, cut at the conflicts in it."""
    if not isinstance(conflicts, re.Pattern):
        yield from _styled(style, text, False)
        return
    for place, part in enumerate(conflicts.split(text)):
        yield from _styled(style, part, place % 2 == 1)


def _styled(style: str, text: str, conflict: bool) -> Iterator[Bit]:
    """The space behind a marked word is not marked."""
    inner = text if style == PLAIN else text.rstrip()
    if inner:
        yield Bit(style, lines(inner), conflict)
    if len(inner) < len(text):
        yield Bit(PLAIN, lines(text[len(inner) :]))


def _cut(text: str) -> str:
    """The text without the rest of words that have no end: before anything is compared, which they would slow down."""
    return _LONG.sub(r"\1…", text)
