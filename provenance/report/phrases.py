"""Sentences about families and derivations that every renderer says alike. Pure."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from provenance.report.model import Edge, Family, LeftOut, Member, News, Passage, Reason, Report, Undecided, Unseen
from provenance.report.words import chance, count, date, dates, later, likely, percent, safe, shorten

RELATION = {
    "duplicate": "duplicate",
    "revision": "revision",
    "excerpt": "excerpt",
    "rewrite": "rewrite",
    "summary": "summary",
    "compilation": "compiled from this and others",
}
"""How a child comes from its source."""

_DERIVED = {
    "duplicate": ("exact copy", "exact copies"),
    "revision": ("revision", "revisions"),
    "excerpt": ("excerpt", "excerpts"),
    "rewrite": ("rewrite", "rewrites"),
    "summary": ("summary", "summaries"),
    "compilation": ("part of a compilation", "parts of compilations"),
}

LONGEST_TITLE = 200
"""Columns of a title that are shown."""
MOST_CONFLICTS, LONGEST_CONFLICT = 4, 40
"""Conflicts of a passage that are named, and columns of each side: a number may have a million digits."""
LONGEST_SAID = 200
"""Columns of what a person says of a correction."""
SIGNALS = {
    "overlap": "how much and how closely they agree",
    "closeness": "how close, beside the closest relative",
    "dates": "which is dated earlier",
    "credit": "whom the child names as its source",
    "inherited": "a credit that both have, which may have come with the words",
    "looseness": "how long they are alike without being close",
    "thinness": "how small a part of either they share",
    "between": "whether another text stands between them",
    "growth": "which of two revisions is longer",
    "draft": "which of two revisions announces what is still to come",
    "hindsight": "which of two revisions says what was changed",
    "series": "which of two revisions names later numbers of a series",
    "links": "which of two revisions links to https rather than http",
    "cut": "which of the two is longer, where one is a part of the other",
    "letters": "which uses longer words, as those do who polish",
    "names": "which names more people and places",
    "quotes": "which quotes more",
    "apostrophes": "which contracts more",
    "long words": "which has more long words",
    "commas": "which has more commas",
    "sentences": "which has longer sentences",
    "adverbs": "which has more adverbs, as those have who polish",
    "participles": "which begins more sentences with a participle",
    "function words": "which writes like those who retell, by its small words",
    "verbosity": "which is a little longer",
    "length": "which is longer",
    "excess": "which is much longer",
    "parts": "of which the others have different parts",
    "facts": "whose names and numbers the other has lost",
    "missing": "which lacks what most others have",
    "central": "which has more in common with the others",
    "private": "which says more that no other does",
    "phrases": "which has more phrases in common with the others",
    "twice": "of which two others seldom have what it lacks",
    "hub": "to which most others are closest",
    "rival": "of which none of the others has more phrases that third texts have",
    "attested": "whose phrases third texts have, rather than the other's",
    "attestation": "whether others know the rest of it",
    "version": "an earlier text of the same address",
    "succession": "a later revision stands between them",
    "branching": "where its text leaves those of its elders",
    "readings": "how many readings that it has in common with its elders this one lacks",
    "remainder": "how much that others have of it this one lacks",
    "ordered": "as mere likeness says less where dates leave one way only",
    "late": "as one of several that are dated later",
    "figures": "how many numbers that it has in common with its elders this one lacks",
    "prior": "how often sources are missing at all",
    "no centre": "whether they stand around a text that none of them is",
    "rewritten": "how freely they reword one another",
    "versions": "how far they are versions of one text",
    "origin": "whether one of them reads like the original",
    "credits": "whether several name it",
    "title": "how alike their titles are",
    "site": "whether they stand on one site",
}
"""What a signal looks at, for people. A signal without a line here is shown by its name."""
_OF_ALL = {"credit": "whom its children name as their source"}
"""The same of an unseen source, of which a signal says one thing for all of its children together."""


def title(report: Report) -> str:
    """What the report is about."""
    subjects = {
        "store": "What the documents share",
        "family": f"Family {report.subject}",
        "site": f"Site {safe(report.subject or '')}",
        "document": safe(report.subject or ""),
        "news": _since(safe(report.subject or ""), report.news),
    }
    return subjects[report.about]


def _since(subject: str, news: News | None) -> str:
    if subject == "last":
        return "What changed in the last run" if news is None or len(news.runs) < 2 else "What changed since the scan before"
    return f"What changed since {'run ' if subject.isdecimal() else ''}{subject}"


_KIND_OF_SPAN = {"furniture": "page furniture", "repetition": "what stands there twice", "markup": "markup"}


def left_out(parts: Sequence[LeftOut]) -> str:
    """What of a document was not compared; empty where all of it was."""
    told = (f"{_KIND_OF_SPAN[p.kind]} ({count(p.spans, 'span')}, {count(p.words, 'word')})" for p in parts)
    return f"left out as not its text: {', '.join(told)}" if parts else ""


def totals(report: Report) -> str:
    t = report.totals
    return (
        f"{count(t['documents'], 'document')} of {count(t['sites'], 'site')}: {count(t['families'], 'family', 'families')}, "
        f"{count(t['derivations'], 'derivation')}, {count(t['unseen_sources'], 'unseen source')}, "
        f"{count(t['undecided'], 'undecided pair')}"
    )


def figures(report: Report) -> list[tuple[str, int]]:
    """The same a figure at a time: (of what, how many)."""
    t = report.totals
    names = (
        ("documents", "document", "documents"),
        ("sites", "site", "sites"),
        ("families", "family", "families"),
        ("derivations", "derivation", "derivations"),
        ("unseen_sources", "unseen source", "unseen sources"),
        ("undecided", "undecided pair", "undecided pairs"),
    )
    figures = [(one if t[name] == 1 else many, t[name]) for name, one, many in names]
    return [("of this site, among all", report.site.documents), *figures] if report.site else figures


def extent(shown: int, there: int) -> str:
    """How many of the families are shown."""
    if shown < there:
        return f"The {shown:,} largest of {there:,} families."
    return f"{count(there, 'family', 'families')}, the largest first, and among those the newest."


def scope(report: Report) -> str:
    """Which of the families are shown."""
    shown, there = len(report.families), report.families_in_all
    if report.about == "document" and not shown:
        return "No other document in the store shares a passage with it that would make them relatives."
    if not there:
        return "No family." if report.about != "store" else "No two documents in the store are related."
    if report.about in ("family", "document"):
        return ""
    return f"The {shown} largest of {there:,} families:" if shown < there else f"{count(there, 'family', 'families')}:"


def heading(family: Family) -> str:
    sites = f", {count(len(family.sites), 'site')}" if family.sites else ""
    return f"{count(family.documents, 'document')}{sites}, {dates(family.first_published, family.last_published)}"


def name(family: Family) -> str:
    """The title of the text that the family is best known by."""
    titles = (member.title for member in family.members if member.title)
    return headline(next(titles, family.members[0].uri))


def headline(title: str) -> str:
    """A title as one line of bounded length."""
    return shorten(safe(title), LONGEST_TITLE)


def origin(family: Family) -> str:
    """Where the family likely began, as far as the evidence says."""
    if family.unseen:
        sources = "; ".join(f"{unseen(source)}, {likely(source.probability)}" for source in family.unseen)
        return f"not among the documents: {sources}"
    if len(family.origins) == 1:
        edges = [edge for edge in family.derivations if edge.parent == family.origins[0]]
        weight = f", {believed(max(edges, key=lambda edge: edge.probability))}" if edges else ""
        return (
            f"{safe(family.origins[0])}{weight}"
            if edges
            else f"{safe(family.origins[0])} and its exact copies; no date says which was first"
        )
    if family.undecided:
        return f"unknown; the evidence does not decide among {count(len(family.origins), 'text')}"
    return f"{count(len(family.origins), 'beginning')}"


def story(family: Family) -> str:
    """What happened, in two sentences: where it began, and what became of it."""
    return " ".join(filter(None, (f"{_beginning(family)}.", _spread(family))))


def _beginning(family: Family) -> str:
    if family.unseen:
        credits = sorted({safe(source.credit) for source in family.unseen if source.credit})
        what = "a text that is" if len(family.unseen) == 1 else f"{len(family.unseen)} texts that are"
        credit = f", credited to {', '.join(credits)}" if credits else ""
        surest = max(source.probability for source in family.unseen)
        return f"From {what} not among the documents{credit}: {likely(surest)}"
    if len(family.origins) > 1:
        texts = count(len(family.origins), "text")
        undecided = f"Undecided: the evidence does not say which of {texts} came first"
        return undecided if family.undecided else f"Began with {texts} apart"
    first = next(member for member in family.members if member.uri == family.origins[0])
    edges = [edge for edge in family.derivations if edge.parent == first.uri]
    when = "" if first.published_at is None else f", {date(first.published_at, first.published_from)}"
    weight = f": {believed(max(edges, key=lambda edge: edge.probability))}" if edges else ""
    return f"Began at {safe(first.site or first.uri)}{when}{weight}"


def _spread(family: Family) -> str:
    derived = Counter(edge.relation for edge in family.derivations)
    texts = sum(len(member.copies) for member in family.members)
    kinds = [count(derived[relation], one, many) for relation, (one, many) in _DERIVED.items() if derived[relation]]
    if kinds:
        last = max((edge.days for edge in family.derivations if edge.days is not None), default=0)
        sites = f"; {count(len(family.sites), 'site')} in all" if len(family.sites) > 1 else ""
        listed = " and ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
        return f"{listed}{f', up to {later(last)}' if last > 0 else ''}{sites}."
    return f"{count(texts, 'exact copy', 'exact copies')}." if texts else ""


def unseen(source: Unseen) -> str:
    return f"(unseen source, credited: {safe(source.credit)})" if source.credit else "(unseen source)"


def facts(member: Member) -> str:
    """Title, site and date of a text."""
    parts = [
        f"“{headline(member.title)}”" if member.title else "",
        safe(member.site or ""),
        date(member.published_at, member.published_from),
    ]
    return " · ".join(part for part in parts if part)


def edge(e: Edge) -> str:
    """How a child comes from its source."""
    covers = "" if e.coverage <= 0 else f"{percent(e.coverage)} of it shared"
    return ", ".join(part for part in (RELATION[e.relation], believed(e), covers, later(e.days)) if part)


def believed(e: Edge) -> str:
    """How probable a derivation is; or, where a person has said that it is so, who and why."""
    return likely(e.probability) if e.by_hand is None else by_hand(e.by_hand)


def by_hand(said: str) -> str:
    """A person's word: `by hand: NAME, NOTE`."""
    return f"by hand: {shorten(safe(said), LONGEST_SAID)}" if said else "by hand"


