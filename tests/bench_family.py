"""One wire story on 300 sites, as a scan takes it: `python -m tests.bench_family [COPIES]`, 2,000 and 10,000 by default.

Made-up copies and near-copies of one story of 400 words (as it is, with page furniture, a few words changed, the tail cut, a
local paragraph put in; some made from another copy than the first; some undated, some crediting the agency) are scanned by the
command with two jobs, and their family is reported as text and as HTML. Once as they come, once with every text different and
without the agency's own page. Says what each command took, and whether what it found is sane. Writes bench_family.json in the
current folder.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.strategies import CONTENT, rarity, sentences

SITES, DAYS = 300, 4
AGENCY, AGENCY_SITE = "Tarnwick Press", "tarnwickpress.example"
MINUTES, GIGABYTES = 10, 4
"""What a family of 10,000 may take on two cores."""

STORY = """
A freight ferry carrying 212 passengers and a cargo of fertiliser lost power in a gale off Skerrow Point late on Monday and
drifted for five hours before two tugs brought it under control, the coastguard said.

Nobody was badly hurt, but eleven people were taken to hospital in Dunmorran with bruises and broken bones after furniture broke
loose in the forward lounge. The vessel, the 31-year-old Maid of Ullin, was towed into Port Hesper shortly before dawn.

"It was as close as I ever want to come," said Captain Ragnhild Oyle, who has commanded the ship since 2014. "We had the anchor
down in sixty metres and it was dragging. Another mile and we would have been on the rocks."

The coastguard received the first call at 22.47. Its lifeboat stations at Skerrow and Balnacree launched within twenty minutes,
and a helicopter from the air base at Fenwith stood by to lift passengers off in groups of nine. In the end the tugs Resolve and
Tamar Knight, which had been escorting a drilling rig forty miles to the south, reached the ferry first and passed a line at the
third attempt.

Investigators will look at the fuel system. Two engineers who asked not to be named said that both main engines had stopped within
a minute of each other after the ship took on fuel in Larne Haven on Sunday, and that the filters were found to be full of a
brown sludge. The owner, Hebrin Lines, declined to comment on the cause and said that it was cooperating fully.

The Maid of Ullin failed an inspection in March, when surveyors found corroded piping and an emergency generator that would not
start. It was allowed back to sea nine days later. The seafarers' union has called since 2021 for ships of its age to be taken off
the northern route, where waves of twelve metres are not unusual in winter.

"We warned them in writing, four times," said the union's secretary, Piers Adlam. "The answer was always that a new ship costs
ninety million and a coat of paint costs nine thousand."

The transport minister, Honor Tregale, told parliament that she had ordered inspections of all seven ferries on the route, and
that services would run at half their frequency until these were finished. Islanders said that shops on Great Ullin and Stroma
would run short of milk and bread by the weekend.

The fertiliser, 640 tonnes of ammonium nitrate in sealed bags, was not damaged. Firefighters in protective suits inspected the
hold for three hours before allowing the passengers to fetch their cars.
""".strip()
PARAGRAPHS = [" ".join(paragraph.split()) for paragraph in STORY.split("\n\n")]
_FURNITURE_BEFORE = ("Share this article\n\n", "Advertisement\n\n", "Read more: our newsletter\n\n")
_FURNITURE_AFTER = ("\n\nSign up for our daily newsletter", "\n\nComments are closed.", "\n\nFollow us on Twitter and Facebook")
_CREDITS = (f"By {AGENCY}\n\n", f"({AGENCY}) - ")
_START = datetime.datetime(2025, 3, 3, 23, 30, tzinfo=datetime.UTC)

KINDS = {"exact": 30, "furniture": 15, "words": 25, "cut": 15, "local": 15}


def rows(count: int, *, distinct: bool = False, seed: int = 1) -> Iterator[dict[str, Any]]:
    """The story and copies of it, `count` rows of JSONL; with `distinct` no two have the same words, and the story itself is
    not among them."""
    rng = random.Random(seed)
    made = [PARAGRAPHS]
    if not distinct:
        yield _row(0, PARAGRAPHS, 0.0, AGENCY_SITE, rng, credited=False, dated=True)
    seen = {tuple(PARAGRAPHS)}
    while len(made) < count + distinct:
        source = made[0] if rng.random() < 0.7 else rng.choice(made)
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
        text = _varied(source, "words" if distinct and kind in ("exact", "furniture") else kind, rng)
        if distinct and tuple(text) in seen:
            continue
        seen.add(tuple(text))
        made.append(text)
        hours = min(24 * DAYS, rng.expovariate(1 / 18)) + 0.2
        yield _row(
            len(made) - 1, text, hours, f"daily{rng.randrange(SITES)}.example", rng, credited=rng.random() < 0.2,
            dated=rng.random() < 0.8, furniture=kind == "furniture",
        )  # fmt: skip


def _varied(paragraphs: list[str], kind: str, rng: random.Random) -> list[str]:
    if kind == "words":
        words = [paragraph.split() for paragraph in paragraphs]
        places = [(i, j) for i, paragraph in enumerate(words) for j in range(len(paragraph))]
        for i, j in rng.sample(places, min(len(places), rng.randint(3, 20))):
            words[i][j] = rng.choice(CONTENT)
        return [" ".join(paragraph) for paragraph in words]
    if kind == "cut" and len(paragraphs) > 4:
        return paragraphs[: rng.randint(4, len(paragraphs) - 1)]
    if kind == "local":
        name = f"{rarity(rng).capitalize()} {rarity(rng).capitalize()}"
        own = f"{name}, of {rarity(rng).capitalize()}, was on board. {' '.join(sentences(rng, 2))}"
        at = rng.randint(2, len(paragraphs))
        return [*paragraphs[:at], own, *paragraphs[at:]]
    return paragraphs


def _row(
    number: int, paragraphs: list[str], hours: float, site: str, rng: random.Random, *, credited: bool, dated: bool,
    furniture: bool = False,
) -> dict[str, Any]:  # fmt: skip
    text = "\n\n".join(paragraphs)
    if credited:
        text = rng.choice(_CREDITS) + text
    if furniture:
        text = rng.choice(_FURNITURE_BEFORE) + text + rng.choice(_FURNITURE_AFTER)
    row = {"id": f"https://{site}/news/{number}", "text": text, "source": site}
    if dated:
        row["date"] = (_START + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return row


def timed(*arguments: str) -> dict[str, float]:
    """What a provenance command took: wall and processor seconds, and the most memory that it held, in MB."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "provenance", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    return {
        "wall": round(time.perf_counter() - start, 1),
        "processor": round(used.ru_utime + used.ru_stime, 1),
        "megabytes": round(used.ru_maxrss / 1024),
    }


