"""Small files of every kind that documents come in, made when a test needs them, and ways to break them."""

from __future__ import annotations

import bz2
import datetime
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable

import pyarrow
import pyarrow.parquet
import zstandard

from tests.strategies import prose

TEXTS = (prose(1), prose(2))
WRITTEN = datetime.datetime(2025, 3, 4, 10, tzinfo=datetime.UTC)
ADDRESSES = ("https://a.example/one", "https://b.example/two")

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}
ROWS = tuple({"url": url, "text": text} for url, text in zip(ADDRESSES, TEXTS, strict=True))


def page(text: str, title: str = "A title") -> str:
    """A web page with this text in three paragraphs."""
    sentences = text.split(". ")
    third = len(sentences) // 3 + 1
    paragraphs = [". ".join(sentences[at : at + third]).rstrip(".") + "." for at in range(0, len(sentences), third)]
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    head = f"<!DOCTYPE html><html lang='en'><head><title>{title}</title></head>"
    return f"{head}<body><article><h1>{title}</h1>{body}</article></body></html>"


def http(body: bytes, *headers: str, status: int = 200, media: str | None = "text/html; charset=utf-8") -> bytes:
    """A response as it came over the wire."""
    lines = [f"HTTP/1.1 {status} OK", *([f"Content-Type: {media}"] if media else []), *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def record(
    uri: str, block: bytes, kind: str = "response", date: str = "2025-03-04T10:00:00Z",
    media: str = "application/http; msgtype=response", length: int | str | None = None, more: Iterable[str] = (),
) -> bytes:  # fmt: skip
    """One record of a web archive."""
    lines = [
        "WARC/1.1", f"WARC-Type: {kind}", "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>",
        f"WARC-Date: {date}", f"WARC-Target-URI: {uri}", f"Content-Type: {media}",
        f"Content-Length: {len(block) if length is None else length}", *more, "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


def captured(uri: str, text: str, **options: str) -> bytes:
    """The record of a page that was fetched."""
    return record(uri, http(page(text).encode()), **options)


def warc() -> bytes:
    """A web archive as crawlers write it: about the crawl, then request, response, metadata for each page."""
    about = record("", b"software: test\r\n", "warcinfo", media="application/warc-fields")
    parts = [about]
    for url, text in zip(ADDRESSES, TEXTS, strict=True):
        parts += [record(url, b"GET / HTTP/1.1\r\n\r\n", "request"), captured(url, text), record(url, b"x: y\r\n", "metadata")]
    return b"".join(parts)


def zipped(members: Iterable[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


def tarred(members: Iterable[tuple[str | tarfile.TarInfo, bytes]], format: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for name, data in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            info.mtime = WRITTEN.timestamp()
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def parquet(rows: Iterable[dict] | pyarrow.Table, **options: object) -> bytes:
    """A Parquet file."""
    table = rows if isinstance(rows, pyarrow.Table) else pyarrow.Table.from_pylist(list(rows))
    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out, **options)
    return out.getvalue()


def jsonl(rows: Iterable[dict] = ROWS) -> bytes:
    """JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


FILES = {f"{i}.txt": text.encode() for i, text in enumerate(TEXTS)}

KINDS: dict[str, Callable[[], bytes]] = {
    "a.jsonl.gz": lambda: gzip.compress(jsonl()),
    "a.jsonl.bz2": lambda: bz2.compress(jsonl()),
    "a.jsonl.xz": lambda: lzma.compress(jsonl()),
    "a.jsonl.zst": lambda: zstandard.compress(jsonl()),
    "a.warc": warc,
    "a.warc.gz": lambda: gzip.compress(warc()),
    "a.parquet": lambda: parquet(ROWS),
    "a.json": lambda: json.dumps(ROWS).encode(),
    "a.zip": lambda: zipped(FILES.items()),
    "a.tar": lambda: tarred(FILES.items()),
    "a.tgz": lambda: gzip.compress(tarred(FILES.items())),
}
"""A file of each kind, by its name; each holds the two TEXTS."""


def truncated(data: bytes) -> bytes:
    """The first two thirds."""
    return data[: len(data) * 2 // 3]


def corrupted(data: bytes) -> bytes:
    """Eight bytes in the middle are others."""
    at = len(data) // 2
    return data[:at] + bytes(byte ^ 0xA5 for byte in data[at : at + 8]) + data[at + 8 :]


def disguised(data: bytes) -> bytes:
    """The first bytes are those of nothing known."""
    return b"\x7fNO\x01" + data[4:]


def lying(data: bytes) -> bytes:
    """The lengths and offsets at the beginning and at the end are too large."""
    return data[:6] + bytes(byte | 0x70 for byte in data[6:24]) + data[24:-16] + bytes(byte | 0x70 for byte in data[-16:])


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "truncated": truncated,
    "corrupted": corrupted,
    "disguised": disguised,
    "empty": lambda data: b"",
    "lying": lying,
}
