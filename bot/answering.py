"""The policy: one query and its hits -> reply.

The best hit that fits the asked entities, kind and time and explains enough of the question leads; the fact
of its series that is in force speaks for it; what disputes it and what completes it follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import takewhile

from bot import timeline
from bot.hits import Hit, Ranking
from bot.model import Fact, Kind
from bot.periods import Relation
from bot.query import Order, Query
from bot.reading import days
from bot.records import dataclass
from bot.refusing import MOST_NEAREST, refuse
from bot.replies import Abstention, Answer, Clarification, Phrase, Reason, Reply, Statement
from bot.retrieval import Retrieval

# Shares that scores often have exactly (such as that of a fact special by one entity) are kept in spite of the
# rounding of floats.
ROUNDING = 1e-9
# Share of the question's idf weight that the leading fact must explain (chosen on the tuning questions).
MIN_COVERAGE = 0.62
# Short questions must be explained nearly whole: of two terms both, if need be by a near concept.
MIN_COVERAGE_SHORT = {1: 0.7, 2: 0.79, 3: 0.7}
# Facts of the leading fact's series are rivals if they score at least this share of its score.
RIVAL_SHARE = 0.6
TIMED_RIVAL_SHARE = 0.3  # where a time is asked for, the time decides more than the wording
# "Now" and "first" ask for a state of a series, if one scores this share of the best hit.
SERIES_SHARE = 0.85 - ROUNDING
# A second statement must come this near to the first, or explain what the first does not.
COMPANION_SHARE = 0.85 - ROUNDING
MOST_VERSIONS = 2  # shown beside the better supported one
# Words of statements together: an answer is short (the longest list of members has about 45).
MAX_WORDS = 95
OVERVIEW_WORDS = 110
OVERVIEW_STATEMENTS = 4
# Readings within this share of the best are as good as it, when the question says next to nothing.
MARGIN = 0.75
MOST_OF_A_DAY = 10  # hits looked through where a day is all that is asked for
# Kinds whose question may ask for nothing but what there was at a time.
HAPPENED = frozenset({Kind.ANY, Kind.OVERVIEW, Kind.YES_NO, Kind.LIST})
# Kinds whose question may ask for nothing but who or what somebody is.
ABOUT = frozenset({Kind.ANY, Kind.OVERVIEW, Kind.DEFINITION})
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

    def decide(self, query: Query, hits: Ranking, today: date) -> Outcome:
        """The reply to `query` from its ranked `hits`."""
        lead = self.lead(query, hits, today)
        if lead is None:
            asks = self._asks_what_it_is(query)
            told = self._subject() if asks else self._of_the_time(query)
            return Outcome(told or refuse(query, hits, self.retrieval, today), hits)
        foreseen = " " in query.text and self._as_asked(query, hits, today)
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

    def enough(self, query: Query, hit: Hit) -> bool:
        """Whether the hit passes the coverage gate."""
        return hit.coverage >= self._least(query)

    def able(self, query: Query, hits: Ranking) -> tuple[Hit, ...]:
        """The hits that pass the coverage gate; of a question that only names somebody those about them come first."""
        able = hits.covering(self._least(query))
        named = query.named - self.retrieval.constraints.quiet
        if named and query.kind in ABOUT and all(term.alternatives[0][0] == "@" for term in query.weighty):
            return tuple(sorted(able, key=lambda hit: named.isdisjoint(hit.fact.about)))
        return able

    def _least(self, query: Query) -> float:
        """The coverage that a hit must have; short questions ask for more."""
        return MIN_COVERAGE_SHORT.get(len(query.weighty), MIN_COVERAGE) if self.parts.coverage else 0.0

    def lead(self, query: Query, hits: Ranking, today: date) -> Hit | None:
        """The hit that leads the answer, or None."""
        exact = self._as_asked(query, hits, today)
        if exact:
            return self.preferred(exact, hits)
        special = self.retrieval.constraints.is_special
        bare = not (query.content or query.context or query.focus)
        if bare and not self.retrieval.constraints.asked_attribute(query):
            return self._of_the_day(query, hits)
        if query.kind is Kind.ORGANISATION and not query.weighty:
            return None  # "what are their names": nothing says whose
        first: Hit | None = None
        for hit in self._candidates(query, hits):
            if bare and any(map(special, hit.fact.about)):
                continue  # "how old is it" does not ask for the age of something else
            first = first or hit
            chosen = self._in_series(query, hit, hits, today)
            if chosen:
                return self._unknown(query, chosen, hits) or self.preferred(chosen, hits)
        asked = first and not first.missing and query.weighty and self.retrieval.asks_of(first.fact, query)
        return first if asked else None

    def _unknown(self, query: Query, lead: Hit, hits: Ranking) -> Hit | None:
        """The gap about those whose follower is asked for, where the lead is about themselves."""
        following = self.retrieval.lexicon.language.succession["next"].search(query.text)
        named = [m for m in query.mentions if following and self.retrieval.constraints.is_hard(m.entities)]
        for hit in self.able(query, hits) if named and not lead.fact.gap else ():
            about = all(set(m.entities) & set(hit.fact.about) for m in named)
            if hit.fact.gap and hit.fits and about and hit.coverage >= lead.coverage:
                return hit
        return None

    def _as_asked(self, query: Query, hits: Ranking, today: date) -> Hit | None:
        """The hit for which a curator wrote down this very question; of its series the one that is in force."""
        facts = () if query.context or query.focus else self.retrieval.asked(query.text)
        if len({fact.series or fact.id for fact in facts}) != 1:
            return None
        own = facts[0]
        stands = not (own.disputes or query.periods or _is_event(own) or query.order is Order.FIRST)
        if own.series and stands:
            series = [fact for fact in self.retrieval.series(own.series) if not fact.disputes]
            facts = tuple(filter(None, (timeline.in_force(series, None, today),)))
        hit = next((hit for hit in hits if hit.fact in facts), None)
        dated = any(not period.latest for period in query.periods)
        timely = hit and (not dated or hit.period or self.retrieval.asks_of(hit.fact, query))
        return hit if timely else None

    def _of_the_day(self, query: Query, hits: Ranking) -> Hit | None:
        """The best hit that people ask for with the very day that the question names, and with nothing else."""
        fitting = (hit for hit in hits[:MOST_OF_A_DAY] if hit.fits and self.retrieval.asks_of(hit.fact, query))
        return next(fitting, None) if days(query.periods) else None

    def _candidates(self, query: Query, hits: Ranking) -> Iterator[Hit]:
        """The hits that may lead, best first; where a time is asked for, those of series and of that very
        time that are nearly as good."""
        able = (hit for hit in self.able(query, hits) if hit.entity and hit.kind)
        timed = query.order is not Order.ANY or query.periods
        best = next(able, None) if timed and query.kind not in (Kind.REASON, Kind.DEFINITION) else None
        if best is not None:
            close = [best]
            for further in able:
                close.append(further)
                if further.score < SERIES_SHARE * best.score:
                    break
            good = [hit for hit in close if hit.score >= SERIES_SHARE * best.score]
            serial = [hit for hit in good if hit.fact.series or _is_exact(hit.fact, query)]
            yield from serial
            yield from (hit for hit in close if hit not in serial)
        yield from able

    def _in_series(self, query: Query, hit: Hit, hits: Ranking, today: date) -> Hit | None:
        """The hit of the same series that answers for the asked time; the hit itself where it stands alone."""
        if not hit.fact.series or not self.parts.series:
            return hit if hit.period else None
        timed = bool(query.periods) or query.order is not Order.ANY
        share = TIMED_RIVAL_SHARE if timed else RIVAL_SHARE
        rivals = {
            h.fact.id: h
            for h in takewhile(lambda h: h.score >= share * hit.score, self.able(query, hits))
            if h.fact.series == hit.fact.series
            and h.entity
            and h.kind
            and self._of_the_person(query, h.fact)
        }
        facts = [h.fact for h in rivals.values()]
        if not facts:
            return hit if hit.period else None
        if not timed and _is_event(hit.fact):
            return hit
        if query.order is Order.FIRST:
            fitting = [f for f in facts if rivals[f.id].period] or ([] if query.periods else facts)
            first = timeline.first(fitting, self.knowledge.topic.begins)
            return rivals[first.id] if first else None
        fact = timeline.in_force(facts, query.period if self.parts.period else None, today)
        if fact is None or (fact.when.open_end and not rivals[fact.id].period):
            return hit if hit.period else None
        return rivals[fact.id]

    def _of_the_person(self, query: Query, fact: Fact) -> bool:
        """Whether the fact is about each person named: that somebody succeeded them tells not who they are."""
        language, people = self.retrieval.lexicon.language, self.knowledge.entities
        if any(pattern.search(query.text) for pattern in language.succession.values()):
            return True  # "who took over from her"
        named = [m for m in query.mentions if any(people[e].type == "person" for e in m.entities)]
        return all(set(m.entities) & set(fact.about) for m in named)

    def preferred(self, hit: Hit, hits: Iterable[Hit]) -> Hit:
        """The better supported version, if the hit is the weaker one of a dispute and its figure is not asked for."""
        rival = _better(hit, hits)
        return rival if rival and not _has_figure(hit, rival) else hit

    def compose(self, query: Query, lead: Hit, hits: Ranking, today: date) -> Reply:
        """The answer that `lead` leads."""
        if lead.fact.gap:
            return Abstention(Reason.NOT_ESTABLISHED, Phrase("none_stated"), stated=Statement(lead.fact))
        statements = [Statement(lead.fact)]
        better = _better(lead, hits)
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
        for hit in self.able(query, hits):
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
        close = [h for h in self.able(query, hits) if h.score >= MARGIN * lead.score and h.fits]
        distinct: dict[str, Fact] = {}
        for hit in close:
            distinct.setdefault(hit.fact.series or hit.fact.id, hit.fact)
        choices = tuple(distinct.values())[:3]
        return choices if len(choices) > 1 else ()


def _better(hit: Hit, hits: Iterable[Hit]) -> Hit | None:
    """The better supported version of what the hit disputes, where it answers the question, too."""
    rivals = (rival for rival in hits if rival.fact.id in hit.fact.disputes and rival.entity and rival.kind)
    return next(rivals, None) if hit.fact.disputes else None


def _has_figure(hit: Hit, rival: Hit) -> bool:
    """Whether the question gives a figure that the hit has and its rival has not."""
    return any(term.alternatives[0][0] == "=" for term in set(rival.missing) - set(hit.missing))


def _is_exact(fact: Fact, query: Query) -> bool:
    """Whether the fact's own time is the very period that is asked for."""
    return any(fact.when == period.interval for period in query.periods)


def _is_event(fact: Fact) -> bool:
    return fact.when.start == fact.when.end


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
