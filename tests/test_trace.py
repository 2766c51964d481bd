"""Tracing: a text that is not in the store, against the documents that are."""

from __future__ import annotations

import importlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from provenance import read
from provenance.model import Document, StoreError
from provenance.pipeline.trace import Trace, trace
from provenance.store import Store
from tests import corpus
from tests.corpus import scanned
from tests.strategies import edited, prose

ROOT = Path(__file__).parent.parent
TEXT, OTHER = prose(1), prose(2)


@pytest.fixture
def db(tmp_path):
    return tmp_path / "p.db"


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    """A store of a generated corpus."""
    db = tmp_path_factory.mktemp("news") / "p.db"
    scanned(db, corpus.rows(21, 20))
    return db


def one(db: Path, text: str, **fields: str) -> Trace:
    (found,) = trace(db, [Document("new", text, **fields)], limit=10)
    return found


def test_kinds_do_not_depend_on_how_much_of_a_hub_is_read(news, monkeypatch):
    """Where texts share something with many others, what is read of these shows as well as all of it that a legend has spread."""
    texts = [Document(str(n), f"{prose(900 + n, 2)}\n\n{row['text']}") for n, row in enumerate(corpus.rows(21, 20)[::7])]
    whole = list(trace(news, texts, limit=99))
    monkeypatch.setattr(importlib.import_module("provenance.pipeline.trace"), "HUB", 2)
    assert list(trace(news, texts, limit=99)) == whole
    kinds = [passage.kind for one in whole for source in one.sources for passage in source.passages]
    assert 5 < kinds.count("boilerplate") < len(kinds)


def test_the_source_of_a_dated_text(db):
    """A text that edits an earlier document has it as its source, with passages whose offsets fit both texts."""
    scanned(db, [{"id": "a", "text": TEXT, "date": "2025-01-01", "source": "s", "title": "T"}, {"id": "b", "text": OTHER}])
    text = prose(60, 2) + "\n\n" + edited(TEXT, 0.05, 1)
    found = one(db, text, published_at="2025-01-05", published_from="given")
    (source,) = found.sources
    assert (source.uri, source.site, source.title, source.published_at) == ("a", "s", "T", "2025-01-01")
    assert source.likely == "source"
    assert source.probability > 0.6
    assert 0.8 < source.coverage == found.coverage < 1
    for passage in source.passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.source_text == TEXT[passage.source_start : passage.source_end]
    assert found.words == len(text.split())


def test_a_text_that_was_first(db):
    """A text dated before the document that shares its words is not derived from it."""
    scanned(db, [{"id": "a", "text": edited(TEXT, 0.05, 1), "date": "2025-01-05"}])
    (source,) = one(db, TEXT, published_at="2025-01-01", published_from="given").sources
    assert source.likely == "derived"


def test_without_date_the_direction_is_open(db):
    """Without date or cue nothing says who had it first: undecided, with the probability that it is the source."""
    scanned(db, [{"id": "a", "text": TEXT}])
    (source,) = one(db, edited(TEXT, 0.1, 1)).sources
    assert source.likely == "undecided"
    assert 0 <= source.probability <= 0.6


def test_an_exact_copy(db):
    """The same words in other dress are found by their hash, however few they are; the copies of a source are named once."""
    scanned(db, [{"id": "a", "text": TEXT}, {"id": "b", "text": TEXT.upper()}, {"id": "c", "text": "Two words"}])
    (source,) = one(db, TEXT.replace(" ", "  ")).sources
    assert (source.uri, source.coverage) == ("a", 1.0)
    assert [(p.kind, p.similarity, p.source_start, p.source_end) for p in source.passages] == [
        ("verbatim", 1.0, 0, len(TEXT) - 1)
    ]
    assert [source.uri for source in one(db, "two WORDS!").sources] == ["c"]


