"""Passages planted in made-up texts are found with their limits; what only looks like a passage is not."""

from __future__ import annotations

import dataclasses
import itertools
import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import edited, on_one_event, prose, rarity, sentences

from provenance.align.order import FEW, ascending
from provenance.align.phrases import GAP, SURE, locally
from provenance.text import normalise

CHINESE = (
    "昨天下午，市政府召开新闻发布会，宣布地铁七号线将于明年春季正式通车。这条线路全长三十六公里，共设二十五座车站，连接机场与老城区。"
    "项目负责人表示，由于地质条件复杂，施工期间曾多次遇到涌水和塌方，工程师们采用了冻结法来加固隧道。",
    "今年的葡萄酒节吸引了来自各国的游客，酒庄主人拿出了珍藏多年的佳酿。评委会认为，干旱虽然使产量减少，果实的风味却更加浓郁。"
    "当地农民希望政府能够修建水库，以便应付越来越频繁的高温天气。",
    "考古学家在沙漠边缘发现了一座古代城市的遗址，出土了大量陶器、铜镜和写有文字的木简。初步研究显示，居民曾经营丝绸和马匹贸易。"
    "由于河流改道，这座城市在一千五百年前被人们遗弃。",
)
ARABIC = (
    "أعلنت وزارة النقل أمس أن خط السكك الحديدية الجديد بين الميناء والعاصمة سيبدأ تشغيله في الربيع المقبل بعد سنوات من التأخير. "
    "وقال المهندس المسؤول إن العمال واجهوا صعوبات كبيرة أثناء حفر الأنفاق في الجبال بسبب المياه الجوفية والانهيارات الصخرية.",
    "افتتح المتحف الوطني معرضا للمخطوطات النادرة التي جمعها تاجر من حلب خلال القرن التاسع عشر. "
    "ويضم المعرض رسائل الفلكيين وخرائط البحارة وكتبا في الطب والزراعة لم تعرض على الجمهور من قبل.",
    "حذر خبراء الأرصاد من موجة حر شديدة ستضرب المناطق الجنوبية هذا الأسبوع وقد تتجاوز درجات الحرارة معدلاتها المعتادة. "
    "ونصحت السلطات المزارعين بري المحاصيل ليلا وتجنب حرق الأعشاب الجافة قرب الغابات.",
)


def planted(passage: str, seed: int, before: int = 8, after: int = 8) -> tuple[str, int, int]:
    """A passage in the middle of other text, and where its words begin and end. Words of its own part it from the rest."""
    rng = random.Random(seed)
    head = f"{prose(1000 + seed, before)} {rarity(rng)} "
    return f"{head}{passage} {rarity(rng)} {prose(2000 + seed, after)}", len(head), len(head) + len(passage.rstrip("."))


@pytest.mark.parametrize("size", [2, 5, 20])
@pytest.mark.parametrize("seed", range(4))
def test_a_verbatim_passage_is_found_with_its_exact_limits(seed, size, passages):
    """A copy in the middle of unrelated texts: one match, to the letter, of similarity 1."""
    passage = prose(seed, size)
    (a, a0, a1), (b, b0, b1) = planted(passage, seed, 8, 3), planted(passage, seed + 50, 2, 9)
    (found,) = passages(a, b)
    assert (found.a_start, found.a_end, found.b_start, found.b_end) == (a0, a1, b0, b1)
    assert (found.kind, found.similarity, found.words) == ("verbatim", 1.0, len(passage.split()))


def test_case_punctuation_and_layout_do_not_stop_a_verbatim_match(passages):
    """Words decide: the offsets of each side are its own."""
    passage = prose(3, 5)
    (a, a0, a1), (b, b0, _) = planted(passage, 1), planted(passage.upper().replace(" ", " \n\t").replace(".", " —"), 2)
    (found,) = passages(a, b)
    assert (found.a_start, found.a_end, found.b_start) == (a0, a1, b0)
    assert (found.kind, found.similarity) == ("verbatim", 1.0)
    assert found.b.split() == passage.upper().replace(".", " —").split()[:-1]


