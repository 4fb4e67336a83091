"""A fake Bot API server over real HTTP, faithful to Telegram where a bot can be hurt by it.

    with BotApi() as api:                     # listens on loopback, in a thread of its own
        api.say(7, "how many members?")       # a user writes; the update waits for the bot
        api.until(lambda: api.replies(7))     # ... which polls, or has set a webhook

It delivers updates by long polling or to a webhook with Telegram's rules of acknowledgement, order and retries,
keeps the chats (bot_api_chats.py), enforces the flood limits, injects faults by seed, and records every call.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TypeVar

import aiohttp
from aiohttp import web
from bot_api_chats import BOT, Chat, Chats, Json, Message, Query, Refusal, bad

T = TypeVar("T")
TOKEN = "7000:AAtestTESTtestTESTtestTESTtestTEST0"

MOST_WAIT = 50  # seconds that a long poll may ask for
HOLD = 3.0  # seconds: the same offset again is held so long
MESSAGE_LIFE, CALLBACK_LIFE, INLINE_LIFE, CHOSEN_LIFE = 86_400, 150, 30, 600  # seconds that an update waits
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
UNFETTERED = ("getme", "getupdates", "setwebhook", "deletewebhook", "getwebhookinfo")  # no flood limits here
SENDS = ("send", "edit", "copy", "forward")  # what begins so counts against the limits, when it is carried out
PAGE_502 = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>"


@dataclass(frozen=True)
class Faults:
    """How much goes wrong: the share of calls, of getUpdates and of webhook deliveries, by seed.

    A call that fails by `slow` or `lost` was carried out all the same; for `error` and `page` it is open.
    """

    share: float = 0.0
    seed: int = 1
    kinds: tuple[str, ...] = ("flood", "error", "page", "reset", "slow", "lost")
    poll_kinds: tuple[str, ...] = ("error", "page", "reset", "lost", "repeat", "shuffle")
    hook_kinds: tuple[str, ...] = ("repeat", "lost", "slow")
    slow: float = 2.0  # seconds at most before a slow answer comes; beyond the client's patience it is a lost one
    flood: int = 1  # seconds of retry_after in an injected 429

    def draw(self, kinds: tuple[str, ...], *place: object) -> tuple[str, float]:
        """The fault for the call at this place ("" for none) and how hard it strikes (0 to 1): the same for the
        same seed, whatever the order of calls."""
        random = Random(repr((self.seed, *place)))
        return (random.choice(kinds) if kinds and random.random() < self.share else ""), random.random()


@dataclass(frozen=True)
class Limits:
    """Telegram's flood limits; a bucket of `burst` that fills by one a second lets a private chat catch up."""

    burst: int = 3  # messages at once in one chat
    per_second: float = 1.0  # in one private chat
    group: int = 20  # in one group within `group_window` seconds
    group_window: float = 60.0
    overall: int = 60  # to all chats within `overall_window`: about 30 a second. Telegram does not say over which time;
    overall_window: float = 2.0  # this one does not take a moment's stall of a busy machine for the bot's fault
    penalty: int = 3  # seconds of retry_after


@dataclass
class Seen:
    """A call as the server saw it: when (seconds), what, and what came of it (an HTTP code, or the fault)."""

    at: float
    method: str
    chat: int | None
    arguments: Json
    outcome: str = ""
    done: bool = False  # carried out, whatever the client heard


@dataclass
class Pending:
    """An update that waits for the bot: `key` keeps the order of a chat, `until` is when Telegram drops it."""

    id: int
    body: Json
    key: object
    kind: str
    until: float
    at: float


@dataclass
class Hook:
    url: str = ""
    secret: str = ""
    allowed: tuple[str, ...] = ()
    most: int = 40
    error: str = ""


@dataclass
class Flood:
    """What the limits remember of one chat."""

    times: deque[float] = field(default_factory=deque)
    until: float = 0.0


