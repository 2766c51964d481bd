"""Reading: files, folders, patterns and streams become documents, and whatever is wrong becomes a problem."""

import csv
import gzip
import io
import json
import os
import tracemalloc
from pathlib import Path

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from provenance.model import Document, Problem, UsageError
from provenance.read import READERS, Meter, Options, Origin, expand, read, read_input, read_stream

BROKEN = Path(__file__).parent.parent / "fixtures" / "broken"


def write(path, data):
    """A file with these bytes or this text, its folders made; the path as a string."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    return str(path)


def rows(*objects):
    return "".join(json.dumps(item) + "\n" for item in objects)


def stream(data, name="stdin", **options):
    """What a stream of bytes gives; a name other than stdin is also its path."""
    origin = Origin("stdin") if name == "stdin" else Origin(name, name)
    return list(read_stream(io.BytesIO(data), origin, Options(**options)))


def one(row, **options):
    """The only document of a JSONL stream with this row."""
    [document] = stream(rows(row).encode(), "x.jsonl", **options)
    assert isinstance(document, Document), document
    return document


def as_read(text):
    """The rule for texts: NUL and lone surrogates become U+FFFD one for one, nothing else changes."""
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


# Files and their text


def test_text_file_is_one_document(tmp_path):
    """A text file is one document: its absolute path, its exact text, the file's time as fetched, never as published."""
    path = write(tmp_path / "a.txt", "One\r\ntwo\rthree\n\n")
    os.utime(path, (1741082400, 1741082400))
    assert list(read([path])) == [Document(path, "One\r\ntwo\rthree\n\n", fetched_at="2025-03-04T10:00:00Z")]


def test_text_file_is_dated_by_its_head(tmp_path):
    """A text that says when it was published is believed as far as its class; the file's time plays no part in it."""
    dated = write(tmp_path / "a.txt", "Harbour closed\nPublished: 4 March 2024 10:15 GMT\n\nText")
    undated = write(tmp_path / "b.txt", "STRATHNOON, March 4 (Northern Wire) - The harbour is closed.")
    for path in (dated, undated):
        os.utime(path, (1709600000, 1709600000))
    assert [(document.published_at, document.published_from) for document in read([dated, undated])] == [
        ("2024-03-04T10:15:00Z", "text"),
        (None, "none"),
    ]


def test_relative_path_has_an_absolute_uri(tmp_path, monkeypatch):
    """Identity does not depend on the folder one stands in."""
    write(tmp_path / "a.txt", "text")
    monkeypatch.chdir(tmp_path)
    assert [document.uri for document in read(["./a.txt"])] == [str(tmp_path / "a.txt")]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# A title\n\nText", "A title"),
        ("Intro\n\n### A *title* ###\n", "A *title*"),
        ("```\n# a comment\n```\n## Real\n", "Real"),
        ("A title\n=======\n", "A title"),
        ("#hashtag\n\ntext", None),
        ("####### seven\n", None),
    ],
)
def test_markdown_title(text, title):
    """Markdown gives its first heading as title and keeps its text as it stands."""
    [document] = stream(text.encode(), "/a.md")
    assert (document.title, document.text) == (title, text)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl", "a.ndjson", "a.csv", "a.tsv"])
def test_every_format_also_zipped(tmp_path, name):
    """Each suffix is read alike with and without `.gz`."""
    content = {
        "jsonl": rows({"text": "abc"}),
        "ndjson": rows({"text": "abc"}),
        "csv": "id,text\n1,abc\n",
        "tsv": "id\ttext\n1\tabc\n",
    }
    data = content.get(name.partition(".")[2], "abc").encode()
    [plain] = read([write(tmp_path / name, data)])
    [zipped] = read([write(tmp_path / (name + ".gz"), gzip.compress(data))])
    assert plain.text == zipped.text == "abc"


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252", "cp1250", "cp1251", "koi8_r", "cp932", "gb18030"]
)
def test_encoding_is_found_and_recorded(encoding):
    """A text in another encoding comes out right and says which it was; a byte order mark is not text."""
    text = {
        "cp1250": "Zażółć gęślą jaźń, wszystkie dzieci chodziły do szkoły w Łodzi, gdzie było świetnie.",
        "cp1251": "Российские войска продвинулись, сообщили в министерстве обороны.",
        "koi8_r": "Российские войска продвинулись, сообщили в министерстве обороны.",
        "cp932": "日本の首相は今日、新しい経済政策を発表しました。",
        "gb18030": "中国总理今天宣布了新的经济政策,以促进增长。",
    }.get(encoding, "Où sont les élèves ? Ils étaient déjà à l'école, près de la forêt.")
    [document] = stream(text.encode(encoding), "/a.txt")
    assert (document.text, document.extra) == (text, {} if encoding == "utf-8-sig" else {"encoding": encoding})


