"""A person's word: what is said in table `correction` is applied, shown as such, kept, and taken back."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.lineage import families, infer
from provenance.lineage.corrections import CERTAIN, NAME
from provenance.pipeline.corrections import Held
from provenance.store.rows import MatchRow
from tests import corpus
from tests.canonical import difference, dump
from tests.strategies import edited, prose
from tests.test_cli import ROOT, run, scanned
from tests.test_lineage import chosen, match, node, probability

scanned = scanned  # the fixture: a store of the fixture corpus
FIRST, SECOND, THIRD = (f"https://{name}.example/{number}" for number, name in enumerate(("alder", "birch", "cedar")))
OTHER, COPY = "https://dogwood.example/3", "https://elm.example/4"
STORY = prose(5001, 14)
TEXTS = {
    FIRST: edited(STORY, 0.05, 1),
    SECOND: edited(STORY, 0.06, 2),
    THIRD: edited(STORY, 0.07, 3),
    OTHER: prose(5002, 14),
    COPY: edited(STORY, 0.05, 1).replace(". ", ".\n\n"),
}
"""Three undated versions of one story, of which nothing tells the first; another text; a copy of the first version."""


def scan(db: Path, *uris: str, **texts: str) -> str:
    """Scan these of the texts; what the command says on stderr."""
    rows = "".join(json.dumps({"id": uri, "text": texts.get("text", TEXTS[uri])}) + "\n" for uri in uris)
    done = run(db, "scan", "--format", "jsonl", "-q", "-", input=rows)
    assert done.exit_code == 0, done.output
    return done.stderr


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Path:
    """A store of all the texts, to be copied."""
    path = tmp_path_factory.mktemp("corrections") / "p.db"
    scan(path, *TEXTS)
    return path


@pytest.fixture
def db(stored, tmp_path) -> Path:
    return Path(shutil.copy(stored, tmp_path / "p.db"))


def say(db: Path, *rows: dict[str, str | None]) -> str:
    """Add rows as people do, by sqlite-utils; what it says on stderr."""
    command = [sys.executable, "-m", "sqlite_utils", "insert", str(db), "correction", "-"]
    return subprocess.run(command, input=json.dumps(rows), capture_output=True, text=True, check=False).stderr


def derives(child: str, parent: str, **more: str) -> dict[str, str | None]:
    return {"child": child, "parent": parent, "verdict": "derives", **more}


def independent(child: str, parent: str, **more: str) -> dict[str, str | None]:
    return {"child": child, "parent": parent, "verdict": "independent", **more}


def take_back(db: Path) -> None:
    command = [sys.executable, "-m", "sqlite_utils", "query", str(db), "delete from correction"]
    subprocess.run(command, check=True, capture_output=True)


def infer_anew(db: Path) -> str:
    """Rebuild the lineage; what is said on stderr."""
    done = run(db, "rebuild", "--lineage-only", "-q")
    assert done.exit_code == 0, done.output
    return done.stderr


def ask(db: Path, sql: str, *parameters: str) -> list[tuple]:
    with sqlite3.connect(db) as connection:
        return connection.execute(sql, parameters).fetchall()


def said_of(db: Path) -> dict[tuple[str, str], tuple[float, str | None]]:
    """(child, parent) -> (probability, by hand) of the chosen derivations."""
    return {(child, parent): rest for child, parent, *rest in map(list, ask(db, LINEAGE))}


def states(db: Path) -> list[str]:
    return [state for (state,) in ask(db, "SELECT state FROM applied ORDER BY child, parent")]


LINEAGE = "SELECT child, parent, probability, by_hand FROM lineage"
ANN = {"made_by": "Ann Lee", "note": "their editor told me"}


# What a row does


def test_a_word_decides(db):
    """Undecided texts have the source that a person names, with certainty, from the next scan on, and the change is told."""
    before = said_of(db)
    assert (SECOND, THIRD) not in before
    assert say(db, derives(SECOND, THIRD, **ANN)) == ""
    scan(db, OTHER)
    assert said_of(db)[SECOND, THIRD] == [1.0, "Ann Lee, their editor told me"]
    ((why,),) = ask(db, "SELECT why FROM derivation WHERE chosen AND why LIKE '%correction%'")
    assert {
        "signal": NAME,
        "toward": "parent",
        "log_odds": CERTAIN,
        "spans": [],
        "said": "Ann Lee, their editor told me",
    } in json.loads(why)
    ((decided, forth, back),) = ask(db, f"""SELECT decided, max(p_ab, p_ba), min(p_ab, p_ba) FROM link
        WHERE a IN ({IDS}) AND b IN ({IDS})""", SECOND, THIRD, SECOND, THIRD)  # fmt: skip
    assert (decided, forth, back) == (1, 1.0, 0.0)
    ((after,),) = ask(db, "SELECT after FROM change WHERE what = 'parent' AND uri = ? AND run_id = 2", SECOND)
    assert after == THIRD


IDS = "SELECT id FROM document WHERE uri IN (?, ?)"


def test_taken_back(db):
    """Without its row all is as it was."""
    before = dump(db)
    say(db, derives(SECOND, THIRD, **ANN), independent(FIRST, THIRD))
    scan(db, OTHER)
    assert difference(before, dump(db))
    take_back(db)
    scan(db, OTHER)
    assert difference(before, dump(db)) == {}


def test_it_survives(db):
    """A rebuild, and forgetting a document and scanning it again, leave what was said and what follows from it."""
    say(db, derives(SECOND, THIRD, **ANN), independent(FIRST, THIRD, made_by="Bo"))
    infer_anew(db)
    held = dump(db)
    assert states(db) == ["holds", "holds"]
    assert run(db, "rebuild", "-q").exit_code == 0
    assert difference(held, dump(db)) == {}
    for uri in SECOND, THIRD:
        assert run(db, "forget", "-q", uri).exit_code == 0
        assert "waits" in states(db)
        scan(db, uri)
        assert difference(held, dump(db)) == {}


def test_a_row_waits_for_its_documents(tmp_path):
    """A row on a document that is not in the store says nothing, and is applied when that arrives."""
    db = tmp_path / "p.db"
    scan(db, OTHER)
    say(db, derives(SECOND, THIRD))
    assert scan(db, SECOND) == ""
    assert states(db) == ["waits"]
    scan(db, THIRD)
    assert said_of(db) == {(SECOND, THIRD): [1.0, ""]}


def test_independent_texts_are_no_family(tmp_path):
    """What independent texts share stays as evidence, and joins nothing; explain and the verdict say whose word it is."""
    db = tmp_path / "p.db"
    scan(db, FIRST, SECOND)
    assert ask(db, "SELECT count(*) FROM family") == [(2,)]
    say(db, independent(SECOND, FIRST, **ANN))
    scan(db, OTHER)
    assert ask(db, "SELECT (SELECT count(*) FROM family), (SELECT count(*) FROM link), (SELECT count(*) FROM match)") == [
        (0, 0, 1)
    ]
    told = run(db, "explain", FIRST, SECOND).stdout
    assert "They are independent, by hand: Ann Lee, their editor told me." in told
    assert json.loads(run(db, "explain", FIRST, SECOND, "--json").stdout)["independent"] == "Ann Lee, their editor told me"


def test_independent_texts_of_one_family(db):
    """Where third texts keep two independent ones in one family, neither derives from the other."""
    say(db, independent(SECOND, THIRD))
    scan(db, OTHER)
    assert ask(db, "SELECT count(DISTINCT family_id), count(*) FROM family") == [(1, 4)]
    assert not {(SECOND, THIRD), (THIRD, SECOND)} & set(said_of(db))
    assert ask(db, f"SELECT * FROM derivation WHERE child_id IN ({IDS}) AND parent_id IN ({IDS})", *(SECOND, THIRD) * 2) == []


def test_a_copy_speaks_for_its_text(db):
    """What is said of an exact copy is said of the text that it is a copy of."""
    ((standing,),) = ask(db, "SELECT uri FROM document WHERE copy_of IS NULL AND uri IN (?, ?)", FIRST, COPY)
    assert standing == FIRST
    say(db, derives(SECOND, COPY, **ANN))
    scan(db, OTHER)
    assert said_of(db)[SECOND, FIRST] == [1.0, "Ann Lee, their editor told me"]


def test_exact_copies(db):
    """That one copy was made from another is believed of those that do not stand for all; the report says so."""
    say(db, derives(COPY, FIRST, made_by="Bo"))
    assert scan(db, OTHER) == ""
    assert said_of(db)[COPY, FIRST] == [1.0, "Bo"]
    assert "B derives from A, by hand: Bo." in run(db, "explain", FIRST, COPY).stdout
    take_back(db)
    say(db, derives(FIRST, COPY))
    assert "stands for all its copies" in scan(db, OTHER)
    assert not {(FIRST, COPY), (COPY, FIRST)} & set(said_of(db))
    take_back(db)
    say(db, independent(FIRST, COPY, made_by="Bo"))
    scan(db, OTHER)
    assert "They are independent, by hand: Bo." in run(db, "explain", FIRST, COPY).stdout


def test_it_follows_a_text_that_gets_another_name(db):
    """When the text of a uri changes, a row on it names the earlier text, of which it was said, from then on."""
    say(db, derives(SECOND, THIRD, **ANN))
    scan(db, OTHER)
    scan(db, SECOND, text=edited(TEXTS[SECOND], 0.1, 9))
    ((earlier,),) = ask(db, "SELECT uri FROM document WHERE version_of IS NOT NULL")
    assert earlier.startswith(f"{SECOND}@")
    assert ask(db, "SELECT child, parent FROM correction") == [(earlier, THIRD)]
    assert said_of(db)[earlier, THIRD] == [1.0, "Ann Lee, their editor told me"]
    assert said_of(db)[SECOND, earlier][1] is None


# Rows that do not hold


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([derives(FIRST, SECOND), derives(SECOND, FIRST)], "goes round in a ring"),
        ([derives(FIRST, SECOND), derives(SECOND, THIRD), derives(THIRD, COPY)], "goes round in a ring"),
        ([derives(FIRST, SECOND), independent(SECOND, FIRST)], "says the opposite"),
        ([derives(FIRST, OTHER)], "they share no passage"),
    ],
)
def test_what_does_not_hold(db, rows, says):
    """Rows that contradict one another, or link what shares nothing, are told on stderr, in `problem`, in the digest and by the
    doctor; they change nothing, and nothing fails."""
    before = dump(db)
    say(db, *rows)
    told = scan(db, OTHER)
    assert told.count(says) == len(rows)
    assert {k: v for k, v in difference(before, dump(db)).items() if k != "corrections"} == {}
    problems = ask(db, "SELECT uri, stage, message FROM problem WHERE run_id = 2")
    assert sorted(uri for uri, *_ in problems) == sorted(row["child"] for row in rows)
    assert {stage for _, stage, _ in problems} == {"correction"}
    assert f"Corrections that do not hold: {len(rows)}" in run(db, "report", "--since", "last").stdout
    doctor = run(db, "doctor")
    assert doctor.exit_code == 0
    assert " ".join(doctor.stdout.split()).count(says) == len(rows)


def test_one_ring_does_not_touch_the_rest(db):
    """Rows beside those that contradict one another hold."""
    say(db, derives(FIRST, SECOND), derives(SECOND, FIRST), derives(THIRD, FIRST))
    scan(db, OTHER)
    said = said_of(db)
    assert said[THIRD, FIRST] == [1.0, ""]
    assert all(said.get(pair, [0.0, None])[1] is None for pair in ((FIRST, SECOND), (SECOND, FIRST)))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            {"child": FIRST, "parent": SECOND, "verdict": "copied"},
            "verdict is derives (the child has it from the parent) or independent",
        ),
        (derives(FIRST, FIRST), "child and parent are two documents, not one uri twice"),
        (derives("", FIRST), "child is the uri of a document, not empty"),
        (derives(FIRST, " "), "parent is the uri of a document, not empty"),
        ({"child": FIRST, "parent": SECOND}, "correction.verdict"),
    ],
)
def test_the_table_says_what_it_wants(db, row, says):
    """A row that makes no sense is refused by the file itself, with a sentence that says what is wanted."""
    assert says in say(db, row)
    assert ask(db, "SELECT * FROM correction") == []


def test_the_doctor_knows_what_waits(db):
    """Rows that no run has seen are counted; --repair applies them."""
    say(db, derives(SECOND, THIRD))
    assert "corrections that are new, changed or removed: 1" in run(db, "doctor").stdout
    run(db, "doctor", "--repair")
    assert said_of(db)[SECOND, THIRD] == [1.0, ""]
    assert "corrections that hold: 1" in run(db, "doctor").stdout


# How it is shown


def test_reports_say_whose_word_it_is(db, tmp_path):
    """Text, Markdown, HTML, JSON, CSV, DOT, GraphML and PROV tell a person's word from inference; hostile words are safe."""
    say(db, derives(SECOND, THIRD, made_by="Ann\nLee", note="<script>alert(1)</script> \x1b[2J"))
    scan(db, OTHER)
    words = "by hand: Ann Lee, <script>alert(1)</script>"
    assert words in " ".join(run(db, "report").stdout.split())
    assert "\x1b" not in run(db, "report").stdout
    assert "by hand: Ann Lee, \\<script\\>alert(1)" in run(db, "report", "-f", "md").stdout
    page = run(db, "report", "-f", "html", "-o", str(tmp_path / "r.html"))
    assert page.exit_code == 0
    html = (tmp_path / "r.html").read_text()
    assert "by hand: Ann Lee, &lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
    edges = [edge for family in json.loads(run(db, "report", "-f", "json").stdout)["families"] for edge in family["derivations"]]
    assert [r["said"][:7] for e in edges for r in e["why"] if r["said"] is not None] == ["Ann Lee"]
    for format in "csv", "dot", "graphml", "prov":
        assert "Ann Lee, " in run(db, "report", "-f", format).stdout, format
    assert "A derives from B: revision, by hand: Ann Lee" in " ".join(run(db, "explain", SECOND, THIRD).stdout.split())
    assert "by hand: Ann Lee" in " ".join(run(db, "report", "--since", "last").stdout.split())


