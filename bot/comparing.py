"""Comparisons: each side is answered by itself, and the facts are put next to each other.

Sides are entities of one type or periods joined by "or", "than" and the like, with a comparative in sight. The
bot does not say which side wins: both figures stand there, each with its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from bot import timeline
from bot.answering import MAX_WORDS, Outcome, Policy, confirmed, shortened
from bot.dates import Interval
from bot.hits import Hit
from bot.language import Language
from bot.lexicon import Term
from bot.model import Kind
from bot.periods import Period, Relation
from bot.query import Order, Query
from bot.records import replace
from bot.refusing import refuse
from bot.replies import Answer, Statement
from bot.retrieval import Retrieval

# A list of more names compares nothing, and each side is looked up by itself.
MOST_SIDES = 4
# A comparison that does not say of what: figures first, then money, then dates.
KINDS_TO_TRY = (Kind.AMOUNT, Kind.COUNT, Kind.DATE)


def compare(query: Query, policy: Policy, today: date) -> Outcome | None:
    """The facts for both sides, or None where the query compares nothing or too little is known."""
    comparative = policy.retrieval.lexicon.language.comparative
    if not comparative.search(query.text) and len(query.periods) < 2:
        return None
    together = _together(query, policy, today)
    if together:
        return together
    sides = _sides(query, policy)
    if len(sides) < 2:
        return _with_earlier(query, policy, today)
    return _side_by_side(sides, _kinds(query, policy), policy, today)


def each(query: Query, policy: Policy, today: date) -> Outcome | None:
    """The facts for each of several entities of one type that no fact treats together, or None.

    Only where all of them have one: else the question as a whole stays unanswered.
    """
    sides = _sides(query, policy)
    if len(sides) < 2 or query.kind is Kind.YES_NO:
        return None
    outcome = _side_by_side(sides, (query.kind,), policy, today)
    return outcome if outcome and len(outcome.hits) == len(sides) else None


def _together(query: Query, policy: Policy, today: date) -> Outcome | None:
    """ "2024 and 2025 together": the fact whose own time is just both periods, if there is one."""
    if len(query.periods) != 2 or not policy.retrieval.lexicon.language.summing.search(query.text):
        return None
    first, second = sorted(query.periods, key=lambda period: period.interval.start)
    both = Interval(first.interval.start, second.interval.end)
    whole = replace(query, periods=(replace(first, interval=both),), order=Order.ANY)
    hits = policy.retrieval.rank(whole, today)
    fitting = [hit for hit in hits if hit.fits and hit.fact.when == both and policy.leader.enough(whole, hit)]
    return Outcome(policy.compose(whole, fitting[0], hits, today), tuple(hits)) if fitting else None


def _side_by_side(sides: Sequence[Query], kinds: Sequence[Kind], policy: Policy, today: date) -> Outcome | None:
    """Each side's leading fact, for the first kind that most sides have an answer of."""
    best: list[tuple[Query, Hit | None]] = []
    for kind in kinds:
        found = [(side, _lead(replace(side, kind=kind, explicit=True), policy, today)) for side in sides]
        if sum(hit is not None for _, hit in found) > sum(hit is not None for _, hit in best):
            best = found
    hits = tuple(hit for _, hit in best if hit)
    if not hits or len({hit.fact.id for hit in hits}) < 2 and all(hit for _, hit in best):
        return None
    lacking = tuple(
        refuse(side, policy.retrieval.rank(side, today), policy.retrieval, today) for side, hit in best if hit is None
    )
    statements = shortened([Statement(hit.fact) for hit in hits], MAX_WORDS)
    return Outcome(Answer(statements, confirmed(hits[0].fact, today), lacking), hits)


def _with_earlier(query: Query, policy: Policy, today: date) -> Outcome | None:
    """ "More than before": the leading fact and the one before it in its series."""
    if not policy.retrieval.lexicon.language.so_far.search(query.text):
        return None
    for kind in _kinds(query, policy):
        hit = _lead(replace(query, kind=kind, explicit=True), policy, today)
        series = [f for f in policy.retrieval.series(hit.fact.series if hit else "") if not f.disputes]
        earlier = timeline.neighbours(series, hit.fact, forward=False) if hit else None
        if hit and earlier:
            return Outcome(Answer((Statement(hit.fact), Statement(earlier))), (hit,))
    return None


