"""Planted copies: a seeded generator that puts copies of a corpus' own articles, changed in known ways, among them.

Each of KINDS takes COPIES articles of LEAST_WORDS words or more: every n-th word replaced by one drawn from the corpus, one half
kept, one paragraph put into another article. What a scan finds of them is recall with known answers on real text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

KINDS = ("2 % changed", "5 % changed", "10 % changed", "20 % changed", "half kept", "paragraph embedded")
COPIES = 200
LEAST_WORDS = 80
PARAGRAPH_WORDS = 40


def changed(text: str, share: float, vocabulary: Sequence[str], rng: random.Random) -> str:
    """The text with this share of its words, at least one, replaced by words of the vocabulary; spaces stay."""
    parts = re.split(r"(\s+)", text)
    places = [i for i, part in enumerate(parts) if part and not part.isspace()]
    for i in rng.sample(places, max(1, round(share * len(places)))):
        parts[i] = rng.choice(vocabulary)
    return "".join(parts)


def half(text: str, rng: random.Random) -> str:
    """The first or the second half of the text, by words."""
    words = list(re.finditer(r"\S+", text))
    middle = words[len(words) // 2].start()
    return text[:middle].rstrip() if rng.random() < 0.5 else text[middle:]


def embedded(text: str, host: str, rng: random.Random) -> str:
    """PARAGRAPH_WORDS words of the text as a paragraph in the middle of another."""
    words = list(re.finditer(r"\S+", text))
    first = rng.randrange(len(words) - PARAGRAPH_WORDS)
    paragraph = text[words[first].start() : words[first + PARAGRAPH_WORDS].end()]
    lines = host.split("\n")
    lines.insert(len(lines) // 2, paragraph)
    return "\n".join(lines)


def plant(articles: Mapping[str, str], seed: int) -> dict[str, dict[str, tuple[str, str]]]:
    """uri -> text of a corpus, and a seed -> for each kind, uri of the copy -> (uri of its source, text of the copy)."""
    rng = random.Random(seed)
    long = sorted(uri for uri, text in articles.items() if len(text.split()) >= LEAST_WORDS)
    rng.shuffle(long)
    vocabulary = sorted({word for uri in long[:2000] for word in articles[uri].split() if word.isalpha()})
    planted: dict[str, dict[str, tuple[str, str]]] = {}
    for number, kind in enumerate(KINDS):
        planted[kind] = {}
        for k, uri in enumerate(long[number * COPIES : (number + 1) * COPIES]):
            text = articles[uri]
            if kind.endswith("changed"):
                text = changed(text, int(kind.split()[0]) / 100, vocabulary, rng)
            elif kind == "half kept":
                text = half(text, rng)
            else:
                text = embedded(text, articles[long[-1 - k]], rng)
            planted[kind][f"planted:{number}:{k}"] = uri, text
    return planted
