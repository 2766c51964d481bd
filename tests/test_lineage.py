"""Who derives from whom: small families with known histories."""

import dataclasses
import hashlib
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance import cues
from provenance.lineage import Node, dates, doubt, families, infer, model, readings, signals
from provenance.lineage.evidence import Cover, merge, minus, pairs_of, size
from provenance.lineage.family import Family
from provenance.lineage.infer import Edges, centred
from provenance.lineage.scores import Scores
from provenance.lineage.wording import MANNER, Wording
from provenance.model import Match

CHARS = 6
"""Code points a word, with its space."""


def node(number, date=None, *, words=200, text="", site="", given="given", **more):
    digest = hashlib.md5(str(number).encode()).hexdigest()
    published_from = given if date else "none"
    return Node(
        number, digest, words, words * CHARS, date, published_from, site or f"site{number}.example", cues=cues.find(text), **more
    )


def match(a, b, words, *, at=(0, 0), span=None, kind="edited"):
    """A passage of `span` words on both sides that begins at these words, `words` of them aligned."""
    span = span or words
    one, two = ((start * CHARS, (start + span) * CHARS) for start in at)
    return Match(a, b, *one, *two, words, words / span, kind)


def chosen(result):
    return {(d.parent, d.child) for d in result.derivations if d.chosen and d.parent is not None}


def probability(result, parent, child):
    return next((d.probability for d in result.derivations if (d.parent, d.child) == (parent, child)), 0.0)


def test_the_earlier_of_two_near_copies_is_the_source():
    """With two dates of a trusted class the order is clear, and the reasons say so."""
    result = infer([node(1, "2025-01-01"), node(2, "2025-01-03")], [match(1, 2, 190, span=200)])
    (found,) = [d for d in result.derivations if d.chosen]
    assert (found.parent, found.child, found.relation, found.days) == (1, 2, "revision", 2.0)
    assert found.probability > 0.85
    assert found.margin > 0.75
    assert found.coverage == pytest.approx(1.0)
    why = {signal.signal: signal for signal in found.why}
    assert why["dates"].toward == "parent"
    assert why["overlap"].spans == ((0, 1200),)
    assert result.depth == {1: 0, 2: 1}


def test_who_is_likely_the_first_is_the_source_of_most():
    """Three texts that are equally close: what edges from the first are worth goes to each by how likely it is the first."""
    root = np.array([2.0, 0.0, 0.0])
    parent, child = (np.array(column) for column in zip(*itertools.permutations(range(3), 2), strict=True))
    edges = Edges(parent, child, np.full(6, 8.0))  # that they have to do with one another is sure
    place = {pair: i for i, pair in enumerate(zip(parent.tolist(), child.tolist(), strict=True))}
    plain, starred = (centred(root, edges, np.full(6, worth), np.zeros(3, np.int64)) for worth in (0.0, 4.0))
    assert starred[place[0, 1]] > plain[place[0, 1]] > plain[place[2, 1]] > starred[place[2, 1]]
    assert starred[place[1, 0]] == pytest.approx(plain[place[1, 0]], abs=0.001)  # who comes first is as likely as before
    assert (np.bincount(child, starred) <= 1 + 1e-9).all()
    sure = centred(np.array([30.0, 0.0, 0.0]), edges, np.full(6, 4.0), np.zeros(3, np.int64))
    assert sure[place[0, 1]] == pytest.approx(sure[place[0, 2]])
    assert sure[place[0, 1]] > 0.95
    assert sure[place[1, 0]] < 1e-6


def test_each_part_of_a_family_has_a_centre_of_its_own():
    """Two times three texts, with weak links between the parts: who is the first of one says nothing of the other."""
    pairs = list(itertools.permutations(range(6), 2))
    parent, child = (np.array(column) for column in zip(*pairs, strict=True))
    part = np.array([0, 0, 0, 1, 1, 1])
    edges = Edges(parent, child, np.where(part[parent] == part[child], 8.0, -4.0))
    place = {pair: i for i, pair in enumerate(pairs)}
    root = np.array([3.0, 0.0, 0.0, 0.0, 2.0, 0.0])
    found = centred(root, edges, np.full(30, 4.0), part)
    one = centred(root, edges, np.full(30, 4.0), np.zeros(6, np.int64))
    assert min(found[place[0, 1]], found[place[4, 3]]) > 0.7
    assert found[place[4, 3]] > one[place[4, 3]] + 0.1
    assert (np.bincount(child, found) <= 1 + 1e-9).all()


