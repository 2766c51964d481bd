"""What has spread is boilerplate; what was copied widely is not."""

from __future__ import annotations

import dataclasses
import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.model import Match
from provenance.spread import COPY, COPY_WORDS, FRESH, MINOR, SITE_SPREAD, SPREAD, Spread, kinds, passages

WORDS = 200
"""Length of every document, unless said otherwise; a word is five characters."""
ENOUGH = int(SPREAD) + 1
"""Documents in which a passage must stand to lie in SPREAD others."""


def match(a: int, b: int, a_start: int = 0, b_start: int = 0, words: int = 30, similarity: float = 1.0) -> Match:
    return Match(a, b, a_start, a_start + 5 * words, b_start, b_start + 5 * words, words, similarity, "verbatim")


def found(
    matches: list[Match],
    lengths: dict[int, int] | None = None,
    grade: str = "verbatim",
    fresh: float = 1.0,
    sites: dict[int, str] | None = None,
) -> list[str]:
    names = {name for m in matches for name in (m.a, m.b)}
    lengths = lengths or dict.fromkeys(names, WORDS)
    return kinds(
        passages(matches), [grade] * len(matches), lengths, {n: (sites or {}).get(n) for n in names}, [fresh] * len(matches)
    )


def everywhere(documents: range, **where: int) -> list[Match]:
    """One passage in each document, all pairs matched."""
    return [match(a, b, **where) for a, b in itertools.combinations(documents, 2)]


def test_no_matches_have_no_kinds():
    """Empty in, empty out."""
    assert found([]) == []


def test_a_match_of_two_documents_keeps_its_grade():
    """What stands in two texts has not spread, whatever its kind."""
    for grade in ("verbatim", "edited", "rewrite", "summary", "quotation"):
        assert found([match(1, 2)], grade=grade) == [grade]


def test_a_minor_passage_in_enough_groups_is_boilerplate():
    """From SPREAD other groups on, and not below."""
    assert set(found(everywhere(range(ENOUGH)))) == {"boilerplate"}
    assert set(found(everywhere(range(ENOUGH - 1)))) == {"verbatim"}


def test_a_passage_that_is_half_of_a_text_is_no_boilerplate():
    """Boilerplate is less than MINOR of both texts: what makes up a text is its content, however often it stands elsewhere."""
    matches = everywhere(range(ENOUGH + 3))
    lengths = dict.fromkeys(range(ENOUGH + 3), WORDS)
    lengths[0] = int(30 / MINOR)
    expected = ["verbatim" if 0 in (m.a, m.b) else "boilerplate" for m in matches]
    assert found(matches, lengths) == expected


def test_a_story_copied_widely_is_no_boilerplate():
    """A thousand copies of one wire story are one group: sharing passages with all of them is sharing with one text."""
    copies = range(10, 60)
    whole = [match(a, b, words=180) for a, b in itertools.combinations(copies, 2)]
    excerpts = [match(1, copy, words=30) for copy in copies]
    assert set(found(whole + excerpts)) == {"verbatim"}


def test_a_text_s_own_copies_do_not_count_as_others():
    """Two stories of two copies each and SPREAD - 2 strangers: each holds the passage beside one group less than SPREAD."""
    stories = [match(0, 1, words=180), match(2, 3, words=180)]
    matches = everywhere(range(int(SPREAD) + 2))
    shared = [m for m in matches if (m.a, m.b) not in ((0, 1), (2, 3))]
    assert set(found(stories + shared)) == {"verbatim"}


def test_copies_of_copies_are_one_group():
    """Groups are joined along chains: the first and last of a chain of near copies count as one."""
    chain = [match(n, n + 1, words=150) for n in range(10, 40)]
    assert set(found(chain + [match(1, n, words=30) for n in range(10, 41)])) == {"verbatim"}


def test_several_passages_that_add_up_make_a_group():
    """Sharing half of both texts in pieces is sharing half of them."""
    pieces = [match(a, b, 200 * k, 200 * k, 30) for a, b in itertools.combinations(range(10, 25), 2) for k in range(4)]
    assert set(found(pieces)) == {"verbatim"}


