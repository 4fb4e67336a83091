"""The fixed questions are well formed, and their floors hold; `coalition-bot eval` shows the whole table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import evaluation_report as report
from bot import questions
from bot.errors import BotError
from bot.evaluation import Graded, Outcome
from bot.model import Knowledge
from bot.questions import HALVES, FaultyQuestions, Item

LEAST_ITEMS = 700  # issue 3
MOST_SHARED = 8  # questions that stand in both halves


def test_there_are_enough(items: tuple[Item, ...]) -> None:
    assert len(items) >= LEAST_ITEMS


def test_every_expected_fact_exists(items: tuple[Item, ...], known: Knowledge) -> None:
    assert [str(problem) for problem in questions.unknown_facts(items, known)] == []


def test_the_halves_share_no_question() -> None:
    asked = {
        half: {
            item.turns[0].question
            for item in questions.load(questions.default_folder(), (half,))
            if len(item.turns) == 1
        }
        for half in HALVES
    }
    # Greetings and attacks have only so many wordings.
    assert len(asked["tune"] & asked["held_out"]) <= MOST_SHARED


@pytest.mark.parametrize("half", HALVES)
def test_floor_of_right_answers(half: str, graded: tuple[Graded, ...]) -> None:
    some = [g for g in graded if g.half == half]
    assert _share(some, Outcome.RIGHT) >= report.LEAST_RIGHT[half], _worst(some)


@pytest.mark.parametrize("half", HALVES)
def test_wrong_answers_where_nothing_is_known(half: str, graded: tuple[Graded, ...]) -> None:
    some = [g for g in graded if g.half == half and not g.expected.answerable]
    assert _share(some, Outcome.WRONG) <= report.MOST_WRONG_UNANSWERABLE, _worst(some)


def test_every_citation_belongs_to_its_fact(graded: tuple[Graded, ...]) -> None:
    assert [fault for g in graded for fault in g.faults] == []


def test_the_baseline_knows_every_question(graded: tuple[Graded, ...]) -> None:
    baseline = report.read_baseline(questions.default_folder() / "baseline.json")
    assert baseline is not None
    comparison = report.compared(report.outcomes(graded), baseline, complete=True)
    assert (comparison.new, comparison.gone) == ((), ()), "run coalition-bot eval --write-baseline"


def _share(graded: list[Graded], outcome: Outcome) -> float:
    return sum(g.outcome is outcome for g in graded) / len(graded)


def _worst(graded: list[Graded]) -> str:
    return "\n".join(f"{g.key} {g.outcome}: {g.expected.question}" for g in graded if g.outcome is Outcome.WRONG)


GOOD = {"id": "a-1", "question": "who?", "facts": ["some-fact"]}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "is no JSON"),
        ("[]", "is no JSON object"),
        (GOOD | {"id": "A 1"}, "has no id"),
        ({"id": "a-1", "facts": ["some-fact"]}, "has no question"),
        (GOOD | {"containing": ["x"]}, 'unknown field "containing"; did you mean contains?'),
        (GOOD | {"facts": "some-fact"}, "facts is no list of texts"),
        (GOOD | {"reason": "unknown"}, "says neither or both"),
        ({"id": "a-1", "question": "who?"}, "says neither or both"),
        ({"id": "a-1", "question": "who?", "reason": "unknwn"}, 'reason "unknwn" is not known here'),
        (GOOD | {"contains": ["("]}, "is no regular expression"),
        (GOOD | {"unless": ["x"]}, "has unless without reason"),
        (GOOD | {"today": "yesterday"}, 'today: "yesterday" is no day'),
        ({"id": "a-1", "turns": []}, "turns is no list of two or more objects"),
        (GOOD | {"turns": [{"question": "a", "facts": ["x"]}] * 2}, "has both turns and fields of a turn"),
        (
            {"id": "a-1", "turns": [{"question": "a", "facts": ["x"]}, {"question": "b"}]},
            "turn 2: says neither or both",
        ),
    ],
)
def test_a_faulty_line_is_told_with_its_address(tmp_path: Path, line: object, what: str) -> None:
    text = line if isinstance(line, str) else json.dumps(line)
    with pytest.raises(FaultyQuestions) as caught:
        _load(tmp_path, json.dumps(GOOD | {"id": "fine"}), text)
    [problem] = caught.value.problems
    assert what in str(problem)
    assert problem.line == 2 and problem.mend


def test_an_id_is_used_once(tmp_path: Path) -> None:
    with pytest.raises(FaultyQuestions, match="id a-1 is used before, at .*who.jsonl:1"):
        _load(tmp_path, json.dumps(GOOD), json.dumps(GOOD))


def test_without_the_folder_there_is_a_mend(tmp_path: Path) -> None:
    with pytest.raises(BotError, match="--questions DIR"):
        questions.load(tmp_path / "nowhere")


def _load(folder: Path, *lines: str) -> tuple[Item, ...]:
    (folder / "tune").mkdir()
    (folder / "tune" / "who.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return questions.load(folder, ("tune",))
