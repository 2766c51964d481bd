"""A passage that sums up a whole text. Kernels.

It has few words in common with any one place of its source, so seeds do not find it, but most of its words with the whole of
it: of its informative words a summary has .86 in its source (median of pan13), texts on the same subject .59. The
verdict is a logistic regression on that share, the information of its rare words, and the share of them that the source says
once; fitted on half of pan13's texts with clough_stevenson's strangers, like the choice between a summary and the
ordinary passages that lie in it.
"""

from __future__ import annotations

import numpy as np

from provenance.align.boxes import snap
from provenance.align.judge import SUMMARY, SUMMARY_RATIO
from provenance.align.seeds import RARE_BITS, SEED_BITS
from provenance.kernel import njit

LEAST_TEXT, LEAST_WORDS, MOST_WORDS = 120, 30, 220
"""Words of a text that can be summed up, and of a summary."""
MOST_RATIO = 16.0
"""A text so many times as long as the stretch has its words by chance."""
ODDS, SUBJECT = 5.0, 0.12
"""Natural log-likelihood ratio of summary over chance; the share of rare words that two texts on one subject have in common."""
LEAST_BITS, TENTHS = 150.0, 3
"""Information of the stretch's rare words that the text has, and in how many tenths of the text they stand."""
WEIGHTS = (-17.1, 3.32, 2.37, 3.29)
"""Constant; log odds of the share of informative words met; ln of the rare words' information; share of them said once."""
VERDICT = 0.7
CONTRAST, FEW = 0.5, 20
"""How much of the words around the stretch is met, against its own: of pan13's summaries 97 % are below, of stretches in two
reports of one event 6 %. FEW words more are counted as not met, for where hardly any stand around."""
CHOICE = (-8.4, 4.3, 15.8, 3.86, 3.5)
"""Summary rather than the passages in it, in log odds: constant; the share of the stretch that they cover; the share of its words
that stand only elsewhere in the text; logarithm of how much longer they are there than here; two passages or more."""
MARGIN = 10
"""Words around a passage that count as inside it."""
SNAP = 8


@njit(cache=True, nogil=True, allocates=False)
def _meet(x_side, y_side, first, often):
    """For each informative word of x: where its stem's positions begin in y's order, and how many there are."""
    in_x, in_y = x_side.sorted, y_side.sorted
    x = y = 0
    while x < len(in_x) and y < len(in_y):
        s, t = in_x[x], in_y[y]
        if s < t:
            x += 1
        elif t < s:
            y += 1
        else:
            y2 = y
            while y2 < len(in_y) and in_y[y2] == s:
                y2 += 1
            while x < len(in_x) and in_x[x] == s:
                first[x_side.order[x]], often[x_side.order[x]] = y, y2 - y
                x += 1
            y = y2


@njit(cache=True, nogil=True, allocates=False)
def _stretch(bits, often, m):
    """The stretch of x with the largest log-likelihood ratio of summing up over sharing a subject: (ratio, x0, x1)."""
    best, x0, x1, run, start = 0.0, 0, 0, 0.0, 0
    for k in range(len(bits)):
        if bits[k] < RARE_BITS:
            continue
        chance = SUBJECT + m * 2.0 ** -np.float64(bits[k]) * 4.0  # a long text on the subject has a word by chance
        if chance > 0.6:
            continue
        if run <= 0.0:
            run, start = 0.0, k
        run += np.log(0.75 / chance) if often[k] else np.log(0.25 / (1.0 - chance))
        if run > best:
            best, x0, x1 = run, start, k + 1
    return best, x0, x1