def test_one_chance_pair_does_not_make_one_group_of_two():
    """Of six texts three and three are alike; a single pair across does not tie them, as it would if nearest pairs did."""
    inside = [*itertools.combinations((1, 2, 3), 2), *itertools.combinations((4, 5, 6), 2)]
    matches = [match(a, b, 120, span=200) for a, b in (*inside, (3, 4))]
    family = Family([node(number) for number in range(1, 7)], matches)
    groups = family.parts(range(6))
    assert sorted(sorted(family.nodes[b].id for b in group) for group in groups) == [[1, 2, 3], [4, 5, 6]]
    two = Family([node(number) for number in (3, 4)], matches[-1:])
    assert two.parts([0, 1]) == [{0, 1}]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (None, None),
        ("2025-01-01", None),
        ("2025-01-01", "2025-01-01"),
        ("2025", "2025-06-01T10:00:00Z"),
        ("2025-01", "2025-01-20"),
    ],
)
def test_undecided_where_dates_do_not_say(one, two):
    """Without dates, or with dates that may be the same, nothing is claimed of two near-copies."""
    result = infer([node(1, one), node(2, two)], [match(1, 2, 190, span=200)])
    assert not chosen(result)
    assert not result.unseen
    (pair,) = result.pairs
    assert not pair.decided
    assert pair.p_ab == pytest.approx(pair.p_ba)


def test_what_a_file_or_a_crawl_says_is_no_date():
    """A date of class none is not evidence, whatever it says."""
    result = infer([node(1, "2025-01-01", given="none"), node(2, "2025-02-01")], [match(1, 2, 190, span=200)])
    assert not chosen(result)


def test_a_date_from_the_text_is_weaker_than_a_given_one():
    """The same order is less certain from a worse class of date."""
    p = []
    for given_as in ("given", "text"):
        pair = [node(1, "2025-01-01", given=given_as), node(2, "2025-01-05", given=given_as)]
        p.append(probability(infer(pair, [match(1, 2, 190, span=200)]), 1, 2))
    assert p[0] > p[1] > 0.6


def test_a_date_that_the_text_contradicts_does_not_make_an_origin():
    """A copy dated ten years before the event that it tells is not the source of the report of that day."""
    told = "It opened on 14 September 2024 at noon."
    result = infer([node(1, "2024-09-14T19:00:00Z", text=told), node(2, "2014-09-15", text=told)], [match(1, 2, 180, span=200)])
    assert chosen(result) == {(1, 2)}


def doubts(dated, matches, sites=()):
    """How likely the date of each text is false, as the family's other texts leave it."""
    nodes = [node(number, date, site=site) for number, (date, site) in enumerate(itertools.zip_longest(dated, sites), 1)]
    family = doubt.settled(Scores(Family(nodes, matches), model.weights()), np.zeros(len(nodes))).family
    return {text.id: standing.error for text, standing in zip(family.nodes, family.standings, strict=True)}


HOURS = ("2025-01-01T08:00:00Z", "2025-01-01T11:00:00Z", "2025-01-01T17:00:00Z", "2025-01-02T06:00:00Z")


def test_a_date_far_from_those_of_all_relatives_loses_its_say():
    """Of copies made within hours one is dated a year ahead: that date orders nothing, and costs the others none of theirs."""
    copies = [match(a, b, 190, span=200) for a, b in itertools.combinations(range(1, 6), 2)]
    plain = doubts(HOURS, copies[:6])
    found = doubts((*HOURS, "2024-01-01T09:00:00Z"), copies)
    assert max(plain.values()) < dates.ERROR["given"]
    assert found[5] == 0.5
    assert max(found[number] for number in range(1, 5)) < dates.ERROR["given"]


def test_revisions_of_one_site_may_be_years_apart():
    """A site revises its own pages at any time: only what other sites take from it has a pace."""
    copies = [match(a, b, 190, span=200) for a, b in itertools.combinations(range(1, 6), 2)]
    found = doubts((*HOURS, "2024-01-01T09:00:00Z"), copies, ["one.example"] * 5)
    assert list(found.values()) == pytest.approx([dates.ERROR["given"]] * 5)


def test_a_false_date_is_known_by_what_it_would_make_of_the_family():
    """A date that is somewhat late is the less believed the more texts were made from its own alone."""
    late = (HOURS[0], "2025-01-10T06:00:00Z", *HOURS[1:])

    def copies_of(first):
        pairs = itertools.combinations(range(1, 6), 2)
        return [match(*pair, 195 if first in pair else 150, span=200) for pair in pairs]

    assert doubts(late, copies_of(2))[2] > 1.5 * doubts(late, copies_of(1))[2]


def test_where_many_dates_are_false_each_is_believed_less():
    """In a family of which a third is dated months away one that is merely late is doubted more than where all agree."""
    hours = [f"2025-01-01T{hour:02}:00:00Z" for hour in range(8, 16)]
    copies = [match(a, b, 190, span=200) for a, b in itertools.combinations(range(1, 14), 2)]
    away = [f"2024-{month:02}-01" for month in (3, 6, 9, 11)]
    late = "2025-01-01T23:00:00Z"
    assert doubts([*hours, late, *away], copies)[9] > 1.5 * doubts([*hours, late], [m for m in copies if max(m.a, m.b) < 10])[9]


