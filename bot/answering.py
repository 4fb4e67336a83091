"""The policy: one query and its hits -> reply.

What leads is chosen in bot/leading.py; what disputes it and what completes it follows. Where nothing leads, that is
said, or asked back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot import timeline
from bot.hits import Hit, Ranking
from bot.leading import RIVAL_SHARE, ROUNDING, Leader, better_version
from bot.model import Fact, Kind
from bot.periods import Relation
from bot.query import Order, Query
from bot.records import dataclass
from bot.refusing import MOST_NEAREST, refuse
from bot.replies import Abstention, Answer, Clarification, Phrase, Reason, Reply, Statement
from bot.retrieval import Retrieval

# A second statement must come this near to the first, or explain what the first does not.
COMPANION_SHARE = 0.85 - ROUNDING
MOST_VERSIONS = 2  # shown beside the better supported one
# Words of statements together: an answer is short (the longest list of members has about 45).
MAX_WORDS = 95
OVERVIEW_WORDS = 110
OVERVIEW_STATEMENTS = 4
# Readings within this share of the best are as good as it, when the question says next to nothing.
MARGIN = 0.75
# Kinds whose question may ask for nothing but what there was at a time.
HAPPENED = frozenset({Kind.ANY, Kind.OVERVIEW, Kind.YES_NO, Kind.LIST})
CONFIRM_DAYS = 90  # a state confirmed longer ago says so


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply with the hits that led to it, for the trace."""

    reply: Reply
    hits: Sequence[Hit]


