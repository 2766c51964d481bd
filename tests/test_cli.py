"""The command line from end to end, on the fixture corpus: what each command answers, where it says it, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from provenance.cli import cli
from provenance.report import EXCHANGE, FORMATS
from provenance.report.words import width
from provenance.store import lock

ROOT = Path(__file__).parent.parent
CORPUS, BROKEN = ROOT / "fixtures" / "corpus", ROOT / "fixtures" / "broken"
WHALES = "https://harbourpost.example/2025/08/quillan-whales"
CORRECTED = WHALES + "-corrected"
FERRY = "https://harbourpost.example/2025/03/ferry-fire"


def run(db: Path, *arguments: str, input: str | bytes | None = None, env: dict[str, str] | None = None) -> Result:
    """A command in this process; `--db` goes behind its name, where all options stand."""
    name, *rest = arguments
    return CliRunner().invoke(cli, [name, "--db", str(db), *rest], input=input, env=env, prog_name="provenance")


def start(*arguments: str, **given) -> subprocess.Popen:
    command = [sys.executable, "-m", "provenance", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **given)


@pytest.fixture(scope="session")
def scanned(tmp_path_factory) -> Path:
    """A store of the fixture corpus, made by the command. Tests that change it take `db`."""
    path = tmp_path_factory.mktemp("cli") / "corpus.db"
    result = run(path, "scan", str(CORPUS), "-j", "1")
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture
def db(scanned, tmp_path) -> Path:
    return Path(shutil.copy(scanned, tmp_path / "copy.db"))


def select(db: Path, sql: str) -> list[tuple]:
    with sqlite3.connect(db) as connection:
        return connection.execute(sql).fetchall()


# scan


def test_scan_says_what_it_did(tmp_path):
    """A scan counts what it read and says where the store is, on stdout; nothing on stderr."""
    result = run(tmp_path / "a.db", "scan", str(CORPUS))
    assert result.exit_code == 0
    assert "74 documents read" in result.stdout
    assert "74 new" in result.stdout
    assert str(tmp_path / "a.db") in result.stdout
    assert result.stderr == ""


def test_scan_says_which_fields_it_took(tmp_path):
    """A line names the field of each meaning, the most frequent first; --json has the counts; texts have no such line."""
    rows = (
        '{"maintext": "A barge sank.", "url": "https://a.example/1", "date_publish": "2024-03-04"}\n{"body": "It was raised."}\n'
    )
    said = run(tmp_path / "a.db", "scan", "-n", "-", input=rows).stdout
    assert "fields: text=body,maintext id=url date=date_publish\n" in said
    found = json.loads(run(tmp_path / "a.db", "scan", "-n", "--json", "-", input=rows).stdout)["fields"]
    assert found == {"text": {"body": 1, "maintext": 1}, "id": {"url": 1}, "date": {"date_publish": 1}}
    undated = rows.replace("date_publish", "day")
    assert "id=url; no date (--date-key names its field)\n" in run(tmp_path / "a.db", "scan", "-n", "-", input=undated).stdout
    assert "fields" not in run(tmp_path / "a.db", "scan", "-n", "-", input="A barge sank.").stdout


def test_scan_again_changes_nothing(db):
    """What the store holds is unchanged."""
    summary = json.loads(run(db, "scan", str(CORPUS), "--json").stdout)
    assert (summary["unchanged"], summary["added"], summary["changed"]) == (74, 0, 0)


def test_scan_records_the_command_as_typed(scanned):
    """The run knows what people typed."""
    ((command,),) = select(scanned, "SELECT command FROM run")
    assert command == f"provenance scan --db {scanned} {CORPUS} -j 1"


def test_scan_quiet_says_nothing(tmp_path):
    """With -q a scan that went well is silent."""
    assert run(tmp_path / "a.db", "scan", "-q", str(CORPUS / "night-bus.txt")).output == ""


def test_scan_dry_run_writes_nothing(tmp_path):
    """-n counts and leaves no file behind."""
    result = run(tmp_path / "a.db", "scan", "-n", str(CORPUS))
    assert "74 new" in result.stdout
    assert "nothing was written" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_scan_with_unreadable_inputs(tmp_path):
    """Exit code 3, the first problems on stderr, all with -v, the summary on stdout, and all in the store."""
    few = run(tmp_path / "a.db", "scan", str(BROKEN), *(str(tmp_path / f"missing{n}") for n in range(9)))
    assert few.exit_code == 3
    assert "unreadable" in few.stdout
    named = few.stderr.splitlines()
    assert len(named) == 6
    assert "more inputs could not be read; `provenance query problems" in named[-1]
    assert run(tmp_path / "c.db", "scan", "-q", "-", input="{}").stderr.startswith("1 input could not be read; `provenance query")
    every = run(tmp_path / "b.db", "scan", "-v", str(BROKEN), *(str(tmp_path / f"missing{n}") for n in range(9)))
    problems = select(tmp_path / "b.db", "SELECT count(*) FROM problem")[0][0]
    assert problems > 9
    assert len(every.stderr.splitlines()) == problems + 1  # the last line is how long it took
    quiet = run(tmp_path / "c.db", "scan", "-q", str(BROKEN))
    assert (quiet.exit_code, quiet.stdout, len(quiet.stderr.splitlines())) == (3, "", 1)


def test_scan_reads_stdin(tmp_path):
    """- is standard input; keys name its fields."""
    rows = '{"nr": "x1", "inhalt": "Ein Text aus dem Rohr.", "tag": "4. Mai 2025"}\n'
    keys = ["--format", "jsonl", "--text-key", "inhalt", "--id-key", "nr", "--date-key", "tag"]
    assert run(tmp_path / "a.db", "scan", "-", *keys, input=rows).exit_code == 0
    assert select(tmp_path / "a.db", "SELECT uri, text FROM document JOIN body ON document_id = id") == [
        ("x1", "Ein Text aus dem Rohr.")
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["scan"], 2, "Missing argument"),
        (["scan", "/no/such/file"], 2, "Error: no such file or folder: /no/such/file"),
        (["scan", "--format", "docx", "."], 2, "Error: no format 'docx'"),
        (["scan", "-j", "0", "."], 2, "'-j'"),
        (["query", "DELETE FROM document"], 2, "Error: query: only reading is allowed"),
        (["query", "SELECT nope"], 2, "Error: query: no such column"),
        (["query", "ancestors-of"], 2, "Error: query ancestors-of: needs -p uri=..."),
        (["query", "ancestors-of", "-p", "uri"], 2, "Error: -p uri: give a name and a value"),
        (["report", "--family", "9999"], 2, "Error: report: no family 9999"),
        (["report", "-f", "docx"], 2, "'docx' is not one of"),
        (["report", "-o", "/no/such/folder/r.txt"], 1, "Error: /no/such/folder/r.txt: cannot write the file"),
        (["explain", "nothing", WHALES], 2, "Error: nothing: no document of this uri"),
        (["forget", "nothing"], 2, "Error: forget: not in the store: nothing"),
        (["trace", "/no/such/file"], 2, "Error: no such file or folder"),
        (["trace", "--date", "soon", str(CORPUS / "night-bus.txt")], 2, "Error: trace --date soon: not a date"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_errors_are_one_line(scanned, arguments, code, message):
    """What cannot be done is said on stderr in a line that names it, with the exit code of its kind."""
    result = run(scanned, *arguments) if arguments != ["nonsense"] else CliRunner().invoke(cli, arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["trace", "explain", "report", "stats", "forget", "rebuild", "query"])
def test_missing_store_is_not_made(tmp_path, command):
    """Commands that need a store say that there is none, and leave none."""
    arguments = {"trace": [str(CORPUS / "night-bus.txt")], "explain": ["a", "b"], "forget": ["a"], "query": ["SELECT 1"]}
    result = run(tmp_path / "none.db", command, *arguments.get(command, []))
    assert result.exit_code == 1, result.output
    assert "none.db" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "none.db").exists()


def test_store_from_the_environment(scanned):
    """PROVENANCE_DB names the store; --db overrides it."""
    runner = CliRunner(env={"PROVENANCE_DB": str(scanned)})
    assert runner.invoke(cli, ["query", "SELECT 1 AS one", "--nl"]).stdout == '{"one": 1}\n'
    assert runner.invoke(cli, ["query", "SELECT 1", "--db", "/no/such.db"]).exit_code == 1


def test_version():
    """-V is the version."""
    result = CliRunner().invoke(cli, ["-V"], prog_name="provenance")
    assert result.stdout == "provenance 0.1.0\n"


# report, explain, stats


def test_report_finds_the_fixture_families(scanned):
    """The report of the corpus shows a derivation, a fold of exact copies, and the unseen source."""
    shown = run(scanned, "report").stdout
    assert f"└─ {CORRECTED}" in shown or f"├─ {CORRECTED}" in shown
    assert "[-10,000-] {+12,000+}" in shown
    assert "(unseen source, credited: Northern Wire Agency)" in shown


def test_report_to_a_file(scanned, tmp_path):
    """-o writes what stdout would have held, readable by others, and nothing else; stdout stays empty."""
    target = tmp_path / "report.md"
    target.write_text("old")
    result = run(scanned, "report", "-f", "md", "-o", str(target))
    assert (result.stdout, result.stderr) == ("", f"The report is in {target}\n")
    assert target.read_text() == run(scanned, "report", "-f", "md").stdout
    assert target.stat().st_mode & 0o044 == 0o044 & ~_umask()
    assert list(tmp_path.iterdir()) == [target]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_report_that_fails_leaves_the_old_file(scanned, tmp_path):
    """A report that cannot be made does not touch the file that it would replace."""
    target = tmp_path / "report.txt"
    target.write_text("old")
    assert run(scanned, "report", "--family", "9999", "-o", str(target)).exit_code == 2
    assert target.read_text() == "old"


def test_report_json(scanned):
    """-f json is one JSON object."""
    assert json.loads(run(scanned, "report", "-f", "json").stdout)["totals"]["documents"] == 74


def test_report_since_last(db):
    """After a scan that added a copy, the digest names the family that grew, and only it."""
    copy = {
        "id": "https://late.example/whales",
        "text": select(db, f"SELECT text FROM body JOIN document ON id = document_id WHERE uri = '{WHALES}'")[0][0],
    }
    assert run(db, "scan", "-", input=json.dumps({**copy, "date": "2025-09-01"})).exit_code == 0
    news = json.loads(run(db, "report", "--since", "last", "-f", "json").stdout)["news"]
    assert [change["what"] for change in news["changes"] if change["what"] in ("new", "grew")] == ["grew"]


def test_explain(scanned):
    """Two documents by the ends of their uris: verdict, changed words, reasons."""
    shown = run(scanned, "explain", "quillan-whales", "quillan-whales-corrected").stdout
    assert "B likely derives from A" in shown
    assert "[-10,000-]" in shown
    assert "{+12,000+}" in shown
    assert json.loads(run(scanned, "explain", WHALES, CORRECTED, "--json").stdout)["b"]["text"]["uri"] == CORRECTED


def test_explain_exact_copies(scanned):
    """Copies show the passage that they are, also two copies of a third; a document asked for twice is one."""
    result = run(scanned, "explain", FERRY, "marrownotes.example/p/118")
    assert "1. verbatim, 177 words" in result.stdout
    assert "By the dates, B is likely" in result.stdout
    result = run(scanned, "explain", "saint-brannoc", "marrownotes.example/p/118")
    assert "1. verbatim, 177 words" in result.stdout
    assert "So is a third, dated earlier" in result.stdout
    (passage,) = json.loads(run(scanned, "explain", "saint-brannoc", "p/118", "--json").stdout)["passages"]
    assert (passage["words"], passage["similarity"], passage["kind"]) == (177, 1.0, "verbatim")
    assert passage["text_b"].startswith("A FIRE IN THE ENGINE ROOM")
    assert "A and B are one document." in run(scanned, "explain", FERRY, FERRY).stdout


def test_explain_names_the_likelier_direction_first(scanned):
    """Among the reasons those for what was chosen come first, whichever way round the documents were named."""
    for pair in ((WHALES, CORRECTED), (CORRECTED, WHALES)):
        why = run(scanned, "explain", *pair).stdout.partition("\nWhy\n")[2]
        assert "likely" in why.splitlines()[0]
        assert "not chosen" not in why.splitlines()[0]


def test_explain_says_whom_all_children_name(scanned):
    """What speaks for an unseen source is said of all its children: this one credits nobody itself."""
    shown = run(scanned, "explain", "cobley-evacuated", "cobley-parish-notes.txt").stdout
    assert "whom its children name as their source" in shown


def test_report_on_a_site(scanned):
    """How long a site takes is said as people say it, also where dates contradict."""
    shown = run(scanned, "report", "--site", "harbourpost.example").stdout
    assert "likely to coastledger.example: 2 articles, over 99% of each on average, 26 hours later" in shown
    assert "likely to spansandstays.example: 1 article, over 99% of it, dated 10 years before its source" in shown
    assert run(scanned, "report", "--site", "www.Harbourpost.example").stdout == shown


@pytest.mark.parametrize(
    ("since", "title"), [("last", "in the last run"), ("1", "since run 1"), ("2020-01-01", "since 2020-01-01")]
)
def test_digest_says_since_when(scanned, since, title):
    """The digest's title says which runs it is about."""
    assert run(scanned, "report", "--since", since).stdout.startswith(f"What changed {title}\n")


