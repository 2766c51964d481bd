"""The lineage for Graphviz: families as clusters from left to right, unseen sources dashed, what is undecided dotted."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.report import graph
from provenance.report.gathering import Selection
from provenance.report.graph import Node
from provenance.report.words import chance, date, dump, percent, safe, shorten

LABEL = 48
"""Columns of a line of a label."""


def render(selection: Selection) -> Iterator[str]:
    yield "digraph lineage {\n"
    yield '  rankdir=LR; node [shape=box, style=rounded, fontname="sans-serif", fontsize=10];\n'
    yield '  edge [fontname="sans-serif", fontsize=9];\n'
    for node in graph.nodes(selection):
        yield f"  {_id(node.name)} [{_attributes(_look(node))}];\n"
        if node.copy_of is not None:
            same = {"dir": "none", "style": "bold", "label": "same text"}
            yield f"  {_id(node.copy_of)} -> {_id(node.name)} [{_attributes(same)}];\n"
    for link in graph.links(selection):
        edge = link.edge
        if edge.relation == "duplicate" and edge.parent == link.child.copy_of:
            continue  # drawn already
        values = {
            "label": f"{edge.relation} {chance(edge.probability)}",
            "tooltip": f"{percent(edge.coverage)} of it shared",
            "style": "dashed" if edge.parent is None else "solid",
            "penwidth": f"{0.5 + 2 * edge.probability:.2f}",
            "relation": edge.relation,
            "probability": f"{edge.probability:.4f}",
            "coverage": f"{edge.coverage:.4f}",
        }
        if edge.by_hand is not None:
            values |= {"label": f"{edge.relation} by hand", "by_hand": edge.by_hand}
        yield f"  {_id(link.parent.name)} -> {_id(link.child.name)} [{_attributes(values)}];\n"
    for family in selection:
        for pair in family.undecided:
            values = {"dir": "none", "style": "dotted", "label": f"undecided {chance(pair.p_ab)} / {chance(pair.p_ba)}"}
            yield f"  {_id(pair.a)} -> {_id(pair.b)} [{_attributes(values)}];\n"
    yield "}\n"


def _look(node: Node) -> dict[str, str]:
    if node.kind == "unseen":
        lines = ["unseen source", f"credited: {node.credit}" if node.credit else "", chance(node.probability)]
        looks = {"style": "rounded,dashed", "kind": "unseen"}
    else:
        when = date(node.published_at, node.published_from or "none")
        lines = [node.title or node.name, node.site or "", when]
        looks = {"kind": "document", "tooltip": node.name}
        if node.name.startswith(("http://", "https://")):
            looks["URL"] = node.name
    # \n is Graphviz's own escape; every other backslash of a label is doubled.
    label = "\\n".join(_escaped(shorten(safe(line), LABEL)) for line in lines if line)
    return {**looks, "label": label, "family": "" if node.family is None else str(node.family)}


def _id(name: str) -> str:
    """A name as a quoted string that stands for it alone: control characters are written as JSON writes them."""
    return dump(name)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _attributes(values: dict[str, str]) -> str:
    return ", ".join(f'{name}="{value if name == "label" else _escaped(safe(value))}"' for name, value in values.items())
