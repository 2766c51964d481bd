"""Made-up outlets: what they are called, how they set a page, how they take from others. Pure."""

from __future__ import annotations

import dataclasses
import random

from tests.simulator import events, words

KINDS = ("agency", "paper", "regional", "aggregator", "blog")

_AGENCIES = "Wire Agency; Press Agency; News Agency; Newswire; Press; Dispatch".split("; ")
_PAPERS = "Post Times Herald Gazette Courier Tribune Telegraph Chronicle Journal Sentinel Observer Mercury Echo Examiner Bulletin".split()
_PORTALS = "Today; Now; Daily; Digest; News Hub; Headlines; Express".split("; ")
_FIRST = """Northern Southern Eastern Western Central Coastal Harbour Valley Island Border National Metropolitan Morning Evening Daily
Global Continental Atlantic Baltic Alpine Highland Lakeland Riverside Capital Provincial Union Free Independent""".split()
_NAVIGATION = ("Home | News | Sport | Business | Weather", "Menu\nSearch\nSign in", "News   Politics   Culture   Opinion   Video", "Skip to content",
               "Home > Region > {town}", "Subscribe | Log in\nToday's paper")  # fmt: skip
_AFTER = (
    "Share this article\nFacebook\nTwitter\nEmail",
    "Read also:\nTen tips for a quieter garden\nWhy your train is late, explained\nQuiz: how well do you know your region?",
    "Sign up for our newsletter and get the stories of the day at seven every morning.",
    "Comments\nLog in to leave a comment.",
    "Most read\nWhat to do at the weekend\nThe weather in pictures",
    "Related articles\nMore from this section\nBack to top",
    "{name} is independent and is paid for by its readers. If you value what we do, become a member from four crowns a month.",
    "Did you see a mistake? Write to the editors of {name} and we will look into it as soon as we can.",
    "You are reading one of five free articles this month. Subscribers of {name} read on every device.",
)
_CORRECTING = "This page is updated as news comes in."


@dataclasses.dataclass(frozen=True, slots=True)
class Outlet:
    name: str
    host: str
    kind: str
    hidden: bool
    """None of its pages is ever in a corpus: the wire of an agency that only subscribers read."""
    before: tuple[str, ...]
    """What stands over each of its articles."""
    after: tuple[str, ...]
    """What stands under each of them."""
    style: str
    """Of headlines: `title` or `sentence`."""
    headed: bool
    """Its texts begin with the headline."""
    signed: bool
    """Its texts have a byline."""
    curly: bool
    """It sets curly quotation marks."""
    date_class: str
    """Where its dates are found: given, meta, url, text."""
    credits: float
    """How often it says where it has a story from."""

    @property
    def short(self) -> str:
        """How a dateline names it."""
        words = self.name.split()
        return "".join(word[0] for word in words) if len(words) > 2 else self.name


def world(rng: random.Random, count: int = 90) -> tuple[Outlet, ...]:
    """Five agencies, of which two are on no public site, and papers, regional ones, aggregators and blogs in fixed parts."""
    out: list[Outlet] = []
    taken: set[str] = set()
    for number in range(count):
        kind = ("agency" if number < 5 else "paper" if number < 17 else "regional" if number < 0.55 * count
                else "aggregator" if number < 0.8 * count else "blog")  # fmt: skip
        name = _name(rng, kind)
        while name in taken:
            name = _name(rng, kind)
        taken.add(name)
        plain = kind == "agency" or rng.random() < 0.45
        town = events.town(rng)
        label = name.lower().replace(" ", "") if rng.random() < 0.7 else name.lower().replace(" ", "-")
        after = tuple(text.format(name=name, town=town) for text in rng.sample(_AFTER, rng.randint(1, 3)))
        out.append(
            Outlet(
                name=name,
                host=f"{label}.example",
                kind=kind,
                hidden=kind == "agency" and number >= 3,
                before=() if plain or rng.random() < 0.4 else (rng.choice(_NAVIGATION).format(town=town),),
                after=() if plain else after,
                style="title" if rng.random() < 0.4 else "sentence",
                headed=rng.random() < 0.4,
                signed=kind in ("paper", "regional") and rng.random() < 0.6,
                curly=rng.random() < 0.5,
                date_class=rng.choices(("given", "meta", "url", "text"), (50, 25, 15, 10))[0],
                credits={"agency": 0.2, "paper": 0.5, "regional": 0.55, "aggregator": 0.45, "blog": 0.35}[kind] * rng.uniform(0.6, 1.4),
            )
        )
    return tuple(out)


def _name(rng: random.Random, kind: str) -> str:
    if kind == "agency":
        return f"{rng.choice(_FIRST)} {rng.choice(_AGENCIES)}"
    if kind == "blog":
        return f"{events.surname(rng)} {rng.choice(('Notes', 'Watch', 'Monitor', 'Review', 'Letter'))}"
    first = rng.choice(_FIRST) if kind == "paper" else events.town(rng) if kind == "regional" else rng.choice((*_FIRST, *words.FIELDS))
    return f"{first} {rng.choice(_PORTALS if kind == 'aggregator' else _PAPERS)}"
