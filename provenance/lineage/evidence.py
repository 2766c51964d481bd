"""Matches -> what two texts of a family have in common, taken together. Symmetric: nothing here knows a direction. Pure."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence

import numpy as np

from provenance.lineage.nodes import Node
from provenance.model import Match

Spans = tuple[tuple[int, int], ...]

GRAIN = 8
"""Code points a cell of the coverage maps: about a word and its space."""


REWRITTEN = 0.6
"""Below this similarity a passage was put in other words."""


@dataclasses.dataclass(slots=True, eq=False)
class Pair:
    """Two linked texts; the tuples hold the value of the first and of the second (first has the smaller hash). Equal only to
    itself, so that what follows from it can be kept (ties.py). Never changed; frozen, it would take three times as long to make.
    """

    words: int
    """Words aligned on both sides, in passages that are neither boilerplate nor quotation."""
    similarity: float
    """Of those passages taken together: 2 x aligned words / words of both spans."""
    share: tuple[float, float]
    """Aligned words / words of the text."""
    cover: tuple[float, float]
    """Part of the text (code points, those in its own spans aside) that lies in shared passages."""
    spans: tuple[Spans, Spans]
    """The shared passages, merged and in order, without the dirt that they run across."""
    verbatim: bool
    """Every shared passage is the same on both sides."""
    summary: bool
    """One side was found to retell the other in short."""
    rim: tuple[float, float]
    """Part of the text that lies in boilerplate: page furniture, templates."""

    def turned(self) -> Pair:
        """The same pair seen from the other side."""
        share, cover, spans, rim = self.share[::-1], self.cover[::-1], self.spans[::-1], self.rim[::-1]
        return Pair(self.words, self.similarity, share, cover, spans, self.verbatim, self.summary, rim)


def merge(spans: Iterable[tuple[int, int]]) -> Spans:
    """The union of half-open spans as disjoint spans in order."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        elif start < end:
            out.append((start, end))
    return tuple(out)


def size(spans: Spans) -> int:
    return sum(end - start for start, end in spans)


def minus(spans: Spans, others: Spans) -> Spans:
    """The parts of spans that lie in none of the others; both disjoint and in order."""
    if not others:
        return spans
    out = []
    k = 0
    for start, end in spans:
        while k < len(others) and others[k][1] <= start:
            k += 1
        at = k
        while at < len(others) and others[at][0] < end:
            low, high = others[at]
            if low > start:
                out.append((start, low))
            start = max(start, high)
            at += 1
        if start < end:
            out.append((start, end))
        k = max(k, at - 1)
    return tuple(out)


def pairs_of(nodes: Sequence[Node], matches: Iterable[Match]) -> dict[tuple[int, int], Pair]:
    """Pairs by the positions (i < j) of their nodes. Matches with documents that are not among the nodes are passed over."""
    place = {node.id: i for i, node in enumerate(nodes)}
    rows: dict[tuple[int, int], list[tuple[int, int, int, int, int, float, str]]] = {}
    for m in matches:
        i, j = place.get(m.a), place.get(m.b)
        if i is None or j is None or i == j:
            continue
        row = (m.a_start, m.a_end, m.b_start, m.b_end) if i < j else (m.b_start, m.b_end, m.a_start, m.a_end)
        rows.setdefault((min(i, j), max(i, j)), []).append((*row, m.words, m.similarity, m.kind))
    out = {}
    for (i, j), found in sorted(rows.items()):
        pair = _pair(nodes[i], nodes[j], sorted(found))
        if pair is not None:
            out[i, j] = pair
    return out


