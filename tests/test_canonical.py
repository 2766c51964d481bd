"""What a store says depends on the documents alone: not on order, batches, scans, jobs, or whether it was rebuilt."""

from __future__ import annotations

import importlib
import os
import random
from pathlib import Path

import pytest

from provenance import read
from provenance.pipeline.forget import forget
from provenance.pipeline.inference import inferred
from provenance.pipeline.progress import Silent
from provenance.pipeline.rebuild import rebuild
from provenance.pipeline.scan import scan
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned
from tests.strategies import on_one_event

FIXTURES = Path(__file__).parent.parent / "fixtures" / "corpus"
SEEDS = range(1, 40 if os.environ.get("PROVENANCE_SLOW") else 3)


@pytest.fixture(params=SEEDS)
def rows(request):
    """A corpus, shuffled."""
    rows = corpus.rows(request.param, 12)
    random.Random(request.param).shuffle(rows)
    return rows


@pytest.fixture
def whole(rows, tmp_path):
    """The corpus scanned at once, in the order in which it was written."""
    scanned(tmp_path / "whole.db", sorted(rows, key=lambda row: int(row["id"].rpartition("/")[2])))
    return dump(tmp_path / "whole.db")


def small_batches(monkeypatch, documents):
    monkeypatch.setattr(importlib.import_module("provenance.pipeline.scan"), "BATCH_DOCUMENTS", documents)


def test_the_corpus_holds_what_matters(tmp_path):
    """The generated corpus has copies, families, compilations, boilerplate and undecided pairs: the tests mean something."""
    scanned(tmp_path / "p.db", corpus.rows(1, 20))
    whole = dump(tmp_path / "p.db")
    assert any(copy_of for *_, copy_of, _ in whole["documents"])
    assert len(whole["families"]) > 5
    assert any("'compilation'" in row for row in whole["derivations"])
    assert {"boilerplate", "edited", "verbatim"} <= {match[-2] for match in whole["matches"]}
    assert any(not decided for *_, decided in whole["links"])


def test_any_order(rows, whole, tmp_path):
    """Lines in another order give the same."""
    scanned(tmp_path / "p.db", rows)
    assert difference(whole, dump(tmp_path / "p.db")) == {}


def test_any_batches(rows, whole, tmp_path, monkeypatch):
    """Small batches, each a transaction with an index run of its own, give the same as one."""
    small_batches(monkeypatch, 7)
    scanned(tmp_path / "p.db", rows)
    assert difference(whole, dump(tmp_path / "p.db")) == {}


def test_five_scans_of_two_jobs(rows, whole, tmp_path):
    """Five scans one after another, in two threads, give the same as one."""
    scanned(tmp_path / "p.db", *(rows[i::5] for i in range(5)), jobs=2)
    assert difference(whole, dump(tmp_path / "p.db")) == {}


def test_many_scans(rows, whole, tmp_path):
    """A scan for every third document gives the same: the index merges its runs on the way."""
    scanned(tmp_path / "p.db", *(rows[i : i + 3] for i in range(0, len(rows), 3)))
    assert difference(whole, dump(tmp_path / "p.db")) == {}


def test_rebuild(rows, whole, tmp_path, monkeypatch):
    """A rebuild finds what the scans found, also in small batches."""
    monkeypatch.setattr(importlib.import_module("provenance.pipeline.rebuild"), "BATCH_DOCUMENTS", 10)
    scanned(tmp_path / "p.db", *(rows[i::3] for i in range(3)))
    rebuild(tmp_path / "p.db", lineage_only=False, jobs=2, progress=Silent())
    assert difference(whole, dump(tmp_path / "p.db")) == {}


def test_fields_that_come_later(rows, whole, tmp_path):
    """Dates and sites that a later scan brings give the same as if they had been there from the first."""
    bare = [{"id": row["id"], "text": row["text"]} for row in rows]
    scanned(tmp_path / "p.db", bare, rows[::2], rows[1::2])
    assert difference(whole, dump(tmp_path / "p.db")) == {}


def test_keys_past_their_cap(tmp_path):
    """Where keys pass their cap, scans in another order agree on the families and count the keys; rebuilds agree on all."""
    rows = corpus.rows(11, 60)
    one, many = tmp_path / "one.db", tmp_path / "many.db"
    assert scanned(one, rows).capped_keys > 0
    scanned(many, *(rows[::-1][i::4] for i in range(4)))
    families = [[[uri for uri, _ in family] for family in dump(db)["families"]] for db in (one, many)]
    assert families[0] == families[1]
    for db in one, many:
        assert rebuild(db, lineage_only=False, jobs=1, progress=Silent()).capped_keys > 0
    assert difference(dump(one), dump(many)) == {}


