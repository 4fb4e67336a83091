"""The Telegram bot as a process: it starts, takes updates in, works them, watches itself, and ends.

    start    the journal is locked and opened; whom the token belongs to is asked for until Telegram says so;
             what an earlier process left unfinished is worked first
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
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot import health
from bot.correcting import Correcting
from bot.delivery import REJECTED, Delivery
from bot.english_delivery import DELIVERY_PHRASES
from bot.errors import BotError
from bot.intake import Intake, announce, listen, poll
from bot.journal import Journal
from bot.lanes import Lanes
from bot.live import Live
from bot.pacing import GROUP_SECONDS, Pacing
from bot.pictures import Pictures
from bot.prepared import Recall
from bot.records import dataclass, field
from bot.reload import Watch
from bot.renewal import Renewal
from bot.settings import TelegramSettings
from bot.stopping import Stop, Stopped
from bot.telegram_answers import respond
from bot.telegram_calls import Call
from bot.telegram_commands import introductions
from bot.telegram_desk import Desk, Me
from bot.wire import POLL_SECONDS, POLL_SLACK, HttpWire, Wire, pause, seconds
from bot.working import TEST, Worker

GRACE = 6.0  # seconds for requests on their way; with the rest of the ending it stays below the promised 10
HOUSEKEEPING = 60.0  # seconds between removals of what is past its time
PULSE = 20.0  # seconds between the process's own test updates; a third of what systemd's unit allows at least
PULSE_LATE = 20.0  # seconds that a test update may take
MOST_MISSED = 3  # test updates in a row after which the process gives itself up
# Seconds without a request for updates after which the intake is wedged, and without an answer, after which it is
# ailing (which starting again would not mend).
SILENT = 2 * (POLL_SECONDS + POLL_SLACK) + 60.0
STARTING, NO_ANSWER, NO_UPDATES = "starting", "no answer to a test update", "no updates are fetched"
WEDGED = "the bot was wedged ({what}) and ended; its supervisor starts it again, and nothing is lost"

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


def run(settings: TelegramSettings, given: Surroundings, path: Path | None) -> None:
    """Run the bot until a signal ends it; `path` is the journal's file, None keeps it in memory. Raises BotError."""
    if settings.health:
        health.require_exporter()
    journal = Journal(path)
    try:
        asyncio.run(_Process(settings, given, journal).run())
    except sqlite3.Error as error:
        raise BotError(f"the journal cannot be used any more: {error}; look at the disk of {path}") from error
    finally:
        journal.close()


