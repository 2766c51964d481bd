"""What is true of a simulation, as rows that the scorer of lineage reads, and more for fitting. Pure.

`edge` rows are for ../shared/evaluate/lineage.py. Articles that are in no corpus are taken out of the way: hidden ones in a row
count as one source; one with a single visible descendant is passed over; one with several is their unseen source, and an edge to
them from the visible text before it is neither wanted nor wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tests.simulator.families import Article

Row = dict[str, Any]


def edges(articles: Sequence[Article]) -> list[Row]:
    """The derivations that can be seen. `steps`: how many operations lie between."""
    of = {article.uri: article for article in articles}
    frontier: dict[str, dict[str, int]] = defaultdict(dict)
    rows: dict[tuple[str, str], Row] = {}
    tops = {uri: _tops(uri, of) for uri, article in of.items() if article.hidden}
    for child in articles:
        if child.hidden:
            continue
        for parent in child.parents:
            if of[parent].hidden:
                for top, steps in tops[parent].items():
                    frontier[top][child.uri] = min(steps + 1, frontier[top].get(child.uri, steps + 1))
            else:
                rows[parent, child.uri] = _edge(parent, child, 1)
    for top, children in frontier.items():
        for uri, steps in children.items():
            child = of[uri]
            if len(children) > 1:
                rows[top, uri] = _edge(top, child, steps) | {"parent_extant": False}
            for above in of[top].parents:
                rows.setdefault((above, uri), _edge(above, child, steps + 1) | ({"required": False} if len(children) > 1 else {}))
    return [rows[key] for key in sorted(rows)]


def _edge(parent: str, child: Article, steps: int) -> Row:
    return {"kind": "edge", "parent": parent, "child": child.uri, "operator": child.operator, "steps": steps}


def _tops(uri: str, of: Mapping[str, Article]) -> dict[str, int]:
    """The highest hidden articles that a hidden one comes from through hidden ones only, and the steps from there to it."""
    above = [parent for parent in of[uri].parents if of[parent].hidden]
    if not above:
        return {uri: 0}
    return {top: steps + 1 for parent in above for top, steps in _tops(parent, of).items()}


def ancestors(articles: Sequence[Article]) -> dict[str, dict[str, int]]:
    """uri -> each text that it comes from, seen or not, and the least number of steps to it; parents stand before children."""
    out: dict[str, dict[str, int]] = {}
    for article in articles:
        mine: dict[str, int] = {}
        for parent in article.parents:
            for uri, steps in ((parent, 0), *out[parent].items()):
                mine[uri] = min(mine.get(uri, steps + 1), steps + 1)
        out[article.uri] = mine
    return out


def pairs(articles: Sequence[Article]) -> list[Row]:
    """What two visible articles are to one another, for those of one family and those that a compilation joins.

    relation: `ancestor` (a is b's, `steps` away), `siblings` (both come from `source`, the nearest such; `seen` says whether it
    is in the corpus; `steps` of both), `independent` (one event, told twice). `shared`: facts that both tell.
    """
    of = {article.uri: article for article in articles}
    above = ancestors(articles)
    seen = [article for article in articles if not article.hidden]
    members: dict[object, list[str]] = defaultdict(list)
    for article in seen:
        members[article.family].append(article.uri)
        for uri in (*above[article.uri], article.uri):
            members[uri].append(article.uri)
    found = {tuple(sorted((a, b))) for group in members.values() for i, a in enumerate(group) for b in group[:i]}
    return [_pair(of[a], of[b], above, of) for a, b in sorted(found)]


def _pair(a: Article, b: Article, above: Mapping[str, Mapping[str, int]], of: Mapping[str, Article]) -> Row:
    row: Row = {"kind": "pair", "a": a.uri, "b": b.uri, "relation": "independent"}
    if b.uri in above[a.uri]:
        a, b = b, a
        row |= {"a": a.uri, "b": b.uri}
    if a.uri in above[b.uri]:
        row |= {"relation": "ancestor", "steps": above[b.uri][a.uri]}
    elif common := set(above[a.uri]) & set(above[b.uri]):
        source = min(common, key=lambda uri: (above[a.uri][uri] + above[b.uri][uri], uri))
        steps = [above[a.uri][source], above[b.uri][source]]
        row |= {"relation": "siblings", "source": source, "seen": not of[source].hidden, "steps": steps}
    return row | {"shared": len(a.story.told & b.story.told)}
