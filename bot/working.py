"""Works one update: from its stored payload to stored calls, and from these to settled ones.

What to do is worked out once by `respond`, which is pure, and stored before anything is sent. Around it stand
the gates that are none of its business: updates too old to answer, people who ask too much, and updates that
cannot be worked out at all, which are set aside with an apology so that they never hold up their chat.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from telegram import Update

from bot.delivery import QUICK, Delivery
from bot.errors import BotError
from bot.inbox import Stored, Work, asker_of, chat_of, kind_of, user_of, written
from bot.journal_sql import SqlJournal
from bot.pacing import Askers
from bot.stopping import Stop, Stopped
from bot.telegram_calls import Call, Forget, Note, Plan, Told

MOST_ATTEMPTS = 3  # at working an update out, over all starts of the process: what fails thrice fails always
FIRST_PAUSE = 0.2  # seconds between the attempts, doubled each time
TOO_OLD = 600.0  # seconds after which a question gets an apology instead of an answer
APOLOGY_ONCE = 600.0  # seconds in which a chat gets one such apology
# Seconds after which nobody sees the answer: the client has stopped waiting. (Telegram forgets them after 150 and 30.)
QUERY_LIFE = {"callback_query": 60.0, "inline_query": 15.0}
TEST = "test"  # the kind of the process's own updates, whose ids are negative

MILLISECONDS = 1_000  # in a second

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Worker:
    """Works updates by their ids. `respond` is what the bot does; `phrases` are the words of the gates."""

    journal: SqlJournal
    delivery: Delivery
    respond: Callable[[Update, datetime], Plan]
    phrases: Mapping[str, str]
    stop: Stop
    wall: Callable[[], float] = time.time
    done: Callable[[str, float], None] = lambda kind, seconds: None  # hears each planned update's kind and waiting time
    askers: Askers = field(default_factory=Askers)

    async def work(self, update_id: int) -> None:
        """Bring an update to its end. Raises Stopped when the process is to end before that, BotError and
        sqlite3.Error when it cannot go on at all."""
        work = self.journal.work(update_id)
        if work is None:
            return
        calls = work.calls if work.planned else await self._plan(update_id, work)
        if not calls:
            if work.planned:  # all are settled, and the process died before it wrote that down
                self.journal.finish(update_id)
            return
        try:
            await self.delivery.deliver(update_id, calls)
        except (Stopped, BotError, sqlite3.Error):
            raise
        except Exception as error:  # a fault of ours, which must not hold up the chat, nor the next start
            _log.error("update set aside", extra={"update": update_id}, exc_info=error)
            self.journal.finish(update_id)

    async def _plan(self, update_id: int, work: Work) -> tuple[Stored, ...]:
        """Work an update out; the calls that are stored for it, none if it is finished."""
        start = time.perf_counter()
        raw = json.loads(work.payload)
        plan = None
        for attempt in range(work.attempts, MOST_ATTEMPTS):
            self.journal.attempt(update_id)
            try:
                plan = self._gated(raw, work.received)
                calls = self.journal.plan(update_id, plan, self.wall())
                break
            except Exception as error:
                _log.error("update failed", extra={"update": update_id, "attempt": attempt + 1}, exc_info=error)
                plan = None
            await self.stop.sleep(FIRST_PAUSE * 2**attempt)
        if plan is None:
            plan = self._apology(raw)
            calls = self.journal.plan(update_id, plan, self.wall())
        self.done(plan.kind, self.wall() - work.received)
        spent = round((time.perf_counter() - start) * MILLISECONDS, 1)
        level = logging.DEBUG if plan.kind == TEST else logging.INFO
        _log.log(level, "update", extra={"update": update_id, "kind": plan.kind, "ms": spent})
        return calls

    def _gated(self, raw: Mapping[str, Any], received: float) -> Plan:
        """What to do about an update, after the gates."""
        now = self.wall()
        kind, chat, asker = kind_of(raw), chat_of(raw), asker_of(raw)
        if now - received > QUERY_LIFE.get(kind, float("inf")):
            return Plan(kind="expired")
        update = Update.de_json(dict(raw), None)
        if update is None:
            return Plan(kind="empty")
        plan = self.respond(update, datetime.fromtimestamp(now, UTC))
        if raw["update_id"] < 0:
            return Plan(kind=TEST)
        if not plan.calls or chat is None:
            return plan
        at = written(raw)
        if kind == "message" and at is not None and now - at > TOO_OLD:
            return self._late(plan, raw, chat, now)
        if asker is not None and not self.askers.admits(asker, received):
            return self._refused(plan, raw, asker, received)
        return plan

    def _late(self, plan: Plan, raw: Mapping[str, Any], chat: int, now: float) -> Plan:
        """One apology in place of answers; a wish to be forgotten is still granted."""
        if any(isinstance(note, Forget) for note in plan.notes):
            return plan
        last = self.journal.told(chat, "late")
        if last is not None and now - last < APOLOGY_ONCE:
            return Plan(kind="late")
        return Plan((_message(raw, chat, self.phrases["late"]),), (Told(chat, "late"),), kind="late")

    def _refused(self, plan: Plan, raw: Mapping[str, Any], asker: int, received: float) -> Plan:
        """Only what ends the waiting of a button or a query, and now and then the reason."""
        calls = tuple(call for call in plan.calls if call.method in QUICK)
        if self.askers.notices(asker, received):
            chat = chat_of(raw)
            assert chat is not None
            calls += (_message(raw, chat, self.phrases["flood"]),)
        notes: tuple[Note, ...] = tuple(note for note in plan.notes if isinstance(note, Forget))
        return replace(plan, calls=calls, notes=notes, kind="flood")

    def _apology(self, raw: Mapping[str, Any]) -> Plan:
        """To whoever wrote an update that cannot be worked out. In a group only to commands: the rest may not
        have been meant for the bot."""
        chat, body = chat_of(raw), raw.get(kind_of(raw))
        if raw["update_id"] < 0 or not isinstance(body, Mapping) or chat is None:
            return Plan(kind="failed")
        if kind_of(raw) == "callback_query":
            arguments = {"callback_query_id": body.get("id"), "text": self.phrases["failed"]}
            return Plan((Call("answer_callback_query", arguments),), kind="failed")
        private = chat == user_of(raw)
        if kind_of(raw) == "message" and (private or str(body.get("text", "")).startswith("/")):
            return Plan((_message(raw, chat, self.phrases["failed"]),), kind="failed")
        return Plan(kind="failed")


def _message(raw: Mapping[str, Any], chat: int, text: str) -> Call:
    """A notice in answer to a message, in its thread."""
    body = raw[kind_of(raw)]
    arguments: dict[str, Any] = {"chat_id": chat, "text": text}
    if isinstance(body, Mapping):
        if isinstance(body.get("message_id"), int):
            arguments["reply_parameters"] = {"message_id": body["message_id"], "allow_sending_without_reply": True}
        if body.get("is_topic_message") and isinstance(body.get("message_thread_id"), int):
            arguments["message_thread_id"] = body["message_thread_id"]
    return Call("send_message", arguments, chat)
