"""One text as the kernels see it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Side(NamedTuple):
    """Arrays by word, but for the last three: `order` holds the positions of the informative words, sorted by (stem, position);
    `sorted` and `chance` are their stems, and a thousand times the probability of each, in that order, so that two texts are
    joined by reading on.

    hash, stem: uint64; bits: float32; flags: uint8; fact: bool, a name or number; sums: float64, one longer: information of
    the informative words before each; order: int64; sorted: uint64; chance: float64.
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
