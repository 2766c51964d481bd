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
from provenance.lineage.wording import Wording

FEW = 2
"""How many relatives more the mean is taken over: by two texts alone it is hardly told which is the original."""
USUAL = 0.25
"""Natural log of the ratio of two lengths that rewording alone makes."""


MEASURES = ("letters", "names", "quotes", "apostrophes", "length", "verbosity", "facts", "missing", "central", "private")


class Origin:
    """Measures of each text of a family beside its relatives: `features[b]` maps (measure, relation) to a value."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._others = [_closest(family, b) for b in range(family.size)]
        """Of each text the relatives that surely have to do with it; of others the wording says nothing."""
        self._lacking: dict[tuple[int, int], float] = {}
        self._place = [self._stand(b) for b in range(family.size)]
        self.features = [self._features(b) for b in range(family.size)]

    def score(self, b: int, weights: Mapping[str, float]) -> list[tuple[str, float]]:
        """Log odds that each measure gives to b having no source in the corpus, by the measure's name."""
        found: dict[str, float] = {}
        for (measure, relation), value in self.features[b].items():
            found[measure] = found.get(measure, 0.0) + weights.get(f"origin.{measure}.{relation}", 0.0) * value
        return list(found.items())

    def _stand(self, b: int) -> tuple[float, float, float]:
        """How much of what most others agree on b lacks, how much it has in common with each, and what it has alone."""
        mine = self._family.nodes[b].wording
        others = [w for o in self._others[b] if (w := self._family.nodes[o].wording) is not None]
        if mine is None or not others or not len(mine.stems):
            return 0.0, 0.0, 0.0
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
        return missing, math.fsum(alike) / len(alike), float(mine.bits[held == 0].sum()) / own

    def _lacks(self, of: int, there: int) -> float:
        """log(1 + names and numbers of one text that the other does not hold)."""
        if (of, there) not in self._lacking:
            one, two = self._family.nodes[of].wording, self._family.nodes[there].wording
            self._lacking[of, there] = math.log1p(_lacking(one, two))
        return self._lacking[of, there]

    def _features(self, b: int) -> dict[tuple[str, str], float]:
        found: dict[tuple[str, str], float] = {}
        mine = self._family.nodes[b].wording
        others = self._others[b]
        for o in others:
            other = self._family.nodes[o].wording
            if mine is None or other is None:
                continue
            values = self._beside(b, o, mine, other)
            for relation, gate in zip(RELATIONS, gates(self._family.pair[b, o]), strict=True):
                if gate:
                    for measure, value in zip(MEASURES, values, strict=True):
                        key = measure, relation
                        found[key] = found.get(key, 0.0) + gate * value / (len(others) + FEW)
        return found

    def _beside(self, b: int, o: int, mine: Wording, other: Wording) -> tuple[float, ...]:
        """The MEASURES of b less those of o."""
        ratio = math.log(max(1, self._family.nodes[b].words) / max(1, self._family.nodes[o].words))
        beyond = math.copysign(max(0.0, abs(ratio) - USUAL), ratio)
        lost = self._lacks(o, b) - self._lacks(b, o)
        place = (one - two for one, two in zip(self._place[b], self._place[o], strict=True))
        return (
            mine.letters - other.letters,
            mine.names - other.names,
            mine.quotes - other.quotes,
            mine.apostrophes - other.apostrophes,
            beyond,
            ratio - beyond,
            -lost,
            *place,
        )


def _closest(family: Family, b: int) -> tuple[int, ...]:
    """The relatives that share most words with b, as many as third documents are asked."""
    sure = (a for a in family.near[b] if dependence(family.pair[a, b]) >= SURE)
    return tuple(sorted(sure, key=lambda a: (-family.pair[a, b].words, a))[:THIRD_DOCUMENTS])


def _lacking(of: Wording, there: Wording) -> int:
    """Names and numbers of one text that the other does not hold."""
    return len(of.facts) - int(_among(of.facts, there.words).sum())


def _among(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which of the values the others hold; both sorted and distinct. A quarter of the time of np.isin, which sorts both."""
    if not len(others):
        return np.zeros(len(values), bool)
    return others.take(others.searchsorted(values), mode="clip") == values
