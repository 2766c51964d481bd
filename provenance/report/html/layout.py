"""The lineage of a family as a drawing: where each text stands on the page, and how the lines between them run. Pure.

Time runs to the right, a row a text, in the order of the tree. As every text stands to the right of its source and the trunk of a
source runs down through its own descendants only, no line crosses a label, and no two texts meet. Long pauses are shortened:
the room between two moments grows with the logarithm of the time between them.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from provenance.report import phrases, tree
from provenance.report.html import folding
from provenance.report.html.folding import Key, Row, source_of
from provenance.report.model import Edge, Family, Member, Unseen
from provenance.report.words import chance, count, date, dates, end, safe, shorten, width

MOST_NODES = 30
"""Texts that are drawn one by one; the others are folded into their sources, with their number."""
MOST_ARCS, FARTHEST = 12, 4
"""Undecided pairs that are drawn, and rows between the two: more, or longer ones, would be a hedge."""
ROW, RADIUS = 50, 6
"""Pixels from row to row, and of a dot."""
TOP, LEFT, UNDATED, ROOM = 44, 40, 110, 720
"""Pixels above the first row, left of the first moment, of the column without date, and of all moments together."""
SPACINGS = ((122, ROOM), (122, ROOM / 2), (64, ROOM / 2), (30, ROOM / 2), (30, ROOM / 8), (16, 0))
"""(pixels from a source to what derives from it at least, pixels of all pauses at most), the roomiest first: the first is taken
with which a drawing keeps to its ROOM. Where a line is too short for its label, that goes to the text."""
LETTER, SMALL, TITLE, SITE, NOTE = 7.4, 6.4, 46, 30, 84
"""Pixels of a column of a label and of smaller print, roughly; columns of a label, of a site, of the line below."""
_NEVER = -math.inf


class Moment(NamedTuple):
    """When a text appeared, as far as one can place it: days, and steps away from the last dated source."""

    days: float
    level: int


class Node(NamedTuple):
    """A dot with its label."""

    kind: str
    """text, unseen or fold."""
    x: float
    y: float
    label: str
    note: str
    dated: bool
    """Its place on the axis is its date."""
    copies: int
    uri: str | None
    member: Member | None
    unseen: Unseen | None


class Line(NamedTuple):
    """From one node to another, both by place in `nodes`."""

    kind: str
    """tree, unseen (from an unseen source), further (another source of a compilation), undecided or fold."""
    source: int
    target: int
    path: str
    label: str
    x: float
    y: float
    edge: Edge | None


class Tick(NamedTuple):
    """A moment on the axis."""

    x: float
    label: str


class Drawing(NamedTuple):
    """All of it, in pixels."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    undated: bool
    """Some of it has no date and stands at the left, or behind its source."""
    folded: int
    """Texts that are not drawn one by one."""


def draw(family: Family, most: int = MOST_NODES) -> Drawing:
    """The lineage of a family; beyond `most` texts those with fewest descendants are folded."""
    found = list(tree.lines(family))
    main = [line for line in found if not line.again]
    further = [line.edge for line in found if line.again and line.edge is not None]
    rows = folding.rows(main, most)
    shown = {row.key for row in rows}
    further = [edge for edge in further if edge.child in shown and source_of(edge) in shown]
    moments = _moments(rows, further)
    xs = _columns(rows, moments, further)
    places = {row.key: place for place, row in enumerate(rows)}
    nodes = [_node(row, xs[row.key], TOP + ROW * (place + 0.5), moments) for place, row in enumerate(rows)]
    lines = []
    for row in rows:
        if row.source is not None:
            line = _branch(row, places, nodes)
            if line.label and nodes[line.target].x - line.x < SMALL * len(line.label):
                node = nodes[line.target]
                nodes[line.target] = node._replace(note=end(f"{line.label} · {node.note}", NOTE))
                line = line._replace(label="")
            lines.append(line)
    lines += [_further(edge, places, nodes) for edge in further if moments[source_of(edge)] < moments[edge.child]]
    lines += _arcs(family, places, nodes)
    never = [Tick(LEFT, "no date")] if any(moment.days == _NEVER for moment in moments.values()) else []
    ticks = _ticks((node, moments[row.key].days) for row, node in zip(rows, nodes, strict=True) if node.dated)
    return Drawing(
        width=max((node.x + 18 + max(_pixels(node.label, LETTER), _pixels(node.note, SMALL)) for node in nodes), default=0) + 16,
        height=TOP + ROW * len(nodes) + 8,
        nodes=tuple(nodes),
        lines=tuple(lines),
        ticks=(*never, *ticks),
        undated=any(not node.dated and node.kind == "text" for node in nodes),
        folded=sum(len(row.folded) for row in rows),
    )


