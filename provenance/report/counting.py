"""What `stats` says: what the store holds, how much room it takes, how the last runs went."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from provenance.report.paint import BOLD, DIM, PLAIN, Paint, Span
from provenance.report.words import date, safe, size
from provenance.store import Store
from provenance.store.rows import RunRow

LAST_RUNS = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """As `Store.counts` counts them, with the last runs, newest first."""

    counts: Mapping[str, Any]
    runs: tuple[RunRow, ...]


def gather(store: Store) -> Counts:
    return Counts(store.counts(), tuple(store.runs(LAST_RUNS)))


def rows(counts: Counts) -> Iterator[tuple[str, Any]]:
    """(name, value), nested names joined by a point; of the runs the last one."""
    for name, value in counts.counts.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{part}", n) for part, n in value.items())
        else:
            yield name, value
    for run in counts.runs[:1]:
        yield from ((f"last_run.{name}", value) for name, value in run._asdict().items() if name != "config")


def text(counts: Counts, *, width: int, colour: bool) -> Iterator[str]:
    paint = Paint(colour=colour)
    found = counts.counts
    for name, value in found.items():
        if not isinstance(value, Mapping):
            yield f"{name.replace('_', ' '):<16}{value:>14,}\n"
    if found["matches"]:
        yield f"\n{paint(BOLD, 'passages')}\n"
    for kind, n in found["matches"].items():
        yield f"  {kind:<14}{n:>14,}\n"
    yield f"\n{paint(BOLD, 'bytes')}\n"
    for part, n in found["bytes"].items():
        yield f"  {part.replace('_', ' '):<14}{size(n):>14}\n"
    if counts.runs:
        yield f"\n{paint(BOLD, 'last runs')}\n"
    for run in counts.runs:
        capped = f", {run.capped_keys:,} capped keys" if run.capped_keys else ""
        yield f"  {run.id:>4}  {date(run.started_at)}  {run.status}\n"
        done = (
            f"{run.read:,} read, {run.added:,} new, {run.changed:,} changed, {run.unchanged:,} unchanged, "
            f"{run.failed:,} unreadable{capped}"
        )
        for span in (Span(PLAIN, done), Span(DIM, safe(run.command))):
            yield from (f"        {line}\n" for line in paint.lines([span], width - 8))
