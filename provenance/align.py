"""Two texts -> the passages that they share, with exact limits. Pure, symmetric evidence: says nothing about who copied.

Method, after seed-and-extend text alignment (Sanchez-Perez, Sidorov, Gelbukh, PAN 2014; Potthast et al., PAN 2013), on words
instead of sentences and weighted by information:

1. Seeds: positions (i, j) with equal stems of SEED_BITS or more. What the two texts repeat is discounted: with tf occurrences
   in L words a stem of probability p counts -log2((1000 p + tf - 2) / (1000 + L)) bits.
2. Support: a seed lives where other seeds of SUPPORT bits lie within REACH words on both sides, and where they are
   a share (COSINE) of the information of both windows.
3. Clusters: living seeds chained over gaps of at most GAP words on both sides (union-find, so order does not matter).
4. Limits: on each side, in turn, the segment of maximal log-likelihood ratio between "reused at this cluster's own rate"
   and "met by chance"; then exact words are followed outwards, and a loose match snaps to near sentence ends.
5. Words: diagonal runs of equal stems, longest first, each word used once: `words` and `similarity` come from these.
6. Kept: KEEP_BITS of aligned information, and KEEP_SHARE of what either side's span holds.

All numbers are about words, so they hold for any language that `text` can split.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numba import njit

from provenance.text import CAPITAL, HAS_DIGIT, QUOTED, SENTENCE

SEED_BITS = 9.0
REACH, SUPPORT, COSINE = 25, 30.0, 0.15
GAP = 35
CHANCE = 0.04
"""Share of informative words that a window of unrelated text on the same subject has in common."""
KEEP_BITS, KEEP_WORDS, KEEP_WORDING, VERDICT = 60.0, 8, 35.0, 10.4
MOST_REPEATS = 400
"""A stem with more position pairs than this seeds nothing: it says nothing about where, and costs the square."""
MERGE = 12
ROUNDS = 6
SNAP = 8
TITLE_CASE = 0.6
BREAK, CLOSE = 25, 0.8
FORM_NUMBERS, FORM_SHARE = 8, 0.34
COLUMNS = 7
EDITED, QUOTE_SHARE, SUMMARY_RATIO = 0.6, 0.8, 3.0
RARE_BITS = 13.0
SUMMARY_LEAST, SUMMARY_WORDS, SUMMARY_BITS, SUMMARY_SHARE, SUMMARY_WORDING, SUMMARY_TENTHS = 120, 25, 120.0, 0.55, 4, 4
SUMMARY_ODDS, SUBJECT, TOLD, SUMMARY_MOST = 12.0, 0.12, 220.0, 180
"""A summary: of a text of so many words at least; itself so many; information of its rare words that the text has, their share of all
its rare words, how many of them are neither names nor numbers, and in how many tenths of the text they stand. (pan13: summaries
share .79 of their rare words with their source, other texts .05 and in one of a hundred .34.)"""


@dataclasses.dataclass(frozen=True, slots=True)
class Texts:
    """What alignment needs of n documents, flat by word (bounds as in Words), and the informative words sorted by stem.

    fact: bool, names and numbers. sums: float64, one longer than the words: information of the informative words before each.
    order: int64 positions (relative to the document) of words of SEED_BITS or more, sorted by (stem, position), at
    order_bounds[i]:order_bounds[i + 1].
    """

    hash: np.ndarray
    stem: np.ndarray
    bits: np.ndarray
    flags: np.ndarray
    fact: np.ndarray
    sums: np.ndarray
    bounds: np.ndarray
    order: np.ndarray
    order_bounds: np.ndarray


@dataclasses.dataclass(frozen=True, slots=True)
class Boxes:
    """Aligned passages, one row each, in words: int64 columns pair, a_start, a_end, b_start, b_end (half-open), words; float64 bits."""

    pair: np.ndarray
    a_start: np.ndarray
    a_end: np.ndarray
    b_start: np.ndarray
    b_end: np.ndarray
    words: np.ndarray
    bits: np.ndarray
    grade: np.ndarray
    """0 verbatim, 1 edited, 2 rewrite, 3 summary, 4 quotation, 5 boilerplate: index into model.KINDS."""


@njit(cache=True, nogil=True)
def _order(stems, bits, bounds, least, out, out_bounds):
    total = 0
    for d in range(len(bounds) - 1):
        low, high = bounds[d], bounds[d + 1]
        first = total
        for i in range(low, high):
            if bits[i] >= least:
                out[total] = i - low
                total += 1
        ranks = np.argsort(stems[low + out[first:total]], kind="mergesort")
        out[first:total] = out[first:total][ranks]
        out_bounds[d + 1] = total
    return total


@njit(cache=True, nogil=True)
def _facts(flags, bits, bounds, out):
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


def prepare(hashes: np.ndarray, stems: np.ndarray, bits: np.ndarray, flags: np.ndarray, bounds: np.ndarray) -> Texts:
    """Sort each document's informative words by stem, once for all pairs that it is in."""
    out, out_bounds = np.empty(len(stems), np.int64), np.zeros(len(bounds), np.int64)
    total = _order(stems, bits, bounds, SEED_BITS, out, out_bounds)
    sums = np.concatenate([[0.0], np.cumsum(np.where(bits >= SEED_BITS, bits, 0.0))])
    fact = np.empty(len(stems), np.bool_)
    _facts(flags, bits, bounds, fact)
    return Texts(hashes, stems, bits, flags, fact, sums, bounds, out[:total].copy(), out_bounds)


