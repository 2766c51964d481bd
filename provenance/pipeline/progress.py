"""What the pipeline tells of long work while it lasts. Who shows it, and where, is the caller's business."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Stages follow one another: start, advance any number of times, done."""

    def start(self, stage: str, total: int | None, unit: str = "texts") -> None:
        """A stage begins, of `total` units where that is known: texts, or bytes."""

    def advance(self, n: int = 1) -> None: ...

    def done(self) -> None: ...


class Silent:
    """A Progress that tells nobody."""

    def start(self, stage: str, total: int | None, unit: str = "texts") -> None:
        pass

    def advance(self, n: int = 1) -> None:
        pass

    def done(self) -> None:
        pass
