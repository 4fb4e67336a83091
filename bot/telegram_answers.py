"""What to do about an update, whatever it is: the one way from an update to its calls.

    message, edited message -> what is meant for the bot (telegram_heard) -> question | command | media
    pressed button, inline query, guest message, change of membership, migration -> its own way
    everything else (channel posts, service messages, other people's talk) -> silence

Worked out purely from the update and the desk: no network, no database, no clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from telegram import ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.dialogue import Conversation
from bot.errors import BotError
from bot.streams import question
from bot.telegram_buttons import THIS
from bot.telegram_calls import Call, Left, Moved, Plan, Told
from bot.telegram_commands import ask_how, command, remembered
from bot.telegram_desk import Desk, Talk
from bot.telegram_heard import Heard, heard
from bot.telegram_inline import guest, inline
from bot.telegram_presses import pressed
from bot.telegram_replies import Scene, Shown, answering, correctable, posting, saying, shown
from bot.telegram_text import Block, plain, words
from bot.text import MAX_CHARACTERS

# Notices, by the names under which the journal remembers that a chat got them.
GROUP_NOTE, MEDIA_LINE, NOT_HERE = "group", "media", "not-here"
NOTICE_EVERY = timedelta(hours=1)  # at most, for those that are repeated
# An edited question that has no answer yet is a new one, if it is as young as this: the old may not have been meant
# for the bot (a mention was added).
YOUNG = timedelta(minutes=10)
# Commands that may be edited into something else to ask; the others showed what was so then.
_EDITABLE = frozenset({"", "ask"})


def respond(update: Update, desk: Desk, now: datetime) -> Plan:
    """The plan for an update: an empty one for whatever is not for the bot. `now` has a time zone."""
    scene = Scene(desk, desk.live.current, now)
    plan = _plan(update, scene)
    return correctable(plan, scene) if desk.corrects else plan


def _plan(update: Update, scene: Scene) -> Plan:
    if update.callback_query is not None:
        return pressed(update.callback_query, scene)
    if update.inline_query is not None:
        return inline(update.inline_query, scene)
    if update.guest_message is not None:
        return guest(update.guest_message, scene) if update.guest_message.guest_query_id else Plan()
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member, scene)
    message = update.message or update.edited_message
    if message is None:
        return Plan()
    if message.migrate_to_chat_id is not None:
        scene.desk.talks.move(message.chat.id, message.migrate_to_chat_id)
        return Plan(notes=(Moved(message.chat.id, message.migrate_to_chat_id),), kind="migration")
    return _message(message, scene, edited=update.message is None)


def _message(message: Message, scene: Scene, *, edited: bool) -> Plan:
    found = heard(message, scene.desk.me, edited=edited)
    if found is None:
        return Plan()
    if not found.private and not _allowed(found.chat, scene.desk):
        return _leaving(found.chat, scene)
    if found.edited and (not _still_asks(found, scene) or found.media):
        return Plan()
    if found.command and not (found.command == "ask" and found.text):
        return command(found, scene)
    if found.text:
        return _question(found, scene)
    return _media(found, scene) if found.media else Plan()


def _still_asks(found: Heard, scene: Scene) -> bool:
    """Whether an edited message is to be answered: it had an answer, or is young enough to be new."""
    declared = {one.name for one in scene.served.engine.knowledge.topic.commands}
    if found.command not in _EDITABLE | declared or not (found.text or found.command in declared):
        return False
    return bool(remembered(found, scene)) or (found.at is not None and scene.now - found.at <= YOUNG)


def _question(found: Heard, scene: Scene) -> Plan:
    known = remembered(found, scene)
    try:
        asked = question(found.text)
    except BotError:
        if len(found.text) <= MAX_CHARACTERS:
            return ask_how(found, scene)
        long = words(scene.say("chat_short_line", limit=f"{MAX_CHARACTERS:,}"))
        return Plan(posting(found, Shown(scene.posts([long])), known), kind="too long", question=found.message)
    talk = scene.desk.talks.last(found.place, scene.now.timestamp())
    # An edited question is asked again where it stood: only the newest one has a conversation before it.
    again = talk is not None and found.edited and talk.message == found.message
    before = scene.before(talk) if talk and again else talk.after if talk and not found.edited else Conversation()
    turn = scene.ask(asked, before)
    if again or not found.edited:
        scene.desk.talks.keep(found.place, Talk.of(turn, found.message, scene.served))
    return answering(found, scene, turn, shown(turn, scene, THIS, group=not found.private), known)


def _media(found: Heard, scene: Scene) -> Plan:
    """One friendly line on what cannot be read, once per chat and hour."""
    if _told(found.chat, MEDIA_LINE, scene):
        return Plan(kind="media")
    said = saying(found, scene, words(scene.say("tg_media")), told="media")
    return Plan(said.calls, (Told(found.chat, MEDIA_LINE),), "media", found.message)


def _told(chat: int, notice: str, scene: Scene) -> bool:
    """Whether the chat got this notice a short time ago."""
    told = scene.desk.memory.told(chat, notice)
    return told is not None and scene.now.timestamp() - told < NOTICE_EVERY.total_seconds()


def _group(chat: int) -> Heard:
    """A group as the place of a message that answers nobody."""
    return Heard(chat, private=False, user=0, message=0, target=0)


def _allowed(chat: int, desk: Desk) -> bool:
    return not desk.allowed or chat in desk.allowed


def _leaving(chat: int, scene: Scene) -> Plan:
    """A word of thanks, and gone."""
    scene.desk.talks.forget(chat)
    leave = Call("leave_chat", {"chat_id": chat}, chat)
    if _told(chat, NOT_HERE, scene):  # and yet here still
        return Plan((leave,), kind="leaving")
    thanks = Shown(scene.posts([words(scene.say("tg_not_here", username=scene.desk.me.username))]))
    return Plan((*posting(_group(chat), thanks, reply=False), leave), (Told(chat, NOT_HERE),), "leaving")


def _membership(change: ChatMemberUpdated, scene: Scene) -> Plan:
    """The bot was added to a chat or removed from it, blocked or unblocked."""
    chat, status = change.chat, change.new_chat_member.status
    gone = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
    if status in gone:
        scene.desk.talks.forget(chat.id)
        return Plan(notes=(Left(chat.id),), kind="membership")
    if chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP) or change.old_chat_member.status not in gone:
        return Plan(kind="membership")
    if not _allowed(chat.id, scene.desk):
        return _leaving(chat.id, scene)
    # What it sees changes only when it is taken out of the group and added again.
    notice = GROUP_NOTE + ("-all" if scene.desk.me.reads_all else "")
    if scene.desk.memory.told(chat.id, notice) is not None:
        return Plan(kind="membership")
    calls = posting(_group(chat.id), Shown(scene.posts(_note(scene))), reply=False)
    return Plan(calls, (Told(chat.id, notice),), "membership")


def _note(scene: Scene) -> list[Block]:
    """What the bot answers to in a group, and what of it the bot can see."""
    me, topic = scene.desk.me, scene.served.engine.knowledge.topic
    seen = "tg_sees_all" if me.reads_all else "tg_sees_little"
    return [plain(scene.say("tg_group_note", greeting=topic.greeting, username=me.username)), words(scene.say(seen))]
