"""Signatures are datasketch's, bit for bit; keys are what the theory of each view says."""

from __future__ import annotations

import itertools
import math
import random

import datasketch
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import prose, tokens

from provenance import sign
from provenance.text import Splitter, Words

SPLITTER = Splitter()
BITS = 10.0
"""Weight of every word where a test sets weights itself."""


def minhash(words: Words, document: int = 0) -> datasketch.MinHash:
    """datasketch's own signature of a document's shingles."""
    out = datasketch.MinHash(num_perm=sign.PERMUTATIONS, seed=1, scheme="affine32", hashfunc=int)
    out.update_batch((sign.shingles(words, document) & np.uint64(0xFFFFFFFF)).tolist())
    return out


def made(counts: list[int], rng: np.random.Generator) -> Words:
    """Documents of random word hashes."""
    bounds = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    total = int(bounds[-1])
    empty = np.zeros(total, np.int32)
    return Words(empty, empty, rng.integers(0, 1 << 64, total, np.uint64), np.zeros(total, np.uint8), bounds, ("",) * len(counts))


def overlapping(size: int, jaccard: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two documents of `size` word hashes, cut after the prefix that makes the Jaccard similarity of their shingles this."""
    shared = round(2 * size * jaccard / (1 + jaccard))
    a = rng.integers(0, 1 << 64, size, np.uint64)
    b = np.concatenate([a[:shared], rng.integers(0, 1 << 64, size - shared, np.uint64)])
    return a, b


def batch(documents: list[np.ndarray]) -> Words:
    bounds = np.concatenate([[0], np.cumsum([len(d) for d in documents])]).astype(np.int64)
    hashes = np.concatenate(documents)
    empty = np.zeros(len(hashes), np.int32)
    return Words(empty, empty, hashes, np.zeros(len(hashes), np.uint8), bounds, ("",) * len(documents))


def jaccard(words: Words, a: int, b: int) -> float:
    one, two = set(sign.shingles(words, a).tolist()), set(sign.shingles(words, b).tolist())
    return len(one & two) / len(one | two)


def keys_by_view(keys: sign.Keys, document: int) -> dict[int, dict[int, float]]:
    """View -> key -> bits."""
    out: dict[int, dict[int, float]] = {sign.BAND: {}, sign.SHINGLE: {}, sign.PAIR: {}}
    for k in range(keys.bounds[document], keys.bounds[document + 1]):
        out[int(keys.key[k]) >> 62][int(keys.key[k])] = float(keys.bits[k])
    return out


def test_permutations_are_datasketchs():
    """a and b are what datasketch draws for seed 1."""
    a, b = sign.permutations()
    theirs = datasketch.MinHash(num_perm=sign.PERMUTATIONS, seed=1, scheme="affine32").permutations
    assert a.dtype == b.dtype == np.uint32
    assert np.array_equal(a, theirs[0])
    assert np.array_equal(b, theirs[1])


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.integers(0, 1 << 32))
@settings(max_examples=30)
def test_signatures_are_datasketchs_bit_for_bit(counts, seed):
    """For documents of any length, short and empty ones included, in any batch."""
    words = made(counts, np.random.default_rng(seed))
    ours = sign.signatures(words)
    assert ours.dtype == np.uint32
    for i in range(len(counts)):
        assert np.array_equal(ours[i], minhash(words, i).hashvalues)


def test_signatures_of_texts_are_datasketchs_bit_for_bit():
    """The same for real words, and a long text."""
    words = SPLITTER.split([prose(1), "one two three", "", "中文" * 5000, prose(2, 300)])
    for i, ours in enumerate(sign.signatures(words)):
        assert np.array_equal(ours, minhash(words, i).hashvalues)


def test_a_text_without_words_has_all_bits_set():
    """The signature of nothing is datasketch's empty sketch; it has no keys, so that two empty texts do not meet."""
    words = SPLITTER.split(["", "…"])
    assert (sign.signatures(words) == 0xFFFFFFFF).all()
    assert sign.to_datasketch(sign.signatures(words)[0]).is_empty()
    keys = sign.sign(words, np.zeros(0, np.uint64), np.zeros(0, np.float32))
    assert (len(keys.key), keys.bounds.tolist()) == (0, [0, 0, 0])


def test_a_batch_without_documents_has_no_signatures():
    """Empty in, empty out."""
    words = SPLITTER.split([])
    assert sign.signatures(words).shape == (0, sign.PERMUTATIONS)
    assert sign.sign(words, np.zeros(0, np.uint64), np.zeros(0, np.float32)).bounds.tolist() == [0]


def test_a_text_shorter_than_a_shingle_is_one_shingle():
    """Texts of one to four words meet when they are equal, and are no part of a longer one's shingles."""
    words = SPLITTER.split(["a", "a b c d", "A, b; c d", "a b c", "a b c d e", "a b c d e f", "d c b a"])
    found = [sign.shingles(words, i).tolist() for i in range(len(words))]
    assert [len(s) for s in found] == [1, 1, 1, 1, 1, 2, 1]
    assert found[1] == found[2]
    assert len({s[0] for s in found}) == 5
    assert found[4][0] == found[5][0]


def test_equal_shingles_are_equal_runs_of_words():
    """A shingle is five words in their order, wherever they stand."""
    words = SPLITTER.split(["x one two three four five y", "ONE two, three four five", "five four three two one"])
    one, two, three = (sign.shingles(words, i).tolist() for i in range(3))
    assert one.index(two[0]) == 1
    assert three[0] not in one


@pytest.mark.parametrize("true", [0.2, 0.5, 0.8])
def test_jaccard_estimates_have_the_error_of_the_theory(true):
    """Each estimate is a binomial share of 128 permutations; the mean of 40 lies within four of its standard errors."""
    rng = np.random.default_rng(7)
    pairs = [overlapping(400, true, rng) for _ in range(40)]
    words = batch([document for pair in pairs for document in pair])
    sketches = [sign.to_datasketch(s) for s in sign.signatures(words)]
    errors = [sketches[2 * i].jaccard(sketches[2 * i + 1]) - jaccard(words, 2 * i, 2 * i + 1) for i in range(len(pairs))]
    assert abs(jaccard(words, 0, 1) - true) < 0.02
    deviation = math.sqrt(true * (1 - true) / sign.PERMUTATIONS)
    assert abs(np.mean(errors)) < 4 * deviation / math.sqrt(len(pairs))
    assert 0.7 * deviation < np.std(errors) < 1.4 * deviation  # 40 draws: three standard errors of a standard deviation


def test_a_signature_survives_the_way_to_datasketch():
    """It arrives unchanged, says the same as datasketch's own sketch of the text, and can be extended there."""
    words = SPLITTER.split([prose(3), prose(3) + prose(4)])
    ours, theirs = sign.to_datasketch(sign.signatures(words)[0]), minhash(words)
    assert ours == theirs
    assert ours.jaccard(theirs) == 1.0
    ours.merge(sign.to_datasketch(sign.signatures(words)[1]))
    assert ours.count() > theirs.count()


def test_signatures_work_in_datasketchs_lsh():
    """A near copy is found in datasketch's index, and an unrelated text is not."""
    text = prose(5, 40)
    signatures = sign.signatures(SPLITTER.split([text, prose(6, 40), text.replace("the", "a", 1)]))
    lsh = datasketch.MinHashLSH(params=(sign.BANDS, sign.ROWS), num_perm=sign.PERMUTATIONS)
    for name, signature in zip(("text", "other"), signatures, strict=False):
        lsh.insert(name, sign.to_datasketch(signature))
    assert lsh.query(sign.to_datasketch(signatures[2])) == ["text"]


@pytest.mark.parametrize("true", [0.5, 0.7, 0.85])
def test_bands_meet_as_often_as_the_theory_says(true):
    """Pairs of Jaccard similarity s share a BAND with probability 1 - (1 - s ** 8) ** 16, within four standard errors."""
    rng = np.random.default_rng(11)
    pairs = [overlapping(120, true, rng) for _ in range(400)]
    words = batch([document for pair in pairs for document in pair])
    keys = sign.sign(words, words.hash, np.zeros(len(words.hash), np.float32))
    met = expected = variance = 0.0
    for i in range(len(pairs)):
        met += bool(keys_by_view(keys, 2 * i)[sign.BAND].keys() & keys_by_view(keys, 2 * i + 1)[sign.BAND].keys())
        chance = 1 - (1 - jaccard(words, 2 * i, 2 * i + 1) ** sign.ROWS) ** sign.BANDS
        expected += chance
        variance += chance * (1 - chance)
    assert abs(met - expected) < 4 * math.sqrt(variance)


def test_bands_are_the_signature_in_sixteen_parts():
    """Sixteen keys a text, equal for equal texts, all different from the bands of another one."""
    words = SPLITTER.split([prose(7), prose(7).upper(), prose(8), "one word"])
    keys = sign.sign(words, words.hash, np.zeros(len(words.hash), np.float32))
    bands = [set(keys_by_view(keys, i)[sign.BAND]) for i in range(4)]
    assert [len(b) for b in bands] == [sign.BANDS] * 4
    assert bands[0] == bands[1]
    assert bands[0].isdisjoint(bands[2])


def test_one_shingle_in_sixteen_is_a_key():
    """The sample holds its share within four standard errors, and a passage inside a longer text keeps its sampled shingles."""
    rng = np.random.default_rng(13)
    inner = rng.integers(0, 1 << 64, 4000, np.uint64)
    outer = np.concatenate([rng.integers(0, 1 << 64, 500, np.uint64), inner, rng.integers(0, 1 << 64, 500, np.uint64)])
    words = batch([inner, outer])
    keys = sign.sign(words, words.hash, np.zeros(len(words.hash), np.float32))
    one, two = (set(keys_by_view(keys, i)[sign.SHINGLE]) for i in range(2))
    share = 1 / sign.SAMPLE
    assert abs(len(one) - 3996 * share) < 4 * math.sqrt(3996 * share * (1 - share))
    assert one < two


@given(st.integers(0, (1 << 64) - 1), st.integers(0, (1 << 64) - 1))
@settings(max_examples=50)
def test_pair_key_is_symmetric_and_tagged(one, two):
    """The order of two stems makes no difference; the view stands in the two highest bits."""
    key = sign.pair_key(np.uint64(one), np.uint64(two))
    assert key == sign.pair_key(np.uint64(two), np.uint64(one))
    assert int(key) >> 62 == sign.PAIR


def pair_keys(stems: list[int], bits: list[float], words: int = sign.PAIR_WORDS + 1) -> dict[int, float]:
    """PAIR keys of one document of these stems, padded to so many words with such as say nothing; 0 pads nothing."""
    padding = max(0, words - len(stems))
    padded = np.array(stems + [1] * padding, np.uint64)
    weights = np.array(bits + [0.0] * padding, np.float32)
    return keys_by_view(sign.sign(batch([padded]), padded, weights), 0)[sign.PAIR]


def pairs_of(*pairs: tuple[int, int]) -> set[int]:
    return {int(sign.pair_key(np.uint64(x), np.uint64(y))) for x, y in pairs}


def test_pairs_join_informative_stems_near_one_another():
    """Two stems of enough bits make one key in either order, with the sum of their bits; a far or common one makes none."""
    rare, common = 20.0, sign.STEM_BITS - 0.1
    expected = {int(sign.pair_key(np.uint64(7), np.uint64(9))): 2 * rare}
    assert pair_keys([7, 1, 9], [rare, 0, rare]) == expected
    assert pair_keys([9, 1, 1, 7], [rare, 0, 0, rare]) == expected
    assert pair_keys([7, 9, 7], [rare] * 3) == expected
    assert pair_keys([7, 7], [rare, rare]) == {}
    assert pair_keys([7, 9], [rare, common]) == {}
    assert pair_keys([7, 9], [sign.STEM_BITS, sign.STEM_BITS]) == {}
    half = sign.PAIR_BITS / 2
    assert pair_keys([7, 9], [half, half]) == {next(iter(expected)): sign.PAIR_BITS}
    assert pair_keys([7, 9], [half, half - 0.1]) == {}
    gap = sign.PAIR_SPAN - 1
    assert pair_keys([7] + [1] * gap + [9], [rare] + [0] * gap + [rare]) == expected
    assert pair_keys([7] + [1] * (gap + 1) + [9], [rare] + [0] * (gap + 1) + [rare]) == {}


@pytest.mark.parametrize(
    ("words", "reach"), [(20, 6), (25, 6), (26, 5), (50, 3), (51, 2), (75, 2), (76, 1), (150, 1), (151, 1), (5000, 1)]
)
def test_the_shorter_a_text_the_further_its_pairs_reach(words, reach):
    """Each informative stem is paired with those that follow it: with the next one, in a short text with up to MOST_REACH."""
    stems = list(range(10, 20))
    found = pair_keys(stems, [20.0] * 10, words)
    assert found.keys() == pairs_of(*((x, y) for x in stems for y in stems if 0 < y - x <= reach))


@given(st.integers(1, 400))
@settings(max_examples=30)
def test_a_text_of_rare_words_alone_has_a_bounded_number_of_pairs(words):
    """PAIR_WORDS at most, or one a word where the text is longer; what a longer text pairs a shorter one pairs, too."""
    stems = list(range(10, 10 + words))
    found = pair_keys(stems, [20.0] * words, 0)
    assert len(found) <= max(sign.PAIR_WORDS, words)
    assert pairs_of(*itertools.pairwise(stems)) <= found.keys()


def test_moved_and_joined_words_keep_pairs(keys_of):
    """What a rewrite keeps: rare words in another order, with other words between, still share PAIRs and no SHINGLE."""
    a = "Volcanologists measured sulphur above the Icelandic glacier on Tuesday and warned pilots."
    b = "On the glacier, Icelandic sulphur was what the volcanologists had measured; pilots were warned."
    keys = keys_of([a, b])
    one, two = keys_by_view(keys, 0), keys_by_view(keys, 1)
    assert len(one[sign.PAIR].keys() & two[sign.PAIR].keys()) >= 4
    assert not (one[sign.SHINGLE].keys() | one[sign.BAND].keys()) & (two[sign.SHINGLE].keys() | two[sign.BAND].keys())


def test_keys_are_sorted_and_distinct_within_a_document(keys_of):
    """Whatever a text repeats, each of its keys stands there once; only PAIRs carry bits."""
    rng = random.Random(1)
    text = " ".join(tokens(rng, 30) * 20)
    keys = keys_of([text, prose(9), "", text])
    assert keys.bounds[0] == 0
    assert keys.bounds[-1] == len(keys.key) == len(keys.bits)
    for i in range(4):
        own = keys.key[keys.bounds[i] : keys.bounds[i + 1]]
        assert (own[:-1] < own[1:]).all()
        views = keys_by_view(keys, i)
        assert set(views[sign.BAND].values()) | set(views[sign.SHINGLE].values()) <= {0.0}
        assert all(bits > sign.STEM_BITS for bits in views[sign.PAIR].values())
    assert sign.BANDS < keys.bounds[1] < 600  # words


def test_batching_changes_no_key(keys_of):
    """A document's keys do not depend on its neighbours, nor on the room that the first guess made for them."""
    texts = [prose(seed, 1 + seed % 5, names=0.6) for seed in range(20)] + ["", "word"]
    whole = keys_of(texts)
    for i, text in enumerate(texts):
        alone, at = keys_of([text]), slice(whole.bounds[i], whole.bounds[i + 1])
        assert alone.key.tolist() == whole.key[at].tolist()
        assert alone.bits.tolist() == whole.bits[at].tolist()
