"""Keys -> candidate pairs. Sorted runs of postings, as arrays; knows nothing of files or SQL.

A run is the postings of some documents sorted by (key, rank, document): a night adds one, and eight runs of a level merge
into one of the next (a log-structured merge tree, O'Neil et al. 1996). A document's rank is the head of its text's
hash, so that "the first sixteen of a key" means the same whatever came when.

Documents are taken one after another; each is compared with those that came before it. A key of more than CAP such documents
says little: a BAND or SHINGLE key then leads to the CAP of smallest rank, which keeps a family of ten thousand copies
whole by pairing each with the same sixteen, and a PAIR key leads nowhere. Capped keys are counted.

A pair is a candidate when it shares a BAND, or PAIRs and SHINGLEs (of SHINGLE_BITS) of `threshold` bits together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
from numba import njit

from provenance.sign import BAND, PAIR, Keys

CAP = 16
"""Documents that a key may lead to (measured: 7 of 24,170 families' merges were lost at 16, for a tenth of the candidates)."""
PAIR_CAP = 32
LEAST_BITS, LENGTH_BITS, LENGTH_POWER = 44.0, 2.0, 0.6
"""threshold = LENGTH_BITS * sqrt(words of a * words of b) ** LENGTH_POWER, and LEAST_BITS, two PAIRs, at the least: long texts
meet by chance more often. (Two texts of 330 words need 65 bits, of 1,000 126, of 8,000 439.)"""
SHINGLE_BITS = 80.0
BAND_WORDINGS = 1000
"""A shared BAND counts as so many SHINGLEs, that is, always enough."""
FAN_OUT = 8
DOUBT = 40.0
"""Bits that freshness takes for widely held beside those that two texts share: of a form, which shares some fifteen PAIRs, three
or four are rare by chance."""


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """Postings sorted by (key, rank): key uint64, document uint32, of one length."""

    key: np.ndarray
    document: np.ndarray

    def __len__(self) -> int:
        return len(self.key)


@dataclasses.dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs (later, earlier) of document numbers, int64, with the bits they share; how many keys met their cap."""

    later: np.ndarray
    earlier: np.ndarray
    bits: np.ndarray
    capped: int


def build(keys: Keys, documents: np.ndarray, rank: np.ndarray) -> Run:
    """The run of a batch: `documents` (uint32) numbers the batch's documents, rank (uint64) is looked up by number."""
    counts = np.diff(keys.bounds)
    document = np.repeat(documents.astype(np.uint32), counts)
    order = np.lexsort((rank[document], keys.key))
    return Run(keys.key[order], document[order])


def merge(runs: Sequence[Run], rank: np.ndarray, alive: np.ndarray) -> Run:
    """One run of several, without the documents that are not alive (bool by number)."""
    key = np.concatenate([run.key for run in runs])
    document = np.concatenate([run.document for run in runs])
    keep = alive[document]
    key, document = key[keep], document[keep]
    order = np.lexsort((rank[document], key))
    return Run(key[order], document[order])


@njit(cache=True, nogil=True)
def threshold(words_a, words_b):
    """Bits that two texts of these lengths must share in PAIRs to be looked at."""
    return max(LEAST_BITS, LENGTH_BITS * (np.float64(words_a) * np.float64(words_b)) ** (LENGTH_POWER / 2))


@njit(cache=True, nogil=True)
def _probe(key, bits, bounds, number, low, high, run_documents, run_bounds, rank, alive, length, later, earlier, score, room):
    """For each document of the batch, in order: gather, add up, keep those over the threshold.

    key, bits, bounds: the batch's keys; number: the documents' numbers; low, high: (runs, keys) ranges of each key
    in each run, whose documents lie in run_documents[run_bounds[r] + low : ...]. Returns (pairs, capped keys); pairs is -1 when
    room ran out.
    """
    runs = low.shape[0]
    size = len(rank)
    shared = np.zeros(size, np.float32)
    wordings = np.zeros(size, np.int32)
    touched = np.empty(size, np.int64)
    near = np.empty(CAP, np.int64)
    total = 0
    capped = 0
    for d in range(len(bounds) - 1):
        me = number[d]
        count = 0
        for k in range(bounds[d], bounds[d + 1]):
            view = key[k] >> np.uint64(62)
            most = PAIR_CAP if view == PAIR else CAP
            found = 0
            spread = 0
            for r in range(runs):
                base = run_bounds[r]
                for p in range(base + low[r, k], base + high[r, k]):
                    other = run_documents[p]
                    if not alive[other] or other >= me:  # in the batch's own run stand this one and later ones
                        continue
                    spread += 1
                    if view == PAIR:
                        if spread > most:
                            break
                        continue
                    at = found
                    while at > 0 and (rank[near[at - 1]], near[at - 1]) > (rank[other], np.int64(other)):
                        at -= 1
                    if at < most:
                        if found < most:
                            found += 1
                        for q in range(found - 1, at, -1):
                            near[q] = near[q - 1]
                        near[at] = other
            if spread > most:
                capped += 1
                if view == PAIR:
                    continue
            if view == PAIR:
                for r in range(runs):
                    base = run_bounds[r]
                    for p in range(base + low[r, k], base + high[r, k]):
                        other = np.int64(run_documents[p])
                        if not alive[other] or other >= me:
                            continue
                        if shared[other] == 0 and wordings[other] == 0:
                            touched[count] = other
                            count += 1
                        shared[other] += bits[k]
            else:
                for q in range(found):
                    other = near[q]
                    if shared[other] == 0 and wordings[other] == 0:
                        touched[count] = other
                        count += 1
                    wordings[other] += BAND_WORDINGS if view == BAND else 1
        for t in range(count):
            other = touched[t]
            got = shared[other] + SHINGLE_BITS * wordings[other]
            if got >= LEAST_BITS and (got >= threshold(length[me], length[other]) or wordings[other] >= BAND_WORDINGS):
                if total == room:
                    return -1, capped
                later[total] = me
                earlier[total] = other
                score[total] = got
                total += 1
            shared[other] = 0
            wordings[other] = 0
    return total, capped


def probe(
    keys: Keys, documents: np.ndarray, runs: Iterable[Run], rank: np.ndarray, alive: np.ndarray, length: np.ndarray
) -> Candidates:
    """Candidates among a batch and against the runs, of which the batch's own must be one.

    documents: int64 numbers of the batch's documents, ascending in the order in which they are taken, all above those of the
    runs before; rank uint64, alive bool, length int64 (words), by number.
    """
    runs = list(runs)
    low = np.empty((len(runs), len(keys.key)), np.int64)
    high = np.empty_like(low)
    order = np.argsort(keys.key, kind="stable")
    ordered = keys.key[order]
    for r, run in enumerate(runs):
        low[r, order] = np.searchsorted(run.key, ordered, "left")
        high[r, order] = np.searchsorted(run.key, ordered, "right")
    bounds = np.concatenate([[0], np.cumsum([len(run) for run in runs])]).astype(np.int64)
    flat = np.concatenate([run.document for run in runs]) if runs else np.empty(0, np.uint32)
    room = 64 * len(documents) + 1024
    while True:
        later, earlier, score = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.float32)
        total, capped = _probe(
            keys.key, keys.bits, keys.bounds, documents, low, high, flat, bounds, rank, alive, length, later, earlier, score, room
        )
        if total >= 0:
            return Candidates(later[:total].copy(), earlier[:total].copy(), score[:total].copy(), capped)
        room *= 4