@njit(cache=True, nogil=True)
def _seeds(stem_a, bits_a, order_a, stem_b, order_b, seeds, weight_a, first_b, last_b):
    """Merge join of the informative words. Writes (i << 32 | j) ascending into seeds, discounted bits by position into weight_a.

    first_b, last_b: scratch of len(stem_a) zeros, the range of order_b that each position of a meets. Returns the number of
    seeds, -1 when there are more than room for; 0 when all together fall short of KEEP_BITS.
    """
    total, shared = 0, 0.0
    size = len(stem_a) + len(stem_b)
    x = y = 0
    while x < len(order_a) and y < len(order_b):
        s, t = stem_a[order_a[x]], stem_b[order_b[y]]
        if s < t:
            x += 1
        elif t < s:
            y += 1
        else:
            x2, y2 = x, y
            while x2 < len(order_a) and stem_a[order_a[x2]] == s:
                x2 += 1
            while y2 < len(order_b) and stem_b[order_b[y2]] == s:
                y2 += 1
            p = 2.0 ** -np.float64(bits_a[order_a[x]])
            w = -np.log2((1000.0 * p + (x2 - x) + (y2 - y) - 2) / (1000.0 + size))
            if (x2 - x) * (y2 - y) <= MOST_REPEATS:
                shared += w * min(x2 - x, y2 - y)
                for k in range(x, x2):
                    i = order_a[k]
                    weight_a[i], first_b[i], last_b[i] = w, y, y2
                total += (x2 - x) * (y2 - y)
            x, y = x2, y2
    if shared < KEEP_BITS:
        return 0
    if total > len(seeds):
        return -1
    n = 0
    for i in range(len(stem_a)):
        for q in range(first_b[i], last_b[i]):
            seeds[n] = i << 32 | order_b[q]
            n += 1
    return n


@njit(cache=True, nogil=True)
def _rows(seeds, starts):
    """Seeds of one position in a are a row: writes where each begins into starts, and the end. Returns how many rows."""
    rows = 0
    for s in range(len(seeds)):
        if s == 0 or seeds[s] >> 32 != seeds[s - 1] >> 32:
            starts[rows] = s
            rows += 1
    starts[rows] = len(seeds)
    return rows


