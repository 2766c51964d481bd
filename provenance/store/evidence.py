"""The evidence: match, conflict, span, and the segments of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from provenance.store.rows import MatchRow, PartRow, SegmentRow, SpanRow, columns
from provenance.store.schema import TELLING
from provenance.store.session import Session, listed

_MATCH = columns(MatchRow)
_SHARED = "match.id, a, b, a_start, a_end, b_start, b_end, words, similarity, grade, kind, evidence = 0"


class Evidence(Session):
    """Which passages are shared, and the postings that find candidates."""

    def add_matches(self, run_id: int, rows: Iterable[tuple]) -> list[int]:
        """Rows (a, b, a_start, a_end, b_start, b_end, words, similarity, grade, kind, evidence); their new ids, in order."""
        with self.transaction():
            first = self._rows("SELECT coalesce(max(id), 0) + 1 FROM match")[0][0]
            numbered = [(id, *row, run_id) for id, row in enumerate(rows, first)]
            self._many(f"INSERT INTO match ({_MATCH}, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", numbered)
        return [row[0] for row in numbered]

    def delete_matches(self, ids: Iterable[int]) -> None:
        self._run("DELETE FROM match WHERE id IN (SELECT value FROM json_each(?))", (listed(ids),))

    def set_kinds(self, pairs: Iterable[tuple[str, int]]) -> None:
        """Pairs (kind, match id): what the store's present counts make of a match."""
        self._many("UPDATE match SET kind = ? WHERE id = ?", pairs)

    def matches_of(self, document_ids: Iterable[int], *, boilerplate: bool = True) -> list[MatchRow]:
        """All matches with a or b among the documents, each once, in order of id; also those that are boilerplate, or not."""
        telling = "" if boilerplate else f"AND {TELLING}"
        sql = f"""
            WITH wanted AS MATERIALIZED (SELECT value FROM json_each(?))
            SELECT {_MATCH} FROM match WHERE id IN (
                SELECT id FROM match WHERE a IN (SELECT value FROM wanted) {telling}
                UNION SELECT id FROM match WHERE b IN (SELECT value FROM wanted) {telling}
            ) {"" if boilerplate else "AND kind <> 'boilerplate'"} ORDER BY id"""
        return [MatchRow._make(row) for row in self._rows(sql, (listed(document_ids),))]

    def matches_among(self, document_ids: Iterable[int]) -> list[MatchRow]:
        """Matches of two of the documents, in order of id. Found by b, the text of larger hash: texts that thousands share
        something with are those of smallest hash, and would be found by a in all these matches."""
        sql = f"""
            WITH wanted AS MATERIALIZED (SELECT value FROM json_each(?))
            SELECT {_MATCH} FROM match
            WHERE b IN (SELECT value FROM wanted) AND +a IN (SELECT value FROM wanted) ORDER BY id"""
        return [MatchRow._make(row) for row in self._rows(sql, (listed(document_ids),))]

    def boilerplate_over(self, document_id: int, start: int, end: int, most: int) -> list[MatchRow]:
        """Matches of the document that are boilerplate and have any of these characters, so many at most on either side."""
        found = []
        for side in ("a", "b"):
            sql = f"""SELECT {_MATCH} FROM match
                WHERE {side} = ? AND {side}_start < ? AND {side}_end > ? AND kind = 'boilerplate' ORDER BY id LIMIT ?"""
            found += self._rows(sql, (document_id, end, start, most))
        return [MatchRow._make(row) for row in found]

    def shared(self, document_ids: Iterable[int], *, boilerplate: bool = True) -> Iterator[list[tuple]]:
        """What `matches_of` finds, in no order and many at a time: rows (id, a, b, a_start, a_end, b_start, b_end, words,
        similarity, grade, kind, whether it is no evidence by itself). Such as have both ends among the documents may come twice.
        Without boilerplate such as is no evidence by itself still comes, as others may bear it out."""
        telling = "" if boilerplate else f" AND {TELLING}"
        for side in "ab":
            sql = f"SELECT {_SHARED} FROM match WHERE {side} IN (SELECT value FROM json_each(?)){telling}"
            yield from self._many_rows(sql, (listed(document_ids),))

    def samples(self, document_ids: Iterable[int], size: int) -> Iterator[list[tuple]]:
        """Rows as of `shared`: of each document so many at most from either side, the newest."""
        for side in "ab":
            sql = f"""SELECT {_SHARED} FROM json_each(?) wanted CROSS JOIN match WHERE match.id IN (
                SELECT id FROM match WHERE {side} = wanted.value ORDER BY id DESC LIMIT ?)"""
            yield from self._many_rows(sql, (listed(document_ids), size))

    def hubs(self, document_ids: Iterable[int], least: int) -> set[int]:
        """Those of the documents that have more than so many matches."""
        sql = """WITH wanted AS MATERIALIZED (SELECT value FROM json_each(?))
            SELECT value FROM wanted
            WHERE (SELECT count(*) FROM match WHERE a = value) + (SELECT count(*) FROM match WHERE b = value) > ?"""
        return {id for (id,) in self._rows(sql, (listed(document_ids), least))}

    def spare_among(self, document_ids: Iterable[int], similarity: float, words: int) -> list[tuple[int, int, int, float]]:
        """(match id, a, b, spare) of each pair of these documents that share what is no boilerplate, but not so many words so
        similar.

        spare: bits of what two texts share that may become common before their matches are boilerplate, kept with one of these;
        0 where it is not known. Found by b, as in `matches_among`.
        """
        sql = """WITH wanted AS MATERIALIZED (SELECT value FROM json_each(?))
            SELECT id, a, b, coalesce(min(spare), 0) FROM match
            WHERE b IN (SELECT value FROM wanted) AND +a IN (SELECT value FROM wanted)
            GROUP BY a, b HAVING max(kind <> 'boilerplate') AND (sum(words * similarity) < ? * sum(words) OR sum(words) < ?)"""
        return self._rows(sql, (listed(document_ids), similarity, words))

    def set_spare(self, rows: Iterable[tuple[float, int]]) -> None:
        """Rows (spare, match id), as `spare_among` has them."""
        self._many("UPDATE match SET spare = ? WHERE id = ?", rows)

    def sharing(self) -> set[int]:
        """The documents that share a passage of any kind with another."""
        return {id for (id,) in self._rows("SELECT a FROM match UNION SELECT b FROM match")}

    def add_conflicts(self, rows: Iterable[tuple[int, str, str, str]]) -> None:
        """Rows (match_id, kind, text_a, text_b)."""
        self._many("INSERT INTO conflict (match_id, kind, text_a, text_b) VALUES (?, ?, ?, ?)", rows)

    def conflicts_of(self, match_ids: Iterable[int]) -> list[tuple[int, str, str, str]]:
        """Rows (match_id, kind, text_a, text_b) of these matches."""
        sql = """SELECT match_id, kind, text_a, text_b FROM conflict
            WHERE match_id IN (SELECT value FROM json_each(?)) ORDER BY match_id, rowid"""
        return self._rows(sql, (listed(match_ids),))

    def add_spans(self, rows: Iterable[tuple[int, int, int, str, int]]) -> None:
        """Rows (document_id, start, end, kind, words)."""
        self._many('INSERT INTO span (document_id, start, "end", kind, words) VALUES (?, ?, ?, ?, ?)', rows)

    def spans_of(self, document_ids: Iterable[int]) -> dict[int, list[SpanRow]]:
        """The spans of each of these documents, in order; those without any are left out."""
        sql = """SELECT document_id, start, "end", kind, words FROM span
            WHERE document_id IN (SELECT value FROM json_each(?)) ORDER BY document_id, start"""
        spans: dict[int, list[SpanRow]] = {}
        for document, *row in self._rows(sql, (listed(document_ids),)):
            spans.setdefault(document, []).append(SpanRow._make(row))
        return spans

    def segments(self) -> list[SegmentRow]:
        return [SegmentRow._make(row) for row in self._rows("SELECT id, level FROM segment ORDER BY id")]

    def parts(self) -> list[PartRow]:
        """All parts of all segments, without their postings, in order of segment and id, which is that of their keys."""
        sql = f"SELECT {columns(PartRow)} FROM part ORDER BY segment_id, id"
        return [PartRow._make(row) for row in self._rows(sql)]

    def postings(self, part_ids: Iterable[int]) -> list[bytes]:
        """The packed postings of these parts, in order of id."""
        sql = "SELECT postings FROM part WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        return [postings for (postings,) in self._rows(sql, (listed(part_ids),))]

    def add_segment(self, level: int) -> int:
        """A new sorted run without parts; its id."""
        return self._run("INSERT INTO segment (level) VALUES (?)", (level,)).lastrowid

    def add_parts(self, segment_id: int, rows: Iterable[tuple[int, int, int, bytes]]) -> list[int]:
        """Rows (first, last, count, postings), after all that the segment has; their ids."""
        with self.transaction():
            first = self._rows("SELECT coalesce(max(id), 0) + 1 FROM part")[0][0]
            numbered = [(id, segment_id, *row) for id, row in enumerate(rows, first)]
            self._many(f"INSERT INTO part ({columns(PartRow)}, postings) VALUES (?, ?, ?, ?, ?, ?)", numbered)
        return [row[0] for row in numbered]

    def set_part(self, id: int, row: tuple[int, int, int, bytes]) -> None:
        """Let this (first, last, count, postings) be a part's."""
        self._run("UPDATE part SET first = ?2, last = ?3, count = ?4, postings = ?5 WHERE id = ?1", (id, *row))

    def delete_parts(self, ids: Iterable[int]) -> None:
        self._run("DELETE FROM part WHERE id IN (SELECT value FROM json_each(?))", (listed(ids),))

    def delete_segments(self, ids: Iterable[int]) -> None:
        """With their parts."""
        self._run("DELETE FROM segment WHERE id IN (SELECT value FROM json_each(?))", (listed(ids),))

    def clear_evidence(self) -> None:
        """Drop all that a rebuild finds again in the stored texts."""
        with self.transaction():
            for table in ("conflict", "match", "span", "part", "segment"):
                self._run(f"DELETE FROM {table}")
