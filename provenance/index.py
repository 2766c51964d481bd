"""Keys -> candidate pairs, as arrays; knows nothing of files or SQL.

A run is the postings of some documents, sorted: a night adds one, and four runs of a level merge into one of the next (a
log-structured merge tree, O'Neil et al. 1996). A posting is the upper bits of a key and the number of a document (packed.py);
keys are compared by these bits alone. A document's rank is the head of its text's hash, so that "the first sixteen of a key"
means the same whatever came when.

Documents are taken one after another; each is compared with those that came before it. A key of more than CAP such documents
says little: a BAND or SHINGLE key then leads to the CAP of smallest rank, which keeps a family of ten thousand copies
whole by pairing each with the same sixteen, and a PAIR key leads nowhere. Capped keys are counted. No key costs more than its
cap for each document that holds it, but for counting its postings once a batch.

A pair is a candidate when it shares a BAND, or PAIRs and SHINGLEs (of SHINGLE_BITS) of `threshold` bits together (probe.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from provenance.kernel import njit
from provenance.packed import DOCUMENT, KEY
from provenance.sign import PAIR, PAIR_BITS, Keys

CAP = 16
"""Documents that a key may lead to (measured: 7 of 24,170 families' merges were lost at 16, for a tenth of the candidates)."""
KEY_LEAST = 4
PAIR_CAP = 32
LEAST_BITS, LENGTH_BITS, LENGTH_POWER, FOLD_BITS, FOLD_WORDS = 44.0, 9.0, 0.4, 36.0, 50.0
"""Of two texts of n words, sqrt(words of a * words of b), threshold is the most of LEAST_BITS, two PAIRs; LENGTH_BITS * n **
LENGTH_POWER; and LEAST_BITS and FOLD_BITS for each e-fold of n over FOLD_WORDS: long texts meet by chance more often. (330 words
need 112 bits, 1,000 153, 8,000 328.) Pairs that share nothing but chance grow with the square of the store: they are what its
growth costs. The last of the three spares two thirds of them among made-up articles and a fifth among Reuters' stories, for one
in 400 of the pairs with passages in pan13, one in 200 in Reuters, none of 10,000 in rewritten news."""
SHORT_BITS, SHORT_WORDS = PAIR_BITS, 40
"""Two texts of a sentence each, at most so many words, need one PAIR, whatever it says: a reworded sentence may keep no other.
(With 28 bits Reuters has 14 % less candidates, all of them short, and news_rewrites loses one in 300 of its pairs.)"""
SHINGLE_BITS = 80.0
BAND_BITS = 80_000.0
"""A shared BAND is worth a thousand SHINGLEs, that is, always enough."""
FAN_OUT = 4
"""Each run is asked for each key. At 200,000 articles eight take 33 s to ask and 2 to merge, four 26 and 3."""
DOUBT = 40.0
"""Bits that freshness takes for widely held beside those that two texts share: of a form, which shares some fifteen PAIRs, three
or four are rare by chance."""


def names(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the distinct keys among these, sorted, by the bits that count; the place of each in them, int64)."""
    return np.unique(key & KEY, return_inverse=True)


def build(keys: Keys, documents: np.ndarray) -> np.ndarray:
    """The run of a batch whose documents have these numbers: sorted uint64."""
    postings = np.sort((keys.key & KEY) | np.repeat(documents.astype(np.uint64), np.diff(keys.bounds)))
    return postings[np.append(True, postings[1:] != postings[:-1])[: len(postings)]]  # numpy.unique hashes: ten times as slow


def merge(runs: Iterable[Iterator[np.ndarray]], alive: np.ndarray) -> Iterator[np.ndarray]:
    """One run of several that come in sorted chunks, in such chunks, without the documents that are not alive (bool by number).

    No more than a chunk of each run is held at a time.
    """
    sources = list(runs)
    heads = [np.empty(0, np.uint64) for _ in sources]
    while True:
        for i, source in enumerate(sources):
            while not len(heads[i]):
                chunk = next(source, None)
                if chunk is None:
                    break
                heads[i] = chunk[alive[chunk & DOCUMENT]]
        filled = [head for head in heads if len(head)]
        if not filled:
            return
        bound = min(head[-1] for head in filled)
        cuts = [int(np.searchsorted(head, bound, "right")) for head in heads]
        yield np.sort(np.concatenate([head[:cut] for head, cut in zip(heads, cuts, strict=True)]))
        heads = [head[cut:] for head, cut in zip(heads, cuts, strict=True)]


@njit(cache=True, nogil=True)
def threshold(words_a, words_b):
    """Bits that two texts of these lengths must share in PAIRs to be looked at."""
    if max(words_a, words_b) <= SHORT_WORDS:
        return SHORT_BITS
    words = math.sqrt(np.float64(words_a) * np.float64(words_b))
    return max(LEAST_BITS, LENGTH_BITS * words**LENGTH_POWER, LEAST_BITS + FOLD_BITS * math.log(max(1.0, words) / FOLD_WORDS))


@njit(cache=True, nogil=True)
def _common(key, bounds, one, two, place, out_bounds):
    """Places of the keys that both documents of each pair hold; with no room, only how many."""
    total = 0
    for p in range(len(one)):
        x, x_end, y, y_end = bounds[one[p]], bounds[one[p] + 1], bounds[two[p]], bounds[two[p] + 1]
        while x < x_end and y < y_end:
            if key[x] < key[y]:
                x += 1
            elif key[y] < key[x]:
                y += 1
            else:
                if len(place):
                    place[total] = x
                total += 1
                x += 1
                y += 1
        out_bounds[p + 1] = total
    return total


def in_both(key: np.ndarray, bounds: np.ndarray, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """How many keys both documents of each pair hold; those of document d, ascending, are key[bounds[d] : bounds[d + 1]]."""
    shared = np.zeros(len(one) + 1, np.int64)
    _common(key, bounds, one, two, np.empty(0, np.int64), shared)
    return np.diff(shared)


def common(keys: Keys, one: np.ndarray, two: np.ndarray) -> Keys:
    """The PAIRs that both documents of each pair hold."""
    only = keys.key >> np.uint64(62) == PAIR
    bounds = np.concatenate([[0], np.cumsum(only)])[keys.bounds]
    key, bits = keys.key[only], keys.bits[only]
    shared = np.zeros(len(one) + 1, np.int64)
    place = np.empty(_common(key, bounds, one, two, np.empty(0, np.int64), shared), np.int64)
    if len(place):
        _common(key, bounds, one, two, place, shared)
    return Keys(key[place], bits[place], shared)


def joined(several: Sequence[Keys]) -> Keys:
    """The keys of all documents, or pairs, of several batches."""
    sizes = np.concatenate([[0], *(np.diff(keys.bounds) for keys in several)])
    return Keys(np.concatenate([keys.key for keys in several]), np.concatenate([keys.bits for keys in several]), np.cumsum(sizes))


def freshness(shared: Keys, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each pair of documents: the share of their common PAIRs' information, and DOUBT, that few others hold; and all of
    that in bits.

    shared: as `common` has it; count: in how many documents each key stands. The share is 1 where a pair has no PAIR in common.
    What everybody's texts share says nothing about two of them.
    """
    pair = np.repeat(np.arange(len(shared.bounds) - 1), np.diff(shared.bounds))
    total = np.bincount(pair, shared.bits, len(shared.bounds) - 1)
    fresh = np.bincount(pair, np.where(count <= PAIR_CAP, shared.bits, 0), len(shared.bounds) - 1)
    return np.divide(fresh, total + DOUBT, out=np.ones(len(total)), where=total > 0), total + DOUBT
