"""Zip archives. Their table of contents stands at the end, so one that comes as a stream is first put into a temporary file."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from provenance.model import Problem
from provenance.read.archive import Archive, Contents, Member
from provenance.read.compression import Budget
from provenance.read.dates import parse_date
from provenance.read.stream import Chunks, DamagedError, seekable

MAX_DIRECTORY = 1 << 25
"""Bytes of a table of contents: about 300,000 members. zipfile makes objects of all of them, up to 400 MB at this size."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
"""LZMA is not among them: zipfile lets a member ask for any window."""
_ENCRYPTED = 0x1
_PIECE = 1 << 16
_ERRORS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, LookupError, OverflowError, struct.error)


def members(stream: BinaryIO, contents: Contents) -> Iterator[Member | Problem]:
    """The files of a zip archive, in the order of its table of contents."""
    origin = contents.origin
    with seekable(stream) as file:
        try:
            archive = zipfile.ZipFile(_Careful(file))
        except DamagedError:
            raise
        except _ERRORS as error:
            raise DamagedError(f"not a whole zip file: {error}") from None
        with archive:
            for info in archive.infolist():
                if info.filename.endswith("/") or not contents.wants(info.filename):
                    continue
                if info.flag_bits & _ENCRYPTED:
                    contents.skipped.add("encrypted", info.filename)
                elif info.compress_type not in _METHODS:
                    contents.skipped.add(f"compression method {info.compress_type} is not supported", info.filename)
                elif (info.external_attr >> 16) & 0o170000 == 0o120000:
                    contents.skipped.add("a link", info.filename)
                else:
                    body = io.BufferedReader(Chunks(_pieces(archive, info, contents.budget)), _PIECE)
                    yield Member(info.filename, _written(info) or origin.fetched_at, body)


class _Careful:
    """What zipfile needs of a file, without reads of any size that a header names."""

    def __init__(self, file: BinaryIO) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file = file

    def read(self, count: int = -1) -> bytes:
        if count > MAX_DIRECTORY:
            raise DamagedError(f"a table of contents of {count:,} bytes, more than {MAX_DIRECTORY:,}; unpack it into a folder")
        return self._file.read(count)


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    try:
        with archive.open(info) as body:
            while piece := body.read1(_PIECE):
                budget.give(len(piece))
                yield piece
    except _ERRORS as error:
        raise DamagedError(str(error)) from None


def _written(info: zipfile.ZipInfo) -> str | None:
    """When the member was last written. Zip knows no zones, and 1980 is its zero."""
    year, month, day, hour, minute, second = info.date_time
    return parse_date(f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}") if year > 1980 else None


def sniff(head: bytes) -> bool:
    """Whether a member begins here, or the record that ends an archive without any."""
    return head.startswith((b"PK\3\4", b"PK\5\6"))


ZIP = Archive("zip", (".zip",), members, sniff, "each file in it, as in a folder")
