"""What many tests need: one Splitter and one Lexicon a session, and the short ways through the rooms."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import settings

from provenance import align, sign
from provenance.lexicon import Lexicon
from provenance.model import KINDS
from provenance.text import Splitter, Words

settings.register_profile("provenance", deadline=None)  # kernels are compiled within the first example
settings.load_profile("provenance")


os.environ.pop("COLUMNS", None)  # a terminal's width, which workers of a parallel run set, would wrap what tests read


@pytest.fixture(scope="session")
def splitter() -> Splitter:
    return Splitter()


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon()


@pytest.fixture(scope="session")
def keys_of(splitter: Splitter, lexicon: Lexicon) -> Callable[[Sequence[str]], sign.Keys]:
    """Texts -> their keys."""

    def keys(texts: Sequence[str]) -> sign.Keys:
        words = splitter.split(texts)
        return sign.sign(words, *lexicon.weigh(texts, words, lexicon.detect(words)[0]))

    return keys


@dataclasses.dataclass(frozen=True)
class Passage:
    """A shared passage, with the texts of both sides."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    words: int
    similarity: float
    kind: str
    a: str
    b: str
    bits: float


@pytest.fixture(scope="session")
def aligned(splitter: Splitter, lexicon: Lexicon) -> Callable[[Sequence[str], Sequence[tuple[int, int]]], list[list[Passage]]]:
    """Texts and pairs of them, by number -> for each pair its shared passages, as they follow in the first text."""

    def shared(documents: Sequence[str], pairs: Sequence[tuple[int, int]]) -> list[list[Passage]]:
        words = splitter.split(documents)
        stems, bits = lexicon.weigh(documents, words, lexicon.detect(words)[0])
        texts = align.prepare(words.hash, stems, bits, words.flags, words.bounds)
        boxes = align.align(texts, *(np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1)))
        out: list[list[Passage]] = [[] for _ in pairs]
        for r, p in enumerate(boxes.pair.tolist()):
            a, b = pairs[p]
            a0, a1, b0, b1 = (int(column[r]) for column in (boxes.a_start, boxes.a_end, boxes.b_start, boxes.b_end))
            spans = [
                (int(words.start[words.bounds[d] + first]), int(words.end[words.bounds[d] + last - 1]))
                for d, first, last in ((a, a0, a1), (b, b0, b1))
            ]
            count = int(boxes.words[r])
            similarity = 2 * count / (a1 - a0 + b1 - b0)
            both = [documents[d][slice(*span)] for d, span in zip((a, b), spans, strict=True)]
            out[p].append(Passage(*spans[0], *spans[1], count, similarity, KINDS[boxes.grade[r]], *both, float(boxes.bits[r])))
        return [sorted(found, key=lambda passage: (passage.a_start, passage.b_start)) for found in out]

    return shared


@pytest.fixture(scope="session")
def passages(aligned) -> Callable[[str, str], list[Passage]]:
    """Two texts -> the passages that they share."""
    return lambda a, b: aligned([a, b], [(0, 1)])[0]


def documents_of(words: Words, i: int) -> list[tuple[int, int, int, int]]:
    """(start, end, hash, flags) of each word of document i."""
    at = slice(words.bounds[i], words.bounds[i + 1])
    return list(zip(*(column[at].tolist() for column in (words.start, words.end, words.hash, words.flags)), strict=True))
