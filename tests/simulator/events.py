"""Made-up events: a town, people, bodies, and the facts that reporters may tell of them, the most important first. Pure."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

from tests.simulator import words
from tests.simulator.grammar import HEADLINES, SAYINGS, Fact, resolved, with_roles
from tests.simulator.names import MONTHS, body, calendar, figure, money, person, surname, town, weekday

IDS = 10_000
"""Ids of facts that one event may use."""
_OWN = 1000
"""From here on those that outlets add for their own readers."""


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    number: int
    town: str
    topic: words.Topic
    matter: str
    """What it is called in a word."""
    day: int
    """Days since the simulation's first, on which it happened."""
    facts: tuple[Fact, ...]
    """The most important first; the first two are the news."""
    headlines: tuple[str, ...]
    """Strings of the grammar."""

    def known(self, reporter: int) -> tuple[Fact, ...]:
        """The facts that a reporter can have: the news, half of the others, and a third of the rest, which two others lack."""
        return tuple(fact for i, fact in enumerate(self.facts) if i < 2 or i % 2 == 0 or i // 2 % 3 == reporter % 3)


class Scene:
    """What the facts of one event draw on, so that the same people, bodies and things come back in them."""

    def __init__(self, rng: random.Random, day: int) -> None:
        self.rng, self.day = rng, day
        self.topic = words.TOPICS[rng.choice(list(words.TOPICS))]
        self.town, self.near = town(rng), town(rng)
        self.people = [(person(rng), rng.choice(words.OFFICES)) for _ in range(rng.randint(2, 5))]
        self.bodies = [body(rng, self.town) for _ in range(rng.randint(2, 4))]
        self.matter = rng.choice(words.NOUNS)
        self.objects = rng.sample(self.topic.objects, 5)
        self.agents = rng.sample(self.topic.agents, 4)
        self._met: set[str] = set()

    def body(self) -> str:
        return f"the {self.rng.choice(self.bodies)}"

    def who(self) -> str:
        """A person: with office at first, later by surname."""
        name, office = self.rng.choice(self.people)
        if name in self._met:
            return name.split()[1]
        self._met.add(name)
        of = self.rng.choice((f" of {self.body()}", f" of {self.town}", ""))
        first, *_ = one = words.options(office)
        return words.choice([f"{name}, {title}{of}," for title in one] + [f"the {first}{of}, {name},"])

    def source(self) -> str:
        draw = self.rng.random()
        if draw < 0.4:
            return self.who()
        if draw < 0.7:
            return self.body()
        return self.rng.choice((
            "[officials|the authorities]", "[people close to the talks|those close to the talks]", "[witnesses|bystanders]",
            "[a spokesman|a press officer]", "[an internal paper|an internal document]", self.agent(),
        ))  # fmt: skip

    def agent(self) -> str:
        draw = self.rng.random()
        return self.body() if draw < 0.25 else self.rng.choice(self.agents if draw < 0.85 else self.topic.agents)

    def thing(self, any_: bool = False) -> str:
        """What something is done to. any_: not only what this event turns on."""
        rng = self.rng
        noun = rng.choice(self.topic.objects if any_ else self.objects)
        adjective = rng.choice(words.ADJECTIVES) if rng.random() < 0.45 else ""
        after = rng.choice((
            "", "", f"in {self.town}", f"near {self.near}", f"of {self.body()}", f"named after {person(rng)}",
            f"[opened|begun|founded] in {rng.randint(1890, 2020)}",
        ))  # fmt: skip
        return " ".join(f"the {adjective} {noun} {after}".split())

    def past(self) -> str:
        """When it was: a weekday, so that a reader knows the date."""
        day = weekday(self.day - self.rng.choice((0, 0, 0, 0, 1, 1, 2)))
        part = self.rng.choice(("", "", "", "morning", "evening", "night"))
        late = f"late on {day}" if part == "night" else f"in the {part} of {day}"
        return f"[on {day} {part}|{late}]" if part else f"on {day}"

    def ahead(self) -> str:
        day = self.day + self.rng.randint(1, 40)
        _, month, of_month = calendar(day)
        near = f"on {weekday(day)}" if day - self.day < 6 else f"on {of_month} {MONTHS[month - 1]}"
        return self.rng.choice((near, near, "[next week|in the coming week]", "[later this month|before the month is out]"))

    def place(self) -> str:
        place = self.rng.choice(self.topic.places)
        return self.rng.choice(("", f"in {self.town}", f"near {self.near}", f"close to {place}", f"at {place} in {self.town}"))

    def verb(self) -> dict[str, str]:
        """One verb in its three forms: past, participle, infinitive."""
        verb = self.rng.choice(self.topic.verbs)
        return {"V": words.inflected(verb), "P": words.inflected(verb, participle=True), "B": verb}

    def aim(self) -> str:
        return self.rng.choice(self.topic.aims)

    def counted(self) -> str:
        return self.rng.choice(self.topic.counted)

    def happened(self) -> str:
        return self.rng.choice(self.topic.happened)

    def cause(self) -> str:
        return self.rng.choice(self.topic.causes)

    def circumstance(self) -> str:
        """What makes one act unlike all others; often nothing."""
        rng = self.rng
        if rng.random() < 0.35:
            return ""
        other, year, few = rng.choice(words.NOUNS), rng.randint(1958, 2022), rng.randint(3, 19)
        return rng.choice((
            f"despite [warnings|a warning] from {self.body()}", f"by {few + rng.randint(1, 30)} votes to {few}",
            f"after a {other} that lasted {few} days", f"without [asking|consulting] {self.body()}",
            f"in the presence of {person(rng)}", f"under [pressure|the pressure] of a {other}",
            f"for the first time since {year}", f"on the [advice|recommendation] of {person(rng)}", f"in spite of {self.cause()}",
            f"with the [help|support] of {few} {rng.choice(words.PEOPLE)}", f"at a [cost|price] of {money(rng)}",
            f"[against|contrary to] a ruling of {year}", f"[only|just] {few} days after the {other}",
            f"as it had [promised|announced] in {rng.choice(MONTHS)}", f"together with the {body(rng, self.near)}",
            f"[amid|in the midst of] a {other} over {self.cause()}",
            f"to the [surprise|astonishment] of {rng.choice(words.PEOPLE)}",
            f"[weeks|a few weeks] before the {other} of {surname(rng)}",
        ))  # fmt: skip

    def saying(self) -> tuple[str, str]:
        """Something that somebody said, the same words for all who quote it; and the same reported."""
        rng = self.rng
        roles = {
            **self.verb(), "O": rng.choice(self.topic.objects), "J": rng.choice(words.ADJECTIVES), "F": self.aim(),
            "U": self.aim(), "K": self.cause(), "C": self.counted(), "X": self.matter, "Y": rng.choice(words.NOUNS),
            "Z": self.town, "N": figure(rng, 3, 90), "D": weekday(self.day + rng.randrange(7)),
        }  # fmt: skip
        fixed = {name: resolved(value, rng) for name, value in roles.items()}
        direct, reported = (with_roles(text, fixed) for text in rng.choice(SAYINGS))
        said = resolved(direct, rng)
        return said[0].upper() + said[1:], reported

    def quotation(self, sentences: int) -> dict[str, str]:
        said = [self.saying() for _ in range(sentences)]
        indirect = " and that ".join(reported for _, reported in said)
        return {"W": self.who(), "Q": said[0][0], "R": said[-1][0] if sentences > 1 else "", "I": indirect, "T": self.past()}


Roles = dict[str, str]
KINDS: dict[str, Callable[[Scene], Roles]] = {
    "act": lambda s: {**s.verb(), "A": s.agent(), "O": s.thing(), "T": s.past(), "L": s.place(), "U": f"to {s.aim()}",
                      "S": s.source(), "E": s.circumstance()},
    "count": lambda s: {"N": figure(s.rng, 3, 9000), "C": s.counted(), "Q": s.happened(), "L": s.place(), "T": s.past(),
                        "S": s.source(), "E": s.circumstance()},
    "money": lambda s: {"M": money(s.rng), "O": s.thing(), "A": s.agent(), "S": s.source(), "Z": s.town, "E": s.circumstance()},
    "rate": lambda s: {"N": f"{s.rng.uniform(1, 40):.1f}", "M": figure(s.rng, 300, 900_000), "C": s.counted(), "S": s.source(),
                       "Z": s.rng.choice((s.town, s.near, "the region"))},
    "bio": lambda s: {"W": s.rng.choice(s.people)[0], "N": str(s.rng.randint(29, 78)), "Y": str(s.rng.randint(1989, 2023)),
                      "G": s.body(), "M": s.rng.choice(words.INDUSTRIES)},
    "body": lambda s: {"G": s.body(), "Y": str(s.rng.randint(1871, 2015)), "N": figure(s.rng, 12, 9000), "Z": s.town},
    "history": lambda s: {"X": s.matter, "Y": str(s.rng.randint(1921, 2019)), "N": figure(s.rng, 5, 4000), "C": s.counted(),
                          "Q": s.happened(), "Z": s.rng.choice((s.town, s.near))},
    "cause": lambda s: {"S": s.source(), "K": s.cause()},
    "future": lambda s: {"A": s.agent(), "O": s.thing(), "T": s.ahead(), "S": s.source()},
    "reaction": lambda s: {"A": s.agent(), "X": s.matter, "C": s.counted(), "E": s.circumstance()},
    "welcome": lambda s: {"A": s.agent(), "X": s.matter, "Z": s.rng.choice((s.town, "the region")), "E": s.circumstance()},
    "denial": lambda s: {**s.verb(), "S": s.source(), "O": s.thing(any_=True), "T": s.past()},
    "scene": lambda s: {"T": s.past(), "H": s.rng.choice(words.PEOPLE), "L": f"at {s.rng.choice(s.topic.places)}",
                        "F": s.rng.choice(words.FEELINGS)},
    "doubt": lambda s: {**s.verb(), "A": s.agent(), "O": s.thing(), "S": s.source(), "T": s.past()},
    "effect": lambda s: {"H": s.rng.choice(words.PEOPLE), "X": s.matter, "T": weekday(s.day + s.rng.randint(1, 6)),
                         "S": s.source()},
    "place": lambda s: {"Z": s.town, "N": figure(s.rng, 2000, 400_000), "M": s.rng.choice(words.INDUSTRIES),
                        "K": f"{s.rng.randint(9, 140)} kilometres [from|outside] {s.near}", "Y": str(s.rng.randint(1790, 1985))},
    "alternative": lambda s: {**s.verb(), "S": s.source(), "O": s.thing(any_=True), "A": s.agent(), "U": s.aim()},
    "comment": lambda s: {**s.verb(), "S": s.source(), "O": s.thing(any_=True), "A": s.agent(), "U": s.aim(), "X": s.matter,
                          "Z": s.town},
    "quote": lambda s: s.quotation(2),
    "remark": lambda s: s.quotation(1),
}  # fmt: skip
"""Of each kind of fact, its roles in patterns.txt."""
FIGURES = {
    "count": ("N",),
    "money": ("M",),
    "rate": ("N", "M"),
    "bio": ("N", "Y"),
    "body": ("N",),
    "history": ("N",),
    "place": ("N",),
}
"""The roles that hold numbers that may be got wrong."""
_BODY = (
    ("act",) * 6 + ("quote", "quote", "remark", "remark", "count", "cause", "future", "reaction", "welcome", "denial", "scene")
    + ("doubt", "effect", "money", "rate", "alternative", "comment")
)  # fmt: skip
_BACKGROUND = ("bio", "body", "history", "place", "rate", "history", "bio", "comment", "money")
_LATER = 0.2
"""Share of the facts that are background."""


def event(rng: random.Random, number: int, day: int, size: int) -> Event:
    """An event of `size` facts; `number` keeps the ids of its facts apart from those of others."""
    scene = Scene(rng, day)
    later = round(_LATER * size)
    body, background = _drawn(rng, _BODY, size - later - 3), _drawn(rng, _BACKGROUND, later)
    kinds = ["act", rng.choice(("count", "act")), "quote", *body, *background]
    facts = tuple(
        Fact(number * IDS + i, kind, tuple(KINDS[kind](scene).items()), FIGURES.get(kind, ())) for i, kind in enumerate(kinds)
    )
    roles = dict(facts[0].roles) | {"Z": scene.town, "X": scene.matter}
    headlines = tuple(with_roles(text, roles) for text in HEADLINES)
    return Event(number, scene.town, scene.topic, scene.matter, day, facts, headlines)


def _drawn(rng: random.Random, kinds: tuple[str, ...], count: int) -> list[str]:
    """So many kinds, all of them equally often, in random order."""
    out: list[str] = []
    while len(out) < count:
        out += rng.sample(kinds, len(kinds))
    return out[: max(0, count)]


def local_facts(rng: random.Random, happening: Event, place: int) -> tuple[Fact, ...]:
    """What an outlet adds for its own town: one or two facts. place: of the article in its family; it keeps their ids apart."""
    return tuple(_local(rng, happening, happening.number * IDS + _OWN + place * 2 + i) for i in range(rng.choice((1, 1, 2))))


def _local(rng: random.Random, happening: Event, id: int) -> Fact:
    roles = {
        "Z": town(rng), "W": person(rng), "L": f"near {rng.choice(happening.topic.places)}", "F": rng.choice(words.FEELINGS),
        "H": rng.choice(words.PEOPLE), "X": happening.matter,
    }  # fmt: skip
    return Fact(id, "local", tuple(roles.items()))
