"""Which fact leads the answer to one query.

The best hit that fits the asked entities, kind and time and explains enough of the question does; the fact of its
series that is in force speaks for it, and the better supported version for a weaker one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import takewhile

from bot import timeline
from bot.hits import Hit, Ranking
from bot.model import Fact, Kind
from bot.query import Order, Query
from bot.reading import days
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
MOST_OF_A_DAY = 10  # hits looked through where a day is all that is asked for
# Kinds whose question may ask for nothing but who or what somebody is.
ABOUT = frozenset({Kind.ANY, Kind.OVERVIEW, Kind.DEFINITION})


class Leader:
    """Chooses the leading fact."""

    def __init__(self, retrieval: Retrieval) -> None:
        self.retrieval = retrieval
        self.knowledge = retrieval.knowledge
        self.parts = retrieval.parts

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
        rival = better_version(hit, hits)
        return rival if rival and not _has_figure(hit, rival) else hit


def better_version(hit: Hit, hits: Iterable[Hit]) -> Hit | None:
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
