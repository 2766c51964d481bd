"""What in a text is not the text: furniture, markup and repetition, and what only looks like them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.spans import KINDS, Finder, markup
from provenance.text import LINE, PARAGRAPH, QUOTED, SENTENCE, Splitter
from tests.conftest import documents_of
from tests.strategies import hard_text, prose

BERTH = (
    "The harbour board of Quillan voted on Tuesday night to close the northern ferry berth until the cracked pier has been "
    "surveyed, a decision that leaves the island of Orrin without its morning boat for at least six weeks."
)
DIVE = (
    "Engineers found the crack during a routine dive, and the chairwoman of the board said that no one who had seen the "
    "photographs would put a bus full of schoolchildren on it."
)


@pytest.fixture(scope="module")
def finder(splitter) -> Finder:
    return Finder(splitter)


@pytest.fixture(scope="module")
def spans(splitter, finder):
    """Text -> (kind, what stands there) of each span."""

    def found(text: str) -> list[tuple[str, str]]:
        ((spans,), _) = finder.find([text], splitter.split([text]))
        return [(span.kind, text[span.start : span.end]) for span in spans]

    return found


def around(*middle: str) -> str:
    """A text with lines between its two paragraphs."""
    return "\n\n".join((BERTH, *middle, DIVE))


FURNITURE = {
    "share": "Share this story: Facebook Twitter – E-mail",
    "counts": "Share 12\n3 Comments\nPrint this article",
    "advertisement": "ADVERTISEMENT - CONTINUE READING BELOW",
    "read more": "Read more: The island that waited",
    "agency": "To contact the reporter on this story: Jo Roe at jo@roe.example\nFor more articles like this, please visit us",
    "newsletter": "Sign up for our newsletter and never miss a story.",
    "cookies": "We use cookies to give you the best experience. By continuing to browse this site you agree.\nAccept all",
    "caption": "Photo: the pier in the year it was built",
    "credit": "Divers inspect the pier at Quillan, Tuesday, March 4, 2025. (AP Photo/Jane Roe)",
    "credit alone": "Jane Roe/Getty Images",
    "BBC": "Image source, Getty Images\nImage caption, The pier has stood since 1901",
    "post": "No boat tomorrow either, folks. Bring a book. pic.twitter.com/AbC123\n— Orrin Ferries (@orrin) March 4, 2025",
    "signed": "The pier is fine. It was fine when my grandfather built it.\n\n— Bob Roe (@bobroe) March 5, 2025",
    "links": "Related articles\nPier cracks worry islanders\nWho pays for the ferry?\nBoat race cancelled",
    "German": "Foto: Anna Roe\n\nLesen Sie auch: Wer zahlt die Fähre?\n\nTeilen",
    "French": "À lire aussi : Qui paie le bac ?\nPartager sur Facebook",
    "Spanish": "Lea también: Quién paga el barco\nCompartir",
    "Russian": "Читайте также: Кто заплатит за паром\nПоделиться",
    "Chinese": "相关阅读\n谁来支付渡轮费用\n码头裂缝令岛民担忧",
    "Japanese": "写真：港湾委員会\n続きを読む",
    "Arabic": "اقرأ أيضا: من يدفع ثمن العبارة",
}


@pytest.mark.parametrize("name", FURNITURE)
def test_furniture_between_paragraphs(spans, name):
    """Lines that name themselves, in the words of many languages, are one block of furniture; the paragraphs are not."""
    assert spans(around(FURNITURE[name])) == [("furniture", FURNITURE[name])]


HEAD = "Home | News | Sport | Tarrow Life | Planning notices"
MENU = "Home\nNews\nWorld\nSport"
FORM = "Leave a Reply\n\nYour email address will not be published. Required fields are marked *\n\nName *\nEmail *\n\nPost it"
TAIL = "Leave a comment\nComments are read before they appear.\nWe never print addresses."
FOOT = "© Tarrow Gazette, 4 Tallow Lane, Tarrow"
TEASERS = "\n".join(
    ["More from Jane:", *(f"{town} ferry sails again after {n} weeks in dock" for n, town in enumerate(("Orrin", "Tarrow") * 6))]
)
GERMAN_TEASERS = "Mehr aus Tarrow:\nDie Fähre fährt wieder\nDer Pier bleibt zu\nOrrin im Pech: Video zeigt den Riss"
LINK = "More AP ferries: https://ferries.example/hub and https://ferries.example/boats"


@pytest.mark.parametrize("head", [HEAD, MENU])
@pytest.mark.parametrize(
    "foot", [FORM, TAIL, FOOT, TEASERS, GERMAN_TEASERS, LINK, "All rights reserved\nPrivacy Policy\nContact us"]
)
def test_furniture_at_the_rims(spans, head, foot):
    """Rows of links at the top; comment forms with what follows them, lists of teasers, copyright and policies at the end."""
    assert spans("\n\n".join((head, BERTH, DIVE, foot))) == [("furniture", head), ("furniture", foot)]


def test_furniture_without_line_breaks(spans):
    """A comment form that ran into the last paragraph is told a sentence at a time."""
    form = "Leave a Reply Your email address will not be published. Required fields are marked * Name * Email"
    assert spans(f"{BERTH} {DIVE} {form}") == [("furniture", form)]


MARKUP = {
    "tag": '<div class="ad-slot" id="x1">',
    "attribute": "strikes-on-the-pier-amid-threats/” title=”Strikes on the pier amid threats”>",
    "entity": "&nbsp;",
    "template": "{{ article.author }}",
    "short code": '[caption id="attachment_12" width="300"]',
    "script": "window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments);}",
    "comment": "<!-- wp:paragraph {more words} -->",
    "style": "<style>.pier { width: 3px }</style>",
}


@pytest.mark.parametrize("name", MARKUP)
def test_markup(spans, name):
    """What leaked from the page into a sentence is markup, from its first sign to its last; the sentence is not."""
    assert spans(f"It was raised among {MARKUP[name]} military analysts. {DIVE}") == [("markup", MARKUP[name])]


REAL = {
    "placeholders": "Copyright (c) <year> <name of the author>, <title> and <code> & company; see <john@example.org>.",
    "comparison": "if (a < b && c > d) { return f(x); } and R&D; {x | x > 3} [sic] [12]",
    "prose about furniture": (
        "Sharing is caring. Photo editors agreed on Tuesday that a newsletter without a photo is a letter. Read more books, "
        "said the judge, who wants to leave a reply to every comment. Shares of Getty Images fell. Follow us, they said."
    ),
    "home": "Home\n\nShe came home at six, and the news was on.\n\nNews\n\nNothing of it was new.",
    "menu of words": "Ingredients\n2 eggs\nsalt\nMethod\nShare the dough in two and let it rest until the morning.",
    "table": "| berth | depth | lorries |\n| north | 4 | 12 |\n| south | 5 | 31 |\n" + BERTH,
    "wrapped": "He asked the reader to leave the pier, to go back and to\nread more\nabout it, and not to miss what the\n"
    "advertisement\nsaid about the ferry berth that was closed, which is\nthe northern one, on the far side.",
    "refrain": "Go down to the water my love\nThe water is wide and cold\n" * 3,
    "chorus": "And he went down to the ford, and the ford was deep. And the people said, who shall bear us over. " * 4,
    "heading": "Ferry berth closed\n\n" + BERTH + "\n\nWhat the divers saw\n\n" + DIVE,
    "sentence again": "No one was hurt. " + BERTH + " No one was hurt. " + DIVE,
    "list in prose": BERTH + "\n\nMore was closed:\nThe north berth\nThe south berth\n\n" + DIVE,
    "list of one's own": BERTH
    + "\n\nClosed until May:\nThe northern berth of Quillan\nThe small pier at Orrin\nThe slip below the mill",
    "list of sentences": BERTH
    + "\n\nMore of what was decided:\nThe berth is closed.\nNo boat sails before six weeks have passed.",
    "only furniture": "This site uses cookies.\nAccept all\nRead more",
}


@pytest.mark.parametrize("name", REAL)
def test_real_text_is_left_alone(spans, name):
    """Placeholders, code, tables, verse, headings, sentences about furniture, wrapped lines, and pages of nothing else."""
    assert spans(REAL[name]) == []


def test_paragraph_that_stands_twice(spans):
    """The second one is a repetition, however it is broken or cased."""
    again = BERTH.upper().replace(" TO CLOSE", "\nTO CLOSE")
    assert spans(f"{BERTH}\n\n{DIVE}\n\n{again}") == [("repetition", again)]


def test_earlier_state_of_a_live_page(spans):
    """A page that holds what it said before, with new paragraphs between: what it said before is left once."""
    old = [prose(seed, 3) for seed in (1, 2, 3)]
    new = [prose(seed, 3) for seed in (4, 5)]
    page = "\n\n".join((new[0], old[0], new[1], old[1], old[2], "Advertisement", old[0], old[1], old[2]))
    kinds = spans(page)
    assert kinds == [("furniture", "Advertisement"), ("repetition", "\n\n".join(old))]


def test_what_stands_there_often_is_a_form(spans):
    """A paragraph that comes back three times or more belongs to the text, as does what repeats in many places of a long one."""
    assert spans("\n\n".join((BERTH, DIVE, BERTH, prose(1), BERTH, prose(2), BERTH))) == []
    parts = [prose(seed, 2) for seed in range(60)]
    assert spans("\n\n".join((*parts, *parts[:18:2]))) == []
    assert len(spans("\n\n".join((*parts, *parts[:16:2])))) == 1


@pytest.mark.parametrize(
    ("text", "again"),
    [
        (f"Ferry berth closed over pier\n\nFerry berth closed over pier\n\n{BERTH}", "Ferry berth closed over pier"),
        (f"Ferry berth closed over pier. FERRY BERTH CLOSED OVER PIER. {BERTH}", "FERRY BERTH CLOSED OVER PIER"),
        (
            f"Quillan closes its northern ferry berth for weeks\n\n{DIVE}\n**Quillan closes its ferry berth for long**\n{BERTH}",
            "**Quillan closes its ferry berth for long**",
        ),
    ],
    ids=["line", "sentence", "other words"],
)
def test_headline_said_again(spans, text, again):
    """A headline that is repeated at the top, also in other words, is left once."""
    assert spans(text) == [("repetition", again)]


def test_words_that_are_left(splitter, finder):
    """They are those of the text without its spans: a line begins where the span began one, and quotation is not inverted."""
    text = f"{BERTH}\n\nRead more\n\n<p>{DIVE} She said “we among x/” title=”A pier”> others” were here.\n\nShare\n\n“Go.”"
    spans, left = finder.find([text], splitter.split([text]))
    clean = text
    for span in reversed(spans[0]):
        clean = clean[: span.start] + clean[span.end :]
    one, two = documents_of(left, 0), documents_of(splitter.split([clean]), 0)
    assert [word[2:] for word in one] == [word[2:] for word in two]
    assert [text[a:b] for a, b, *_ in one] == [clean[a:b] for a, b, *_ in two]
    assert any(word[3] & QUOTED for word in one)
    first = next(word for word in one if text[word[0] :].startswith("Engineers"))
    assert first[3] & (SENTENCE | LINE | PARAGRAPH) == SENTENCE | LINE | PARAGRAPH
    assert left.digest == splitter.split([text]).digest


@given(
    st.lists(
        st.one_of(hard_text, st.sampled_from([*FURNITURE.values(), *MARKUP.values(), BERTH, "\n", "\n\n", ". "])), max_size=12
    )
)
def test_spans_are_sound(splitter, finder, parts):
    """For every text: spans are within it, disjoint and in order; their words and those left are all words; some are left."""
    text = " ".join(parts)
    words = splitter.split([text, "and one more", text])
    (spans, _, again), left = finder.find([text, "and one more", text], words)
    assert spans == again
    reached = 0
    for span in spans:
        assert reached <= span.start < span.end <= len(text)
        assert span.kind in KINDS
        assert span.words > 0
        reached = span.end
    total, kept = (int(w.bounds[1]) for w in (words, left))
    assert kept + sum(span.words for span in spans) == total
    assert bool(kept) == bool(total)
    inside = {(a, b) for a, b, *_ in documents_of(words, 0)} - {(a, b) for a, b, *_ in documents_of(left, 0)}
    assert all(any(span.start <= a and b <= span.end for span in spans) for a, b in inside)


@given(hard_text)
def test_markup_is_disjoint_and_in_order(text):
    """Places of markup follow one another, in any text."""
    reached = 0
    for start, end in markup.find(text + "<p>&amp;{{" + text + "}}<!--" + text):
        assert reached <= start < end
        reached = end


HOSTILE = {
    "one word": "word ",
    "short sentences": "A b c d e f g h i j k l. ",
    "one line": "Read more\n",
    "forms": "Leave a reply\n",
    "lists": "Related posts\nfoo bar\n",
    "tags without end": "<a ",
    "attributes": 'title="" ',
    "braces": "{{",
    "comments": "<!--",
    "entities": "&amp",
    "script": "dataLayer(\n",
    "handles": "— a (@b ",
    "credits": "(photo by x ",
    "bars": "| a ",
    "colons": "photo" + " " * 500,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_is_linear(splitter, finder, name):
    """Four times as much of what searches begin with takes about four times as long."""
    seconds = []
    for size in (50_000, 200_000):
        text = HOSTILE[name] * (size // len(HOSTILE[name])) + ">;}"
        words = splitter.split([text])
        finder.find([text], words)
        runs = []
        for _ in range(3):
            start = time.process_time()
            finder.find([text], words)
            runs.append(time.process_time() - start)
        seconds.append(min(runs))
    assert seconds[1] < 8 * seconds[0] + 0.02


def test_tables_do_not_depend_on_the_splitter(finder):
    """The table of phrases is the same from any Splitter."""
    assert all((a == b).all() for a, b in zip(finder._phrases, Finder(Splitter())._phrases, strict=True))
