"""The architecture as a test: which room may import what, where SQL may stand, what a help text may load."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "provenance"

PURE = {
    "__future__", "bisect", "collections", "dataclasses", "datetime", "difflib", "functools", "itertools", "json", "math", "re",
    "shlex", "typing", "unicodedata",
}  # fmt: skip
"""What of the standard library neither touches the world nor knows the time by itself."""
ALL = set(sys.stdlib_module_names) - {"sqlite3"}


class Room(NamedTuple):
    """What a room may import: of the standard library, of others, of us."""

    standard: set[str]
    others: set[str]
    rooms: set[str]


READING = {"charset_normalizer", "dateutil", "fastwarc", "lxml", "pyarrow", "trafilatura", "xxhash", "zstandard"}
EVIDENCE = {
    "model",
    "unions",
    "text",
    "spans",
    "lexicon",
    "sign",
    "packed",
    "index",
    "probe",
    "align",
    "cues",
    "agencies",
    "outlets",
    "spread",
    "lineage",
    "keep",
}
ROOMS = {
    "__init__": Room(set(), set(), set()),
    "__main__": Room(set(), set(), {"cli"}),
    "model": Room(PURE, set(), set()),
    "collecting": Room(PURE | {"atexit", "contextlib", "gc"}, set(), set()),
    "kernel": Room(PURE | {"pathlib"}, {"numba"}, set()),
    "unions": Room(PURE, {"numpy"}, {"kernel"}),
    "text": Room(PURE, {"numpy", "xxhash"}, {"kernel"}),
    "spans": Room(PURE | {"html", "importlib"}, {"numpy"}, {"kernel", "text"}),
    "lexicon": Room(PURE | {"importlib"}, {"numpy", "Stemmer"}, {"kernel", "text"}),
    "sign": Room(PURE, {"numpy", "datasketch"}, {"kernel", "text"}),
    "packed": Room(PURE, {"numpy", "numba", "llvmlite"}, {"kernel"}),
    "index": Room(PURE, {"numpy"}, {"kernel", "packed", "sign"}),
    "probe": Room(PURE, {"numpy"}, {"index", "kernel", "sign"}),
    "align": Room(PURE, {"numpy"}, {"kernel", "text", "unions"}),
    "agencies": Room(PURE, set(), set()),
    "cues": Room(PURE, set(), {"agencies"}),
    "outlets": Room(PURE, set(), {"agencies", "cues"}),
    "spread": Room(PURE, {"numpy"}, {"model", "unions"}),
    "keep": Room(PURE, set(), set()),
    "near": Room(PURE, {"numpy"}, {"kernel", "text", "sign", "unions"}),
    "lineage": Room(PURE | {"copy", "importlib"}, {"numpy"}, {"model", "cues"}),
    "read": Room(ALL, READING, {"model"}),
    "store": Room(ALL | {"sqlite3"}, {"sqlite_utils"}, {"model"}),
    "pipeline": Room(ALL, {"numpy", "xxhash"}, EVIDENCE | {"collecting", "read", "store"}),
    "report": Room(
        PURE | {"base64", "csv", "hashlib", "html", "importlib", "io", "urllib"}, {"jinja2", "markupsafe"}, {"model", "store"}
    ),
    "cli": Room(ALL, {"click", "tqdm"}, EVIDENCE | {"collecting", "read", "store", "pipeline", "report"}),
}
TOOLS = {"data"}
"""Scripts that make data files; no room imports them."""

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in TOOLS)
# csv.writer's rows go into strings.
WRITING = re.compile(
    r"(add|set|delete|clear|replace|mark|new)_\w+|open|write(?!r(ow)?$)\w*|mkdir|unlink|transaction|(re)?pin|(start|finish)_run|forget|purge"
)


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def room(path: Path) -> str:
    return name(path).split("/")[0]


def imports(tree: ast.AST) -> Iterator[str]:
    """Full names of all that a module imports, also inside functions; what only type checkers see is left out."""
    if isinstance(tree, ast.If) and isinstance(tree.test, ast.Name) and tree.test.id == "TYPE_CHECKING":
        return
    if isinstance(tree, ast.Import):
        yield from (alias.name for alias in tree.names)
    elif isinstance(tree, ast.ImportFrom):
        assert tree.level == 0, "relative import"
        if tree.module == "provenance":
            yield from (f"provenance.{alias.name}" for alias in tree.names)
        else:
            yield tree.module or ""
    for child in ast.iter_child_nodes(tree):
        yield from imports(child)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_room_imports_only_what_it_may(path):
    """Every import of every module is on the list of its room; a room without a list does not exist."""
    own = room(path)
    assert own in ROOMS, f"{own} has no rule yet: say here what it may import"
    allowed = ROOMS[own]
    for imported in imports(ast.parse(path.read_text())):
        first, _, rest = imported.partition(".")
        if first != "provenance":
            assert first in allowed.standard | allowed.others, f"{own} must not import {imported}"
        elif rest not in ("", "__version__"):
            assert rest.split(".")[0] in allowed.rooms | {own}, f"{own} must not import {imported}"


def test_the_rules_find_a_forbidden_import():
    """An import hidden in a function is seen, one for type checkers is not."""
    source = "def f():\n    import sqlite3\nif TYPE_CHECKING:\n    import click\nfrom provenance import store\n"
    assert list(imports(ast.parse(source))) == ["sqlite3", "provenance.store"]


SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|ATTACH|VACUUM|WITH)\s")


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) != "store"], ids=name)
def test_sql_stands_only_in_the_store(path):
    """No string outside of the store begins as a statement does."""
    strings = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    assert [text for text in strings if isinstance(text, str) and SQL.match(text)] == []


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) == "report"], ids=name)
def test_report_never_writes(path):
    """No module of the report calls what opens a file or changes the store."""
    calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    called = (f.attr if isinstance(f, ast.Attribute) else f.id if isinstance(f, ast.Name) else "" for f in calls)
    assert [call for call in called if WRITING.fullmatch(call)] == []


HEAVY = (
    "numpy", "numba", "sqlite_utils", "sqlite3", "datasketch", "tqdm", "dateutil", "trafilatura", "lxml", "jinja2", "pyarrow",
    "fastwarc", "zstandard", "importlib.metadata", "provenance.pipeline", "provenance.read",
)  # fmt: skip
PROBE = """
import sys, time
from provenance.cli import cli
try:
    cli(sys.argv[1:], prog_name="provenance")
finally:
    heavy = [name for name in {heavy!r} if name in sys.modules]
    print("probe", f"{{time.process_time():.3f}}", *heavy, file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["scan", "-h"], ["report", "-h"], ["query", "-h"]], ids=" ".join
)
def test_help_is_light(arguments):
    """A help text loads nothing heavy, and takes less than 0.2 s of processor time from the interpreter's start."""
    command = [sys.executable, "-c", PROBE.format(heavy=HEAVY), *arguments]
    seconds = []
    for _ in range(3):
        run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        _, spent, *heavy = run.stderr.splitlines()[-1].split()
        assert heavy == []
        seconds.append(float(spent))
    assert min(seconds) < 0.2
