"""Sources that are not in the corpus: which texts of a family may have one in common, and how likely. Pure."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter, defaultdict

import numpy as np

from provenance.lineage.family import Family
from provenance.lineage.signals import dependence

LARGEST = 400
"""Texts of a family in which a source that nobody names is looked for."""

PRIOR = -0.5
"""Log odds of a common unseen source for texts of which nothing is known but that they are relatives."""
CREDITED, CREDITED_MORE = 1.5, 2.5
"""Set: one text names an outlet that the corpus does not hold; two or more name the same."""
DATED = -4.0
"""Set: where dates say which is the first, the first explains the others well enough."""
LOOSE, LOOSE_MIDDLE, LOOSE_RANGE = 1.5, 0.8, 0.2
"""Fitted by eye on news_rewrites and clough_stevenson without their sources (mean similarity .5 to .7) against undated
revisions (.85 and more): texts that are all rewritten, each from the others, are told from one source rather than from one
another."""
SURE, NEAR = 1.5, 0.5
"""Two texts may have one source if they are dependent by this log odds, and share this part of what either shares with its
closest."""
HOLLOW = 0.8
"""Set: no member stands where the paths between the others meet."""


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
    for b in range(family.size):
        for cue in family.foreign(b):
            crediting[cue.key].append((b, cue.name))
    for key in sorted(crediting, key=lambda k: (-len({b for b, _ in crediting[k]}), k)):
        namers = {b for b, _ in crediting[key]} - taken
        members = namers | {c for b in namers for c in family.near[b] if c not in taken and alike(family, b, c)}
        if namers and len(members) > 1:
            spelling = Counter(name for _, name in crediting[key]).most_common()
            name = min((-count, name) for name, count in spelling)[1]
            out.append(_group(family, members, namers, name))
            taken |= members
    rest = [b for b in range(family.size) if b not in taken]
    if len(rest) <= LARGEST:
        for members in components(family, rest):
            if len(members) > 1:
                out.append(_group(family, members, set(), None))
    return out


def alike(family: Family, a: int, b: int) -> bool:
    """Whether two texts share enough, by themselves and beside their other relatives, to have one source."""
    pair = family.pair[a, b]
    near = pair.share[0] >= NEAR * family.best_share(a) and pair.share[1] >= NEAR * family.best_share(b)
    return near and dependence(pair) >= SURE


def components(family: Family, rest: list[int]) -> list[set[int]]:
    """The texts, split where no two are alike."""
    left, out = set(rest), []
    for start in rest:
        if start not in left:
            continue
        left.discard(start)
        part, queue = {start}, [start]
        while queue:
            at = queue.pop()
            fresh = [c for c in family.near[at] if c in left and alike(family, at, c)]
            left.difference_update(fresh)
            part.update(fresh)
            queue += fresh
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
        closeness = math.fsum(family.pair[pair].similarity for pair in pairs) / max(1, len(pairs))
        reasons.append(("rewritten", LOOSE * min(1.0, max(-1.0, (LOOSE_MIDDLE - closeness) / LOOSE_RANGE))))
        reasons.append(("no centre", HOLLOW * hollow(family, order)))
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


def hollow(family: Family, members: list[int]) -> float:
    """From -1 to 1: whether the members stand around a centre that none of them is."""
    radius, error = fit(family, members)
    middle = float(np.median(radius))
    return float(np.clip(2 * radius.min() / middle - 0.4 - error, -1, 1)) if middle > 1e-6 else 0.0
