"""Which of a text's relatives reads like the one that the others were made from. Pure.

Where no date says who was first, the wording does, a little: names, numbers and direct speech get lost when a text is told
again, a cut text lacks what others have, a polished one takes longer words, the source of several has more in common with each
than they have with one another, and third documents side with it where it and a copy differ. Each such measure compares a text
with its relatives, one by one; what it means depends on what was made of the other: a few lines retold, a longer text copied or
cut, or a text that was worked on, of which the later version is mostly the longer.
The weights are fitted (see model.py); without them nothing here says anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from provenance.lineage.family import Family
from provenance.lineage.ties import inside, short
from provenance.lineage.wording import FUNCTION_WORDS, MANNER

FEW = 2
"""How many relatives more each mean is taken over: by two texts alone it is hardly told which is the original."""
USUAL, MUCH = 0.25, 0.5
"""Natural logs of the ratio of two lengths: what rewording alone makes, and what it hardly ever does."""
PLACE = ("missing", "central", "private", "parts", "phrases", "rival", "twice", "hub")
BESIDE = ("verbosity", "length", "excess", "facts", "attested")
"""The former are of a text by itself; the latter are what two texts' lengths say (how far they differ by no more than is usual,
by more, by much), which lacks more of the other's names and numbers, and with which of the two third documents side."""
MEASURES = (*MANNER, *PLACE, *BESIDE)
_BY_ITSELF = np.isin(MEASURES, (*MANNER, "phrases", "verbosity", "length", "excess", "facts"))
"""What needs no third text: of two of which one is a part of the other, word for word, it tells the rest and nothing more."""
KINDS = ("rewrite", "copy", "revision")
"""What was made of a text: a few lines told in other words; a longer text copied, cut or retold; or a text that was worked on, of
which each version was made from the one before, so that the first is at the end of a row and not in the middle of a circle."""
OF_KIND = {
    "rewrite": (*MANNER, "missing", "central", "private", "twice", *BESIDE),
    "copy": ("phrases", "rival", "hub", *BESIDE),
    "revision": ("missing", "central", "private", "parts", "phrases", "hub", *BESIDE),
}
"""What says something of each kind: who copies a text keeps its manner, and few lines hold few phrases."""
WORKED_ON = 0.4, 0.65
"""What a text has in common with the relative that is most like it (the share of the one that has less of the other), on average
of a family: up to here they were copied from, from here on worked on."""
_NAMES = [[f"origin.{measure}.{kind}" for measure in MEASURES] for kind in KINDS]
FUNCTION = "function words"
REASONS = (*(measure for measure in MEASURES if measure not in FUNCTION_WORDS), FUNCTION)
"""The measures as reasons: of the function words only all together say something."""


class Origin:
    """Measures of each text of a family beside its relatives: `features[b]`, float64 of shape (KINDS, MEASURES)."""

    def __init__(self, family: Family, weights: Mapping[str, float]) -> None:
        """weights: of the model (model.py), a weight for each measure and relation."""
        self._family = family
        self._worth = np.array([[weights.get(name, 0.0) for name in names] for names in _NAMES])
        self._revised = _revised(family)
        self._words = np.array([max(1, node.words) for node in family.nodes[: family.size]])
        self._alone = np.array([np.append(_manner(family, b), self._place(b)) for b in range(family.size)])
        """The measures that are differences of what each text is by itself."""
        self.features = [self._features(b) for b in range(family.size)]
        self._scores = [self._score(b) for b in range(family.size)]
        self.root = np.array([math.fsum(odds for _, odds in self.score(b)) for b in range(family.size)])
        """Of each text the log odds that it has no source in the corpus."""

    def score(self, b: int) -> list[tuple[str, float]]:
        """Log odds that b has no source in the corpus, by REASONS."""
        return self._scores[b]

    def _score(self, b: int) -> list[tuple[str, float]]:
        found = dict(zip(MEASURES, (self._worth * self.features[b]).sum(0).tolist(), strict=True))
        found[FUNCTION] = math.fsum(found.pop(word) for word in FUNCTION_WORDS)
        return list(found.items())

    def _place(self, b: int) -> tuple[float, ...]:
        """PLACE: how a text stands among others, and how much more of it all of them have than any: each took another part."""
        others, stand = self._family.stands[b]
        if stand is None:
            return (0.0,) * len(PLACE)
        parts = max(0.0, self._family.cover.union(b) - max(self._family.pair[b, o].cover[0] for o in others))
        rival = float(stand.attested.min())
        return stand.missing, stand.central, stand.private, parts, stand.phrases, rival, stand.twice, stand.hub

    def _features(self, b: int) -> np.ndarray:
        others, stand = self._family.stands[b]
        if stand is None:
            return np.zeros((len(KINDS), len(MEASURES)))
        ratio = np.log(self._words[b] / self._words[list(others)])
        usual, much = (np.maximum(-limit, np.minimum(limit, ratio)) for limit in (USUAL, MUCH))
        less = np.empty((len(others), len(MEASURES)))
        less[:, : -len(BESIDE)] = self._alone[b] - self._alone[list(others)]
        for column, values in enumerate((usual, much - usual, ratio - much, stand.facts, stand.attested), -len(BESIDE)):
            less[:, column] = values
        pairs = [self._family.pair[b, o] for o in others]
        cut = np.array([inside(pair) for pair in pairs])
        less[np.ix_(cut, _BY_ITSELF)] = 0.0
        told = np.array([short(pair) for pair in pairs])
        # How far each is of each of KINDS: sums to 1. What was cut was not worked on.
        revised = np.where(cut, 0.0, self._revised)
        made = np.stack([told, (1 - told) * (1 - revised), (1 - told) * revised])
        return made @ less / (made.sum(1) + FEW)[:, None]


def _manner(family: Family, b: int) -> np.ndarray:
    wording = family.nodes[b].wording
    return np.zeros(len(MANNER)) if wording is None else wording.manner


def _revised(family: Family) -> float:
    """How far a family is of one text that was worked on: 0 to 1. What one site takes over from another is copied."""
    near = ([family.pair[a, b] for a in family.near[b] if family.may_revise(a, b)] for b in range(family.size))
    whole = math.fsum(max((min(pair.share) for pair in pairs if not inside(pair)), default=0.0) for pairs in near)
    low, high = WORKED_ON
    return min(1.0, max(0.0, (whole / family.size - low) / (high - low)))
