"""The corpus without its duplicates: what goes, what stands for it, and that the result has none."""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from provenance import read
from provenance.model import Document
from provenance.pipeline import dedupe as pipeline
from provenance.pipeline import manifest
from provenance.pipeline.dedupe import LEVELS, Counts
from provenance.pipeline.progress import Silent
from provenance.read.record import RowError, to_document
from provenance.store.documents import PREFERENCES
from tests import corpus
from tests.strategies import edited, prose
from tests.test_cli import run, scanned

TEXT, OTHER = prose(1), prose(2)
ALL = list(itertools.product(LEVELS, PREFERENCES))
scanned = scanned  # the fixture
HEAD = "Home | News | Sport | Tarrow Life | Planning notices\nShare this story: Facebook – Twitter – E-mail"
CAPTIONS = "\n".join(f"{prose(50 + n, 4)} (AP Photo/Jane Roe)" for n in range(4))
"""More words than TEXT has."""
FOOT = "Related articles\nPier cracks worry islanders\nWho pays?\n\nLeave a Reply\nYour email address will not be published."


def page(*parts: str) -> str:
    """A text in the furniture of a page."""
    return "\n\n".join((HEAD, *parts, CAPTIONS, FOOT))


def deduplicated(
    db: Path, level: str = "near", order: str = "earliest", mark: bool = False
) -> tuple[Counts, list[dict[str, Any]], list[dict[str, Any]]]:
    with pipeline.dedupe(db, level=level, order=order, mark=mark, jobs=1, progress=Silent()) as found:
        return found.counts(), list(manifest.corpus(found)), list(manifest.manifest(found))


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(row["id"] for row in rows)


@pytest.fixture
def db(tmp_path) -> Path:
    return tmp_path / "p.db"


