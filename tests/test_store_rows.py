"""What is put into a store and comes out again: documents, evidence, lineage, forgetting, checking."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provenance.model import Derivation, Document, Problem, Signal, StoreError
from provenance.store import NAMED_QUERIES, Store
from provenance.store.connection import PAGE


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A new store, to be copied: making one takes 30 ms."""
    path = tmp_path_factory.mktemp("fresh") / "p.db"
    Store.open(path, create=True).close()
    return path


@pytest.fixture
def store(fresh, tmp_path):
    """An empty store, open for writing, with one run."""
    with Store.open(shutil.copy(fresh, tmp_path / "p.db"), write=True) as store:
        store.start_run("provenance scan", "0.1.0", {"jobs": 1})
        yield store


def add(store, *documents, hashes=None, copies=None):
    """Add documents with ids from the next on; the hash is the text itself unless said otherwise."""
    first = store.next_document_id()
    rows = [
        (id, d, len(d.text.split()), (hashes or {}).get(d.uri, d.text), "t:" + d.text, "m:" + d.uri, (copies or {}).get(d.uri))
        for id, d in enumerate(documents, first)
    ]
    store.add_documents(1, rows)
    return [row[0] for row in rows]


def match(a, b, kind="verbatim", words=3, a_span=(0, 10), b_span=(5, 15)):
    return (a, b, *a_span, *b_span, words, 1.0, "verbatim", kind, 70.0)


def derivation(child, parent=None, unseen=None, *, days=1.0, chosen=True, probability=0.9):
    why = (Signal("date", "parent", 2.5, ((0, 4),)), Signal("credit", "parent", 1.0))
    return Derivation(child, parent, unseen, "revision", probability, 0.5, 0.8, days, why, chosen)


def select(store, sql, *parameters):
    return list(store.query(sql, parameters)[1])


def found(store, word):
    return [id for (id,) in select(store, "SELECT rowid FROM body_fts WHERE body_fts MATCH ? ORDER BY rowid", f'"{word}"')]


@pytest.fixture
def news(store):
    """Five documents: 1 -> 2 -> 3 in family 1 with a copy (4) of 2, and 5 from an unseen source in family 2."""
    texts = {
        "w/1": "alpha flood reached the village at dawn",
        "w/2": "alpha flood reached the village, says mayor",
        "x/3": "the village was flooded, says mayor",
        "y/4": "alpha flood reached the village, says mayor",
        "z/5": "omega rain fell all night",
    }
    dates = ("2025-01-01", "2025-01-02", "2025-01-04", None, "2025-01-03")
    documents = [
        Document(uri, text, title=f"T{uri[2]}", site=uri[0], published_at=date, published_from="meta" if date else "none")
        for (uri, text), date in zip(texts.items(), dates, strict=True)
    ]
    add(store, *documents, copies={"y/4": 2})
    matches = [match(2, 1), match(2, 3, "edited"), match(2, 4), match(5, 1, "boilerplate")]
    ids = store.add_matches(1, matches)
    store.add_conflicts([(ids[0], "number", "7", "9")])
    store.add_spans([(1, 0, 5, "furniture", 2)])
    one, two = store.new_family_ids(2)
    store.replace_lineage(
        [],
        [(1, one, 0), (2, one, 1), (3, one, 2), (4, one, 2), (5, two, 1)],
        [(None, two, 0.7, "Reuters")],
        [derivation(2, 1), derivation(3, 2, days=2.0), derivation(3, 1, chosen=False), derivation(4, 2), derivation(5, None, 0)],
        [(one, 1, 2, 0.9, 0.1, 0.0, 1), (one, 1, 3, 0.4, 0.3, 0.3, 0)],
    )
    return store


