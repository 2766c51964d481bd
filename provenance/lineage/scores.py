"""What the signals say of the pairs of a family, one by one and together. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from provenance.lineage import tree
from provenance.lineage.family import Family
from provenance.lineage.signals import DEPENDENCE, OF_A_PASSAGE, ORDER, SIGNALS, Weight

AGAINST = -1.5
"""Log odds of dates that rule the direction out unless the texts themselves speak for it."""
DATES = "dates"
_DATES = SIGNALS[DATES]

Said = Mapping[str, Weight]
"""What each signal says that has something to say, by name."""


class _Undated(NamedTuple):
    """What is said of a pair beside its dates."""

    said: Said
    whole: float
    """Log odds of all but the order."""
    against: float
    """The same where dates speak against the direction: what dependence speaks for it does not count."""
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
        found = {**self._undated(a, b).said, DATES: _DATES(self.family, a, b, self.weights)}
        return {name: weight for name in SIGNALS if (weight := found.get(name)) is not None}

    def weight(self, a: int, b: int) -> float:
        """What all that is said comes to, as log odds.

        How much two texts share says nothing of which came first: where dates speak clearly against a direction it is explained
        as well by the other direction or by a source of both, and does not count for this one. That b's date is false is one
        event, however many relatives are later than b: its probability is divided among them.
        """
        return self._with_dates(self._undated(a, b), a, b)

    def undated(self, a: int, b: int) -> float:
        """The same where dates say nothing."""
        pair = self._undated(a, b)
        return pair.whole + first(pair.order)

    def of_passage(self, a: int, b: int) -> float:
        """Log odds that b has a passage from a, by the signals that speak of passages."""
        return self._with_dates(self._ask(a, b, OF_A_PASSAGE), a, b)

    def against(self, a: int, b: int) -> bool:
        """Whether dates rule out that b derives from a unless the texts themselves speak for it."""
        return self.weights[DATES] * (self.family.order(a, b) or 0.0) <= AGAINST

    def _with_dates(self, pair: _Undated, a: int, b: int) -> float:
        dates = _DATES(self.family, a, b, self.weights)
        if dates is None:
            return pair.whole + first(pair.order)
        odds = dates.log_odds
        late = self.family.elders(b)[1] if odds < 0 else 1
        return (pair.against if odds <= AGAINST else pair.whole) + first(pair.order + odds) - math.log(max(1, late))

    def _undated(self, a: int, b: int) -> _Undated:
        kept = self._kept.get((a, b))
        if kept is None:
            # Of a guest only a passage can be judged.
            kept = self._ask(a, b, SIGNALS if max(a, b) < self.family.size else OF_A_PASSAGE)
            if self.family.size <= tree.EXACT:
                self._kept[a, b] = kept
        return kept

    def _ask(self, a: int, b: int, names: Iterable[str]) -> _Undated:
        said, order, dependence, rest = {}, [], [], []
        for name in names:
            if name == DATES or (weight := SIGNALS[name](self.family, a, b, self.weights)) is None:
                continue
            said[name] = weight
            (order if name in ORDER else dependence if name in DEPENDENCE else rest).append(weight.log_odds)
        against = math.fsum([*rest, *(min(0.0, odds) for odds in dependence)])
        return _Undated(said, math.fsum([*rest, *dependence]), against, math.fsum(order))


def first(odds: float) -> float:
    """log(2 p) of a probability p given as log odds: what an order adds to one direction and takes from the other."""
    return math.log(2) - (math.log1p(math.exp(-odds)) if odds > -30 else -odds)
