"""Dates of publication that no field gives: found in an address and at the head of a text, and nowhere else."""

from __future__ import annotations

import datetime
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from provenance.read.dating import date_of, doubt, from_field, from_url
from provenance.read.heads import date_in_head

DAYS = st.dates(datetime.date(1600, 1, 1), datetime.date(2099, 12, 31))
PROSE = "The harbour at Strathnoon was closed on Tuesday after a barge with 300 tonnes of gravel sank beside the northern pier."


# Addresses


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("2024/03/04/harbour-closed", "2024-03-04"),
        ("2024/3/4/harbour-closed", "2024-03-04"),
        ("news/2024/mar/04/harbour-closed", "2024-03-04"),
        ("2024-03-04-harbour-closed.html", "2024-03-04"),
        ("world/harbour-closed-2024-03-04/", "2024-03-04"),
        ("n1/2024/0304/c1001-40188400.html", "2024-03-04"),
        ("politics/2024-03/04/c_1130084.htm", "2024-03-04"),
        ("zwgk/202403/t20240304_5234.html", "2024-03-04"),
        ("a/20240304/00123.html", "2024-03-04"),
        ("en/20240304-harbour-closed", "2024-03-04"),
        ("1851/03/04/archives/harbour.html", "1851-03-04"),
        ("2024/03/harbour-closed/", "2024-03"),
        ("2024/m%C3%A4rz/04/hafen", "2024-03-04"),
    ],
)
def test_day_in_an_address(path, date):
    """A path in the order of year, month and day dates the page; a month counts where a headline follows."""
    assert from_url(f"https://www.post.example/{path}") == date


@pytest.mark.parametrize(
    "path",
    [
        "news/uk-20230615",  # the number of an article
        "20230615",
        "20230615.html",
        "article/12345678",
        "123456/harbour",
        "2024/13/04/harbour",
        "2024/02/31/harbour",
        "2024/harbour-closed",  # a year may be the subject
        "league/2011/12/table-and-results",  # a season
        "ukpga/2018/12/section/3",
        "2018/12/contents",
        "2024/03/",
        "wp-content/uploads/2024/03/04/report.pdf",
        "tag/2024-03-04/",
        "2024/03/04/and/2023/01/02/",
        "1066/10/14/hastings",
        "?date=2024-03-04",
        "#2024/03/04/",
    ],
)
def test_digits_that_are_no_day(path):
    """Numbers of articles, seasons, laws, folders of uploads, impossible days and two days that disagree date nothing."""
    assert from_url(f"https://www.post.example/{path}") is None


@pytest.mark.parametrize(
    "uri", ["/srv/crawl/2024/03/04/a.txt", "text:20240304", "file:///2024/03/04/a", "", "http://[", "2024/03/04/"]
)
def test_what_is_no_web_address(uri):
    """The folders of a file say when somebody sorted it, not when it was published."""
    assert from_url(uri) is None


def test_archived_page_has_the_date_of_its_own_address():
    """The fourteen digits of a web archive are the time of its crawl."""
    assert from_url("https://web.archive.org/web/20240304101500/https://a.example/2019/05/06/x") == "2019-05-06"
    assert from_url("https://web.archive.org/web/20240304101500id_/http://a.example/x") is None


@given(st.text(string.digits, min_size=1, max_size=14).filter(lambda digits: len(digits) != 8), st.booleans())
def test_other_digits_in_an_address_are_no_day(digits, last):
    """A run of digits is no date, whatever its value."""
    assert from_url(f"https://a.example/news/{digits}" + ("" if last else "/harbour")) is None


@given(st.integers(0, 99_999_999).map("{:08}".format))
def test_eight_digits_at_the_end_are_no_day(digits):
    """Eight digits behind a headline are the number of an article even where they could be a day."""
    assert from_url(f"https://a.example/news/harbour-{digits}") is None
    assert from_url(f"https://a.example/news/{digits}") is None


