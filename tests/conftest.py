"""What many tests share: the knowledge, one engine on it, and the fixed questions asked once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from postgres import REQUIRED, PostgresServer, missing

from bot import knowledge, questions
from bot.engine import Engine
from bot.evaluation import Graded, evaluate
from bot.model import Knowledge
from bot.questions import Item
from bot.render import Renderer

QUESTIONS = Path(__file__).parent / "questions"

# The same 2,000 examples in every run, so that a red build is red for its change; `nightly` looks further:
# pytest --hypothesis-profile nightly
settings.register_profile("ci", max_examples=2_000, derandomize=True, deadline=None, database=None)
settings.register_profile("nightly", max_examples=50_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def nightly(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for everything; otherwise a seeded share is looked at."""
    return "nightly" in (request.config.getoption("--hypothesis-profile", None), os.environ.get("HYPOTHESIS_PROFILE"))


@pytest.fixture(scope="session")
def known() -> Knowledge:
    return knowledge.load_or_raise(knowledge.default_folder())


@pytest.fixture(scope="session")
def engine(known: Knowledge) -> Engine:
    return Engine(known, known.topic.reviewed)


@pytest.fixture(scope="session")
def renderer(engine: Engine) -> Renderer:
    return Renderer(engine.knowledge, engine.language)


@pytest.fixture(scope="session")
def items() -> tuple[Item, ...]:
    return questions.load(QUESTIONS)


@pytest.fixture(scope="session")
def graded(items: tuple[Item, ...], engine: Engine) -> tuple[Graded, ...]:
    return tuple(evaluate(items, engine))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL database, in a server that ends with the tests."""
    if missing():
        if os.environ.get(REQUIRED):
            pytest.fail(missing())
        pytest.skip(missing())
    with PostgresServer() as server:
        yield server.url
