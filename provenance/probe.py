"""Which documents of the index does a batch share enough with? Kernels.

The documents of a batch are taken one after another; each is compared with those before it. Of each of its keys the probe keeps
a list of documents before it, one list after the other in one array: what a text meets by chance (a thousand documents of a
store of 200,000) is read in order, and only the sums are at random places.

Texts around one paragraph meet in many keys, each of which leads to others of them. Of the documents that are candidates by
capped keys alone a text keeps the CAP that share most with it, and those without which a key of its would lead to fewer than
KEY_LEAST: so nothing that is told by other keys is crowded out, be it an excerpt of another text that thousands have copied.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from provenance.index import (
    BAND_BITS,
    CAP,
    KEY_LEAST,
    LEAST_BITS,
    PAIR_CAP,
    SHINGLE_BITS,
    SHORT_BITS,
    SHORT_WORDS,
    names,
    threshold,
)
from provenance.kernel import njit
from provenance.sign import BAND, PAIR, Keys


@dataclasses.dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs (later, earlier) of document numbers, int64, with the bits they share; how many keys met their cap."""

    later: np.ndarray
    earlier: np.ndarray
    bits: np.ndarray
    capped: int


@njit(cache=True, nogil=True)
def _closer(x, y, score, rank):
    """Whether document x, rather than y, is one of the few that are kept of a crowd."""
    return score[x] > score[y] or (score[x] == score[y] and (rank[x], x) < (rank[y], y))


@njit(cache=True, nogil=True)
def _take(held, low, size, pair, document, rank):
    """One more document for the list of a key, held[low : low + size]. Returns its size: of more than its cap a BAND or SHINGLE
    keeps those of smallest rank, a PAIR any."""
    if size < (PAIR_CAP if pair else CAP):
        held[low + size] = document
        return size + 1
    if not pair:
        last = low
        for at in range(low, low + size):
            if (rank[held[at]], held[at]) > (rank[held[last]], held[last]):
                last = at
        if (rank[document], document) < (rank[held[last]], held[last]):
            held[last] = document
    return size


@njit(cache=True, nogil=True)
def _shorten(name, document, pair, rank, alive, count, out_name, out):
    """Counts the living documents of each name, which stand together, and copies those that its list may keep. Returns how
    many."""
    done = x = 0
    while x < len(name):
        u, size = name[x], 0
        while x < len(name) and name[x] == u:
            if alive[document[x]]:
                count[u] += 1
                size = _take(out, done, size, pair[u], document[x], rank)
            x += 1
        out_name[done : done + size] = u
        done += size
    return done


@njit(cache=True, nogil=True)
def _list(name, document, pair, rank, start, held, size):
    """Adds documents to the lists of their names, where these have places: held[start[u] : start[u] + size[u]] is that of u."""
    for x in range(len(name)):
        u = name[x]
        if start[u] < start[u + 1]:
            size[u] = _take(held, start[u], size[u], pair[u], document[x], rank)


@njit(cache=True, nogil=True)
def _thin(crowd, score, rank, capped, start, held, size, state):
    """Of documents that capped keys alone lead to, moves those that are kept to the front: the CAP of the highest score, and of
    the list of each of the capped names those that it takes to lead to KEY_LEAST. Returns how many.

    state: scratch, 0 for every document.
    """
    for x in crowd:
        state[x] = 1
    for _ in range(CAP):
        best = -1
        for x in crowd:
            if state[x] == 1 and (best < 0 or _closer(x, best, score, rank)):
                best = x
        state[best] = 2
    for u in capped:
        for _ in range(KEY_LEAST):
            led, best = 0, -1
            for x in held[start[u] : start[u] + size[u]]:
                led += state[x] == 2
                if state[x] == 1 and (best < 0 or _closer(x, best, score, rank)):
                    best = x
            if led >= KEY_LEAST or best < 0:
                break
            state[best] = 2
    kept = 0
    for t in range(len(crowd)):
        x = crowd[t]
        if state[x] == 2:
            crowd[kept], crowd[t] = x, crowd[kept]
            kept += 1
        state[x] = 0
    return kept


