"""The nouns that the rooms hand to one another, and the errors that they raise.

Only the standard library may enter here, and nothing here does any work: a Document is read, a Match is found, a Derivation
is inferred, and Settings says with which parameters. Offsets are half-open and count code points of `Document.text`.

Errors:

    ProvenanceError             exit 1: something failed; the message says what, where, and what to do
      UsageError                exit 2: the caller asked for something that cannot be
      StoreError                exit 1: the store is missing, foreign, damaged or of another version
        LockedError             exit 75: another run is writing to the store
"""

from __future__ import annotations

import dataclasses
from typing import Any

PUBLISHED_FROM = ("given", "meta", "url", "text", "none")
"""Where a publication date came from, most trusted first: a field of the record, markup, the address, the text, nowhere."""

KINDS = ("verbatim", "edited", "rewrite", "summary", "quotation", "boilerplate")
RELATIONS = ("duplicate", "revision", "excerpt", "rewrite", "summary", "compilation")


class ProvenanceError(Exception):
    """An expected failure. Its text is one line for a person: what is wrong, where, and what to do."""

    exit_code = 1


class UsageError(ProvenanceError):
    """The request itself cannot be met (a missing path, an unknown name, a contradicting option)."""

    exit_code = 2


class StoreError(ProvenanceError):
    """The store is missing, is no store, is damaged, or belongs to another version."""


class LockedError(StoreError):
    """Another run holds the store's lock."""

    exit_code = 75


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """One text as it was read. Everything but `uri` and `text` may be unknown."""

    uri: str
    text: str
    title: str | None = None
    author: str | None = None
    site: str | None = None
    lang: str | None = None
    published_at: str | None = None
    """ISO 8601 in UTC, as precise as known: `1769`, `1969-04`, `2025-03-04`, `2025-03-04T10:00:00Z`."""
    published_from: str = "none"
    fetched_at: str | None = None
    """When the file was written or the page was crawled. Never evidence of publication."""
    extra: dict[str, Any] = dataclasses.field(default_factory=dict)
    """What else the input held; JSON-serialisable."""
    format: str | None = dataclasses.field(default=None, compare=False)
    """Which reader it came through: for counting, no part of what it is."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """An input that could not be used, or only in part. Recorded, never fatal to the rest."""

    uri: str
    stage: str
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """One passage that two documents share: evidence, symmetric; says nothing about who had it first."""

    a: int
    b: int
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    words: int
    """Words aligned on both sides."""
    similarity: float
    """2 x aligned words / (words of a's span + words of b's span); 1 where verbatim."""
    kind: str


@dataclasses.dataclass(frozen=True, slots=True)
class Signal:
    """One reason for or against a direction: `log_odds` (natural logarithm) above zero speak for parent -> child."""

    signal: str
    toward: str
    """Which document it points to as the source: `parent`, `child` or `unseen`."""
    log_odds: float
    spans: tuple[tuple[int, int], ...] = ()
    """Where in the child's text the evidence stands."""
    said: str | None = None
    """Of a correction: who says so and why, in that person's words; empty where the row names neither."""


@dataclasses.dataclass(frozen=True, slots=True)
class Derivation:
    """A child and one candidate for where it comes from: inference, directed, probable."""

    child: int
    parent: int | None
    """A document's id, or None where `unseen` names the source."""
    unseen: int | None
    """Index of an unseen source within the family's result, or None."""
    relation: str
    probability: float
    margin: float
    coverage: float
    """Share of the child's words that lie in passages shared with this parent."""
    days: float | None
    why: tuple[Signal, ...]
    chosen: bool
