"""The documentation of the commands is complete, and is what the commands themselves say."""

from __future__ import annotations

import click
import pytest

from provenance.cli import cli
from provenance.read import ARCHIVES, READERS
from tests import docs


@pytest.mark.parametrize("name", docs.SECTIONS)
def test_readme_is_up_to_date(name):
    """The generated parts of the README are what they would be now; `python -m tests.docs` brings them up to date."""
    assert docs.section(docs.README.read_text(), name) == docs.SECTIONS[name]()


def test_every_format_is_documented():
    """Every format says what becomes a document."""
    assert [kind.name for kind in (*READERS, *ARCHIVES) if not kind.content] == []


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
    sections = "\n\nbetween\n\n".join(f"<!-- {name} -->\nold\n<!-- /{name} -->" for name in docs.SECTIONS)
    once = docs.updated(f"# Title\n\n{sections}\n\nThe end.\n")
    assert once.startswith("# Title\n\n<!-- formats -->\n| format")
    assert once.endswith("\n<!-- /commands -->\n\nThe end.\n")
    assert "\n<!-- /formats -->\n\nbetween\n\n<!-- commands -->\n" in once
    assert docs.updated(once) == once
