"""Fit the lineage model: `python -m tests.fit_lineage` writes provenance/data/lineage.json; `--leave-out` checks it instead.

Where ../shared is present its corpora take part, dated and undated; the project's own simulator always does. Each set is scanned
whole with defaults into a store of its own (kept in --stores, which makes a second run quick), and what the store gives lineage
to decide on is what is fitted on.

The model is a log-linear distribution over trees (Koo, Globerson, Carreras, Collins, EMNLP 2007): the weights maximise the
probability of the known parents, and of the known originals, under the matrix-tree theorem, which is concave in them. A Gaussian
prior around values set by hand holds what the data hardly speak of. The origin of a text weighs on edges, too, which is not
concave: the fit alternates, ROUNDS times. What no set can teach (credit, versions, unseen sources) is set, and stays.

--leave-out fits once for each set, without it and its variants, and scores it: what a user's corpus may expect.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import itertools
import json
import math
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from provenance import outlets
from provenance.lineage import model, signals, tree
from provenance.lineage.corrections import Given
from provenance.lineage.family import Family
from provenance.lineage.infer import candidates, infer
from provenance.lineage.origin import MEASURES, Origin
from provenance.lineage.ties import gates
from provenance.pipeline import corrections, finish
from provenance.pipeline.analyst import Engine
from provenance.pipeline.weave import Weaver
from provenance.store import Store

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
FILE = REPOSITORY / "provenance" / "data" / model.FILE
ROUNDS = 4

SET = {
    "origin": 0.0, "origin.rewrite": 0.0, "overlap": 1.0, "looseness": -25.0, "thinness": -16.0, "closeness": 6.0,
    "closeness.rewrite": 6.0, "branching": -5.0, "between": -2.5, "between.rewrite": -2.5, "succession": -3.0, "site": 0.8,
    "title": 1.5, "credit": 4.0, "credit.link": 2.5, "credit.elsewhere": -1.5, "credit.original": 8.0, "version": 12.0,
    "dates": 1.0, "growth": 1.0, "cut": 0.75, "attestation": 1.1,
}  # fmt: skip
"""Where the fit starts, and what its prior is around."""
UNSEEN = {
    "prior": 0.2, "credit": 1.5, "credits": 2.5, "dates": -4.0, "rewritten": 1.5, "rewritten pair": 0.5, "no centre": 0.5,
    "origin": -1.0, "preference": 2.0,
}  # fmt: skip
"""Set, on news_rewrites and clough_stevenson with and without their originals, and on undated revisions."""
KEPT = frozenset(("overlap", "credit", "credit.link", "credit.elsewhere", "credit.original", "version", "dates"))
"""Not fitted: what the sets hold too little of, and the units of the others."""
EDGE = tuple(name for name in SET if name.split(".")[0] not in signals.ORDER)
ORDER = tuple(signals.ORDER)
ORIGIN = tuple(f"origin.{measure}.{relation}" for measure in MEASURES for relation in ("rewrite", "cut"))
NAMES = EDGE + ORDER + ORIGIN
SPREAD, LEAST_SPREAD, WIDE, OF_ORIGIN = 0.3, 0.15, 6.0, 0.7
"""Standard deviations of the prior: a share of the value, at least; for what depends on how a text was told; for origin."""

TEXTS = {
    "news_rewrites.undated": 800, "clough_stevenson.undated": 120, "rfc.undated": 400, "pep_revisions.undated": 300,
    "pep_revisions": 200, "bibles": 300, "simulated": 100, "simulated.noisy": 100, "simulated.undated": 100,
}  # fmt: skip
"""The sets, and as how many texts each counts: a set of thousands is no better proof than one of hundreds."""
MOST = 4.0
"""As how many texts one text counts at most."""


@dataclasses.dataclass(slots=True)
class Example:
    """One family with known history, as arrays: n texts, candidate edges parent -> child, their signals and their places."""

    n: int
    parent: np.ndarray
    child: np.ndarray
    edge: np.ndarray
    """(edges, EDGE): of each signal one unit of its weight; the columns of origin follow from ORIGIN's weights."""
    order: np.ndarray
    late: np.ndarray
    against: np.ndarray
    told: np.ndarray
    origin: np.ndarray
    """(texts, ORIGIN)."""
    allowed: np.ndarray
    """Edges that the truth allows: all of those into a text of which it says nothing."""
    may_be_root: np.ndarray


