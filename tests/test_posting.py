"""Requests to a server on loopback: connections that are kept, dropped, refused and silent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot import posting
from bot.posting import Posting, Unmade, is_proxied
from bot.wire import HttpWire, is_unsent

OK = b'{"ok":true,"result":{"message_id":5}}'


class Server:
    """Answers each request of a connection by the next of `answers`: bytes as they are, None closes without one, and
    nothing at all is silence."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers, self.seen, self.connections = list(answers), list[bytes](), 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while self.answers:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.seen.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0)
                if answer is None:
                    return
                writer.write(answer)
                if not answer:
                    await reader.read()
                if answer.startswith(b"HTTP/1.0"):
                    return  # which ends the body
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()


def reply(body: bytes, code: int = 200, *more: bytes) -> bytes:
    lines = [b"HTTP/1.1 %d x" % code, b"Content-Length: %d" % len(body), *more]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def asking(server: Server, ask: Callable[[Posting, str], Awaitable[Any]], patience: float = 5.0) -> Any:
    async def run() -> Any:
        listening = await asyncio.start_server(server, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        one = Posting(address, 1.0, patience)
        await one.initialize()
        try:
            return await ask(one, f"{address}/bot1:x/sendMessage")
        finally:
            await one.shutdown()
            listening.close()

    return asyncio.run(run())


async def one(post: Posting, url: str) -> Any:
    return await post.send(url, {"chat_id": 7, "text": "é\U0001f642"})


async def two(post: Posting, url: str) -> Any:
    await one(post, url)
    return await one(post, url)


def test_a_connection_is_used_again() -> None:
    server = Server(reply(OK), reply(OK))
    assert asking(server, two) == {"message_id": 5}
    assert server.connections == 1
    head, _, body = server.seen[1].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /bot1:x/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:".replace(b"Host", b"host"))
    assert body == b'{"chat_id":7,"text":"\\u00e9\\ud83d\\ude42"}'


@pytest.mark.parametrize(
    "first",
    [
        reply(OK, 200, b"Connection: close"),
        b"HTTP/1.0 200 x\r\n\r\n" + OK,
        b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(OK), OK),
    ],
    ids=["closed", "old", "in chunks"],
)
def test_other_ways_to_answer(first: bytes) -> None:
    server = Server(first, reply(OK))
    assert asking(server, two) == {"message_id": 5} and len(server.seen) == 2


def test_a_connection_that_the_server_dropped_is_not_used() -> None:
    async def later(post: Posting, url: str) -> Any:
        await one(post, url)
        server.answers = [reply(OK)]
        await asyncio.sleep(0.05)
        return await one(post, url)

    server = Server(reply(OK))
    assert asking(server, later) == {"message_id": 5} and server.connections == 2


def test_a_connection_that_nobody_used_for_long_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "IDLE", 0.0)
    server = Server(reply(OK), reply(OK))
    assert asking(server, two) == {"message_id": 5} and server.connections == 2


@pytest.mark.parametrize(
    ("answer", "error", "unsent"),
    [
        (None, NetworkError, False),
        (b"HTTP/1.1 200 x\r\nContent-Length: 99\r\n\r\nhalf", NetworkError, False),
        (b"", TimedOut, False),
        (b"nonsense\r\n\r\n", NetworkError, False),
        (reply(b"<html>", 502), NetworkError, False),
        (reply(b"<html>"), TelegramError, False),
        (reply(b'{"ok":false,"description":"Bad Request: x"}', 400), BadRequest, True),
        (reply(b'{"ok":false,"description":"Unauthorized"}', 401), InvalidToken, True),
        (reply(b'{"ok":false,"description":"Conflict: x"}', 409), Conflict, True),
        (reply(b'{"ok":false,"description":"x","parameters":{"retry_after":3}}', 429), RetryAfter, True),
    ],
)
def test_what_goes_wrong_has_the_librarys_name(answer: bytes | None, error: type[Exception], unsent: bool) -> None:
    with pytest.raises(error) as raised:
        asking(Server(answer), one, patience=0.2)
    assert is_unsent(raised.value) is unsent


def test_where_nobody_listens_nothing_is_sent() -> None:
    async def gone(post: Posting, url: str) -> Any:
        post._port = 1
        return await one(post, url)

    with pytest.raises(Unmade) as raised:
        asking(Server(), gone)
    assert is_unsent(raised.value)


def test_a_cancelled_request_leaves_no_connection() -> None:
    async def cancelled(post: Posting, url: str) -> Any:
        task = asyncio.create_task(one(post, url))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return len(post._idle)

    assert asking(Server(b""), cancelled) == 0


def test_a_proxy_is_left_to_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert not is_proxied("https://api.telegram.org")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    assert is_proxied("https://api.telegram.org") and not is_proxied("http://127.0.0.1:8081")
    assert HttpWire("1:x", "https://api.telegram.org")._own is None
    monkeypatch.setenv("no_proxy", "api.telegram.org")
    assert not is_proxied("https://api.telegram.org")
