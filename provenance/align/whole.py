"""Two short texts, compared as wholes. Kernels.

A text of a sentence or two that was rewritten has no stretch that is denser than the rest, and much of it is what a subject
brings along: names and terms. So the texts are weighed as sets of stems: how many they share against how much the fuller one
holds, how much of the other one is contained, whether their facts agree, whether the order is kept. The weights are those of a
logistic regression on half of the families of news_rewrites, backward elimination from fourteen measures.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from provenance.align.judge import EDITED, QUOTATION, VERBATIM, kind_of, numbers
from provenance.align.limits import align_words
from provenance.align.seeds import SEED_BITS
from provenance.align.side import HIT, PARTNER_A, PARTNER_B, PLACES

MOST_WORDS = 100
"""Texts up to so many words are short."""
LEAST_BITS = 35.0
"""Information that two short texts must share to be weighed."""
WEIGHTS = (22.1, 5.54, -5.62, 2.37, 2.07, -1.4, 0.8)
"""Constant; ln of the stems shared; ln of the information of the fuller text; log odds of the share of the other's information
that is shared; cosine of the facts; ln of the information of all facts; order kept."""
VERDICT = -0.75
"""Log odds from which on one is a rewrite of the other; siblings among the fitted pairs make the prior lower than it looks."""
FORM_NUMBERS, FORM_SHARE = 4, 0.5
"""So many numbers on both sides together, less than this share of them the same: one form, filled in twice."""
CLOSE = 0.6
"""A passage so similar stands beside the verdict on the whole; a looser one does not."""
MORE = 1.5
"""The whole says it better than close passages only where it aligns so many times their words."""


@njit(cache=True, nogil=True)
def list_stems(stems, fact, bounds, own, own_fact, own_bounds):
    """Fills Side.own and own_fact of the short texts of a batch, and where those of each begin. Returns how many there are."""
    total = 0
    for d in range(len(bounds) - 1):
        low, high = bounds[d], bounds[d + 1]
        if high - low <= MOST_WORDS:
            first = total
            for i in np.argsort(stems[low:high], kind="mergesort"):
                if total == first or stems[low + own[total - 1]] != stems[low + i]:
                    own[total], own_fact[total] = i, False
                    total += 1
                own_fact[total - 1] |= fact[low + i]
        own_bounds[d + 1] = total
    return total


@njit(cache=True, nogil=True)
def _odds(a, b, scratch):
    """Log odds that one of two short texts is a rewrite of the other."""
    first_a, first_b = scratch.word[PLACES], scratch.word[HIT]
    shared = spots = 0
    shared_bits, shared_facts = 0.0, 0.0
    total_a, total_b, facts_a, facts_b = 0.0, 0.0, 0.0, 0.0
    n, m = len(a.own), len(b.own)
    x = y = 0
    while x < n or y < m:
        s = a.stem[a.own[x]] if x < n else np.uint64(0)
        t = b.stem[b.own[y]] if y < m else np.uint64(0)
        one, two = x < n and (y == m or s <= t), y < m and (x == n or t <= s)
        bits = np.float64(b.bits[b.own[y]]) if two else np.float64(a.bits[a.own[x]])
        fact_a, fact_b = one and a.own_fact[x], two and b.own_fact[y]
        shared += one and two
        if bits >= SEED_BITS:
            total_a += bits * one
            total_b += bits * two
            facts_a += bits * fact_a
            facts_b += bits * fact_b
            if one and two:
                shared_bits += bits
                shared_facts += bits * (fact_a or fact_b)
                first_a[spots], first_b[spots] = a.own[x], b.own[y]
                spots += 1
        x += one
        y += two
    if shared_bits < LEAST_BITS:
        return -np.inf
    order = 0
    for p in range(spots):
        for q in range(p):
            sign = (first_a[p] - first_a[q]) * (first_b[p] - first_b[q])
            order += 1 if sign > 0 else -1
    contained = min(1.0, shared_bits / (min(total_a, total_b) + 1.0))
    odds = WEIGHTS[0] + WEIGHTS[1] * np.log(shared + 1.0) + WEIGHTS[2] * np.log(max(total_a, total_b) + 20.0)
    odds += WEIGHTS[3] * np.log((contained + 0.02) / (1.02 - contained))
    odds += WEIGHTS[4] * shared_facts / np.sqrt((facts_a + 10.0) * (facts_b + 10.0))
    odds += WEIGHTS[5] * np.log(facts_a + facts_b + 20.0)
    return odds + WEIGHTS[6] * order / (spots * (spots - 1) // 2 + 3.0)


@njit(cache=True, nogil=True)
def judge_whole(a, b, count, out, found, scratch):
    """Passages of two short texts: the close ones, or one that is both texts. Returns how many."""
    n, m = len(a.stem), len(b.stem)
    kept, told = 0, 0.0
    for r in range(found):
        here, there = out[r, 1] - out[r, 0], out[r, 3] - out[r, 2]
        close = out[r, 6] == VERBATIM or out[r, 6] == EDITED or out[r, 6] == QUOTATION
        if close and 2.0 * out[r, 4] >= CLOSE * (here + there):
            told += out[r, 4]
            out[kept] = out[r]
            kept += 1
    if _odds(a, b, scratch) < VERDICT:
        return kept
    words, bits = align_words(a, b, count, 0, n, 0, m, scratch)
    if words < MORE * told:
        return kept
    found_a, same_a = numbers(a.flags, 0, n, scratch.word[PARTNER_A])
    found_b, same_b = numbers(b.flags, 0, m, scratch.word[PARTNER_B])
    if found_a + found_b >= FORM_NUMBERS and same_a + same_b < FORM_SHARE * (found_a + found_b):
        return kept
    out[0, 0], out[0, 1], out[0, 2], out[0, 3], out[0, 4], out[0, 5] = 0, n, 0, m, words, bits
    out[0, 6] = kind_of(a, b, 0, n, 0, m, words)
    return 1
