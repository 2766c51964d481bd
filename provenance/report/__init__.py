"""What the store says, for people and programs. Reads the store through its methods and writes nothing, not even a file.

    words       dates, spans of time, probabilities and hostile text as a person should see them
    phrases     sentences that every renderer says alike
    diff        two passages -> what was kept, cut and added
    paint       marks as colour or as signs; wrapping to a width
    tree        a family as lines that any renderer can draw
    model       a report as plain data
    gathering   store -> report; news: what changed since
    as_text, as_markdown, html, as_json      the renderers
    explaining  two documents -> an explanation; as_pair draws it, in the words of verdict
    dossier     store -> the pages of an HTML report: families with the texts behind each derivation
    tracing     a text that is not in the store
    counting    `stats`

A renderer is a function (report, width, colour) -> pieces of text. To add one: a module and its lines here.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provenance.report.model import Report

_RENDERERS = {"text": "as_text", "md": "as_markdown", "html": "html", "json": "as_json"}

FORMATS = tuple(_RENDERERS)
"""Names that `render` knows; the first is the default."""


def render(report: Report, name: str, *, width: int, colour: bool) -> Iterator[str]:
    """The report in the format of this name. `width` and `colour` are for formats that people read in a terminal."""
    # By name, so that the command line can list the formats without loading them.
    module = import_module(f"provenance.report.{_RENDERERS[name]}")
    return module.render(report, width=width, colour=colour)
