"""What a curator wrote down as a way of asking for a fact gets that fact, or what speaks for its series by now."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from bot import knowledge, reach
from bot.engine import Engine
from bot.model import Fact, Kind, Knowledge
from bot.records import replace
from bot.replies import Abstention, Answer, Reply

TODAY = date(2025, 12, 20)
ORCHARD = Path(__file__).parent / "orchard"
SHARE = 40  # of the shipped facts, a seeded sample of one in this many is asked for; all of them are by night
STRAY = 0.02  # of the asks may find another fact: those of refused subjects, and those that two facts could answer


def orchard(**changes: dict[str, object]) -> Engine:
    """The orchard with changed facts."""
    known = knowledge.load_or_raise(ORCHARD)
    facts = {id: replace(fact, **changes.get(id.replace("-", "_"), {})) for id, fact in known.facts.items()}
    return Engine(replace(known, facts=facts), TODAY)


def lead(reply: Reply) -> Fact | None:
    return reply.statements[0].fact if isinstance(reply, Answer) else None


@pytest.mark.parametrize(
    "question",
    ["What becomes of the windfalls?", "what becomes of windfalls", "WHAT BECOMES OF A WINDFALL"],
)
def test_the_very_question_of_a_curator_needs_no_word_of_the_text(question: str) -> None:
    asks = ("what becomes of the windfalls", "second", "third")
    changed = orchard(trees_40={"asks": asks, "gives": (Kind.COUNT,)})
    assert (found := lead(changed.ask(question, today=TODAY).reply)) and found.id == "trees-40"
    assert isinstance(orchard().ask(question, today=TODAY).reply, Abstention)


def test_another_word_is_another_question() -> None:
    changed = orchard(trees_40={"asks": ("what becomes of the windfalls", "second", "third")})
    assert isinstance(changed.ask("what becomes of the windfalls in Sweden", today=TODAY).reply, Abstention)


def test_what_others_think_may_be_asked_where_a_fact_tells_it() -> None:
    asks = ("why is it good that the orchard grows", "second", "third")
    changed = orchard(trees_40={"asks": asks})
    assert (found := lead(changed.ask(asks[0], today=TODAY).reply)) and found.id == "trees-40"
    assert isinstance(changed.ask("is it good that the orchard grows", today=TODAY).reply, Abstention)


def test_the_state_in_force_answers_for_its_series() -> None:
    ask = "which keeper minds the windfalls"
    changed = orchard(keeper_ada={"asks": (ask, "second", "third")})
    for today, keeper in ((date(2020, 1, 1), "keeper-ada"), (TODAY, "keeper-ben")):
        assert (found := lead(changed.ask(ask, today=today).reply)) and found.id == keeper


def test_asks_reach_their_facts(known: Knowledge, engine: Engine, nightly: bool) -> None:
    facts = sorted(known.facts.values(), key=lambda fact: fact.id)
    some = facts if nightly else random.Random(6).sample(facts, len(facts) // SHARE)
    asked = reach.askings(engine, known.topic.reviewed, some)
    stray = list(reach.astray(asked, engine))
    assert len(stray) <= max(1, STRAY * len(asked)), "\n".join(map(str, stray))
