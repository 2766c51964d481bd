"""How a report speaks: probabilities, dates and spans of time in words, and text that is safe to print. Pure."""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provenance.store.rows import Forgotten

DEFAULT_DB = "provenance.db"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE_CLASS = {
    "given": "",
    "meta": "from the page's markup",
    "url": "from the address",
    "text": "read in the text, not certain",
    "none": "",
}

# What may move the cursor, ring, hide or reorder text: C0 and C1 controls, line separators, bidi marks, embeddings, overrides
# and isolates, the byte order mark, interlinear and tag characters. And lone surrogates, which no stream can encode.
_CONTROLS = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff"
_UNSAFE = re.compile(f"[{_CONTROLS}]")
_LINE = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BREAKS = re.compile(r"\n\s*\n")
_SPACE = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")


def safe(text: str) -> str:
    """The text as one line that a terminal shows and does not obey: white space is one space, controls are U+FFFD."""
    return flat(text).strip()


def flat(text: str) -> str:
    """As `safe`, for a part of a line: space at its ends stays."""
    return _UNSAFE.sub("\ufffd", _SPACE.sub(" ", text))


def lines(text: str) -> str:
    """As `flat`, for whole texts: the line breaks stay, two at most together."""
    return _BREAKS.sub("\n\n", "\n".join(flat(line) for line in _LINE.split(text)))


def dump(value: Any, *, indent: int | None = None) -> str:
    """JSON in readable letters, except for what a terminal would obey: that is escaped, so nothing is lost."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    # Outside of strings JSON has no such character but the line ends of its own layout.
    return re.sub(f"(?!\n)[{_CONTROLS}]", lambda found: _escaped(found[0]), text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def width(text: str) -> int:
    """Columns that a terminal gives the text: two to wide characters, none to combining ones."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, limit: int) -> str:
    """At most `limit` columns, cut in the middle: of an address both the site and the last part say most."""
    if width(text) <= limit:
        return text
    head, tail = "", ""
    front, back = iter(text), iter(reversed(text))
    while True:
        grown = tail + next(back) if width(tail) <= width(head) else tail
        longer = head if grown is not tail else head + next(front)
        if width(grown) + width(longer) > limit - 1:
            return f"{head}…{tail[::-1]}"
        head, tail = longer, grown


