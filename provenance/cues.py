"""What a text says of its own sources: credits, links, bylines, copyright lines, and full dates. Pure; may import only the
standard library and the list of agencies.

A cue is a quotation from the text with its place, not a judgement: whom a name means is decided by the names that the corpus
teaches (`outlets`) and where the sites of a family are known (`lineage`), by `name_key` and `site_keys`. Names are matched by
their letters and digits alone, so that "the Harbour Post" is `harbourpost.example` and "Associated Press" is `apnews.com`.

Phrases are known for English, German, French, Spanish, Italian, Portuguese, Dutch, Chinese and Japanese. A phrase that is
missed costs one piece of evidence; a person who is taken for an outlet would cost more, hence `outlet`.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from provenance import agencies

KINDS = ("credit", "link", "byline", "copyright", "date")

MOST = 64
"""Cues kept of a text: a page of links says no more with a thousand."""


@dataclasses.dataclass(frozen=True, slots=True)
class Cue:
    """One place at which a text names a source (or, for kind `date`, a day). Offsets are half-open code points of the text."""

    kind: str
    name: str
    """The name as written, without article; the host of a link; the ISO day of a date, of a dateline without its year
    (`--01-23`). Once resolved, an agency's usual name."""
    start: int
    end: int
    outlet: bool = False
    """The name is that of a medium by its form (`Northern Wire Agency`, `AFP`, any host), not perhaps a person or an office."""
    means: str | None = None
    """The outlet that bears the name, where that is known (`outlets`)."""

    @property
    def key(self) -> str:
        """Equal for cues that name one source."""
        return self.means or name_key(self.name)


_OUTLETS = """
    agency agence agencia agenzia agentur associated beacon blatt bote broadcasting bulletin chronicle corriere courier courrier
    daily diario dispatch echo examiner gazette gazeta giornale guardian herald independent journal kurier lantern ledger
    magazine mail mercury messenger mirror nachrichten news newspaper newsroom newswire observer página post press presse
    rundschau record reporter sentinel tagblatt tageblatt telegraaf telegraph times tribune weekly wire zeitung reuters
    bloomberg xinhua interfax kyodo
"""
_ORDINARY = """
    the a an its his her their our this that it he she they we i in on at as by for monday tuesday wednesday thursday friday
    saturday sunday january february march april may june july august september october november december
"""
_INSIDE = "of and the & for de du des der die das la le les el los del di della von van"
_OUTLET_WORDS = frozenset(_OUTLETS.split())
_ACRONYMS = frozenset(("AP", "PTI", "ANI", "BBC", "CNN", "NPR"))
"""After "according to" and its like these mean a medium; the abbreviations of other agencies are in `agencies`."""
_NOT_NAMES = frozenset(_ORDINARY.split())
_JOINERS = frozenset(_INSIDE.split())
_ARTICLE_WORDS = "the der die das dem den des la le les el los il o a de het"
_ARTICLES = (*(f"{word} " for word in _ARTICLE_WORDS.split()), "l’", "l'")

_LEADING = _ARTICLES[:11]
"""Those that names are compared without; the others begin names, too (`O Globo`)."""


