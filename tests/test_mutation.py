"""A change of a fact shows in every reply that uses it: nothing is written anywhere else."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from types import MappingProxyType

from bot.engine import Engine
from bot.evaluation import Graded
from bot.model import Knowledge, Value
from bot.questions import Item
from bot.render import Renderer
from bot.replies import Answer

FACTS = 40
SEED = 23
MARK = " (changed)"


def test_a_changed_text_is_said(items: tuple[Item, ...], known: Knowledge, graded: tuple[Graded, ...]) -> None:
    """The texts of forty leading facts change at once, keeping their words, so that the same facts lead."""
    singles = {item.id: item for item in items if len(item.turns) == 1}
    led = {g.facts[0]: singles[g.key] for g in graded if g.facts and g.key in singles}
    chosen = Random(SEED).sample(sorted(led), min(FACTS, len(led)))
    facts = {
        i: replace(f, text=f.text.removesuffix(".") + MARK + ".") if i in chosen else f for i, f in known.facts.items()
    }
    other = replace(known, facts=MappingProxyType(facts))
    engine = Engine(other, known.topic.reviewed)
    renderer = Renderer(other, engine.language)
    for id in chosen:
        turn = engine.ask(led[id].turns[0].question, today=led[id].today or known.topic.reviewed)
        assert isinstance(turn.reply, Answer)
        text = renderer.plain(turn)
        assert id not in turn.reply.facts or facts[id].text in text
        assert not any(known.facts[other_id].text in text for other_id in chosen)


def test_a_changed_list_changes_the_verdict(known: Knowledge) -> None:
    """Taking a country off the complete list of members turns yes into no, and adding one no into yes."""
    lists = [f for f in known.facts.values() if f.items and f.items.complete and f.items.of == "country"]
    newest = max(lists, key=lambda fact: (fact.when.start, len(fact.items.ids) if fact.items else 0))
    assert newest.items is not None
    relation = newest.items.relation
    engine = Engine(known, known.topic.reviewed)
    for country in ("norway", "japan"):
        listed = country in newest.items.ids
        assert _verdict(engine, known, country) == ("listed" if listed else "not_listed")
        facts = {}
        for fact in known.facts.values():
            items = fact.items
            if items and items.of == "country" and items.relation == relation:
                ids = tuple(i for i in items.ids if i != country) if listed else (*items.ids, country)
                fact = replace(fact, items=replace(items, ids=ids))
            facts[fact.id] = fact
        other = replace(known, facts=MappingProxyType(facts))
        assert _verdict(Engine(other, known.topic.reviewed), other, country) == ("not_listed" if listed else "listed")


def _verdict(engine: Engine, known: Knowledge, country: str) -> str:
    reply = engine.ask(f"Is {known.entities[country].name('en')} a member?", today=known.topic.reviewed).reply
    assert isinstance(reply, Answer)
    lead = reply.statements[0].lead
    return lead.key if lead else ""


def test_a_changed_value_is_kept_with_its_fact(known: Knowledge) -> None:
    """Values are data of their fact: no second copy can contradict it."""
    fact = next(f for f in known.facts.values() if f.values)
    changed = replace(fact, values=(Value(fact.values[0].number + 1, fact.values[0].unit, fact.values[0].currency),))
    engine = Engine(replace(known, facts=MappingProxyType({**known.facts, fact.id: changed})), known.topic.reviewed)
    assert engine.knowledge.facts[fact.id].values != fact.values
