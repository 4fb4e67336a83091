"""Processes that share a journal: each takes over what another left, and all together keep to Telegram's limits."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.journal_sql import SqlJournal
from bot.lanes import Lanes
from bot.pacing import GROUP_SECONDS, MOST_BUCKETS, Pacing
from bot.stopping import Stop

LOOK = 2.0  # seconds between looks for work that nobody does: what a killed process left waits so long


@dataclass(slots=True)
class Sharing:
    """One process's part. `wall` is in seconds since the epoch."""

    journal: SqlJournal
    lanes: Lanes
    pacing: Pacing
    stop: Stop
    wall: Callable[[], float] = time.time
    _left: OrderedDict[int, float] = field(init=False, default_factory=OrderedDict)  # chat -> when we left it
    _company: float = field(init=False)  # when there was last known to be another process, or may have been

    def __post_init__(self) -> None:
        self._company = self.wall()

    async def run(self) -> None:
        """Look again and again, for as long as the process lives."""
        while True:
            self.look()
            await self.stop.sleep(LOOK)

    def look(self) -> None:
        """Take over what nobody works, and a fair part of what may be sent."""
        processes = self.journal.processes()
        if processes > 1:
            self._company = self.wall()
        self.pacing.share(processes)
        for lane in self.journal.unworked():
            self.lanes.add(lane)

    @contextmanager
    def chat(self, chat: int) -> Iterator[None]:
        """While this process works a chat. Before that it hears what others sent there since it last did."""
        if self.wall() - self._company < GROUP_SECONDS:
            self._hear(chat)
        try:
            yield
        finally:
            self._left[chat] = self.wall()
            self._left.move_to_end(chat)
            if len(self._left) > MOST_BUCKETS:
                self._left.popitem(last=False)

    def _hear(self, chat: int) -> None:
        now = self.wall()
        since = max(self._left.get(chat, 0.0), now - GROUP_SECONDS)
        posted, held = self.journal.posted_in(chat, since)
        self.pacing.remember((chat, now - at) for at in posted)
        if held > now:
            self.pacing.hold(chat, held - now)
