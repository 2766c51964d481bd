"""When a page was published, by its markup: which place is believed, and what is doubted."""

import pytest

from provenance.read.markup import parse
from provenance.read.metadata import head
from provenance.read.stamps import PUBLISHED, Stamps, stamps

FETCHED = "2025-06-01T12:00:00Z"


def of(markup, fetched_at=FETCHED):
    tree = parse(f"<!doctype html><html><head></head><body><h1>A</h1>{markup}<p>Text</p></body></html>")
    return stamps(tree, head(tree, None), fetched_at)


def ld(json):
    return f'<script type="application/ld+json">{json}</script>'


def meta(name, content, by="property"):
    return f'<meta {by}="{name}" content="{content}">'


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("by", ["name", "property", "itemprop"])
def test_every_name_of_the_date(name, by):
    """Each name is known, in any case and under any attribute."""
    assert of(meta(name.upper(), "2024-05-03", by)).published_at == "2024-05-03"


@pytest.mark.parametrize(
    ("markup", "published"),
    [
        (ld('{"@type":"NewsArticle","datePublished":"2024-05-03T23:30:00-05:00"}'), "2024-05-04T04:30:00Z"),
        (ld('[{"@type":"BreadcrumbList"},{"@type":["Thing","BlogPosting"],"datePublished":["2024-05-03"]}]'), "2024-05-03"),
        (ld('{"@graph":[{"@type":"WebSite","datePublished":"2001"},{"@type":"http://schema.org/Article","datePublished":"2024"}]}'),
         "2024"),
        (ld('{"@type":"WebPage","datePublished":"2001","mainEntity":{"@type":"Report","datePublished":"2024"}}'), "2024"),
        (ld('{"@type":"WebPage","datePublished":"2024-05-03"}'), "2024-05-03"),
        (ld('{"@type":"Article","datePublished":{"@type":"Date","@value":"2024-05-03"}}'), "2024-05-03"),
        (ld('{"@type":"Article","dateCreated":"2024-05-03"}'), "2024-05-03"),
        (ld("{&quot;@type&quot;:&quot;Article&quot;,&quot;datePublished&quot;:&quot;2024-05-03&quot;}"), "2024-05-03"),
        (ld('{"@type":"Article","datePublished":"2024-05-03",}'), "2024-05-03"),
        (ld('{"@type":"Article","description":"a\nb","datePublished":"2024-05-03"}'), "2024-05-03"),
        (ld('{"@type":"Article","image":{"@type":"ImageObject","datePublished":"2024-05-03"}}'), None),
        (ld('{"@type":"Event","startDate":"2024-05-03","datePublished":"2024-05-03"}'), None),
        (ld('{"@type":"Article","comment":[{"@type":"Comment","datePublished":"2024-05-03"}]}'), None),
        ('<time datetime="2024-05-03T10:00+02:00" pubdate>yesterday</time>', "2024-05-03T08:00:00Z"),
        ('<span itemprop="datePublished" content="2024-05-03">May</span>', "2024-05-03"),
        ('<abbr class="published" title="2024-05-03T10:00:00Z">May</abbr>', "2024-05-03T10:00:00Z"),
        ("<p class='date'>Posted on May 3, 2024</p>", "2024-05-03"),
        ("<p class='date'>Veröffentlicht am 3.5.2024</p>", "2024-05-03"),
        ("<p class='date'>公開日：2024年5月3日 | </p>", "2024-05-03"),
        ("<p class='post-date'>03/04/2024</p>", "2024"),
        ("<time>3 May 2024</time>", "2024-05-03"),
        ("<p class='pub-date'>Updated 3 May 2024</p>", None),
        ("<p>Last modified: <time datetime='2024-05-03'>May</time></p>", None),
        ("<div class='updated'><time datetime='2024-05-03'>May</time></div>", None),
        ("<div class='comments'><time datetime='2024-05-03'>May</time></div>", None),
        ("<div id='related'><p><time datetime='2024-05-03'>May</time></p></div>", None),
        ("<aside><time datetime='2024-05-03'>May</time></aside>", None),
        ("<footer><time datetime='2024-05-03' pubdate>May</time></footer>", None),
        ("<time datetime='10:00'>10:00</time><time datetime='2024-05-03'>May</time>", "2024-05-03"),
        ("<time class=published>3 May 2024</time><time class=published>9 May 2024</time>", "2024-05-03"),
        ("<p>On 3 May 2024 it rained.</p>", None),
    ],
)  # fmt: skip
def test_places(markup, published):
    """Where dates of publication stand, and where other dates stand."""
    assert of(markup) == Stamps(published)


