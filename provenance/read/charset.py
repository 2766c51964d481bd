"""The encoding of a web page, which is declared in up to three places and not always truly. Pure."""

from __future__ import annotations

import codecs
import re

from provenance.read.decode import REPLACEMENT, decode, guess_encoding, marked_encoding

_META = re.compile(rb"""<meta\b[^<>]{0,300}?\bcharset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.I)
_XML = re.compile(rb"""^\s{0,99}<\?xml\b[^<>]{0,200}?\bencoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})""")
_WITHIN = 8_192
"""Bytes in which a declaration is looked for; browsers look in 1,024."""
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "tis-620": "cp874", "iso8859-11": "cp874", "big5": "big5hkscs",
}  # fmt: skip
"""What writers mean by a name, as in WHATWG's Encoding Standard; names as Python gives them."""
_ESCAPED = ("iso2022_jp", "hz")
"""Encodings that look like pure ASCII."""
_TAG = re.compile(rb"<[^<>]*>")
_FOREIGN_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_HIGH = bytes(range(128, 256))


def decode_page(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """Text, and the encoding if it is not clean UTF-8. Never raises. `declared` is the charset of an HTTP header.

    In this order: a byte order mark; UTF-8, if the bytes are that (text in another encoding practically never is, while a
    declaration of Latin-1 is often a server's default); what the header declares, then what the markup declares, unless the
    bytes speak against it; a guess.
    """
    if marked_encoding(data):
        return decode(data)
    named = [codec for codec in map(_codec, (declared, *_declarations(data))) if codec]
    wide = next((name for head, name in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")) if data.startswith(head)), None)
    if wide:
        return data.decode(wide, "replace"), wide
    if named and named[0] in _ESCAPED and data.isascii():
        return data.decode(named[0], "replace"), named[0]
    try:
        return data.decode(), None
    except UnicodeDecodeError:
        return decode(data, _hint(data, named))


def _declarations(data: bytes) -> list[str]:
    head = data[:_WITHIN]
    return [match.group(1).decode() for match in (_XML.search(head), _META.search(head)) if match]


def _codec(label: str | None) -> str | None:
    """Python's name of what a label means; None where it means nothing."""
    try:
        name = codecs.lookup((label or "").strip(" \"'").lower().removeprefix("x-")).name
        "".encode(name)  # some codecs turn bytes into bytes
    except (LookupError, ValueError, TypeError):
        return None
    return _MEANT.get(name, name)


def _hint(data: bytes, named: list[str]) -> str:
    """The encoding of bytes that are not UTF-8. Latin-1, which fits everything, comes last, for words that look Latin."""
    plain = _TAG.sub(b" ", data)
    words = b"".join(_FOREIGN_WORD.findall(plain))
    bare = len(words.translate(None, _HIGH))
    for name in sorted((name for name in named if not name.startswith("utf")), key=lambda name: name == "cp1252"):
        if name == "cp1252":
            if bare * 2 >= len(words) - bare:  # an accent in three letters; in Cyrillic or Greek all bytes are high ones
                return name
        elif data.decode(name, "replace").count(REPLACEMENT) * 100 <= len(data):
            return name
    return guess_encoding(plain, plain.find(words[:1]))
