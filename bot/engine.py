"""The one path that every asker's message takes, from text to reply.

    clean -> small talk, refusals, questions about the last answer
          -> parts of the message -> spelling -> query -> context -> time clauses
          -> comparison | list verdict | retrieval and policy
          -> one reply

The engine is synchronous and immutable and does no IO; "today" and the clock are arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot import lists, timeline
from bot.answering import MAX_WORDS, MIN_COVERAGE, Outcome, Policy, confirmed, shortened
from bot.clauses import timed
from bot.comparing import compare, each
from bot.dialogue import FEW_TERMS, Conversation, completed, leans, says_only_when
from bot.english import ENGLISH
from bot.language import Language
from bot.lexicon import Lexicon, Term
from bot.model import Fact, Kind, Knowledge, Parts
from bot.query import Query, asking_clauses, background, build, message, parts
from bot.referring import referred
from bot.replies import Abstention, Answer, Clarification, Phrase, Reason, Reply, SmallTalk, Statement
from bot.retrieval import Hit, Retrieval
from bot.spelling import Correction, Speller
from bot.text import clean, fold

MOST_PARTS = 3  # questions answered in one message
_CODE = re.compile(r"[{}<>\\*=]")  # signs of a formula or a program, not of a number that somebody asks about
_PUNCTUATION = re.compile(r"[^\w\s$€£]+")


@dataclass(frozen=True, slots=True)
class Step:
    """How one part of a message was understood: the query, and what it found."""

    query: Query
    hits: tuple[Hit, ...]
    completed: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply, how it came about, and the conversation after it."""

    question: str
    reply: Reply
    conversation: Conversation
    corrections: tuple[Correction, ...] = ()
    steps: tuple[Step, ...] = ()


