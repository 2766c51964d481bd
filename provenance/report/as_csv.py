"""The lineage as CSV: a row for each chosen derivation, with the columns of the view `lineage`, the family and the credit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from provenance.report.gathering import Selection
from provenance.report.graph import links

COLUMNS = (
    "family", "child", "parent", "relation", "probability", "margin", "coverage", "days",
    "child_site", "parent_site", "child_published", "parent_published", "by_hand", "credit",
)  # fmt: skip


def render(selection: Selection) -> Iterator[str]:
    yield _line(COLUMNS)
    for family, child, parent, edge in links(selection):
        yield _line([
            family, child.name, parent.name, edge.relation, edge.probability, edge.margin, edge.coverage, edge.days,
            child.site, parent.site, child.published_at, parent.published_at, edge.by_hand, parent.credit,
        ])  # fmt: skip


def _line(cells: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
