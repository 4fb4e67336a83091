"""The chats behind the fake Bot API server: what Telegram keeps, and what it refuses in which words.

Nothing here knows of HTTP. A method takes the arguments of a Bot API call and returns its result, or raises
`Refusal`. The words and limits are those of the official server (telegram-bot-api, TDLib).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

LONGEST_TEXT = 4096  # code points of a text message
LONGEST_RAW = 32768  # bytes of a text before it is looked at
LONGEST_CAPTION = 1024  # code points
MOST_ENTITIES = 100  # more are dropped without a word
LONGEST_DATA = 64  # bytes of a button's callback data
LONGEST_NOTICE = 200  # code points of a callback's answer
MOST_RESULTS = 50  # of an inline query
MOST_COMMANDS = 100
FIRST_SUPERGROUP = -1_000_000_000_000  # ids from here down are those of supergroups and channels
BLANKS = re.compile(r"[\x00-\x09\x0b-\x1f]")  # what TDLib turns into spaces; the newline stays
GONE = re.compile("[\u200e\u202a-\u202e]")  # direction marks that TDLib takes out
BOT = {"id": 7000, "is_bot": True, "first_name": "Test Bot", "username": "test_bot", "can_join_groups": True,
       "can_read_all_group_messages": False, "supports_inline_queries": True, "supports_guest_queries": True,
       "can_connect_to_business": False, "has_main_web_app": False}  # fmt: skip


class Refusal(Exception):
    """The answer is an error: its code, Telegram's words, and parameters such as retry_after."""

    def __init__(self, code: int, words: str, **parameters: int) -> None:
        super().__init__(words)
        self.code, self.words, self.parameters = code, words, parameters

    def body(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.code, "description": self.words}
        return answer | {"parameters": self.parameters} if self.parameters else answer


def bad(words: str) -> Refusal:
    return Refusal(400, f"Bad Request: {words}")


@dataclass
class Message:
    """A message in a chat; `by_bot` ones can be edited. `at` is the time it came in, in seconds of the clock."""

    id: int
    by_bot: bool
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    photo: bytes | None = None
    thread: int | None = None
    reply_to: int | None = None
    date: int = 0
    at: float = 0.0
    edits: int = 0
    preview: Json | None = None

    def shown(self) -> tuple[str, list[Json], Json | None]:
        """What an edit is compared with."""
        return self.text, self.entities, self.markup


@dataclass
class Chat:
    """A chat with its messages in their order; `closed` holds why the bot may no longer write there."""

    id: int
    kind: str  # private, group, supergroup or channel
    name: str
    ids: count[int]
    forum: bool = False
    closed: str = ""
    moved: int | None = None
    typing: list[float] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)

    def bot_messages(self) -> list[Message]:
        return [message for message in list(self.messages.values()) if message.by_bot]

    def json(self) -> Json:
        if self.kind == "private":
            return {"id": self.id, "type": self.kind, "first_name": self.name}
        return {"id": self.id, "type": self.kind, "title": self.name} | ({"is_forum": True} if self.forum else {})


@dataclass
class Query:
    """A callback, inline or guest query that waits for its answer; `until` is when Telegram gives up on it."""

    id: str
    until: float
    answer: Json | None = None


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def formatted(text: object, entities: list[Json] | None, longest: int, empty: bool = False) -> tuple[str, list[Json]]:
    """A text and its entities as they arrive in the chat: checked and trimmed as TDLib does it."""
    raw = str(text or "")
    if len(raw.encode()) > LONGEST_RAW:
        raise bad("text is too long")
    checked = [_entity(raw, entity) for entity in entities or []]
    # Marks are taken out only where no entity would have to be shifted: TDLib shifts, which no test needs.
    spaced = BLANKS.sub(" ", raw if checked else GONE.sub("", raw))
    start = len(spaced) - len(spaced.lstrip())
    shown = spaced.strip()
    if not shown and not empty:
        raise bad("message text is empty")
    if len(shown) > longest:
        raise bad("message is too long" if longest == LONGEST_TEXT else "message caption is too long")
    before, length = utf16(spaced[:start]), utf16(shown)
    kept = []
    for entity in sorted(checked, key=lambda one: (one["offset"], -one["length"])):
        first = max(0, entity["offset"] - before)
        last = min(length, entity["offset"] + entity["length"] - before)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    return shown, kept[:MOST_ENTITIES]


