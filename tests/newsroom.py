"""Stores for reports, written through the store's own methods: as many families as a test wants, and one of hostile texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from provenance.model import Derivation, Document, Signal
from provenance.store import Store
from tests.strategies import edited, prose

HOSTILE = (
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    "<img src=https://evil.example/x.png onerror=\"document.title='owned'\">",
    '" onmouseover="document.title=\'owned\'" x="',
    "' onfocus='document.title=1' autofocus='",
    "<![CDATA[ x ]]></style></svg></title></textarea>-->",
    "\u202egnp.exe \u2066 \u200f \ufeff",
    "nul \x00 bell \x07 escape \x1b[2J",
    "{{ 7 * 7 }} {% for x in y %} ${7*7}",
    "<svg onload=alert(1)> &lt;b&gt; &amp;amp; &#x3c;",
)
LONG_WORD = "w" * 1_000_000


class Text(NamedTuple):
    """A document of a family that `write` makes."""

    uri: str
    text: str
    title: str | None = None
    site: str | None = None
    published_at: str | None = None
    parent: int | None = None
    """Place in the family of what it derives from."""


def write(path: Path, families: Sequence[Sequence[Text]], *, command: str = "provenance scan news") -> Path:
    """A store with these families, every text that derives sharing one passage, all of both, with its source."""
    with Store.open(path, create=True) as store:
        run = store.start_run(command, "0", {})
        documents, matches, derivations, members, links = [], [], [], [], []
        for number, family in enumerate(families, 1):
            first = len(documents) + 1
            depths: list[int] = []
            for place, t in enumerate(family):
                id = first + place
                given = "given" if t.published_at else "none"
                document = Document(t.uri, t.text, title=t.title, site=t.site, published_at=t.published_at, published_from=given)
                documents.append((id, document, len(t.text.split()), f"{id:032x}", f"{id:032x}", "0" * 32, None))
                depths.append(0 if t.parent is None else depths[t.parent] + 1)
                members.append((id, number, depths[-1]))
                if t.parent is not None:
                    source = family[t.parent]
                    why = (
                        Signal("overlap", "parent", 2.5),
                        Signal("dates", "child", -0.7),
                        Signal("credit", "parent", 1.0, ((0, 9),)),
                    )
                    derivations.append(Derivation(id, first + t.parent, None, "revision", 0.9, 0.5, 1.0, 1.0, why, True))
                    span = (0, len(source.text), 0, len(t.text))
                    matches.append((first + t.parent, id, *span, len(t.text.split()), 0.9, "edited", "edited", 90.0))
                    links.append((number, first + t.parent, id, 0.9, 0.02, 0.08, 1))
        store.add_documents(run, documents)
        ids = store.add_matches(run, matches)
        store.add_conflicts([(id, "number", "1,000", "2,000") for id in ids[:1]])
        store.new_family_ids(len(families))
        store.replace_lineage([], members, [], derivations, links)
        store.finish_run(run, "ok", read=len(documents), added=len(documents))
    return path


def family(number: int, texts: int = 3, sentences: int = 12) -> list[Text]:
    """An original and edits of it, a day apart."""
    original = prose(number, sentences)
    return [
        Text(
            f"https://s{place % 5}.example/{number}/{place}",
            original if not place else edited(original, 0.1, number * 1000 + place),
            f"Story {number} told for the {place + 1}. time",
            f"s{place % 5}.example",
            f"2025-{1 + number % 12:02}-{1 + place % 28:02}T{place // 28 % 24:02}:00:00Z",
            None if not place else (place - 1) // 4,
        )
        for place in range(texts)
    ]


def hostile() -> list[Text]:
    """A family in which every field attacks the page."""
    uris = (
        "javascript:document.title='owned'",
        'https://a.example/"><script>',
        "data:text/html,<script>x</script>",
        "https://ok.example/a?b=1&c=2",
    )
    return [
        Text(
            f"{uris[place % 4]}{place if place % 4 == 3 or place > 3 else ''}",
            f"{attack} said 1,000 people. {' '.join(HOSTILE)} {LONG_WORD if place < 2 else ''} The end {place}.",
            attack,
            attack,
            "2025-03-04" if place else None,
            None if not place else 0,
        )
        for place, attack in enumerate(HOSTILE)
    ]
