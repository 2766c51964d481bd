"""Everything found anew in the stored texts, or only the lineage, with this version's parameters: one transaction.

A rebuild that is killed leaves the store as it was, and who reads meanwhile sees what was. Documents are taken in order of
(hash, uri), so that the result follows from them alone, not from when they came.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from provenance.pipeline import finish, settings
from provenance.pipeline.analyst import Analysis
from provenance.pipeline.engine import Engine
from provenance.pipeline.progress import Progress
from provenance.pipeline.run import running
from provenance.pipeline.summary import Counters, Summary
from provenance.pipeline.weave import Weaver, copy_row, span_rows
from provenance.store import Store, lock
from provenance.store.rows import DocumentRow

BATCH_DOCUMENTS, BATCH_WORDS = 4096, 2_000_000
"""What is held in memory at a time."""


def rebuild(db: Path, *, lineage_only: bool, jobs: int, progress: Progress, command: str = "rebuild") -> Summary:
    """Find everything that the store holds of its documents anew; with lineage_only, keep the passages and infer the rest.

    `Summary.read` counts documents. Raises StoreError, LockedError.
    """
    with lock(db, command), Store.open(db, write=True) as store, Engine(jobs) as engine:
        counters = Counters()
        with running(store, command, {"jobs": jobs, "lineage_only": lineage_only}) as run_id, store.transaction():
            capped, outcome = renew(store, engine, run_id, counters, lineage_only=lineage_only, progress=progress)
            store.finish_run(run_id, "ok", **counters.columns(capped))
        return counters.summary(
            run_id, capped, outcome.families, outcome.changes, corrections=outcome.problems, log=store.log_size()
        )


def renew(
    store: Store, engine: Engine, run_id: int, counters: Counters, *, lineage_only: bool, progress: Progress
) -> tuple[int, finish.Outcome]:
    """What `rebuild` does, within the caller's transaction. Returns the capped keys, and what was inferred."""
    before = store.settings()
    settings.repin(store, lineage_only=lineage_only)
    if not lineage_only:
        store.clear_evidence()
    weaver = Weaver(store, engine)
    if not lineage_only:
        evidence = _Evidence(store, weaver, run_id, counters)
        if settings.splits_differently(before):
            evidence.split()
        evidence.find(progress)
    ids = store.all_ids()
    counters.read = len(ids)
    store.mark_dirty(ids)
    return weaver.capped_keys, finish.finish(store, run_id, weaver, progress)


class _Evidence:
    """Identity, copies, index and matches of all documents."""

    def __init__(self, store: Store, weaver: Weaver, run_id: int, counters: Counters) -> None:
        self._store = store
        self._weaver = weaver
        self._run_id = run_id
        self._counters = counters

    def split(self) -> None:
        """Words and hash of every text, where this version finds other words than the one that stored them."""
        ids = self._store.all_ids()
        for first in range(0, len(ids), BATCH_DOCUMENTS):
            analyses = self._analyse(ids[first : first + BATCH_DOCUMENTS])
            self._store.set_words((id, analysis.all_words, analysis.digest) for id, analysis in analyses.items())

    def find(self, progress: Progress) -> None:
        progress.start("match", len(self._store.all_ids()))
        for groups in self._batches():
            self._add(groups)
            progress.advance(sum(map(len, groups)))
        progress.done()

    def _batches(self) -> Iterator[list[list[DocumentRow]]]:
        """All documents in groups of identical texts, in order of their hashes."""
        rows = itertools.chain.from_iterable(self._store.iter_documents(BATCH_DOCUMENTS))
        batch, documents, words = [], 0, 0
        for _, group in itertools.groupby(rows, key=lambda row: row.hash):
            batch.append(sorted(group, key=finish.seniority))
            documents += len(batch[-1])
            words += len(batch[-1]) * batch[-1][0].words
            if documents >= BATCH_DOCUMENTS or words >= BATCH_WORDS:
                yield batch
                batch, documents, words = [], 0, 0
        if batch:
            yield batch

    def _add(self, groups: Sequence[Sequence[DocumentRow]]) -> None:
        analyses = self._analyse([row.id for group in groups for row in group])
        self._store.add_spans(span_rows(analyses))
        of: list[tuple[int, int | None]] = []
        rows: list[tuple] = []
        for best, *others in groups:
            of.append((best.id, None))
            for row in others:
                of.append((row.id, best.id if row.words else None))
                if row.words:
                    rows.append(copy_row(row.id, best.id, analyses[row.id], analyses[best.id]))
        self._counters.copies += len(rows)
        self._store.set_lang((id, analysis.lang) for id, analysis in analyses.items())
        self._store.set_copy_of(of)
        self._store.add_matches(self._run_id, rows)
        self._weaver.add(self._run_id, {best.id: analyses[best.id] for best, *_ in groups})

    def _analyse(self, ids: Sequence[int]) -> Mapping[int, Analysis]:
        texts = self._store.texts(ids)
        self._counters.characters += sum(map(len, texts.values()))
        return dict(zip(texts, self._weaver.analyst.analyse(list(texts.values())), strict=True))
