"""Marked text in a terminal: marks as colour, or as signs where there is none, and wrapping to a width. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from provenance.report.diff import Piece
from provenance.report.words import flat, width

PLAIN, CUT, ADDED, SHARED, DIM, BOLD = "plain", "cut", "added", "shared", "dim", "bold"
_COLOURS = {CUT: "31;9", ADDED: "32", SHARED: "1;36", DIM: "2", BOLD: "1"}
_SIGNS = {CUT: ("[-", "-]"), ADDED: ("{+", "+}"), SHARED: ("*", "*")}
_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3"
    "\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd"
)
# What a line may end behind: a wide character, a run of others, or white space.
_BREAKABLE = re.compile(rf"[{_WIDE}]|[^\s{_WIDE}]+|\s+")

LONGEST_WORD = 300
"""Characters of a word that are shown: longer ones are encoded data, or an attack on the reader's screen and patience."""


class Span(NamedTuple):
    """A stretch of text in one style."""

    style: str
    text: str


class Paint:
    """How marks are shown: as colour, or as signs."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, style: str, text: str) -> str:
        """The text in a style; space at its ends stays outside of the mark."""
        inner = text.strip()
        if not inner or style == PLAIN:
            return text
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        if self._colour:
            return f"{before}\x1b[{_COLOURS[style]}m{inner}\x1b[0m{after}"
        start, end = _SIGNS.get(style, ("", ""))
        return f"{before}{start}{inner}{end}{after}"

    def lines(self, spans: Iterable[Span], columns: int) -> Iterator[str]:
        """The spans as painted lines of at most so many columns. Hostile characters are replaced."""
        for line in _wrapped(spans, columns, 0 if self._colour else 4):
            yield self._line(line)

    def columns(self, spans: Iterable[Span], columns: int) -> list[tuple[str, int]]:
        """As `lines`, each with the columns that it takes on the screen."""
        bare = Paint(colour=False)
        return [
            (self._line(line), width("".join(span.text for span in line).rstrip()) if self._colour else width(bare._line(line)))
            for line in _wrapped(spans, columns, 0 if self._colour else 4)
        ]

    def _line(self, line: Sequence[Span]) -> str:
        return "".join(self(style, text) for style, text in line).rstrip()


def _wrapped(spans: Iterable[Span], columns: int, signs: int) -> Iterator[list[Span]]:
    """Lines of spans; a marked span takes `signs` columns more."""
    line: list[Span] = []
    used = 0
    for style, word in _words(spans, columns - signs):
        opens = signs if style in _SIGNS and not (line and line[-1].style == style) else 0
        size = width(word)
        if line and used + opens + width(word.rstrip()) > columns:
            yield line
            line, used = [], 0
            opens = signs if style in _SIGNS else 0
        if not line and word.isspace():
            continue
        if line and line[-1].style == style:
            line[-1] = Span(style, line[-1].text + word)
        else:
            line.append(Span(style, word))
        used += size + opens
    if line:
        yield line


def _words(spans: Iterable[Span], longest: int) -> Iterator[Span]:
    for style, text in spans:
        for word in _BREAKABLE.findall(flat(text)):
            if len(word) > LONGEST_WORD:
                word = word[:LONGEST_WORD] + "…"
            while width(word) > longest:
                cut = _fitting(word, longest)
                yield Span(style, word[:cut])
                word = word[cut:]
            if word:
                yield Span(style, word)


def _fitting(word: str, columns: int) -> int:
    """How many of its characters fit, one at least."""
    used = 0
    for i, character in enumerate(word):
        used += width(character)
        if used > columns:
            return max(1, i)
    return len(word)


def changes(pieces: Iterable[Piece]) -> Iterator[Span]:
    """One text with both sides of each change: what was cut, then what stands there instead."""
    for same, a, b in pieces:
        if same:
            yield Span(PLAIN, b)
        else:
            yield Span(CUT, a)
            yield Span(ADDED, b)


def side(pieces: Iterable[Piece], *, left: bool) -> Iterator[Span]:
    """One side of the changes, its own words marked."""
    for same, a, b in pieces:
        if same:
            yield Span(PLAIN, a if left else b)
        else:
            yield Span(CUT, a) if left else Span(ADDED, b)


def kept(pieces: Iterable[Piece]) -> Iterator[Span]:
    """A reworded text with the words marked that it shares."""
    for same, text, _ in pieces:
        yield Span(SHARED if same else PLAIN, text)