def test_stats(scanned):
    """Stats counts documents, and shows the last run."""
    shown = run(scanned, "stats").stdout
    assert "74" in shown
    assert "provenance scan" in shown
    rows = {row["name"]: row["value"] for row in json.loads(run(scanned, "stats", "--json").stdout)}
    assert (rows["documents"], rows["last_run.status"]) == (74, "ok")


# query and listings


def test_query_lists_the_named_queries_without_a_store(tmp_path):
    """Without argument, query names what it knows; it needs no store for that."""
    shown = run(tmp_path / "none.db", "query").stdout
    assert "ancestors-of" in shown
    assert "…" not in shown, "help that is cut"


def test_named_query_with_parameter(scanned):
    """A named query takes its values by -p."""
    result = run(scanned, "query", "ancestors-of", "-p", f"uri={CORRECTED}", "--json")
    assert [row["parent"] for row in json.loads(result.stdout)] == [WHALES]


def test_query_parameters_are_numbers_where_they_look_so(scanned):
    """A whole number can stand behind LIMIT; what only looks like one stays text."""
    assert len(run(scanned, "query", "SELECT uri FROM document LIMIT :n", "-p", "n=3", "--nl").stdout.splitlines()) == 3
    shown = run(scanned, "query", "SELECT typeof(:a) AS a, typeof(:b) AS b", "-p", "a=7", "-p", "b=007", "--nl").stdout
    assert json.loads(shown) == {"a": "integer", "b": "text"}


