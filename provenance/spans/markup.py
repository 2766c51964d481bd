"""What leaked into a text from the page around it: tags, attributes, entities, template braces, short codes, scripts.

Only names that pages use are taken for tags, and those that a grammar or a licence puts in angle brackets too (`<title>`,
`<code>`) only with attributes or closing. Every search is bounded or goes forward only, so that no text takes more than linear
time; most texts hold none of the characters that a search begins with, and cost a look.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator

_PLAIN = (
    "p br hr div span em strong b i u ul ol li td tr th tbody thead h[1-6] img figure figcaption blockquote iframe script style"
)
_OTHER = """
    a abbr article aside audio body button caption center cite code dd dl dt embed font footer form head header html input ins
    label link main meta nav noscript object option param picture pre q s section select small source sub sup svg table
    textarea tfoot time title video wbr
"""
_ATTRIBUTES = "title alt class href src srcset style target rel id width height align border data-[a-z-]{1,30} aria-[a-z-]{1,20}"
_CODES = r"caption gallery embed audio video tweet youtube vimeo playlist vc_\w{1,40} et_pb_\w{1,40} fusion_\w{1,40} su_\w{1,40}"


def _any(names: str) -> str:
    return "(?:" + "|".join(names.split()) + ")"


_WITH = r"\s[^<>=]{1,60}=[^<>]{0,500}"
_TAG = re.compile(rf"<(?:/?{_any(_PLAIN)}\s{{0,8}}/?|/{_any(_OTHER)}|{_any(_PLAIN + ' ' + _OTHER)}{_WITH})>", re.I)
_ATTRIBUTE = re.compile(rf"(?:\b{_any(_ATTRIBUTES)}\s?=\s?[\"“”″][^<>\"“”″\n]{{0,300}}[\"“”″]\s{{0,8}}){{1,12}}/?>", re.I)
_ENTITY = re.compile(rf"&(?:#\d{{1,7}}|#x[\da-f]{{1,6}}|{_any(' '.join(html.entities.name2codepoint))});", re.I)
_CODE = re.compile(rf"\[(?:/{_any(_CODES)}|{_any(_CODES)}\s[^\[\]\n=]{{1,60}}=[^\[\]\n]{{0,500}})\]")
_SCRIPTS = (
    "googletag.", "adsbygoogle", "dataLayer", "document.write(", "document.getElementById(", "document.createElement(",
    "document.querySelector", "window._", "fbq(", "gtag(", "_taboola", "jQuery(", "$(document)", "(function(", "(function (",
    "!function(", "<![CDATA[",
)  # fmt: skip
_RUN = re.compile(r"(?:[^(){};=<\n]{0,60}[(){};=])+")
_QUOTES = "\"“”″'"
MOST_LINE, MOST_LEAD, MOST_TOKEN, MOST_BRACES, MOST_BLOCK = 2000, 80, 300, 300, 20_000
"""Code points of a line of script and of what may lead it, of what is left of an attribute's value, between template braces, of a
comment or a script as a whole."""


def find(text: str) -> list[tuple[int, int]]:
    """Where markup stands: disjoint half-open code points, in order."""
    found: list[tuple[int, int]] = []
    if ">" in text:
        if "<" in text:
            found += _pairs(text, "<!--", "-->", MOST_BLOCK)
            found += _pairs(text, "<script", "</script>", MOST_BLOCK)
            found += _pairs(text, "<style", "</style>", MOST_BLOCK)
            found += (match.span() for match in _TAG.finditer(text))
        if '="' in text or "=”" in text or "=“" in text:
            found += (_with_value(text, *match.span()) for match in _ATTRIBUTE.finditer(text))
    if "&" in text and ";" in text:
        found += (match.span() for match in _ENTITY.finditer(text))
    if "{" in text:
        found += _pairs(text, "{{", "}}", MOST_BRACES)
        found += _pairs(text, "{%", "%}", MOST_BRACES)
    if "[" in text and "]" in text:
        found += (match.span() for match in _CODE.finditer(text))
    if "{" in text or ");" in text:
        found += _scripts(text)
    return _merged(found) if found else found


def _pairs(text: str, first: str, last: str, most: int) -> Iterator[tuple[int, int]]:
    """From `first` to the next `last`, where that is near."""
    start, end = text.find(first), -1
    while start >= 0:
        if end < start + len(first):
            end = text.find(last, start + len(first))
            if end < 0:
                return
        if end - start <= most:
            yield start, end + len(last)
            start = end + len(last) - 1
        start = text.find(first, start + 1)


def _with_value(text: str, start: int, end: int) -> tuple[int, int]:
    """Attributes, with the end of the value before them: `...of-retaliation/” title=”...”>`."""
    before = start
    while before > max(0, start - 8) and text[before - 1].isspace():
        before -= 1
    if before and text[before - 1] in _QUOTES:
        low = max(0, before - MOST_TOKEN)
        while before > low and not text[before - 1].isspace():
            before -= 1
        return before, end
    return start, end


def _scripts(text: str) -> Iterator[tuple[int, int]]:
    """Statements of script: from the line's beginning, where that is near and code, as far as signs of code go on."""
    done = 0
    for at in sorted(at for sign in _SCRIPTS for at in _places(text, sign)):
        run = _RUN.match(text, at, at + MOST_LINE)
        if at < done or not run:
            continue
        low = max(done, at - MOST_LEAD)
        start = text.rfind("\n", low, at) + 1
        if (not start and low) or not any(sign in text[start:at] for sign in "(){};="):
            start = max(low, *(text.rfind(sign, low, at) + 1 for sign in " \n>"))
        yield max(start, done), run.end()
        done = run.end()


def _places(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + len(sign))


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out