def test_trace_says_whose_word_it_is(db):
    """A text that is traced under its uri has what is said of that."""
    say(db, derives(SECOND, THIRD, **ANN), independent(SECOND, FIRST))
    scan(db, OTHER)
    text = json.dumps({"id": SECOND, "text": TEXTS[SECOND]})
    (row,) = json.loads(run(db, "trace", "--json", "-", input=text).stdout)
    best = row["sources"][0]
    assert (best["uri"], best["likely"], best["probability"], best["by_hand"]) == (
        THIRD,
        "source",
        1.0,
        "Ann Lee, their editor told me",
    )
    assert {source["by_hand"] for source in row["sources"][1:]} == {None}
    assert "its source, by hand: Ann Lee" in run(db, "trace", "-", input=text).stdout


def test_the_readme_shows_how(scanned, tmp_path):
    """The commands in README, run as they stand on the store of `make demo`, make a correction that holds."""
    section = re.search(r"<!-- correction -->\n```sh\n(.*?)\n```", (ROOT / "README.md").read_text(), re.DOTALL)
    shutil.copy(scanned, tmp_path / "demo.db")
    scripts = tmp_path / "bin"
    scripts.mkdir()
    for name in ("provenance", "sqlite_utils"):
        script = scripts / name.replace("_", "-")
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {name} "$@"\n')
        script.chmod(0o755)
    environment = os.environ | {"PATH": f"{scripts}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-e"], input=section[1], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ask(tmp_path / "demo.db", "SELECT state FROM applied") == [("holds",)]
    assert [words for _, words in said_of(tmp_path / "demo.db").values() if words]
    assert "by hand: " in done.stdout


