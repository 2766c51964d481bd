"""One family -> the probability of every derivation in it. Pure; joins the other modules of this package.

Signals give each candidate edge a log weight, and measures of origin each text one for having no source in the corpus; trees over
the family give each edge a marginal probability, once without and once with the unseen sources that are suspected, mixed by how
likely these are; the tree with the largest sum of marginals is what is stated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from provenance.lineage import doubt, model, tree, unseen
from provenance.lineage.corrections import CERTAIN, Given
from provenance.lineage.family import Family
from provenance.lineage.nodes import Node, Result
from provenance.lineage.origin import Origin
from provenance.lineage.outcome import Outcome
from provenance.lineage.scores import Scores
from provenance.lineage.signals import by_relation
from provenance.lineage.ties import dependence
from provenance.model import Match

CANDIDATES = 16
"""Sources considered of each text, the best by their own signals: keeps the work linear in the family."""
CENTRES, LEAST_CENTRE = 8, 0.01
"""Texts of a family of which each may be its centre, and how likely a root each must be; of a family of more than tree.EXACT only
the likeliest."""


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
    weights: Mapping[str, float] | None = None,
) -> Result:
    """Lineage of one family.

    nodes: its texts, one for each group of exact copies. matches: all passages between them, of every kind, in any order.
    guests: texts of other families that share passages with these; they may be further parents of a compilation, nothing else.
    said: by (parent, child), the derivations that people say there are, with their words.
    weights: of the model (model.py) unless given.
    """
    weights = model.weights() if weights is None else weights
    first = Family(nodes, matches, guests)
    origin = Origin(first, weights)
    scores = doubt.settled(Scores(first, weights), origin.root)
    family = scores.family
    given = Given(family, said or {})
    edges = candidates(scores, given)
    certain = given.places(edges.parent, edges.child)
    edges.weight[certain] = CERTAIN
    groups = given.groups(unseen.groups(family, origin.root, weights))
    direct, hidden, of = _probabilities(scores, edges, origin.root, groups)
    direct[certain] = 1.0
    # The best tree has every edge that was said, whatever that costs elsewhere.
    choice = _choose(family.size, edges, np.where(certain, family.size, direct), hidden, of)
    p = {(a, b): x for a, b, x in zip(edges.parent.tolist(), edges.child.tolist(), direct.tolist(), strict=True)}
    of_group = [groups[g] if g >= 0 else None for g in of]
    result = Outcome(scores, origin, p, hidden.tolist(), of_group, choice.tolist(), given).result()
    for done in (first, family):
        done.release()
    return result


def candidates(scores: Scores, given: Given) -> Edges:
    """For each text the CANDIDATES best sources among its relatives; where it was said, that one."""
    rows = []
    for b in range(scores.family.size):
        scored = ((-scores.weight(a, b), a) for a in given.sources(scores.family, b))
        rows += sorted((a, b, -weight) for weight, a in sorted(scored)[:CANDIDATES])
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    return Edges(np.array(columns[0], np.int64), np.array(columns[1], np.int64), np.array(columns[2], float))


def centred(root: np.ndarray, edges: Edges, worth: np.ndarray, part: np.ndarray) -> np.ndarray:
    """The probability of each edge, where one text of each part of the family is its centre: it comes from none of the others and
    is copied more than once, so that edges from it weigh `worth` (by edge) more.

    A mixture over who that is: the CENTRES likeliest roots of a part, each by how likely it is one. part: its number, by text.
    """
    first, _ = tree.marginals(root, *edges)
    turn, share = np.full(len(root), -1), np.zeros(len(root))
    for number in range(int(part.max(initial=-1)) + 1):
        mine = np.flatnonzero(part == number)
        likely = mine[np.argsort(-first[mine], kind="stable")][: CENTRES if len(root) <= tree.EXACT else 1]
        likely = likely[first[likely] >= min(LEAST_CENTRE, first[likely[0]])]
        turn[likely], share[likely] = np.arange(len(likely)), first[likely] / first[likely].sum()
    within = part[edges.parent] == part[edges.child]
    direct = np.zeros(len(edges.child))
    for k in range(int(turn.max(initial=-1)) + 1):
        centre = np.full(int(part.max()) + 1, -1, np.int64)
        centres = np.flatnonzero(turn == k)
        centre[part[centres]] = centres
        of = centre[part[edges.child]]  # -1, of which no share is taken, where its part has fewer
        stays = ~(within & (edges.child == of))
        weight = (edges.weight + worth * (within & (edges.parent == of)))[stays]
        _, found = tree.marginals(root, edges.parent[stays], edges.child[stays], weight)
        direct[stays] += np.where(of[stays] >= 0, share[of[stays]], 0.0) * found
    return direct


def _probabilities(
    scores: Scores, edges: Edges, root: np.ndarray, groups: list[unseen.Group]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each edge, of each text's unseen source, and the index of its group (-1: none).

    A mixture: with the group's probability there is an unseen source, which competes with the documents for every member; else
    not.
    """
    family, weights = scores.family, scores.weights
    n = family.size
    worth = np.array([
        by_relation("origin", family.pair[a, b], weights)
        for a, b in zip(edges.parent.tolist(), edges.child.tolist(), strict=True)
    ])  # fmt: skip
    without = centred(root, edges, worth, family.part_of())
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
        weight.append(np.array([_from_unseen(family, b, group, weights) for b in group.members]))
    # Where there is an unseen source, who of its children reads like an original says nothing.
    alone = np.concatenate([np.where(of < 0, root, 0.0), np.zeros(len(groups))])
    _, with_ = tree.marginals(alone, np.concatenate(parent), np.concatenate(child), np.concatenate(weight))
    p = there[edges.child]
    hidden[np.concatenate(child[1:])] = with_[len(edges.child) :]
    return (1 - p) * without + p * with_[: len(edges.child)], there * hidden, of


def _from_unseen(family: Family, b: int, group: unseen.Group, weights: Mapping[str, float]) -> float:
    """Log weight of an unseen source of b, given that the group has one: what prefers it to all documents together that are
    not known to be earlier. Of these it is one more. Of a group that names its source, who does not name it had it as likely
    from another."""
    near = [a for a in family.near[b] if a in group.members]
    rivals = sum(not family.earlier(a, b) for a in near)
    return (
        (weights["unseen.named"] * (b in group.namers) if group.namers else weights["unseen.preference"])
        + weights["unseen.elders"] * (rivals < len(near))
        + max((dependence(family.pair[a, b]) for a in near), default=0.0)
        + math.log(max(1, min(CANDIDATES, rivals)))
    )


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
