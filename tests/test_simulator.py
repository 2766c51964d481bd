"""The simulator: the same for the same seed, a truth without contradictions, operators that keep what they say."""

from __future__ import annotations

import dataclasses
import json
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict

import pytest

from provenance import read
from provenance.pipeline.progress import Silent
from provenance.pipeline.scan import scan
from tests import simulator
from tests.simulator import events, operators, outlets, truth
from tests.simulator.__main__ import arguments, simulated, write
from tests.simulator.clocks import FALSE_BY_CLASS, HOUR, iso
from tests.simulator.families import Article, Habits
from tests.simulator.grammar import PATTERNS, Fact
from tests.simulator.names import calendar, weekday
from tests.simulator.score import Known, table
from tests.simulator.story import Story, reported

FAMILIES = 40


@pytest.fixture(scope="module")
def made():
    """Every article of a simulation, hidden ones too."""
    return simulator.articles(3, FAMILIES)


@pytest.fixture(scope="module")
def whole():
    """(documents, rows of the truth) of the same with noisy clocks."""
    return simulator.simulate(3, FAMILIES, simulator.NOISY)


def rows(whole, kind):
    return [row for row in whole[1] if row["kind"] == kind]


def story(seed: int, size: int = 44) -> Story:
    """A reporter's story of ten facts or more."""
    rng = random.Random(seed)
    while len((found := reported(events.event(rng, 1, 40, size), 0, rng, "sentence")).facts) < 10:
        pass
    return found


def figures(facts) -> Counter[str]:
    """The numbers of facts that hold any."""
    return Counter(fact.role(name) for fact in facts for name in fact.figures)


def test_the_same_seed_gives_the_same_set(whole):
    """Documents, their order and the truth repeat; another seed gives other texts."""
    assert simulator.simulate(3, FAMILIES, simulator.NOISY) == whole
    assert {d["text"] for d in simulator.simulate(4, 5)[0]}.isdisjoint(d["text"] for d in whole[0])


def test_the_set_is_the_same_in_another_process():
    """Nothing rests on the hashes of strings, which differ from one process to the next."""
    code = "import json; from tests import simulator; print(json.dumps(simulator.simulate(5, 4)))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_a_further_family_changes_no_other():
    """Families are drawn apart from one another; only round-ups look at several."""
    few, more = ([a for a in simulator.articles(3, count) if a.family < 6 and a.operator != "merged"] for count in (6, 9))
    assert few == more


def test_dates_change_no_text_but_where_they_stand_in_it():
    """Clocks move dates and nothing else, so that clean and noisy sets can be compared."""
    clean, noisy = (
        {d["id"].rsplit("/", 1)[1]: d for d in simulator.simulate(3, 8, clocks)[0]}
        for clocks in (simulator.CLEAN, simulator.NOISY)
    )
    assert clean.keys() == noisy.keys()
    shown = re.compile(r"Published: [^\n]*\n\n")
    assert all(shown.sub("", clean[id]["text"]) == shown.sub("", noisy[id]["text"]) for id in clean)


