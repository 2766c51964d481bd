"""Phrases that two texts on one event share, where nothing longer is shared. Kernels.

Who retells what he read elsewhere may keep no more of it than a turn of five to twenty words. That is too little for a passage,
and of two texts that are made alike (a filing, a results table) or on one subject it says nothing: thousands share such. Of two
texts that name the same people and places it does: so phrases are sought only where the names that stand elsewhere in the two
texts hold NAMES bits in common, and NAMES_SHARE of all that the text with fewer has. In two draws of 500 Reuters stories 800
pairs have an alignment of 45 bits; in four draws eight have a phrase.

A phrase is a local alignment (Smith and Waterman 1981) of stems: an equal stem counts its information, discounted by what the two
texts repeat, a word without partner costs GAP. One of SURE bits is evidence; one of WEAK bits where a third text bears it out
(see spread): that is stored without bits.
"""

from __future__ import annotations

import numpy as np

from provenance.align.boxes import COLUMNS
from provenance.align.judge import FACT, kind_of
from provenance.align.seeds import SEED_BITS, find_seeds
from provenance.kernel import njit
from provenance.text import HAS_DIGIT

NAMES, NAMES_SHARE = 110.0, 0.33
"""Information of distinct names that two texts on one event share, and its share of the names of the one with fewer."""
SURE, WEAK, WORDING = 48.0, 30.0, 36.0
GAP = 3.0
"""What a word without partner costs, in bits."""
MOST_CELLS = 4_000_000
"""Words of one text times words of the other: two of 2,000 words. Of longer ones each has something of all things, and time."""
AROUND, MORE = 4, 10.0
"""Words around an alignment of informative words in which it may begin with others, and the bits that these may add."""
MOST_PHRASES = 16
"""Alignments that are remembered while looking."""


@njit(cache=True, nogil=True, allocates=False)
def _name(side, x, low, high):
    """(where the next stem begins in the order of `side`, bits of the stem at x where it is a name outside of [low, high))."""
    s, bits = side.sorted[x], 0.0
    while x < len(side.sorted) and side.sorted[x] == s:
        i = side.order[x]
        if not low <= i < high and side.fact[i] == FACT and not side.flags[i] & HAS_DIGIT:
            bits = np.float64(side.bits[i])
        x += 1
    return x, bits


@njit(cache=True, nogil=True, allocates=False)
def one_event(a, b, a0, a1, b0, b1):
    """Whether two texts name the same, outside of [a0, a1) and [b0, b1)."""
    shared = in_a = in_b = 0.0
    x = y = 0
    while x < len(a.sorted) or y < len(b.sorted):
        at_a = x < len(a.sorted) and (y == len(b.sorted) or a.sorted[x] <= b.sorted[y])
        at_b = y < len(b.sorted) and (x == len(a.sorted) or b.sorted[y] <= a.sorted[x])
        bits_a = bits_b = 0.0
        if at_a:
            x, bits_a = _name(a, x, a0, a1)
        if at_b:
            y, bits_b = _name(b, y, b0, b1)
        in_a += bits_a
        in_b += bits_b
        shared += min(bits_a, bits_b)
    return shared >= max(NAMES, NAMES_SHARE * min(in_a, in_b))


@njit(cache=True, nogil=True, allocates=False)
def _starts(a, b, order, i, box, first, last, anywhere, out):
    """Words of b, counted from where the box begins, at which an alignment may begin with word i of a. Returns how many."""
    count = 0
    if anywhere:
        for j in range(box[2], box[3]):
            out[count] = j - box[2]
            count += b[j] == a[i]
    else:
        for q in range(first[i], last[i]):
            out[count] = order[q] - box[2]
            count += box[2] <= order[q] < box[3]
    return count


