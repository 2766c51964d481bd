"""Scores on the real corpora beside the repository: `make evaluate`, or `python -m tests.evaluate pan13 bibles` for some of them.

Scans each corpus whole, with defaults, into a fresh store and runs the public scorers on it. Prints one table, with the share of
matches called boilerplate for each corpus; writes it to evaluate.json in the current folder and, when all corpora
were asked for, between the markers in README.md. Ends with a word where ../shared is not present.
"""

from __future__ import annotations

import gzip
import itertools
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests import simulator
from tests.planting import KINDS, plant
from tests.simulator.__main__ import write

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
README = REPOSITORY / "README.md"
START, END = "<!-- evaluation -->", "<!-- /evaluation -->"
SEED = 7

MATCHES = "SELECT kind, count(*) AS matches FROM match GROUP BY kind ORDER BY kind"
SIZES = "SELECT (SELECT count(*) FROM document) AS documents, count(*) AS families, max(documents) AS largest FROM family_summary"


class Score(NamedTuple):
    """One line of the table: what was measured, what came out, what is known from elsewhere, if anything."""

    measure: str
    reached: float
    known: str = ""


def run(*command: str) -> str:
    """Output of a command that must succeed."""
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY).stdout


def provenance(*arguments: str) -> str:
    return run(sys.executable, "-m", "provenance", *arguments)


def rows(db: str, sql: str) -> list[dict[str, int]]:
    return json.loads(provenance("query", sql, "--db", db, "--json"))


def scorer(name: str, db: str, truth: Path) -> str:
    return run(sys.executable, str(SHARED / "evaluate" / name), db, str(truth))


def number(pattern: str, text: str) -> float:
    """The number that a scorer's line holds; an error names the line where it does not."""
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"the scorer's words have changed: no {pattern!r} in\n{text}")
    return float(found[1])


PAN = {
    "02-no-obfuscation": ("plagdet, not obfuscated", ".974, the best of PAN 2014/15, given the pairs"),
    "03-random-obfuscation": ("plagdet, random", ".874, the same"),
    "04-translation-obfuscation": ("plagdet, translated and back", ".869, the same"),
    "05-summary-obfuscation": ("plagdet, summaries", ".599, the same"),
    "all": ("plagdet, all", ".891, the same"),
}


def passages(db: str, truth: Path) -> Iterator[Score]:
    said = scorer("passages.py", db, truth)
    for category, (measure, known) in PAN.items():
        yield Score(measure, number(rf"(?m)^{category} +([\d.]+)", said), known)
    nothing = number(r"(?m)^01-no-plagiarism .* (\d+)$", said)
    yield Score("passages in 1,000 pairs that share nothing", nothing, "13, the same")


def links(recall_known: str = "", precision_known: str = "") -> Callable[[str, Path], Iterator[Score]]:
    def score(db: str, truth: Path) -> Iterator[Score]:
        said = scorer("links.py", db, truth)
        recall = re.search(r"recall of listed pairs +([\d.]+)", said)
        if recall:
            yield Score("links, recall", float(recall[1]), recall_known)
            yield Score("links, precision", number(r"precision of linked pairs +([\d.]+)", said), precision_known)
        yield Score("families, pairwise F1", number(r"families: .* F1 ([\d.]+)", said))

    return score


def lineage(known: str) -> Callable[[str, Path], Iterator[Score]]:
    def score(db: str, truth: Path) -> Iterator[Score]:
        said = scorer("lineage.py", db, truth)
        yield Score("derivations, directed F1", number(r"directed .*F1 ([\d.]+)", said), known)
        yield Score("calibration error (ECE)", number(r"ECE ([\d.]+)", said))

    return score


def undated(db: str, truth: Path) -> Iterator[Score]:
    yield Score(
        "direction over all true pairs", number(r"direction, all true pairs +([\d.]+)", scorer("lineage.py", db, truth)), ".50"
    )


def orphans(db: str, truth: Path) -> Iterator[Score]:
    said = scorer("lineage.py", db, truth)
    yield Score("pairs of an unseen source, F1", number(r"unseen source.*F1 ([\d.]+)", said))


def compilations(db: str, truth: Path) -> Iterator[Score]:
    yield Score("compilations with all parents found", number(r"all parents +([\d.]+)", scorer("lineage.py", db, truth)))


