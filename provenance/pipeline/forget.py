"""Documents, and all that was found and inferred from them, gone: from the tables in one transaction, then from the file.

What remains is as if they had never been read: copies get another one to stand for them, kinds and families are found anew.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from provenance.pipeline import finish, settings
from provenance.pipeline.engine import Engine
from provenance.pipeline.progress import Silent
from provenance.pipeline.run import running
from provenance.pipeline.weave import Weaver, copy_row
from provenance.store import Store, lock
from provenance.store.rows import Forgotten

COMMAND = "forget"
"""What the run is called: not what was typed, which names the documents."""


def forget(db: Path, uris: Iterable[str], *, dry_run: bool, command: str = COMMAND) -> Forgotten:
    """Remove documents by uri, with their earlier versions; dry_run says what would go.

    The run is 'ok' once no byte of the texts is left in the file: a killed one that is not may have left some, which
    `doctor` notices and the next `forget` removes, be it only of documents that are gone already. Raises StoreError,
    LockedError.
    """
    uris = tuple(uris)
    if dry_run:
        with Store.open(db) as store:
            return store.forget(uris, dry_run=True)
    with lock(db, command), Store.open(db, write=True) as store:
        plan = store.forget(uris, dry_run=True)
        unpurged = store.unpurged()
        if not plan.uris and not unpurged:
            return plan
        settings.check(store)
        with running(store, COMMAND, {}) as run_id:
            with Engine(1) as engine, store.transaction():
                forgotten = _remove(store, engine, run_id, uris)
            store.purge()
            store.finish_run(run_id, "ok")
        return dataclasses.replace(forgotten, purged=unpurged)


def _remove(store: Store, engine: Engine, run_id: int, uris: Iterable[str]) -> Forgotten:
    """All of it but the bytes, within the caller's transaction."""
    gone = {known.id for known in store.known(store.forget(uris, dry_run=True).uris).values()}
    # How far a passage has spread, and so its kind, may have changed where they shared it or its wording.
    near = {document for row in store.matches_of(gone) for document in (row.a, row.b)} - gone
    forgotten = store.forget(uris)
    weaver = Weaver(store, engine)
    near |= weaver.postings.drop(gone)
    copies = store.copies_of(forgotten.promoted)
    analyses = weaver.shelf.get({*forgotten.promoted, *(copy for some in copies.values() for copy in some)}, keys=True)
    rows = [copy_row(copy, one, analyses[copy], analyses[one]) for one, some in copies.items() for copy in some]
    store.add_matches(run_id, rows)
    near |= weaver.add(run_id, {one: analyses[one] for one in forgotten.promoted})
    store.mark_dirty(near | set(analyses))
    store.add_changes(run_id, [(uri, "removed", None, None) for uri in forgotten.uris])
    finish.finish(store, run_id, weaver, Silent())
    return forgotten
