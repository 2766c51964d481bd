"""Is it reuse, and of what kind? Kernels.

Names and numbers (facts) are weighed apart from wording: two reports of one event share facts and little wording, two notes
made from one form share wording and few facts. The verdict is a sum of three terms (similarity, information of the wording,
share of the facts that agree) whose weights were fitted by logistic regression on halves of pan13, news_rewrites,
clough_stevenson and 1,000 Reuters stories.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from provenance.align.seeds import LEAST_BITS, SEED_BITS
from provenance.text import CAPITAL, HAS_DIGIT, QUOTED, SENTENCE

VERBATIM, EDITED, REWRITE, SUMMARY, QUOTATION, BOILERPLATE = range(6)
NOTHING = -1
"""Grades: index into model.KINDS, or no passage at all."""

LEAST_WORDS, LEAST_WORDING = 8, 35.0
"""Words, and information of those that are no facts, below which nothing is reuse: a title, an institution's name."""
LEAST_SIMILAR = 0.3
"""Similarity that all but one in a hundred of the rewrites of pan13 and news_rewrites exceed."""
VERDICT = 10.4
TITLE_CASE = 0.6
"""Where more of the informative words have capitals, capitals mark no names (German nouns are far below: .35)."""
FORM_NUMBERS, FORM_SHARE = 8, 0.34
"""A form filled in anew: so many numbers on both sides, less than this share of them the same."""
EDITED_FROM, QUOTE_SHARE, SUMMARY_RATIO = 0.6, 0.8, 3.0


@njit(cache=True, nogil=True)
def mark_facts(flags, bits, bounds, out):
    """Marks names (a capital within a sentence) and numbers. Where most informative words have capitals (German nouns, headlines
    set in title case) a capital marks no name."""
    for d in range(len(bounds) - 1):
        rare = capital = 0
        for i in range(bounds[d], bounds[d + 1]):
            if bits[i] >= SEED_BITS:
                rare += 1
                capital += (flags[i] & CAPITAL) != 0
        names = capital < TITLE_CASE * rare
        for i in range(bounds[d], bounds[d + 1]):
            out[i] = (flags[i] & HAS_DIGIT) != 0 or (names and (flags[i] & CAPITAL) != 0 and (flags[i] & SENTENCE) == 0)


@njit(cache=True, nogil=True)
def _wording(low, high, weight, fact, flags, partner):
    """(bits of aligned words that are no facts, facts, facts that are aligned, numbers, numbers that are aligned)."""
    bits, facts, met, numbers, same = 0.0, 0, 0, 0, 0
    for i in range(low, high):
        if fact[i]:
            facts += 1
            met += partner[i] >= 0
            if flags[i] & HAS_DIGIT:
                numbers += 1
                same += partner[i] >= 0
        elif partner[i] >= 0:
            bits += weight[i]
    return bits, facts, met, numbers, same


@njit(cache=True, nogil=True)
def grade(a, b, a0, a1, b0, b1, words, bits, weight_a, partner_a, partner_b):
    """The grade of a box of aligned words, or NOTHING."""
    wording, facts_a, met_a, numbers_a, same_a = _wording(a0, a1, weight_a, a.fact, a.flags, partner_a)
    _, facts_b, met_b, numbers_b, same_b = _wording(b0, b1, b.bits, b.fact, b.flags, partner_b)
    if words < LEAST_WORDS or bits < LEAST_BITS or wording < LEAST_WORDING:
        return NOTHING
    similar = 2.0 * words / (a1 - a0 + b1 - b0)
    if similar < LEAST_SIMILAR:
        return NOTHING
    agreement = (met_a + met_b + 1) / (facts_a + facts_b + 2)
    if 2.0 * np.log(similar / (1.02 - similar)) + 1.8 * np.log(wording + 10.0) + 4.9 * agreement < VERDICT:
        return NOTHING
    if numbers_a + numbers_b >= FORM_NUMBERS and same_a + same_b < FORM_SHARE * (numbers_a + numbers_b):
        return BOILERPLATE
    return _kind(a, b, a0, a1, b0, b1, words)


@njit(cache=True, nogil=True)
def _kind(a, b, a0, a1, b0, b1, words):
    if a1 - a0 == b1 - b0:
        same = True
        for k in range(a1 - a0):
            if a.hash[a0 + k] != b.hash[b0 + k]:
                same = False
                break
    else:
        same = False
    quoted_a = quoted_b = 0
    for k in range(a0, a1):
        quoted_a += (a.flags[k] & QUOTED) != 0
    for k in range(b0, b1):
        quoted_b += (b.flags[k] & QUOTED) != 0
    if quoted_a >= QUOTE_SHARE * (a1 - a0) and quoted_b >= QUOTE_SHARE * (b1 - b0):
        return QUOTATION
    if same:
        return VERBATIM
    if 2.0 * words / (a1 - a0 + b1 - b0) >= EDITED_FROM:
        return EDITED
    ratio = (a1 - a0) / (b1 - b0)
    return SUMMARY if ratio >= SUMMARY_RATIO or ratio <= 1 / SUMMARY_RATIO else REWRITE


@njit(cache=True, nogil=True)
def conflicts(a, b, a0, a1, partner_a, partner_b, out):
    """Facts on which the sides disagree: single words between aligned neighbours, both names or both numbers. Writes (i, j);
    returns how many."""
    count = 0
    for i in range(a0 + 1, a1 - 1):
        if count == len(out) or partner_a[i] >= 0 or not a.fact[i] or partner_a[i - 1] < 0:
            continue
        j = partner_a[i - 1] + 1
        if partner_a[i + 1] == j + 1 and partner_b[j] < 0 and b.fact[j] and (a.flags[i] & HAS_DIGIT) == (b.flags[j] & HAS_DIGIT):
            out[count, 0], out[count, 1] = i, j
            count += 1
    return count
