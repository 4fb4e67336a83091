"""The one path that every asker's message takes, from text to reply.

    clean -> small talk, refusals, questions about the last answer
          -> parts of the message -> spelling -> query -> context -> time clauses
          -> succession | comparison | list verdict | retrieval and policy | each of several entities
          -> one reply

The engine is synchronous and immutable and does no IO; "today" and the clock are arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot import lists
from bot.answering import MAX_WORDS, Outcome, Policy, confirmed, shortened
from bot.comparing import compare, each
from bot.dialogue import Conversation
from bot.doubting import doubted
from bot.english import ENGLISH
from bot.following import later, succession
from bot.hits import Hit, Ranking
from bot.language import Language
from bot.leading import MIN_COVERAGE
from bot.lexicon import Lexicon
from bot.memory import InMemory
from bot.model import Kind, Knowledge, Parts
from bot.prepared import Recall, prepare
from bot.query import Query, asking_clauses, background, message, parts
from bot.readings import Reader
from bot.records import dataclass, replace
from bot.replies import Abstention, Answer, Clarification, Phrase, Reply, Statement
from bot.retrieval import Retrieval
from bot.searching import Searchable
from bot.spelling import Correction, Speller
from bot.talking import Talk
from bot.text import clean, fold

MOST_PARTS = 3  # questions answered in one message


@dataclass(frozen=True, slots=True)
class Step:
    """How one part of a message was understood: the query, and what it found."""

    query: Query
    hits: Sequence[Hit]
    completed: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply, how it came about, and the conversation after it and `before`: asked there again, at the same time, the
    question gives the same turn."""

    question: str
    reply: Reply
    conversation: Conversation
    corrections: tuple[Correction, ...] = ()
    steps: tuple[Step, ...] = ()
    before: Conversation = Conversation()


class Engine:
    """Answers questions from one knowledge folder in one language."""

    def __init__(
        self,
        knowledge: Knowledge,
        today: date,
        parts: Parts = Parts(),
        language: Language = ENGLISH,
        searchable: Searchable | None = None,
        recall: Recall | None = None,
    ) -> None:
        """`searchable` is the knowledge in that form, if it is at hand; else it is worked out now, with what `recall`
        has of the knowledge before."""
        self.knowledge = knowledge
        self.language = language
        self.parts = parts
        if searchable is None:
            searchable = InMemory(knowledge, prepare(knowledge, language, parts, today, recall))
        book = searchable.wordbook
        lexicon = Lexicon(language, knowledge.topic.subject, book)
        self.retrieval = Retrieval(knowledge, lexicon, parts, searchable)
        self.policy = Policy(self.retrieval)
        self._talk = Talk(self.policy, language)
        self._reader = Reader(self.policy, language)
        vocabulary = book.words | searchable.words
        self.speller = Speller(vocabulary, searchable.words, book.long_names, language, searchable.dictionary)

    def ask(self, text: str, conversation: Conversation = Conversation(), *, today: date, now: float = 0.0) -> Turn:
        """The reply to `text` in `conversation`. `now` is in seconds, on the clock of the conversation."""
        before = conversation.current(now) if self.parts.dialogue else Conversation(at=now)
        cleaned = clean(text)
        reply = self._talk.reply(cleaned, before)
        if reply is not None:
            return Turn(text, reply, before.after(None, reply, now), before=conversation)
        asked = message(self._reader.uncorrected(cleaned), self.language)
        steps: list[Step] = []
        outcomes: list[Reply] = []
        corrections: list[Correction] = []
        after = before
        told = background(cleaned, self.language) if before.answer is None else ""
        for part in parts(asked, self.language)[:MOST_PARTS] or (asked,):
            if outcomes and isinstance(outcomes[-1], Abstention) and self._reader.hangs_on(part, today):
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
        after = after.after(steps[-1].query, reply, now)
        return Turn(text, reply, after, tuple(corrections), tuple(steps), conversation)

    def _part(self, text: str, conversation: Conversation, today: date, told: str = "") -> tuple[Step, Reply]:
        """One question of a message: read alone, or completed from the conversation if it leans on it.

        What the message has `told` before helps to find what is meant.
        """
        query, readings = self._reader.read(text, conversation, today, told)
        first: tuple[Step, Reply] | None = None
        for reading in readings:
            for tried in _times(reading, query, self.language):
                again = reading is not query and later(tried, query, conversation, self.policy, today)
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

    def _decide(self, query: Query, conversation: Conversation, today: date) -> Outcome:
        """Succession, comparison, dispute, list verdict, or retrieval: whichever applies first."""
        following = succession(query, conversation, self.policy, today)
        if following:
            return following
        compared = compare(query, self.policy, today)
        if compared:
            return compared
        dispute = doubted(query, self.policy, today)
        if dispute:
            return dispute
        hits = self.retrieval.rank(query, today)
        verdict = lists.verdict(query, hits, self.retrieval, MIN_COVERAGE, today)
        if verdict:
            return Outcome(self._verdict(verdict, query, hits, today), hits)
        outcome = self.policy.decide(query, hits, today)
        if isinstance(outcome.reply, Abstention) and not outcome.reply.stated:
            return each(query, self.policy, today) or outcome
        return outcome

    def _verdict(self, verdict: lists.Verdict, query: Query, hits: Ranking, today: date) -> Reply:
        """Yes or no from a list, with the list, and what else is known of the entity in question."""
        name = self.knowledge.entities[verdict.entity].name(self.language.code)
        statements = [Statement(verdict.fact, verdict.phrase(name))]
        statements += [Statement(fact, Phrase("differ")) for fact in self.policy.disputing(verdict.fact)]
        own = [h.fact for h in self.policy.leader.able(query, hits) if verdict.entity in self.retrieval.named(h.fact)]
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


def _times(reading: Query, query: Query, language: Language) -> Iterable[Query]:
    """The reading as it is, without the conversation's period, without dates that name no year, and at last
    without the numbers that the question claims ("was it the 16th?", "when did they come in as the 16th"), unless it is
    they that may be disputed, or that are offered for choice ("45 or 58 million?")."""
    own = tuple(period for period in query.periods if not period.latest)
    times = dict.fromkeys((reading, replace(reading, periods=query.periods), replace(reading, periods=own)))
    figures = sum(term.alternatives[0][0] == "=" for term in reading.terms)
    rest = any(not term.light and term.alternatives[0][0] not in "=^$" for term in reading.terms)
    offered = figures > 1 and rest and language.alternatives.search(reading.text)
    placed = reading.kind is Kind.DATE and reading.named and language.placed.search(fold(reading.text))
    if not (offered or placed) and (reading.kind is not Kind.YES_NO or language.disputing.search(reading.text)):
        return times
    claimed = tuple(replace(t, light=True) if t.alternatives[0][0] in "=^" else t for t in reading.terms)
    return dict.fromkeys((*times, replace(reading, terms=claimed)))
