"""Is everything in order: the environment, the store, its parameters, its index? With repair, what can be mended is.

Heavy modules come in inside functions, each failure as a finding: the doctor has to work where they do not.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from provenance import __version__
from provenance.model import LockedError, ProvenanceError
from provenance.store import Store, library, lock

OK, WARNING, ERROR = "ok", "warning", "error"
OLDEST_PYTHON = (3, 11)
WAL_RESET_MENDED = (3, 51, 3)
"""Below, two connections that write or checkpoint at once may lose a commit. One writer at a time, as the lock has it, cannot."""
RUNS = 20
"""So many of the last runs are looked at."""
FORGET, REPAIR = "forget", "doctor --repair"
"""What these runs are called."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `level` is ok, warning (something waits or will be slow) or error (something is broken)."""

    level: str
    what: str
    remedy: str = ""


def doctor(db: Path, *, repair: bool, command: str = "doctor") -> list[Finding]:
    """What there is to say of the environment and of the store at `db`; with repair, after mending what can be mended.

    What is wrong with the store is a finding, not an error. Raises LockedError where another run holds a store to be mended.
    """
    findings = [*_python(), *_sqlite(), *_kernels()]
    if _nothing(db):
        return [*findings, Finding(WARNING, f"{db}: no store there", f"`provenance scan PATHS --db {db}` makes one")]
    try:
        if repair:
            findings += _repair(db, command)
        with Store.open(db) as store:
            findings += [*_integrity(store), *_parameters(store), *_runs(store), *_waiting(store), *_corrections(store)]
            findings += _index(store)
    except LockedError:
        raise
    except ProvenanceError as error:
        what, _, remedy = str(error).partition("; ")
        findings.append(Finding(ERROR, what, remedy))
    return findings


def _nothing(db: Path) -> bool:
    """Whether there is no file; one that is out of reach may be there."""
    try:
        db.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _python() -> Iterator[Finding]:
    level = OK if sys.version_info >= OLDEST_PYTHON else ERROR
    remedy = "" if level == OK else f"install Python {'.'.join(map(str, OLDEST_PYTHON))} or newer"
    yield Finding(level, f"provenance {__version__}, Python {platform.python_version()}", remedy)


def _sqlite() -> Iterator[Finding]:
    version, full_text = library()
    note = ""
    if tuple(map(int, version.split("."))) < WAL_RESET_MENDED:
        note = " (older than 3.51.3: let no other program write to the store while a run does)"
    yield Finding(OK, f"SQLite {version}{note}")
    if not full_text:
        yield Finding(ERROR, "SQLite has no full-text search", "use a Python whose SQLite is built with FTS5, as python.org's is")


def _kernels() -> Iterator[Finding]:
    """Compiled code is kept on disk; where it cannot be, every command compiles for twenty seconds."""
    remedy = "set NUMBA_CACHE_DIR to a folder that you may write to"
    try:
        from provenance import text

        folder = text.mix.stats.cache_path
    except Exception as error:
        yield Finding(ERROR, f"numba does not load: {' '.join(str(error).split())}", f"install provenance anew, or {remedy}")
        return
    if os.access(folder, os.W_OK) or any(Path(folder).glob("*.nbi")):
        yield Finding(OK, f"compiled code is kept in {folder}")
    else:
        yield Finding(WARNING, f"compiled code cannot be kept in {folder}: every command compiles for twenty seconds", remedy)


def _integrity(store: Store) -> Iterator[Finding]:
    found = [line for line in store.check() if not line.startswith("dirty:")]
    for line in found:
        what, _, remedy = line.partition("; ")
        yield Finding(ERROR, what, remedy or "go back to a backup, or scan the inputs into a new store")
    if not found:
        yield Finding(OK, f"{store.path}: whole")


def _parameters(store: Store) -> Iterator[Finding]:
    from provenance.pipeline import settings

    if named := settings.differing(store, settings.EVIDENCE):
        yield Finding(ERROR, f"made with other parameters ({named})", "`provenance rebuild` finds everything anew with these")
    elif named := settings.differing(store, settings.INFERENCE):
        yield Finding(WARNING, f"inferred with another model ({named})", "`provenance rebuild --lineage-only` applies this one")
    else:
        yield Finding(OK, "parameters are those of this version")


