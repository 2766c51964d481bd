"""Texts made to cost: each costs time and memory in proportion to its length, and the rest of the scan goes on.

Measured as a process of its own, from start to end. PROVENANCE_SLOW makes them as long as an attacker would: 50 MB on a line."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.strategies import edited, prose

ROOT = Path(__file__).parent.parent
SCALE = 25 if os.environ.get("PROVENANCE_SLOW") else 1
WORDS = [f"{a}{b}{c}" for a in ("ba", "ke", "li", "mo", "nu", "ra") for b in ("dan", "fel", "gor", "tim") for c in range(900)]
LINE = " ".join(WORDS[n * n * 7 % 21_599] for n in range(300_000 * SCALE))
"""Two megabytes on one line."""
SAME = "word " * 1_000_000
NESTED = 100_000
SECONDS, MEGABYTES = 9 + 6 * SCALE, 1200 + 300 * SCALE
"""What one of them may cost, processor time and memory; measured: 4 s, and 1.2 GB for ten million marks, which is the most."""
HOSTILE = {
    "two long lines": {"a.txt": LINE, "b.txt": LINE.replace("kefel7 ", "changed ")},
    "a million identical words, twice": {"a.txt": SAME, "b.txt": "first " + SAME + "last"},
    "ten million combining marks": {"a.txt": "a" + "\u0301" * 10_000_000},
    "NULs and bidi controls": {"a.txt": "\0" * 1_000_000 + "text", "b.txt": "a\u202e\u2066b " * 200_000},
    "lone surrogates": {"a.jsonl": json.dumps({"text": "\ud800 \udfff" * 200_000})},
    "deep JSON": {"a.json": "[" * NESTED + "]" * NESTED, "b.jsonl": '{"text":' * NESTED + '"x"' + "}" * NESTED},
    "deep HTML": {"a.html": "<div>" * NESTED + "text"},
}
GOOD = [{"id": f"https://s.example/{n}", "text": edited(prose(77, 8), 0.05 * n, n)} for n in range(2)]


@pytest.fixture(scope="module", autouse=True)
def compiled(tmp_path_factory):
    """A first run on a machine compiles for a minute: that is not what is measured."""
    folder = tmp_path_factory.mktemp("compiled")
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in GOOD))
    command = [sys.executable, "-m", "provenance", "scan", "-q", "-j1", "--db", folder / "p.db", folder / "in.jsonl"]
    subprocess.run(command, cwd=ROOT, check=True)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_costs_what_its_length_costs(tmp_path, kind):
    """The scan ends in bounded time and memory, with what could not be read told, and the other texts are in the store."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in HOSTILE[kind].items():
        (folder / name).write_text(text, errors="surrogatepass")
    (folder / "z.jsonl").write_text("".join(json.dumps(row) + "\n" for row in GOOD))
    db = tmp_path / "p.db"
    scan = [sys.executable, "-m", "provenance", "scan", "-q", "-j1", "--db", str(db), str(folder)]
    code = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *scan], cwd=ROOT, capture_output=True, text=True, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (20 * SECONDS, 20 * SECONDS)),
    )  # fmt: skip
    status, seconds, kilobytes = done.stdout.split()
    assert int(status) in (0, 3), done.stderr
    assert float(seconds) < SECONDS
    assert int(kilobytes) < 1024 * MEGABYTES
    with contextlib.closing(sqlite3.connect(db)) as connection:
        pair = "SELECT count(DISTINCT family_id) FROM family JOIN document ON document_id = id WHERE uri LIKE 'https://s.%'"
        assert connection.execute(pair).fetchone() == (1,)
