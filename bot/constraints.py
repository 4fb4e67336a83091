"""The hard constraints of answering: the asked entities, kind and time must fit the fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from bot import timeline
from bot.language import Form, Language
from bot.lexicon import Mention
from bot.model import Kind, Knowledge
from bot.periods import Relation
from bot.query import Query
from bot.reading import Reading, attribute
from bot.text import stem

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
# Kinds that ask for whatever entities there are: there no fact is too special.
GENERAL_KINDS = frozenset({Kind.PERSON, Kind.COUNTRY, Kind.LIST, Kind.OVERVIEW})
# A state outlives its last confirmation by a month; the reply tells the date of the confirmation.
GRACE = timedelta(days=31)
HARD_TYPES = frozenset({"country", "person", "organisation"})


class Constraints:
    """Judges facts, as read, against a query."""

    def __init__(self, knowledge: Knowledge, language: Language) -> None:
        self.knowledge = knowledge
        self._language = language
        self._types: dict[str, str] = {}  # of the entities that were asked for
        # Everything is about or for these, so that naming them distinguishes nothing.
        self.quiet = {knowledge.topic.subject, *knowledge.topic.ambient}

    def kind(self, read: Reading, query: Query) -> bool:
        """Whether the fact gives what is asked."""
        if query.negated and not read.denies:
            return False  # who did is no answer to who did not
        if not self._ranks(read, query) or (query.kind is Kind.AMOUNT and not self._is_sum(read, query)):
            return False
        if query.kind is Kind.COUNT and not self._is_count(read, query):
            return False
        given = frozenset(read.fact.gives)
        if query.kind not in ACCEPTS or self.asked_attribute(query) in read.attributes:
            return True
        strange = query.kind is Kind.PERSON and Kind.PERSON not in given
        if not ACCEPTS[query.kind] & given or (strange and query.holder):
            return self._names_another(read, query)
        return not strange or (self._is_about(read, query) and self._tells_who(read, query))

    def _ranks(self, read: Reading, query: Query) -> bool:
        """Whether the fact says who or what is the most, if that is asked for."""
        return all(any(key in read.own for key in term.alternatives) for term in query.terms if term.ranks)

    def _is_sum(self, read: Reading, query: Query) -> bool:
        """Whether the fact has the currency, and tells the whole of what somebody gave, where such is asked for."""
        wanted = self._language.forms[Form.CONVERTED].search(query.text) if Form.CONVERTED in query.forms else None
        currencies = (t for t in query.terms if wanted and t.alternatives[0][0] == "$" and t.surface in wanted[0])
        if not all(term.alternatives[0] in read.own for term in currencies):
            return False
        named = any(self.is_hard(m.entities) for m in query.mentions) or self.is_hard(query.focus)
        until = all(period.relation is Relation.BY for period in query.periods)
        whole = named and until and Form.TOTAL in query.forms
        return not whole or any(stem(word, self._language) in read.own for word in self._language.totals)

    def _is_count(self, read: Reading, query: Query) -> bool:
        """Whether the fact's figure counts countries, if those are to be counted."""
        units = {word for value in read.fact.values for word in value.unit.lower().split()}
        return not units or Form.COUNTRIES not in query.forms or bool(units & self._language.countries)

    def asked_attribute(self, query: Query) -> str:
        """The words that ask for an attribute that no kind is for, "" where none are asked for."""
        return attribute(query.text, self._language) if query.kind is Kind.OTHER else ""

    def prefers(self, given: frozenset[Kind], kind: Kind, holder: bool) -> bool:
        """Whether a fact that gives these kinds is rather meant, where that is a preference and not a demand."""
        if kind not in ACCEPTS:
            return kind not in PREFERS or bool(PREFERS[kind] & given)
        strange = kind is Kind.PERSON and Kind.PERSON not in given
        return bool(ACCEPTS[kind] & given) and not (strange and holder)

    def _names_another(self, read: Reading, query: Query) -> bool:
        """Whether the fact names a person, country or place, if such is asked for, that the question does not."""
        if query.kind not in (Kind.PERSON, Kind.COUNTRY, Kind.PLACE):
            return False
        asked = query.named | query.focus
        quiet = self.quiet
        return any(self._type(entity) == str(query.kind) for entity in read.named - asked - quiet)

    def _tells_who(self, read: Reading, query: Query) -> bool:
        """Whether a fact without a person names an organisation, or a country that the question does not."""
        asked = query.named | query.focus
        named = read.named | frozenset(read.fact.about) | frozenset(read.fact.items.ids if read.fact.items else ())
        countries = {entity for entity in named if self._type(entity) == "country"}
        return Kind.ORGANISATION in read.fact.gives or bool(countries - asked)

    def _is_about(self, read: Reading, query: Query) -> bool:
        """Whether the fact's own subjects are those that the question names.

        Asked who, a fact that gives a country and no person must not merely list the country in question.
        """
        about = frozenset(read.fact.about)
        if read.fact.items and Form.BESIDE in query.forms:
            about |= frozenset(read.fact.items.ids)  # who is on the list, too, is what is asked
        quiet = self.quiet
        return all(
            about & set(m.entities) or quiet & set(m.entities) or not self.is_hard(m.entities) for m in query.mentions
        )

    def about(self, read: Reading, query: Query) -> bool:
        """Whether the fact is about every country, person and organisation that the question names.

        Asked for an attribute, it must be about them; otherwise naming or listing them does.
        """
        if query.kind is Kind.PERSON and query.holder and not self._is_post(read, query):
            return False
        has = read.mentioned
        if query.kind in STRICT_KINDS:
            has = frozenset(read.fact.about)
        elif query.kind is Kind.PERSON and query.holder:
            has = frozenset(read.fact.about)  # a post is its country's, not that of a country named beside it
        elif query.kind is Kind.DATE:
            has = frozenset(read.fact.about) | frozenset(read.fact.items.ids if read.fact.items else ())
        elif query.kind not in ACCEPTS or query.kind is Kind.PERSON:
            has = read.asked_of
        if query.kind is Kind.LIST and not self._lists_of(read, query):
            return False
        focused = not query.focus or bool(query.focus & read.mentioned)
        said = read.reporters if Form.QUOTING in query.forms else frozenset()
        return focused and all(
            self._satisfied(m, read, (read.mentioned if m.cited else has) | said) for m in query.mentions
        )

    def _is_post(self, read: Reading, query: Query) -> bool:
        """Whether the fact may tell of a post of the topic's subject, where such is asked for: it tells of the subject,
        and of nobody else who has posts."""
        subject = self.knowledge.topic.subject
        if not any(m.owner and subject in m.entities for m in query.mentions):
            return True
        others = [e for e in read.fact.about if e != subject and self._type(e) in ("country", "organisation")]
        return subject in read.fact.about and (not others or read.fact.about[0] == subject)

    def satisfies(self, read: Reading, mentions: Iterable[Mention]) -> bool:
        """Whether the fact is about or names each of the mentioned entities."""
        return all(self._satisfied(mention, read, read.mentioned) for mention in mentions)

    def _satisfied(self, mention: Mention, read: Reading, has: frozenset[str]) -> bool:
        topic = self.knowledge.topic
        own = read.own
        if topic.subject in mention.entities or has & frozenset(mention.entities):
            return True
        if self.is_place(mention) and (mention.local or any("@" + entity in own for entity in mention.entities)):
            return True
        if not self.is_hard(mention.entities):
            return any("@" + entity in own for entity in mention.entities)
        if frozenset(mention.entities) & frozenset(topic.ambient):
            # Everything is for them; only a fact about somebody else's country is not theirs.
            others = [e for e in read.fact.about if self._type(e) == "country" and e not in topic.ambient]
            return mention.recipient or (not others and bool(own & {"@" + e for e in mention.entities}))
        return False

    def _lists_of(self, read: Reading, query: Query) -> bool:
        """Whether the fact is about each organisation named: a list that has it as an item is not its list."""
        named = [m for m in query.mentions if any(self._type(e) == "organisation" for e in m.entities)]
        return all(set(m.entities) & {*read.fact.about, self.knowledge.topic.subject} for m in named)

    def in_time(self, read: Reading, query: Query, today: date) -> bool:
        """Whether the fact holds in, or speaks of, one of the asked periods."""
        if not query.periods:
            return True
        until = read.fact.confirmed or read.fact.when.start
        covered = max(self.knowledge.topic.covers_until, until + GRACE) if read.fact.when.open_end else date.max
        return any(
            (timeline.fits(read.fact.when, period, today) and period.interval.start <= covered)
            or any(period.interval.contains(said.interval) for said in read.times)
            for period in query.periods
        )

    def asks_of(self, read: Reading, query: Query) -> bool:
        """Whether people ask for the fact with one of the query's periods ("roadmaps until 2027")."""
        asked = read.asked_times
        return any(period.interval.contains(said.interval) for period in query.periods for said in asked)

    def is_special(self, entity: str) -> bool:
        """Whether a fact about the entity is more special than a question that does not name it."""
        return entity not in self.quiet and self._type(entity) != "place"

    def _type(self, entity: str) -> str:
        found = self._types.get(entity)
        if found is None:
            known = self.knowledge.entities
            found = self._types[entity] = known[entity].type if entity in known else ""
        return found

    def is_hard(self, entities: Iterable[str]) -> bool:
        """Whether one of the entities is of a type that facts must be about."""
        return any(self._type(entity) in HARD_TYPES for entity in entities)

    def is_place(self, mention: Mention) -> bool:
        """Whether the name may stand for a place."""
        return any(self._type(entity) == "place" for entity in mention.entities)
