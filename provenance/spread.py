"""How far a passage has spread, and what kind of match that makes it. Pure: counts of matches in, kinds out.

A passage that stands in many texts which otherwise have little in common is furniture of the trade: a disclaimer, a legend,
an agency's background paragraph. It is told by three things together: on both sides it lies in SPREAD other groups of texts
or more, and it is less than MINOR of either text. Texts that share most of their words are one group (the thousand copies of
one wire story count once), so that copying a story widely does not make it boilerplate.

A close copy (COPY, of COPY_WORDS or more) has spread only where others are as close: a table of figures that is copied whole is
no furniture because many tables look like it.

On one site SITE_SPREAD other texts are enough: what a site puts on three of its pages is its furniture.

A form that whole texts fill in (results, dividends, weather) is told by its wording: hardly any of what two such texts share
is rarer than the form itself (FRESH), and they are not simply copies (COPY, of COPY_WORDS or more). Both are asked of all
that the two texts share, so that a copy with a paragraph put in, which is two passages, stays a copy.

Two short texts that match from end to end (WHOLE) were judged as wholes: their match is no part of them, however few of their
words it keeps. Where two may be rewrites of one another (the match is doubtful: no evidence by itself), the other texts tell:
both are matched with RELATIVES or more, which are a share KINSHIP of all that either is matched with. On news_rewrites that is
worth two points of recall and one of precision; no measure of the two texts alone was.

`kind` follows from the store's present counts and may change with them; `grade`, what the pair alone says, stays.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from provenance.model import Match

SPREAD = 6.0
MINOR = 0.5
SITE_SPREAD = 2.0
FRESH = 0.3
COPY, COPY_WORDS = 0.85, 40
WHOLE, SHORT = 0.9, 100
RELATIVES, KINSHIP = 2, 0.4
_Sides = tuple[float, float]
_Profile = tuple[list[int], list[int], list[int]]
_NOWHERE: _Profile = ([], [], [])


def kinds(
    matches: Sequence[Match],
    grades: Sequence[str],
    lengths: Mapping[int, int],
    sites: Mapping[int, str | None],
    fresh: Sequence[float],
    doubtful: Container[int] = frozenset(),
) -> list[str]:
    """The kind of each match, given its grade.

    lengths, sites: words and site of every document; fresh: index.freshness of each match's two documents; matches: all
    those of every document named in one whose kind is wanted (for the others the answer may fall short); doubtful: indexes of
    those that are no evidence by themselves.
    """
    told = Spread(matches, lengths, sites, doubtful)
    return [told.kind(i, grade, fresh[i]) for i, grade in enumerate(grades)]


class Spread:
    """How far the passages of some matches have spread; arguments as for `kinds`."""

    def __init__(
        self,
        matches: Sequence[Match],
        lengths: Mapping[int, int],
        sites: Mapping[int, str | None],
        doubtful: Container[int] = frozenset(),
    ) -> None:
        self._matches = matches
        self._doubtful = doubtful
        self._relatives: dict[int, set[int]] = defaultdict(set)
        """Of each document: with which it shares a passage that is evidence by itself."""
        sure = [match for i, match in enumerate(matches) if i not in doubtful]
        for match in sure:
            self._relatives[match.a].add(match.b)
            self._relatives[match.b].add(match.a)
        group = _groups(_weights(sure, lengths), lengths)
        around = dict(enumerate(_depths(matches, sure, group)))
        close = [i for i, match in enumerate(matches) if match.similarity >= COPY and match.words >= COPY_WORDS]
        closely = [matches[i] for i in close]
        around |= zip(close, _depths(closely, closely, group), strict=True)
        local = [i for i, match in enumerate(matches) if sites[match.a] is not None and sites[match.a] == sites[match.b]]
        locally = [matches[i] for i in local]
        within = dict(zip(local, _depths(locally, [matches[i] for i in local if i not in doubtful], group), strict=True))
        weights, self._pairs = _weights(matches, lengths), _pairs(matches)
        self._depths: list[tuple[tuple[_Sides, float], ...]] = []
        """Of each match of a minor part of both texts: how deep it lies on either side, and from which depth on it has spread."""
        for i, match in enumerate(matches):
            words = weights[match.a, match.b]
            minor = words < MINOR * lengths[match.a] and words < MINOR * lengths[match.b]
            self._depths.append(((around[i], SPREAD), (within.get(i, (0.0, 0.0)), SITE_SPREAD)) if minor else ())

    def has_spread(self, i: int) -> bool:
        return any(min(sides) >= least for sides, least in self._depths[i])

    def lacking(self, i: int, partly: Container[int]) -> set[int]:
        """Of the documents `partly`, whose matches are not all here, those whose others may show that match i has spread."""
        if self.has_spread(i):
            return set()
        ends = self._matches[i].a, self._matches[i].b
        if i in self._doubtful:
            return {end for end in ends if end in partly}
        short = [{end for end, depth in zip(ends, sides, strict=True) if depth < least} for sides, least in self._depths[i]]
        return {end for some in short if all(end in partly for end in some) for end in some}

    def undecided(self, i: int) -> bool:
        """Whether the kind of match i depends on how fresh its wording is."""
        words, similarity = self._pairs[self._matches[i].a, self._matches[i].b]
        return self.borne_out(i) and not self.has_spread(i) and not (similarity >= COPY and words >= COPY_WORDS)

    def borne_out(self, i: int) -> bool:
        """Whether match i is evidence: by itself, or because its two texts have the same relatives."""
        if i not in self._doubtful:
            return True
        of_a, of_b = (self._relatives.get(end, set()) for end in (self._matches[i].a, self._matches[i].b))
        return len(of_a & of_b) >= max(RELATIVES, KINSHIP * len(of_a | of_b))

    def kind(self, i: int, grade: str, fresh: float) -> str:
        form = fresh < FRESH and self.undecided(i)
        return "boilerplate" if form or self.has_spread(i) or not self.borne_out(i) else grade


def _pairs(matches: Sequence[Match]) -> dict[tuple[int, int], tuple[int, float]]:
    """What two texts share in all: words, and the mean similarity of their passages by words."""
    words: dict[tuple[int, int], int] = defaultdict(int)
    weighed: dict[tuple[int, int], float] = defaultdict(float)
    for match in matches:
        words[match.a, match.b] += match.words
        weighed[match.a, match.b] += match.words * match.similarity
    return {pair: (count, weighed[pair] / max(1, count)) for pair, count in words.items()}


def _weights(matches: Iterable[Match], lengths: Mapping[int, int]) -> dict[tuple[int, int], float]:
    """How many words of two texts their passages make up: those that are the same on both sides, but all where two short texts
    are one match from end to end, as that was judged as a whole."""
    words: dict[tuple[int, int], float] = defaultdict(float)
    for match in matches:
        both, covered = lengths[match.a] + lengths[match.b], 2 * match.words / max(match.similarity, 0.01)
        whole = covered >= WHOLE * both and max(lengths[match.a], lengths[match.b]) <= SHORT
        words[match.a, match.b] += both / 2 if whole else match.words
    return words


def _groups(weights: Mapping[tuple[int, int], float], lengths: Mapping[int, int]) -> dict[int, int]:
    """Document -> the smallest document of its group: those joined by passages that make up MINOR or more of both."""
    up: dict[int, int] = {}

    def find(x: int) -> int:
        while up.setdefault(x, x) != x:
            up[x] = up[up[x]]
            x = up[x]
        return x

    for (a, b), words in weights.items():
        x, y = find(a), find(b)
        if words >= MINOR * max(lengths[a], lengths[b]) and x != y:
            up[max(x, y)] = min(x, y)
    return {x: find(x) for x in list(up)}


def _depths(matches: Iterable[Match], among: Iterable[Match], group: Mapping[int, int]) -> list[_Sides]:
    """In how many other groups each passage lies, as those `among` show, on average over its characters, on either side."""
    spans: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for match in among:
        spans[match.a][group[match.b]].append((match.a_start, match.a_end))
        spans[match.b][group[match.a]].append((match.b_start, match.b_end))
    profiles = defaultdict(lambda: _NOWHERE)
    profiles |= {document: _profile(by_group, group[document]) for document, by_group in spans.items()}
    return [(_mean(profiles[m.a], m.a_start, m.a_end), _mean(profiles[m.b], m.b_start, m.b_end)) for m in matches]


def _profile(by_group: Mapping[int, Iterable[tuple[int, int]]], own: int) -> _Profile:
    """Breakpoints, the depth from each on, and the integral of the depth up to each."""
    steps: dict[int, int] = defaultdict(int)
    for other, spans in by_group.items():
        if other == own:
            continue
        reach = -1
        for start, end in sorted(spans):
            start = max(start, reach)
            if end > start:
                steps[start] += 1
                steps[end] -= 1
                reach = end
    points = sorted(steps)
    depths, sums = [], []
    depth = total = 0
    for i, point in enumerate(points):
        total += depth * (point - points[i - 1]) if i else 0
        sums.append(total)
        depth += steps[point]
        depths.append(depth)
    return points, depths, sums


def _mean(profile: _Profile, start: int, end: int) -> float:
    return (_integral(profile, end) - _integral(profile, start)) / max(1, end - start)


def _integral(profile: _Profile, at: int) -> int:
    points, depths, sums = profile
    i = bisect.bisect_right(points, at) - 1
    return sums[i] + depths[i] * (at - points[i]) if i >= 0 else 0


SETTINGS = {
    "spread": f"{SPREAD}/{SITE_SPREAD}/{MINOR}/{WHOLE}/{SHORT}",
    "fresh": f"{FRESH}/{COPY}/{COPY_WORDS}",
    "kinship": f"{RELATIVES}/{KINSHIP}",
}
"""The parameters of this room that results depend on, as the store pins them."""
