"""What people say of who has it from whom: read from table `correction`, checked against the store and one another, and handed
to lineage.

A row names uris, so that it outlasts ids: one whose documents are not in the store waits for them. Rows that contradict one
another do not hold, none of them, until somebody changes one; nor does one whose two documents share nothing. That is said,
and never stops a run.
"""

from __future__ import annotations

import dataclasses
import graphlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from provenance.model import Match, Problem
from provenance.store import Store
from provenance.store.rows import AppliedRow, CorrectionRow, MatchRow, said

DERIVES = "derives"
HOLDS, WAITS = "holds", "waits"
STAGE = "correction"
"""Of a problem: a correction that does not hold."""
NAMED = 4
"""Uris of a ring that are named."""


@dataclasses.dataclass(frozen=True, slots=True)
class Held:
    """The corrections that hold, by ids; a text that stands for its copies speaks for them."""

    derives: Mapping[tuple[int, int], str]
    """(parent, child), with the words of who says so."""
    independent: frozenset[frozenset[int]]
    copied: Mapping[int, tuple[int, str]]
    """Copy -> the document of the same text that it was made from, and who says so."""
    apart: frozenset[int]
    """Copies of which it is said that they have nothing from the one that stands for them."""

    def matches(self, rows: Iterable[MatchRow]) -> list[Match]:
        """The passages as lineage should see them: not those of independent texts; and where one derives from the other, they
        are no boilerplate."""
        linked = {frozenset(pair) for pair in self.derives}
        out = []
        for row in rows:
            pair = frozenset((row.a, row.b)) if linked or self.independent else frozenset()
            if pair not in self.independent:
                out.append(match_of(row, _telling(row) if pair in linked else row.kind))
        return out

    def of(self, me: int, mine: Iterable[int], matches: Iterable[Match]) -> tuple[list[Match], Mapping[tuple[int, int], str]]:
        """What is said of the documents `mine`, of text `me` too: its passages, and the derivations that are said."""
        names = dict.fromkeys(mine, me)
        apart = {frozenset(names.get(id, id) for id in pair) for pair in self.independent}
        said = {(names.get(a, a), names.get(b, b)): words for (a, b), words in self.derives.items()}
        left = [match for match in matches if frozenset((match.a, match.b)) not in apart]
        return left, {**said, **self.derives}


def match_of(row: MatchRow, kind: str | None = None) -> Match:
    """The match that a row holds, of its own kind or of this one."""
    span = (row.a_start, row.a_end, row.b_start, row.b_end)
    return Match(row.a, row.b, *span, row.words, row.similarity, kind or row.kind)


def _telling(row: MatchRow) -> str:
    """A kind that speaks for derivation."""
    for kind in (row.kind, row.grade):
        if kind not in ("boilerplate", "quotation"):
            return kind
    return "verbatim" if row.similarity == 1 else "edited"


def held(store: Store) -> Held:
    """The corrections that the store's lineage rests on."""
    rows = [CorrectionRow(*row[:5]) for row in store.applied() if row.state == HOLDS]
    return _Ends(store, rows).held(rows) if rows else NONE


def settle(store: Store) -> tuple[Held, set[int], list[Problem]]:
    """The corrections that hold now, the documents of those that changed since the last run, and what does not hold.

    What became of each row is written down within the caller's transaction.
    """
    rows, before = store.corrections(), store.applied()
    if not rows and not before:
        return NONE, set(), []
    ends = _Ends(store, rows)
    states = _states(store, rows, ends)
    now = [AppliedRow(*row, states[row]) for row in rows]
    store.set_applied(now)
    moved = {uri for row in set(before) ^ set(now) for uri in (row.child, row.parent)}
    holding = [row for row in rows if states[row] == HOLDS]
    return ends.held(holding), set(store.documents_by_uri(moved).values()), problems(now)


def waiting(store: Store) -> int:
    """How many rows were added, changed or removed since the last run."""
    return len({row[:2] for row in {row[:5] for row in store.applied()} ^ set(map(tuple, store.corrections()))})


