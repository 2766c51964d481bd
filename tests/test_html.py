"""Web pages: their main text, what their markup says, and what is no document. Dates are in test_stamps.py."""

import dataclasses
import math
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.model import Document, Problem
from provenance.read import read, read_stream
from provenance.read.base import Origin
from provenance.read.html import MISSING, extract, sniff
from provenance.read.maintext import LARGEST
from tests.pages import FETCHED, pages
from tests.strategies import prose
from tests.test_read import stream, write

FIXTURES = Path(__file__).parent.parent / "fixtures" / "pages"
MADE = 208
BODY = "".join(f"<p>{prose(seed, 3)}</p>" for seed in range(6))


def page(body=BODY, head="", attributes=""):
    return f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>"


@pytest.fixture(scope="module")
def extracted():
    """The generated pages with what is extracted from them."""
    return [(truth, extract(truth.markup.encode(), truth.url, fetched_at=FETCHED)) for truth in pages(MADE)]


# A corpus of pages with known contents


def test_dates_of_generated_pages(extracted):
    """At least 95 % of the dates are right to the second or the day, with their class: `meta`, or `none` where there is none."""
    wrong = [
        (truth.name, got.published_at, truth.published_at)
        for truth, got in extracted
        if (got.published_at, got.published_from) != (truth.published_at, "meta" if truth.published_at else "none")
    ]
    print(f"{MADE - len(wrong)} of {MADE} dates right", *wrong, sep="\n")
    assert len(wrong) <= 0.05 * MADE


def test_text_of_generated_pages(extracted):
    """Of every page nearly the whole article comes out and nearly nothing else, in its paragraphs; on average 99 % of both."""
    recall, precision = [], []
    for truth, got in extracted:
        lines = [line.removesuffix("…").rstrip() for line in got.text.split("\n\n") if line != truth.title]
        right = sum(len(line) for line in lines if line in truth.paragraphs)
        recall.append(right / sum(map(len, truth.paragraphs)))
        precision.append(right / sum(map(len, lines)))
    for name, values in (("recall", recall), ("precision", precision)):
        print(f"{name} {sum(values) / MADE:.4f}, at least {min(values):.3f}")
    assert min(recall) > 0.9
    assert min(precision) > 0.9
    assert sum(recall) / MADE > 0.99
    assert sum(precision) / MADE > 0.99


def test_no_junk_of_generated_pages(extracted):
    """No comment, related headline or cookie notice gets into a text."""
    leaks = [
        (truth.name, line) for truth, got in extracted for line in truth.junk if line in got.text and line not in truth.title
    ]
    assert len({name for name, _ in leaks}) <= 0.02 * MADE, leaks


@pytest.mark.parametrize("field", ["title", "author", "lang", "site_name"])
def test_fields_of_generated_pages(extracted, field):
    """At least 97 % of titles, writers, languages and names of sites are right."""
    wrong = [
        (truth.name, getattr(got, field), getattr(truth, field))
        for truth, got in extracted
        if getattr(got, field) != getattr(truth, field)
    ]
    assert len(wrong) <= 0.03 * MADE, wrong


def _unclosed(data, rng):
    """Without a third of the end tags, but for those that every browser waits for to the end of the page."""
    return re.sub(rb"</(?!script|style|title)\w+>", lambda tag: tag.group() if rng.random() > 1 / 3 else b"", data)


BREAKS = {
    "truncated": lambda data, rng: data[: rng.randrange(len(data))],
    "wrong charset": lambda data, rng: data.replace(b"utf-8", rng.choice((b"utf-16", b"shift_jis", b"x-user", b"idna"))),
    "unclosed tags": _unclosed,
    "controls": lambda data, rng: bytes(byte if rng.random() > 0.01 else rng.randrange(32) for byte in data),
    "binary tail": lambda data, rng: data + rng.randbytes(5_000),
}


@pytest.mark.parametrize("breakage", BREAKS)
def test_broken_pages(breakage):
    """However a page is broken, extraction gives a text that can be stored or says why there is none."""
    rng = random.Random(breakage)
    texts = 0
    for truth in pages(48):
        got = extract(BREAKS[breakage](truth.markup.encode(), rng), truth.url)
        assert got.problem or len(got.text) >= 40
        assert "\0" not in got.text
        got.text.encode()
        texts += got.problem is None
    assert texts > 48 * (0.4 if breakage == "truncated" else 0.75)


# Files


