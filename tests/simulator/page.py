"""A story in an outlet's page: the text that a scraper reads. Pure."""

from __future__ import annotations

import random

from tests.simulator import words
from tests.simulator.grammar import resolved
from tests.simulator.names import MONTHS, body, calendar, person, town
from tests.simulator.outlets import Outlet
from tests.simulator.story import Story

_LISTS = ("Related articles", "Read also:", "Most read", "More news")
_MORE = ("Read more", "Continue reading", "Read the full story", "[...]", "…")


def text(story: Story, outlet: Outlet, rng: random.Random, day: int, stated_in_text: str | None) -> str:
    """day: that of the dateline. stated_in_text: a date that the page shows above all, where its outlet does so."""
    lines = [f"Published: {shown(stated_in_text)}"] if stated_in_text else []
    lines += outlet.before
    if outlet.headed:
        lines.append(f"{story.label}: {story.headline}" if story.label else story.headline)
    if outlet.signed:
        lines.append(f"By {person(rng)}")
    body = [[sentence.render() for sentence in paragraph] for paragraph in story.paragraphs]
    if story.credit:
        body[0][0] = body[0][0].rstrip(".") + f", {story.credit}."
    if story.town and story.wire:
        _, month, of_month = calendar(day)
        body[0][0] = f"{story.town.upper()}, {MONTHS[month - 1]} {of_month} ({story.wire}) - {body[0][0]}"
    lines += [" ".join(paragraph) for paragraph in body]
    if story.cut:
        lines.append(rng.choice(_MORE))
    lines += [*story.notes, *outlet.after[:1]]
    if outlet.related:
        lines.append("\n".join([rng.choice(_LISTS), *(heading(rng) for _ in range(outlet.related))]))
    lines += outlet.after[1:]
    whole = "\n\n".join(lines)
    return curly(whole) if outlet.curly else whole


def heading(rng: random.Random) -> str:
    """A headline of some other article."""
    topic = words.TOPICS[rng.choice(list(words.TOPICS))]
    verb = words.past(resolved(rng.choice(topic.verbs), rng), participle=True)
    what, where = resolved(rng.choice(topic.objects), rng), rng.choice((town(rng), body(rng, town(rng))))
    text = rng.choice(
        (f"{where}: {what} {verb}", f"{what} {verb} in {where}", f"Why the {what} was {verb}", f"{where} after the {what}")
    )
    return text[0].upper() + text[1:]


def curly(text: str) -> str:
    """Typographic quotation marks and apostrophes."""
    out, opened = [], False
    for c in text:
        if c == '"':
            opened = not opened
            c = "“" if opened else "”"
        out.append("’" if c == "'" else c)
    return "".join(out)


def shown(date: str) -> str:
    """An ISO day as a page shows it."""
    year, month, day = date[:10].split("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"
