"""Reports: what is gathered from a store, and what people and programs read of it.

The store is written through its own methods, so that every case a report must speak of is there, whatever the pipeline finds.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.model import Derivation, Document, Problem, Signal, UsageError
from provenance.report import FORMATS, as_markdown, as_pair, diff, explaining, paint, phrases, render, tree, words
from provenance.report.gathering import gather
from provenance.report.model import Edge, Family, Member, Passage, Report
from provenance.store import Store

HOSTILE = "\x1b[31mred\x07 \u202ereversed\u2066 \x9b2J<script>alert(1)</script> [x](javascript:alert(1)) `code`\x00"
ROOT_TEXT = "The ferry caught fire at noon. All 214 passengers were saved by fishing boats. The captain praised his crew."
EDIT_TEXT = "The ferry caught fire at noon. All 241 passengers were rescued by fishing boats. The captain praised his crew."
REWRITE_TEXT = "Fishing boats saved everyone aboard after a blaze, the captain said of passengers on the ferry."
URIS = {
    1: "https://post.example/ferry",
    2: "https://ledger.example/ferry",
    3: "https://notes.example/ferry",
    4: "/corpus/undated.txt",
    5: "https://east.example/train",
    6: "https://west.example/train",
    7: "https://north.example/note",
    8: "https://south.example/note",
    9: "https://alone.example/story",
    10: "https://digest.example/round-up",
}


def document(id: int, text: str, published_at: str | None, title: str | None = None, copy_of: int | None = None) -> tuple:
    uri = URIS[id]
    site = uri.split("/")[2] if uri.startswith("https") else None
    given_or_none = "given" if published_at else "none"
    d = Document(uri, text, title=title, site=site, published_at=published_at, published_from=given_or_none)
    same = copy_of or id
    return (id, d, len(text.split()), f"{same:032x}", f"{id:032x}", "0" * 32, copy_of)


def derivation(child: int, parent: int | None, probability: float, chosen: bool = True, **given) -> Derivation:
    values = {"unseen": None, "relation": "revision", "margin": 0.5, "coverage": 0.9, "days": 0.125, "why": ()} | given
    return Derivation(child=child, parent=parent, probability=probability, chosen=chosen, **values)


def match(a: int, b: int, text_a: str, text_b: str, words: int, similarity: float, kind: str) -> tuple:
    return (a, b, 0, len(text_a), 0, len(text_b), words, similarity, kind, kind, 100.0)


@pytest.fixture(scope="module")
def db(tmp_path_factory) -> Path:
    """A family with a tree, a copy and rivals; one of an unseen source; an undecided pair; a quotation; hostile text."""
    path = tmp_path_factory.mktemp("store") / "report.db"
    with Store.open(path, create=True) as store:
        run = store.start_run("provenance scan .", "0", {})
        store.add_documents(
            run,
            [
                document(1, ROOT_TEXT, "2025-03-04T10:00:00Z", "Ferry burns"),
                document(2, EDIT_TEXT, "2025-03-04T13:00:00Z", HOSTILE),
                document(3, ROOT_TEXT.upper(), "2025-03-06", "FERRY", copy_of=1),
                document(4, REWRITE_TEXT, None),
                document(5, "A train left the rails, the agency said.", "2025-02-01", "Train"),
                document(6, "A train left the rails, according to the agency.", "2025-02-01"),
                document(7, "Profit rose by four per cent in spring.", None),
                document(8, "Profit rose by five per cent in spring.", None),
                document(9, "“We never saw it coming,” he said. Nothing else is alike.", "2025-01-01"),
                document(10, ROOT_TEXT[:60] + " A train left the rails.", "2025-03-05"),
            ],
        )
        ids = store.add_matches(
            run,
            [
                match(2, 1, EDIT_TEXT, ROOT_TEXT, 17, 0.94, "edited"),
                match(1, 4, ROOT_TEXT, REWRITE_TEXT, 8, 0.4, "rewrite"),
                match(5, 6, "A train left the rails", "A train left the rails", 5, 1.0, "verbatim"),
                match(7, 8, "Profit rose by four per cent", "Profit rose by five per cent", 5, 0.83, "edited"),
                match(1, 9, "The", "“We never saw it coming,”", 5, 1.0, "quotation"),
                match(1, 10, ROOT_TEXT[:60], ROOT_TEXT[:60], 11, 1.0, "verbatim"),
            ],
        )
        store.add_conflicts([(ids[0], "number", "241", "214")])
        first, second, third = store.new_family_ids(3)
        store.replace_lineage(
            [],
            [
                *((1, first, 0), (2, first, 1), (3, first, 1), (4, first, 2), (10, first, 1)),
                *((5, second, 1), (6, second, 1), (7, third, 0), (8, third, 0)),
            ],
            [(None, second, 0.8, "Northern Wire")],
            [
                derivation(2, 1, 0.97, why=(Signal("dates", "parent", 2.0), Signal("credit", "parent", 4.0, ((4, 9),)))),
                derivation(2, 4, 0.02, chosen=False),
                derivation(3, 1, 0.9, relation="duplicate", days=1.5),
                derivation(4, 2, 0.7, relation="rewrite", coverage=0.5, days=None),
                derivation(4, 1, 0.25, chosen=False, relation="rewrite"),
                derivation(5, None, 0.84, unseen=0, days=None),
                derivation(6, None, 0.8, unseen=0, days=None),
                derivation(10, 1, 0.9, relation="compilation", coverage=0.6, days=1.0),
                derivation(10, 5, 0.8, relation="compilation", coverage=0.3, days=32.0),
            ],
            [
                (first, 1, 2, 0.97, 0.01, 0.02, 1),
                (first, 1, 4, 0.1, 0.1, 0.8, 1),
                (second, 5, 6, 0.1, 0.1, 0.8, 1),
                (third, 7, 8, 0.4, 0.3, 0.3, 0),
            ],
        )
        store.add_changes(run, [(URIS[1], "new", None, "5"), (URIS[2], "parent", "none", URIS[1])])
        store.finish_run(run, "ok", read=10, added=10)
        later = store.start_run("provenance scan more", "0", {})
        store.add_problems(later, [Problem("/bad/\x1b[2Jfile.txt", "read", "binary data")])
        store.add_changes(later, [(URIS[1], "grew", "5", "6"), (URIS[2], "parent", "unseen", URIS[1])])
        store.finish_run(later, "partial", read=1, failed=1)
    return path


@pytest.fixture
def store(db) -> Iterator[Store]:
    with Store.open(db) as opened:
        yield opened


def text(report: Report, format: str = "text", width: int = 100, colour: bool = False) -> str:
    return "".join(render(report, format, width=width, colour=colour))


def by_child(family: Family) -> dict[str, Edge]:
    return {edge.child: edge for edge in family.derivations}


# What is gathered.


def test_largest_families_come_first(store):
    """Without options the report holds the families by size, each with its members, derivations and rivals apart."""
    report = gather(store)
    assert [family.documents for family in report.families] == [5, 2, 2]
    family = report.families[0]
    assert family.origins == (URIS[1],)
    assert by_child(family)[URIS[2]].parent == URIS[1]
    assert {(edge.child, edge.parent) for edge in family.rivals} == {(URIS[2], URIS[4]), (URIS[4], URIS[1])}


def test_exact_copies_are_folded(store):
    """A copy is no member of its own: it hangs on the text that stands for it."""
    members = gather(store).families[0].members
    assert [member.uri for member in members] == [URIS[1], URIS[2], URIS[10], URIS[4]]
    assert [(copy.uri, copy.derived) for copy in members[0].copies] == [(URIS[3], True)]


def test_unseen_source_has_its_children_and_credit(store):
    """An unseen source names whom its children credit."""
    (source,) = gather(store).families[1].unseen
    assert (source.credit, set(source.children)) == ("Northern Wire", {URIS[5], URIS[6]})


def test_passage_has_the_parent_first(store):
    """Whichever side the store keeps first, a passage and its conflicts read from the source to the child."""
    passage = next(p for p in gather(store).families[0].passages if p.b == URIS[2])
    assert (passage.a, passage.text_a, passage.text_b) == (URIS[1], ROOT_TEXT, EDIT_TEXT)
    assert [(c.text_a, c.text_b) for c in passage.conflicts] == [("214", "241")]


def test_most_telling_passage_comes_first(store):
    """A changed number tells more than a longer stretch of verbatim text."""
    assert gather(store).families[0].passages[0].b == URIS[2]


def test_one_family(store):
    """--family gives that family only."""
    number = gather(store).families[1].id
    report = gather(store, family=number)
    assert [family.id for family in report.families] == [number]


def test_one_document(store):
    """--document gives its family, the passages that it shares first."""
    report = gather(store, document=URIS[4])
    assert report.subject == URIS[4]
    assert URIS[4] in (report.families[0].passages[0].a, report.families[0].passages[0].b)


def test_document_without_relatives(store):
    """A document that has no family is said to have none."""
    assert "No other document in the store" in text(gather(store, document="alone.example/story"))


def test_one_site(store):
    """--site says how many documents the site has, what flows, and gives its families."""
    report = gather(store, site="ledger.example")
    assert report.site is not None
    assert (report.site.documents, [(f.parent_site, f.child_site) for f in report.site.flows]) == (
        1,
        [("post.example", "ledger.example")],
    )
    assert [family.documents for family in report.families] == [5]


def test_both_texts_of_a_passage_can_be_told(store):
    """Two uris that fit into a line stand in one, longer ones in two: what is cut of them is not what tells them apart."""
    passage = Passage("/a" * 40 + "/x", "/a" * 40 + "/y", 0, 3, 0, 3, 2, 1.0, "verbatim", "a b", "a b", ())
    report = gather(store)
    family = dataclasses.replace(report.families[0], passages=(passage,))
    lines = text(dataclasses.replace(report, families=(family,))).splitlines()
    at = next(n for n, line in enumerate(lines) if line.endswith("/x"))
    assert lines[at + 1].startswith("<> /a")
    assert lines[at + 1].endswith("/y")


@pytest.mark.parametrize(("since", "runs", "changes"), [("last", [2], 2), ("1", [1, 2], 4), ("2020-01-01", [1, 2], 4)])
def test_since(store, since, runs, changes):
    """--since gives the runs that are meant and all that they changed."""
    news = gather(store, since=since).news
    assert [run.id for run in news.runs] == runs
    assert len(news.changes) == changes
    assert [problem.run for problem in news.problems] == [2]


def test_since_the_future_is_empty(store):
    """From a date on when nothing ran, nothing has changed."""
    report = gather(store, since="2999-01-01")
    assert report.news.runs == report.news.changes == report.families == ()
    assert "Nothing changed" in text(report)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"family": 99}, "no family 99"),
        ({"site": "nowhere"}, "no documents of the site nowhere"),
        ({"document": "nothing/such"}, "no document of this uri"),
        ({"document": "/ferry"}, "several uris end so"),
        ({"document": ""}, "no document of this uri"),
        ({"since": "7"}, "no run 7"),
        ({"since": "yesterday"}, "neither `last`"),
        ({"family": 1, "site": "x"}, "give one of"),
    ],
)
def test_unknown_subjects_are_usage_errors(store, asked, message):
    """What the store does not have is said in one line that names it."""
    with pytest.raises(UsageError, match=re.escape(message)) as raised:
        gather(store, **asked)
    assert "\n" not in str(raised.value)


def test_empty_store(tmp_path):
    """A store without documents makes a report in every format."""
    with Store.open(tmp_path / "empty.db", create=True) as store:
        for format in FORMATS:
            assert text(gather(store), format)
        assert gather(store, since="last").news.runs == ()


# What is read of it.


def test_text_report(store):
    """The text report says the tree, the relation, how likely, how much and when, and marks what changed."""
    shown = text(gather(store))
    assert f"├─ {URIS[2]}" in shown
    assert "revision, very likely (0.97), 90% of it shared, 3 hours later" in shown
    assert "4 Mar 2025, 10:00 UTC" in shown
    assert f"= {URIS[3]}, 6 Mar 2025" in shown
    assert "All [-214-] {+241+} passengers were [-saved-] {+rescued+} by fishing boats." in " ".join(shown.split())
    assert "differing: 214 / 241" in shown
    assert "(unseen source, credited: Northern Wire)" in shown
    assert "undecided: the first from the second 0.30, the second from the first 0.40" in shown
    assert f"also from {URIS[5]}, of another family" in shown


def test_words_stay_honest(store):
    """No format calls anybody a thief, and every derivation comes with its probability."""
    for format in FORMATS:
        assert not re.search(r"\b(stole|stolen|theft|plagiari\w+|guilty)\b", text(gather(store), format), re.IGNORECASE)
    shown = " ".join(text(gather(store)).split())
    derivations = re.findall(r"(?:revision|rewrite|compiled from this and others), (\S+ \S+ \S+)", shown)
    assert len(derivations) == 6
    assert all(re.search(r"likely \(0\.\d\d\)", derivation) for derivation in derivations)


@pytest.mark.parametrize("width", [40, 60, 100, 160])
def test_text_keeps_to_the_width(store, width):
    """No line is wider than the terminal, but for what it explains in words that do not break."""
    for since in (None, "1"):
        lines = text(gather(store, since=since), width=width).splitlines()
        assert [line for line in lines if words.width(line) > width] == []


def test_colour_only_adds_escapes(store):
    """With colour the changes are marked by colour, not by signs; every escape that begins also ends on its line."""
    shown = text(gather(store), colour=True)
    assert "[-" not in shown
    assert "\x1b[31;9m214\x1b[0m" in shown
    for line in shown.splitlines():
        assert len(re.findall(r"\x1b\[[\d;]+m", line)) == 2 * line.count("\x1b[0m")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("since", [None, "1"])
def test_hostile_text_is_tame(store, format, since):
    """Titles, file names and texts cannot move the cursor, reorder the line or hide anything."""
    shown = text(gather(store, since=since), format)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown)


def test_markdown_escapes(store):
    """In Markdown, hostile text is text: no HTML, no link but to the addresses of documents."""
    shown = text(gather(store), "md")
    assert "<script>" not in shown.replace("\\<script\\>", "")
    assert "[x](" not in shown
    assert f"- <{URIS[1]}>" in shown
    assert "~~214~~ **241**" in shown
    links = set(re.findall(r"(?<!\\)<(.*?)>", shown))
    assert links <= set(URIS.values())


MARKUP = st.lists(st.sampled_from(["*", "_", "<b>", "1.", "2)", "- ", "#", "\\\\", "a", " ", "|", "&amp;"]), max_size=9).map(
    "".join
)


@given(MARKUP | st.text())
def test_markdown_escape_round_trip(raw):
    """Taking the backslashes away gives the safe text back."""
    assert re.sub(r"\\([\\`*_{}\[\]<>#|~!&$.)+=-])", r"\1", as_markdown.escape(raw)) == words.safe(raw)


@pytest.mark.parametrize(
    "uri", ["javascript:alert(1)", "https://a.example/<b>", "https://a.example/ b", "ftp://x.example/", "/a/*b*.txt"]
)
def test_markdown_links_only_the_web(uri):
    """Only a plain web address becomes a link."""
    assert not as_markdown.link(uri).startswith("<")


def test_json_report_is_the_model(store):
    """The JSON report holds the report field by field."""
    report = gather(store)
    assert json.loads(text(report, "json")) == json.loads(json.dumps(dataclasses.asdict(report)))


def test_digest(store):
    """The digest says what grew, whose source changed, and what could not be read."""
    shown = text(gather(store, since="last"))
    assert "grew from 5 to 6 documents" in shown
    assert f"its source: before an unseen source, now {URIS[1]}" in shown.replace("\n    ", " ")
    assert "binary data" in shown
    assert "Inputs that could not be read: 1" in shown


def test_long_digest_is_cut(store):
    """A digest of thousands of changes names the first and counts the rest; JSON has all."""
    report = gather(store, since="last")
    change, most = next(c for c in report.news.changes if c.what == "grew"), phrases.MOST_NEWS
    changes = tuple(dataclasses.replace(change, family=100 + i) for i in range(most + 7))
    long = dataclasses.replace(report, news=dataclasses.replace(report.news, changes=changes))
    for format in ("text", "md"):
        assert "… and 7 more" in text(long, format)
        assert text(long, format).count("grew from") == most
    assert text(long, "json").count('"grew"') == most + 7


# The tree.


def family(edges: list[tuple[str, str]], coverage: dict[tuple[str, str], float] | None = None) -> Family:
    uris = sorted({uri for edge in edges for uri in edge})
    members = tuple(Member(uri, None, None, None, None, "none", 10, 0, ()) for uri in uris)
    found = tuple(
        Edge(child, parent, None, "revision", 0.9, 0.5, (coverage or {}).get((parent, child), 0.9), None, True, ())
        for parent, child in edges
    )
    return Family(1, len(uris), (), None, None, (uris[0],), members, found, (), (), (), ())


def drawn(found: Family) -> list[str]:
    return [line.branch + (line.member.uri if line.member else "?") + ("*" if line.again else "") for line in tree.lines(found)]


def test_tree_is_drawn():
    """Children stand under their parent, the last one closes the branch."""
    assert drawn(family([("a", "b"), ("b", "c"), ("a", "d")])) == ["a", "├─ b", "│  └─ c", "└─ d"]


def test_compilation_stands_whole_under_its_largest_source():
    """A child of two parents stands whole, with its own children, under the one that covers more; the other only names it."""
    found = family([("a", "c"), ("b", "c"), ("c", "d")], {("a", "c"): 0.3, ("b", "c"): 0.6})
    assert drawn(found) == ["a", "└─ c*", "b", "└─ c", "   └─ d"]


def test_long_chain_is_drawn():
    """A chain longer than Python's stack is drawn."""
    uris = [f"{n:05}" for n in range(3000)]
    assert len(drawn(family(list(itertools.pairwise(uris))))) == 3000