# Within lineage


def test_two_sources_may_be_said():
    """Of a round-up of which two sources are said, both are certain, with the passages that each has of it."""
    texts = [node(1), node(2), node(3, words=400)]
    matches = [match(1, 3, 190, at=(0, 0), span=200), match(2, 3, 190, at=(0, 200), span=200)]
    said = {(1, 3): "Ann", (2, 3): "Bo"}
    assert families(texts, matches, said) == families(texts, matches, dict.fromkeys(said, ""))
    assert len(families(texts, matches, said)) == 1
    result = infer(texts, matches, (), said)
    assert chosen(result) == {(1, 3), (2, 3)}
    assert [d.probability for d in result.derivations if d.chosen] == [1.0, 1.0]


def test_no_unseen_source_beside_a_word():
    """A text whose source is said is no child of a source that nobody has seen."""
    texts = [node(n, text="the Tarnwick Press reported") for n in (1, 2, 3)]
    matches = [match(a, b, 150, span=200) for a, b in ((1, 2), (1, 3), (2, 3))]
    assert any(d.unseen is not None and d.child == 2 for d in infer(texts, matches).derivations)
    assert not any(d.unseen is not None and d.child == 2 for d in infer(texts, matches, (), {(1, 2): ""}).derivations)


def test_a_word_counts_against_the_dates():
    """What the dates rule out a person may know better; the reasons show both."""
    texts, matches = [node(1, "2025-01-05"), node(2, "2025-01-01")], [match(1, 2, 190, span=200)]
    assert chosen(infer(texts, matches)) == {(2, 1)}
    result = infer(texts, matches, (), {(1, 2): "Ann"})
    assert chosen(result) == {(1, 2)}
    assert probability(result, 2, 1) == 0
    (row,) = [d for d in result.derivations if d.chosen]
    assert (row.margin, row.days) == (1.0, -4.0)
    assert {signal.signal: signal.said for signal in row.why}[NAME] == "Ann"
    assert {signal.signal: signal.toward for signal in row.why}["dates"] == "child"


