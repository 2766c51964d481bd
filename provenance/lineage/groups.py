"""Which texts are one family. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from provenance.cues import names_site
from provenance.lineage import dates, model
from provenance.lineage.evidence import Pair, merge, minus, pairs_of, size
from provenance.lineage.nodes import Node
from provenance.lineage.ties import LEAST, dependence
from provenance.model import Match

CONTAINED = 0.9
"""A text of which this share lies in another belongs with it, however little of the other that is."""
LITTLE = 0.05
"""Share of either text below which what they have in common is no reason for a family: a citation, a notice, a list of names.
Of 808 long documents (RFCs) 691 hung together by such; asked for a twentieth of one of two texts, the largest family is 42, and
none of 505 true pairs is torn apart."""
APART = 0.5
"""Two relatives cover different passages of a text if the smaller part overlaps the larger by less than this."""


def families(nodes: Iterable[Node], matches: Iterable[Match], said: Collection[tuple[int, int]] = ()) -> list[tuple[int, ...]]:
    """Ids of the texts of each family, of one text too, each and all in order of text hashes.

    Texts are joined by passages that are neither boilerplate nor quotation and that speak for dependence, and that are more than
    LITTLE of one of them. A text that has
    different passages from relatives that have nothing to do with one another (a round-up) is joined only with those that
    cover most of it. said: pairs of ids of which people say that one derives from the other, which joins them if they share
    anything.
    """
    order: Sequence[Node] = sorted(nodes, key=lambda node: (node.hash, node.words, node.length))
    place = {node.id: i for i, node in enumerate(order)} if said else {}
    sure = {(min(place[a], place[b]), max(place[a], place[b])) for a, b in said if a in place and b in place}
    pairs = {key: pair for key, pair in pairs_of(order, matches).items() if key in sure or _tied(order, key, pair)}
    near: list[dict[int, Pair]] = [{} for _ in order]
    for (i, j), pair in pairs.items():
        near[i][j], near[j][i] = pair, pair.turned()
    standings = [dates.standing(node) for node in order]
    cut = {key for b in range(len(order)) for key in _foreign(standings, near, b)} - sure
    parts = _Parts(len(order))
    for i, j in pairs:
        if (i, j) not in cut:
            parts.join(i, j)
    return [tuple(order[i].id for i in part) for part in parts.listed()]


def _tied(nodes: Sequence[Node], key: tuple[int, int], pair: Pair) -> bool:
    """Whether the two belong together: by what they share, if it is more than LITTLE, or because one names the other's outlet."""
    one, two = nodes[key[0]], nodes[key[1]]
    odds = dependence(pair)
    if max(pair.share) >= LITTLE and odds > LEAST:
        return True
    return odds + model.weights()["credit"] > LEAST and (_names(one, two) or _names(two, one))


def _names(one: Node, two: Node) -> bool:
    sites = [site for site in two.sites if site != one.site]
    elsewhere = two.outlets - one.outlets
    credits = (cue for cue in one.cues if cue.kind == "credit")
    return any(cue.means in elsewhere or any(names_site(cue.name, site) for site in sites) for cue in credits)


def _foreign(standings: Sequence[dates.Standing], near: list[dict[int, Pair]], b: int) -> list[tuple[int, int]]:
    """The pairs that b, as a round-up, does not bring into its family. standings: what each text's date is worth."""
    longer = (a for a, pair in near[b].items() if pair.share[1] < CONTAINED)
    sides = [a for a in longer if not (dates.order_of(standings[b], standings[a]) or 0.0) > 0]
    if len(sides) < 2:
        return []
    place = {a: i for i, a in enumerate(sides)}
    parts = _Parts(len(sides))
    for a in sides:
        for c in near[a]:
            if c in place:
                parts.join(place[a], place[c])
    clusters = parts.listed()
    if len(clusters) < 2:
        return []
    spans = [merge(span for k in cluster for span in near[b][sides[k]].spans[0]) for cluster in clusters]
    main = max(range(len(clusters)), key=lambda k: (size(spans[k]), -k))
    out = []
    for k, cluster in enumerate(clusters):
        if k != main and size(minus(spans[k], spans[main])) > APART * size(spans[k]):
            out += [(min(sides[i], b), max(sides[i], b)) for i in cluster]
    return out


class _Parts:
    """Union-find; the smallest member stands for its part."""

    def __init__(self, n: int) -> None:
        self.up = list(range(n))

    def find(self, x: int) -> int:
        while self.up[x] != x:
            self.up[x] = self.up[self.up[x]]
            x = self.up[x]
        return x

    def join(self, x: int, y: int) -> None:
        x, y = sorted((self.find(x), self.find(y)))
        self.up[y] = x

    def listed(self) -> list[list[int]]:
        out: dict[int, list[int]] = {}
        for x in range(len(self.up)):
            out.setdefault(self.find(x), []).append(x)
        return list(out.values())
