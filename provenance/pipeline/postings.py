"""The index of a store: its sorted runs, read part by part, and what index.py asks of each document.

Every batch adds a run; runs of a level merge by FAN_OUT into one of the next, so a night writes what is new and, now and
then, a merge. Documents that no longer stand for themselves are not alive: they are skipped at once
and left out at the next merge.

The postings stay in the store: at a million articles they are a gigabyte. In memory are which keys each part holds (a byte an
article) and of each document its rank, its words and whether it is alive (13 bytes), the latter two only once a batch is added.
A batch reads each part that may hold one of its keys, that is, nearly all, once: a third of a second at 200,000 articles. The
few hundred keys of a guest need as many parts of each run. A merge reads PARTS of each run at a time, deletes what it has read
and writes as much, in the batch's transaction: SQLite uses the freed pages at once, so that the file does not grow by the merge.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from provenance import index, lexicon, packed
from provenance.model import StoreError
from provenance.pipeline.analyst import Analysis, gather_keys
from provenance.pipeline.engine import Engine, nothing
from provenance.probe import Candidates, Probe
from provenance.sign import PAIR
from provenance.spread import COPY, COPY_WORDS
from provenance.store import Store

PARTS = 128
"""Parts that are held in memory at a time: a million postings."""
MOST_BITS = 2 * lexicon.CAP
"""No PAIR has more."""
PAIRS = 2_000
"""Pairs whose documents' analyses are held in memory at a time."""


@dataclasses.dataclass(slots=True, eq=False)
class _Run:
    """A segment of the store: its parts, sorted, and the keys between which each lies (uint64, as postings have them)."""

    id: int
    level: int
    part: np.ndarray
    first: np.ndarray
    last: np.ndarray


