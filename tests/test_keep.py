"""Which texts stay and which passages go: properties of the two greedy choices, on made-up graphs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.keep import Pair, Rest, Reuse, cut, dropped, minus, near, overlapping, union
from tests.strategies import hard_text

NUMBERS = st.integers(0, 12)
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda s: (s[0], s[0] + s[1])), max_size=6)
EDGES = st.sets(st.tuples(NUMBERS, NUMBERS).filter(lambda e: e[0] < e[1]))


def pair(other: int, words: int = 10) -> Pair:
    return Pair(other, words, 1.0, ())


def ordered(edges: set[tuple[int, int]]) -> list[tuple[int, list[Pair]]]:
    """Texts 0 to 12 in order of preference, with the preferred ones that each is near to."""
    return [(text, [pair(a) for a, b in sorted(edges) if b == text]) for text in range(13)]


@given(EDGES)
def test_what_is_dropped_has_a_near_one_that_stays(edges):
    """A text goes exactly where a preferred one near to it stays; those that stay are not near to one another."""
    gone = dropped(ordered(edges))
    assert all((p.other, text) in edges and p.other not in gone for text, p in gone.items())
    assert not [edge for edge in edges if not set(edge) & set(gone)]


def test_a_chain_keeps_its_ends():
    """Where A is near to B and B to C, but A not to C, only B goes."""
    assert set(dropped(ordered({(0, 1), (1, 2)}))) == {1}


def test_the_closest_stands_for_it():
    """Of several that stay, the one that shares most words stands for the text."""
    gone = dropped([(0, []), (1, []), (2, [pair(0, 90), pair(1, 95)])])
    assert gone[2].other == 1


@pytest.mark.parametrize(
    ("one", "two", "shared", "clashes", "answer"),
    [
        (100, 100, 80, 0, True),
        (100, 100, 79, 0, False),
        (100, 130, 100, 0, False),
        (100, 100, 85, 1, True),
        (100, 100, 84, 1, False),
        (0, 0, 0, 0, False),
    ],
)
def test_near_asks_both_sides(one, two, shared, clashes, answer):
    """Four fifths of both texts must be shared, a number that differs counting against it: an excerpt is no near-duplicate of
    its source, and nothing is near to nothing."""
    assert near(one, two, shared, clashes) is near(two, one, shared, clashes) is answer


def characters(spans) -> set[int]:
    return {i for start, end in spans for i in range(start, end)}


@given(SPANS, SPANS)
def test_spans_are_sets_of_characters(spans, holes):
    """Union, difference and overlap of spans are those of their characters."""
    assert characters(union(spans)) == characters(spans)
    assert characters(minus(spans, holes)) == characters(spans) - characters(holes)
    assert overlapping(union(spans), union(holes)) is bool(characters(spans) & characters(holes))
    assert union(spans) == sorted(union(spans))
    assert all(a[1] < b[0] for a, b in zip(union(spans), union(spans)[1:], strict=False))


SPAN = st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda s: ((s[0], s[0] + s[1]),))
PASSAGES = st.lists(st.tuples(NUMBERS, NUMBERS, SPAN, SPAN, st.integers(1, 50)).filter(lambda p: p[0] < p[1]), max_size=25)


@given(PASSAGES, EDGES)
def test_what_stands_for_a_cut_stands(passages, edges):
    """Nothing is cut twice; the counterpart of every cut is left whole, and so is what stands for a text that goes."""
    shared: dict[int, list[Reuse]] = {text: [] for text in range(13)}
    for a, b, its, mine, words in passages:
        shared[b].append(Reuse(mine, a, its, words, 1.0, "verbatim", None))
    gone, cuts = cut((text, pairs, shared[text]) for text, pairs in ordered(edges))
    holes = {text: [span for one in some for span in one.spans] for text, some in cuts.items()}
    assert not set(gone) & set(cuts)
    assert not [pair for pair in gone.values() if pair.other in gone or pair.other in cuts]
    for spans in holes.values():
        assert sum(end - start for start, end in spans) == len(characters(spans))
    for one in (one for some in cuts.values() for one in some):
        assert one.other not in gone
        assert not characters(one.other_spans) & characters(holes.get(one.other, ()))


def test_the_rest_is_paragraphs():
    """What is left stands in paragraphs; the punctuation that closed a cut passage goes with it, that which opens stays."""
    text = "One sentence stands here. “Two there.” (Three) is left for now, four goes."
    rest = Rest(text, [(text.index("Two"), text.index(".”")), (text.index("four"), len(text) - 1)])
    assert rest.text == "One sentence stands here. “\n\n(Three) is left for now,"
    assert Rest("All of it.", [(0, 9)]).text == ""
    assert Rest(" None. ", []).text == " None. "


def test_crumbs_go():
    """A few letters between or behind what is cut are not kept."""
    text = "The whole first part he said. The second part, of which more is left."
    assert Rest(text, [(0, 20), (30, 45)]).text == "of which more is left."


def test_dirt_alone_is_no_rest():
    """Where only the furniture of the page would be left, nothing is; beside text of its own it stays, and so it does uncut."""
    page = "Share this story on Facebook. The text of it all. Leave a comment below, please."
    text = (page.index("The"), page.index(" Leave"))
    dirt = [(0, text[0] - 1), (text[1] + 1, len(page))]
    assert Rest(page, [text], dirt).text == ""
    assert Rest(page, [text], dirt[:1]).text == "Share this story on Facebook.\n\nLeave a comment below, please."
    assert Rest(page, [], [(0, len(page))]).text == page


@given(hard_text, SPANS, st.integers(0, 60), st.integers(0, 20))
def test_the_rest_knows_where_it_stood(text, spans, start, length):
    """A stretch of the rest leads back to the same characters of the whole, none of them cut."""
    rest = Rest(text, [(min(a, len(text)), min(b, len(text))) for a, b in spans])
    stretch = rest.text[start : start + length]
    back = rest.spans(start, min(start + length, len(rest.text)))
    assert "".join(text[a:b] for a, b in back).split() == stretch.split() or not stretch.strip()
    assert not characters(back) & characters(spans)
