"""Named reasons why a text may be the source of another. Pure. To add one: a function, a line in a table, a weight in the model.

A signal gets the family and two linked texts and answers how many natural-log odds it gives to "b derives directly from a",
with the places in b that it rests on; None where it has nothing to say. There are three kinds:

- of dependence (DEPENDENCE): that the two have to do with one another, and nothing stands between them;
- of order (ORDER): which of the two was first, whatever else. Their log odds are added up and then split between the two
  directions as log(2 p) and log(2 (1 - p)), so that they move the choice without making a link of nothing;
- of origin (origin.py): that a text was made from none of its relatives. They weigh the text, not the pair.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from provenance.cues import Cue
from provenance.lineage.evidence import Pair, Spans, minus, size
from provenance.lineage.family import Family, Trait
from provenance.lineage.stage import Stage, announces, counts_on, links_securely, looks_back
from provenance.lineage.ties import dependence, gates, inside

FAR = 3.0
"""Distances beyond this (a twentieth of the words shared) say nothing of where a text branched off."""
LOOSE, FEW, MANY = 0.8, 120, 400
"""Similarity below which long passages are loose, and how long: in words of both."""
THIN = 0.5
"""Share of either text that passages cover, below which little is shared."""
GROWN = 0.05
"""Natural log of the ratio of the lengths of two revisions, beyond which more growth says no more."""
SHORT = 100
"""Shared words of which half of what they say of distances is chance, where they were told in other words."""
CHANCE, CHANCE_FIGURES = 3, 1
"""Readings, and numbers, that a text may have in common with another by chance."""
LATE = 3
"""Revisions in between, beyond which more say no more."""
SURELY = 3.0
"""Beyond an e-fold of this many times, a third text stands between two for sure."""


class Weight(NamedTuple):
    log_odds: float
    spans: Spans


Signal = Callable[[Family, int, int, Mapping[str, float]], Weight | None]


def overlap(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """How much and how closely they share: enough for one to be made directly from the other?"""
    pair = family.pair[a, b]
    return Weight(weights["overlap"] * dependence(pair), pair.spans[1])


def looseness(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Long text that is alike throughout but nowhere close: mostly one matter told twice, as by two translators of a book."""
    pair = family.pair[a, b]
    loose = max(0.0, LOOSE - pair.similarity) * math.log(min(MANY, max(FEW, pair.words)) / FEW)
    return Weight(weights["looseness"] * loose, pair.spans[1]) if loose else None