def test_a_document_of_the_store_is_not_its_own_source(db):
    """Of a document that stands for copies the copies are named, of a copy what it stands in for, of any other nothing."""
    scanned(db, [{"id": "a", "text": TEXT, "date": "2025-01-01"}, {"id": "b", "text": TEXT.upper()}, {"id": "c", "text": OTHER}])
    found = list(trace(db, [Document("a", TEXT), Document("b", TEXT.upper()), Document("c", OTHER)], limit=10))
    assert [[source.uri for source in one.sources] for one in found] == [["b"], ["a"], []]
    assert all(one.stored for one in found)
    (passage,) = found[0].sources[0].passages
    assert (passage.source_text, found[0].coverage) == (TEXT.upper().rstrip("."), 1)


def test_texts_without_names(db):
    """Rows that are called by the hash of their text are found in a store of such rows: a test set in its training corpus."""
    scanned(db, [{"text": TEXT}, {"text": OTHER}])
    (text,) = read.read(["-"], None, io.BytesIO(json.dumps({"text": TEXT}).encode()))
    (found,) = trace(db, [text], limit=10)
    assert ([source.uri for source in found.sources], found.verbatim, found.stored) == ([text.uri], 1.0, False)


@pytest.mark.parametrize("text", ["", "?!", "one", prose(99)], ids=["empty", "no words", "one word", "strange"])
def test_nothing_found(db, text):
    """A text without relatives has no sources and no coverage."""
    scanned(db, [{"id": "a", "text": TEXT}, {"id": "b", "text": "?!"}])
    found = one(db, text)
    assert (found.sources, found.coverage) == ((), 0.0)


def test_passages_by_information_sources_by_limit(db):
    """The source and the passage that tell most are first; a limit shortens the list, and not the coverage."""
    scanned(db, [{"id": "a", "text": TEXT}, {"id": "b", "text": OTHER}, {"id": "c", "text": prose(3)}])
    half = len(OTHER) // 2
    text = f"{TEXT}\n\n{prose(50, 6)}\n\n{OTHER[:half]}\n\n{prose(3)[:300]}"
    found = one(db, text)
    assert [source.uri for source in found.sources] == ["a", "b", "c"]
    assert [[p.words for p in s.passages] == sorted((p.words for p in s.passages), reverse=True) for s in found.sources]
    (short,) = trace(db, [Document("new", text)], limit=1)
    assert [source.uri for source in short.sources] == ["a"]
    assert short.coverage == found.coverage


def test_what_the_text_derives_from_is_named_first(db):
    """A source comes before what was made from the text, though that shares more with it."""
    text = edited(TEXT, 0.1, 1)
    scanned(
        db, [{"id": "source", "text": TEXT, "date": "2025-01-01"}, {"id": "later", "text": text + " More.", "date": "2025-02-01"}]
    )
    found = one(db, text, published_at="2025-01-05", published_from="given")
    assert [(source.uri, source.likely) for source in found.sources] == [("source", "source"), ("later", "derived")]
    first, second = ([passage.similarity for passage in source.passages] for source in found.sources)
    assert max(first) < min(second)


