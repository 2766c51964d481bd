"""Reading while others write: what a reader is told is of one moment, and nobody waits for anybody."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.model import LockedError
from provenance.store import lock
from tests import corpus, reading
from tests.corpus import scanned
from tests.reading import EVERYTHING, STATE, contradictions
from tests.test_kill import findings, start

ROOT = Path(__file__).parent.parent
ROWS = corpus.rows(11, 6) + [row for seed in range(12, 16) for row in corpus.rows(seed, 8) if not corpus.common(row)]


@pytest.fixture
def db(tmp_path):
    """A store of the first few documents."""
    scanned(tmp_path / "p.db", ROWS[:20])
    return tmp_path / "p.db"


@contextlib.contextmanager
def reader(kind: str, db: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that asks the store over and over until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.reading", kind, str(db)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout.readline() == "ready\n", process.communicate()
            yield process
        finally:
            process.kill()


class Datasette:
    """A Datasette of its own, asked over and over in a thread."""

    def __init__(self, db: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "datasette", str(db), "-h", "127.0.0.1", "-p", str(port)]
        self._log = (db.parent / "datasette.log").open("w+")
        environment = os.environ | {"HOME": str(db.parent)}
        self._server = subprocess.Popen(command, stdout=self._log, stderr=self._log, env=environment)
        self._base = f"http://127.0.0.1:{port}/{db.stem}.json?_shape=arrays&sql="
        self._ended = threading.Event()
        self.wrong: list[str] = []
        self.states: set[tuple] = set()
        self._thread = threading.Thread(target=self._loop)

    def __enter__(self) -> Datasette:
        deadline = time.monotonic() + 60
        while True:
            try:
                self.states.add(self._ask(STATE))
                break
            except urllib.error.URLError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join()
        self._server.terminate()
        self._server.wait(10)
        self._log.close()

    def _ask(self, sql: str) -> tuple:
        with urllib.request.urlopen(self._base + urllib.parse.quote(sql), timeout=20) as answer:
            return tuple(json.load(answer)["rows"][0])

    def _loop(self) -> None:
        while not self._ended.is_set():
            try:
                self.wrong += contradictions(self._ask(EVERYTHING))
                self.states.add(self._ask(STATE))
            except urllib.error.HTTPError as error:
                self.wrong.append(error.read().decode())


def told(process: subprocess.Popen[str]) -> tuple[int, int]:
    """How often a reader asked, and how many states it saw."""
    out, err = process.communicate()
    assert process.returncode == 0, err
    times, states = out.split()
    return int(times), int(states)


def test_readers_see_a_consistent_store(db, tmp_path):
    """While a scan and then a rebuild write, sqlite-utils, Datasette and our own reader ask over and over: no answer contradicts
    another of its moment, none is 'database is locked', and they see the store grow."""
    path = corpus.write(tmp_path / "in.jsonl", ROWS)
    with Datasette(db) as datasette, reader("sqlite-utils", db) as one, reader("provenance", db) as two:
        for command in ("scan", "rebuild"):
            assert start(command, db, path).wait() == 0
        counts = [told(one), told(two)]
    assert datasette.wrong == []
    for times, states in [*counts, (99, len(datasette.states))]:
        assert times > 5
        assert states > 4
    assert findings(db) == []


@pytest.mark.parametrize("name", reading.INVARIANTS)
def test_readers_would_notice(db, name):
    """Each invariant that the readers ask for is one that damage breaks."""
    damage = {
        "documents that runs say they added": "UPDATE run SET added = added + 1",
        "documents without a text": "DELETE FROM body WHERE document_id = 1",
        "texts out of the full-text index": "INSERT INTO body_fts (rowid, text) VALUES (999, 'x')",
        "passages of a missing document": "UPDATE match SET a = 999 WHERE id = 1",
        "copies without a passage": "DELETE FROM match WHERE words = (SELECT words FROM document WHERE copy_of IS NOT NULL)",
        "parents in no family of their child": "UPDATE family SET family_id = 900 + document_id",
        "derivations without a family": "DELETE FROM family",
        "what waits after a run that is done": "INSERT INTO dirty VALUES (1)",
    }
    copy = Path(shutil.copy(db, db.with_name("damaged.db")))
    with reading.sqlite_utils.Database(copy).conn as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(damage[name])
    wrong = reading.with_sqlite_utils(copy)[1]
    assert any(line.endswith(name) for line in wrong), wrong


def test_a_second_scan_says_who_and_since_when(db, tmp_path):
    """Of two scans that are real processes the second ends at once, with exit code 75 and a line that says who is at work and
    since when; the first goes on."""
    out = corpus.write(tmp_path / "in.jsonl", ROWS)
    command = [sys.executable, "-m", "provenance", "scan", "--db", str(db)]
    with subprocess.Popen([*command, "-"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        deadline = time.monotonic() + 60
        while True:  # until it holds the lock
            try:
                with lock(db, "test"):
                    pass
            except LockedError:
                break
            assert time.monotonic() < deadline
            time.sleep(0.01)
        second = subprocess.run([*command, str(out)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
        said, _ = first.communicate(out.read_text())
    assert (second.returncode, second.stdout) == (75, "")
    assert f"{db}: locked by process {first.pid} (" in second.stderr
    assert f"scan --db {db} -) since 20" in second.stderr
    assert second.stderr.endswith("; try again when it ends\n")
    assert first.returncode == 0
    assert f"{len(ROWS)} documents read" in said
