"""Web archives: each capture of a page is a document, and what is none is counted by its reason."""

from __future__ import annotations

import contextlib
import gzip
import io
import sqlite3
import zlib

import pytest
import zstandard

from provenance import read
from provenance.model import Document, Problem
from provenance.pipeline.progress import Silent
from provenance.pipeline.scan import scan
from provenance.read import Options, Origin, read_stream
from provenance.store import Store
from tests.containers import ADDRESSES, TEXTS, captured, http, page, record, warc
from tests.strategies import prose

ONE = ADDRESSES[0]


def archive(*records: bytes, **options) -> list[Document | Problem]:
    """What a web archive of these records gives."""
    return list(read_stream(io.BytesIO(b"".join(records)), Origin("/x.warc", "/x.warc"), Options(**options)))


def one(*records: bytes, **options) -> Document:
    [document] = archive(*records, **options)
    assert isinstance(document, Document), document
    return document


def chunked(body: bytes) -> bytes:
    """A body as servers send it in pieces."""
    pieces = [body[at : at + 100] for at in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_captures_become_documents(pack):
    """A page has its address, its site, its title and its capture's time, which is never a publication date."""
    documents = list(read_stream(io.BytesIO(pack(warc())), Origin("/x", "/x")))
    assert [document.uri for document in documents] == list(ADDRESSES)
    first = documents[0]
    assert (first.site, first.title, first.format) == ("a.example", "A title", "warc")
    assert (first.fetched_at, first.published_at, first.published_from) == ("2025-03-04T10:00:00Z", None, "none")


def test_each_record_compressed_by_itself():
    """Crawlers compress every record by itself."""
    data = b"".join(gzip.compress(captured(url, text)) for url, text in zip(ADDRESSES, TEXTS, strict=True))
    assert [document.uri for document in archive(data)] == list(ADDRESSES)


@pytest.mark.parametrize(
    ("headers", "pack"),
    [
        (["Transfer-Encoding: chunked"], chunked),
        (["Content-Encoding: gzip"], gzip.compress),
        (["Content-Encoding: deflate"], zlib.compress),
        (["Content-Encoding: gzip", "Transfer-Encoding: chunked"], lambda body: chunked(gzip.compress(body))),
        (["Content-Encoding: gzip"], bytes),
        (["Content-Encoding: br"], bytes),
        (["Transfer-Encoding: chunked"], bytes),
        (["Transfer-Encoding: chunked"], lambda body: chunked(body)[:-5]),
        (["Content-Encoding: gzip", "Transfer-Encoding: chunked"], gzip.compress),
    ],
    ids=["chunked", "gzip", "deflate", "both", "undone", "undone br", "undone chunks", "cut chunks", "undone chunks of gzip"],
)
def test_what_http_did_is_undone(headers, pack):
    """Chunks and compression are undone, and what crawlers have undone already, but left in the header, is read as it is."""
    expected = one(captured(ONE, TEXTS[0])).text
    assert one(record(ONE, http(pack(page(TEXTS[0]).encode()), *headers))).text == expected


def test_a_wrong_encoding_that_leaves_no_text():
    """A body that cannot be decoded is a problem of its record alone."""
    broken = record(ONE, http(b"\x1f\x8b\x08\0" + bytes(range(256)) * 9, "Content-Encoding: gzip"))
    problem, document = archive(broken, captured(ADDRESSES[1], TEXTS[1]))
    assert ("cannot be decoded" in problem.message, ONE in problem.message) == (True, True)
    assert document.uri == ADDRESSES[1]


def test_charset_of_the_header():
    """The charset that HTTP declares counts for pages and for plain text."""
    text = "Où sont les élèves ? Ils étaient déjà à l'école, près de la forêt. " * 5
    for media, body in (("text/html; charset=iso-8859-15", page(text)), ("text/plain; charset=iso-8859-15", text)):
        document = one(record(ONE, http(body.encode("iso-8859-15"), media=media)))
        assert "élèves" in document.text
        assert document.extra["encoding"] in ("iso8859-15", "cp1252")


@pytest.mark.parametrize(("kind", "media"), [("resource", "text/plain; charset=utf-8"), ("conversion", "text/plain")])
def test_records_of_plain_text(kind, media):
    """Text without HTTP around it, as in Common Crawl's WET files, is a document as it stands."""
    document = one(record(ONE, TEXTS[0].encode(), kind, media=media))
    assert (document.text, document.site, document.title) == (TEXTS[0], "a.example", None)


def test_a_resource_may_be_a_page():
    """A page that was stored without HTTP is read as a page."""
    assert one(record(ONE, page(TEXTS[0]).encode(), "resource", media="text/html")).title == "A title"


def test_a_page_without_a_type():
    """A response that does not say what it is counts as a page if it looks like one."""
    assert one(record(ONE, http(page(TEXTS[0]).encode(), media=None))).title == "A title"


def test_what_is_skipped_is_counted():
    """Records that are no documents are told once for each reason, with their number and the first of them."""
    records = [
        *(record(f"{ONE}/{n}.png", http(b"\x89PNG" + bytes(50), media="image/png")) for n in range(1200)),
        record(f"{ONE}/gone", http(b"gone", status=404)),
        record(f"{ONE}/moved", http(b"", status=301)),
        record(f"{ONE}/again", http(b"", status=200), "revisit"),
        record("dns:a.example", b"1.2.3.4", "response", media="text/dns"),
        captured(ONE, TEXTS[0]),
    ]
    document, *told = archive(*records)
    assert document.uri == ONE
    assert [problem.message for problem in told[:4]] == [
        f"neither HTML nor plain text: 1,200 records skipped, the first: {ONE}/0.png (image/png)",
        f"an HTTP status other than 200: 2 records skipped, the first: {ONE}/gone",
        f"a page captured before, and not changed since: 1 record skipped: {ONE}/again",
        "no address of the web: 1 record skipped: dns:a.example",
    ]
    assert len(told) == 4
    assert {problem.uri for problem in told} == {"/x.warc"}


def test_problems_that_quote_can_be_stored():
    """What a problem quotes of a record is cleaned as a text is."""
    [problem] = archive(record(ONE, http(b"x", media="a\0b")))
    assert "a\ufffdb" in problem.message


def test_a_page_without_a_text():
    """A page that is no document is told under its own address, with the file that it is in."""
    problem, _ = archive(record(f"{ONE}/short", http(page("Too short.").encode())), captured(ONE, TEXTS[0]))
    assert problem.uri == f"{ONE}/short"
    assert problem.message.endswith("(in /x.warc)")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (captured(ONE, TEXTS[0], length=100), "its length is wrong"),
        (captured(ONE, TEXTS[0], length="-5"), "no length"),
        (captured(ONE, TEXTS[0], length="9" * 30), "no length"),
        (captured(ONE, TEXTS[0], length=""), "no length"),
        (record(ONE, b"no response at all"), "no HTTP response"),
        (record(ONE, b""), "no HTTP response"),
        (b"WARC/1.0\r\n\r\n", "no length"),
        (record(ONE, http(b"x" * 300_000)), "more than the 200,000"),
        (record(ONE, http(gzip.compress(b"x" * 300_000), "Content-Encoding: gzip")), "expands to more than 200,000"),
    ],
)
def test_a_broken_record_costs_only_itself(broken, says):
    """A record that is broken, too large or a bomb is told with its number and address; the records around it are read."""
    before, *told, after = archive(captured(ONE, TEXTS[0]), broken, captured(ADDRESSES[1], TEXTS[1]), max_bytes=200_000)
    assert [before.uri, after.uri] == list(ADDRESSES)
    assert says in told[0].message
    assert "record 2" in told[0].message