TURNS = (
    {"002": "rigorous", "003": "rigorous", "004": "rigorous"},
    {"001": "50,000", "003": "50,000"},
    {"002": "willingness", "004": "willingness"},
    {"000": "insertion", "001": "integration", "002": "infusion"},
)
"""K, N, W and I of ../shared/corpora/README.md: by the first digits of the file a word that each holds."""


def turns(db: str, _: Path) -> Iterator[Score]:
    """Of the pairs of files that share a turn of phrase those with a match of it, and the matches that hold none."""
    shared = "SELECT uri_a, uri_b, text_a, text_b FROM shared_passage WHERE kind <> 'boilerplate'"
    matches = [{Path(row[f"uri_{x}"]).name[:3]: row[f"text_{x}"] for x in "ab"} for row in rows(db, shared)]
    wanted = [(turn, pair) for turn in TURNS for pair in itertools.combinations(turn, 2)]
    holds = [[set(pair) == match.keys() and all(turn[x] in match[x] for x in pair) for match in matches] for turn, pair in wanted]
    yield Score(f"turns of phrase found, of {len(wanted)} pairs", sum(map(any, holds)))
    yield Score("other matches", sum(not any(column) for column in zip(*holds, strict=True)))


def planted(db: str, _: Path) -> Iterator[Score]:
    """Recall of the planted copies, by kind: joined with their source by a match that is not boilerplate, or folded into it."""
    one = {row["uri"]: row["one"] for row in rows(db, "SELECT uri, coalesce(copy_of, id) AS one FROM document")}
    linked = {frozenset((row["a"], row["b"])) for row in rows(db, "SELECT DISTINCT a, b FROM match WHERE kind <> 'boilerplate'")}
    for kind, copies in plant(articles("reuters"), SEED).items():
        pairs = [{one[uri], one[source]} for uri, (source, _) in copies.items()]
        yield Score(f"recall, {kind}", sum(len(pair) == 1 or frozenset(pair) in linked for pair in pairs) / len(pairs))


