"""Working an update: once worked out, stored, then sent; gates for what is late, too much, or cannot be worked out."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from fake_wire import FakeWire, delivering
from telegram import Update

from bot.english_delivery import DELIVERY_PHRASES
from bot.inbox import arrival
from bot.journal import Journal
from bot.lanes import Lanes
from bot.stopping import Stop
from bot.telegram_calls import Call, Forget, Plan, Unanswered
from bot.working import MOST_ATTEMPTS, QUERY_LIFE, TOO_OLD, Worker

SAID = DELIVERY_PHRASES


class Bot:
    """A worker whose answer to a message is its text in capitals; a message "boom" raises, "quiet" gets nothing."""

    def __init__(self, wire: FakeWire | None = None, journal: Journal | None = None) -> None:
        self.wire, self.journal = wire or FakeWire(), journal or Journal(None)
        self.asked: list[str] = []
        self.done: list[str] = []
        delivery, self.time = delivering(self.wire, self.journal)
        self.stop = _NoWait()
        self.worker = Worker(
            self.journal,
            delivery,
            self.respond,
            SAID,
            self.stop,
            wall=self.time.clock,
            done=lambda kind, seconds: self.done.append(kind),
        )
        self.ids = iter(range(1, 10_000))

    def respond(self, update: Update, now: datetime) -> Plan:
        assert now == datetime.fromtimestamp(self.time.now, UTC)
        if update.callback_query:
            press = Call("answer_callback_query", {"callback_query_id": update.callback_query.id})
            return Plan((press, Call("send_message", {"chat_id": 7, "text": "PRESSED"}, 7)), kind="callback")
        if update.inline_query:
            return Plan((Call("answer_inline_query", {"inline_query_id": "1", "results": []}),), kind="inline")
        message = update.effective_message
        assert message is not None
        text = message.text or ""
        self.asked.append(text)
        if text.endswith("boom"):
            raise ValueError(f"cannot do {text}")
        if text == "quiet":
            return Plan()
        if text == "surrogate":
            return Plan(notes=(Unanswered("\ud800", "nothing"),))
        notes = (Forget(message.chat.id),) if text == "/forget" else ()
        return Plan((Call("send_message", {"chat_id": message.chat.id, "text": text.upper()}, message.chat.id),), notes)

    def take(self, **body: Any) -> int:
        update_id = next(self.ids)
        found = arrival({"update_id": update_id, **body})
        assert found
        self.journal.accept([found], self.time.now)
        return update_id

    def write(self, text: str, chat: int = 7, kind: str = "message", **more: Any) -> int:
        """Somebody writes; the update's id."""
        body = {"message_id": self.wire.post(chat, text), "date": int(self.time.now), "text": text}
        body["chat"] = {"id": chat, "type": "private" if chat > 0 else "group", "title": "T", "first_name": "A"}
        return self.take(**{kind: body | {"from": {"id": 7, "is_bot": False, "first_name": "Ann"}} | more})

    def work(self, *updates: int) -> list[str]:
        """Work updates; what the bot has posted in chat 7 so far."""
        for update_id in updates:
            asyncio.run(self.worker.work(update_id))
        return [arguments["text"] for method, arguments in self.wire.calls if method == "send_message"]


class _NoWait(Stop):
    async def sleep(self, seconds: float) -> None:
        self.check()


def test_an_answer_is_worked_out_once_and_sent_once() -> None:
    bot = Bot()
    update_id = bot.write("hello")
    assert bot.work(update_id, update_id) == ["HELLO"]
    assert bot.asked == ["hello"] and bot.journal.waiting() == []


def test_after_a_death_the_stored_answer_is_sent_not_a_new_one() -> None:
    bot = Bot(FakeWire(["revoked"]))
    update_id = bot.write("hello")
    with pytest.raises(Exception, match="401"):
        bot.work(update_id)
    again = Bot(bot.wire, bot.journal)
    assert again.work(update_id)[-1] == "HELLO" and again.asked == []


@pytest.mark.parametrize("text", ["boom", "surrogate"])
def test_what_keeps_failing_is_apologised_for_and_set_aside(text: str, caplog: pytest.LogCaptureFixture) -> None:
    bot = Bot()
    first, second = bot.write(text), bot.write("next")
    assert bot.work(first, second) == [SAID["failed"], "NEXT"]
    assert bot.asked.count(text) == MOST_ATTEMPTS
    assert bot.journal.waiting() == [] and bot.done == ["failed", "silence"]


def test_what_kills_the_process_counts_as_an_attempt() -> None:
    bot = Bot()
    update_id = bot.write("hello")
    for _ in range(MOST_ATTEMPTS):
        bot.journal.attempt(update_id)
    assert bot.work(update_id) == [SAID["failed"]] and bot.asked == []


@pytest.mark.parametrize(
    ("chat", "text", "kind", "apologies"),
    [(7, "boom", "message", 1), (-5, "some boom", "message", 0), (-5, "/ask boom", "message", 1), (7, "boom", "edited_message", 0)],
)
def test_apologies_go_to_those_who_asked(chat: int, text: str, kind: str, apologies: int) -> None:
    bot = Bot()
    assert bot.work(bot.write(text, chat, kind)) == [SAID["failed"]] * apologies


def test_an_update_that_cannot_be_parsed_is_set_aside() -> None:
    bot = Bot()
    broken = bot.take(message={"message_id": 1, "date": "yesterday", "chat": {"id": 7}, "from": {"id": 7}})
    odd = bot.take(message=["?"])
    assert bot.work(broken, odd, bot.write("next")) == [SAID["failed"], "NEXT"]


