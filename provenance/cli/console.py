"""The terminal and the files as commands see them: where the answer goes, what may be coloured, how long work is shown."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from provenance.model import ProvenanceError, UsageError

if TYPE_CHECKING:
    from provenance.pipeline.progress import Progress

_Item = TypeVar("_Item")

PIPE_WIDTH = 100
"""Columns of an answer that goes to no terminal; COLUMNS overrides it."""


def say(chunks: str | Iterable[str]) -> None:
    """The answer, on stdout. Each chunk brings its own line ends.

    Raises ProvenanceError where stdout is closed or cannot take it, as on a full disk.
    """
    if sys.stdout is None:
        raise ProvenanceError("standard output is closed: there is nowhere to write the answer")
    for chunk in [chunks] if isinstance(chunks, str) else chunks:
        try:
            click.echo(chunk, nl=False, color=colour())
        except BrokenPipeError:  # the reader has seen enough
            raise
        except OSError as error:
            _drop_the_rest()
            raise ProvenanceError(f"cannot write the answer to standard output: {error.strerror}") from error


def _drop_the_rest() -> None:
    """Let stdout's buffer go where nothing fails: at exit Python would try to write it once more, and say so."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def stdin() -> BinaryIO:
    """Standard input as bytes; where it is closed, one that is empty."""
    return io.BytesIO() if sys.stdin is None else sys.stdin.buffer


def note(line: str) -> None:
    """Everything that is not the answer, on stderr."""
    from provenance.report.words import safe

    click.echo(safe(line), err=True)


def terminal() -> bool:
    """Whether the answer goes to a terminal, where a progress bar would be in its way."""
    return sys.stdout is not None and sys.stdout.isatty()


def colour() -> bool:
    """Whether the answer may be coloured: on a terminal that can, unless NO_COLOR is set (https://no-color.org)."""
    return terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """How wide the answer may be."""
    return max(40, shutil.get_terminal_size((PIPE_WIDTH, 24)).columns)


def write_whole(path: Path, chunks: Iterable[str]) -> None:
    """Write a file that is complete or not there at all: what stood at `path` stays until the new one is whole."""
    with whole(path) as write:
        for chunk in chunks:
            write(chunk)


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Callable[[str], object]]:
    """Something to write with; the file appears at `path` when the block ends, or not at all where it raises."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with open(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                yield file.write
                file.flush()
                os.fsync(file.fileno())  # or a power loss might leave the new name with nothing in it
            os.chmod(name, 0o666 & ~_umask())  # mkstemp's own mode would keep the file from everybody else
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise ProvenanceError(f"{path}: cannot write the file: {error.strerror}; choose another with -o") from error


def refuse_same_file(*paths: Path | None) -> None:
    """Raises UsageError where an output would take the place of the store, or of another output."""
    seen: dict[Path, Path] = {}
    for path in filter(None, paths):
        if seen.setdefault(path.resolve(), path) is not path:
            raise UsageError(f"{path}: cannot be two of output, manifest and store at once; give each a file of its own")


def make_folder(path: Path) -> None:
    """The folder, where it is not there yet. Raises ProvenanceError where it cannot be."""
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise ProvenanceError(f"{path}: cannot make the folder: {error.strerror}; choose another with -o") from error


def remove_others(folder: Path, pattern: str, kept: Container[str]) -> None:
    """Remove the files of the folder whose whole name matches the pattern, but for those that are kept."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if re.fullmatch(pattern, path.name) and path.name not in kept:
            path.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def progress(quiet: bool) -> Progress:
    """Shows work that lasts on stderr, where that is a terminal and somebody may be looking."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        from provenance.pipeline.progress import Silent

        return Silent()
    return _Bars()


def shown(items: Iterable[_Item], progress: Progress, stage: str, total: int | None) -> Iterator[_Item]:
    """The items, their number shown as they go by."""
    progress.start(stage, total)
    for item in items:
        yield item
        progress.advance()
    progress.done()


def announce_compiling(quiet: bool) -> None:
    """Say why nothing seems to happen in the first run on a machine, where somebody may be looking."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        return
    from provenance.pipeline.analyst import compiled

    if not compiled():
        note("First run: compiling, for up to a minute. Later runs start at once.")


class _Bars:
    """A tqdm bar for each stage."""

    def __init__(self) -> None:
        self._bar: Any = None

    def start(self, stage: str, total: int | None, unit: str = "texts") -> None:
        from tqdm import tqdm

        self.done()
        named = {"unit": "B", "unit_scale": True} if unit == "bytes" else {"unit": f" {unit}"}
        self._bar = tqdm(desc=stage, total=total, leave=False, dynamic_ncols=True, file=sys.stderr, **named)

    def advance(self, n: int = 1) -> None:
        if self._bar is not None:
            self._bar.update(n)

    def done(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
