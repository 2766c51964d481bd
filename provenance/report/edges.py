"""A row of `derivation` as an edge between uris, with its reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from provenance.report.model import Edge, Reason
from provenance.store.rows import DerivationRow

QUOTE = 60
"""Characters of a place in a text that a reason quotes."""


def edge_of(row: DerivationRow, uris: Mapping[int, str], text: str | None = None) -> Edge:
    """A derivation by uris; with the child's text, its reasons quote the places that they rest on."""
    why = tuple(
        Reason(signal["signal"], signal["toward"], signal["log_odds"], _quotes(signal["spans"], text), signal.get("said"))
        for signal in json.loads(row.why)
    )
    parent = None if row.parent_id is None else uris[row.parent_id]
    return Edge(
        uris[row.child_id], parent, row.unseen_id, row.relation, row.probability, row.margin, row.coverage, row.days,
        bool(row.chosen), why,
    )  # fmt: skip


def _quotes(spans: Iterable[Sequence[int]], text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    return tuple(dict.fromkeys(text[start:end] for start, end in spans if end - start <= QUOTE))
