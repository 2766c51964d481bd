"""What people say of derivations, as constraints on a family. Pure.

A person's word is taken as given: of a child whose source is said the tree has no other edge, its probability is 1, and all
other probabilities are those given it. Not .99: how often people err is nothing that the model could know, and what is left
would go to rivals that the person has ruled out. That two texts are independent needs nothing here: their passages are not
handed to lineage.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from provenance.lineage.family import Family
from provenance.lineage.unseen import Group
from provenance.model import Signal

NAME = "correction"
"""What the signal is called."""
CERTAIN = 20.0
"""Its log odds, for those who add them up: as much as the distribution over trees can tell from certainty (tree.FLOOR)."""


class Given:
    """The derivations in a family that people have said, by positions. They make no ring: who hands them in has seen to it."""

    def __init__(self, family: Family, said: Mapping[tuple[int, int], str]) -> None:
        """said: by (parent, child), as ids, the words of who says so. Texts that this family does not link are passed over."""
        place = {node.id: i for i, node in enumerate(family.nodes[: family.size])}
        edges = {(place[a], place[b]): words for (a, b), words in said.items() if a in place and b in place}
        self.said = {edge: edges[edge] for edge in sorted(edges) if edge in family.pair}
        self.parents: dict[int, list[int]] = defaultdict(list)
        """Of each child the sources that were said; the first is its parent in the tree, the one that has most of it."""
        for a, b in self.said:
            self.parents[b].append(a)
        for b, some in self.parents.items():
            some.sort(key=lambda a: (-family.pair[a, b].cover[1], a))

    def sources(self, family: Family, b: int) -> Sequence[int]:
        """The relatives that may be b's parent in a tree."""
        if b in self.parents:
            return self.parents[b][:1]
        return [a for a in family.near[b] if (b, a) not in self.said] if self.said else family.near[b]

    def groups(self, groups: list[Group]) -> list[Group]:
        """The groups without the texts whose source was said."""
        if not self.said:
            return groups
        left = (dataclasses.replace(g, members=tuple(b for b in g.members if b not in self.parents)) for g in groups)
        return [group for group in left if len(group.members) > 1]

    def places(self, parent: np.ndarray, child: np.ndarray) -> np.ndarray:
        """Which of these edges were said, as bool."""
        edges = zip(parent.tolist(), child.tolist(), strict=True)
        return np.fromiter((edge in self.said for edge in edges), np.bool_, len(parent))

    def impose(self, parents: list[list[int]]) -> None:
        """Put the sources that were said beside the tree's; what would close a ring with them, and nobody said, goes."""
        for b in sorted(self.parents):
            for a in self.parents[b]:
                if a not in parents[b]:
                    self._open(parents, a, b)
                    parents[b].append(a)

    def _open(self, parents: list[list[int]], a: int, b: int) -> None:
        """Let a not come from b."""
        above = _above(parents, a)
        ring = {x for x in above if b in _above(parents, x)}
        for x in ring - {b}:
            parents[x] = [y for y in parents[x] if y not in ring or (y, x) in self.said]

    def signal(self, a: int, b: int) -> tuple[Signal, ...]:
        """The reason that somebody said so, if somebody did."""
        return (Signal(NAME, "parent", CERTAIN, said=self.said[a, b]),) if (a, b) in self.said else ()


def _above(parents: list[list[int]], x: int) -> set[int]:
    """x and all that it comes from; guests of other families have nothing above them."""
    seen, queue = {x}, [x]
    while queue:
        at = queue.pop()
        fresh = {y for y in parents[at] if y < len(parents)} - seen if at < len(parents) else set()
        seen |= fresh
        queue += fresh
    return seen
