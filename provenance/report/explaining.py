"""Two documents: what they share, which way round, why, and what else was weighed. Store -> Explanation."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from provenance.report import gathering
from provenance.report.edges import edge_of
from provenance.report.model import Edge, Member, Passage, Unseen
from provenance.store import Store
from provenance.store.rows import DerivationRow, DocumentRow


@dataclasses.dataclass(frozen=True, slots=True)
class Party:
    """One of the two documents."""

    asked: str
    """The uri that was asked for. It may be an exact copy of `text`, of which everything else here speaks."""
    text: Member
    family: int | None
    shared: float
    """Share of its characters that lie in passages of the two, quotations and boilerplate left out."""


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


def gather(store: Store, a: str, b: str) -> Explanation:
    """What there is to say of two documents, named by uri or the end of one. Raises UsageError where a name does not tell."""
    (uri_a, id_a), (uri_b, id_b) = gathering.find(store, a), gathering.find(store, b)
    asked = {row.id: row for row in store.documents({id_a, id_b})}
    one, two = (_standing(store, asked[id]) for id in (id_a, id_b))
    same = one.id == two.id
    if same:  # exact copies: each for itself
        one, two = asked[id_a], asked[id_b]
    pair = {one.id, two.id}
    rows = store.derivations_of(pair)
    named = {id for row in rows for id in (row.child_id, row.parent_id) if id is not None}
    uris = {row.id: row.uri for row in store.documents(named | pair)}
    texts = store.texts(pair)
    between = [row for row in rows if row.parent_id in pair]
    others = [row for row in rows if row.parent_id not in pair]
    passages = _whole(one, two, texts) if same else _passages(store, one, two, uris, texts)
    family = store.families_of({one.id, two.id})
    unseen, edges = _common_source(store, others, (one.id, two.id), family.get(one.id), uris, texts)
    link = store.link(one.id, two.id)
    direction = None
    if link is not None:
        p_ab, p_ba = (link.p_ab, link.p_ba) if link.a == one.id else (link.p_ba, link.p_ab)
        direction = Direction(p_ab, p_ba, link.p_unseen, bool(link.decided))
    return Explanation(
        a=_party(uri_a, one, family.get(one.id), texts[one.id], [(p.a_start, p.a_end) for p in _telling(passages)]),
        b=_party(uri_b, two, family.get(two.id), texts[two.id], [(p.b_start, p.b_end) for p in _telling(passages)]),
        same=same,
        direction=direction,
        derivations=tuple(edge_of(row, uris, texts[row.child_id]) for row in sorted(between, key=_likeliest)),
        unseen=unseen,
        unseen_edges=edges,
        rivals=tuple(edge_of(row, uris) for row in others if unseen is None or row.unseen_id != unseen.id),
        passages=passages,
    )


def _likeliest(row: DerivationRow) -> tuple[bool, float]:
    """Sorts the chosen first, then by probability."""
    return not row.chosen, -row.probability


def _standing(store: Store, row: DocumentRow) -> DocumentRow:
    return row if row.copy_of is None else store.documents([row.copy_of])[0]


def _passages(
    store: Store, one: DocumentRow, two: DocumentRow, uris: dict[int, str], texts: dict[int, str]
) -> tuple[Passage, ...]:
    wanted = {one.id, two.id}
    matches = [row for row in store.matches_of([one.id]) if {row.a, row.b} == wanted]
    conflicts = gathering.conflicts_of(store, matches)
    found = (gathering.passage(row, one.id, uris, texts, conflicts[row.id]) for row in matches)
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


def _party(asked: str, row: DocumentRow, family: int | None, text: str, spans: Sequence[tuple[int, int]]) -> Party:
    member = Member(row.uri, row.title, row.site, row.author, row.published_at, row.published_from, row.words, 0, ())
    return Party(asked, member, family, _covered(spans) / max(1, len(text)))


def _covered(spans: Sequence[tuple[int, int]]) -> int:
    total, reached = 0, 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _common_source(
    store: Store,
    rows: Sequence[DerivationRow],
    pair: tuple[int, int],
    family: int | None,
    uris: dict[int, str],
    texts: dict[int, str],
) -> tuple[Unseen | None, tuple[Edge, ...]]:
    edges = [row for row in rows if row.chosen and row.unseen_id is not None]
    if len(edges) != 2 or edges[0].unseen_id != edges[1].unseen_id or family is None:
        return None, ()
    source = next(row for row in store.unseen_of([family]) if row.id == edges[0].unseen_id)
    children = tuple(uris[id] for id in pair)
    return (
        Unseen(source.id, source.probability, source.credit, children),
        tuple(edge_of(row, uris, texts[row.child_id]) for row in edges),
    )
