"""What people say: correction, which they write, and applied, what the last run made of it."""

from __future__ import annotations

from collections.abc import Iterable

from provenance.store.rows import AppliedRow, CorrectionRow, columns
from provenance.store.session import Session, listed


class Corrections(Session):
    """The word of people on who has it from whom."""

    def corrections(self) -> list[CorrectionRow]:
        """All of them, in order of uris."""
        rows = self._rows(f"SELECT {columns(CorrectionRow)} FROM correction ORDER BY child, parent")
        return [CorrectionRow._make(row) for row in rows]

    def corrections_of(self, uris: Iterable[str]) -> list[AppliedRow]:
        """Those that hold and name one of these documents."""
        sql = f"""WITH wanted AS MATERIALIZED (SELECT value FROM json_each(?))
            SELECT {columns(AppliedRow)} FROM applied
            WHERE state = 'holds' AND (child IN (SELECT value FROM wanted) OR parent IN (SELECT value FROM wanted))
            ORDER BY child, parent"""
        return [AppliedRow._make(row) for row in self._rows(sql, (listed(uris),))]

    def applied(self) -> list[AppliedRow]:
        """The corrections as the last run found them, with what became of each, in order of uris."""
        return [AppliedRow._make(row) for row in self._rows(f"SELECT {columns(AppliedRow)} FROM applied ORDER BY child, parent")]

    def set_applied(self, rows: Iterable[AppliedRow | tuple]) -> None:
        """Let these be all that was found; only what differs is written."""
        before, now = set(self.applied()), {AppliedRow._make(row) for row in rows}
        if before != now:
            with self.transaction():
                self._many("DELETE FROM applied WHERE child = ? AND parent = ?", (row[:2] for row in before - now))
                sql = f"INSERT INTO applied ({columns(AppliedRow)}) VALUES (?, ?, ?, ?, ?, ?)"
                self._many(sql, sorted(now - before, key=lambda row: row[:2]))

    def linked(self, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
        """Those of the pairs of documents that share a passage of any kind."""
        sql = "SELECT 1 FROM match WHERE (a = ?1 AND b = ?2) OR (a = ?2 AND b = ?1) LIMIT 1"
        return {pair for pair in pairs if self._rows(sql, pair)}
