"""The file: what opening accepts and refuses, its schema, its transactions, and the lock."""

from __future__ import annotations

import contextlib
import errno
import json
import multiprocessing
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
import sqlite_utils

from provenance import model
from provenance.model import LockedError, StoreError, UsageError
from provenance.pipeline import postings, settings
from provenance.store import NAMED_QUERIES, Store, connection, lock, schema, session

TABLES = {
    "run": "id command version config started_at finished_at status read added changed unchanged failed capped_keys",
    "document": "id uri site title author lang published_at published_from fetched_at words hash copy_of extra run_id",
    "body": "document_id text",
    "span": "document_id start end kind words",
    "match": "id a b a_start a_end b_start b_end words similarity kind run_id",
    "conflict": "match_id kind text_a text_b",
    "derivation": "child_id parent_id unseen_id relation probability margin coverage days why chosen",
    "unseen_source": "id family_id probability credit",
    "family": "document_id family_id depth",
    "outlet": "alias outlet source documents",
    "correction": "child parent verdict note made_by made_at",
    "change": "run_id uri what before after",
    "problem": "run_id uri stage message",
    "setting": "name value",
}
VIEWS = {
    "lineage": "child parent relation probability margin coverage days child_site parent_site child_published parent_published "
    "by_hand",
    "shared_passage": "uri_a uri_b start_a end_a start_b end_b words similarity kind text_a text_b",
    "family_summary": "family_id documents sites depth first_published last_published origin origin_title",
    "site_flow": "parent_site child_site articles mean_coverage median_hours",
    "undecided": "a b p_ab p_ba p_unseen",
}
INTERNAL = {"document": {"text_hash", "meta_hash", "version_of"}, "match": {"grade", "evidence", "spare"}}


@pytest.fixture(scope="session")
def fresh(tmp_path_factory):
    """A new store, to be copied: making one takes 30 ms."""
    path = tmp_path_factory.mktemp("fresh") / "p.db"
    Store.open(path, create=True).close()
    return path


@pytest.fixture
def path(fresh, tmp_path):
    """A store that exists, closed."""
    return shutil.copy(fresh, tmp_path / "p.db")


@pytest.fixture
def others_folder():
    """A folder that this process may read but not write: for root, by acting as nobody for the time of the test."""
    folder = Path(tempfile.mkdtemp())

    @contextlib.contextmanager
    def as_other():
        folder.chmod(0o555)
        if os.getuid() == 0:
            os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(os.getuid())
            folder.chmod(0o755)

    yield folder, as_other
    shutil.rmtree(folder)


