"""Keys -> candidate pairs, as arrays; knows nothing of files or SQL.

A run is the postings of some documents, sorted: a night adds one, and eight runs of a level merge into one of the next (a
log-structured merge tree, O'Neil et al. 1996). A posting is the upper bits of a key and the number of a document (packed.py);
keys are compared by these bits alone. A document's rank is the head of its text's hash, so that "the first sixteen of a key"
means the same whatever came when.

Documents are taken one after another; each is compared with those that came before it. A key of more than CAP such documents
says little: a BAND or SHINGLE key then leads to the CAP of smallest rank, which keeps a family of ten thousand copies
whole by pairing each with the same sixteen, and a PAIR key leads nowhere. Capped keys are counted. No key costs more than its
cap for each document that holds it, but for counting its postings once a batch.

Texts around one paragraph meet in many keys, each of which leads to others of them. Of the documents that are candidates by
capped keys alone a text keeps the CAP that share most with it, and those without which a key of its would lead to fewer than
KEY_LEAST: so nothing that is told by other keys is crowded out, be it an excerpt of another text that thousands have copied.

A pair is a candidate when it shares a BAND, or PAIRs and SHINGLEs (of SHINGLE_BITS) of `threshold` bits together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from provenance.kernel import njit
from provenance.packed import DOCUMENT, KEY
from provenance.sign import BAND, PAIR, Keys

CAP = 16
"""Documents that a key may lead to (measured: 7 of 24,170 families' merges were lost at 16, for a tenth of the candidates)."""
KEY_LEAST = 4
PAIR_CAP = 32
LEAST_BITS, LENGTH_BITS, LENGTH_POWER = 44.0, 9.0, 0.4
"""threshold = LENGTH_BITS * sqrt(words of a * words of b) ** LENGTH_POWER, and LEAST_BITS, two PAIRs, at the least: long texts
meet by chance more often. (Two texts of 330 words need 92 bits, of 1,000 143, of 8,000 328.) What shares less is found in one of
400 of pan13's pairs and in none of 11,000 of rewritten news; among 100,000 made-up articles it would be three of four candidates
that share nothing."""
SHORT_BITS, SHORT_WORDS = 28.0, 40
"""Two texts of a sentence each, at most so many words, need one PAIR of rarer stems: a reworded sentence may keep no other."""
SHINGLE_BITS = 80.0
BAND_WORDINGS = 1000
"""A shared BAND counts as so many SHINGLEs, that is, always enough."""
FAN_OUT = 8
DOUBT = 40.0
"""Bits that freshness takes for widely held beside those that two texts share: of a form, which shares some fifteen PAIRs, three
or four are rare by chance."""


@dataclasses.dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs (later, earlier) of document numbers, int64, with the bits they share; how many keys met their cap."""

    later: np.ndarray
    earlier: np.ndarray
    bits: np.ndarray
    capped: int


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
    return max(LEAST_BITS, LENGTH_BITS * (np.float64(words_a) * np.float64(words_b)) ** (LENGTH_POWER / 2))


@njit(cache=True, nogil=True)
def _put(u, view, document, rank, count, head, near, link, used):
    """One more living document has name u. Of more than its cap a BAND or SHINGLE keeps those of smallest rank, a PAIR any."""
    count[u] += 1
    most = PAIR_CAP if view == PAIR else CAP
    if count[u] <= most:
        near[used] = document
        link[used] = head[u]
        head[u] = used
        return used + 1
    if view != PAIR:
        last = at = head[u]
        while at >= 0:
            if (rank[near[at]], near[at]) > (rank[near[last]], near[last]):
                last = at
            at = link[at]
        if (rank[document], document) < (rank[near[last]], near[last]):
            near[last] = document
    return used


@njit(cache=True, nogil=True)
def _put_all(name, document, names, rank, alive, count, head, near, link, used):
    for p in range(len(name)):
        u = name[p]
        if alive[document[p]]:
            used = _put(u, names[u] >> np.uint64(62), document[p], rank, count, head, near, link, used)
    return used


@njit(cache=True, nogil=True)
def _reaches(bits, wordings, words_a, words_b):
    """Whether PAIRs of so many bits, and so many wordings, make a candidate of two texts of these lengths."""
    got = bits + SHINGLE_BITS * wordings
    return got >= SHORT_BITS and (wordings >= BAND_WORDINGS or got >= threshold(words_a, words_b))


@njit(cache=True, nogil=True)
def _closer(x, y, score, rank):
    """Whether document x, rather than y, is one of the few that are kept of a crowd."""
    return score[x] > score[y] or (score[x] == score[y] and (rank[x], x) < (rank[y], y))


@njit(cache=True, nogil=True)
def _thin(crowd, score, rank, heads, near, link, state):
    """Of documents that capped keys alone lead to, moves those that are kept to the front: the CAP of the highest score, and of
    the list of each key (heads: where these begin) those that it takes to lead to KEY_LEAST. Returns how many.

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
    for head in heads:
        for _ in range(KEY_LEAST):
            led, best = 0, -1
            at = head
            while at >= 0:
                x = near[at]
                at = link[at]
                led += state[x] == 2
                if state[x] == 1 and (best < 0 or _closer(x, best, score, rank)):
                    best = x
            if led >= KEY_LEAST or best < 0:
                break
            state[best] = 2
    kept = 0
    for x in crowd:
        if state[x] == 2:
            crowd[kept] = x
            kept += 1
        state[x] = 0
    return kept


@njit(cache=True, nogil=True)
def _probe(
    names, name, bits, bounds, number, join, rank, alive, length, count, head, near, link, used, later, earlier, score, room
):
    """For each document of the batch, in order: gather, add up, keep those over the threshold; with join, it is one of those
    before the next.

    name, bits, bounds: the batch's keys, by their places in names. Returns (pairs, capped keys), or -1 where room ran out.
    """
    size = len(rank)
    shared = np.zeros(size, np.float32)
    wordings = np.zeros(size, np.int32)
    free = np.zeros(size, np.int32)  # of the wordings those of keys that are not capped
    total_bits = np.zeros(size, np.float32)
    state = np.zeros(size, np.int8)
    touched = np.empty(size, np.int64)
    crowd = np.empty(size, np.int64)
    heads = np.empty(len(name), np.int64)
    total = 0
    capped = 0
    for d in range(len(bounds) - 1):
        me = number[d]
        reached = lists = 0
        for k in range(bounds[d], bounds[d + 1]):
            u = name[k]
            view = names[u] >> np.uint64(62)
            over = count[u] > (PAIR_CAP if view == PAIR else CAP)
            capped += over
            if not (over and view == PAIR):
                if over:
                    heads[lists] = head[u]
                    lists += 1
                at = head[u]
                while at >= 0:
                    other = near[at]
                    at = link[at]
                    if shared[other] == 0 and wordings[other] == 0:
                        touched[reached] = other
                        reached += 1
                    if view == PAIR:
                        shared[other] += bits[k]
                    else:
                        wording = BAND_WORDINGS if view == BAND else 1
                        wordings[other] += wording
                        free[other] += 0 if over else wording
        crowded = kept = 0
        for t in range(reached):
            other = touched[t]
            if _reaches(shared[other], wordings[other], length[me], length[other]):
                total_bits[other] = shared[other] + SHINGLE_BITS * wordings[other]
                if _reaches(shared[other], free[other], length[me], length[other]):
                    touched[kept] = other
                    kept += 1
                else:
                    crowd[crowded] = other
                    crowded += 1
            shared[other] = 0
            wordings[other] = free[other] = 0
        if crowded > CAP:
            crowded = _thin(crowd[:crowded], total_bits, rank, heads[:lists], near, link, state)
        if total + kept + crowded > room:
            return -1, capped
        touched[kept : kept + crowded] = crowd[:crowded]
        for t in range(kept + crowded):
            later[total], earlier[total], score[total] = me, touched[t], total_bits[touched[t]]
            total += 1
        if join and alive[me]:
            for k in range(bounds[d], bounds[d + 1]):
                view = names[name[k]] >> np.uint64(62)
                used = _put(name[k], view, me, rank, count, head, near, link, used)
    return total, capped


class Probe:
    """The keys of a batch, and the documents before it that hold each: its first, as its cap allows, and how many there are.

    rank uint64, alive bool, length int64 (words): by number, those of the batch included.
    """

    def __init__(self, keys: Keys, rank: np.ndarray, alive: np.ndarray, length: np.ndarray) -> None:
        self.names, name = names(keys.key)
        # Keys of one document that are the same by the bits that count are one: its keys are sorted, so they are neighbours.
        keep = np.append(True, name[1:] != name[:-1])[: len(name)]
        keep[keys.bounds[:-1][keys.bounds[:-1] < len(name)]] = True
        self._bounds = np.append(0, np.cumsum(keep))[keys.bounds]
        self._name, self._bits = name[keep], keys.bits[keep]
        self._rank, self._alive, self._length = rank, alive, length
        self._count, self._head = np.zeros(len(self.names), np.int32), np.full(len(self.names), -1, np.int32)
        self._near, self._link = np.empty(1024, np.int32), np.empty(1024, np.int32)
        self._used = 0

    def meet(self, name: np.ndarray, document: np.ndarray) -> None:
        """These documents hold these of the names (int32 each, as packed.find has them)."""
        self._grow(len(name))
        self._used = _put_all(
            name, document, self.names, self._rank, self._alive, self._count, self._head, self._near, self._link, self._used
        )

    def _grow(self, more: int) -> None:
        if self._used + more > len(self._near):
            size = max(2 * len(self._near), self._used + more)
            self._near, self._link = np.resize(self._near, size), np.resize(self._link, size)

    def filling(self) -> tuple[np.ndarray, np.ndarray]:
        """(place among the names, document): who holds the PAIRs that this batch takes past their cap."""
        held = np.bincount(self._name, minlength=len(self.names))
        crossing = (self._count <= PAIR_CAP) & (self._count + held > PAIR_CAP) & (self.names >> np.uint64(62) == PAIR)
        name, at = np.flatnonzero(crossing), self._head[crossing]
        found = []
        while (live := at >= 0).any():
            name, at = name[live], at[live]
            found.append((name, self._near[at]))
            at = self._link[at]
        return tuple(np.concatenate(some) for some in zip(*found, strict=True)) if found else (name[:0], at[:0])

    def candidates(self, documents: np.ndarray, *, join: bool) -> Candidates:
        """Candidates of the batch, whose documents have these numbers (int64, ascending, above all before); with join, also among
        themselves. May be asked once."""
        self._grow(len(self._name) if join else 0)
        room = 64 * len(documents) + 1024
        while True:
            later, earlier, score = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.float32)
            total, capped = _probe(
                self.names, self._name, self._bits, self._bounds, documents, join, self._rank, self._alive, self._length,
                self._count.copy(), self._head.copy(), self._near.copy(), self._link.copy(), self._used,
                later, earlier, score, room,
            )  # fmt: skip
            if total >= 0:
                return Candidates(later[:total].copy(), earlier[:total].copy(), score[:total].copy(), capped)
            room *= 4


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


def freshness(shared: Keys, count: np.ndarray) -> np.ndarray:
    """For each pair of documents: the share of their common PAIRs' information, and DOUBT, that few others hold.

    shared: as `common` has it; count: in how many documents each key stands. 1 where a pair has no PAIR in common. What
    everybody's texts share says nothing about two of them.
    """
    pair = np.repeat(np.arange(len(shared.bounds) - 1), np.diff(shared.bounds))
    total = np.bincount(pair, shared.bits, len(shared.bounds) - 1)
    fresh = np.bincount(pair, np.where(count <= PAIR_CAP, shared.bits, 0), len(shared.bounds) - 1)
    return np.divide(fresh, total + DOUBT, out=np.ones(len(total)), where=total > 0)
