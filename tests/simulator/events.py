"""Made-up events: a town, people, bodies, and the facts that reporters may tell of them, the most important first. Pure."""

from __future__ import annotations

import dataclasses
import random

from tests.simulator import words
from tests.simulator.grammar import Fact, expand, resolved

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FIRST_WEEKDAY = 2
"""1 January 2025, day 0 of the simulation, was a Wednesday."""
IDS = 10_000
"""Ids of facts that one event may use."""
_INDUSTRIES = words.groups(
    """
    shipbuilding/the building of ships; the railway/the railways; fishing/the fishing trade; glass making/the making of glass; the textile
    industry/textiles; brewing/the brewing of beer; tourism/the tourist trade; paper making/the paper industry; the salt trade/salt; insurance/
    the insurance business; banking/the banks; public administration/the civil service
    """
)
_SPOKEN = (
    ("we have to {B} the {O}, and we have to do it now", "they had to {B} the {O}, and at once"),
    ("nobody in {Z} expected the {O} to be {P}", "nobody in {Z} had expected the {O} to be {P}"),
    ("I have waited {N} years for somebody to {B} the {O}", "it had taken {N} years until somebody would {B} the {O}"),
    ("if we do not {U}, the whole of {Z} will pay for it", "the whole of {Z} would pay for a failure to {U}"),
    ("the {O} belongs to the people of {Z} and to nobody else", "the {O} belonged to the people of {Z} alone"),
    ("{K} cannot be an excuse", "{K} was not to be an excuse"),
    ("it was a matter of minutes, and then the {O} was gone", "the {O} had been lost within minutes"),
    ("you do not {B} a {O} because of {K}", "{K} was no reason to {B} a {O}"),
    ("my first thought was of the {C}", "the first thought had been of the {C}"),
    ("the {C} will remember this for {N} years", "the {C} would remember it for {N} years"),
    ("we asked for help to {U} and got a letter instead", "a request for help to {U} had been answered with a letter"),
    ("there is no {X} that could not be solved round a table", "every {X} could be solved round a table"),
    ("when they told me about {K}, I did not believe it", "it had been hard to believe in {K}"),
    ("to {U} we need {N} more people and a little luck", "{N} more people were needed to {U}, and a little luck"),
    ("what counts is that we {U}, not who gets the credit", "what counted was to {U}, whoever got the credit"),
    ("anyone who has seen the {O} knows what I am talking about", "one had to have seen the {O} to understand"),
    ("this {X} has kept me awake since {D}", "the {X} had cost sleepless nights since {D}"),
    ("we will {B} the {O} again, and better than before", "they would {B} the {O} again, and better"),
    ("the {C} were let down, and I am sorry for it", "the {C} had been let down, and there was regret"),
    ("ask me again on {D}, then I will know more", "more would be known on {D}"),
)
"""What people say, and the same in indirect speech."""


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

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


def weekday(day: int) -> str:
    return DAYS[(day + FIRST_WEEKDAY) % 7]


def calendar(day: int) -> tuple[int, int, int]:
    """Year, month and day of the month of a day of the simulation, which begins with 2025."""
    year = 2025
    while day >= 365:
        day, year = day - 365, year + 1
    for month, length in enumerate(MONTH_DAYS, 1):
        if day < length:
            return year, month, day + 1
        day -= length
    raise AssertionError(day)


def town(rng: random.Random) -> str:
    return rng.choice(words.TOWN_HEADS) + rng.choice(words.TOWN_TAILS)


def surname(rng: random.Random) -> str:
    return rng.choice(words.SURNAME_HEADS) + rng.choice(words.SURNAME_TAILS)


def person(rng: random.Random) -> str:
    return f"{rng.choice(words.FIRST_NAMES)} {surname(rng)}"


def body(rng: random.Random, town: str) -> str:
    """The name of an institution."""
    first = rng.choice((town, town, rng.choice(words.FIELDS), surname(rng)))
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


