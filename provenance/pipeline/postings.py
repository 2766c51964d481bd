"""The index of a store: its sorted runs as arrays in memory, and what index.py asks of each document.

Every batch adds a run; runs of a level merge by FAN_OUT into one of the next, so a night writes what is new and, now and
then, a merge. Documents that no longer stand for themselves are not alive: they are skipped at once
and left out at the next merge.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from provenance import index
from provenance.pipeline.analyst import Analysis, gather_keys
from provenance.sign import PAIR
from provenance.store import Store


class Postings:
    """Candidates for new documents, and the runs that find them. `add` and `drop` write within the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runs: list[tuple[int, int, index.Run]] = []  # (segment id, level, run)
        for row in store.segments():
            keys, documents = store.segment(row.id)
            self._runs.append((row.id, row.level, index.Run(np.frombuffer(keys, np.uint64), np.frombuffer(documents, np.uint32))))
        self._next = store.next_document_id()
        self._rank = np.zeros(self._next, np.uint64)
        self._length = np.zeros(self._next, np.int64)
        self._alive = np.zeros(self._next, np.bool_)
        if outline := store.outline():
            numbers, digests, words = zip(*outline, strict=True)
            self._note(np.array(numbers), _ranks(digests), np.array(words))

    def _note(self, numbers: np.ndarray, rank: np.ndarray, length: np.ndarray) -> None:
        """These documents stand for themselves from now on."""
        self._next = max(self._next, int(numbers.max()) + 1)
        if self._next > len(self._rank):
            more = 2 * self._next - len(self._rank)
            self._rank, self._length, self._alive = (np.pad(a, (0, more)) for a in (self._rank, self._length, self._alive))
        self._rank[numbers], self._length[numbers], self._alive[numbers] = rank, length, True

    def retire(self, numbers: Sequence[int]) -> None:
        """These documents no longer stand for themselves."""
        self._alive[list(numbers)] = False

    def drop(self, numbers: Iterable[int]) -> set[int]:
        """Nothing of these documents, which have left the store, remains in the index: runs that hold them are written anew.

        Returns the documents that hold a PAIR which they had taken past its cap.
        """
        gone = np.array(sorted(numbers), np.int64)
        keys = [np.empty(0, np.uint64)]
        for id, level, run in list(self._runs):
            keep = ~np.isin(run.document, gone)
            if not keep.all():
                keys.append(run.key[~keep])
                self._store.delete_segments([id])
                self._runs = [entry for entry in self._runs if entry[0] != id]
                self._write(index.Run(run.key[keep], run.document[keep]), level)
        return self._at_cap(np.concatenate(keys), before=+1)

    def indexed(self) -> np.ndarray:
        """The documents that have postings, ascending."""
        return np.unique(np.concatenate([np.empty(0, np.uint32), *(run.document for _, _, run in self._runs)]))

    def keys_of(self, numbers: Sequence[int]) -> dict[int, np.ndarray]:
        """The keys (uint64, ascending) that the index holds of each of these documents. Reads all of it."""
        wanted = np.array(sorted(numbers), np.int64)
        parts = [(run.key[some], run.document[some]) for _, _, run in self._runs for some in [np.isin(run.document, wanted)]]
        key = np.concatenate([np.empty(0, np.uint64), *(keys for keys, _ in parts)])
        document = np.concatenate([np.empty(0, np.uint32), *(documents for _, documents in parts)])
        order = np.lexsort((key, document))
        bounds = np.searchsorted(document[order], np.append(wanted, wanted[-1:] + 1))
        return {n: key[order[low:high]] for n, low, high in zip(wanted.tolist(), bounds[:-1], bounds[1:], strict=True)}

    def faults(self) -> list[str]:
        """What is wrong with the segments by themselves, a line each."""
        found = []
        for row, (_, _, run) in zip(self._store.segments(), self._runs, strict=True):
            if not len(run.key) == len(run.document) == row.count:
                found.append(f"index: segment {row.id} has another length than it says")
            elif not (run.key[:-1] <= run.key[1:]).all():
                found.append(f"index: segment {row.id} is not in order")
        return found

    def length(self, number: int) -> int:
        """Words of a document."""
        return int(self._length[number])

    def freshness(self, pairs: Sequence[tuple[int, int]], analyses: Mapping[int, Analysis], guests: int = 0) -> list[float]:
        """index.freshness of pairs of documents. guests: of each pair, so many are not in the index and count beside it."""
        order = sorted({number for pair in pairs for number in pair})
        place = {number: i for i, number in enumerate(order)}
        keys = gather_keys([analyses[number] for number in order])
        count = index.spread(keys.key, [run for _, _, run in self._runs], self._alive) + guests
        one, two = (np.array([place[pair[side]] for pair in pairs], np.int64) for side in (0, 1))
        return index.freshness(keys, count, one, two).tolist()

    def newly_spread(self, numbers: Sequence[int], analyses: Mapping[int, Analysis]) -> set[int]:
        """Documents that hold a PAIR which these documents, which are indexed, took past its cap."""
        return self._at_cap(gather_keys([analyses[number] for number in sorted(numbers)]).key, before=-1)

    def _at_cap(self, keys: np.ndarray, before: int) -> set[int]:
        """Who holds a PAIR that is on one side of its cap now and was on the other with `before` times its count in keys more."""
        key, held = np.unique(keys[keys >> np.uint64(62) == PAIR], return_counts=True)
        runs = [run for _, _, run in self._runs]
        count = index.spread(key, runs, self._alive)
        crossed = (count > index.PAIR_CAP) != (count + before * held > index.PAIR_CAP)
        return set(index.holders(key[crossed], runs, self._alive).tolist())

    def add(self, numbers: Sequence[int], analyses: Sequence[Analysis]) -> index.Candidates:
        """Index documents and return their candidates: each is compared with all before it, here and in the store.

        A document may come back that was retired: its postings, where no merge has left them out, serve again.
        """
        documents, keys = np.array(numbers, np.int64), gather_keys(analyses)
        first, (rank, length, alive) = len(self._rank), self._with(analyses)
        # index.probe takes documents by number; a place after all others is each one's number while it comes in.
        places = np.arange(first, first + len(documents))
        alive[documents[documents < first]] = False
        batch = index.build(keys, places, rank)
        found = index.probe(keys, places, [*(run for _, _, run in self._runs), batch], rank, alive, length)
        number = np.concatenate([np.arange(first), documents])
        held = np.isin(documents, self.indexed()) if documents.min() < self._next else np.zeros(len(documents), np.bool_)
        self._note(documents, rank[places], length[places])
        fresh = ~held[batch.document - first]
        self._append(index.Run(batch.key[fresh], number[batch.document[fresh]].astype(np.uint32)), 0)
        return index.Candidates(number[found.later], number[found.earlier], found.bits, found.capped)

    def candidates(self, analyses: Sequence[Analysis]) -> list[list[int]]:
        """Of each of these texts, which stay out of the index, the documents that may share a passage, the likeliest first."""
        keys = gather_keys(analyses)
        first, (rank, length, alive) = len(self._rank), self._with(analyses)
        places = np.arange(first, first + len(analyses))
        found = index.probe(keys, places, [run for _, _, run in self._runs], rank, alive, length)
        order = np.lexsort((rank[found.earlier], -found.bits, found.later))
        bounds = np.searchsorted(found.later[order], np.append(places, first + len(analyses)))
        earlier = found.earlier[order].tolist()
        return [earlier[low:high] for low, high in itertools.pairwise(bounds)]

    def _with(self, analyses: Sequence[Analysis]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rank, length and alive of all documents, and after them of these."""
        return (
            np.concatenate([self._rank, _ranks([a.digest for a in analyses])]),
            np.concatenate([self._length, np.array([a.words for a in analyses], np.int64)]),
            np.concatenate([self._alive, np.ones(len(analyses), np.bool_)]),
        )

    def _append(self, run: index.Run, level: int) -> None:
        """Keep a run; where its level is full, merge that into one of the next."""
        peers = [entry for entry in self._runs if entry[1] == level]
        if len(peers) + 1 < index.FAN_OUT:
            self._write(run, level)
            return
        merged = index.merge([*(entry[2] for entry in peers), run], self._rank, self._alive)
        self._store.delete_segments([entry[0] for entry in peers])
        self._runs = [entry for entry in self._runs if entry[1] != level]
        self._append(merged, level + 1)

    def _write(self, run: index.Run, level: int) -> None:
        if len(run):
            id = self._store.add_segment(level, len(run), run.key.tobytes(), run.document.tobytes())
            self._runs.append((id, level, run))


def _ranks(digests: Iterable[str]) -> np.ndarray:
    """Heads of the texts' hashes: the order of documents that does not depend on when they came."""
    return np.array([int(digest[:16], 16) for digest in digests], np.uint64)


SETTINGS = {
    "cap": str(index.CAP),
    "pair_cap": str(index.PAIR_CAP),
    "base_bits": str(index.BASE_BITS),
    "length_bits": str(index.LENGTH_BITS),
    "shingle_bits": str(index.SHINGLE_BITS),
    "short_bits": f"{index.SHORT_WORDS}/{index.SHORT_BITS}",
}
"""The parameters of this room that results depend on, as the store pins them."""
