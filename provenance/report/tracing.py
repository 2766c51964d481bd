"""Where the texts of `trace` come from, for people and as rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from provenance.report import diff, phrases
from provenance.report.paint import BOLD, DIM, PLAIN, Paint, Span, changes, kept
from provenance.report.words import chance, count, date, percent, safe, shorten

if TYPE_CHECKING:
    from provenance.pipeline.trace import Source, Trace

COLUMNS = (
    "text", "words", "coverage", "verbatim", "found", "source", "site", "published_at", "likely", "probability",
    "source_coverage", "sources", "stored",
)  # fmt: skip
"""One row a text: its words; which share of them stands in the store, and word for word; how many documents have them; of
these the best, what it likely is to the text and which share it has; and all that are named, with their passages. Where the
store holds this very document (`stored`), all of this is said of the others."""
PASSAGES = 3
"""Passages of a source that are shown."""

_VERDICT = {
    "source": "likely its source",
    "derived": "likely derives from this text",
    "undecided": "related; which came first is undecided",
    "common unseen source": "both likely from a source that is not in the store",
}


def rows(traces: Iterable[Trace]) -> Iterator[tuple[Any, ...]]:
    """A row for each text, also for one of which the store knows nothing."""
    for trace in traces:
        sources = [dataclasses.asdict(source) for source in trace.sources]
        best = sources[0] if sources else {}
        yield (
            trace.document.uri, trace.words, round(trace.coverage, 4), round(trace.verbatim, 4), trace.found,
            *(best.get(name) for name in ("uri", "site", "published_at", "likely", "probability", "coverage")),
            sources, trace.stored,
        )  # fmt: skip


@dataclasses.dataclass(slots=True)
class Tally:
    """What many texts have in the store, as they go by."""

    texts: int = 0
    stored: int = 0
    found: int = 0
    words: float = 0
    covered: float = 0
    verbatim: float = 0

    def count(self, traces: Iterable[Trace]) -> Iterator[Trace]:
        for trace in traces:
            self.texts += 1
            self.stored += trace.stored
            self.found += bool(trace.sources)
            self.words += trace.words
            self.covered += trace.coverage * trace.words
            self.verbatim += trace.verbatim * trace.words
            yield trace

    def sentence(self) -> str:
        words = max(1, self.words)
        known = f" ({self.stored:,} of them in the store)" if self.stored else ""
        where = "other documents" if self.stored else "the store"
        return (
            f"{count(self.texts, 'text')}{known}, {self.found:,} with passages that stand in {where}: "
            f"{percent(self.covered / words)} of all words, {percent(self.verbatim / words)} word for word"
        )


def text(traces: Iterable[Trace], *, width: int, colour: bool) -> Iterator[str]:
    """For each text its sources, with the passages that they share."""
    paint = Paint(colour=colour)
    for number, trace in enumerate(traces):
        if number:
            yield "\n"
        share = percent(trace.coverage) if trace.sources else "nothing"
        where = "other documents" if trace.stored else "the store"
        exact = f", {percent(trace.verbatim)} word for word" if trace.verbatim else ""
        known = ", in the store" if trace.stored else ""
        yield paint(BOLD, shorten(safe(trace.document.uri), width)) + "\n"
        line = f"{count(trace.words, 'word')}{known}: {share} of it stands in {where}{exact}"
        yield from (line + "\n" for line in paint.lines([Span(PLAIN, line)], width))
        for place, source in enumerate(trace.sources, 1):
            yield "\n"
            yield from (line + "\n" for line in _source(place, source, paint, width))


def _probable(source: Source) -> str:
    """The number behind the verdict; of an undecided one it says only how far."""
    known = chance(source.probability)
    return f"({known} that it is the source)" if source.likely == "undecided" else f"({known})"


def _source(place: int, source: Source, paint: Paint, width: int) -> Iterator[str]:
    yield f"{place}. {paint(BOLD, shorten(safe(source.uri), width - 4))}"
    facts = [f"“{phrases.headline(source.title)}”" if source.title else "", safe(source.site or ""), date(source.published_at)]
    verdict = _VERDICT[source.likely] + ("" if source.probability is None else f" {_probable(source)}")
    if source.by_hand is not None:
        verdict = f"{_VERDICT[source.likely].replace('likely ', '')}, {phrases.by_hand(source.by_hand)}"
    for note in (" · ".join(filter(None, facts)), f"{verdict}; {percent(source.coverage)} of the text"):
        yield from ("   " + line for line in paint.lines([Span(PLAIN, note)], width - 3))
    for passage in source.passages[:PASSAGES]:
        about = f"{phrases.measure(passage.kind, passage.words, passage.similarity)}, from character {passage.start}"
        yield from ("   " + line for line in paint.lines([Span(DIM, about)], width - 3))
        if passage.kind in ("rewrite", "summary"):
            shared = diff.common_words(passage.source_text, passage.text)
            spans = kept(diff.marked_words(diff.beginning(passage.text), shared))
        else:
            spans = changes(diff.excerpt(diff.pieces(passage.source_text, passage.text)))
        yield from ("     " + line for line in paint.lines(spans, width - 5))
    if len(source.passages) > PASSAGES:
        yield f"   … and {count(len(source.passages) - PASSAGES, 'passage')} more"
