"""The report as HTML: one page with everything in it, readable without a script and without a network.

    folding     a family -> the texts that are drawn, and the number of the others
    layout      these -> where they and their lines stand in a drawing
    beside      two texts -> rows that stand side by side
    flows       site to site -> a matrix
    views       a family, a pair -> what the templates show of it
    page        templates, style and script -> a page that nothing can be smuggled into

Everything that a template prints is escaped; only addresses of the web become links; by a content security policy the
page forbids itself to load anything, and to run any script or style but its own two, named by their hashes.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.report.dossier import Dossier, Entry
from provenance.report.html.page import page
from provenance.report.model import Report

__all__ = ["page", "render"]


def render(report: Report, *, width: int, colour: bool) -> Iterator[str]:
    """A report as one page. With the texts behind it, `dossier.pages` gathers what `page` shows."""
    yield from page(Dossier(report, tuple(Entry(family, (), None) for family in report.families)))
