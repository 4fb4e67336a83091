"""What to do about an update: calls to make, and notes to keep. Plain values, so that they can be stored first.

An update is answered in two steps: what to do is worked out once and stored, then it is done. A call holds
the Bot API's own argument names and plain JSON, so what was stored today is sent the same tomorrow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from bot.remarks import Feedback as Feedback
from bot.remarks import Remark
from bot.remarks import Unanswered as Unanswered

# Methods that put a new message into a chat: where the outcome is unknown, look before sending again.
POSTING = frozenset({"send_message", "send_photo"})


class Cite(NamedTuple):
    """A fact as a message shows it: its id, and its text then."""

    fact: str
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the Bot API.

    `method` is its name in python-telegram-bot's snake case, `arguments` are plain JSON under the Bot API's
    names; entities, reply_markup, link_preview_options and reply_parameters are objects, not text.
    `chat` is the chat that is paced by it, None where none is (callbacks, inline queries).
    `picture` names the drawing to send as `photo` (bot/pictures.py), which is no argument then.
    `facts` are the ids of the facts that the message cites; `cites` are these with their words, where a change of
    them is to be made good in the message later.
    """

    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    chat: int | None = None
    picture: str = ""
    facts: tuple[str, ...] = ()
    cites: tuple[Cite, ...] = ()

    @property
    def probe(self) -> bool:
        """Whether it posts a message, so that sending it twice would be seen."""
        return self.method in POSTING

    def moved(self, to: int) -> Call:
        """The call for the supergroup `to` that its group became."""
        return replace(self, chat=to, arguments={**self.arguments, "chat_id": to})

    def to_json(self) -> str:
        """The call as one line of JSON in ASCII, so that any text can be stored; the same for equal calls."""
        written = {name: getattr(self, name) for name in sorted(self.__match_args__)}
        return json.dumps(written, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Call:
        """The call that `to_json` wrote."""
        read = json.loads(text)
        cites = tuple(Cite(*cite) for cite in read.get("cites", ()))  # stored by an earlier version: none
        return cls(**{**read, "facts": tuple(read["facts"]), "cites": cites})


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that this chat got (a one-time note, the line about media): not to be repeated too soon."""

    chat: int
    notice: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Everything that is kept of this chat is to be removed, before the calls are stored."""

    chat: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A group got a new id: what is kept of `chat` belongs to `to`."""

    chat: int
    to: int


@dataclass(frozen=True, slots=True)
class Left:
    """The bot is no longer in this chat (blocked, removed): nothing more can be sent there."""

    chat: int


Note = Remark | Told | Forget | Moved | Left


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do about one update: the calls in their order and the notes for the journal.

    `kind` says for logs and metrics what it was (answer, clarification, abstention, smalltalk, command,
    callback, inline, media, membership, silence ...), never what was said. `question` is the id of the message that
    the posted messages answer, for the index of answers that edits look up; None where there is none.
    """

    calls: tuple[Call, ...] = ()
    notes: tuple[Note, ...] = ()
    kind: str = "silence"
    question: int | None = None
