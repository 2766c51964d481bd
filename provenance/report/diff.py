"""Two passages -> what was kept, cut and added, a word at a time. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u3005-\u3007\u3038-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Hyphens, apostrophes and points inside a word (10,000; a.m.) belong to it; in scripts without spaces every character is one.
_LETTER = rf"(?:(?![{_UNSPACED}])\w)"
_WORD = rf"(?:[{_UNSPACED}]|{_LETTER}+(?:(?:['’‐.-]|(?<=\d)[,:](?=\d)){_LETTER}+)*)"
# A word with the signs that touch it and the space behind. Possessive, so that a megabyte of dots is read once.
_TOKEN = re.compile(rf"\W*+{_WORD}[^\w\s]*+\s*+|\W++")
_RIM = re.compile(r"^\W+|\W+$")
_SENTENCE_END = re.compile(r"(?:\w{3}[.!?…][^\w\s]*\s*|[。！？][^\w\s]*)$")

LONG = 4000
"""Words of two passages from which on exactness costs too much."""
WINDOW = 6000
"""Words of either passage that are searched at once."""
TELLING = 4
"""Letters of a word from which on it says something when two rewordings share it; figures always do."""


_Stretch = tuple[bool, tuple[int, int, int, int]]


class Piece(NamedTuple):
    """A stretch of both passages: equal in its words, or what one has instead of the other's."""

    same: bool
    a: str
    b: str


def tokens(text: str) -> list[str]:
    """Words with their punctuation and the space behind them; joined they are the text."""
    return _TOKEN.findall(text)


def key(token: str) -> str:
    """What makes two tokens the same word: neither its case nor the signs around it."""
    return unicodedata.normalize("NFKC", _RIM.sub("", token)).casefold() or token.strip()


def pieces(a: str, b: str) -> list[Piece]:
    """The passages as alternating equal and unequal stretches, in order; joined on either side they are the texts."""
    one, two = tokens(a), tokens(b)
    left, right = [key(t) for t in one], [key(t) for t in two]
    return [Piece(same, "".join(one[i:j]), "".join(two[k:m])) for same, (i, j, k, m) in _stretches(left, right)]


def _stretches(left: Sequence[str], right: Sequence[str]) -> Iterator[_Stretch]:
    """(equal, (from and to on the left, from and to on the right)), in order."""
    # What both begin and end with needs no search, and is most of most passages.
    n, m = len(left), len(right)
    head = next((i for i, (x, y) in enumerate(zip(left, right, strict=False)) if x != y), min(n, m))
    most = min(n, m) - head
    tail = next((i for i in range(most) if left[n - 1 - i] != right[m - 1 - i]), most)
    inner, other = left[head : n - tail], right[head : m - tail]
    spans = [(same, (i + head, j + head, k + head, o + head)) for same, (i, j, k, o) in _compared(inner, other)]
    ends = [(True, (n - tail, n, m - tail, m))]
    return _joined([(True, (0, head, 0, head)), *spans, *ends])


def _compared(left: Sequence[str], right: Sequence[str]) -> Iterator[_Stretch]:
    """The same, searched for; in passages that are longer than a window, a window at a time.

    Each window begins where the last one found the two sides together, so that the cost follows the length and not its square;
    what was put in or taken out is found as such up to the length of a window.
    """
    i = k = 0
    while i < len(left) or k < len(right):
        inner, other = left[i : i + WINDOW], right[k : k + WINDOW]
        # Passing over frequent words is coarse where a passage is repetitive, but keeps a long one from costing its square.
        matcher = difflib.SequenceMatcher(None, inner, other, autojunk=len(inner) + len(other) > LONG)
        found = [(tag == "equal", span) for tag, *span in matcher.get_opcodes()]
        if i + WINDOW < len(left) or k + WINDOW < len(right):
            together = max((place for place, (same, _) in enumerate(found) if same), default=len(found) - 1)
            found = found[: together + 1]
        yield from ((same, (a + i, b + i, c + k, d + k)) for same, (a, b, c, d) in found)
        _, (_, b, _, d) = found[-1]
        i, k = i + b, k + d


