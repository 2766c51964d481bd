"""`doctor --repair`: damage of every kind that a real store may suffer, and what it says when it is mended."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from provenance.pipeline.doctor import doctor
from provenance.store import Store
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned
from tests.faults import damage

ROWS = corpus.rows(61, 8)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    db = tmp_path_factory.mktemp("sound") / "p.db"
    scanned(db, ROWS)
    return db


@pytest.fixture(scope="module")
def whole(sound):
    return dump(sound)


@pytest.fixture
def db(sound, tmp_path):
    return Path(shutil.copy(sound, tmp_path / "p.db"))


def errors(db: Path) -> list[str]:
    return [finding.what for finding in doctor(db, repair=False) if finding.level == "error"]


def repaired(db: Path) -> str:
    """What the repair says that it did; afterwards nothing is wrong."""
    found = doctor(db, repair=True)
    assert [finding for finding in found if finding.level != "ok"] == []
    assert [finding for finding in doctor(db, repair=False) if finding.level != "ok"] == []
    return " ".join(finding.what for finding in found)


EVERYTHING, LINEAGE = "found anew in the texts", "inferred anew from the passages"
COPY = "(SELECT id FROM document WHERE copy_of IS NOT NULL LIMIT 1)"
PAIR = "SELECT a, b FROM link LIMIT 1"

DAMAGE = {
    "an index is dropped": (["DROP INDEX match_a"], "without match_a", "made anew: match_a"),
    "a trigger is dropped": (["DROP TRIGGER body_ad"], "without body_ad", "made anew: body_ad"),
    "a view is dropped": (["DROP VIEW lineage"], "without lineage", "made anew: lineage"),
    "the full-text index is dropped": (["DROP TABLE body_fts"], "without body_fts", "made anew: body_fts"),
    "a table of evidence is dropped": (["DROP TABLE span"], "without span", EVERYTHING),
    "a table of inference is dropped": (["DROP TABLE family"], "without family", "made anew: family"),
    "the runs are dropped": (["DROP TABLE run"], "without run", "1 runs noted"),
    "a run is deleted": (["DELETE FROM run"], "rows refer to a missing run", "1 runs noted"),
    "a span is of no text": (["INSERT INTO span VALUES (2, 0, 5, 'markup', 1)"], "other spans", EVERYTHING),
    "the passages of a pair are deleted": (
        [f"DELETE FROM match WHERE (a, b) IN ({PAIR}) OR (b, a) IN ({PAIR})"], "share no passage", EVERYTHING,
    ),
    "a copy's passage is deleted": ([f"DELETE FROM match WHERE a = {COPY} OR b = {COPY}"], "exact copies share", EVERYTHING),
    "a copy forgets what it is": ([f"UPDATE document SET copy_of = NULL WHERE id = {COPY}"], "stand for them", EVERYTHING),
    "a passage ends beyond its text": (["UPDATE match SET a_end = 1000000 WHERE id = 3"], "end after their text", EVERYTHING),
    "half of a family is deleted": (
        ["DELETE FROM family WHERE document_id IN (SELECT child_id FROM derivation WHERE chosen)"], "in no family", LINEAGE,
    ),
    "derivations are deleted": (["DELETE FROM derivation"], "derive from none", LINEAGE),
    "links are deleted": (["DELETE FROM link"], "linked with nobody", LINEAGE),
    "an unseen source of nothing": (["INSERT INTO unseen_source VALUES (NULL, 999, 0.5, NULL)"], "have no children", LINEAGE),
    "a setting is wrong": (["UPDATE setting SET value = '5' WHERE name = 'cap'"], "cap is 5 in the store", EVERYTHING),
    "a setting is lost": (["DELETE FROM setting WHERE name = 'cap'"], "cap is not recorded", EVERYTHING),
    "a counter is lost": (
        ["DELETE FROM setting WHERE name = 'next_family'", "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'document'"],
        "", "written anew",
    ),
    "the index is deleted": (["DELETE FROM segment"], "documents are not in it", EVERYTHING),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_repaired_store_says_what_it_said(db, whole, kind):
    """Damage is found; the repair says what it did; then the store is as it was."""
    statements, what, done = DAMAGE[kind]
    damage(db, *statements)
    if what:
        assert any(what in error for error in errors(db)), errors(db)
    assert done in repaired(db)
    assert difference(whole, dump(db)) == {}


def test_an_index_without_an_entry(db, whole):
    """A row that its index does not hold is found by SQLite, and the indexes are written anew."""
    row = "name = 'problem_run_id'"
    with contextlib.closing(sqlite3.connect(db)) as connection:
        entry = connection.execute(f"SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE {row}").fetchone()
    damage(db, "PRAGMA writable_schema = ON", f"DELETE FROM sqlite_master WHERE {row}")
    damage(db, "INSERT INTO problem VALUES (1, 'x', 'read', 'not in the index')")
    with contextlib.closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", entry)
    assert any("integrity" in error for error in errors(db))
    assert "indexes written anew" in repaired(db)
    assert difference(whole, dump(db)) == {}


@pytest.mark.parametrize("byte", [0, 0.1, 0.3, 0.6, 0.9])
def test_a_flipped_byte_in_the_index(db, whole, byte):
    """One byte of a part that is another one is found, wherever it is, and the index is made anew."""
    with contextlib.closing(sqlite3.connect(db)) as connection, connection:
        id, blob = connection.execute("SELECT id, postings FROM part ORDER BY length(postings) DESC LIMIT 1").fetchone()
        at = int(byte * len(blob))
        connection.execute("UPDATE part SET postings = ? WHERE id = ?", (blob[:at] + bytes([blob[at] ^ 4]) + blob[at + 1 :], id))
    assert any(error.startswith("index:") for error in errors(db)), errors(db)
    assert EVERYTHING in repaired(db)
    assert difference(whole, dump(db)) == {}


@pytest.mark.parametrize("statement", ["DELETE FROM document WHERE id % 5 = 2", "DELETE FROM body WHERE document_id % 5 = 2"])
def test_lost_documents(db, whole, statement):
    """Documents that lost their row or their text are removed with all that hung on them; scanning again brings them back."""
    damage(db, statement)
    assert errors(db)
    repaired(db)
    left = dump(db)
    lost = {row[0] for row in whole["documents"]} - {row[0] for row in left["documents"]}
    assert lost
    again = db.with_name("again.db")
    scanned(again, [row for row in ROWS if row["id"] not in lost])
    assert difference(dump(again), left) == {}
    scanned(db, ROWS)
    assert difference(whole, dump(db)) == {}


def test_an_altered_text_cannot_be_repaired(db):
    """A text that is not what was read is named, with what to do: nothing in the store knows what it was."""
    damage(db, "UPDATE body SET text = 'X' || substr(text, 2) WHERE document_id = 3")
    found = [finding for finding in doctor(db, repair=True) if finding.level == "error"]
    assert ["texts that are not what was read: 1" in finding.what for finding in found] == [True]
    with Store.open(db) as store:
        assert store.documents([3])[0].uri in found[0].remedy


@pytest.mark.parametrize("table", ["document", "body"])
def test_what_nothing_brings_back(db, table):
    """Without the documents there is nothing to repair from: it says so, and touches nothing."""
    damage(db, f"DROP TABLE {table}")
    found = [finding for finding in doctor(db, repair=True) if finding.level == "error"]
    assert any(table in finding.what and "backup" in finding.remedy for finding in found)


def test_a_truncated_file(db):
    """Half a file is reported as damaged, in lines and without a traceback, and is left as it is."""
    db.write_bytes(db.read_bytes()[: db.stat().st_size // 2])
    for repair in (False, True):
        found = [finding for finding in doctor(db, repair=repair) if finding.level == "error"]
        assert found
        assert any("backup" in finding.remedy for finding in found)
