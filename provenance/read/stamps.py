"""When a page was published, by its markup: every date it gives, which one to believe, and what speaks against it. Pure.

The rule: of the places below, in their order, the first that gives a possible date. A later place that gives the same date
more precisely makes it more precise; one that is more than a day away from it is reported as a doubt. A date that no
article has (before 1600, the epoch of a clock that was not set, after the page was fetched) is passed over and reported.
When a page was changed is never when it was published.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from provenance.read.dates import parse_date
from provenance.read.jsonld import names
from provenance.read.metadata import Head, seen

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "rnews:datepublished",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc.date.published", "dcterms.published",
    "citation_publication_date", "citation_date", "shareaholic:article_published_time", "cxenseparse:recs:publishtime",
    "bt:pubdate", "og:pubdate", "pubdate", "publishdate", "publish-date", "publish_date", "published-date", "publication_date",
    "published_time", "article.published", "apub:time", "date.release", "prism.publicationdate", "datecreated", "dc.date.created",
    "dcterms.created", "article:create_at", "article.created", "dc.date", "dcterms.date", "date", "weibo:article:create_at",
)  # fmt: skip
"""Names of `meta` elements for the day of publication, most exact meaning first."""
MODIFIED = (
    "article:modified_time", "og:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "dcterms.modified",
    "last-modified", "lastmod", "article.updated",
)  # fmt: skip

EARLIEST = "1600"
"""The first newspapers; smaller years are faulty fields."""
EPOCHS = ("1970-01-01", "1969-12-31", "1899-12-30", "1900-01-01", "1980-01-01", "2001-01-01T00:00:00Z")
"""What clocks and spreadsheets show that were never set."""
WEB = "1993"
"""No page was fetched before; an archive that forgot its files' times says 1980."""
AHEAD = datetime.timedelta(days=2)
"""A date may lie that much after the fetch: clocks and zones differ by a day, and press releases are dated ahead."""
APART = datetime.timedelta(days=1)
_LONGEST = 200

_PUBLISHED_CLASS = re.compile(
    r"publi|(?:^|[\s_-])(?:pub-?date|(?:entry-|post-|article-)?date(?:line)?|timestamp|posted|datum|fecha)(?:[\s_-]|$)", re.I
)
_CHANGED = re.compile(r"updat|modif|edited|aktualis|mis[ -]à[ -]jour|actualiz|aggiorna|atualiz|bijgewerkt|更新|обновл", re.I)
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-\w+|disqus|respond|related|recommend\w*|sidebar|side-bar|teasers?|popular|trending|latest"
    r"|most-read|mostread|more-\w+|promo|widget|copyright|event|calendar|weather|archive)(?:[\s_-]|$)",
    re.I,
)
_OTHER_PARTS = frozenset(("nav", "aside", "footer"))
_LABEL = re.compile(
    r"^(?:(?:first\s+)?(?:published|posted|issued|created|date|added)(?:\s+(?:on|at|in))?"
    r"|veröffentlicht(?:\s+am)?|erstellt(?:\s+am)?|publié(?:e)?(?:\s+le)?|publicado(?:\s+(?:el|em))?|pubblicato(?:\s+il)?"
    r"|gepubliceerd(?:\s+op)?|опубликовано|发布时间|发表时间|发布于|公開日?|掲載日?|配信日?|投稿日?|نشر(?:\s+في)?)\s*[:：]?\s*",
    re.I,
)
_HAN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号]")


@dataclasses.dataclass(frozen=True, slots=True)
class Stamps:
    """The dates of a page, ISO 8601 UTC, as precise as given."""

    published_at: str | None = None
    modified_at: str | None = None
    doubt: str | None = None
    """What a reader should know before believing `published_at`."""


