"""Items as they are read to documents, in their order: what takes long to make (pages) is made in other processes.

trafilatura holds the interpreter's lock, so threads gain nothing. A worker costs half a second to start, so the first pages
are made here, and a scan without pages starts none. Workers are started afresh, not forked: a fork would keep the store's
lock when its parent is killed. They end when their parent does, however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection

from provenance.model import Document, Problem
from provenance.read import Folded, Item

HERE_BYTES = 1 << 20
"""What is made in this process before others are started: about as much work as starting one."""
AHEAD_BYTES, AHEAD_ITEMS = 32 << 20, 256
"""How far reading may be ahead of what has been handed on: bounds the memory."""


def unfold(items: Iterable[Item], jobs: int) -> Iterator[Document | Problem]:
    """The documents of items, in their order, made by so many processes, this one among them."""
    items = iter(items)
    made = 0
    for item in items:
        if not isinstance(item, Folded):
            yield item
            continue
        yield item.unfold()
        made += item.size
        if jobs > 1 and made >= HERE_BYTES:
            break
    else:
        return
    with _Helpers(jobs - 1) as helpers:
        yield from _ahead(items, helpers)


def _ahead(items: Iterator[Item], helpers: _Helpers) -> Iterator[Document | Problem]:
    """Items are sent away as soon as they are read, and their documents handed on in order."""
    waiting: deque[_Sent] = deque()
    size = 0
    for item in items:
        waiting.append(_Sent(item, helpers))
        size += waiting[-1].size
        while waiting and (waiting[0].future.done() or size > AHEAD_BYTES or len(waiting) > AHEAD_ITEMS):
            first = waiting.popleft()
            size -= first.size
            yield _awaited(first, waiting)
    while waiting:
        yield _awaited(waiting.popleft(), waiting)


def _awaited(first: _Sent, others: Iterable[_Sent]) -> Document | Problem:
    """The document of the first. As long as a helper is at it, this process makes others that nobody has begun."""
    while not first.future.done() and (first.taken() or any(sent.taken() for sent in others)):
        pass
    return first.result()


class _Sent:
    """An item on its way, and where its document will come from."""

    def __init__(self, item: Item, helpers: _Helpers) -> None:
        self.size = item.size if isinstance(item, Folded) else 0
        self.future = helpers.send(item) if isinstance(item, Folded) else _done(item)
        self._item = item
        self._helpers = helpers

    def taken(self) -> bool:
        """Make it here, unless a helper has begun to."""
        if not self.future.cancel():
            return False
        self.future = _done(self._item.unfold())
        return True

    def result(self) -> Document | Problem:
        try:
            return self.future.result()
        except BrokenProcessPool:
            return self._helpers.again(self._item)


def _done(result: Document | Problem) -> Future:
    future: Future = Future()
    future.set_result(result)
    return future


class _Helpers:
    """Processes that unfold. One that dies, as a parser in C may, takes with it only the item that killed it."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._helpers = _executor(count)
        self._careful: ProcessPoolExecutor | None = None
        """One process for what was under way when another died."""

    def __enter__(self) -> _Helpers:
        return self

    def __exit__(self, *exception: object) -> None:
        for executor in filter(None, (self._helpers, self._careful)):
            executor.shutdown(wait=True, cancel_futures=True)

    def send(self, item: Folded) -> Future:
        try:
            return self._helpers.submit(item.unfold)
        except BrokenProcessPool:
            self._helpers.shutdown()
            self._helpers = _executor(self._count)
            return self._helpers.submit(item.unfold)

    def again(self, item: Folded) -> Document | Problem:
        self._careful = self._careful or _executor(1)
        try:
            return self._careful.submit(item.unfold).result()
        except BrokenProcessPool:
            self._careful.shutdown()
            self._careful = None
            return Problem(item.name, "read", "the process that read it died; the input is damaged or made to do harm")


def _executor(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _settle)


def _settle() -> None:
    """In a new worker: Ctrl-C is the parent's business, and the parent's end is the worker's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (connection.wait([parent.sentinel]), os._exit(1)), daemon=True).start()
