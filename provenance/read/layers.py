"""From a stream to its documents, layer by layer: compression, an archive and its members, a format."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple

from provenance.model import Document, Problem
from provenance.read.archive import MAX_DEPTH, Archive, Contents, cleaned
from provenance.read.base import Folded, Item, MissingExtraError, Options, Origin, Reader
from provenance.read.compression import Budget, expanded, stem
from provenance.read.skipped import Skipped
from provenance.read.stream import HEAD, STREAM_ERRORS, NotTextError


class Formats(NamedTuple):
    """What may be in a stream."""

    readers: tuple[Reader, ...]
    archives: tuple[Archive, ...]
    asked: Reader | None = None
    """The only format that files may have, whatever they are called."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Of every file that is taken from a folder or an archive; those of compressions may stand behind them."""
        kinds = (self.asked,) if self.asked else self.readers
        return tuple(suffix for kind in (*kinds, *self.archives) for suffix in kind.suffixes)

    def of(self, name: str, head: bytes) -> Reader | Archive | None:
        """The format of an input, by its suffix, else by its first bytes."""
        name = stem(name)
        kinds = (*self.archives, *self.readers)
        by_suffix = (kind for kind in kinds if name.endswith(kind.suffixes))
        by_content = (kind for kind in kinds if kind.sniff(head))
        kind = next(by_suffix, None) or next(by_content, None)
        return self.asked if self.asked and not isinstance(kind, Archive) else kind


def documents(
    stream: BinaryIO, origin: Origin, options: Options, formats: Formats, budget: Budget, depth: int = 0
) -> Iterator[Item]:
    """What a stream holds, `depth` archives deep. Raises BombError; whatever else is wrong with it is a Problem."""
    try:
        stream = expanded(stream, origin.name, budget)
        kind = formats.of(origin.name, stream.peek(HEAD)[:HEAD])
        if kind is None:
            yield origin.problem("binary data of no known format")
        elif isinstance(kind, Reader):
            for item in kind.read(stream, origin, options):
                yield _marked(item, kind.name)
        elif depth == MAX_DEPTH:
            yield origin.problem(f"an archive within {MAX_DEPTH} others is not opened; unpack the outer one")
        else:
            yield from _members(kind, stream, origin, options, formats, budget, depth)
    except (NotTextError, MissingExtraError) as error:
        yield origin.problem(str(error))
    except STREAM_ERRORS as error:
        yield origin.problem(f"damaged or unreadable, what came before was read: {error}")


def _marked(item: Item, format: str) -> Item:
    """The item, which says what format it came from."""
    if isinstance(item, Document):
        return dataclasses.replace(item, format=format)
    if isinstance(item, Folded):
        return dataclasses.replace(item, make=_unfolded, arguments=(item.make, item.arguments, format))
    return item


def _unfolded(make: Callable[..., Document | Problem], arguments: tuple[Any, ...], format: str) -> Item:
    return _marked(make(*arguments), format)


def _members(
    archive: Archive, stream: BinaryIO, origin: Origin, options: Options, formats: Formats, budget: Budget, depth: int
) -> Iterator[Item]:
    skipped = Skipped("member")
    suffixes = formats.suffixes
    contents = Contents(origin, lambda name: stem(name).endswith(suffixes), skipped, budget)
    empty = True
    try:
        for member in archive.members(stream, contents):
            empty = False
            if isinstance(member, Problem):
                yield member
                continue
            inside = f"!/{cleaned(member.name)}"
            inner = Origin(origin.name + inside, origin.uri and origin.uri + inside, member.fetched_at)
            yield from documents(member.stream, inner, options, formats, budget, depth + 1)
    except STREAM_ERRORS:
        yield from skipped.problems(origin)
        raise
    problems = list(skipped.problems(origin))
    if empty and not problems:
        problems = [origin.problem(f"the archive has no files of a known kind ({' '.join(suffixes)}, also compressed)")]
    yield from problems
