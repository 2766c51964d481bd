"""Passages as boxes, rows of (a0, a1, b0, b1, words, bits, grade) in a float64 table: grown, snapped, split, joined, sifted.
Kernels."""

from __future__ import annotations

import numpy as np

from provenance.align.order import ascending
from provenance.kernel import njit
from provenance.text import SENTENCE

COLUMNS = 7
MERGE = 12
"""Boxes at most so many words apart on both sides are one passage."""
BREAK, CLOSE = 25, 0.8
"""So many words put in on one side make two passages of one, where the rest is as close as this."""


@njit(cache=True, nogil=True, allocates=False)
def grow(a, b, a0, a1, b0, b1):
    """Follow equal words outwards from both corners of a box."""
    while a0 > 0 and b0 > 0 and a.hash[a0 - 1] == b.hash[b0 - 1]:
        a0 -= 1
        b0 -= 1
    while a1 < len(a.hash) and b1 < len(b.hash) and a.hash[a1] == b.hash[b1]:
        a1 += 1
        b1 += 1
    return a0, a1, b0, b1


@njit(cache=True, nogil=True, allocates=False)
def snap(flags, edge, size, reach, start):
    """The sentence beginning nearest to an edge within reach words, or the edge. start: which edge, for ties inwards."""
    for off in range(reach + 1):
        for sign in (-1, 1) if start else (1, -1):
            at = edge + sign * off
            if at == 0 or at == size or (0 < at < size and flags[at] & SENTENCE):
                return at
    return edge


@njit(cache=True, nogil=True)
def join(out, count):
    """Merge boxes that lie MERGE words or less apart (or overlap) on both sides. Returns how many are left."""
    before = count + 1
    while count < before:
        before = count
        x = 0
        while x < count:
            y = x + 1
            while y < count:
                gap_a = max(out[x, 0], out[y, 0]) - min(out[x, 1], out[y, 1])
                gap_b = max(out[x, 2], out[y, 2]) - min(out[x, 3], out[y, 3])
                if gap_a <= MERGE and gap_b <= MERGE:
                    out[x, 0], out[x, 1] = min(out[x, 0], out[y, 0]), max(out[x, 1], out[y, 1])
                    out[x, 2], out[x, 3] = min(out[x, 2], out[y, 2]), max(out[x, 3], out[y, 3])
                    count -= 1
                    out[y] = out[count]
                else:
                    y += 1
            x += 1
    return count


@njit(cache=True, nogil=True, allocates=False)
def _break(partner, low, high):
    """The widest run of unaligned words in [low, high) that aligned ones enclose, if it is BREAK words or more: (start, end)."""
    start = end = low
    last = low - 1
    for k in range(low, high):
        if partner[k] >= 0:
            if last >= low and k - last - 1 >= BREAK and k - last - 1 > end - start:
                start, end = last + 1, k
            last = k
    return start, end


@njit(cache=True, nogil=True)
def split(out, count, r, partner_a, partner_b):
    """Cut box r where one side puts BREAK words or more into text that the other has without a break. Returns the new count.

    What lies between is not reused: two passages are two. Only where the rest is close (CLOSE), as a loose match has holes
    anyway, and only where the two halves do not cross.
    """
    a0, a1, b0, b1 = np.int64(out[r, 0]), np.int64(out[r, 1]), np.int64(out[r, 2]), np.int64(out[r, 3])
    words = 0
    for i in range(a0, a1):
        words += partner_a[i] >= 0
    s, e = _break(partner_a, a0, a1)
    u, v = _break(partner_b, b0, b1)
    on_a = e - s >= v - u
    hole = max(e - s, v - u)
    if hole < BREAK or 2.0 * words / (a1 - a0 + b1 - b0 - hole) < CLOSE or count == len(out):
        return count
    left_a, left_b, right_a, right_b = a0, b0, a1, b1
    for i in range(a0, a1):
        j = partner_a[i]
        if j < 0:
            continue
        if (i < s) if on_a else (j < u):
            left_a, left_b = max(left_a, i + 1), max(left_b, j + 1)
        else:
            right_a, right_b = min(right_a, i), min(right_b, j)
    if left_a > right_a or left_b > right_b:
        return count
    out[count] = out[r]
    out[r, 1], out[r, 3] = left_a, left_b
    out[count, 0], out[count, 2] = right_a, right_b
    return count + 1


@njit(cache=True, nogil=True)
def distinct(out, count):
    """Drop a box most of which, on either side, a stronger one explains (text that one side repeats)."""
    order = ascending(-out[:count, 5])
    keep = np.zeros(count, np.bool_)
    for x in range(count):
        r = order[x]
        good = True
        for y in range(x):
            q = order[y]
            if keep[q]:
                over_a = min(out[r, 1], out[q, 1]) - max(out[r, 0], out[q, 0])
                over_b = min(out[r, 3], out[q, 3]) - max(out[r, 2], out[q, 2])
                if over_a > 0.5 * (out[r, 1] - out[r, 0]) or over_b > 0.5 * (out[r, 3] - out[r, 2]):
                    good = False
                    break
        keep[r] = good
    left = 0
    for r in range(count):
        if keep[r]:
            out[left] = out[r]
            left += 1
    return left
