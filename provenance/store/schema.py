"""Tables, views and migrations. Their names are public: people write queries on them.

A migration never changes once it is released: it is how stores that exist came about. A new version appends one. Views hold
no data, so every migration ends by making them anew as they are below.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x50524F56  # "PROV": tells a store from any other SQLite file

NAMING = (
    "site",
    # The host of the address, where the site is given by name.
    """CASE WHEN instr(uri, '://') AND (instr(site, '.') = 0 OR instr(site, ' ')) THEN substr(
        substr(uri, instr(uri, '://') + 3), 1, instr(substr(uri, instr(uri, '://') + 3) || '/', '/') - 1) END""",
    "CASE json_type(extra, '$.site_name') WHEN 'text' THEN json_extract(extra, '$.site_name') END",
    # Of those who sign alone no byline is to be learnt.
    "CASE WHEN author GLOB '*[,;/|()–—]*' OR author GLOB '* for *' THEN author END",
)
"""What of a document names its site: as SQL, the same for the index and for who asks."""

TABLES_1 = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    version TEXT NOT NULL,
    config TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'ok', 'partial', 'failed')),
    read INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    capped_keys INTEGER NOT NULL DEFAULT 0
) STRICT;

-- References name their column, because Datasette cannot follow those that leave it out, as the first stores do: to SQLite
-- both mean the same.
-- AUTOINCREMENT: segments of the index still hold the ids of forgotten documents, so no id may come back.
-- The deferred references let one transaction write a document and what points to it in any order.
CREATE TABLE document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uri TEXT NOT NULL UNIQUE,
    site TEXT,
    title TEXT,
    author TEXT,
    lang TEXT,
    published_at TEXT,
    published_from TEXT NOT NULL CHECK (published_from IN ('given', 'meta', 'url', 'text', 'none')),
    fetched_at TEXT,
    words INTEGER NOT NULL,
    hash TEXT NOT NULL,
    copy_of INTEGER REFERENCES document (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    extra TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (id),
    text_hash TEXT NOT NULL,
    meta_hash TEXT NOT NULL,
    version_of INTEGER REFERENCES document (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX document_hash ON document (hash);
CREATE INDEX document_site ON document (site);
CREATE INDEX document_copy_of ON document (copy_of) WHERE copy_of IS NOT NULL;
CREATE INDEX document_version_of ON document (version_of) WHERE version_of IS NOT NULL;

CREATE TABLE body (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE span (
    document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL CHECK ("end" >= start),
    kind TEXT NOT NULL CHECK (kind IN ('furniture', 'repetition', 'markup')),
    PRIMARY KEY (document_id, start, "end", kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE match (
    id INTEGER PRIMARY KEY,
    a INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    b INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE CHECK (b <> a),
    a_start INTEGER NOT NULL,
    a_end INTEGER NOT NULL CHECK (a_end >= a_start),
    b_start INTEGER NOT NULL,
    b_end INTEGER NOT NULL CHECK (b_end >= b_start),
    words INTEGER NOT NULL,
    similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
    grade TEXT NOT NULL CHECK (grade IN ('verbatim', 'edited', 'rewrite', 'summary', 'quotation', 'boilerplate')),
    kind TEXT NOT NULL CHECK (kind IN ('verbatim', 'edited', 'rewrite', 'summary', 'quotation', 'boilerplate')),
    evidence REAL NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run (id)
) STRICT;
CREATE INDEX match_a ON match (a);
CREATE INDEX match_b ON match (b);

CREATE TABLE conflict (
    match_id INTEGER NOT NULL REFERENCES match (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('number', 'name')),
    text_a TEXT NOT NULL,
    text_b TEXT NOT NULL
) STRICT;
CREATE INDEX conflict_match_id ON conflict (match_id);

CREATE TABLE unseen_source (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    family_id INTEGER NOT NULL,
    probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
    credit TEXT
) STRICT;
CREATE INDEX unseen_source_family_id ON unseen_source (family_id);

CREATE TABLE derivation (
    child_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES document (id) ON DELETE CASCADE,
    unseen_id INTEGER REFERENCES unseen_source (id) ON DELETE CASCADE,
    relation TEXT NOT NULL CHECK (relation IN ('duplicate', 'revision', 'excerpt', 'rewrite', 'summary', 'compilation')),
    probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1),
    margin REAL NOT NULL,
    coverage REAL NOT NULL,
    days REAL,
    why TEXT NOT NULL,
    chosen INTEGER NOT NULL CHECK (chosen IN (0, 1)),
    CHECK ((parent_id IS NULL) <> (unseen_id IS NULL))
) STRICT;
CREATE INDEX derivation_child_id ON derivation (child_id);
CREATE INDEX derivation_parent_id ON derivation (parent_id);
CREATE INDEX derivation_unseen_id ON derivation (unseen_id) WHERE unseen_id IS NOT NULL;

CREATE TABLE family (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    family_id INTEGER NOT NULL,
    depth INTEGER NOT NULL CHECK (depth >= 0)
) STRICT;
CREATE INDEX family_family_id ON family (family_id);

CREATE TABLE link (
    family_id INTEGER NOT NULL,
    a INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    b INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    p_ab REAL NOT NULL,
    p_ba REAL NOT NULL,
    p_unseen REAL NOT NULL,
    decided INTEGER NOT NULL CHECK (decided IN (0, 1)),
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_b ON link (b);
CREATE INDEX link_family_id ON link (family_id);

CREATE TABLE dirty (document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE) STRICT;

CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    level INTEGER NOT NULL,
    count INTEGER NOT NULL,
    keys BLOB NOT NULL,
    docs BLOB NOT NULL
) STRICT;

CREATE TABLE change (
    run_id INTEGER NOT NULL REFERENCES run (id),
    uri TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('new', 'grew', 're-rooted', 'parent', 'removed')),
    before TEXT,
    after TEXT
) STRICT;
CREATE INDEX change_run_id ON change (run_id);

CREATE TABLE problem (
    run_id INTEGER NOT NULL REFERENCES run (id),
    uri TEXT NOT NULL,
    stage TEXT NOT NULL,
    message TEXT NOT NULL
) STRICT;
CREATE INDEX problem_run_id ON problem (run_id);

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO setting VALUES ('next_family', '1');
"""

