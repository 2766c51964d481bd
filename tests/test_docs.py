"""The documentation of the commands is complete, and is what the commands themselves say."""

from __future__ import annotations

import click
import pytest

from provenance.cli import cli
from tests import docs


def test_readme_has_the_commands():
    """The reference in the README is the generated one; `python -m tests.docs` brings it up to date."""
    assert docs.section(docs.README.read_text()) == docs.commands()


@pytest.mark.parametrize("name", list(cli.commands))
def test_command_is_documented(name):
    """Every command has a help text, a line for the list, and a help text for each of its options."""
    command = cli.commands[name]
    assert command.help
    assert command.short_help
    assert f"### provenance {name}\n" in docs.commands()
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("name", list(cli.commands))
def test_command_takes_the_common_options(name):
    """Every command takes --db, -q and -v behind its name."""
    found = {option for param in cli.commands[name].params for option in param.opts}
    assert {"--db", "-q", "-v"} <= found


def test_updating_keeps_the_rest():
    """Writing the reference anew changes nothing outside of its markers, and nothing the second time."""
    readme = f"# Title\n\n{docs.START}\nold\n{docs.END}\n\nThe end.\n"
    once = docs.updated(readme)
    assert once.startswith(f"# Title\n\n{docs.START}\n")
    assert once.endswith(f"\n{docs.END}\n\nThe end.\n")
    assert docs.updated(once) == once
