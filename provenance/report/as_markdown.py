"""The report as Markdown, for a mail, a wiki or an issue: what the text report says, with links; cut words struck, new bold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from provenance.report import as_text, phrases, tree
from provenance.report.model import Family, News, Passage, Report, Site
from provenance.report.paint import ADDED, CUT, SHARED, Span
from provenance.report.words import count, date, flat, percent, safe

MOST_LINES = 60
"""Texts of a tree that is drawn among other families."""
_SIGNS = {CUT: ("~~", "~~"), ADDED: ("**", "**"), SHARED: ("**", "**")}
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\\`\"|]+")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$])|^([-+=])(?=\s|$)|^(\d+)([.)])(?=\s|$)")


def escape(text: str) -> str:
    """Text as itself: one line, no markup, no HTML."""
    return _SPECIAL.sub(lambda m: f"{m[3] or ''}\\{m[1] or m[2] or m[4]}", safe(text))


def link(uri: str) -> str:
    """An address to click on, where it is one of the web; else its letters."""
    shown = safe(uri)
    return f"<{shown}>" if shown == uri and _ADDRESS.fullmatch(uri) else escape(uri)


def render(report: Report, *, width: int, colour: bool) -> Iterator[str]:
    """The whole report."""
    yield f"# {escape(phrases.title(report))}\n\n{phrases.totals(report)}.\n"
    if report.left_out:
        yield f"\n{phrases.left_out(report.left_out)}.\n"
    if report.site:
        yield from _site(report.site)
    if report.news:
        yield from _news(report.news)
    scope = phrases.scope(report)
    if scope and (report.families or report.about != "news"):
        yield f"\n{scope}\n"
    whole = report.about in ("family", "document")
    for family in report.families:
        yield from _family(family, limit=None if whole else MOST_LINES)


def _site(site: Site) -> Iterator[str]:
    yield f"\n{count(site.documents, 'document')}.\n\n"
    yield "| from | to | articles | shared on average | median delay |\n|---|---|--:|--:|--:|\n"
    for flow in site.flows:
        cells = [escape(flow.parent_site), escape(flow.child_site), str(flow.articles), percent(flow.mean_coverage)]
        cells.append(phrases.delay(flow.median_hours))
        yield f"| {' | '.join(cells)} |\n"


def _news(news: News) -> Iterator[str]:
    yield "\n"
    for run in news.runs:
        yield f"- {phrases.run(run)}\n"
    for label, changes in phrases.headlines(news):
        yield f"\n## {label}: {len(changes)}\n\n"
        for change in changes[: phrases.MOST_NEWS]:
            family = "" if change.family is None else f"family {change.family}: "
            title = f"{escape(phrases.headline(change.title))}, " if change.title else ""
            yield f"- {family}{title}{link(change.uri)}: {escape(phrases.change(change))}\n"
        if more := phrases.more_news(changes):
            yield f"- {more}\n"
    if not news.changes:
        yield "\nNothing changed in the families.\n"
    for label, problems in phrases.troubles(news):
        yield f"\n## {label}: {len(problems)}\n\n"
        for problem in problems[: phrases.MOST_NEWS]:
            yield f"- {escape(problem.uri)}: {escape(problem.message)}\n"
        if more := phrases.more_news(problems):
            yield f"- {more}\n"
    if known := phrases.known_troubles(news):
        yield f"\n{known}\n"


def _family(family: Family, limit: int | None) -> Iterator[str]:
    yield f"\n## Family {family.id}: {escape(phrases.name(family))}\n\n"
    yield f"{phrases.heading(family)}. Origin: {escape(phrases.origin(family))}.\n\n"
    for place, line in enumerate(tree.lines(family)):
        if place == limit:
            yield f"- … and {count(len(family.members) - place, 'text')} more: `provenance report --family {family.id}`\n"
            break
        yield from _tree_line(line)
    for pair in family.undecided[: as_text.MOST_PAIRS]:
        yield f"\n{link(pair.a)} and {link(pair.b)}: {phrases.undecided(pair)}.\n"
    if len(family.undecided) > as_text.MOST_PAIRS:
        yield f"\n… and {count(len(family.undecided) - as_text.MOST_PAIRS, 'undecided pair')} more.\n"
    directed = {(edge.parent, edge.child) for edge in family.derivations}
    for passage in family.passages:
        yield from _passage(passage, "→" if (passage.a, passage.b) in directed else "↔")


def _tree_line(line: tree.Line) -> Iterator[str]:
    indent = "  " * line.depth
    if line.unseen:
        yield f"{indent}- {escape(phrases.unseen(line.unseen))}\n"
        return
    member = line.member
    assert member is not None
    edge = "" if line.edge is None else f"; **{escape(phrases.edge(line.edge))}**"
    facts = " (it stands above as well)" if line.again else f": {escape(phrases.facts(member))}"
    yield f"{indent}- {link(member.uri)}{facts}{edge}\n"
    for other in line.outside:
        yield f"{indent}  - also from {link(other.parent or '')}, of another family: {escape(phrases.edge(other))}\n"
    for copy in member.copies:
        yield f"{indent}  - = {link(copy.uri)}, {date(copy.published_at, copy.published_from)}\n"


def _passage(passage: Passage, arrow: str) -> Iterator[str]:
    yield f"\n{link(passage.a)} {arrow} {link(passage.b)}: {escape(phrases.passage(passage))}\n"
    for spans in as_text.excerpt(passage):
        yield f"\n> {_marked(list(spans))}\n"


def _marked(spans: Sequence[Span]) -> str:
    parts = []
    for style, text in spans:
        line = flat(text)
        before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
        start, end = _SIGNS.get(style, ("", "")) if line.strip() else ("", "")
        parts.append(f"{before}{start}{escape(line)}{end}{after}")
    return "".join(parts).strip()
