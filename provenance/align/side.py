"""One text as the kernels see it, and the room they work in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit


class Side(NamedTuple):
    """Arrays by word, but for `order`, which holds the positions of the informative words, sorted by (stem, position); `sorted`
    and `chance` are their stems, and a thousand times the probability of each, in that order, so that two texts are joined by
    reading on; and `own`, of a short text: the first position of each distinct stem, sorted by stem, and in `own_fact` whether
    the stem is a fact anywhere.

    hash, stem: uint64; bits: float32; flags: uint8; fact: bool, a name or number; sums: float64, one longer: information of
    the informative words before each; order: int32; sorted: uint64; chance: float64; own: int32; own_fact: bool.

    rank: int32, one longer: how many words before each, in all of the batch, weigh enough to have neighbours (judge.NEAR_BITS).
    places and ties belong to the whole batch and are read at `rank`: int32, where in its text such a word stands; float64,
    one longer: information of all neighbourhoods before it.
    """

    hash: np.ndarray
    stem: np.ndarray
    bits: np.ndarray
    flags: np.ndarray
    fact: np.ndarray
    sums: np.ndarray
    order: np.ndarray
    sorted: np.ndarray
    chance: np.ndarray
    own: np.ndarray
    own_fact: np.ndarray
    rank: np.ndarray
    places: np.ndarray
    ties: np.ndarray


class Scratch(NamedTuple):
    """Arrays that the pairs of a call use one after the other, so that no pair allocates its own.

    word: int64, rows as long as two of the longest texts together; seed: int64, and weight: float64, rows of one place a seed.
    """

    word: np.ndarray
    seed: np.ndarray
    weight: np.ndarray


PARTNER_A, PARTNER_B, MET_BY, PLACES, HIT, REACHED, FIRST, OFTEN = range(8)
"""Rows of Scratch.word."""
AT_A, AT_B, LIVE_A, LIVE_B, CHOSEN_A, CHOSEN_B, STARTS, UP, ORDER, RUN, RUN_A, RUN_B, KEY, RANK, A0, A1, B0, B1 = range(18)
"""Rows of Scratch.seed."""
BITS, LIVE, NEAR, STRENGTH, WEIGHT_A = range(5)
"""Rows of Scratch.weight, the last of which is by word of a."""


@njit(cache=True, nogil=True)
def _row(size):
    """A length of rows that puts equal places of all rows on different lines of the cache: rows that lie a multiple of 4 KB
    apart drive one another out of it."""
    return (size // 512 + 1) * 512 + 40


@njit(cache=True, nogil=True)
def room_for(words, seeds):
    """Room for two texts of so many words together that meet in so many seeds."""
    each, most = _row(words + 2), _row(max(words, seeds) + 2)
    return Scratch(np.empty((8, each), np.int64), np.empty((18, _row(seeds + 2)), np.int64), np.empty((5, most)))