# Documents

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
MAYBE = st.none() | TEXTS
EXTRA = st.dictionaries(TEXTS, st.none() | st.booleans() | st.integers() | TEXTS | st.lists(TEXTS), max_size=3)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=TEXTS, title=MAYBE, author=MAYBE, site=MAYBE, extra=EXTRA)
def test_documents_round_trip(store, text, title, author, site, extra):
    """Any text comes back as it was, code point for code point, and so does all that is known of it."""
    id = store.next_document_id()
    document = Document(f"u:{id}", text, title, author, site, "de", "1969-04", "given", "2025-03-04T10:00:00Z", extra)
    store.add_documents(1, [(id, document, 3, "h", "t", "m", None)])
    assert store.texts([id]) == {id: text}
    (row,) = store.documents([id])
    assert row[:10] == (id, f"u:{id}", site, title, author, "de", "1969-04", "given", "2025-03-04T10:00:00Z", 3)
    assert json.loads(row.extra) == extra
    assert row[10:12] + row[13:] == ("h", None, 1, "t", "m", None)


def test_known_and_representatives(store):
    """Of many uris and hashes, those in the store are found; a copy does not stand for its hash."""
    ids = add(store, *(Document(f"u:{i}", f"text {i}") for i in range(3)), Document("copy", "text 0"), copies={"copy": 1})
    known = store.known([f"u:{i}" for i in range(5000)] + ['it\'s "odd"\\'])
    assert list(known) == ["u:0", "u:1", "u:2"]
    assert known["u:1"] == (ids[1], "t:text 1", "m:u:1", "text 1")
    assert store.representatives(["text 0", "text 2", "none"]) == {"text 0": 1, "text 2": 3}
    store.set_copy_of([(1, 4), (4, None)])
    assert store.representatives(["text 0"]) == {"text 0": 4}
    assert store.all_ids() == [1, 2, 3, 4]


def test_document_ids_never_come_back(store):
    """The id of a forgotten document is not given again: the index may still hold it."""
    add(store, Document("a", "x"), Document("b", "y"))
    store.forget(["b"])
    assert store.next_document_id() == 3


def test_add_documents_is_all_or_nothing(store):
    """A batch with a uri that is taken leaves nothing of itself, in none of the tables."""
    add(store, Document("a", "x"))
    with pytest.raises(sqlite3.IntegrityError):
        add(store, Document("b", "word"), Document("a", "y"))
    assert store.all_ids() == [1]
    assert found(store, "word") == []
    assert store.check() == []


def test_versions(store):
    """An earlier text gives its uri to the newer one and points to it."""
    add(store, Document("a", "first"))
    with store.transaction():
        store.rename_version(1, "a@2025", 2)
        add(store, Document("a", "second"))
    assert [(d.uri, d.version_of) for d in store.documents([1, 2])] == [("a@2025", 2), ("a", None)]
    query = NAMED_QUERIES["versions-of"]
    assert [row[0] for row in store.query(query.sql, {"uri": "a"})[1]] == ["a", "a@2025"]


def test_update_meta(store):
    """New fields of a known text replace the old ones; uri, text and hashes of the text stay."""
    add(store, Document("a", "x", title="old", extra={"k": 1}))
    run = store.start_run("scan", "1", {})
    store.update_meta(run, 1, Document("a", "x", title="new", published_at="2025", published_from="url"), "m2")
    (row,) = store.documents([1])
    assert (row.uri, row.title, row.published_at, row.published_from, row.extra) == ("a", "new", "2025", "url", "{}")
    assert (row.hash, row.text_hash, row.meta_hash, row.run_id) == ("x", "t:x", "m2", run)


def test_iter_documents_in_order_of_content(store):
    """All documents come once, by hash and then uri, whatever the batch and whatever is written between batches."""
    uris = "edcba"
    add(store, *(Document(uri, "x") for uri in uris), hashes={"e": "1", "d": "2", "c": "2", "b": "2", "a": "3"})
    for batch in (1, 2, 5, 100):
        seen = []
        for rows in store.iter_documents(batch):
            assert len(rows) <= batch
            seen += [row.uri for row in rows]
            store.set_copy_of((row.id, None) for row in rows)
        assert seen == ["e", "b", "c", "d", "a"]


