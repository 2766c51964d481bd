"""Compressed files and archives: what they hold is read as if it lay there by itself, and nothing in them stops a scan."""

from __future__ import annotations

import contextlib
import io
import json
import lzma
import random
import struct
import subprocess
import sys
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
import zstandard

from provenance.model import Document, Problem
from provenance.read import ARCHIVES, READERS, Options, Origin, expand, read, read_stream
from provenance.read.archive import cleaned
from provenance.read.compression import CODECS, stem
from tests.containers import (
    ADDRESSES,
    BREAKS,
    COMPRESSIONS,
    FILES,
    KINDS,
    ROWS,
    TEXTS,
    jsonl,
    page,
    tarred,
    zipped,
)  # fmt: skip

ROOT = Path(__file__).parent.parent


def read_bytes(data: bytes, name: str = "stdin", **options) -> list[Document | Problem]:
    """What a stream gives; a name other than stdin is also its path."""
    origin = Origin("stdin") if name == "stdin" else Origin(name, name)
    return list(read_stream(io.BytesIO(data), origin, Options(**options)))


def texts(items: list[Document | Problem]) -> list[str]:
    """The texts, and nothing was wrong."""
    assert [item for item in items if isinstance(item, Problem)] == []
    return [item.text for item in items]


def problems(items: list[Document | Problem]) -> list[str]:
    return [item.message for item in items if isinstance(item, Problem)]


# Every kind, whole and broken


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("way", ["named", "by content"])
def test_every_kind_is_read(name, way):
    """Each kind gives its two texts, by its suffix or, on standard input, by its content."""
    items = read_bytes(KINDS[name](), f"/{name}" if way == "named" else "stdin")
    assert all(text in item.text.replace("\n\n", " ") for text, item in zip(TEXTS, items, strict=True))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("way", BREAKS)
def test_broken_kinds_stop_nothing(tmp_path, name, way):
    """A file broken in any way gives what can be read of it, each loss is told under its name, and its neighbours are read."""
    (tmp_path / name).write_bytes(BREAKS[way](KINDS[name]()))
    (tmp_path / "z.txt").write_text("neighbour")
    items = list(read([tmp_path]))
    whole = [item for item in items if isinstance(item, Document)]
    told = [item for item in items if isinstance(item, Problem)]
    assert whole[-1].text == "neighbour"
    assert all(item.uri.startswith(str(tmp_path / name)) for item in told)
    read_well = sum(any(text in item.text.replace("\n\n", " ") for text in TEXTS) for item in whole)
    garbled = len(whole) - 1 - read_well
    assert told or garbled or read_well == 2
    if way == "empty":
        assert told
        assert len(whole) == 1


@pytest.mark.parametrize("suffix", COMPRESSIONS)
@pytest.mark.parametrize("name", ["a.jsonl", "a.txt", "a.html", "a.tar", "a.zip"])
def test_kinds_within_compressions(suffix, name):
    """What is compressed is read as if it were not, whatever the compression and even under another's name."""
    data = {
        "a.jsonl": jsonl(ROWS[:1]),
        "a.txt": TEXTS[0].encode(),
        "a.html": page(TEXTS[0]).encode(),
        "a.tar": tarred([("b.txt", TEXTS[0].encode())]),
        "a.zip": zipped([("b.txt", TEXTS[0].encode())]),
    }[name]
    packed = COMPRESSIONS[suffix](data)
    for called in (name + suffix, name, name + ".gz"):
        [item] = read_bytes(packed, f"/{called}")
        assert TEXTS[0] in item.text.replace("\n\n", " ")