# A deleted body leaves the full-text index by trigger, also when it goes by cascade. Additions do not come by trigger: FTS5
# flushes at the savepoint that each trigger opens, which leaves a third of the speed; `add_documents` writes both tables
# itself. A body never changes: another text is another document.
TRIGGER_1 = """
CREATE TRIGGER body_ad AFTER DELETE ON body BEGIN
    INSERT INTO body_fts (body_fts, rowid, text) VALUES ('delete', old.document_id, old.text);
END;
"""

# What each name means, found anew by every run; and on which names the lineage of a document rests, so that only they are
# inferred again whose names have changed their meaning. The index is all that is read to learn names: it holds the fields that
# name a site, so that counting them never touches the documents' rows, whose `extra` may be long.
TABLES_3 = f"""
CREATE TABLE outlet (
    alias TEXT PRIMARY KEY,
    outlet TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('agency', 'site', 'markup', 'byline')),
    documents INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outlet_outlet ON outlet (outlet);

CREATE TABLE naming (
    key TEXT NOT NULL,
    document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    PRIMARY KEY (key, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX naming_document_id ON naming (document_id);

CREATE INDEX document_naming ON document ({", ".join(NAMING)});
"""

# What people say, by uris, which outlast ids; and, of the rows as the last run found them, what became of each. The names of the
# constraints are what SQLite, and so sqlite-utils, says where a row does not do.
TABLES_OF_CORRECTIONS = """
CREATE TABLE correction (
    child TEXT NOT NULL CONSTRAINT "child is the uri of a document, not empty" CHECK (trim(child) <> ''),
    parent TEXT NOT NULL CONSTRAINT "parent is the uri of a document, not empty" CHECK (trim(parent) <> ''),
    verdict TEXT NOT NULL CONSTRAINT "verdict is derives (the child has it from the parent) or independent"
        CHECK (verdict IN ('derives', 'independent')),
    note TEXT,
    made_by TEXT,
    made_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    PRIMARY KEY (child, parent),
    CONSTRAINT "child and parent are two documents, not one uri twice" CHECK (child <> parent)
) STRICT;
CREATE INDEX correction_parent ON correction (parent);

CREATE TABLE applied (
    child TEXT NOT NULL,
    parent TEXT NOT NULL,
    verdict TEXT NOT NULL,
    note TEXT,
    made_by TEXT,
    state TEXT NOT NULL,
    PRIMARY KEY (child, parent)
) STRICT, WITHOUT ROWID;
"""

