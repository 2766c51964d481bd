"""The HTML report without a browser: the drawing, the texts side by side, the pages, and that nothing is smuggled into them."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html.parser
import re
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from provenance.cli import cli
from provenance.lineage.origin import REASONS
from provenance.lineage.signals import SIGNALS
from provenance.report import dossier, phrases, render, words
from provenance.report.gathering import gather
from provenance.report.html import beside, flows, layout, page, views
from provenance.report.model import Conflict, Edge, Family, Flow, Member, Passage, Undecided, Unseen
from provenance.store import Store
from tests import newsroom
from tests.strategies import worldly_text

# What is drawn.


def member(place: int, published_at: str | None = None, **given) -> Member:
    values = {"site": "s.example", "author": None, "published_from": "given", "words": 9, "depth": 0, "copies": ()} | given
    return Member(uri=f"https://s.example/{place}", title=f"Text {place}", published_at=published_at, **values)


def edge(child: int, parent: int | None, unseen: int | None = None, coverage: float = 0.9) -> Edge:
    uris = (f"https://s.example/{place}" for place in (child, parent))
    one, two = uris
    return Edge(one, None if parent is None else two, unseen, "revision", 0.9, 0.5, coverage, 1.0, True, ())


def family(members: list[Member], edges: list[Edge], unseen: tuple[Unseen, ...] = (), undecided=()) -> Family:
    derived = {e.child for e in edges}
    origins = tuple(m.uri for m in members if m.uri not in derived)
    return Family(
        1, len(members), ("s.example",), None, None, origins, tuple(members), tuple(edges), (), unseen, tuple(undecided), ()
    )


dates = st.none() | st.sampled_from(
    ["1769", "1969-04", "2025-03-04", "2025-03-04T10:00:00Z", "2025-03-04T10:00:01Z", "2025-03-05", "2031-01-01T00:00:00Z"]
)


@st.composite
def families(draw) -> Family:
    """Forests whose dates may contradict them, with compilations, unseen sources and undecided pairs."""
    size = draw(st.integers(1, 25))
    members = [member(place, draw(dates)) for place in range(size)]
    edges, unseen = [], []
    for place in range(size):
        source = draw(st.integers(-2, place - 1))
        if source >= 0:
            edges.append(edge(place, source))
            if draw(st.booleans()) and (other := draw(st.integers(0, place - 1))) != source:
                edges.append(edge(place, other, coverage=0.3))
        elif source == -2:
            unseen.append(Unseen(place + 1, 0.7, None, (members[place].uri,)))
            edges.append(edge(place, None, place + 1))
    pairs = draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=4))
    undecided = [Undecided(members[a].uri, members[b].uri, 0.4, 0.3, 0.3) for a, b in pairs if a != b]
    return family(members, edges, tuple(unseen), undecided)


@given(families(), st.integers(1, 30))
def test_no_two_texts_meet_and_time_runs_forward(found, most):
    """Every node has a row of its own, and every line but those of undecided pairs runs to the right."""
    drawing = layout.draw(found, most)
    assert len({node.y for node in drawing.nodes}) == len(drawing.nodes)
    for line in drawing.lines:
        if line.kind != "undecided":
            assert drawing.nodes[line.source].x < drawing.nodes[line.target].x
    assert all(0 < node.x < drawing.width and 0 < node.y < drawing.height for node in drawing.nodes)


@given(families(), st.integers(1, 30))
def test_every_text_is_drawn_or_counted(found, most):
    """No text is drawn twice or lost: those that are not drawn are in a fold's number."""
    drawing = layout.draw(found, most)
    drawn = [node.uri for node in drawing.nodes if node.kind == "text"]
    assert len(set(drawn)) == len(drawn)
    assert len(drawn) + drawing.folded == len(found.members)
    counted = sum(int(re.search(r"\d+", node.label)[0]) for node in drawing.nodes if node.kind == "fold")
    assert counted == drawing.folded


@given(families())
def test_dates_keep_their_order_on_the_axis(found):
    """Of two texts that stand at their dates, the earlier one does not stand further right."""
    dated = [node for node in layout.draw(found).nodes if node.dated]
    for one in dated:
        for two in dated:
            early, late = layout.extent(one.member.published_at), layout.extent(two.member.published_at)
            assert not (early[1] < late[0] and one.x > two.x)


