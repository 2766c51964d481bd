"""Rows as JSON, newline-delimited JSON, CSV or an aligned table: a few lines at a time, so that long answers stream."""

from __future__ import annotations

import base64
import csv
import io
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from provenance.report.words import dump, safe, shorten, width

Row = Sequence[Any]

TABLE_SAMPLE = 500
"""Rows that decide how wide a table's columns are."""
TABLE_CELL, LAST_CELL = 60, 200
"""Characters of a cell that a table shows, and of one in the last column, which moves no other. Whoever wants all of them asks
for CSV or JSON."""


def formatted(style: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The rows in one of STYLES; every piece ends its line."""
    return STYLES[style](_distinct(columns), rows)


def _distinct(columns: Sequence[str]) -> list[str]:
    """Names as keys of an object: the second `a` of a query is `a_2`."""
    names: list[str] = []
    for name in columns:
        spare = itertools.count(2)
        fresh = name
        while fresh in names:
            fresh = f"{name}_{next(spare)}"
        names.append(fresh)
    return names


def _json(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    start = "["
    for row in rows:
        yield f"{start}{dump(_object(columns, row))}"
        start = ",\n "
    yield "[]\n" if start == "[" else "]\n"


def _nl(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield f"{dump(_object(columns, row))}\n"


def _object(columns: Sequence[str], row: Row) -> dict[str, Any]:
    return {name: _plain(value) for name, value in zip(columns, row, strict=True)}


def _plain(value: Any) -> Any:
    """A value that JSON can hold. Bytes as sqlite-utils writes them."""
    if isinstance(value, bytes):
        return {"$base64": True, "encoded": base64.b64encode(value).decode()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    for row in itertools.chain([columns], rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([_cell(value) for value in row])
        yield line.getvalue()


def _cell(value: Any) -> Any:
    return dump(_plain(value)) if isinstance(value, (bytes, dict, list, tuple, bool)) else value


def _table(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    rows = iter(rows)
    sample = list(itertools.islice(rows, TABLE_SAMPLE))
    cells = list(map(_shown, sample))
    widths = [max(map(width, column)) for column in zip(columns, *cells, strict=True)]
    numeric = [
        bool(sample) and all(isinstance(value, (int, float)) or value is None for value in column)
        for column in zip(*sample, strict=True)
    ] or [False] * len(columns)
    yield _line(columns, widths, numeric)
    yield _line(["-" * n for n in widths], widths, numeric)
    for row in itertools.chain(cells, map(_shown, rows)):
        yield _line(row, widths, numeric)


def _shown(row: Row) -> list[str]:
    return [_text(value, TABLE_CELL) for value in row[:-1]] + [_text(value, LAST_CELL) for value in row[-1:]]


def _text(value: Any, limit: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, float):
        digits = ".4g" if 0.001 <= abs(value) < 10000 or not value else ".4f" if abs(value) < 1 else ".1f"
        return f"{value:{digits}}"
    return shorten(safe(value if isinstance(value, str) else str(_cell(value))), limit)


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    parts = []
    for cell, size, right in zip(cells, widths, numeric, strict=True):
        space = " " * (size - width(cell))
        parts.append(space + cell if right else cell + space)
    return "  ".join(parts).rstrip() + "\n"


STYLES: dict[str, Callable[[Sequence[str], Iterable[Row]], Iterator[str]]] = {
    "json": _json,
    "nl": _nl,
    "csv": _csv,
    "table": _table,
}
