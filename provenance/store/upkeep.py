"""Keeping the file in order: forgetting documents for good, checking consistency, counting what is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from provenance.model import StoreError
from provenance.store.rows import Forgotten
from provenance.store.session import Session, listed


class Upkeep(Session):
    """Forget, check and count."""

    def forget(self, uris: Iterable[str], *, dry_run: bool = False) -> Forgotten:
        """Remove documents, the earlier texts of their uris, and all found or inferred from them; see `Forgotten`.

        Their postings in the index (hashes and ids, never text) are the caller's to remove. When this has committed, `purge`
        makes sure that no byte of the text remains in the file.
        """
        uris = list(dict.fromkeys(uris))
        targets = dict(self._rows(_TARGETS, (listed(uris),)))
        ids = {"ids": listed(targets)}
        heirs = self._rows(_HEIRS, ids)
        promoted = dict(heirs)
        dirty = {id for (id,) in self._rows(_BEREAVED, ids)} | set(promoted.values())
        gone = set(targets.values())
        forgotten = Forgotten(
            uris=tuple(sorted(gone)),
            missing=tuple(uri for uri in uris if uri not in gone),
            promoted=tuple(sorted(promoted.values())),
            dirty=tuple(sorted(dirty)),
            matches=self._rows(f"SELECT count(*) FROM match WHERE a IN {_IDS} OR b IN {_IDS}", ids)[0][0],
            derivations=self._rows(f"SELECT count(*) FROM derivation WHERE child_id IN {_IDS} OR parent_id IN {_IDS}", ids)[0][0],
        )
        if dry_run or not targets:
            return forgotten
        # Without it the bytes of deleted rows would stay in the file until something else is written over them.
        self._run("PRAGMA secure_delete = ON")
        with self.transaction():
            # A copy points to its heir before the one that stood for it goes; then the heir stands for itself.
            self._many("UPDATE document SET copy_of = nullif(?2, id) WHERE copy_of = ?1", heirs)
            self._many("INSERT OR IGNORE INTO dirty (document_id) VALUES (?)", ((id,) for id in dirty))
            for sql in _FORGETTING:
                self._run(sql, ids | {"uris": listed(gone)})
        return forgotten

    def purge(self) -> None:
        """Write the full-text index and the file anew, so that nothing that was deleted can be read from them.

        Costs time in proportion to the whole store. Raises StoreError when another process reads an old state meanwhile.
        """
        self._run("PRAGMA secure_delete = ON")
        # FTS5 keeps the words of a deleted text in its older segments until they happen to merge.
        self._run("INSERT INTO body_fts (body_fts) VALUES ('rebuild')")
        self._run("VACUUM")
        if not self.checkpoint():
            raise StoreError(
                f"{self.path}: its log still holds removed text, because another program is reading the store; "
                "close it and run `provenance doctor --repair`"
            )

    def check(self) -> list[str]:
        """What is wrong with the store, a line each; nothing when all is well. Reads everything.

        The words in the full-text index are compared with the texts only when the store is open for writing.
        """
        try:
            findings = [f"integrity: {line}" for (line,) in self._rows("PRAGMA integrity_check") if line != "ok"]
            references = self._rows('SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2')
            findings += [
                f"{table}: {count} rows refer to a missing {parent}; `provenance doctor --repair` removes them"
                for table, parent, count in references
            ]
            found = ((message, self._rows(sql)[0][0]) for sql, message in _CHECKS)
            findings += [message.format(count) for message, count in found if count]
        except StoreError as error:
            return [str(error)]
        if self.writable:
            try:
                self._run("INSERT INTO body_fts (body_fts, rank) VALUES ('integrity-check', 1)")
            except StoreError:
                findings.append(
                    "body_fts: words differ from the texts; `provenance doctor --repair` rebuilds the full-text index"
                )
        return findings

    def counts(self) -> dict[str, Any]:
        """What `provenance stats` shows. Sizes are in bytes; reads every text once for its size."""
        single = {name: self._rows(sql)[0][0] for name, sql in _COUNTS.items()}
        matches = dict(self._rows("SELECT kind, count(*) FROM match GROUP BY kind ORDER BY count(*) DESC"))
        sizes = {name: self._rows(sql)[0][0] for name, sql in _SIZES.items()}
        return single | {"matches": matches, "bytes": sizes | {"log": self.log_size()}}


_IDS = "(SELECT value FROM json_each(:ids))"

# The earlier texts of a uri go with it; an earlier text that is named goes alone.
_TARGETS = """
    WITH RECURSIVE target (id, current) AS (
        SELECT id, version_of IS NULL FROM document WHERE uri IN (SELECT value FROM json_each(?))
        UNION SELECT d.id, 1 FROM target JOIN document d ON d.version_of = target.id WHERE target.current
    )
    SELECT DISTINCT document.id, uri FROM target JOIN document USING (id)
