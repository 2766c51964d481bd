"""What a word weighs: its stem, and how much information it carries. Pure but for one data file that is read once.

The information of a stem is -log2 of its probability in general text of the language, in bits, at most 24. It comes from a fixed
table (`data/weights.npz`, made by `data/build.py` from the wordfreq package, which is frozen) and never from the corpus:
weights that moved from night to night would change yesterday's matches. Words that hold a digit weigh by their length.
A language without a table weighs words by length and does not stem; it still works, less sharply.

Language is detected for each document from its fifty most frequent function words, in the same pass.
"""

from __future__ import annotations

import functools
import importlib.resources
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from provenance.kernel import njit
from provenance.text import HAS_DIGIT, Words, is_invisible, is_word, mix

if TYPE_CHECKING:
    import Stemmer

CAP = 24.0
"""Bits of the rarest words: more would let one misspelling outweigh a sentence."""

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "nl": "dutch", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip
LANGUAGES = (*sorted(STEMMERS), "cs", "fa", "he", "ja", "ko", "pl", "uk", "vi", "zh")
"""Languages with a table of weights, those that also have a stemmer first. The order is part of the data file."""
UNKNOWN = len(LANGUAGES)

_SALT = np.uint64(0x9E3779B97F4A7C15)
_MIN_HITS, _MIN_SHARE = 3, 0.1
# Function words, and their share of all, below which no language is claimed: running text of a known language has 0.2 to 0.5.
_CLEAR = 8 / 7
# So many times the function words of the next language a language must have to be named. Of 10,800 paragraphs of translated
# manuals in 20 languages 77 % are named, 1.6 % of these wrongly; without the lead it is 4.4 % (Portuguese taken for Spanish).


@njit(cache=True, nogil=True)
def _hash(codes, bounds, out):
    """The hash of each word codes[bounds[k]:bounds[k + 1]], the same function as that of words in texts."""
    for k in range(len(out)):
        h = np.uint64(0x9E3779B97F4A7C15)
        for c in codes[bounds[k] : bounds[k + 1]]:
            h = (h ^ np.uint64(c)) * np.uint64(0x100000001B3)
        out[k] = mix(h)


def hashes_of(words: Sequence[str]) -> np.ndarray:
    """Hashes (uint64) of folded words, that is, of their canonical decompositions."""
    forms = [word if word.isascii() else unicodedata.normalize("NFKD", word) for word in words]
    codes = np.frombuffer("".join(forms).encode("utf-32-le", "surrogatepass"), np.uint32)
    out = np.empty(len(forms), np.uint64)
    _hash(codes, np.cumsum([0, *map(len, forms)]), out)
    return out


def hash_of(word: str) -> int:
    """The same of one word."""
    return int(hashes_of([word])[0])


def digits_bits(length: int) -> float:
    """Information of a word that holds a digit, by its length: a single digit says little, a long number identifies."""
    return min(CAP, (6.0, 9.0, 12.0, 12.5)[length - 1] if length <= 4 else 4.0 * length)


@functools.cache
def _table(language: str) -> tuple[np.ndarray, np.ndarray]:
    """(low halves of the stems' hashes, sorted; the bits of each)."""
    with (
        importlib.resources.as_file(importlib.resources.files("provenance") / "data" / "weights.npz") as path,
        np.load(path) as data,
    ):
        return data[f"{language}.hash"], data[f"{language}.bits"] / 10.0


@functools.cache
def _function_words() -> tuple[np.ndarray, np.ndarray]:
    """Open-addressing table of function words: hashes (0 is free) and the bit mask of the languages that use each."""
    with (
        importlib.resources.as_file(importlib.resources.files("provenance") / "data" / "weights.npz") as path,
        np.load(path) as data,
    ):
        hashes, masks = data["function.hash"], data["function.mask"]
    size = 1 << 13
    keys, values = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    for key, mask in zip(hashes.tolist(), masks.tolist(), strict=True):
        slot = key & (size - 1)
        while keys[slot]:
            slot = (slot + 1) & (size - 1)
        keys[slot], values[slot] = key, mask
    return keys, values


@njit(cache=True, nogil=True)
def _detect(hashes, bounds, keys, masks, languages, min_hits, min_share, lead):
    """Language index of each document, `languages` where none is evident, ties to the earlier index; and whether it is clear,
    because no other language has nearly as many function words."""
    out = np.full(len(bounds) - 1, languages, np.int64)
    clear = np.zeros(len(bounds) - 1, np.bool_)
    wrap = np.uint64(len(keys) - 1)
    counts = np.zeros(languages, np.int64)
    for d in range(len(bounds) - 1):
        counts[:] = 0
        stop = min(bounds[d + 1], bounds[d] + 2000)
        for i in range(bounds[d], stop):
            h = hashes[i]
            slot = h & wrap
            while keys[slot] != 0:
                if keys[slot] == h:
                    mask = masks[slot]
                    for k in range(languages):
                        counts[k] += np.int64((mask >> np.uint64(k)) & np.uint64(1))
                    break
                slot = (slot + np.uint64(1)) & wrap
        best = np.argmax(counts)
        if counts[best] >= max(min_hits, min_share * (stop - bounds[d])):
            out[d] = best
            hits = counts[best]
            counts[best] = 0
            clear[d] = hits >= lead * np.max(counts)
    return out, clear


