"""The fake Bot API server is as strict as Telegram: its words, limits, acknowledgements, webhooks and faults."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest
from bot_api import TOKEN, BotApi, Faults, Limits, Pending, shuffled
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputTextMessageContent, MessageEntity
from telegram import InlineQueryResultArticle as Article
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

LAX = Limits(burst=99, group=99, overall=999)


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi(limits=LAX, pace=0.05) as api:
        yield api


def with_bot(api: BotApi, does: Callable[[Bot], Awaitable[object]], patience: float = 2.0) -> object:
    """What a stock bot gets from the server."""

    async def run() -> object:
        request, polls = HTTPXRequest(read_timeout=patience), HTTPXRequest(2, read_timeout=patience)
        bot = Bot(TOKEN, base_url=f"{api.url}/bot", request=request, get_updates_request=polls)
        async with bot:
            return await does(bot)

    return asyncio.run(run())


def link(offset: int, length: int) -> MessageEntity:
    return MessageEntity("text_link", offset, length, url="https://a.example")


def tapped(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("b", callback_data=data)]])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda bot: bot.send_message(7, "x" * 4097), BadRequest, "Message is too long"),
        (lambda bot: bot.send_message(7, "\U0001f642" * 4097), BadRequest, "Message is too long"),
        (lambda bot: bot.send_message(7, "x" * 32769), BadRequest, "Text is too long"),
        (lambda bot: bot.send_message(7, " \n "), BadRequest, "Message text is empty"),
        (lambda bot: bot.send_message(404, "hi"), BadRequest, "Chat not found"),
        (lambda bot: bot.send_message(7, "abc", entities=[link(1, 3)]), BadRequest,
         "Entity beginning at utf-16 offset 1 ends after the end of the text at utf-16 offset 4"),
        (lambda bot: bot.send_message(7, "abc", entities=[link(4, 1)]), BadRequest,
         "Entity begins after the end of the text at utf-16 offset 4"),
        (lambda bot: bot.send_message(7, "\U0001f642b", entities=[link(1, 1)]), BadRequest,
         "Entity begins in a middle of a utf-16 symbol at byte offset 1"),
        (lambda bot: bot.send_message(7, "hi", reply_markup=tapped("\u00e4" * 33)), BadRequest, "Button_data_invalid"),
        (lambda bot: bot.send_message(7, "hi", reply_to_message_id=99), BadRequest,
         "Message to be replied not found"),
        (lambda bot: bot.send_message(7, "hi", message_thread_id=3), BadRequest, "Message thread not found"),
        (lambda bot: bot.edit_message_text("x", 7, 99), BadRequest, "Message to edit not found"),
        (lambda bot: bot.edit_message_text("x", 7, 1), BadRequest, "Message can't be edited"),
        (lambda bot: bot.answer_callback_query("gone"), BadRequest,
         "Query is too old and response timeout expired or query id is invalid"),
        (lambda bot: bot.answer_inline_query("gone", [article(1), article(1)]), BadRequest, "Result_id_duplicate"),
        (lambda bot: bot.leave_chat(7), BadRequest, "Chat member status can't be changed in private chats"),
        (lambda bot: bot.send_photo(7, b"png", caption="x" * 1025), BadRequest, "Message caption is too long"),
        (lambda bot: bot.send_message(8, "hi"), Forbidden, "Forbidden: bot was blocked by the user"),
        (lambda bot: bot.send_message(-5, "hi"), ChatMigrated,
         "Group migrated to supergroup. New chat id: -1000000000005"),
        (lambda bot: bot.set_my_commands([("Bad", "x")]), BadRequest, "Bot_command_invalid"),
        (lambda bot: bot.set_my_short_description("x" * 121), BadRequest, "Bot short description is too long"),
        (lambda bot: bot.set_webhook("http://x.example"), BadRequest,
         "Bad webhook: an https url must be provided for webhook"),
    ],
)  # fmt: skip
def test_it_refuses_what_telegram_refuses(
    api: BotApi, call: Callable[[Bot], Awaitable[object]], error: type[TelegramError], words: str
) -> None:
    api.say(7, "hello")
    api.block(8)
    api.upgrade(-5, -1000000000005)
    with pytest.raises(error) as refused:
        with_bot(api, call)
    assert refused.value.message.lower() == words.lower()


def article(id: int) -> Article:
    return Article(str(id), "title", InputTextMessageContent("text"))


def test_a_message_is_posted_edited_and_not_modified(api: BotApi) -> None:
    async def talk(bot: Bot) -> None:
        sent = await bot.send_message(7, "  one\x07 two \n", entities=[link(2, 3)], reply_markup=tapped("v1|why"))
        assert (sent.text, sent.message_id) == ("one  two", 2)
        assert [(one.offset, one.length) for one in sent.entities] == [(0, 3)]
        for text, words in (("one  two", "is not modified"), ("other", "")):
            try:
                await bot.edit_message_text(text, 7, 2, entities=[link(0, 3)], reply_markup=tapped("v1|why"))
            except BadRequest as error:
                assert words and words in error.message
        photo = await bot.send_photo(7, b"\x89PNG", caption="chart")
        assert photo.photo[0].file_size == 4
        await bot.send_message(7, "\U0001f642" * 4096)

    api.say(7, "hello")
    with_bot(api, talk)
    assert [message.text[:5] for message in api.replies(7)] == ["other", "chart", "\U0001f642" * 5]
    assert api.replies(7)[1].photo == b"\x89PNG"


def test_queries_are_answered_once_known_and_in_time(api: BotApi) -> None:
    tap, inline, guest = api.tap(7, api.say(7, "hi"), "v1|x"), api.ask_inline(7, "members"), api.summon(-9, "@test_bot")

    async def answer(bot: Bot) -> None:
        await bot.answer_callback_query(tap, "done")
        await bot.answer_inline_query(inline, [article(1), article(2)])
        assert (await bot.answer_guest_query(guest, article(1))).inline_message_id
        api.chats.queries[tap].until = 0
        with pytest.raises(BadRequest, match="too old"):
            await bot.answer_callback_query(tap)

    with_bot(api, answer)
    assert [result["id"] for result in api.chats.inline[inline]] == ["1", "2"]


def test_polling_acknowledges_by_offset_and_waits(api: BotApi) -> None:
    async def poll(bot: Bot) -> None:
        assert await bot.get_updates(timeout=0) == ()
        api.say(7, "one")
        first = await bot.get_updates(timeout=5, allowed_updates=["message"])
        again = await bot.get_updates(timeout=5)
        assert [u.message.text for u in (*first, *again) if u.message] == ["one", "one"]
        api.say(7, "two")
        api.join(7)  # not among the allowed updates
        [second] = await bot.get_updates(first[0].update_id + 1, timeout=5)
        assert second.message and second.message.text == "two"
        assert len(await bot.get_updates(second.update_id + 500, timeout=0)) == 1  # too far beyond: ignored
        assert await bot.get_updates(second.update_id + 1, timeout=0) == ()
        with pytest.raises(Conflict):  # the second waiting poll ends the first
            await asyncio.gather(bot.get_updates(timeout=5), asyncio.sleep(0.1), bot.get_updates(timeout=1))
        waiting = asyncio.ensure_future(bot.get_updates(timeout=5))
        await asyncio.sleep(0.1)
        api.revoke()
        with pytest.raises(InvalidToken):
            await waiting

    with_bot(api, poll)
    assert api.waiting() == 0


def test_floods_are_refused_and_written_down() -> None:
    async def flood(bot: Bot) -> list[object]:
        chats = [7] * 4 + [7] + [-8] * 5
        return [await tried(bot.send_message(chat, f"n{n}")) for n, chat in enumerate(chats)]

    async def tried(call: Awaitable[object]) -> object:
        try:
            await call
        except RetryAfter as error:
            return str(error)
        return "sent"

    with BotApi(limits=Limits(burst=3, group=4, penalty=2)) as api:
        api.say(7, "hi")
        api.say(-8, "hi")
        wait = "Flood control exceeded. Retry in 2 seconds"
        assert with_bot(api, flood) == ["sent"] * 3 + [wait, wait] + ["sent"] * 4 + [wait]
    assert [words.split(" in ")[1].split(":")[0] for words in api.broken] == ["7", "7 while retry_after runs", "-8"]


@pytest.mark.parametrize(
    ("fault", "error", "done"),
    [
        ("flood", RetryAfter, False),
        ("reset", NetworkError, False),
        ("lost", NetworkError, True),
        ("slow", TimedOut, True),
        ("error", NetworkError, None),
        ("page", NetworkError, None),
    ],
)
def test_faults_fail_as_they_do_in_the_wild(fault: str, error: type[TelegramError], done: bool | None) -> None:
    with BotApi(Faults(slow=0.5), LAX) as api:
        api.say(7, "hi")
        api.failing["sendmessage"] = [fault]
        with pytest.raises(error):
            with_bot(api, lambda bot: bot.send_message(7, "hello"), patience=0.2)
        assert done in (None, bool(api.replies(7)))
        assert api.injected == {f"call {fault}": 1}


def test_chance_is_the_same_for_the_same_seed() -> None:
    def drawn(seed: int) -> list[str]:
        return [Faults(0.3, seed).draw(("a", "b"), "sendmessage", 7, n)[0] for n in range(500)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 100 < sum(map(bool, drawn(1))) < 200


def test_shuffling_keeps_the_order_in_a_chat() -> None:
    pending = [Pending(n, {}, n % 3, "message", 0, 0) for n in range(12)]
    out = shuffled(pending, Random(3))
    assert out != pending
    assert all([one for one in out if one.key == key] == pending[key::3] for key in range(3))


class Receiver(ThreadingHTTPServer):
    """A webhook that says 500 a number of times, then 200; and what it heard."""

    def __init__(self, failures: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.failures, self.heard = failures, list[tuple[str, bytes]]()


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], body))
        self.server.failures -= 1
        self.send_response(200 if self.server.failures < 0 else 500)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Not on the screen."""


