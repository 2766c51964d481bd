"""Made-up events: a town, people, bodies, and the facts that reporters may tell of them, the most important first. Pure."""

from __future__ import annotations

import dataclasses
import random

from tests.simulator import words
from tests.simulator.grammar import Fact, resolved

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
    (
        "we [have to|must|need to|ought to] {B} the {J} {O}, and [now|at once|this year|without delay]",
        "they would have to {B} the {J} {O}",
    ),
    ("nobody [in {Z}|here|I know] [expected|wanted|imagined|foresaw] the {O} to be {P}", "nobody had expected the {O} to be {P}"),
    (
        "I [have waited|waited|had to wait] {N} [years|months|weeks] for [somebody|anybody|a person] to {B} the {O}",
        "it had taken {N} years until somebody would {B} the {O}",
    ),
    (
        "if we do not {U}, [the whole of {Z}|everybody|a whole region|the next generation] will [pay|suffer] for it",
        "a failure to {U} would be paid for by all",
    ),
    (
        "the {O} [belongs to|is there for|was built for] the [people of {Z}|public|whole community] and [nobody else|not for a few]",
        "the {O} belonged to all",
    ),
    (
        "{K} [cannot be|is not|must never be] [an excuse|a reason|an argument] [for this|any more|in our time]",
        "{K} was not to be an excuse",
    ),
    (
        "[it was|this was] a matter of [minutes|hours|days], and then the {J} {O} was [gone|lost|history]",
        "the {O} had been lost within a short time",
    ),
    ("you [do not|cannot just|should never] {B} [a|the] {O} because of {K}", "{K} was no reason to {B} a {O}"),
    ("my [first|only|main] [thought|concern|worry] was [of|for] the {C}", "the first thought had been of the {C}"),
    (
        "the {C} will [remember|not forget|talk about] this for {N} [years|weeks|generations]",
        "the {C} would remember it for {N} years",
    ),
    (
        "we [asked|begged|applied] for help to {U} and [got a letter|heard nothing|were told to wait] [instead|for months|again]",
        "a request for help to {U} had been in vain",
    ),
    (
        "there is no {X} that could not be [solved|settled|ended] [round a table|by sensible people|in an afternoon|with good will]",
        "every {X} could be solved round a table",
    ),
    (
        "when [they|my colleagues|the neighbours] [told me about|mentioned|reported] {K}, I [did not believe it|laughed|could not sleep|had to sit down]",
        "it had been hard to believe in {K}",
    ),
    (
        "to {U} we [need|want|could use] {N} more people and [a little luck|some patience|a lot of money|a clear rule]",
        "{N} more people were needed to {U}",
    ),
    (
        "what [counts|matters|decides] is [that we {F}|the {O}|the {J} {O}], not who gets the [credit|praise|blame]",
        "what counted was the {O}, whoever got the credit",
    ),
    (
        "anyone who has [seen|visited|heard of] the {J} {O} [knows|understands|can imagine] what I [am talking about|mean|feel]",
        "one had to have seen the {O} to understand",
    ),
    ("this {X} has [kept me awake|cost me sleep|been on my mind|followed me] since {D}", "the {X} had cost sleep since {D}"),
    (
        "we will {B} the {O} again, [and better than before|bigger than it was|and faster than you think|whatever it takes]",
        "they would {B} the {O} again",
    ),
    (
        "the {C} were [let down|forgotten|left alone|lied to], and I am [sorry|ashamed|angry] [for it|about that]",
        "the {C} had been let down",
    ),
    (
        "ask me again [on {D}|in {N} weeks|when it is over], then I [will know more|may have an answer|can tell you]",
        "more would be known on {D}",
    ),
    (
        "[a {X}|one {X}] like this [happens|comes along] once in {N} years, [if at all|at most|not more]",
        "a {X} like this came once in {N} years",
    ),
    ("[without|but for] the {C} the {O} would [never|not] have been {P}", "the {O} owed everything to the {C}"),
    (
        "I [signed|agreed to|read] the paper on {D} and [have regretted it|would do it again|stand by it] [ever since|every day|today]",
        "the paper had been signed on {D}",
    ),
    (
        "[they|these people|the others] [talk about|speak of] {K}, but [nobody|not one of them] has [looked at|seen|touched] the {O}",
        "there was talk of {K} by people who had not looked at the {O}",
    ),
    (
        "[in|after] {N} years in this [office|trade|job] I have [never|seldom|not once] [met|seen|known] such a {X}",
        "such a {X} had not been seen in {N} years",
    ),
    ("our [task|job|duty] is to {U}, and [we will do it|nothing else|that is hard enough]", "the task was to {U}"),
    ("give us {N} [days|weeks|months] and we will {B} [the {O}|every {O} there is]", "within {N} weeks they would {B} the {O}"),
    (
        "[somebody|a man|a woman] [called|rang|wrote] me on {D} about the {O}, and [I took it for a joke|that was how I learned of it|I went at once]",
        "a call on {D} had brought news of the {O}",
    ),
    (
        "the {J} {O} is [only|just|merely] [the beginning|a start|one part of it], [the {X} goes deeper|more will follow|believe me]",
        "the {O} was only the beginning",
    ),
    (
        "[let us not|do not|nobody should] [forget|overlook] the {N} {C} [when we talk about the {O}|in all this|who had no choice]",
        "the {N} {C} were not to be forgotten",
    ),
    (
        "to {B} the {O} [costs|takes] [courage|nerves|money], to leave it alone [costs|takes] more",
        "leaving the {O} alone would cost more",
    ),
    (
        "[my grandfather|my mother|an old friend] used to say that [a {X} is half a {Y}|you only {B} a {O} once]",
        "an old saying about a {X} came to mind",
    ),
    ("I do not [care|mind] about {K}, I [care|think] about the {J} {O}", "the {O} was more important than {K}"),
    ("between [us|you and me], the {X} [was|had been] [avoidable|foreseeable|nobody's fault]", "the {X} had been avoidable"),
    (
        "we have [lost|gained|spent] {N} [days|weeks|months] [over|with] this {X}, and the {C} [know|notice|feel] it",
        "{N} weeks had gone by over the {X}",
    ),
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

    def known(self, reporter: int) -> tuple[Fact, ...]:
        """The facts that a reporter (0, 1, 2) can have: the news, half of the others, and a third of the rest, which no other has."""
        return tuple(fact for i, fact in enumerate(self.facts) if i < 2 or i % 2 == 0 or i // 2 % 3 == reporter % 3)


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
        return words.choice(
            [f"{name}, {one} {of}".strip() + "," for one in plain] + [f"the {plain[0]} {of}, {name},".replace(" ,", ",")]
        )

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
                            f"[opened|begun|founded] in {rng.randint(1890, 2020)}", f"named after {person(rng)}"))  # fmt: skip
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
            return (
                f"[on {weekday(day)} {part}|in the {part} of {weekday(day)}]"
                if part != "night"
                else f"[on {weekday(day)} night|late on {weekday(day)}]"
            )
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

    def extra(self) -> str:
        """A circumstance: what makes one act unlike all others."""
        rng = self.rng
        if rng.random() < 0.35:
            return ""
        other = words.choice(rng.choice(words.NOUNS).strip("[]").split("|"))
        year, few = rng.randint(1958, 2022), rng.randint(3, 19)
        return rng.choice((
            f"despite [warnings|a warning] from the {rng.choice(self.bodies)}", f"by {few + rng.randint(1, 30)} votes to {few}",
            f"after [a|one] {other} that lasted {few} days", f"without [asking|consulting] the {rng.choice(self.bodies)}",
            f"in the presence of {person(rng)}", f"under [pressure|the pressure] of a {other}", f"for the first time since {year}",
            f"on the [advice|recommendation] of {person(rng)}", f"in spite of {rng.choice(self.topic.causes)}",
            f"with the [help|support] of {few} {rng.choice(self.topic.counted)}", f"at a [cost|price] of {money(rng)}",
            f"[against|contrary to] a ruling of {year}", f"[only|just] {few} days after the {other}", f"as it had [promised|announced] in {rng.choice(MONTHS)}",
            f"together with the {body(rng, self.near)}", f"[amid|in the midst of] a {other} over {rng.choice(self.topic.causes)}",
            f"to the [surprise|astonishment] of {rng.choice(words.PEOPLE)}", f"[weeks|a few weeks] before the {other} of {surname(rng)}",
        ))  # fmt: skip

    def spoken(self) -> tuple[str, str]:
        """Something that somebody said, word for word and reported: fixed for all who quote it."""
        rng = self.rng
        direct, indirect = rng.choice(_SPOKEN)
        roles = {**self.verb(), "O": rng.choice(self.topic.objects), "J": rng.choice(words.ADJECTIVES), "F": self.aim(), "Y": rng.choice(words.NOUNS), "Z": self.town, "N": figure(rng, 3, 90), "U": self.aim(), "K": rng.choice(self.topic.causes),
                 "C": rng.choice(self.topic.counted), "X": self.matter, "D": weekday(self.day + rng.randrange(7))}  # fmt: skip
        roles = {name: resolved(value, rng) for name, value in roles.items()}
        said, reported = resolved(_with(direct, roles), rng), _with(indirect, roles)
        return said[0].upper() + said[1:], reported

    def draw(self, kind: str) -> None:
        rng, topic = self.rng, self.topic
        if kind == "act":
            self.add("act", **self.verb(), A=self.agent(), O=self.object(), T=self.time(), L=self.located(), U=f"to {self.aim()}", S=self.source(),
                     E=self.extra())  # fmt: skip
        elif kind == "count":
            self.add("count", ("N",), N=figure(rng, 3, 9000), C=rng.choice(topic.counted), Q=rng.choice(topic.happened), L=self.located(),
                     T=self.time(), S=self.source(), E=self.extra())  # fmt: skip
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
            self.add(
                "body",
                ("N",),
                G=f"the {rng.choice(self.bodies)}",
                Y=str(rng.randint(1871, 2015)),
                N=figure(rng, 12, 9000),
                Z=self.town,
            )
        elif kind == "history":
            self.add("history", ("N",), X=self.matter, Y=str(rng.randint(1921, 2019)), N=figure(rng, 5, 4000), C=rng.choice(topic.counted),
                     Q=rng.choice(topic.happened), Z=rng.choice((self.town, self.near)))  # fmt: skip
        elif kind == "cause":
            self.add("cause", S=self.source(), K=rng.choice(topic.causes))
        elif kind == "future":
            self.add("future", A=self.agent(), O=self.object(), T=self.time(ahead=True), S=self.source())
        elif kind in ("reaction", "welcome"):
            self.add(
                kind,
                A=self.agent(),
                X=self.matter,
                C=rng.choice(topic.counted),
                Z=rng.choice((self.town, "the region")),
                E=self.extra(),
            )
        elif kind == "denial":
            self.add("denial", **self.verb(), S=self.source(), O=self.object(new=True), T=self.time())
        elif kind == "scene":
            self.add(
                "scene",
                T=self.time(),
                H=rng.choice(words.PEOPLE),
                L=f"at {rng.choice(topic.places)}",
                F=rng.choice(words.FEELINGS),
            )
        elif kind == "doubt":
            self.add("doubt", **self.verb(), A=self.agent(), O=self.object(), S=self.source(), T=self.time())
        elif kind == "effect":
            self.add(
                "effect", H=rng.choice(words.PEOPLE), X=self.matter, T=weekday(self.day + rng.randint(1, 6)), S=self.source()
            )
        elif kind == "place":
            self.add("place", ("N",), Z=self.town, N=figure(rng, 2000, 400_000), K=f"{rng.randint(9, 140)} kilometres [from|outside] {self.near}",
                     M=rng.choice(_INDUSTRIES), Y=str(rng.randint(1790, 1985)))  # fmt: skip
        elif kind in ("alternative", "comment"):
            self.add(
                kind,
                **self.verb(),
                S=self.source(),
                O=self.object(new=True),
                A=self.agent(),
                U=self.aim(),
                X=self.matter,
                Z=self.town,
            )
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
    return text


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
    order = ["act", rng.choice(("count", "act")), "quote", *(body * 4)[: max(0, size - later - 3)], *background[:later]]
    for kind in order:
        maker.draw(kind)
    lead = maker.facts[0]
    headlines = tuple(
        _with(text, dict(lead.roles) | {"Z": maker.town, "X": maker.matter})
        for text in (
            "{A} {V} {O}",
            "{O} {P} by {A}",
            "{Z}: {O} {P}",
            "{A}: {X} over {O}",
            "{X} in {Z} as {A} {V} {O}",
            "{A} {V} {O} {U}",
        )
    )
    return Event(maker.town, maker.topic, maker.matter, day, tuple(maker.facts), headlines)


def local_facts(rng: random.Random, happening: Event, number: int, place: int) -> tuple[Fact, ...]:
    """What an outlet adds for its own town: one or two facts. `number` is the event's, `place` that of the article in its family."""
    topic = happening.topic
    return tuple(
        Fact(number * IDS + 1000 + place * 2 + i, "local",
             (("Z", town(rng)), ("W", person(rng)), ("L", f"near {rng.choice(topic.places)}"), ("F", rng.choice(words.FEELINGS)),
              ("H", rng.choice(words.PEOPLE)), ("X", happening.matter)))
        for i in range(rng.choice((1, 1, 2)))
    )  # fmt: skip
