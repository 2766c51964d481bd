"""Faults made for real, for tests."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file may grow past so many bytes: a write fails half done, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@contextlib.contextmanager
def mounted(folder: Path, size: int) -> Iterator[Disk]:
    """A file system of so many bytes in memory, at this folder, which must be empty. Skips the test where none can be mounted."""
    if os.getuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a small file system")
    done = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _mount(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)


class Disk:
    """A mounted file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, room: int = 0) -> None:
        """Leave so many bytes free, in whole pages."""
        found = os.statvfs(self.folder)
        size = found.f_bavail * found.f_bsize - room
        self._filler.write_bytes(bytes(max(0, size)))

    def empty(self) -> None:
        """Free what `fill` took."""
        self._filler.unlink()

    def remount(self, *options: str) -> None:
        done = _mount("-o", ",".join(("remount", *options)), self.folder)
        assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def writing(db: Path) -> Iterator[None]:
    """Another program, a process of its own, is in the middle of a write to the database."""
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print('ready', flush=True); input()"
    )
    process = subprocess.Popen([sys.executable, "-c", code, db], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"ready\n"
        yield
    finally:
        process.communicate(b"\n")


def damage(db: Path, *statements: str) -> None:
    """Change a store behind the program's back; references are not watched."""
    with contextlib.closing(sqlite3.connect(db)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