@given(
    DAYS,
    st.sampled_from(["{:%Y/%m/%d}/x", "x/{:%Y-%m-%d}-y", "x/{:%Y/%m%d}/y", "{:%Y%m%d}/y", "{:%Y-%m/%d}/y", "a-{:%Y-%m-%d}/"]),
)
def test_any_day_in_an_address_comes_back(day, form):
    """Every day in every form that is known is read."""
    assert from_url("https://a.example/" + form.format(day)) == day.isoformat()


# The head of a text


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Published: 4 March 2024 10:15 GMT", "2024-03-04T10:15:00Z"),
        ("First published on Monday, March 4th, 2024 at 10:15 a.m. EST", "2024-03-04T15:15:00Z"),
        ("Published 4 March 2024 10:15 GMT | Updated 5 March 2024", "2024-03-04T10:15:00Z"),
        ("Posted by Mara Lindqvist on March 4, 2024 at 10:15 pm", "2024-03-04T22:15:00Z"),
        ("For immediate release: March 4, 2024", "2024-03-04"),
        ("Date: Mon, 4 Mar 2024 10:00:00 +0100", "2024-03-04T09:00:00Z"),
        ("Veröffentlicht am 4. März 2024 um 10:15 Uhr", "2024-03-04T10:15:00Z"),
        ("Veröffentlicht am 04.03.2024, 10:15 MEZ", "2024-03-04T09:15:00Z"),
        ("Publié le 4 mars 2024 à 10h15", "2024-03-04T10:15:00Z"),
        ("Publicado el 4 de marzo de 2024", "2024-03-04"),
        ("Publicado em 4 de março de 2024 às 10:15", "2024-03-04T10:15:00Z"),
        ("Pubblicato il 4 marzo 2024 alle 10:15", "2024-03-04T10:15:00Z"),
        ("Gepubliceerd op 4 maart 2024", "2024-03-04"),
        ("Opublikowano: 4 marca 2024, 10:15", "2024-03-04T10:15:00Z"),
        ("Опубликовано 4 марта 2024 г.", "2024-03-04"),
        ("发布时间：2024-03-04 10:15:33", "2024-03-04T10:15:33Z"),
        ("2024年3月4日 10:15 来源：晨报", "2024-03-04T10:15:00Z"),
        ("公開日：2024年3月4日(月)", "2024-03-04"),
        ("기사입력 2024.03.04 10:15", "2024-03-04T10:15:00Z"),
        ("تاريخ النشر: ٤ مارس ٢٠٢٤", "2024-03-04"),
        ("Monday, March 4, 2024", "2024-03-04"),
        ("*4 March 2024*", "2024-03-04"),
        ("2024-03-04T10:15:00Z", "2024-03-04T10:15:00Z"),
        ("25/04/2024", "2024-04-25"),
        ("10:15 GMT, Monday 4 March 2024", "2024-03-04T10:15:00Z"),
        ("By Mara Lindqvist | March 4, 2024", "2024-03-04"),
        ("March 4, 2024 by Mara Lindqvist", "2024-03-04"),
        ("March 4, 2024 · 12 comments", "2024-03-04"),
        ("STRATHNOON, March 4, 2024 (Northern Wire) - The harbour is closed.", "2024-03-04"),
        ("STRATHNOON, 4 March 2024 /Northern Wire/ -- The harbour is closed.", "2024-03-04"),
    ],
)
@pytest.mark.parametrize("above", ["", "Harbour closed after barge sinks\n", "Harbour closed\n\nBy the news desk\n\n"])
def test_line_that_dates_a_text(above, line, date):
    """A labelled date, a date alone, a byline or a dateline near the top dates the text, as precisely as it says."""
    assert date_in_head(f"{above}{line}\n\n{PROSE}\n") == date


