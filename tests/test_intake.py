"""Updates come in by polling or webhook, and are in the journal before Telegram hears of it."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fake_wire import failure
from telegram.error import Conflict

from bot import intake as intake_room
from bot.errors import BotError
from bot.inbox import ALLOWED_UPDATES
from bot.intake import Intake, listen, poll
from bot.journal import Journal
from bot.lanes import Lanes
from bot.settings import Listener
from bot.stopping import Stop, Stopped

SECRET = "s3cret"


def update(number: int, chat: int = 7) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": chat}, "from": {"id": chat}}}


class Fetching:
    """A poll loop on a script of answers: lists of updates, or exceptions; it stops at the end of the script."""

    def __init__(self, *script: Any) -> None:
        self.script, self.asked, self.worked = list(script), list[dict[str, Any]](), list[int]()
        self.journal, self.stop, self.slept, self.ready = Journal(None), Stop(), list[float](), 0

    def run(self) -> Fetching:
        async def wire(method: str, arguments: dict[str, Any], photo: bytes | None = None) -> Any:
            assert method == "get_updates"
            self.asked.append(arguments)
            known = [row.update_id for row in self.journal.waiting()]
            offset = arguments.get("offset", 0)
            assert all(number in known for number in range(1, offset)), "acknowledged before it was committed"
            answer = self.script.pop(0)
            if not self.script:
                self.stop.set()
            if isinstance(answer, Exception):
                raise answer
            return answer

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.stop.check()

        async def main() -> None:
            lanes = Lanes(self._work, Stop(), lambda error: None)
            self.stop.sleep = sleep  # type: ignore[method-assign]
            try:
                await poll(wire, Intake(self.journal, lanes), self.stop, self._ready)
            except Stopped:
                pass
            await lanes.drain(1.0)

        asyncio.run(main())
        return self

    async def _work(self, update_id: int) -> None:
        self.worked.append(update_id)

    def _ready(self) -> None:
        self.ready += 1


def test_updates_are_kept_before_they_are_acknowledged() -> None:
    run = Fetching([update(1), update(2)], [update(3)], []).run()
    assert [asked.get("offset") for asked in run.asked] == [None, 3, 4]
    assert run.worked == [1, 2, 3] and run.ready == 3


def test_the_kinds_of_update_are_always_named() -> None:
    run = Fetching([], [])
    assert [asked["allowed_updates"] for asked in run.run().asked] == [list(ALLOWED_UPDATES)] * 2
    assert run.asked[0]["timeout"] == 0 < run.asked[1]["timeout"]


def test_repeated_and_shuffled_updates_are_worked_once_in_order() -> None:
    run = Fetching([update(2), update(1)], [update(1), update(3)], [update(3)], []).run()
    assert run.worked == [1, 2, 3]


def test_numbers_that_begin_anew_are_new_updates() -> None:
    assert [asked.get("offset") for asked in Fetching([update(1), update(2)], [update(1) | {"update_id": 1}], []).run().asked] == [None, 3, 2]


@pytest.mark.parametrize("odd", [[None, 5, {}, {"update_id": "x"}], {"not": "a list"}, True])
def test_what_is_no_update_stops_nobody(odd: Any) -> None:
    run = Fetching([update(1)], odd, [update(2), *(odd if isinstance(odd, list) else [])], []).run()
    assert run.worked == [1, 2]


def test_an_outage_is_waited_out() -> None:
    run = Fetching([update(1)], *(failure(kind) for kind in ("unmade", "page", "late", "flood", "broken")), [update(2)], []).run()
    assert run.worked == [1, 2]
    assert run.slept[3] == 3.0 and len(run.slept) == 5


def test_a_second_poller_ends_this_one() -> None:
    with pytest.raises(BotError, match="another bot is running with the same token .Conflict.; stop it"):
        Fetching([], Conflict("terminated by other getUpdates request"), []).run()


def test_at_the_start_the_poll_of_a_dead_process_may_still_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Fetching(Conflict("x"), Conflict("x"), [update(1)], []).run().worked == [1]
    monkeypatch.setattr(intake_room, "INHERITED", -1.0)
    with pytest.raises(BotError, match="same token"):
        Fetching(Conflict("x"), [update(1)], []).run()


def test_a_revoked_token_ends_it() -> None:
    with pytest.raises(BotError, match="401.*TELEGRAM_TOKEN"):
        Fetching([], failure("revoked"), []).run()


# The webhook.


@contextmanager
def hook(place: Listener, journal: Journal, stop: Stop | None = None) -> Iterator[None]:
    """A listening webhook in a thread of its own."""
    loop = asyncio.new_event_loop()

    async def start() -> Callable[[], None]:
        async def work(update_id: int) -> None:
            return None

        intake = Intake(journal, Lanes(work, Stop(), lambda error: None))
        return listen(intake, place, "https://bot.example/hook", SECRET, stop or Stop()).stop

    end = loop.run_until_complete(start())
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(end)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def post(connection: http.client.HTTPConnection, body: bytes, secret: str | None = SECRET, path: str = "/hook") -> int:
    headers = {"Content-Type": "application/json"}
    connection.request("POST", path, body, headers if secret is None else headers | {"X-Telegram-Bot-Api-Secret-Token": secret})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


@pytest.mark.parametrize(
    ("secret", "path", "body", "status", "kept"),
    [
        (SECRET, "/hook", update(1), 200, 1),
        (SECRET, "/hook", {"update_id": 5, "message": {"message_id": "?"}}, 200, 1),
        ("wrong", "/hook", update(1), 403, 0),
        ("", "/hook", update(1), 403, 0),
        (None, "/hook", update(1), 403, 0),
        ("s3cr\xe9t", "/hook", update(1), 403, 0),
        (SECRET, "/other", update(1), 404, 0),
        (SECRET, "/hook", "{", 400, 0),
        (SECRET, "/hook", {"no": "update"}, 200, 0),
    ],
)
def test_who_may_bring_updates(secret: str | None, path: str, body: Any, status: int, kept: int) -> None:
    journal, port = Journal(None), free_port()
    with hook(Listener("127.0.0.1", port), journal):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        assert post(connection, (body if isinstance(body, str) else json.dumps(body)).encode(), secret, path) == status
    assert len(journal.waiting()) == kept


def test_after_the_stop_telegram_is_to_come_again() -> None:
    journal, port, stop = Journal(None), free_port(), Stop()
    stop.set()
    with hook(Listener("127.0.0.1", port), journal, stop):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        assert post(connection, json.dumps(update(1)).encode()) == 503
    assert journal.waiting() == []


def test_a_unix_socket_left_by_a_killed_process_is_replaced(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("s") / "bot.sock"  # short: a socket's path has at most 107 bytes
    for number in (1, 2):
        journal = Journal(None)
        with hook(Listener(unix=str(path)), journal):
            connection = http.client.HTTPConnection("bot")
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(str(path))
            assert post(connection, json.dumps(update(number)).encode()) == 200
        assert len(journal.waiting()) == 1 and path.is_socket()


@pytest.mark.parametrize("unix", [False, True])
def test_a_taken_place_is_an_error_with_the_mend(unix: bool, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        place = Listener(unix=str(tmp_path / "no" / "folder")) if unix else Listener("127.0.0.1", port)
        with pytest.raises(BotError, match="cannot listen at .*; set another place"), hook(place, Journal(None)):
            pass