@pytest.mark.parametrize("text", [prose(1, 3), prose(2, 60)])
def test_a_text_and_itself_share_all_of_it(text, passages):
    """One match, from the first word to the last."""
    (found,) = passages(text, text)
    assert found.a == found.b == text.rstrip(".")
    assert found.kind == "verbatim"


@pytest.mark.parametrize("share", [0.05, 0.2])
@pytest.mark.parametrize("seed", range(5))
def test_an_edited_passage_is_one_match_of_its_similarity(seed, share, passages):
    """With one word in twenty or in five replaced it is still one passage, within a few words of its limits."""
    passage = prose(seed, 10)
    (a, a0, a1), (b, b0, _) = planted(passage, seed), planted(edited(passage, share, seed), seed + 50)
    (found,) = passages(a, b)
    assert found.kind == "edited"
    assert abs(found.a_start - a0) < 60
    assert abs(found.a_end - a1) < 60
    assert abs(found.b_start - b0) < 60
    assert 1 - share - 0.15 < found.similarity < 1 - share + 0.03  # common words between two edits go unaligned


def test_moved_sentences_stay_one_match(passages):
    """Halves that change places are one passage, its words aligned across each other."""
    parts = sentences(random.Random(9), 8)
    (a, *_), (b, *_) = planted(" ".join(parts), 1), planted(" ".join(parts[4:] + parts[:4]), 2)
    (found,) = passages(a, b)
    assert found.words >= 0.9 * len(" ".join(parts).split())
    assert found.similarity > 0.9
    assert found.kind == "edited"


def test_two_passages_are_two_matches(passages):
    """Passages that other text separates are told apart, in whatever order they stand."""
    one, two = prose(1, 5), prose(2, 5)
    a = " ".join([prose(11, 6), one, prose(12, 6), two, prose(13, 6)])
    b = " ".join([prose(21, 6), two, prose(22, 6), one, prose(23, 6)])
    found = passages(a, b)
    assert [p.a + "." for p in found] == [p.b + "." for p in found] == [one, two]


def test_a_passage_repeated_on_one_side_is_matched_once(passages):
    """A word is reused once: the second copy in b does not make a second match of a's only one."""
    passage = prose(4, 5)
    a, b = planted(passage, 1)[0], " ".join([prose(31, 4), passage, prose(32, 8), passage, prose(33, 4)])
    (found,) = passages(a, b)
    assert found.a == found.b == passage.rstrip(".")


def test_unrelated_texts_share_nothing(aligned):
    """Forty texts of 250 words with the same common vocabulary, all pairs: no match."""
    texts = [prose(seed, 16) for seed in range(100, 140)]
    pairs = [(i, j) for i in range(40) for j in range(i)]
    assert [p for found in aligned(texts, pairs) for p in found] == []


@pytest.mark.parametrize("seed", range(5))
def test_the_same_names_alone_are_no_passage(seed, passages):
    """Reports of one event name the same people and places: without shared wording that is no match."""
    names = [rarity(random.Random(seed * 20 + i)).capitalize() for i in range(12)]

    def report(number: int) -> str:
        rng = random.Random(number)
        words = prose(number, 12, names=0).split()
        for known in names:
            words.insert(rng.randrange(1, len(words)), known)
        return " ".join(words)

    assert passages(report(500 + seed), report(600 + seed)) == []


KEPT = "wary of their ponderous bookkeeping and secrecy"


@pytest.mark.parametrize("seed", range(3))
def test_a_phrase_that_two_reports_of_one_event_share_is_found(seed, passages):
    """A turn of seven words, one of them another, in texts that name the same people and places; it ends where it ends."""
    other = KEPT.replace("ponderous", "opaque")
    a, b = on_one_event(700 + seed, seed, KEPT), on_one_event(800 + seed, seed, other)
    (phrase,) = passages(a, b)
    assert (a[phrase.a_start : phrase.a_end], b[phrase.b_start : phrase.b_end]) == (KEPT, other)
    assert (phrase.kind, phrase.words) == ("edited", 6)
    assert phrase.bits >= SURE


