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
RELATIVES or more are matched with both, and of all that either is matched with they are a share that grows with how many these
are (KINSHIP): where a subject is dense everything has some relatives in common. On news_rewrites that is worth four points of
recall for one of precision; no measure of the two texts alone was.

A phrase that two longer texts share and that is too little to tell by itself (doubtful, too) is borne out by a third text that
shares it with both, at one place.

`kind` follows from the store's present counts and may change with them; `grade`, what the pair alone says, stays.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from provenance import unions
from provenance.model import Match

SPREAD = 6.0
MINOR = 0.5
SITE_SPREAD = 2.0
FRESH = 0.3
COPY, COPY_WORDS = 0.85, 40
WHOLE, SHORT = 0.9, 100
RELATIVES, KINSHIP, MOST_KINSHIP = 2, 0.2, 0.7
"""Relatives in common; the share they must be, for each e-fold of one and the relatives of the text that has fewer; the most."""


@dataclasses.dataclass(frozen=True, slots=True)
class Passages:
    """Matches as columns, int64 but for `similarity` (float64) and `doubtful` (bool: no evidence by itself); a phrase of many
    documents has more of them than memory should hold as objects."""

    a: np.ndarray
    b: np.ndarray
    a_start: np.ndarray
    a_end: np.ndarray
    b_start: np.ndarray
    b_end: np.ndarray
    words: np.ndarray
    similarity: np.ndarray
    doubtful: np.ndarray

    def __len__(self) -> int:
        return len(self.a)

    def at(self, which: np.ndarray) -> Passages:
        """Some of them, by place or mask."""
        return Passages(*(getattr(self, field.name)[which] for field in dataclasses.fields(self)))


def passages(matches: Sequence[Match], doubtful: Collection[int] = ()) -> Passages:
    """Matches as columns; doubtful: the places of those that are."""
    names = [field.name for field in dataclasses.fields(Passages)][:-1]
    return Passages(
        *(np.array([getattr(match, name) for match in matches], float if name == "similarity" else np.int64) for name in names),
        np.isin(np.arange(len(matches)), np.array(list(doubtful), np.int64)),
    )


def kinds(
    matches: Passages,
    grades: Sequence[str],
    lengths: Mapping[int, int],
    sites: Mapping[int, str | None],
    fresh: Sequence[float],
) -> list[str]:
    """The kind of each match, given its grade.

    lengths, sites: words and site of every document; fresh: index.freshness of each match's two documents; matches: all
    those of every document named in one whose kind is wanted (for the others the answer may fall short).
    """
    boilerplate = Spread(matches, lengths, sites).boilerplate(np.array(fresh))
    return ["boilerplate" if spread else grade for spread, grade in zip(boilerplate.tolist(), grades, strict=True)]


class Spread:
    """How far the passages of some matches have spread; arguments as for `kinds`. Arrays hold a value for each match."""

    def __init__(self, matches: Passages, lengths: Mapping[int, int], sites: Mapping[int, str | None]) -> None:
        documents, place = np.unique(np.concatenate([matches.a, matches.b]), return_inverse=True)
        self._documents = documents
        self._ends = place.reshape(2, -1)
        a, b = self._ends
        words = np.array([lengths[document] for document in documents.tolist()], np.int64)
        number: dict[str | None, int] = {None: -1}
        site = np.array([number.setdefault(sites[document], len(number)) for document in documents.tolist()], np.int64)
        _, pair = np.unique(a * len(documents) + b, return_inverse=True)
        shared = np.bincount(pair, matches.words)[pair]
        similarity = np.bincount(pair, matches.words * matches.similarity)[pair] / np.maximum(1, shared)
        self._copies = (similarity >= COPY) & (shared >= COPY_WORDS)
        sure = ~matches.doubtful
        spans = np.array([[matches.a_start, matches.a_end], [matches.b_start, matches.b_end]])
        short = np.maximum(words[a], words[b]) <= SHORT
        self._doubtful, self._borne_out = matches.doubtful, _borne_out(self._ends, spans, sure, short)
        covered = 2 * matches.words / np.maximum(matches.similarity, 0.01)  # words of both sides
        whole = (covered >= WHOLE * (words[a] + words[b])) & short
        weight = np.where(whole, (words[a] + words[b]) / 2, matches.words)
        held = np.bincount(pair, weight)[pair]
        self._minor = (held < MINOR * words[a]) & (held < MINOR * words[b])
        group = _groups(a, b, sure & (held >= MINOR * np.maximum(words[a], words[b])), len(documents))
        self._around = _depths(self._ends, spans, group, sure)
        """How deep each match lies on either side, (2, n): among all, or among close copies where it is one."""
        close = (matches.similarity >= COPY) & (matches.words >= COPY_WORDS)
        self._around[:, close] = _depths(self._ends[:, close], spans[:, :, close], group, sure[close])
        self._local = (site[a] == site[b]) & (site[a] >= 0)
        self._within = np.zeros_like(self._around)
        """The same among the documents of one site."""
        local = self._local
        self._within[:, local] = _depths(self._ends[:, local], spans[:, :, local], group, sure[local])

    @property
    def has_spread(self) -> np.ndarray:
        """Minor parts of both texts that lie in so many others."""
        return self._minor & ((self._around.min(0) >= SPREAD) | (self._within.min(0) >= SITE_SPREAD))

    def lacking(self, which: np.ndarray, partly: Collection[int]) -> set[int]:
        """Of the documents `partly`, whose matches are not all here, those whose others may show that one of these matches (by
        mask) has spread, or is borne out."""
        which = which & ~self.has_spread
        relatives = set(self._documents[np.unique(self._ends[:, which & self._doubtful])].tolist())
        which = which & self._minor
        known = ~np.isin(self._documents, np.array(list(partly), np.int64))[self._ends]
        found = relatives.intersection(partly)
        for depths, least, may in ((self._around, SPREAD, which), (self._within, SITE_SPREAD, which & self._local)):
            short = depths < least
            hidden = short & may & ~(short & known).any(0)  # what is short for sure is not to be told by the other side
            found.update(self._documents[self._ends[hidden]].tolist())
        return found

    @property
    def undecided(self) -> np.ndarray:
        """Whether the kind depends on how fresh the wording is."""
        return ~self.has_spread & ~self._copies & self._borne_out

    def boilerplate(self, fresh: np.ndarray) -> np.ndarray:
        return self.has_spread | ~self._borne_out | (self.undecided & (fresh < FRESH))


