"""CSV and TSV with a header: one row a document. The delimiter is a comma, a semicolon, a tab or a bar, whichever the
header uses."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from typing import BinaryIO

from provenance.model import Document, Problem
from provenance.read import fields
from provenance.read.base import Options, Origin, Reader
from provenance.read.decode import decode, guess_encoding
from provenance.read.record import RowError, to_document
from provenance.read.stream import Lines, TooLongError, utf8_lines

_DELIMITERS = ",;\t|"
_DECLARED = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?")


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
    lines = utf8_lines(stream, options.max_bytes)
    decoded = _Decoded(lines)
    try:
        first = next((line for line in decoded if not line.isspace()), "")
        if declared := _DECLARED.fullmatch(first.strip()):  # as spreadsheets do for one another
            first = next((line for line in decoded if not line.isspace()), "")
        marks = declared[1] if declared else _DELIMITERS
        delimiter, header = max(
            ((mark, _header(first, mark)) for mark in marks),
            key=lambda choice: (_has_text(choice[1], options), len(choice[1])),
        )
    except (TooLongError, csv.Error) as error:
        yield origin.problem(f"no header: {error}", lines.number)
        return
    if not _has_text(header, options):
        if first:
            what = repr(options.text_key) if options.text_key else "'text', 'content', 'body' or another usual name of a text"
            message = f"the header has no column {what}; name the one that holds the text with --text-key"
            yield origin.problem(message, lines.number)
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
                continue
            item = _document(header, cells, decoded.encoding, options)
        except (TooLongError, RowError, csv.Error) as error:
            item = origin.problem(str(error), start)
        yield item


def _header(line: str, delimiter: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]


def _has_text(header: list[str], options: Options) -> bool:
    row = dict.fromkeys(header, "")
    return bool(fields.named(row, options.text_key) if options.text_key else fields.layout(row).text)


def _document(header: list[str], cells: list[str], encoding: str | None, options: Options) -> Document:
    if any(cells[len(header) :]):
        raise RowError(f"the row has {len(cells)} cells, the header {len(header)}")
    if not any(cells):
        raise RowError("the row is empty")
    row = dict(itertools.zip_longest(header, cells[: len(header)], fillvalue=""))
    if encoding:
        row.setdefault("encoding", encoding)
    document = to_document(row, options)
    for name in [name for name, value in document.extra.items() if value == ""]:
        del document.extra[name]
    return document


TABLE = Reader("csv", (".csv", ".tsv"), read)
