"""All passages of one pair of texts: propose, choose, refine, judge. Kernels; the order of the steps that the package
describes."""

from __future__ import annotations

import numpy as np

from provenance.align.boxes import distinct, grow, join, snap, split
from provenance.align.judge import EDITED, NOTHING, REWRITE, conflicts, grade
from provenance.align.limits import align_words, limits
from provenance.align.order import ascending
from provenance.align.seeds import LEAST_BITS, cluster, find_seeds, information, support
from provenance.align.whole import LEAST_BITS as LEAST_WHOLE
from provenance.align.whole import MOST_WORDS, judge_whole
from provenance.kernel import njit

ROUNDS = 6
"""Times that clusters are sought in what the passages found so far leave over."""
SNAP, LOOSE, VERY_LOOSE = 8, 0.8, 0.5
"""A passage less similar than LOOSE snaps to sentence ends half of SNAP words away, one less than VERY_LOOSE to those SNAP
words away."""
MOST_CONFLICTS = 8
"""Conflicts kept of a passage."""


@njit(cache=True, nogil=True)
def _by_root(up):
    """The seeds cluster by cluster, in order of the clusters' smallest seeds."""
    first = np.zeros(len(up) + 1, np.int64)
    for root in up:
        first[root + 1] += 1
    for root in range(len(up)):
        first[root + 1] += first[root]
    out = np.empty(len(up), np.int64)
    for s in range(len(up)):
        out[first[up[s]]] = s
        first[up[s]] += 1
    return out


@njit(cache=True, nogil=True)
def _propose(a, b, living, weight_a, dead, places, met, partner_a, partner_b, boxes, strength):
    """One box a cluster of living seeds, with its strength; seeds of clusters that hold too little are marked dead. Returns how
    many boxes."""
    count = len(living)
    up = np.empty(count, np.int64)
    cluster(living, up)
    by_root = _by_root(up)
    seeds = living[by_root]
    proposed = 0
    first = 0
    while first < count:
        last = first + 1
        while last < count and up[by_root[last]] == up[by_root[first]]:
            last += 1
        chosen, members = seeds[first:last], by_root[first:last]
        first = last
        total = 0.0
        if information(chosen, weight_a) >= LEAST_BITS:
            a0, a1, b0, b1 = limits(a, b, chosen, places, met, partner_a, partner_b)
            for k in range(a0, a1):
                if b0 <= partner_a[k] < b1:
                    total += weight_a[k]
        dead[members] = total < LEAST_BITS
        if total < LEAST_BITS:
            continue
        boxes[proposed, 0], boxes[proposed, 1], boxes[proposed, 2], boxes[proposed, 3] = a0, a1, b0, b1
        strength[proposed] = total * total / np.sqrt((a.sums[a1] - a.sums[a0]) * (b.sums[b1] - b.sums[b0]))
        proposed += 1
    return proposed


@njit(cache=True, nogil=True)
def _choose(boxes, strength, proposed, out, found):
    """Put the strongest boxes that do not meet into out, from row `found` on. Returns how many rows there are."""
    fresh = found
    for k in ascending(-strength[:proposed]):
        a0, a1, b0, b1 = boxes[k]
        free = found < len(out)
        for r in range(fresh, found):
            if (a0 < out[r, 1] and out[r, 0] < a1) or (b0 < out[r, 3] and out[r, 2] < b1):
                free = False  # what is left of it is proposed again in the next round
                break
        if free:
            out[found, 0], out[found, 1], out[found, 2], out[found, 3] = a0, a1, b0, b1
            found += 1
    return found


@njit(cache=True, nogil=True)
def _left_over(living, dead, out, fresh, found):
    """The living seeds whose words none of the rows of out from `fresh` on covers: a word is reused once."""
    left = 0
    for s in range(len(living)):
        i, j = living[s] >> 32, living[s] & 0xFFFFFFFF
        spent = dead[s]
        for r in range(fresh, found):
            spent |= out[r, 0] <= i < out[r, 1] or out[r, 2] <= j < out[r, 3]
        living[left] = living[s]
        left += not spent
    return living[:left]