def _borne_out(ends: np.ndarray, spans: np.ndarray, sure: np.ndarray, short: np.ndarray) -> np.ndarray:
    """Which matches are evidence: the sure ones, those of two short texts that have the same relatives, and the phrases that a
    third text has in common with both, at one place.

    ends: (2, n) documents; spans: (2, 2, n), of each side start and end.
    """
    out = sure.copy()
    relatives: dict[int, dict[int, list[int]]] = {document: {} for document in np.unique(ends[:, ~sure]).tolist()}
    """Of each document that others may bear out: relative -> their sure matches, counted from 0, or, where the relative comes
    first, from -1 down."""
    wanted = np.array(list(relatives), np.int64)
    for side, (one, other) in enumerate((ends, ends[::-1])):
        for i in np.flatnonzero(sure & np.isin(one, wanted)).tolist():
            relatives[int(one[i])].setdefault(int(other[i]), []).append(-1 - i if side else i)
    for i in np.flatnonzero(~sure).tolist():
        of_a, of_b = (relatives[x] for x in ends[:, i].tolist())
        common = of_a.keys() & of_b.keys()
        if short[i]:
            share = min(MOST_KINSHIP, KINSHIP * math.log1p(min(len(of_a), len(of_b))))
            out[i] = len(common) >= max(RELATIVES, share * len(of_a.keys() | of_b.keys()))
        else:
            out[i] = any(_meet(spans, i, of_a[x], of_b[x]) for x in common)
    return out


def _meet(spans: np.ndarray, i: int, with_a: Sequence[int], with_b: Sequence[int]) -> bool:
    """Whether a third text has at one place what the sides of match i have. with_a, with_b: its matches with either, as above."""

    def seen_from(k: int) -> np.ndarray:
        return spans[:, :, k] if k >= 0 else spans[::-1, :, -1 - k]

    def touch(one: np.ndarray, two: np.ndarray) -> bool:
        return bool(max(one[0], two[0]) < min(one[1], two[1]))

    on_a, on_b = (
        [theirs for own, theirs in map(seen_from, matches) if touch(own, spans[side, :, i])]
        for side, matches in enumerate((with_a, with_b))
    )
    return any(touch(one, two) for one in on_a for two in on_b)


def _groups(a: np.ndarray, b: np.ndarray, joined: np.ndarray, size: int) -> np.ndarray:
    """Of each document the smallest of its group: those joined by sharing MINOR or more of both their words."""
    up = np.arange(size)
    unions.join_all(up, a[joined], b[joined])
    return unions.stand_for(up, np.arange(size))


def _depths(ends: np.ndarray, spans: np.ndarray, group: np.ndarray, among: np.ndarray) -> np.ndarray:
    """In how many other groups each passage lies, on average over its characters, on either side: (2, n).

    ends: (2, n) documents; spans: (2, 2, n), of each side start and end; among: (n), whether a match shows a passage.
    """
    document, other = ends.reshape(-1), group[ends[::-1].reshape(-1)]
    start, end = spans[:, 0].reshape(-1), spans[:, 1].reshape(-1)
    if not len(document):
        return np.zeros((2, 0))
    line = int(end.max()) + 2  # texts laid end to end: document * line + offset
    out = np.flatnonzero((other != group[document]) & np.tile(among, 2))
    out = out[np.lexsort((start[out], other[out], document[out]))]
    run = np.cumsum(np.append(0, (np.diff(document[out]) != 0) | (np.diff(other[out]) != 0))) if len(out) else out
    low, high = start[out], end[out]
    # What a group covers twice counts once: a passage begins where those before it in its group have ended.
    reach = np.maximum.accumulate(run * line + high)
    low = np.maximum(low, np.append(0, reach[:-1] - run[1:] * line)[: len(low)])
    some = high > low
    base = document[out][some] * line
    steps = np.repeat([1, -1], len(base))
    points, at = np.unique(np.concatenate([base + low[some], base + high[some]]), return_inverse=True)
    if not len(points):
        return np.zeros((2, ends.shape[1]))
    depth = np.cumsum(np.bincount(at, steps).astype(np.int64))  # 0 again at the end of each document
    total = np.append(0, np.cumsum(depth[:-1] * np.diff(points)))

    def integral(offset: np.ndarray) -> np.ndarray:
        x = document * line + offset
        i = np.searchsorted(points, x, "right") - 1
        return np.where(i < 0, 0, total[i] + depth[i] * (x - points[i]))

    return ((integral(end) - integral(start)) / np.maximum(1, end - start)).reshape(2, -1)


SETTINGS = {
    "spread": f"{SPREAD}/{SITE_SPREAD}/{MINOR}/{WHOLE}/{SHORT}",
    "fresh": f"{FRESH}/{COPY}/{COPY_WORDS}",
    "kinship": f"{RELATIVES}/{KINSHIP}/{MOST_KINSHIP}",
}
"""The parameters of this room that results depend on, as the store pins them."""
