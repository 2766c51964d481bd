"""Lineage for other programs: CSV, DOT, GraphML, PROV-JSON and JSON Lines, read back as those programs read them."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import networkx
import pytest

from provenance.model import Document
from provenance.report import EXCHANGE, as_csv, exchange
from provenance.report.gathering import Selection
from provenance.store import Store
from tests.test_cli import run, scanned, select
from tests.test_report import HOSTILE, URIS, db, derivation, store

scanned, db, store = scanned, db, store  # the fixtures

NASTY = ['a"b\\', "c\nd\t", "]]></data>", "e\x00\x1b\ufffe", "--> { } ;", "<b>&amp;", "f\u202eg\u2028", "h\\n%41 é 中", "\\"]
"""Names and titles of documents, each the child of the one before it."""


def written(selection: Selection, name: str) -> str:
    return "".join(exchange(selection, name))


@pytest.fixture
def nasty(tmp_path) -> Store:
    """A chain of documents whose names, titles and sites are attacks."""
    with Store.open(tmp_path / "n.db", create=True) as store:
        run_id = store.start_run("scan", "0", {})
        rows = [
            (i, Document(uri, "t", title=uri, site=uri), 1, f"{i:032x}", f"{i:032x}", "", None) for i, uri in enumerate(NASTY, 1)
        ]
        store.add_documents(run_id, rows)
        (family,) = store.new_family_ids(1)
        edges = [derivation(i, i - 1, 0.9) for i in range(2, len(NASTY) + 1)] + [derivation(1, None, 0.7, unseen=0)]
        store.replace_lineage(
            [], [(i, family, i) for i in range(1, len(NASTY) + 1)], [(None, family, 0.7, '"<Wire>\x07&')], edges, []
        )
        yield store


def graph_of(selection: Selection) -> networkx.DiGraph:
    return networkx.parse_graphml(written(selection, "graphml"))


def dot_edges(dot: str) -> list[tuple[str, str, str]]:
    """(from, to, attributes) of the edges, their names as JSON strings."""
    name = r'("(?:[^"\\]|\\.)*")'
    return re.findall(rf"^  {name} -> {name} \[(.*)\];$", dot, re.MULTILINE)


def test_all_formats_hold_the_same_lineage(store):
    """The derivations are those of the view, in each of the formats."""
    expected = {(row[0], row[1]) for row in store.query("SELECT parent, child FROM lineage")[1]}
    selection = Selection(store)
    rows = list(csv.DictReader(io.StringIO(written(selection, "csv"))))
    assert {(row["parent"], row["child"]) for row in rows} == expected
    assert set(graph_of(selection).edges) == expected
    prov = json.loads(written(selection, "prov"))
    label = {id: entity.get("p:uri") for id, entity in prov["entity"].items()}
    derived = {(label[e["prov:usedEntity"]], label[e["prov:generatedEntity"]]) for e in prov["wasDerivedFrom"].values()}
    assert derived == expected
    drawn = {(json.loads(a), json.loads(b)) for a, b, what in dot_edges(written(selection, "dot")) if "undecided" not in what}
    assert drawn == expected


def test_csv_rows_are_those_of_the_view(store):
    """CSV has the columns of the view `lineage` with its values, and the family and credit beside them."""
    names, rows = store.query("SELECT * FROM lineage")
    assert set(as_csv.COLUMNS) == {*names, "family", "credit"}
    expected = sorted(["" if value is None else str(value) for value in row] for row in rows)
    found = csv.DictReader(io.StringIO(written(Selection(store), "csv")))
    assert sorted([row[name] for name in names] for row in found) == expected


def test_graphml_says_what_is_known(store):
    """Nodes and edges carry what is known of them, typed: unseen sources and exact copies, undated texts and other families."""
    graph = graph_of(Selection(store))
    assert graph.nodes[URIS[2]]["words"] == 19
    assert graph.nodes[URIS[3]]["copy_of"] == URIS[1]
    assert "published_at" not in graph.nodes[URIS[4]]
    ((unseen, source),) = [(name, data) for name, data in graph.nodes(data=True) if data["kind"] == "unseen"]
    assert (source["credit"], source["probability"]) == ("Northern Wire", 0.8)
    assert graph.edges[unseen, URIS[5]] == {
        "family": 2,
        "relation": "revision",
        "probability": 0.84,
        "margin": 0.5,
        "coverage": 0.9,
    }
    assert graph.edges[URIS[5], URIS[10]]["relation"] == "compilation"
    assert {graph.nodes[name]["family"] for name in (URIS[5], URIS[10])} == {1, 2}


@pytest.mark.parametrize(
    ("asked", "nodes", "edges"),
    [
        ({}, 10, 7),
        ({"family": 1}, 6, 5),
        ({"family": 3}, 2, 0),
        ({"document": URIS[5]}, 3, 2),
        ({"site": "post.example"}, 6, 5),
        ({"since": "last"}, 6, 5),
        ({"document": URIS[9]}, 0, 0),
        ({"since": "2999-01-01"}, 0, 0),
    ],
    ids=str,
)
def test_scope(store, asked, nodes, edges):
    """What was asked for is all that is written; a source in another family comes along once, as a node without family."""
    graph = graph_of(Selection(store, **asked))
    assert (len(graph), graph.size()) == (nodes, edges)
    if asked == {"family": 1}:
        assert "family" not in graph.nodes[URIS[5]]
    for name in EXCHANGE:
        assert written(Selection(store, **asked), name)


def test_dot_marks_the_unseen_and_the_undecided(store):
    """Unseen sources and what comes from them are dashed, undecided pairs dotted, exact copies joined without direction."""
    dot = written(Selection(store), "dot")
    assert re.search(r'"unseen:\d+" \[style="rounded,dashed"', dot)
    edges = {(json.loads(a), json.loads(b)): what for a, b, what in dot_edges(dot)}
    assert 'style="dotted"' in edges[URIS[7], URIS[8]]
    assert 'label="same text"' in edges[URIS[1], URIS[3]]
    assert {'style="dashed"' in what for (a, _), what in edges.items() if a.startswith("unseen")} == {True}
    assert dot.count("{") == dot.count("}") == 1
    assert "javascript" not in "".join(re.findall('URL="(.*?)"', dot))


def test_prov_is_well_formed(store):
    """PROV-JSON: known sections, declared prefixes, and every reference leads to a declared entity or agent."""
    prov = json.loads(written(Selection(store), "prov"))
    assert set(prov) <= {"prefix", "entity", "agent", "wasAttributedTo", "wasDerivedFrom", "alternateOf"}
    prefixes = {*prov["prefix"], "prov", "_"}
    for section in set(prov) - {"prefix"}:
        for key, value in prov[section].items():
            assert key.split(":")[0] in prefixes
            assert all(name.split(":")[0] in prefixes for name in value)
            typed = value.get("prov:type")
            assert typed is None or (typed["type"] == "prov:QUALIFIED_NAME" and typed["$"].split(":")[0] in prefixes)
    ends = {"prov:generatedEntity", "prov:usedEntity", "prov:alternate1", "prov:alternate2", "prov:entity"}
    for section in ("wasDerivedFrom", "alternateOf", "wasAttributedTo"):
        for value in prov.get(section, {}).values():
            assert {value[name] for name in ends & set(value)} <= set(prov["entity"])
            assert value.get("prov:agent", next(iter(prov["agent"]))) in prov["agent"]
    types = {value["prov:type"]["$"] for value in prov["entity"].values()}
    assert types == {"p:Document", "p:UnseenSource"}


def test_hostile_names_are_kept_apart(nasty):
    """Quotes, line ends, control characters and closing tags neither break a format nor make two documents one."""
    selection = Selection(nasty)
    graph = graph_of(selection)
    assert (len(graph), graph.size()) == (len(NASTY) + 1, len(NASTY))
    assert networkx.is_directed_acyclic_graph(graph)
    assert len(networkx.dag_longest_path(graph)) == len(NASTY) + 1
    edges = dot_edges(written(selection, "dot"))
    assert {json.loads(name) for a, b, _ in edges for name in (a, b)} == {*NASTY, "unseen:1"}
    rows = list(csv.DictReader(io.StringIO(written(selection, "csv"))))
    assert {row["child"] for row in rows} == set(NASTY)
    prov = json.loads(written(selection, "prov"))
    assert {entity["p:uri"] for entity in prov["entity"].values()} == {*NASTY, "unseen:1"}


@pytest.mark.parametrize("name", EXCHANGE)
def test_hostile_text_stays_text(store, nasty, name):
    """No control character gets out raw, but for those that CSV keeps as they are; XML is XML."""
    for selection in (Selection(store), Selection(nasty)):
        shown = written(selection, name)
        if name != "csv":
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028]", shown.replace("\n", ""))
        if name == "graphml":
            ElementTree.fromstring(shown)
            assert HOSTILE.split()[0] not in shown


def test_nothing_related(tmp_path):
    """A store without families gives each format's empty form."""
    with Store.open(tmp_path / "e.db", create=True) as store:
        selection = Selection(store)
        assert written(selection, "csv") == ",".join(as_csv.COLUMNS) + "\n"
        assert len(graph_of(selection)) == 0
        assert set(json.loads(written(selection, "prov"))) == {"prefix"}
        assert dot_edges(written(selection, "dot")) == []