def sql(path: Path, statement: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


# Opening


def test_open_missing(tmp_path):
    """A missing store is an error that says how to make one, and none is made."""
    for write in (False, True):
        with pytest.raises(StoreError, match=r"no store there; `provenance scan"):
            Store.open(tmp_path / "none.db", write=write)
    assert not list(tmp_path.iterdir())


def test_open_create_in_missing_folder(tmp_path):
    """A store cannot be made in a folder that does not exist."""
    with pytest.raises(StoreError, match="check that its folder exists"):
        Store.open(tmp_path / "no" / "p.db", create=True)


def test_open_folder(tmp_path):
    """A folder is not a store."""
    with pytest.raises(StoreError, match="a folder"):
        Store.open(tmp_path)


@pytest.mark.parametrize("mode", [{}, {"write": True}, {"create": True}])
def test_open_refuses_foreign_files(tmp_path, mode):
    """A text file and the database of another program are refused and left as they were."""
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but longer than a header of a hundred bytes\n" * 4)
    other = tmp_path / "other.db"
    sql(other, "CREATE TABLE document (id INTEGER PRIMARY KEY)")
    before = text.read_bytes(), other.read_bytes()
    with pytest.raises(StoreError, match="not a SQLite file"):
        Store.open(text, **mode)
    with pytest.raises(StoreError, match="another program"):
        Store.open(other, **mode)
    assert (text.read_bytes(), other.read_bytes()) == before


def test_open_empty_file(tmp_path):
    """An empty file is no store until one is made in it."""
    path = tmp_path / "p.db"
    path.touch()
    with pytest.raises(StoreError, match="empty file"):
        Store.open(path)
    with Store.open(path, create=True) as store:
        assert store.check() == []


@pytest.mark.parametrize("write", [False, True])
def test_open_refuses_newer_version(path, write):
    """A store of a later version is not touched."""
    sql(path, f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(StoreError, match="newer provenance"):
        Store.open(path, write=write)


def test_open_reading_refuses_older_version(path, monkeypatch):
    """Reading does not migrate; it says what does."""
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(StoreError, match="doctor --repair"):
        Store.open(path)


def test_open_damaged(path):
    """A file whose pages are overwritten is called damaged, not an exception from SQLite."""
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged"):
        Store.open(path)


def test_open_reads_in_unwritable_folder(others_folder):
    """A store in a folder one may not write to can be read."""
    folder, as_other = others_folder
    with Store.open(folder / "p.db", create=True) as store:
        store.pin({"a": "1"})
    with as_other():
        with pytest.raises(PermissionError):
            (folder / "probe").touch()
        with Store.open(folder / "p.db") as store:
            assert store.settings() == {"a": "1"}


def test_open_reads_beside_a_writer_in_unwritable_folder(others_folder):
    """While another user writes, a reader who may not write there sees what is committed so far."""
    folder, as_other = others_folder
    with Store.open(folder / "p.db", create=True) as writer:
        writer.pin({"a": "1"})
        with as_other(), Store.open(folder / "p.db") as store:
            assert store.settings() == {"a": "1"}


def test_open_refuses_log_it_cannot_read_in(others_folder):
    """A log left by a crash is not silently ignored where it cannot be replayed."""
    folder, as_other = others_folder
    with Store.open(folder / "live.db", create=True) as writer:
        writer.pin({"a": "1"})
        shutil.copy(folder / "live.db", folder / "p.db")
        shutil.copy(folder / "live.db-wal", folder / "p.db-wal")
    with as_other(), pytest.raises(StoreError, match=r"log p\.db-wal"):
        Store.open(folder / "p.db")


def test_open_notices_a_writer_in_unwritable_folder(others_folder):
    """Who may not write there reads the file alone; when a run writes to it meanwhile, no answer mixes old pages with new."""
    folder, as_other = others_folder
    with Store.open(folder / "p.db", create=True) as store:
        store.pin({"a": "1"})
    with as_other():
        frozen = Store.open(folder / "p.db")
    try:
        assert frozen.settings() == {"a": "1"}
        with Store.open(folder / "p.db", write=True) as store:
            store.pin({"b": "2"})
        with pytest.raises(StoreError, match="wrote to it while it was read; run the command again"):
            frozen.settings()
        with pytest.raises(StoreError, match="run the command again"):
            list(frozen.query("SELECT name FROM setting")[1])
    finally:
        frozen.close()


def test_open_writing_says_when_it_may_not(others_folder):
    """Opening for writing fails at once, not at the first change, where one may not write."""
    folder, as_other = others_folder
    Store.open(folder / "p.db", create=True).close()
    with as_other(), pytest.raises(StoreError, match="permissions"):
        Store.open(folder / "p.db", write=True)


def test_open_odd_name(tmp_path):
    """A name with characters that mean something in a URI is only a name."""
    path = tmp_path / "wh?t #1 %41 é.db"
    Store.open(path, create=True).close()
    with Store.open(path) as store:
        assert store.settings() == {}
    assert path.exists()


def test_read_only_store_does_not_write(path):
    """A store opened for reading refuses every change."""
    with Store.open(path) as store, pytest.raises(StoreError, match="cannot be written"):
        store.pin({"a": "1"})


# Schema


def test_schema_is_the_contract(path):
    """Tables and views have the columns that queries rely on, and no others but the internal ones."""
    for table, columns in TABLES.items():
        found = {name for (name,) in sql(path, f"SELECT name FROM pragma_table_info('{table}')")}
        assert found - INTERNAL.get(table, set()) == set(columns.split()), table
    for view, columns in VIEWS.items():
        assert [name for (name,) in sql(path, f"SELECT name FROM pragma_table_info('{view}')")] == columns.split(), view


def test_schema_is_strict_wal_and_indexed(path):
    """Tables are STRICT, the file is in WAL mode, and every reference is found by an index or a key."""
    own = sql(path, "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    assert own
    assert [name for name, strict in own if not strict] == []
    assert sql(path, "PRAGMA journal_mode") == [("wal",)]
    for name, _ in own:
        for column, on_delete in sql(path, f"SELECT \"from\", on_delete FROM pragma_foreign_key_list('{name}')"):
            if on_delete == "NO ACTION":  # runs are never deleted
                continue
            plan = sql(path, f'EXPLAIN QUERY PLAN SELECT * FROM "{name}" WHERE "{column}" = 1')
            assert "SEARCH" in plan[0][3], (name, column)


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("match", "kind", model.KINDS),
        ("match", "grade", model.KINDS),
        ("derivation", "relation", model.RELATIONS),
        ("document", "published_from", model.PUBLISHED_FROM),
    ],
)
def test_schema_knows_the_words_of_the_model(path, table, column, values):
    """What a column may hold is what the model names."""
    (ddl,) = sql(path, f"SELECT sql FROM sqlite_master WHERE name = '{table}'")[0]
    assert f"CHECK ({column} IN {tuple(values)})" in ddl


def test_migrate_upgrades_and_keeps_rows(path):
    """A store of the version before is brought up to date by opening it for writing, with all that it holds."""
    with Store.open(path, write=True) as store:
        store.pin({"a": "1"})
    later = (*schema.MIGRATIONS, lambda database: database["setting"].add_column("note", str))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP VIEW undecided")
        schema.migrate(connection, later)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(later),)
        assert ("a", "1", None) in connection.execute("SELECT * FROM setting").fetchall()
        assert connection.execute("SELECT * FROM undecided").fetchall() == []


