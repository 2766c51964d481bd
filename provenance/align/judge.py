"""Is it reuse, and of what kind? Kernels.

Names and numbers (facts) are weighed apart from wording: two reports of one event share facts and little wording, two notes
made from one form share wording and few facts. What tells reuse from a common subject best is neighbourhood: independent
texts on one subject share its words, a rewrite also keeps which of them stand near one another. The verdict is the log odds
of a logistic regression on six such measures (WEIGHTS), fitted on one half of the texts of pan13, news_rewrites and
clough_stevenson, split by document or family; backward elimination from seventeen left these.
"""

from __future__ import annotations

import numpy as np

from provenance.align.forms import filled_anew
from provenance.align.seeds import LEAST_BITS, SEED_BITS
from provenance.kernel import njit
from provenance.text import CAPITAL, HAS_DIGIT, QUOTED, SENTENCE

VERBATIM, EDITED, REWRITE, SUMMARY, QUOTATION, BOILERPLATE = range(6)
NOTHING = -1
"""Grades: index into model.KINDS, or no passage at all."""

LEAST_WORDS, LEAST_WORDING = 8, 25.0
"""Words, and information of those that are no facts, below which nothing is reuse: a title, an institution's name."""
NEAR_BITS, NEAR = 7.0, 4
"""Words of so much information, at most so many of them apart, are neighbours."""
WEIGHTS = (-15.6, 2.45, 1.38, 1.34, 1.36, 2.85, 4.1, -0.89)
"""Constant; neighbourhood kept, the same for each e-fold of words over e^4; adjacency kept; wording; agreement of facts; words;
longest run. In natural logarithms, but for the agreement."""
VERDICT = 1.0
"""Log odds from which on a box is reuse."""
TITLE_CASE = 0.6
"""Where more of the informative words have capitals, capitals mark no names (German nouns are far below: .35)."""
HEADLINE, NAME_BITS = 40, 11.0
"""A text of so few words whose capitals mark no names is a headline, where a word of so much information stands for a name:
half of what two headlines say the same is otherwise "raises prices", said of others. (Asked of long texts, too, it costs pan13's
random class .003 of plagdet: of running text in capitals too much would be names.)"""
FACT, TERM = 1, 2
"""What a word may be: a name or a number, or a word that stands for a name where texts are compared as wholes; as wording, which
tells a copy, it counts."""
FORM_NUMBERS, FORM_DENSITY, FORM_SHARE = 8, 0.1, 0.34
"""A form filled in anew: so many numbers on both sides, so large a share of all words, less than FORM_SHARE of them the same."""
EDITED_FROM, QUOTE_SHARE, SUMMARY_RATIO = 0.6, 0.8, 3.0


@njit(cache=True, nogil=True)
def mark_facts(flags, bits, bounds, out):
    """Marks names (a capital within a sentence) and numbers as FACT. Where most informative words have capitals (headlines in
    title case) a capital marks no name, and rare words of a headline stand for names: TERM."""
    for d in range(len(bounds) - 1):
        rare = capital = 0
        for i in range(bounds[d], bounds[d + 1]):
            if bits[i] >= SEED_BITS:
                rare += 1
                capital += (flags[i] & CAPITAL) != 0
        names = capital < TITLE_CASE * rare
        headline = not names and bounds[d + 1] - bounds[d] <= HEADLINE
        for i in range(bounds[d], bounds[d + 1]):
            capitalised = (flags[i] & CAPITAL) != 0
            if flags[i] & HAS_DIGIT or (names and capitalised and (flags[i] & SENTENCE) == 0):
                out[i] = FACT
            else:
                out[i] = TERM if headline and capitalised and bits[i] >= NAME_BITS else 0


@njit(cache=True, nogil=True, allocates=False)
def _wording(low, high, weight, fact, partner):
    """(bits of aligned words that are no facts, facts, facts that are aligned)."""
    bits, facts, met = 0.0, 0, 0
    for i in range(low, high):
        if fact[i] == FACT:
            facts += 1
            met += partner[i] >= 0
        elif partner[i] >= 0:
            bits += weight[i]
    return bits, facts, met


