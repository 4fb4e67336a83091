"""The real bot process against the fake Bot API server: nothing lost, nothing twice, whatever happens.

The pitfalls of python-telegram-bot and of Telegram itself, one test each, and a short fault run; the long one is
benchmarks/telegram_faults.py.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from bot_api import BotApi, Faults, Limits
from bot_process import SCHEMA, STARTING, STOPPING, BotProcess, settle
from fault_run import Asked, Outcome, Plan, fault_run, judge

from bot.inbox import ALLOWED_UPDATES

TREES = "how many trees are there"
SUPERGROUP = -1_000_000_000_000
HOUR = 3600  # seconds


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short path: that of a Unix socket has at most 107 bytes."""
    return tmp_path_factory.mktemp("b")


@pytest.fixture
def database(postgres: str) -> str:
    """A PostgreSQL database that knows nothing of the bot."""
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    return postgres


@pytest.fixture(scope="module")
def api() -> Iterator[BotApi]:
    with BotApi(Faults(slow=3.0, flood=3)) as api:
        yield api


@pytest.fixture(scope="module")
def bot(api: BotApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """One bot for all tests that leave it running; each has chats of its own."""
    with BotProcess(api, tmp_path_factory.mktemp("b")) as bot:
        yield bot.ready()
        assert bot.alive(), "a test that should leave the bot running did not"


def texts(api: BotApi, chat: int) -> list[str]:
    return [message.text for message in api.replies(chat)]


# The fault runs.


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_every_question_is_answered_once_in_order(place: Path, webhook: bool) -> None:
    plan = Plan(40, 30, 2, 0.15, seed=8, webhook=webhook, rate=10.0, in_group=1, patience=50.0, pace=0.2)
    outcome = fault_run(plan, place)
    assert outcome.faults == []
    assert outcome.answered == plan.questions
    assert len(outcome.injected) > 3  # kinds


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "postgres polling"])
def test_of_two_processes_one_goes_on_when_the_other_is_killed(
    request: pytest.FixtureRequest, place: Path, kind: str
) -> None:
    journal = "" if kind == "sqlite" else request.getfixturevalue("database")
    webhook = "polling" not in kind
    plan = Plan(40, 20, 2, 0.1, seed=9, webhook=webhook, rate=8.0, in_group=1, patience=60.0, pace=0.2, replicas=2)
    outcome = fault_run(plan, place, journal)
    assert outcome.faults == []
    assert outcome.answered == plan.questions


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ((0, 1, 2), ""),
        ((0, 2), "lost ['zq00001']"),
        ((0, 1, 1, 2), "too many ['zq00001']"),
        ((1, 0, 2), "out of order"),
        ((), "lost ['zq00000', 'zq00001', 'zq00002']"),
    ],
)
def test_the_judge_sees_what_is_wrong(written: tuple[int, ...], fault: str) -> None:
    with BotApi() as api:
        asked = {7: [Asked(api.say(7, f"what is zq0000{n}"), f"zq0000{n}") for n in range(3)]}
        for n in written:
            api.chats.call("sendMessage", {"chat_id": 7, "text": f"nothing on zq0000{n}"})
        outcome = Outcome()
        judge(api, asked, outcome)
    of_chat = [found for found in outcome.faults if found.startswith("chat 7: ")]
    assert len(of_chat) == bool(fault) and all(fault in found for found in of_chat)


# A bot that goes on.


def test_an_update_that_cannot_be_parsed_stops_nobody(api: BotApi, bot: BotProcess) -> None:
    assert set(api.allowed) == set(ALLOWED_UPDATES)  # said anew at each start: Telegram remembers the last list
    before = len(api.of("getUpdates"))
    api.push("message", {"message_id": 1})
    api.push("message", {"message_id": 2, "date": "yesterday", "chat": {"id": 11, "type": "private"}}, 11)
    api.push("something_new", {"id": 3})
    api.say(11, TREES)
    api.until(lambda: texts(api, 11), what="the question behind it is answered")
    assert "40 apple trees" in texts(api, 11)[0]
    api.until(lambda: api.waiting() == 0, what="all is acknowledged")
    assert len(api.of("getUpdates")) - before < 20


