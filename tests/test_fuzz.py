"""Whatever is typed, there is a reply: short, grounded, and no exception.

2,000 examples in every run; `pytest --hypothesis-profile nightly` takes 50,000. Times are measured in
benchmarks/run.py.
"""

from __future__ import annotations

import pytest
from grounding import Law
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.dialogue import Conversation
from bot.engine import Engine
from bot.evaluation import replies
from bot.questions import Item

# Words that questions are made of, and what markup, templates and keyboards add.
WORDS = """
who when where why how many much is the in and or before after him it there ? ! . , ' more source? 1 no usa US it's
coalition latvia uk norway joined leads member members fund money drones minister 2024 2025 €20m 30k i meant sorry
пан 😀 [1] Sources: {title} %s \u200b
""".split()  # noqa: SIM905
ANYTHING = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=10).map(" ".join),
    st.text(max_size=12).map(lambda text: text * 400),
)


@pytest.fixture(scope="module")
def law(engine: Engine) -> Law:
    return Law(engine.knowledge, engine.language)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=ANYTHING)
@example(text="ÆÆŒ" * 400)  # one word, longer when its letters are taken apart
def test_any_text_alone(text: str, engine: Engine, law: Law) -> None:
    assert law.breaches(engine.ask(text, today=engine.knowledge.topic.reviewed)) == []


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(ANYTHING, min_size=1, max_size=4))
def test_any_conversation(texts: list[str], engine: Engine, law: Law) -> None:
    conversation = Conversation()
    for number, text in enumerate(("who leads the coalition", *texts)):
        turn = engine.ask(text, conversation, today=engine.knowledge.topic.reviewed, now=60.0 * number)
        assert law.breaches(turn) == []
        conversation = turn.conversation


def test_fixed_questions_get_short_replies(items: tuple[Item, ...], engine: Engine, law: Law) -> None:
    for item in items[:: len(items) // 50]:
        for asked in replies(item, engine):
            assert law.breaches(asked.turn) == []
