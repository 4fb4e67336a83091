"""Query -> hits: facts ranked by BM25, each judged by the hard constraints.

A hit says how much of the question its fact explains (coverage) and whether the fact is about the asked
entities, in the asked time, and gives the asked kind of answer (the hard constraints of answering).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from bot import searching
from bot.constraints import GENERAL_KINDS, Constraints
from bot.dates import Interval
from bot.hits import Ranking, Row
from bot.index import Alternatives, inverse_document_frequency
from bot.lexicon import Lexicon, Mention, Term
from bot.model import Fact, Kind, Knowledge, Parts
from bot.prepared import Traits
from bot.query import Query
from bot.reading import Reading, days
from bot.searching import Key, Searchable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

# A word that no fact has outweighs any that some have, but two known words outweigh it.
UNKNOWN_WEIGHT = 5.0
# Rarity beyond this says more about the curator's wording than about the question.
MOST_WEIGHT = 4.5
# A fact with a concept near the asked one ("promised" for "paid") explains this share of it.
NEAR_SHARE = 0.7
LEAST_WHOLE = NEAR_SHARE - 1e-9  # of what leaves no term unexplained, but for the rounding of floats
DAY_WEIGHT = 0.2  # of the day that is asked for, where a fact names it
CONTEXT_WEIGHT = 0.5  # of what the conversation adds, against the question's own words
NEAR_WEIGHT = 0.5  # of a concept near the asked one, in ranking
LIGHT_WEIGHT = 0.3  # of a light word in ranking: it breaks ties
# An entity that the question does not name makes a fact more special than what was asked.
SPECIAL_PENALTY = 0.85
# What is known leads what is known to be unknown.
GAP_PENALTY = 0.8
# A fact of a series speaks for the whole of it; without a date asked for, that is rather meant than a detail.
CURRENT_BONUS = 1.2
# Each entity of the conversation that a fact shares makes it likelier that the follow-up means it.
FOCUS_BONUS = 1.15
# Facts that more sources tell are rather what is asked for; they break ties.
SUPPORT_BONUS = 1.01
MOST_SUPPORT = 4
# What began in the asked period is rather meant than what merely lasted through it.
BEGUN_BONUS = 1.1
EXACT_BONUS = 1.3  # its time is the very period that was asked for
# Of a point of score: scores that differ by less do so by the rounding of floats alone, and ids decide.
GRAINS = 1e9
# One message makes the policy look for the same several times, as for each kind that a comparison may be of.
RECENT = 64  # results remembered, of some 10 KB each
MOST_MERITS = 20_000  # remembered for each way of asking, of some 100 bytes each
# A fact that lacks the asked kind, where that is a preference and not a demand.
SOFT_KIND_PENALTY = 0.7


class _Judge:
    """Judges facts for one query by the hard constraints."""

    def __init__(self, retrieval: Retrieval, query: Query, today: date) -> None:
        self._retrieval = retrieval
        self._query = query
        self._today = today
        self.fact = retrieval.fact

    def missing(self, fact: Fact) -> tuple[Term, ...]:
        return self._retrieval.coverage(fact, self._query.weighty)[1]

    def entity(self, fact: Fact) -> bool:
        retrieval = self._retrieval
        return not retrieval.parts.entity or retrieval.constraints.about(retrieval.reading(fact), self._query)

    def kind(self, fact: Fact) -> bool:
        retrieval = self._retrieval
        return not retrieval.parts.kind or retrieval.constraints.kind(retrieval.reading(fact), self._query)

    def period(self, fact: Fact) -> bool:
        retrieval, reading = self._retrieval, self._retrieval.reading(fact)
        return not retrieval.parts.period or retrieval.constraints.in_time(reading, self._query, self._today)


class Merits(dict[Key, float]):
    """What the scores of facts, by key, are multiplied with; each worked out when it is first needed."""

    def __init__(self, merit: Callable[[Key], float]) -> None:
        self._merit = merit

    def __missing__(self, key: Key) -> float:
        if len(self) >= MOST_MERITS:
            self.clear()
        self[key] = merit = self._merit(key)
        return merit


class Retrieval:
    """The searchable form of a knowledge folder."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon, parts: Parts, searchable: Searchable) -> None:
        self.knowledge = knowledge
        self.lexicon = lexicon
        self.parts = parts
        self.constraints = Constraints(knowledge, lexicon.language)
        self._searchable = searchable
        self.fact = searchable.fact
        self._search = lru_cache(RECENT)(searchable.search)
        self._covered = lru_cache(RECENT)(self._cover)
        self._ranked = lru_cache(RECENT)(self._rank)
        self._asked = lru_cache(RECENT)(self._ask)
        self._merits: dict[tuple[Kind, bool, bool], Merits] = {}

    def reading(self, fact: Fact) -> Reading:
        """What the fact says."""
        return self._searchable.reading(fact.id)

    def named(self, fact: Fact) -> frozenset[str]:
        """The entities that the fact is about, lists or names."""
        return self.reading(fact).mentioned

    def defining(self, entity: str) -> list[Fact]:
        """The facts that say what the entity is, best supported first."""
        found = self._having(searching.DEFINING, entity)
        return sorted(found, key=lambda f: (f.gives[0] is not Kind.DEFINITION, -len(f.sources), f.id))

    def search(self, wanted: Iterable[Alternatives]) -> list[tuple[Fact, float]]:
        """The facts that contain anything of what is wanted with their BM25 scores, best first, ties by id."""
        scores = self._search(tuple(wanted))
        return [(self.fact(n), scores[n]) for _, n in sorted((-int(scores[n] * GRAINS), n) for n in scores)]

    def mentions(self, entity: str) -> bool:
        """Whether any fact is about, lists or names the entity."""
        return self._searchable.frequency(searching.MENTIONED, entity) > 0

    def about(self, entity: str) -> Iterator[Fact]:
        """The facts that are about the entity."""
        return self._having(searching.ABOUT, entity)

    def lists(self, relation: str) -> tuple[Fact, ...]:
        """The facts that list entities in this relation to the subject."""
        return tuple(self._having(searching.LISTS, relation))

    def disputing(self, fact: Fact) -> tuple[Fact, ...]:
        """The facts that say otherwise."""
        return tuple(self._having(searching.DISPUTING, fact.id))

    def asked(self, text: str) -> tuple[Fact, ...]:
        """The facts that have the text, word for word, among their `asks`."""
        return self._asked(text)

    def _ask(self, text: str) -> tuple[Fact, ...]:
        return tuple(self._having(searching.WORDINGS, self.lexicon.wording(text)))

    def series(self, name: str) -> tuple[Fact, ...]:
        """The facts of a series."""
        return tuple(self._having(searching.SERIES, name))

    def _having(self, table: str, name: str) -> Iterator[Fact]:
        return map(self.fact, self._searchable.having(table, name))

    def begins_on(self, day: date) -> bool:
        """Whether a fact begins to hold on that very day."""
        return self._searchable.begins_on(day.toordinal())

    def happened(self, asked: Interval, most: int) -> list[Fact]:
        """What lies within the interval and narrows nothing, best supported first: at most so many."""
        return self._searchable.happened(asked, frozenset(self.constraints.quiet), most)

    def satisfies(self, fact: Fact, mentions: Iterable[Mention]) -> bool:
        """Whether the fact is about or names each of the mentioned entities."""
        return self.constraints.satisfies(self.reading(fact), mentions)

    def asks_of(self, fact: Fact, query: Query) -> bool:
        """Whether people ask for the fact with one of the query's periods ("roadmaps until 2027")."""
        return self.constraints.asks_of(self.reading(fact), query)

    def of_another(self, fact: Fact, query: Query) -> bool:
        """Whether the fact is about an organisation that the question does not name."""
        named = {entity for mention in query.mentions for entity in mention.entities} | self.constraints.quiet
        return any(e not in named and self.knowledge.entities[e].type == "organisation" for e in fact.about)

    def weight(self, term: Term) -> float:
        """What explaining `term` is worth: its idf, for an unknown word as if it were the rarest."""
        having = [self._searchable.frequency(searching.OWN, key) for key in term.alternatives]
        known = [facts for facts in having if facts]
        if not known:
            return UNKNOWN_WEIGHT
        return min(inverse_document_frequency(len(self._searchable), min(known)), MOST_WEIGHT)

    def known(self, term: Term) -> bool:
        """Whether any fact has the term."""
        return any(self._searchable.frequency(searching.OWN, key) for key in term.alternatives)

    def rank(self, query: Query, today: date) -> Ranking:
        """All facts that share a term with the query, best first, ties by id."""
        return self._ranked(query, today)

    def _rank(self, query: Query, today: date) -> Ranking:
        wanted = [self._sought(term) for term in query.terms]
        wanted += [tuple((key, CONTEXT_WEIGHT) for key in term.alternatives) for term in query.context]
        wanted += [(("@" + entity, CONTEXT_WEIGHT),) for entity in sorted(query.focus)]
        wanted += [((day, DAY_WEIGHT),) for day in days(query.periods)]
        sought = tuple(wanted)
        scores = self._search(sought)
        covered = self._covered(query.weighty, sought)
        merits, fitness = self._merits_for(query.kind, query.holder, bool(query.periods)), self._fitness(query, scores)
        share, fit = covered.get, fitness.get
        rows: list[Row] = []
        for key, score in scores.items():
            coverage = share(key, 0.0)
            score *= merits[key] * (0.5 + 0.5 * coverage) * fit(key, 1.0)
            rows.append((-int(score * GRAINS), key, score, coverage))
        rows.sort()
        return Ranking(_Judge(self, query, today), rows)

    def _sought(self, term: Term) -> Alternatives:
        """The term as the index takes it: itself or, for less, a concept near it."""
        if term.light:
            return tuple((key, LIGHT_WEIGHT) for key in term.alternatives)
        return (*((key, 1.0) for key in term.alternatives), *((key, NEAR_WEIGHT) for key in self._near(term)))

    def _merits_for(self, kind: Kind, holder: bool, timed: bool) -> Merits:
        """How well facts suit such questions, whatever else they ask."""
        key = kind, holder, timed
        if key not in self._merits:
            self._merits[key] = Merits(lambda fact: self._merit(self._searchable.traits(fact), *key))
        return self._merits[key]

    def _merit(self, fact: Traits, kind: Kind, holder: bool, timed: bool) -> float:
        merit = 1.0 if self.constraints.prefers(fact.gives, kind, holder) else SOFT_KIND_PENALTY
        if kind not in GENERAL_KINDS:
            merit *= SPECIAL_PENALTY ** sum(map(self.constraints.is_special, fact.about))
        merit *= CURRENT_BONUS if fact.series and not timed else 1.0
        merit *= SUPPORT_BONUS ** min(fact.sources, MOST_SUPPORT)
        return merit * (GAP_PENALTY if fact.gap else 1.0)

    def _fitness(self, query: Query, scores: Mapping[Key, float]) -> dict[Key, float]:
        """How much better than others those facts fit whose time, entity or focus is the query's."""
        fitness = self._timeliness(query, scores)
        named = query.named if query.kind not in GENERAL_KINDS else frozenset()
        shared = [(e, 1 / SPECIAL_PENALTY, searching.ABOUT) for e in named if self.constraints.is_special(e)]
        shared += [(e, FOCUS_BONUS, searching.MENTIONED) for e in query.focus]
        attribute = self.constraints.asked_attribute(query)
        shared += [(attribute, 1 / SOFT_KIND_PENALTY, searching.ATTRIBUTES)] if attribute else []
        for name, bonus, table in shared:
            for key in self._searchable.among(scores, table, name):
                fitness[key] = fitness.get(key, 1.0) * bonus
        return fitness

    def _timeliness(self, query: Query, scores: Iterable[Key]) -> dict[Key, float]:
        """How much better the facts' own time fits the asked one than merely overlapping it, where it does."""
        asked = [(p.interval.start.toordinal(), p.interval.end.toordinal()) for p in query.periods]
        facts = {key: self._searchable.traits(key) for key in scores} if asked else {}
        found: dict[Key, float] = {}
        for start, end in asked:
            found |= {key: BEGUN_BONUS for key, fact in facts.items() if start <= fact.start <= end}
        for start, end in asked:
            found |= {key: EXACT_BONUS for key, fact in facts.items() if fact.start == start and fact.end == end}
        return found

    def _cover(self, terms: tuple[Term, ...], sought: tuple[Alternatives, ...]) -> Mapping[Key, float]:
        """The `coverage` of all facts at once that a search for `sought` finds, but for those that explain nothing."""
        found, table = self._search(sought), self._saying(terms, searching.TOLD, searching.OWN)
        whole, explained = 0.0, defaultdict[Key, float](float)
        for term in terms:
            weight = self.weight(term)
            whole += weight
            wholly = {k for key in term.alternatives for k in self._searchable.among(found, table, key)}
            nearly = {k for key in self._near(term) for k in self._searchable.among(found, table, key)} - wholly
            for facts, share in ((wholly, weight), (nearly, weight * NEAR_SHARE)):
                for key in facts:
                    explained[key] += share
        if not whole:
            return dict.fromkeys(found, 1.0)
        return {key: share / whole for key, share in explained.items()}

    def coverage(self, fact: Fact, terms: Iterable[Term]) -> tuple[float, tuple[Term, ...]]:
        """The share of the terms' weight that the fact explains, and the terms that it does not."""
        terms = tuple(terms)
        own = self._saying(terms, self.reading(fact).told, self.reading(fact).own)
        whole = explained = 0.0
        missing: list[Term] = []
        for term in terms:
            weight = self.weight(term)
            whole += weight
            share = self._share(term, own)
            explained += weight * share
            if not share:
                missing.append(term)
        return (explained / whole if whole else 1.0), tuple(missing)

    def _saying(self, terms: tuple[Term, ...], told: T, own: T) -> T:
        """Where the terms must stand: as a single plain word may stand in an ask by chance, the text must say it."""
        return told if len(terms) == 1 and terms[0].is_word else own

    def _near(self, term: Term) -> tuple[str, ...]:
        """The concepts near the term's, as index terms."""
        concepts = (self.knowledge.concepts.get(key[1:]) for key in term.alternatives if key[0] == "#")
        return tuple("#" + near for concept in concepts if concept for near in concept.near)

    def siblings(self, concept: str) -> tuple[str, ...]:
        """The concepts, as index terms, that are near the very same ones: kinds of one thing."""
        near = self.knowledge.concepts[concept].near
        alike = (c.id for c in self.knowledge.concepts.values() if near and c.near == near and c.id != concept)
        return tuple("#" + id for id in alike)

    def _share(self, term: Term, own: frozenset[str]) -> float:
        if any(key in own for key in term.alternatives):
            return 1.0
        return NEAR_SHARE if any(key in own for key in self._near(term)) else 0.0
