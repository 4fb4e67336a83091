"""Many people ask, everything fails, the bot is killed: is every question answered once, in its chat's order?

    outcome = fault_run(Plan(questions=120, chats=24, kills=2), folder)
    assert not outcome.faults

Each question is known by its answer: it asks for a word that is in no fact, which the abstention repeats, or for
something that the small topic knows. So the messages in a chat tell which of its questions were answered, how
often, and in which order.
"""

from __future__ import annotations

import json
import re
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bot_api import BotApi, Faults, Limits
from bot_process import BotProcess, settle

KNOWN = (("how many trees are there", "40 apple trees"), ("who keeps the orchard", "Ben Ash has been the keeper"))
KNOWN_SHARE = 0.3  # of the questions
GROUP_SHARE = 0.2  # of the chats: half of these are basic groups, half supergroups
DOWN = 3.0  # seconds
QUIET = 2.0  # seconds after the last answer in which a second one would show itself
ANSWERED_WORDS = tuple(words for pair in KNOWN for words in pair)  # that nothing may keep, not even unused pages
STANDS_BY = "another bot is running with the journal"
SECRET_WORDS = ("zq", "apple trees", "s3cret", "AAtestTEST")  # of questions, answers, the webhook and the token


@dataclass(frozen=True)
class Plan:
    """What to do to the bot. `rate`: questions a second; `in_group`: questions in one group at most (a group gets
    20 answers a minute, and fewer after a start); `patience`: seconds for the last answer to come. `replicas`:
    processes behind one webhook; each kill is of another one, which stays away for DOWN seconds. Of those with one
    SQLite file only one works at a time, and the others are started again and again, as a supervisor does."""

    questions: int
    chats: int
    kills: int = 0
    faults: float = 0.0
    seed: int = 1
    webhook: bool = False
    rate: float = 20.0
    in_group: int = 10
    patience: float = 60.0
    slow: float = 1.0
    replicas: int = 1
    pace: float = 1.0


@dataclass
class Outcome:
    """What came of it: `faults` in words, none if all is well; the rest are figures. Latencies in milliseconds,
    from the update to the (first) message in the chat."""

    faults: list[str] = field(default_factory=list)
    answered: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    memory: float = 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass
class Asked:
    """A question in a chat, and the words that only its answer has."""

    message: int
    marker: str


class Replicas:
    """The processes of one bot."""

    def __init__(self, plan: Plan, api: BotApi, folder: Path, journal: str) -> None:
        given = {"JOURNAL": journal} if journal else {}
        self.bots = [
            BotProcess(api, folder, webhook=plan.webhook, number=number, **given) for number in range(plan.replicas)
        ]
        self._turn = 0
        self._ended = [0.0] * plan.replicas  # when each was found to have ended; 0 for those that run

    def __enter__(self) -> Replicas:
        self.first.start()
        self.first.ready()
        for bot in self.bots[1:]:
            bot.start()
        return self

    def __exit__(self, *told: Any) -> None:
        for bot in self.bots:
            bot.__exit__(*told)

    @property
    def first(self) -> BotProcess:
        return self.bots[0]

    def kill(self) -> None:
        """SIGKILL one of those that run, in turn; alone it is started again at once."""
        running = [number for number, bot in enumerate(self.bots) if bot.alive()]
        if not running:
            return
        number = running[self._turn % len(running)]
        self._turn += 1
        self.bots[number].kill()
        self._ended[number] = time.monotonic()
        if len(self.bots) == 1:
            self.revive(0.0)

    def revive(self, after: float = DOWN) -> None:
        """Start those again that have ended so many seconds ago."""
        for number, bot in enumerate(self.bots):
            if bot.alive():
                self._ended[number] = 0.0
            elif not self._ended[number]:
                self._ended[number] = time.monotonic()
            elif time.monotonic() - self._ended[number] >= after:
                bot.start()
                self._ended[number] = 0.0


def fault_run(plan: Plan, folder: Path, journal: str = "") -> Outcome:
    """Run the real process through the plan, with the journal at an address or in a file of its own. Deterministic in
    what is asked and what fails, not in when."""
    faults = Faults(plan.faults, plan.seed, slow=plan.slow)
    asked: dict[int, list[Asked]] = {}
    outcome = Outcome()
    with BotApi(faults, Limits(), pace=plan.pace) as api, Replicas(plan, api, folder, journal) as replicas:
        begun = time.time()
        _ask(plan, api, replicas, asked)
        _await(plan, api, replicas, asked)
        last = max((m.at for chat in asked for m in api.replies(chat)), default=begun)
        outcome.seconds = last - begun
        outcome.memory = max((bot.memory() for bot in replicas.bots if bot.alive()), default=0.0)
        settle(QUIET)
        _stop(replicas, outcome)
        judge(api, asked, outcome)
        _judge_traces(replicas, outcome)
        outcome.injected, outcome.calls = api.injected, Counter(seen.method for seen in api.calls)
    return outcome