@pytest.mark.parametrize("name", ["/a.jsonl", "/a.csv"])
def test_rows_in_utf16(name):
    """Rows from programs that write UTF-16 with a mark are read."""
    data = rows({"text": "Grüße"}) if name.endswith("l") else "id;text\r\n1;Grüße\r\n"
    assert [document.text for document in stream(data.encode("utf-16"), name)] == ["Grüße"]


@pytest.mark.parametrize("name", ["/a.txt", "/a.jsonl", "/a.csv"])
@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize(
    "text",
    [
        "Plain English text with nothing strange in it.",
        "Российские войска продвинулись, сообщили в министерстве.\nВот и всё.",
        "日本の首相は今日、新しい経済政策を発表しました。\n野党は反対しています。 これで終わり",
        "שלום לכולם, זה טקסט קצר.",
    ],
)
def test_utf16_without_a_mark(name, order, text):
    """UTF-16 without a byte order mark is told by the zeros of its blanks and line ends, in every script."""
    rows_of = {"/a.jsonl": rows({"id": 1, "text": text}), "/a.csv": f'id;text\n1;"{text}"\n'}
    written = json.dumps({"id": 1, "text": text}, ensure_ascii=False) + "\n" if name == "/a.jsonl" else rows_of.get(name, text)
    [document] = stream(written.encode(f"utf-16-{order}"), name)
    assert document.text == text


@pytest.mark.parametrize("text", ["Plain text with\0 NULs in\0 it, but no UTF-16.", "Сводка новостей\0 за день и\0 ночь", "x\0"])
def test_text_with_nuls_is_not_utf16(text):
    """A few NULs in a text of another encoding do not turn it into Chinese."""
    [document] = stream(text.encode(), "/a.txt")
    assert document.text == as_read(text)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Sept cafés très élégants près de la forêt, où l’on a déjà goûté."),
        ("cp1251", "Российские войска продвинулись на восток, сообщили в министерстве обороны."),
        ("koi8_r", "Российские войска продвинулись на восток, сообщили в министерстве обороны."),
        ("cp932", "日本の首相は今日、新しい経済政策を国会で発表しました。"),
        ("gb18030", "中国总理今天宣布了新的经济政策,以促进增长。"),
    ],
)
def test_lines_of_several_encodings(encoding, text):
    """A file put together from several is decoded a line at a time; what was UTF-8 stays as it is, mojibake too."""
    lines = [json.dumps({"text": line}, ensure_ascii=False) + "\n" for line in ("Größe", text, "cafÃ© Ñ ok")]
    data = lines[0].encode() + lines[1].encode(encoding) + lines[2].encode()
    assert [(document.text, document.extra) for document in stream(data, "/x.jsonl")] == [
        ("Größe", {}),
        (text, {"encoding": encoding}),
        ("cafÃ© Ñ ok", {}),
    ]


def test_one_bad_byte_does_not_garble_the_rest():
    """UTF-8 with a damaged byte stays UTF-8."""
    [document] = stream("Größe, Weiß, Übermut, ".encode() + b"\xff" + "Öl".encode(), "/a.txt")
    assert (document.text, document.extra) == ("Größe, Weiß, Übermut, \ufffdÖl", {"encoding": "utf-8 with errors"})


# Rows


