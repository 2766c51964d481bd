"""Groups of texts that are alike on average. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

LARGEST = 400
"""Texts that are told apart: each step looks at the square of them."""
NEAR = 0.25
"""Texts may have one source if they share this part, on average, of what each shares with its closest."""

Alike = Callable[[int, int], float]
"""How alike two texts are: 0 to 1."""


def components(near: Sequence[Sequence[int]], alike: Alike, rest: Sequence[int]) -> list[set[int]]:
    """The texts (ascending), in groups that are alike on average: by average linkage (Sokal and Michener 1958), so that one pair
    that is alike by chance does not make one of two groups. Of more than LARGEST that hang together none is split.

    near: of each text its relatives.
    """
    left, out = set(rest), []
    for start in rest:
        if start not in left:
            continue
        left.discard(start)
        part, queue = {start}, [start]
        while queue:
            at = queue.pop()
            fresh = [c for c in near[at] if c in left and alike(at, c) > 0]
            left.difference_update(fresh)
            part.update(fresh)
            queue += fresh
        out += _linked(near, alike, sorted(part)) if 2 < len(part) <= LARGEST else [part]
    return out


def _linked(near: Sequence[Sequence[int]], alike: Alike, members: list[int]) -> list[set[int]]:
    place = {b: i for i, b in enumerate(members)}
    parts: list[set[int]] = [{b} for b in members]
    mean = np.full((len(members), len(members)), -1.0)
    for i, a in enumerate(members):
        mean[i, :i] = mean[i, i + 1 :] = 0.0
        for c in near[a]:
            if c in place:
                mean[i, place[c]] = alike(a, c)
    while mean.max() >= NEAR:
        i, j = sorted(divmod(int(mean.argmax()), len(members)))
        joined = (len(parts[i]) * mean[i] + len(parts[j]) * mean[j]) / (len(parts[i]) + len(parts[j]))
        joined[mean[i] < 0] = -1.0
        joined[j] = -1.0
        mean[i], mean[:, i], mean[j], mean[:, j] = joined, joined, -1.0, -1.0
        parts[i] |= parts[j]
        parts[j] = set()
    return [part for part in parts if part]
