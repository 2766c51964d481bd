"""Who feeds whom: the flows between sites as a table of rows and columns. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from provenance.report import phrases
from provenance.report.model import Flow
from provenance.report.words import count, percent, safe, shorten

MOST_SITES = 14
"""Sites of a matrix that one can read; the list below it has more."""
SHADES = 5
LONGEST_SITE = 30
"""Columns of a site's name."""


class Cell(NamedTuple):
    """What one site takes from another."""

    articles: int
    shade: int
    """1 to SHADES; 0 where there is nothing."""
    says: str
    own: bool
    """Taken from itself."""


class Matrix(NamedTuple):
    """A row a source, a column a site that takes from it."""

    takers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...], int], ...]
    """(source, its cells, articles in all). Names of sites are shortened, and safe."""
    others: int
    """Flows that it leaves out."""


def matrix(flows: Sequence[Flow]) -> Matrix | None:
    """The strongest sources and takers, each in order of what it gives or takes. None where two sites or fewer tell nothing."""
    gives, takes = Counter[str](), Counter[str]()
    for flow in flows:
        if flow.parent_site != flow.child_site:
            gives[flow.parent_site] += flow.articles
            takes[flow.child_site] += flow.articles
    if not gives:
        return None
    sources = [site for site, _ in sorted(gives.items(), key=lambda item: (-item[1], item[0]))[:MOST_SITES]]
    takers = [site for site, _ in sorted(takes.items(), key=lambda item: (-item[1], item[0]))[:MOST_SITES]]
    found = {(flow.parent_site, flow.child_site): flow for flow in flows}
    most = max(flow.articles for flow in flows)
    rows = tuple(
        (_name(source), tuple(_cell(source, taker, found, most) for taker in takers), gives[source]) for source in sources
    )
    shown = sum(1 for source in sources for taker in takers if (source, taker) in found)
    return Matrix(tuple(map(_name, takers)), rows, len(flows) - shown)


def _name(site: str) -> str:
    return shorten(safe(site), LONGEST_SITE)


def _cell(source: str, taker: str, flows: dict[tuple[str, str], Flow], most: int) -> Cell:
    flow = flows.get((source, taker))
    if flow is None:
        return Cell(0, 0, "", source == taker)
    # So that among a handful of articles none is dark.
    shade = 1 + round((SHADES - 1) * math.log(flow.articles) / math.log(max(most, 8)))
    return Cell(flow.articles, shade, says(flow), source == taker)


def says(flow: Flow) -> str:
    """A flow in words."""
    share = f"{percent(flow.mean_coverage)} of {'it' if flow.articles == 1 else 'each on average'}"
    return ", ".join(filter(None, (count(flow.articles, "article"), share, phrases.delay(flow.median_hours))))
