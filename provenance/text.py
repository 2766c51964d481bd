"""Words with offsets: the only room that looks at characters. Pure.

A word is a maximal run of Unicode word characters (letters, marks, digits, connectors) after NFKC and case folding; every
other character separates, NBSP and all Unicode spaces included. Scripts written without spaces (Han, kana, Thai, Lao, Khmer,
Burmese, Tibetan) count each character, with the marks on it, as a word. Invisible characters (soft hyphen, joiners, bidi
controls, variation selectors) neither separate nor count.

Two spellings are the same word when their folded canonical decompositions are equal, which is when their NFKC case
foldings are (UAX #15), but needs no context: a character folds to the same sequence wherever it stands, so one table lookup a
character does it. (Left out: reordering of several marks on one letter, which scraped text practically never shows, and
the spaces that NFKC puts into a few Arabic ligatures.)

The kernel reads UTF-32 once and writes everything that later rooms need: about 100 MB of text a second on one core.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import xxhash

from provenance.kernel import njit

SEPARATOR, WORD, SINGLE, IGNORED = 0, 1, 2, 3
_CLASS_MASK, _UPPER, _DIGIT, _STOP, _NEWLINE, _QUOTE, _LONG, _KNOWN, _MARK = 3, 4, 8, 16, 32, 64, 128, 256, 512
_SHIFT = 10  # above the flags: the folded code point, or the index of its expansion where _LONG is set

HAS_DIGIT, CAPITAL, SENTENCE, LINE, PARAGRAPH, QUOTED = 1, 2, 4, 8, 16, 32
"""Flags of a word: it holds a digit; begins with a capital; is the first after a sentence end, a line break, a blank
line; an odd number of double quotation marks stands before it in its paragraph."""

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # Han iteration marks
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3038, 0x30FF),  # kana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)
STOPS = frozenset(".!?…。！？｡؟।")
QUOTES = frozenset('"“”„«»「」『』＂')
_STRETCH = 1 << 16
"""Code points whose distinct ones are sought in one go: bounds the memory."""
_SCRATCH, _LARGE = 1 << 16, 1 << 22
"""Code points that a splitter has scratch space for, at first and, after a text that needed more, at most."""
_ZERO_WIDTH_SPACE = "\u200b"
_SELECTORS = frozenset(map(chr, (0x034F, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Marks that show nothing of their own: the grapheme joiner and variation selectors, such as the one that colours an emoji."""


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """The words of a batch of n documents, flat: document i holds the words bounds[i]:bounds[i + 1].

    start, end: int32, half-open code-point offsets into the document's own text; hash: uint64 of the folded word;
    flags: uint8; bounds: int64 of shape (n + 1,); digest: for each document the xxh3_128 (hex) of its folded
    words joined by one space, as UTF-32-LE: equal digests mean equal texts but for case, spacing and punctuation.
    """

    start: np.ndarray
    end: np.ndarray
    hash: np.ndarray
    flags: np.ndarray
    bounds: np.ndarray
    digest: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.bounds) - 1


def is_word(char: str) -> bool:
    """Whether a character can be part of a word: a letter, mark, number or connector."""
    category = unicodedata.category(char)
    return category[0] in "LMN" or category == "Pc"


def is_invisible(char: str) -> bool:
    """Whether a character neither separates words nor belongs to one."""
    return char in _SELECTORS or (unicodedata.category(char) == "Cf" and char != _ZERO_WIDTH_SPACE)


class Folding:
    """Code point -> class, flags and folded form, filled as texts need them: the whole table costs seconds to build."""

    def __init__(self) -> None:
        self.table = np.zeros(0x110000, np.uint64)
        self.expansions = np.zeros(1024, np.uint32)
        """Folded forms of more than one code point: a length, then the code points."""
        self._used = 0

    def fill(self, codes: Iterable[int]) -> None:
        """Enter these code points."""
        for code in codes:
            self.table[code] = self._entry(code)

    def learn(self, text: np.ndarray) -> None:
        """Enter all code points of a text that are not yet there."""
        for at in range(0, len(text), _STRETCH):
            codes = np.unique(text[at : at + _STRETCH])
            self.fill(codes[self.table[codes] == 0].tolist())

    def _entry(self, code: int) -> int:
        char = chr(code)
        if is_invisible(char):
            return _KNOWN | IGNORED
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold())
        if not is_word(char) and not all(map(is_word, folded)):  # lone surrogates come here, too
            flags = _KNOWN | SEPARATOR
            flags |= _STOP if char in STOPS else 0
            flags |= _NEWLINE if char in "\n\r\u2028\u2029\x0b\x0c\x85" else 0
            flags |= _QUOTE if char in QUOTES else 0
            return flags
        folded = "".join(filter(is_word, folded))
        first = unicodedata.category(folded[0])
        mark = len(folded) == 1 and first[0] == "M"
        unspaced = not mark and first != "Nd" and any(low <= ord(folded[0]) <= high for low, high in _UNSPACED)
        entry = _KNOWN | (SINGLE if unspaced else WORD)
        entry |= _MARK if mark else 0
        entry |= _UPPER if unicodedata.category(char) in ("Lu", "Lt") else 0
        entry |= _DIGIT if any(unicodedata.category(c)[0] == "N" for c in folded) else 0
        if len(folded) == 1:
            return entry | ord(folded) << _SHIFT
        return entry | _LONG | self._expand(folded) << _SHIFT

    def _expand(self, folded: str) -> int:
        need = self._used + 1 + len(folded)
        if need > len(self.expansions):
            self.expansions = np.concatenate([self.expansions, np.zeros(max(need, len(self.expansions)), np.uint32)])
        at = self._used
        self.expansions[at] = len(folded)
        self.expansions[at + 1 : need] = [ord(c) for c in folded]
        self._used = need
        return at


