"""The journal in a PostgreSQL database, shared by any number of processes of one bot.

Each bot has a schema of its own, named by its id, so that several bots can share a database. A lane (a chat) is worked
by the process that holds its advisory lock. The lock belongs to the session: whenever a process dies, or its machine
falls silent for KEEPALIVE, the server lets go of its lanes and another process finds what waits in them.

Two commits wait until the server has them on its disk, or its standby has them, as it is set: that of an update, which
Telegram then forgets, and that of a message about to be sent. What comes between them can be worked out again, and is
on the disk with the next of the two. There is one connection, and the event loop waits for it. Without the database
nothing can be promised: a lost connection ends the process, and its supervisor starts it again.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

import psycopg

from bot import citations, journal_tables, remark_book
from bot.database import Cursor, Database
from bot.dialogue import EXPIRES
from bot.errors import BotError, UsageError
from bot.inbox import Arrival, Stored, space
from bot.journal_sql import KEPT_QUESTIONS, NEXT, SqlJournal
from bot.live import Live
from bot.remark_book import Remarks
from bot.remarks import Feedback, Unanswered
from bot.shared_talks import SharedTalks, Write
from bot.telegram_calls import Plan
from bot.telegram_desk import Remembered

KEEPALIVE = 30  # seconds of silence after which either side gives the other up
_KEEPALIVES = {"keepalives_idle": KEEPALIVE // 2, "keepalives_interval": KEEPALIVE // 6, "keepalives_count": 3}
CONNECT_SECONDS = 10
MOST_TAKEN_OVER = 200  # rows looked at in one search for work that nobody does

_TABLES = journal_tables.for_postgres(
    journal_tables.JOURNAL
    + journal_tables.HOLDS
    + journal_tables.SHARED
    + journal_tables.numbered(remark_book.SCHEMA)
    + citations.SCHEMA
)
_MAKING, _PURGING = "tables", "purge"  # what one process at a time does; lanes have longer names


class Connection:
    """A connection that takes SQLite's marks for parameters. Raises BotError once it is lost."""

    def __init__(self, address: str, schema: str) -> None:
        """Connect. Raises UsageError for what is no address, and BotError where nobody answers."""
        try:
            given = psycopg.conninfo.conninfo_to_dict(address)
        except psycopg.Error:  # its words could repeat a password
            raise UsageError("JOURNAL is no address; write it whole, such as postgresql://user@host/database") from None
        ours = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": KEEPALIVE * 1000, **_KEEPALIVES}
        settings: dict[str, Any] = {**ours, "application_name": schema, **given}
        try:
            self._connection = psycopg.connect(autocommit=True, **settings)
        except psycopg.Error as error:
            first = str(error).strip().splitlines()[0]
            mend = "start the database, or mend JOURNAL"
            raise BotError(f"the journal's database cannot be reached: {first}; {mend}") from error
        self.schema = schema

    def close(self) -> None:
        """End the session; its locks are free."""
        self._connection.close()

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor:
        """Run a statement."""
        with _kept():
            return self._connection.execute(_marked(sql), [_storable(value) for value in values] or None)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        """Run a statement once for each row."""
        with _kept(), self._connection.cursor() as cursor:
            cursor.executemany(_marked(sql), [[_storable(value) for value in row] for row in rows])

    @contextmanager
    def transaction(self, *, lazy: bool = False) -> Iterator[None]:
        """All that is run in the block, or nothing of it; sent in as few rounds as what it reads allows. A `lazy` one
        does not wait until it is on the disk."""
        with _kept(), self._connection.pipeline(), self._connection.transaction():
            if lazy:
                self._connection.execute("SET LOCAL synchronous_commit TO off")
            yield

    @contextmanager
    def rounds(self) -> Iterator[None]:
        """Statements that stand by themselves, sent together."""
        with _kept(), self._connection.pipeline():
            yield


@contextmanager
def _kept() -> Iterator[None]:
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise BotError(f"the journal cannot be used any more: {first}; look at its database") from error