def problems(rows: Iterable[AppliedRow]) -> list[Problem]:
    """Those that do not hold, each with its remedy."""
    says = {True: "derives from", False: "is independent of"}
    return [
        Problem(
            row.child, STAGE, f"the correction that it {says[row.verdict == DERIVES]} {row.parent} does not hold: {row.state}"
        )
        for row in rows
        if row.state not in (HOLDS, WAITS)
    ]


class _Ends:
    """Which documents the rows speak of."""

    def __init__(self, store: Store, rows: Sequence[CorrectionRow]) -> None:
        ids = store.documents_by_uri({uri for row in rows for uri in (row.child, row.parent)})
        self.documents = {row.uri: row for row in store.documents(ids.values())}
        self.texts: dict[CorrectionRow, tuple[int, int]] = {}
        """(parent, child), by the documents that stand for their copies, of rows on two texts that are in the store."""
        self.copies: dict[CorrectionRow, tuple[int, int]] = {}
        """The same of rows on exact copies, each by itself."""
        for row in rows:
            if row.child in ids and row.parent in ids:
                parent, child = self.documents[row.parent], self.documents[row.child]
                ends = parent.copy_of or parent.id, child.copy_of or child.id
                if ends[0] == ends[1]:
                    self.copies[row] = parent.id, child.id
                else:
                    self.texts[row] = ends

    def held(self, rows: Sequence[CorrectionRow]) -> Held:
        """What these rows, which hold, come to. Of several on one pair of texts the first speaks."""
        derives = [row for row in reversed(rows) if row.verdict == DERIVES]
        independent = [row for row in rows if row.verdict != DERIVES]
        copied = ((self.copies[row], said(row)) for row in derives if row in self.copies)
        return Held(
            {self.texts[row]: said(row) for row in derives if row in self.texts},
            frozenset(frozenset(self.texts[row]) for row in independent if row in self.texts),
            {child: (parent, words) for (parent, child), words in copied},
            frozenset(id for row in independent for id in self.copies.get(row, ())),
        )


def _states(store: Store, rows: Sequence[CorrectionRow], ends: _Ends) -> dict[CorrectionRow, str]:
    """What becomes of each row."""
    states = dict.fromkeys(rows, WAITS) | dict.fromkeys([*ends.texts, *ends.copies], HOLDS)
    derives = {row: edge for row, edge in ends.texts.items() if row.verdict == DERIVES}
    linked = store.linked(derives.values())
    states |= {
        row: "they share no passage, so there is nothing to derive; remove the row"
        for row, edge in derives.items()
        if edge not in linked
    }
    states |= {
        row: "the two are one text, and this one stands for all its copies, as the earliest by date or else by uri; "
        "date the other earlier"
        for row in ends.copies
        if row.verdict == DERIVES and ends.documents[row.child].copy_of is None
    }
    return states | _against_one_another(ends.texts) | _against_one_another(ends.copies)


def _against_one_another(edges: Mapping[CorrectionRow, tuple[int, int]]) -> dict[CorrectionRow, str]:
    """The rows that contradict one another: derives and independent of one pair, and what goes round in a ring."""
    states = {}
    verdicts = defaultdict(list)
    for row, edge in edges.items():
        verdicts[frozenset(edge)].append(row)
    for some in verdicts.values():
        if len({row.verdict for row in some}) > 1:
            states |= dict.fromkeys(some, "another row says the opposite of the two; remove one of them")
    rows = {edge: row for row, edge in edges.items() if row.verdict == DERIVES and row not in states}
    while ring := _ring(rows):
        uris = sorted({uri for edge in ring for uri in rows[edge][:2]})
        named = ", ".join(uris[:NAMED]) + (f" and {len(uris) - NAMED} more" if len(uris) > NAMED else "")
        for edge in ring:
            states |= {
                row: f"with other rows it goes round in a ring ({named}); remove one of them"
                for row, other in edges.items()
                if other == edge and row.verdict == DERIVES
            }
            del rows[edge]
    return states


def _ring(edges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Some edges (parent, child) that lead round to where they began; none where no edges do."""
    parents = defaultdict(list)
    for parent, child in edges:
        parents[child].append(parent)
    try:
        graphlib.TopologicalSorter(parents).prepare()
    except graphlib.CycleError as error:
        return list(itertools.pairwise(error.args[1]))
    return []


NONE = Held({}, frozenset(), {}, frozenset())
"""Nobody has said anything."""
