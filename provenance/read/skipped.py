"""What a container holds that is no document: counted by reason, so that a crawl of a million pictures is one line."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.model import Problem
from provenance.read.base import Origin

MOST_REASONS = 50
"""Reasons told apart; what comes after them is counted together, as a reason may quote the input."""


class Skipped:
    """Counts by reason, each with its first example."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._reasons: dict[str, tuple[int, str]] = {}

    def add(self, reason: str, example: str) -> None:
        """One more for this reason."""
        if reason not in self._reasons and len(self._reasons) >= MOST_REASONS:
            reason = "other reasons"
        count, first = self._reasons.get(reason, (0, example))
        self._reasons[reason] = count + 1, first

    def problems(self, origin: Origin) -> Iterator[Problem]:
        """One a reason, in the order in which they came up."""
        for reason, (count, first) in self._reasons.items():
            which = f"skipped, the first: {first}" if count > 1 else f"skipped: {first}"
            yield origin.problem(f"{reason}: {count:,} {self._unit}{'s' if count > 1 else ''} {which}")
