"""A full disk, a file system that cannot be written, a store that another program has locked: one clear line, the right exit
code, nothing lost, and the next run does the work."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from provenance import read
from provenance.model import StoreError
from provenance.pipeline import scan as scanning
from provenance.pipeline.progress import Silent
from provenance.store import Store, connection
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned
from tests.faults import mounted, writing
from tests.strategies import prose
from tests.test_cli_bad_input import CHANGING, READING, refused, run

ROOT = Path(__file__).parent.parent
ROWS = corpus.rows(21, 5)
MORE = [{"id": f"n{i}", "text": prose(i + 10, 30)} for i in range(40)]
GONE = [row["id"] for row in ROWS[::3]]
FREE = "the disk is full; free some space and run the command again"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store of some documents, the same with more of them, and the same without some, undisturbed; inputs beside them."""
    folder = tmp_path_factory.mktemp("made")
    scanned(folder / "p.db", ROWS)
    scanned(folder / "more.db", ROWS, MORE)
    scanned(folder / "rest.db", [row for row in ROWS if row["id"] not in GONE])
    corpus.write(folder / "more.jsonl", MORE)
    return folder


@pytest.fixture
def disk(tmp_path):
    """A small file system with nothing on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with mounted(folder, 6 << 20) as disk:
        yield disk


@pytest.fixture
def db(made, disk):
    return Path(shutil.copy(made / "p.db", disk.folder / "p.db"))


def sound(db: Path) -> None:
    with Store.open(db) as store:
        assert [line for line in store.check() if not line.startswith("dirty:")] == []


def words_left(db: Path) -> list[str]:
    """The forgotten documents whose first words can still be read somewhere in the store's files."""
    data = b"".join(file.read_bytes() for file in db.parent.glob("p.db*"))
    kept = " ".join(row["text"] for row in ROWS if row["id"] not in GONE)
    heads = ((row["id"], row["text"][:100]) for row in ROWS if row["id"] in GONE)
    return [uri for uri, head in heads if head not in kept and head.encode() in data]


# A full disk


@pytest.mark.parametrize("room", [0, 4096, 36 << 10, 100 << 10, 300 << 10])
def test_full_while_scanning(made, disk, db, room):
    """Whatever room is left, a scan that fails says so in a line and leaves a sound store, in which the next one is completed."""
    before = dump(db)
    disk.fill(room)
    refused(run(db, "scan", "-q", str(made / "more.jsonl")), 1, f"{db}: {FREE}")
    sound(db)
    # Either nothing of it is in, or all of its only batch, whose lineage waits.
    assert len(dump(db)["documents"]) in (len(before["documents"]), len(before["documents"]) + len(MORE))
    assert dump(db)["families"] == before["families"]
    for arguments in READING[:3]:
        assert run(db, *arguments).exit_code == 0, arguments
    disk.empty()
    assert run(db, "scan", "-q", str(made / "more.jsonl")).exit_code == 0
    assert difference(dump(made / "more.db"), dump(db)) == {}


@pytest.mark.parametrize("room", [4 << 10, 20 << 10, 60 << 10])
def test_full_while_making_a_store(made, disk, room):
    """A store that there was no room to make is no obstacle to making it later."""
    db = disk.folder / "new.db"
    disk.fill(room)
    refused(run(db, "scan", "-q", str(made / "more.jsonl")), 1, f"{db}: {FREE}")
    refused(run(db, "stats"), 1, "no store yet; `provenance scan")
    disk.empty()
    assert run(db, "scan", "-q", str(made / "more.jsonl")).exit_code == 0
    sound(db)


