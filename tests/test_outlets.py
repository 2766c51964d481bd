"""Which names mean which outlet: what is learnt, what is not, and what credit makes of it, through the command line too."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from provenance import agencies, cues
from provenance.cli import cli
from provenance.cues import Cue
from provenance.lineage import model
from provenance.model import StoreError
from provenance.outlets import Alias, Naming, Outlets, changed, keys_of, learn, of_host
from provenance.pipeline import settings
from provenance.pipeline.progress import Silent
from provenance.pipeline.rebuild import rebuild
from provenance.store import Store, schema
from tests import corpus
from tests.canonical import difference, dump
from tests.corpus import scanned
from tests.strategies import edited, prose

# Names of hosts and agencies


@pytest.mark.parametrize(
    ("host", "outlet"),
    [
        ("www.harbourpost.example", "harbourpost"),
        ("m.harbourpost.example", "harbourpost"),
        ("edition.harbour-post.co.uk", "harbourpost"),
        ("sport.post.com.au", "post"),
        ("jane.wordpress.com", "jane"),
        ("jane.blogspot.co.uk", "jane"),
        ("www.wordpress.com", "wordpress"),
        ("uk.reuters.com", "Reuters"),
        ("apnews.com", "Associated Press"),
        ("www.aa.com.tr", "Anadolu"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_a_host_says_its_outlet(host, outlet):
    """What stands before the public suffix is the outlet, whatever stands before it; an agency's host is the agency."""
    assert of_host(host) == outlet


def test_agencies_do_not_share_names():
    """Every name, abbreviation and host belongs to one agency, and is found again as a source."""
    seen: dict[str, str] = {}
    for agency in agencies.AGENCIES:
        for name in (agency.name, *agency.names, *agency.short, *agency.ambiguous):
            assert agencies.as_source(name) == agency, name
            assert seen.setdefault(cues.name_key(name), agency.name) == agency.name, name
        for host in agency.hosts:
            assert agencies.at_host(f"www.{host}") == agency
            assert agencies.at_host(f"not{host}") is None


@pytest.mark.parametrize("name", ["AP", "PA", "AA", "CP", "TT", "PTI", "MENA", "Bloomberg"])
def test_ambiguous_abbreviations_need_a_place(name):
    """What means other things as well is an agency only where a source must stand."""
    assert agencies.in_text(name) is None
    assert agencies.as_source(name)


# Learning


def learnt(*namings: Naming) -> dict[str, str]:
    return {alias.alias: alias.outlet for alias in learn(namings) if alias.source != "agency"}


def page(site: str, name: str | None = None, documents: int = 2, author: str | None = None, host: str | None = None) -> Naming:
    return Naming(site, host, name, author, documents)


def test_a_name_in_the_markup_is_learnt():
    """The name that the pages of a site give themselves means its host's outlet."""
    assert learnt(page("dunport.example", "The Lundrith Weekly")) == {
        "dunport.example": "dunport",
        "The Lundrith Weekly": "dunport",
    }


def test_hosts_of_one_outlet_are_one():
    """Editions of a site are one outlet, and count together."""
    found = learn([page("m.dunport.example", "Lundrith Weekly", 1), page("dunport.example", "Lundrith Weekly", 1)])
    assert Alias("Lundrith Weekly", "dunport", "markup", 2) in found


def test_a_name_beside_an_address_is_learnt():
    """Where a field names the site of an address, the name is its host's; the address may hold more than a host."""
    assert learnt(page("Lundrith Weekly", host="user@www.dunport.example:8080")) == {"Lundrith Weekly": "dunport"}


def test_a_site_known_by_name_alone_is_its_name():
    """Without an address a name is an outlet of its own, and the same as the host that says it."""
    assert learnt(page("Harbour Post", documents=1)) == {"Harbour Post": "harbourpost"}
    assert of_host("harbourpost.example") == "harbourpost"


@pytest.mark.parametrize(
    ("author", "is_learnt"),
    [
        ("Jane Doe, Lundrith Weekly", True),
        ("Jane Doe for The Lundrith Weekly", True),
        ("Jane Doe, Northern Wire", False),
        ("Lundrith Weekly", False),
        ("Jane Doe, Ada Roe", False),
    ],
)
def test_bylines_teach_a_name_that_the_host_resembles(author, is_learnt):
    """A name behind a writer's is that of the site if the host is its initials; others are agencies and second writers."""
    assert (
        any(outlet == "lw" for alias, outlet in learnt(page("lw.example", author=author)).items() if "." not in alias)
        == is_learnt
    )