def test_a_phrase_tells_nothing_of_texts_on_two_events(passages):
    """Texts that name other people and places may share a turn of words by chance."""
    assert passages(on_one_event(700, 1, KEPT), on_one_event(800, 2, KEPT)) == []


def test_a_few_words_in_common_are_no_evidence_by_themselves(passages):
    """Half a phrase may be borne out by a third text: it is kept, without bits."""
    (phrase,) = passages(on_one_event(700, 1, "their ponderous bookkeeping"), on_one_event(800, 1, "their ponderous bookkeeping"))
    assert phrase.bits == 0
    assert passages(on_one_event(700, 1, "their bookkeeping"), on_one_event(800, 1, "their bookkeeping")) == []


def test_names_and_numbers_are_no_phrase(passages):
    """What reports of one event name in one order is no wording."""
    named = "Commissioner Adalbert Quorn Vesterholm 48213 Ruthen Mirabel"
    assert passages(on_one_event(700, 1, named), on_one_event(800, 1, named)) == []


def smith_waterman(a: list[int], b: list[int], weight: list[float], starts: set[tuple[int, int]]) -> float:
    """The best score of an alignment that begins at one of these places, cell by cell."""
    score = np.full((len(a) + 1, len(b) + 1), -np.inf)
    for i, j in itertools.product(range(len(a)), range(len(b))):
        fresh = weight[i] if (i, j) in starts else -np.inf
        same = score[i, j] + (weight[i] if a[i] == b[j] else -GAP)
        best = max(fresh, same, score[i, j + 1] - GAP, score[i + 1, j] - GAP)
        score[i + 1, j + 1] = best if best > 0 else -np.inf
    return float(score.max())


@given(st.data(), st.booleans())
@settings(max_examples=60)
def test_the_best_alignment_is_that_of_smith_and_waterman(data, anywhere):
    """Looking only at what can be reached from where an alignment may begin finds the same, and where it begins and ends."""
    a, b = (data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=25)) for _ in range(2))
    weight = [data.draw(st.sampled_from([1.0, 4.0, 9.0, 12.0])) for _ in a]
    order = np.array(sorted(range(len(b)), key=lambda j: (b[j], j)), np.int64)
    rare = [x if bits > 4 else -1 for x, bits in zip(a, weight, strict=True)]
    first, last = (np.searchsorted(np.array(b)[order], rare, side).astype(np.int64) for side in ("left", "right"))
    starts = {(i, j) for i, j in itertools.product(range(len(a)), range(len(b))) if a[i] == b[j] and (anywhere or rare[i] >= 0)}
    out = np.zeros((64, 7))
    arrays = np.array(a, np.uint64), np.array(b, np.uint64), order, np.array(weight), first, last
    count = locally(*arrays, (0, len(a), 0, len(b)), anywhere, 1.0, out)
    assert out[:count, 5].max(initial=-np.inf) == smith_waterman(a, b, weight, starts)
    for a0, a1, b0, b1, words, *_ in out[:count].astype(int):
        assert (a0, b0) in starts
        assert a[a1 - 1] == b[b1 - 1]
        assert 0 < words <= min(a1 - a0, b1 - b0)


@pytest.mark.parametrize("marks", ["“”", '""', "«»", "„“"])
def test_what_both_sides_quote_is_a_quotation(marks, passages):
    """Two reports that cite one speaker share a quotation, whichever marks they use."""
    said = prose(7, 4)
    a, b = planted(f"“{said}”", 1)[0], planted(marks[0] + said + marks[1], 2)[0]
    (found,) = passages(a, b)
    assert found.kind == "quotation"
    assert found.a == said.rstrip(".")


def test_what_only_one_side_quotes_is_no_quotation(passages):
    """A text quoted by another is a source of it."""
    said = prose(7, 4)
    (found,) = passages(planted(said, 1)[0], planted(f"“{said}”", 2)[0])
    assert found.kind == "verbatim"


