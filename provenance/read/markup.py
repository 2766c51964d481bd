"""Markup of any honesty to an lxml tree of bounded depth and size. Pure.

lxml's own tree builder gives up at 256 levels, with all text behind them, and takes quadratic time for a tag with many
attributes (ten seconds a megabyte). libxml2's tokens are free of both, so the tree is built here from them, and what a
page has too much of is flattened: its text stays. What trafilatura never looks at (scripts, styles, drawings, comments) is
left out, which also makes it faster.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from provenance.read.decode import REPLACEMENT

if TYPE_CHECKING:
    from lxml.html import HtmlElement

DEEPEST = 100
"""Levels of the tree; the elements of deeper ones are left out and their text stays. Real pages have 15 to 40."""
LARGEST = 200_000
"""Elements of the tree; treated likewise."""
ABSURD = 2_000
"""Open elements at which reading stops: libxml2 searches them all for an end tag that fits none, 0.8 s a megabyte at worst."""
MOST_ATTRIBUTES, LONGEST_VALUE = 40, 4_000
"""Of one element, and characters of one value, except for those in _WHOLE."""

_PIECE = 1 << 15
_WHOLE = ("content", "href")

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DIVIDING = """
    address article aside blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li main ol p pre section table tr ul
"""
_BLOCKS = frozenset(_DIVIDING.split())
_DRAWING_ENDS = _BLOCKS | {"body"}
"""What cannot stand in an <svg> and so ends one that was left open."""
_PRESENTATION = re.compile(
    r"</?(?:div|span|section|font|center|b|i|u|em|strong|small|big|table|tbody|tr|td|ul|ol|dl|blockquote|form|a)\b[^<>]*>", re.I
)
_CLOSED_AT_ONCE = re.compile(r"<(script|title|style|iframe|textarea|noscript|div|span|a|p)\b([^<>]*)/>", re.I)


class TooDeepError(ValueError):
    """More elements are open at once than any page needs."""


def parse(text: str) -> HtmlElement | None:
    """The tree of a page, or None where there is nothing. Takes time in proportion to the text, whatever it holds.

    Raises TooDeepError for what stays absurdly nested without the elements that only arrange and paint.
    """
    if text.lstrip()[:5] == "<?xml":  # in XHTML these may end at once; to an HTML parser they swallow what follows
        text = _CLOSED_AT_ONCE.sub(r"<\1\2></\1>", text)
    text = legal(text)
    try:
        return _build(text)
    except TooDeepError:
        return _build(_PRESENTATION.sub("\n", text))


def legal(text: str) -> str:
    """The text without what XML cannot hold: control characters go, NUL and lone surrogates become U+FFFD."""
    return _ILLEGAL.sub(lambda bad: REPLACEMENT if bad.group() == "\0" or "\ud800" <= bad.group() <= "\udfff" else "", text)


def _build(text: str) -> HtmlElement | None:
    if not text or text.isspace():
        return None
    from lxml import html

    builder = _Builder()
    parser = html.HTMLParser(target=builder, encoding="utf-8")
    data = text.encode()
    for start in range(0, len(data), _PIECE):  # an error of the builder is raised only at the end of a piece
        parser.feed(data[start : start + _PIECE])
    return parser.close()


class _Builder:
    """A target of lxml's parser: start and end tags and text in, a tree out."""

    def __init__(self) -> None:
        self._open: list[HtmlElement | None] = []
        """The elements that are open; None for one that was left out."""
        self._top: HtmlElement | None = None
        """The innermost open one that is in the tree."""
        self._last: HtmlElement | None = None
        """Its last child, behind which text goes; None if it has none yet."""
        self._root: HtmlElement | None = None
        self._text: list[str] = []
        self._words = False
        """Whether that text is more than blanks."""
        self._depth = 0
        self._size = 0
        self._hidden = 0
        """Open elements from the outermost one on whose content is not wanted."""
        self._drawing = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= ABSURD:
            raise TooDeepError(f"the markup is nested more than {ABSURD:,} levels deep")
        if self._hidden and self._drawing and tag in _DRAWING_ENDS:
            self._hidden = 0
        if not self._hidden and (tag in ("style", "svg") or (tag == "script" and "ld+json" not in attributes.get("type", ""))):
            self._hidden = len(self._open) + 1
            self._drawing = tag == "svg"
        entered = None
        if not self._hidden:
            if self._depth < DEEPEST and self._size < LARGEST:
                entered = self._enter(tag, attributes)
            else:
                self._divide(tag)
        self._open.append(entered)

    def end(self, tag: str) -> None:
        if not self._open:
            return
        element = self._open.pop()
        if len(self._open) < self._hidden:
            self._hidden = 0
        if element is not None:
            self._leave(element)
        elif not self._hidden:
            self._divide(tag)

    def data(self, text: str) -> None:
        if not self._hidden:
            self._text.append(text)
            self._words = self._words or not text.isspace()

    def _enter(self, tag: str, attributes: dict[str, str]) -> HtmlElement | None:
        from lxml import etree, html

        self._flush()
        try:
            element = html.Element(tag) if self._top is None else etree.SubElement(self._top, tag)
        except ValueError:  # names that XML does not know, such as <o:p> and <a"b>
            return None
        for name, value in list(attributes.items())[:MOST_ATTRIBUTES]:
            try:
                element.set("lang" if name == "xml:lang" else name, value if name in _WHOLE else value[:LONGEST_VALUE])
            except ValueError:
                continue
        self._root = element if self._root is None else self._root
        self._size += 1
        self._depth += 1
        self._top, self._last = element, None
        return element

    def _leave(self, element: HtmlElement) -> None:
        if element is not self._root:  # what stands behind the end of a page belongs to it
            self._flush()
            self._depth -= 1
            self._top, self._last = element.getparent(), element

    def _divide(self, tag: str) -> None:
        """Two line breaks in place of a block that is left out, between texts that it keeps apart."""
        if tag not in _BLOCKS or not self._words:
            return
        for _ in range(2) if self._size < LARGEST else ():
            self._leave(self._enter("br", {}))
        self._text.append("\n")

    def _flush(self) -> None:
        """Text goes in when its place ends, all at once: a thousand pieces put together one by one take quadratic time."""
        text = legal("".join(self._text))  # entities give what the markup itself could not hold
        self._text.clear()
        self._words = False
        if not text or self._top is None:
            return
        if self._last is None:
            self._top.text = (self._top.text or "") + text
        else:
            self._last.tail = (self._last.tail or "") + text

    def close(self) -> HtmlElement | None:
        self._flush()
        return self._root
