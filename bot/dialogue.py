"""What a conversation remembers, and what a follow-up takes from it.

A complete new question takes nothing along. A follow-up takes what it lacks: the terms, the kind, the period
and, where it names nobody, the entities of the last answer (its focus).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bot.dates import Interval
from bot.language import Language
from bot.lexicon import Term
from bot.model import Fact, Kind, Knowledge
from bot.periods import Period, Relation
from bot.query import Order, Query
from bot.replies import Answer, Reply
from bot.retrieval import Retrieval

EXPIRES = 30 * 60.0  # seconds of silence after which a conversation is over
# A question of so few terms that names nobody may lean on what was said before.
FEW_TERMS = 2
LONGEST_YEAR = 366  # days: rounding may move a date by so much
DAYS = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}  # mean lengths, for "two months later"


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was last understood and answered. `at` is the time of the last turn in seconds, on any one clock."""

    query: Query | None = None
    answer: Answer | None = None
    choices: tuple[Fact, ...] = ()
    shown: tuple[str, ...] = ()
    at: float = 0.0

    def current(self, now: float) -> Conversation:
        """The conversation as it is `now`: a new one when the old has expired."""
        return Conversation(at=now) if now - self.at > EXPIRES else self

    def after(self, query: Query | None, reply: Reply, now: float) -> Conversation:
        """The conversation after one more turn."""
        if isinstance(reply, Answer):
            return Conversation(query or self.query, reply, (), (*self.shown, *reply.facts), now)
        choices = getattr(reply, "choices", ())
        return replace(self, query=query or self.query, choices=choices, at=now)

    @property
    def lead(self) -> Fact | None:
        """The fact that led the last answer."""
        return self.answer.statements[0].fact if self.answer else None


def carried(conversation: Conversation, knowledge: Knowledge) -> Conversation:
    """The conversation after the knowledge was changed, with each fact as it is now; a new conversation where
    the leading fact or somebody who was spoken of is no longer known."""
    answer, query, facts = conversation.answer, conversation.query, knowledge.facts
    lost = answer is not None and answer.statements[0].fact.id not in facts
    if lost or (query is not None and not _spoken_of(query) <= knowledge.entities.keys()):
        return Conversation(at=conversation.at)
    if answer is not None:
        kept = tuple(replace(s, fact=facts[s.fact.id]) for s in answer.statements if s.fact.id in facts)
        answer = Answer(kept, answer.confirmed)
    choices = tuple(facts[fact.id] for fact in conversation.choices if fact.id in facts)
    # A digit means what it stood beside: with one choice gone the others would move up.
    choices = choices if len(choices) == len(conversation.choices) else ()
    return replace(conversation, answer=answer, choices=choices)


def _spoken_of(query: Query) -> frozenset[str]:
    """Every entity that the query names or has in focus."""
    named = {entity for mention in query.mentions for entity in mention.entities}
    keys = {key for term in (*query.terms, *query.context) for key in term.alternatives}
    return frozenset(named | query.focus | {key[1:] for key in keys if key[0] == "@"})


def leans(query: Query, language: Language, retrieval: Retrieval) -> bool:
    """Whether the question points back by its form: a connector, a pronoun, or hardly any words."""
    subject = retrieval.knowledge.topic.subject
    about_subject = any(subject in mention.entities for mention in query.mentions)
    if language.pronoun.search(query.text) or (
        language.connector.match(query.text) and not (about_subject and query.content)
    ):
        return True
    if about_subject:
        return False
    own = [term for term in query.weighty if term.alternatives[0][0] != "@"]
    if any(retrieval.constraints.is_hard(m.entities) for m in query.mentions):
        return len(own) < FEW_TERMS and not query.explicit
    return len(own) <= FEW_TERMS


