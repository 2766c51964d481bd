"""All passages of one pair of texts: propose, choose, refine, judge. Kernels; the order of the steps that the package
describes."""

from __future__ import annotations

import numpy as np
from numba import njit

from provenance.align.boxes import distinct, grow, join, snap, split
from provenance.align.judge import EDITED, NOTHING, REWRITE, conflicts, grade
from provenance.align.limits import align_words, limits
from provenance.align.seeds import LEAST_BITS, cluster, find_seeds, information, support
from provenance.align.side import (
    A0,
    A1,
    B0,
    B1,
    CHOSEN_A,
    CHOSEN_B,
    LIVE,
    LIVE_A,
    LIVE_B,
    NEAR,
    ORDER,
    PARTNER_A,
    PARTNER_B,
    RANK,
    STARTS,
    STRENGTH,
    UP,
    WEIGHT_A,
)
from provenance.align.whole import LEAST_BITS as LEAST_WHOLE
from provenance.align.whole import MOST_WORDS, judge_whole

ROUNDS = 6
"""Times that clusters are sought in what the passages found so far leave over."""
SNAP, LOOSE, VERY_LOOSE = 8, 0.8, 0.5
"""A passage less similar than LOOSE snaps to sentence ends half of SNAP words away, one less than VERY_LOOSE to those SNAP
words away."""
MOST_CONFLICTS = 8
"""Conflicts kept of a passage."""


@njit(cache=True, nogil=True)
def _by_root(up, count, first, out):
    """The seeds cluster by cluster, in order of the clusters' smallest seeds. first: scratch."""
    first[: count + 1] = 0
    for s in range(count):
        first[up[s] + 1] += 1
    for root in range(count):
        first[root + 1] += first[root]
    for s in range(count):
        out[first[up[s]]] = s
        first[up[s]] += 1


@njit(cache=True, nogil=True)
def _propose(a, b, living, scratch):
    """One box a cluster of living seeds, with its strength; the seeds of clusters that hold too little get -1 in UP. Returns how
    many boxes."""
    live_a, live_b, live, weight_a = scratch.seed[LIVE_A], scratch.seed[LIVE_B], scratch.weight[LIVE], scratch.weight[WEIGHT_A]
    chosen_a, chosen_b, up, order = scratch.seed[CHOSEN_A], scratch.seed[CHOSEN_B], scratch.seed[UP], scratch.seed[ORDER]
    box_a0, box_a1, box_b0, box_b1 = scratch.seed[A0], scratch.seed[A1], scratch.seed[B0], scratch.seed[B1]
    partner_a, strength, bits = scratch.word[PARTNER_A], scratch.weight[STRENGTH], scratch.weight[NEAR]
    cluster(live_a, live_b, living, scratch.seed[STARTS], up)
    _by_root(up, living, scratch.seed[STARTS], order)
    proposed = 0
    first = 0
    while first < living:
        root = up[order[first]]
        last = first
        while last < living and up[order[last]] == root:
            s, k = order[last], last - first
            chosen_a[k], chosen_b[k], bits[k] = live_a[s], live_b[s], live[s]
            last += 1
        total = 0.0
        if information(chosen_a, bits, last - first) >= LEAST_BITS:
            a0, a1, b0, b1 = limits(a, b, chosen_a[: last - first], chosen_b[: last - first], scratch)
            for k in range(a0, a1):
                if b0 <= partner_a[k] < b1:
                    total += weight_a[k]
        if total < LEAST_BITS:
            for x in range(first, last):
                up[order[x]] = -1
        else:
            box_a0[proposed], box_a1[proposed], box_b0[proposed], box_b1[proposed] = a0, a1, b0, b1
            strength[proposed] = total * total / np.sqrt((a.sums[a1] - a.sums[a0]) * (b.sums[b1] - b.sums[b0]))
            proposed += 1
        first = last
    return proposed