def test_row_fields():
    """Every documented field finds its place, and what else the row holds stays in extra with its JSON type."""
    row = {
        "id": 7,
        "text": "T",
        "title": " Head ",
        "date": "26-FEB-1987 15:01:01.79",
        "source": "reuters",
        "authors": ["A. B", "C"],
    }
    more = {"language": "en", "crawled_at": 1741082400, "places": ["usa"], "score": 0.5, "flag": None}
    assert one(row | more) == Document(
        uri="7",
        text="T",
        title="Head",
        author="A. B, C",
        site="reuters",
        lang="en",
        published_at="1987-02-26T15:01:01Z",
        published_from="given",
        fetched_at="2025-03-04T10:00:00Z",
        extra={"places": ["usa"], "score": 0.5, "flag": None},
    )


@pytest.mark.parametrize("text", ["text", "content", "body"])
@pytest.mark.parametrize("uri", ["id", "uri", "url"])
@pytest.mark.parametrize("date", ["date", "published", "published_at"])
def test_other_names_of_fields(text, uri, date):
    """The usual names of text, id and date are all known."""
    document = one({text: "T", uri: "u", date: "1969-04"})
    assert (document.text, document.uri, document.published_at, document.extra) == ("T", "u", "1969-04", {})


def test_first_name_wins_and_the_others_stay():
    """With several names for one field the first usable one counts; an empty one is passed over, the others are kept."""
    document = one({"id": "", "uri": "a", "url": "b", "text": "T", "body": "B", "date": "?", "published": "2025"})
    assert (document.uri, document.text, document.published_at) == ("a", "T", "2025")
    assert document.extra == {"url": "b", "body": "B", "date": "?"}


def test_keys_can_be_named():
    """A named key replaces the usual names, which then mean nothing special."""
    document = one(
        {"id": "1", "text": "no", "date": "1999", "n": "2", "t": "yes", "d": "2001"}, text_key="t", id_key="n", date_key="d"
    )
    assert (document.uri, document.text, document.published_at) == ("2", "yes", "2001")
    assert document.extra == {"id": "1", "text": "no", "date": "1999"}


def test_row_without_id_is_named_by_its_text():
    """Two rows of one text and no id are one document; the hash is xxh3_128."""
    assert one({"text": "abc"}).uri == one({"text": "abc", "title": "x"}).uri == "text:" + xxhash.xxh3_128_hexdigest(b"abc")


def test_undated_row_keeps_what_it_said():
    """A date that is not understood is no date, but it is not lost."""
    document = one({"text": "T", "date": "the day before"})
    assert (document.published_at, document.published_from, document.extra) == (None, "none", {"date": "the day before"})


@pytest.mark.parametrize(
    ("row", "site"),
    [
        ({"url": "https://www.bbc.co.uk:443/news/1"}, "bbc.co.uk"),
        ({"id": "1", "url": "http://example.org/x"}, "example.org"),
        ({"url": "https://a.org/", "site": "The A"}, "The A"),
        ({"source": {"name": "dict"}, "url": "https://a.org/"}, "a.org"),
        ({"id": "rfc3"}, None),
        ({"url": "http://[bad"}, None),
    ],
)
def test_site_of_a_row(row, site):
    """The site is the one given, else the host of the address."""
    assert one({"text": "T", **row}).site == site


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "cut', "broken JSON"),
        ("[1]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ('{"id": 1}', "'text' or 'content' or 'body'"),
        ('{"text": 17}', "is a number"),
        ('{"text": ["a"]}', "is a list"),
        ('{"text": " \\n"}', "is empty"),
        ('{"text": null}', "is empty"),
        ("{}", "no field"),
        ('{"text": "T"} {"text": "U"}', "Extra data"),
        ('{"text": "T", "x": -Infinity}', "-Infinity"),
        ('{"text": "T", "id": {"a": 1}}', "the id is an object"),
        ('{"text": "T", "id": true}', "the id is true or false"),
        ('{"text": "T", "x": NaN}', "NaN"),
        ('{"text": "T", "x": 1e999}', "too large"),
        ('{"text": "T", "x": ' + "9" * 5000 + "}", "too many digits"),
        ('{"text": "T", "x": ' + "[" * 100 + "]" * 100 + "}", "nested"),
        ('{"text": "T", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested"),
        ('{"text": "T", "x": ' + '{"a":' * 100_000, "nested"),
        ('{"text": "' + "x" * 1_000_000 + '"}', "1,000,000"),
    ],
)
def test_bad_row_costs_only_itself(line, says):
    """A bad line is a problem that names file and line and says why; the lines around it are read."""
    data = f'{{"id": "a", "text": "A"}}\n\n{line}\n{{"id": "b", "text": "B"}}'
    first, problem, last = stream(data.encode(), "/x.jsonl", max_bytes=1_000_000)
    assert (first.uri, last.uri) == ("a", "b")
    assert (problem.uri, problem.stage) == ("/x.jsonl:3", "read")
    assert says in problem.message
    assert "\n" not in problem.message


