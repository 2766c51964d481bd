"""Where compiled code is kept, so that a night does not begin with a minute of compiling. To be asked before numba is loaded.

numba keeps it in NUMBA_CACHE_DIR, else beside the program, else in the user's cache folder, and refuses to load where it may
write to none of them: a package that root installed, used by a service whose home is not writable. Then the store's folder is
next, which a scan has to be able to write to anyway, and after it the folder for temporary files.

What is found there is run. A folder of ours is therefore used only while it belongs to this user and nobody else may write to it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from provenance.model import ProvenanceError

VARIABLE = "NUMBA_CACHE_DIR"
NAME = ".provenance-cache"
PACKAGE = Path(__file__).parent.parent


def keep(db: Path) -> None:
    """See to it that numba finds a place for its code: the usual ones, else one beside the store at `db`, else a temporary one.

    Raises ProvenanceError where there is none at all.
    """
    if _usual():
        return
    folders = [db.absolute().parent / NAME]
    with contextlib.suppress(OSError):  # there may be no folder for temporary files
        folders.append(Path(tempfile.gettempdir()) / f"{NAME[1:]}-{os.getuid()}")
    os.environ[VARIABLE] = str(next((folder for folder in folders if _own(folder)), None) or _passing())


def _usual() -> bool:
    """Whether numba itself finds a place, in the order in which it looks."""
    if (named := os.environ.get(VARIABLE)) and _writable(Path(named)):
        return True
    beside = [PACKAGE, *(entry for entry in PACKAGE.iterdir() if (entry / "__init__.py").exists())]
    if all(_writable(folder / "__pycache__") for folder in beside):
        return True
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return _writable(Path(home) / "numba")


def _writable(folder: Path) -> bool:
    """Whether a file can be made in this folder, which may have to be made first."""
    for path in (folder, *folder.absolute().parents):
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            continue
        except OSError:
            return False
        return stat.S_ISDIR(mode) and os.access(path, os.W_OK | os.X_OK)
    return False


def _own(folder: Path) -> bool:
    """Whether this folder, made if it is missing, is a real one that belongs to this user and that nobody else may write to."""
    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
    except OSError:
        return False
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
    return private and os.access(folder, os.W_OK | os.X_OK)


def _passing() -> str:
    """A folder for this process alone: better to compile every time than not to run."""
    try:
        folder = tempfile.mkdtemp(prefix="provenance-")
    except OSError as error:
        raise ProvenanceError(
            f"no folder to keep compiled code in ({error.strerror}); set {VARIABLE} to one that you may write to"
        ) from error
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