@given(families())
def test_the_drawing_is_the_same_every_time(found):
    """The drawing follows from the family alone."""
    assert layout.draw(found) == layout.draw(found)


def test_a_trunk_crosses_no_label():
    """Between a source and its child stand only texts right of the source's trunk."""
    found = family(
        [member(place, f"2025-01-{1 + place:02}") for place in range(9)],
        [edge(1, 0), edge(2, 1), edge(3, 1), edge(4, 0), edge(5, 4), edge(6, 5), edge(7, 0)],
    )
    drawing = layout.draw(found)
    for line in drawing.lines:
        between = drawing.nodes[line.source + 1 : line.target]
        assert all(node.x > drawing.nodes[line.source].x for node in between)


def test_undated_texts_say_so():
    """A text without date is hollow, behind its source, and an undated origin stands in a column of its own."""
    drawing = layout.draw(family([member(0, None), member(1, "2025-01-01"), member(2, None)], [edge(2, 1)]))
    by_uri = {node.uri[-1]: node for node in drawing.nodes}
    assert [by_uri[name].dated for name in "012"] == [False, True, False]
    assert "date unknown" in by_uri["2"].note
    assert by_uri["0"].x < by_uri["1"].x < by_uri["2"].x
    assert [tick.label for tick in drawing.ticks] == ["no date", "1 Jan 2025"]


def test_a_date_before_its_source_is_not_believed():
    """A child dated before its source stands behind it all the same, hollow, and says what it claims."""
    drawing = layout.draw(family([member(0, "2025-01-02"), member(1, "1999-01-01")], [edge(1, 0)]))
    child = drawing.nodes[1]
    assert not child.dated
    assert "dated 1 Jan 1999, before its source" in child.note


@pytest.mark.parametrize(
    ("date", "days"),
    [("1769", 365), ("1969-04", 30), ("2025-03-04", 1), ("2025-03-04T10:00:00Z", 0), ("2025-03-04T10:00Z", 0)],
)
def test_a_date_is_as_wide_as_it_is_vague(date, days):
    """A year may be any day of it, a moment is one."""
    early, late = layout.extent(date)
    assert late - early == days


@pytest.mark.parametrize("date", [None, "", "soon", "2025-02-30", "99999-01-01", "2025-01-01Tnoon"])
def test_what_is_no_date_has_no_place_in_time(date):
    """Whatever else stands where a date should be is no date."""
    assert layout.extent(date) is None


def test_unseen_source_stands_before_its_first_child():
    """An unseen source is a node of its own, left of all that derives from it."""
    source = Unseen(7, 0.75, "Northern Wire", ("https://s.example/0", "https://s.example/1"))
    drawing = layout.draw(
        family([member(0, "2025-01-05"), member(1, "2025-01-03")], [edge(0, None, 7), edge(1, None, 7)], (source,))
    )
    assert (drawing.nodes[0].kind, drawing.nodes[0].label) == ("unseen", "Unseen source, 0.75")
    assert "Northern Wire" in drawing.nodes[0].note
    assert {line.kind for line in drawing.lines} == {"unseen"}


def test_labels_of_lines_name_relation_and_probability():
    """Every derivation says how and how probable, on its line or, where that is short, beside the text."""
    chain = [member(place, f"2025-01-{1 + place:02}") for place in range(25)]
    drawing = layout.draw(family(chain, [edge(place, place - 1) for place in range(1, 25)]))
    for line in drawing.lines:
        assert "revision 0.90" in (line.label or drawing.nodes[line.target].note)
    assert drawing.width < 1200