def test_full_text_follows_the_documents(store):
    """Words of any script are found in full text, and no longer once their document is gone."""
    add(store, Document("a", "Grüße aus Köln"), Document("b", "новости дня"), Document("c", "grüße again"))
    assert found(store, "GRÜSSE") == []
    assert found(store, "grüße") == [1, 3]
    assert found(store, "новости") == [2]
    store.forget(["a"])
    assert found(store, "grüße") == [3]
    assert store.check() == []


# Evidence


def test_matches(news):
    """Matches are found from either side, once, with their kind; they can be marked anew and removed."""
    assert [row.id for row in news.matches_of([1])] == [1, 4]
    assert [row.id for row in news.matches_of([1, 2])] == [1, 2, 3, 4]
    assert news.matches_of([4])[0] == (3, 2, 4, 0, 10, 5, 15, 3, 1.0, "verbatim", "verbatim", 70.0)
    news.set_kinds([("boilerplate", 1)])
    assert [(row.grade, row.kind) for row in news.matches_of([1])] == [("verbatim", "boilerplate")] * 2
    assert [row.id for row in news.matches_of([1, 2], boilerplate=False)] == [2, 3]
    assert news.hubs([1, 2, 3], len(news.matches_of([2])) - 1) == {2}
    assert news.matches_among([1, 2, 4]) == [row for row in news.matches_of([1, 2, 4]) if {row.a, row.b} <= {1, 2, 4}]
    assert news.conflicts_of([1, 2]) == [(1, "number", "7", "9")]
    news.delete_matches([1])
    assert [row.id for row in news.matches_of([1])] == [4]
    assert news.conflicts_of([1]) == []


def test_what_matches_can_spare(news):
    """Nothing until it is known, and then what was said last; copies and boilerplate are not asked for."""
    ids = {(row.a, row.b): row.id for row in news.matches_of([1, 2, 4]) if {row.a, row.b} <= {1, 2, 4}}
    pairs = sorted(ids)
    assert len(pairs) > 1
    assert sorted(row[1:] for row in news.spare_among([1, 2, 4], 1.1, 0)) == [(*pair, 0.0) for pair in pairs]
    news.set_spare([(9.5, ids[pairs[0]])])
    (spare,) = (row for row in news.spare_among([1, 2, 4], 1.1, 0) if row[3])
    assert spare == (ids[pairs[0]], *pairs[0], 9.5)
    assert news.spare_among([1, 2, 4], 0.0, 0) == []
    assert len(news.spare_among([1, 2, 4], 0.0, 10**6)) == len(pairs)
    news.set_kinds(("boilerplate", row.id) for row in news.matches_of([1, 2, 4]) if (row.a, row.b) == pairs[0])
    assert sorted(row[1:3] for row in news.spare_among([1, 2, 4], 1.1, 0)) == pairs[1:]


def test_boilerplate_over_a_passage(news):
    """Of a document's matches those that are boilerplate and share a character with a passage are found from either side."""
    rows = news.matches_of([2])
    news.set_kinds(("boilerplate", row.id) for row in rows)
    spans = {row.id: (row.a_start, row.a_end) if row.a == 2 else (row.b_start, row.b_end) for row in rows}
    assert {row.id for row in news.boilerplate_over(2, 0, 1000, 9)} == set(spans)
    for start, end in set(spans.values()):
        over = {id for id, span in spans.items() if span[0] < end and start < span[1]}
        assert {row.id for row in news.boilerplate_over(2, start, end, 9)} == over
    news.set_kinds([("edited", rows[0].id)])
    assert {row.id for row in news.boilerplate_over(2, 0, 1000, 9)} == set(spans) - {rows[0].id}
    assert len(news.boilerplate_over(2, 0, 1000, 1)) == len({row.a == 2 for row in rows[1:]})


def test_outline_counts_words_outside_of_spans(news):
    """Of each document that stands for itself the words that lie in no span."""
    before = {id: words for rows in news.outline() for id, _, words in rows}
    news.add_spans([(2, 3, 4, "markup", 1), (2, 6, 9, "furniture", 2)])
    after = {id: words for rows in news.outline() for id, _, words in rows}
    assert {id: before[id] - after[id] for id in before if before[id] != after[id]} == {2: 3}


