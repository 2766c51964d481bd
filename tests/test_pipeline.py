"""Scanning: what a document becomes that is new, known, changed or a copy; what a run counts, and what stops it."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import re
import signal
import sqlite3

import pytest

from provenance import read
from provenance.model import Document, LockedError, Problem, StoreError, UsageError
from provenance.pipeline import finish
from provenance.pipeline.engine import Engine
from provenance.pipeline.progress import Silent
from provenance.pipeline.rebuild import rebuild
from provenance.pipeline.scan import batches, scan
from provenance.pipeline.weave import Weaver, conflict_row
from provenance.store import Store, lock
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned
from tests.faults import full_disk
from tests.strategies import edited, prose

module = importlib.import_module("provenance.pipeline.scan")
TEXT, OTHER = prose(1), prose(2)


@pytest.fixture
def db(tmp_path):
    return tmp_path / "p.db"


def row(uri: str, text: str, date: str | None = None, **fields: str) -> dict:
    return {"id": uri, "text": text} | ({"date": date} if date else {}) | fields


def ask(db, sql: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def test_counts(db, tmp_path):
    """A run counts what it read, added and could not read, and the store keeps both counts and problems."""
    good = corpus.write(tmp_path / "good.jsonl", [row("a", TEXT), row("b", TEXT.upper()), row("c", OTHER)])
    (tmp_path / "bad.jsonl").write_text("{\n")
    summary = scan(db, [str(good), str(tmp_path / "bad.jsonl")], read.Options(), jobs=1, progress=Silent())
    assert (summary.read, summary.added, summary.copies, summary.failed) == (3, 3, 1, 1)
    assert summary.characters == 2 * len(TEXT) + len(OTHER)
    assert [problem.uri for problem in summary.problems] == [f"{tmp_path / 'bad.jsonl'}:1"]
    assert ask(db, "SELECT status, read, added, failed FROM run") == [("partial", 3, 3, 1)]
    assert ask(db, "SELECT count(*) FROM problem") == [(1,)]


def test_scanning_again_changes_nothing(db, tmp_path):
    """What is there is not written again: no row differs but the run's own, and nothing is recorded as changed."""
    rows = [*corpus.rows(3, 8), row("twice", TEXT, "2024-01-01"), row("twice", TEXT, "2024-01-02"), row("empty", "?!")]
    scanned(db, rows)
    before, changes = dump(db), ask(db, "SELECT * FROM change")
    versions = ask(db, "SELECT total(run_id), count(*) FROM document") + ask(db, "SELECT total(run_id), total(id) FROM match")
    again = scanned(db, rows)
    assert (again.added, again.changed, again.unchanged) == (0, 0, len(rows))
    assert (again.families_touched, again.changes) == (0, 0)
    assert difference(before, dump(db)) == {}
    assert ask(db, "SELECT * FROM change") == changes
    assert versions == ask(db, "SELECT total(run_id), count(*) FROM document") + ask(
        db, "SELECT total(run_id), total(id) FROM match"
    )


def test_dry_run(db, tmp_path):
    """A dry run counts, makes no store, and leaves one that is there as it is."""
    path = corpus.write(tmp_path / "in.jsonl", [row("a", TEXT), row("b", OTHER)])
    dry = scan(db, [str(path)], read.Options(), jobs=1, dry_run=True, progress=Silent())
    assert (dry.run_id, dry.read, dry.added) == (None, 2, 2)
    assert not db.exists()
    scanned(db, [row("a", TEXT), row("b", TEXT)])
    before = dump(db)
    dry = scan(db, [str(path)], read.Options(), jobs=1, dry_run=True, progress=Silent())
    assert (dry.added, dry.changed, dry.unchanged) == (0, 1, 1)
    assert difference(before, dump(db)) == {}


def test_a_changed_text_becomes_a_version(db):
    """The earlier text stays as URI@FETCHED, and the new one is its revision: chosen, although neither has a date."""
    scanned(db, [row("a", TEXT), row("b", OTHER)], [row("a", edited(TEXT, 0.1, 5))])
    ((uri, text),) = ask(db, "SELECT uri, text FROM document JOIN body ON document_id = id WHERE version_of IS NOT NULL")
    assert uri.startswith("a@20")
    assert text == TEXT
    assert ask(db, "SELECT child, parent, relation FROM lineage") == [("a", uri, "revision")]
    assert scanned(db, [row("a", edited(TEXT, 0.1, 5)), row("b", OTHER)]).unchanged == 2


def test_an_earlier_text_that_comes_back(db):
    """A text that an address had before is not news: it neither becomes current again nor a version of itself."""
    scanned(db, [row("a", TEXT)], [row("a", OTHER)])
    before = dump(db)
    assert scanned(db, [row("a", TEXT)]).unchanged == 1
    assert difference(before, dump(db)) == {}