ROW = "SELECT 1 AS n, 'a\u202e\"b\nc' AS t, x'00ff' AS b, NULL AS z, 2.5 AS f, 9e999 AS inf, 3 AS n"


def test_listings_agree(scanned):
    """One row as JSON, newline-delimited and CSV: the same values, two columns of one name kept apart."""
    (row,) = json.loads(run(scanned, "query", ROW, "--json").stdout)
    blob = {"$base64": True, "encoded": "AP8="}
    assert row == {"n": 1, "t": 'a\u202e"b\nc', "b": blob, "z": None, "f": 2.5, "inf": None, "n_2": 3}
    line = run(scanned, "query", ROW, "--nl").stdout
    assert (json.loads(line), line.count("\n")) == (row, 1)
    assert "\u202e" not in line
    header, cells = csv.reader(io.StringIO(run(scanned, "query", ROW, "--csv").stdout))
    assert header == list(row)
    assert (cells[0], cells[1], json.loads(cells[2]), cells[3]) == ("1", row["t"], blob, "")


def test_empty_listings(scanned):
    """No rows are an empty array, nothing, a header."""
    sql = "SELECT 1 AS one WHERE 0"
    assert json.loads(run(scanned, "query", sql, "--json").stdout) == []
    assert run(scanned, "query", sql, "--nl").stdout == ""
    assert run(scanned, "query", sql, "--csv").stdout == "one\n"
    assert run(scanned, "query", sql).stdout.splitlines() == ["one", "---"]


