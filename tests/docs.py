"""The generated parts of the README: the commands from the commands themselves, the formats from their readers.

python -m tests.docs      writes them between their markers in README.md
"""

from __future__ import annotations

from pathlib import Path

import click

from provenance.cli import cli
from provenance.read import ARCHIVES, READERS
from provenance.read.compression import CODECS

README = Path(__file__).parent.parent / "README.md"
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


def formats() -> str:
    """What is read: a row a format, an archive, a compression."""
    rows = [
        "| format | suffixes | what becomes a document | needs |",
        "|---|---|---|---|",
        *(_row(kind.name, kind.suffixes, kind.content, kind.extra) for kind in sorted(READERS, key=lambda reader: reader.name)),
        *(_row(kind.name, (*kind.suffixes, *_short(kind.name)), kind.content, None) for kind in ARCHIVES),
        *(_row(codec.name, (codec.suffix,), "what it holds, of every kind above", codec.extra) for codec in CODECS),
    ]
    return "\n".join(rows)


def _row(name: str, suffixes: tuple[str, ...], content: str, extra: str | None) -> str:
    needs = f"`pip install 'news-provenance[{extra}]'`" if extra else ""
    return f"| {name} | {' '.join(f'`{suffix}`' for suffix in suffixes)} | {content} | {needs} |"


def _short(archive: str) -> list[str]:
    return [short for codec in CODECS for short in codec.tars] if archive == "tar" else []


SECTIONS = {"formats": formats, "commands": commands}


def section(readme: str, name: str) -> str:
    """What stands between the markers."""
    return readme.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0].strip()


def updated(readme: str) -> str:
    """The README with all sections as they should be."""
    for name, generate in SECTIONS.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, _, rest = readme.partition(start)
        readme = f"{head}{start}\n{generate()}\n{end}{rest.partition(end)[2]}"
    return readme


if __name__ == "__main__":
    README.write_text(updated(README.read_text()))
