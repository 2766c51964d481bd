"""Two texts -> the passages that they share, with exact limits. Pure, symmetric evidence: says nothing about who copied.

Method, after seed-and-extend text alignment (Sanchez-Perez, Sidorov, Gelbukh, PAN 2014; Potthast et al., PAN 2013), on words
instead of sentences and weighted by information:

1. seeds    positions with equal informative stems, discounted by what the two texts repeat: with tf occurrences in L words a
            stem of probability p counts -log2((1000 p + tf - 2) / (1000 + L)) bits. Those that others near them bear out
            live, and are chained into clusters.
2. limits   words are paired one to one; each cluster's box ends where reuse gives way to chance.
3. boxes    the strongest boxes first, each word used once; what is left is clustered again. Boxes are joined, cut, grown
            along equal words and, where loose, snapped to sentence ends.
4. judge    similarity, information of the wording, agreement of names and numbers: is it reuse, and of what kind?
5. whole    two short texts are weighed as wholes.
6. summary  a stretch that sums up a whole text, which seeds cannot see.
7. phrases  where nothing is found and the two are on one event: a few words that both have in order.

`forms` tells notes made from one mould; `side` and `pair` hold the kernels' view of a text and the order of the steps. All
numbers are about words, so they hold for any language that `text` can split.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from provenance.align import boxes, forms, judge, limits, pair, phrases, seeds, summary, whole
from provenance.align.boxes import COLUMNS
from provenance.align.judge import mark_facts
from provenance.align.order import ascending
from provenance.align.pair import MOST_CONFLICTS, passages
from provenance.align.phrases import add_phrase
from provenance.align.side import Side
from provenance.align.summary import add_summary
from provenance.kernel import njit

MOST_PASSAGES = 256
"""Passages of one pair; only texts of a book's length reach it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Texts:
    """n documents, flat: the arrays of Side by word, document i at bounds[i]:bounds[i + 1] (int64), those in order of stems at
    order_bounds likewise.

    sums runs on over all documents and is one longer than the words.
    """

    hash: np.ndarray
    stem: np.ndarray
    bits: np.ndarray
    flags: np.ndarray
    fact: np.ndarray
    sums: np.ndarray
    by_stem: np.ndarray
    bounds: np.ndarray
    order: np.ndarray
    sorted: np.ndarray
    chance: np.ndarray
    order_bounds: np.ndarray


@dataclasses.dataclass(frozen=True, slots=True)
class Boxes:
    """Aligned passages, a row each, in words: int64 columns but for bits (float64), in order of pairs."""

    pair: np.ndarray
    a_start: np.ndarray
    a_end: np.ndarray
    b_start: np.ndarray
    b_end: np.ndarray
    words: np.ndarray
    bits: np.ndarray
    grade: np.ndarray
    """Index into model.KINDS."""
    conflict: np.ndarray
    """int64 of shape (conflicts, 3): row, word of a, word of b that are names or numbers and disagree."""


@njit(cache=True, nogil=True)
def _order(stems, bits, bounds, least, out, out_stems, out_chance, out_bounds):
    """Informative positions of each document, sorted by (stem, position), with what Side keeps of each. Returns how many."""
    total = 0
    for d in range(len(bounds) - 1):
        low, high = bounds[d], bounds[d + 1]
        first = total
        for i in range(low, high):
            if bits[i] >= least:
                out[total] = i - low
                total += 1
        out[first:total] = out[first:total][ascending(stems[low + out[first:total]])]
        for k in range(first, total):
            out_stems[k] = stems[low + out[k]]
            out_chance[k] = 1000.0 * 2.0 ** -np.float64(bits[low + out[k]])
        out_bounds[d + 1] = total
    return total


@njit(cache=True, nogil=True)
def _by_stem(stems, bounds, out):
    """The positions of all words of each short text, sorted by (stem, position)."""
    for d in range(len(bounds) - 1):
        if bounds[d + 1] - bounds[d] <= whole.MOST_WORDS:
            out[bounds[d] : bounds[d + 1]] = ascending(stems[bounds[d] : bounds[d + 1]])


