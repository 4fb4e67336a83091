"""Updates as Telegram sends them, and a desk that answers them without a network: for tests of the surfaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Update

from bot.engine import Engine
from bot.live import Live, Served
from bot.telegram_answers import respond
from bot.telegram_calls import Call, Plan, Told
from bot.telegram_desk import Desk, Me

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ME = Me(99, "orchard_bot")
USER, GROUP, PERSON = 7, -100_200, {"id": 7, "is_bot": False, "first_name": "Ann"}


@dataclass
class FakeMemory:
    """A journal that remembers what the test tells it."""

    known: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    notices: dict[tuple[int, str], float] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)

    def answers(self, chat: int, question: int) -> tuple[int, ...]:
        return self.known.get((chat, question), ())

    def told(self, chat: int, notice: str) -> float | None:
        return self.notices.get((chat, notice))

    def held(self, chat: int) -> Mapping[str, int]:
        return self.rows


class Chats:
    """The bot, to be written to. `now` moves on only when a test says so."""

    def __init__(self, engine: Engine, **desk: Any) -> None:
        self.memory = FakeMemory()
        self.desk = Desk(Live(Served.of(engine)), desk.pop("me", ME), self.memory, **desk)
        self.now = NOW

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def update(self, **body: Any) -> Plan:
        """The plan for an update with this body; its notices are remembered as the journal would."""
        plan = respond(Update.de_json({"update_id": 1, **body}, None), self.desk, self.now)
        for note in plan.notes:
            if isinstance(note, Told):
                self.memory.notices[note.chat, note.notice] = self.now.timestamp()
        return plan

    def write(self, text: str | None = None, **fields: Any) -> Plan:
        """The plan for a message in the private chat."""
        return self.update(message=self.message(text, **fields))

    def edit(self, text: str, **fields: Any) -> Plan:
        """The plan for an edited message in the private chat."""
        return self.update(edited_message=self.message(text, edit_date=int(self.now.timestamp()), **fields))

    def say(self, text: str | None = None, **fields: Any) -> Plan:
        """The plan for a message in the group."""
        return self.write(text, chat={"id": GROUP, "type": "supergroup", "title": "Pickers"}, **fields)

    def press(self, data: str, **fields: Any) -> Plan:
        """The plan for a pressed button under a message of the bot's."""
        said = self.message("an answer", **fields) | {"from": {"id": ME.id, "is_bot": True, "first_name": "Bot"}}
        query = {"id": "11", "from": PERSON, "chat_instance": "1", "data": data, "message": said}
        return self.update(callback_query=query)

    def inline(self, query: str, offset: str = "") -> dict[str, Any]:
        """What is answered to an inline query."""
        body = {"id": "22", "from": PERSON, "query": query, "offset": offset}
        (call,) = self.update(inline_query=body).calls
        assert call.method == "answer_inline_query"
        return dict(call.arguments)

    def message(self, text: str | None = None, **fields: Any) -> dict[str, Any]:
        """A message; commands and mentions in its text get their entities, as Telegram gives them."""
        body: dict[str, Any] = {"message_id": 5, "date": int(NOW.timestamp()), "from": PERSON}
        body["chat"] = {"id": USER, "type": "private", "first_name": "Ann"}
        if text is not None:
            body |= {"text": text, "entities": entities(text)}
        return body | fields


def entities(text: str) -> list[dict[str, Any]]:
    """The commands and mentions of a text, with offsets in UTF-16 units."""
    found, place = [], 0
    for word in text.split(" "):
        units, name = (len(part.encode("utf-16-le")) // 2 for part in (word, word.rstrip(",:")))
        kind = {"/": "bot_command", "@": "mention"}.get(word[:1])
        if kind:
            found.append({"type": kind, "offset": place, "length": name})
        place += units + 1
    return found


def replied(text: str, by: int = 8, message_id: int = 3) -> dict[str, Any]:
    """A message that is replied to."""
    writer = {"id": by, "is_bot": by == ME.id, "first_name": "Bob"}
    chat = {"id": GROUP, "type": "supergroup", "title": "Pickers"}
    return {"message_id": message_id, "date": 1, "chat": chat, "from": writer, "text": text}


def text(call: Call) -> str:
    """The words of a call."""
    return str(call.arguments.get("text", call.arguments.get("caption", "")))


def words(plan: Plan) -> str:
    """Everything that a plan shows."""
    return "\n\n".join(text(call) for call in plan.calls)


def methods(plan: Plan) -> list[str]:
    """What a plan does."""
    return [call.method for call in plan.calls]


def buttons(plan: Plan) -> dict[str, str]:
    """The buttons of a plan: label to callback data."""
    rows = [row for call in plan.calls for row in call.arguments.get("reply_markup", {}).get("inline_keyboard", [])]
    return {button["text"]: button.get("callback_data", "") for row in rows for button in row}


def covered(said: str, entity: Mapping[str, Any]) -> str:
    """What an entity covers, counted in UTF-16 units as Telegram does."""
    units = said.encode("utf-16-le")
    start = 2 * int(entity["offset"])
    return units[start : start + 2 * int(entity["length"])].decode("utf-16-le")
