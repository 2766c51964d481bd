"""Documents made by several processes: the same ones in the same order, whatever happens to a process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from provenance.model import Document, Problem
from provenance.pipeline import unfold as room
from provenance.pipeline.progress import Silent
from provenance.pipeline.scan import scan
from provenance.pipeline.unfold import Helpers, unfold
from provenance.read import Folded, Options, read, read_folded
from tests.canonical import difference, dump
from tests.pages import pages

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Forty pages, some of them empty, with other files among them."""
    folder = tmp_path_factory.mktemp("pages")
    for number, page in enumerate(pages(40)):
        (folder / f"{number:03}.html").write_text(page.markup if number % 9 else "<html></html>", encoding="utf-8")
    (folder / "020a.txt").write_text("A text among pages.")
    (folder / "020b.txt").write_bytes(b"\0" * 99)
    return folder


def here(number):
    return Document(str(number), str(os.getpid()))


@pytest.mark.parametrize("jobs", [1, 3])
def test_order_and_contents_do_not_depend_on_jobs(folder, jobs):
    """Any number of processes gives what reading gives, in the order in which it was read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "HERE_BYTES", 10_000)
        patch.setattr(room, "AHEAD_ITEMS", 7)
        assert list(unfold(read_folded([folder]), jobs)) == list(read([folder]))


def test_few_pages_start_no_process():
    """What is soon done is done here, and so is everything with one job."""
    few = [Folded(here, (number,), room.HERE_BYTES // 9, "x") for number in range(8)]
    assert {document.text for document in unfold(few, 2)} == {str(os.getpid())}
    assert {document.text for document in unfold(few * 99, 1)} == {str(os.getpid())}


def test_work_is_shared():
    """With two jobs both this process and one other make documents."""
    made = [document.text for document in unfold(map(slow, range(40)), 2)]
    assert str(os.getpid()) in made
    assert len(set(made)) == 2


def slow(number):
    return Folded(_slowly, (number,), room.HERE_BYTES, "x")


def _slowly(number):
    time.sleep(0.05)
    return Document(str(number), str(os.getpid()))


def test_helpers_started_ahead():
    """Helpers that are started before there is work do it in order, outlast it, and end with their block."""
    few = [Folded(here, (number,), 9, "x") for number in range(20)]
    with Helpers(1) as helpers:
        helpers.start(few[0])
        assert [document.uri for document in unfold(few, 2, helpers)] == [str(number) for number in range(20)]
        helper = int(helpers.send(few[0]).result().text)
        assert helper != os.getpid()
    assert not _alive(helper)


def test_one_job_starts_no_process():
    """Of no helpers none is started, and everything is done here."""
    few = [Folded(here, (number,), room.HERE_BYTES, "x") for number in range(4)]
    with Helpers(0) as helpers:
        helpers.start(few[0])
        assert {document.text for document in unfold(few, 1, helpers)} == {str(os.getpid())}


def test_a_process_that_dies_costs_one_document():
    """What kills a parser becomes a problem; all others are made, in order."""

    def items():
        yield slow(0)
        for number in range(1, 30):
            yield Folded(_deadly, (number, os.getpid()), 9, f"name {number}")
            time.sleep(0.2 if number == 1 else 0)  # until the helper has it

    made = list(unfold(items(), 2))
    assert made[1] == Problem("name 1", "read", "the process that read it died; the input is damaged or made to do harm")
    assert [item.uri for item in made if isinstance(item, Document)] == [str(number) for number in range(30) if number != 1]


def _deadly(number, parent):
    if number == 1 and os.getpid() != parent:
        os._exit(9)
    return Document(str(number), "x")


def test_a_scan_does_not_depend_on_jobs(folder, tmp_path):
    """A store made by two processes says what a store made by one says."""
    stores = []
    for jobs in (1, 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(room, "HERE_BYTES", 10_000)
            scan(tmp_path / f"{jobs}.db", [str(folder)], Options(), jobs=jobs, progress=Silent())
        stores.append(dump(tmp_path / f"{jobs}.db"))
    assert difference(*stores) == {}


KILLED = """
import os, sys, time
from provenance.pipeline.unfold import unfold
from tests.test_unfold import slow
if __name__ == "__main__":
    for document in unfold(map(slow, range(1000)), 2):
        if document.text != str(os.getpid()):
            print(document.text, flush=True)
            os.kill(os.getpid(), 9)
"""


def test_helpers_end_with_their_parent():
    """A parent that is killed, and can do nothing about it, leaves no process behind."""
    run = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, cwd=ROOT, timeout=60)
    helper = int(run.stdout)
    for _ in range(100):
        if not _alive(helper):
            return
        time.sleep(0.05)
    raise AssertionError("the helper lives on")


def _alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_an_abandoned_scan_leaves_no_helper():
    """Who stops asking for documents, as an error does, ends the helpers."""
    made = unfold(map(slow, range(1000)), 2)
    helper = next(int(document.text) for document in made if document.text != str(os.getpid()))
    made.close()
    assert not _alive(helper)