class _Maker:
    """The state of one event while its facts are drawn."""

    def __init__(self, rng: random.Random, number: int, day: int) -> None:
        self.rng, self.number, self.day = rng, number, day
        self.topic = words.TOPICS[rng.choice(sorted(words.TOPICS))]
        self.town, self.near = town(rng), town(rng)
        self.people = [(person(rng), rng.choice(words.OFFICES)) for _ in range(rng.randint(2, 5))]
        self.bodies = [body(rng, self.town) for _ in range(rng.randint(2, 4))]
        self.matter = rng.choice(words.NOUNS)
        self.objects = rng.sample(self.topic.objects, 5)
        self.agents = rng.sample(self.topic.agents, 4)
        self.met: set[str] = set()
        self.facts: list[Fact] = []

    def add(self, kind: str, figures: tuple[str, ...] = (), **roles: str) -> Fact:
        fact = Fact(self.number * IDS + len(self.facts), kind, tuple(roles.items()), figures)
        self.facts.append(fact)
        return fact

    def who(self) -> str:
        """A person: with office at first, later by surname."""
        name, office = self.rng.choice(self.people)
        if name in self.met:
            return name.split()[1]
        self.met.add(name)
        of = self.rng.choice((f"of the {self.rng.choice(self.bodies)}", f"of {self.town}", "")).strip()
        plain = office.strip("[]").split("|")
        return words.choice([f"{name}, {one} {of}".strip() + "," for one in plain] + [f"the {plain[0]} {of}, {name},".replace(" ,", ",")])

    def source(self) -> str:
        rng = self.rng
        if rng.random() < 0.4:
            return self.who()
        if rng.random() < 0.5:
            return f"the {rng.choice(self.bodies)}"
        return rng.choice(("[officials|the authorities]", "[people close to the talks|those close to the talks]", self.agent(),
                           "[a spokesman|a press officer]", "[witnesses|bystanders]", "[an internal paper|an internal document]"))  # fmt: skip

    def agent(self) -> str:
        rng = self.rng
        draw = rng.random()
        if draw < 0.25:
            return f"the {rng.choice(self.bodies)}"
        return rng.choice(self.agents) if draw < 0.85 else rng.choice(self.topic.agents)

    def object(self, new: bool = False) -> str:
        rng = self.rng
        noun = rng.choice(self.topic.objects if new else self.objects)
        adjective = rng.choice(words.ADJECTIVES) if rng.random() < 0.45 else ""
        after = rng.choice(("", "", f"in {self.town}", f"near {self.near}", f"of the {rng.choice(self.bodies)}",
                            f"at {rng.choice(self.topic.places)}"))  # fmt: skip
        return " ".join(f"the {adjective} {noun} {after}".split())

    def time(self, ahead: bool = False) -> str:
        rng = self.rng
        if ahead:
            day = self.day + rng.randint(1, 40)
            _, month, of_month = calendar(day)
            near = f"on {weekday(day)}" if day - self.day < 6 else f"on {of_month} {MONTHS[month - 1]}"
            return rng.choice((near, near, "[next week|in the coming week]", "[later this month|before the month is out]"))
        day = self.day - rng.choice((0, 0, 0, 0, 1, 1, 2))
        part = rng.choice(("", "", "", "morning", "evening", "night"))
        if part:
            return f"[on {weekday(day)} {part}|in the {part} of {weekday(day)}]" if part != "night" else f"[on {weekday(day)} night|late on {weekday(day)}]"
        return f"on {weekday(day)}"

    def located(self) -> str:
        return self.rng.choice(("", f"in {self.town}", f"near {self.near}", f"close to {self.rng.choice(self.topic.places)}",
                                f"at {self.rng.choice(self.topic.places)} in {self.town}"))  # fmt: skip

    def verb(self) -> dict[str, str]:
        """One verb in its three forms."""
        verb = self.rng.choice(self.topic.verbs)
        return {"V": words.inflected(verb), "P": words.inflected(verb, participle=True), "B": verb}

    def aim(self) -> str:
        return self.rng.choice(self.topic.aims)

    def spoken(self) -> tuple[str, str]:
        """Something that somebody said, word for word and reported: fixed for all who quote it."""
        rng = self.rng
        direct, indirect = rng.choice(_SPOKEN)
        roles = {**self.verb(), "O": rng.choice(self.objects), "Z": self.town, "N": figure(rng, 3, 90), "U": self.aim(), "K": rng.choice(self.topic.causes),
                 "C": rng.choice(self.topic.counted), "X": self.matter, "D": weekday(self.day + rng.randrange(7))}  # fmt: skip
        roles = {name: resolved(value, rng) for name, value in roles.items()}
        said, reported = (_with(text, roles) for text in (direct, indirect))
        return said[0].upper() + said[1:], reported

    def draw(self, kind: str) -> None:
        rng, topic = self.rng, self.topic
        if kind == "act":
            self.add("act", **self.verb(), A=self.agent(), O=self.object(), T=self.time(), L=self.located(), U=f"to {self.aim()}", S=self.source())
        elif kind == "count":
            self.add("count", ("N",), N=figure(rng, 3, 9000), C=rng.choice(topic.counted), Q=rng.choice(topic.happened), L=self.located(),
                     T=self.time(), S=self.source())  # fmt: skip
        elif kind == "money":
            self.add("money", ("M",), M=money(rng), O=self.object(), A=self.agent(), S=self.source(), Z=self.town)
        elif kind == "rate":
            self.add("rate", ("N", "M"), N=f"{rng.uniform(1, 40):.1f}", M=figure(rng, 300, 900_000), C=rng.choice(topic.counted),
                     S=self.source(), Z=rng.choice((self.town, self.near, "the region")))  # fmt: skip
        elif kind == "bio":
            name, _ = rng.choice(self.people)
            self.add("bio", ("N", "Y"), W=name, N=str(rng.randint(29, 78)), Y=str(rng.randint(1989, 2023)), G=f"the {rng.choice(self.bodies)}",
                     M=rng.choice(_INDUSTRIES))  # fmt: skip
        elif kind == "body":
            self.add("body", ("N",), G=f"the {rng.choice(self.bodies)}", Y=str(rng.randint(1871, 2015)), N=figure(rng, 12, 9000), Z=self.town)
        elif kind == "history":
            self.add("history", ("N",), X=self.matter, Y=str(rng.randint(1921, 2019)), N=figure(rng, 5, 4000), C=rng.choice(topic.counted),
                     Q=rng.choice(topic.happened), Z=rng.choice((self.town, self.near)))  # fmt: skip
        elif kind == "cause":
            self.add("cause", S=self.source(), K=rng.choice(topic.causes))
        elif kind == "future":
            self.add("future", A=self.agent(), O=self.object(), T=self.time(ahead=True), S=self.source())
        elif kind in ("reaction", "welcome"):
            self.add(kind, A=self.agent(), X=self.matter, C=rng.choice(topic.counted), Z=rng.choice((self.town, "the region")))
        elif kind == "denial":
            self.add("denial", **self.verb(), S=self.source(), O=self.object(new=True))
        elif kind == "scene":
            self.add("scene", T=self.time(), C=rng.choice(topic.counted), L=f"at {rng.choice(topic.places)}", F=rng.choice(words.FEELINGS))
        elif kind == "doubt":
            self.add("doubt", **self.verb(), A=self.agent(), O=self.object(), S=self.source(), T=self.time())
        elif kind == "effect":
            self.add("effect", C=rng.choice(topic.counted), X=self.matter, T=weekday(self.day + rng.randint(1, 6)), S=self.source())
        elif kind == "place":
            self.add("place", ("N",), Z=self.town, N=figure(rng, 2000, 400_000), K=f"{rng.randint(9, 140)} kilometres [from|outside] {self.near}",
                     M=rng.choice(_INDUSTRIES), Y=str(rng.randint(1790, 1985)))  # fmt: skip
        elif kind in ("alternative", "comment"):
            self.add(kind, **self.verb(), S=self.source(), O=self.object(new=True), A=self.agent(), U=self.aim(), X=self.matter, Z=self.town)
        else:
            self.quote(kind)

    def quote(self, kind: str) -> None:
        said, reported = self.spoken()
        more, also = self.spoken() if kind == "quote" else ("", "")
        both = f"{reported} and that {also}" if also else reported
        self.add(kind, W=self.who(), Q=said, R=more, I=both, T=self.time())


