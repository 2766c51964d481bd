"""Near-duplicates without a store: what is joined, what stays apart, and that the words are those of a scan."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from strategies import edited, hard_text, prose

from provenance import near, sign
from provenance.text import Splitter


def jaccard(one: str, two: str) -> float:
    """Of the sets of shingles, the slow way."""
    words = Splitter().split([one, two])
    a, b = (set(sign.shingles(words, d).astype(np.uint32).tolist()) for d in (0, 1))
    return len(a & b) / max(1, len(a | b))


def test_copies_and_light_edits_are_one_cluster_and_others_are_not():
    """The first text of a cluster stands for it; a text like no other for itself."""
    texts = [prose(1, 20), prose(2, 20), edited(prose(1, 20), 0.02, 5), prose(2, 20).replace(". ", ".\n\n").upper()]
    assert near.clusters(texts).tolist() == [0, 1, 0, 1]


def test_clusters_are_those_of_comparing_all_with_all():
    """Every pair of .9 or more is joined, and nothing is joined without a chain of pairs at the threshold."""
    texts = [edited(prose(k % 7, 30), 0.004 * (k // 7), k) for k in range(70)]
    found = near.clusters(texts)
    chain = list(range(len(texts)))
    for x in range(len(texts)):
        for y in range(x):
            similarity = jaccard(texts[x], texts[y])
            assert similarity < 0.9 or found[x] == found[y]
            if similarity >= near.THRESHOLD:
                old, new = chain[x], chain[y]
                chain = [new if c == old else c for c in chain]
    assert all(chain[x] == chain[found[x]] for x in range(len(texts)))


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_the_threshold_decides(share):
    """The same two texts are near-duplicates just below their similarity, and not just above it."""
    one = prose(3, 60)
    two = edited(one, share / 5, 1)
    similarity = jaccard(one, two)
    wanted = [0, 0] if similarity >= 0.8 else [0, 1]  # bands find nothing that is far apart
    assert near.clusters([one, two], similarity - 1e-9).tolist() == wanted
    assert near.clusters([one, two], similarity + 1e-6).tolist() == [0, 1]


def test_texts_without_words_are_like_no_other():
    """Emptiness is nothing in common."""
    assert near.clusters(["", "...", "", "a word", "A  word!"]).tolist() == [0, 1, 2, 3, 3]
    assert near.clusters([]).tolist() == []


def test_a_crowd_in_one_band_does_not_cost_its_square():
    """Of many texts that have a band in common and are not alike each is compared with CAP others, not with all: 200,000 take
    less than a second, where all pairs would take minutes."""
    count = 200_000
    postings, bounds = np.arange(count, dtype=np.uint64), np.arange(count + 1) * 4
    shingles = np.arange(4 * count, dtype=np.uint32)
    near.clusters([])  # compiles what is measured, where nothing is kept yet
    start = time.process_time()
    near._join(postings, shingles, bounds, np.full(count, -1), 0.7, up := np.arange(count))
    assert (up == np.arange(count)).all()
    assert time.process_time() - start < 5


def test_batches_do_not_show(monkeypatch):
    """The same clusters whatever is split in one go."""
    texts = [edited(prose(k % 5, 10), 0.01, k) for k in range(40)]
    whole = near.clusters(texts).tolist()
    monkeypatch.setattr(near, "_BATCH", 1)
    assert near.clusters(iter(texts)).tolist() == whole


@given(hard_text, hard_text)
def test_the_quick_hashes_are_those_of_the_words(one, two):
    """`Splitter.hashes` agrees with `Splitter.split` on every text."""
    splitter = Splitter()
    words = splitter.split([one, two, "plain"])
    hashes, bounds = splitter.hashes([one, two, "plain"])
    assert np.array_equal(hashes, words.hash)
    assert np.array_equal(bounds, words.bounds)


def test_the_quick_hashes_of_ascii_are_those_of_the_words():
    """Texts of ASCII alone go a way of their own."""
    texts = [prose(k, 5) for k in range(5)] + ["", "x", "A-b_c 12"]
    words = Splitter().split(texts)
    hashes, bounds = Splitter().hashes(texts)
    assert np.array_equal(hashes, words.hash)
    assert np.array_equal(bounds, words.bounds)


def test_the_example_of_the_readme():
    """The lines of README give what they say."""
    text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    example = re.search(r">>> from provenance import near\n +>>> (.*)\n +(.*)\n", text)
    assert repr(eval(example.group(1), {"near": near})) == example.group(2)
