"""A generated corpus in which everything happens: edits of edits, copies, round-ups, legends, forms, single texts. Seeded."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from provenance import read
from provenance.pipeline.progress import Silent
from provenance.pipeline.scan import scan
from provenance.pipeline.summary import Summary
from tests.strategies import edited, prose, sentences

FORM = "Results for the quarter ended."
LEGEND = prose(7001, 3)
"""A paragraph at the end of many unrelated articles."""


def rows(seed: int, families: int) -> list[dict[str, Any]]:
    """About six rows a family: `id`, `text`, and of most `date` and `source`. The same for the same seed."""
    rng = random.Random(seed)
    out: list[dict[str, Any]] = []

    def add(text: str, day: int | None) -> None:
        row = {
            "id": f"https://s{rng.randrange(9)}.example/{seed}/{len(out)}",
            "text": text,
            "source": f"s{rng.randrange(9)}.example",
        }
        if day is not None:
            row["date"] = f"2025-{1 + day // 28 % 12:02}-{1 + day % 28:02}T{rng.randrange(24):02}:00:00Z"
        out.append(row)

    def day() -> int | None:
        return rng.randrange(300) if rng.random() < 0.8 else None

    origins = []
    for family in range(families):
        origin = prose(rng.randrange(1 << 30), rng.randint(5, 14))
        origins.append(origin)
        at = rng.randrange(200)
        add(origin, at)
        edit = edited(origin, 0.1, rng.randrange(1 << 30))
        add(edit, at + 2 if rng.random() < 0.8 else None)
        if rng.random() < 0.6:
            add(edited(edit, 0.1, rng.randrange(1 << 30)), at + 5)
        if rng.random() < 0.5:  # the same words in other white space: an exact copy, at times with the earlier date
            add(origin.replace(". ", ".\n\n"), at + rng.choice((-3, 1)) if rng.random() < 0.7 else None)
        if rng.random() < 0.5:
            add(" ".join(sentences(rng, 6)) + " " + origin[: len(origin) // 2], day())
        if rng.random() < 0.5:
            add(prose(rng.randrange(1 << 30), 6) + "\n\n" + LEGEND, day())
        if family and rng.random() < 0.4:  # a round-up of two families
            other = rng.choice(origins[:-1])
            add(origin[: len(origin) // 2] + "\n\n" + other[: len(other) // 2], at + 9)
        profit, loss, revenue, before = (rng.randrange(100, 9999) for _ in range(4))
        add(f"{FORM} Net profit {profit} against {loss} thousand. Revenue {revenue} against {before} million.", day())
    return out


def common(row: dict[str, Any]) -> bool:
    """Whether the row holds what many others do: the legend, the form."""
    return LEGEND in row["text"] or row["text"].startswith(FORM)


def write(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """The rows as JSONL."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def scanned(db: Path, *parts: Iterable[dict[str, Any]], jobs: int = 1) -> Summary:
    """A scan for each part, one after another, into the store; what the last one counted."""
    for number, part in enumerate(parts):
        path = write(db.with_suffix(f".{number}.jsonl"), part)
        summary = scan(db, [str(path)], read.Options(), jobs=jobs, progress=Silent())
    return summary