def test_marks_doubled_names_and_surrogates():
    """A mark before any line is no text, of two fields of one name the last counts, and half a character becomes U+FFFD."""
    data = (
        '\ufeff{"text": "a"}\r\n\ufeff{"text": "b", "text": "c"}\r\n'.encode()
        + rb'{"text": "\ud83d x \u0000", "\udc00": "\ud800"}'
    )
    documents = stream(data, "/x.jsonl")
    assert [document.text for document in documents] == ["a", "c", "\ufffd x \ufffd"]
    assert documents[2].extra == {"\ufffd": "\ufffd"}


def test_line_in_another_encoding():
    """A JSONL line that is not UTF-8 is decoded by itself and says so."""
    data = '{"text": "Sept cafés très élégants près de la forêt."}\n'.encode("latin-1") + '{"text": "Ελλάδα"}\n'.encode()
    first, second = stream(data, "/x.jsonl")
    assert (first.text, first.extra) == ("Sept cafés très élégants près de la forêt.", {"encoding": "cp1252"})
    assert (second.text, second.extra) == ("Ελλάδα", {})


def test_endless_line_takes_bounded_memory():
    """A line of 50 MB beyond the limit is refused without holding it."""

    class Endless(io.RawIOBase):
        left = 50_000_000

        def readable(self):
            return True

        def readinto(self, buffer):
            count = min(len(buffer), self.left)
            buffer[:count] = b"x" * count
            self.left -= count
            return count

    tracemalloc.start()
    try:
        [problem] = read_stream(io.BufferedReader(Endless()), Origin("x.jsonl", "x.jsonl"), Options(max_bytes=1_000_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "50,000,000 bytes" in problem.message
    assert peak < 8_000_000


def test_long_line_within_the_limit():
    """A document of several megabytes is read whole."""
    text = "long " * 1_000_000
    assert one({"text": text}).text == text


# Tables


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiter_is_found(mark):
    """Comma, semicolon, tab and bar all work, and a comma inside the header's names does not mislead."""
    data = io.StringIO()
    csv.writer(data, delimiter=mark).writerows([["Id", "Text", "Date", "a, b"], ["1", 'x;y,z\t"q"\r\nnext', "1969-04", "kept"]])
    [document] = stream(data.getvalue().encode(), "/x.csv")
    assert (document.uri, document.text, document.published_at) == ("1", 'x;y,z\t"q"\r\nnext', "1969-04")
    assert document.extra == {"a, b": "kept"}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1,two,3,4", "4 cells"),
        ("1,,2025", "empty"),
        ("1", "empty"),
        ('1,"a"b,2', "expected"),
        ("1," + "x" * 2000 + ",2025", "1,000"),
    ],
)
def test_bad_table_row_costs_only_itself(row, says):
    """A row that does not fit is a problem at its line; the rows around it are read."""
    data = f"id,text,date\n0,A,\n{row}\n9,B,\n"
    first, problem, last = stream(data.encode(), "/x.csv", max_bytes=1000)
    assert (first.text, last.text, problem.uri) == ("A", "B", "/x.csv:3")
    assert says in problem.message


def test_delimiter_that_a_spreadsheet_declares():
    """A first line `sep=;` says what delimits, and is no header."""
    [document] = stream("\ufeffsep=;\r\nid;a,b;Text\r\n1;x,y;one, two\r\n".encode(), "/x.csv")
    assert (document.uri, document.text, document.extra) == ("1", "one, two", {"a,b": "x,y"})


