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
        "{A} {V} {O} {T} {U}",
        "{T} {A} {V} {O} {L} {U}",
        "{O} was {P} by {A} {T} {U}",
        "it was {A} that {V} {O} {L} {T}",
        "{A} {V} {O} {T}, {S} said",
        "according to {S}, {A} {V} {O} {L} {U}",
        "{U}, {A} {V} {O} {T}",
        "{S} [said|confirmed|told reporters] that {O} had been {P} by {A} {T}",
        "{A} [decided|chose|agreed] to {B} {O} {L} {T}",
        "{L} {O} was {P} {T} {U}, a [step|move] taken by {A}",
        "[after|following] [hours|a day|long hours] of talks {A} {V} {O} {U}",
    ),
    "count": (
        "[about|around|some|roughly] {N} {C} were {Q} {L}",
        "the number of {C} {Q} [stood at|had reached|was put at] {N}, {S} said",
        "{S} [put|estimated] the number of {C} {Q} at {N}",
        "[in all|altogether|in total], {N} {C} were {Q}, according to {S}",
        "{N} {C} were {Q} {L} {T}, by the [count|reckoning] of {S}",
        "[at least|no fewer than] {N} {C} {L} were {Q}",
    ),
    "money": (
        "{O} [will|is expected to|is likely to] cost {M}, {S} said",
        "the [cost|price|bill] of {O} was [put|estimated] at {M}",
        "{A} set aside {M} for {O}",
        "{M} [has been|had been] [earmarked|budgeted|reserved] for {O}, according to {S}",
        "[paying for|financing] {O} [will|is to] [take|require] {M}, [most|much|the greater part] of it from {A}",
        "[with|carrying] a price tag of {M}, {O} is [among the costliest|one of the dearest] in the [history|memory] of {Z}",
    ),
    "rate": (
        "[last year|over the past year] the number of {C} in {Z} [rose|grew|went up] by {N} percent to {M}",
        "{S} [counted|recorded] {M} {C} in {Z} last year, {N} percent more than the year before",
        "there were {M} {C} in {Z} last year, [an increase|a rise] of {N} percent",
        "[official figures|statistics] [show|suggest] that {C} in {Z} have [increased|multiplied] by {N} percent within a year, to {M}",
        "with {M} {C}, {Z} had {N} percent more than twelve months [before|earlier]",
    ),
    "bio": (
        "{W}, {N}, has [led|headed|been at the head of] {G} since {Y}",
        "{W}, who is {N}, [took charge of|took over] {G} in {Y}",
        "[since|from] {Y} {G} has been [led|run] by {W}, now {N}",
        "{W} is {N} and [came to|joined] {G} in {Y} after [years|a career] in {M}",
        "a [former|one-time] [specialist|expert] in {M}, {W}, {N}, [became|was made] head of {G} in {Y}",
    ),
    "body": (
        "{G}, [founded|set up|established] in {Y}, [employs|has a staff of] {N} people in {Z}",
        "{G} has [existed|been in being] since {Y} and [employs|gives work to] {N} people",
        "[with|having] {N} people on its payroll, {G} is [one of the largest|among the biggest] employers in {Z}, where it [began|started] in {Y}",
        "it was in {Y} that {G} was [founded|set up] in {Z}; [today|now] {N} people work there",
    ),
    "history": (
        "a [similar|comparable] {X} in {Y} [ended|closed] with {N} {C} {Q}",
        "[as long ago as|already in] {Y}, {N} {C} had been {Q} in {Z}",
        "[the last time|not since] {Y} [have|had] so many {C} been {Q} in {Z}, [when|where] there were {N}",
        "older [people|residents] [remember|recall] {Y}, when {N} {C} were {Q}",
        "[records|archives] [speak|tell] of {N} {C} who were {Q} in {Z} in {Y}",
    ),
    "cause": (
        "{S} [blamed|pointed to] {K} as the [reason|cause]",
        "the [trouble|affair|matter] was [caused by|put down to] {K}, {S} [said|found]",
        "[an early|a first] [inquiry|examination] by {S} [suggested|showed] that {K} was [to blame|behind it]",
        "{K} [led to|lay behind] the [events|incident], [according to|in the view of] {S}",
        "{S} [believed|thought|assumed] that it [began|started] with {K}",
    ),
    "future": (
        "{A} [will|is due to|is expected to] [meet|come together] {T} to [discuss|consider|talk about] {O}",
        "a [decision|ruling] on {O} is [expected|due] {T}, {S} said",
        "{T} {A} [will|is to] [decide|rule|give its view] on {O}",
        "the [matter|question] of {O} [comes|goes] before {A} {T}",
        "[nothing|no word] on {O} is [expected|likely] before {A} [meets|sits] {T}",
    ),
    "reaction": (
        "{A} [criticised|attacked|condemned] the {X}, saying it would [hurt|harm] {C}",
        "the {X} was [sharply|strongly] [criticised|attacked] by {A}, who [feared|saw] [a loss|harm] for {C}",
        "for {A} the {X} [came|comes] at the [expense|cost] of {C}",
        "[opposition|criticism] came from {A}: {C} would [pay the price|bear the burden] of the {X}",
        "{A} [warned|cautioned] that {C} would be the [losers|victims] of the {X}",
    ),
    "welcome": (
        "{A} [welcomed|praised] the {X} as a [good|clear] [sign|signal] for {Z}",
        "[praise|support] for the {X} came from {A}, which [called|termed] it good for {Z}",
        "the {X} was [welcome|good] news for {Z}, {A} [said|found]",
        "{A} [spoke of|saw] a [good|fine] day for {Z} in the {X}",
    ),
    "denial": (
        "{S} [denied|rejected] [claims|reports] that {O} would be {P}",
        "[reports|rumours] that {O} might be {P} were [denied|dismissed] by {S}",
        "there were no [plans|intentions] to {B} {O}, {S} [said|insisted]",
        "{S} [said|insisted] that nobody [intended|planned] to {B} {O}",
        "{O} would not be {P}, {S} [promised|assured reporters]",
    ),
    "scene": (
        "{T} [dozens of|many] {C} [gathered|assembled|stood] {L}, [some|several] of them {F}",
        "{L} {C} [waited|stood] for [hours|a long time], {F}",
        "{F}, {C} [looked on|watched] from {L}",
        "the mood among {C} {L} was [mixed|uneasy]: [some|several] were {F}",
        "{C} who had come {L} [said|told this newspaper] they were {F}",
    ),
    "doubt": (
        "it was not [immediately|at first] [clear|known] [why|how] {A} {V} {O}",
        "[why|how] {A} {V} {O} [remained|was] [unclear|an open question] {T}",
        "{S} [gave|offered] no [reason|explanation] for what {A} had done with {O}",
        "no [reason|explanation] was given [why|for the way] {A} {V} {O}",
    ),
    "effect": (
        "for {C} the {X} [means|brings] [a long wait|waiting], [at least|or so] until {T}",
        "{C} [will have to|must] [wait|be patient] until {T} because of the {X}",
        "until {T} the {X} will [keep|leave] {C} [waiting|in suspense]",
        "the {X} [leaves|keeps] {C} in [uncertainty|doubt] until {T}, {S} said",
    ),
    "place": (
        "{Z}, a town of {N} people {K}, has [lived on|depended on] {M} [since|from] {Y}",
        "{Z} has {N} [inhabitants|people] and lies {K}; {M} [arrived|came] there in {Y}",
        "some {N} people live in {Z}, {K}, where {M} has [given work|been at home] since {Y}",
        "[since|from] {Y} {M} has [shaped|marked] {Z}, a place of {N} [inhabitants|people] {K}",
    ),
    "alternative": (
        "{S} said that to {B} {O} would have been [cheaper|easier], but {A} [wanted|preferred] to {U}",
        "{A} [wanted|preferred] to {U}, though to {B} {O} would have been [cheaper|easier], {S} [pointed out|said]",
        "an [alternative|other plan], to {B} {O}, was [dropped|given up] because {A} [wanted|hoped] to {U}",
        "to {B} {O} was [considered|weighed] and [rejected|ruled out] by {A}, [eager|keen] to {U}",
    ),
    "local": (
        "in {Z}, {W}, who [runs|owns] a [shop|business] {L}, was {F}: {C} there [feel|notice] it [too|as well]",
        "{C} in {Z} [will notice|will feel] the {X} [too|as well], {W} [said|believes]",
        "what the {X} [means|will mean] for {C} in {Z} is [not yet known|still open], according to {W}",
        "{W}, [who lives|at home] in {Z}, [has followed|follows] the {X} [closely|day by day] and is {F}",
    ),
    "comment": (
        "the {X} [shows|proves] how [hard|difficult] it is to {U} in {Z}",
        "whether {A} [would|might] {B} {O} was [anybody's guess|an open question], {S} [said|admitted]",
        "{S} [saw|recognised] in the {X} a [chance|lesson] for {Z}",
        "it is [rare|not often] that {A} [tries|sets out] to {B} {O} and to {U} [at once|at the same time]",
    ),
    "quote": (
        '"{Q}," {W} [said|told reporters]. "{R}."',
        '{W} [said|told a news conference]: "{Q}. {R}."',
        '"{Q}. {R}," [said|stated] {W}',
        '"{Q}," [said|declared] {W}. "{R}."',
    ),
    "remark": (
        '"{Q}," {W} [said|told reporters] {T}',
        '{W} [said|told a news conference]: "{Q}."',
        '"{Q}," [said|stated|declared] {W}',
        'as {W} [put it|said]: "{Q}."',
    ),
    "reported": (
        "{W} [said|told reporters] that {I}",
        "{I}, {W} [said|told reporters]",
        "according to {W}, {I}",
        'in the [words|view] of {W}, {I}',
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

    def chosen(match: re.Match[str]) -> str:
        options = match[1].split("|")
        return options[next(order, 0) % len(options)]

    text = " ".join(_CHOICE.sub(chosen, text).split())
    return _UNTIDY.sub("", text)


def finished(text: str) -> str:
    """A clause as a sentence: a capital, a full stop, `an` before vowels."""
    text = _AN.sub(r"\1n ", text).lstrip(", ")
    first = next((i for i, c in enumerate(text) if c.isalpha()), 0)
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