def _kinds(query: Query, policy: Policy) -> Sequence[Kind]:
    if query.kind in KINDS_TO_TRY:
        return (query.kind,)
    temporal = policy.retrieval.lexicon.language.temporal.search(query.text)
    return sorted(KINDS_TO_TRY, key=lambda kind: kind is not Kind.DATE) if temporal else KINDS_TO_TRY


def _sides(query: Query, policy: Policy) -> list[Query]:
    """The query once for each side, without the other sides' names or periods."""
    entities = policy.retrieval.knowledge.entities
    quiet = {policy.knowledge.topic.subject, *policy.knowledge.topic.ambient}
    named = [m for m in query.mentions if not quiet & set(m.entities) and not m.recipient]
    types = [entities[m.entities[-1]].type for m in named]
    language = policy.retrieval.lexicon.language
    if 1 < len(query.periods) <= MOST_SIDES and not any(period.latest for period in query.periods):
        return [replace(query, periods=(period,), terms=_beside(period, query, language)) for period in query.periods]
    if len(query.periods) == 1 and language.growth.search(query.text):
        return _ends(query)
    for kind in dict.fromkeys(types):
        alike = [m for m, its in zip(named, types, strict=True) if its == kind]
        if 1 < len(alike) <= MOST_SIDES:
            return [_only(query, [m for m in alike if m is not side]) for side in alike]
    return _alternatives(query, policy.retrieval)


def _beside(period: Period, query: Query, language: Language) -> tuple[Term, ...]:
    """The terms on the period's side of "than" or "compared with", if either side says something of its own."""
    cut = language.versus.search(query.text)
    if cut is None:
        return query.terms
    left = tuple(t for t in query.terms if t.start < cut.start())
    right = tuple(t for t in query.terms if t.start >= cut.end())
    if not all(any(t.alternatives[0][0] == "#" and not t.light for t in side) for side in (left, right)):
        return query.terms
    return left if period.start < cut.start() else right


def _ends(query: Query) -> list[Query]:
    """ "Did it grow between March and May": the query for the first and for the last month of its period."""
    period = query.periods[0]
    start, end = period.interval.start, period.interval.end
    months = [Interval.month(day.year, day.month) for day in (start, end)]
    if months[0] == months[1] or period.interval.open_start or period.interval.open_end:
        return []
    return [replace(query, periods=(replace(period, interval=month, relation=Relation.IN),)) for month in months]


def _sisters(query: Query, retrieval: Retrieval) -> tuple[Term, Term] | None:
    """The first two terms of the query that are kinds of one thing ("apples", "pears")."""
    for first, second in combinations(query.weighty, 2):
        concepts = [term.alternatives[0] for term in (first, second)]
        if all(key[0] == "#" for key in concepts) and concepts[1] in retrieval.siblings(concepts[0][1:]):
            return first, second
    return None


def _alternatives(query: Query, retrieval: Retrieval) -> list[Query]:
    """ "Apples or pears": the query once without what follows "or", once without what stands before it."""
    cut = retrieval.lexicon.language.alternatives.search(query.text)
    sisters = _sisters(query, retrieval)
    if sisters:
        return [replace(query, terms=tuple(t for t in query.terms if t is not other)) for other in reversed(sisters)]
    left = [t for t in query.weighty if cut and t.end <= cut.start() and t.alternatives[0][0] == "#"]
    right = [t for t in query.weighty if cut and t.start >= cut.end()]
    if not left or not any(t.alternatives[0][0] == "#" for t in right):
        return []
    return [
        replace(query, terms=tuple(t for t in query.terms if t not in right)),
        replace(query, terms=tuple(t for t in query.terms if t is not left[-1])),
    ]


def _only(query: Query, others: Sequence[object]) -> Query:
    """The query without the other sides."""
    mentions = tuple(m for m in query.mentions if m not in others)
    surfaces = {m.surface for m in query.mentions if m in others}
    terms = tuple(t for t in query.terms if t.surface not in surfaces)
    return replace(query, mentions=mentions, terms=terms)


def _lead(query: Query, policy: Policy, today: date) -> Hit | None:
    query = _without_comparative(query, policy)
    hit = policy.leader.lead(query, policy.retrieval.rank(query, today), today)
    return None if hit is None or hit.fact.gap else hit


def _without_comparative(query: Query, policy: Policy) -> Query:
    """The query without the words that only compare ("more", "first")."""
    pattern = policy.retrieval.lexicon.language.comparative
    terms = tuple(t for t in query.terms if not pattern.fullmatch(t.surface))
    return replace(query, terms=terms, order=Order.ANY)
