"""The fitted part of lineage: named weights in a file of the package, with a version and what they were fitted on.

`python -m tests.fit_lineage` writes the file. A weight is the log odds that one unit of its signal gives; what a signal
measures stands in its own docstring (signals.py, origin.py, unseen.py). A name that the file lacks weighs nothing.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
from collections.abc import Mapping

FILE = "lineage.json"


@functools.cache
def _file() -> Mapping[str, object]:
    return json.loads((importlib.resources.files("provenance") / "data" / FILE).read_text("utf-8"))


def version() -> str:
    """Version of the model: a store is told when it was made with another."""
    return str(_file()["version"])


def weights() -> Mapping[str, float]:
    """Log odds of one unit of each signal, by its name."""
    return _file()["weights"]  # type: ignore[return-value]
