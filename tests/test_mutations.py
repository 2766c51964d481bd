"""No reader fails over any bytes: what it gives can be stored, and what it cannot read it says."""

from __future__ import annotations

import io
import json

from hypothesis import given, settings

from provenance.model import Document, Problem
from provenance.read import Options, Origin, read_stream
from tests.mutations import damaged


def storable(items: list[Document | Problem]) -> None:
    """Every item is one that the store takes."""
    for item in items:
        assert item.uri
        item.uri.encode()
        if isinstance(item, Problem):
            item.message.encode()
            assert "\0" not in item.uri + item.message
            continue
        assert "\0" not in item.text
        assert item.text.strip()
        fields = [item.text, item.title, item.author, item.site, item.lang, item.published_at, item.fetched_at, item.extra]
        json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()


@settings(max_examples=200)
@given(damaged())
def test_damaged_files_give_documents_or_problems(file):
    """A damaged file of any kind, under any name, gives documents that can be stored, or problems, and nothing else."""
    name, data = file
    origin = Origin("stdin") if name == "stdin" else Origin(f"/{name}", f"/{name}")
    items = list(read_stream(io.BytesIO(data), origin, Options(max_bytes=1 << 20)))
    assert items or name in ("a.jsonl.gz", "a.jsonl.bz2", "a.jsonl.xz", "a.jsonl.zst")
    storable(items)
