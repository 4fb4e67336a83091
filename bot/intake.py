"""Where updates come from: long polling or a webhook. Either way an update is committed to the journal before
Telegram hears that it arrived, exactly as it came; nobody has to understand it for that.
"""

from __future__ import annotations

import hmac
import json
import logging
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tornado.httpserver
import tornado.netutil
import tornado.web
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.delivery import REJECTED
from bot.errors import BotError
from bot.inbox import ALLOWED_UPDATES, Arrival, arrival
from bot.journal_sql import SqlJournal
from bot.lanes import Lanes
from bot.settings import Listener
from bot.stopping import Stop
from bot.wire import LONGEST_PAUSE, POLL_SECONDS, Wire, pause, seconds

# Seconds after the start in which Telegram may still hold the waiting poll of a process before us.
INHERITED = 10.0
WEBHOOK_CONNECTIONS = 40  # that Telegram may open at once: its own default
LARGEST_UPDATE = 8 * 1024 * 1024  # bytes; Telegram's are far smaller, so that more is not Telegram's
OTHER = "another bot is running with the same token (Conflict); stop it, or give this one a token of its own"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Intake:
    """Takes updates in: journal first, then into their lanes. `asked`: when updates were last asked for, in seconds
    of the monotonic clock; 0 when never."""

    journal: SqlJournal
    lanes: Lanes
    wall: Callable[[], float] = time.time
    count: Callable[[int, int], None] = lambda fresh, repeated: None
    asked: float = 0.0

    def take(self, updates: Sequence[object]) -> list[Arrival]:
        """Keep the updates and hand on those that are new; returns all that can be updates, in their order."""
        arrivals = sorted(filter(None, map(arrival, updates)), key=lambda a: a.update_id)
        fresh = self.journal.accept(arrivals, self.wall())
        for a in fresh:
            self.lanes.add(a.lane, a.update_id)
        tests = sum(a.update_id < 0 for a in fresh)  # of the process itself
        self.count(len(fresh) - tests, len(arrivals) - len(fresh))
        return arrivals


async def poll(wire: Wire, intake: Intake, stop: Stop, ready: Callable[[], None]) -> None:
    """Fetch updates until the process is to end; `ready` is called after each fetch.

    Raises BotError when the token is rejected or another process polls with it.
    """
    wishes = {"allowed_updates": list(ALLOWED_UPDATES)}
    offset: int | None = None  # the first update that Telegram is not to forget
    tries, begun, fetched = 0, time.monotonic(), False
    while not stop:
        intake.asked = time.monotonic()
        try:
            # The first answer comes at once, so that the start is over.
            timing = {"timeout": POLL_SECONDS if fetched else 0}
            updates = await wire("get_updates", wishes | timing | ({} if offset is None else {"offset": offset}))
        except InvalidToken as error:
            raise BotError(REJECTED) from error
        except Conflict as error:
            if fetched or time.monotonic() - begun > INHERITED:
                raise BotError(OTHER) from error
            await stop.sleep(pause(1, random.random()))
        except TelegramError as error:
            tries += 1
            if tries in (1, 5) or tries % 20 == 0:
                _log.warning("no updates", extra={"tries": tries, "error": type(error).__name__})
            asked = min(seconds(error), LONGEST_PAUSE) if isinstance(error, RetryAfter) else None
            await stop.sleep(asked or pause(tries, random.random()))
        else:
            tries, fetched = 0, True
            arrivals = intake.take(updates if isinstance(updates, list) else ())
            if arrivals:  # asking for the next one tells Telegram to forget these
                offset = arrivals[-1].update_id + 1
            ready()


class _Hook(tornado.web.RequestHandler):
    """Telegram's requests: 403 without the secret, 200 when the update is in the journal."""

    def initialize(self, intake: Intake, secret: str, stop: Stop) -> None:
        self.intake, self.secret, self.stop = intake, secret, stop

    def post(self) -> None:
        said = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(said.encode("utf-8", "replace"), self.secret.encode()):
            raise tornado.web.HTTPError(403)
        if self.stop:
            raise tornado.web.HTTPError(503)  # Telegram brings it again
        try:
            update = json.loads(self.request.body)
        except ValueError:
            raise tornado.web.HTTPError(400) from None
        try:
            self.intake.take([update])
        except BotError as error:  # the journal is lost, and with it this process; Telegram brings it again
            self.intake.lanes.failed(error)
            raise tornado.web.HTTPError(503) from None

    def write_error(self, status_code: int, **_: Any) -> None:
        """Nothing but the status."""
        self.finish()


def listen(intake: Intake, place: Listener, address: str, secret: str, stop: Stop) -> tornado.httpserver.HTTPServer:
    """Listen for Telegram's requests at the path of the public `address`. Raises BotError when `place` is taken."""
    path = urlsplit(address).path or "/"
    given = {"intake": intake, "secret": secret, "stop": stop}
    return bound(tornado.web.Application([(re.escape(path), _Hook, given)], log_function=lambda handler: None), place)


def bound(app: tornado.web.Application, place: Listener) -> tornado.httpserver.HTTPServer:
    """A server for `app` that listens at `place`. Raises BotError when it cannot."""
    server = tornado.httpserver.HTTPServer(app, max_body_size=LARGEST_UPDATE)
    try:
        if place.unix:
            if Path(place.unix).is_socket():  # of a process that was killed; the journal's lock keeps us alone
                Path(place.unix).unlink()
            server.add_socket(tornado.netutil.bind_unix_socket(place.unix, 0o660))
        else:
            server.listen(place.port, place.host)
    except OSError as error:
        where = place.unix or f"{place.host}:{place.port}"
        raise BotError(f"cannot listen at {where}: {error.strerror}; set another place") from error
    return server


async def announce(wire: Wire, address: str, secret: str) -> None:
    """Tell Telegram where to deliver updates; raises TelegramError."""
    arguments = {
        "url": address,
        "secret_token": secret,
        "allowed_updates": list(ALLOWED_UPDATES),
        "max_connections": WEBHOOK_CONNECTIONS,
    }
    await wire("set_webhook", arguments)
