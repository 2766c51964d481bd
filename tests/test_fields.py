"""Which field of a row means what: rows as scrapers and data sets write them, and as they are broken."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.read import FieldsUsed, Options
from provenance.read.fields import DATE, FETCHED, ID, TEXT, TITLE, drop, get, layout, named, normal
from provenance.read.record import RowError, to_document

TEXT_ = "The harbour at Strathnoon is closed."
URL = "https://www.post.example/harbour"


def read(row, **options):
    """The Document of a row, and the fields that were taken for text, id, date, crawl, title and site."""
    used = FieldsUsed()
    document = to_document(json.loads(json.dumps(row)), Options(used=used, **options))
    return document, {meaning: next(iter(found)) for meaning, found in used.summary().items()}


KINDS = {
    "news-please": (
        {
            "maintext": TEXT_,
            "url": URL,
            "date_publish": "2024-03-04 10:00:00",
            "date_download": "2024-03-05 11:00:00",
            "date_modify": None,
            "title": "Harbour",
            "authors": ["Ada Crane"],
            "source_domain": "post.example",
            "language": "en",
            "description": "d",
            "text": None,
        },
        {
            "text": "maintext",
            "id": "url",
            "date": "date_publish",
            "fetched": "date_download",
            "title": "title",
            "site": "source_domain",
        },
    ),
    "Scrapy": (
        {
            "articleUrl": URL,
            "headline": "Harbour",
            "Publish-Date": "4 March 2024",
            "article text": TEXT_,
            "crawl_time": 1709636400,
        },
        {"text": "article text", "id": "articleUrl", "date": "Publish-Date", "fetched": "crawl_time", "title": "headline"},
    ),
    "FineWeb": (
        {
            "text": TEXT_,
            "id": "<urn:uuid:1>",
            "dump": "CC-MAIN-2024-10",
            "url": URL,
            "date": "2024-03-05T11:00:00Z",
            "language": "en",
        },
        {"text": "text", "id": "id", "fetched": "date"},
    ),
    "C4": (
        {"text": TEXT_, "timestamp": "2019-04-25T12:57:54Z", "url": URL},
        {"text": "text", "id": "url", "fetched": "timestamp"},
    ),
    "RealNews": (
        {
            "url": URL,
            "text": TEXT_,
            "summary": "s",
            "title": "Harbour",
            "publish_date": "03-04-2024",
            "warc_date": "2024-03-05T11:00:00Z",
            "domain": "post.example",
            "authors": [],
        },
        {"text": "text", "id": "url", "date": "publish_date", "fetched": "warc_date", "title": "title", "site": "domain"},
    ),
    "Kaggle, headlines only": (
        {
            "link": URL,
            "headline": "Harbour",
            "category": "NEWS",
            "short_description": TEXT_,
            "authors": "Ada Crane",
            "date": "2024-03-04",
        },
        {"text": "short_description", "id": "link", "date": "date", "title": "headline"},
    ),
    "Kaggle, all the news": (
        {
            "id": 17283,
            "title": "Harbour",
            "publication": "Post",
            "author": None,
            "date": "2024-03-04",
            "year": 2024.0,
            "content": TEXT_,
        },
        {"text": "content", "id": "id", "date": "date", "title": "title", "site": "publication"},
    ),
    "NewsAPI": (
        {
            "source": {"id": None, "name": "Post"},
            "author": "Ada Crane",
            "title": "Harbour",
            "description": "d",
            "url": URL,
            "publishedAt": "2024-03-04T10:00:00Z",
            "content": TEXT_,
        },
        {"text": "content", "id": "url", "date": "publishedAt", "title": "title"},
    ),
    "WordPress": (
        {
            "link": URL,
            "date": "2024-03-04T10:00:00",
            "modified": "2024-04-01T10:00:00",
            "title": {"rendered": "Harbour &#8211; closed"},
            "content": {"rendered": f"<p>{TEXT_}</p>\n", "protected": False},
        },
        {"text": "content.rendered", "id": "link", "date": "date", "title": "title.rendered"},
    ),
    "Elasticsearch": (
        {
            "_index": "news",
            "_id": "x1",
            "_source": {"content": TEXT_, "url": URL, "publish_time": 1709546400000, "crawled_at": "2024-03-05"},
        },
        {"text": "_source.content", "id": "_source.url", "date": "_source.publish_time", "fetched": "_source.crawled_at"},
    ),
    "MongoDB": (
        {"_id": {"$oid": "65e5"}, "text": TEXT_, "published": {"$date": "2024-03-04T10:00:00Z"}, "title": "Harbour"},
        {"text": "text", "id": "_id.$oid", "date": "published.$date", "title": "title"},
    ),
    "an object for the article": (
        {"article": {"text": TEXT_, "title": "Harbour"}, "meta": {"date": "2024-03-04", "url": URL, "outlet": "Post"}},
        {"text": "article.text", "date": "meta.date", "title": "article.title", "site": "meta.outlet"},
    ),
    "schema.org": (
        {
            "@type": "NewsArticle",
            "headline": "Harbour",
            "articleBody": TEXT_,
            "datePublished": "2024-03-04",
            "url": URL,
            "author": [{"@type": "Person", "name": "Ada Crane"}],
            "inLanguage": "en-GB",
        },
        {"text": "articleBody", "id": "url", "date": "datePublished", "title": "headline"},
    ),
    "a summarisation set": ({"document": TEXT_, "summary": "Closed.", "id": "2"}, {"text": "document", "id": "id"}),
    "Spanish": (
        {"titulo": "Puerto", "contenido": TEXT_, "fuente": "Correo", "fecha_publicacion": "4 de marzo de 2024", "url": URL},
        {"text": "contenido", "id": "url", "date": "fecha_publicacion", "title": "titulo", "site": "fuente"},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_fields_of_a_kind_of_row(kind):
    """The fields of each usual kind of row are found by their names alone, and shown."""
    row, expected = KINDS[kind]
    document, used = read(row)
    assert used == expected
    assert document.text == TEXT_
    assert document.site in (None, "post.example", "Post", "Correo")
    if "date" in expected and kind != "RealNews":
        assert document.published_at[:10] == "2024-03-04"
        assert document.published_from == "given"


def _shuffled(row):
    return dict(reversed(row.items()))


def _shouting(row):
    return {name.upper() if not name.startswith("_") else name: value for name, value in row.items()}


def _spaced(row):
    return {name if name.startswith("_") else name.replace("_", " "): value for name, value in row.items()}


def _littered(row):
    return {"label": 3, "tags": ["a"], **row, "notes": {"x": {"y": 1}}, "score": 0.5}


def _emptied(row):
    return {"uri": "", "published": "", "crawled": None, "newspaper": "", **row}


@pytest.mark.parametrize("broken", [_shuffled, _shouting, _spaced, _littered, _emptied])
@pytest.mark.parametrize("kind", KINDS)
def test_row_broken_in_five_ways_means_the_same(kind, broken):
    """Order, case, blanks for underscores, foreign fields and empty namesakes change nothing of what a row means."""
    row, _ = KINDS[kind]
    one, two = read(row)[0], read(broken(row))[0]
    what = ("uri", "text", "title", "author", "site", "published_at", "published_from", "fetched_at", "lang")
    assert [getattr(one, name) for name in what] == [getattr(two, name) for name in what]


def test_the_same_names_mean_the_same_in_every_row():
    """A row whose text is empty is a problem; its description does not take the text's place from row to row."""
    assert read({"description": TEXT_})[0].text == TEXT_
    for empty in ("", None, " \n"):
        with pytest.raises(RowError, match="'content' is empty"):
            read({"content": empty, "description": TEXT_})