def test_large_family_is_cut_among_others():
    """Among other families a large one is drawn in part, and says how to see it whole; asked for, it is drawn whole."""
    large = family([("a", f"b{n:03}") for n in range(200)])
    report = Report(
        "store",
        None,
        dict.fromkeys(("documents", "sites", "families", "derivations", "unseen_sources", "undecided"), 1),
        1,
        (large,),
    )
    assert "161 texts more: provenance report --family 1" in text(report)
    assert "b199" in text(dataclasses.replace(report, about="family", subject="1"))


# Two documents.


def explained(store: Store, a: str, b: str, width: int = 100) -> str:
    return "".join(as_pair.render(explaining.gather(store, a, b), width=width, colour=False))


def test_explain_a_derivation(store):
    """The verdict, both texts with the changed words, the reasons with what they quote, and the rivals that lost."""
    shown = explained(store, URIS[1], URIS[2])
    assert "B likely derives from A: revision, very likely (0.97)" in shown
    assert re.search(r"\[-214-\].*│.*\{\+241\+\}", shown)
    assert "+4.00  55 times for" in shown
    assert "whom the child names as its source: “ferry”" in shown
    assert "lost: revision, unlikely (0.02)" in shown


def test_explain_turned_around(store):
    """Turned around, it says the same of the same documents."""
    assert "A likely derives from B: revision, very likely (0.97)" in explained(store, URIS[2], URIS[1])
    one, two = explaining.gather(store, URIS[1], URIS[2]), explaining.gather(store, URIS[2], URIS[1])
    assert (one.direction.p_ab, one.a.shared) == (two.direction.p_ba, two.b.shared)


