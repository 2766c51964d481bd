"""Markup inside a field: told from prose that mentions tags and from source code, and turned into text. Pure.

An exported text is often the inside of a page: paragraphs between <p> and </p>, breaks as <br>, characters as entities. What
tells it from a text about markup is that next to nothing stands outside of the tags, and that tags come in pairs. An entity in a
text without tags stays as it is: nothing tells an escaped ampersand from a text that means it, and offsets point into the text.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_PAGE = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])", re.I | re.S
)
_BLOCK_NAMES = """
    address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
    header hr legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset(("script", "style", "noscript", "template", "iframe", "object", "svg", "head", "title", "select", "textarea"))
_VOID = frozenset(("hr",))
_INLINE = "a abbr b big cite code em font i mark q s small span strike strong sub sup time u"
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|li|ul|ol|blockquote|table|tr|td|section|article|figure)(?:\s[^<>]*)?/?>|<br\s*/?>", re.I
)
_INLINE_PAIR = re.compile(rf"<({_INLINE.replace(' ', '|')})(\s[^<>]*)?>[^<]*</\1\s*>", re.I)
_CODE = re.compile(r"```|`[^`\n]*<|^(?:#include|import |from \w+ import|package |using )|[;{]\s*$", re.M)
"""Signs of source code and of writing about it: fences, tags in backticks, lines that end as statements do."""
_INSIDE = 0.8
"""Share of the visible characters that stand inside of blocks, in a text that is markup."""


def kind(text: str) -> str | None:
    """`page` for a whole web page, `fragment` for a part of one, `escaped` for a part with its tags as entities, as in feeds;
    None for a text that is what it says, though it may mention a tag or hold an entity."""
    if "<" in text:
        return "page" if _PAGE.match(text) else "fragment" if _is_fragment(text) else None
    return "escaped" if ("&lt;/" in text or "&lt;br" in text) and _is_fragment(html.unescape(text)) else None


def plain(text: str, kind: str) -> str:
    """The text of a fragment, its paragraphs apart by a blank line."""
    return _read(html.unescape(text) if kind == "escaped" else text).text()


def _is_fragment(text: str) -> bool:
    block = _BLOCK_TAG.search(text)
    if ("</" not in text and not block) or _CODE.search(text):
        return False
    if block:
        reader = _read(text)
        if reader.blocks and reader.paired:
            return reader.inside >= _INSIDE * reader.visible
        return reader.breaks >= 2 and reader.breaks >= text.strip().count("\n\n")
    pairs = _INLINE_PAIR.findall(text)
    return len(pairs) >= 2 and any(attributes.strip() for _, attributes in pairs) and text.strip().count("\n") <= len(pairs)


def _read(markup: str) -> _Reader:
    reader = _Reader()
    for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>")):  # what is never closed would hide all tags behind it
        last = markup.rfind(closing) + 1
        markup = markup[:last] + markup[last:].replace(opening, "")
    reader.feed(markup)
    reader.close()
    return reader


class _Reader(HTMLParser):
    """The visible text of markup, a line a block, and counts of what stands where."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.visible = self.inside = self.blocks = self.breaks = 0
        self.paired = False
        self._parts: list[str] = []
        self._depth = self._hidden = self._kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag == "br":
            self.breaks += 1
            self._parts.append("\n")
        elif tag in _BLOCKS:
            self.blocks += 1
            self._break()
            self._depth += tag not in _VOID
            self._kept += tag == "pre"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" or tag in _BLOCKS:
            self.handle_starttag(tag, attrs)
            self._depth -= tag in _BLOCKS and tag not in _VOID

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self.paired = self.paired or self._depth > 0
            self._depth = max(0, self._depth - 1)
            self._kept = max(0, self._kept - (tag == "pre"))
            self._break()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        seen = len(data) - sum(map(str.isspace, data))
        self.visible += seen
        self.inside += seen if self._depth else 0
        self._parts.append(data if self._kept else re.sub(r"[ \t\n\r\f]+", " ", data))

    def _break(self) -> None:
        self._parts.append("\n\n")

    def text(self) -> str:
        joined = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(self._parts))
        return re.sub(r"\n{3,}", "\n\n", joined).strip()