def _with(text: str, roles: dict[str, str]) -> str:
    for name, value in roles.items():
        text = text.replace("{" + name + "}", value)
    return expand(text, ())


_BODY = ("act", "act", "act", "act", "quote", "quote", "remark", "remark", "count", "cause", "future", "reaction", "welcome", "denial", "scene", "doubt", "effect",
         "money", "rate", "alternative", "comment", "act")  # fmt: skip
_BACKGROUND = ("bio", "body", "history", "place", "rate", "history", "bio", "comment", "money")


def event(rng: random.Random, number: int, day: int, size: int = 30) -> Event:
    """An event of about `size` facts; `number` keeps the ids of its facts apart from those of others."""
    maker = _Maker(rng, number, day)
    body = list(_BODY)
    rng.shuffle(body)
    background = list(_BACKGROUND)
    rng.shuffle(background)
    later = max(3, size // 5)
    order = ["act", rng.choice(("count", "act")), "quote", *(body * 3)[: max(0, size - later - 3)], *background[:later]]
    for kind in order:
        maker.draw(kind)
    lead = maker.facts[0]
    headlines = tuple(
        _with(text, dict(lead.roles) | {"Z": maker.town, "X": maker.matter})
        for text in ("{A} {V} {O}", "{O} {P} by {A}", "{Z}: {O} {P}", "{A}: {X} over {O}", "{X} in {Z} as {A} {V} {O}", "{A} {V} {O} {U}")
    )
    return Event(maker.town, maker.topic, maker.matter, day, tuple(maker.facts), headlines)


def local_facts(rng: random.Random, happening: Event, number: int, place: int) -> tuple[Fact, ...]:
    """What an outlet adds for its own town: one or two facts. `number` is the event's, `place` that of the article in its family."""
    topic = happening.topic
    return tuple(
        Fact(number * IDS + 1000 + place * 2 + i, "local",
             (("Z", town(rng)), ("W", person(rng)), ("L", f"near {rng.choice(topic.places)}"), ("F", rng.choice(words.FEELINGS)),
              ("C", rng.choice(topic.counted)), ("X", happening.matter)))
        for i in range(rng.choice((1, 1, 2)))
    )  # fmt: skip