def prepare(hashes: np.ndarray, stems: np.ndarray, bits: np.ndarray, flags: np.ndarray, bounds: np.ndarray) -> Texts:
    """What alignment needs of each document, made once for all pairs that it is in."""
    rare = int(np.count_nonzero(bits >= seeds.SEED_BITS))
    order, order_bounds = np.empty(rare, np.int64), np.zeros(len(bounds), np.int64)
    in_order, chance = np.empty(rare, np.uint64), np.empty(rare)
    _order(stems, bits, bounds, seeds.SEED_BITS, order, in_order, chance, order_bounds)
    sums = np.concatenate([[0.0], np.cumsum(np.where(bits >= seeds.SEED_BITS, bits, 0.0))])
    fact = np.empty(len(stems), np.int8)
    mark_facts(flags, bits, bounds, fact)
    by_stem = np.empty(len(stems), np.uint8)
    _by_stem(stems, bounds, by_stem)
    return Texts(hashes, stems, bits, flags, fact, sums, by_stem, bounds, order, in_order, chance, order_bounds)


@njit(cache=True, nogil=True, allocates=False)
def _side(texts, bounds, order_bounds, d):
    low, high = bounds[d], bounds[d + 1]
    part, ordered = slice(low, high), slice(order_bounds[d], order_bounds[d + 1])
    return Side(
        texts.hash[part],
        texts.stem[part],
        texts.bits[part],
        texts.flags[part],
        texts.fact[part],
        texts.sums[low : high + 1],
        texts.by_stem[part],
        texts.order[ordered],
        texts.sorted[ordered],
        texts.chance[ordered],
    )


@njit(cache=True, nogil=True, allocates=False)
def _one(texts, bounds, order_bounds, one, two, met, out, clash):
    """What two documents share, into out and clash. Returns (passages, conflicts).

    A function of its own, because the sides do not outlive it: so nobody need count who uses their arrays.
    """
    a, b = _side(texts, bounds, order_bounds, one), _side(texts, bounds, order_bounds, two)
    room = 4 * (len(a.stem) + len(b.stem)) + 64
    found, conflicting = passages(a, b, met, out, clash, room)
    while found < 0:
        room *= 4
        found, conflicting = passages(a, b, met, out, clash, room)
    before = found
    if max(met[0], met[1]) >= summary.LEAST_BITS:
        found = add_summary(a, b, met, out, found)
    if not found and min(met[0], met[1]) >= phrases.NAMES and max(len(a.stem), len(b.stem)) > whole.MOST_WORDS:
        return add_phrase(a, b, out), 0
    if found != before or (found and out[found - 1, 6] == judge.SUMMARY):
        conflicting = 0  # rows have moved; a summary's crumbs say nothing of conflicts
    return found, conflicting


@njit(cache=True, nogil=True)
def _align(texts, bounds, order_bounds, one, two, out, out_pair, clash, done):
    """Aligns pairs from done[0] on until out or clash is full; done[0] becomes the next pair. Returns (rows, conflicts)."""
    rows = clashes = 0
    scratch = np.empty((MOST_PASSAGES, COLUMNS))
    clash_scratch = np.empty((MOST_PASSAGES * MOST_CONFLICTS, 3), np.int64)
    met = np.empty(2)
    while done[0] < len(one):
        p = done[0]
        found, conflicting = _one(texts, bounds, order_bounds, one[p], two[p], met, scratch, clash_scratch)
        if rows + found > len(out) or clashes + conflicting > len(clash):
            break
        for k in range(conflicting):
            clash[clashes, 0] = rows + clash_scratch[k, 0]
            clash[clashes, 1], clash[clashes, 2] = clash_scratch[k, 1], clash_scratch[k, 2]
            clashes += 1
        for r in range(found):
            out[rows] = scratch[r]
            out_pair[rows] = p
            rows += 1
        done[0] += 1
    return rows, clashes