def test_hand_made_page():
    """A newspaper's page: text in paragraphs without its surroundings, every field, links of the text alone."""
    [found] = read([FIXTURES / "ferry.html"])
    assert found.uri == str(FIXTURES / "ferry.html")
    assert (found.title, found.author) == ("Island ferry to run through the winter", "Oona Fairweather-Lisle")
    assert (found.site, found.lang) == ("merrowsoundgazette.example", "en")
    assert (found.published_at, found.published_from) == ("2024-11-08T16:45:00Z", "meta")
    assert found.extra == {
        "site_name": "Merrow Sound Gazette",
        "canonical": "https://merrowsoundgazette.example/news/2024/11/ferry-winter",
        "links": ["https://coastwise.example/report/17?page=2", "https://merrowsoundgazette.example/news/2024/10/shaft"],
        "modified_at": "2024-11-10T08:00:00Z",
    }
    assert "\n\nTwo boats, one crew\n\nThe winter boat is the Saint Ebba, built" in found.text
    assert "17.50\nFrom Little Skerrow" in found.text
    assert not any(word in found.text for word in ("biscuits", "Tides", "Gull", "rowing", "Registered", "Share", "Fairweather"))


def test_old_page_in_latin1():
    """A page of 1998 in cp1252 that calls it Latin-1: umlauts, quotation marks and the month come out."""
    [found] = read([FIXTURES / "chronik.htm"])
    assert "„die Kirche läutet, was sie selber zahlt“.".removesuffix(".") in found.text
    assert (found.author, found.lang, found.published_at) == ("Käthe Wiesengrund", "de", "1998-03")
    assert found.extra["encoding"] == "cp1252"
    assert "wer das Seil bezahlt.\n\nDer Gemeinderat" in found.text


def test_a_file_s_time_is_not_its_date(tmp_path):
    """A file's time is when it was fetched, and bounds the dates that its markup may give."""
    path = write(tmp_path / "a.html", page(head='<meta name="pubdate" content="2025-03-09">'))
    for moment, published in ((1741082400, None), (1741514400, "2025-03-09")):  # 4 and 9 March 2025
        os.utime(path, (moment, moment))
        [found] = read([path])
        assert found.published_at == published
        assert found.fetched_at.startswith("2025-03-0")


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.xhtml", "a.html.gz"])
def test_suffixes(tmp_path, name):
    """Folders give their pages, by any suffix of HTML."""
    import gzip

    data = page().encode()
    write(tmp_path / name, gzip.compress(data) if name.endswith("gz") else data)
    [found] = read([tmp_path])
    assert found.text.startswith(prose(0, 3))


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        ("<!DOCTYPE html>", True),
        ("\ufeff\n <html lang=de>", True),
        ("<!-- a --b -->\n<!-- c --><!doctype HTML PUBLIC>", True),
        ('<?xml version="1.0"?>\n<html xmlns="x">', True),
        ("<head>", True),
        ('<?xml version="1.0"?><rss>', False),
        ("<p>A text", False),
        ("Text with <html> in it", False),
        ("<htmlx>", False),
        ("<!--" * 2000, False),
    ],
)
def test_pages_are_known_by_content(head, ours):
    """Without a suffix the beginning decides, behind a mark, blanks and comments."""
    assert sniff(head.encode()[:4096]) is ours
    assert sniff(head.encode("utf-16")[:4096]) is ours
    if ours:
        [found] = stream((head + BODY).encode())
        assert found.text.startswith(prose(0, 3))


def test_a_stream_is_named_by_its_text():
    """A page without a path has the hash of its main text for a uri, so that its surroundings do not matter."""
    [one], [two] = (stream(page(f"<nav>{word}</nav>{BODY}").encode()) for word in ("a", "b"))
    assert one.uri == two.uri
    assert one.uri.startswith("text:")


def test_half_a_file_is_read(tmp_path):
    """A damaged archive gives the page that it held so far, then a problem."""
    import gzip

    items = stream(gzip.compress(page(BODY * 2).encode())[:-9], "/a.html.gz")
    assert [type(item) for item in items] == [Document, Problem]


def test_missing_library():
    """Without trafilatura a page is a problem that says what to install, and other inputs are read."""
    code = (
        "import sys; sys.modules['trafilatura'] = None\n"
        "from provenance.read.html import extract; print(extract('<p>' + 'word ' * 99, None).problem)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == MISSING


def test_nothing_is_printed():
    """Odd pages are no reason for a library to write to the terminal."""
    code = "from provenance.read.html import extract\nfor page in ('<', '<p>a<a>b</a>' * 50, '<table>' * 50): extract(page, None)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")