def test_header_in_another_case():
    """Names of columns are known in any case and with blanks; what the text is called does not matter beside --text-key."""
    [document] = stream(b" ID , Article Text , Publish Date , Notes\n7,The text,2024-03-04,n\n", "/x.csv")
    assert (document.uri, document.text, document.published_at, document.extra) == ("7", "The text", "2024-03-04", {"Notes": "n"})
    [document] = stream(b"id,Rumpf\n7,The text\n", "/x.csv", text_key="rumpf")
    assert document.text == "The text"


def test_ragged_rows():
    """A row that ends early, or in more delimiters, is read; one with too much in it is not."""
    short, long, problem = stream(b"text,title,date\nA\nB,T,2024,,\nC,T,2024,x\n", "/x.csv")
    assert (short.text, short.extra, long.text, long.title) == ("A", {}, "B", "T")
    assert "4 cells" in problem.message


def test_nuls_in_a_table():
    """NULs in a cell become U+FFFD and break no row."""
    assert [document.text for document in stream(b"id,text\n1,a\0b\n2,c\n", "/x.csv")] == ["a\ufffdb", "c"]


def test_table_without_a_header():
    """Where the first row is none of names, nothing is guessed: one problem says what is missing."""
    [problem] = stream(b"1,A barge sank at Strathnoon.,2024-03-04\n2,It was raised.,2024-03-05\n", "/x.csv")
    assert "--text-key" in problem.message


def test_quote_without_end_does_not_swallow_the_file():
    """A quote that never closes is a problem at the line where its row began, not one giant document."""
    first, problem = stream(b'id,text\n1,A\n2,"B\n3,C\n4,D\n', "/x.csv")
    assert (first.text, problem.uri) == ("A", "/x.csv:3")


@pytest.mark.parametrize("data", [b"id,headline\n1,x\n", b"\n \n1;2\n"])
def test_table_without_a_text(data):
    """A table without a column for the text is one problem, with the remedy."""
    [problem] = stream(data, "/x.csv")
    assert "--text-key" in problem.message


def test_table_in_another_encoding():
    """A table in Windows' encoding is decoded alike in all its lines."""
    data = "id;text\n1;Müller\n2;Straße\n3;plain\n".encode("cp1252")
    assert [(document.text, document.extra) for document in stream(data, "/x.csv")] == [
        ("Müller", {"encoding": "cp1252"}),
        ("Straße", {"encoding": "cp1252"}),
        ("plain", {}),
    ]


# Streams


