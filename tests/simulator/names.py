"""Invented names, figures and days. Pure."""

from __future__ import annotations

import random

from tests.simulator import words

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIRST_WEEKDAY = 2
"""1 January 2025, day 0 of every simulation, was a Wednesday."""


def weekday(day: int) -> str:
    return DAYS[(day + _FIRST_WEEKDAY) % 7]


def calendar(day: int) -> tuple[int, int, int]:
    """Year, month and day of the month of a day of the simulation (before 2028)."""
    year = 2025
    while day >= 365:
        day, year = day - 365, year + 1
    month = 0
    while day >= _LENGTHS[month]:
        day, month = day - _LENGTHS[month], month + 1
    return year, month + 1, day + 1


def town(rng: random.Random) -> str:
    return "".join(map(rng.choice, words.TOWNS))


def surname(rng: random.Random) -> str:
    return "".join(map(rng.choice, words.SURNAMES))


def person(rng: random.Random) -> str:
    return f"{rng.choice(words.FIRST_NAMES)} {surname(rng)}"


def body(rng: random.Random, home: str) -> str:
    """The name of an institution."""
    first = rng.choice((home, home, rng.choice(words.FIELDS), surname(rng)))
    return f"{first} {rng.choice(words.MATTERS)} {rng.choice(words.BODIES)}"


def figure(rng: random.Random, low: int, high: int) -> str:
    """A number as news has them: small ones exact, large ones rounded."""
    value = round(low * (high / low) ** rng.random())
    if value > 200:
        size = 10 ** (len(str(value)) - 2)
        value = value // size * size + (rng.choice((0, 0, size // 2)) if size > 1 else 0)
    return f"{value:,}"


def money(rng: random.Random) -> str:
    millions = round(0.3 * 2000 ** rng.random(), 1)
    return f"{millions:g} million crowns" if millions < 100 else f"{round(millions)} million crowns"
