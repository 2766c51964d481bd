"""A family of hundreds of near-copies of one story stays one family, and its cost in proportion to its texts."""

from __future__ import annotations

import pytest

from tests import corpus
from tests.bench_family import found, rows, troubles


@pytest.mark.parametrize("distinct", [False, True])
def test_copies_of_one_story(tmp_path, distinct):
    """They are one family in which every text has its source; a text is compared with dozens of others, not with all."""
    summary = corpus.scanned(tmp_path / "p.db", rows(200, distinct=distinct))
    said = found(tmp_path / "p.db")
    assert (summary.families_touched, said["families"], said["documents"]) == (1, 1, 200)
    assert said["texts"] == 200 if distinct else 80 < said["texts"] < 140
    assert said["with_a_source"] >= 0.7 * said["texts"]
    assert said["links"] < 60 * said["texts"]
    assert said["matches"] < 100 * said["texts"]


def test_the_bench_sees_trouble():
    """A family in pieces, probabilities that do not add up, and what is slow or large are named."""
    sound = {"copies_made": 100, "texts": 100, "largest": 100, "largest_sum": 1.0, "with_a_source": 90}
    sound |= {"scan": {"wall": 10.0, "megabytes": 300}}
    assert troubles(sound) == []
    for broken in (
        {"largest": 50},
        {"largest_sum": 1.2},
        {"with_a_source": 10},
        {"scan": {"wall": 700.0, "megabytes": 300}},
        {"scan": {"wall": 10.0, "megabytes": 5000}},
    ):
        assert len(troubles(sound | broken)) == 1


def test_candidates_are_of_one_story():
    """The made-up copies are what the bench says: with `distinct` all differ, and the story's own page is not there."""
    as_they_come, distinct = list(rows(200)), list(rows(200, distinct=True))
    assert len({row["text"] for row in as_they_come}) < 170
    assert len({row["text"] for row in distinct}) == len(distinct) == 200
    assert as_they_come[0]["source"] not in {row["source"] for row in distinct}
    assert as_they_come == list(rows(200))