def test_migrate_is_all_or_nothing(path):
    """A migration that fails leaves the version and the tables as they were."""

    def broken(database):
        database.execute("DROP TABLE change")
        raise RuntimeError

    before = sql(path, "SELECT sql FROM sqlite_master")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(RuntimeError):
            schema.migrate(connection, (*schema.MIGRATIONS, broken))
        assert not connection.in_transaction
    assert sql(path, "SELECT sql FROM sqlite_master") == before
    assert sql(path, "PRAGMA user_version") == [(schema.VERSION,)]


def test_creation_is_all_or_nothing(tmp_path):
    """A first migration that fails leaves an empty database, in which a store can still be made."""

    def broken(database):
        schema.MIGRATIONS[0](database)
        raise RuntimeError

    path = tmp_path / "p.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection, pytest.raises(RuntimeError):
        schema.migrate(connection, (broken,))
    assert sql(path, "SELECT * FROM sqlite_master") == []
    with Store.open(path, create=True) as store:
        assert store.check() == []


def test_opening_a_current_store_is_light(path):
    """Opening a store that needs no migration does not load sqlite_utils."""
    code = """
import sys
from provenance.store import Store
Store.open(sys.argv[1], write=True).close()
print('sqlite_utils' in sys.modules)
"""
    root = Path(model.__file__).parents[1]
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, cwd=root, check=True)
    assert run.stdout == "False\n"


# Transactions, settings, queries


def test_transaction_rolls_back(path):
    """What a failing transaction wrote is gone, and the next one works."""
    with Store.open(path, write=True) as store:
        with contextlib.suppress(ZeroDivisionError), store.transaction():
            store.pin({"a": "1"})
            run = store.start_run("scan", "1", {})
            store.finish_run(run, "ok")
            raise ZeroDivisionError
        assert store.settings() == {}
        assert store.runs(10) == []
        with store.transaction():
            store.pin({"a": "2"})
        assert store.settings() == {"a": "2"}


def test_transaction_is_invisible_until_committed(path):
    """Who opens the store to read sees nothing of a transaction before its end, and all of it after."""
    with Store.open(path, write=True) as writer:
        with writer.transaction():
            writer.pin({"a": "1"})
            with Store.open(path) as reader:
                assert reader.settings() == {}
        with Store.open(path) as reader:
            assert reader.settings() == {"a": "1"}


def test_a_reader_sees_one_moment(path):
    """What is committed after a store was opened to read is not seen through it, whatever is asked and how often."""
    with Store.open(path, write=True) as writer, Store.open(path) as reader:
        writer.pin({"a": "1"})
        assert reader.settings() == {}
        assert list(reader.query("SELECT count(*) FROM setting WHERE name = 'a'")[1]) == [(0,)]