class Policy:
    """Decides replies for single queries."""

    def __init__(self, retrieval: Retrieval) -> None:
        self.retrieval = retrieval
        self.knowledge = retrieval.knowledge
        self.parts = retrieval.parts
        self.leader = Leader(retrieval)

    def decide(self, query: Query, hits: Ranking, today: date) -> Outcome:
        """The reply to `query` from its ranked `hits`."""
        lead = self.leader.lead(query, hits, today)
        if lead is None:
            asks = self._asks_what_it_is(query)
            told = self._subject() if asks else self._of_the_time(query)
            return Outcome(told or refuse(query, hits, self.retrieval, today), hits)
        foreseen = " " in query.text and self.retrieval.asked(query.text)
        if self._is_vague(query) and not foreseen:
            choices = self._choices(query, hits, lead)
            if choices:
                return Outcome(Clarification(choices), hits)
        return Outcome(self.compose(query, lead, hits, today), hits)

    def _asks_what_it_is(self, query: Query) -> bool:
        """Whether the question names the subject of the topic and nothing else."""
        subject = self.knowledge.topic.subject
        if query.periods or query.content:
            return False
        return (
            any(subject in m.entities for m in query.mentions)
            and not query.explicit
            or (query.kind in (Kind.DEFINITION, Kind.OVERVIEW, Kind.REASON) and not query.context)
        )

    def _subject(self) -> Reply:
        """What the subject is; where no fact says so, that none does, with what there is on it."""
        subject = self.knowledge.topic.subject
        facts = self.retrieval.defining(subject)[: OVERVIEW_STATEMENTS - 1]
        if facts:
            return Answer(shortened([Statement(fact) for fact in facts], MAX_WORDS))
        name = self.knowledge.entities[subject].name(self.retrieval.lexicon.language.code)
        near = tuple(self.retrieval.about(subject))[:MOST_NEAREST]
        return Abstention(Reason.NO_ATTRIBUTE, Phrase.of("none_definition", entity=name), near)

    def _of_the_time(self, query: Query) -> Reply | None:
        """ "What happened in May 2025": what did, best supported first, where the question says only when."""
        quiet = self.retrieval.constraints.quiet
        if not query.period or query.period.relation is not Relation.IN or query.context or query.focus:
            return None
        if self.retrieval.lexicon.language.connector.match(query.text):
            return None  # "and in May?" goes on with something
        if query.weighty or query.kind not in HAPPENED or any(not quiet & set(m.entities) for m in query.mentions):
            return None
        best = self.retrieval.happened(query.period.interval, OVERVIEW_STATEMENTS)
        statements = [Statement(fact) for fact in best]
        return Answer(shortened(statements, OVERVIEW_WORDS)) if statements else None

    def compose(self, query: Query, lead: Hit, hits: Ranking, today: date) -> Reply:
        """The answer that `lead` leads."""
        if lead.fact.gap:
            return Abstention(Reason.NOT_ESTABLISHED, Phrase("none_stated"), stated=Statement(lead.fact))
        statements = [Statement(lead.fact)]
        better = better_version(lead, hits)
        versions = ([better.fact] if better else []) + self.disputing(lead.fact, hits)
        statements += [Statement(fact, Phrase("differ")) for fact in versions]
        statements += [Statement(fact) for fact in self._by_now(query, lead.fact, today)]
        statements += [Statement(fact) for fact in self._companions(query, lead, hits, today)]
        limit = OVERVIEW_WORDS if query.kind in (Kind.OVERVIEW, Kind.LIST) else MAX_WORDS
        return Answer(shortened(statements, limit), confirmed=confirmed(lead.fact, today))

    def disputing(self, fact: Fact, hits: Iterable[Hit] = ()) -> list[Fact]:
        """The other versions of what the fact says, at most two; of more, those that the question is nearest to."""
        versions = self.retrieval.disputing(fact)
        if len(versions) > MOST_VERSIONS:
            places = {hit.fact.id: place for place, hit in enumerate(hits)}
            versions = tuple(sorted(versions, key=lambda version: places.get(version.id, len(places))))
        return list(versions[:MOST_VERSIONS])

    def _by_now(self, query: Query, fact: Fact, today: date) -> list[Fact]:
        """What holds by now, where "is it still" is asked of what is over."""
        still = query.order is Order.LAST or self.retrieval.lexicon.language.still.search(query.text)
        if query.kind not in (Kind.YES_NO, Kind.ANY) or not still or not fact.series or fact.when.open_end:
            return []
        series = [f for f in self.retrieval.series(fact.series) if not f.disputes and not f.gap]
        now = timeline.in_force(series, None, today)
        return [now] if now and now is not fact else []

    def _companions(self, query: Query, lead: Hit, hits: Ranking, today: date) -> list[Fact]:
        """Further facts that belong into the answer: what completes it, and for an overview what is next."""
        taken = {lead.fact.id, *lead.fact.disputes}
        found: list[Fact] = []
        bare = not [t for t in query.weighty if t.alternatives[0][0] != "@"]
        wide = query.kind is Kind.OVERVIEW or (bare and query.kind is not Kind.OTHER)
        most = OVERVIEW_STATEMENTS - 1 if wide else 1
        series = {lead.fact.series} - {""}
        lacking = set(lead.missing)
        for hit in self.leader.able(query, hits):
            if len(found) == most or not wide and hit.score < RIVAL_SHARE * lead.score:
                break
            fact = hit.fact
            if fact.id in taken or fact.disputes or fact.gap or not hit.fits or fact.series in series:
                continue
            if not (query.content or query.context or query.focus) and not self.retrieval.asks_of(fact, query):
                continue  # only a day was asked for
            completes = bool(lacking - set(hit.missing)) and hit.score >= RIVAL_SHARE * lead.score
            if wide or completes or hit.score >= COMPANION_SHARE * lead.score:
                found.append(fact)
                series |= {fact.series} - {""}
                lacking &= set(hit.missing)
        return found

    def _is_vague(self, query: Query) -> bool:
        """Whether the question says so little that several readings are as good."""
        wanting = self.retrieval.lexicon.language.wanting.search(query.text)
        return (
            self.parts.margin
            and not query.explicit
            and not wanting
            and len(query.weighty) <= 1
            and not query.mentions
            and not query.periods
        )

    def _choices(self, query: Query, hits: Ranking, lead: Hit) -> tuple[Fact, ...]:
        close = [h for h in self.leader.able(query, hits) if h.score >= MARGIN * lead.score and h.fits]
        distinct: dict[str, Fact] = {}
        for hit in close:
            distinct.setdefault(hit.fact.series or hit.fact.id, hit.fact)
        choices = tuple(distinct.values())[:3]
        return choices if len(choices) > 1 else ()


def confirmed(fact: Fact, today: date) -> date | None:
    """When the state that the fact tells was last confirmed, if it may have changed since."""
    if fact.when.open_end and fact.confirmed and (today - fact.confirmed).days > CONFIRM_DAYS:
        return fact.confirmed
    return None


def shortened(statements: Iterable[Statement], limit: int) -> tuple[Statement, ...]:
    """The first statements, each fact once, that together have at most `limit` words; always the very first."""
    kept: list[Statement] = []
    words = 0
    for statement in statements:
        if statement.fact.id in {s.fact.id for s in kept}:
            continue
        words += len(statement.fact.text.split())
        if kept and words > limit:
            break
        kept.append(statement)
    return tuple(kept)