def completed(
    query: Query, conversation: Conversation, retrieval: Retrieval, language: Language, today: date
) -> Query | None:
    """The query with what it lacks taken from the conversation, or None where there is nothing to take."""
    last = conversation.query
    if last is None or conversation.answer is None:
        return None
    own = {
        m
        for m in query.mentions
        if retrieval.knowledge.topic.subject not in m.entities and not (m.local and retrieval.constraints.is_place(m))
    }
    named = bool(own)
    kept = _kept(last, query, retrieval) if named else last.terms
    content = [term for term in query.weighty if term.alternatives[0][0] != "@"]
    swap = named and not content
    # What asks for another kind of thing ("how big is it") takes along whom, not what, was asked before.
    whole = swap or (not query.weighty and (not query.explicit or query.kind in (last.kind, Kind.YES_NO)))
    shift = language.shift.search(query.text)
    own_terms = tuple(t for t in query.terms if not shift or t.start < shift.start() or t.end > shift.end())
    if language.claim.match(query.text):
        own_terms, whole = tuple(replace(t, light=True) for t in own_terms), True
    periods = query.periods or shifted(query, last, language) or _then(query, conversation.lead, language)
    periods = periods or (() if query.order is Order.LAST else last.periods)
    return replace(
        query,
        kind=query.kind if query.explicit and not (swap and query.kind is Kind.YES_NO) else last.kind,
        explicit=query.explicit or last.explicit,
        terms=(*own_terms, *kept) if whole else own_terms,
        mentions=(*query.mentions, *(m for m in last.mentions if not named and whole)),
        context=() if whole else kept,
        focus=frozenset() if named else _focus(query, conversation, retrieval, language),
        periods=periods,
        order=query.order if query.order is not Order.ANY or query.periods else last.order,
    )


def _kept(last: Query, query: Query, retrieval: Retrieval) -> tuple[Term, ...]:
    """The last question's terms without the names that the new one replaces: those of the same types."""
    types = {retrieval.knowledge.entities[e].type for m in query.mentions for e in m.entities}

    def replaced(term: Term) -> bool:
        return any(key[0] == "@" and retrieval.knowledge.entities[key[1:]].type in types for key in term.alternatives)

    return tuple(term for term in last.terms if not replaced(term))


def _focus(query: Query, conversation: Conversation, retrieval: Retrieval, language: Language) -> frozenset[str]:
    """The entities that "he", "there" or nothing at all refers to: those of the last question and answer."""
    topic = retrieval.knowledge.topic
    entities = retrieval.knowledge.entities
    lead, last = conversation.lead, conversation.query
    assert lead is not None and last is not None
    named = [e for m in last.mentions for e in m.entities] or [e for e in last.focus if e in lead.about]
    found = [e for e in dict.fromkeys((*lead.about, *named)) if e != topic.subject and e in entities]
    if language.person_pronoun.search(query.text):
        return frozenset([e for e in found if entities[e].type == "person"] or found)
    # What was asked about stays in focus; only where nothing was named is it what the answer is about.
    return frozenset([e for e in named if e != topic.subject] or found)


def _then(query: Query, lead: Fact | None, language: Language) -> tuple[Period, ...]:
    """The time of the last answer, if the question says "that day" or "then"."""
    match = language.that_time.search(query.text)
    if not match or lead is None or lead.when.open_start:
        return ()
    interval = Interval.day(lead.when.start) if lead.when.open_end else lead.when
    return (Period(interval, Relation.IN, match.start(), match.end()),)


def shifted(query: Query, last: Query, language: Language) -> tuple[Period, ...]:
    """The period that "two months later" means after the last question's period."""
    match = language.shift.search(query.text)
    if not match or not last.periods:
        return ()
    count = language.number_words.get(match["count"], None)
    number = count if count is not None else int(match["count"]) if match["count"].isdecimal() else 1
    days = round(number * DAYS[language.units[match["unit"]]])
    before = (match["direction"] or match["side"]) in language.earlier
    base = last.periods[0].interval
    ordinal = base.start.toordinal() + (-days if before else days)
    if not date.min.toordinal() + LONGEST_YEAR < ordinal < date.max.toordinal() - LONGEST_YEAR:
        return ()  # "999 years earlier": no such day
    moved = date.fromordinal(ordinal)
    if language.units[match["unit"]] == "year":
        year = base.start.year + (-number if before else number)
        return (Period(Interval.year(year), Relation.IN, match.start(), match.end()),)
    return (Period(Interval.month(moved.year, moved.month), Relation.IN, match.start(), match.end()),)