@settings(max_examples=60)
@given(st.data())
def test_every_word_holds(data):
    """Whatever is said without contradiction is chosen with probability 1, no derivations lead round, and sums stay at most 1."""
    n = data.draw(st.integers(2, 8))
    dates = data.draw(st.lists(st.sampled_from([None, "2025-01-01", "2025-01-02", "2025-01-05"]), min_size=n, max_size=n))
    texts = [node(i, dates[i]) for i in range(1, n)] + [node(n, dates[0])]
    pairs = data.draw(st.lists(st.sampled_from([(a, b) for a in range(1, n + 1) for b in range(a + 1, n + 1)]), unique=True))
    matches = [match(a, b, data.draw(st.integers(60, 195)), span=200) for a, b in pairs]
    rank = data.draw(st.permutations(range(n + 1)))
    said = {
        (a, b) if rank[a] < rank[b] else (b, a): "x" for a, b in (data.draw(st.lists(st.sampled_from(pairs))) if pairs else [])
    }
    for part in families(texts, matches, said):
        result = infer([t for t in texts if t.id in part], matches, [t for t in texts if t.id not in part], said)
        edges = {edge for edge in said if edge[0] in part}
        assert edges <= chosen(result)
        assert all(probability(result, *edge) == 1 for edge in edges)
        up = {}
        for parent, child in chosen(result):
            up.setdefault(child, set()).add(parent)
        for start in up:
            seen, queue = set(), [start]
            while queue:
                fresh = up.get(queue.pop(), set()) - seen
                assert start not in fresh
                seen |= fresh
                queue += fresh
        for child in part:
            rest = [d.probability for d in result.derivations if d.child == child and (d.parent, child) not in edges]
            assert sum(rest) <= (1e-6 if any(c == child for _, c in edges) and len(rest) == 0 else 2)