def test_a_rewritten_sentence_is_found_whole(passages):
    """Two short texts that say the same in the same order, in other words, are one rewrite from end to end."""
    a = (
        "The harbour board has postponed the dredging of Lorne basin until autumn "
        "because eel larvae were found in the silt, Mr Aske said."
    )
    b = (
        "Because larvae of eels turned up in its silt, dredging in the Lorne basin is postponed to the autumn, "
        "according to the board's Mr Aske."
    )
    (found,) = passages(a, b)
    assert found.kind == "rewrite"
    assert (found.a_start, found.b_start) == (0, 0)
    assert len(found.a) > 0.95 * len(a)
    assert len(found.b) > 0.95 * len(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (
            "The harbour board postponed dredging of Lorne basin until autumn because eel larvae were found, Mr Aske said.",
            "Mr Aske told the harbour board that visitors to Lorne basin paid 40,000 crowns in mooring fees last autumn.",
        ),
        (
            "Qtly div 12 cts vs 10 cts prior. Pay April 24. Record April 1.",
            "Qtly div 43 cts vs 38 cts prior. Pay May 15. Record April 30.",
        ),
    ],
    ids=["one subject", "one form"],
)
def test_short_texts_on_one_subject_are_no_rewrites(a, b, passages):
    """Names, terms and a form's labels make no rewrite of two short texts."""
    assert passages(a, b) == []


def test_what_may_be_a_rewrite_is_no_evidence_by_itself(passages):
    """Two short texts of which a rewrite is likely, but not by enough, match from end to end, without bits: others must bear it
    out."""
    a = "Dredging near Lorne is put off, the harbour board's Aske explained, since young eels are living in the basin."
    b = "According to Aske, larvae of eels are the reason that nobody will dredge the basin at Lorne this summer."
    (found,) = passages(a, b)
    assert (found.kind, found.bits) == ("rewrite", 0)
    assert (found.a, found.b) == (a.rstrip("."), b.rstrip("."))
    (sure,) = passages(a, "Aske, of the harbour board, explained that dredging near Lorne is put off: young eels live there.")
    assert sure.bits > 0


BONDS = (
    "Kelmark Realty Corp is issuing a 75 mln crown bond due April 30, 2033 paying nine pct and priced at 100-3/4 pct, "
    "lead manager "
    "Harrow and Penn Ltd said. The non-callable bond is available in denominations of 1,000 and 10,000 crowns and "
    "will be listed in "
    "Lorne. The selling concession is 1-1/4 pct while management and underwriting combined pays 5/8 pct. Payment date "
    "is April 30.",
    "Oresund Ferries is issuing a 120 mln crown bond due July 21, 2034 paying 7-1/2 pct and priced at 101-1/2 pct, lead manager "
    "Vossberg Bank AG said. The non-callable bond is available in denominations of 1,000 and 50,000 crowns and will be listed in "
    "Lorne. The selling concession is 1-3/8 pct while management and underwriting combined pays 1/2 pct. Payment date "
    "is July 21.",
)
DIVIDENDS = (
    "Brackwater Timber Inc said its board declared a quarterly dividend of 12 cents a share, payable March 14 to "
    "holders of record "
    "February 27. The company has paid a dividend in each quarter since its listing.",
    "Halden Optical Co said its board declared a quarterly dividend of 37 cents a share, payable June 2 to holders of "
    "record May 19. "
    "The company has paid a dividend in each quarter since its listing.",
)


@pytest.mark.parametrize(("a", "b"), [BONDS, DIVIDENDS], ids=["bonds", "dividends"])
def test_a_form_filled_in_anew_is_no_reuse(a, b, passages):
    """Two notes made from one mould share its wording, while names and numbers differ: what is found of that is boilerplate."""
    assert {found.kind for found in passages(a, b)} <= {"boilerplate"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (BONDS[0], BONDS[0].replace("75 mln", "80 mln").replace("100-3/4", "101-1/4")),
        (DIVIDENDS[0], DIVIDENDS[0].replace("12 cents", "14 cents")),
        (
            "Some 40 trawlers were driven onto the rocks at Lorne on 3 May, harbour master Ida Aske said, and 12 of "
            "the 95 sailors "
            "aboard are missing. Divers from Kelmark search the wrecks.",
            "Harbour master Ida Aske said on 3 May that 43 trawlers had been driven onto rocks at Lorne and that 15 "
            "of 95 sailors "
            "aboard were missing. Kelmark has sent divers to search the wrecks.",
        ),
    ],
    ids=["bond", "dividend", "rewrite"],
)
def test_a_text_whose_numbers_were_changed_is_reuse(a, b, passages):
    """A correction or a rewrite that disagrees on a number or two keeps the other facts: it is no form."""
    (found,) = passages(a, b)
    assert found.kind in ("edited", "rewrite")
    assert found.bits > 0


