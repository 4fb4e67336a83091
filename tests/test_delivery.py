"""Delivery: every message once, in order, whatever the network does, and nothing twice after a death."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from fake_wire import BROKEN, FLOOD, LATE, PAGE, UNMADE, FakeWire, delivering, failure
from telegram.error import TelegramError

from bot.delivery import BEYOND, GIVEN_UP, MOST_LOOKS, Delivery
from bot.errors import BotError
from bot.inbox import Arrival
from bot.journal import Journal
from bot.stopping import Stopped
from bot.telegram_calls import Call, Plan
from bot.wire import CONNECTIONS, POOL, is_unsent

NOW = 1000.0
GROUP, SUPERGROUP = -5, -1_000_000_000_005


def post(text: str = "answer", chat: int = 7, **arguments: Any) -> Call:
    return Call("send_message", {"chat_id": chat, "text": text, **arguments}, chat)


def given(journal: Journal, wire: FakeWire, *calls: Call, update_id: int = 1, chat: int = 7) -> None:
    """An update that is planned; the message that it brought is known."""
    message = wire.post(chat, "question")
    journal.accept([Arrival(update_id, f"chat {chat}", "{}", chat, message)], NOW)
    journal.plan(update_id, Plan(calls, question=message), NOW)


def deliver(delivery: Delivery, journal: Journal, update_id: int = 1) -> None:
    work = journal.work(update_id)
    assert work
    asyncio.run(delivery.deliver(update_id, work.calls))


def outcome(*calls: Call, script: list[Any], **more: Any) -> tuple[FakeWire, Journal]:
    """What is in the chat after the calls were sent while that went wrong."""
    wire, journal = FakeWire(script), Journal(None)
    given(journal, wire, *calls)
    deliver(delivering(wire, journal, **more)[0], journal)
    return wire, journal


FAULTS = {
    "nothing": [],
    "late": [f"{LATE}*"],
    "late and gone": [LATE],
    "broken": [BROKEN],
    "broken after": [f"{BROKEN}*"],
    "a page": [PAGE],
    "a page after": [f"{PAGE}*"],
    "no connection": [UNMADE, UNMADE],
    "flood": [FLOOD, FLOOD],
    "one after the other": [PAGE, FLOOD, UNMADE, BROKEN, f"{LATE}*"],
    "in both messages": [f"{PAGE}*", f"{LATE}*"],
}


@pytest.mark.parametrize("script", FAULTS.values(), ids=FAULTS)
def test_every_message_comes_once_and_in_order(script: list[Any]) -> None:
    wire, journal = outcome(post("first"), post("second"), script=list(script))
    assert wire.texts(7) == ["question", "first", "second"]
    assert journal.waiting() == []
    ids = [number for number, text in wire.chats[7].items() if text != "question"]
    assert journal.answers(7, 101) == tuple(ids)


@pytest.mark.parametrize("script", [[UNMADE], [FLOOD], [failure("refused")]])
def test_what_was_certainly_not_sent_is_not_looked_for(script: list[Any]) -> None:
    wire, _ = outcome(post(), script=script)
    assert "edit_message_text" not in wire.methods()


@pytest.mark.parametrize("landed", [True, False])
def test_a_death_while_sending(landed: bool) -> None:
    wire, journal = FakeWire(), Journal(None)
    given(journal, wire, post("first"), post("second"))
    journal.sending(1, 0, 7)  # ... and the process died
    wire.post(8, "somebody else")
    if landed:
        wire.post(7, "first")
    deliver(delivering(wire, journal)[0], journal)
    assert wire.texts(7) == ["question", "first", "second"]


def test_a_look_passes_over_other_messages() -> None:
    """Ids of people's messages are known and not tried; unknown ones are, up to ours."""
    wire, journal = FakeWire(), Journal(None)
    given(journal, wire, post())
    journal.sending(1, 0, 7)
    others = [wire.post(8, "chat 8") for _ in range(30)]
    journal.accept([Arrival(50 + n, "chat 8", "{}", 8, message) for n, message in enumerate(others[:25])], NOW)
    wire.post(7, "answer")
    deliver(delivering(wire, journal)[0], journal)
    assert wire.texts(7) == ["question", "answer"]
    assert [arguments["message_id"] for _, arguments in wire.calls] == [*others[25:], others[-1] + 1]


