"""Readers of other distributions: those that they name under the entry point `provenance.readers`.

In a distribution's pyproject.toml:

    [project.entry-points."provenance.readers"]
    docx = "provenance_docx:READER"

where READER is a `provenance.read.Reader`. What is wrong with one is a Problem; whatever it raises while reading is one as well.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.metadata
from collections.abc import Iterator
from typing import BinaryIO

from provenance.model import Document, Problem
from provenance.read.base import MissingExtraError, Options, Origin, Reader
from provenance.read.decode import clean
from provenance.read.stream import STREAM_ERRORS, NotTextError

GROUP = "provenance.readers"


@functools.cache
def found(taken: tuple[str, ...]) -> tuple[tuple[Reader, ...], tuple[Problem, ...]]:
    """The readers that are installed, by name, and what is wrong with others. `taken` are the names of formats that there are.

    Looked up once a process: it opens the metadata of every installed distribution, 3 ms for 175 of them.
    """
    readers: dict[str, Reader] = {}
    problems = []
    for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        try:
            reader = entry.load()
        except (Exception, SystemExit) as error:  # another's code: anything
            problems.append(_problem(entry, f"cannot be loaded: {type(error).__name__}: {error}"))
            continue
        if not isinstance(reader, Reader):
            problems.append(_problem(entry, f"is a {type(reader).__name__}, not a provenance.read.Reader"))
        elif reader.name in taken or reader.name in readers:
            problems.append(_problem(entry, f"has the name {reader.name!r}, which another reader has"))
        else:
            guards = {"read": functools.partial(_guarded, reader), "sniff": functools.partial(_sniffed, reader)}
            readers[reader.name] = dataclasses.replace(reader, **guards)
    return tuple(readers.values()), tuple(problems)


def _problem(entry: importlib.metadata.EntryPoint, message: str) -> Problem:
    source = f" of {entry.dist.name} {entry.dist.version}" if entry.dist else ""
    return Problem(f"{GROUP}:{entry.name}", "read", f"the reader {entry.value}{source} {message}; it is not used")


def _guarded(reader: Reader, stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Document | Problem]:
    """What the reader gives, as it may be stored. Errors of the stream rise as from any reader."""
    try:
        for item in reader.read(stream, origin, options):
            if isinstance(item, Document):
                item = dataclasses.replace(item, uri=clean(item.uri), text=clean(item.text))
            elif isinstance(item, Problem):
                item = Problem(clean(item.uri), clean(item.stage), clean(item.message))
            else:
                raise TypeError(f"it gave a {type(item).__name__}")
            yield item
    except (*STREAM_ERRORS, NotTextError, MissingExtraError):
        raise
    except Exception as error:
        yield origin.problem(f"the reader {reader.name!r} failed: {type(error).__name__}: {error}")


def _sniffed(reader: Reader, head: bytes) -> bool:
    try:
        return bool(reader.sniff(head))
    except Exception:  # then it is not its format
        return False