def test_spans(news):
    """Spans come back by document and in order."""
    news.add_spans([(2, 3, 4, "markup", 1), (1, 6, 9, "furniture", 1)])
    assert news.spans_of([1, 2, 3]) == {1: [(0, 5, "furniture", 2), (6, 9, "furniture", 1)], 2: [(3, 4, "markup", 1)]}


def test_segments(store):
    """A segment's parts come back byte for byte, in order, and go with it."""
    one, two = store.add_segment(0), store.add_segment(1)
    assert store.segments() == [(one, 0), (two, 1)]
    a, b = store.add_parts(one, [(0, 7, 2, b"\0\1"), (7, 9, 1, b"\xff")])
    (c,) = store.add_parts(two, [(3, 3, 1, b"p")])
    assert store.parts() == [(a, one, 0, 7, 2), (b, one, 7, 9, 1), (c, two, 3, 3, 1)]
    assert store.postings([b, a]) == [b"\0\1", b"\xff"]
    store.set_part(b, (8, 9, 1, b"\xfe"))
    assert (store.parts()[1], store.postings([b])) == ((b, one, 8, 9, 1), [b"\xfe"])
    store.delete_parts([a])
    store.delete_segments([two])
    assert (store.segments(), store.parts()) == ([(one, 0)], [(b, one, 8, 9, 1)])


def test_shared_passage_orders_by_uri(store):
    """The view puts the smaller uri first and swaps offsets with it; texts are cut by code points."""
    add(store, Document("z", "é𝄞 abc xyz"), Document("a", "..abc..."))
    store.add_matches(1, [match(1, 2, a_span=(3, 6), b_span=(2, 5))])
    assert select(store, "SELECT * FROM shared_passage") == [("a", "z", 2, 5, 3, 6, 3, 1.0, "verbatim", "abc", "abc")]


def test_shared_passage_counts_without_texts_and_finds_by_uri(news):
    """Counting reads no text; a uri on either side is looked up by index, not by a scan of the matches."""
    plan = select(news, "EXPLAIN QUERY PLAN SELECT count(*) FROM shared_passage")
    assert not any("body" in row[3] for row in plan)
    for side in ("uri_a", "uri_b"):
        plan = select(news, f"EXPLAIN QUERY PLAN SELECT * FROM shared_passage WHERE {side} = 'w/1'")
        assert not any("SCAN" in row[3] for row in plan), plan


def test_clear_evidence(news):
    """A rebuild starts from the documents alone; their texts stay."""
    news.add_parts(news.add_segment(0), [(1, 2, 1, b"p")])
    news.clear_evidence()
    assert (news.matches_of(range(9)), news.spans_of(range(9)), news.parts()) == ([], {}, [])
    assert len(news.texts(range(9))) == 5


# Lineage


def test_lineage_view_and_rows(news):
    """Chosen derivations show as uris, an unseen source by its id; rivals are kept apart; reasons are JSON."""
    rows = select(news, "SELECT child, parent, days, parent_site, child_published FROM lineage ORDER BY child")
    assert rows == [
        ("w/2", "w/1", 1.0, "w", "2025-01-02"),
        ("x/3", "w/2", 2.0, "w", "2025-01-04"),
        ("y/4", "w/2", 1.0, "w", None),
        ("z/5", "unseen:1", 1.0, None, "2025-01-03"),
    ]
    chosen, rival = news.derivations_of([3])
    assert (chosen.parent_id, chosen.chosen, rival.parent_id, rival.chosen) == (2, 1, 1, 0)
    assert json.loads(chosen.why) == [
        {"signal": "date", "toward": "parent", "log_odds": 2.5, "spans": [[0, 4]]},
        {"signal": "credit", "toward": "parent", "log_odds": 1.0, "spans": []},
    ]
    assert news.unseen_of([2]) == [(1, 2, 0.7, "Reuters")]


