"""Bytes to text: which encoding, and the two kinds of characters that a text may not hold. Pure."""

from __future__ import annotations

import codecs
import re
from unicodedata import category

REPLACEMENT = "\ufffd"

_SURROGATE = re.compile("[\ud800-\udfff]")
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_HIGH = bytes(range(128, 256))
_SAMPLE = 1 << 15
_HEAD = 4096
_IN_USE = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2", "iso8859_15",
    "koi8_r", "koi8_u", "cp932", "euc_jp", "gb18030", "big5", "cp949",
)  # fmt: skip


def clean(text: str) -> str:
    """The text with every NUL and lone surrogate replaced by U+FFFD, one for one: SQLite can hold neither in full."""
    if "\0" in text:
        text = text.replace("\0", REPLACEMENT)
    try:
        text.encode()  # many times faster than a search for surrogates
    except UnicodeEncodeError:
        text = _SURROGATE.sub(REPLACEMENT, text)
    return text


def marked_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark announces, under a name that drops the mark; without a mark UTF-16, if the bytes can be
    nothing else, else None."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    return marked or (_unmarked_utf16(head[:_HEAD]) if b"\0" in head[:_HEAD] else None)


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 by the zeros of its spaces and line ends, all in the upper bytes.

    Text of one byte a character with some NULs in it passes for Chinese; it gives itself away by being ASCII, or UTF-8.
    """
    head = head[: len(head) // 2 * 2]
    first, second = head[::2].count(0), head[1::2].count(0)
    upper, lower = max(first, second), min(first, second)
    if len(head) < 16 or upper < 2 or upper < 4 * lower:
        return None
    strange = len(head) - len(head.translate(None, _CONTROLS + _HIGH))
    if strange * 5 < len(head):
        return None
    try:
        if not codecs.getincrementaldecoder("utf-8")().decode(head).isascii():  # the last character may be cut
            return None
    except UnicodeDecodeError:
        pass
    name = "utf-16-le" if second > first else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(name)().decode(head)
    except UnicodeDecodeError:
        return None
    odd = sum(category(c) in ("Cc", "Cn", "Co") for c in text) - sum(map(text.count, "\t\n\r\f"))
    return name if odd * 100 <= len(text) else None


def is_binary(head: bytes) -> bool:
    """Whether bytes are no text in any 8-bit encoding: a tenth of them, and not just a few, are control characters."""
    head = head[:_SAMPLE]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls >= 32 and controls * 10 > len(head) and marked_encoding(head) is None


def decode(data: bytes, hint: str | None = None) -> tuple[str, str | None]:
    """Text, and the encoding if it is not clean UTF-8. Never raises; a byte order mark is dropped, all else stays.

    `hint` is the encoding to take, if the data are not UTF-8, in place of a guess from these data alone. Text that is UTF-8 but
    for a few bytes stays UTF-8 with those bytes replaced: one bad byte must not garble every accent of a text.
    """
    name = marked_encoding(data)
    if name not in (None, "utf-8-sig"):
        return data.decode(name, "replace"), name
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        at = error.start
    try:
        return data.decode("utf-8", "surrogatepass"), "utf-8 with errors"
    except UnicodeDecodeError:
        pass
    forgiven = data.decode("utf-8", "ignore")
    accents = len(forgiven) - len(forgiven.encode("ascii", "ignore"))
    bad = len(data) - len(forgiven.encode())
    if accents >= 4 * bad:
        return data.decode("utf-8", "replace"), "utf-8 with errors"
    name = hint or guess_encoding(data, at)
    return data.decode(name, "replace"), name


def guess_encoding(data: bytes, at: int = 0) -> str:
    """A guess from up to 32 KB around offset `at`, the first byte that is not UTF-8. Loads charset-normalizer.

    Only encodings that texts are found in are considered: in a few words of French, all ninety look equally good. The most
    frequent, cp1252, wins wherever no other gives more words of a language.
    """
    from charset_normalizer import from_bytes

    start = max(0, at - _SAMPLE // 2)
    matches = from_bytes(data[start : start + _SAMPLE], cp_isolation=list(_IN_USE))
    best = matches.best()
    if best is None:
        return "cp1252"
    western = next((match for match in matches if "cp1252" in match.could_be_from_charset), None)
    return "cp1252" if western and western.coherence >= best.coherence else best.encoding
