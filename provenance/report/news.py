"""What changed since: the runs that are meant, what they changed, and what they could not read."""

from __future__ import annotations

import datetime

from provenance.model import UsageError
from provenance.report.model import Change, News, Run, Trouble
from provenance.store import Store
from provenance.store.rows import RunRow


def gather(store: Store, since: str) -> News:
    """`since`: `last`, the number of a run (it and all after it), or a date (what ran from then on).

    Raises UsageError for anything else, and for a run that the store does not have.
    """
    runs = _runs(store, since)
    # `--since last` is about one run, so the first run is also where the changes begin.
    rows = store.changes_since(runs[0].id) if runs else []
    documents = store.documents_by_uri({row.uri for row in rows})
    families = store.families_of(documents.values())
    titles = {row.uri: row.title for row in store.documents(documents.values())}
    changes = (
        Change(row.run_id, row.uri, row.what, row.before, row.after, families.get(documents.get(row.uri, 0)), titles.get(row.uri))
        for row in rows
    )
    problems = (Trouble(row.id, problem.uri, problem.message) for row in runs for problem in store.problems(row.id))
    return News(
        tuple(run(row) for row in runs),
        tuple(changes),
        tuple(problems),
    )


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