def stamps(tree: HtmlElement, page: Head, fetched_at: str | None = None) -> Stamps:
    """What the markup says; `fetched_at` is a moment after which no date of publication can lie."""
    doubts: list[str] = []
    best: str | None = None
    source = ""
    for place, value in _published(tree, page):
        date = _date(value)
        if date is None:
            if any(map(str.isdigit, value)):
                doubts.append(f"{place} is no date: {value[:40]}")
        elif fault := _impossible(date, fetched_at):
            doubts.append(f"{place} {fault}: {date}")
        elif best is None:
            best, source = date, place
        elif len(date) > len(best) and date.startswith(best):
            best = date
        elif _apart(best, date):
            doubts.append(f"{place} says {date}, {source} {best}")
    changed = filter(None, map(_date, _modified(page)))
    modified = next((date for date in changed if not _impossible(date, fetched_at)), None)
    if best and modified and modified < best and _apart(best, modified):
        doubts.append(f"changed before it was published: {modified}")
    return Stamps(best, modified, "; ".join(dict.fromkeys(doubts))[:500] or None)


def _published(tree: HtmlElement, page: Head) -> Iterator[tuple[str, str]]:
    """Every place that gives a date of publication, most trusted first, with what stands there."""
    yield from (("json-ld", value) for value in names(page.article.get("datePublished"), "@value"))
    yield from ((key, value) for key in PUBLISHED for value in page.meta.get(key, ()))
    yield from (("json-ld created", value) for value in names(page.article.get("dateCreated"), "@value"))
    shown = list(_shown(tree))
    yield from (("itemprop", value) for marked, value in shown if marked)
    # Of what only readers see the first is the article's; later ones may belong to anything.
    yield from [("time", value) for marked, value in shown if not marked and _date(value)][:1]


def _modified(page: Head) -> Iterator[str]:
    yield from names(page.article.get("dateModified"), "@value")
    yield from (value for key in MODIFIED for value in page.meta.get(key, ()))


def _shown(tree: HtmlElement) -> Iterator[tuple[bool, str]]:
    """Dates that readers see, in order: whether the markup says that it is the date of publication, and the date as written."""
    outside: dict[HtmlElement, bool] = {}
    for element in tree.iter("*"):
        above = element.getparent()
        own = f"{element.get('class') or ''} {element.get('id') or ''}"
        outside[element] = outside.get(above, False) or element.tag in _OTHER_PARTS or bool(_ELSEWHERE.search(own))
        if outside[element] or element.tag in ("meta", "body", "html", "script"):
            continue
        marked = "datePublished" in (element.get("itemprop") or "") or element.get("pubdate") is not None
        time = element.tag == "time" or (element.tag == "abbr" and "published" in own)
        if not (marked or time or (len(element) <= 4 and _PUBLISHED_CLASS.search(own))):
            continue
        around = own if above is None else f"{own} {above.get('class') or ''} {(above.text or '')[-40:]}"
        text = seen(element)
        if not marked and (_CHANGED.search(f"{around} {element.get('itemprop') or ''}") or _CHANGED.match(text)):
            continue
        machine = element.get("datetime") or element.get("content") or (element.tag == "abbr" and element.get("title"))
        value = machine or text
        if value and len(value) <= _LONGEST:
            yield marked, value


def _date(value: str) -> str | None:
    value = _LABEL.sub("", value.strip())
    value = _HAN.sub(r"\1-\2-\3 ", value).strip()
    return parse_date(value.rstrip(" |·,"))


def _impossible(date: str, fetched_at: str | None) -> str | None:
    if date < EARLIEST:
        return "is too early"
    if date.startswith(EPOCHS):
        return "is a clock that was not set"
    if fetched_at and fetched_at >= WEB and _earliest(date) > _earliest(fetched_at) + AHEAD:
        return f"is after the page was fetched ({fetched_at[:10]})"
    return None


def _apart(one: str, two: str) -> bool:
    """Whether two dates cannot be one, even if each is told in another zone."""
    precision = min(len(one), len(two), 10)
    if precision < 10:
        return one[:precision] != two[:precision]
    day_only = APART if min(len(one), len(two)) == 10 else datetime.timedelta(0)
    return abs(_earliest(one) - _earliest(two)) > APART + day_only


def _earliest(date: str) -> datetime.datetime:
    """The first moment that a date of any precision may mean."""
    whole = date + "0001-01-01T00:00:00Z"[len(date) :] if len(date) > 4 else f"{date}-01-01T00:00:00Z"
    return datetime.datetime.fromisoformat(whole)