def _by_stem(listed: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Phrases that begin alike, under what they share: a text without that holds none of them."""
    phrases = sorted(" ".join(phrase.split()) for phrase in listed.split(";"))
    groups = [(stem, tuple(group)) for stem, group in itertools.groupby(phrases, key=lambda phrase: phrase[:6])]
    return tuple((stem if len(group) > 1 else group[0], group) for stem, group in groups)


_PHRASES = """
    according to; reported by; reported in; published by; published in; revealed by; obtained by; quoted by; seen by;
    reports from; report by; reporting by; told; citing; via; source:; sources:; courtesy of; thank; thanks to; appeared
    in; appeared first in; appeared first on; appeared on; reprinted from; reprinted with permission from; translated from;
    adapted from; laut; berichtet; berichtete; berichten; nach angaben; zuerst in; zuerst bei; quelle:; selon; d’après; d'après; a
    rapporté; según; informó; fuente:; secondo; fonte:; segundo; volgens; meldt; bron:
"""
_BEFORE_NAME = _by_stem(_PHRASES)
_BEFORE_HOST = ("reported by", "published by", "appeared first on", "reprinted from")
_SITE = re.compile(r"(?:[A-Za-z\d][A-Za-z\d-]*\.)+[a-z]{2,}(?![\w@])")
_MATERIAL = _by_stem(
    "with material from; with files from; with input from; with inputs from; additional reporting by; mit material von;"
    " mit material der"
)
"""Before all who gave something to a text."""
_CONTRIBUTED = "contributed to this"
_TO_THIS = (" report", " story", " article")
_TITLE = "Nachrichtenagentur "
"""Stands before an agency's name, and is no part of it."""
_SAYING = ("said", "says", "sagte", "a déclaré", "dijo")
"""Said of everybody: they make a credit only of an agency's name."""
_AFTER_NAME = _by_stem("reported; reports; wrote; writes; revealed; berichtet; berichtete; meldete; rapporte; informa")
_ADVERBS = re.compile(r"(?:\s+(?:first|had|has|have|also|previously|earlier)){0,2}\s+$")
_SENTENCE = re.compile(r"(?:[^\n.;()]|\.(?!\s))*")
"""The rest of a sentence; a point that no space follows is inside a name."""
_DATELINE = re.compile(r"\(([^\W\d_][\w .&’'-]{1,38})\)\s*[-–—]")
_PARENTHESIS = re.compile(r"\(([^\W\d_][^()\n]{1,58})\)")
_SIGNED = re.compile(r"[^/,+]*[^/,+\s]")
"""The names that sign together: (dpa/AFP)."""
_SIGNED_WITH = re.compile(r"(?:with|mit|avec)\s+", re.I)
_DASHES = (" -", "\n-", " –", "\n–", " —", "\n—")
_DASHED = re.compile(r"[-–—](?<=\s.)-?[ \t]?([^\W\d_][^\n–—-]{1,38}?)[ \t]*$(?!\s*[-–—])", re.M)
"""The end of a line after a dash, but not the line of a list."""
_SENTENCE_END = tuple('.!?”"»。…')
_FOR = r"(?:for|of|für|pour|para)"
_BY = ("by", "von", "par", "por", "di")
_BYLINE = re.compile(rf"^(?:{'|'.join(_BY)})\s+[^\n]{{2,60}}?(?:,(?:\s+{_FOR})?|\b{_FOR}\b)\s+([^\n,.]{{2,50}})\s*$", re.I | re.M)
_SIGNING = (*_BY, "with", "mit", "avec")
_LINE_SIGNING = re.compile(rf"\n(?:{'|'.join(_SIGNING)})\s")
_SIGNING_LINE = re.compile(r"^(By|BY|Von|VON|Par|PAR|Por|Di|With|Mit|Avec) +([^\n]{2,90})$(?:\n([^\n]{2,50})$)?", re.M)
"""With the line after it, in which the house of the writer may stand alone."""
_DESKS = "staff|senior|business|sports|science|medical|health|political|national|legal|religion|economics|education"
_ROLE = rf"(?i:(?:\s+(?:{_DESKS}))*\s+(?:staff|writers?|reporters?|correspondents?|editors?)\b)"
_ROLE_LAST = re.compile(rf"{_ROLE}\s*$")
_AFFILIATION = re.compile(r"[,;/|()–—]| - | (?:for|via|für|pour|para) ", re.I)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:(?:19|20)\d{2}(?:\s*[-–]\s*(?:19|20)?\d{2})?,?)?\s*(?:by\s+)?", re.I
)
_COPYRIGHTS = ("©", "(c)", "copyright")
_URL = re.compile(r"\bhttps?://([^\s/?#<>\"')\]]+)[^\s<>\"')\]]*", re.I)
_CJK = re.compile(
    r"(?:据|據)\s*([^，。、；\s]{2,12}?)\s*(?:报道|報道|报导|報導|消息)|([^，。、；\s]{2,12}?)(?:が報じた|の報道によ)"
)
_CJK_REPORTS = "报報"
_YEAR = re.compile(r"(?:1(?<!\d1)[5-9]|2(?<!\d2)0)\d\d(?!\d)")
"""Begins with what it must begin with: so it is sought three times as fast as with the look behind before it."""
_WORD = re.compile(r"[^\W_][\w’'.&-]*|&")

