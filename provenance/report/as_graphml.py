"""The lineage as GraphML, for networkx, Gephi, yEd: what is known of each document and derivation as data of nodes and edges."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from provenance.report import graph
from provenance.report.gathering import Selection
from provenance.report.words import dump, safe

_NODE = {
    "uri": "string", "kind": "string", "family": "long", "title": "string", "site": "string", "author": "string",
    "published_at": "string", "published_from": "string", "words": "long", "depth": "long", "copy_of": "string",
    "probability": "double", "credit": "string",
}  # fmt: skip
_EDGE = {
    "family": "long", "relation": "string", "probability": "double", "margin": "double", "coverage": "double", "days": "double",
    "by_hand": "string",
}  # fmt: skip
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML document may hold, not even as a reference."""


def render(selection: Selection) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for owner, keys in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in keys.items():
            yield f'  <key id="{owner}.{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '  <graph id="lineage" edgedefault="directed">\n'
    for node in graph.nodes(selection):
        values = node._asdict()
        yield f'    <node id="{_id(values.pop("name"))}">\n{_data("node", {"uri": node.name} | values)}    </node>\n'
    for link in graph.links(selection):
        ends = f'source="{_id(link.parent.name)}" target="{_id(link.child.name)}"'
        values = {name: getattr(link.edge, name) for name in _EDGE if name != "family"}
        yield f"    <edge {ends}>\n{_data('edge', {'family': link.family} | values)}    </edge>\n"
    yield "  </graph>\n</graphml>\n"


def _id(name: str) -> str:
    """A name as an attribute that stands for it alone: what XML forbids, and backslashes, are written as JSON writes them."""
    return html.escape(_FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", dump(name)[1:-1]))


def _data(owner: str, values: Mapping[str, object]) -> str:
    lines = (
        f'      <data key="{owner}.{name}">{_text(value)}</data>\n'
        for name, value in values.items()
        if value is not None and (owner == "node" or name in _EDGE)
    )
    return "".join(lines)


def _text(value: object) -> str:
    return html.escape(_FORBIDDEN.sub("\ufffd", safe(value))) if isinstance(value, str) else str(value)
