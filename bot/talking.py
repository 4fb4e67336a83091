"""What is replied without looking anything up: small talk, refusals, and questions about the last answer."""

from __future__ import annotations

from datetime import date

from bot.answering import MAX_WORDS, Policy, shortened
from bot.dialogue import Conversation
from bot.language import Language
from bot.model import Fact, Kind
from bot.patterns import lazy
from bot.query import build
from bot.records import replace
from bot.replies import Abstention, Answer, Phrase, Reason, Reply, SmallTalk, Statement
from bot.text import fold

_CODE = lazy(r"[{}<>\\*=]")  # signs of a formula or a program, not of a number that somebody asks about
MOST_EXPLAINING = 50  # facts nearest to two versions, among which a reason is sought that tells of both
ANSWERABLE = frozenset({"opinion", "prediction"})  # refused, unless a curator foresaw the very question
_PUNCTUATION = lazy(r"[^\w\s$€£]+")


class Talk:
    """The replies that no question of fact needs."""

    def __init__(self, policy: Policy, language: Language) -> None:
        self.policy = policy
        self.retrieval = policy.retrieval
        self.knowledge = policy.knowledge
        self.language = language

    def reply(self, text: str, conversation: Conversation) -> Reply | None:
        """The reply to what asks for no fact, or asks about the last answer."""
        bare = " ".join(_PUNCTUATION.sub(" ", fold(text).replace("'", "")).split())
        if not bare or (_CODE.search(text) and not any(c.isalpha() for c in bare)):
            return self._abstain(Reason.NOT_A_QUESTION, "none_question")
        chosen = self._choice(bare, conversation)
        if chosen:
            return chosen
        for name, pattern in self.language.refusals:
            if pattern.search(fold(text)) and not (name in ANSWERABLE and self.retrieval.asked(text)):
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
        if name == "differ":
            return self._why_differ(conversation, last)
        if name == "why" and self._reason_known(conversation):
            return None
        lead = Phrase("sure" if name == "sure" else "why_reason")
        first, *others = last.statements
        return replace(last, statements=(Statement(first.fact, lead), *others))

    def _why_differ(self, conversation: Conversation, last: Answer) -> Reply | None:
        """What explains that sources differ: a reason that tells of both sides, else what each side says."""
        lead, others = last.statements[0].fact, self.policy.disputing(last.statements[0].fact)
        if not others:
            return None
        sides = " ".join(fact.text for fact in (lead, *others))
        query = replace(build(sides, self.retrieval.lexicon, lead.when.start), kind=Kind.REASON, explicit=True)
        hits = self.retrieval.rank(query, date.max)[:MOST_EXPLAINING]
        versions = {lead.id, *(fact.id for fact in others)}
        for fact in (hit.fact for hit in hits if Kind.REASON in hit.fact.gives and hit.fact.id not in versions):
            told = self._figures(fact)
            if told & self._figures(lead) and any(told & self._figures(other) for other in others):
                return Answer((Statement(fact),))
        statements = (Statement(lead, Phrase("why_differ")), *(Statement(fact, Phrase("differ")) for fact in others))
        return Answer(shortened(statements, MAX_WORDS))

    def _figures(self, fact: Fact) -> frozenset[str]:
        """The numbers and times that the fact's text tells."""
        analysis = self.retrieval.lexicon.analyse(fact.text, fact.when.start)
        figures = {key for key in analysis.keys if key[0] in "=^"} | {str(p.interval) for p in analysis.periods}
        return frozenset(figures)

    def _reason_known(self, conversation: Conversation) -> bool:
        lead = conversation.lead
        others = set(lead.about if lead else ()) - {self.knowledge.topic.subject}
        return any(Kind.REASON in fact.gives for entity in others for fact in self.retrieval.about(entity))

    def _more(self, conversation: Conversation) -> Reply:
        """Further facts on what was last asked, that were not shown yet."""
        assert conversation.query is not None
        hits = self.retrieval.rank(replace(conversation.query, kind=Kind.ANY, periods=()), date.max)
        fresh = [hit.fact for hit in hits if hit.entity and hit.fact.id not in conversation.shown and not hit.fact.gap]
        lead = conversation.lead
        related = [f for f in fresh if lead and (set(f.about) & set(lead.about))]
        statements = shortened([Statement(fact) for fact in (related or fresh)[:3]], MAX_WORDS)
        return Answer(statements) if statements else self._abstain(Reason.NOTHING, "nothing_more")

    def _phrase(self, key: str) -> Phrase:
        topic = self.knowledge.topic
        suggested = " ".join(topic.suggested[:2])
        return Phrase.of(key, title=topic.title, greeting=topic.greeting, suggested=suggested)

    def _abstain(self, reason: Reason, key: str) -> Abstention:
        return Abstention(reason, self._phrase(key))
