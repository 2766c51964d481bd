"""Scores the project's lineage on a simulated set: `python -m tests.simulator.score --seed 7 --families 300 --clocks noisy`.

Prints what ../shared/evaluate/lineage.py says (where that is present), the same for the baselines on the same links, right and
wrong by operator, and how reliable the stated probabilities are, bin by bin. `--keep FOLDER` leaves documents, truth and store
there; with `--store` they are scored as they are.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.evaluate import SHARED, provenance
from tests.simulator.__main__ import arguments, simulated, write

Pair = tuple[str, str]
DOCUMENTS = """
    SELECT d.uri, coalesce(o.uri, d.uri), d.published_at FROM document d LEFT JOIN document o ON o.id = d.copy_of
"""
LINKS = """
    SELECT coalesce(ca.uri, a.uri), coalesce(cb.uri, b.uri), sum(m.words), a.words, b.words
    FROM match m JOIN document a ON a.id = m.a JOIN document b ON b.id = m.b
    LEFT JOIN document ca ON ca.id = a.copy_of LEFT JOIN document cb ON cb.id = b.copy_of
    WHERE m.kind NOT IN ('boilerplate', 'quotation') GROUP BY m.a, m.b
"""
STATED = "SELECT parent, child, probability FROM lineage WHERE parent NOT LIKE 'unseen:%'"


class Known:
    """The truth of a set, exact copies folded as the store folds them."""

    def __init__(self, store: Path, truth: Path) -> None:
        self.db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
        self.one: dict[str, str] = {}
        self.dates: dict[str, str] = {}
        """The earliest date among the copies of one text, as the store has it."""
        for uri, one, date in self.db.execute(DOCUMENTS):
            self.one[uri] = one
            if date:
                self.dates[one] = min(date, self.dates.get(one, date))
        self.edges: dict[Pair, str] = {}
        self.unwanted: set[Pair] = set()
        self.unseen: dict[str, set[str]] = defaultdict(set)
        for line in truth.read_text().splitlines():
            row = json.loads(line)
            if row["kind"] == "edge":
                self._edge(row)

    def fold(self, uri: str) -> str:
        return self.one.get(uri, uri)

    def _edge(self, row: Mapping[str, Any]) -> None:
        edge = self.fold(row["parent"]), self.fold(row["child"])
        if row.get("parent_extant") is False:
            self.unseen[edge[0]].add(edge[1])
        elif edge[0] != edge[1]:
            self.edges[edge] = row["operator"]
            if row.get("required") is False:
                self.unwanted.add(edge)

    def siblings(self) -> set[frozenset[str]]:
        return {frozenset((a, b)) for group in self.unseen.values() for a in group for b in group if a < b}

    def links(self) -> dict[Pair, float]:
        """Linked pairs, both ways: (a, b) -> part of b's words that a shares."""
        out: dict[Pair, float] = {}
        for a, b, words, in_a, in_b in self.db.execute(LINKS):
            if a != b:
                out[b, a] = max(out.get((b, a), 0.0), words / max(1, in_a))
                out[a, b] = max(out.get((a, b), 0.0), words / max(1, in_b))
        return out

    def stated(self) -> dict[Pair, float]:
        rows = self.db.execute(STATED)
        found = {(self.fold(a), self.fold(b)): p for a, b, p in rows}
        return {edge: p for edge, p in found.items() if edge[0] != edge[1]}


def earlier(known: Known, links: Mapping[Pair, float]) -> set[Pair]:
    """The baseline: of each dated text the relative dated before it that has most of it; of several alike the first."""
    best: dict[str, tuple[tuple[float, float], str]] = {}
    for (a, b), share in sorted(links.items()):
        one, two = known.dates.get(a), known.dates.get(b)
        if one and two and one[: len(two)] < two[: len(one)]:
            rank = round(share, 2), -_minutes(one)
            if b not in best or rank > best[b][0]:
                best[b] = rank, a
    return {(a, b) for b, (_, a) in best.items()}


def _minutes(date: str) -> float:
    day = datetime.datetime.fromisoformat(date[:10]).toordinal()
    return day * 1440.0 + (int(date[11:13]) * 60 + int(date[14:16]) if len(date) > 10 else 0)


def orphans(links: Mapping[Pair, float], parents: Iterable[Pair]) -> set[frozenset[str]]:
    """The baseline for unseen sources: linked texts of which neither has a parent by the other baseline."""
    children = {b for _, b in parents}
    return {frozenset(pair) for pair in links if not children & set(pair)}


def prf(found: set, true: set) -> str:
    hit = len(found & true)
    precision, recall = hit / max(1, len(found)), hit / max(1, len(true))
    return f"precision {precision:.3f} recall {recall:.3f} F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}"


def table(known: Known) -> Iterator[str]:
    """The lines that are printed beside the scorer's."""
    links, stated = known.links(), known.stated()
    wanted = {edge for edge in known.edges if edge not in known.unwanted}
    nearest = earlier(known, links)
    yield f"nearest earlier            {prf(nearest - known.unwanted, wanted)}"
    yield f"unseen, where it has none  {prf(orphans(links, nearest), known.siblings())}"
    ways = defaultdict(lambda: [0, 0, 0, 0])
    for edge in wanted:
        way = ways[known.edges[edge]]
        way[0] += 1
        way[1] += edge in links
        way[2] += edge in stated
        way[3] += edge[::-1] in stated
    yield "operator     edges  linked  stated  turned round"
    yield from (f"{name:10} {n:7} {linked:7} {right:7} {wrong:7}" for name, (n, linked, right, wrong) in sorted(ways.items()))
    bins = defaultdict(list)
    for edge, p in stated.items():
        if edge not in known.unwanted:
            bins[min(9, int(p * 10))].append((p, edge in wanted))
    yield "stated       edges    mean   right"
    for low, found in sorted(bins.items()):
        n = len(found)
        mean, right = (sum(pair[i] for pair in found) / n for i in (0, 1))
        yield f"{low / 10:.1f}-{low / 10 + 0.1:.1f} {n:10} {mean:7.3f} {right:7.3f}"


def score(folder: Path, scorer: Path) -> None:
    """Prints the scores of folder/store.db."""
    store, truth = folder / "store.db", folder / "truth.jsonl"
    if scorer.exists():
        subprocess.run([sys.executable, str(scorer), str(store), str(truth)], check=True)
    print("\n".join(table(Known(store, truth))))


def main() -> None:
    parser = arguments()
    parser.prog, parser.description = "python -m tests.simulator.score", __doc__.partition("\n")[0]
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave documents, truth and store here")
    parser.add_argument("--store", type=Path, metavar="FOLDER", help="score what an earlier --keep has left")
    parser.add_argument("--scorer", type=Path, default=SHARED / "evaluate" / "lineage.py", help="default: %(default)s")
    options = parser.parse_args()
    if options.store:
        score(options.store, options.scorer)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        documents, _ = write(folder, *simulated(options))
        for old in folder.glob("store.db*"):
            old.unlink()
        provenance("scan", str(documents), "--db", str(folder / "store.db"), "-q")
        sys.stdout.flush()
        score(folder, options.scorer)


if __name__ == "__main__":
    main()
