"""Times that are told by an event: "before Canada joined", "when it was launched", "after him".

The clause is looked up like a question for a date; the query is then asked for that time.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.answering import Policy
from bot.dates import Interval
from bot.language import Language
from bot.model import Fact, Kind
from bot.periods import Period, Relation
from bot.query import Query, build
from bot.records import replace

EVENING_BEFORE = timedelta(days=1)


def timed(query: Query, policy: Policy, focus: Fact | None, today: date) -> Query:
    """The query with its time clause, if it has one, turned into a period.

    `focus` is the fact that led the last answer: "before that" means before it.
    """
    lexicon = policy.retrieval.lexicon
    language = lexicon.language
    match = language.clause.search(query.text)
    before = query.text[: match.start()].strip() if match else ""
    if not match or not before or language.habitual.search(before):
        return query
    shift = language.shift.search(query.text)
    if shift and shift.start() < match.start() and shift.end() >= match.end("clause"):
        return query  # "three months after that" is a day's distance from the last answer
    rest = build(before + query.text[match.end() :], lexicon, today)
    if rest.periods:
        return query
    event = build(match["clause"], lexicon, today)
    if any(not policy.retrieval.known(term) for term in event.weighty):
        return query  # "when it won the Nobel prize": no such event
    if query.periods:  # "when the order was announced in May 2024" says itself when that was
        periods = tuple(_beside(match["relation"], period, language) for period in query.periods)
        return replace(rest, text=query.text, periods=periods)
    day = _day(match["clause"], rest, policy, focus, today)
    if day is None or (not rest.weighty and focus is None):
        return query
    if _is_person(match["clause"], policy, today) and day < date.max - EVENING_BEFORE:
        day = day + EVENING_BEFORE if _after(match["relation"], language) else day
    relation, interval = _relation(match["relation"], day, language)
    period = Period(interval, relation, match.start(), match.end())
    return replace(rest, text=query.text, periods=(period,))


def _relation(word: str, day: date, language: Language) -> tuple[Relation, Interval]:
    """What the conjunction asks for: the state on the eve, the first later one, or the state on the day."""
    if any(part in language.before for part in word.split()):
        return Relation.BY, Interval.day(day - EVENING_BEFORE)
    if _after(word, language):
        return Relation.AFTER, Interval.day(day)
    return Relation.IN, Interval.day(day)


def _beside(word: str, period: Period, language: Language) -> Period:
    """The period in which, or on whose eve, the clause's event stands."""
    if any(part in language.before for part in word.split()) and period.interval.start > date.min:
        return replace(period, interval=Interval.day(period.interval.start - EVENING_BEFORE), relation=Relation.BY)
    return period


def _after(word: str, language: Language) -> bool:
    return any(part in language.after for part in word.split())


def _is_person(clause: str, policy: Policy, today: date) -> bool:
    """Whether the clause is about a person: after somebody comes the next, not the state that he began."""
    entities = policy.knowledge.entities
    analysis = policy.retrieval.lexicon.analyse(clause, today)
    pronoun = policy.retrieval.lexicon.language.person_pronoun.search(clause)
    return bool(pronoun) or any(entities[e].type == "person" for m in analysis.mentions for e in m.entities)


def _day(clause: str, rest: Query, policy: Policy, focus: Fact | None, today: date) -> date | None:
    """The first day of the event that the clause tells of, or None where nothing dates it.

    A pronoun in the clause means whom the rest of the question names, if the event is theirs.
    """
    retrieval = policy.retrieval
    query = build(clause, retrieval.lexicon, today)
    if query.periods:
        return None
    events = [retrieval.knowledge.entities[e] for m in query.mentions for e in m.entities]
    dated = next((event.when for event in events if event.when), None)
    if dated:
        return dated.start
    if all(term.alternatives[0][0] == "=" for term in query.weighty):
        return (
            focus.when.start
            if focus and not focus.when.open_start and retrieval.lexicon.language.pronoun.search(clause)
            else None
        )
    query = replace(query, kind=Kind.DATE, explicit=True)
    if retrieval.lexicon.language.pronoun.search(clause):
        meant = replace(query, mentions=(*query.mentions, *rest.mentions))
        query = meant if any(hit.fits for hit in policy.leader.able(meant, retrieval.rank(meant, today))) else query
    hits = [hit for hit in policy.leader.able(query, retrieval.rank(query, today)) if hit.fits and not hit.fact.gap]
    start = policy.leader.preferred(hits[0], hits).fact.when.start if hits else date.min
    return start if start > date.min else None
