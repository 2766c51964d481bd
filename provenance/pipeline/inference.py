"""Lineage of some families: the work that finish.py hands to another process, which need not load more than this."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from provenance import lineage
from provenance.model import Match


class Words(NamedTuple):
    """A text and its words, of which each array holds one value a word: what lineage.wording takes."""

    text: str
    letters: np.ndarray
    hash: np.ndarray
    stem: np.ndarray
    bits: np.ndarray
    number: np.ndarray
    capital: np.ndarray


Inputs = tuple[list[lineage.Node], list[Match], list[lineage.Node], Mapping[tuple[int, int], str]]
"""What lineage.infer takes."""


class Task(NamedTuple):
    """Inputs, and the words of their texts by id. These are read where lineage is inferred: it takes a third of the time."""

    inputs: Inputs
    words: Mapping[int, Words]

    def read(self) -> Inputs:
        """The inputs with what lineage asks of the words: of the guests, which are nobody's rivals, only readings."""
        nodes, matches, guests, said = self.inputs
        family = [dataclasses.replace(n, wording=lineage.wording(*self.words[n.id]), readings=self._readings(n)) for n in nodes]
        return family, matches, [dataclasses.replace(guest, readings=self._readings(guest)) for guest in guests], said

    def _readings(self, node: lineage.Node) -> np.ndarray:
        words = self.words[node.id]
        return lineage.readings(words.hash, words.bits)


def inferred(some: Sequence[Task]) -> list[lineage.Result]:
    return [lineage.infer(*task.read()) for task in some]
