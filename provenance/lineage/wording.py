"""How a text says what it says: which words and facts it holds, and its manner. What telling a source from a rewrite rests on
where no date does. Pure."""

from __future__ import annotations

import collections
import dataclasses
import math
import re

import numpy as np

from provenance.lineage.stage import SILENT, Stage, stage

LEAST_BITS = 6.0
"""Information below which a stem is a function word or little more."""
TENTHS = 10.0
LONG = 9
"""Letters of a long word."""
PHRASE = 4
"""Words of a phrase: long enough that two texts of one matter hardly ever share it by chance."""
_STEP, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
"""Odd constants of splitmix64 (Steele, Lea, Flood 2014)."""
FUNCTION_WORDS = {
    "said": ("said", "says", "told"), "but": ("but",), "up": ("up", "out"), "would": ("would",), "as": ("as",), "that": ("that",),
    "in": ("in",), "on": ("on",), "for": ("for",), "of": ("of",), "to": ("to",), "their": ("their", "its"), "this": ("this",),
    "who": ("who",), "it": ("it", "they"), "was": ("was", "were"), "which": ("which",), "the": ("the",),
}  # fmt: skip
"""Words that everybody needs and that each manner of writing needs more or less often: what authors are told by since Mosteller
and Wallace (1964). They are English; of texts in other languages they say nothing."""
_FUNCTION_WORDS = frozenset(word for words in FUNCTION_WORDS.values() for word in words)
MANNER = (
    "letters",
    "long words",
    "names",
    "quotes",
    "apostrophes",
    "commas",
    "sentences",
    "adverbs",
    "participles",
    *FUNCTION_WORDS,
)
"""What is measured of a text's manner: mean letters a word, numbers aside; log(1 + quotation marks); log of the words a sentence;
the share of sentences that begin with a participle; the others in ten words. Names and direct speech go missing when a text is
told again, possessives and contractions are written out, plain words make way for longer ones."""
_QUOTES, _APOSTROPHES = '"“”„«»', "'’"
_LETTERS = re.compile(r"[^\W\d_]+")
_NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}
_HEAD, _OPENING = re.compile(r"""["“]?(\w+)"""), re.compile(r"""[.!?]["”']?\s+["“]?(\w+)""")
"""The word that opens a text, and those that open its other sentences."""


@dataclasses.dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text that lie in no span. Arrays of hashes (uint64) are sorted and distinct."""

    stems: np.ndarray
    """Stems of LEAST_BITS or more."""
    bits: np.ndarray
    """Information of each of `stems`: float32."""
    words: np.ndarray
    facts: np.ndarray
    """Of `words` the numbers and, inside sentences, the capitalised words."""
    figures: np.ndarray
    """Of `facts` the numbers."""
    phrases: np.ndarray
    """Of every PHRASE words in a row. The hashes are mixed: the smallest are a sample, the same in every text."""
    manner: np.ndarray
    """A value for each of MANNER: float64."""
    stage: Stage = SILENT


def wording(
    text: str, letters: np.ndarray, word: np.ndarray, stem: np.ndarray, bits: np.ndarray, number: np.ndarray, capital: np.ndarray
) -> Wording:
    """The wording of a text of which each array holds one value a word: its length in code points, its hash, its stem's hash and
    information, whether it holds a digit, and whether it is capitalised inside a sentence."""
    telling = bits >= LEAST_BITS
    stems, weight = _distinct(stem[telling], bits[telling].astype(np.float32, copy=False))
    plain = letters[~number]
    name = capital & ~number
    lowered = _letters(text.lower())
    plain_words = lowered.split()
    count = collections.Counter(filter(_FUNCTION_WORDS.__contains__, plain_words))
    opening = _openings(text)
    tenths = TENTHS / max(1, len(word))
    return Wording(
        stems=stems,
        bits=weight,
        words=distinct(word),
        facts=distinct(word[number | name]),
        figures=distinct(word[number]),
        phrases=distinct(_phrases(word)),
        manner=np.array([
            float(plain.sum()) / max(1, len(plain)),
            tenths * float((plain >= LONG).sum()),
            tenths * float(name.sum()),
            math.log1p(sum(map(text.count, _QUOTES))),
            tenths * sum(map(text.count, _APOSTROPHES)),
            tenths * text.count(","),
            math.log(max(1, len(word)) / max(1, len(opening))),
            tenths * lowered.count("ly "),
            sum(word.endswith("ing") for word in opening) / max(1, len(opening)),
            *(tenths * sum(count.get(word, 0) for word in words) for words in FUNCTION_WORDS.values()),
        ]),
        stage=stage(text, plain_words),
    )  # fmt: skip


def distinct(values: np.ndarray) -> np.ndarray:
    """The values in order, each once. A quarter of the time of np.unique, which hashes them first."""
    values = np.sort(values)
    return values[_first(values)]


def _distinct(values: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same with what goes with each value: equal for equal values."""
    order = np.argsort(values)
    values = values[order]
    first = _first(values)
    return values[first], others[order[first]]


def _first(values: np.ndarray) -> np.ndarray:
    """Which of values in order differ from the one before."""
    first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return first


def _letters(text: str) -> str:
    """The runs of letters of a text, after each a space or several."""
    return f"{text.translate(_NO_LETTERS)} " if text.isascii() else " ".join([*_LETTERS.findall(text), ""])


def _openings(text: str) -> list[str]:
    """The first word of each sentence."""
    head = _HEAD.match(text)
    return [head[1], *_OPENING.findall(text, head.end())] if head else _OPENING.findall(text)


def _phrases(word: np.ndarray) -> np.ndarray:
    """A hash of each run of PHRASE words, from hashes (uint64) of the words."""
    runs = max(0, len(word) - PHRASE + 1)
    out = np.zeros(runs, np.uint64)
    for k in range(PHRASE):
        out = out * _STEP + word[k : k + runs]
    out = (out ^ (out >> np.uint64(30))) * _MIX
    return out ^ (out >> np.uint64(27))
