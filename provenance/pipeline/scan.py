"""Documents into the store, a batch at a time, each batch one transaction: documents, texts, postings, matches and
what is left to infer go in together, so that a kill at any moment leaves a store that the next scan completes.

What a document is, once read: unchanged (same text, same fields), changed in its fields only, a new text of a known uri (the
earlier text stays as `URI@FETCHED`), a copy of a text that is there, or new. Of exact copies one stands for all: the one
with the earliest trusted date, then the smallest uri.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import xxhash

from provenance import read
from provenance.model import Document, Problem
from provenance.pipeline import finish
from provenance.pipeline.analyst import Analysis, Analyst, Begun
from provenance.pipeline.engine import Engine, nothing
from provenance.pipeline.progress import Progress
from provenance.pipeline.run import running
from provenance.pipeline.settings import pin
from provenance.pipeline.summary import Counters, Summary
from provenance.pipeline.unfold import unfold
from provenance.pipeline.weave import Weaver, copy_row, span_rows
from provenance.store import Store, lock
from provenance.store.rows import Known

BATCH_CHARACTERS, BATCH_DOCUMENTS = 8 << 20, 8192
"""A batch is as much as is held in memory and lost at a kill: about ten seconds of work."""
GROWN, LARGEST = 65_536, 3
"""Each batch reads the index: a store of more documents than this takes larger ones as it grows, up to so many times."""


def scan(
    db: Path, paths: Iterable[str], options: read.Options, *, jobs: int, dry_run: bool = False, progress: Progress,
    stdin: BinaryIO | None = None, command: str = "scan",
) -> Summary:  # fmt: skip
    """Add all documents behind the paths to the store, made if it is missing, and infer what follows from them.

    dry_run reads and counts and writes nothing. Raises UsageError, StoreError, LockedError.
    """
    used, meter = read.FieldsUsed(), read.Meter()
    options = dataclasses.replace(options, used=used, meter=meter)
    with contextlib.closing(unfold(read.read_folded(paths, options, stdin), jobs)) as items:
        found = _Batches(items, meter, progress)
        return _dry_run(db, found, used) if dry_run else _scan(db, found, options, used, jobs, progress, command)


@dataclasses.dataclass(slots=True)
class _Read:
    """What reading a batch gave: its items, None at the end, or what went wrong."""

    items: list[Document | Problem] | Exception | None
    until: int
    """How far reading has come with it, as its meter says."""
    begun: Begun | None = None


class _Batches:
    """The batches of items, each with what is begun of it, and how far reading has come shown after each: in bytes, whose total
    is known, but in texts of a stream. What goes wrong in reading rises in its turn: what came before stays.
    """

    def __init__(self, items: Iterable[Document | Problem], meter: read.Meter, progress: Progress) -> None:
        self.stored = 0
        """Documents that the store holds once it holds all that has been read."""
        self.begin: Callable[[Sequence[Document | Problem]], Begun] | None = None
        """Where it is set, a batch is begun before the one in front of it is handed on."""
        self._found = batches(items, lambda: min(LARGEST, max(1.0, self.stored / GROWN)))
        self._meter = meter
        self._progress = progress
        self._next: deque[_Read] = deque()

    def read(self) -> None:
        """Read one batch more."""
        try:
            batch = next(self._found, None)
            self.stored += len(batch or ())
        except Exception as error:
            batch = error
        self._next.append(_Read(batch, self._meter.read))

    def _ready(self) -> _Read:
        for place in range(2 if self.begin else 1):
            if place == len(self._next):
                self.read()
            one = self._next[place]
            if self.begin and not one.begun and isinstance(one.items, list):
                one.begun = self.begin(one.items)
        return self._next.popleft()

    def __iter__(self) -> Iterator[tuple[list[Document | Problem], Begun | None]]:
        shown = 0
        for number in itertools.count():
            batch = self._ready()
            if isinstance(batch.items, Exception):
                raise batch.items
            total = self._meter.total
            if batch.items is None:
                break
            if number == 0:
                self._progress.start("read", total, "texts" if total is None else "bytes")
            yield batch.items, batch.begun
            self._progress.advance(len(batch.items) if total is None else batch.until - shown)
            shown = batch.until
        self._progress.done()


def _scan(
    db: Path, found: _Batches, options: read.Options, used: read.FieldsUsed, jobs: int,
    progress: Progress, command: str,
) -> Summary:  # fmt: skip
    with lock(db, command, create=True), Store.open(db, write=True, create=True) as store, Engine(jobs) as engine:
        pin(store)
        counters = Counters()
        with running(store, command, {"jobs": jobs, "options": options.asked()}) as run_id:
            weaver = Weaver(store, engine)
            weaver.doubt(set(), set(store.dirty()))  # what a killed run left
            found.stored = store.next_document_id()
            if jobs > 1:
                found.begin = functools.partial(_begin, store, weaver.analyst)
            for batch, begun in found:
                with store.transaction():
                    meanwhile = found.read if begun else nothing
                    Batch(store, weaver, run_id, counters).add(batch, begun or weaver.analyst, meanwhile)
                    store.note_progress(run_id, **counters.columns(weaver.capped_keys))
                store.trim()
            with store.transaction():
                outcome = finish.finish(store, run_id, weaver, progress)
                store.finish_run(run_id, "partial" if counters.failed else "ok", **counters.columns(weaver.capped_keys))
        return counters.summary(
            run_id, weaver.capped_keys, outcome.families, outcome.changes, used.summary(), outcome.problems, store.log_size()
        )


def _begin(store: Store, analyst: Analyst, batch: Sequence[Document | Problem]) -> Begun:
    """Have the texts analysed that are not those which the store has under the same uris."""
    documents = [item for item in batch if isinstance(item, Document)]
    known = store.known(document.uri for document in documents)
    return analyst.begin([d.text for d in documents if d.uri not in known or known[d.uri].text_hash != text_hash(d)])


def _dry_run(db: Path, found: _Batches, used: read.FieldsUsed) -> Summary:
    counters = Counters()
    store = Store.open(db) if os.path.lexists(db) else None
    try:
        for batch, _ in found:
            known = store.known(d.uri for d in batch if isinstance(d, Document)) if store else {}
            for item in batch:
                if isinstance(item, Problem):
                    counters.problem(item)
                    continue
                counters.document(item)
                before = known.get(item.uri)
                if before is None:
                    counters.added += 1
                elif (before.text_hash, before.meta_hash) == (text_hash(item), meta_hash(item)):
                    counters.unchanged += 1
                else:
                    counters.changed += 1
    finally:
        if store:
            store.close()
    return counters.summary(None, 0, 0, 0, used.summary())


def batches(items: Iterable[Document | Problem], times: Callable[[], float] = lambda: 1.0) -> Iterator[list[Document | Problem]]:
    """Items in the order in which they come, in batches of bounded size. times: how many times as large as usual."""
    batch: list[Document | Problem] = []
    characters = 0
    for item in items:
        batch.append(item)
        characters += len(item.text) if isinstance(item, Document) else 0
        if max(characters / BATCH_CHARACTERS, len(batch) / BATCH_DOCUMENTS) >= times():
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def text_hash(document: Document) -> str:
    """xxh3_128 (hex) of the text as it is."""
    return xxhash.xxh3_128_hexdigest(document.text.encode("utf-8", "surrogatepass"))


def meta_hash(document: Document) -> str:
    """xxh3_128 (hex) of all fields but the text and when it was fetched (a file's time is not news)."""
    fields = (document.title, document.author, document.site, document.lang, document.published_at, document.published_from)
    return xxhash.xxh3_128_hexdigest(_ENCODER.encode([*fields, document.extra]).encode())


_ENCODER = json.JSONEncoder(sort_keys=True, default=str)


def _captured(uri: str, fetched_at: str | None) -> str:
    """When a page was fetched, which tells its versions apart; empty for what has no address of the web, or no time."""
    return fetched_at or "" if uri.startswith(("http://", "https://")) else ""


def _told(document: Document, analysis: Analysis) -> Document:
    """The document with the language of its text, where its input names none."""
    return document if document.lang else dataclasses.replace(document, lang=analysis.lang)


@dataclasses.dataclass(slots=True)
class _New:
    """A document of this batch that the store does not hold yet."""

    id: int
    document: Document
    analysis: Analysis
    text_hash: str
    meta_hash: str


class Batch:
    """One batch within one transaction."""

    def __init__(self, store: Store, weaver: Weaver, run_id: int, counters: Counters) -> None:
        self._store = store
        self._weaver = weaver
        self._run_id = run_id
        self._counters = counters
        self._dirty: set[int] = set()
        self._regroup: set[str] = set()
        self._versions: list[tuple[int, int]] = []
        self._named: set[str] = set()

    def add(
        self, items: Sequence[Document | Problem], analyst: Analyst | Begun, meanwhile: Callable[[], object] = nothing
    ) -> None:
        """meanwhile: what may be done while other threads work."""
        problems = [item for item in items if isinstance(item, Problem)]
        for problem in problems:
            self._counters.problem(problem)
        self._store.add_problems(self._run_id, problems)
        documents = [item for item in items if isinstance(item, Document)]
        new = self._sort_out(documents, analyst)
        self._store.add_heads(
            self._run_id,
            [
                (n.id, _told(n.document, n.analysis), n.analysis.all_words, n.analysis.digest, n.text_hash, n.meta_hash, None)
                for n in new
            ],
        )
        self._store.set_version_of(self._versions)
        analyses = {n.id: n.analysis for n in new}
        self._store.add_spans(span_rows(analyses))
        self._regroup |= {n.analysis.digest for n in new}

        def write() -> None:
            self._store.add_texts((n.id, n.document.text) for n in new)

        stale = self._weaver.add(self._run_id, self._elect(analyses), write, meanwhile)
        self._weaver.doubt(stale, self._dirty - analyses.keys())
        self._store.mark_dirty(self._dirty | stale)

    def _sort_out(self, documents: Sequence[Document], analyst: Analyst | Begun) -> list[_New]:
        """Tell the new from the known, and do what the known need."""
        texts: dict[tuple[str, str], Document] = {}
        # Of one text that comes several times the last fields count.
        for document in sorted(documents, key=lambda document: _captured(document.uri, document.fetched_at)):
            self._counters.document(document)
            key = document.uri, text_hash(document)
            self._counters.unchanged += key in texts
            texts[key] = document
        known = self._store.known(uri for uri, _ in texts)
        current = {uri: k.text_hash for uri, k in known.items()}
        earlier = self._earlier_texts(known)
        todo: list[tuple[Document, str, str]] = []
        same: list[tuple[Document, Known, str]] = []
        for (uri, text), document in texts.items():
            meta = meta_hash(document)
            if uri not in current:
                self._counters.added += 1
            elif text == current[uri]:
                same.append((document, known[uri], meta))
                continue
            elif text in earlier.get(uri, ()):
                self._counters.unchanged += 1  # a text that this address had before
                continue
            else:
                self._counters.changed += 1
                earlier.setdefault(uri, set()).add(current[uri])
            current[uri] = text
            todo.append((document, text, meta))
        self._update(same)
        return self._number(todo, known, analyst)

    def _update(self, same: Sequence[tuple[Document, Known, str]]) -> None:
        """The texts are as they were; the other fields may have changed."""
        changed = [(document, known, meta) for document, known, meta in same if meta != known.meta_hash]
        self._counters.unchanged += len(same) - len(changed)
        self._counters.changed += len(changed)
        analyses = self._weaver.analyst.analyse([document.text for document, _, _ in changed])
        for (document, known, meta), analysis in zip(changed, analyses, strict=True):
            self._store.update_meta(self._run_id, known.id, _told(document, analysis), meta)
            self._dirty.add(known.id)
            self._regroup.add(known.hash)

    def _earlier_texts(self, known: Mapping[str, Known]) -> dict[str, set[str]]:
        by_id = {k.id: uri for uri, k in known.items()}
        earlier: dict[str, set[str]] = {}
        for now, _, text in self._store.versions(by_id):
            earlier.setdefault(by_id[now], set()).add(text)
        return earlier

    def _number(
        self, todo: Sequence[tuple[Document, str, str]], known: Mapping[str, Known], analyst: Analyst | Begun
    ) -> list[_New]:
        """Give ids in order of content, so that a batch does not depend on the order of its lines; make versions."""
        analyses = analyst.analyse([document.text for document, _, _ in todo])
        order = sorted(range(len(todo)), key=lambda i: (analyses[i].digest, todo[i][0].uri, todo[i][1]))
        first = self._store.next_document_id()
        ids = {i: first + place for place, i in enumerate(order)}
        latest = {uri: k.id for uri, k in known.items()}
        new: dict[int, _New] = {}
        for i, (document, text, meta) in enumerate(todo):
            before = latest.get(document.uri)
            row = self._store.documents([before])[0] if before is not None and before not in new else None
            captured = _captured(document.uri, document.fetched_at)
            if row is not None and captured and captured < _captured(row.uri, row.fetched_at):  # an earlier capture, read later
                document = dataclasses.replace(document, uri=self._version_uri(document.uri, captured, text))
                self._versions.append((ids[i], row.id))
                new[ids[i]] = _New(ids[i], document, analyses[i], text, meta)
                self._dirty |= {ids[i], row.id}
                continue
            if before in new:  # an earlier text of an address that this batch holds several times
                old = new[before]
                stamp = old.document.fetched_at or self._store.run_started(self._run_id)
                old.document = dataclasses.replace(old.document, uri=self._version_uri(document.uri, stamp, old.text_hash))
                self._versions.append((before, ids[i]))
            elif row is not None:
                stamp = row.fetched_at or self._store.run_started(row.run_id)
                self._store.rename_version(before, self._version_uri(row.uri, stamp, row.text_hash), ids[i])
                self._dirty.add(before)
            latest[document.uri] = ids[i]
            new[ids[i]] = _New(ids[i], document, analyses[i], text, meta)
            self._dirty.add(ids[i])
        return [new[id] for id in sorted(new)]

    def _version_uri(self, uri: str, stamp: str, text: str) -> str:
        """`URI@FETCHED`; with the head of the text's hash where there is such a one."""
        name = f"{uri}@{stamp}"
        if name in self._named or self._store.known([name]):
            name = f"{name}.{text[:8]}"
        self._named.add(name)
        return name

    def _elect(self, analyses: dict[int, Analysis]) -> dict[int, Analysis]:
        """Which document stands for each group of identical texts. Returns those that now have to be indexed."""
        members = self._store.same_text(self._regroup, least=2)
        grouped = {row.id for group in members.values() for row in group}
        to_index = {id: analysis for id, analysis in analyses.items() if analysis.all_words and id not in grouped}
        copies: list[tuple[int, int | None]] = []
        rows: list[tuple] = []
        need: set[int] = set()
        plans = []
        for group in members.values():
            if not group[0].words:
                continue
            group = sorted(group, key=finish.seniority)
            best = group[0]
            was = [row for row in group if row.copy_of is None and row.id not in analyses]
            plans.append((group, best, was))
            need |= {row.id for row in group}
        at_hand = self._analyses(need, analyses)
        for group, best, was in plans:
            settled = was == [best]
            if was and not settled:  # another one stands for all from now on: its matches are found anew
                lost = self._store.matches_of(row.id for row in was)
                self._dirty |= {document for match in lost for document in (match.a, match.b)}
                self._store.delete_matches(match.id for match in lost)
                self._weaver.postings.retire([row.id for row in was])
            if not settled:
                to_index[best.id] = analyses.get(best.id) or at_hand[best.id]
                self._dirty |= {row.id for row in group}
            for row in group[1:]:
                if row.copy_of == best.id and settled:
                    continue
                copies.append((row.id, best.id))
                rows.append(copy_row(row.id, best.id, at_hand[row.id], at_hand[best.id]))
                self._dirty |= {row.id, best.id}
            if best.copy_of is not None:
                copies.append((best.id, None))
        self._counters.copies += sum(1 for id, _ in copies if id in analyses)
        self._store.set_copy_of(copies)
        self._store.add_matches(self._run_id, rows)
        return to_index

    def _analyses(self, numbers: set[int], fresh: dict[int, Analysis]) -> dict[int, Analysis]:
        others = self._weaver.shelf.get((n for n in numbers if n not in fresh), keys=True)
        return {n: fresh[n] for n in numbers if n in fresh} | others