def test_report_writes_every_format(scanned, tmp_path):
    """The command writes each format to stdout or to a file, the same; all families, not only the largest."""
    families = {row[0] for row in select(scanned, "SELECT family_id FROM family")}
    for name in EXCHANGE:
        out = Path(tmp_path / f"lineage.{name}")
        shown = run(scanned, "report", "-f", name).stdout
        assert run(scanned, "report", "-f", name, "-o", str(out)).exit_code == 0
        assert out.read_text() == shown
    graph = networkx.read_graphml(tmp_path / "lineage.graphml")
    assert {data["family"] for _, data in graph.nodes(data=True) if "family" in data} == families
    in_families = select(scanned, "SELECT uri FROM family JOIN document ON id = document_id")
    assert {uri for (uri,) in in_families} <= set(graph)


@pytest.mark.parametrize(("name", "table"), [("lineage", "derivation WHERE chosen"), ("passages", "match")])
def test_json_lines(scanned, name, table):
    """`query lineage --nl` and `query passages --nl` give a JSON object a line for every derivation and passage."""
    lines = run(scanned, "query", name, "--nl").stdout.splitlines()
    assert len(lines) == select(scanned, f"SELECT count(*) FROM {table}")[0][0]
    assert all(isinstance(json.loads(line), dict) for line in lines)
