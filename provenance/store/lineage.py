"""What was inferred: family, derivation, unseen_source, link, and the documents that wait for it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from provenance.model import Derivation, Signal
from provenance.store.rows import DerivationRow, LinkRow, UnseenRow, columns
from provenance.store.schema import TELLING
from provenance.store.session import Session, listed


class Lineage(Session):
    """Who likely derives from whom."""

    def mark_dirty(self, document_ids: Iterable[int]) -> None:
        """Note in the same transaction as the evidence that these documents' families must be recomputed."""
        self._many("INSERT OR IGNORE INTO dirty (document_id) VALUES (?)", ((id,) for id in document_ids))

    def dirty(self) -> list[int]:
        return [id for (id,) in self._rows("SELECT document_id FROM dirty ORDER BY document_id")]

    def clear_dirty(self, document_ids: Iterable[int] | None = None) -> None:
        """These documents, or all, are up to date."""
        if document_ids is None:
            self._run("DELETE FROM dirty")
        else:
            self._many("DELETE FROM dirty WHERE document_id = ?", ((id,) for id in document_ids))

    def ties_of_dirty(self, *, boilerplate: bool) -> Iterator[tuple[int, int]]:
        """Both documents of each match of a dirty document; without boilerplate, of those that may speak for derivation."""
        sql = "SELECT a, b FROM match WHERE {} IN (SELECT document_id FROM dirty)" + _TEXT * (not boilerplate)
        return iter(self._run(" UNION ALL ".join(map(sql.format, "ab"))))

    def families_of_dirty(self) -> Iterator[tuple[int, int]]:
        """(document, family) of the dirty documents, and of those that they share passages with."""
        sql = "SELECT {} FROM match WHERE {} IN (SELECT document_id FROM dirty)" + _TEXT
        near = " UNION ".join(("SELECT document_id FROM dirty", sql.format("a", "b"), sql.format("b", "a")))
        return iter(self._run(f"SELECT document_id, family_id FROM family WHERE document_id IN ({near})"))

    def families_of(self, document_ids: Iterable[int]) -> dict[int, int]:
        """The family of each document that has one."""
        sql = "SELECT document_id, family_id FROM family WHERE document_id IN (SELECT value FROM json_each(?))"
        return dict(self._rows(sql, (listed(document_ids),)))

    def members(self, family_ids: Iterable[int]) -> dict[int, list[int]]:
        """The documents of each family, in order of id."""
        sql = "SELECT family_id, document_id FROM family WHERE family_id IN (SELECT value FROM json_each(?)) ORDER BY document_id"
        members = defaultdict(list)
        for family, document in self._rows(sql, (listed(family_ids),)):
            members[family].append(document)
        return dict(members)

    def depths_of(self, document_ids: Iterable[int]) -> dict[int, int]:
        """How far from the root of its family each document is that has a family."""
        sql = "SELECT document_id, depth FROM family WHERE document_id IN (SELECT value FROM json_each(?))"
        return dict(self._rows(sql, (listed(document_ids),)))

    def new_family_ids(self, n: int) -> list[int]:
        """`n` ids that no family ever had."""
        with self.transaction():
            first = int(self._rows("SELECT value FROM setting WHERE name = 'next_family'")[0][0])
            self._run("UPDATE setting SET value = ? WHERE name = 'next_family'", (str(first + n),))
        return list(range(first, first + n))

    def replace_lineage(
        self,
        gone: Iterable[int],
        families: Iterable[tuple[int, int, int]],
        unseen: Sequence[UnseenRow | tuple],
        derivations: Iterable[Derivation],
        links: Iterable[LinkRow | tuple],
    ) -> list[int]:
        """Put new lineage in the place of old; returns the ids of the unseen sources, in order.

        gone: ids of the families that are recomputed. All that they had goes.
        families: rows (document_id, family_id, depth). What else these documents had goes too.
        unseen: rows (id or None for a new one, family_id, probability, credit).
        derivations: `unseen` of each is a position in `unseen`.
        links: rows (family_id, a, b, p_ab, p_ba, p_unseen, decided).
        """
        families = list(families)
        scope = {"gone": listed(gone), "documents": listed(row[0] for row in families)}
        with self.transaction():
            # Children first: which documents a family has is read from `family`, which goes last.
            for sql in _CLEARING:
                self._run(sql, scope)
            self._many("INSERT INTO family (document_id, family_id, depth) VALUES (?, ?, ?)", families)
            sql = f"INSERT INTO unseen_source ({columns(UnseenRow)}) VALUES (?, ?, ?, ?)"
            unseen_ids = [self._run(sql, row).lastrowid for row in unseen]
            self._many(
                f"INSERT INTO derivation ({columns(DerivationRow)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_derivation_row(derivation, unseen_ids) for derivation in derivations),
            )
            self._many(f"INSERT INTO link ({columns(LinkRow)}) VALUES (?, ?, ?, ?, ?, ?, ?)", links)
        return unseen_ids

    def derivations_of(self, child_ids: Iterable[int]) -> list[DerivationRow]:
        """Where these documents come from, the chosen first, then the rivals by falling probability."""
        sql = f"""SELECT {columns(DerivationRow)} FROM derivation
            WHERE child_id IN (SELECT value FROM json_each(?)) ORDER BY child_id, chosen DESC, probability DESC, rowid"""
        return [DerivationRow._make(row) for row in self._rows(sql, (listed(child_ids),))]

    def unseen_of(self, family_ids: Iterable[int]) -> list[UnseenRow]:
        """The unseen sources of these families, in order of id."""
        sql = f"""SELECT {columns(UnseenRow)} FROM unseen_source
            WHERE family_id IN (SELECT value FROM json_each(?)) ORDER BY id"""
        return [UnseenRow._make(row) for row in self._rows(sql, (listed(family_ids),))]


_TEXT = f" AND {TELLING} AND kind NOT IN ('boilerplate', 'quotation')"

_SCOPE = """(
    SELECT document_id FROM family WHERE family_id IN (SELECT value FROM json_each(:gone))
    UNION SELECT value FROM json_each(:documents)
)"""

_CLEARING = (
    f"DELETE FROM derivation WHERE child_id IN {_SCOPE}",
    f"DELETE FROM link WHERE a IN {_SCOPE} OR b IN {_SCOPE} OR family_id IN (SELECT value FROM json_each(:gone))",
    "DELETE FROM unseen_source WHERE family_id IN (SELECT value FROM json_each(:gone))",
    f"DELETE FROM family WHERE document_id IN {_SCOPE}",
)


def _signal(signal: Signal) -> dict[str, Any]:
    """As JSON has it: who said so only of what somebody said. (dataclasses.asdict copies each span: ten times the time.)"""
    found = {"signal": signal.signal, "toward": signal.toward, "log_odds": signal.log_odds, "spans": signal.spans}
    return found if signal.said is None else found | {"said": signal.said}


def _derivation_row(derivation: Derivation, unseen_ids: Sequence[int]) -> tuple:
    d = derivation
    unseen = None if d.unseen is None else unseen_ids[d.unseen]
    why = json.dumps([_signal(signal) for signal in d.why], ensure_ascii=False)
    return (d.child, d.parent, unseen, d.relation, d.probability, d.margin, d.coverage, d.days, why, int(d.chosen))
