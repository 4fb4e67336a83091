"""The Telegram bot as a process: it starts, takes updates in, works them, watches itself, and ends.

    start    the journal is opened; whom the token belongs to is asked for until Telegram says so; what an earlier
             process left unfinished is worked first, or by others that share the journal
    run      intake -> journal -> a lane for each chat -> respond -> journal -> delivery
    end      at SIGTERM nothing new begins; requests on their way have GRACE to come back; the rest stays in the
             journal. A second SIGTERM does not wait for them. Neither loses anything, nor does SIGKILL.

What cannot be mended from inside (a rejected token, a second process with the same token, a broken journal, a
wedged loop) ends the process with one line and exit code 1, so that a supervisor sees it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import date
from typing import Any

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot import health
from bot.correcting import Correcting
from bot.delivery import REJECTED, Delivery
from bot.english_delivery import DELIVERY_PHRASES
from bot.errors import BotError
from bot.intake import Intake, announce, listen, poll
from bot.journal_sql import SqlJournal
from bot.journals import opened
from bot.lanes import Lanes
from bot.live import Live
from bot.pacing import GROUP_SECONDS, Pacing
from bot.pictures import Pictures
from bot.prepared import Recall
from bot.pulse import Pulse
from bot.records import dataclass, field
from bot.reload import Watch
from bot.renewal import Renewal
from bot.settings import TelegramSettings
from bot.sharing import LOOK, Sharing
from bot.stopping import Stop, Stopped
from bot.telegram_answers import respond
from bot.telegram_calls import Call
from bot.telegram_commands import introductions
from bot.telegram_desk import Desk, Me
from bot.wire import HttpWire, Wire, pause, seconds
from bot.working import TEST, Worker

GRACE = 6.0  # seconds for requests on their way; with the rest of the ending it stays below the promised 10
HOUSEKEEPING = 60.0  # seconds between removals of what is past its time
CORRECTING, POLLING = "corrections", "polling"  # what one of several processes claims, as if it were a lane

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the process is given besides its settings: what it serves, and the watch of the folder that it came from,
    with what was read of it."""

    live: Live
    environment: Mapping[str, str]
    today: date | None = None  # answer as on this day
    watch: Watch | None = None
    recall: Recall = field(default_factory=Recall)


def run(settings: TelegramSettings, given: Surroundings) -> None:
    """Run the bot until a signal ends it. Raises BotError."""
    if settings.health:
        health.require_exporter()
    journal = opened(settings, given.environment)
    try:
        asyncio.run(_Process(settings, given, journal).run())
    except sqlite3.Error as error:
        mend = f"look at the disk of {settings.journal_file(given.environment)}"
        raise BotError(f"the journal cannot be used any more: {error}; {mend}") from error
    finally:
        journal.close()