def _entity(text: str, entity: Json) -> Json:
    offset, length, size = entity["offset"], entity["length"], utf16(text)
    for name, value in (("offset", offset), ("length", length)):
        if value < 0 or value > 1_000_000:
            raise bad(f"receive an entity with incorrect {name} {value}")
    if offset > size or (offset == size and length):
        raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + length > size:
        end = f"ends after the end of the text at UTF-16 offset {offset + length}"
        raise bad(f"entity beginning at UTF-16 offset {offset} {end}")
    if entity["type"] == "text_link" and not entity.get("url"):
        raise bad("can't parse MessageEntity: Field \"url\" must be of type String")
    units = text.encode("utf-16-le")
    for place, words in ((offset, "begins"), (offset + length, f"beginning at UTF-16 offset {offset} ends")):
        if place < size and 0xDC <= units[2 * place + 1] <= 0xDF:
            raise bad(f"entity {words} in a middle of a UTF-16 symbol at byte offset {place}")
    return entity


def _markup(markup: Json | None) -> Json | None:
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            if not button.get("text"):
                raise bad("can't parse inline keyboard button: Field \"text\" must be of type String")
            if len(str(button.get("callback_data", "")).encode()) > LONGEST_DATA:
                raise bad("BUTTON_DATA_INVALID")
            kinds = set(button) - {"text", "style", "icon_custom_emoji_id"}
            if len(kinds) != 1:
                raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    return markup if markup and markup.get("inline_keyboard") else None


