"""CSV and TSV with a header: one row a document. The delimiter is a comma, a semicolon or a tab, whichever the header uses."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from provenance.model import Document, Problem
from provenance.read.base import Options, Origin, Reader
from provenance.read.decode import decode, guess_encoding
from provenance.read.record import FIELDS, TEXT, RowError, to_document
from provenance.read.stream import Lines, TooLongError

_DELIMITERS = ",;\t"


class _Decoded:
    """Lines as text. Those that are not UTF-8 are all taken for the one encoding that the head of the file suggests."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._hint: str | None = None
        self.encoding: str | None = None
        """Of the lines since this was last set to None, if any of them was not UTF-8."""

    def __iter__(self) -> _Decoded:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if self._hint is None and not line.isascii():
            try:
                line.decode()
            except UnicodeDecodeError:
                # One line is often too short to tell an encoding from; what stands buffered behind it helps.
                self._hint = guess_encoding(line + self._lines.peek())
        text, encoding = decode(line, self._hint)
        self.encoding = encoding or self.encoding
        return text


def read(stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Document | Problem]:
    """The documents of a table; raises NotTextError if it is binary."""
    # A limit of the whole process: other readers in it only gain by a higher one.
    csv.field_size_limit(max(csv.field_size_limit(), options.max_bytes))
    lines = Lines(stream, options.max_bytes)
    decoded = _Decoded(lines)
    wanted = _text_names(options)
    try:
        lines.skip_blank()
        first = next(decoded, "")
        delimiter, header = max(
            ((mark, _header(first, mark)) for mark in _DELIMITERS),
            key=lambda choice: (not set(wanted).isdisjoint(choice[1]), len(choice[1])),
        )
    except (TooLongError, csv.Error) as error:
        yield origin.problem(f"no header: {error}", lines.number)
        return
    if set(wanted).isdisjoint(header):
        if first:
            columns = " or ".join(map(repr, wanted))
            yield origin.problem(
                f"the header has no column {columns}; name the one that holds the text with --text-key", lines.number
            )
        return
    rows = csv.reader(decoded, delimiter=delimiter, strict=True)
    while True:
        start = lines.number + 1
        decoded.encoding = None
        try:
            cells = next(rows, None)
            if cells is None:
                return
            if not cells:
                lines.skip_blank()
                continue
            item = _document(header, cells, decoded.encoding, options)
        except (TooLongError, RowError, csv.Error) as error:
            item = origin.problem(str(error), start)
        yield item


def _text_names(options: Options) -> tuple[str, ...]:
    return (options.text_key,) if options.text_key else TEXT


def _header(line: str, delimiter: str) -> list[str]:
    """The names of the columns; those that mean something are known in any case."""
    names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    return [name.lower() if name.lower() in FIELDS else name for name in names]


def _document(header: list[str], cells: list[str], encoding: str | None, options: Options) -> Document:
    if len(cells) > len(header):
        raise RowError(f"the row has {len(cells)} cells, the header {len(header)}")
    row = {name: cell for name, cell in zip(header, cells, strict=False) if cell}
    if row.keys().isdisjoint(_text_names(options)):
        raise RowError("the text is empty")
    if encoding:
        row.setdefault("encoding", encoding)
    return to_document(row, options)


TABLE = Reader("csv", (".csv", ".tsv"), read, content="each row, with a header above them")
