"""A simulator of how news derives from news: articles with a known history, for fitting and testing lineage. Pure and seeded.

    documents, truth = simulate(seed=7, families=300)                         # good clocks
    documents, truth = simulate(seed=7, families=300, clocks=NOISY)           # noisy clocks
    documents, truth = simulate(seed=7, families=300, false_dates=0.15)

An event (events.py) is a set of facts: who did what, where, when, how many, who said what. Reporters tell a choice of them in
words of a grammar that has many for each (grammar.py, words.py). Other outlets (outlets.py) take the stories over (families.py)
by operators that know facts from words (operators.py), set them in their pages (page.py), date them (clocks.py), and often forget
to say so. truth.py tells what happened. `python -m tests.simulator` writes a set, `python -m tests.simulator.score` scans and
scores it.

Families are independent of one another: one more family changes none of the others. It is not proof of anything: real sets are.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random
import re
from typing import Any

from tests.simulator import families as spread
from tests.simulator import outlets, page, truth
from tests.simulator.clocks import CLEAN, NOISY, PRESETS, Clocks, Stated, state
from tests.simulator.families import Article, Habits

__all__ = ["CLEAN", "NOISY", "PRESETS", "Clocks", "Habits", "anonymous", "articles", "simulate"]

Row = dict[str, Any]
ROUND_UPS = 0.08
"""Compilations across families, for each family."""
SINGLES = 0.15
"""Families of one article."""


def simulate(
    seed: int,
    families: int,
    clocks: Clocks = CLEAN,
    false_dates: float | None = None,
    habits: Habits = Habits(),  # noqa: B008 - frozen
    largest: int | None = None,
) -> tuple[list[Row], list[Row]]:
    """Documents, shuffled, as `provenance scan` reads them; and what is true of them.

    clocks: how good dates are. false_dates: share of dates that are false, instead of the clocks'. habits: how news spreads.
    largest: size of two large families (of each 300); 0 for none; 200 where there are 100 families or more.

    Rows of the truth: `edge` and `pair` (truth.py), and a `document` for each: its family, when it was published (`time`, days
    since the simulation's first), what its date is (`date`: true, missing, updated, false), the date stated and its class,
    outlet, operator, credit (absent, parent, inherited, wrong), and the figure got wrong in it (`misread`: fact, before, after).
    """
    if false_dates is not None:
        clocks = dataclasses.replace(clocks, false=false_dates)
    made = articles(seed, families, habits, largest)
    last: dict[str, float] = {}
    for article in made:
        for parent in article.parents:
            last[parent] = max(last.get(parent, 0.0), article.time)
    documents, rows = [], []
    for article in made:
        if article.hidden:
            continue
        rng = random.Random(f"{seed} date {article.uri}")
        offset = random.Random(f"{seed} clock {article.outlet.host}").uniform(-1, 1) * clocks.skew / 24
        stated = state(article.time, last.get(article.uri), article.outlet.date_class, offset, clocks, rng)
        uri = _uri(article, stated)
        documents.append(_document(uri, article, stated, random.Random(f"{seed} page {article.uri}")))
        rows.append(_known(uri, article, stated))
    names = {article.uri: row["id"] for article, row in zip((a for a in made if not a.hidden), rows, strict=True)}
    for row in (*truth.edges(made), *truth.pairs(made)):
        rows.append({k: names.get(v, v) if k in ("parent", "child", "a", "b", "source") else v for k, v in row.items()})
    random.Random(f"{seed} order").shuffle(documents)
    return documents, rows


def articles(seed: int, families: int, habits: Habits = Habits(), largest: int | None = None) -> list[Article]:  # noqa: B008 - frozen
    """All that was written, hidden or not, parents before children, before any page is made."""
    world = outlets.world(random.Random(f"{seed} outlets"))
    large = 200 if largest is None and families >= 100 else largest or 0
    every = max(1, families // max(1, round(families / 150)))
    made: list[Article] = []
    by_day: dict[int, list[Article]] = {}
    for number in range(families):
        rng = random.Random(f"{seed} family {number}")
        size = large if large and number % every == every - 1 else _size(rng)
        family = spread.grow(rng, number, size, world, habits)
        made += family
        by_day.setdefault(number // 12, []).extend(a for a in family if not a.hidden and len(a.story.sentences) > 3)
    for number in range(round(families * ROUND_UPS)):
        rng = random.Random(f"{seed} round-up {number}")
        day = by_day[rng.choice(sorted(by_day))]
        chosen = {article.family: article for article in rng.sample(day, min(3, len(day)))}
        if len(chosen) > 1:
            made.append(spread.round_up(rng, families + number, list(chosen.values()), world, habits))
    return made


def anonymous(documents: list[Row], rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """The same without date, site, title or telling names, years and dates blanked: as ../shared/evaluate/undated.py does."""
    bare = [{"id": _hashed(d["id"]), "text": _DATES.sub(lambda m: " " * len(m[0]), d["text"])} for d in documents]
    return bare, [
        {k: _hashed(v) if k in ("id", "parent", "child", "a", "b", "source") else v for k, v in row.items()} for row in rows
    ]


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = re.compile(
    rf"(?i)\b{_MONTH}\.?[ -]+(?:\d{{1,2}},?[ -]+)?\d{{4}}\b|\b\d{{1,2}}[ -]{_MONTH}[ -]\d{{2,4}}\b|\b(?:1[89]|20)\d{{2}}\b"
)


def _hashed(uri: str) -> str:
    return hashlib.sha256(uri.encode()).hexdigest()[:12]


def _size(rng: random.Random) -> int:
    """Mostly a few, at times up to forty."""
    draw = rng.random()
    if draw < SINGLES:
        return 1
    return rng.randint(12, 40) if draw > 0.94 else min(40, 2 + int(rng.expovariate(1 / 4)))


def _uri(article: Article, stated: Stated) -> str:
    """The address, with the day in it where that is where the date is found."""
    if stated.published_from != "url" or stated.date is None:
        return article.uri
    host, _, rest = article.uri.removeprefix("https://").partition("/")
    return f"https://{host}/{stated.date[:10].replace('-', '/')}/{rest}"


def _document(uri: str, article: Article, stated: Stated, rng: random.Random) -> Row:
    in_text = stated.date if stated.published_from == "text" else None
    story = article.story
    row: Row = {
        "id": uri,
        "text": page.text(story, article.outlet, rng, int(article.time), in_text),
        "title": f"{story.label}: {story.headline}" if story.label else story.headline,
        "source": article.outlet.host,
    }
    if stated.date and stated.published_from in ("given", "meta"):
        row["date"] = stated.date
        if stated.published_from == "meta":
            row["published_from"] = "meta"
    return row


def _known(uri: str, article: Article, stated: Stated) -> Row:
    row: Row = {
        "kind": "document",
        "id": uri,
        "family": article.family,
        "time": round(article.time, 4),
        "date": stated.what,
        "stated": stated.date,
        "published_from": stated.published_from,
        "outlet": article.outlet.name,
        "outlet_kind": article.outlet.kind,
        "operator": article.operator,
        "credit": article.credit,
    }
    return row | ({"misread": list(article.misread)} if article.misread else {})
