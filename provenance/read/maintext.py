"""The main text of a page, as paragraphs, and where it links: trafilatura decides what belongs to it, we write it down. Pure.

trafilatura's own plain text has one line break wherever something ends, so that paragraphs, list items and rows look alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

LARGEST = 20_000
"""Elements of a page that trafilatura gets: it takes 40 microseconds for each. A larger one is taken as it stands."""

ARTICLE = 0.3
"""A page of which the text outside of links is shorter than this share of its main text is a list of other pages."""

LONGEST_LINK = 400
"""Characters; a longer one is a link that was not closed, with half of the page behind it."""

_BLOCKS = """
    p head list quote table div code ab fw h1 h2 h3 h4 h5 h6 ul ol blockquote pre article section main
"""
_LINES = "item row li tr dt dd"
_BREAKS = dict.fromkeys(_BLOCKS.split(), 2) | dict.fromkeys(_LINES.split(), 1)
"""Line breaks around an element, in trafilatura's vocabulary and in HTML's."""
_LINE_BREAKS = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_BETWEEN = re.compile(r"\n{3,}")
_BESIDE = frozenset(("cell", "td", "th"))
_RIM = ("head", "header", "nav", "footer", "aside", "form", "noscript", "script", "template", "button", "select", "iframe")


def main_text(tree: HtmlElement) -> tuple[str, tuple[str, ...]]:
    """The text in paragraphs (a blank line between them; one break between items, rows and lines), and the addresses that it
    links to as they are written, in order.

    Lines that are a link and nothing else lead to other texts ("Read also") and are left out. Empty where the page has no text,
    or hardly any that is not the words of links. The tree is not changed.
    """
    body = _body(tree)
    if body is None:
        return "", ()
    text, links = _written(body)
    linked = [words for words in (" ".join(a.text_content().split()) for a in tree.iter("a")) if len(words) <= LONGEST_LINK]
    everything = " ".join(piece for part in tree.iter("body") for piece in part.itertext()).split()
    if sum(map(len, everything)) - sum(len(words.replace(" ", "")) for words in linked) < ARTICLE * len(text):
        return "", ()
    elsewhere = set(linked)
    kept = "\n".join(line for line in text.split("\n") if not line or line not in elsewhere)
    return _BETWEEN.sub("\n\n", kept).strip("\n"), links


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


def _written(body: _Element) -> tuple[str, tuple[str, ...]]:
    """A tree as text, and the addresses in it."""
    from lxml import etree

    pieces: list[str] = []
    links: list[str] = []
    breaks = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        breaks = max(breaks, _BREAKS.get(tag, 0))
        if tag in ("lb", "br") and event == "start":
            breaks = min(2, breaks + 1)  # two of them make a paragraph
        elif tag in ("ref", "a") and event == "start":
            links.append(element.get("target") or element.get("href") or "")
        elif tag in _BESIDE:
            pieces.append(" ")
        text = element.text if event == "start" else element.tail if element is not body else None
        if not text:
            continue
        if breaks and not text.isspace():
            pieces.append("\n" * breaks)
            breaks = 0
        pieces.append(_LINE_BREAKS.sub(" ", text))
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(lines).strip("\n"), tuple(filter(None, links))
