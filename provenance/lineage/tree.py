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


def ratios(
    root: np.ndarray, parent: np.ndarray, child: np.ndarray, weight: np.ndarray, other: np.ndarray, texts: np.ndarray
) -> np.ndarray:
    """Of each of these texts the log of how many times as much all trees weigh together where its edges, those into it and out
    of it, have the other log weights.

    Edges as in `marginals`; of at most EXACT texts. What changes are columns of the Laplacian, so that of the whole only its
    inverse is needed (matrix determinant lemma).
    """
    n = len(root)
    best = root.copy()
    np.maximum.at(best, child, np.maximum(weight, other))
    r = np.exp(np.maximum(root - best, FLOOR))
    w, v = (np.exp(np.maximum(some - best[child], FLOOR)) for some in (weight, other))
    inverse = np.linalg.inv(_laplacian(r, parent, child, w))
    out = np.zeros(len(texts))
    for k, text in enumerate(texts.tolist()):
        edges = np.flatnonzero((parent == text) | (child == text))
        columns, place = np.unique(child[edges], return_inverse=True)
        change = np.zeros((n, len(columns)))
        more = v[edges] - w[edges]
        np.add.at(change, (child[edges], place), more)
        np.add.at(change, (parent[edges], place), -more)
        sign, log = np.linalg.slogdet(np.eye(len(columns)) + inverse[columns] @ change)
        out[k] = log if sign > 0 else 0.0
    return out


def _laplacian(r: np.ndarray, parent: np.ndarray, child: np.ndarray, w: np.ndarray) -> np.ndarray:
    n = len(r)
    laplacian = np.zeros((n, n))
    laplacian[parent, child] = -w
    laplacian[np.arange(n), np.arange(n)] = r + np.bincount(child, w, minlength=n)
    return laplacian


def _dense(root: np.ndarray, parent: np.ndarray, child: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r, w = np.exp(root), np.exp(weight)
    inverse = np.linalg.inv(_laplacian(r, parent, child, w))
    own = np.diagonal(inverse)
    return _probable(r * own), _probable(w * (own[child] - inverse[child, parent]))


def _probable(p: np.ndarray) -> np.ndarray:
    """What rounding has left outside of 0 to 1, put inside."""
    return np.minimum(1.0, np.maximum(0.0, p))


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
    """Indices of the chosen edges. From every text back along best edges; a cycle that this comes upon becomes one text more."""
    order = np.argsort(head, kind="stable")
    bounds = np.searchsorted(head[order], np.arange(n + 1))
    parts = _Parts(n, [order[bounds[v] : bounds[v + 1]] for v in range(n)], tail, weight)
    done = [False] * n
    done[root] = True
    for start in range(n):
        at, path = int(parts.of[start]), []
        while not done[at]:
            if at in parts.best:  # on the path already: a cycle
                cycle = [path.pop()]
                while cycle[-1] != at:
                    cycle.append(path.pop())
                at = parts.contract(cycle)
                done.append(False)
            path.append(at)
            parts.choose(at)
            at = int(parts.of[tail[parts.best[at]]])
        for part in path:
            done[part] = True
    return parts.expand(head)


class _Parts:
    """Texts, and cycles contracted to one, numbered as they come; each with the edges that lead into it and what taking one
    gains over the edges that it stands instead of. An edge is handled again only when its head is contracted."""

    def __init__(self, n: int, edges: list[np.ndarray], tail: np.ndarray, weight: np.ndarray) -> None:
        self.n, self.tail, self.edges = n, tail, edges
        self.gains = [weight[some] for some in edges]
        self.of = np.arange(n)
        """Of each text the part that it is in."""
        self.texts = list(np.arange(n)[:, None])
        self.up = [-1] * n
        """The cycle that each part was contracted into; `down` is the other way."""
        self.down: dict[int, list[int]] = {}
        self.best: dict[int, int] = {}

    def choose(self, part: int) -> None:
        """The edge of largest gain, the first among equals."""
        gains, edges = self.gains[part], self.edges[part]
        self.best[part] = int(edges[gains == gains.max()].min())

    def contract(self, cycle: list[int]) -> int:
        """One part of the cycle: what leads into it gains what it is better than the cycle's own edge to the same place."""
        new = len(self.up)
        self.up.append(-1)
        self.down[new] = cycle
        self.texts.append(np.concatenate([self.texts[part] for part in cycle]))
        self.of[self.texts[new]] = new
        edges = np.concatenate([self.edges[part] for part in cycle])
        gains = np.concatenate([self.gains[part] - self.gains[part].max() for part in cycle])
        outside = self.of[self.tail[edges]] != new
        edges, gains = edges[outside], gains[outside]
        if len(edges) > self.n:  # of several from one part only the best can ever be chosen
            order = np.lexsort((edges, -gains))
            first = np.unique(self.of[self.tail[edges[order]]], return_index=True)[1]
            edges, gains = edges[order[first]], gains[order[first]]
        self.edges.append(edges)
        self.gains.append(gains)
        for part in cycle:
            self.up[part] = new
            self.edges[part] = self.gains[part] = self.texts[part] = np.empty(0)
        return new

    def expand(self, head: np.ndarray) -> np.ndarray:
        """The edges into the texts: a cycle keeps its own, but where the edge into it comes in."""
        todo = [part for part in self.best if self.up[part] < 0]
        chosen = []
        while todo:
            part = todo.pop()
            edge = self.best[part]
            chosen.append(edge)
            at, below = int(head[edge]), -1
            while below != part:
                todo += [other for other in self.down.get(at, ()) if other != below]
                at, below = self.up[at], at
        return np.array(sorted(chosen), np.int64)
