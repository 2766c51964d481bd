"""Made-up outlets: what they are called, how they set a page, how they take from others. Pure."""

from __future__ import annotations

import dataclasses
import random

from tests.simulator import names, words
from tests.simulator.grammar import AFTER, BEFORE, chosen, with_roles

_PARTS = {"agency": 0.055, "paper": 0.135, "regional": 0.36, "aggregator": 0.25, "blog": 0.2}
"""Of the outlets of a world."""
_CREDITS = {"agency": 0.2, "paper": 0.5, "regional": 0.55, "aggregator": 0.45, "blog": 0.35}
DATE_CLASSES = {"given": 56, "meta": 26, "url": 10, "text": 8}


@dataclasses.dataclass(frozen=True, slots=True)
class Outlet:
    name: str
    host: str
    kind: str
    """agency, paper, regional, aggregator or blog."""
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
        parts = self.name.split()
        return "".join(part[0] for part in parts) if len(parts) > 2 else self.name


def world(rng: random.Random, count: int = 90) -> tuple[Outlet, ...]:
    """Outlets of every kind, each of another name. The last of the agencies is on no public site."""
    kinds = [kind for kind, part in _PARTS.items() for _ in range(round(part * count))]
    taken: set[str] = set()
    last = max(i for i, kind in enumerate(kinds) if kind == "agency")
    out = []
    for i, kind in enumerate(kinds):
        name = _name(rng, kind)
        while name in taken:
            name = _name(rng, kind)
        taken.add(name)
        out.append(_outlet(rng, kind, name, hidden=i == last))
    return tuple(out)


def _outlet(rng: random.Random, kind: str, name: str, hidden: bool) -> Outlet:
    plain = kind == "agency" or rng.random() < 0.45
    return Outlet(
        name=name,
        host=name.lower().replace(" ", "" if rng.random() < 0.7 else "-") + ".example",
        kind=kind,
        hidden=hidden,
        before=() if plain or rng.random() < 0.4 else _furniture(rng, BEFORE, name, 1),
        after=() if plain else _furniture(rng, AFTER, name, rng.randint(1, 3)),
        related=0 if plain else rng.choice((0, 0, 2, 3, 5)),
        style="title" if rng.random() < 0.4 else "sentence",
        headed=rng.random() < 0.4,
        signed=kind in ("paper", "regional") and rng.random() < 0.6,
        curly=rng.random() < 0.5,
        date_class=rng.choices(list(DATE_CLASSES), list(DATE_CLASSES.values()))[0],
        credits=_CREDITS[kind] * rng.uniform(0.6, 1.4),
    )


def _furniture(rng: random.Random, patterns: tuple[str, ...], name: str, count: int) -> tuple[str, ...]:
    roles = {"N": name, "T": names.town(rng), "F": str(rng.randint(3, 29)), "P": names.person(rng)}
    return tuple(chosen(with_roles(text, roles), rng).replace("/", "\n") for text in rng.sample(patterns, count))


def _name(rng: random.Random, kind: str) -> str:
    first = rng.choice(words.OUTLETS["first"])
    if kind == "agency":
        return f"{first} {rng.choice(words.OUTLETS['agencies'])}"
    if kind == "blog":
        return f"{names.surname(rng)} {rng.choice(words.OUTLETS['letters'])}"
    if kind == "aggregator":
        return f"{first} {rng.choice(words.OUTLETS['portals'])}"
    return f"{first if kind == 'paper' else names.town(rng)} {rng.choice(words.OUTLETS['papers'])}"
