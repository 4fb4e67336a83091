"""Work that is dealt out to processes of its own, and comes back in order.

The processes are forked, so that they know all that was known before without being told. They end with the one that
made them, even where that is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, Generic, TypeVar

AHEAD = 3  # pieces of work dealt out to each process before the first comes back
WATCH = 0.5  # seconds between two looks whether the one that made a process still lives

Task = TypeVar("Task")
Result = TypeVar("Result")


_forked: list[Callable[..., object]] = []  # the work, as a process knows it that was forked to do it


def _do(task: object) -> object:
    return _forked[-1](task)


class Crew(Generic[Task, Result]):
    """Processes for one kind of work. With less than two the work is done where it is asked for."""

    def __init__(self, work: Callable[[Task], Result], processes: int) -> None:
        self._work = work
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        if processes > 1:
            fork = multiprocessing.get_context("fork")
            self._pool = ProcessPoolExecutor(processes, fork, _watch, (os.getpid(),))
            _forked.append(work)
            self._pool.submit(os.getpid).result()  # forked now: what is opened from here on is not theirs
            _forked.clear()

    def results(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """What the work makes of each task, in their order."""
        if self._pool is None:
            yield from map(self._work, tasks)
            return
        ahead: deque[Future[Any]] = deque()
        try:
            for task in tasks:
                ahead.append(self._pool.submit(_do, task))
                if len(ahead) > AHEAD * self._processes:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _watch(parent: int) -> None:
    """End this process when its parent has."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()
