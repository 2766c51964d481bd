"""What tells one copy of a text from another: its readings, word by word. Pure.

A reading is a pair of neighbouring words that is not common to all prose. Who copies a text has its readings, with the slips, the
cuts and the words put in, and adds some of his own; so what a text has in common with any of its elders its own source has, too
(the common readings of textual criticism: Lachmann 1850, Maas 1957). Chance breaks that rule, for two writers may
light on the same words, and so does who looks into a second source; but of several elders the source is mostly the one that lacks
least.
"""

from __future__ import annotations

import numpy as np

LEAST_BITS = 20.0
"""Information of both words together below which a pair of words stands in many texts."""
_SALT, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


def readings(words: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """The readings of a text as sorted distinct uint64. words: a hash a word (uint64), in order; bits: the information of each."""
    rare = bits[:-1] + bits[1:] >= LEAST_BITS
    pairs = (words[:-1][rare] * _SALT + words[1:][rare]) * _MIX
    return np.unique(pairs ^ (pairs >> np.uint64(31)))


def without(some: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Which of some readings are not among the others, as bool; both sorted and distinct."""
    if not len(other):
        return np.ones(len(some), bool)
    return other.take(other.searchsorted(some), mode="clip") != some
