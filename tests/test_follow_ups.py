"""What a follow-up takes from the conversation: whom, what and when it is about."""

from __future__ import annotations

import pytest

from bot.dialogue import Conversation
from bot.engine import Engine, Turn
from bot.periods import Relation
from bot.replies import Answer

TALKS = (
    (("who is Dan Jarvis", "what was he before that"), "jarvis-previous-post"),
    (("who replaced Rustem Umerov", "and after that one"), "ukraine-minister-fedorov"),
    (("Canada or Luxembourg, which joined first?", "when was the other one admitted"), "luxembourg-joins"),
    (("how many bids did the first tender get", "and the last one, when did it open"), "third-tender-launch"),
    (("what's the capital of Australia", "when did that country join"), "australia-joins"),
    (("when did Canada join", "oops, norway not canada"), "norway-joins"),
    (("how many people were at the 2025 drone summit", "companies?"), "drone-summit-2025-companies"),
    (("how much did members give in 2024", "why two figures"), "total-1800m-2000m-difference"),
    (("what had the fund gathered by January 2025", "two months after that"), "fund-total-176m-2025-03"),
)


def played(engine: Engine, questions: tuple[str, ...]) -> Turn:
    """The last turn of a conversation."""
    conversation, today = Conversation(), engine.knowledge.topic.reviewed
    for question in questions:
        turn = engine.ask(question, conversation, today=today)
        conversation = turn.conversation
    return turn


@pytest.mark.parametrize(("questions", "lead"), TALKS)
def test_a_follow_up_is_about_what_was_spoken_of(engine: Engine, questions: tuple[str, ...], lead: str) -> None:
    reply = played(engine, questions).reply
    assert isinstance(reply, Answer), reply
    assert reply.statements[0].fact.id == lead


def test_until_the_end_of_that_year(engine: Engine) -> None:
    """The year is that of the last answer, and asked for is the state at its end."""
    turn = played(engine, ("how many members were there in March 2024", "by the end of that year?"))
    period = turn.steps[-1].query.period
    assert period is not None
    assert (period.relation, period.interval.start.year, period.interval.end.month) == (Relation.BY, 2024, 12)


def test_sources_that_differ_for_no_known_reason(engine: Engine) -> None:
    """Both versions are told once more, and that no fact says why."""
    reply = played(engine, ("how many signed the memorandum of understanding", "why do they differ?")).reply
    assert isinstance(reply, Answer)
    assert [s.lead.key if s.lead else "" for s in reply.statements][:2] == ["why_differ", "differ"]
