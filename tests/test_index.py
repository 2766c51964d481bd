"""Candidates: the array code against a plain reading of the same rules, and what caps do."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import prose

from provenance import index, packed, sign
from provenance.probe import Candidates, Probe
from provenance.sign import BAND, PAIR, SHINGLE, Keys

CAPS = {BAND: index.CAP, SHINGLE: index.CAP, PAIR: index.PAIR_CAP}


@dataclasses.dataclass
class Corpus:
    """Documents by number: their keys (of any view, with bits), rank, length, whether they are alive."""

    keys: list[dict[int, float]]
    rank: list[int]
    length: list[int]
    alive: list[bool]

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return np.array(self.rank, np.uint64), np.array(self.alive, np.bool_), np.array(self.length, np.int64)

    def batch(self, numbers: list[int]) -> Keys:
        rows = [sorted(self.keys[n].items()) for n in numbers]
        bounds = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
        key = np.array([k for row in rows for k, _ in row], np.uint64)
        return Keys(key, np.array([b for row in rows for _, b in row], np.float32), bounds)

    def scan(self, batches: list[list[int]]) -> tuple[dict[tuple[int, int], float], int]:
        """(pair -> bits, capped keys) of taking the batches one after another."""
        runs: list[np.ndarray] = []
        found, capped = {}, 0
        for numbers in batches:
            out = self.probe(numbers, runs)
            runs.append(index.build(self.batch(numbers), np.array(numbers, np.int64)))
            for later, earlier, bits in zip(out.later.tolist(), out.earlier.tolist(), out.bits.tolist(), strict=True):
                assert (later, earlier) not in found
                found[later, earlier] = bits
            capped += out.capped
        return found, capped

    def probe(self, numbers: list[int], runs: Iterable[np.ndarray], *, join: bool = True) -> Candidates:
        """Candidates of documents against runs, and among themselves."""
        probe = Probe(self.batch(numbers), *self.arrays())
        for run in runs:
            probe.meet(*found_in(run, probe.names))
        return probe.candidates(np.array(numbers, np.int64), join=join)

    def plain(self) -> tuple[dict[tuple[int, int], float], int]:
        """The same by brute force, from the words of index.py's and probe.py's docstrings."""
        found, capped = {}, 0
        for later in range(len(self.keys)):
            free: dict[int, float] = defaultdict(float)  # of keys within their cap
            surplus: dict[int, float] = defaultdict(float)
            lists: list[list[int]] = []
            for key, weight in self.keys[later].items():
                view = key >> 62
                bits = {BAND: index.BAND_BITS, SHINGLE: index.SHINGLE_BITS, PAIR: weight}[view]
                earlier = [n for n in range(later) if self.alive[n] and key in self.keys[n]]
                count = free
                if len(earlier) > CAPS[view]:
                    capped += 1
                    earlier = [] if view == PAIR else sorted(earlier, key=lambda n: (self.rank[n], n))[: CAPS[view]]
                    lists.append(earlier)
                    count = surplus
                for n in earlier:
                    count[n] += bits
            score = {n: free[n] + surplus[n] for n in free.keys() | surplus.keys()}
            told = [n for n in score if self.reaches(later, n, score[n])]
            crowd = [n for n in told if not self.reaches(later, n, free[n])]
            crowd.sort(key=lambda n: (-score[n], self.rank[n], n))
            kept = set(crowd[: index.CAP])
            for some in lists:
                of_key = [n for n in crowd if n in some]
                lacking = index.KEY_LEAST - len(kept & set(of_key))
                kept.update([n for n in of_key if n not in kept][: max(0, lacking)])
            found |= {(later, n): score[n] for n in told if n in kept or n not in crowd}
        return found, capped

    def reaches(self, one: int, two: int, bits: float) -> bool:
        return bits >= index.threshold(self.length[one], self.length[two])


def key(view: int, name: int) -> int:
    """Keys differ in the bits that count; the others may be anything."""
    return view << 62 | name << packed.DOCUMENT_BITS | name * 7919 % 1000


def found_in(run: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(place in names, document) of a run's postings of these keys, by brute force."""
    at = np.searchsorted(names, run & packed.KEY)
    hit = (at < len(names)) & (names[np.minimum(at, len(names) - 1)] == run & packed.KEY) if len(names) else at < 0
    return at[hit].astype(np.int32), (run[hit] & packed.DOCUMENT).astype(np.int32)


def family(size: int, keys: dict[int, float], words: int = 100) -> Corpus:
    """Documents with the same keys; ranks run against the order of arrival."""
    return Corpus([dict(keys) for _ in range(size)], list(range(size, 0, -1)), [words] * size, [True] * size)


