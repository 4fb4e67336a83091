"""Query -> hits: facts ranked by BM25, each checked against what was asked for.

A hit says how much of the question its fact explains (coverage) and whether the fact is about the asked
entities, in the asked time, and gives the asked kind of answer (the hard constraints of answering).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot import timeline
from bot.index import Entry, Index, inverse_document_frequency
from bot.lexicon import Lexicon, Mention, Term
from bot.model import Fact, Kind, Knowledge, Parts
from bot.periods import Period
from bot.query import Query

# A word that no fact has outweighs any that some have, but two known words outweigh it.
UNKNOWN_WEIGHT = 5.0
# Rarity beyond this says more about the curator's wording than about the question.
MOST_WEIGHT = 4.5
# A fact with a concept near the asked one ("promised" for "paid") explains this share of it.
NEAR_SHARE = 0.7
CONTEXT_WEIGHT = 0.5  # of what the conversation adds, against the question's own words
NEAR_WEIGHT = 0.3  # of a concept near the asked one, in ranking
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

ACCEPTS: Mapping[Kind, frozenset[Kind]] = {
    Kind.DATE: frozenset({Kind.DATE}),
    Kind.COUNT: frozenset({Kind.COUNT}),
    Kind.AMOUNT: frozenset({Kind.AMOUNT}),
    Kind.PLACE: frozenset({Kind.PLACE}),
    Kind.PERSON: frozenset({Kind.PERSON, Kind.COUNTRY, Kind.ORGANISATION}),
    Kind.COUNTRY: frozenset({Kind.COUNTRY, Kind.LIST}),
    Kind.LIST: frozenset({Kind.LIST}),
    Kind.ORGANISATION: frozenset({Kind.ORGANISATION}),
    Kind.OTHER: frozenset(),
}
PREFERS: Mapping[Kind, frozenset[Kind]] = {
    Kind.REASON: frozenset({Kind.REASON}),
    Kind.DEFINITION: frozenset({Kind.DEFINITION}),
    Kind.YES_NO: frozenset(Kind),
}
# Kinds that ask for an attribute of the entity: there a mention in passing does not do.
STRICT_KINDS = frozenset({Kind.COUNT, Kind.AMOUNT})
HARD_TYPES = frozenset({"country", "person", "organisation"})


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
        self._own: dict[str, frozenset[str]] = {}
        self._mentioned: dict[str, frozenset[str]] = {}
        self._times: dict[str, tuple[Period, ...]] = {}
        self._named_in: dict[str, frozenset[str]] = {}
        self._asked_times: dict[str, tuple[Period, ...]] = {}
        self._told: dict[str, frozenset[str]] = {}
        self._asked_of: dict[str, frozenset[str]] = {}
        self.words: set[str] = set()
        entries: list[Entry] = []
        for fact in knowledge.facts.values():
            entries.extend(self._read(fact, today))
        self.index = Index(entries)
        self._lists: dict[str, tuple[Fact, ...]] = {}
        for fact in knowledge.facts.values():
            if fact.items:
                self._lists[fact.items.relation] = (*self._lists.get(fact.items.relation, ()), fact)
        self._known_entities = frozenset(e for named in self._mentioned.values() for e in named)
        containing = Counter(term for terms in self._own.values() for term in terms)
        total = len(self._own)
        self._weights = {term: inverse_document_frequency(total, n) for term, n in containing.items()}

    def _read(self, fact: Fact, today: date) -> Iterable[Entry]:
        """The fact's entries; remembers its terms, the entities it names and the times it speaks of."""
        about = tuple("@" + entity for entity in fact.about if entity != self.knowledge.topic.subject)
        text = self.lexicon.analyse(fact.text, today)
        written = [text] + [self.lexicon.analyse(ask, today) for ask in fact.asks if self.parts.asks]
        listed = fact.items.ids if fact.items else ()
        implied = {"#" + c.id for c in self.knowledge.concepts.values() if c.gives & frozenset(fact.gives)}
        self.words.update(token.text for a in written for token in a.tokens if token.is_word)
        self._own[fact.id] = (
            frozenset(key for a in written for key in a.keys) | set(about) | implied | {"@" + i for i in listed}
        )
        self._mentioned[fact.id] = text.entities | frozenset(listed) | frozenset(fact.about)
        self._asked_of[fact.id] = frozenset(e for a in written for e in a.entities) | self._mentioned[fact.id]
        self._times[fact.id] = text.periods
        self._asked_times[fact.id] = tuple(p for a in written for p in a.periods if not p.latest)
        self._told[fact.id] = frozenset(text.keys)
        self._named_in[fact.id] = frozenset(mention.entities[0] for mention in text.mentions)
        return [Entry(fact.id, tuple(dict.fromkeys(a.keys + about))) for a in written]

    def named(self, fact: Fact) -> frozenset[str]:
        """The entities that the fact is about, lists or names."""
        return self._mentioned[fact.id]

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
        return all(self._satisfied(mention, fact, self._mentioned[fact.id]) for mention in mentions)

    def weight(self, term: Term) -> float:
        """What explaining `term` is worth: its idf, for an unknown word as if it were the rarest."""
        known = [self._weights[key] for key in term.alternatives if key in self._weights]
        return min(max(known), MOST_WEIGHT) if known else UNKNOWN_WEIGHT

    def known(self, term: Term) -> bool:
        return any(key in self._weights for key in term.alternatives)

    def rank(self, query: Query, today: date) -> list[Hit]:
        """All facts that share a term with the query, best first, ties by id."""
        wanted = [(term.alternatives, LIGHT_WEIGHT if term.light else 1.0) for term in query.terms]
        wanted += [(self._near(term), NEAR_WEIGHT) for term in query.weighty]
        wanted += [(term.alternatives, CONTEXT_WEIGHT) for term in query.context]
        wanted += [(("@" + entity,), CONTEXT_WEIGHT) for entity in sorted(query.focus)]
        hits = [self._hit(self.knowledge.facts[s.fact], s.score, query, today) for s in self.index.search(wanted)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.fact.id))

    def _hit(self, fact: Fact, score: float, query: Query, today: date) -> Hit:
        coverage, missing = self.coverage(fact, query.weighty)
        kind, preferred = self._kind(fact, query)
        if not preferred:
            score *= SOFT_KIND_PENALTY
        score *= SPECIAL_PENALTY ** self._special(fact, query)
        score *= CURRENT_BONUS if fact.series and not query.periods else 1.0
        score *= SUPPORT_BONUS ** min(len(fact.sources), MOST_SUPPORT)
        score *= GAP_PENALTY if fact.gap else 1.0
        score *= self._timeliness(fact, query)
        score *= FOCUS_BONUS ** len(query.focus & self._mentioned[fact.id])
        return Hit(
            fact=fact,
            score=score * (0.5 + 0.5 * coverage),
            coverage=coverage,
            missing=missing,
            entity=not self.parts.entity or self.about(fact, query),
            kind=not self.parts.kind or kind,
            period=not self.parts.period or self.in_time(fact, query, today),
        )

    def coverage(self, fact: Fact, terms: Iterable[Term]) -> tuple[float, tuple[Term, ...]]:
        """The share of the terms' weight that the fact explains, and the terms that it does not."""
        own = self._own[fact.id]
        terms = tuple(terms)
        # A single plain word may stand in an ask by chance; then the fact itself must say it.
        own = self._told[fact.id] if len(terms) == 1 and terms[0].is_word else own
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

    def _share(self, term: Term, own: frozenset[str]) -> float:
        if any(key in own for key in term.alternatives):
            return 1.0
        return NEAR_SHARE if any(key in own for key in self._near(term)) else 0.0

    def _kind(self, fact: Fact, query: Query) -> tuple[bool, bool]:
        """Whether the fact gives what is asked (a demand), and whether it gives it by preference."""
        given = frozenset(fact.gives)
        if query.kind in ACCEPTS:
            if not ACCEPTS[query.kind] & given:
                return self._names_another(fact, query), False
            strange = query.kind is Kind.PERSON and Kind.PERSON not in given
            if strange and query.holder:
                return self._names_another(fact, query), False
            return not strange or (self._is_about(fact, query) and self._tells_who(fact, query)), True
        return True, query.kind not in PREFERS or bool(PREFERS[query.kind] & given)

    def _names_another(self, fact: Fact, query: Query) -> bool:
        """Whether the fact names a person, country or place, if such is asked for, that the question does not."""
        if query.kind not in (Kind.PERSON, Kind.COUNTRY, Kind.PLACE):
            return False
        asked = {entity for mention in query.mentions for entity in mention.entities}
        quiet = {self.knowledge.topic.subject, *self.knowledge.topic.ambient}
        return any(self._type(entity) == str(query.kind) for entity in self._named_in[fact.id] - asked - quiet)

    def _tells_who(self, fact: Fact, query: Query) -> bool:
        """Whether a fact without a person names an organisation, or a country that the question does not."""
        asked = {entity for mention in query.mentions for entity in mention.entities}
        named = self._named_in[fact.id] | frozenset(fact.about) | frozenset(fact.items.ids if fact.items else ())
        countries = {entity for entity in named if self._type(entity) == "country"}
        return Kind.ORGANISATION in fact.gives or bool(countries - asked)

    def _is_about(self, fact: Fact, query: Query) -> bool:
        """Whether the fact's own subjects are those that the question names.

        Asked who, a fact that gives a country and no person must not merely list the country in question.
        """
        about = frozenset(fact.about)
        quiet = {self.knowledge.topic.subject, *self.knowledge.topic.ambient}
        return all(
            about & set(m.entities) or quiet & set(m.entities) or not self.is_hard(m.entities) for m in query.mentions
        )

    def _special(self, fact: Fact, query: Query) -> int:
        """How many entities the fact is about that the question neither names nor asks for."""
        if query.kind in (Kind.PERSON, Kind.COUNTRY, Kind.LIST, Kind.OVERVIEW):
            return 0
        named = {entity for mention in query.mentions for entity in mention.entities}
        quiet = {self.knowledge.topic.subject, *self.knowledge.topic.ambient}
        return sum(self._type(e) != "place" for e in fact.about if e not in named | quiet)

    def _type(self, entity: str) -> str:
        return self.knowledge.entities[entity].type if entity in self.knowledge.entities else ""

    def is_hard(self, entities: Iterable[str]) -> bool:
        """Whether one of the entities is of a type that facts must be about."""
        return any(self._type(entity) in HARD_TYPES for entity in entities)

    def about(self, fact: Fact, query: Query) -> bool:
        """Whether the fact is about every country, person and organisation that the question names.

        Asked for an attribute, it must be about them; otherwise naming or listing them does.
        """
        has = self._mentioned[fact.id]
        if query.kind in STRICT_KINDS:
            has = frozenset(fact.about)
        elif query.kind not in ACCEPTS or query.kind is Kind.PERSON:
            has = self._asked_of[fact.id]
        if query.kind is Kind.LIST and not self._lists_of(fact, query):
            return False
        focused = not query.focus or bool(query.focus & self._mentioned[fact.id])
        return focused and all(self._satisfied(mention, fact, has) for mention in query.mentions)

    def _satisfied(self, mention: Mention, fact: Fact, has: frozenset[str]) -> bool:
        topic = self.knowledge.topic
        own = self._own[fact.id]
        if topic.subject in mention.entities or has & frozenset(mention.entities):
            return True
        if self.is_place(mention) and (mention.local or any("@" + entity in own for entity in mention.entities)):
            return True
        if any(self._type(entity) == "event" for entity in mention.entities):
            return True
        if not self.is_hard(mention.entities):
            return any("@" + entity in own for entity in mention.entities)
        if frozenset(mention.entities) & frozenset(topic.ambient):
            # Everything is for them; only a fact about somebody else's country is not theirs.
            others = [e for e in fact.about if self._type(e) == "country" and e not in topic.ambient]
            return mention.recipient or (not others and bool(own & {"@" + e for e in mention.entities}))
        return False

    def _lists_of(self, fact: Fact, query: Query) -> bool:
        """Whether the fact is about each organisation named: a list that has it as an item is not its list."""
        named = [m for m in query.mentions if any(self._type(e) == "organisation" for e in m.entities)]
        return all(set(m.entities) & {*fact.about, self.knowledge.topic.subject} for m in named)

    def is_place(self, mention: Mention) -> bool:
        """Whether the name may stand for a place."""
        return any(self._type(entity) == "place" for entity in mention.entities)

    def asks_of(self, fact: Fact, query: Query) -> bool:
        """Whether people ask for the fact with one of the query's periods ("roadmaps until 2027")."""
        asked = self._asked_times[fact.id]
        return any(period.interval.contains(said.interval) for period in query.periods for said in asked)

    def _timeliness(self, fact: Fact, query: Query) -> float:
        """How much better the fact's own time fits the asked one than merely overlapping it."""
        if any(fact.when.start == p.interval.start and fact.when.end == p.interval.end for p in query.periods):
            return EXACT_BONUS
        begun = any(p.interval.start <= fact.when.start <= p.interval.end for p in query.periods)
        return BEGUN_BONUS if begun else 1.0

    def in_time(self, fact: Fact, query: Query, today: date) -> bool:
        """Whether the fact holds in, or speaks of, one of the asked periods."""
        if not query.periods:
            return True
        until = fact.confirmed or fact.when.start
        covered = max(self.knowledge.topic.covers_until, until) if fact.when.open_end else date.max
        return any(
            (timeline.fits(fact.when, period, today) and period.interval.start <= covered)
            or any(period.interval.contains(said.interval) for said in self._times[fact.id])
            for period in query.periods
        )
