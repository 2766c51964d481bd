"""JSON: one object, an array of objects, or an object that holds the array as programs send it (`{"articles": [...]}`).

The objects are cut out of the bytes one by one and each goes the way of a line of JSON Lines: memory is bounded by one document,
a broken one costs only itself, and encodings are guessed alike. A parser of the whole (json, ijson) ends at the first mistake.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from typing import BinaryIO

from provenance.model import Document, Problem
from provenance.read import fields, jsonl
from provenance.read.base import Options, Origin, Reader
from provenance.read.decode import marked_encoding
from provenance.read.record import RowError
from provenance.read.stream import Chunks, TooLongError, chunks, utf8

LISTS = (
    "articles", "items", "data", "results", "rows", "documents", "docs", "records", "entries", "posts", "stories", "news", "feed",
    "hits", "response",
)  # fmt: skip
"""Names under which programs put the list of what they send; also within one another, as in `{"response": {"docs": [...]}}`."""

_TEXTS = frozenset(fields.TEXT.split())
_HEAD = 1 << 16
"""Bytes within which the list must begin."""
_PIECE = 1 << 16
_SPACE = re.compile(rb"[\s\x00]*")
_OUTSIDE = re.compile(rb'"|[{\[]++|[}\]]')
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,"{}\[\]:]*')
_LINES = re.compile(rb"\s*\{[^\n]*[^\s,:{\[][ \t\r]*\n\s*\{")
_ARRAY = re.compile(rb"\s*\[\s*\{")
_PRETTY = re.compile(rb"\s*\{[ \t\r]*\n")
_KEY = re.compile(rb'[\s,]*"([^"\\]*)"\s*:\s*')
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]|[^\s,"{}\[\]:]++', re.DOTALL)
_MOST_MARKS = 4 * jsonl.MAX_VALUES
_WITHIN = 4
"""Objects in one another that are searched for the list."""


def read(stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Document | Problem]:
    """The documents of a JSON file, of several such values one behind the other, or of JSON Lines under the name of JSON."""
    values = _Values(utf8(stream), options.max_bytes)
    if _LINES.match(values.head()):
        yield from jsonl.read(values.rest(), origin, options)
        return
    try:
        while (mark := values.peek()) is not None:
            start, opened = list_in(values.head()) if mark == b"{" else (0, 0)
            if opened or mark == b"[":
                values.drop(start + 1)
                yield from _array(values, origin, options)
                values.leave(opened)
            elif mark in b"]},:":
                yield origin.problem(f"broken JSON: {mark.decode()!r} where an object or an array should begin")
                return
            else:
                yield _document(values, origin, options, "")
        if values.empty:
            yield origin.problem("the file is empty")
    except TooManyError as error:
        yield origin.problem(f"given up: {error}")


def _array(values: _Values, origin: Origin, options: Options) -> Iterator[Document | Problem]:
    """The objects up to the end of an array that was opened."""
    number = 0
    while (mark := values.peek()) not in (None, b"]"):
        if mark in b",:}":
            values.drop(1)
            continue
        number += 1
        yield _document(values, origin, options, f"object {number}: ")
    if mark is None:
        yield origin.problem(f"the array does not end; what came before was read ({number:,} objects)")
    values.drop(1)


def _document(values: _Values, origin: Origin, options: Options, where: str) -> Document | Problem:
    try:
        return jsonl.document(values.cut(), options)
    except (TooLongError, RowError) as error:
        return origin.problem(f"{where}{error}")


def list_in(head: bytes, at: int = 0, within: int = _WITHIN) -> tuple[int, int]:
    """Where in the object at `at` its list begins, and how many objects are open there; 0 and 0 if it is a document itself.

    A text before any list makes it a document.
    """
    at += 1
    while key := _KEY.match(head, at):
        name, at = key.group(1).decode("latin-1"), key.end()
        first = head[at : at + 1]
        if fields.normal(name) in _TEXTS and first == b'"':
            break
        if name in LISTS:
            if _ARRAY.match(head, at):
                return at, 1
            if first == b"{" and within > 1:
                start, opened = list_in(head, at, within - 1)
                if opened:
                    return start, opened + 1
        at = _past(head, at)
    return 0, 0


def _past(head: bytes, at: int) -> int:
    """The end of the value at `at`, or of the head."""
    depth = 0
    for token in _TOKEN.finditer(head, at):
        depth += (token.group()[:1] in b"{[") - (token.group()[:1] in b"}]")
        if depth <= 0:
            return token.end()
    return len(head)


class TooManyError(ValueError):
    """To find the end of a value would take too long."""


class _Values:
    """The values of a stream of JSON as bytes. Only their ends are found here; whether they are well formed is not looked at."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._data = bytearray()
        self._at = 0
        self.empty = True
        """Whether nothing but space came so far."""

    def head(self) -> bytes:
        """What comes next, up to 64 KB."""
        while len(self._data) - self._at < _HEAD and self._more():
            pass
        return bytes(self._data[self._at : self._at + _HEAD])

    def rest(self) -> BinaryIO:
        """All that comes, as a stream."""
        return io.BufferedReader(Chunks(itertools.chain([bytes(self._data[self._at :])], chunks(self._stream))))

    def peek(self) -> bytes | None:
        """The first byte of the next value or mark; None at the end."""
        while True:
            self._at = _SPACE.match(self._data, self._at).end()
            if self._at < len(self._data):
                self.empty = False
                return bytes(self._data[self._at : self._at + 1])
            self.drop(0)
            if not self._more():
                return None

    def drop(self, count: int) -> None:
        """Go past so many bytes, all of them seen."""
        del self._data[: self._at + count]
        self._at = 0

    def leave(self, opened: int) -> None:
        """Go past the end of so many objects that are open."""
        if opened:
            self._find_end(opened, keep=False)
            self.drop(0)

    def cut(self) -> bytes:
        """The next value, or what there is of it. Raises TooLongError past the limit, with the value passed over."""
        self.drop(0)
        size = self._find_end(0, keep=True)
        if size > self._limit:
            self.drop(0)
            raise TooLongError(f"the object has {size:,} bytes, more than the {self._limit:,} that a document may have")
        value = bytes(self._data[: self._at])
        self.drop(0)
        return value

    def _find_end(self, depth: int, *, keep: bool) -> int:
        """Go past the value that begins here, or the end of `depth` open ones; how many bytes these are."""
        passed = marks = 0
        in_string = False
        while True:
            if in_string:
                self._at = _IN_STRING.match(self._data, self._at).end()
                left = len(self._data) - self._at
                if left > 1 or (left == 1 and self._data[self._at] != 0x5C):  # a backslash needs the byte behind it
                    in_string = False
                    self._at += 1
                    if not depth:
                        return passed + self._at
                    continue
            elif not depth:
                first = self._data[self._at : self._at + 1]
                if first in (b"{", b"["):
                    depth, self._at = 1, self._at + 1
                    continue
                if first == b'"':
                    in_string, self._at = True, self._at + 1
                    continue
                self._at = _SCALAR.match(self._data, self._at).end()
                if self._at < len(self._data):
                    return passed + self._at
            elif found := _OUTSIDE.search(self._data, self._at):
                self._at = found.end()
                mark = found.group()
                marks += 1
                if marks > _MOST_MARKS:
                    raise TooManyError(f"an object has more than {_MOST_MARKS:,} strings, lists and objects")
                if mark == b'"':
                    in_string = True
                else:
                    depth += -1 if mark in b"}]" else len(mark)
                    if not depth:
                        return passed + self._at
                continue
            else:
                self._at = len(self._data)
            if not keep or passed or self._at > self._limit:
                passed += self._at
                self.drop(0)
            if not self._more():
                return passed + len(self._data)

    def _more(self) -> bool:
        piece = self._stream.read1(_PIECE)
        self._data += piece
        return bool(piece)


def sniff(head: bytes) -> bool:
    """Whether this is an array of objects, an object written over several lines, or one that holds a list; not JSON Lines."""
    head = head.decode(marked_encoding(head) or "latin-1", "ignore").lstrip().encode()
    if _LINES.match(head):
        return False
    return bool(_ARRAY.match(head) or _PRETTY.match(head) or (head.startswith(b"{") and list_in(head)[1]))


JSON = Reader("json", (".json",), read, sniff, "each object of an array, or one object")
