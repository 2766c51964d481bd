"""Places in ascending order. A kernel."""

from __future__ import annotations

import numpy as np

from provenance.kernel import njit

FEW = 200
"""Keys up to which comparing each with each, many at once, is quicker than merging: 48 of them take a third of the time."""


@njit(cache=True, nogil=True)
def ascending(key):
    """The places of the keys, the smallest first, equal ones as they stand."""
    if len(key) > FEW:
        return np.argsort(key, kind="mergesort")
    rank = np.zeros(len(key), np.int64)
    for k in range(len(key)):
        own, smaller = key[k], 0
        for m in range(k):
            after = key[m] > own
            rank[m] += after
            smaller += not after
        rank[k] = smaller
    order = np.empty(len(key), np.int64)
    for k in range(len(key)):
        order[rank[k]] = k
    return order
