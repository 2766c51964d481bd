"""A week of a nightly cron job: what is new, an older source that turns up late, a crash, a correction, a removal."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from provenance.cli import cli
from tests import corpus
from tests.canonical import difference, dump
from tests.strategies import edited, prose

ROOT = Path(__file__).parent.parent
NIGHTS = 7
STORY = prose(31, 10)
AGENCY = {"id": "https://agency.example/story", "text": STORY, "date": "2025-05-09T08:00:00Z", "source": "agency.example"}
FIRST = AGENCY | {
    "id": "https://a.example/story", "text": edited(STORY, 0.08, 1), "date": "2025-05-10T10:00:00Z", "source": "a.example"
}  # fmt: skip
SECOND = FIRST | {
    "id": "https://b.example/story", "text": edited(FIRST["text"], 0.08, 2), "date": "2025-05-12T10:00:00Z", "source": "b.example"
}  # fmt: skip
CORRECTED = SECOND | {"text": SECOND["text"].replace(SECOND["text"].split()[20], "corrected", 1)}


class Nights:
    """A store and what a cron job does with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "p.db"

    def run(self, name: str, *arguments: str) -> str:
        result = CliRunner().invoke(cli, [name, "--db", str(self.db), *arguments], prog_name="provenance")
        assert result.exit_code == 0, result.output
        return result.stdout

    def scan(self, rows: list[dict[str, Any]]) -> None:
        self.run("scan", "-q", str(corpus.write(self.folder / "in.jsonl", rows)))

    def crash(self, rows: list[dict[str, Any]]) -> None:
        """Read and matched, and killed before the lineage."""
        path = corpus.write(self.folder / "in.jsonl", rows)
        command = [sys.executable, "-m", "tests.scanning", "scan", str(self.db), str(path), "families"]
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL

    def news(self) -> list[tuple[str, str, str | None, str | None]]:
        """(what, uri, before, after) of `report --since last`, which as text must say each of them."""
        changes = json.loads(self.run("report", "--since", "last", "-f", "json"))["news"]["changes"]
        shown = self.run("report", "--since", "last")
        assert all(change["uri"] in shown for change in changes[:5])
        return [(c["what"], c["uri"], c["before"], c["after"]) for c in changes]

    def families(self) -> dict[str, int]:
        with contextlib.closing(sqlite3.connect(self.db)) as connection:
            return dict(connection.execute("SELECT uri, family_id FROM family JOIN document ON document_id = id"))

    def parent(self, uri: str) -> str | None:
        sql = "SELECT parent FROM lineage WHERE child = ?"
        with contextlib.closing(sqlite3.connect(self.db)) as connection:
            return next((parent for (parent,) in connection.execute(sql, (uri,))), None)


def test_a_week(tmp_path):
    """Each night says what it changed, families keep their ids, and in the end the store is what a rebuild makes of it."""
    nights = Nights(tmp_path)
    rows = [row for row in corpus.rows(8, 21) if not corpus.common(row)]
    parts = [rows[night::NIGHTS] for night in range(NIGHTS)]
    seen: dict[str, int] = {}
    used: set[int] = set()

    def settled() -> None:
        """A family that goes on keeps its id, and a new one gets an id that none ever had."""
        nonlocal seen
        now = nights.families()
        for id in set(now.values()):
            if id in seen.values():
                assert any(now[uri] == id == before for uri, before in seen.items() if uri in now)
            else:
                assert id > max(used, default=0)
        used.update(now.values())
        seen = now

    nights.scan([*parts[0], FIRST])
    assert FIRST["id"] not in nights.families()
    settled()

    nights.scan([*parts[1], SECOND])
    assert ("new", FIRST["id"], None, "2") in nights.news()
    assert nights.parent(SECOND["id"]) == FIRST["id"]
    settled()

    nights.crash(parts[2])
    nights.scan(parts[2])
    assert any(what in ("new", "grew") for what, *_ in nights.news())
    settled()
    home = seen[FIRST["id"]]

    nights.scan([*parts[3], AGENCY])
    news = nights.news()
    assert ("grew", AGENCY["id"], "2", "3") in news
    assert ("re-rooted", AGENCY["id"], FIRST["id"], AGENCY["id"]) in news
    assert ("parent", FIRST["id"], "none", AGENCY["id"]) in news
    settled()
    assert seen[AGENCY["id"]] == home

    nights.scan([*parts[4], CORRECTED])
    earlier = next(uri for uri in nights.families() if uri.startswith(SECOND["id"] + "@"))
    assert nights.parent(SECOND["id"]) == earlier
    assert ("grew", AGENCY["id"], "3", "4") in nights.news()
    settled()

    nights.scan(parts[5])
    nights.run("forget", FIRST["id"])
    news = nights.news()
    assert ("removed", FIRST["id"], None, None) in news
    assert "removed from the store" in nights.run("report", "--since", "last")
    settled()
    assert FIRST["id"] not in seen
    assert seen[AGENCY["id"]] == home

    nights.scan(parts[6])
    settled()
    nights.scan(rows)
    assert nights.news() == []

    nights.run("doctor")
    again = Nights(tmp_path / "again")
    again.folder.mkdir()
    shutil.copy(nights.db, again.db)
    again.run("rebuild", "-q")
    assert difference(dump(nights.db), dump(again.db)) == {}
    assert again.families() == seen