# What is not boilerplate, or no evidence by itself, is found without the rest: a text that bears a legend has thousands of
# matches, of which a few tell something. And matches of two of many documents are found by an index alone.
TELLING = "(kind <> 'boilerplate' OR evidence = 0)"
INDEXES_OF_MATCHES = f"""
DROP INDEX match_b;
CREATE INDEX match_b ON match (b, a);
CREATE INDEX match_a_telling ON match (a) WHERE {TELLING};
CREATE INDEX match_b_telling ON match (b) WHERE {TELLING};
"""

# A segment is a sorted run of postings, cut into parts of some 30 KB (no BLOB of SQLite may pass 1 GB, a probe reads one part
# after the other, and a merge frees the parts that it has read as it goes). A part of SQLite's rows is laid out so that it fills
# its pages. `first` and `last` are keys.
TABLES_OF_PARTS = """
DROP TABLE segment;
CREATE TABLE segment (id INTEGER PRIMARY KEY, level INTEGER NOT NULL) STRICT;
CREATE TABLE part (
    id INTEGER PRIMARY KEY,
    segment_id INTEGER NOT NULL REFERENCES segment (id) ON DELETE CASCADE,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL CHECK (last >= first),
    count INTEGER NOT NULL,
    postings BLOB NOT NULL
) STRICT;
CREATE INDEX part_segment_id ON part (segment_id, id, first, last, count);
"""

VIEWS = {
    # Of a derivation that rests on a correction, by_hand is who said so and why.
    "lineage": """
        SELECT child.uri AS child, coalesce(parent.uri, 'unseen:' || d.unseen_id) AS parent,
            d.relation, d.probability, d.margin, d.coverage, d.days,
            child.site AS child_site, parent.site AS parent_site,
            child.published_at AS child_published, parent.published_at AS parent_published,
            (SELECT json_extract(w.value, '$.said') FROM json_each(d.why) w
                WHERE json_extract(w.value, '$.signal') = 'correction') AS by_hand
        FROM derivation d JOIN document child ON child.id = d.child_id LEFT JOIN document parent ON parent.id = d.parent_id
        WHERE d.chosen
    """,
    # Either side of a match may be the one of smaller uri. Joined by OR, either uri finds its matches by index; one plain
    # SELECT, so that a count is flattened and never reads a text.
    "shared_passage": """
        SELECT x.uri AS uri_a, y.uri AS uri_b,
            iif(m.a = x.id, m.a_start, m.b_start) AS start_a, iif(m.a = x.id, m.a_end, m.b_end) AS end_a,
            iif(m.a = x.id, m.b_start, m.a_start) AS start_b, iif(m.a = x.id, m.b_end, m.a_end) AS end_b,
            m.words, m.similarity, m.kind,
            (SELECT substr(text, iif(m.a = x.id, m.a_start, m.b_start) + 1,
                iif(m.a = x.id, m.a_end - m.a_start, m.b_end - m.b_start)) FROM body WHERE document_id = x.id) AS text_a,
            (SELECT substr(text, iif(m.a = x.id, m.b_start, m.a_start) + 1,
                iif(m.a = x.id, m.b_end - m.b_start, m.a_end - m.a_start)) FROM body WHERE document_id = y.id) AS text_b
        FROM match m
            JOIN document x ON (m.a = x.id OR m.b = x.id)
            JOIN document y ON (m.a = y.id OR m.b = y.id)
        WHERE x.uri < y.uri
    """,
    "family_summary": """
        SELECT f.family_id, f.documents, f.sites, f.depth, f.first_published, f.last_published,
            origin.uri AS origin, origin.title AS origin_title
        FROM (
            SELECT family_id, count(*) AS documents, count(DISTINCT site) AS sites, max(depth) AS depth,
                min(published_at) AS first_published, max(published_at) AS last_published
            FROM family JOIN document ON document.id = family.document_id GROUP BY family_id
        ) f JOIN document origin ON origin.id = (
            SELECT d.id FROM family g JOIN document d ON d.id = g.document_id WHERE g.family_id = f.family_id
            ORDER BY g.depth, d.published_at IS NULL, d.published_at, d.hash, d.uri LIMIT 1
        )
    """,
    # The median is the mean of the middle one or two of the dated; the undated rank last.
    "site_flow": """
        SELECT parent_site, child_site, count(DISTINCT child) AS articles, avg(coverage) AS mean_coverage,
            24 * avg(days) FILTER (WHERE place IN ((dated + 1) / 2, (dated + 2) / 2)) AS median_hours
        FROM (
            SELECT child, parent_site, child_site, coverage, days,
                row_number() OVER (PARTITION BY parent_site, child_site ORDER BY days IS NULL, days) AS place,
                count(days) OVER (PARTITION BY parent_site, child_site) AS dated
            FROM lineage WHERE parent_site IS NOT NULL AND child_site IS NOT NULL
        ) GROUP BY parent_site, child_site
    """,
    "undecided": """
        SELECT a.uri AS a, b.uri AS b, l.p_ab, l.p_ba, l.p_unseen
        FROM link l JOIN document a ON a.id = l.a JOIN document b ON b.id = l.b WHERE NOT l.decided
    """,
}