@pytest.mark.parametrize(
    "namings",
    [
        [page("dunport.example", "Lundrith Weekly", 1)],
        [page("dunport.example", "Lundrith Weekly", 2), page("dunport.example", "Other", 1)],
        [page("dunport.example", "Lundrith Weekly"), page("copies.example", "Lundrith Weekly", 1)],
        [page("dunport.example", "Lundrith Weekly"), page("lundrithweekly.example", None, 1)],
    ],
    ids=["one page", "other names too", "two sites", "another's host"],
)
def test_doubtful_names_are_not_learnt(namings):
    """One page, a site of several names, and a name to which another site has a claim teach nothing."""
    assert "lundrithweekly" not in {cues.name_key(alias) for alias in learnt(*namings)}


@pytest.mark.parametrize("name", ["News", "The Times", "Reuters", "AP", "www.reuters.com", "!?", "harbourpost.example"])
def test_names_that_mean_anybody_or_an_agency_are_not_learnt(name):
    """A word for any medium, an agency's name and another's host are no site's own name, however often its pages say so."""
    assert learnt(page("dunport.example", name, 99)) == {"dunport.example": "dunport"}


def test_strays_do_not_take_a_name_away():
    """A site whose pages are mostly called otherwise has no claim: guests leave the name to its owner."""
    own, guest = page("dunport.example", "Lundrith Weekly", 5), page("copies.example", "Lundrith Weekly", 1)
    assert learnt(own, guest, page("copies.example", "Copies", 9))["Lundrith Weekly"] == "dunport"


def test_an_agency_counts_its_documents():
    """Names of agencies are always there, with the documents that have them as their site."""
    found = {
        alias.alias: alias for alias in learn([page("Reuters", documents=3), page("uk.reuters.com"), page("AP", documents=1)])
    }
    assert found["Reuters"] == ("Reuters", "Reuters", "agency", 3)
    assert found["uk.reuters.com"] == ("uk.reuters.com", "Reuters", "agency", 2)
    assert found["AP"] == ("AP", "Associated Press", "agency", 1)
    assert found["Agence France-Presse"].documents == 0


NAMES = st.sampled_from(["Lundrith Weekly", "the lundrith weekly", "Harbour Post", "Reuters", "AP", "News", "Ω", "!", "a.b", ""])
SITES = st.one_of(
    st.none(), NAMES, st.sampled_from(["dunport.example", "harbourpost.example", "reuters.com", ".", "a.b.c", "1.2"])
)
NAMINGS = st.builds(
    Naming,
    SITES,
    st.one_of(st.none(), st.sampled_from(["dunport.example", "@", "x:1", "reuters.com"])),
    st.one_of(st.none(), NAMES),
    st.one_of(st.none(), st.builds("Jane, {}".format, NAMES)),
    st.integers(1, 5),
)


@given(st.lists(NAMINGS, max_size=12), st.randoms(use_true_random=False))
def test_learning_is_a_function_of_the_documents(namings, rng):
    """Rows in any order, and each as many rows of one document, teach the same; a name means one outlet."""
    found = learn(namings)
    single = [naming._replace(documents=1) for naming in namings for _ in range(naming.documents)]
    rng.shuffle(single)
    assert learn(single) == found
    assert len({alias.alias for alias in found}) == len(found)
    meanings: dict[str, str] = {}
    for alias in found:
        if alias.source != "agency" and not cues.is_host(alias.alias):
            assert meanings.setdefault(cues.name_key(alias.alias), alias.outlet) == alias.outlet
    assert changed(found, found) == set()


@given(st.lists(NAMINGS, max_size=8), st.lists(NAMINGS, max_size=8), SITES, NAMES)
def test_only_changed_names_change_what_is_resolved(before, now, site, name):
    """A cue or site none of whose keys changed resolves as it did: what is not inferred again need not be."""
    one, two = learn(before), learn(now)
    cue = Cue("credit", name, 0, 1)
    if not changed(one, two) & keys_of([cue], [site or ""]):
        assert Outlets(one).resolved(cue) == Outlets(two).resolved(cue)
        assert Outlets(one).of_sites([site]) == Outlets(two).of_sites([site])


# Resolving


ALIASES = [Alias("Lundrith Weekly", "dunport", "markup", 2)]