_MONTH_NAMES = (
    "january jan januar janvier enero gennaio",
    "february feb februar février febrero febbraio",
    "march mar märz mars marzo",
    "april apr avril abril aprile",
    "may mai mayo maggio",
    "june jun juni juin junio giugno",
    "july jul juli juillet julio luglio",
    "august aug août agosto",
    "september sep sept septembre septiembre settembre",
    "october oct oktober octobre octubre ottobre",
    "november nov novembre noviembre",
    "december dec dezember décembre diciembre dicembre",
)
_MONTHS = {name: month for month, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s+(?:de\s+)?(?P<m1>{_MONTH})\.?,?\s+(?:de\s+)?(?P<y1>(?:1[5-9]|20)\d\d)\b"
    rf"|\b(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:1[5-9]|20)\d\d)\b"
    r"|\b(?P<y3>(?:1[5-9]|20)\d\d)(?:-|年)(?P<m3>\d{1,2})(?:-|月)(?P<d3>\d{1,2})(?!\d)",
    re.I,
)


_DATED = re.compile(
    rf"^(?P<at>[^\W\d_][^\n()]{{1,60}}?),\s(?:(?P<m1>{_MONTH})\.?\s(?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})\.?\s(?P<m2>{_MONTH})\.?)"
    rf"\s*(?P<by>\([^()\n]{{2,40}}\)\s*)?[-–—](?!\s*(?:\d|{_MONTH}\b))",
    re.I | re.M,
)
"""`LONDON, March 4 -` or `Berlin, 4. März (dpa) -`: where and on what day a story was filed. Of other places and days neither is
the place in capitals nor an agency named."""
_HEAD = 1000
"""Code points in which a dateline is sought."""


def find(text: str) -> tuple[Cue, ...]:
    """The cues of a text in order of place, at most MOST; of several for one name and kind the first that shows it to be an
    outlet's, else the first."""
    found: dict[tuple[str, str], Cue] = {}
    for cue in sorted(_all(text), key=lambda c: (not c.outlet, c.start, c.end, c.kind, c.name)):
        if key := name_key(cue.name):
            found.setdefault((cue.kind, key), cue)
    return tuple(sorted(found.values(), key=lambda c: (c.start, c.end, c.kind, c.name))[:MOST])


def stated(extra: Mapping[str, Any]) -> tuple[Cue, ...]:
    """What the markup of a page says of its sources, as cues without a place: `canonical`, `credits` and `links`.

    `extra` may come from anywhere; what is not text is passed over.
    """
    lists = (("credit", [original(extra)]), ("credit", extra.get("credits")), ("link", extra.get("links")))
    values = ((kind, value) for kind, some in lists if isinstance(some, list) for value in some if isinstance(value, str))
    found: dict[tuple[str, str], Cue] = {}
    for kind, value in values:
        host = _URL.match(value)
        name = host.group(1).casefold() if host else value
        if key := name_key(name):
            outlet = bool(host) or _is_outlet(name) or agencies.as_source(name) is not None
            found.setdefault((kind, key), Cue(kind, name, 0, 0, outlet))
    return tuple(found.values())[:MOST]


def signed(author: str | None) -> tuple[Cue, ...]:
    """The agencies among those who signed a text (`Jane Doe, Reuters`), as bylines without a place.

    Only agencies: any other name in such a field may be a second author's.
    """
    found: dict[str, Cue] = {}
    for part in affiliations(author):
        if agencies.as_source(part):
            found.setdefault(name_key(part), Cue("byline", part, 0, 0, outlet=True))
    return tuple(found.values())[:MOST]


def affiliations(author: str | None) -> list[str]:
    """The parts of a byline, in order: names of people, then perhaps of those for whom they write."""
    return [part for some in _AFFILIATION.split(author or "") if (part := some.strip())]


def original(extra: Mapping[str, Any]) -> str | None:
    """The address that a page gives as the original's."""
    address = extra.get("canonical")
    return address if isinstance(address, str) else None