@pytest.mark.parametrize(
    "text",
    [
        f"The barge sank on 4 March 2024. {PROSE}",
        "Harbour closed\nThe harbour has been closed since\n4 March 2024\nand will stay so.",
        "Published on 4 March 2024, the report of the inquiry says that nobody had looked at the chains for years.",
        "Last updated: 4 March 2024",
        "Collegium\n2024-03-04 16:12 by admin, last modified\n",
        "Founded\n4 March 2024\nOur rowing club",
        "Choir rehearsal\nSaturday, 4 March 2024\n7:30 pm\nChapel of Mill Orrin",
        "Choir rehearsal\nDate: 4 March 2024\nTime: 7:30 pm\nVenue: Chapel of Mill Orrin",
        "Installation of officers\nSaturday, 4 March 2024\nAt the club house",
        "What happened when\n3 March 2024\nThe barge leaves.\n4 March 2024\nThe barge sinks.",
        "# 4 March 2024\n\nDear diary",
        "Created:      20-Dec-2005\nStatus: draft",
        "Harbour news\nMarch 2024\nFebruary 2024\n",
        "Harbour news\n(December 2008)\nThis article needs sources.",
        "03/04/2024",
        "31 February 2024",
        "4 March 1066",
        "STRATHNOON, March 4 (Northern Wire) - The harbour is closed.",
        "Copyright 2024 The Daily Lantern",
        "Issue 2024-03",
        f"{PROSE}\n" * 12 + "4 March 2024\n",
    ],
)
def test_date_that_dates_something_else(text):
    """Events, meetings, lists, changes, half dates and impossible ones do not date a text."""
    assert date_of(None, text, None) == (None, "none")


def test_memorandum_with_a_month_set_apart():
    """A typed head in columns may give only the month."""
    assert (
        date_in_head("Network Working Group                 S. Crane\nCategory: Draft                      October 1998\n")
        == "1998-10"
    )


def test_dateline_takes_its_year_from_the_fetch_of_the_days_after():
    """A dateline without a year has one where the page was fetched within a week, also across New Year; never later."""
    text = "STRATHNOON, Dec 30 (Northern Wire) - The harbour is closed."
    assert date_of(None, text, "2024-01-02T10:00:00Z") == ("2023-12-30", "text")
    assert date_of(None, text, "2024-02-02T10:00:00Z") == (None, "none")
    assert date_of(None, text, "1980-01-01T00:00:00Z") == (None, "none")
    assert date_of(None, "新华社北京3月4日电（记者）", "2024-03-06") == ("2024-03-04", "text")


def test_dateline_takes_its_year_from_the_address():
    """A month in the address and a day in the dateline make a whole date, of the address's class; another month does not."""
    text = "STRATHNOON, March 4 (Northern Wire) - The harbour is closed."
    assert date_of("https://a.example/2019/03/harbour-closed/", text, None) == ("2019-03-04", "url")
    assert date_of("https://a.example/2019/08/harbour-closed/", text, None) == ("2019-08", "url")


def test_address_outweighs_the_text_and_agreement_makes_it_precise():
    """Where both speak the address counts; a text that agrees adds its time."""
    url = "https://a.example/2024/03/04/harbour"
    assert date_of(url, "Published: 4 March 2024 10:15 GMT\n", None) == ("2024-03-04T10:15:00Z", "url")
    assert date_of(url, "Published: 9 March 2024 10:15 GMT\n", None) == ("2024-03-04", "url")
    assert date_of("https://a.example/x", "Published: 9 March 2024\n", None) == ("2024-03-09", "text")


@pytest.mark.parametrize(
    ("date", "fetched_at", "why"),
    [
        ("2024-03-04", "2024-03-04T10:00:00Z", None),
        ("2024-03-06T23:00:00Z", "2024-03-04T10:00:00Z", None),
        ("2024-03-07", "2024-03-04T10:00:00Z", "future"),
        ("2024", "2023-12-31", None),
        ("2034", "2024-03-04", "future"),
        ("2034-03-04", None, None),
        ("2100-01-01", None, "future"),
        ("1449", None, "early"),
        ("1970-01-01T00:00:00Z", None, "unset"),
        ("2024-03-04", "1970-01-01T00:00:00Z", None),
    ],
)
def test_doubt(date, fetched_at, why):
    """What was published after it was fetched, before printing or at a clock's zero was not; no clock is asked."""
    assert doubt(date, fetched_at) == why