def test_spread_must_lie_on_both_sides():
    """A passage that is common on one side only is not the trade's furniture: the other side may be its source."""
    spread = everywhere(range(ENOUGH + 1))
    extra = match(0, 100, a_start=500)
    assert found([*spread, extra])[-1] == "verbatim"
    assert found([*spread, match(0, 100)])[-1] == "verbatim"


def test_depth_is_counted_where_the_passage_lies():
    """Other passages of the same documents, however common, do not make this one common."""
    legend, story = everywhere(range(ENOUGH + 2), a_start=0, b_start=0), match(0, 1, a_start=600, b_start=600)
    assert found([*legend, story]) == ["boilerplate"] * len(legend) + ["verbatim"]


def test_a_long_match_around_a_short_legend_is_judged_on_average():
    """A story that ends in a legend is not boilerplate because its last words are."""
    legend = everywhere(range(ENOUGH + 2), a_start=400, b_start=400, words=20)
    story = Match(0, 1, 0, 500, 0, 500, 90, 1.0, "verbatim")
    assert found([*legend, story])[-1] == "verbatim"


def test_overlapping_matches_with_one_document_count_once():
    """The same neighbour met twice at one place is one neighbour."""
    few = range(ENOUGH - 1)
    twice = [match(a, b, a_start, b_start) for a, b in itertools.combinations(few, 2) for a_start in (0, 5) for b_start in (0, 5)]
    assert set(found(twice, dict.fromkeys(few, 10 * WORDS))) == {"verbatim"}


def test_what_was_graded_boilerplate_stays_boilerplate():
    """A template recognised in the pair alone needs no spread."""
    assert found([match(1, 2)], grade="boilerplate") == ["boilerplate"]


def test_kinds_follow_present_counts():
    """The same match is re-marked when its phrase spreads, and again when its documents are gone."""
    few, many = everywhere(range(3)), everywhere(range(ENOUGH))
    assert found(few)[0] == "verbatim"
    assert found(many)[many.index(few[0])] == "boilerplate"


def test_what_a_site_puts_on_a_few_pages_is_its_furniture():
    """On one site SITE_SPREAD other pages are enough; on sites that differ or are unknown they are not."""
    pages = range(int(SITE_SPREAD) + 1)
    one_site = dict.fromkeys(pages, "a.example")
    assert set(found(everywhere(pages), sites=one_site)) == {"boilerplate"}
    assert set(found(everywhere(pages[:-1]), sites=one_site)) == {"verbatim"}
    assert set(found(everywhere(pages), sites={n: f"{n}.example" for n in pages})) == {"verbatim"}
    assert set(found(everywhere(pages))) == {"verbatim"}


def test_a_match_with_another_site_is_not_furniture_of_either():
    """What a site puts on its pages and another site holds once may be the other's text."""
    pages = range(int(SITE_SPREAD) + 1)
    matches = everywhere(range(len(pages) + 1))
    sites = dict.fromkeys(pages, "a.example") | {len(pages): "b.example"}
    assert found(matches, sites=sites) == ["verbatim" if m.b == len(pages) else "boilerplate" for m in matches]


def test_a_page_shown_twice_on_a_site_is_no_furniture():
    """Copies of one page are one text, on one site as anywhere."""
    copies = [match(a, b, words=180) for a, b in itertools.combinations(range(6), 2)]
    excerpt = [match(a, 9) for a in range(6)]
    assert set(found(copies + excerpt, sites=dict.fromkeys(range(10), "a.example"))) == {"verbatim"}


def test_two_forms_filled_in_are_boilerplate():
    """What two texts share is a form when hardly any of it is rarer than the form: even where it is most of both."""
    form = dataclasses.replace(match(1, 2, words=150), similarity=COPY - 0.01)
    assert found([form], fresh=FRESH - 0.01) == ["boilerplate"]
    assert found([form], fresh=FRESH) == ["verbatim"]


