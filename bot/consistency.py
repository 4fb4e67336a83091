"""Checks that facts, names and words agree with each other and with themselves.

Each rule takes the knowledge and yields a problem for every place that breaks it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from bot import text
from bot.english import ENGLISH
from bot.errors import Problem
from bot.model import Entity, Fact, Knowledge, Place
from bot.nodes import shown

LANGUAGES = {ENGLISH.code: ENGLISH}  # those whose words can be brought to their stems
PLACE = "place"  # the entity type that may share a name: Paris is a city and stands for France


def uncited_sources(knowledge: Knowledge) -> Iterable[Problem]:
    """Every source is cited by a fact."""
    cited = {source for fact in knowledge.facts.values() for source in fact.sources}
    for source in knowledge.sources.values():
        if source.id not in cited:
            yield source.place.problem(f"no fact cites {shown(source.id)}", "cite it or take it out")


def items_of_wrong_type(knowledge: Knowledge) -> Iterable[Problem]:
    """The items of a list are of the type that the list says it is of."""
    for fact in knowledge.facts.values():
        for number, entity in enumerate(fact.items.ids if fact.items else ()):
            declared = fact.items.of if fact.items else ""
            found = knowledge.entities[entity].type if entity in knowledge.entities else declared
            if found != declared:
                what = f"{shown(entity)} is of type {found}, the list is of type {declared}"
                yield fact.where(f"items.ids.{number}").problem(what, "take it out, or change 'of' or its type")


def open_states_unconfirmed(knowledge: Knowledge) -> Iterable[Problem]:
    """A fact that holds until further notice says when that was last confirmed; a gap holds until
    the knowledge is reviewed."""
    for fact in knowledge.facts.values():
        if fact.when.open_end and fact.confirmed is None and not fact.gap:
            mend = "add 'confirmed: ' with the latest day on which a source says so"
            yield fact.where("when").problem("an open end without 'confirmed'", mend)


def confirmed_too_early(knowledge: Knowledge) -> Iterable[Problem]:
    """Nothing is confirmed before it holds."""
    for fact in knowledge.facts.values():
        if fact.confirmed and fact.confirmed < fact.when.start:
            what = f"confirmed on {fact.confirmed}, before it holds ({fact.when.start})"
            yield fact.where("confirmed").problem(what, "correct 'confirmed' or the start of 'when'")


def conflicts_in_series(knowledge: Knowledge) -> Iterable[Problem]:
    """Of the facts of one series one is in force on any day; those that dispute one stand beside it."""
    series: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in knowledge.facts.values():
        if fact.series:
            series[fact.series].append(fact)
    for facts in series.values():
        ids = {fact.id for fact in facts}
        main = sorted((fact for fact in facts if ids.isdisjoint(fact.disputes)), key=_chronological)
        for early, late in combinations(main, 2):
            if _collide(early, late) and _differ(early, late):
                what = f"says otherwise than {shown(early.id)} in series {late.series} for the same days"
                mend = "end the earlier one where the later one starts, or let the weaker dispute the other"
                yield late.where("when").problem(what, mend)


def _chronological(fact: Fact) -> tuple[date, date, str]:
    return fact.when.start, fact.when.end, fact.id


def _collide(early: Fact, late: Fact) -> bool:
    """Whether both hold on a day. A state that ends in the month in which the next one starts does not
    count: sources often know no day for the end."""
    if not early.when.overlaps(late.when):
        return False
    start, end = late.when.start, early.when.end
    hand_over = (start.year, start.month) == (end.year, end.month) and early.when.start < start.replace(day=1)
    return not (hand_over and end < late.when.end)


def _differ(one: Fact, other: Fact) -> bool:
    """Whether two facts say different things: no number in common for the same unit; without values,
    other items; without items, other entities. Two events of one day may be about different entities."""
    apart = not (set(one.about) <= set(other.about) or set(other.about) <= set(one.about))
    events = one.when.start == one.when.end and other.when.start == other.when.end
    if apart and events:
        return False
    if one.values or other.values:
        numbers, others = _numbers(one), _numbers(other)
        return any(numbers[unit].isdisjoint(others[unit]) for unit in numbers.keys() & others.keys())
    if one.items and other.items:
        return set(one.items.ids) != set(other.items.ids)
    return apart


def _numbers(fact: Fact) -> dict[str, set[float]]:
    found: defaultdict[str, set[float]] = defaultdict(set)
    for value in fact.values:
        found[value.currency or value.unit].add(value.number)
    return dict(found)


def names_claimed_twice(knowledge: Knowledge) -> Iterable[Problem]:
    """A name stands for one entity of a type; only places share names."""
    owners: dict[tuple[str, str, str], str] = {}
    for entity in knowledge.entities.values():
        for language, name in _entity_names(entity):
            owner = owners.setdefault((entity.type, language, text.fold(name)), entity.id)
            if owner != entity.id and entity.type != PLACE:
                what = f"{shown(entity.id)} has the name {shown(name)} of {shown(owner)}"
                yield entity.place.problem(what, "leave the name to one of the two")


def _entity_names(entity: Entity) -> Iterator[tuple[str, str]]:
    for table in (entity.names, entity.demonyms, entity.capitals):
        for language, names in table.items():
            for name in names:
                yield language, name


def words_claimed_twice(knowledge: Knowledge) -> Iterable[Problem]:
    """A word stands for one concept: only one of them would be found by it."""
    owners: dict[tuple[str, str], str] = {}
    for place, concept, language, words in _concept_words(knowledge):
        known = LANGUAGES.get(language)
        form = " ".join(text.keys(words, known)) if known else text.fold(words)
        owner = owners.setdefault((language, form), concept)
        if owner != concept:
            what = f"{shown(concept)} has the word {shown(words)} of {shown(owner)}"
            yield place.problem(what, "leave the word to one of the two")


def _concept_words(knowledge: Knowledge) -> Iterator[tuple[Place, str, str, str]]:
    for concept in knowledge.concepts.values():
        for language, phrases in concept.words.items():
            for words in phrases:
                yield concept.place, concept.id, language, words