def test_what_others_have_of_a_text_and_a_candidate_lacks_speaks_against_it():
    """Of two elders one has the whole of a text, the other its first half: the rest of it speaks against the second alone."""
    nodes = [node(1, HOURS[0]), node(2, HOURS[1]), node(3, HOURS[2])]
    family = Family(nodes, [match(1, 3, 190, span=200), match(2, 3, 95, span=100), match(1, 2, 95, span=100)])
    whole, half, text = (next(i for i, one in enumerate(family.nodes) if one.id == number) for number in (1, 2, 3))
    weights = {"remainder": -2.0}
    assert signals.remainder(family, whole, text, weights) is None
    found = signals.remainder(family, half, text, weights)
    assert (found.log_odds, found.spans) == (pytest.approx(-1.0), ((600, 1200),))
    assert signals.remainder(family, text, half, weights) is None  # nobody has more of it


def test_that_dates_order_two_texts_counts_for_neither_way():
    """Both ways lose alike where the order is known, and nothing where it is not."""
    for date, odds in ((HOURS[3], -1.0), (None, None)):
        family = Family([node(1, HOURS[0]), node(2, date)], [match(1, 2, 190, span=200)])
        said = [signals.ordered(family, *pair, {"ordered": -1.0}) for pair in ((0, 1), (1, 0))]
        assert [weight and weight.log_odds for weight in said] == [odds, odds]


def test_credit_decides_a_rewrite_without_dates():
    """Who names the other's outlet has it from there; naming oneself says nothing."""
    credit = "as the Harbour Post first reported"
    post, other = node(1, site="harbourpost.example", text=credit), node(2, text=credit)
    result = infer([post, other], [match(1, 2, 90, span=200, kind="rewrite")])
    assert chosen(result) == {(1, 2)}
    (signal,) = [s for d in result.derivations if d.chosen for s in d.why if s.signal == "credit"]
    assert signal.spans == ((7, 19),)


def test_a_canonical_address_names_the_original():
    """A page that gives another document's address as the original's is its copy, also on one site; one's own says nothing."""
    one, two = "https://post.example/1", "https://post.example/2"
    nodes = [node(1, site="post.example", uri=one, original=one), node(2, site="post.example", uri=two, original=one)]
    result = infer(nodes, [match(1, 2, 190, span=200)])
    assert chosen(result) == {(1, 2)}
    assert all(s.spans == () for d in result.derivations if d.chosen for s in d.why if s.signal == "credit")


def test_credit_to_the_site_of_a_copy_counts():
    """A text stands for its copies: who credits the site of one of them means it."""
    result = infer(
        [node(1, copied_by=("harbourpost.example",)), node(2, text="according to the Harbour Post")], [match(1, 2, 90, span=200)]
    )
    assert chosen(result) == {(1, 2)}


def test_one_outlet_that_is_not_here_is_an_unseen_source():
    """Texts that credit the same agency are its children, not each other's, though one is a little earlier."""
    told = "said the driver, according to the Northern Wire Agency."
    nodes = [node(1, "2025-02-26T10:40:00Z", text=told), node(2, "2025-02-26T11:05:00Z", text=told), node(3)]
    matches = [
        match(1, 2, 80), match(1, 2, 40, at=(120, 80)), match(2, 3, 30), match(2, 3, 80, at=(80, 30)),
        match(1, 3, 30), match(1, 3, 60, at=(120, 30)),
    ]  # fmt: skip
    result = infer(nodes, matches)
    assert not chosen(result)
    (source,) = result.unseen
    assert sorted(source.children) == [1, 2, 3]
    assert source.credit == "Northern Wire Agency"
    rows = [d for d in result.derivations if d.chosen]
    assert {(d.child, d.parent, d.unseen) for d in rows} == {(1, None, 0), (2, None, 0), (3, None, 0)}
    assert all(signal.toward == "unseen" for d in rows for signal in d.why)
    assert set(result.depth.values()) == {1}


def test_dates_days_apart_do_not_make_subscribers_copy_one_another():
    """Texts of several days that credit one agency are its children; who names nobody may as well have it from the one whose
    words it has."""
    told = "said the driver, according to the Northern Wire Agency."
    nodes = [node(i, f"2025-02-{20 + i}", text=told if i < 4 else "") for i in (1, 2, 3, 4)]
    matches = [match(a, b, 190 if (a, b) == (3, 4) else 150, span=200) for a, b in itertools.combinations((1, 2, 3, 4), 2)]
    result = infer(nodes, matches)
    (source,) = result.unseen
    assert {1, 2, 3} <= set(source.children)
    hidden = {d.child: d.probability for d in result.derivations if d.unseen is not None}
    assert min(hidden[i] for i in (1, 2, 3)) > 0.9
    assert probability(result, 3, 4) > 0.3 > hidden.get(4, 0.0) - 0.3
    assert probability(result, 1, 4) < 0.15