@pytest.mark.parametrize("parent", [lambda n: 0, lambda n: n - 1, lambda n: (n - 1) // 3], ids=["star", "chain", "tree"])
def test_a_family_of_500_stays_readable(parent):
    """Of 500 texts few are drawn, the others are counted where they belong."""
    members = [member(place, f"2025-{1 + place // 28 % 12:02}-{1 + place % 28:02}") for place in range(500)]
    drawing = layout.draw(family(members, [edge(place, parent(place)) for place in range(1, 500)]))
    assert len(drawing.nodes) <= 2 * layout.MOST_NODES
    assert drawing.height < 3200
    assert drawing.folded > 400


# Two texts side by side.


def passage(a: tuple[int, int], b: tuple[int, int], text_a: str, text_b: str, kind: str = "edited", **given) -> Passage:
    values = {"words": a[1] - a[0], "similarity": 0.9, "conflicts": ()} | given
    return Passage("a", "b", *a, *b, kind=kind, text_a=text_a[a[0] : a[1]], text_b=text_b[b[0] : b[1]], **values)


def side(rows: list[beside.Row], name: str) -> str:
    return " ".join("".join(bit.text for bit in getattr(row, name)) for row in rows)


@st.composite
def texts_with_passages(draw):
    """Two texts and stretches of them that may overlap, cross and be empty."""
    text_a, text_b = draw(worldly_text), draw(worldly_text)
    spans = st.tuples(
        st.tuples(st.integers(0, len(text_a)), st.integers(0, len(text_a))).map(sorted),
        st.tuples(st.integers(0, len(text_b)), st.integers(0, len(text_b))).map(sorted),
        st.sampled_from(["verbatim", "edited", "rewrite"]),
    )
    found = draw(st.lists(spans, max_size=4))
    return text_a, text_b, [passage(tuple(a), tuple(b), text_a, text_b, kind) for a, b, kind in found]


@given(texts_with_passages())
def test_both_texts_are_there_whole(case):
    """Whatever the passages are, each side reads as its text does, but for space and for what no screen may obey."""
    text_a, text_b, passages = case
    rows = beside.rows(text_a, text_b, passages)
    for name, text in (("left", text_a), ("right", text_b)):
        assert re.sub(r"\s", "", side(rows, name)) == re.sub(r"\s", "", words.lines(text))


def test_changed_words_and_conflicts_are_marked():
    """In an edited passage each side marks its own words, and a number that differs stands out."""
    one, two = "About 10,000 people came to the shore.", "About 12,000 people went to the shore."
    p = passage((0, len(one)), (0, len(two)), one, two, conflicts=(Conflict("number", "10,000", "12,000"),))
    (row,) = beside.rows(one, two, [p])
    assert [(bit.text, bit.style, bit.conflict) for bit in row.left if bit.style != "plain"] == [
        ("10,000", "cut", True),
        ("came", "cut", False),
    ]
    assert [bit.text for bit in row.right if bit.style == "added"] == ["12,000", "went"]


def test_a_rewrite_marks_what_is_shared():
    """Where little was left standing, the words that both have are marked."""
    one, two = "Volunteers saved 63 whales at dawn", "At Quillan 63 whales owe volunteers their lives"
    (row,) = beside.rows(one, two, [passage((0, len(one)), (0, len(two)), one, two, "rewrite")])
    assert [bit.text for bit in row.left if bit.style == "kept"] == ["Volunteers", "63 whales"]
    assert [bit.text for bit in row.right if bit.style == "kept"] == ["63 whales", "volunteers"]


def test_a_moved_passage_is_marked_on_both_sides():
    """Passages that changed places cannot all be lined up: the smaller one is marked where it stands."""
    one, two = "first part here. SECOND MUCH LONGER PART THERE.", "SECOND MUCH LONGER PART THERE. first part here."
    moved = passage((0, 16), (31, 47), one, two, "verbatim", similarity=1.0)
    stays = passage((17, 47), (0, 30), one, two, "verbatim", similarity=1.0)
    rows = beside.rows(one, two, [moved, stays])
    assert [row.passage for row in rows if row.passage] == [2]
    for name in ("left", "right"):
        assert [bit.text for row in rows for bit in getattr(row, name) if bit.passage == 1] == ["first part here."]


def test_long_texts_are_folded():
    """Of a text of many thousand words only what is near a change is shown."""
    one = ". ".join(f"Sentence number {n} says little" for n in range(3000)) + "."
    two = one.replace("number 1500 says", "number 1500 denies")
    rows = beside.rows(one, two, [passage((0, len(one)), (0, len(two)), one, two)])
    assert len(side(rows, "left")) < 2000
    assert "denies" in side(rows, "right")
    assert any(bit.style == "skipped" for row in rows for bit in row.left)


def test_a_word_of_a_megabyte_is_cut():
    """A word without end does not fill the page."""
    rows = beside.rows("a " + newsroom.LONG_WORD, "b", [])
    assert len(side(rows, "left")) < 400


# Sites.


def test_matrix_has_a_row_a_source():
    """A cell says what its column takes from its row; the strongest come first."""
    found = flows.matrix([Flow("a", "b", 9, 0.5, 3.0), Flow("c", "b", 2, 0.5, None), Flow("a", "a", 7, 0.5, None)])
    assert found.takers == ("b",)
    assert [(source, [cell.articles for cell in cells], all) for source, cells, all in found.rows] == [
        ("a", [9], 9),
        ("c", [2], 2),
    ]
    assert found.rows[0][1][0].says == "9 articles, 50% of each on average, 3 hours later"
    assert found.rows[0][1][0].shade > found.rows[1][1][0].shade


def test_matrix_stays_readable():
    """Of very many sites the strongest are shown, and the others counted."""
    found = flows.matrix([Flow(f"a{n}", f"b{n}", 100 - n, 0.5, 1.0) for n in range(50)])
    assert (len(found.takers), len(found.rows), found.others) == (flows.MOST_SITES, flows.MOST_SITES, 50 - flows.MOST_SITES)


def test_one_site_makes_no_matrix():
    """What a site takes from itself feeds nobody else."""
    assert flows.matrix([Flow("a", "a", 7, 0.5, 1.0)]) is None


# Pages.


class Parsed(html.parser.HTMLParser):
    """What a browser would see: elements with their attributes, and the text outside of style and script."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inside: dict[str, str] = {}
        self._in = ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._in = tag

    def handle_endtag(self, tag):
        self._in = ""

    def handle_data(self, data):
        if self._in in ("script", "style"):
            self.inside[self._in] = self.inside.get(self._in, "") + data
        else:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def pages(db: Path, **asked) -> dict[str, str]:
    with Store.open(db) as store:
        return {name: "".join(page(found)) for name, found in dossier.pages(store, "report.html", "report_files", **asked)}


@pytest.fixture(scope="module")
def news(tmp_path_factory) -> Path:
    """Five families of three texts."""
    return newsroom.write(tmp_path_factory.mktemp("html") / "news.db", [newsroom.family(n) for n in range(5)])


@pytest.fixture(scope="module")
def attacked(tmp_path_factory) -> str:
    """The page of a store in which everything is hostile."""
    path = tmp_path_factory.mktemp("html") / "hostile.db"
    return pages(newsroom.write(path, [newsroom.hostile()], command=newsroom.HOSTILE[1]))[""]


def test_hostile_text_adds_no_element(attacked, news):
    """A page of hostile texts has no element and no attribute that a page of harmless ones does not have."""
    allowed = Parsed(pages(news)[""])
    kinds = {(tag, name) for tag, attributes in allowed.elements for name in attributes}
    kinds |= {("bdi", "class"), ("strong", "class"), ("i", "class"), ("b", "class")}
    seen = Parsed(attacked)
    assert {(tag, name) for tag, attributes in seen.elements for name in attributes} - kinds == set()
    assert {tag for tag, _ in seen.elements} - {tag for tag, _ in allowed.elements} <= {"strong", "i", "b"}
    assert len(seen.all("script")) == len(seen.all("style")) == 1
    assert not any(name.startswith("on") or name in ("style", "src") for _, attributes in seen.elements for name in attributes)


def test_hostile_text_is_shown_as_it_is(attacked):
    """What attacks is printed, letter by letter, but for what no screen may obey."""
    shown = words.safe(" ".join(Parsed(attacked).words))
    for attack in newsroom.HOSTILE:
        assert words.safe(attack) in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", attacked)


def test_links_go_to_the_web_or_stay(attacked, news):
    """A link is to an anchor of the page, to a page beside it, or to http(s); nothing else is one."""
    for source in (attacked, pages(news)[""]):
        links = [attributes["href"] for attributes in Parsed(source).all("a")]
        assert links
        assert all(re.match(r"#[\w-]+$|https?://[^\s<>\"]+$", link) for link in links)


def test_a_word_of_a_megabyte_leaves_the_page_small(attacked):
    """Two texts of a megabyte without a space do not make a page of megabytes."""
    assert len(attacked) < 500_000


def test_the_policy_names_the_style_and_the_script(news):
    """By its policy the page may run its own script and style, by hash, and load nothing."""
    seen = Parsed(pages(news)[""])
    policy = next(m["content"] for m in seen.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(seen.inside[tag].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("name", ["script.js", "style.css"])
def test_script_and_style_load_nothing(name):
    """Neither names an address, makes markup from text, or could end its own element."""
    source = resources.files("provenance.report.html").joinpath(name).read_text()
    assert not re.search(r"https?:|url\(|@import|fetch|XMLHttp|innerHTML|document\.write|eval\(|</s", source)


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        ("https://a.example/b?c=1&d=2#e", True),
        ("HTTP://A.example/", True),
        ("javascript:alert(1)", False),
        ("https://a.example/\u202e", False),
        ("https://a.example/ b", False),
        ('https://a.example/"><b>', False),
        ("//a.example/", False),
        ("data:text/html,x", False),
        ("/a/file.txt", False),
        (" https://a.example/", False),
    ],
)
def test_only_web_addresses_become_links(uri, target):
    """An address is linked only where it is of the web and says what it seems to say."""
    assert (views.address(uri) is not None) == target


def test_every_anchor_exists_once(news):
    """No id is used twice, and what a page refers to in itself is there."""
    seen = Parsed(pages(news)[""])
    ids = [attributes["id"] for _, attributes in seen.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [a["href"][1:] for a in seen.all("a") if a["href"].startswith("#")]
    labels = [a["aria-labelledby"] for _, a in seen.elements if "aria-labelledby" in a]
    assert {*links, *labels} <= set(ids)


def test_a_page_holds_its_families_whole(news):
    """The page of a store lists every family, draws it, says it as a table, and shows every pair."""
    seen = Parsed(pages(news)[""])
    assert [a["id"] for a in seen.all("article")] == [f"family-{n}" for n in (5, 4, 3, 2, 1)]
    assert sum(a.get("class") == "sheet" for a in seen.all("div")) == 10
    shown = " ".join(" ".join(seen.words).split())
    assert "15 documents" in shown
    assert "Story 0 told for the 1. time" in shown
    assert "B likely derives from A: revision, likely (0.90), 100% of it shared, 1 day later." in shown
    assert "whom the child names as its source" in shown


def test_the_largest_and_among_those_the_newest_come_first(tmp_path):
    """The index goes by size, then by the newest text."""
    found = [newsroom.family(1), newsroom.family(7), newsroom.family(2, 5)]
    seen = Parsed(pages(newsroom.write(tmp_path / "a.db", found))[""])
    names = [a["data-value"] for a in seen.all("th") if "data-value" in a]
    assert names == [f"story {n} told for the 1. time" for n in (2, 7, 1)]


@pytest.mark.parametrize(("limit", "value"), [("ON_A_PAGE", 3), ("CHARACTERS", 12_000)])
def test_too_much_for_a_page_becomes_a_page_a_family(news, monkeypatch, limit, value):
    """Beyond the limits the first page is an index whose links lead to the pages of the families, and these lead back."""
    monkeypatch.setattr(dossier, limit, value)
    found = pages(news)
    assert list(found) == [*(f"family-{n}.html" for n in (1, 2, 3, 4, 5)), ""]
    links = {a["href"] for a in Parsed(found[""]).all("a") if "family" in a["href"]}
    assert links == {f"report_files/family-{n}.html#family-{n}" for n in (1, 2, 3, 4, 5)}
    assert not Parsed(found[""]).all("article")
    for name, source in list(found.items())[:-1]:
        assert re.fullmatch(dossier.PAGE, name)
        assert "../report.html" in {a["href"] for a in Parsed(source).all("a")}
        assert len(Parsed(source).all("article")) == 1


def test_pairs_that_do_not_fit_are_counted(news, monkeypatch):
    """Where the texts of one family are too long for a page, it says how many pairs it leaves out."""
    monkeypatch.setattr(dossier, "CHARACTERS", 3000)
    source = pages(news, family=1)[""]
    assert sum(a.get("class") == "sheet" for a in Parsed(source).all("div")) < 2
    assert re.search(r"[12] pairs? more", source)


@pytest.mark.parametrize(
    ("asked", "families"),
    [
        ({"family": 2}, [2]),
        ({"site": "s1.example"}, [5, 4, 3, 2, 1]),
        ({"document": "https://s1.example/3/1"}, [4]),
        ({"since": "last"}, []),
    ],
    ids=["family", "site", "document", "since"],
)
def test_the_options_of_a_report_work(news, asked, families):
    """A page about one family, site, document or run holds what the text report does."""
    seen = Parsed(pages(news, **asked)[""])
    assert [a["id"] for a in seen.all("article")] == [f"family-{n}" for n in families]


def test_pairs_go_as_the_drawing_does():
    """The texts behind the lines stand in the order of the lines, whatever the order of the store."""
    members = [member(place, f"2025-01-{1 + place:02}") for place in range(4)]
    found = family(members, [edge(3, 2), edge(2, 0), edge(1, 0)])
    names = [(one[-1], two[-1]) for one, two in dossier.shown_pairs(found)]
    assert names == [("0", "1"), ("0", "2"), ("2", "3")]


def test_a_document_comes_first(news):
    """On the page about a document its own pairs stand before the others, and the drawing names it."""
    source = pages(news, document="https://s2.example/3/2")[""]
    sheet = source[source.index('id="pair-4-1"') :]
    assert "https://s2.example/3/2" in sheet[: sheet.index('id="pair-4-2"')]
    assert source.count("node text subject") == 1


def test_a_digest_says_what_changed(tmp_path):
    """Since the last run: what it changed, under headlines, with links to the families."""
    path = newsroom.write(tmp_path / "a.db", [newsroom.family(1)])
    with Store.open(path, create=True) as store:
        run = store.start_run("provenance scan more", "0", {})
        store.add_changes(run, [("https://s0.example/1/0", "grew", "2", "3")])
        store.finish_run(run, "ok", read=1, added=1)
    source = pages(path, since="last")[""]
    assert "Families that grew: 1" in source
    assert "grew from 2 to 3 documents" in source
    assert "#family-1" in {a["href"] for a in Parsed(source).all("a")}


def test_a_report_without_texts_shows_its_passages(news):
    """A plain report renders too: its most telling passages stand where the pairs would."""
    with Store.open(news) as store:
        source = "".join(render(gather(store), "html", width=0, colour=False))
    assert not any(a.get("class") == "sheet" for a in Parsed(source).all("div"))
    assert len(Parsed(source).all("del")) > 5


def test_the_page_says_what_the_text_report_says(news):
    """Every derivation is said in the same words in both."""
    with Store.open(news) as store:
        report = gather(store)
    source = pages(news)[""]
    for found in report.families:
        for each in found.derivations:
            assert phrases.edge(each) in source


def test_colours_can_be_read():
    """In light and in dark every colour of text has a contrast of 4.5 to what it stands on (WCAG AA)."""
    style = resources.files("provenance.report.html").joinpath("style.css").read_text()
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in re.findall(r":root \{(.*?)\}", style, re.S)[:2])
    pairs = [
        *((ink, ground) for ink in ("ink", "muted", "accent", "link") for ground in ("paper", "sheet", "faint")),
        *((f"{mark}-ink", mark) for mark in ("cut", "added", "kept")),
        *(("ink", f"shade-{n}") for n in (1, 2, 3)),
        *(("on-dark", f"shade-{n}") for n in (4, 5)),
        *(("paper", f"hue-{n}") for n in range(6)),
    ]
    for theme in (light, light | dark):
        assert [
            (pair, _contrast(*(theme[name] for name in pair))) for pair in pairs if _contrast(*(theme[n] for n in pair)) < 4.5
        ] == []


def _contrast(one: str, two: str) -> float:
    """WCAG 2.2, relative luminance: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""

    def luminance(colour: str) -> float:
        channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


# Words.


def test_every_signal_has_words():
    """What weighs in a lineage can be said to people."""
    assert {*SIGNALS, *REASONS} <= phrases.SIGNALS.keys()


def test_story_of_an_origin():
    """A family with one origin says where and when it began, what came of it, and how fast."""
    found = family([member(0, "2025-01-01"), member(1, "2025-01-02")], [edge(1, 0)])
    assert phrases.story(found) == "Began at s.example, 1 Jan 2025: likely (0.90). 1 revision, up to 1 day later."


def test_story_of_the_unseen_and_the_undecided():
    """A story never claims more than the evidence says."""
    source = Unseen(7, 0.75, "Northern Wire", ("https://s.example/0",))
    unseen = family([member(0)], [edge(0, None, 7)], (source,))
    assert phrases.story(unseen).startswith(
        "From a text that is not among the documents, credited to Northern Wire: likely (0.75)."
    )
    two = [member(0), member(1)]
    undecided = family(two, [], (), [Undecided(two[0].uri, two[1].uri, 0.4, 0.4, 0.2)])
    assert phrases.story(undecided) == "Undecided: the evidence does not say which of 2 texts came first."


@given(worldly_text)
def test_lines_keep_line_breaks_and_nothing_else_that_moves(text):
    """Of white space only line breaks survive, two at most together."""
    shown = words.lines(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]|\n\n\n", shown)
    assert words.safe(shown) == words.safe(text)


@given(worldly_text, st.integers(1, 20))
def test_end_keeps_to_the_limit(text, limit):
    """A headline is cut at its end, to the columns that there are."""
    cut = words.end(text, limit)
    assert cut == text or words.width(cut) <= limit


# The command.


def report(db: Path, *arguments: str):
    return CliRunner().invoke(cli, ["report", "--db", str(db), "-f", "html", *arguments], prog_name="provenance")


def test_command_writes_a_page(news, tmp_path):
    """-o writes the page whole and says where; the same twice."""
    target = tmp_path / "report.html"
    result = report(news, "-o", str(target))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"The report is in {target}\n")
    first = target.read_bytes()
    assert first.startswith(b"<!doctype html>")
    assert report(news, "-o", str(target)).exit_code == 0
    assert target.read_bytes() == first
    assert list(tmp_path.iterdir()) == [target]


def test_command_writes_to_a_pipe(news):
    """Without -o the page goes to stdout where that is no terminal."""
    result = report(news)
    assert result.exit_code == 0
    assert result.stdout.startswith("<!doctype html>")
    assert result.stdout.rstrip().endswith("</html>")


def test_command_wants_a_file_on_a_terminal(news, monkeypatch):
    """Nobody wants to read HTML in a terminal."""
    monkeypatch.setattr("provenance.cli.console.terminal", lambda: True)
    result = report(news)
    assert result.exit_code == 2
    assert "-o report.html" in result.stderr


def test_command_splits_and_forgets(news, tmp_path, monkeypatch):
    """A large report has a folder of pages, of which those of families that are no more are removed, and nothing else."""
    monkeypatch.setattr(dossier, "ON_A_PAGE", 3)
    folder = tmp_path / "news today_files"
    folder.mkdir()
    for name in ("family-99.html", "family-notes.html", "mine.txt"):
        (folder / name).write_text("old")
    result = report(news, "-o", str(tmp_path / "news today.html"))
    assert result.exit_code == 0
    assert "with 5 pages of families" in result.stderr
    names = {path.name for path in folder.iterdir()}
    assert names == {*(f"family-{n}.html" for n in (1, 2, 3, 4, 5)), "family-notes.html", "mine.txt"}
    assert "news%20today_files/family-1.html" in (tmp_path / "news today.html").read_text()
    assert "../news%20today.html" in (folder / "family-1.html").read_text()


def test_command_refuses_many_pages_in_a_pipe(news, monkeypatch):
    """More than a page cannot go to stdout: an error says what to do, before anything is written."""
    monkeypatch.setattr(dossier, "ON_A_PAGE", 3)
    result = report(news)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "-o report.html" in result.stderr


def test_an_empty_store_makes_a_page(tmp_path):
    """A store without documents is reported as such."""
    with Store.open(tmp_path / "empty.db", create=True):
        pass
    assert "No two documents in the store are related." in pages(tmp_path / "empty.db")[""]


def test_entries_of_an_index_are_light(news, monkeypatch):
    """The index keeps nothing of a family that it does not show, so that thousands fit into memory."""
    monkeypatch.setattr(dossier, "ON_A_PAGE", 3)
    with Store.open(news) as store:
        *_, (_, index) = dossier.pages(store, "report.html", "report_files")
    for entry in index.entries:
        assert not entry.family.rivals
        assert all(not dataclasses.replace(e).why for e in entry.family.derivations)
