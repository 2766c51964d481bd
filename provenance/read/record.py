"""One row of named fields (JSON object, CSV row) to a Document: which field means what."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import xxhash

from provenance.model import Document
from provenance.read.base import Options
from provenance.read.dates import parse_date
from provenance.read.decode import clean

TEXT = ("text", "content", "body")
ID = ("id", "uri", "url")
DATE = ("date", "published", "published_at")
FETCHED = ("fetched_at", "fetched", "crawled_at", "crawled", "scraped_at")
TITLE = ("title",)
AUTHOR = ("author", "authors")
SITE = ("source", "site")
LANG = ("lang", "language")
FIELDS = frozenset((*TEXT, *ID, *DATE, *FETCHED, *TITLE, *AUTHOR, *SITE, *LANG))
"""Every name that means something by itself."""

MAX_DEPTH = 64
"""Levels of lists and objects that an extra field may have: what is read must also be writable by a recursive encoder."""


class RowError(ValueError):
    """A row that cannot become a Document; the text says why."""


def to_document(row: dict[str, Any], options: Options) -> Document:
    """The Document of a row, which is used up.

    The first usable field of each kind counts; known fields that come before it and are empty are dropped, and everything
    else stays in `extra` under its own name: fields of no meaning here, second names, a date that cannot be understood.
    Raises RowError where there is no text, or where a value cannot be kept.
    """
    text = _text(row, (options.text_key,) if options.text_key else TEXT)
    url = row.get("url") or row.get("uri")
    uri = _take(row, (options.id_key,) if options.id_key else ID, _identity) or hash_uri(text)
    published_at = _take(row, (options.date_key,) if options.date_key else DATE, parse_date)
    fetched_at = _take(row, FETCHED, parse_date)
    title = _take(row, TITLE, _label)
    author = _take(row, AUTHOR, _names)
    site = _take(row, SITE, _label) or _host(url) or _host(uri)
    lang = _take(row, LANG, _label)
    return Document(
        uri=uri,
        text=text,
        title=title,
        author=author,
        site=site,
        lang=lang,
        published_at=published_at,
        published_from="given" if published_at else "none",
        fetched_at=fetched_at,
        extra=_kept(row, MAX_DEPTH) if row else row,
    )


def to_row(document: Document, options: Options) -> dict[str, Any]:
    """The row of which `to_document` makes this document: what it holds under the names that were read, the first of each
    kind where several would do, and everything in `extra` under its own. A date that was not a field of the input also has
    a field `published_from`.
    """
    row = dict(document.extra)
    for key, names, value in (
        (options.id_key, ID, document.uri),
        (None, TITLE, document.title),
        (options.date_key, DATE, document.published_at),
        (None, SITE, document.site),
        (None, AUTHOR, document.author),
        (None, LANG, document.lang),
        (None, FETCHED, document.fetched_at),
        (options.text_key, TEXT, document.text),
    ):
        name = key or next((name for name in names if name not in document.extra), names[0])
        if value is not None and not (names is SITE and name in document.extra):  # then it is the host of the uri
            row[name] = value
    if document.published_at is not None and document.published_from != "given":
        row.setdefault("published_from", document.published_from)
    return row


def hash_uri(text: str) -> str:
    """The identity of a text that has no other: `text:` and the xxh3_128 of its UTF-8, 32 hexadecimal digits."""
    return "text:" + xxhash.xxh3_128_hexdigest(text.encode())


def _text(row: dict[str, Any], names: tuple[str, ...]) -> str:
    name = next((name for name in names if row.get(name)), None) or next((name for name in names if name in row), None)
    if name is None:
        raise RowError(f"no field {' or '.join(map(repr, names))}; name the one that holds the text with --text-key")
    text = row.pop(name)
    if text is not None and not isinstance(text, str):
        raise RowError(f"the field {name!r} is {_KINDS[type(text)]}, not a text")
    if not text or text.isspace():
        raise RowError(f"the field {name!r} is empty")
    return clean(text)


_KINDS = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}


def _take(row: dict[str, Any], names: tuple[str, ...], convert: Callable[[Any], str | None]) -> str | None:
    """The first of these fields that converts, taken out of the row with the empty ones before it."""
    for name in names:
        if name in row:
            value = row[name]
            if value is None or value == "" or value == []:
                del row[name]
            elif (converted := convert(value)) is not None:
                del row[name]
                return converted
    return None


def _identity(value: Any) -> str | None:
    if isinstance(value, str):
        return clean(value) if value.strip() else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise RowError(f"the id is {_KINDS[type(value)]}, not a text or a number")


def _label(value: Any) -> str | None:
    return clean(value.strip()) or None if isinstance(value, str) else None


def _names(value: Any) -> str | None:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        value = ", ".join(name.strip() for name in value if name.strip())
    return _label(value)


def _host(url: Any) -> str | None:
    """The host of an address without `www.`, or None where the value is no address."""
    if not isinstance(url, str) or "//" not in url:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:  # "http://[", for one
        return None
    return clean(host.removeprefix("www.")) or None if host else None


def _kept(value: Any, depth: int) -> Any:
    """A value as it can be stored: texts cleaned; raises RowError for numbers that JSON does not have and for endless nesting."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise RowError("a number is too large or no number")
    if isinstance(value, (dict, list)):
        if depth == 0:
            raise RowError(f"a field is nested more than {MAX_DEPTH} levels deep")
        if isinstance(value, list):
            return [_kept(item, depth - 1) for item in value]
        return {clean(key): _kept(item, depth - 1) for key, item in value.items()}
    return value
