"""What the templates show of a family and of a pair: names, anchors, sentences, and what refers to what. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from provenance.report import phrases, tree
from provenance.report.dossier import Entry, differing, shown_pairs
from provenance.report.explaining import Explanation, Pair, Party
from provenance.report.html import beside, layout
from provenance.report.model import Edge, Family, Member, Passage, Reason
from provenance.report.verdict import letter, shares, times, verdict, weighty
from provenance.report.words import count, safe, shorten

SEARCHED = 4000
"""Characters of a family that the search looks through: titles, sites and addresses."""
LONGEST_URI = 64
"""Columns of a uri that stands for a title."""
STRIP = 120
"""Pixels of the strip that shows when the texts of a family appeared."""
_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)


def address(uri: str) -> str | None:
    """The uri as a link's target where it is one of the web and says what it seems to say; else None."""
    return uri if safe(uri) == uri and _ADDRESS.fullmatch(uri) else None


class PairView(NamedTuple):
    """Two texts and all that is said of them."""

    anchor: str
    explanation: Explanation
    rows: list[beside.Row]
    verdict: str
    edge: Edge | None
    """The derivation that the page states."""
    undecided: bool
    shares: tuple[tuple[str, float], ...]
    reasons: tuple[tuple[str, tuple[ReasonView, ...]], ...]
    """(whose derivation, its reasons)."""
    rivals: tuple[tuple[str, Edge], ...]


class ReasonView(NamedTuple):
    """A reason as a bar: where it starts, and how long it is, of 100."""

    reason: Reason
    what: str
    times: str
    start: float
    length: float


class FamilyView(NamedTuple):
    """A family on its page."""

    family: Family
    name: str
    story: str
    drawing: layout.Drawing
    lines: list[tree.Line]
    pairs: list[PairView]
    anchors: Mapping[frozenset[str | None], str]
    """Of two uris, where on the page their texts are."""
    titles: Mapping[str, str]
    differing: tuple[tuple[str, str], ...]
    """Numbers and names on which a text and its source differ, the first few."""
    missing: int
    """Pairs that are not on the page."""
    passages: tuple[tuple[Passage, list[beside.Row]], ...]
    """Of a report that comes without the texts."""


def family(found: Family, pairs: Sequence[Pair]) -> FamilyView:
    views = [pair(f"pair-{found.id}-{number}", each) for number, each in enumerate(pairs, 1)]
    anchors = {frozenset((view.explanation.a.text.uri, view.explanation.b.text.uri)): view.anchor for view in views}
    return FamilyView(
        found, name(found), phrases.story(found), layout.draw(found), list(tree.lines(found)), views, anchors,
        {member.uri: title(member) for member in found.members}, differing(pairs), len(shown_pairs(found)) - len(views),
        () if views else tuple((p, beside.rows(p.text_a, p.text_b, (_alone(p),))) for p in found.passages),
    )  # fmt: skip


def _alone(passage: Passage) -> Passage:
    """The passage as if its two sides were the whole texts."""
    return dataclasses.replace(passage, a_start=0, a_end=len(passage.text_a), b_start=0, b_end=len(passage.text_b))


def both(one: str | None, two: str | None) -> frozenset[str | None]:
    """The key of a pair, whichever way round."""
    return frozenset((one, two))


def ends(drawing: layout.Drawing, line: layout.Line) -> frozenset[str | None]:
    """The key of the two texts that a line joins."""
    return both(drawing.nodes[line.source].uri, drawing.nodes[line.target].uri)


def line_says(drawing: layout.Drawing, line: layout.Line) -> str:
    """A line of the drawing in words."""
    one, two = drawing.nodes[line.source].label, drawing.nodes[line.target].label
    if line.edge is None:
        return f"{one} and {two}: undecided which came first"
    return f"{two}, from {one}: {phrases.edge(line.edge)}"


