"""What a conversation remembers, and what a follow-up takes from it.

A complete new question takes nothing along. A follow-up takes what it lacks: the terms, the kind, the period
and, where it names nobody, the entities of the last answer (its focus).
"""

from __future__ import annotations

from datetime import date

from bot.dates import Interval
from bot.language import Form, Language
from bot.lexicon import Mention, Term
from bot.model import Fact, Kind, Knowledge
from bot.periods import Period, Relation
from bot.query import Order, Query
from bot.records import dataclass, replace
from bot.replies import Answer, Reply
from bot.retrieval import Retrieval

EXPIRES = 30 * 60.0  # seconds of silence after which a conversation is over
# A question of so few terms that names nobody may lean on what was said before.
FEW_TERMS = 2
FIGURES = frozenset({Kind.AMOUNT, Kind.DATE})  # what is told by a figure, but not by how many there are
LONGEST_YEAR = 366  # days: rounding may move a date by so much
DAYS = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}  # mean lengths, for "two months later"


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was last understood and answered.

    `spoken` are the entities asked and told about, in order of appearance, `at` is the time of the last turn in
    seconds, on any one clock.
    """

    query: Query | None = None
    answer: Answer | None = None
    choices: tuple[Fact, ...] = ()
    shown: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    at: float = 0.0

    def current(self, now: float) -> Conversation:
        """The conversation as it is `now`: a new one when the old has expired."""
        return Conversation(at=now) if now - self.at > EXPIRES else self

    def after(self, query: Query | None, reply: Reply, now: float) -> Conversation:
        """The conversation after one more turn."""
        if isinstance(reply, Answer):
            told = [e for m in (query.mentions if query else ()) for e in m.entities[-1:]]
            told += reply.statements[0].fact.about
            spoken = tuple(dict.fromkeys((*self.spoken, *told)))
            return Conversation(query or self.query, reply, (), (*self.shown, *reply.facts), spoken, now)
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
    own = [term for term in query.weighty if term.alternatives[0][0] != "@"]
    hard = any(retrieval.constraints.is_hard(m.entities) for m in query.mentions)
    if hard and query.explicit and len(own) >= FEW_TERMS and not language.that_time.search(query.text):
        return False  # "who said for Norway that they would join": the pronoun stands for a name in the question
    joined = language.connector.match(query.text)
    sentence = language.finite.search(query.text) or language.question_word.search(query.text)
    if language.pronoun.search(query.text) or (joined and not (about_subject and query.weighty and sentence)):
        return True
    if about_subject:
        return False
    if query.mentions:
        return len(own) < FEW_TERMS and not query.explicit
    return len(own) <= FEW_TERMS


def completed(
    query: Query, conversation: Conversation, retrieval: Retrieval, language: Language, today: date
) -> Query | None:
    """The query with what it lacks taken from the conversation, or None where there is nothing to take."""
    last = conversation.query
    if last is None or conversation.answer is None:
        return None
    query = _of_kind(query, last, retrieval)
    governed = any(retrieval.constraints.is_hard(m.entities) for m in last.mentions)
    own = {
        m
        for m in query.mentions
        if retrieval.knowledge.topic.subject not in m.entities
        and not (m.local and retrieval.constraints.is_place(m))
        or (governed and retrieval.constraints.is_hard(m.entities))  # "in London" after "in Kyiv": the other one
    }
    named = bool(own)
    kept = _kept(last, query, retrieval) if named else last.terms
    implied = retrieval.lexicon.implied
    content = [
        term
        for term in query.weighty
        if term.alternatives[0][0] != "@" and (query.explicit or last.kind not in implied.get(term.alternatives[0], ()))
    ]
    swap = named and not content
    own_terms = _without_time(query, language)
    # What asks for another kind of thing ("how big is it") takes along whom, not what, was asked before.
    silent = all(term.light for term in own_terms)
    asks = query.explicit or (bool(content) and bool(language.question_word.search(query.text)))
    other_kind = query.explicit and query.kind not in (last.kind, Kind.YES_NO)
    whole = swap or (silent and not (other_kind and (query.mentions or language.pronoun.search(query.text))))
    if language.claim.match(query.text):
        own_terms, whole = tuple(replace(t, light=True) for t in own_terms), True
    periods = _in_its_year(query, conversation) or shifted(query, conversation, language)
    periods = periods or _then(query, conversation, language)
    own_time = bool(periods)
    dated = query.order is Order.LAST or (query.kind is Kind.DATE and query.explicit)
    dated = dated or Form.TOTAL in query.forms  # "total?" is not that of one year
    periods = periods or (() if dated else last.periods)
    again = query.kind is Kind.YES_NO and (swap or says_only_when(query, language))  # "was it the same the year before"
    focus = _focus(query, conversation, retrieval, language, whole)
    if named:
        focus = _beside(own, focus, retrieval) if language.pronoun.search(query.text) else frozenset()
    return replace(
        query,
        kind=query.kind if asks and not again else last.kind,
        explicit=query.explicit or last.explicit,
        terms=(*own_terms, *kept) if whole else own_terms,
        mentions=(*query.mentions, *(m for m in last.mentions if not named and whole)),
        context=() if whole else kept,
        focus=focus,
        periods=periods,
        order=query.order if query.order is not Order.ANY or own_time else last.order,
    )


def says_only_when(query: Query, language: Language) -> bool:
    """Whether the question names a time and nothing else ("and in 2025?", "two months later?")."""
    return not query.mentions and all(term.light for term in _without_time(query, language))


def _without_time(query: Query, language: Language) -> tuple[Term, ...]:
    """The query's terms without those of "two months later" and "by the end of that year"."""
    times = [m.span() for m in (language.shift.search(query.text), language.that_time.search(query.text)) if m]
    return tuple(t for t in query.terms if not any(start <= t.start and t.end <= end for start, end in times))


