"""Pressed buttons: each is answered at once, and then does what its data say.

The data are all there is to go by; where the conversation is still in memory, it is used too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message
from telegram.constants import ChatType

from bot.dialogue import Conversation
from bot.engine import Turn
from bot.model import Fact
from bot.records import replace
from bot.remarks import Feedback
from bot.telegram_buttons import THIS, Act, Press, fact_keys, key, read
from bot.telegram_calls import Call, Plan
from bot.telegram_charts import picture
from bot.telegram_commands import cards, trace
from bot.telegram_desk import Talk
from bot.telegram_heard import Heard, words
from bot.telegram_replies import Scene, Shown, facts, posting, sentence, shown, sources
from bot.telegram_text import words as fixed

KIND = "callback"


def pressed(query: CallbackQuery, scene: Scene) -> Plan:
    """The plan for a pressed button."""
    press = read(query.data)
    message = query.message
    if press is None or message is None:  # a message sent through inline mode has no chat to act in
        return _answered(query, scene.say("tg_old_button"), alert=True)
    plan = _ACTS[press.act](press, _heard(query, message), message, scene)
    if plan is None:
        return _answered(query, scene.say("tg_gone"), alert=True)
    toast = {Act.UP: "tg_thanks_up", Act.DOWN: "tg_thanks_down"}.get(press.act)
    answered = _answered(query, scene.say(toast) if toast else "")
    return replace(plan, calls=(*answered.calls, *plan.calls), kind=KIND)


def _answered(query: CallbackQuery, text: str, *, alert: bool = False) -> Plan:
    arguments: dict[str, Any] = {"callback_query_id": query.id}
    if text:
        arguments |= {"text": text, "show_alert": alert}
    return Plan((Call("answer_callback_query", arguments),), kind=KIND)


def _heard(query: CallbackQuery, message: MaybeInaccessibleMessage) -> Heard:
    """As if the person had written below the button's message; of one that is too old only the chat is known."""
    below = Heard(
        chat=message.chat.id,
        private=message.chat.type == ChatType.PRIVATE,
        user=query.from_user.id,
        message=message.message_id,
        target=message.message_id,
    )
    if not isinstance(message, Message):
        return below
    direct = message.direct_messages_topic
    thread = message.message_thread_id if message.is_topic_message else None
    return replace(below, thread=thread, direct=direct.topic_id if direct else None)


def _showing(heard: Heard, show: Shown) -> Plan:
    return Plan(posting(heard, show))


def _known(press: Press, scene: Scene) -> list[Fact]:
    return scene.desk.keyring(scene.served).facts(press.keys)


def _sources(press: Press, heard: Heard, message: MaybeInaccessibleMessage, scene: Scene) -> Plan | None:
    known = _known(press, scene)
    return _showing(heard, Shown(sources(known, scene))) if known else None


def _why(press: Press, heard: Heard, message: MaybeInaccessibleMessage, scene: Scene) -> Plan | None:
    """How the answer came about, if asking again gives the same facts; else what is known about these facts."""
    known = _known(replace(press, keys=press.keys[1:]), scene)
    if not known:
        return None
    wanted = press.keys[1:]
    for turn, then in _turns(press.keys[0], known[0], heard, message, scene):
        if fact_keys(facts(turn.reply))[: len(wanted)] == wanted:
            return _showing(heard, Shown(trace(turn, then)))
    return _showing(heard, Shown(cards(known, scene, fixed(scene.say("tg_why_gone")))))


def _turns(
    asked: str, lead: Fact, heard: Heard, message: MaybeInaccessibleMessage, scene: Scene
) -> Iterator[tuple[Turn, Scene]]:
    """The turns that the answer may come from, each with the scene that shows it: the one in memory, and the question
    asked again alone."""
    talk = scene.desk.talks.last(heard.place, scene.now.timestamp())
    if talk and talk.served:
        yield scene.again(talk, talk.served)
    question = scene.desk.keyring(scene.served).question([asked])
    if asked == THIS and isinstance(message, Message) and message.reply_to_message is not None:
        question = words(message.reply_to_message)
    if question:
        yield scene.ask(question), scene
    if asked == key("fact", lead.id):
        yield scene.choose(lead), scene


def _thumb(press: Press, heard: Heard, message: MaybeInaccessibleMessage, scene: Scene) -> Plan | None:
    known = _known(press, scene)
    up = press.act is Act.UP
    return Plan(notes=(Feedback(up, tuple(fact.id for fact in known)),)) if known else None


def _fact(press: Press, heard: Heard, message: MaybeInaccessibleMessage, scene: Scene) -> Plan | None:
    known = _known(press, scene)
    if not known:
        return None
    turn = scene.choose(known[0], _conversation(heard, scene))
    return _turn(turn, key("fact", known[0].id), sentence(known[0].asks[0]), heard, scene)


def _ask(press: Press, heard: Heard, message: MaybeInaccessibleMessage, scene: Scene) -> Plan | None:
    question = scene.desk.keyring(scene.served).question(press.keys)
    return _turn(scene.ask(question), press.keys[0], question, heard, scene) if question else None


def _chart(press: Press, heard: Heard, message: MaybeInaccessibleMessage, scene: Scene) -> Plan | None:
    chart = scene.desk.keyring(scene.served).chart(press.keys)
    return picture(heard, chart, scene) if chart else None


def _conversation(heard: Heard, scene: Scene) -> Conversation:
    talk = scene.desk.talks.last(heard.place, scene.now.timestamp())
    return talk.after if talk else Conversation()


def _turn(turn: Turn, asked: str, heading: str, heard: Heard, scene: Scene) -> Plan:
    """A turn that a button asked for, shown with the question that nobody wrote; it can be followed up."""
    scene.desk.talks.keep(heard.place, Talk.of(turn, 0, scene.served))
    show = shown(turn, scene, asked, group=not heard.private, heading=heading)
    return Plan(posting(heard, show, reply=not heard.private), scene.gaps(turn))


_ACTS: Mapping[Act, Callable[[Press, Heard, MaybeInaccessibleMessage, Scene], Plan | None]] = {
    Act.SOURCES: _sources,
    Act.WHY: _why,
    Act.UP: _thumb,
    Act.DOWN: _thumb,
    Act.FACT: _fact,
    Act.ASK: _ask,
    Act.CHART: _chart,
}
