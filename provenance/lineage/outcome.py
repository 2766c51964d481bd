"""Probabilities of one family -> rows: which derivations are stated, with which reasons, rivals and unseen sources. Pure."""

from __future__ import annotations

import math
from collections import defaultdict

from provenance.lineage import dates, evidence, unseen
from provenance.lineage.corrections import Given
from provenance.lineage.nodes import Direction, Result, UnseenSource
from provenance.lineage.origin import Origin
from provenance.lineage.scores import Scores
from provenance.model import Derivation, Signal

DECIDED, CLEAR = 0.5, 0.1
"""A document is named as the source, or a pair as settled, from this probability on, likelier than all else together, and if it
is by so much likelier than the other way round."""
DECIDED_UNSEEN = 0.45
"""A text is given to an unseen source, where none of its sources is likelier, from this probability on: it accuses nobody."""
LEAST_ORIGIN = 0.1
"""Log odds of a measure of origin that are worth naming."""
RIVALS, LEAST_RIVAL = 3, 0.02
"""Rivals of a child that are kept, from this probability on."""
EXTRA_SHARE, EXTRA_WORDS = 0.15, 30
"""What a further parent has of a child beyond its other parents: part of the text, and words."""
FURTHER = -1.5
"""Log odds of a further parent over none, before anything is known: most texts have one. Set, on rfc."""
TOLD_AGAIN, EXPLAINS, CHANCE = 0.4, 2.0, 3
"""Who told the same anew has up to so much of a passage's readings with it; what an e-fold more or less of them says; and how
many are chance. Set, on simulated compilations: those of true parents are .5 or more of the passage's, of others 0 to .3."""
UNDATED = 2.0
"""Log odds of the order that a further parent needs where dates do not say it."""
MOST = 0.6
"""A parent that covers less of a child with several parents did not make it alone: the child is a compilation."""


def _decided(p: float, back: float) -> bool:
    """Whether a derivation is stated. back: the probability of the other direction."""
    return p >= DECIDED and p - back >= CLEAR


