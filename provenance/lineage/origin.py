"""Which of a text's relatives reads like the one that the others were made from. Pure.

Where no date says who was first, the wording does, a little: names, numbers and direct speech get lost when a text is told
again, a cut text lacks what others have, a polished one takes longer words, the source of several has more in common with each
than they have with one another. Each such measure compares a text with its relatives, one by one; what it means
depends on what was made of the other: a rewrite, a shortened copy, or a revision, of which the later is mostly the longer.
The weights are fitted (see model.py); without them nothing here says anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from provenance.lineage.family import THIRD_DOCUMENTS, Family
from provenance.lineage.ties import RELATIONS, SURE, dependence, gates
from provenance.lineage.wording import FUNCTION_WORDS, MANNER

FEW = 2
"""How many relatives more the mean is taken over: by two texts alone it is hardly told which is the original."""
USUAL, MUCH = 0.25, 0.5
"""Natural logs of the ratio of two lengths: what rewording alone makes, and what it hardly ever does."""
PLACE = ("missing", "central", "private", "parts")
BESIDE = ("verbosity", "length", "excess", "facts")
MEASURES = (*MANNER, *PLACE, *BESIDE)
FUNCTION = "function words"
REASONS = (*(measure for measure in MEASURES if measure not in FUNCTION_WORDS), FUNCTION)
"""The measures as reasons: of the function words only all together say something."""


class Origin:
    """Measures of each text of a family beside its relatives: `features[b]`, float64 of shape (RELATIONS, MEASURES)."""

    def __init__(self, family: Family, weights: Mapping[str, float]) -> None:
        """weights: of the model (model.py), a weight for each measure and relation."""
        self._family = family
        self._worth = np.array(
            [[weights.get(f"origin.{measure}.{relation}", 0.0) for measure in MEASURES] for relation in RELATIONS]
        )
        self._others = [_closest(family, b) for b in range(family.size)]
        """Of each text the relatives that surely have to do with it; of others the wording says nothing."""
        self._alone = [np.append(_manner(family, b), self._stand(b)) for b in range(family.size)]
        """The measures that are differences of what each text is by itself."""
        self._lost: dict[tuple[int, int], int] = {}
        self.features = [self._features(b) for b in range(family.size)]

    def score(self, b: int) -> list[tuple[str, float]]:
        """Log odds that b has no source in the corpus, by REASONS."""
        found = dict(zip(MEASURES, (self._worth * self.features[b]).sum(0).tolist(), strict=True))
        found[FUNCTION] = math.fsum(found.pop(word) for word in FUNCTION_WORDS)
        return list(found.items())

    def _stand(self, b: int) -> tuple[float, float, float, float]:
        """How much of what most others agree on b lacks, how much it has in common with each, what it has alone, and how much
        more of it all others have than any of them: each took another part."""
        mine = self._family.nodes[b].wording
        others = [w for o in self._others[b] if (w := self._family.nodes[o].wording) is not None]
        if mine is None or not others or not len(mine.stems):
            return 0.0, 0.0, 0.0, 0.0
        own = float(mine.bits.sum())
        held = np.zeros(len(mine.stems), np.int64)
        alike = []
        for other in others:
            common = _among(mine.stems, other.stems)
            held += common
            alike.append(2 * float(mine.bits[common].sum()) / max(1e-9, own + float(other.bits.sum())))
        missing = 0.0
        if len(others) > 1:
            stems, first, count = np.unique(np.concatenate([o.stems for o in others]), return_index=True, return_counts=True)
            agreed = count >= max(2.0, len(others) / 2)
            bits = np.concatenate([o.bits for o in others])[first[agreed]]
            lacking = ~_among(stems[agreed], mine.stems)
            missing = float(bits[lacking].sum()) / max(1e-9, float(bits.sum()))
        most = max(self._family.pair[b, o].cover[0] for o in self._others[b])
        parts = max(0.0, self._family.cover.union(b) - most)
        return missing, math.fsum(alike) / len(alike), float(mine.bits[held == 0].sum()) / own, parts

    def _features(self, b: int) -> np.ndarray:
        nodes = self._family.nodes
        others = [o for o in self._others[b] if nodes[o].wording is not None]
        if not others or nodes[b].wording is None:
            return np.zeros((len(RELATIONS), len(MEASURES)))
        relation = np.array([gates(self._family.pair[b, o]) for o in others])
        less = np.array([np.append(self._alone[b] - self._alone[o], self._beside(b, o)) for o in others])
        return relation.T @ less / (len(self._others[b]) + FEW)

    def _beside(self, b: int, o: int) -> tuple[float, float, float, float]:
        """BESIDE: what two texts' lengths say, and which lacks more of the other's names and numbers."""
        ratio = math.log(max(1, self._family.nodes[b].words) / max(1, self._family.nodes[o].words))
        usual, much = (math.copysign(min(abs(ratio), limit), ratio) for limit in (USUAL, MUCH))
        return usual, much - usual, ratio - much, math.log1p(self._lacks(o, b)) - math.log1p(self._lacks(b, o))

    def _lacks(self, b: int, o: int) -> int:
        """Names and numbers of o that b does not hold."""
        if (b, o) not in self._lost:
            mine, other = self._family.nodes[b].wording, self._family.nodes[o].wording
            self._lost[b, o] = len(other.facts) - int(_among(other.facts, mine.words).sum())
        return self._lost[b, o]


def _manner(family: Family, b: int) -> np.ndarray:
    wording = family.nodes[b].wording
    return np.zeros(len(MANNER)) if wording is None else wording.manner


def _closest(family: Family, b: int) -> tuple[int, ...]:
    """The relatives that share most words with b, as many as third documents are asked."""
    sure = (a for a in family.near[b] if dependence(family.pair[a, b]) >= SURE)
    return tuple(sorted(sure, key=lambda a: (-family.pair[a, b].words, a))[:THIRD_DOCUMENTS])


def _among(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which of the values the others hold; both sorted and distinct. A quarter of the time of np.isin, which sorts both."""
    if not len(others):
        return np.zeros(len(values), bool)
    return others.take(others.searchsorted(values), mode="clip") == values
