"""Many questions in one process: python benchmarks/soak.py [--questions 50000] [--picture benchmarks/soak.png]

The fixed questions are asked again and again, the whole way from journal to journal (benchmarks/throughput.py), the
first and the last time by people who never asked before, in between by the same MANY. Prints memory and open handles
as they go, and whether the last answers are those of the first, byte for byte. Exit code 1 when memory grew by more
than GROWTH after the people were known, a handle was left open, or an answer changed.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from throughput import BATCH, Unpaced

from bot import knowledge, questions
from bot.delivery import Delivery
from bot.engine import Engine
from bot.english_delivery import DELIVERY_PHRASES
from bot.intake import Intake
from bot.journal import Journal
from bot.lanes import Lanes
from bot.live import Live, Served
from bot.stopping import Stop
from bot.telegram_answers import respond
from bot.telegram_desk import Desk, Me
from bot.working import Worker

MANY = 12_000  # people: more than conversations are remembered of
LOOK = 1_000  # questions between looks at the memory
SETTLED = 2 * MANY  # questions after which every memory has what it can hold
GROWTH = 0.05  # of the memory then, that it may grow by until the end
MEGABYTE = 1 << 20


def memory() -> float:
    """The resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def handles() -> int:
    """How many files and sockets are open."""
    return len(os.listdir("/proc/self/fd"))


class Soak:
    """The bot without a network; `sent` has the digest of what it says to each person, while somebody listens."""

    def __init__(self, live: Live, path: Path) -> None:
        self.journal, self.stop, self._ids = Journal(path), Stop(), count(1)
        self.sent: dict[int, bytes] | None = None
        today = live.current.engine.knowledge.topic.reviewed
        desk = Desk(live=live, me=Me(7000, "test_bot"), memory=self.journal, today=today)
        delivery = Delivery(self._wire, self.journal, Unpaced(), self.stop, self._draw)
        answer = lambda update, now: respond(update, desk, now)  # noqa: E731
        worker = Worker(self.journal, delivery, answer, DELIVERY_PHRASES, self.stop)
        worker.askers.admits = lambda user, now: True  # type: ignore[method-assign]
        self.lanes = Lanes(worker.work, self.stop, self._fail)
        self.intake = Intake(self.journal, self.lanes)

    async def _wire(self, method: str, arguments: Mapping[str, Any], photo: bytes | None = None) -> Any:
        if self.sent is not None:
            shown = [arguments.get(name) for name in ("text", "entities", "reply_markup")]
            said = self.sent.get(arguments["chat_id"], b"") + json.dumps(shown).encode()
            self.sent[arguments["chat_id"]] = hashlib.blake2b(said, digest_size=16).digest()
        return {"message_id": next(self._ids)}

    async def _draw(self, name: str) -> bytes:
        raise NotImplementedError

    def _fail(self, error: Exception) -> None:
        raise error

    async def ask(self, asked: list[tuple[int, str]]) -> None:
        """Let these people ask, and wait for all answers."""
        updates = []
        for person, text in asked:
            number = next(self._ids)
            who = {"id": person, "is_bot": False, "first_name": "Ann"}
            chat = {"id": person, "type": "private", "first_name": "Ann"}
            message = {"message_id": number, "date": int(time.time()), "chat": chat, "from": who, "text": text}
            updates.append({"update_id": number, "message": message})
        self.intake.take(updates)
        while len(self.lanes):
            await asyncio.sleep(0)


async def run(soak: Soak, asked: list[str], number: int) -> tuple[list[tuple[int, float, int]], int]:
    """Ask so many questions; the curve (questions, MB, handles), and how many answers changed."""
    curve: list[tuple[int, float, int]] = []
    passes: list[dict[int, bytes]] = []
    people = count(10 * MANY)
    done = 0

    async def some(pairs: list[tuple[int, str]]) -> None:
        nonlocal done
        for first in range(0, len(pairs), BATCH):
            await soak.ask(pairs[first : first + BATCH])
            before, done = done, done + len(pairs[first : first + BATCH])
            if done // LOOK > before // LOOK:
                soak.journal.purge(time.time())
                curve.append((done, memory(), handles()))
                if done % (5 * LOOK) < BATCH:
                    print(f"{done:8,} questions  {curve[-1][1]:6.1f} MB  {curve[-1][2]} handles", flush=True)

    async def listened() -> None:
        who = [next(people) for _ in asked]
        soak.sent = {}
        await some(list(zip(who, asked, strict=True)))
        passes.append({n: soak.sent[person] for n, person in enumerate(who)})
        soak.sent = None

    await listened()
    between = number - 2 * len(asked)
    await some([(n % MANY + 1, asked[(n * 7) % len(asked)]) for n in range(between)])
    await listened()
    return curve, sum(passes[0][n] != passes[1][n] for n in passes[0])


def draw(curve: list[tuple[int, float, int]], path: Path) -> None:
    """The curve as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4), dpi=100)
    axes.plot([n for n, _, _ in curve], [mb for _, mb, _ in curve], color="#1f5a94")
    axes.axvline(MANY, color="#bbbbbb", linestyle=":")
    axes.text(MANY, 2, " the 10,000 conversations are full", color="#777777", fontsize=8)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("questions asked of one process")
    axes.set_ylabel("resident memory, MB")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=50_000)
    parser.add_argument("--picture", type=Path, metavar="FILE")
    given = parser.parse_args()
    known = knowledge.load_or_raise(knowledge.default_folder())
    live = Live(Served.of(Engine(known, known.topic.reviewed)))
    asked = [turn.question for item in questions.load(questions.default_folder()) for turn in item.turns[:1]]
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(live, Path(folder) / "journal.sqlite")
        start = memory()
        curve, changed = asyncio.run(run(soak, asked, given.questions))
        soak.journal.close()
    settled = next((mb for n, mb, _ in curve if n >= SETTLED), curve[0][1])
    grown, leaked = curve[-1][1] / settled - 1, curve[-1][2] - curve[0][2]
    then, end = f"{settled:.1f} MB after {SETTLED:,} questions", f"{curve[-1][1]:.1f} MB at the end"
    print(f"{start:.0f} MB at the start, {then}, {end}: grown by {grown:.1%}")
    print(f"{leaked} handles more than at first; {changed} of {len(asked)} answers changed")
    if given.picture:
        draw(curve, given.picture)
    return 1 if grown > GROWTH or leaked > 0 or changed else 0


if __name__ == "__main__":
    sys.exit(main())
