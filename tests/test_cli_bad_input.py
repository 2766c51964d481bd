"""What people and machines feed a command by mistake or malice: one clear line, the exit code of its kind, and nothing lost."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from provenance.cli import cli
from provenance.read import MAX_DOCUMENT
from provenance.store import schema
from tests.faults import full_disk
from tests.strategies import prose

ROOT = Path(__file__).parent.parent
GOOD = prose(1, 5)
READING = (["report"], ["stats"], ["query", "problems"], ["explain", "a", "b"], ["trace", "-"])
CHANGING = (["scan", "-"], ["forget", "a"], ["rebuild"])


def run(db: Path, *arguments: str, input: str | bytes | None = None) -> Result:
    name, *rest = arguments
    return CliRunner().invoke(cli, [name, "--db", str(db), *rest], input=input, prog_name="provenance")


def refused(result: Result, code: int, *said: str) -> None:
    """The command failed with this code, and said why in one line."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    for words in said:
        assert words in result.stderr


def lines(*rows: dict) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def uris(db: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return [uri for (uri,) in connection.execute("SELECT uri FROM document ORDER BY uri")]


def healthy(db: Path) -> bool:
    return run(db, "doctor", "-q").exit_code == 0


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    """A store of two related texts. Tests that change it take a copy."""
    path = tmp_path_factory.mktemp("bad") / "p.db"
    rows = lines({"id": "a", "text": GOOD}, {"id": "b", "text": GOOD.replace(GOOD.split()[3], "changed")})
    assert run(path, "scan", "-", input=rows).exit_code == 0
    return path


@pytest.fixture
def copy(store, tmp_path) -> Path:
    return Path(shutil.copy(store, tmp_path / "copy.db"))


# Inputs


BAD_FILES = {
    "binary.txt": (bytes(range(256)) * 40, "binary data, not text"),
    "empty.txt": (b"", "the text is empty"),
    "blank.md": (b" \n\t\n", "the text is empty"),
    "broken.jsonl": (b'{"id": "x", "text": "cut o\n', "broken JSON at column 27: Invalid control character\n"),
    "list.jsonl": (b"[1, 2]\n", "not a JSON object"),
    "nothing.jsonl": (b'{"id": "x"}\n', "no field 'text' or 'content' or 'body'"),
    "table.csv": (b"name,number\na,1\n", "the header has no column"),
    "damaged.txt.gz": (b"\x1f\x8b\x08\x00garbage", "damaged or unreadable"),
    "plain.txt.gz": (b"plain", "not a gzip file"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file(tmp_path, name):
    """A file that cannot be read costs only itself: it is named on stderr and in table `problem`, and the exit code is 3."""
    data, said = BAD_FILES[name]
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).write_bytes(data)
    (folder / "good.txt").write_text(GOOD)
    result = run(tmp_path / "p.db", "scan", str(folder))
    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1
    assert name in result.stderr
    assert said in result.stderr
    assert uris(tmp_path / "p.db") == [str(folder / "good.txt")]
    assert said in run(tmp_path / "p.db", "query", "problems", "--csv").stdout


@pytest.mark.parametrize(
    ("name", "data", "text", "encoding"),
    [
        ("latin1.txt", "Déjà vu à la crème brûlée, où la forêt gèle.".encode("latin-1"), None, "cp1252"),
        ("nul.txt", b"A NUL\0inside", "A NUL\ufffdinside", None),
        ("surrogate.jsonl", b'{"text": "A lone \\ud800 surrogate"}', "A lone \ufffd surrogate", None),
        ("tiny.txt", b"a", "a", None),
        ("no-words.txt", b"...", "...", None),
    ],
)
def test_odd_text_is_kept(tmp_path, name, data, text, encoding):
    """Wrong encodings, NULs, lone surrogates and tiny texts are documents as good as any."""
    (tmp_path / name).write_bytes(data)
    assert run(tmp_path / "p.db", "scan", str(tmp_path / name)).exit_code == 0
    sql = "SELECT text, extra ->> 'encoding' AS encoding FROM body JOIN document ON document_id = id"
    (row,) = json.loads(run(tmp_path / "p.db", "query", sql, "--json").stdout)
    assert row == {"text": text or data.decode("latin-1"), "encoding": encoding}
    assert healthy(tmp_path / "p.db")


@pytest.mark.parametrize("command", ["scan", "trace"])
def test_missing_path(store, command):
    """A path that is not there is a usage error where nothing else is to be read."""
    refused(run(store, command, "/no/such/file.txt"), 2, "no such file or folder: /no/such/file.txt")


def test_one_missing_path_of_two(tmp_path):
    """A nightly scan reads what is there and reports what is not."""
    (tmp_path / "good.txt").write_text(GOOD)
    result = run(tmp_path / "p.db", "scan", str(tmp_path / "gone.txt"), str(tmp_path / "good.txt"))
    assert result.exit_code == 3
    assert f"{tmp_path}/gone.txt: no such file or folder" in result.stderr
    assert uris(tmp_path / "p.db") == [str(tmp_path / "good.txt")]


def test_folder_without_readable_files(tmp_path):
    """A folder of files of unknown kinds says which kinds are known, and how to read one all the same."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "text.xyz").write_text(GOOD)
    result = run(tmp_path / "p.db", "scan", str(tmp_path / "in"))
    assert result.exit_code == 3
    assert ".jsonl" in result.stderr
    assert "a file that is named itself is read all the same" in result.stderr
    assert run(tmp_path / "p.db", "scan", str(tmp_path / "in" / "text.xyz")).exit_code == 0


def test_broken_row_among_good_ones(tmp_path):
    """A broken line is named by its number; the lines around it are read."""
    rows = lines({"id": "a", "text": GOOD}) + '{"id": "b", "text\n' + lines({"id": "c", "text": prose(2, 3)})
    result = run(tmp_path / "p.db", "scan", "-", input=rows)
    assert result.exit_code == 3
    assert "stdin:2: broken JSON" in result.stderr
    assert uris(tmp_path / "p.db") == ["a", "c"]


def test_line_longer_than_a_document_may_be(tmp_path):
    """A line of more than MAX_DOCUMENT bytes is a problem with its size; the lines around it are read."""
    path = tmp_path / "in.jsonl"
    with path.open("w") as file:
        file.write(lines({"id": "a", "text": GOOD}))
        file.write('{"id": "b", "text": "')
        for _ in range(MAX_DOCUMENT // (1 << 20) + 1):
            file.write("spam " * (1 << 18))
        file.write('"}\n')
        file.write(lines({"id": "c", "text": prose(2, 3)}))
    result = run(tmp_path / "p.db", "scan", str(path))
    assert result.exit_code == 3
    assert "more than the 67,108,864 that a document may have" in result.stderr
    assert uris(tmp_path / "p.db") == ["a", "c"]


def test_line_of_fifty_megabytes(tmp_path):
    """A line of 50 MB is a document, and the lines around it are as well."""
    path = tmp_path / "in.jsonl"
    path.write_text(
        lines({"id": "a", "text": GOOD}, {"id": "long", "text": "spam " * 10_000_000}, {"id": "z", "text": prose(2, 3)})
    )
    result = run(tmp_path / "p.db", "scan", str(path))
    assert (result.exit_code, result.stderr) == (0, "")
    assert uris(tmp_path / "p.db") == ["a", "long", "z"]


HOSTILE = {
    "a million identical words": "spam " * 1_000_000,
    "a million combining marks": "a" + "\u0301" * 1_000_000,
    "a word of two megabytes": "é" * 1_000_000,
    "bidi controls": "\u202e\u2066" * 100_000 + " in between \u202eturned\u202c words",
    "a page many times": (prose(3, 8) + " ") * 2_000,
    "a megabyte without spaces": "的" * 350_000,
}


def at_most_four_gigabytes() -> None:
    """Bound a child's address space (kernels, threads and mapped libraries take about two of it)."""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_document(tmp_path, name):
    """One hostile text costs seconds and bounded memory, every command goes on, and no screen gets all of it."""
    text = HOSTILE[name]
    rows = lines(
        {"id": "a", "text": GOOD, "date": "2025-01-01"},
        {"id": "hostile", "text": text, "title": text[:300_000]},
        {"id": "hostile too", "text": text + " more"},
        {"id": "twin", "text": text},
        {"id": "b", "text": GOOD.replace(GOOD.split()[3], "changed"), "date": "2025-01-02"},
    )
    (tmp_path / "in.jsonl").write_text(rows)
    db = str(tmp_path / "p.db")
    pairs = (["explain", "hostile", "twin"], ["explain", "hostile", "hostile too"])
    for command in (["scan", str(tmp_path / "in.jsonl")], ["report"], *pairs):
        done = piped(*command, "--db", db, stdout=subprocess.PIPE, timeout=120, preexec_fn=at_most_four_gigabytes)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert len(done.stdout) < 20_000, command
    with contextlib.closing(sqlite3.connect(db)) as connection:
        sql = "SELECT child, parent FROM lineage WHERE child = 'b'"
        assert connection.execute(sql).fetchall() == [("b", "a")]


# Stores


def foreign(path: Path, store: Path) -> None:
    path.write_text("Not a store, but a text of more than a hundred characters. " * 3)


def other_program(path: Path, store: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")


def newer(path: Path, store: Path) -> None:
    shutil.copy(store, path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")


def unversioned(path: Path, store: Path) -> None:
    shutil.copy(store, path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")


def cut(path: Path, store: Path) -> None:
    path.write_bytes(store.read_bytes()[:30_000])


def overwritten(path: Path, store: Path) -> None:
    data = bytearray(store.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 200] = b"\xff" * 200
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "said", "remedy"),
    [
        (foreign, "not a SQLite file", "choose another --db"),
        (other_program, "a SQLite file of another program", "choose another --db"),
        (newer, "made by a newer provenance", "upgrade"),
        (unversioned, "without a version", "go back to a backup"),
        (cut, "damaged", "go back to a backup"),
        (overwritten, "damaged", "go back to a backup"),
    ],
)
def test_no_store(store, tmp_path, make, said, remedy):
    """What is no store, or one that cannot be used, is refused by every command, with the remedy, and stays as it was."""
    path = tmp_path / "x.db"
    make(path, store)
    before = path.read_bytes()
    for arguments in (*READING, *CHANGING):
        refused(run(path, *arguments, input=GOOD), 1, str(path), said, remedy)
    (finding,) = json.loads(run(path, "doctor", "-q", "--json").stdout)[-1:]
    assert finding["level"] == "error"
    assert said in finding["what"]
    assert remedy in finding["remedy"]
    assert path.read_bytes() == before


def test_folder_as_store(tmp_path):
    """A folder is no file to keep a store in."""
    result = run(tmp_path, "scan", "-", input=GOOD)
    assert result.exit_code == 2
    assert "is a directory" in result.stderr


def test_changing_nothing_leaves_nothing(tmp_path):
    """Commands that change a store say that there is none, and leave no lock file; a missing folder is named."""
    for arguments in CHANGING[1:]:
        refused(run(tmp_path / "none.db", *arguments), 1, "no store there; `provenance scan")
    assert not list(tmp_path.iterdir())
    refused(run(tmp_path / "no" / "p.db", "scan", "-", input=GOOD), 1, f"no folder {tmp_path}/no; make it")


# Permissions


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A folder for what others own. Root acts as nobody in `powerless`."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(folder)


@contextlib.contextmanager
def powerless() -> Iterator[None]:
    if os.getuid() == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(os.getuid())


def test_no_permission_to_write(store, nobody):
    """In a folder that one may not write, reading works and leaves nothing behind; changing says what to do."""
    db = Path(shutil.copy(store, nobody / "p.db"))
    nobody.chmod(0o555)
    before = db.read_bytes()
    with powerless():
        for arguments in READING:
            assert run(db, *arguments, input=GOOD).exit_code == 0, arguments
        for arguments in CHANGING:
            refused(run(db, *arguments, input=GOOD), 1, "cannot take the lock (Permission denied)", "folder you may write to")
    assert [path.name for path in nobody.iterdir()] == ["p.db"]
    assert db.read_bytes() == before


def test_no_permission_to_enter(store, nobody):
    """A store in a folder that one may not enter is out of reach, and that is what every command says."""
    closed = nobody / "closed"
    closed.mkdir()
    db = Path(shutil.copy(store, closed / "p.db"))
    closed.chmod(0o700 if os.getuid() == 0 else 0o000)
    with powerless():
        for arguments in (*READING, *CHANGING):
            refused(run(db, *arguments, input=GOOD), 1, "cannot look at the file (Permission denied)")
        found = run(db, "doctor", "-q", "--json")
    assert found.exit_code == 1
    assert "Permission denied" in json.loads(found.stdout)[-1]["what"]


def test_no_permission_to_read(store, nobody):
    """A file and a folder that one may not read are problems like any other bad input; the rest is read."""
    for name in ("closed.txt", "good.txt"):
        (nobody / name).write_text(GOOD)
    (nobody / "folder").mkdir()
    for name in ("closed.txt", "folder"):
        (nobody / name).chmod(0o600 if os.getuid() == 0 else 0o000)
    own = nobody / "own"
    own.mkdir()
    db = Path(shutil.copy(store, own / "p.db"))
    for path in (own, db):
        path.chmod(0o777)
    with powerless():
        scanned = run(db, "scan", *(str(nobody / name) for name in ("closed.txt", "folder", "good.txt")))
        traced = run(db, "trace", str(nobody / "closed.txt"))
    for result in (scanned, traced):
        assert result.exit_code == 3, result.output
        assert f"{nobody}/closed.txt: cannot open the file: Permission denied" in result.stderr
    assert f"{nobody}/folder: cannot open the folder: Permission denied" in scanned.stderr
    assert "1 document read" in scanned.stdout


# Room


def test_full_disk(copy):
    """A full disk ends a scan in one line; the store holds what it held and says so, and the next scan does the work."""
    rows = lines(*({"id": f"n{i}", "text": prose(i + 10, 30)} for i in range(40)))
    with full_disk(copy.stat().st_size + 16_000):
        result = run(copy, "scan", "-", input=rows)
        assert run(copy, "report").exit_code == 0
    refused(result, 1, f"{copy}: ", "disk")
    assert uris(copy) == ["a", "b"]
    assert healthy(copy)
    last = json.loads(run(copy, "query", "SELECT status, read, added FROM run ORDER BY id DESC LIMIT 1", "--json").stdout)
    assert last == [{"status": "failed", "read": 0, "added": 0}]
    assert run(copy, "scan", "-", input=rows).exit_code == 0
    assert len(uris(copy)) == 42


def test_no_room_at_all(copy):
    """Where not even the name of the lock's holder can be written, it is still one line that says why."""
    with full_disk(0):
        refused(run(copy, "scan", "-", input=GOOD), 1, str(copy))
        assert run(copy, "stats").exit_code == 0
    assert healthy(copy)
    assert uris(copy) == ["a", "b"]


def piped(*arguments: str, **streams) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "provenance", *arguments]
    return subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False, **streams)


def test_answer_that_cannot_be_written(store):
    """A full disk behind stdout is one line and exit code 1."""
    with open("/dev/full", "w") as full:
        done = piped("report", "--db", str(store), stdout=full)
    assert (done.returncode, done.stderr) == (1, "Error: cannot write the answer to standard output: No space left on device\n")


def test_closed_streams(copy):
    """Started without stdin, stdout or stderr, as some schedulers do, a command does its work."""
    script = 'exec "$@" <&- >&- 2>&-'
    command = [sys.executable, "-m", "provenance", "scan", "-q", str(ROOT / "fixtures" / "corpus"), "--db", str(copy)]
    assert subprocess.run(["sh", "-c", script, "sh", *command], cwd=ROOT, check=False).returncode == 0
    assert len(uris(copy)) == 76
    script = 'exec "$@" <&- >&-'
    done = piped("stats", "--db", str(copy), stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    assert done.returncode == 0
    closed = subprocess.run(
        ["sh", "-c", script, "sh", sys.executable, "-m", "provenance", "stats", "--db", str(copy)],
        cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert (closed.returncode, closed.stderr) == (
        1,
        "Error: standard output is closed: there is nowhere to write the answer\n",
    )