def test_a_very_large_page_is_read():
    """A page with more elements than trafilatura gets is read all the same: text without the rim, and fields."""
    items = "".join(f"<p>Line {number} of a very long list of things.</p>" for number in range(LARGEST))
    got = extract(page(f"<nav>{prose(1, 2)}</nav>{items}", '<title>Head</title><meta name="pubdate" content="2024-05-03">'), None)
    assert got.text.startswith("Line 0 of a very long list of things.\n\nLine 1 ")
    assert got.text.count("\n\n") == LARGEST - 1
    assert (got.title, got.published_at) == ("Head", "2024-05-03")


# Fields


def test_page_fetched_from_an_address():
    """With an address the site is its host, relative links are complete, and another canonical address is credit."""
    head = '<link rel="canonical" href="https://first.example/x"><base href="/deep/">'
    body = BODY.replace("</p>", ' <a href="a?b=1#c">x</a> <a href="mailto:x">y</a> <a href="https://[">z</a></p>', 2)
    got = extract(page(body, head), "https://www.second.example/y/z")
    assert got.links == ("https://www.second.example/deep/a?b=1",)
    assert got.canonical == "https://first.example/x"
    document = got.document("https://www.second.example/y/z", FETCHED)
    assert (document.uri, document.site, document.fetched_at) == ("https://www.second.example/y/z", "second.example", FETCHED)


@pytest.mark.parametrize(
    ("head", "credits"),
    [
        ('<meta name="syndication-source" content="https://agency.example/1">', ("https://agency.example/1",)),
        ('<meta name="original-source" content="Northern Wire Agency">', ("Northern Wire Agency",)),
        ('<script type="application/ld+json">{"@type":"Article","isBasedOn":["https://a.example/","https://b.example/"],'
         '"sourceOrganization":{"@type":"Organization","name":"NWA"}}</script>',
         ("https://a.example/", "https://b.example/", "NWA")),
        ('<meta property="og:site_name" content="Self"><meta name="dc.source" content="self">', ()),
    ],
)  # fmt: skip
def test_credited_sources(head, credits):
    """What the markup names as the source is kept, but not a page's own site."""
    assert extract(page(head=head), None).credits == credits


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>A headline | The Site</title>", "", "A headline"),
        ('<title>A headline - The Site</title><meta property="og:site_name" content="The Site">', "", "A headline"),
        ("<title>War - and peace</title>", "", "War - and peace"),
        ("<title>Site</title>", "<h1>The &amp; headline</h1>", "The & headline"),
        ('<meta property="og:title" content="Social">', "<h1>One</h1><h1>Two</h1>", "Social"),
        ('<script type="application/ld+json">{"@type":"NewsArticle","headline":"True"}</script><title>x</title>', "", "True"),
        ("", "", None),
    ],
)
def test_titles(head, body, title):
    """The headline, without the site's name that browsers show behind it."""
    assert extract(page(body + BODY, head), None).title == title


@pytest.mark.parametrize(
    ("markup", "author"),
    [
        ('<meta name="author" content="Ann Lee">', "Ann Lee"),
        ('<meta property="article:author" content="https://social.example/ann"><p class="byline">By Ann Lee</p>', "Ann Lee"),
        ('<span class="article-author">Von Käthe Öd</span>', "Käthe Öd"),
        ('<script type="application/ld+json">{"@type":"Article","author":[{"name":"A B"},{"name":"C D"}]}</script>', "A B, C D"),
        ('<script type="application/ld+json">{"@type":"Article","author":"A B"}</script>', "A B"),
        ("<div class='authority'>Harbour</div>", None),
        (f"<div class='author'>{BODY}</div>", None),
    ],
)
def test_authors(markup, author):
    """Those who signed, from the markup or the byline; addresses and whole texts are nobody."""
    assert extract(page(markup + BODY), None).author == author


def test_fields_can_be_stored():
    """What JSON can spell and a store cannot hold does not get into any field."""
    bad = "x\\u0000\\ud800y"
    thing = f'{{"@type":"Article","headline":"{bad}","author":"{bad}","publisher":{{"name":"{bad}"}},"isBasedOn":"{bad}"}}'
    got = extract(page(head=f'<script type="application/ld+json">{thing}</script><base href="http://a.example/&#0;">'), None)
    assert got.title == got.author == got.site_name == "x\ufffd\ufffdy"
    str(got).encode()


@pytest.mark.parametrize(
    ("attributes", "head", "lang"),
    [
        ('lang="de-AT"', "", "de"),
        ('xml:lang="fr"', "", "fr"),
        ("", '<meta http-equiv="content-language" content="es, en">', "es"),
        ("", '<meta property="og:locale" content="pt_BR">', "pt"),
        ('lang="English"', '<meta property="og:locale" content="en_GB">', "en"),
        ("", "", None),
    ],
)
def test_languages(attributes, head, lang):
    """The language as the markup says it."""
    assert extract(page(head=head, attributes=attributes), None).lang == lang


