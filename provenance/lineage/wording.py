"""How a text says what it says: which words and facts it holds, and its manner. What telling a source from a rewrite rests on
where no date does. Pure."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np

LEAST_BITS = 6.0
"""Information below which a stem is a function word or little more."""
TENTHS = 10.0
_QUOTES, _APOSTROPHES = re.compile('["“”„«»]'), re.compile("['’]")


@dataclasses.dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text that lie in no span. Arrays of hashes (uint64) are sorted and distinct."""

    stems: np.ndarray
    """Stems of LEAST_BITS or more."""
    bits: np.ndarray
    """Information of each of `stems`: float32."""
    words: np.ndarray
    facts: np.ndarray
    """Of `words` the numbers and, inside sentences, the capitalised words."""
    letters: float
    """Mean letters a word, numbers aside: who rewords to improve takes longer words."""
    names: float
    """Capitalised words inside sentences, in ten words: names go missing when a text is told again."""
    quotes: float
    """log(1 + quotation marks): direct speech becomes reported speech."""
    apostrophes: float
    """In ten words: possessives and contractions are written out."""


def wording(
    text: str, letters: np.ndarray, word: np.ndarray, stem: np.ndarray, bits: np.ndarray, number: np.ndarray, capital: np.ndarray
) -> Wording:
    """The wording of a text of which each array holds one value a word: its length in code points, its hash, its stem's hash and
    information, whether it holds a digit, and whether it is capitalised inside a sentence."""
    stems, first = np.unique(stem, return_index=True)
    weight = bits[first].astype(np.float32)
    name = capital & ~number
    n, plain = max(1, len(word)), max(1, int((~number).sum()))
    return Wording(
        stems=stems[weight >= LEAST_BITS],
        bits=weight[weight >= LEAST_BITS],
        words=np.unique(word),
        facts=np.unique(word[number | name]),
        letters=float(letters[~number].sum()) / plain,
        names=TENTHS * float(name.sum()) / n,
        quotes=math.log1p(len(_QUOTES.findall(text))),
        apostrophes=TENTHS * len(_APOSTROPHES.findall(text)) / n,
    )