@njit(cache=True, nogil=True)
def _choose(living, proposed, out, found, scratch):
    """Put the strongest boxes that do not meet into out, from row `found` on; a word is reused once, so what they cover is
    spent. Returns (rows of out, living seeds)."""
    box_a0, box_a1, box_b0, box_b1 = scratch.seed[A0], scratch.seed[A1], scratch.seed[B0], scratch.seed[B1]
    live_a, live_b, live, up = scratch.seed[LIVE_A], scratch.seed[LIVE_B], scratch.weight[LIVE], scratch.seed[UP]
    rank = scratch.seed[RANK]
    rank[0] = 0
    if proposed > 1:
        rank[:proposed] = np.argsort(-scratch.weight[STRENGTH][:proposed], kind="mergesort")
    fresh = found
    for x in range(proposed):
        a0, a1, b0, b1 = box_a0[rank[x]], box_a1[rank[x]], box_b0[rank[x]], box_b1[rank[x]]
        free = found < len(out)
        for r in range(fresh, found):
            if (a0 < out[r, 1] and out[r, 0] < a1) or (b0 < out[r, 3] and out[r, 2] < b1):
                free = False  # what is left of it is proposed again in the next round
                break
        if free:
            out[found, 0], out[found, 1], out[found, 2], out[found, 3] = a0, a1, b0, b1
            found += 1
    left = 0
    for s in range(living):
        i, j = live_a[s], live_b[s]
        lives = up[s] >= 0
        for r in range(fresh, found):
            if out[r, 0] <= i < out[r, 1] or out[r, 2] <= j < out[r, 3]:
                lives = False
                break
        if lives:
            live_a[left], live_b[left], live[left] = i, j, live[s]
            left += 1
    return found, left


@njit(cache=True, nogil=True)
def _refine(a, b, count, out, found, scratch):
    """Grow, split, snap and judge the boxes. Returns how many rows of out are passages."""
    n, m = len(a.stem), len(b.stem)
    partner_a, partner_b = scratch.word[PARTNER_A], scratch.word[PARTNER_B]
    kept = 0
    r = 0
    while r < found:
        a0, a1, b0, b1 = np.int64(out[r, 0]), np.int64(out[r, 1]), np.int64(out[r, 2]), np.int64(out[r, 3])
        a0, a1, b0, b1 = grow(a, b, a0, a1, b0, b1)
        words, bits = align_words(a, b, count, a0, a1, b0, b1, scratch)
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
            if c0 < c1 and d0 < d1:
                a0, a1, b0, b1 = c0, c1, d0, d1
                words, bits = align_words(a, b, count, a0, a1, b0, b1, scratch)
        what = grade(a, b, a0, a1, b0, b1, words, bits, scratch.weight[WEIGHT_A], partner_a, partner_b)
        if what != NOTHING:
            out[kept, 0], out[kept, 1], out[kept, 2], out[kept, 3] = a0, a1, b0, b1
            out[kept, 4], out[kept, 5], out[kept, 6] = words, bits, what
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def passages(a, b, met, out, clash, scratch):
    """All passages of two Sides but summaries into out, conflicts as (row, i, j) into clash.

    met: as of find_seeds. Returns (passages, conflicts); (-1, seeds) when there are more seeds than room for.
    """
    short = max(len(a.stem), len(b.stem)) <= MOST_WORDS
    count, fits = find_seeds(a, b, LEAST_WHOLE if short else LEAST_BITS, met, scratch)
    if not fits:
        return -1, count
    if count <= 1:
        return 0, 0
    living = support(a, b, count, scratch)
    if not living and not short:
        return 0, 0
    found = 0
    for _ in range(ROUNDS):
        if information(scratch.seed[LIVE_A], scratch.weight[LIVE], living) < LEAST_BITS:
            break  # nor has any cluster so much
        before = found
        found, living = _choose(living, _propose(a, b, living, scratch), out, found, scratch)
        if found == before:
            break
    if found:
        found = distinct(out, _refine(a, b, count, out, join(out, found), scratch))
    if short:
        found = judge_whole(a, b, count, out, found, scratch)
    partner_a, partner_b = scratch.word[PARTNER_A], scratch.word[PARTNER_B]
    clashes = 0
    for r in range(found):
        if out[r, 6] == EDITED or out[r, 6] == REWRITE:
            a0, a1, b0, b1 = np.int64(out[r, 0]), np.int64(out[r, 1]), np.int64(out[r, 2]), np.int64(out[r, 3])
            align_words(a, b, count, a0, a1, b0, b1, scratch)
            held = conflicts(a, b, a0, a1, partner_a, partner_b, clash[clashes : clashes + MOST_CONFLICTS])
            clash[clashes : clashes + held, 0] = r
            clashes += held
    return found, clashes
