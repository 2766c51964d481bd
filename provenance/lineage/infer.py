"""One family -> the probability of every derivation in it. Pure; joins the other modules of this package.

Signals give each candidate edge a log weight; trees over the family give each edge a marginal probability, once without and
once with the unseen sources that are suspected, mixed by how likely these are; the tree with the largest sum of marginals is
what is stated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from provenance.lineage import dates, tree, unseen
from provenance.lineage.corrections import CERTAIN, Given
from provenance.lineage.family import Family
from provenance.lineage.nodes import Node, Result
from provenance.lineage.outcome import Outcome
from provenance.lineage.signals import OF_ORDER, dependence, score, total
from provenance.model import Match

CANDIDATES = 16
"""Sources considered of each text, the best by their own signals: keeps the work linear in the family."""
PREFERENCE = 2.0
"""Log odds that a member derives from the group's unseen source, where there is one, rather than from one of its siblings."""
PLACE = 0.15
"""What a text's place in an undated family is worth. Set: by it alone 20 of 97 directions were right on undated rfc, none on
news_rewrites."""


class Edges(NamedTuple):
    """Candidate derivations, in order of (child, parent): int64 columns and the log weight over the child being its own
    source."""

    parent: np.ndarray
    child: np.ndarray
    weight: np.ndarray


def infer(
    nodes: Iterable[Node],
    matches: Iterable[Match],
    guests: Iterable[Node] = (),
    said: Mapping[tuple[int, int], str] | None = None,
) -> Result:
    """Lineage of one family.

    nodes: its texts, one for each group of exact copies. matches: all passages between them, of every kind, in any order.
    guests: texts of other families that share passages with these; they may be further parents of a compilation, nothing else.
    said: by (parent, child), the derivations that people say there are, with their words.
    """
    family = Family(nodes, matches, guests)
    given = Given(family, said or {})
    edges = _edges(family, given)
    groups = given.groups(unseen.groups(family))
    direct, hidden, of = _probabilities(family, edges, groups)
    direct = _tempered(family, edges, direct)
    certain = given.places(edges.parent, edges.child)
    direct[certain] = 1.0
    # The best tree has every edge that was said, whatever that costs elsewhere.
    choice = _choose(family.size, edges, np.where(certain, family.size, direct), hidden, of)
    p = {(a, b): x for a, b, x in zip(edges.parent.tolist(), edges.child.tolist(), direct.tolist(), strict=True)}
    return Outcome(family, p, hidden.tolist(), [groups[g] if g >= 0 else None for g in of], choice.tolist(), given).result()


def _edges(family: Family, given: Given) -> Edges:
    """For each text the CANDIDATES best sources among its relatives; where it was said, that one."""
    rows = []
    for b in range(family.size):
        found = sorted((-total(score(family, a, b)), a) for a in given.sources(family, b))[:CANDIDATES]
        rows += sorted((a, b, CERTAIN if (a, b) in given.said else -weight) for weight, a in found)
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    return Edges(np.array(columns[0], np.int64), np.array(columns[1], np.int64), np.array(columns[2], float))


def _probabilities(family: Family, edges: Edges, groups: list[unseen.Group]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each edge, of each text's unseen source, and the index of its group (-1: none).

    A mixture: with the group's probability there is an unseen source, which competes with the documents for every member; else
    not.
    """
    n = family.size
    root = np.zeros(n)
    _, without = tree.marginals(root, *edges)
    hidden, of = np.zeros(n), np.full(n, -1, np.int64)
    if not groups:
        return without, hidden, of
    parent, child, weight = [edges.parent], [edges.child], [edges.weight]
    there = np.zeros(n)
    for g, group in enumerate(groups):
        members = np.array(group.members, np.int64)
        of[members] = g
        there[members] = group.probability
        parent.append(np.full(len(members), n + g))
        child.append(members)
        among = frozenset(group.members)
        weight.append(np.array([_from_unseen(family, b, among) for b in group.members]))
    _, with_ = tree.marginals(np.zeros(n + len(groups)), np.concatenate(parent), np.concatenate(child), np.concatenate(weight))
    p = there[edges.child]
    hidden[np.concatenate(child[1:])] = with_[len(edges.child) :]
    return (1 - p) * without + p * with_[: len(edges.child)], there * hidden, of


def _tempered(family: Family, edges: Edges, p: np.ndarray) -> np.ndarray:
    """Direction that rests on nothing but a text's place among its relatives is worth little where dates are missing.

    Summed over trees, every edge points away from where most of the family is, as if any member were as likely the first. That
    is so for copies of one source and false for revisions, of which the last may be the most copied. So a pair's two
    probabilities move towards their mean, the less the more its own signals and the dates of the family say.
    """
    dated = sum(dates.when(node) is not None for node in family.nodes[: family.size]) / family.size
    trust = PLACE + (1 - PLACE) * dated
    index = {(int(a), int(b)): e for e, (a, b) in enumerate(zip(edges.parent, edges.child, strict=True))}
    out = p.copy()
    for (a, b), e in index.items():
        back = index.get((b, a))
        if back is None or family.order(a, b) is not None:
            continue
        own = total(score(family, a, b, OF_ORDER)) - total(score(family, b, a, OF_ORDER))
        keep = 1 - (1 - trust) * math.exp(-own * own / 8)
        mean = (p[e] + p[back]) / 2
        out[e] = mean + keep * (p[e] - mean)
    return out


def _from_unseen(family: Family, b: int, group: frozenset[int]) -> float:
    """Log weight of an unseen source of b, given that the group has one: PREFERENCE over all documents together."""
    near = [dependence(family.pair[a, b]) for a in family.near[b] if a in group]
    return PREFERENCE + max(near, default=0.0) + math.log(max(1, min(CANDIDATES, len(near))))


def _choose(n: int, edges: Edges, direct: np.ndarray, hidden: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The tree with the largest sum of probabilities: a parent's position, n + group for an unseen source, -1 for none."""
    groups = int(of.max(initial=-1)) + 1
    members = np.flatnonzero(of >= 0)
    alone = 1 - np.bincount(edges.child, direct, n) - hidden
    return tree.branching(
        np.concatenate([np.maximum(alone, 0.0), np.zeros(groups)]),
        np.concatenate([edges.parent, n + of[members]]),
        np.concatenate([edges.child, members]),
        np.concatenate([direct, hidden[members]]),
    )[:n]
