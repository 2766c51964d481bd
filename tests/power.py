"""Take the power away from scans, as far as SQLite can tell, and see that nothing is lost: `python -m tests.power [--losses N]`.

A scan is stopped (SIGSTOP) at a random moment, and the store's file and its log are copied as they stand in the page cache. A
disk that loses its power may have written any part of what nobody had yet waited for, in any order:

- of the log, whatever follows the last commit that is known to have been synced: cut anywhere, or sectors of it lost;
- of the file, any of the pages that a checkpoint wrote, as long as the log still holds them.

Nothing that was synced is taken away. The copy has to open whole, to hold every commit that was synced, and to be completed
by the next scan. https://sqlite.org/fileformat2.html#walformat, https://sqlite.org/walformat.html
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import random
import signal
import sqlite3
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from provenance.store import session
from tests import kill_many, phases
from tests.kill_many import Failed, Inputs, check_completes, check_whole, prepare

SECTOR = 512
WAYS = ("log cut", "sectors lost", "pages lost")
WHOLE = "as it stood"
"""Where there was nothing that could be lost."""
SHARE = {"log cut": 0.2, "sectors lost": 0.2, "pages lost": 0.8, WHOLE: 0.02}
"""How many of the moments at which such a thing can happen are looked at."""
CHECKPOINT_PAGES = 60
"""After so many pages in the log it is moved into the file, here: often, as with a large corpus, and in the middle of a scan."""


class Moment(NamedTuple):
    """The store as the page cache has it."""

    file: bytes
    log: bytes
    attempted: int
    """Frames of the log that a checkpoint may have begun to move, so that they are synced."""


class Log(NamedTuple):
    """What of a log counts."""

    salts: bytes
    page: int
    commits: list[int]
    """Where its valid transactions end, in bytes."""


def take(pid: int, db: Path) -> Moment:
    """Stop the process and copy the store. It stays stopped."""
    os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 10
    while _state(pid) not in "TZ":
        if time.monotonic() > deadline:
            raise Failed("the run does not stop")
        time.sleep(0.0005)
    file, log, shared = (_content(db.with_name(db.name + end)) for end in ("", "-wal", "-shm"))
    # https://sqlite.org/walformat.html: nBackfill, five read marks, eight bytes of locks, nBackfillAttempted.
    return Moment(file, log, struct.unpack_from("=I", shared, 128)[0] if len(shared) > 132 else 0)


def _state(pid: int) -> str:
    """Of the process, all of whose threads stop when it does."""
    states = {path.read_text().rsplit(")", 1)[1].split()[0] for path in Path(f"/proc/{pid}/task").glob("*/stat")}
    return states.pop() if len(states) == 1 else "R"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def parse(log: bytes) -> Log:
    """The transactions that SQLite would find in a log: frames in sequence with its salts and right checksums, up to a commit."""
    if len(log) < 32:
        return Log(b"", 4096, [])
    magic, _, page, _ = struct.unpack_from(">IIII", log)
    order = ">" if magic & 1 else "<"
    salts = log[16:24]
    sums = _checksum(log[:24], (0, 0), order)
    commits: list[int] = []
    if sums != struct.unpack_from(">II", log, 24):
        return Log(salts, page, commits)
    at = 32
    while at + 24 + page <= len(log) and log[at + 8 : at + 16] == salts:
        sums = _checksum(log[at : at + 8], sums, order)
        sums = _checksum(log[at + 24 : at + 24 + page], sums, order)
        if sums != struct.unpack_from(">II", log, at + 16):
            break
        size = struct.unpack_from(">I", log, at + 4)[0]
        at += 24 + page
        if size:
            commits.append(at)
    return Log(salts, page, commits)


def _checksum(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    one, two = sums
    for x, y in struct.iter_unpack(f"{order}II", data):
        one = one + x + two & 0xFFFFFFFF
        two = two + y + one & 0xFFFFFFFF
    return one, two


def lost(way: str, now: Moment, before: Moment | None, rng: random.Random) -> Moment:
    """What a disk may hold of this moment."""
    log = parse(now.log)
    safe = max(_synced(log), 32 + now.attempted * (24 + log.page) if log.commits else 0)
    if way == "log cut":
        return now._replace(log=now.log[: rng.randint(min(safe, len(now.log)), len(now.log))])
    if way == "sectors lost":
        tail = bytearray(now.log)
        first = -(-safe // SECTOR) * SECTOR
        for sector in range(first, len(tail), SECTOR):
            if rng.random() < 0.3:
                tail[sector : sector + SECTOR] = rng.choice((bytes, rng.randbytes))(len(tail[sector : sector + SECTOR]))
        return now._replace(log=bytes(tail))
    if way == "pages lost" and before is not None and log.commits and parse(before.log).salts == log.salts:
        pages = range(0, len(now.file), log.page)
        kept = [now.file if rng.random() < 0.5 else before.file for _ in pages]
        return now._replace(file=b"".join(some[at : at + log.page] for some, at in zip(kept, pages, strict=True)))
    return now


def _synced(log: Log) -> int:
    """Where the last commit but one ends: a run waits for each before it begins the next."""
    return log.commits[-2] if len(log.commits) > 1 else 0


def put(moment: Moment, db: Path) -> None:
    for end, content in (("", moment.file), ("-wal", moment.log)):
        db.with_name(db.name + end).write_bytes(content)
    db.with_name(db.name + "-shm").unlink(missing_ok=True)


def done(moment: Moment, folder: Path) -> tuple | None:
    """How far the runs in this store are; None where it has no tables."""
    db = folder / "done.db"
    put(moment, db)
    with contextlib.closing(sqlite3.connect(db)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            return None
        return (
            *connection.execute("SELECT count(*), total(read), count(*) FILTER (WHERE status = 'ok') FROM run").fetchone(),
            *connection.execute("SELECT count(*), (SELECT count(*) FROM match) FROM document").fetchone(),
        )


def campaign(losses: int, seed: int, folder: Path) -> Iterator[tuple[str, str]]:
    """(way, phase) of each loss of power after which all was well."""
    rng = random.Random(seed)
    inputs = prepare(folder)
    count = run = 0
    while count < losses:
        run += 1
        for moment, before, phase in moments(folder / f"{run}.db", inputs, 1 + run % 2, rng, folder):
            possible = [way for way in WAYS if lost(way, moment, before, rng) != moment] or [WHOLE]
            way = "pages lost" if "pages lost" in possible else rng.choice(possible)
            if rng.random() > SHARE[way]:
                continue
            log = parse(moment.log)
            synced = done(moment._replace(log=moment.log[: max(_synced(log), 32 + moment.attempted * (24 + log.page))]), folder)
            db = folder / "lost.db"
            left = lost(way, moment, before, rng)
            put(left, db)
            try:
                check_whole(kill_many.copied(db, folder))
                if (found := done(left, folder)) not in (synced, done(moment, folder)):
                    raise Failed(f"a commit is lost: {found} instead of {synced}")
                check_completes("scan", db, inputs, 1 + count % 2, folder)
            except Failed as error:
                raise Failed(f"loss {count + 1} ({way}, at {phase}, seed {seed}): {error}") from error
            count += 1
            yield way, phase
            if count == losses:
                return


def moments(db: Path, inputs: Inputs, jobs: int, rng: random.Random, folder: Path) -> Iterator[tuple[Moment, Moment | None, str]]:
    """A scan as it stands now and then, what was when this log was begun, and what it was doing."""
    watched = folder / "phase"
    pid = kill_many.start("scan", db, inputs, jobs, watched)
    before = None
    try:
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            time.sleep(rng.uniform(0, 0.02))
            if phases.at(watched) in ("start", "done"):
                continue
            now, phase = take(pid, db), phases.at(watched)
            yield now, before, phase
            if before is None or parse(before.log).salts != parse(now.log).salts:
                before = now
            os.kill(pid, signal.SIGCONT)
    finally:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def often() -> None:
    """Make checkpoints frequent in the runs that are started from here."""
    connect = session.connect

    def eager(*args, **kwargs):
        opened = connect(*args, **kwargs)
        opened.connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        return opened

    session.connect = eager


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--losses", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    often()
    with tempfile.TemporaryDirectory(prefix="provenance-power-") as folder:
        fallen = list(campaign(asked.losses, asked.seed, Path(folder)))
    counts = collections.Counter(fallen)
    print(f"{'power lost while':<18}" + "".join(f"{way:>14}" for way in (*WAYS, WHOLE)))
    for phase in phases.NAMES:
        if any(at == phase for _, at in fallen):
            print(f"{'scan: ' + phase:<18}" + "".join(f"{counts[way, phase] or '':>14}" for way in (*WAYS, WHOLE)))
    print(f"After each of {len(fallen)}: whole, no synced commit lost, and completed by the next scan. Seed {asked.seed}.")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(str(failed))
