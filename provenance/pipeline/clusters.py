"""Documents in groups that can be finished one after the other: those of a group share passages, or a family.

A first scan of a million articles has two million ties. They are read some at a time into one array of 16 bytes a document.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import numpy as np

from provenance import unions

ROWS = 65_536
"""Ties that are held in memory at a time."""


class Clusters:
    """Groups of what ties and families join. What nothing ties to another document needs no finishing, and is left out."""

    def __init__(self, ties: Iterable[tuple[int, int]], families: Iterable[tuple[int, int]] = ()) -> None:
        """ties: of documents; families: (document, its family)."""
        self._up = np.arange(0)  # document d is 2 * d, family f is 2 * f + 1
        self._tied = np.zeros(0, np.bool_)
        for rows, (slope, offset) in ((ties, (2, 0)), (families, (2, 1))):
            for some in _some(rows):
                self._join(2 * some[:, 0], slope * some[:, 1] + offset)

    def _join(self, one: np.ndarray, two: np.ndarray) -> None:
        most = int(max(one.max(), two.max())) + 1
        if most > len(self._up):
            most += most // 8
            self._up = np.append(self._up, np.arange(len(self._up), most))
            self._tied = np.append(self._tied, np.zeros(most - len(self._tied), np.bool_))
        self._tied[one] = self._tied[two] = True
        unions.join_all(self._up, one, two)

    @property
    def size(self) -> int:
        """How many documents there are."""
        return int(self._tied[::2].sum())

    def chunks(self, least: int, first: int | None = None) -> Iterator[np.ndarray]:
        """All documents, int64, so many of them at a time, a group never torn apart. first: of the first so many, and then twice
        as many each time."""
        documents = np.flatnonzero(self._tied[::2])
        group = unions.stand_for(self._up, 2 * documents)
        order = np.argsort(group, kind="stable")
        documents, group = documents[order], group[order]
        ends = np.append(np.flatnonzero(np.diff(group)) + 1, len(group))
        size, done = first or least, 0
        while done < len(documents):
            end = int(ends[min(np.searchsorted(ends, done + min(size, least)), len(ends) - 1)])
            yield documents[done:end]
            size, done = 2 * size, end


def _some(rows: Iterable[tuple[int, int]]) -> Iterator[np.ndarray]:
    rows = iter(rows)
    while some := list(itertools.islice(rows, ROWS)):
        yield np.array(some, np.int64)
