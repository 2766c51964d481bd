"""Kill runs in the middle of their work, and see that nothing is lost: `python -m tests.kill_many [--kills N] [--seed N]`.

Every run is a process of its own, forked from this one, which has the kernels loaded; it says in a file what it is doing (see
`phases`), so that a kill can be aimed and its table says where each one fell. A kill counts when it interrupted work. After it:
the processes that the run had started end, SQLite's integrity check and foreign keys hold, and the command, given again on
a copy, ends in the same canonical dump as if it had not been disturbed. Then the killed store itself is gone on with and
killed again, so that damage would add up.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import faulthandler
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from provenance import index, read
from provenance.model import StoreError
from provenance.pipeline import forget, rebuild, scan, unfold
from provenance.pipeline.progress import Silent
from provenance.store import Store
from tests import corpus, phases
from tests.canonical import difference, dump
from tests.pages import pages

AIMS = (
    *(("scan", phase) for phase in ("open", "read", "load", "load", "match", "match", "merge", "merge", "commit")),
    *(("scan", phase) for phase in ("lineage", "lineage", "checkpoint")),
    *(("forget", phase) for phase in ("remove", "lineage", "commit", "purge", "purge", "purge")),
    *(("rebuild", phase) for phase in ("match", "merge", "lineage", "commit")),
)
"""What is being done when a run is to be killed: all in turn."""
OFTEN = ("load", "match", "merge", "commit")
"""What a run is at many times: which of them is drawn."""
CHAIN = 3
"""Scans of one store that are killed before it starts anew."""
BATCH, FAN_OUT = 12, 3
"""Documents a batch, and segments that merge: some fourteen batches with half as many merges."""
PAGES = 40
PATIENCE = 300.0
"""Seconds after which a run hangs: where, it says on stderr."""
MARK = "PROVENANCE_KILLED_RUN"
"""In the environment of a run and of all that it starts: whose processes they are."""


@dataclasses.dataclass(frozen=True)
class Inputs:
    """What is scanned, what is forgotten of it, and what an undisturbed run makes of both."""

    paths: tuple[str, ...]
    rest: tuple[str, ...]
    gone: tuple[str, ...]
    whole: Path
    dump: dict[str, list]
    dump_rest: dict[str, list]
    needles: tuple[bytes, ...]
    """Of each text that is forgotten, words that no other holds."""


class Failed(AssertionError):
    """A kill after which something was not as it should be."""


def prepare(folder: Path) -> Inputs:
    """Rows, pages and the stores that undisturbed runs make of them; legends and forms of a fifth, so that no key is capped."""
    rows = corpus.rows(11, 5) + [row for seed in range(12, 16) for row in corpus.rows(seed, 6) if not corpus.common(row)]
    gone = random.Random(3).sample([row["id"] for row in rows], len(rows) // 4)
    needles = []
    for row in rows:
        if row["id"] in gone:
            row["text"] += f" Needle{len(needles)}x{len(needles) ** 2}."
            needles.append(row["text"].rsplit(maxsplit=1)[1].encode())
    made = folder / "pages"
    made.mkdir()
    for number, page in enumerate(pages(PAGES)):
        (made / f"{number:03}.html").write_text(page.markup, encoding="utf-8")
    paths = (str(made), str(corpus.write(folder / "in.jsonl", rows)))
    rest = (str(made), str(corpus.write(folder / "rest.jsonl", [row for row in rows if row["id"] not in gone])))
    whole, without = folder / "whole.db", folder / "rest.db"
    for db, some in ((whole, paths), (without, rest)):
        assert scan.scan(db, some, read.Options(), jobs=1, progress=Silent()).capped_keys == 0
    return Inputs(paths, rest, tuple(gone), whole, dump(whole), dump(without), tuple(needles))


# Runs


def work(command: str, db: Path, inputs: Inputs, jobs: int) -> None:
    """The command, in small batches."""
    if command == "scan":
        scan.scan(db, inputs.paths, read.Options(), jobs=jobs, progress=Silent())
    elif command == "forget":
        forget.forget(db, inputs.gone, dry_run=False)
    else:
        rebuild.rebuild(db, lineage_only=False, jobs=jobs, progress=Silent())


def start(command: str, db: Path, inputs: Inputs, jobs: int, watched: Path) -> int:
    """The command in a process of its own; its id."""
    phases.make(watched)
    if pid := os.fork():
        return pid
    status = 1
    try:
        say = phases.watch(watched)
        os.environ[MARK] = str(os.getpid())
        faulthandler.dump_traceback_later(PATIENCE * 0.9)
        scan.BATCH_DOCUMENTS = rebuild.BATCH_DOCUMENTS = BATCH
        index.FAN_OUT = FAN_OUT
        unfold.HERE_BYTES = 1
        work(command, db, inputs, jobs)
        say("done")
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def kill(pid: int, watched: Path, phase: str, rng: random.Random) -> str | None:
    """Kill the process once it is at what it is to be killed at, and a little later. What it was at; None if it was done."""
    visits, seen, before = rng.choice((1, 2, 4, 8)) if phase in OFTEN else 1, 0, ""
    deadline = time.monotonic() + PATIENCE
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        now = phases.at(watched)
        seen += now == phase != before
        before = now
        if seen >= visits:
            time.sleep(rng.choice((0, 0, 0.001, 0.003, 0.01, 0.03)) * rng.random())
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            at = phases.at(watched)
            return at if os.WIFSIGNALED(status) and at != "done" else None
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise Failed(f"the run hangs at {now}")
        time.sleep(0.0002)
    return None


def finish(command: str, db: Path, inputs: Inputs, jobs: int, watched: Path) -> None:
    """The command, undisturbed."""
    pid = start(command, db, inputs, jobs, watched)
    _, status = os.waitpid(pid, 0)
    if status:
        raise Failed(f"{command} after the kill failed, at {phases.at(watched)}")


def family_of(pid: int) -> list[int]:
    """The living processes that this run started."""
    mark = f"{MARK}={pid}".encode()
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdecimal() and mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found


# What has to hold


def check_alone(pid: int) -> int:
    """All that the run had started ends with it. Returns how many there were at first."""
    first = family_of(pid)
    deadline = time.monotonic() + 30
    while family_of(pid):
        if time.monotonic() > deadline:
            raise Failed(f"processes {family_of(pid)} live on without their parent")
        time.sleep(0.01)
    return len(first)


def copied(db: Path, folder: Path) -> Path:
    """A copy of the store as the kill left it, with its log: who opens it has to recover it."""
    copy = folder / "copy.db"
    for end in ("", "-wal", "-shm", "-journal"):
        copy.with_name(copy.name + end).unlink(missing_ok=True)
        if end != "-shm" and (part := db.with_name(db.name + end)).exists():
            shutil.copy(part, copy.with_name(copy.name + end))
    return copy


def check_whole(db: Path) -> None:
    """As SQLite sees the file, and as we see it. A file without tables is no store yet, and says so to who reads it."""
    if not db.exists():
        return
    with contextlib.closing(sqlite3.connect(db)) as connection:
        if (found := connection.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
            raise Failed(f"integrity: {found[:3]}")
        if found := connection.execute("PRAGMA foreign_key_check").fetchall():
            raise Failed(f"foreign keys: {found[:3]}")
        empty = not connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    try:
        with Store.open(db) as store:
            found = [line for line in store.check() if not line.startswith("dirty:")]
    except StoreError as error:
        found = [] if empty and "no store yet" in str(error) else [str(error)]
    if found:
        raise Failed("; ".join(found))


def check_completes(command: str, db: Path, inputs: Inputs, jobs: int, folder: Path) -> None:
    """On a copy: the same command again, and then a scan, end where they would have ended undisturbed."""
    copy = copied(db, folder)
    watched = folder / "again"
    if command == "rebuild" and (found := difference(inputs.dump, dump(copy))):
        raise Failed(f"a killed rebuild changed the store: {found}")
    finish(command, copy, inputs, jobs, watched)
    wanted = inputs.dump_rest if command == "forget" else inputs.dump
    if command == "forget":
        files = [copy, copy.with_name(copy.name + "-wal")]
        left = [needle for file in files if file.exists() for needle in inputs.needles if needle in file.read_bytes()]
        if left:
            raise Failed(f"forgotten words are left in the file: {left[:3]}")
        finish("scan", copy, dataclasses.replace(inputs, paths=inputs.rest), jobs, watched)
    check_whole(copy)
    if found := difference(wanted, dump(copy)):
        raise Failed(f"completed, the store says something else: {found}")


# The campaign


def campaign(kills: int, seed: int, folder: Path) -> Iterator[tuple[str, int, str, int]]:
    """(command, jobs, phase, processes that it had started) of each kill that interrupted work."""
    rng = random.Random(seed)
    inputs = prepare(folder)
    watched = folder / "phase"
    done = attempt = 0
    db, chain = folder / "0.db", 0
    order = random.Random(seed).sample(range(len(AIMS)), len(AIMS))
    while done < kills:
        command, phase = AIMS[order[attempt % len(AIMS)]]
        jobs = 1 + attempt // len(AIMS) % 2
        attempt += 1
        if command != "scan":
            target = folder / "other.db"
            for file in folder.glob("other.db*"):
                file.unlink()
            shutil.copy(inputs.whole, target)
        else:
            if chain >= CHAIN or (phase == "open" and rng.random() < 0.5):
                for file in folder.glob(f"{db.name}*"):
                    file.unlink()
                db, chain = folder / f"{attempt}.db", 0
            target, chain = db, chain + 1
        pid = start(command, target, inputs, jobs, watched)
        at = kill(pid, watched, phase, rng)
        helpers = check_alone(pid)
        if at is None:
            chain = CHAIN if command == "scan" else chain  # the scan was done: nothing is left to interrupt
            continue
        done += 1
        try:
            check_whole(copied(target, folder))
            check_completes(command, target, inputs, 3 - jobs, folder)
        except Failed as error:
            raise Failed(f"kill {done} ({command} -j {jobs}, at {at}, seed {seed}): {error}") from error
        yield command, jobs, at, helpers


def table(fallen: Sequence[tuple[str, int, str, int]]) -> str:
    """How many kills fell where."""
    counts = collections.Counter((command, phase, jobs) for command, jobs, phase, _ in fallen)
    lines = [f"{'killed while':<24}{'one job':>9}{'two jobs':>10}{'in all':>8}"]
    for command in ("scan", "forget", "rebuild"):
        for phase in phases.NAMES:
            one, two = (counts[command, phase, jobs] for jobs in (1, 2))
            if one or two:
                lines.append(f"{command + ': ' + phase:<24}{one or '':>9}{two or '':>10}{one + two:>8}")
    both = [sum(n for (*_, jobs), n in counts.items() if jobs == k) for k in (1, 2)]
    lines.append(f"{'in all':<24}{both[0]:>9}{both[1]:>10}{len(fallen):>8}")
    helpers = sum(n for *_, n in fallen)
    lines.append(f"{helpers} processes that killed runs had started were alive at the kill; all ended by themselves.")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100, help="that interrupt work")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="provenance-kills-") as folder:
        fallen = list(campaign(asked.kills, asked.seed, Path(folder)))
    print(table(fallen))
    print(
        f"After each: integrity check and foreign keys hold, and the same command again completes to the same canonical dump. "
        f"Seed {asked.seed}, {time.monotonic() - started:.0f} s."
    )


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(str(failed))
