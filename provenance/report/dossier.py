"""What an HTML report shows: a report, pair by pair the texts behind it, and what was scanned. Store -> pages.

A page holds its families whole. Where they are too many or too long for one, every family gets a page of its own, and the first
page is the index of all.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.report import explaining, gathering, news, tree
from provenance.report.explaining import Pair
from provenance.report.model import Family, Flow, Report, Run
from provenance.store import Store

ON_A_PAGE = 200
"""Families that one page holds."""
MOST_FAMILIES = 5000
"""Families that an index holds, the largest ones: its page is read whole."""
CHARACTERS = 3_000_000
"""Characters of texts that one page holds: it gets three to four times as many bytes, and opens in a second or so."""
LONG = 20_000
"""Characters of a text, about, that are shown at most: the rest of a longer one is folded."""
MOST_UNDECIDED = 40
"""Undecided pairs of a family that are shown with their texts."""
MOST_RUNS, MOST_FLOWS = 12, 200
_CHUNK = 50

PAGE = r"family-\d+\.html"
"""What the pages of families are called."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A family in the index, and the page that it is on; None where that is the same one."""

    family: Family
    """Its members, derivations and the like; no passages."""
    differing: tuple[tuple[str, str], ...]
    """Numbers and names that differ between a text and its source, the first few."""
    page: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Dossier:
    """One page."""

    report: Report
    entries: tuple[Entry, ...] = ()
    """The index, the largest and among those the newest first."""
    pairs: Mapping[int, tuple[Pair, ...]] = dataclasses.field(default_factory=dict)
    """Of each family on the page: the pairs behind its derivations, then the undecided."""
    flows: tuple[Flow, ...] = ()
    """From site to site, the strongest first."""
    runs: tuple[Run, ...] = ()
    """The last ones, newest first."""
    settings: Mapping[str, str] = dataclasses.field(default_factory=dict)
    home: str | None = None
    """The index that this page belongs to."""


class Page(NamedTuple):
    """A page and its name in the folder of further pages; the first page of a report, which lies elsewhere, has none."""

    name: str
    dossier: Dossier


def pages(
    store: Store,
    index: str,
    folder: str,
    *,
    family: int | None = None,
    site: str | None = None,
    document: str | None = None,
    since: str | None = None,
) -> Iterator[Page]:
    """The report that was asked for, as pages; the one without name comes last.

    index, folder: the names of that page, and of the folder beside it where further pages belong.
    Raises UsageError as `gathering.gather` does.
    """
    scope = gathering.scope(store, family=family, site=site, document=document, since=since, limit=MOST_FAMILIES)
    whole = Dossier(
        scope.report,
        flows=_flows(store, scope.report),
        runs=tuple(news.run(row) for row in store.runs(MOST_RUNS)),
        settings=store.settings(),
    )
    if len(scope.families) <= ON_A_PAGE:
        found = list(_families(store, scope.families, scope.report.subject if scope.document else None))
        if sum(_size(pairs) for _, pairs in found) <= CHARACTERS or len(found) == 1:
            entries = _sorted(Entry(family, differing(pairs), None) for family, pairs in found)
            report = dataclasses.replace(scope.report, families=tuple(entry.family for entry in entries))
            pairs = {family.id: pairs for family, pairs in found}
            yield Page("", dataclasses.replace(whole, report=report, entries=entries, pairs=pairs))
            return
    entries = []
    for one, pairs in _families(store, scope.families):
        name = f"family-{one.id}.html"
        about = Report("family", str(one.id), scope.report.totals, 1, (one,))
        yield Page(name, Dossier(about, pairs={one.id: pairs}, home=index))
        # The index needs no reasons: the largest part of a large family.
        light = dataclasses.replace(one, rivals=(), derivations=tuple(dataclasses.replace(e, why=()) for e in one.derivations))
        entries.append(Entry(light, differing(pairs), f"{folder}/{name}"))
    yield Page("", dataclasses.replace(whole, entries=_sorted(entries)))


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    newest = sorted(entries, key=lambda entry: entry.family.last_published or "", reverse=True)
    return tuple(sorted(newest, key=lambda entry: -entry.family.documents))


def _flows(store: Store, report: Report) -> tuple[Flow, ...]:
    if report.site:
        return report.site.flows
    return tuple(Flow(*row) for row in store.strongest_flows(MOST_FLOWS)) if report.about in ("store", "news") else ()


def _families(store: Store, ids: Sequence[int], about: str | None = None) -> Iterator[tuple[Family, tuple[Pair, ...]]]:
    for i in range(0, len(ids), _CHUNK):
        for family in gathering.families(store, ids[i : i + _CHUNK], 0):
            yield family, tuple(_pairs(store, family, about))


def _pairs(store: Store, family: Family, about: str | None) -> Iterator[Pair]:
    """As many as fit on a page, those of the text `about` first."""
    wanted = sorted(shown_pairs(family), key=lambda pair: about not in pair)
    ids = store.documents_by_uri({uri for pair in wanted for uri in pair})
    room = CHARACTERS
    for i in range(0, len(wanted), _CHUNK):
        for pair in explaining.pairs(store, [(ids[a], ids[b]) for a, b in wanted[i : i + _CHUNK]]):
            room -= _size([pair])
            if room < 0:
                return
            yield pair


def shown_pairs(family: Family) -> list[tuple[str, str]]:
    """Pairs that show what is said of a family, the source first: derivations in the order of the tree, children of one unseen
    source, the undecided."""
    texts: dict[str, int] = {}
    for line in tree.lines(family):
        if line.member is not None:
            texts.setdefault(line.member.uri, len(texts))
    edges = [edge for edge in family.derivations if edge.parent is not None and edge.child in texts]
    pairs = [(edge.parent, edge.child) for edge in sorted(edges, key=lambda edge: texts[edge.child])]
    for source in family.unseen:
        pairs += [(source.children[0], child) for child in source.children[1:] if {child, source.children[0]} <= texts.keys()]
    pairs += [(pair.a, pair.b) for pair in family.undecided[:MOST_UNDECIDED]]
    return list({frozenset(pair): pair for pair in reversed(pairs)}.values())[::-1]


def _size(pairs: Sequence[Pair]) -> int:
    return sum(min(len(text), LONG) for pair in pairs for text in (pair.text_a, pair.text_b))


def differing(pairs: Sequence[Pair]) -> tuple[tuple[str, str], ...]:
    """Numbers and names on which texts and their sources differ, the first few."""
    chosen = (pair.explanation for pair in pairs if any(edge.chosen for edge in pair.explanation.derivations))
    found = ((c.text_a, c.text_b) for e in chosen for passage in e.passages for c in passage.conflicts)
    return tuple(dict.fromkeys(itertools.islice(found, 4)))
