"""What the evidence says of two documents, in the words that every renderer uses. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from provenance.report import phrases
from provenance.report.model import Edge, Reason
from provenance.report.words import chance, likely, safe

if TYPE_CHECKING:
    from provenance.report.explaining import Direction, Explanation

NEXT_TO_NOTHING = 0.1
"""Log odds that are not worth a line."""


def verdict(e: Explanation) -> str:
    """What the evidence says of the two, in a sentence or two."""
    chosen = next((edge for edge in e.derivations if edge.chosen), None)
    if e.a.asked == e.b.asked:
        return "A and B are one document."
    if e.same:
        words = "The two texts are the same, but for case, space and punctuation."
        if e.independent is not None:
            return f"{words} They are independent, {phrases.by_hand(e.independent)}."
        if chosen and chosen.by_hand is not None:
            parent, child = letter(e, chosen.parent), letter(e, chosen.child)
            return f"{words} {child} derives from {parent}, {phrases.believed(chosen)}."
        if chosen:
            return f"{words} By the dates, {letter(e, chosen.child)} is {likely(chosen.probability)} to be the later one."
        common = {edge.parent for edge in e.rivals if edge.relation == "duplicate" and edge.chosen}
        return f"{words} " + (
            f"So is a third, dated earlier: {safe(*common)}." if len(common) == 1 else "Nothing says which was first."
        )
    if chosen:
        parent, child = letter(e, chosen.parent), letter(e, chosen.child)
        return f"{child} {'likely ' if chosen.by_hand is None else ''}derives from {parent}: {phrases.edge(chosen)}."
    if e.independent is not None:
        return f"They are independent, {phrases.by_hand(e.independent)}. What they share does not count."
    if e.unseen:
        source = f"{phrases.unseen(e.unseen)}, {likely(e.unseen.probability)}"
        return f"Both likely derive from one text that is not among the documents: {source}."
    if not e.passages:
        return "They share no passage."
    kinds = {passage.kind for passage in e.passages}
    if kinds <= {"quotation", "boilerplate"}:
        return f"They share only {' and '.join(sorted(kinds))}, which is no sign that one derives from the other."
    if e.direction is None:
        return "What they share is too little to call them related."
    if e.direction.decided and e.direction.p_unseen >= max(e.direction.p_ab, e.direction.p_ba):
        neither = f"Neither seems to derive from the other directly ({chance(e.direction.p_unseen)})"
        return f"{neither}: each is closer to other texts, or had the text from elsewhere."
    return "Undecided: they are related, and the evidence does not say who has it from whom."


def letter(e: Explanation, uri: str | None) -> str:
    """Which of the two this is."""
    return "A" if uri == e.a.text.uri else "B"


def shares(direction: Direction) -> tuple[tuple[str, float], ...]:
    """Who has it from whom, each with its probability; together 1."""
    return (
        ("B from A", direction.p_ab),
        ("A from B", direction.p_ba),
        ("a common source, or neither from the other,", direction.p_unseen),
    )


def weighty(edge: Edge) -> list[Reason]:
    """The reasons that say something, the weightiest first."""
    found = [reason for reason in edge.why if abs(reason.log_odds) >= NEXT_TO_NOTHING]
    return sorted(found, key=lambda reason: -abs(reason.log_odds))


def times(log_odds: float) -> str:
    """Log odds as people bet: how many times likelier, or less likely, this alone makes it."""
    factor = math.exp(min(50.0, abs(log_odds)))
    amount = f"{factor:.1f}" if factor < 10 else f"{factor:.0f}" if factor < 1000 else "over 1000"
    return f"{amount} times {'for' if log_odds >= 0 else 'against'}"