# Compression


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_several_members(suffix):
    """Members, streams or frames one behind the other are one file, also with zeros behind them."""
    parts = [COMPRESSIONS[suffix](jsonl([row])) for row in ROWS]
    assert texts(read_bytes(b"".join(parts), f"/a.jsonl{suffix}")) == list(TEXTS)
    assert texts(read_bytes(b"".join(parts) + bytes(100_000), f"/a.jsonl{suffix}")) == list(TEXTS)


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_garbage_behind_a_member(suffix):
    """What stands behind the compressed data and is something else is told, after all that came before it."""
    first, second, problem = read_bytes(COMPRESSIONS[suffix](jsonl()) + b"garbage" * 1000, f"/a.jsonl{suffix}")
    assert [first.text, second.text] == list(TEXTS)
    assert isinstance(problem, Problem)


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_truncated_compression_gives_what_it_held(suffix):
    """A file that ends too early gives the rows before that, then one problem."""
    rows = [{"id": i, "text": random.Random(i).randbytes(300).hex()} for i in range(1000)]
    packed = COMPRESSIONS[suffix](jsonl(rows[:600])) + COMPRESSIONS[suffix](jsonl(rows[600:]))
    *documents, problem = read_bytes(packed[: len(packed) * 9 // 10], f"/a.jsonl{suffix}")
    assert 600 <= len(documents) < 1000
    assert [document.text for document in documents] == [row["text"] for row in rows[: len(documents)]]
    assert isinstance(problem, Problem)


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_name_of_a_compression_alone(suffix):
    """A file that is called compressed and is not is a problem that says so."""
    [message] = problems(read_bytes(b"just text", f"/a.txt{suffix}"))
    assert f"not a {next(codec.name for codec in CODECS if codec.suffix == suffix)} file" in message


def test_windows_are_limited():
    """A header that asks for a window of gigabytes is a problem, not a gigabyte."""
    xz = bytearray(lzma.compress(b"text"))
    header = slice(12, 12 + (xz[12] + 1) * 4)
    assert xz[14] == 0x21  # LZMA2; the size of its dictionary stands two bytes behind
    xz[16] = 40
    xz[header.stop - 4 : header.stop] = zlib.crc32(xz[header][:-4]).to_bytes(4, "little")
    zstd = b"\x28\xb5\x2f\xfd\x00" + bytes([(30 - 10) << 3]) + (4 << 3 | 1).to_bytes(3, "little") + b"text"
    for name, data in (("/a.txt.xz", bytes(xz)), ("/a.txt.zst", zstd)):
        [message] = problems(read_bytes(data, name))
        assert "emory" in message


def test_dictionary_of_a_web_archive():
    """A zstd file that brings its dictionary in a first frame, as crawlers write it, is read with it."""
    samples = [json.dumps({"url": f"https://a.example/{i}", "text": TEXTS[i % 2][: 400 + i]}).encode() for i in range(300)]
    dictionary = zstandard.train_dictionary(4096, samples)
    compressor = zstandard.ZstdCompressor(dict_data=dictionary)
    frames = b"".join(compressor.compress(sample + b"\n") for sample in samples)
    for content in (dictionary.as_bytes(), zstandard.compress(dictionary.as_bytes())):
        data = b"\x5d\x2a\x4d\x18" + struct.pack("<I", len(content)) + content + frames
        assert len(texts(read_bytes(data, "/a.jsonl.zst"))) == 300
        assert problems(read_bytes(data[:6], "/a.jsonl.zst"))


@pytest.mark.parametrize(
    ("name", "is_called"),
    [("A.JSONL.XZ", "a.jsonl"), ("a.tgz", "a.tar"), ("a.tar.zst", "a.tar"), ("a.txt", "a.txt"), ("a.tbz2", "a.tar")],
)
def test_stem(name, is_called):
    """A name without its compression."""
    assert stem(name) == is_called


# Bombs


def deflated(byte: bytes, megabytes: int) -> bytes:
    """A raw deflate stream of one byte repeated, made by repeating the code for a megabyte of it."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    first, again = (compressor.compress(byte * (1 << 20)) + compressor.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (megabytes - 1) + compressor.flush()


def zip_of(body: bytes, size: int, name: bytes = b"a.jsonl") -> bytes:
    """A zip archive with one member of this deflated body, said to have `size` bytes."""
    fields = struct.pack("<HHHHHIII", 45, 0, 8, 0, 0x5A64, 0, len(body), min(size, 0xFFFFFFFE))
    local = b"PK\3\4" + fields + struct.pack("<HH", len(name), 0) + name
    central = b"PK\1\2" + struct.pack("<H", 45) + fields + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + len(body), 0)
    return local + body + central + end


def cost(data: bytes, name: str) -> tuple[list[Document | Problem], float]:
    """What it gives, and the seconds of processor time that it took."""
    started = time.process_time()
    items = read_bytes(data, name, max_bytes=1 << 20)
    return items, time.process_time() - started


def test_a_bomb_of_ten_gigabytes():
    """A zip archive of ten megabytes with ten gigabytes in it costs seconds and a few megabytes, and is told."""
    data = zip_of(deflated(b"x", 10_000), 10_000 << 20)
    tracemalloc.start()
    try:
        items, seconds = cost(data, "/a.zip")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "expands to more than" in problems(items)[0]
    assert len(items) == 1
    assert seconds < 10
    assert peak < 40 << 20


@pytest.mark.parametrize("byte", [b"\0", b"\n", b"x", b"[", b'"'])
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt", "a.json", "a.html", "a.tar", "a.warc"])
def test_one_byte_repeated(name, byte):
    """A hundred megabytes of one byte, packed into a tenth of one, cost a second, whatever they are called, and are told."""
    data = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + deflated(byte, 100)
    items, seconds = cost(data, f"/{name}.gz")
    assert 1 <= len(problems(items)) == len(items) <= 10_001
    assert seconds < 3


# Archives


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_members_are_named_within_the_archive(tmp_path, pack):
    """A member without an identity of its own is `archive!/member`, fetched when it was written; a row keeps its own."""
    path = tmp_path / f"a.{pack.__name__[:3]}"
    path.write_bytes(pack([("b/c.txt", b"text"), ("rows.jsonl", jsonl(ROWS[:1]))]))
    text, row = read([path])
    assert (text.uri, text.fetched_at, text.format) == (f"{path}!/b/c.txt", "2025-03-04T10:00:00Z", "txt")
    assert (row.uri, row.format) == (ADDRESSES[0], "jsonl")


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_without_a_path(pack):
    """On standard input a member without identity is named by its text, and a problem by its name in the archive."""
    document, problem = read_bytes(pack([("b.txt", b"text"), ("c.txt", b"")]))
    assert document.uri.startswith("text:")
    assert (problem.uri, problem.message) == ("stdin!/c.txt", "the text is empty")


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_is_read_as_a_folder(pack):
    """Members of unknown suffixes and hidden ones are passed over in silence; an archive without any other is a problem."""
    others = [
        ("a.png", b"\x89PNG"),
        ("README", b"text"),
        (".hidden.txt", b"text"),
        ("__MACOSX/._a.txt", b"text"),
        (".git/a.txt", b""),
    ]
    assert [item.uri for item in read_bytes(pack([*others, ("sub/a.TXT", b"text")]), "/x")] == ["/x!/sub/a.TXT"]
    [message] = problems(read_bytes(pack(others), "/x"))
    assert "no files of a known kind" in message


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_format_for_members(pack):
    """With a format, an archive gives only its files of that format, as a folder does."""
    members = [("a.txt", b"text"), ("b.jsonl", jsonl(ROWS[:1]))]
    assert [item.uri for item in read_bytes(pack(members), "/x", format="jsonl")] == [ADDRESSES[0]]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_members_of_one_name(pack):
    """Members of one name are all read, in their order: versions of one document."""
    members = [("a.txt", b"first"), ("a.txt", b"second")]
    with pytest.warns(UserWarning, match="Duplicate") if pack is zipped else contextlib.nullcontext():
        data = pack(members)
    assert [(item.uri, item.text) for item in read_bytes(data, "/x")] == [("/x!/a.txt", "first"), ("/x!/a.txt", "second")]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/a.txt", "etc/a.txt"),
        ("/etc/a.txt", "etc/a.txt"),
        ("..\\..\\a.txt", "a.txt"),
        ("./a//b/../c.txt", "a/b/c.txt"),
        ("caf\udce9.txt", "caf\\xe9.txt"),
        ("a\0b.txt", "a\ufffdb.txt"),
        ("..", ""),
    ],
)
def test_names_lead_nowhere_else(name, path):
    """A member's name is a relative path without tricks, and can be stored."""
    assert cleaned(name) == path


def test_nothing_is_unpacked(tmp_path, monkeypatch):
    """Reading an archive whose members want to be written elsewhere leaves the disk as it is."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.zip").write_bytes(zipped([("../../evil.txt", b"text")]))
    (tmp_path / "in" / "a.tar").write_bytes(tarred([("../../evil.txt", b"text"), ("/tmp/evil.txt", b"text")]))
    monkeypatch.chdir(tmp_path)
    assert len(texts(list(read(["in"])))) == 3
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.tar", "a.zip", "in"]


def test_links_and_devices():
    """Links, devices and pipes in an archive are never followed; they are counted with their reason."""
    members = []
    for name, kind in (("link.txt", tarfile.SYMTYPE), ("hard.txt", tarfile.LNKTYPE), ("dev.txt", tarfile.CHRTYPE)):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        members.append((info, b""))
    *found, links, devices = read_bytes(tarred([*members, ("a.txt", b"text")]), "/x.tar")
    assert [item.text for item in found] == ["text"]
    assert (links.message, devices.message) == (
        "a link: 2 members skipped, the first: link.txt",
        "a device or a pipe: 1 member skipped: dev.txt",
    )
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    assert problems(read_bytes(zipped([(link, b"/etc/passwd")]), "/x.zip")) == ["a link: 1 member skipped: link.txt"]


def test_encrypted_members():
    """Encrypted members, and those of a compression that is not supported, are counted; the others are read."""
    data = bytearray(zipped([("a.txt", b"text"), ("b.txt", b"text"), ("c.txt", b"text"), ("d.txt", b"other")]))
    at = data.index(b"PK\1\2")
    for flag in (1, 1):
        data[at + 8] |= flag
        at = data.index(b"PK\1\2", at + 1)
    data[at + 10] = 14
    *found, encrypted, method = read_bytes(bytes(data), "/x.zip")
    assert [item.text for item in found] == ["other"]
    assert encrypted.message == "encrypted: 2 members skipped, the first: a.txt"
    assert "compression method 14" in method.message


def test_archives_within_archives():
    """An archive in an archive is read; one more level is a problem, and its neighbours are read."""
    inner = tarred([("deep.txt", b"deep")])
    middle = zipped([("inner.tar", inner), ("b.txt", b"middle")])
    outer = tarred([("middle.zip", middle), ("a.txt", b"outer")])
    problem, *found = read_bytes(outer, "/x.tar")
    assert (problem.uri, "not opened" in problem.message) == ("/x.tar!/middle.zip!/inner.tar", True)
    assert [item.uri for item in found] == ["/x.tar!/middle.zip!/b.txt", "/x.tar!/a.txt"]


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names(format):
    """Long names are read in every dialect of tar."""
    name = "/".join(["folder" * 5] * 5) + "/" + "n" * 60 + ".txt"
    assert [item.uri for item in read_bytes(tarred([(name, b"text"), ("a.txt", b"b")], format), "/x")] == [
        f"/x!/{name}",
        "/x!/a.txt",
    ]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_member_without_a_name(pack):
    """A member without a name is passed over as one of no known suffix."""
    assert [item.uri for item in read_bytes(pack([("", b"text"), ("/", b""), ("a.txt", b"text")]), "/x")] == ["/x!/a.txt"]


def test_endless_name():
    """A member whose name is longer than any path is skipped and told."""
    [problem] = read_bytes(tarred([("n" * 5000 + ".txt", b"text")]), "/x")
    assert "4,096 characters" in problem.message


def test_a_damaged_header_costs_its_member():
    """Behind a damaged header a tar archive is read on at the next whole one."""
    data = bytearray(tarred((f"{i}.txt", b"text %d" % i * 300) for i in range(4)))
    at = data.index(b"1.txt\0")
    data[at + 120] ^= 0xFF
    first, problem, third, fourth = read_bytes(bytes(data), "/x.tar")
    assert [first.uri, third.uri, fourth.uri] == ["/x.tar!/0.txt", "/x.tar!/2.txt", "/x.tar!/3.txt"]
    assert "no header of a member" in problem.message


def test_a_table_of_contents_is_limited():
    """A zip archive whose table of contents would fill the memory is a problem."""
    data = bytearray(zipped([("a.txt", b"text")]))
    data += bytes(40 << 20)
    end = data.index(b"PK\5\6")
    record = data[end : end + 22]
    record[12:16] = (39 << 20).to_bytes(4, "little")
    record[16:20] = (0).to_bytes(4, "little")
    [message] = problems(read_bytes(bytes(data + record), "/x.zip"))
    assert "table of contents" in message


def test_an_extended_header_is_limited():
    """A tar archive that wants a gigabyte for a name is a problem, not a gigabyte."""
    info = tarfile.TarInfo("a")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    items, seconds = cost(info.tobuf() + b"x" * 5000, "/x.tar")
    assert len(problems(items)) == 1
    assert seconds < 1


def test_problems_of_one_input_are_limited():
    """An input of nothing but problems is given up after ten thousand; one with documents among them is read to its end."""
    *_, last = read_bytes(b"1\n" * 50_000, "/x.jsonl")
    assert "given up after 10,001 problems" in last.message
    items = read_bytes(jsonl() + b"1\n" * 10_150 + jsonl(), "/x.jsonl")
    assert [len(items), len(problems(items))] == [10_000 + 4 + 1, 10_001]
    assert items[-1].message == "150 more problems in it are not listed"


def test_folders_take_every_kind(tmp_path):
    """A folder gives the files of every format and every archive, also compressed."""
    every = [suffix for kind in (*READERS, *ARCHIVES) for suffix in kind.suffixes]
    names = sorted([f"a{suffix}{packed}" for suffix in every for packed in ("", *COMPRESSIONS)] + ["a.tgz", "a.tar.bz2", "B.TXZ"])
    for name in {*names, "a.png", "a.gz", "a"}:
        (tmp_path / name).write_bytes(b"")
    assert sorted(Path(name).name for name in expand([tmp_path]).names) == sorted(set(names))


def test_a_zip_that_comes_as_a_stream():
    """A zip archive or a Parquet file within a tar file, or on standard input, is put aside and read."""
    data = tarred([("a.zip", zipped(FILES.items())), ("b.parquet", KINDS["a.parquet"]())])
    assert texts(read_bytes(data, "/x.tar")) == [*TEXTS, *TEXTS]
    command = [sys.executable, "-m", "provenance", "scan", "-", "-n"]
    process = subprocess.run(command, input=zipped(FILES.items()), capture_output=True, cwd=ROOT, check=True)
    assert process.stdout.startswith(b"2 documents read (txt 2) in")
