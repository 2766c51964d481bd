"""Two documents: what they share, which way round, why, and what else was weighed. Store -> Explanation."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from provenance.report import gathering
from provenance.report.edges import edge_of
from provenance.report.model import Edge, LeftOut, Member, Passage, Unseen
from provenance.store import Store
from provenance.store.rows import DerivationRow, DocumentRow, LinkRow, MatchRow, SpanRow, UnseenRow, said


@dataclasses.dataclass(frozen=True, slots=True)
class Party:
    """One of the two documents."""

    asked: str
    """The uri that was asked for. It may be an exact copy of `text`, of which everything else here speaks."""
    text: Member
    family: int | None
    shared: float
    """Share of its characters that lie in passages of the two, quotations, boilerplate and spans left out."""
    left_out: tuple[LeftOut, ...]
    """Its spans by kind: parts of the document that are not its text."""


@dataclasses.dataclass(frozen=True, slots=True)
class Direction:
    """Who has it from whom; the three sum to 1."""

    p_ab: float
    """b derives from a."""
    p_ba: float
    p_unseen: float
    decided: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """All that the store knows of two documents together."""

    a: Party
    b: Party
    same: bool
    """The texts are the same, but for case, space and punctuation."""
    direction: Direction | None
    """None where they are not linked."""
    derivations: tuple[Edge, ...]
    """Between the two, chosen or weighed, with quotes from the child."""
    unseen: Unseen | None
    """The source outside of the store that both likely derive from."""
    unseen_edges: tuple[Edge, ...]
    rivals: tuple[Edge, ...]
    """What else either may derive from, chosen or lost."""
    passages: tuple[Passage, ...]
    independent: str | None = None
    """Where a person says that they are: who, and why."""


class Pair(NamedTuple):
    """Two documents with all that is known of them together."""

    explanation: Explanation
    text_a: str
    text_b: str


def gather(store: Store, a: str, b: str) -> Explanation:
    """What there is to say of two documents, named by uri or the end of one. Raises UsageError where a name does not tell."""
    (uri_a, id_a), (uri_b, id_b) = gathering.find(store, a), gathering.find(store, b)
    standing = {row.id: row.copy_of or row.id for row in store.documents({id_a, id_b})}
    if standing[id_a] == standing[id_b]:  # exact copies: each for itself
        return next(pairs(store, [(id_a, id_b)])).explanation
    found = next(pairs(store, [(standing[id_a], standing[id_b])])).explanation
    return dataclasses.replace(found, a=dataclasses.replace(found.a, asked=uri_a), b=dataclasses.replace(found.b, asked=uri_b))


def pairs(store: Store, wanted: Sequence[tuple[int, int]]) -> Iterator[Pair]:
    """What there is to say of each of these pairs, by ids, the supposed source first. Asks the store once for all of them."""
    ids = {id for pair in wanted for id in pair}
    rows = store.derivations_of(ids)
    named = {id for row in rows for id in (row.child_id, row.parent_id) if id is not None}
    documents = {row.id: row for row in store.documents(named | ids)}
    families = store.families_of(ids)
    known = _Known(
        documents,
        {id: row.uri for id, row in documents.items()},
        store.texts(ids),
        families,
        {row.id: row for row in store.unseen_of(set(families.values()))},
        {frozenset((link.a, link.b)): link for link in store.links_among(ids)},
        defaultdict(list),
        defaultdict(list),
        {},
        store.spans_of(ids),
        _independent(store, ids, documents),
    )
    for row in rows:
        known.derivations[row.child_id].append(row)
    either = {frozenset(pair) for pair in wanted}
    for match in store.matches_of({a for a, _ in wanted}):
        if (pair := frozenset((match.a, match.b))) in either:
            known.matches[pair].append(match)
    known.conflicts.update(gathering.conflicts_of(store, (match for found in known.matches.values() for match in found)))
    yield from (_pair(known, a, b) for a, b in wanted)


class _Known(NamedTuple):
    """What the store says of some documents, by their ids."""

    documents: dict[int, DocumentRow]
    uris: dict[int, str]
    texts: dict[int, str]
    families: dict[int, int]
    unseen: dict[int, UnseenRow]
    links: dict[frozenset[int], LinkRow]
    derivations: dict[int, list[DerivationRow]]
    matches: dict[frozenset[int], list[MatchRow]]
    conflicts: dict[int, list[tuple[str, str, str]]]
    spans: dict[int, list[SpanRow]]
    independent: dict[frozenset[int], str]
    """Pairs that people say are independent, with their words."""


def _independent(store: Store, ids: Collection[int], documents: Mapping[int, DocumentRow]) -> dict[frozenset[int], str]:
    """What is said of these documents, or of copies that they stand for."""
    copies = store.copies_of(ids)
    standing = {documents[id].uri: id for id in ids}
    standing |= {row.uri: row.copy_of or row.id for row in store.documents(copy for some in copies.values() for copy in some)}
    own = {documents[id].uri: id for id in ids}
    found = {}
    for row in store.corrections_of(standing):
        if row.verdict == "independent" and row.child in standing and row.parent in standing:
            pair = frozenset((standing[row.child], standing[row.parent]))
            if len(pair) == 1:  # of one text: each document for itself
                pair = frozenset((own.get(row.child), own.get(row.parent)))
            found[pair] = said(row)
    return found


def _pair(known: _Known, a: int, b: int) -> Pair:
    one, two = known.documents[a], known.documents[b]
    texts, uris = known.texts, known.uris
    same = (one.copy_of or one.id) == (two.copy_of or two.id)
    rows = [row for id in sorted({a, b}) for row in known.derivations[id]]
    between = [row for row in rows if row.parent_id in (a, b)]
    others = [row for row in rows if row.parent_id not in (a, b)]
    passages = _whole(one, two, texts) if same else _passages(known, one, two)
    unseen, edges = _common_source(known, others, (a, b))
    link = known.links.get(frozenset((a, b)))
    direction = None
    if link is not None:
        p_ab, p_ba = (link.p_ab, link.p_ba) if link.a == a else (link.p_ba, link.p_ab)
        direction = Direction(p_ab, p_ba, link.p_unseen, bool(link.decided))
    dirt_a, dirt_b = known.spans.get(a, ()), known.spans.get(b, ())
    explanation = Explanation(
        a=_party(one, known.families.get(a), texts[a], dirt_a, [(p.a_start, p.a_end) for p in _telling(passages)]),
        b=_party(two, known.families.get(b), texts[b], dirt_b, [(p.b_start, p.b_end) for p in _telling(passages)]),
        same=same,
        direction=direction,
        derivations=tuple(edge_of(row, uris, texts[row.child_id]) for row in sorted(between, key=_likeliest)),
        unseen=unseen,
        unseen_edges=edges,
        rivals=tuple(edge_of(row, uris) for row in others if unseen is None or row.unseen_id != unseen.id),
        passages=passages,
        independent=known.independent.get(frozenset((a, b))),
    )
    return Pair(explanation, texts[a], texts[b])


def _likeliest(row: DerivationRow) -> tuple[bool, float]:
    """Sorts the chosen first, then by probability."""
    return not row.chosen, -row.probability


def _passages(known: _Known, one: DocumentRow, two: DocumentRow) -> tuple[Passage, ...]:
    rows = known.matches[frozenset((one.id, two.id))]
    found = (gathering.passage(row, one.id, known.uris, known.texts, known.conflicts.get(row.id, ())) for row in rows)
    return tuple(sorted(found, key=lambda passage: (passage.a_start, passage.b_start)))


def _whole(one: DocumentRow, two: DocumentRow, texts: dict[int, str]) -> tuple[Passage, ...]:
    """The one passage of two exact copies, of which only one with the text that stands for both is a match in the store."""
    if one.id == two.id or not one.words:
        return ()
    (a_start, a_end), (b_start, b_end) = (_printed(texts[row.id]) for row in (one, two))
    both = texts[one.id][a_start:a_end], texts[two.id][b_start:b_end]
    return (Passage(one.uri, two.uri, a_start, a_end, b_start, b_end, one.words, 1.0, "verbatim", *both, ()),)


def _printed(text: str) -> tuple[int, int]:
    """Where a text begins and ends, without the space around it."""
    return len(text) - len(text.lstrip()), len(text.rstrip())


def _telling(passages: Sequence[Passage]) -> Iterator[Passage]:
    return (passage for passage in passages if passage.kind not in ("quotation", "boilerplate"))


def _party(row: DocumentRow, family: int | None, text: str, dirt: Sequence[SpanRow], shared: Sequence[tuple[int, int]]) -> Party:
    member = Member(row.uri, row.title, row.site, row.author, row.published_at, row.published_from, row.words, 0, ())
    spans = [(span.start, span.end) for span in dirt]
    outside = _covered(spans)
    inside = _covered([*shared, *spans]) - outside
    return Party(row.uri, member, family, inside / max(1, len(text) - outside), gathering.left_out(dirt))


def _covered(spans: Sequence[tuple[int, int]]) -> int:
    total, reached = 0, 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _common_source(known: _Known, rows: Sequence[DerivationRow], pair: tuple[int, int]) -> tuple[Unseen | None, tuple[Edge, ...]]:
    edges = [row for row in rows if row.chosen and row.unseen_id is not None]
    if len(edges) != 2 or edges[0].unseen_id != edges[1].unseen_id:
        return None, ()
    source = known.unseen[edges[0].unseen_id]
    children = tuple(known.uris[id] for id in pair)
    return (
        Unseen(source.id, source.probability, source.credit, children),
        tuple(edge_of(row, known.uris, known.texts[row.child_id]) for row in edges),
    )
