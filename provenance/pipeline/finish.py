"""What a batch left to infer: kinds, families, lineage, and the record of what changed. One transaction.

Only what the scan touched is done again: the documents marked dirty, those that name an outlet whose names have changed (names
are learnt from all documents, so that any may change them), those that share passages with them, and the families of all.
Everything here follows from the store alone, so a scan that was killed before it leaves nothing but work for the next.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from provenance import cues, lineage, outlets
from provenance.lineage import dates
from provenance.lineage.corrections import CERTAIN, NAME
from provenance.model import Derivation, Match, Problem, Signal
from provenance.pipeline import corrections
from provenance.pipeline.analyst import Analysis
from provenance.pipeline.clusters import Clusters
from provenance.pipeline.corrections import Held
from provenance.pipeline.inference import Task, Words, inferred
from provenance.pipeline.mark import mark
from provenance.pipeline.progress import Progress
from provenance.pipeline.unfold import Helpers, unfold
from provenance.pipeline.weave import Shelf, Weaver
from provenance.read import Folded
from provenance.store import Store
from provenance.store.rows import DocumentRow, SpanRow
from provenance.text import CAPITAL, HAS_DIGIT, SENTENCE

ROOT = "none"
TRUSTED = ("given", "meta", "url")
"""Where a date must come from to decide which of several documents is the oldest."""
_LEAD, _BEFORE_TITLE, _AFTER_TITLE = 64, " \t\r\n#*_", " \t#*_"
"""Code points around a title that are looked at; what may stand before and after it in its line."""
TEXTS_AT_ONCE = 1024
"""Texts that are searched for cues in one go: bounds the memory."""
TOGETHER = 2048
"""Documents that are inferred anew in one go, where nothing that they share asks for more: bounds the memory."""
FIRST = 128
"""How many of them at first: other processes wait for their work until the first are put together."""
MARKED, MOST_MARKED = 16_384, 65_536
"""The same of documents whose matches are marked: each time reads a good part of the index. More that hang together are torn
apart, which reads what is around them twice."""
MANY = 2048
"""Documents that share passages from which on other processes are started at once, while these are marked."""
HELD = 8
"""Bytes in memory for each code point of a text whose lineage is inferred, with its words."""
SHARE = 1 << 19
"""Bytes that a process is given to infer at a time."""


class Outcome(NamedTuple):
    """What a run inferred."""

    families: int
    """How many were recomputed."""
    changes: int
    """How many were recorded."""
    problems: Sequence[Problem]
    """The corrections that do not hold."""


def finish(store: Store, run_id: int, weaver: Weaver, progress: Progress) -> Outcome:
    """Bring kinds, families and lineage up to date with the documents, and with what people say of them."""
    with store.transaction(), Helpers(weaver.jobs - 1) as helpers:
        names, renamed = _learn(store)
        held, corrected, problems = corrections.settle(store)
        store.add_problems(run_id, problems)
        store.mark_dirty(renamed | corrected)
        dirty = np.array(store.dirty(), np.int64)
        if not len(dirty):
            return Outcome(0, 0, problems)
        clusters = Clusters(store.ties_of_dirty(boilerplate=True))
        if clusters.size >= MANY:
            helpers.start(Folded(inferred, ([],), 0, "lineage"))
        changed = [document for some in clusters.chunks(MARKED) for document in _marked(store, weaver, _both(some, dirty))]
        store.mark_dirty(changed)
        weaver.postings.settle()
        unchanged = weaver.doubted.difference(changed, renamed, corrected)
        store.clear_dirty(unchanged)
        dirty = np.array(store.dirty(), np.int64)
        said = [pair for pair in held.derives if np.isin(pair, dirty).any()]  # joined even by a legend that they share
        clusters = Clusters(itertools.chain(store.ties_of_dirty(boilerplate=False), said), store.families_of_dirty())
        families = changes = 0
        progress.start("families", clusters.size)
        parts = (
            Families(store, run_id, set(_both(some, dirty).tolist()), names, held, weaver.shelf, len(some))
            for some in clusters.chunks(TOGETHER, FIRST)
        )
        results: list[lineage.Result] = []
        lost = False
        with contextlib.closing(unfold((item for part in parts for item in part.work()), weaver.jobs, helpers)) as done:
            for item in done:  # what each needs to have inferred comes before it
                if isinstance(item, Problem):  # a process died; what it was to infer is inferred here
                    lost = True
                    continue
                if not isinstance(item, Families):
                    results += item
                    continue
                renewed, recorded = item.renew(inferred(list(item.tasks())) if lost else results)
                results, lost = [], False
                families += renewed
                changes += recorded
                progress.advance(item.size)
        progress.done()
        store.clear_dirty()
    return Outcome(families, changes, problems)


def _marked(store: Store, weaver: Weaver, dirty: np.ndarray) -> Iterator[int]:
    """Mark the matches of these documents, so many of them at a time: a legend may join more. The documents that it changed."""
    for first in range(0, len(dirty), MOST_MARKED):
        yield from mark(store, weaver, set(dirty[first : first + MOST_MARKED].tolist()), dirty[first + MOST_MARKED :])


def _both(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The documents that are in both, ascending."""
    return np.intersect1d(some, others, assume_unique=True)