# What is no document


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("", "the page is empty"),
        (" \n ", "the page is empty"),
        (page(""), "no main text"),
        (page("<nav><a href=/>Home</a></nav><p>Error 404</p>"), "no main text"),
        (page("<ul>" + "".join(f"<li><a href=/{i}>{prose(i, 1)}</a></li>" for i in range(40)) + "</ul>"), "no main text"),
    ],
)
def test_no_main_text(markup, reason):
    """An empty page, an error page and a page of links are problems that say so."""
    assert reason in extract(markup, None).problem
    [problem] = stream(markup.encode(), "/a.html")
    assert problem == Problem("/a.html", "read", extract(markup, None).problem)


FREE = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":%s}</script>'
TEASER = f"<article><h1>Head</h1><p>{prose(1, 4)}</p></article>"


@pytest.mark.parametrize(
    "markup",
    [
        page(TEASER, FREE % "false"),
        page(TEASER, FREE % '"False"'),
        page(TEASER, FREE % '"http://schema.org/False"'),
        page(TEASER + "<div class=wall><b>Subscribe now to continue reading.</b></div>"),
        page(TEASER + "<p>Dieser Artikel ist unseren Abonnenten vorbehalten.</p>"),
        page(TEASER + "<p>Il vous reste 83.5% de cet article à lire.</p>"),
        page(TEASER + "<p>Contenido exclusivo para suscriptores</p>"),
        page(f"<article><p>{'今日の会議で決まった。' * 20}</p></article><p>この記事は有料会員限定です。残り 1234文字</p>"),
    ],
)
def test_paywall(markup):
    """A teaser with a paywall behind it is no document."""
    assert "paywall" in extract(markup, None).problem


@pytest.mark.parametrize(
    "markup",
    [
        page(BODY, FREE % "false"),
        page(BODY + "<p>Subscribe now to continue reading our newsletter.</p>"),
        page(TEASER, FREE % "true"),
        page("<header>Subscribe to read more</header>" + TEASER + "<footer>For our subscribers</footer>"),
        page(TEASER + "<p>Subscribe to our newsletter</p>"),
    ],
)
def test_no_paywall(markup):
    """A substantial body is an article whatever is sold around it, and a short one that is not sold is one, too."""
    assert extract(markup, None).problem is None


# Encodings

GERMAN = "Die größte Glocke schweigt, weil sich Mesner und Bürgermeister nicht einigen können, wer das Seil bezahlt. " * 3
RUSSIAN = "Российские рыбаки сообщили, что мост через реку закрыт до весны, а паром ходит два раза в день. " * 3
JAPANESE = "日本の首相は今日、新しい経済政策を発表しました。橋の工事は来年の春に始まる予定です。" * 3
CHINESE = "中国总理今天宣布了新的经济政策，以促进增长。大桥工程预计明年春天开始，市民表示欢迎。" * 3
KOREAN = "한국 정부는 오늘 새로운 경제 정책을 발표했다. 다리 공사는 내년 봄에 시작될 예정이다. " * 3