def test_error_names_the_fields_there_are():
    """A row without a text says what it holds, and how to point at the text."""
    with pytest.raises(RowError, match="there is 'kopf', 'rumpf'; name the one that holds the text with --text-key"):
        read({"kopf": "a", "rumpf": "b"})


@pytest.mark.parametrize(
    "name", ["created", "created_at", "updated_at", "modified", "date_modify", "added", "last_modified", "time", "year"]
)
def test_ambiguous_time_is_no_publication(name):
    """The time of a row or of a change is neither publication nor crawl; it stays in extra, and --date-key takes it."""
    document, _ = read({"text": TEXT_, name: "2024-03-04"})
    assert (document.published_at, document.fetched_at, document.extra) == (None, None, {name: "2024-03-04"})
    assert read({"text": TEXT_, name: "2024-03-04"}, date_key=name)[0].published_at == "2024-03-04"


@pytest.mark.parametrize("name", FETCHED.split())
def test_time_of_a_crawl_is_never_the_publication(name):
    """Every name of a crawl's time fills fetched_at, also in epoch seconds and milliseconds."""
    for value in ("2024-03-04T10:00:00Z", 1709546400, 1709546400000):
        document, _ = read({"text": TEXT_, name: value})
        assert (document.published_at, document.fetched_at) == (None, "2024-03-04T10:00:00Z")


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("article.body", {"article": {"body": TEXT_}, "text": "no"}),
        ("items.0.text", {"items": [{"text": TEXT_}, {"text": "other"}], "text": "no"}),
        ("paragraphs.1", {"paragraphs": ["no", TEXT_]}),
        ("a.b", {"a.b": TEXT_, "a": {"b": "no"}}),
        ("BODY", {"body": TEXT_}),
        ("Article.Body", {"article": {"body": TEXT_}}),
    ],
)
def test_dotted_path(key, row):
    """A key reaches into objects and lists; a field that is spelled like the path comes first."""
    assert read(row, text_key=key)[0].text == TEXT_