class Engine:
    """Answers questions from one knowledge folder in one language."""

    def __init__(self, knowledge: Knowledge, today: date, parts: Parts = Parts(), language: Language = ENGLISH) -> None:
        self.knowledge = knowledge
        self.language = language
        self.parts = parts
        lexicon = Lexicon(knowledge, language, parts)
        self.retrieval = Retrieval(knowledge, lexicon, parts, today)
        self.policy = Policy(self.retrieval)
        self.speller = Speller(lexicon.words | self.retrieval.words, self.retrieval.words, lexicon.long_names, language)

    def ask(self, text: str, conversation: Conversation = Conversation(), *, today: date, now: float = 0.0) -> Turn:
        """The reply to `text` in `conversation`. `now` is in seconds, on the clock of the conversation."""
        before = conversation.current(now) if self.parts.dialogue else Conversation(at=now)
        cleaned = clean(text)
        reply = self._without_lookup(cleaned, before)
        if reply is not None:
            return Turn(text, reply, before.after(None, reply, now))
        asked = message(self._uncorrected(cleaned), self.language)
        steps: list[Step] = []
        outcomes: list[Reply] = []
        corrections: list[Correction] = []
        after = before
        told = background(cleaned, self.language) if before.answer is None else ""
        for part in parts(asked, self.language)[:MOST_PARTS] or (asked,):
            if outcomes and isinstance(outcomes[-1], Abstention) and self._hangs_on(part, today):
                continue  # "and what is it called?", "and by whom?" about what was not found
            read, mended = self.speller.correct(part) if self.parts.typos else (part, ())
            step, outcome = self._part(read, after, today, told)
            told = f"{told} {read}"
            corrections += mended
            steps.append(step)
            outcomes.append(outcome)
            after = after.after(step.query, outcome, now)
        reply = self._joined(outcomes)
        if isinstance(reply, Abstention):
            for clause in asking_clauses(asked, self.language):
                story = fold(asked).partition(clause)[0] if before.answer is None else ""
                step, outcome = self._part(clause, before, today, story)
                if isinstance(outcome, Answer):
                    reply, steps = outcome, [step]
                    break
        return Turn(text, reply, replace(after.after(steps[-1].query, reply, now)), tuple(corrections), tuple(steps))

    def _hangs_on(self, part: str, today: date) -> bool:
        """Whether the part says nothing without the part before it."""
        if self.language.pronoun.search(fold(part)):
            return True
        return not build(part, self.retrieval.lexicon, today).weighty

    def _uncorrected(self, text: str) -> str:
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

    def _without_lookup(self, text: str, conversation: Conversation) -> Reply | None:
        """The reply to what asks for no fact, or asks about the last answer."""
        bare = " ".join(_PUNCTUATION.sub(" ", fold(text).replace("'", "")).split())
        if not bare or (_CODE.search(text) and not any(c.isalpha() for c in bare)):
            return self._abstain(Reason.NOT_A_QUESTION, "none_question")
        chosen = self._choice(bare, conversation)
        if chosen:
            return chosen
        for name, pattern in self.language.refusals:
            if pattern.search(fold(text)):
                return self._abstain(Reason[name.upper()], f"none_{name}")
        for name, pattern in self.language.small_talk:
            if pattern.fullmatch(bare):
                return SmallTalk(self._phrase(name))
        if not any(c.isascii() and c.isalnum() for c in bare):
            return self._abstain(Reason.LANGUAGE, "none_language")
        for name, pattern in self.language.meta:
            if pattern.fullmatch(bare):
                return self._about_last(name, conversation)
        return None

    def _choice(self, bare: str, conversation: Conversation) -> Reply | None:
        """The answer that a digit chooses from the offered readings."""
        if bare.isdecimal() and 0 < int(bare[:3]) <= len(conversation.choices):
            fact = conversation.choices[int(bare[:3]) - 1]
            return Answer((Statement(fact), *(Statement(f, Phrase("differ")) for f in self.policy.disputing(fact))))
        return None

    def _about_last(self, name: str, conversation: Conversation) -> Reply | None:
        """Source?, sure?, why? and more: all are answered by facts."""
        last = conversation.answer
        if last is None:
            return self._abstain(Reason.NOTHING, "none_context")
        if name == "more":
            return self._more(conversation)
        if name == "why" and self._reason_known(conversation):
            return None
        lead = Phrase("sure" if name == "sure" else "why_reason")
        first, *others = last.statements
        return replace(last, statements=(Statement(first.fact, lead), *others))

    def _reason_known(self, conversation: Conversation) -> bool:
        lead = conversation.lead
        return lead is not None and any(
            Kind.REASON in fact.gives and set(fact.about) & set(lead.about) - {self.knowledge.topic.subject}
            for fact in self.knowledge.facts.values()
        )

    def _more(self, conversation: Conversation) -> Reply:
        """Further facts on what was last asked, that were not shown yet."""
        assert conversation.query is not None
        hits = self.retrieval.rank(replace(conversation.query, kind=Kind.ANY, periods=()), date.max)
        fresh = [hit.fact for hit in hits if hit.entity and hit.fact.id not in conversation.shown and not hit.fact.gap]
        lead = conversation.lead
        related = [f for f in fresh if lead and (set(f.about) & set(lead.about))]
        statements = shortened([Statement(fact) for fact in (related or fresh)[:3]], MAX_WORDS)
        return Answer(statements) if statements else self._abstain(Reason.NOTHING, "nothing_more")

    def _part(self, text: str, conversation: Conversation, today: date, told: str = "") -> tuple[Step, Reply]:
        """One question of a message: read alone, or completed from the conversation if it leans on it.

        What the message has `told` before helps to find what is meant.
        """
        built = timed(build(text, self.retrieval.lexicon, today), self.policy, conversation.lead, today)
        query = referred(self._belonging(built), conversation, self.retrieval, self.language)
        if told and leans(query, self.language, self.retrieval):
            query = self._within(query, told, today)
        whole = completed(query, conversation, self.retrieval, self.language, today)
        readings = self._readings(query, whole, today)
        if whole is None and query.focus:
            readings.append(replace(query, focus=frozenset()))
        first: tuple[Step, Reply] | None = None
        for reading in readings:
            for tried in _times(reading, query):
                again = reading is not query and self._later(tried, query, conversation, today)
                outcome = again or self._decide(tried, conversation, today)
                step = Step(tried, outcome.hits, reading is not query)
                stated = isinstance(outcome.reply, Abstention) and outcome.reply.stated
                if isinstance(outcome.reply, Answer) or stated:
                    return step, outcome.reply
                asks_back = isinstance(outcome.reply, Clarification)
                if first is None or (asks_back and not isinstance(first[1], Clarification)):
                    first = step, outcome.reply
        assert first is not None
        return first

    def _within(self, query: Query, told: str, today: date) -> Query:
        """The query with what was `told` before it: its terms help, and a pronoun stands for its last name."""
        analysis = self.retrieval.lexicon.analyse(told, today)
        hard = [m.entities for m in analysis.mentions if self.retrieval.constraints.is_hard(m.entities)]
        quiet = self.retrieval.constraints.quiet
        named = [e for e in hard if any(map(self.retrieval.mentions, e)) and not quiet & set(e)]
        points = self.language.pronoun.search(query.text) and not query.mentions and not self._is_complete(query, today)
        meant = named[-1:] if points else []
        return replace(query, context=analysis.terms, focus=frozenset(e for entities in meant for e in entities))

    def _belonging(self, query: Query) -> Query:
        """The query itself; "how many are in it altogether", which says nothing more, asks who belongs to it."""
        topic = self.knowledge.topic
        named = [m for m in query.mentions if topic.subject not in m.entities]
        said = [term for term in query.terms if term.surface not in self.language.counting]
        counts = query.kind in (Kind.COUNT, Kind.LIST, Kind.COUNTRY)
        if named or said or not counts or not (query.mentions or query.terms):
            return query
        return replace(query, terms=(*query.terms, Term(("#" + topic.belongs,), query.text, 0, len(query.text))))

    def _is_complete(self, query: Query, today: date) -> bool:
        """Whether the question, by itself and with more than a name, is answered by a fact about the subject."""
        if all(term.alternatives[0][0] == "@" for term in query.weighty):
            return False
        lead = self.policy.lead(query, self.retrieval.rank(query, today), today)
        quiet = {self.knowledge.topic.subject, *self.knowledge.topic.ambient}
        return lead is not None and not set(lead.fact.about) - quiet

    def _readings(self, query: Query, whole: Query | None, today: date) -> list[Query]:
        """How to read a part, the likelier way first; a bare name or time after a question only completes it."""
        if whole is None:
            return [query]
        if not leans(query, self.language, self.retrieval):
            return [query, whole]
        joined = self.language.connector.match(query.text)
        forms = (self.language.pronoun.search, self.language.shift.search)
        by_form = any(form(query.text) for form in forms) or (joined and not self.language.finite.search(query.text))
        if not by_form and query.explicit and self._is_complete(query, today):
            return [query, whole]
        if self._points_back(query, whole):
            return [whole]
        bare = all(term.alternatives[0][0] == "@" for term in query.weighty) and not query.explicit
        return [whole] if bare else [whole, query]

    def _points_back(self, query: Query, whole: Query) -> bool:
        """Whether a pronoun stands for somebody or something of the conversation, and little else is said."""
        own = [term for term in query.weighty if term.alternatives[0][0] not in "@=^"]
        person = self.language.person_pronoun.search(query.text)
        plural = self.language.plural_pronoun.search(query.text)
        return bool(person or (plural and whole.focus and len(own) < FEW_TERMS))

    def _decide(self, query: Query, conversation: Conversation, today: date) -> Outcome:
        """Comparison, succession, list verdict, or retrieval: whichever applies first."""
        following = self._succession(query, conversation, today)
        if following:
            return following
        compared = compare(query, self.policy, today)
        if compared:
            return compared
        hits = self.retrieval.rank(query, today)
        verdict = lists.verdict(query, hits, self.retrieval, MIN_COVERAGE, today)
        if verdict:
            return Outcome(self._verdict(verdict, query, hits, today), tuple(hits))
        outcome = self.policy.decide(query, hits, today)
        if isinstance(outcome.reply, Abstention) and not outcome.reply.stated:
            return each(query, self.policy, today) or outcome
        return outcome

    def _succession(self, query: Query, conversation: Conversation, today: date) -> Outcome | None:
        """ "And before him?", "who took over from her": the neighbour in the last answer's series."""
        lead = self._office(conversation.lead)
        if lead is None or not self.language.pronoun.search(query.text) and query.weighty:
            return None
        if any(self.retrieval.constraints.is_hard(m.entities) for m in query.mentions):
            return None
        for direction, pattern in self.language.succession.items():
            if pattern.search(query.text):
                series = [
                    f for f in self.knowledge.facts.values() if f.series == lead.series and not f.disputes and not f.gap
                ]
                fact = timeline.neighbours(series, lead, forward=direction == "next")
                return Outcome(Answer((Statement(fact),), confirmed(fact, today)), ()) if fact else None
        return None

    def _later(self, whole: Query, own: Query, conversation: Conversation, today: date) -> Outcome | None:
        """ "And in 2025?": the fact of the last answer's series that answers for the time that is asked now."""
        lead, last = conversation.lead, conversation.query
        another = last is None or whole.kind is not last.kind or whole.periods == last.periods
        if lead is None or not lead.series or another or not whole.periods or not says_only_when(own, self.language):
            return None
        series = [f for f in self.knowledge.facts.values() if f.series == lead.series and not f.disputes and not f.gap]
        fact = timeline.in_force(series, whole.period, today)
        hits = self.retrieval.rank(whole, today)
        hit = next((hit for hit in hits if hit.fact is fact and hit.period), None)
        return Outcome(self.policy.compose(whole, hit, hits, today), tuple(hits)) if hit else None

    def _office(self, lead: Fact | None) -> Fact | None:
        """The fact itself if others follow it in a series, else one of a series that is about its person."""
        if lead is None or lead.series:
            return lead
        people = {e for e in lead.about if self.knowledge.entities[e].type == "person"}
        facts = self.knowledge.facts.values()
        own = [f for f in facts if f.series and f.about[0] in people and not f.gap]
        return min(own, key=lambda f: lead.about.index(f.about[0]), default=None)

    def _verdict(self, verdict: lists.Verdict, query: Query, hits: Iterable[Hit], today: date) -> Reply:
        """Yes or no from a list, with the list, and what else is known of the entity in question."""
        name = self.knowledge.entities[verdict.entity].name(self.language.code)
        statements = [Statement(verdict.fact, verdict.phrase(name))]
        statements += [Statement(fact, Phrase("differ")) for fact in self.policy.disputing(verdict.fact)]
        own = [h.fact for h in hits if verdict.entity in self.retrieval.named(h.fact) and self.policy.enough(query, h)]
        close = [f for f in own if not f.disputes and not f.gap and (verdict.entity in f.about or not verdict.listed)]
        if query.kind is Kind.YES_NO or not verdict.listed:
            statements += [Statement(fact) for fact in close[:1]]
        return Answer(shortened(statements, MAX_WORDS), confirmed(verdict.fact, today))

    def _joined(self, replies: list[Reply]) -> Reply:
        """One reply for all parts of a message: the statements of the answered, what the others lack."""
        answers = [reply for reply in replies if isinstance(reply, Answer)]
        if len(replies) == 1 or not answers:
            return replies[0]
        statements: list[Statement] = []
        for answer in answers:
            known = {s.fact.id for s in statements}
            statements += [s for s in answer.statements[:2] if s.fact.id not in known]
        lacking = [a for answer in answers for a in answer.lacking]
        lacking += [reply for reply in replies if isinstance(reply, Abstention)]
        return Answer(shortened(statements, MAX_WORDS), answers[0].confirmed, tuple(lacking))

    def _phrase(self, key: str) -> Phrase:
        topic = self.knowledge.topic
        suggested = " ".join(topic.suggested[:2])
        return Phrase.of(key, title=topic.title, greeting=topic.greeting, suggested=suggested)

    def _abstain(self, reason: Reason, key: str) -> Abstention:
        return Abstention(reason, self._phrase(key))


def _times(reading: Query, query: Query) -> Iterable[Query]:
    """The reading as it is, without the conversation's period, and without dates that name no year."""
    own = tuple(period for period in query.periods if not period.latest)
    return dict.fromkeys((reading, replace(reading, periods=query.periods), replace(reading, periods=own)))
