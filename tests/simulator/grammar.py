"""Facts -> sentences. Pure.

A fact is what is so, a clause is one wording of it: a pattern of its kind and a pick for each choice `[a|b]` in it. To change
picks is to write it lightly anew, to change the pattern is to tell it anew; names and numbers stand in the roles, so no wording
changes them. Patterns of one kind say the same. Choices do not nest: a role never stands inside of one.
"""

from __future__ import annotations

import dataclasses
import functools
import random
import re

PATTERNS: dict[str, tuple[str, ...]] = {
    "act": (
        "{A} {V} {O} {T} {E} {U}",
        "{T} {A} {V} {O} {L} {E} {U}",
        "{O} was {P} by {A} {T} {E} {U}",
        "it was {A} [that|who, in the end,] {V} {O} {L} {E}",
        "{A} {V} {O} {E} {T}, {S} [said|reported|added|explained|stated]",
        "according to {S}, {A} {V} {O} {L} {U} {E}",
        "{U}, {A} {V} {O} {T} {E}",
        "{S} [said|confirmed|told reporters|made known|let it be known] that {O} had been {P} by {A} {T} {E}",
        "{A} [decided|chose|agreed|resolved|made up its mind] to {B} {O} {L} {T} {E}",
        "{L} {O} was {P} {T} {U}, [a step|a move|a measure|a decision] [taken|made] by {A} {E}",
        "[after|following] [hours|a day|long hours|a night|weeks] of [talks|wrangling|waiting|preparation] {A} {V} {O} {E} {U}",
        "[there was|the day brought] [news|fresh news|word] of {O}: {E} {A} {V} it {T} {U}",
        "what [many|some|quite a few] had [expected|predicted|feared|thought likely] [happened|came about] {T}, when {A} {V} {O} {E}",
        "{E} {O} was {P} {T}; {A} [wanted|hoped|intended|meant] {U}",
        "{A} [did not wait any longer|lost no time|saw no other way|acted on its own]: {T} {O} was {P} {E} {U}",
    ),
    "count": (
        "[about|around|some|roughly|nearly] {N} {C} were {Q} {L} {E}",
        "the number of {C} {Q} [stood at|had reached|was put at|had climbed to] {N} {T}, {S} said",
        "{S} [put|estimated|gave] the number of {C} {Q} {L} [at|as] {N}",
        "[in all|altogether|in total|all told], {N} {C} were {Q} {E}, according to {S}",
        "{N} {C} were {Q} {L} {T}, by the [count|reckoning|calculation] of {S}",
        "[at least|no fewer than|not less than] {N} {C} {L} were {Q} {T}",
        "{S} [spoke|talked] {T} of {N} {C} who or which [had been|were] {Q} {E}",
    ),
    "money": (
        "{O} [will|is expected to|is likely to|should] cost {M}, {S} said",
        "the [cost|price|bill|expense] of {O} was [put|estimated] at {M} by {S}",
        "{A} [set aside|found|made available|reserved] {M} for {O} {E}",
        "{M} [has been|had been] [earmarked|budgeted|reserved|found] for {O}, according to {S}",
        "[paying for|financing|meeting the cost of] {O} [will|is to|should] [take|require|call for] {M}, [most|much|the greater part|half] of it from {A}",
        "[with|carrying|bearing] a price tag of {M}, {O} is [among the costliest|one of the dearest|one of the most expensive] in the [history|memory] of {Z}",
    ),
    "rate": (
        "[last year|over the past year|within twelve months] the number of {C} in {Z} [rose|grew|went up|climbed] by {N} percent to {M}",
        "{S} [counted|recorded|registered] {M} {C} in {Z} last year, {N} percent more than [the year before|in the previous year]",
        "there were {M} {C} in {Z} last year, [an increase|a rise|a gain] of {N} percent [on the year|over the year before|year on year]",
        "[official figures|statistics|the latest figures|new data] [show|suggest|indicate] that {C} in {Z} have [increased|multiplied|grown] by {N} percent [within a year|in a year], to {M}",
        "with {M} {C}, {Z} had {N} percent more than [twelve months|a year] [before|earlier], {S} [found|worked out|reckoned]",
    ),
    "bio": (
        "{W}, {N}, has [led|headed|been at the head of|run] {G} since {Y}",
        "{W}, who is {N}, [took charge of|took over|was put in charge of] {G} in {Y}",
        "[since|from] {Y} {G} has been [led|run|headed] by {W}, now {N}, who [made a name|began] in {M}",
        "{W} is {N} and [came to|joined|moved to] {G} in {Y} after [years|a career|half a life] in {M}",
        "a [former|one-time] [specialist|expert] in {M}, {W}, {N}, [became|was made|was appointed] head of {G} in {Y}",
    ),
    "body": (
        "{G}, [founded|set up|established|created] in {Y}, [employs|has a staff of|gives work to] {N} people in {Z}",
        "{G} has [existed|been in being|been there] since {Y} and [employs|gives work to|pays] {N} people",
        "[with|having] {N} people on its payroll, {G} is [one of the largest|among the biggest] employers in {Z}, where it [began|started|opened its doors] in {Y}",
        "it was in {Y} that {G} was [founded|set up|established] in {Z}; [today|now|at present] {N} people work there",
    ),
    "history": (
        "a [similar|comparable|not very different] {X} in {Y} [ended|closed] with {N} {C} {Q}",
        "[as long ago as|already in|even in] {Y}, {N} {C} had been {Q} in {Z}",
        "not since {Y} have so many {C} been {Q} in {Z}, when there were {N}",
        "older [people|residents|inhabitants] [remember|recall|still talk of] {Y}, when {N} {C} were {Q}",
        "[records|archives|old newspapers] [speak|tell|write] of {N} {C} who were {Q} in {Z} in {Y}",
        "in {Y} {Z} had [lived through|known|seen] [something like it|a day like this]: {N} {C} were {Q} then",
    ),
    "cause": (
        "{S} [blamed|pointed to|named] {K} as the [reason|cause|likely cause]",
        "the [trouble|affair|matter|whole thing] was [caused by|put down to|due to] {K}, {S} [said|found|concluded]",
        "[an early|a first|a preliminary] [inquiry|examination|report] by {S} [suggested|showed|indicated] that {K} was [to blame|behind it|the reason]",
        "{K} [led to|lay behind|set off] the [events|incident|trouble], [according to|in the view of|in the words of] {S}",
        "{S} [believed|thought|assumed|took it] that it [began|started|had begun] with {K}",
        "[if|should] {S} [is|prove to be] right, {K} [was|had been] at the [bottom|root] of it",
    ),
    "future": (
        "{A} [will|is due to|is expected to|plans to] [meet|come together|sit] {T} to [discuss|consider|talk about|look at] {O}",
        "a [decision|ruling|word] on {O} is [expected|due|hoped for] {T}, {S} said",
        "{T} {A} [will|is to|wants to] [decide|rule|give its view|take a stand] on {O}",
        "the [matter|question|business|future] of {O} [comes|goes] before {A} {T}",
        "[nothing|no word|little] on {O} is [expected|likely|to be heard] before {A} [meets|sits|gathers] {T}",
    ),
    "reaction": (
        "{A} [criticised|attacked|condemned|deplored] the {X} {E}, saying it would [hurt|harm|hit] {C}",
        "the {X} was [sharply|strongly|openly] [criticised|attacked|condemned] by {A}, who [feared|saw|foresaw] [a loss|harm|bad times] for {C}",
        "for {A} the {X} [came|comes|is made] at the [expense|cost] of {C}",
        "[opposition|criticism|protest] came from {A}: {C} would [pay the price|bear the burden|be the ones to suffer] of the {X} {E}",
        "{A} [warned|cautioned|predicted] that {C} would be the [losers|victims|ones to suffer] of the {X}",
    ),
    "welcome": (
        "{A} [welcomed|praised|greeted] the {X} {E} as a [good|clear|strong] [sign|signal|message] for {Z}",
        "[praise|support|applause] for the {X} came from {A}, which [called|termed|thought] it good for {Z}",
        "the {X} was [welcome|good|the best] news for {Z}, {A} [said|found|declared]",
        "{A} [spoke of|saw|celebrated] a [good|fine|great] day for {Z} in the {X} {E}",
        "{Z} [could|might] be [pleased|happy|content] with the {X}, [in the view of|thought] {A}",
    ),
    "denial": (
        "{S} [denied|rejected|contradicted] [claims|reports|stories] that {O} would be {P}",
        "[reports|rumours|claims] that {O} might be {P} were [denied|dismissed|called nonsense] by {S}",
        "there were no [plans|intentions|thoughts] to {B} {O}, {S} [said|insisted|made clear]",
        "{S} [said|insisted|swore] {T} that nobody [intended|planned|had the wish] to {B} {O}",
        "{O} would not be {P}, {S} [promised|assured reporters|gave assurance]",
    ),
    "scene": (
        "{T} [dozens of|many|a crowd of] {H} [gathered|assembled|stood|collected] {L}, [some|several|most] of them {F}",
        "{L} {H} [waited|stood|sat] for [hours|a long time|half the day], {F}",
        "{F}, {H} [looked on|watched|followed events] from {L}",
        "the mood among {H} {L} was [mixed|uneasy|hard to read]: [some|several|many] were {F}",
        "{H} who had come {L} {T} [said|told this newspaper|told a reporter] they were {F}",
    ),
    "doubt": (
        "it was not [immediately|at first|quite] [clear|known|explained] [why|how] {A} {V} {O} {T}",
        "[why|how] {A} {V} {O} [remained|was|stayed] [unclear|an open question|a riddle] {T}",
        "{S} [gave|offered|had] no [reason|explanation|answer] for what {A} had done with {O}",
        "no [reason|explanation|ground] was given {T} [why|for the way] {A} {V} {O}",
    ),
    "effect": (
        "for {H} the {X} [means|brings|spells] [a long wait|waiting|patience], [at least|or so] until {T}",
        "{H} [will have to|must|are asked to] [wait|be patient|manage] until {T} because of the {X}",
        "until {T} the {X} will [keep|leave] {H} [waiting|in suspense|without an answer]",
        "the {X} [leaves|keeps] {H} in [uncertainty|doubt|the dark] until {T}, {S} said",
    ),
    "place": (
        "{Z}, a town of {N} people {K}, has [lived on|depended on|been known for] {M} [since|from] {Y}",
        "{Z} has {N} [inhabitants|people|souls] and lies {K}; {M} [arrived|came|settled] there in {Y}",
        "some {N} people live in {Z}, {K}, where {M} has [given work|been at home|been the mainstay] since {Y}",
        "[since|from] {Y} {M} has [shaped|marked|fed] {Z}, a place of {N} [inhabitants|people] {K}",
    ),
    "alternative": (
        "{S} said that to {B} {O} would have been [cheaper|easier|quicker], but {A} [wanted|preferred|was eager] to {U}",
        "{A} [wanted|preferred|was eager] to {U}, though to {B} {O} would have been [cheaper|easier|quicker], {S} [pointed out|said|noted]",
        "an [alternative|other plan|easier way], to {B} {O}, was [dropped|given up|ruled out] because {A} [wanted|hoped|meant] to {U}",
        "to {B} {O} was [considered|weighed|talked about] and [rejected|ruled out|dismissed] by {A}, [eager|keen|determined] to {U}",
    ),
    "local": (
        "in {Z}, {W}, who [runs|owns] a [shop|business|guest house|workshop] {L}, was {F}: {H} there [feel|notice|talk about] it [too|as well]",
        "{H} in {Z} [will notice|will feel|have noticed] the {X} [too|as well], {W} [said|believes|is sure]",
        "what the {X} [means|will mean|holds] for {H} in {Z} is [not yet known|still open|hard to say], according to {W}",
        "{W}, [who lives|at home|born] in {Z}, [has followed|follows] the {X} [closely|day by day|from afar] and is {F}",
    ),
    "comment": (
        "the {X} [shows|proves|teaches] how [hard|difficult|slow a business] it is to {U} in {Z}",
        "whether {A} [would|might|could] {B} {O} was [anybody's guess|an open question|uncertain], {S} [said|admitted|conceded]",
        "{S} [saw|recognised|read] in the {X} a [chance|lesson|warning] for {Z}",
        "it is [rare|not often|seldom] that {A} [tries|sets out|attempts] to {B} {O} and to {U} [at once|at the same time|in one go]",
    ),
    "quote": (
        '"{Q}," {W} [said|told reporters]. "{R}."',
        '{W} [said|told a news conference]: "{Q}. {R}."',
        '"{Q}. {R}," [said|stated] {W}',
        '"{Q}," [said|declared] {W}. "{R}."',
        '"{Q}," was how {W} [put it|saw it] {T}. "{R}."',
    ),
    "remark": (
        '"{Q}," {W} [said|told reporters] {T}',
        '{W} [said|told a news conference|told reporters] {T}: "{Q}."',
        '"{Q}," [said|stated|declared|observed] {W}',
        'as {W} [put it|said|expressed it]: "{Q}."',
    ),
    "reported": (
        "{W} [said|told reporters|made clear] that {I}",
        "{I}, {W} [said|told reporters|explained]",
        "according to {W}, {I}",
        "in the [words|view|eyes] of {W}, {I}",
    ),
}  # fmt: skip
"""Of each kind the wordings that say the same. `reported` is a quotation put into indirect speech, its speaker kept."""

