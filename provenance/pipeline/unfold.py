"""Items as they are read to documents, in their order: what takes long to make (pages) is made by several processes.

trafilatura holds the interpreter's lock, so threads alone gain nothing: each of these waits for a process of its own, which
makes one document at a time, so that it is known which one killed it. A process costs half a second to start; the first pages
are made here, and a scan without pages starts none. Processes are started afresh, not forked: a fork would keep the store's
lock when its parent is killed. Their pipes close when the parent ends, however it ends, and then so do they.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from provenance import collecting
from provenance.model import Document, Problem
from provenance.read import Folded, Item

HERE_BYTES = 1 << 20
"""What is made in this process before others are started: less work than starting one."""
AHEAD_BYTES, AHEAD_ITEMS = 32 << 20, 256
"""How far reading may be ahead of what has been handed on: bounds the memory."""


def unfold(items: Iterable[Item], jobs: int, helpers: Helpers | None = None) -> Generator[Document | Problem]:
    """The documents of items, in their order, made by so many processes, this one among them. Close it to end the others, unless
    these are given."""
    items = iter(items)
    made = 0
    for item in items if helpers is None or not helpers.started else ():
        if not isinstance(item, Folded):
            yield item
            continue
        yield item.unfold()
        made += item.size
        if jobs > 1 and made >= HERE_BYTES:
            break
    with contextlib.nullcontext(helpers) if helpers else Helpers(jobs - 1) as others:
        yield from _ahead(items, others)


def _ahead(items: Iterator[Item], helpers: Helpers) -> Iterator[Document | Problem]:
    """Items are given to helpers as soon as they are read, and their documents handed on in order."""
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
    return first.future.result()


class _Sent:
    """An item on its way, and where its document will come from."""

    def __init__(self, item: Item, helpers: Helpers) -> None:
        self.size = item.size if isinstance(item, Folded) else 0
        self.future = helpers.send(item) if isinstance(item, Folded) else _done(item)
        self._item = item

    def taken(self) -> bool:
        """Make it here, unless a helper has begun to."""
        if not self.future.cancel():
            return False
        self.future = _done(self._item.unfold())
        return True


def _done(result: Document | Problem) -> Future:
    future: Future = Future()
    future.set_result(result)
    return future


class Helpers:
    """So many helpers, and a thread for each that waits for it. They are started when they are needed, or ahead of that."""

    def __init__(self, count: int) -> None:
        self.started = False
        """Whether they have been started ahead of their work."""
        self._threads = ThreadPoolExecutor(max(1, count))
        self._all = [_Helper() for _ in range(count)]
        self._idle: SimpleQueue[_Helper] = SimpleQueue()
        for helper in self._all:
            self._idle.put(helper)

    def start(self, first: Folded) -> None:
        """Start them all: each loads what this item needs, and what comes of it is nobody's."""
        self.started = bool(self._all)
        for _ in self._all:
            self.send(first)

    def send(self, item: Folded) -> Future:
        return self._threads.submit(self._unfold, item)

    def _unfold(self, item: Folded) -> Document | Problem:
        helper = self._idle.get()
        try:
            return helper.unfold(item)
        finally:
            self._idle.put(helper)

    def __enter__(self) -> Helpers:
        return self

    def __exit__(self, *exception: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for _ in range(2):  # again, for one that was about to start
            for helper in self._all:
                helper.end()
            self._threads.shutdown()


class _Helper:
    """A process that makes one document at a time. One that dies, as a parser in C may, is replaced.

    It is a fresh interpreter on a pair of pipes: multiprocessing would run the caller's main module in it again.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def unfold(self, item: Folded) -> Document | Problem:
        """The item's document, or the error of making it; a Problem where that ended the process."""
        process = self._process = self._process or _started()
        try:
            pickle.dump(item, process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            result = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            self.end()
            return Problem(item.name, "read", "the process that read it died; the input is damaged or made to do harm")
        if isinstance(result, Exception):
            raise result
        return result

    def end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # what was not sent is lost with it
                    pipe.close()


def _started() -> subprocess.Popen[bytes]:
    code = f"import sys; sys.path[:] = {sys.path!r}\nfrom provenance.pipeline.unfold import serve; serve()"
    # In a session of its own Ctrl-C does not reach it: that is the parent's business.
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)


def serve() -> None:
    """What a helper does until its parent ends: items come in, documents go out."""
    collecting.in_process()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            item = pickle.load(requests)
            try:
                result = item.unfold()
            except Exception as error:  # a fault of the program: it belongs to the caller
                result = error
            pickle.dump(result, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
