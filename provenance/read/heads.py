"""The date of publication that the head of a text gives itself. Pure.

What counts, in this order: a line that says so ("Published: 4 March 2024"), a line that is nothing but a date or a byline with a
date, a dateline ("LONDON, March 4, 2024 (Reuters) -"). A date within a sentence is that of an event. Lines that do not agree with
one another are those of a list, and a date beside which a time or a venue is named is that of a meeting: both are left alone.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence

from provenance.read.datewords import date_at, day_of_year, fold, iso, month_and_year

AHEAD_DAYS = 2
"""So much later than it was fetched nothing can have been published; clocks and time zones differ by less."""
OLDEST_FETCH = "1990"
"""Before the web nothing was fetched: an earlier time is that of a clock that was not set."""
DATELINE_DAYS = 7
"""A dateline without a year is of the days before the page was fetched. Of pages fetched on any day of any later year, one in
fifty is so given a wrong one."""

_HEAD, _LINES, _BARE_LINES = 3_000, 15, 10
"""Characters and lines in which a date may stand; lines in which it may stand alone."""
_PROSE_WORDS = 25
"""A longer line begins the article."""
_LONGEST = 160
"""Characters of a line that may hold a date."""
_WIDEST = 300
"""Characters of a line that are looked at."""
_MOST_AFTER = 8
"""Words that may follow a labelled date; more are a sentence, perhaps on another publication."""

_LABELS = """
    first published|originally published|published|publish date|date published|publication date|date of publication|posted
    date posted|released|release date|for immediate release|for release|issued|date of issue|pubdate|filed
    veröffentlicht|veröffentlichung|veröffentlichungsdatum|erschienen|publiziert
    publiée?|parue?|mis en ligne|date de publication|publicad[oa]|fecha de publicación
    pubblicat[oa]|data di pubblicazione|data de publicação|gepubliceerd|geplaatst|publicatiedatum
    opublikowano|data publikacji|data dodania|опубликован[оа]?|дата публикации|размещено|опубліковано|дата публікації
    publicerad|publicerat|publiceret|udgivet|publisert|yayınlanma(?: tarihi)?|yayın tarihi|diterbitkan|dipublikasikan|δημοσιεύθηκε
    نشر|نشر في|نُشر في|تاريخ النشر
    发布时间|发布日期|发布于|发表时间|发表于|發布時間|發布日期|發表時間|公開日|公開|掲載日|配信日?|投稿日|発行日|기사입력|입력|등록일?|작성일|게시일
