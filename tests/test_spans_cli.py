"""Dirty pages through the command line: what is shared is the text, and the dirt is kept, shown and forgotten."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from provenance.cli import cli
from provenance.pipeline.analyst import Analysis, Engine
from provenance.pipeline.weave import Weaver
from provenance.store import Store
from tests.canonical import difference, dump
from tests.corpus import write
from tests.strategies import edited, prose

STORY, OTHER, THIRD = prose(1, 9), prose(2, 9), prose(3, 9)
CREDIT = "(AP Photo/Jane Roe)"
CAPTIONS = "\n".join(f"{prose(50 + n, 4)} {CREDIT}" for n in range(4))
"""More than two hundred words of captions."""
HEAD = "Home | News | Sport | Tarrow Life | Planning notices\nShare this story: Facebook – Twitter – E-mail"
FOOT = "Related articles\nPier cracks worry islanders\nWho pays?\n\nLeave a Reply\nYour email address will not be published."


@pytest.fixture
def db(tmp_path) -> Path:
    return tmp_path / "p.db"


def run(db: Path, *arguments: str) -> Result:
    name, *rest = arguments
    result = CliRunner().invoke(cli, [name, "--db", str(db), *rest], prog_name="provenance")
    assert result.exit_code == 0, result.output
    return result


def scan(db: Path, rows: Iterable[dict]) -> None:
    run(db, "scan", "-q", str(write(db.with_suffix(".jsonl"), rows)))


def ask(db: Path, sql: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def row(uri: str, text: str, day: int = 1, **fields: str) -> dict:
    return {"id": f"https://{uri}", "text": text, "date": f"2025-03-{day:02}", **fields}


def spans(db: Path) -> list[tuple[str, str, str]]:
    """(uri, kind, text) of every span."""
    sql = """SELECT uri, kind, substr(text, start + 1, "end" - start) FROM span JOIN document ON id = document_id
        JOIN body USING (document_id) ORDER BY uri, start"""
    return ask(db, sql)


PASSAGES = "SELECT uri_a, uri_b, kind, text_a, text_b, words FROM shared_passage ORDER BY uri_a, uri_b, start_a"


def test_captions_under_two_stories(db):
    """A block of captions under two different stories is dirt that both have: no passage, no family, and still in the body."""
    scan(db, [row("a.example/1", f"{STORY}\n\n{CAPTIONS}"), row("b.example/2", f"{OTHER}\n\n{CAPTIONS}", 2)])
    assert len(CAPTIONS.split()) > 200
    assert spans(db) == [("https://a.example/1", "furniture", CAPTIONS), ("https://b.example/2", "furniture", CAPTIONS)]
    assert ask(db, PASSAGES) == []
    assert ask(db, "SELECT count(*) FROM family") == [(0,)]
    assert [CAPTIONS in text for (text,) in ask(db, "SELECT text FROM body")] == [True, True]


def test_live_page_with_its_earlier_state(db):
    """A live page that says everything twice derives from the page as it was: what stands there twice counts once."""
    paragraphs = [prose(seed, 4) for seed in (4, 5, 6)]
    was = "\n\n".join(paragraphs)
    now = "\n\n".join((prose(7, 2), *paragraphs, "Earlier today", *paragraphs))
    scan(db, [row("live.example/1", was), row("copy.example/2", now, 2)])
    assert spans(db) == [("https://copy.example/2", "repetition", was)]
    ((child, parent, coverage),) = ask(db, "SELECT child, parent, coverage FROM lineage")
    assert (child, parent) == ("https://copy.example/2", "https://live.example/1")
    assert 0.7 < coverage < 0.95
    assert [words for *_, words in ask(db, PASSAGES)] == [len(was.split())]


def test_digest_of_several_stories(db):
    """A digest holds the stories that it tells; only the lines between them are dirt."""
    stories = [prose(seed, 5) for seed in (11, 12, 13)]
    digest = "\n\n".join(
        f"Of the {name}\n{story}\nRead more" for name, story in zip(("sea", "hill", "wood"), stories, strict=True)
    )
    rows = [row(f"s{n}.example/{n}", story, n + 1) for n, story in enumerate(stories)]
    scan(db, [*rows, row("digest.example/9", digest, 9)])
    assert spans(db) == [("https://digest.example/9", "furniture", "Read more")] * 3
    shared = {uri: text for _, uri, _, _, text, _ in ask(db, PASSAGES)}
    assert shared == {f"https://s{n}.example/{n}": story.rstrip(".") for n, story in enumerate(stories)}


def test_background_paragraph_of_an_agency(db):
    """A paragraph that an agency puts into two of its stories is text in both, and a passage that they share."""
    background = prose(21, 4)
    texts = [f"{story}\n\n{background}" for story in (STORY, OTHER)]
    scan(db, [row(f"wire.example/{n}", text, n + 1) for n, text in enumerate(texts)])
    assert spans(db) == []
    assert [row[2:4] for row in ask(db, PASSAGES)] == [("verbatim", background.rstrip("."))]


@pytest.mark.parametrize("heading", ["", "Pier closed\n\n", "# Pier closed\n\n"], ids=["bare", "title", "marked title"])
def test_copy_in_the_furniture_of_another_page(db, heading):
    """A story wrapped in a page's furniture, with its title above it, is a duplicate, covered whole."""
    page = f"{HEAD}\n\n{heading}{STORY}\n\nAdvertisement\n\n{FOOT}"
    scan(db, [row("a.example/1", STORY), row("b.example/2", page, 2, title="Pier closed")])
    assert ask(db, "SELECT child, parent, relation FROM lineage") == [("https://b.example/2", "https://a.example/1", "duplicate")]
    assert ask(db, "SELECT coverage FROM lineage")[0][0] > 0.97


