"""One writer at a time: an advisory lock beside the store, freed by the kernel when its holder dies."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from provenance.model import LockedError, StoreError
from provenance.store.connection import check_file


@contextlib.contextmanager
def lock(path: str | Path, command: str, *, create: bool = False) -> Iterator[None]:
    """Hold the store at `path` for writing while `command` (what people typed) runs.

    The lock is a `flock` on PATH.lock, a file that says who holds it and is empty when nobody does. It is never removed:
    unlinking a file that others may be waiting on would let two of them hold "the" lock. It is taken before the database
    is opened, and a holder that is killed frees it. A forked child keeps it: workers must die with their parent.

    Raises LockedError naming the holder, StoreError when the lock file cannot be written, and, unless the store may be made
    (`create`), when there is none.
    """
    check_file(Path(path), create=create)
    # A store reached through a symbolic link is still one store.
    file = Path(os.path.realpath(path) + ".lock")
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    except FileNotFoundError as error:
        raise StoreError(f"{path}: no folder {file.parent}; make it, or choose another --db") from error
    except OSError as error:
        raise StoreError(
            f"{file}: cannot take the lock ({error.strerror}); choose a store in a folder you may write to"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(f"{path}: locked by {_holder(descriptor)}; try again when it ends") from None
        except OSError as error:  # not every file system of a network has locks
            raise StoreError(f"{file}: cannot take the lock ({error.strerror}); choose a store on another file system") from error
        holder = {"pid": os.getpid(), "command": command, "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        with contextlib.suppress(OSError):  # on a full disk the lock is held without a name
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # a name that stays is only a name
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    """Who the lock file says holds it. Between taking the lock and writing the name there is a moment without one."""
    try:
        holder = json.loads(os.pread(descriptor, 65536, 0))
        return f"process {holder['pid']} ({holder['command']}) since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        return "another run"
