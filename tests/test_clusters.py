"""Groups of documents that are finished together: whole, complete, so many at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.pipeline import clusters
from provenance.pipeline.clusters import Clusters

PAIRS = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), max_size=30)


def components(ties: list[tuple[int, int]], families: list[tuple[int, int]]) -> set[frozenset[int]]:
    """The same by brute force: grow each document's group until nothing joins it."""
    edges = [({a, b}) for a, b in ties]
    edges += [{d for d, f in families if f == family} for _, family in families]
    found = set()
    for document in {d for edge in edges for d in edge}:
        group = {document}
        while more := set().union(*(edge for edge in edges if edge & group)) - group:
            group |= more
        found.add(frozenset(group))
    return found


@given(PAIRS, PAIRS, st.integers(1, 12), st.integers(1, 4) | st.none())
def test_groups_are_what_ties_and_families_join(ties, families, least, first):
    """Every document comes once, with all of its group, in chunks that stop as soon as they are large enough; the first may be
    smaller, and then each is twice as large."""
    some = Clusters(iter(ties), iter(families))
    expected = components(ties, families)
    chunks = [chunk.tolist() for chunk in some.chunks(least, first)]
    assert some.size == sum(map(len, chunks)) == sum(map(len, expected))
    assert {document for chunk in chunks for document in chunk} == set().union(*expected)
    assert all(any(group <= set(chunk) for chunk in chunks) for group in expected)
    for k, chunk in enumerate(chunks[:-1]):
        last = next(group for group in expected if chunk[-1] in group)
        enough = min(least, first * 2**k) if first else least
        assert len(chunk) >= enough > len(chunk) - len(last)


def test_ties_are_read_some_at_a_time(monkeypatch: pytest.MonkeyPatch):
    """A chain of ties that is read in many pieces is one group all the same; nothing tied is no group."""
    monkeypatch.setattr(clusters, "ROWS", 3)
    (chunk,) = Clusters((n, n + 1) for n in range(1, 20)).chunks(1)
    assert chunk.tolist() == list(range(1, 21))
    assert (Clusters([]).size, list(Clusters([]).chunks(5))) == (0, [])