@pytest.mark.parametrize("room", [40 << 10, 400 << 10])
def test_full_while_forgetting(made, disk, db, room):
    """A forget that runs out of room, before or after it has removed documents, is done by the same command given again, and
    then no word of them is left."""
    disk.fill(room)
    refused(run(db, "forget", "-q", *GONE), 1, f"{db}: {FREE}")
    sound(db)
    disk.empty()
    again = run(db, "forget", *GONE)
    assert again.exit_code == 0, again.output
    assert words_left(db) == []
    assert run(db, "doctor", "-q").exit_code == 0
    assert difference(dump(made / "rest.db"), dump(db)) == {}
    refused(run(db, "forget", "-q", *GONE), 2, "not in the store")


def test_full_after_removing(made, disk, db, monkeypatch):
    """What a forget that was cut short left in the file goes with the next forget, whatever that is of."""

    def purge(store: Store) -> None:
        raise StoreError(f"{store.path}: {FREE}")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "purge", purge)
        refused(run(db, "forget", "-q", *GONE), 1, FREE)
    assert run(db, "doctor", "-q").exit_code == 1
    done = run(db, "forget", "unheard-of")
    assert (done.exit_code, done.stdout) == (0, "0 documents removed, with 0 passages and 0 derivations\n")
    assert "What an earlier forget" in done.stderr
    assert words_left(db) == []
    assert run(db, "doctor", "-q").exit_code == 0


@pytest.mark.parametrize("room", [0, 100 << 10])
def test_full_while_rebuilding(made, disk, db, room):
    """A rebuild without room leaves what was, and is done later."""
    before = dump(db)
    disk.fill(room)
    refused(run(db, "rebuild", "-q"), 1, f"{db}: {FREE}")
    sound(db)
    assert difference(before, dump(db)) == {}
    disk.empty()
    assert run(db, "rebuild", "-q").exit_code == 0
    assert difference(before, dump(db)) == {}


WRITING = (
    ["report", "-f", "html"],
    ["report", "-f", "json"],
    ["report", "-f", "csv"],
    ["dedupe"],
    ["dedupe", "--level", "passage"],
)


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_full_while_writing_a_file(made, disk, arguments):
    """An output for which there is no room is not begun: what stood there stays, and nothing lies beside it."""
    out = disk.folder / "out"
    out.write_text("yesterday's")
    disk.fill()
    before = sorted(disk.folder.iterdir())
    refused(
        run(made / "p.db", *arguments, "-q", "-o", str(out)),
        1,
        "cannot write the file: No space left on device; choose another with -o",
    )
    assert out.read_text() == "yesterday's"
    assert sorted(disk.folder.iterdir()) == before


def test_full_while_answering(made, disk):
    """An answer that does not fit where the shell sends it is one line and exit code 1."""
    disk.fill()
    for arguments in (["trace", "--nl", str(made / "more.jsonl")], ["dedupe", "-q"], ["report"]):
        with (disk.folder / "out").open("w") as out:
            command = [sys.executable, "-m", "provenance", arguments[0], "--db", str(made / "p.db"), *arguments[1:]]
            done = subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
        assert (done.returncode, done.stderr) == (
            1, "Error: cannot write the answer to standard output: No space left on device\n"
        )  # fmt: skip


def test_full_when_all_is_done(made, disk, db, monkeypatch):
    """A run whose work is committed has not failed when its log cannot be moved into the file: it says how much waits."""
    checkpoint = Store.checkpoint

    def full(store: Store) -> bool:
        disk.fill()
        return checkpoint(store)

    monkeypatch.setattr(Store, "checkpoint", full)
    done = run(db, "scan", str(made / "more.jsonl"))
    assert done.exit_code == 0, done.stderr
    assert "bytes wait in the log beside it" in done.stderr
    monkeypatch.undo()
    disk.empty()
    assert run(db, "scan", "-q", str(made / "more.jsonl")).exit_code == 0
    assert difference(dump(made / "more.db"), dump(db)) == {}


# A file system that cannot be written


