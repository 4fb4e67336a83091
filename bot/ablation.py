"""What each part of answering contributes: the fixed questions with one part off at a time, and plain BM25."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from rank_bm25 import BM25Okapi

from bot.dialogue import Conversation
from bot.engine import Engine, Turn
from bot.english import ENGLISH
from bot.evaluation import Ask, Graded, Outcome, evaluate
from bot.model import Knowledge, Parts
from bot.questions import Item
from bot.replies import Answer, Statement

EVERYTHING = "everything on"
PLAIN = "plain rank-bm25"
HEADINGS = ("", "right, answerable", "right, unanswerable", "wrong answers")


@dataclass(frozen=True, slots=True)
class Effect:
    """What is left of the answers in one setting."""

    name: str
    answerable: int
    right_answerable: int
    unanswerable: int
    right_unanswerable: int
    wrong: int


def settings() -> tuple[str, ...]:
    """The settings by name, in the order in which they are tried."""
    return (EVERYTHING, *(f"without {part.name}" for part in fields(Parts)), PLAIN)


def effects(items: Sequence[Item], knowledge: Knowledge, tick: Callable[[], None] = lambda: None) -> Iterator[Effect]:
    """The effect of each setting; `tick` is called after each."""
    everything = Engine(knowledge, knowledge.topic.reviewed)
    yield _effect(EVERYTHING, evaluate(items, everything))
    tick()
    for part in fields(Parts):
        engine = _without(part.name, knowledge)
        yield _effect(f"without {part.name}", evaluate(items, engine))
        tick()
    yield _effect(PLAIN, evaluate(items, everything, plain(knowledge)))
    tick()


def _without(part: str, knowledge: Knowledge) -> Engine:
    """An engine with one part off. Word forms are the language's affair: without a stemmer each stands for itself."""
    language = replace(ENGLISH, stemmer="") if part == "stemming" else ENGLISH
    return Engine(knowledge, knowledge.topic.reviewed, replace(Parts(), **{part: False}), language)


def plain(knowledge: Knowledge) -> Ask:
    """rank-bm25 over the facts' texts, cut at blanks: it always answers, with the best fact."""
    facts = tuple(knowledge.facts.values())
    model = BM25Okapi([fact.text.lower().split() for fact in facts])

    def ask(question: str, conversation: Conversation, today: date, now: float) -> Turn:
        scores = model.get_scores(question.lower().split())
        best = max(range(len(facts)), key=lambda number: (scores[number], -number))
        return Turn(question, Answer((Statement(facts[best]),)), conversation)

    return ask


def _effect(name: str, graded: Iterator[Graded]) -> Effect:
    all_ = list(graded)
    answerable = [g for g in all_ if g.expected.answerable]
    unanswerable = [g for g in all_ if not g.expected.answerable]
    return Effect(
        name,
        len(answerable),
        sum(g.outcome is Outcome.RIGHT for g in answerable),
        len(unanswerable),
        sum(g.outcome is Outcome.RIGHT for g in unanswerable),
        sum(g.outcome is Outcome.WRONG for g in all_),
    )


def cells(effect: Effect) -> tuple[str, ...]:
    """The effect as the table shows it."""
    return (
        effect.name,
        _share(effect.right_answerable, effect.answerable),
        _share(effect.right_unanswerable, effect.unanswerable),
        str(effect.wrong),
    )


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.1f} %)" if whole else "0"
