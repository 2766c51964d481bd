"""What a newsroom does to another's story: each operator makes a child's story of its parent's. Pure.

COPY keeps every word. EDITED keeps all but a few words and sentences. EXCERPT is cut from the end. LIGHT keeps the facts and most
of their order, and changes words. POLISHED keeps all of it, tells most sentences anew and pads them, as machines do. HEAVY keeps
facts, names and numbers and tells them anew. REORDERED keeps the sentences. LOCALISED adds a paragraph of its own. TEASER is the
first sentence. `merged` compiles two or three. `updated` is a later take of
the same outlet: it keeps most wording, changes figures and adds what has become known.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Sequence

from tests.simulator.events import Event
from tests.simulator.grammar import JOINTS, OPENERS, QUOTATIONS, Clause, Fact, Sentence, retouched, worded
from tests.simulator.story import Paragraph, Story, headline, joined, paragraphed

Operator = Callable[[Story, random.Random], Story]

_INSERTED = (
    "also",
    "however",
    "meanwhile",
    "reportedly",
    "apparently",
    "in fact",
    "of course",
    "on its part",
    "as expected",
    "once more",
)
_HINGES = frozenset(["was", "were", "had", "has", "been", "that", "would", "will", "is", "and", "when", "while", "but"])
"""Words after which another may be put in."""
_DROPPED = (
    "roughly ",
    "nearly ",
    " at first",
    " immediately",
    " sharply",
    " strongly",
    " openly",
    " closely",
    " again",
    " as well",
)


def copy(story: Story, rng: random.Random) -> Story:
    return story


def edited(story: Story, rng: random.Random) -> Story:
    """A sub-editor's touch: in one sentence of four a word changed, put in or taken out, or a slip; a sentence dropped."""
    count = len(story.sentences)
    gone = set(rng.sample(range(1, count), rng.choice((0, 0, 1, 1, 2)))) if count > 6 else set()
    touched = {i for i in range(count) if rng.random() < 0.25} or {rng.randrange(count)}
    out, at = [], 0
    for paragraph in story.paragraphs:
        kept = []
        for sentence in paragraph:
            if at not in gone:
                kept.append(touch(sentence, rng) if at in touched else sentence)
            at += 1
        out.append(tuple(kept))
    return dataclasses.replace(story, paragraphs=_whole(out))


def touch(sentence: Sentence, rng: random.Random) -> Sentence:
    """One small change."""
    draw = rng.random()
    if draw < 0.45:
        i = rng.randrange(len(sentence.clauses))
        clauses = list(sentence.clauses)
        clauses[i] = retouched(clauses[i], 0.4, rng)
        return dataclasses.replace(sentence, clauses=tuple(clauses))
    words = sentence.render().split()
    plain = [w for w in words[1:-1] if w.isalpha() and w.islower() and len(w) > 3]
    hinges = [w for w in words[1:-1] if w in _HINGES]
    old = next((d for d in _DROPPED if d in " ".join(words)), None)
    if draw < 0.6 and old:
        edit = (old, "")
    elif draw < 0.85 and hinges:
        word = rng.choice(hinges)
        edit = (f" {word} ", f" {word} {rng.choice(_INSERTED)} ")
    elif not plain:
        return sentence
    else:
        word = rng.choice(plain)
        i = rng.randrange(1, len(word) - 2)
        edit = (word, word[:i] + word[i + 1] + word[i] + word[i + 2 :] if rng.random() < 0.6 else word[:i] + word[i + 1 :])
    return dataclasses.replace(sentence, edits=(*sentence.edits, edit))


def excerpt(story: Story, rng: random.Random) -> Story:
    """The head of the story: news is cut from the end."""
    count = len(story.sentences)
    keep = max(2, round(count * rng.uniform(0.3, 0.8)))
    out = []
    for paragraph in story.paragraphs:
        if keep > 0:
            out.append(paragraph[:keep])
        keep -= len(paragraph)
    return dataclasses.replace(story, paragraphs=tuple(out), notes=(), cut=rng.random() < 0.3)


