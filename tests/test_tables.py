"""JSON and Parquet: one document an object or a row, whatever stands around them."""

from __future__ import annotations

import datetime
import decimal
import io
import json
import random

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.model import Document, Problem
from provenance.read import Options, Origin, read_stream
from tests.containers import parquet

A, B = {"id": "a", "text": "A"}, {"id": "b", "text": "B"}


def items(data: bytes | str, name: str, **options) -> list[Document | Problem]:
    data = data.encode() if isinstance(data, str) else data
    return list(read_stream(io.BytesIO(data), Origin(name, name), Options(**options)))


def uris(found: list[Document | Problem]) -> list[str]:
    """The uris of documents; for a problem its message."""
    return [item.message if isinstance(item, Problem) else item.uri for item in found]


def jsons(value: object, **dump) -> list[str]:
    return uris(items(json.dumps(value, **dump), "/a.json"))


# JSON


@pytest.mark.parametrize("indent", [None, 0, 2, "\t"])
@pytest.mark.parametrize(
    "value",
    [
        [A, B],
        {"articles": [A, B]},
        {"status": "ok", "totalResults": 2, "more": {"x": [1, {}]}, "articles": [A, B], "next": {"page": [2]}},
        {"response": {"numFound": 2, "docs": [A, B]}, "facets": [[]]},
        {"hits": {"total": 2, "hits": [A, B]}},
        {"data": {}, "items": [A, B]},
    ],
)
def test_lists_of_objects(value, indent):
    """An array of objects, by itself or where programs put it in an object, gives a document for each."""
    assert jsons(value, indent=indent) == ["a", "b"]


@pytest.mark.parametrize(
    "value", [A, {**A, "items": [{"x": 1}]}, {"data": {"x": 1}, **A}, {"items": [], **A}, {"rows": ["x"], **A}]
)
def test_one_object(value):
    """An object that has a text is one document, whatever lists it holds behind it."""
    assert jsons(value) == jsons(value, indent=1) == ["a"]


def test_jsonl_under_the_name_of_json():
    """JSON Lines and several values in one file are read under the name of JSON, and a bad line costs only itself."""
    lines = json.dumps(A) + "\n" + json.dumps(B)
    assert uris(items(lines, "/a.json")) == ["a", "b"]
    assert uris(items(lines.replace("\n", " "), "/a.json")) == ["a", "b"]
    first, second = items('{"id": "x", "text": "cut o\n' + json.dumps(B), "/a.json")
    assert (first.uri, second.uri) == ("/a.json:1", "b")


@pytest.mark.parametrize("value", [[A, B], {"articles": [A, B]}])
def test_json_on_standard_input(value):
    """Arrays and lists in objects are recognised by their content; JSON Lines stay JSON Lines."""
    for indent in (None, 2):
        found = list(read_stream(io.BytesIO(json.dumps(value, indent=indent).encode()), Origin("stdin")))
        assert [(item.uri, item.format) for item in found] == [("a", "json"), ("b", "json")]
    lines = "\n".join(json.dumps(row) for row in (A, B)).encode()
    assert [item.format for item in read_stream(io.BytesIO(lines), Origin("stdin"))] == ["jsonl", "jsonl"]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ('{"text": 1}', "object 2: "),
        ("17", "object 2: not a JSON object"),
        ('"text"', "object 2: not a JSON object"),
        ('{"text": "two\nlines"}', "object 2: broken JSON"),
        ('{"text" "x"}', "object 2: broken JSON"),
        ("{'text': 'x'}", "object 2: broken JSON"),
        ('{"text": "' + "x" * 2000 + '"}', "object 2: the object has 2,012 bytes, more than the 1,000"),
        ('{"text": NaN}', "object 2: "),
    ],
)
def test_a_bad_object_costs_only_itself(bad, says):
    """An object of an array that is broken or too large is a problem with its number; those around it are read."""
    first, problem, last = items(f"[{json.dumps(A)},\n{bad}\n,{json.dumps(B)}]", "/a.json", max_bytes=1000)
    assert (first.uri, last.uri) == ("a", "b")
    assert problem.message.startswith(says)


def test_json_in_another_encoding():
    """Arrays in Windows' encoding and in UTF-16 are read, and say which it was."""
    text = "Où sont les élèves ? Ils étaient déjà à l'école, près de la forêt."
    rows = json.dumps([{"text": text}], ensure_ascii=False)
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        [document] = items(rows.encode(encoding), "/a.json")
        assert document.text == text


def test_json_deep_and_full_of_values():
    """Endless nesting and millions of values are problems, not a full memory."""
    for data in ("[" * 1_000_000, '{"a":' * 500_000, '[{"text": "x", "a": [' + "[]," * 600_000 + "]}]"):
        assert all(isinstance(item, Problem) for item in items(data, "/a.json"))
    [row] = items('{"text": "x", "a": [' + "[]," * 600_000 + "0]}", "/a.jsonl")
    assert "500,000 values" in row.message
    [many] = items(json.dumps({"text": "a, [b], {c}; " * 200_000}), "/a.jsonl")
    assert isinstance(many, Document)