def test_versions_in_one_input(db):
    """An address that comes with several texts in one input has a chain of versions, as it would have over several scans."""
    texts = [TEXT, edited(TEXT, 0.1, 1), edited(edited(TEXT, 0.1, 1), 0.1, 2)]
    scanned(db, [row("a", TEXT)], [*(row("a", text) for text in texts), row("a", texts[0]), row("a", texts[1])])
    chain = """SELECT o.text, n.text FROM document d
        JOIN body o ON o.document_id = d.id JOIN body n ON n.document_id = d.version_of"""
    assert sorted(ask(db, chain)) == sorted([(texts[0], texts[1]), (texts[1], texts[2])])
    assert ask(db, "SELECT text FROM document JOIN body ON document_id = id WHERE uri = 'a'") == [(texts[2],)]
    assert ask(db, "SELECT count(*) FROM document") == [(3,)]


def test_versions_fetched_at_the_same_moment(db):
    """Versions whose fetching time is the same have different uris."""
    scanned(db, [row("a", prose(seed)) for seed in range(4)])
    assert len({uri for (uri,) in ask(db, "SELECT uri FROM document")}) == 4
    with Store.open(db) as store:
        assert store.check() == []


def test_fields_alone_change(db):
    """New fields with the same text replace the old ones; there is no new version, and the lineage follows the new date."""
    child = edited(TEXT, 0.1, 5)
    scanned(db, [row("a", TEXT, "2025-01-01"), row("b", child, "2025-01-02")])
    assert ask(db, "SELECT child, parent FROM lineage") == [("b", "a")]
    summary = scanned(db, [row("a", TEXT, "2025-01-03", title="News")])
    assert (summary.changed, summary.added) == (1, 0)
    assert ask(db, "SELECT title, published_at FROM document WHERE uri = 'a'") == [("News", "2025-01-03")]
    assert ask(db, "SELECT child, parent FROM lineage") == [("a", "b")]
    assert ("a", "re-rooted") not in ask(db, "SELECT uri, what FROM change")
    assert ("b", "re-rooted") in ask(db, "SELECT uri, what FROM change")


def test_language_of_the_text_where_the_input_names_none(db, tmp_path):
    """A declared language is kept; without one it is that of the text, or none where the text does not tell; new fields and a
    rebuild do not lose it."""
    said = "Der Hafen ist seit dem Abend geschlossen, und niemand weiß, wann er wieder geöffnet wird."
    rows = [row("de", said), row("en", said + " Ende.", language="en-GB"), row("none", "Strathnoon 12 Xanten")]
    languages = "SELECT uri, lang FROM document ORDER BY uri"
    scanned(db, rows)
    assert ask(db, languages) == [("de", "de"), ("en", "en"), ("none", None)]
    assert scanned(db, [row("de", said, title="Hafen"), row("en", said + " Ende.")]).changed == 2
    assert ask(db, languages) == [("de", "de"), ("en", "de"), ("none", None)]
    with contextlib.closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE document SET lang = NULL WHERE uri = 'de'")
    rebuild(db, lineage_only=False, jobs=1, progress=Silent())
    assert ask(db, languages) == [("de", "de"), ("en", "de"), ("none", None)]


def test_language_does_not_depend_on_what_was_declared(db):
    """Identical texts are copies whatever their pages declare, because words are weighed in the language of the text."""
    scanned(db, [row("a", TEXT, lang="fr"), row("b", TEXT)])
    assert ask(db, "SELECT uri, lang, copy_of IS NULL FROM document ORDER BY uri") == [("a", "fr", 1), ("b", "en", 0)]


def test_fields_used(db, tmp_path):
    """A summary says which fields were taken for what and how often, also of a dry run; the record of the run does not count."""
    rows = [
        {"maintext": TEXT, "url": "https://a.example/1", "crawl_date": "2024-03-05"},
        {"article": {"text": OTHER}, "url": "u"},
    ]
    path = corpus.write(tmp_path / "in.jsonl", rows)
    for dry_run in (True, False):
        summary = scan(db, [str(path)], read.Options(), jobs=1, dry_run=dry_run, progress=Silent())
        assert summary.fields == {
            "text": {"article.text": 1, "maintext": 1}, "id": {"url": 2}, "fetched": {"crawl_date": 1},
        }  # fmt: skip
    ((config,),) = ask(db, "SELECT config FROM run")
    assert set(json.loads(config)["options"]) == {"format", "text_key", "id_key", "date_key", "max_bytes"}