def found(db: Path) -> dict[str, Any]:
    """What the store says of the story: families, how the probabilities of a text's sources add up, whence the texts come."""
    with contextlib.closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        run = connection.execute
        sizes = [n for (n,) in run("SELECT count(*) FROM family GROUP BY family_id ORDER BY count(*) DESC")]
        texts = {text for (text,) in run("SELECT id FROM document WHERE copy_of IS NULL")}
        story = run("SELECT coalesce(copy_of, id) FROM document WHERE uri LIKE ?", (f"%{AGENCY_SITE}/%",)).fetchone() or (0,)
        sums = dict.fromkeys(texts, 0.0)
        for a, b, p_ab, p_ba in run("SELECT a, b, p_ab, p_ba FROM link"):
            sums[a] += p_ba
            sums[b] += p_ab
        parent: dict[int, int | None] = {}
        for child, of, p, chosen in run("SELECT child_id, parent_id, probability, chosen FROM derivation ORDER BY coverage DESC"):
            if child in texts and chosen:
                parent.setdefault(child, of)
                sums[child] += p if of is None else 0.0
        top = Counter(_root(text, parent) for text in texts)
        links, undecided = run("SELECT count(*), sum(NOT decided) FROM link").fetchone()
        return {
            "documents": sum(sizes),
            "texts": len(texts),
            "matches": run("SELECT count(*) FROM match").fetchone()[0],
            "links": links,
            "undecided": undecided,
            "families": len(sizes),
            "largest": sizes[0],
            "largest_sum": round(max(sums.values()), 9),
            "with_a_source": sum(p >= 0.6 for p in sums.values()),
            "with_one_that_is_stated": len(parent),
            "from_the_story": top[story[0]],
            "from_unseen": top[None],
        }


def _root(text: int, parent: dict[int, int | None]) -> int | None:
    """Where the chosen derivations of a text begin: a text, or None for an unseen source."""
    seen = set()
    at: int | None = text
    while at in parent and at not in seen:
        seen.add(at)
        at = parent[at]
    return at


def measured(count: int, *, distinct: bool) -> dict[str, Any]:
    """Scan and report such a family."""
    with tempfile.TemporaryDirectory() as name:
        path, db = Path(name) / "copies.jsonl", Path(name) / "store.db"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows(count, distinct=distinct)))
        say = ["--db", str(db), "-q"]
        took = {"scan": timed("scan", str(path), "-j", "2", *say)}
        said = found(db)
        took["text"] = timed("report", "--family", "1", *say)
        took["html"] = timed("report", "--family", "1", "-f", "html", "-o", f"{name}/report.html", *say)
        said["store_megabytes"] = round(db.stat().st_size / 1e6, 1)
    return {"copies_made": count, "distinct": distinct, **took, **said}


def troubles(row: dict[str, Any]) -> list[str]:
    """What is not as it should be."""
    checks = {
        "more than one family": row["largest"] < 0.99 * row["copies_made"],
        "probabilities of a text's sources above 1": row["largest_sum"] > 1 + 1e-6,
        "most texts have no source": row["with_a_source"] < 0.6 * row["texts"],
        "too slow": row["scan"]["wall"] > 60 * MINUTES,
        "too much memory": row["scan"]["megabytes"] > 1000 * GIGABYTES,
    }
    return [what for what, wrong in checks.items() if wrong]


def main(counts: list[int]) -> None:
    out = []
    for count in counts:
        for distinct in (False, True):
            out.append(measured(count, distinct=distinct))
            print(json.dumps(out[-1]), flush=True)
            for what in troubles(out[-1]):
                print(f"  {what}", flush=True)
    Path("bench_family.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    if not all(re.fullmatch("[0-9]+", argument) for argument in sys.argv[1:]):
        raise SystemExit(__doc__)
    main([int(argument) for argument in sys.argv[1:]] or [2000, 10_000])
