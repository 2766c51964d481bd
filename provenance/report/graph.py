"""Families as nodes and edges: what the formats for other programs have in common.

A node is a document, an exact copy included, or an unseen source; an edge a chosen derivation. Names are uris, `unseen:ID` for
an unseen source, as in the view `lineage`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from provenance.report.gathering import Selection
from provenance.report.model import Copy, Edge, Family, Member


class Node(NamedTuple):
    """A document or an unseen source. What is not known of it, or does not apply, is None."""

    name: str
    kind: str
    """`document` or `unseen`."""
    family: int | None
    """None for a document of a family that was not asked for, from which one that was derives too."""
    title: str | None = None
    site: str | None = None
    author: str | None = None
    published_at: str | None = None
    published_from: str | None = None
    words: int | None = None
    depth: int | None = None
    copy_of: str | None = None
    probability: float | None = None
    credit: str | None = None


class Link(NamedTuple):
    """A derivation between two nodes."""

    family: int
    child: Node
    parent: Node
    edge: Edge


def nodes(selection: Selection) -> Iterator[Node]:
    """Every node once, family by family, then sources of other families."""
    outside: dict[str, Member] = {}
    for family in selection:
        yield from _nodes(family).values()
        outside |= {member.uri: member for member in family.outside}
    yield from (_document(member, None) for member in selection.without(outside.values()))


def links(selection: Selection) -> Iterator[Link]:
    """Every chosen derivation, family by family."""
    for family in selection:
        known = _nodes(family) | {member.uri: _document(member, None) for member in family.outside}
        for edge in family.derivations:
            yield Link(family.id, known[edge.child], known[parent(edge)], edge)


def parent(edge: Edge) -> str:
    """The name of where an edge comes from."""
    return f"unseen:{edge.unseen}" if edge.parent is None else edge.parent


def _nodes(family: Family) -> dict[str, Node]:
    found = [
        Node(f"unseen:{source.id}", "unseen", family.id, probability=source.probability, credit=source.credit)
        for source in family.unseen
    ]
    for member in family.members:
        found.append(_document(member, family.id))
        found += [_copy(copy, member, family.id) for copy in member.copies]
    return {node.name: node for node in found}


def _document(member: Member, family: int | None) -> Node:
    m = member
    depth = None if family is None else m.depth
    return Node(m.uri, "document", family, m.title, m.site, m.author, m.published_at, m.published_from, m.words, depth)


def _copy(copy: Copy, member: Member, family: int) -> Node:
    return Node(
        copy.uri, "document", family, None, copy.site, None, copy.published_at, copy.published_from, member.words,
        member.depth + copy.derived, member.uri,
    )  # fmt: skip