def test_rewrites_of_a_lost_text_are_siblings():
    """Six undated rewrites, all equally unlike, are given to one unseen source and not to one another."""
    nodes = [node(i, words=40) for i in range(6)]
    matches = [match(a, b, 22, span=40, kind="rewrite") for a, b in itertools.combinations(range(6), 2)]
    result = infer(nodes, matches)
    assert not chosen(result)
    (source,) = result.unseen
    assert sorted(source.children) == list(range(6))
    assert source.credit is None
    assert 0.5 <= source.probability < 0.9


def test_a_chain_is_told_from_a_star():
    """C keeps what B changed in A: it comes from B."""
    read = [np.arange(start, start + 200, dtype=np.uint64) for start in (0, 20, 40)]
    nodes = [node(i, f"2025-01-{17 + 2 * i}", readings=read[i - 1]) for i in (1, 2, 3)]
    result = infer(nodes, [match(1, 2, 180, span=200), match(2, 3, 180, span=200), match(1, 3, 160, span=200)])
    assert chosen(result) == {(1, 2), (2, 3)}
    assert result.depth == {1: 0, 2: 1, 3: 2}


def test_a_common_slip_tells_which_of_two_like_elders_was_copied():
    """C shares as much with both elders, but a dozen readings with B alone: what it has of its elders, its source has, too."""
    same, slips = np.arange(100, 200, dtype=np.uint64), np.arange(12, dtype=np.uint64)
    read = [same, np.concatenate([slips, same]), np.concatenate([slips, same])]
    nodes = [node(i, f"2025-01-{17 + 2 * i}", readings=read[i - 1]) for i in (1, 2, 3)]
    matches = [match(a, b, 180, span=200) for a, b in itertools.combinations((1, 2, 3), 2)]
    plain = [dataclasses.replace(some, readings=None) for some in nodes]
    told, untold = (next(p for p in infer(some, matches).pairs if {p.a, p.b} == {2, 3}) for some in (nodes, plain))
    assert (told.p_ab if told.a == 2 else told.p_ba) > 2.5 * (untold.p_ab if untold.a == 2 else untold.p_ba)


def told_in_figures(*numbers):
    """The wording of a text of which only its numbers matter."""
    none, some = np.zeros(0, np.uint64), np.array(sorted(numbers), np.uint64)
    return Wording(none, none.astype(np.float32), some, some, some, none, np.zeros(len(MANNER)))


def test_a_number_got_wrong_is_handed_down():
    """C has the figure that only B has; one that it has alone speaks against neither."""
    nodes = [
        node(1, "2025-01-17", wording=told_in_figures(12, 340)),
        node(2, "2025-01-19", wording=told_in_figures(12, 430)),
        node(3, "2025-01-21", wording=told_in_figures(12, 430, 77)),
    ]
    family = Family(nodes, [match(a, b, 180, span=200) for a, b in itertools.combinations((1, 2, 3), 2)])
    a, b, c = (next(i for i, some in enumerate(family.nodes) if some.id == id) for id in (1, 2, 3))
    assert signals.figures(family, b, c, {"figures": -1.0}) is None
    lacks = signals.figures(family, a, c, {"figures": -1.0})
    assert lacks is not None
    assert lacks.log_odds == pytest.approx(-np.log(2))  # it lacks one, and one is chance
    assert signals.figures(family, a, b, {"figures": -1.0}) is None  # what B changed no elder has


def test_a_credit_comes_with_the_words():
    """C names the Post as B does, from which it may have that: B is not ruled out by it, as a text is that names another."""
    credit = "as the Harbour Post first reported"
    nodes = [
        node(1, "2025-01-17", site="harbourpost.example"),
        node(2, "2025-01-19", text=credit),
        node(3, "2025-01-21", text=credit),
        node(4, "2025-01-20", text="as the Lake Tribune first reported"),
    ]
    family = Family(nodes, [match(a, b, 180, span=200) for a, b in itertools.combinations((1, 2, 3, 4), 2)])
    place = {some.id: i for i, some in enumerate(family.nodes)}
    weights = {"credit": 4.0, "credit.inherited": 2.0, "credit.elsewhere": -1.5}
    ask = (signals.credit, signals.inherited)
    said = {id: [signal(family, place[id], place[3], weights) for signal in ask] for id in (1, 2, 4)}
    found = {id: [weight and weight.log_odds for weight in some] for id, some in said.items()}
    assert found == {1: [4.0, None], 2: [None, 2.0], 4: [-1.5, None]}


