"""How fast each format is read, and 10,000 mixed files as a scan takes them: part of `make bench`.

Made-up articles are written in every format; each format is read alone, through the same door as a scan uses (`read_folded` and
`unfold`), with one process and with two. Then a folder of 10,000 files of all kinds, some of them broken, is scanned by the
command with two jobs. Prints two tables, and writes them to bench_read.json in the current folder.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from provenance import read
from provenance.model import Document
from provenance.pipeline.unfold import unfold
from tests import containers
from tests.pages import pages
from tests.strategies import prose

ARTICLES, PAGES = 2000, 1200
FILES = 10_000
BROKEN = 20
"""One file in so many is cut off, filled with noise, or empty."""
SHARES = {".html": 40, ".txt": 20, ".jsonl": 10, ".json": 8, ".csv": 6, ".jsonl.gz": 5, ".warc.gz": 4, ".zip": 4, ".parquet": 3}


def rows(count: int, first: int = 0) -> list[dict[str, str]]:
    return [{"url": f"https://n{n % 40}.example/{n}", "text": prose(n, 20)} for n in range(first, first + count)]


def table(articles: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["url", "text"])
    writer.writeheader()
    writer.writerows(articles)
    return out.getvalue().encode()


def crawl(articles: list[dict[str, str]]) -> bytes:
    return b"".join(containers.captured(row["url"], row["text"]) for row in articles)


MAKERS: dict[str, Callable[[list[dict[str, str]]], bytes]] = {
    ".jsonl": containers.jsonl,
    ".jsonl.gz": lambda articles: containers.COMPRESSIONS[".gz"](containers.jsonl(articles)),
    ".json": lambda articles: json.dumps(articles).encode(),
    ".csv": table,
    ".parquet": containers.parquet,
    ".warc": crawl,
    ".warc.gz": lambda articles: containers.COMPRESSIONS[".gz"](crawl(articles)),
    ".zip": lambda articles: containers.zipped((f"{n}.txt", row["text"].encode()) for n, row in enumerate(articles)),
    ".tar": lambda articles: containers.tarred((f"{n}.txt", row["text"].encode()) for n, row in enumerate(articles)),
}


def written(folder: Path, suffix: str) -> list[Path]:
    """Files of one format: ARTICLES articles, or PAGES pages of about 50 KB."""
    if suffix == ".html":
        out = [folder / f"{n}.html" for n in range(PAGES)]
        for path, page in zip(out, pages(PAGES, (60, 90)), strict=True):
            path.write_text(page.markup, encoding="utf-8")
        return out
    path = folder / f"all{suffix}"
    path.write_bytes(MAKERS[suffix](rows(ARTICLES)))
    return [path]


def timed(paths: list[Path], jobs: int) -> tuple[int, float]:
    """(documents, seconds) of reading them."""
    start = time.perf_counter()
    with contextlib.closing(unfold(read.read_folded(map(str, paths)), jobs)) as items:
        documents = sum(isinstance(item, Document) for item in items)
    return documents, time.perf_counter() - start


def rates() -> Iterator[dict[str, object]]:
    """For each format, the best of three with one process and with two."""
    for suffix in (*MAKERS, ".html"):
        with tempfile.TemporaryDirectory() as name:
            paths = written(Path(name), suffix)
            size = sum(path.stat().st_size for path in paths) / 1e6
            found = {jobs: min((timed(paths, jobs) for _ in range(3)), key=lambda pair: pair[1]) for jobs in (1, 2)}
            documents, seconds = found[1]
            yield {
                "format": suffix,
                "documents": documents,
                "megabytes": round(size, 2),
                "documents_per_second": round(documents / seconds),
                "megabytes_per_second": round(size / seconds, 1),
                "two_processes": round(seconds / found[2][1], 2),
            }


def mixed(folder: Path) -> int:
    """FILES files of all kinds in the proportions of SHARES, one in BROKEN of them broken. Returns how many are."""
    rng = random.Random(5)
    kinds = rng.choices(list(SHARES), list(SHARES.values()), k=FILES)
    many = pages(FILES)
    broken = 0
    for n, suffix in enumerate(kinds):
        if suffix == ".html":
            data = next(many).markup.encode()
        elif suffix == ".txt":
            data = prose(n, 20).encode()
        else:
            data = MAKERS[suffix](rows(3, 100_000 + 3 * n))
        if n % BROKEN == 0:
            data = rng.choice([data[: len(data) // 2], rng.randbytes(200) + b"\0" + data, b""])
            broken += 1
        (folder / f"{n:05}{suffix}").write_bytes(data)
    return broken


def scanned() -> dict[str, object]:
    """What `provenance scan -j 2` says of the mixed files, and how long it takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "in"
        folder.mkdir()
        broken = mixed(folder)
        command = [sys.executable, "-m", "provenance", "scan", str(folder), "--db", f"{name}/store.db", "-j", "2", "--json"]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - start
        if done.returncode not in (0, 3):
            raise SystemExit(done.stderr)
        said = json.loads(done.stdout)
    return {"files": FILES, "broken": broken, "exit_code": done.returncode, "seconds": round(seconds, 1), "said": said}


def main() -> None:
    formats = list(rates())
    print("| format | documents | MB | documents/s | MB/s | two processes |")
    print("|---|---|---|---|---|---|")
    for row in formats:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    scan = scanned()
    said = scan["said"]
    print(
        f"\n{FILES} mixed files ({scan['broken']} broken): {scan['seconds']} s with two jobs, exit code {scan['exit_code']}; ",
        end="",
    )
    print(f"{said['read']} documents read, {said['failed']} problems; by format {said['formats']}")
    Path("bench_read.json").write_text(json.dumps({"formats": formats, "scan": scan}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
