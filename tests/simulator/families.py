"""How the news of one event spreads: who takes it from whom, when, and how. Pure.

Agencies and papers report; regional papers take from agencies, aggregators from everybody, papers retell each other. What is
taken much is taken more. Takes follow on one another at the outlets that report. Some articles are in no corpus.
"""

from __future__ import annotations

import dataclasses
import random
from collections import defaultdict
from collections.abc import Sequence

from tests.simulator import events, operators
from tests.simulator.clocks import HOUR
from tests.simulator.grammar import CREDITED, NOTED, with_roles
from tests.simulator.outlets import Outlet
from tests.simulator.story import Story, reported


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """One article as it was made, whether or not it can be seen."""

    uri: str
    family: int
    outlet: Outlet
    story: Story
    parents: tuple[str, ...]
    operator: str
    """`report` for one without parents."""
    time: float
    """When it was published, in days since the simulation's first."""
    hidden: bool = False
    credit: str = "absent"
    """Whom it names as its source: absent, parent, wrong, and inherited where it names whom its parent names."""
    misread: tuple[int, str, str] | None = None
    """A figure that it got wrong: the fact, what it was, what it became."""


@dataclasses.dataclass(frozen=True, slots=True)
class Habits:
    """How news spreads in a simulation; all are shares."""

    unseen: float = 0.12
    """Of reports: they are in no corpus (beside those of agencies that have no public site)."""
    unseen_between: float = 0.05
    """Of articles that others were made from."""
    several: float = 0.35
    """Of events: more than one outlet reports by itself."""
    updates: float = 0.10
    """Of articles: a later take of the same outlet."""
    compilations: float = 0.07
    """Of articles: made of two or three."""
    misread: float = 0.12
    """Of copies and rewrites: a figure is got wrong."""
    wrong_credit: float = 0.06
    """Of credits: they name another outlet than the parent's."""


_PULL = {"agency": 6.0, "paper": 3.0, "regional": 0.8, "aggregator": 0.3, "blog": 0.15}
"""How much an outlet's story is taken, other things equal."""
_TAKERS = {"paper": 0.2, "regional": 0.4, "aggregator": 0.25, "blog": 0.15}
_DELAY_HOURS = {"agency": 6.0, "paper": 14.0, "regional": 11.0, "aggregator": 3.0, "blog": 30.0}
"""Medians; delays are log-normal."""
_SPREAD = 1.1
_FROM_AGENCY = {"copy": 14, "edited": 28, "excerpt": 22, "light": 12, "localised": 14, "reordered": 3, "heavy": 7}
_FROM_RIVAL = {"heavy": 42, "polished": 6, "light": 27, "excerpt": 6, "edited": 9, "localised": 6, "teaser": 4}
_AGGREGATOR = {"copy": 26, "edited": 22, "polished": 8, "excerpt": 24, "light": 10, "teaser": 12}
_BLOG = {"light": 22, "heavy": 22, "polished": 8, "edited": 18, "excerpt": 20, "copy": 8, "reordered": 4}
_CORRECTED = "Correction: an earlier version of this article gave a wrong figure."


