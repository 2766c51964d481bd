"""The tree of a family, as lines that any renderer can draw. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from provenance.report.model import Edge, Family, Member, Unseen


class Line(NamedTuple):
    """One text or unseen source of the tree. Draw `branch` before it and `below` before whatever explains it."""

    depth: int
    branch: str
    below: str
    member: Member | None
    unseen: Unseen | None
    edge: Edge | None
    """How it comes from what it hangs on."""
    again: bool
    """A text that stands elsewhere in the tree too, with all its own: a compilation under a further parent."""
    outside: tuple[Edge, ...]
    """Further sources, in other families."""


def lines(family: Family) -> Iterator[Line]:
    """Unseen sources and beginnings in order, each followed by what derives from it, depth first."""
    return _Tree(family).lines()


class _Tree:
    def __init__(self, family: Family) -> None:
        self._family = family
        self._members = {member.uri: member for member in family.members}
        self._children: dict[str | int, list[Edge]] = defaultdict(list)
        self._outside: dict[str, list[Edge]] = defaultdict(list)
        main: dict[str, Edge] = {}
        for edge in family.derivations:
            if edge.child not in self._members:
                continue  # an exact copy: folded into the text that stands for it
            if edge.parent is not None and edge.parent not in self._members:
                self._outside[edge.child].append(edge)
                continue
            self._children[_source(edge)].append(edge)
            if edge.child not in main or edge.coverage > main[edge.child].coverage:
                main[edge.child] = edge
        self._main = main
        order = {member.uri: place for place, member in enumerate(family.members)}
        for edges in self._children.values():
            edges.sort(key=lambda edge: order[edge.child])

    def lines(self) -> Iterator[Line]:
        for source in self._family.unseen:
            yield Line(0, "", self._below("", source.id), None, source, None, False, ())
            yield from self._under(source.id, "")
        for member in self._family.members:
            if member.uri not in self._main:
                yield self._line(0, member, None, "", "")
                yield from self._under(member.uri, "")

    def _under(self, source: str | int, indent: str) -> Iterator[Line]:
        # A stack of iterators instead of recursion: a chain may be longer than Python's stack.
        levels = [(iter(self._children[source]), len(self._children[source]), indent)]
        seen = [0]
        while levels:
            edges, total, indent = levels[-1]
            edge = next(edges, None)
            if edge is None:
                levels.pop()
                seen.pop()
                continue
            seen[-1] += 1
            last = seen[-1] == total
            branch, inner = indent + ("└─ " if last else "├─ "), indent + ("   " if last else "│  ")
            yield self._line(len(levels), self._members[edge.child], edge, branch, inner)
            if self._main[edge.child] is edge:
                children = self._children[edge.child]
                levels.append((iter(children), len(children), inner))
                seen.append(0)

    def _line(self, depth: int, member: Member, edge: Edge | None, branch: str, inner: str) -> Line:
        again = edge is not None and self._main[member.uri] is not edge
        below = inner + "   " if again else self._below(inner, member.uri)
        return Line(depth, branch, below, member, None, edge, again, () if again else tuple(self._outside[member.uri]))

    def _below(self, inner: str, source: str | int) -> str:
        return inner + ("│  " if self._children[source] else "   ")


def _source(edge: Edge) -> str | int:
    return edge.parent if edge.parent is not None else edge.unseen or 0
