"""Work in threads: done once, in order, by no more threads than there are jobs."""

from __future__ import annotations

import sys
import threading

import pytest

from provenance.pipeline.analyst import Analyst
from provenance.pipeline.engine import Engine, Work, results

JOBS = pytest.mark.parametrize("jobs", [1, 2, 4])


@JOBS
def test_results_come_in_order(jobs):
    """Whatever the number of threads, what comes of each argument comes in its turn, and this thread had its own to do first."""
    done = []
    with Engine(jobs) as engine:
        found = engine.map(lambda n: n * n, range(50), lambda: done.append("mine"))
        assert done == ["mine"]
        assert list(found) == [n * n for n in range(50)]


@JOBS
def test_work_is_done_once(jobs):
    """A piece of work is done once, however many ask for its result, and other threads do part of it."""
    made = []

    def make(n: int) -> int:
        made.append(n)
        return n

    with Engine(jobs) as engine:
        first = engine.start(make, 7)
        assert list(engine.map(lambda n: (first.result(), n), range(20))) == [(7, n) for n in range(20)]
        assert first.result() == 7
    assert made == [7]


def test_a_waiting_thread_takes_what_nobody_has_begun():
    """While another thread is at the first piece of work, this one does those that follow, and then waits for the first."""
    begun, follow = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        follow.wait()
        return "first"

    def fast() -> str:
        follow.set()
        return threading.current_thread().name

    first, second = Work(slow), Work(fast)
    other = threading.Thread(target=first.take)
    other.start()
    begun.wait()
    assert not first.take()
    assert list(results([first, second])) == ["first", threading.current_thread().name]
    other.join()


@JOBS
def test_errors_rise_where_the_result_is_asked_for(jobs):
    """What goes wrong rises in its turn: what comes before it is there."""

    def fail(n: int) -> int:
        if n == 3:
            raise ValueError("three")
        return n

    with Engine(jobs) as engine:
        found = engine.map(fail, range(6))
        assert [next(found) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(ValueError, match="three"):
            next(found)
    with Engine(jobs) as engine, pytest.raises(ValueError, match="three"):
        engine.start(fail, 3).result()


def test_the_switch_interval_is_put_back():
    """How long a thread may hold the interpreter's lock is the usual time again after the work."""
    usual = sys.getswitchinterval()
    with Engine(2):
        assert sys.getswitchinterval() < usual
    assert sys.getswitchinterval() == usual


@JOBS
def test_texts_that_were_not_begun_are_analysed_when_asked_for(jobs):
    """Analyses that were begun, those that were not and those of a text twice come in the order of the texts."""
    texts = [f"the mayor of town {n} opened a bridge" for n in range(6)]
    with Engine(jobs) as engine:
        analyst = Analyst(engine)
        found = analyst.begin(texts[:4]).analyse([texts[5], texts[2], texts[2], texts[0]])
        expected = analyst.analyse([texts[5], texts[2], texts[2], texts[0]])
    assert [one.digest for one in found] == [one.digest for one in expected]
