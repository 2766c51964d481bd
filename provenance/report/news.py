"""What changed since: the runs that are meant, what they changed, and what they could not read that was not told before."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence

from provenance.model import UsageError
from provenance.report.edges import edge_of
from provenance.report.model import ENDED, Change, Edge, News, Run, Trouble
from provenance.store import Store
from provenance.store.rows import RunRow


def gather(store: Store, since: str) -> News:
    """`since`: `last` (what came after the scan before), the number of a run (it and all after it), or a date (what ran from
    then on).

    Raises UsageError for anything else, and for a run that the store does not have.
    """
    runs = _runs(store, since)
    rows = store.changes_since(runs[0].id) if runs else []
    documents = store.documents_by_uri({row.uri for row in rows})
    families = store.families_of(documents.values())
    titles = {row.uri: row.title for row in store.documents(documents.values())}
    arrived = _arrived(store, set(families.values()), runs)
    now = _now(store, {id: row.uri for row in rows if row.what == "parent" and (id := documents.get(row.uri))})
    changes = (
        Change(
            row.run_id, row.uri, row.what, row.before, row.after, family, titles.get(row.uri),
            arrived[family, row.run_id] if row.what in ("grew", "parent") else (), now[row.uri] if row.what == "parent" else (),
        )
        for row in rows
        for family in [families.get(documents.get(row.uri, 0))]
    )  # fmt: skip
    # What cannot be read tonight could often not be read last night either: it is told once, and after that counted.
    found = ((row.id, problem) for row in runs for problem in store.problems(row.id))
    problems = {(p.uri, p.message): Trouble(run_id, p.uri, p.message, p.stage) for run_id, p in found}
    before = store.scan_before(runs[0].id) if runs else None
    known = problems.keys() & {(p.uri, p.message) for p in store.problems(before or 0)}
    return News(
        tuple(run(row) for row in runs),
        tuple(changes),
        tuple(problem for key, problem in problems.items() if key not in known),
        len(known),
    )


def _arrived(store: Store, families: set[int], runs: Sequence[RunRow]) -> Mapping[tuple[int | None, int], tuple[str, ...]]:
    """By family and run, the documents of these families that the run added, or of which it changed a field, oldest first.

    What a run brought that then broke off counts for the next one that ended: that one inferred what follows from it.
    """
    teller: dict[int, int] = {}
    ended = 0
    for row in reversed(runs):
        ended = row.id if row.status in ENDED or not ended else ended
        teller[row.id] = ended
    family = {document: id for id, documents in store.members(families).items() for document in documents}
    found: dict[tuple[int | None, int], list[str]] = defaultdict(list)
    for row in sorted(store.documents(family), key=lambda row: (row.published_at is None, row.published_at or "", row.uri)):
        if row.run_id in teller:
            found[family[row.id], teller[row.run_id]].append(row.uri)
    return defaultdict(tuple, {key: tuple(uris) for key, uris in found.items()})


def _now(store: Store, children: Mapping[int, str]) -> Mapping[str, tuple[Edge, ...]]:
    """Of each child its derivations, the chosen ones first."""
    rows = store.derivations_of(children)
    uris = dict(children) | {row.id: row.uri for row in store.documents(row.parent_id for row in rows if row.parent_id)}
    found: dict[str, list[Edge]] = defaultdict(list)
    for row in rows:
        found[children[row.child_id]].append(edge_of(row, uris))
    return defaultdict(tuple, {uri: tuple(edges) for uri, edges in found.items()})


def run(row: RunRow) -> Run:
    """A run as a report names it."""
    return Run(row.id, row.command, row.started_at, row.status, row.added, row.changed, row.failed)


def _runs(store: Store, since: str) -> list[RunRow]:
    if since == "last":
        return store.runs_since()
    if since.isdecimal() and len(since) < 8:
        runs = store.runs_since(run_id=int(since))
        if not runs or runs[0].id != int(since):
            raise UsageError(
                f"report --since {since}: no run {since}; `provenance query 'SELECT id, started_at FROM run'` lists them"
            )
        return runs
    return store.runs_since(date=_moment(since))


def _moment(since: str) -> str:
    try:
        moment = datetime.datetime.fromisoformat(since)
    except ValueError:
        raise UsageError(
            f"report --since {since}: neither `last`, nor the number of a run, nor a date such as 2025-03-04 or 2025-03-04T10:00"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
