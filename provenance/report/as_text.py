"""The report for a terminal, or a mail: families as trees, with the passages that tell most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from provenance.report import diff, phrases, tree
from provenance.report.model import Family, News, Passage, Report, Site
from provenance.report.paint import BOLD, DIM, PLAIN, Paint, Span, changes, kept
from provenance.report.words import count, date, percent, safe, shorten, width

FULL = 12
"""Texts up to which a tree says all it knows of each; a larger one has a line for each."""
MOST_LINES = 40
"""Texts of a tree that is drawn among other families."""
MOST_PAIRS = 5
"""Undecided pairs that are spelled out."""
INDENT = 2


def render(report: Report, *, width: int, colour: bool) -> Iterator[str]:
    """The whole report, a line at a time."""
    yield from (line + "\n" for line in _Text(report, width, Paint(colour=colour)).lines())


class _Text:
    def __init__(self, report: Report, columns: int, paint: Paint) -> None:
        self._report = report
        self._columns = columns
        self._paint = paint

    def lines(self) -> Iterator[str]:
        report = self._report
        yield from self._wrapped(phrases.title(report), style=BOLD)
        yield from self._wrapped(phrases.totals(report) + ".")
        if report.left_out:
            yield from self._wrapped(phrases.left_out(report.left_out) + ".")
        if report.site:
            yield from self._site(report.site)
        if report.news:
            yield from self._news(report.news)
        scope = phrases.scope(report)
        if scope and (report.families or report.about != "news"):
            yield ""
            yield scope
        for family in report.families:
            yield ""
            yield from self._family(family)

    def _site(self, site: Site) -> Iterator[str]:
        yield ""
        yield f"{count(site.documents, 'document')}."
        for flow in site.flows:
            takes = flow.child_site == site.site
            other = safe(flow.parent_site if takes else flow.child_site)
            start = f"likely from {other}" if takes else f"likely to {other}"
            share = f"{percent(flow.mean_coverage)} of {'it' if flow.articles == 1 else 'each on average'}"
            parts = [count(flow.articles, "article"), share, phrases.delay(flow.median_hours)]
            yield from self._wrapped(f"{start}: {', '.join(filter(None, parts))}", INDENT)

    def _news(self, news: News) -> Iterator[str]:
        yield ""
        for run in news.runs:
            yield from self._wrapped(phrases.run(run))
        if not news.changes:
            yield "Nothing changed in the families."
        for label, found in phrases.headlines(news):
            yield ""
            yield self._paint(BOLD, f"{label}: {len(found)}")
            for change in found[: phrases.MOST_NEWS]:
                where = "" if change.family is None else f"family {change.family}: "
                yield from self._wrapped(f"{where}{phrases.headline(change.title or change.uri)}", INDENT)
                if change.title:
                    yield self._paint(DIM, f"    {shorten(safe(change.uri), self._columns - 4)}")
                yield from self._wrapped(phrases.change(change), 2 * INDENT)
            if more := phrases.more_news(found):
                yield f"  {more}"
        for label, problems in phrases.troubles(news):
            yield ""
            yield self._paint(BOLD, f"{label}: {len(problems)}")
            for problem in problems[: phrases.MOST_NEWS]:
                yield from self._wrapped(f"{problem.uri}: {problem.message}", INDENT)
            if more := phrases.more_news(problems):
                yield f"  {more}"
        if known := phrases.known_troubles(news):
            yield ""
            yield known

    def _family(self, family: Family) -> Iterator[str]:
        head = f"── Family {family.id} ── {phrases.heading(family)} "
        yield from self._wrapped(head + "─" * max(0, self._columns - width(head)), style=BOLD)
        yield from self._wrapped(f"“{phrases.name(family)}”" if any(m.title for m in family.members) else phrases.name(family))
        yield from self._wrapped(f"Origin: {phrases.origin(family)}")
        yield ""
        yield from self._tree(family)
        yield from self._undecided(family)
        directed = {(edge.parent, edge.child) for edge in family.derivations}
        for passage in family.passages:
            yield ""
            yield from self._passage(passage, "->" if (passage.a, passage.b) in directed else "<>")

    def _wrapped(self, text: str, indent: int = 0, style: str = PLAIN) -> Iterator[str]:
        for line in self._paint.lines([Span(style, text)], self._columns - indent):
            yield " " * indent + line

    def _tree(self, family: Family) -> Iterator[str]:
        short = len(family.members) > FULL
        limit = len(family.members) + 10**6 if self._report.about in ("family", "document") else MOST_LINES
        for place, line in enumerate(tree.lines(family)):
            if place == limit:
                yield f"  … and {count(len(family.members) - limit, 'text')} more: provenance report --family {family.id}"
                return
            yield from self._tree_line(line, short=short)

    def _tree_line(self, line: tree.Line, *, short: bool) -> Iterator[str]:
        if line.unseen:
            yield from self._wrapped(phrases.unseen(line.unseen))
            return
        member = line.member
        assert member is not None
        edge = phrases.edge(line.edge) if line.edge else ""
        if short:
            copies = f" = {count(len(member.copies), 'exact copy', 'exact copies')}" if member.copies else ""
            room = max(20, self._columns - width(line.branch) - len(edge) - len(copies) - 2)
            yield f"{line.branch}{self._uri(member.uri, room)}{copies}  {self._paint(DIM, edge)}".rstrip()
            return
        yield line.branch + self._uri(member.uri, self._columns - width(line.branch))
        notes = [f"{edge}; it stands above as well"] if line.again else [phrases.facts(member), edge]
        for other in line.outside:
            notes.append(f"also from {safe(other.parent or '')}, of another family: {phrases.edge(other)}")
        for copy in member.copies:
            when = "" if copy.published_at is None else f", {date(copy.published_at, copy.published_from)}"
            notes.append(f"= {safe(copy.uri)}{when}")
        for note in filter(None, notes):
            for part in self._paint.lines([Span(DIM, note)], self._columns - width(line.below)):
                yield line.below + part

    def _uri(self, uri: str, room: int) -> str:
        shown = shorten(safe(uri), max(20, room))
        return self._paint(BOLD, shown) if uri == self._report.subject else shown

    def _undecided(self, family: Family) -> Iterator[str]:
        for pair in family.undecided[:MOST_PAIRS]:
            yield ""
            yield f"? {shorten(safe(pair.a), self._columns - 2)}"
            yield f"  {shorten(safe(pair.b), self._columns - 2)}"
            yield from self._wrapped(phrases.undecided(pair), INDENT)
        if len(family.undecided) > MOST_PAIRS:
            yield f"  … and {count(len(family.undecided) - MOST_PAIRS, 'undecided pair')} more"

    def _passage(self, passage: Passage, arrow: str) -> Iterator[str]:
        one, two = safe(passage.a), f"{arrow} {safe(passage.b)}"
        for line in [f"{one} {two}"] if width(one) + width(two) < self._columns else [one, two]:
            yield self._paint(DIM, shorten(line, self._columns))
        yield from self._wrapped(phrases.passage(passage), INDENT)
        for spans in excerpt(passage):
            for line in self._paint.lines(spans, self._columns - 2 * INDENT):
                yield " " * 2 * INDENT + line


def excerpt(passage: Passage) -> list[Iterable[Span]]:
    """What of a passage to show: one text with its changes, or both texts with what they share where little was left standing."""
    if passage.kind in ("rewrite", "summary") or passage.similarity < 0.5:
        shared = diff.common_words(passage.text_a, passage.text_b)
        return [kept(diff.marked_words(diff.beginning(text), shared)) for text in (passage.text_a, passage.text_b)]
    return [changes(diff.excerpt(diff.pieces(passage.text_a, passage.text_b)))]
