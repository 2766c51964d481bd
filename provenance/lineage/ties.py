"""What the passages that two texts share say of the two: whether they have to do with one another, and how. Pure."""

from __future__ import annotations

import functools
import math

from provenance.lineage.evidence import Pair

OVERLAP = (8.0, 0.40, 6.0, 0.35, 0.8)
"""Set, on pairs of one and of different families of news_rewrites and clough_stevenson: slope and middle of the
similarity, slope and middle of the larger share, and a factor for the logarithm of the words over USUAL_WORDS."""
USUAL_WORDS, MOST_WORDS = 20, 60
SUMMARY = 2.0
"""Set: what the aligner's word that one text retells the other adds."""
LIMITS = (-6.0, 5.0)
LEAST = -0.5
"""Log odds of dependence that join two texts: lower than even, since dates and credit may still decide for a derivation."""
SURE = 1.5
"""Log odds of dependence from which two texts surely have to do with one another."""
LITTLE, MUCH = 50, 100
"""Words that two texts share, up to which they are a few lines, and from which on they are more than that."""
RELATIONS = ("rewrite", "cut", "revision")
TOLD, AS_IS = 0.7, 0.9
"""Similarity of shared passages up to which they are told in other words, and from which they were taken over."""
PART, WHOLE = 0.5, 0.7
"""Share of the text that has less of the other: up to here one is a piece of the other, from here on they are the same text."""

INSIDE, MORE = 0.97, 0.9
"""Share of a text from which on it lies in another, and of the other up to which that has more."""

KEPT = 1 << 14
"""Pairs of which the answers are kept: several signals ask the same."""


@functools.lru_cache(KEPT)
def dependence(pair: Pair) -> float:
    """Log odds that one of two texts depends on the other or both on a third, rather than that they only treat one matter."""
    slope, middle, share_slope, share_middle, per_log = OVERLAP
    words = min(MOST_WORDS, max(1, pair.words))
    z = slope * (pair.similarity - middle) + share_slope * (max(pair.share) - share_middle)
    z += per_log * math.log(words / USUAL_WORDS) + SUMMARY * pair.summary
    low, high = LIMITS
    return min(high, max(low, z))


@functools.lru_cache(KEPT)
def gates(pair: Pair) -> tuple[float, float, float]:
    """How far two texts are one another's rewrite, cut copy or revision: weights that sum to 1, in order of RELATIONS."""
    kept = min(1.0, max(0.0, (pair.similarity - TOLD) / (AS_IS - TOLD)))
    same = 0.0 if inside(pair) else min(1.0, max(0.0, (min(pair.share) - PART) / (WHOLE - PART)))
    return 1 - kept, kept * (1 - same), kept * same


def inside(pair: Pair) -> bool:
    """Whether one of two texts is word for word a part of the other: however large a part, it was cut, or added to, and not
    worked on."""
    return pair.verbatim and max(pair.cover) >= INSIDE and min(pair.cover) <= MORE


def short(pair: Pair) -> float:
    """How far two texts share a few lines that were told in other words: 0 to 1."""
    few = min(1.0, (MUCH - pair.words) / (MUCH - LITTLE))
    return gates(pair)[0] * few if few > 0 else 0.0