class _Process:
    """Everything that lives as long as the process."""

    def __init__(self, settings: TelegramSettings, given: Surroundings, journal: Journal) -> None:
        self.settings, self.given, self.journal = settings, given, journal
        self.stop = Stop()
        self.counts = health.Counts(lambda: len(self.lanes))
        self.lanes = Lanes(self._work, self.stop, self._fail)
        self.intake = Intake(journal, self.lanes, count=self.counts.took)
        self.pictures = Pictures(given.live)
        self.worker: Worker | None = None
        self.renewal: Renewal | None = None
        self.fault = STARTING  # what /healthz says is wrong
        self._fetched = 0.0  # when updates last came, or their absence was confirmed
        self._failure: Exception | None = None
        self._pulse = asyncio.Event()
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
        _log.info("stopped", extra={"kept": len(self.journal.waiting())})
        if self._failure:
            raise self._failure

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
            health.serve(self.settings.health, self.counts, lambda: self.fault)
        raw = await self._until(lambda: wire("get_me", {}), "who am I")
        me = Me(raw["id"], raw.get("username", ""), bool(raw.get("can_read_all_group_messages")))
        _log.info("started", extra={"bot": me.id, **_abilities(raw)})
        desk = self._desk(me)
        self.worker = self._worker(wire, desk)
        for update_id, lane in self.journal.waiting():
            self.lanes.add(lane, update_id)
        self._spawn(self._introduce(wire))
        self._spawn(self._watch())
        self._spawn(self._keep_house())
        if self.settings.webhook:
            settings = self.settings
            listen(self.intake, settings.listen, settings.webhook, settings.secret, self.stop)
            await self._until(lambda: announce(wire, settings.webhook, settings.secret), "set the webhook")
            self._ready()
        else:
            await self._until(lambda: wire("delete_webhook", {}), "end the webhook")
            await poll(wire, self.intake, self.stop, self._ready)

    def _desk(self, me: Me) -> Desk:
        return Desk(
            live=self.given.live,
            me=me,
            memory=self.journal,
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
        delivery = Delivery(wire, self.journal, pacing, self.stop, self.pictures.draw, count=self.counts.called)
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
            self._spawn(Correcting(desk, self.journal.cited, wire, pacing, self.stop, self.counts.called).run())
        else:
            self.journal.cited.clear()

    async def _work(self, update_id: int) -> None:
        assert self.worker is not None  # nothing is in the lanes before
        await self.worker.work(update_id)

    def _done(self, kind: str, waited: float) -> None:
        if kind == TEST:
            self._pulse.set()
        else:
            self.counts.replied(kind, waited)

    def _status(self) -> Mapping[str, str]:
        counts = {kind: str(n) for kind, n in sorted(self.counts.replies.items())}
        return {"waiting": str(len(self.lanes)), **counts, **(self.renewal.state() if self.renewal else {})}

    def _ready(self) -> None:
        self._fetched = time.monotonic()
        if self.fault == STARTING:
            self.fault = ""
            _log.info("taking updates")
            health.notify(self.given.environment, "READY=1")

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

    async def _watch(self) -> None:
        """Send a question of the process's own through journal, lane and engine, again and again, and tell systemd as
        long as it comes through and updates are asked for. Raises BotError when something is wedged."""
        missed = 0
        while True:
            self._pulse.clear()
            self.intake.take([_question(self.given.live)])
            with suppress(TimeoutError):
                async with asyncio.timeout(PULSE_LATE):
                    await self._pulse.wait()
            missed = 0 if self._pulse.is_set() else missed + 1
            self._examine(missed)
            await self.stop.sleep(PULSE)

    def _examine(self, missed: int) -> None:
        now, polling = time.monotonic(), not self.settings.webhook
        silent = polling and self.intake.asked and now - self.intake.asked > SILENT
        if self.fault != STARTING:
            unheard = polling and now - self._fetched > SILENT
            self.fault = NO_ANSWER if missed else NO_UPDATES if unheard else ""
        if missed >= MOST_MISSED or silent:
            raise BotError(WEDGED.format(what=NO_ANSWER if missed else NO_UPDATES))
        if missed:
            _log.error(NO_ANSWER, extra={"missed": missed})
        else:
            health.notify(self.given.environment, "WATCHDOG=1")

    async def _keep_house(self) -> None:
        while True:
            self.journal.purge(time.time(), self.settings.questions)
            await self.stop.sleep(HOUSEKEEPING)


async def _sent(wire: Wire, call: Call) -> None:
    await wire(call.method, call.arguments)


def _question(live: Live) -> dict[str, Any]:
    """A question that nobody asked: a chat and an update of numbers that Telegram does not use."""
    text = next(iter(live.current.engine.knowledge.topic.suggested), "?")
    chat = {"id": 0, "type": "private", "first_name": TEST}
    user = {"id": 0, "is_bot": False, "first_name": TEST}
    return {
        "update_id": -1,
        "message": {"message_id": 0, "date": int(time.time()), "chat": chat, "from": user, "text": text},
    }


def _abilities(raw: Mapping[str, Any]) -> dict[str, bool]:
    """What the bot may do by its settings at @BotFather, for the operator."""
    names = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries", "supports_guest_queries")
    return {name: bool(raw.get(name)) for name in names}