def test_inference_is_up_to_date(tmp_path):
    """After scans, also where keys pass their caps, and after forgetting, the lineage is what inferring it all anew gives."""
    rows, db = corpus.rows(11, 60), tmp_path / "p.db"
    random.Random(1).shuffle(rows)
    scanned(db, *(rows[i::6] for i in range(6)))
    for step in ("scan", "forget"):
        if step == "forget":
            forget(db, [row["id"] for row in rows[::2]], dry_run=False)
        before = dump(db)
        rebuild(db, lineage_only=True, jobs=1, progress=Silent())
        assert difference(before, dump(db)) == {}, step


@pytest.mark.parametrize("scans", [1, 6])
def test_however_little_is_looked_at_together(tmp_path, monkeypatch, scans):
    """Scans that infer a few documents at a time, and look at the matches of what has several only where they decide, leave the
    kinds and the lineage that inferring all at once gives."""
    finish = importlib.import_module("provenance.pipeline.finish")
    rows, db = corpus.rows(12, 50), tmp_path / "p.db"
    random.Random(2).shuffle(rows)
    with monkeypatch.context() as patch:
        patch.setattr(importlib.import_module("provenance.pipeline.mark"), "HUB", 3)
        patch.setattr(finish, "TOGETHER", 4)
        patch.setattr(finish, "MARKED", 4)
        patch.setattr(finish, "MOST_MARKED", 8)
        scanned(db, *(rows[i::scans] for i in range(scans)))
    before = dump(db)
    assert sum(match[-2] == "boilerplate" for match in before["matches"]) > 100
    rebuild(db, lineage_only=True, jobs=1, progress=Silent())
    assert difference(before, dump(db)) == {}


def inferred_or_dead(some):
    """What infers lineage in this process, and ends any other."""
    if os.environ["PROVENANCE_TEST_PID"] != str(os.getpid()):
        os._exit(1)
    return inferred(some)


@pytest.mark.parametrize(("dead", "many"), [(False, 1), (False, 1000), (True, 1)])
def test_lineage_of_several_processes(rows, whole, tmp_path, monkeypatch, dead, many):
    """Lineage that another process infers is the same, whenever it was started, and so it is where that process dies."""
    finish = importlib.import_module("provenance.pipeline.finish")
    monkeypatch.setattr(finish, "MANY", many)
    monkeypatch.setattr(importlib.import_module("provenance.pipeline.unfold"), "HERE_BYTES", 1)
    monkeypatch.setattr(finish, "SHARE", 1)
    monkeypatch.setenv("PROVENANCE_TEST_PID", str(os.getpid()))
    if dead:
        monkeypatch.setattr(finish, "inferred", inferred_or_dead)
    scanned(tmp_path / "p.db", rows, jobs=2)
    assert difference(whole, dump(tmp_path / "p.db")) == {}


@pytest.mark.parametrize("order", ["abc", "bca", "cab", "cba"])
def test_phrases_that_a_third_text_bears_out(tmp_path, order):
    """What two reports share counts because a third has it, whichever of them comes last; without the third no more."""
    middle = "their ponderous bookkeeping"
    parts = {"a": f"deeply wary of {middle} and the secrecy", "b": f"deeply wary of {middle}", "c": f"{middle} and the secrecy"}
    rows = {name: {"id": name, "text": on_one_event(ord(name), 1, part)} for name, part in parts.items()}
    db = tmp_path / "p.db"
    for name in order:
        scanned(db, [rows[name]])

    def evidence() -> dict[str, bool]:
        return {row[0] + row[3]: row[-2] != "boilerplate" for row in dump(db)["matches"]}

    assert evidence() == {"ab": True, "ac": True, "bc": True}
    forget(db, ["a"], dry_run=False)
    assert evidence() == {"bc": False}


def test_fixtures(tmp_path):
    """The fixture corpus in one scan, file by file backwards with two jobs, and rebuilt: the same."""
    files = sorted(str(path) for path in FIXTURES.iterdir())
    scan(tmp_path / "one.db", files, read.Options(), jobs=1, progress=Silent())
    for file in reversed(files):
        scan(tmp_path / "many.db", [file], read.Options(), jobs=2, progress=Silent())
    one = dump(tmp_path / "one.db")
    assert difference(one, dump(tmp_path / "many.db")) == {}
    rebuild(tmp_path / "many.db", lineage_only=False, jobs=1, progress=Silent())
    assert difference(one, dump(tmp_path / "many.db")) == {}