def test_a_text_that_lies_in_another_was_cut_or_added_to():
    """Word for word, however large a part it is: such a text was not worked on, and is not the first because it is shorter."""
    sites = {"site": "post"}
    nodes = [node(1, words=200, **sites), node(2, words=140, **sites)]
    whole, part = [match(1, 2, 140, kind="verbatim")], [match(1, 2, 140, kind="edited")]
    weights = {"growth": 1.0, "cut": 1.0}
    said = {}
    for kind, matches in (("verbatim", whole), ("edited", part)):
        family = Family(nodes, matches)
        place = {some.id: i for i, some in enumerate(family.nodes)}
        said[kind] = [signal(family, place[1], place[2], weights) for signal in (signals.growth, signals.cut)]
    growth, cut = said["verbatim"]
    assert (growth, cut and cut.log_odds > 0) == (None, True)
    growth, cut = said["edited"]
    assert (growth and growth.log_odds < 0, cut) == (True, None)


def test_readings_are_three_words_that_are_rare_together():
    """A changed word changes the three readings that it is in; common words, and texts of two words, have none."""
    words, bits = np.arange(10, dtype=np.uint64), np.full(10, 12.0)
    other = words.copy()
    other[5] = 99
    assert len(readings(words, bits)) == 8
    assert len(np.intersect1d(readings(words, bits), readings(other, bits))) == 5
    assert not len(readings(words, np.full(10, 10.0)))
    assert not len(readings(words[:2], bits[:2]))


def test_a_late_copy_of_the_first_version_comes_from_the_first_version():
    """The correction lies between the dates, but the copy has the old number."""
    nodes = [node(1, "2025-08-16", site="post"), node(2, "2025-08-17", site="post"), node(3, "2025-08-19")]
    result = infer(nodes, [match(1, 2, 194, span=200), match(1, 3, 196, span=200), match(2, 3, 188, span=200)])
    assert chosen(result) == {(1, 2), (1, 3)}


def test_versions_of_one_address_are_certain():
    """What replaced a text at its address is its revision, even against the dates."""
    old, new = node(1, "2025-01-05", site="a", version_of=2), node(2, "2025-01-04", site="a")
    result = infer([old, new], [match(1, 2, 150, span=200)])
    assert chosen(result) == {(1, 2)}
    assert probability(result, 1, 2) > 0.99


def test_quotation_and_boilerplate_give_no_derivation():
    """What both quote, or what stands on every page, connects nothing."""
    nodes = [node(1, "2025-01-01"), node(2, "2025-01-02")]
    for kind in ("quotation", "boilerplate"):
        result = infer(nodes, [match(1, 2, 120, kind=kind)])
        assert (result.derivations, result.pairs, result.unseen) == ((), (), ())
        assert len(families(nodes, [match(1, 2, 120, kind=kind)])) == 2


def test_what_is_little_of_either_text_makes_no_family():
    """A citation in two books ties them no more than a stranger's; a note that is the same citation belongs to either, and
    so does a book that names the outlet of the other."""
    cited = [match(1, 2, 40)]
    books = [node(1, words=2000), node(2, words=900)]
    assert families(books, cited) == [(2,), (1,)] or families(books, cited) == [(1,), (2,)]
    assert len(families([books[0], node(2, words=400)], cited)) == 1
    credited = node(2, words=900, text="as the Harbour Post first reported")
    assert len(families([node(1, words=2000, site="harbourpost.example"), credited], cited)) == 1


def test_two_reports_of_one_event_are_independent():
    """A few names and numbers in common, in an own order, are no derivation, whichever is earlier."""
    result = infer(
        [node(1, "2025-01-01", words=80), node(2, "2025-01-02", words=100)], [match(1, 2, 13, span=45, kind="rewrite")]
    )
    assert not chosen(result)


def test_a_long_text_told_twice_is_not_copied():
    """Hundreds of words that agree by half throughout are two translations of one book rather than one made from the other."""
    one, two = node(1, "1862", words=800), node(2, "1949", words=800)
    assert not chosen(infer([one, two], [match(1, 2, 400, span=800)]))


def round_up():
    """Two unrelated articles and a later one that has a good part of each."""
    nodes = [node(1, "2025-05-03", words=170), node(2, "2025-05-02", words=140), node(3, "2025-05-05", words=220)]
    return nodes, [match(1, 3, 117, at=(20, 12)), match(2, 3, 84, at=(20, 132))]


def test_a_compilation_has_two_parents_in_two_families():
    """It is joined with the one that covers most of it; the other is a guest in its family and still a parent."""
    nodes, matches = round_up()
    found = families(nodes, matches)
    assert sorted(sorted(f) for f in found) == [[1, 3], [2]]
    result = infer([nodes[0], nodes[2]], matches, guests=[nodes[1]])
    assert chosen(result) == {(1, 3), (2, 3)}
    assert {d.relation for d in result.derivations if d.chosen} == {"compilation"}
    assert set(result.depth) == {1, 3}
    alone = infer([nodes[1]], matches, guests=[nodes[2]])
    assert alone.derivations == ()


