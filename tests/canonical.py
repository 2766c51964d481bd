"""A store as what it says, free of ids, run numbers and clocks: two stores that say the same have equal dumps."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

PLACES = 6
"""Digits that are compared of a probability."""


def dump(db: Path) -> dict[str, list]:
    """Everything that a scan or a rebuild finds, by uri and in order: families and unseen sources are sets of members."""
    with contextlib.closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        rows = _Rows(connection)
        return {
            "documents": rows.documents(),
            "spans": rows.spans(),
            "matches": rows.matches(),
            "conflicts": rows.conflicts(),
            "families": rows.families(),
            "derivations": rows.derivations(),
            "unseen": rows.unseen(),
            "links": rows.links(),
            "outlets": rows.outlets(),
            "corrections": rows.corrections(),
            "index": rows.index(),
        }


def difference(one: dict[str, list], two: dict[str, list]) -> dict[str, tuple[list, list]]:
    """What only one of two dumps holds, by table; empty when they are equal. For messages that one can read."""
    only = {}
    for name in one:
        left, right = [x for x in one[name] if x not in two[name]], [x for x in two[name] if x not in one[name]]
        if left or right or one[name] != two[name]:
            only[name] = (left, right)
    return only


def _rounded(row: tuple) -> tuple:
    return tuple(round(value, PLACES) if isinstance(value, float) else value for value in row)


class _Rows:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute
        self._uri = dict(self._run("SELECT id, uri FROM document"))
        self._uri[None] = None
        children: dict[int, list[str]] = {id: [] for (id,) in self._run("SELECT id FROM unseen_source")}
        for id, child in self._run("SELECT unseen_id, child_id FROM derivation WHERE chosen AND unseen_id IS NOT NULL"):
            children[id].append(self._uri[child])
        self._children: dict[Any, tuple] = {id: tuple(sorted(uris)) for id, uris in children.items()} | {None: None}

    def documents(self) -> list:
        """Every column of document but ids, run and clock; and its text."""
        sql = """SELECT uri, site, title, author, lang, published_at, published_from, words, hash, extra, text_hash, meta_hash,
            text, copy_of, version_of FROM document JOIN body ON document_id = document.id ORDER BY uri"""
        return [(*row, self._uri[copy_of], self._uri[version_of]) for *row, copy_of, version_of in self._run(sql)]

    def spans(self) -> list:
        sql = 'SELECT uri, start, "end", kind, span.words FROM span JOIN document ON id = document_id ORDER BY uri, start'
        return list(self._run(sql))

    def matches(self) -> list:
        found = []
        for a, b, a0, a1, b0, b1, *rest in self._run(
            "SELECT a, b, a_start, a_end, b_start, b_end, words, similarity, grade, kind, evidence FROM match"
        ):
            one, two = (self._uri[a], a0, a1), (self._uri[b], b0, b1)
            found.append((*min(one, two), *max(one, two), *_rounded(rest)))
        return sorted(found)

    def conflicts(self) -> list:
        """What two sides disagree on, by their uris and places."""
        sql = "SELECT a, b, a_start, b_start, conflict.kind, text_a, text_b FROM conflict JOIN match ON match.id = match_id"
        found = []
        for a, b, a_start, b_start, kind, text_a, text_b in self._run(sql):
            one, two = (self._uri[a], a_start, text_a), (self._uri[b], b_start, text_b)
            found.append((*min(one, two), *max(one, two), kind))
        return sorted(found)

    def families(self) -> list:
        families: dict[int, list[tuple[str, int]]] = {}
        for document, family, depth in self._run("SELECT document_id, family_id, depth FROM family"):
            families.setdefault(family, []).append((self._uri[document], depth))
        return sorted(sorted(members) for members in families.values())

    def derivations(self) -> list:
        """The rivals too."""
        sql = "SELECT child_id, parent_id, unseen_id, relation, probability, margin, coverage, days, why, chosen FROM derivation"
        return sorted(
            (
                repr((self._uri[child], self._uri[parent], self._children[unseen], *_rounded(rest)))
                for child, parent, unseen, *rest in self._run(sql)
            )
        )

    def unseen(self) -> list:
        sql = "SELECT id, probability, credit FROM unseen_source"
        return sorted(repr((self._children[id], *_rounded(rest))) for id, *rest in self._run(sql))

    def links(self) -> list:
        found = []
        for a, b, p_ab, p_ba, *rest in self._run("SELECT a, b, p_ab, p_ba, p_unseen, decided FROM link"):
            one, two = (self._uri[a], p_ab), (self._uri[b], p_ba)
            (x, p), (y, q) = min(one, two), max(one, two)
            found.append((x, y, *_rounded((p, q, *rest))))
        return sorted(found)

    def outlets(self) -> list:
        return list(self._run("SELECT alias, outlet, source, documents FROM outlet ORDER BY alias"))

    def corrections(self) -> list:
        """What people say, and what became of it."""
        said = self._run("SELECT child, parent, verdict, note, made_by FROM correction ORDER BY child, parent")
        return [*said, *self._run("SELECT child, parent, verdict, note, made_by, state FROM applied ORDER BY child, parent")]

    def index(self) -> list:
        """The documents that stand for themselves and have words, by what the index holds of them: how many postings."""
        import numpy as np

        from provenance import packed

        alive = {id for (id,) in self._run("SELECT id FROM document WHERE copy_of IS NULL")}
        counts: dict[int, int] = {}
        for (part,) in self._run("SELECT postings FROM part"):
            ids, times = np.unique(packed.unpack(*packed.load([part])) & packed.DOCUMENT, return_counts=True)
            for id, n in zip(ids.tolist(), times.tolist(), strict=True):
                counts[id] = counts.get(id, 0) + n
        return sorted((self._uri[id], n) for id, n in counts.items() if id in alive)
