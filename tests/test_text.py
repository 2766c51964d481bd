"""Words, offsets and digests: `Splitter` against plain readings of the same rules."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
import xxhash
from conftest import documents_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import hard_text, prose, separators, spelt_text, worldly_text

from provenance.lexicon import fold
from provenance.text import (
    CAPITAL,
    HAS_DIGIT,
    LINE,
    PARAGRAPH,
    QUOTED,
    SENTENCE,
    Folding,
    Splitter,
    is_invisible,
    is_word,
    normalise,
)

SPLITTER = Splitter()
FOLDING = Folding()
# Spaces of Unicode: everything that str.isspace calls one, and the zero width space.
SPACES = [c for c in map(chr, range(0x10000)) if c.isspace()] + ["\u200b"]
MARKS = "".join(c for c in map(chr, range(0x0E00)) if unicodedata.category(c)[0] == "M")
"""What Python's \\w leaves out."""
PLAIN = [
    c
    for c in map(chr, range(0x0E00))
    if unicodedata.category(c) not in ("Cf", "Cn")
    and c not in MARKS
    and len({is_word(f) for f in unicodedata.normalize("NFKC", c)}) == 1
]
"""Characters below the scripts without spaces whose NFKC is all word or all separator (it is both in fractions)."""


def slices(text: str) -> list[str]:
    """The words of a text as they stand in it."""
    words = SPLITTER.split([text])
    return [text[s:e] for s, e in zip(words.start.tolist(), words.end.tolist(), strict=True)]


def hashes(text: str) -> list[int]:
    return SPLITTER.split([text]).hash.tolist()


def flagged(text: str, flag: int) -> list[str]:
    """The words that carry a flag."""
    return [text[s:e] for s, e, _, flags in documents_of(SPLITTER.split([text]), 0) if flags & flag]


def test_words_are_runs_of_letters_marks_digits_and_connectors():
    """Punctuation and symbols separate, an underscore joins."""
    assert slices("Don't e-mail snake_case 3.14, 42nd: ©2024/25!") == [
        "Don", "t", "e", "mail", "snake_case", "3", "14", "42nd", "2024", "25",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " ", "...", "\u00a0\u3000", "\x00", "\ud800", "😀 — 🏳️‍🌈 ❤️", "\u00ad\u200d\ufeff"])
def test_text_without_word_characters_has_no_words(text):
    """Empty texts, punctuation, emoji and invisible characters hold no words, and share one digest."""
    assert slices(text) == []
    assert SPLITTER.split([text]).digest == (xxhash.xxh3_128_hexdigest(b""),)


@pytest.mark.parametrize("space", SPACES, ids=lambda c: f"U+{ord(c):04X}")
def test_every_unicode_space_separates(space):
    """NBSP, thin, ideographic and zero width spaces part words as a blank does."""
    assert slices(f"ab{space}cd") == ["ab", "cd"]
    assert hashes(f"ab{space}cd") == hashes("ab cd")


@pytest.mark.parametrize("char", "\u00ad\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u061c\ufeff\ufe0f\U000e0101\u034f")
def test_invisible_characters_neither_separate_nor_count(char):
    """Soft hyphens, joiners, bidi controls and variation selectors change no word, wherever they stand."""
    assert hashes(f"{char}co{char}operate{char} {char}now") == hashes("cooperate now")
    assert slices(f"{char}co{char}operate{char} now") == [f"co{char}operate", "now"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("café", "cafe\u0301"), ("CAFÉ", "café"), ("Straße", "STRASSE"), ("ẞ", "ss"), ("ﬁnance", "finance"), ("ﬄ", "ffl"),
        ("１２３ｋｍ", "123km"), ("İstanbul", "i\u0307stanbul"), ("İ", "I\u0307"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ᾳ", "αι"),
        ("ſecret", "secret"), ("Å", "\u212b"), ("㎏", "kg"), ("5㎞", "5km"), ("№5", "no5"), ("x²", "x2"),
        ("½", "12"), ("Ⅷ", "viii"), ("𝐀𝐛", "ab"), ("𐐀𐐁", "𐐨𐐩"), ("ガ", "カ\u3099"), ("ガ", "ｶﾞ"), ("パリ", "ハ\u309aリ"),
        ("⽇本", "日本"), ("\uf900", "\u8c48"), ("ﻻ", "لا"), ("葛\U000e0100城", "葛城"),
        *((word, unicodedata.normalize("NFD", word)) for word in ("한국", "Việt", "Ångström", "Ёлка", "क़लम")),
    ],
)  # fmt: skip
def test_spellings_of_one_word_are_equal(one, other):
    """Composition, case, width, ligatures and compatibility forms make no difference; words and digest are equal."""
    assert hashes(one) == hashes(other) != []
    assert SPLITTER.split([one]).digest == SPLITTER.split([other]).digest


