"""Answers for chats that the bot is not in: inline mode (a list to choose from) and guest mode (one answer)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from telegram import InlineQuery, Message

from bot.engine import Turn
from bot.errors import BotError
from bot.model import Fact
from bot.render import kind
from bot.replies import Abstention, Answer, Clarification
from bot.streams import one_line, question
from bot.telegram_calls import Call, Plan
from bot.telegram_commands import FACT_LINK
from bot.telegram_heard import without_mention
from bot.telegram_heard import words as written
from bot.telegram_replies import NO_PREVIEW, Scene, dated, sentence
from bot.telegram_text import Post, lay_out, words

PAGE = 5  # results at a time: what is seen without scrolling
MOST_RESULTS = 25  # of one question: five pages; what ranks lower has little to do with it
# Seconds that Telegram may give the same results to everybody: they are the same for all, and after the facts were
# edited the old ones are gone soon.
CACHE_SECONDS = 60
_SEEN = 100  # characters of a result's description that are seen in the list
_LONGEST_LINK = 64  # characters of a deep link's payload, Telegram's limit
_ID_BYTES = 16  # of a result's id
START_ASK = "ask"  # payload of the button that leads to the private chat

Result = dict[str, Any]


def inline(query: InlineQuery, scene: Scene) -> Plan:
    """Up to PAGE finished answers to what is written behind the bot's name, and where the next ones begin."""
    first = int(query.offset) if query.offset.isascii() and query.offset.isdecimal() and len(query.offset) < 4 else 0
    found = list(islice(_results(query.query, scene), min(first + PAGE + 1, MOST_RESULTS)))
    page = found[first : first + PAGE]
    arguments: dict[str, Any] = {
        "inline_query_id": query.id,
        "results": page,
        "cache_time": CACHE_SECONDS,
        "is_personal": False,
        "next_offset": str(first + PAGE) if found[first + PAGE :] else "",
    }
    if not first:
        label = "tg_inline_more" if found else "tg_inline_none"
        arguments["button"] = {"text": scene.say(label), "start_parameter": START_ASK}
    return Plan((Call("answer_inline_query", arguments),), kind="inline")


def _results(text: str, scene: Scene) -> Iterator[Result]:
    """An answer to the question as it is, then facts near it; for no question those that the topic suggests."""
    seen: set[str] = set()
    for turn, label in _turns(text, scene):
        result = _result(turn, label, scene)
        if result is not None and result["id"] not in seen:
            seen.add(result["id"])
            yield result


def _turns(text: str, scene: Scene) -> Iterator[tuple[Turn, str]]:
    try:
        asked = question(text)
    except BotError:  # nothing written yet
        for suggested in scene.served.engine.knowledge.topic.suggested:
            yield scene.ask(suggested), suggested
        return
    turn = scene.ask(asked)
    if isinstance(turn.reply, Answer):
        yield turn, sentence(one_line(asked))
    for fact in _near(turn):
        yield scene.show(fact), sentence(fact.asks[0])


def _near(turn: Turn) -> Sequence[Fact]:
    """Facts near what was asked, none of them in the answer: the readings, or what the search found."""
    reply = turn.reply
    if isinstance(reply, Clarification):
        return reply.choices
    if isinstance(reply, Abstention):
        return reply.nearest
    shown = set(turn.conversation.shown)
    hits = (hit.fact for step in turn.steps for hit in step.hits if hit.entity and not hit.fact.gap)
    return list({fact.id: fact for fact in hits if fact.id not in shown}.values())


def _result(turn: Turn, label: str, scene: Scene) -> Result | None:
    """A result that sends a turn's answer; its id is the same for the same answer from the same knowledge."""
    if not isinstance(turn.reply, Answer):
        return None
    post = _post(turn, scene)
    lead = turn.reply.statements[0].fact
    return {
        **_article(post, scene),
        "title": label[:_SEEN],
        "description": lead.text if len(lead.text) <= _SEEN else lead.text[: _SEEN - 1].rstrip() + "…",
        **_more(lead, scene),
    }


def _post(turn: Turn, scene: Scene) -> Post:
    """A turn in one message. Of an answer that needs several, only the first can be sent from here."""
    page = scene.served.renderer.page(turn)
    blocks = dated(turn, page, scene, listed=True)
    return lay_out(blocks, dict(enumerate(page.sources, 1)), scene.served.renderer)[0]


def _article(post: Post, scene: Scene) -> Result:
    said = f"{scene.served.version}:{','.join(post.facts)}:{post.text}"
    content: dict[str, Any] = {"message_text": post.text, "link_preview_options": dict(NO_PREVIEW)}
    if post.entities:
        content["entities"] = list(post.entities)
    id = hashlib.blake2b(said.encode(), digest_size=_ID_BYTES).hexdigest()
    return {"type": "article", "id": id, "input_message_content": content}


def _more(lead: Fact, scene: Scene) -> Result:
    """A button under the sent answer that opens the fact in a private chat."""
    payload = FACT_LINK + lead.id
    if len(payload) > _LONGEST_LINK:
        return {}
    url = f"https://t.me/{scene.desk.me.username}?start={payload}"
    return {"reply_markup": {"inline_keyboard": [[{"text": scene.say("tg_button_more"), "url": url}]]}}


def guest(message: Message, scene: Scene) -> Plan:
    """One answer to somebody who called the bot by name in a chat that it is not in. An abstention is one line."""
    named = without_mention(message, scene.desk.me)
    text = written(message) if named is None else named
    if not text and message.reply_to_message is not None:
        text = written(message.reply_to_message)
    try:
        turn = scene.ask(question(text))
    except BotError:
        example = scene.served.engine.knowledge.topic.suggested[0]
        return _guest(message, _fixed(scene.say("tg_ask_how", question=example), scene), scene)
    reply = turn.reply
    if isinstance(reply, Abstention) and reply.stated is None:
        post = _fixed(scene.served.renderer.say(reply.phrase), scene)
    else:
        post = _post(turn, scene)
    return _guest(message, post, scene, turn)


def _fixed(text: str, scene: Scene) -> Post:
    return scene.posts([words(text)])[0]


def _guest(message: Message, post: Post, scene: Scene, turn: Turn | None = None) -> Plan:
    reply = turn.reply if turn else None
    more = _more(reply.statements[0].fact, scene) if isinstance(reply, Answer) else {}
    result = {**_article(post, scene), "title": scene.desk.me.username, **more}
    arguments = {"guest_query_id": message.guest_query_id, "result": result}
    notes = scene.gaps(turn) if turn else ()
    return Plan((Call("answer_guest_query", arguments),), notes, kind(reply) if reply else "command")
