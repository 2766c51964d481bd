"""The first room: paths or a stream in, an iterator of Document and Problem out. Nothing here knows the store or the screen.

A format is a `Reader` (base.py), chosen by name if one is asked for, else by suffix, else by the first bytes. Only opening,
reading and listing files touches the world; fields (record.py), encodings (decode.py) and dates (dates.py) are pure.
What takes long to make (a page) comes from its reader folded, so that who has several processors may unfold it elsewhere.
Two documents of one input may have one uri; who reads decides what that means.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from provenance.model import Document, Problem, UsageError
from provenance.read.base import MAX_DOCUMENT, Folded, Item, Options, Origin, Reader
from provenance.read.dates import from_epoch, parse_date
from provenance.read.fields import FieldsUsed
from provenance.read.html import HTML
from provenance.read.inputs import STDIN, Inputs, printable
from provenance.read.inputs import expand as _expand
from provenance.read.jsonl import JSONL
from provenance.read.plain import MARKDOWN, TEXT
from provenance.read.record import to_row
from provenance.read.stream import HEAD, STREAM_ERRORS, NotTextError, unzipped, with_head
from provenance.read.table import TABLE

__all__ = [
    "MAX_DOCUMENT",
    "READERS",
    "FieldsUsed",
    "Folded",
    "Inputs",
    "Item",
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

READERS: tuple[Reader, ...] = (JSONL, TABLE, HTML, MARKDOWN, TEXT)
"""Every format, in the order in which they are asked whether a head is theirs."""


def expand(paths: Iterable[str | os.PathLike[str]], options: Options | None = None) -> Inputs:
    """The inputs behind files, folders, patterns and `-`; see inputs.py. With a format, folders give only its files."""
    readers = _allowed(options or Options())
    return _expand(paths, tuple(suffix for reader in readers for suffix in reader.suffixes))


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
    yield from inputs.problems
    for name in inputs.names:
        yield from _read_input(name, options, stdin)


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
    with stream:
        yield from _read_stream(stream, Origin(uri, uri, from_epoch(status.st_mtime)), options)


def _read_stream(stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Item]:
    readers = _allowed(options)
    try:
        if not (isinstance(stream, io.BufferedReader) and stream.seekable()):
            stream = with_head(stream)[1]
        stream = unzipped(stream, origin.uri or "")
        reader = _choose(readers, origin, stream.peek(HEAD)[:HEAD])
        if reader is None:
            yield origin.problem("binary data of no known format")
        else:
            yield from reader.read(stream, origin, options)
    except NotTextError as error:
        yield origin.problem(str(error))
    except STREAM_ERRORS as error:
        yield origin.problem(f"damaged or unreadable, what came before was read: {error}")


def _allowed(options: Options) -> tuple[Reader, ...]:
    """The readers that may be used: the one asked for, or all."""
    readers = tuple(reader for reader in READERS if options.format in (None, reader.name))
    if not readers:
        raise UsageError(f"no format {options.format!r}; there are {', '.join(sorted(reader.name for reader in READERS))}")
    return readers


def _choose(readers: tuple[Reader, ...], origin: Origin, head: bytes) -> Reader | None:
    if len(readers) == 1:
        return readers[0]
    name = (origin.uri or "").lower().removesuffix(".gz")
    by_suffix = (reader for reader in readers if name.endswith(reader.suffixes))
    by_content = (reader for reader in readers if reader.sniff(head))
    return next(by_suffix, None) or next(by_content, None)
