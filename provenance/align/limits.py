"""Where a passage begins and ends, and which of its words belong together. Kernels.

Words are paired one to one, by diagonal runs of equal stems, longest first. The limits are, on each side in turn, the
segment of largest log-likelihood ratio between "reused at this cluster's own rate" and "met by chance": near copies end
sharply, loose rewrites softly.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from provenance.align.seeds import SEED_BITS
from provenance.align.side import (
    AT_A,
    AT_B,
    HIT,
    KEY,
    PARTNER_A,
    PARTNER_B,
    PLACES,
    RANK,
    REACHED,
    RUN,
    RUN_A,
    RUN_B,
    WEIGHT_A,
)

CHANCE = 0.04
"""Share of informative words that a window of unrelated text on the same subject has in common."""
LEAST_RATE, MOST_RATE = 0.15, 0.97
"""Rates of reuse that are told apart: beyond them the logarithms would rest on too few words."""
FEW_RUNS = 48
"""Runs that are sorted by insertion."""
STEPS = 6
"""Times that the two sides are narrowed in turn; most clusters settle in two."""


@njit(cache=True, nogil=True)
def _ranked(key, count, rank):
    """Writes the places of the keys in order into rank, those of equal keys as they come; the keys may move."""
    if count > FEW_RUNS:
        rank[:count] = np.argsort(key[:count], kind="mergesort")
        return
    for k in range(count):
        value, at = key[k], k
        while at > 0 and key[at - 1] > value:
            key[at], rank[at] = key[at - 1], rank[at - 1]
            at -= 1
        key[at], rank[at] = value, k


@njit(cache=True, nogil=True)
def _pair_up(a, b, at_a, at_b, a0, a1, b0, b1, scratch):
    """Align the words of a box one to one: diagonal runs of equal stems through these seeds, longest first.

    Afterwards, within the box, PARTNER_A at i is j and PARTNER_B at j is i for aligned words and -1 for the others.
    """
    partner_a, partner_b, reached = scratch.word[PARTNER_A], scratch.word[PARTNER_B], scratch.word[REACHED]
    run, run_a, run_b = scratch.seed[RUN], scratch.seed[RUN_A], scratch.seed[RUN_B]
    key, rank = scratch.seed[KEY], scratch.seed[RANK]
    stem_a, stem_b = a.stem, b.stem
    partner_a[a0:a1] = -1
    partner_b[b0:b1] = -1
    reached[: (a1 - a0) + (b1 - b0) + 1] = 0  # by diagonal: how far in a the last run went
    middle = (a0 + a1) // 2 - (b0 + b1) // 2
    count = 0
    for s in range(len(at_a)):
        i, j = at_a[s], at_b[s]
        if not (a0 <= i < a1 and b0 <= j < b1):
            continue
        diagonal = (i - a0) - (j - b0) + (b1 - b0)
        if i < reached[diagonal]:
            continue
        i0, j0, i1, j1 = i, j, i + 1, j + 1
        while i0 > a0 and j0 > b0 and stem_a[i0 - 1] == stem_b[j0 - 1]:
            i0 -= 1
            j0 -= 1
        while i1 < a1 and j1 < b1 and stem_a[i1] == stem_b[j1]:
            i1 += 1
            j1 += 1
        reached[diagonal] = i1
        run[count], run_a[count], run_b[count] = i1 - i0, i0, j0
        # Among equally long runs the one nearest to the box's diagonal.
        key[count] = -((i1 - i0) << 32) + abs(i0 - j0 - middle)
        count += 1
    _ranked(key, count, rank)
    for x in range(count):
        k = rank[x]
        for q in range(run[k]):
            i, j = run_a[k] + q, run_b[k] + q
            if partner_a[i] < 0 and partner_b[j] < 0:
                partner_a[i], partner_b[j] = j, i


@njit(cache=True, nogil=True)
def _segment(bits, low, high, partner, other_low, other_high, scratch):
    """The segment of [low, high) with the largest log-likelihood ratio of reuse over chance. A word is met if its partner lies in
    [other_low, other_high) of the other text."""
    places, met = scratch.word[PLACES], scratch.word[HIT]
    rare = hit = 0
    for k in range(low, high):
        places[rare] = k
        met[rare] = other_low <= partner[k] < other_high
        informative = bits[k] >= SEED_BITS
        hit += met[rare] & informative
        rare += informative
    rate = min(MOST_RATE, max(LEAST_RATE, hit / max(1, rare)))
    gain, loss = np.log(rate / CHANCE), np.log((1.0 - CHANCE) / (1.0 - rate))
    best, best_low, best_high = 0.0, low, low
    run, start = 0.0, low
    for x in range(rare):
        if run <= 0.0:
            run, start = 0.0, places[x]
        run += gain if met[x] else -loss
        if run > best:
            best, best_low, best_high = run, start, places[x] + 1
    return best_low, best_high


@njit(cache=True, nogil=True)
def limits(a, b, at_a, at_b, scratch):
    """The box (a0, a1, b0, b1) in which these seeds are dense on both sides; partners are those of the box."""
    a0, a1 = at_a[0], at_a[-1] + 1
    b0, b1 = at_b.min(), at_b.max() + 1
    partner_a, partner_b = scratch.word[PARTNER_A], scratch.word[PARTNER_B]
    for _ in range(STEPS):
        _pair_up(a, b, at_a, at_b, a0, a1, b0, b1, scratch)
        c0, c1 = _segment(a.bits, a0, a1, partner_a, b0, b1, scratch)
        d0, d1 = _segment(b.bits, b0, b1, partner_b, c0, c1, scratch)
        same = c0 == a0 and c1 == a1 and d0 == b0 and d1 == b1
        a0, a1, b0, b1 = c0, c1, d0, d1
        if same or a0 >= a1 or b0 >= b1:
            break
    return a0, a1, b0, b1


@njit(cache=True, nogil=True)
def align_words(a, b, count, a0, a1, b0, b1, scratch):
    """(words, bits) aligned one to one in a final box, by all seeds in it. count: the seeds of the pair."""
    at_a, at_b, weight_a, partner_a = scratch.seed[AT_A], scratch.seed[AT_B], scratch.weight[WEIGHT_A], scratch.word[PARTNER_A]
    first, last = np.searchsorted(at_a[:count], a0), np.searchsorted(at_a[:count], a1)
    _pair_up(a, b, at_a[first:last], at_b[first:last], a0, a1, b0, b1, scratch)
    words, bits = 0, 0.0
    for i in range(a0, a1):
        if partner_a[i] >= 0:
            words += 1
            bits += weight_a[i]
    return words, bits
