"""Whether something is disputed: told by what the facts say of it, and by the facts that dispute it."""

from __future__ import annotations

from datetime import date

from bot.answering import MAX_WORDS, Outcome, Policy, shortened
from bot.model import Kind
from bot.query import Query
from bot.records import replace
from bot.replies import Abstention, Answer, Phrase, Reason, Statement

STATED = frozenset({Kind.YES_NO, Kind.COUNT, Kind.AMOUNT, Kind.DATE, Kind.PERSON})  # kinds of what may be disputed


def doubted(query: Query, policy: Policy, today: date) -> Outcome | None:
    """ "Is that figure disputed?", where no fact says so in words: the fact and what disputes it, or that nothing does.

    None where the question asks for no dispute, or nothing is known of what it names.
    """
    words = policy.retrieval.lexicon.language.disputing
    rest = tuple(term for term in query.terms if not words.search(term.surface))
    if query.kind not in STATED or len(rest) == len(query.terms):
        return None
    told = policy.leader.lead(query, policy.retrieval.rank(query, today), today)
    if told and not told.missing:
        return None
    plain = replace(query, kind=Kind.ANY if query.kind is Kind.YES_NO else query.kind, terms=rest)
    hits = policy.retrieval.rank(plain, today)
    lead = policy.leader.lead(plain, hits, today)
    if lead is None or lead.fact.gap:
        return None
    others = policy.disputing(lead.fact)
    if not others:
        return Outcome(Abstention(Reason.NO_ATTRIBUTE, Phrase("none_dispute"), (lead.fact,)), hits)
    statements = [Statement(lead.fact), *(Statement(fact, Phrase("differ")) for fact in others)]
    return Outcome(Answer(shortened(statements, MAX_WORDS)), hits)
