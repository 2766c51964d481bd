"""The first room: paths or a stream in, an iterator of Document and Problem out. Nothing here knows the store or the screen.

A stream is opened layer by layer (layers.py): compression, then an archive, whose members go the same way, then a format. A
format is a `Reader` (base.py), chosen by name if one is asked for, else by suffix, else by the first bytes; other distributions
may bring more (plugins.py). What takes long to make (a page) comes from its reader folded, so that who has several processors may
unfold it elsewhere. Only opening, reading and listing files touches the world; fields (record.py), encodings (decode.py) and
dates (dates.py) are pure. Two documents of one input may have one uri; who reads decides what that means.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from provenance.model import Document, Problem, UsageError
from provenance.read import plugins
from provenance.read.archive import Archive
from provenance.read.base import MAX_DOCUMENT, Folded, Item, Meter, Options, Origin, Reader
from provenance.read.compression import BombError, Budget
from provenance.read.dates import from_epoch, parse_date
from provenance.read.fields import FieldsUsed
from provenance.read.html import HTML
from provenance.read.inputs import STDIN, Inputs, printable
from provenance.read.inputs import expand as _expand
from provenance.read.json import JSON
from provenance.read.jsonl import JSONL
from provenance.read.layers import Formats, documents
from provenance.read.parquet import PARQUET
from provenance.read.plain import MARKDOWN, TEXT
from provenance.read.record import to_row
from provenance.read.stream import with_head
from provenance.read.table import TABLE
from provenance.read.tar import TAR
from provenance.read.warc import WARC
from provenance.read.zip import ZIP

__all__ = [
    "ARCHIVES",
    "MAX_DOCUMENT",
    "READERS",
    "FieldsUsed",
    "Folded",
    "Inputs",
    "Item",
    "Meter",
    "Options",
    "Origin",
    "Reader",
    "expand",
    "parse_date",
    "read",
    "read_folded",
    "read_input",
    "read_stream",
    "to_row",
]

READERS: tuple[Reader, ...] = (WARC, PARQUET, JSON, JSONL, TABLE, HTML, MARKDOWN, TEXT)
"""Every format, in the order in which they are asked whether a head is theirs."""
ARCHIVES: tuple[Archive, ...] = (ZIP, TAR)

MOST_PROBLEMS = 10_000
"""Problems told of one input; those beyond are counted. A hostile file could be made of nothing else."""
PROBLEMS_A_DOCUMENT = 100
"""An input with more problems than this for each of its documents, and MOST_PROBLEMS at that, is not what it seems."""


def expand(paths: Iterable[str | os.PathLike[str]], options: Options | None = None) -> Inputs:
    """The inputs behind files, folders, patterns and `-`; see inputs.py. With a format, folders give its files and archives."""
    return _expand(paths, _formats(options or Options()).suffixes)


def read(
    paths: Iterable[str | os.PathLike[str]], options: Options | None = None, stdin: BinaryIO | None = None
) -> Iterator[Document | Problem]:
    """Everything that the paths hold: first the problems of finding it, then each input in turn.

    Raises UsageError at once, not at the first item: for a format that does not exist, or where there is nothing to read.
    """
    return _unfolded(read_folded(paths, options, stdin))


def read_folded(
    paths: Iterable[str | os.PathLike[str]], options: Options | None = None, stdin: BinaryIO | None = None
) -> Iterator[Item]:
    """The same, with documents that take long to make still folded, for who has several processors."""
    options = options or Options()
    inputs = expand(paths, options)
    return _read_all(inputs, options, stdin)


def read_input(name: str, options: Options | None = None, stdin: BinaryIO | None = None) -> Iterator[Document | Problem]:
    """The documents of one input of `expand`. Whatever is wrong with it is a Problem; only regular files and stdin are read."""
    return _unfolded(_read_input(name, options or Options(), stdin))


def read_stream(stream: BinaryIO, origin: Origin, options: Options | None = None) -> Iterator[Document | Problem]:
    """The documents of a binary stream. A text that is no file and has no id is called `text:` and its hash.

    Raises UsageError for a format that does not exist. A stream that breaks off gives what it held, then a Problem.
    """
    return _unfolded(_read_stream(stream, origin, options or Options()))


def _unfolded(items: Iterator[Item]) -> Iterator[Document | Problem]:
    return (item.unfold() if isinstance(item, Folded) else item for item in items)


def _read_all(inputs: Inputs, options: Options, stdin: BinaryIO | None) -> Iterator[Item]:
    yield from plugins.found(_NAMES)[1]
    yield from inputs.problems
    if options.meter:
        options.meter.total = _bytes(inputs.names)
    for name in inputs.names:
        yield from _read_input(name, options, stdin)


def _bytes(names: Iterable[str]) -> int | None:
    """What the inputs take on disk, or None where one of them is a stream."""
    total = 0
    for name in names:
        if name == STDIN:
            return None
        with contextlib.suppress(OSError):
            total += os.stat(name).st_size
    return total


def _read_input(name: str, options: Options, stdin: BinaryIO | None) -> Iterator[Item]:
    if name == STDIN:
        yield from _read_stream(stdin or sys.stdin.buffer, Origin("stdin"), options)
        return
    uri = printable(name)
    try:
        status = os.stat(name)
        if not stat.S_ISREG(status.st_mode):
            yield Problem(uri, "read", "not a regular file; a pipe can be read as standard input, with -")
            return
        stream = open(name, "rb")  # noqa: SIM115 - the with statement follows; only opening belongs to this try
    except OSError as error:
        yield Problem(uri, "read", f"cannot open the file: {error.strerror}")
        return
    before = options.meter.read if options.meter else 0
    with stream:
        for item in _read_stream(stream, Origin(uri, uri, from_epoch(status.st_mtime)), options):
            if options.meter:
                options.meter.read = max(options.meter.read, before + stream.tell())
            yield item
    if options.meter:
        options.meter.read = before + status.st_size


def _read_stream(stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Item]:
    formats = _formats(options)
    budget = Budget()
    good = bad = 0
    try:
        for item in documents(_opened(stream, budget), origin, options, formats, budget):
            if not isinstance(item, Problem):
                good += 1
                yield item
                continue
            bad += 1
            if bad <= MOST_PROBLEMS:
                yield item
            elif bad > MOST_PROBLEMS + good * PROBLEMS_A_DOCUMENT:
                yield origin.problem(f"nearly all of it cannot be read: given up after {bad:,} problems and {good:,} documents")
                return
    except BombError as error:
        yield origin.problem(str(error))
    if bad > MOST_PROBLEMS:
        yield origin.problem(f"{bad - MOST_PROBLEMS:,} more problems in it are not listed")


def _opened(stream: BinaryIO, budget: Budget) -> BinaryIO:
    """The stream as one that can be peeked into, its size accounted for."""
    if isinstance(stream, io.BufferedReader) and stream.seekable():
        here = stream.tell()
        budget.taken = stream.seek(0, io.SEEK_END) - here
        stream.seek(here)
        return stream
    return with_head(stream, budget.take)


_NAMES = tuple(kind.name for kind in (*READERS, *ARCHIVES))


def _formats(options: Options) -> Formats:
    """The formats there are, and the one that is asked for."""
    readers = (*READERS, *plugins.found(_NAMES)[0])
    asked = next((reader for reader in readers if reader.name == options.format), None)
    if options.format and asked is None:
        raise UsageError(f"no format {options.format!r}; there are {', '.join(sorted(reader.name for reader in readers))}")
    return Formats(readers, ARCHIVES, asked)
