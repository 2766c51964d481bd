"""Stems, weights and languages: fixed numbers, whatever the batches and the memory."""

from __future__ import annotations

import importlib.util
import itertools

import numpy as np
import pytest
from strategies import prose

from provenance.lexicon import CAP, LANGUAGES, STEMMERS, UNKNOWN, Lexicon, digits_bits, fold, hash_of
from provenance.text import Splitter

SENTENCES = {
    "ar": "قال الوزير في مؤتمر صحفي إن الحكومة سوف تعمل على حل المشكلة التي من شأنها أن تؤثر على الناس في كل المدن",
    "ca": "El president va dir que el govern no ha pogut arribar a un acord amb els treballadors de la fàbrica",
    "cs": "Ministr řekl, že se vláda na to v tomto roce podívá a že by to mohlo být pro lidi lepší, ale není to jisté",
    "da": "Regeringen siger, at det ikke er muligt at finde en løsning på problemet, og at der skal mere tid til",
    "de": "Die Regierung hat gesagt, dass es nicht möglich ist, eine Lösung für das Problem zu finden, und dass sie Zeit braucht",
    "el": "Η κυβέρνηση είπε ότι δεν είναι δυνατόν να βρεθεί λύση για το πρόβλημα και ότι χρειάζεται περισσότερος χρόνος",
    "en": "The government said that it is not possible to find a solution to the problem and that it needs more time",
    "es": "El gobierno dijo que no es posible encontrar una solución para el problema y que se necesita más tiempo",
    "fa": "دولت گفت که این مشکل را نمی توان در این سال حل کرد و برای آن به زمان بیشتری نیاز است",
    "fi": "Hallitus sanoi, että ongelmaan ei ole löytynyt ratkaisua ja että se on nyt vain ajan kysymys, mutta se ei ole varma",
    "fr": "Le gouvernement a dit qu'il n'est pas possible de trouver une solution pour le problème et que cela demande du temps",
    "he": "הממשלה אמרה כי לא ניתן למצוא פתרון של הבעיה הזאת, אבל היא גם אמרה כי זה לא כל מה שיש לה על השולחן",
    "hi": "सरकार ने कहा है कि इस समस्या का हल नहीं मिल सका और इसके लिए और समय की जरूरत है",
    "hu": "A kormány azt mondta, hogy nem lehet megoldást találni a problémára, és hogy ez még csak egy kis idő kérdése",
    "id": "Pemerintah mengatakan bahwa tidak ada jalan keluar untuk masalah ini dan akan ada yang lebih baik dari itu",
    "it": "Il governo ha detto che non è possibile trovare una soluzione per il problema e che ci vuole più tempo",
    "ja": "政府はこの問題を解決することができないと述べた。そしてこれからも時間がかかるという。",
    "ko": "정부는 이 문제를 해결할 수 없다고 말했다 그리고 더 많은 시간이 필요한 것 같다고 그 사람이 말했다",
    "nl": "De regering heeft gezegd dat het niet mogelijk is om een oplossing voor het probleem te vinden",
    "pl": "Rząd powiedział, że nie można znaleźć rozwiązania tego problemu i że to jest dla nas bardzo ważne, ale nie teraz",
    "pt": "O governo disse que não é possível encontrar uma solução para o problema e que ele precisa de mais tempo",
    "ro": "Guvernul a spus că nu este posibil să se găsească o soluție pentru această problemă și că are nevoie de mai mult timp",
    "ru": "Правительство сказало, что это не так и что на решение этой проблемы у них было не так много времени",
    "sv": "Regeringen säger att det inte är möjligt att hitta en lösning på problemet och att den behöver mer tid för det",
    "tr": "Bu sorun için daha çok zaman gerek ve bir çözüm olduğu kadar ne var ne yok diye de çok şey var ama o kadar değil",
    "uk": "Уряд сказав, що це не так і що для вирішення цієї проблеми він не має часу, але як і завжди, все це є",
    "vi": "Chính phủ nói rằng không thể tìm ra giải pháp cho vấn đề này và cần thêm thời gian để làm việc đó",
    "zh": "政府表示，这个问题不是在一年之内就能解决的，他们还需要更多的时间来找到一个好的办法。",
}


class Forgetful(Lexicon):
    """A Lexicon whose memory is full all the time."""

    _SLOTS = 8


