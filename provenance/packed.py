"""Sorted postings <-> bytes: Elias-Fano codes, in parts that can be searched without being unpacked. Pure.

A posting is one uint64: the upper KEY_BITS of a key, and in its place of the lower DOCUMENT_BITS the number of a document. Sorted
postings are cut into parts of PART. Of a part's n postings, less what its first key and smallest document are, the lower bits
are packed one beside the other and the upper ones are n ones among zeros (Elias 1974, Fano 1971; Vigna 2013): two bits and
log2(range / n) a posting, so that 36 bits of key and 18 of document take 30 bits, whatever the size of the index. A key is
found by counting zeros, 64 at a time.

KEY_BITS does not depend on the size of the index, because results must not. At a million articles of 270 postings one key in
eighty meets a stranger by chance. Candidates need several, but for a shared BAND: one article in sixty is aligned once in vain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from provenance.kernel import njit

KEY_BITS, DOCUMENT_BITS = 36, 28
KEY = np.uint64((1 << 64) - (1 << DOCUMENT_BITS))
"""Mask of a posting's key."""
DOCUMENT = np.uint64((1 << DOCUMENT_BITS) - 1)
PART = 8192
"""Postings of a part: some 30 KB. A guest's keys each need one part, so parts are small; a page of SQLite is smaller."""
HEADER = 4
"""Words of 64 bits before the codes: count and widths; smallest document; first key; words of the upper bits."""


class Part(NamedTuple):
    """Packed postings; `first` and `last` are the keys at both ends, without the bits of the document."""

    first: int
    last: int
    count: int
    data: bytes


@intrinsic
def _ones(typing, x):
    """How many bits of a uint64 are set."""

    def code(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), code


@intrinsic
def _lowest(typing, x):
    """Place of the lowest set bit of a uint64; 64 where none is."""

    def code(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), code


@njit(cache=True, nogil=True)
def _bits(n):
    """How many bits it takes to write n."""
    width = 0
    while n:
        width += 1
        n >>= np.uint64(1)
    return width