class _One(dict):
    """Weights of which one is 1 and all others 0."""

    def __missing__(self, name: str) -> float:
        return 0.0


# ---- sets


def make(name: str, folder: Path) -> tuple[Path, Path]:
    """Documents and truth of a set, written or found."""
    corpus, _, variant = name.partition(".")
    if corpus == "simulated":
        options = {"": ["--clocks", "clean"], "noisy": ["--clocks", "noisy"], "undated": ["--anonymous"]}[variant]
        run("-m", "tests.simulator", "--seed", "7", "--families", "300", *options, str(folder))
    elif variant:
        run(str(SHARED / "evaluate" / "undated.py"), str(SHARED / "corpora" / corpus), str(folder))
    else:
        return SHARED / "corpora" / name / "docs.jsonl.gz", SHARED / "corpora" / name / "truth.jsonl"
    return folder / "docs.jsonl", folder / "truth.jsonl"


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, cwd=REPOSITORY)


def families(db: Path) -> tuple[list[finish.Inputs], dict[str, int]]:
    """What lineage is inferred from, a family at a time; and the id of the text that each uri stands for."""
    with Store.open(db) as store, Engine(1) as engine:
        names = outlets.Outlets(outlets.Alias(*row) for row in store.outlets())
        ids = store.all_ids()
        found = finish.Families(store, 0, set(ids), names, corrections.NONE, Weaver(store, engine).shelf)
        return list(found.inputs()), {row.uri: row.copy_of or row.id for row in store.documents(ids)}


def truth_of(path: Path, of: Mapping[str, int]) -> tuple[dict[int, set[int]], set[int]]:
    """The parents of each text, and the texts of which nothing is known, or whose parents are not in the store."""
    parents, unknown = collections.defaultdict(set), set()
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        if row.get("kind", "edge") == "ignore":
            unknown.add(of.get(row["id"]))
        elif row.get("kind", "edge") == "edge":
            parent, child = of.get(row["parent"]), of.get(row["child"])
            if parent is None or row.get("parent_extant") is False:
                unknown.add(child)
            elif parent != child:
                parents[child].add(parent)
    return parents, unknown


def example(inputs: finish.Inputs, parents: Mapping[int, set[int]], unknown: set[int]) -> Example | None:
    """A family as arrays; None where it teaches nothing."""
    family = Family(*inputs[:3])
    ids = [node.id for node in family.nodes[: family.size]]
    if family.size < 2 or unknown.issuperset(ids):
        return None
    place = {id: i for i, id in enumerate(ids)}
    origin = Origin(family)
    edges = candidates(family, SET, Given(family, {}))
    rows, order, late, told = [], [], [], []
    for a, b in zip(edges.parent.tolist(), edges.child.tolist(), strict=True):
        row = []
        for name in EDGE:
            signal = signals.SIGNALS.get(name.split(".")[0])
            found = signal(family, a, b, _One({name: 1.0})) if signal else None
            row.append(found.log_odds if found else 0.0)
        rows.append(row)
        said = [signals.SIGNALS[name](family, a, b, _One({name: 1.0})) for name in ORDER]
        order.append([weight.log_odds if weight else 0.0 for weight in said])
        late.append(math.log(max(1, family.elders(b)[1])) if order[-1][0] < 0 else 0.0)
        told.append(gates(family.pair[a, b])[0])
    allowed, root = np.ones(len(rows), np.bool_), np.ones(family.size, np.bool_)
    for b, id in enumerate(ids):
        mine = np.flatnonzero(edges.child == b)
        known = np.isin(edges.parent[mine], [place[p] for p in parents.get(id, ()) if p in place])
        if id in unknown:
            continue
        if known.any():
            allowed[mine], root[b] = known, False
        elif not parents.get(id):
            allowed[mine] = False
    values = [[origin.features[b].get(tuple(name.split(".")[1:]), 0.0) for name in ORIGIN] for b in range(family.size)]
    odds = np.array(order).reshape(-1, len(ORDER))
    return Example(
        family.size, edges.parent, edges.child, np.array(rows).reshape(-1, len(EDGE)), odds, np.array(late),
        odds[:, ORDER.index("dates")] <= signals.AGAINST, np.array(told), np.array(values), allowed, root,
    )  # fmt: skip


