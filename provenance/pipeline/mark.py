"""The kinds of matches: which of them have spread so far that they are boilerplate.

A text that thousands share a legend with (of a capped key, the texts of smallest hash) is a hub. What of its matches is
boilerplate stays so while documents come, and that a passage of it lies in many texts a few of them show: all matches of a hub
are looked at only where these do not decide. So a legend costs what is new of it, not all that bear it.

Matches are columns here, not objects: many that bear one legend are looked at together. Where there are more than memory should
hold, some wait: what is to be known of the matches of these, the others' matches show as well.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from provenance.model import KINDS
from provenance.pipeline.weave import Weaver
from provenance.spread import FRESH, Passages, Spread
from provenance.store import Store

HUB = 64
"""A document of more matches than this is a hub."""
SAMPLE = 16
"""Matches of a hub that are looked at first, on either side."""
PAIRS = 32_768
"""Pairs whose freshness is asked for in one go: bounds the memory."""
_NUMBER = {kind: i for i, kind in enumerate(KINDS)}
_BOILERPLATE = _NUMBER["boilerplate"]
_NOBODY = np.empty(0, np.int64)


def mark(store: Store, weaver: Weaver, dirty: set[int], waiting: np.ndarray = _NOBODY) -> set[int]:
    """Set the kind of every match whose passages may have spread. Returns the documents whose matches changed kind.

    dirty: the documents whose matches, or what the index says of their keys, have changed. waiting: others of them, that are
    marked after these; the matches between wait for them.
    """
    own = _gathered(store.shared(dirty), waiting)
    near = own.documents() - dirty
    hubs = store.hubs(near, HUB)
    own = own.plus(store.shared(near - hubs), waiting).plus(store.shared(hubs, boilerplate=False), waiting)
    around = own.documents() if len(waiting) else own.documents() - near - dirty
    hubs |= store.hubs(around, HUB)
    wider = own.plus(store.shared(around - hubs)).plus(store.samples(hubs, SAMPLE))
    while True:
        texts = {id: (hash, words, site) for id, hash, words, site in store.texts_in_short(wider.documents())}
        wider = wider.at(_differ(wider.passages, texts))
        if not len(wider.id):
            return set()
        told = Spread(
            wider.passages, {id: words for id, (_, words, _) in texts.items()}, {id: site for id, (_, _, site) in texts.items()}
        )
        mine = np.isin(wider.id, own.id)
        lacking = told.lacking(mine, hubs)
        if not lacking:
            break
        hubs -= lacking
        wider = wider.plus(store.shared(lacking))
    fresh, spare = _freshness(weaver, wider, mine & told.undecided, dirty)
    boilerplate = told.boilerplate(fresh)
    kind = np.where(boilerplate, _BOILERPLATE, wider.grade)
    changed = wider.at(mine & (kind != wider.kind))
    to = kind[mine & (kind != wider.kind)]
    store.set_kinds((KINDS[k], id) for k, id in zip(to.tolist(), changed.id.tolist(), strict=True))
    store.set_spare(spare)
    return changed.documents()


class _Matches(NamedTuple):
    """Rows of `match`, in order of id; grade and kind as places in KINDS."""

    id: np.ndarray
    passages: Passages
    grade: np.ndarray
    kind: np.ndarray

    def documents(self) -> set[int]:
        return set(np.unique(np.concatenate([self.passages.a, self.passages.b])).tolist())

    def at(self, which: np.ndarray) -> _Matches:
        return _Matches(self.id[which], self.passages.at(which), self.grade[which], self.kind[which])

    def plus(self, chunks: Iterable[Sequence[tuple]], waiting: np.ndarray = _NOBODY) -> _Matches:
        """These and others, each once."""
        return _gathered(chunks, waiting, self)


def _gathered(chunks: Iterable[Sequence[tuple]], waiting: np.ndarray, before: _Matches | None = None) -> _Matches:
    """Rows as Store.shared has them, but for those of a document that waits, each match once, beside those that are known."""
    whole = [np.empty((0, 8), np.int64)]
    similar = [np.empty(0)]
    kinds = [np.empty((0, 3), np.int8)]
    if before:
        p = before.passages
        whole = [np.stack([before.id, p.a, p.b, p.a_start, p.a_end, p.b_start, p.b_end, p.words], 1)]
        similar = [p.similarity]
        kinds = [np.stack([before.grade, before.kind, p.doubtful], 1)]
    for rows in chunks:
        if len(waiting):
            wait = np.isin([row[1:3] for row in rows], waiting).any(1)
            rows = [row for row, late in zip(rows, wait.tolist(), strict=True) if not late]
        whole.append(np.array([row[:8] for row in rows], np.int64).reshape(-1, 8))
        similar.append(np.array([row[8] for row in rows]))
        kinds.append(np.array([(_NUMBER[row[9]], _NUMBER[row[10]], row[11]) for row in rows], np.int8).reshape(-1, 3))
    if before and len(whole) == 1:
        return before
    numbers, similarity, kind = np.concatenate(whole), np.concatenate(similar), np.concatenate(kinds)
    _, first = np.unique(numbers[:, 0], return_index=True)
    id, *columns = (column[first] for column in numbers.T)
    grade, kind, doubtful = kind[first].T
    return _Matches(id, Passages(*columns, similarity[first], doubtful.astype(bool)), grade, kind)


def _differ(passages: Passages, texts: dict[int, tuple[str, int, str | None]]) -> np.ndarray:
    """Which matches are between two texts: exact copies are one."""
    return np.array([texts[a][0] != texts[b][0] for a, b in zip(passages.a.tolist(), passages.b.tolist(), strict=True)], bool)


def _freshness(
    weaver: Weaver, matches: _Matches, asked: np.ndarray, dirty: set[int]
) -> tuple[np.ndarray, list[tuple[float, int]]]:
    """How fresh the wording of each of these matches is, 1 where it is not asked; and for one of those of each pair of texts that
    is, how many bits of that may become common before they are boilerplate, and its id.

    Of two texts of which neither is dirty the answer is as it was: where it made no form of them, it is not asked again.
    """
    fresh = np.ones(len(matches.id))
    a, b = matches.passages.a, matches.passages.b
    new = np.isin(np.stack([a, b]), np.array(sorted(dirty), np.int64)).any(0) | (matches.kind == _BOILERPLATE)
    asked = np.flatnonzero(asked & new & (matches.grade != _BOILERPLATE))
    pairs, first_of, place = np.unique(np.stack([a[asked], b[asked]], 1), axis=0, return_index=True, return_inverse=True)
    share, bits = np.empty(len(pairs)), np.empty(len(pairs))
    get = functools.partial(weaver.shelf.get, keys=True)
    for first in range(0, len(pairs), PAIRS):
        some = [(one, two) for one, two in pairs[first : first + PAIRS].tolist()]
        share[first : first + PAIRS], bits[first : first + PAIRS] = weaver.postings.freshness(some, get)
    fresh[asked] = share[place.reshape(-1)]
    spare = np.round((share - FRESH) * bits - 0.01, 3)  # a little less, as bits are not summed exactly
    return fresh, list(zip(spare.tolist(), matches.id[asked[first_of]].tolist(), strict=True))