def caption(view: FamilyView) -> str:
    """How to read the drawing."""
    d = view.drawing
    parts = ["Time runs to the right; long pauses are shortened."] if any(node.dated for node in d.nodes) else []
    if d.undated:
        parts.append("A hollow dot has no date of its own to stand at, and stands at the left or behind its source.")
    if any(node.kind == "unseen" for node in d.nodes):
        parts.append("A dashed circle is a source that is not among the documents.")
    drawn = sum(line.kind == "undecided" for line in d.lines)
    if drawn:
        parts.append("A dotted bow joins related texts of which the evidence does not say which came first.")
    if len(view.family.undecided) > drawn:
        parts.append(f"{count(len(view.family.undecided) - drawn, 'undecided pair')} not drawn.")
    if d.folded:
        parts.append(f"{count(d.folded, 'text')} folded; the table has all.")
    return " ".join(parts)


def summary(view: PairView) -> str:
    """A pair in a line."""
    if view.edge:
        return phrases.edge(view.edge)
    if view.explanation.unseen:
        return "both from an unseen source"
    return "undecided" if view.undecided else "neither from the other"


def title(member: Member) -> str:
    """How a text is called: by its title, else by its uri, of which the last part says most."""
    return phrases.headline(member.title) if member.title else shorten(safe(member.uri), LONGEST_URI)


def name(found: Family) -> str:
    """As `phrases.name`, for a headline: where nothing has a title, not all of an address."""
    return phrases.name(found) if any(member.title for member in found.members) else title(found.members[0])


def pair(anchor: str, found: Pair) -> PairView:
    e = found.explanation
    between = (*e.derivations, *e.unseen_edges)
    return PairView(
        anchor=anchor,
        explanation=e,
        rows=beside.rows(found.text_a, found.text_b, e.passages),
        verdict=verdict(e),
        edge=next((edge for edge in e.derivations if edge.chosen), None),
        undecided=e.direction is not None and not e.direction.decided,
        shares=() if e.direction is None or e.same else shares(e.direction),
        reasons=tuple((_whose(e, edge), tuple(_bars(weighty(edge)))) for edge in between),
        rivals=tuple((letter(e, edge.child), edge) for edge in e.rivals) if e.passages else (),
    )


def _whose(e: Explanation, edge: Edge) -> str:
    source = "the unseen source" if edge.parent is None else letter(e, edge.parent)
    lost = "" if edge.chosen else ", not chosen"
    return f"{letter(e, edge.child)} from {source}, {phrases.believed(edge)}{lost}"


def _bars(reasons: Iterable[Reason]) -> Iterable[ReasonView]:
    for reason in reasons:
        # Five natural-log odds, 150 to 1, are a full half of the bar: what is more decides no further.
        length = round(50 * min(1.0, abs(reason.log_odds) / 5), 1)
        start = 50.0 if reason.log_odds >= 0 else 50 - length
        yield ReasonView(reason, phrases.signal(reason), times(reason.log_odds), start, length)


def parties(view: PairView) -> tuple[tuple[str, Party], ...]:
    return ("A", view.explanation.a), ("B", view.explanation.b)


class EntryView(NamedTuple):
    """A family in the index."""

    id: int
    href: str
    name: str
    story: str
    entry: Entry
    dots: tuple[float, ...]
    """Where on the strip its dated texts stand."""
    searched: str


def entry(found: Entry, quoted: str | None) -> EntryView:
    """quoted: the page of the family as a link names it, or None where it is on this one."""
    f = found.family
    parts = [str(f.id), *f.sites, *(part for member in f.members for part in (member.title, member.author, member.uri) if part)]
    return EntryView(
        f.id, f"{quoted or ''}#family-{f.id}", name(f), phrases.story(f), found, _dots(f),
        safe(" ".join(parts))[:SEARCHED].casefold(),
    )  # fmt: skip


def _dots(f: Family) -> tuple[float, ...]:
    dates = [date for member in f.members for date in (member.published_at, *(copy.published_at for copy in member.copies))]
    spans = [span[0] for date in dates if (span := layout.extent(date))]
    if not spans:
        return ()
    first, last = min(spans), max(spans)
    return tuple(sorted({round(4 + (STRIP - 8) * (at - first) / ((last - first) or 1), 1) for at in spans}))
