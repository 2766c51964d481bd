"""Words -> keys: what two texts must share to be looked at together. Pure; the only user of datasketch.

Three views write into one key space, told apart by a key's two highest bits:

- BAND: MinHash over 5-word shingles (Broder 1997), 128 permutations cut into 16 bands of 8 rows (Leskovec, Rajaraman,
  Ullman, Mining of Massive Datasets, ch. 3): two texts with Jaccard .7 meet with probability .6, with .8 .95, with .9 1.
- SHINGLE: the 5-word shingles whose hash is 0 modulo 16 (FracMinHash, Irber et al. 2022; "modulo p" of Manber 1994):
  containment where a wording is too widespread for PAIRs.
- PAIR: two informative stems with no other between them, in either order: what a rewrite keeps. A short text, which has few
  to be found by, also pairs stems with others between them.

A key of the first two views is one shared wording; a PAIR carries the information of its two stems in bits, and candidates
are told by the sum (see index.py). An article of 330 words has 200 keys (16, 20 and 165 of each view), one of 100 words 75,
one of 5,000 words 2,800.

The permutations are those of `datasketch.MinHash(num_perm=128, seed=1, scheme="affine32")`, computed here without importing
it (0.8 s): a test pins the equality bit for bit, and `to_datasketch` hands a signature over.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

import numpy as np

from provenance.kernel import njit
from provenance.text import Words, mix

if TYPE_CHECKING:
    import datasketch

BAND, SHINGLE, PAIR = 0, 1, 2
SHINGLE_WORDS = 5
PERMUTATIONS, BANDS, ROWS = 128, 16, 8
SAMPLE = 16
"""One shingle in so many is a key."""

STEM_BITS = 9.0
"""Least information of a stem that a PAIR may hold: below are function words and the commonest verbs."""
PAIR_BITS, PAIR_SPAN = 22.0, 12
"""A PAIR: at least so much information, and so many words apart at most."""
PAIR_WORDS, MOST_REACH = 150, 6
"""Each informative stem of a text is paired with the PAIR_WORDS // words that follow it, one at least and MOST_REACH at most.
What a long text pairs it would pair as a part of a short one, too.

Common neighbours survive rewriting better than rare stems far apart. Of the reworded passages of pan13, in articles of 330 words,
the 30,000 best candidates held: with four stems each and 26 bits (1.2 PAIRs a word) 93.7 %, with one and 22 bits (.64) 96.7 %,
24 bits (.54) 95.3 %, 26 bits (.43) 92.4 %; every second one of the first (by hash) 93.2 %, of the second 94.6 %."""


@dataclasses.dataclass(frozen=True, slots=True)
class Keys:
    """Keys of n documents, flat: document i has bounds[i]:bounds[i + 1]; key uint64, bits float32, distinct within a document."""

    key: np.ndarray
    bits: np.ndarray
    bounds: np.ndarray


@functools.cache
def permutations() -> tuple[np.ndarray, np.ndarray]:
    """(a, b), each uint32 of shape (128,): datasketch 2.0's affine32 permutations for seed 1."""
    generator = np.random.RandomState(1)
    a = generator.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return a, generator.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)


@njit(cache=True, nogil=True)
def shingle(hashes, out):
    """Hash of every run of SHINGLE_WORDS words into out; a shorter text is one shingle. Returns how many."""
    size = SHINGLE_WORDS
    n = len(hashes)
    if n == 0:
        return 0
    if n < size:
        h = np.uint64(n)
        for i in range(n):
            h = h * np.uint64(0x9E3779B97F4A7C15) + hashes[i]
        out[0] = mix(h)
        return 1
    for i in range(n - size + 1):
        h = np.uint64(size)
        for k in range(size):
            h = h * np.uint64(0x9E3779B97F4A7C15) + hashes[i + k]
        out[i] = mix(h)
    return n - size + 1


@njit(cache=True, nogil=True)
def minhash(shingles, a, b, signature):
    """The affine32 scheme: MurmurHash3's 32-bit finaliser, then a * h + b mod 2**32 for each permutation, and the minimum."""
    signature[:] = np.uint32(0xFFFFFFFF)
    for i in range(len(shingles)):
        h = np.uint32(shingles[i])
        h = np.uint32(h ^ (h >> np.uint32(16)))
        h = np.uint32(h * np.uint32(0x85EBCA6B))
        h = np.uint32(h ^ (h >> np.uint32(13)))
        h = np.uint32(h * np.uint32(0xC2B2AE35))
        h = np.uint32(h ^ (h >> np.uint32(16)))
        for p in range(len(a)):
            v = np.uint32(np.uint32(a[p] * h) + b[p])
            if v < signature[p]:
                signature[p] = v


