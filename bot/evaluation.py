"""The fixed questions, asked and graded: what was right, what was wrong and where the bot said nothing.

An answerable question is right when the reply is an answer, is short, and its words hold all that the item
demands and nothing that it forbids. A question that no fact answers is right when it gets no answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import StrEnum

from bot.dialogue import Conversation
from bot.engine import Engine, Turn
from bot.questions import ANY_REASON, Expected, Item
from bot.records import dataclass
from bot.render import Renderer
from bot.replies import Abstention, Answer

MOST_WORDS = 120  # of statements: the exam's limit for an answer; pouring out facts is no way to pass
MOST_WORDS_WIDE = 250  # its limit for lists and for "tell me about"
WIDE = frozenset({"lists", "overview", "sample_lists"})  # phenomena that ask for much
SECONDS_BETWEEN_TURNS = 1.0  # far below the expiry of a conversation


class Outcome(StrEnum):
    """How a reply is graded. Where nothing is known, not answering is right."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True)
class Graded:
    """One question as it was replied to. `rank` is that of the first expected fact, from 1; 0 where none came.

    `facts` are those of an answer, `cited` all that the reply shows, also those of which it says only that they
    are not established. `head` is the rendered reply before its list of sources. `faults` are the citations that
    do not belong to the fact they stand behind.
    """

    key: str
    half: str
    phenomenon: str
    expected: Expected
    outcome: Outcome
    answered: bool
    facts: tuple[str, ...]
    cited: tuple[str, ...]
    rank: int
    head: str
    words: int
    citations: int
    faults: tuple[str, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A reply and how long it took."""

    turn: Turn
    milliseconds: float


Ask = Callable[[str, Conversation, date, float], Turn]


def evaluate(items: Iterable[Item], engine: Engine, ask: Ask | None = None) -> Iterator[Graded]:
    """Every turn of every item, asked in order and graded.

    Where an item names no day, it is asked on the day on which the knowledge was last reviewed, so that the
    grades follow from the questions and the knowledge alone. `ask` stands in for the engine's own.
    """
    renderer = Renderer(engine.knowledge, engine.language)
    for item in items:
        for number, asked in enumerate(replies(item, engine, ask)):
            yield grade(item, number, asked, renderer)


def replies(item: Item, engine: Engine, ask: Ask | None = None, today: date | None = None) -> Iterator[Asked]:
    """The replies to an item's turns, in one conversation; `today` is for items that name no day themselves."""
    today = item.today or today or engine.knowledge.topic.reviewed
    conversation = Conversation()
    for number, expected in enumerate(item.turns):
        before = time.perf_counter()
        now = number * SECONDS_BETWEEN_TURNS
        if ask is None:
            turn = engine.ask(expected.question, conversation, today=today, now=now)
        else:
            turn = ask(expected.question, conversation, today, now)
        yield Asked(turn, 1000 * (time.perf_counter() - before))
        conversation = turn.conversation


def grade(item: Item, number: int, asked: Asked, renderer: Renderer) -> Graded:
    """The reply to an item's turn (from 0), graded."""
    expected, turn = item.turns[number], asked.turn
    head = before_sources(turn, renderer)
    statements = turn.reply.statements if isinstance(turn.reply, Answer) else ()
    words = sum(len(statement.fact.text.split()) for statement in statements)
    limit = MOST_WORDS_WIDE if item.phenomenon in WIDE else MOST_WORDS
    citations, faults = _citations(turn, renderer)
    return Graded(
        key=item.key(number),
        half=item.half,
        phenomenon=item.phenomenon,
        expected=expected,
        outcome=_outcome(expected, turn, head, words <= limit),
        answered=isinstance(turn.reply, Answer),
        facts=tuple(statement.fact.id for statement in statements),
        cited=tuple(line.fact.id for line in renderer.page(turn).lines if line.fact),
        rank=_rank(expected, turn),
        head=head,
        words=words,
        citations=citations,
        faults=faults,
        milliseconds=asked.milliseconds,
    )


def before_sources(turn: Turn, renderer: Renderer) -> str:
    """The statements and fixed words of the rendered reply."""
    head, _, _ = renderer.plain(turn).partition("\n" + renderer.language.phrases["sources"])
    return head


def _outcome(expected: Expected, turn: Turn, head: str, short: bool) -> Outcome:
    reply = turn.reply
    forbidden = any(pattern.search(head) for pattern in expected.forbidden)
    if not expected.answerable:
        if isinstance(reply, Answer):
            excused = any(pattern.search(head) for pattern in expected.unless)
        else:
            excused = expected.reason == ANY_REASON or (
                isinstance(reply, Abstention) and reply.reason == expected.reason
            )
        return Outcome.RIGHT if excused and not forbidden else Outcome.WRONG
    if not isinstance(reply, Answer):
        return Outcome.ABSTAINED
    if expected.contains:
        holds = all(pattern.search(head) for pattern in expected.contains)
    else:
        holds = bool(set(expected.facts) & set(reply.facts))
    return Outcome.RIGHT if holds and short and not forbidden else Outcome.WRONG


def _rank(expected: Expected, turn: Turn) -> int:
    """The rank of the first expected fact: among the statements, then among the last part's hits."""
    shown = list(turn.reply.facts) if isinstance(turn.reply, Answer) else []
    found = [hit.fact.id for hit in turn.steps[-1].hits] if turn.steps else []
    ranking = dict.fromkeys(shown + found)
    return next((rank for rank, fact in enumerate(ranking, 1) if fact in expected.facts), 0)


def _citations(turn: Turn, renderer: Renderer) -> tuple[int, tuple[str, ...]]:
    """How many citations the reply has, and which of them do not belong to their statement's fact."""
    page = renderer.page(turn)
    count, faults = 0, []
    for line in page.lines:
        if line.fact is None:
            continue
        if not line.citations:
            faults.append(f"{line.fact.id} is shown without a citation")
        for number in line.citations:
            count += 1
            if not 0 < number <= len(page.sources) or page.sources[number - 1].id not in line.fact.sources:
                faults.append(f"{line.fact.id} cites [{number}], which is none of its sources")
    return count, tuple(faults)