@njit(cache=True, nogil=True)
def locally(a, b, order, weight, first, last, box, anywhere, least, out):
    """The best local alignments within a box (a0, a1, b0, b1), one for each pair of words where they begin, of `least` bits or
    more: rows (a0, a1, b0, b1, words, bits). Returns how many.

    a, b: stems; order: of Side b. weight: of each word of a, what it counts where b has its stem. anywhere: they may begin
    with any words; else only where informative ones meet, as find_seeds has them in first and last. Only what can be reached
    from there is looked at: of the table of two articles a tenth or less.
    """
    width = box[3] - box[2]
    score, above = np.zeros(width + 1), np.zeros(width + 1)
    at, at_above = np.zeros((width + 1, 3), np.int64), np.zeros((width + 1, 3), np.int64)  # where in a and b; words so far
    live, live_above = np.empty(width + 1, np.int64), np.empty(width + 1, np.int64)  # columns above zero: word j has column j + 1
    starts = np.empty(width + 1, np.int64)
    count = lives = lives_above = 0
    for i in range(box[0], box[1]):
        score, above, at, at_above, live, live_above = above, score, at_above, at, live_above, live
        lives, lives_above = lives_above, lives
        for k in range(lives):
            score[live[k]] = 0.0
        lives = x = y = 0
        few = _starts(a, b, order, i, box, first, last, anywhere, starts)
        j = -1
        while True:
            column = j + 1  # the last that was looked at
            while x < lives_above and live_above[x] < column:
                x += 1
            while y < few and starts[y] <= j:
                y += 1
            j = width
            if score[column] > 0.0:
                j = column
            elif x < lives_above:
                j = max(column, live_above[x] - 1)
            if y < few:
                j = min(j, starts[y])
            if j >= width:
                break
            met = b[box[2] + j] == a[i]
            best, back = above[j] + (weight[i] if met else -GAP), 0
            if above[j + 1] - GAP > best:
                best, back = above[j + 1] - GAP, 1
            if score[j] - GAP > best:
                best, back = score[j] - GAP, 2
            if best <= 0.0 or (back == 0 and above[j] <= 0.0 and not (y < few and starts[y] == j)):
                continue
            score[j + 1] = best
            live[lives] = j + 1
            lives += 1
            if back == 0 and above[j] <= 0.0:
                at[j + 1, 0], at[j + 1, 1], at[j + 1, 2] = i, box[2] + j, 1
            else:
                before = at_above[j] if back == 0 else at_above[j + 1] if back == 1 else at[j]
                at[j + 1, 0], at[j + 1, 1], at[j + 1, 2] = before[0], before[1], before[2] + (back == 0 and met)
            if met and back == 0 and best >= least:
                count = _remember(out, count, at[j + 1, 0], i + 1, at[j + 1, 1], box[2] + j + 1, at[j + 1, 2], best)
    return count


@njit(cache=True, nogil=True, allocates=False)
def _remember(out, count, a0, a1, b0, b1, words, bits):
    """Keep an alignment, if it is the best of those that begin where it does. Returns how many there are."""
    row = count
    for r in range(count):
        if out[r, 0] == a0 and out[r, 2] == b0:
            if out[r, 5] >= bits:
                return count
            row = r
            break
    if row == len(out):
        row = int(np.argmin(out[:, 5]))
        if out[row, 5] >= bits:
            return count
    out[row, 0], out[row, 1], out[row, 2], out[row, 3], out[row, 4], out[row, 5] = a0, a1, b0, b1, words, bits
    return max(count, row + 1)


@njit(cache=True, nogil=True, allocates=False)
def _wording(a, b, weight, a0, a1, b0, b1):
    """The information of the words of a box of a that are no names or numbers and stand in that of b."""
    bits = 0.0
    for i in range(a0, a1):
        for j in range(b0, b1):
            if a.stem[i] == b.stem[j]:
                bits += weight[i] if a.fact[i] != FACT else 0.0
                break
    return bits


@njit(cache=True, nogil=True)
def add_phrase(a, b, out):
    """The best phrase that two Sides of one event share, if any, into the first row of out. Returns how many."""
    n, m = len(a.stem), len(b.stem)
    if n * m > MOST_CELLS or not one_event(a, b, 0, 0, 0, 0):
        return 0
    weight, first, last, met = np.zeros(n), np.zeros(n, np.int64), np.zeros(n, np.int64), np.empty(2)
    find_seeds(a, b, np.inf, met, first[:0], weight, first, last)
    for i in range(n):
        if a.bits[i] < SEED_BITS:
            weight[i] = a.bits[i]
    found, near = np.zeros((MOST_PHRASES, COLUMNS)), np.zeros((MOST_PHRASES, COLUMNS))
    count = locally(a.stem, b.stem, b.order, weight, first, last, (0, n, 0, m), False, WEAK - MORE, found)
    best = 0.0
    for r in range(count):
        if found[r, 5] + MORE <= best:
            continue
        a0, a1, b0, b1 = np.int64(found[r, 0]), np.int64(found[r, 1]), np.int64(found[r, 2]), np.int64(found[r, 3])
        box = max(0, a0 - AROUND), min(n, a1 + AROUND), max(0, b0 - AROUND), min(m, b1 + AROUND)
        for k in range(locally(a.stem, b.stem, b.order, weight, first, last, box, True, WEAK, near)):
            a0, a1, b0, b1 = np.int64(near[k, 0]), np.int64(near[k, 1]), np.int64(near[k, 2]), np.int64(near[k, 3])
            if near[k, 5] > best and _wording(a, b, weight, a0, a1, b0, b1) >= WORDING and one_event(a, b, a0, a1, b0, b1):
                best = near[k, 5]
                out[0] = near[k]
    if best == 0.0:
        return 0
    a0, a1, b0, b1 = np.int64(out[0, 0]), np.int64(out[0, 1]), np.int64(out[0, 2]), np.int64(out[0, 3])
    out[0, 5] = best if best >= SURE else 0.0
    out[0, 6] = kind_of(a, b, a0, a1, b0, b1, np.int64(out[0, 4]))
    return 1