def test_odd_updates_stop_nobody(api: BotApi, bot: BotProcess) -> None:
    random = Random(5)
    for n in range(300):
        what = random.choice(["message", "edited_message", "inline_query", "callback_query", "my_chat_member"])
        body = mangled(SHAPES[what], random)
        api.push(what, body if isinstance(body, dict) else {}, n % 10)
    api.say(10, TREES)
    api.until(lambda: any("40 apple trees" in text for text in texts(api, 10)) and api.waiting() == 0, 40)
    assert bot.alive()


USER = {"id": 900, "is_bot": False, "first_name": "A"}
MESSAGE = {"message_id": 5, "date": 1, "chat": {"id": 900, "type": "private", "first_name": "A"}, "from": USER,
           "text": "/ask \U0001f642", "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
           "reply_to_message": {"message_id": 4, "date": 1, "chat": {"id": 900, "type": "private"}}}  # fmt: skip
MEMBER = {"status": "member", "user": USER}
SHAPES: dict[str, object] = {
    "message": MESSAGE,
    "edited_message": {**MESSAGE, "edit_date": 2},
    "inline_query": {"id": "1", "from": USER, "query": "trees", "offset": ""},
    "callback_query": {"id": "1", "from": USER, "chat_instance": "1", "data": "1|s|x", "message": MESSAGE},
    "my_chat_member": {"chat": MESSAGE["chat"], "from": USER, "date": 1, "old_chat_member": MEMBER,
                       "new_chat_member": MEMBER},
}  # fmt: skip
ODD = [None, True, -1, 2**63, 1.5, "", "x" * 5000, "\u202e\x00\ud83d", [], {}, [[]], "2025-01-01"]


def mangled(value: object, random: Random) -> object:
    """The value with something left out or replaced by something odd, anywhere in it."""
    if random.random() < 0.06:
        return random.choice(ODD)
    if isinstance(value, dict):
        return {name: mangled(inner, random) for name, inner in value.items() if random.random() > 0.04}
    return [mangled(inner, random) for inner in value] if isinstance(value, list) else value


def test_a_message_whose_answer_comes_late_is_not_sent_again(api: BotApi, bot: BotProcess) -> None:
    api.failing["sendmessage"] = ["lost", "error", "slow"]
    for chat in (12, 13, 14):
        api.say(chat, TREES)
    api.until(lambda: all(texts(api, chat) for chat in (12, 13, 14)))
    api.until(lambda: not any(seen.outcome == "slow" and not seen.done for seen in api.calls))
    settle(2.0)
    assert [len(texts(api, chat)) for chat in (12, 13, 14)] == [1, 1, 1]


def test_slow_answers_hold_up_no_other_chat(api: BotApi, bot: BotProcess) -> None:
    chats = range(60, 80)
    api.failing["sendmessage"] = ["slow"] * len(chats)  # one after the other they would take a minute
    for chat in chats:
        api.say(chat, TREES)
    api.until(lambda: all(texts(api, chat) for chat in chats), 30)
    assert not api.failing["sendmessage"]
    assert [len(texts(api, chat)) for chat in chats] == [1] * len(chats)


def test_one_chats_flood_limit_holds_up_nobody_else(api: BotApi, bot: BotProcess) -> None:
    api.say(15, TREES)
    api.until(lambda: texts(api, 15))
    api.say(15, TREES)
    api.failing["sendmessage"] = ["flood"]
    api.until(lambda: not api.failing["sendmessage"], what="the first send is refused")
    api.say(16, TREES)
    api.until(lambda: texts(api, 16) and len(texts(api, 15)) == 2)
    assert api.replies(16)[0].at < api.replies(15)[1].at
    assert not [words for words in api.broken if "15" in words]


def test_a_quick_asker_is_answered_at_telegrams_pace(api: BotApi, bot: BotProcess) -> None:
    for n in range(4):
        api.say(17, f"what is zq0000{n}")
    api.until(lambda: len(texts(api, 17)) == 4)
    assert ["zq0000" + str(n) in text for n, text in enumerate(texts(api, 17))] == [True] * 4
    assert api.broken == []


