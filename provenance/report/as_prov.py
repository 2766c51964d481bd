"""The lineage as W3C PROV, in its JSON form (PROV-JSON, https://www.w3.org/submissions/prov-json/).

Documents and unseen sources are entities, sites the agents to which they are attributed, derivations `wasDerivedFrom` (with the
subtypes prov:Revision and prov:Quotation where they fit), exact copies that no date sets in order `alternateOf` one
another. Whatever PROV has no word for has the prefix `p`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from provenance.report import graph
from provenance.report.gathering import Selection
from provenance.report.graph import Link, Node
from provenance.report.words import dump

PREFIXES = {
    "d": "urn:x-provenance:document:",
    "u": "urn:x-provenance:unseen:",
    "s": "urn:x-provenance:site:",
    "p": "urn:x-provenance:term:",
}
_SUBTYPES = {"revision": "prov:Revision", "excerpt": "prov:Quotation"}


def render(selection: Selection) -> Iterator[str]:
    yield f'{{\n"prefix": {dump(PREFIXES)}'
    yield from _section("entity", ((_id(node), _entity(node)) for node in graph.nodes(selection)))
    yield from _section("agent", ((_site(site), _agent(site)) for site in sorted(_sites(selection))))
    yield from _section("wasAttributedTo", _numbered("a", map(_attribution, graph.nodes(selection))))
    yield from _section("wasDerivedFrom", _numbered("w", map(_derivation, graph.links(selection))))
    yield from _section("alternateOf", _numbered("c", map(_alternate, _interchangeable(selection))))
    yield "\n}\n"


def _section(name: str, items: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """A member of the document's object, in pieces; nothing where it has no items."""
    start = f',\n"{name}": {{\n'
    empty = True
    for key, value in items:
        yield f"{start}{dump(key)}: {dump(value)}"
        start, empty = ",\n", False
    if not empty:
        yield "\n}"


def _numbered(letter: str, items: Iterable[dict[str, Any] | None]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Relations have names of their own only within the document."""
    for number, item in enumerate(filter(None, items), 1):
        yield f"_:{letter}{number}", item


def _id(node: Node) -> str:
    return f"u:{node.name.removeprefix('unseen:')}" if node.kind == "unseen" else f"d:{quote(node.name, safe='')}"


def _site(site: str) -> str:
    return f"s:{quote(site, safe='')}"


def _entity(node: Node) -> dict[str, Any]:
    kind = "p:UnseenSource" if node.kind == "unseen" else "p:Document"
    values = node._asdict()
    title = values.pop("title")
    known = {f"p:{'uri' if name == 'name' else name}": value for name, value in values.items() if name != "kind"}
    label = {"prov:label": title or node.name}
    return {"prov:type": _name(kind), **label, **{name: value for name, value in known.items() if value is not None}}


def _agent(site: str) -> dict[str, Any]:
    return {"prov:type": _name("prov:Organization"), "prov:label": site}


def _sites(selection: Selection) -> set[str]:
    return {node.site for node in graph.nodes(selection) if node.site}


def _attribution(node: Node) -> dict[str, Any] | None:
    return {"prov:entity": _id(node), "prov:agent": _site(node.site)} if node.site else None


def _derivation(link: Link) -> dict[str, Any]:
    edge = link.edge
    values = {"probability": edge.probability, "margin": edge.margin, "coverage": edge.coverage, "days": edge.days}
    values["by_hand"] = edge.by_hand
    subtype = {"prov:type": _name(_SUBTYPES[edge.relation])} if edge.relation in _SUBTYPES else {}
    ends = {"prov:generatedEntity": _id(link.child), "prov:usedEntity": _id(link.parent)}
    known = {f"p:{name}": value for name, value in values.items() if value is not None}
    return {**ends, **subtype, "p:relation": edge.relation, "p:family": link.family, **known}


def _interchangeable(selection: Selection) -> Iterator[tuple[str, str]]:
    """Exact copies, and the texts that stand for them, where neither derives from the other."""
    for family in selection:
        for member in family.members:
            yield from ((copy.uri, member.uri) for copy in member.copies if not copy.derived)


def _alternate(pair: tuple[str, str]) -> dict[str, Any]:
    copy, one = pair
    return {"prov:alternate1": f"d:{quote(copy, safe='')}", "prov:alternate2": f"d:{quote(one, safe='')}"}


def _name(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}
