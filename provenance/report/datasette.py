"""Metadata for Datasette: titles, facets and what columns mean, and the named queries as canned ones."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from provenance.store import NAMED_QUERIES


def metadata(database: str) -> dict[str, Any]:
    """What `datasette -m` takes, for a store that Datasette calls so: by its file's name without the suffix."""
    known = json.loads(resources.files("provenance").joinpath("data/datasette.json").read_text(encoding="utf-8"))
    tables = known.pop("tables")
    queries = {
        name: {"sql": query.sql.strip(), "title": query.help[0].upper() + query.help[1:], "params": list(query.parameters)}
        for name, query in NAMED_QUERIES.items()
        if name not in tables  # a query of a table's name would take the place of its page
    }
    return known | {"databases": {database: {"tables": tables, "queries": queries}}}
