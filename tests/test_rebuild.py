"""Rebuilding: the store's documents, and everything else found anew. That it finds what scans find is in test_canonical."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest

from provenance.model import LockedError, StoreError
from provenance.pipeline import settings
from provenance.pipeline.progress import Silent
from provenance.pipeline.rebuild import rebuild
from provenance.store import Store, lock
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned


@pytest.fixture
def db(tmp_path):
    """A store of a generated corpus."""
    scanned(tmp_path / "p.db", corpus.rows(41, 16))
    return tmp_path / "p.db"


def damage(db, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(db)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_evidence_is_found_anew(db):
    """Matches, index and copies that were wrong or gone are right again; the run counts documents and records no change."""
    before = dump(db)
    damage(
        db, "DELETE FROM match WHERE id % 2", "DELETE FROM segment", "UPDATE document SET copy_of = NULL",
        "UPDATE match SET kind = 'edited'",
    )  # fmt: skip
    summary = rebuild(db, lineage_only=False, jobs=1, progress=Silent())
    assert difference(before, dump(db)) == {}
    assert summary.read == len(before["documents"])
    assert summary.copies == sum(row[-2] is not None for row in before["documents"])
    assert (summary.changes, summary.families_touched) == (0, len(before["families"]))


def test_lineage_only(db):
    """Only what was inferred is inferred anew: kinds and families are right afterwards, the matches are the same rows."""
    before = dump(db)
    assert any("boilerplate" in match for match in before["matches"])
    damage(
        db,
        "DELETE FROM family",
        "DELETE FROM derivation",
        "DELETE FROM link",
        "UPDATE match SET kind = 'edited' WHERE kind = 'boilerplate'",
    )
    rebuild(db, lineage_only=True, jobs=1, progress=Silent())
    assert difference(before, dump(db)) == {}
    with contextlib.closing(sqlite3.connect(db)) as connection:
        assert connection.execute("SELECT DISTINCT run_id FROM match").fetchall() == [(1,)]


def test_new_parameters(db):
    """A rebuild makes this version's parameters those of the store; one of the lineage alone leaves those of the evidence."""
    with Store.open(db, write=True) as store:
        store.repin({"cap": "5", "lineage_model": "0"})
    rebuild(db, lineage_only=True, jobs=1, progress=Silent())
    with Store.open(db) as store:
        assert store.settings()["cap"] == "5"
        assert settings.differing(store, settings.INFERENCE) == ""
    rebuild(db, lineage_only=False, jobs=1, progress=Silent())
    with Store.open(db) as store:
        assert settings.differing(store, settings.EVIDENCE) == ""


def test_another_way_of_splitting(db):
    """Where the store's version split texts differently, words and hashes are found anew too, and copies by them."""
    before = dump(db)
    with Store.open(db, write=True) as store:
        store.repin({"text": "0"})
    damage(db, "UPDATE document SET words = 1, hash = printf('%032d', id), copy_of = NULL")
    rebuild(db, lineage_only=False, jobs=2, progress=Silent())
    assert difference(before, dump(db)) == {}


def test_refused(db, tmp_path):
    """No store is made where there is none, and none is touched that another run holds."""
    with pytest.raises(StoreError, match="no store there"):
        rebuild(tmp_path / "nix.db", lineage_only=False, jobs=1, progress=Silent())
    with lock(db, "scan"), pytest.raises(LockedError):
        rebuild(db, lineage_only=True, jobs=1, progress=Silent())


def test_a_failed_rebuild_changes_nothing(db):
    """A rebuild that fails half way says so in its run and leaves everything as it was."""
    before = dump(db)

    class Failing(Silent):
        def start(self, stage: str, total: int | None, unit: str = "texts") -> None:
            if stage == "families":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(db, lineage_only=False, jobs=1, progress=Failing())
    assert difference(before, dump(db)) == {}
    with Store.open(db) as store:
        assert [run.status for run in store.runs(1)] == ["failed"]
