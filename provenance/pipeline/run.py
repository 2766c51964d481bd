"""A run in the store: begun, and said to have failed whatever ends it early."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Mapping
from typing import Any

from provenance import __version__
from provenance.model import StoreError
from provenance.store import Store

UNCOLLECTED = 200_000
"""Objects that come before Python looks for unreachable ones among them."""


@contextlib.contextmanager
def _seldom_collecting() -> Iterator[None]:
    """A run keeps nearly all that it makes until it is used up, and Python, as it is set, goes through all of it again and again:
    a twentieth of a scan. Within this it does so less often, and never through what was there before."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(UNCOLLECTED, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@contextlib.contextmanager
def running(store: Store, command: str, config: Mapping[str, Any]) -> Iterator[int]:
    """The id of a new run, which the block finishes with `store.finish_run`; afterwards the log is moved into the file, as far
    as readers and room allow: what stays in it is as safe there, and the next run moves it.

    A block that raises leaves the run failed, where the store still lets us say so (if not, the next run says it), with the
    counters that the last committed batch left.
    """
    run_id = store.start_run(command, __version__, dict(config))
    try:
        with _seldom_collecting():
            yield run_id
    except BaseException:
        with contextlib.suppress(Exception):
            store.finish_run(run_id, "failed")
        raise
    with contextlib.suppress(StoreError):
        store.checkpoint()