@pytest.mark.parametrize(
    ("text", "name", "means"),
    [
        ("as the Lundrith Weekly reported", "Lundrith Weekly", "dunport"),
        ("By Jane Doe, for the Lundrith Weekly", "the Lundrith Weekly", "dunport"),
        ("See https://www.dunport.example/x", "www.dunport.example", "dunport"),
        ("as the Harbour Post reported", "Harbour Post", "harbourpost"),
        ("LONDON (Reuters) - It rained.", "Reuters", "Reuters"),
        ("Reuters said it rained.", "Reuters", "Reuters"),
        ("It rained. (Reuters)", "Reuters", "Reuters"),
        ("See https://uk.reuters.com/x", "uk.reuters.com", "Reuters"),
        ("By Jane Doe, AP", "Associated Press", "Associated Press"),
        ("LONDON (PA) - It rained.", "Press Association", "Press Association"),
        ("(dpa) Es regnet.", "dpa", "dpa"),
        ("El Cairo, 3 mar (EFE).- Llueve.", "EFE", "EFE"),
        ("according to PA it rained", "PA", "pa"),
    ],
)
def test_all_ways_of_naming_meet(text, name, means):
    """A phrase, a byline, a link, a dateline and a signature resolve to the outlet, an agency under its usual name."""
    (cue,) = map(Outlets(ALIASES).resolved, cues.find(text))
    assert (cue.name, cue.means, cue.key) == (name, means, means)


@pytest.mark.parametrize("site", ["Lundrith Weekly", "dunport.example", "The Lundrith Weekly"])
def test_sites_meet_their_names(site):
    """A document's site is its outlet, be it a name or a host."""
    assert Outlets(ALIASES).of_sites([site]) == {"dunport"}


# In the store


STORY = prose(51, 12)
SOURCE = "https://dunport.example/1"
NAMED = {"source": "dunport.example", "site_name": "Lundrith Weekly"}
PARENT = {"id": SOURCE, "text": STORY} | NAMED
CHILD = {
    "id": "https://b.example/1",
    "text": edited(STORY, 0.08, 1) + "\n\nThis story was told as the Lundrith Weekly first reported it.",
    "source": "b.example",
}
SECOND = {"id": "https://dunport.example/2", "text": prose(52)} | NAMED
RIVAL = {"id": "https://rival.example/1", "text": prose(53), "source": "rival.example", "site_name": "Lundrith Weekly"}


