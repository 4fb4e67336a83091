"""Whole replies: understood, ranked, decided and rendered, on the fixed questions and on arbitrary text.

As in the program, the garbage collector does not look through the knowledge. Each question is asked in several
rounds, and its median counts; `stages` tells where the time goes.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from measuring import MILLISECONDS, Measured, timed

from bot import (
    answering,
    engine,
    knowledge,
    leading,
    lexicon,
    lists,
    periods,
    questions,
    readings,
    retrieval,
    spelling,
    talking,
)
from bot.dialogue import Conversation
from bot.engine import Engine
from bot.model import Knowledge
from bot.questions import Item
from bot.render import Renderer

MOST_MEDIAN, MOST_P99 = 1.0, 5.0  # milliseconds (issue 6)
MOST_P99_ARBITRARY = 50.0  # milliseconds (issue 3): with messages as long as a chat allows
ROUNDS = 5
FUZZ = 1_000  # arbitrary texts
SEED = 11
LETTERS = "abcdefghijklmnopqrstuvwxyz     ,.?!'0123456789äöüñçžабвгд中文🙂\u200b\n"
STAGES: tuple[tuple[Any, str, str], ...] = (
    (Engine, "ask", "the rest"),
    (talking.Talk, "reply", "small talk and refusals"),
    (engine, "message", "courtesy and sentences"),
    (spelling.Speller, "correct", "spelling"),
    (lexicon.Lexicon, "analyse", "names and concepts"),
    (lexicon.Lexicon, "wording", "asks word for word"),
    (periods, "read", "dates"),
    (readings, "build", "query"),
    (readings, "timed", "time clauses"),
    (readings, "completed", "follow-ups"),
    (engine, "compare", "comparisons"),
    (retrieval.Retrieval, "rank", "ranking"),
    (lists, "verdict", "lists"),
    (leading.Leader, "lead", "the leading fact"),
    (answering.Policy, "compose", "companions"),
    (answering, "refuse", "abstentions"),
    (Renderer, "plain", "rendering"),
)


def measure() -> Iterator[Measured]:
    """Fixed questions by wall clock and by processor time, then arbitrary text."""
    known = knowledge.load_or_raise(knowledge.default_folder())
    items = questions.load(questions.default_folder())
    asker = Engine(known, known.topic.reviewed)
    renderer = Renderer(known, asker.language)
    gc.collect()
    gc.freeze()
    for name, clock in (("wall clock", time.perf_counter), ("processor", time.process_time)):
        rounds = [list(_asked(items, asker, renderer, clock)) for _ in range(ROUNDS)]
        values = tuple(map(statistics.median, zip(*rounds, strict=True)))
        yield Measured("replies", f"fixed questions, {name}", values, most_median=MOST_MEDIAN, most_p99=MOST_P99)
    words = sorted({word for item in items for turn in item.turns for word in turn.question.split()})
    today = known.topic.reviewed
    fuzz = tuple(
        timed(lambda text=text: renderer.plain(asker.ask(text, today=today))) for text in _arbitrary(FUZZ, words)
    )
    yield Measured("replies", "arbitrary text, wall clock", fuzz, most_p99=MOST_P99_ARBITRARY)


def _asked(items: tuple[Item, ...], asker: Engine, renderer: Renderer, clock: Callable[[], float]) -> Iterator[float]:
    """How long each turn of each item takes, in milliseconds."""
    for item in items:
        conversation, today = Conversation(), item.today or asker.knowledge.topic.reviewed
        for number, expected in enumerate(item.turns):
            before = clock()
            turn = asker.ask(expected.question, conversation, today=today, now=float(number))
            renderer.plain(turn)
            yield MILLISECONDS * (clock() - before)
            conversation = turn.conversation


def _arbitrary(count: int, words: list[str]) -> list[str]:
    """Half letters at random, half known words at random, up to the length of a long message."""
    random = Random(SEED)
    noise = ["".join(random.choices(LETTERS, k=random.choice((5, 40, 300, 3_000)))) for _ in range(count // 2)]
    return noise + [" ".join(random.choices(words, k=random.choice((2, 8, 40)))) for _ in range(count // 2)]


def stages(known: Knowledge, items: tuple[Item, ...]) -> dict[str, float]:
    """The mean milliseconds that a fixed question spends in each stage, without the stages inside it."""
    asker = Engine(known, known.topic.reviewed)
    renderer = Renderer(known, asker.language)
    list(_asked(items, asker, renderer, time.process_time))
    spent, inside, kept = dict.fromkeys((name for _, _, name in STAGES), 0.0), [0.0], []

    def watched(call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def watch(*values: Any, **named: Any) -> Any:
            before = time.process_time()
            inside.append(0.0)
            try:
                return call(*values, **named)
            finally:
                whole = time.process_time() - before
                spent[name] += whole - inside.pop()
                inside[-1] += whole

        return watch

    for owner, attribute, name in STAGES:
        kept.append((owner, attribute, getattr(owner, attribute)))
        setattr(owner, attribute, watched(getattr(owner, attribute), name))
    try:
        count = len(list(_asked(items, asker, renderer, time.process_time)))
    finally:
        for owner, attribute, call in kept:
            setattr(owner, attribute, call)
    return {name: MILLISECONDS * seconds / count for name, seconds in sorted(spent.items(), key=lambda pair: -pair[1])}
