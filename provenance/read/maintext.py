"""The main text of a page, as paragraphs, and where it links: trafilatura decides what belongs to it, we write it down. Pure.

trafilatura's own plain text has one line break wherever something ends, so that paragraphs, list items and rows look alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

LARGEST = 20_000
"""Elements of a page that trafilatura gets: it takes 40 microseconds for each. A larger one is taken as it stands."""

_BLOCKS = """
    p head list quote table div code ab fw h1 h2 h3 h4 h5 h6 ul ol blockquote pre article section main
"""
_LINES = "item row lb li tr br dt dd"
_BREAKS = dict.fromkeys(_BLOCKS.split(), 2) | dict.fromkeys(_LINES.split(), 1)
"""Line breaks around an element, in trafilatura's vocabulary and in HTML's."""
_BESIDE = frozenset(("cell", "td", "th"))
_RIM = ("head", "header", "nav", "footer", "aside", "form", "noscript", "script", "template", "button", "select", "iframe")


def main_text(tree: HtmlElement) -> tuple[str, tuple[str, ...], float]:
    """The text in paragraphs (a blank line between them; one break between items, rows and lines), the addresses that it links
    to as they are written, in order, and which part of its characters are the words of links.

    Empty where the page has no text. The tree is not changed.
    """
    body = _body(tree)
    return _written(body) if body is not None else ("", (), 0.0)


def _body(tree: HtmlElement) -> _Element | None:
    from trafilatura import bare_extraction

    if sum(1 for _ in tree.iter("*")) > LARGEST:
        return _all_text(tree)
    try:
        page = bare_extraction(tree, include_comments=False, include_links=True, with_metadata=False)
    except Exception:  # its fallbacks fail on odd trees in ways of their own; the text is there all the same
        return _all_text(tree)
    return page.body if page else None


def _all_text(tree: HtmlElement) -> _Element | None:
    """The page without its rim."""
    from copy import deepcopy

    from lxml import etree

    tree = deepcopy(tree)
    etree.strip_elements(tree, *_RIM, with_tail=False)
    return tree.find(".//article") if tree.find(".//article") is not None else tree


def _written(body: _Element) -> tuple[str, tuple[str, ...], float]:
    pieces: list[str] = []
    links: list[str] = []
    linked = inside = breaks = length = 0
    for event, element in _events(body):
        tag = element.tag if isinstance(element.tag, str) else ""
        wanted = _BREAKS.get(tag, 0)
        if tag in ("ref", "a"):
            inside += 1 if event == "start" else -1
            if event == "start":
                links.append(element.get("target") or element.get("href") or "")
        text = (element.text if event == "start" else element.tail if element is not body else None) or ""
        if wanted:
            breaks = max(breaks, wanted)
        elif tag in _BESIDE and pieces and pieces[-1] != " ":
            pieces.append(" ")
        words = " ".join(text.split())
        if not words:
            if text and pieces and pieces[-1] != " ":
                pieces.append(" ")
            continue
        if breaks and pieces:
            while pieces and pieces[-1] == " ":
                pieces.pop()
            pieces.append("\n" * breaks)
        elif text[0].isspace() and pieces and pieces[-1] != " ":
            pieces.append(" ")
        breaks = 0
        pieces.append(words)
        length += len(words)
        linked += len(words) if inside else 0
        if text[-1].isspace():
            pieces.append(" ")
    while pieces and pieces[-1] == " ":
        pieces.pop()
    return "".join(pieces), tuple(filter(None, links)), linked / max(1, length)


def _events(body: _Element) -> Iterator[tuple[str, _Element]]:
    from lxml import etree

    return etree.iterwalk(body, events=("start", "end"))