class _Family:
    """The articles of one event while they are made."""

    def __init__(self, rng: random.Random, number: int, outlets: Sequence[Outlet], habits: Habits) -> None:
        self.rng, self.number, self.outlets, self.habits = rng, number, outlets, habits
        self.event = events.event(rng, number, rng.randrange(5, 300), rng.randint(36, 64))
        self.articles: list[Article] = []
        self.children: defaultdict[str, int] = defaultdict(int)
        self.replaced: set[str] = set()
        self.last: dict[str, str] = {}
        """Of each outlet that reports, its latest take."""

    def add(
        self, outlet: Outlet, story: Story, parents: Sequence[Article], operator: str, time: float, **more: object
    ) -> Article:
        uri = f"https://{outlet.host}/{self.rng.choice(('news', 'story', 'a', 'region'))}/{self.rng.getrandbits(40):010x}"
        article = Article(uri, self.number, outlet, story, tuple(p.uri for p in parents), operator, time, **more)  # type: ignore[arg-type]
        self.articles.append(article)
        for parent in parents:
            self.children[parent.uri] += 1
        return article

    def report(self, kinds: Sequence[str]) -> None:
        """An outlet's own story."""
        rng = self.rng
        outlet = self.outlet(kinds)
        story = reported(self.event, len(self.articles), rng, outlet.style)
        if outlet.kind == "agency" or rng.random() < 0.3:
            story = dataclasses.replace(
                story, town=self.event.town, wire=rng.choice((outlet.short, outlet.name)) if outlet.kind == "agency" else None
            )
        hours = rng.lognormvariate(1.6, 0.8)
        hidden = outlet.hidden or rng.random() < self.habits.unseen
        article = self.add(outlet, story, (), "report", self.event.day + 0.3 + hours * HOUR, hidden=hidden)
        self.last[article.uri] = article.uri

    def outlet(self, kinds: Sequence[str]) -> Outlet:
        used = {article.outlet.host for article in self.articles}
        of_kind = [outlet for outlet in self.outlets if outlet.kind in kinds]
        return self.rng.choice([outlet for outlet in of_kind if outlet.host not in used] or of_kind)

    def source(self) -> Article:
        """Whose story is taken next."""
        if self.rng.random() < 0.12:
            return self.rng.choice(self.articles[-5:])
        weights = [
            _PULL[a.outlet.kind]
            * (1 + self.children[a.uri]) ** 0.6
            * (0.25 if a.uri in self.replaced else 1)
            * (0.2 if a.operator == "teaser" else 1)
            for a in self.articles
        ]
        return self.rng.choices(self.articles, weights)[0]

    def take(self) -> None:
        """Somebody takes a story."""
        rng = self.rng
        parent = self.source()
        kind = rng.choices(list(_TAKERS), list(_TAKERS.values()))[0]
        outlet = self.outlet((kind,))
        table = (
            _AGGREGATOR
            if kind == "aggregator"
            else _BLOG
            if kind == "blog"
            else _FROM_AGENCY
            if parent.story.wire
            else _FROM_RIVAL
        )
        name = rng.choices(list(table), list(table.values()))[0]
        if len(parent.story.sentences) < 4:
            name = rng.choice(("copy", "edited", "light"))
        if name == "localised":
            local = events.local_facts(rng, self.event, len(self.articles))
            story = operators.localised(parent.story, rng, local)
        else:
            story = operators.OPERATORS[name](parent.story, rng)
        changed = None
        if name != "teaser" and rng.random() < self.habits.misread:
            story, changed = operators.misread(story, rng)
        if rng.random() < {"copy": 0.3, "edited": 0.4}.get(name, 0.75):
            story = dataclasses.replace(story, headline=operators.headline(self.event, rng, outlet.style))
        story = dataclasses.replace(story, label=story.label if name == "copy" and rng.random() < 0.5 else None)
        story, credit = self.credited(story, parent, outlet, name)
        self.add(outlet, story, [parent], name, parent.time + self.delay(kind), credit=credit, misread=changed)

    def delay(self, kind: str) -> float:
        return _DELAY_HOURS[kind] * self.rng.lognormvariate(0, _SPREAD) * HOUR + 0.002

    def update(self) -> None:
        """A later take of one of those who report."""
        rng = self.rng
        first = rng.choice(sorted(self.last))
        before = next(a for a in self.articles if a.uri == self.last[first])
        story = operators.updated(before.story, rng, self.event, before.outlet.style)
        if rng.random() < 0.1:
            story = dataclasses.replace(story, notes=(*story.notes, _CORRECTED))
        time = before.time + rng.lognormvariate(1.8, 0.8) * HOUR
        hidden = before.outlet.hidden or (before.hidden and rng.random() < 0.7)
        article = self.add(before.outlet, story, [before], "updated", time, hidden=hidden, credit=before.credit)
        self.replaced.add(before.uri)
        self.last[first] = article.uri

    def compile(self) -> bool:
        """Somebody makes one story of several; not where all are alike."""
        rng = self.rng
        parents: list[Article] = []
        for _ in range(12):
            candidate = self.source()
            if len(candidate.story.sentences) > 4 and all(_apart(candidate, other) for other in parents):
                parents.append(candidate)
            if len(parents) == (3 if rng.random() < 0.2 else 2):
                break
        if len(parents) < 2:
            return False
        outlet = self.outlet(("paper", "regional", "aggregator"))
        story = operators.merged([parent.story for parent in parents], rng)
        story, credit = self.credited(story, parents[0], outlet, "merged")
        self.add(outlet, story, parents, "merged", max(p.time for p in parents) + self.delay(outlet.kind), credit=credit)
        return True

    def credited(self, story: Story, parent: Article, outlet: Outlet, operator: str) -> tuple[Story, str]:
        """The child's story with what it says of its source."""
        return credited(story, parent, outlet, operator, self.outlets, self.habits, self.rng)

    def hide(self) -> None:
        """Articles that others were made from are missing, too."""
        for i, article in enumerate(self.articles):
            if article.parents and self.children[article.uri] and self.rng.random() < self.habits.unseen_between:
                self.articles[i] = dataclasses.replace(article, hidden=True)
        if all(article.hidden for article in self.articles):
            self.articles[-1] = dataclasses.replace(self.articles[-1], hidden=False)


