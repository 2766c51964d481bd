"""Sources that are not in the corpus: which texts of a family may have one in common, and how likely. Pure."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

import numpy as np

from provenance.lineage.family import Family
from provenance.lineage.likeness import LARGEST, NEAR
from provenance.lineage.ties import AS_IS, SURE, TOLD, dependence, gates


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Texts (positions) that may have one unseen source, with the reasons as (name, log odds)."""

    members: tuple[int, ...]
    namers: tuple[int, ...]
    """Those of them that name it, by what is `credit`."""
    credit: str | None
    reasons: tuple[tuple[str, float], ...]

    centres: tuple[int, ...] = ()
    """Who of the family may be their source, if it is not unseen."""

    @property
    def probability(self) -> float:
        return 1 / (1 + math.exp(-sum(weight for _, weight in self.reasons)))


def groups(family: Family, root: np.ndarray, weights: Mapping[str, float]) -> list[Group]:
    """Disjoint groups: first around outlets that several texts credit, then what is left of the family.

    root: of each text the log odds that it has no source in the corpus, by its wording (origin.py).
    """
    out, taken = [], set()
    crediting = defaultdict(list)
    for b in range(family.size):
        for cue in family.foreign(b):
            crediting[cue.key].append((b, cue.name))
    for key in sorted(crediting, key=lambda k: (-len({b for b, _ in crediting[k]}), k)):
        namers = {b for b, _ in crediting[key]} - taken
        members = namers | {c for b in namers for c in family.near[b] if c not in taken and family.alike(b, c) >= NEAR}
        if namers and len(members) > 1:
            spelling = Counter(name for _, name in crediting[key]).most_common()
            name = min((-count, name) for name, count in spelling)[1]
            out.append(_group(family, root, weights, members, namers, name))
            taken |= members
    rest = [b for b in range(family.size) if b not in taken]
    if len(rest) <= LARGEST:
        for members in family.parts(rest):
            if len(members) > 1:
                out.append(_group(family, root, weights, members))
    return out


def _group(
    family: Family, root: np.ndarray, weights: Mapping[str, float], members: Collection[int],
    namers: Collection[int] = (), name: str | None = None,
) -> Group:  # fmt: skip
    found = tuple(sorted(members)), tuple(sorted(namers)), centres(family, members)
    return Group(found[0], found[1], name, reasons(family, root, weights, *found), found[2])


def centres(family: Family, members: Collection[int]) -> tuple[int, ...]:
    """Who may be the source of most of these texts: each of them, and what surely has to do with more than half of them. A source
    of which each took another part is like none of them."""
    sure = Counter(a for b in members for a in family.near[b] if dependence(family.pair[a, b]) >= SURE)
    return tuple(sorted({*members, *(a for a, count in sure.items() if 2 * count > len(members))}))


def reasons(
    family: Family, root: np.ndarray, weights: Mapping[str, float], members: Collection[int],
    namers: Collection[int], centres: Collection[int],
) -> tuple[tuple[str, float], ...]:  # fmt: skip
    """Why texts may have one unseen source, some of which name it, as (name, log odds).

    Either one of the centres is the source or an unseen text is: what any of them has of an original speaks against an unseen
    one.
    """
    of = root[list(centres)]
    best = float(np.max(of))
    clear = best + math.log(float(np.exp(of - best).sum()) / len(of))
    found = measures(family, members, namers)
    return (*((name, weights[f"unseen.{name}"] * value) for name, value in found if value), ("origin", -clear))


def measures(family: Family, members: Collection[int], namers: Collection[int] = ()) -> list[tuple[str, float]]:
    """What else speaks for and against one unseen source of these texts, by name.

    Dates mostly tell who had it from whom, and like words as well; not where several name a source, which each had it from in
    its own time, and as it was. Texts that were all told in other words, each from the others, are rather told from one source
    than from one another; texts that all say the same words are more often revisions. How much they were reworded, beyond TOLD,
    says nothing more.
    """
    order, named = sorted(members), len(namers) > 1
    pairs = [(a, b) for a in order for b in family.near[a] if a < b and b in members]
    dated = sum(family.order(a, b) is not None for a, b in pairs)
    closeness = math.fsum(family.pair[pair].similarity for pair in pairs) / max(1, len(pairs))
    loose = min(1.0, max(-1.0, (TOLD + AS_IS - 2 * closeness) / (AS_IS - TOLD)))
    versions = math.fsum(gates(family.pair[pair])[2] for pair in pairs if family.may_revise(*pair)) / max(1, len(pairs))
    several = len(order) > 2
    return [
        ("prior", 1.0),
        ("credit", float(len(namers) > 0)),
        ("credits", float(named)),
        ("dates", 0.0 if named else dated / max(1, len(pairs))),
        ("rewritten", (max(0.0, loose) if named else loose) * several),
        ("versions", max(0.0, 2 * versions - 1)),
        ("no centre", hollow(family, order) if several else 0.0),
    ]


def fit(family: Family, members: list[int]) -> tuple[np.ndarray, float]:
    """Distances of the members from one common source, and how badly one source explains their distances (0: exactly).

    Each distance is a sum of two: least squares, by averaging in turn.
    """
    place = {b: i for i, b in enumerate(members)}
    rows = [(place[a], place[b], family.distance(a, b)) for a in members for b in family.near[a] if a < b and b in place]
    one, two = (np.array([row[k] for row in rows], np.int64) for k in (0, 1))
    d = np.array([row[2] for row in rows])
    n = len(members)
    end, other = np.concatenate([one, two]), np.concatenate([two, one])
    share = 0.5 / np.maximum(1, np.bincount(end, minlength=n))
    radius = half = np.bincount(end, np.concatenate([d, d]), n) * share
    for _ in range(40):
        radius = np.maximum(0.0, 0.5 * radius + half - np.bincount(end, radius[other], n) * share)
    error = np.sqrt(np.mean((d - radius[one] - radius[two]) ** 2)) / max(1e-9, float(np.mean(d)))
    return radius, float(error)


def hollow(family: Family, members: list[int]) -> float:
    """From -1 to 1: whether the members stand around a centre that none of them is."""
    radius, error = fit(family, members)
    middle = float(np.median(radius))
    return float(np.clip(2 * radius.min() / middle - 0.4 - error, -1, 1)) if middle > 1e-6 else 0.0
