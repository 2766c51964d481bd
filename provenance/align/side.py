"""One text as the kernels see it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Side(NamedTuple):
    """Arrays by word, but for `order`: positions of the informative words, sorted by (stem, position).

    hash, stem: uint64; bits: float32; flags: uint8; fact: bool, a name or number; sums: float64, one longer: information of
    the informative words before each; order: int64.
    """

    hash: np.ndarray
    stem: np.ndarray
    bits: np.ndarray
    flags: np.ndarray
    fact: np.ndarray
    sums: np.ndarray
    order: np.ndarray
