"""Coverage-guided fuzzing of every reader: `make fuzz`, or python tests/fuzz_readers.py [SECONDS].

Needs atheris (pip install atheris), which is no part of the tests' dependencies: it does not build everywhere. The first byte
of an input chooses the name of the file, the rest is the file. What it finds is left in fuzz-findings/ and becomes a case of
test_mutations.py. An input may cost 512 MB and ten seconds.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))

with atheris.instrument_imports(include=["provenance.read"]):
    from provenance.read import Options, Origin, read_stream

from tests.mutations import SEEDS
from tests.test_mutations import storable

NAMES = (*sorted(SEEDS), "stdin", "a.txt", "a.md")


def one(data: bytes) -> None:
    name = NAMES[data[0] % len(NAMES)] if data else "stdin"
    storable(list(read_stream(io.BytesIO(data[1:]), Origin(f"/{name}", f"/{name}"), Options(max_bytes=1 << 20))))


if __name__ == "__main__":
    seconds = sys.argv[1] if len(sys.argv) > 1 else "300"
    findings = Path("fuzz-findings")
    findings.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, name in enumerate(NAMES):
            Path(corpus, str(number)).write_bytes(bytes([number]) + SEEDS.get(name, b"text"))
        limits = [
            "-rss_limit_mb=512",
            "-timeout=10",
            f"-max_total_time={seconds}",
            "-max_len=16384",
            f"-artifact_prefix={findings}/",
        ]
        atheris.Setup([sys.argv[0], *limits, corpus], one)
        atheris.Fuzz()