def test_dotted_paths_of_id_and_date():
    """Id and date are reached alike, and what is taken does not stay in extra."""
    row = {"text": TEXT_, "meta": {"key": 7, "when": "4 March 2024", "more": True}, "list": [1, {"x": 2}]}
    document, _ = read(row, id_key="meta.key", date_key="meta.when")
    assert (document.uri, document.published_at, document.extra) == (
        "7",
        "2024-03-04",
        {"meta": {"more": True}, "list": [1, {"x": 2}]},
    )


@pytest.mark.parametrize("key", ["nothing", "article.nothing", "items.9", "text.0", "items.x", "", ".", "items.-1", "items.²"])
def test_path_that_leads_nowhere(key):
    """A key that no row has is a problem that names it."""
    with pytest.raises(RowError, match="no field"):
        read({"article": {}, "items": ["a"], "text": TEXT_}, text_key=key)


@pytest.mark.parametrize(
    ("row", "date", "source", "doubt"),
    [
        ({"date": "2034-03-04", "crawl_date": "2024-03-05"}, None, "none", "future"),
        ({"date": "2024-03-07T00:00:00Z", "crawl_date": "2024-03-05"}, "2024-03-07T00:00:00Z", "given", None),
        ({"date": "2034-03-04"}, "2034-03-04", "given", None),
        ({"date": "1066"}, None, "none", "early"),
        ({"date": "1970-01-01T00:00:00Z"}, None, "none", "unset"),
        ({"date": "2024-02-31"}, None, "none", "impossible"),
        ({"date": "0000-00-00 00:00:00"}, None, "none", "impossible"),
        ({"date": "the day before"}, None, "none", None),
        (
            {"date": "2034-03-04", "crawl_date": "2024-03-05", "url": "https://a.example/2024/03/04/x"},
            "2024-03-04",
            "url",
            "future",
        ),
        ({"date": "2034-03-04", "published": "2024-03-04", "crawl_date": "2024-03-05"}, "2024-03-04", "given", None),
        ({"url": "https://a.example/2024/03/04/x"}, "2024-03-04", "url", None),
        ({"id": "https://a.example/2024/03/04/x"}, "2024-03-04", "url", None),
    ],
)
def test_date_that_cannot_be_that_of_publication(row, date, source, doubt):
    """A false date stays in extra with what is wrong about it; the next that is usable counts, in the order of its class."""
    document, _ = read({"text": TEXT_, **row})
    assert (document.published_at, document.published_from, document.extra.get("date_doubt")) == (date, source, doubt)
    assert source == "given" or document.extra.get("date") == row.get("date")


def test_date_at_the_head_of_the_text():
    """A row that says nothing is dated by its text; a date that is given outweighs it."""
    text = f"Harbour closed\nPublished: 4 March 2024 10:15 GMT\n\n{TEXT_}"
    assert read({"text": text})[0].published_from == "text"
    assert read({"text": text, "date": "2024-03-09"})[0].published_at == "2024-03-09"


def test_markup_in_a_field_is_read_and_said():
    """A fragment becomes its text, which also names a row without id; extra says that it was one."""
    document, _ = read({"text": f"<p>{TEXT_}</p><p>More.</p>", "title": "Stone &amp; Tarn"})
    assert (document.text, document.title, document.extra) == (f"{TEXT_}\n\nMore.", "Stone & Tarn", {"markup": "fragment"})
    assert document.uri == read({"text": f"{TEXT_}\n\nMore."})[0].uri
    with pytest.raises(RowError, match="markup and nothing else"):
        read({"text": "<p> </p><p><img src='a.png'></p>"})