def test_explain_rewrite_marks_what_is_shared(store):
    """Where the wording is new, the words that were kept are marked."""
    assert "*Fishing boats saved*" in explained(store, URIS[1], URIS[4])


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        (5, 6, "Both likely derive from one text that is not among the documents"),
        (7, 8, "Undecided: they are related, and the evidence does not say who has it from whom."),
        (1, 9, "They share only quotation, which is no sign that one derives from the other."),
        (1, 8, "They share no passage."),
        (1, 4, "Neither seems to derive from the other directly (0.80)"),
        (1, 3, "By the dates, B is likely (0.90) to be the later one."),
        (1, 1, "A and B are one document."),
    ],
)
def test_explain_says_plainly(store, a, b, verdict):
    """Every case that is not a derivation has its own plain words."""
    assert verdict in " ".join(explained(store, URIS[a], URIS[b]).split())


def test_explain_a_copy_speaks_of_its_text(store):
    """Of a copy the passages of the text that stands for it are shown, and that is said."""
    shown = explained(store, "notes.example/ferry", "ledger.example/ferry")
    assert f"an exact copy of {URIS[1]}" in shown
    assert "B likely derives from A" in shown


@pytest.mark.parametrize("width", [40, 71, 72, 130])
def test_explain_keeps_to_the_width(store, width):
    """Side by side or one below the other, no line is wider than the terminal."""
    lines = explained(store, URIS[1], URIS[2], width).splitlines()
    assert [line for line in lines if words.width(line) > width] == []


