"""One family as the signals see it: its texts in order of their hashes, their pairs, and what only the whole can say. Pure."""

from __future__ import annotations

import copy
import functools
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import numpy as np

from provenance.cues import Cue, names_site
from provenance.lineage import dates
from provenance.lineage.circle import Circle, Stand
from provenance.lineage.evidence import Cover, Pair, Spans, merge, pairs_of
from provenance.lineage.likeness import LARGEST, components
from provenance.lineage.nodes import Node
from provenance.lineage.readings import lacking, without
from provenance.lineage.ties import LEAST, SURE, dependence
from provenance.model import Match

Trait = Literal["readings", "figures"]
"""What is handed down from a text to its copies, and to theirs: sorted hashes that each node holds under this name."""
LEAST_DISTANCE = 0.01
THIRD_DOCUMENTS = 32
"""In a large family one text may be linked to thousands; asking all of them about each pair would cost the cube."""


def by_hash(node: Node) -> tuple[str, int, int]:
    """The order in which everything is done: the texts' own, not that of their ids."""
    return node.hash, node.words, node.length


class Family:
    """Texts are named by their position in `nodes`. Nothing changes after construction; what is costly is kept once computed."""

    def __init__(self, nodes: Iterable[Node], matches: Iterable[Match], guests: Iterable[Node] = ()) -> None:
        members = sorted(nodes, key=by_hash)
        self.size = len(members)
        """Of `nodes` the first so many are the family; guests from other families follow."""
        self.nodes: Sequence[Node] = members + sorted(guests, key=by_hash)
        self.standings = [dates.standing(node) for node in self.nodes]
        """What each text's date is worth."""
        found = pairs_of(self.nodes, matches)
        self.pair: dict[tuple[int, int], Pair] = {}
        """Every pair both ways: pair[a, b] has a's values first."""
        self.near: list[list[int]] = [[] for _ in self.nodes]
        self.beyond: list[list[int]] = [[] for _ in self.nodes]
        """Of each member its linked relatives, and its linked guests."""
        for (i, j), pair in found.items():
            self.pair[i, j], self.pair[j, i] = pair, pair.turned()
            links = self.near if j < self.size else self.beyond
            links[i].append(j)
            links[j].append(i)
        self.cover = Cover(members, {key: pair for key, pair in found.items() if key[1] < self.size})
        self._names: dict[tuple[str, str], bool] = {}
        self.sites = sorted({site for node in members for site in node.sites})
        self.outlets = frozenset(outlet for node in members for outlet in node.outlets)
        self._remember()

    def doubting(self, error: Iterable[float]) -> Family:
        """The same family where the date of each member is false with the probability given, by position.

        Where these only make orders more or less sure, all else that was computed holds of both.
        """
        other = copy.copy(self)
        errors = itertools.zip_longest(self.standings, error, fillvalue=None)
        other.standings = [s if e is None else dates.doubted(s, float(e)) for s, e in errors]
        if other.orders_as(self):
            other.order = functools.cache(other._order)
        else:
            other._remember()
        return other

    def orders_as(self, other: Family) -> bool:
        """Whether dates put the same texts before the same, however sure that is."""
        return dates.same_orders(self.standings, other.standings)

    def _remember(self) -> None:
        self.order = functools.cache(self._order)
        self.credits = functools.cache(self._credits)
        self.credited = functools.cache(self._credited)
        self.foreign = functools.cache(self._foreign)
        self.elders = functools.cache(self._elders)
        self.closest = functools.cache(self._closest)
        self.close = functools.cache(self._close)
        self.circle = functools.cache(self._circle)
        self._parts_of = functools.cache(self._parts)
        self.title_words = functools.cache(self._title_words)
        self._told = functools.cache(self._told_by_others)
        self.distance = functools.cache(self._distance)
        self.ways = functools.cache(self._ways)
        self.best_share = functools.cache(self._best_share)
        self.alike = functools.cache(self._alike)
        self.inherited = functools.cache(self._inherited)
        self.lacking = functools.cache(self._lacking)
        self.least_lacking = functools.cache(self._least_lacking)

    def release(self) -> None:
        """Let go of everything. What keeps its answers holds the family and is held by it: without this all that a family has
        stays in memory until Python looks for what nobody can reach, and that takes a twentieth of a night."""
        vars(self).clear()

    def _order(self, a: int, b: int) -> float | None:
        """Log odds that a appeared before b, None where the dates do not say."""
        if a < b:
            return dates.order_of(self.standings[a], self.standings[b])
        odds = self.order(b, a)
        return None if odds is None else -odds

    def names(self, cue: Cue, outlets: Collection[str], sites: Iterable[str]) -> bool:
        """Whether a cue means one of these outlets, by a name that was learnt or by the site itself."""
        return cue.means in outlets or any(self._names_site(cue.name, site) for site in sites)

    def _names_site(self, name: str, site: str) -> bool:
        key = (name, site)
        if key not in self._names:
            self._names[key] = names_site(name, site)
        return self._names[key]

    def _credits(self, b: int) -> tuple[Cue, ...]:
        """The places where b names a source other than its own site."""
        node = self.nodes[b]
        return tuple(cue for cue in node.cues if cue.kind != "date" and not self.names(cue, node.outlets, node.sites))

    def _credited(self, b: int) -> frozenset[str]:
        """The keys of these sources."""
        return frozenset(cue.key for cue in self.credits(b))

    def _foreign(self, b: int) -> tuple[Cue, ...]:
        """The credits of b to outlets of which the family holds nothing that b could have it from (links and copyright lines
        aside: most are no sources)."""
        return tuple(
            cue for cue in self.credits(b) if cue.outlet and cue.kind in ("credit", "byline") and not self._holds(cue, b)
        )

    def _holds(self, cue: Cue, b: int) -> bool:
        """Whether a relative of b, not known to be later, is of the outlet that a cue names."""
        return self.names(cue, self.outlets, self.sites) and any(
            self.names(cue, self.nodes[a].outlets, self.nodes[a].sites) for a in self.near[b] if not self.later(a, b)
        )

    def _best_share(self, b: int) -> float:
        """The largest share of b that any text not known to be later has."""
        return max((self.pair[a, b].share[1] for a in self.near[b] if not self.later(a, b)), default=0.0)

    def _alike(self, a: int, b: int) -> float:
        """How much of what each of two texts shares with its closest the two share, from 0 to 1; 0 where they may only treat one
        matter."""
        pair = self.pair.get((a, b))
        if pair is None or dependence(pair) < LEAST:
            return 0.0
        return min(1.0, *(share / max(share, self.best_share(x)) for x, share in zip((a, b), pair.share, strict=True) if share))

    def parts(self, some: Iterable[int]) -> list[set[int]]:
        """These texts in groups that are alike on average."""
        return self._parts_of(tuple(some))

    def _parts(self, some: tuple[int, ...]) -> list[set[int]]:
        return components(self.near, self.alike, some)

    def part_of(self) -> np.ndarray:
        """Of each member the number of its part; all are of one where they are too many to be told apart."""
        part = np.zeros(self.size, np.int64)
        if self.size <= LARGEST:
            for k, members in enumerate(self.parts(range(self.size))):
                part[list(members)] = k
        return part

    def told(self, a: int, b: int) -> Spans:
        """What of b its closest relatives have that are not known to be later and that have to do with a, too."""
        return self._told(b, self.close(b) - self.circle(a))

    def _close(self, b: int) -> frozenset[int]:
        return frozenset(self.closest(b))

    def _circle(self, a: int) -> frozenset[int]:
        """A text and its relatives."""
        return frozenset((a, *self.near[a]))

    def _told_by_others(self, b: int, strange: frozenset[int]) -> Spans:
        near = (c for c in self.closest(b) if c not in strange and not self.later(c, b))
        return merge(span for c in near for span in self.pair[c, b].spans[1])

    def later(self, a: int, b: int) -> bool:
        """Whether a's date is after b's."""
        return (self.order(a, b) or 0.0) < 0

    def earlier(self, a: int, b: int) -> bool:
        """Whether a's date is before b's."""
        return (self.order(a, b) or 0.0) > 0

    def _elders(self, b: int) -> tuple[int, int]:
        """How many relatives of b are dated before and after it."""
        return sum(self.earlier(a, b) for a in self.near[b]), sum(self.later(a, b) for a in self.near[b])

    def _closest(self, b: int) -> tuple[int, ...]:
        """The relatives that have most of b: enough of them to ask what third documents say."""
        return tuple(sorted(self.near[b], key=lambda a: (-self.pair[a, b].share[1], a))[:THIRD_DOCUMENTS])

    def _ways(self, b: int) -> tuple[tuple[int, float, int], ...]:
        """Of the closest relatives: which, at what distance from b, and whether it is older: 1, younger: -1, unknown: 0."""
        found = ((c, self.distance(b, c), self.earlier(c, b) - self.later(c, b)) for c in self.closest(b))
        return tuple((c, distance, way) for c, distance, way in found if distance is not None)

    def _title_words(self, a: int) -> frozenset[str]:
        """The words of a title that are longer than three letters, folded."""
        return frozenset(word for word in re.findall(r"\w+", (self.nodes[a].title or "").casefold()) if len(word) > 3)

    def _distance(self, a: int, b: int) -> float | None:
        """-log of the share of words that the two have in common; None where no passage was found."""
        pair = self.pair.get((a, b))
        if pair is None:
            return None
        words = self.nodes[a].words + self.nodes[b].words
        return -math.log(max(LEAST_DISTANCE, min(1.0, 2 * pair.words / max(1, words))))

    def _inherited(self, b: int, trait: Trait) -> np.ndarray | None:
        """What b has of a trait in common with relatives dated before it; None where there are none to ask."""
        mine = getattr(self.nodes[b], trait)
        elders = [getattr(self.nodes[c], trait) for c in self.closest(b) if self.earlier(c, b)]
        if mine is None or not elders:
            return None
        return mine[~without(mine, *(theirs for theirs in elders if theirs is not None))]

    def _lacking(self, b: int, trait: Trait) -> dict[int, int]:
        """How much of what b has in common with its elders each relative lacks, of those that can be asked."""
        inherited = self.inherited(b, trait)
        held = {a: getattr(self.nodes[a], trait) for a in self.near[b]} if inherited is not None else {}
        some = {a: theirs for a, theirs in held.items() if theirs is not None}
        return dict(zip(some, lacking(inherited, list(some.values())), strict=True)) if some else {}

    def _least_lacking(self, b: int, trait: Trait) -> int:
        """The same of the relative, not known to be later, that lacks least."""
        lacks = self.lacking(b, trait)
        return min((lacks[a] for a in self.closest(b) if a in lacks and not self.later(a, b)), default=0)

    @functools.cached_property
    def stands(self) -> list[tuple[tuple[int, ...], Stand | None]]:
        """Of each member the relatives that its wording is compared with, and how it stands among them; None if there are none.

        In a small family all are compared with the same.
        """
        compared = self._compared()
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for b, others in enumerate(compared):
            if others:
                alike[tuple(sorted((b, *others)))].append(b)
        found: dict[int, Stand] = {}
        for texts, some in alike.items():
            circle = Circle([self.nodes[text].wording for text in texts])
            place = {text: i for i, text in enumerate(texts)}
            found.update((b, circle.stand(place[b], [place[o] for o in compared[b]])) for b in some)
        return [(others, found.get(b)) for b, others in enumerate(compared)]

    def _compared(self) -> list[tuple[int, ...]]:
        """Of each member with a wording the relatives with one that it is compared with, at most as many as third documents are
        asked, those that share most words with it: all that are alike on average (likeness.py), and what surely has to do with
        it."""
        part = self.part_of()
        read = [node.wording is not None for node in self.nodes]
        out = []
        for b in range(self.size):
            near = [a for a in self.near[b] if read[a] and read[b]]
            some = (a for a in near if part[a] == part[b] or dependence(self.pair[a, b]) >= SURE)
            out.append(tuple(sorted(some, key=lambda a: (-self.pair[a, b].words, a))[:THIRD_DOCUMENTS]))
        return out

    def may_revise(self, a: int, b: int) -> bool:
        """Whether nothing says that two texts stand on different sites: what one site takes over from another it does not work
        on."""
        one, two = self.nodes[a].site, self.nodes[b].site
        return one is None or two is None or one == two

    def between(self, a: int, b: int) -> float:
        """Whether a third stands between two members, by the phrases that they have in common (circle.py); -inf where none is
        asked."""
        found = -math.inf
        for x, y in ((a, b), (b, a)):
            others, stand = self.stands[y]
            if stand is not None and x in others:
                found = max(found, float(stand.between[others.index(x)]))
        return found

    def explained(self, some: Iterable[int], b: int, parents: Iterable[int]) -> tuple[dict[int, int], int]:
        """Of each of some texts, how many of the readings of b that none of its parents has it has; and of how many readings."""
        mine = self.nodes[b].readings
        if mine is None:
            return dict.fromkeys(some, 0), 0
        theirs = (self.nodes[a].readings for a in parents)
        rest = mine[without(mine, *(other for other in theirs if other is not None))]
        found = ((c, self.nodes[c].readings) for c in some)
        return {c: 0 if other is None else len(rest) - np.count_nonzero(without(rest, other)) for c, other in found}, len(mine)
