"""A made-up news corpus of any size: articles of about 2 KB, a third of them told by several papers. Seeded, in a stream.

Article n follows from the seed and n alone, so any part can be written again without the rest, and what derives from an
article makes its source anew instead of remembering it: memory does not grow.

SHARES says what each article is. A single has a text of its own and no relatives; an origin has, if any other article picks it.
What derives picks an origin before it, most of them of the last days. Words are drawn as often as English has them (the wordfreq
list), a quarter of them from the story's subject, so that stems, and the information that they carry, are those of real text.
Each story has names, numbers and dates of its own. One article in ten ends with one of TEMPLATES paragraphs.
"""

from __future__ import annotations

import datetime
import functools
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xxhash

from tests.strategies import rarity

SHARES = {"single": 0.70, "origin": 0.08, "copy": 0.05, "edit": 0.07, "excerpt": 0.05, "rewrite": 0.05}
_KINDS, _BOUNDS = tuple(SHARES), np.cumsum(list(SHARES.values()))[:-1]
DERIVED = ("copy", "edit", "excerpt", "rewrite")
TEMPLATED, TEMPLATES = 0.10, 40
VOCABULARY, SUBJECTS, SUBJECT_WORDS = 50_000, 600, 150
ON_SUBJECT = 0.25
"""Share of the words that come from the story's subject."""
NAMES, NUMBERS = 0.04, 0.03
SENTENCES = (12, 31)
"""From so many up to so many sentences."""
LATELY = 4_000
"""Four of five articles that derive from another pick one of so many before them; the others any."""
SITES = 500
DAY_ZERO = datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC)
MINUTES = 3
"""One article comes so long after another."""


class Plan(NamedTuple):
    """What an article is, before it is written."""

    kind: str
    source: int | None
    """The origin that it derives from."""
    template: int | None


def rng(seed: int, *place: object) -> np.random.Generator:
    """What is drawn at one place of the corpus."""
    return np.random.Generator(np.random.PCG64(xxhash.xxh64_intdigest(repr((seed, *place)).encode())))


def _share(seed: int, name: str, n: int) -> float:
    """A number in [0, 1) that belongs to an article, quicker than a generator."""
    return xxhash.xxh64_intdigest(f"{name} {seed} {n}".encode()) / 2**64


def kind(seed: int, n: int) -> str:
    """Which of SHARES article n is: the first that derives has an origin before it."""
    name = _KINDS[int(np.searchsorted(_BOUNDS, _share(seed, "kind", n), "right"))]
    return name if name not in DERIVED or _source(seed, n) is not None else "single"


@functools.lru_cache(maxsize=1 << 14)
def _is_origin(seed: int, n: int) -> bool:
    return _KINDS[int(np.searchsorted(_BOUNDS, _share(seed, "kind", n), "right"))] == "origin"


def _source(seed: int, n: int) -> int | None:
    """The origin that article n picks: mostly a late one."""
    reach = min(n, LATELY) if _share(seed, "lately", n) < 0.8 else n
    at = n - 1 - int(_share(seed, "source", n) * reach)
    while at >= 0 and not _is_origin(seed, at):
        at -= 1
    return at if at >= 0 else None


def plan(seed: int, n: int) -> Plan:
    what = kind(seed, n)
    draw = _share(seed, "template", n) / TEMPLATED
    # Half of them bear the first, a sixth the second, and so on.
    template = min(int(1 / (1 - draw) - 1), TEMPLATES - 1) if draw < 1 else None
    return Plan(what, _source(seed, n) if what in DERIVED else None, template if what != "copy" else None)


@functools.cache
def _vocabulary() -> tuple[np.ndarray, np.ndarray]:
    """Words, and the sum of the frequencies up to each."""
    import wordfreq

    words = [word for word in wordfreq.top_n_list("en", VOCABULARY) if word.isalpha()]
    return np.array(words, object), np.cumsum([wordfreq.word_frequency(word, "en") for word in words])


@functools.lru_cache(maxsize=SUBJECTS)
def _subject(number: int) -> tuple[np.ndarray, np.ndarray]:
    """Places in the vocabulary that one subject keeps using, the first most."""
    draw = rng(0, "subject", number)
    places = np.unique(np.exp(draw.uniform(np.log(300), np.log(len(_vocabulary()[0]) - 1), 2 * SUBJECT_WORDS)).astype(np.int64))
    return draw.permutation(places)[:SUBJECT_WORDS], np.cumsum(1 / np.arange(3, SUBJECT_WORDS + 3))


