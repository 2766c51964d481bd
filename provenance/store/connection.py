"""Opening the file: which mode, whether it is a store, and what to tell a person when SQLite says no."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from provenance.model import StoreError
from provenance.store import schema

BUSY_SECONDS = 10.0
"""How long to wait for a foreign connection (a person's sqlite3 shell) that is writing."""

PAGE = 8192
"""Bytes. Articles of 2 KB leave three tenths of pages of 4096 empty, and an eighth of these."""

Look = tuple[int, int]
"""When a file was last changed (nanoseconds), and its size in bytes."""

_REMEDIES = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space and run the command again",
    sqlite3.SQLITE_READONLY: "the file cannot be written; check its permissions and its folder's",
    sqlite3.SQLITE_BUSY: "another program is writing to it; close that program and run the command again",
    sqlite3.SQLITE_LOCKED: "another program is writing to it; close that program and run the command again",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; go back to a backup, or scan the inputs into a new store",
    sqlite3.SQLITE_NOTADB: "not a SQLite file; choose another --db",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; check that its folder exists, and the permissions of both",
    sqlite3.SQLITE_IOERR: "reading or writing the file failed; check the disk",
    sqlite3.SQLITE_PERM: "no permission to use the file; check its permissions",
}

_NO_ROOM = {sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP}
"""The small file beside a database in WAL mode cannot be made: on a full disk, for one."""


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's complaints about the file or the machine into StoreErrors; mistakes in our SQL stay what they are."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None) or 0
        # The low byte of an extended result code is the primary one.
        remedy = _REMEDIES.get(sqlite3.SQLITE_FULL if code == sqlite3.SQLITE_IOERR_SHMSIZE else code & 0xFF)
        if remedy is None:
            raise
        raise StoreError(f"{path}: {remedy} (SQLite: {error})") from error


def library() -> tuple[str, bool]:
    """SQLite's version, and whether it has full-text search."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        has = connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone()
    return sqlite3.sqlite_version, has is not None


class Opened(NamedTuple):
    """A connection, and of a file that is read as if it could not change, what it looked like before."""

    connection: sqlite3.Connection
    frozen: Look | None


def connect(path: Path, *, write: bool, create: bool) -> Opened:
    """A connection to a store of the current version, made or migrated first where `write` allows.

    To write, it is in autocommit mode. To read, it is in a transaction that never ends: whatever is read through it is of one
    moment, whatever another process commits meanwhile.

    Raises StoreError: missing, not a file, not a store, newer, older while reading, not writable, damaged.
    """
    check_file(path, create=create)
    with explained(path):
        connection, frozen = (_open(path, "rwc" if create else "rw"), None) if write else _open_for_reading(path)
        try:
            if not write:
                connection.execute("BEGIN")
            _check_identity(connection, path, write=write, create=create)
            if write:
                connection.execute(f"PRAGMA page_size = {PAGE}")  # of a new file; another's stays
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA journal_mode = WAL")
                # Some systems build SQLite so that the last commits of a store in WAL mode may be lost with the power.
                connection.execute("PRAGMA synchronous = FULL")
                schema.migrate(connection)
                # A file that may only be read opens without a word and would fail at the first change.
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            else:
                connection.execute("PRAGMA query_only = ON")
        except BaseException:
            connection.close()
            raise
        return Opened(connection, frozen)


def log_of(path: Path) -> Path:
    """The file in which SQLite keeps what is committed and not yet in the store's file; beside what a link points to."""
    return Path(f"{os.path.realpath(path)}-wal")


def look(path: Path) -> Look:
    """What tells that a file has been written to."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def place(path: Path) -> tuple[int, int]:
    """Which file it is, whatever its name: device and number on it."""
    found = path.stat()
    return found.st_dev, found.st_ino


def check_file(path: Path, *, create: bool) -> None:
    """Raises StoreError where there can be no store: nothing there (unless it may be made), a folder, out of reach."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        if not create:
            raise StoreError(f"{path}: no store there; `provenance scan PATHS --db {path}` makes one") from None
        return
    except OSError as error:
        raise StoreError(f"{path}: cannot look at the file ({error.strerror}); check the permissions of its folder") from error
    if stat.S_ISDIR(mode):
        raise StoreError(f"{path}: a folder, not a store; give the name of a file to --db")


def _check_identity(connection: sqlite3.Connection, path: Path, *, write: bool, create: bool) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != schema.APPLICATION_ID:
        if application or version or connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise StoreError(f"{path}: a SQLite file of another program, not a store; choose another --db")
        if not create:
            raise StoreError(f"{path}: an empty file, no store yet; `provenance scan PATHS --db {path}` fills it")
    elif version > schema.VERSION:
        raise StoreError(
            f"{path}: made by a newer provenance (store version {version}, this one knows {schema.VERSION}); upgrade"
        )
    elif version < 1:
        raise StoreError(f"{path}: a store without a version, so it was damaged; go back to a backup, or scan into a new store")
    elif version < schema.VERSION and not write:
        raise StoreError(
            f"{path}: made by an older provenance (store version {version}); `provenance doctor --repair` migrates it"
        )


def _open(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)


def _open_for_reading(path: Path) -> Opened:
    """Read-only, also where SQLite may not create the two small files that it keeps beside a database in WAL mode."""
    frozen = look(path)
    connection = _open(path, "ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        return Opened(connection, None)
    except sqlite3.OperationalError as error:
        connection.close()
        code = error.sqlite_errorcode
        if code & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) and code not in _NO_ROOM:
            raise
    log = log_of(path)
    if log.exists() and log.stat().st_size:
        raise StoreError(
            f"{path}: its log {log.name} holds work that you may not read in; run the command as one who may write there"
        )
    # Without a log nobody has the store open for writing: the file alone is all there is. SQLite does not look whether that
    # stays so, so `frozen` has to.
    return Opened(_open(path, "ro&immutable=1"), frozen)
