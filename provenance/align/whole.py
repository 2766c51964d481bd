"""Two short texts, compared as wholes. Kernels.

A text of a sentence or two that was rewritten has no stretch that is denser than the rest, and much of it is what a subject
brings along: names and terms. So the texts are weighed as sets of stems: how many they share against how much the fuller one
holds, how much of the other one is contained, whether their facts agree, whether the order is kept. The weights are those of a
logistic regression on half of the families of news_rewrites, backward elimination from fourteen measures.
"""

from __future__ import annotations

import numpy as np

from provenance.align.forms import filled_anew
from provenance.align.judge import EDITED, QUOTATION, VERBATIM, kind_of, numbers
from provenance.align.limits import align_words
from provenance.align.seeds import SEED_BITS
from provenance.kernel import njit

MOST_WORDS = 100
"""Texts up to so many words are short."""
LEAST_BITS = 35.0
"""Information that two short texts must share to be weighed."""
WEIGHTS = (22.1, 5.54, -5.62, 2.37, 2.07, -1.4, 0.8)
"""Constant; ln of the stems shared; ln of the information of the fuller text; log odds of the share of the other's information
that is shared; cosine of the facts; ln of the information of all facts; order kept."""
VERDICT, DOUBT = -0.25, -4.0
"""Log odds from which on one is a rewrite of the other; siblings among the fitted pairs make the prior lower than it looks. From
DOUBT on they may be, if others bear it out (see spread): a match of two such has no bits, as it is no evidence by itself."""
FORM_NUMBERS, FORM_SHARE = 4, 0.5
"""So many numbers on both sides together, less than this share of them the same: one form, filled in twice."""
CLOSE = 0.6
"""A passage so similar stands beside the verdict on the whole; a looser one does not."""
MORE = 1.5
"""The whole says it better than close passages only where it aligns so many times their words."""


@njit(cache=True, nogil=True)
def _odds(a, b):
    """Log odds that one of two short texts is a rewrite of the other."""
    order_a, order_b = a.by_stem, b.by_stem
    first_a, first_b = np.empty(len(order_a), np.int64), np.empty(len(order_b), np.int64)
    shared = spots = 0
    shared_bits, shared_facts = 0.0, 0.0
    total, facts = np.zeros(2), np.zeros(2)
    x = y = 0
    while x < len(order_a) or y < len(order_b):
        s = a.stem[order_a[x]] if x < len(order_a) else np.uint64(0xFFFFFFFFFFFFFFFF)
        t = b.stem[order_b[y]] if y < len(order_b) else np.uint64(0xFFFFFFFFFFFFFFFF)
        one, two = x < len(order_a) and (s <= t or y == len(order_b)), y < len(order_b) and (t <= s or x == len(order_a))
        fact_a = fact_b = False
        bits = 0.0
        i = order_a[x] if one else 0
        j = order_b[y] if two else 0
        if one:
            bits = np.float64(a.bits[i])
            while x < len(order_a) and a.stem[order_a[x]] == s:
                fact_a |= a.fact[order_a[x]] > 0
                x += 1
        if two:
            bits = np.float64(b.bits[j])
            while y < len(order_b) and b.stem[order_b[y]] == t:
                fact_b |= b.fact[order_b[y]] > 0
                y += 1
        shared += one and two
        if bits < SEED_BITS:
            continue
        total[0] += bits * one
        total[1] += bits * two
        facts[0] += bits * fact_a
        facts[1] += bits * fact_b
        if one and two:
            shared_bits += bits
            shared_facts += bits * (fact_a or fact_b)
            first_a[spots], first_b[spots] = i, j
            spots += 1
    if shared_bits < LEAST_BITS:
        return -np.inf
    kept = crossed = 0
    for p in range(spots):
        for q in range(p):
            sign = (first_a[p] - first_a[q]) * (first_b[p] - first_b[q])
            kept += sign > 0
            crossed += sign < 0
    contained = min(1.0, shared_bits / (min(total[0], total[1]) + 1.0))
    odds = WEIGHTS[0] + WEIGHTS[1] * np.log(shared + 1.0) + WEIGHTS[2] * np.log(max(total[0], total[1]) + 20.0)
    odds += WEIGHTS[3] * np.log((contained + 0.02) / (1.02 - contained))
    odds += WEIGHTS[4] * shared_facts / np.sqrt((facts[0] + 10.0) * (facts[1] + 10.0))
    return odds + WEIGHTS[5] * np.log(facts[0] + facts[1] + 20.0) + WEIGHTS[6] * (kept - crossed) / (kept + crossed + 3.0)


@njit(cache=True, nogil=True)
def judge_whole(a, b, seeds, weight_a, partner_a, partner_b, out, found):
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
    odds = _odds(a, b)
    if odds < DOUBT or (kept and odds < VERDICT):
        return kept
    words, bits = align_words(a, b, seeds, 0, n, 0, m, weight_a, partner_a, partner_b)
    if words < MORE * told:
        return kept
    found_a, same_a = numbers(a.flags, 0, n, partner_a)
    found_b, same_b = numbers(b.flags, 0, m, partner_b)
    if found_a + found_b >= FORM_NUMBERS and same_a + same_b < FORM_SHARE * (found_a + found_b):
        return kept
    if filled_anew(a, b, 0, n, 0, m, partner_a, partner_b):
        return kept
    out[0, 0], out[0, 1], out[0, 2], out[0, 3], out[0, 4], out[0, 5] = 0, n, 0, m, words, bits
    out[0, 6] = kind_of(a, b, 0, n, 0, m, words)
    if odds < VERDICT:
        out[0, 5] = 0.0
    return 1