def test_families(news):
    """Families are found from their documents and the other way round; their ids never come back."""
    assert news.families_of([1, 4, 5, 99]) == {1: 1, 4: 1, 5: 2}
    assert news.members([1, 2, 99]) == {1: [1, 2, 3, 4], 2: [5]}
    assert news.depths_of([1, 3]) == {1: 0, 3: 2}
    assert news.new_family_ids(2) == [3, 4]
    assert news.new_family_ids(1) == [5]


def test_family_summary(news):
    """A family is summed up with its first root as origin."""
    assert select(news, "SELECT * FROM family_summary ORDER BY family_id") == [
        (1, 4, 3, 2, "2025-01-01", "2025-01-04", "w/1", "T1"),
        (2, 1, 1, 1, "2025-01-03", "2025-01-03", "z/5", "T5"),
    ]


@pytest.mark.parametrize(
    ("days", "hours"), [([], None), ([1.0], 24), ([3.0, 1.0], 48), ([4.0, 1.0, 2.0], 48), ([-1.0, 0.0, 1.0, 2.0], 12)]
)
def test_site_flow_median(store, days, hours):
    """The median is over the dated derivations alone, in hours; the mean coverage over all."""
    add(store, Document("p", "x", site="a"), *(Document(f"c{i}", f"y{i}", site="b") for i in range(len(days) + 1)))
    derivations = [derivation(child, 1, days=value) for child, value in enumerate([*days, None], 2)]
    store.replace_lineage([], [(d.child, 1, 1) for d in derivations], [], derivations, [])
    ((*flow, mean, median),) = select(store, "SELECT * FROM site_flow")
    assert flow == ["a", "b", len(days) + 1]
    assert mean == pytest.approx(0.8)
    assert median == hours


def test_undecided_view(news):
    """Linked pairs without a direction are listed by uri with their three probabilities."""
    assert select(news, "SELECT * FROM undecided") == [("w/1", "x/3", 0.4, 0.3, 0.3)]


def test_replace_lineage_splits_a_family(news):
    """Of a recomputed family nothing old stays, of other families everything; an unseen source keeps its id when told so."""
    (three,) = news.new_family_ids(1)
    ids = news.replace_lineage(
        [1], [(1, 1, 0), (2, 1, 1), (3, three, 0)], [(None, three, 0.5, None)], [derivation(2, 1), derivation(3, None, 0)], []
    )
    assert ids == [2]
    assert news.members([1, 2, three]) == {1: [1, 2], three: [3], 2: [5]}
    assert select(news, "SELECT child, parent FROM lineage ORDER BY child") == [
        ("w/2", "w/1"),
        ("x/3", "unseen:2"),
        ("z/5", "unseen:1"),
    ]
    assert select(news, "SELECT * FROM link") == []
    assert news.replace_lineage([2], [(5, 2, 1)], [(1, 2, 0.6, "AP")], [derivation(5, None, 0)], []) == [1]
    assert news.unseen_of([2]) == [(1, 2, 0.6, "AP")]
    assert news.check() == []


def test_replace_lineage_merges_families(news):
    """A document that joins a family loses what it had in its old one, though that was not named as gone."""
    news.replace_lineage([1], [(id, 1, 1) for id in range(1, 6)], [], [derivation(5, 1)], [(1, 1, 5, 0.9, 0.1, 0.0, 1)])
    assert news.families_of(range(9)) == dict.fromkeys(range(1, 6), 1)
    assert select(news, "SELECT child, parent FROM lineage") == [("z/5", "w/1")]
    assert select(news, "SELECT a, b FROM link") == [(1, 5)]


def test_dirty(news):
    """Documents marked as waiting stay so until the mark is cleared, and doctor tells."""
    news.mark_dirty([3, 1, 3])
    assert news.dirty() == [1, 3]
    assert news.check() == ["dirty: 2 documents wait for their lineage; the next scan computes it"]
    news.clear_dirty()
    assert news.dirty() == []