@njit(cache=True, nogil=True)
def _pack(postings, out):
    """Code postings into words; returns how many words."""
    n = len(postings)
    first = postings[0] >> np.uint64(DOCUMENT_BITS)
    base, top = DOCUMENT, np.uint64(0)
    for i in range(n):
        document = postings[i] & DOCUMENT
        base, top = min(base, document), max(top, document)
    width = np.uint64(_bits(top - base))
    greatest = (((postings[n - 1] >> np.uint64(DOCUMENT_BITS)) - first) << width) | (top - base)
    low = np.uint64(max(0, _bits(greatest // np.uint64(n)) - 1))
    highs = np.int64(((greatest >> low) + np.uint64(n)) // np.uint64(64)) + 1
    lows = np.int64((np.uint64(n) * low + np.uint64(63)) // np.uint64(64)) + 1
    out[: HEADER + highs + lows] = 0
    out[0] = np.uint64(n) | (width << np.uint64(32)) | (low << np.uint64(40))
    out[1], out[2], out[3] = base, first, np.uint64(highs)
    mask = (np.uint64(1) << low) - np.uint64(1)
    for i in range(n):
        value = (((postings[i] >> np.uint64(DOCUMENT_BITS)) - first) << width) | ((postings[i] & DOCUMENT) - base)
        at = (value >> low) + np.uint64(i)
        out[HEADER + np.int64(at >> np.uint64(6))] |= np.uint64(1) << (at & np.uint64(63))
        at = np.uint64(i) * low
        word, shift = HEADER + highs + np.int64(at >> np.uint64(6)), at & np.uint64(63)
        out[word] |= (value & mask) << shift
        if shift + low > np.uint64(64):
            out[word + 1] |= (value & mask) >> (np.uint64(64) - shift)
    return HEADER + highs + lows


@njit(cache=True, nogil=True)
def low_bits(words, lows, i, low, mask):
    """The lower bits of posting i, which begin at words[lows]."""
    at = np.uint64(i) * low
    word, shift = lows + np.int64(at >> np.uint64(6)), at & np.uint64(63)
    value = words[word] >> shift
    if shift + low > np.uint64(64):
        value |= words[word + 1] << (np.uint64(64) - shift)
    return value & mask


@njit(cache=True, nogil=True)
def _unpack(words, starts, out):
    """All postings of the parts that begin at these words, one after the other."""
    done = 0
    for start in starts:
        head = words[start]
        n, width, low = np.int64(head & np.uint64(0xFFFFFFFF)), (head >> np.uint64(32)) & np.uint64(255), head >> np.uint64(40)
        base, first, highs = words[start + 1], words[start + 2], np.int64(words[start + 3])
        mask, own = (np.uint64(1) << low) - np.uint64(1), (np.uint64(1) << width) - np.uint64(1)
        lows = start + HEADER + highs
        i = 0
        for j in range(highs):
            rest = words[start + HEADER + j]
            while rest and i < n:
                high = np.uint64(64 * j - i) + _lowest(rest)
                value = (high << low) | low_bits(words, lows, i, low, mask)
                out[done] = ((first + (value >> width)) << np.uint64(DOCUMENT_BITS)) | (base + (value & own))
                rest &= rest - np.uint64(1)
                done += 1
                i += 1
    return done


@njit(cache=True, nogil=True)
def seek(words, start, name, word, ones):
    """Where in a part the postings of a key begin, going on from an earlier, smaller key.

    name: the key, its lower bits 0, between the part's first and last; word, ones: a word of the upper bits and the ones before
    it, 0 and 0 to begin with. Returns (word, ones, bit, i): posting i is that of the first one from this bit of this word on,
    and none before it is of this key.
    """
    head = words[start]
    width, low = (head >> np.uint64(32)) & np.uint64(255), head >> np.uint64(40)
    zeros = np.int64((((name >> np.uint64(DOCUMENT_BITS)) - words[start + 2]) << width) >> low)
    highs = np.int64(words[start + 3])
    at = start + HEADER
    while word < highs - 1:
        count = np.int64(_ones(words[at + word]))
        if 64 * (word + 1) - ones - count >= zeros:
            break
        ones += count
        word += 1
    skip = zeros - (64 * word - ones)  # zeros of this word to go past
    gaps, bit = ~words[at + word], 0
    for _ in range(skip):
        bit = np.int64(_lowest(gaps)) + 1
        gaps &= gaps - np.uint64(1)
    return word, ones, bit, ones + bit - skip


@njit(cache=True, nogil=True)
def _find(words, starts, names, lows, highs, alive, most, name, document):
    """Postings of the keys names[lows[p]:highs[p]], sorted, in each part p: which name, and the document. Returns how many."""
    found = 0
    for p in range(len(starts)):
        start = starts[p]
        head = words[start]
        width, low = (head >> np.uint64(32)) & np.uint64(255), head >> np.uint64(40)
        base, first, size = words[start + 1], words[start + 2], np.int64(words[start + 3])
        mask, own = (np.uint64(1) << low) - np.uint64(1), (np.uint64(1) << width) - np.uint64(1)
        upper, lower = start + HEADER, start + HEADER + size
        word = ones = 0
        for k in range(lows[p], highs[p]):
            want = (names[k] >> np.uint64(DOCUMENT_BITS)) - first
            enough = found + most[k]
            word, ones, bit, i = seek(words, start, names[k], word, ones)
            at = word
            rest = np.uint64(0) if bit == 64 else (words[upper + at] >> np.uint64(bit)) << np.uint64(bit)
            while True:
                while rest == 0 and at + 1 < size:
                    at += 1
                    rest = words[upper + at]
                if rest == 0:
                    break
                value = (np.uint64(64 * at - i) + _lowest(rest)) << low | low_bits(words, lower, i, low, mask)
                key = value >> width
                if key > want:
                    break
                holder = np.int64(base + (value & own))
                if key == want and holder < len(alive) and alive[holder]:
                    name[found] = k
                    document[found] = holder
                    found += 1
                    if found == enough:
                        break
                rest &= rest - np.uint64(1)
                i += 1
    return found


def pack(postings: np.ndarray) -> Part:
    """Sorted, distinct postings (uint64, at least one) as a part."""
    out = np.empty(HEADER + 4 + len(postings) * 2, np.uint64)
    size = _pack(postings, out)
    first, last = (int(postings[i] >> np.uint64(DOCUMENT_BITS)) for i in (0, -1))
    return Part(first, last, len(postings), out[:size].tobytes())


def load(parts: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """(words, start of each part in them): packed parts as the kernels read them. Raises ValueError for what is no part."""
    if any(len(part) % 8 or len(part) <= 8 * HEADER for part in parts):
        raise ValueError("a part is cut off")
    sizes = np.array([len(part) // 8 for part in parts], np.int64)
    words = np.frombuffer(b"".join(parts), np.uint64)
    starts = np.cumsum(sizes) - sizes
    count, low = words[starts] & np.uint64(0xFFFFFFFF), words[starts] >> np.uint64(40)
    expected = HEADER + words[starts + 3].astype(np.float64) + np.floor((count.astype(np.float64) * low + 63) / 64) + 1
    if ((low > 63) | (count == 0) | (expected != sizes)).any():
        raise ValueError("what should be a part is none")
    return words, starts


def unpack(words: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The postings of loaded parts, one part after the other."""
    out = np.empty(int((words[starts] & np.uint64(0xFFFFFFFF)).sum()), np.uint64)
    return out[: _unpack(words, starts, out)]


def find(
    words: np.ndarray, starts: np.ndarray, names: np.ndarray, lows: np.ndarray, highs: np.ndarray, alive: np.ndarray,
    most: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """(place in names, document), int32 each: the postings of the keys names[lows[p]:highs[p]] in each loaded part p.

    names: uint64, sorted, distinct, the lower bits 0; lows, highs: those of them that lie between the part's first and last key;
    alive: bool by document, others are passed over; most: how many postings of each name a part is asked for (int32, 1 at least).
    """
    room = int((words[starts] & np.uint64(0xFFFFFFFF)).sum())
    name, document = np.empty(room, np.int32), np.empty(room, np.int32)
    found = _find(words, starts, names, lows, highs, alive, most, name, document)
    return name[:found], document[:found]


def parts(chunks: Iterable[np.ndarray]) -> Iterator[Part]:
    """Sorted chunks, each after the other, as parts of PART postings; the last may hold fewer."""
    rest = np.empty(0, np.uint64)
    for chunk in chunks:
        rest = np.concatenate([rest, chunk])
        whole = len(rest) // PART * PART
        for at in range(0, whole, PART):
            yield pack(rest[at : at + PART])
        rest = rest[whole:]
    if len(rest):
        yield pack(rest)