def signal(reason: Reason) -> str:
    """What a signal looks at."""
    if reason.said is not None:
        return by_hand(reason.said)
    name = SIGNALS.get(reason.signal, reason.signal)
    return _OF_ALL.get(reason.signal, name) if reason.toward == "unseen" else name


def undecided(pair: Undecided) -> str:
    return (
        f"undecided: the first from the second {chance(pair.p_ba)}, the second from the first {chance(pair.p_ab)}, "
        f"both from a common source or neither from the other {chance(pair.p_unseen)}"
    )


def passage(p: Passage) -> str:
    """Kind, size and conflicts of a passage."""
    sides = ((conflict(c.text_a), conflict(c.text_b)) for c in p.conflicts)
    found = ", ".join(f"{one} / {two}" for one, two in itertools.islice(sides, MOST_CONFLICTS))
    more = f" and {len(p.conflicts) - MOST_CONFLICTS} more" if len(p.conflicts) > MOST_CONFLICTS else ""
    return measure(p.kind, p.words, p.similarity) + (f"; differing: {found}{more}" if found else "")


def measure(kind: str, words: int, similarity: float) -> str:
    """Kind and size of a passage, and where its sides are not the same, how alike they are."""
    return f"{kind}, {count(words, 'word')}" + ("" if similarity >= 0.9995 else f", similarity {similarity:.2f}")


def conflict(text: str) -> str:
    """One side of a conflict."""
    return shorten(safe(text), LONGEST_CONFLICT)


def delay(hours: float | None) -> str:
    """How long a site usually takes: `22 hours later`; empty where no date says."""
    return "" if hours is None else later(hours / 24)
