"""One family as the signals see it: its texts in order of their hashes, their pairs, and what only the whole can say. Pure."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Sequence

from provenance.cues import Cue, names_site
from provenance.lineage import dates
from provenance.lineage.evidence import Cover, Pair, pairs_of
from provenance.lineage.nodes import Node
from provenance.model import Match

LEAST_DISTANCE = 0.01


class Family:
    """Texts are named by their position in `nodes`. Nothing changes after construction; what is costly is kept once computed."""

    def __init__(self, nodes: Iterable[Node], matches: Iterable[Match]) -> None:
        self.nodes: Sequence[Node] = sorted(nodes, key=lambda node: (node.hash, node.words, node.length))
        self.place = {node.id: i for i, node in enumerate(self.nodes)}
        found = pairs_of(self.nodes, matches)
        self.pair: dict[tuple[int, int], Pair] = {}
        """Every pair both ways: pair[a, b] has a's values first."""
        self.near: list[list[int]] = [[] for _ in self.nodes]
        for (i, j), pair in found.items():
            self.pair[i, j], self.pair[j, i] = pair, pair.turned()
            self.near[i].append(j)
            self.near[j].append(i)
        self.cover = Cover(self.nodes, found)
        self._names: dict[tuple[str, str | None], bool] = {}
        self.sites = sorted({node.site for node in self.nodes if node.site})
        self.order = functools.cache(self._order)
        self.credits = functools.cache(self._credits)
        self.title_words = functools.cache(self._title_words)
        self.distance = functools.cache(self._distance)
        self.best_share = functools.cache(self._best_share)

    def _order(self, a: int, b: int) -> float | None:
        """Log odds that a appeared before b, None where the dates do not say."""
        return dates.order(self.nodes[a], self.nodes[b])

    def names(self, name: str, site: str | None) -> bool:
        key = (name, site)
        if key not in self._names:
            self._names[key] = names_site(name, site)
        return self._names[key]

    def _credits(self, b: int) -> tuple[Cue, ...]:
        """The places where b names a source other than its own site."""
        node = self.nodes[b]
        return tuple(cue for cue in node.cues if cue.kind != "date" and not self.names(cue.name, node.site))

    def foreign(self, b: int) -> tuple[Cue, ...]:
        """The credits of b to outlets of which the family holds nothing (links aside: most of them are not sources)."""
        return tuple(
            cue
            for cue in self.credits(b)
            if cue.outlet and cue.kind != "link" and not any(self.names(cue.name, site) for site in self.sites)
        )

    def _best_share(self, b: int) -> float:
        """The largest share of b that any text not known to be later has."""
        return max((self.pair[a, b].share[1] for a in self.near[b] if not self.later(a, b)), default=0.0)

    def later(self, a: int, b: int) -> bool:
        """Whether a's date is after b's."""
        return (self.order(a, b) or 0.0) < 0

    def earlier(self, a: int, b: int) -> bool:
        """Whether a's date is before b's."""
        return (self.order(a, b) or 0.0) > 0

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
