"""Where two texts agree, word by word, and which of these places stand together. Kernels.

A seed is a position in a and one in b with the same informative stem; seeds are sorted by both. The seeds of one position in a
are a row; rows are walked pairwise with a sliding window, so that a word with many partners does not cost their product.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from provenance.align.side import AT_A, AT_B, BITS, LIVE, LIVE_A, LIVE_B, MET_BY, NEAR, STARTS, WEIGHT_A

SEED_BITS = 9.0
"""Least information of a word that counts as informative: below are function words."""
RARE_BITS = 13.0
"""Information of a word that few texts on a subject have by chance: what tells a summary."""
MOST_REPEATS = 400
"""A stem with more position pairs than this seeds nothing: it says nothing about where, and costs the square."""
LEAST_BITS = 60.0
"""Information that two texts must share, discounted, to have a passage in common."""
REACH, SUPPORT, COSINE = 25, 30.0, 0.15
"""A seed lives if within REACH words on both sides others of SUPPORT bits stand, a share COSINE of what both windows hold."""
FEW = 4096
"""Pairs of seeds that are simply all looked at; where there are more, words with many partners, windows slide over them."""
GAP = 35
"""Living seeds at most so many words apart on both sides are one cluster."""


@njit(cache=True, nogil=True)
def find_seeds(a, b, least, met, scratch):
    """Merge join of the informative words. Writes seeds in order into AT_A and AT_B, their discounted bits into BITS and, by word
    of a, into WEIGHT_A, and into met, for a and for b, the bits of its rare stems that the other text has, too.

    Returns (seeds, whether there was room for them); 0 seeds when all together fall short of `least` bits.
    """
    total, shared, met_a, met_b = 0, 0.0, 0.0, 0.0
    words = len(a.stem)
    size = words + len(b.stem)
    in_a, in_b = a.sorted, b.sorted
    weight_a, met_by = scratch.weight[WEIGHT_A], scratch.word[MET_BY]  # the latter: which part of b.order a word of a meets
    weight_a[:words] = 0.0
    met_by[:words] = 0
    n, m = len(in_a), len(in_b)
    x = y = 0
    while x < n and y < m:
        s, t = in_a[x], in_b[y]
        if s != t:
            x += s < t
            y += t < s
            continue
        x2, y2 = x + 1, y + 1
        while x2 < n and in_a[x2] == s:
            x2 += 1
        while y2 < m and in_b[y2] == s:
            y2 += 1
        bits_a, bits_b = a.bits[a.order[x]], b.bits[b.order[y]]
        met_a += bits_a if bits_a >= RARE_BITS else 0.0
        met_b += bits_b if bits_b >= RARE_BITS else 0.0
        if (x2 - x) * (y2 - y) <= MOST_REPEATS:
            w = -np.log2((a.chance[x] + (x2 - x) + (y2 - y) - 2) / (1000.0 + size))
            shared += w * min(x2 - x, y2 - y)
            for k in range(x, x2):
                i = a.order[k]
                weight_a[i], met_by[i] = w, y << 32 | y2
            total += (x2 - x) * (y2 - y)
        x, y = x2, y2
    met[0], met[1] = met_a, met_b
    if shared < least:
        return 0, True
    if total >= scratch.seed.shape[1]:
        return total, False
    at_a, at_b, bits = scratch.seed[AT_A], scratch.seed[AT_B], scratch.weight[BITS]
    n = 0
    for i in range(words):
        if met_by[i]:
            for q in range(met_by[i] >> 32, met_by[i] & 0xFFFFFFFF):
                at_a[n], at_b[n], bits[n] = i, b.order[q], weight_a[i]
                n += 1
    return n, True


@njit(cache=True, nogil=True)
def _row_starts(at_a, count, starts):
    """Seeds of one position in a are a row: writes where each begins into starts, and the end. Returns how many rows."""
    rows = 0
    for s in range(count):
        if s == 0 or at_a[s] != at_a[s - 1]:
            starts[rows] = s
            rows += 1
    starts[rows] = count
    return rows


@njit(cache=True, nogil=True, fastmath={"reassoc"})  # sums in any order, so that the loop is one of vectors
def _near(at_b, bits, s, low, high, near):
    """Adds a seed's weight to the seeds in [low, high) that are near in b, too. Returns the weight of these."""
    j = at_b[s]
    own, total = bits[s], 0.0
    for t in range(low, high):
        off = abs(at_b[t] - j)
        close = 1.0 if 0 < off <= REACH else 0.0
        total += close * bits[t]
        near[t] += close * own
    return total


