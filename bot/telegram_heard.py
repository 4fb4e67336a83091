"""What of a Telegram message is meant for the bot: a question, a command, media, or nothing.

In a private chat everything is. In a group it is a command, a reply to the bot, or a mention; all else is silence.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from telegram import Message, MessageEntity
from telegram.constants import ChatType
from telegram.helpers import effective_message_type

from bot.records import dataclass, replace
from bot.telegram_desk import Me, Place

# What people send besides text. Anything else without text is a notice of Telegram's own.
MEDIA = frozenset(
    {
        *("animation", "audio", "checklist", "contact", "dice", "document", "game", "gift", "giveaway", "invoice"),
        *("live_photo", "location", "paid_media", "photo", "poll", "sticker", "story", "unique_gift", "venue", "video"),
        *("video_note", "voice"),
    }
)
FORWARDED = "forwarded"
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: JSON can say it, nothing else can
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?!\S)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message for the bot. `command` is its command without the slash, `text` the rest; `media` what it has in
    place of text. `replied` is the text of the message that it replies to, `target` the message to answer."""

    chat: int
    private: bool
    user: int
    message: int
    target: int
    text: str = ""
    command: str = ""
    media: str = ""
    replied: str = ""
    thread: int | None = None
    direct: int | None = None  # the topic in a channel's direct messages
    named: bool = False  # the command names this bot
    edited: bool = False
    at: datetime | None = None  # when it was written

    @property
    def place(self) -> Place:
        """Whose conversation it belongs to."""
        return (self.chat, self.thread or self.direct or 0, self.user)

    @property
    def where(self) -> dict[str, Any]:
        """The arguments that bring an answer to the right chat and thread."""
        found = {"chat_id": self.chat, "message_thread_id": self.thread, "direct_messages_topic_id": self.direct}
        return {name: value for name, value in found.items() if value is not None}


def heard(message: Message, me: Me, *, edited: bool = False) -> Heard | None:
    """The message as far as it is meant for the bot; None for what is not."""
    user = message.from_user
    if message.chat.type == ChatType.CHANNEL or message.is_automatic_forward:
        return None
    if user is not None and user.is_bot and message.sender_chat is None:
        return None  # bots, this one too; who writes as a group or channel looks like a bot
    if message.via_bot is not None and message.via_bot.id == me.id:
        return None  # an answer of ours, sent through inline mode
    found = replace(_from(message, user.id if user else 0), edited=edited)
    return _addressed(found, message, me)


def _from(message: Message, user: int) -> Heard:
    direct = message.direct_messages_topic
    private = message.chat.type == ChatType.PRIVATE
    media = effective_message_type(message)
    kind = str(getattr(media, "value", media)) if media is not None else ""
    forwarded = message.forward_origin is not None
    return Heard(
        chat=message.chat.id,
        private=private,
        user=user,
        message=message.message_id,
        target=message.message_id,
        text="" if forwarded else words(message),
        media=FORWARDED if forwarded else kind if kind in MEDIA else "",
        replied=_replied(message),
        thread=message.message_thread_id if message.is_topic_message else None,
        direct=direct.topic_id if direct else None,
        at=message.date,
    )


def words(message: Message) -> str:
    """The text of a message, or its caption."""
    return _whole(message.text or message.caption or "")


def _whole(text: str) -> str:
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text).strip()


def _replied(message: Message) -> str:
    """What is replied to: the part that is quoted, else all of that message."""
    if message.reply_to_message is None:
        return ""
    return _whole(message.quote.text) if message.quote else words(message.reply_to_message)


def _addressed(found: Heard, message: Message, me: Me) -> Heard | None:
    command = _COMMAND.match(found.text)
    if command:
        if command[2] and command[2].casefold() != me.username.casefold():
            return None  # another bot's
        rest = found.text[command.end() :].strip()
        found = replace(found, command=command[1].casefold(), text=rest, named=bool(command[2]))
        return _of_reply(found, message, me) if found.command == "ask" and not found.text else found
    text = without_mention(message, me)
    if found.private:
        return replace(found, text=found.text if text is None else text or found.text)
    replied = message.reply_to_message
    to_me = replied is not None and replied.from_user is not None and replied.from_user.id == me.id
    if text is None:
        return found if to_me and (found.text or found.media) else None
    found = replace(found, text="" if found.media == FORWARDED else text)
    return found if found.text or found.media else _of_reply(replace(found, command="ask"), message, me)


def _of_reply(found: Heard, message: Message, me: Me) -> Heard:
    """An /ask without a question asks what the message that it replies to says, and answers that one."""
    replied = message.reply_to_message
    if replied is None or not found.replied or (replied.from_user and replied.from_user.id == me.id):
        return found
    return replace(found, text=found.replied, target=replied.message_id)


def without_mention(message: Message, me: Me) -> str | None:
    """The text of a message without the bot's name in it; None where the bot is not mentioned."""
    units = (message.text or message.caption or "").encode("utf-16-le", "surrogatepass")
    named = False
    entities = message.entities if message.text else message.caption_entities
    for entity in sorted(entities, key=lambda entity: entity.offset, reverse=True):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)  # in bytes
        said = units[start:end].decode("utf-16-le", "replace")
        by_name = entity.type == MessageEntity.MENTION and said.casefold() == f"@{me.username}".casefold()
        by_link = entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id
        if by_name or by_link:
            named = True
            units = units[:start] + units[end:]
    return " ".join(units.decode("utf-16-le", "replace").split()).strip(" ,:") if named else None
