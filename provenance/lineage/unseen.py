"""Sources that are not in the corpus: which texts of a family may have one in common, and how likely. Pure."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter, defaultdict

import numpy as np

from provenance.cues import name_key
from provenance.lineage.family import Family
from provenance.lineage.signals import dependence

LARGEST = 400
"""Texts of a family in which a source that nobody names is looked for."""

PRIOR = -1.0
CREDITED, CREDITED_MORE = 1.5, 2.5
DATED = -2.5
STAR = 2.0


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Texts (positions) that may have one unseen source, with the reasons as (name, log odds)."""

    members: tuple[int, ...]
    credit: str | None
    reasons: tuple[tuple[str, float], ...]

    @property
    def probability(self) -> float:
        return 1 / (1 + math.exp(-sum(weight for _, weight in self.reasons)))


def groups(family: Family) -> list[Group]:
    """Disjoint groups: first around outlets that several texts credit, then what is left of the family."""
    out, taken = [], set()
    crediting = defaultdict(list)
    for b in range(len(family.nodes)):
        for cue in family.foreign(b):
            crediting[name_key(cue.name)].append((b, cue.name))
    for key in sorted(crediting, key=lambda k: (-len({b for b, _ in crediting[k]}), k)):
        namers = {b for b, _ in crediting[key]} - taken
        members = namers | {c for b in namers for c in family.near[b] if c not in taken and dependence(family.pair[b, c]) > 0}
        if namers and len(members) > 1:
            spelling = Counter(name for _, name in crediting[key]).most_common()
            name = min((-count, name) for name, count in spelling)[1]
            out.append(_group(family, members, namers, name))
            taken |= members
    rest = [b for b in range(len(family.nodes)) if b not in taken]
    if len(rest) <= LARGEST:
        for members in components(family, rest):
            if len(members) > 1:
                out.append(_group(family, members, set(), None))
    return out


def components(family: Family, rest: list[int]) -> list[set[int]]:
    left, out = set(rest), []
    for start in rest:
        if start not in left:
            continue
        left.discard(start)
        part, queue = {start}, [start]
        while queue:
            at = queue.pop()
            for c in family.near[at]:
                if c in left and dependence(family.pair[at, c]) > 0:
                    left.discard(c)
                    part.add(c)
                    queue.append(c)
        out.append(part)
    return out


def _group(family: Family, members: set[int], namers: set[int], credit: str | None) -> Group:
    order = sorted(members)
    reasons = [("prior", PRIOR)]
    if credit:
        reasons.append(("credit", CREDITED + CREDITED_MORE * (len(namers) > 1)))
    pairs = [(a, b) for a in order for b in family.near[a] if a < b and b in members]
    dated = sum(family.order(a, b) is not None for a, b in pairs) / max(1, len(pairs))
    if dated:
        reasons.append(("dates", DATED * dated))
    if len(order) > 2:
        shape = star(family, order)
        if shape:
            reasons.append(("star", STAR * shape))
    return Group(tuple(order), credit, tuple(reasons))


def fit(family: Family, members: list[int]) -> tuple[np.ndarray, float]:
    """Distances of the members from one common source, and how badly one source explains their distances (0: exactly).

    Each distance is a sum of two: least squares, by averaging in turn.
    """
    place = {b: i for i, b in enumerate(members)}
    rows = [(place[a], place[b], family.distance(a, b)) for a in members for b in family.near[a] if a < b and b in place]
    one, two = (np.array([row[k] for row in rows], np.int64) for k in (0, 1))
    d = np.array([row[2] for row in rows])
    n = len(members)
    count = np.maximum(1, np.bincount(one, minlength=n) + np.bincount(two, minlength=n))
    total = np.bincount(one, d, n) + np.bincount(two, d, n)
    radius = total / count / 2
    for _ in range(40):
        others = np.bincount(one, radius[two], n) + np.bincount(two, radius[one], n)
        radius = np.maximum(0.0, 0.5 * radius + 0.5 * (total - others) / count)
    error = np.sqrt(np.mean((d - radius[one] - radius[two]) ** 2)) / max(1e-9, float(np.mean(d)))
    return radius, float(error)


def star(family: Family, members: list[int]) -> float:
    """From -1 to 1: whether the members stand around a centre that none of them is."""
    radius, error = fit(family, members)
    middle = float(np.median(radius))
    if middle < 1e-6:
        return 0.0
    hollow = float(radius.min()) / middle
    return float(np.clip(2 * hollow - 0.4 - 2 * error, -1, 1))
