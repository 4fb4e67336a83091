"""Knowledge that benchmarks/generate.py makes is faultless, the same every time, and can be asked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))
generate = pytest.importorskip("generate", reason="benchmarks come with a checkout only")

from bot import knowledge  # noqa: E402
from bot.engine import Engine  # noqa: E402
from bot.replies import Answer  # noqa: E402

SIZE = 300  # facts
JOINED = 60_000  # numbers of facts behind those of one sentence each
ASKED = 50
LEAST_RIGHT = 0.8  # of the questions that a fact answers: a slip of a letter may be too much


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("generated") / "knowledge"
    generate.write(SIZE, made)
    return made


def test_no_rule_finds_a_problem(folder: Path) -> None:
    assert knowledge.examine(folder) == ()


def test_it_has_entities_series_and_sources(folder: Path) -> None:
    known = knowledge.load_or_raise(folder)
    assert len(known.facts) == SIZE
    assert len(known.entities) > SIZE // 100
    assert sum(bool(fact.series) for fact in known.facts.values()) == SIZE // generate.STEP


def test_a_fact_is_the_same_in_every_size(folder: Path) -> None:
    known = knowledge.load_or_raise(folder)
    for number in (0, 1, generate.STEP - 1, SIZE - 1):
        fact = generate.corpus().fact(number)
        assert known.facts[fact.id].text == fact.text


def test_joined_sentences_are_short_enough_and_about_both(folder: Path) -> None:
    for fact in map(generate.corpus().fact, range(JOINED, JOINED + SIZE)):
        assert len(fact.text.split()) <= 34
        assert all(thing.names[0] in fact.text for thing in fact.about)


def test_its_questions_are_answered_with_the_fact_they_were_made_from(folder: Path) -> None:
    known = knowledge.load_or_raise(folder)
    asker = Engine(known, known.topic.reviewed)
    right = []
    for question, expected in generate.questions(SIZE, ASKED):
        reply = asker.ask(question, today=known.topic.reviewed).reply
        if expected:
            told = [statement.fact.id for statement in reply.statements] if isinstance(reply, Answer) else []
            right.append(expected in told)
    assert sum(right) >= LEAST_RIGHT * len(right)


def test_a_folder_that_holds_something_is_left_alone(folder: Path) -> None:
    before = (folder / "topic.yaml").read_bytes()
    with pytest.raises(FileExistsError, match="holds something already"):
        generate.write(1, folder)
    assert (folder / "topic.yaml").read_bytes() == before
