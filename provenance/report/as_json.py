"""The report as JSON: the classes of model.py, field by field."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from provenance.report.model import Report
from provenance.report.words import dump


def render(report: Report, *, width: int, colour: bool) -> Iterator[str]:
    yield dump(dataclasses.asdict(report), indent=2) + "\n"