def test_a_look_ends_somewhere() -> None:
    wire, journal = FakeWire(), Journal(None)
    given(journal, wire, post())
    journal.sending(1, 0, 7)
    wire.last += 1000
    journal.accept([Arrival(60, "chat 8", "{}", 8, wire.post(8, "later"))], NOW)
    deliver(delivering(wire, journal)[0], journal)
    assert wire.methods().count("edit_message_text") == MOST_LOOKS and wire.texts(7) == ["question", "answer"]


def test_a_look_that_fails_is_repeated_before_anything_is_sent() -> None:
    class Flaky(FakeWire):
        def _edit(self, arguments: Any) -> Any:
            if len(self.calls) < 4:
                raise failure([PAGE, FLOOD, LATE][len(self.calls) - 1])
            return super()._edit(arguments)

    wire, journal = Flaky(), Journal(None)
    given(journal, wire, post())
    journal.sending(1, 0, 7)
    wire.post(7, "answer")
    deliver(delivering(wire, journal)[0], journal)
    assert wire.texts(7) == ["question", "answer"] and "send_message" not in wire.methods()


def test_an_edit_that_is_there_already_is_done() -> None:
    wire, journal = FakeWire(), Journal(None)
    message = wire.post(7, "answer")
    edit = Call("edit_message_text", {"chat_id": 7, "message_id": message, "text": "answer"}, 7)
    given(journal, wire, edit, post("more"))
    deliver(delivering(wire, journal)[0], journal)
    assert wire.texts(7) == ["answer", "question", "more"]


def test_a_refused_call_holds_up_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        wire, journal = outcome(post("a secret text"), post("second"), script=["refused"])
    assert wire.texts(7) == ["question", "second"] and journal.waiting() == []
    record = caplog.records[0]
    assert (record.msg, record.__dict__["sizes"]) == ("call given up", {"text": 13})
    assert "a secret text" not in str(record.__dict__)


def test_who_blocked_the_bot_gets_nothing_more() -> None:
    wire, journal = FakeWire(["blocked"]), Journal(None)
    given(journal, wire, post("first"), post("second"))
    given(journal, wire, post("third"), update_id=2)
    deliver(delivering(wire, journal)[0], journal)
    assert journal.waiting() == [] and wire.methods() == ["send_message"]


def test_a_group_that_became_a_supergroup_gets_the_rest_there() -> None:
    wire, journal = FakeWire(["moved"]), Journal(None)
    given(journal, wire, post("first", GROUP), post("second", GROUP), chat=GROUP)
    given(journal, wire, post("third", GROUP), update_id=2, chat=GROUP)
    delivery, _ = delivering(wire, journal)
    deliver(delivery, journal)
    deliver(delivery, journal, 2)
    assert wire.texts(SUPERGROUP) == ["first", "second", "third"]


def test_a_rejected_token_ends_it_all() -> None:
    wire, journal = FakeWire(["revoked"]), Journal(None)
    given(journal, wire, post())
    with pytest.raises(BotError, match="401.*TELEGRAM_TOKEN"):
        deliver(delivering(wire, journal)[0], journal)
    assert len(journal.waiting()) == 1


@pytest.mark.parametrize("method", ["answer_callback_query", "answer_inline_query", "answer_guest_query"])
def test_what_nobody_waits_for_any_longer_is_given_up(method: str) -> None:
    wire, journal = FakeWire([failure(PAGE) for _ in range(50)]), Journal(None)
    given(journal, wire, Call(method, {"id": "1"}), post())
    delivery, time = delivering(wire, journal)
    wire.script = [PAGE] * 8
    deliver(delivery, journal)
    assert wire.texts(7) == ["question", "answer"] and 30 < time.now - NOW < 90


def test_a_typing_action_is_tried_once() -> None:
    wire, _ = outcome(Call("send_chat_action", {"chat_id": 7}, 7), post(), script=[PAGE])
    assert wire.methods() == ["send_chat_action", "send_message"]


