"""What the fields of a row mean, by their names. Pure.

The names are those of exports and scrapers as they are found: Scrapy items, news-please, newspaper, trafilatura, WordPress,
NewsAPI, Event Registry, dumps of Elasticsearch and MongoDB, sets made of Common Crawl, sets on Hugging Face and Kaggle,
schema.org. They are compared without regard to case and to `-`, `_` and blanks: `publish_date`, `publishDate` and `Publish Date`
are one name. The layout of a row follows from its names alone: rows with the same names are read alike, whatever stands in them.

Which of several names counts: what stands further out, then what comes earlier in the table. Objects are looked into where they
are known to wrap an article (`article.text`, `_source.content`) or one value (`title.rendered`, `date.$date`).

Names that may mean something else are left out or taken for what does less harm, because a wrong date is a wrong accusation:
- `timestamp` is when a page was fetched (C4, CulturaX, RedPajama), and so is `date` beside names of a crawl (FineWeb's `dump`).
- `created`, `updated`, `modified`, `added` and their kin are neither: they are as often the time of a row as that of an article.
What they hold stays in `extra`; `--date-key` takes any of them for the publication.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
"""Keys and list indices that lead to a value."""

TEXT = """
    text content body
    maintext article_text article_body article_content body_text full_text plain_text plain_content clean_text cleaned_text
    text_content content_text news_text news_content page_content story_text post_text raw_text raw_content contents story article
    document news post selftext markdown transcript
    contenido texto cuerpo contenu texte inhalt conteudo corpo testo
    content_html body_html article_html html_content html_body rich_content html raw_html page_html
"""
SUMMARY = "short_description description summary abstract lead excerpt snippet"
"""What stands for the text only in rows that have no field for a whole one."""
ADDRESS = """
    uri url link article_url web_url page_url news_url story_url canonical_url original_url source_url permalink article_link href
"""
ID = f"""
    id {ADDRESS} article_id news_id story_id stories_id doc_id document_id docid uuid guid uid _id
"""
DATE = """
    date published published_at
    date_published publish_date published_date publication_date publishing_date date_publish pub_date published_on publish_time
    published_time publication_time publication_datetime published_datetime published_utc date_time_pub web_publication_date
    article_published_time article_date news_date post_date posted_at date_posted posted_on datetime issued release_date
    fecha fecha_publicacion date_publication datum veroffentlicht data_publicacao data_pubblicazione
"""
FETCHED = """
    fetched_at fetched crawled_at crawled scraped_at
    date_download download_date downloaded_at download_time crawl_date crawl_time crawl_datetime crawl_timestamp date_crawled
    fetch_date fetch_time date_fetched scraped scrape_date scrape_time scraped_date scraped_on date_scraped retrieved retrieved_at
    retrieved_on retrieval_date access_date accessed_at date_accessed collected_at collection_utc collection_date date_collected
    captured_at capture_date snapshot_date warc_date seen_date first_seen harvested_at ingested_at indexed_at file_date timestamp
"""
TITLE = "title headline article_title news_title headline_text web_title head titulo titular titre titel titolo"
AUTHOR = "author authors byline creator writer reporter journalist autor auteur autore"
SITE = """
    source site publication publisher outlet newspaper source_domain domain site_name sitename source_name media_name hostname
    website news_source source_site fuente
"""
LANG = "lang language language_code lang_code langcode in_language detected_language locale idioma langue sprache"

_WRAPPERS = "article _source document doc data item post story news page entry record fields attributes"
_NOTES = "meta metadata"
"""Objects that say something of the article but do not hold its text."""
_INNER = ("rendered", "main", "text", "content", "value", "$oid", "$date")
"""What a single value is called inside of an object: WordPress, the New York Times, MongoDB."""
_CRAWL = "dump warc_record_id warc_filename warc_file_path cc_dump crawl_id minhash_cluster_size"
"""Names that show that the rows come from a crawl, so that a mere `date` is the crawl's."""
_DEPTH = 2
"""Objects within objects that are looked into."""
_REMEMBERED = 10_000
"""Characters of all names of a row up to which its layout is remembered: nobody shall fill the memory with names."""


def normal(name: str) -> str:
    """A name as it is compared; a leading underscore stays, because `_id` is not `id`."""
    return name[:1].casefold() + name[1:].casefold().translate(_DROPPED)


_DROPPED = dict.fromkeys(map(ord, "-_ :"))


def _names(table: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal(name) for name in table.split()))


_MEANINGS = {
    "text": TEXT, "summary": SUMMARY, "id": ID, "address": ADDRESS, "date": DATE, "fetched": FETCHED, "title": TITLE,
    "author": AUTHOR, "site": SITE, "lang": LANG,
}  # fmt: skip
_RANKS: dict[str, dict[str, int]] = {
    meaning: {name: rank for rank, name in enumerate(_names(table))} for meaning, table in _MEANINGS.items()
}
_WRAPPER_NAMES, _NOTE_NAMES = frozenset(_names(_WRAPPERS)), frozenset(_names(_NOTES))
_CRAWL_NAMES = frozenset(_names(_CRAWL))
_SINGLE = frozenset(("text", "id", "date", "fetched", "title"))
"""Meanings whose value may be wrapped in an object of its own. A site is not: its object's name says less than the address."""


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """For each meaning the places where rows of one shape may hold it, in the order in which they count."""

    text: tuple[Path, ...] = ()
    id: tuple[Path, ...] = ()
    address: tuple[Path, ...] = ()
    """Those of `id` that are addresses."""
    date: tuple[Path, ...] = ()
    fetched: tuple[Path, ...] = ()
    title: tuple[Path, ...] = ()
    author: tuple[Path, ...] = ()
    site: tuple[Path, ...] = ()
    lang: tuple[Path, ...] = ()


