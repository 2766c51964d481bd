"""What tells one copy of a text from another: its readings, word by word. Pure.

A reading is three neighbouring words that are not common to all prose. Who copies a text has its readings, with the slips, the
cuts and the words put in, and adds some of his own; so what a text has in common with any of its elders its own source has, too
(the common readings of textual criticism: Lachmann 1850, Maas 1957). Chance breaks that rule, for two writers may
light on the same words, and so does who looks into a second source; but of several elders the source is mostly the one that lacks
least.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from provenance.lineage.wording import distinct

LEAST_BITS = 32.0
"""Information of three words together below which they stand in many texts. Of two words with 20 bits or four with 30, two say a
little less of news and four less of books."""
DENSE = 64
"""Numbers up to so many times as many as there are are looked up, not searched for: a sixth of the time."""
_SALT, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


def readings(words: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """The readings of a text as sorted distinct uint64. words, bits: of each word in order its hash (uint64), its information."""
    rare = bits[:-2] + bits[1:-1] + bits[2:] >= LEAST_BITS
    first, second, third = (words[i : len(words) - 2 + i][rare] for i in range(3)) if len(words) > 2 else (words[:0],) * 3
    keys = ((first * _SALT + second) * _SALT + third) * _MIX
    return distinct(keys ^ (keys >> np.uint64(31)))


def numbered(some: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The readings of several texts, each reading as its number among all of theirs (int64): in the same order, and quicker to
    compare."""
    values = distinct(np.concatenate(some))
    return [values.searchsorted(mine) for mine in some]


def without(some: np.ndarray, *others: np.ndarray) -> np.ndarray:
    """Which of some readings are among none of the others, as bool; all sorted and distinct."""
    several = [other for other in others if len(other)]
    if not several or not len(some):
        return np.ones(len(some), bool)
    top = int(max(mine[-1] for mine in (some, *several)))
    if top >= DENSE * sum(map(len, (some, *several))):
        apart = (other.take(other.searchsorted(some), mode="clip") != some for other in several)
        return functools.reduce(np.logical_and, apart)
    out = np.ones(top + 1, bool)
    for other in several:
        out[other] = False
    return out[some]


def lacking(some: np.ndarray, others: Sequence[np.ndarray]) -> list[int]:
    """How many of some readings each of the others lacks; all sorted and distinct."""
    if not len(some):
        return [0] * len(others)
    values, top = np.concatenate(others), int(some[-1]) + 1
    if top >= DENSE * (len(some) + len(values)):
        held = some.take(some.searchsorted(values), mode="clip") == values
    else:
        mine = np.zeros(top + 1, bool)
        mine[some] = True
        held = mine[np.minimum(values, top)]
    so_far = np.append(0, np.cumsum(held))
    return (len(some) - np.diff(so_far[np.cumsum([0, *map(len, others)])])).tolist()