def test_an_outage_is_waited_out_with_growing_pauses_for_a_day() -> None:
    wire, journal = FakeWire([UNMADE] * 8), Journal(None)
    given(journal, wire, post())
    delivery, time = delivering(wire, journal)
    deliver(delivery, journal)
    assert [slept for slept in time.slept if slept in (0.5, 1, 2, 4, 8, 16, 30)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    given(journal, wire, post("never"), update_id=2)
    wire.script = [UNMADE] * 5000
    deliver(delivery, journal, 2)
    assert "never" not in wire.texts(7) and GIVEN_UP < time.now - NOW < 1.1 * GIVEN_UP


def test_a_flood_wait_is_as_long_as_telegram_says() -> None:
    wire, journal = FakeWire([FLOOD]), Journal(None)
    given(journal, wire, post())
    delivery, time = delivering(wire, journal)
    deliver(delivery, journal)
    assert 3.0 <= time.now - NOW < 4.5


PHOTO = Call("send_photo", {"chat_id": 7, "caption": "caption", "caption_entities": [{"type": "bold"}]}, 7, "chart@1")


def test_a_picture_is_drawn_and_sent_once() -> None:
    wire, _ = outcome(PHOTO, script=[f"{LATE}*"])
    assert wire.photos == [b"chart@1"] and wire.methods() == ["send_photo", "edit_message_caption"]


def test_where_nothing_can_draw_the_caption_comes_as_text() -> None:
    async def broken(name: str) -> bytes:
        raise BotError("no matplotlib")

    wire, _ = outcome(PHOTO, script=[], draw=broken)
    expected = {"chat_id": 7, "text": "caption", "entities": [{"type": "bold"}]}
    assert wire.calls == [("send_message", expected)]


def test_a_look_that_fails_goes_on_where_it_failed() -> None:
    class Faulty(FakeWire):
        async def __call__(self, method: str, arguments: Any, photo: bytes | None = None) -> Any:
            looks = [a["message_id"] for m, a in self.calls if m == "edit_message_text"]
            if method == "edit_message_text" and looks.count(arguments["message_id"]) == 0:
                self.calls.append((method, dict(arguments)))
                raise failure(PAGE)
            return await super().__call__(method, arguments, photo)

    wire, journal = Faulty([PAGE]), Journal(None)
    given(journal, wire, post())
    deliver(delivering(wire, journal)[0], journal)
    looked = [arguments["message_id"] for method, arguments in wire.calls if method == "edit_message_text"]
    assert looked == [number for number in range(102, 102 + BEYOND) for _ in range(2)]  # each fails once
    assert wire.texts(7) == ["question", "answer"]


def test_a_flood_wait_outlives_the_process() -> None:
    _, journal = outcome(post(), script=[FLOOD])
    assert [(chat, round(until)) for chat, until in journal.holds(NOW)] == [(7, round(NOW + 3))]


def test_after_the_stop_nothing_begins() -> None:
    wire, journal = FakeWire(), Journal(None)
    given(journal, wire, post())
    delivery, _ = delivering(wire, journal)
    delivery.stop.set()
    with pytest.raises(Stopped):
        deliver(delivery, journal)
    work = journal.work(1)
    assert wire.calls == [] and work and work.calls[0].state == "stored"


def test_calls_are_counted_without_saying_where() -> None:
    seen: list[tuple[str, str]] = []
    outcome(post(), script=[f"{PAGE}*"], count=lambda method, what: seen.append((method, what)))
    assert seen == [("send_message", "NetworkError"), ("send_message", "found"), ("send_message", "sent")]


def test_there_is_a_connection_for_every_request_on_its_way() -> None:
    """Requests wait for a free place, not in the connection pool, where waiting is an error."""
    open_, most = 0, 0

    class Slow(FakeWire):
        async def __call__(self, method: str, arguments: Any, photo: bytes | None = None) -> Any:
            nonlocal open_, most
            open_, most = open_ + 1, max(most, open_ + 1)
            await asyncio.sleep(0.001)
            open_ -= 1
            return {"message_id": self.post(arguments["chat_id"], arguments["text"])}

    wire, journal = Slow(), Journal(None)
    for n in range(1, 201):
        given(journal, wire, post(chat=n), update_id=n, chat=n)
    delivery, _ = delivering(wire, journal)

    async def run() -> None:
        works = {n: journal.work(n) for n in range(1, 201)}
        await asyncio.gather(*(delivery.deliver(n, work.calls) for n, work in works.items() if work))

    asyncio.run(run())
    assert 1 < most <= CONNECTIONS < POOL and journal.waiting() == []


@pytest.mark.parametrize(
    ("kind", "unsent"),
    [(LATE, False), (BROKEN, False), (PAGE, False), (UNMADE, True), (FLOOD, True), ("refused", True), ("blocked", True)],
)
def test_what_tells_that_a_message_is_not_there(kind: str, unsent: bool) -> None:
    error = failure(kind)
    assert isinstance(error, TelegramError) and is_unsent(error) is unsent
    assert not is_unsent(TelegramError("Invalid server response"))
