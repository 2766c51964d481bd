"""Texts compared once more, apart: do those that a deduplication leaves still repeat one another?

A store of their own is made of them, for as long as it takes, with what a scan does up to the kinds of the passages. Where
the first scan had to cap a key, it lists a family's texts but not every pair of them; with most of a family gone, the others
come to light. What holds of the whole corpus (how far a phrase has spread) may change with it, too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from provenance import __version__
from provenance.model import Document
from provenance.pipeline import finish, settings
from provenance.pipeline.analyst import Engine
from provenance.pipeline.progress import Progress
from provenance.pipeline.weave import Weaver, copy_row
from provenance.store import Store
from provenance.store.rows import DocumentRow, MatchRow


def compare(texts: Iterable[Sequence[tuple[DocumentRow, str]]], engine: Engine, progress: Progress) -> Iterator[MatchRow]:
    """What these documents share, given in batches with the texts that they have now. Ids of documents are those of the rows.
    Of equal texts, one is compared with all the others.

    Raises StoreError where there is no room for temporary files.
    """
    with (
        tempfile.TemporaryDirectory(prefix="provenance-") as folder,
        Store.open(Path(folder) / "again.db", write=True, create=True) as store,
    ):
        settings.pin(store)
        weaver = Weaver(store, engine)
        run_id = store.start_run("dedupe", __version__, {})
        with store.transaction():
            ids = _add(store, weaver, run_id, texts, progress)
            finish.mark(store, weaver, set(ids))
        for first in range(0, len(ids), finish.TEXTS_AT_ONCE):
            some = set(ids[first : first + finish.TEXTS_AT_ONCE])
            yield from (row for row in store.matches_of(some) if row.a in some)


def _add(
    store: Store, weaver: Weaver, run_id: int, texts: Iterable[Sequence[tuple[DocumentRow, str]]], progress: Progress
) -> list[int]:
    ids: list[int] = []
    first: dict[str, int] = {}
    for batch in texts:
        analyses = dict(zip((row.id for row, _ in batch), weaver.analyst.analyse([text for _, text in batch]), strict=True))
        one = {id: first.setdefault(a.digest, id) for id, a in analyses.items() if a.words}
        copies = {id: other for id, other in one.items() if other != id}
        store.add_documents(
            run_id,
            (
                (row.id, Document(row.uri, text, site=row.site), a.words, a.digest, "", "", copies.get(row.id))
                for (row, text), a in zip(batch, analyses.values(), strict=True)
            ),
        )
        weaver.add(run_id, {id: analysis for id, analysis in analyses.items() if id not in copies})
        at_hand = weaver.shelf.get(set(copies.values()))
        store.add_matches(run_id, [copy_row(copy, other, analyses[copy], at_hand[other]) for copy, other in copies.items()])
        ids += analyses
        progress.advance(len(batch))
    return ids
