"""What reports ask of the whole store: which families, whose uri, what is undecided, which runs. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from provenance.store.rows import DerivationRow, LinkRow, RunRow, columns
from provenance.store.session import Session, listed

_SUFFIXES = 10
"""Uris with the same end that are worth naming to whoever has to choose."""


class Survey(Session):
    """Finding one's way in the store."""

    def totals(self) -> dict[str, int]:
        """Counts that cost next to nothing: documents, sites, families, derivations, undecided pairs, unseen sources."""
        return {name: self._rows(sql)[0][0] for name, sql in _TOTALS.items()}

    def uris_ending(self, end: str) -> list[str]:
        """Uris that end so, the shortest first; no more than ten. Compares every uri."""
        sql = "SELECT uri FROM document WHERE substr(uri, -length(?1)) = ?1 ORDER BY length(uri), uri LIMIT ?2"
        return [uri for (uri,) in self._rows(sql, (end, _SUFFIXES))]

    def documents_by_uri(self, uris: Iterable[str]) -> dict[str, int]:
        """The ids of those of the uris that are in the store."""
        return dict(self._rows("SELECT uri, id FROM document WHERE uri IN (SELECT value FROM json_each(?))", (listed(uris),)))

    def largest_families(self, limit: int | None, site: str | None = None) -> list[int]:
        """Ids of the families with most documents (of this site), largest first, the older first among equals; or of all."""
        sql = """SELECT family_id FROM family JOIN document ON document.id = family.document_id WHERE ?1 IS NULL OR site = ?1
            GROUP BY family_id ORDER BY count(*) DESC, family_id LIMIT ifnull(?2, -1)"""
        return [id for (id,) in self._rows(sql, (site, limit))]

    def count_families(self, site: str | None = None) -> int:
        sql = """SELECT count(DISTINCT family_id) FROM family JOIN document ON document.id = family.document_id
            WHERE ?1 IS NULL OR site = ?1"""
        return self._rows(sql, (site,))[0][0]

    def count_documents(self, site: str) -> int:
        return self._rows("SELECT count(*) FROM document WHERE site = ?", (site,))[0][0]

    def flows(self, site: str) -> list[tuple[str, str, int, float, float | None]]:
        """Rows of `site_flow` from or to this site, the strongest first."""
        sql = """SELECT parent_site, child_site, articles, mean_coverage, median_hours FROM site_flow
            WHERE (parent_site = ?1 OR child_site = ?1) AND parent_site <> child_site
            ORDER BY articles DESC, parent_site, child_site"""
        return self._rows(sql, (site,))

    def strongest_flows(self, limit: int) -> list[tuple[str, str, int, float, float | None]]:
        """Rows of `site_flow`, the strongest first; what a site takes from itself among them."""
        sql = """SELECT parent_site, child_site, articles, mean_coverage, median_hours FROM site_flow
            ORDER BY articles DESC, parent_site, child_site LIMIT ?"""
        return self._rows(sql, (limit,))

    def links_of(self, family_ids: Iterable[int]) -> list[LinkRow]:
        """The linked pairs of these families whose direction is not decided, the least uncertain first."""
        sql = f"""SELECT {columns(LinkRow)} FROM link WHERE family_id IN (SELECT value FROM json_each(?)) AND NOT decided
            ORDER BY max(p_ab, p_ba) DESC, a, b"""
        return [LinkRow._make(row) for row in self._rows(sql, (listed(family_ids),))]

    def links_among(self, document_ids: Iterable[int]) -> list[LinkRow]:
        """What is known of the direction between any two of these documents, decided or not."""
        sql = f"""WITH wanted AS MATERIALIZED (SELECT value FROM json_each(?))
            SELECT {columns(LinkRow)} FROM link WHERE a IN (SELECT value FROM wanted) AND b IN (SELECT value FROM wanted)"""
        return [LinkRow._make(row) for row in self._rows(sql, (listed(document_ids),))]

    def children_of(self, parent_ids: Iterable[int]) -> list[DerivationRow]:
        """The chosen derivations from these documents, in order of child."""
        sql = f"""SELECT {columns(DerivationRow)} FROM derivation
            WHERE parent_id IN (SELECT value FROM json_each(?)) AND chosen ORDER BY child_id, parent_id"""
        return [DerivationRow._make(row) for row in self._rows(sql, (listed(parent_ids),))]

    def matches_between(self, one: int, two: int) -> list[int]:
        """Ids of the passages that two documents share."""
        sql = "SELECT id FROM match WHERE (a = ?1 AND b = ?2) OR (a = ?2 AND b = ?1) ORDER BY id"
        return [id for (id,) in self._rows(sql, (one, two))]

    def runs_since(self, *, run_id: int | None = None, date: str | None = None) -> list[RunRow]:
        """The runs from this one on, or from this moment (ISO 8601) on, oldest first; without either, what came after the
        scan before: the last run, and before it those that were killed, and what was removed or repaired since.

        A killed run may have written what it changed and not its end, and a repair writes what a killed one left: were only
        the last run told, nobody would hear of it.
        """
        if run_id is None and date is None:
            rows = self._rows(_SINCE_THE_SCAN_BEFORE)
        else:
            sql = f"SELECT {columns(RunRow)} FROM run WHERE id >= coalesce(?1, id) AND started_at >= coalesce(?2, '') ORDER BY id"
            rows = self._rows(sql, (run_id, date))
        return [RunRow._make(row) for row in rows]

    def scan_before(self, run_id: int) -> int | None:
        """The last run before this one that read its inputs to the end."""
        return self._rows(_SCAN_BEFORE.format("?"), (run_id,))[0][0]


# Removing and repairing are done by hand between the nights.
_SCAN_BEFORE = """SELECT max(id) FROM run WHERE id < {} AND status IN ('ok', 'partial')
    AND command NOT IN ('forget', 'doctor --repair')"""
_SINCE_THE_SCAN_BEFORE = f"""
    SELECT {columns(RunRow)} FROM run WHERE id > coalesce(({_SCAN_BEFORE.format("(SELECT max(id) FROM run)")}), 0) ORDER BY id
"""

_TOTALS = {
    "documents": "SELECT count(*) FROM document",
    "sites": "SELECT count(DISTINCT site) FROM document",
    "families": "SELECT count(DISTINCT family_id) FROM family",
    "derivations": "SELECT count(*) FROM derivation WHERE chosen",
    "undecided": "SELECT count(*) FROM link WHERE NOT decided",
    "unseen_sources": "SELECT count(*) FROM unseen_source",
}
