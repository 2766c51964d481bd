"""A scan that is killed at any moment leaves a whole store, which the next scan completes."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from provenance.model import StoreError
from provenance.pipeline.progress import Silent
from provenance.pipeline.rebuild import rebuild
from provenance.store import Store
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def rows():
    """A few hundred documents, some thirty transactions; legends and forms of one in six, so that no key passes its cap."""
    return corpus.rows(11, 8) + [row for seed in range(12, 18) for row in corpus.rows(seed, 9) if not corpus.common(row)]


@pytest.fixture(scope="module")
def whole(rows, tmp_path_factory):
    """What an undisturbed scan finds."""
    db = tmp_path_factory.mktemp("whole") / "p.db"
    assert scanned(db, rows).capped_keys == 0
    return dump(db)


def start(command: str, db: Path, path: Path, *stage: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "tests.scanning", command, db, path, *stage], cwd=ROOT)


def findings(db: Path) -> list[str]:
    """What is wrong with the store, apart from work that waits."""
    with Store.open(db, write=True) as store:
        return [line for line in store.check() if not line.startswith("dirty:")]


def test_killed_at_any_moment():
    """SIGKILL in the middle of scan, forget and rebuild: the store is whole, nothing lives on, and the next run completes it.

    A few of the kills that `make faults` does.
    """
    command = [sys.executable, "-m", "tests.kill_many", "--kills", "12", "--seed", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "scan: " in done.stdout
    assert "After each: integrity check and foreign keys hold" in done.stdout


def left_empty(db: Path) -> None:
    db.touch()


def left_without_tables(db: Path) -> None:
    """Killed after the file was made, before its tables were."""
    with contextlib.closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    assert db.stat().st_size


def left_half_made(db: Path) -> None:
    """Killed while the tables were made: some are in the log, without the commit that would make them so."""
    code = f"""
import os, signal
from provenance.store import Store, schema
schema.MIGRATIONS += (lambda database: os.kill(os.getpid(), signal.SIGKILL),)
schema.migrate.__defaults__ = (schema.MIGRATIONS,)
Store.open({str(db)!r}, create=True)
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize("left", [left_empty, left_without_tables, left_half_made])
def test_killed_before_there_were_tables(rows, whole, tmp_path, left):
    """A file that a killed scan left without tables is a new store to the next scan, and none yet to who reads."""
    db = tmp_path / "p.db"
    left(db)
    with pytest.raises(StoreError, match=r"no store yet; `provenance scan"):
        Store.open(db)
    scanned(db, rows)
    assert findings(db) == []
    assert difference(whole, dump(db)) == {}


def test_killed_while_inferring(rows, whole, tmp_path):
    """All documents are in, and the lineage is not: the next scan, of one of them, does what is left."""
    db, path = tmp_path / "p.db", corpus.write(tmp_path / "in.jsonl", rows)
    assert start("scan", db, path, "families").wait() == -signal.SIGKILL
    assert findings(db) == []
    assert dump(db)["families"] == []
    assert scanned(db, rows[:1]).unchanged == 1
    assert difference(whole, dump(db)) == {}


@pytest.mark.parametrize("stage", ["match", "families"])
def test_killed_rebuild(rows, whole, tmp_path, stage):
    """A rebuild that is killed leaves the store as it was, and the next one ends."""
    db = tmp_path / "p.db"
    scanned(db, rows)
    assert start("rebuild", db, tmp_path, stage).wait() == -signal.SIGKILL
    assert findings(db) == []
    assert difference(whole, dump(db)) == {}
    rebuild(db, lineage_only=False, jobs=1, progress=Silent())
    assert difference(whole, dump(db)) == {}