def _joined(
    stretches: Iterable[_Stretch],
) -> Iterator[_Stretch]:
    """Neighbours of a kind as one."""
    last: _Stretch | None = None
    for same, (i, j, k, m) in stretches:
        if i == j and k == m:
            continue
        if last and last[0] == same:
            last = (same, (last[1][0], j, last[1][2], m))
            continue
        if last:
            yield last
        last = (same, (i, j, k, m))
    if last:
        yield last


def rows(found: Sequence[Piece], least: int = 12) -> Iterator[list[Piece]]:
    """The pieces cut into rows that can stand side by side: a row ends where both sides end a sentence, after `least` words."""
    row: list[Piece] = []
    words = 0
    for piece in found:
        if not piece.same:
            row.append(piece)
            words += max(len(tokens(piece.a)), len(tokens(piece.b)))
            continue
        left, right = tokens(piece.a), tokens(piece.b)
        begin = 0
        for i, (x, y) in enumerate(zip(left, right, strict=True), 1):
            words += 1
            if words >= least and _SENTENCE_END.search(x) and _SENTENCE_END.search(y):
                yield [*row, Piece(True, "".join(left[begin:i]), "".join(right[begin:i]))]
                row, words, begin = [], 0, i
        if begin < len(left):
            row.append(Piece(True, "".join(left[begin:]), "".join(right[begin:])))
    if row:
        yield row


def folded(found: Sequence[list[Piece]]) -> Iterator[list[Piece] | int]:
    """Rows with a change and their neighbours; in place of the others the number of words that stand unchanged."""
    changed = [any(not piece.same for piece in row) for row in found]
    words = 0
    for i, row in enumerate(found):
        if any(changed[max(0, i - 1) : i + 2]):
            if words:
                yield words
            words = 0
            yield row
        else:
            words += sum(len(tokens(piece.b)) for piece in row)
    if words:
        yield words


def common_words(a: str, b: str) -> frozenset[str]:
    """Words that tell something and that both passages have, however ordered: what a rewording keeps."""
    one, two = ({key(token) for token in tokens(text)} for text in (a, b))
    return frozenset(word for word in one & two if len(word) >= TELLING or any(c.isdigit() for c in word))


def marked_words(text: str, shared: frozenset[str]) -> list[Piece]:
    """The text as pieces that are shared words (same) and the rest (not same); both sides hold the same text."""
    out: list[Piece] = []
    for token in tokens(text):
        same = key(token) in shared
        if out and out[-1].same == same:
            out[-1] = Piece(same, out[-1].a + token, out[-1].b + token)
        else:
            out.append(Piece(same, token, token))
    return out


def excerpt(found: Sequence[Piece], *, limit: int = 70, context: int = 9) -> list[Piece]:
    """About `limit` words from the first change on, `context` words around each change; the beginning where nothing changed."""
    first = next((i for i, piece in enumerate(found) if not piece.same), None)
    if first is None:
        return [ends(piece, limit, 0) for piece in found[:1]]
    out: list[Piece] = []
    words = 0
    for i, piece in enumerate(found[max(0, first - 1) :], max(0, first - 1)):
        if words >= limit:
            out.append(Piece(True, "…", "…"))
            break
        if piece.same:
            piece = ends(piece, context if i > first else 0, context if i < len(found) - 1 else 0)
        else:
            piece = ends(piece, limit, 0)
        words += max(len(tokens(piece.a)), len(tokens(piece.b)))
        out.append(piece)
    return out


def beginning(text: str, limit: int = 45) -> str:
    """The first `limit` words."""
    return _shortened(text, limit, 0)


def ends(piece: Piece, head: int, tail: int) -> Piece:
    """The piece shortened to so many words at its beginning and its end."""
    return Piece(piece.same, _shortened(piece.a, head, tail), _shortened(piece.b, head, tail))


def _shortened(text: str, head: int, tail: int) -> str:
    found = tokens(text)
    if len(found) <= head + tail + 3:
        return text
    start, end = "".join(found[:head]).rstrip(), "".join(found[len(found) - tail :])
    return " ".join(part for part in (start, "…", end) if part) if end else f"{start} … ".lstrip()
