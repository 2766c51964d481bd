"""What comes back from the tables: a named tuple for each kind of row, in the order of its columns."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple


class Known(NamedTuple):
    """What tells whether a document that is read again has changed."""

    id: int
    text_hash: str
    """xxh3_128 of the unchanged text."""
    meta_hash: str
    """Hash of all the other fields."""
    hash: str
    """xxh3_128 of the normalised text."""


class DocumentRow(NamedTuple):
    """A row of `document`: everything but the text."""

    id: int
    uri: str
    site: str | None
    title: str | None
    author: str | None
    lang: str | None
    published_at: str | None
    published_from: str
    fetched_at: str | None
    words: int
    hash: str
    copy_of: int | None
    extra: str
    """JSON."""
    run_id: int
    text_hash: str
    meta_hash: str
    version_of: int | None


class MatchRow(NamedTuple):
    """A row of `match`; offsets are half-open code points."""

    id: int
    a: int
    b: int
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    words: int
    similarity: float
    grade: str
    """The kind as the pair alone says."""
    kind: str
    """The kind as the store's present counts say."""
    evidence: float


class DerivationRow(NamedTuple):
    """A row of `derivation`."""

    child_id: int
    parent_id: int | None
    unseen_id: int | None
    relation: str
    probability: float
    margin: float
    coverage: float
    days: float | None
    why: str
    """JSON list of {signal, toward, log_odds, spans}."""
    chosen: int


class OutletRow(NamedTuple):
    """A row of `outlet`: a name or host, and the one outlet that it means."""

    alias: str
    outlet: str
    source: str
    documents: int


class NamingRow(NamedTuple):
    """So many documents that say the same of where they stand."""

    site: str | None
    host: str | None
    """Of the address, where `site` is a name."""
    name: str | None
    """The site's name in the markup."""
    author: str | None
    """Where the byline may name more than a person."""
    documents: int


class UnseenRow(NamedTuple):
    """A row of `unseen_source`. When it is written, id None stands for a new one."""

    id: int | None
    family_id: int
    probability: float
    credit: str | None


class LinkRow(NamedTuple):
    """A row of `link`: two representatives that are linked, and which way round with what probability."""

    family_id: int
    a: int
    b: int
    p_ab: float
    p_ba: float
    p_unseen: float
    decided: int


class CorrectionRow(NamedTuple):
    """A row of `correction` but for its time: what a person says of two uris."""

    child: str
    parent: str
    verdict: str
    """`derives` or `independent`."""
    note: str | None
    made_by: str | None


class AppliedRow(NamedTuple):
    """A row of `applied`: a correction as the last run found it, and what became of it."""

    child: str
    parent: str
    verdict: str
    note: str | None
    made_by: str | None
    state: str
    """`holds`, `waits` for a document, or why it does not hold."""


def said(row: CorrectionRow | AppliedRow) -> str:
    """Who says so, and why, as one line; empty where the row has neither."""
    return ", ".join(" ".join(part.split()) for part in (row.made_by, row.note) if part and part.strip())


class RunRow(NamedTuple):
    """A row of `run`."""

    id: int
    command: str
    version: str
    config: str
    started_at: str
    finished_at: str | None
    status: str
    read: int
    added: int
    changed: int
    unchanged: int
    failed: int
    capped_keys: int


class ChangeRow(NamedTuple):
    """A row of `change`."""

    run_id: int
    uri: str
    what: str
    before: str | None
    after: str | None


class SpanRow(NamedTuple):
    """A span of a document."""

    start: int
    end: int
    kind: str
    words: int


class SegmentRow(NamedTuple):
    """A row of `segment`: a sorted run of postings."""

    id: int
    level: int


class PartRow(NamedTuple):
    """A row of `part` without its postings: so many of a segment's, from its key `first` to its key `last`."""

    id: int
    segment_id: int
    first: int
    last: int
    count: int


def columns(row: type[NamedTuple]) -> str:
    """The columns of a table in the order of its rows, for SELECT and INSERT."""
    return ", ".join(row._fields)


@dataclasses.dataclass(frozen=True, slots=True)
class Forgotten:
    """What `forget` removed, or would remove."""

    uris: tuple[str, ...]
    """Removed documents, earlier versions among them, in order."""
    missing: tuple[str, ...]
    """Asked for, but not in the store."""
    promoted: tuple[int, ...]
    """Copies that now stand for their group. Their matches went with the removed one: align them anew."""
    dirty: tuple[int, ...]
    """Remaining documents of the families touched; marked, so that the next finishing step recomputes them."""
    matches: int
    derivations: int
    purged: bool = False
    """An earlier `forget` that was cut short had left removed text in the file, where there is none now."""
