"""Whether facts can be reached: every way of asking that curators wrote is asked, and it is seen what comes first.

It takes milliseconds a question, so it is done on request; both rules come from the one round of asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from bot.engine import Engine
from bot.errors import Problem
from bot.model import Fact
from bot.nodes import shown
from bot.records import dataclass
from bot.replies import Answer, Clarification, Reply


@dataclass(frozen=True, slots=True)
class Asking:
    """What one of a fact's `asks` got: the fact that leads the reply ("" when none does), and all that it shows."""

    fact: Fact
    number: int
    leads: str
    shows: frozenset[str]


def askings(
    engine: Engine, today: date, of: Iterable[Fact], tick: Callable[[], None] = lambda: None
) -> tuple[Asking, ...]:
    """Every `asks` of these facts, asked on the day `today`; `tick` is called once a fact."""
    found = []
    for fact in of:
        for number, ask in enumerate(fact.asks):
            shows = _shown(engine.ask(ask, today=today).reply)
            found.append(Asking(fact, number, next(iter(shows), ""), frozenset(shows)))
        tick()
    return tuple(found)


def _shown(reply: Reply) -> tuple[str, ...]:
    if isinstance(reply, Answer):
        return reply.facts
    if isinstance(reply, Clarification):
        return tuple(fact.id for fact in reply.choices)
    stated = getattr(reply, "stated", None)
    return (stated.fact.id,) if stated else ()


def astray(asked: Iterable[Asking], engine: Engine) -> Iterable[Problem]:
    """An `asks` leads to its own fact, to one of its series (of which the one in force answers) or to the fact
    that it disputes (behind which it is shown)."""
    facts = engine.knowledge.facts
    for asking in asked:
        fact, leader = asking.fact, facts.get(asking.leads)
        allowed = leader and (leader.id == fact.id or fact.series and leader.series == fact.series)
        if allowed or asking.leads in fact.disputes and fact.id in asking.shows:
            continue
        ask, place = shown(fact.asks[asking.number]), fact.where(f"asks.{asking.number}")
        if leader:
            yield place.problem(f"{ask} finds {shown(leader.id)} first", "reword it, or leave it to that fact")
        else:
            yield place.problem(f"{ask} finds no fact", "reword it: `coalition-bot ask --explain` shows what it lacks")


def unreached(asked: Iterable[Asking]) -> Iterable[Problem]:
    """Some `asks` brings its fact into the reply."""
    asked = tuple(asked)
    reached = {asking.fact.id for asking in asked if asking.fact.id in asking.shows}
    for fact in {asking.fact.id: asking.fact for asking in asked}.values():
        if fact.id not in reached:
            mend = "ask one with `coalition-bot ask --explain` and reword what it fails by"
            yield fact.where("asks").problem(f"none of its {len(fact.asks)} asks brings {shown(fact.id)} up", mend)
