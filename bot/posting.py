"""Requests to the Bot API over connections that stay open: JSON there, JSON back, HTTP/1.1, nothing else.

python-telegram-bot's own way, httpx, looks through all its connections at every request and asks again and again
which library the loop is of: with 64 requests on their way that is most of what a message costs. What an answer
means (its codes, its words) is still the library's to say; this only carries.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import h11
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

IDLE = 5.0  # seconds after which an unused connection is closed: later the other side may have dropped it unseen
MOST_READ = 1 << 16  # bytes at a time
LONGEST_ANSWER = 1 << 24  # bytes; a hundred updates of the longest messages take a tenth of that


class Unmade(NetworkError):
    """No connection was made, so that nothing was sent."""


def is_proxied(api: str) -> bool:
    """Whether the environment names a proxy for this address, which only httpx can use."""
    parts = urlsplit(api)
    return parts.scheme in getproxies() and not proxy_bypass(parts.hostname or "")


class _Connection:
    """One open connection; carries one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._state = h11.Connection(h11.CLIENT)
        self.used = time.monotonic()

    @property
    def usable(self) -> bool:
        """Whether another request may go over it."""
        fresh = time.monotonic() - self.used < IDLE
        return fresh and not self._reader.at_eof() and self._state.our_state is h11.IDLE

    async def carry(self, head: h11.Request, body: bytes) -> tuple[int, bytes]:
        """Send a request; the answer's code and body."""
        sent = [self._state.send(part) for part in (head, h11.Data(data=body), h11.EndOfMessage())]
        self._writer.write(b"".join(part for part in sent if part))
        await self._writer.drain()
        code, found, size = 0, [], 0
        while True:
            event = self._state.next_event()
            if event is h11.NEED_DATA:
                self._state.receive_data(await self._reader.read(MOST_READ))
            elif isinstance(event, h11.Response):
                code = event.status_code
            elif isinstance(event, h11.Data):
                found.append(bytes(event.data))
                size += len(event.data)
                if size > LONGEST_ANSWER:
                    raise h11.RemoteProtocolError("the answer does not end")
            elif isinstance(event, h11.EndOfMessage):
                break
            elif isinstance(event, h11.ConnectionClosed):
                raise h11.RemoteProtocolError("the server disconnected without an answer")
        if self._state.our_state is h11.DONE and self._state.their_state is h11.DONE:
            self._state.start_next_cycle()
        self.used = time.monotonic()
        return code, b"".join(found)

    def close(self) -> None:
        self._writer.close()


class Posting(BaseRequest):
    """Posts JSON to one server. A request that cannot go over an idle connection opens one."""

    def __init__(self, api: str, connect_seconds: float, read_seconds: float) -> None:
        parts = urlsplit(api)
        self._host, self._secure = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        self._named = parts.netloc.rpartition("@")[2].encode()
        self._connect_seconds, self._read_seconds = connect_seconds, read_seconds
        self._tls: ssl.SSLContext | None = None
        self._idle: deque[_Connection] = deque()  # the one used last is used first, so that the others can go

    @property
    def read_timeout(self) -> float:
        """Seconds for which an answer is waited for."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Get ready."""
        if self._secure:
            self._tls = httpx.create_ssl_context()  # trusts whom the library's own requests do

    async def shutdown(self) -> None:
        """Close what is open."""
        while self._idle:
            self._idle.pop().close()

    async def send(self, url: str, arguments: Mapping[str, Any]) -> Any:
        """The result of a call. Raises TelegramError."""
        body = json.dumps(dict(arguments), separators=(",", ":")).encode()
        return await self.post(url, cast(RequestData, body))

    async def do_request(
        self, url: str, method: str, request_data: Any = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """Carry one request, as python-telegram-bot asks for it."""
        head = h11.Request(
            method=method,
            target=urlsplit(url).path,
            headers=[
                (b"host", self._named),
                (b"content-type", b"application/json"),
                (b"content-length", b"%d" % len(request_data)),
            ],
        )
        connection = self._waiting() or await self._opened()
        try:
            async with asyncio.timeout(self._read_seconds):
                answer = await connection.carry(head, request_data)
        except BaseException as error:
            connection.close()
            if isinstance(error, TimeoutError):
                raise TimedOut from error
            if isinstance(error, (OSError, h11.RemoteProtocolError, ssl.SSLError)):
                raise NetworkError(f"{type(error).__name__}: {error}") from error
            raise
        if connection.usable:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def _waiting(self) -> _Connection | None:
        """An open connection that nobody uses."""
        while self._idle and not self._idle[0].usable:
            self._idle.popleft().close()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
            connection.close()
        return None

    async def _opened(self) -> _Connection:
        name = self._host if self._tls else None
        try:
            async with asyncio.timeout(self._connect_seconds):
                opening = asyncio.open_connection(
                    self._host, self._port, ssl=self._tls, server_hostname=name, limit=MOST_READ
                )
                return _Connection(*await opening)
        except (TimeoutError, OSError) as error:
            raise Unmade(f"no connection: {type(error).__name__}: {error}") from error