class Chats:
    """All chats of one bot, its queries, its tables of commands and words, and the methods that touch them."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.inline: dict[str, list[Json]] = {}  # inline query id -> the results it got
        self.tables: dict[tuple[str, str, str], object] = {}  # (method, scope, language) -> what was set
        self.left: list[int] = []
        self._shared_ids = count(1)  # private chats and basic groups share their ids, as in Telegram

    def chat(self, chat: int, kind: str = "", forum: bool = False) -> Chat:
        """The chat with this id; made if there is none yet, of the kind that such ids have."""
        if chat not in self.chats:
            kind = kind or ("private" if chat > 0 else "supergroup" if chat <= FIRST_SUPERGROUP else "group")
            ids = count(1) if kind in ("supergroup", "channel") else self._shared_ids
            self.chats[chat] = Chat(chat, kind, "Ann" if chat > 0 else "Talk", ids, forum)
        return self.chats[chat]

    def receive(self, chat: Chat, text: str, thread: int | None, reply_to: int | None, date: int | None) -> Message:
        """A message of a user comes into the chat."""
        now = self.clock()
        message = Message(next(chat.ids), False, text, thread=thread, reply_to=reply_to, date=date or int(now), at=now)
        chat.messages[message.id] = message
        return message

    def json(self, chat: Chat, message: Message, sender: Json | None = None) -> Json:
        """A message as the API shows it; replies show what they reply to, one deep."""
        shown: Json = {"message_id": message.id, "date": message.date, "chat": chat.json()}
        if chat.kind != "channel":
            shown["from"] = BOT if message.by_bot else sender or {"id": 1, "is_bot": False, "first_name": "Ann"}
        body = "caption" if message.photo is not None else "text"
        if message.text:
            shown[body] = message.text
        if message.entities:
            shown["entities" if body == "text" else "caption_entities"] = message.entities
        if message.photo is not None:
            size = len(message.photo)
            shown["photo"] = [
                {"file_id": f"p{message.id}", "file_unique_id": f"u{message.id}", "width": 9, "height": 9,
                 "file_size": size}
            ]  # fmt: skip
        if message.markup:
            shown["reply_markup"] = message.markup
        if message.thread is not None:
            shown |= {"message_thread_id": message.thread, "is_topic_message": True}
        original = chat.messages.get(message.reply_to or 0)
        if original:
            shown["reply_to_message"] = self.json(chat, Message(**{**_fields(original), "reply_to": None}), sender)
        return shown

    # Methods of the Bot API, under their own names; `call` finds them.

    def call(self, method: str, arguments: Mapping[str, Any]) -> object:
        found = METHODS.get(method.lower())
        if found is None:
            raise Refusal(404, "Not Found: method not found")
        return found(self, arguments)

    def writable(self, arguments: Mapping[str, Any]) -> Chat:
        """The chat that a call names, if the bot may write there."""
        chat = self.chats.get(int(arguments.get("chat_id") or 0))
        if chat is None:
            raise bad("chat not found" if arguments.get("chat_id") else "chat_id is empty")
        if chat.moved is not None:
            raise Refusal(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved
            )
        if chat.closed:
            raise Refusal(403, f"Forbidden: {chat.closed}")
        return chat

    def _post(self, arguments: Mapping[str, Any], text: str, entities: list[Json], photo: bytes | None) -> Json:
        chat, now = self.writable(arguments), self.clock()
        thread = arguments.get("message_thread_id")
        if thread is not None and not chat.forum:
            raise bad("message thread not found")
        reply = arguments.get("reply_parameters") or {}
        target = reply.get("message_id") or arguments.get("reply_to_message_id")
        if target is not None and target not in chat.messages:
            if not (reply.get("allow_sending_without_reply") or arguments.get("allow_sending_without_reply")):
                raise bad("message to be replied not found")
            target = None
        markup = _markup(arguments.get("reply_markup"))
        preview = arguments.get("link_preview_options")
        message = Message(next(chat.ids), True, text, entities, markup, photo, thread, target, int(now), now)
        message.preview = preview
        chat.messages[message.id] = message
        return self.json(chat, message)

    def send_message(self, arguments: Mapping[str, Any]) -> object:
        self.writable(arguments)
        return self._post(arguments, *formatted(arguments.get("text"), arguments.get("entities"), LONGEST_TEXT), None)

    def send_photo(self, arguments: Mapping[str, Any]) -> object:
        self.writable(arguments)
        photo = arguments.get("photo")
        if not isinstance(photo, bytes):
            raise bad("wrong file identifier/HTTP URL specified")
        caption = formatted(arguments.get("caption"), arguments.get("caption_entities"), LONGEST_CAPTION, empty=True)
        return self._post(arguments, *caption, photo)

    def send_chat_action(self, arguments: Mapping[str, Any]) -> object:
        self.writable(arguments).typing.append(self.clock())
        return True

    def _editable(self, arguments: Mapping[str, Any]) -> tuple[Chat, Message]:
        chat = self.writable(arguments)
        message = chat.messages.get(int(arguments.get("message_id") or 0))
        if message is None:
            raise bad("message to edit not found")
        if not message.by_bot:
            raise bad("message can't be edited")
        return chat, message

    def _edit(self, chat: Chat, message: Message, text: str, entities: list[Json], markup: Json | None) -> Json:
        if message.shown() == (text, entities, markup):
            what = "specified new message content and reply markup are exactly the same as a current content and"
            raise bad(f"message is not modified: {what} reply markup of the message")
        message.text, message.entities, message.markup = text, entities, markup
        message.edits += 1
        return self.json(chat, message)

    def edit_message_text(self, arguments: Mapping[str, Any]) -> object:
        if arguments.get("inline_message_id"):
            formatted(arguments.get("text"), arguments.get("entities"), LONGEST_TEXT)
            return True
        chat, message = self._editable(arguments)
        if message.photo is not None:
            raise bad("there is no text in the message to edit")
        text, entities = formatted(arguments.get("text"), arguments.get("entities"), LONGEST_TEXT)
        return self._edit(chat, message, text, entities, _markup(arguments.get("reply_markup")))

    def edit_message_caption(self, arguments: Mapping[str, Any]) -> object:
        chat, message = self._editable(arguments)
        if message.photo is None:
            raise bad("there is no caption in the message to edit")
        caption = formatted(arguments.get("caption"), arguments.get("caption_entities"), LONGEST_CAPTION, empty=True)
        return self._edit(chat, message, *caption, _markup(arguments.get("reply_markup")))

    def edit_message_reply_markup(self, arguments: Mapping[str, Any]) -> object:
        if arguments.get("inline_message_id"):
            return True
        chat, message = self._editable(arguments)
        return self._edit(chat, message, message.text, message.entities, _markup(arguments.get("reply_markup")))

    def delete_message(self, arguments: Mapping[str, Any]) -> object:
        chat = self.writable(arguments)
        if chat.messages.pop(int(arguments.get("message_id") or 0), None) is None:
            raise bad("message to delete not found")
        return True

    def set_message_reaction(self, arguments: Mapping[str, Any]) -> object:
        if int(arguments.get("message_id") or 0) not in self.writable(arguments).messages:
            raise bad("message to react not found")
        return True

    def _answer(self, name: str, arguments: Mapping[str, Any]) -> Query:
        query = self.queries.get(str(arguments.get(name)))
        if query is None or self.clock() > query.until:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        query.answer = dict(arguments)
        return query

    def answer_callback_query(self, arguments: Mapping[str, Any]) -> object:
        if len(str(arguments.get("text") or "")) > LONGEST_NOTICE:
            raise bad("MESSAGE_TOO_LONG")
        self._answer("callback_query_id", arguments)
        return True

    def _result(self, result: Json) -> None:
        if not 1 <= len(str(result.get("id", "")).encode()) <= LONGEST_DATA:
            raise bad("RESULT_ID_INVALID")
        content = result.get("input_message_content") or {}
        if result.get("type") != "article" or not result.get("title"):
            raise bad("can't parse inline query result: Field \"title\" must be of type String")
        formatted(content.get("message_text"), content.get("entities"), LONGEST_TEXT)
        _markup(result.get("reply_markup"))

    def answer_inline_query(self, arguments: Mapping[str, Any]) -> object:
        results = arguments.get("results") or []
        if len(results) > MOST_RESULTS:
            raise bad("RESULTS_TOO_MUCH")
        if len({result.get("id") for result in results}) < len(results):
            raise bad("RESULT_ID_DUPLICATE")
        for result in results:
            self._result(result)
        if len(str(arguments.get("next_offset") or "").encode()) > LONGEST_DATA:
            raise bad("NEXT_OFFSET_INVALID")
        button = arguments.get("button")
        if button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "")):
            raise bad("START_PARAM_INVALID")
        query = self._answer("inline_query_id", arguments)
        self.inline[query.id] = results
        return True

    def answer_guest_query(self, arguments: Mapping[str, Any]) -> object:
        self._result(arguments.get("result") or {})
        query = self._answer("guest_query_id", arguments)
        return {"inline_message_id": f"guest-{query.id}"}

    def get_me(self, arguments: Mapping[str, Any]) -> object:
        return BOT

    def get_chat_member(self, arguments: Mapping[str, Any]) -> object:
        self.writable(arguments)
        user = {"id": arguments.get("user_id"), "is_bot": False, "first_name": "Ann"}
        return {"status": "member", "user": user}

    def leave_chat(self, arguments: Mapping[str, Any]) -> object:
        chat = self.writable(arguments)
        if chat.kind == "private":
            raise bad("chat member status can't be changed in private chats")
        chat.closed = f"bot is not a member of the {chat.kind} chat"
        self.left.append(chat.id)
        return True

    def set_table(self, method: str, arguments: Mapping[str, Any]) -> object:
        """setMyCommands and its kin: what is set per scope and language."""
        scope = (arguments.get("scope") or {}).get("type", "default")
        commands = arguments.get("commands") or []
        if len(commands) > MOST_COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        for name, most in (("name", 64), ("description", 512), ("short_description", 120)):
            if method == f"setmy{name.replace('_', '')}" and len(str(arguments.get(name) or "")) > most:
                raise bad(f"bot {name.replace('_', ' ')} is too long")
        self.tables[method, scope, str(arguments.get("language_code") or "")] = dict(arguments)
        return True


def _fields(message: Message) -> Json:
    return {name: getattr(message, name) for name in message.__dataclass_fields__}


def _table(name: str) -> Callable[[Chats, Mapping[str, Any]], object]:
    return lambda chats, arguments: chats.set_table(name, arguments)


TOUCHING = (
    "get_me send_message send_photo send_chat_action edit_message_text edit_message_caption delete_message "
    "edit_message_reply_markup set_message_reaction answer_callback_query answer_inline_query answer_guest_query "
    "get_chat_member leave_chat"
)
TABLES = "setmycommands deletemycommands setmyname setmydescription setmyshortdescription setchatmenubutton"
METHODS: dict[str, Callable[[Chats, Mapping[str, Any]], object]] = {
    **{name.replace("_", ""): getattr(Chats, name) for name in TOUCHING.split()},
    **{name: _table(name) for name in TABLES.split()},
}