def extent(published_at: str | None) -> tuple[float, float] | None:
    """From and to when a text may have been published, in days; None where no date says."""
    day, _, clock = (published_at or "").partition("T")
    try:
        year, month, number, *_ = (*map(int, day.split("-")), 1, 1)
        start = datetime.date(year, month, number).toordinal()
        if clock:
            hours, minutes, seconds, *_ = (*map(float, clock.rstrip("Z").split(":")), 0, 0)
            moment = start + (hours * 3600 + minutes * 60 + seconds) / 86400
            return moment, moment
    except ValueError:
        return None
    return float(start), start + (365.0, 30.0, 1.0)[min(2, day.count("-"))]


def _published(row: Row) -> tuple[float, float] | None:
    if row.folded:
        spans = [span for member in row.folded if (span := extent(member.published_at))]
        return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None
    assert row.line is not None
    if row.line.unseen is not None:
        return None
    return extent(row.line.member.published_at)


def _moments(rows: Sequence[Row], further: Sequence[Edge]) -> dict[Key, Moment]:
    """When each appeared. What has no date, or one before its source's, follows its source by a step."""
    sources: dict[Key, list[Key]] = {row.key: [] if row.source is None else [row.source] for row in rows}
    children: dict[Key | None, list[Row]] = defaultdict(list)
    for edge in further:
        sources[edge.child].append(source_of(edge))
    for row in rows:
        children[row.source].append(row)
    moments: dict[Key, Moment] = {}
    for row in _sources_first(rows, sources):
        span = _published(row)
        before = [moments[key] for key in sources[row.key] if key in moments]
        if row.line is not None and row.line.unseen is not None:
            dated = [span[0] for child in children[row.key] if (span := _published(child))]
            moments[row.key] = Moment(min(dated, default=_NEVER), -1)
            continue
        own = Moment(span[0] if span else _NEVER, 0)
        last = max(before, default=None)
        moments[row.key] = own if last is None or own > last else Moment(last.days, last.level + 1)
    return moments


def _sources_first(rows: Sequence[Row], sources: Mapping[Key, Sequence[Key]]) -> list[Row]:
    """The rows so that each comes behind its sources; where two are each other's, as they are."""
    left = {row.key: row for row in rows}
    order: list[Row] = []
    while left:
        ready = [row for key, row in left.items() if not any(source in left for source in sources[key])]
        for row in ready or [next(iter(left.values()))]:
            order.append(left.pop(row.key))
    return order


def _columns(rows: Sequence[Row], moments: Mapping[Key, Moment], further: Sequence[Edge]) -> dict[Key, float]:
    """x of each: as the moments follow one another, and a step behind each source at least."""
    sources = defaultdict(list)
    for row in rows:
        if row.source is not None:
            sources[row.key].append(row.source)
    for edge in further:
        if moments[source_of(edge)] < moments[edge.child]:
            sources[edge.child].append(source_of(edge))
    at: dict[Moment, list[Key]] = defaultdict(list)
    for row in rows:
        at[moments[row.key]].append(row.key)
    order = sorted(at)
    pauses = [_pause(one, two) for one, two in itertools.pairwise(order)]
    xs: dict[Key, float] = {}
    for step, room in SPACINGS:
        scale = min(1.0, room / max(1.0, sum(pauses)))
        x = float(LEFT)
        for place, moment in enumerate(order):
            if place:
                x += max(2.0, pauses[place - 1] * scale)
            x = max([x, *(xs[source] + step for key in at[moment] for source in sources[key])])
            xs.update(dict.fromkeys(at[moment], round(x, 1)))
        if x <= LEFT + ROOM:
            break
    return xs


def _pixels(text: str, letter: float) -> float:
    """How wide a label is, or somewhat less: capitals are wider by a third."""
    return letter * (width(text) + 0.35 * sum(character.isupper() for character in text))


def _pause(one: Moment, two: Moment) -> float:
    """Pixels between two moments that follow one another."""
    if one.days == two.days:
        return 12.0
    if one.days == _NEVER:
        return float(UNDATED)
    return 24 + 28 * math.log2(1 + 24 * (two.days - one.days))


