"""The nightly job as cron runs it: a shell line, hardly any environment, no terminal, a home that is not there."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from provenance.cli import kernels
from provenance.model import ProvenanceError
from provenance.pipeline.progress import Silent
from provenance.pipeline.rebuild import rebuild
from tests import corpus
from tests.canonical import difference, dump
from tests.strategies import edited, prose

ROOT = Path(__file__).parent.parent
JOB = next(line for line in (ROOT / "README.md").read_text().splitlines() if "* *  provenance scan" in line)
JOB = JOB[JOB.index("provenance") :].replace("/srv/news/", "")
"""As the README has it."""
STORY = prose(731, 9)
AGENCY = {"id": "https://agency.example/story", "text": STORY, "date": "2025-05-09T08:00:00Z", "source": "agency.example"}
PAPER = {"id": "https://a.example/story", "text": edited(STORY, 0.08, 1), "date": "2025-05-10T10:00:00Z", "source": "a.example"}
ECHO = {
    "id": "https://b.example/story",
    "text": edited(PAPER["text"], 0.08, 2),
    "date": "2025-05-12T10:00:00Z",
    "source": "b.example",
}
CORRECTED = ECHO | {"text": ECHO["text"].replace(ECHO["text"].split()[20], "corrected", 1)}
OTHER = [{"id": f"https://c.example/{n}", "text": edited(prose(732, 8), 0.05 * n, n), "date": f"2025-05-1{n}"} for n in range(3)]
SINGLE = {"id": "https://d.example/alone", "text": prose(733, 6), "date": "2025-05-14"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "provenance", *arguments]


class Machine:
    """A folder of what comes in, a store, and cron."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"
        self.incoming.mkdir()
        self.db = folder / "p.db"
        programs = folder / "bin"
        programs.mkdir()
        (programs / "provenance").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m provenance "$@"\n')
        (programs / "provenance").chmod(0o755)
        self.environment = {
            "PATH": f"{programs}:/usr/bin:/bin", "LANG": "C", "HOME": str(folder / "nowhere"), "PROVENANCE_DB": str(self.db)
        }  # fmt: skip

    def comes(self, night: int, *rows: dict) -> Path:
        return corpus.write(self.incoming / f"{night}.jsonl", rows)

    def cron(self, job: str = JOB) -> tuple[int, str]:
        """The exit code, and the mail."""
        done = subprocess.run(
            job, shell=True, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.returncode, " ".join(done.stdout.split())

    def crash(self) -> None:
        """All is read, matched and committed, and then the power goes."""
        scanning = [sys.executable, "-m", "tests.scanning", "scan", str(self.db), str(self.incoming), "families"]
        assert subprocess.run(scanning, cwd=ROOT, check=False).returncode == -signal.SIGKILL

    def check(self) -> None:
        """The store says what a rebuild from its texts says."""
        again = shutil.copy(self.db, self.folder / "again.db")
        rebuild(again, lineage_only=False, jobs=1, progress=Silent())
        assert difference(dump(self.db), dump(again)) == {}


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_a_week_of_cron(machine):
    """Seven nights: a mail when there is news and else none, exit codes that tell, and a right store."""
    machine.comes(1, PAPER, SINGLE)
    assert machine.cron() == (0, "")
    machine.check()

    machine.comes(2, ECHO)
    code, mail = machine.cron()
    assert code == 0
    assert f"New families: 1 family 1: {PAPER['id']} 2 documents" in mail
    machine.check()

    machine.comes(3, AGENCY, OTHER[0])
    machine.crash()

    machine.comes(4, *OTHER[1:])
    code, mail = machine.cron()
    assert code == 0
    assert "Run 3" in mail
    assert "failed: 2 new" in mail
    assert f"grew from 2 to 3 documents, with {AGENCY['id']}" in mail
    assert f"now thought to begin here, before at {PAPER['id']}" in mail
    assert f"{OTHER[0]['id']} 3 documents" in mail
    machine.check()

    machine.comes(5, CORRECTED)
    code, mail = machine.cron()
    assert code == 0
    assert f"grew from 3 to 4 documents, with {ECHO['id']}" in mail
    assert "Run 3" not in mail
    machine.check()

    (machine.incoming / "4.jsonl").unlink()
    assert machine.cron(f"provenance forget -q {OTHER[2]['id']}") == (0, "")
    assert machine.cron("provenance report -q --since last")[1].count("removed from the store") == 1
    (machine.incoming / "6.jsonl").write_text('{"no text": 1}\n')
    code, mail = machine.cron()
    assert code == 0
    assert f"{OTHER[2]['id']} removed from the store" in mail
    assert "Inputs that could not be read: 1" in mail
    machine.check()

    (machine.incoming / "6.jsonl").unlink()
    assert machine.cron() == (0, "")
    machine.check()


def test_a_night_killed_before_its_last_word(machine):
    """A run that wrote its changes and was killed before it could say that it had ended is in the next digest, once."""
    machine.comes(1, PAPER, ECHO)
    assert machine.cron("provenance scan -q incoming") == (0, "")
    with contextlib.closing(sqlite3.connect(machine.db)) as connection, connection:
        connection.execute("UPDATE run SET status = 'running', finished_at = NULL")
    assert f"{PAPER['id']} 2 documents" in machine.cron()[1]
    assert machine.cron() == (0, "")


def test_a_locked_night(machine):
    """While another run holds the store the job ends at once with 75, says who holds it, and no digest follows."""
    from provenance.store import lock

    machine.comes(1, PAPER)
    with lock(machine.db, "provenance rebuild", create=True):
        assert machine.cron("provenance scan -q incoming")[0] == 75
        code, mail = machine.cron()
    assert code == 1
    assert f"locked by process {os.getpid()} (provenance rebuild) since" in mail
    assert "What changed" not in mail


@pytest.fixture
def unnamed(monkeypatch):
    """No folder is named, nor is one when the test has ended."""
    monkeypatch.setenv(kernels.VARIABLE, "")
    monkeypatch.delenv(kernels.VARIABLE)


@pytest.mark.usefixtures("unnamed")
def test_where_code_is_kept(tmp_path, monkeypatch):
    """Beside the program or in the user's cache as numba does; else in a private folder beside the store."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    kernels.keep(tmp_path / "p.db")
    assert kernels.VARIABLE not in os.environ
    package = tmp_path / "package"
    package.mkdir()
    (package / "__pycache__").write_text("in the way")
    monkeypatch.setattr(kernels, "PACKAGE", package)
    kernels.keep(tmp_path / "p.db")
    assert kernels.VARIABLE not in os.environ
    (tmp_path / "cache").write_text("in the way")
    kernels.keep(tmp_path / "p.db")
    beside = tmp_path / kernels.NAME
    assert os.environ[kernels.VARIABLE] == str(beside)
    assert stat.S_IMODE(beside.stat().st_mode) == 0o700


@pytest.mark.usefixtures("unnamed")
@pytest.mark.parametrize("trap", ["open to others", "a link"])
def test_code_that_others_may_have_written_is_not_run(tmp_path, monkeypatch, trap):
    """A folder beside the store that others may write to, or that leads elsewhere, is left alone."""
    monkeypatch.setattr(kernels, "_usual", lambda: False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    if trap == "a link":
        (tmp_path / kernels.NAME).symlink_to(tmp_path)
    else:
        (tmp_path / kernels.NAME).mkdir()
        (tmp_path / kernels.NAME).chmod(0o777)
    kernels.keep(tmp_path / "p.db")
    assert os.environ[kernels.VARIABLE] == str(tmp_path / f"provenance-cache-{os.getuid()}")
    (tmp_path / f"provenance-cache-{os.getuid()}").chmod(0o777)
    kernels.keep(tmp_path / "p.db")
    assert Path(os.environ[kernels.VARIABLE]).name.startswith("provenance-")
    assert stat.S_IMODE(Path(os.environ[kernels.VARIABLE]).stat().st_mode) == 0o700


@pytest.mark.usefixtures("unnamed")
def test_nowhere_to_keep_code(tmp_path, monkeypatch):
    """Without any folder to write to, one line says what to set."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(kernels, "_usual", lambda: False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    with pytest.raises(ProvenanceError, match=kernels.VARIABLE):
        kernels.keep(tmp_path / "file" / "p.db")
