"""Pacing: Telegram's limits are kept in every stretch of time, and nobody waits for somebody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from bot.pacing import NOTICE_WINDOW, Askers, Buckets, Limit, Pacing

GROUP = -5


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def times(chats: list[int | None], posting: bool = True, sent: list[tuple[int, float]] = []) -> list[float]:  # noqa: B006
    """When calls for these chats, one after the other, go out."""
    time = Time()
    pacing = Pacing(time.clock, time.sleep)
    pacing.remember(sent)
    out = []

    async def run() -> None:
        for chat in chats:
            await pacing.turn(chat, posting=posting)
            out.append(time.now)

    asyncio.run(run())
    return out


def fullest(at: list[float], seconds: float) -> int:
    """The most of these times in any stretch of so many seconds."""
    return max(sum(start <= other < start + seconds for other in at) for start in at)


@pytest.mark.parametrize(
    ("chats", "posting", "seconds", "most"),
    [
        ([7] * 20, True, 1.0, 1),
        (list(range(1, 200)), True, 1.0, 30),
        ([None] * 200, False, 1.0, 30),
        ([GROUP] * 70, True, 60.0, 20),
        ([GROUP] * 20, True, 1.0, 1),
    ],
)
def test_limits_hold_in_every_stretch(chats: list[int | None], posting: bool, seconds: float, most: int) -> None:
    assert fullest(times(chats, posting), seconds) <= most


def test_a_group_gets_its_first_answers_quickly() -> None:
    assert times([GROUP] * 15)[-1] < 16


def test_what_is_not_shown_does_not_count_in_a_chat() -> None:
    assert times([GROUP] * 30, posting=False)[-1] < 2


def test_a_restart_remembers_the_last_minute() -> None:
    sent = [(GROUP, 20.0 - n / 10) for n in range(18)]
    assert times([GROUP], sent=sent)[0] > 40
    assert 0.5 < times([7], sent=[(7, 0.4)])[0] < 1
    assert times([8], sent=[(7, 0.4)])[0] < 0.1


def test_one_chats_flood_wait_is_its_own() -> None:
    time = Time()
    pacing = Pacing(time.clock, time.sleep)

    async def when(chat: int) -> float:
        await pacing.turn(chat, posting=True)
        return time.now

    async def run() -> tuple[float, float, float]:
        pacing.hold(7, 5.0)
        pacing.hold(9, 1.0)
        other, held = await when(8), await when(7)
        return other, held, await when(7)

    other, held, after = asyncio.run(run())
    assert other < 0.1 and 5.0 <= held < 5.1 and after < 6.2


def test_who_waits_longest_goes_first() -> None:
    pacing = Pacing()
    out: list[int] = []

    async def one(chat: int) -> None:
        await pacing.turn(chat, posting=True)
        out.append(chat)

    async def run() -> None:
        tasks: list[Awaitable[None]] = [one(chat) for chat in range(1, 9)]
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert out == list(range(1, 9))


def test_a_bucket_fills_up_to_its_size() -> None:
    buckets = Buckets(Limit(2, 0.5))
    for _ in range(2):
        assert buckets.wait("a", 0.0) == 0
        buckets.take("a", 0.0)
    assert buckets.wait("a", 0.0) == pytest.approx(2.0)
    assert buckets.wait("b", 0.0) == 0
    assert buckets.wait("a", 100.0) == 0
    buckets.take("a", 100.0), buckets.take("a", 100.0)
    assert buckets.wait("a", 100.0) > 1


def test_who_asks_too_much_is_told_once_a_minute() -> None:
    askers = Askers()
    admitted = [askers.admits(1, n / 10) for n in range(100)]
    assert 20 <= sum(admitted) <= 26 and all(admitted[:20])
    assert askers.admits(2, 10.0)
    told = [askers.notices(1, float(n)) for n in range(int(NOTICE_WINDOW) + 1)]
    assert told == [True] + [False] * (int(NOTICE_WINDOW) - 1) + [True]
