"""Datasette, started for real on a scanned store: every page, facet and canned query that the metadata promises."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.report.datasette import metadata
from provenance.store import NAMED_QUERIES
from provenance.store.schema import VIEWS
from tests.test_cli import CORRECTED, ROOT, WHALES, run, scanned

scanned = scanned  # the fixture
PARAMETERS = {"uri": WHALES, "site": "harbourpost.example"}
CANNED = metadata("news")["databases"]["news"]["queries"]
TABLES = metadata("news")["databases"]["news"]["tables"]
EMPTY = ("problems", "ancestors-of", "corrections")
"""Queries that find nothing: no input was broken, the whales are where their family begins, and nobody corrected anything."""


@pytest.fixture(scope="module")
def address(scanned, tmp_path_factory) -> Iterator[str]:
    """Where Datasette serves a store called news.db, started as the README says."""
    folder = tmp_path_factory.mktemp("datasette")
    shutil.copy(scanned, folder / "news.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    described = run(folder / "news.db", "query", "--datasette").stdout
    command = [sys.executable, "-m", "datasette", "news.db", "-m", "-", "-h", "127.0.0.1", "-p", str(port)]
    environment = os.environ | {"HOME": str(folder)}
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True, env=environment)
        try:
            server.stdin.write(described)
            server.stdin.close()
            base = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 30
            while True:
                try:
                    get(f"{base}/-/versions.json")
                    break
                except urllib.error.URLError:
                    assert server.poll() is None, (folder / "log").read_text()
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
            yield f"{base}/news"
        finally:
            server.terminate()
            server.wait(10)


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.status == 200
        return answer.read().decode()


def test_home_has_titles_and_queries(address):
    """The database's page lists every canned query by its title and hides the tables that are only machinery."""
    page = get(address)
    for name, query in CANNED.items():
        assert f"/news/{name}" in page
        assert query["title"] in page.replace("&#39;", "'")
    shown = json.loads(get(f"{address}.json"))
    hidden = {table["name"] for table in shown["tables"] if table["hidden"]}
    assert {"segment", "part", "dirty", "link"} <= hidden
    assert not hidden & {"document", "match", "derivation"}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_table_page(address, table):
    """Every table and view that is described exists, has the columns that are described, and its facets work."""
    known = TABLES[table]
    page = get(f"{address}/{table}")
    assert known.get("title", table) in page
    found = json.loads(get(f"{address}/{table}.json"))
    assert set(known.get("columns", ())) <= set(found["columns"])
    assert set(known.get("facets", ())) <= set(found["facet_results"])
    assert not found.get("facets_timed_out")


def test_everything_public_is_described():
    """No view is left out, and every named query is a canned one, or the page of the view of its name."""
    assert set(VIEWS) <= set(TABLES)
    assert {*CANNED, *TABLES} >= set(NAMED_QUERIES)


@pytest.mark.parametrize("name", sorted(CANNED))
def test_canned_query(address, name):
    """Every named query runs as a canned one and answers what `provenance query` does."""
    wanted = {parameter: PARAMETERS[parameter] for parameter in NAMED_QUERIES[name].parameters}
    rows = json.loads(get(f"{address}/{name}.json?{urllib.parse.urlencode(wanted | {'_shape': 'array'})}"))
    assert bool(rows) is (name not in EMPTY)
    page = get(f"{address}/{name}?{urllib.parse.urlencode(wanted)}")
    assert all(f'name="{parameter}"' in page for parameter in wanted)


def test_ancestors_and_what_copied(address):
    """Ancestors lead back to the original; what copied this finds the copies."""
    query = urllib.parse.urlencode({"uri": CORRECTED, "_shape": "array"})
    assert WHALES in {row["parent"] for row in json.loads(get(f"{address}/ancestors-of.json?{query}"))}
    query = urllib.parse.urlencode({"uri": WHALES, "_shape": "array"})
    assert CORRECTED in {row["other"] for row in json.loads(get(f"{address}/copied-by.json?{query}"))}


def test_documents_go_by_their_uri(address):
    """Where a row refers to a document, Datasette shows its uri; full-text search finds texts."""
    assert WHALES in get(f"{address}/match?_facet=kind&a__exact={id_of(address, WHALES)}")
    assert len(json.loads(get(f"{address}/body.json?_search=whales&_shape=array"))) > 0


def id_of(address: str, uri: str) -> int:
    query = urllib.parse.urlencode({"uri__exact": uri, "_shape": "array"})
    return json.loads(get(f"{address}/document.json?{query}"))[0]["id"]


def test_the_readme_shows_how():
    """The line in the README is the one that the fixture follows."""
    assert re.search(r"provenance query --datasette .*\| datasette \S+ -m -", (ROOT / "README.md").read_text())


def test_metadata_needs_no_store(tmp_path):
    """The metadata is of the database's name alone, as Datasette derives it from the file."""
    result = run(Path(tmp_path / "my.news.db"), "query", "--datasette")
    assert list(json.loads(result.stdout)["databases"]) == ["my.news"]
