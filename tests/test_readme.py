"""What README.md shows is what the program says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
ONE_LINERS = [line for line in README.splitlines() if line.startswith("sqlite-utils ")]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of `make demo`."""
    folder = tmp_path_factory.mktemp("demo")
    corpus = Path(__file__).parent.parent / "fixtures" / "corpus"
    run("provenance", "scan", str(corpus), "--db", "demo.db", folder=folder)
    return folder


def run(module: str, *arguments: str, folder: Path) -> str:
    """Output of a command, run as its users do, in an 100-column terminal without colour."""
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_ten_one_liners():
    """README shows at least ten questions for sqlite-utils."""
    assert len(ONE_LINERS) >= 10


@pytest.mark.parametrize("line", ONE_LINERS)
def test_one_liner_runs(line, demo):
    """Every sqlite-utils line of README runs on the demo's store and, but for the undecided pairs, finds something."""
    output = run("sqlite_utils", *shlex.split(line)[1:], folder=demo)
    assert output.strip()
    if "undecided" not in line:
        assert len(output.splitlines()) > 1 or len(output) > 80


def test_the_excerpt_is_real(demo):
    """The family in README is, line for line, what `report` prints of it."""
    excerpt = re.search(r"<!-- excerpt -->\n```\n(.*?)\n```", README, re.DOTALL).group(1)
    uri = "https://lundrithweekly.example/sport/loch-immer-swim"
    assert excerpt in run("provenance", "report", "--document", uri, "--db", "demo.db", folder=demo)


def test_the_crontab_line_names_real_options():
    """The crontab line's commands and options exist."""
    from provenance.cli import cli

    line = next(line for line in README.splitlines() if "provenance scan -q" in line)
    for part in re.split(r"\|\| \[.*?\] &&", line[line.index("provenance") :]):
        words = shlex.split(part)
        options = {option for parameter in cli.commands[words[1]].params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= options
