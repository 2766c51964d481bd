"""A dossier -> one page: the templates, the style and the script, sealed against whatever the texts hold. Pure."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterator
from importlib import resources

import jinja2
from jinja2.filters import do_urlencode as quote
from markupsafe import Markup

from provenance.report import digest, phrases, words
from provenance.report.dossier import MOST_UNDECIDED, Dossier
from provenance.report.html import flows, views

_FILTERS = {
    "safe_text": words.safe,
    "date": words.date,
    "day": lambda published_at: words.date(published_at and published_at.partition("T")[0]),
    "percent": words.percent,
    "chance": words.chance,
    "likely": words.likely,
    "address": views.address,
}


def page(dossier: Dossier) -> Iterator[str]:
    """The page in pieces."""
    entries = [views.entry(entry, None if entry.page is None else quote(entry.page)) for entry in dossier.entries]
    template = _environment().get_template("page.html.jinja")
    stream = template.stream(
        report=dossier.report,
        dossier=dossier,
        title=phrases.title(dossier.report),
        entries=entries,
        linked={entry.id: entry.href for entry in entries},
        home=None if dossier.home is None else f"../{quote(dossier.home)}",
        view=lambda found: views.family(found, dossier.pairs.get(found.id, ())),
        matrix=flows.matrix(dossier.flows),
    )
    stream.enable_buffering(500)
    return stream


@functools.cache
def _environment() -> jinja2.Environment:
    """The templates, compiled once: 40 ms."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("provenance.report.html"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(_FILTERS)
    style, script = (_resource(name) for name in ("style.css", "script.js"))
    environment.globals.update(
        digest=digest, phrases=phrases, views=views, count=words.count, most_undecided=MOST_UNDECIDED,
        style=Markup(style), script=Markup(script), policy=_policy(style, script),
    )  # fmt: skip
    return environment


def _resource(name: str) -> str:
    return resources.files("provenance.report.html").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded, sent or framed; of styles and scripts only these two may be there."""
    return (
        f"default-src 'none'; style-src '{_hashed(style)}'; script-src '{_hashed(script)}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _hashed(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
