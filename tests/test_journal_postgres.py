"""What processes that share a journal owe each other; that it keeps the contract is in test_journal.py."""

from __future__ import annotations

import asyncio
import re
from itertools import count
from time import sleep
from typing import TYPE_CHECKING

import pytest
from fake_wire import Time

from bot.errors import BotError, UsageError
from bot.inbox import Arrival, Waiting
from bot.journals import opened
from bot.lanes import Lanes
from bot.pacing import OVERALL, Pacing
from bot.settings import TelegramSettings
from bot.sharing import Sharing
from bot.stopping import Stop
from bot.telegram_calls import Call, Plan, Unanswered

if TYPE_CHECKING:
    from bot.journal_postgres import PostgresJournal

NOW = 1_800_000_000.0
LANE = "chat 7"
BOTS = count(5_000)


class Bot:
    """One bot's processes."""

    def __init__(self, address: str) -> None:
        self.address, self.number = address, next(BOTS)

    def process(self) -> PostgresJournal:
        from bot.journal_postgres import PostgresJournal

        return PostgresJournal(self.address, self.number)


@pytest.fixture
def bot(postgres: str) -> Bot:
    return Bot(postgres)


def arriving(update_id: int, chat: int = 7) -> Arrival:
    return Arrival(update_id, f"chat {chat}", "{}", chat, update_id)


def call(chat: int = 7) -> Call:
    return Call("send_message", {"chat_id": chat, "text": "a"}, chat)


def test_a_lane_is_worked_by_one_process_at_a_time(bot: Bot) -> None:
    one, other = bot.process(), bot.process()
    one.accept([arriving(1), arriving(2), arriving(3, 8)], NOW)
    assert one.next(LANE) == 1 and other.next(LANE) is None and other.next("chat 8") == 3
    one.plan(1, Plan(), NOW)
    assert one.next(LANE) == 2  # claimed already
    assert one.release(LANE) and other.next(LANE) == 2 and one.next(LANE) is None
    other.plan(2, Plan(), NOW)
    assert not other.release(LANE) and other.next(LANE) is None and one.next(LANE) is None


def test_what_is_brought_to_another_process_is_seen_at_the_release(bot: Bot) -> None:
    one, other = bot.process(), bot.process()
    one.accept([arriving(1)], NOW)
    assert one.next(LANE) == 1
    one.plan(1, Plan(), NOW)
    other.accept([arriving(2)], NOW)
    assert other.next(LANE) is None  # refused: the first still has the lane
    assert one.release(LANE) and one.next(LANE) == 2


def test_what_a_dead_process_left_is_found_by_one_of_the_others(bot: Bot) -> None:
    dead, one, other = bot.process(), bot.process(), bot.process()
    dead.accept([arriving(1), arriving(2), arriving(3, 8)], NOW)
    assert dead.next(LANE) == 1 and dead.next("chat 8") == 3
    assert one.unworked() == []
    dead.close()
    assert sorted([*one.unworked(), *other.unworked()]) == [LANE, "chat 8"]
    assert one.next(LANE) == 1 and other.next(LANE) is None


def test_an_update_is_taken_in_once_whoever_it_is_brought_to(bot: Bot) -> None:
    one, other = bot.process(), bot.process()
    assert one.accept([arriving(1)], NOW) and other.accept([arriving(1), arriving(2)], NOW) == [arriving(2)]
    assert one.waiting() == other.waiting() == [Waiting(1, LANE), Waiting(2, LANE)]


def test_bots_in_one_database_know_nothing_of_each_other(bot: Bot) -> None:
    one, stranger = bot.process(), Bot(bot.address).process()
    one.accept([arriving(1)], NOW)
    assert one.next(LANE) == 1 and stranger.waiting() == [] and stranger.accept([arriving(1)], NOW)
    assert stranger.next(LANE) == 1 and one.processes() == stranger.processes() == 1


def test_a_text_may_hold_what_the_database_cannot(bot: Bot) -> None:
    journal = bot.process()
    journal.accept([arriving(1)], NOW)
    journal.plan(1, Plan((), (Unanswered("who is \0 Bob", "nothing"),)), NOW)
    assert [gap.question for gap, _ in journal.unanswered()] == ["who is \N{REPLACEMENT CHARACTER} Bob"]


def test_a_lost_connection_ends_the_process_in_plain_words(bot: Bot) -> None:
    one, other = bot.process(), bot.process()
    others = "application_name = ? AND pid <> pg_backend_pid()"
    other.db.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}", (f"bot_{bot.number}",))
    with pytest.raises(BotError, match="the journal cannot be used any more: .*; look at its database"):
        one.waiting()
    failures: list[Exception] = []

    async def run() -> None:
        async def work(update_id: int) -> None:
            raise AssertionError

        lanes = Lanes(work, Stop(), failures.append, one)
        lanes.add(LANE, 1)
        await asyncio.sleep(0.01)

    asyncio.run(run())
    assert failures and all(isinstance(error, BotError) for error in failures)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://bot:hunter2@127.0.0.1:1/db", "the journal's database cannot be reached: .*; start the database"),
        ("postgresql://bot:hunter2@h:hunter2/db?x=hunter2", "JOURNAL is no address; write it whole, such as postgresql://"),
    ],
)
def test_a_database_that_is_not_there(address: str, words: str) -> None:
    pytest.importorskip("psycopg")
    token = "7000:AAtestTESTtestTESTtestTESTtestTEST0"
    with pytest.raises((BotError, UsageError)) as raised:
        opened(TelegramSettings(token, journal=address), {})
    assert re.search(words, str(raised.value)) and "hunter2" not in str(raised.value)
    assert "\n" not in str(raised.value)


# The limits.


class Process:
    """One process's part in the limits, on a clock of the test."""

    def __init__(self, journal: PostgresJournal, time: Time) -> None:
        self.journal, self.pacing = journal, Pacing(time.clock, time.sleep)

        async def work(update_id: int) -> None:
            return None

        lanes = Lanes(work, Stop(), lambda error: None, journal)
        self.sharing = Sharing(journal, lanes, self.pacing, Stop(), time.clock)


def test_processes_share_what_may_be_sent(bot: Bot) -> None:
    time = Time()
    one = Process(bot.process(), time)
    one.sharing.look()
    assert one.pacing._all.limit == OVERALL
    other = Process(bot.process(), time)
    for process in (one, other):
        process.sharing.look()
        assert process.pacing._all.limit.rate == OVERALL.rate / 2
    other.journal.close()
    for _ in range(1_000):  # the server notices a moment after the connection is closed
        if one.journal.processes() == 1:
            break
        sleep(0.01)
    one.sharing.look()
    assert one.pacing._all.limit == OVERALL


def test_a_chat_is_spared_whoever_wrote_there_last(bot: Bot) -> None:
    time = Time()
    one, other = Process(bot.process(), time), Process(bot.process(), time)
    one.journal.accept([arriving(1)], time.now)
    one.journal.plan(1, Plan((call(),)), time.now)
    one.journal.settle(1, 0, call(), 71, time.now, sent=True, last=True)
    one.journal.hold(8, time.now + 30)

    async def turn(chat: int) -> float:
        begun = time.now
        with other.sharing.chat(chat):
            await other.pacing.turn(chat, posting=True)
        return time.now - begun

    time.now += 0.2
    assert asyncio.run(turn(7)) == pytest.approx(0.85, abs=0.1)  # one a second
    assert asyncio.run(turn(8)) == pytest.approx(30 - 0.2 - 0.85, abs=0.2)
