"""JSONL -> near-duplicate clusters, by provenance and by its peers: one pipeline a process, so that each has its own packages.

    python tests/peers.py NAME CORPUS ANSWER

writes {"version", "seconds", "clusters"} to ANSWER: the package's version, the processor time from the file to the clusters
(imports and a warm-up on a few lines are not counted), and for each line the number of its cluster. All read the same rows with
the standard library's json, take the same shingles of five words (\\w+, lower case), 128 permutations and the same threshold,
compare the candidates of their index, and join by union-find. text-dedup is run as its own command line runs.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import os
import re
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator

THRESHOLD, PERMUTATIONS, WORDS = 0.7, 128, 5
WARM = 200
"""Lines of the warm-up."""
_WORD = re.compile(r"\w+")


def texts(path: str) -> Iterator[str]:
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def shingles(text: str) -> set[str]:
    words = _WORD.findall(text.lower())
    return {" ".join(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1))} if words else set()


class Clusters:
    """Union-find; the smallest number stands for all."""

    def __init__(self) -> None:
        self.up: list[int] = []

    def add(self) -> int:
        self.up.append(len(self.up))
        return len(self.up) - 1

    def find(self, x: int) -> int:
        while self.up[x] != x:
            self.up[x] = self.up[self.up[x]]
            x = self.up[x]
        return x

    def join(self, x: int, y: int) -> None:
        x, y = self.find(x), self.find(y)
        self.up[max(x, y)] = min(x, y)

    def all(self) -> list[int]:
        return [self.find(x) for x in range(len(self.up))]


def provenance() -> Callable[[str], list[int]]:
    from provenance import near

    return lambda path: near.clusters(texts(path), THRESHOLD).tolist()


def provenance_reader() -> Callable[[str], list[int]]:
    """With the reader of `provenance scan`, which takes rows of every shape and finds their dates and sites, too."""
    from provenance import near, read
    from provenance.model import Document

    def run(path: str) -> list[int]:
        found = (item.text for item in read.read([path]) if isinstance(item, Document))
        return near.clusters(found, THRESHOLD).tolist()

    return run


def datasketch() -> Callable[[str], list[int]]:
    """As its documentation shows: a MinHash a text, updated shingle by shingle."""
    from datasketch import MinHash, MinHashLSH

    def sketch(text: str) -> MinHash:
        out = MinHash(num_perm=PERMUTATIONS)
        for shingle in shingles(text):
            out.update(shingle.encode())
        return out

    return lambda path: _of_datasketch(MinHashLSH, map(sketch, texts(path)))


def datasketch_bulk() -> Callable[[str], list[int]]:
    """Its quickest way: `bulk`, with xxh32."""
    import xxhash
    from datasketch import MinHash, MinHashLSH

    def run(path: str) -> list[int]:
        every = ([shingle.encode() for shingle in shingles(text)] for text in texts(path))
        return _of_datasketch(MinHashLSH, MinHash.bulk(every, num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest))

    return run


def _of_datasketch(index: type, sketches: Iterator) -> list[int]:
    lsh, clusters, held = index(threshold=THRESHOLD, num_perm=PERMUTATIONS), Clusters(), []
    for sketch in sketches:
        number = clusters.add()
        held.append(sketch)
        if sketch.is_empty():
            continue
        for other in lsh.query(sketch):
            if sketch.jaccard(held[other]) >= THRESHOLD:
                clusters.join(number, other)
        lsh.insert(number, sketch, check_duplication=False)
    return clusters.all()


def rensa() -> Callable[[str], list[int]]:
    from rensa import RMinHash, RMinHashLSH

    def run(path: str) -> list[int]:
        lsh, clusters, held = RMinHashLSH(THRESHOLD, PERMUTATIONS, 16), Clusters(), []
        for text in texts(path):
            number, own = clusters.add(), shingles(text)
            held.append(RMinHash(PERMUTATIONS, 42))
            if not own:
                continue
            held[number].update(list(own))
            for other in lsh.query(held[number]):
                if held[number].jaccard(held[other]) >= THRESHOLD:
                    clusters.join(number, other)
            lsh.insert(number, held[number])
        return clusters.all()

    return run


def text_dedup() -> Callable[[str], list[int]]:
    from text_dedup import minhash

    def run(path: str) -> list[int]:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            asked = {
                "path": "json", "data_files": path, "split": "train", "column": "text", "ngram": WORDS, "min_length": 0,
                "num_perm": PERMUTATIONS, "threshold": THRESHOLD, "num_proc": 1, "cache_dir": f"{folder}/cache",
                "output": f"{folder}/out",
            }  # fmt: skip
            minhash.main([part for name, value in asked.items() for part in (f"--{name}", str(value))], standalone_mode=False)
        with open(path, "rb") as lines:
            return [minhash.uf.find(number) for number in range(sum(1 for _ in lines))]

    return run


PIPELINES: dict[str, tuple[str, Callable[[], Callable[[str], list[int]]]]] = {
    "provenance": ("news-provenance", provenance),
    "provenance, its own reader": ("news-provenance", provenance_reader),
    "rensa RMinHash": ("rensa", rensa),
    "datasketch bulk, xxh32": ("datasketch", datasketch_bulk),
    "datasketch": ("datasketch", datasketch),
    "text-dedup minhash": ("text-dedup", text_dedup),
}
"""What each is called in the table -> its distribution, and what imports it and gives the pipeline."""


def _spent() -> float:
    """Processor time of this process, and of those that it started and that have ended."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)


def main(name: str, corpus: str, answer: str) -> None:
    os.environ |= {"HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    distribution, load = PIPELINES[name]
    run = load()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as few:
        with open(corpus, encoding="utf-8") as lines:
            few.writelines(line for _, line in zip(range(WARM), lines, strict=False))
        few.flush()
        run(few.name)
    before = _spent()
    clusters = run(corpus)
    seconds = _spent() - before
    try:
        version = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:  # run from its folder
        version = ""
    with open(answer, "w", encoding="utf-8") as out:
        json.dump({"version": version, "seconds": seconds, "clusters": clusters}, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