def test_passage_across_a_span_is_one(db):
    """An advertisement in the middle of a copy, and a tag in a sentence, split no passage and count as no word."""
    head, tail = STORY[: STORY.index(". ") + 1], STORY[STORY.index(". ") + 2 :]
    broken = tail.replace(" ", " <br/> ", 1)
    dirty = f"{head}\n\nAdvertisement\n\n{broken} And so it ended in the end."
    scan(db, [row("a.example/1", STORY + " Thus it began in the beginning."), row("b.example/2", dirty, 2)])
    ((_, _, kind, _, text, words),) = ask(db, PASSAGES)
    assert (kind, words) == ("verbatim", len(STORY.split()))
    assert text.rstrip(".") == f"{head}\n\nAdvertisement\n\n{broken}".rstrip(".")


def test_headline_form_and_broken_markup(db, tmp_path):
    """A scraped file with a headline said again, an attribute in a sentence and a comment form: each is a span of its kind."""
    again = "**Quillan closes its ferry berth: an island waits**"
    leak = "pier-cracks-again/” title=”Pier cracks again”>"
    form = "Leave a Reply\n\nYour email address will not be published. Required fields are marked *"
    text = f"Quillan closes its northern ferry berth\n\n{STORY} It was {leak}said there.\n{again}\n\n{OTHER}\n\n{form}"
    (tmp_path / "page.txt").write_text(text)
    run(db, "scan", "-q", str(tmp_path / "page.txt"))
    assert [span[1:] for span in spans(db)] == [("markup", leak), ("repetition", again), ("furniture", form)]


def test_document_counts_every_word(db):
    """`words` and `hash` of a document are those of its whole text; identical texts are copies, dirt and all."""
    page = f"{STORY}\n\nAdvertisement\n\n{THIRD}"
    whole = page.rstrip(".")
    scan(db, [row("a.example/1", page), row("b.example/2", page.replace("\n\n", " "), 2), row("c.example/3", page, 3)])
    assert len({text_hash for (text_hash,) in ask(db, "SELECT hash FROM document")}) == 1
    assert {words for (words,) in ask(db, "SELECT words FROM document")} == {len(page.split())}
    assert ask(db, "SELECT count(*) FROM document WHERE copy_of IS NOT NULL") == [(2,)]
    assert {words for *_, words in ask(db, PASSAGES)} == {len(page.split())}
    assert {(a, b) for *_, a, b, _ in ask(db, PASSAGES)} == {(whole, whole), (whole, whole.replace("\n\n", " "))}


def test_trace_leaves_dirt_out(db, tmp_path):
    """The words of a text that lie in spans are looked up nowhere, and the share that was found does not count them."""
    scan(db, [row("a.example/1", f"{STORY}\n\n{CAPTIONS}"), row("b.example/2", f"{OTHER}\n\n{CAPTIONS}")])
    (tmp_path / "mine.txt").write_text(f"{HEAD}\n\n{STORY}\n\n{CAPTIONS}\n\n{FOOT}")
    (found,) = json.loads(run(db, "trace", "--json", str(tmp_path / "mine.txt")).stdout)
    assert (found["source"], found["coverage"], found["source_coverage"]) == ("https://a.example/1", 1, 1)