class Outcome:
    """What is stated of a family. Texts are positions in family.nodes; `result` turns them into ids."""

    def __init__(
        self,
        scores: Scores,
        origin: Origin,
        p: dict[tuple[int, int], float],
        hidden: list[float],
        group: list[unseen.Group | None],
        choice: list[int],
        given: Given,
    ) -> None:
        """p: of (parent, child). hidden: that a text derives from its group's unseen source. choice: of each text its parent
        in the best tree, -1 for none, from family.size on for an unseen source. given: what people say; p and choice obey."""
        self.scores, self.family, self.origin, self.given = scores, scores.family, origin, given
        self.p, self.hidden, self.group = p, hidden, group
        self.sources: dict[int, list[int]] = defaultdict(list)
        for a, b in p:
            self.sources[b].append(a)
        n = self.family.size
        self.parents = [[a] if 0 <= a < n and _decided(p[a, b], p.get((b, a), 0.0)) else [] for b, a in enumerate(choice)]
        self.children = self._siblings([b for b, a in enumerate(choice) if a >= n and hidden[b] >= DECIDED_UNSEEN])
        self.unseen = {b: index for index, children in enumerate(self.children) for b in children}
        given.impose(self.parents)
        self.extra: dict[tuple[int, int], float] = dict.fromkeys(given.said, 1.0)
        for b in range(n):
            if not self.parents[b] and b not in self.unseen:
                self._two_parents(b)
            self._further_parents(b)

    def _siblings(self, texts: list[int]) -> list[list[int]]:
        """The children of each unseen source; what is not like the others has another source, or none."""
        of: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for b in texts:
            group = self.group[b]
            of[group.members if group else ()].append(b)
        parts = (part for mine in of.values() for part in self.family.parts(mine))
        return sorted(sorted(part) for part in parts if len(part) > 1)

    def _two_parents(self, b: int) -> None:
        """Where none of a text's sources is likely enough because the two likeliest have different passages of it: both. Each is
        judged as what it is beside the other, a further parent."""
        two = sorted(self.sources[b], key=lambda a: (-self.p[a, b], a))[:2]
        if len(two) < 2 or math.fsum(self.p[a, b] for a in two) < DECIDED:
            return
        beside = {(a, b): self._of_the_rest(b, [c]).get(a, 0.0) for a, c in (two, two[::-1])}
        if min(beside.values()) >= DECIDED:
            self.parents[b] = two
            self.extra |= beside

    def _further_parents(self, b: int) -> None:
        """Where an earlier text has passages of b that its parents do not have, it is a parent more; each in turn for what is
        left."""
        while self.parents[b]:
            likely = self._of_the_rest(b, self.parents[b])
            p, c = max(((p, -c) for c, p in likely.items()), default=(0.0, 0))
            if p < DECIDED:
                return
            self.parents[b].append(-c)
            self.extra[-c, b] = p

    def _of_the_rest(self, b: int, parents: list[int]) -> dict[int, float]:
        """Of each text that has enough of b beyond these parents the probability that b has that from it: rather than from
        another of them, than that from b, and than either from neither."""
        family, node = self.family, self.family.nodes[b]
        held = evidence.merge(span for a in parents for span in family.pair[a, b].spans[1])
        shares = {}
        for c in family.near[b] + family.beyond[b]:
            if c in parents or (c < family.size and b in self._ancestors(c)):
                continue
            share = evidence.size(evidence.minus(family.pair[c, b].spans[1], held)) / max(1, node.own_length)
            if share >= EXTRA_SHARE and share * node.words >= EXTRA_WORDS:
                shares[c] = share
        odds = {}
        explained, of = family.explained(shares, b, parents)
        most = max(explained.values(), default=0)
        for c, share in shares.items():
            forward, back = self._passage(c, b), self._passage(b, c)
            if family.order(c, b) is None and forward - back < UNDATED:
                continue
            own = math.log((explained[c] + CHANCE) / (TOLD_AGAIN * share * of + CHANCE))
            lacks = math.log((most - explained[c] + CHANCE) / CHANCE)
            odds[c] = forward + EXPLAINS * own + self.scores.weights["readings"] * lacks, back
        top = max((value for pair in odds.values() for value in pair), default=0.0)
        all_ = math.fsum(math.exp(forward - top) for forward, _ in odds.values()) + math.exp(-top)
        return {c: math.exp(forward - top) / (all_ + math.exp(back - top)) for c, (forward, back) in odds.items()}

    def _passage(self, c: int, b: int) -> float:
        """Log odds that b has a passage from c, before it is asked whose wording that is."""
        return FURTHER + self.scores.of_passage(c, b)

    def _ancestors(self, b: int) -> set[int]:
        seen, queue = set(), list(self.parents[b])
        while queue:
            a = queue.pop()
            if a not in seen and a < self.family.size:
                seen.add(a)
                queue += self.parents[a]
        return seen

    def result(self) -> Result:
        family, ids = self.family, [node.id for node in self.family.nodes[: self.family.size]]
        sources = tuple(
            UnseenSource(
                tuple(ids[b] for b in group),
                min(1.0, math.fsum(self.hidden[b] for b in group) / len(group)),
                self._group(group[0]).credit,
            )
            for group in self.children
        )
        pairs = []
        for a, b in sorted(key for key in family.pair if key[0] < key[1] < family.size):
            p_ab, p_ba = self._of(a, b), self._of(b, a)
            if p_ab + p_ba > 1:  # a further parent is judged by its passage, apart from the tree
                p_ab, p_ba = p_ab / (p_ab + p_ba), p_ba / (p_ab + p_ba)
            rest = max(0.0, 1 - p_ab - p_ba)
            decided = rest >= DECIDED or _decided(max(p_ab, p_ba), min(p_ab, p_ba))
            pairs.append(Direction(ids[a], ids[b], p_ab, p_ba, rest, decided))
        derivations = [row for b in range(len(ids)) for row in self._rows(b)]
        return Result(tuple(derivations), sources, tuple(pairs), {ids[b]: d for b, d in enumerate(self._depths())})

    def _of(self, a: int, b: int) -> float:
        return self.extra.get((a, b), self.p.get((a, b), 0.0))

    def _group(self, b: int) -> unseen.Group:
        group = self.group[b]
        assert group is not None  # an unseen source is only ever chosen for a member of a group
        return group

    def _depths(self) -> list[int]:
        depth: dict[int, int] = {}
        children = defaultdict(list)
        for b, parents in enumerate(self.parents):
            for a in parents:
                if a < self.family.size:
                    children[a].append(b)
        level = [b for b, parents in enumerate(self.parents) if not parents]
        depth.update({b: int(b in self.unseen) for b in level})
        queue = sorted(level, key=lambda b: (depth[b], b))
        for at in queue:
            for b in children[at]:
                if b not in depth:
                    depth[b] = depth[at] + 1
                    queue.append(b)
        return [depth.get(b, 0) for b in range(len(self.parents))]

    def _rows(self, b: int) -> list[Derivation]:
        """The chosen derivations of b, then its rivals, the most probable first. A margin is over the best of what was not
        chosen."""
        chosen = [(self._of(a, b), a) for a in self.parents[b]]
        others = sorted(((self._of(a, b), -a) for a in self.sources[b] if a not in self.parents[b]), reverse=True)
        none = 1 - math.fsum(self.p[a, b] for a in self.sources[b]) - self.hidden[b]
        best_other = max(none, others[0][0] if others else 0.0)
        rows = []
        if b in self.unseen:
            rows.append(self._unseen_row(b, self.hidden[b] - best_other))
        most = max((self.family.pair[a, b].cover[1] for _, a in chosen), default=0.0)
        relation = "compilation" if len(chosen) > 1 and most < MOST else None
        for p, a in chosen:
            rows.append(self._row(a, b, p, p - max(best_other, self.hidden[b]), relation, chosen=True))
        best = max([none, self.hidden[b], *(p for p, _ in chosen)])
        for p, a in others[:RIVALS]:
            if p >= LEAST_RIVAL:
                rivals = [best, *(q for q, c in others if c != a)]
                rows.append(self._row(-a, b, p, p - max(rivals), None, chosen=False))
        return rows

    def _row(self, a: int, b: int, p: float, margin: float, relation: str | None, *, chosen: bool) -> Derivation:
        family = self.family
        one, two, pair = family.nodes[a], family.nodes[b], family.pair[a, b]
        why = tuple(
            Signal(name, "parent" if weight.log_odds >= 0 else "child", round(weight.log_odds, 3), weight.spans)
            for name, weight in self.scores.said(a, b).items()
        )
        if a < family.size:
            why += self._of_origin(a, b)
        why += self.given.signal(a, b)
        return Derivation(
            two.id,
            one.id,
            None,
            relation or evidence.relation(pair, one, two),
            p,
            margin,
            pair.cover[1],
            dates.days(one, two),
            why,
            chosen,
        )

    def _of_origin(self, a: int, b: int) -> tuple[Signal, ...]:
        """By how much more each measure of origin speaks for a than for b."""
        scores = zip(self.origin.score(a), self.origin.score(b), strict=True)
        found = ((name, odds - of_child) for (name, odds), (_, of_child) in scores)
        return tuple(
            Signal(name, "parent" if odds > 0 else "child", round(odds, 3)) for name, odds in found if abs(odds) >= LEAST_ORIGIN
        )

    def _unseen_row(self, b: int, margin: float) -> Derivation:
        family, group, index = self.family, self._group(b), self.unseen[b]
        spans = tuple((cue.start, cue.end) for cue in family.foreign(b)) if group.credit else ()
        why = tuple(Signal(name, "unseen", round(weight, 3), spans if name == "credit" else ()) for name, weight in group.reasons)
        near = [family.pair[a, b].similarity for a in self.children[index] if (a, b) in family.pair]
        relation = "revision" if math.fsum(near) >= evidence.REWRITTEN * len(near) else "rewrite"
        return Derivation(
            family.nodes[b].id, None, index, relation, self.hidden[b], margin, family.cover.union(b), None, why, True
        )