class Postings:
    """Candidates for new documents, and the runs that find them. `add` and `drop` write within the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        parts = {id: np.array(list(some), np.uint64) for id, some in itertools.groupby(store.parts(), lambda row: row.segment_id)}
        none = np.empty((0, 5), np.uint64)
        self._runs = [_run(row.id, row.level, parts.get(row.id, none)) for row in store.segments()]
        self._next = self._settled = store.next_document_id()
        self._alive = np.ones(self._next, np.bool_)
        self._alive[store.all_copies()] = False
        self._rank = np.zeros(self._next, np.uint64)
        self._length = np.zeros(self._next, np.int32)
        self._complete = False

    def _complete_outline(self) -> None:
        """Rank and words of all documents are at hand from now on; those that came since are noted as they come."""
        if not self._complete:
            for rows in self._store.outline():
                self._outline(row for row in rows if row[0] < self._next)
            self._complete = True

    def _outline(self, rows: Iterable[tuple[int, str, int]]) -> None:
        if rows := list(rows):
            numbers, digests, words = zip(*rows, strict=True)
            at = np.array(numbers, np.int64)
            self._rank[at], self._length[at] = _ranks(digests), words

    def _note(self, numbers: np.ndarray, rank: np.ndarray, length: np.ndarray) -> None:
        """These documents stand for themselves from now on."""
        self._next = max(self._next, int(numbers.max()) + 1)
        if self._next > len(self._rank):
            more = self._next + self._next // 8 - len(self._rank)
            self._rank, self._length, self._alive = (np.pad(a, (0, more)) for a in (self._rank, self._length, self._alive))
        self._rank[numbers], self._length[numbers], self._alive[numbers] = rank, length, True

    def retire(self, numbers: Sequence[int]) -> None:
        """These documents no longer stand for themselves."""
        self._alive[list(numbers)] = False

    def settle(self) -> None:
        """The kinds of all matches are what the index says by now."""
        self._settled = self._next

    def drop(self, numbers: Iterable[int]) -> set[int]:
        """Nothing of these documents, which have left the store, remains in the index: parts that hold them are written anew.

        Returns the documents that hold a PAIR which they had taken past its cap.
        """
        gone = np.zeros(self._next, np.bool_)
        gone[list(numbers)] = True
        keys = [np.empty(0, np.uint64)]
        for run in self._runs:
            stays = np.ones(len(run.part), np.bool_)
            for i, id in enumerate(run.part.tolist()):
                postings = packed.unpack(*self._load([id]))
                lost = gone[postings & packed.DOCUMENT]
                if not lost.any():
                    continue
                keys.append(postings[lost] & packed.KEY)
                if lost.all():
                    self._store.delete_parts([id])
                    stays[i] = False
                else:
                    part = packed.pack(postings[~lost])
                    self._store.set_part(id, part)
                    run.first[i], run.last[i] = _ends(part)
            run.part, run.first, run.last = run.part[stays], run.first[stays], run.last[stays]
        return self._before(np.concatenate(keys))

    def _before(self, keys: np.ndarray) -> set[int]:
        """Who holds a PAIR that is within its cap, and was not when these keys were held once more each."""
        key, held = np.unique(keys[keys >> np.uint64(62) == PAIR], return_counts=True)
        count = self._spread(key)
        crossed = key[(count <= index.PAIR_CAP) & (count + held > index.PAIR_CAP)]
        holders = [document for _, document in self._find(crossed)]
        return set(np.concatenate(holders).tolist()) if holders else set()

    def indexed(self) -> np.ndarray:
        """The documents that have postings, ascending. Reads the whole index."""
        found = np.empty(0, np.uint64)
        for run in self._runs:
            for at in range(0, len(run.part), PARTS):
                found = np.union1d(found, packed.unpack(*self._load(run.part[at : at + PARTS])) & packed.DOCUMENT)
        return found.astype(np.int64)

    def keys_of(self, numbers: Sequence[int]) -> dict[int, np.ndarray]:
        """The keys (as index.names has them) that the index holds of each of these documents. Reads all of it."""
        wanted = np.array(sorted(numbers), np.uint64)
        found = [np.empty(0, np.uint64)]
        for run in self._runs:
            for at in range(0, len(run.part), PARTS):
                postings = packed.unpack(*self._load(run.part[at : at + PARTS]))
                found.append(postings[np.isin(postings & packed.DOCUMENT, wanted)])
        postings = np.concatenate(found)
        order = np.lexsort((postings, postings & packed.DOCUMENT))
        bounds = np.searchsorted((postings & packed.DOCUMENT)[order], [*wanted.tolist(), int(wanted[-1]) + 1])
        key = postings[order] & packed.KEY
        return {n: key[low:high] for n, (low, high) in zip(wanted.tolist(), itertools.pairwise(bounds), strict=True)}

    def faults(self) -> list[str]:
        """What is wrong with the parts by themselves, a line for each segment."""
        found = []
        for segment, parts in itertools.groupby(self._store.parts(), lambda row: row.segment_id):
            last = -1
            for row in parts:
                try:
                    postings = packed.unpack(*packed.load(self._store.postings([row.id])))
                except ValueError as error:
                    found.append(f"index: part {row.id} is damaged ({error})")
                    break
                keys = postings >> np.uint64(packed.DOCUMENT_BITS)
                if not ((postings[:-1] < postings[1:]).all() and last <= row.first == keys[0] and keys[-1] == row.last):
                    found.append(f"index: segment {segment} is not in order")
                    break
                if len(postings) != row.count:
                    found.append(f"index: part {row.id} has another length than it says")
                    break
                last = row.last
        return found

    def lengths(self, numbers: np.ndarray) -> np.ndarray:
        """Words of documents that were added, or are candidates of some."""
        return self._length[numbers]

    def freshness(
        self, pairs: Sequence[tuple[int, int]], get: Callable[[set[int]], Mapping[int, Analysis]], guests: int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """index.freshness of pairs of documents, whose analyses `get` gives, some at a time. guests: of each pair, so many are
        not in the index and count beside it."""
        found = []
        for first in range(0, len(pairs), PAIRS):
            some = pairs[first : first + PAIRS]
            analyses = get({number for pair in some for number in pair})
            place = {number: i for i, number in enumerate(analyses)}
            one, two = (np.array([place[pair[side]] for pair in some], np.int64) for side in (0, 1))
            found.append(index.common(gather_keys(list(analyses.values())), one, two))
        if not found:
            return np.empty(0), np.empty(0)
        shared = index.joined(found)
        name, at = index.names(shared.key)
        return index.freshness(shared, self._spread(name)[at] + guests)

    def add(
        self, numbers: Sequence[int], analyses: Sequence[Analysis], engine: Engine, meanwhile: Callable[[], object] = nothing
    ) -> tuple[Candidates, set[int]]:
        """Index documents and return their candidates: each is compared with all before it, here and in the store.

        meanwhile: what this thread does while another one compares. A document may come back that was retired: its postings,
        where no merge has left them out, serve again. Beside the candidates: the documents, settled before, whose matches with
        one another these have made less telling, because both hold a PAIR that is now past its cap.
        """
        self._complete_outline()
        documents, keys = np.array(numbers, np.int64), gather_keys(analyses)
        first, (rank, length, alive) = len(self._rank), self._with(analyses)
        # The probe takes documents by number; a place after all others is each one's number while it comes in.
        places = np.arange(first, first + len(documents))
        alive[documents[documents < first]] = False
        probe = Probe(keys, rank, alive, length)
        back = np.zeros(first, np.bool_)
        returning = bool((documents < first).any())
        for name, document in self._find(probe.names, self._everybody() if returning else alive):
            back[document] |= ~alive[document]
            probe.meet(name, document)
        stale = self._stale(*probe.filling())
        comparing = engine.start(functools.partial(probe.candidates, join=True), places)
        meanwhile()
        found = comparing.result()
        number = np.concatenate([np.arange(first), documents])
        held = np.isin(documents, np.flatnonzero(back))
        self._note(documents, rank[places], length[places])
        batch = index.build(keys, np.arange(len(documents)))
        batch = batch[~held[batch & packed.DOCUMENT]]
        self._append(np.sort((batch & packed.KEY) | documents[batch & packed.DOCUMENT].astype(np.uint64)))
        return Candidates(number[found.later], number[found.earlier], found.bits, found.capped), stale

    def _stale(self, name: np.ndarray, document: np.ndarray) -> set[int]:
        """Of settled documents those whose matches with another that holds the same name may be boilerplate now.

        What is boilerplate stays so while documents come, and copies are none however little of them is rare (spread.py). Of
        others the store knows how many bits of what two texts share may become common: most can spare some.
        """
        settled = document < self._settled
        order = np.lexsort((name[settled], document[settled]))
        held, name = document[settled][order], name[settled][order]
        first = np.flatnonzero(np.diff(held, prepend=-1))
        holders = held[first]
        rows = self._store.spare_among(holders.tolist(), COPY, COPY_WORDS) if len(holders) else []
        if not rows:
            return set()
        id, a, b, spare = (np.array(column) for column in zip(*rows, strict=True))
        ends = np.searchsorted(holders, np.stack([a, b]))
        left = spare - MOST_BITS * index.in_both(name, np.append(first, len(held)), *ends)
        spent = (left > 0) & (left < spare)
        self._store.set_spare(zip(left[spent].tolist(), id[spent].tolist(), strict=True))
        used_up = (left <= 0) & (left < spare)
        return {*a[used_up].tolist(), *b[used_up].tolist()}

    def candidates(self, analyses: Sequence[Analysis]) -> list[list[int]]:
        """Of each of these texts, which stay out of the index, the documents that may share a passage, the likeliest first."""
        keys = gather_keys(analyses)
        name, _ = index.names(keys.key)
        hits = list(self._find(name))
        leading = self._count(hits, len(name)) <= index.PAIR_CAP
        leading |= name >> np.uint64(62) != PAIR
        hits = [(at[leading[at]], document[leading[at]]) for at, document in hits]
        if hits and not self._complete:
            self._outline(self._store.outline_of(np.unique(np.concatenate([document for _, document in hits])).tolist()))
        first, (rank, length, alive) = len(self._rank), self._with(analyses)
        places = np.arange(first, first + len(analyses))
        probe = Probe(keys, rank, alive, length)
        for at, document in hits:
            probe.meet(at, document)
        found = probe.candidates(places, join=False)
        order = np.lexsort((rank[found.earlier], -found.bits, found.later))
        bounds = np.searchsorted(found.later[order], np.append(places, first + len(analyses)))
        earlier = found.earlier[order].tolist()
        return [earlier[low:high] for low, high in itertools.pairwise(bounds)]

    def _with(self, analyses: Sequence[Analysis]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rank, length and alive of all documents, and after them of these."""
        return (
            np.concatenate([self._rank, _ranks([a.digest for a in analyses])]),
            np.concatenate([self._length, np.array([a.words for a in analyses], np.int32)]),
            np.concatenate([self._alive, np.ones(len(analyses), np.bool_)]),
        )

    def _spread(self, names: np.ndarray) -> np.ndarray:
        """In how many living documents each of these keys (sorted, distinct) stands: int64. Of a PAIR past its cap, only that."""
        return self._count(self._find(names), len(names))

    def _count(self, hits: Iterable[tuple[np.ndarray, np.ndarray]], size: int) -> np.ndarray:
        count = np.zeros(size, np.int64)
        for name, _ in hits:
            np.add.at(count, name, 1)
        return count

    def _everybody(self) -> np.ndarray:
        return np.ones(len(self._alive), np.bool_)

    def _find(self, names: np.ndarray, alive: np.ndarray | None = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(place in names, document) of the postings of these keys (sorted, distinct) in living documents, as packed.find has
        them.

        How far a PAIR is past its cap nobody asks: of each part one more than the cap is enough. What thousands of articles
        share would else be read again for every batch.
        """
        alive = self._alive if alive is None else alive
        most = np.where(names >> np.uint64(62) == PAIR, index.PAIR_CAP + 1, packed.PART).astype(np.int32)
        for run in self._runs:
            lows, highs = np.searchsorted(names, run.first), np.searchsorted(names, run.last, "right")
            wanted = np.flatnonzero(highs > lows)
            for at in range(0, len(wanted), PARTS):
                some = wanted[at : at + PARTS]
                yield packed.find(*self._load(run.part[some]), names, lows[some], highs[some], alive, most)

    def _load(self, parts: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        try:
            return packed.load(self._store.postings(np.asarray(parts).tolist()))
        except ValueError as error:
            raise StoreError(f"{self._store.path}: its index is damaged ({error}); `provenance rebuild` makes it anew") from error

    def _consumed(self, run: _Run) -> Iterator[np.ndarray]:
        """The postings of a run, which goes part by part as they come."""
        for at in range(0, len(run.part), PARTS // index.FAN_OUT):
            parts = run.part[at : at + PARTS // index.FAN_OUT].tolist()
            postings = packed.unpack(*self._load(parts))
            self._store.delete_parts(parts)
            yield postings

    def _append(self, postings: np.ndarray) -> None:
        """Keep a run; where its level is full, merge that into one of the next, and so on."""
        level, chunks = 0, iter([postings] if len(postings) else ())
        merged: list[_Run] = []
        while len(peers := [run for run in self._runs if run.level == level and run not in merged]) + 1 >= index.FAN_OUT:
            merged += peers
            chunks = index.merge([*map(self._consumed, peers), chunks], self._alive)
            level += 1
        id = self._store.add_segment(level)
        written = []
        for part in packed.parts(chunks):
            (number,) = self._store.add_parts(id, [part])
            written.append((number, 0, part.first, part.last, part.count))
        self._runs = [run for run in self._runs if run not in merged]
        self._store.delete_segments([run.id for run in merged])
        if written:
            self._runs.append(_run(id, level, np.array(written, np.uint64)))
        else:
            self._store.delete_segments([id])


def _run(id: int, level: int, parts: np.ndarray) -> _Run:
    """parts: rows as the store has them."""
    first, last = (parts[:, column] << np.uint64(packed.DOCUMENT_BITS) for column in (2, 3))
    return _Run(id, level, parts[:, 0].astype(np.int64), first, last)


def _ends(part: packed.Part) -> tuple[np.uint64, np.uint64]:
    return np.uint64(part.first << packed.DOCUMENT_BITS), np.uint64(part.last << packed.DOCUMENT_BITS)


def _ranks(digests: Iterable[str]) -> np.ndarray:
    """Heads of the texts' hashes: the order of documents that does not depend on when they came."""
    return np.frombuffer(bytes.fromhex("".join(digest[:16] for digest in digests)), ">u8").astype(np.uint64)


SETTINGS = {
    "index": str(packed.KEY_BITS),
    "cap": f"{index.CAP}/{index.KEY_LEAST}",
    "pair_cap": str(index.PAIR_CAP),
    "candidate_bits": "/".join(
        str(value)
        for value in (
            index.LEAST_BITS,
            index.LENGTH_BITS,
            index.LENGTH_POWER,
            index.FOLD_BITS,
            index.FOLD_WORDS,
            index.SHORT_BITS,
            index.SHORT_WORDS,
        )
    ),
    "shingle_bits": str(index.SHINGLE_BITS),
    "doubt": str(index.DOUBT),
}
"""The parameters of this room that results depend on, as the store pins them."""
