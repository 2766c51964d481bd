"""Work in threads, this one among them. The kernels release the interpreter's lock, so two threads use two cores.

The unit of work is a function from arrays to arrays; results come in the order in which the work was given, so that they do not
depend on how many threads there are. A thread that waits for a result does what nobody has begun: so there are never more
threads at work than there are jobs, and none that waits while there is work.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Self, TypeVar

_In, _Out = TypeVar("_In"), TypeVar("_Out")

SWITCH = 0.0002
"""Seconds for which one thread may hold the interpreter's lock while another wants it. A kernel may take less than Python's usual
5 ms, for one text a tenth of one: a thread that calls one after the other would wait 5 ms after each."""


def nothing() -> None:
    """What there is to do while others work, where there is nothing."""


class Work(Generic[_Out]):
    """One piece of work, done once, by the thread that first comes to it."""

    def __init__(self, make: Callable[[], _Out]) -> None:
        self._make: Callable[[], _Out] | None = make
        self._error: Exception | None = None
        self._lock = threading.Lock()

    @property
    def done(self) -> bool:
        return self._make is None

    def result(self) -> _Out:
        """What comes of it, or the error that it raises: made here, unless another thread is at it."""
        with self._lock:
            self._do()
        if self._error:
            raise self._error
        return self._result

    def take(self) -> bool:
        """Do it here, unless it has been begun. Its error rises where its result is asked for."""
        if self.done or not self._lock.acquire(blocking=False):
            return False
        try:
            self._do()
        finally:
            self._lock.release()
        return True

    def _do(self) -> None:
        if self._make is not None:
            try:
                self._result = self._make()
            except Exception as error:
                self._error = error
            self._make = None


class Engine:
    """Pieces of work for `jobs` threads: this one, and others that begin at once, in the order in which they were given."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._usual = sys.getswitchinterval()
        self._others = ThreadPoolExecutor(jobs - 1) if jobs > 1 else None

    def start(self, function: Callable[[_In], _Out], argument: _In) -> Work[_Out]:
        """Have something done by and by; where there is no other thread, when its result is asked for."""
        work = Work(lambda: function(argument))
        if self._others:
            self._others.submit(work.take)
        return work

    def map(
        self, function: Callable[[_In], _Out], arguments: Iterable[_In], meanwhile: Callable[[], object] = nothing
    ) -> Iterator[_Out]:
        """What comes of each, in order. meanwhile: what this thread does once the others are at work."""
        work = [self.start(function, argument) for argument in arguments]
        meanwhile()
        return results(work)

    def __enter__(self) -> Self:
        if self._others:
            sys.setswitchinterval(SWITCH)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._others:
            sys.setswitchinterval(self._usual)
            self._others.shutdown(wait=True, cancel_futures=True)


def results(works: Iterable[Work[_Out]]) -> Iterator[_Out]:
    """What comes of each, in order. While another thread is at the first, this one does the next that nobody has begun."""
    waiting = deque(works)
    while waiting:
        while not waiting[0].done and any(work.take() for work in waiting):
            pass
        yield waiting.popleft().result()
