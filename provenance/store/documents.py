"""The documents: document, body and the full-text index beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from provenance.model import Document
from provenance.store.rows import DocumentRow, Known, columns
from provenance.store.session import Session, listed

_DATE = "iif(published_from IN ('given', 'meta', 'url'), published_at, NULL)"
_AGE = f"{_DATE} IS NULL, {_DATE}, hash"
_OWN_WORDS = "words - ifnull((SELECT sum(span.words) FROM span WHERE span.document_id = document.id), 0)"
_MANY = 50_000
"""Rows that are held in memory at a time."""
PREFERENCES = {"earliest": "NULL", "longest": f"{_OWN_WORDS} DESC", "origin": "ifnull(depth, 0)"}
"""What is preferred of texts that repeat one another: the earliest by trusted date, the one of most words that lie in no span,
that at which its family begins. Equals are taken by age, the undated last, then by text."""


class NewDocument(NamedTuple):
    """What `add_documents` takes; plain tuples in this order will do."""

    id: int
    document: Document
    words: int
    hash: str
    text_hash: str
    meta_hash: str
    copy_of: int | None


class Documents(Session):
    """The texts and what is known of each."""

    def known(self, uris: Iterable[str]) -> dict[str, Known]:
        """Those of the uris that are in the store."""
        sql = """SELECT uri, id, text_hash, meta_hash, hash FROM document WHERE uri IN (SELECT value FROM json_each(?))"""
        return {uri: Known(*row) for uri, *row in self._rows(sql, (listed(uris),))}

    def next_document_id(self) -> int:
        """An id larger than any that a document ever had."""
        rows = self._rows("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'document'")
        return rows[0][0] if rows else 1

    def add_documents(self, run_id: int, rows: Iterable[NewDocument | tuple]) -> None:
        """Add documents with their texts, unchanged. Quickest when sorted by id."""
        rows = list(rows)
        with self.transaction():
            self.add_heads(run_id, rows)
            self.add_texts((row[0], row[1].text) for row in rows)

    def add_heads(self, run_id: int, rows: Iterable[NewDocument | tuple]) -> None:
        """Add documents whose texts the same transaction is to add."""
        documents = (
            (
                id,
                d.uri,
                d.site,
                d.title,
                d.author,
                d.lang,
                d.published_at,
                d.published_from,
                d.fetched_at,
                words,
                hash,
                copy_of,
                json.dumps(d.extra, ensure_ascii=False) if d.extra else "{}",
                run_id,
                text_hash,
                meta_hash,
            )
            for id, d, words, hash, text_hash, meta_hash, copy_of in rows
        )
        self._many(
            """INSERT INTO document (id, uri, site, title, author, lang, published_at, published_from, fetched_at,
                words, hash, copy_of, extra, run_id, text_hash, meta_hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            documents,
        )

    def add_texts(self, rows: Iterable[tuple[int, str]]) -> None:
        """Rows (document, text)."""
        bodies = list(rows)
        with self.transaction():
            self._many("INSERT INTO body (document_id, text) VALUES (?, ?)", bodies)
            self._many("INSERT INTO body_fts (rowid, text) VALUES (?, ?)", bodies)

    def rename_version(self, id: int, new_uri: str, newer_id: int) -> None:
        """An earlier text gives up its uri to the newer document, which is added in the same transaction.

        What people said of it was said of this text: it follows it under its new name.
        """
        for column in ("child", "parent"):
            self._run(
                f"UPDATE OR IGNORE correction SET {column} = ?2 WHERE {column} = (SELECT uri FROM document WHERE id = ?1)",
                (id, new_uri),
            )
        self._run("UPDATE document SET uri = ?, version_of = ? WHERE id = ?", (new_uri, newer_id, id))

    def update_meta(self, run_id: int, id: int, document: Document, meta_hash: str) -> None:
        """Replace everything but uri and text by what `document` says now."""
        d = document
        fields = (d.site, d.title, d.author, d.lang, d.published_at, d.published_from, d.fetched_at)
        self._run(
            """UPDATE document SET site = ?, title = ?, author = ?, lang = ?, published_at = ?, published_from = ?,
                fetched_at = ?, extra = ?, meta_hash = ?, run_id = ? WHERE id = ?""",
            (*fields, json.dumps(d.extra, ensure_ascii=False), meta_hash, run_id, id),
        )

    def representatives(self, hashes: Iterable[str]) -> dict[str, int]:
        """For each hash that the store has, the document that stands for all with that text."""
        sql = "SELECT hash, id FROM document WHERE copy_of IS NULL AND hash IN (SELECT value FROM json_each(?))"
        return dict(self._rows(sql, (listed(hashes),)))

    def set_copy_of(self, pairs: Iterable[tuple[int, int | None]]) -> None:
        """Pairs (id, the document that stands for it, or None where it stands for itself)."""
        self._many("UPDATE document SET copy_of = ?2 WHERE id = ?1", pairs)

    def set_words(self, rows: Iterable[tuple[int, int, str]]) -> None:
        """Rows (id, words, hash): what another way of splitting finds in the texts."""
        self._many("UPDATE document SET words = ?2, hash = ?3 WHERE id = ?1", rows)

    def set_lang(self, rows: Iterable[tuple[int, str | None]]) -> None:
        """Rows (id, language): for documents of which none is known."""
        self._many("UPDATE document SET lang = ?2 WHERE id = ?1 AND lang IS NULL AND ?2 IS NOT NULL", rows)

    def texts(self, ids: Iterable[int]) -> dict[int, str]:
        return dict(
            self._rows("SELECT document_id, text FROM body WHERE document_id IN (SELECT value FROM json_each(?))", (listed(ids),))
        )

    def documents(self, ids: Iterable[int]) -> list[DocumentRow]:
        """The rows of these documents, in order of id."""
        sql = f"SELECT {columns(DocumentRow)} FROM document WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        return [DocumentRow._make(row) for row in self._rows(sql, (listed(ids),))]

    def outline(self) -> Iterator[list[tuple[int, str, int]]]:
        """(id, hash, words that lie in no span) of every document that stands for itself or its copies, in order of id, many at
        a time."""
        sql = f"SELECT id, hash, {_OWN_WORDS} FROM document WHERE copy_of IS NULL AND id > ?1 ORDER BY id LIMIT {_MANY}"
        last = 0
        while rows := self._rows(sql, (last,)):
            yield rows
            last = rows[-1][0]

    def outline_of(self, ids: Iterable[int]) -> list[tuple[int, str, int]]:
        """The same of these documents, also of such as are copies."""
        sql = f"SELECT id, hash, {_OWN_WORDS} FROM document WHERE id IN (SELECT value FROM json_each(?))"
        return self._rows(sql, (listed(ids),))

    def texts_in_short(self, ids: Iterable[int]) -> list[tuple[int, str, int, str | None]]:
        """(id, hash, words that lie in no span, site) of these documents."""
        sql = f"SELECT id, hash, {_OWN_WORDS}, site FROM document WHERE id IN (SELECT value FROM json_each(?))"
        return self._rows(sql, (listed(ids),))

    def all_copies(self) -> list[int]:
        """The documents that another one stands for."""
        return [id for (id,) in self._rows("SELECT id FROM document WHERE copy_of IS NOT NULL")]

    def copies_of(self, ids: Iterable[int]) -> dict[int, list[int]]:
        """The copies that each of these documents stands for, in order of id; those without copies are left out."""
        sql = "SELECT copy_of, id FROM document WHERE copy_of IN (SELECT value FROM json_each(?)) ORDER BY id"
        copies: dict[int, list[int]] = {}
        for one, copy in self._rows(sql, (listed(ids),)):
            copies.setdefault(one, []).append(copy)
        return copies

    def same_text(self, hashes: Iterable[str], least: int = 1) -> dict[str, list[DocumentRow]]:
        """All documents with one of these hashes, by hash, in order of id; or of hashes that so many documents have at least."""
        sql = f"""SELECT {columns(DocumentRow)} FROM document WHERE hash IN (
                SELECT hash FROM json_each(?) JOIN document ON hash = value
                GROUP BY hash HAVING count(DISTINCT document.id) >= {least}
            ) ORDER BY id"""
        groups: dict[str, list[DocumentRow]] = {}
        for row in self._rows(sql, (listed(hashes),)):
            groups.setdefault(row[10], []).append(DocumentRow._make(row))
        return groups

    def set_version_of(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Pairs (earlier text, the document that its uri belongs to next)."""
        self._many("UPDATE document SET version_of = ?2 WHERE id = ?1", pairs)

    def versions(self, ids: Iterable[int]) -> list[tuple[int, int, str]]:
        """(current document, earlier document, text_hash of the earlier) for all earlier texts of these documents."""
        sql = """WITH RECURSIVE version (current, id) AS (
                SELECT value, value FROM json_each(?)
                UNION SELECT version.current, d.id FROM version JOIN document d ON d.version_of = version.id
            ) SELECT current, id, text_hash FROM version JOIN document USING (id) WHERE id <> current"""
        return self._rows(sql, (listed(ids),))

    def all_ids(self) -> list[int]:
        return [id for (id,) in self._rows("SELECT id FROM document ORDER BY id")]

    def by_preference(self, order: str) -> list[int]:
        """The documents that stand for themselves or their copies, the preferred first; `order` is one of PREFERENCES."""
        sql = f"""SELECT id FROM document LEFT JOIN family ON document_id = id
            WHERE copy_of IS NULL ORDER BY {PREFERENCES[order]}, {_AGE}"""
        return [id for (id,) in self._rows(sql)]

    def iter_documents(self, batch: int) -> Iterator[list[DocumentRow]]:
        """All documents in order of (hash, uri), `batch` at a time. The store may be written to between batches."""
        last = ("", "")
        sql = f"""SELECT {columns(DocumentRow)} FROM document
            WHERE hash >= ?1 AND (hash, uri) > (?1, ?2) ORDER BY hash, uri LIMIT ?3"""
        while rows := [DocumentRow._make(row) for row in self._rows(sql, (*last, batch))]:
            yield rows
            last = (rows[-1].hash, rows[-1].uri)
