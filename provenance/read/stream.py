"""Byte streams: opened, unzipped, put into UTF-8, and cut into lines without ever holding more than one document."""

from __future__ import annotations

import codecs
import gzip
import io
import itertools
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from provenance.read.decode import is_binary, marked_encoding

STREAM_ERRORS = (OSError, EOFError, zlib.error)
"""What reading can raise through no fault of the program: the disk, a truncated or a damaged gzip file."""

HEAD = 4096
_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"


class TooLongError(ValueError):
    """A line has more bytes than a document may have."""


class NotTextError(ValueError):
    """A stream of text is binary."""


class _Chunks(io.RawIOBase):
    """An iterator of byte strings as a raw stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """What a stream holds, as it comes; unlike `read`, an error loses nothing that came before it."""
    return iter(lambda: stream.read1(_CHUNK), b"")


def slurp(stream: BinaryIO, limit: int) -> tuple[bytes, Exception | None]:
    """Up to about `limit` bytes, and the error that ended them: half of a truncated file is worth having."""
    data = bytearray()
    try:
        for chunk in chunks(stream):
            data += chunk
            if len(data) > limit:
                break
    except STREAM_ERRORS as error:
        return bytes(data), error
    return bytes(data), None


def with_head(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The first bytes of a stream that need not seek, and a stream that still has them."""
    head = stream.read(HEAD)
    rest = iter(lambda: stream.read(_CHUNK), b"")  # stdin may be any binary stream, also one without read1
    return head, io.BufferedReader(_Chunks(itertools.chain([head], rest)))


def unzipped(stream: BinaryIO, name: str) -> BinaryIO:
    """The stream, through gzip if its first bytes say so. Raises BadGzipFile where only the name does."""
    zipped = stream.peek(2)[:2] == _GZIP
    if name.lower().endswith(".gz") and not zipped:
        raise gzip.BadGzipFile("not a gzip file")
    return gzip.GzipFile(fileobj=stream, mode="rb") if zipped else stream


def utf8_lines(stream: BinaryIO, limit: int) -> Lines:
    """The lines of a text stream. UTF-16 and UTF-32 with a mark become UTF-8; other encodings come as they are.

    Raises NotTextError if the stream is binary.
    """
    head = stream.peek(HEAD)
    if is_binary(head):
        raise NotTextError("binary data, not text")
    encoding = marked_encoding(head)
    if encoding not in (None, "utf-8-sig"):
        decoded = codecs.iterdecode(chunks(stream), encoding, "replace")
        stream = io.BufferedReader(_Chunks(part.encode() for part in decoded))
    elif encoding:
        stream.read(len(codecs.BOM_UTF8))
    return Lines(stream, limit)


class Lines:
    """The lines of a stream, each with its end; only b"\\n" ends a line.

    `next` raises TooLongError for a line of more than `limit` bytes, passed over in bounded memory; it can be called again.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self.number = 0
        """Of the line that came last, from 1."""

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> bytes:
        line = self._stream.readline(self._limit + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > self._limit:
            size = len(line)
            while not line.endswith(b"\n") and (line := self._stream.readline(_CHUNK)):
                size += len(line)
            raise TooLongError(f"the line has {size:,} bytes, more than the {self._limit:,} that a document may have")
        return line

    def peek(self) -> bytes:
        """Some of the bytes that come next."""
        return self._stream.peek(_CHUNK)
