"""What answering an update may look at: the knowledge, who the bot is, what is remembered of a conversation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from bot.dialogue import EXPIRES, Conversation, carried
from bot.engine import Turn
from bot.live import Live, Served
from bot.settings import KEPT
from bot.telegram_buttons import Keyring

MOST_TALKS = 10_000  # conversations in memory: some 5 kB each; the longest silent go first


class Memory(Protocol):
    """What the journal knows that answering needs; reading only."""

    def answers(self, chat: int, question: int) -> tuple[int, ...]:
        """The ids of the messages that answered the message `question`, in their order."""
        ...

    def told(self, chat: int, notice: str) -> float | None:
        """When the chat last got this notice, in seconds since the epoch; None when never."""
        ...

    def held(self, chat: int) -> Mapping[str, int]:
        """How many rows are kept of a chat, by table."""
        ...


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is, as getMe says. `reads_all`: in groups it gets every message (privacy mode is off)."""

    id: int
    username: str
    reads_all: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """The last question of a conversation, the conversation before and after it, and the id of the message that asked.

    The turn itself is not kept: it holds everything that was searched, and asking again gives the same. `served` is
    what answered, to be asked again; None once that is two changes of the knowledge ago.
    """

    question: str
    before: Conversation
    after: Conversation
    message: int
    served: Served | None

    @classmethod
    def of(cls, turn: Turn, message: int, served: Served) -> Talk:
        """What is to be remembered of a turn."""
        return cls(turn.question, turn.before, turn.conversation, message, served)


# A conversation is what one person says in one thread of one chat.
Place = tuple[int, int, int]


class Remembered(Protocol):
    """The conversations of the last half hour."""

    def last(self, place: Place, now: float) -> Talk | None:
        """The last question in a place, unless its conversation is over. `now` is in seconds since the epoch."""
        ...

    def keep(self, place: Place, talk: Talk) -> None:
        """Remember the newest question of a place."""
        ...

    def forget(self, chat: int) -> bool:
        """Drop a chat's conversations; says whether there was any."""
        ...

    def move(self, chat: int, to: int) -> None:
        """A group got a new id."""
        ...

    def carry(self, old: Served, new: Served) -> None:
        """Go on with other knowledge."""
        ...


class Talks:
    """The conversations of the last half hour, in memory only."""

    def __init__(self) -> None:
        self._talks: OrderedDict[Place, Talk] = OrderedDict()

    def last(self, place: Place, now: float) -> Talk | None:
        """The last question in a place, unless its conversation is over. `now` is in seconds since the epoch."""
        self._expire(now)
        return self._talks.get(place)

    def keep(self, place: Place, talk: Talk) -> None:
        """Remember the newest question of a place."""
        self._talks[place] = talk
        self._talks.move_to_end(place)
        while len(self._talks) > MOST_TALKS:
            self._talks.popitem(last=False)

    def forget(self, chat: int) -> bool:
        """Drop a chat's conversations; says whether there was any."""
        found = [place for place in self._talks if place[0] == chat]
        for place in found:
            del self._talks[place]
        return bool(found)

    def move(self, chat: int, to: int) -> None:
        """A group got a new id."""
        for place in [place for place in self._talks if place[0] == chat]:
            self._talks[(to, *place[1:])] = self._talks.pop(place)

    def carry(self, old: Served, new: Served) -> None:
        """Go on with other knowledge. Of what was served, `old` is held for the questions that it answered; of those
        before it only the conversations are, for each version takes megabytes."""
        known = new.engine.knowledge
        for place, talk in self._talks.items():
            served = old if talk.served is old else None
            before = talk.before if served else carried(talk.before, known)
            self._talks[place] = replace(talk, before=before, after=carried(talk.after, known), served=served)

    def _expire(self, now: float) -> None:
        """Drop what is over; the oldest stand first."""
        while self._talks and now - next(iter(self._talks.values())).after.at > EXPIRES:
            self._talks.popitem(last=False)


@dataclass(slots=True)
class Desk:
    """Everything beside the update itself. `allowed` are the groups in which the bot works (all, if empty),
    `admins` the users who may ask for its status; `charts` says whether pictures can be drawn; `today` answers as
    on that day; `status` is what the process says of itself, name by name. `questions`: seconds for which unanswered
    questions are kept, 0 for not at all; `corrects`: sent answers are corrected when their facts change; `shares`:
    conversations are kept in a database, for several processes."""

    live: Live
    me: Me
    memory: Memory
    allowed: frozenset[int] = frozenset()
    admins: frozenset[int] = frozenset()
    charts: bool = False
    today: date | None = None
    status: Callable[[], Mapping[str, str]] = dict
    questions: float = KEPT
    corrects: bool = False
    shares: bool = False
    talks: Remembered = field(default_factory=Talks)
    _keyring: tuple[Served, Keyring] | None = None

    def day(self, now: datetime) -> date:
        """The day to answer as on."""
        return self.today or now.date()

    def keyring(self, served: Served) -> Keyring:
        """What the keys of buttons stand for in what is served; made once for each knowledge."""
        if self._keyring is None or self._keyring[0] is not served:
            self._keyring = (served, Keyring(served.engine.knowledge))
        return self._keyring[1]