def light(story: Story, rng: random.Random) -> Story:
    """Other words for the same, some sentences turned round, two neighbours exchanged, a minor one dropped."""
    share = rng.uniform(0.3, 0.9)
    out = []
    for paragraph in story.paragraphs:
        kept = []
        for sentence in paragraph:
            clauses = tuple(
                retouched(c, share, rng)
                if rng.random() > 0.2 or c.kind in QUOTATIONS
                else worded(c.fact, rng, c.kind, unlike=c.pattern)
                for c in sentence.clauses
            )
            kept.append(Sentence(clauses, sentence.joint))
        if len(kept) > 1 and rng.random() < 0.2:
            kept[0], kept[1] = kept[1], kept[0]
        out.append(tuple(kept))
    if len(out) > 4 and rng.random() < 0.4:
        del out[rng.randrange(2, len(out))]
    return dataclasses.replace(story, paragraphs=tuple(out))


def heavy(story: Story, rng: random.Random) -> Story:
    """The facts told anew: some left out, others in another place, sentences merged and split; quotations kept, cut to their
    first sentence, or reported."""
    facts = list(dict.fromkeys(story.facts))
    drop = rng.uniform(0.05, 0.4)
    facts = facts[:1] + [fact for fact in facts[1:] if rng.random() > drop]
    for _ in range(1 + len(facts) // 3):
        i = rng.randrange(len(facts))
        facts.insert(max(0, min(len(facts), i + rng.choice((-3, -2, -1, 1, 2, 3)))), facts.pop(i))
    before = {c.fact.id: c.pattern for s in story.sentences for c in s.clauses}
    sentences = []
    for sentence in joined(facts, rng, share=rng.uniform(0.1, 0.35)):
        clauses = tuple(_told_anew(clause, before, rng) for clause in sentence.clauses)
        sentences.append(dataclasses.replace(sentence, clauses=clauses))
    return Story(paragraphed(sentences, rng), story.headline, reporter=story.reporter)


def polished(story: Story, rng: random.Random) -> Story:
    """Sentence by sentence in other words, rather longer than before; nothing left out, the quotations kept."""
    out = []
    for sentence in story.sentences:
        clauses = tuple(
            retouched(c, 0.8, rng)
            if c.kind in QUOTATIONS or rng.random() < 0.4
            else worded(c.fact, rng, c.kind, unlike=c.pattern)
            for c in sentence.clauses
        )
        padded = clauses[0].kind not in QUOTATIONS and rng.random() < 0.45
        out.append(Sentence(clauses, rng.randrange(len(JOINTS)), rng.choice(OPENERS) if padded else ""))
    return Story(paragraphed(out, rng), story.headline, reporter=story.reporter)


def _told_anew(clause: Clause, before: dict[int, int], rng: random.Random) -> Clause:
    if clause.kind in QUOTATIONS:
        draw = rng.random()
        if draw < 0.45:
            return worded(clause.fact, rng, "reported")
        return worded(clause.fact, rng, "remark" if draw < 0.65 else clause.kind)
    return worded(clause.fact, rng, clause.kind, unlike=before[clause.fact.id])


def reordered(story: Story, rng: random.Random) -> Story:
    """The same paragraphs, all but the first in another order."""
    head, rest = story.paragraphs[:1], list(story.paragraphs[1:])
    rng.shuffle(rest)
    return dataclasses.replace(story, paragraphs=(*head, *rest))


def teaser(story: Story, rng: random.Random) -> Story:
    """The first sentence or two, and word that there is more."""
    return Story((story.sentences[: rng.choice((1, 2, 2))],), story.headline, reporter=story.reporter, cut=True)


OPERATORS: dict[str, Operator] = {
    "copy": copy, "edited": edited, "excerpt": excerpt, "light": light, "polished": polished, "heavy": heavy,
    "reordered": reordered, "teaser": teaser,
}  # fmt: skip
VERBATIM = frozenset(("copy", "excerpt", "reordered", "teaser"))
"""Operators whose sentences are all the parent's, word for word, where no figure was misread."""


def localised(story: Story, rng: random.Random, local: Sequence[Fact]) -> Story:
    """Cut, and with a paragraph for readers near by."""
    base = excerpt(story, rng) if rng.random() < 0.6 else edited(story, rng)
    added = tuple(Sentence((worded(fact, rng),)) for fact in local)
    at = rng.randint(1, len(base.paragraphs))
    return dataclasses.replace(base, paragraphs=(*base.paragraphs[:at], added, *base.paragraphs[at:]), cut=False)


def merged(stories: Sequence[Story], rng: random.Random) -> Story:
    """A compilation: of each a good part, as it stands or rewritten, one after another or paragraph by paragraph."""
    parts = []
    for story in stories:
        part = excerpt(story, rng)
        draw = rng.random()
        part = light(part, rng) if draw < 0.35 else heavy(part, rng) if draw < 0.5 else edited(part, rng) if draw < 0.8 else part
        parts.append(list(part.paragraphs))
    out: list[Paragraph] = []
    if rng.random() < 0.5:
        out = [paragraph for part in parts for paragraph in part]
    else:
        while any(parts):
            for part in parts:
                out += [part.pop(0)] if part else []
    return Story(tuple(out), stories[0].headline, reporter=stories[0].reporter)


def updated(story: Story, rng: random.Random, event: Event, style: str) -> Story:
    """A later take: counts have grown, new facts stand near the top or at the end, something older was taken out."""
    now = {fact.id: advanced(fact, rng) if fact.kind == "count" and rng.random() < 0.7 else fact for fact in story.facts}
    out = [[_with_facts(sentence, now) for sentence in paragraph] for paragraph in story.paragraphs]
    fresh = [fact for fact in event.known(story.reporter) if fact.id not in story.told][: rng.randint(1, 5)]
    if fresh:
        new = paragraphed(joined(fresh, rng), rng, 2)
        for paragraph in new:
            at = rng.choice((0, 1, 1, 2, len(out)))
            out.insert(min(at, len(out)), list(paragraph))
    if len(out) > 5 and rng.random() < 0.5:
        del out[rng.randrange(3, len(out))]
    out = [[touch(s, rng) if rng.random() < 0.08 else s for s in paragraph] for paragraph in out]
    title = headline(event, rng, style) if rng.random() < 0.5 else story.headline
    takes = int(story.label.split()[1]) + 1 if story.label else 1
    return dataclasses.replace(story, paragraphs=_whole(out), headline=title, label=f"UPDATE {takes}")


def advanced(fact: Fact, rng: random.Random) -> Fact:
    """A count as it stands later: larger."""
    value = int(fact.role("N").replace(",", ""))
    return fact.changed("N", f"{value + max(1, round(value * rng.uniform(0.05, 0.6))):,}")


def misread(story: Story, rng: random.Random) -> tuple[Story, tuple[int, str, str] | None]:
    """A figure got wrong, which whoever copies this inherits; and what became of it: (fact, before, after)."""
    candidates = sorted({fact for fact in story.facts if fact.figures}, key=lambda fact: fact.id)
    if not candidates:
        return story, None
    fact = rng.choice(candidates)
    name = rng.choice(fact.figures)
    before = fact.role(name)
    digits = [i for i, c in enumerate(before) if c.isdigit()]
    i = rng.choice(digits)
    other = rng.choice([d for d in "123456789" if d != before[i]])
    after = before[:i] + other + before[i + 1 :]
    now = {fact.id: fact.changed(name, after)}
    out = [[_with_facts(sentence, now) for sentence in paragraph] for paragraph in story.paragraphs]
    return dataclasses.replace(story, paragraphs=_whole(out)), (fact.id, before, after)


def _with_facts(sentence: Sentence, facts: dict[int, Fact]) -> Sentence:
    clauses = tuple(dataclasses.replace(clause, fact=facts.get(clause.fact.id, clause.fact)) for clause in sentence.clauses)
    return dataclasses.replace(sentence, clauses=clauses)


def _whole(paragraphs: Sequence[Sequence[Sentence]]) -> tuple[Paragraph, ...]:
    """The paragraphs that have not been emptied."""
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)
