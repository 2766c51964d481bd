"""Who reads a store while it is written to, as a process: `python -m tests.reading sqlite-utils|provenance STORE`.

It asks until its standard input ends, then says how often it asked and how many states it saw; it fails at the first answer that
contradicts another of the same moment.
"""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

import sqlite_utils

from provenance.store import Store

INVARIANTS = {
    "documents that runs say they added": "SELECT total(added) - (SELECT count(*) FROM document) FROM run",
    "documents without a text": "SELECT count(*) FROM document WHERE id NOT IN (SELECT document_id FROM body)",
    "texts out of the full-text index": "SELECT (SELECT count(*) FROM body) - (SELECT count(*) FROM body_fts_docsize)",
    "passages of a missing document": """SELECT count(*) FROM match WHERE a NOT IN (SELECT id FROM document)
        OR b NOT IN (SELECT id FROM document)""",
    "copies without a passage": """SELECT count(*) FROM document c WHERE copy_of IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM match WHERE (a = c.id AND b = c.copy_of) OR (b = c.id AND a = c.copy_of))""",
    "parents in no family of their child": """SELECT count(*) FROM (SELECT 1 FROM derivation d
        JOIN family c ON c.document_id = d.child_id LEFT JOIN family p ON p.document_id = d.parent_id
        WHERE d.chosen AND d.parent_id IS NOT NULL GROUP BY d.child_id HAVING sum(c.family_id IS p.family_id) = 0)""",
    "derivations without a family": """SELECT count(*) FROM derivation
        WHERE chosen AND child_id NOT IN (SELECT document_id FROM family)""",
    "what waits after a run that is done": """SELECT count(*) FROM dirty
        WHERE (SELECT status FROM run ORDER BY id DESC LIMIT 1) = 'ok'""",
}
"""What is 0 at every moment of a store from which nothing was forgotten."""
EVERYTHING = "SELECT " + ", ".join(f"({sql})" for sql in INVARIANTS.values())
STATE = """SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM match), (SELECT count(*) FROM derivation),
    (SELECT max(id) FROM run), (SELECT status FROM run ORDER BY id DESC LIMIT 1)"""


def contradictions(row: tuple) -> list[str]:
    return [f"{value:g} {name}" for name, value in zip(INVARIANTS, row, strict=True) if value]


def with_sqlite_utils(path: Path) -> tuple[tuple, list[str]]:
    """Several questions in one read transaction of a connection as sqlite-utils opens it."""
    database = sqlite_utils.Database(path)
    try:
        database.execute("BEGIN")
        state = database.execute(STATE).fetchone()
        wrong = contradictions(tuple(database.execute(sql).fetchone()[0] for sql in INVARIANTS.values()))
        again = database.execute(STATE).fetchone()
        database.execute("ROLLBACK")
    finally:
        database.close()
    return state, wrong + ([f"{state} became {again}"] if state != again else [])


def with_provenance(path: Path) -> tuple[tuple, list[str]]:
    """Several questions to a store that is open for reading, as a report asks them."""
    with Store.open(path) as store:
        state = next(store.query(STATE)[1])
        wrong = contradictions(next(store.query(EVERYTHING)[1]))
        wrong += [line for line in store.check() if not line.startswith("dirty:")]
        again = next(store.query(STATE)[1])
    return state, wrong + ([f"{state} became {again}"] if state != again else [])


def main() -> None:
    ask = {"sqlite-utils": with_sqlite_utils, "provenance": with_provenance}[sys.argv[1]]
    seen, times = set(), 0
    print("ready", flush=True)
    while not (select.select([sys.stdin], [], [], 0.005)[0] and not os.read(0, 1)):
        state, wrong = ask(Path(sys.argv[2]))
        if wrong:
            sys.exit("; ".join(wrong))
        seen.add(state)
        times += 1
    print(times, len(seen))


if __name__ == "__main__":
    main()
