"""The wish to end: once it is there nothing new begins, and whoever waits stops waiting."""

from __future__ import annotations

import asyncio


class Stopped(Exception):
    """The process is to end; what is unfinished stays in the journal."""


class Stop:
    """Whether the process is to end, and a sleep that ends with it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def __bool__(self) -> bool:
        return self._event.is_set()

    def set(self) -> None:
        """From now on nothing new begins."""
        self._event.set()

    def check(self) -> None:
        """Raise Stopped if the process is to end."""
        if self:
            raise Stopped

    async def wait(self) -> None:
        """Return when the process is to end."""
        await self._event.wait()

    async def sleep(self, seconds: float) -> None:
        """Wait for so long. Raises Stopped as soon as the process is to end."""
        self.check()
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return
        raise Stopped