def test_groups_get_no_typing_for_quick_answers(api: BotApi, bot: BotProcess) -> None:
    chat = SUPERGROUP - 18
    for n in range(3):
        api.say(chat, f"/ask {TREES}", user=100 + n)
    api.until(lambda: len(texts(api, chat)) == 3)
    assert api.chats.chats[chat].typing == []


def test_who_blocks_the_bot_is_left_alone(api: BotApi, bot: BotProcess) -> None:
    api.say(19, "hello")
    api.until(lambda: texts(api, 19))
    api.block(19)
    for _ in range(3):
        api.say(19, TREES)
    api.say(20, TREES)
    api.until(lambda: texts(api, 20) and api.waiting() == 0)
    settle(2.5)
    refused = [seen for seen in api.of("sendMessage") if seen.chat == 19 and seen.outcome.startswith("403")]
    assert 1 <= len(refused) <= 3
    assert not bot.logged("Traceback|traceback")


def test_a_group_that_is_upgraded_is_followed(api: BotApi, bot: BotProcess) -> None:
    api.upgrade(-21, SUPERGROUP - 21)
    api.say(-21, f"/ask {TREES}", user=5)
    api.until(lambda: texts(api, SUPERGROUP - 21))
    assert "40 apple trees" in texts(api, SUPERGROUP - 21)[0]


def test_old_questions_get_one_apology(api: BotApi, bot: BotProcess) -> None:
    for n in range(4):
        api.say(22, TREES, date=int(time.time()) - HOUR + n)
    api.say(22, TREES)
    api.until(lambda: any("40 apple trees" in text for text in texts(api, 22)))
    settle(1.5)
    first, second = texts(api, 22)
    assert "40 apple trees" not in first and "40 apple trees" in second


def test_an_edit_edits_the_answer_and_channel_posts_are_passed_over(api: BotApi, bot: BotProcess) -> None:
    asked = api.say(23, "who keeps the orchard")
    api.until(lambda: texts(api, 23))
    api.rewrite(23, asked, TREES)
    api.say(SUPERGROUP - 23, TREES, kind="channel")
    api.until(lambda: "40 apple trees" in texts(api, 23)[0])
    assert len(texts(api, 23)) == 1
    assert texts(api, SUPERGROUP - 23) == []


def test_repeated_updates_are_answered_once(api: BotApi, bot: BotProcess) -> None:
    api.failing["getupdates"] = ["lost", "repeat", "lost", "page", "repeat", "repeat"]
    chats = range(50, 57)
    for chat in chats:  # one after the other: each poll brings one update, and what the fault adds to it
        api.say(chat, TREES)
        api.until(lambda chat=chat: texts(api, chat))
    settle(1.5)
    assert not api.failing["getupdates"]
    assert [len(texts(api, chat)) for chat in chats] == [1] * len(chats)


# A start.


def test_without_a_network_the_start_waits_and_says_so(place: Path) -> None:
    with BotApi() as api:
        api.down = True
        api.failing["setmycommands"] = ["error", "page"]
        with BotProcess(api, place) as bot:
            api.until(lambda: bot.logged("reach") or not bot.alive(), what="it says that it waits")
            assert bot.alive()
            api.down = False
            api.say(30, TREES)
            api.until(lambda: texts(api, 30), 40)
            api.until(lambda: any(method == "setmycommands" for method, *_ in api.chats.tables), 40)


def test_a_wrong_token_is_said_at_once(place: Path) -> None:
    with BotApi() as api, BotProcess(api, place, TELEGRAM_TOKEN="7000:" + "x" * 35) as bot:
        assert bot.wait(30) == 1
        assert bot.logged("TELEGRAM_TOKEN")
        assert not bot.logged("x" * 35)


def test_supervisors_hear_how_it_is(place: Path) -> None:
    health, told = f"unix:{place}/health", socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(f"{place}/notify")
    told.settimeout(STARTING)
    with told, BotApi() as api:
        api.down = True
        with BotProcess(api, place, NOTIFY_SOCKET=f"{place}/notify", HEALTH_LISTEN=health) as bot:
            api.until(lambda: bot.logged("reach"))
            assert fetch(health, "GET", "/healthz")[0] == 503
            api.down = False
            assert {told.recv(99), told.recv(99)} == {b"READY=1", b"WATCHDOG=1"}
            api.say(32, TREES)
            api.until(lambda: texts(api, 32))
            api.until(lambda: api.waiting() == 0)
            assert fetch(health, "GET", "/healthz")[0] == 200
            status, metrics = fetch(health, "GET", "/metrics")
            assert status == 200 and 'bot_replies_total{kind="answer"} 1.0' in metrics
            assert bot.stop() == 0
            assert told.recv(99) == b"STOPPING=1"


