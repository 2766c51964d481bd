"""Paths as people give them (files, folders, quoted patterns, `-`) to the list of inputs that will be read, in a fixed order."""

from __future__ import annotations

import dataclasses
import glob
import os
from collections.abc import Iterable, Iterator

from provenance.model import Problem, UsageError
from provenance.read.compression import stem

STDIN = "-"


@dataclasses.dataclass(frozen=True, slots=True)
class Inputs:
    """What there is to read, and what was asked for but cannot be."""

    names: tuple[str, ...]
    """Absolute paths, and `-` for stdin; each once."""
    problems: tuple[Problem, ...]


def printable(path: str) -> str:
    """A path as text that can be stored: bytes that are not UTF-8 are written as `\\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def expand(paths: Iterable[str | os.PathLike[str]], suffixes: tuple[str, ...]) -> Inputs:
    """The inputs behind the paths.

    A folder gives its files with one of the suffixes (that of a compression may stand behind it), in all its folders, sorted;
    hidden ones are left out, and links to folders are not followed unless given by name, so that no loop can trap the walk. A
    pattern (`*`, `?`, `[]`, `**`) that is not the name of a file is expanded as a shell would. A missing path and a folder
    without such files are problems. Raises UsageError if paths are missing and nothing else is left to read, or if no path is
    given.
    """
    names: dict[str, None] = {}
    problems: list[Problem] = []
    missing: list[str] = []
    paths = [os.fspath(path) for path in paths]
    if not paths:
        raise UsageError("nothing to read: give files, folders, patterns, or - for standard input")
    for path in paths:
        if path == STDIN:
            names[STDIN] = None
            continue
        found = _matches(path)
        if not found:
            missing.append(printable(path))
            problems.append(Problem(printable(os.path.abspath(path)), "read", "no such file or folder"))
        for match in found:
            match = os.path.abspath(match)
            if os.path.isdir(match):
                before = len(problems)
                files = list(_walk(match, suffixes, problems))
                names.update(dict.fromkeys(files))
                if not files and len(problems) == before:
                    kinds = f"({' '.join(suffixes)}, also compressed)"
                    message = f"the folder has no files of a known kind {kinds}; a file that is named itself is read all the same"
                    problems.append(Problem(printable(match), "read", message))
            else:
                names[match] = None
    if missing and not names:
        what = "no file fits the pattern" if all(map(glob.has_magic, missing)) else "no such file or folder"
        raise UsageError(f"{what}: {', '.join(missing)}")
    return Inputs(tuple(names), tuple(problems))


def _matches(path: str) -> list[str]:
    if os.path.lexists(path):
        return [path]
    return sorted({match for match in _glob(path) if not (os.path.islink(match) and os.path.isdir(match))})


def _glob(pattern: str) -> Iterator[str]:
    """What a pattern matches. glob's own `**` follows links to folders: two loops in one folder would keep it busy for ever."""
    parts = pattern.split("/")
    if "**" not in parts:
        yield from glob.glob(pattern) if glob.has_magic(pattern) else [pattern] if os.path.lexists(pattern) else []
        return
    at = parts.index("**")
    head = "/".join(parts[:at]) or ("/" if at else ".")
    for top in _glob(head):
        for parent, folders, _ in os.walk(top):
            folders[:] = _visible(folders)
            yield from _glob("/".join([glob.escape(parent), *(parts[at + 1 :] or ["*"])]))


def _visible(names: list[str]) -> list[str]:
    return sorted(name for name in names if not name.startswith("."))


def _walk(folder: str, suffixes: tuple[str, ...], problems: list[Problem]) -> Iterator[str]:
    def failed(error: OSError) -> None:
        problems.append(Problem(printable(error.filename), "read", f"cannot open the folder: {error.strerror}"))

    for parent, folders, files in os.walk(folder, onerror=failed):
        folders[:] = _visible(folders)
        for name in _visible(files):
            if stem(name).endswith(suffixes):
                yield os.path.join(parent, name)
