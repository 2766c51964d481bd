"""What some texts hold of one another's wording, for all that are compared with the same texts at a time. Pure.

Tables say which text holds which value: a row a text, a column a value, as bool. Counts of what rows have in common are taken
from their bits, 64 at a time: exact, and far below the size from which a matrix product pays, which would moreover wake a thread
on every core for each family.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from provenance.lineage.readings import without
from provenance.lineage.wording import Wording, distinct

SAMPLE = 2000
"""Phrases of the longest text that are looked at."""
FEW_PHRASES = 3.0
"""Phrases that are counted as seen beside those that were."""

ROW = 2
"""To how many others a text is the closest where each was made from the one before."""


class Stand(NamedTuple):
    """How the wording of one text stands among that of others."""

    missing: float
    """Of what most others agree on, how much it lacks: information."""
    central: float
    """Mean of what it has in common with each: information (Dice)."""
    private: float
    """Share of its information that none of them has."""
    phrases: float
    """Mean likeness of its phrases with each (Dice)."""
    twice: float
    """How many stems two others have in common that it lacks, over those that it has in common with one and the other lacks, as
    log: if it is the source of both, they came by the former each for itself, and only lost the latter."""
    hub: float
    """Share of the others to which none has more phrases in common, less ROW of them."""
    attested: np.ndarray
    """Of each other: whether third texts have more of what this one has and it has not (1), or the reverse (-1)."""
    facts: np.ndarray
    """Of each other: whether it lacks more of this one's names and numbers than this one of its, as log of the ratio."""
    between: np.ndarray
    """Of each other: whether a third stands between the two, as log of a ratio: 0 where the third that fits best lacks as many of
    the phrases that the two have in common as it shares with only the one or only the other (-inf where there is no third).

    Of three texts in a row the outer two never agree against the middle one: Quentin's zero (Essais de critique textuelle, 1926).
    """


class Circle:
    """Texts named by their place among `wordings`."""

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self._wordings = wordings
        self._own = [float(w.bits.sum()) for w in wordings]
        values, self._stems = _table([w.stems for w in wordings])
        self._columns = [np.flatnonzero(row) for row in self._stems]
        self._bits = np.zeros(self._stems.shape, np.float32)
        for row, columns, w in zip(self._bits, self._columns, wordings, strict=True):
            row[columns] = w.bits
        longest = max(len(w.phrases) for w in wordings)
        limit = np.uint64(min(2**64 - 1, 2**64 * SAMPLE // max(SAMPLE, longest)))
        _, self._phrases = _table([w.phrases[: w.phrases.searchsorted(limit, "right")] for w in wordings])
        packed = _packed(self._phrases)
        self._common = _count(packed[:, None] & packed).astype(np.float32)
        packed = _packed(self._stems)
        self._common_stems = _count(packed[:, None] & packed).astype(np.float32)
        values, facts = _table([w.facts for w in wordings])
        lacking = np.stack([without(values, w.words) for w in wordings])
        self._lacked = np.log1p(_count(_packed(lacking)[:, None] & _packed(facts)))
        """Of the names and numbers of the second text those that the first does not hold: log(1 + count)."""

    def stand(self, b: int, others: Sequence[int]) -> Stand:
        """The others in the order in which their values are added up."""
        order = np.array(others)
        with_b, size = self._common[order, b], self._common.diagonal()
        alike = 2 * with_b / np.maximum(1, size[b] + size[order])
        facts = self._lacked[order, b] - self._lacked[b, order]
        attested, between = self._by_thirds(b, order)
        return Stand(
            *self._shares(b, order), float(alike.sum() / len(order)), self._twice(b, order), self._hub(b, order),
            attested, facts, between,
        )  # fmt: skip

    def _shares(self, b: int, others: np.ndarray) -> tuple[float, float, float]:
        """Missing, central and private."""
        bits, own = self._wordings[b].bits, self._own[b]
        if not len(bits):
            return 0.0, 0.0, 0.0
        held = self._stems.take(self._columns[b], 1)[others]
        common = [2 * float(bits[row].sum()) / max(1e-9, own + self._own[o]) for o, row in zip(others, held, strict=True)]
        missing = 0.0
        if len(others) > 1:
            has = self._stems[others]
            agreed = np.flatnonzero(has.sum(0) >= max(2.0, len(others) / 2))
            weight = self._bits[others[has[:, agreed].argmax(0)], agreed]
            missing = float(weight[~self._stems[b, agreed]].sum()) / max(1e-9, float(weight.sum()))
        return missing, math.fsum(common) / len(common), float(bits[~held.any(0)].sum()) / own

    def _twice(self, b: int, others: np.ndarray) -> float:
        if len(others) < 2:
            return 0.0
        here = np.ix_(others, others)
        three = _three(self._stems, b)[here]
        lacks, has = self._common_stems[here] - three, self._common_stems[others, b][:, None] - three
        apart = ~np.eye(len(others), dtype=bool)
        return math.log((1 + float(lacks[apart].sum())) / (1 + float(has[apart].sum())))

    def _hub(self, b: int, others: np.ndarray) -> float:
        apart = self._common[np.ix_(others, others)]
        np.fill_diagonal(apart, 1.0)
        closest = np.count_nonzero(self._common[others, b] >= apart.max(1))
        return max(0, closest - ROW) / len(others)

    def _by_thirds(self, b: int, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Attested and between."""
        if len(others) < 2:
            return np.zeros(len(others)), np.full(len(others), -np.inf)
        three = _three(self._phrases, b)
        with_b, beside_b = self._common[b][:, None] - three + FEW_PHRASES, self._common - three + FEW_PHRASES
        lean = np.log(with_b / beside_b)
        lean.flat[:: len(lean) + 1] = 0.0
        votes = np.minimum(1, np.maximum(-1, lean))[others].sum(0)
        between = np.log(np.minimum(with_b, beside_b) / (self._common[b] - three + FEW_PHRASES))
        between.flat[:: len(between) + 1] = -np.inf
        return votes[others] / (len(others) - 1), between[others].max(0)[others]


def _three(table: np.ndarray, b: int) -> np.ndarray:
    """How many values a row, one and another hold."""
    packed = _packed(table.take(np.flatnonzero(table[b]), 1))
    return _count(packed[:, None] & packed).astype(np.float32)


def _table(some: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """All values in order, and who holds which; each of `some` is sorted and distinct."""
    values = distinct(np.concatenate(some))
    has = np.zeros((len(some), len(values)), bool)
    for row, mine in zip(has, some, strict=True):
        row[values.searchsorted(mine)] = True
    return values, has


def _packed(table: np.ndarray) -> np.ndarray:
    """The rows of a table as bits: uint64."""
    eighths = np.packbits(table, axis=1)
    bits = np.zeros((len(table), -(-eighths.shape[1] // 8) * 8), np.uint8)
    bits[:, : eighths.shape[1]] = eighths
    return bits.view(np.uint64)


def _count(packed: np.ndarray) -> np.ndarray:
    """How many bits are set in each row."""
    return np.bitwise_count(packed).sum(-1, dtype=np.int64)