# An end.


def test_a_revoked_token_ends_the_bot(place: Path) -> None:
    with BotApi() as api, BotProcess(api, place) as bot:
        bot.ready()
        api.revoke()
        assert bot.wait(30) == 1
        assert bot.logged("401") and bot.logged("TELEGRAM_TOKEN")


def test_a_second_poller_ends_the_bot_with_a_clear_message(place: Path) -> None:
    with BotApi() as api, BotProcess(api, place) as bot:
        bot.ready()
        with BotProcess(api, place, JOURNAL="off") as other:
            api.until(lambda: not (bot.alive() and other.alive()), 40, "one of the two gives way")
            assert (other if bot.alive() else bot).wait(1) == 1
            assert bot.logged("another|409")


@pytest.mark.parametrize("signals", [1, 2])
def test_a_stop_is_quick_and_keeps_the_rest(place: Path, signals: int) -> None:
    with BotApi() as api, BotProcess(api, place) as bot:
        bot.ready()
        for n in range(4):
            api.say(31, f"what is zq0000{n}")
        api.until(lambda: texts(api, 31))
        for _ in range(signals):
            bot.terminate()
        assert bot.wait(STOPPING) == 0
        assert len(texts(api, 31)) < 4
        bot.start().ready()
        api.until(lambda: len(texts(api, 31)) >= 4)
        assert bot.stop() == 0
        assert ["zq0000" + str(n) in text for n, text in enumerate(texts(api, 31))] == [True] * 4


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_an_answer_on_its_way_at_the_end_is_not_sent_again(place: Path, end: str) -> None:
    with BotApi(Faults(slow=60.0)) as api, BotProcess(api, place) as bot:
        bot.ready()
        api.failing["sendmessage"] = ["slow"]
        api.say(33, TREES)
        api.until(lambda: texts(api, 33), what="it is in the chat, and the bot does not know")
        if end == "stop":
            assert bot.stop() == 0
        else:
            bot.kill()
        bot.start().ready()
        api.until(lambda: not bot.unfinished() and api.waiting() == 0)
        assert len(texts(api, 33)) == 1
        assert api.of("editMessageText")[-1].outcome.startswith("400 Bad Request: message is not modified")


# A webhook.


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


def test_only_telegram_gets_through_the_webhook(place: Path) -> None:
    with BotApi(limits=Limits()) as api, BotProcess(api, place, webhook=True) as bot:
        bot.ready()
        chat, user = {"id": 40, "type": "private"}, {"id": 40, "is_bot": False, "first_name": "A"}
        message = {"message_id": 1, "date": int(time.time()), "text": TREES, "chat": chat, "from": user}
        update = {"update_id": 9, "message": message}
        for header, status in (("wrong", 403), (None, 403)):
            assert knock(bot, json.dumps(update), header) == status
        assert knock(bot, "{", "s3cret") in (200, 400)
        api.push("message", {"message_id": 1}, 41)  # cannot be parsed, and stands before the question in its chat
        api.say(41, TREES)
        api.until(lambda: texts(api, 41))
        assert texts(api, 40) == []
        assert set(api.hook.allowed) == set(ALLOWED_UPDATES)
        assert bot.stop() == 0


def knock(bot: BotProcess, body: str, secret: str | None) -> int:
    """Post to the webhook as somebody who has found it; the answer's status."""
    headers = {"Content-Type": "application/json"} | ({"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {})
    return fetch(bot.environment["WEBHOOK_LISTEN"], "POST", "/hook", body, headers)[0]


def fetch(place: str, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, str]:
    """A request to a server on a Unix socket: the answer's status and body."""
    connection = UnixConnection(place.removeprefix("unix:"))
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    status, text = answer.status, answer.read().decode()
    connection.close()
    return status, text
