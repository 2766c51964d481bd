"""Damage that the tables themselves show, and its repair as far as SQL can do it. What has to be found anew is the pipeline's."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator

from provenance.model import StoreError
from provenance.store import schema
from provenance.store.session import Session, listed

KEPT = ("document", "body")
"""Tables that nothing can bring back but the inputs. All others are found anew."""


class Mending(Session):
    """What is missing, what points nowhere, what was lost."""

    def missing(self) -> list[str]:
        """Names of the tables, indexes, triggers and views that a store of this version has and this one has not."""
        return [name for name in _expected() if name not in schema.objects(self._connection)]

    def make_missing(self) -> list[str]:
        """Make them, empty; where rows went with one, the parameters go too, so that all is found anew even if that is killed.

        Raises StoreError where what is missing held the documents.
        """
        names = self.missing()
        if lost := sorted(set(KEPT) & set(names)):
            raise StoreError(f"{self.path}: table {lost[0]} is gone, and its rows with it; go back to a backup")
        expected = _expected()
        with self.transaction():
            for name in names:
                self._run(expected[name])
            if any(expected[name].startswith("CREATE TABLE") for name in names):
                self._run("DELETE FROM setting WHERE name <> 'next_family'")
        return names

    def reindex(self) -> None:
        """Write the indexes anew from their tables."""
        self._run("REINDEX")

    def index_texts(self) -> None:
        """Write the full-text index anew from the texts."""
        self._run("INSERT INTO body_fts (body_fts) VALUES ('rebuild')")

    def restore_counters(self) -> None:
        """Ids that are still to be given lie above all that are in use."""
        with self.transaction():
            self._run("""INSERT OR REPLACE INTO setting SELECT 'next_family', max(
                coalesce((SELECT max(family_id) FROM family), 0) + 1,
                coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'next_family'), 1))""")
            self._run("""UPDATE sqlite_sequence SET seq = max(seq, (SELECT max(id) FROM document))
                WHERE name = 'document' AND EXISTS (SELECT 1 FROM document)""")

    def restore_runs(self) -> int:
        """Note a run for each that is referred to and not there, so that no new one gets its number. How many."""
        columns = [(table, column) for table in self._tables() for column, to, _, _ in self._references(table) if to == "run"]
        named = " UNION ".join(f'SELECT "{column}" AS id FROM "{table}"' for table, column in columns)
        return self._run(f"""INSERT INTO run (id, command, version, config, started_at, status)
            SELECT id, '(lost)', '', '{{"options": {{}}}}', '', 'failed' FROM ({named})
            WHERE id NOT IN (SELECT id FROM run)""").rowcount

    def _tables(self) -> list[str]:
        return [name for name, sql in schema.objects(self._connection).items() if sql.startswith("CREATE TABLE")]

    def orphans(self) -> dict[str, int]:
        """Table -> rows that refer to a row that is not there."""
        return dict(self._rows('SELECT "table", count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1'))

    def remove_orphans(self) -> None:
        """Do what the references would have done when the row went: remove with it, or forget it."""
        with self.transaction():
            while tables := self.orphans():  # a removed row may have been referred to
                for table in tables:
                    for column, parent, key, action in self._references(table):
                        gone = f'"{column}" IS NOT NULL AND "{column}" NOT IN (SELECT "{key}" FROM "{parent}")'
                        forgotten = (
                            f'UPDATE "{table}" SET "{column}" = NULL' if action == "SET NULL" else f'DELETE FROM "{table}"'
                        )
                        self._run(f"{forgotten} WHERE {gone}")

    def remove_half_made(self) -> None:
        """Remove what belongs to no family: what is inferred anew replaces only what does."""
        with self.transaction():
            for sql in _HALF_MADE:
                self._run(sql)

    def _references(self, table: str) -> list[tuple[str, str, str, str]]:
        """(column, table that it refers to, column there, what happens when that goes)."""
        return self._rows('SELECT "from", "table", coalesce("to", \'id\'), on_delete FROM pragma_foreign_key_list(?)', (table,))

    def without_text(self) -> list[str]:
        """Uris of the documents whose text is gone."""
        sql = "SELECT uri FROM document WHERE id NOT IN (SELECT document_id FROM body) ORDER BY uri"
        return [uri for (uri,) in self._rows(sql)]

    def remove(self, uris: Iterable[str]) -> None:
        """Remove these documents and what refers to them; what was inferred from them has to be found anew."""
        self._run("DELETE FROM document WHERE uri IN (SELECT value FROM json_each(?))", (listed(uris),))

    def iter_texts(self, batch: int) -> Iterator[list[tuple[str, str, str]]]:
        """(uri, text, text_hash) of every document, so many at a time."""
        last = 0
        sql = """SELECT document.id, uri, text, text_hash FROM document JOIN body ON document_id = document.id
            WHERE document.id > ? ORDER BY document.id LIMIT ?"""
        while rows := self._rows(sql, (last, batch)):
            yield [(uri, text, hash) for _, uri, text, hash in rows]
            last = rows[-1][0]

    def evidence_gaps(self) -> list[str]:
        """What shows that passages are missing or misplaced, a line each."""
        return self._found(_EVIDENCE_GAPS)

    def lineage_gaps(self) -> list[str]:
        """What shows that families or derivations are there in part, a line each."""
        return self._found(_LINEAGE_GAPS)

    def _found(self, checks: Iterable[tuple[str, str]]) -> list[str]:
        found = ((message, self._rows(sql)[0][0]) for sql, message in checks)
        return [message.format(count) for message, count in found if count]


def _expected() -> dict[str, str]:
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        schema.migrate(connection)
        return schema.objects(connection)


_PAIRED = "(SELECT a, b FROM match UNION SELECT b, a FROM match)"

_EVIDENCE_GAPS = (
    (
        f"SELECT count(*) FROM document WHERE copy_of IS NOT NULL AND (id, copy_of) NOT IN {_PAIRED}",
        "match: {} exact copies share nothing with the text that stands for them",
    ),
    (f"SELECT count(*) FROM link WHERE (a, b) NOT IN {_PAIRED}", "match: {} linked pairs share no passage"),
    (
        f"""SELECT count(*) FROM derivation WHERE parent_id IS NOT NULL AND relation <> 'duplicate'
            AND (child_id, parent_id) NOT IN {_PAIRED}""",
        "match: {} derivations rest on no passage",
    ),
    (
        """SELECT count(*) FROM match JOIN body x ON x.document_id = a JOIN body y ON y.document_id = b
            WHERE a_end > length(CAST(x.text AS BLOB)) OR b_end > length(CAST(y.text AS BLOB))""",
        "match: {} passages end after their text",
    ),
    (
        """SELECT count(*) FROM span JOIN body USING (document_id) WHERE "end" > length(CAST(text AS BLOB))""",
        "span: {} end after their text",
    ),
    (
        """SELECT count(*) FROM (SELECT 1 FROM document WHERE words GROUP BY hash HAVING sum(copy_of IS NULL) <> 1)""",
        "document: {} texts have none or several documents that stand for them",
    ),
)

_HALF_MADE = (
    "DELETE FROM derivation WHERE child_id NOT IN (SELECT document_id FROM family)",
    """DELETE FROM link WHERE a NOT IN (SELECT document_id FROM family) OR b NOT IN (SELECT document_id FROM family)
        OR family_id NOT IN (SELECT family_id FROM family)""",
    "DELETE FROM unseen_source WHERE family_id NOT IN (SELECT family_id FROM family)",
)

_LINEAGE_GAPS = (
    (
        "SELECT count(*) FROM family WHERE family_id IN (SELECT family_id FROM family GROUP BY 1 HAVING count(*) = 1)",
        "family: {} documents are alone in one",
    ),
    (
        """SELECT count(*) FROM document WHERE copy_of IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM family x JOIN family y USING (family_id) WHERE x.document_id = id AND y.document_id = copy_of)""",
        "family: {} exact copies are not in that of the text that stands for them",
    ),
    (
        "SELECT count(*) FROM derivation WHERE child_id NOT IN (SELECT document_id FROM family)",
        "derivation: {} are of documents in no family",
    ),
    (
        """SELECT count(*) FROM link WHERE a NOT IN (SELECT document_id FROM family)
            OR b NOT IN (SELECT document_id FROM family) OR family_id NOT IN (SELECT family_id FROM family)""",
        "link: {} are of documents in no family",
    ),
    (
        """SELECT count(*) FROM family JOIN document ON document.id = document_id
            WHERE depth > 0 AND copy_of IS NULL AND document_id NOT IN (SELECT child_id FROM derivation WHERE chosen)""",
        "family: {} documents stand below another and derive from none",
    ),
    (
        """SELECT count(*) FROM family JOIN document ON document.id = document_id WHERE copy_of IS NULL
            AND document_id NOT IN (SELECT a FROM link UNION SELECT b FROM link)
            AND document_id NOT IN (SELECT copy_of FROM document WHERE copy_of IS NOT NULL)""",
        "link: {} members of a family are linked with nobody",
    ),
    (
        "SELECT count(*) FROM unseen_source WHERE id NOT IN (SELECT unseen_id FROM derivation WHERE unseen_id IS NOT NULL)",
        "unseen_source: {} have no children",
    ),
)