def test_whole_page_in_a_field():
    """A page gives its main text and what its markup says, where the row does not say it; a page without a text is a problem."""
    body = "".join(
        f"<p>Paragraph {i}: {TEXT_} The barge that sank there carried gravel, and nobody was hurt.</p>" for i in range(6)
    )
    head = '<title>Harbour closed</title><meta property="article:published_time" content="2024-03-04T10:00:00Z">'
    page = f"<!DOCTYPE html><html lang='en-GB'><head>{head}</head><body><nav>Home</nav><article>{body}</article></body></html>"
    document, _ = read({"html": page, "url": URL})
    assert "Paragraph 3" in document.text
    assert "Home" not in document.text
    assert (document.title, document.lang, document.site) == ("Harbour closed", "en", "post.example")
    assert (document.published_at, document.published_from) == ("2024-03-04T10:00:00Z", "meta")
    assert document.extra["markup"] == "page"
    assert read({"html": page, "url": URL, "date": "2024-03-01"})[0].published_from == "given"
    with pytest.raises(RowError, match="web page"):
        read({"html": "<!DOCTYPE html><html><body></body></html>"})


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ("Ada", "Ada"),
        (["Ada", " Bo "], "Ada, Bo"),
        ({"name": "Ada"}, "Ada"),
        ([{"name": "Ada"}, "Bo"], "Ada, Bo"),
        ([], None),
        ([1], None),
    ],
)
def test_authors(value, author):
    """Names come as texts, lists and objects."""
    assert read({"text": TEXT_, "author": value})[0].author == author


@pytest.mark.parametrize("value", ["klingon", "und", 3, ["en", "de"]])
def test_language_that_is_none_stays_in_extra(value):
    """What is no language is not taken for one, and not lost."""
    document, _ = read({"text": TEXT_, "language": value})
    assert (document.lang, document.extra) == (None, {"language": value})


def test_rows_of_endless_names_leave_nothing_behind():
    """Rows with other names each, and names without end, do not fill the memory."""
    tracemalloc.start()
    try:
        for i in range(100):
            read({"text": TEXT_, "article": {f"{'x' * 50_000}{n}": n for n in range(2)}, f"{i}": i})
        left = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert left < 2_000_000


def test_no_name_has_two_meanings():
    """A name of a date is never that of a crawl, nor one of a text that of a title; the documented names come first."""
    tables = [{normal(name) for name in table.split()} for table in (TEXT, ID, DATE, FETCHED, TITLE)]
    assert sum(map(len, tables)) == len(set().union(*tables))
    assert (TEXT.split()[:3], ID.split()[:3], DATE.split()[:3]) == (
        ["text", "content", "body"], ["id", "uri", "url"], ["date", "published", "published_at"],
    )  # fmt: skip


LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5)
INNER_NAMES = st.sampled_from(["text", "_source", "a", "$date", "0"])
OBJECTS = st.lists(LEAVES, max_size=3) | st.dictionaries(INNER_NAMES, LEAVES, max_size=3)
VALUES = LEAVES | OBJECTS | st.lists(OBJECTS, max_size=2) | st.dictionaries(INNER_NAMES, OBJECTS, max_size=2)
NAMES = st.sampled_from(["text", "Text", "article", "_source", "meta", "date", "dump", "url", "_id", "title", "x", "", "0"])
ROWS = st.dictionaries(NAMES, VALUES, max_size=5)


@given(ROWS, st.sampled_from([None, "text", "article.text", "_source.0", "x.a"]))
def test_any_row_gives_a_document_or_an_error(row, key):
    """No row raises anything but RowError."""
    try:
        document = to_document(row, Options(text_key=key, used=FieldsUsed()))
    except RowError:
        return
    assert document.text.strip()


@given(ROWS)
def test_layout_leads_to_values_and_follows_from_names(row):
    """Each place of a layout is in the row; values do not matter but for which are objects."""
    for places in (layout(row).text, layout(row).id, layout(row).date):
        for place in places:
            assert get(row, place) is not None or get({"row": row}, ("row", *place)) is None
    copy = json.loads(json.dumps(row))
    assert layout(copy) == layout(row)


@given(ROWS, st.text(st.sampled_from("text.0_sourcex"), max_size=12))
def test_any_key_finds_a_place_or_none(row, key):
    """A place that is named is there, and can be taken out."""
    place = named(row, key)
    if place is not None:
        drop(row, place)
        assert get(row, place) is None
