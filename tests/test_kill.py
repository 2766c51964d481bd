"""A scan that is killed at any moment leaves a whole store, which the next scan completes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from provenance.pipeline.progress import Silent
from provenance.pipeline.rebuild import rebuild
from provenance.store import Store
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned

KILLS = 150 if os.environ.get("PROVENANCE_SLOW") else 16
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
    if not db.exists() or not db.stat().st_size:
        return []
    with Store.open(db, write=True) as store:
        return [line for line in store.check() if not line.startswith("dirty:")]


def test_killed_at_any_moment(rows, whole, tmp_path):
    """SIGKILL at random moments, again and again on the way: the store is whole each time, and in the end says what it should."""
    rng = random.Random(5)
    path = corpus.write(tmp_path / "in.jsonl", rows)
    kills = number = 0
    while kills < KILLS:
        number += 1
        db = tmp_path / f"{number}.db"
        for _ in range(4):  # the same store: killed, gone on with, killed
            process = start("scan", db, path)
            while process.poll() is None and not Path(f"{db}-wal").exists():
                time.sleep(0.002)
            time.sleep(rng.uniform(0, 0.5))
            process.kill()
            kills += process.wait() == -signal.SIGKILL
            assert findings(db) == [], f"kill {kills}"
        scanned(db, rows)
        assert findings(db) == []
        assert difference(whole, dump(db)) == {}, f"kill {kills}"


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
