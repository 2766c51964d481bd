"""A web page: its main text, and what its markup says of it. One page is one Document."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What a page is. `problem` says why it is no document (no main text, a paywall); then the text does not count."""

    text: str = ""
    title: str | None = None
    author: str | None = None
    lang: str | None = None
    published_at: str | None = None
    published_from: str = "none"
    modified_at: str | None = None
    date_doubt: str | None = None
    """What is wrong with the dates of the markup: impossible ones, future ones, candidates that disagree."""
    site_name: str | None = None
    canonical: str | None = None
    links: tuple[str, ...] = ()
    """Addresses to which the main text links; http(s), absolute, each once."""
    credits: tuple[str, ...] = ()
    """Names or addresses that the markup gives as the source of the text."""
    encoding: str | None = None
    """The encoding, if it was not clean UTF-8."""
    problem: str | None = None


def extract(markup: bytes | str, url: str | None, declared: str | None = None, fetched_at: str | None = None) -> Page:
    """The main text and the fields of a page. Pure, and never raises for what the markup holds.

    `url` is the address that the page was fetched from, `declared` the charset of the HTTP header, `fetched_at` (ISO 8601 UTC)
    the moment after which no true publication date can lie.
    """
    return Page(problem="not read yet")
