"""What a growing store costs: `make growth`, or `python -m tests.growth [SIZE ...]`, say with 500000 and 1000000.

Corpora of tests/articles.py are scanned into empty stores by the command itself, one job each: processor and wall time, peak
memory with that of child processes, what each table takes of the file, free pages counted. Each size is a start of the next, so
that what doubling costs can be told. Into the last store go NIGHT new articles, and the same into an empty one, and a few
texts are traced there. Prints three tables, and writes all of it to growth.json in the current folder.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests import articles

SIZES = (50_000, 100_000, 200_000)
NIGHT = 10_000
SEED = 1
TRACED = 5
"""Texts that are traced, each by a command of its own; the best counts, so that reading from a cold disk does not."""
MIB = 1 << 20


def run(*arguments: str | Path) -> dict[str, Any]:
    """A `provenance` command as a process: wall and processor seconds, peak memory in bytes, with its children."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "provenance", *map(str, arguments)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"provenance {' '.join(map(str, arguments))} ended with {process.returncode}")
    return {
        "wall": round(time.perf_counter() - start, 1),
        "cpu": round(used.ru_utime + used.ru_stime, 1),
        "peak": used.ru_maxrss * 1024,
    }


def scan(db: Path, path: Path) -> dict[str, Any]:
    return run("scan", path, "--db", db, "--jobs", "1", "--quiet")


def sizes(db: Path, text: int) -> dict[str, Any]:
    """Bytes of the file, and of what is in it, by table with its own indexes; `text` is what the articles hold."""
    with contextlib.closing(sqlite3.connect(db)) as connection:
        owner = dict(connection.execute("SELECT name, tbl_name FROM sqlite_master"))
        tables: dict[str, int] = {}
        for name, size in connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
            table = owner.get(name, name)
            table = "full text" if table.startswith("body_fts") else "index" if table in ("part", "segment") else table
            tables[table] = tables.get(table, 0) + size
        (tables["free pages"],) = connection.execute(
            "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size"
        ).fetchone()
        postings, documents = connection.execute(
            "SELECT (SELECT sum(count) FROM part), (SELECT count(*) FROM document)"
        ).fetchone()
    tables = dict(sorted(tables.items(), key=lambda item: -item[1]))
    return {
        "file": db.stat().st_size,
        "text": text,
        "ratio": round(db.stat().st_size / text, 2),
        "index_bytes_per_article": round((tables["index"] + tables["free pages"]) / documents),
        "postings_per_article": round(postings / documents),
        "tables": tables,
    }


def touched(db: Path, run_id: int) -> int:
    """Members of the families that a run's documents belong to."""
    sql = """SELECT count(*) FROM family WHERE family_id IN (
        SELECT family_id FROM family JOIN document ON document.id = document_id WHERE run_id = ?)"""
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql, (run_id,)).fetchone()[0]


def night(folder: Path, db: Path, size: int) -> dict[str, Any]:
    """NIGHT articles after the store's own, into it and into an empty one."""
    path = folder / "night.jsonl"
    articles.write(path, SEED, size, NIGHT)
    empty = scan(folder / "empty.db", path)
    full = scan(db, path)
    members = touched(db, 2)
    allowed = 1.5 * empty["cpu"] + members / 1000
    return {"articles": NIGHT, "into": size, "empty": empty, "full": full, "members": members, "allowed_cpu": round(allowed, 1)}


def traced(folder: Path, db: Path, size: int) -> dict[str, Any]:
    """Processor seconds of `trace` for texts that are not in the store: the best and the worst, and of a store of one article."""
    small = folder / "small.db"
    articles.write(folder / "one.jsonl", SEED, 0, 1)
    scan(small, folder / "one.jsonl")
    out: dict[str, list[float]] = {"full": [], "small": []}
    for n in range(size + NIGHT, size + NIGHT + TRACED):
        guest = folder / "guest.txt"
        guest.write_text(articles.article(SEED, n)["text"], encoding="utf-8")
        for name, store in (("full", db), ("small", small)):
            out[name].append(run("trace", guest, "--db", store, "--quiet")["cpu"])
    return {name: {"best": min(seconds), "worst": max(seconds)} for name, seconds in out.items()}


def measure(counts: Sequence[int]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="provenance-growth-", dir=os.environ.get("GROWTH_FOLDER")) as name:
        folder = Path(name)
        articles.write(folder / "warm.jsonl", SEED, 0, 300)
        scan(folder / "warm.db", folder / "warm.jsonl")  # compiles the kernels
        rows = []
        for size in counts:
            path, db = folder / "in.jsonl", folder / f"{size}.db"
            text = articles.write(path, SEED, 0, size)
            rows.append({"articles": size} | scan(db, path) | sizes(db, text))
            print(json.dumps({key: value for key, value in rows[-1].items() if key != "tables"}), file=sys.stderr, flush=True)
            for other in folder.glob("*.db"):
                if other != db:
                    other.unlink()
        last = rows[-1]["articles"]
        return {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "versions": f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
            "sizes": rows,
            "growth": [growth(one, two) for one, two in itertools.pairwise(rows)],
            "night": night(folder, db, last),
            "trace": traced(folder, db, last),
        }


def growth(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    """What going from one size to the next costs, as of a doubling; and the memory that each further article takes."""
    times = two["articles"] / one["articles"]
    return {
        "from": one["articles"],
        "to": two["articles"],
        "cpu": round(2 * two["cpu"] / one["cpu"] / times, 2),
        "file": round(2 * two["file"] / one["file"] / times, 2),
        "peak_bytes_per_article": round((two["peak"] - one["peak"]) / (two["articles"] - one["articles"])),
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as a Markdown table."""
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    for row in rows:
        lines.append("| " + " | ".join(f"{value:,}" if isinstance(value, int) else str(value) for value in row.values()) + " |")
    return "\n".join(lines)


def told(found: dict[str, Any]) -> str:
    """What was measured, in Markdown."""
    sizes = [
        {
            "articles": row["articles"], "wall s": row["wall"], "CPU s": row["cpu"],
            "ms an article": round(1000 * row["cpu"] / row["articles"], 2), "peak MB": row["peak"] // MIB,
            "store MB": row["file"] // MIB, "store / text": row["ratio"], "index B an article": row["index_bytes_per_article"],
        }
        for row in found["sizes"]
    ]  # fmt: skip
    last = found["sizes"][-1]
    large = {name: size for name, size in last["tables"].items() if size > MIB}
    parts = [f"{found['machine']}, {found['date']}.", table(sizes)]
    if found["growth"]:
        parts.append(table(found["growth"]))
    parts.append(
        table([{"table": name, "MB": size // MIB, "of the text": round(size / last["text"], 3)} for name, size in large.items()])
    )
    one = found["night"]
    full, small = (found["trace"][name]["best"] for name in ("full", "small"))
    parts.append(
        f"A night of {one['articles']:,} articles: {one['full']['cpu']} s of processor time into {one['into']:,}, "
        f"{one['empty']['cpu']} s into none, with {one['members']:,} members of touched families. `trace`: {full} s of processor "
        f"time there, {small} s in a store of one article."
    )
    return "\n\n".join(parts)


def main() -> None:
    found = measure(sorted(map(int, sys.argv[1:])) or SIZES)
    Path("growth.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(told(found))


if __name__ == "__main__":
    main()