def test_every_text_is_whole(whole):
    """No choice, role or stop of the grammar is left open, and articles have a length of news."""
    for document in whole[0]:
        assert not re.search(
            r"[\[{][A-Za-z]+[|\]}]|\{|\}| ,|,,|,\.| \.|  \S|\ba (?:a|e(?!u)|i|o(?!ne))",
            document["text"].replace("[...]", "").replace("   ", ""),
        ), document
    lengths = sorted(len(document["text"].split()) for document in whole[0])
    assert 80 < lengths[len(lengths) // 5] < lengths[-1] < 1000


def test_parents_come_before_children(made):
    """In the order of making and in time; so there are no cycles."""
    seen = {}
    for article in made:
        assert all(seen[parent] < article.time for parent in article.parents), article.uri
        seen[article.uri] = article.time
    assert len(seen) == len(made)


def test_edges_join_documents_unless_the_parent_is_not_extant(whole):
    """A child is always a document; a parent is one, or is said not to be and has another child; nothing is stated twice."""
    ids = {document["id"] for document in whole[0]}
    edges = rows(whole, "edge")
    assert len({(row["parent"], row["child"]) for row in edges}) == len(edges)
    assert all(row["child"] in ids for row in edges)
    assert all((row["parent"] in ids) == row.get("parent_extant", True) for row in edges)
    children = Counter(row["parent"] for row in edges if row["parent"] not in ids)
    assert children
    assert min(children.values()) > 1


def test_every_document_is_known_and_has_only_known_fields(whole):
    """The truth has one row for each document, and documents hold nothing that tells it."""
    assert sorted(row["id"] for row in rows(whole, "document")) == sorted(document["id"] for document in whole[0])
    assert {key for document in whole[0] for key in document} == {"id", "text", "title", "source", "date", "published_from"}


def test_pairs_agree_with_the_edges(whole):
    """Every edge between documents is a pair of ancestor and descendant, as many steps apart; a sibling is never an ancestor."""
    ids = {document["id"] for document in whole[0]}
    pairs = {(row["a"], row["b"]): row for row in rows(whole, "pair")}
    assert all((b, a) not in pairs for a, b in pairs)
    for row in rows(whole, "edge"):
        if row["parent"] in ids:
            pair = pairs[row["parent"], row["child"]]
            assert pair["relation"] == "ancestor"
            assert pair["steps"] <= row["steps"]
    relations = Counter((row["relation"], row.get("seen")) for row in pairs.values())
    assert set(relations) == {("ancestor", None), ("siblings", True), ("siblings", False), ("independent", None)}


def article(name: str, *parents: str, hidden: bool = False, world=outlets.world(random.Random(1))) -> Article:  # noqa: B008
    return Article(name, 0, world[0], Story(((),), "x"), parents, "edited" if parents else "report", float(len(name)), hidden)


def test_hidden_articles_stand_aside_in_the_truth():
    """One visible descendant: it comes from what is before; several: an unseen source, and what is before it is neither wanted
    nor wrong; hidden ones in a row are one source."""

    def edges(*articles):
        return {
            (r["parent"], r["child"]): (r["steps"], r.get("parent_extant", True), r.get("required", True))
            for r in truth.edges(articles)
        }

    assert edges(article("a"), article("h", "a", hidden=True), article("b", "h")) == {("a", "b"): (2, True, True)}
    assert edges(article("h", hidden=True), article("b", "h")) == {}
    several = edges(article("a"), article("h", "a", hidden=True), article("b", "h"), article("c", "h"))
    assert several == {
        ("h", "b"): (1, False, True), ("h", "c"): (1, False, True), ("a", "b"): (2, True, False), ("a", "c"): (2, True, False),
    }  # fmt: skip
    row = edges(article("h", hidden=True), article("i", "h", hidden=True), article("b", "i"), article("c", "h"))
    assert row == {("h", "b"): (2, False, True), ("h", "c"): (1, False, True)}


def test_siblings_know_their_nearest_source():
    """Of two common ancestors the nearer one is named, and whether it can be seen."""
    articles = [
        article("a"),
        article("h", "a", hidden=True),
        article("b", "h"),
        article("c", "h"),
        article("d", "a"),
        article("e"),
    ]
    pairs = {(r["a"], r["b"]): r for r in truth.pairs(articles)}
    assert pairs["b", "c"] == {
        "kind": "pair",
        "a": "b",
        "b": "c",
        "relation": "siblings",
        "source": "h",
        "seen": False,
        "steps": [1, 1],
        "shared": 0,
    }
    assert (pairs["b", "d"]["source"], pairs["b", "d"]["seen"], pairs["b", "d"]["steps"]) == ("a", True, [2, 1])
    assert (pairs["a", "b"]["relation"], pairs["a", "b"]["steps"]) == ("ancestor", 2)
    assert pairs["a", "e"]["relation"] == "independent"


def test_what_a_child_tells_it_has_from_its_parents(made):
    """Every fact of a child is its parents', but for a local paragraph and what a later take adds; where nothing was misread its
    figures are theirs, too."""
    of = {a.uri: a for a in made}
    operators_seen = set()
    for child in made:
        if not child.parents:
            continue
        operators_seen.add(child.operator)
        facts = {fact for parent in child.parents for fact in of[parent].story.facts}
        new = child.story.told - {fact.id for fact in facts}
        kinds = {fact.kind for fact in child.story.facts if fact.id in new}
        if child.operator == "localised":
            assert kinds == {"local"}
        elif child.operator != "updated":
            assert not new, child.operator
            changed = {fact.id for fact in set(child.story.facts) - facts}
            assert changed == ({child.misread[0]} & child.story.told if child.misread else set())
    assert operators_seen >= set(operators.OPERATORS) | {"merged", "updated", "localised"}


def test_what_is_copied_is_copied_word_for_word(made):
    """Sentences of copies, excerpts, teasers and reordered stories stand in the parent, but for a misread figure."""
    of = {a.uri: a for a in made}
    checked = [a for a in made if a.operator in operators.VERBATIM and not a.misread]
    for child in checked:
        parent = {sentence.render() for sentence in of[child.parents[0]].story.sentences}
        assert {sentence.render() for sentence in child.story.sentences} <= parent
    assert {a.operator for a in checked} == operators.VERBATIM


@pytest.mark.parametrize("seed", range(4))
def test_each_operator_keeps_and_loses_what_it_says(seed):
    """Of one story: what stays word for word, which facts stay, in which order, and how long the result is."""
    rng, parent = random.Random(seed), story(seed)
    done = {name: operator(parent, rng) for name, operator in operators.OPERATORS.items()}
    assert done["copy"] == parent
    assert parent.text.startswith(done["excerpt"].text)
    assert len(done["excerpt"].text) < len(parent.text)
    assert done["teaser"].sentences == parent.sentences[: len(done["teaser"].sentences)]
    assert len(done["teaser"].sentences) <= 2
    assert sorted(map(str, done["reordered"].paragraphs)) == sorted(map(str, parent.paragraphs))
    assert done["reordered"].paragraphs[0] == parent.paragraphs[0]
    same = sum(s in parent.sentences for s in done["edited"].sentences) / len(parent.sentences)
    assert 0.4 < same < 1
    for name in ("light", "polished", "heavy"):
        kept = done[name]
        assert kept.told <= parent.told
        assert figures(kept.facts) <= figures(parent.facts)
        assert all(value in kept.text for value in figures(kept.facts)), name
        verbatim = sum(s.render() in parent.text for s in kept.sentences) / len(kept.sentences)
        assert verbatim < 0.5, name
    assert done["polished"].told == parent.told
    assert len(done["light"].told) >= 0.7 * len(parent.told)
    assert 0.4 * len(parent.told) < len(done["heavy"].told) <= len(parent.told)


def test_a_heavy_rewrite_changes_more_words_than_a_light_one():
    """Five-word runs that stay: most in an edited copy, fewer in a light rewrite, fewest in a heavy one."""

    def runs(text):
        words = re.findall(r"\w+", text)
        return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}

    kept = defaultdict(float)
    for seed in range(20):
        parent = story(seed)
        for name in ("edited", "light", "heavy"):
            child = runs(operators.OPERATORS[name](parent, random.Random(seed)).text)
            kept[name] += len(child & runs(parent.text)) / len(child) / 20
    assert kept["edited"] > 0.85 > 0.75 > kept["light"] > kept["heavy"] + 0.15
    assert 0.05 < kept["heavy"] < 0.4


