"""What a process is doing, written where it can be read after the process was killed: for tests.

`watch` replaces the functions that do the work in this process by ones that first say so, in one byte of a mapped file, and
say what was being done before when they end. The product knows nothing of it.
"""

from __future__ import annotations

import functools
import mmap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from provenance.pipeline import finish, forget, rebuild, scan, weave
from provenance.pipeline.postings import Postings
from provenance.store import Store, session
from provenance.store.evidence import Evidence
from provenance.store.upkeep import Upkeep

NAMES = ("start", "open", "read", "load", "match", "merge", "commit", "lineage", "checkpoint", "remove", "purge", "done")
DOES: tuple[tuple[Any, str, str], ...] = (
    (session, "connect", "open"),
    (scan.Batch, "add", "load"),
    (rebuild._Evidence, "_add", "load"),
    (weave, "aligned", "match"),
    (Evidence, "add_matches", "match"),
    (Postings, "_append", "merge"),
    (Evidence, "delete_segments", "merge"),
    (finish, "finish", "lineage"),
    (Store, "checkpoint", "checkpoint"),
    (forget, "_remove", "remove"),
    (Upkeep, "purge", "purge"),
)
"""Whose call is which phase. What one calls, in which another phase stands, is that."""


def make(file: Path) -> None:
    file.write_bytes(bytes(1))


def at(file: Path) -> str:
    """What the process that watches itself in this file does, or did when it ended."""
    return NAMES[file.read_bytes()[0]]


def watch(file: Path) -> Callable[[str], None]:
    """From now on the file says what this process does. Returns a way to say it."""
    with file.open("r+b") as opened:
        byte = mmap.mmap(opened.fileno(), 1)

    def say(name: str) -> None:
        byte[0] = NAMES.index(name)

    def wrap(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            before = byte[0]
            say(name)
            try:
                return function(*args, **kwargs)
            finally:
                byte[0] = before

        return wrapper

    for owner, attribute, name in DOES:
        setattr(owner, attribute, wrap(getattr(owner, attribute), name))
    run = session.Session._run
    commit = wrap(run, "commit")
    session.Session._run = lambda self, sql, *rest: (commit if sql == "COMMIT" else run)(self, sql, *rest)
    opened_scan = scan.running

    @functools.wraps(opened_scan)
    def running(*args: Any) -> Any:
        say("read")
        return opened_scan(*args)

    scan.running = running
    return say
