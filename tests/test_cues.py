"""What a text says of its sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.cues import MOST, Cue, find, is_host, name_key, names_site, original, signed, site_keys, stated


def named(text, *kinds):
    return [cue.name for cue in find(text) if cue.kind in (kinds or ("credit",))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The bridge closed, according to the Northern Wire Agency.", "Northern Wire Agency"),
        ("He paid twice, as the Harbour Post first reported, and left.", "Harbour Post"),
        ("The minister resigned, the Associated Press reported on Monday.", "Associated Press"),
        ("“No,” she told the Valley Observer.", "Valley Observer"),
        ("LONDON (Reuters) - Shares fell.", "Reuters"),
        ("We thank the Daily Lantern, where this report appeared.", "Daily Lantern"),
        ("As AFP had previously reported, nobody came.", "AFP"),
        ("Laut der Frankfurter Zeitung kam niemand.", "Frankfurter Zeitung"),
        ("Personne n’est venu, selon le Courrier de Lyon.", "Courrier de Lyon"),
        ("据新华社报道，大桥关闭。", "新华社"),
    ],
)
def test_credit_is_found_with_the_outlet(text, name):
    """A phrase that gives a source yields the source's name, at its place, as that of an outlet."""
    (cue,) = [cue for cue in find(text) if cue.kind == "credit"]
    assert cue.name == name
    assert text[cue.start : cue.end] == name
    assert cue.outlet


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("It rained.\n\n(Reuters)", ["Reuters"]),
        ("It rained. (dpa/AFP)\n", ["dpa", "AFP"]),
        ("(PA) It rained.", ["PA"]),
        ("BERLIN (Reuters, AP) - It rained.", ["Reuters", "AP"]),
        ("It rained, Reuters said.", ["Reuters"]),
        ("Nobody came, Kyodo News said on Monday, and Reuters says so.", ["Kyodo News", "Reuters"]),
        ("On Monday Reuters said it rained.", ["Reuters"]),
    ],
)
def test_agencies_sign(text, names):
    """An agency is credited by the parenthesis of a dateline or a signature, and by what it said."""
    assert [cue.name for cue in find(text) if cue.outlet] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By The Associated Press\n\nIt rained.", ["The Associated Press"]),
        ("Rain falls\nBy ASSOCIATED PRESS\nIt rained.", ["ASSOCIATED PRESS"]),
        ("By Reuters Staff\nIt rained.", ["Reuters"]),
        ("By Jane Doe, AP Business Writer\nIt rained.", ["AP"]),
        ("By Jane Doe/AP\nIt rained.", ["AP"]),
        ("By Jane Doe | Associated Press\nIt rained.", ["Associated Press"]),
        ("By Jane Doe\nAssociated Press Writer\nIt rained.", ["Associated Press"]),
        ("Von dpa\nEs regnete.", ["dpa"]),
        ("Par AFP\nIl pleut.", ["AFP"]),
        ("The Associated Press contributed to this report.", ["Associated Press"]),
        ("It rained. AP writer Jane Doe and Reuters contributed to this story.", ["AP", "Reuters"]),
        ("It rained.\n\nJane Doe of CNN contributed to this article.", ["CNN"]),
        ("It rained.\n\n— Associated Press", ["Associated Press"]),
        ("It rained.\n- AP\n\nMore news", ["AP"]),
        ("It rained. -- Reuters", ["Reuters"]),
        ("AP reported rain, according to AFP.", ["AP", "AFP"]),
        ("The AP said its reporter was held.", ["AP"]),
        ("It rained. With material from the dpa and AFP.", ["dpa", "AFP"]),
        ("With files from The Canadian Press", ["The Canadian Press"]),
        ("It rained. (With inputs from PTI)", ["PTI"]),
        ("It rained. (with dpa)", ["dpa"]),
        ("Es regnete. (mit dpa und AFP)", ["dpa", "AFP"]),
        ("Es regnete. Mit Material der dpa.", ["dpa"]),
        ("Es regnete. Mit Material der dpa über Regen.", ["dpa"]),
        ("Il pleut. (avec AFP)", ["AFP"]),
        ("Il pleut.\n\nAvec AFP\n", ["AFP"]),
        ("Additional reporting by Jane Doe, Reuters", ["Reuters"]),
        ("Laut dpa kam niemand.", ["dpa"]),
        ("Niemand kam, wie die Nachrichtenagentur dpa meldete.", ["dpa"]),
        ("As first reported by harbourpost.example, it rained.", ["harbourpost.example"]),
        ("This report appeared first on www.harbourpost.example.", ["www.harbourpost.example"]),
    ],
)
def test_credit_lines_and_thanks(text, names):
    """Who is named in a byline, in the last line, or among those whose work went in, is credited where it is named."""
    cues = [cue for cue in find(text) if cue.outlet]
    assert [cue.name for cue in cues] == [text[cue.start : cue.end] for cue in cues] == names


