"""A run in the store: begun, and said to have failed whatever ends it early."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from provenance import __version__, collecting
from provenance.model import StoreError
from provenance.store import Store


@contextlib.contextmanager
def running(store: Store, command: str, config: Mapping[str, Any]) -> Iterator[int]:
    """The id of a new run, which the block finishes with `store.finish_run`; afterwards the log is moved into the file, as far
    as readers and room allow: what stays in it is as safe there, and the next run moves it.

    A block that raises leaves the run failed, where the store still lets us say so (if not, the next run says it), with the
    counters that the last committed batch left.
    """
    run_id = store.start_run(command, __version__, dict(config))
    try:
        with collecting.seldom():
            yield run_id
    except BaseException:
        with contextlib.suppress(Exception):
            store.finish_run(run_id, "failed")
        raise
    with contextlib.suppress(StoreError):
        store.checkpoint()
