"""Exhaustive lists: they answer "is X one of them" with yes or no, and unmask questions that assume a yes.

A list fact names its `relation` (a concept such as member or leader) and the type of what it lists.
"""

from __future__ import annotations

from datetime import date

from bot import timeline
from bot.hits import Ranking
from bot.lexicon import Mention
from bot.model import Fact, Kind
from bot.query import Query
from bot.replies import Phrase
from bot.retrieval import LEAST_WHOLE, Retrieval

# Kinds whose question about somebody off the list assumes that they are on it ("when did X join").
ASSUMING = frozenset(
    {Kind.DATE, Kind.REASON, Kind.PERSON, Kind.PLACE, Kind.ANY, Kind.DEFINITION, Kind.COUNTRY, Kind.COUNT}
)


class Verdict:
    """Whether an entity is on the list that decides a question."""

    __slots__ = ("entity", "fact", "listed")

    def __init__(self, entity: str, fact: Fact, listed: bool) -> None:
        self.entity = entity
        self.fact = fact
        self.listed = listed

    def phrase(self, name: str) -> Phrase:
        return Phrase.of("listed" if self.listed else "not_listed", entity=name)


def verdict(query: Query, hits: Ranking, retrieval: Retrieval, enough: float, today: date) -> Verdict | None:
    """The verdict that a complete list gives on the query, or None where none decides.

    With several entities named, one that is not listed decides. A question that is no yes-no question gets a
    verdict only when its entity is not listed and no fact fits the question.
    """
    for relation in sorted(query.concepts) or _plain(query, retrieval):
        lists = [f for f in retrieval.lists(relation) if f.items and f.items.complete]
        for kind in dict.fromkeys(f.items.of for f in lists if f.items):
            mentions = _of_type(query, kind, retrieval)
            candidates = [
                f for f in lists if f.items and f.items.of == kind and _suits(f, query, mentions, retrieval, enough)
            ]
            fact = _in_force(candidates, query, today)
            if not mentions or fact is None or fact.items is None:
                continue
            listed = {m: _is_listed(m, fact.items.ids) for m in mentions}
            decisive = next((m for m, on in listed.items() if not on), mentions[0])
            if _asks(query, listed[decisive], hits, mentions, retrieval):
                entity = next((e for e in decisive.entities if e in fact.items.ids), decisive.entities[-1])
                return Verdict(entity, fact, listed[decisive])
    return None


def _plain(query: Query, retrieval: Retrieval) -> list[str]:
    """The relation that a question asks about that says no more than a name: "Ireland in it?"."""
    named = {mention.surface for mention in query.mentions}
    topic = retrieval.knowledge.topic
    about = query.kind is Kind.YES_NO or any(topic.subject in mention.entities for mention in query.mentions)
    only = all(term.surface in named for term in query.weighty)
    return [topic.belongs] if about and only and query.kind in (Kind.YES_NO, Kind.ANY) else []


def _of_type(query: Query, kind: str, retrieval: Retrieval) -> list[Mention]:
    """The query's mentions that can be on a list of `kind`, but for those that only receive."""
    entities = retrieval.knowledge.entities
    return [m for m in query.mentions if not m.recipient and any(entities[e].type == kind for e in m.entities)]


def _suits(fact: Fact, query: Query, mentions: list[Mention], retrieval: Retrieval, enough: float) -> bool:
    """Whether the list is about what is asked: it explains the rest of the question."""
    asked = {m.surface for m in mentions}
    rest = [term for term in query.weighty if term.surface not in asked]
    others = [m for m in query.mentions if m not in mentions]
    return not fact.disputes and retrieval.coverage(fact, rest)[0] >= enough and retrieval.satisfies(fact, others)


def _in_force(lists: list[Fact], query: Query, today: date) -> Fact | None:
    if not lists:
        return None
    serial = [f for f in lists if f.series] or lists
    return timeline.in_force(serial, query.period, today)


def _is_listed(mention: Mention, ids: tuple[str, ...]) -> bool:
    return any(entity in ids for entity in mention.entities)


def _asks(
    query: Query, listed: bool, hits: Ranking, mentions: list[Mention], retrieval: Retrieval
) -> bool:
    """Whether the question asks for the verdict, or assumes one that is wrong."""
    language = retrieval.lexicon.language
    taken = all(term.surface in query.text for term in query.weighty)  # and not from the conversation
    noun = any(term.light and term.is_word for term in query.terms)  # "Britain's job in it" asks for the job
    told = language.question_word.match(query.text)  # "how did Britain get in" asks for more than yes or no
    bare = query.kind is Kind.ANY and len(query.weighty) <= len(mentions) + 1 and not noun and taken and not told
    happening = language.happening.search(query.text) and query.periods
    wishes = not listed and language.wishing.search(query.text)
    if (query.kind is Kind.YES_NO or bare) and not happening and not wishes:
        return True
    if listed or query.kind not in ASSUMING:
        return False
    whole = (hit for hit in hits.covering(LEAST_WHOLE) if not hit.missing)
    return not any(hit.fits and not retrieval.of_another(hit.fact, query) for hit in whole)
