"""Compressed streams: known by their first bytes, whatever the name, and expanded piece by piece in bounded memory.

A file may have several members (gzip), streams (bzip2, xz) or frames (zstd) one behind the other, as crawlers write them; zero
bytes behind them are padding. One that ends too early gives what it held, then an error. The windows that a header may ask for
and what all of an input may expand to are limited, so that no file costs much more than its own size allows.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

from provenance.read.base import needing
from provenance.read.stream import HEAD, STREAM_ERRORS, Chunks, DamagedError, exactly

WINDOW = 1 << 27
"""Bytes of earlier output that a decoder may ask to keep: twice what `xz -9` needs, and the most that `zstd` takes by itself."""
RATIO = 100
"""How many times its own size an input may expand. Text reaches 4 to 20; zeros reach 1,000 (gzip) to a million (bzip2). To expand
a megabyte of hostile input and pass over it takes a second, at 100 MB/s."""
SLACK = 1 << 26
"""Bytes that any input may expand to, however small it is."""

_PIECE = 1 << 16
_FEED = 1 << 10
"""Bytes that a decoder gets at a time: what came of them is lost where they are damaged, and 32 MB are held at worst."""
_PADDING = re.compile(rb"\0*")
_MOST_DICTIONARY = 1 << 24
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_XZ = re.compile(rb"\xfd7zXZ\x00")
_ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")


class BombError(Exception):
    """An input expands to far more than its size."""


class Budget:
    """What one input may expand to, all layers of it together: compression, archives, and archives within them."""

    def __init__(self) -> None:
        self.taken = 0
        """Bytes of the input itself: its size, or what came of it so far."""
        self._given = 0

    def take(self, count: int) -> None:
        """Account for bytes of the input that came."""
        self.taken += count

    def give(self, count: int) -> None:
        """Account for bytes that were expanded; raises BombError when they are too many."""
        self._given += count
        if self._given > SLACK + RATIO * self.taken:
            size = f"more than {RATIO} times its {self.taken:,} bytes"
            raise BombError(f"it expands to {size}, as texts do not; if that is meant, expand it to a file and scan that")


class _Decoder(Protocol):
    """One member. As the standard library's bz2 and lzma have it."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Codec(NamedTuple):
    """One kind of compression."""

    name: str
    suffix: str
    tars: tuple[str, ...]
    """How a tar file compressed by it is called in one word."""
    magic: re.Pattern[bytes]
    pieces: Callable[[BinaryIO], Iterator[bytes]]
    """A compressed stream at its beginning -> what it expands to, piece by piece."""
    extra: str | None = None


def expanded(stream: BinaryIO, name: str, budget: Budget) -> BinaryIO:
    """The stream, expanded if its first bytes say that it is compressed. Raises DamagedError where only the name says so."""
    head = stream.peek(HEAD)
    codec = next((codec for codec in CODECS if codec.magic.match(head)), None)
    if codec is not None:
        return io.BufferedReader(Chunks(_headed(_accounted(codec.pieces(stream), budget))), _PIECE)
    claimed = next((codec for codec in CODECS if name.lower().endswith((codec.suffix, *codec.tars))), None)
    if claimed is not None:
        raise DamagedError(f"not a {claimed.name} file")
    return stream


def stem(name: str) -> str:
    """A file's name in lower case without the suffix of its compression; `x.tgz` is `x.tar`."""
    name = name.lower()
    for codec in CODECS:
        if name.endswith(codec.suffix):
            return name.removesuffix(codec.suffix)
        for short in codec.tars:
            if name.endswith(short):
                return name.removesuffix(short) + ".tar"
    return name


def _accounted(pieces: Iterator[bytes], budget: Budget) -> Iterator[bytes]:
    for piece in pieces:
        budget.give(len(piece))
        yield piece


def _headed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first of them long enough to tell a format from."""
    head = b""
    try:
        while len(head) < HEAD and (piece := next(pieces, None)) is not None:
            head += piece
    except STREAM_ERRORS:
        yield head
        raise
    yield head
    yield from pieces


def _gzip(stream: BinaryIO) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=stream, mode="rb") as file:
        yield from iter(lambda: file.read1(_PIECE), b"")


def _members(stream: BinaryIO, magic: re.Pattern[bytes], start: Callable[[], _Decoder]) -> Iterator[bytes]:
    """What `start`'s decoders make of a stream. The standard library's files do not do: BZ2File takes damage between two members
    for the end, LZMAFile knows no limit of memory."""
    block, at = b"", 0
    while True:
        decoder = start()
        data = b""
        while not decoder.eof:
            piece = decoder.decompress(data, _PIECE)
            data = b""
            if piece:
                yield piece
            elif not decoder.eof:
                if at == len(block):
                    block, at = stream.read1(_PIECE), 0
                    if not block:
                        raise EOFError("the compressed data end in the middle")
                data = block[at : at + _FEED]
                at += len(data)
        at = _PADDING.match(block, at - len(decoder.unused_data)).end()
        while at == len(block):
            block = stream.read1(_PIECE)
            if not block:
                return
            at = _PADDING.match(block).end()
        if len(block) - at < HEAD:
            block, at = block[at:] + stream.read1(_PIECE), 0
        if not magic.match(block, at):
            raise DamagedError("what stands behind the compressed data is something else")


def _bzip2(stream: BinaryIO) -> Iterator[bytes]:
    return _members(stream, _BZIP2, bz2.BZ2Decompressor)


def _xz(stream: BinaryIO) -> Iterator[bytes]:
    return _members(stream, _XZ, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=WINDOW + (1 << 23)))


class _Zstd:
    """One frame of a zstd file. It has no limit of output: 4 bytes of input give 128 KB at most."""

    def __init__(self, start: Callable, error: type[Exception]) -> None:
        self._frame = start()
        self._error = error

    @property
    def eof(self) -> bool:
        return self._frame.eof

    @property
    def unused_data(self) -> bytes:
        return self._frame.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        try:
            return self._frame.decompress(data)
        except self._error as error:
            raise DamagedError(str(error)) from None


def _zstd(stream: BinaryIO) -> Iterator[bytes]:
    with needing("zstd", "zstd compression"):
        import zstandard
    dictionary = None
    if stream.peek(4)[:4] == b"\x5d\x2a\x4d\x18":
        # A web archive's dictionary, ahead of the frames that need it: https://iipc.github.io/warc-specifications/specifications/warc-zstd/
        size = int.from_bytes(exactly(stream, 8)[4:], "little")
        if size > _MOST_DICTIONARY:
            raise DamagedError(f"a zstd dictionary of {size:,} bytes")
        content = exactly(stream, size)
        try:
            if content.startswith(b"\x28\xb5\x2f\xfd"):
                decoder = zstandard.ZstdDecompressor(max_window_size=WINDOW)
                content = decoder.stream_reader(content).read(_MOST_DICTIONARY)
            dictionary = zstandard.ZstdCompressionDict(content)
        except zstandard.ZstdError as error:
            raise DamagedError(f"the zstd dictionary is damaged: {error}") from None
    decoder = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=WINDOW)
    return _members(stream, _ZSTD, lambda: _Zstd(decoder.decompressobj, zstandard.ZstdError))


CODECS = (
    Codec("gzip", ".gz", (".tgz",), re.compile(rb"\x1f\x8b"), _gzip),
    Codec("bzip2", ".bz2", (".tbz2", ".tbz"), _BZIP2, _bzip2),
    Codec("xz", ".xz", (".txz",), _XZ, _xz),
    Codec("zstd", ".zst", (".tzst",), _ZSTD, _zstd, "zstd"),
)
