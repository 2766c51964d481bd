"""The seam of this room: what a reader is, what it is told, and where its stream comes from."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from provenance.model import Document, Problem
from provenance.read.decode import clean
from provenance.read.fields import FieldsUsed

MAX_DOCUMENT = 64 * 1024 * 1024
"""Bytes that one document may take in its input; a longer one is a Problem and is never held in memory whole."""


@dataclasses.dataclass(slots=True)
class Meter:
    """How far reading has come, in bytes of the inputs as they lie (compressed ones as they are)."""

    total: int | None = None
    """Of all inputs, once reading has begun; None where one of them is a stream."""
    read: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """What the caller says about the inputs. A key that is given replaces the usual names of its field: a name, or a dotted path
    into objects and lists (`article.body`, `items.0.text`)."""

    format: str | None = None
    text_key: str | None = None
    id_key: str | None = None
    date_key: str | None = None
    max_bytes: int = MAX_DOCUMENT
    used: FieldsUsed | None = dataclasses.field(default=None, compare=False, repr=False)
    """Where readers of rows count which fields they took for what, if the caller wants to know."""
    meter: Meter | None = dataclasses.field(default=None, compare=False, repr=False)
    """Where reading says how far it has come, if the caller wants to know."""

    def asked(self) -> dict[str, Any]:
        """What the caller said, for the record of a run."""
        return {name: getattr(self, name) for name in ("format", "text_key", "id_key", "date_key", "max_bytes")}


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Where a stream comes from."""

    name: str
    """What problems call it: a path, or `stdin`."""
    uri: str | None = None
    """Its identity when it is one document; None if it has none, then the text's hash serves."""
    fetched_at: str | None = None
    """When it was last written; ISO 8601 UTC."""

    def problem(self, message: str, line: int | None = None) -> Problem:
        """A Problem with this stream, or with one line of it (counted from 1). The message may quote the input."""
        return Problem(self.name if line is None else f"{self.name}:{line}", "read", clean(message))


@dataclasses.dataclass(frozen=True, slots=True)
class Folded:
    """A document (or other work) that is read but not yet made, because making it takes longer: `unfold` does, and another
    process may.

    `make` is a function of a module; it and its arguments can be pickled.
    """

    make: Callable[..., Any]
    arguments: tuple[Any, ...]
    size: int
    """Bytes that it holds."""
    name: str
    """What problems call it."""

    def unfold(self) -> Any:
        return self.make(*self.arguments)


Item = Document | Problem | Folded
"""What a reader gives."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """One format. `read` yields what it can and a Problem for what it cannot, and lets errors of the stream itself rise.

    The stream is binary, buffered (it has `peek` and `read1`) and no longer compressed; it can seek when it is a plain file.
    """

    name: str
    suffixes: tuple[str, ...]
    """Lower case, with the dot, without that of a compression."""
    read: Callable[[BinaryIO, Origin, Options], Iterator[Item]]
    sniff: Callable[[bytes], bool] = lambda head: False
    """Whether the first bytes (up to 4,096) look like this format: asked only when no suffix decides."""
    content: str = ""
    """What becomes a document, in a few words, for the list of formats."""
    extra: str | None = None
    """The extra of the distribution that `read` needs."""


class MissingExtraError(Exception):
    """A package that an extra brings is not installed. The text says which, and how to install it."""


@contextlib.contextmanager
def needing(extra: str, what: str) -> Iterator[None]:
    """Around the imports of an extra's packages: raises MissingExtraError where one is missing.

    `what` is what cannot be read without it.
    """
    try:
        yield
    except ImportError as error:
        package = (error.name or str(error)).partition(".")[0]
        raise MissingExtraError(
            f"{what} needs the package {package}, which is not installed: pip install 'news-provenance[{extra}]'"
        ) from error
