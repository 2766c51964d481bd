"""What can be rebuilt, rebuilt: the doctor's other half. The least that mends what is wrong is done, and said.

The texts are the ground: from them follow passages, index and lineage, from the passages the lineage. What is lost of the texts
themselves no repair brings back; their documents are removed, so that the next scan of their inputs reads them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import xxhash

from provenance import index
from provenance.pipeline import corrections, finish, settings
from provenance.pipeline.analyst import Analysis, Analyst, cores
from provenance.pipeline.engine import Engine
from provenance.pipeline.postings import Postings
from provenance.pipeline.progress import Silent
from provenance.pipeline.rebuild import renew
from provenance.pipeline.run import running
from provenance.pipeline.summary import Counters
from provenance.pipeline.weave import Weaver, span_rows
from provenance.store import Store, lock

COMMAND = "doctor --repair"
"""What the run is called."""
NAMED = 5
"""Lost documents that are named."""
BATCH = 1024
SAMPLE = 1000
"""Documents whose postings are compared with their texts: all of a small store, spread evenly over a large one."""
_DEEP = {"body", "conflict", "document", "match", "part", "segment", "span"}
"""Tables from which rows cannot go without passages or index being found anew."""


def repair(db: Path, command: str) -> Iterator[str]:
    """Mend what can be mended; a sentence for everything done. Raises StoreError, LockedError."""
    with lock(db, command), Store.open(db, write=True) as store:
        if made := store.make_missing():
            yield f"made anew: {', '.join(made)}"
        if lost := store.restore_runs():
            yield f"{lost} runs noted whose record is lost"
        yield from _mend(store)


def _mend(store: Store) -> Iterator[str]:
    with running(store, COMMAND, {}) as run_id:
        with store.transaction(), Engine(cores()) as engine:
            if any(line.startswith("integrity:") for line in store.check()):
                store.reindex()
                yield "indexes written anew"
            deep = shallow = False
            if orphans := store.orphans():
                store.index_texts()  # a text that goes is taken out of an index that has to hold it
                store.remove_orphans()
                deep, shallow = bool(_DEEP & orphans.keys()), True
                yield "rows that referred to nothing removed: " + ", ".join(f"{n} of {table}" for table, n in orphans.items())
            if lost := store.without_text():
                store.remove(lost)
                deep = True
                yield f"{len(lost)} documents without their text removed; scan their inputs again: {_named(lost)}"
            store.restore_counters()
            deep = deep or _evidence_is_broken(store, engine)
            shallow = shallow or bool(settings.differing(store, settings.INFERENCE, missing=True) or store.lineage_gaps())
            if deep or shallow:
                store.remove_half_made()
                renew(store, engine, run_id, Counters(), lineage_only=not deep, progress=Silent())
                yield "passages, index and lineage found anew in the texts" if deep else "lineage inferred anew from the passages"
            elif store.dirty() or corrections.waiting(store):
                finish.finish(store, run_id, Weaver(store, engine), Silent())
                yield "what waited for its lineage has it"
        store.purge()
        store.finish_run(run_id, "ok")
    yield "full-text index and file written anew"


def _evidence_is_broken(store: Store, engine: Engine) -> bool:
    return bool(
        settings.differing(store, settings.EVIDENCE, missing=True) or store.evidence_gaps() or list(index_faults(store, engine))
    )


def index_faults(store: Store, engine: Engine) -> Iterator[str]:
    """What is wrong with the segments, by themselves and beside the texts: every text that has words and stands for itself
    has all its keys in them. The keys are compared of SAMPLE documents, the rest of all."""
    try:
        postings = Postings(store)
        unsorted = postings.faults()
    except Exception as error:  # whatever a decoder makes of damaged bytes
        yield f"index: cannot be read ({' '.join(str(error).split())})"
        return
    if unsorted:
        yield from unsorted
        return
    held = set(postings.indexed().tolist())
    due = {number for rows in store.outline() for number, _, words in rows if words}
    if missing := len(due - held):
        yield f"index: {missing} documents are not in it"
    if strays := len(held - set(store.all_ids())):
        yield f"index: {strays} documents in it are not in the store"
    if missing or strays:
        return
    some = sorted(due)[:: max(1, len(due) // SAMPLE)]
    analyst, wrong, dirty = Analyst(engine), 0, 0
    for first in range(0, len(some), BATCH):
        texts = store.texts(some[first : first + BATCH])
        analyses: dict[int, Analysis] = dict(zip(texts, analyst.analyse(list(texts.values())), strict=True))
        keys = postings.keys_of(list(analyses))
        wrong += sum(not np.array_equal(keys[number], index.names(one.key)[0]) for number, one in analyses.items())
        spans = {(number, *row) for number, rows in store.spans_of(analyses).items() for row in rows}
        dirty += len({number for number, *_ in spans.symmetric_difference(span_rows(analyses))})
    if wrong:
        yield f"index: {wrong} of {len(some)} documents have other keys in it than in their texts"
    if dirty:
        yield f"span: {dirty} of {len(some)} documents have other spans than their texts"


def altered(store: Store) -> list[str]:
    """Uris of the documents whose text is not the one that was read."""
    return [
        uri
        for rows in store.iter_texts(BATCH)
        for uri, text, hash in rows
        if xxhash.xxh3_128_hexdigest(text.encode("utf-8", "surrogatepass")) != hash
    ]


def _named(uris: list[str]) -> str:
    more = f" and {len(uris) - NAMED} more" if len(uris) > NAMED else ""
    return ", ".join(uris[:NAMED]) + more
