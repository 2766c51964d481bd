"""The fixture corpus and its truth agree with each other.

Every measurement on the fixtures rests on `fixtures/truth.json`. These tests read the corpus with the standard library alone, not
with the project's reader: the truth must not lean on what it judges.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import re
import unicodedata
from pathlib import Path

import pytest

from provenance.model import KINDS, RELATIONS

FIXTURES = Path(__file__).parent.parent / "fixtures"
CORPUS = FIXTURES / "corpus"
TRUTH = json.loads((FIXTURES / "truth.json").read_text(encoding="utf-8"))
UNSPACED = {"zh", "ja"}
RUN = 5
"""Words in a row that two texts of independent wording never share here; for scripts without spaces RUN + 3 characters."""


def rows_by_file() -> dict[str, list[dict[str, str]]]:
    """File name -> its rows; a text file is one row without date or source."""
    rows: dict[str, list[dict[str, str]]] = {}
    for path in sorted(CORPUS.iterdir()):
        if path.suffix == ".jsonl":
            rows[path.name] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        elif path.suffix == ".gz":
            rows[path.name] = [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                rows[path.name] = list(csv.DictReader(file))
        else:
            rows[path.name] = [{"id": path.name, "text": path.read_text(encoding="utf-8-sig")}]
    return rows


ROWS = rows_by_file()
TEXTS = {row["id"]: row["text"] for rows in ROWS.values() for row in rows}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def runs(uri: str) -> set[str]:
    """The runs of words of a document that a stranger must not share."""
    tokens, size = words(TEXTS[uri]), RUN
    if TRUTH["documents"][uri]["lang"] in UNSPACED:
        tokens, size = list("".join(tokens)), RUN + 3
    return {" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)}


def passages(span: dict) -> tuple[str, str]:
    return TEXTS[span["a"]][slice(*span["a_span"])], TEXTS[span["b"]][slice(*span["b_span"])]


def spans(*kinds: str) -> list[dict]:
    return [span for span in TRUTH["spans"] if span["kind"] in kinds]


def pair(a: str, b: str) -> frozenset[str]:
    return frozenset((a, b))


def pairs(groups: list[list[str]]) -> set[frozenset[str]]:
    return {pair(a, b) for group in groups for a, b in itertools.combinations(group, 2)}


DERIVED = {pair(d["parent"], d["child"]) for d in TRUTH["derivations"]}


def mentioned(value: object) -> set[str]:
    """Every uri that stands anywhere in a piece of the truth; uris are the strings that look like an address or a text file."""
    if isinstance(value, str):
        return {value} if re.fullmatch(r"https://\S+|\S+\.(txt|md)", value) else set()
    if isinstance(value, dict):
        return mentioned([*value, *value.values()])
    if isinstance(value, list):
        return set().union(*map(mentioned, value))
    return set()


def test_corpus_and_truth_list_the_same_documents():
    """Each document of the corpus is in the truth with its file and date, and no other."""
    listed = {uri: (entry["file"], entry["date"]) for uri, entry in TRUTH["documents"].items()}
    assert listed == {row["id"]: (name, row.get("date")) for name, rows in ROWS.items() for row in rows}
    assert sum(map(len, ROWS.values())) == len(TEXTS), "an id stands twice"
    assert len(TEXTS) == 74


def test_formats_are_mixed():
    """The corpus exercises every reader: rows, compressed rows, CSV, plain text (one with a BOM) and Markdown."""
    suffixes = [Path(name).suffix for name in ROWS]
    assert {s: suffixes.count(s) for s in suffixes} == {".jsonl": 1, ".gz": 1, ".csv": 1, ".txt": 6, ".md": 2}
    assert len(ROWS["results.csv"]) == 3
    assert len(ROWS["agency-mix.jsonl.gz"]) == 3
    assert [p.name for p in CORPUS.iterdir() if p.read_bytes().startswith(b"\xef\xbb\xbf")] == ["limping-dinosaur.txt"]
    assert set("“”’–\u00a0éß") <= set("".join(TEXTS.values()))


def test_every_named_uri_exists():
    """No part of the truth names a document that the corpus does not hold."""
    assert mentioned(TRUTH) == set(TEXTS)


def test_every_document_belongs_to_its_case():
    """The documents' cases and the cases' documents say the same, and each case says what is right."""
    by_case = {(uri, name) for name, case in TRUTH["cases"].items() for uri in case["documents"]}
    assert by_case == {(uri, entry["case"]) for uri, entry in TRUTH["documents"].items()}
    assert all(case["right"].endswith(".") for case in TRUTH["cases"].values())
    named = {entry["case"] for key in ("spans", "derivations", "unseen", "quotation", "template") for entry in TRUTH[key]}
    assert named <= set(TRUTH["cases"])


@pytest.mark.parametrize("span", TRUTH["spans"], ids=lambda span: f"{span['case']}-{span['kind']}")
def test_span_holds_the_quoted_passage(span):
    """Offsets are where the quoted first and last characters stand, and begin and end with a word or its punctuation."""
    assert span["kind"] in KINDS
    assert span["a"] != span["b"]
    for side in ("a", "b"):
        start, end = span[f"{side}_span"]
        text = TEXTS[span[side]]
        first, last = span[f"{side}_quote"]
        assert 0 <= start < end <= len(text)
        assert text.startswith(first, start)
        assert text.endswith(last, start, end)
        assert text[start:end] == text[start:end].strip()
        if TRUTH["documents"][span[side]]["lang"] not in UNSPACED:
            assert not re.search(r"\w\w", text[max(0, start - 1) : start + 1]), "starts inside a word"
            assert not re.search(r"\w\w", text[end - 1 : end + 1]), "ends inside a word"


def test_verbatim_and_quoted_spans_have_equal_words():
    """What is called verbatim or a quotation is, word for word; what is called edited is not."""
    for span in spans("verbatim", "quotation"):
        a, b = passages(span)
        assert words(a) == words(b), span["case"]
    for span in spans("edited"):
        a, b = passages(span)
        assert words(a) != words(b), span["case"]


def test_edited_spans_share_their_rims():
    """An edited span begins and ends with what both sides share: an edit at the rim lies outside."""
    for span in spans("edited"):
        if span["case"] == "reordered":  # begins and ends with other sentences on the other side
            continue
        a, b = ("".join(words(passage)) for passage in passages(span))
        assert a[:4] == b[:4], span["case"]
        assert a[-4:] == b[-4:], span["case"]


def test_shared_spans_cannot_grow():
    """The words just before and just after a span differ on the two sides: the span is the whole shared passage."""
    for span in spans("verbatim", "edited", "quotation", "boilerplate"):
        a, b = (TEXTS[span[side]] for side in "ab")
        before = [words(text[: span[f"{side}_span"][0]])[-1:] for text, side in ((a, "a"), (b, "b"))]
        after = [words(text[span[f"{side}_span"][1] :])[:1] for text, side in ((a, "a"), (b, "b"))]
        assert before[0] != before[1] or not before[0], span["case"]
        assert after[0] != after[1] or not after[0], span["case"]


def test_documents_without_a_shared_span_share_no_wording():
    """Pairs that the truth does not list share no run of five words (eight characters in Chinese and Japanese)."""
    listed = {pair(span["a"], span["b"]) for span in TRUTH["spans"]}
    shingles = {uri: runs(uri) for uri in TEXTS}
    strangers = (p for p in itertools.combinations(TEXTS, 2) if pair(*p) not in listed)
    assert not [(a, b, common) for a, b in strangers if (common := shingles[a] & shingles[b])]


def test_rewrites_and_summaries_share_no_run_of_five_words():
    """A rewrite or summary has nothing that five-word shingles could find, yet it keeps the numbers of its source."""
    told_again = spans("rewrite", "summary")
    assert len(told_again) == 4
    for span in told_again:
        assert not runs(span["a"]) & runs(span["b"]), span["case"]
        a, b = (set(re.findall(r"\d[\d.,\u00a0]*\d", passage)) for passage in passages(span))
        assert len(a & b) >= 2, span["case"]


def test_summary_is_a_fifth_of_its_source():
    """The summary has about seventy words, its source about four hundred."""
    [span] = spans("summary")
    a, b = (len(words(passage)) for passage in passages(span))
    assert 350 <= a <= 450
    assert 60 <= b <= 85


def test_derivations_are_well_formed():
    """Relations are those of the model, no document derives from itself, and no two derive from each other."""
    assert {d["relation"] for d in TRUTH["derivations"]} == set(RELATIONS)
    assert all(d["parent"] != d["child"] for d in TRUTH["derivations"])
    assert len(DERIVED) == len(TRUTH["derivations"])
    shared = {pair(span["a"], span["b"]) for span in spans("verbatim", "edited", "rewrite", "summary")}
    assert shared >= DERIVED


def test_dated_derivations_have_two_dates():
    """`dated` holds where both documents carry a date, except the one that carries a wrong date."""
    for d in TRUTH["derivations"]:
        given = all(TRUTH["documents"][d[side]]["date"] for side in ("parent", "child"))
        assert d["dated"] == (given and d["case"] != "wrong-date"), d


def test_duplicates_have_equal_words_and_revisions_do_not():
    """A whole-text duplicate has the words of its parent; the copy inside page furniture holds them all."""
    for d in TRUTH["derivations"]:
        parent, child = words(TEXTS[d["parent"]]), words(TEXTS[d["child"]])
        if d["relation"] == "duplicate":
            assert " ".join(parent) in " ".join(child)
            assert (parent == child) == (d["case"] != "page-furniture")
        else:
            assert parent != child


def test_families_are_disjoint_and_hold_their_derivations():
    """No document is in two families; related documents share one, save the compilation's lesser source."""
    members = [uri for family in TRUTH["families"] for uri in family]
    assert len(members) == len(set(members))
    assert all(len(family) > 1 for family in TRUTH["families"])
    related = DERIVED | pairs([entry["children"] for entry in TRUTH["unseen"]])
    for family in TRUTH["families"]:
        assert set().union(*(related & pairs([family]))) == set(family), "a member without a relation in its family"
    outside = related - pairs(TRUTH["families"])
    assert len(outside) == 1
    [lesser] = outside
    assert {TRUTH["documents"][uri]["case"] for uri in lesser} == {"compilation"}