def articles(name: str) -> dict[str, str]:
    with gzip.open(SHARED / "corpora" / name / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {row["id"]: row["text"] for row in map(json.loads, lines)}


def whole(name: str, folder: Path) -> tuple[Path, Path]:
    """The corpus as it stands: (documents, truth)."""
    return SHARED / "corpora" / name / "docs.jsonl.gz", SHARED / "corpora" / name / "truth.jsonl"


def folder(name: str, _: Path) -> tuple[Path, Path]:
    """A corpus of files; its truth stands in the README beside it."""
    return SHARED / "corpora" / name, SHARED / "corpora" / "README.md"


def anonymous(*options: str) -> Callable[[str, Path], tuple[Path, Path]]:
    """The corpus without its dates and telling names."""

    def make(name: str, folder: Path) -> tuple[Path, Path]:
        run(sys.executable, str(SHARED / "evaluate" / "undated.py"), str(SHARED / "corpora" / name), str(folder), *options)
        return folder / "docs.jsonl", folder / "truth.jsonl"

    return make


def with_copies(name: str, folder: Path) -> tuple[Path, Path]:
    """The corpus with planted copies."""
    out = folder / "docs.jsonl"
    with gzip.open(SHARED / "corpora" / name / "docs.jsonl.gz", "rt", encoding="utf-8") as lines, out.open("w") as file:
        file.writelines(lines)
        for copies in plant(articles(name), SEED).values():
            file.writelines(json.dumps({"id": uri, "text": text}) + "\n" for uri, (_, text) in copies.items())
    return out, out


def simulated(clocks: simulator.Clocks, hidden: bool = False, **more: float) -> Callable[[str, Path], tuple[Path, Path]]:
    """Simulated news; `hidden`: two reports in five are in no corpus."""
    habits = simulator.Habits(unseen=0.4) if hidden else simulator.Habits()

    def make(name: str, folder: Path) -> tuple[Path, Path]:
        return write(folder, *simulator.simulate(SEED, 300, clocks, habits=habits, **more))

    return make


class Task(NamedTuple):
    """One scan and what is scored on it."""

    name: str
    corpus: str
    documents: Callable[[str, Path], tuple[Path, Path]]
    scores: tuple[Callable[[str, Path], Iterable[Score]], ...]


TASKS = (
    Task("PAN 2013 text alignment", "pan13", whole, (passages,)),
    Task("rewrites by a language model", "news_rewrites", whole, (links(".92, weighted stem overlap", ".83, the same"),)),
    Task("the same, undated", "news_rewrites", anonymous(), (undated,)),
    Task("the same, originals taken away", "news_rewrites", anonymous("--without-parents"), (orphans,)),
    Task("rewritten answers", "clough_stevenson", whole, (links(".81, weighted stem containment", ".96, the same"),)),
    Task("the same, undated", "clough_stevenson", anonymous(), (undated,)),
    Task("the same, originals taken away", "clough_stevenson", anonymous("--without-parents"), (orphans,)),
    Task("licence texts", "licences", whole, (links(),)),
    Task("revisions of PEPs, dated", "pep_revisions", whole, (lineage(".970, nearest earlier relative"),)),
    Task("the same, undated", "pep_revisions", anonymous(), (undated,)),
    Task("six Bible versions, dated by year", "bibles", whole, (lineage(".65, the same"),)),
    Task("RFCs, dated by month", "rfc", whole, (lineage(".73, the same"), compilations)),
    Task("the same, undated", "rfc", anonymous(), (undated,)),
    Task("simulated news, good clocks", "simulator", simulated(simulator.CLEAN), (lineage(".53, nearest earlier"), compilations)),
    Task("the same, noisy clocks", "simulator", simulated(simulator.NOISY), (lineage(".41, the same"), compilations)),
    Task("the same, 15 % of dates false", "simulator", simulated(simulator.CLEAN, false_dates=0.15), (lineage(".47, the same"),)),
    Task("the same, many unseen sources", "simulator", simulated(simulator.NOISY, hidden=True), (orphans,)),
    Task(f"Reuters with {len(KINDS)} x 200 planted copies", "reuters", with_copies, (planted,)),
    Task("five articles on one event", "kursk", folder, (turns,)),
    Task("finance templates", "finance_templates", whole, ()),
)


def evaluate(task: Task) -> dict[str, object]:
    """Scan and score: what the table says of a task, as it is written to evaluate.json."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents, truth = task.documents(task.corpus, folder)
        db = str(folder / "store.db")
        start = time.monotonic()
        provenance("scan", str(documents), "--db", db, "-q")
        seconds = round(time.monotonic() - start, 1)
        kinds = {row["kind"]: row["matches"] for row in rows(db, MATCHES)}
        boilerplate = round(kinds.get("boilerplate", 0) / max(1, sum(kinds.values())), 3)
        scores = [score._asdict() for scorer in task.scores for score in scorer(db, truth)]
        sizes = rows(db, SIZES)[0]
    return {"task": task.name, "corpus": task.corpus, "seconds": seconds, **sizes, "kinds": kinds, "boilerplate": boilerplate,
            "scores": scores}  # fmt: skip


def table(results: Iterable[dict]) -> str:
    """The results as a Markdown table."""
    lines = ["| corpus | documents | scan | boilerplate | measure | reached | known |", "|---|---|---|---|---|---|---|"]
    for result in results:
        head = [result["task"], f"{result['documents']:,}", f"{result['seconds']} s", f"{result['boilerplate']:.0%}"]
        for score in result["scores"] or [
            {"measure": f"largest family of {result['families']}", "reached": result["largest"], "known": ""}
        ]:
            reached = (
                f"{score['reached']:.3f}"
                if isinstance(score["reached"], float) and score["reached"] <= 1
                else f"{score['reached']:g}"
            )
            lines.append(f"| {' | '.join(head)} | {score['measure']} | {reached} | {score['known']} |")
            head = ["", "", "", ""]
    return "\n".join(lines)


def main(wanted: list[str]) -> None:
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there: nothing to evaluate on")
    results = []
    for task in TASKS:
        if not wanted or task.corpus in wanted:
            results.append(evaluate(task))
            print(f"{task.name}: {results[-1]['seconds']} s", file=sys.stderr)
    print(table(results))
    Path("evaluate.json").write_text("\n".join(json.dumps(result) for result in results) + "\n", encoding="utf-8")
    if not wanted:
        head, _, rest = README.read_text().partition(START)
        README.write_text(f"{head}{START}\n{table(results)}\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main(sys.argv[1:])