def test_table_is_aligned_and_tame(scanned):
    """Columns are aligned also with wide letters, numbers to the right, long cells cut, controls replaced."""
    sql = "SELECT '鏡鏡' AS a, 5 AS n UNION ALL SELECT 'x' || char(27) || '[2J', 100 UNION ALL SELECT hex(zeroblob(90)), 1"
    shown = run(scanned, "query", sql).stdout.splitlines()
    assert "\x1b" not in "".join(shown)
    assert shown[2].endswith("    5")
    assert shown[3].endswith("  100")
    assert len({sum(2 if c == "鏡" else 1 for c in line) for line in shown[1:]}) == 1
    assert "…" in shown[4]


def test_table_shows_more_of_its_last_column(scanned):
    """A cell that moves no other is cut later; small numbers stay plain."""
    shown = run(scanned, "query", "SELECT 0.00002 AS p, hex(zeroblob(70)) AS a, hex(zeroblob(70)) AS b").stdout.splitlines()[2]
    assert [len(cell) for cell in shown.split()] == [6, 60, 140]
    assert shown.startswith("0.0000 ")


@pytest.mark.parametrize(
    ("name", "says"), [("undecide", "did you mean undecided?"), ("xyz", "`provenance query` lists the names")]
)
def test_a_query_that_is_not_there(scanned, name, says):
    """A mistyped name is no SQL: what is near it is named."""
    result = run(scanned, "query", name)
    assert (result.exit_code, result.stderr) == (2, f"Error: query {name}: no SQL, and no query of this name; {says}\n")


