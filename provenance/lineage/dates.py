"""Dates as evidence: an interval of days, and how likely the class of the date is to be false. Pure."""

from __future__ import annotations

import datetime
import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

from provenance.lineage.nodes import Node

ERROR = {"given": 0.045, "meta": 0.06, "url": 0.09, "text": 0.15}
"""How often a date of a class does not say when the text first appeared, before its relatives are asked (doubt.py). Set by hand:
of scraped news one date in twenty to ten (updates that overwrite it, import days, the event's own day); a date met somewhere in a
text is often that of the event."""
CONTRADICTED = 0.45
"""Of a date years before a day that the document's own text names. Not 0.5: plans and expiry dates exist."""
YEARS_AHEAD = 2.0
MENTION_DAYS, MENTION_ERROR = 2.0, 0.2
"""An undated text that names a day is hardly older than that day; plans are named ahead, and the same day may be told twice.
Set."""
FILED_BEFORE, FILED_AFTER = 1.5, 5.0
"""Days from a dateline to a date between which the two agree, and from which on they do not: of 18,635 Reuters stories with a
dateline .998 are dated within a day of it."""
AGREES, DISAGREES = math.log(0.25), math.log(8.0)
"""Log odds that a date is false where it agrees with the dateline, and where it is later: copies are late, too. Set."""
LEAST_OVERHANG = 0.15
"""Where two intervals overlap, how far from even the chances must be for them to say anything."""
WITHIN = 0.3
"""How much of the error of two dates is left where one site gave both: what moves its whole archive (an import, a clock that is
off) leaves the order. Set, on rfc and pep_revisions."""
CLOSE, CLOSE_ERROR = 0.25, 0.10
"""Clocks of different sites disagree: within about CLOSE days the order is wrong in up to CLOSE_ERROR more."""


@functools.lru_cache(4096)
def interval(published_at: str) -> tuple[float, float] | None:
    """First and last moment that an ISO 8601 date as precise as known may mean, in days; None where it is no date."""
    try:
        day, _, clock = published_at.partition("T")
        parts = [int(part) for part in day.split("-")]
        low = float(datetime.date(*[*parts, 1, 1][:3]).toordinal())
        if len(parts) == 1:
            return low, float(datetime.date(parts[0], 12, 31).toordinal() + 1)
        if len(parts) == 2:
            year, month = parts[0] + parts[1] // 12, parts[1] % 12 + 1
            return low, float(datetime.date(year, month, 1).toordinal())
        if not clock:
            return low, low + 1
        time = datetime.time.fromisoformat(clock.removesuffix("Z"))
        low += (time.hour * 3600 + time.minute * 60 + time.second) / 86400
        return low, low
    except (ValueError, TypeError):
        return None


def when(node: Node) -> tuple[float, float] | None:
    """The interval of a node's date, if it has one of a class that may be trusted at all."""
    if node.published_at is None or node.published_from not in ERROR:
        return None
    return interval(node.published_at)


class Standing(NamedTuple):
    """What the date of a text is worth."""

    trusted: tuple[float, float] | None
    """The interval of a date that may decide an order."""
    error: float
    """How likely the date is false."""
    named: float | None
    """The latest day that the text names."""
    site: str | None


def standing(node: Node) -> Standing:
    span = when(node)
    named = max((day[0] for cue in node.cues if cue.kind == "date" and (day := interval(cue.name))), default=None)
    if span is None:
        return Standing(None, 0.5, named, node.site)
    filed = _since_filed(node, span)
    if (named is not None and named > span[1] + YEARS_AHEAD * 365) or (filed is not None and filed < -FILED_BEFORE):
        return Standing(None, CONTRADICTED, named, node.site)
    error = ERROR[node.published_from]
    if filed is not None and not FILED_BEFORE < filed < FILED_AFTER:
        odds = math.log(error / (1 - error)) + (AGREES if filed <= FILED_BEFORE else DISAGREES)
        error = 1 / (1 + math.exp(-odds))
    return Standing(span, error, named, node.site)


