"""A passage that sums up a whole text. Kernels.

It has few words in common with any one place of its source, so seeds do not find it, but most of its rare words with the
whole of it. (pan13: summaries share .79 of their rare words with their source, other texts .05 and in one of a hundred .34.)
"""

from __future__ import annotations

import numpy as np
from numba import njit

from provenance.align.boxes import snap
from provenance.align.judge import SUMMARY, SUMMARY_RATIO
from provenance.align.seeds import SEED_BITS

RARE_BITS = 13.0
LEAST_TEXT, LEAST_WORDS, MOST_WORDS = 120, 25, 160
"""Words of a text that can be summed up, and of a summary."""
LEAST_BITS, SHARE, WORDING, TENTHS = 120.0, 0.55, 4, 4
"""Information of the summary's rare words that the text has, their share of all its rare words, how many of them are neither
names nor numbers, and in how many tenths of the text they stand."""
ODDS, SUBJECT = 12.0, 0.12
"""Natural log-likelihood ratio of summary over chance; the share of rare words that two texts on one subject have in common."""
TOLD, TOLD_SHARE, TOLD_OUTSIDE, TOLD_BITS = 220.0, 0.8, 0.2, 1.1
"""An ordinary passage of so many bits tells better what the two texts share, unless the stretch stands out: this share of its
rare words is in the source, at most that of the words around it, and the passage holds not much more than it."""
MOST_RATIO = 16.0
"""A text so many times as long as the stretch has its words by chance."""
SNAP = 8


@njit(cache=True, nogil=True)
def _summary(x_side, y_side):
    """The stretch of x that sums up y, as (x0, x1, y0, y1, words, bits, share, outside); words is 0 where there is none.

    share: of the stretch's rare words, those that y has; outside: the same of the rest of x.

    A summary has few words in common with any one place of its source, but most of its rare words with the whole of it. A
    stretch is told by the share of its rare words that y has, and by their coming from all over y.
    """
    n, m = len(x_side.stem), len(y_side.stem)
    nothing = (0, 0, 0, 0, 0, 0.0, 0.0, 0.0)
    if m < LEAST_TEXT or len(x_side.order) == 0:
        return nothing
    where = np.full(n, -1, np.int64)  # first place of the word in y
    often = np.zeros(n, np.int64)
    total = 0.0
    x = y = 0
    while x < len(x_side.order) and y < len(y_side.order):
        s, t = x_side.stem[x_side.order[x]], y_side.stem[y_side.order[y]]
        if s < t:
            x += 1
        elif t < s:
            y += 1
        else:
            y2 = y
            while y2 < len(y_side.order) and y_side.stem[y_side.order[y2]] == s:
                y2 += 1
            if x_side.bits[x_side.order[x]] >= RARE_BITS:
                total += x_side.bits[x_side.order[x]]
            while x < len(x_side.order) and x_side.stem[x_side.order[x]] == s:
                where[x_side.order[x]], often[x_side.order[x]] = y_side.order[y], y2 - y
                x += 1
            y = y2
    if total < LEAST_BITS:
        return nothing
    best, x0, x1, run, start = 0.0, 0, 0, 0.0, 0
    for k in range(n):
        if x_side.bits[k] < RARE_BITS:
            continue
        chance = SUBJECT + m * 2.0 ** -np.float64(x_side.bits[k]) * 4.0  # a long text on the subject has a word by chance
        if chance > 0.6:
            continue
        if run <= 0.0:
            run, start = 0.0, k
        run += np.log(0.75 / chance) if where[k] >= 0 else np.log(0.25 / (1.0 - chance))
        if run > best:
            best, x0, x1 = run, start, k + 1
    if best < ODDS or x1 - x0 < LEAST_WORDS or x1 - x0 > MOST_WORDS or not SUMMARY_RATIO <= m / (x1 - x0) <= MOST_RATIO:
        return nothing
    rare = met = wording = words = 0
    bits = 0.0
    tenths = np.zeros(10, np.int64)
    low, high = m, 0
    for k in range(x0, x1):
        if x_side.bits[k] >= SEED_BITS and where[k] >= 0:
            words += 1
        if x_side.bits[k] < RARE_BITS:
            continue
        rare += 1
        if where[k] >= 0:
            met += 1
            bits += x_side.bits[k]
            wording += not x_side.fact[k]
            if often[k] <= 2:
                tenths[where[k] * 10 // m] = 1
            low, high = min(low, where[k]), max(high, where[k] + 1)
    if met < SHARE * rare or bits < LEAST_BITS or wording < WORDING or tenths.sum() < TENTHS:
        return nothing
    if high - low >= 0.6 * m:
        low, high = 0, m
    others = met_others = 0
    for k in range(n):
        if x_side.bits[k] >= RARE_BITS and not x0 <= k < x1:
            others += 1
            met_others += where[k] >= 0
    return x0, x1, low, high, words, bits, met / rare, met_others / (others + 10)


@njit(cache=True, nogil=True)
def _put(out, count, x0, x1, y0, y1, words, bits, share, outside, side):
    """Add a summary unless stronger ordinary passages tell its stretch of x better; those that are crumbs of it go. side: 0 when
    x is a."""
    c = 0 if side == 0 else 2
    for r in range(count):
        if out[r, 5] >= TOLD and (share < TOLD_SHARE or outside > TOLD_OUTSIDE or out[r, 5] >= TOLD_BITS * bits):
            return count
    if count == len(out):
        return count
    left = 0
    for r in range(count):
        over = min(x1, out[r, c + 1]) - max(x0, out[r, c])
        if over < 0.5 * (out[r, c + 1] - out[r, c]):
            out[left] = out[r]
            left += 1
    if side == 0:
        out[left, 0], out[left, 1], out[left, 2], out[left, 3] = x0, x1, y0, y1
    else:
        out[left, 0], out[left, 1], out[left, 2], out[left, 3] = y0, y1, x0, x1
    out[left, 4], out[left, 5], out[left, 6] = words, bits, SUMMARY
    return left + 1


@njit(cache=True, nogil=True)
def add_summaries(a, b, out, count):
    """Adds the summaries that either text holds of the other to the passages of a pair. Returns how many there are."""
    x0, x1, y0, y1, words, bits, share, outside = _summary(a, b)
    if words:
        x0, x1 = snap(a.flags, x0, len(a.stem), SNAP, True), snap(a.flags, x1, len(a.stem), SNAP, False)
        count = _put(out, count, x0, x1, y0, y1, words, bits, share, outside, 0)
    x0, x1, y0, y1, words, bits, share, outside = _summary(b, a)
    if words:
        x0, x1 = snap(b.flags, x0, len(b.stem), SNAP, True), snap(b.flags, x1, len(b.stem), SNAP, False)
        count = _put(out, count, x0, x1, y0, y1, words, bits, share, outside, 1)
    return count
