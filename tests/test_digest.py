"""The digest of what changed: what a nightly job mails, from real scans one after another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import corpus
from tests.strategies import edited, prose
from tests.test_cli import run

TEXT, OTHER = prose(1), prose(2)
SECOND = edited(TEXT, 0.05, 1)
NIGHTS = (
    [
        {"id": "https://b.example/2", "text": SECOND, "date": "2025-01-03", "title": "Second"},
        {"id": "https://c.example/3", "text": edited(SECOND, 0.05, 2), "date": "2025-01-05", "title": "Third"},
    ],
    [
        {"id": "https://a.example/1", "text": TEXT, "date": "2025-01-01", "title": "First"},
        {"id": "https://x.example/1", "text": OTHER, "date": "2025-01-01"},
        {"id": "https://x.example/2", "text": edited(OTHER, 0.1, 1), "date": "2025-01-02"},
        {"id": "without a text"},
    ],
    [{"id": "https://d.example/4", "text": edited(SECOND, 0.02, 3), "date": "2025-01-04", "title": "Between"}],
)


@pytest.fixture(scope="module")
def db(tmp_path_factory) -> Path:
    """Three nights."""
    path = tmp_path_factory.mktemp("digest") / "p.db"
    corpus.scanned(path, *NIGHTS)
    return path


def digest(db: Path, since: str, *options: str) -> str:
    """The digest in one line."""
    result = run(db, "report", "--since", since, *options, env={"COLUMNS": "100"})
    assert (result.exit_code, result.stderr) == (0, "")
    return " ".join(result.stdout.split())


def test_what_came_in_the_last_night(db):
    """The last night's digest names the family that grew and the document that it grew by, and nothing of the night before."""
    shown = digest(db, "last")
    assert "Families that grew: 1" in shown
    assert "grew from 3 to 4 documents, with https://d.example/4" in shown
    assert "New families" not in shown
    assert "could not be read" not in shown


@pytest.mark.parametrize("format", ["text", "md"])
def test_a_changed_source_has_its_reasons(db, format):
    """Whose source changed is told with what came since, how probable it is now, and on what that rests."""
    shown = digest(db, "2", "-f", format)
    assert "its source: before none, now https://a.example/1" in shown
    assert "https://a.example/1 new or changed since" in shown
    assert "revision, likely (0.9" in shown
    assert "which is dated earlier" in shown
    assert "no field 'text'" in shown


def test_several_nights_are_told_once(db):
    """What several runs did to one family is one line, from its first size to its last; JSON has every change."""
    shown = digest(db, "2")
    assert "Families that grew: 1" in shown
    assert "grew from 2 to 4 documents, with https://a.example/1, https://d.example/4" in shown
    assert "New families: 1" in shown
    everything = json.loads(run(db, "report", "--since", "1", "-f", "json").stdout)["news"]["changes"]
    assert [c["what"] for c in everything if c["family"] == 1].count("grew") == 2
    assert "New families: 2" in digest(db, "1")
    assert "Families that grew" not in digest(db, "1")


@pytest.mark.parametrize("format", ["text", "md"])
def test_what_could_not_be_read_before_is_not_told_again(tmp_path, format):
    """An input that stays broken is news once; then it is counted, and with -q not even that, until another joins it."""
    db = tmp_path / "p.db"
    inputs = tmp_path / "in.jsonl"
    for night, told in (("", None), ("{}\n", "no field 'text'"), ("{}\n", None), ("{}\nnull\n", "not a JSON object")):
        inputs.write_text(json.dumps(NIGHTS[0][0]) + "\n" + night)
        run(db, "scan", str(inputs))
        mail = digest(db, "last", "-q", "-f", format)
        assert told is None or ("could not be read: 1 " in mail and told in mail)
        assert bool(mail) == bool(told)
    assert "1 problem as in the scan before" in mail
    assert "as in the scan before" not in digest(db, "1", "-f", format)


def test_a_quiet_night_says_so(db, tmp_path):
    """After a scan that found nothing new the digest of the last run is empty, however much the night before had."""
    copy = tmp_path / "p.db"
    copy.write_bytes(db.read_bytes())
    corpus.scanned(copy, NIGHTS[0])
    assert "Nothing changed in the families." in digest(copy, "last")
    assert "grew" in digest(copy, "3")