def spread(key: np.ndarray, runs: Sequence[Run], alive: np.ndarray) -> np.ndarray:
    """In how many living documents each key (uint64, any order) stands: int64."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    counts = np.zeros(len(key), np.int64)
    for run in runs:
        living = np.concatenate([[0], np.cumsum(alive[run.document])])
        low, high = np.searchsorted(run.key, ordered, "left"), np.searchsorted(run.key, ordered, "right")
        counts[order] += living[high] - living[low]
    return counts


def holders(key: np.ndarray, runs: Sequence[Run], alive: np.ndarray) -> np.ndarray:
    """The living documents that hold any of these keys: sorted uint32."""
    found = [np.empty(0, np.uint32)]
    for run in runs:
        low, high = np.searchsorted(run.key, key, "left"), np.searchsorted(run.key, key, "right")
        found += [run.document[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True) if b > a]
    documents = np.unique(np.concatenate(found))
    return documents[alive[documents]]


@njit(cache=True, nogil=True)
def _freshness(key, bits, count, bounds, one, two, cap, out):
    for p in range(len(one)):
        x, x_end, y, y_end = bounds[one[p]], bounds[one[p] + 1], bounds[two[p]], bounds[two[p] + 1]
        fresh = total = 0.0
        while x < x_end and y < y_end:
            if key[x] < key[y]:
                x += 1
            elif key[y] < key[x]:
                y += 1
            else:
                total += bits[x]
                if count[x] <= cap:
                    fresh += bits[x]
                x += 1
                y += 1
        out[p] = fresh / (total + DOUBT) if total > 0 else 1.0


def freshness(keys: Keys, count: np.ndarray, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """For each pair of documents of the batch: the share of their common PAIRs' information, and DOUBT, that few others hold.

    count: spread of each key. 1 where a pair has no PAIR in common. What everybody's texts share says nothing about two of them.
    """
    out = np.empty(len(one))
    _freshness(keys.key, keys.bits, count, keys.bounds, one, two, PAIR_CAP, out)
    return out
