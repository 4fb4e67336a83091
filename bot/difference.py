"""What a change of the knowledge does to answers: every question asked on both sides, and what differs.

Both sides are asked by the same program, in the same order and on the same day, so that nothing but the
knowledge makes a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from bot.engine import Engine, Turn
from bot.evaluation import Outcome, grade, replies
from bot.model import Source
from bot.questions import Item
from bot.records import dataclass
from bot.render import Renderer, kind
from bot.replies import Abstention, Answer


class Change(StrEnum):
    """How a reply differs, the worst first. A question with an expected reply is also graded: a right answer
    that became a wrong one is lost, though there still is an answer."""

    FLIPPED = "flipped"  # an answer before, none now
    LOST = "lost"  # right before and wrong now, or a question back or small talk in place of an answer
    FACTS = "facts"  # an answer still, from other facts
    WORDS = "words"  # the same facts, said in other words; or another refusal
    CITATION = "citation"  # the same words, other sources or other details of them
    GAINED = "gained"  # an answer where there was none, or right where it was wrong


HARMFUL = frozenset({Change.FLIPPED, Change.LOST})


@dataclass(frozen=True, slots=True)
class Said:
    """One side's reply: its kind, the ids of its facts, its lines without citation numbers, and what each
    line cites, as people see it. `outcome` is None for a question without an expected reply."""

    kind: str
    facts: tuple[str, ...]
    lines: tuple[str, ...]
    citations: tuple[tuple[str, ...], ...]
    outcome: Outcome | None

    @property
    def sources(self) -> tuple[str, ...]:
        """What is cited, line by line; a source that two lines cite comes twice."""
        return tuple(source for line in self.citations for source in line)


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose reply changed. `key` is the fixed question's, or the question itself where a person
    asked it; `old` and `new` are the replies."""

    key: str
    question: str
    change: Change
    old: Said
    new: Said

    @property
    def harmful(self) -> bool:
        return self.change in HARMFUL


def differences(
    items: Iterable[Item],
    heard: Iterable[str],
    old: Engine,
    new: Engine,
    tick: Callable[[], None] = lambda: None,
) -> Iterator[Difference]:
    """Every fixed question, and every question that people asked (`heard`), whose reply is not the same.

    The day is that on which the new knowledge was last reviewed, where an item names no other. `tick` is called
    after each item and each question.
    """
    today = new.knowledge.topic.reviewed
    voices = tuple(Renderer(engine.knowledge, engine.language) for engine in (old, new))
    for item in items:
        sides = [list(replies(item, engine, today=today)) for engine in (old, new)]
        for number, asked in enumerate(zip(*sides, strict=True)):
            before, after = (
                said(reply.turn, voice, grade(item, number, reply, voice).outcome)
                for reply, voice in zip(asked, voices, strict=True)
            )
            yield from _difference(item.key(number), item.turns[number].question, before, after)
        tick()
    for question in dict.fromkeys(heard):
        before, after = (
            said(engine.ask(question, today=today), voice) for engine, voice in zip((old, new), voices, strict=True)
        )
        yield from _difference(question, question, before, after)
        tick()


def _difference(key: str, question: str, old: Said, new: Said) -> Iterator[Difference]:
    change = changed(old, new)
    if change is not None:
        yield Difference(key, question, change, old, new)


def said(turn: Turn, renderer: Renderer, outcome: Outcome | None = None) -> Said:
    """The reply of a turn, taken apart."""
    page, reply = renderer.page(turn), turn.reply
    shown = [_source(renderer, source) for source in page.sources]
    return Said(
        kind=kind(reply),
        facts=reply.facts if isinstance(reply, Answer) else (),
        lines=tuple(line.text for line in page.lines),
        citations=tuple(tuple(shown[number - 1] for number in line.citations) for line in page.lines),
        outcome=outcome,
    )


def _source(renderer: Renderer, source: Source) -> str:
    """A source's line without its number, which says only where in a reply it stands."""
    return renderer.source(0, source).partition(" ")[2]


def changed(old: Said, new: Said) -> Change | None:
    """How `new` differs from `old`; None where nobody would see a difference."""
    answered_before, answered_now = (side.kind == _ANSWER for side in (old, new))
    right_before, right_now = (side.outcome is Outcome.RIGHT for side in (old, new))
    mended = right_now and not right_before
    if answered_before and not answered_now and not mended:
        return Change.FLIPPED if new.kind == _ABSTENTION else Change.LOST
    if right_before and not right_now:
        return Change.LOST
    if mended or (answered_now and not answered_before):
        return Change.GAINED
    if old.facts != new.facts:
        return Change.FACTS
    if old.lines != new.lines:
        return Change.WORDS
    return Change.CITATION if old.citations != new.citations else None


_ANSWER, _ABSTENTION = (reply.__name__.lower() for reply in (Answer, Abstention))


def counts(found: Iterable[Difference]) -> Mapping[Change, int]:
    """How often each change occurs, every change in the order of harm."""
    number = Counter(difference.change for difference in found)
    return {change: number[change] for change in Change}


def harm(found: Iterable[Difference], accepted: Iterable[str]) -> tuple[Difference, ...]:
    """The lost and flipped answers that nobody has `accepted` by their key."""
    names = frozenset(accepted)
    return tuple(difference for difference in found if difference.harmful and difference.key not in names)


def idle(found: Sequence[Difference], accepted: Iterable[str]) -> tuple[str, ...]:
    """The accepted names that excuse nothing: their answers are neither lost nor flipped."""
    needed = {difference.key for difference in found if difference.harmful}
    return tuple(name for name in dict.fromkeys(accepted) if name not in needed)