def test_spread_does_not_count_dirt(db, tmp_path):
    """A passage that is most of three pages' own text is no furniture of the site, however much dirt is on them."""
    common = prose(31, 6)
    rows = [
        row(f"a.example/{n}", f"{common}\n\n{prose(40 + n, 12 if n == 3 else 3)}\n\n{CAPTIONS}", n + 1, site="a.example")
        for n in range(4)
    ]
    scan(db, rows[:3])
    assert len(common.split()) < len(rows[0]["text"].split()) / 2  # of the fourth it is a small part anyway
    assert [kind for _, _, kind, *_ in ask(db, PASSAGES)] == ["verbatim"] * 3
    run(db, "rebuild", "-q")
    assert [kind for _, _, kind, *_ in ask(db, PASSAGES)] == ["verbatim"] * 3
    (found,) = json.loads(run(db, "trace", "--json", str(write(tmp_path / "more.jsonl", rows[3:]))).stdout)
    assert [passage["kind"] for source in found["sources"] for passage in source["passages"]] == ["verbatim"] * 3


def test_stored_text_is_taken_up_again_as_it_was(db):
    """Texts with spans and without are analysed again from the store as they were at first; keys come where they are wanted,
    also of a text that is at hand without."""
    texts = [f"{HEAD}\n\n{STORY}\n\n{FOOT}", OTHER]
    scan(db, [row(f"a.example/{n}", text) for n, text in enumerate(texts)])
    with Store.open(db) as store, Engine(1) as engine:
        weaver = Weaver(store, engine)
        stored = store.texts([1, 2])
        first = dict(zip(stored, weaver.analyst.analyse(list(stored.values())), strict=True))
        bare, whole = weaver.shelf.get([1, 2]), weaver.shelf.get([1, 2], keys=True)
    names = {field.name for field in dataclasses.fields(Analysis)}
    for id, was in first.items():
        assert [bare[id].signed, whole[id].signed] == [False, True]
        for name in names - {"key", "key_bits"}:
            assert np.array_equal(getattr(bare[id], name), getattr(was, name)), name
        for name in names:
            assert np.array_equal(getattr(whole[id], name), getattr(was, name)), name


def test_explain_report_and_stats_say_what_was_left_out(db):
    """Both say how many spans and words of a document were left out; `stats` counts them all."""
    page = f"{HEAD}\n\n{edited(STORY, 0.1, 1)}\n\n{FOOT}"
    scan(db, [row("a.example/1", STORY), row("b.example/2", page, 2)])
    dirt = len(HEAD.replace("|", "").replace("–", "").replace("-", " ").split()) + len(FOOT.split())
    said = f"left out as not its text: page furniture (2 spans, {dirt} words)"
    assert said in " ".join(run(db, "explain", "a.example/1", "b.example/2").stdout.split())
    assert said in " ".join(run(db, "report", "--document", "b.example/2").stdout.split())
    assert "left out" in run(db, "report", "--document", "b.example/2", "-f", "md").stdout
    assert "left out" not in run(db, "report", "--document", "a.example/1").stdout
    counts = json.loads(run(db, "stats", "--json").stdout)
    assert [entry["value"] for entry in counts if "spans" in entry["name"]] == [2, dirt]


def test_spans_are_canonical(db, tmp_path):
    """One scan, several in another order, and a rebuild give the same; what is forgotten leaves no span behind."""
    rows = [row(f"s{n % 3}.example/{n}", f"{HEAD}\n\n{prose(n % 5, 9)}\n\n{CAPTIONS}\n\n{FOOT}", n + 1) for n in range(9)]
    rows += [row(f"t.example/{n}", f"{prose(n, 9)}\n\n{prose(n, 9)}", n + 1) for n in range(4)]
    scan(db, rows)
    other = tmp_path / "other.db"
    for part in (rows[::-2], rows[-2::-2]):
        scan(other, part)
    assert dump(db)["spans"]
    assert difference(dump(db), dump(other)) == {}
    run(other, "rebuild", "-q")
    assert difference(dump(db), dump(other)) == {}
    run(db, "forget", *(r["id"] for r in rows[3:]))
    rest = tmp_path / "rest.db"
    scan(rest, rows[:3])
    assert difference(dump(db), dump(rest)) == {}
    assert ask(db, "SELECT count(*) FROM span WHERE document_id NOT IN (SELECT id FROM document)") == [(0,)]


def test_store_without_spans_asks_for_a_rebuild(db):
    """A store made before spans were told refuses to mix, names the remedy, and the remedy works."""
    scan(db, [row("a.example/1", f"{STORY}\n\n{CAPTIONS}")])
    with contextlib.closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("DELETE FROM span")
        connection.execute("UPDATE setting SET value = 'none' WHERE name = 'spans'")
    refused = CliRunner().invoke(cli, ["scan", "--db", str(db), str(db.with_suffix(".jsonl"))])
    assert refused.exit_code == 1
    assert "provenance rebuild" in refused.output
    run(db, "rebuild", "-q")
    assert spans(db) == [("https://a.example/1", "furniture", CAPTIONS)]