@njit(cache=True, nogil=True)
def _supported(seeds, starts, rows, weight_a, sum_a, sum_b, alive):
    """Marks the seeds that others near them bear out. sum_a, sum_b: prefix sums of the informative bits of each text.

    Rows are walked pairwise with a sliding window, so that a position with many partners does not cost their product.
    """
    count = len(seeds)
    support = np.zeros(count)
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
                        support[s] += weight_a[i2]
                        support[t] += weight_a[i]
                    t += 1
    living = 0
    n, m = len(sum_a) - 1, len(sum_b) - 1
    for s in range(count):
        i, j = seeds[s] >> 32, seeds[s] & 0xFFFFFFFF
        alive[s] = False
        if support[s] >= SUPPORT:
            in_a = sum_a[min(n, i + REACH + 1)] - sum_a[max(0, i - REACH)]
            in_b = sum_b[min(m, j + REACH + 1)] - sum_b[max(0, j - REACH)]
            if support[s] + weight_a[i] >= COSINE * np.sqrt(in_a * in_b):
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
def _cluster(seeds, starts, rows, alive, up):
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
def _information(seeds, chosen, weight_a):
    """Bits of the positions in a that the chosen seeds meet: no box of theirs can hold more."""
    total, last = 0.0, np.int64(-1)
    for s in chosen:
        i = seeds[s] >> 32
        if i != last:
            total += weight_a[i]
            last = i
    return total


@njit(cache=True, nogil=True)
def _segment(bits, low, high, met):
    """The segment of [low, high) with the largest log-likelihood ratio of reuse over chance; met: words with a seed."""
    rare = hit = 0
    for k in range(low, high):
        if bits[k] >= SEED_BITS:
            rare += 1
            hit += met[k]
    rate = min(0.97, max(0.15, hit / max(1, rare)))
    gain, loss = np.log(rate / CHANCE), np.log((1.0 - CHANCE) / (1.0 - rate))
    best, best_low, best_high = 0.0, low, low
    run, start = 0.0, low
    for k in range(low, high):
        if bits[k] < SEED_BITS:
            continue
        if run <= 0.0:
            run, start = 0.0, k
        run += gain if met[k] else -loss
        if run > best:
            best, best_low, best_high = run, start, k + 1
    return best_low, best_high


@njit(cache=True, nogil=True)
def _partners(seeds, chosen, a0, a1, b0, b1, stem_a, stem_b, partner_a, partner_b):
    """Align the words of a box one to one: diagonal runs of equal stems through the chosen seeds, longest first.

    Afterwards, within the box, partner_a[i] = j and partner_b[j] = i for aligned words and -1 for the others.
    """
    partner_a[a0:a1] = -1
    partner_b[b0:b1] = -1
    run = np.empty(len(chosen), np.int64)
    begin_i = np.empty(len(chosen), np.int64)
    begin_j = np.empty(len(chosen), np.int64)
    count = 0
    reached = np.zeros((a1 - a0) + (b1 - b0) + 1, np.int64)  # by diagonal: how far in a the last run went
    for s in chosen:
        i, j = seeds[s] >> 32, seeds[s] & 0xFFFFFFFF
        if not (a0 <= i < a1 and b0 <= j < b1):
            continue
        diagonal = (i - a0) - (j - b0) + (b1 - b0)
        if i < reached[diagonal]:
            continue
        i0, j0, i1, j1 = i, j, i + 1, j + 1
        while i0 > a0 and j0 > b0 and stem_a[i0 - 1] == stem_b[j0 - 1]:
            i0 -= 1
            j0 -= 1
        while i1 < a1 and j1 < b1 and stem_a[i1] == stem_b[j1]:
            i1 += 1
            j1 += 1
        reached[diagonal] = i1
        run[count], begin_i[count], begin_j[count] = i1 - i0, i0, j0
        count += 1
    off_a, off_b = (a0 + a1) // 2, (b0 + b1) // 2
    key = np.empty(count, np.int64)
    for k in range(count):  # among equally long runs the one nearest to the box's diagonal
        key[k] = -(run[k] << 32) + abs((begin_i[k] - off_a) - (begin_j[k] - off_b))
    for k in np.argsort(key, kind="mergesort"):
        for q in range(run[k]):
            i, j = begin_i[k] + q, begin_j[k] + q
            if partner_a[i] < 0 and partner_b[j] < 0:
                partner_a[i], partner_b[j] = j, i


