"""Web archives (WARC 1.0 and 1.1): each fetched page or text is a document under its address, with the time of its capture.

Where records begin and end is found here, so that a damaged one costs only itself (fastwarc ends at the first, and panics over a
stream that breaks off). What HTTP did to a page on its way, chunks and compression, is undone by fastwarc.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from provenance.model import Document, Problem
from provenance.read import html
from provenance.read.base import Folded, Item, Options, Origin, Reader, needing
from provenance.read.charset import decode_page
from provenance.read.compression import RATIO
from provenance.read.dates import parse_date
from provenance.read.dating import date_of
from provenance.read.decode import clean, is_binary
from provenance.read.identity import host
from provenance.read.skipped import Skipped
from provenance.read.stream import HEAD, STREAM_ERRORS, skip_blank

_MOST_HEADER = 1 << 16
"""Bytes of the header of a record; fastwarc allows half of it for that of HTTP."""
_SLACK = 1 << 20
"""Bytes that the content of any record may expand to; beyond that RATIO counts."""
_PIECE = 1 << 16
_VERSION = re.compile(rb"WARC/[01]\.\d+\s*$")
_BEGINNING = b"\nWARC/"
_HTTP = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
_PAGES = ("text/html", "application/xhtml+xml")
_TEXTS = ("text/plain", "text/markdown")
_NOT_CONTENT = (b"warcinfo", b"request", b"metadata")
"""Records about a crawl: nothing is lost with them, so nothing is said of them."""


class RecordError(ValueError):
    """A record that cannot be used; the text says why."""


class _Header(NamedTuple):
    """The header of a record: names in lower case, the first of equal ones counts."""

    fields: dict[bytes, bytes]

    def get(self, name: bytes) -> str:
        return clean(self.fields.get(name, b"").decode("utf-8", "replace"))

    @property
    def kind(self) -> bytes:
        return self.fields.get(b"warc-type", b"").lower()

    @property
    def uri(self) -> str:
        return self.get(b"warc-target-uri").strip("<> ")

    @property
    def length(self) -> int:
        value = self.fields.get(b"content-length", b"")
        if not value.isdigit() or len(value) > 18:
            raise RecordError("its header has no length")
        return int(value)


class _Content(NamedTuple):
    """What was fetched."""

    data: bytes
    media: str | None
    charset: str | None


def read(stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Item]:
    """The documents of a web archive, in its order. What is no page and no text is counted by reason."""
    with needing("warc", "reading WARC files"):
        import fastwarc.warc  # noqa: F401 - said once for the file, not for every record
    skipped = Skipped("record")
    try:
        yield from _items(stream, origin, skipped, options)
    except STREAM_ERRORS:
        yield from skipped.problems(origin)
        raise
    yield from skipped.problems(origin)


def _items(stream: BinaryIO, origin: Origin, skipped: Skipped, options: Options) -> Iterator[Item]:
    number = lost = 0
    while line := stream.readline(_MOST_HEADER):
        if line.isspace():
            skip_blank(stream)
            continue
        if not _VERSION.match(line):
            lost += len(line) + _pass_over(stream)
            continue
        number += 1
        if lost:
            yield origin.problem(f"{lost:,} bytes ahead of record {number} belong to no record and were passed over")
            lost = 0
        header = _Header(_fields(stream))
        try:
            item = _item(stream, header, origin, skipped, options)
        except RecordError as error:
            yield origin.problem(f"record {number}{header.uri and f' ({header.uri})'}: {error}")
        else:
            if item is not None:
                yield item
    if not number:
        yield origin.problem("no WARC record in it")
    elif lost:
        yield origin.problem(f"{lost:,} bytes behind record {number} belong to no record and were passed over")


def _pass_over(stream: BinaryIO) -> int:
    """Go on to the next line that could begin a record; how many bytes that was."""
    passed = 0
    if stream.peek(_PIECE).startswith(_BEGINNING[1:]):
        return passed
    while len(ahead := stream.peek(_PIECE)) > len(_BEGINNING):
        at = ahead.find(_BEGINNING)
        passed += len(stream.read(at + 1 if at >= 0 else len(ahead) - len(_BEGINNING)))
        if at >= 0:
            break
    return passed


def _fields(stream: BinaryIO) -> dict[bytes, bytes]:
    """The lines up to the next empty one. Of a header that does not end, what stands in its first 64 KB."""
    fields: dict[bytes, bytes] = {}
    left = _MOST_HEADER
    while left > 0 and (line := stream.readline(left)) not in (b"\r\n", b"\n", b""):
        left -= len(line)
        name, _, value = line.partition(b":")
        fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _item(stream: BinaryIO, header: _Header, origin: Origin, skipped: Skipped, options: Options) -> Item | None:
    """The document of the record whose header was read; None where it is none. Leaves the stream behind the record."""
    length = header.length
    reason = _no_content(header)
    if reason is None and length <= options.max_bytes:
        block = stream.read(length)
        left = length - len(block)
    else:
        block, left = b"", length
        while left and (piece := stream.read(min(left, _PIECE))):
            left -= len(piece)
    if left:
        raise RecordError(f"it breaks off: {left:,} of its {length:,} bytes are missing")
    if stream.readline(_PIECE).strip(b"\r\n"):
        raise RecordError("its length is wrong: it does not end where it should")
    if reason is None and length > options.max_bytes:
        raise RecordError(f"it has {length:,} bytes, more than the {options.max_bytes:,} that a document may have")
    if reason is not None:
        if reason:
            skipped.add(reason, header.uri)
        return None
    content = _http(block, options) if header.kind == b"response" else _plain(block, header)
    if content is None:
        skipped.add("an HTTP status other than 200", header.uri)
        return None
    return _item_of(content, header, origin, skipped)


def _no_content(header: _Header) -> str | None:
    """Why a record holds nothing to read, by its header; empty where that needs no mention, None if it may hold a text."""
    if header.kind in _NOT_CONTENT:
        return ""
    if header.kind == b"revisit":
        return "a page captured before, and not changed since"
    if header.kind not in (b"response", b"resource", b"conversion"):
        return "a record of another kind"
    if not header.uri.lower().startswith(("http://", "https://")):
        return "no address of the web"
    return None


def _http(block: bytes, options: Options) -> _Content | None:
    """What an HTTP response holds; None if its status is not 200.

    What the header says of encodings is often wrong, as when the crawler undid them: then the bytes count as they are.
    """
    from fastwarc.warc import WarcRecord

    limit = min(options.max_bytes, _SLACK + RATIO * len(block))
    failure = ""
    for decoding in ("all", "transfer", "content", "none"):
        data = bytearray()
        record = WarcRecord.from_bytes(_HTTP % len(block) + block + b"\r\n\r\n")
        try:
            record.parse_http(auto_decode=decoding)
            status = record.http_headers.status_code if record.http_headers is not None else None
            if status is None:
                raise RecordError("it holds no HTTP response")
            if status != 200:
                return None
            while piece := record.reader.read(_PIECE):
                data += piece
                if len(data) > limit:
                    raise RecordError(f"its content expands to more than {limit:,} bytes")
        except OSError as error:
            failure = failure or str(error)
            if not data:
                continue  # else it breaks off, and what came is worth having
        if not failure or not is_binary(data):
            return _Content(bytes(data), record.http_content_type, record.http_charset)
    raise RecordError(f"its content cannot be decoded: {failure}")


def _plain(block: bytes, header: _Header) -> _Content:
    """The content of a record without HTTP around it."""
    media, _, rest = header.get(b"content-type").partition(";")
    charset = re.search(r"charset=\"?([\w.:-]+)", rest, re.IGNORECASE)
    return _Content(block, media.strip().lower(), charset and charset.group(1))


def _item_of(content: _Content, header: _Header, origin: Origin, skipped: Skipped) -> Item | None:
    media = (content.media or header.get(b"warc-identified-payload-type")).strip().lower()
    if not media and html.sniff(content.data[:HEAD]):
        media = "text/html"
    uri = header.uri
    notes = {"warc_truncated": cut} if (cut := header.get(b"warc-truncated")) else {}
    capture = Origin(uri, uri, parse_date(header.get(b"warc-date")))
    if media in _PAGES:
        return Folded(_page, (content.data, content.charset, capture, notes, origin.name), len(content.data), uri)
    if media not in _TEXTS:
        skipped.add("neither HTML nor plain text", f"{uri} ({media or 'unknown'})")
        return None
    if is_binary(content.data):
        skipped.add("binary data, not text", uri)
        return None
    text, encoding = decode_page(content.data, content.charset)
    text = clean(text)
    if not text or text.isspace():
        skipped.add("the text is empty", uri)
        return None
    published_at, published_from = date_of(uri, text, capture.fetched_at)
    return Document(
        uri=uri, text=text, site=host(uri), published_at=published_at, published_from=published_from,
        fetched_at=capture.fetched_at, extra=notes | ({"encoding": encoding} if encoding else {}),
    )  # fmt: skip


def _page(data: bytes, charset: str | None, capture: Origin, notes: dict[str, str], file: str) -> Document | Problem:
    page = html.extract(data, capture.uri, charset, capture.fetched_at)
    if page.problem:
        return capture.problem(f"{page.problem} (in {file})")
    document = page.document(capture.uri, capture.fetched_at)
    return dataclasses.replace(document, extra=document.extra | notes)


WARC = Reader(
    "warc",
    (".warc", ".wet"),
    read,
    lambda head: head.startswith((b"WARC/0.", b"WARC/1.")),
    "each page and text of a crawl, under its address",
    "warc",
)
