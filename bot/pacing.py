"""How fast the bot may talk and be talked to: token buckets, for all chats together, for each chat, for each user.

Telegram allows about 30 messages a second overall, one a second in a chat and 20 a minute in a group. A bucket
of `size` that fills at `rate` lets at most size + rate * t through in any time t, so each stays below its limit.
A bucket that is first used starts as it would be if it had been emptied when the process started: what an
earlier process sent in its last moments counts.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

Clock = Callable[[], float]  # seconds, monotonic
Sleep = Callable[[float], Awaitable[None]]

MOST_BUCKETS = 10_000  # remembered chats or users, some 200 bytes each; the longest unused one is full again by then


@dataclass(frozen=True, slots=True)
class Limit:
    """`size` at once, and then `rate` a second."""

    size: float
    rate: float


OVERALL = Limit(5, 25)  # 30 in the fullest second
PER_CHAT = Limit(1, 1 / 1.05)  # one a second, with 5 % for requests that overtake each other on the way
PER_GROUP = Limit(4, 15 / 60)  # 19 in the fullest minute
PER_ASKER = Limit(20, 0.5)  # questions of one user: a quick reader's burst, then one in two seconds
NOTICE_WINDOW = 60.0  # seconds in which a user is told once that it is too much
FILLED = 120.0  # seconds after which every bucket is full, whatever happened before


class Buckets:
    """One bucket of the same limit for each key."""

    def __init__(self, limit: Limit, start: float, *, full: bool = False) -> None:
        """`start`: when the process started. `full`: begin with full buckets, for what no limit of others is behind."""
        self._limit = limit
        self._start = start - (FILLED if full else 0.0)
        self._last: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # key -> tokens, and when

    def wait(self, key: Hashable, now: float) -> float:
        """Seconds until a token of `key` is there; 0 when it may be taken now."""
        return max(0.0, (1 - self._tokens(key, now)) / self._limit.rate)

    def take(self, key: Hashable, now: float) -> None:
        """Take a token, whether it is there or not."""
        tokens = self._tokens(key, now) - 1
        self._last[key] = (tokens, now)
        self._last.move_to_end(key)
        if len(self._last) > MOST_BUCKETS:
            self._last.popitem(last=False)

    def _tokens(self, key: Hashable, now: float) -> float:
        tokens, since = self._last.get(key, (0.0, self._start))
        # A rounding error of a billionth must not make anybody wait for a billionth of a second.
        return min(self._limit.size, tokens + (now - since) * self._limit.rate + 1e-9)


@dataclass(slots=True)
class Pacing:
    """When the next call may go out. Chats wait for themselves; only the overall limit is shared."""

    clock: Clock = time.monotonic
    sleep: Sleep = asyncio.sleep
    _start: float = field(init=False)
    _all: Buckets = field(init=False)
    _chats: Buckets = field(init=False)
    _groups: Buckets = field(init=False)
    _gate: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _held: dict[int, float] = field(init=False, default_factory=dict)  # chat -> when its flood wait ends

    def __post_init__(self) -> None:
        self._start = self.clock()
        self._all = Buckets(OVERALL, self._start)
        self._chats = Buckets(PER_CHAT, self._start)
        self._groups = Buckets(PER_GROUP, self._start)

    async def turn(self, chat: int | None, *, posting: bool) -> None:
        """Return when a call may go out, which then counts. `posting`: it shows something in the chat, so the chat's
        own limits apply; chat actions, looks and callback answers meet the overall limit only."""
        while chat is not None and (wait := self._wait(chat, posting)) > 0:
            await self.sleep(wait)
        async with self._gate:  # first come, first served
            while (wait := self._all.wait(None, self.clock())) > 0:
                await self.sleep(wait)
            self._all.take(None, self.clock())
        if posting and chat is not None:
            self._chats.take(chat, self.clock())
            if chat < 0:
                self._groups.take(chat, self.clock())

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram refuses calls of this chat for so long. Others go on."""
        now = self.clock()
        self._held = {other: until for other, until in self._held.items() if until > now}
        self._held[chat] = now + seconds

    def _wait(self, chat: int, posting: bool) -> float:
        now = self.clock()
        waits = [self._held.get(chat, now) - now]
        if posting:
            waits.append(self._chats.wait(chat, now))
            if chat < 0:
                waits.append(self._groups.wait(chat, now))
        return max(waits)


class Askers:
    """The flood control for those who ask: who may, and who is to be told once that it is too much."""

    def __init__(self, start: float) -> None:
        self._buckets = Buckets(PER_ASKER, start, full=True)
        self._told: OrderedDict[int, float] = OrderedDict()  # user -> when the last notice went

    def admits(self, user: int, now: float) -> bool:
        """Whether the user may ask one more; counts it."""
        if self._buckets.wait(user, now) > 0:
            return False
        self._buckets.take(user, now)
        return True

    def notices(self, user: int, now: float) -> bool:
        """Whether a refused user is to be told so: once in NOTICE_WINDOW."""
        if now - self._told.get(user, -NOTICE_WINDOW) < NOTICE_WINDOW:
            return False
        self._told[user] = now
        self._told.move_to_end(user)
        if len(self._told) > MOST_BUCKETS:
            self._told.popitem(last=False)
        return True