def told_round_up(second, *more):
    """The round-up with readings: its second part has 30, of which the second article has so many."""
    nodes, matches = round_up()
    matches[1] = match(2, 3, 50, span=84, at=(20, 132), kind="rewrite")
    read = [np.arange(0, 40), np.arange(100, 100 + second), np.concatenate([np.arange(40), np.arange(100, 130)])]
    nodes = [dataclasses.replace(some, readings=r.astype(np.uint64)) for some, r in zip(nodes, read, strict=True)]
    return infer([nodes[0], nodes[2]], matches + list(more), guests=[nodes[1], dataclasses.replace(nodes[1], id=4, hash="f")])


def test_a_further_parent_has_the_wording_of_its_part():
    """Who tells the same news in other words has not been copied."""
    assert chosen(told_round_up(30)) == {(1, 3), (2, 3)}
    assert chosen(told_round_up(2)) == {(1, 3)}


def test_of_two_like_further_parents_neither_is_stated():
    """Each has the same of the passage: one of them was copied, and nothing says which."""
    assert chosen(told_round_up(30, match(4, 3, 50, span=84, at=(20, 132), kind="rewrite"))) == {(1, 3)}


def test_a_source_is_joined_with_all_its_excerpts():
    """Two later excerpts of different parts of one article are its family."""
    nodes = [node(1, "2025-01-01", words=400), node(2, "2025-01-02", words=150), node(3, "2025-01-03", words=150)]
    matches = [match(1, 2, 120, at=(0, 0)), match(1, 3, 120, at=(200, 0))]
    assert [sorted(f) for f in families(nodes, matches)] == [[1, 2, 3]]
    assert chosen(infer(nodes, matches)) == {(1, 2), (1, 3)}


def test_a_passage_in_an_unrelated_article_is_an_excerpt():
    """One paragraph of an article in the middle of another derives, although most of neither is shared."""
    nodes = [node(1, "2025-06-16", words=156), node(2, "2025-07-24", words=183)]
    result = infer(nodes, [match(1, 2, 64, at=(30, 70), kind="verbatim")])
    assert chosen(result) == {(1, 2)}
    assert [d.relation for d in result.derivations if d.chosen] == ["excerpt"]


@pytest.mark.parametrize(
    ("child_words", "matches", "relation"),
    [
        (200, [match(1, 2, 180, span=200)], "revision"),
        (200, [match(1, 2, 200)], "revision"),
        (200, [match(1, 2, 200, kind="verbatim")], "duplicate"),
        (200, [match(1, 2, 90, span=200, kind="rewrite")], "rewrite"),
        (100, [match(1, 2, 100, kind="verbatim")], "excerpt"),
        (60, [match(1, 2, 20, span=60, kind="summary")], "summary"),
        (280, [match(1, 2, 200, at=(0, 20), kind="verbatim"), match(1, 2, 20, kind="boilerplate"),
               match(1, 2, 60, at=(0, 220), kind="boilerplate")], "duplicate"),
    ],
)  # fmt: skip
def test_relation(child_words, matches, relation):
    """What the child made of its parent follows from coverage, likeness and lengths."""
    result = infer([node(1, "2025-01-01"), node(2, "2025-01-03", words=child_words)], matches)
    assert [d.relation for d in result.derivations if d.chosen] == [relation]


def test_rivals_are_kept_with_their_probabilities():
    """Of a child at most three rivals are listed beside the chosen parent, and the margin is over the best of them."""
    nodes = [node(i, f"2025-01-{i:02d}") for i in range(1, 8)]
    matches = [match(a, b, 190 - 3 * (b - a), span=200) for a, b in itertools.combinations(range(1, 8), 2)]
    result = infer(nodes, matches)
    for child in range(2, 8):
        rows = [d for d in result.derivations if d.child == child]
        assert sum(not d.chosen for d in rows) <= 3
        assert sum(d.probability for d in rows) <= 1 + 1e-9
        for d in rows:
            if d.chosen:
                rivals = [r.probability for r in rows if not r.chosen]
                assert d.margin <= d.probability - max(rivals, default=0.0) + 1e-9


def test_a_family_without_dates_claims_no_direction_from_its_shape():
    """The most central of undated revisions may be the last as well as the first."""
    nodes = [node(i) for i in range(7)]
    star = [match(0, i, 180, span=200) for i in range(1, 7)]
    leaves = [match(a, b, 162, span=200) for a, b in itertools.combinations(range(1, 7), 2)]
    result = infer(nodes, star + leaves)
    assert all(d.probability < 0.9 for d in result.derivations)
    assert not chosen(result)


history = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 40), st.sampled_from(["day", "year", None]), st.booleans()),
    min_size=1,
    max_size=6,
)