# Runs


def test_runs(store):
    """A run keeps its counters; one that never ended has failed when the next one starts."""
    run = store.start_run("provenance scan a", "0.1.0", {"b": 1, "a": [2]})
    store.finish_run(run, "partial", read=5, added=3, failed=2)
    last, first = store.runs(5)
    assert (last.status, last.read, last.added, last.failed, last.capped_keys) == ("partial", 5, 3, 2, 0)
    assert last.config == '{"a": [2], "b": 1}'
    assert last.started_at <= last.finished_at
    assert first.status == "failed"
    assert first.finished_at
    with pytest.raises(TypeError, match="typo"):
        store.finish_run(run, "ok", typo=1)


def test_problems_and_changes(store):
    """What a run reports comes back with that run."""
    store.add_problems(1, [Problem("b", "read", "no text"), Problem("a", "date", "odd")])
    store.add_changes(1, [("a", "new", None, "1")])
    second = store.start_run("scan", "1", {})
    store.add_changes(second, [("b", "parent", "x", "y")])
    assert store.problems(1) == [Problem("a", "date", "odd"), Problem("b", "read", "no text")]
    assert store.problems(second) == []
    assert store.changes_since(1) == [(1, "a", "new", None, "1"), (second, "b", "parent", "x", "y")]
    assert store.changes_since(second) == [(second, "b", "parent", "x", "y")]


# Forgetting