def test_readers_that_overlap_do_not_make_the_log_grow(path, monkeypatch):
    """With readers at every moment, none of them for long, the log is emptied between batches all the same."""
    monkeypatch.setattr(session, "LOG_BYTES", 1 << 20)
    ended, largest = threading.Event(), 0

    def read() -> None:
        while not ended.is_set():
            with Store.open(path) as store:
                store.segments()
                time.sleep(0.01)

    threads = [threading.Thread(target=read) for _ in range(4)]
    with Store.open(path, write=True) as store:
        try:
            for thread in threads:
                thread.start()
                time.sleep(0.0025)
            for level in range(40):
                store.add_parts(store.add_segment(level), [(0, 1, 1, bytes(500_000))])
                largest = max(largest, store.log_size())
                store.trim()
        finally:
            ended.set()
            for thread in threads:
                thread.join()
    assert largest < 2 << 20  # the limit, and what one transaction adds to it


def test_a_reader_that_stays_is_not_waited_for_again_and_again(path, monkeypatch):
    """Where a reader needs the log for long, each batch goes on without waiting for it, but for a few; then the log goes."""
    monkeypatch.setattr(session, "LOG_BYTES", 1 << 20)
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.01)
    tried = []
    with Store.open(path, write=True) as store:
        monkeypatch.setattr(store, "checkpoint", lambda: tried.append(Store.checkpoint(store)) or tried[-1])
        with Store.open(path):
            for level in range(40):
                store.add_parts(store.add_segment(level), [(0, 1, 1, bytes(500_000))])
                store.trim()
        assert tried == [False] * 5  # at 1, 2, 4, 8 and 16 MB
        assert store.log_size() > 20_000_000
        assert store.checkpoint()
        assert store.log_size() == 0


def test_commits_outlive_a_power_loss(path):
    """Each commit waits until the disk has it, however SQLite was built."""
    with Store.open(path, write=True) as store:
        assert store._rows("PRAGMA synchronous") == [(2,)]


def test_transaction_says_when_the_disk_is_full(path):
    """A full disk is a StoreError with a remedy, and the transaction leaves nothing."""
    with Store.open(path, write=True) as store:
        pages = sql(path, "PRAGMA page_count")[0][0]
        store._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(StoreError, match="free some space"), store.transaction():
            store.add_parts(store.add_segment(0), [(0, 1, 1, bytes(100_000))])
        assert (store.segments(), store.parts()) == ([], [])


def test_transaction_says_when_another_program_writes(path):
    """A foreign connection in the middle of a write is named as the reason."""
    with Store.open(path, write=True) as store, contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        store._connection.execute("PRAGMA busy_timeout = 1")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program is writing"), store.transaction():
            pass


def test_pin_keeps_and_repin_replaces(path):
    """Pinned parameters stay until they are pinned anew on purpose."""
    with Store.open(path, write=True) as store:
        store.pin({"a": "1"})
        store.pin({"a": "2", "b": "3"})
        assert store.settings() == {"a": "1", "b": "3"}
        store.repin({"a": "2"})
        assert store.settings() == {"a": "2", "b": "3"}
        store.repin({"b": "4"}, whole=True)
        assert store.settings() == {"b": "4"}


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO setting VALUES ('a', '1')",
        "DELETE FROM document",
        "DROP TABLE body",
        "PRAGMA user_version = 9",
        "PRAGMA journal_mode = DELETE",
        "ATTACH '{folder}/made.db' AS made",
        "VACUUM INTO '{folder}/made.db'",
        "BEGIN",
        "CREATE TEMP TABLE made (a)",
        "DELETE FROM setting RETURNING name",
        "SELECT 1; DELETE FROM document",
        "SELECT * FROM nothing",
        "SELECT ?",
        "",
        "SELECT '\udcff'",
    ],
)
def test_query_only_reads(path, statement, write):
    """Whatever is not one reading statement is a usage error, and neither the store nor another file changes."""
    with Store.open(path, write=write) as store:
        before = sql(path, "SELECT name, sql FROM sqlite_master"), sql(path, "SELECT * FROM setting")
        with pytest.raises(UsageError, match="query: "):
            store.query(statement.format(folder=path.parent))
        assert not (path.parent / "made.db").exists()
        assert (sql(path, "SELECT name, sql FROM sqlite_master"), sql(path, "SELECT * FROM setting")) == before
        if write:
            store.pin({"still": "writable"})