"""
_WEAK_LABELS = "date|datum|fecha|data|дата|日期|时间|時間|تاريخ"
"""They also stand over invitations."""
_BY = r"(?:by|von|par|por|di|door|av|autor:|автор:)\s[^|•·\d]{2,60}?"
_STRONG = "|".join(line.strip() for line in fold(_LABELS.strip()).splitlines())
_LABEL = re.compile(
    rf"(?:{_STRONG}|(?P<weak>{_WEAK_LABELS})(?=\s?:))(?!\w)"
    rf"(?:\s+{_BY}(?:\s+(?:on|at|am|le)(?=\s)|,|\s?[-–—|]))?\s?:?\s?(?:(?:on|am|le|el|em|il|op|dnia|den|the|في|at)(?!\w):?\s+)?"
)
_EVENT = re.compile(
    r"(?:time|where|when|venue|location|place|cost|admission|tickets?|doors|rsvp|uhrzeit|ort|wo|beginn|einlass|eintritt|lieu|heure"
    r"|lugar|hora|luogo|orario|local|plaats|aanvang|miejsce|место|地点|地點|場所|会場|장소)\s*:"
    r"|at\s|\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\b|uhr\b|h\b|[-–—]\s*\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\b|uhr\b)?|$)"
)
"""How lines begin that show a date to be that of a meeting."""
_OTHER_DATES = ("founded", "born", "died", "joined", "established", "deadline", "expires", "opened", "built", "event", "geboren")
_ARTICLE = re.compile(r"(?:le|el|il|den|em)\s+")
_BYLINE = re.compile(rf"{_BY}\s?(?:[,|•·–—-]|\son|\sam|\sle)\s?(?=[^|•·]*\d)")
_AFTER = re.compile(
    rf"\)?\s?(?:$|[|•·–—,;(/-]?\s?(?:{_BY}$|(?:last\s)?updated|edited|aktualisiert|mis à jour|actualizado|aggiornato|atualizado"
    r"|bijgewerkt|aktualizacja|обновлено|수정|更新|\d+ min|\d+ comments?\b|no comments\b|来源|來源|출처|source\s?:))"
)
"""What may follow a date that stands alone."""
_DECORATION = " \t\ufeff\u200b*_>|•·–—-[]"
_MID_SENTENCE = re.compile(r"(?:[,;–—-]|\b(?:on|of|in|at|the|to|by|and|for|from|until|am|vom|bis|le|du|el|del|il|al|op|van))$")
_FOUR_DIGITS = re.compile(r"\d{4}")
_HAS_YEAR = re.compile(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)")

_DATELINE = re.compile(
    r"[^\W\d_a-z][^\W\d_a-z .'’/-]*[^\W\d_a-z](?:[ /-][^\W\d_a-z]+)*(?:,\s[^\W\d_](?:[^\W\d_]|[. ]){1,24})?,\s"
    r"(?P<when>[^\n()/]{4,24}?)[.,]?\s*(?:[(/](?P<agency>[^\n()/]{2,40})[)/]\s*)?(?P<dash>[-–—]{1,2}|\.)\s"
)
_AGENCIES = frozenset("新中人央")
_DATELINE_CJK = re.compile(
    r"(?:新华社|新華社|中新[社网網]|人民[网網]|新华网|央视网)[^\d\s]{0,10}(?P<n>\d{1,2})月(?P<d>\d{1,2})日(?:[电電讯訊])"
)


def date_in_head(text: str, address: str | None = None, fetched_at: str | None = None) -> str | None:
    """The date that the head of a text gives itself; `address` (a date) and `fetched_at` give a dateline its year."""
    lines = [line[:_WIDEST] for line in text[:_HEAD].splitlines() if line.strip()][:_LINES]
    said: list[str] = []
    alone: list[str] = []
    prose = False
    for number, line in enumerate(lines):
        prose = prose or len(line.split()) > _PROSE_WORDS
        cells = _cells(line) if _FOUR_DIGITS.search(line) else []
        for cell in cells:
            if len(cell) > _LONGEST or not _HAS_YEAR.search(cell) or _within_sentence(lines, number):
                continue
            if date := labelled(cell, lines[number + 1 : number + 4]):
                said.append(date)
            elif not prose and number < _BARE_LINES and (date := _bare(cell, apart=line[:3].isspace() or len(cells) > 1)):
                if _announces(lines[number + 1 : number + 3]):
                    return None
                alone.append(date)
    return _agreed(said or alone) if said or alone else _dateline(lines, address, fetched_at)


def labelled(cell: str, following: Sequence[str] = ()) -> str | None:
    """The date of a folded line that says that it is one of publication; `following` are the next lines, not folded."""
    label = _LABEL.match(cell)
    if label is None:
        return None
    date, end = date_at(cell, label.end())
    rest = cell[end:].strip()
    if rest and rest[0] not in "|•·–—(-" and len(rest.split()) > _MOST_AFTER:
        return None
    return None if date and label["weak"] and _announces(following) else date


def _announces(lines: Sequence[str]) -> bool:
    """Whether these lines say when or where a meeting is."""
    return any(_EVENT.match(cell) for line in lines for cell in _cells(line))


def _cells(line: str) -> list[str]:
    """The parts of a line that is set in columns, folded; a label and what it names are one. A heading has none: with a date it
    is one of a diary or a list of changes."""
    if line.lstrip().startswith("#"):
        return []
    joined = re.sub(r"(?<=:)\s+", " ", fold(line).strip()).replace("\t", "   ")
    return [cell.strip(_DECORATION) for cell in joined.split("   ") if cell.strip()]


def _bare(cell: str, apart: bool) -> str | None:
    """The date of a line that is nothing else, or a byline with a date. A month must be set apart, as in a typed memorandum: on a
    web page it heads a list."""
    start = 1 if cell.startswith("(") else 0
    if opening := _ARTICLE.match(cell) or _BYLINE.match(cell):
        start = opening.end()
    date, end = date_at(cell, start)
    if date is None:
        return month_and_year(cell) if apart else None
    return date if _AFTER.match(cell, end) and "modified" not in cell else None


def _agreed(dates: Sequence[str]) -> str | None:
    """The one day that all of them mean, as precise as any gives it."""
    longest = max(dates, key=len)
    return longest if all(longest.startswith(date[:10]) for date in dates) else None


def _within_sentence(lines: Sequence[str], number: int) -> bool:
    """Whether a line goes on from the one before it, which may be the name of another date, or goes on in the next."""
    before = fold(lines[number - 1].strip()) if number else ""
    after = lines[number + 1].strip() if number + 1 < len(lines) else ""
    return before.endswith(":") or before in _OTHER_DATES or bool(_MID_SENTENCE.search(before)) or after[:1].islower()


def _dateline(lines: Sequence[str], address: str | None, fetched_at: str | None) -> str | None:
    """The day of the first dateline."""
    for line in map(str.strip, lines):
        if line[:1] in _AGENCIES and (chinese := _DATELINE_CJK.match(unicodedata.normalize("NFKC", line))):
            return _with_year(int(chinese["n"]), int(chinese["d"]), address, fetched_at)
        match = _DATELINE.match(line)
        if match is None or (match["dash"] == "." and not match["agency"]):
            continue
        if day := day_of_year(fold(match["when"].strip())):
            year, month, of_month = day
            return iso(year, month, of_month) if year else _with_year(month, of_month, address, fetched_at)
    return None


def _with_year(month: int, day: int, address: str | None, fetched_at: str | None) -> str | None:
    """A day without a year in the month that the address names, else in the days before the page was fetched."""
    if address:
        return iso(int(address[:4]), month, day) if int(address[5:7]) == month else None
    if fetched_at and len(fetched_at) >= 10 and fetched_at > OLDEST_FETCH:
        fetched = datetime.date.fromisoformat(fetched_at[:10])
        for year in (fetched.year, fetched.year - 1):
            date = iso(year, month, day)
            if date and -1 <= (fetched - datetime.date.fromisoformat(date)).days <= DATELINE_DAYS:
                return date
    return None