def _runs(store: Store) -> Iterator[Finding]:
    runs = store.runs(RUNS)
    for run in runs[:1]:
        if run.status == "running":
            yield Finding(
                WARNING,
                f"run {run.id} ({run.command}, since {run.started_at}) is at work, or was killed",
                "if it was, run it again",
            )
        elif run.status == "failed":
            yield Finding(WARNING, f"run {run.id} ({run.command}) failed", "run it again: what it committed is kept")
    for run in runs:
        if run.status == "ok" and run.command in (FORGET, REPAIR):
            return
        if run.command == FORGET:
            yield Finding(
                ERROR, f"run {run.id} (forget) was cut short: words of removed documents may still be in the file",
                "`provenance doctor --repair` writes the file anew",
            )  # fmt: skip
            return


def _waiting(store: Store) -> Iterator[Finding]:
    if waiting := len(store.dirty()):
        remedy = "the next scan does it, and so does `provenance doctor --repair`"
        yield Finding(WARNING, f"{waiting} documents wait for their lineage", remedy)


def _corrections(store: Store) -> Iterator[Finding]:
    """What people say: rows that wait for a run, rows that wait for a document, rows that do not hold."""
    from provenance.pipeline import corrections

    if waiting := corrections.waiting(store):
        remedy = "the next scan applies them, and so does `provenance rebuild --lineage-only`"
        yield Finding(WARNING, f"corrections: {waiting} rows are new, changed or removed", remedy)
    applied = store.applied()
    for problem in corrections.problems(applied):
        what, _, remedy = problem.message.rpartition("; ")
        yield Finding(WARNING, f"{problem.uri}: {what}", remedy)
    if applied:
        held, absent = (sum(row.state == state for row in applied) for state in (corrections.HOLDS, corrections.WAITS))
        away = f", {absent} wait for documents that are not in the store" if absent else ""
        yield Finding(OK, f"corrections: {held} hold{away}")


def _index(store: Store) -> Iterator[Finding]:
    """The parts against one another and against the documents: every text that has words and stands for itself is in one."""
    import numpy as np

    from provenance import packed

    remedy = "`provenance rebuild` makes it anew"
    held = np.empty(0, np.int64)
    postings = 0
    for segment, parts in itertools.groupby(store.parts(), lambda row: row.segment_id):
        last = -1
        for row in parts:
            try:
                found = packed.unpack(*packed.load(store.postings([row.id])))
            except ValueError as error:
                yield Finding(ERROR, f"index: part {row.id} is damaged ({error})", remedy)
                return
            keys = found >> np.uint64(packed.DOCUMENT_BITS)
            if not ((found[:-1] < found[1:]).all() and last <= row.first == keys[0] and keys[-1] == row.last):
                yield Finding(ERROR, f"index: segment {segment} is not in order", remedy)
                return
            if len(found) != row.count:
                yield Finding(ERROR, f"index: part {row.id} has another length than it says", remedy)
                return
            last = row.last
            postings += row.count
            held = np.union1d(held, (found & packed.DOCUMENT).astype(np.int64))
    due = {number for rows in store.outline() for number, _, words in rows if words}
    if missing := len(due.difference(held.tolist())):
        yield Finding(ERROR, f"index: {missing} documents are not in it", remedy)
    if strays := len(set(held.tolist()).difference(store.all_ids())):
        yield Finding(ERROR, f"index: {strays} documents in it are not in the store", remedy)
    if not missing and not strays:
        yield Finding(OK, f"index: {len(due)} texts, {postings} postings")


def _repair(db: Path, command: str) -> Iterator[Finding]:
    """Migrate, finish what a killed run left, write full-text index and file anew."""
    from provenance.pipeline import corrections, finish, settings
    from provenance.pipeline.analyst import Engine
    from provenance.pipeline.progress import Silent
    from provenance.pipeline.run import running
    from provenance.pipeline.weave import Weaver

    with lock(db, command), Store.open(db, write=True) as store, running(store, REPAIR, {}) as run_id:
        if (store.dirty() or corrections.waiting(store)) and not settings.differing(store, settings.EVIDENCE):
            with Engine(1) as engine:
                finish.finish(store, run_id, Weaver(store, engine), Silent())
            yield Finding(OK, "what waited for its lineage has it")
        store.purge()
        store.finish_run(run_id, "ok")
    yield Finding(OK, "full-text index and file written anew")
