"""A story: what one text tells and in which words, before a site sets it in its page; and a reporter's writing of one. Pure."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterable, Sequence

from tests.simulator.events import Event
from tests.simulator.grammar import JOINTS, Fact, Sentence, resolved, worded

Paragraph = tuple[Sentence, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Story:
    """What is copied is copied with all of this; a site's page is not part of it."""

    paragraphs: tuple[Paragraph, ...]
    headline: str
    town: str | None = None
    """The place of the dateline, where it has one."""
    wire: str | None = None
    """Who signs the dateline: the outlet that wrote it."""
    credit: str | None = None
    """What the first sentence ends in, as `, the Harbour Post reported`."""
    notes: tuple[str, ...] = ()
    """Paragraphs at the end that name a source or say what was corrected."""
    cut: bool = False
    """It breaks off and says so."""
    reporter: int = 0
    """Which of the event's reporters wrote what it goes back to."""
    label: str | None = None
    """What stands before the headline: `UPDATE 2`."""

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(fact for sentence in self.sentences for fact in sentence.facts)

    @property
    def told(self) -> frozenset[int]:
        """The ids of its facts."""
        return frozenset(fact.id for fact in self.facts)

    @property
    def text(self) -> str:
        """The body alone."""
        return "\n\n".join(" ".join(sentence.render() for sentence in paragraph) for paragraph in self.paragraphs)


def paragraphed(sentences: Sequence[Sentence], rng: random.Random, most: int = 3) -> tuple[Paragraph, ...]:
    """The sentences in paragraphs of one to `most`."""
    out, at = [], 0
    while at < len(sentences):
        step = rng.randint(1, most)
        out.append(tuple(sentences[at : at + step]))
        at += step
    return tuple(out)


def joined(facts: Iterable[Fact], rng: random.Random, share: float = 0.2) -> list[Sentence]:
    """New wordings of the facts in order, about this share of them joined in one sentence with the next."""
    out: list[Sentence] = []
    for fact in facts:
        clause = worded(fact, rng)
        before = out[-1].clauses if out else ()
        if len(before) == 1 and {before[0].kind, clause.kind} <= _PLAIN and rng.random() < share:
            out[-1] = Sentence((*before, clause), rng.randrange(len(JOINTS)))
        else:
            out.append(Sentence((clause,)))
    return out


_PLAIN = frozenset(
    ("act", "count", "money", "rate", "cause", "future", "reaction", "welcome", "denial", "doubt", "effect", "comment", "body")
)
"""Kinds whose sentences may be joined: a quotation stands by itself."""


def headline(event: Event, rng: random.Random, style: str) -> str:
    """A headline in an outlet's style: `title` or `sentence` case."""
    text = " ".join(word for word in resolved(rng.choice(event.headlines), rng).split() if word != "the")
    text = text[0].upper() + text[1:]
    return " ".join(word if word in _SMALL else word[0].upper() + word[1:] for word in text.split()) if style == "title" else text


_SMALL = frozenset(["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "over", "the", "to", "with"])


def reported(event: Event, reporter: int, rng: random.Random, style: str) -> Story:
    """A reporter's own story of the event: the news, and a choice of the other facts that this one knows, mostly in order of
    weight, in words of their own."""
    known = event.known(reporter)
    size = rng.randint(5, min(24, len(known)))
    rest = list(known[2:])
    while len(rest) > size - 2:
        rest.pop(rng.randrange(len(rest)) if rng.random() < 0.75 else -1)
    for _ in range(len(rest) // 4):
        i = rng.randrange(max(1, len(rest) - 1))
        rest[i : i + 2] = rest[i : i + 2][::-1]
    return Story(paragraphed(joined([*event.facts[:2], *rest], rng), rng), headline(event, rng, style), reporter=reporter)