@njit(cache=True, nogil=True, inline="always")
def mix(h):
    """The 64-bit finaliser of MurmurHash3: a bijection that spreads every bit over all."""
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xC4CEB9FE1A85EC53)
    return h ^ (h >> np.uint64(33))


@njit(cache=True, nogil=True)
def _split(text, table, expansions, start, end, hashes, flags, norm, room):
    """One text -> its words. Returns (words, length of norm, -1), or a code point that the table lacks as the third.

    start, end, hashes, flags and norm are written from 0 on; norm has `room` places and writing stops short of them
    (the returned length then exceeds room: the caller comes back with more).
    """
    seed = np.uint64(0x9E3779B97F4A7C15)
    prime = np.uint64(0x100000001B3)
    n = np.int64(0)
    out = np.int64(0)
    pending = np.uint8(SENTENCE | LINE | PARAGRAPH)
    newlines = 0
    stop = False
    quoted = False
    open_word = False
    single = False
    h = seed
    size = len(text)
    for i in range(size + 1):
        entry = np.uint64(_KNOWN) if i == size else table[text[i]]
        if entry == 0:
            return n, out, np.int64(text[i])
        kind = entry & np.uint64(_CLASS_MASK)
        if kind == IGNORED:
            continue
        if open_word and (kind != WORD or (single and not entry & np.uint64(_MARK))):
            hashes[n] = mix(h)
            n += 1
            open_word = False
        if kind == SEPARATOR:
            if entry & np.uint64(_NEWLINE):
                if not (text[i] == 10 and i > 0 and text[i - 1] == 13):  # CR LF is one line break
                    newlines += 1
                if newlines > 1:
                    quoted = False
            elif entry & np.uint64(_STOP):
                stop = True
            elif entry & np.uint64(_QUOTE):
                quoted = not quoted
            continue
        if not open_word:
            if n and out < room:
                norm[out] = 32
            out += n > 0
            start[n] = i
            flag = pending
            if newlines > 1:
                flag |= np.uint8(PARAGRAPH | LINE | SENTENCE)
            elif newlines == 1:
                flag |= np.uint8(LINE)
            if stop:
                flag |= np.uint8(SENTENCE)
            if quoted:
                flag |= np.uint8(QUOTED)
            if entry & np.uint64(_UPPER):
                flag |= np.uint8(CAPITAL)
            flags[n] = flag
            pending = np.uint8(0)
            newlines = 0
            stop = False
            h = seed
            open_word = True
            single = kind == SINGLE
        if entry & np.uint64(_DIGIT):
            flags[n] |= np.uint8(HAS_DIGIT)
        value = entry >> np.uint64(_SHIFT)
        if entry & np.uint64(_LONG):
            at = np.int64(value)
            for k in range(at + 1, at + 1 + np.int64(expansions[at])):
                c = expansions[k]
                h = (h ^ np.uint64(c)) * prime
                if out < room:
                    norm[out] = c
                out += 1
        else:
            h = (h ^ value) * prime
            if out < room:
                norm[out] = np.uint32(value)
            out += 1
        end[n] = i + 1
    return n, out, np.int64(-1)