@njit(cache=True, nogil=True)
def _look_up(hashes, bounds, language, keys, stems, bits, out_stems, out_bits, missing):
    """Fill stems and bits of every word; collect positions of words that the table lacks. Returns how many."""
    wrap = np.uint64(len(keys) - 1)
    count = 0
    for d in range(len(bounds) - 1):
        salt = np.uint64(language[d] + 1) * _SALT
        for i in range(bounds[d], bounds[d + 1]):
            key = hashes[i] ^ salt
            slot = key & wrap
            while keys[slot] != key and keys[slot] != 0:
                slot = (slot + np.uint64(1)) & wrap
            if keys[slot] == key:
                out_stems[i] = stems[slot]
                out_bits[i] = bits[slot]
            else:
                missing[count] = i
                count += 1
    return count


@njit(cache=True, nogil=True)
def _put(new, keys, slots):
    """Put new keys, all of which the table lacks, into it; where each lies goes into slots."""
    wrap = np.uint64(len(keys) - 1)
    for i in range(len(new)):
        slot = new[i] & wrap
        while keys[slot] != 0:
            slot = (slot + np.uint64(1)) & wrap
        keys[slot] = new[i]
        slots[i] = slot


def _salted(hashes: np.ndarray, language: np.ndarray) -> np.ndarray:
    """The keys under which `_look_up` seeks words: one for each language that a word occurs in."""
    return hashes ^ (language.astype(np.uint64) + np.uint64(1)) * _SALT


def _weights(forms: Sequence[str], stems: np.ndarray, language: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """Bits of stems, which are written so, of words of these languages; digits: those that hold one."""
    sizes = np.array([len(form) for form in forms])
    bits = np.where(sizes > 1, np.minimum(CAP - 3, 3.0 * sizes), 5.0)
    for spoken in np.unique(language[language != UNKNOWN]).tolist():
        mine = language == spoken
        known, weights = _table(LANGUAGES[spoken])
        low = (stems[mine] & np.uint64(0xFFFFFFFF)).astype(np.uint32)
        at = np.minimum(np.searchsorted(known, low), len(known) - 1)
        bits[mine] = np.where(known[at] == low, weights[at], CAP)
    bits[digits] = [digits_bits(size) for size in sizes[digits].tolist()]
    return bits


class Lexicon:
    """Word -> (stem, bits), remembering what it has looked up: one for each thread.

    The memory is an open-addressing table that starts anew when half full, which changes nothing but time.
    """

    _SLOTS = 1 << 19

    def __init__(self) -> None:
        self._forget(self._SLOTS)
        self._stemmers: dict[int, Stemmer.Stemmer] = {}

    def _forget(self, slots: int) -> None:
        self._keys = np.zeros(slots, np.uint64)
        self._stems = np.zeros(slots, np.uint64)
        self._bits = np.zeros(slots, np.float32)
        self._used = 0

    def detect(self, words: Words) -> tuple[np.ndarray, np.ndarray]:
        """For each document an int64 index into LANGUAGES, UNKNOWN where no language is evident, and whether it is clear enough
        to be told: of two close languages the likelier one still weighs words well."""
        keys, masks = _function_words()
        return _detect(words.hash, words.bounds, keys, masks, UNKNOWN, _MIN_HITS, _MIN_SHARE, _CLEAR)

    def weigh(self, texts: Sequence[str], words: Words, language: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Stems (uint64) and bits (float32) of all words of the batch."""
        stems, bits = np.zeros(len(words.hash), np.uint64), np.zeros(len(words.hash), np.float32)
        missing = np.empty(len(words.hash), np.int64)
        while True:  # twice, or a third time where learning had to forget first
            count = _look_up(words.hash, words.bounds, language, self._keys, self._stems, self._bits, stems, bits, missing)
            if not count:
                return stems, bits
            self._learn(texts, words, language, missing[:count])

    def _learn(self, texts: Sequence[str], words: Words, language: np.ndarray, missing: np.ndarray) -> None:
        """Analyse the words at the positions `missing`, each once, and remember them."""
        document = np.searchsorted(words.bounds, missing, side="right") - 1
        keys, first = np.unique(_salted(words.hash[missing], language[document]), return_index=True)
        if 2 * (self._used + len(keys)) > len(self._keys):
            batch = np.unique(_salted(words.hash, np.repeat(language, np.diff(words.bounds))))
            self._forget(max(self._SLOTS, 1 << (4 * len(batch)).bit_length()))
        at, document = missing[first], document[first]
        spoken, digits = language[document], words.flags[at] & HAS_DIGIT != 0
        places = zip(document.tolist(), words.start[at].tolist(), words.end[at].tolist(), strict=True)
        forms = self._stemmed([fold(texts[d][start:end]) for d, start, end in places], np.where(digits, UNKNOWN, spoken))
        slots = np.empty(len(keys), np.int64)
        _put(keys, self._keys, slots)
        self._stems[slots] = stems = hashes_of(forms)
        self._bits[slots] = _weights(forms, stems, spoken, digits)
        self._used += len(keys)

    def _stemmed(self, forms: list[str], language: np.ndarray) -> list[str]:
        """The stems of words of these languages; what has no stemmer is its own."""
        stems = np.array(forms, object)
        for spoken in np.unique(language[language < len(STEMMERS)]).tolist():
            if spoken not in self._stemmers:
                import Stemmer

                # Without its cache, which costs three times the stemming: each word comes once.
                self._stemmers[spoken] = Stemmer.Stemmer(STEMMERS[LANGUAGES[spoken]], 0)
            mine = np.flatnonzero(language == spoken)
            stems[mine] = self._stemmers[spoken].stemWords([forms[i] for i in mine.tolist()])
        return stems.tolist()


def fold(text: str) -> str:
    """One word as stemmers want it: folded and composed, without invisible characters. Equal for words of equal hash."""
    if text.isascii():
        return text.lower()
    visible = "".join(c for c in text if not is_invisible(c))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return "".join(filter(is_word, folded))