def test_many_texts(news):
    """Texts come back in order, one Trace each, whatever their number, and do not see one another."""
    texts = [Document(f"t{i}", prose(5000 + i // 2)) for i in range(150)]
    found = list(trace(news, iter(texts), limit=3, jobs=2))
    assert [each.document.uri for each in found] == [text.uri for text in texts]
    assert not any(each.sources for each in found)


def test_texts_stream(news):
    """Answers come while texts are still being read: memory does not grow with their number."""
    read_so_far = []
    texts = (read_so_far.append(i) or Document(f"t{i}", prose(6000 + i, 2)) for i in range(1000))
    next(trace(news, texts, limit=3))
    assert len(read_so_far) <= 64


def test_the_same_as_a_scan_finds(news, tmp_path):
    """Passages, their offsets and their kinds are those that a scan of the text finds: also of legends and forms."""
    checked = set()
    rows = corpus.rows(21, 20)
    for number, row in enumerate(rows[::4]):
        text = edited(row["text"], 0.03, number) + "\n\n" + (corpus.LEGEND if number % 2 else prose(800 + number, 3))
        traced = {
            (p.start, p.end, source.uri, p.source_start, p.source_end, p.words, p.kind)
            for source in next(trace(news, [Document("new", text)], limit=1000)).sources
            for p in source.passages
        }
        db = Path(shutil.copy(news, tmp_path / f"{number}.db"))
        scanned(db, [{"id": "new", "text": text}])
        with sqlite3.connect(db) as connection:
            sql = """SELECT iif(x.uri = 'new', a_start, b_start), iif(x.uri = 'new', a_end, b_end),
                iif(x.uri = 'new', y.uri, x.uri),
                iif(x.uri = 'new', b_start, a_start), iif(x.uri = 'new', b_end, a_end), m.words, kind
                FROM match m JOIN document x ON x.id = a JOIN document y ON y.id = b WHERE 'new' IN (x.uri, y.uri)"""
            assert traced == set(connection.execute(sql))
        connection.close()
        checked |= {kind for *_, kind in traced}
    assert {"boilerplate", "edited", "verbatim"} <= checked


@pytest.fixture
def others_folder(news):
    """A folder with a store, both of which this process may read but not write: for root, by acting as nobody meanwhile."""
    folder = Path(tempfile.mkdtemp())
    shutil.copy(news, folder / "p.db")
    folder.chmod(0o555)
    if os.getuid() == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(os.getuid())
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_nothing_is_written(others_folder):
    """A trace works on a store in a folder that one may not write, and leaves both as they were."""
    assert not os.access(others_folder, os.W_OK, effective_ids=True)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in others_folder.iterdir()}
    (found,) = trace(others_folder / "p.db", [Document("new", corpus.rows(21, 20)[0]["text"])], limit=1)
    assert found.sources
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in others_folder.iterdir()} == before


def test_no_store(tmp_path):
    """Without a store a trace says so, and makes none."""
    with pytest.raises(StoreError, match="no store there"):
        one(tmp_path / "p.db", TEXT)
    assert not (tmp_path / "p.db").exists()


def test_a_store_of_other_parameters(db):
    """Keys made with other parameters would not be found: that is an error with the remedy, not an empty answer."""
    scanned(db, [{"id": "a", "text": TEXT}])
    with Store.open(db, write=True) as store:
        store.repin({"sample": "64"})
    with pytest.raises(StoreError, match="provenance rebuild"):
        one(db, TEXT)


def test_fixture_rewrite(tmp_path):
    """Of the fixtures' dated rewrites each finds the text that truth.json names, looked up before it is in the store."""
    documents = {d.uri: d for d in read.read([str(ROOT / "fixtures" / "corpus" / "news.jsonl")])}
    child, parent = next(
        (d["child"], d["parent"])
        for d in truth()["derivations"]
        if d["relation"] == "rewrite" and d["dated"] and d["child"] in documents
    )
    rest = [{"id": d.uri, "text": d.text, "date": d.published_at, "source": d.site} for d in documents.values() if d.uri != child]
    db = tmp_path / "p.db"
    scanned(db, rest)
    (found,) = trace(db, [documents[child]], limit=3)
    assert found.sources[0].uri == parent
    assert found.sources[0].likely == "source"


def test_a_cut_text_is_not_called_the_source(tmp_path):
    """However much of a text is cut away, what is left has it as its source where its date is months later, and without a date
    nothing says the reverse with any certainty."""
    documents = {d.uri: d for d in read.read([str(ROOT / "fixtures" / "corpus" / "news.jsonl")])}
    whole = documents["https://harbourpost.example/2025/08/quillan-whales"]
    db = tmp_path / "p.db"
    scanned(db, [{"id": d.uri, "text": d.text, "date": d.published_at, "source": d.site} for d in documents.values()])
    for share in (0.35, 0.5, 0.7, 0.85):
        part = whole.text[: int(share * len(whole.text))]
        dated = one(db, part, published_at="2025-12-01", published_from="given").sources[0]
        assert (dated.uri, dated.likely) == (whole.uri, "source")
        undated = one(db, part).sources[0]
        assert undated.likely != "derived" or undated.probability < 0.7


def truth() -> dict:
    return json.loads((ROOT / "fixtures" / "truth.json").read_text())


def test_imports_stay_light():
    """A trace loads neither datasketch nor sqlite_utils: they cost a second."""
    code = "import sys, provenance.pipeline.trace; print({'datasketch', 'sqlite_utils'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
