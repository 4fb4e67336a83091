"""Requests to the Bot API, by name and with plain JSON, on python-telegram-bot's reading of the answers.

The library's typed methods would parse every answer and fill in defaults; what is sent here was worked out and
stored as plain JSON, and must be sent exactly so. Its Updater and Application are not used either: they parse an
update before anybody can keep it (one that cannot be parsed stops the polling), go on without a sound after a
401, retry a Conflict for ever, and work off their queue at a SIGTERM for as long as it takes.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

import httpx
from telegram import Bot, InputFile
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bot.posting import Posting, Unmade, is_proxied

CONNECTIONS = 64  # requests on their way at once; a chat has one at most
POOL = CONNECTIONS + 8  # connections: also for health checks and start-up, so that nobody waits for one
CONNECT_SECONDS = 10.0
# Of an answer. Long, for what is still being carried out cannot be found by a look: it would be sent again.
READ_SECONDS = 10.0
# Of a long poll. The Bot API allows 50; but a connection that died unseen is noticed only after its end.
POLL_SECONDS = 10
POLL_SLACK = 5.0  # seconds that its answer may be late, before it counts as lost

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between tries, doubled each time
_DOUBLINGS = 6  # until the longest pause is reached

# Plain names are what is wanted here; the library would rather see its typed methods used.
warnings.filterwarnings("ignore", message=r"Please use 'Bot\.")
warnings.filterwarnings("ignore", message=r".*attribute `retry_after` will be of type")


class Wire(Protocol):
    """One request to the Bot API: its result as plain JSON. Raises telegram.error.TelegramError."""

    async def __call__(self, method: str, arguments: Mapping[str, Any], photo: bytes | None = None) -> Any: ...


class HttpWire:
    """The Bot API over HTTP: pictures, and all through a proxy, by httpx, the rest by connections of our own."""

    def __init__(self, token: str, api: str) -> None:
        self._requests = (
            HTTPXRequest(2, read_timeout=POLL_SECONDS + POLL_SLACK, connect_timeout=CONNECT_SECONDS),
            HTTPXRequest(
                POOL,
                read_timeout=READ_SECONDS,
                write_timeout=READ_SECONDS,
                connect_timeout=CONNECT_SECONDS,
                pool_timeout=READ_SECONDS,
            ),
        )
        self._base = f"{api}/bot{token}/"
        self._own = None
        if not is_proxied(api):
            self._own = Posting(api, CONNECT_SECONDS, READ_SECONDS)
            self._polling = Posting(api, CONNECT_SECONDS, POLL_SECONDS + POLL_SLACK)
        # The bot is never "initialized": so a 401 stays what it is, InvalidToken, whenever it comes.
        self._bot = Bot(token, f"{api}/bot", request=self._requests[1], get_updates_request=self._requests[0])

    async def __aenter__(self) -> HttpWire:
        for request in self._all():
            await request.initialize()
        return self

    async def __aexit__(self, *_: object) -> None:
        for request in self._all():
            await request.shutdown()

    def _all(self) -> tuple[BaseRequest, ...]:
        return self._requests if self._own is None else (*self._requests, self._own, self._polling)

    async def __call__(self, method: str, arguments: Mapping[str, Any], photo: bytes | None = None) -> Any:
        if self._own is not None and photo is None:
            posting = self._polling if method == "get_updates" else self._own
            return await posting.send(self._base + _camel(method), arguments)
        picture = {} if photo is None else {"photo": InputFile(photo, "chart.png")}
        return await self._bot.do_api_request(method, {**arguments, **picture})


@functools.cache
def _camel(method: str) -> str:
    """A method's name as Telegram writes it.

    >>> _camel("send_message")
    'sendMessage'
    """
    first, *rest = method.split("_")
    return first + "".join(map(str.capitalize, rest))


def is_unsent(error: TelegramError) -> bool:
    """Whether the request certainly had no effect: refused by Telegram, or it never left.

    Everything else (timeouts, broken connections, 5xx) leaves it unknown whether the message is in the chat.
    """
    if isinstance(error, (BadRequest, Forbidden, RetryAfter, ChatMigrated)):
        return True
    if isinstance(error, Unmade):
        return True
    if isinstance(error, NetworkError):
        return isinstance(error.__cause__, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
    return type(error) is not TelegramError  # a bare one: an answer that could not be read


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)




def pause(tries: int, chance: float) -> float:
    """Seconds to wait after so many failures in a row. `chance`, from 0 to 1, spreads those who wait together.

    >>> pause(1, 1.0), pause(3, 1.0), pause(5000, 0.0)
    (0.5, 2.0, 15.0)
    """
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries - 1, _DOUBLINGS)) * (0.5 + chance / 2)
