"""What many tests need: one Splitter and one Lexicon a session, and the short ways through the rooms."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from provenance import align, sign
from provenance.lexicon import Lexicon
from provenance.model import KINDS
from provenance.text import Splitter, Words


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
        return sign.sign(words, *lexicon.weigh(texts, words, lexicon.detect(words)))

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


@pytest.fixture(scope="session")
def passages(splitter: Splitter, lexicon: Lexicon) -> Callable[[str, str], list[Passage]]:
    """Two texts -> the passages that they share, in code points, as they follow in the first."""

    def shared(a: str, b: str) -> list[Passage]:
        words = splitter.split([a, b])
        stems, bits = lexicon.weigh([a, b], words, lexicon.detect(words))
        texts = align.prepare(words.hash, stems, bits, words.flags, words.bounds)
        boxes = align.align(texts, np.array([0]), np.array([1]))
        out = []
        for r in range(len(boxes.pair)):
            a0, a1 = words.start[boxes.a_start[r]], words.end[boxes.a_end[r] - 1]
            at = words.bounds[1]
            b0, b1 = words.start[at + boxes.b_start[r]], words.end[at + boxes.b_end[r] - 1]
            spans = boxes.a_end[r] - boxes.a_start[r] + boxes.b_end[r] - boxes.b_start[r]
            count, kind = int(boxes.words[r]), KINDS[boxes.grade[r]]
            out.append(Passage(int(a0), int(a1), int(b0), int(b1), count, 2 * count / int(spans), kind, a[a0:a1], b[b0:b1]))
        return sorted(out, key=lambda p: (p.a_start, p.a_end, p.b_start))

    return shared


def documents_of(words: Words, i: int) -> list[tuple[int, int, int, int]]:
    """(start, end, hash, flags) of each word of document i."""
    at = slice(words.bounds[i], words.bounds[i + 1])
    return list(zip(*(column[at].tolist() for column in (words.start, words.end, words.hash, words.flags)), strict=True))