def _pair(one: Node, two: Node, rows: list[tuple[int, int, int, int, int, float, str]]) -> Pair | None:
    text = [row for row in rows if row[6] not in ("boilerplate", "quotation")]
    if not text:
        return None
    whole = merge([r[:2] for r in text]), merge([r[2:4] for r in text])
    spans = minus(whole[0], one.dirt), minus(whole[1], two.dirt)
    rims = [row for row in rows if row[6] == "boilerplate"]
    rim: tuple[Spans, Spans] = ((), ())
    if rims:
        rim = minus(merge((r[0], r[1]) for r in rims), one.dirt), minus(merge((r[2], r[3]) for r in rims), two.dirt)
    unique = 1.0
    if len(text) > 1:  # where passages overlap on a side their words count once: shrink by the side that repeats more
        one_size, two_size = sum(r[1] - r[0] for r in text), sum(r[3] - r[2] for r in text)
        unique = min(size(whole[0]) / max(1, one_size), size(whole[1]) / max(1, two_size))
    aligned = math.fsum(r[4] for r in text)
    words = round(aligned * min(1.0, unique))
    both = math.fsum(2 * r[4] / max(r[5], 0.01) for r in text)
    lengths = max(1, one.own_length), max(1, two.own_length)
    return Pair(
        words=words,
        similarity=min(1.0, 2 * aligned / both) if both else 0.0,
        share=(min(1.0, words / max(1, one.words)), min(1.0, words / max(1, two.words))),
        cover=(min(1.0, size(spans[0]) / lengths[0]), min(1.0, size(spans[1]) / lengths[1])),
        spans=spans,
        verbatim=all(r[6] == "verbatim" for r in text),
        summary=any(r[6] == "summary" for r in text),
        rim=(min(1.0, size(rim[0]) / lengths[0]), min(1.0, size(rim[1]) / lengths[1])),
    )


def relation(pair: Pair, parent: Node, child: Node) -> str:
    """What a child made of its parent, the pair seen from the parent; `compilation` is for who sees all parents."""
    kept, covered = pair.cover
    if pair.verbatim and kept > 0.97 and covered + pair.rim[1] > 0.97:
        return "duplicate"
    shorter = child.words < 0.7 * parent.words
    if pair.summary or (pair.similarity < 0.5 and child.words < 0.4 * parent.words):
        return "summary"
    if pair.similarity < REWRITTEN:
        return "rewrite"
    if (shorter and covered >= 0.5 and kept < 0.75) or (covered < 0.5 and kept < 0.75):
        return "excerpt"
    return "revision" if covered >= 0.3 or parent.site == child.site else "excerpt"


def _cells(start: int, end: int) -> slice:
    """The cells of a span."""
    return slice(start // GRAIN, max(start + 1, end - GRAIN // 2) // GRAIN + 1)


class Cover:
    """Which cells of each text are shared with how many relatives: what third documents attest."""

    def __init__(self, nodes: Sequence[Node], pairs: dict[tuple[int, int], Pair]) -> None:
        self.counts = [np.zeros(node.length // GRAIN + 1, np.int32) for node in nodes]
        self._own = [np.ones(len(counts), np.bool_) for counts in self.counts]
        """The cells that do not lie in a span."""
        for own, node in zip(self._own, nodes, strict=True):
            for start, end in node.dirt:
                own[-(-start // GRAIN) : end // GRAIN] = False
        for (i, j), pair in pairs.items():
            for at, spans in ((i, pair.spans[0]), (j, pair.spans[1])):
                if len(spans) == 1:
                    self.counts[at][_cells(*spans[0])] += 1
                else:
                    self.counts[at] += self._cells(at, spans)

    def _cells(self, at: int, spans: Spans) -> np.ndarray:
        cells = np.zeros(len(self.counts[at]), np.int32)
        for start, end in spans:
            cells[_cells(start, end)] = 1
        return cells

    def extra(self, at: int, spans: Spans) -> tuple[float, float]:
        """Of the text outside these spans: its share of the text, and the part of it that some other relative has too."""
        outside = (self._cells(at, spans) == 0) & self._own[at]
        rest = int(outside.sum())
        if not rest:
            return 0.0, 0.0
        return rest / int(self._own[at].sum()), float((self.counts[at][outside] > 0).sum()) / rest

    def union(self, at: int) -> float:
        """Share of the text that any relative has."""
        own = self.counts[at][self._own[at]]
        return float((own > 0).mean()) if len(own) else 0.0
