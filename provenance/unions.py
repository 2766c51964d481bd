"""Union-find for kernels: up[x] leads to the member that stands for x's group, itself where it does (Tarjan 1975, with paths
halved)."""

from __future__ import annotations

import numpy as np

from provenance.kernel import njit


@njit(cache=True, nogil=True)
def find(up, x):
    """Who stands for x's group. Shortens the way there."""
    while up[x] != x:
        up[x] = up[up[x]]
        x = up[x]
    return x


@njit(cache=True, nogil=True)
def join(up, s, t):
    """Make one group of two; the smaller of those that stand for them stands for it."""
    x, y = find(up, s), find(up, t)
    if x < y:
        up[y] = x
    elif y < x:
        up[x] = y


@njit(cache=True, nogil=True)
def join_all(up, some, others):
    """Join each of some with its other."""
    for i in range(len(some)):
        join(up, some[i], others[i])


@njit(cache=True, nogil=True)
def stand_for(up, some):
    """Who stands for the group of each."""
    out = np.empty(len(some), up.dtype)
    for i in range(len(some)):
        out[i] = find(up, some[i])
    return out
