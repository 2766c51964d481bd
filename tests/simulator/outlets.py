"""Made-up outlets: what they are called, how they set a page, how they take from others. Pure."""

from __future__ import annotations

import dataclasses
import random

from tests.simulator import events, words
from tests.simulator.grammar import chosen

KINDS = ("agency", "paper", "regional", "aggregator", "blog")

_AGENCIES = "Wire Agency; Press Agency; News Agency; Newswire; Press; Dispatch".split("; ")
_PAPERS = "Post Times Herald Gazette Courier Tribune Telegraph Chronicle Journal Sentinel Observer Mercury Echo Examiner Bulletin".split()
_PORTALS = "Today; Now; Daily; Digest; News Hub; Headlines; Express".split("; ")
_FIRST = """Northern Southern Eastern Western Central Coastal Harbour Valley Island Border National Metropolitan Morning Evening Daily
Global Continental Atlantic Baltic Alpine Highland Lakeland Riverside Capital Provincial Union Free Independent""".split()
_NAVIGATION = ("Home | News | Sport | Business | Weather", "Menu\nSearch\nSign in", "News   Politics   Culture   Opinion   Video", "Skip to content",
               "Home > Region > {town}", "Subscribe | Log in\nToday's paper")  # fmt: skip
_AFTER = (
    "[Share this article|Share this story|Share]\nFacebook\nTwitter\nEmail",
    "[Sign up for|Subscribe to|Get] our [newsletter|morning letter|briefing] and get the [stories|news] of {town} at [six|seven|half past six] every morning.",
    "Comments\n[Log in to leave a comment.|Comments are closed.|Be the first to comment.]",
    "{name} is [independent|free to read|owned by its readers] and [is paid for by its readers|lives on your support]. [If you value what we do|If you like what you read], [become a member|support us] from {n} crowns a month.",
    "[Did you see a mistake|Found an error]? Write to the [editors|desk] of {name} [and we will look into it|in {town}].",
    "You [are reading|have read] one of {n} free articles [this month|this week]. Subscribers of {name} read [on every device|without limit].",
    "{name}, {n} [Harbour|Station|Mill] Street, {town}. [Publisher|Editor]: {person}. All [texts|articles] are protected by law.",
    "{name} belongs to the {town} [Press|Media] Group, which [also publishes|stands behind] {n} other titles in the region.",
    "[Back to top|More from this section|Newer articles]",
)
"""Furniture; what stands in brackets each outlet chooses once."""


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
    related: int
    """How many headlines of other articles it lists under each, others every day."""
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
    """Five agencies, of which one is on no public site, and papers, regional ones, aggregators and blogs in fixed parts."""
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
        fill = {"name": name, "town": town, "n": rng.randint(3, 29), "person": events.person(rng)}
        after = tuple(chosen(text.format(**fill), rng) for text in rng.sample(_AFTER, rng.randint(1, 3)))
        out.append(
            Outlet(
                name=name,
                host=f"{label}.example",
                kind=kind,
                hidden=kind == "agency" and number == 4,
                before=() if plain or rng.random() < 0.4 else (rng.choice(_NAVIGATION).format(town=town),),
                after=() if plain else after,
                related=0 if plain else rng.choice((0, 0, 2, 3, 5)),
                style="title" if rng.random() < 0.4 else "sentence",
                headed=rng.random() < 0.4,
                signed=kind in ("paper", "regional") and rng.random() < 0.6,
                curly=rng.random() < 0.5,
                date_class=rng.choices(("given", "meta", "url", "text"), (56, 26, 10, 8))[0],
                credits={"agency": 0.2, "paper": 0.5, "regional": 0.55, "aggregator": 0.45, "blog": 0.35}[kind]
                * rng.uniform(0.6, 1.4),
            )
        )
    return tuple(out)


def _name(rng: random.Random, kind: str) -> str:
    if kind == "agency":
        return f"{rng.choice(_FIRST)} {rng.choice(_AGENCIES)}"
    if kind == "blog":
        return f"{events.surname(rng)} {rng.choice(('Notes', 'Watch', 'Monitor', 'Review', 'Letter'))}"
    first = (
        rng.choice(_FIRST)
        if kind == "paper"
        else events.town(rng)
        if kind == "regional"
        else rng.choice((*_FIRST, *words.FIELDS))
    )
    return f"{first} {rng.choice(_PORTALS if kind == 'aggregator' else _PAPERS)}"
