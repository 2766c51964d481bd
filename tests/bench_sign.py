"""Text -> MinHash signature, in megabytes of UTF-8 a second of processor time on one core: `make bench`.

Ours goes from the text to the signature of its 5-word shingles. datasketch's own and rensa's are given the same shingles, as
they take them (hashes for datasketch, strings for rensa), and are timed twice: from the text, with the shingles made in
Python as their users do, and from shingles that are there already. Each figure is the median of five runs.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import statistics
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import datasketch
from strategies import prose

from provenance import sign
from provenance.text import Splitter

TARGET = 40.0
"""MB/s that ours must reach."""
REUTERS = Path(__file__).parents[2] / "shared" / "corpora" / "reuters" / "docs.jsonl.gz"
MEGABYTES, PEER_MEGABYTES = 8.0, 1.0
ROUNDS = 5


def made() -> list[str]:
    """Articles of some 2,000 characters, one in English-like words."""
    distinct = [prose(seed, 24) for seed in range(400)]
    return distinct * 10


def reuters() -> list[str]:
    with gzip.open(REUTERS, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def head(texts: Sequence[str], megabytes: float) -> list[str]:
    """The first texts that together have so many megabytes, or all."""
    out, size = [], 0
    for text in texts:
        if size >= megabytes * 1e6:
            break
        out.append(text)
        size += len(text.encode())
    return out


def shingles(text: str) -> list[bytes]:
    """5-word shingles as they are made in Python."""
    words = text.casefold().split()
    return [" ".join(words[i : i + sign.SHINGLE_WORDS]).encode() for i in range(max(1, len(words) - sign.SHINGLE_WORDS + 1))]


def speed(work: Callable[[], object], texts: Sequence[str]) -> float:
    """MB/s of processor time, median of ROUNDS after one run to warm up."""
    work()
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return sum(len(text.encode()) for text in texts) / statistics.median(taken) / 1e6


def peers(texts: Sequence[str]) -> dict[str, float]:
    """Name -> MB/s of the other libraries."""
    ready = [shingles(text) for text in texts]
    out = {}

    def by_datasketch(batch: Sequence[list[bytes]]) -> None:
        for document in batch:
            datasketch.MinHash(num_perm=sign.PERMUTATIONS, seed=1, hashfunc=zlib.crc32).update_batch(document)

    out["datasketch update_batch"] = speed(lambda: by_datasketch([shingles(text) for text in texts]), texts)
    out["datasketch update_batch, shingles ready"] = speed(lambda: by_datasketch(ready), texts)
    if importlib.util.find_spec("rensa"):
        import rensa

        strings = [[shingle.decode() for shingle in document] for document in ready]

        def by_rensa(batch: Sequence[list[str]]) -> None:
            for document in batch:
                rensa.RMinHash(num_perm=sign.PERMUTATIONS, seed=1).update(document)

        out["rensa"] = speed(lambda: by_rensa([[s.decode() for s in shingles(text)] for text in texts]), texts)
        out["rensa, shingles ready"] = speed(lambda: by_rensa(strings), texts)
    return out


def main() -> int:
    """Prints the figures; 1 when ours misses the target on any corpus."""
    splitter = Splitter()
    slow = False
    for name, load in (("made-up English", made), *((("Reuters", reuters),) if REUTERS.exists() else ())):
        texts = head(load(), MEGABYTES)
        words = splitter.split(texts)
        figures = {
            "provenance, text -> signature": speed(lambda t=texts: sign.signatures(splitter.split(t)), texts),
            "provenance, words -> signature": speed(lambda w=words: sign.signatures(w), texts),
            **peers(head(texts, PEER_MEGABYTES)),
        }
        ours = figures["provenance, text -> signature"]
        slow |= ours < TARGET
        print(f"{name}: {len(texts)} texts, {sum(len(t.encode()) for t in texts) / len(texts):.0f} bytes each")
        for label, figure in figures.items():
            print(
                f"  {figure:8.2f} MB/s  {label} ({ours / figure:.1f} times)"
                if figure != ours
                else f"  {figure:8.2f} MB/s  {label}"
            )
    if slow:
        print(f"below the target of {TARGET:.0f} MB/s", file=sys.stderr)
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
