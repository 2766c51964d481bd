"""What the markup of a page says of it: title, author, language, site, addresses, sources. Pure. Dates are in stamps.py.

Each field has a list of places in the order in which they are believed: what was written for machines about the article
(JSON-LD), for other sites (Open Graph), for other machines (meta), and last what readers see.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit

from provenance.read import jsonld
from provenance.read.jsonld import Thing, names

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_T = TypeVar("_T")

MOST_LINKS, MOST_CREDITS = 64, 16
LONGEST_ADDRESS, LONGEST_LABEL = 2_000, 500
"""What is kept of one page; characters."""

_PIECES = 64
"""Text nodes of which the text of a label is made: an element that is called a byline may hold a whole page."""

_TITLES = ("citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline", "twitter:title", "title")
_AUTHORS = (
    "author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author",
    "citation_author", "byl", "article.author",
)  # fmt: skip
_SITES = (
    "application-name", "dc.publisher", "dcterms.publisher", "article:publisher", "publisher", "copyright-holder",
)  # fmt: skip
_CREDITS = ("original-source", "syndication-source", "article:original_source", "dc.source", "dcterms.source", "original_source")
_CREDITS_LD = ("isBasedOn", "isBasedOnUrl", "translationOfWork", "sourceOrganization")
_BYLINE = re.compile(r"(?:^|[\s_-])(?:byline|author|autor|auteur|autore)(?:[\s_-]|$|__name)", re.I)
_BY = re.compile(r"^(?:(?:by|von|par|por|di|door|text|words)\s+|[^\s:：]{1,12}[:：]\s*)", re.I)
_TAIL = re.compile(r"\s+[|–—·»:-]{1,2}\s+(?=[^|–—·»]+$)")


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """What stands in a page for machines, looked up by name."""

    meta: dict[str, list[str]]
    """Contents of `meta` elements by their name, property, itemprop or http-equiv, in lower case."""
    things: list[Thing]
    article: Thing
    """The JSON-LD object that is the article; empty if there is none."""
    base: str | None
    """What relative addresses are relative to; None if the page does not say."""
    canonical: str | None
    own: str | None
    """The address that the page gives as its own where it was not fetched from one."""

    def first(self, *keys: str) -> str | None:
        return next((value for key in keys for value in self.meta.get(key, ())), None)


def head(tree: HtmlElement, url: str | None) -> Head:
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = " ".join((element.get("content") or "").split())
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (key := element.get(attribute)):
                meta.setdefault(key.strip().lower(), []).append(content)
    relations = ((link.get("href"), (link.get("rel") or "").lower().split()) for link in tree.iter("link"))
    canonical = next((href for href, relation in relations if "canonical" in relation), None)
    base = next((element.get("href") for element in tree.iter("base") if element.get("href")), None)
    shared = next(iter(meta.get("og:url", ())), None)
    canonical, shared = address(canonical or shared, url), address(shared or canonical, url)
    base = address(base, url or canonical) or url or canonical
    scripts = [script.text for script in tree.iter("script") if script.text]
    things = jsonld.things(scripts)
    titles = [*meta.get("og:title", ()), *map(seen, _some(tree.iter("h1"), 4)), *map(seen, _some(tree.iter("title"), 1))]
    article = jsonld.article(things, [at for at in (url, canonical, shared) if at], titles)
    return Head(meta, things, article, base, canonical, shared)


def title(tree: HtmlElement, page: Head) -> str | None:
    """The headline, without the name of the site that titles for browsers end in."""
    headings = [text for text in map(seen, _some(tree.iter("h1"), 8)) if text]
    shown = next(map(seen, tree.iter("title")), "")
    found = (
        *names(page.article.get("headline")), page.first("og:title") or "", *(headings if len(headings) == 1 else ()),
        page.first(*_TITLES) or "", shown, *headings,
    )  # fmt: skip
    name = next((text for text in found if text), None)
    if name is None:
        return None
    cut = _TAIL.search(name)
    if cut:
        rest, last = name[: cut.start()], name[cut.end() :]
        site = site_name(page)
        ours = site is not None and last.casefold() in (site.casefold(), site.casefold().removeprefix("the "))
        if ours or rest in headings or (name == shown and "|" in cut.group()):
            name = rest
    return name[:LONGEST_LABEL]


def author(tree: HtmlElement, page: Head) -> str | None:
    """Those who signed it, joined with commas."""
    people = names(page.article.get("author")) or names(page.article.get("creator"))
    for key in _AUTHORS:
        people = people or page.meta.get(key, [])
        people = [name for name in people if "://" not in name and not name.startswith("@")]
    people = people or _some(_bylines(tree), 1)
    kept = dict.fromkeys(name for name in (name.strip(" ,;:·|") for name in people) if name)
    return ", ".join(kept)[:LONGEST_LABEL] or None


def _bylines(tree: HtmlElement) -> Iterator[str]:
    """Who signed it by what readers see, "by" and its like cut off."""
    for element in tree.iter("a", "span", "p", "div", "address", "li", "strong"):
        if element.get("rel") == "author" or element.get("itemprop") == "author" or _BYLINE.search(element.get("class") or ""):
            text = _BY.sub("", seen(element))
            if 2 <= len(text) <= 100:
                yield text


def lang(tree: HtmlElement, page: Head) -> str | None:
    """The language as two or three letters."""
    said = (tree.get("lang"), page.first("content-language"), page.first("og:locale"), *names(page.article.get("inLanguage")))
    for code in said:
        if match := re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", code or ""):
            return match[1].lower()
    return None


def site_name(page: Head) -> str | None:
    said = (page.first("og:site_name"), *names(page.article.get("publisher")), page.first(*_SITES))
    return next((name[:LONGEST_LABEL] for name in said if name and "://" not in name), None)


def credits(page: Head) -> tuple[str, ...]:
    """Names and addresses of the sources that the markup gives, in order, each once."""
    said = [value for key in _CREDITS for value in page.meta.get(key, ())]
    said += [value for key in _CREDITS_LD for value in names(page.article.get(key), "url", "@id", "name")]
    own = (site_name(page) or "").casefold()
    return tuple(dict.fromkeys(text[:LONGEST_LABEL] for text in said if text and text.casefold() != own))[:MOST_CREDITS]


def links(hrefs: Iterable[str], page: Head, url: str | None) -> tuple[str, ...]:
    """Addresses as they were written to absolute ones, each once; not those of the page itself."""
    own = {at for at in (url, page.canonical, page.own) if at}
    found = dict.fromkeys(at for at in (address(href, page.base) for href in hrefs) if at and at not in own)
    return tuple(found)[:MOST_LINKS]


def address(href: str | None, base: str | None) -> str | None:
    """An absolute http(s) address without its fragment; None for anything else."""
    href = (href or "").strip()
    if not href or len(href) > LONGEST_ADDRESS:
        return None
    try:
        whole = urldefrag(urljoin(base or "", href)).url
        parts = urlsplit(whole)
        return whole if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:  # "http://[", for one
        return None


def seen(element: HtmlElement) -> str:
    """The text of an element as a reader sees it, in one line."""
    return " ".join("".join(itertools.islice(element.itertext(), _PIECES)).split())[:LONGEST_LABEL]


def _some(items: Iterable[_T], most: int) -> list[_T]:
    return list(itertools.islice(items, most))
