"""Dates as people and machines write them, to ISO 8601 in UTC, as precise as given. Pure: knows no clock, fills in nothing.

Rules where writers differ:
- A time without a zone is UTC. A time in a zone whose name is unknown or has several meanings (IST) gives only the day.
- 25/04/2025 can only be April; 03/04/2025 may be March or April and gives only the year; 3.4.2025 is the third of April, because
  no country writes the month first with dots.
- A year has four digits, from 1000 to 2200. A time has minutes or is none. Fractions of a second are dropped.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

_YEARS = range(1000, 2201)
_EPOCH = (100_000_000, 7_289_654_400)
"""Seconds that a number may mean: 1973 to 2200; smaller ones are more likely years, days or counters."""
_LONGEST = 100

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_ZONES = {
    "Z": 0, "UTC": 0, "UT": 0, "GMT": 0, "WET": 0,
    "BST": 1, "CET": 1, "WEST": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
}  # fmt: skip
"""Hours east of Greenwich; what RFC 2822 defines and what else has one usual meaning."""

_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?: ?(?P<half>[ap])\.?m\b\.?)?"
_ZONE = r"(?: ?(?P<zone>[a-z]{1,5}\b)?(?P<offset>(?: ?[+-])\d\d:?\d\d)?(?: ?\([a-z ]+\))?)"
_AT = rf"(?:(?:,? (?:at )?|,|t| ?- ?){_TIME}{_ZONE})?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<name>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4})"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,.]* )?"

# Most frequent first.
_SHAPES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        # 1969-04, 2025-03-04, 2017-05-01 14:04:36, 2000-07-25T17:59:08+00:00, 2025/3/4
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})(?:[-/.](?P<day>\d{{1,2}}){_AT})?",
        # 26-FEB-1987 15:01:01.79, 4 March 2025 10:00 CET, Tue, 04 Mar 2025 10:00:00 +0100
        rf"{_WEEKDAY}{_DAY}(?: of |[- ./]){_MONTH},?[- /]?{_YEAR}{_AT}",
        # March 4, 2025
        rf"{_WEEKDAY}{_MONTH}[ -]{_DAY}(?:, ?|[ -]){_YEAR}{_AT}",
        # Apr 1969, April-1969
        rf"{_MONTH},?[- /]{_YEAR}",
        # Tue Mar  4 10:00:00 CET 2025
        rf"{_WEEKDAY}{_MONTH} {_DAY} {_TIME}{_ZONE} {_YEAR}",
        # 25/04/2025
        rf"{_WEEKDAY}(?P<left>\d{{1,2}})(?P<mark>[-/.])(?P<right>\d{{1,2}})(?P=mark){_YEAR}{_AT}",
        # 10:00, 4 March 2025
        rf"{_TIME}{_ZONE}(?:,? (?:on )?){_WEEKDAY}{_DAY}[- ]{_MONTH}[- ]{_YEAR}",
        # 1769
        rf"{_YEAR}",
    )
)
_DIGITS = re.compile(r"\d+")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)(Z?))?", re.IGNORECASE)
_WIRE_CODES = re.compile(r"&#(?:\d|[12]\d|3[01]);.*")
"""Control characters that a conversion from a news wire left behind a date (all over Reuters), with the wire's priority code."""
_SECONDS = re.compile(r"\d{10}\.\d+")


def parse_date(value: object) -> str | None:
    """A date as `1769`, `1969-04`, `2025-03-04` or `2025-03-04T10:00:00Z`; None if it is impossible, absurd or not understood.

    Numbers are years (4 digits), days (8 digits, 20250304), seconds or milliseconds since 1970; numerals in texts likewise.
    """
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        if not value.is_integer():
            return _from_number(value)
    whole = int(value)
    if 1000 <= whole < 10_000 or 10_000_000 <= whole < 100_000_000:
        return _from_text(str(whole))
    return _from_number(whole)


def from_epoch(seconds: float) -> str | None:
    """A moment in seconds since 1970 as ISO 8601; None outside of the years 1000 to 2200."""
    try:
        return _moment(datetime.fromtimestamp(math.floor(seconds), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _from_number(number: float) -> str | None:
    low, high = _EPOCH
    if low <= number < high:
        return from_epoch(number)
    return from_epoch(number / 1000) if low * 1000 <= number < high * 1000 else None


def _from_text(text: str) -> str | None:
    if len(text) > _LONGEST or not text.isascii():
        return None
    text = " ".join(text.split())
    if "&#" in text:
        text = _WIRE_CODES.sub("", text)
    if _DIGITS.fullmatch(text) and len(text) in (10, 13):
        return _from_number(int(text))
    if _SECONDS.fullmatch(text):
        return _from_number(float(text))
    try:
        if match := _COMPACT.fullmatch(text):
            year, month, day, hour, minute, second, _ = match.groups()
            if hour is None:
                return _day(int(year), int(month), int(day))
            return _moment(datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59)))
        for shape in _SHAPES:
            if match := shape.fullmatch(text):
                return _from_parts(match.groupdict())
        return _from_dateutil(text)
    except (ValueError, OverflowError):  # a 30th of February, an hour 25
        return None