# Words and changes.


WORDS = st.lists(
    st.sampled_from(["fire", "Fire", "the", "boat", "10,000", "a.m.", "“so", "鏡", "は", "x" * 30, "😀" * 30, "-"]), max_size=40
).map(" ".join)


@given(WORDS | st.text(), WORDS | st.text())
def test_pieces_are_the_texts(a, b):
    """Nothing is lost or invented: the pieces joined are the two texts, and so are the rows."""
    found = diff.pieces(a, b)
    assert ("".join(p.a for p in found), "".join(p.b for p in found)) == (a, b)
    joined = [piece for row in diff.rows(found) for piece in row]
    assert ("".join(p.a for p in joined), "".join(p.b for p in joined)) == (a, b)


@given(WORDS)
def test_equal_texts_have_no_changes(a):
    """A text differs in nothing from itself, nor from itself in capitals."""
    assert all(piece.same for piece in diff.pieces(a, a))
    assert all(piece.same for piece in diff.pieces(a, a.upper()))


def test_numbers_change_whole():
    """A number with separators is one word."""
    assert [p for p in diff.pieces("some 10,000 people", "some 12,000 people") if not p.same] == [
        diff.Piece(False, "10,000 ", "12,000 ")
    ]


def test_tokens_of_a_megabyte_of_dots():
    """Text without words is read once, not once for every character."""
    assert diff.tokens(". " * 500_000) == [". " * 500_000]