def _ask(plan: Plan, api: BotApi, replicas: Replicas, asked: dict[int, list[Asked]]) -> None:
    random = Random(plan.seed)
    groups = int(plan.chats * GROUP_SHARE)
    chats = [-(n + 1) if n % 2 else -1_000_000_000_000 - n for n in range(groups)]
    chats += [n + 1 for n in range(plan.chats - groups)]
    deaths = {(n + 1) * plan.questions // (plan.kills + 1) for n in range(plan.kills)}
    start = time.monotonic()
    for n in range(plan.questions):
        chat = random.choice(chats)
        if chat < 0 and len(asked.get(chat, ())) >= plan.in_group:
            chat = abs(chat) % (plan.chats - groups) + 1
        marker = f"zq{n:05}"
        question = f"what is {marker}"
        if random.random() < KNOWN_SHARE:
            question, marker = random.choice(KNOWN)
        text = f"/ask {question}" if chat < 0 else question
        asked.setdefault(chat, []).append(Asked(api.say(chat, text, user=n + 1 if chat < 0 else None), marker))
        if n in deaths:
            time.sleep(random.random() * 0.3)  # anywhere in the work that is under way
            replicas.kill()
        replicas.revive()
        time.sleep(max(0.0, start + n / plan.rate - time.monotonic()))


def _await(plan: Plan, api: BotApi, replicas: Replicas, asked: dict[int, list[Asked]]) -> None:
    """Until every chat has as many answers as questions and nothing is left to do, or patience ends; what is wrong
    then is found later."""
    end = time.monotonic() + plan.patience
    while time.monotonic() < end:
        answered = all(len(api.replies(chat)) >= len(questions) for chat, questions in asked.items())
        if answered and not api.waiting() and not replicas.first.unfinished():
            return
        if plan.replicas > 1:
            replicas.revive()
        time.sleep(0.05)


def _stop(replicas: Replicas, outcome: Outcome) -> None:
    running = [bot for bot in replicas.bots if bot.alive()]
    if not running:
        outcome.faults.append(f"the bot ended by itself with {replicas.first.wait(1)}")
    for bot in running:
        code = bot.stop()
        stands_by = bot.logged(STANDS_BY)  # ... and may have been about to say so
        if code not in (0, -signal.SIGTERM, 128 + signal.SIGTERM) and not stands_by:
            outcome.faults.append(f"the bot stopped with exit code {code}")


def judge(api: BotApi, asked: dict[int, list[Asked]], outcome: Outcome) -> None:
    """Compare what is in the chats with what was asked there."""
    for chat, questions in asked.items():
        wanted, known = [one.marker for one in questions], {marker for _, marker in KNOWN}
        replies = api.replies(chat)
        got = [_marker(reply.text, known) for reply in replies]
        outcome.answered += len(got)
        if got != wanted:
            outcome.faults.append(f"chat {chat}: {_difference(wanted, got)}")
            continue
        for question, reply in zip(questions, replies, strict=True):
            outcome.latencies.append(1000 * (reply.at - api.posted_at[chat, question.message]))
            if chat < 0 and reply.reply_to != question.message:
                outcome.faults.append(f"chat {chat}: the answer to {question.message} replies to {reply.reply_to}")
    outcome.faults += [f"limit broken: {words}" for words in api.broken]
    if api.waiting():
        outcome.faults.append(f"{api.waiting()} updates were never acknowledged")


def _marker(text: str, known: set[str]) -> str:
    nonce = re.search(r"zq\d{5}", text)
    return nonce[0] if nonce else next((marker for marker in known if marker in text), f"? {text[:40]}")


def _difference(wanted: list[str], got: list[str]) -> str:
    lost, twice = Counter(wanted) - Counter(got), Counter(got) - Counter(wanted)
    parts = [f"lost {sorted(lost.elements())}"] * bool(lost) + [f"too many {sorted(twice.elements())}"] * bool(twice)
    return ", ".join(parts) or f"out of order: {wanted} became {got}"


def _judge_traces(replicas: Replicas, outcome: Outcome) -> None:
    """Neither the log nor the journal keeps what people wrote, except questions without an answer, for curators, and
    for a while what a conversation that processes share goes on from."""
    bot = replicas.first
    log = "\n".join(line for one in replicas.bots for line in one.lines())
    outcome.faults += [f"the log holds {words!r}" for words in SECRET_WORDS if words in log]
    if "Traceback" in log:
        outcome.faults.append("the log holds a traceback")
    for table in bot.tables():
        rows = json.dumps(bot.query(f"SELECT * FROM {table}"), default=str)
        if table not in ("unanswered", "talks") and any(words in rows for words in SECRET_WORDS):
            outcome.faults.append(f"the journal's table {table} still holds texts")
    files = sorted(bot.journal.parent.glob(bot.journal.name + "*"))
    on_disk = b"".join(file.read_bytes() for file in files)
    kept = [words for words in ANSWERED_WORDS if words.encode() in on_disk]
    outcome.faults += [f"the journal's file still holds {words!r}" for words in kept]