def thinness(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Passages that are a small part of both texts: mostly both quote a third."""
    pair = family.pair[a, b]
    thin = max(0.0, THIN - max(pair.cover)) * (not pair.summary)
    return Weight(weights["thinness"] * thin, pair.spans[1]) if thin else None


def closeness(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """How much less of b than the closest of its possible sources a has: natural log of the ratio."""
    pair, best = family.pair[a, b], family.best_share(b)
    share = max(0.01, pair.share[1])
    return Weight(by_relation("closeness", pair, weights) * math.log(share / best), pair.spans[1]) if share < best else None


def remainder(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """How much of b others have and a has not, others that are not known to be later: b has it from elsewhere, and perhaps all,
    as they share something with a. (What is from texts that do not makes b a compilation.) A share of b."""
    rest = minus(family.told(a, b), family.pair[a, b].spans[1])
    share = size(rest) / max(1, family.nodes[b].own_length)
    return Weight(weights["remainder"] * share, rest) if share else None


def ordered(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Dates tell which of the two was first: then only one way is left between them, which makes it no more likely that either
    was made from the other."""
    return None if family.order(a, b) is None else Weight(weights["ordered"], ())


def late(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Where a is dated after b: that b's date is false is one event, however many relatives are later than b, and its probability
    is divided among them. Natural log of how many."""
    later = family.elders(b)[1] if family.later(a, b) else 0
    return Weight(weights["late"] * math.log(later), ()) if later > 1 else None


def branching(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Where b's text leaves those of its elders: at a (0), or farther towards another of them (1)?

    With distances along a tree, b leaves the way from a to c at (d(a,b) + d(a,c) - d(b,c)) / 2 from a: 0 if b was made from a.
    """
    found = _leaves(family, a, b, ((c, far) for c, far, older in family.ways(b) if older > 0))
    return None if found is None else Weight(weights["branching"] * found, ())


def readings(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """What b has in common with its elders, a has, if b is from a: natural log of how much more a lacks than the one that lacks
    least."""
    more = _lacks(family, a, b, "readings", CHANCE)
    return Weight(weights["readings"] * more, ()) if more else None


def figures(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """The same of the numbers that b has in common with its elders: they outlive every rewording, and so do those that somebody
    got wrong or brought up to date."""
    more = _lacks(family, a, b, "figures", CHANCE_FIGURES)
    return Weight(weights["figures"] * more, ()) if more else None


def _lacks(family: Family, a: int, b: int, trait: Trait, chance: int) -> float:
    lacks = family.lacking(b, trait).get(a)
    if lacks is None:
        return 0.0
    return math.log((lacks + chance) / (min(lacks, family.least_lacking(b, trait)) + chance))


def between(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Whether a third text has all that the two have in common, and more in common with each than the two have: then it stands
    between them. One unit is an e-fold, of at most SURELY."""
    found = family.between(a, b)
    return Weight(by_relation("between", family.pair[a, b], weights) * min(SURELY, found), ()) if found > 0 else None


def by_relation(name: str, pair: Pair, weights: Mapping[str, float]) -> float:
    """What a distance is worth: how close two short texts are that were told in other words depends on who told them."""
    told = retold(pair)
    return weights[name] * (1 - told) + weights[f"{name}.rewrite"] * told


def retold(pair: Pair) -> float:
    """How far what two texts share was told in other words and is too short for its distances to mean much: 0 to 1."""
    return gates(pair)[0] * SHORT / (SHORT + pair.words)


def _leaves(family: Family, a: int, b: int, others: Iterable[tuple[int, float]]) -> float | None:
    """Where b leaves the ways from a to others, whose distances from b are given, as a share of these ways; near ones count
    most."""
    ab = family.distance(a, b)
    total = weights = 0.0
    for c, bc in others:
        ac = family.distance(a, c) if c != a and bc <= FAR else None
        if ab is None or ac is None or ac > FAR:
            continue
        weight = 1 / (ac + bc + 0.1)
        total += weight * min(1.0, max(0.0, (ab + ac - bc) / 2 / max(0.02, ac)))
        weights += weight
    return total / weights if weights else None


def succession(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """How many revisions of the same site stand between a and b in time: the last of them is what was revised."""
    if not _same_site(family, a, b) or not family.earlier(a, b):
        return None
    site, share = family.nodes[a].site, family.pair[a, b].share[1]
    between = sum(
        c != a
        and family.nodes[c].site == site
        and family.pair[c, b].share[1] > 0.8 * share
        and family.earlier(c, b)
        and family.earlier(a, c)
        for c in family.closest(b)
    )
    return Weight(weights["succession"] * min(LATE, between), ()) if between else None


def credit(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """b gives a's address as the original's, or names a's outlet, or an outlet that is another's and that a does not name."""
    kind, cues = _credit(family, a, b)
    return Weight(weights[kind], _places(cues)) if kind not in ("", "credit.inherited") else None


def inherited(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """b names an outlet that is another's, and so does a: b may have the credit with the words."""
    kind, cues = _credit(family, a, b)
    return Weight(weights[kind], _places(cues)) if kind == "credit.inherited" else None


def _credit(family: Family, a: int, b: int) -> tuple[str, list[Cue]]:
    """What b says of a as its source, as the name of its weight, and the cues that say it; no name where it says nothing."""
    if family.nodes[b].original == family.nodes[a].uri != family.nodes[b].uri:
        return "credit.original", []
    cues = family.credits(b)
    if not cues:
        return "", []
    if hit := [cue for cue in cues if family.names(cue, family.nodes[a].outlets, family.nodes[a].sites)]:
        return "credit" if any(cue.kind != "link" for cue in hit) else "credit.link", hit
    others = [cue for cue in cues if cue.outlet and cue.kind in ("credit", "byline", "copyright")]
    shared = family.credited(a)
    if both := [cue for cue in others if cue.key in shared]:
        return "credit.inherited", both
    return "credit.elsewhere" if others else "", others


def _places(cues: Iterable[Cue]) -> Spans:
    """Where cues stand in the text; those of the markup stand nowhere."""
    return tuple((cue.start, cue.end) for cue in cues if cue.end)


def version(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """a is the former text of b's own address."""
    one, two = family.nodes[a], family.nodes[b]
    if one.version_of == two.id:
        return Weight(weights["version"], family.pair[a, b].spans[1])
    return Weight(-weights["version"], ()) if two.version_of == one.id else None


def site(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Both stand on one site."""
    return Weight(weights["site"], ()) if _same_site(family, a, b) else None


def title(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """The share of their titles' words that both have."""
    one, two = family.title_words(a), family.title_words(b)
    common = len(one & two)
    return Weight(weights["title"] * common / len(one | two), ()) if common else None


def dates(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Which is dated earlier, by the reliability of both dates."""
    odds = family.order(a, b)
    return None if odds is None else Weight(weights["dates"] * odds, ())


def growth(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Which of two revisions is longer: texts that are worked on mostly grow, but not those that another site takes over.

    One unit is a growth of GROWN or more.
    """
    if not family.may_revise(a, b):
        return None
    grown = _ratio(family, b, a) / GROWN * gates(family.pair[a, b])[2]
    return Weight(weights["growth"] * min(1.0, max(-1.0, grown)), family.pair[a, b].spans[1]) if grown else None


def draft(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Which of two revisions announces more that is still to come, as drafts and first reports do (stage.py)."""
    return _staged("draft", announces, family, a, b, weights)


def hindsight(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Which of two revisions says more of what was changed: updates, corrections, what is obsolete."""
    return _staged("hindsight", looks_back, family, b, a, weights)


def series(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Which of two revisions names higher numbers of the series that both name: it was written later."""
    return _staged("series", counts_on, family, b, a, weights)


def links(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Which of two revisions has the larger share of secure links: addresses move from http to https."""
    return _staged("links", links_securely, family, b, a, weights)


def _staged(
    name: str, more: Callable[[Stage, Stage], float], family: Family, one: int, other: int, weights: Mapping[str, float]
) -> Weight | None:
    """By how much more the one text has of something by which versions of one text are told apart."""
    if not family.may_revise(one, other):
        return None
    wordings = family.nodes[one].wording, family.nodes[other].wording
    if None in wordings:
        return None
    found = more(wordings[0].stage, wordings[1].stage) * gates(family.pair[one, other])[2]
    return Weight(weights[name] * found, ()) if found else None


def cut(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Which of two texts, of which one is a part of the other, is longer: copies are cut. One unit is half as long or less."""
    pair = family.pair[a, b]
    if not _cut(pair):
        return None
    longer = _ratio(family, a, b) / math.log(2)
    return Weight(weights["cut"] * min(1.0, max(-1.0, longer)), pair.spans[1])


def attestation(family: Family, a: int, b: int, weights: Mapping[str, float]) -> Weight | None:
    """Whose further text third documents have: they saw the source, not this copy. One unit is two fifths of a text."""
    pair = family.pair[a, b]
    if not _cut(pair):
        return None
    one = family.cover.extra(a, pair.spans[0])
    two = family.cover.extra(b, pair.spans[1])
    lean = one[0] * one[1] - two[0] * two[1]
    return Weight(weights["attestation"] * min(1.0, max(-1.0, lean / 0.4)), ()) if abs(lean) >= 0.05 else None


def _cut(pair: Pair) -> bool:
    """Whether one is, by size and likeness, a shortened copy of the other."""
    return pair.summary or inside(pair) or (max(pair.share) > 0.75 and min(pair.share) <= 0.6 and pair.similarity > 0.75)


def _ratio(family: Family, a: int, b: int) -> float:
    """Natural log of how many times as long as b a is."""
    return math.log(max(1, family.nodes[a].words) / max(1, family.nodes[b].words))


def _same_site(family: Family, a: int, b: int) -> bool:
    return family.nodes[a].site is not None and family.nodes[a].site == family.nodes[b].site


DEPENDENCE: Mapping[str, Signal] = {
    "overlap": overlap,
    "looseness": looseness,
    "thinness": thinness,
    "closeness": closeness,
    "remainder": remainder,
    "ordered": ordered,
    "late": late,
    "branching": branching,
    "readings": readings,
    "figures": figures,
    "between": between,
    "succession": succession,
    "site": site,
    "title": title,
}
NAMED: Mapping[str, Signal] = {"credit": credit, "inherited": inherited, "version": version}
"""What says outright that b was made from a; of dependence and of order in one."""
ORDER: Mapping[str, Signal] = {
    "dates": dates,
    "growth": growth,
    "draft": draft,
    "hindsight": hindsight,
    "series": series,
    "links": links,
    "cut": cut,
    "attestation": attestation,
}
SIGNALS: Mapping[str, Signal] = {**DEPENDENCE, **NAMED, **ORDER}
OF_A_PASSAGE = frozenset(("overlap", "looseness", "thinness", "late", "dates", "credit", "inherited", "site", "title"))
"""The signals that speak of a passage; the others compare whole texts, of which a further parent has only a part."""
