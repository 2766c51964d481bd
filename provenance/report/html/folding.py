"""Which texts of a family are drawn one by one, and where the others are counted. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from provenance.report import tree
from provenance.report.model import Edge, Member

Key = str | int | tuple[str, str | int | None]
"""A text by its uri, an unseen source by its id, a fold by ("fold", the key of its source)."""


class Row(NamedTuple):
    """A text, an unseen source or a fold, in the order of the tree."""

    key: Key
    source: str | int | None
    line: tree.Line | None
    """None for a fold."""
    folded: tuple[Member, ...] = ()


def source_of(edge: Edge) -> str | int:
    """The key of where a derivation comes from."""
    return edge.parent if edge.parent is not None else edge.unseen or 0


def rows(lines: Sequence[tree.Line], most: int) -> list[Row]:
    """The tree, each text once, with `most` of them drawn: those with most descendants. What is left out is counted behind the
    children of the source that it hangs on."""
    by_key = {_key(line): line for line in lines}
    sources = {key: None if line.edge is None else source_of(line.edge) for key, line in by_key.items()}
    weights = dict.fromkeys(sources, 1)
    for key in reversed(sources):  # children stand behind their sources
        if (source := sources[key]) is not None:
            weights[source] += weights[key]
    # A source outweighs each of its descendants: whatever is drawn, so is all that it comes from.
    order = {key: place for place, key in enumerate(sources)}
    drawn = set(sorted(sources, key=lambda key: (isinstance(key, str), -weights[key], order[key]))[:most])
    children: dict[str | int | None, list[str | int]] = defaultdict(list)
    for key, source in sources.items():
        children[source].append(key)
    found: list[Row] = []
    stack: list[str | int | Row] = []

    def unfold(source: str | int | None) -> None:
        hidden = [key for key in children[source] if key not in drawn]
        if len(hidden) == 1 and not children[hidden[0]]:
            hidden = []  # a fold of one takes no less room
        if hidden:
            below = list(hidden)
            for key in below:  # grows while it is read
                below += children[key]
            folded = tuple(member for key in below if (member := by_key[key].member) is not None)
            stack.append(Row(("fold", source), source, None, folded))
        stack.extend(key for key in reversed(children[source]) if key not in hidden)

    unfold(None)
    while stack:
        top = stack.pop()
        if isinstance(top, Row):
            found.append(top)
        else:
            found.append(Row(top, sources[top], by_key[top]))
            unfold(top)
    return found


def _key(line: tree.Line) -> str | int:
    if line.unseen is not None:
        return line.unseen.id
    assert line.member is not None
    return line.member.uri