@pytest.mark.parametrize(
    "text",
    [
        "AP Moller-Maersk reported profits, and AP Moller-Maersk said more would come.",
        "He reported to the AP office. The AP exam is hard, and AP said so.",
        "By AP Moller-Maersk\nBy Monday, all was well.",
        "Engineers of AP Moller contributed to this report.",
        "Emily Post contributed to this report. Reuters was not asked. Smoke from CNN contributed to this flood.",
        "We read these:\n- Reuters\n- AP\n",
        "We read these.\n- Reuters\n- AP\n- AFP\n- rain",
        "The agencies -\nReuters and AP - were there.",
        "He spoke (with AP in mind) and left (with Reuters).",
        "With Reuters he had no luck.\nWith rain\nMit Wind\nAvec Jean\n",
        "With material from the quarry, with input from Jane Doe. Reuters was there.",
        "It was reported by him.It was published by U.S. troops and by St. Olav.",
        "It was reported by jane@post.example.",
        "The dpa is a file. A dpa, a tt.",
    ],
)
def test_what_looks_like_a_credit_line_is_none(text):
    """Firms with an agency's letters, lists, persons, and sentences that begin like a credit name no outlet."""
    assert [cue.name for cue in find(text) if cue.outlet] == []


@pytest.mark.parametrize(
    "text",
    [
        "The harbour at dusk (AP)\n\nIt rained.",
        "The party of Imran Khan (PTI) lost in Harrisburg (PA), he told TT and AA.",
        "Photo: AP. (AP Photo) An AP photo shows rain.",
        "Bloomberg said he would run. The Environment Agency said no.",
        "the pap (pap smear) and tt (TT Isle of Man) races",
    ],
)
def test_what_looks_like_an_agency_is_none(text):
    """Abbreviations within a sentence, captions, and others who say something credit no agency."""
    assert [cue.name for cue in find(text) if cue.outlet] == []


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Jane Doe, Reuters", ["Reuters"]),
        ("Jane Doe and Jo Roe for The Associated Press", ["The Associated Press"]),
        ("AP", ["AP"]),
        ("dpa/AFP", ["dpa", "AFP"]),
        ("Jane Doe, Emily Post", []),
        ("Pa Ap", []),
        (None, []),
    ],
)
def test_agencies_among_the_authors(author, names):
    """The field of the author credits the agencies that it names, without a place, and nobody else."""
    assert signed(author) == tuple(Cue("byline", name, 0, 0, True) for name in names)


def test_a_byline_names_for_whom():
    """Both a comma and a preposition lead to the outlet."""
    assert name_key(named("By Jane Doe, for the Lundrith Weekly", "byline")[0]) == "lundrithweekly"


def test_a_person_is_not_an_outlet():
    """Who is quoted is a credit, but not to a medium."""
    (cue,) = find("According to Ingrid Solheim-Vance, the anchor is old.")
    assert (cue.name, cue.outlet) == ("Ingrid Solheim-Vance", False)


def test_technical_acronyms_are_not_outlets():
    """Only the known agencies count among capitals."""
    assert not any(cue.outlet for cue in find("Sent via TCP, according to the SMTP Working Group."))


def test_ordinary_text_credits_nobody():
    """Capitals and the word "reported" alone make no credit."""
    assert named("Three people were reported missing. They told nobody. On Monday it rained.") == []


def test_link_byline_and_copyright():
    """The other kinds: the host of an address, the outlet after a writer's name, the owner of the rights."""
    text = "By Jo Smith for The Times\n\nSee https://www.harbourpost.example/x?y=1 for more.\n© 2024 Harbour Post"
    assert named(text, "link") == ["www.harbourpost.example"]
    assert named(text, "byline") == ["The Times"]
    assert named(text, "copyright") == ["Harbour Post"]