def test_two_reporters_of_one_event_share_facts_but_hardly_words():
    """Independent reports tell the same news, each with facts of its own, and are no nearer in wording than heavy rewrites."""
    rng = random.Random(5)
    happening = events.event(rng, 1, 40, 60)
    one, two = (reported(happening, reporter, rng, "title") for reporter in (0, 1))
    assert one.told & two.told
    assert one.told - two.told
    assert two.told - one.told
    assert not {s.render() for s in one.sentences} & {s.render() for s in two.sentences if len(s.render()) > 60}


def test_a_later_take_grows_and_counts_on():
    """It keeps most sentences of the take before, adds facts, raises counts, and says which take it is."""
    rng = random.Random(2)
    happening = events.event(rng, 1, 40, 60)
    first = reported(happening, 0, rng, "title")
    second = operators.updated(first, rng, happening, "title")
    third = operators.updated(second, rng, happening, "title")
    assert (first.label, second.label, third.label) == (None, "UPDATE 1", "UPDATE 2")
    assert second.told - first.told
    before = {fact.id: fact for fact in first.facts}
    for fact in second.facts:
        if fact.id in before and fact != before[fact.id]:
            assert fact.kind == "count"
            assert int(fact.role("N").replace(",", "")) > int(before[fact.id].role("N").replace(",", ""))


