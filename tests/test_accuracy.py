"""What a scan of fixtures/corpus finds, against fixtures/truth.json: spans, families, derivations, unseen sources, and
nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from provenance import read
from provenance.pipeline.progress import Silent
from provenance.pipeline.scan import scan
from provenance.store import Store

FIXTURES = Path(__file__).parent.parent / "fixtures"
CORPUS = FIXTURES / "corpus"
TRUTH = json.loads((FIXTURES / "truth.json").read_text(encoding="utf-8"))
UNSPACED = re.compile(r"[\u3000-\u9fff]")


def uri(name: str) -> str:
    """Truth names files by their path within the corpus."""
    return name if "://" in name else str(CORPUS / name)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The store of one scan of the corpus."""
    db = tmp_path_factory.mktemp("accuracy") / "fixtures.db"
    scan(db, [str(CORPUS)], read.Options(), jobs=2, progress=Silent())
    with Store.open(db) as store:
        yield store


@pytest.fixture(scope="module")
def undated(tmp_path_factory):
    """The store of the corpus without any date: only uri and text of each document."""
    folder = tmp_path_factory.mktemp("undated")
    lines = [json.dumps({"id": d.uri, "text": d.text}) for d in read.read([str(CORPUS)]) if hasattr(d, "text")]
    (folder / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    scan(folder / "undated.db", [str(folder / "all.jsonl")], read.Options(), jobs=1, progress=Silent())
    with Store.open(folder / "undated.db") as store:
        yield store


def rows(store: Store, sql: str) -> list[tuple]:
    return list(store.query(sql)[1])


def folded(store: Store) -> dict[str, str]:
    """uri -> the uri that stands for it."""
    return dict(rows(store, "SELECT d.uri, coalesce(r.uri, d.uri) FROM document d LEFT JOIN document r ON r.id = d.copy_of"))


def words_between(text: str, one: int, two: int) -> int:
    part = text[min(one, two) : max(one, two)]
    return len(part) if UNSPACED.search(part) else len(re.findall(r"\w+", part))


COPIED = [span for span in TRUTH["spans"] if span["kind"] in ("verbatim", "edited", "quotation")]


@pytest.mark.parametrize("span", COPIED, ids=lambda span: f"{span['case']}-{span['a_span'][0]}-{span['b_span'][0]}")
def test_copied_span_is_found(found, span):
    """Every copied, edited or quoted span is found with its four limits within three words."""
    one, two = uri(span["a"]), uri(span["b"])
    fold = folded(found)
    if fold[one] == fold[two]:
        return  # exact copies: test_exact_copies_stand_for_one_another
    if fold[one] != one or fold[two] != two:
        one, two = fold[one], fold[two]  # a copy's passages are listed with the text that stands for it
        span = next((s for s in TRUTH["spans"] if {uri(s["a"]), uri(s["b"])} == {one, two} and s["case"] == span["case"]), None)
        assert span is not None
        one, two = uri(span["a"]), uri(span["b"])
    texts = dict(rows(found, "SELECT uri, text FROM document JOIN body ON body.document_id = document.id"))
    best = 10**6
    for a, b, a0, a1, b0, b1 in rows(found, "SELECT uri_a, uri_b, start_a, end_a, start_b, end_b FROM shared_passage"):
        if {a, b} != {one, two}:
            continue
        here, there = ((a0, a1), (b0, b1)) if a == one else ((b0, b1), (a0, a1))
        ends = zip((*here, *there), (*span["a_span"], *span["b_span"]), (one, one, two, two), strict=True)
        best = min(best, max(words_between(texts[name], at, true) for at, true, name in ends))
    assert best <= 3


def test_reordered_text_is_one_passage(found):
    """Sentences in another order are one reused passage that covers both texts."""
    spans = [span for span in TRUTH["spans"] if span["case"] == "reordered"]
    one, two = sorted((uri(spans[0]["a"]), uri(spans[0]["b"])))
    sql = "SELECT uri_a, uri_b, start_a, end_a, similarity FROM shared_passage"
    passages = [row for row in rows(found, sql) if row[:2] == (one, two)]
    assert len(passages) == 1
    assert passages[0][3] - passages[0][2] > 0.95 * (spans[0]["a_span"][1] - spans[0]["a_span"][0])


def test_exact_copies_stand_for_one_another(found):
    """Exact copies are folded into one document, and a row of `match` says so."""
    fold = folded(found)
    copies = [d for d in TRUTH["derivations"] if d["case"] == "exact-copy"]
    assert copies
    for derivation in copies:
        assert fold[uri(derivation["child"])] == fold[uri(derivation["parent"])]
        pair = tuple(sorted((uri(derivation["child"]), uri(derivation["parent"]))))
        assert pair in rows(found, "SELECT uri_a, uri_b FROM shared_passage WHERE kind = 'verbatim' AND similarity = 1")


def test_nothing_else_is_shared(found):
    """No passage but boilerplate joins two documents that truth does not relate."""
    listed = {frozenset((uri(span["a"]), uri(span["b"]))) for span in TRUTH["spans"]}
    fold = folded(found)
    listed |= {frozenset(fold[name] for name in pair) for pair in listed}
    extra = {
        (a, b)
        for a, b in rows(found, "SELECT uri_a, uri_b FROM shared_passage WHERE kind <> 'boilerplate'")
        if frozenset((a, b)) not in listed and fold[a] != fold[b]
    }
    assert extra == set()


@pytest.mark.parametrize("kind", ["template", "quotation"])
def test_kind_is_told(found, kind):
    """Template text and disclaimers are boilerplate, a speech quoted by several is a quotation."""
    wanted = "boilerplate" if kind == "template" else "quotation"
    spans = [span for span in TRUTH["spans"] if span["kind"] == wanted]
    kinds = {}
    for a, b, found_kind in rows(found, "SELECT uri_a, uri_b, kind FROM shared_passage"):
        kinds.setdefault(frozenset((a, b)), set()).add(found_kind)
    assert spans
    for span in spans:
        assert kinds.get(frozenset((uri(span["a"]), uri(span["b"]))), {wanted}) & {wanted}


def test_families_are_right(found):
    """Every family holds just the documents that truth puts into it."""
    families: dict[int, set[str]] = {}
    for name, family in rows(found, "SELECT d.uri, family_id FROM family JOIN document d ON d.id = document_id"):
        families.setdefault(family, set()).add(name)
    assert {frozenset(f) for f in families.values()} == {frozenset(map(uri, f)) for f in TRUTH["families"]}


@pytest.mark.parametrize("derivation", [d for d in TRUTH["derivations"] if d["dated"]], ids=lambda d: d["case"])
def test_dated_derivation_is_right(found, derivation):
    """Every derivation between dated documents is chosen, with the likely true direction; both parents of the compilation."""
    chosen = {(c, p): (r, q) for c, p, r, q in rows(found, "SELECT child, parent, relation, probability FROM lineage")}
    relation, probability = chosen[uri(derivation["child"]), uri(derivation["parent"])]
    assert probability >= 0.55
    assert relation == derivation["relation"] or derivation["case"] == "reordered"


def test_no_derivation_is_wrong(found):
    """Nothing is chosen that truth does not say; independent, quoting and template texts derive from nothing."""
    true = {(uri(d["child"]), uri(d["parent"])) for d in TRUTH["derivations"]}
    chosen = rows(found, "SELECT child, parent FROM lineage WHERE parent NOT LIKE 'unseen:%'")
    assert [edge for edge in chosen if edge not in true] == []


def test_the_unseen_source_is_named(found):
    """The children of a source that is not there are joined by an unseen source that names the outlet they credit."""
    wanted = TRUTH["unseen"][0]
    children: dict[str, set[str]] = {}
    for child, parent in rows(found, "SELECT child, parent FROM lineage WHERE parent LIKE 'unseen:%'"):
        children.setdefault(parent, set()).add(child)
    assert set(map(frozenset, children.values())) == {frozenset(map(uri, wanted["children"]))}
    assert rows(found, "SELECT credit FROM unseen_source") == [(wanted["credit"],)]


def test_without_dates_nothing_is_claimed_wrongly(undated):
    """With all dates removed no wrong derivation is stated at 0.9 or more."""
    true = {(uri(d["child"]), uri(d["parent"])) for d in TRUTH["derivations"]}
    bold = rows(undated, "SELECT child, parent FROM lineage WHERE probability >= 0.9 AND parent NOT LIKE 'unseen:%'")
    assert [edge for edge in bold if edge not in true] == []


def test_scripts_without_spaces_are_aligned(found):
    """The Chinese, Japanese and Arabic copies are found as edited passages."""
    for case in ("chinese-edit", "japanese-edit", "arabic-edit"):
        span = next(span for span in TRUTH["spans"] if span["case"] == case)
        pair = tuple(sorted((uri(span["a"]), uri(span["b"]))))
        assert ("edited",) in [row[2:] for row in rows(found, "SELECT uri_a, uri_b, kind FROM shared_passage") if row[:2] == pair]


def test_the_changed_number_is_a_conflict(found):
    """The correction and its original disagree on a number, and table `conflict` says on which."""
    sql = """SELECT c.kind, c.text_a, c.text_b FROM conflict c JOIN match m ON m.id = c.match_id
        JOIN document a ON a.id = m.a JOIN document b ON b.id = m.b WHERE {} IN (a.uri, b.uri) AND {} IN (a.uri, b.uri)"""
    for conflict in TRUTH["conflicts"]:
        pair = [repr(uri(conflict[side])) for side in ("a", "b")]
        wanted = {conflict["text_a"], conflict["text_b"]}
        assert any({one, two} == wanted for kind, one, two in rows(found, sql.format(*pair)) if kind == "number")
