"""The process around the bot, without a network: how it starts, watches itself and ends."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fake_wire import failure

from bot import cli, pulse, telegram_bot
from bot.engine import Engine
from bot.errors import BotError
from bot.journal import Journal
from bot.live import Live, Served
from bot.pulse import NO_ANSWER, NO_UPDATES
from bot.settings import OFF, TelegramSettings
from bot.stopping import Stopped
from bot.streams import World
from bot.telegram_bot import Surroundings, _Process
from bot.telegram_calls import Plan
from bot.working import TEST

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz-_01234"
ME = {"id": 99, "username": "a_bot", "is_bot": True, "first_name": "B", "can_read_all_group_messages": False}


@dataclass
class Telegram:
    """A Bot API in memory with one user who writes; `ends` when it has been answered, by a signal to the process."""

    texts: list[str]
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    signals: int = 1

    def __call__(self, token: str, api: str) -> Telegram:
        return self

    async def __aenter__(self) -> Any:
        return self.wire

    async def __aexit__(self, *_: object) -> None:
        return None

    async def wire(self, method: str, arguments: Mapping[str, Any], photo: bytes | None = None) -> Any:
        self.calls.append((method, dict(arguments)))
        if self.faults.get(method):
            raise self.faults[method].pop(0)
        if method == "get_me":
            return ME
        if method == "get_updates":
            return await self._updates(arguments.get("offset", 1))
        if method == "send_message":
            if len(self.answers()) == len(self.texts):
                for _ in range(self.signals):
                    os.kill(os.getpid(), signal.SIGTERM)
            return {"message_id": 1000 + len(self.calls)}
        return True

    async def _updates(self, offset: int) -> list[dict[str, Any]]:
        if offset > len(self.texts):
            await asyncio.sleep(60)
        user = {"id": 7, "is_bot": False, "first_name": "Ann"}
        now = int(telegram_bot.time.time())
        body = {"date": now, "chat": {"id": 7, "type": "private", "first_name": "Ann"}, "from": user}
        numbered = enumerate(self.texts, 1)
        return [{"update_id": n, "message": {**body, "message_id": n, "text": text}} for n, text in numbered if n >= offset]

    def answers(self) -> list[str]:
        return [arguments["text"] for method, arguments in self.calls if method == "send_message"]

    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]


@pytest.fixture
def given(engine: Engine) -> Surroundings:
    return Surroundings(Live(Served.of(engine)), {})


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("bot.telegram_bot", "bot.intake"):
        monkeypatch.setattr(f"{room}.pause", lambda tries, chance: 0.0)


def run(telegram: Telegram, given: Surroundings, monkeypatch: pytest.MonkeyPatch, path: Path | None = None) -> None:
    monkeypatch.setattr(telegram_bot, "HttpWire", telegram)
    telegram_bot.run(TelegramSettings(TOKEN, journal=str(path or OFF)), given)


def test_it_starts_answers_and_ends(given: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram = Telegram(["how many members are there?"])
    run(telegram, given, monkeypatch)
    assert len(telegram.answers()) == 1
    assert telegram.methods()[:2] == ["get_me", "delete_webhook"]


@pytest.mark.parametrize("signals", [1, 2])
def test_what_is_left_at_a_signal_is_answered_after_the_next_start(
    given: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, signals: int
) -> None:
    """The second question waits for its chat's turn when the signal comes."""
    path = tmp_path / "journal"
    telegram = Telegram(["who are you?", "how many members are there?"], signals=signals)
    telegram.answers = lambda: [""] * 2  # type: ignore[method-assign]  # the signal comes with the first answer
    run(telegram, given, monkeypatch, path)
    assert telegram.methods().count("send_message") == 1
    journal = Journal(path)
    assert [row.update_id for row in journal.waiting()] == [2]
    journal.close()
    again = Telegram(["", ""])
    again.answers = lambda: [""] * 2  # type: ignore[method-assign]
    run(again, given, monkeypatch, path)
    assert [a["text"] for m, a in again.calls if m == "send_message"] != []
    assert again.methods().count("send_message") == 1


