"""`provenance` beside its peers and beside plain loading: `make bench`, or `python -m tests.bench_peers`.

Two questions, each answered from one run on one machine:

- JSONL -> near-duplicate clusters (peers.py): processor time on one core, a process a run, the pipelines in turn, the median of
  ROUNDS; and the recall of pairs whose Jaccard similarity is THRESHOLD or more. Those are found exactly, for SAMPLE texts
  against all: an inverted index of all shingles counts what each pair shares.
- a whole `scan`, with one job and with two, beside `sqlite-utils insert --nl` and `enable-fts` of the same file: wall time and
  processor time.

The corpus is Reuters where ../shared has it, else made-up articles. Peers are the packages of a virtual environment of
their own (--peers, .venv-peers by default; `make .venv-peers/ready` makes it): one that is not there is named in the table.
Prints two tables, and writes them to bench.json (--output) and, with --readme, between the marks of README.md.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests import corpus
from tests.evaluate import README, SHARED
from tests.peers import PIPELINES, THRESHOLD, shingles, texts

ROOT = Path(__file__).parent.parent
START, END = "<!-- bench -->", "<!-- /bench -->"
ROUNDS = 3
SAMPLE = 2000
OWN = ("provenance", "provenance, its own reader")


def written(folder: Path, given: Path | None) -> tuple[str, Path]:
    """What the corpus is called, and its file of JSON Lines."""
    if given:
        return given.stem, given.absolute()
    path = folder / "corpus.jsonl"
    packed = SHARED / "corpora" / "reuters" / "docs.jsonl.gz"
    if packed.exists():
        path.write_bytes(gzip.decompress(packed.read_bytes()))
        return "Reuters", path
    return "made-up articles", corpus.write(path, corpus.rows(1, 4000))


def pairs(path: Path, sample: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, int]:
    """The pairs (one of the sample, another text) of THRESHOLD or more, and how many texts there are."""
    numbers: dict[str, int] = {}
    own = [np.array([numbers.setdefault(s, len(numbers)) for s in shingles(text)], np.int64) for text in texts(str(path))]
    sizes = np.array([len(some) for some in own])
    flat, document = np.concatenate(own), np.repeat(np.arange(len(own)), sizes)
    order = np.argsort(flat, kind="stable")
    holders, bounds = document[order], np.searchsorted(flat[order], np.arange(len(numbers) + 1))
    one, two = [], []
    for x in sorted(random.Random(seed).sample(range(len(own)), min(sample, len(own)))):
        shared = np.zeros(len(own), np.int64)
        for s in own[x].tolist():
            shared[holders[bounds[s] : bounds[s + 1]]] += 1
        alike = np.flatnonzero(shared >= THRESHOLD * (sizes[x] + sizes - shared) - 1e-9)
        alike = alike[(alike != x) & (shared[alike] > 0)]
        one += [x] * len(alike)
        two += alike.tolist()
    return np.array(one, np.int64), np.array(two, np.int64), len(own)


def clustered(name: str, python: str, path: Path, folder: Path) -> dict[str, Any] | str:
    """The answer of a pipeline, or why there is none."""
    answer = folder / "answer.json"
    command = [python, str(ROOT / "tests" / "peers.py"), name, str(path), str(answer)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT) if name in OWN else ""}
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=folder)
    except OSError as error:
        return f"no {python} ({error.strerror})"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["it failed"])[-1]
    return json.loads(answer.read_text())


def peers(path: Path, python: str, folder: Path) -> list[dict[str, Any]]:
    """A row a pipeline."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in PIPELINES}
    missing: dict[str, str] = {}
    for _ in range(ROUNDS):
        for name in PIPELINES:
            if name not in missing:
                got = clustered(name, sys.executable if name in OWN else python, path, folder)
                if isinstance(got, str):
                    missing[name] = got
                else:
                    runs[name].append(got)
    one, two, _ = pairs(path, SAMPLE)
    rows = []
    for name, found in runs.items():
        if name in missing:
            rows.append({"pipeline": name, "missing": missing[name]})
            continue
        seconds = statistics.median(run["seconds"] for run in found)
        clusters = np.array(found[0]["clusters"])
        recall = float((clusters[one] == clusters[two]).mean()) if len(one) else 1.0
        of_many = int((np.bincount(clusters)[clusters] > 1).sum())
        rows.append({
            "pipeline": name, "version": found[0]["version"], "seconds": round(seconds, 3), "recall": round(recall, 4),
            "pairs": len(one), "clustered": of_many,
        })  # fmt: skip
    ours = next(row for row in rows if row["pipeline"] == OWN[0])
    return [row | {"ratio": round(row["seconds"] / ours["seconds"], 1)} if "seconds" in row else row for row in rows]


