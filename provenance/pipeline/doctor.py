"""Is everything in order: the environment, the store, its parameters, its index? With repair, what can be mended is.

Heavy modules come in inside functions, each failure as a finding: the doctor has to work where they do not.
"""

from __future__ import annotations

import dataclasses
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from provenance import __version__
from provenance.model import LockedError, ProvenanceError
from provenance.store import Store, library

OK, WARNING, ERROR = "ok", "warning", "error"
OLDEST_PYTHON = (3, 11)
WAL_RESET_MENDED = (3, 51, 3)
"""Below, two connections that write or checkpoint at once may lose a commit. One writer at a time, as the lock has it, cannot."""
RUNS = 20
"""So many of the last runs are looked at."""
FORGET, REPAIR = "forget", "doctor --repair"
"""What these runs are called."""
MEND = "`provenance doctor --repair` finds it anew"
NAMED = 5
"""Documents of a finding that are named."""


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
            findings += _schema(store)
            if not store.missing():
                findings += [*_integrity(store), *_parameters(store), *_runs(store), *_waiting(store), *_corrections(store)]
                findings += [*_index(store), *_gaps(store)]
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
    """Compiled code is kept on disk; where it cannot be, every command compiles for up to a minute."""
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
        yield Finding(WARNING, f"compiled code cannot be kept in {folder}: every command compiles for up to a minute", remedy)


def _repair(db: Path, command: str) -> Iterator[Finding]:
    from provenance.pipeline.repair import repair

    yield from (Finding(OK, done) for done in repair(db, command))


def _schema(store: Store) -> Iterator[Finding]:
    if missing := store.missing():
        yield Finding(ERROR, f"{store.path}: without {', '.join(missing)}", "`provenance doctor --repair` makes them anew")


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
    elif named := settings.differing(store, settings.EVIDENCE, missing=True):
        yield Finding(ERROR, f"parameters are lost ({named})", MEND)
    elif named := settings.differing(store, settings.INFERENCE, missing=True):
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
        yield Finding(WARNING, f"documents that wait for their lineage: {waiting}", remedy)


def _corrections(store: Store) -> Iterator[Finding]:
    """What people say: rows that wait for a run, rows that wait for a document, rows that do not hold."""
    from provenance.pipeline import corrections

    if waiting := corrections.waiting(store):
        remedy = "the next scan applies them, and so does `provenance rebuild --lineage-only`"
        yield Finding(WARNING, f"corrections that are new, changed or removed: {waiting}", remedy)
    applied = store.applied()
    for problem in corrections.problems(applied):
        what, _, remedy = problem.message.rpartition("; ")
        yield Finding(WARNING, f"{problem.uri}: {what}", remedy)
    if applied:
        held, absent = (sum(row.state == state for row in applied) for state in (corrections.HOLDS, corrections.WAITS))
        away = f"; that wait for documents not in the store: {absent}" if absent else ""
        yield Finding(OK, f"corrections that hold: {held}{away}")


def _index(store: Store) -> Iterator[Finding]:
    """The segments against one another and against the texts."""
    from provenance.pipeline import repair
    from provenance.pipeline.analyst import cores
    from provenance.pipeline.engine import Engine

    with Engine(cores()) as engine:
        faults = list(repair.index_faults(store, engine))
    yield from (Finding(ERROR, fault, MEND) for fault in faults)
    if not faults:
        sampled = ", compared with a sample of the texts" if len(store.all_ids()) >= 2 * repair.SAMPLE else ""
        yield Finding(OK, f"index: {sum(row.count for row in store.parts()):,} postings{sampled}")


def _gaps(store: Store) -> Iterator[Finding]:
    """Passages and families against one another, and the texts against what was read."""
    from provenance.pipeline.repair import altered

    yield from (Finding(ERROR, line, MEND) for line in (*store.evidence_gaps(), *store.lineage_gaps()))
    if lost := altered(store):
        remedy = f"go back to a backup, or `provenance forget` them and scan their inputs again: {', '.join(lost[:NAMED])}"
        yield Finding(ERROR, f"body: texts that are not what was read: {len(lost)}", remedy)