def test_read_only_file_system(made, disk, db):
    """On a file system that is mounted read-only everything can be read, and what would write says what it could not."""
    before = db.read_bytes()
    disk.remount("ro")
    for arguments in (*READING[:3], ["trace", "-"], ["dedupe"], ["doctor"], ["scan", "-n", str(made / "more.jsonl")]):
        assert run(db, *arguments, input=prose(1)).exit_code == 0, arguments
    for arguments in CHANGING:
        refused(
            run(db, *arguments, input=prose(1)), 1, f"{db}.lock: cannot take the lock (Read-only file system); choose a store"
        )
    refused(run(disk.folder / "new.db", "scan", "-", input=prose(1)), 1, "cannot take the lock (Read-only file system)")
    for arguments in WRITING[1:4]:
        refused(
            run(db, *arguments, "-q", "-o", str(disk.folder / "out")), 1,
            "cannot write the file: Read-only file system; choose another with -o",
        )  # fmt: skip
    assert (db.read_bytes(), [path.name for path in disk.folder.iterdir()]) == (before, ["p.db"])


def test_read_only_after_a_crash(made, disk, db):
    """A store whose log holds work that cannot be moved into it is not read as if that work did not exist."""
    with Store.open(db, write=True) as store:
        store.pin({"a": "1"})
        for end in ("", "-wal"):
            shutil.copy(f"{db}{end}", disk.folder / f"crashed.db{end}")
    disk.remount("ro")
    for arguments in READING[:3]:
        refused(run(disk.folder / "crashed.db", *arguments), 1, "its log crashed.db-wal holds work that you may not read in")


# A store that another program has locked