@njit(cache=True, nogil=True)
def _signatures(hashes, bounds, a, b, out):
    longest = 0
    for d in range(len(bounds) - 1):
        longest = max(longest, bounds[d + 1] - bounds[d])
    scratch = np.empty(longest + 1, np.uint64)
    for d in range(len(bounds) - 1):
        count = shingle(hashes[bounds[d] : bounds[d + 1]], scratch)
        minhash(scratch[:count], a, b, out[d])


@njit(cache=True, nogil=True, inline="always")
def _tag(view, h):
    return (h >> np.uint64(2)) | (np.uint64(view) << np.uint64(62))


@njit(cache=True, nogil=True)
def pair_key(one, two):
    """The key of two stems, whichever comes first."""
    low, high = min(one, two), max(one, two)
    return _tag(PAIR, mix(low * np.uint64(0x9E3779B97F4A7C15) + high))


@njit(cache=True, nogil=True, inline="always")
def _reach(words):
    """Informative stems that each is paired with, in a text of so many words."""
    return max(1, min(MOST_REACH, PAIR_WORDS // max(1, words)))


@njit(cache=True, nogil=True)
def _keys(hashes, stems, bits, bounds, a, b, key, weight, out_bounds, room):
    """All keys of all documents, sorted and distinct within each. Returns how many, or -1 when room ran out."""
    longest = 0
    for d in range(len(bounds) - 1):
        longest = max(longest, bounds[d + 1] - bounds[d])
    scratch = np.empty(longest + 1, np.uint64)
    rare = np.empty(longest + 1, np.int64)
    signature = np.empty(len(a), np.uint32)
    most = 2 * longest + PAIR_WORDS + BANDS + 8
    local_key = np.empty(most, np.uint64)
    local_bits = np.empty(most, np.float32)
    total = 0
    for d in range(len(bounds) - 1):
        low, high = bounds[d], bounds[d + 1]
        n = 0
        count = shingle(hashes[low:high], scratch)
        if count:
            minhash(scratch[:count], a, b, signature)
            for band in range(BANDS):
                h = np.uint64(band + 1)
                for r in range(ROWS):
                    h = mix(h * np.uint64(0x9E3779B97F4A7C15) + np.uint64(signature[band * ROWS + r]))
                local_key[n] = _tag(BAND, h)
                local_bits[n] = 0
                n += 1
        for i in range(count):
            if scratch[i] & np.uint64(SAMPLE - 1) == 0:
                local_key[n] = _tag(SHINGLE, mix(scratch[i]))
                local_bits[n] = 0
                n += 1
        reach = _reach(high - low)
        m = 0
        for i in range(low, high):
            if bits[i] >= STEM_BITS:
                rare[m] = i
                m += 1
        for x in range(m):
            i = rare[x]
            for y in range(x + 1, min(m, x + reach + 1)):
                j = rare[y]
                if j - i > PAIR_SPAN:
                    break
                joint = bits[i] + bits[j]
                if joint >= PAIR_BITS and stems[i] != stems[j]:
                    local_key[n] = pair_key(stems[i], stems[j])
                    local_bits[n] = joint
                    n += 1
        order = np.argsort(local_key[:n])
        for k in range(n):
            if k and local_key[order[k]] == local_key[order[k - 1]]:
                continue
            if total == room:
                return -1
            key[total] = local_key[order[k]]
            weight[total] = local_bits[order[k]]
            total += 1
        out_bounds[d + 1] = total
    return total


def sign(words: Words, stems: np.ndarray, bits: np.ndarray) -> Keys:
    """The keys of every document of a batch, all views."""
    a, b = permutations()
    room = len(words.hash) + len(words) * (BANDS + PAIR_WORDS)
    while True:
        key, weight = np.empty(room, np.uint64), np.empty(room, np.float32)
        bounds = np.zeros(len(words) + 1, np.int64)
        total = _keys(words.hash, stems, bits, words.bounds, a, b, key, weight, bounds, room)
        if total >= 0:
            return Keys(key[:total].copy(), weight[:total].copy(), bounds)
        room *= 2


def signatures(words: Words) -> np.ndarray:
    """MinHash signatures, uint32 of shape (documents, 128). A text without words has all bits set."""
    a, b = permutations()
    out = np.empty((len(words), PERMUTATIONS), np.uint32)
    _signatures(words.hash, words.bounds, a, b, out)
    return out


def shingles(words: Words, document: int) -> np.ndarray:
    """The 64-bit shingle hashes of one document; their low 32 bits are what MinHash permutes."""
    hashes = words.hash[words.bounds[document] : words.bounds[document + 1]]
    out = np.empty(len(hashes) + 1, np.uint64)
    return out[: shingle(hashes, out)]


def to_datasketch(signature: np.ndarray) -> datasketch.MinHash:
    """The signature as a datasketch MinHash, to be compared, merged or put into its LSH indexes."""
    import datasketch

    return datasketch.MinHash(num_perm=len(signature), seed=1, scheme="affine32", hashvalues=signature)