class BotApi:
    """The server. What begins without an underscore may be used from any thread."""

    def __init__(
        self,
        faults: Faults | None = None,
        limits: Limits | None = None,
        proxy: dict[str, list[str]] | None = None,
        pace: float = 1.0,
        port: int = 0,
    ) -> None:
        """`proxy` maps the front of a webhook's https URL to where the bot listens (http://127.0.0.1:8443, or
        unix:/path), as a reverse proxy would; of several places each gets its share, and one that is not there is
        passed over. `pace` scales the pauses of webhook retries and of held polls."""
        self.faults, self.limits, self.proxy, self.pace = faults or Faults(), limits or Limits(), proxy or {}, pace
        self.chats = Chats()
        self.calls: list[Seen] = []
        self.broken: list[str] = []  # flood limits that the bot broke, in words
        self.injected: Counter[str] = Counter()
        self.failing: dict[str, list[str]] = {}  # method in lower case -> faults for its next calls, before chance
        self.revoked = False
        self.down = False  # nothing is answered: connections are reset
        self.hook = Hook()
        self.allowed: tuple[str, ...] = ()
        self.acknowledged: set[int] = set()
        self.posted_at: dict[tuple[int, int], float] = {}  # (chat, message) of a user -> when it was written
        self.url, self._port = "", port
        self._pending: list[Pending] = []
        self._given: list[Pending] = []  # of the last polls, to be repeated
        self._ids = count(1001)
        self._fresh: asyncio.Event | None = None
        self._poll: asyncio.Future[str] | None = None
        self._last_poll = (-1, 0.0)
        self._last_conflict = 0.0
        self._floods: dict[object, Flood] = {}
        self._places: Counter[object] = Counter()
        self._working: set[object] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    # The thread and the server.

    def __enter__(self) -> BotApi:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        self._fresh = asyncio.Event()
        app = web.Application(client_max_size=1 << 25)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        # A client that dies gives its long poll free at once, as at Telegram.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._runner.cleanup()

    def _inside(self, function: Callable[[], T]) -> T:
        """Run it in the server's thread, where all state is changed."""
        if threading.current_thread() is self._thread:
            return function()
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(function())
            except Exception as error:  # handed to the caller
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result(10)

    # What users do.

    def say(
        self,
        chat: int,
        text: str,
        *,
        kind: str = "",
        user: int | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
        date: int | None = None,
        **more: object,
    ) -> int:
        """A user writes into the chat; returns the message's id. The chat's kind follows from its id if
        not said otherwise; `date` in seconds of the epoch; `more` adds or replaces fields, None removes one."""

        def act() -> int:
            place = self.chats.chat(chat, kind, forum=thread is not None)
            message = self.chats.receive(place, text, thread, reply_to, date)
            body = self.chats.json(place, message, self._user(user or abs(chat)))
            body["entities"] = _entities(text)
            body = {name: value for name, value in (body | more).items() if value is not None}
            self.posted_at[chat, message.id] = message.at
            what = "channel_post" if place.kind == "channel" else "message"
            self._push(what, body, chat)
            return message.id

        return self._inside(act)

    def rewrite(self, chat: int, message: int, text: str, user: int | None = None) -> None:
        """A user edits a message."""

        def act() -> None:
            place = self.chats.chats[chat]
            place.messages[message].text = text
            body = self.chats.json(place, place.messages[message], self._user(user or abs(chat)))
            self._push("edited_message", body | {"edit_date": int(time.time()), "entities": _entities(text)}, chat)

        self._inside(act)

    def tap(self, chat: int, message: int, data: str, user: int | None = None) -> str:
        """A user taps a button under a message; returns the id of the callback query."""

        def act() -> str:
            place, who = self.chats.chats[chat], self._user(user or abs(chat))
            shown = self.chats.json(place, place.messages[message])
            query = self._query(CALLBACK_LIFE)
            body = {"id": query.id, "from": who, "message": shown, "chat_instance": str(chat), "data": data}
            self._push("callback_query", body, ("user", who["id"]), CALLBACK_LIFE)
            return query.id

        return self._inside(act)

    def ask_inline(self, user: int, text: str, offset: str = "") -> str:
        """A user types behind the bot's name in some chat; returns the id of the query. See `chats.inline`."""

        def act() -> str:
            query = self._query(INLINE_LIFE)
            body = {"id": query.id, "from": self._user(user), "query": text, "offset": offset, "chat_type": "private"}
            self._push("inline_query", body, ("user", user), INLINE_LIFE)
            return query.id

        return self._inside(act)

    def summon(self, chat: int, text: str, user: int = 5) -> str:
        """A user calls the bot by its name in a chat it is not in (guest mode); returns the query's id."""

        def act() -> str:
            query = self._query(MESSAGE_LIFE)
            group = Chat(chat, "supergroup", "Elsewhere", count(1))
            message = Message(1, False, text, date=int(time.time()))
            body = self.chats.json(group, message, self._user(user))
            self._push("guest_message", body | {"guest_query_id": query.id, "entities": _entities(text)}, chat)
            return query.id

        return self._inside(act)

    def join(self, chat: int, kind: str = "", status: str = "member", user: int = 5) -> None:
        """The bot is added to a chat; with the status "kicked" or "left" it is removed (or blocked)."""

        def act() -> None:
            place, who = self.chats.chat(chat, kind), self._user(user)
            if status in ("kicked", "left"):
                kicked = f"bot was kicked from the {place.kind} chat"
                place.closed = "bot was blocked by the user" if place.kind == "private" else kicked
            before = {"status": "left" if status == "member" else "member", "user": BOT}
            after: Json = {"status": status, "user": BOT} | ({"until_date": 0} if status == "kicked" else {})
            body = {"chat": place.json(), "from": who, "date": int(time.time())}
            self._push("my_chat_member", body | {"old_chat_member": before, "new_chat_member": after}, chat)

        self._inside(act)

    def block(self, chat: int) -> None:
        """From now on the bot may not write to the user; it hears of it only by an error."""
        self._inside(lambda: setattr(self.chats.chat(chat), "closed", "bot was blocked by the user"))

    def upgrade(self, chat: int, to: int) -> None:
        """The basic group becomes a supergroup with another id; the bot hears of it only by an error."""

        def act() -> None:
            self.chats.chat(chat).moved = to
            self.chats.chat(to)

        self._inside(act)

    def push(self, what: str, body: Json, key: object = "raw") -> int:
        """An update of any shape, as it stands; returns its id."""
        return self._inside(lambda: self._push(what, body, key))

    # What tests look at.

    def replies(self, chat: int) -> list[Message]:
        """What the bot has written in the chat."""
        return self.chats.chats[chat].bot_messages() if chat in self.chats.chats else []

    def of(self, method: str) -> list[Seen]:
        """The calls of one method, in their order."""
        return [seen for seen in list(self.calls) if seen.method == method.lower()]

    def waiting(self) -> int:
        """How many updates the bot has not acknowledged."""
        return self._inside(lambda: len(self._pending))

    def polled(self) -> bool:
        """Whether a long poll waits."""
        return bool(self._poll and not self._poll.done())

    def until(self, true: Callable[[], object], seconds: float = 30.0, what: str = "") -> None:
        """Wait until it is true."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                lately = [(seen.method, seen.outcome) for seen in self.calls[-8:]]
                raise AssertionError(f"not within {seconds} s: {what or true}; the last calls: {lately}")
            time.sleep(0.02)

    def revoke(self) -> None:
        """The token is no longer valid: 401 from now on, for a waiting poll too."""

        def act() -> None:
            self.revoked = True
            if self._poll and self.polled():
                self._poll.set_result("revoked")

        self._inside(act)

    # Updates.

    def _user(self, user: int) -> Json:
        return {"id": user, "is_bot": False, "first_name": f"Ann{user}", "language_code": "en"}

    def _query(self, life: float) -> Query:
        query = Query(f"q{next(self._ids)}", time.time() + life)
        self.chats.queries[query.id] = query
        return query

    def _push(self, what: str, body: Json, key: object, life: float = MESSAGE_LIFE) -> int:
        allowed = (self.hook.allowed if self.hook.url else self.allowed) or ()
        if (allowed and what not in allowed) or (not allowed and what in NOT_BY_DEFAULT):
            return 0
        now = time.time()
        pending = Pending(next(self._ids), {what: body}, key, what, now + life, now)
        self._pending.append(pending)
        self._wake()
        return pending.id

    def _wake(self) -> None:
        assert self._fresh is not None
        self._fresh.set()
        if self.hook.url:
            self._deliver()

    def _live(self) -> list[Pending]:
        now = time.time()
        self._pending = [pending for pending in self._pending if pending.until > now]
        return self._pending

    def _confirm(self, offset: int) -> None:
        """An offset confirms everything below it; one that is far beyond the newest is ignored."""
        if self._pending and offset <= self._pending[-1].id + 10:
            self.acknowledged |= {pending.id for pending in self._pending if pending.id < offset}
            self._pending = [pending for pending in self._pending if pending.id >= offset]

    async def _get_updates(self, arguments: Json) -> object:
        if self.hook.url:
            use = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refusal(409, f"Conflict: {use}")
        other = "terminated by other getUpdates request; make sure that only one bot instance is running"
        if self._poll and self.polled():
            self._poll.set_result("conflict")
        self._poll = turn = asyncio.get_running_loop().create_future()
        if "allowed_updates" in arguments:
            self.allowed = tuple(arguments["allowed_updates"])
        offset, timeout = int(arguments.get("offset") or 0), min(float(arguments.get("timeout") or 0), MOST_WAIT)
        limit, now = int(arguments.get("limit") or 100), time.monotonic()
        self._confirm(offset)
        last, started = self._last_poll
        if offset == last and now < started + HOLD * self.pace:
            timeout = max(timeout, HOLD * self.pace)
        if offset == last and now < started + 0.5 * self.pace:
            limit = 1
        self._last_poll = (offset, now)
        try:
            while not self._live():
                assert self._fresh is not None
                self._fresh.clear()
                left = now + timeout - time.monotonic()
                if left <= 0:
                    return []
                waiter = asyncio.ensure_future(self._fresh.wait())
                try:
                    await asyncio.wait([waiter, turn], timeout=left, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    waiter.cancel()
                if turn.done():
                    raise Refusal(401, "Unauthorized") if self.revoked else Refusal(409, f"Conflict: {other}")
            given = self._pending[:limit]
        finally:
            if not turn.done():
                turn.set_result("over")
        return given

    def _batch(self, given: list[Pending], fault: str, hard: float) -> list[Json]:
        """The updates of a poll as they go out: now and then some of old, or chats in another order."""
        out, random = list(given), Random(hard)
        if fault == "shuffle":
            out = shuffled(out, random)
        elif fault == "repeat" and self._given:
            out = random.sample(self._given, min(3, len(self._given))) + out
            out.sort(key=lambda pending: pending.id)
        self._given = (self._given + given)[-50:]
        return [{"update_id": pending.id, **pending.body} for pending in out]

    # Webhooks.

    def _set_webhook(self, arguments: Json) -> object:
        url, secret = str(arguments.get("url") or ""), str(arguments.get("secret_token") or "")
        if url and not url.startswith("https://"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise bad("secret token contains unallowed characters")
        allowed = tuple(arguments["allowed_updates"]) if "allowed_updates" in arguments else self.hook.allowed
        self.hook = Hook(url, secret, allowed, int(arguments.get("max_connections") or 40))
        if arguments.get("drop_pending_updates"):
            self._pending = []
        if self._poll and self.polled():
            self._poll.set_result("conflict")
        self._wake()
        return True

    def _webhook_info(self) -> Json:
        info: Json = {"url": self.hook.url, "has_custom_certificate": False, "pending_update_count": len(self._live())}
        info |= {"max_connections": self.hook.most, "allowed_updates": list(self.hook.allowed)}
        return info | ({"last_error_message": self.hook.error, "last_error_date": 1} if self.hook.error else {})

    def _deliver(self) -> None:
        """One worker for each chat with updates; within a chat one update at a time."""
        for key in {pending.key for pending in self._live()} - self._working:
            if len(self._working) >= self.hook.most:
                return
            self._working.add(key)
            task = asyncio.ensure_future(self._work(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, key: object) -> None:
        failed = 0
        try:
            while self.hook.url:
                pending = next((one for one in self._live() if one.key == key), None)
                if pending is None:
                    return
                if await self._knock(pending, failed):
                    failed = 0
                    self.acknowledged.add(pending.id)
                    if pending in self._pending:
                        self._pending.remove(pending)
                    continue
                failed += 1  # again at once, then after 2, 4, 8 ... seconds
                await asyncio.sleep(min(60, 2 ** (failed - 1)) * self.pace if failed > 1 else 0)
        finally:
            self._working.discard(key)
            if self.hook.url and self._pending:
                self._deliver()

    async def _knock(self, pending: Pending, failed: int) -> bool:
        """Deliver once; whether the bot's 2xx came through."""
        fault, hard = self.faults.draw(self.faults.hook_kinds, "hook", pending.id, failed)
        if fault:
            self.injected[f"webhook {fault}"] += 1
        if fault == "slow":
            await asyncio.sleep(hard * self.faults.slow)
        arrived = await self._offer(pending)
        if fault == "repeat" and arrived:
            arrived = await self._offer(pending)
        return arrived and fault != "lost"

    async def _offer(self, pending: Pending) -> bool:
        front = next((front for front in self.proxy if self.hook.url.startswith(front)), "")
        places = self.proxy.get(front) or [""]
        first = pending.id % len(places)
        for place in places[first:] + places[:first]:
            try:
                return await self._offer_at(place, self.hook.url.removeprefix(front), pending)
            except (aiohttp.ClientConnectorError, FileNotFoundError) as error:
                self.hook.error = f"Connection failed: {type(error).__name__}"
        return False

    async def _offer_at(self, place: str, path: str, pending: Pending) -> bool:
        """Deliver to one place. Raises ClientConnectorError where nobody listens."""
        connector = aiohttp.UnixConnector(place.removeprefix("unix:")) if place.startswith("unix:") else None
        url = ("http://localhost" if connector else place) + path
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.hook.secret} if self.hook.secret else {}
        body = {"update_id": pending.id, **pending.body}
        patience = aiohttp.ClientTimeout(total=30)
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=patience) as client,
                client.post(url, json=body, headers=headers) as answer,
            ):
                if answer.status // 100 == 2:
                    return True
                self.hook.error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except aiohttp.ClientConnectorError:
            raise
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            self.hook.error = f"Connection failed: {type(error).__name__}"
        return False

    # Calls.

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        if self.down:
            return self._reset(request)
        if self.revoked or request.match_info["token"] != TOKEN:
            return _json(Refusal(401, "Unauthorized").body(), 401)
        arguments = await _arguments(request)
        chat = arguments.get("chat_id")
        seen = Seen(time.time(), method, int(chat) if chat is not None else None, _brief(arguments))
        self.calls.append(seen)
        self._places[method, chat] += 1
        fault, hard = self._fault(method, chat)
        seen.outcome = fault
        if fault in ("reset", "flood") or (fault in ("error", "page") and hard < 0.5):
            return self._fail(request, fault, chat)  # before anything was done
        try:
            self._limit(method, seen)
            result = await self._do(method, arguments)
        except Refusal as refusal:
            seen.outcome = f"{refusal.code} {refusal.words}"
            return _json(refusal.body(), refusal.code)
        seen.done = True
        if method == "getupdates":
            assert isinstance(result, list)
            result = self._batch(result, fault, hard)
        if fault in ("error", "page", "lost"):
            return self._fail(request, fault, chat)  # after it was done
        if fault == "slow":
            await asyncio.sleep(hard * self.faults.slow)
        seen.outcome = fault or "200"
        return _json({"ok": True, "result": result}, 200)

    def _fault(self, method: str, chat: object) -> tuple[str, float]:
        due = self.failing.get(method)
        if due:
            fault, hard = due.pop(0), 1.0
        else:
            kinds = self.faults.poll_kinds if method == "getupdates" else self.faults.kinds
            fault, hard = self.faults.draw(kinds, method, chat, self._places[method, chat])
        if fault:
            self.injected[f"{'getUpdates' if method == 'getupdates' else 'call'} {fault}"] += 1
        return fault, hard

    def _fail(self, request: web.Request, fault: str, chat: object) -> web.StreamResponse:
        if fault == "flood":
            after = self.faults.flood
            if chat is not None:
                self._floods.setdefault(chat, Flood()).until = time.time() + after
            refusal = Refusal(429, f"Too Many Requests: retry after {after}", retry_after=after)
            return _json(refusal.body(), 429)
        if fault == "error":
            return _json(Refusal(500, "Internal Server Error").body(), 500)
        if fault == "page":
            return web.Response(status=502, text=PAGE_502, content_type="text/html")
        return self._reset(request)

    def _reset(self, request: web.Request) -> web.StreamResponse:
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)

    async def _do(self, method: str, arguments: Json) -> object:
        if method == "getupdates":
            return await self._get_updates(arguments)
        if method == "setwebhook":
            return self._set_webhook(arguments)
        if method == "deletewebhook":
            return self._set_webhook({**arguments, "url": ""})
        if method == "getwebhookinfo":
            return self._webhook_info()
        return self.chats.call(method, arguments)

    def _limit(self, method: str, seen: Seen) -> None:
        """The flood limits; a call that breaks one is refused and written down."""
        chat = seen.chat
        counted = method.startswith(SENDS)
        if method in UNFETTERED or not counted or chat is None:
            return
        now, limits = seen.at, self.limits
        flood, overall = self._floods.setdefault(chat, Flood()), self._floods.setdefault("all", Flood())
        if now < flood.until:
            self._refuse(f"{method} in {chat} while retry_after runs", flood.until - now)
        window = limits.group_window if chat < 0 else limits.burst / limits.per_second
        most = limits.group if chat < 0 else limits.burst
        _drop(flood.times, now - window)
        _drop(overall.times, now - limits.overall_window)
        if len(overall.times) >= limits.overall:
            every = f"{limits.overall_window:.0f} s"
            self._refuse(f"{method} in {chat}: more than {limits.overall} in {every} overall", 1)
        overall.times.append(now)
        if method.startswith("edit") and not self._edits(seen):
            return  # an edit that changes nothing costs the chat nothing
        if len(flood.times) >= most:
            flood.until = now + limits.penalty
            self._refuse(f"{method} in {chat}: more than {most} in {window:.0f} s", limits.penalty)
        flood.times.append(now)

    def _edits(self, seen: Seen) -> bool:
        chat = self.chats.chats.get(seen.chat or 0)
        message = chat.messages.get(int(seen.arguments.get("message_id") or 0)) if chat else None
        return bool(message and message.by_bot and message.text != str(seen.arguments.get("text") or "").strip())

    def _refuse(self, words: str, seconds: float) -> None:
        self.broken.append(words)
        after = max(1, round(seconds + 0.5))
        raise Refusal(429, f"Too Many Requests: retry after {after}", retry_after=after)