QUOTATIONS = ("quote", "remark")
JOINTS = (", and {}", ", while {}", "; {}", ", but {}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_ROLE = re.compile(r"\{(\w)\}")
_UNTIDY = re.compile(r"\s*,(?:\s*,)*(?=\s*[.:;])|\s+(?=[,.:;])|,(?=\s*,)")
"""Commas and spaces that an empty role or a name in apposition leaves before other stops."""
_AN = re.compile(r"\b([Aa]) (?=(?!uni|one|use|eu|uti|Uni|Eu)[aeiouAEIOU])")


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """What is so. Roles are strings of the grammar; choices in them are open to every wording, all else is fixed."""

    id: int
    kind: str
    roles: tuple[tuple[str, str], ...]
    figures: tuple[str, ...] = ()
    """Roles that hold a number that may be got wrong."""

    def role(self, name: str) -> str:
        return dict(self.roles).get(name, "")

    def changed(self, name: str, value: str) -> Fact:
        return dataclasses.replace(self, roles=tuple((n, value if n == name else v) for n, v in self.roles))


@dataclasses.dataclass(frozen=True, slots=True)
class Clause:
    """One wording of a fact."""

    fact: Fact
    kind: str
    """The fact's, or `reported`."""
    pattern: int
    picks: tuple[int, ...]

    def render(self) -> str:
        """Without capital and full stop."""
        return expand(filled(self.fact, self.kind, self.pattern), self.picks)


@dataclasses.dataclass(frozen=True, slots=True)
class Sentence:
    """One or two clauses, joined, and what was done to the finished wording: (old, new) each once, nothing where old is gone."""

    clauses: tuple[Clause, ...]
    joint: int = 0
    edits: tuple[tuple[str, str], ...] = ()

    def render(self) -> str:
        text = self.clauses[0].render()
        for clause in self.clauses[1:]:
            text = text.rstrip('."') + ('"' if text.endswith('"') else "") + JOINTS[self.joint].format(clause.render())
        text = finished(text)
        for old, new in self.edits:
            text = text.replace(old, new, 1)
        return text

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(clause.fact for clause in self.clauses)


@functools.lru_cache(1 << 16)
def filled(fact: Fact, kind: str, pattern: int) -> str:
    """A pattern with the fact's roles in it, choices still open."""
    roles = dict(fact.roles)
    return _ROLE.sub(lambda m: roles.get(m[1], ""), PATTERNS[kind][pattern])


def expand(text: str, picks: tuple[int, ...]) -> str:
    """A string of the grammar with its choices made, in order; picks wrap around, missing ones take the first."""
    order = iter(picks)

    def one(match: re.Match[str]) -> str:
        options = match[1].split("|")
        return options[next(order, 0) % len(options)]

    text = " ".join(_CHOICE.sub(one, text).split())
    return _UNTIDY.sub("", text)


def finished(text: str) -> str:
    """A clause as a sentence: a capital, a full stop, `an` before vowels."""
    text = _AN.sub(r"\1n ", text).strip(", ")
    first = next((i for i, c in enumerate(text) if c.isalnum()), 0)
    text = text[:first] + text[first : first + 1].upper() + text[first + 1 :]
    return text if text.endswith((".", '."')) else text + "."


def choices(text: str) -> int:
    return len(_CHOICE.findall(text))


def worded(fact: Fact, rng: random.Random, kind: str | None = None, unlike: int | None = None) -> Clause:
    """A wording drawn at random; `unlike`: another pattern than this one."""
    kind = kind or fact.kind
    count = len(PATTERNS[kind])
    pattern = rng.randrange(count)
    if pattern == unlike:
        pattern = (pattern + 1 + rng.randrange(count - 1)) % count
    return Clause(fact, kind, pattern, _picks(rng, choices(filled(fact, kind, pattern))))


def _picks(rng: random.Random, count: int) -> tuple[int, ...]:
    return tuple(rng.randrange(12) for _ in range(count))


def retouched(clause: Clause, share: float, rng: random.Random) -> Clause:
    """The same pattern with about this share of its choices made anew."""
    picks = tuple(rng.randrange(12) if rng.random() < share else pick for pick in clause.picks)
    return dataclasses.replace(clause, picks=picks)


def resolved(text: str, rng: random.Random) -> str:
    """A string of the grammar with all its choices made at random."""
    return expand(text, _picks(rng, choices(text)))


def chosen(text: str, rng: random.Random) -> str:
    """The same for a text that is no sentence: its white space and stops stay."""
    return _CHOICE.sub(lambda m: rng.choice(m[1].split("|")), text)