@pytest.mark.parametrize(
    "data", [b'{"id": "a", "text": "A"}\n', b'\n \n{"id": "a", "text": "A"}', b'\xef\xbb\xbf{"id": "a", "text": "A"}']
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_stdin_with_an_object_is_jsonl(data, pack):
    """JSONL on standard input is recognised by its first character, zipped or not."""
    assert [document.uri for document in read(["-"], stdin=io.BytesIO(pack(data)))] == ["a"]


def test_stdin_otherwise_is_one_text():
    """Other text on standard input is one document, named by its hash."""
    [document] = read(["-"], stdin=io.BytesIO(b"Just text.\n"))
    assert document == Document("text:" + xxhash.xxh3_128_hexdigest(b"Just text.\n"), "Just text.\n")


def test_stdin_in_a_named_format():
    """A named format outweighs the first character."""
    [document] = read(["-"], Options(format="csv"), io.BytesIO(b"{,text\n1,abc\n"))
    assert document.text == "abc"
    [document] = read(["-"], Options(format="txt"), io.BytesIO(b'{"text": "abc"}'))
    assert document.text == '{"text": "abc"}'


def test_stdin_from_a_pipe():
    """A real pipe, which cannot seek and gives few bytes at a time, is read whole."""
    reader, writer = os.pipe()
    os.write(writer, b"\n")
    os.write(writer, rows({"id": "a", "text": "A"}, {"id": "b", "text": "B"}).encode())
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert [document.uri for document in read(["-"], stdin=pipe)] == ["a", "b"]


def test_unknown_format_is_a_usage_error():
    """A format that does not exist is refused at once, with those that do."""
    with pytest.raises(UsageError, match="csv, html, json, jsonl, md, parquet, txt, warc"):
        read(["-"], Options(format="docx"))


# Broken files


@pytest.mark.parametrize(
    ("name", "uris", "problems"),
    [
        ("truncated.jsonl.gz", [f"row-{i}" for i in range(8)], [""]),
        ("damaged.txt.gz", ["damaged.txt.gz"], [""]),
        ("plain.txt.gz", [], [""]),
        ("binary.txt", [], [""]),
        ("blank.txt", [], [""]),
        ("empty.md", [], [""]),
        ("latin1.txt", ["latin1.txt"], []),
        ("utf16.txt", ["utf16.txt"], []),
        ("controls.txt", ["controls.txt"], []),
        ("one_bad_byte.txt", ["one_bad_byte.txt"], []),
        ("no_text_column.csv", [], [":1"]),
        ("rows.csv", ["1", "4"], [":3", ":4", ":7"]),
        ("rows.jsonl", ["first", "latin", "undated", "last"], [f":{i}" for i in range(2, 10)]),
    ],
)
def test_broken_fixture(name, uris, problems):
    """Each broken file gives what can be read of it and a problem for the rest."""
    items = list(read([BROKEN / name]))
    assert [Path(item.uri).name for item in items if isinstance(item, Document)] == uris
    assert [item.uri for item in items if isinstance(item, Problem)] == [str(BROKEN / name) + where for where in problems]


def test_truncated_text_gives_its_beginning(tmp_path):
    """What a cut gzip file still holds is read before the problem is told."""
    text = "".join(f"{xxhash.xxh3_64_hexdigest(b'%d' % i)} " for i in range(20_000))
    document, problem = read([write(tmp_path / "a.txt.gz", gzip.compress(text.encode())[:-50_000])])
    assert len(document.text) > 50_000
    assert text.startswith(document.text)
    assert "damaged" in problem.message


def test_too_large_text_is_a_problem():
    """A gzip file that unpacks to more than a document may have is not unpacked to the end."""
    [problem] = stream(gzip.compress(b"x" * 3_000_000), "/a.txt.gz", max_bytes=1_000_000)
    assert "1,000,000" in problem.message


def test_only_regular_files_are_read(tmp_path):
    """A FIFO or a device is a problem, and never waits for a writer."""
    os.mkfifo(tmp_path / "a.txt")
    for path in (str(tmp_path / "a.txt"), "/dev/zero"):
        assert [type(item) for item in read([path])] == [Problem]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file_is_a_problem(tmp_path):
    """A file that may not be opened is a problem; the others are read."""
    path = write(tmp_path / "a.txt", "secret")
    os.chmod(path, 0)
    other = write(tmp_path / "b.txt", "open")
    problem, document = read([path, other])
    assert (problem.uri, document.uri) == (path, other)
    assert "Permission denied" in problem.message


def test_file_gone_since_it_was_listed(tmp_path):
    """A file that vanishes between listing and reading is a problem."""
    [problem] = read_input(str(tmp_path / "gone.txt"))
    assert "No such file" in problem.message


# Paths


@pytest.fixture
def tree(tmp_path):
    """A folder with readable, hidden, foreign and linked files, and links that go round in circles."""
    for name in ("b.txt", "a.jsonl.gz", "sub/c.MD", "sub/deep/d.csv", ".hidden.txt", ".git/e.txt", "picture.png", "sub/notes"):
        write(tmp_path / "t" / name, "x")
    for loop in ("loop", "loop2", "loop3"):
        os.symlink(tmp_path / "t", tmp_path / "t" / "sub" / loop)
    os.symlink(tmp_path / "t" / "b.txt", tmp_path / "t" / "sub" / "link.txt")
    return tmp_path / "t"


def names(folder, inputs):
    return [os.path.relpath(name, folder) for name in inputs.names]


def test_folder_gives_its_known_files_sorted(tree):
    """A folder is searched to its depths for known suffixes, without hidden files and without following links to folders."""
    inputs = expand([tree])
    assert names(tree, inputs) == ["a.jsonl.gz", "b.txt", "sub/c.MD", "sub/link.txt", "sub/deep/d.csv"]
    assert inputs.problems == ()


def test_folder_with_a_format(tree):
    """With a format, a folder gives only files of that format."""
    assert names(tree, expand([tree], Options(format="md"))) == ["sub/c.MD"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["b.txt"]),
        ("**/*.[ct]*", ["b.txt", "sub/deep/d.csv", "sub/link.txt"]),
        ("sub/n*", ["sub/notes"]),
        ("**", ["a.jsonl.gz", "b.txt", "picture.png", "sub/c.MD", "sub/link.txt", "sub/deep/d.csv", "sub/notes"]),
        ("su?", ["sub/c.MD", "sub/link.txt", "sub/deep/d.csv"]),
    ],
)
def test_quoted_pattern(tree, pattern, found):
    """A pattern that the shell did not expand is expanded as the shell would; ** goes through the folders."""
    assert names(tree, expand([f"{tree}/{pattern}"])) == found


