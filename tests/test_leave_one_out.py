"""Without a fact, what it answered is answered by another that fits or not at all, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random
from types import MappingProxyType

import pytest

from bot.engine import Engine, Turn
from bot.evaluation import Graded
from bot.lexicon import Analysis, Lexicon
from bot.model import Fact, Knowledge
from bot.questions import Item
from bot.replies import Abstention, Answer, Clarification

FACTS = 40  # left out one at a time; an engine is built for each. Nightly: every fact that leads an answer
BYSTANDERS = 8  # questions asked of each such engine that have nothing to do with the fact
SEED = 17
# Words weigh by how rare they are, so that leaving out one fact of hundreds moves all weights a little.
MOST_CHANGED = 0.02


def without(known: Knowledge, fact: Fact) -> Knowledge:
    """The knowledge as if the fact had never been written."""
    facts = {
        other.id: replace(other, disputes=tuple(i for i in other.disputes if i != fact.id))
        for other in known.facts.values()
        if other.id != fact.id
    }
    return replace(known, facts=MappingProxyType(facts))


def shown(turn: Turn) -> tuple[str, ...]:
    """The facts that a reply shows or suggests."""
    reply = turn.reply
    if isinstance(reply, Answer):
        return reply.facts
    if isinstance(reply, Abstention):
        return (*((reply.stated.fact.id,) if reply.stated else ()), *(fact.id for fact in reply.nearest))
    return tuple(fact.id for fact in reply.choices) if isinstance(reply, Clarification) else ()


def touched(turn: Turn, fact: Fact) -> bool:
    """Whether the fact, or one of its series or in dispute with it, had a say in the reply."""
    hits = {hit.fact.id for step in turn.steps for hit in step.hits}
    return fact.id in hits | set(shown(turn))


def singles(items: Iterable[Item]) -> dict[str, Item]:
    return {item.id: item for item in items if len(item.turns) == 1}


@pytest.fixture
def analysed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every engine here knows the same names, so that a text is taken apart once for all of them."""
    analyse = Lexicon.analyse
    known: dict[tuple[str, date], Analysis] = {}

    def once(self: Lexicon, written: str, today: date) -> Analysis:
        if (written, today) not in known:
            known[written, today] = analyse(self, written, today)
        return known[written, today]

    monkeypatch.setattr(Lexicon, "analyse", once)


@pytest.mark.usefixtures("analysed_once")
def test_leave_one_out(
    items: tuple[Item, ...], known: Knowledge, engine: Engine, graded: tuple[Graded, ...], nightly: bool
) -> None:
    random = Random(SEED)
    today = known.topic.reviewed
    by_id = singles(items)
    leads: dict[str, list[Item]] = {}
    for g in graded:
        if g.key in by_id and g.facts:
            leads.setdefault(g.facts[0], []).append(by_id[g.key])
    asked = changed = 0
    differences = []
    for id in sorted(leads) if nightly else random.sample(sorted(leads), FACTS):
        fact = known.facts[id]
        poorer = Engine(without(known, fact), today)
        for item in leads[id]:
            turn = poorer.ask(item.turns[0].question, today=item.today or today)
            assert id not in shown(turn)
            if isinstance(turn.reply, Answer):
                assert all(statement.fact.sources for statement in turn.reply.statements)
        for item in random.sample(sorted(by_id.values(), key=lambda item: item.id), BYSTANDERS):
            before = engine.ask(item.turns[0].question, today=item.today or today)
            if touched(before, fact):
                continue
            asked += 1
            after = poorer.ask(item.turns[0].question, today=item.today or today)
            if shown(after) != shown(before):
                changed += 1
                differences.append(f"without {id}: {item.turns[0].question}: {shown(before)} -> {shown(after)}")
    assert changed <= MOST_CHANGED * asked, "\n".join(differences)
