"""The seam of archives: what a file that holds files is, and which of its members are taken. Nothing is ever unpacked to disk.

An archive is read as a folder is: members of a known suffix, without hidden ones; others are passed over in silence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from provenance.model import Problem
from provenance.read.base import Origin
from provenance.read.compression import Budget
from provenance.read.skipped import Skipped

MAX_DEPTH = 2
"""Archives within one another that are opened: a month of days is two; bombs nest deeper."""
MAX_NAME = 4096
"""Characters of a member's name: PATH_MAX on Linux."""


class Member(NamedTuple):
    """One file in an archive. Its stream ends when the next member is asked for."""

    name: str
    fetched_at: str | None
    stream: BinaryIO


class Contents(NamedTuple):
    """What the reader of an archive is told: what to take of it, and where to account for it."""

    origin: Origin
    takes: Callable[[str], bool]
    skipped: Skipped
    budget: Budget

    def wants(self, name: str) -> bool:
        """Whether a member is to be read, by its name."""
        path = cleaned(name)
        if len(path) > MAX_NAME:
            self.skipped.add(f"a name of more than {MAX_NAME:,} characters", path[:60] + "…")
            return False
        return self.takes(path) and not any(part.startswith(".") for part in path.split("/"))


@dataclasses.dataclass(frozen=True, slots=True)
class Archive:
    """One kind of archive. `members` gives what it can and a Problem for what it cannot, and lets errors of the stream rise."""

    name: str
    suffixes: tuple[str, ...]
    members: Callable[[BinaryIO, Contents], Iterator[Member | Problem]]
    sniff: Callable[[bytes], bool]
    content: str


def cleaned(name: str) -> str:
    """A member's name as a relative path with `/` that leads nowhere else: without a root, a drive's backslashes, `.` and `..`.

    Bytes that were not UTF-8 are written as `\\xNN`, as in the names of files.
    """
    path = "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\0", "\ufffd")
