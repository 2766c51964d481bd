"""Plain text and Markdown: one document a file, the text as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from provenance.model import Document, Problem
from provenance.read.base import Options, Origin, Reader
from provenance.read.dating import date_of
from provenance.read.decode import clean, decode, is_binary
from provenance.read.identity import hash_uri
from provenance.read.stream import slurp

_TITLE_WITHIN = 20_000
"""Characters in which a heading must begin to be the title."""


def _reader(title_of: Callable[[str], str | None]) -> Callable[[BinaryIO, Origin, Options], Iterator[Document | Problem]]:
    def read(stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Document | Problem]:
        data, error = slurp(stream, options.max_bytes)
        if len(data) > options.max_bytes:
            yield origin.problem(f"the text has more than the {options.max_bytes:,} bytes that a document may have")
            return
        if is_binary(data):
            yield origin.problem("binary data, not text")
            return
        text, encoding = decode(data)
        text = clean(text)
        if text and not text.isspace():
            # The file's time does not count here: a date must not depend on when a file was copied.
            published_at, published_from = date_of(None, text, None)
            yield Document(
                uri=origin.uri or hash_uri(text),
                text=text,
                title=title_of(text),
                published_at=published_at,
                published_from=published_from,
                fetched_at=origin.fetched_at,
                extra={"encoding": encoding} if encoding else {},
            )
        elif error is None:
            yield origin.problem("the text is empty")
        if error is not None:
            raise error

    return read


def first_heading(text: str) -> str | None:
    """The first Markdown heading (`# Title`, or a line underlined with `=`) outside of fenced code."""
    above = fence = ""
    for line in text[:_TITLE_WITHIN].splitlines():
        line = line.strip()
        if fence:
            fence = "" if line.startswith(fence) else fence
        elif line.startswith(("```", "~~~")):
            fence = line[:3]
        elif line.startswith("#"):
            marks = len(line) - len(line.lstrip("#"))
            title = line[marks:].rstrip("#").strip()
            if marks <= 6 and title and line[marks].isspace():
                return title
        elif line and above and not line.strip("="):
            return above
        above = line
    return None


TEXT = Reader("txt", (".txt", ".text"), _reader(lambda text: None), lambda head: not is_binary(head), "the text as it stands")
MARKDOWN = Reader("md", (".md", ".markdown"), _reader(first_heading), content="the text as it stands, with its first heading")
