"""What the signals say of the pairs of a family, one by one and together. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from provenance.lineage import tree
from provenance.lineage.family import Family
from provenance.lineage.signals import OF_A_PASSAGE, ORDER, SIGNALS, Weight

DATED = ("late", "dates")
"""What a date itself says: asked again when dates are doubted, left out where a date is thought away."""

Said = Mapping[str, Weight]
"""What each signal says that has something to say, by name."""


class _Undated(NamedTuple):
    """What is said of a pair beside its dates."""

    said: Said
    link: float
    """Log odds of all but the order."""
    order: float


class Scores:
    """Asks the signals whether "b derives from a". All but dates is kept, as dates are doubted and asked again; of a large family
    it would fill the memory."""

    def __init__(self, family: Family, weights: Mapping[str, float]) -> None:
        self.family = family
        self.weights = weights
        self._kept: dict[tuple[int, int], _Undated] = {}

    def doubting(self, error: Iterable[float]) -> Scores:
        """The same of Family.doubting."""
        other = Scores(self.family.doubting(error), self.weights)
        if other.family.orders_as(self.family):
            other._kept = self._kept
        return other

    def said(self, a: int, b: int) -> Said:
        """Each signal that has something to say, in order of SIGNALS."""
        found = {**self._undated(a, b).said, **self._dated(a, b)}
        return {name: found[name] for name in SIGNALS if name in found}

    def weight(self, a: int, b: int) -> float:
        """What all that is said comes to, as log odds: of the link, and of which text was first, split between the two
        directions."""
        return self._with_dates(self._undated(a, b), a, b)

    def undated(self, a: int, b: int) -> float:
        """The same where dates say nothing."""
        pair = self._undated(a, b)
        return pair.link + first(pair.order)

    def of_passage(self, a: int, b: int) -> float:
        """Log odds that b has a passage from a, by the signals that speak of passages."""
        return self._with_dates(self._ask(a, b, OF_A_PASSAGE), a, b)

    def _dated(self, a: int, b: int) -> Said:
        asked = ((name, SIGNALS[name](self.family, a, b, self.weights)) for name in DATED)
        return {name: weight for name, weight in asked if weight is not None}

    def _with_dates(self, pair: _Undated, a: int, b: int) -> float:
        link, order = pair.link, pair.order
        for name in DATED:
            weight = SIGNALS[name](self.family, a, b, self.weights)
            if weight is None:
                continue
            if name in ORDER:
                order += weight.log_odds
            else:
                link += weight.log_odds
        return link + first(order)

    def _undated(self, a: int, b: int) -> _Undated:
        kept = self._kept.get((a, b))
        if kept is None:
            # Of a guest only a passage can be judged.
            kept = self._ask(a, b, SIGNALS if max(a, b) < self.family.size else OF_A_PASSAGE)
            if self.family.size <= tree.EXACT:
                self._kept[a, b] = kept
        return kept

    def _ask(self, a: int, b: int, names: Iterable[str]) -> _Undated:
        said, order, link = {}, [], []
        for name in names:
            if name in DATED or (weight := SIGNALS[name](self.family, a, b, self.weights)) is None:
                continue
            said[name] = weight
            (order if name in ORDER else link).append(weight.log_odds)
        return _Undated(said, math.fsum(link), math.fsum(order))


def first(odds: float) -> float:
    """log(2 p) of a probability p given as log odds: what an order adds to one direction and takes from the other."""
    return math.log(2) - (math.log1p(math.exp(-odds)) if odds > -30 else -odds)
