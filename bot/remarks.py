"""What curators want to know from those who ask: the questions without an answer, and thumbs on answers.

A remark holds neither who asked nor where.
"""

from __future__ import annotations

from bot.engine import Turn
from bot.records import dataclass
from bot.replies import Abstention, Answer, Reason
from bot.streams import one_line

LONGEST_QUESTION = 300  # characters of an unanswered question that are kept: more are a story, not a question

# Nothing for curators: no fact could answer these.
_NO_GAPS = frozenset({Reason.NOT_A_QUESTION, Reason.UNSAFE, Reason.LANGUAGE, Reason.OPINION, Reason.PREDICTION,
                      Reason.UNREACHABLE})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question without an answer: the words, why not, and the ids of the nearest facts."""

    question: str
    reason: str
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """A thumb on an answer: `up` or not, and the ids of the facts it was made of."""

    up: bool
    facts: tuple[str, ...]


Remark = Unanswered | Feedback


def gaps(turn: Turn) -> tuple[Unanswered, ...]:
    """What a turn leaves open: its question once for every part of it that no fact answered."""
    reply = turn.reply
    lacking = reply.lacking if isinstance(reply, Answer) else (reply,) if isinstance(reply, Abstention) else ()
    question = one_line(turn.question)[:LONGEST_QUESTION]
    return tuple(
        Unanswered(question, str(one.reason), tuple(fact.id for fact in one.nearest))
        for one in lacking
        if one.reason not in _NO_GAPS
    )


def thumb(turn: Turn, *, up: bool) -> tuple[Feedback, ...]:
    """A thumb on a turn; none where it showed no fact."""
    reply = turn.reply
    return (Feedback(up, reply.facts),) if isinstance(reply, Answer) else ()