def _of_kind(query: Query, last: Query, retrieval: Retrieval) -> Query:
    """The query itself; a follow-up of one word that implies a kind ("value?") asks for that kind, but for "companies?"
    after "how many visitors"."""
    given = retrieval.lexicon.implied.get(query.terms[0].alternatives[0], ()) if len(query.terms) == 1 else ()
    if query.kind is not Kind.ANY or len(given) != 1 or (last.kind is Kind.COUNT and not given & FIGURES):
        return query
    return replace(query, kind=next(iter(given)), explicit=True, terms=(replace(query.terms[0], light=True),))


def _kept(last: Query, query: Query, retrieval: Retrieval) -> tuple[Term, ...]:
    """The last question's terms without those that the new one replaces: names of the same types, sister concepts."""
    types = {retrieval.knowledge.entities[e].type for m in query.mentions for e in m.entities}

    local = {m.surface for m in last.mentions if m.local and not retrieval.constraints.is_hard(m.entities)}
    siblings = {near for concept in query.concepts for near in retrieval.siblings(concept)}

    def replaced(term: Term) -> bool:
        if query.periods and term.surface in local:
            return True  # "at the summit" is another time's place
        return any(
            key[0] == "@" and retrieval.knowledge.entities[key[1:]].type in types or key in siblings
            for key in term.alternatives
        )

    return tuple(term for term in last.terms if not replaced(term))


def _focus(
    query: Query, conversation: Conversation, retrieval: Retrieval, language: Language, whole: bool
) -> frozenset[str]:
    """The entities that "he", "there" or nothing at all refers to: those of the last question and answer.

    A question that is asked again as a `whole`, for another time, is about whom it named and not whom the answer did.
    """
    topic = retrieval.knowledge.topic
    entities = retrieval.knowledge.entities
    lead, last = conversation.lead, conversation.query
    assert lead is not None and last is not None
    named = [e for m in last.mentions for e in m.entities] or [e for e in last.focus if e in lead.about]
    found = [e for e in dict.fromkeys((*lead.about, *named)) if e != topic.subject and e in entities]
    if language.person_pronoun.search(query.text):
        if lead.about[0] in named and entities[lead.about[0]].type == "person":
            return frozenset(lead.about[:1])  # who was asked about, and not who else the answer names
        return frozenset([e for e in found if entities[e].type == "person"] or found)
    # What was asked about stays in focus; only where nothing was named is it what the answer is about.
    asked = [e for e in named if e != topic.subject]
    again = whole and not (language.plural_pronoun.search(query.text) or language.person_pronoun.search(query.text))
    return frozenset(asked or (() if again else found))


def _beside(named: set[Mention], focus: frozenset[str], retrieval: Retrieval) -> frozenset[str]:
    """Those in focus that a pronoun may stand for beside the names: "the Dutch share there" is still of the fund."""
    types = {retrieval.knowledge.entities[e].type for m in named for e in m.entities}
    others = frozenset(e for e in focus if retrieval.knowledge.entities[e].type not in types)
    return frozenset() if any(retrieval.constraints.is_hard((e,)) for e in others) else others


def _in_its_year(query: Query, conversation: Conversation) -> tuple[Period, ...]:
    """The query's periods; one that names no year is of the year that was talked about."""
    last, lead = conversation.query, conversation.lead
    spoken = last.periods[0].interval if last and last.periods else None
    if spoken is None and lead is not None and not lead.when.open_start:
        spoken = lead.when
    if spoken is None:
        return query.periods
    return tuple(replace(p, interval=p.interval.in_year(spoken.start.year)) if p.latest else p for p in query.periods)


def _then(query: Query, conversation: Conversation, language: Language) -> tuple[Period, ...]:
    """The time that was talked about, if the question says "then", "that day" or "by the end of that year"."""
    match = language.that_time.search(query.text)
    spoken = _spoken(conversation) if match else None
    if not match or spoken is None:
        return ()
    interval = Interval.day(spoken.start) if spoken.open_end else spoken
    if match["unit"] == "year":
        interval = Interval.year(spoken.start.year)
    elif match["unit"] == "month":
        interval = Interval.month(spoken.start.year, spoken.start.month)
    return (Period(interval, Relation.BY if match["until"] else Relation.IN, match.start(), match.end()),)


def _spoken(conversation: Conversation) -> Interval | None:
    """The time of the last answer, or the one that was asked for where the answer has none."""
    lead, last = conversation.lead, conversation.query
    if lead is not None and not lead.when.open_start:
        return lead.when
    return last.periods[0].interval if last and last.periods else None


def shifted(query: Query, conversation: Conversation, language: Language) -> tuple[Period, ...]:
    """The period that "two months later" means after the period that was asked for, or else that of the answer."""
    match, last = language.shift.search(query.text), conversation.query
    base = last.periods[0].interval if last and last.periods else _spoken(conversation)
    if not match or base is None:
        return ()
    count = language.number_words.get(match["count"], None)
    number = count if count is not None else int(match["count"]) if match["count"].isdecimal() else 1
    days = round(number * DAYS[language.units[match["unit"]]])
    before = (match["direction"] or match["side"]) in language.earlier
    ordinal = base.start.toordinal() + (-days if before else days)
    if not date.min.toordinal() + LONGEST_YEAR < ordinal < date.max.toordinal() - LONGEST_YEAR:
        return ()  # "999 years earlier": no such day
    moved = date.fromordinal(ordinal)
    if language.units[match["unit"]] == "year":
        year = base.start.year + (-number if before else number)
        return (Period(Interval.year(year), Relation.IN, match.start(), match.end()),)
    return (Period(Interval.month(moved.year, moved.month), Relation.IN, match.start(), match.end()),)