def ask(db: Path, sql: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def run(name: str, db: Path, *arguments: object) -> str:
    result = CliRunner().invoke(cli, [name, "--db", str(db), *map(str, arguments)], prog_name="provenance")
    assert result.exit_code == 0, result.output
    return result.stdout


def credited(db: Path) -> bool:
    """Whether the child has its text from the outlet that it names, and says so."""
    rows = ask(db, f"SELECT why FROM derivation JOIN document ON id = parent_id WHERE uri = '{SOURCE}'")
    return any(s["signal"] == "credit" and s["log_odds"] > 0 for (why,) in rows for s in json.loads(why))


def test_credit_by_a_learnt_name(tmp_path):
    """A child that names the paper derives from the page of the host that bears the name, through the command line."""
    db, file = tmp_path / "p.db", corpus.write(tmp_path / "in.jsonl", [PARENT, CHILD, SECOND])
    run("scan", db, file)
    assert ask(db, "SELECT child, parent FROM lineage") == [(CHILD["id"], SOURCE)]
    assert credited(db)
    assert "dunport" in run("query", db, "SELECT * FROM outlet WHERE alias = 'Lundrith Weekly'", "--csv")
    assert ask(db, "SELECT site FROM document WHERE uri = '" + SOURCE + "'") == [("dunport.example",)]


def test_tracing_knows_the_names(tmp_path):
    """A traced text that credits the name is told the source by it, and by nothing else: both are undated."""
    db = tmp_path / "p.db"
    scanned(db, [PARENT, SECOND])
    (tmp_path / "t.txt").write_text(CHILD["text"])
    assert '"source"' in run("trace", db, tmp_path / "t.txt", "--json")
    (tmp_path / "u.txt").write_text(CHILD["text"].replace("Lundrith Weekly", "Lunar Weekly"))
    assert '"likely": "source"' not in run("trace", db, tmp_path / "u.txt", "--json")


@pytest.mark.parametrize(
    ("signatures", "credit"),
    [
        (("LONDON (Reuters) - {}", "{} Nothing else is known, Reuters said on Monday."), "Reuters"),
        (("LONDON (AP) - {}", "{} Nothing else is known, the Associated Press reported."), "Associated Press"),
        (("By Jane Doe, dpa\n\n{}", "{}\n\n(dpa/AFP)"), "dpa"),
    ],
)
def test_one_unseen_source_under_one_name(tmp_path, signatures, credit):
    """Children that write an agency in different ways share the unseen source, under the agency's usual name."""
    rows = [
        {"id": f"https://s{i}.example/1", "text": how.format(edited(STORY, 0.15, i)), "source": f"s{i}.example"}
        for i, how in enumerate(signatures)
    ]
    scanned(tmp_path / "p.db", rows)
    assert ask(tmp_path / "p.db", "SELECT credit FROM unseen_source") == [(credit,)]
    assert "credit" in ask(tmp_path / "p.db", "SELECT group_concat(why) FROM derivation WHERE unseen_id IS NOT NULL")[0][0]


def test_one_unseen_source_under_several_names(tmp_path):
    """Children that credit one outlet by its name and by its host count as two that credit it, though the family has no text
    of it."""
    by_name = CHILD | {"id": "by-name"}
    by_host = CHILD | {
        "id": "by-host",
        "text": edited(STORY, 0.15, 3),
        "source": "c.example",
        "credits": ["https://dunport.example/x"],
    }
    scanned(tmp_path / "p.db", [by_name, by_host, SECOND, SECOND | {"id": "https://dunport.example/3", "text": prose(54)}])
    assert ask(tmp_path / "p.db", "SELECT credit FROM unseen_source") == [("Lundrith Weekly",)]
    (why,) = {why for (why,) in ask(tmp_path / "p.db", "SELECT why FROM derivation WHERE unseen_id AND child_id = 1")}
    reasons = {s["signal"]: s["log_odds"] for s in json.loads(why)}
    assert reasons.items() >= {name: model.weights()[f"unseen.{name}"] for name in ("credit", "credits")}.items()


def test_a_name_that_comes_later_is_used(tmp_path):
    """When a later scan teaches or takes away a name, the families that rest on it are inferred again, as in one scan."""
    steps = [[PARENT, CHILD], [SECOND], [RIVAL]]
    db = tmp_path / "p.db"
    for i, expected in enumerate([False, True, False], 1):
        scanned(db, steps[i - 1])
        assert credited(db) is expected
        scanned(tmp_path / f"{i}.db", [row for step in steps[:i] for row in step])
        assert difference(dump(tmp_path / f"{i}.db"), dump(db)) == {}
    run("forget", db, RIVAL["id"])
    assert credited(db)
    assert difference(dump(tmp_path / "2.db"), dump(db)) == {}
    run("forget", db, SECOND["id"])
    assert not credited(db)
    assert difference(dump(tmp_path / "1.db"), dump(db)) == {}


def test_a_site_by_a_name_that_comes_later(tmp_path):
    """A text whose site is given by name is the paper's once another scan teaches whose name it is."""
    named = PARENT | {"id": "text-of-the-paper", "source": "Lundrith Weekly"}
    linking = CHILD | {"text": edited(STORY, 0.08, 1) + "\n\nFirst told at https://dunport.example/news."}
    rows = [named, linking, SECOND, SECOND | {"id": "https://dunport.example/3", "text": prose(54)}]
    scanned(tmp_path / "one.db", rows)
    scanned(tmp_path / "two.db", rows[:2])
    assert "credit" not in ask(tmp_path / "two.db", "SELECT group_concat(why) FROM derivation")[0][0]
    scanned(tmp_path / "two.db", rows[2:])
    assert "credit" in ask(tmp_path / "two.db", "SELECT group_concat(why) FROM derivation")[0][0]
    assert difference(dump(tmp_path / "one.db"), dump(tmp_path / "two.db")) == {}


@pytest.mark.parametrize("seed", [1, 2])
def test_halves_are_the_whole(tmp_path, seed):
    """Scans of any parts, with two jobs, and a rebuild give what one scan gives, names that come and go included."""
    rng = random.Random(seed)
    papers = [("dunport.example", "Lundrith Weekly"), ("hp.example", "Harbour Post"), ("vobs.example", "Valley Observer")]
    rows = []
    for number in range(8):
        story = prose(600 + number, 8)
        (site, name), (other, _) = rng.sample(papers, 2)
        credit = rng.choice([f"\n\nAs the {name} first reported.", "\n\n(Reuters)", f"\n\nSee https://{site}/x for more."])
        rows.append(
            {"id": f"https://{site}/{number}", "text": story, "source": site, "site_name": rng.choice([name, papers[0][1]])}
        )
        rows.append(
            {"id": f"https://{other}/c{number}", "text": edited(story, 0.1, number) + credit, "source": rng.choice([other, name])}
        )
    scanned(tmp_path / "whole.db", rows)
    whole = dump(tmp_path / "whole.db")
    rng.shuffle(rows)
    scanned(tmp_path / "p.db", *(rows[i::4] for i in range(4)), jobs=2)
    assert difference(whole, dump(tmp_path / "p.db")) == {}
    rebuild(tmp_path / "p.db", lineage_only=False, jobs=1, progress=Silent())
    assert difference(whole, dump(tmp_path / "p.db")) == {}


def test_a_change_touches_only_who_rests_on_it(tmp_path):
    """A name that changes its meaning has only those families inferred again that use it."""
    others = [
        row
        for i in range(3)
        for row in ({"id": f"o{i}", "text": prose(70 + i)}, {"id": f"p{i}", "text": edited(prose(70 + i), 0.1, i)})
    ]
    scanned(tmp_path / "p.db", [PARENT, CHILD, *others])
    assert scanned(tmp_path / "p.db", [SECOND]).families_touched == 1


def test_learning_reads_an_index_only(tmp_path):
    """What names are learnt from stands in one index, in the order in which it is counted: no document is read or sorted."""
    db = tmp_path / "p.db"
    Store.open(db, create=True).close()
    plan = ask(db, f"EXPLAIN QUERY PLAN SELECT {', '.join(schema.NAMING)}, count(*) FROM document GROUP BY 1, 2, 3, 4")
    assert [detail for *_, detail in plan] == ["SCAN document USING INDEX document_naming"] or "COVERING" in plan[0][3]


def test_a_store_of_the_version_before_is_migrated(tmp_path):
    """A store without names gets their tables when it is opened, and a rebuild makes it like one of today."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    for db in (old, new):
        scanned(db, [PARENT, CHILD, SECOND])
    with contextlib.closing(sqlite3.connect(old)) as connection:
        connection.executescript("""
            DROP TABLE part; DROP TABLE correction; DROP TABLE applied; DROP TABLE outlet; DROP TABLE naming;
            DROP INDEX document_naming; DROP INDEX match_a_telling; DROP INDEX match_b_telling;
            ALTER TABLE match DROP COLUMN spare; PRAGMA user_version = 2;
            UPDATE setting SET value = '1' WHERE name = 'lineage_model';
        """)
    with pytest.raises(StoreError, match="older provenance"):
        Store.open(old)
    Store.open(old, write=True).close()
    master = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
    assert ask(old, master) == ask(new, master)
    with Store.open(old) as store:
        assert "lineage_model is 1" in settings.differing(store, settings.INFERENCE)
    rebuild(old, lineage_only=False, jobs=1, progress=Silent())
    assert difference(dump(new), dump(old)) == {}
    naming = "SELECT key, uri FROM naming JOIN document ON id = document_id ORDER BY 1, 2"
    assert ask(old, naming) == ask(new, naming) != []


def test_forgetting_leaves_no_name(tmp_path):
    """Of a document that is forgotten no name stays: neither its site's nor those that it credits."""
    db = tmp_path / "p.db"
    scanned(db, [PARENT, CHILD, SECOND])
    run("forget", db, PARENT["id"], SECOND["id"], CHILD["id"])
    assert ask(db, "SELECT * FROM naming") == []
    assert ask(db, "SELECT alias FROM outlet WHERE source <> 'agency' OR documents") == []


def test_markup_of_any_shape_is_read(tmp_path):
    """A site's name that is no text, as an input may hold it, teaches nothing and stops nothing."""
    rows = [
        SECOND | {"id": f"https://dunport.example/{i}", "site_name": name} for i, name in enumerate([None, 7, ["x"], {"a": "b"}])
    ]
    scanned(tmp_path / "p.db", rows)
    assert ask(tmp_path / "p.db", "SELECT alias FROM outlet WHERE source <> 'agency'") == [("dunport.example",)]


def test_pages_say_their_name(tmp_path):
    """Web pages: the name that two pages of a paper give themselves is what a third page's credit to it means."""
    page = """<html><head><title>{title}</title><meta property="og:site_name" content="{name}"><link rel="canonical" href="{url}">
        </head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"""
    child = CHILD["text"].replace("\n\n", "</p><p>")
    for file, name, url, text in [
        ("a.html", "The Lundrith Weekly", SOURCE, STORY),
        ("b.html", "The Lundrith Weekly", SECOND["id"], SECOND["text"]),
        ("c.html", "B", CHILD["id"], child),
    ]:
        (tmp_path / file).write_text(page.format(title=file, name=name, url=url, text=text))
    run("scan", tmp_path / "p.db", *(tmp_path / file for file in ("a.html", "b.html", "c.html")))
    assert ("The Lundrith Weekly", "dunport", "markup", 2) in ask(tmp_path / "p.db", "SELECT * FROM outlet")
    (why,) = ask(tmp_path / "p.db", "SELECT why FROM derivation WHERE chosen AND parent_id IS NOT NULL")[0]
    assert any(s["signal"] == "credit" and s["log_odds"] > 0 for s in json.loads(why))