def test_after_an_outage_a_chat_gets_one_apology() -> None:
    bot = Bot()
    old = [bot.write(f"old {n}", date=int(bot.time.now - TOO_OLD - 5)) for n in range(4)]
    other = bot.write("old", chat=8, date=int(bot.time.now - TOO_OLD - 5))
    quiet = bot.write("quiet", chat=-5, date=int(bot.time.now - TOO_OLD - 5))
    young = bot.write("young", date=int(bot.time.now - TOO_OLD + 60))
    assert bot.work(*old, other, quiet, young) == [SAID["late"], SAID["late"], "YOUNG"]
    assert bot.wire.texts(8)[-1] == SAID["late"] and bot.wire.texts(-5) == ["quiet"]


def test_even_late_one_is_forgotten() -> None:
    bot = Bot()
    assert bot.work(bot.write("/forget", date=1)) == ["/FORGET"]


def test_an_edit_of_an_old_question_is_no_old_question() -> None:
    bot = Bot()
    assert bot.work(bot.write("edited", kind="edited_message", date=1, edit_date=int(bot.time.now))) == ["EDITED"]


QUERIES = {
    "callback_query": {"id": "1", "from": {"id": 7, "is_bot": False, "first_name": "A"}, "chat_instance": "1", "data": "x"},
    "inline_query": {"id": "1", "from": {"id": 7, "is_bot": False, "first_name": "A"}, "query": "q", "offset": ""},
}


@pytest.mark.parametrize("kind", QUERIES)
@pytest.mark.parametrize("old", [False, True])
def test_old_queries_are_dropped(kind: str, old: bool) -> None:
    bot = Bot()
    update_id = bot.take(**{kind: QUERIES[kind]})
    bot.time.now += QUERY_LIFE[kind] + 1 if old else 0
    bot.work(update_id)
    assert bool(bot.wire.calls) is not old and bot.journal.waiting() == []
    assert (bot.done == ["expired"]) is old


def test_who_asks_too_much_is_told_once_and_buttons_stop_waiting() -> None:
    bot = Bot()
    updates = [bot.write(f"q{n}") for n in range(30)]
    chat = {"chat": {"id": 7, "type": "private", "first_name": "A"}, "message_id": 1, "date": 1}
    press = bot.take(callback_query=QUERIES["callback_query"] | {"message": chat})
    said = bot.work(*updates)
    assert said[:20] == [f"Q{n}" for n in range(20)] and said[20:] == [SAID["flood"]]
    assert bot.work(press) == said
    assert bot.wire.methods()[-1] == "answer_callback_query"


def test_the_processs_own_question_is_answered_to_nobody() -> None:
    bot = Bot()
    bot.ids = iter([-1])
    bot.work(bot.write("hello", chat=0))
    assert bot.wire.calls == [] and bot.done == ["test"] and bot.journal.waiting() == []


def test_a_fault_of_ours_in_delivery_sets_the_update_aside() -> None:
    bot = Bot(FakeWire([TypeError("not JSON")]))
    assert bot.work(bot.write("a"), bot.write("b"))[-1] == "B"
    assert bot.journal.waiting() == []


def test_logs_hold_no_texts(caplog: pytest.LogCaptureFixture) -> None:
    bot = Bot()
    with caplog.at_level(logging.DEBUG):
        bot.work(bot.write("a secret boom"), bot.write("another secret"))
    own = [record for record in caplog.records if record.name.startswith("bot")]
    assert [record.msg for record in own].count("update") == 2
    assert not [record for record in own if "secret" in record.getMessage() + str(record.args)]


# Lanes.


def test_chats_keep_their_order_and_do_not_wait_for_each_other() -> None:
    worked: list[int] = []

    async def run() -> None:
        open_ = asyncio.Event()

        async def work(update_id: int) -> None:
            if update_id == 1:
                await open_.wait()
            worked.append(update_id)

        lanes = Lanes(work, Stop(), lambda error: None)
        for update_id, lane in ((1, "a"), (2, "a"), (3, "b"), (4, "b")):
            lanes.add(lane, update_id)
        for _ in range(10):
            await asyncio.sleep(0)
        assert worked == [3, 4] and len(lanes) == 2
        open_.set()
        for _ in range(10):
            await asyncio.sleep(0)
        lanes.add("a", 5)
        await asyncio.sleep(0)
        assert worked == [3, 4, 1, 2, 5] and len(lanes) == 0

    asyncio.run(run())


def test_a_stop_lets_the_work_under_way_end_and_begins_no_other() -> None:
    worked: list[str] = []

    async def run() -> None:
        stop, open_ = Stop(), asyncio.Event()

        async def work(update_id: int) -> None:
            worked.append(f"begin {update_id}")
            await open_.wait()
            worked.append(f"end {update_id}")

        lanes = Lanes(work, stop, lambda error: None)
        for update_id in (1, 2):
            lanes.add("a", update_id)
        await asyncio.sleep(0)
        stop.set()
        open_.set()
        await lanes.drain(5.0)
        assert worked == ["begin 1", "end 1"]

    asyncio.run(run())


def test_a_failure_is_reported_and_the_lane_goes_on() -> None:
    failures: list[Exception] = []
    worked: list[int] = []

    async def run() -> None:
        async def work(update_id: int) -> None:
            if update_id == 1:
                raise OSError("disk full")
            worked.append(update_id)

        lanes = Lanes(work, Stop(), failures.append)
        lanes.add("a", 1), lanes.add("a", 2)
        for _ in range(5):
            await asyncio.sleep(0)

    asyncio.run(run())
    assert worked == [2] and [str(error) for error in failures] == ["disk full"]
