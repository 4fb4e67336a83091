"""How many messages one process carries: python benchmarks/throughput.py [--messages 3000] [--json FILE]

The fixed questions arrive from many chats, all at once, and go the whole way: journal, lane, engine, journal, delivery,
journal. The limits of Telegram are out of the way. Each journal is measured with a wire that answers at once (the
bot's own work) and with HTTP to a server on loopback in a process of its own. Shown are messages a second of the clock
and of the process's own processor time, how many times that is of what Telegram lets one bot send, and what a message
costs in starts of a bare interpreter: on a machine that others use both times grow, and only this ratio stays.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from postgres import PostgresServer, missing

from bot import knowledge, questions
from bot.delivery import Delivery
from bot.engine import Engine
from bot.english_delivery import DELIVERY_PHRASES
from bot.intake import Intake
from bot.journal import Journal
from bot.journal_sql import SqlJournal
from bot.lanes import Lanes
from bot.live import Live, Served
from bot.pacing import Pacing
from bot.sharing import Sharing
from bot.stopping import Stop
from bot.telegram_answers import respond
from bot.telegram_desk import Desk, Me
from bot.wire import HttpWire, Wire
from bot.working import Worker

ALLOWED = 30  # messages a second that Telegram lets one bot send
WANTED = 10  # times that one process is to carry
CHATS = 600
STARTS = 10  # of a bare interpreter, before a run and after it
BATCH = 100  # updates that one getUpdates brings
TOKEN = "7000:AAtestTESTtestTESTtestTESTtestTEST0"
BOT = 7000
FILE, POSTGRES, DURABLE = "SQLite", "PostgreSQL", "PostgreSQL, each commit on the disk"


@dataclass(frozen=True)
class Carried:
    """What one run carried."""

    name: str
    messages: int
    seconds: float
    processor: float
    bare: float  # seconds of processor time for a bare interpreter, just before and after

    @property
    def rate(self) -> float:
        """Messages a second of the clock."""
        return self.messages / self.seconds

    @property
    def own(self) -> float:
        """Messages a second of the process's processor time."""
        return self.messages / self.processor


class Unpaced(Pacing):
    """No limits."""

    async def turn(self, chat: int | None, *, posting: bool) -> None:
        return None


async def at_once(method: str, arguments: Mapping[str, Any], photo: bytes | None = None) -> Any:
    """A wire without a network."""
    return {"message_id": next(_IDS)}


_IDS = count(1_000)


def updates(asked: list[str], number: int) -> list[dict[str, Any]]:
    """So many questions from CHATS people in turn."""
    found = []
    for n, text in enumerate(islice(cycle(asked), number)):
        person = {"id": n % CHATS + 1, "is_bot": False, "first_name": "Ann"}
        chat = {"id": person["id"], "type": "private", "first_name": "Ann"}
        message = {"message_id": 10 * n + 1, "date": int(time.time()), "chat": chat, "from": person, "text": text}
        found.append({"update_id": n + 1, "message": message})
    return found


async def carry(journal: SqlJournal, live: Live, wire: Wire, arriving: list[dict[str, Any]]) -> tuple[float, float]:
    """Take the updates in and work them; seconds of the clock and of the processor."""
    stop, pacing = Stop(), Unpaced()
    desk = Desk(live=live, me=Me(BOT, "test_bot"), memory=journal, talks=journal.talks(live), shares=journal.shared)

    async def draw(name: str) -> bytes:
        raise NotImplementedError

    def fail(error: Exception) -> None:
        raise error

    delivery = Delivery(wire, journal, pacing, stop, draw)
    worker = Worker(journal, delivery, lambda update, now: respond(update, desk, now), DELIVERY_PHRASES, stop)
    worker.askers.admits = lambda user, now: True  # type: ignore[method-assign]
    lanes = Lanes(worker.work, stop, fail, journal if journal.shared else None)
    if journal.shared:
        delivery.working = Sharing(journal, lanes, pacing, stop).chat
    intake = Intake(journal, lanes)
    start, processor = time.perf_counter(), time.process_time()
    for first in range(0, len(arriving), BATCH):
        intake.take(arriving[first : first + BATCH])
        while len(lanes) > 2 * BATCH:
            await asyncio.sleep(0.001)
    while len(lanes):
        await asyncio.sleep(0.001)
    return time.perf_counter() - start, time.process_time() - processor


@contextmanager
def stub() -> Iterator[str]:
    """The address of a Bot API server in a process of its own."""
    command = [sys.executable, str(Path(__file__).parent / "telegram_stub.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.stdin.close()


@contextmanager
def opened(kind: str) -> Iterator[SqlJournal]:
    """An empty journal of this kind."""
    with ExitStack() as stack:
        if kind == FILE:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            journal: SqlJournal = Journal(Path(folder) / "journal.sqlite")
        else:
            from bot.journal_postgres import PostgresJournal

            server = PostgresServer(() if kind == DURABLE else ("synchronous_commit=off",))
            journal = PostgresJournal(stack.enter_context(server).url, BOT)
        stack.callback(journal.close)
        yield journal


def measure(kind: str, http: bool, live: Live, arriving: list[dict[str, Any]]) -> Carried:
    """One run."""

    async def run() -> tuple[float, float]:
        if not http:
            return await carry(journal, live, at_once, arriving)
        with stub() as address:
            async with HttpWire(TOKEN, address) as wire:
                return await carry(journal, live, wire, arriving)

    bare = [interpreter() for _ in range(STARTS)]
    with opened(kind) as journal:
        seconds, processor = asyncio.run(run())
        left = len(journal.waiting())
    assert not left, f"{left} updates were not worked"
    bare += [interpreter() for _ in range(STARTS)]
    name = f"{kind}, {'with HTTP' if http else 'own work'}"
    return Carried(name, len(arriving), seconds, processor, statistics.median(bare))


def interpreter() -> float:
    """The processor time of a bare interpreter, in seconds."""
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=3_000)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures go, too")
    parser.add_argument("--profile", choices=(FILE, POSTGRES), help="show where the time of one run with HTTP goes")
    given = parser.parse_args()
    known = knowledge.load_or_raise(knowledge.default_folder())
    live = Live(Served.of(Engine(known, known.topic.reviewed)))
    asked = [turn.question for item in questions.load(questions.default_folder()) for turn in item.turns[:1]]
    arriving = updates(asked, given.messages)
    measure(FILE, False, live, arriving[:200])  # warm
    if given.profile:
        profile = cProfile.Profile()
        profile.runcall(measure, given.profile, True, live, arriving)
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        return 0
    kinds = [FILE] if missing() else [FILE, POSTGRES, DURABLE]
    found = [measure(kind, http, live, arriving) for kind in kinds for http in (False, True)]
    print(f"{'':52}{'messages/s':>12}{'times':>8}{'a processor s':>16}{'times':>8}{'starts':>9}{'bare, ms':>10}")
    for one in found:
        times, own = one.rate / ALLOWED, one.own / ALLOWED
        cost = f"{one.processor / one.messages / one.bare:9.2f}{1000 * one.bare:10.1f}"
        print(f"{one.name:52}{one.rate:12.0f}{times:8.1f}{one.own:16.0f}{own:8.1f}{cost}")
    if given.json:
        rows = [{"name": one.name, "rate": one.rate, "own": one.own, "bare": one.bare} for one in found]
        given.json.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return 0 if found[1].rate > WANTED * ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
