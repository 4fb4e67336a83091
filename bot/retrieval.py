"""Query -> hits: facts ranked by BM25, each judged by the hard constraints.

A hit says how much of the question its fact explains (coverage) and whether the fact is about the asked
entities, in the asked time, and gives the asked kind of answer (the hard constraints of answering).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.constraints import Constraints
from bot.index import Index, inverse_document_frequency
from bot.lexicon import Lexicon, Mention, Term
from bot.model import Fact, Kind, Knowledge, Parts
from bot.query import Query
from bot.reading import read

# A word that no fact has outweighs any that some have, but two known words outweigh it.
UNKNOWN_WEIGHT = 5.0
# Rarity beyond this says more about the curator's wording than about the question.
MOST_WEIGHT = 4.5
# A fact with a concept near the asked one ("promised" for "paid") explains this share of it.
NEAR_SHARE = 0.7
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
# A fact that lacks the asked kind, where that is a preference and not a demand.
SOFT_KIND_PENALTY = 0.7


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact found for a query. `score` is its BM25 score after preferences, `coverage` the idf-weighted share of the
    question's terms that it explains (0 to 1), `missing` the terms that it does not."""

    fact: Fact
    score: float
    coverage: float
    missing: tuple[Term, ...]
    entity: bool
    kind: bool
    period: bool

    @property
    def fits(self) -> bool:
        return self.entity and self.kind and self.period


class Retrieval:
    """The searchable form of a knowledge folder."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon, parts: Parts, today: date) -> None:
        self.knowledge = knowledge
        self.lexicon = lexicon
        self.parts = parts
        self.constraints = Constraints(knowledge, lexicon.language)
        self._read = {
            fact.id: read(fact, knowledge, lexicon, fact.asks if parts.asks else (), today)
            for fact in knowledge.facts.values()
        }
        self.words = frozenset(word for reading in self._read.values() for word in reading.words)
        self.index = Index([entry for reading in self._read.values() for entry in reading.entries])
        self._lists: dict[str, tuple[Fact, ...]] = {}
        for fact in knowledge.facts.values():
            if fact.items:
                self._lists[fact.items.relation] = (*self._lists.get(fact.items.relation, ()), fact)
        self._known_entities = frozenset(e for reading in self._read.values() for e in reading.mentioned)
        containing = Counter(term for reading in self._read.values() for term in reading.own)
        total = len(self._read)
        self._weights = {term: inverse_document_frequency(total, n) for term, n in containing.items()}

    def named(self, fact: Fact) -> frozenset[str]:
        """The entities that the fact is about, lists or names."""
        return self._read[fact.id].mentioned

    def defining(self, entity: str) -> list[Fact]:
        """The facts that say what the entity is, best supported first."""
        found = [f for f in self.knowledge.facts.values() if f.about[0] == entity and Kind.DEFINITION in f.gives]
        return sorted(
            (f for f in found if not f.disputes and not f.gap),
            key=lambda f: (f.gives[0] is not Kind.DEFINITION, -len(f.sources), f.id),
        )

    def mentions(self, entity: str) -> bool:
        """Whether any fact is about, lists or names the entity."""
        return entity in self._known_entities

    def lists(self, relation: str) -> tuple[Fact, ...]:
        """The facts that list entities in this relation to the subject."""
        return self._lists.get(relation, ())

    def satisfies(self, fact: Fact, mentions: Iterable[Mention]) -> bool:
        """Whether the fact is about or names each of the mentioned entities."""
        return self.constraints.satisfies(self._read[fact.id], mentions)

    def asks_of(self, fact: Fact, query: Query) -> bool:
        """Whether people ask for the fact with one of the query's periods ("roadmaps until 2027")."""
        return self.constraints.asks_of(self._read[fact.id], query)

    def of_another(self, fact: Fact, query: Query) -> bool:
        """Whether the fact is about an organisation that the question does not name."""
        named = {entity for mention in query.mentions for entity in mention.entities} | self.constraints.quiet
        return any(e not in named and self.knowledge.entities[e].type == "organisation" for e in fact.about)

    def weight(self, term: Term) -> float:
        """What explaining `term` is worth: its idf, for an unknown word as if it were the rarest."""
        known = [self._weights[key] for key in term.alternatives if key in self._weights]
        return min(max(known), MOST_WEIGHT) if known else UNKNOWN_WEIGHT

    def known(self, term: Term) -> bool:
        return any(key in self._weights for key in term.alternatives)

    def rank(self, query: Query, today: date) -> list[Hit]:
        """All facts that share a term with the query, best first, ties by id."""
        wanted = [self._sought(term) for term in query.terms]
        wanted += [tuple((key, CONTEXT_WEIGHT) for key in term.alternatives) for term in query.context]
        wanted += [(("@" + entity, CONTEXT_WEIGHT),) for entity in sorted(query.focus)]
        hits = [self._hit(self.knowledge.facts[s.fact], s.score, query, today) for s in self.index.search(wanted)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.fact.id))

    def _sought(self, term: Term) -> tuple[tuple[str, float], ...]:
        """The term as the index takes it: itself or, for less, a concept near it."""
        if term.light:
            return tuple((key, LIGHT_WEIGHT) for key in term.alternatives)
        return (*((key, 1.0) for key in term.alternatives), *((key, NEAR_WEIGHT) for key in self._near(term)))

    def _hit(self, fact: Fact, score: float, query: Query, today: date) -> Hit:
        coverage, missing = self.coverage(fact, query.weighty)
        reading = self._read[fact.id]
        kind, preferred = self.constraints.kind(reading, query)
        if not preferred:
            score *= SOFT_KIND_PENALTY
        score *= SPECIAL_PENALTY ** self.constraints.special(reading, query)
        score *= CURRENT_BONUS if fact.series and not query.periods else 1.0
        score *= SUPPORT_BONUS ** min(len(fact.sources), MOST_SUPPORT)
        score *= GAP_PENALTY if fact.gap else 1.0
        score *= self._timeliness(fact, query)
        score *= FOCUS_BONUS ** len(query.focus & reading.mentioned)
        return Hit(
            fact=fact,
            score=score * (0.5 + 0.5 * coverage),
            coverage=coverage,
            missing=missing,
            entity=not self.parts.entity or self.constraints.about(reading, query),
            kind=not self.parts.kind or kind,
            period=not self.parts.period or self.constraints.in_time(reading, query, today),
        )

    def coverage(self, fact: Fact, terms: Iterable[Term]) -> tuple[float, tuple[Term, ...]]:
        """The share of the terms' weight that the fact explains, and the terms that it does not."""
        reading = self._read[fact.id]
        terms = tuple(terms)
        # A single plain word may stand in an ask by chance; then the fact itself must say it.
        own = reading.told if len(terms) == 1 and terms[0].is_word else reading.own
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

    def _timeliness(self, fact: Fact, query: Query) -> float:
        """How much better the fact's own time fits the asked one than merely overlapping it."""
        if any(fact.when.start == p.interval.start and fact.when.end == p.interval.end for p in query.periods):
            return EXACT_BONUS
        begun = any(p.interval.start <= fact.when.start <= p.interval.end for p in query.periods)
        return BEGUN_BONUS if begun else 1.0
