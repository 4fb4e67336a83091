"""Order within a chat, no waiting between chats: one lane for each, worked by a task while there is something in it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.stopping import Stop, Stopped

_log = logging.getLogger(__name__)


class Claims(Protocol):
    """What processes that share a journal agree on: which of them works a lane, and what comes next in it."""

    def next(self, lane: str) -> int | None:
        """The lane's first unfinished update, whoever took it in. The lane is claimed until `release`; None where
        nothing waits, or another process works there."""
        ...

    def release(self, lane: str) -> bool:
        """Others may work it; whether something waits in it."""
        ...


class Lanes:
    """Updates by lane. Only ids wait here: what they are about is in the journal."""

    def __init__(
        self,
        work: Callable[[int], Awaitable[None]],
        stop: Stop,
        failed: Callable[[Exception], None],
        shared: Claims | None = None,
    ) -> None:
        """`work` is called with one update id after the other; `failed` hears what it raises, besides Stopped.
        `shared`: other processes work the same lanes."""
        self._work = work
        self._stop = stop
        self.failed = failed
        self._shared = shared
        self._lanes: dict[str, deque[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, lane: str, *update_ids: int) -> None:
        """Put updates behind those of their lane; without any, look what waits in it."""
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.extend(update_ids)
            return
        self._lanes[lane] = deque(update_ids)
        task = asyncio.create_task(self._run(lane), name=lane)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def __len__(self) -> int:
        """How many updates wait or are worked on, as far as this process knows."""
        return sum(map(len, self._lanes.values()))

    def cancel(self) -> None:
        """Interrupt what is worked on; it stays unfinished."""
        for task in self._tasks:
            task.cancel()

    async def drain(self, seconds: float) -> None:
        """After the stop: let what is on its way come to its end for so long, then cancel it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        self.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, lane: str) -> None:
        waiting = self._lanes[lane]
        try:
            while not self._stop and (update_id := self._next(lane, waiting)) is not None:
                try:
                    await self._work(update_id)
                except Stopped:
                    return
                except Exception as error:
                    self.failed(error)
                if update_id in waiting:
                    waiting.remove(update_id)
        except Exception as error:  # the claims are lost
            self.failed(error)
        finally:
            del self._lanes[lane]
            self._release(lane)

    def _next(self, lane: str, waiting: deque[int]) -> int | None:
        """What to work next. Of a shared lane the journal knows: another process may have taken updates in, too."""
        if self._shared is None:
            return waiting[0] if waiting else None
        # Let go between two updates: so one look tells that the lane is empty, and that nothing came meanwhile.
        return self._shared.next(lane) if self._shared.release(lane) else None

    def _release(self, lane: str) -> None:
        try:
            if self._shared:
                self._shared.release(lane)
        except Exception as error:
            self.failed(error)
