"""What texts hold of one another's wording, told by sets: the tables of bits say the same."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.lineage import numbered
from provenance.lineage.circle import FEW_PHRASES, ROW, SAMPLE, Circle
from provenance.lineage.readings import without
from provenance.lineage.wording import Wording

hashes = st.sets(st.integers(1, 80), min_size=1, max_size=70)


def array(values):
    return np.array(sorted(values), np.uint64)


@st.composite
def wordings(draw):
    """A few texts whose values are small numbers, so that they have some in common."""
    some = []
    for _ in range(draw(st.integers(2, 5))):
        words, stems = draw(hashes), draw(hashes)
        facts = {word for word in words if word % 3 == 0}
        bits = np.array([stem % 7 + 6 for stem in sorted(stems)], np.float32)
        some.append(Wording(array(stems), bits, array(words), array(facts), array(facts), array(draw(hashes)), np.zeros(0)))
    return some


@given(wordings())
def test_a_circle_counts_as_sets_do(some):
    """Stems, phrases, names, what third texts attest and between whom they stand, of each text beside all others."""
    names = ("stems", "words", "facts", "phrases")
    stems, words, facts, phrases = ([set(getattr(wording, name).tolist()) for wording in some] for name in names)
    bits = {stem: float(bit) for w in some for stem, bit in zip(w.stems.tolist(), w.bits.tolist(), strict=True)}
    circle = Circle(some)
    for b in range(len(some)):
        others = [o for o in range(len(some)) if o != b]
        stand = circle.stand(b, others)
        alike = [2 * len(phrases[b] & phrases[o]) / (len(phrases[b]) + len(phrases[o])) for o in others]
        assert stand.phrases == pytest.approx(np.mean(alike), rel=1e-5)
        lost = [math.log1p(len(facts[b] - words[o])) - math.log1p(len(facts[o] - words[b])) for o in others]
        assert stand.facts == pytest.approx(lost)
        agreed = [x for x in bits if sum(x in stems[o] for o in others) >= max(2, len(others) / 2)]
        whole = sum(bits[x] for x in agreed)
        assert stand.missing == pytest.approx(sum(bits[x] for x in agreed if x not in stems[b]) / whole if whole else 0, rel=1e-5)
        own = sum(bits[x] for x in stems[b])
        common = [2 * sum(bits[x] for x in stems[b] & stems[o]) / (own + sum(bits[x] for x in stems[o])) for o in others]
        assert stand.central == pytest.approx(np.mean(common), rel=1e-5)
        private = stems[b].difference(*(stems[o] for o in others))
        assert stand.private == pytest.approx(sum(bits[x] for x in private) / own, rel=1e-5)
        pairs = list(itertools.permutations(others, 2))
        lacks = sum(len(stems[o] & stems[c] - stems[b]) for o, c in pairs)
        has = sum(len(stems[b] & stems[o] - stems[c]) for o, c in pairs)
        assert stand.twice == pytest.approx(math.log((1 + lacks) / (1 + has)), abs=1e-6)
        nearest = {o: max([1, *(len(phrases[o] & phrases[c]) for c in others if c != o)]) for o in others}
        closest = sum(len(phrases[b] & phrases[o]) >= nearest[o] for o in others)
        assert stand.hub == pytest.approx(max(0, closest - ROW) / len(others))
        for o, attested in zip(others, stand.attested, strict=True):
            votes = []
            for c in set(others) - {o}:
                mine, its = phrases[b] & phrases[c] - phrases[o], phrases[o] & phrases[c] - phrases[b]
                votes.append(math.log((len(mine) + FEW_PHRASES) / (len(its) + FEW_PHRASES)))
            mean = sum(min(1, max(-1, vote)) for vote in votes) / max(1, len(others) - 1)
            assert attested == pytest.approx(mean, abs=1e-5)
        for o, between in zip(others, stand.between, strict=True):
            by = [-math.inf]
            for c in set(others) - {o}:
                torn, mine, its = phrases[b] & phrases[o] - phrases[c], phrases[b] & phrases[c], phrases[o] & phrases[c]
                more = min(len(mine - phrases[o]), len(its - phrases[b]))
                by.append(math.log((more + FEW_PHRASES) / (len(torn) + FEW_PHRASES)))
            assert between == pytest.approx(max(by), abs=1e-5)


def test_a_star_has_a_hub_and_a_row_of_versions_has_none():
    """Of five copies that each changed a part of one text it is the closest of all; of versions each made from the one before
    none is the closest of more than two."""
    few = np.array([1], np.uint64)

    def circle(parts):
        return Circle([Wording(few, np.ones(1, np.float32), few, few, few, array(part), np.zeros(0)) for part in parts])

    source = set(range(1, 101))
    star = circle([source, *({*source, 200 + k} - set(range(10 * k, 10 * k + 10)) for k in range(1, 6))])
    assert star.stand(0, [1, 2, 3, 4, 5]).hub == pytest.approx((5 - ROW) / 5)
    assert star.stand(1, [0, 2, 3, 4, 5]).hub == 0
    row = circle([range(10 * k, 10 * k + 100) for k in range(1, 7)])
    assert {row.stand(b, [o for o in range(6) if o != b]).hub for b in range(6)} == {0.0}


def test_of_long_texts_a_sample_of_phrases_is_compared():
    """Of texts of many phrases those of smallest hash are counted, the same in each."""
    spaced = np.arange(1, 4 * SAMPLE + 1, dtype=np.uint64) * np.uint64(2**64 // (4 * SAMPLE + 1))
    few = np.array([1], np.uint64)
    one = Wording(few, np.ones(1, np.float32), few, few, few, spaced, np.zeros(0))
    two, other = (dataclasses.replace(one, phrases=some) for some in (spaced[: 2 * SAMPLE], spaced[SAMPLE:]))
    assert Circle([one, two]).stand(0, [1]).phrases == 1
    assert Circle([two, other]).stand(0, [1]).phrases == pytest.approx(0.4, abs=0.01)  # of a third of the hashes


@given(st.lists(st.sets(st.integers(0, 2**64 - 1) | st.integers(0, 20)), min_size=2, max_size=4))
def test_readings_are_compared_by_numbers_as_by_hashes(some):
    """Which of one text's readings another lacks does not depend on how they are written."""
    numbers = numbered([array(mine) for mine in some])
    for mine, number in zip(some, numbers, strict=True):
        lacking = [reading not in some[0] for reading in sorted(mine)]
        assert without(number, numbers[0]).tolist() == without(array(mine), array(some[0])).tolist() == lacking