# ---- the fit


def gain(one: Example, theta: np.ndarray) -> tuple[float, np.ndarray]:
    """Log probability of what is known of a family, and its gradient."""
    first, second = len(EDGE), len(EDGE) + len(ORDER)
    parts = one.edge * theta[:first]
    dependence = np.array([name.split(".")[0] in signals.DEPENDENCE or name.startswith("origin") for name in EDGE])
    counts = ~(one.against[:, None] & dependence & (parts > 0))
    order = one.order @ theta[first:second]
    weight = (parts * counts).sum(1) + np.log(2) - np.logaddexp(0, -order) - one.late
    root = one.origin @ theta[second:]
    total, p_root, p_edge = _sum(root, one.parent, one.child, weight)
    known_root = np.where(one.may_be_root, root, -np.inf)
    some = one.allowed
    known, q_root, q_some = _sum(known_root, one.parent[some], one.child[some], weight[some])
    q_edge = np.zeros(len(weight))
    q_edge[some] = q_some
    of_edge, of_root = q_edge - p_edge, q_root - p_root
    slope = 1 / (1 + np.exp(order))
    gradient = [of_edge @ (one.edge * counts), (of_edge * slope) @ one.order, of_root @ one.origin]
    return known - total, np.concatenate(gradient)


def _sum(root: np.ndarray, parent: np.ndarray, child: np.ndarray, weight: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Log of the sum over all trees of their weights, and the marginals of roots and edges."""
    n = len(root)
    best = root.copy()
    np.maximum.at(best, child, weight)
    r, w = np.exp(np.maximum(root - best, tree.FLOOR)), np.exp(np.maximum(weight - best[child], tree.FLOOR))
    r[np.isneginf(root)] = 0.0
    laplacian = np.zeros((n, n))
    laplacian[parent, child] = -w
    laplacian[np.arange(n), np.arange(n)] = r + np.bincount(child, w, minlength=n)
    inverse = np.linalg.inv(laplacian)
    own = np.diagonal(inverse)
    return float(np.linalg.slogdet(laplacian)[1] + best.sum()), r * own, w * (own[child] - inverse[child, parent])


def lean(one: Example, theta: np.ndarray) -> None:
    """The columns of origin: by how much more a parent reads like an original than the other candidates do."""
    odds = one.origin @ theta[len(EDGE) + len(ORDER) :]
    mean = np.bincount(one.child, odds[one.parent], minlength=one.n) / np.maximum(1, np.bincount(one.child, minlength=one.n))
    more = odds[one.parent] - mean[one.child]
    one.edge[:, EDGE.index("origin")] = more * (1 - one.told)
    one.edge[:, EDGE.index("origin.rewrite")] = more * one.told


def fit(sets: Mapping[str, Sequence[Example]]) -> dict[str, float]:
    """The weights, rounded to what the file holds."""
    start = np.array([SET.get(name, 0.0) for name in NAMES])
    spread = np.array([_spread(name) for name in NAMES])
    free = np.array([name not in KEPT for name in NAMES])
    weighed = []
    for name, examples in sets.items():
        texts = sum(one.n for one in examples)
        weighed += [(one, min(MOST, TEXTS[name] / texts)) for one in examples if len(one.parent)]

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        theta = start.copy()
        theta[free] = values
        off = (theta - start) / spread
        found, slope = 0.5 * float(off @ off), off / spread
        for one, weight in weighed:
            value, gradient = gain(one, theta)
            found, slope = found - weight * value, slope - weight * gradient
        return found, slope[free]

    theta = start.copy()
    for _ in range(ROUNDS):
        for one, _ in weighed:
            lean(one, theta)
        theta[free] = minimize(loss, theta[free], jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    return {name: round(float(value), 3) for name, value in zip(NAMES, theta, strict=True)}


def _spread(name: str) -> float:
    if name in ORIGIN:
        return OF_ORIGIN
    if name in ("origin", "origin.rewrite"):
        return 2.0
    return WIDE if name.endswith(".rewrite") else max(SPREAD * abs(SET[name]), LEAST_SPREAD)


# ---- scores


def scores(
    inputs: Iterable[finish.Inputs], parents: Mapping[int, set[int]], unknown: set[int], weights: Mapping[str, float]
) -> str:
    """F1 of directed edges, direction over true pairs, calibration: as ../shared/evaluate/lineage.py has them."""
    found: dict[tuple[int, int], float] = {}
    for some in inputs:
        result = infer(*some, weights=weights)
        found |= {(d.parent, d.child): d.probability for d in result.derivations if d.chosen and d.parent is not None}
    found = {edge: p for edge, p in found.items() if not unknown & set(edge)}
    true = {(p, c) for c, some in parents.items() for p in some}
    hit = len(true & found.keys())
    marks = [(edge in found) - (edge[::-1] in found) for edge in true]
    p = np.array(list(found.values()) or [0.0])
    right = np.array([edge in true for edge in found] or [False])
    cell = np.minimum(9, (p * 10).astype(int))
    ece = sum(abs((p[cell == k] - right[cell == k]).sum()) for k in range(10)) / len(p)
    sure = p >= 0.9
    return (
        f"F1 {2 * hit / max(1, len(found) + len(true)):.3f}, direction {(sum(marks) / max(1, len(marks)) + 1) / 2:.3f}, "
        f"ECE {ece:.3f}, "
        f"sure {right[sure].mean() if sure.any() else 0:.3f} on {sure.mean():.3f} of {len(found)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fit_lineage", description=__doc__.partition("\n")[0])
    parser.add_argument("--stores", type=Path, default=Path("fit_stores"), help="where the scanned sets are kept")
    parser.add_argument("--leave-out", action="store_true", help="check on each set what is fitted without it; writes nothing")
    options = parser.parse_args()
    names = [name for name in TEXTS if name.startswith("simulated") or SHARED.is_dir()]
    known: dict[str, tuple[list[finish.Inputs], dict[int, set[int]], set[int]]] = {}
    examples: dict[str, list[Example]] = {}
    for name in names:
        folder = options.stores / name
        folder.mkdir(parents=True, exist_ok=True)
        documents, truth = make(name, folder)
        db = folder / "store.db"
        if not db.exists():
            run("-m", "provenance", "scan", str(documents.resolve()), "--db", str(db.resolve()), "-q")
        inputs, of = families(db)
        parents, unknown = truth_of(truth, of)
        known[name] = inputs, parents, unknown
        examples[name] = [one for one in (example(some, parents, unknown) for some in inputs) if one]
        print(f"{name}: {len(inputs)} families, {len(examples[name])} of which teach something", flush=True)
    unseen = {f"unseen.{name}": value for name, value in UNSEEN.items()}
    if options.leave_out:
        for corpus, some in itertools.groupby(names, key=lambda name: name.partition(".")[0]):
            weights = SET | fit({name: examples[name] for name in names if name.partition(".")[0] != corpus}) | unseen
            for name in some:
                print(f"without {corpus}, {name}: {scores(*known[name], weights)}", flush=True)
        return
    weights = SET | fit(examples) | unseen
    for name in names:
        print(f"{name}: {scores(*known[name], weights)}", flush=True)
    before = json.loads(FILE.read_text("utf-8"))
    document = {"version": before["version"], "sets": names, "weights": weights}
    FILE.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    print(f"{FILE.relative_to(REPOSITORY)}: written; a new version wants a new number in it")


if __name__ == "__main__":
    main()