def test_a_compilation_has_something_of_each():
    """Facts of every part and of nothing else."""
    parts = [story(seed) for seed in (1, 2, 3)]
    parts = [dataclasses.replace(p, paragraphs=_numbered(p, i)) for i, p in enumerate(parts)]
    whole = operators.merged(parts, random.Random(1))
    assert all(whole.told & part.told for part in parts)
    assert whole.told <= frozenset().union(*(part.told for part in parts))


def _numbered(story: Story, number: int):
    """The story's paragraphs with ids of facts of their own."""

    def fact(old: Fact) -> Fact:
        return dataclasses.replace(old, id=old.id + number * 1_000_000)

    return tuple(
        tuple(
            dataclasses.replace(s, clauses=tuple(dataclasses.replace(c, fact=fact(c.fact)) for c in s.clauses)) for s in paragraph
        )
        for paragraph in story.paragraphs
    )


def test_a_figure_got_wrong_is_inherited(made):
    """One digit of one number differs; descendants that tell the fact and do not correct it have the wrong figure."""
    parent = story(3)
    child, (_, before, after) = operators.misread(parent, random.Random(1))
    assert len(before) == len(after)
    assert sum(x != y for x, y in zip(before, after, strict=True)) == 1
    assert figures(parent.facts) - figures(child.facts) == Counter({before: 1})
    of = {a.uri: a for a in made}
    heirs = 0
    for article in made:
        for parent_uri in article.parents[:1] if len(article.parents) == 1 else ():
            wrong = of[parent_uri].misread
            if wrong and not article.misread and article.operator != "updated" and wrong[0] in article.story.told:
                heirs += 1
                told = [f for f in article.story.facts if f.id == wrong[0]]
                assert all(wrong[2] in (f.role(name) for name in f.figures) for f in told)
    assert heirs


def test_dates_are_what_the_truth_says(whole, tmp_path):
    """True dates hold the time of publication within the clock's error, updated ones are after the copies, false ones are on
    another day, missing ones are not there; and the reader finds each, with its class."""
    known = {row["id"]: row for row in rows(whole, "document")}
    ids = known.keys()
    for row in known.values():
        times = [row["time"] + s * simulator.NOISY.skew * HOUR for s in (-1, 1)]
        if row["date"] == "missing":
            assert row["stated"] is None
        else:
            day_only = len(row["stated"]) == 10
            within = iso(times[0], day_only) <= row["stated"] <= iso(times[1], day_only)
            assert within == (row["date"] == "true") or (row["date"] == "updated" and day_only)
    for edge in rows(whole, "edge"):
        if edge["parent"] in ids and known[edge["parent"]]["date"] == "updated":
            assert known[edge["parent"]]["stated"][:10] >= iso(known[edge["child"]]["time"], True) or edge["steps"] > 1
    assert {row["date"] for row in known.values()} == {"true", "missing", "updated", "false"}
    path, _ = write(tmp_path, *whole)
    for document in read.read([str(path)]):
        row = known[document.uri]
        assert (document.published_at, document.published_from) == (row["stated"], row["published_from"])


@pytest.mark.parametrize("share", [0.0, 0.15])
def test_the_share_of_false_dates_is_the_one_asked_for(share):
    """Of the documents that have a date; within three standard deviations."""
    known = [
        row for row in simulator.simulate(2, 60, false_dates=share, largest=0)[1] if row["kind"] == "document" and row["stated"]
    ]
    false = sum(row["date"] == "false" for row in known) / len(known)
    assert abs(false - share) <= 3 * (share * (1 - share) / len(known)) ** 0.5 + 0.02
    assert sum(FALSE_BY_CLASS[c] * p for c, p in outlets.DATE_CLASSES.items()) == pytest.approx(100, abs=2)