def test_query_gives_names_and_rows(path):
    """A query gives its column names and rows; parameters bind by place or by name."""
    with Store.open(path) as store:
        columns, rows = store.query("SELECT ? AS one, 2 AS two", (1,))
        assert (columns, list(rows)) == (["one", "two"], [(1, 2)])
        assert list(store.query("SELECT :x", {"x": "é"})[1]) == [("é",)]
        assert store.query("PRAGMA table_info(setting)")[0][1] == "name"


def test_query_fails_while_iterating(path):
    """An error that SQLite meets only at a later row is a usage error too."""
    with Store.open(path) as store:
        _, rows = store.query("SELECT abs(value) FROM json_each('[1, 2, -9223372036854775808]')")
        assert next(rows) == (1,)
        with pytest.raises(UsageError, match="integer overflow"):
            list(rows)


@pytest.mark.parametrize("name", NAMED_QUERIES)
def test_named_queries_run_on_an_empty_store(path, name):
    """Each named query runs, takes the parameters that it names and finds nothing in an empty store."""
    query = NAMED_QUERIES[name]
    with Store.open(path) as store:
        assert list(store.query(query.sql, dict.fromkeys(query.parameters, "x"))[1]) == []
        assert all(f":{parameter}" in query.sql for parameter in query.parameters)
        assert query.help


# Lock


def hold(path: Path, ready) -> None:
    with lock(path, "provenance scan news"):
        ready.set()
        signal.pause()


@pytest.fixture
def holder(path):
    """A real second process that holds the lock until it is killed."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=hold, args=(path, ready))
    process.start()
    assert ready.wait(30)
    yield process
    process.kill()
    process.join()


def test_lock_refuses_and_names_the_holder(path, holder):
    """The second to come is told who holds the lock, doing what, since when, and to try again."""
    with pytest.raises(LockedError) as caught, lock(path, "provenance forget x"):
        pass
    assert caught.value.exit_code == 75
    message = str(caught.value)
    assert f"process {holder.pid} (provenance scan news) since 20" in message
    assert message.endswith("try again when it ends")


def test_lock_is_freed_by_a_kill(path, holder):
    """The lock of a process that was killed is taken over, whatever it left in the file."""
    holder.kill()
    holder.join()
    left = path.with_name("p.db.lock").read_text()
    assert "provenance scan news" in left
    with lock(path, "b"):
        assert '"command": "b"' in path.with_name("p.db.lock").read_text()


def test_lock_with_the_number_of_another_process(path):
    """A lock left by a dead process is taken over also when another process, which lives, has its number by now."""
    path.with_name("p.db.lock").write_text(json.dumps({"pid": os.getppid(), "command": "scan", "since": "2025-01-01T00:00:00Z"}))
    with lock(path, "b"):
        pass


def test_lock_where_there_are_none(path, monkeypatch):
    """A file system without locks is named as such."""

    def flock(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", flock)
    with pytest.raises(StoreError, match=r"p\.db\.lock: cannot take the lock \(No locks available\); choose"), lock(path, "b"):
        pass


def test_a_run_that_was_taken_over_stops(path):
    """A run whose lock was removed by hand, so that another could begin, does not write another row."""
    with Store.open(path, write=True) as one, Store.open(path, write=True) as two:
        first = one.start_run("scan", "1", {})
        second = two.start_run("scan", "1", {})

        def write() -> None:
            with one.transaction():
                one.add_changes(first, [("u", "new", None, None)])
                one.note_progress(first, read=3)

        for update in (write, lambda: one.finish_run(first, "ok", read=3)):
            with pytest.raises(StoreError, match="lock file must have been removed"):
                update()
        two.finish_run(second, "ok")
        assert [(run.status, run.read) for run in two.runs(9)] == [("ok", 0), ("failed", 0)]
        assert two.changes_since(1) == []


def test_lock_is_one_for_all_names_of_a_store(path, tmp_path):
    """A symbolic link to a store is locked with the store."""
    (tmp_path / "link.db").symlink_to(path)
    with lock(path, "a"), pytest.raises(LockedError), lock(tmp_path / "link.db", "b"):
        pass


def test_lock_ends_with_its_block(path):
    """When the block ends, also by an error, the lock is free and its file empty."""
    with pytest.raises(ZeroDivisionError), lock(path, "a"):
        raise ZeroDivisionError
    assert path.with_name("p.db.lock").read_bytes() == b""
    with lock(path, "b"):
        pass


def test_lock_without_a_name(path):
    """In the moment before a holder has written its name, it is another run."""
    with lock(path, "a"):
        path.with_name("p.db.lock").write_bytes(b"")
        with pytest.raises(LockedError, match="locked by another run"), lock(path, "b"):
            pass


def test_lock_needs_a_folder(tmp_path):
    """A new store in a folder that is not there says so."""
    with pytest.raises(StoreError, match=r"no folder .*; make it"), lock(tmp_path / "no" / "p.db", "a", create=True):
        pass


def test_lock_of_nothing(tmp_path):
    """Who wants to change a store that is not there is told so, and no lock file stays behind."""
    with pytest.raises(StoreError, match="no store there"), lock(tmp_path / "p.db", "a"):
        pass
    assert not list(tmp_path.iterdir())


def of_version(path, number, *statements):
    """A store as the schema of that version had it, in which these statements were run."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        schema.migrate(connection, schema.MIGRATIONS[:number])
        for statement in statements:
            connection.execute(statement)


