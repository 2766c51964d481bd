"""A web page: its main text, and what its markup says of it. One page is one document.

`extract` is for every reader that meets a page (a file, an archive of a crawl, a field of a record). Bytes become text
(charset.py), text a tree of bounded size (markup.py), the tree its main text (maintext.py) and its fields (metadata.py,
stamps.py); what a paywall left is no document (paywall.py).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from provenance.model import Document, Problem
from provenance.read import metadata
from provenance.read.base import Folded, Item, Options, Origin, Reader
from provenance.read.charset import decode_page
from provenance.read.dating import date_of
from provenance.read.decode import clean, is_binary, marked_encoding
from provenance.read.identity import hash_uri, host
from provenance.read.markup import TooDeepError, parse
from provenance.read.paywall import is_paywalled
from provenance.read.stamps import stamps
from provenance.read.stream import slurp

SHORTEST = 40
"""Characters; what is shorter is a caption or an error message."""
MISSING = "reading HTML needs trafilatura: pip install 'news-provenance[html]'"


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What a page is. Where `problem` says why it is no document (no main text, a paywall), nothing else counts."""

    text: str = ""
    """Paragraphs with a blank line between them."""
    title: str | None = None
    author: str | None = None
    lang: str | None = None
    """Two or three letters, as the markup says."""
    published_at: str | None = None
    published_from: str = "none"
    modified_at: str | None = None
    date_doubt: str | None = None
    """What is wrong with the dates of the markup: impossible ones, future ones, candidates that disagree."""
    site_name: str | None = None
    canonical: str | None = None
    """The address that the page gives as the original's: its own or, on a syndicated copy, another's."""
    own_address: str | None = None
    """`url`; without one, the address that the page gives as its own."""
    links: tuple[str, ...] = ()
    """Addresses to which the main text links; http(s), absolute, each once."""
    credits: tuple[str, ...] = ()
    """Names or addresses that the markup gives as the source of the text."""
    encoding: str | None = None
    """The encoding, if it was not clean UTF-8."""
    problem: str | None = None

    def extra(self) -> dict[str, Any]:
        """What of this belongs into `Document.extra`."""
        kept = ("site_name", "canonical", "links", "credits", "modified_at", "date_doubt", "encoding")
        values = ((name, getattr(self, name)) for name in kept)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values if value}

    def document(self, uri: str | None, fetched_at: str | None) -> Document:
        """The page as a document; without a uri it is named by its text."""
        return Document(
            uri=uri or hash_uri(self.text), text=self.text, title=self.title, author=self.author, site=host(self.own_address),
            lang=self.lang, published_at=self.published_at, published_from=self.published_from, fetched_at=fetched_at,
            extra=self.extra(),
        )  # fmt: skip


def extract(markup: bytes | str, url: str | None, declared: str | None = None, fetched_at: str | None = None) -> Page:
    """The main text and the fields of a page. Pure, and never raises for what the markup holds.

    `url` is the address that the page was fetched from, `declared` the charset of the HTTP header, `fetched_at` (ISO 8601 UTC)
    the moment after which no true publication date can lie.
    """
    text, encoding = (markup, None) if isinstance(markup, str) else decode_page(markup, declared)
    try:
        tree = parse(text)
        if tree is None:
            return Page(problem="the page is empty")
        from provenance.read.maintext import main_text

        body, hrefs = main_text(tree)
    except ImportError:
        return Page(problem=MISSING)
    except TooDeepError as error:
        return Page(problem=str(error))
    head = metadata.head(tree, url)
    if is_paywalled(body, head.article, tree):
        return Page(problem="the article is behind a paywall; what is left of it says nothing")
    if len(body) < SHORTEST:
        return Page(problem="no main text: the page is empty, an error, or a list of links")
    dates = stamps(tree, head, fetched_at)
    if dates.published_at:
        published = dates.published_at, "meta"
    else:  # a file's time is no fetch: only a page with an address was fetched
        published = date_of(url or head.own, body, fetched_at if url else None)
    return Page(
        text=clean(body), title=metadata.title(tree, head), author=metadata.author(tree, head), lang=metadata.lang(tree, head),
        published_at=published[0], published_from=published[1], modified_at=dates.modified_at, date_doubt=dates.doubt,
        site_name=metadata.site_name(head), canonical=head.canonical, own_address=url or head.own,
        links=metadata.links(hrefs, head, url), credits=metadata.credits(head), encoding=encoding,
    )  # fmt: skip


def read(stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Item]:
    """The document of a file that holds a page."""
    data, error = slurp(stream, options.max_bytes)
    if len(data) > options.max_bytes:
        yield origin.problem(f"the page has more than the {options.max_bytes:,} bytes that a document may have")
        return
    if is_binary(data):
        yield origin.problem("binary data, not a page")
        return
    yield Folded(document, (data, origin), len(data), origin.name)
    if error is not None:
        raise error


def document(data: bytes, origin: Origin) -> Document | Problem:
    """The document of a page's bytes."""
    page = extract(data, None, fetched_at=origin.fetched_at)
    return origin.problem(page.problem) if page.problem else page.document(origin.uri, origin.fetched_at)


_OPENING = re.compile(r"(?:[\s\ufeff]|<\?xml\b[^<>]*>|<!--(?:[^-]|-(?!->))*-->)*<(?:!doctype\s+html|html|head|body)\b", re.I)


def sniff(head: bytes) -> bool:
    """Whether a doctype or a tag of HTML comes first, behind a mark, blanks and comments."""
    return _OPENING.match(head.decode(marked_encoding(head) or "latin-1", "ignore")) is not None


HTML = Reader("html", (".html", ".htm", ".xhtml"), read, sniff, "the main text of the page", "html")