def test_excerpt_is_short_and_shows_the_change():
    """Of a long passage with one change late in it, the excerpt shows the change with its surroundings."""
    a = "word " * 500 + "old " + "word " * 500
    shown = diff.excerpt(diff.pieces(a, a.replace("old", "new")))
    assert any((p.a, p.b) == ("old ", "new ") for p in shown)
    assert sum(len(diff.tokens(p.b)) for p in shown) < 40


@given(
    st.lists(st.tuples(st.sampled_from([paint.PLAIN, paint.CUT, paint.ADDED]), WORDS | st.text()), max_size=6),
    st.integers(20, 80),
)
def test_lines_keep_width_and_words(spans, columns):
    """Wrapping loses no letter and keeps to the width, with and without colour."""
    for colour in (False, True):
        painter = paint.Paint(colour=colour)
        lines = painter.columns([paint.Span(*span) for span in spans], columns)
        assert all(used <= columns for _, used in lines)
        plain = re.sub(r"\x1b\[[\d;]+m|\s", "", "".join(line for line, _ in lines))
        wanted = re.sub(r"\s", "", "".join(words.flat(text) for _, text in spans))
        if colour:
            assert plain == wanted


@pytest.mark.parametrize(
    ("published", "source", "shown"),
    [
        ("1769", "given", "1769"),
        ("1969-04", "given", "Apr 1969"),
        ("2025-03-04", "given", "4 Mar 2025"),
        ("2025-03-04T10:00:00Z", "given", "4 Mar 2025, 10:00 UTC"),
        ("2025-03-04T00:00:00Z", "given", "4 Mar 2025"),
        ("2025-03-04", "text", "4 Mar 2025 (read in the text, not certain)"),
        (None, "none", "date unknown"),
    ],
)
def test_dates_as_people_write_them(published, source, shown):
    """A date is as precise as it is known, and says where it comes from if that is not certain."""
    assert words.date(published, source) == shown


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2025-03-04T10:00:00Z", "2025-03-04T18:00:00Z", "4 Mar 2025"),
        ("2025-03-04", "2025-03-06", "4 to 6 Mar 2025"),
        ("2025-02-28", "2025-03-06", "28 Feb to 6 Mar 2025"),
        ("1769", "2025-03-06", "1769 to 6 Mar 2025"),
        (None, None, "dates unknown"),
    ],
)
def test_spans_of_dates(first, last, shown):
    """A span of dates says what its ends share once."""
    assert words.dates(first, last) == shown


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0.0, "at the same time"),
        (0.01, "14 minutes later"),
        (0.125, "3 hours later"),
        (1, "1 day later"),
        (1.2, "29 hours later"),
        (3, "3 days later"),
        (800, "2 years later"),
        (-2, "dated 2 days before its source"),
        (None, ""),
    ],
)
def test_time_between(days, shown):
    """The time from source to child in the unit that fits."""
    assert words.later(days) == shown


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.97, "very likely (0.97)"), (0.83, "likely (0.83)"), (0.4, "possibly (0.40)"), (0.02, "unlikely (0.02)")],
)
def test_probability_in_words(probability, shown):
    """A probability has a word and its number."""
    assert words.likely(probability) == shown


