"""JSON Lines: one object a line, each a document. A bad line costs only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from provenance.model import Document, Problem
from provenance.read.base import Options, Origin, Reader
from provenance.read.decode import decode, marked_encoding
from provenance.read.record import RowError, to_document
from provenance.read.stream import Lines, TooLongError


def _refuse(constant: str) -> None:
    raise RowError(f"{constant} is not JSON")


MAX_VALUES = 500_000
"""Values in one object: each costs up to 500 bytes of memory, written in as few as three."""
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)

_DECODER = json.JSONDecoder(parse_constant=_refuse)


def read(stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Document | Problem]:
    """The documents of a stream of JSON Lines; raises NotTextError if it is binary."""
    lines = Lines(stream, options.max_bytes)
    while True:
        try:
            line = next(lines, None)
            if line is None:
                return
            if line.isspace():
                lines.skip_blank()
                continue
            item = document(line, options)
        except (TooLongError, RowError) as error:
            item = origin.problem(str(error), lines.number)
        yield item


def document(line: bytes, options: Options) -> Document:
    """The Document of one JSON object; raises RowError where it is none."""
    if _values(line) > MAX_VALUES and _values(_STRING.sub(b"", line)) > MAX_VALUES:
        raise RowError(f"the object has more than {MAX_VALUES:,} values")
    text, encoding = decode(line)
    try:
        row = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        # Some of json's messages end in "at", others do not.
        raise RowError(f"broken JSON at column {error.colno}: {error.msg.removesuffix(' at')}") from None
    except RecursionError:
        raise RowError("the JSON is nested too deeply") from None
    except RowError:
        raise
    except ValueError:  # Python refuses integers of more than 4,300 digits
        raise RowError("a number has too many digits") from None
    if not isinstance(row, dict):
        raise RowError("not a JSON object")
    if encoding:
        row.setdefault("encoding", encoding)
    return to_document(row, options)


def _values(line: bytes) -> int:
    """About how many values JSON has, those that only seem to stand in its strings included."""
    return line.count(b",") + line.count(b"[") + line.count(b"{")


def sniff(head: bytes) -> bool:
    """Whether the first character that is not blank opens an object."""
    return head.decode(marked_encoding(head) or "latin-1", "ignore").lstrip().startswith("{")


JSONL = Reader("jsonl", (".jsonl", ".ndjson"), read, sniff, "each line, an object")