@njit(cache=True, nogil=True)
def _summary(x_side, y_side, met, first, often):
    """The stretch of x that sums up y, as (x0, x1, y0, y1, words, bits, log odds); words is 0 where there is none.

    met: bits of the rare words of x that y has. Fills first and often.
    """
    m = len(y_side.stem)
    nothing = (0, 0, 0, 0, 0, 0.0, 0.0)
    if m < LEAST_TEXT or met < LEAST_BITS:
        return nothing
    _meet(x_side, y_side, first, often)
    best, x0, x1 = _stretch(x_side.bits, often, m)
    if best < ODDS or x1 - x0 < LEAST_WORDS or x1 - x0 > MOST_WORDS or not SUMMARY_RATIO <= m / (x1 - x0) <= MOST_RATIO:
        return nothing
    informative = words = met = once = 0
    bits = 0.0
    tenths = np.zeros(10, np.int64)
    low, high = m, 0
    for k in range(x0, x1):
        if x_side.bits[k] < SEED_BITS:
            continue
        informative += 1
        words += often[k] > 0
        if x_side.bits[k] < RARE_BITS or not often[k]:
            continue
        where = y_side.order[first[k]]
        met += 1
        bits += x_side.bits[k]
        once += often[k] == 1
        if often[k] <= 2:
            tenths[where * 10 // m] = 1
        low, high = min(low, where), max(high, where + 1)
    if bits < LEAST_BITS or tenths.sum() < TENTHS:
        return nothing
    share = words / informative
    odds = WEIGHTS[0] + WEIGHTS[1] * np.log((share + 0.03) / (1.03 - share)) + WEIGHTS[2] * np.log(bits) + WEIGHTS[3] * once / met
    if odds < VERDICT:
        return nothing
    around = met_around = 0
    for k in range(len(x_side.stem)):
        if x_side.bits[k] >= SEED_BITS and not x0 <= k < x1:
            around += 1
            met_around += often[k] > 0
    if met_around > CONTRAST * share * (around + FEW):
        return nothing
    if high - low >= 0.6 * m:
        low, high = 0, m
    return x0, x1, low, high, words, bits, odds


@njit(cache=True, nogil=True, allocates=False)
def _told(x0, x1, order, first, often, out, count, c, inside):
    """Whether the passages that lie in the stretch tell it better than a summary does; marks them in `inside`. c: the column of
    out where x's limits stand."""
    d = 2 - c
    covered, there, held = 0.0, 0.0, 0
    for r in range(count):
        over = min(x1, out[r, c + 1]) - max(x0, out[r, c])
        inside[r] = over >= 0.5 * (out[r, c + 1] - out[r, c])
        if inside[r]:
            covered += over
            there += out[r, d + 1] - out[r, d]
            held += 1
    if held == 0:
        return False
    met = elsewhere = 0
    for k in range(x0, x1):
        if often[k] == 0:
            continue
        met += 1
        found = False
        for q in range(first[k], first[k] + often[k]):
            for r in range(count):
                found |= inside[r] and out[r, d] - MARGIN <= order[q] < out[r, d + 1] + MARGIN
        elsewhere += not found
    odds = CHOICE[0] + CHOICE[1] * covered / (x1 - x0) + CHOICE[2] * elsewhere / met + CHOICE[3] * np.log(there / covered)
    return odds + CHOICE[4] * (held > 1) < 0.0


@njit(cache=True, nogil=True)
def _put(side, order, first, often, found, out, count, c):
    """Puts the summary `found` on `side` (column c) unless ordinary passages tell its stretch better; those that are crumbs of it
    go."""
    x0, x1, y0, y1, words, bits, _ = found
    inside = np.zeros(count, np.bool_)
    if words == 0 or count == len(out) or _told(x0, x1, order, first, often, out, count, c, inside):
        return count
    left = 0
    for r in range(count):
        if not inside[r]:
            out[left] = out[r]
            left += 1
    x0, x1 = snap(side.flags, x0, len(side.flags), SNAP, True), snap(side.flags, x1, len(side.flags), SNAP, False)
    out[left, c], out[left, c + 1], out[left, 2 - c], out[left, 3 - c] = x0, x1, y0, y1
    out[left, 4], out[left, 5], out[left, 6] = words, bits, SUMMARY
    return left + 1


@njit(cache=True, nogil=True)
def add_summary(a, b, met, out, count):
    """Adds the summary that one text holds of the other, the surer one if both do, to the passages of a pair. Returns how many
    there are. met: as of find_seeds."""
    first_a, often_a = np.zeros(len(a.stem), np.int64), np.zeros(len(a.stem), np.int64)
    first_b, often_b = np.zeros(len(b.stem), np.int64), np.zeros(len(b.stem), np.int64)
    of_b, of_a = _summary(a, b, met[0], first_a, often_a), _summary(b, a, met[1], first_b, often_b)
    if of_b[6] >= of_a[6]:
        return _put(a, b.order, first_a, often_a, of_b, out, count, 0)
    return _put(b, a.order, first_b, often_b, of_a, out, count, 2)
