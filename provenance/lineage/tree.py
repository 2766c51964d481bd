"""Distributions over arborescences and the best of them. Pure; numpy only.

A family of n texts is a directed graph with a virtual root: a tree chooses for every text one source, another text or the
root, without a cycle, and its weight is the product of its edges' weights. The marginal probability of each edge follows from
the inverse of the Laplacian (matrix-tree theorem: Tutte 1948; for log-linear trees: Koo, Globerson, Carreras, Collins, EMNLP
2007). The best tree is the maximum branching (Chu and Liu 1965; Edmonds 1967).

Exact up to EXACT texts. A larger family is taken in blocks of neighbours together with the sources of their members: sums over
trees of a block and its surroundings instead of the whole. (Wilson's sampling, 1996, needs no matrix, but its walks do not
leave two undated near-copies, each of which is by far the best source of the other.)
"""

from __future__ import annotations

import numpy as np

EXACT = 800
"""A dense inverse of this size takes 0.05 s and 15 MB."""
FLOOR = -20.0
"""Log weights below the best of a child by more than this count as this: keeps the Laplacian well conditioned."""


def marginals(root: np.ndarray, parent: np.ndarray, child: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probability of each child's root edge (n) and of each edge parent[e] -> child[e], from their log weights.

    Every text needs a root edge (root: float64 of shape (n,)); parent, child: int64; at most one edge for a pair and direction.
    """
    n = len(root)
    best = root.copy()
    np.maximum.at(best, child, weight)
    root, weight = np.maximum(root - best, FLOOR), np.maximum(weight - best[child], FLOOR)
    if n <= EXACT:
        return _dense(root, parent, child, weight)
    p_root, p_edge = np.zeros(n), np.zeros(len(weight))
    for block in _blocks(n, parent, child):
        inside = np.zeros(n, bool)
        inside[block] = True
        core = inside.copy()
        counts = np.bincount(parent[core[child] & ~core[parent]], minlength=n)
        around = np.argsort(-counts, kind="stable")[: EXACT // 2]
        inside[around[counts[around] > 0]] = True
        local = np.cumsum(inside) - 1
        edges = np.flatnonzero(inside[parent] & inside[child])
        r, e = _dense(root[inside], local[parent[edges]], local[child[edges]], weight[edges])
        p_root[core] = r[local[core]]
        mine = core[child[edges]]
        p_edge[edges[mine]] = e[mine]
    return p_root, p_edge


def _dense(root: np.ndarray, parent: np.ndarray, child: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = len(root)
    r, w = np.exp(root), np.exp(weight)
    laplacian = np.zeros((n, n))
    laplacian[parent, child] = -w
    laplacian[np.arange(n), np.arange(n)] = r + np.bincount(child, w, minlength=n)
    inverse = np.linalg.inv(laplacian)
    own = np.diagonal(inverse)
    return np.clip(r * own, 0, 1), np.clip(w * (own[child] - inverse[child, parent]), 0, 1)


def _blocks(n: int, parent: np.ndarray, child: np.ndarray) -> list[np.ndarray]:
    """Texts in breadth-first order over the edges, cut into blocks of half of EXACT."""
    ends, others = np.concatenate([parent, child]), np.concatenate([child, parent])
    sort = np.lexsort((others, ends))
    others, bounds = others[sort], np.searchsorted(ends[sort], np.arange(n + 1))
    seen, order = np.zeros(n, bool), []
    for start in range(n):
        if seen[start]:
            continue
        seen[start] = True
        queue = [start]
        for at in queue:
            fresh = [int(o) for o in others[bounds[at] : bounds[at + 1]] if not seen[o]]
            for o in fresh:
                if not seen[o]:
                    seen[o] = True
                    queue.append(o)
        order += queue
    step = EXACT // 2
    return [np.array(order[i : i + step]) for i in range(0, n, step)]


def branching(root: np.ndarray, parent: np.ndarray, child: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The tree of largest total log weight: each text's parent (int64), -1 for the root. Ties go to the edge that stands
    first."""
    n = len(root)
    tail = np.concatenate([parent, np.full(n, n)]).astype(np.int64)
    head = np.concatenate([child, np.arange(n)]).astype(np.int64)
    chosen = _branching(n + 1, n, tail, head, np.concatenate([weight, root]))
    out = np.full(n, -1, np.int64)
    out[head[chosen]] = np.where(tail[chosen] == n, -1, tail[chosen])
    return out


def _branching(n: int, root: int, tail: np.ndarray, head: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Indices of the chosen edges: take every text's best edge; where these make cycles, contract all of them and solve again."""
    contractions = []
    edge = np.arange(len(tail))
    tails, heads, weights = tail, head, weight.astype(float)
    while True:
        order = np.lexsort((edge, -weights, heads))
        first = order[np.concatenate([[True], np.diff(heads[order]) > 0])]
        best = np.full(n, -1, np.int64)
        best[heads[first]] = first
        label, cycles = _cycles(n, root, best, tails)
        contractions.append((best, edge, heads, label, cycles))
        if not cycles:
            break
        gain = weights - np.where(best[heads] >= 0, weights[best[heads]], 0.0)
        keep = (label[tails] != label[heads]) & (heads != root)
        edge, weights = edge[keep], gain[keep]
        tails, heads, root, n = label[tails[keep]], label[heads[keep]], int(label[root]), int(label.max()) + 1
    best, edge, _, _, _ = contractions.pop()
    chosen = {int(v): int(edge[e]) for v, e in enumerate(best) if e >= 0}
    while contractions:
        best, edge, heads, label, cycles = contractions.pop()
        where = {int(e): k for k, e in enumerate(edge)}
        entered = {v: int(heads[where[e]]) for v, e in chosen.items()}  # the text inside the contracted one that its edge reaches
        out = {int(v): int(edge[e]) for v, e in enumerate(best) if e >= 0 and int(label[v]) in cycles}
        out.update({at: chosen[v] for v, at in entered.items()})
        chosen = out
    return np.array(sorted(chosen.values()), np.int64)


def _cycles(n: int, root: int, best: np.ndarray, tails: np.ndarray) -> tuple[np.ndarray, set[int]]:
    """New labels after contracting every cycle of the best edges, and the labels that are contracted cycles."""
    state, label, cycles, fresh = np.zeros(n, np.int64), np.full(n, -1, np.int64), set(), 0
    state[root] = -1
    up = [int(tails[e]) if e >= 0 else root for e in best]
    for start in range(n):
        at = start
        while state[at] == 0:
            state[at] = start + 1
            at = up[at]
        if state[at] == start + 1:  # came back to this walk: a cycle
            while label[at] < 0:
                label[at] = fresh
                at = up[at]
            cycles.add(fresh)
            fresh += 1
        at = start
        while state[at] == start + 1:
            state[at] = -1
            at = up[at]
    for v in range(n):
        if label[v] < 0:
            label[v] = fresh
            fresh += 1
    return label, cycles