def test_pattern_in_the_present_folder(tree, monkeypatch):
    """A pattern that begins with ** starts where one stands."""
    monkeypatch.chdir(tree / "sub")
    assert names(tree, expand(["**/*.csv"])) == ["sub/deep/d.csv"]


def test_file_named_like_a_pattern(tmp_path):
    """A file whose name has brackets is itself."""
    path = write(tmp_path / "a[1].txt", "x")
    write(tmp_path / "a1.txt", "x")
    assert expand([path]).names == (path,)


def test_each_input_once(tree):
    """A file given twice, or by itself and by its folder, is read once, where it came first; so is stdin."""
    assert names(tree, expand([tree / "sub", tree, tree / "b.txt"]))[:3] == ["sub/c.MD", "sub/link.txt", "sub/deep/d.csv"]
    assert len(expand([tree / "sub", tree, tree / "b.txt"]).names) == 5
    assert expand(["-", "-"]).names == ("-",)


@pytest.mark.parametrize(("path", "says"), [("nothing.txt", "no such file or folder"), ("no*.txt", "no file fits the pattern")])
def test_missing_path(tmp_path, path, says):
    """A missing path is a problem beside others, and a usage error when nothing else is left."""
    good = write(tmp_path / "a.txt", "x")
    inputs = expand([tmp_path / path, good])
    assert (inputs.names, [problem.uri for problem in inputs.problems]) == ((good,), [str(tmp_path / path)])
    with pytest.raises(UsageError, match=says):
        read([tmp_path / path])


def test_no_paths_is_a_usage_error():
    """Nothing to read is said at once."""
    with pytest.raises(UsageError, match="nothing to read"):
        expand([])


def test_empty_folder_is_a_problem(tmp_path):
    """A folder without readable files is a problem that says which files would be."""
    write(tmp_path / "x.png", "x")
    inputs = expand([tmp_path])
    assert inputs.names == ()
    assert ".jsonl" in inputs.problems[0].message


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("README", b"Plain", "Plain"),
        ("data.json", b' {"text": "T"}', "T"),
        ("page.log", gzip.compress(b"zipped", mtime=0), "zipped"),
    ],
)
def test_unknown_suffix_is_known_by_content(tmp_path, name, data, text):
    """A file given by name is read by its content where its suffix says nothing."""
    assert [document.text for document in read([write(tmp_path / name, data)])] == [text]


def test_unknown_binary_file(tmp_path):
    """A file that is no text and has no known suffix is a problem."""
    [problem] = read([write(tmp_path / "x.png", bytes(range(256)) * 2)])
    assert "no known format" in problem.message


def test_file_name_that_is_not_utf8(tmp_path):
    """A name in bytes that are not UTF-8 gives a uri that can be stored, and the file is found."""
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:
        file.write(b"x")
    [document] = read([tmp_path])
    assert document.uri == str(tmp_path / "caf\\xe9.txt")