def test_a_store_from_before_spans_asks_for_a_rebuild(tmp_path):
    """Opening a store of the first version for writing keeps what it holds and notes that it was found without spans."""
    path = tmp_path / "p.db"
    of_version(path, 1, "INSERT INTO setting VALUES ('text', '1')")
    with Store.open(path, write=True) as store:
        assert store.settings() == {"text": "1", "spans": "none", "index": "none"}
        assert store.spans_of([1]) == {}


def test_a_store_from_before_parts_asks_for_a_rebuild(tmp_path):
    """The index of a store of the third version goes, and the store says that it has to be found anew."""
    path = tmp_path / "p.db"
    found = {**postings.SETTINGS, "text": "1", "index": None}
    said = [f"INSERT INTO setting VALUES ('{name}', '{value}')" for name, value in found.items() if value]
    of_version(path, 3, "INSERT INTO segment VALUES (1, 0, 1, zeroblob(8), zeroblob(4))", *said)
    with Store.open(path, write=True) as store:
        assert (store.segments(), store.parts()) == ([], [])
        with pytest.raises(StoreError, match=r"index is none in the store and 36 here.*rebuild"):
            settings.check(store)


def test_a_store_whose_references_leave_out_their_column(tmp_path):
    """The first stores have `REFERENCES document` where new ones have `REFERENCES document (id)`: they migrate, keep what they
    hold, and still let it go with its document."""
    path = tmp_path / "first.db"
    first = re.sub(r"(REFERENCES \w+) \(id\)", r"\1", schema.TABLES_1)
    assert "REFERENCES document ON" in first
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        database = sqlite_utils.Database(connection, recursive_triggers=False)
        database.executescript(first)
        database["body"].enable_fts(["text"], tokenize="unicode61")
        database.executescript(schema.TRIGGER_1)
        database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        database.execute("PRAGMA user_version = 1")
        database.execute("INSERT INTO setting VALUES ('text', '1')")
        database.execute("INSERT INTO run (id, command, version, config, started_at) VALUES (1, 'scan', '0', '{}', '2025')")
        database.execute(
            """INSERT INTO document (id, uri, published_from, words, hash, extra, run_id, text_hash, meta_hash)
            VALUES (1, 'u', 'none', 1, 'h', '{}', 1, 't', 'm')"""
        )
        database.execute("INSERT INTO body VALUES (1, 'text')")
        database.execute("INSERT INTO body_fts (rowid, text) VALUES (1, 'text')")
        database.execute("INSERT INTO span VALUES (1, 0, 4, 'markup')")
    with Store.open(path, write=True) as store:
        assert store.settings() == {"text": "1", "spans": "none", "index": "none"}
        assert (store.texts([1]), store.spans_of([1])) == ({1: "text"}, {1: [(0, 4, "markup", 0)]})
        store.forget(["u"])
        assert (store.texts([1]), store.spans_of([1])) == ({}, {})
        assert store.check() == []
