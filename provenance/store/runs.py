"""What each run did: run, problem, change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from provenance.model import Problem, StoreError
from provenance.store.rows import ChangeRow, RunRow, columns
from provenance.store.session import Session

_COUNTERS = ("read", "added", "changed", "unchanged", "failed", "capped_keys")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Runs(Session):
    """The runs and what they reported."""

    def start_run(self, command: str, version: str, config: dict[str, Any]) -> int:
        """Begin a run; its id. Earlier runs that still say 'running' are dead, as we hold the lock: they failed."""
        with self.transaction():
            self._run("UPDATE run SET status = 'failed', finished_at = ? WHERE status = 'running'", (_now(),))
            row = (command, version, json.dumps(config, sort_keys=True), _now())
            return self._run("INSERT INTO run (command, version, config, started_at) VALUES (?, ?, ?, ?)", row).lastrowid

    def finish_run(self, run_id: int, status: str, **counters: int) -> None:
        """End a run as 'ok', 'partial' (some inputs were unreadable) or 'failed', with its counters (columns of `run`).

        Those that are not given stay as they are. Raises StoreError where another run has taken the store over.
        """
        if unknown := counters.keys() - set(_COUNTERS):
            raise TypeError(f"finish_run() got unknown counters {sorted(unknown)}")
        assignments = "".join(f", {name} = :{name}" for name in counters)
        values_and_key = counters | {"id": run_id, "status": status, "now": _now()}
        self._update(f"status = :status, finished_at = :now{assignments}", values_and_key)

    def note_progress(self, run_id: int, **counters: int) -> None:
        """The counters so far, within the transaction of the batch that they count.

        Raises StoreError where another run has taken the store over.
        """
        self._update(", ".join(f"{name} = :{name}" for name in counters), counters | {"id": run_id})

    def _update(self, assignments: str, values: dict[str, Any]) -> None:
        # A run that begins declares all others dead. One that lives after all, its lock file removed by somebody, has in
        # memory what is no longer so, and must not write another row.
        if not self._run(f"UPDATE run SET {assignments} WHERE id = :id AND status = 'running'", values).rowcount:
            raise StoreError(
                f"{self.path}: another run began meanwhile, so its lock file must have been removed; "
                "run the command again, and leave that file alone"
            )

    def unpurged(self) -> bool:
        """Whether a `forget` was cut short and nothing since has made sure that no removed text is left in the file."""
        return self._rows(_UNPURGED)[0][0]

    def run_started(self, run_id: int) -> str:
        return self._rows("SELECT started_at FROM run WHERE id = ?", (run_id,))[0][0]

    def run_config(self, run_id: int) -> dict[str, Any]:
        """What the run was told."""
        return json.loads(self._rows("SELECT config FROM run WHERE id = ?", (run_id,))[0][0])

    def runs(self, limit: int) -> list[RunRow]:
        """The last runs, newest first."""
        return [RunRow._make(row) for row in self._rows(f"SELECT {columns(RunRow)} FROM run ORDER BY id DESC LIMIT ?", (limit,))]

    def add_problems(self, run_id: int, problems: Iterable[Problem]) -> None:
        rows = ((run_id, problem.uri, problem.stage, problem.message) for problem in problems)
        self._many("INSERT INTO problem (run_id, uri, stage, message) VALUES (?, ?, ?, ?)", rows)

    def problems(self, run_id: int) -> list[Problem]:
        """The inputs that a run could not use."""
        rows = self._rows("SELECT uri, stage, message FROM problem WHERE run_id = ? ORDER BY uri, stage, message", (run_id,))
        return [Problem(*row) for row in rows]

    def add_changes(self, run_id: int, changes: Iterable[tuple[str, str, str | None, str | None]]) -> None:
        """Rows (uri, what, before, after)."""
        rows = ((run_id, *change) for change in changes)
        self._many("INSERT INTO change (run_id, uri, what, before, after) VALUES (?, ?, ?, ?, ?)", rows)

    def changes_since(self, run_id: int) -> list[ChangeRow]:
        """What the runs from `run_id` on changed, oldest first."""
        rows = self._rows(f"SELECT {columns(ChangeRow)} FROM change WHERE run_id >= ? ORDER BY run_id, uri, what", (run_id,))
        return [ChangeRow._make(row) for row in rows]


_UNPURGED = """
    SELECT ifnull(max(id) FILTER (WHERE command = 'forget' AND status <> 'ok'), 0)
        > ifnull(max(id) FILTER (WHERE command IN ('forget', 'doctor --repair') AND status = 'ok'), 0) FROM run
"""
