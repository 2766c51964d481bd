"""How dates are written in running text, in some twenty languages: months, weekdays, clocks and zones, as patterns. Pure.

Where dates.py reads a field that is a date, this finds one at a place in a line and says where it ends. Lines are folded first.
"""

from __future__ import annotations

import datetime
import functools
import re
import unicodedata
from collections.abc import Iterable

from provenance.read.dates import parse_date

_MONTH_NAMES = (
    """january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari stycznia styczeń января январь янв січня
    ocak ιανουαρίου يناير""",
    """february feb februar februari février févr fév febrero febbraio fevereiro fev lutego luty февраля февраль фев лютого şubat
    φεβρουαρίου فبراير شباط""",
    """march mar märz mär mars marzo março maart mrt marca marzec marts maret марта март мар березня mart μαρτίου مارس آذار""",
    """april apr avril avr abril abr aprile kwietnia kwiecień апреля апрель апр квітня nisan απριλίου أبريل ابريل نيسان""",
    """may mai mayo maggio mag maio mei maja maj мая май травня mayıs μαΐου مايو أيار""",
    """june jun juni juin junio giugno giu junho czerwca czerwiec июня июнь июн червня haziran ιουνίου يونيو حزيران""",
    """july jul juli juillet juil julio luglio lug julho lipca lipiec июля июль июл липня temmuz ιουλίου يوليو تموز""",
    """august aug août agosto ago augustus augusti sierpnia sierpień agustus августа август авг серпня ağustos αυγούστου أغسطس
    اغسطس آب""",
    """september sep sept septembre septiembre settembre set setembro września wrzesień сентября сентябрь сен вересня eylül
    σεπτεμβρίου سبتمبر أيلول""",
    """october oct oktober okt octobre octubre ottobre ott outubro out października październik октября октябрь окт жовтня ekim
    οκτωβρίου أكتوبر اكتوبر""",
    """november nov novembre noviembre novembro listopada listopad ноября ноябрь ноя листопада kasım νοεμβρίου نوفمبر""",
    """december dec dezember dez décembre déc diciembre dic dicembre dezembro grudnia grudzień desember des декабря декабрь дек
    грудня aralık δεκεμβρίου ديسمبر""",
)
_WEEKDAYS = """
    monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo
    lunedì martedì mercoledì giovedì venerdì sabato domenica segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag poniedziałek wtorek środa czwartek piątek sobota niedziela
    понедельник вторник среда четверг пятница суббота воскресенье måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag
    lørdag søndag
"""


