"""The doctor: what it finds in a sound store and in broken ones, and what it mends."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from provenance.model import LockedError, StoreError
from provenance.pipeline.doctor import Finding, doctor
from provenance.pipeline.forget import forget
from provenance.store import lock
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned
from tests.faults import damage
from tests.strategies import prose
from tests.test_kill import start

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    db = tmp_path_factory.mktemp("sound") / "p.db"
    scanned(db, corpus.rows(51, 6))
    return db


@pytest.fixture
def db(sound, tmp_path):
    return Path(shutil.copy(sound, tmp_path / "p.db"))


def test_a_sample_is_called_one(db, monkeypatch):
    """Of a large store the keys of some texts are compared with the texts, and the doctor says so."""
    assert doctor(db, repair=False)[-1].what.endswith(" postings")
    monkeypatch.setattr("provenance.pipeline.repair.SAMPLE", 4)
    assert doctor(db, repair=False)[-1].what.endswith(" postings, compared with a sample of the texts")


def bad(db: Path, *, repair: bool = False) -> list[Finding]:
    return [finding for finding in doctor(db, repair=repair) if finding.level != "ok"]


def test_a_sound_store(db):
    """All is well: each room is named, nothing is written, no lock is taken."""
    before = db.read_bytes()
    with lock(db, "scan"):
        found = doctor(db, repair=False)
    assert {finding.level for finding in found} == {"ok"}
    for what in ("Python", "SQLite", "compiled code", "whole", "parameters", "index"):
        assert any(what in finding.what for finding in found), what
    assert db.read_bytes() == before


def test_no_store(tmp_path):
    """A store that is not there is no error, and none is made, also not by --repair."""
    (found,) = bad(tmp_path / "p.db", repair=True)
    assert (found.level, "scan" in found.remedy) == ("warning", True)
    assert not any(tmp_path.iterdir())


def test_no_sqlite_file(tmp_path):
    """A file that is no store is an error with its remedy."""
    (tmp_path / "p.db").write_text("not a store at all\n" * 100)
    (found,) = bad(tmp_path / "p.db")
    assert found.level == "error"
    assert "choose another --db" in found.remedy


@pytest.mark.parametrize(
    ("statement", "level", "what", "remedy"),
    [
        ("DELETE FROM body WHERE document_id = 2", "error", "1 have no text", "--repair"),
        ("DELETE FROM segment", "error", "documents are not in it", "--repair"),
        ("UPDATE part SET count = count + 1", "error", "another length", "--repair"),
        ("UPDATE part SET first = first - 1", "error", "not in order", "--repair"),
        ("UPDATE part SET postings = zeroblob(800)", "error", "is damaged", "--repair"),
        ("DELETE FROM document WHERE id = 3", "error", "1 documents in it are not in the store", "--repair"),
        ("UPDATE setting SET value = '5' WHERE name = 'cap'", "error", "cap is 5 in the store", "rebuild"),
        ("UPDATE setting SET value = '0' WHERE name = 'lineage_model'", "warning", "lineage_model is 0", "--lineage-only"),
        ("UPDATE run SET status = 'running'", "warning", "at work, or was killed", "again"),
        ("UPDATE run SET status = 'failed'", "warning", "failed", "again"),
        ("INSERT INTO dirty VALUES (4)", "warning", "documents that wait for their lineage: 1", "--repair"),
    ],
)
def test_damage_is_found(db, statement, level, what, remedy):
    """Each kind of trouble is found, as bad as it is, with its remedy."""
    damage(db, "PRAGMA foreign_keys = ON", statement)
    found = [f for f in doctor(db, repair=False) if f.level == level and what in f.what and remedy in f.remedy]
    assert found, doctor(db, repair=False)


def test_repair_of_the_full_text_index(db):
    """--repair writes a full-text index anew that differs from the texts."""
    damage(db, "INSERT INTO body_fts (body_fts, rowid, text) SELECT 'delete', 1, text FROM body WHERE document_id = 1")
    assert any("body_fts" in finding.what for finding in bad(db))
    assert bad(db, repair=True) == []
    assert bad(db) == []


def test_repair_of_a_killed_scan(tmp_path):
    """--repair infers what a killed scan left."""
    rows = corpus.rows(52, 8)
    db, path = tmp_path / "p.db", corpus.write(tmp_path / "in.jsonl", rows)
    start("scan", db, path, "families").wait()
    found = bad(db)
    assert any("wait for their lineage" in finding.what for finding in found)
    assert any("killed" in finding.what for finding in found)
    assert bad(db, repair=True) == []
    scanned(tmp_path / "whole.db", rows)
    assert difference(dump(tmp_path / "whole.db"), dump(db)) == {}


def test_a_forget_that_was_cut_short(db, monkeypatch):
    """When another program keeps an old state open, words may remain: forget fails, the doctor says so and mends it."""
    monkeypatch.setattr("provenance.store.connection.BUSY_SECONDS", 0.1)
    scanned(db, [{"id": "secret", "text": "Xylographus " + prose(9)}])
    with contextlib.closing(sqlite3.connect(db)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM document").fetchone()
        with pytest.raises(StoreError, match="doctor --repair"):
            forget(db, ["secret"], dry_run=False)
    assert any("removed documents may still be in the file" in finding.what for finding in bad(db))
    assert bad(db, repair=True) == []
    assert b"ylographus" not in b"".join(path.read_bytes() for path in db.parent.glob("p.db*"))


def test_repair_waits_for_no_one(db):
    """A store that another run holds is not mended."""
    with lock(db, "scan"), pytest.raises(LockedError):
        doctor(db, repair=True)


def test_numba_without_a_place_for_its_code(tmp_path):
    """Where compiled code cannot be kept, the doctor still works and says what to set."""
    package = tmp_path / "provenance"
    shutil.copytree(ROOT / "provenance", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "__pycache__").write_text("in the way")
    code = "from pathlib import Path; from provenance.pipeline.doctor import doctor; print(doctor(Path('nix.db'), repair=False))"
    (tmp_path / "home").write_text("in the way")
    environment = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "home"), "PATH": "/usr/bin"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "NUMBA_CACHE_DIR" in done.stdout