@njit(cache=True, nogil=True)
def _met(partner, low, high, other_low, other_high, met):
    for k in range(low, high):
        met[k] = other_low <= partner[k] < other_high


@njit(cache=True, nogil=True)
def _limits(seeds, chosen, stem_a, stem_b, bits_a, bits_b, met_a, met_b, partner_a, partner_b):
    """The box (a0, a1, b0, b1) in which the chosen seeds are dense on both sides; partners are those of the box."""
    a0 = b0 = np.int64(1) << 40
    a1 = b1 = np.int64(0)
    for s in chosen:
        i, j = seeds[s] >> 32, seeds[s] & 0xFFFFFFFF
        a0, a1, b0, b1 = min(a0, i), max(a1, i + 1), min(b0, j), max(b1, j + 1)
    for _ in range(6):
        _partners(seeds, chosen, a0, a1, b0, b1, stem_a, stem_b, partner_a, partner_b)
        _met(partner_a, a0, a1, b0, b1, met_a)
        c0, c1 = _segment(bits_a, a0, a1, met_a)
        _met(partner_b, b0, b1, c0, c1, met_b)
        d0, d1 = _segment(bits_b, b0, b1, met_b)
        same = c0 == a0 and c1 == a1 and d0 == b0 and d1 == b1
        a0, a1, b0, b1 = c0, c1, d0, d1
        if same or a0 >= a1 or b0 >= b1:
            break
    return a0, a1, b0, b1


@njit(cache=True, nogil=True)
def _aligned(seeds, a0, a1, b0, b1, stem_a, stem_b, weight_a, partner_a, partner_b):
    """(words, bits) aligned one to one in a final box, by all seeds in it."""
    first, last = np.searchsorted(seeds, a0 << 32), np.searchsorted(seeds, a1 << 32)
    _partners(seeds, np.arange(first, last), a0, a1, b0, b1, stem_a, stem_b, partner_a, partner_b)
    words, bits = 0, 0.0
    for i in range(a0, a1):
        if partner_a[i] >= 0:
            words += 1
            bits += weight_a[i]
    return words, bits


@njit(cache=True, nogil=True)
def _wording(low, high, weight, fact, flags, partner):
    """(bits of the aligned words that are neither names nor numbers, names and numbers, those aligned, numbers, those aligned)."""
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
def _snap(flags, edge, size, reach, start):
    """The sentence beginning nearest to an edge within reach words, or the edge. start: which edge, for ties inwards."""
    for off in range(reach + 1):
        for sign in (-1, 1) if start else (1, -1):
            at = edge + sign * off
            if at == 0 or at == size or (0 < at < size and flags[at] & SENTENCE):
                return at
    return edge


@njit(cache=True, nogil=True)
def _grow(hash_a, hash_b, a0, a1, b0, b1):
    """Follow equal words outwards from both corners of a box."""
    while a0 > 0 and b0 > 0 and hash_a[a0 - 1] == hash_b[b0 - 1]:
        a0 -= 1
        b0 -= 1
    while a1 < len(hash_a) and b1 < len(hash_b) and hash_a[a1] == hash_b[b1]:
        a1 += 1
        b1 += 1
    return a0, a1, b0, b1