def fold(text: str) -> str:
    """As the patterns see it: composed, without case, with ASCII digits."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


MONTHS = {fold(name): month for month, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_LONG_MONTHS = [name for name in MONTHS if len(name) > 4 or name in ("may", "mai", "june", "juni", "juin", "july", "juli")]

MONTH = rf"(?P<m>{alternatives(MONTHS)})(?![^\W\d_])\.?"
YEAR = r"(?P<y>1[4-9]\d\d|20\d\d)(?!\d)"
DAY = r"(?P<d>\d{1,2})(?!\d)"
ORDINAL = r"(?:st|nd|rd|th|er|[.ºª°]|-?го)?"
_WEEKDAY = rf"(?:(?:{alternatives(fold(_WEEKDAYS).split())})\.?,?\s+(?:den\s+|the\s+)?)?"
_ZONE = (
    r"(?:\s?\(?(?P<zone>utc|gmt|wet|bst|cet|west|cest|eet|eest|msk|mez|mesz|e[sd]?t|c[sd]t|m[sd]t|p[sd]?t|jst|kst|aes?t|aedt|ist|hkt"
    r"|sgt|sast|wib|z)?\b(?:\s?(?P<offset>[+-]\d{1,2}(?::?\d\d)?))?\)?)?"
)
_CLOCK = (
    r"(?P<hour>\d{1,2})\s?[:.h]\s?(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?(?!\d)"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?(?:\s?(?:uhr|hrs?|uur|horas|h)\b)?" + _ZONE
)
_AT = r"(?:at|um|à|a las|a la|às|as|alle ore|alle|ore|om|o|godz\.?|в|kl\.?|saat|pukul|الساعة)"
_TIME = rf"(?:\s?(?:[,|/·•–—-]|t(?=\d))?\s*(?:{_AT}\s+)?{_CLOCK})?"
_FORMS = (
    # 4 March 2024, 4. März 2024, 4 de marzo de 2024, 04-Mar-2024, 4 марта 2024 г.
    rf"{DAY}{ORDINAL}(?:\s?[-./]\s?|\s+(?:of\s+|de\s+|di\s+)?){MONTH}(?:\s?[-./,]\s?|\s+)(?:de\s+|del\s+)?{YEAR}"
    r"(?:\s?(?:г\.?|года|року|р\.|r\.)(?!\w))?",
    # March 4, 2024
    rf"{MONTH}\s+{DAY}{ORDINAL},?\s+{YEAR}",
    # 2024-03-04, 2024. 3. 4.
    rf"{YEAR}(?:(?P<mark>[-/])|\.\s?)(?P<n>\d{{1,2}})(?:(?(mark)(?P=mark)|\.\s?)){DAY}\.?",
    # 04.03.2024, 25/04/2024
    rf"{DAY}(?P<mark>[-./])\s?(?P<n>\d{{1,2}})(?P=mark)\s?{YEAR}",
    # 2024年3月4日(月)
    rf"{YEAR}\s?[年년]\s?(?P<n>\d{{1,2}})\s?[月월]\s?{DAY}\s?[日일](?:\s?[(（]?[^\W\d_]{{1,3}}[)）]?(?=$|\s))?",
)


@functools.cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    """What dates look like. Compiled when the first is sought: it takes a tenth of the start of a command that reads."""
    return (
        *(re.compile(f"{_WEEKDAY}{form}{_TIME}") for form in _FORMS),
        *(re.compile(rf"{_CLOCK}(?:,?\s(?:on\s)?|\s?[|·•–—-]\s?){_WEEKDAY}{form}") for form in _FORMS[:4]),
    )


_MONTH_YEAR = re.compile(rf"(?P<m>{alternatives(_LONG_MONTHS)}),? (?P<y>19\d\d|20\d\d)")
_DAY_OF_YEAR = (
    re.compile(rf"{MONTH}\s+{DAY}(?:,?\s+{YEAR})?"),
    re.compile(rf"{DAY}{ORDINAL}\s+{MONTH}(?:\s+{YEAR})?"),
)
_ZONES_OF_OTHERS = {"mez": "CET", "mesz": "CEST"}


def date_at(line: str, at: int = 0) -> tuple[str | None, int]:
    """The date that begins here in a folded line, as ISO 8601 with its time if it has one, and where it ends."""
    for shape in _shapes():
        if (match := shape.match(line, at)) and (date := _date(match)):
            return date, match.end()
    return None, at


def month_and_year(line: str) -> str | None:
    """The month that a folded line names and nothing else; abbreviations are also those of contracts and tables."""
    match = _MONTH_YEAR.fullmatch(line)
    return f"{match['y']}-{MONTHS[match['m']]:02}" if match else None


def day_of_year(text: str) -> tuple[int | None, int, int] | None:
    """(year, or None where it is left out; month; day) of a folded text that is nothing but such a day."""
    for shape in _DAY_OF_YEAR:
        if match := shape.fullmatch(text):
            return int(match["y"]) if match["y"] else None, MONTHS[match["m"]], int(match["d"])
    return None


def iso(year: int, month: int, day: int) -> str | None:
    """A day as ISO 8601, None where the calendar has no such day."""
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def _date(match: re.Match[str]) -> str | None:
    """A match as ISO 8601; None for what no calendar has, and where day and month may be swapped."""
    parts = match.groupdict()
    year, day = int(parts["y"]), int(parts["d"])
    month = MONTHS[parts["m"]] if parts.get("m") else int(parts["n"])
    if parts.get("mark") in ("/", "-") and match.start("d") < match.start("y"):
        if day <= 12 and month <= 12 and day != month:
            return None
        day, month = (day, month) if month <= 12 else (month, day)
    date = iso(year, month, day)
    if date is None or parts.get("hour") is None:
        return date
    half = f" {parts['half']}m" if parts["half"] else ""
    zone = _ZONES_OF_OTHERS.get(parts["zone"] or "", (parts["zone"] or "").upper())
    clock = f"{parts['hour']}:{parts['minute']}:{parts['second'] or '00'}{half}"
    return parse_date(f"{date} {clock} {zone}{_offset(parts['offset'])}") or date


def _offset(given: str | None) -> str:
    """+1, +01, +130, +01:30 as ` +0130`."""
    if not given:
        return ""
    digits = given[1:].replace(":", "")
    return f" {given[0]}{digits.zfill(2) + '00' if len(digits) <= 2 else digits.zfill(4)}"