def test_independent_documents_have_no_derivation():
    """Independent and indirect pairs never stand among the derivations; independent ones share no family either."""
    assert not pairs(TRUTH["independent"]) & (DERIVED | pairs(TRUTH["families"]))
    assert not pairs(TRUTH["indirect"]) & DERIVED
    assert pairs(TRUTH["indirect"]) <= pairs(TRUTH["families"])


def test_common_text_is_not_derivation():
    """Quotations, templates, disclaimers and furniture stand where the truth says, in documents that are independent."""
    independent = pairs(TRUTH["independent"])
    kinds = [entry["kind"] for entry in TRUTH["template"]]
    sizes = [len(entry["documents"]) for entry in TRUTH["template"]]
    assert dict(zip(kinds, sizes, strict=True)) == {"furniture": 3, "template": 6, "disclaimer": 8}
    for entry in TRUTH["quotation"] + TRUTH["template"]:
        assert pairs([entry["documents"]]) <= independent
        assert set(entry["spans"]) == set(entry["documents"])
        if entry.get("kind") != "template":  # the notes differ in names and numbers, the rest is the same text
            assert len({tuple(TEXTS[u][s:e] for s, e in places) for u, places in entry["spans"].items()}) == 1
    [said] = TRUTH["quotation"]
    assert all(30 <= len(words(TEXTS[uri][slice(*places[0])])) <= 40 for uri, places in said["spans"].items())


