"""Whether the bot still answers: a question of its own goes through journal, lane and engine, again and again.

What it finds is told to systemd's watchdog and to /healthz. What cannot come right by itself ends the process, so that
its supervisor starts it again.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot import health
from bot.errors import BotError
from bot.intake import Intake
from bot.live import Live
from bot.stopping import Stop
from bot.wire import POLL_SECONDS, POLL_SLACK
from bot.working import TEST

PULSE = 20.0  # seconds between the process's own test updates; a third of what systemd's unit allows at least
PULSE_LATE = 20.0  # seconds that a test update may take
MOST_MISSED = 3  # test updates in a row after which the process gives itself up
# Seconds without a request for updates after which the intake is wedged, and without an answer, after which it is
# ailing (which starting again would not mend).
SILENT = 2 * (POLL_SECONDS + POLL_SLACK) + 60.0
STARTING, NO_ANSWER, NO_UPDATES = "starting", "no answer to a test update", "no updates are fetched"
WEDGED = "the bot was wedged ({what}) and ended; its supervisor starts it again, and nothing is lost"
OWN = -1  # the number of the test update: Telegram's are positive
_OWN_NUMBERS = 2**62  # processes that share a journal draw theirs from so many, below all that Telegram uses

_log = logging.getLogger(__name__)


class Pulse:
    """Feels one process's pulse. `fault` says in words what is wrong, empty when nothing is."""

    def __init__(
        self, intake: Intake, live: Live, environment: Mapping[str, str], stop: Stop, *, polling: bool
    ) -> None:
        self.fault = STARTING
        self.fetched = 0.0  # when updates last came, or their absence was confirmed
        self._intake, self._live, self._environment, self._stop = intake, live, environment, stop
        self._polling = polling
        self._heard = asyncio.Event()
        # Each process that shares the journal needs a chat of its own for this, or others would answer.
        self._number = -_OWN_NUMBERS - random.randrange(_OWN_NUMBERS) if intake.journal.shared else OWN

    def ready(self) -> None:
        """Updates are being fetched."""
        self.fetched = time.monotonic()
        if self.fault == STARTING:
            self.fault = ""
            _log.info("taking updates")
            health.notify(self._environment, "READY=1")

    def heard(self) -> None:
        """A test update was answered."""
        self._heard.set()

    async def run(self) -> None:
        """Feel it for as long as the process lives. Raises BotError when something is wedged."""
        missed = 0
        while True:
            self._heard.clear()
            self._intake.take([_question(self._live, self._number)])
            with suppress(TimeoutError):
                async with asyncio.timeout(PULSE_LATE):
                    await self._heard.wait()
            missed = 0 if self._heard.is_set() else missed + 1
            self._examine(missed)
            await self._stop.sleep(PULSE)

    def _examine(self, missed: int) -> None:
        now = time.monotonic()
        silent = self._polling and self._intake.asked and now - self._intake.asked > SILENT
        if self.fault != STARTING:
            unheard = self._polling and now - self.fetched > SILENT
            self.fault = NO_ANSWER if missed else NO_UPDATES if unheard else ""
        if missed >= MOST_MISSED or silent:
            raise BotError(WEDGED.format(what=NO_ANSWER if missed else NO_UPDATES))
        if missed:
            _log.error(NO_ANSWER, extra={"missed": missed})
        else:
            health.notify(self._environment, "WATCHDOG=1")


def _question(live: Live, number: int) -> dict[str, Any]:
    """A question that nobody asked: a chat and an update of numbers that Telegram does not use."""
    text = next(iter(live.current.engine.knowledge.topic.suggested), "?")
    chat = {"id": number + 1, "type": "private", "first_name": TEST}
    user = {"id": number + 1, "is_bot": False, "first_name": TEST}
    return {
        "update_id": number,
        "message": {"message_id": 0, "date": int(time.time()), "chat": chat, "from": user, "text": text},
    }
