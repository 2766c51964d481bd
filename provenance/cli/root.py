"""The group of all commands: it turns expected errors, Ctrl-C and SIGTERM into one line and an exit code."""

from __future__ import annotations

import contextlib
import shlex
import signal
from collections.abc import Iterator
from typing import Any

import click

from provenance import __version__
from provenance.model import ProvenanceError

TYPED = "provenance.cli.typed"
"""Where a context keeps the command as it was typed."""

EPILOG = """\
\b
Exit codes
  0  done
  1  failed; nothing is half-written
  2  the command or its options are wrong
  3  done, but some inputs were unreadable: provenance query problems
  4  trace -e: no source found
  75 another run is writing to the store

\b
Completion of commands and options in the shell, for ~/.bashrc (zsh and fish likewise)
  eval "$(_PROVENANCE_COMPLETE=bash_source provenance)"
"""


class _Failure(click.ClickException):
    """An expected failure: its line on stderr, its exit code."""

    def __init__(self, error: ProvenanceError) -> None:
        from provenance.report.words import safe

        super().__init__(safe(str(error)))
        self.exit_code = error.exit_code


class Root(click.Group):
    """The commands in the order in which they were added, and what every one of them does when it cannot go on."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def make_context(self, info_name: str | None, args: list[str], **extra: Any) -> click.Context:
        typed = shlex.join([info_name or "provenance", *args])
        context = super().make_context(info_name, args, **extra)
        context.meta[TYPED] = typed
        return context

    def invoke(self, ctx: click.Context) -> Any:
        with _orderly_stop(ctx):
            try:
                return super().invoke(ctx)
            except ProvenanceError as error:
                raise _Failure(error) from error


@contextlib.contextmanager
def _orderly_stop(ctx: click.Context) -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does: transactions are rolled back, locks freed, and the exit code says which it was."""
    terminated = False

    def stop(number: int, frame: object) -> None:
        nonlocal terminated
        terminated = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        ctx.exit(128 + (signal.SIGTERM if terminated else signal.SIGINT))
    finally:
        signal.signal(signal.SIGTERM, before)


@click.group(cls=Root, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def cli() -> None:
    """Who wrote it first: find copied, edited and rewritten passages among texts and reconstruct which text likely derives
    from which.

    Add documents with `scan`, then ask: `report` for everything, `explain` for two documents, `trace` for a text that is
    not in the store. All of it lives in one SQLite file, which `query` opens to any question in SQL.
    """
