"""What other distributions bring: extras that may be missing, and readers by entry point. Each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

from provenance.read import READERS
from provenance.read.compression import CODECS
from tests.containers import KINDS, TEXTS, page

ROOT = Path(__file__).parent.parent
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]


def run(code: str, *arguments: str, path: Path | None = None) -> subprocess.CompletedProcess:
    """The command line in a process that ran some code before."""
    program = f"import sys\n{code}\nfrom provenance.cli import main\nsys.exit(main())"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), path and str(path)]))}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("extra", "package", "name", "data"),
    [
        ("html", "trafilatura", "a.html", page(TEXTS[0]).encode()),
        ("warc", "fastwarc", "a.warc", KINDS["a.warc"]()),
        ("parquet", "pyarrow", "a.parquet", KINDS["a.parquet"]()),
        ("zstd", "zstandard", "a.jsonl.zst", KINDS["a.jsonl.zst"]()),
    ],
)
def test_a_missing_extra_is_one_clear_line(tmp_path, extra, package, name, data):
    """Without an extra its files are problems that say what is missing and how to get it; the rest is read; exit code 3."""
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.txt").write_text(TEXTS[0])
    done = run(f"sys.modules[{package!r}] = None", "scan", str(tmp_path), "--db", str(tmp_path / "p.db"), "-n")
    assert done.returncode == 3, done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{tmp_path / name}: ")
    assert package in line
    assert line.endswith(f"pip install 'news-provenance[{extra}]'")
    assert done.stdout.startswith("1 document read (txt 1)")


def test_extras_are_declared():
    """Every extra that a reader or a compression names is declared, is part of `all`, and is there for the tests."""
    named = {kind.extra for kind in (*READERS, *CODECS) if kind.extra}
    assert named <= EXTRAS.keys()
    assert EXTRAS["all"] == [f"news-provenance[{','.join(sorted(named))}]"]
    assert "news-provenance[all]" in EXTRAS["dev"]


def installed(folder: Path, name: str, entry: str, module: str) -> None:
    """A distribution as pip leaves it: a module, and metadata beside it."""
    (folder / f"{name}.py").write_text(textwrap.dedent(module))
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[provenance.readers]\n{entry}\n")


def scanned(folder: Path, *options: str) -> subprocess.CompletedProcess:
    return run("", "scan", str(folder / "in"), "--db", str(folder / "p.db"), "-n", *options, path=folder)


GOOD = """
    from provenance.model import Document
    from provenance.read import Reader

    def read(stream, origin, options):
        for line in stream.read().decode().split("%%"):
            yield Document(uri=f"{origin.name}#{len(line)}", text=line)

    READER = Reader("percent", (".pct",), read, lambda head: head.startswith(b"%%"))
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.pct").write_text("one%%three")
    return tmp_path


def test_a_reader_of_another_distribution(folder):
    """An installed distribution that names a reader is found: by suffix in a folder, by content, and by its name."""
    installed(folder, "good_plugin", "percent = good_plugin:READER", GOOD)
    done = scanned(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 documents read (percent 2)")
    (folder / "in" / "b.txt").write_text("a%%b%%c")
    assert scanned(folder).stdout.startswith("3 documents read (percent 2, txt 1)")
    assert run("", "scan", str(folder / "in/b.txt"), "-n", "--format", "percent", path=folder).stdout.startswith(
        "3 documents read (p"
    )


@pytest.mark.parametrize(
    ("entry", "module", "says"),
    [
        ("x = bad_plugin:READER", "1 / 0", "cannot be loaded: ZeroDivisionError"),
        ("x = bad_plugin:MISSING", "", "cannot be loaded: AttributeError"),
        ("x = no_such_module:READER", "", "cannot be loaded: ModuleNotFoundError"),
        ("x = bad_plugin:READER", "READER = 7", "is a int, not a provenance.read.Reader"),
        ("x = bad_plugin:READER", "import sys; sys.exit('bye')", "cannot be loaded: SystemExit"),
        ("x = bad_plugin:READER", GOOD.replace('"percent"', '"jsonl"'), "has the name 'jsonl'"),
    ],
)
def test_a_broken_reader_is_one_problem(folder, entry, module, says):
    """A reader that cannot be used is one line that names it and its distribution; everything else is read."""
    installed(folder, "bad_plugin", entry, module)
    (folder / "in" / "b.txt").write_text("text")
    done = scanned(folder)
    assert done.returncode == 3
    [line] = done.stderr.splitlines()
    assert "bad_plugin 1.2" in line
    assert says in line
    assert done.stdout.startswith("1 document read (txt 1)")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("yield Document(uri='a', text='ok'); raise KeyError('x')", "failed: KeyError"),
        ("yield Document(uri='a', text='ok'); yield 'a text'", "failed: TypeError: it gave a str"),
        ("yield Document(uri='a', text='ok'); yield Document(uri='b', text=None)", "failed: TypeError"),
        ("yield Document(uri='a', text='ok\\0\\ud800'); raise EOFError('cut')", "damaged or unreadable"),
    ],
)
def test_a_reader_that_fails_while_reading(folder, body, says):
    """What another's reader raises or gives wrongly is a problem of its file; what it gave before counts."""
    head = "from provenance.model import Document\nfrom provenance.read import Reader\n"
    module = f"{head}def read(stream, origin, options):\n    {body}\n"
    installed(folder, "bad_plugin", "x = bad_plugin:READER", module + "READER = Reader('x', ('.pct',), read)\n")
    done = scanned(folder)
    assert done.returncode == 3
    [line] = done.stderr.splitlines()
    assert line.startswith(str(folder / "in" / "a.pct"))
    assert says in line
    assert done.stdout.startswith("1 document read (x 1)")
