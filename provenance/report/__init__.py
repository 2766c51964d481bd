"""What the store says, for people and programs. Reads the store through its methods and writes nothing, not even a file.

    words       dates, spans of time, probabilities and hostile text as a person should see them
    phrases     sentences that every renderer says alike
    diff        two passages -> what was kept, cut and added
    paint       marks as colour or as signs; wrapping to a width
    tree        a family as lines that any renderer can draw
    model       a report as plain data
    gathering   store -> report; news: what changed since; edges: derivations as both tell them
    as_text, as_markdown, html, as_json      the renderers
    graph       families as nodes and edges
    as_csv, as_dot, as_graphml, as_prov      what other programs read
    explaining  two documents -> an explanation; as_pair draws it, in the words of verdict
    dossier     store -> the pages of an HTML report: families with the texts behind each derivation
    tracing     a text that is not in the store
    counting    `stats`

A renderer is a function (report, width, colour) -> pieces of text; one for other programs (selection) -> pieces of text. To add
one: a module and its line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provenance.report.gathering import Selection
    from provenance.report.model import Report

_RENDERERS = {
    "text": "as_text",
    "md": "as_markdown",
    "html": "html",
    "json": "as_json",
}
_EXCHANGE = {
    "csv": "as_csv",
    "dot": "as_dot",
    "graphml": "as_graphml",
    "prov": "as_prov",
}

FORMATS = tuple(_RENDERERS)
"""Names that `render` knows, for what a person would read of a report; the first is the default."""
EXCHANGE = tuple(_EXCHANGE)
"""Names that `exchange` knows, for all families of a report as other programs read them."""

# Modules by name, so that the command line can list the formats without loading them.


def render(report: Report, name: str, *, width: int, colour: bool) -> Iterator[str]:
    """The report in the format of this name. `width` and `colour` are for formats that people read in a terminal."""
    return import_module(f"provenance.report.{_RENDERERS[name]}").render(report, width=width, colour=colour)


def exchange(selection: Selection, name: str) -> Iterator[str]:
    """The lineage of these families in the format of this name. Reads the store while it is written."""
    return import_module(f"provenance.report.{_EXCHANGE[name]}").render(selection)