@njit(cache=True, nogil=True)
def _hash_words(codes, bounds, table, expansions, hashes, word_bounds):
    """The hashes of the words of texts bounds[d]:bounds[d + 1], as _split makes them, and nothing else. Returns a code point
    that the table lacks, or -1."""
    seed = np.uint64(0x9E3779B97F4A7C15)
    prime = np.uint64(0x100000001B3)
    simple = np.uint64(_CLASS_MASK | _LONG)
    n = 0
    for d in range(len(bounds) - 1):
        text = codes[bounds[d] : bounds[d + 1]]
        open_word = single = False
        h = seed
        for i in range(len(text)):
            entry = table[text[i]]
            if open_word and not single and entry & simple == WORD:
                h = (h ^ (entry >> np.uint64(_SHIFT))) * prime
                continue
            if entry == 0:
                return np.int64(text[i])
            kind = entry & np.uint64(_CLASS_MASK)
            if kind == IGNORED:
                continue
            if open_word and (kind != WORD or (single and not entry & np.uint64(_MARK))):
                hashes[n] = mix(h)
                n += 1
                open_word = False
            if kind == SEPARATOR:
                continue
            if not open_word:
                h = seed
                open_word = True
                single = kind == SINGLE
            value = entry >> np.uint64(_SHIFT)
            if entry & np.uint64(_LONG):
                at = np.int64(value)
                for k in range(at + 1, at + 1 + np.int64(expansions[at])):
                    h = (h ^ np.uint64(expansions[k])) * prime
            else:
                h = (h ^ value) * prime
        if open_word:
            hashes[n] = mix(h)
            n += 1
        word_bounds[d + 1] = n
    return np.int64(-1)


class Splitter:
    """Texts -> Words. Holds the folding table and scratch space: one for each thread."""

    def __init__(self) -> None:
        self._folding = Folding()
        self._folding.fill(range(256))
        self._grow(_SCRATCH)

    def _grow(self, size: int) -> None:
        self._start = np.empty(size, np.int32)
        self._end = np.empty(size, np.int32)
        self._hash = np.empty(size, np.uint64)
        self._flags = np.empty(size, np.uint8)
        self._norm = np.empty(2 * size + 64, np.uint32)

    def split(self, texts: Sequence[str]) -> Words:
        """The words of each text. Never fails: a text without word characters has no words."""
        parts: list[tuple[np.ndarray, ...]] = []
        digests = []
        bounds = np.zeros(len(texts) + 1, np.int64)
        for i, text in enumerate(texts):
            count, norm = self._split_one(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32))
            parts.append(tuple(column[:count].copy() for column in (self._start, self._end, self._hash, self._flags)))
            digests.append(xxhash.xxh3_128_hexdigest(self._norm[:norm]))
            bounds[i + 1] = bounds[i] + count
            if len(self._start) > _LARGE:
                self._grow(_SCRATCH)
        if not parts:
            parts.append((self._start[:0], self._end[:0], self._hash[:0], self._flags[:0]))
        columns = zip(*parts, strict=True)
        start, end, hashes, flags = (column[0] if len(column) == 1 else np.concatenate(column) for column in columns)
        return Words(start, end, hashes, flags, bounds, tuple(digests))

    def hashes(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """`hash` and `bounds` of the Words of these texts, where nothing else of them is wanted: four times as fast."""
        joined = "".join(texts)
        if joined.isascii():
            codes = np.frombuffer(joined.encode("ascii"), np.uint8)
        else:
            codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        base, bounds = np.zeros(len(texts) + 1, np.int64), np.zeros(len(texts) + 1, np.int64)
        np.cumsum(list(map(len, texts)), out=base[1:])
        hashes = np.empty(len(codes), np.uint64)
        while _hash_words(codes, base, self._folding.table, self._folding.expansions, hashes, bounds) >= 0:
            self._folding.learn(codes)
        return hashes[: bounds[-1]].copy(), bounds

    def _split_one(self, text: np.ndarray) -> tuple[int, int]:
        """Words and length of the normal form, left in the scratch arrays."""
        if len(text) > len(self._start):
            self._grow(len(text) + len(text) // 2)
        while True:
            room = len(self._norm)
            count, norm, missing = _split(
                text, self._folding.table, self._folding.expansions,
                self._start, self._end, self._hash, self._flags, self._norm, room,
            )  # fmt: skip
            if missing >= 0:
                self._folding.learn(text)
            elif norm > room:
                self._norm = np.empty(norm, np.uint32)
            else:
                return count, norm


def normalise(text: str, folding: Folding | None = None) -> str:
    """The folded words of a text joined by one space, in the slow way that says what `Splitter` computes."""
    folding = folding or Folding()
    words: list[str] = []
    open_word = single = False
    for char in text:
        if not folding.table[ord(char)]:
            folding.fill([ord(char)])
        entry = int(folding.table[ord(char)])
        kind = entry & _CLASS_MASK
        if kind == IGNORED:
            continue
        if kind == SEPARATOR:
            open_word = False
            continue
        value = entry >> _SHIFT
        if entry & _LONG:
            length = int(folding.expansions[value])
            folded = "".join(map(chr, folding.expansions[value + 1 : value + 1 + length]))
        else:
            folded = chr(value)
        if open_word and kind == WORD and (not single or entry & _MARK):
            words[-1] += folded
        else:
            words.append(folded)
            open_word, single = True, kind == SINGLE
    return " ".join(words)