def test_future_date_is_not_taken_from_address_or_text():
    """A date after the fetch does not count wherever it stands."""
    assert date_of("https://a.example/2034/03/04/x", "Published: 4 March 2034\n", "2024-03-04") == (None, "none")


@pytest.mark.parametrize(
    "value", ["4. März 2024", "4 de marzo de 2024", "Veröffentlicht am 4. März 2024", "2024年3月4日", "4 марта 2024 г."]
)
def test_date_field_in_another_language(value):
    """A field that is a date in words is one in any language that is known."""
    assert from_field(value) == "2024-03-04"


@pytest.mark.parametrize("value", ["the day before", "", "March", "4 March 2024 to 6 March 2024", "Updated 4 March 2024"])
def test_date_field_that_is_none(value):
    """A span of days, a change and a phrase are no day of publication."""
    assert from_field(value) is None


_MONTH_NAMES = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
_MONTHS = {lang: names.split() for lang, names in _MONTH_NAMES.items()}
_FORMS = {
    "en": [
        "Published: {d} {m} {y}",
        "Posted on {m} {d}, {y}",
        "{m} {d}, {y}",
        "By Ada Crane | {d} {m} {y}",
        "XANTEN, {m} {d}, {y} - Text",
    ],
    "de": ["Veröffentlicht am {d}. {m} {y}", "{d}. {m} {y}", "Von Ada Crane, {d}. {m} {y}", "{d:02}.{n:02}.{y}"],
    "fr": ["Publié le {d} {m} {y}", "Le {d} {m} {y} à 10h15"],
    "es": ["Publicado el {d} de {m} de {y}", "{d} de {m} de {y}"],
    "it": ["Pubblicato il {d} {m} {y}", "{d} {m} {y}"],
    "pt": ["Publicado em {d} de {m} de {y}"],
    "nl": ["Gepubliceerd op {d} {m} {y}"],
    "pl": ["Opublikowano {d} {m} {y}"],
    "ru": ["Опубликовано: {d} {m} {y} г.", "{d} {m} {y}, 10:15"],
}
_ANY = st.sampled_from([(lang, form) for lang, forms in _FORMS.items() for form in forms])
_PLACES = st.sampled_from(["{}\n\nA text.", "Harbour closed\n{}\n\nA text.", "Harbour closed\n\nThe barge\n\n{}\n"])


@given(DAYS, _ANY, _PLACES)
def test_any_day_in_any_language_comes_back(day, form, place):
    """Every day, in every form of every language, at each place at the head, is read."""
    lang, line = form
    written = line.format(d=day.day, m=_MONTHS[lang][day.month - 1], n=day.month, y=day.year)
    found = date_in_head(place.format(written))
    assert found is not None
    assert found[:10] == day.isoformat()


@given(st.text(string.digits + " ", max_size=40), _PLACES)
def test_random_digits_are_no_day(digits, place):
    """Digits and blanks are never a date."""
    assert date_in_head(place.format(digits)) is None


@given(DAYS, st.sampled_from(["They met on {} for the first time.", "The {} edition sold out.", "Since {} it has rained"]))
def test_day_within_a_sentence_is_no_date_of_the_text(day, sentence):
    """A date that a sentence mentions is that of an event."""
    assume(day.year < 2090)
    assert date_in_head(f"Harbour closed\n\n{sentence.format(f'{day.day} {day:%B} {day.year}')}\n") is None


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_and_address_give_a_date_or_none(text, url):
    """Nothing raises, and a date is ISO 8601 within the years of printing."""
    date, source = date_of("https://" + url, text, "2024-03-04T10:00:00Z")
    assert source == "none" if date is None else 1450 <= int(date[:4]) <= 2024