def test_unseen_source_is_credited_and_absent():
    """Two children credit the agency, whose report is not in the corpus; each child lacks what the two others share."""
    [unseen] = TRUTH["unseen"]
    crediting = [uri for uri in unseen["children"] if unseen["credit"] in TEXTS[uri]]
    assert len(crediting) == 2
    assert {uri for uri, text in TEXTS.items() if unseen["credit"] in text} == set(crediting)
    for child in unseen["children"]:
        first, second = (runs(uri) for uri in unseen["children"] if uri != child)
        assert len((first & second) - runs(child)) > 10, child


def test_conflicts_stand_where_truth_says():
    """A changed number is at its offsets on both sides, within a passage that the two share."""
    assert len(TRUTH["conflicts"]) == 2
    for conflict in TRUTH["conflicts"]:
        for side in ("a", "b"):
            assert TEXTS[conflict[side]][slice(*conflict[f"{side}_span"])] == conflict[f"text_{side}"]
        assert conflict["text_a"] != conflict["text_b"]
        assert pair(conflict["a"], conflict["b"]) in {pair(span["a"], span["b"]) for span in spans("edited")}


def test_chain_keeps_the_edits_of_its_middle():
    """The last of the chain shares wording with the middle that the first does not have, and none with the first alone."""
    first, middle, last = (runs(uri) for uri in TRUTH["cases"]["chain"]["documents"])
    assert len((middle & last) - first) > 10
    assert not (first & last) - middle