def everything(store):
    """Every row of every ordinary table, as text."""
    names = select(store, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'body_fts%'")
    return repr({name: select(store, f'SELECT * FROM "{name}"') for (name,) in names})


def test_forget_removes_what_follows(news):
    """A document goes with its matches, conflicts, spans and derivations; its family is left to be recomputed."""
    news.add_problems(1, [Problem("w/1", "date", "odd")])
    news.add_changes(1, [("w/1", "new", None, None), ("w/2", "parent", None, "w/1")])
    forgotten = news.forget(["w/1", "nowhere"])
    assert (forgotten.uris, forgotten.missing, forgotten.promoted) == (("w/1",), ("nowhere",), ())
    assert (forgotten.matches, forgotten.derivations, forgotten.dirty) == (2, 2, (2, 3, 4))
    assert news.dirty() == [2, 3, 4]
    assert "w/1" not in everything(news)
    assert [row.id for row in news.matches_of(range(9))] == [2, 3]
    assert news.conflicts_of([1]) == []
    assert news.spans_of([1]) == {}
    assert [(d.child_id, d.parent_id) for d in news.derivations_of(range(9))] == [(3, 2), (4, 2), (5, None)]
    assert news.check() == ["dirty: 3 documents wait for their lineage; the next scan computes it"]


def test_forget_dry_run_tells_and_changes_nothing(news):
    """A dry run gives the same report as the real one and leaves the store as it was."""
    before = everything(news)
    told = news.forget(["w/2", "z/5"], dry_run=True)
    assert everything(news) == before
    assert told == news.forget(["w/2", "z/5"])


def test_forget_last_of_a_family(news):
    """With the last document of a family go its unseen sources."""
    assert news.forget(["z/5"]).dirty == ()
    assert news.unseen_of([2]) == []
    assert news.check() == []


def test_forget_promotes_the_next_copy(store):
    """When the one that stands for its copies goes, the earliest with a date to trust takes its place, then the smallest uri."""
    dates = {
        "r": ("2025-01-01", "given"),
        "early-by-its-text": ("2020-01-01", "text"),
        "late": ("2025-03-01", "meta"),
        "second": ("2025-02-01", "url"),
        "also-second": ("2025-02-01", "meta"),
        "a-undated": (None, "none"),
    }
    documents = [Document(uri, "same", published_at=date, published_from=source) for uri, (date, source) in dates.items()]
    add(store, *documents, copies=dict.fromkeys(list(dates)[1:], 1))
    forgotten = store.forget(["r"])
    assert [d.uri for d in store.documents(forgotten.promoted)] == ["also-second"]
    assert store.dirty() == list(forgotten.promoted)
    assert {(d.uri, d.copy_of) for d in store.documents(range(9))} == {
        ("also-second", None),
        *((uri, 5) for uri in ("early-by-its-text", "late", "second", "a-undated")),
    }
    assert [d.uri for d in store.documents(store.forget(["also-second", "second"]).promoted)] == ["late"]
    assert [d.uri for d in store.documents(store.forget(["late"]).promoted)] == ["a-undated"]


def test_forget_takes_earlier_versions(store):
    """A uri goes with all its earlier texts; an earlier text named alone goes alone, and the chain closes over the gap."""
    add(store, *(Document(uri, uri) for uri in ("u", "u@3", "u@2", "u@1", "other@1")))
    for id, uri, newer in ((2, "u@3", 1), (3, "u@2", 2), (4, "u@1", 3)):
        store.rename_version(id, uri, newer)
    assert store.forget(["u@2"]).uris == ("u@2",)
    assert [(d.uri, d.version_of) for d in store.documents([2, 4])] == [("u@3", 1), ("u@1", 2)]
    assert store.forget(["u"]).uris == ("u", "u@1", "u@3")
    assert store.all_ids() == [5]


def test_purge_leaves_no_byte_of_the_text(store):
    """After forgetting and purging, neither text, title, uri nor any word of them is in the file or its log."""
    path = store.path
    secret = " ".join(f"geheim{i}wort" for i in range(2000))
    for i in range(20):
        add(store, Document(f"u:{i}", f"common words here number {i} " * 50))
    add(store, Document("u:verraeter", secret, title="Titelgeheim", extra={"k": "extrageheim"}), Document("u:last", "tail"))
    store.checkpoint()
    assert b"geheim77wort" in path.read_bytes()
    store.forget(["u:verraeter"])
    store.purge()
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for word in (b"geheim", b"eheim77", b"verraeter", b"wort", b"Titel"):
        assert word not in left
    assert store.counts()["bytes"]["free"] == 0
    assert found(store, "geheim77wort") == []
    assert len(found(store, "common")) == 20
    assert store.check() == []


def test_purge_says_when_a_reader_keeps_the_log(store):
    """A reader of an old state keeps the removed text in the log: that is said, with the remedy, not passed over."""
    add(store, Document("a", "x"))
    store.forget(["a"])
    store._connection.execute("PRAGMA busy_timeout = 1")
    with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM setting").fetchall()
        assert not store.checkpoint()
        with pytest.raises(StoreError, match="another program is reading"):
            store.purge()
    store.purge()


# Upkeep


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("DELETE FROM body WHERE document_id = 1", "document: 1 have no text"),
        (
            "INSERT INTO body_fts (body_fts, rowid, text) SELECT 'delete', 1, text FROM body WHERE document_id = 1",
            "body_fts: 1 texts",
        ),
        ("UPDATE body SET text = 'other' WHERE document_id = 1", "body_fts: words differ"),
        ("UPDATE document SET copy_of = 4 WHERE id = 3", "document: 1 are copies"),
        ("UPDATE match SET a = 77 WHERE id = 1", "match: 1 rows refer to a missing document"),
        (
            "UPDATE family SET family_id = 2 WHERE document_id = 2",
            "derivation: 3 documents have all their parents in other families",
        ),
        ("UPDATE unseen_source SET family_id = 9", "unseen_source: 1 belong to no family"),
        ("UPDATE setting SET value = '2' WHERE name = 'next_family'", "family: 1 documents"),
    ],
)
def test_check_finds_damage(news, damage, finding):
    """Each kind of inconsistency is found and named; a sound store has none."""
    assert news.check() == []
    with contextlib.closing(sqlite3.connect(news.path)) as connection, connection:
        connection.execute(damage)
    assert any(line.startswith(finding) for line in news.check()), news.check()


def test_check_reads_a_read_only_store(news):
    """A store opened for reading can be checked."""
    with Store.open(news.path) as reader:
        assert reader.check() == []