def credited(
    story: Story, parent: Article, outlet: Outlet, operator: str, outlets: Sequence[Outlet], habits: Habits, rng: random.Random
) -> tuple[Story, str]:
    """What a copy says of its source: what it inherits with the words, mostly kept, and at times a credit of its own."""
    inherited = bool(story.wire or story.credit or story.notes) and operator not in ("heavy", "polished", "merged")
    if inherited and (outlet.kind != "agency" and rng.random() < 0.3):
        story = dataclasses.replace(story, wire=None, town=story.town if rng.random() < 0.4 else None, credit=None, notes=())
        inherited = False
    if operator in ("light", "teaser"):
        story = dataclasses.replace(story, wire=None, notes=())
        inherited = bool(story.credit)
    chance = 1.0 if operator == "teaser" else outlet.credits * (0.35 if inherited else 1)
    if rng.random() >= chance:
        names_parent = bool(story.wire) and story.wire in (parent.outlet.short, parent.outlet.name)
        return story, "parent" if inherited and names_parent else "inherited" if inherited else "absent"
    wrong = rng.random() < habits.wrong_credit
    named = rng.choice([o for o in outlets if o is not parent.outlet and o is not outlet]) if wrong else parent.outlet
    if rng.random() < 0.55 and not story.credit:
        story = dataclasses.replace(story, credit=with_roles(rng.choice(CREDITED), {"N": named.name}))
    else:
        story = dataclasses.replace(
            story, notes=(*story.notes, with_roles(rng.choice(NOTED), {"N": named.name, "H": named.host}))
        )
    return story, "wrong" if wrong else "parent"


def _apart(a: Article, b: Article) -> bool:
    """Whether two articles tell enough that the other does not, and neither was made from the other."""
    common = len(a.story.told & b.story.told)
    return common < 0.7 * min(len(a.story.told), len(b.story.told)) and a.uri not in b.parents and b.uri not in a.parents


def grow(rng: random.Random, number: int, size: int, outlets: Sequence[Outlet], habits: Habits) -> list[Article]:
    """A family of `size` articles, the hidden ones among them, parents before children."""
    family = _Family(rng, number, outlets, habits)
    reports = 1 if size < 3 or rng.random() >= habits.several else rng.choice((2, 2, 3))
    family.report(rng.choice((("agency",), ("agency",), ("paper",), ("regional",))))
    for _ in range(min(size, reports) - 1):
        family.report(rng.choice((("paper",), ("regional",), ("agency",))))
    running = rng.random() < 0.2
    while len(family.articles) < size:
        draw = rng.random()
        if draw < habits.updates * (2.5 if running else 0.6):
            family.update()
        elif draw > 1 - habits.compilations and family.compile():
            continue
        else:
            family.take()
    family.hide()
    return family.articles


def round_up(rng: random.Random, number: int, articles: Sequence[Article], outlets: Sequence[Outlet], habits: Habits) -> Article:
    """What happened on a day: a compilation of articles of several families."""
    outlet = rng.choice([outlet for outlet in outlets if outlet.kind in ("regional", "aggregator")])
    story = operators.merged([article.story for article in articles], rng)
    time = max(article.time for article in articles) + rng.uniform(2, 30) * HOUR
    uri = f"https://{outlet.host}/news/{rng.getrandbits(40):010x}"
    story, credit = credited(story, articles[0], outlet, "merged", outlets, habits, rng)
    return Article(uri, number, outlet, story, tuple(a.uri for a in articles), "merged", time, credit=credit)