@given(st.text(), st.integers(5, 40))
def test_shorten_keeps_to_the_limit(raw, limit):
    """A shortened text fits, and one that fits is left alone."""
    short = words.shorten(raw, limit)
    assert words.width(short) <= max(limit, 1)
    assert short == raw or words.width(raw) > limit


@given(st.text(st.characters(exclude_categories=())))
def test_dump_loses_nothing(raw):
    """JSON for terminals reads back as what went in, and holds no control."""
    shown = words.dump({"text": raw})
    assert json.loads(shown) == {"text": raw}
    assert words.flat(shown).count("\ufffd") == raw.count("\ufffd")


def test_long_passages_are_compared_in_time_that_follows_their_length():
    """Sixty thousand words with a change in every hundred, and a chapter put in, are compared a window at a time, and exactly."""
    one = [f"w{n * n % 9973}" for n in range(60_000)]
    two = list(one)
    two[::100] = ["changed"] * len(two[::100])
    two[30_050:30_050] = [f"chapter{n}" for n in range(2000)]
    a, b = " ".join(one), " ".join(two)
    started = time.process_time()
    found = diff.pieces(a, b)
    assert time.process_time() - started < 10
    assert ("".join(piece.a for piece in found), "".join(piece.b for piece in found)) == (a, b)
    kept = sum(len(piece.a.split()) for piece in found if piece.same)
    assert kept >= 0.98 * len(one)