def test_a_date_in_the_address_orders_a_family(db):
    """Rows without a date are dated by their addresses, with the class that says so."""
    url = "https://a.example/2024/03/{}/harbour"
    scanned(db, [{"url": url.format("05"), "text": edited(TEXT, 0.1, 5)}, {"url": url.format("04"), "text": TEXT}])
    assert ask(db, "SELECT child, parent FROM lineage") == [(url.format("05"), url.format("04"))]
    assert ask(db, "SELECT DISTINCT published_from FROM document") == [("url",)]


def test_copies(db):
    """Of identical texts the one with the earliest trusted date stands for all; an earlier one may come later."""
    copies = "SELECT c.uri, r.uri FROM document c JOIN document r ON r.id = c.copy_of ORDER BY c.uri"
    scanned(db, [row("m", TEXT, "2025-01-05"), row("z", TEXT), row("x", edited(TEXT, 0.1, 1), "2025-01-09")])
    assert ask(db, copies) == [("z", "m")]
    scanned(db, [row("y", TEXT.replace(" ", "\n"), "2025-01-01")])
    assert ask(db, copies) == [("m", "y"), ("z", "y")]
    assert {("x", "y"), ("m", "y")} <= set(ask(db, "SELECT child, parent FROM lineage"))
    whole = [("verbatim", len(TEXT.split()), 1.0)]
    assert ask(db, "SELECT kind, words, similarity FROM shared_passage WHERE uri_a = 'm' AND uri_b = 'y'") == whole


def test_texts_without_words(db):
    """Texts of no word are stored, and are neither copies of one another nor anything else."""
    scanned(db, [row("a", "?!"), row("b", "--"), row("c", "?!")], [row("a", "?!", "2025-01-01")])
    assert ask(db, "SELECT count(*), count(copy_of) FROM document") == [(3, 0)]
    assert ask(db, "SELECT count(*) FROM match") == [(0,)]


def test_changes_say_what_a_run_did(db):
    """A run records new and grown families and new parents, by uri."""
    one, two, three = (f"https://{site}.example/1" for site in ("ledger", "post", "herald"))
    scanned(db, [row(one, TEXT, "2025-01-01"), row(two, edited(TEXT, 0.1, 5), "2025-01-02")])
    assert (one, "new", None, "2") in ask(db, "SELECT uri, what, before, after FROM change WHERE run_id = 1")
    scanned(db, [row(three, edited(TEXT, 0.1, 6), "2025-01-03")])
    second = ask(db, "SELECT uri, what, before, after FROM change WHERE run_id = 2")
    assert second == [(one, "grew", "2", "3")]


def test_a_second_scan_meanwhile(db, tmp_path):
    """While one run holds the store another ends at once, with the exit code 75 and who holds it."""
    with lock(db, "scan big", create=True), pytest.raises(LockedError, match="scan big") as locked:
        scanned(db, [row("a", TEXT)])
    assert locked.value.exit_code == 75
    assert not db.exists()


def test_verbatim_counts_every_word(db, tmp_path):
    """All words of a verbatim passage count, also those for which the alignment found no partner: its similarity is 1."""
    line = "****** UK\nFEB ADJUSTED UNEMPLOYMENT FELL 44,100 TOTAL 3.07 MLN OR 11.1\nPCT - OFFICIAL"
    one = "(EMBARGOED FOR RELEASE AT 1130 GMT THURS MARCH 19) " + line
    scanned(db, [row("a", one), row("b", line.replace("\n", " ") + "\n Blah blah blah.")])
    assert ask(db, "SELECT words, similarity, kind FROM match") == [(16, 1.0, "verbatim")]


def test_a_store_of_other_parameters(db):
    """A scan refuses a store made with other parameters, names both values and the remedy, and leaves it alone."""
    scanned(db, [row("a", TEXT)])
    with Store.open(db, write=True) as store:
        store.repin({"cap": "5"})
    with pytest.raises(StoreError, match=r"cap is 5 in the store and [\d/]+ here.*provenance rebuild"):
        scanned(db, [row("b", TEXT)])
    assert ask(db, "SELECT count(*) FROM document") == [(1,)]


def test_nothing_to_read(db, tmp_path):
    """A path that is not there is a usage error before any store is made."""
    with pytest.raises(UsageError):
        scan(db, [str(tmp_path / "nix")], read.Options(), jobs=1, progress=Silent())
    assert not db.exists()


class Interrupting(Silent):
    """A Progress at which, after so many batches, somebody presses Ctrl-C."""

    def __init__(self, batches: int) -> None:
        self._left = batches

    def advance(self, n: int = 1) -> None:
        self._left -= 1
        if not self._left:
            signal.raise_signal(signal.SIGINT)


