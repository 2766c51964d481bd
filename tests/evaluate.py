"""Scores on the real corpora beside the repository: `make evaluate`, or `python tests/evaluate.py pan13 bibles` for some of them.

Scans each corpus whole, with defaults, into a fresh store and runs the public scorers on it. Prints what they say, and writes
one line of JSON a corpus to evaluate.json in the current folder. Says so and ends where ../shared is not present.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPORA = {
    "pan13": ("passages.py",),
    "news_rewrites": ("links.py", "lineage.py"),
    "clough_stevenson": ("links.py", "lineage.py"),
    "licences": ("links.py",),
    "pep_revisions": ("lineage.py",),
    "bibles": ("lineage.py",),
    "rfc": ("lineage.py",),
    "reuters": (),
    "finance_templates": (),
}
WITHOUT_PARENTS = ("news_rewrites", "clough_stevenson")
KINDS = "SELECT kind, count(*) AS matches, sum(words) AS words FROM match GROUP BY kind ORDER BY kind"
FAMILIES = "SELECT count(*) AS families, max(documents) AS largest FROM family_summary"


def run(*command: str) -> str:
    """Output of a command that must succeed."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def provenance(*arguments: str) -> str:
    return run(sys.executable, "-m", "provenance", *arguments)


def score(name: str, documents: Path, truth: Path, scorers: tuple[str, ...]) -> dict[str, object]:
    """Scan, score, print; what was printed, with the seconds of the scan."""
    with tempfile.TemporaryDirectory() as folder:
        db = f"{folder}/store.db"
        start = time.monotonic()
        provenance("scan", str(documents), "--db", db, "-q")
        seconds = round(time.monotonic() - start, 1)
        said = {scorer: run(sys.executable, str(SHARED / "evaluate" / scorer), db, str(truth)) for scorer in scorers}
        kinds = json.loads(provenance("query", KINDS, "--db", db, "--json"))
        families = json.loads(provenance("query", FAMILIES, "--db", db, "--json"))[0]
    total = sum(row["matches"] for row in kinds) or 1
    boilerplate = sum(row["matches"] for row in kinds if row["kind"] == "boilerplate") / total
    print(f"\n== {name}: {seconds} s; {families['families']} families, the largest of {families['largest']}")
    print("matches: " + ", ".join(f"{row['kind']} {row['matches']}" for row in kinds) + f"; boilerplate {boilerplate:.1%}")
    for text in said.values():
        print(text.rstrip())
    return {"corpus": name, "seconds": seconds, "boilerplate": boilerplate, "kinds": kinds, **families, "scores": said}


def main(wanted: list[str]) -> None:
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there: nothing to evaluate on")
    results = []
    for name in wanted or CORPORA:
        folder = SHARED / "corpora" / name
        results.append(score(name, folder / "docs.jsonl.gz", folder / "truth.jsonl", CORPORA[name]))
        if name in WITHOUT_PARENTS:
            with tempfile.TemporaryDirectory() as out:
                run(sys.executable, str(SHARED / "evaluate" / "undated.py"), str(folder), out, "--without-parents")
                lost = f"{name} --without-parents"
                results.append(score(lost, Path(out) / "docs.jsonl", Path(out) / "truth.jsonl", ("lineage.py",)))
    Path("evaluate.json").write_text("\n".join(json.dumps(result) for result in results) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
