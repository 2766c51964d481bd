"""What pages say of when they were published: true, coarse, missing, changed with a silent update, or false. Pure."""

from __future__ import annotations

import dataclasses
import random
from typing import NamedTuple

from tests.simulator.names import calendar

HOUR = 1 / 24


@dataclasses.dataclass(frozen=True, slots=True)
class Clocks:
    """Shares of the documents."""

    missing: float
    day_only: float
    """Of those that have a date: it names the day alone. Dates of the classes url and text always do."""
    updated: float
    """Of those that have a date: the page was changed later and shows that time, after its copies were made."""
    false: float
    """Of those that have a date: it has nothing to do with the publication (an import, the event's own day, a wrong year)."""
    skew: float
    """Hours by which a site's clock may be off, either way: a time zone taken for another. Within it a date counts as true."""


CLEAN = Clocks(missing=0.03, day_only=0.05, updated=0.01, false=0.01, skew=0.0)
NOISY = Clocks(missing=0.08, day_only=0.12, updated=0.04, false=0.05, skew=1.0)
PRESETS = {"clean": CLEAN, "noisy": NOISY}
FALSE_BY_CLASS = {"given": 0.85, "meta": 0.9, "url": 0.9, "text": 2.4}
"""False dates are so many times as frequent in a class as over all (the classes' shares weigh them to 1)."""


class Stated(NamedTuple):
    """A document's date as it is found."""

    date: str | None
    published_from: str
    what: str
    """true, missing, updated or false."""


def state(time: float, last_copy: float | None, date_class: str, offset: float, clocks: Clocks, rng: random.Random) -> Stated:
    """time: when it was published. last_copy: when the last text was made from it. offset: of the site's clock. All in days."""
    draws = [rng.random() for _ in range(4)]
    if draws[0] < clocks.missing:
        return Stated(None, "none", "missing")
    what, at = "true", time + offset
    if draws[1] < clocks.false * FALSE_BY_CLASS[date_class]:
        what, at = "false", _wrong(time, rng)
    elif last_copy is not None and draws[2] < clocks.updated * 2:  # about half of the texts have copies
        what, at = "updated", last_copy + rng.uniform(0.5, 40) * HOUR
    coarse = date_class in ("url", "text") or draws[3] < clocks.day_only
    return Stated(iso(at, coarse), date_class, what)


def _wrong(time: float, rng: random.Random) -> float:
    """A time that is not that of the publication, on another day."""
    draw = rng.random()
    if draw < 0.4:  # imported later
        return time + rng.uniform(1.5, 60)
    if draw < 0.7:  # the day of something that the text tells of
        return max(0.0, time - rng.uniform(1.5, 12))
    if draw < 0.85:  # a wrong year
        return time + 365
    return max(0.0, time - rng.uniform(10, 120))


def iso(time: float, day_only: bool) -> str:
    """A time in days as ISO 8601 UTC."""
    minutes = round(time * 1440)
    year, month, day = calendar(minutes // 1440)
    date = f"{year}-{month:02}-{day:02}"
    return date if day_only else f"{date}T{minutes // 60 % 24:02}:{minutes % 60:02}:00Z"
