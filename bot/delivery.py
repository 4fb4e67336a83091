"""Sends calls until they are settled: each message once, in its chat's order, whatever the network does.

A call that fails

    is certainly not sent   Telegram refused it, or no connection was made: repeat it, or give it up
    is harmless to repeat   an edit, an answer to a query: repeat it
    or nobody knows         a posted message after a timeout, a broken connection, a 5xx or the process's death:
                            look whether it is in the chat, and send it only if it is not

A bot cannot read a chat. But message ids rise by one in each count (inbox.space), and editing a message into the
text that it has already is refused with "message is not modified": so the ids above the highest one known before
the message was sent are tried until one is ours. Where ids do not rise so, the message may come twice.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.errors import BotError
from bot.inbox import Stored
from bot.journal_sql import SENDING, SqlJournal
from bot.pacing import Pacing
from bot.stopping import Stop
from bot.telegram_calls import Call
from bot.wire import CONNECTIONS, Wire, is_unsent, pause, seconds

GIVEN_UP = 24 * 3600.0  # seconds of tries: Telegram forgets what it could not deliver after as long
QUICK = frozenset({"answer_callback_query", "answer_inline_query", "answer_guest_query"})
QUICK_SECONDS = 30.0  # of tries for these: nobody waits longer, and Telegram does not take them later
FLEETING = frozenset({"send_chat_action"})  # worth nothing a moment later: tried once, and shown to nobody for long
SHOWN = ("send_", "edit_")  # what begins so changes what is seen in a chat, and counts against its limits

# A look goes so far beyond the highest known id: that many messages may have been on their way besides ours,
BEYOND = 12
MOST_LOOKS = CONNECTIONS + BEYOND  # and tries so many ids at most: as many as can be open at once, and those.
LOOKS = {"send_message": "edit_message_text", "send_photo": "edit_message_caption"}
EDITABLE = frozenset(
    {"chat_id", "text", "entities", "caption", "caption_entities", "parse_mode", "reply_markup", "link_preview_options"}
)
UNCHANGED = "message is not modified"
# Seconds before the first look for a message that another process was about to post when it died: its request may be
# under way still, and would not be found.
REST = 2.0

REJECTED = "Telegram rejects the token (401); ask @BotFather for the bot's token and set TELEGRAM_TOKEN"

Draw = Callable[[str], Awaitable[bytes]]

_log = logging.getLogger(__name__)


class _Ended(Exception):
    """Nothing can be sent to this chat any more."""


@dataclass(slots=True)
class _Sending:
    """A call on its way. `unknown`: a message that may be in the chat already, with an id above `mark`. `places`: the
    ids under which it has not been looked for yet; None before the first look."""

    update_id: int
    position: int
    call: Call
    mark: int
    unknown: bool
    begun: float
    tries: int = 0
    places: list[int] | None = None


@dataclass(slots=True)
class Delivery:
    """Sends the calls of updates. `draw` makes the picture that a call names; `count` hears of each call's end."""

    wire: Wire
    journal: SqlJournal
    pacing: Pacing
    stop: Stop
    draw: Draw
    wall: Callable[[], float] = time.time
    jitter: Callable[[], float] = random.random
    count: Callable[[str, str], None] = lambda method, outcome: None
    working: Callable[[int], AbstractContextManager[None]] = lambda chat: nullcontext()  # while a chat's calls are sent
    _open: asyncio.Semaphore = field(init=False, default_factory=lambda: asyncio.Semaphore(CONNECTIONS))

    async def deliver(self, update_id: int, calls: tuple[Stored, ...]) -> None:
        """Settle an update's calls in their order. Raises Stopped when the process is to end before that is done, and
        BotError when Telegram rejects the token."""
        chat = next((stored.call.chat for stored in calls if stored.call.chat is not None), None)
        with nullcontext() if chat is None else self.working(chat):
            await self._deliver(update_id, calls)

    async def _deliver(self, update_id: int, calls: tuple[Stored, ...]) -> None:
        became: dict[int | None, int] = {}  # groups that turned out to be supergroups
        for left, stored in zip(range(len(calls) - 1, -1, -1), calls, strict=True):
            chat, unknown = stored.call.chat, stored.state == SENDING
            if unknown and self.journal.shared:
                await self.pacing.sleep(REST)
            call = stored.call.moved(became[chat]) if chat in became else stored.call
            sending = _Sending(update_id, stored.position, call, stored.mark, unknown, self.pacing.clock())
            try:
                await self._settle(sending, last=left == 0)
                if sending.call.chat is not None:
                    became[chat] = sending.call.chat
            except _Ended:
                assert sending.call.chat is not None
                self.journal.end(sending.call.chat)
                return

    async def _settle(self, sending: _Sending, *, last: bool) -> None:
        """Try a call until it is sent or given up, and write down which; with the last one the update is done."""
        message, sent = None, False
        while not sent:
            try:
                message, sent = await self._try(sending), True
            except TelegramError as error:
                self.count(sending.call.method, type(error).__name__)
                wait = self._wait(sending, error)
                if wait is None:
                    _log.warning("call given up", extra=_shape(sending, error))
                    break
                await self.pacing.sleep(wait)
        self.count(sending.call.method, "sent" if sent else "failed")
        done = (sending.update_id, sending.position, sending.call, message, self.wall())
        self.journal.settle(*done, sent=sent, last=last)

    async def _try(self, sending: _Sending) -> int | None:
        """Send a call once, or find it sent; the id of the message that it posted."""
        if sending.unknown:
            found = await self._look(sending)
            if found is not None:
                return found
            self._certain(sending)
        photo = await self._picture(sending)
        call = sending.call
        shown = call.method.startswith(SHOWN) and call.method not in FLEETING
        await self.pacing.turn(call.chat, posting=shown)
        self.stop.check()
        if call.probe and call.chat is not None:
            sending.mark = self.journal.sending(sending.update_id, sending.position, call.chat)
            sending.unknown, sending.places = True, None
        try:
            result = await self._request(call.method, call.arguments, photo)
        except TelegramError as error:
            if sending.unknown and is_unsent(error):
                self._certain(sending)
            if isinstance(error, BadRequest) and UNCHANGED in error.message.lower():
                return None  # the edit is there already
            raise
        return result.get("message_id") if call.probe and isinstance(result, Mapping) else None

    def _certain(self, sending: _Sending) -> None:
        sending.unknown = False
        self.journal.unsent(sending.update_id, sending.position)

    async def _request(self, method: str, arguments: Mapping[str, Any], photo: bytes | None = None) -> Any:
        async with self._open:
            return await self.wire(method, arguments, photo)

    async def _picture(self, sending: _Sending) -> bytes | None:
        """The picture to send along. Without one the words still go out: its caption has all of them."""
        if not sending.call.picture:
            return None
        try:
            return await self.draw(sending.call.picture)
        except Exception as error:
            _log.error("picture not drawn", exc_info=error)
            sending.call = _as_text(sending.call)
            return None

    async def _look(self, sending: _Sending) -> int | None:
        """The id of the message if it is in the chat. A look that fails goes on from where it failed, when it is tried
        again: it was posted before the first one, so that no further ids can be its own."""
        call = sending.call
        if sending.places is None:
            sending.places = self._places(call, sending.mark)
        while sending.places:
            await self.pacing.turn(call.chat, posting=False)
            self.stop.check()
            number = sending.places[0]
            if await self._is_ours(call, number):
                self.count(call.method, "found")
                return number
            del sending.places[0]
        self.count(call.method, "not found")
        return None

    def _places(self, call: Call, mark: int) -> list[int]:
        """The ids that a posted message may have. A mark of 0 means that none was known: then nobody can tell."""
        if call.chat is None or not mark:
            return []
        known = self.journal.known_ids(call.chat, mark)
        ids = range(mark + 1, max(known, default=mark) + BEYOND + 1)
        return [number for number in ids if number not in known][:MOST_LOOKS]

    async def _is_ours(self, call: Call, number: int) -> bool:
        edit = {name: value for name, value in call.arguments.items() if name in EDITABLE}
        try:
            await self._request(LOOKS[call.method], {**edit, "message_id": number})
        except BadRequest as error:
            return UNCHANGED in error.message.lower()
        return True  # ours, but Telegram had put its text differently; now it is put as we would

    def _wait(self, sending: _Sending, error: TelegramError) -> float | None:
        """Seconds until a failed call is to be tried again, or None to give it up. Raises _Ended and BotError."""
        call = sending.call
        if isinstance(error, InvalidToken):
            raise BotError(REJECTED) from error
        if isinstance(error, ChatMigrated) and call.chat is not None:
            self.journal.move(call.chat, error.new_chat_id)
            sending.call = call.moved(error.new_chat_id)
            return 0.0
        if isinstance(error, Forbidden) and call.chat is not None:
            raise _Ended
        spent = self.pacing.clock() - sending.begun
        patience = QUICK_SECONDS if call.method in QUICK else GIVEN_UP
        hopeless = isinstance(error, (BadRequest, Forbidden, ChatMigrated)) or call.method in FLEETING
        if hopeless or spent > patience:
            return None
        if isinstance(error, RetryAfter):
            if call.chat is not None:
                self.pacing.hold(call.chat, seconds(error))
                self.journal.hold(call.chat, self.wall() + seconds(error))
            return 0.0 if call.chat is not None else seconds(error)
        sending.tries += 1
        return pause(sending.tries, self.jitter())


def _as_text(call: Call) -> Call:
    """A picture's caption as a message."""
    rest = {name: value for name, value in call.arguments.items() if not name.startswith("caption")}
    text, entities = call.arguments.get("caption", ""), call.arguments.get("caption_entities", [])
    return replace(call, method="send_message", arguments={**rest, "text": text, "entities": entities}, picture="")


def _shape(sending: _Sending, error: TelegramError) -> dict[str, Any]:
    """What a log may show of a call: its form and Telegram's words on it, never its text."""
    sizes = {name: len(value) for name, value in sending.call.arguments.items() if isinstance(value, (str, list))}
    return {"update": sending.update_id, "method": sending.call.method, "sizes": sizes, "error": error.message}