def test_headlines_in_capitals_are_told_apart_by_their_rare_words(passages):
    """Where capitals mark no names rare words stand for them: the same said of another is no evidence, a headline reworded is."""
    headline = "RATING AGENCY MAY DOWNGRADE HALDEN SHIPPING'S DEBT, CITES WEAK FREIGHT MARKET"
    other = "RATING AGENCY MAY DOWNGRADE VOSSBERG OPTICAL'S DEBT, CITES PLANNED PURCHASE"
    reworded = "AGENCY MAY DOWNGRADE DEBT OF HALDEN SHIPPING, CITING WEAK FREIGHT"
    assert not any(found.bits for found in passages(headline, other))
    assert any(found.bits for found in passages(headline, reworded))


def test_what_was_copied_into_a_form_is_reuse(passages):
    """A stretch with many facts in a row is a copy, also between two notes made from one form."""
    copied = "It said Ida Aske of Kelmark, who led the Halden fund until 2029, takes 14 pct of it for the Oresund Trust."
    found = passages(f"{DIVIDENDS[0]} {copied}", f"{DIVIDENDS[1]} {copied}")
    assert any(copied.rstrip(".") in match.a and match.kind != "boilerplate" for match in found)


@pytest.mark.parametrize("texts", [CHINESE, ARABIC], ids=["zh", "ar"])
def test_passages_are_found_in_other_scripts(texts, passages):
    """A copied paragraph among others in Chinese (characters as words) and Arabic; unrelated paragraphs share nothing."""
    passage, one, two = texts
    (found,) = passages(one + "\n" + passage, passage + "\n" + two)
    assert found.kind == "verbatim"
    assert found.a == found.b == passage.rstrip("。.")
    assert passages(one, two) == passages(passage, one) == []


def test_edits_in_chinese_are_edits(passages):
    """Characters changed within a paragraph leave one edited passage."""
    passage, one, two = CHINESE
    changed = passage.replace("昨天下午", "周一上午").replace("正式通车", "投入运营").replace("老城区", "市中心")
    (found,) = passages(one + passage, changed + two)
    assert found.kind == "edited"
    assert 0.85 < found.similarity < 1


@pytest.mark.parametrize(
    ("a", "b"), [("", ""), (prose(1), ""), ("", prose(1)), ("one", "one"), ("...", prose(1)), ("the of and", "the of and")]
)
def test_empty_and_tiny_texts_share_nothing(a, b, passages):
    """No words, or too few to say anything, are no passage."""
    assert passages(a, b) == []


def test_no_pairs_are_no_passages(aligned):
    """An empty batch of pairs is empty."""
    assert aligned([prose(1)], []) == []


@pytest.fixture(scope="session")
def warm(passages):
    """Kernels compiled, so that what follows can be timed."""
    passages(prose(1), prose(1))


@pytest.mark.parametrize("word", ["word ", "Xenophon ", "2024 ", "谢"])
def test_a_word_repeated_a_million_times_costs_bounded_time(word, passages, warm):
    """What stands everywhere says nothing about where: it makes no seeds, and no square."""
    start = time.process_time()
    assert passages(word * 1_000_000, word * 999_999) == []
    assert time.process_time() - start < 10


def test_a_book_of_two_hundred_thousand_words_costs_bounded_time(passages, warm):
    """A book against an edition of itself with another preface: seconds, and the whole of it."""
    book = " ".join(prose(seed, 1250) for seed in range(10))
    start = time.process_time()
    (found,) = passages(book, prose(77, 30) + " " + book)
    assert time.process_time() - start < 20
    assert found.a == found.b == book.rstrip(".")


