"""Where two texts agree, word by word, and which of these places stand together. Kernels.

A seed is a position in a and one in b with the same informative stem, packed as i << 32 | j, so that sorted seeds are in
order of a. The seeds of one position in a are a row; rows are walked pairwise with a sliding window, so that a word with
many partners does not cost their product.
"""

from __future__ import annotations

import numpy as np
from numba import njit

SEED_BITS = 9.0
"""Least information of a word that counts as informative: below are function words."""
MOST_REPEATS = 400
"""A stem with more position pairs than this seeds nothing: it says nothing about where, and costs the square."""
LEAST_BITS = 60.0
"""Information that two texts must share, discounted, to have a passage in common."""
REACH, SUPPORT, COSINE = 25, 30.0, 0.15
"""A seed lives if within REACH words on both sides others of SUPPORT bits stand, a share COSINE of what both windows hold."""
GAP = 35
"""Living seeds at most so many words apart on both sides are one cluster."""


@njit(cache=True, nogil=True)
def find_seeds(a, b, least, seeds, weight_a, first_b, last_b):
    """Merge join of the informative words. Writes (i << 32 | j) ascending into seeds, discounted bits by position into weight_a.

    first_b, last_b: scratch, a zero for each word of a, the range of b.order that each word of a meets. Returns the number
    of seeds, -1 when there are more than room for; 0 when all together fall short of `least` bits.
    """
    total, shared = 0, 0.0
    size = len(a.stem) + len(b.stem)
    x = y = 0
    while x < len(a.order) and y < len(b.order):
        s, t = a.stem[a.order[x]], b.stem[b.order[y]]
        if s < t:
            x += 1
        elif t < s:
            y += 1
        else:
            x2, y2 = x, y
            while x2 < len(a.order) and a.stem[a.order[x2]] == s:
                x2 += 1
            while y2 < len(b.order) and b.stem[b.order[y2]] == s:
                y2 += 1
            p = 2.0 ** -np.float64(a.bits[a.order[x]])
            w = -np.log2((1000.0 * p + (x2 - x) + (y2 - y) - 2) / (1000.0 + size))
            if (x2 - x) * (y2 - y) <= MOST_REPEATS:
                shared += w * min(x2 - x, y2 - y)
                for k in range(x, x2):
                    i = a.order[k]
                    weight_a[i], first_b[i], last_b[i] = w, y, y2
                total += (x2 - x) * (y2 - y)
            x, y = x2, y2
    if shared < least:
        return 0
    if total > len(seeds):
        return -1
    n = 0
    for i in range(len(a.stem)):
        for q in range(first_b[i], last_b[i]):
            seeds[n] = i << 32 | b.order[q]
            n += 1
    return n


@njit(cache=True, nogil=True)
def row_starts(seeds, starts):
    """Seeds of one position in a are a row: writes where each begins into starts, and the end. Returns how many rows."""
    rows = 0
    for s in range(len(seeds)):
        if s == 0 or seeds[s] >> 32 != seeds[s - 1] >> 32:
            starts[rows] = s
            rows += 1
    starts[rows] = len(seeds)
    return rows


@njit(cache=True, nogil=True)
def support(seeds, starts, rows, weight_a, sums_a, sums_b, alive):
    """Marks the seeds that others near them bear out. sums_a, sums_b: as Side.sums.

    Rows are walked pairwise with a sliding window, so that a position with many partners does not cost their product.
    """
    count = len(seeds)
    near = np.zeros(count)
    for r in range(rows):
        i = seeds[starts[r]] >> 32
        for q in range(r + 1, rows):
            i2 = seeds[starts[q]] >> 32
            if i2 - i > REACH:
                break
            left = starts[q]
            for s in range(starts[r], starts[r + 1]):
                j = seeds[s] & 0xFFFFFFFF
                while left < starts[q + 1] and (seeds[left] & 0xFFFFFFFF) < j - REACH:
                    left += 1
                t = left
                while t < starts[q + 1]:
                    j2 = seeds[t] & 0xFFFFFFFF
                    if j2 > j + REACH:
                        break
                    if j2 != j:
                        near[s] += weight_a[i2]
                        near[t] += weight_a[i]
                    t += 1
    living = 0
    n, m = len(sums_a) - 1, len(sums_b) - 1
    for s in range(count):
        i, j = seeds[s] >> 32, seeds[s] & 0xFFFFFFFF
        alive[s] = False
        if near[s] >= SUPPORT:
            in_a = sums_a[min(n, i + REACH + 1)] - sums_a[max(0, i - REACH)]
            in_b = sums_b[min(m, j + REACH + 1)] - sums_b[max(0, j - REACH)]
            if near[s] + weight_a[i] >= COSINE * np.sqrt(in_a * in_b):
                alive[s] = True
                living += 1
    return living


@njit(cache=True, nogil=True)
def _find(up, x):
    while up[x] != x:
        up[x] = up[up[x]]
        x = up[x]
    return x


@njit(cache=True, nogil=True)
def cluster(seeds, starts, rows, alive, up):
    """Union-find over living seeds within GAP on both sides; up[s] is the cluster's smallest seed."""
    for s in range(len(seeds)):
        up[s] = s
    for r in range(rows):
        i = seeds[starts[r]] >> 32
        for q in range(r, rows):
            if (seeds[starts[q]] >> 32) - i > GAP:
                break
            left = starts[q]
            for s in range(starts[r], starts[r + 1]):
                if not alive[s]:
                    continue
                j = seeds[s] & 0xFFFFFFFF
                while left < starts[q + 1] and (seeds[left] & 0xFFFFFFFF) < j - GAP:
                    left += 1
                t = left
                while t < starts[q + 1] and (seeds[t] & 0xFFFFFFFF) <= j + GAP:
                    if alive[t]:
                        x, y = _find(up, s), _find(up, t)
                        if x < y:
                            up[y] = x
                        elif y < x:
                            up[x] = y
                    t += 1
    for s in range(len(seeds)):
        up[s] = _find(up, s)


@njit(cache=True, nogil=True)
def information(seeds, chosen, weight_a):
    """Bits of the positions in a that the chosen seeds meet: no box of theirs can hold more."""
    total, last = 0.0, np.int64(-1)
    for s in chosen:
        i = seeds[s] >> 32
        if i != last:
            total += weight_a[i]
            last = i
    return total