def test_a_copy_of_a_form_is_a_copy():
    """The same results printed twice are one text; a few words that agree by their brevity are not."""
    copy = dataclasses.replace(match(1, 2, words=COPY_WORDS), similarity=COPY)
    short = dataclasses.replace(copy, words=COPY_WORDS - 1)
    assert found([copy], fresh=0.0) == ["verbatim"]
    assert found([short], fresh=0.0) == ["boilerplate"]


def test_a_table_copied_whole_is_no_furniture_because_others_look_like_it():
    """A close copy has spread only where others are as close."""
    loose = [match(a, b, words=COPY_WORDS, similarity=0.6) for a, b in itertools.combinations(range(ENOUGH + 2), 2)]
    close = dataclasses.replace(loose[0], similarity=1.0)
    assert found([close, *loose[1:]]) == ["verbatim"] + ["boilerplate"] * (len(loose) - 1)
    assert set(found([dataclasses.replace(m, similarity=1.0) for m in loose])) == {"boilerplate"}


World = tuple[list[Match], dict[int, int], dict[int, str]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Any matches among a few documents of a few sites."""
    names = range(draw(st.integers(2, 12)))
    lengths = {n: draw(st.integers(20, 400)) for n in names}
    sites = {n: draw(st.sampled_from(["a", "b"])) for n in names if draw(st.booleans())}
    pairs = draw(st.lists(st.sampled_from(list(itertools.combinations(names, 2))), max_size=60))
    place = st.integers(0, 40)
    words, similar = st.integers(1, COPY_WORDS + 10), st.sampled_from([0.5, 1.0])
    return [match(a, b, draw(place), draw(place), draw(words), draw(similar)) for a, b in pairs], lengths, sites


def plain(matches: list[Match], lengths: dict[int, int], sites: dict[int, str]) -> list[str]:
    """The rules of spread, character by character."""
    joined = {n: {n} for n in lengths}
    for a, b in itertools.combinations(lengths, 2):
        shared = sum(m.words for m in matches if (m.a, m.b) == (a, b))
        if shared >= MINOR * max(lengths[a], lengths[b]):
            both = joined[a] | joined[b]
            for n in both:
                joined[n] = both

    def depth(among: list[Match], document: int, start: int, end: int) -> float:
        others: dict[int, set[int]] = {}
        for m in among:
            for me, low, high, other in ((m.a, m.a_start, m.a_end, m.b), (m.b, m.b_start, m.b_end, m.a)):
                if me == document and other not in joined[document]:
                    for at in range(max(low, start), min(high, end)):
                        others.setdefault(at, set()).add(min(joined[other]))
        return sum(map(len, others.values())) / (end - start)

    close = [m for m in matches if m.similarity >= COPY and m.words >= COPY_WORDS]
    out = []
    for m in matches:
        inside = [n for n in matches if sites.get(n.a, 1) == sites.get(n.b, 2)]
        words = sum(n.words for n in matches if (n.a, n.b) == (m.a, m.b))
        minor = words < MINOR * lengths[m.a] and words < MINOR * lengths[m.b]
        least = [(close if m in close else matches, SPREAD), *([(inside, SITE_SPREAD)] if m in inside else [])]
        sides = ((m.a, m.a_start, m.a_end), (m.b, m.b_start, m.b_end))
        spread = any(all(depth(among, *side) >= enough for side in sides) for among, enough in least)
        out.append("boilerplate" if minor and spread else "verbatim")
    return out


@given(worlds())
@settings(max_examples=40)
def test_kinds_are_the_plain_reading_of_the_rules(world: World):
    """Profiles and integrals give what counting character by character gives."""
    matches, lengths, sites = world
    assert found(matches, lengths, sites=sites) == plain(matches, lengths, sites)


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_order_and_sides_make_no_difference(world: World, rng: random.Random):
    """Matches in another order, some the other way round, with other numbers for the documents: the same kinds."""
    matches, lengths, sites = world
    order = list(range(len(matches)))
    rng.shuffle(order)
    names = list(lengths)
    rng.shuffle(names)
    renamed = []
    for i in order:
        m = matches[i]
        a, b = (names[m.a], m.a_start, m.a_end), (names[m.b], m.b_start, m.b_end)
        if a[0] > b[0]:  # as the store has it: a before b
            a, b = b, a
        renamed.append(Match(a[0], b[0], *a[1:], *b[1:], m.words, m.similarity, "verbatim"))
    expected = found(matches, lengths, sites=sites)
    again = found(renamed, {names[n]: x for n, x in lengths.items()}, sites={names[n]: x for n, x in sites.items()})
    assert again == [expected[i] for i in order]


def test_a_doubtful_match_is_borne_out_by_common_relatives():
    """What is no evidence by itself counts where both texts are matched with the same others, and else is boilerplate."""
    doubtful, sure = match(1, 2), [match(1, 3), match(1, 4), match(2, 3), match(2, 4)]
    lengths, sites = dict.fromkeys(range(40), WORDS) | {1: 40, 2: 40}, dict.fromkeys(range(40))
    strangers = [match(1, n) for n in range(10, 14)], [match(2, n) for n in range(20, 24)]

    def kind(*others: Match, also: tuple[int, ...] = ()) -> str:
        matches = [doubtful, *others]
        return kinds(passages(matches, {0, *also}), ["rewrite"] * len(matches), lengths, sites, [1.0] * len(matches))[0]

    assert kind(*sure) == "rewrite"
    assert kind() == kind(*sure[:3]) == "boilerplate"  # no relative in common, or one
    assert kind(*sure, *strangers[0]) == "rewrite"  # two of six, which are all that one of them has
    assert kind(*sure, *strangers[0], *strangers[1]) == "boilerplate"  # two of ten, of which both have many
    assert kind(*sure, also=(4,)) == "boilerplate"  # a doubtful match bears out nothing


def test_the_more_relatives_two_texts_have_the_more_must_be_common():
    """Where a subject is dense everything has some relatives in common, but more than the most asked for is never asked."""
    doubtful = match(1, 2)
    lengths, sites = dict.fromkeys(range(200), WORDS) | {1: 40, 2: 40}, dict.fromkeys(range(200))

    def kind(common: int, own: int) -> str:
        matches = [doubtful, *(match(side, 10 + n) for side in (1, 2) for n in range(common))]
        matches += [match(side, 100 * side - 50 + n) for side in (1, 2) for n in range(own)]
        return kinds(passages(matches, {0}), ["rewrite"] * len(matches), lengths, sites, [1.0] * len(matches))[0]

    assert [kind(n, n) for n in (2, 4)] == ["rewrite", "boilerplate"]  # a third
    assert [kind(40, own) for own in (8, 9)] == ["rewrite", "boilerplate"]


def test_a_doubtful_phrase_is_borne_out_by_a_third_text_at_one_place():
    """What two longer texts share counts where a third has it in common with both; elsewhere in any of the three it does not."""
    lengths, sites = dict.fromkeys(range(1, 5), 400), dict.fromkeys(range(1, 5))

    def phrase(a: int, b: int, a_start: int, b_start: int) -> Match:
        return Match(a, b, a_start, a_start + 30, b_start, b_start + 30, 5, 0.9, "edited")

    def kind(*others: Match, doubtful: tuple[int, ...] = (0,)) -> str:
        matches = [phrase(2, 3, 1000, 2000), *others]
        return kinds(passages(matches, doubtful), ["edited"] * len(matches), lengths, sites, [1.0] * len(matches))[0]

    assert kind(phrase(1, 2, 500, 1010), phrase(1, 3, 510, 1990)) == "edited"
    assert kind(phrase(2, 4, 1010, 500), phrase(3, 4, 1990, 510)) == "edited"
    assert kind(phrase(1, 2, 500, 1010), phrase(3, 4, 1990, 510)) == "boilerplate"  # two other texts
    assert kind(phrase(1, 2, 500, 1030), phrase(1, 3, 500, 2000)) == "boilerplate"  # elsewhere in one
    assert kind(phrase(1, 2, 500, 1000), phrase(1, 3, 500, 1970)) == "boilerplate"  # elsewhere in the other
    assert kind(phrase(1, 2, 500, 1000), phrase(1, 3, 530, 2000)) == "boilerplate"  # two phrases of the third
    assert kind(phrase(1, 2, 500, 1000), phrase(1, 3, 500, 2000), doubtful=(0, 2)) == "boilerplate"
    assert kind(phrase(1, 2, 500, 1000)) == kind() == "boilerplate"


def test_doubtful_matches_spread_nothing():
    """A passage has not spread because it might stand in many others."""
    passage = [match(0, n) for n in range(1, ENOUGH + 3)] + [match(1, n) for n in range(2, ENOUGH + 3)]
    lengths, sites = dict.fromkeys(range(40), WORDS), dict.fromkeys(range(40))
    arguments = ["edited"] * len(passage), lengths, sites, [1.0] * len(passage)
    assert kinds(passages(passage), *arguments)[0] == "boilerplate"
    assert kinds(passages(passage, range(1, len(passage))), *arguments)[0] == "edited"


def test_two_short_texts_that_match_from_end_to_end_are_one_group():
    """A sentence of which every rewrite keeps a third is no furniture, however many rewrites there are; a third of long texts may
    be."""
    short = [match(a, b, words=20, similarity=1 / 3) for a, b in itertools.combinations(range(ENOUGH + 3), 2)]
    assert set(found(short, dict.fromkeys(range(ENOUGH + 3), 60))) == {"verbatim"}
    assert set(found(short, dict.fromkeys(range(ENOUGH + 3), 100))) == {"boilerplate"}  # not from end to end
    long = [match(a, b, words=50, similarity=1 / 3) for a, b in itertools.combinations(range(ENOUGH + 3), 2)]
    assert set(found(long, dict.fromkeys(range(ENOUGH + 3), 150))) == {"boilerplate"}


def test_what_bears_out_a_doubtful_match_of_a_hub_is_looked_at():
    """All matches of a hub are wanted where relatives decide."""
    lengths, sites = dict.fromkeys(range(40), WORDS), dict.fromkeys(range(40))
    told = Spread(passages([match(1, 2), match(1, 3)], [0]), lengths, sites)
    first = np.array([True, False])
    assert told.lacking(first, {2}) == {2}
    assert told.lacking(first, {1, 2}) == {1, 2}
    assert told.lacking(~first, {3}) == set()


def test_a_dense_corpus_costs_bounded_time():
    """Two hundred documents with one legend, all pairs: twenty thousand matches, well under a few seconds."""
    assert set(found(everywhere(range(200)))) == {"boilerplate"}


def test_documents_of_unknown_length_are_an_error():
    """The lengths of all documents named must be given."""
    with pytest.raises(KeyError):
        found([match(1, 2)], {1: WORDS})


def test_what_is_lacking_of_a_hub():
    """Where only some of a hub's matches are known, it is named if the others may show that a passage has spread."""
    few, enough = ENOUGH - 3, ENOUGH + 1
    own = [match(1, 2), *(match(1, n) for n in range(3, enough + 3))]  # document 1 has all its matches, the hub 2 the first
    lengths, sites = dict.fromkeys(range(40), WORDS), dict.fromkeys(range(40))

    def told(matches):
        return Spread(passages(matches), lengths, sites)

    def lacking(matches, partly):
        return told(matches).lacking(np.arange(len(matches)) == 0, partly)

    assert lacking(own, {2}) == {2}
    assert lacking(own, set()) == set()
    shallow = [match(1, 2), *(match(1, n) for n in range(3, few))]
    assert lacking(shallow, {2}) == set()
    whole = [*own, *(match(2, n) for n in range(20, 20 + enough))]
    assert lacking(whole, {2}) == set()
    assert told(whole).has_spread[0]