@pytest.fixture(scope="module")
def news(tmp_path_factory) -> Path:
    """A store in which everything happens, and one text many times over: more often than a key may be held."""
    rng = random.Random(4)
    rows = corpus.rows(5, 14)
    base = prose(900, 8)
    for i in range(40):
        rows.append({"id": f"edit{i}", "text": edited(base, rng.choice((0.05, 0.12)), i), "date": f"2024-01-{1 + i % 28:02}"})
        part = edited(base, 0.02, 7000 + i)[: 300 + 5 * i]
        rows.append({"id": f"mix{i}", "text": f"{prose(3000 + i, 3)}\n\n{part}\n\n{prose(8000 + i, 2)}"})
    path = tmp_path_factory.mktemp("news") / "p.db"
    corpus.scanned(path, rows)
    return path


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    """A store of pages: every other text with furniture around it, or with a caption in it and a part said twice."""
    rows = corpus.rows(6, 14)
    for i, row in enumerate(rows[::2]):
        text = row["text"]
        middle = text.find(". ", len(text) // 2) + 1
        if i % 2:
            row["text"] = page(text)
        elif middle:
            row["text"] = "\n\n".join((text[:middle], CAPTIONS, text[middle:], text[:middle], FOOT))
    path = tmp_path_factory.mktemp("pages") / "p.db"
    corpus.scanned(path, rows)
    return path


@pytest.mark.parametrize(("level", "order"), ALL, ids=map("-".join, ALL))
@pytest.mark.parametrize("store", ["news", "scanned", "pages"])
def test_deduplicating_the_result_drops_nothing(store, level, order, db, request):
    """What is left, scanned into a store of its own, holds nothing to drop or cut, at every level and preference."""
    counts, rows, why = deduplicated(request.getfixturevalue(store), level, order)
    assert len(rows) == counts.kept < counts.documents
    assert bool(counts.passages) is (level == "passage")
    assert len([row for row in why if row["dropped"] and row["level"] != "passage"]) == counts.exact + counts.near
    corpus.scanned(db, rows)
    again, left, nothing = deduplicated(db, level, order)
    assert again == Counts(len(rows), len(rows), 0, 0, 0, 0)
    assert nothing == []
    assert ids(left) == ids(rows)


def test_what_the_caps_hid_is_found(db, tmp_path):
    """Of a text in 160 versions, not all pairs of which the index can list, those that are left are no near-duplicates."""
    base = prose(900, 9)
    corpus.scanned(db, [{"id": f"n{i}", "text": edited(base, 0.08, i)} for i in range(160)])
    counts, rows, why = deduplicated(db)
    assert any(row["matches"] == [] for row in why), "the index listed every pair: nothing is tested here"
    assert len(rows) == counts.kept == 160 - counts.near
    corpus.scanned(tmp_path / "again.db", rows)
    assert deduplicated(tmp_path / "again.db")[0].near == 0


def test_levels(db):
    """Exact drops copies only; near drops light edits; excerpts, heavy edits and legends are no duplicates."""
    corpus.scanned(
        db,
        [
            {"id": "a", "text": TEXT, "date": "2025-01-01"},
            {"id": "copy", "text": TEXT.upper(), "date": "2025-01-02"},
            {"id": "edit", "text": edited(TEXT, 0.08, 1), "date": "2025-01-03"},
            {"id": "half", "text": TEXT[: len(TEXT) // 2], "date": "2025-01-04"},
            {"id": "heavy", "text": edited(TEXT, 0.35, 2), "date": "2025-01-05"},
            *({"id": f"legend{i}", "text": f"{prose(100 + i, 12)}\n\n{corpus.LEGEND}"} for i in range(9)),
        ],
    )
    rest = ["half", "heavy", *(f"legend{i}" for i in range(9))]
    assert ids(deduplicated(db, "exact")[1]) == sorted(["a", "edit", *rest])
    assert ids(deduplicated(db, "near")[1]) == sorted(["a", *rest])
    counts, rows, _ = deduplicated(db, "passage")
    assert "half" not in ids(rows)
    assert counts.emptied >= 1
    assert all(corpus.LEGEND in row["text"] for row in rows if row["id"].startswith("legend"))


def test_other_numbers_are_other_news(db):
    """The same sentence with other figures is no near-duplicate; one corrected figure in a long text leaves it one."""
    auction = (
        "The treasury sold three-month bills at {} percent, stopping at {} percent, and six-month bills at {} percent on Monday."
    )
    long = prose(31) + " In all {} people were saved. " + prose(32)
    rows = [
        {"id": "may", "text": auction.format("5.58", "5.59", "5.61")},
        {"id": "june", "text": auction.format("5.47", "5.48", "5.51")},
        {"id": "first", "text": long.format("214"), "date": "2025-01-01"},
        {"id": "corrected", "text": long.format("241"), "date": "2025-01-02"},
    ]
    corpus.scanned(db, rows)
    assert ids(deduplicated(db)[1]) == ["first", "june", "may"]


@pytest.mark.parametrize("first", [TEXT, page(TEXT)], ids=["bare first", "page first"])
@pytest.mark.parametrize("level", ["near", "passage"])
def test_the_furniture_of_a_page_is_no_difference(db, first, level):
    """A text in furniture of more words than it has itself is a near-duplicate of the bare text, whichever is older."""
    second = TEXT if first != TEXT else page(TEXT)
    rows = [{"id": "first", "text": first, "date": "2025-01-01"}, {"id": "second", "text": second, "date": "2025-01-02"}]
    corpus.scanned(db, rows)
    _, kept, (why,) = deduplicated(db, level)
    assert [(row["id"], row["text"]) for row in kept] == [("first", first)]
    assert (why["level"], why["coverage"], why["kept_coverage"], why["words"]) == ("near", 1, 1, len(TEXT.split()))


def test_furniture_stays_with_what_stays(db):
    """Of a page only what it took is cut; the same furniture around other texts is no reuse; furniture alone is not kept."""
    own = prose(60, 6)
    rows = [
        {"id": "a", "text": page(TEXT), "date": "2025-01-01"},
        {"id": "b", "text": page(OTHER), "date": "2025-01-02"},
        {"id": "took", "text": page(own, TEXT[: TEXT.index(". ", 300) + 1]), "date": "2025-01-03"},
        {"id": "both", "text": page(TEXT, OTHER), "date": "2025-01-04"},
    ]
    corpus.scanned(db, rows)
    counts, kept, why = deduplicated(db, "passage")
    texts = {row["id"]: row["text"] for row in kept}
    assert texts == {"a": rows[0]["text"], "b": rows[1]["text"], "took": page(own)}
    assert {(row["uri"], row["kept"], row["dropped"]) for row in why} == {
        ("took", "a", False), ("both", "a", True), ("both", "b", True)
    }  # fmt: skip
    assert counts.emptied == 1


def test_longest_does_not_count_furniture(db):
    """The longest is the one with most text, not the one on the fullest page."""
    rows = [{"id": "page", "text": page(TEXT)}, {"id": "more", "text": TEXT + " " + prose(7, 1)}]
    corpus.scanned(db, rows)
    assert ids(deduplicated(db, "near", "longest")[1]) == ["more"]


def test_preferences(db):
    """Earliest keeps the oldest by a trusted date, longest the one of most words, origin the root of the family."""
    longer = TEXT + " " + prose(7, 1)
    corpus.scanned(
        db,
        [
            {"id": "undated", "text": edited(TEXT, 0.02, 1)},
            {"id": "first", "text": edited(TEXT, 0.02, 2), "date": "2025-01-01"},
            {"id": "second", "text": longer, "date": "2025-01-02"},
        ],
    )
    kept = {order: ids(deduplicated(db, "near", order)[1]) for order in PREFERENCES}
    assert kept == {"earliest": ["first"], "longest": ["second"], "origin": ["first"]}


def test_the_origin_is_that_of_the_lineage(db):
    """Where the store thinks that a family begins with a later text, origin keeps that one."""
    corpus.scanned(db, [{"id": "a", "text": TEXT, "date": "2025-01-01"}, {"id": "b", "text": edited(TEXT, 0.03, 1)}])
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE family SET depth = document_id = (SELECT id FROM document WHERE uri = 'a')")
    assert ids(deduplicated(db, "near", "origin")[1]) == ["b"]
    assert ids(deduplicated(db, "near", "earliest")[1]) == ["a"]


def test_the_manifest_says_which_and_why(news):
    """Each row names a document that stays, how much is shared, and matches of the store that join the two."""
    _, rows, why = deduplicated(news, "passage")
    kept = set(ids(rows))
    with sqlite3.connect(news) as connection:
        uri = dict(connection.execute("SELECT id, uri FROM document"))
        text = dict(connection.execute("SELECT uri, text FROM document JOIN body ON document_id = id"))
        matches = {id: {uri[a], uri[b]} for id, a, b in connection.execute("SELECT id, a, b FROM match")}
        copies = dict(connection.execute("SELECT c.uri, d.uri FROM document c JOIN document d ON d.id = c.copy_of"))
        stated = {frozenset(edge) for edge in connection.execute("SELECT child, parent FROM lineage")}
    joined = 0
    for row in why:
        assert row["kept"] in kept
        assert (row["uri"] in kept) is not row["dropped"]
        for id in row["matches"]:
            joined += 1
            assert matches[id] in ({row["uri"], row["kept"]}, {copies.get(row["uri"]), row["kept"]})
        assert (row["source"] is not None) is (frozenset((row["uri"], row["kept"])) in stated)
        if row["level"] == "near":
            assert min(row["coverage"], row["kept_coverage"]) >= 0.8
        if row["level"] == "passage":
            assert row["kind"] in ("verbatim", "edited")
            assert row["end"] - row["start"] <= len(text[row["uri"]])
        if row["kind"] == "verbatim" and row["matches"]:
            mine, its = text[row["uri"]][row["start"] : row["end"]], text[row["kept"]][row["kept_start"] : row["kept_end"]]
            assert " ".join(mine.split()) in " ".join(its.split())
    assert joined > len(why) / 2
    assert {row["relation"] for row in why} >= {"duplicate", "revision", "excerpt"}


def test_a_copy_of_what_is_near_to_another(db):
    """Where the text that stands for its copies goes itself, what it is near to stands for the copies as well."""
    edit = edited(TEXT, 0.05, 1)
    corpus.scanned(db, [{"id": "a", "text": TEXT, "date": "2025-01-01"}, *({"id": x, "text": edit} for x in "bc")])
    _, rows, why = deduplicated(db)
    assert ids(rows) == ["a"]
    assert [(row["uri"], row["kept"], row["level"]) for row in why] == [("b", "a", "near"), ("c", "a", "near")]


def test_passages_are_marked_where_asked(db):
    """With mark, texts stay whole, and the field `reused` has the places that would have been cut."""
    own = prose(50, 4)
    corpus.scanned(
        db, [{"id": "a", "text": TEXT, "date": "2025-01-01"}, {"id": "b", "text": f"{own}\n\n{TEXT[:400]}", "date": "2025-01-02"}]
    )
    _, cut, _ = deduplicated(db, "passage")
    _, marked, why = deduplicated(db, "passage", mark=True)
    whole, short = ({row["id"]: row for row in rows} for rows in (marked, cut))
    assert whole["a"] == short["a"] | {"reused": []}
    ((start, end),) = whole["b"]["reused"]
    assert whole["b"]["text"][start:end] in TEXT
    assert own in short["b"]["text"]
    assert len(short["b"]["text"]) < len(own) + 40
    assert [(row["start"], row["end"], row["dropped"]) for row in why] == [(start, end, False)]


def test_fields_of_the_input_are_kept(db, tmp_path):
    """A row that stays has the input's fields under the names that they had."""
    row = {
        "key": 7, "id": "not the id", "body": TEXT, "when": "2025-03-04T10:00:00Z", "title": "T", "source": "Wire",
        "site": "wire.example", "author": "A. B.", "lang": "de", "tags": ["x", {"y": None}], "crawled_at": "2025-03-05T00:00:00Z",
    }  # fmt: skip
    path = corpus.write(tmp_path / "in.jsonl", [row])
    options = ("--id-key", "key", "--text-key", "body", "--date-key", "when")
    assert run(db, "scan", str(path), *options).exit_code == 0
    kept = {name: value for name, value in row.items() if name != "crawled_at"}
    assert deduplicated(db)[1] == [kept | {"key": "7", "fetched_at": row["crawled_at"]}]


NAMES = "id uri url _id text content date published Date timestamp dump title source site site_name author lang meta x"
ROWS = st.dictionaries(
    st.sampled_from(NAMES.split()),
    st.sampled_from(["2025-03-04", "1969-04", "words", "nonsense 99", "https://a.example/x"])
    | st.sampled_from(["url", {"date": "2024-05-06"}, {"rendered": "2023"}])
    | st.integers(1900, 2020)
    | st.none(),
    max_size=8,
)


@given(ROWS)
def test_a_row_comes_back_as_the_same_document(row):
    """What is written is read as the document that it was."""
    row = {"body": "a text"} | {k: v for k, v in row.items() if k not in ("text", "content") or isinstance(v, str)}
    try:
        document = to_document(json.loads(json.dumps(row)), read.Options())
    except RowError:
        reject()
    written = json.loads(json.dumps(read.to_row(document, read.Options())))
    assert to_document(written, read.Options()) == document


@pytest.mark.parametrize("published_from", ["meta", "url", "text"])
def test_a_date_of_another_class_says_so(published_from):
    """A date that was no field of the input is written with where it came from, and is read as such again."""
    document = Document("u", "t", published_at="2025", published_from=published_from)
    assert to_document(read.to_row(document, read.Options()), read.Options()) == document


# The command.


def test_dedupe_writes_two_files(scanned, tmp_path):
    """With -o the corpus and beside it the manifest appear, whole; stdout stays empty, stderr says how many."""
    out = tmp_path / "kept.jsonl"
    result = run(scanned, "dedupe", "-o", str(out))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "59 of 74 documents kept; dropped: 3 exact copies, 12 near-duplicates" in result.stderr
    assert len(out.read_text().splitlines()) == 59
    assert len((tmp_path / "kept.jsonl.manifest.jsonl").read_text().splitlines()) == 15
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.jsonl", "kept.jsonl.manifest.jsonl"]


@pytest.mark.parametrize("output", [(), ("-o", "-")])
def test_dedupe_to_standard_output(scanned, tmp_path, output):
    """Without -o, or as -, the rows go to stdout, and the manifest only where one is asked for."""
    manifest = tmp_path / "why.jsonl"
    result = run(scanned, "dedupe", "-q", "--level", "exact", *output, "--manifest", str(manifest))
    assert [len(result.stdout.splitlines()), len(manifest.read_text().splitlines()), result.stderr] == [71, 3, ""]
    assert len(run(scanned, "dedupe", "-q", *output).stdout.splitlines()) == 59
    assert [path.name for path in tmp_path.iterdir()] == ["why.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--mark",), 2, "give --level passage"),
        (("-o", "{db}"), 2, "give each a file of its own"),
        (("-o", "{folder}/x", "--manifest", "{folder}/x"), 2, "give each a file of its own"),
        (("-o", "{folder}/missing/x"), 1, "cannot write the file"),
        (("-o", "{folder}/x", "--manifest", "{folder}/missing/y"), 1, "cannot write the file"),
    ],
)
def test_dedupe_writes_all_or_nothing(scanned, tmp_path, arguments, code, message):
    """What cannot be written whole leaves no file, no half of one, and the store as it was."""
    before = scanned.read_bytes()
    result = run(scanned, "dedupe", *(word.format(db=scanned, folder=tmp_path) for word in arguments))
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []
    assert scanned.read_bytes() == before