def timed(command: Sequence[str]) -> tuple[float, float]:
    """(wall, processor) seconds of a command and its children."""
    # What is installed has been compiled: a program that must not keep what it compiles would compile its modules each time.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**environment, "PYTHONPATH": str(ROOT)})
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def scans(path: Path, folder: Path, rounds: int) -> list[dict[str, Any]]:
    """Plain loading, and a scan with one job and with two: medians of wall and processor time, in turn."""
    tool = [sys.executable, "-m", "sqlite_utils"]
    scan = [sys.executable, "-m", "provenance", "scan", "-q"]
    few = folder / "few.jsonl"
    with path.open("rb") as lines:
        few.write_bytes(b"".join(line for _, line in zip(range(300), lines, strict=False)))
    timed([*scan, str(few), "--db", str(folder / "few.db"), "-j", "2"])  # compiles what is not yet compiled
    found: dict[str, list[tuple[float, float]]] = {}
    for k in range(rounds):
        plain = str(folder / f"plain{k}.db")
        parts = [timed([*tool, "insert", plain, "docs", str(path), "--nl"]), timed([*tool, "enable-fts", plain, "docs", "text"])]
        found.setdefault("sqlite-utils insert --nl, enable-fts", []).append(tuple(map(sum, zip(*parts, strict=True))))
        for jobs in (1, 2):
            took = timed([*scan, str(path), "--db", str(folder / f"scan{k}{jobs}.db"), "-j", str(jobs)])
            found.setdefault(f"provenance scan -j {jobs}", []).append(took)
    rows = [
        {"command": name, "seconds": round(statistics.median(w for w, _ in took), 2),
         "processor": round(statistics.median(p for _, p in took), 2)}
        for name, took in found.items()
    ]  # fmt: skip
    return [row | {"times": round(row["seconds"] / rows[0]["seconds"], 1)} for row in rows]


def tables(measured: dict[str, Any]) -> str:
    """The run as the README shows it."""
    size = measured["corpus"]
    out = [f"{size['name']}, {size['texts']:,} texts, {size['megabytes']} MB; {measured['machine']}, {measured['date']}."]
    if measured["peers"]:
        heads = ("near-duplicate clusters from JSONL, one core", "processor time", "times ours", "recall")
        out += ["", f"| {' | '.join(heads)} |", "|---|---|---|---|"]
    for row in measured["peers"]:
        name = f"{row['pipeline']} {row.get('version', '')}".rstrip()
        if "missing" in row:
            out.append(f"| {name} | not there: {row['missing']} | | |")
        else:
            out.append(f"| {name} | {row['seconds']:.2f} s | {row['ratio']} | {row['recall']:.3f} |")
    if measured["scans"]:
        out += ["", "| the whole file | wall time | processor time | times loading |", "|---|---|---|---|"]
    out += [f"| {row['command']} | {row['seconds']} s | {row['processor']} s | {row['times']} |" for row in measured["scans"]]
    return "\n".join(out)


def machine() -> str:
    """Processor and how many of them may be used."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    return f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores of {name}"


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench_peers", description="provenance beside its peers")
    parser.add_argument("--peers", default=str(ROOT / ".venv-peers" / "bin" / "python"), help="the Python that has the peers")
    parser.add_argument("--corpus", type=Path, help="another file of JSON Lines, with `text`")
    parser.add_argument("--only", choices=("peers", "scans"), help="one of the two questions")
    parser.add_argument("--rounds", type=int, default=1, help="scans of each kind")
    parser.add_argument("--output", type=Path, default=Path("bench.json"))
    parser.add_argument("--readme", action="store_true", help="write the tables into README.md")
    asked = parser.parse_args(arguments if arguments is None else list(arguments))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        called, path = written(folder, asked.corpus)
        measured = {
            "machine": machine(),
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "corpus": {
                "name": called,
                "texts": sum(1 for _ in texts(str(path))),
                "megabytes": round(path.stat().st_size / 1e6, 1),
            },
            "peers": [] if asked.only == "scans" else peers(path, asked.peers, folder),
            "scans": [] if asked.only == "peers" else scans(path, folder, asked.rounds),
        }
    print(tables(measured))
    asked.output.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    if asked.readme:
        head, _, rest = README.read_text().partition(START)
        README.write_text(f"{head}{START}\n{tables(measured)}\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