def _all(text: str) -> Iterator[Cue]:
    lowered = text.lower()
    if len(lowered) != len(text):  # a few capitals grow when lowered; offsets must hold
        lowered = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    # Most texts hold few of these, and to see that is quicker than to seek: hence what a pattern needs is asked for first.
    for phrase in _held(_BEFORE_NAME, lowered):
        for _, end in _phrases(lowered, phrase):
            if text[end : end + 1].isspace():
                yield from _cue("credit", text, _name_after(text, end + 1))
                if phrase in _BEFORE_HOST and (host := _SITE.match(text, end + 1)):
                    yield Cue("credit", host.group(), *host.span(), outlet=True)
    for phrase in _held(_MATERIAL, lowered):
        for _, end in _phrases(lowered, phrase):
            yield from _cue("credit", text, _name_after(text, end + 1))
            if rest := _SENTENCE.match(text, end, end + 160):
                yield from _media(text, *rest.span())
    for start, end in _phrases(lowered, _CONTRIBUTED):
        if lowered.startswith(_TO_THIS, end):
            low = max(0, start - 200)
            yield from _media(text, max(text.rfind("\n", low, start), text.rfind(". ", low, start), low), start)
    for phrase in _held(_AFTER_NAME, lowered):
        for start, _ in _phrases(lowered, phrase):
            before = _ADVERBS.search(lowered, max(0, start - 40), start)
            if before:
                yield from _cue("credit", text, _name_before(text, before.start()))
    for phrase in _SAYING:
        for start, _ in _phrases(lowered, phrase):
            span = _name_before(text, start - 1) if lowered[start - 1 : start] == " " else None
            name = text[slice(*span)] if span else ""
            if agencies.in_text(name) or (name == "AP" and lowered.endswith("the ", 0, start - 3)):
                yield from _cue("credit", text, span)
    for m in _DATELINE.finditer(text):
        yield from _cue("credit", text, m.span(1), source=True)
    for m in _PARENTHESIS.finditer(text):
        if not _signs(text, *m.span()):
            continue
        if others := _SIGNED_WITH.match(text, *m.span(1)):
            yield from _media(text, others.end(), m.end(1))
        else:
            for name in _SIGNED.finditer(text, *m.span(1)):
                start = name.end() - len(name.group().lstrip())
                if agencies.as_source(text[start : name.end()]):
                    yield from _cue("credit", text, (start, name.end()), source=True)
    for m in _DASHED.finditer(text) if _any(_DASHES, text) else ():
        if text[max(0, m.start() - 40) : m.start()].rstrip().endswith(_SENTENCE_END):
            yield from _house("credit", text, *m.span(1))
    if lowered.startswith(_SIGNING) or _LINE_SIGNING.search(lowered):
        for m in _BYLINE.finditer(text):
            role = _ROLE_LAST.search(text, *m.span(1))
            yield from _cue("byline", text, (m.start(1), role.start() if role else m.end(1)), source=True)
        for m in _SIGNING_LINE.finditer(text):
            yield from _signing(text, m)
    for m in _COPYRIGHT.finditer(text) if _any(_COPYRIGHTS, lowered) else ():
        yield from _cue("copyright", text, _name_after(text, m.end()))
    for m in _URL.finditer(text) if "://" in text else ():
        yield Cue("link", m.group(1).casefold(), *m.span(), outlet=True)
    for m in _CJK.finditer(text) if _any(_CJK_REPORTS, text) else ():
        group = 1 if m.group(1) else 2
        yield Cue("credit", m.group(group), *m.span(group), outlet=m.group(group).endswith(("社", "报", "報", "新聞", "网")))
    reach = 0
    for year in _YEAR.finditer(text):
        m = _DATE.search(text, max(reach, year.start() - 24), min(len(text), year.end() + 7))
        day = _day(m) if m else None
        if m and day:
            reach = m.end()
            yield Cue("date", day, *m.span())
    if (dated := _DATED.search(text, 0, _HEAD)) and (cue := _filed(dated)):
        yield cue


def _filed(m: re.Match[str]) -> Cue | None:
    """The cue of a dateline, if it is one and its day is one."""
    which = "1" if m["d1"] else "2"
    month, day = _MONTHS[m[f"m{which}"].casefold()], int(m[f"d{which}"])
    if not 1 <= day <= 31 or not (m["by"] or m["at"].isupper()):
        return None
    return Cue("date", f"--{month:02}-{day:02}", m.start(f"d{which}"), m.end(f"d{which}"))


