"""Query -> hits: facts ranked by BM25, each judged by the hard constraints.

A hit says how much of the question its fact explains (coverage) and whether the fact is about the asked
entities, in the asked time, and gives the asked kind of answer (the hard constraints of answering).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from bot.constraints import GENERAL_KINDS, Constraints
from bot.hits import Ranking, Row
from bot.index import Alternatives, Index, inverse_document_frequency, numbers
from bot.lexicon import Lexicon, Mention, Term
from bot.model import Fact, Kind, Knowledge, Parts
from bot.prepared import Prepared, Table, Traits
from bot.query import Query
from bot.reading import Reading, days

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
# One message makes the policy look for the same several times, as for each kind that a comparison may be of.
# Of a point of score: scores that differ by less do so by the rounding of floats alone, and ids decide.
GRAINS = 1e9
RECENT = 64  # results remembered, of some 10 KB each
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


class Merits(dict[int, float]):
    """What the scores of facts, by number, are multiplied with; each worked out when it is first needed."""

    def __init__(self, merit: Callable[[int], float]) -> None:
        self._merit = merit

    def __missing__(self, number: int) -> float:
        self[number] = merit = self._merit(number)
        return merit


class Retrieval:
    """The searchable form of a knowledge folder."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon, parts: Parts, prepared: Prepared) -> None:
        self.knowledge = knowledge
        self.lexicon = lexicon
        self.parts = parts
        self.constraints = Constraints(knowledge, lexicon.language)
        self._prepared = prepared
        self._search = lru_cache(RECENT)(Index(prepared.entries, prepared.postings).search)
        self._covered = lru_cache(RECENT)(self._cover)
        self._ranked = lru_cache(RECENT)(self._rank)
        self._asked = lru_cache(RECENT)(self._ask)
        self._starts: frozenset[int] | None = None
        self._merits: dict[tuple[Kind, bool, bool], Merits] = {}

    def fact(self, number: int) -> Fact:
        """The fact with this number."""
        return self.knowledge.facts[self._prepared.ids[number]]

    def reading(self, fact: Fact) -> Reading:
        """What the fact says."""
        return self._prepared.readings[fact.id]

    def named(self, fact: Fact) -> frozenset[str]:
        """The entities that the fact is about, lists or names."""
        return self.reading(fact).mentioned

    def defining(self, entity: str) -> list[Fact]:
        """The facts that say what the entity is, best supported first."""
        found = [f for f in self._having(entity, self._prepared.about) if f.about[0] == entity]
        return sorted(
            (f for f in found if Kind.DEFINITION in f.gives and not f.disputes and not f.gap),
            key=lambda f: (f.gives[0] is not Kind.DEFINITION, -len(f.sources), f.id),
        )

    def search(self, wanted: Iterable[Alternatives]) -> list[tuple[Fact, float]]:
        """The facts that contain anything of what is wanted with their BM25 scores, best first, ties by id."""
        scores = self._search(tuple(wanted))
        return [(self.fact(n), scores[n]) for n in sorted(scores, key=lambda n: (-int(scores[n] * GRAINS), n))]

    def mentions(self, entity: str) -> bool:
        """Whether any fact is about, lists or names the entity."""
        return entity in self._prepared.mentioned

    def about(self, entity: str) -> Iterator[Fact]:
        """The facts that are about the entity."""
        return self._having(entity, self._prepared.about)

    def lists(self, relation: str) -> tuple[Fact, ...]:
        """The facts that list entities in this relation to the subject."""
        return tuple(self._having(relation, self._prepared.lists))

    def disputing(self, fact: Fact) -> tuple[Fact, ...]:
        """The facts that say otherwise."""
        return tuple(self._having(fact.id, self._prepared.disputing))

    def asked(self, text: str) -> tuple[Fact, ...]:
        """The facts that have the text, word for word, among their `asks`."""
        return self._asked(text)

    def _ask(self, text: str) -> tuple[Fact, ...]:
        return tuple(self._having(self.lexicon.wording(text), self._prepared.wordings))

    def series(self, name: str) -> tuple[Fact, ...]:
        """The facts of a series."""
        return tuple(self._having(name, self._prepared.series))

    def _having(self, name: str, table: Table) -> Iterator[Fact]:
        return map(self.fact, numbers(table.get(name, b"")))

    def begins_on(self, day: date) -> bool:
        """Whether a fact begins to hold on that very day."""
        if self._starts is None:  # worked out for the first question that needs it
            self._starts = frozenset(trait.start for trait in self._prepared.traits)
        return day.toordinal() in self._starts

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
        own = self._prepared.own
        known = [len(numbers(own[key])) for key in term.alternatives if key in own]
        if not known:
            return UNKNOWN_WEIGHT
        return min(inverse_document_frequency(len(self._prepared.ids), min(known)), MOST_WEIGHT)

    def known(self, term: Term) -> bool:
        """Whether any fact has the term."""
        return any(key in self._prepared.own for key in term.alternatives)

    def rank(self, query: Query, today: date) -> Ranking:
        """All facts that share a term with the query, best first, ties by id."""
        return self._ranked(query, today)

    def _rank(self, query: Query, today: date) -> Ranking:
        wanted = [self._sought(term) for term in query.terms]
        wanted += [tuple((key, CONTEXT_WEIGHT) for key in term.alternatives) for term in query.context]
        wanted += [(("@" + entity, CONTEXT_WEIGHT),) for entity in sorted(query.focus)]
        wanted += [((day, DAY_WEIGHT),) for day in days(query.periods)]
        scores = self._search(tuple(wanted))
        covered = self._covered(query.weighty)
        merits, fitness = self._merits_for(query.kind, query.holder, bool(query.periods)), self._fitness(query, scores)
        rows: list[Row] = []
        for number, score in scores.items():
            coverage = covered.get(number, 0.0)
            score *= merits[number] * (0.5 + 0.5 * coverage)
            if number in fitness:
                score *= fitness[number]
            rows.append((-int(score * GRAINS), number, score, coverage))
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
            self._merits[key] = Merits(lambda number: self._merit(self._prepared.traits[number], *key))
        return self._merits[key]

    def _merit(self, fact: Traits, kind: Kind, holder: bool, timed: bool) -> float:
        merit = 1.0 if self.constraints.prefers(fact.gives, kind, holder) else SOFT_KIND_PENALTY
        if kind not in GENERAL_KINDS:
            merit *= SPECIAL_PENALTY ** sum(map(self.constraints.is_special, fact.about))
        merit *= CURRENT_BONUS if fact.series and not timed else 1.0
        merit *= SUPPORT_BONUS ** min(fact.sources, MOST_SUPPORT)
        return merit * (GAP_PENALTY if fact.gap else 1.0)

    def _fitness(self, query: Query, scores: Iterable[int]) -> dict[int, float]:
        """How much better than others those facts fit whose time, entity or focus is the query's."""
        fitness = _timeliness({number: self._prepared.traits[number] for number in scores}, query)
        named = query.named if query.kind not in GENERAL_KINDS else frozenset()
        shared = [(e, 1 / SPECIAL_PENALTY, self._prepared.about) for e in named if self.constraints.is_special(e)]
        shared += [(e, FOCUS_BONUS, self._prepared.mentioned) for e in query.focus]
        attribute = self.constraints.asked_attribute(query)
        shared += [(attribute, 1 / SOFT_KIND_PENALTY, self._prepared.attributes)] if attribute else []
        for name, bonus, table in shared:
            for number in numbers(table.get(name, b"")):
                fitness[number] = fitness.get(number, 1.0) * bonus
        return fitness

    def _cover(self, terms: tuple[Term, ...]) -> Mapping[int, float]:
        """The `coverage` of all facts at once, but for those that explain nothing."""
        table = self._saying(terms, self._prepared.told, self._prepared.own)
        whole, explained = 0.0, defaultdict[int, float](float)
        for term in terms:
            weight = self.weight(term)
            whole += weight
            wholly = {n for key in term.alternatives for n in numbers(table.get(key, b""))}
            nearly = {n for key in self._near(term) for n in numbers(table.get(key, b""))} - wholly
            for facts, share in ((wholly, weight), (nearly, weight * NEAR_SHARE)):
                for number in facts:
                    explained[number] += share
        if not whole:
            return dict.fromkeys(range(len(self._prepared.ids)), 1.0)
        return {number: share / whole for number, share in explained.items()}

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


def _timeliness(facts: Mapping[int, Traits], query: Query) -> dict[int, float]:
    """How much better the facts' own time fits the asked one than merely overlapping it, where it does."""
    asked = [(p.interval.start.toordinal(), p.interval.end.toordinal()) for p in query.periods]
    found: dict[int, float] = {}
    for start, end in asked:
        found |= {number: BEGUN_BONUS for number, fact in facts.items() if start <= fact.start <= end}
    for start, end in asked:
        found |= {number: EXACT_BONUS for number, fact in facts.items() if fact.start == start and fact.end == end}
    return found
