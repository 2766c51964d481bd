"""One family -> who derives from whom, with probabilities. Pure; joins the other modules of this package."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np

from provenance.lineage import dates, evidence, tree, unseen
from provenance.lineage.family import Family
from provenance.lineage.nodes import Direction, Node, Result, UnseenSource
from provenance.lineage.signals import SIGNALS, Weight, dependence
from provenance.model import Derivation, Match, Signal

DECIDED = 0.6
"""A document is named as the source, or a pair as settled, from this probability on."""
DECIDED_UNSEEN = 0.5
"""A text is given to an unseen source from this probability on."""
CANDIDATES = 16
PREFERENCE = 2.0
"""Log odds that a member derives from the group's unseen source, where there is one, rather than from one of its siblings."""
RIVALS = 3
LEAST_RIVAL = 0.02
EXTRA_SHARE, EXTRA_WORDS = 0.15, 30
OF_ORDER = ("credit", "containment", "attestation", "version")
"""The signals that point one way for a pair by itself; with dates, which are asked first."""
PLACE = 0.15
"""What a text's place in an undated family is worth. Set: by it alone 20 of 97 directions were right on undated rfc, none on
news_rewrites."""
OF_A_PASSAGE = ("overlap", "dates", "credit", "site", "title")
"""The signals that speak of a passage; the others compare whole texts, of which a further parent has only a part."""
FURTHER = -1.5
"""Log odds of a further parent over none, before anything is known: most texts have one."""
UNDATED = 2.0
"""Log odds of the order that a further parent needs where dates do not say it."""
MOST = 0.6
"""A parent that covers less of a child with several parents did not make it alone: the child is a compilation."""


class Edges(NamedTuple):
    """Candidate derivations, in order of (child, parent): int64 columns and the log weight over the child being its own
    source."""

    parent: np.ndarray
    child: np.ndarray
    weight: np.ndarray


def infer(nodes: Iterable[Node], matches: Iterable[Match], guests: Iterable[Node] = ()) -> Result:
    """Lineage of one family.

    nodes: its texts, one for each group of exact copies. matches: all passages between them, of every kind, in any order.
    guests: texts of other families that share passages with these; they may be further parents of a compilation, nothing else.
    """
    family = Family(nodes, matches, guests)
    n = family.size
    edges = _edges(family)
    groups = unseen.groups(family)
    direct, hidden, of = _probabilities(family, edges, groups)
    direct = _tempered(family, edges, direct)
    choice = _choose(n, edges, direct, hidden, of)
    return _Report(family, edges, direct, hidden, of, groups, choice).result()


def score(family: Family, a: int, b: int, names: Collection[str] | None = None) -> list[tuple[str, Weight]]:
    """Every signal (of those named) that has something to say of "b derives from a". Of a guest only a passage can be judged."""
    if names is None and max(a, b) >= family.size:
        names = OF_A_PASSAGE
    found = ((name, signal(family, a, b)) for name, signal in SIGNALS if names is None or name in names)
    return [(name, weight) for name, weight in found if weight is not None]


def total(weights: list[tuple[str, Weight]]) -> float:
    return math.fsum(weight.log_odds for _, weight in weights)


def _edges(family: Family) -> Edges:
    """For each text the CANDIDATES best sources among its relatives."""
    rows = []
    for b in range(family.size):
        found = sorted((-total(score(family, a, b)), a) for a in family.near[b])[:CANDIDATES]
        rows += sorted((a, b, -weight) for weight, a in found)
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
        weight.append(np.array([_from_unseen(family, b, group) for b in group.members]))
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


def _from_unseen(family: Family, b: int, group: unseen.Group) -> float:
    """Log weight of an unseen source of b, given that the group has one: PREFERENCE over all documents together."""
    near = [dependence(family.pair[a, b]) for a in family.near[b] if a in group.members]
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


