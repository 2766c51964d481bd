"""Forgetting: what is left is as if the documents had never been read."""

from __future__ import annotations

import contextlib
import random
import sqlite3

import pytest

from provenance import packed
from provenance.model import LockedError, StoreError
from provenance.pipeline.forget import forget
from provenance.store import Store, lock
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned
from tests.strategies import edited, prose

TEXT = prose(1)


@pytest.fixture
def db(tmp_path):
    return tmp_path / "p.db"


def ask(db, sql: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("seed", [31, 32, 33])
def test_as_if_never_read(db, tmp_path, seed):
    """After forgetting a third of its documents a store says what a scan of the others says: copies, kinds and families too."""
    rows = corpus.rows(seed, 12)
    gone = set(random.Random(seed).sample([row["id"] for row in rows], len(rows) // 3))
    scanned(db, rows)
    copies = dict(ask(db, "SELECT r.uri, c.uri FROM document c JOIN document r ON r.id = c.copy_of"))
    gone |= set(list(copies)[:2])  # some that stand for others
    gone -= {copies[uri] for uri in list(copies)[:2]}
    forgotten = forget(db, gone, dry_run=False)
    assert set(forgotten.uris) == gone
    assert len(forgotten.promoted) >= min(2, len(copies))
    scanned(tmp_path / "rest.db", [row for row in rows if row["id"] not in gone])
    assert difference(dump(tmp_path / "rest.db"), dump(db)) == {}


def test_one_that_stood_for_all_before(db, tmp_path):
    """A copy that stood for all, gave way to an earlier one, and stands for all again when that is forgotten."""
    rows = [
        {"id": "a", "text": TEXT},
        {"id": "child", "text": edited(TEXT, 0.1, 1)},
        {"id": "later", "text": edited(TEXT, 0.1, 2)},
    ]
    scanned(db, rows[:2], [{"id": "b", "text": TEXT, "date": "2025-01-01"}], rows[2:])
    forget(db, ["b"], dry_run=False)
    scanned(tmp_path / "rest.db", rows)
    assert difference(dump(tmp_path / "rest.db"), dump(db)) == {}


def test_boilerplate_that_is_no_longer_spread(db):
    """A paragraph that many shared is boilerplate, and no longer once most of them are forgotten."""
    rows = [{"id": f"u{i}", "text": prose(100 + i, 10) + "\n\n" + corpus.LEGEND} for i in range(9)]
    scanned(db, rows)
    assert {kind for (kind,) in ask(db, "SELECT kind FROM match")} == {"boilerplate"}
    forget(db, [f"u{i}" for i in range(2, 9)], dry_run=False)
    assert ask(db, "SELECT kind FROM shared_passage") == [("verbatim",)]


def test_no_byte_remains(db):
    """No text, word of the full-text index or posting stays in the file, and the uri only where the run says what it removed."""
    scanned(db, [{"id": "kept", "text": prose(2)}, {"id": "secret-uri", "text": f"Xylographus {TEXT}", "title": "Zymurgical"}])
    (number,) = ask(db, "SELECT id FROM document WHERE uri = 'secret-uri'")[0]
    forget(db, ["secret-uri"], dry_run=False, command="forget secret-uri")
    data = b"".join(path.read_bytes() for path in db.parent.glob("p.db*")).lower()
    for words in (b"xylographus", b"zymurgical", TEXT[50:80].lower().encode()):
        assert words not in data
    for (part,) in ask(db, "SELECT postings FROM part"):
        assert number not in packed.unpack(*packed.load([part])) & packed.DOCUMENT
    assert ask(db, "SELECT uri, what FROM change") == [("secret-uri", "removed")]
    assert ask(db, "SELECT command, status FROM run ORDER BY id DESC LIMIT 1") == [("forget", "ok")]


def test_versions_go_with_their_address(db):
    """Forgetting an address forgets its earlier texts."""
    scanned(db, [{"id": "a", "text": TEXT}], [{"id": "a", "text": edited(TEXT, 0.1, 1)}], [{"id": "b", "text": prose(3)}])
    assert len(forget(db, ["a"], dry_run=False).uris) == 2
    assert ask(db, "SELECT uri FROM document") == [("b",)]


def test_dry_run(db):
    """A dry run says what would go, and takes nothing."""
    scanned(db, [{"id": "a", "text": TEXT}, {"id": "b", "text": edited(TEXT, 0.1, 1)}])
    before = db.read_bytes()
    plan = forget(db, ["a", "nix"], dry_run=True)
    assert (plan.uris, plan.missing, plan.matches) == (("a",), ("nix",), 1)
    assert db.read_bytes() == before
    assert forget(db, ["a", "nix"], dry_run=False) == plan


def test_nothing_to_forget(db):
    """Uris that are not there are named, and there is no run."""
    scanned(db, [{"id": "a", "text": TEXT}])
    assert forget(db, ["nix"], dry_run=False).missing == ("nix",)
    assert ask(db, "SELECT count(*) FROM run") == [(1,)]


def test_refused(db):
    """No store is made, and none is touched that another run holds."""
    with pytest.raises(StoreError, match="no store there"):
        forget(db, ["a"], dry_run=False)
    assert not db.exists()
    scanned(db, [{"id": "a", "text": TEXT}])
    with lock(db, "scan"), pytest.raises(LockedError):
        forget(db, ["a"], dry_run=False)


def test_scanned_again_after(db, tmp_path):
    """What was forgotten can be scanned again, and is as it was."""
    rows = corpus.rows(34, 8)
    scanned(db, rows)
    before = dump(db)
    forget(db, [row["id"] for row in rows[::3]], dry_run=False)
    scanned(db, rows)
    assert difference(before, dump(db)) == {}
    with Store.open(db, write=True) as store:
        assert store.check() == []