def shuffled(pending: list[Pending], random: Random) -> list[Pending]:
    """Another order of the chats; each chat keeps its own, as Telegram does."""
    order = [one.key for one in pending]
    random.shuffle(order)
    queues: dict[object, deque[Pending]] = {}
    for one in pending:
        queues.setdefault(one.key, deque()).append(one)
    return [queues[key].popleft() for key in order]


def _drop(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()


def _json(body: Json, status: int) -> web.Response:
    return web.json_response(body, status=status)


def _entities(text: str) -> list[Json] | None:
    """The entities that Telegram marks in a user's text: a command in front, mentions."""
    found, offset = [], 0
    for word in text.split(" "):
        if word.startswith("@") and len(word) > 1:
            found.append({"type": "mention", "offset": offset, "length": len(word.rstrip(",.:?!"))})
        elif word.startswith("/") and offset == 0:
            found.append({"type": "bot_command", "offset": 0, "length": len(word.split("\n")[0])})
        offset += len(word.encode("utf-16-le")) // 2 + 1
    return found or None


TEXTS = {"text", "caption", "url", "secret_token", "callback_query_id", "inline_query_id", "guest_query_id", "name"}
TEXTS |= {"description", "short_description", "next_offset", "parse_mode", "action", "language_code"}


def _value(name: str, value: str) -> object:
    """Forms carry everything as text; what is no text itself is JSON."""
    if name in TEXTS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        if value[:1] in "{[":
            raise web.HTTPBadRequest(text=f"can't parse {name}") from None
        return value


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    arguments: Json = {name: _value(name, value) for name, value in request.query.items()}
    for name, value in (await request.post()).items():
        arguments[name] = value.file.read() if isinstance(value, web.FileField) else _value(name, str(value))
    for name, value in list(arguments.items()):  # attach://name stands for a file of the form
        if isinstance(value, str) and value.startswith("attach://"):
            arguments[name] = arguments.pop(value.removeprefix("attach://"))
    return arguments


def _brief(arguments: Json) -> Json:
    """The arguments for the record, without the bytes of files."""
    return {name: f"{len(value)} bytes" if isinstance(value, bytes) else value for name, value in arguments.items()}
