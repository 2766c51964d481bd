"""One row of named fields (JSON object, CSV row) to a Document: fields.py says which field means what."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from provenance.model import Document
from provenance.read import dating, fields, fragment
from provenance.read.base import Options
from provenance.read.dates import parse_date
from provenance.read.decode import clean
from provenance.read.html import Page, extract
from provenance.read.identity import hash_uri, host
from provenance.read.languages import code

MAX_DEPTH = 64
"""Levels of lists and objects that an extra field may have: what is read must also be writable by a recursive encoder."""


class RowError(ValueError):
    """A row that cannot become a Document; the text says why."""


def to_document(row: dict[str, Any], options: Options) -> Document:
    """The Document of a row, which is used up.

    The first usable field of each kind counts; known fields that come before it and are empty are dropped, and everything
    else stays in `extra` under its own name: fields of no meaning here, second names, a date that cannot be understood or
    is none of publication (`date_doubt` says why). A text that is markup is read as such (`markup` says so). Where no field
    gives a date, the markup does, or the address, or the head of the text. Raises RowError where there is no text, or where a
    value cannot be kept.
    """
    layout = fields.layout(row)
    url = next((value for place in layout.address if host(value := fields.get(row, place))), None)
    row_of = _Row(row, options.used)
    text = row_of.text(_places(row, options.text_key, layout.text), options.text_key)
    fetched_at = row_of.take("fetched", layout.fetched, _date)
    text, markup, page = _read_markup(text, url, fetched_at)
    uri = row_of.take("id", _places(row, options.id_key, layout.id), _identity) or hash_uri(text)
    dates = _places(row, options.date_key, layout.date)
    published_at = row_of.take("date", dates, lambda value: dating.usable(_date(value), fetched_at))
    published_from = _date_class(row) if published_at else "none"
    title = row_of.take("title", layout.title, _label)
    author = row_of.take("author", layout.author, _names)
    site = row_of.take("site", layout.site, _label) or host(url) or host(uri)
    lang = row_of.take("lang", layout.lang, _language)
    notes = {} if markup is None else {"markup": markup}
    if not published_at and (doubt := _doubt(row, dates, fetched_at)):
        notes["date_doubt"] = doubt
    if page:
        title, author, lang = title or page.title, author or page.author, lang or page.lang
        notes = page.extra() | notes
        if not published_at:
            published_at, published_from = page.published_at, page.published_from
    if not published_at:
        published_at, published_from = dating.date_of(url or uri, text, fetched_at)
    extra = _kept(row, MAX_DEPTH) if row else row
    for name, note in notes.items():
        extra.setdefault(name, note)
    return Document(
        uri=uri,
        text=text,
        title=title,
        author=author,
        site=site,
        lang=lang,
        published_at=published_at,
        published_from=published_from,
        fetched_at=fetched_at,
        extra=extra,
    )


def to_row(document: Document, options: Options) -> dict[str, Any]:
    """The row of which `to_document` makes this document: what it holds under the names that were asked for, else the first
    usual one that is free, and then everything in `extra` under its own. The class of a date that no field of the input gave
    stands in `published_from`.
    """
    row: dict[str, Any] = {}
    for meaning, key, value in (
        ("id", options.id_key, document.uri),
        ("title", None, document.title),
        ("date", options.date_key, document.published_at),
        ("site", None, document.site),
        ("author", None, document.author),
        ("lang", None, document.lang),
        ("fetched", None, document.fetched_at),
        ("text", options.text_key, document.text),
    ):
        if value is not None:
            row[key or fields.free(document.extra, meaning)] = value
    if document.published_at is not None and document.published_from != "given":
        row["published_from"] = document.published_from
    return row | {name: value for name, value in document.extra.items() if name not in row}


class _Row:
    """A row out of which fields are taken, counting which were taken for what."""

    def __init__(self, row: dict[str, Any], used: fields.FieldsUsed | None) -> None:
        self._row = row
        self._used = used

    def text(self, places: Iterable[fields.Path], asked: str | None) -> str:
        """The first text that is not blank. Raises RowError."""
        first: tuple[str, Any] | None = None
        for place in places:
            value = fields.get(self._row, place)
            if isinstance(value, str) and value and not value.isspace():
                self._drop("text", place)
                return clean(value)
            first = first or (fields.spelled(place), value)
        if first is None:
            names = repr(asked) if asked else "'text' or 'content' or 'body', or by another usual name of a text"
            there = ", ".join(map(repr, list(self._row)[:_NAMED])) + (", ..." if len(self._row) > _NAMED else "")
            found = f"; there is {clean(there)}" if there else ""
            raise RowError(f"no field {names}{found}; name the one that holds the text with --text-key")
        name, value = first
        if value is None or isinstance(value, str) or not value:
            raise RowError(f"the field {clean(name)!r} is empty")
        raise RowError(f"the field {clean(name)!r} is {_KINDS[type(value)]}, not a text")

    def take(self, meaning: str, places: Iterable[fields.Path], convert: Callable[[Any], str | None]) -> str | None:
        """The first of these fields that converts, taken out of the row with the empty ones before it."""
        for place in places:
            value = fields.get(self._row, place)
            if value is None or value == "" or value == []:
                fields.drop(self._row, place)
            elif (converted := convert(value)) is not None:
                self._drop(meaning, place)
                return converted
        return None

    def _drop(self, meaning: str, place: fields.Path) -> None:
        fields.drop(self._row, place)
        if self._used is not None:
            self._used.add(meaning, place)


_NAMED = 8
"""Fields that an error names."""
_KINDS = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}


def _places(row: dict[str, Any], key: str | None, usual: tuple[fields.Path, ...]) -> tuple[fields.Path, ...]:
    if key is None:
        return usual
    place = fields.named(row, key)
    return (place,) if place else ()


def _read_markup(text: str, url: str | None, fetched_at: str | None) -> tuple[str, str | None, Page | None]:
    """The text without its markup, the kind of markup that it was, and what a whole page says. Raises RowError for a page
    without a text."""
    kind = fragment.kind(text)
    if kind is None:
        return text, None, None
    if kind == "page":
        page = extract(text, url, None, fetched_at)
        if page.problem:
            raise RowError(f"the text is a web page: {page.problem}")
        return page.text, kind, page
    text = fragment.plain(text, kind)
    if not text or text.isspace():
        raise RowError("the text is markup and nothing else")
    return clean(text), kind, None


def _date(value: Any) -> str | None:
    return parse_date(value) or (dating.from_field(value) if isinstance(value, str) else None)


def _date_class(row: dict[str, Any]) -> str:
    """Where the date of a row comes from: a field of the input, unless the row is one of `to_row` and says otherwise."""
    return row.pop("published_from") if row.get("published_from") in ("meta", "url", "text") else "given"


_SHAPED = re.compile(r"\s*(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?!\d)|\d{8}\s*$)")
"""What is meant as a date, and is none that a calendar has if it cannot be read."""


def _doubt(row: dict[str, Any], places: Iterable[fields.Path], fetched_at: str | None) -> str | None:
    """Why the first date that is still there does not count as one of publication."""
    for place in places:
        value = fields.get(row, place)
        if date := _date(value):
            return dating.doubt(date, fetched_at)
        if isinstance(value, str) and _SHAPED.match(value):
            return "impossible"
    return None


def _identity(value: Any) -> str | None:
    if isinstance(value, str):
        return clean(value) if value.strip() else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise RowError(f"the id is {_KINDS[type(value)]}, not a text or a number")


def _label(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return clean((html.unescape(value) if "&" in value else value).strip()) or None


def _names(value: Any) -> str | None:
    values = value if isinstance(value, list) else [value]
    names = [name.get("name") if isinstance(name, dict) else name for name in values]
    if all(isinstance(name, str) for name in names):
        return _label(", ".join(name.strip() for name in names if name.strip()))
    return None


def _language(value: Any) -> str | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return code(value) if isinstance(value, str) else None


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
