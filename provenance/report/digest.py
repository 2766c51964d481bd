"""Sentences about what changed since: what a digest says, in every form that it has. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from provenance.report import phrases
from provenance.report.model import Change, News, Run, Trouble
from provenance.report.words import count, date, likely, safe

MOST_NEWS = 20
"""Changes of a kind that a digest spells out; the JSON report has all."""

MOST_NAMED, MOST_REASONS = 3, 2
"""Documents that came and reasons for a source that a changed family or derivation is told with."""

FORGOTTEN = "forgotten"
"""A `removed` change of a document: unlike one of a family, it says nothing of how many there were."""

_HEADLINES = (
    ("new", "New families"),
    ("grew", "Families that grew"),
    ("re-rooted", "Families that now begin elsewhere"),
    ("parent", "Derivations that changed"),
    ("removed", "Families that are no more"),
    (FORGOTTEN, "Documents that were removed"),
)


def run(r: Run) -> str:
    return f"Run {r.id}, {date(r.started_at)}, {r.status}: {r.added:,} new, {r.changed:,} changed, {r.failed:,} unreadable"


def headlines(news: News) -> Iterator[tuple[str, list[Change]]]:
    """The changes under their headlines, those of the largest families first; what several runs did to one is told once."""
    merged = _merged(news.changes)
    for what, label in _HEADLINES:
        changes = [c for c in merged if _news(c) == what]
        if changes:
            yield label, sorted(changes, key=lambda c: -int(c.after or 0)) if what in ("new", "grew") else changes


def _merged(changes: Iterable[Change]) -> list[Change]:
    """Changes from first to last: a family that was new and grew is new, a source that changed twice was what it was first."""
    found: dict[tuple[str, object], Change] = {}
    for change in changes:
        size = change.what in ("new", "grew") and change.family is not None
        key = ("size", change.family) if size else (change.what, change.family or change.uri, change.uri)
        if key in found:
            first = found.pop(key)
            arrived = tuple(dict.fromkeys((*first.arrived, *change.arrived)))
            change = dataclasses.replace(change, what=first.what, before=first.before, arrived=arrived)
            if change.what == "parent" and change.before == change.after:
                continue  # as it was
        found[key] = change
    return list(found.values())


def _news(c: Change) -> str:
    return FORGOTTEN if c.what == "removed" and c.before is None else c.what


def change(c: Change) -> str:
    """What a run changed, of the family or document that it names."""
    before, after = safe(c.before or "nothing"), safe(c.after or "nothing")
    sentences = {
        "new": f"{after} documents",
        "grew": f"grew from {before} to {after} documents{_with(c.arrived)}",
        "re-rooted": f"now thought to begin here, before at {before}",
        "parent": f"its source: before {_source(c.before)}, now {_source(c.after)}{_because(c)}",
        "removed": f"{'no family any more' if c.family is None else 'now part of this family'} (it had {before} documents)",
        FORGOTTEN: "removed from the store, with all that was inferred from it",
    }
    return sentences[_news(c)]


def _with(uris: Sequence[str]) -> str:
    return f", with {_among(uris)}" if uris else ""


def _because(c: Change) -> str:
    """Why a document has other sources than before: what came, what speaks for the new ones, what is left of the old ones."""
    parts = [f"{_among(c.arrived)} new or changed since" if c.arrived else ""]
    for edge in (edge for edge in c.now if edge.chosen):
        speaking = (r for r in edge.why if r.log_odds > 0 and edge.by_hand is None)
        reasons = sorted(speaking, key=lambda r: -r.log_odds)[:MOST_REASONS]
        told = f", resting on {' and '.join(map(phrases.signal, reasons))}" if reasons else ""
        parts.append(f"{phrases.RELATION[edge.relation]}, {phrases.believed(edge)}{told}")
    sources = {edge.parent for edge in c.now if edge.chosen}
    parts += [
        f"{safe(edge.parent)} is now {likely(edge.probability)}"
        for edge in c.now
        if edge.parent is not None and edge.parent not in sources and edge.parent in (c.before or "").split(" ")
    ]
    if not c.now and c.after == "none":
        parts.append("no relative is left that it may have it from")
    return "".join(f"; {part}" for part in parts if part)


def _source(uris: str | None) -> str:
    known = {None: "none", "none": "none", "unseen": "an unseen source"}
    return known.get(uris) or safe(uris or "")


def _among(uris: Sequence[str]) -> str:
    more = f" and {len(uris) - MOST_NAMED:,} more" if len(uris) > MOST_NAMED else ""
    return f"{', '.join(map(safe, uris[:MOST_NAMED]))}{more}"


def troubles(news: News) -> Iterator[tuple[str, list[Trouble]]]:
    """What could not be used, under headlines."""
    for label, wanted in (("Inputs that could not be read", False), ("Corrections that do not hold", True)):
        if found := [trouble for trouble in news.problems if (trouble.stage == "correction") is wanted]:
            yield label, found


def known_troubles(news: News) -> str:
    """What is not told again; empty where there is nothing of the kind."""
    return f"{count(news.known_problems, 'problem')} as in the scan before." if news.known_problems else ""


def more_news(items: Sequence[object]) -> str:
    """What is left out after MOST_NEWS."""
    return f"… and {len(items) - MOST_NEWS:,} more" if len(items) > MOST_NEWS else ""