@pytest.mark.parametrize(
    ("text", "real", "meta", "header"),
    [
        (GERMAN, "utf-8", None, None),
        (GERMAN, "utf-8", "iso-8859-1", None),
        (GERMAN, "utf-8", "us-ascii", "latin-1"),
        (GERMAN, "cp1252", "utf-8", None),
        (GERMAN, "cp1252", "utf-8", "utf-8"),
        (GERMAN, "cp1252", None, None),
        (GERMAN, "iso-8859-15", "ISO-8859-15", None),
        (GERMAN, "utf-16", None, None),
        (GERMAN, "utf-16-le", "utf-8", None),
        (GERMAN, "utf-8-sig", "windows-1251", "windows-1251"),
        (RUSSIAN, "cp1251", "windows-1251", None),
        (RUSSIAN, "cp1251", "windows-1251", "ISO-8859-1"),
        (RUSSIAN, "cp1251", "iso-8859-1", None),
        (RUSSIAN, "koi8-r", None, "KOI8-R"),
        (RUSSIAN, "koi8-r", "koi8-r", "nonsense"),
        (JAPANESE, "cp932", "Shift_JIS", None),
        (JAPANESE, "cp932", "x-sjis", None),
        (JAPANESE, "euc-jp", "EUC-JP", "iso-8859-1"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp", None),
        (JAPANESE, "euc-jp", "utf-8", None),
        (CHINESE, "gb18030", "gb2312", None),
        (CHINESE, "gb18030", None, "GBK"),
        (KOREAN, "cp949", "euc-kr", None),
    ],
)
def test_encodings(text, real, meta, header):
    """Marks, UTF-8, headers and declarations count in this order, and a declaration that the bytes contradict does not."""
    head = f'<meta charset="{meta}">' if meta else ""
    got = extract(page(f"<p>{text}</p>" * 3, head).encode(real), None, header)
    assert got.text.split("\n")[0] == text.strip()
    assert (got.encoding is None) == real.startswith("utf-8")


# Hostile markup

P = "<p>The quick brown fox jumped over the lazy dog, and then more words came along to fill it.</p>"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + P * 9 + "</div>" * 100_000,
        "<b><i>x" * 50_000 + "</u>" * 50_000 + P * 9,
        "<q><i>x" * 900 + "</u>" * 100_000 + P * 9,
        "<table><tr><td>" * 30_000 + P * 9,
        "<ul><li>" * 30_000 + P * 9,
        f"<div {' '.join(f'a{i}=1' for i in range(100_000))}>" + P * 9,
        "<!--" * 100_000 + P,
        "<a<a " * 100_000 + P * 9,
        "&am&#x&a;" * 50_000 + P * 9,
        "<div>a</div>" * 60_000,
        "<p>" + "a<br>" * 60_000,
        "<svg>" * 50_000 + P * 9,
        "<time class=published>" * 1_500 + "2024" * 200 + P * 9,
        "<span class=byline>" * 1_500 + P * 99,
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>" + P * 9,
        '<script type="application/ld+json">' + '{"@graph":' * 50_000 + "</script>" + P * 9,
        f"<title>{'a - ' * 50_000}</title>" + P * 9,
        "<meta content='x" + " charset=" * 20_000 + P * 9,
        f'<a href="{"x" * 1_000_000}">q</a>' + P * 9,
    ],
    ids=lambda markup: markup[:12],
)
def test_hostile_markup_takes_bounded_time(markup):
    """Nesting, attributes, tags and JSON without end: less than a second and a half of processor time for each megabyte."""
    took, most = [], 1 + 1.5 * len(markup) / 1e6
    while len(took) < 3 and min(took, default=math.inf) >= most:  # a collection of garbage may fall into it
        start = time.process_time()
        got = extract(markup, None)
        took.append(time.process_time() - start)
        assert got.problem or got.text
    assert min(took) < most


@pytest.mark.parametrize("deep", [50, 99, 101, 300, 1_999, 2_001, 30_000])
def test_text_in_deep_markup_is_found(deep):
    """However deep an article lies, its text comes out once and whole."""
    got = extract("<div>" * deep + BODY + "</div>" * deep, None)
    assert got.text.split("\n\n") == [prose(seed, 3) for seed in range(6)]


def test_what_lies_too_deep_stays_apart():
    """Elements that are left out of the tree still separate their texts."""
    assert "one\n" in extract(page("<div>" * 120 + "<div>one</div><div>two</div>" + BODY), None).text.replace("one two", "")


def test_names_that_xml_does_not_know():
    """Tags and attributes of Office and of chance do not stop reading."""
    body = f'<o:p>{prose(1, 2)}</o:p><a"b c:d="e" 1="2">{prose(2, 2)}</a"b>' + BODY
    text = extract(page(body), None).text
    assert prose(5, 3) in text
    assert prose(1, 2) in text


@given(st.text(st.sampled_from("<>/!-=\"' &;#x0apdivscriptmeta\0\ud800[]{}:,é中"), max_size=300), st.booleans())
def test_anything_is_a_page_or_a_problem(text, wrapped):
    """No markup, as text or as bytes, makes extraction fail."""
    markup = page(text) if wrapped else text
    for given_markup in (markup, markup.encode("utf-8", "surrogatepass")):
        got = extract(given_markup, "https://a.example/", "utf-8", FETCHED)
        assert got.problem or got.text


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data):
    """A file of any bytes that is called a page gives one document or one problem."""
    import io

    [item] = read_stream(io.BytesIO(data), Origin("/a.html", "/a.html"))
    assert isinstance(item, (Document, Problem))


def test_pages_can_cross_processes():
    """A page can be sent from the process that extracts it to the one that stores it."""
    import pickle

    got = extract(page(), "https://a.example/")
    assert pickle.loads(pickle.dumps(got)) == got
    assert dataclasses.is_dataclass(got)
