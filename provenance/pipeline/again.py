"""Texts compared once more, apart: do those that a deduplication leaves still repeat one another?

A store of their own is made of them, for as long as it takes, with what a scan does up to the kinds of the passages. Where
the first scan had to cap a key, it lists a family's texts but not every pair of them; with most of a family gone, the others
come to light. What holds of the whole corpus (how far a phrase has spread) may change with it, too. A whole comparison takes
the texts in the batches in which a scan of them would, so it finds what such a scan finds, capped keys and all.
"""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from provenance import __version__
from provenance.model import Document
from provenance.pipeline import finish, scan, settings
from provenance.pipeline.analyst import Analysis
from provenance.pipeline.engine import Engine
from provenance.pipeline.mark import mark
from provenance.pipeline.progress import Progress
from provenance.pipeline.weave import Weaver, span_rows
from provenance.store import Store
from provenance.store.rows import MatchRow


class _Text(NamedTuple):
    """A text as it is in the store apart."""

    version: object
    number: int
    digest: str
    words: int
    start: int
    end: int


class Apart:
    """Texts as they are now, and what they share. Raises StoreError where there is no room for temporary files."""

    def __init__(self, engine: Engine, progress: Progress) -> None:
        self._engine = engine
        self._progress = progress
        self._open = contextlib.ExitStack()
        self._renew()

    def _renew(self) -> None:
        self._open.close()
        folder = self._open.enter_context(tempfile.TemporaryDirectory(prefix="provenance-"))
        self._store = self._open.enter_context(Store.open(Path(folder) / "apart.db", write=True, create=True))
        settings.pin(self._store)
        self._run_id = self._store.start_run("dedupe", __version__, {})
        self._weaver = Weaver(self._store, self._engine)
        self._texts: dict[int, _Text] = {}

    def close(self) -> None:
        self._open.close()

    def conflicts_of(self, match_ids: Iterable[int]) -> list[tuple[int, str, str, str]]:
        """As the store's, for what the last comparison found."""
        return self._store.conflicts_of(match_ids)

    def compare(
        self,
        versions: Mapping[int, object],
        read: Callable[[Sequence[int]], Iterable[Document]],
        *,
        whole: bool,
    ) -> Iterator[MatchRow]:
        """What these documents share, by their ids, in the versions that they have now; `read` gives them, each with its id as
        its uri.

        Where not `whole`, only those whose version has changed are compared: quicker, but pairs that were hidden by texts now
        gone stay hidden.
        """
        if whole and self._texts:
            self._renew()
        with self._store.transaction():
            gone = [text.number for id, text in self._texts.items() if versions.get(id) != text.version or id not in versions]
            near = self._retire(gone)
            fresh = [id for id in versions if id not in self._texts]
            self._progress.start("check", len(fresh))
            for batch in scan.batches(read(fresh)):
                near |= self._add(batch, versions)
                self._progress.advance(len(batch))
            mark(self._store, self._weaver, near | {self._texts[id].number for id in fresh})
            self._weaver.postings.settle()
            self._progress.done()
        yield from self._copies()
        yield from self._matches()

    def _retire(self, numbers: Sequence[int]) -> set[int]:
        """These texts are no more. Returns those that shared with them."""
        matches = self._store.matches_of(numbers)
        self._store.delete_matches(match.id for match in matches)
        self._weaver.postings.retire(numbers)
        gone = set(numbers)
        self._texts = {id: text for id, text in self._texts.items() if text.number not in gone}
        return {number for match in matches for number in (match.a, match.b)} - gone

    def _add(self, batch: Sequence[Document], versions: Mapping[int, object]) -> set[int]:
        analyses = self._weaver.analyst.analyse([document.text for document in batch])
        first = self._store.next_document_id()
        rows = []
        for number, (document, a) in enumerate(zip(batch, analyses, strict=True), first):
            id = int(document.uri)
            rows.append((number, dataclasses.replace(document, uri=str(number)), a.all_words, a.digest, "", "", None))
            self._texts[id] = _Text(versions[id], number, a.digest, a.words, *_extent(a))
        self._store.add_documents(self._run_id, rows)
        new = dict(enumerate(analyses, first))
        self._store.add_spans(span_rows(new))
        return self._weaver.add(self._run_id, new)

    def _matches(self) -> Iterator[MatchRow]:
        ids = {text.number: id for id, text in self._texts.items()}
        numbers = sorted(ids)
        for first in range(0, len(numbers), finish.TEXTS_AT_ONCE):
            some = set(numbers[first : first + finish.TEXTS_AT_ONCE])
            for match in self._store.matches_of(some):
                if match.a in some:
                    yield match._replace(a=ids[match.a], b=ids[match.b])

    def _copies(self) -> Iterator[MatchRow]:
        """Texts that have become the same, also such as are too short to be aligned; each with the first of them."""
        first: dict[str, int] = {}
        for id, text in self._texts.items():
            one = first.setdefault(text.digest, id)
            if one != id and text.words:
                spans = (text.start, text.end, self._texts[one].start, self._texts[one].end)
                yield MatchRow(0, id, one, *spans, text.words, 1.0, "verbatim", "verbatim", 0.0)


def _extent(analysis: Analysis) -> tuple[int, int]:
    return (int(analysis.start[0]), int(analysis.end[-1])) if analysis.words else (0, 0)