@njit(cache=True, nogil=True, allocates=False)
def _refine(a, b, seeds, weight_a, partner_a, partner_b, out, found):
    """Grow, split, snap and judge the boxes. Returns how many rows of out are passages."""
    n, m = len(a.stem), len(b.stem)
    kept = 0
    r = 0
    while r < found:
        a0, a1, b0, b1 = np.int64(out[r, 0]), np.int64(out[r, 1]), np.int64(out[r, 2]), np.int64(out[r, 3])
        a0, a1, b0, b1 = grow(a, b, a0, a1, b0, b1)
        words, bits = align_words(a, b, seeds, a0, a1, b0, b1, weight_a, partner_a, partner_b)
        if bits >= 2 * LEAST_BITS:
            out[r, 0], out[r, 1], out[r, 2], out[r, 3] = a0, a1, b0, b1
            parts = split(out, found, r, partner_a, partner_b)
            if parts > found:
                found = parts
                continue
        r += 1
        rate = 2.0 * words / (a1 - a0 + b1 - b0)
        if rate < LOOSE:
            reach = SNAP if rate < VERY_LOOSE else SNAP // 2
            c0, c1 = snap(a.flags, a0, n, reach, True), snap(a.flags, a1, n, reach, False)
            d0, d1 = snap(b.flags, b0, m, reach, True), snap(b.flags, b1, m, reach, False)
            if c0 < c1 and d0 < d1 and (c0 != a0 or c1 != a1 or d0 != b0 or d1 != b1):
                a0, a1, b0, b1 = c0, c1, d0, d1
                words, bits = align_words(a, b, seeds, a0, a1, b0, b1, weight_a, partner_a, partner_b)
        what = grade(a, b, a0, a1, b0, b1, words, bits, weight_a, partner_a, partner_b)
        if what != NOTHING:
            out[kept, 0], out[kept, 1], out[kept, 2], out[kept, 3] = a0, a1, b0, b1
            out[kept, 4], out[kept, 5], out[kept, 6] = words, bits, what
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def passages(a, b, met, out, clash, room):
    """All passages of two Sides but summaries into out, conflicts as (row, i, j) into clash.

    met: as of find_seeds. Returns (passages, conflicts); (-1, 0) when there are more seeds than room for.
    """
    n, m = len(a.stem), len(b.stem)
    seeds = np.empty(room, np.int64)
    weight_a, first_b, last_b = np.zeros(n), np.zeros(n, np.int64), np.zeros(n, np.int64)
    short = max(n, m) <= MOST_WORDS
    count = find_seeds(a, b, LEAST_WHOLE if short else LEAST_BITS, met, seeds, weight_a, first_b, last_b)
    if count <= 1:
        return min(count, 0), 0
    seeds = seeds[:count]
    living = np.empty(count, np.int64)
    living = living[: support(seeds, weight_a, a.sums, b.sums, living)]
    if not len(living) and not short:
        return 0, 0
    places, hit = np.empty(max(n, m) + 1, np.int64), np.empty(max(n, m) + 1, np.bool_)
    partner_a, partner_b = np.empty(n, np.int64), np.empty(m, np.int64)
    dead = np.empty(len(living), np.bool_)
    boxes, strength = np.empty((len(living), 4), np.int64), np.empty(len(living))
    found = 0
    for _ in range(ROUNDS):
        if information(living, weight_a) < LEAST_BITS:
            break  # nor has any cluster so much
        proposed = _propose(a, b, living, weight_a, dead, places, hit, partner_a, partner_b, boxes, strength)
        before = found
        found = _choose(boxes, strength, proposed, out, found)
        if found == before:
            break
        living = _left_over(living, dead, out, before, found)
    found = _refine(a, b, seeds, weight_a, partner_a, partner_b, out, join(out, found))
    found = distinct(out, found)
    if short:
        found = judge_whole(a, b, seeds, weight_a, partner_a, partner_b, out, found)
    clashes = 0
    pairs = np.empty((MOST_CONFLICTS, 2), np.int64)
    for r in range(found):
        if out[r, 6] == EDITED or out[r, 6] == REWRITE:
            a0, a1, b0, b1 = np.int64(out[r, 0]), np.int64(out[r, 1]), np.int64(out[r, 2]), np.int64(out[r, 3])
            align_words(a, b, seeds, a0, a1, b0, b1, weight_a, partner_a, partner_b)
            for k in range(conflicts(a, b, a0, a1, partner_a, partner_b, pairs)):
                clash[clashes, 0], clash[clashes, 1], clash[clashes, 2] = r, pairs[k, 0], pairs[k, 1]
                clashes += 1
    return found, clashes
