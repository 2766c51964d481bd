"""A report as plain data: what the store says, named by uri, in an order that a person would choose. Pure.

Renderers read nothing else. The JSON report is these classes, field by field; their names are public.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Copy:
    """A document with the same text as the one that stands for it."""

    uri: str
    site: str | None
    published_at: str | None
    published_from: str
    derived: bool
    """The dates say that it came later; otherwise the two are interchangeable."""


@dataclasses.dataclass(frozen=True, slots=True)
class LeftOut:
    """Parts of a document that are not its text, and were not compared: page furniture, repetition or markup."""

    kind: str
    spans: int
    words: int


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A text of a family, with its exact copies."""

    uri: str
    title: str | None
    site: str | None
    author: str | None
    published_at: str | None
    published_from: str
    words: int
    depth: int
    """Steps from the nearest beginning of the family."""
    copies: tuple[Copy, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Reason:
    """What one signal says about a derivation: natural-log odds, above zero for it, below against."""

    signal: str
    toward: str
    log_odds: float
    quotes: tuple[str, ...]
    """The places in the child's text that it rests on, where they are short enough to quote."""
    said: str | None = None
    """Of a correction: who says so and why; empty where that is not known."""


@dataclasses.dataclass(frozen=True, slots=True)
class Edge:
    """A child and where it comes from: `parent`, or else the unseen source `unseen`."""

    child: str
    parent: str | None
    unseen: int | None
    relation: str
    probability: float
    margin: float
    coverage: float
    days: float | None
    chosen: bool
    why: tuple[Reason, ...]

    @property
    def by_hand(self) -> str | None:
        """Where a person says that it is so: who, and why."""
        return next((reason.said for reason in self.why if reason.said is not None), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Unseen:
    """A text that is not in the store, from which its children likely derive."""

    id: int
    probability: float
    credit: str | None
    children: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Undecided:
    """Two linked texts of which the evidence does not say who has it from whom."""

    a: str
    b: str
    p_ab: float
    p_ba: float
    p_unseen: float


@dataclasses.dataclass(frozen=True, slots=True)
class Conflict:
    """A number or a name that differs between the two sides of a passage."""

    kind: str
    text_a: str
    text_b: str


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """Text that two documents share; a is the source, where there is one. Offsets are half-open code points."""

    a: str
    b: str
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    words: int
    similarity: float
    kind: str
    text_a: str
    text_b: str
    conflicts: tuple[Conflict, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Family:
    """Related texts and what is known of their history."""

    id: int
    documents: int
    """Exact copies included."""
    sites: tuple[str, ...]
    first_published: str | None
    last_published: str | None
    origins: tuple[str, ...]
    """Texts that derive from nothing known. More than one where the evidence does not decide, or where there are several."""
    members: tuple[Member, ...]
    derivations: tuple[Edge, ...]
    rivals: tuple[Edge, ...]
    """Sources that were weighed and lost."""
    unseen: tuple[Unseen, ...]
    undecided: tuple[Undecided, ...]
    passages: tuple[Passage, ...]
    """Those that tell most, not all."""
    outside: tuple[Member, ...] = ()
    """Texts of other families from which members of this one derive, too."""


@dataclasses.dataclass(frozen=True, slots=True)
class Flow:
    """How much one site takes from another."""

    parent_site: str
    child_site: str
    articles: int
    mean_coverage: float
    median_hours: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """A site's share in it all."""

    site: str
    documents: int
    flows: tuple[Flow, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What a run changed: `new`, `grew`, `re-rooted` and `removed` name a family by its origin, `parent` a child."""

    run: int
    uri: str
    what: str
    before: str | None
    after: str | None
    family: int | None
    title: str | None
    arrived: tuple[str, ...] = ()
    """Documents of the family that came with these runs, of `grew` and `parent`."""
    now: tuple[Edge, ...] = ()
    """Of `parent`: the derivations of the child as they are now, with their reasons, the chosen before their rivals."""


@dataclasses.dataclass(frozen=True, slots=True)
class Trouble:
    """An input that a run could not use, or a correction (stage `correction`) that does not hold."""

    run: int
    uri: str
    message: str
    stage: str


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A run that the report covers."""

    id: int
    command: str
    started_at: str
    status: str
    added: int
    changed: int
    failed: int


ENDED = ("ok", "partial")
"""How a run ends that did what it should."""


@dataclasses.dataclass(frozen=True, slots=True)
class News:
    """What changed in some runs."""

    runs: tuple[Run, ...]
    changes: tuple[Change, ...]
    problems: tuple[Trouble, ...]
    """Those that the scan before these runs did not have."""
    known_problems: int = 0
    """How many it had as well."""

    @property
    def none(self) -> bool:
        """Whether there is nothing that anybody need hear: no change, no new problem, and every run ended as it should."""
        return not self.changes and not self.problems and all(run.status in ENDED for run in self.runs)


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A report on the whole store, or on one family, site, document or span of time."""

    about: str
    """store, family, site, document or news."""
    subject: str | None
    totals: Mapping[str, int]
    families_in_all: int
    """Of which `families` are the largest."""
    families: tuple[Family, ...]
    site: Site | None = None
    news: News | None = None
    left_out: tuple[LeftOut, ...] = ()
    """Of the document that the report is on."""