class _Report:
    """From probabilities to rows: which edges are stated, with which reasons and rivals."""

    def __init__(self, family, edges, direct, hidden, of, groups, choice) -> None:
        self.family, self.hidden, self.of, self.groups = family, hidden, of, groups
        n = family.size
        self.p = {(int(a), int(b)): float(p) for a, b, p in zip(edges.parent, edges.child, direct, strict=True)}
        self.sources = defaultdict(list)
        for (a, b), p in self.p.items():
            self.sources[b].append((-p, a))
        self.parents: list[list[int]] = [[] for _ in range(n)]
        self.from_unseen: set[int] = set()
        for b in range(n):
            a = int(choice[b])
            if a >= n and hidden[b] >= DECIDED_UNSEEN:
                self.from_unseen.add(b)
            elif 0 <= a < n and self.p[a, b] >= DECIDED:
                self.parents[b].append(a)
        self.children = self._siblings()
        self.from_unseen = {b for group in self.children for b in group}
        self.extra: dict[tuple[int, int], float] = {}
        for b in range(n):
            self._further_parents(b)

    def _siblings(self) -> list[list[int]]:
        """The children of each unseen source; what shares no passage with the others has another source, or none."""
        out = []
        for g in range(len(self.groups)):
            mine = [b for b in self.groups[g].members if b in self.from_unseen]
            parts = unseen.components(self.family, mine)
            out += [sorted(part) for part in parts if len(part) > 1]
        return sorted(out)

    def _further_parents(self, b: int) -> None:
        """Passages of b that its parent does not have, but another earlier text has: a parent more, each in turn for what is
        left."""
        family = self.family
        node = family.nodes[b]
        if not self.parents[b]:
            return
        held = evidence.merge(span for a in self.parents[b] for span in family.pair[a, b].spans[1])
        while True:
            best = None
            for c in family.near[b] + family.beyond[b]:
                if c in self.parents[b] or (c < family.size and b in self._ancestors(c)):
                    continue
                left = evidence.minus(family.pair[c, b].spans[1], held)
                share = evidence.size(left) / max(1, node.length)
                if share < EXTRA_SHARE or share * node.words < EXTRA_WORDS:
                    continue
                p = self._earlier(c, b)
                if p >= DECIDED and (best is None or (share, -c) > best[:2]):
                    best = (share, -c, p)
            if best is None:
                return
            c = -best[1]
            self.parents[b].append(c)
            self.extra[c, b] = best[2]
            held = evidence.merge(held + family.pair[c, b].spans[1])

    def _earlier(self, c: int, b: int) -> float:
        """Probability that b has a passage from c, rather than c from b or neither from the other."""
        forward, back = (FURTHER + total(score(self.family, *edge, OF_A_PASSAGE)) for edge in ((c, b), (b, c)))
        order = self.family.order(c, b)
        if order is None and forward - back < UNDATED:
            return 0.0
        top = max(forward, back, 0.0)
        return math.exp(forward - top) / (math.exp(forward - top) + math.exp(back - top) + math.exp(-top))

    def _ancestors(self, b: int) -> set[int]:
        seen, queue = set(), list(self.parents[b])
        while queue:
            a = queue.pop()
            if a not in seen and a < self.family.size:
                seen.add(a)
                queue += self.parents[a]
        return seen

    def result(self) -> Result:
        family, ids = self.family, [node.id for node in self.family.nodes[: self.family.size]]
        sources = tuple(
            UnseenSource(
                tuple(ids[b] for b in group),
                min(1.0, math.fsum(float(self.hidden[b]) for b in group) / len(group)),
                self.groups[self.of[group[0]]].credit,
            )
            for group in self.children
        )
        pairs = []
        for a, b in sorted(key for key in family.pair if key[0] < key[1] < family.size):
            p_ab, p_ba = self._of(a, b), self._of(b, a)
            rest = max(0.0, 1 - p_ab - p_ba)
            pairs.append(Direction(ids[a], ids[b], p_ab, p_ba, rest, max(p_ab, p_ba, rest) >= DECIDED))
        derivations = [row for b in range(len(ids)) for row in self._rows(b)]
        return Result(tuple(derivations), sources, tuple(pairs), {ids[b]: d for b, d in enumerate(self._depths())})

    def _of(self, a: int, b: int) -> float:
        return self.extra.get((a, b), self.p.get((a, b), 0.0))

    def _depths(self) -> list[int]:
        depth: dict[int, int] = {}
        children = defaultdict(list)
        for b, parents in enumerate(self.parents):
            for a in parents:
                if a < self.family.size:
                    children[a].append(b)
        level = [b for b, parents in enumerate(self.parents) if not parents]
        depth.update({b: int(b in self.from_unseen) for b in level})
        queue = sorted(level, key=lambda b: (depth[b], b))
        for at in queue:
            for b in children[at]:
                if b not in depth:
                    depth[b] = depth[at] + 1
                    queue.append(b)
        return [depth.get(b, 0) for b in range(len(self.parents))]

    def _rows(self, b: int) -> list[Derivation]:
        index = next((k for k, group in enumerate(self.children) if b in group), None)
        candidates = sorted([(-self._of(a, b), a) for _, a in self.sources[b] if a not in self.parents[b]])
        none = 1 - math.fsum(-p for p, _ in self.sources[b]) - float(self.hidden[b])
        rows = []
        chosen = [(self._of(a, b), a) for a in self.parents[b]]
        if index is not None:
            rows.append(self._unseen_row(b, index, max([none, *(-p for p, _ in candidates)])))
        rival = max([none, float(self.hidden[b]) if index is None else 0.0, *(-p for p, _ in candidates)], default=0.0)
        alone = len(chosen) == 1
        most = max((self.family.pair[a, b].cover[1] for _, a in chosen), default=0.0)
        for p, a in chosen:
            rows.append(self._row(a, b, p, p - rival, True, "compilation" if not alone and most < MOST else None))
        best = max([p for p, _ in chosen] + [float(self.hidden[b]), none])
        for p, a in candidates[:RIVALS]:
            if -p >= LEAST_RIVAL:
                rows.append(self._row(a, b, -p, -p - best, False, None))
        return rows

    def _row(self, a: int, b: int, p: float, margin: float, chosen: bool, relation: str | None) -> Derivation:
        family = self.family
        one, two, pair = family.nodes[a], family.nodes[b], family.pair[a, b]
        why = tuple(
            Signal(name, "parent" if weight.log_odds >= 0 else "child", round(weight.log_odds, 3), weight.spans)
            for name, weight in score(family, a, b)
        )
        return Derivation(
            two.id,
            one.id,
            None,
            relation or evidence.relation(pair, one, two),
            p,
            margin,
            pair.cover[1],
            dates.days(one, two),
            why,
            chosen,
        )

    def _unseen_row(self, b: int, index: int, rival: float) -> Derivation:
        group = self.groups[self.of[b]]
        spans = tuple((cue.start, cue.end) for cue in self.family.foreign(b)) if group.credit else ()
        why = tuple(Signal(name, "unseen", round(weight, 3), spans if name == "credit" else ()) for name, weight in group.reasons)
        near = [self.family.pair[a, b].similarity for a in self.family.near[b] if a in self.children[index]]
        p = float(self.hidden[b])
        relation = "revision" if near and sum(near) / len(near) >= 0.6 else "rewrite"
        return Derivation(
            self.family.nodes[b].id, None, index, relation, p, p - rival, self.family.cover.union(b), None, why, True
        )