def _learn(store: Store) -> tuple[outlets.Outlets, set[int]]:
    """Bring the names of outlets up to date. Returns them, and the documents that bear or credit one of changed meaning."""
    before = [outlets.Alias(*row) for row in store.outlets()]
    now = outlets.learn(outlets.Naming(*row) for row in store.namings())
    store.set_outlets(now)
    return outlets.Outlets(now), store.naming(outlets.changed(before, now))


def own_words(store: Store, rows: Iterable[DocumentRow]) -> dict[int, int]:
    """The words of each document that lie in no span."""
    words = {row.id: row.words for row in rows}
    dirt = store.spans_of(words)
    return {id: count - sum(span.words for span in dirt.get(id, ())) for id, count in words.items()}


@dataclasses.dataclass(slots=True)
class _Before:
    """What the families were."""

    family: dict[int, int]
    size: Counter[int]
    root: dict[int, int]
    parents: dict[int, tuple[str, ...]]


def words_of(text: str, analysis: Analysis) -> Words:
    """A text and its words as lineage reads them, in arrays of their own: those of an analysis are parts of many texts'."""
    flags = analysis.flags
    word, stem, bits = analysis.hash.copy(), analysis.stem.copy(), analysis.bits.copy()
    capital = (flags & CAPITAL != 0) & (flags & SENTENCE == 0)
    return Words(text, analysis.end - analysis.start, word, stem, bits, flags & HAS_DIGIT != 0, capital)


def node(
    row: DocumentRow, copies: Iterable[DocumentRow], text: str, dirt: Sequence[SpanRow], names: outlets.Outlets
) -> lineage.Node:
    """A text that stands for its copies: their oldest date is its date. Its words are read later (inference.py)."""
    copies = list(copies)
    oldest = min([row, *copies], key=seniority)
    elsewhere = tuple(sorted({copy.site for copy in copies if copy.site and copy.site != row.site}))
    extra = json.loads(row.extra)
    return lineage.Node(
        id=row.id, hash=row.hash, words=row.words - sum(span.words for span in dirt), length=len(text),
        dirt=beside_text(text, row.title, ((span.start, span.end) for span in dirt)), published_at=oldest.published_at,
        published_from=oldest.published_from, site=row.site, copied_by=elsewhere, title=row.title,
        outlets=names.of_sites((row.site, *elsewhere)), cues=names.cues(text, row.author, extra), uri=row.uri,
        original=cues.original(extra), version_of=row.version_of,
    )  # fmt: skip