@njit(cache=True, nogil=True, allocates=False)
def _neighbours(bits, low, high, rank, places):
    """Ranks the informative words of [low, high) among one another and lists their places. Returns how many there are, and the
    information of all their neighbourhoods."""
    count, total = 0, 0.0
    for k in range(low, high):
        rank[k - low] = count
        if bits[k] >= NEAR_BITS:
            for other in range(max(0, count - NEAR), count):
                total += bits[k] + bits[places[other]]
            places[count] = k
            count += 1
    return count, total


@njit(cache=True, nogil=True)
def _nearness(bits_a, bits_b, a0, a1, b0, b1, partner_a):
    """The share of neighbourhoods that both sides of a box have, by information: the cosine of their sets of skip-bigrams."""
    rank_a, rank_b = np.empty(a1 - a0, np.int64), np.empty(b1 - b0, np.int64)
    places_a, places_b = np.empty(a1 - a0, np.int64), np.empty(b1 - b0, np.int64)
    count, total_a = _neighbours(bits_a, a0, a1, rank_a, places_a)
    _, total_b = _neighbours(bits_b, b0, b1, rank_b, places_b)
    shared = 0.0
    for x in range(count):
        i = places_a[x]
        if partner_a[i] < 0:
            continue
        for y in range(x + 1, min(count, x + NEAR + 1)):
            j = partner_a[places_a[y]]
            if j >= 0 and abs(rank_b[partner_a[i] - b0] - rank_b[j - b0]) <= NEAR:
                shared += bits_a[i] + bits_a[places_a[y]]
    return shared / np.sqrt(total_a * total_b + 1.0)


@njit(cache=True, nogil=True, allocates=False)
def _adjacency(low, high, partner):
    """(aligned words whose next is aligned to the next, words of the longest such run)."""
    kept, run, longest = 0, 0, 0
    for i in range(low, high):
        if partner[i] < 0:
            run = 0
        elif run and partner[i] == partner[i - 1] + 1:
            kept += 1
            run += 1
        else:
            run = 1
        longest = max(longest, run)
    return kept, longest


@njit(cache=True, nogil=True, allocates=False)
def grade(a, b, a0, a1, b0, b1, words, bits, weight_a, partner_a, partner_b):
    """The grade of a box of aligned words, or NOTHING."""
    wording, facts_a, met_a = _wording(a0, a1, weight_a, a.fact, partner_a)
    _, facts_b, met_b = _wording(b0, b1, b.bits, b.fact, partner_b)
    if words < LEAST_WORDS or bits < LEAST_BITS or wording < LEAST_WORDING:
        return NOTHING
    adjacent, run = _adjacency(a0, a1, partner_a)
    near = np.log(_nearness(a.bits, b.bits, a0, a1, b0, b1, partner_a) + 0.03)
    length = 0.5 * np.log(np.float64(a1 - a0) * (b1 - b0))
    odds = WEIGHTS[0] + (WEIGHTS[1] + WEIGHTS[2] * (length - 4.0)) * near
    odds += WEIGHTS[3] * np.log(adjacent / np.sqrt(np.float64(a1 - a0) * (b1 - b0)) + 0.03) + WEIGHTS[4] * np.log(wording + 10.0)
    odds += WEIGHTS[5] * (met_a + met_b + 1) / (facts_a + facts_b + 2) + WEIGHTS[6] * length + WEIGHTS[7] * np.log(run + 1.0)
    if odds < VERDICT:
        return NOTHING
    numbers_a, same_a = numbers(a.flags, a0, a1, partner_a)
    numbers_b, same_b = numbers(b.flags, b0, b1, partner_b)
    total = numbers_a + numbers_b
    if total >= max(FORM_NUMBERS, FORM_DENSITY * (a1 - a0 + b1 - b0)) and same_a + same_b < FORM_SHARE * total:
        return BOILERPLATE
    if filled_anew(a, b, a0, a1, b0, b1, partner_a, partner_b):
        return BOILERPLATE
    return kind_of(a, b, a0, a1, b0, b1, words)


@njit(cache=True, nogil=True, allocates=False)
def numbers(flags, low, high, partner):
    """(numbers, those of them that are aligned)."""
    found = same = 0
    for i in range(low, high):
        if flags[i] & HAS_DIGIT:
            found += 1
            same += partner[i] >= 0
    return found, same


@njit(cache=True, nogil=True, allocates=False)
def kind_of(a, b, a0, a1, b0, b1, words):
    """The grade of a box that is reuse."""
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


@njit(cache=True, nogil=True, allocates=False)
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
