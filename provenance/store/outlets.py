"""What names mean: outlet, naming, and the fields of the documents that both follow from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from provenance.store.rows import NamingRow, OutletRow, columns
from provenance.store.schema import NAMING
from provenance.store.session import Session, listed


class Outlets(Session):
    """Names of outlets, and which documents' lineage rests on which."""

    def namings(self) -> Iterator[NamingRow]:
        """What the documents say of where they stand, equal ones counted. Reads an index and no document.

        Some at a time: where articles are signed there is a row for nearly every author of every site.
        """
        sql = f"SELECT {', '.join(NAMING)}, count(*) FROM document GROUP BY 1, 2, 3, 4"
        for rows in self._many_rows(sql):
            yield from map(NamingRow._make, rows)

    def outlets(self) -> list[OutletRow]:
        """All aliases, in order."""
        rows = self._rows(f"SELECT {columns(OutletRow)} FROM outlet ORDER BY alias")
        return [OutletRow._make(row) for row in rows]

    def set_outlets(self, rows: Iterable[OutletRow | tuple]) -> None:
        """Let these be all aliases; only what differs is written."""
        before, now = set(self.outlets()), set(rows)
        with self.transaction():
            self._many("DELETE FROM outlet WHERE alias = ?", ((alias,) for alias, *_ in sorted(before - now)))
            self._many(f"INSERT INTO outlet ({columns(OutletRow)}) VALUES (?, ?, ?, ?)", sorted(now - before))

    def set_namings(self, keys: Mapping[int, Iterable[str]]) -> None:
        """For each of these documents the names on whose meaning its lineage rests, in place of those that it had."""
        with self.transaction():
            self._run("DELETE FROM naming WHERE document_id IN (SELECT value FROM json_each(?))", (listed(keys),))
            rows = sorted((key, document) for document, some in keys.items() for key in some)
            self._many("INSERT INTO naming (key, document_id) VALUES (?, ?)", rows)

    def naming(self, keys: Iterable[str]) -> set[int]:
        """The documents whose lineage rests on one of these names."""
        sql = "SELECT DISTINCT document_id FROM naming WHERE key IN (SELECT value FROM json_each(?))"
        return {id for (id,) in self._rows(sql, (listed(keys),))}