@njit(cache=True, nogil=True)
def _probe(
    begin, name, bits, bounds, number, join, pair, rank, alive, length, count, start, held, size,
    score, surplus, state, later, earlier, shared,
):  # fmt: skip
    """For each document of the batch from `begin` on, in order: gather, add up, keep those over the threshold; with join, it is
    one of those before the next.

    name, bits, bounds: the batch's keys, by their names. score, surplus, state: scratch, 0 for every document: the bits by keys
    within their cap, and by capped ones. Returns (the document at which room ran out, or how many there are; pairs; capped keys).
    """
    touched, crowd, over = np.empty(len(rank), np.int32), np.empty(len(rank), np.int32), np.empty(len(name), np.int32)
    total = capped = 0
    for d in range(begin, len(bounds) - 1):
        me = number[d]
        reached = lists = 0
        for k in range(bounds[d], bounds[d + 1]):
            u = name[k]
            low, high = start[u], start[u] + size[u]
            if count[u] <= (PAIR_CAP if pair[u] else CAP):
                for at in range(low, high):  # a slice would cost more than the list
                    other = held[at]
                    if score[other] == 0 and (not lists or surplus[other] == 0):
                        touched[reached] = other
                        reached += 1
                    score[other] += bits[k]
            elif not pair[u]:
                over[lists] = u
                lists += 1
                for at in range(low, high):
                    other = held[at]
                    if score[other] == 0 and surplus[other] == 0:
                        touched[reached] = other
                        reached += 1
                    surplus[other] += bits[k]
        least = SHORT_BITS if length[me] <= SHORT_WORDS else LEAST_BITS
        kept = crowded = 0
        for t in range(reached):
            other = touched[t]
            free = score[other]
            got = free + surplus[other] if lists else free
            score[other] = 0
            surplus[other] = 0
            if got >= least:
                need = threshold(length[me], length[other])
                if got >= need:
                    score[other] = got
                    if free >= need:
                        touched[kept] = other
                        kept += 1
                    else:
                        crowd[crowded] = other
                        crowded += 1
        chosen = _thin(crowd[:crowded], score, rank, over[:lists], start, held, size, state) if crowded > CAP else crowded
        touched[kept : kept + chosen] = crowd[:chosen]
        room = total + kept + chosen <= len(later)
        for other in touched[: kept + chosen if room else 0]:
            later[total], earlier[total], shared[total] = me, other, score[other]
            total += 1
        score[touched[:kept]] = 0
        score[crowd[:crowded]] = 0
        if not room:
            return d, total, capped
        for k in range(bounds[d], bounds[d + 1]):
            u = name[k]
            capped += count[u] > (PAIR_CAP if pair[u] else CAP)
            if join and alive[me]:
                count[u] += 1
                if start[u] < start[u + 1]:
                    size[u] = _take(held, start[u], size[u], pair[u], me, rank)
    return len(bounds) - 1, total, capped


class Probe:
    """The keys of a batch, and the documents before it that hold each: its first, as its cap allows, and how many there are.

    rank uint64, alive bool, length int32 (words): by number, those of the batch included.
    """

    def __init__(self, keys: Keys, rank: np.ndarray, alive: np.ndarray, length: np.ndarray) -> None:
        self.names, name = names(keys.key)
        # Keys of one document that are the same by the bits that count are one: its keys are sorted, so they are neighbours.
        keep = np.append(True, name[1:] != name[:-1])[: len(name)]
        keep[keys.bounds[:-1][keys.bounds[:-1] < len(name)]] = True
        self._bounds = np.append(0, np.cumsum(keep))[keys.bounds]
        self._name = name[keep]
        view = self.names >> np.uint64(62)
        self._pair = view == PAIR
        wording = np.where(view == BAND, BAND_BITS, SHINGLE_BITS)
        self._bits = np.where(self._pair[self._name], keys.bits[keep], wording[self._name]).astype(np.float32)
        self._rank, self._alive, self._length = rank, alive, length
        self._count = np.zeros(len(self.names), np.int32)
        self._met: list[tuple[np.ndarray, np.ndarray]] = []

    def meet(self, name: np.ndarray, document: np.ndarray) -> None:
        """These documents hold these of the names (int32 each, as packed.find has them); those of a name stand together."""
        kept_name, kept = np.empty_like(name), np.empty_like(document)
        size = _shorten(name, document, self._pair, self._rank, self._alive, self._count, kept_name, kept)
        self._met.append((kept_name[:size].copy(), kept[:size].copy()))

    def filling(self) -> tuple[np.ndarray, np.ndarray]:
        """(place among the names, document): who holds the PAIRs that this batch takes past their cap."""
        crossing = self._pair & (self._count <= PAIR_CAP) & (self._count + self._own() > PAIR_CAP)
        found = [(np.empty(0, np.int32), np.empty(0, np.int32))]
        found += [(name[crossing[name]], document[crossing[name]]) for name, document in self._met]
        name, document = (np.concatenate(column) for column in zip(*found, strict=True))
        return name, document

    def _own(self) -> np.ndarray:
        """How many documents of the batch hold each name."""
        return np.bincount(self._name, minlength=len(self.names))

    def candidates(self, documents: np.ndarray, *, join: bool) -> Candidates:
        """Candidates of the batch, whose documents have these numbers (int64, ascending, above all before); with join, also among
        themselves. May be asked once."""
        places = np.minimum(self._count + (self._own() if join else 0), np.where(self._pair, PAIR_CAP, CAP))
        places[self._pair & (self._count > PAIR_CAP)] = 0
        start = np.append(0, np.cumsum(places))
        held, size = np.empty(start[-1], np.int32), np.zeros(len(self.names), np.int32)
        for name, document in self._met:
            _list(name, document, self._pair, self._rank, start, held, size)
        self._met.clear()
        score, surplus, state = (np.zeros(len(self._rank), kind) for kind in (np.float32, np.float32, np.int8))
        parts: list[tuple[np.ndarray, ...]] = []
        begin = capped = 0
        room = 64 * len(documents) + 1024
        while True:
            part = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.float32)
            begin, found, more = _probe(
                begin, self._name, self._bits, self._bounds, documents, join, self._pair, self._rank, self._alive, self._length,
                self._count, start, held, size, score, surplus, state, *part,
            )  # fmt: skip
            parts.append(tuple(column[:found].copy() for column in part))
            capped += more
            if begin == len(documents):
                return Candidates(*(np.concatenate(columns) for columns in zip(*parts, strict=True)), capped)
            room *= 4
