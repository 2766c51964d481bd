"""Texts -> words, weights and keys, some texts at a time, in threads."""

from __future__ import annotations

import dataclasses
import functools
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from provenance import align, lexicon, sign, spans
from provenance.lexicon import Lexicon
from provenance.pipeline.engine import Engine, Work, results
from provenance.spans import Finder, Span
from provenance.text import Splitter, Words, mix

CHUNK_CHARACTERS = 1 << 20
"""Texts that one call analyses: enough to forget the cost of a call, small enough for the caches."""


@dataclasses.dataclass(frozen=True, slots=True)
class Analysis:
    """What one text is to the later rooms; arrays by word, of the words that lie in no span."""

    start: np.ndarray
    end: np.ndarray
    hash: np.ndarray
    stem: np.ndarray
    bits: np.ndarray
    flags: np.ndarray
    digest: str
    lang: str | None
    """ISO 639-1, None where no language is clear. Follows from the text alone."""
    key: np.ndarray
    key_bits: np.ndarray
    spans: tuple[Span, ...]
    whole: tuple[int, int]
    """From the first word of the text to the last, spans included; (0, 0) where it has none."""

    @property
    def words(self) -> int:
        """Words that lie in no span: none only where the text has none at all."""
        return len(self.hash)

    @property
    def signed(self) -> bool:
        """Whether the keys are here: a text with words has some."""
        return len(self.key) > 0 or not self.words

    def owned(self) -> Analysis:
        """The same with arrays of its own: as they are made, those of many texts are parts of one."""
        if self.hash.base is None:
            return self
        names = ("start", "end", "hash", "stem", "bits", "flags", "key", "key_bits")
        return dataclasses.replace(self, **{name: getattr(self, name).copy() for name in names})

    @property
    def all_words(self) -> int:
        return self.words + sum(span.words for span in self.spans)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compiled() -> bool:
    """Whether an earlier run left the compiled kernels on disk; if not, this one compiles them for up to a minute."""
    return any(Path(mix.stats.cache_path).glob("*.nbi"))


class Analyst:
    """Analyses texts; every thread has tables of its own, which hold nothing but time saved."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._own = threading.local()

    def analyse(self, texts: Sequence[str], *, clean: bool = False, keys: bool = True) -> list[Analysis]:
        """One Analysis a text, in order. Half the time is spared where it is known that no text has a span (clean), and where
        their keys are not wanted."""
        work = functools.partial(self._analyse, clean=clean, signed=keys)
        return [analysis for part in self._engine.map(work, list(_chunks(texts))) for analysis in part]

    def begin(self, texts: Sequence[str]) -> Begun:
        """Have texts analysed that are asked for later."""
        parts = list(_chunks(texts))
        return Begun(self, parts, [self._engine.start(self._analyse, part) for part in parts])

    def _analyse(self, texts: Sequence[str], clean: bool = False, signed: bool = True) -> list[Analysis]:
        if not hasattr(self._own, "splitter"):
            self._own.splitter, self._own.lexicon = Splitter(), Lexicon()
            self._own.finder = Finder(self._own.splitter)
        every = self._own.splitter.split(texts)
        found, words = ([()] * len(texts), every) if clean else self._own.finder.find(texts, every)
        language, clear = self._own.lexicon.detect(words)
        stems, bits = self._own.lexicon.weigh(texts, words, language)
        keys = sign.sign(words, stems, bits) if signed else _unsigned(len(words))
        names = [lexicon.LANGUAGES[i] if known else None for i, known in zip(language.tolist(), clear.tolist(), strict=True)]
        return [_one(words, stems, bits, keys, i, names[i], found[i], _whole(every, i)) for i in range(len(words))]


def _unsigned(texts: int) -> sign.Keys:
    return sign.Keys(np.empty(0, np.uint64), np.empty(0, np.float32), np.zeros(texts + 1, np.int64))


class Begun:
    """Analyses that were begun before they are asked for."""

    def __init__(self, analyst: Analyst, parts: Sequence[Sequence[str]], works: Sequence[Work[list[Analysis]]]) -> None:
        self._analyst = analyst
        self._parts = parts
        self._works = works

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        """One Analysis a text, in order; those that were not begun are made now."""
        made = zip(self._parts, results(self._works), strict=True)
        found = {text: one for part, analyses in made for text, one in zip(part, analyses, strict=True)}
        others = iter(self._analyst.analyse([text for text in texts if text not in found]))
        return [found[text] if text in found else next(others) for text in texts]


def _whole(words: Words, i: int) -> tuple[int, int]:
    low, high = words.bounds[i], words.bounds[i + 1]
    return (int(words.start[low]), int(words.end[high - 1])) if low < high else (0, 0)


def _one(
    words: Words, stems: np.ndarray, bits: np.ndarray, keys: sign.Keys, i: int, lang: str | None, found: tuple[Span, ...],
    whole: tuple[int, int],
) -> Analysis:  # fmt: skip
    at = slice(words.bounds[i], words.bounds[i + 1])
    key = slice(keys.bounds[i], keys.bounds[i + 1])
    return Analysis(
        words.start[at], words.end[at], words.hash[at], stems[at], bits[at], words.flags[at],
        words.digest[i], lang, keys.key[key], keys.bits[key], found, whole,
    )  # fmt: skip


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    first, size = 0, 0
    for i, text in enumerate(texts):
        size += len(text)
        if size >= CHUNK_CHARACTERS:
            yield texts[first : i + 1]
            first, size = i + 1, 0
    if first < len(texts):
        yield texts[first:]


def gather(analyses: Sequence[Analysis]) -> align.Texts:
    """The analyses as one flat batch for alignment; document i of the batch is analyses[i]."""
    bounds = np.zeros(len(analyses) + 1, np.int64)
    np.cumsum([a.words for a in analyses], out=bounds[1:])
    return align.prepare(
        np.concatenate([a.hash for a in analyses]),
        np.concatenate([a.stem for a in analyses]),
        np.concatenate([a.bits for a in analyses]),
        np.concatenate([a.flags for a in analyses]),
        bounds,
    )


def gather_keys(analyses: Sequence[Analysis]) -> sign.Keys:
    """The keys of the analyses as one flat batch."""
    bounds = np.zeros(len(analyses) + 1, np.int64)
    np.cumsum([len(a.key) for a in analyses], out=bounds[1:])
    return sign.Keys(np.concatenate([a.key for a in analyses]), np.concatenate([a.key_bits for a in analyses]), bounds)


SETTINGS = {
    "text": "1",
    "spans": spans.VERSION,
    "weights": "wordfreq 3.1.1",
    "languages": str(len(lexicon.LANGUAGES)),
    "shingle_words": str(sign.SHINGLE_WORDS),
    "permutations": str(sign.PERMUTATIONS),
    "bands": str(sign.BANDS),
    "sample": str(sign.SAMPLE),
    "stem_bits": str(sign.STEM_BITS),
    "pairs": f"{sign.PAIR_BITS}/{sign.PAIR_SPAN}/{sign.PAIR_WORDS}/{sign.MOST_REACH}",
}
"""The parameters of this room that results depend on, as the store pins them."""
