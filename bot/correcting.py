"""Corrections reach back: sent answers whose facts have changed are edited, slowly, behind everything else.

What is to be done is nowhere stored: a citation in the journal says something else than the fact does today, or it
does not. So nothing is lost when the process ends in between, nor when the knowledge changes while it is not running.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.citations import Citations
from bot.delivery import UNCHANGED
from bot.live import Served
from bot.pacing import Pacing
from bot.stopping import Stop
from bot.telegram_corrections import correction, now_said, stale
from bot.telegram_desk import Desk
from bot.telegram_replies import Scene
from bot.wire import Wire, seconds

# Seconds between two corrections in one chat: ten a minute at most, half of what Telegram allows in a group.
ROUND = 6.0
APART = 0.2  # seconds between two corrections anywhere: a fifth of what Telegram allows overall

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Correcting:
    """Corrects the messages of one bot. `count` hears of each call's end, `wall` is in seconds since the epoch. Of
    several processes only one is to do it: `ours` says whether it is this."""

    desk: Desk
    cited: Citations
    wire: Wire
    pacing: Pacing
    stop: Stop
    count: Callable[[str, str], None] = lambda method, outcome: None
    wall: Callable[[], float] = time.time
    ours: Callable[[], bool] = lambda: True

    async def run(self) -> None:
        """Correct for as long as the process lives."""
        settled: Served | None = None
        while True:
            served = self.desk.live.current
            if served is not settled and self.ours() and not await self.round():
                settled = served  # until the knowledge changes again
            await self.stop.sleep(ROUND)

    async def round(self) -> int:
        """Correct one message in every chat that has one to be corrected; how many there were."""
        messages = self._due()
        for chat, message in messages.items():
            await self._correct(chat, message)
            await self.stop.sleep(APART)
        if messages:
            _log.info("corrected", extra={"messages": len(messages)})
        return len(messages)

    def _due(self) -> dict[int, int]:
        """The newest message of each chat that says something else than the facts."""
        due: dict[int, int] = {}
        for cite in stale(self.cited.wordings(), self.desk.live.current.engine.knowledge):
            for chat, message in self.cited.citing(cite):
                due[chat] = max(message, due.get(chat, 0))
        return due

    async def _correct(self, chat: int, message: int) -> None:
        await self.pacing.turn(chat, posting=True)
        self.stop.check()
        # Looked up only now: while this waited for its turn the chat may have been forgotten, or the answer edited.
        cites, served = self.cited.of(chat, message), self.desk.live.current
        changed = stale(cites, served.engine.knowledge)
        if not changed:
            return
        call = correction(chat, message, cites, Scene(self.desk, served, datetime.fromtimestamp(self.wall(), UTC)))
        try:
            await self.wire(call.method, call.arguments)
        except TelegramError as error:
            self.count(call.method, type(error).__name__)
            if not self._settles(chat, message, error):
                return
        else:
            self.count(call.method, "sent")
        self.cited.reword(chat, message, [now_said(cite, served.engine.knowledge) for cite in changed])

    def _settles(self, chat: int, message: int, error: TelegramError) -> bool:
        """Whether the message is right in spite of the error. What can never be is given up, the rest waits for the
        next round."""
        if isinstance(error, RetryAfter):
            self.pacing.hold(chat, seconds(error))
        elif isinstance(error, (Forbidden, ChatMigrated)):
            self.cited.leave(chat)
        elif isinstance(error, BadRequest):
            if UNCHANGED in error.message.lower():
                return True
            self.cited.drop(chat, message)
        return False
