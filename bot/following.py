"""Follow-ups along a series: who came before or after, and what held at another time."""

from __future__ import annotations

from datetime import date

from bot import timeline
from bot.answering import Outcome, Policy, confirmed
from bot.dialogue import Conversation, says_only_when
from bot.model import Fact
from bot.query import Query
from bot.replies import Answer, Statement


def succession(query: Query, conversation: Conversation, policy: Policy, today: date) -> Outcome | None:
    """ "And before him?", "who took over from her": the neighbour in the last answer's series."""
    language = policy.retrieval.lexicon.language
    asked = conversation.query.named | conversation.query.focus if conversation.query else frozenset()
    lead = _office(conversation.lead, asked, policy)
    if lead is None or not language.pronoun.search(query.text) and query.weighty:
        return None
    own = (m.entities for m in query.mentions if m.surface in query.text)  # and not from the conversation
    if any(map(policy.retrieval.constraints.is_hard, own)):
        return None
    for direction, pattern in language.succession.items():
        if pattern.search(query.text):
            series = [f for f in policy.retrieval.series(lead.series) if not f.disputes and not f.gap]
            fact = timeline.neighbours(series, lead, forward=direction == "next")
            return Outcome(Answer((Statement(fact),), confirmed(fact, today)), ()) if fact else None
    return None


def later(whole: Query, own: Query, conversation: Conversation, policy: Policy, today: date) -> Outcome | None:
    """ "And in 2025?": the fact of the last answer's series that answers for the time that is asked now."""
    language = policy.retrieval.lexicon.language
    lead, last = conversation.lead, conversation.query
    another = last is None or whole.kind is not last.kind or whole.periods == last.periods
    if lead is None or not lead.series or another or not whole.periods or not says_only_when(own, language):
        return None
    series = [f for f in policy.retrieval.series(lead.series) if not f.disputes and not f.gap]
    fact = timeline.in_force(series, whole.period, today)
    hits = policy.retrieval.rank(whole, today)
    hit = next((hit for hit in hits if hit.fact is fact and hit.period), None)
    return Outcome(policy.compose(whole, hit, hits, today), hits) if hit else None


def _office(lead: Fact | None, asked: frozenset[str], policy: Policy) -> Fact | None:
    """The fact itself if others follow it in a series, else one of a series that is about its person: of several
    people about one of those who were not `asked` about, since they are what the answer told."""
    if lead is None or (lead.series and len(policy.retrieval.series(lead.series)) > 1):
        return lead
    people = sorted((e for e in lead.about if policy.knowledge.entities[e].type == "person"), key=asked.__contains__)
    facts = (fact for person in people for fact in policy.retrieval.about(person))
    own = (fact for fact in facts if fact.about[0] in people)
    return next((fact for fact in own if fact.series and not fact.gap), None)