def test_precision_and_zone_are_kept():
    """A year stays a year, a day a day; a moment is told in UTC."""
    for given, kept in (("1969", "1969"), ("1969-04", "1969-04"), ("2024-05-03T01:00:00+0900", "2024-05-02T16:00:00Z")):
        assert of(meta("dc.date", given)).published_at == kept


def test_the_article_among_other_articles():
    """Of several objects the one counts that has the page's address, or its headline."""
    others = '{"@type":"NewsArticle","headline":"B","url":"https://a.example/b","datePublished":"2001-01-02"}'
    mine = '{"@type":"NewsArticle","headline":"%s","url":"%s","datePublished":"2024-05-03"}'
    assert of(ld(f"[{others},{mine % (' a ', '')}]")).published_at == "2024-05-03"
    tree = parse("<html>" + ld(f"[{others},{mine % ('C', 'http://www.a.example/c/')}]") + "</html>")
    assert stamps(tree, head(tree, "https://a.example/c#x")).published_at == "2024-05-03"


def test_when_it_was_changed_is_not_when_it_was_published():
    """A page that says only when it was changed has no date; what it says is kept."""
    assert of(meta("article:modified_time", "2024-05-03")) == Stamps(None, "2024-05-03")
    assert of(ld('{"@type":"Article","dateModified":"2024-05-03"}')) == Stamps(None, "2024-05-03")
    assert of(meta("pubdate", "2024-05-01") + meta("og:updated_time", "2024-05-03")) == Stamps("2024-05-01", "2024-05-03")


def test_the_most_trusted_place_wins_and_the_other_is_a_doubt():
    """Places that disagree by more than a day: the first in the documented order, and what the other says."""
    found = of(ld('{"@type":"Article","datePublished":"2024-05-03"}') + meta("article:published_time", "2019-01-01"))
    assert found == Stamps("2024-05-03", doubt="article:published_time says 2019-01-01, json-ld 2024-05-03")


def test_a_day_in_another_zone_is_no_disagreement():
    """Dates a day apart may be one moment told in two zones."""
    found = of(ld('{"@type":"Article","datePublished":"2024-05-03"}') + meta("article:published_time", "2024-05-04T07:00:00Z"))
    assert found == Stamps("2024-05-03")


def test_a_less_trusted_place_may_be_more_precise():
    """The same date told more precisely is taken, whichever place tells it."""
    found = of(meta("article:published_time", "2024-05") + meta("dc.date", "2024-05-03") + "<time>2024-05-03T10:00Z</time>")
    assert found == Stamps("2024-05-03T10:00:00Z")


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("0000-00-00T00:00:00", "is no date"),
        ("2024-13-01", "is no date"),
        ("2023-02-30", "is no date"),
        ("1066-10-14", "is too early"),
        ("1970-01-01T00:00:00Z", "a clock that was not set"),
        ("2025-06-04", "after the page was fetched (2025-06-01)"),
        ("2099-01-01", "after the page was fetched"),
    ],
)
def test_impossible_dates(date, why):
    """What no article can have is passed over, the next place is asked, and the doubt says what it was."""
    for second in (None, "2024-05-03"):
        found = of(meta("article:published_time", date) + (meta("dc.date", second) if second else ""))
        assert found.published_at == second
        assert why in found.doubt
        assert "article:published_time" in found.doubt


def test_a_little_ahead_of_the_fetch_is_possible():
    """Clocks and zones differ: two days of grace. Without a time of fetching, or with an absurd one, nothing is too late."""
    assert of(meta("pubdate", "2025-06-03")) == Stamps("2025-06-03")
    assert of(meta("pubdate", "2099-01-01"), None) == Stamps("2099-01-01")
    assert of(meta("pubdate", "2024-05-03"), "1980-01-01T00:00:00Z") == Stamps("2024-05-03")


def test_changed_before_it_was_published():
    """A page that was changed before it was published carries the date of a later publication, and says so."""
    found = of(meta("pubdate", "2024-05-03") + meta("last-modified", "2019-01-01"))
    assert found == Stamps("2024-05-03", "2019-01-01", "changed before it was published: 2019-01-01")