class _Process:
    """Everything that lives as long as the process."""

    def __init__(self, settings: TelegramSettings, given: Surroundings, journal: SqlJournal) -> None:
        self.settings, self.given, self.journal = settings, given, journal
        self.stop = Stop()
        self.counts = health.Counts(lambda: len(self.lanes))
        self.lanes = Lanes(self._work, self.stop, self._fail, journal if journal.shared else None)
        self.intake = Intake(journal, self.lanes, count=self.counts.took)
        polling = not settings.webhook
        self.pulse = Pulse(self.intake, given.live, given.environment, self.stop, polling=polling)
        self.pictures = Pictures(given.live)
        self.worker: Worker | None = None
        self.renewal: Renewal | None = None
        self._failure: Exception | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until a signal or a failure; raises the failure."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)
        async with HttpWire(self.settings.token, self.settings.api) as wire:
            self._spawn(self._start(wire))
            await self.stop.wait()
            health.notify(self.given.environment, "STOPPING=1")
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.lanes.drain(GRACE)
        if self._failure:
            raise self._failure
        _log.info("stopped", extra={"kept": len(self.journal.waiting())})

    def _signalled(self) -> None:
        if self.stop:
            self.lanes.cancel()
        _log.info("stopping")
        self.stop.set()

    def _fail(self, error: Exception) -> None:
        """The process cannot go on; the first reason is the one that is told."""
        self._failure = self._failure or error
        self.stop.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except Stopped:
                pass
            except Exception as error:
                self._fail(error)

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self, wire: Wire) -> None:
        """Start, in the order in which one thing needs the other."""
        if self.settings.health:
            health.serve(self.settings.health, self.counts, lambda: self.pulse.fault)
        raw = await self._until(lambda: wire("get_me", {}), "who am I")
        me = Me(raw["id"], raw.get("username", ""), bool(raw.get("can_read_all_group_messages")))
        _log.info("started", extra={"bot": me.id, **_abilities(raw)})
        desk = self._desk(me)
        self.worker = self._worker(wire, desk)
        if not self.journal.shared:
            for update_id, lane in self.journal.waiting():
                self.lanes.add(lane, update_id)
        self._spawn(self._introduce(wire))
        self._spawn(self.pulse.run())
        self._spawn(self._keep_house())
        if self.settings.webhook:
            settings = self.settings
            listen(self.intake, settings.listen, settings.webhook, settings.secret, self.stop)
            await self._until(lambda: announce(wire, settings.webhook, settings.secret), "set the webhook")
            self.pulse.ready()
        else:
            while not self.journal.claim(POLLING):  # another process fetches; this one stands by
                await self.stop.sleep(LOOK)
            await self._until(lambda: wire("delete_webhook", {}), "end the webhook")
            await poll(wire, self.intake, self.stop, self.pulse.ready)

    def _desk(self, me: Me) -> Desk:
        return Desk(
            live=self.given.live,
            me=me,
            memory=self.journal,
            talks=self.journal.talks(self.given.live),
            shares=self.journal.shared,
            allowed=self.settings.allowed,
            admins=self.settings.admins,
            charts=self.pictures.available,
            today=self.given.today,
            status=self._status,
            questions=self.settings.questions,
            corrects=self.settings.corrections,
        )

    def _worker(self, wire: Wire, desk: Desk) -> Worker:
        pacing, now = Pacing(sleep=self.stop.sleep), time.time()
        pacing.remember((chat, now - at) for chat, at in self.journal.posted(now - GROUP_SECONDS))
        for chat, until in self.journal.holds(now):
            pacing.hold(chat, until - now)
        delivery = Delivery(wire, self.journal, pacing, self.stop, self.pictures.draw, count=self.counts.called)
        if self.journal.shared:
            sharing = Sharing(self.journal, self.lanes, pacing, self.stop)
            delivery.working = sharing.chat
            self._spawn(sharing.run())
        self._follow(wire, desk, pacing)
        return Worker(
            self.journal,
            delivery,
            lambda update, now: respond(update, desk, now),
            DELIVERY_PHRASES,
            self.stop,
            done=self._done,
        )

    def _follow(self, wire: Wire, desk: Desk, pacing: Pacing) -> None:
        """Follow the changes of the knowledge, and correct what was said before, if wanted."""
        if self.given.watch:
            watched = (self.given.watch, self.given.recall)
            self.renewal = Renewal(*watched, desk, self.stop, lambda: self._spawn(self._introduce(wire)))
            self._spawn(self.renewal.run())
        if desk.corrects:
            given = (desk, self.journal.cited, wire, pacing, self.stop, self.counts.called)
            self._spawn(Correcting(*given, ours=lambda: self.journal.claim(CORRECTING)).run())
        else:
            self.journal.cited.clear()

    async def _work(self, update_id: int) -> None:
        assert self.worker is not None  # nothing is in the lanes before
        await self.worker.work(update_id)

    def _done(self, kind: str, waited: float) -> None:
        if kind == TEST:
            self.pulse.heard()
        else:
            self.counts.replied(kind, waited)

    def _status(self) -> Mapping[str, str]:
        counts = {kind: str(n) for kind, n in sorted(self.counts.replies.items())}
        return {"waiting": str(len(self.lanes)), **counts, **(self.renewal.state() if self.renewal else {})}

    async def _until(self, request: Callable[[], Awaitable[Any]], what: str) -> Any:
        """The result of a request that the bot cannot start without; tried until it comes, which is said."""
        tries = 0
        while True:
            try:
                return await request()
            except InvalidToken as error:
                raise BotError(REJECTED) from error
            except BadRequest as error:
                raise BotError(f"Telegram refuses a request ({what}): {error.message}; check the settings") from error
            except TelegramError as error:
                tries += 1
                if tries == 1 or tries % 10 == 0:
                    _log.warning("Telegram cannot be reached; trying on", extra={"to": what, "tries": tries})
                asked = seconds(error) if isinstance(error, RetryAfter) else None
                await self.stop.sleep(asked or pause(tries, random.random()))

    async def _introduce(self, wire: Wire) -> None:
        """Menus and descriptions, in the background: nobody waits for them, and a refusal harms nothing."""
        for call in introductions(self.given.live.current, self.settings.admins):
            try:
                await self._until(lambda call=call: _sent(wire, call), call.method)  # type: ignore[misc]
            except BotError as error:
                if isinstance(error.__cause__, InvalidToken):
                    raise
                _log.warning("not introduced", extra={"method": call.method})

    async def _keep_house(self) -> None:
        while True:
            self.journal.purge(time.time(), self.settings.questions)
            await self.stop.sleep(HOUSEKEEPING)


async def _sent(wire: Wire, call: Call) -> None:
    await wire(call.method, call.arguments)


def _abilities(raw: Mapping[str, Any]) -> dict[str, bool]:
    """What the bot may do by its settings at @BotFather, for the operator."""
    names = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries", "supports_guest_queries")
    return {name: bool(raw.get(name)) for name in names}