def test_readers_agree_on_their_suffixes():
    """No two formats claim one suffix or one name, and a suffix is written as it is compared."""
    suffixes = [suffix for reader in READERS for suffix in reader.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert len({reader.name for reader in READERS}) == len(READERS)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)


# Properties

ANY = st.text(st.characters() | st.sampled_from('\0\ud800\udfff\r\n\t",;{}\u2028\ufeff'), max_size=60).filter(
    lambda text: text.strip()
)
PRINTED = ANY.map(lambda text: "x" + "".join(c for c in text if c >= " " or c in "\0\r\n\t"))
"""A file that begins with a byte order mark or is full of control characters is another matter."""


@given(PRINTED)
def test_text_round_trip(text):
    """A text file gives the text that was written, but for NUL and lone surrogates."""
    [document] = stream(text.encode("utf-8", "surrogatepass"), "/a.txt")
    assert document.text == as_read(text)


@given(st.lists(ANY, min_size=1, max_size=4), st.booleans())
def test_jsonl_round_trip(texts, escaped):
    """JSON Lines, with escapes or without, give the texts that were written, but for NUL and lone surrogates."""
    data = "".join(json.dumps({"text": text, "k": text}, ensure_ascii=escaped) + "\n" for text in texts)
    documents = stream(data.encode("utf-8", "surrogatepass"), "/a.jsonl")
    assert [document.text for document in documents] == [as_read(text) for text in texts]
    assert [document.extra["k"] for document in documents] == [as_read(text) for text in texts]


@given(st.lists(PRINTED, min_size=1, max_size=4), st.sampled_from(",;\t"))
def test_csv_round_trip(texts, mark):
    """A table gives the texts that were written, whatever they hold and whatever delimits them."""
    data = io.StringIO(newline="")
    csv.writer(data, delimiter=mark, quoting=csv.QUOTE_ALL).writerows([["text", "n"], *([text, "1"] for text in texts)])
    documents = stream(data.getvalue().encode("utf-8", "surrogatepass"), "/a.csv")
    assert [document.text for document in documents] == [as_read(text) for text in texts]


FRAGMENTS = st.lists(
    st.binary(max_size=40)
    | st.sampled_from(
        [b'{"text": "a"}\n', b'"', b"\n", b"\r", b"text,id\n", b"\x1f\x8b\x08", b"\xff\xfe", b"\xef\xbb\xbf", b"[" * 99]
    )
    | st.sampled_from([gzip.compress(b'{"text": "a"}\n' * 20), b'{"text": "\\ud800\\u0000"}\n', b"{\xe9}", b"\0" * 99]),
    max_size=6,
).map(b"".join)


@given(FRAGMENTS, st.sampled_from(["/a.txt", "/a.md", "/a.jsonl", "/a.csv", "/a.txt.gz", "/a.jsonl.gz", "stdin", "/unknown"]))
def test_any_bytes_give_documents_or_problems(data, name):
    """No bytes make a reader raise, and what it gives can be stored as UTF-8 and as JSON."""
    for item in stream(data, name):
        assert isinstance(item, (Document, Problem))
        assert item.uri.encode()
        if isinstance(item, Document):
            assert item.text.encode().count(b"\0") == 0
            assert item.text.strip()
            json.dumps([item.title, item.author, item.site, item.extra], ensure_ascii=False, allow_nan=False).encode()


def test_the_meter_says_how_far_reading_has_come(tmp_path):
    """It knows the bytes of all files as they lie before the first document, only ever grows, and ends at the total."""
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"id": 1, "text": "one"}\n{"id": 2, "text": "two"}\n' * 2000))
    (tmp_path / "b.txt").write_text("three")
    (tmp_path / "broken.txt.gz").write_bytes(b"\x1f\x8b no")
    meter = Meter()
    seen = [meter.read for _ in read([tmp_path], Options(meter=meter))]
    assert meter.total == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert seen == sorted(seen)
    assert meter.read == meter.total


def test_the_meter_of_a_stream_knows_no_total():
    """Nobody knows how long standard input is."""
    meter = Meter()
    assert len(list(read(["-"], Options(meter=meter), io.BytesIO(b'{"text": "one"}')))) == 1
    assert meter.total is None