@njit(cache=True, nogil=True)
def _grade(hash_a, hash_b, flags_a, flags_b, a0, a1, b0, b1, words):
    if a1 - a0 == b1 - b0:
        same = True
        for k in range(a1 - a0):
            if hash_a[a0 + k] != hash_b[b0 + k]:
                same = False
                break
    else:
        same = False
    quoted_a = quoted_b = 0
    for k in range(a0, a1):
        quoted_a += (flags_a[k] & QUOTED) != 0
    for k in range(b0, b1):
        quoted_b += (flags_b[k] & QUOTED) != 0
    if quoted_a >= QUOTE_SHARE * (a1 - a0) and quoted_b >= QUOTE_SHARE * (b1 - b0):
        return 4
    if same:
        return 0
    if 2.0 * words / (a1 - a0 + b1 - b0) >= EDITED:
        return 1
    ratio = (a1 - a0) / (b1 - b0)
    return 3 if ratio >= SUMMARY_RATIO or ratio <= 1 / SUMMARY_RATIO else 2


@njit(cache=True, nogil=True)
def _boxes(hash_a, stem_a, bits_a, flags_a, fact_a, sum_a, order_a, hash_b, stem_b, bits_b, flags_b, fact_b, sum_b, order_b, out, seed_room):
    """All passages of one pair into out (rows of a0, a1, b0, b1, words, bits, grade). Returns how many, -1 for more seed room."""
    n, m = len(stem_a), len(stem_b)
    seeds = np.empty(seed_room, np.int64)
    weight_a, first_b, last_b = np.zeros(n), np.zeros(n, np.int64), np.zeros(n, np.int64)
    count = _seeds(stem_a, bits_a, order_a, stem_b, order_b, seeds, weight_a, first_b, last_b)
    if count <= 1:
        return min(count, 0)
    seeds = seeds[:count]
    alive = np.zeros(count, np.bool_)
    starts = np.empty(count + 1, np.int64)
    rows = _rows(seeds, starts)
    if not _supported(seeds, starts, rows, weight_a, sum_a, sum_b, alive):
        return 0
    up = np.empty(count, np.int64)
    met_a, met_b = np.zeros(n, np.int64), np.zeros(m, np.int64)
    partner_a, partner_b = np.full(n, -1, np.int64), np.full(m, -1, np.int64)
    found = 0
    for _ in range(ROUNDS):
        _cluster(seeds, starts, rows, alive, up)
        by_root = np.argsort(up, kind="mergesort")
        boxes = np.empty((count, 4), np.int64)
        strength = np.zeros(count)
        proposed = 0
        first = 0
        while first < count:
            last = first + 1
            while last < count and up[by_root[last]] == up[by_root[first]]:
                last += 1
            chosen = by_root[first:last]
            first = last
            if not alive[chosen[0]]:
                continue
            if _information(seeds, chosen, weight_a) < KEEP_BITS:
                alive[chosen] = False
                continue
            a0, a1, b0, b1 = _limits(seeds, chosen, stem_a, stem_b, bits_a, bits_b, met_a, met_b, partner_a, partner_b)
            total = 0.0
            for k in range(a0, a1):
                if b0 <= partner_a[k] < b1:
                    total += weight_a[k]
            if total < KEEP_BITS:
                alive[chosen] = False
                continue
            boxes[proposed] = a0, a1, b0, b1
            strength[proposed] = total * total / np.sqrt((sum_a[a1] - sum_a[a0]) * (sum_b[b1] - sum_b[b0]))
            proposed += 1
        fresh = found
        for k in np.argsort(-strength[:proposed], kind="mergesort"):
            a0, a1, b0, b1 = boxes[k]
            free = found < len(out)
            for r in range(fresh, found):
                if (a0 < out[r, 1] and out[r, 0] < a1) or (b0 < out[r, 3] and out[r, 2] < b1):
                    free = False  # its words are being spent: what is left of it is proposed again in the next round
                    break
            if free:
                out[found, 0], out[found, 1], out[found, 2], out[found, 3] = a0, a1, b0, b1
                found += 1
        if found == fresh:
            break
        for s in range(count):  # a word is reused once: what a box explains on either side is spent
            i, j = seeds[s] >> 32, seeds[s] & 0xFFFFFFFF
            for r in range(fresh, found):
                if out[r, 0] <= i < out[r, 1] or out[r, 2] <= j < out[r, 3]:
                    alive[s] = False
                    break
    found = _join(out, found)
    kept_rows = 0
    r = -1
    while r + 1 < found:
        r += 1
        a0, a1, b0, b1 = np.int64(out[r, 0]), np.int64(out[r, 1]), np.int64(out[r, 2]), np.int64(out[r, 3])
        a0, a1, b0, b1 = _grow(hash_a, hash_b, a0, a1, b0, b1)
        words, bits = _aligned(seeds, a0, a1, b0, b1, stem_a, stem_b, weight_a, partner_a, partner_b)
        if bits >= 2 * KEEP_BITS:
            out[r, 0], out[r, 1], out[r, 2], out[r, 3] = a0, a1, b0, b1
            parts = _split(out, found, r, partner_a, partner_b)
            if parts > found:
                found = parts
                r -= 1
                continue
        rate = 2.0 * words / (a1 - a0 + b1 - b0)
        if rate < 0.8:
            reach = SNAP if rate < 0.5 else SNAP // 2
            c0, c1 = _snap(flags_a, a0, n, reach, True), _snap(flags_a, a1, n, reach, False)
            d0, d1 = _snap(flags_b, b0, m, reach, True), _snap(flags_b, b1, m, reach, False)
            if c0 < c1 and d0 < d1:
                a0, a1, b0, b1 = c0, c1, d0, d1
                words, bits = _aligned(seeds, a0, a1, b0, b1, stem_a, stem_b, weight_a, partner_a, partner_b)
        wording, facts_1, met_1, numbers_1, same_1 = _wording(a0, a1, weight_a, fact_a, flags_a, partner_a)
        _, facts_2, met_2, numbers_2, same_2 = _wording(b0, b1, bits_b, fact_b, flags_b, partner_b)
        facts, met, numbers, same = facts_1 + facts_2, met_1 + met_2, numbers_1 + numbers_2, same_1 + same_2
        if words < KEEP_WORDS or bits < KEEP_BITS or wording < KEEP_WORDING:
            continue
        similar = 2.0 * words / (a1 - a0 + b1 - b0)
        verdict = 2.0 * np.log(similar / (1.02 - similar)) + 1.8 * np.log(wording + 10.0) + 4.9 * (met + 1) / (facts + 2)
        if verdict < VERDICT:
            continue
        out[kept_rows, 0], out[kept_rows, 1], out[kept_rows, 2], out[kept_rows, 3] = a0, a1, b0, b1
        out[kept_rows, 4], out[kept_rows, 5] = words, bits
        if numbers >= FORM_NUMBERS and same < FORM_SHARE * numbers:
            out[kept_rows, 6] = 5  # the same form, filled in with other numbers
        else:
            out[kept_rows, 6] = _grade(hash_a, hash_b, flags_a, flags_b, a0, a1, b0, b1, words)
        kept_rows += 1
    return _distinct(out, kept_rows)