def _node(row: Row, x: float, y: float, moments: Mapping[Key, Moment]) -> Node:
    if row.folded:
        spans = sorted(member.published_at for member in row.folded if member.published_at)
        when = dates(spans[0], spans[-1]) if spans else "dates unknown"
        what = "" if row.source is None else " from here"
        return Node("fold", x, y, f"+{len(row.folded):,} more{what}", when, False, 0, None, None, None)
    assert row.line is not None
    if row.line.unseen is not None:
        credit = row.line.unseen.credit
        note = f"credited: {safe(credit)}" if credit else "not among the documents"
        label = f"Unseen source, {chance(row.line.unseen.probability)}"
        return Node("unseen", x, y, label, end(note, NOTE), False, 0, None, None, row.line.unseen)
    member = row.line.member
    assert member is not None
    span = extent(member.published_at)
    dated = span is not None and span[0] <= moments[row.key].days <= span[1]
    when = date(member.published_at, member.published_from)
    if span is not None and not dated:
        when = f"dated {when}, before its source"
    copies = f"+{count(len(member.copies), 'exact copy', 'exact copies')}" if member.copies else ""
    outside = "also from another family" if row.line.outside else ""
    note = " · ".join(filter(None, (shorten(safe(member.site or ""), SITE), when, copies, outside)))
    label = end(phrases.headline(member.title), TITLE) if member.title else shorten(safe(member.uri), TITLE)
    return Node("text", x, y, label, end(note, NOTE), dated, len(member.copies), member.uri, member, None)


def _branch(row: Row, places: Mapping[Key, int], nodes: Sequence[Node]) -> Line:
    """Down from the source and round the corner to the text."""
    source, target = places[row.source], places[row.key]
    one, two = nodes[source], nodes[target]
    path = (
        f"M{one.x:g} {one.y + RADIUS:g}V{two.y - 8:g}Q{one.x:g} {two.y:g} {one.x + 8:g} {two.y:g}"
        f"H{two.x - RADIUS - (4 if two.copies else 0):g}"
    )
    edge = row.line.edge if row.line else None
    label = "" if edge is None else _short(edge)
    kind = "fold" if row.folded else "unseen" if one.kind == "unseen" else "tree"
    return Line(kind, source, target, path, label, one.x + 12, two.y - 6, edge)


def _further(edge: Edge, places: Mapping[Key, int], nodes: list[Node]) -> Line:
    """A bow to a text that hangs elsewhere in the tree, which says how in its note: on the bow there is no room."""
    source, target = places[source_of(edge)], places[edge.child]
    one, two = nodes[source], nodes[target]
    nodes[target] = two._replace(note=end(f"{two.note} · also {_short(edge)}", NOTE))
    down = RADIUS if two.y > one.y else -RADIUS
    path = f"M{one.x:g} {one.y + down:g}C{one.x:g} {two.y:g} {two.x - 40:g} {two.y - down:g} {two.x - RADIUS:g} {two.y:g}"
    return Line("further", source, target, path, "", two.x, two.y, edge)


def _short(edge: Edge) -> str:
    return f"{edge.relation} {chance(edge.probability)}"


def _arcs(family: Family, places: Mapping[Key, int], nodes: Sequence[Node]) -> list[Line]:
    """Dotted bows, left of the dots, between texts of which nothing tells which came first."""
    pairs = [(places[pair.a], places[pair.b]) for pair in family.undecided if pair.a in places and pair.b in places]
    pairs = [(one, two) for one, two in pairs if abs(one - two) <= FARTHEST][:MOST_ARCS]
    lines = []
    for source, target in pairs:
        one, two = sorted((nodes[source], nodes[target]), key=lambda node: node.y)
        left = min(one.x, two.x) - 20
        path = f"M{one.x - RADIUS:g} {one.y:g}C{left:g} {one.y:g} {left:g} {two.y:g} {two.x - RADIUS:g} {two.y:g}"
        lines.append(Line("undecided", source, target, path, "?", left - 3, (one.y + two.y) / 2 + 4, None))
    return lines


def _ticks(dated: Iterable[tuple[Node, float]]) -> list[Tick]:
    """Labels that do not meet: the day, or the hour within the day of the last label."""
    ticks: list[Tick] = []
    taken, last = -math.inf, ""
    for node, _ in sorted(dated, key=lambda item: (item[0].x, item[1])):
        if node.x < taken or node.member is None or node.member.published_at is None:
            continue
        day, _, clock = node.member.published_at.partition("T")
        label = clock[:5] if day == last and clock else date(day)
        last, taken = day, node.x + 16 + 6.4 * len(label)
        ticks.append(Tick(node.x, label))
    return ticks