def test_webhooks_are_repeated_until_they_get_through() -> None:
    receiver = Receiver(failures=3)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    behind = f"http://127.0.0.1:{receiver.server_port}"

    async def hook(bot: Bot) -> None:
        await bot.set_webhook("https://bot.example/hook", secret_token="s3cret", allowed_updates=["message"])
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        api.say(7, "one")
        api.say(7, "two")
        api.say(9, "three")
        for _ in range(100):
            if not (await bot.get_webhook_info()).pending_update_count:
                break
            await asyncio.sleep(0.02)
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count) == ("https://bot.example/hook", 0)
        assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
        await bot.delete_webhook()
        assert await bot.get_updates(timeout=0) == ()

    with BotApi(limits=LAX, proxy={"https://bot.example": [behind]}, pace=0.05) as api:
        with_bot(api, hook)
    receiver.shutdown()
    receiver.server_close()
    bodies = [body for secret, body in receiver.heard if secret == "s3cret"]
    first = max(n for n, body in enumerate(bodies) if b'"one"' in body)
    assert len(bodies) == 6 and all(b'"two"' not in body for body in bodies[:first])


def test_a_client_that_dies_frees_its_poll(api: BotApi) -> None:
    async def die(bot: Bot) -> None:
        poll = asyncio.ensure_future(bot.get_updates(timeout=30))
        await asyncio.to_thread(api.until, api.polled)
        poll.cancel()

    with_bot(api, die)
    api.until(lambda: not api.polled())
