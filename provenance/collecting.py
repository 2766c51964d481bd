"""How often Python looks for unreachable objects: seldom, as nearly all that a command makes it keeps until it is used up.

As it is set, Python goes through all objects again and again: a quarter of the second that loading the modules of a scan takes, a
twentieth of what follows, and a quarter of a second at its end.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
from collections.abc import Iterator

UNCOLLECTED = 200_000
"""Objects that come before Python looks for unreachable ones among them: hardly any are (lineage/family.py)."""


def in_process() -> None:
    """In the whole of this process, and not at all when it ends."""
    gc.set_threshold(UNCOLLECTED, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)


@contextlib.contextmanager
def seldom() -> Iterator[None]:
    """Within this, and never through what was there before it."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(UNCOLLECTED, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
