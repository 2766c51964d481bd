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

from provenance.lineage.family import THIRD_DOCUMENTS, Family
from provenance.lineage.ties import SURE, dependence, short
from provenance.lineage.unseen import LARGEST, components
from provenance.lineage.wording import FUNCTION_WORDS, MANNER

FEW = 2
"""How many relatives more each mean is taken over: by two texts alone it is hardly told which is the original."""
USUAL, MUCH = 0.25, 0.5
"""Natural logs of the ratio of two lengths: what rewording alone makes, and what it hardly ever does."""
SAMPLE = 2000
"""Phrases of the longest text that are looked at."""
FEW_PHRASES = 3.0
"""Phrases that are counted as seen beside those that were."""
PLACE = ("missing", "central", "private", "parts", "phrases", "rival")
BESIDE = ("verbosity", "length", "excess", "facts", "attested")
MEASURES = (*MANNER, *PLACE, *BESIDE)
KINDS = ("rewrite", "copy", "revision")
"""What was made of a text: a few lines told in other words; a longer text copied, cut or retold; or a text that was worked on, of
which each version was made from the one before, so that the first is at the end of a row and not in the middle of a circle."""
OF_KIND = {
    "rewrite": (*MANNER, "missing", "central", "private", *BESIDE),
    "copy": ("phrases", "rival", *BESIDE),
    "revision": (*PLACE, *BESIDE),
}
"""What says something of each kind: who copies a text keeps its manner, and few lines hold few phrases."""
WORKED_ON = 0.4, 0.65
"""What a text has in common with the relative that is most like it (the share of the one that has less of the other), on average
of a family: up to here they were copied from, from here on worked on."""
FUNCTION = "function words"
REASONS = (*(measure for measure in MEASURES if measure not in FUNCTION_WORDS), FUNCTION)
"""The measures as reasons: of the function words only all together say something."""


class Origin:
    """Measures of each text of a family beside its relatives: `features[b]`, float64 of shape (KINDS, MEASURES)."""

    def __init__(self, family: Family, weights: Mapping[str, float]) -> None:
        """weights: of the model (model.py), a weight for each measure and relation."""
        self._family = family
        self._worth = np.array([[weights.get(f"origin.{measure}.{kind}", 0.0) for measure in MEASURES] for kind in KINDS])
        self._revised = _revised(family)
        self._others = _relatives(family)
        """Of each text the relatives that it is compared with."""
        self._shared = [_Shared(family, b, self._others[b]) for b in range(family.size)]
        self._alone = [np.append(_manner(family, b), self._stand(b)) for b in range(family.size)]
        """The measures that are differences of what each text is by itself."""
        self._lost: dict[tuple[int, int], int] = {}
        self.features = [self._features(b) for b in range(family.size)]
        self.root = np.array([math.fsum(odds for _, odds in self.score(b)) for b in range(family.size)])
        """Of each text the log odds that it has no source in the corpus."""

    def score(self, b: int) -> list[tuple[str, float]]:
        """Log odds that b has no source in the corpus, by REASONS."""
        found = dict(zip(MEASURES, (self._worth * self.features[b]).sum(0).tolist(), strict=True))
        found[FUNCTION] = math.fsum(found.pop(word) for word in FUNCTION_WORDS)
        return list(found.items())

    def _stand(self, b: int) -> tuple[float, ...]:
        """How much of what most others agree on b lacks, how much it has in common with each, what it has alone, and how much
        more of it all others have than any of them: each took another part."""
        mine = self._family.nodes[b].wording
        others = [w for o in self._others[b] if (w := self._family.nodes[o].wording) is not None]
        if mine is None or not others or not len(mine.stems):
            return (0.0,) * len(PLACE)
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
        shared = self._shared[b]
        private = float(mine.bits[held == 0].sum()) / own
        rival = min(shared.attested.values(), default=0.0)
        return missing, math.fsum(alike) / len(alike), private, parts, shared.alike, rival

    def _features(self, b: int) -> np.ndarray:
        nodes = self._family.nodes
        others = [o for o in self._others[b] if nodes[o].wording is not None]
        if not others or nodes[b].wording is None:
            return np.zeros((len(KINDS), len(MEASURES)))
        relation = np.array([self._made(b, o) for o in others])
        less = np.array([np.append(self._alone[b] - self._alone[o], self._beside(b, o)) for o in others])
        return relation.T @ less / (relation.sum(0) + FEW)[:, None]

    def _made(self, b: int, o: int) -> tuple[float, float, float]:
        """How far two texts are of each of KINDS; sums to 1."""
        told = short(self._family.pair[b, o])
        return told, (1 - told) * (1 - self._revised), (1 - told) * self._revised

    def _beside(self, b: int, o: int) -> tuple[float, ...]:
        """BESIDE: what two texts' lengths say, and which lacks more of the other's names and numbers."""
        ratio = math.log(max(1, self._family.nodes[b].words) / max(1, self._family.nodes[o].words))
        usual, much = (math.copysign(min(abs(ratio), limit), ratio) for limit in (USUAL, MUCH))
        facts = math.log1p(self._lacks(o, b)) - math.log1p(self._lacks(b, o))
        return usual, much - usual, ratio - much, facts, self._shared[b].attested.get(o, 0.0)

    def _lacks(self, b: int, o: int) -> int:
        """Names and numbers of o that b does not hold."""
        if (b, o) not in self._lost:
            mine, other = self._family.nodes[b].wording, self._family.nodes[o].wording
            self._lost[b, o] = len(other.facts) - int(_among(other.facts, mine.words).sum())
        return self._lost[b, o]