def test_garbage_between_records():
    """Bytes that belong to no record are passed over and told."""
    garbage = bytes(range(256)) * 400 + b"\nWARC/nothing\n"
    first, told, second, last = archive(captured(ONE, TEXTS[0]), garbage, captured(ADDRESSES[1], TEXTS[1]), garbage)
    assert [first.uri, second.uri] == list(ADDRESSES)
    assert "ahead of record 2" in told.message
    assert "behind record 2" in last.message


def test_a_record_that_was_cut_short_by_its_crawler():
    """What a crawler cut off is noted."""
    assert one(captured(ONE, TEXTS[0], more=["WARC-Truncated: length"])).extra["warc_truncated"] == "length"


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", ["in order", "out of order"])
def test_versions_of_one_address(tmp_path, order, together):
    """Captures of one address are its versions in the order of their capture, whatever order they are read in: the latest
    text is current, the others stand at URI@FETCHED, and another scan changes nothing."""
    days = [f"2025-03-0{day}T10:00:00Z" for day in (4, 5, 6)]
    records = [captured(ONE, prose(10 + n), date=day) for n, day in enumerate(days)]
    records = records[::-1] if order == "out of order" else records
    parts = [b"".join(records)] if together else records
    for n, part in enumerate(parts):
        (tmp_path / f"{n}.warc").write_bytes(part)
    db = tmp_path / "p.db"
    for part in range(len(parts)):
        scan(db, [str(tmp_path / f"{part}.warc")], read.Options(), jobs=1, progress=Silent())
    with contextlib.closing(sqlite3.connect(db)) as connection:
        rows = connection.execute("SELECT uri, fetched_at, text FROM document JOIN body ON document_id = id").fetchall()
        versions = connection.execute("SELECT count(*) FROM document WHERE version_of IS NOT NULL").fetchone()
    stored = {uri: (fetched, text) for uri, fetched, text in rows}
    assert {uri: fetched for uri, (fetched, _) in stored.items()} == {
        f"{ONE}@{days[0]}": days[0],
        f"{ONE}@{days[1]}": days[1],
        ONE: days[2],
    }
    assert all(prose(10 + n)[:60] in text for n, (_, text) in enumerate(sorted(stored.values())))
    assert versions == (2,)
    again = scan(db, [str(tmp_path)], read.Options(), jobs=1, progress=Silent())
    assert (again.read, again.unchanged, again.formats) == (3, 3, {"warc": 3})
    with Store.open(db) as store:
        assert store.check() == []
