"""The ways in which one part of a message can be read: alone, completed from the conversation, or within its story."""

from __future__ import annotations

from datetime import date

from bot.answering import Policy
from bot.clauses import timed
from bot.dialogue import FEW_TERMS, Conversation, completed, leans
from bot.language import Form, Language
from bot.lexicon import Term
from bot.model import Kind
from bot.periods import Period
from bot.query import Query, build
from bot.records import replace
from bot.referring import referred
from bot.text import fold


class Reader:
    """Reads parts of messages as queries."""

    def __init__(self, policy: Policy, language: Language) -> None:
        self.policy = policy
        self.retrieval = policy.retrieval
        self.knowledge = policy.knowledge
        self.language = language

    def read(self, text: str, conversation: Conversation, today: date, told: str) -> tuple[Query, list[Query]]:
        """The part alone, and how to read it, the likelier way first. What was `told` before it helps."""
        built = timed(build(text, self.retrieval.lexicon, today), self.policy, conversation.lead, today)
        query = referred(self._belonging(self._dated(built)), conversation, self.retrieval, self.language)
        if told and leans(query, self.language, self.retrieval):
            query = self._within(query, told, today)
        whole = completed(query, conversation, self.retrieval, self.language, today)
        if whole is not None and told:  # the message's own other question: about whom, but not what it asked
            whole = replace(whole, context=tuple(t for t in whole.context if t.alternatives[0][0] == "@"))
            if conversation.query and query.kind is conversation.query.kind and _names_only(query):
                return query, [whole, query]  # "what does Ann do in it, and what does Ben"
        if whole is None and query.focus:
            return query, [query, replace(query, focus=frozenset())]
        foreseen = self._foreseen(text, whole, today) if whole else []
        return query, [*foreseen, *self._readings(query, whole, today)]

    def _foreseen(self, text: str, whole: Query, today: date) -> list[Query]:
        """The question with the one name that its pronoun stands for, if a curator wrote down this very question."""
        names = [fold(self.knowledge.entities[entity].name(self.language.code)) for entity in whole.focus]
        person, several = self.language.person_pronoun, self.language.plural_pronoun
        asked = (person if person.search(text) else several).sub(names[0], text) if len(names) == 1 else text
        return [build(asked, self.retrieval.lexicon, today)] if asked != text and self.retrieval.asked(asked) else []

    def hangs_on(self, part: str, today: date) -> bool:
        """Whether the part says nothing without the part before it."""
        if self.language.pronoun.search(fold(part)):
            return True
        return not build(part, self.retrieval.lexicon, today).weighty

    def uncorrected(self, text: str) -> str:
        """`text` without the words that make a follow-up a correction ("sorry, I meant")."""
        inner = self.language.inner_correction.search(fold(text))
        if inner and inner.start() and len(fold(text)) == len(text):
            return self._amended(text[: inner.start()], text[inner.end() :])
        match = self.language.correction.match(fold(text))
        rest = text[match.end() :].strip() if match and len(fold(text)) == len(text) else ""
        dropped = self.language.discarded.search(fold(rest))
        return (rest[: dropped.start()] if dropped and dropped.start() else rest) or text

    def _amended(self, said: str, meant: str) -> str:
        """ "X, sorry, I meant Y": what was said, with the last name of Y's type replaced by Y."""
        lexicon, entities = self.retrieval.lexicon, self.knowledge.entities
        said, new = fold(said), lexicon.analyse(meant, date.min).mentions
        types = {entities[e].type for m in new for e in m.entities}
        old = [m for m in lexicon.analyse(said, date.min).mentions if {entities[e].type for e in m.entities} & types]
        return said[: old[-1].start] + meant + said[old[-1].end :] if old else meant

    def _within(self, query: Query, told: str, today: date) -> Query:
        """The query with what was `told` before it: its terms help, and a pronoun stands for its last name."""
        analysis = self.retrieval.lexicon.analyse(told, today)
        hard = [m.entities for m in analysis.mentions if self.retrieval.constraints.is_hard(m.entities)]
        quiet = self.retrieval.constraints.quiet
        named = [e for e in hard if any(map(self.retrieval.mentions, e)) and not quiet & set(e)]
        points = self.language.pronoun.search(query.text) and not query.mentions and not self._is_complete(query, today)
        meant = named[-1:] if points else []
        return replace(query, context=analysis.terms, focus=frozenset(e for entities in meant for e in entities))

    def _dated(self, query: Query) -> Query:
        """The query with days that name no year in the latest year in which something happened on that day."""
        topic = self.knowledge.topic
        years = range(topic.covers_until.year, topic.begins.year - 1, -1)

        def known(period: Period) -> Period:
            if not period.latest or period.interval.start != period.interval.end:
                return period
            days = (period.interval.in_year(year) for year in years)
            day = next((day for day in days if self.retrieval.begins_on(day.start)), None)
            return replace(period, interval=day, latest=False) if day else period

        return replace(query, periods=tuple(map(known, query.periods))) if query.periods else query

    def _belonging(self, query: Query) -> Query:
        """The query itself; "how many are in it altogether", which says nothing more, asks who belongs to it."""
        topic = self.knowledge.topic
        named = [m for m in query.mentions if topic.subject not in m.entities]
        said = [term for term in query.terms if term.surface not in self.language.counting]
        counts = query.kind in (Kind.COUNT, Kind.LIST, Kind.COUNTRY)
        if named or said or not counts or not (query.mentions or query.terms):
            return query
        return replace(query, terms=(*query.terms, Term(("#" + topic.belongs,), query.text, 0, len(query.text))))

    def _readings(self, query: Query, whole: Query | None, today: date) -> list[Query]:
        """How to read a part, the likelier way first; a bare name or time after a question only completes it."""
        if whole is None:
            return [query]
        if not leans(query, self.language, self.retrieval) or self._lists_of_subject(query, whole):
            return [query, whole]
        joined = self.language.connector.match(query.text)
        forms = (self.language.pronoun.search, self.language.shift.search)
        by_form = any(form(query.text) for form in forms) or (joined and not self.language.finite.search(query.text))
        own = [term for term in query.weighty if term.alternatives[0][0] != "@"]
        sentence = query.explicit and (self.language.finite.search(query.text) or len(own) >= FEW_TERMS)
        if not by_form and sentence and self._is_complete(query, today):
            return [query, whole]
        if self._points_back(query, whole):
            return [whole]
        bare = _names_only(query) and not query.explicit
        # "In dollars?" by itself asks for nothing, either.
        sums = Form.CONVERTED in query.forms and not query.mentions
        bare = bare or (sums and all(term.light or term.alternatives[0][0] == "$" for term in query.terms))
        if bare:
            return [whole]
        # "Their share there" after a question for a date need not ask for a date.
        whole_sentence = self.language.finite.search(query.text) or self.language.question_word.search(query.text)
        fragment = bool(self.language.pronoun.search(query.text)) and not whole_sentence
        loose = [replace(whole, kind=Kind.ANY, explicit=False)] if own and query.kind is Kind.ANY and fragment else []
        return [whole, *loose, query]

    def _lists_of_subject(self, query: Query, whole: Query) -> bool:
        """Whether "who runs it" asks for a list that the topic's subject has: those in focus can stand on such a list,
        and have none."""
        asked = query.weighty[0].alternatives[0] if len(query.weighty) == 1 and not query.mentions else ""
        if asked[:1] != "#" or not self.language.object_pronoun.search(query.text):
            return False
        facts = self.retrieval.lists(asked[1:])
        kinds = {f.items.of for f in facts if f.items and f.items.complete and self.knowledge.topic.subject in f.about}
        return bool(whole.focus) and {self.knowledge.entities[entity].type for entity in whole.focus} <= kinds

    def _is_complete(self, query: Query, today: date) -> bool:
        """Whether the question, by itself and with more than a name, is answered by a fact about the subject."""
        if _names_only(query):
            return False
        lead = self.policy.leader.lead(query, self.retrieval.rank(query, today), today)
        quiet = {self.knowledge.topic.subject, *self.knowledge.topic.ambient}
        return lead is not None and not set(lead.fact.about) - quiet

    def _points_back(self, query: Query, whole: Query) -> bool:
        """Whether a pronoun stands for somebody or something of the conversation, and little else is said."""
        own = [term for term in query.weighty if term.alternatives[0][0] not in "@=^"]
        person = self.language.person_pronoun.search(query.text)
        plural = self.language.plural_pronoun.search(query.text)
        return bool(person or (plural and whole.focus and len(own) < FEW_TERMS))


def _names_only(query: Query) -> bool:
    """Whether nothing of weight stands in the question but names."""
    return all(term.alternatives[0][0] == "@" for term in query.weighty)