@pytest.mark.parametrize(
    "text",
    [
        "on 14 September 2024, hours before",
        "September 14th, 2024",
        "am 14. September 2024",
        "2024-09-14",
        "2024年9月14日",
        "el 14 de septiembre de 2024",
    ],
)
def test_full_dates(text):
    """Days are read in the common notations."""
    assert named(text, "date") == ["2024-09-14"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Fire at the mill\n\nHARROW, January 23 (Lake Press) - Flames", ["--01-23"]),
        ("NEW YORK, Jan. 5 -- Shares", ["--01-05"]),
        ("Berlin, 4. März (dpa) - Der Bund", ["--03-04"]),
        ("HARROW, January 23, 2024 (Lake Press) - Flames", ["2024-01-23"]),
        ("HARROW, January 43 (Lake Press) - Flames", []),
        ("Concerts: Harrow, January 23 - the choir", []),
        ("GAMES IN HARROW, January 23 - February 2", []),
        ("It opens in Harrow, January 23 at the latest.", []),
        ("The mill burnt, May 5 men were hurt - one badly.", []),
    ],
)
def test_a_dateline_names_its_day(text, day):
    """Where a story says where and on what day it was filed, that day is a date, though the year is not said."""
    assert named(text, "date") == day


def test_impossible_dates_and_bare_years_are_no_days():
    """A year alone, or a day that no calendar has, is not a date cue."""
    assert named("In 1926, and on 31 February 2024, and 2024-13-40.", "date") == []


def test_lowering_does_not_shift_offsets():
    """A capital that grows when lowered leaves later cues at their places."""
    text = "İİİİ: according to the Daily Lantern it rained."
    (cue,) = find(text)
    assert text[cue.start : cue.end] == "Daily Lantern"


def test_cues_are_bounded():
    """A page of links gives no more than MOST cues."""
    assert len(find(" ".join(f"https://site{i}.example/" for i in range(500)))) == MOST


def test_what_the_markup_states():
    """Canonical address, credited sources and links become cues without a place; addresses count by their host, each once."""
    extra = {
        "canonical": "https://Post.example/a",
        "credits": ["Northern Wire Agency", "https://post.example/b", "Jo Smith"],
        "links": ["https://post.example/c", "http://gazette.example/", "mailto"],
    }
    assert stated(extra) == (
        Cue("credit", "post.example", 0, 0, True),
        Cue("credit", "Northern Wire Agency", 0, 0, True),
        Cue("credit", "Jo Smith", 0, 0, False),
        Cue("link", "post.example", 0, 0, True),
        Cue("link", "gazette.example", 0, 0, True),
        Cue("link", "mailto", 0, 0, False),
    )
    assert original(extra) == "https://Post.example/a"


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [7, None, ["x"]], {"a": 1}])
def test_fields_of_other_meaning_state_nothing(value):
    """What an input calls `links` may be anything; only lists of texts are read."""
    assert stated({"links": value, "credits": value, "canonical": 7}) == ()
    assert original({"canonical": value if value != "x" else None}) is None


@given(st.text(max_size=300))
def test_any_text_gives_cues_inside_it(text):
    """Whatever the text, cues lie inside it, in order, one for each name and kind."""
    cues = find(text)
    assert all(0 <= cue.start < cue.end <= len(text) for cue in cues)
    assert [cue.start for cue in cues] == sorted(cue.start for cue in cues)
    assert len({(cue.kind, name_key(cue.name)) for cue in cues}) == len(cues)


@pytest.mark.parametrize(
    ("name", "site", "same"),
    [
        ("the Harbour Post", "harbourpost.example", True),
        ("Harbour Post", "www.harbour-post.co.uk", True),
        ("Harbour Post", "Harbour Post", True),
        ("Associated Press", "apnews.com", True),
        ("www.harbourpost.example", "harbourpost.example", True),
        ("Harbour Post", "harbourtimes.example", False),
        ("Post", "harbourpost.example", False),
        ("Harbour Post", None, False),
    ],
)
def test_names_meet_sites(name, site, same):
    """A name means the site whose host says it; a part of a name does not."""
    assert names_site(name, site) is same


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ("harbourpost.example", True),
        ("www.Harbour-Post.co.uk:8080", True),
        ("пост.рф", True),
        ("xn--e1ajeds9e.xn--p1ai", True),
        ("U.S.", False),
        ("St. Olav", False),
        ("Harbour Post", False),
        (".", False),
        ("", False),
    ],
)
def test_hosts_are_told_from_names(site, host):
    """A dot alone makes no host."""
    assert is_host(site) is host


def test_site_keys_of_nothing():
    """No site, no names."""
    assert site_keys(None) == site_keys("") == frozenset()
