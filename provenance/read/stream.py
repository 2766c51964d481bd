"""Byte streams: given a head, made seekable, put into UTF-8, and cut into lines without ever holding more than one document."""

from __future__ import annotations

import codecs
import contextlib
import io
import itertools
import lzma
import tempfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from provenance.read.decode import is_binary, marked_encoding

HEAD = 4096
MAX_SPOOL = 1 << 30
"""Bytes of a stream that are written to a temporary file, where a format has to be read from its end."""
_SPOOL_IN_MEMORY = 1 << 24
_CHUNK = 1 << 16


class DamagedError(ValueError):
    """A compressed file or an archive is not what it says, or not whole."""


STREAM_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, DamagedError)
"""What reading can raise through no fault of the program: the disk, a truncated or a damaged compressed file."""


class TooLongError(ValueError):
    """A line has more bytes than a document may have."""


class NotTextError(ValueError):
    """A stream of text is binary."""


class Chunks(io.RawIOBase):
    """An iterator of byte strings as a raw stream. Once it raised, it raises again: to read on must not look like its end."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")
        self._error: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._left:
            if self._error is not None:
                raise self._error
            try:
                chunk = next(self._chunks, None)
            except Exception as error:
                self._error = error
                raise
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


def exactly(stream: BinaryIO, count: int) -> bytes:
    """So many bytes; raises EOFError where the stream has fewer."""
    data = stream.read(count)
    if len(data) < count:
        raise EOFError("it ends in the middle")
    return data


def with_head(stream: BinaryIO, took: Callable[[int], None] = lambda count: None) -> BinaryIO:
    """A stream that need not seek as one that can `peek` its first bytes; `took` is told of what comes."""

    def pieces() -> Iterator[bytes]:
        # Standard input may be any binary stream, also one without read1.
        for piece in itertools.chain([stream.read(HEAD)], iter(lambda: stream.read(_CHUNK), b"")):
            took(len(piece))
            yield piece

    return io.BufferedReader(Chunks(pieces()), _CHUNK)


def skip_blank(stream: BinaryIO) -> int:
    """Go past space; how many lines ended in it. A compressed megabyte can hold millions of empty lines."""
    lines = 0
    while ahead := stream.peek(_CHUNK):
        blank = len(ahead) - len(ahead.lstrip())
        lines += ahead.count(b"\n", 0, blank)
        stream.read(blank)
        if blank < len(ahead):
            break
    return lines


@contextlib.contextmanager
def seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The stream, or a temporary file with what it holds where it cannot seek. Raises DamagedError beyond MAX_SPOOL."""
    if stream.seekable():
        yield stream
        return
    with tempfile.SpooledTemporaryFile(_SPOOL_IN_MEMORY) as spool:
        size = 0
        for chunk in chunks(stream):
            size += len(chunk)
            if size > MAX_SPOOL:
                raise DamagedError(
                    f"it is read from its end, and as a stream has more than {MAX_SPOOL:,} bytes; name it as a file"
                )
            spool.write(chunk)
        spool.seek(0)
        yield spool


def utf8(stream: BinaryIO) -> BinaryIO:
    """A text stream without its byte order mark. UTF-16 and UTF-32 with a mark become UTF-8; other encodings come as they are.

    Raises NotTextError if the stream is binary.
    """
    head = stream.peek(HEAD)
    if is_binary(head):
        raise NotTextError("binary data, not text")
    encoding = marked_encoding(head)
    if encoding not in (None, "utf-8-sig"):
        decoded = codecs.iterdecode(chunks(stream), encoding, "replace")
        return io.BufferedReader(Chunks(part.encode() for part in decoded))
    if encoding:
        stream.read(len(codecs.BOM_UTF8))
    return stream


class Lines:
    """The lines of a stream, each with its end; only b"\\n" ends a line.

    `next` raises TooLongError for a line of more than `limit` bytes, passed over in bounded memory; it can be called again.
    Raises NotTextError at once if the stream is binary.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = utf8(stream)
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

    def skip_blank(self) -> None:
        """Go past empty lines, and the space at the beginning of the next line."""
        self.number += skip_blank(self._stream)

    def peek(self) -> bytes:
        """Some of the bytes that come next."""
        return self._stream.peek(_CHUNK)
