"""What a run counted."""

from __future__ import annotations

import collections
import dataclasses
import time
from collections.abc import Sequence

from provenance.model import Document, Problem

MOST_PROBLEMS = 1000
"""Problems that a Summary lists; the store has them all."""


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """The outcome of a scan or a rebuild. `characters` of text were read; `run_id` is None where nothing was written."""

    run_id: int | None
    read: int
    added: int
    changed: int
    unchanged: int
    failed: int
    copies: int
    capped_keys: int
    families_touched: int
    changes: int
    problems: tuple[Problem, ...]
    characters: int
    seconds: float
    formats: dict[str, int]
    """Documents by the format that they were read from, the most frequent first."""
    fields: dict[str, dict[str, int]] = dataclasses.field(default_factory=dict)
    """Of rows: meaning (text, id, date, fetched, title, site) -> field that was taken for it -> rows, most frequent first."""
    corrections: tuple[Problem, ...] = ()
    """Those that do not hold, and why."""
    log: int = 0
    """Bytes of the log that could not be moved into the store's file, because a reader needs it or there is no room."""


@dataclasses.dataclass(slots=True)
class Counters:
    """Counts while a run lasts."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    copies: int = 0
    characters: int = 0
    formats: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    started: float = dataclasses.field(default_factory=time.monotonic)

    def document(self, document: Document) -> None:
        self.read += 1
        self.characters += len(document.text)
        if document.format is not None:
            self.formats[document.format] += 1

    def problem(self, problem: Problem) -> None:
        self.failed += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def columns(self, capped_keys: int) -> dict[str, int]:
        """The counters that table `run` keeps."""
        names = ("read", "added", "changed", "unchanged", "failed")
        return {name: getattr(self, name) for name in names} | {"capped_keys": capped_keys}

    def summary(
        self, run_id: int | None, capped_keys: int, families_touched: int, changes: int,
        fields: dict[str, dict[str, int]] | None = None, corrections: Sequence[Problem] = (), log: int = 0,
    ) -> Summary:  # fmt: skip
        return Summary(
            run_id, self.read, self.added, self.changed, self.unchanged, self.failed, self.copies, capped_keys,
            families_touched, changes, tuple(self.problems), self.characters, time.monotonic() - self.started,
            dict(sorted(self.formats.items(), key=lambda item: (-item[1], item[0]))),
            fields or {}, tuple(corrections), log,
        )  # fmt: skip
