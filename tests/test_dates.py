"""Dates: what people and machines write becomes ISO 8601 in UTC, never more precise than given."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.read.dates import from_epoch, parse_date

ISO = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\dZ)?)?)?")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1769", "1769"),
        ("1969-04", "1969-04"),
        ("Apr 1969", "1969-04"),
        ("2025-03-04", "2025-03-04"),
        ("20250304", "2025-03-04"),
        ("March 4, 2025", "2025-03-04"),
        ("Tuesday, March 4th, 2025", "2025-03-04"),
        ("4th of March 2025", "2025-03-04"),
        ("2025-03-04T10:00:00Z", "2025-03-04T10:00:00Z"),
        ("2025-03-04T10:00", "2025-03-04T10:00:00Z"),
        ("2017-05-01 14:04:36", "2017-05-01T14:04:36Z"),
        ("2000-07-25T17:59:08+00:00", "2000-07-25T17:59:08Z"),
        ("2025-03-04T00:30:00.123456+05:30", "2025-03-03T19:00:00Z"),
        ("2025-03-04T10:00:00-0800", "2025-03-04T18:00:00Z"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01Z"),
        (" 1-MAR-1987 00:01:02.10", "1987-03-01T00:01:02Z"),
        ("27-MAR-1987 00:02:59.13&#5;&#5;&#5;RM", "1987-03-27T00:02:59Z"),
        ("Tue, 04 Mar 2025 10:00:00 +0100", "2025-03-04T09:00:00Z"),
        ("Tue Mar  4 10:00:00 2025", "2025-03-04T10:00:00Z"),
        ("Tue Mar 04 2025 10:00:00 GMT+0100 (Central European Standard Time)", "2025-03-04T09:00:00Z"),
        ("4 March 2025 10:00 CET", "2025-03-04T09:00:00Z"),
        ("Friday 25 April 2025 11.15 BST", "2025-04-25T10:15:00Z"),
        ("March 4, 2025 at 12:05 AM", "2025-03-04T00:05:00Z"),
        ("10:00, 4 March 2025", "2025-03-04T10:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("20250304T100000Z", "2025-03-04T10:00:00Z"),
    ],
)
def test_date_in_a_text(given, expected):
    """Every common way of writing a date is understood, and keeps its precision."""
    assert parse_date(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1741082400, "2025-03-04T10:00:00Z"),
        (1741082400123, "2025-03-04T10:00:00Z"),
        (1741082400.5, "2025-03-04T10:00:00Z"),
        ("1741082400", "2025-03-04T10:00:00Z"),
        ("1741082400123", "2025-03-04T10:00:00Z"),
        (1769, "1769"),
        (2025.0, "2025"),
        (20250304, "2025-03-04"),
    ],
)
def test_date_as_a_number(given, expected):
    """A number is a year, a day, or seconds or milliseconds since 1970, by its size."""
    assert parse_date(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("03/04/2025", "2025"),
        ("03-04-2025 10:00", "2025"),
        ("25/04/2025", "2025-04-25"),
        ("04/25/2025", "2025-04-25"),
        ("04/04/2025", "2025-04-04"),
        ("3.4.2025", "2025-04-03"),
        ("2025/03/04", "2025-03-04"),
    ],
)
def test_day_and_month_in_doubt(given, expected):
    """Where day and month may be swapped only the year is certain; dots are never month first."""
    assert parse_date(given) == expected


@pytest.mark.parametrize("zone", ["IST", "XYZ"])
def test_unknown_zone_gives_the_day(zone):
    """A zone of no or several meanings makes a time useless, not the day."""
    assert parse_date(f"2025-03-04T10:00 {zone}") == "2025-03-04"


@pytest.mark.parametrize("given", ["10am 4 March 2025", "2025 March 4", "2025-03-04T10Z"])
def test_rare_shape_keeps_its_precision(given):
    """What only dateutil understands is not filled up with minutes that nobody wrote."""
    assert parse_date(given) == "2025-03-04"


def test_rare_shape_takes_no_month_from_today():
    """A part that is missing is never taken from the present date."""
    assert parse_date("03:15 2025") == "2025"


@pytest.mark.parametrize(
    "given",
    [
        *(
            "",
            " ",
            "yesterday",
            "May",
            "10:00",
            "2025-13-01",
            "2025-02-30",
            "2025-00-01",
            "00/00/2025",
            "31.04.2025",
            "2025-03-04T25:00",
        ),
        *(
            "0999",
            "2201",
            "9999-01-01",
            "0001-01-01T00:00:00Z",
            "04-Mar-25",
            "200503",
            "12",
            "1" * 5000,
            "2025-03-04T10:00+99:00",
        ),
        *(12, 0, -1, True, False, None, [], {}, float("nan"), float("inf"), 10**400, 99_999, 8e9, "1" * 13 + ".5"),
    ],
)
def test_impossible_date_is_none(given):
    """What is impossible, absurd, or no date at all is refused rather than bent into a date."""
    assert parse_date(given) is None


@given(st.datetimes(min_value=datetime(1001, 1, 1), max_value=datetime(2199, 12, 31)))
def test_iso_moment_is_kept(moment):
    """Any moment written in ISO 8601 comes back to the second."""
    assert parse_date(moment.isoformat()) == moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@given(st.datetimes(min_value=datetime(1974, 1, 1), max_value=datetime(2199, 12, 31), timezones=st.just(UTC)))
def test_epoch_agrees_with_iso(moment):
    """Seconds, milliseconds and ISO 8601 name the same moment."""
    seconds = int(moment.timestamp())
    assert parse_date(seconds) == parse_date(seconds * 1000 + 999) == parse_date(moment.isoformat()) == from_epoch(seconds)


WORDS = "2025 1987 3 04 31 13 March Feb mon Tue : - / . , T Z + UTC CET XYZ am PM 10:00 10:00:00 +0100 of at th ( ) W10 ² ٣"
PIECES = st.sampled_from(WORDS.split())


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=8).map(" ".join), st.lists(PIECES, max_size=8).map("".join)))
def test_any_text_is_a_date_or_none(text):
    """Nothing raises or warns, and a result is always one of the four forms, within the years 1000 to 2200."""
    date = parse_date(text)
    assert date is None or (ISO.fullmatch(date) and 1000 <= int(date[:4]) <= 2200)


@given(st.one_of(st.integers(), st.floats()))
def test_any_number_is_a_date_or_none(number):
    """No number raises, however large."""
    date = parse_date(number)
    assert date is None or ISO.fullmatch(date)