def beside_text(text: str, title: str | None, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """What no share counts: the spans of a text, and the line that repeats its title at its head.

    That line is matched like any other; but a copy is a copy whether its title stands in its text or only above it.
    """
    dirt = lineage.merge(spans)
    at = 0
    for start, end in dirt:
        if text[at:start].strip():
            break
        at = end
    if title:
        head = text[at : at + len(title) + _LEAD]
        start = at + len(head) - len(head.lstrip(_BEFORE_TITLE))
        end = start + len(title)
        rest = text[end : end + _LEAD].lstrip(_AFTER_TITLE)
        if text[start:end].casefold() == title.casefold() and rest[:1] in ("", "\n", "\r"):
            dirt = lineage.merge([*dirt, (start, end)])
    return dirt


class Families:
    """The families around the dirty documents, found and inferred anew."""

    def __init__(
        self, store: Store, run_id: int, dirty: set[int], names: outlets.Outlets, held: Held, shelf: Shelf, size: int
    ) -> None:  # fmt: skip
        """size: documents that the progress counts."""
        self.size = size
        self._store = store
        self._shelf = shelf
        self._names = names
        self._held = held
        self._run_id = run_id
        self._core: set[int] = set()
        self._gone: set[int] = set()
        self._nodes: dict[int, lineage.Node] = {}
        self._words: dict[int, Words] = {}
        near = dirty | self._partners(dirty)
        while near:  # what a new link joins to them comes in whole
            self._widen(near)
            self._parts = [part for part in self._families() if part[0] in self._core]
            near = {document for part in self._parts for document in part} - self._core
        self._before = self._remember()

    def _widen(self, more: set[int]) -> None:
        """Take in documents with their families, to be inferred anew; around them are the texts that may be their guests."""
        store = self._store
        self._gone |= set(store.families_of(more).values())
        members = {document for some in store.members(self._gone).values() for document in some}
        self._core = {row.copy_of or row.id for row in store.documents(self._core | more | members)}
        around = store.documents(self._core | self._partners(self._core))
        self._texts = {row.id: row for row in around if row.copy_of is None}
        self._copies = self._copy_rows(self._texts)
        self._matches = self._held.matches(store.matches_among(self._texts))
        fresh = sorted(self._texts.keys() - self._nodes.keys())
        dirt = store.spans_of(fresh)
        for first in range(0, len(fresh), TEXTS_AT_ONCE):
            some = fresh[first : first + TEXTS_AT_ONCE]
            analyses = self._shelf.get(some)
            for id, text in store.texts(some).items():
                self._nodes[id] = node(self._texts[id], self._copies.get(id, ()), text, dirt.get(id, ()), self._names)
                self._words[id] = words_of(text, analyses[id])

    def _partners(self, documents: set[int]) -> set[int]:
        """Both documents of each passage of these that may speak for derivation. A legend that thousands bear is left aside, but
        where somebody says that one of two has it from the other."""
        said = {document for pair in self._held.derives if documents.intersection(pair) for document in pair}
        rows = [*self._store.matches_of(documents, boilerplate=False), *self._store.matches_among(said)]
        return {d for m in self._held.matches(rows) if m.kind not in ("boilerplate", "quotation") for d in (m.a, m.b)}

    def _families(self) -> list[tuple[int, ...]]:
        """Families of several documents; those that touch the core may reach beyond it."""
        found = lineage.families(self._nodes.values(), self._matches, self._held.derives)
        parts = [sorted(part, key=lambda document: document not in self._core) for part in found]
        return [tuple(part) for part in parts if len(part) > 1 or part[0] in self._copies]

    def _copy_rows(self, ids: Iterable[int]) -> dict[int, list[DocumentRow]]:
        copies = self._store.copies_of(ids)
        rows = {row.id: row for row in self._store.documents(copy for some in copies.values() for copy in some)}
        return {one: [rows[copy] for copy in some] for one, some in copies.items()}

    def _remember(self) -> _Before:
        members = self._store.members(sorted(self._gone))
        family = {document: id for id, documents in members.items() for document in documents}
        depths = self._store.depths_of(family)
        rows = {row.id: row for row in self._store.documents(family)}
        root = {id: min((depths[d], seniority(rows[d])) for d in documents)[1][-1] for id, documents in members.items()}
        parents: dict[int, set[str]] = defaultdict(set)
        chosen = [row for row in self._store.derivations_of(family) if row.chosen]
        names = {row.id: row.uri for row in self._store.documents(r.parent_id for r in chosen if r.parent_id)}
        for row in chosen:
            parents[row.child_id].add(names[row.parent_id] if row.parent_id else "unseen")
        return _Before(
            family,
            Counter(family.values()),
            {id: next(d for d in members[id] if rows[d].uri == uri) for id, uri in root.items()},
            {child: tuple(sorted(some)) for child, some in parents.items()},
        )

    def tasks(self) -> Iterator[Task]:
        """Of each family its texts, the passages between them and to others, these others, and what people said of them.

        Others are those that have more than a little in common with one of the family.
        """
        of = {document: k for k, part in enumerate(self._parts) for document in part}
        own: list[list[Match]] = [[] for _ in self._parts]
        shared: list[Counter[tuple[int, int]]] = [Counter() for _ in self._parts]
        for match in self._matches:
            x, y = of.get(match.a), of.get(match.b)
            for k in {x, y} - {None}:
                own[k].append(match)
                if x != y and match.kind not in ("boilerplate", "quotation"):
                    shared[k][(match.a, match.b) if y == k else (match.b, match.a)] += match.words
        guests = [
            {
                d
                for (d, member), words in pairs.items()
                if words >= lineage.LITTLE * min(self._nodes[n].words for n in (d, member))
            }
            for pairs in shared
        ]
        said: list[dict[tuple[int, int], str]] = [{} for _ in self._parts]
        for (parent, child), words in self._held.derives.items():
            if parent in of and of[parent] == of.get(child):
                said[of[parent]][parent, child] = words
        for part, matches, others, words in zip(self._parts, own, guests, said, strict=True):
            inputs = [self._nodes[d] for d in part], matches, [self._nodes[d] for d in sorted(others)], words
            yield Task(inputs, {d: self._words[d] for d in (*part, *others)})

    def work(self) -> Iterator[Folded | Families]:
        """What may be inferred in another process, some families at a time, and at last this, which waits for the results."""
        some: list[Task] = []
        size = 0
        for one in self.tasks():
            some.append(one)
            size += HELD * sum(len(words.text) for words in one.words.values())
            if size >= SHARE:
                yield Folded(inferred, (some,), size, "lineage")
                some, size = [], 0
        if some:
            yield Folded(inferred, (some,), size, "lineage")
        yield self

    def renew(self, results: Sequence[lineage.Result]) -> tuple[int, int]:
        """Write what was inferred of each family, in their order. Returns how many they are, and how many changes they made."""
        parts = self._parts
        ids = self._name(parts)
        families, unseen, derivations, links = [], [], [], []
        for k, (part, result) in enumerate(zip(parts, results, strict=True)):
            first = len(unseen)
            unseen += [(None, ids[k], source.probability, source.credit) for source in result.unseen]
            derivations += [
                d if d.unseen is None else dataclasses.replace(d, unseen=first + d.unseen) for d in result.derivations
            ]
            links += [(ids[k], p.a, p.b, p.p_ab, p.p_ba, p.p_unseen, int(p.decided)) for p in result.pairs]
            for document in part:
                families.append((document, ids[k], result.depth[document]))
                for copy in self._copies.get(document, ()):
                    row = self._duplicate(copy, self._texts[document])
                    derivations += [row] if row else []
                    families.append((copy.id, ids[k], result.depth[document] + bool(row)))
        sharing = {document for match in self._matches for document in (match.a, match.b)}
        self._store.set_namings({d: outlets.keys_of(self._nodes[d].cues, self._nodes[d].sites) for d in sharing})
        self._store.replace_lineage(sorted(self._gone), families, unseen, derivations, links)
        changes = self._changes(families, derivations)
        self._store.add_changes(self._run_id, changes)
        return len(parts), len(changes)

    def _duplicate(self, copy: DocumentRow, one: DocumentRow) -> Derivation | None:
        """Where an exact copy comes from, as somebody says, or else as its date and that of the one that stands for it say."""
        if copy.id in self._held.copied:
            source, said = self._held.copied[copy.id]
            row = one if source == one.id else next(other for other in self._copies[one.id] if other.id == source)
            return _copied(copy, row, (Signal(NAME, "parent", CERTAIN, said=said),), 1.0)
        return None if copy.id in self._held.apart else _duplicate(copy, one)

    def _name(self, parts: Sequence[Sequence[int]]) -> list[int]:
        """An id for each family: on a merge the older survives, on a split the larger part keeps it."""
        claims: dict[int, tuple[int, int]] = {}
        for k, part in enumerate(parts):
            for id, count in Counter(self._before.family[d] for d in part if d in self._before.family).items():
                if id not in claims or count > claims[id][0]:
                    claims[id] = (count, k)
        named: dict[int, int] = {}
        for id in sorted(claims):
            named.setdefault(claims[id][1], id)
        fresh = iter(self._store.new_family_ids(len(parts) - len(named)))
        return [named[k] if k in named else next(fresh) for k in range(len(parts))]

    def _changes(self, families: Sequence[tuple[int, int, int]], derivations: Sequence[Derivation]) -> list[tuple]:
        """Rows (uri, what, before, after): new, grown, re-rooted and removed families by their origin's uri,
        changed parents by the child's."""
        rows = self._texts | {copy.id: copy for some in self._copies.values() for copy in some}
        after: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for document, family, depth in families:
            after[family].append((depth, document))
        before = self._before
        changes = []
        for family, members in after.items():
            root = rows[min(members, key=lambda member: (member[0], seniority(rows[member[1]])))[1]].uri
            if family not in before.size:
                changes.append((root, "new", None, str(len(members))))
                continue
            if len(members) > before.size[family]:
                changes.append((root, "grew", str(before.size[family]), str(len(members))))
            was = before.root[family]
            if was in rows and rows[was].uri != root:
                changes.append((root, "re-rooted", rows[was].uri, root))
        for family in set(before.size) - set(after):
            if before.root[family] in rows:
                changes.append((rows[before.root[family]].uri, "removed", str(before.size[family]), None))
        parents: dict[int, set[str]] = defaultdict(set)
        for derivation in derivations:
            if derivation.chosen:
                parents[derivation.child].add(rows[derivation.parent].uri if derivation.parent else "unseen")
        for document in before.family:
            if document in rows:
                was, now = before.parents.get(document, ()), tuple(sorted(parents.get(document, ())))
                if was != now:
                    changes.append((rows[document].uri, "parent", " ".join(was) or ROOT, " ".join(now) or ROOT))
        return sorted(changes, key=lambda change: change[:2])


def seniority(row: DocumentRow) -> tuple:
    """Oldest first: those with a trusted date by it, then the others; else by uri. Of one text the first stands for all."""
    trusted = row.published_at is not None and row.published_from in TRUSTED
    return (not trusted, row.published_at if trusted else "", row.uri)


def _duplicate(copy: DocumentRow, one: DocumentRow) -> Derivation | None:
    """An exact copy derives from the one that stands for it when their dates say so; otherwise the two are interchangeable."""
    odds = dates.order(_dated(one), _dated(copy))
    if odds is None or odds <= 0:
        return None
    return _copied(copy, one, (Signal("dates", "parent", round(odds, 3)),), 1 / (1 + math.exp(-odds)))


def _copied(copy: DocumentRow, one: DocumentRow, why: tuple[Signal, ...], probability: float) -> Derivation:
    days = dates.days(_dated(one), _dated(copy))
    return Derivation(copy.id, one.id, None, "duplicate", probability, 2 * probability - 1, 1.0, days, why, True)


def _dated(row: DocumentRow) -> lineage.Node:
    return lineage.Node(row.id, row.hash, row.words, 0, row.published_at, row.published_from, row.site)
