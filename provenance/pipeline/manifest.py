"""What a deduplication leaves, as rows: the corpus without what goes, and the manifest that says what stands for it and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from provenance import keep, read
from provenance.keep import Pair, Reuse
from provenance.model import Document
from provenance.pipeline.dedupe import BATCH, Deduplication
from provenance.store import Store
from provenance.store.rows import DerivationRow, DocumentRow

MARKS = "reused"
"""The field of a row that holds the places of its reused passages, where they are marked and not cut."""

_Edges = Mapping[tuple[int, int | None], DerivationRow]
_Words = Mapping[int, int]


def corpus(found: Deduplication) -> Iterator[dict[str, Any]]:
    """What stays, in the order of the store, with the fields of the input."""
    store = found.store
    options: dict[int, read.Options] = {}
    for rows in _batches(store):
        rows = [row for row in rows if found.stays(row)]
        texts = store.texts(row.id for row in rows)
        for row in rows:
            if row.run_id not in options:
                options[row.run_id] = read.Options(**store.run_config(row.run_id)["options"])
            text, extra = texts[row.id], json.loads(row.extra)
            if found.marks:
                extra[MARKS] = keep.union(span for passage in found.cuts.get(row.id, ()) for span in passage.spans)
            else:
                text = found.rest(row.id, text).text
            fields = (row.title, row.author, row.site, row.lang, row.published_at, row.published_from, row.fetched_at)
            yield read.to_row(Document(row.uri, text, *fields, extra), options[row.run_id])


def manifest(found: Deduplication) -> Iterator[dict[str, Any]]:
    """A row for each document that goes and each passage that is cut or marked: which one stands for it, and why.

    A document that goes because its passages stand in several others has a row for each of them.
    """
    store = found.store
    for rows in _batches(store):
        reasons = {row.id: list(_reasons(row, found)) for row in rows}
        others = {other for some in reasons.values() for other, _ in some}
        known = {row.id: row for row in store.documents(others)}
        derivations = store.derivations_of(others | {id for id, some in reasons.items() if some})
        edges = {(edge.child_id, edge.parent_id): edge for edge in derivations if edge.chosen}
        for row in rows:
            for other, reason in reasons[row.id]:
                if reason is None:
                    reason = Pair(other, found.words[other], 1.0, tuple(store.matches_between(row.id, other)))
                    yield _document("exact", row, known[other], reason, edges, found.words)
                elif isinstance(reason, Pair):
                    yield _document("near", row, known[other], reason, edges, found.words)
                else:
                    yield from _passage(row, known[other], reason, edges, found.words, dropped=not found.stays(row))


def _reasons(row: DocumentRow, found: Deduplication) -> Iterator[tuple[int, Pair | Reuse | None]]:
    """What stands for the document or its parts, and why; None where it is an exact copy."""
    one = row.copy_of or row.id
    if one in found.dropped:
        yield found.dropped[one].other, found.dropped[one]
    elif row.copy_of is not None and one not in found.emptied:
        yield one, None
    else:
        yield from ((passage.other, passage) for passage in found.cuts.get(one, ()))


def _document(level: str, row: DocumentRow, other: DocumentRow, pair: Pair, edges: _Edges, words: _Words) -> dict[str, Any]:
    nowhere = {"start": None, "end": None, "kept_start": None, "kept_end": None}
    return _row(level, row, other, pair, pair.matches, edges, words) | nowhere | {"kind": None, "dropped": True}


def _passage(
    row: DocumentRow, other: DocumentRow, passage: Reuse, edges: _Edges, words: _Words, *, dropped: bool
) -> Iterator[dict[str, Any]]:
    there = {"kept_start": passage.other_spans[0][0], "kept_end": passage.other_spans[-1][1]}
    what = _row("passage", row, other, passage, () if passage.match is None else (passage.match,), edges, words)
    # The places are those in the text that stands for its copies; a copy may be spaced otherwise.
    for start, end in passage.spans if row.copy_of is None else [(None, None)]:
        yield what | {"start": start, "end": end} | there | {"kind": passage.kind, "dropped": dropped}


def _row(
    level: str, row: DocumentRow, other: DocumentRow, shared: Pair | Reuse, matches: Sequence[int], edges: _Edges, words: _Words
) -> dict[str, Any]:
    mine, its = words[row.copy_of or row.id], words[other.id]
    found = ((edges[key], source) for key, source in (((row.id, other.id), other), ((other.id, row.id), row)) if key in edges)
    edge, source = next(found, (None, None))
    return {
        "uri": row.uri,
        "level": level,
        "kept": other.uri,
        "words": shared.words,
        "coverage": round(shared.words / mine, 4) if mine else 1.0,
        "kept_coverage": round(shared.words / its, 4) if its else 1.0,
        "similarity": round(shared.similarity, 4),
        "source": source and source.uri,
        "relation": edge and edge.relation,
        "probability": edge and round(edge.probability, 4),
        "matches": list(matches),
    }


def _batches(store: Store) -> Iterator[list[DocumentRow]]:
    ids = store.all_ids()
    for first in range(0, len(ids), BATCH):
        yield store.documents(ids[first : first + BATCH])
