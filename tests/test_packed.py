"""Packed postings: nothing is lost, keys are found without unpacking, and the size is what the theory says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance import packed

KEYS = st.one_of(
    st.integers(0, 40), st.integers(0, (1 << packed.KEY_BITS) - 1), st.sampled_from([0, 7, (1 << 35), (1 << 36) - 1])
)
DOCUMENTS = st.one_of(st.integers(1, 50), st.integers(0, (1 << packed.DOCUMENT_BITS) - 1))
runs = st.sets(st.tuples(KEYS, DOCUMENTS), min_size=1, max_size=300).map(sorted)


def array(postings: list[tuple[int, int]]) -> np.ndarray:
    return np.array([key << packed.DOCUMENT_BITS | document for key, document in postings], np.uint64)


def some(seed: int, size: int, documents: int) -> np.ndarray:
    """Postings of random keys, as dense as in an index of 270 keys a document."""
    draw = np.random.default_rng(seed)
    keys = draw.integers(0, (1 << packed.KEY_BITS) * size // (270 * documents), size, dtype=np.uint64)
    return np.unique(keys << np.uint64(packed.DOCUMENT_BITS) | draw.integers(1, documents, size, dtype=np.uint64))


@given(st.lists(runs, min_size=1, max_size=4))
@settings(max_examples=100)
def test_what_is_packed_comes_back(many):
    """Parts of any keys and documents unpack to what they were, one after the other."""
    parts = [packed.pack(array(run)) for run in many]
    assert [(part.first, part.last, part.count) for part in parts] == [(run[0][0], run[-1][0], len(run)) for run in many]
    words, starts = packed.load([part.data for part in parts])
    assert packed.unpack(words, starts).tolist() == [posting for run in many for posting in array(run).tolist()]


@given(runs, st.lists(KEYS, max_size=30), st.sampled_from([1, 2, packed.PART]))
@settings(max_examples=100)
def test_keys_are_found_in_a_part(run, asked, most):
    """Documents of each key that is asked for, of its neighbours none, in whatever order of keys' densities; of the living as
    many as are asked for, the first."""
    part = packed.pack(array(run))
    wanted = sorted({key for key in [*asked, *(key for key, _ in run[::3])] if part.first <= key <= part.last})
    names = np.array([key << packed.DOCUMENT_BITS for key in wanted], np.uint64)
    words, starts = packed.load([part.data])
    alive = np.arange(1 + max(number for _, number in run)) % 3 > 0
    limits = np.full(len(names), most, np.int32)
    name, document = packed.find(words, starts, names, np.array([0]), np.array([len(names)]), alive, limits)
    found = [(wanted[place], number) for place, number in zip(name.tolist(), document.tolist(), strict=True)]
    living = {key: [number for other, number in run if other == key and alive[number]] for key in wanted}
    assert found == [(key, number) for key in wanted for number in living[key][:most]]


def test_keys_are_found_over_many_parts():
    """Each part is asked for the keys that lie in it, also for one whose postings go over several."""
    run = some(1, 5 * packed.PART, 10_000)
    common = (run[len(run) // 2] & packed.KEY) | np.arange(1, 3 * packed.PART, dtype=np.uint64)
    run = np.union1d(run, common)
    parts = list(packed.parts(np.array_split(run, 7)))
    assert [part.count for part in parts[:-1]] == [packed.PART] * (len(parts) - 1)
    names = np.unique(np.append(run[::50] & packed.KEY, common[:1] & packed.KEY))
    lows = np.searchsorted(names, np.array([part.first << packed.DOCUMENT_BITS for part in parts], np.uint64))
    highs = np.searchsorted(names, np.array([part.last << packed.DOCUMENT_BITS for part in parts], np.uint64), "right")
    every, all_of_them = np.ones(10_000 + 3 * packed.PART, np.bool_), np.full(len(names), packed.PART, np.int32)
    name, document = packed.find(*packed.load([part.data for part in parts]), names, lows, highs, every, all_of_them)
    assert (names[name] | document.astype(np.uint64)).tolist() == run[np.isin(run & packed.KEY, names)].tolist()


@pytest.mark.parametrize("documents", [4_000, 250_000])
def test_four_bytes_hold_a_posting(documents):
    """Whatever the size of the index: 36 bits of key and the document's number less log2 of the postings, and two bits."""
    postings = some(2, 4 * packed.PART, documents)
    size = sum(len(part.data) for part in packed.parts([postings])) / len(postings)
    assert size < (packed.KEY_BITS - np.log2(270) + 2.6) / 8 < 4


def test_what_is_no_part_is_refused():
    """A part that is cut off, longer, or something else is a ValueError, not a wrong answer or a crash."""
    data = packed.pack(some(3, 1000, 300)).data
    for bad in (data[:-8], data[:16], data[:-3], data + bytes(8), bytes(800), b"\xff" * 800, b""):
        with pytest.raises(ValueError, match=r"part|cut off"):
            packed.load([data, bad])
