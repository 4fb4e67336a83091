"""Order within a chat, no waiting between chats: one lane for each, worked by a task while there is something in it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from bot.stopping import Stop, Stopped

_log = logging.getLogger(__name__)


class Lanes:
    """Updates by lane. Only ids wait here: what they are about is in the journal."""

    def __init__(self, work: Callable[[int], Awaitable[None]], stop: Stop, failed: Callable[[Exception], None]) -> None:
        """`work` is called with one update id after the other; `failed` hears what it raises, besides Stopped."""
        self._work = work
        self._stop = stop
        self._failed = failed
        self._lanes: dict[str, deque[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, lane: str, update_id: int) -> None:
        """Put an update behind those of its lane."""
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(update_id)
            return
        self._lanes[lane] = deque([update_id])
        task = asyncio.create_task(self._run(lane), name=lane)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def __len__(self) -> int:
        """How many updates wait or are worked on."""
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
            while waiting and not self._stop:
                try:
                    await self._work(waiting[0])
                except Stopped:
                    return
                except Exception as error:
                    self._failed(error)
                waiting.popleft()
        finally:
            del self._lanes[lane]