def _manner(family: Family, b: int) -> np.ndarray:
    wording = family.nodes[b].wording
    return np.zeros(len(MANNER)) if wording is None else wording.manner


class _Shared:
    """What a text's relatives have of its phrases and of one another's: which lacks what others share."""

    def __init__(self, family: Family, b: int, others: tuple[int, ...]) -> None:
        self.attested: dict[int, float] = {}
        """Of each other: whether third documents have more of what b has and it has not (1), or the reverse (-1)."""
        self.alike = 0.0
        """Mean likeness (Dice) with each."""
        found = [(o, w.phrases) for o in (b, *others) if (w := family.nodes[o].wording) is not None]
        if len(found) < 2 or found[0][0] != b:
            return
        longest = max(len(phrases) for _, phrases in found)
        limit = np.uint64(min(2**64 - 1, 2**64 * SAMPLE // max(SAMPLE, longest)))
        kept = [phrases[: np.searchsorted(phrases, limit, "right")] for _, phrases in found]
        values, place = np.unique(np.concatenate(kept), return_inverse=True)
        has = np.zeros((len(kept), len(values)), np.float32)
        has[np.repeat(np.arange(len(kept)), [len(some) for some in kept]), place] = 1
        mine, rest = has[0] > 0, has[1:]
        size = has.sum(1)
        with_b = rest @ has[0]
        self.alike = float(np.mean(2 * with_b / np.maximum(1, size[0] + size[1:])))
        if len(rest) < 2:
            return
        three = rest[:, mine] @ rest[:, mine].T  # phrases that b, one and another have
        lean = np.log((with_b[:, None] - three + FEW_PHRASES) / (rest @ rest.T - three + FEW_PHRASES))
        np.fill_diagonal(lean, 0.0)
        votes = np.clip(lean, -1, 1).sum(0) / (len(rest) - 1)
        self.attested = {o: float(vote) for (o, _), vote in zip(found[1:], votes, strict=True)}


def _revised(family: Family) -> float:
    """How far a family is of one text that was worked on: 0 to 1."""
    whole = math.fsum(max((min(family.pair[a, b].share) for a in family.near[b]), default=0.0) for b in range(family.size))
    low, high = WORKED_ON
    return min(1.0, max(0.0, (whole / family.size - low) / (high - low)))


def _relatives(family: Family) -> list[tuple[int, ...]]:
    """Of each text the relatives that it is compared with, at most as many as third documents are asked, those that share most
    words with it: all that are alike on average (unseen.components), and what surely has to do with it."""
    part = np.zeros(family.size, np.int64)
    if family.size <= LARGEST:
        for k, members in enumerate(components(family, list(range(family.size)))):
            part[list(members)] = k
    out = []
    for b in range(family.size):
        some = (a for a in family.near[b] if part[a] == part[b] or dependence(family.pair[a, b]) >= SURE)
        out.append(tuple(sorted(some, key=lambda a: (-family.pair[a, b].words, a))[:THIRD_DOCUMENTS]))
    return out


def _among(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which of the values the others hold; both sorted and distinct. A quarter of the time of np.isin, which sorts both."""
    if not len(others):
        return np.zeros(len(values), bool)
    return others.take(others.searchsorted(values), mode="clip") == values
