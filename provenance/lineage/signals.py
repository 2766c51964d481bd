"""Named reasons why a text may be the source of another. Pure. To add one: a function and a line in SIGNALS.

A signal gets the family and two linked texts and answers how many natural-log odds it gives to "b derives directly from a" over "b does not
derive from a", with the places in b that it rests on; None where it has nothing to say. What tells only the order (dates, lengths) is
split between the two directions as log(2 p) and log(2 (1 - p)), so that it moves the choice between them without making a link of nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from provenance.lineage.evidence import Pair, Spans
from provenance.lineage.family import Family


class Weight(NamedTuple):
    log_odds: float
    spans: Spans


class Reliability:
    """Every constant of the signals, and where it comes from."""

    OVERLAP = (8.0, 0.40, 6.0, 0.35, 0.8, 20.0)
    OVERLAP_LIMITS = (-6.0, 5.0)
    SUMMARY = 2.0
    CLOSENESS = 10.0
    CREDIT, LINK, CREDIT_ELSEWHERE = 4.0, 2.5, -1.5
    LONGER_COPY, LONGER_REVISION = 0.80, 0.42
    ATTESTED_COPY = 0.85
    VERSION = 12.0
    SUCCESSION = -1.0


def split(p: float) -> tuple[float, float]:
    """Log weights of a direction that is right with probability p, and of its opposite."""
    return math.log(2 * p), math.log(2 * (1 - p))


def dependence(pair: Pair) -> float:
    """Log odds that one of two texts depends on the other or both on a third, rather than that they only treat one matter."""
    slope, middle, share_slope, share_middle, per_log, usual = Reliability.OVERLAP
    z = slope * (pair.similarity - middle) + share_slope * (max(pair.share) - share_middle)
    z += per_log * math.log(min(3 * usual, max(1, pair.words)) / usual)
    z += Reliability.SUMMARY if pair.summary else 0.0
    low, high = Reliability.OVERLAP_LIMITS
    return min(high, max(low, z))


def overlap(family: Family, a: int, b: int) -> Weight | None:
    """How much and how closely they share."""
    pair = family.pair[a, b]
    return Weight(dependence(pair), pair.spans[1])


def closeness(family: Family, a: int, b: int) -> Weight | None:
    """How much less of b than the closest of its possible sources a has."""
    pair, best = family.pair[a, b], family.best_share(b)
    if pair.share[1] >= best or not pair.share[1]:
        return None
    return Weight(Reliability.CLOSENESS * math.log(pair.share[1] / best), pair.spans[1])


def dates(family: Family, a: int, b: int) -> Weight | None:
    """Which is dated earlier, by the reliability of both dates."""
    odds = family.order(a, b)
    return None if odds is None else Weight(math.log(2 / (1 + math.exp(-odds))), ())


def credit(family: Family, a: int, b: int) -> Weight | None:
    """b names a's outlet, or an outlet that is another's."""
    site = family.nodes[a].site
    cues = family.credits(b)
    hit = [cue for cue in cues if family.names(cue.name, site)]
    if hit:
        weight = Reliability.CREDIT if any(cue.kind != "link" for cue in hit) else Reliability.LINK
        return Weight(weight, tuple((cue.start, cue.end) for cue in hit))
    others = [cue for cue in cues if cue.outlet and cue.kind in ("credit", "byline", "copyright")]
    shared = {cue.name for cue in family.credits(a)}
    others = [cue for cue in others if cue.name not in shared]
    return Weight(Reliability.CREDIT_ELSEWHERE, tuple((cue.start, cue.end) for cue in others)) if others else None


def containment(family: Family, a: int, b: int) -> Weight | None:
    """Which is longer. A copy is cut from the longer; a revision mostly grows."""
    one, two = family.nodes[a], family.nodes[b]
    pair = family.pair[a, b]
    ratio = math.log(max(1, one.words) / max(1, two.words))
    if abs(ratio) < 0.05:
        return None
    strength = min(1.0, abs(ratio) / 0.7)
    revised = min(pair.share) > 0.6 or (one.site is not None and one.site == two.site)
    p = Reliability.LONGER_REVISION if revised else Reliability.LONGER_COPY
    p = 0.5 + (p - 0.5) * strength
    return Weight(split(p)[0 if ratio > 0 else 1], pair.spans[1])


def attestation(family: Family, a: int, b: int) -> Weight | None:
    """Whose further text third documents have: they saw the source, not this copy."""
    pair = family.pair[a, b]
    if min(pair.share) > 0.6:
        return None
    one = family.cover.extra(a, pair.spans[0])
    two = family.cover.extra(b, pair.spans[1])
    lean = one[0] * one[1] - two[0] * two[1]
    if abs(lean) < 0.05:
        return None
    p = 0.5 + (Reliability.ATTESTED_COPY - 0.5) * min(1.0, abs(lean) / 0.4)
    return Weight(split(p)[0 if lean > 0 else 1], ())


def version(family: Family, a: int, b: int) -> Weight | None:
    """a is the former text of b's own address."""
    one, two = family.nodes[a], family.nodes[b]
    if one.version_of == two.id:
        return Weight(Reliability.VERSION, family.pair[a, b].spans[1])
    return Weight(-Reliability.VERSION, ()) if two.version_of == one.id else None


def succession(family: Family, a: int, b: int) -> Weight | None:
    """Between a and b in time stand revisions of the same site: the last of them is what was revised."""
    one, two = family.nodes[a], family.nodes[b]
    if one.site is None or one.site != two.site or (family.order(a, b) or 0.0) <= 0:
        return None
    share = family.pair[a, b].share[1]
    between = 0
    for c in family.near[b]:
        if c != a and family.nodes[c].site == one.site and (family.order(c, b) or 0.0) > 0 and (family.order(a, c) or 0.0) > 0:
            between += family.pair[c, b].share[1] > 0.8 * share
    return Weight(Reliability.SUCCESSION * min(3, between), ()) if between else None


SIGNALS: tuple[tuple[str, Callable[[Family, int, int], Weight | None]], ...] = (
    ("overlap", overlap),
    ("closeness", closeness),
    ("dates", dates),
    ("credit", credit),
    ("containment", containment),
    ("attestation", attestation),
    ("version", version),
    ("succession", succession),
)