def _from_parts(parts: dict[str, str | None]) -> str | None:
    """The date of a match's named groups. Raises ValueError or OverflowError for what no calendar has."""
    year = int(parts["year"])
    if parts.get("left"):
        left, right = int(parts["left"]), int(parts["right"])
        if 1 <= left <= 12 and 1 <= right <= 12 and left != right and parts["mark"] != ".":
            return str(year) if year in _YEARS else None
        day, month = (left, right) if parts["mark"] == "." or left > 12 else (right, left)
    else:
        name, number, given = parts.get("name"), parts.get("month"), parts.get("day")
        if name is None and number is None:
            return str(year) if year in _YEARS else None
        month = _MONTHS.get(name.lower(), 0) if name else int(number)
        if given is None:
            return f"{year}-{month:02}" if year in _YEARS and 1 <= month <= 12 else None
        day = int(given)
    if parts.get("hour") is None:
        return _day(year, month, day)
    hour, half = int(parts["hour"]), parts["half"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour on a clock face")
        hour = hour % 12 + (12 if half in "pP" else 0)
    # A leap second has no place in a datetime.
    moment = datetime(year, month, day, hour, int(parts["minute"]), min(int(parts["second"] or 0), 59))
    shift = _shift(parts["zone"], parts["offset"])
    return _day(year, month, day) if shift is None else _moment(moment - shift)


def _shift(zone: str | None, offset: str | None) -> timedelta | None:
    """How far a zone is ahead of UTC; None if its name says nothing certain. A number outweighs a name."""
    if offset:
        digits = offset.strip().replace(":", "")
        minutes = int(digits[1:3]) * 60 + int(digits[3:5])
        if minutes > 14 * 60 or int(digits[3:5]) > 59:
            raise ValueError("no zone is that far from Greenwich")
        return timedelta(minutes=-minutes if digits[0] == "-" else minutes)
    if not zone:
        return timedelta(0)
    hours = _ZONES.get(zone.upper())
    return None if hours is None else timedelta(hours=hours)


def _day(year: int, month: int, day: int) -> str | None:
    datetime(year, month, day)  # raises where there is no such day
    return f"{year}-{month:02}-{day:02}" if year in _YEARS else None


def _moment(moment: datetime) -> str | None:
    return f"{moment.replace(tzinfo=None).isoformat('T', 'seconds')}Z" if moment.year in _YEARS else None


def _from_dateutil(text: str) -> str | None:
    """Any other shape that dateutil knows and that has a year of four digits.

    dateutil takes what is missing from a default: parsing with two defaults that differ everywhere shows what was given.
    """
    years = {int(year) for year in re.findall(r"(?<!\d)\d{4}(?!\d)", text)}
    if not years:
        return None
    from dateutil import parser

    unknown: list[str] = []

    def zone(name: str | None, seconds: int | None) -> int | None:
        if seconds is None and (name or "").upper() not in _ZONES:
            unknown.append(name or "")
        return seconds if seconds is not None else _ZONES.get((name or "").upper(), 0) * 3600

    def parsed(default: datetime, dayfirst: bool = False) -> datetime:
        return parser.parse(text, default=default, dayfirst=dayfirst, tzinfos=zone)

    try:
        low, high = parsed(datetime(1904, 1, 1)), parsed(datetime(2108, 12, 30, 23, 59, 59))
        other = low if text[:4].isdigit() else parsed(datetime(1904, 1, 1), dayfirst=True)
    except Exception:  # its parser fails on odd texts in a dozen ways, none of which matters here
        return None
    if low.year != high.year or low.year not in years & set(_YEARS):
        return None
    if low.month != high.month or low.date() != other.date():
        return str(low.year)
    if low.day != high.day:
        return f"{low.year}-{low.month:02}"
    if (low.hour, low.minute) != (high.hour, high.minute) or unknown:
        return _day(low.year, low.month, low.day)
    return _moment(low.astimezone(UTC) if low.tzinfo else low)