@pytest.fixture
def impatient(monkeypatch):
    """Waits a moment where it would wait ten seconds."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.2)


def test_locked_by_another_program(made, tmp_path, impatient):
    """While another program writes to the file, what would change it ends with one line and leaves it; reading goes on."""
    db = Path(shutil.copy(made / "p.db", tmp_path / "p.db"))
    before = dump(db)
    with writing(db):
        for arguments in CHANGING:
            refused(
                run(db, *arguments, input=prose(1)), 1,
                f"{db}: another program is writing to it; close that program and run the command again",
            )  # fmt: skip
        for arguments in (*READING[:3], ["trace", "-"]):
            assert run(db, *arguments, input=prose(1)).exit_code == 0, arguments
    assert difference(before, dump(db)) == {}
    sound(db)


class Meeting(Silent):
    """A Progress in whose run, after the second batch, another program begins to write."""

    def __init__(self, db: Path, until: contextlib.ExitStack) -> None:
        self._db, self._until, self._batches = db, until, 0

    def advance(self, n: int = 1) -> None:
        self._batches += 1
        if self._batches == 2:
            self._until.enter_context(writing(self._db))


def test_locked_in_the_middle(made, tmp_path, impatient, monkeypatch):
    """A scan that meets another program keeps its batches, says which program is to be closed, and the next scan goes on."""
    db = Path(shutil.copy(made / "p.db", tmp_path / "p.db"))
    monkeypatch.setattr(scanning, "BATCH_DOCUMENTS", 10)
    with contextlib.ExitStack() as until, pytest.raises(StoreError, match="another program is writing to it; close"):
        scanning.scan(db, [str(made / "more.jsonl")], read.Options(), jobs=1, progress=Meeting(db, until))
    sound(db)
    with contextlib.closing(sqlite3.connect(db)) as reader:
        assert reader.execute("SELECT status, read FROM run ORDER BY id DESC").fetchone() == ("running", 20)
    scanned(db, MORE)
    assert difference(dump(made / "more.db"), dump(db)) == {}
    with contextlib.closing(sqlite3.connect(db)) as reader:
        assert [row for (row,) in reader.execute("SELECT status FROM run")] == ["ok", "failed", "ok"]


class Usurping(Silent):
    """A Progress in whose run, after the second batch, somebody removes the lock file and starts another scan."""

    def __init__(self, db: Path) -> None:
        self._db, self._batches = db, 0

    def advance(self, n: int = 1) -> None:
        self._batches += 1
        if self._batches == 2:
            Path(f"{self._db}.lock").unlink()
            scanned(self._db, MORE[5:])


def test_lock_removed_by_hand(made, tmp_path, monkeypatch):
    """When the lock file is removed and a second scan comes in between, the first one stops: no document is in twice."""
    db = Path(shutil.copy(made / "p.db", tmp_path / "p.db"))
    monkeypatch.setattr(scanning, "BATCH_DOCUMENTS", 10)
    with pytest.raises(StoreError, match="lock file must have been removed"):
        scanning.scan(db, [str(made / "more.jsonl")], read.Options(), jobs=1, progress=Usurping(db))
    sound(db)
    scanned(db, MORE)
    assert difference(dump(made / "more.db"), dump(db)) == {}


class Moving(Silent):
    """A Progress in whose run, after the second batch, somebody moves the store away."""

    def __init__(self, db: Path, to: Path) -> None:
        self._db, self._to, self._batches = db, to, 0

    def advance(self, n: int = 1) -> None:
        self._batches += 1
        if self._batches == 2:
            self._db.rename(self._to)


def test_moved_while_scanning(made, tmp_path, monkeypatch):
    """A scan whose store is moved away under it does not go on as if its work were kept; the store, put back, is completed."""
    db, away = Path(shutil.copy(made / "p.db", tmp_path / "p.db")), tmp_path / "away.db"
    monkeypatch.setattr(scanning, "BATCH_DOCUMENTS", 10)
    with pytest.raises(StoreError, match=f"^{db}: the file was moved, removed or replaced while a run wrote to it; put it back"):
        scanning.scan(db, [str(made / "more.jsonl")], read.Options(), jobs=1, progress=Moving(db, away))
    assert not db.exists()
    away.rename(db)
    sound(db)
    with contextlib.closing(sqlite3.connect(db)) as reader:
        assert reader.execute("SELECT read FROM run ORDER BY id DESC").fetchone() == (20,)
    scanned(db, MORE)
    assert difference(dump(made / "more.db"), dump(db)) == {}


# Losing power


def test_power_loss():
    """Whatever a disk had not been waited for is lost, and the store is whole, holds every commit, and is completed.

    A few of the losses that `make faults` causes.
    """
    command = [sys.executable, "-m", "tests.power", "--losses", "6", "--seed", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "After each of 6: whole, no synced commit lost" in done.stdout


@pytest.mark.skipif(not shutil.which("strace"), reason="strace shows whether SQLite waits for the disk, and is not installed")
def test_every_commit_waits_for_the_disk(made, tmp_path):
    """A scan syncs its log at least once a batch: the losses above take away only what nobody had waited for."""
    trace = tmp_path / "trace"
    command = [sys.executable, "-m", "tests.scanning", "scan", str(tmp_path / "p.db"), str(made / "more.jsonl")]
    traced = ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", str(trace), *command]
    done = subprocess.run(traced, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"strace does not work here: {done.stderr.strip()[-200:]}")
    synced = [line for line in trace.read_text().splitlines() if "p.db-wal>" in line]
    assert len(synced) >= len(MORE) / 12 + 3  # batches, and what begins, settles and ends the run


def test_stats_shows_the_log(made, tmp_path):
    """What a long reader keeps in the log is said by the scan, shown by `stats`, and gone with the run after the reader."""
    db = Path(shutil.copy(made / "p.db", tmp_path / "p.db"))

    def log() -> int:
        return next(row["value"] for row in json.loads(run(db, "stats", "--json").stdout) if row["name"] == "bytes.log")

    with Store.open(db), pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "BUSY_SECONDS", 0.2)
        done = run(db, "scan", str(made / "more.jsonl"))
        assert done.exit_code == 0
        assert "bytes wait in the log beside it, as a reader still needs it" in done.stderr
        assert log() > 100_000
    run(db, "scan", str(made / "more.jsonl"))
    assert log() == 0