@njit(cache=True, nogil=True)
def support(a, b, count, scratch):
    """Puts the seeds that others near them bear out into LIVE_A, LIVE_B and LIVE. Returns how many.

    Rows are walked pairwise with a sliding window, so that a position with many partners does not cost their product.
    """
    at_a, at_b, starts = scratch.seed[AT_A], scratch.seed[AT_B], scratch.seed[STARTS]
    bits, near = scratch.weight[BITS], scratch.weight[NEAR]
    near[:count] = 0.0
    rows = _row_starts(at_a, count, starts)
    last = 0
    for r in range(rows):
        i = at_a[starts[r]]
        while last < rows and at_a[starts[last]] <= i + REACH:
            last += 1
        if (starts[r + 1] - starts[r]) * (starts[last] - starts[r + 1]) <= FEW:
            for s in range(starts[r], starts[r + 1]):
                near[s] += _near(at_b, bits, s, starts[r + 1], starts[last], near)
            continue
        for q in range(r + 1, last):
            left = starts[q]
            for s in range(starts[r], starts[r + 1]):
                j = at_b[s]
                while left < starts[q + 1] and at_b[left] < j - REACH:
                    left += 1
                t = left
                while t < starts[q + 1]:
                    j2 = at_b[t]
                    if j2 > j + REACH:
                        break
                    if j2 != j:
                        near[s] += bits[t]
                        near[t] += bits[s]
                    t += 1
    live_a, live_b, live = scratch.seed[LIVE_A], scratch.seed[LIVE_B], scratch.weight[LIVE]
    living = 0
    n, m = len(a.stem), len(b.stem)
    for s in range(count):
        if near[s] >= SUPPORT:
            i, j = at_a[s], at_b[s]
            in_a = a.sums[min(n, i + REACH + 1)] - a.sums[max(0, i - REACH)]
            in_b = b.sums[min(m, j + REACH + 1)] - b.sums[max(0, j - REACH)]
            if near[s] + bits[s] >= COSINE * np.sqrt(in_a * in_b):
                live_a[living], live_b[living], live[living] = i, j, bits[s]
                living += 1
    return living


@njit(cache=True, nogil=True)
def _find(up, x):
    while up[x] != x:
        up[x] = up[up[x]]
        x = up[x]
    return x


@njit(cache=True, nogil=True)
def _join(up, s, t):
    x, y = _find(up, s), _find(up, t)
    if x < y:
        up[y] = x
    elif y < x:
        up[x] = y


@njit(cache=True, nogil=True)
def cluster(at_a, at_b, count, starts, up):
    """Union-find over seeds within GAP on both sides; up[s] is the cluster's smallest seed. starts: scratch.

    Of the later seeds within reach those at the same place in b or after it are within reach of one another, and so are those at
    it or before it. So a seed is joined to the first of either, and they see to the rest.
    """
    rows = _row_starts(at_a, count, starts)
    for s in range(count):
        up[s] = s
    for r in range(rows):
        i = at_a[starts[r]]
        for s in range(starts[r], starts[r + 1]):
            j = at_b[s]
            after = before = False
            for q in range(r, rows):
                if at_a[starts[q]] - i > GAP or (after and before):
                    break
                low = s + 1 if q == r else starts[q]
                high = starts[q + 1]
                while high - low > 8:  # a word with many partners
                    middle = (low + high) // 2
                    if at_b[middle] < j - GAP:
                        low = middle + 1
                    else:
                        break
                for t in range(low, high):
                    off = at_b[t] - j
                    if off > GAP or (off > 0 and after):
                        break
                    if off < -GAP or (off < 0 and before):
                        continue
                    after |= off >= 0
                    before |= off <= 0
                    _join(up, s, t)
    for s in range(count):
        up[s] = _find(up, s)


@njit(cache=True, nogil=True)
def information(at_a, bits, count):
    """Bits of the positions in a that these seeds meet: no box of theirs can hold more."""
    total = 0.0
    for s in range(count):
        if s == 0 or at_a[s] != at_a[s - 1]:
            total += bits[s]
    return total
