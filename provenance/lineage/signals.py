"""Named reasons why a text may be the source of another. Pure. To add one: a function and a line in SIGNALS.

A signal gets the family and two linked texts and answers how many natural-log odds it gives to "b derives directly from a"
over "b does not derive from a", with the places in b that it rests on; None where it has nothing to say. What tells only the
order (dates, lengths) is split between the two directions as log(2 p) and log(2 (1 - p)), so that it moves the choice between
them without making a link of nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from provenance.cues import Cue
from provenance.lineage.evidence import Pair, Spans
from provenance.lineage.family import Family

FAR = 3.0
"""Distances beyond this (a twentieth of the words shared) say nothing of where a text branched off."""


class Weight(NamedTuple):
    log_odds: float
    spans: Spans


class Reliability:
    """Every constant of the signals, and where it comes from.

    "Fitted": by the likelihood of the true source among the earlier relatives and none, over half of the families (by hash) of
    rfc, pep_revisions and bibles, rounded, and compared on the other half. "Counted": the share of true edges of design.md's
    table, pulled towards one half. "Set": by hand, for want of data; credit is rare in the corpora at hand.
    """

    OVERLAP = (8.0, 0.40, 6.0, 0.35, 0.8)
    """Set, on pairs of one and of different families of news_rewrites and clough_stevenson: slope and middle of the
    similarity, slope and middle of the larger share, and a factor for the logarithm of the words over USUAL_WORDS."""
    USUAL_WORDS, MOST_WORDS = 20, 60
    SUMMARY = 2.0
    """Set: what the aligner's word that one text retells the other adds."""
    LIMITS = (-6.0, 5.0)
    LOOSE = (-25.0, 0.8, 120, 400)
    """Fitted: long text that is alike throughout but nowhere close is mostly one matter told twice (translations of one book).
    Factor of (0.8 - similarity) x log(words / 50), words up to 300."""
    SMALL = (-16.0, 0.5)
    """Fitted (-8.6 to -16): documents of which shared passages cover less than 0.5 on either side mostly quote a common third."""
    CLOSENESS = 6.0
    """Fitted (2 to 6, flat): per natural logarithm of the ratio of shares."""
    BRANCHING = -5.0
    """Fitted: -4.5 to -5."""
    SUCCESSION, MOST_BETWEEN = -3.0, 3
    """Fitted: -4.2, for each revision between; less, for other sites revise less tidily."""
    SITE, TITLE = 0.8, 1.5
    """Fitted: 1.0 and 0.1 to 1.9, as the sets differ."""
    CREDIT, LINK, CREDIT_ELSEWHERE = 4.0, 2.5, -1.5
    """Set: derived texts name their source in perhaps one of three cases, other relatives in one of a hundred or fewer."""
    ORIGINAL = 8.0
    """Set: a page that gives another document's address as its canonical one says that it is a copy of it."""
    LONGER_COPY, LONGER_REVISION = 0.68, 0.42
    """Counted: .89; .42 and .27. Nothing but lengths tells a text that was cut from one that grew, so the first is pulled far."""
    ATTESTED_COPY = 0.75
    """Counted: .96. For revisions the signal means nothing (.44, .38) and is silent."""
    VERSION = 12.0
    """Certain: the store saw one text replace the other at one address."""


def split(p: float) -> tuple[float, float]:
    """Log weights of a direction that is right with probability p, and of its opposite."""
    return math.log(2 * p), math.log(2 * (1 - p))


def dependence(pair: Pair) -> float:
    """Log odds that one of two texts depends on the other or both on a third, rather than that they only treat one matter."""
    slope, middle, share_slope, share_middle, per_log = Reliability.OVERLAP
    words = min(Reliability.MOST_WORDS, max(1, pair.words))
    z = slope * (pair.similarity - middle) + share_slope * (max(pair.share) - share_middle)
    z += per_log * math.log(words / Reliability.USUAL_WORDS) + Reliability.SUMMARY * pair.summary
    low, high = Reliability.LIMITS
    return min(high, max(low, z))


