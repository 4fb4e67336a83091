"""How fast the bot may talk and be talked to: limits for all chats together, for each chat, for each user.

Telegram allows about 30 messages a second overall, one a second in a chat and 20 a minute in a group. A token
bucket of `size` that fills at `rate` lets at most size + rate * t through in any time t; a window lets so many
through in any minute, all at once if need be. Each stays below its limit, also across a restart: the process
begins with an empty overall bucket and with what the journal says was sent in the last minute.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass, field

Clock = Callable[[], float]  # seconds, monotonic
Sleep = Callable[[float], Awaitable[None]]

LEAST_WAIT = 0.001  # seconds; a rounding error is no reason to wait for less, again and again
MOST_BUCKETS = 10_000  # remembered chats or users, some 200 bytes each; the longest unused one is full again by then


@dataclass(frozen=True, slots=True)
class Limit:
    """`size` at once, and then `rate` a second."""

    size: float
    rate: float


OVERALL = Limit(3, 25)  # 28 in the fullest second: two more may bunch up on their way
PER_CHAT = Limit(1, 1 / 1.05)  # one a second, with 5 % for requests that overtake each other on the way
GROUP_MOST, GROUP_SECONDS = 18, 61.0  # of 20 a minute: one may be on its way at the process's death; a second of slack
PER_ASKER = Limit(20, 0.5)  # questions of one user: a quick reader's burst, then one in two seconds
NOTICE_WINDOW = 60.0  # seconds in which a user is told once that it is too much


class Buckets:
    """One bucket of the same limit for each key, full at first."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._last: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # key -> tokens, and when

    def wait(self, key: Hashable, now: float) -> float:
        """Seconds until a token of `key` is there; 0 when it may be taken now."""
        return max(0.0, (1 - self._tokens(key, now)) / self.limit.rate)

    def take(self, key: Hashable, now: float) -> None:
        """Take a token, whether it is there or not."""
        tokens = self._tokens(key, now) - 1
        self._last[key] = (tokens, now)
        self._last.move_to_end(key)
        if len(self._last) > MOST_BUCKETS:
            self._last.popitem(last=False)

    def empty(self, key: Hashable, now: float) -> None:
        """Begin without tokens."""
        self._last[key] = (0.0, now)

    def _tokens(self, key: Hashable, now: float) -> float:
        tokens, since = self._last.get(key, (self.limit.size, now))
        return min(self.limit.size, tokens + (now - since) * self.limit.rate)


class Windows:
    """At most `most` in any `seconds`, for each key."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._times: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def wait(self, key: Hashable, now: float) -> float:
        """Seconds until one more fits."""
        times = self._times.get(key) or deque[float]()
        return max(0.0, times[0] + self._seconds - now) if len(times) == self._most else 0.0

    def take(self, key: Hashable, at: float) -> None:
        """Count one; they must come in the order of their times."""
        self._times.setdefault(key, deque(maxlen=self._most)).append(at)
        self._times.move_to_end(key)
        if len(self._times) > MOST_BUCKETS:
            self._times.popitem(last=False)


@dataclass(slots=True)
class Pacing:
    """When the next call may go out. Chats wait for themselves; only the overall limit is shared."""

    clock: Clock = time.monotonic
    sleep: Sleep = asyncio.sleep
    _all: Buckets = field(init=False, default_factory=lambda: Buckets(OVERALL))
    _chats: Buckets = field(init=False, default_factory=lambda: Buckets(PER_CHAT))
    _groups: Windows = field(init=False, default_factory=lambda: Windows(GROUP_MOST, GROUP_SECONDS))
    _gate: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _held: dict[int, float] = field(init=False, default_factory=dict)  # chat -> when its flood wait ends

    def __post_init__(self) -> None:
        self._all.empty(None, self.clock())

    def remember(self, sent: Iterable[tuple[int, float]]) -> None:
        """Count what an earlier process sent: chats, and how many seconds ago, the oldest first."""
        for chat, ago in sent:
            self._count(chat, self.clock() - ago)

    def share(self, processes: int) -> None:
        """So many processes send for the same bot: each keeps to its part of the overall limit."""
        self._all.limit = Limit(max(1.0, OVERALL.size / processes), OVERALL.rate / processes)

    async def turn(self, chat: int | None, *, posting: bool) -> None:
        """Return when a call may go out, which then counts. `posting`: it shows something in the chat, so the chat's
        own limits apply; chat actions, looks and callback answers meet the overall limit only."""
        while chat is not None and (wait := self._wait(chat, posting)) > 0:
            await self.sleep(max(wait, LEAST_WAIT))
        async with self._gate:  # first come, first served
            while (wait := self._all.wait(None, self.clock())) > 0:
                await self.sleep(max(wait, LEAST_WAIT))
            self._all.take(None, self.clock())
        if posting and chat is not None:
            self._count(chat, self.clock())

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram refuses calls of this chat for so long. Others go on."""
        now = self.clock()
        self._held = {other: until for other, until in self._held.items() if until > now}
        self._held[chat] = now + seconds

    def _count(self, chat: int, at: float) -> None:
        self._chats.take(chat, at)
        if chat < 0:
            self._groups.take(chat, at)

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

    def __init__(self) -> None:
        self._buckets = Buckets(PER_ASKER)
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