"""

# For each document that goes and stood for others: the remaining copy with the earliest trusted date, then the smallest uri.
_HEIRS = f"""
    SELECT copy_of, id FROM (
        SELECT copy_of, id, row_number() OVER (
            PARTITION BY copy_of
            ORDER BY iif(published_from IN ('given', 'meta', 'url'), published_at, NULL) ASC NULLS LAST, uri
        ) AS place
        FROM document WHERE copy_of IN {_IDS} AND id NOT IN {_IDS}
    ) WHERE place = 1
"""

# What remains of the families touched.
_BEREAVED = f"""
    SELECT document_id FROM family
    WHERE family_id IN (SELECT family_id FROM family WHERE document_id IN {_IDS}) AND document_id NOT IN {_IDS}
"""

_FORGETTING = (
    # An earlier version named alone: what it replaced is now an earlier version of what replaced it.
    f"""UPDATE document SET version_of = (SELECT version_of FROM document AS gone WHERE gone.id = document.version_of)
        WHERE version_of IN {_IDS}""",
    "DELETE FROM change WHERE uri IN (SELECT value FROM json_each(:uris))",
    "UPDATE change SET before = NULL WHERE before IN (SELECT value FROM json_each(:uris))",
    "UPDATE change SET after = NULL WHERE after IN (SELECT value FROM json_each(:uris))",
    "DELETE FROM problem WHERE uri IN (SELECT value FROM json_each(:uris))",
    # What people wrote stays; what we said of it goes.
    """DELETE FROM problem WHERE stage = 'correction'
        AND EXISTS (SELECT 1 FROM json_each(:uris) WHERE instr(problem.message, value))""",
    f"DELETE FROM document WHERE id IN {_IDS}",
    "DELETE FROM unseen_source WHERE family_id NOT IN (SELECT family_id FROM family)",
)

_CHECKS = (
    (
        "SELECT count(*) FROM document WHERE id NOT IN (SELECT document_id FROM body)",
        "document: {} have no text; `provenance doctor --repair` removes them, and scanning their inputs brings them back",
    ),
    (
        """SELECT (SELECT count(*) FROM body WHERE document_id NOT IN (SELECT id FROM body_fts_docsize))
            + (SELECT count(*) FROM body_fts_docsize WHERE id NOT IN (SELECT document_id FROM body))""",
        "body_fts: {} texts differ from the full-text index; `provenance doctor --repair` rebuilds it",
    ),
    (
        "SELECT count(*) FROM document c JOIN document r ON r.id = c.copy_of WHERE r.copy_of IS NOT NULL OR r.hash <> c.hash",
        "document: {} are copies of one that is a copy itself or has another text",
    ),
    (
        """SELECT count(*) FROM (
            SELECT 1 FROM derivation d JOIN family c ON c.document_id = d.child_id
                LEFT JOIN family p ON p.document_id = d.parent_id
            WHERE d.chosen AND d.parent_id IS NOT NULL GROUP BY d.child_id HAVING sum(c.family_id IS p.family_id) = 0)""",
        "derivation: {} documents have all their parents in other families; `provenance rebuild --lineage-only` mends it",
    ),
    (
        "SELECT count(*) FROM unseen_source WHERE family_id NOT IN (SELECT family_id FROM family)",
        "unseen_source: {} belong to no family; `provenance rebuild --lineage-only` mends it",
    ),
    (
        "SELECT count(*) FROM family WHERE family_id >= (SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'next_family')",
        "family: {} documents are in a family whose id is still to be given",
    ),
    ("SELECT count(*) FROM dirty", "dirty: {} documents wait for their lineage; the next scan computes it"),
)

_COUNTS = {
    "documents": "SELECT count(*) FROM document",
    "copies": "SELECT count(*) FROM document WHERE copy_of IS NOT NULL",
    "words": "SELECT coalesce(sum(words), 0) FROM document",
    "spans": "SELECT count(*) FROM span",
    "words_in_spans": "SELECT coalesce(sum(words), 0) FROM span",
    "families": "SELECT count(DISTINCT family_id) FROM family",
    "derivations": "SELECT count(*) FROM derivation WHERE chosen",
    "undecided": "SELECT count(*) FROM link WHERE NOT decided",
    "unseen_sources": "SELECT count(*) FROM unseen_source",
    "problems": "SELECT count(*) FROM problem WHERE run_id = (SELECT max(id) FROM run)",
}

_SIZES = {
    "text": "SELECT coalesce(sum(length(CAST(text AS BLOB))), 0) FROM body",
    "index": "SELECT coalesce(sum(length(postings)), 0) FROM part",
    "full_text": "SELECT coalesce(sum(length(block)), 0) FROM body_fts_data",
    "free": "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size",
    "file": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
}
