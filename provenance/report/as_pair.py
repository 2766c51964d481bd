"""An explanation for a terminal: the verdict, the passages side by side, the reasons, the rivals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from provenance.report import diff, phrases
from provenance.report.explaining import Explanation, Party
from provenance.report.model import Edge, Passage, Reason
from provenance.report.paint import BOLD, DIM, PLAIN, Paint, Span, changes, kept, side
from provenance.report.verdict import letter, shares, times, verdict, weighty
from provenance.report.words import chance, count, likely, percent, safe, shorten

SIDE_BY_SIDE = 72
"""Columns from which on two texts stand side by side."""
ENDS = 40
"""Words at either end of a verbatim passage that are shown."""


def render(explanation: Explanation, *, width: int, colour: bool) -> Iterator[str]:
    """The whole explanation, a line at a time."""
    yield from (line + "\n" for line in _Pair(explanation, width, Paint(colour=colour)).lines())


class _Pair:
    def __init__(self, explanation: Explanation, columns: int, paint: Paint) -> None:
        self._e = explanation
        self._columns = columns
        self._paint = paint

    def lines(self) -> Iterator[str]:
        e = self._e
        yield from self._party("A", e.a)
        yield from self._party("B", e.b)
        yield ""
        yield from self._wrapped(verdict(e), style=BOLD)
        if e.direction and not e.same:
            yield from self._wrapped("; ".join(f"{what} {chance(share)}" for what, share in shares(e.direction)) + ".")
        for number, passage in enumerate(e.passages, 1):
            yield ""
            yield from self._wrapped(f"{number}. {phrases.passage(passage)}", style=BOLD)
            yield from self._passage(passage)
        if e.derivations or e.unseen_edges:
            yield ""
            yield self._paint(BOLD, "Why")
        for edge in (*e.derivations, *e.unseen_edges):
            yield from self._edge(edge)
        if e.rivals and e.passages:
            yield ""
            yield self._paint(BOLD, "What else was weighed")
            for edge in e.rivals:
                yield from self._rival(edge)

    def _wrapped(self, text: str, indent: int = 0, style: str = PLAIN) -> Iterator[str]:
        for line in self._paint.lines([Span(style, text)], self._columns - indent):
            yield " " * indent + line

    def _party(self, letter: str, party: Party) -> Iterator[str]:
        yield f"{letter}  {self._paint(BOLD, shorten(safe(party.asked), self._columns - 3))}"
        if party.asked != party.text.uri:
            yield from self._wrapped(f"an exact copy of {safe(party.text.uri)}, of which the rest speaks", 3)
        shared = f" · {percent(party.shared)} of it shared" if self._e.passages else ""
        yield from self._wrapped(f"{phrases.facts(party.text)} · {count(party.text.words, 'word')}{shared}", 3)
        if party.left_out:
            yield from self._wrapped(phrases.left_out(party.left_out), 3)

    def _passage(self, passage: Passage) -> Iterator[str]:
        if passage.kind in ("rewrite", "summary"):
            shared = diff.common_words(passage.text_a, passage.text_b)
            texts = [list(kept(diff.marked_words(text, shared))) for text in (passage.text_a, passage.text_b)]
            yield from self._beside(*texts) if self._columns >= SIDE_BY_SIDE else self._stacked(*texts)
            return
        pieces = diff.pieces(passage.text_a, passage.text_b)
        if all(piece.same for piece in pieces):
            whole = diff.Piece(True, passage.text_a, passage.text_b)
            yield from self._indented(changes([diff.ends(whole, ENDS, ENDS)]))
            return
        for row in diff.folded(list(diff.rows(pieces))):
            if isinstance(row, int):
                yield "   " + self._paint(DIM, f"⋮ {count(row, 'word')} the same")
            elif self._columns >= SIDE_BY_SIDE:
                yield from self._beside(list(side(row, left=True)), list(side(row, left=False)))
            else:
                yield from self._indented(changes(row))

    def _indented(self, spans: Iterable[Span]) -> Iterator[str]:
        for line in self._paint.lines(spans, self._columns - 3):
            yield "   " + line

    def _stacked(self, left: Sequence[Span], right: Sequence[Span]) -> Iterator[str]:
        yield from self._indented(left)
        yield "   --"
        yield from self._indented(right)

    def _beside(self, left: Sequence[Span], right: Sequence[Span]) -> Iterator[str]:
        room = (self._columns - 6) // 2
        one, two = self._paint.columns(left, room), self._paint.columns(right, room)
        for i in range(max(len(one), len(two))):
            text, used = one[i] if i < len(one) else ("", 0)
            other = two[i][0] if i < len(two) else ""
            yield f"   {text}{' ' * (room - used)} │ {other}".rstrip()

    def _edge(self, edge: Edge) -> Iterator[str]:
        if edge.parent is None:
            head = f"{letter(self._e, edge.child)} from the unseen source, {likely(edge.probability)}"
        else:
            lost = "" if edge.chosen else ", not chosen"
            head = f"{letter(self._e, edge.child)} from {letter(self._e, edge.parent)}, {phrases.believed(edge)}{lost}"
        yield f"  {head}"
        for reason in weighty(edge):
            yield from self._reason(reason)

    def _reason(self, reason: Reason) -> Iterator[str]:
        what = phrases.signal(reason)
        quotes = ", ".join(f"“{safe(quote)}”" for quote in reason.quotes[:3])
        first, *rest = self._paint.lines([Span(PLAIN, f"{what}{': ' if quotes else ''}{quotes}")], self._columns - 33)
        yield f"    {reason.log_odds:+6.2f}  {times(reason.log_odds):<18} {first}"
        for line in rest:
            yield " " * 32 + line

    def _rival(self, edge: Edge) -> Iterator[str]:
        source = "an unseen source" if edge.parent is None else safe(edge.parent)
        yield f"  {letter(self._e, edge.child)} from {shorten(source, self._columns - 10)}"
        yield from self._wrapped(f"{'chosen' if edge.chosen else 'lost'}: {phrases.edge(edge)}", 4)
