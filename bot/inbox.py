"""Updates as they come in: what is read from one before anybody understands it, and what is left to do for one.

Telegram's updates are kept as they came, whatever is in them: only the few fields that order them are looked
at here, each with care, so that no update can stop those behind it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.records import dataclass
from bot.telegram_calls import Call

# The kinds of update to ask Telegram for, always by name: without names it keeps to the last list it was given.
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "inline_query",
    "callback_query",
    "my_chat_member",
    "guest_message",
)
# Updates whose message ids belong to a chat that the bot is in. (A guest message's does not.)
_WITH_MESSAGE = ("message", "edited_message", "channel_post", "edited_channel_post", "callback_query")

# Supergroups and channels number their messages themselves; all other chats of a bot share one count.
_FIRST_SUPERGROUP = -1_000_000_000_000
_SHARED = 0
_LARGEST = 2**63  # ids are signed 64-bit numbers, here and in the database


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as it came in. `lane` orders it: updates of one lane are worked one after the other.
    `message` is the id of the message it brought, where that tells how far the ids have come."""

    update_id: int
    lane: str
    payload: str  # the update as JSON text
    chat: int | None = None
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A call that waits to be sent. `mark`: the highest message id known before it was last tried."""

    position: int
    call: Call
    state: str
    mark: int


@dataclass(frozen=True, slots=True)
class Work:
    """An unfinished update: its payload until it is planned, then its unsettled calls."""

    payload: str
    received: float  # seconds since the epoch
    attempts: int  # how often somebody began to work it out
    planned: bool
    calls: tuple[Stored, ...]


class Waiting(NamedTuple):
    """An unfinished update's id and its lane."""

    update_id: int
    lane: str


def space(chat: int) -> int:
    """The count of message ids that `chat` takes part in.

    >>> space(77), space(-5), space(-1001234567890)
    (0, 0, -1001234567890)
    """
    return chat if chat <= _FIRST_SUPERGROUP else _SHARED


def arrival(raw: object) -> Arrival | None:
    """What orders an update, or None for what cannot be one, for it has no id."""
    update_id = _id(raw, "update_id")
    if update_id is None or not isinstance(raw, Mapping):
        return None
    chat, user = chat_of(raw), user_of(raw)
    # A user without a chat (an inline query) has a lane beside the private chat, which has the same number.
    lane = f"chat {chat}" if chat is not None else f"user {user}"
    message = next((_id(_message(raw[kind]), "message_id") for kind in _WITH_MESSAGE if kind in raw), None)
    # Halves of surrogate pairs are no text: from here on they are question marks, which every database takes.
    payload = json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    return Arrival(update_id, lane, payload, chat, message)


def kind_of(raw: Mapping[str, Any]) -> str:
    """Which kind of update it is: the name of the field it fills."""
    return next((kind for kind in raw if kind != "update_id"), "")


def chat_of(raw: Mapping[str, Any]) -> int | None:
    """The chat in which the update happened; None for one without a chat."""
    return _id(_field(_message(raw.get(kind_of(raw))), "chat"), "id")


def user_of(raw: Mapping[str, Any]) -> int | None:
    """The user who caused the update; None where none is named."""
    return _id(_field(raw.get(kind_of(raw)), "from"), "id")


def asker_of(raw: Mapping[str, Any]) -> int | None:
    """Who counts as the asker: the group or channel for those who write in its name (they share one user), the user
    otherwise."""
    sender = _id(_field(raw.get(kind_of(raw)), "sender_chat"), "id")
    return user_of(raw) if sender is None else sender


def written(raw: Mapping[str, Any]) -> int | None:
    """When a message was written or last edited, in seconds since the epoch; None for what is no message."""
    body = raw.get(kind_of(raw))
    return None if kind_of(raw) == "callback_query" else (_id(body, "edit_date") or _id(body, "date"))


def _message(body: object) -> object:
    """The message that an update is about: a callback query carries it one level down."""
    inner = _field(body, "message")
    return body if inner is None else inner


def _field(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None


def _id(value: object, name: str) -> int | None:
    found = _field(value, name)
    return found if type(found) is int and -_LARGEST <= found < _LARGEST else None