def test_check_survives_a_damaged_file(news):
    """Overwritten pages make findings, not a crash."""
    ((page,),) = select(news, "SELECT rootpage FROM sqlite_master WHERE name = 'match'")
    news.close()
    data = bytearray(news.path.read_bytes())
    data[PAGE * (page - 1) : PAGE * page] = b"\xff" * PAGE
    news.path.write_bytes(data)
    with Store.open(news.path) as store:
        findings = store.check()
    assert findings
    assert all("malformed" in line or line.startswith("integrity") for line in findings), findings


def test_counts(news):
    """The numbers of `stats` are those of the store."""
    news.add_problems(1, [Problem("q", "read", "no text")])
    news.add_parts(news.add_segment(0), [(1, 2, 2, bytes(24))])
    counts = news.counts()
    sizes = counts.pop("bytes")
    assert counts == {
        "documents": 5,
        "copies": 1,
        "words": 32,
        "spans": 1,
        "words_in_spans": 2,
        "families": 2,
        "derivations": 4,
        "undecided": 1,
        "unseen_sources": 1,
        "problems": 1,
        "matches": {"verbatim": 2, "boilerplate": 1, "edited": 1},
    }
    assert sizes["text"] == sum(len(text.encode()) for text in news.texts(range(9)).values())
    assert sizes["index"] == 24
    assert 0 < sizes["full_text"] < sizes["file"]


NAMED = {
    "ancestors-of": ("x/3", [(1, "x/3", "w/2"), (2, "w/2", "w/1")]),
    "descendants-of": ("w/1", [(1, "w/2", "w/1"), (2, "x/3", "w/2"), (2, "y/4", "w/2")]),
    "copies-of": ("y/4", [("w/2", "w", "2025-01-02"), ("y/4", "y", None)]),
    "passages-of": ("w/1", [("w/2", 5, 15), ("z/5", 5, 15)]),
    "versions-of": ("w/1", [("w/1", None, 7)]),
    "top-sources": (None, [("w/2", "w", 2), ("unseen:1", None, 1), ("w/1", "w", 1)]),
    "site-flow": (None, [("w", "x", 1), ("w", "y", 1)]),
    "largest-families": (None, [(1, 4, 3), (2, 1, 1)]),
    "unseen-sources": (None, [("unseen:1", 2, 0.7)]),
    "conflicts": (None, [("number", "7", "9")]),
    "undecided": (None, [("w/1", "x/3", 0.4)]),
    "corrections": (None, [("x/3", "w/2", "derives")]),
    "boilerplate-share": (None, [("z", 1, 1.0), ("w", 5, 0.2), ("x", 1, 0.0), ("y", 1, 0.0)]),
    "problems": (None, [(1, "q", "read")]),
    "lineage": (None, [(c, p, "revision") for c, p in (("w/2", "w/1"), ("x/3", "w/2"), ("y/4", "w/2"), ("z/5", "unseen:1"))]),
    "passages": (None, [("w/1", "w/2", 5), ("w/1", "z/5", 5), ("w/2", "x/3", 0), ("w/2", "y/4", 0)]),
    "copied-by": ("w/1", [("w/2", "w", "2025-01-02")]),
    "top-sources-of": ("w", [("w/1", "w", 1)]),
}


@pytest.mark.parametrize("name", NAMED_QUERIES)
def test_named_queries_answer(news, name):
    """Each named query gives the right rows (their first three columns) of a small store."""
    news.add_problems(1, [Problem("q", "read", "no text")])
    with contextlib.closing(sqlite3.connect(news.path)) as person, person:
        person.execute("INSERT INTO correction (child, parent, verdict) VALUES ('x/3', 'w/2', 'derives')")
    value, expected = NAMED[name]
    query = NAMED_QUERIES[name]
    assert len(query.parameters) == (value is not None)
    assert [row[:3] for row in news.query(query.sql, dict.fromkeys(query.parameters, value))[1]] == expected
