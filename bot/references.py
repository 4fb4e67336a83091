"""Checks that everything a fact points at exists; without them no answer can be made, so loading needs them.

Each rule takes the knowledge and yields a problem for every place that breaks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.errors import Problem
from bot.model import Fact, Knowledge, Place
from bot.nodes import meant, shown

_ADD = "add it with its words to lexicon.yaml"


def repeated_id(fact: Fact, first: Place) -> Problem:
    """An id stands for one fact: that it is used before, at the place `first`."""
    what = f"fact id {shown(fact.id)} is used before, at {first.file}:{first.line}"
    return fact.where("id").problem(what, "give the newer fact an id of its own")


def unknown_sources(knowledge: Knowledge) -> Iterable[Problem]:
    """Every source that a fact cites is in sources.yaml."""
    for fact in knowledge.facts.values():
        for number, source in enumerate(fact.sources):
            if source not in knowledge.sources:
                mend = meant(source, knowledge.sources, "add it to sources.yaml")
                yield fact.where(f"sources.{number}").problem(f"unknown source {shown(source)}", mend)


def unknown_entities(knowledge: Knowledge) -> Iterable[Problem]:
    """Every entity that a fact, another entity or the topic names is in entities.yaml."""
    for place, entity in _entity_ids(knowledge):
        if entity not in knowledge.entities:
            mend = meant(entity, knowledge.entities, "add it to entities.yaml")
            yield place.problem(f"unknown entity {shown(entity)}", mend)


def _entity_ids(knowledge: Knowledge) -> Iterator[tuple[Place, str]]:
    for entity in (knowledge.topic.subject, *knowledge.topic.ambient):
        if entity:  # a faulty topic has none
            yield knowledge.topic.place, entity
    for record in knowledge.entities.values():
        if record.within:
            yield record.place, record.within
    for fact in knowledge.facts.values():
        for number, entity in enumerate(fact.about):
            yield fact.where(f"about.{number}"), entity
        for number, entity in enumerate(fact.items.ids if fact.items else ()):
            yield fact.where(f"items.ids.{number}"), entity


def unknown_concepts(knowledge: Knowledge) -> Iterable[Problem]:
    """The concepts that the topic, a list's relation and what is near a concept name are in lexicon.yaml."""
    topic = knowledge.topic
    for concept in (topic.belongs, *topic.counted):
        if concept and concept not in knowledge.concepts:
            yield topic.place.problem(f"unknown concept {shown(concept)}", meant(concept, knowledge.concepts, _ADD))
    for owner in knowledge.concepts.values():
        for concept in owner.near:
            if concept not in knowledge.concepts:
                yield owner.place.problem(f"unknown concept {shown(concept)}", meant(concept, knowledge.concepts, _ADD))
    for fact in knowledge.facts.values():
        relation = fact.items.relation if fact.items else ""
        if relation and relation not in knowledge.concepts:
            mend = meant(relation, knowledge.concepts, _ADD)
            yield fact.where("items.relation").problem(f"unknown concept {shown(relation)}", mend)


def unknown_series(knowledge: Knowledge) -> Iterable[Problem]:
    """Every series that the topic wants drawn has a fact with a figure that can be drawn."""
    drawn = (fact for fact in knowledge.facts.values() if fact.values and not fact.gap and not fact.disputes)
    figured = {fact.series for fact in drawn if fact.series}
    for chart in knowledge.topic.charts:
        if chart.series not in figured:
            what = f"chart {shown(chart.name)}: no fact of series {shown(chart.series)} has a value"
            yield knowledge.topic.place.problem(what, meant(chart.series, figured, "write 'value' in its facts"))


def unknown_facts(knowledge: Knowledge) -> Iterable[Problem]:
    """Every fact that another one disputes exists."""
    for fact, place, disputed in _disputes(knowledge):
        if disputed not in knowledge.facts:
            others = knowledge.facts.keys() - {fact.id}
            mend = meant(disputed, others, "write the id of a fact in facts/")
            yield place.problem(f"unknown fact {shown(disputed)}", mend)


def disputes_in_circle(knowledge: Knowledge) -> Iterable[Problem]:
    """A dispute leads from the weaker fact to the stronger one and never back."""
    for fact, place, disputed in _disputes(knowledge):
        # One problem a circle: at the fact whose id comes first.
        if fact.id == disputed:
            yield place.problem("the fact disputes itself", "write the id of the better supported fact")
        elif fact.id == min(_circle(knowledge, fact.id, disputed), default=None):
            mend = "keep 'disputes' on the less supported fact only"
            yield place.problem(f"the dispute of {shown(disputed)} leads back to this fact", mend)


def _disputes(knowledge: Knowledge) -> Iterator[tuple[Fact, Place, str]]:
    for fact in knowledge.facts.values():
        for number, disputed in enumerate(fact.disputes):
            yield fact, fact.where(f"disputes.{number}"), disputed


def _circle(knowledge: Knowledge, home: str, first: str) -> frozenset[str]:
    """The facts of the circle that leads from `home` over `first` back to `home`; empty when none does."""
    away = _reached(knowledge, first)
    return frozenset(fact for fact in away if home in _reached(knowledge, fact)) if home in away else frozenset()


def _reached(knowledge: Knowledge, start: str) -> frozenset[str]:
    """`start` and all facts that it disputes, directly or over others."""
    found: set[str] = set()
    ahead = [start]
    while ahead:
        fact = ahead.pop()
        if fact in knowledge.facts and fact not in found:
            found.add(fact)
            ahead.extend(knowledge.facts[fact].disputes)
    return frozenset(found)
