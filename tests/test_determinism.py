"""The same question gets the same bytes, in whatever process and order of hashing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from random import Random

from bot.questions import Item

ASKED = 60  # questions, of all phenomena: two seconds a process
SEED = 7

PROGRAM = """
import json, sys
from bot import knowledge
from bot.engine import Engine
from bot.render import Renderer
known = knowledge.load_or_raise(knowledge.default_folder())
engine = Engine(known, known.topic.reviewed)
renderer = Renderer(known, engine.language)
for question in json.load(sys.stdin):
    turn = engine.ask(question, today=known.topic.reviewed)
    print(json.dumps(renderer.json(turn, 0.0), ensure_ascii=True))
"""


def replies(questions: list[str], seed: str) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(questions).encode(),
        capture_output=True,
        env=environment,
        check=True,
    )
    return run.stdout


def test_the_same_bytes_in_two_processes(items: tuple[Item, ...]) -> None:
    questions = [turn.question for item in Random(SEED).sample(items, ASKED) for turn in item.turns]
    first = replies(questions, "1")
    assert first.count(b"\n") == len(questions)
    assert first == replies(questions, "4242")
