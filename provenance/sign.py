"""Words -> keys: what two texts must share to be looked at together. Pure; the only user of datasketch.

Three views write into one key space, told apart by a key's two highest bits:

- BAND: MinHash over 5-word shingles (Broder 1997), 128 permutations cut into 16 bands of 8 rows (Leskovec, Rajaraman,
  Ullman, Mining of Massive Datasets, ch. 3): two texts with Jaccard .7 meet with probability .6, with .8 .95, with .9 1.
- SHINGLE: the 5-word shingles whose hash is 0 modulo 8 (FracMinHash, Irber et al. 2022; "modulo p" of Manber 1994):
  containment, so that a paragraph is found inside a longer text.
- PAIR: two informative stems near one another, in either order: what a rewrite keeps.

A key of the first two views is one shared wording; a PAIR carries the information of its two stems in bits, and candidates
are told by the sum (see index.py).

The permutations are those of `datasketch.MinHash(num_perm=128, seed=1, scheme="affine32")`, computed here without importing
it (0.8 s): a test pins the equality bit for bit, and `to_datasketch` hands a signature over.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from provenance.text import Words, mix

if TYPE_CHECKING:
    import datasketch

BAND, SHINGLE, PAIR = 0, 1, 2
SHINGLE_WORDS = 5
PERMUTATIONS, BANDS, ROWS = 128, 16, 8
SAMPLE = 8
"""One shingle in so many is a key."""

STEM_BITS = 9.0
"""Least information of a stem that a PAIR may hold: below are function words and the commonest verbs."""
PAIR_BITS, PAIR_REACH, PAIR_SPAN = 26.0, 4, 9
"""A PAIR: at least so much information, so many informative stems apart at most, and so many words."""
SHORT_WORDS, SHORT_BITS, SHORT_REACH, SHORT_SPAN = 200, 22.0, 6, 12
"""The same for texts up to so many words, which have few PAIRs to be found by: rewrites of 40 words are met in 98 % against
89 %."""


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


@njit(cache=True, nogil=True)
def _keys(hashes, stems, bits, bounds, a, b, key, weight, out_bounds, room):
    """All keys of all documents, sorted and distinct within each. Returns how many, or -1 when room ran out."""
    longest = 0
    for d in range(len(bounds) - 1):
        longest = max(longest, bounds[d + 1] - bounds[d])
    scratch = np.empty(longest + 1, np.uint64)
    rare = np.empty(longest + 1, np.int64)
    signature = np.empty(len(a), np.uint32)
    most = longest * (SHORT_REACH + 1) + BANDS + 8
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
        short = high - low <= SHORT_WORDS
        least = SHORT_BITS if short else PAIR_BITS
        reach, span = (SHORT_REACH, SHORT_SPAN) if short else (PAIR_REACH, PAIR_SPAN)
        m = 0
        for i in range(low, high):
            if bits[i] >= STEM_BITS:
                rare[m] = i
                m += 1
        for x in range(m):
            i = rare[x]
            for y in range(x + 1, min(m, x + reach + 1)):
                j = rare[y]
                if j - i > span:
                    break
                joint = bits[i] + bits[j]
                if joint >= least and stems[i] != stems[j]:
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
    room = len(words.hash) * 2 + len(words) * (BANDS + 8)
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