def test_boilerplate_that_somebody_says_is_derived():
    """Passages between texts of which one is said to derive from the other speak for it, whatever their kind; others do not."""
    held = Held({(1, 2): ""}, frozenset({frozenset((3, 4))}), {}, frozenset())
    row = MatchRow(1, 1, 2, 0, 9, 0, 9, 9, 0.9, "edited", "boilerplate", 9.0)
    quoted = row._replace(grade="quotation", kind="quotation", similarity=1.0)
    rows = [row, quoted, row._replace(b=3), row._replace(a=4, b=3)]
    assert [(m.b, m.kind) for m in held.matches(rows)] == [(2, "edited"), (2, "verbatim"), (3, "boilerplate")]


def test_scans_agree(tmp_path):
    """With corrections, too, what the store says does not depend on the order of scans, nor on a rebuild."""
    rows = corpus.rows(3, 8)
    links = "SELECT x.uri, y.uri FROM link JOIN document x ON x.id = a JOIN document y ON y.id = b ORDER BY 1, 2"
    corpus.scanned(tmp_path / "p.db", rows)
    pairs = ask(tmp_path / "p.db", links)
    assert len(pairs) > 12
    said = [derives(*pairs[0]), independent(*pairs[4]), derives(*pairs[8]), derives(*pairs[8][::-1])]
    say(tmp_path / "p.db", *said)
    infer_anew(tmp_path / "p.db")
    one = dump(tmp_path / "p.db")
    corpus.scanned(tmp_path / "q.db", rows[:5])
    say(tmp_path / "q.db", *said)
    corpus.scanned(tmp_path / "q.db", rows[::-3], rows)
    assert difference(one, dump(tmp_path / "q.db")) == {}
    assert run(tmp_path / "q.db", "rebuild", "-q").exit_code == 0
    assert difference(one, dump(tmp_path / "q.db")) == {}
