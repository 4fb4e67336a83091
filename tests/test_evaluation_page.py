"""The report on the fixed questions: the page and the coverage, on the small topic."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import orchard_questions
import pytest
from test_pages import Strict, needs_from_outside
from worlds import ORCHARD, Ran, orchard

from bot import coverage, evaluation_report, knowledge, questions
from bot.coverage import Touch
from bot.engine import Engine
from bot.english import ENGLISH
from bot.english_pages import PAGE_PHRASES
from bot.evaluation import Graded, evaluate
from bot.evaluation_page import Evaluated, evaluation_page, keys_to_explain
from bot.model import Fact, Knowledge


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return orchard_questions.write(tmp_path_factory.mktemp("asked") / "questions")


@pytest.fixture(scope="module")
def small() -> Knowledge:
    return knowledge.load_or_raise(ORCHARD)


@pytest.fixture(scope="module")
def answers(asked: Path, small: Knowledge) -> tuple[Graded, ...]:
    """The graded replies, each after as many milliseconds as it has place in the order."""
    found = evaluate(questions.load(asked), Engine(small, small.topic.reviewed))
    return tuple(replace(one, milliseconds=float(place)) for place, one in enumerate(found))


def report(small: Knowledge, graded: tuple[Graded, ...], **changes: object) -> Evaluated:
    reached = coverage.coverage(small, graded)
    whole = Evaluated(small, ENGLISH, graded, evaluation_report.Comparison(), (), reached, {"wrong": "a <trace>"})
    return replace(whole, **changes)


def ev(asked: Path, *options: str) -> Ran:
    return orchard("eval", "--questions", str(asked), *options)


def test_coverage_by_file_and_line(asked: Path) -> None:
    ran = ev(asked, "--coverage")
    lines = ran.out.splitlines()
    assert lines[0] == f"{ORCHARD}/facts/orchard.yaml:1:7: keeper-ada: no question is about it"
    assert lines[-4:] == [
        "file                facts  untouched  expected  shown",
        "facts/orchard.yaml      7          1         0      6",
        "",
        "Replies cite 6 of 7 facts.",
    ]
    found = json.loads(ev(asked, "--coverage", "--json").out)["coverage"]
    assert [one["fact"] for one in found["untouched"]] == ["keeper-ada"]
    assert (found["facts"], found["expected"], found["series"], found["lists"]) == (7, [], [], [])
    assert "coverage" not in json.loads(ev(asked, "--json").out)


# Which replies are taken away, and what then is not reached: facts by touch, series, lists.
@pytest.mark.parametrize(
    ("keys", "untouched", "expected", "series"),
    [
        ((), ["keeper-ada"], [], []),
        (("keeper",), ["keeper-ada", "keeper-ben"], [], ["keeper"]),
        (("wrong",), ["keeper-ada"], [], []),  # the other reply about trees shows the dispute, too
        (("wrong", "trees"), ["keeper-ada", "trees-40", "trees-38-register"], [], []),
    ],
)
def test_what_is_not_reached(
    keys: tuple[str, ...], untouched: list[str], expected: list[str], series: list[str],
    small: Knowledge, answers: tuple[Graded, ...],
) -> None:  # fmt: skip
    found = coverage.coverage(small, (one for one in answers if one.key not in keys))
    assert [one.fact.id for one in found.of(Touch.UNTOUCHED)] == untouched
    assert [one.fact.id for one in found.of(Touch.EXPECTED)] == expected
    assert [name for name, _ in found.series] == series


def test_a_fact_that_is_expected_but_not_shown(small: Knowledge, answers: tuple[Graded, ...]) -> None:
    silent = [replace(one, cited=()) for one in answers if one.key == "keeper"]
    found = coverage.coverage(small, silent)
    assert [one.fact.id for one in found.of(Touch.EXPECTED)] == ["keeper-ben"]
    assert [(name, place.line) for name, place in found.series] == [("keeper", 4)]


def test_lists_that_no_reply_cites(known: Knowledge) -> None:
    found = coverage.coverage(known, ())
    lists = [fact for fact in known.facts.values() if fact.items]
    assert {fact.id for fact in found.lists} == {fact.id for fact in lists}
    assert len(found.facts) == len(found.of(Touch.UNTOUCHED)) == len(known.facts)


def test_the_page_needs_nothing_and_nests(small: Knowledge, answers: tuple[Graded, ...]) -> None:
    made = evaluation_page(report(small, answers))
    assert list(needs_from_outside(made)) == []
    ids = [attributes["id"] for name, attributes in Strict(made).elements if name == "section"]
    assert ids == ["scores", "baseline", "misses", "latency", "timeline", "series", "coverage"]
    assert made == evaluation_page(report(small, answers))


def test_the_page_shows_the_numbers(small: Knowledge, answers: tuple[Graded, ...]) -> None:
    text = Strict(evaluation_page(report(small, answers))).text
    for told in (
        "How well the Hillside Orchard is answered",
        "7 fixed questions asked of 7 facts, last reviewed on 1 June 2025",
        "some words5 of 5 right; 95\xa0%: 57 to 100",
        "total5 of 5 right",
        "1 of 2 right; 95\xa0%: 9 to 911/2",
        "Wrong replies, held out: 1trees in the register",
        "Must match: nowhere",
        "a <trace>",
        "half within 3.0",
        "all within 6.0",
        "Replies cite 6 of 7 facts",
        "facts/orchard.yaml 6/7",
        "Facts that no question is about: 1placenamefacts/orchard.yaml:1keeper-ada",
        "2019-04: 2 stated",
        "Every reply is graded as in the baseline.",
    ):
        assert told in text, told


def test_the_page_shows_what_changed(small: Knowledge, answers: tuple[Graded, ...]) -> None:
    changes = evaluation_report.Comparison(fixed=("keeper",), broken=("wrong",), gone=("old-one",))
    text = Strict(evaluation_page(report(small, answers, comparison=changes, failures=("too <few>",)))).text
    assert "No longer right: 1" in text and "Right now: 1" in text and "old-one" in text and "too <few>" in text
    assert "There is no baseline yet" in Strict(evaluation_page(report(small, answers, comparison=None))).text


def test_everything_that_people_write_is_escaped(small: Knowledge, answers: tuple[Graded, ...]) -> None:
    nasty = "<script>alert(1)</script>"

    def spoiled(fact: Fact) -> Fact:
        return replace(fact, text=nasty, series=nasty, place=replace(fact.place, file=f"{nasty}/{nasty}"))

    facts = {id: spoiled(fact) for id, fact in small.facts.items()}
    known = replace(small, facts=facts, topic=replace(small.topic, title=nasty))
    expected = replace(answers[0].expected, question=nasty, facts=(nasty,))
    asked = [replace(one, key=nasty, phenomenon=nasty, head=nasty, expected=expected) for one in answers]
    done = Evaluated(
        known, ENGLISH, asked, evaluation_report.Comparison(broken=(nasty,)), (nasty,),
        coverage.coverage(known, asked), {nasty: nasty},
    )  # fmt: skip
    made = evaluation_page(done)
    assert "<script" not in made and "&lt;script" in made
    assert list(needs_from_outside(made)) == []


def test_series_are_steps_where_they_have_numbers(known: Knowledge) -> None:
    engine = Engine(known, known.topic.reviewed)
    made = evaluation_page(Evaluated(known, engine.language, (), None, (), coverage.coverage(known, ()), {}))
    cards = dict(re.findall(r"<h3>([\w-]+)</h3>(.*?)</details>", made, re.DOTALL))
    series = {fact.series for fact in known.facts.values() if fact.series}
    assert set(cards) == series
    numbered = {
        name
        for name in series
        if sum(bool(fact.values) for fact in known.facts.values() if fact.series == name) > 1
    }
    assert any('class="step"' in cards[name] for name in numbered)
    assert not any('class="step"' in cards[name] for name in series - numbered)


def test_a_page_without_a_question(small: Knowledge) -> None:
    assert "Every reply is right." in evaluation_page(report(small, ()))


def test_the_command_writes_the_page_with_the_traces(asked: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    ran = ev(asked, "--html", str(target))
    assert "total" in ran.out
    text = Strict(target.read_text("utf-8")).text
    assert "reply        answer: trees-40, trees-38-register" in text
    assert keys_to_explain(()) == frozenset()


def test_a_page_that_cannot_be_written_is_one_line(asked: Path, tmp_path: Path) -> None:
    ran = ev(asked, "--html", str(tmp_path / "no" / "where.html"))
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "No such file or directory" in ran.err


def test_every_phrase_is_said() -> None:
    """A phrase that no room says is dead; those that are put together from a name are found by their beginning."""
    rooms = "".join(path.read_text("utf-8") for path in Path(coverage.__file__).parent.glob("*.py"))
    built = {f"{start}_" for start in re.findall(r"""f["'](\w+)_\{""", rooms)}
    unsaid = [key for key in PAGE_PHRASES if not re.search(rf"""["']{key}["'](?!:)""", rooms)]
    assert [key for key in unsaid if not any(key.startswith(start) for start in built)] == []
