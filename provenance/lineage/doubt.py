"""How likely the date of each text is false: asked once of a text, not again of each of its pairs. Pure.

A false date (of an import, of the event that is told, of a later change) contradicts what several relatives say, and every
relative says it of the same date. Two things speak of it: where other sites' texts stand in time, for who takes a text over does
so at the family's own pace; and the trees that remain where the date says nothing against those where it holds (tree.py). What
they leave of a date is its error wherever it is used (dates.py).
"""

from __future__ import annotations

import math

import numpy as np

from provenance.lineage import tree
from provenance.lineage.family import Family
from provenance.lineage.scores import Scores

FEWEST = 3
"""Dated texts that make a pace."""
LEAST_GAP = 1 / 24
"""Days: within an hour all are at once."""
SPREAD, FREEDOM = 0.7, 4.0
"""Decimal logarithms of gaps stand around a family's median by Student's t, this wide at least: tails are heavy, for stories are
taken up again after years. Set, on simulated news and dated revisions."""
ANYWHERE = 0.25
"""Density of the logarithm of a gap where the date is false: even over four powers of ten."""
LEAST_ODDS = math.log(0.5)
"""What a gap that is none can say for a date: false ones may lie close, too."""
KNOWN, ROUNDS = 2.0, 3
"""False dates that the class's rate is as sure as having seen: one family's clocks are worse than another's, and its other texts
say so. And how often the rate and what it makes of each date are told from one another."""
SHARE, MOST = 0.5, 4.0
"""What the trees' log odds count: the edges of a text are not independent, and the gap has said a part of it. Fitted on simulated
news as .47. And how much they may say at most."""


def settled(scores: Scores, root: np.ndarray) -> Scores:
    """The scores of the family where each date has the error that its texts leave to it.

    root: of each text the log odds that it has no source in the corpus (origin.py).
    """
    family = scores.family
    gaps = by_gaps(family)
    error = np.array([standing.error for standing in family.standings[: family.size]])
    odds = np.log(error / (1 - error)) + gaps
    suspects = np.flatnonzero(gaps > 0)
    if len(suspects) and family.size <= tree.EXACT:
        odds[suspects] += SHARE * np.clip(by_trees(scores, root, suspects), -MOST, MOST)
    return scores.doubting(_by_rate(error, odds))


def _by_rate(error: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """How likely each date is false, where all together tell how many of the family's are: an empirical Bayes rate.

    error: by class alone, .5 of texts without a date. odds: with what is known of each date.
    """
    dated = error < 0.5
    found = 1 / (1 + np.exp(-odds))
    for _ in range(ROUNDS):
        worse = (KNOWN + found[dated].sum()) / (KNOWN + error[dated].sum())
        found = 1 / (1 + np.exp(-odds) / worse)
    return found


def by_gaps(family: Family) -> np.ndarray:
    """Log odds that each date is false, by how far from it the nearest date of a relative is: as far as in the family usual?

    Nothing is said of a text whose dated relatives all stand on its own site: that revises at any time.
    """
    found = np.zeros(family.size)
    nearest, abroad = _nearest(family)
    dated = np.flatnonzero(np.isfinite(nearest))
    if len(dated) < FEWEST:
        return found
    value = np.log10(nearest[dated])
    wide = 1.4826 * float(np.median(np.abs(value - np.median(value))))  # as a standard deviation, without the tails
    wide = max(SPREAD, wide) * math.sqrt(1 + math.pi / 2 / (len(dated) - 1))  # the median is not known either
    off = np.maximum(0.0, value - _median_of_others(value)) / wide
    peak = math.gamma((FREEDOM + 1) / 2) / math.gamma(FREEDOM / 2) / math.sqrt(FREEDOM * math.pi) / wide
    true = peak * (1 + off**2 / FREEDOM) ** (-(FREEDOM + 1) / 2)
    found[dated] = np.maximum(LEAST_ODDS, np.log(ANYWHERE / true))
    return np.where(abroad, found, 0.0)


def _nearest(family: Family) -> tuple[np.ndarray, np.ndarray]:
    """Of each text the days between its date and the nearest one of a relative, as fine as both dates are (infinite where there
    are none), and whether any dated relative stands on another site."""
    spans = [standing.trusted for standing in family.standings[: family.size]]
    pairs = [key for key in family.pair if max(key) < family.size and spans[key[0]] and spans[key[1]]]
    one, two = np.array(pairs, np.int64).reshape(-1, 2).T  # every pair both ways
    low, high = (np.array([span[end] if span else 0.0 for span in spans]) for end in (0, 1))
    gap = np.maximum(low[one] - high[two], low[two] - high[one])
    nearest = np.full(family.size, np.inf)
    np.minimum.at(nearest, two, np.maximum.reduce([gap, (high - low)[one], (high - low)[two], np.full(len(gap), LEAST_GAP)]))
    sites = {site: k for k, site in enumerate(family.sites)}
    of = np.array([sites.get(node.site or "", -1 - i) for i, node in enumerate(family.nodes[: family.size])])
    return nearest, np.bincount(two, of[one] != of[two], family.size) > 0


def _median_of_others(value: np.ndarray) -> np.ndarray:
    """Of each value the median of all others."""
    n = len(value)
    order = np.argsort(value, kind="stable")
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    ordered = value[order]
    one, two = ((n - 2) // 2, (n - 1) // 2)
    return (ordered[one + (one >= rank)] + ordered[two + (two >= rank)]) / 2


def by_trees(scores: Scores, root: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Log odds that the dates of these texts are false, by all trees: those where a text's date says nothing, against those where
    it may hold."""
    edges = [(a, b) for b in range(scores.family.size) for a in scores.family.closest(b)]
    parent, child = np.array(edges, np.int64).T
    weight, undated = (np.array([of(a, b) for a, b in edges]) for of in (scores.weight, scores.undated))
    return tree.ratios(root, parent, child, weight, undated, texts)
