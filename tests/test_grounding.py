"""No reply, to whatever is asked, holds a sentence that nobody wrote or a citation that is not its fact's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from random import Random

import pytest
from grounding import Law
from slips import slip

from bot.dialogue import Conversation
from bot.engine import Engine
from bot.evaluation import replies
from bot.model import Knowledge
from bot.questions import Item

GENERATED = 2_000  # questions in every run, in two processes at once
GENERATED_NIGHTLY = 20_000
MUTATED = 300  # fixed questions with slips and halves of others
SEED = 20_240_214
SHARES = 2  # tests that the generated questions are cut into

TEMPLATES = (
    *("{entity}", "{entity} {concept}", "{concept} {period}", "tell me about {entity}", "list all {concept}"),
    *("who is the {concept} of {entity}", "when did {entity} {concept}", "where was {concept} {period}"),
    *("how many {concept} did {entity} {concept}", "how much {concept} {entity} {period}?", "is {entity} a {concept}"),
    *("why did {entity} {concept} {period}", "which countries {concept} {entity}"),
    *("did {entity} or {entity} {concept} more?", "what is {concept} and when did {entity} {concept}"),
    *("{concept} before {entity} {concept}", "who {concept} after {entity}"),
    *("and {period}?", "what about {entity}", "source?", "more", "why?", "1"),
)
PERIODS = (
    "now",
    "in 2024",
    "in july 2025",
    "as of 1 May 2024",
    "last year",
    "in 2031",
    "at the start",
    "before 2025",
    "between may and june 2024",
    "today",
)


@pytest.fixture(scope="module")
def law(engine: Engine) -> Law:
    return Law(engine.knowledge, engine.language)


def generated(known: Knowledge, count: int, seed: int) -> Iterator[str]:
    """Questions from templates, most of them senseless, the same in every run."""
    random = Random(seed)
    entities = [
        name for entity in known.entities.values() for name in (*entity.names["en"], *entity.demonyms.get("en", ()))
    ]
    concepts = [word for concept in known.concepts.values() for word in concept.words.get("en", ())]
    for template in itertools.islice(itertools.cycle(TEMPLATES), count):
        question = template
        while "{" in question:
            question = question.replace("{entity}", random.choice(entities), 1)
            question = question.replace("{concept}", random.choice(concepts), 1)
            question = question.replace("{period}", random.choice(PERIODS), 1)
        yield question


@pytest.mark.parametrize("share", range(SHARES))
def test_generated_questions(share: int, known: Knowledge, engine: Engine, law: Law, nightly: bool) -> None:
    """Each template's cycle is one conversation, so that follow-ups have something to follow."""
    conversation = Conversation()
    for number, question in enumerate(
        generated(known, (GENERATED_NIGHTLY if nightly else GENERATED) // SHARES, SEED + share)
    ):
        turn = engine.ask(question, conversation, today=known.topic.reviewed, now=float(number))
        assert law.breaches(turn) == [], question
        conversation = Conversation(at=float(number)) if number % len(TEMPLATES) == 0 else turn.conversation


def test_fixed_questions(items: tuple[Item, ...], engine: Engine, law: Law, nightly: bool) -> None:
    chosen = items if nightly else Random(SEED).sample(items, len(items) // 3)
    for item in chosen:
        for number, asked in enumerate(replies(item, engine)):
            assert law.breaches(asked.turn) == [], item.key(number)


def test_mutated_questions(items: tuple[Item, ...], known: Knowledge, engine: Engine, law: Law) -> None:
    """Slips, and the beginning of one question with the end of another."""
    random = Random(SEED)
    singles = [item.turns[0].question for item in items]
    for _ in range(MUTATED):
        one, other = random.sample(singles, 2)
        question = slip(one[: random.randrange(len(one) + 1)] + other[random.randrange(len(other) + 1) :], random)
        assert law.breaches(engine.ask(question, today=known.topic.reviewed)) == [], question
