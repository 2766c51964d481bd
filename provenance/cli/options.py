"""Options that several commands share. Each stands behind the name of the command."""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from provenance.cli.root import TYPED
from provenance.report.words import DEFAULT_DB

UNREADABLE = 3
"""Exit code of a command that is done, but could not read some of its inputs."""

jobs_option = click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="How many processors to use; all by default. The result is the same."
)


@dataclasses.dataclass(frozen=True, slots=True)
class Common:
    """What every command is told."""

    db: Path
    quiet: bool
    verbose: bool
    typed: str
    """The command as it was typed, for the record of the run."""


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --db, -q and -v; the command gets them as `common`."""

    @click.option(
        "--db",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="PROVENANCE_DB",
        default=DEFAULT_DB,
        show_default=True,
        show_envvar=True,
        help="The store: one SQLite file.",
    )
    @click.option("-q", "--quiet", is_flag=True, help="Only the answer and errors: no progress, no summary, no hints.")
    @click.option("-v", "--verbose", is_flag=True, help="List every problem, and say how long the command took.")
    @functools.wraps(command)
    def wrapper(db: Path, quiet: bool, verbose: bool, **options: Any) -> Any:
        started, processor = time.monotonic(), time.process_time()
        try:
            return command(common=Common(db, quiet, verbose, click.get_current_context().meta[TYPED]), **options)
        finally:
            if verbose:
                seconds, busy = time.monotonic() - started, time.process_time() - processor
                click.echo(f"{db}: {seconds:.2f} s, {busy:.2f} s of processor time", err=True)

    return wrapper


def listing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json, --nl, --csv and --table; the command gets the last one given as `style`, or None."""
    for name, text in (
        ("table", "Aligned columns."),
        ("csv", "CSV with a header."),
        ("nl", "One JSON object a line."),
        ("json", "A JSON array of objects."),
    ):
        command = click.option(f"--{name}", "style", flag_value=name, default=None, help=text)(command)
    return command
