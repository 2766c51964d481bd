"""What tells an earlier version of a text from a later one: what it says of itself, and what it names. Pure.

Drafts announce what they do not say yet, and later versions say what was changed. Who names "RFC 2119" or "UPDATE 3" writes when
that is there (a terminus post quem), so of two versions the one that names the higher number of a series is the later; and links
move from http to https. Measured on revisions of standards and of proposals, each with the length held: a corpus alone
gives these measures the same weights as the other does.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping

_AHEAD = """
    draft drafts fixme pending preliminary soon tba tbd tentative tentatively todo unresolved xxx entwurf vorläufig brouillon
    provisoire borrador provisional
"""
_BACK = """
    amended clarification clarifications clarified clarifies clarify corrected correcting correction corrections corrects
    deprecated errata erratum former formerly obsolete obsoleted obsoletes originally previous previously replaced replaces
    revised revises revision revisions superseded supersedes update updated updates aktualisiert aktualisierte berichtigt
    berichtigung korrektur korrigiert actualizado actualización corregido corrección actualisé corrigé rectificatif aggiornato
    aggiornamento bijgewerkt gecorrigeerd
"""
AHEAD, BACK = frozenset(_AHEAD.split()), frozenset(_BACK.split())
"""Words that stand where something is still to come, and where something has changed. The English ones were measured."""
_STAGE = AHEAD | BACK
FEW = 2
"""Words more than the other has, from which on more say no more."""
_NUMBERED = re.compile(r"([A-Z][A-Za-z]{2,})[ #]{1,2}(\d{1,6})\b")
"""A member of a series: without the capital it is mostly an amount."""


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    ahead: frozenset[str]
    back: frozenset[str]
    """Of AHEAD and of BACK those that the text holds."""
    secure: float | None
    """Share of https among its links; None where it has none."""
    series: Mapping[str, int]
    """The highest number that follows a word, by that word in small letters."""


SILENT = Stage(frozenset(), frozenset(), None, {})
"""Of a text that says nothing of these."""


def stage(text: str, words: Iterable[str]) -> Stage:
    """words: of the text, in small letters."""
    found = _STAGE.intersection(words)
    secure, plain = text.count("https://"), text.count("http://")
    series: dict[str, int] = {}
    for word, number in _NUMBERED.findall(text):
        word = word.lower()
        series[word] = max(int(number), series.get(word, 0))
    return Stage(found & AHEAD, found & BACK, secure / (secure + plain) if secure + plain else None, series)


def announces(one: Stage, other: Stage) -> float:
    """How much more the one announces what is still to come: -1 to 1."""
    return _more(one.ahead, other.ahead)


def looks_back(one: Stage, other: Stage) -> float:
    """How much more the one says of what was changed: -1 to 1."""
    return _more(one.back, other.back)


def counts_on(one: Stage, other: Stage) -> float:
    """Whether the one is farther in the series that both name: -1 to 1."""
    higher = 0
    for word in one.series.keys() & other.series.keys():
        higher += (one.series[word] > other.series[word]) - (one.series[word] < other.series[word])
    return float((higher > 0) - (higher < 0))


def links_securely(one: Stage, other: Stage) -> float:
    """Whether more of the one's links are secure, where both have some: -1 to 1."""
    if one.secure is None or other.secure is None:
        return 0.0
    return float((one.secure > other.secure) - (one.secure < other.secure))


def _more(some: frozenset[str], others: frozenset[str]) -> float:
    more = len(some) - len(others)
    return max(-FEW, min(FEW, more)) / FEW