def weigh(lexicon: Lexicon, splitter: Splitter, text: str, language: str | None = None) -> list[tuple[int, float]]:
    words = splitter.split([text])
    spoken = lexicon.detect(words)[0] if language is None else np.array([LANGUAGES.index(language)])
    stems, bits = lexicon.weigh([text], words, spoken)
    return list(zip(stems.tolist(), (round(b, 1) for b in bits.tolist()), strict=True))


@pytest.mark.parametrize("language", SENTENCES)
def test_language_of_a_sentence_is_detected(language, lexicon, splitter):
    """One sentence of running text is enough."""
    assert LANGUAGES[lexicon.detect(splitter.split([SENTENCES[language]]))[0][0]] == language


@pytest.mark.parametrize(
    "text", ["", "Paris 2024", "Zorblat quimtex vrondel", "12 345 678", "the", "Αβγ", "Hans of Munich " + "xyz " * 60]
)
def test_no_language_is_claimed_without_evidence(text, lexicon, splitter):
    """Few or no function words leave the language unknown."""
    assert lexicon.detect(splitter.split([text]))[0].tolist() == [UNKNOWN]


def test_close_languages_are_used_but_not_named(lexicon, splitter):
    """Words that two languages share choose the likelier for weighing and name none; running text names its own."""
    texts = ["de la que en", SENTENCES["es"], SENTENCES["pt"]]
    language, clear = lexicon.detect(splitter.split(texts))
    assert language[0] != UNKNOWN
    assert clear.tolist() == [False, True, True]


def test_languages_of_a_batch_are_told_apart(lexicon, splitter):
    """Each document has its own language, unknown ones between them."""
    texts = [t for sentence in SENTENCES.values() for t in (sentence, "Zorblat")]
    found = lexicon.detect(splitter.split(texts))[0].tolist()
    assert found == [i for language in SENTENCES for i in (LANGUAGES.index(language), UNKNOWN)]


@pytest.mark.parametrize(
    ("language", "word", "bits"),
    [
        ("en", "the", 4.2), ("en", "government", 11.1), ("en", "chlorophyll", 20.7), ("en", "xqzzyvorp", CAP),
        ("de", "und", 5.2), ("fr", "président", 11.6), ("zh", "的", 4.0), ("ru", "время", 9.2),
    ],
)  # fmt: skip
def test_weights_are_fixed(language, word, bits, lexicon, splitter):
    """Weights come from the data file alone: these may only change together with it, and then every store's matches do."""
    assert [found for _, found in weigh(lexicon, splitter, word, language)] == [bits]


def test_inflections_share_stem_and_weight(lexicon, splitter):
    """A stem is one thing for the rooms that follow, whatever its case, number and Unicode form."""
    forms = weigh(lexicon, splitter, "elections Election ELECTIONS ｅｌｅｃｔｉｏｎ elec\u00adtion", "en")
    assert len(set(forms)) == 1
    assert forms != weigh(lexicon, splitter, "electors", "en")
    assert len(set(weigh(lexicon, splitter, "présidents pre\u0301sident PRÉSIDENT", "fr"))) == 1


def test_a_word_may_weigh_differently_in_another_language(lexicon, splitter):
    """`die` is an article in German and an event in English; the memory keeps them apart."""
    german, english = weigh(lexicon, splitter, "die", "de"), weigh(lexicon, splitter, "die", "en")
    assert german[0][1] < 7 < 9 < english[0][1]
    assert weigh(lexicon, splitter, "die", "de") == german


def test_words_with_digits_weigh_by_their_length(lexicon, splitter):
    """A single digit says little, a long number identifies; they are never stemmed."""
    found = weigh(lexicon, splitter, "7 42 365 1987 12345 123456 1234567 3rds", "en")
    assert [bits for _, bits in found] == [6, 9, 12, 12.5, 20, CAP, CAP, 12.5]
    assert found[-1][0] == hash_of("3rds")
    assert [digits_bits(n) for n in range(1, 40)] == sorted(digits_bits(n) for n in range(1, 40))