class _Writer:
    """Draws words for one story."""

    def __init__(self, draw: np.random.Generator) -> None:
        self.draw = draw
        subject, weights = _subject(int(draw.integers(SUBJECTS)))
        self._subject, self._weights = subject, weights[: len(subject)]
        self._names = [_name(int(n)) for n in draw.integers(1 << 40, size=6)] + [
            _name(int(n)) for n in draw.zipf(1.3, 4) % 20_000
        ]

    def words(self, count: int) -> list[str]:
        draw = self.draw
        words, sums = _vocabulary()
        places = np.searchsorted(sums, draw.random(count) * sums[-1])
        near = np.flatnonzero(draw.random(count) < ON_SUBJECT)
        places[near] = self._subject[np.searchsorted(self._weights, draw.random(len(near)) * self._weights[-1])]
        out = words[np.minimum(places, len(words) - 1)].tolist()
        for i in np.flatnonzero(draw.random(count) < NAMES).tolist():
            out[i] = self._names[int(draw.integers(len(self._names)))]
        for i in np.flatnonzero(draw.random(count) < NUMBERS).tolist():
            out[i] = f"{int(10 ** draw.uniform(0, 7)):,}"
        return out

    def sentences(self, count: int) -> list[list[str]]:
        sizes = self.draw.integers(8, 25, count).tolist()
        words = self.words(sum(sizes))
        out, at = [], 0
        for size in sizes:
            out.append(words[at : at + size])
            at += size
        return out


@functools.lru_cache(maxsize=1 << 12)
def _name(number: int) -> str:
    return rarity(random.Random(number)).capitalize()


def _told(sentences: Iterable[list[str]]) -> str:
    """Sentences as text, in paragraphs of three."""
    told = [" ".join((some[0][:1].upper() + some[0][1:], *some[1:])) + "." for some in sentences if some]
    return "\n\n".join(" ".join(told[i : i + 3]) for i in range(0, len(told), 3))


def _story(seed: int, n: int) -> list[list[str]]:
    """The sentences of a single or an origin."""
    draw = rng(seed, "story", n)
    return _Writer(draw).sentences(int(draw.integers(*SENTENCES)))


def _changed(sentences: Iterable[list[str]], share: float, writer: _Writer) -> list[list[str]]:
    """Each word with this probability replaced or left out."""
    out = []
    for some in sentences:
        fate, fresh = writer.draw.random(len(some)).tolist(), iter(writer.words(len(some)))
        kept = ((word if f >= share else next(fresh)) for f, word in zip(fate, some, strict=True) if not share / 2 <= f < share)
        out.append(list(kept))
    return out


@functools.lru_cache(maxsize=TEMPLATES)
def _template(number: int) -> list[str]:
    return _Writer(rng(0, "template", number)).words(55)


def text(seed: int, n: int, what: Plan) -> str:
    """What article n says."""
    if what.source is None:
        told = _story(seed, n)
    else:
        told = _story(seed, what.source)
        writer = _Writer(rng(seed, "derived", n))
        if what.kind == "edit":
            told = _changed(told, 0.1, writer)
            del told[int(writer.draw.integers(len(told)))]
            told += writer.sentences(1)
        elif what.kind == "excerpt":
            size = max(3, len(told) // 3)
            at = int(writer.draw.integers(len(told) - size + 1))
            told = writer.sentences(7) + told[at : at + size] + writer.sentences(4)
        elif what.kind == "rewrite":
            told = _changed(told, 0.35, writer)
            told = [told[i] for i in np.argsort(np.arange(len(told)) + writer.draw.uniform(0, 4, len(told))).tolist()]
    if what.template is not None:
        told = [*told, _template(what.template)]
    return _told(told)


def article(seed: int, n: int) -> dict[str, Any]:
    """Article n as a row: id, text, title, source, date, and of some the author."""
    what = plan(seed, n)
    draw = rng(seed, "about", n)
    site = f"paper{int(SITES ** draw.random())}.example"
    story = _Writer(rng(seed, "title", n if what.source is None else what.source))
    title = " ".join(story.words(8))
    date = DAY_ZERO + datetime.timedelta(minutes=MINUTES * n + int(draw.integers(60)))
    row = {
        "id": f"https://{site}/{date:%Y/%m}/{n}",
        "text": text(seed, n, what),
        "title": title[:1].upper() + title[1:],
        "source": site,
        "date": f"{date:%Y-%m-%dT%H:%M:%SZ}",
    }
    if draw.random() < 0.3:
        row["author"] = f"{_name(int(draw.integers(900)))} {_name(int(draw.integers(4000)))}"
    return row


def articles(seed: int, first: int, count: int) -> Iterator[dict[str, Any]]:
    """Articles first to first + count."""
    return (article(seed, n) for n in range(first, first + count))


def write(path: Path, seed: int, first: int, count: int) -> int:
    """These articles as JSONL; returns the bytes of their texts."""
    size = 0
    with path.open("w", encoding="utf-8") as out:
        for row in articles(seed, first, count):
            size += len(row["text"].encode())
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return size
