"""The named queries of `provenance query NAME`: worked examples on the public tables and views, each useful by itself."""

from __future__ import annotations

from typing import NamedTuple


class NamedQuery(NamedTuple):
    """SQL, what it answers in one line, and the names of its parameters (`:uri` in the SQL)."""

    sql: str
    help: str
    parameters: tuple[str, ...] = ()


# A thousand steps: far above any real chain, and an end should derivations ever form a ring.
_WALK = """
    WITH RECURSIVE walk (id, step) AS (
        SELECT id, 1 FROM document WHERE uri = :uri
        UNION
        SELECT d.{ahead}, step + 1 FROM walk JOIN derivation d ON d.{behind} = walk.id
        WHERE d.chosen AND d.parent_id IS NOT NULL AND step < 1000
    )
    SELECT min(step) AS step, child, parent, relation, probability, coverage, days
    FROM walk JOIN document ON document.id = walk.id JOIN lineage ON lineage.{end} = document.uri
    GROUP BY child, parent ORDER BY step, child, parent
"""

NAMED_QUERIES: dict[str, NamedQuery] = {
    "ancestors-of": NamedQuery(
        _WALK.format(ahead="parent_id", behind="child_id", end="child"),
        "where a document comes from, step by step back",
        ("uri",),
    ),
    "descendants-of": NamedQuery(
        _WALK.format(ahead="child_id", behind="parent_id", end="parent"), "what comes from a document, step by step on", ("uri",)
    ),
    "lineage": NamedQuery(
        "SELECT * FROM lineage ORDER BY child, coverage DESC, parent", "every chosen derivation; with --nl as JSON Lines"
    ),
    "passages": NamedQuery(
        "SELECT * FROM shared_passage ORDER BY uri_a, uri_b, start_a, start_b, end_a, end_b",
        "every shared passage with its texts; with --nl as JSON Lines",
    ),
    "copies-of": NamedQuery(
        """
        SELECT uri, site, published_at, copy_of IS NULL AS stands_for_all FROM document
        WHERE hash = (SELECT hash FROM document WHERE uri = :uri) ORDER BY published_at IS NULL, published_at, uri
        """,
        "documents with the same text as this one, itself included",
        ("uri",),
    ),
    "passages-of": NamedQuery(
        """
        SELECT uri_b AS other, start_a AS start, end_a AS "end", words, similarity, kind FROM shared_passage WHERE uri_a = :uri
        UNION ALL
        SELECT uri_a, start_b, end_b, words, similarity, kind FROM shared_passage WHERE uri_b = :uri
        ORDER BY start, "end", other
        """,
        "passages of a document that others share",
        ("uri",),
    ),
    "copied-by": NamedQuery(
        """
        SELECT b.uri AS other, b.site, b.published_at, sum(m.words) AS words, 1.0 * sum(m.words) / b.words AS share_of_other
        FROM document a
            JOIN match m ON a.id IN (m.a, m.b)
            JOIN document b ON b.id = iif(m.a = a.id, m.b, m.a)
        WHERE a.uri = :uri AND m.kind IN ('verbatim', 'edited')
        GROUP BY b.id ORDER BY words DESC, other
        """,
        "documents with copied or edited passages of this one",
        ("uri",),
    ),
    "versions-of": NamedQuery(
        """
        WITH RECURSIVE version (id, age) AS (
            SELECT id, 0 FROM document WHERE uri = :uri
            UNION ALL
            SELECT d.id, age + 1 FROM version JOIN document d ON d.version_of = version.id
        )
        SELECT uri, fetched_at, words FROM version JOIN document USING (id) ORDER BY age
        """,
        "the texts that an address had, newest first",
        ("uri",),
    ),
    "top-sources": NamedQuery(
        """
        SELECT parent, parent_site, count(*) AS children, avg(coverage) AS mean_coverage FROM lineage
        GROUP BY parent ORDER BY children DESC, parent LIMIT 50
        """,
        "the sources that most documents derive from directly",
    ),
    "top-sources-of": NamedQuery(
        """
        SELECT parent, parent_site, count(*) AS children, avg(coverage) AS mean_coverage, avg(probability) AS mean_probability
        FROM lineage WHERE child_site = :site GROUP BY parent ORDER BY children DESC, parent LIMIT 50
        """,
        "the sources that most documents of a site derive from",
        ("site",),
    ),
    "site-flow": NamedQuery(
        "SELECT * FROM site_flow WHERE parent_site <> child_site ORDER BY articles DESC, parent_site, child_site",
        "which site takes from which, how much and how fast",
    ),
    "largest-families": NamedQuery(
        "SELECT * FROM family_summary ORDER BY documents DESC, family_id LIMIT 50", "families of most documents"
    ),
    "unseen-sources": NamedQuery(
        """
        SELECT 'unseen:' || u.id AS unseen, u.family_id, u.probability, u.credit, count(d.child_id) AS children
        FROM unseen_source u LEFT JOIN derivation d ON d.unseen_id = u.id AND d.chosen
        GROUP BY u.id ORDER BY u.probability DESC, u.id
        """,
        "texts not in the corpus from which several likely derive",
    ),
    "conflicts": NamedQuery(
        """
        SELECT c.kind, c.text_a, c.text_b, a.uri AS a, b.uri AS b, m.words FROM conflict c
        JOIN match m ON m.id = c.match_id JOIN document a ON a.id = m.a JOIN document b ON b.id = m.b
        ORDER BY a.uri, b.uri, c.kind, c.text_a, c.text_b
        """,
        "numbers and names that differ between shared passages",
    ),
    "undecided": NamedQuery(
        "SELECT * FROM undecided ORDER BY max(p_ab, p_ba) DESC, a, b", "linked pairs whose direction the evidence does not decide"
    ),
    "corrections": NamedQuery(
        """
        SELECT c.child, c.parent, c.verdict, c.note, c.made_by, c.made_at, coalesce(
            (SELECT state FROM applied a WHERE (a.child, a.parent, a.verdict) = (c.child, c.parent, c.verdict)
                AND a.note IS c.note AND a.made_by IS c.made_by),
            'new or changed: the next run applies it'
        ) AS state FROM correction c ORDER BY c.child, c.parent
        """,
        "what people say of derivations, and whether it holds",
    ),
    "boilerplate-share": NamedQuery(
        """
        SELECT site, count(*) AS matches, avg(kind = 'boilerplate') AS boilerplate_share
        FROM (
            SELECT d.site, m.kind FROM match m JOIN document d ON d.id = m.a
            UNION ALL SELECT d.site, m.kind FROM match m JOIN document d ON d.id = m.b
        ) GROUP BY site ORDER BY boilerplate_share DESC, matches DESC, site
        """,
        "the share of each site's matches that is boilerplate",
    ),
    "problems": NamedQuery(
        "SELECT run_id, uri, stage, message FROM problem ORDER BY run_id DESC, uri, stage, message",
        "inputs that could not be used, newest run first",
    ),
}