def _media(text: str, start: int, end: int) -> Iterator[Cue]:
    """Credits to the agencies and known media that are named between two places, not in a longer name (`AP Moller`)."""
    for m in _medium().finditer(text, start, end):
        if m["role"] or not text[m.end() : min(end, m.end() + 2)].strip()[:1].isupper():
            yield from _cue("credit", text, m.span(1))


@functools.cache
def _medium() -> re.Pattern[str]:
    """The names that mean a medium wherever one is named, and what it calls its writers."""
    full = {name for agency in agencies.AGENCIES for name in (agency.name, *agency.names) if agencies.in_text(name)}
    short = {name for agency in agencies.AGENCIES for name in agency.short}
    names = sorted(full | {name.upper() for name in full} | short | _ACRONYMS, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, names))})(?![\w-])(?P<role>{_ROLE})?")


def _signing(text: str, m: re.Match[str]) -> Iterator[Cue]:
    """The agencies in the line of a byline, or alone in the line after it."""
    start, end = m.span(2)
    if m[1].casefold() not in _BY:
        yield from _house("credit", text, start, end)
        return
    for between in _AFFILIATION.finditer(text, start, end):
        yield from _house("byline", text, start, between.start())
        start = between.end()
    yield from _house("byline", text, start, end)
    if m[3]:
        yield from _house("byline", text, *m.span(3))


def _house(kind: str, text: str, start: int, end: int) -> Iterator[Cue]:
    """The cue of an agency, if these are its name and perhaps what it calls its writers."""
    role = _ROLE_LAST.search(text, start, end)
    name = text[start : role.start() if role else end].strip()
    start = text.index(name, start)
    if agencies.as_source(name):
        yield from _cue(kind, text, (start, start + len(name)), source=True)


def _any(parts: Iterable[str], text: str) -> bool:
    return any(part in text for part in parts)


def _held(stems: Iterable[tuple[str, tuple[str, ...]]], lowered: str) -> Iterator[str]:
    """The phrases that a text holds."""
    return (phrase for stem, some in stems if stem in lowered for phrase in some if phrase in lowered)


def _phrases(lowered: str, phrase: str) -> Iterator[tuple[int, int]]:
    """Where a phrase stands as whole words."""
    at = lowered.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not lowered[at - 1 : at].isalnum() and not lowered[end : end + 1].isalnum():
            yield at, end
        at = lowered.find(phrase, end)


def _signs(text: str, start: int, end: int) -> bool:
    """Whether a parenthesis stands where agencies sign: before the dash of a dateline, at the head of a paragraph, or after
    its last sentence. Within a sentence it explains what is before it, and under a picture it names whose picture it is."""
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    head, tail = before.rpartition("\n")[2].strip(), after.partition("\n")[0].strip()
    dash = tail.lstrip(".: ").startswith(("-", "–", "—"))
    return dash or not head or (not tail and head.endswith(_SENTENCE_END))


def _cue(kind: str, text: str, span: tuple[int, int] | None, source: bool = False) -> Iterator[Cue]:
    """The cue at a place; `source` where nothing but a source can stand."""
    if span:
        name = text[span[0] : span[1]].removeprefix(_TITLE)
        span = span[1] - len(name), span[1]
        yield Cue(kind, name, *span, outlet=_is_outlet(name) or (source and agencies.as_source(name) is not None))


def _is_outlet(name: str) -> bool:
    words = re.findall(r"[^\W\d_]+", name)
    if name in _ACRONYMS or agencies.in_text(name):
        return True
    return bool(words) and (words[0].casefold() in _OUTLET_WORDS or words[-1].casefold() in _OUTLET_WORDS)


def _begins_name(word: str) -> bool:
    """Names begin with a capital, but for the agency that writes itself small."""
    return word[:1].isupper() or word == "dpa"


def _name_after(text: str, at: int) -> tuple[int, int] | None:
    """The run of capitalised words (with joiners inside) that begins here, after an article."""
    head = text[at : at + 6].casefold()
    at += next(
        (
            len(article)
            for article in _ARTICLES
            if head.startswith(article) and _begins_name(text[at + len(article) : at + len(article) + 3])
        ),
        0,
    )
    start = end = None
    for m in _WORD.finditer(text, at, at + 80):
        if (m.start() != at if end is None else text[end : m.start()] != " ") or (end is None and not _begins_name(m.group())):
            break
        if _begins_name(m.group()) and m.group().casefold() not in _NOT_NAMES:
            start = m.start() if start is None else start
            end_of_word = m.start() + len(m.group().rstrip(".,'’-"))
            end, last = m.end(), end_of_word
            if end_of_word != m.end():
                break
        elif start is None or m.group().casefold() not in _JOINERS:
            break
        else:
            end = m.end()
    return (start, last) if start is not None else None