def parts(pairs: dict[tuple[int, int], float], size: int) -> int:
    """How many connected parts the pairs make of documents 0 to size."""
    up = list(range(size))

    def find(x: int) -> int:
        while up[x] != x:
            x = up[x]
        return x

    for a, b in pairs:
        up[find(a)] = find(b)
    return len({find(x) for x in range(size)})


@st.composite
def corpora(draw: st.DrawFn, most: int = 24) -> Corpus:
    """Documents whose keys come from a few names, so that they meet, and sometimes in more than a cap allows."""
    size = draw(st.integers(1, most))
    names = [key(view, name) for view in (BAND, SHINGLE, PAIR) for name in range(draw(st.integers(1, 4)))]
    bits = {k: draw(st.sampled_from([13.0, 26.5, 41.25])) if k >> 62 == PAIR else 0.0 for k in names}
    rank = draw(st.lists(st.integers(0, 40), min_size=size, max_size=size))
    keys = [{k: bits[k] for k in draw(st.sets(st.sampled_from(names)))} for _ in range(size)]
    length = draw(st.lists(st.sampled_from([0, 10, 1000, 100_000]), min_size=size, max_size=size))
    return Corpus(keys, rank, length, draw(st.lists(st.sampled_from([True, True, True, False]), min_size=size, max_size=size)))


@given(corpora(most=40), st.lists(st.integers(1, 9), max_size=6))
@settings(max_examples=60)
def test_probe_is_the_plain_reading_of_its_rules(corpus, sizes):
    """Pairs, bits and capped keys are those of brute force, caps included, however the documents are cut into batches."""
    numbers, batches = list(range(len(corpus.keys))), []
    for size in sizes:
        batches.append(numbers[:size])
        numbers = numbers[size:]
    found, capped = corpus.scan([*batches, numbers])
    expected, expected_capped = corpus.plain()
    assert found == pytest.approx(expected)
    assert capped == expected_capped


