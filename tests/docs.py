"""The command reference of the README, generated from the commands themselves.

python -m tests.docs      writes it between the markers in README.md
"""

from __future__ import annotations

from pathlib import Path

import click

from provenance.cli import cli

README = Path(__file__).parent.parent / "README.md"
START, END = "<!-- commands -->", "<!-- /commands -->"
WIDTH = 96


def commands() -> str:
    """Every command with its help, in the order of `provenance -h`."""
    parts = [f"```\n{_help(cli, None)}\n```"]
    for name, command in cli.commands.items():
        parts.append(f"### provenance {name}\n\n```\n{_help(command, name)}\n```")
    return "\n\n".join(parts)


def _help(command: click.Command, name: str | None) -> str:
    root = click.Context(cli, info_name="provenance", terminal_width=WIDTH, max_content_width=WIDTH)
    context = root if name is None else click.Context(command, root, name, terminal_width=WIDTH, max_content_width=WIDTH)
    context.help_option_names = ["-h", "--help"]
    return command.get_help(context).rstrip()


def section(readme: str) -> str:
    """What stands between the markers."""
    return readme.partition(START)[2].partition(END)[0].strip()


def updated(readme: str) -> str:
    """The README with the reference as it should be."""
    head, _, rest = readme.partition(START)
    return f"{head}{START}\n{commands()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    README.write_text(updated(README.read_text()))