def invented(history):
    """A family from a drawn history: each text copies an earlier one with some words changed."""
    nodes, parents, changes = [node(100, "2025-01-01")], [None], [0]
    for i, (parent, changed, date, credits) in enumerate(history, 1):
        parent %= i
        when = {"day": f"2025-01-{2 * i + 1:02d}", "year": "2025", None: None}[date]
        nodes.append(node(100 + i, when, text=f"according to the Site{100 + parent}" if credits else ""))
        parents.append(parent)
        changes.append(changed)

    def line(i):
        return [] if i is None else [i, *line(parents[i])]

    matches = []
    for a, b in itertools.combinations(range(len(nodes)), 2):
        apart = sum(changes[i] for i in set(line(a)) ^ set(line(b)))
        matches.append(match(100 + a, 100 + b, max(20, 200 - apart), span=200))
    return nodes, matches


@given(history, st.randoms(use_true_random=False))
def test_ids_and_order_do_not_matter(history, random):
    """Shuffled, with other ids and matches turned round, the same texts have the same lineage to the last bit."""
    nodes, matches = invented(history)
    renamed = {n.id: name for n, name in zip(nodes, random.sample(range(1000), len(nodes)), strict=True)}
    shuffled = [dataclasses.replace(n, id=renamed[n.id]) for n in nodes]
    turned = []
    for m in matches:
        m = dataclasses.replace(m, a=renamed[m.a], b=renamed[m.b])
        if random.random() < 0.5:
            m = dataclasses.replace(m, a=m.b, b=m.a, a_start=m.b_start, a_end=m.b_end, b_start=m.a_start, b_end=m.a_end)
        turned.append(m)
    random.shuffle(shuffled)
    random.shuffle(turned)
    one, two = infer(nodes, matches), infer(shuffled, turned)
    named = {n.id: n.hash for n in nodes} | {None: None}
    other = {n.id: n.hash for n in shuffled} | {None: None}

    def rows(result, names):
        return [dataclasses.replace(d, child=names[d.child], parent=names[d.parent]) for d in result.derivations]

    assert rows(one, named) == rows(two, other)
    assert [(named[p.a], named[p.b], p.p_ab) for p in one.pairs] == [(other[p.a], other[p.b], p.p_ab) for p in two.pairs]
    assert [[named[c] for c in u.children] for u in one.unseen] == [[other[c] for c in u.children] for u in two.unseen]
    assert [[named[i] for i in f] for f in families(nodes, matches)] == [
        [other[i] for i in f] for f in families(shuffled, turned)
    ]


@given(history)
def test_probabilities_hold_together(history):
    """Every probability is one, a pair's sum to 1, chosen edges make no cycle, and the depth follows them."""
    nodes, matches = invented(history)
    result = infer(nodes, matches)
    assert all(0 <= d.probability <= 1 + 1e-9 for d in result.derivations)
    assert all(p.p_ab + p.p_ba + p.p_unseen == pytest.approx(1) for p in result.pairs)
    assert set(result.depth) == {n.id for n in nodes}
    for parent, child in chosen(result):
        assert result.depth[child] > 0
        assert result.depth[child] <= result.depth[parent] + 1
        assert (child, parent) not in chosen(result)


def test_a_large_family_is_quick_and_keeps_its_root():
    """A thousand dated near-copies, linked by hubs, are worked in blocks: all parents are earlier, nearly all copies decided."""
    n = 1000
    nodes = [node(i, f"2025-{1 + i // 84:02d}-{1 + i // 3 % 28:02d}T{8 * (i % 3):02d}:00:00Z") for i in range(n)]
    matches = [match(hub, i, 190 - 3 * (i % 7) - (hub > 0) * 20, span=200) for i in range(1, n) for hub in range(min(i, 8))]
    result = infer(nodes, matches)
    edges = chosen(result)
    assert len(edges) > 0.9 * n
    assert sum(a < b for a, b in edges) > 0.99 * len(edges)
    assert sum(a == 0 for a, _ in edges) > 0.9 * len(edges)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2025", 365),
        ("2024", 366),
        ("1969-04", 30),
        ("1969-12", 31),
        ("2025-03-04", 1),
        ("2025-03-04T10:00:00Z", 0),
    ],
)
def test_a_date_is_an_interval_of_its_precision(text, span):
    """As precise as known: a year is a year long."""
    low, high = dates.interval(text)
    assert high - low == span


@pytest.mark.parametrize("text", ["", "yesterday", "2025-13-01", "2025-02-30", "0000"])
def test_what_is_no_date_has_no_interval(text):
    """Nonsense is no evidence, and no error."""
    assert dates.interval(text) is None