@pytest.mark.parametrize(
    ("one", "other"), [("İ", "i"), ("ı", "i"), ("café", "cafe"), ("é", "è"), ("か", "が"), ("o", "0"), ("а", "a"), ("мир", "мiр")]
)
def test_different_letters_make_different_words(one, other):
    """Accents, dotless i, voicing marks and look-alikes of another script are kept apart."""
    assert hashes(one) != hashes(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("北京2008年奥运会", ["北", "京", "2008", "年", "奥", "运", "会"]),
        ("東京タワーへ行く。", ["東", "京", "タ", "ワ", "ー", "へ", "行", "く"]),
        ("𠮷野家", ["𠮷", "野", "家"]),
        ("か\u3099く", ["か\u3099", "く"]),
        ("ประเทศไทย", ["ป", "ร", "ะ", "เ", "ท", "ศ", "ไ", "ท", "ย"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("๒๕๖๗", ["๒๕๖๗"]),
        ("ខ្មែរ", ["ខ្", "មែ", "រ"]),
        ("မြန်မာ", ["မြ", "န်", "မာ"]),
        ("བོད་སྐད", ["བོ", "ད", "སྐ", "ད"]),
        ("ຂ້າວ", ["ຂ້", "າ", "ວ"]),
        ("iPhone手机", ["iPhone", "手", "机"]),
        ("서울 시청", ["서울", "시청"]),
        ("مرحبا بالعالم", ["مرحبا", "بالعالم"]),
        ("می‌خواهم", ["می‌خواهم"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("👍🏽ok👩‍👩‍👧yes", ["ok", "yes"]),
    ],
)
def test_scripts_split_as_their_readers_would(text, words):
    """Scripts without spaces count characters with their marks; the others their written words."""
    assert slices(text) == words


@given(hard_text)
@example("\ufdfa" * 9)
@example("e\u00ad\u0301")
def test_offsets_point_into_the_unchanged_text(text):
    """The slice of a word, folded, is the word: the same hash, alone as in its text, with nothing around it."""
    words = SPLITTER.split([text])
    for start, end, value, _ in documents_of(words, 0):
        word = text[start:end]
        assert 0 <= start < end <= len(text)
        assert not is_invisible(word[0])
        assert not is_invisible(word[-1])
        assert hashes(word) == [value]
    assert all(words.end[:-1] <= words.start[1:])


@given(hard_text)
@example("\ufdfa" * 200)
@example("a\ud800\x00b")
def test_splitter_computes_normalise(text):
    """The kernel's digest and number of words are those of the slow, plain function; every str is welcome."""
    norm = normalise(text, FOLDING)
    words = SPLITTER.split([text])
    assert words.digest == (xxhash.xxh3_128_hexdigest(norm.encode("utf-32-le", "surrogatepass")),)
    assert len(words.hash) == len(norm.split())


@given(hard_text, separators, hard_text)
def test_words_of_a_concatenation_are_the_words_of_its_parts(a, between, b):
    """What stands on the other side of a separator changes no word; offsets move along."""
    one, two, both = SPLITTER.split([a]), SPLITTER.split([b]), SPLITTER.split([a + between + b])
    assert both.hash.tolist() == one.hash.tolist() + two.hash.tolist()
    assert both.start.tolist() == one.start.tolist() + [s + len(a + between) for s in two.start.tolist()]


@given(worldly_text)
def test_splitting_at_white_space_first_changes_nothing(text):
    """Words never reach over white space."""
    assert hashes(text) == [value for part in text.split() for value in hashes(part)]


@given(st.text(st.sampled_from(PLAIN), max_size=60))
def test_words_are_those_of_a_regular_expression_over_nfkc(text):
    """For scripts with spaces the words are the runs of word characters of the case-folded NFKC text."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    expected = [unicodedata.normalize("NFKD", word) for word in re.findall(rf"[\w{MARKS}]+", folded)]
    assert normalise(text, FOLDING).split() == expected


@given(spelt_text)
def test_composed_and_decomposed_texts_have_equal_words(text):
    """NFC and NFD of a text split into the same words, whatever is written where."""
    assert hashes(unicodedata.normalize("NFC", text)) == hashes(unicodedata.normalize("NFD", text))


@given(hard_text, hard_text)
@example("e\u00ad\u0301", "É")
@example("Ⅷ", "viii")
def test_words_of_equal_hash_fold_to_equal_stems(a, b):
    """What the lexicon remembers by hash does not depend on the spelling that it met first."""
    forms = {}
    for text in (a, b, unicodedata.normalize("NFD", a), a.upper(), unicodedata.normalize("NFKC", b)):
        for start, end, value, flags in documents_of(SPLITTER.split([text]), 0):
            form = fold(text[start:end]), flags & HAS_DIGIT
            assert forms.setdefault(value, form) == form


def test_expansions_beyond_the_scratch_room_are_computed_whole():
    """U+FDFA is one character and eighteen folded ones: a text of them outgrows every estimate of the normal form."""
    text = "\ufdfa" * 20_000 + " end"
    words = Splitter().split([text])
    assert words.end.tolist() == [20_000, 20_004]
    assert words.digest == (xxhash.xxh3_128_hexdigest(normalise(text).encode("utf-32-le")),)


def test_texts_longer_than_the_scratch_arrays_are_split_whole():
    """The scratch arrays grow with the text, and shorter texts afterwards come out right."""
    long, short = "word " * 40_000, "Été ﬁn"
    words = Splitter().split([short, long, short])
    assert np.diff(words.bounds).tolist() == [2, 40_000, 2]
    assert words.hash[:2].tolist() == words.hash[-2:].tolist() == hashes(short)


@given(worldly_text)
@settings(max_examples=30)
def test_a_fresh_splitter_agrees_with_a_used_one(text):
    """Filling the folding table page by page, in whatever order, changes nothing."""
    assert hashes(text) == Splitter().split([text]).hash.tolist()


def test_batching_changes_nothing():
    """A document's words do not depend on its neighbours."""
    texts = [prose(1, 3), "", "Ünïcode “quoted", "中文", '"', "x", prose(2, 2)]
    whole = SPLITTER.split(texts)
    assert len(whole) == len(texts)
    for i, text in enumerate(texts):
        alone = SPLITTER.split([text])
        assert documents_of(whole, i) == documents_of(alone, 0)
        assert whole.digest[i] == alone.digest[0]


def test_no_texts_are_no_documents():
    """An empty batch is empty arrays of the promised types."""
    words = SPLITTER.split([])
    assert (len(words), words.bounds.tolist(), words.digest) == (0, [0], ())
    assert (words.start.dtype, words.hash.dtype, words.flags.dtype) == (np.int32, np.uint64, np.uint8)


def test_order_of_words_counts_in_the_digest_and_case_and_punctuation_do_not():
    """Equal digests mean equal texts but for case, spacing and punctuation."""
    one, same, moved, joined = SPLITTER.split(["The cat, sat.", "the  CAT sat", "cat the sat", "thecat sat"]).digest
    assert one == same
    assert len({one, moved, joined}) == 3


def test_sentence_flag_marks_first_words_of_sentences():
    """The first word of the text and those after . ! ? … and their Chinese, Arabic and Hindi relatives begin sentences."""
    assert flagged("One two. Three! “Four” five? (Six) seven… eight, nine", SENTENCE) == ["One", "Three", "Four", "Six", "eight"]
    assert flagged("天地。玄黄", SENTENCE) == ["天", "玄"]
    assert flagged("राम आया। वह गया", SENTENCE) == ["राम", "वह"]


def test_line_and_paragraph_flags_follow_line_breaks():
    """A line break begins a line, a blank line a paragraph (and a line and a sentence)."""
    text = "a b\nc d\n\ne f\n \t\ng"
    assert flagged(text, LINE) == ["a", "c", "e", "g"]
    assert flagged(text, PARAGRAPH) == ["a", "e", "g"]
    assert flagged(text, SENTENCE) == ["a", "e", "g"]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\u2028", "\x85"])
def test_line_breaks_of_other_systems_mean_the_same(newline):
    """CR LF is one line break, not a blank line; the flags are those of the text with LF."""
    text = 'One\n"two\nthree" four\n\nfive'
    expected = [flags for _, _, _, flags in documents_of(SPLITTER.split([text]), 0)]
    assert [flags for _, _, _, flags in documents_of(SPLITTER.split([text.replace("\n", newline)]), 0)] == expected


@pytest.mark.parametrize(
    "text", ['he "said so" then', "he “said so” then", "he „said so“ then", "he «said so» then", "he 「said so」 then"]
)
def test_quoted_flag_marks_words_between_quotation_marks(text):
    """Double quotation marks of any style open and close."""
    assert flagged(text, QUOTED) == ["said", "so"]


def test_an_unclosed_quotation_ends_with_its_paragraph():
    """One forgotten mark does not turn the rest of a text inside out."""
    assert flagged('she "said\nso.\n\nThen "he" left', QUOTED) == ["said", "so", "he"]


def test_capital_and_digit_flags():
    """A capital counts at a word's beginning only, a digit anywhere, in any script."""
    text = "Ab aB Éa ǅ B2b x² ٣ Ж 中 ½ Ⅷ"
    assert flagged(text, CAPITAL) == ["Ab", "Éa", "ǅ", "B2b", "Ж"]
    assert flagged(text, HAS_DIGIT) == ["B2b", "x²", "٣", "½"]