def test_interrupt(db, tmp_path, monkeypatch):
    """Ctrl-C between two batches: the first stays, the run has failed, and the next scan goes on to the same result."""
    monkeypatch.setattr(module, "BATCH_DOCUMENTS", 10)
    rows = corpus.rows(4, 8)
    path = corpus.write(tmp_path / "in.jsonl", rows)
    with pytest.raises(KeyboardInterrupt):
        scan(db, [str(path)], read.Options(), jobs=2, progress=Interrupting(2))
    assert ask(db, "SELECT status, read FROM run") == [("failed", 20)]
    assert scanned(db, rows).added == len(rows) - 20
    scanned(tmp_path / "whole.db", rows)
    assert difference(dump(tmp_path / "whole.db"), dump(db)) == {}


@pytest.mark.parametrize("jobs", [1, 2])
def test_reading_that_fails(db, monkeypatch, jobs):
    """What breaks reading off does so in its turn: every batch before it is in the store, whole."""
    monkeypatch.setattr(module, "BATCH_DOCUMENTS", 2)

    def broken(*_):
        yield from (Document(str(number), prose(number)) for number in range(5))
        raise UsageError("broken")

    monkeypatch.setattr(read, "read_folded", broken)
    with pytest.raises(UsageError, match="broken"):
        scan(db, ["x"], read.Options(), jobs=jobs, progress=Silent())
    assert ask(db, "SELECT status, read, added FROM run") == [("failed", 4, 4)]
    assert ask(db, "SELECT count(*) FROM document JOIN body ON document_id = id JOIN body_fts ON body_fts.rowid = id") == [(4,)]


def test_collecting_is_as_it_was(db):
    """A run leaves the collector of unreachable objects as it found it."""
    before = gc.get_threshold(), gc.get_freeze_count()
    scanned(db, [row("a", TEXT)])
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_full_disk(db, tmp_path):
    """When the disk is full the scan says so in one line and the store holds what it held; the next scan completes it."""
    first, rows = corpus.rows(5, 4), corpus.rows(6, 40)
    scanned(db, first)
    before = dump(db)
    path = corpus.write(tmp_path / "in.jsonl", rows)
    with full_disk(db.stat().st_size + 50_000), pytest.raises(StoreError, match=f"^{db}: [^\n]*disk"):
        scan(db, [str(path)], read.Options(), jobs=1, progress=Silent())
    with Store.open(db) as store:
        assert store.check() == []
    assert difference(before, dump(db)) == {}
    scanned(db, rows)
    scanned(tmp_path / "whole.db", first, rows)
    assert difference(dump(tmp_path / "whole.db"), dump(db)) == {}


def test_batches_are_bounded(monkeypatch):
    """A batch ends when it holds enough characters or enough documents, and nothing is lost or reordered."""
    monkeypatch.setattr(module, "BATCH_CHARACTERS", 100)
    monkeypatch.setattr(module, "BATCH_DOCUMENTS", 3)
    items = [Document("a", "x" * 60), Document("b", "x" * 60), Document("c", "x" * 500), *(Document(u, "x") for u in "defgh")]
    items.insert(4, Problem("p", "read", "broken"))
    found = list(batches(items))
    assert [[item.uri for item in batch] for batch in found] == [["a", "b"], ["c"], ["d", "p", "e"], ["f", "g", "h"]]


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("some 10,000 people", "some 12,000 people", ("number", "10,000", "12,000")),
        ("at 3.5 per cent.", "at 4.25 per cent", ("number", "3.5", "4.25")),
        ("in 1999.", "in 2001.", ("number", "1999", "2001")),
        ("the mayor Ada Lind said", "the mayor Eve Lind said", ("name", "Ada", "Eve")),
    ],
)
def test_conflicts_are_told_whole(one, two, expected):
    """A number is told with its commas and points, without the full stop behind it; a name word by word."""
    first = next((m.start(), m.end()) for m in re.finditer(r"\w+", one) if m.group() not in two.split() and m.group() not in two)
    second = next((m.start(), m.end()) for m in re.finditer(r"\w+", two) if m.group() not in one)
    assert conflict_row(one, first, two, second) == expected


@pytest.mark.parametrize("doubted", [True, False])
def test_where_kinds_stay_families_do(tmp_path, doubted):
    """A document that is dirty only because its matches may be of another kind, and are not, has no lineage inferred again."""
    db = tmp_path / "p.db"
    story = prose(5, 12)
    path = corpus.write(tmp_path / "in.jsonl", [row("a", story), row("b", edited(story, 0.05, 1))])
    scan(db, [str(path)], read.Options(), jobs=1, progress=Silent())
    with Store.open(db, write=True) as store, Engine(1) as engine:
        run_id, ids = store.start_run("scan", "1", {}), set(store.all_ids())
        weaver = Weaver(store, engine)
        weaver.doubt(ids, set() if doubted else ids)
        store.mark_dirty(ids)
        assert finish.finish(store, run_id, weaver, Silent()).families == (0 if doubted else 1)
        assert store.dirty() == []
        store.finish_run(run_id, "ok")