def test_words_of_unknown_languages_weigh_by_their_length(lexicon, splitter):
    """No table and no stemmer: length stands for information, below the rarest known words."""
    found = weigh(lexicon, splitter, "a zo zor zorblats Zorblat zorblat_of_quim")
    assert [bits for _, bits in found] == [5, 6, 9, 21, 21, 21]
    assert found[3][0] != found[4][0]
    assert found[4][0] == hash_of("zorblat")


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - set(STEMMERS)))
def test_languages_without_a_stemmer_use_whole_words(language, lexicon, splitter):
    """Their stem is the word itself, weighed by the language's table."""
    word = SENTENCES[language].split()[0]
    text = word[:1] if language in ("ja", "zh") else word
    assert weigh(lexicon, splitter, text, language)[0][0] == hash_of(fold(text))


def test_the_last_words_of_a_full_memory_are_the_first(splitter):
    """A memory that overflows and starts anew in every batch gives the same stems and weights."""
    texts = [*SENTENCES.values(), prose(3, 20), prose(4, 20), "Zorblat 42"]
    words = splitter.split(texts)
    steady, forgetful = Lexicon(), Forgetful()
    language = steady.detect(words)[0]
    expected = [column.tolist() for column in steady.weigh(texts, words, language)]
    for _ in range(2):
        assert [column.tolist() for column in forgetful.weigh(texts, words, language)] == expected
        for i in (0, 5, len(texts) - 2):
            at = slice(words.bounds[i], words.bounds[i + 1])
            stems, bits = forgetful.weigh([texts[i]], splitter.split([texts[i]]), language[i : i + 1])
            assert [stems.tolist(), bits.tolist()] == [expected[0][at], expected[1][at]]


def test_one_word_in_every_language_fits_a_small_memory(splitter):
    """Room is made for each language's entry of a word, not for each word."""
    texts = ["radio taxi"] * (len(LANGUAGES) + 1)
    words = splitter.split(texts)
    language = np.arange(len(texts))
    stems, bits = Forgetful().weigh(texts, words, language)
    again = Lexicon().weigh(texts, words, language)
    assert (stems.tolist(), bits.tolist()) == (again[0].tolist(), again[1].tolist())


def test_batching_changes_no_weight(splitter):
    """Stems and weights of a document do not depend on its neighbours or on what came before."""
    texts = [prose(5, 4), "Ⅷ viii ⅷ", "viii Ⅷ", "", SENTENCES["de"], prose(6, 4)]
    lexicon, words = Lexicon(), splitter.split(texts)
    language = lexicon.detect(words)[0]
    stems, bits = lexicon.weigh(texts, words, language)
    for order in itertools.islice(itertools.permutations(range(len(texts))), 0, 720, 97):
        other = Lexicon()
        for i in order:
            at = slice(words.bounds[i], words.bounds[i + 1])
            alone = other.weigh([texts[i]], splitter.split([texts[i]]), language[i : i + 1])
            assert (alone[0].tolist(), alone[1].tolist()) == (stems[at].tolist(), bits[at].tolist())


def test_an_empty_batch_has_no_weights(lexicon, splitter):
    """Empty in, empty out, of the promised types."""
    words = splitter.split([])
    stems, bits = lexicon.weigh([], words, lexicon.detect(words)[0])
    assert (stems.dtype, bits.dtype, len(stems), len(bits)) == (np.uint64, np.float32, 0, 0)


@pytest.mark.skipif(
    importlib.util.find_spec("wordfreq") is None, reason="wordfreq, from which the weights come, is not installed"
)
@pytest.mark.filterwarnings("ignore")  # wordfreq's own, about jieba and MeCab
def test_data_file_is_what_build_makes():
    """The weights shipped are those that data/build.py computes from wordfreq, here for one language."""
    import collections
    import math

    from provenance import lexicon
    from provenance.data import build

    language = "lt"
    frequencies = build.frequencies(language)
    words = [fold(word) for word in frequencies]
    stemmed = Lexicon()._stemmed(words, np.full(len(words), LANGUAGES.index(language)))
    stems = collections.Counter()
    for stem, p in zip(stemmed, frequencies.values(), strict=True):
        stems[hash_of(stem) & 0xFFFFFFFF] += p
    built = {h: round(-10 * math.log2(p)) / 10 for h, p in stems.most_common(build.STEMS) if -math.log2(p) < CAP}
    shipped = dict(zip(*(column.tolist() for column in lexicon._table(language)), strict=True))
    assert len(shipped) > 10_000
    assert shipped == pytest.approx(built)
