"""The Bot API in memory, for tests of one process's rooms: chats with rising message ids, and faults by script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.delivery import Delivery
from bot.journal import Journal
from bot.pacing import Pacing
from bot.stopping import Stop

LATE, BROKEN, PAGE, UNMADE, FLOOD = "late", "broken", "page", "unmade", "flood"


@dataclass
class FakeWire:
    """Answers calls. `script`: what happens to the next posts: "" works, a word fails so, an exception is raised.

    A word with a star ("broken*") was carried out all the same.
    """

    script: list[Any] = field(default_factory=list)
    chats: dict[int, dict[int, str]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    photos: list[bytes | None] = field(default_factory=list)
    last: int = 100

    async def __call__(self, method: str, arguments: Mapping[str, Any], photo: bytes | None = None) -> Any:
        self.calls.append((method, dict(arguments)))
        if method.startswith("edit_message"):
            return self._edit(arguments)
        fault = self.script.pop(0) if self.script else ""
        if isinstance(fault, Exception):
            raise fault
        result: Any = True
        if method in ("send_message", "send_photo") and (not fault or fault.endswith("*")):
            self.photos.append(photo)
            result = {"message_id": self.post(arguments["chat_id"], arguments.get("text", arguments.get("caption")))}
        if fault:
            raise failure(fault.rstrip("*"))
        return result

    def post(self, chat: int, text: str) -> int:
        """Somebody's message in a chat; its id."""
        self.last += 1
        self.chats.setdefault(chat, {})[self.last] = text
        return self.last

    def texts(self, chat: int) -> list[str]:
        return list(self.chats.get(chat, {}).values())

    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]

    def _edit(self, arguments: Mapping[str, Any]) -> Any:
        held = self.chats.get(arguments["chat_id"], {})
        text = arguments.get("text", arguments.get("caption"))
        if arguments["message_id"] not in held:
            raise BadRequest("Bad Request: message to edit not found")
        if held[arguments["message_id"]] == text:
            raise BadRequest("Bad Request: message is not modified: specified new message content ... are the same")
        held[arguments["message_id"]] = str(text)
        return {"message_id": arguments["message_id"]}


def failure(kind: str) -> Exception:
    """The exceptions that python-telegram-bot raises for what can go wrong with a request."""
    if kind == UNMADE:
        error: Exception = NetworkError("httpx.ConnectError: All connection attempts failed")
        error.__cause__ = httpx.ConnectError("All connection attempts failed")
        return error
    if kind == BROKEN:
        error = NetworkError("httpx.RemoteProtocolError: Server disconnected without sending a response.")
        error.__cause__ = httpx.RemoteProtocolError("Server disconnected")
        return error
    return {
        LATE: lambda: TimedOut(),
        PAGE: lambda: NetworkError("Bad Gateway (502)"),
        FLOOD: lambda: RetryAfter(3),
        "blocked": lambda: Forbidden("Forbidden: bot was blocked by the user"),
        "refused": lambda: BadRequest("Bad Request: message text is empty"),
        "revoked": lambda: InvalidToken("Unauthorized"),
        "moved": lambda: ChatMigrated(-1_000_000_000_005),
    }[kind]()


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


def delivering(wire: FakeWire, journal: Journal, **more: Any) -> tuple[Delivery, Time]:
    """A delivery without a network, whose waits take no time."""
    time = Time()

    async def draw(name: str) -> bytes:
        return name.encode()

    pacing = Pacing(time.clock, time.sleep)
    given = {"draw": draw, "wall": time.clock, "jitter": lambda: 1.0, **more}
    return Delivery(wire, journal, pacing, Stop(), **given), time