@given(corpora(most=index.CAP), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_below_the_caps_order_makes_no_difference(corpus, rng):
    """The same documents taken in another order make the same pairs with the same bits."""
    order = list(range(len(corpus.keys)))
    rng.shuffle(order)
    other = Corpus(*([column[n] for n in order] for column in (corpus.keys, corpus.rank, corpus.length, corpus.alive)))
    pairs, capped = corpus.scan([list(range(len(order)))])
    again, _ = other.scan([[n] for n in range(len(order))])
    alive = corpus.alive
    assert capped == 0
    assert {frozenset((a, b)): bits for (a, b), bits in pairs.items() if alive[a]} == pytest.approx(
        {frozenset((order[a], order[b])): bits for (a, b), bits in again.items() if alive[order[a]]}
    )


def test_a_family_of_copies_stays_connected_beyond_the_cap():
    """Two hundred documents of equal keys: each leads to the cap's number at most, and all hang together."""
    corpus = family(200, {key(BAND, 1): 0.0, key(SHINGLE, 2): 0.0})
    found, capped = corpus.scan([list(range(70)), list(range(70, 200))])
    assert parts(found, 200) == 1
    assert len(found) <= 200 * index.CAP
    assert capped == 2 * (199 - index.CAP)


def test_a_capped_key_leads_to_the_texts_of_smallest_rank():
    """Which documents a capped key keeps depends on their texts, not on when they came."""
    corpus = family(60, {key(BAND, 1): 0.0})
    corpus.rank = np.random.default_rng(1).permutation(60).tolist()
    found, _ = corpus.scan([list(range(59)), [59]])
    assert {b for a, b in found if a == 59} == set(sorted(range(59), key=corpus.rank.__getitem__)[: index.CAP])


def test_pairs_over_the_cap_lead_nowhere():
    """A PAIR in too many documents is common knowledge: it tells no candidates, and is counted."""
    corpus = family(index.PAIR_CAP + 2, {key(PAIR, 1): 1000.0})
    last = len(corpus.keys) - 1
    found, capped = corpus.scan([list(range(last + 1))])
    assert capped == 1
    assert {a for a, _ in found} == set(range(1, last))


def test_a_shared_band_is_always_enough():
    """Whatever the lengths, texts that share a BAND are compared."""
    found, _ = family(2, {key(BAND, 1): 0.0}, words=10_000_000).scan([[0, 1]])
    assert set(found) == {(1, 0)}


@pytest.mark.parametrize("words", [41, 100, 1000, 1_000_000])
def test_pairs_are_candidates_from_the_threshold_on(words):
    """Longer texts must share more, short ones two PAIRs at least."""
    need = index.threshold(words, words)
    folds = math.log(words / index.FOLD_WORDS)
    least = max(index.LENGTH_BITS * words**index.LENGTH_POWER, index.LEAST_BITS + max(0, index.FOLD_BITS * folds))
    assert need == pytest.approx(max(index.LEAST_BITS, least))
    half = np.float32(need / 2)
    enough = float(np.nextafter(half, np.float32(np.inf)))
    short = float(np.nextafter(half, np.float32(0)))
    for bits, expected in ((enough, {(1, 0)}), (short - need * 1e-6, set())):
        found, _ = family(2, {key(PAIR, 1): bits, key(PAIR, 2): bits}, words).scan([[0, 1]])
        assert set(found) == expected


def test_two_pairs_are_enough_for_short_texts():
    """The threshold of short texts is what two PAIRs of least information carry; it grows with either text's length."""
    least, above = index.LEAST_BITS, index.SHORT_WORDS + 1
    assert 2 * sign.PAIR_BITS == least == index.threshold(above, above) == index.threshold(50, 50) < index.threshold(100, 100)
    assert index.threshold(100, 4000) == index.threshold(4000, 100) > index.threshold(100, 1000)


def test_one_pair_of_rare_stems_is_enough_for_two_sentences():
    """Two texts of a sentence each meet by one PAIR; with a longer one it takes two."""
    assert sign.PAIR_BITS == index.threshold(1, 1) == index.threshold(40, 40) == index.SHORT_BITS < index.threshold(40, 41)
    found, _ = family(2, {key(PAIR, 1): index.SHORT_BITS}, words=40).scan([[0, 1]])
    assert set(found) == {(1, 0)}
    found, _ = family(2, {key(PAIR, 1): index.SHORT_BITS}, words=41).scan([[0, 1]])
    assert not set(found)


def test_the_dead_are_neither_met_nor_counted():
    """Documents that are gone lead nowhere and fill no cap."""
    corpus = family(2 * index.CAP + 1, {key(BAND, 1): 0.0, key(SHINGLE, 1): 0.0, key(PAIR, 1): 500.0})
    corpus.alive = [n % 2 == 0 for n in range(len(corpus.keys))]
    last = len(corpus.keys) - 1
    found, capped = corpus.scan([list(range(len(corpus.keys)))])
    assert {b for a, b in found if a == last} == set(range(0, last, 2))
    assert capped == 0


def test_documents_without_keys_meet_nobody():
    """Two empty texts are no candidates; an empty batch finds nothing, with or without runs."""
    assert family(3, {}).scan([[0, 1], [], [2]]) == ({}, 0)
    none = family(1, {}).probe([], [])
    assert (len(none.later), none.capped, none.later.dtype) == (0, 0, np.int64)


def test_keys_that_are_the_same_by_the_bits_that_count_are_one():
    """Two PAIRs of a document that the index cannot tell apart count once."""
    twice = {key(PAIR, 5): 60.0, key(PAIR, 5) + 1: 60.0}
    assert family(2, twice, words=1000).scan([[0, 1]]) == ({}, 0)
    assert set(family(2, twice | {key(PAIR, 6): 120.0}, words=1000).scan([[0], [1]])[0].values()) == {180.0}


def test_more_pairs_than_room_are_all_found():
    """The first guess of how many pairs there are does not bound the answer."""
    keys = {key(PAIR, name): 1000.0 for name in range(3)}
    corpus = Corpus([], [], [], [])
    for group in range(45):  # each group below the cap of a PAIR, all against all within it
        for _ in range(index.PAIR_CAP):
            corpus.keys.append({k + (16 * group << packed.DOCUMENT_BITS): bits for k, bits in keys.items()})
    size = len(corpus.keys)
    corpus.rank, corpus.length, corpus.alive = [0] * size, [10] * size, [True] * size
    run = index.build(corpus.batch(list(range(size))), np.arange(size))
    late = [n for n in range(size) if n % index.PAIR_CAP == index.PAIR_CAP - 1]
    before = run[~np.isin(run & packed.DOCUMENT, late)]
    assert len(corpus.probe(late, [before]).later) == 45 * (index.PAIR_CAP - 1)
    assert len(corpus.probe(list(range(size)), []).later) == 45 * index.PAIR_CAP * (index.PAIR_CAP - 1) // 2


def test_guests_do_not_meet_one_another():
    """Texts that stay out of the index are compared with what is in it, not among themselves."""
    corpus = family(4, {key(BAND, 1): 0.0})
    run = index.build(corpus.batch([0, 1]), np.arange(2))
    found = corpus.probe([2, 3], [run], join=False)
    assert sorted(zip(found.later.tolist(), found.earlier.tolist(), strict=True)) == [(2, 0), (2, 1), (3, 0), (3, 1)]


@given(corpora())
@settings(max_examples=30)
def test_a_run_holds_every_posting_in_order(corpus):
    """Building sorts by key, then document, and loses nothing; merging runs of parts gives the run of the whole, however they
    are cut into chunks, and leaves out the dead."""
    _, alive, _ = corpus.arrays()
    numbers = list(range(len(corpus.keys)))
    run = index.build(corpus.batch(numbers), np.array(numbers, np.int64))
    expected = sorted((k >> packed.DOCUMENT_BITS, n) for n in numbers for k in corpus.keys[n])
    assert list(zip((run >> np.uint64(packed.DOCUMENT_BITS)).tolist(), (run & packed.DOCUMENT).tolist(), strict=True)) == expected
    pieces = [index.build(corpus.batch(part), np.array(part, np.int64)) for part in (numbers[::2], numbers[1::2], [])]
    for size in (1, 3, 1000):
        chunks = [[piece[at : at + size] for at in range(0, len(piece), size)] for piece in pieces]
        merged = np.concatenate([np.empty(0, np.uint64), *index.merge(map(iter, chunks), alive)])
        assert merged.tolist() == run[alive[run & packed.DOCUMENT]].tolist()


@given(corpora())
@settings(max_examples=30)
def test_who_takes_a_pair_past_its_cap(corpus):
    """Before a batch comes in, the living holders of the PAIRs that it will take past their cap are known."""
    numbers = list(range(len(corpus.keys)))
    for copy in range(40):
        corpus.keys.append(dict(corpus.keys[copy % len(numbers)]))
    late = list(range(len(numbers), len(corpus.keys)))
    corpus.rank += [0] * 40
    corpus.length += [10] * 40
    corpus.alive += [True] * 40
    probe = Probe(corpus.batch(late), *corpus.arrays())
    probe.meet(*found_in(index.build(corpus.batch(numbers), np.array(numbers)), probe.names))
    name, document = probe.filling()
    found = sorted(zip((probe.names[name] >> np.uint64(packed.DOCUMENT_BITS)).tolist(), document.tolist(), strict=True))
    expected = set()
    for k in {k for n in late for k in corpus.keys[n] if k >> 62 == PAIR}:
        before = [n for n in numbers if corpus.alive[n] and k in corpus.keys[n]]
        if len(before) <= index.PAIR_CAP < len(before) + sum(k in corpus.keys[n] for n in late):
            expected |= {(k >> packed.DOCUMENT_BITS, n) for n in before}
    assert found == sorted(expected)


def test_freshness_is_the_share_of_rare_pairs_by_information():
    """Of the PAIRs that two documents share, those that few documents hold, weighed by their bits, less where they share
    little; 1 where they share none."""
    rare, common = key(PAIR, 1), key(PAIR, 2)
    corpus = Corpus(
        [{rare: 30.0, common: 60.0}, {rare: 30.0, common: 60.0, key(BAND, 1): 0.0}, {common: 60.0}, {key(BAND, 1): 0.0}],
        *[[0] * 4] * 3,
    )
    keys = corpus.batch([0, 1, 2, 3])
    shared = index.common(keys, np.array([0, 1, 0, 1, 3]), np.array([1, 0, 2, 3, 0]))
    counts = np.where(shared.key == common, index.PAIR_CAP + 1, index.PAIR_CAP)
    fresh, bits = index.freshness(shared, counts)
    assert fresh.tolist() == pytest.approx([30 / (90 + index.DOUBT)] * 2 + [0, 1, 1])
    assert bits.tolist() == pytest.approx([90 + index.DOUBT] * 2 + [60 + index.DOUBT] + [index.DOUBT] * 2)


def test_texts_that_share_wording_or_rare_words_meet_and_others_do_not(keys_of):
    """From text to candidates: a copy, a paragraph inside a longer text and a shuffled rewrite are met, strangers are not."""
    source = prose(1, 12)
    inside = prose(2, 10) + " " + source[:600] + " " + prose(3, 10)
    words = source.split()
    shuffled = " ".join(w for i in range(0, len(words), 3) for w in reversed(words[i : i + 3]))
    texts = [source, source.upper(), inside, shuffled, *(prose(seed, 12) for seed in range(10, 30))]
    keys = keys_of(texts)
    corpus = Corpus([], list(range(len(texts))), [len(t.split()) for t in texts], [True] * len(texts))
    for i in range(len(texts)):
        at = slice(keys.bounds[i], keys.bounds[i + 1])
        corpus.keys.append(dict(zip(keys.key[at].tolist(), keys.bits[at].tolist(), strict=True)))
    found, _ = corpus.scan([list(range(len(texts)))])
    assert {(1, 0), (2, 0), (3, 0)} <= found.keys()
    assert {pair for pair in found if pair[0] > 3} == set()


def test_views_of_the_tests_are_those_of_the_keys():
    """The brute force above reads the view from the two highest bits, as sign writes it."""
    assert int(sign.pair_key(np.uint64(1), np.uint64(2))) >> 62 == PAIR
