"""When a text was published, where no field says it: from its address, or from what stands at its head. Pure: knows no clock.

A wrong date makes a wrong accusation, a missing one only a "cannot tell". So only what is put there to date a text counts:
in an address, parts of the path in the order year, month, day, never a number that may be the name of an article; in a text,
what heads.py takes for a date of publication. What lies after the fetch, or before printing, is no date of publication.
"""

from __future__ import annotations

import datetime
import re
from urllib.parse import unquote, urlsplit

from provenance.read.datewords import MONTHS, date_at, fold, iso
from provenance.read.heads import AHEAD_DAYS, OLDEST_FETCH, date_in_head, labelled

EARLIEST, LATEST = 1450, 2099
"""Years in which something may have been published: since printing, and until what no reader of this will see."""


def date_of(url: str | None, text: str, fetched_at: str | None) -> tuple[str | None, str]:
    """(ISO 8601 date as precise as known, its class `url` or `text`), or (None, "none").

    `fetched_at` is when the page was crawled, None where only a file's time is known: nothing that was published later
    counts, and it gives a dateline of the days before it its year. An address and a text that agree give the more precise one.
    """
    address = usable(from_url(url), fetched_at) if url else None
    written = usable(date_in_head(text, address, fetched_at), fetched_at)
    if address is None:
        return (written, "text") if written else (None, "none")
    return (written if written and written.startswith(address) else address), "url"


def from_field(value: str) -> str | None:
    """A date that a field holds in words of another language, or behind a label (`Veröffentlicht am 4. März 2024`)."""
    line = fold(value[:_LONGEST_FIELD]).strip()
    date, end = date_at(line)
    return date if date and end == len(line) else labelled(line)


_LONGEST_FIELD = 100


def doubt(date: str, fetched_at: str | None) -> str | None:
    """What speaks against a date of publication: `early` (before printing), `unset` (what a clock shows that was not set),
    `future` (past the fetch, or past all of us), or nothing. Without a fetch no clock is asked: what was read yesterday must
    read alike in a year."""
    year = int(date[:4])
    if date[:10] in ("1970-01-01", "1969-12-31"):
        return "unset"
    if year < EARLIEST:
        return "early"
    if year > LATEST:
        return "future"
    if fetched_at and fetched_at > OLDEST_FETCH and _first_day(date) > _first_day(fetched_at) + datetime.timedelta(AHEAD_DAYS):
        return "future"
    return None


def usable(date: str | None, fetched_at: str | None) -> str | None:
    """The date, unless there is a doubt about it."""
    return date if date and doubt(date, fetched_at) is None else None


def _first_day(date: str) -> datetime.date:
    return datetime.date.fromisoformat((date + "-01-01")[:10])


_DAYS = (
    re.compile(r"/(?P<y>\d{4})/(?P<m>\d{1,2}|[^\W\d_]{3,10})/(?P<d>\d{1,2})(?=[/_-]|$)"),  # /2024/03/04/, /2024/mar/04/
    re.compile(r"/(?P<y>\d{4})[-_](?P<m>\d\d)[-_](?P<d>\d\d)(?=[/_.-]|$)"),  # /2024-03-04-slug
    re.compile(r"/(?P<y>\d{4})-(?P<m>\d\d)/(?P<d>\d\d)(?=[/_-])"),  # /2024-03/04/
    re.compile(r"/(?P<y>\d{4})/(?P<m>\d\d)-?(?P<d>\d\d)/"),  # /2024/0304/
    re.compile(r"/(?P<y>\d{4})(?P<m>\d\d)/t?(?:(?P=y)(?P=m))?(?P<d>\d\d)(?=[/_])"),  # /202403/04/, /202403/t20240304_1
    re.compile(r"/(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?=/.|-[^\W\d_])"),  # /20240304/x, /20240304-slug
    re.compile(r"[^\W\d_][-_](?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?=/?$|\.[a-z]{3,5}$)"),  # slug-2024-03-04/
)
"""Eight digits at the end of a path are no day: articles have been counted past twenty million (bbc.com/news/uk-20230615)."""
_MONTH = re.compile(r"/(?P<y>\d{4})/(?P<m>\d\d|[^\W\d_]{3,10})/(?=[^/]*(?:[^\W_][-_][^\W_]|\.[a-z]+$))[^/]+/?$")
"""A month counts where a headline follows, and nothing else: /ukpga/2018/12/section/3 is the twelfth law of 2018."""
_ARCHIVED = re.compile(r"^/(?:web/)?\d{14}(?:[a-z]{2}_)?/(?=https?:/)")
_NO_ARTICLE = re.compile(r"/(?:uploads?|files|media|images?|img|assets|static|tags?)/")


def from_url(url: str) -> str | None:
    """The date in the path of a web address: a day, or a month where a headline follows it. A lone year may be the subject."""
    try:
        parts = urlsplit(url.strip())
        path = unquote(parts.path).casefold()
    except ValueError:
        return None
    if parts.scheme.casefold() not in ("http", "https"):
        return None
    if archived := _ARCHIVED.match(path):  # the time in front is that of the archive
        return from_url(re.sub(r"^(https?):/*", r"\1://", path[archived.end() :]))
    if _NO_ARTICLE.search(path):
        return None
    for shape in _DAYS:
        if found := {day for match in shape.finditer(path) if (day := _in_path(match))}:
            return found.pop() if len(found) == 1 else None
    month = _MONTH.search(path)
    return _in_path(month) if month else None


def _in_path(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    month = int(parts["m"]) if parts["m"].isdecimal() else MONTHS.get(parts["m"], 0)
    year = int(parts["y"])
    if not EARLIEST <= year <= LATEST:
        return None
    if parts.get("d"):
        return iso(year, month, int(parts["d"]))
    # /2011/12/ is as often a season as a month.
    return f"{year}-{month:02}" if 1 <= month <= 12 and month != (year + 1) % 100 else None
