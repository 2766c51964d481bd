"""JSON-LD in a page: which of its objects is the article, and what it says of itself. Pure.

Pages carry organisations, bread crumbs, other articles and comments beside the article, and JSON that no parser accepts.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from provenance.read.decode import clean

Thing = dict[str, Any]

MOST_OBJECTS = 2_000
"""Objects of one page that are looked at."""
LONGEST = 2_000_000
"""Characters of one script."""

_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!\[CDATA\[|<!--)|(?://)?\s*(?:\]\]>|-->)\s*;?\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_INTO = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where an article may be inside of another object; anything else that an object holds is another thing."""
_ARTICLES = ("article", "posting", "report", "review")
"""How the types of articles end: NewsArticle, BlogPosting."""


def things(scripts: Iterable[str]) -> list[Thing]:
    """The objects of all scripts of a page that may be the page's own, in order. What cannot be parsed is left out."""
    found: list[Thing] = []
    for script in scripts:
        waiting = [_parsed(script)]
        while waiting and len(found) < MOST_OBJECTS:
            value = waiting.pop()
            if isinstance(value, list):
                waiting += reversed(value[:MOST_OBJECTS])
            elif isinstance(value, dict):
                found.append(value)
                waiting += [value[key] for key in reversed(_INTO) if key in value]
    return found


def _parsed(script: str) -> Any:
    if len(script) > LONGEST:
        return None
    script = _WRAPPING.sub("", script)
    for text in (script, _TRAILING_COMMA.sub(r"\1", html.unescape(script))):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def article(found: list[Thing], addresses: Iterable[str], titles: Iterable[str]) -> Thing:
    """The object that is the article: by its address, by its headline, else the first. Empty where there is none."""
    articles = [thing for thing in found if any(kind.endswith(_ARTICLES) for kind in kinds(thing))]
    if len(articles) > 1:
        here = {_bare(address) for address in addresses}
        heads = {_folded(title) for title in titles}
        for thing in articles:
            said = (address for key in ("url", "@id", "mainEntityOfPage") for address in names(thing.get(key), "@id"))
            if not here.isdisjoint(map(_bare, said)):
                return thing
        for thing in articles:
            if any(_folded(head) in heads for key in ("headline", "name") for head in names(thing.get(key))):
                return thing
    pages = (thing for thing in found if "webpage" in kinds(thing) and "datePublished" in thing)
    return next(iter(articles), None) or next(pages, {})


def kinds(thing: Thing) -> list[str]:
    """The types of an object, in lower case and without their vocabulary's address."""
    return [kind.rsplit("/", 1)[-1].lower() for kind in names(thing.get("@type"))]


def names(value: Any, *keys: str) -> list[str]:
    """The texts that a field holds: itself, those of a list, the name (or the value of the first of `keys`) of an object."""
    return [text for text in _names(value, keys or ("name",), 4) if text][:32]


def _names(value: Any, keys: tuple[str, ...], depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(clean(html.unescape(value)).split())
    elif depth and isinstance(value, list):
        for item in value[:32]:
            yield from _names(item, keys, depth - 1)
    elif depth and isinstance(value, dict):
        yield from _names(next((value[key] for key in keys if value.get(key)), None), keys, depth - 1)


def _bare(address: str) -> str:
    """An address without what does not tell pages apart."""
    return re.sub(r"^https?://(?:www\.)?", "", address.split("#")[0]).rstrip("/").lower()


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
