"""Near-duplicates of a corpus in one pass, without a store: texts in, clusters out. Pure.

For who cleans a corpus and asks no more than what can be thrown away. Words are those of `text`, and signatures over shingles,
in bands, those of `sign`; texts that share a band are compared by the Jaccard similarity of their shingles, exactly and not by
an estimate, and are joined from a threshold on (single linkage).

A band leads to the last CAP texts that have it and are not yet joined, so that ten thousand forms alike do not cost their
square. In memory are four bytes a word and 64 a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from provenance import sign
from provenance.kernel import njit
from provenance.sign import BANDS, ROWS
from provenance.text import Splitter, mix
from provenance.unions import find

THRESHOLD = 0.7
"""Jaccard similarity from which on two texts are near-duplicates. At .7 the bands find .6 of the pairs, at .8 .95; those that
they miss are often joined by a third text."""
CAP = 16
_BATCH = 1 << 17
"""Characters that are split in one go: few enough for the caches."""


def clusters(texts: Iterable[str], threshold: float = THRESHOLD) -> np.ndarray:
    """For each text the number of the first text of its cluster (int64): where that is its own number, it is what stays of a
    corpus without near-duplicates. A text without words is like no other."""
    splitter = Splitter()
    shingles, counts, bands = [np.empty(0, np.uint32)], [np.empty(0, np.int64)], [np.empty((BANDS, 0), np.uint32)]
    for batch in _batches(texts):
        hashes, bounds = splitter.hashes(batch)
        out, keys = np.empty(len(hashes) + len(batch), np.uint32), np.empty((BANDS, len(batch)), np.uint32)
        count = np.empty(len(batch), np.int64)
        total = _sketch(hashes, bounds, *sign.permutations(), out, count, keys)
        shingles.append(out[:total].copy())
        counts.append(count)
        bands.append(keys)
    bounds = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    up = np.arange(len(bounds) - 1)
    flat, sizes = np.concatenate(shingles), np.full(len(up), -1, np.int64)
    having = np.flatnonzero(np.diff(bounds)).astype(np.uint64)
    for keys in np.concatenate(bands, axis=1):
        _join(np.sort(keys[having].astype(np.uint64) << np.uint64(32) | having), flat, bounds, sizes, threshold, up)
    _settle(up)
    return up


def _batches(texts: Iterable[str]) -> Iterator[Sequence[str]]:
    batch, size = [], 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@njit(cache=True, nogil=True)
def _sketch(hashes, bounds, a, b, shingles, counts, bands):
    """Low halves of the shingles of each text, one behind the other, how many there are, and the keys of its bands. Returns how
    many there are in all."""
    longest = 0
    for d in range(len(counts)):
        longest = max(longest, bounds[d + 1] - bounds[d])
    scratch = np.empty(longest + 1, np.uint64)
    signature = np.empty(len(a), np.uint32)
    total = 0
    for d in range(len(counts)):
        count = sign.shingle(hashes[bounds[d] : bounds[d + 1]], scratch)
        sign.minhash(scratch[:count], a, b, signature)
        for k in range(count):
            shingles[total + k] = np.uint32(scratch[k])
        counts[d] = count
        total += count
        for band in range(BANDS):
            h = np.uint64(0)
            for r in range(band * ROWS, (band + 1) * ROWS, 2):
                h = mix(h ^ (np.uint64(signature[r]) << np.uint64(32) | np.uint64(signature[r + 1])))
            bands[band, d] = np.uint32(h)
    return total


@njit(cache=True, nogil=True)
def _distinct(shingles, bounds, sizes, d):
    """Sorts the shingles of a text and drops what repeats, once; returns how many are left."""
    if sizes[d] < 0:
        low, high = bounds[d], bounds[d + 1]
        shingles[low:high] = np.sort(shingles[low:high])
        n = low
        for k in range(low, high):
            if k == low or shingles[k] != shingles[n - 1]:
                shingles[n] = shingles[k]
                n += 1
        sizes[d] = n - low
    return sizes[d]


@njit(cache=True, nogil=True)
def _alike(shingles, bounds, sizes, x, y, threshold):
    """Whether the Jaccard similarity of two texts reaches the threshold."""
    n, m = _distinct(shingles, bounds, sizes, x), _distinct(shingles, bounds, sizes, y)
    if min(n, m) < threshold * max(n, m):
        return False
    i, j = bounds[x], bounds[y]
    last_i, last_j = i + n, j + m
    both = 0
    while i < last_i and j < last_j:
        s, t = shingles[i], shingles[j]
        both += s == t
        i += s <= t
        j += t <= s
    return both >= threshold * (n + m - both)


@njit(cache=True, nogil=True)
def _join(postings, shingles, bounds, sizes, threshold, up):
    """Joins texts with an equal key that are alike: up[x] leads to the first text of the cluster. postings: of one band,
    ascending, key << 32 | text."""
    first = 0
    for k in range(1, len(postings)):
        if postings[k] >> np.uint64(32) != postings[k - 1] >> np.uint64(32):
            first = k
            continue
        x = np.int64(postings[k] & np.uint64(0xFFFFFFFF))
        tried = 0
        for q in range(k - 1, first - 1, -1):
            y = np.int64(postings[q] & np.uint64(0xFFFFFFFF))
            r, s = find(up, x), find(up, y)
            if r == s:
                continue
            if _alike(shingles, bounds, sizes, x, y, threshold):
                up[max(r, s)] = min(r, s)
            tried += 1
            if tried == CAP:
                break


@njit(cache=True, nogil=True)
def _settle(up):
    for x in range(len(up)):
        up[x] = find(up, x)