def test_copy_of_corrected_story_keeps_the_wrong_number():
    """The derived copy says 10,000 like the first version, although it is younger than the correction."""
    original, corrected, copy = TRUTH["cases"]["correction"]["documents"]
    assert "12,000" not in TEXTS[original] + TEXTS[copy]
    assert "12,000, not 10,000" in TEXTS[corrected]
    assert TRUTH["documents"][corrected]["date"] < TRUTH["documents"][copy]["date"]


def test_wrong_date_is_refuted_by_the_text():
    """The wrongly dated copy names the event's year in its own text, ten years after its date."""
    original, copy = TRUTH["cases"]["wrong-date"]["documents"]
    assert TRUTH["documents"][copy]["date"].startswith("2014")
    assert "14 September 2024" in TEXTS[copy]
    assert TRUTH["documents"][original]["date"].startswith("2024-09-14")


def test_embedded_passage_is_one_paragraph():
    """The embedded passage has about sixty words and is less than half of either text."""
    [span] = [span for span in TRUTH["spans"] if span["case"] == "embedded-passage"]
    a, b = (len(words(passage)) for passage in passages(span))
    assert 50 <= a == b <= 70
    assert 2 * a < min(len(words(TEXTS[span[side]])) for side in "ab")


def test_unseen_children_share_more_than_half():
    """The two dated children of the unseen source share 55 to 65 % of their words and appear on the same day."""
    one, two, undated = TRUTH["unseen"][0]["children"]
    shared = sum(len(words(passages(span)[0])) for span in TRUTH["spans"] if (span["a"], span["b"]) == (one, two))
    assert all(0.55 <= shared / len(words(TEXTS[uri])) <= 0.65 for uri in (one, two))
    dates = [TRUTH["documents"][uri]["date"] for uri in (one, two, undated)]
    assert dates[0][:10] == dates[1][:10]
    assert dates[2] is None


def test_independent_reports_tell_the_same_facts():
    """The three reports on one event carry its names and numbers, so that only their wording tells them apart."""
    for uri in TRUTH["cases"]["independent-event"]["documents"]:
        missing = [fact for fact in ("Corriemuir", "Tolmie", "21:14", "8,000", "250", "Lundrith") if fact not in TEXTS[uri]]
        assert not missing, uri