# trace


def test_trace_finds_the_source(scanned, tmp_path):
    """A text that copies a document is led back to it, whatever the form of the answer."""
    text = select(scanned, f"SELECT substr(text, 1, 600) FROM body JOIN document ON id = document_id WHERE uri = '{WHALES}'")[0][
        0
    ]
    rows = json.loads(run(scanned, "trace", "--json", "--date", "2025-08-20", input=text).stdout)
    (row,) = rows
    assert WHALES in {source["uri"] for source in row["sources"]}
    assert row["source"] == row["sources"][0]["uri"]
    assert row["source_coverage"] > 0.9
    assert row["sources"][0]["passages"][0]["text"] in text
    shown = run(scanned, "trace", "-", input=text).stdout
    assert WHALES in shown
    (early,) = json.loads(run(scanned, "trace", "--json", "--date", "2025-08-14", input=text).stdout)
    assert (row["likely"], early["likely"]) == ("source", "derived")
    (short,) = json.loads(run(scanned, "trace", "--json", "--limit", "1", input=text).stdout)
    assert len(short["sources"]) == 1 < short["found"] == len(row["sources"])


def test_trace_exit_code(scanned):
    """-e: 4 when nothing is found, 0 when something is; without -e nothing found is no failure."""
    strange = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich."
    assert run(scanned, "trace", "-e", input=strange).exit_code == 4
    found_nothing = run(scanned, "trace", input=strange)
    assert (found_nothing.exit_code, "nothing of it stands in the store" in found_nothing.stdout) == (0, True)
    text = (CORPUS / "night-bus.txt").read_text()
    assert run(scanned, "trace", "-e", input=text).exit_code == 0


def test_trace_of_a_document_of_the_store(scanned):
    """No document is its own source: what the store holds under the same name is left out, and that is said."""
    shown = run(scanned, "trace", "-e", str(CORPUS / "night-bus.txt"))
    assert shown.exit_code == 4
    assert "in the store: nothing of it stands in other documents" in shown.stdout
    row = next(line for line in (CORPUS / "news.jsonl").read_text().splitlines() if "vitreous-hall-auction" in line)
    (found,) = json.loads(run(scanned, "trace", "--json", input=row).stdout)
    assert [(s["uri"].rpartition("/")[2], s["likely"]) for s in found["sources"]] == [("skerrin-mirror", "source")]


def test_trace_of_many_texts(scanned):
    """A JSONL of texts gives a row for each, also for one that has no source, and a problem for what is none."""
    rows = '{"id": "one", "text": "Nobody else wrote these seven words."}\n{"id": "two"}\n'
    result = run(scanned, "trace", "-", "--nl", input=rows)
    assert [(row["text"], row["source"]) for row in map(json.loads, result.stdout.splitlines())] == [("one", None)]
    assert result.exit_code == 3
    assert result.stderr.startswith("stdin:2: ")


