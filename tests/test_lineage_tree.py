"""Sums over trees and the best tree, against trees counted one by one."""

import itertools

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.lineage import tree


def arborescences(n):
    """Every choice of a parent (-1: root) for each of n texts that has no cycle."""
    for parents in itertools.product(range(-1, n), repeat=n):
        if all(reaches_root(parents, at, n) for at in range(n)):
            yield parents


def reaches_root(parents, at, n):
    for _ in range(n + 1):
        if at < 0:
            return True
        at = parents[at]
    return False


def dense_graph(weights, n):
    edges = [(a, b) for b in range(n) for a in range(n) if a != b]
    columns = np.array([a for a, _ in edges], np.int64), np.array([b for _, b in edges], np.int64)
    return np.array(weights[:n], float), *columns, np.array(weights[n : n + len(edges)], float)


weights = st.lists(st.floats(-6, 6), min_size=20, max_size=20)


@given(weights, st.integers(1, 4))
def test_marginals_are_sums_over_trees(drawn, n):
    """The matrix-tree theorem gives what counting every tree gives."""
    root, parent, child, weight = dense_graph(drawn, n)
    of = {(int(a), int(b)): w for a, b, w in zip(parent, child, weight, strict=True)} | {(-1, b): w for b, w in enumerate(root)}
    z, mass = 0.0, dict.fromkeys(of, 0.0)
    for parents in arborescences(n):
        w = np.exp(sum(of[a, b] for b, a in enumerate(parents)))
        z += w
        for b, a in enumerate(parents):
            mass[a, b] += w
    p_root, p_edge = tree.marginals(root, parent, child, weight)
    assert p_root == pytest.approx([mass[-1, b] / z for b in range(n)], abs=1e-9)
    assert p_edge == pytest.approx([mass[int(a), int(b)] / z for a, b in zip(parent, child, strict=True)], abs=1e-9)


@given(weights, weights, st.integers(2, 4))
def test_ratios_are_those_of_sums_over_trees(drawn, others, n):
    """With other weights around one text all trees together weigh so many times as much as counting them anew says."""
    root, parent, child, weight = dense_graph(drawn, n)
    other = np.array(others[: len(weight)])

    def log_sum(some):
        of = {(int(a), int(b)): w for a, b, w in zip(parent, child, some, strict=True)} | {(-1, b): w for b, w in enumerate(root)}
        return np.log(sum(np.exp(sum(of[a, b] for b, a in enumerate(parents))) for parents in arborescences(n)))

    found = tree.ratios(root, parent, child, weight, other, np.arange(n))
    for text, ratio in enumerate(found):
        changed = np.where((parent == text) | (child == text), other, weight)
        assert ratio == pytest.approx(log_sum(changed) - log_sum(weight), abs=1e-6)


@given(weights, st.integers(1, 4))
def test_branching_is_the_best_tree(drawn, n):
    """No tree has a larger sum of weights than the branching."""
    root, parent, child, weight = dense_graph(drawn, n)
    of = {(int(a), int(b)): w for a, b, w in zip(parent, child, weight, strict=True)} | {(-1, b): w for b, w in enumerate(root)}
    found = tuple(int(a) for a in tree.branching(root, parent, child, weight))
    best = max(sum(of[a, b] for b, a in enumerate(parents)) for parents in arborescences(n))
    assert all(reaches_root(found, b, n) for b in range(n))
    assert sum(of[a, b] for b, a in enumerate(found)) == pytest.approx(best, abs=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_branching_of_nested_cycles_has_no_cycle(seed):
    """A larger graph whose best edges make many cycles still gives a tree, and one that no single change improves."""
    rng = np.random.default_rng(seed)
    n = 30
    edges = sorted({(int(a), int(b)) for a, b in rng.integers(0, n, (200, 2)) if a != b}, key=lambda e: (e[1], e[0]))
    parent, child = (np.array(column, np.int64) for column in zip(*edges, strict=True))
    weight, root = rng.normal(5, 2, len(edges)), np.full(n, -10.0)
    found = tree.branching(root, parent, child, weight)
    assert all(reaches_root(tuple(found), b, n) for b in range(n))
    of = {(int(a), int(b)): w for a, b, w in zip(parent, child, weight, strict=True)}
    for (a, b), w in of.items():
        other = found.copy()
        other[b] = a
        if reaches_root(tuple(other), b, n):
            assert w <= (of[int(found[b]), b] if found[b] >= 0 else root[b]) + 1e-9


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_branching_of_a_crowd_is_the_best_tree(seed):
    """Of many texts that are all near copies of one another, cycles within cycles, networkx finds no better tree."""
    rng = np.random.default_rng(seed)
    n = 60
    near = [np.delete(np.argsort(np.abs(np.arange(n) - b), kind="stable"), 0)[:14] for b in range(n)]
    parent, child = np.concatenate([np.sort(some) for some in near]), np.repeat(np.arange(n), 14)
    weight = np.round(rng.random(len(parent)) + 1 / (1 + np.abs(parent - child)), 2)
    found = tree.branching(np.zeros(n), parent, child, weight)
    graph = networkx.DiGraph()
    graph.add_weighted_edges_from([("root", b, 0.0) for b in range(n)] + list(zip(parent, child, weight, strict=True)))
    best = networkx.maximum_spanning_arborescence(graph).size("weight")
    of = {(int(a), int(b)): w for a, b, w in zip(parent, child, weight, strict=True)}
    assert sum(of.get((int(a), b), 0.0) for b, a in enumerate(found)) == pytest.approx(best, abs=1e-9)
    assert all(reaches_root(tuple(found), b, n) for b in range(n))


def test_blocks_agree_with_the_whole(monkeypatch):
    """A family cut into blocks gets nearly the probabilities of the exact sum."""
    rng = np.random.default_rng(5)
    n, edges = 120, set()
    for b in range(1, n):
        for a in {b // 3, b // 2, max(0, b - 1), int(rng.integers(0, b))}:
            edges |= {(a, b), (b, a)} if a != b else set()
    parent, child = (np.array(column, np.int64) for column in zip(*sorted(edges, key=lambda e: (e[1], e[0])), strict=True))
    weight = rng.normal(3, 2, len(parent)) + 2.0 * (parent < child)
    _, exact = tree.marginals(np.zeros(n), parent, child, weight)
    monkeypatch.setattr(tree, "EXACT", 60)
    p_root, blocks = tree.marginals(np.zeros(n), parent, child, weight)
    assert np.abs(blocks - exact).mean() < 0.05
    assert (p_root + np.bincount(child, blocks, n) < 1 + 1e-9).all()


def test_mutual_near_copies_stay_finite():
    """Two texts that are each by far the other's best source share the probability evenly."""
    p_root, p_edge = tree.marginals(np.zeros(2), np.array([0, 1]), np.array([1, 0]), np.array([30.0, 30.0]))
    assert p_edge == pytest.approx([0.5, 0.5], abs=1e-6)
    assert p_root == pytest.approx([0.5, 0.5], abs=1e-6)