@njit(cache=True, nogil=True)
def _summaries(stem_a, bits_a, fact_a, flags_a, order_a, stem_b, bits_b, fact_b, flags_b, order_b, out, count):
    """Adds the summaries that either text holds of the other to the passages of a pair. Returns how many there are."""
    x0, x1, y0, y1, words, bits = _summary(stem_a, bits_a, fact_a, order_a, stem_b, bits_b, order_b)
    if words:
        x0, x1 = _snap(flags_a, x0, len(stem_a), SNAP, True), _snap(flags_a, x1, len(stem_a), SNAP, False)
        count = _put_summary(out, count, x0, x1, y0, y1, words, bits, 0)
    x0, x1, y0, y1, words, bits = _summary(stem_b, bits_b, fact_b, order_b, stem_a, bits_a, order_a)
    if words:
        x0, x1 = _snap(flags_b, x0, len(stem_b), SNAP, True), _snap(flags_b, x1, len(stem_b), SNAP, False)
        count = _put_summary(out, count, x0, x1, y0, y1, words, bits, 1)
    return count


@njit(cache=True, nogil=True)
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
def _split(out, count, r, partner_a, partner_b):
    """Cut box r where one side puts BREAK words or more into text that the other has without a break. Returns the new count.

    What lies between is not reused: two passages are two. Only where the rest is close (CLOSE), as a loose match has holes anyway,
    and only where the two halves do not cross.
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
def _summary(stem_x, bits_x, fact_x, order_x, stem_y, bits_y, order_y):
    """The stretch of x that sums up y, as (x0, x1, y0, y1, words, bits); words is 0 where there is none.

    A summary has few words in common with any one place of its source, but most of its rare words with the whole of it. A stretch
    is told by the share of its rare words that y has, and by their coming from all over y.
    """
    n, m = len(stem_x), len(stem_y)
    nothing = (0, 0, 0, 0, 0, 0.0)
    if m < SUMMARY_LEAST or len(order_x) == 0:
        return nothing
    where = np.full(n, -1, np.int64)  # first place of the word in y
    often = np.zeros(n, np.int64)
    total = 0.0
    x = y = 0
    while x < len(order_x) and y < len(order_y):
        s, t = stem_x[order_x[x]], stem_y[order_y[y]]
        if s < t:
            x += 1
        elif t < s:
            y += 1
        else:
            y2 = y
            while y2 < len(order_y) and stem_y[order_y[y2]] == s:
                y2 += 1
            if bits_x[order_x[x]] >= RARE_BITS:
                total += bits_x[order_x[x]]
            while x < len(order_x) and stem_x[order_x[x]] == s:
                where[order_x[x]], often[order_x[x]] = order_y[y], y2 - y
                x += 1
            y = y2
    if total < SUMMARY_BITS:
        return nothing
    best, x0, x1, run, start = 0.0, 0, 0, 0.0, 0
    for k in range(n):
        if bits_x[k] < RARE_BITS:
            continue
        chance = SUBJECT + m * 2.0 ** -np.float64(bits_x[k]) * 4.0  # a long text on the subject has a word by chance
        if chance > 0.6:
            continue
        if run <= 0.0:
            run, start = 0.0, k
        run += np.log(0.75 / chance) if where[k] >= 0 else np.log(0.25 / (1.0 - chance))
        if run > best:
            best, x0, x1 = run, start, k + 1
    if best < SUMMARY_ODDS or x1 - x0 < SUMMARY_WORDS or x1 - x0 > SUMMARY_MOST or (x1 - x0) * SUMMARY_RATIO > m:
        return nothing
    rare = met = wording = words = 0
    bits = 0.0
    tenths = np.zeros(10, np.int64)
    low, high = m, 0
    for k in range(x0, x1):
        if bits_x[k] >= SEED_BITS and where[k] >= 0:
            words += 1
        if bits_x[k] < RARE_BITS:
            continue
        rare += 1
        if where[k] >= 0:
            met += 1
            bits += bits_x[k]
            wording += not fact_x[k]
            if often[k] <= 2:
                tenths[where[k] * 10 // m] = 1
            low, high = min(low, where[k]), max(high, where[k] + 1)
    if met < SUMMARY_SHARE * rare or bits < SUMMARY_BITS or wording < SUMMARY_WORDING or tenths.sum() < SUMMARY_TENTHS:
        return nothing
    if high - low >= 0.6 * m:
        low, high = 0, m
    return x0, x1, low, high, words, bits


@njit(cache=True, nogil=True)
def _put_summary(out, count, x0, x1, y0, y1, words, bits, side):
    """Add a summary unless stronger ordinary passages tell its stretch of x better; those that are crumbs of it go. side: 0 when x is a."""
    c = 0 if side == 0 else 2
    for r in range(count):
        if out[r, 5] >= TOLD:
            return count
    if count == len(out):
        return count
    left = 0
    for r in range(count):
        over = min(x1, out[r, c + 1]) - max(x0, out[r, c])
        if over < 0.5 * (out[r, c + 1] - out[r, c]):
            out[left] = out[r]
            left += 1
    if side == 0:
        out[left, 0], out[left, 1], out[left, 2], out[left, 3] = x0, x1, y0, y1
    else:
        out[left, 0], out[left, 1], out[left, 2], out[left, 3] = y0, y1, x0, x1
    out[left, 4], out[left, 5], out[left, 6] = words, bits, 3
    return left + 1


@njit(cache=True, nogil=True)
def _join(out, count):
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


@njit(cache=True, nogil=True)
def _distinct(out, count):
    """Drop a box most of which, on either side, a stronger one explains (text that one side repeats)."""
    order = np.argsort(-out[:count, 5], kind="mergesort")
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


@njit(cache=True, nogil=True)
def _align(hashes, stems, bits, flags, fact, sums, bounds, order, order_bounds, one, two, out, out_pair, limit):
    """Aligns pairs from `limit[0]` on until out is full; limit[0] becomes the next pair. Returns rows written."""
    rows = 0
    scratch = np.empty((256, COLUMNS))
    while limit[0] < len(one):
        p = limit[0]
        a, b = one[p], two[p]
        la, ha, lb, hb = bounds[a], bounds[a + 1], bounds[b], bounds[b + 1]
        room = 4 * (ha - la + hb - lb) + 64
        while True:
            found = _boxes(
                hashes[la:ha], stems[la:ha], bits[la:ha], flags[la:ha], fact[la:ha], sums[la : ha + 1], order[order_bounds[a] : order_bounds[a + 1]],
                hashes[lb:hb], stems[lb:hb], bits[lb:hb], flags[lb:hb], fact[lb:hb], sums[lb : hb + 1], order[order_bounds[b] : order_bounds[b + 1]],
                scratch, room,
            )  # fmt: skip
            if found >= 0:
                break
            room *= 4
        found = _summaries(
            stems[la:ha], bits[la:ha], fact[la:ha], flags[la:ha], order[order_bounds[a] : order_bounds[a + 1]],
            stems[lb:hb], bits[lb:hb], fact[lb:hb], flags[lb:hb], order[order_bounds[b] : order_bounds[b + 1]],
            scratch, found,
        )  # fmt: skip
        if rows + found > len(out):
            return rows
        for r in range(found):
            out[rows] = scratch[r]
            out_pair[rows] = p
            rows += 1
        limit[0] += 1
    return rows


def align(texts: Texts, one: np.ndarray, two: np.ndarray) -> Boxes:
    """The shared passages of each pair (one[p], two[p]) of documents of the batch (int64), in order of pairs."""
    limit = np.zeros(1, np.int64)
    parts = []
    while limit[0] < len(one):
        out, pair = np.empty((2 * (len(one) - int(limit[0])) + 512, COLUMNS)), np.empty(2 * (len(one) - int(limit[0])) + 512, np.int64)
        rows = _align(
            texts.hash, texts.stem, texts.bits, texts.flags, texts.fact, texts.sums, texts.bounds, texts.order, texts.order_bounds, one, two, out, pair, limit
        )
        parts.append((pair[:rows], out[:rows]))
    pair = np.concatenate([p for p, _ in parts]) if parts else np.empty(0, np.int64)
    table = np.concatenate([t for _, t in parts]) if parts else np.empty((0, COLUMNS))
    whole = table[:, [0, 1, 2, 3, 4, 6]].astype(np.int64)
    return Boxes(pair, whole[:, 0], whole[:, 1], whole[:, 2], whole[:, 3], whole[:, 4], table[:, 5], whole[:, 5])


SETTINGS = {
    "reach": f"{REACH}/{SUPPORT}/{COSINE}",
    "gap": str(GAP),
    "keep": f"{KEEP_BITS}/{KEEP_WORDS}/{KEEP_WORDING}/{VERDICT}",
    "limits": f"{CHANCE}/{MERGE}/{SNAP}/{ROUNDS}/{MOST_REPEATS}",
}
"""The parameters of this room that results depend on, as the store pins them."""
