"""Where a passage begins and ends, and which of its words belong together. Kernels.

Words are paired one to one, by diagonal runs of equal stems, longest first. The limits are, on each side in turn, the
segment of largest log-likelihood ratio between "reused at this cluster's own rate" and "met by chance": near copies end
sharply, loose rewrites softly.
"""

from __future__ import annotations

import numpy as np

from provenance.align.order import ascending
from provenance.align.seeds import SEED_BITS
from provenance.kernel import njit

CHANCE = 0.04
"""Share of informative words that a window of unrelated text on the same subject has in common."""
LEAST_RATE, MOST_RATE = 0.15, 0.97
"""Rates of reuse that are told apart: beyond them the logarithms would rest on too few words."""
STEPS = 6
"""Times that the two sides are narrowed in turn; most clusters settle in two."""


@njit(cache=True, nogil=True)
def _pair_up(stem_a, stem_b, chosen, a0, a1, b0, b1, partner_a, partner_b):
    """Align the words of a box one to one: diagonal runs of equal stems through the chosen seeds, ascending, longest first.

    Afterwards, within the box, partner_a[i] = j and partner_b[j] = i for aligned words and -1 for the others.
    """
    partner_a[a0:a1] = -1
    partner_b[b0:b1] = -1
    begin, key = np.empty(len(chosen), np.int64), np.empty(len(chosen), np.int64)
    count = 0
    reached = np.zeros((a1 - a0) + (b1 - b0) + 1, np.int64)  # by diagonal: how far in a the last run went
    middle = (a0 + a1) // 2 - (b0 + b1) // 2
    for seed in chosen:
        i, j = seed >> 32, seed & 0xFFFFFFFF
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
        begin[count] = i0 << 32 | j0
        key[count] = -((i1 - i0) << 32) + abs(i0 - j0 - middle)  # among equally long runs the one nearest to the box's diagonal
        count += 1
    for k in ascending(key[:count]):
        i, j = begin[k] >> 32, begin[k] & 0xFFFFFFFF
        for q in range(-(key[k] >> 32)):  # the length of the run
            if partner_a[i + q] < 0 and partner_b[j + q] < 0:
                partner_a[i + q], partner_b[j + q] = j + q, i + q


@njit(cache=True, nogil=True, allocates=False)
def _segment(bits, low, high, partner, other_low, other_high, places, met):
    """The segment of [low, high) with the largest log-likelihood ratio of reuse over chance. A word is met if its partner lies in
    [other_low, other_high) of the other text. places, met: scratch, as long as the text and one longer."""
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
        start = places[x] if run <= 0.0 else start
        run = max(run, 0.0) + (gain if met[x] else -loss)
        if run > best:
            best, best_low, best_high = run, start, places[x] + 1
    return best_low, best_high


@njit(cache=True, nogil=True, allocates=False)
def limits(a, b, chosen, places, met, partner_a, partner_b):
    """The box (a0, a1, b0, b1) in which the chosen seeds are dense on both sides; partners are those of the box. places, met:
    scratch, one longer than the longer text."""
    a0 = b0 = np.int64(1) << 40
    a1 = b1 = np.int64(0)
    for seed in chosen:
        i, j = seed >> 32, seed & 0xFFFFFFFF
        a0, a1, b0, b1 = min(a0, i), max(a1, i + 1), min(b0, j), max(b1, j + 1)
    for _ in range(STEPS):
        _pair_up(a.stem, b.stem, chosen, a0, a1, b0, b1, partner_a, partner_b)
        c0, c1 = _segment(a.bits, a0, a1, partner_a, b0, b1, places, met)
        d0, d1 = _segment(b.bits, b0, b1, partner_b, c0, c1, places, met)
        same = c0 == a0 and c1 == a1 and d0 == b0 and d1 == b1
        a0, a1, b0, b1 = c0, c1, d0, d1
        if same or a0 >= a1 or b0 >= b1:
            break
    return a0, a1, b0, b1


@njit(cache=True, nogil=True, allocates=False)
def align_words(a, b, seeds, a0, a1, b0, b1, weight_a, partner_a, partner_b):
    """(words, bits) aligned one to one in a final box, by all seeds in it."""
    first, last = np.searchsorted(seeds, a0 << 32), np.searchsorted(seeds, a1 << 32)
    _pair_up(a.stem, b.stem, seeds[first:last], a0, a1, b0, b1, partner_a, partner_b)
    words, bits = 0, 0.0
    for i in range(a0, a1):
        if partner_a[i] >= 0:
            words += 1
            bits += weight_a[i]
    return words, bits
