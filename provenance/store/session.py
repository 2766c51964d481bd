"""One open store: its connection, its transactions, its settings, and read-only queries in anybody's SQL."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from provenance.model import StoreError, UsageError
from provenance.store.connection import Look, connect, explained, log_of, look, place

LOG_BYTES = 64 << 20
"""From this size on a log is emptied between two batches; what a batch of 8 MB of text writes is less."""

CHECKPOINT_MS = 100
"""How long one try to empty the log waits for its readers, in milliseconds."""

ROWS_AT_ONCE = 8192
"""Rows that are held as objects where they are wanted as columns."""

_NOT_READING = {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT}
_READING_PRAGMAS = {
    "data_version",  # asked by FTS5 itself
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "table_info",
    "table_list",
    "table_xinfo",
}


class Session:
    """What every group of tables needs of the file. Use `Store`, which is all of them together."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, writable: bool, frozen: Look | None = None) -> None:
        self.path = path
        self.writable = writable
        self._connection = connection
        self._frozen = frozen
        self._log_limit = LOG_BYTES
        self._place = place(path)

    @classmethod
    def open(cls, path: str | Path, *, write: bool = False, create: bool = False) -> Self:
        """Open the store at `path`; `write` needs the lock, `create` makes a missing store (and implies `write`).

        A store that is opened to read is seen as it is at this moment until it is closed.

        Raises StoreError: missing, not a store, newer, older while reading, not writable, damaged.
        """
        path = Path(path)
        connection, frozen = connect(path, write=write or create, create=create)
        return cls(path, connection, writable=write or create, frozen=frozen)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it; inside another transaction, part of that one.

        Raises StoreError when the disk is full, the file cannot be written, is no longer where it was, or a foreign program is
        writing to it.
        """
        if self._connection.in_transaction:
            yield
            return
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._check_place()
            self._run("COMMIT")
        except BaseException:
            # After some failures, a full disk among them, SQLite has rolled back already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def settings(self) -> dict[str, str]:
        """The parameters that the store's results depend on."""
        return dict(self._rows("SELECT name, value FROM setting WHERE name <> 'next_family'"))

    def pin(self, values: Mapping[str, str]) -> None:
        """Record the parameters that are not recorded yet; those that are stay as they are."""
        self._many("INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)", values.items())

    def repin(self, values: Mapping[str, str], *, whole: bool = False) -> None:
        """Record these parameters instead of what was there: a rebuild under them makes them true. whole: and no others."""
        if whole:
            self._run("DELETE FROM setting WHERE name <> 'next_family'")
        self._many("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", values.items())

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> tuple[list[str], Iterator[tuple]]:
        """Column names and rows of one reading statement. Rows come as they are found.

        Raises UsageError with SQLite's message, now or while iterating, and for whatever is not reading.
        """
        # `query_only` refuses changes when a statement starts, the authorizer what it lets pass (ATTACH and VACUUM INTO make
        # files, also on a read-only connection) when it is compiled: both have done their work once `execute` returns.
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.set_authorizer(_reading_only)
        try:
            with _as_usage_error():
                cursor = self._connection.execute(sql, parameters)
        finally:
            self._connection.set_authorizer(None)
            if self.writable:
                self._connection.execute("PRAGMA query_only = OFF")
        if cursor.description is None:
            raise UsageError("query: no result; give one SELECT statement")
        return [column[0] for column in cursor.description], self._remaining(cursor)

    def checkpoint(self) -> bool:
        """Move the log into the file and empty it. False when a reader still needs the log; nothing is lost then.

        Many short waits, as long together as one for a lock: where readers overlap, one call may wait in vain for as long as it
        is let. With four readers of 10 ms each, one in twenty calls waited its whole 10 s; broken off and made again, 15 ms.
        """
        patience = self._rows("PRAGMA busy_timeout")[0][0]
        self._run(f"PRAGMA busy_timeout = {min(patience, CHECKPOINT_MS)}")
        try:
            return any(not self._rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0] for _ in range(max(1, patience // CHECKPOINT_MS)))
        finally:
            self._run(f"PRAGMA busy_timeout = {patience}")

    def trim(self) -> None:
        """Between two transactions of a long run: empty a log that has grown past its limit.

        SQLite moves the log into the file after each commit, as far as the oldest reader allows, and begins it anew when nobody
        reads in it: with four readers whose queries overlap all the time that moment never came, and the log grew to the size
        of all that was written. Waiting for them, some milliseconds, ends that. A reader that stays is waited for once, and
        again when the log has doubled.
        """
        if self.log_size() > self._log_limit and not self.checkpoint():
            self._log_limit *= 2

    def log_size(self) -> int:
        """Bytes of the log beside the file: what is committed and could not be moved into it yet; 0 where all has been."""
        try:
            return log_of(self.path).stat().st_size
        except OSError:
            return 0

    def _run(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
        with self._explained():
            return self._connection.execute(sql, parameters)

    def _rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple]:
        with self._explained():
            return self._connection.execute(sql, parameters).fetchall()

    def _many_rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[list[tuple]]:
        """The rows, some thousands at a time: where all of them would take too much memory."""
        cursor = self._run(sql, parameters)
        while True:
            with self._explained():
                rows = cursor.fetchmany(ROWS_AT_ONCE)
            if not rows:
                return
            yield rows

    def _many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self.transaction(), self._explained():
            self._connection.executemany(sql, rows)

    def _remaining(self, cursor: sqlite3.Cursor) -> Iterator[tuple]:
        with _as_usage_error():
            yield from cursor
        self._check_frozen()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """As `explained`, and what was read of a file that changed meanwhile is worth nothing, be it rows or an error."""
        try:
            with explained(self.path):
                yield
        finally:
            self._check_frozen()

    def _check_place(self) -> None:
        """A commit to a file that was moved or removed would succeed, and part of it lie in a log that nothing belongs to."""
        try:
            here = place(self.path)
        except OSError:
            here = None
        if here != self._place:
            raise StoreError(
                f"{self.path}: the file was moved, removed or replaced while a run wrote to it; put it back, with the files "
                "beside it, and run the command again"
            )

    def _check_frozen(self) -> None:
        if self._frozen is not None and look(self.path) != self._frozen:
            raise StoreError(f"{self.path}: another run wrote to it while it was read; run the command again")


def listed(values: Iterable[int] | Iterable[str]) -> str:
    """Values as one parameter, for `IN (SELECT value FROM json_each(?))`: no limit on their number, one compiled statement."""
    return json.dumps(list(values))


def _reading_only(action: int, first: str | None, *_: object) -> int:
    refused = action in _NOT_READING or (action == sqlite3.SQLITE_PRAGMA and first not in _READING_PRAGMAS)
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


@contextlib.contextmanager
def _as_usage_error() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY):
            raise UsageError(f"query: only reading is allowed ({error})") from error
        raise UsageError(f"query: {error}") from error
    except (sqlite3.Warning, UnicodeEncodeError) as error:  # several statements (Python 3.11); an undecodable argument
        raise UsageError(f"query: {error}") from error
