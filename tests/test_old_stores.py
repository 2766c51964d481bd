"""Stores that released versions made, kept as they were: `fixtures/stores/vN.db.gz` holds `articles.jsonl` as version N of the
schema had it. One is added with every version that changes the schema."""

from __future__ import annotations

import contextlib
import gzip
import sqlite3
from pathlib import Path

import pytest

from provenance import read
from provenance.pipeline.doctor import doctor
from provenance.pipeline.progress import Silent
from provenance.pipeline.rebuild import rebuild
from provenance.pipeline.scan import scan
from provenance.store import schema
from tests.canonical import difference, dump
from tests.test_cli import run

STORES = Path(__file__).parent.parent / "fixtures" / "stores"
ARTICLES = STORES / "articles.jsonl"
VERSIONS = sorted(int(path.name[1:].split(".")[0]) for path in STORES.glob("v*.db.gz"))


def scanned(db: Path) -> None:
    scan(db, [str(ARTICLES)], read.Options(), jobs=1, progress=Silent())


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    db = tmp_path_factory.mktemp("fresh") / "p.db"
    scanned(db)
    return dump(db)


@pytest.fixture(params=VERSIONS)
def old(request, tmp_path):
    db = tmp_path / "p.db"
    db.write_bytes(gzip.decompress((STORES / f"v{request.param}.db.gz").read_bytes()))
    return db


def version(db: Path) -> int:
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_an_old_store_goes_on(old, fresh):
    """Rebuilt and scanned again it says what a store says that was made today."""
    rebuild(old, lineage_only=False, jobs=1, progress=Silent())
    assert version(old) == schema.VERSION
    scanned(old)
    assert difference(fresh, dump(old)) == {}


def test_an_old_store_is_repaired(old, fresh):
    """`doctor --repair` does as much, and finds nothing wrong afterwards."""
    found = doctor(old, repair=True)
    assert [finding for finding in found if finding.level != "ok"] == []
    scanned(old)
    assert difference(fresh, dump(old)) == {}


def test_reading_an_old_store(old):
    """Who only reads is told in a line what brings it up to date, and the file stays as it is."""
    before, made_by = old.read_bytes(), version(old)
    result = run(old, "stats")
    if made_by < schema.VERSION:
        assert result.exit_code == 1
        assert f"store version {made_by}" in result.stderr
        assert "doctor --repair" in result.stderr
    else:
        assert result.exit_code == 0
    assert old.read_bytes() == before


def test_adding_to_an_old_store(old):
    """A scan adds to it, or says in a line what has to be done first; it never mixes what two versions found."""
    result = run(old, "scan", "-q", str(ARTICLES))
    assert result.exit_code in (0, 1)
    assert (result.exit_code == 0) == ("provenance rebuild" not in result.stderr)
