"""Writes a simulated set: `python -m tests.simulator --seed 7 --families 300 --clocks noisy OUT_DIR`.

OUT_DIR/docs.jsonl is read by `provenance scan`, OUT_DIR/truth.jsonl by ../shared/evaluate/lineage.py.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path

from tests import simulator


def arguments() -> argparse.ArgumentParser:
    """The options that say what is simulated; `score` has them, too."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--families", type=int, default=300)
    parser.add_argument("--clocks", choices=simulator.PRESETS, default="clean")
    parser.add_argument("--false-dates", type=float, help="share of dates that are false, instead of the clocks'")
    parser.add_argument(
        "--unseen", type=float, help="share of reports that are in no corpus, beside those of agencies without a site"
    )
    parser.add_argument("--largest", type=int, help="size of the large families; 0 for none")
    parser.add_argument("--anonymous", action="store_true", help="neither dates nor sites nor names")
    return parser


def simulated(options: argparse.Namespace) -> tuple[list[simulator.Row], list[simulator.Row]]:
    """What the options ask for."""
    habits = simulator.Habits() if options.unseen is None else dataclasses.replace(simulator.Habits(), unseen=options.unseen)
    made = simulator.simulate(
        options.seed, options.families, simulator.PRESETS[options.clocks], options.false_dates, habits, options.largest
    )
    return simulator.anonymous(*made) if options.anonymous else made


def write(folder: Path, documents: Iterable[simulator.Row], truth: Iterable[simulator.Row]) -> tuple[Path, Path]:
    """The set as two files: documents, truth."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "docs.jsonl", folder / "truth.jsonl"
    for path, rows in zip(paths, (documents, truth), strict=True):
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return paths


if __name__ == "__main__":
    parser = arguments()
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    options = parser.parse_args()
    write(options.out, *simulated(options))