def test_a_start_without_a_network_waits(given: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = {"get_me": [failure("unmade"), failure("page")], "delete_webhook": [failure("late")]}
    telegram = Telegram(["hello"], faults)
    run(telegram, given, monkeypatch)
    counts = {method: telegram.methods().count(method) for method in ("get_me", "delete_webhook")}
    assert counts == {"get_me": 3, "delete_webhook": 2} and len(telegram.answers()) == 1


@pytest.mark.parametrize("method", ["get_me", "delete_webhook", "get_updates", "set_my_description", "send_message"])
def test_a_rejected_token_ends_it_wherever_it_shows(
    given: Surroundings, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    with pytest.raises(BotError, match="401"):
        run(Telegram(["hello"] * (method != "set_my_description"), {method: [failure("revoked")]}), given, monkeypatch)


def test_introductions_are_tried_again_and_may_be_refused(given: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    process = _Process(TelegramSettings(TOKEN), given, Journal(None))
    faults = {"set_my_commands": [failure("page"), failure("refused"), failure("flood")]}
    telegram = Telegram([], faults)

    async def sleep(seconds: float) -> None:
        return None

    process.stop.sleep = sleep  # type: ignore[method-assign]
    asyncio.run(process._introduce(telegram.wire))
    asked = [json.dumps(arguments, sort_keys=True) for method, arguments in telegram.calls]
    assert len(set(asked)) == len(asked) - 2 and "set_my_description" in telegram.methods()


# The watchdog.


class Watched(_Process):
    """A process whose watchdog runs so many rounds; `hear` says which test updates come through."""

    def __init__(self, given: Surroundings, rounds: int, hear: Any = lambda n: True, settings: Any = None) -> None:
        super().__init__(settings or TelegramSettings(TOKEN), given, Journal(None))
        self.rounds, self.hear, self.seen = rounds, hear, list[str]()
        self.late = False  # whether a test update that does not come through in time comes through at all
        self.stop.sleep = self._sleep  # type: ignore[method-assign]
        self.pulse.ready()

    async def _sleep(self, seconds: float) -> None:
        self.seen.append(self.pulse.fault)
        if self.late:
            self.journal.plan(-1, Plan(kind=TEST), 0.0)
        if len(self.seen) == self.rounds:
            raise Stopped

    async def _work(self, update_id: int) -> None:
        if self.hear(len(self.seen)):
            self.journal.plan(update_id, Plan(kind=TEST), 0.0)
            self._done(TEST, 0.0)


def watch(process: Watched) -> list[str]:
    """What /healthz said in each round."""
    try:
        asyncio.run(process.pulse.run())
    except Stopped:
        pass
    return process.seen


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "PULSE_LATE", 0.01)


@pytest.mark.usefixtures("_impatient")
def test_a_wedged_bot_gives_itself_up(given: Surroundings) -> None:
    process = Watched(given, 9, hear=lambda n: n < 2)
    with pytest.raises(BotError, match=f"wedged .{NO_ANSWER}. and ended"):
        watch(process)
    assert process.seen == ["", "", NO_ANSWER, NO_ANSWER]


@pytest.mark.usefixtures("_impatient")
def test_a_late_test_is_forgiven(given: Surroundings) -> None:
    process = Watched(given, 3, hear=lambda n: n != 1)
    process.late = True
    assert watch(process) == ["", NO_ANSWER, ""]


def test_a_wedged_poller_is_noticed(given: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    process = Watched(given, 3)
    process.intake.asked = time.monotonic() - pulse.SILENT - 1
    with pytest.raises(BotError, match=f"wedged .{NO_UPDATES}."):
        watch(process)
    process = Watched(given, 3, settings=TelegramSettings(TOKEN, webhook="https://bot.example", secret="x"))
    process.intake.asked = -1000.0
    assert watch(process) == [""] * 3


def test_an_outage_shows_but_does_not_end_the_bot(given: Surroundings) -> None:
    process = Watched(given, 2)
    process.intake.asked = time.monotonic()
    process.pulse.fetched -= pulse.SILENT + 1
    assert watch(process) == [NO_UPDATES] * 2


def test_systemd_hears_of_a_healthy_bot_only(given: Surroundings, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "n"))
        told = Surroundings(given.live, {"NOTIFY_SOCKET": str(tmp_path / "n")}, date(2026, 1, 1))
        watch(Watched(told, 2))
        assert [sock.recv(50) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]


# The command.


@pytest.mark.parametrize(
    ("argv", "environment", "words"),
    [
        ([], {}, "TELEGRAM_TOKEN is not set; set it to the token that @BotFather gave for the bot"),
        ([], {"TELEGRAM_TOKEN": "nonsense"}, "TELEGRAM_TOKEN is no bot token; copy it whole"),
        (["--webhook", "https://bot.example/hook"], {"TELEGRAM_TOKEN": TOKEN}, "WEBHOOK_SECRET is not set"),
        (["--webhook", "bot.example"], {"TELEGRAM_TOKEN": TOKEN, "WEBHOOK_SECRET": "x"}, "WEBHOOK_URL is no address"),
    ],
)
def test_what_is_missing_is_one_line_and_exit_code_2(argv: list[str], environment: dict[str, str], words: str) -> None:
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(3)]
    assert cli.main(["telegram", *argv], World(*streams, environment)) == 2
    streams[2].seek(0)
    said = streams[2].read()
    assert words in said and said.count("\n") == 1


def test_other_commands_do_not_wait_for_telegrams_library() -> None:
    code = "import sys, bot.cli; sys.exit(any(name in sys.modules for name in ('telegram', 'tornado', 'matplotlib')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