def _name_before(text: str, at: int) -> tuple[int, int] | None:
    """The run of capitalised words that ends here."""
    low = max(0, at - 80)
    start = None
    reach = at
    for m in reversed(list(_WORD.finditer(text, low, at))):
        if text[m.end() : reach].strip(" ") or reach - m.end() > 1:
            break
        word = m.group()
        if _begins_name(word) and word.casefold() not in _NOT_NAMES and not word.endswith("."):
            start = m.start()
        elif start is None or word not in _JOINERS or word in ("the", "and", "der", "die", "das", "la", "le", "el"):
            break
        reach = m.start()
    return (start, at) if start is not None else None


def _day(m: re.Match[str]) -> str | None:
    which = next(k for k in "123" if m[f"y{k}"])
    month = m[f"m{which}"]
    try:
        return datetime.date(
            int(m[f"y{which}"]), int(month) if month.isdigit() else _MONTHS[month.casefold()], int(m[f"d{which}"])
        ).isoformat()
    except ValueError:
        return None


def name_key(name: str) -> str:
    """What names are compared by: letters and digits, case folded, without a leading article."""
    bare = _bare(name)
    return bare if bare.isalnum() else "".join(c for c in bare if c.isalnum())


def initials(name: str) -> str:
    """The first letters of a name's words, case folded, without a leading article."""
    return "".join(word[0] for word in re.findall(r"[^\W\d_]+", _bare(name)))


def _bare(name: str) -> str:
    folded = name.casefold().strip()
    if not folded.startswith(_LEADING):
        return folded
    return next(folded[len(article) :] for article in _LEADING if folded.startswith(article))


_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "go", "gob", "gov", "gv", "ne", "net", "or", "org"))
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]+(?::\d+)?")
_HOSTING = frozenset(("beehiiv", "blogspot", "github", "livejournal", "medium", "substack", "tumblr", "typepad", "wordpress"))
"""Houses of many blogs: whose a page is says the label before."""


def is_medium_word(key: str) -> bool:
    """Whether a name's key is only a word that many media have in their names."""
    return key in _OUTLET_WORDS


def is_host(site: str) -> bool:
    """Whether this is a host and not a name: `post.example`, not `U.S.` or `St. Olav`."""
    return _HOST.fullmatch(site) is not None


def own_label(host: str) -> str:
    """What an outlet calls itself in its host: `reuters` of `www.reuters.com`, `post` of `sport.post.co.uk`; may be empty.

    The last label is the public suffix, and one before it that only sorts (`co`, `com`, `ac`); there is no table of suffixes,
    so that of rarer ones (`city.kawasaki.jp`) the label is too wide.
    """
    *labels, suffix = [label for label in host.casefold().split(":")[0].split(".") if label] or [""]
    if suffix.isdecimal():  # an address of numbers
        return ""
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        del labels[-1]
    if len(labels) > 1 and labels[-1] in _HOSTING and labels[-2] != "www":
        del labels[-1]
    return labels[-1] if labels else ""


def site_keys(site: str | None) -> frozenset[str]:
    """The keys under which a site may be named: of a host its own label and the whole host, of a plain name the name."""
    if not site:
        return frozenset()
    if " " in site or "." not in site:
        return frozenset({name_key(site)} - {""})
    return frozenset({name_key(own_label(site)), name_key(site.removeprefix("www."))} - {""})


def names_site(name: str, site: str | None) -> bool:
    """Whether a cue's name (or host) means this site: by equal keys, a host below it, or the initials of a longer name."""
    keys = site_keys(site)
    if not keys:
        return False
    if keys & site_keys(name.removeprefix("www.")) if "." in name and " " not in name.strip() else name_key(name) in keys:
        return True
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", name) if word[0].isupper()).casefold()
    return len(initials) > 1 and " " in name.strip() and any(key in (initials, initials + "news") for key in keys)
