"""Tar archives, read from front to back: ustar, GNU long names and pax headers.

The headers are parsed by tarfile, the walk over them is ours: tarfile takes a damaged header for the end of the archive and
keeps silent, holds every member of a stream in memory, and reads an extended header of any size at once.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from typing import BinaryIO

from provenance.model import Problem
from provenance.read.archive import Archive, Contents, Member
from provenance.read.dates import from_epoch
from provenance.read.stream import Chunks, exactly

_BLOCK = 512
_PIECE = 1 << 16
_MOST_HEADER = 1 << 20
"""Bytes of one extended header: a name, a time and some attributes."""
_CHECKSUM = re.compile(rb"[ \0]*[0-7]+[ \0]")
"""What stands at 148 of a header. Cheap to look at, where a hostile file is all damage."""
_LINKS = (tarfile.LNKTYPE, tarfile.SYMTYPE)
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)


def members(stream: BinaryIO, contents: Contents) -> Iterator[Member | Problem]:
    """The files of a tar archive in their order. Damaged headers are passed over up to the next whole one, and told."""
    origin, skipped = contents.origin, contents.skipped
    named: dict[str, str] = {}
    lost = 0
    while block := stream.read(_BLOCK):
        if len(block) < _BLOCK:
            raise EOFError("the archive ends in the middle")
        if not block.strip(b"\0"):
            while len(ahead := stream.peek(_PIECE)) >= _BLOCK and not ahead.strip(b"\0"):
                stream.read(len(ahead) // _BLOCK * _BLOCK)
            continue
        if not _CHECKSUM.match(block, 148):
            lost += 1
            continue
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except (tarfile.HeaderError, ValueError):
            lost += 1
            continue
        if lost:
            yield origin.problem(f"{lost * _BLOCK:,} bytes that are no header of a member were passed over")
            lost = 0
        size = info.size
        if info.type in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE) and size <= _MOST_HEADER:
            header = _body(stream, size)
            if info.type == tarfile.GNUTYPE_LONGNAME:
                named["path"] = header.rstrip(b"\0").decode("utf-8", "surrogateescape")
            else:
                named |= _pax(header)
            continue
        name = named.get("path", info.name)
        size = int(named["size"]) if named.get("size", "").isdecimal() and len(named["size"]) < 20 else size
        body = _Body(stream, size)
        if info.type in _FILES and not name.endswith("/"):
            if contents.wants(name):
                written = _time(named.get("mtime")) or _time(info.mtime) or origin.fetched_at
                yield Member(name, written, io.BufferedReader(Chunks(iter(body.piece, b"")), _PIECE))
        elif info.type in (*_LINKS, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            body = _Body(stream, 0)  # whatever their size says, they have no data
            if contents.wants(name):
                skipped.add("a link" if info.type in _LINKS else "a device or a pipe", name)
        elif info.type == tarfile.GNUTYPE_SPARSE and contents.wants(name):
            skipped.add("a sparse file", name)
        body.finish()
        if info.type not in (tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE):
            named = {}
    if lost:
        yield origin.problem(f"{lost * _BLOCK:,} bytes that are no header of a member were passed over")


class _Body:
    """The data of one member, up to the next header."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = max(0, size)
        self._padding = -self._left % _BLOCK

    def piece(self) -> bytes:
        """Some of what is left; nothing at its end. Raises EOFError where the archive ends before."""
        if not self._left:
            return b""
        piece = self._stream.read1(min(self._left, _PIECE))
        if not piece:
            raise EOFError("the archive ends in the middle of a member")
        self._left -= len(piece)
        return piece

    def finish(self) -> None:
        """Pass over what nobody read."""
        while self.piece():
            pass
        if self._padding:
            self._stream.read(self._padding)  # the last member's may be missing


def _body(stream: BinaryIO, size: int) -> bytes:
    return exactly(stream, size + -size % _BLOCK)[:size]


def _pax(header: bytes) -> dict[str, str]:
    """The fields of a pax header: records of `LENGTH KEY=VALUE\\n`. What is damaged ends it."""
    fields = {}
    while header:
        length = header[:20].partition(b" ")[0]
        if not length.isdigit() or not len(length) < int(length) <= len(header):
            break
        key, equals, value = header[len(length) + 1 : int(length) - 1].partition(b"=")
        if equals and key in (b"path", b"size", b"mtime"):
            fields[key.decode()] = value.decode("utf-8", "surrogateescape")
        header = header[int(length) :]
    return fields


def _time(seconds: str | float | None) -> str | None:
    """A time in seconds since 1970 as a date. Zero says that the time was left out."""
    try:
        moment = float(seconds or 0)
    except ValueError:
        return None
    return from_epoch(moment) if moment > 0 else None


def sniff(head: bytes) -> bool:
    """Whether a first header carries the mark of POSIX or GNU."""
    return head[257:262] == b"ustar"


TAR = Archive("tar", (".tar",), members, sniff, "each file in it, as in a folder")
