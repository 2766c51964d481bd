"""Page furniture: lines and sentences that name themselves by a table of phrases, and rows of links. Kernels on words.

The sections of `data/furniture.txt`, by what a phrase makes furniture of:

    whole      a line of nothing but such phrases (and numbers): "Share this article", "Facebook Twitter 12 Comments"
    weak       the same, where three stand together, in a line or in lines on end: "Home", "News", "Search"
    line       a line of 40 words at most that begins with it: "Photo: ...", "Read also ..."
    sentence   a sentence of 40 words at most that begins with it, alone or after phrases: "Your email address will not be ..."
    inside     a line of 80 words at most that holds it: an embedded post
    credit     a line of 100 words at most that ends in it, set apart: "... on Tuesday. (AP Photo/Jane Roe)"
    form       head of a comment form; what follows it to the end of the document, where that is short
    list       head of a list of links; the lines after it that are headlines
    teaser     what a short line ending in a colon holds, "More from Jane:", after which only headlines follow to the end

Lines that need no phrase: an embedded post's signature ("— Name (@handle) March 3, 2025") and the line before it, three or more
links parted by bars near the top or the end, a copyright line at the end. A line of two or three words between two lines of
furniture is furniture.

In texts with hard line breaks (half of Usenet, all of the RFCs) a line is a paragraph: the tail of a wrapped sentence is not a
line of its own.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np

from provenance.kernel import njit
from provenance.text import CAPITAL, HAS_DIGIT, LINE, PARAGRAPH, SENTENCE, STOPS, Splitter, Words

WHOLE, WEAK, LINES, SENTENCES, INSIDE, CREDIT, FORM, LIST, TEASER = 1, 2, 4, 8, 16, 32, 64, 128, 256
_SECTIONS = {
    "whole": WHOLE, "weak": WEAK, "line": LINES, "sentence": SENTENCES, "inside": INSIDE, "credit": CREDIT, "form": FORM,
    "list": LIST, "teaser": TEASER,
}  # fmt: skip

MOST_LINE, MOST_POST, MOST_CAPTION, MOST_CREDIT = 40, 80, 100, 8
"""Words of a line or sentence that a phrase begins, of an embedded post, of a caption that a credit ends, of that credit."""
MOST_FORM, MOST_LINKS, MOST_HEADLINE, MOST_GAP = 120, 8, 20, 3
"""Words after the head of a comment form; links of a list, words of each; words of a line between two lines of furniture."""
MOST_HEAD, LEAST_TEASERS = 8, 2
"""Words of the head of a list of teasers, and the lines below it; one is enough that has a link behind its colon."""
PROSE = 25
"""A line of more words is running text."""
RIM, MENU, LEAST_BARS = 5, 3, 3
"""Lines from either end in which a row of links may stand, the words of each on average, and the bars between them."""
WRAPPED = 40
"""Code points of the shortest line that a hard break ends."""
_LINK = np.array([ord(c) for c in "http"], np.uint32)
_BITS = 1 << 16


class Phrases(NamedTuple):
    """The table as the kernels see it: phrase p is the word hashes words[bounds[p]:bounds[p + 1]], sections its sections as bits.

    Phrases of one first word lie together, the longest first: those of first[k] are start[k]:start[k + 1], first sorted. bloom:
    whether any phrase begins with a hash of these low bits. colon: the phrase must be followed by one. stops: code points that
    end a sentence.
    """

    words: np.ndarray
    bounds: np.ndarray
    sections: np.ndarray
    colon: np.ndarray
    first: np.ndarray
    start: np.ndarray
    bloom: np.ndarray
    stops: np.ndarray

    @classmethod
    def load(cls, splitter: Splitter) -> Self:
        """The table in `data/furniture.txt`; takes some milliseconds."""
        found: dict[tuple[tuple[int, ...], bool], int] = {}
        text = importlib.resources.files("provenance").joinpath("data/furniture.txt").read_text(encoding="utf-8")
        entries = list(_entries(text))
        split = splitter.split(["\n".join(phrase for _, phrase in entries)])
        starts = np.cumsum([0, *(len(phrase) + 1 for _, phrase in entries)])
        hashes, bounds = split.hash.tolist(), np.searchsorted(split.start, starts).tolist()
        for i, (section, phrase) in enumerate(entries):
            key = tuple(hashes[bounds[i] : bounds[i + 1]]), phrase.endswith(":")
            found[key] = found.get(key, 0) | section
        for key, colon in found:
            if colon:
                found[key, colon] |= found.get((key, False), 0)
        order = sorted(found, key=lambda key: (key[0][0], -len(key[0]), not key[1], key[0]))
        heads = np.array([key[0][0] for key in order], np.uint64)
        first, start = np.unique(heads, return_index=True)
        bloom = np.zeros(_BITS, np.bool_)
        bloom[(first % np.uint64(_BITS)).astype(np.int64)] = True
        return cls(
            np.array([word for key in order for word in key[0]], np.uint64),
            np.cumsum([0, *(len(key[0]) for key in order)]),
            np.array([found[key] for key in order], np.int64),
            np.array([key[1] for key in order]),
            first,
            np.append(start, len(order)).astype(np.int64),
            bloom,
            np.array(sorted(map(ord, STOPS)), np.uint32),
        )


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """(section, phrase) of each entry."""
    section = 0
    for line in text.splitlines():
        if line.startswith("["):
            section = _SECTIONS[line.strip("[]")]
        elif line and not line.startswith("#"):
            for phrase in line.partition(":")[2].split(";"):
                if phrase.strip():
                    yield section, phrase.strip()


@njit(cache=True, nogil=True)
def _is_break(c):
    return c == 10 or c == 13 or c == 11 or c == 12 or c == 0x85 or c == 0x2028 or c == 0x2029


@njit(cache=True, nogil=True)
def _is_bar(c):
    return c == 0x7C or c == 0x2022 or c == 0xB7 or c == 0xBB or c == 0x203A  # | • · » ›


@njit(cache=True, nogil=True)
def _is_dash(c):
    return c == 0x2014 or c == 0x2013 or c == 0x2D or c == 0x2015


@njit(cache=True, nogil=True)
def _is_colon(c):
    return c == 0x3A or c == 0xFF1A


@njit(cache=True, nogil=True)
def _phrase(hashes, start, end, codes, i, last, table):
    """The longest phrase at word i within the words before `last`, or -1."""
    h = hashes[i]
    if not table.bloom[h % np.uint64(_BITS)]:
        return -1
    k = np.searchsorted(table.first, h)
    if k == len(table.first) or table.first[k] != h:
        return -1
    for p in range(table.start[k], table.start[k + 1]):
        low = table.bounds[p]
        n = table.bounds[p + 1] - low
        if i + n > last:
            continue
        same = True
        for j in range(1, n):
            if hashes[i + j] != table.words[low + j]:
                same = False
                break
        if same and table.colon[p]:
            at = end[i + n - 1]
            while at < len(codes) and (codes[at] == 32 or codes[at] == 0xA0):
                at += 1
            same = at < len(codes) and _is_colon(codes[at]) and not (at + 1 < len(codes) and _is_colon(codes[at + 1]))
        if same:
            return p
    return -1


@njit(cache=True, nogil=True)
def _ends_sentence(codes, at, stops):
    """Whether the line whose last word ends at `at` ends in a full stop: not in a question, an exclamation, or several dots."""
    count = 0
    while at < len(codes) and not _is_break(codes[at]):
        c = codes[at]
        if c in (0x2026, 0x3F, 0x21, 0xFF1F, 0xFF01, 0x061F):
            return False
        for stop in stops:
            if c == stop:
                count += 1
        at += 1
    return count == 1


@njit(cache=True, nogil=True)
def _set_apart(codes, at, stops):
    """Whether what begins at `at` is set apart from the words before: by a stop, a bracket, a dash, a slash, a bar, a break."""
    at -= 1
    while at >= 0 and (codes[at] == 32 or codes[at] == 0xA0):
        at -= 1
    if at < 0:
        return True
    c = codes[at]
    for stop in stops:
        if c == stop:
            return True
    return _is_break(c) or _is_bar(c) or _is_dash(c) or c in (0x28, 0x5B, 0x2F, 0xA9, 0x3A)


@njit(cache=True, nogil=True)
def _in_brackets(codes, at):
    """Whether a bracket closes between `at` and the end of its line."""
    while at < len(codes) and not _is_break(codes[at]):
        if codes[at] == 0x29 or codes[at] == 0x5D:
            return True
        at += 1
    return False


@njit(cache=True, nogil=True)
def _lines(flags, breaks, out):
    """The first word of each line; returns how many."""
    count = 0
    for i in range(len(flags)):
        if i == 0 or flags[i] & breaks:
            out[count] = i
            count += 1
    out[count] = len(flags)
    return count


@njit(cache=True, nogil=True)
def line_breaks(start, flags):
    """The flag of a word that begins a line: PARAGRAPH where the text has hard breaks, which is where many lines go on with what
    a line of some length began."""
    lines = wrapped = before = 0
    for i in range(len(flags)):
        if flags[i] & LINE:
            lines += 1
            wrapped += (flags[i] & (PARAGRAPH | SENTENCE | CAPITAL)) == 0 and start[i] - before >= WRAPPED
            before = start[i]
    return PARAGRAPH if 4 * wrapped > lines else LINE


@njit(cache=True, nogil=True)
def _signed(codes, start, end, low, high):
    """Whether the line ends as an embedded post does: a dash, a name, "(@handle)", a date."""
    for i in range(max(low + 1, high - 8), high):
        at = start[i]
        if at >= 2 and codes[at - 1] == 0x40 and codes[at - 2] == 0x28:
            for j in range(max(low, i - MOST_CREDIT), i):
                before = start[j] - 1
                while before >= 0 and codes[before] == 32:
                    before -= 1
                if before >= 0 and _is_dash(codes[before]):
                    return True
    return False


@njit(cache=True, nogil=True)
def _heads_teasers(hashes, start, end, codes, low, high, table):
    """How many of the lines below it a line asks for to be the head of a list of teasers; -1: it is none."""
    named = False
    for i in range(low, min(high, low + MOST_HEAD)):
        p = _phrase(hashes, start, end, codes, i, high, table)
        named |= p >= 0 and (table.sections[p] & TEASER) != 0
        at = end[i]
        while at < len(codes) and (codes[at] == 32 or codes[at] == 0xA0):
            at += 1
        if at < len(codes) and _is_colon(codes[at]):
            if not named:
                return -1
            if i + 1 == high:
                return LEAST_TEASERS
            at = start[i + 1]
            return 0 if at + len(_LINK) < len(codes) and (codes[at : at + len(_LINK)] == _LINK).all() else -1
    return -1


@njit(cache=True, nogil=True)
def _teasers(hashes, start, end, codes, line, count, what, table):
    """Marks the list of headlines that ends a document, below its sentences, where a line says that it is their head."""
    head, i = -1, count - 1
    while i >= 0 and (what[i] != TEXT or line[i + 1] - line[i] <= MOST_HEADLINE):
        if what[i] == TEXT and _ends_sentence(codes, end[line[i + 1] - 1], table.stops):
            break
        below = _heads_teasers(hashes, start, end, codes, line[i], line[i + 1], table)
        if 0 <= below < count - i:
            head = i
        i -= 1
    if head >= 0 and i >= 0:
        what[head:count] = FURNITURE


@njit(cache=True, nogil=True)
def _bars(codes, start, end, low, high):
    """Bars between the words of a line."""
    count = 0
    for i in range(low, high - 1):
        for at in range(end[i], start[i + 1]):
            if _is_bar(codes[at]):
                count += 1
                break
    return count


@njit(cache=True, nogil=True)
def _copyright(codes, at):
    """Whether a copyright sign leads the line that begins at `at`."""
    at -= 1
    while at >= 0 and codes[at] == 32:
        at -= 1
    return at >= 0 and codes[at] == 0xA9


@njit(cache=True, nogil=True)
def _sentences(hashes, start, end, flags, codes, low, high, table, mark):
    """Marks the sentences of a line that a phrase names. A phrase may stand behind others: "Leave a Reply Your email ..."."""
    i = low
    while i < high:
        first = i
        named = False
        while i < high and (i == first or not flags[i] & SENTENCE):
            p = _phrase(hashes, start, end, codes, i, high, table)
            if p < 0:
                break
            named |= (table.sections[p] & SENTENCES) != 0
            i += table.bounds[p + 1] - table.bounds[p]
        i = max(i, first + 1)
        while i < high and not flags[i] & SENTENCE:
            i += 1
        if named and i - first <= MOST_LINE:
            mark[first:i] = True


TEXT, FURNITURE, FEW, HEAD_OF_FORM, HEAD_OF_LIST = 0, 1, 2, 3, 4
"""What a line is: FEW, of phrases that name nothing alone."""


@njit(cache=True, nogil=True)
def _line(hashes, start, end, flags, codes, low, high, table):
    """What a line is by its own words."""
    n = high - low
    covered = few = numbers = 0
    every = 0
    head = 0
    credit = -1
    since = low  # captions in one line: each reaches from the last credit to its own
    capped = True
    i = low
    while i < high:
        p = _phrase(hashes, start, end, codes, i, high, table)
        if p < 0:
            numbers += (flags[i] & HAS_DIGIT) != 0
            i += 1
            continue
        length = table.bounds[p + 1] - table.bounds[p]
        sections = table.sections[p]
        if i == low:
            head = sections
        if sections & INSIDE and n <= MOST_POST:
            return FURNITURE
        if sections & CREDIT and (i == low or _set_apart(codes, start[i], table.stops)):
            capped &= i - since <= MOST_CAPTION
            credit = since = i
        if sections & (WHOLE | WEAK | FORM | LIST):
            covered += length
            few += 1
            every |= sections
        i += length
    covered += numbers * ((every & WHOLE) != 0)
    stop = _ends_sentence(codes, end[high - 1], table.stops)
    if head & LINES and n <= MOST_LINE:
        return HEAD_OF_LIST if head & LIST and covered == n else FURNITURE
    if covered == n and not stop:
        if head & FORM:
            return HEAD_OF_FORM
        if head & LIST:
            return HEAD_OF_LIST
        return FURNITURE if every & WHOLE or few >= 3 else FEW
    if credit > low and capped and high - credit <= MOST_CREDIT and (not stop or _in_brackets(codes, end[high - 1])):
        return FURNITURE
    return TEXT


@njit(cache=True, nogil=True)
def _mark(codes, start, end, hashes, flags, table, mark):
    """Marks the words of one document."""
    breaks = line_breaks(start, flags)
    room = 1
    for flag in flags:
        room += (flag & breaks) != 0
    line = np.empty(room + 1, np.int64)
    count = _lines(flags, breaks, line)
    what = np.zeros(count + 1, np.int8)
    last_prose = first_prose = -1
    for k in range(count):
        low, high = line[k], line[k + 1]
        if high - low > PROSE:
            last_prose = k
            if first_prose < 0:
                first_prose = k
        what[k] = _line(hashes, start, end, flags, codes, low, high, table)
        if what[k] == TEXT:
            _sentences(hashes, start, end, flags, codes, low, high, table, mark)
    for k in range(count):
        low, high = line[k], line[k + 1]
        n = high - low
        if what[k] != TEXT:
            continue
        if n <= MOST_POST and _signed(codes, start, end, low, high):
            what[k] = FURNITURE
            if k and what[k - 1] == TEXT and n <= MOST_CREDIT + MOST_GAP and line[k] - line[k - 1] <= MOST_POST:
                what[k - 1] = FURNITURE
        elif (k < RIM or k >= count - RIM) and first_prose >= 0 and not first_prose <= k <= last_prose:
            bars = _bars(codes, start, end, low, high)
            row = bars >= LEAST_BARS and n <= MENU * (bars + 1)
            if row or (k > last_prose and n <= MOST_LINE and _copyright(codes, start[low])):
                what[k] = FURNITURE
    _teasers(hashes, start, end, codes, line, count, what, table)
    _spread(codes, end, line, count, what, table.stops)
    for k in range(count):
        if what[k] == FURNITURE:
            mark[line[k] : line[k + 1]] = True


@njit(cache=True, nogil=True)
def _spread(codes, end, line, count, what, stops):
    """What the lines around a line make of it."""
    k = 0
    while k < count:  # three or more that name nothing alone name one another
        stretch = k
        while stretch < count and what[stretch] != TEXT:
            stretch += 1
        few = stretch - k >= 3
        for i in range(k, stretch):
            beside = (i > k and what[i - 1] not in (TEXT, FEW)) or (i + 1 < stretch and what[i + 1] not in (TEXT, FEW))
            if what[i] == FEW and (few or beside):
                what[i] = FURNITURE
        k = max(stretch, k + 1)
    for k in range(count):
        if what[k] == FEW:
            what[k] = TEXT
    for k in range(count):
        if what[k] == HEAD_OF_FORM:
            what[k] = FURNITURE
            rest = line[count] - line[k + 1]
            if rest <= MOST_FORM and line[k] > rest:
                what[k:count] = FURNITURE
        elif what[k] == HEAD_OF_LIST:
            what[k] = FURNITURE
            i = k + 1
            while i < count and i <= k + MOST_LINKS and line[i + 1] - line[i] <= MOST_HEADLINE:
                if what[i] == TEXT and _ends_sentence(codes, end[line[i + 1] - 1], stops):
                    break
                i += 1
            if i > k + 2 or i == count:
                what[k:i] = FURNITURE
    for k in range(1, count - 1):
        short = line[k + 1] - line[k] <= MOST_GAP and not _ends_sentence(codes, end[line[k + 1] - 1], stops)
        if what[k] == TEXT and what[k - 1] == FURNITURE and what[k + 1] == FURNITURE and short:
            what[k] = FURNITURE


@njit(cache=True, nogil=True)
def _mark_all(codes, base, start, end, hashes, flags, bounds, table, mark):
    for d in range(len(bounds) - 1):
        low, high = bounds[d], bounds[d + 1]
        if low < high:
            _mark(
                codes[base[d] : base[d + 1]], start[low:high], end[low:high], hashes[low:high], flags[low:high], table,
                mark[low:high],
            )  # fmt: skip


def mark(codes: np.ndarray, base: np.ndarray, words: Words, phrases: Phrases, out: np.ndarray) -> None:
    """Set `out` (bool, by word) where page furniture stands. codes: uint32 of all texts, document d at base[d]:base[d + 1]."""
    _mark_all(codes, base, words.start, words.end, words.hash, words.flags, words.bounds, phrases, out)
