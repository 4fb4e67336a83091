"""An engine on knowledge that other hosts serve: where a part cannot be reached, it says so instead of answering."""

from __future__ import annotations

from datetime import date

from bot.dialogue import Conversation
from bot.engine import Engine, Turn
from bot.render import MOST_CITATIONS
from bot.replies import Abstention, Answer, Phrase, Reason, Statement
from bot.shards import Unreachable


class Reaching(Engine):
    """The next question tries to reach everything again."""

    def ask(self, text: str, conversation: Conversation = Conversation(), *, today: date, now: float = 0.0) -> Turn:
        """As an engine's; what the reply shows is fetched, too, so that nothing of it is missing when it is shown."""
        try:
            turn = super().ask(text, conversation, today=today, now=now)
            for statement in _stated(turn):
                for source in statement.fact.sources[:MOST_CITATIONS]:
                    self.knowledge.sources[source]
        except Unreachable:
            return Turn(text, Abstention(Reason.UNREACHABLE, Phrase("none_unreachable")), conversation)
        return turn


def _stated(turn: Turn) -> tuple[Statement, ...]:
    reply = turn.reply
    if isinstance(reply, Abstention):
        return (reply.stated,) if reply.stated else ()
    if not isinstance(reply, Answer):
        return ()
    return (*reply.statements, *(lacking.stated for lacking in reply.lacking if lacking.stated))