def layout(row: Mapping[str, Any]) -> Layout:
    """The layout of a row, which follows from its names and those of the objects in it."""
    shape = _shape(row, _DEPTH)
    return _of_shape(shape) if _size(shape) <= _REMEMBERED else _of_shape.__wrapped__(shape)


def _shape(row: Mapping[str, Any], depth: int) -> tuple:
    """The names of a row; of an object in it, its name and its shape."""
    return tuple(
        (name, _shape(value, depth - 1) if depth else tuple(value)) if isinstance(value, dict) else name
        for name, value in row.items()
    )


def _size(shape: tuple) -> int:
    return sum(1 + len(entry) if isinstance(entry, str) else 1 + len(entry[0]) + _size(entry[1]) for entry in shape)


@functools.lru_cache(256)
def _of_shape(shape: tuple) -> Layout:
    found: dict[str, list[tuple]] = {meaning: [] for meaning in _RANKS}
    leaves = list(_leaves(shape, (), 0))
    crawl = any(normal(str(path[-1])) in _CRAWL_NAMES for path, *_ in leaves)
    for position, (path, depth, wrapped, notes) in enumerate(leaves):
        own = path[-2] if wrapped else path[-1]
        name = normal(str(own))
        for meaning, ranks in _RANKS.items():
            if name not in ranks or (wrapped and meaning not in _SINGLE) or (notes and meaning in ("text", "summary", "id")):
                continue
            target = "fetched" if crawl and meaning == "date" and name in ("date", "datetime") else meaning
            weak = meaning == "id" and name == "_id"
            found[target].append((weak, depth, ranks[name], own != name, position, path))
    places = {meaning: tuple(entry[-1] for entry in sorted(entries)) for meaning, entries in found.items()}
    summary = places.pop("summary")
    return Layout(**places | {"text": places["text"] or summary})


def _leaves(shape: tuple, above: Path, depth: int, notes: bool = False) -> Iterator[tuple[Path, int, bool, bool]]:
    """(path, how deep, whether its value is wrapped in an object of its own, whether it lies among notes)."""
    for entry in shape:
        name, inside = entry if isinstance(entry, tuple) else (entry, None)
        path = (*above, name)
        if inside is None:
            yield path, depth, False, notes
            continue
        known = normal(name)
        if known in _WRAPPER_NAMES or known in _NOTE_NAMES:
            yield from _leaves(inside, path, depth + 1, notes or known in _NOTE_NAMES)
        else:
            names = {key for key in inside if isinstance(key, str)}
            inner = next((key for key in _INNER if key in names), None)
            yield ((*path, inner), depth, True, notes) if inner else (path, depth, False, notes)


def named(row: Mapping[str, Any], key: str) -> Path | None:
    """The place that a caller's key means: a field of that name, else a dotted path (`article.body`, `items.0.text`); None if
    the row has no such place. Names are compared as they are, then as in the table."""
    if key in row:
        return (key,)
    value: Any = row
    path: list[str | int] = []
    for part in key.split("."):
        step: str | int | None = None
        if isinstance(value, dict):
            step = part if part in value else next((name for name in value if normal(name) == normal(part)), None)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            step = int(part)
        if step is None:
            return next(((name,) for name in row if normal(name) == normal(key)), None)
        path.append(step)
        value = value[step]
    return tuple(path)


def free(row: Mapping[str, Any], meaning: str) -> str:
    """The first usual name of a meaning that the row does not hold and under which a value at its head has that meaning. Other
    spellings of a name come before the next name, as they do in a layout."""
    names = [spelling for name in _MEANINGS[meaning].split() for spelling in (name, name.capitalize(), name.upper())]
    return next((n for n in names if n not in row and (n,) in getattr(layout({n: None, **row}), meaning)), names[0])


def get(row: Mapping[str, Any], path: Path) -> Any:
    """The value at a place, None where there is nothing."""
    value: Any = row
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def drop(row: dict[str, Any], path: Path) -> None:
    """Take the value at a place out of the row, with the objects that it leaves empty; items of a list keep their places."""
    *above, last = path
    holder = get(row, tuple(above))
    if isinstance(holder, list):
        holder[last] = None
        return
    del holder[last]
    if above and not holder:
        drop(row, tuple(above))


def spelled(path: Path) -> str:
    """A place as `--text-key` would name it."""
    return ".".join(map(str, path))


class FieldsUsed:
    """Counts which fields were taken for what, over many rows."""

    MEANINGS = ("text", "id", "date", "fetched", "title", "site")

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Path]] = Counter()

    def add(self, meaning: str, path: Path) -> None:
        self._counts[meaning, path] += 1

    def summary(self) -> dict[str, dict[str, int]]:
        """For each meaning that rows had: field -> number of rows, most frequent first."""
        found: dict[str, dict[str, int]] = {}
        for meaning in self.MEANINGS:
            rows = [(spelled(path), count) for (taken, path), count in self._counts.items() if taken == meaning]
            if rows:
                found[meaning] = dict(sorted(rows, key=lambda row: (-row[1], row[0])))
        return found
