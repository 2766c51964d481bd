"""The index of a store: its sorted runs as arrays in memory, and what index.py asks of each document.

Every batch adds a run; runs of a level merge by FAN_OUT into one of the next, so a night writes what is new and, now and
then, a merge. Documents that no longer stand for themselves are not alive: they are skipped at once and left out at the next merge.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from provenance import index
from provenance.pipeline.analyst import Analysis, gather_keys
from provenance.store import Store


class Postings:
    """Candidates for new documents, and the runs that find them. Writes within the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runs: list[tuple[int, int, index.Run]] = []  # (segment id, level, run)
        for row in store.segments():
            keys, documents = store.segment(row.id)
            self._runs.append((row.id, row.level, index.Run(np.frombuffer(keys, np.uint64), np.frombuffer(documents, np.uint32))))
        self._grow(store.next_document_id() + 1024)
        for number, digest, words in store.outline():
            self._note(number, digest, words)

    def _grow(self, size: int) -> None:
        old = getattr(self, "_rank", np.empty(0))
        for name, dtype in (("_rank", np.uint64), ("_alive", np.bool_), ("_length", np.int64)):
            array = np.zeros(size, dtype)
            if len(old):
                array[: len(old)] = getattr(self, name)
            setattr(self, name, array)

    def _note(self, number: int, digest: str, words: int) -> None:
        self._rank[number] = int(digest[:16], 16)
        self._length[number] = words
        self._alive[number] = True

    def retire(self, numbers: Sequence[int]) -> None:
        """These documents no longer stand for themselves."""
        self._alive[list(numbers)] = False

    def rank(self, number: int) -> int:
        """Head of the text's hash: the order of documents that does not depend on when they came."""
        return int(self._rank[number])

    def length(self, number: int) -> int:
        """Words of a document."""
        return int(self._length[number])

    def add(self, numbers: Sequence[int], analyses: Sequence[Analysis]) -> index.Candidates:
        """Index documents (ascending numbers) and return their candidates among themselves and those before them."""
        if max(numbers) >= len(self._rank):
            self._grow(2 * max(numbers))
        for number, analysis in zip(numbers, analyses, strict=True):
            self._note(number, analysis.digest, analysis.words)
        keys = gather_keys(analyses)
        documents = np.array(numbers, np.int64)
        run = index.build(keys, documents, self._rank)
        runs = [*(r for _, _, r in self._runs), run]
        found = index.probe(keys, documents, runs, self._rank, self._alive, self._length)
        self._append(run, 0)
        return found

    def candidates(self, analysis: Analysis) -> list[tuple[int, float]]:
        """(document, shared bits) for a text that is not indexed, most first."""
        number = len(self._rank)
        rank, alive, length = (np.append(array, np.zeros(1, array.dtype)) for array in (self._rank, self._alive, self._length))
        rank[number], length[number] = int(analysis.digest[:16], 16), analysis.words
        runs = [r for _, _, r in self._runs]
        found = index.probe(gather_keys([analysis]), np.array([number]), runs, rank, alive, length)
        return sorted(zip(found.earlier.tolist(), found.bits.tolist(), strict=True), key=lambda pair: (-pair[1], self.rank(pair[0])))

    def _append(self, run: index.Run, level: int) -> None:
        peers = [entry for entry in self._runs if entry[1] == level]
        if len(peers) + 1 < index.FAN_OUT:
            id = self._store.add_segment(level, len(run), run.key.tobytes(), run.document.tobytes())
            self._runs.append((id, level, run))
            return
        merged = index.merge([*(entry[2] for entry in peers), run], self._rank, self._alive)
        self._store.delete_segments([entry[0] for entry in peers])
        self._runs = [entry for entry in self._runs if entry[1] != level]
        self._append(merged, level + 1)


SETTINGS = {
    "cap": str(index.CAP),
    "pair_cap": str(index.PAIR_CAP),
    "base_bits": str(index.BASE_BITS),
    "length_bits": str(index.LENGTH_BITS),
    "shingle_bits": str(index.SHINGLE_BITS),
}
"""The parameters of this room that results depend on, as the store pins them."""
