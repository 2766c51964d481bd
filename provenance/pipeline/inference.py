"""Lineage of some families: the work that finish.py hands to another process, which need not load more than this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from provenance import lineage
from provenance.model import Match

Inputs = tuple[list[lineage.Node], list[Match], list[lineage.Node], Mapping[tuple[int, int], str]]
"""What lineage.infer takes."""


def inferred(some: Sequence[Inputs]) -> list[lineage.Result]:
    return [lineage.infer(*one) for one in some]
