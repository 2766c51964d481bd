"""Store -> report. Reads through the store's methods; decides what is worth showing, and nothing about how it looks."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.model import UsageError
from provenance.report import news
from provenance.report.edges import edge_of
from provenance.report.model import (
    Conflict,
    Copy,
    Family,
    Flow,
    LeftOut,
    Member,
    Passage,
    Report,
    Site,
    Undecided,
    Unseen,
)  # fmt: skip
from provenance.store import Store
from provenance.store.rows import DerivationRow, DocumentRow, LinkRow, MatchRow, SpanRow, UnseenRow

LARGEST = 10
"""Families of a report that names none."""
AT_ONCE = 200
"""Families that are in memory together when all are gone through."""
FEW_PASSAGES, MORE_PASSAGES = 2, 8
"""Passages of a family among others, and of one that was asked for."""
PAIRS = 60
"""Pairs of a family among whose passages the telling ones are sought: a family may have thousands."""
TOLD = ("new", "grew", "re-rooted")
"""Changes that bring a family into a report on what changed."""
_WEIGHT = {"rewrite": 1.2, "edited": 1.0, "summary": 0.8, "verbatim": 0.5}
"""How much a word of a passage tells, by its kind; quotations and boilerplate tell nothing about a derivation."""


def gather(
    store: Store, *, family: int | None = None, site: str | None = None, document: str | None = None, since: str | None = None
) -> Report:
    """The report that was asked for: about one of these, or the largest families.

    Raises UsageError for what the store does not have, and where more than one is asked for.
    """
    found = scope(store, family=family, site=site, document=document, since=since)
    passages = MORE_PASSAGES if found.report.about in ("family", "document") else FEW_PASSAGES
    shown = families(store, found.families, passages, about=found.document)
    return dataclasses.replace(found.report, families=shown)


class Scope(NamedTuple):
    """What a report is about, before any family is read."""

    report: Report
    """All of it but its families."""
    families: list[int]
    """Ids of those, largest first."""
    document: int | None
    """The one that it is about, if it is about one."""


def scope(
    store: Store,
    *,
    family: int | None = None,
    site: str | None = None,
    document: str | None = None,
    since: str | None = None,
    limit: int | None = LARGEST,
    changes: Collection[str] = TOLD,
) -> Scope:
    """What `gather` is asked for, with at most `limit` families, or all; since: those with such changes.

    Raises UsageError as `gather` does.
    """
    if sum(asked is not None for asked in (family, site, document, since)) > 1:
        raise UsageError("report: give one of --family, --site, --document and --since")
    totals = store.totals()
    if since is not None:
        found = news.gather(store, since)
        ids = dict.fromkeys(change.family for change in found.changes if change.family is not None and change.what in changes)
        sizes = {id: len(documents) for id, documents in store.members(ids).items()}
        touched = sorted(ids, key=lambda id: -sizes[id])
        return Scope(Report("news", since, totals, len(touched), (), news=found), touched[:limit], None)
    if family is not None:
        if not store.members([family]):
            raise UsageError(f"report: no family {family}; `provenance query largest-families` lists them")
        return Scope(Report("family", str(family), totals, 1, ()), [family], None)
    if document is not None:
        uri, id = find(store, document)
        ids = list(store.families_of([id]).values())
        dirt = store.spans_of([id]).get(id, ())
        return Scope(Report("document", uri, totals, len(ids), (), left_out=left_out(dirt)), ids, id)
    site = site if site is None or store.count_documents(site) else site.lower().removeprefix("www.")
    largest = store.largest_families(limit, site)
    if site is None:
        return Scope(Report("store", None, totals, totals["families"], ()), largest, None)
    documents = store.count_documents(site)
    if not documents:
        raise UsageError(
            f"report: no documents of the site {site}; `provenance query 'SELECT DISTINCT site FROM document'` lists them"
        )
    about = Site(site, documents, tuple(Flow(*row) for row in store.flows(site)))
    return Scope(Report("site", site, totals, store.count_families(site), (), site=about), largest, None)


class Selection:
    """All families of a report, for programs: read from the store a few at a time, each time they are gone through."""

    def __init__(
        self,
        store: Store,
        *,
        family: int | None = None,
        site: str | None = None,
        document: str | None = None,
        since: str | None = None,
    ) -> None:
        """As `gather`: those that were asked for, or every family; since: also where only a source changed. Raises UsageError
        where it does."""
        found = scope(
            store, family=family, site=site, document=document, since=since, limit=None, changes=(*TOLD, "parent")
        )  # fmt: skip
        self._store = store
        self._ids = found.families

    def __iter__(self) -> Iterator[Family]:
        for first in range(0, len(self._ids), AT_ONCE):
            yield from families(self._store, self._ids[first : first + AT_ONCE], 0)

    def without(self, members: Iterable[Member]) -> list[Member]:
        """Those of the texts that are in none of the families."""
        members = list(members)
        numbers = self._store.documents_by_uri(member.uri for member in members)
        family = self._store.families_of(numbers.values())
        ids = set(self._ids)
        return [member for member in members if family.get(numbers[member.uri]) not in ids]


def find(store: Store, name: str) -> tuple[str, int]:
    """The document of this uri, else the only one whose uri ends so. Raises UsageError where there is none, or several."""
    exact = store.documents_by_uri([name])
    if exact:
        return name, exact[name]
    uris = store.uris_ending(name) if name else []
    if not uris:
        raise UsageError(
            f"{name}: no document of this uri, nor one that ends so; `provenance query 'SELECT uri FROM document'` lists them"
        )
    if len(uris) > 1:
        raise UsageError(f"{name}: several uris end so, say which: {', '.join(uris)}")
    return uris[0], store.documents_by_uri(uris)[uris[0]]


def left_out(spans: Iterable[SpanRow]) -> tuple[LeftOut, ...]:
    """Spans of a document, by kind."""
    counts: dict[str, list[int]] = {}
    for span in spans:
        counts.setdefault(span.kind, []).append(span.words)
    return tuple(LeftOut(kind, len(words), sum(words)) for kind, words in sorted(counts.items()))


def families(store: Store, ids: Sequence[int], passages: int, about: int | None = None) -> tuple[Family, ...]:
    """These families, in this order, each with up to so many passages; with `about`, those of this document first."""
    members = store.members(ids)
    rows = {row.id: row for row in store.documents(d for some in members.values() for d in some)}
    derivations = store.derivations_of(rows)
    parents = {row.parent_id for row in derivations if row.parent_id is not None}
    outside = {row.id: row for row in store.documents(parents - set(rows))}
    uris = {id: row.uri for id, row in (rows | outside).items()}
    unseen, links = defaultdict(list), defaultdict(list)
    for source in store.unseen_of(ids):
        unseen[source.family_id].append(source)
    for link in store.links_of(ids):
        links[link.family_id].append(link)
    depths = store.depths_of(rows)
    by_child = defaultdict(list)
    for derivation in derivations:
        by_child[derivation.child_id].append(derivation)
    found = []
    for id in ids:
        mine = [rows[document] for document in members[id]]
        edges = [edge for row in mine for edge in by_child[row.id]]
        pairs = _pairs(mine, edges, links[id])
        if about is not None:
            others = {d for row in store.matches_of([about]) for d in (row.a, row.b)} & set(uris) - {about}
            pairs = [*(pair for pair in pairs if about in pair), *((other, about) for other in sorted(others)), *pairs]
        told = telling(store, _once(pairs), uris, passages, about) if passages else ()
        sources = dict.fromkeys(edge.parent_id for edge in edges if edge.chosen and edge.parent_id is not None)
        others = [rows.get(n) or outside[n] for n in sources if n not in members[id]]
        found.append(_family(id, mine, depths, edges, unseen[id], links[id], uris, told, others))
    return tuple(found)


def _family(
    id: int,
    rows: Sequence[DocumentRow],
    depths: Mapping[int, int],
    derivations: Sequence[DerivationRow],
    unseen: Sequence[UnseenRow],
    links: Sequence[LinkRow],
    uris: Mapping[int, str],
    passages: tuple[Passage, ...],
    outside: Iterable[DocumentRow],
) -> Family:
    derived = {row.child_id for row in derivations if row.chosen}
    copies: dict[int, list[DocumentRow]] = defaultdict(list)
    for row in rows:
        if row.copy_of is not None:
            copies[row.copy_of].append(row)
    texts = sorted((row for row in rows if row.copy_of is None), key=lambda row: (depths[row.id], *age(row)))
    edges = [edge_of(row, uris) for row in derivations]
    children = defaultdict(list)
    for row in derivations:
        if row.chosen and row.unseen_id is not None:
            children[row.unseen_id].append(uris[row.child_id])
    dates = sorted(row.published_at for row in rows if row.published_at)
    return Family(
        id=id,
        documents=len(rows),
        sites=tuple(sorted({row.site for row in rows if row.site})),
        first_published=dates[0] if dates else None,
        last_published=dates[-1] if dates else None,
        origins=tuple(row.uri for row in texts if row.id not in derived),
        members=tuple(_member(row, depths[row.id], copies[row.id], derived) for row in texts),
        derivations=tuple(edge for edge in edges if edge.chosen),
        rivals=tuple(edge for edge in edges if not edge.chosen),
        unseen=tuple(Unseen(row.id, row.probability, row.credit, tuple(children[row.id])) for row in unseen),
        undecided=tuple(Undecided(uris[row.a], uris[row.b], row.p_ab, row.p_ba, row.p_unseen) for row in links),
        passages=passages,
        outside=tuple(_member(row, 0, (), set()) for row in outside),
    )


def age(row: DocumentRow) -> tuple:
    """Oldest first, the undated last; among equals by text, so that no name decides."""
    return (row.published_at is None, row.published_at or "", row.hash, row.uri)


def _member(row: DocumentRow, depth: int, copies: Iterable[DocumentRow], derived: set[int]) -> Member:
    return Member(
        row.uri, row.title, row.site, row.author, row.published_at, row.published_from, row.words, depth,
        tuple(
            Copy(copy.uri, copy.site, copy.published_at, copy.published_from, copy.id in derived)
            for copy in sorted(copies, key=age)
        ),
    )  # fmt: skip


def _once(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first PAIRS pairs, each in the direction in which it came first."""
    found: dict[frozenset[int], tuple[int, int]] = {}
    for pair in pairs:
        found.setdefault(frozenset(pair), pair)
    return list(found.values())[:PAIRS]