def end(text: str, limit: int) -> str:
    """At most `limit` columns, cut at the end: of a headline the beginning says most."""
    if width(text) <= limit:
        return text
    kept, used = [], 0
    for character in text:
        used += _columns(character)
        if used > limit - 1:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def count(n: int, one: str, many: str | None = None) -> str:
    """`1 passage`, `1,204 passages`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def chance(probability: float) -> str:
    """A probability as a number: what is all but certain, or all but out of the question, is not quite."""
    if 0.995 <= probability < 1:
        return "over 0.99"
    return "under 0.01" if 0 < probability < 0.005 else f"{probability:.2f}"


def likely(probability: float) -> str:
    """A probability in words and as a number: `likely (0.83)`."""
    words = ((0.95, "very likely"), (0.5, "likely"), (0.2, "possibly"))
    word = next((word for least, word in words if probability >= least), "unlikely")
    return f"{word} ({chance(probability)})"


def percent(share: float) -> str:
    """A share as people say it; little is not nothing, and nearly all is not all."""
    value = min(1.0, max(0.0, share)) * 100
    if 0 < value < 1:
        return "under 1%"
    return "over 99%" if 99 < value < 100 else f"{value:.0f}%"


def date(published_at: str | None, published_from: str = "given") -> str:
    """`4 Mar 2025, 10:00 UTC`, `Apr 1969`, `1769`; and how far it can be trusted, where that is not far."""
    if published_at is None:
        return "date unknown"
    day, _, clock = published_at.partition("T")
    parts = day.split("-")
    if not all(part.isdecimal() for part in parts) or not 1 <= len(parts) <= 3:
        return safe(published_at)
    month = f"{MONTHS[(int(parts[1]) - 1) % 12]} " if len(parts) > 1 else ""
    number = f"{int(parts[2])} " if len(parts) > 2 else ""
    time = f", {clock[:5]} UTC" if clock and clock[:8] != "00:00:00" else ""
    why = _DATE_CLASS.get(published_from, "")
    return f"{number}{month}{parts[0]}{time}" + (f" ({why})" if why else "")


def dates(first: str | None, last: str | None) -> str:
    """A span of dates, short where both ends are alike: `4 to 6 Mar 2025`."""
    if first is None or last is None:
        return "dates unknown"
    one, two = date(first.partition("T")[0]), date(last.partition("T")[0])
    if one == two:
        return one
    start = one.split(" ")
    end = two.split(" ")
    while len(start) > 1 and len(start) == len(end) and start[-1] == end[-1]:
        start, end = start[:-1], end[:-1]
    return f"{' '.join(start)} to {two}"


def later(days: float | None) -> str:
    """The time from parent to child: `3 hours later`, `2 days earlier`; empty where it is not known."""
    if days is None:
        return ""
    if days == 0:
        return "at the same time"
    minutes = abs(days) * 1440
    amount = next(
        (
            count(round(minutes / size), name)
            for size, name in ((525_960, "year"), (1440, "day"), (60, "hour"))
            if minutes >= 1.5 * size or minutes == size == 1440
        ),
        count(max(1, round(minutes)), "minute"),
    )
    return f"{amount} later" if days > 0 else f"dated {amount} before its source"


def size(n: float) -> str:
    """Bytes or characters in round numbers: `31.2 M`."""
    for unit in ("", "k", "M", "G"):
        if abs(n) < 1000 or unit == "G":
            return f"{n:.1f} {unit}".rstrip() if unit else f"{n:.0f}"
        n /= 1000
    raise AssertionError("unreachable")


def run_summary(summary: Mapping[str, Any], db: str) -> str:
    """The few lines that a scan leaves behind."""
    s = summary
    lines = [
        f"{count(s['read'], 'document')} read{_formats(s['formats'])} in {s['seconds']:.1f} s "
        f"({size(s['characters'])} characters): {s['added']:,} new, "
        f"{s['changed']:,} changed, {s['unchanged']:,} unchanged; {s['failed']:,} unreadable"
    ]
    if s["fields"]:
        undated = "" if "date" in s["fields"] else "; no date (--date-key names its field)"
        lines.append("fields: " + " ".join(f"{meaning}={_fields(found)}" for meaning, found in s["fields"].items()) + undated)
    if s["run_id"] is None:
        return "\n".join([*lines, "Dry run: nothing was written.\n"])
    return "\n".join([*lines, *_found(s, db)]) + "\n"


def rebuild_summary(summary: Mapping[str, Any], db: str, *, lineage_only: bool) -> str:
    """The few lines that a rebuild leaves behind."""
    documents = count(summary["read"], "document")
    done = f"lineage of {documents} inferred" if lineage_only else f"passages and lineage of {documents} found"
    return "\n".join([f"{done} anew in {summary['seconds']:.1f} s", *_found(summary, db)]) + "\n"


def _found(s: Mapping[str, Any], db: str) -> Iterator[str]:
    """What a run found, and where it is."""
    if s["copies"] or s["families_touched"] or s["changes"]:
        copies = f"{count(s['copies'], 'exact copy', 'exact copies')}; " if s["copies"] else ""
        families = count(s["families_touched"], "family", "families")
        yield f"{copies}lineage of {families} computed, {count(s['changes'], 'change')}"
    if s["capped_keys"]:
        yield (
            f"{count(s['capped_keys'], 'key')} of very common phrases passed the cap: "
            "families are whole, but not every pair in them is listed"
        )
    option = "" if db == DEFAULT_DB else f" --db {shlex.quote(db)}"
    yield f"The store is {safe(db)} (run {s['run_id']}). Next: provenance report{option and ' ' + safe(option)}"


def _formats(counts: Mapping[str, int]) -> str:
    """How many documents came from which format."""
    return f" ({', '.join(f'{name} {n:,}' for name, n in counts.items())})" if counts else ""


_MOST_FIELDS = 3


def _fields(found: Mapping[str, int]) -> str:
    """The fields that were taken for one thing, the most frequent first."""
    return ",".join(map(safe, list(found)[:_MOST_FIELDS])) + (",..." if len(found) > _MOST_FIELDS else "")


def forgotten_summary(forgotten: Forgotten, *, dry_run: bool) -> str:
    """What `forget` did, or would do."""
    f = forgotten
    verb = "would be removed" if dry_run else "removed"
    return (
        f"{count(len(f.uris), 'document')} {verb}, with {count(f.matches, 'passage')} and {count(f.derivations, 'derivation')}\n"
    )


def deduplication(counts: Mapping[str, int], *, mark: bool) -> str:
    """What `dedupe` keeps and drops, in one line."""
    c = counts
    gone = [
        count(c["exact"], "exact copy", "exact copies") if c["exact"] else "",
        count(c["near"], "near-duplicate") if c["near"] else "",
        f"{c['emptied']:,} of nothing but reused passages" if c["emptied"] else "",
    ]
    passages = f"; {count(c['passages'], 'reused passage')} {'marked' if mark else 'cut'}" if c["passages"] else ""
    return (
        f"{c['kept']:,} of {count(c['documents'], 'document')} kept; dropped: {', '.join(filter(None, gone)) or 'none'}{passages}"
    )


def findings(rows: Iterable[tuple[str, str, str | None]], *, colour: bool) -> Iterator[str]:
    """What `doctor` found: (level, what, remedy), a line each, the remedy below."""
    codes = {"ok": "32", "warning": "33", "error": "31"}
    for level, what, remedy in rows:
        mark = f"\x1b[{codes.get(level, '0')}m{level:<8}\x1b[0m" if colour else f"{level:<8}"
        yield f"{mark} {safe(what)}\n"
        if remedy and level != "ok":
            yield f"         -> {safe(remedy)}\n"