def _first(database: Database) -> None:
    database.executescript(TABLES_1)
    database["body"].enable_fts(["text"], tokenize="unicode61")
    database.executescript(TRIGGER_1)
    # A quarter more documents a second: 16 MB of postings gathered before they are written, and merges of 16 at a time.
    database.execute("INSERT INTO body_fts (body_fts, rank) VALUES ('hashsize', 16777216), ('automerge', 16)")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _second(database: Database) -> None:
    """Spans know their words. What a store holds by now was found without spans: the setting asks for a rebuild."""
    database.execute("ALTER TABLE span ADD COLUMN words INTEGER NOT NULL DEFAULT 0")
    database.execute(
        "INSERT OR IGNORE INTO setting SELECT 'spans', 'none' WHERE EXISTS (SELECT 1 FROM setting WHERE name = 'text')"
    )


def _third(database: Database) -> None:
    database.executescript(TABLES_3)


def _fourth(database: Database) -> None:
    database.executescript(TABLES_OF_CORRECTIONS)


def _fifth(database: Database) -> None:
    """The index anew: its postings are found again by the rebuild that the setting asks for."""
    database.executescript(TABLES_OF_PARTS)
    database.execute(
        "INSERT OR IGNORE INTO setting SELECT 'index', 'none' WHERE EXISTS (SELECT 1 FROM setting WHERE name = 'text')"
    )


def _sixth(database: Database) -> None:
    """What a match can spare is unknown in old stores: it is asked when it matters."""
    database.execute("ALTER TABLE match ADD COLUMN spare REAL")


def _seventh(database: Database) -> None:
    database.executescript(INDEXES_OF_MATCHES)


def _eighth(database: Database) -> None:
    """Full-text segments, one a batch, merge by 64: by 16 that costs 1 s in sixteen batches of 8 MB. Seeking in 24 segments takes
    a millisecond more than in 9."""
    database.execute("INSERT INTO body_fts (body_fts, rank) VALUES ('automerge', 64), ('crisismerge', 64)")


MIGRATIONS: tuple[Callable[[Database], None], ...] = (
    _first, _second, _third, _fourth, _fifth, _sixth, _seventh, _eighth,
)  # fmt: skip
"""The nth takes a store from version n to n + 1."""

VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, migrations: Sequence[Callable[[Database], None]] = MIGRATIONS) -> None:
    """Bring the store up to the last of `migrations`: all of it in one transaction, or nothing."""
    if _version(connection) == len(migrations):
        return
    import sqlite_utils  # a quarter of a second, needed once in the life of a version

    database = sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(_version(connection), len(migrations)):
            migrations[version](database)
            database.execute(f"PRAGMA user_version = {version + 1}")
        for name, sql in VIEWS.items():
            database.create_view(name, sql.strip(), replace=True)
        connection.execute("COMMIT")
    except BaseException:
        # After some failures, a full disk among them, SQLite has rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def objects(connection: sqlite3.Connection) -> dict[str, str]:
    """Name -> SQL of the tables, indexes, triggers and views, in the order in which they can be made. The tables in which FTS5
    keeps its index come with `body_fts`."""
    sql = """SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
        AND name NOT LIKE 'body~_fts~_%' ESCAPE '~' ORDER BY rowid"""
    return dict(connection.execute(sql))


def _version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]