def overlap(family: Family, a: int, b: int) -> Weight | None:
    """How much and how closely they share: enough for one to be made directly from the other?"""
    pair = family.pair[a, b]
    loose, close, few, many = Reliability.LOOSE
    small, enough = Reliability.SMALL
    z = dependence(pair)
    z += loose * max(0.0, close - pair.similarity) * math.log(min(many, max(few, pair.words)) / few)
    z += small * max(0.0, enough - max(pair.cover)) * (not pair.summary)
    return Weight(z, pair.spans[1])


def closeness(family: Family, a: int, b: int) -> Weight | None:
    """How much less of b than the closest of its possible sources a has."""
    pair, best = family.pair[a, b], family.best_share(b)
    share = max(0.01, pair.share[1])
    return Weight(Reliability.CLOSENESS * math.log(share / best), pair.spans[1]) if share < best else None


def dates(family: Family, a: int, b: int) -> Weight | None:
    """Which is dated earlier, by the reliability of both dates.

    That b's date is false is one event, however many relatives are later than b: its probability is divided among them.
    """
    odds = family.order(a, b)
    if odds is None:
        return None
    later = family.elders(b)[1] if odds < 0 else 1
    return Weight(math.log(2 / (1 + math.exp(-odds))) - math.log(max(1, later)), ())


def credit(family: Family, a: int, b: int) -> Weight | None:
    """b gives a's address as the original's, or names a's outlet, or an outlet that is another's."""
    if family.nodes[b].original == family.nodes[a].uri != family.nodes[b].uri:
        return Weight(Reliability.ORIGINAL, ())
    cues = family.credits(b)
    hit = [cue for cue in cues if family.names(cue, family.nodes[a].outlets, family.nodes[a].sites)]
    if hit:
        weight = Reliability.CREDIT if any(cue.kind != "link" for cue in hit) else Reliability.LINK
        return Weight(weight, _places(hit))
    others = [cue for cue in cues if cue.outlet and cue.kind in ("credit", "byline", "copyright")]
    shared = {cue.key for cue in family.credits(a)}
    others = [cue for cue in others if cue.key not in shared]
    return Weight(Reliability.CREDIT_ELSEWHERE, _places(others)) if others else None


def _places(cues: Iterable[Cue]) -> Spans:
    """Where cues stand in the text; those of the markup stand nowhere."""
    return tuple((cue.start, cue.end) for cue in cues if cue.end)


def containment(family: Family, a: int, b: int) -> Weight | None:
    """Which is longer. A copy is cut from the longer; a revision mostly grows."""
    one, two = family.nodes[a], family.nodes[b]
    pair = family.pair[a, b]
    ratio = math.log(max(1, one.words) / max(1, two.words))
    strength = min(1.0, abs(ratio) / 0.7)
    if min(pair.share) > 0.6 or _same_site(family, a, b):
        p = Reliability.LONGER_REVISION
    elif _cut(pair):
        p = Reliability.LONGER_COPY
    else:
        return None
    p = 0.5 + (p - 0.5) * strength
    return Weight(split(p)[0 if ratio > 0 else 1], pair.spans[1]) if strength > 0.05 else None


def _cut(pair: Pair) -> bool:
    """Whether one is, by size and likeness, a shortened copy of the other."""
    return pair.summary or (max(pair.share) > 0.75 and min(pair.share) <= 0.6 and pair.similarity > 0.75)


def attestation(family: Family, a: int, b: int) -> Weight | None:
    """Whose further text third documents have: they saw the source, not this copy."""
    pair = family.pair[a, b]
    if not _cut(pair):
        return None
    one = family.cover.extra(a, pair.spans[0])
    two = family.cover.extra(b, pair.spans[1])
    lean = one[0] * one[1] - two[0] * two[1]
    if abs(lean) < 0.05:
        return None
    p = 0.5 + (Reliability.ATTESTED_COPY - 0.5) * min(1.0, abs(lean) / 0.4)
    return Weight(split(p)[0 if lean > 0 else 1], ())