def _pairs(rows: Sequence[DocumentRow], derivations: Sequence[DerivationRow], links: Sequence[LinkRow]) -> list[tuple[int, int]]:
    """Pairs whose passages may be told, the source first: derivations, children of one unseen source, the undecided."""
    texts = {row.id for row in rows if row.copy_of is None}
    chosen = [row for row in derivations if row.chosen and row.child_id in texts]
    pairs = [(row.parent_id, row.child_id) for row in chosen if row.parent_id is not None]
    siblings: dict[int, list[int]] = defaultdict(list)
    for row in chosen:
        if row.unseen_id is not None:
            pairs += [(sibling, row.child_id) for sibling in siblings[row.unseen_id][:1]]
            siblings[row.unseen_id].append(row.child_id)
    return pairs + [(link.a, link.b) for link in links]


def telling(
    store: Store, pairs: Sequence[tuple[int, int]], uris: Mapping[int, str], limit: int, about: int | None = None
) -> tuple[Passage, ...]:
    """Of each pair the passage that tells most, and of those the most telling ones, those of document `about` first."""
    if not limit:
        return ()
    wanted = {frozenset(pair): pair for pair in pairs}
    matches = [
        row for row in store.matches_of({b for _, b in pairs}) if frozenset((row.a, row.b)) in wanted and row.kind in _WEIGHT
    ]
    conflicts = conflicts_of(store, matches)
    best: dict[frozenset[int], tuple[float, MatchRow]] = {}
    for row in matches:
        score = _WEIGHT[row.kind] * min(row.words, 150) + 60 * min(2, len(conflicts[row.id]))
        pair = frozenset((row.a, row.b))
        if pair not in best or score > best[pair][0]:
            best[pair] = (score, row)
    ranked = sorted(best.items(), key=lambda item: (about is not None and about not in item[0], -item[1][0]))
    chosen = [row for _, (_, row) in ranked[:limit]]
    texts = store.texts({id for row in chosen for id in (row.a, row.b)})
    return tuple(passage(row, wanted[frozenset((row.a, row.b))][0], uris, texts, conflicts[row.id]) for row in chosen)


def conflicts_of(store: Store, matches: Iterable[MatchRow]) -> dict[int, list[tuple[str, str, str]]]:
    """(kind, text_a, text_b) of each match."""
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for id, kind, text_a, text_b in store.conflicts_of(row.id for row in matches):
        found[id].append((kind, text_a, text_b))
    return found


def passage(
    row: MatchRow, first: int, uris: Mapping[int, str], texts: Mapping[int, str], conflicts: Iterable[tuple[str, str, str]]
) -> Passage:
    """A match with its texts, the side of document `first` as a."""
    turned = row.b == first
    a, b = (row.b, row.b_start, row.b_end), (row.a, row.a_start, row.a_end)
    if not turned:
        a, b = b, a
    return Passage(
        a=uris[a[0]],
        b=uris[b[0]],
        a_start=a[1],
        a_end=a[2],
        b_start=b[1],
        b_end=b[2],
        words=row.words,
        similarity=row.similarity,
        kind=row.kind,
        text_a=texts[a[0]][a[1] : a[2]],
        text_b=texts[b[0]][b[1] : b[2]],
        conflicts=tuple(Conflict(kind, *((two, one) if turned else (one, two))) for kind, one, two in conflicts),
    )
