"""Where two texts agree, word by word, and which of these places stand together. Kernels.

A seed is a position in a and one in b with the same informative stem, packed as i << 32 | j, so that sorted seeds are in
order of a. The seeds of one position in a are a row; rows are walked pairwise with a sliding window, so that a word with
many partners does not cost their product.
"""

from __future__ import annotations

import numpy as np

from provenance.kernel import njit
from provenance.unions import find, join

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
AT_ONCE = 16
"""Seeds that are looked at for neighbours in one loop of vectors."""


@njit(cache=True, nogil=True, allocates=False)
def find_seeds(a, b, least, met, seeds, weight_a, first_b, last_b):
    """Merge join of the informative words. Writes (i << 32 | j) ascending into seeds, discounted bits by position into weight_a,
    and into met, for a and for b, the bits of its rare stems that the other text has, too.

    first_b, last_b: scratch, a zero for each word of a, the range of b.order that each word of a meets. Returns the number
    of seeds, -1 when there are more than room for; 0 when all together fall short of `least` bits.
    """
    total, shared, met_a, met_b = 0, 0.0, 0.0, 0.0
    size = len(a.stem) + len(b.stem)
    in_a, in_b = a.sorted, b.sorted
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
                weight_a[i], first_b[i], last_b[i] = w, y, y2
            total += (x2 - x) * (y2 - y)
        x, y = x2, y2
    met[0], met[1] = met_a, met_b
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


@njit(cache=True, nogil=True, allocates=False)
def _row_starts(seeds, starts):
    """Seeds of one position in a are a row: writes where each begins into starts, and the end. Returns how many rows."""
    rows = 0
    starts[0] = 0
    for s in range(len(seeds)):
        starts[rows + 1] = s + 1
        rows += s + 1 == len(seeds) or seeds[s + 1] >> 32 != seeds[s] >> 32
    return rows


@njit(cache=True, nogil=True, allocates=False, fastmath={"reassoc"})  # sums in any order, so that the loop is one of vectors
def _near(at_b, weight, s, low, high, near):
    """Adds a seed's weight to the seeds in [low, high) that are near in b, too. Returns the weight of these."""
    j, own, total = at_b[s], weight[s], 0.0
    for t in range(low, high):
        off = abs(at_b[t] - j)
        close = 1.0 if 0.0 < off <= REACH else 0.0
        total += close * weight[t]
        near[t] += close * own
    return total


@njit(cache=True, nogil=True)
def support(seeds, weight_a, sums_a, sums_b, living):
    """Writes the seeds that others near them bear out into living, ascending. sums_a, sums_b: as Side.sums. Returns how many.

    Rows are walked pairwise with a sliding window, so that a position with many partners does not cost their product.
    """
    count = len(seeds)
    starts = np.empty(count + 1, np.int64)
    rows = _row_starts(seeds, starts)
    near, weight, at_b = np.zeros(count), np.empty(count), np.empty(count)  # all of one type: vectors of one width
    for s in range(count):
        weight[s], at_b[s] = weight_a[seeds[s] >> 32], seeds[s] & 0xFFFFFFFF
    last = 0
    for r in range(rows):
        i = seeds[starts[r]] >> 32
        while last < rows and seeds[starts[last]] >> 32 <= i + REACH:
            last += 1
        if (starts[r + 1] - starts[r]) * (starts[last] - starts[r + 1]) <= FEW:
            for s in range(starts[r], starts[r + 1]):
                near[s] += _near(at_b, weight, s, starts[r + 1], starts[last], near)
            continue
        for q in range(r + 1, last):
            left = starts[q]
            for s in range(starts[r], starts[r + 1]):
                j = at_b[s]
                while left < starts[q + 1] and at_b[left] < j - REACH:
                    left += 1
                t = left
                while t < starts[q + 1]:
                    if at_b[t] > j + REACH:
                        break
                    if at_b[t] != j:
                        near[s] += weight[t]
                        near[t] += weight[s]
                    t += 1
    alive = 0
    n, m = len(sums_a) - 1, len(sums_b) - 1
    for s in range(count):
        i, j = seeds[s] >> 32, seeds[s] & 0xFFFFFFFF
        in_a = sums_a[min(n, i + REACH + 1)] - sums_a[max(0, i - REACH)]
        in_b = sums_b[min(m, j + REACH + 1)] - sums_b[max(0, j - REACH)]
        living[alive] = seeds[s]
        alive += (near[s] >= SUPPORT) & (near[s] + weight[s] >= COSINE * np.sqrt(in_a * in_b))
    return alive


@njit(cache=True, nogil=True, allocates=False)
def _first_near(at_b, s, low, high):
    """(the first seed in [low, high) that stands where seed s does in b or at most GAP words after it, the first that stands
    there or before it); `high` for none."""
    after = before = high
    for t in range(low, high):
        off = at_b[t] - at_b[s]
        after = min(after, t if 0 <= off <= GAP else high)
        before = min(before, t if -GAP <= off <= 0 else high)
    return after, before


@njit(cache=True, nogil=True)
def cluster(living, up):
    """Union-find over living seeds within GAP on both sides; up[s] is the cluster's smallest seed.

    Of the later seeds within reach those at the same place in b or after it are within reach of one another, and so are those at
    it or before it. So a seed is joined to the first of either, and they see to the rest.
    """
    count = len(living)
    at_b = living & 0xFFFFFFFF
    for s in range(count):
        up[s] = s
    last = 0
    for s in range(count):
        i = living[s] >> 32
        while last < count and (living[last] >> 32) - i <= GAP:
            last += 1
        low, after, before = s + 1, False, False
        while low < last and not (after and before):
            high = min(last, low + AT_ONCE)
            one, two = _first_near(at_b, s, low, high)
            if one < high and not after:
                after = True
                join(up, s, one)
            if two < high and not before:
                before = True
                join(up, s, two)
            low = high
    for s in range(count):
        up[s] = find(up, s)


@njit(cache=True, nogil=True, allocates=False)
def information(chosen, weight_a):
    """Bits of the positions in a that the chosen seeds, ascending, meet: no box of theirs can hold more."""
    total, last = 0.0, np.int64(-1)
    for seed in chosen:
        i = seed >> 32
        total += weight_a[i] if i != last else 0.0
        last = i
    return total