VALUES = st.recursive(st.text(max_size=8) | st.integers() | st.none() | st.booleans(), lambda inner: st.lists(inner, max_size=3))


@given(
    st.lists(st.fixed_dictionaries({"text": st.text('ab"\\{}[]\n,: é', min_size=1).filter(str.strip), "x": VALUES}), min_size=1)
)
def test_json_round_trip(rows):
    """Whatever stands in the strings, an array gives the texts that were written, as JSON Lines does."""
    for indent in (None, 1):
        found = items(json.dumps(rows, indent=indent, ensure_ascii=indent is None), "/a.json")
        assert [item.text for item in found] == [row["text"] for row in rows]


# Parquet


def test_odd_columns():
    """Lists, structs, moments, dates, decimals and texts in bytes become what JSON has for them; what is missing is left out."""
    moment = datetime.datetime(2025, 3, 4, 10, tzinfo=datetime.UTC)
    table = pyarrow.table(
        {
            "id": [7],
            "text": pyarrow.array(["Größe".encode()], pyarrow.binary()),
            "title": pyarrow.array(["T"]).dictionary_encode(),
            "date": pyarrow.array([moment], pyarrow.timestamp("ns", "Europe/Nowhere")),
            "day": pyarrow.array([datetime.date(2025, 3, 4)]),
            "naive": pyarrow.array([1_741_082_400_123_456_789], pyarrow.timestamp("ns")),
            "price": pyarrow.array([decimal.Decimal("1.50")]),
            "tags": [["a", None]],
            "who": [{"name": "A", "since": datetime.date(2020, 1, 1)}],
            "lookup": pyarrow.array([[("k", 1)]], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
            "score": [float("nan")],
            "nothing": pyarrow.array([None], pyarrow.string()),
            "image": [bytes(range(32)) * 8],
            "span": pyarrow.array([datetime.timedelta(hours=1)]),
        }
    )
    [document] = items(parquet(table), "/a.parquet")
    assert (document.uri, document.text, document.title) == ("7", "Größe", "T")
    assert (document.published_at, document.format) == ("2025-03-04T10:00:00Z", "parquet")
    assert {name: document.extra[name] for name in ("day", "naive", "price", "tags", "who", "lookup", "image", "span")} == {
        "day": "2025-03-04",
        "naive": "2025-03-04T10:00:00.123456",
        "price": "1.50",
        "tags": ["a", None],
        "who": {"name": "A", "since": "2020-01-01"},
        "lookup": [["k", 1]],
        "image": "256 bytes, not text",
        "span": "1:00:00",
    }
    assert "score" not in document.extra
    assert "nothing" not in document.extra


def test_a_bad_row_costs_only_itself():
    """A row without a text, or with values that Python does not know, is a problem with its number."""
    table = pyarrow.table(
        {
            "text": ["A", None, "C", "D"],
            "when": pyarrow.array([0, 0, 2**60, 0], pyarrow.timestamp("ms")),
        }
    )
    found = items(parquet(table), "/a.parquet")
    assert [item.uri if isinstance(item, Problem) else item.text for item in found] == ["A", "/a.parquet:2", "/a.parquet:3", "D"]


def test_text_that_is_not_utf8():
    """A column of strings whose bytes are not UTF-8 is decoded as a text file would be."""
    raw = pyarrow.array(["élève".encode("cp1252"), b"plain"], pyarrow.binary())
    [first, second] = items(parquet(pyarrow.table({"text": raw.view(pyarrow.string())})), "/a.parquet")
    assert (first.text, second.text) == ("élève", "plain")


def test_row_groups():
    """Rows are counted through all row groups, and a damaged one costs only its own rows."""
    rows = [{"id": str(n), "text": random.Random(n).randbytes(200).hex()} for n in range(600)]
    data = bytearray(parquet(rows, row_group_size=200, compression="zstd"))
    at = len(data) // 2
    data[at : at + 200] = bytes(200)
    *documents, problem = sorted(items(bytes(data), "/a.parquet"), key=lambda item: isinstance(item, Problem))
    assert {document.uri for document in documents} >= {str(n) for n in (*range(200), *range(400, 600))}
    assert "row group 2" in problem.message


def test_a_text_repeated_without_end():
    """A small file that repeats one long text a thousand times is read one row at a time."""
    long = pyarrow.array(["x" * 1_000_000]).dictionary_encode().dictionary
    column = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 1000, pyarrow.int32()), long)
    data = parquet(pyarrow.table({"text": column}), write_page_index=False)
    assert len(data) < 300_000
    before = pyarrow.total_allocated_bytes()
    stream = read_stream(io.BytesIO(data), Origin("/a.parquet"))
    assert len(next(stream).text) == 1_000_000
    assert pyarrow.total_allocated_bytes() - before < 20_000_000
    stream.close()


def test_a_text_too_large():
    """A cell of more than a document may have is a problem of its row."""
    first, second = items(parquet([{"text": "x" * 2000}, {"text": "y"}]), "/a.parquet", max_bytes=1000)
    assert "more than the 1,000 bytes" in first.message
    assert second.text == "y"