@functools.cache
def _marked(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def _storable(value: Any) -> Any:
    """PostgreSQL keeps no NUL in a text."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) and "\0" in value else value


def remarks(address: str) -> Remarks:
    """What curators want to know, of all bots in a database. Raises UsageError and BotError."""
    server = Connection(address, "coalition-bot")
    try:
        named = server.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^bot_[0-9]+$' ORDER BY nspname")
        unanswered, feedback = list[tuple[Unanswered, float]](), list[tuple[Feedback, float]]()
        for (schema,) in named.fetchall():
            server.execute(f"SET search_path TO {schema}")
            unanswered += remark_book.unanswered(server)
            feedback += remark_book.feedback(server)
    except psycopg.Error as error:
        raise BotError(f"the journal's database cannot be read: {error}; mend JOURNAL") from error
    finally:
        server.close()
    return Remarks(sorted(unanswered, key=itemgetter(1)), sorted(feedback, key=itemgetter(1)))


class PostgresJournal(SqlJournal):
    """One bot's schema of a database."""

    shared = True

    def __init__(self, address: str, bot: int) -> None:
        """Connect, and make what is not there yet. Raises UsageError and BotError."""
        self._server = Connection(address, f"bot_{bot}")
        super().__init__(self._server)
        try:
            self._prepare()
        except psycopg.Error as error:
            mend = "let its user create a schema there, or name another one in JOURNAL"
            raise BotError(f"the journal's database cannot be used: {error}; {mend}") from error
        self._claimed: set[str] = set()
        self.along: list[Write] = []  # what is written with the next plan, or not at all

    def _prepare(self) -> None:
        schema = self._server.schema
        with self._transaction():
            self._alone(_MAKING)
            self._db.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            self._db.execute(f"SET search_path TO {schema}")
            for statement in filter(str.strip, _TABLES.split(";")):
                self._db.execute(statement)
        for name, value in (("idle", KEEPALIVE // 2), ("interval", KEEPALIVE // 6), ("count", 3)):
            self._db.execute(f"SET tcp_keepalives_{name} = {value}")

    def close(self) -> None:
        """End the session; its lanes are free."""
        self._server.close()

    def talks(self, live: Live) -> Remembered:
        """Where conversations are remembered: here, for all processes."""
        return SharedTalks(self, live)

    @property
    def db(self) -> Database:
        """The database itself, for what is read besides."""
        return self._server

    # --- lanes

    def claim(self, lane: str) -> bool:
        """Whether this process may work a lane from now on."""
        if lane in self._claimed:
            return True
        if self._db.execute("SELECT pg_try_advisory_lock(?)", (self._key(lane),)).fetchone()[0]:
            self._claimed.add(lane)
        return lane in self._claimed

    def next(self, lane: str) -> int | None:
        """Claim a lane and look for its first unfinished update."""
        if lane in self._claimed:
            return super().next(lane)
        look = f"SELECT pg_try_advisory_lock(?), ({NEXT})"
        locked, update_id = self._db.execute(look, (self._key(lane), lane)).fetchone()
        if not locked:
            return None
        self._claimed.add(lane)
        if update_id is None:
            return self.next(lane) if self.release(lane) else None
        return int(update_id)

    def release(self, lane: str) -> bool:
        """Others may work the lane. Whether something waits in it; it may, where it was not claimed."""
        if lane not in self._claimed:
            return True
        self._claimed.discard(lane)
        with self._server.rounds():
            self._db.execute("SELECT pg_advisory_unlock(?)", (self._key(lane),))
            return super().release(lane)

    def unworked(self) -> list[str]:
        """The lanes in which something waits and that no process works: claimed, for this process.

        Rows that another process is looking at just now are its own to find.
        """
        found: list[str] = []
        waiting = "SELECT lane FROM inbox WHERE state <> 'done' AND lane <> ALL(?) ORDER BY arrival LIMIT ?"
        with self._transaction():
            rows = self._db.execute(
                f"{waiting} FOR UPDATE SKIP LOCKED", (list(self._claimed), MOST_TAKEN_OVER)
            ).fetchall()
            found += [lane for lane in dict.fromkeys(row[0] for row in rows) if self.claim(lane)]
        return found

    def processes(self) -> int:
        """How many processes share the journal, this one included."""
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = ?"
        return max(1, int(self._db.execute(count, (self._server.schema,)).fetchone()[0]))

    # --- in fewer rounds than the statements of the contract would take

    def accept(self, arrivals: Sequence[Arrival], now: float) -> list[Arrival]:
        """Keep the updates; returns those that were not known yet, in their order."""
        known: dict[int, Arrival] = {}
        for a in arrivals:
            known.setdefault(a.update_id, a)
        columns = zip(*((a.update_id, a.lane, a.chat, _storable(a.payload)) for a in known.values()), strict=True)
        insert = "INSERT INTO inbox (update_id, lane, chat, payload, received)"
        rows = "SELECT u, l, c, p, ? FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[]) AS a (u, l, c, p)"
        if not known:
            return []
        with self._server.transaction():
            values = (now, *map(list, columns))
            given = self._db.execute(f"{insert} {rows} ON CONFLICT DO NOTHING RETURNING update_id", values)
            for a in sorted(arrivals, key=lambda a: (a.chat or 0, a.message or 0)):  # alike everywhere: no deadlock
                if a.chat is not None and a.message is not None:
                    self._see(a.chat, a.message, now)
            fresh = {row[0] for row in given.fetchall()}
        return [a for a in known.values() if a.update_id in fresh]

    def attempt(self, update_id: int) -> None:
        """Somebody begins to work an update out."""
        self.along.clear()
        lazy = "set_config('synchronous_commit', 'off', true) IS NOT NULL"
        self._db.execute(f"UPDATE inbox SET attempts = attempts + 1 WHERE update_id = ? AND {lazy}", (update_id,))

    def plan(self, update_id: int, plan: Plan, now: float) -> tuple[Stored, ...]:
        """Store what to do about an update in place of its payload, with the notes and what else is to be kept."""
        along, self.along = self.along, []
        with self._transaction():
            stored = super().plan(update_id, plan, now)
            for write in along:
                write(self._server)
        return stored

    def sending(self, update_id: int, position: int, chat: int) -> int:
        """A message is about to be posted; returns its mark."""
        mark = "(SELECT COALESCE(MAX(message), 0) FROM messages WHERE space = ?)"
        update = f"UPDATE calls SET state = 'sending', mark = {mark} WHERE update_id = ? AND position = ?"
        row = self._db.execute(f"{update} RETURNING mark", (space(chat), update_id, position)).fetchone()
        return int(row[0]) if row else 0

    def purge(self, now: float, questions: float = KEPT_QUESTIONS) -> None:
        """Remove what is past its time, unless another process is at it."""
        with self._transaction():
            if self._db.execute("SELECT pg_try_advisory_xact_lock(?)", (self._key(_PURGING),)).fetchone()[0]:
                super().purge(now, questions)
                self._db.execute("DELETE FROM talks WHERE at <= ?", (now - EXPIRES,))

    # --- within a transaction

    def _transaction(self) -> Any:
        return self._server.transaction(lazy=True)

    def _alone(self, what: str) -> None:
        """Until the end of the transaction no other process does this."""
        self._db.execute("SELECT pg_advisory_xact_lock(?)", (self._key(what),))

    def _key(self, what: str) -> int:
        """A lock's number: one database may hold several bots."""
        digest = hashlib.blake2b(f"{self._server.schema} {what}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)
