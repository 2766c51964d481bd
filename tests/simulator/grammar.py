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
from collections.abc import Mapping

from tests.simulator.words import sections

PATTERNS: dict[str, tuple[str, ...]] = {kind: tuple(lines) for kind, lines in sections("patterns.txt").items()}
"""Of each kind of fact the wordings that say the same. `reported` is a quotation put into indirect speech, its speaker kept."""
SAYINGS = [tuple(line.split(" ~ ")) for line in PATTERNS.pop("sayings")]
"""What people say, and the same in indirect speech."""
BEFORE, AFTER, CREDITED, NOTED, HEADLINES, OPENERS = (
    PATTERNS.pop(name) for name in ("before", "after", "credited", "noted", "headlines", "openers")
)
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
    """One or two clauses, joined."""

    clauses: tuple[Clause, ...]
    joint: int = 0
    opener: str = ""
    """Words before it that say nothing: `in addition,`."""
    edits: tuple[tuple[str, str], ...] = ()
    """What was done to the finished wording: (old, new), each once, nothing where old is gone."""

    def render(self) -> str:
        text = self.clauses[0].render()
        for clause in self.clauses[1:]:
            text = text.rstrip(",. ") + JOINTS[self.joint].format(clause.render())
        text = finished(f"{self.opener} {text}".lstrip())
        for old, new in self.edits:
            text = text.replace(old, new, 1)
        return text

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(clause.fact for clause in self.clauses)


@functools.lru_cache(1 << 16)
def filled(fact: Fact, kind: str, pattern: int) -> str:
    """A pattern with the fact's roles in it, choices still open."""
    return with_roles(PATTERNS[kind][pattern], dict(fact.roles))


def with_roles(text: str, roles: Mapping[str, str]) -> str:
    """A string of the grammar with its roles filled; those that have no value are empty."""
    return _ROLE.sub(lambda m: roles.get(m[1], ""), text)


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
