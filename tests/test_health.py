"""Health and logs: what machines hear of the bot; counts and fixed words only."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import health, logs
from bot.settings import Listener


@contextmanager
def served(counts: health.Counts, faults: list[str]) -> Iterator[str]:
    """The health server in a thread of its own; its address."""
    loop = asyncio.new_event_loop()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]

    async def start() -> None:
        health.serve(Listener("127.0.0.1", port), counts, lambda: faults[0])

    loop.run_until_complete(start())
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_health_is_200_until_something_is_wrong() -> None:
    faults = [""]
    with served(health.Counts(), faults) as url:
        assert fetch(f"{url}/healthz") == (200, '{"status": "ok", "reason": ""}')
        faults[0] = "no answer to a test update"
        assert fetch(f"{url}/healthz") == (503, '{"status": "failing", "reason": "no answer to a test update"}')
        assert fetch(f"{url}/other")[0] == 404


def test_metrics_are_prometheus_text() -> None:
    counts = health.Counts(lambda: 3)
    counts.took(2, 1)
    counts.called("send_message", "sent")
    for seconds in (0.001, 0.007, 99.0):
        counts.replied("answer", seconds)
    with served(counts, [""]) as url:
        status, text = fetch(f"{url}/metrics")
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert status == 200
    assert found["bot_updates_total", "fresh"] == 2 and found["bot_updates_total", "repeated"] == 1
    assert found["bot_calls_total", "send_message", "sent"] == 1
    assert found["bot_replies_total", "answer"] == 3
    assert found["bot_waiting",] == 3
    assert [found["bot_answer_seconds_bucket", most] for most in ("0.005", "0.01", "10.0", "+Inf")] == [1, 2, 2, 3]
    assert found["bot_answer_seconds_count",] == 3 and found["bot_answer_seconds_sum",] == pytest.approx(99.008)


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_is_told(tmp_path: Path, abstract: bool) -> None:
    address = f"@bot-test-{tmp_path.name}" if abstract else str(tmp_path / "n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("\0" + address[1:] if abstract else address)
        health.notify({"NOTIFY_SOCKET": address}, "READY=1")
        assert sock.recv(100) == b"READY=1"
    health.notify({"NOTIFY_SOCKET": address}, "READY=1")  # nobody listens any more
    health.notify({}, "READY=1")


# Logs.


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def _restored() -> Iterator[None]:
    names = ["bot", *logs.SILENCED]
    before = {name: (logging.getLogger(name).level, logging.getLogger(name).propagate) for name in names}
    handlers = logging.getLogger("bot").handlers[:]
    yield
    logging.getLogger("bot").handlers[:] = handlers
    for name, (level, propagate) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).propagate = propagate


def log(stream: io.StringIO, level: str = "INFO") -> list[str]:
    """What a few events look like on a stream."""
    logs.set_up(level, stream)
    logger = logging.getLogger("bot.test")
    logger.debug("detail")
    logger.info("update", extra={"update": 5, "kind": "answer", "ms": 1.5})
    try:
        raise ValueError("what somebody wrote")
    except ValueError as error:
        logger.error("update failed", extra={"update": 6}, exc_info=error)
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot123:SECRET/getMe")
    logging.getLogger("telegram.request").error("Can not load invalid JSON data: what somebody wrote")
    return stream.getvalue().splitlines()


@pytest.mark.usefixtures("_restored")
def test_logs_are_json_where_nobody_reads_along() -> None:
    first, second = map(json.loads, log(io.StringIO()))
    assert {"level": "INFO", "event": "update", "update": 5, "kind": "answer", "ms": 1.5}.items() <= first.items()
    assert first["at"].endswith("+00:00")
    assert second["exception"] == "ValueError" and second["trace"][0].startswith("test_health.py:")


@pytest.mark.usefixtures("_restored")
@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_logs_hold_neither_texts_nor_the_token(stream: type[io.StringIO]) -> None:
    text = "\n".join(log(stream(), "DEBUG"))
    assert "somebody wrote" not in text and "SECRET" not in text
    assert "update failed" in text and "detail" in text


@pytest.mark.usefixtures("_restored")
def test_logs_are_words_at_a_terminal() -> None:
    assert log(Terminal())[0].endswith(" info: update update=5 kind=answer ms=1.5")