@pytest.mark.parametrize(
    ("parent", "child", "days"),
    [
        ("2025-03-04T10:00:00Z", "2025-03-04T22:00:00Z", 0.5),
        ("2025-03-04", "2025-03-04T08:00:00Z", None),
        ("2025-03-04T00:00:00Z", "2025-03-04", None),
        ("2025-03-04", "2025-03-04", None),
        ("2025", "2025-03-06", None),
        ("2025-03-06", "2025-03", None),
        ("2025-03-04T22:00:00Z", "2025-03-05", 1.0),
        ("2025-03-05", "2025-03-04T22:00:00Z", -1.0),
        ("2025-03", "2025-05-01T10:00:00Z", 61.0),
        (None, "2025", None),
    ],
)
def test_days_are_no_more_precise_than_dates(parent, child, days):
    """The time between two texts is said where both dates tell it, in whole days where one of them has no hour."""
    assert dates.days(node(1, parent), node(2, child)) == days


def test_order_of_dates_is_antisymmetric_and_grows_with_the_gap():
    """The odds change sign with the question; hours apart say less than days apart."""
    a, b, c = node(1, "2025-01-01T10:00:00Z"), node(2, "2025-01-01T10:05:00Z"), node(3, "2025-01-09")
    assert dates.order(a, b) == -dates.order(b, a)
    assert 0 < dates.order(a, b) < dates.order(a, c)
    assert dates.order(a, a) is None


def test_a_day_that_an_hour_lies_in_is_mostly_before_or_after_it():
    """Of a whole day most moments are after its fourth hour and before its twentieth; about noon nothing can be told."""
    day, early, noon, late = node(1, "2025-01-01"), *(node(2, f"2025-01-01T{hour}:00:00Z") for hour in ("04", "12", "20"))
    assert dates.order(early, day) > 0 > dates.order(late, day) == -dates.order(day, late)
    assert dates.order(noon, day) is None
    assert dates.order(early, day) < dates.order(early, node(3, "2025-01-02"))
    assert dates.order(day, node(4, "2025")) > 0


def test_an_undated_text_is_later_than_a_day_that_it_names():
    """It tells of a day after the other appeared; the other does not decide in the same way when it names the day first."""
    old, new = node(1, "2025-01-01"), node(2, text="It fell on 5 March 2025.")
    assert dates.order(old, new) > 0
    assert dates.order(new, old) == -dates.order(old, new)
    assert dates.order(node(3, "2025-06-01"), new) is None


@pytest.mark.parametrize(
    ("published", "trusted", "sign"),
    [
        ("2025-01-23T08:00:00Z", True, -1),
        ("2025-01-22", True, -1),
        ("2025-01-25", True, 0),
        ("2025-02-20", True, 1),
        ("2025-01-09", False, 1),
        ("2025-01", True, 0),
        ("2024-12-31", False, 1),
    ],
)
def test_a_date_is_held_against_the_dateline(published, trusted, sign):
    """A text was not published before the day on which it was filed; a date of that day is surer than most, a late one less."""
    standing = dates.standing(node(1, published, text="HARROW, January 23 (Lake Press) - Flames"))
    plain = dates.standing(node(1, published))
    assert (standing.trusted is not None) == trusted
    assert np.sign(standing.error - plain.error) == sign


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda s: (s[0], s[0] + s[1])), max_size=8)


@given(spans, spans)
def test_span_arithmetic(one, two):
    """Union and difference of spans are those of the sets of their places."""

    def places(some):
        return {at for start, end in some for at in range(start, end)}

    a, b = merge(one), merge(two)
    assert places(a) == places(one)
    assert places(minus(a, b)) == places(one) - places(two)
    assert size(minus(a, b)) == len(places(one) - places(two))


def test_shares_do_not_count_dirt():
    """A copy inside as much dirt as text, which its passage runs across, is a duplicate that is covered whole."""
    dirt = ((0, 60 * CHARS), (160 * CHARS, 200 * CHARS), (300 * CHARS, 400 * CHARS))
    copy = dataclasses.replace(node(2, "2025-03-02", words=400), words=200, dirt=dirt)
    spans = Match(1, 2, 0, 200 * CHARS, 60 * CHARS, 300 * CHARS, 200, 1.0, "verbatim")
    result = infer([node(1, "2025-03-01"), copy], [spans])
    (row,) = (d for d in result.derivations if d.chosen)
    assert (row.parent, row.relation, row.coverage) == (1, "duplicate", 1.0)


def test_attestation_does_not_count_dirt():
    """Of a text whose second half is dirt, a passage over the first quarter leaves half, and a relative with it has half."""
    one = dataclasses.replace(node(1), dirt=((100 * CHARS, 200 * CHARS),))
    pairs = pairs_of([one, node(2)], [match(1, 2, 50)])
    cover = Cover([one, node(2)], pairs)
    assert cover.extra(0, ((0, 50 * CHARS),)) == (pytest.approx(0.5, abs=0.03), 0.0)
    assert cover.union(0) == pytest.approx(0.5, abs=0.03)
    assert cover.union(1) == pytest.approx(0.25, abs=0.03)