def mosaic(rng: random.Random) -> tuple[str, str]:
    """Two texts that share some sentences: copied, edited, moved, quoted."""
    shared = sentences(rng, rng.randint(0, 8))
    one, two = sentences(rng, rng.randint(0, 10)), sentences(rng, rng.randint(0, 10))
    for sentence in shared:
        one.insert(rng.randint(0, len(one)), sentence)
        other = edited(sentence, rng.choice([0, 0, 0.2, 0.5]), rng.randrange(1 << 30))
        two.insert(rng.randint(0, len(two)), rng.choice([other, f"“{other}”"]))
    return " ".join(one), " ".join(two)


@given(st.integers(0, 1 << 32))
@settings(max_examples=60)
def test_passages_are_well_formed(aligned, seed):
    """Spans lie within their texts, counts fit the spans, verbatim means what it says, and passages lie apart."""
    a, b = mosaic(random.Random(seed))
    (found,) = aligned([a, b], [(0, 1)])
    for p in found:
        assert 0 <= p.a_start < p.a_end <= len(a)
        assert 0 <= p.b_start < p.b_end <= len(b)
        spans = [len(side.replace("“", "").replace("”", "").split()) for side in (p.a, p.b)]
        assert 0 < p.words <= min(spans)
        assert 0 < p.similarity <= 1
        same = normalise(p.a) == normalise(p.b)
        assert (p.kind == "verbatim") <= same
        assert same <= (p.kind in ("verbatim", "quotation"))
    apart = [p for p in found if p.kind != "summary"]  # what a summary sums up may hold other passages
    for x, y in itertools.combinations(apart, 2):  # neither explains most of the other
        over_a = a[max(x.a_start, y.a_start) : min(x.a_end, y.a_end)].split()
        over_b = b[max(x.b_start, y.b_start) : min(x.b_end, y.b_end)].split()
        assert len(over_a) <= 0.5 * max(len(x.a.split()), len(y.a.split()))
        assert len(over_b) <= 0.5 * max(len(x.b.split()), len(y.b.split()))


@given(st.integers(0, 1 << 32))
@settings(max_examples=15)
def test_batching_changes_no_passage(aligned, seed):
    """A pair's passages do not depend on the other texts and pairs of the batch, nor on the run."""
    rng = random.Random(seed)
    texts = [text for _ in range(4) for text in mosaic(rng)] + [""]
    pairs = [(i, j) for i in range(len(texts)) for j in range(len(texts)) if i != j]
    rng.shuffle(pairs)
    together = aligned(texts, pairs)
    for (i, j), found in zip(pairs[:12], together, strict=False):
        assert aligned([texts[i], texts[j]], [(0, 1)]) == [found]


def test_more_passages_than_the_first_room_holds_are_all_returned(aligned):
    """Many pairs with several passages each fill the output more than once."""
    parts = [prose(seed, 3) for seed in range(5)]
    a = " ".join(x for i, part in enumerate(parts) for x in (part, prose(60 + i, 5)))
    b = " ".join(x for i, part in enumerate(parts) for x in (prose(80 + i, 5), part))
    alone = aligned([a, b], [(0, 1)])[0]
    assert len(alone) == len(parts)
    many = aligned([a, b], [(0, 1)] * 400)
    assert len(many) == 400
    assert all(found == alone for found in many)


def test_passages_are_found_from_either_side(passages):
    """Taken the other way round the two texts share the same passages."""
    passage = prose(5, 6)
    a, b = planted(passage, 1)[0], planted(edited(passage, 0.1, 1), 2)[0]
    (one,), (two,) = passages(a, b), passages(b, a)
    turned = dataclasses.replace(
        two, a_start=two.b_start, a_end=two.b_end, b_start=two.a_start, b_end=two.a_end, a=two.b, b=two.a
    )  # fmt: skip
    assert one == turned


@pytest.mark.parametrize("size", [0, 1, 2, 17, FEW, FEW + 1])
def test_equal_keys_stay_in_their_order(size):
    """Few keys and many are put in order alike: as a stable sort does."""
    keys = np.random.default_rng(size).integers(-9, 9, size)
    assert ascending(keys).tolist() == np.argsort(keys, kind="stable").tolist()