def version(family: Family, a: int, b: int) -> Weight | None:
    """a is the former text of b's own address."""
    one, two = family.nodes[a], family.nodes[b]
    if one.version_of == two.id:
        return Weight(Reliability.VERSION, family.pair[a, b].spans[1])
    return Weight(-Reliability.VERSION, ()) if two.version_of == one.id else None


def succession(family: Family, a: int, b: int) -> Weight | None:
    """Between a and b in time stand revisions of the same site: the last of them is what was revised."""
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
    return Weight(Reliability.SUCCESSION * min(Reliability.MOST_BETWEEN, between), ()) if between else None


def branching(family: Family, a: int, b: int) -> Weight | None:
    """Where b's text leaves those of its elders: at a, or at some point on the way from a to another of them?

    With distances along a tree, b leaves the way from a to c at (d(a,b) + d(a,c) - d(b,c)) / 2 from a: 0 if b was made from a.
    """
    ab = family.distance(a, b)
    total = weights = 0.0
    for c, bc in family.ways_to_elders(b):
        ac = family.distance(a, c) if c != a and bc <= FAR else None
        if ab is None or ac is None or ac > FAR:
            continue
        weight = 1 / (ac + bc + 0.1)
        total += weight * min(1.0, max(0.0, (ab + ac - bc) / 2 / max(0.02, ac)))
        weights += weight
    return Weight(Reliability.BRANCHING * total / weights, ()) if total else None


def site(family: Family, a: int, b: int) -> Weight | None:
    """Both stand on one site."""
    return Weight(Reliability.SITE, ()) if _same_site(family, a, b) else None


def title(family: Family, a: int, b: int) -> Weight | None:
    """Their titles share words."""
    one, two = family.title_words(a), family.title_words(b)
    common = len(one & two)
    return Weight(Reliability.TITLE * common / len(one | two), ()) if common else None


def _same_site(family: Family, a: int, b: int) -> bool:
    return family.nodes[a].site is not None and family.nodes[a].site == family.nodes[b].site


SIGNALS: tuple[tuple[str, Callable[[Family, int, int], Weight | None]], ...] = (
    ("overlap", overlap),
    ("closeness", closeness),
    ("dates", dates),
    ("credit", credit),
    ("containment", containment),
    ("attestation", attestation),
    ("version", version),
    ("succession", succession),
    ("branching", branching),
    ("site", site),
    ("title", title),
)

OF_ORDER = ("credit", "containment", "attestation", "version")
"""The signals that point one way for a pair by itself; with dates, which are asked first."""
OF_A_PASSAGE = ("overlap", "dates", "credit", "site", "title")
"""The signals that speak of a passage; the others compare whole texts, of which a further parent has only a part."""


def score(family: Family, a: int, b: int, names: Collection[str] | None = None) -> list[tuple[str, Weight]]:
    """Every signal (of those named) that has something to say of "b derives from a". Of a guest only a passage can be judged."""
    if names is None and max(a, b) >= family.size:
        names = OF_A_PASSAGE
    found = ((name, signal(family, a, b)) for name, signal in SIGNALS if names is None or name in names)
    return [(name, weight) for name, weight in found if weight is not None]


OF_DEPENDENCE = ("overlap", "closeness", "branching", "site", "title")
"""The signals that say that two texts have to do with one another, whichever came first."""
AGAINST = -1.5
"""Log odds of dates that rule the direction out unless the texts themselves speak for it."""


def total(weights: list[tuple[str, Weight]]) -> float:
    """What the signals say together.

    How much two texts share says nothing of which came first: where dates speak clearly against a direction it is explained as
    well by the other direction or by a source of both, and does not count for this one.
    """
    against = any(name == "dates" and weight.log_odds <= AGAINST for name, weight in weights)
    return math.fsum(
        min(0.0, weight.log_odds) if against and name in OF_DEPENDENCE else weight.log_odds for name, weight in weights
    )