def align(texts: Texts, one: np.ndarray, two: np.ndarray) -> Boxes:
    """The shared passages of each pair (one[p], two[p]) of documents of the batch (int64), in order of pairs."""
    flat = Side(
        texts.hash, texts.stem, texts.bits, texts.flags, texts.fact, texts.sums, texts.by_stem, texts.order, texts.sorted,
        texts.chance,
    )  # fmt: skip
    done = np.zeros(1, np.int64)
    total = 0
    tables, pairs, clashes = [np.empty((0, COLUMNS))], [np.empty(0, np.int64)], [np.empty((0, 3), np.int64)]
    while done[0] < len(one):
        room = 2 * (len(one) - int(done[0])) + 2 * MOST_PASSAGES
        out, pair_of = np.empty((room, COLUMNS)), np.empty(room, np.int64)
        clash = np.empty((MOST_CONFLICTS * room, 3), np.int64)
        rows, conflicting = _align(flat, texts.bounds, texts.order_bounds, one, two, out, pair_of, clash, done)
        clash = clash[:conflicting].copy()
        clash[:, 0] += total
        total += rows
        tables.append(out[:rows])
        pairs.append(pair_of[:rows])
        clashes.append(clash)
    table = np.concatenate(tables)
    whole = table[:, [0, 1, 2, 3, 4, 6]].astype(np.int64)
    return Boxes(np.concatenate(pairs), *(whole[:, k] for k in range(5)), table[:, 5], whole[:, 5], np.concatenate(clashes))


_SETTINGS = {
    "seeds": (seeds.SEED_BITS, seeds.MOST_REPEATS, seeds.LEAST_BITS),
    "clusters": (seeds.REACH, seeds.SUPPORT, seeds.COSINE, seeds.GAP),
    "limits": (limits.CHANCE, limits.LEAST_RATE, limits.MOST_RATE, limits.STEPS),
    "boxes": (boxes.MERGE, boxes.BREAK, boxes.CLOSE, pair.ROUNDS, pair.SNAP, pair.LOOSE, pair.VERY_LOOSE),
    "judge": (
        judge.LEAST_WORDS,
        judge.LEAST_WORDING,
        judge.VERDICT,
        judge.TITLE_CASE,
        judge.HEADLINE,
        judge.NAME_BITS,
        *judge.WEIGHTS,
        judge.NEAR_BITS,
        judge.NEAR,
    ),
    "kinds": (
        judge.FORM_NUMBERS,
        judge.FORM_DENSITY,
        judge.FORM_SHARE,
        judge.EDITED_FROM,
        judge.QUOTE_SHARE,
        judge.SUMMARY_RATIO,
    ),
    "forms": (
        forms.MUCH,
        forms.WORDING,
        forms.NUMBERS,
        forms.DENSITY,
        forms.SHORT_NUMBERS,
        forms.SHORT_DENSITY,
        forms.ANEW,
        forms.SLOTS,
        forms.BESIDE,
        forms.COPIED,
    ),
    "whole": (
        whole.MOST_WORDS,
        whole.LEAST_BITS,
        *whole.WEIGHTS,
        whole.VERDICT,
        whole.DOUBT,
        whole.CLOSE,
        whole.MORE,
        whole.FORM_NUMBERS,
        whole.FORM_SHARE,
    ),
    "summary": (seeds.RARE_BITS, summary.LEAST_TEXT, summary.LEAST_WORDS, summary.MOST_WORDS, summary.MOST_RATIO),
    "summary_evidence": (summary.ODDS, summary.SUBJECT, summary.LEAST_BITS, summary.TENTHS, *summary.WEIGHTS, summary.VERDICT),
    "summary_contrast": (summary.CONTRAST, summary.FEW),
    "summary_or_passage": (*summary.CHOICE, summary.MARGIN),
    "phrases": (
        phrases.NAMES,
        phrases.NAMES_SHARE,
        phrases.SURE,
        phrases.WEAK,
        phrases.WORDING,
        phrases.GAP,
        phrases.AROUND,
        phrases.MORE,
        phrases.MOST_CELLS,
    ),
}
SETTINGS = {name: "/".join(map(str, values)) for name, values in _SETTINGS.items()}
"""The parameters of this package that results depend on, as the store pins them."""