def _since_filed(node: Node, span: tuple[float, float]) -> float | None:
    """Days from the day of a text's dateline to its date, in the year in which they are nearest; None where there is no dateline,
    or no date as precise."""
    day = next((cue.name[2:] for cue in node.cues if cue.kind == "date" and cue.name.startswith("--")), None)
    if day is None or span[1] - span[0] > 1:
        return None
    year = datetime.date.fromordinal(int(span[0])).year
    days = (interval(f"{y}-{day}") for y in (year - 1, year, year + 1))
    return min((span[0] - found[0] for found in days if found), key=abs, default=None)


def doubted(date: Standing, error: float) -> Standing:
    """The same date where more is known of how likely it is false."""
    if date.trusted is None:
        return date
    return date._replace(trusted=None, error=0.5) if error >= CONTRADICTED else date._replace(error=error)


def order(a: Node, b: Node) -> float | None:
    """Log odds that a appeared before b; None where dates do not say (one is missing, or the intervals
    are much the same)."""
    return order_of(standing(a), standing(b))


def order_of(a: Standing, b: Standing) -> float | None:
    """`order` of two texts whose dates were looked at before."""
    one, two = a.trusted, b.trusted
    if one is None and two is None:
        return None
    if two is None:
        return _by_mention(a, b)
    if one is None:
        odds = _by_mention(b, a)
        return None if odds is None else -odds
    before, after = _before(one, two), _before(two, one)
    likely = max(before, after)
    if likely - 0.5 < LEAST_OVERHANG:
        return None
    gap = max(two[0] - one[1], one[0] - two[1], 0.0)
    wrong = _wrong(a.error, b.error, gap, a.site is not None and a.site == b.site)
    p = likely * (1 - wrong) + (1 - likely) * wrong
    odds = math.log(p / (1 - p))
    return odds if before > after else -odds


def same_orders(some: Sequence[Standing], others: Sequence[Standing]) -> bool:
    """Whether these are the same dates, of which any two say by the one errors which was first as they do by the others.

    Says no where two dates might be too doubtful to say it.
    """
    if any(one.trusted != two.trusted for one, two in zip(some, others, strict=True)):
        return False
    return all(_wrong(*worst) < 0.5 for worst in (_worst(some), _worst(others)))


def _worst(some: Sequence[Standing]) -> tuple[float, float]:
    """The two largest errors."""
    one, two = sorted([0.0, 0.0, *(date.error for date in some if date.trusted)])[-2:]
    return one, two


def _wrong(one: float, two: float, gap: float = 0.0, same_site: bool = False) -> float:
    """How likely an order is wrong: by the errors of both dates, which are so many days apart, and whether one site gave both."""
    either = 1 - (1 - one) * (1 - two)
    return WITHIN * either if same_site else min(0.5, either + CLOSE_ERROR * math.exp(-gap / CLOSE))


def _before(one: tuple[float, float], two: tuple[float, float]) -> float:
    """How likely a moment of one interval is before one of another, where every moment is as likely."""
    if one == two:
        return 0.5
    low, high = max(one[0], two[0]), min(one[1], two[1])
    if low >= high:  # apart, or one is a moment
        if one[1] <= two[0] or two[1] <= one[0]:
            return float(one[1] <= two[0])
        return (two[1] - low) / (two[1] - two[0]) if one[0] == one[1] else (low - one[0]) / (one[1] - one[0])
    of_one, of_two = one[1] - one[0], two[1] - two[0]
    return (low - one[0]) / of_one + (high - low) / of_one * ((two[1] - high) + (high - low) / 2) / of_two


def _by_mention(dated: Standing, other: Standing) -> float | None:
    """Log odds that a text without a date that holds is later than a dated one, where it names a day about when that appeared
    or after."""
    span, named = dated.trusted, other.named
    if span is None or named is None or named < span[0] - MENTION_DAYS:
        return None
    return math.log((1 - MENTION_ERROR) / MENTION_ERROR)


def days(parent: Node, child: Node) -> float | None:
    """Days from the parent's date to the child's: whole ones, from first day to first day, where one of them is no more precise.

    None where one is unknown, or where they may mean the same moment, as a day and an hour of it do.
    """
    one, two = when(parent), when(child)
    if one is None or two is None:
        return None
    if one[0] == one[1] and two[0] == two[1]:
        return round(two[0] - one[0], 4)
    whole = float(math.floor(two[0]) - math.floor(one[0]))
    return None if max(one[0], two[0]) < min(one[1], two[1]) else whole or None
