"""What a document is called, and where it stands, by its address or its text alone. Pure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import xxhash

from provenance.read.decode import clean


def hash_uri(text: str) -> str:
    """The identity of a text that has no other: `text:` and the xxh3_128 of its UTF-8, 32 hexadecimal digits."""
    return "text:" + xxhash.xxh3_128_hexdigest(text.encode())


def host(url: Any) -> str | None:
    """The host of an address without `www.`, or None where the value is no address."""
    if not isinstance(url, str) or "//" not in url:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:  # "http://[", for one
        return None
    return clean(host.removeprefix("www.")) or None if host else None
