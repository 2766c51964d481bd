"""What the signals say of the pairs of a family, one by one and together. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from provenance.lineage import tree
from provenance.lineage.family import Family
from provenance.lineage.signals import DEPENDENCE, OF_A_PASSAGE, ORDER, SIGNALS, Weight

AGAINST = -1.5
"""Log odds of dates that rule the direction out unless the texts themselves speak for it."""

_ALL = tuple(SIGNALS.items())
_PASSAGE = tuple((name, signal) for name, signal in _ALL if name in OF_A_PASSAGE)

Said = Mapping[str, Weight]
"""What each signal says that has something to say, by name."""


class Scores:
    """Asks the signals. What is not of dates is kept, as it is asked again once these are doubted; of a large family it would
    fill the memory."""

    def __init__(self, family: Family, weights: Mapping[str, float]) -> None:
        self.family = family
        self.weights = weights
        self._kept: dict[tuple[int, int], dict[str, Weight | None]] = {}

    def doubting(self, error: Iterable[float]) -> Scores:
        """The same of Family.doubting."""
        other = Scores(self.family.doubting(error), self.weights)
        if other.family.orders_as(self.family):
            other._kept = self._kept
        return other

    def of(self, a: int, b: int) -> Said:
        """All that speaks for and against "b derives from a". Of a guest only a passage can be judged."""
        if max(a, b) >= self.family.size:
            return self.of_passage(a, b)
        kept = self._kept.get((a, b))
        if kept is None:
            kept = {
                name: None if name == "dates" else signal(self.family, a, b, self.weights) for name, signal in SIGNALS.items()
            }
            if self.family.size <= tree.EXACT:
                self._kept[a, b] = kept
        found = {**kept, "dates": SIGNALS["dates"](self.family, a, b, self.weights)}
        return {name: weight for name, weight in found.items() if weight is not None}

    def of_passage(self, a: int, b: int) -> Said:
        """What speaks for and against "b has a passage from a"."""
        found = ((name, signal(self.family, a, b, self.weights)) for name, signal in _PASSAGE)
        return {name: weight for name, weight in found if weight is not None}

    def against(self, a: int, b: int) -> bool:
        """Whether dates rule out that b derives from a unless the texts themselves speak for it."""
        return self.weights["dates"] * (self.family.order(a, b) or 0.0) <= AGAINST

    def together(self, a: int, b: int, said: Said) -> float:
        """What all that is said comes to, as log odds.

        How much two texts share says nothing of which came first: where dates speak clearly against a direction it is explained
        as well by the other direction or by a source of both, and does not count for this one. That b's date is false is one
        event, however many relatives are later than b: its probability is divided among them.
        """
        dates = said["dates"].log_odds if "dates" in said else 0.0
        against = dates <= AGAINST
        late = self.family.elders(b)[1] if dates < 0 else 1
        order = math.fsum([weight.log_odds for name, weight in said.items() if name in ORDER])
        other = [
            min(0.0, weight.log_odds) if against and name in DEPENDENCE else weight.log_odds
            for name, weight in said.items()
            if name not in ORDER
        ]
        return math.fsum(other) + first(order) - math.log(max(1, late))


def first(odds: float) -> float:
    """log(2 p) of a probability p given as log odds: what an order adds to one direction and takes from the other."""
    return math.log(2) - (math.log1p(math.exp(-odds)) if odds > -30 else -odds)
