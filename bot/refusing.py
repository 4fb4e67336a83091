"""Why there is no answer, said as exactly as possible, with what there is instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.dates import Interval
from bot.hits import Hit
from bot.lexicon import Mention, surfaces
from bot.model import Fact, Kind
from bot.periods import Relation
from bot.query import Query
from bot.replies import Abstention, Phrase, Reason
from bot.retrieval import Retrieval

MOST_NEAREST = 3


def refuse(query: Query, hits: Sequence[Hit], retrieval: Retrieval, today: date) -> Abstention:
    """The abstention for a query that no fact answers: the first cause that applies is told."""
    near = nearest(hits)
    stranger = next((m for m in query.mentions if not _has_facts(m, retrieval)), None)
    if stranger:
        return Abstention(Reason.UNKNOWN_ENTITY, Phrase.of("none_entity", entity=_name(stranger, retrieval)), near)
    unknown = [term for term in query.weighty if term.is_word and not retrieval.known(term)]
    fitting = nearest(hit for hit in hits if hit.entity)
    if unknown:
        return Abstention(Reason.UNKNOWN_WORD, Phrase.of("none_word", what=surfaces(unknown)), near if fitting else ())
    if query.negated:
        return Abstention(Reason.NO_ATTRIBUTE, Phrase("none_denied"), near)
    if not query.terms:
        return Abstention(Reason.NOT_A_QUESTION, Phrase.of("none_question", title=retrieval.knowledge.topic.title))
    entities = tuple(dict.fromkeys(_name(m, retrieval) for m in query.mentions))
    if entities and not fitting:
        if len(entities) > 1:
            return Abstention(Reason.NO_ATTRIBUTE, Phrase.of("none_pair", entity=" + ".join(entities)), near)
        return _lacking(query, entities[0], near, retrieval)
    if query.period and any(hit.entity and hit.kind and not hit.period for hit in hits[:MOST_NEAREST]):
        return _out_of_time(query, near, retrieval, today)
    if entities:
        return _lacking(query, entities[0], fitting, retrieval)
    word = retrieval.lexicon.language.kind_words.get(query.kind)
    if word and hits and not hits[0].kind:
        return Abstention(Reason.NO_ATTRIBUTE, Phrase.of("none_kind_topic", what=word), near)
    return Abstention(Reason.NOTHING, Phrase("none_nothing"), near)


def _lacking(query: Query, entity: str, near: tuple[Fact, ...], retrieval: Retrieval) -> Abstention:
    """Known entity, but nothing on what was asked of it."""
    word = retrieval.lexicon.language.kind_words.get(query.kind)
    rest = [term for term in query.weighty if term.alternatives[0][0] != "@"]
    if rest and query.kind is not Kind.OTHER:
        return Abstention(Reason.NO_ATTRIBUTE, Phrase.of("none_attribute", entity=entity, what=surfaces(rest)), near)
    if word:
        return Abstention(Reason.NO_ATTRIBUTE, Phrase.of("none_kind", entity=entity, what=word), near)
    return Abstention(Reason.NO_ATTRIBUTE, Phrase.of("none_entity", entity=entity), near)


def _out_of_time(query: Query, near: tuple[Fact, ...], retrieval: Retrieval, today: date) -> Abstention:
    period = query.period
    assert period is not None
    say = retrieval.lexicon.language.say_interval
    topic = retrieval.knowledge.topic
    if period.relation is Relation.AFTER and period.interval == Interval.day(today):
        until = retrieval.lexicon.language.say(topic.covers_until)
        return Abstention(Reason.FUTURE, Phrase.of("none_ahead", date=until), near)
    asked = say(period.interval)
    if period.interval.start > topic.covers_until:
        phrase = Phrase.of("none_future", date=retrieval.lexicon.language.say(topic.covers_until), period=asked)
        return Abstention(Reason.FUTURE, phrase, near)
    return Abstention(Reason.PERIOD, Phrase.of("none_period", period=asked), near)


def _has_facts(mention: Mention, retrieval: Retrieval) -> bool:
    subject = retrieval.knowledge.topic.subject
    return any(entity == subject or retrieval.mentions(entity) for entity in mention.entities)


def _name(mention: Mention, retrieval: Retrieval) -> str:
    entities = retrieval.knowledge.entities
    known = [entity for entity in mention.entities if retrieval.mentions(entity)] or list(mention.entities)
    return entities[known[-1]].name(retrieval.lexicon.language.code)


def nearest(hits: Iterable[Hit]) -> tuple[Fact, ...]:
    """The best hits' facts, one of each series, as suggestions."""
    chosen: dict[str, Fact] = {}
    for hit in hits:
        chosen.setdefault(hit.fact.series or hit.fact.id, hit.fact)
        if len(chosen) == MOST_NEAREST:
            break
    return tuple(chosen.values())