def test_trace_says_what_of_a_corpus_is_known(scanned):
    """For decontamination: each text with the share of its words that the store has, and has word for word; then the sum."""
    known = select(scanned, f"SELECT text FROM body JOIN document ON id = document_id WHERE uri = '{WHALES}'")[0][0]
    new = "Nobody ever wrote of walnuts in the moonlit harbour of Ystad, and it may be that nobody will."
    rows = [{"id": "whole", "text": known}, {"id": "new", "text": new}, {"id": "part", "text": f"{new} {known[:400]} {new}"}]
    result = run(scanned, "trace", "--nl", input="\n".join(map(json.dumps, rows)))
    found = {row["text"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert [found[id]["coverage"] for id in ("whole", "new")] == [found[id]["verbatim"] for id in ("whole", "new")] == [1, 0]
    assert 0.3 < found["part"]["verbatim"] <= found["part"]["coverage"] < 0.9
    assert found["new"] == dict.fromkeys(found["new"]) | {
        "text": "new", "words": 18, "coverage": 0, "verbatim": 0, "found": 0, "sources": [], "stored": False
    }  # fmt: skip
    assert result.stderr.startswith("3 texts, 2 with passages that stand in the store: ")
    assert run(scanned, "trace", "--nl", "-q", input="\n".join(map(json.dumps, rows))).stderr == ""


def test_reading_leaves_no_trace(scanned, tmp_path):
    """No reading command writes to the store or beside it."""
    folder = tmp_path / "ro"
    folder.mkdir()
    db = Path(shutil.copy(scanned, folder / "corpus.db"))
    before = db.read_bytes()
    for command in (
        ["report"],
        ["stats"],
        ["query", "SELECT 1"],
        ["explain", WHALES, CORRECTED],
        ["trace", str(CORPUS / "night-bus.txt")],
    ):
        assert run(db, *command).exit_code == 0
    assert db.read_bytes() == before
    # SQLite keeps an index of the (empty) log beside a store that is being read.
    assert {file.name for file in folder.iterdir() if file.stat().st_size} <= {db.name, f"{db.name}-shm"}


# forget, rebuild, doctor


def test_forget(db):
    """A document goes, with what was inferred from it; -n only says so; what is not there is said."""
    assert "1 document would be removed" in run(db, "forget", "-n", WHALES).stdout
    result = run(db, "forget", WHALES, "nothing/such")
    assert result.exit_code == 0
    assert "1 document removed" in result.stdout
    assert result.stderr == "nothing/such: not in the store\n"
    assert select(db, f"SELECT count(*) FROM document WHERE uri = '{WHALES}'") == [(0,)]
    assert run(db, "explain", WHALES, CORRECTED).exit_code == 2


@pytest.mark.parametrize("options", [[], ["--lineage-only"]])
def test_rebuild_finds_the_same(db, options):
    """A rebuild by the same version changes no family and no derivation."""
    sql = "SELECT child, parent, relation FROM lineage WHERE parent NOT LIKE 'unseen:%' ORDER BY 1, 2"
    before = select(db, sql)
    result = run(db, "rebuild", *options)
    assert result.exit_code == 0, result.output
    assert select(db, sql) == before
    assert re.match(rf"{'l' if options else 'passages and l'}ineage of 74 documents \w+ anew in \d+\.\d s\n", result.stdout)
    assert ("3 exact copies; lineage" in result.stdout) is not bool(options)


def test_doctor(db):
    """A sound store passes; a damaged one does not, and the remedy is named."""
    sound = run(db, "doctor")
    assert sound.exit_code == 0, sound.output
    with sqlite3.connect(db) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM body WHERE document_id = 1")
    broken = run(db, "doctor", "--json")
    assert broken.exit_code == 1
    assert any(row["level"] == "error" and row["remedy"] for row in json.loads(broken.stdout))


# The terminal, signals, pipes, the shell


def test_locked_store(db):
    """While another run writes, a second one ends at once with 75; readers go on."""
    with lock(db, "provenance scan elsewhere"):
        result = run(db, "scan", str(CORPUS))
        assert result.exit_code == 75
        assert "provenance scan elsewhere" in result.stderr
        assert run(db, "stats").exit_code == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signals_stop_in_order(tmp_path, number, code):
    """A scan that is told to stop says so in a line, frees the lock, and ends with the code of the signal."""
    db = tmp_path / "a.db"
    process = start("scan", "-", "--db", str(db), stdin=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 60
        while not (db.exists() and select_quietly(db, "SELECT status FROM run") == [("running",)]):
            assert time.monotonic() < deadline, "the scan did not begin"
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(number)
        process.wait(30)
    finally:
        process.kill()
        out, err = process.communicate()
    assert (process.returncode, out) == (code, "")
    assert err.splitlines() == ["What was committed is kept; the next scan goes on from there.", "Stopped."]
    with lock(db, "test"):
        assert select(db, "SELECT status FROM run") == [("failed",)]


def select_quietly(db: Path, sql: str) -> list[tuple]:
    try:
        return select(db, sql)
    except sqlite3.Error:
        return []


def test_broken_pipe_is_quiet(scanned):
    """When the reader goes away, nothing is said."""
    sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT i FROM n"
    with start("query", sql, "--nl", "--db", str(scanned)) as process:
        assert process.stdout.readline() == '{"i": 1}\n'
        process.stdout.close()
        said = process.stderr.read()
    assert said == ""


def on_terminal(*arguments: str, **environment: str) -> str:
    """What a command shows on a terminal, both streams."""
    parent, child = pty.openpty()
    termios.tcsetwinsize(child, (24, 100))
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm", **environment}
    command = [sys.executable, "-m", "provenance", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdin=child, stdout=child, stderr=child, env=env)
    os.close(child)
    shown = b"".join(_read(parent))
    os.close(parent)
    assert process.wait(60) == 0, shown
    return shown.decode()


def _read(descriptor: int) -> Iterator[bytes]:
    try:
        while data := os.read(descriptor, 65536):
            yield data
    except OSError:  # how a terminal says that nobody holds its other end
        return


def test_colour_only_on_a_terminal(scanned):
    """A terminal gets colours, unless NO_COLOR says no; a pipe gets signs."""
    arguments = ("explain", WHALES, CORRECTED, "--db", str(scanned))
    assert "\x1b[31;9m10,000\x1b[0m" in on_terminal(*arguments)
    plain = on_terminal(*arguments, NO_COLOR="1")
    assert "\x1b[" not in plain
    assert "[-10,000-]" in plain
    assert "\x1b[" not in run(scanned, "explain", WHALES, CORRECTED).stdout


@pytest.mark.parametrize("format", [*FORMATS, *EXCHANGE])
def test_a_report_does_not_take_the_place_of_the_store(scanned, format):
    """In no format is a report written over the store that it is of."""
    before = scanned.read_bytes()
    result = run(scanned, "report", "-f", format, "-o", str(scanned))
    assert (result.exit_code, scanned.read_bytes() == before) == (2, True)
    assert "give each a file of its own" in result.stderr


@pytest.mark.parametrize("columns", [40, 72, 120])
def test_answers_keep_to_the_width(scanned, columns):
    """Whatever the width of the terminal, no line of an answer for people is wider."""
    for arguments in (
        ("stats",),
        ("report", "--since", "1"),
        ("report", "--document", WHALES),
        ("explain", WHALES, CORRECTED),
        ("trace", str(CORPUS / "news.jsonl")),
    ):
        shown = run(scanned, *arguments, env={"COLUMNS": str(columns)}).stdout
        assert [line for line in shown.splitlines() if width(line) > columns] == []


def test_progress_only_on_a_terminal(tmp_path):
    """A terminal sees the stages of a scan; -q and a pipe do not."""
    file = str(CORPUS / "news.jsonl")
    assert "read" in on_terminal("scan", file, "--db", str(tmp_path / "a.db")).partition("documents read")[0]
    assert on_terminal("scan", "-q", file, "--db", str(tmp_path / "b.db")) == ""


def test_answer_survives_a_poor_terminal(scanned):
    """A stream that cannot hold a letter gets its number instead of an error."""
    process = start("query", "SELECT '鏡' AS t", "--csv", "--db", str(scanned), env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert process.communicate()[0] == "t\n\\u93e1\n"


def complete(*words: str) -> list[str]:
    """What the shell offers for the last of these words."""
    env = {"_PROVENANCE_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    result = start(env=os.environ | env).communicate()[0]
    return [line.partition(",")[2] for line in result.splitlines()]


def test_shell_completion():
    """The shell's script is printed, and completes commands, formats and named queries."""
    script = start(env=os.environ | {"_PROVENANCE_COMPLETE": "bash_source"}).communicate()[0]
    assert "complete -o nosort -F _provenance_completion provenance" in script
    assert complete("provenance", "re") == ["report", "rebuild"]
    assert complete("provenance", "report", "-f", "") == [*FORMATS, *EXCHANGE]
    assert complete("provenance", "query", "un") == ["unseen-sources", "undecided"]


def test_first_run_is_known(tmp_path):
    """Without compiled code on disk a run knows that it is the first, and what it will cost."""
    code = "from provenance.pipeline.analyst import compiled; print(compiled())"
    for folder, known in ((tmp_path, "False\n"), (None, "True\n")):
        env = os.environ | ({"NUMBA_CACHE_DIR": str(folder)} if folder else {})
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        assert done.stdout == known


def test_verbose_says_how_long(scanned):
    """-v adds a line on stderr; the answer is the same."""
    plain, verbose = run(scanned, "stats"), run(scanned, "stats", "-v")
    assert plain.stdout == verbose.stdout
    assert "of processor time" in verbose.stderr