def test_credits_are_right_wrong_and_absent(whole):
    """Each kind occurs, and a right one names the parent's outlet in the text."""
    known = {row["id"]: row for row in rows(whole, "document")}
    text = {document["id"]: document["text"] for document in whole[0]}
    assert {row["credit"] for row in known.values()} == {"absent", "parent", "inherited", "wrong"}
    checked = 0
    for edge in rows(whole, "edge"):
        child = known[edge["child"]]
        if edge["parent"] in known and edge["steps"] == 1 and child["credit"] == "parent" and child["operator"] != "merged":
            name, host = known[edge["parent"]]["outlet"], edge["parent"].split("/")[2]
            short = "".join(word[0] for word in name.split())
            assert any(n in text[edge["child"]] for n in (name, host, f"({short})")), edge
            checked += 1
    assert checked > 10


def test_more_reports_can_be_hidden():
    """The share of unseen reports is a parameter: at 1 no root is a document, but for families that would vanish."""
    _, found = simulator.simulate(3, 20, habits=Habits(unseen=1.0), largest=0)
    children = Counter(row["parent"] for row in found if row["kind"] == "edge" and row.get("parent_extant") is False)
    assert len(children) > 10
    _, found = simulator.simulate(3, 20, habits=Habits(unseen=0.0, unseen_between=0.0), largest=0)
    reports = [row for row in found if row["kind"] == "document" and row["operator"] == "report"]
    assert len(reports) >= 18


def test_the_anonymous_variant_tells_neither_site_nor_time(whole):
    """Ids are hashes, only the text is left, years are blanked at the same length, and the truth names the same hashes."""
    documents, found = simulator.anonymous(*whole)
    assert all(set(document) == {"id", "text"} for document in documents)
    assert [len(document["text"]) for document in documents] == [len(document["text"]) for document in whole[0]]
    assert not any(re.search(r"\b(?:19|20)\d\d\b|Published: \d", document["text"]) for document in documents)
    ids = {document["id"] for document in documents}
    assert {row["id"] for row in found if row["kind"] == "document"} == ids
    assert {row["child"] for row in found if row["kind"] == "edge"} <= ids
    assert not any("example" in json.dumps(row) for row in found if row["kind"] != "document")


def test_a_large_family_has_the_size_asked_for():
    """One in 150 families, or one at least, where a size is given."""
    made = simulator.articles(3, 4, largest=60)
    assert max(Counter(a.family for a in made).values()) == 60


def test_days_are_those_of_the_calendar():
    """Day 0 is Wednesday, 1 January 2025; years follow on one another."""
    assert (calendar(0), weekday(0)) == ((2025, 1, 1), "Wednesday")
    assert (calendar(58), calendar(59)) == ((2025, 2, 28), (2025, 3, 1))
    assert (calendar(364), calendar(365)) == ((2025, 12, 31), (2026, 1, 1))
    assert iso(1.5, day_only=False) == "2025-01-02T12:00:00Z"


def test_every_kind_of_fact_has_several_wordings():
    """Otherwise a rewrite would be a copy."""
    assert all(len(PATTERNS[kind]) >= 4 for kind in (*events.KINDS, "local", "reported"))


def test_a_set_is_written_scanned_and_scored(tmp_path):
    """From the options to the scores; where nothing is hidden or misdated the baseline finds many parents."""
    options = arguments().parse_args(["--seed", "3", "--families", "6", "--unseen", "0"])
    documents, known = write(tmp_path, *simulated(options))
    scan(tmp_path / "store.db", [str(documents)], read.Options(), jobs=1, progress=Silent())
    said = "\n".join(table(Known(tmp_path / "store.db", known)))
    assert re.search(r"^nearest earlier +precision 0\.[3-9]", said, re.M), said
    assert re.search(r"^0\.9-1\.0 ", said, re.M)
