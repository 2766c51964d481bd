"""One text as the kernels see it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Side(NamedTuple):
    """Arrays by word, but for the last three: `order` holds the positions of the informative words, sorted by (stem, position);
    `sorted` and `chance` are their stems, and a thousand times the probability of each, in that order, so that two texts are
    joined by reading on. `by_stem` holds the positions of all words in such an order, where the text is short (whole.MOST_WORDS).

    hash, stem: uint64; bits: float32; flags: uint8; fact: int8, FACT or TERM of judge.py, else 0; sums: float64, one longer:
    information of the informative words before each; by_stem: uint8; order: int64; sorted: uint64; chance: float64.
    """

    hash: np.ndarray
    stem: np.ndarray
    bits: np.ndarray
    flags: np.ndarray
    fact: np.ndarray
    sums: np.ndarray
    by_stem: np.ndarray
    order: np.ndarray
    sorted: np.ndarray
    chance: np.ndarray
