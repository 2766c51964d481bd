"""The vocabulary of simulated news, from words.txt, and how English inflects it. A group of words that may stand for one another
is a choice of the grammar: `[plan|proposal|scheme]`."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import NamedTuple


class Topic(NamedTuple):
    """What one kind of event is told with; words.txt says what each is."""

    agents: tuple[str, ...]
    objects: tuple[str, ...]
    verbs: tuple[str, ...]
    aims: tuple[str, ...]
    counted: tuple[str, ...]
    happened: tuple[str, ...]
    places: tuple[str, ...]
    causes: tuple[str, ...]


def choice(options: list[str]) -> str:
    return f"[{'|'.join(options)}]" if len(options) > 1 else options[0]


def options(group: str) -> list[str]:
    """What a choice chooses from."""
    return group.strip("[]").split("|")


def sections(name: str) -> dict[str, list[str]]:
    """The sections of a data file: their lines, without comments; indented lines are joined to the one before."""
    out: dict[str, list[str]] = {}
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            out[line.removeprefix("== ")] = lines = []
        elif line.startswith("    "):
            lines[-1] += " " + line.strip()
        elif line and not line.startswith("#"):
            lines.append(line)
    return out


def _table(lines: list[str]) -> dict[str, tuple[str, ...]]:
    rows = (line.partition(": ") for line in lines)
    return {key: tuple(choice(group.split("/")) for group in value.split("; ")) for key, _, value in rows}


_TABLES = {name: _table(lines) for name, lines in sections("words.txt").items()}
_COMMON, OUTLETS, _IRREGULAR = (_TABLES.pop(name) for name in ("common", "outlets", "irregular"))
TOPICS = {name: Topic(**table) for name, table in sorted(_TABLES.items())}
ADJECTIVES, NOUNS, FEELINGS, OFFICES = (_COMMON[name] for name in ("adjectives", "nouns", "feelings", "offices"))
PEOPLE, INDUSTRIES, BODIES, FIELDS, MATTERS = (_COMMON[name] for name in ("people", "industries", "bodies", "fields", "matters"))
FIRST_NAMES = _COMMON["first_names"]
SURNAMES = _COMMON["surname_heads"], _COMMON["surname_tails"]
TOWNS = _COMMON["town_heads"], _COMMON["town_tails"]
_FORMS = {verb: (past, participle) for verb, past, participle in map(options, _IRREGULAR["verbs"])}
_DOUBLED = frozenset(_IRREGULAR["doubled"])


@functools.cache
def past(verb: str, participle: bool = False) -> str:
    """The past tense, or the participle, of a bare infinitive of one or more words: `turned down`, `brought under control`."""
    head, space, rest = verb.partition(" ")
    if head in _FORMS:
        form = _FORMS[head][participle]
    elif head.endswith("e"):
        form = head + "d"
    elif head.endswith("y") and head[-2] not in "aeiou":
        form = head[:-1] + "ied"
    elif head in _DOUBLED:
        form = head + head[-1] + "ed"
    else:
        form = head + "ed"
    return form + space + rest


def inflected(group: str, participle: bool = False) -> str:
    """A group of bare infinitives in the past tense."""
    return choice([past(verb, participle) for verb in options(group)])
