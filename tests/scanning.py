"""A run in small batches, as a process to be killed: `python -m tests.scanning scan|rebuild STORE INPUT [STAGE]`.

With a stage it kills itself when that begins.
"""

import os
import signal
import sys
from pathlib import Path

from provenance import read
from provenance.pipeline import rebuild, scan
from provenance.pipeline.progress import Silent


class Deadly(Silent):
    def __init__(self, stage: str) -> None:
        self._stage = stage

    def start(self, stage: str, total: int | None, unit: str = "texts") -> None:
        if stage == self._stage:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    command, store, path, *stage = sys.argv[1:]
    progress = Deadly(stage[0]) if stage else Silent()
    scan.BATCH_DOCUMENTS = rebuild.BATCH_DOCUMENTS = 12
    if command == "scan":
        scan.scan(Path(store), [path], read.Options(), jobs=2, progress=progress)
    else:
        rebuild.rebuild(Path(store), lineage_only=False, jobs=2, progress=progress)
