"""What survives the process: the updates taken in, the calls that answer them, and what curators want to know.

    an update is committed here before Telegram hears that it arrived
    -> its calls are worked out once and stored in one transaction, in place of its text
    -> each call is marked before it is sent, and settled after

So a question is neither lost nor answered twice, whenever the process dies. Of an answered update only ids remain
(to know duplicates and to find the answer when the question is edited), and those for KEPT_IDS.

Every method is one transaction and returns when it is committed. This room holds what every database does alike, in
words that SQLite and PostgreSQL both understand; journal.py and journal_postgres.py open one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from bot import journal_chats, remark_book
from bot.citations import Citations
from bot.database import Database
from bot.inbox import Arrival, Stored, Waiting, Work, space
from bot.live import Live
from bot.remarks import Feedback, Unanswered
from bot.settings import KEPT
from bot.telegram_calls import Call, Forget, Left, Moved, Note, Plan, Told
from bot.telegram_desk import Remembered, Talks

KEPT_IDS = 48 * 3600.0  # seconds; Telegram repeats an update for at most 24 hours
KEPT_QUESTIONS = KEPT  # seconds, by default

# Update: fresh -> planned -> done. Call: stored -> sending -> sent | failed; a call found as "sending" after a
# restart, or whose answer got lost, may or may not be in the chat.
PLANNED, DONE = "planned", "done"
STORED, SENDING, SENT, FAILED = "stored", "sending", "sent", "failed"

NEXT = "SELECT update_id FROM inbox WHERE lane = ? AND state <> 'done' ORDER BY arrival LIMIT 1"


class SqlJournal:
    """What is kept, in some database. Times are seconds since the epoch and come from the caller.

    Where several processes share it (`shared`), a lane is worked by the one that claimed it.
    """

    shared = False

    def __init__(self, db: Database) -> None:
        self._db = db
        self.cited = Citations(db)

    def close(self) -> None:
        """Let go of it; everything is written already."""
        raise NotImplementedError

    def talks(self, live: Live) -> Remembered:
        """Where conversations are remembered: in memory."""
        return Talks()

    # --- lanes

    def claim(self, lane: str) -> bool:
        """Whether this process may work a lane from now on, until `release` or its own death."""
        return True

    def next(self, lane: str) -> int | None:
        """Claim a lane and look for its first unfinished update, which may be one that was finished just now. None
        where nothing waits, or another process works there."""
        row = self._db.execute(NEXT, (lane,)).fetchone()
        return row[0] if row else None

    def release(self, lane: str) -> bool:
        """Others may work the lane. Whether something waits in it, for who brought it may have been refused."""
        return self._db.execute(NEXT, (lane,)).fetchone() is not None

    def unworked(self) -> list[str]:
        """The lanes in which something waits and that no process works."""
        return []

    def processes(self) -> int:
        """How many processes share the journal, this one included."""
        return 1

    # --- updates

    def accept(self, arrivals: Sequence[Arrival], now: float) -> list[Arrival]:
        """Keep the updates; returns those that were not known yet, in their order."""
        fresh = []
        with self._transaction():
            for a in arrivals:
                row = (a.update_id, a.lane, a.chat, a.payload, now)
                insert = "INSERT INTO inbox (update_id, lane, chat, payload, received) VALUES (?, ?, ?, ?, ?)"
                if self._db.execute(f"{insert} ON CONFLICT DO NOTHING", row).rowcount:
                    fresh.append(a)
                if a.chat is not None and a.message is not None:
                    self._see(a.chat, a.message, now)
        return fresh

    def waiting(self) -> list[Waiting]:
        """All unfinished updates in the order of their arrival."""
        rows = self._db.execute("SELECT update_id, lane FROM inbox WHERE state <> 'done' ORDER BY arrival")
        return [Waiting(*row) for row in rows]

    def work(self, update_id: int) -> Work | None:
        """What is left to do for an update; None when it is finished or not known."""
        select = "SELECT payload, received, attempts, state FROM inbox WHERE update_id = ? AND state <> 'done'"
        row = self._db.execute(select, (update_id,)).fetchone()
        if row is None:
            return None
        if row[3] != PLANNED:
            return Work(row[0], row[1], row[2], False, ())
        rows = self._db.execute(
            "SELECT position, call, state, mark FROM calls WHERE update_id = ? AND call IS NOT NULL ORDER BY position",
            (update_id,),
        )
        calls = tuple(Stored(position, Call.from_json(text), state, mark) for position, text, state, mark in rows)
        return Work("", row[1], row[2], True, calls)

    def attempt(self, update_id: int) -> None:
        """Somebody begins to work an update out: counted before, so that what kills the process counts too."""
        self._db.execute("UPDATE inbox SET attempts = attempts + 1 WHERE update_id = ?", (update_id,))

    def plan(self, update_id: int, plan: Plan, now: float) -> tuple[Stored, ...]:
        """Store what to do about an update in place of its payload, with the notes; the calls as they are stored."""
        with self._transaction():
            for note in plan.notes:
                self._note(note, now)
            rows = [
                (update_id, position, call.to_json(), call.chat, plan.question if call.probe else None)
                for position, call in enumerate(plan.calls)
            ]
            insert = "INSERT INTO calls (update_id, position, call, chat, question) VALUES (?, ?, ?, ?, ?)"
            for row in rows:
                self._db.execute(insert, row)
            state = PLANNED if rows else DONE
            self._db.execute("UPDATE inbox SET payload = NULL, state = ? WHERE update_id = ?", (state, update_id))
            # Telegram's ids are positive: a negative one is the process's own test, of which nothing stays.
            if update_id < 0 and not rows:
                self._db.execute("DELETE FROM inbox WHERE update_id = ?", (update_id,))
        return tuple(Stored(position, call, STORED, 0) for position, call in enumerate(plan.calls))

    def finish(self, update_id: int) -> None:
        """Nothing is left to do for an update; calls that were not sent are given up."""
        with self._transaction():
            self._finish("update_id = ?", update_id)

    # --- calls

    def sending(self, update_id: int, position: int, chat: int) -> int:
        """A message is about to be posted; returns its mark, the highest message id known by now."""
        select = "SELECT COALESCE(MAX(message), 0) FROM messages WHERE space = ?"
        mark = int(self._db.execute(select, (space(chat),)).fetchone()[0])
        update = "UPDATE calls SET state = 'sending', mark = ? WHERE update_id = ? AND position = ?"
        self._db.execute(update, (mark, update_id, position))
        return mark

    def unsent(self, update_id: int, position: int) -> None:
        """A message is certainly not in the chat, so that nobody needs to look for it."""
        update = "UPDATE calls SET state = 'stored' WHERE update_id = ? AND position = ?"
        self._db.execute(update, (update_id, position))

    def settle(
        self,
        update_id: int,
        position: int,
        call: Call,
        message: int | None,
        now: float,
        *,
        sent: bool,
        last: bool = False,
    ) -> None:
        """A call is sent (as `message`, if it posted one) or given up; its text is removed. With the `last` one the
        update is finished."""
        state = SENT if sent else FAILED
        with self._transaction():
            update = "UPDATE calls SET call = NULL, state = ?, message = ?, settled = ?"
            row = (state, message, now, update_id, position)
            self._db.execute(f"{update} WHERE update_id = ? AND position = ?", row)
            if call.chat is not None and message is not None:
                self._see(call.chat, message, now)
            if sent and call.method == "delete_message":
                gone = (call.chat, call.arguments.get("message_id"))
                self._db.execute("UPDATE calls SET message = NULL WHERE chat = ? AND message = ?", gone)
            shown = message if call.probe else call.arguments.get("message_id")
            if sent and call.chat is not None and isinstance(shown, int) and (call.cites or not call.probe):
                self.cited.put(call.chat, shown, call.cites, now)
            if last:  # of its calls none is left
                self._db.execute("UPDATE inbox SET payload = NULL, state = 'done' WHERE update_id = ?", (update_id,))

    def known_ids(self, chat: int, mark: int) -> frozenset[int]:
        """The message ids above `mark` that are known to be other messages, in the count that `chat` takes part in."""
        select = "SELECT message FROM messages WHERE space = ? AND message > ?"
        return frozenset(row[0] for row in self._db.execute(select, (space(chat), mark)))

    def posted(self, since: float) -> list[tuple[int, float]]:
        """The chats of the messages that were posted since then, and when, the oldest first."""
        select = "SELECT chat, settled FROM calls WHERE message IS NOT NULL AND settled >= ? ORDER BY settled"
        return list(self._db.execute(select, (since,)))

    def posted_in(self, chat: int, since: float) -> tuple[list[float], float]:
        """When messages were posted in a chat since then, by any process, the oldest first; and until when Telegram
        refuses its calls, 0 where it does not."""
        posted = "SELECT 0, settled FROM calls WHERE chat = ? AND message IS NOT NULL AND settled >= ?"
        held = "SELECT 1, until FROM holds WHERE chat = ?"
        rows = self._db.execute(f"{posted} UNION ALL {held} ORDER BY 1, 2", (chat, since, chat)).fetchall()
        return [at for kind, at in rows if not kind], next((at for kind, at in rows if kind), 0.0)

    def hold(self, chat: int, until: float) -> None:
        """Telegram refuses calls of this chat until then."""
        insert = "INSERT INTO holds (chat, until) VALUES (?, ?) ON CONFLICT (chat) DO UPDATE SET until = excluded.until"
        self._db.execute(insert, (chat, until))

    def holds(self, now: float) -> list[tuple[int, float]]:
        """The chats that Telegram refuses calls of, and until when."""
        return list(self._db.execute("SELECT chat, until FROM holds WHERE until > ?", (now,)))

    def answers(self, chat: int, question: int) -> tuple[int, ...]:
        """The ids of the messages that answered the message `question`, in their order."""
        select = "SELECT message FROM calls WHERE chat = ? AND question = ? AND message IS NOT NULL"
        rows = self._db.execute(f"{select} ORDER BY update_id, position", (chat, question))
        return tuple(row[0] for row in rows)

    # --- chats

    def end(self, chat: int) -> None:
        """Nothing can be sent to a chat any more: all that waits for it is given up."""
        with self._transaction():
            self._finish("chat = ?", chat)

    def move(self, chat: int, to: int) -> None:
        """A group became the supergroup `to`: what waits for it goes there."""
        with self._transaction():
            self._move(chat, to)

    def told(self, chat: int, notice: str) -> float | None:
        """When the chat last got this notice; None when never."""
        select = "SELECT at FROM notices WHERE chat = ? AND notice = ?"
        row = self._db.execute(select, (chat, notice)).fetchone()
        return row[0] if row else None

    def held(self, chat: int) -> dict[str, int]:
        """How many rows are kept of a chat, by table: those that a Forget note removes."""
        return journal_chats.held(self._db, chat)

    # --- curators and operators

    def unanswered(self) -> list[tuple[Unanswered, float]]:
        """The questions that found no answer and when, the oldest first."""
        return remark_book.unanswered(self._db)

    def feedback(self) -> list[tuple[Feedback, float]]:
        """The thumbs and when, the oldest first."""
        return remark_book.feedback(self._db)

    def purge(self, now: float, questions: float = KEPT_QUESTIONS) -> None:
        """Remove what is past its time, unanswered questions after so many seconds. A group's notices stay as long as
        the bot is in it."""
        old = now - KEPT_IDS
        with self._transaction():
            finished = "SELECT update_id FROM inbox WHERE state = 'done' AND received < ?"
            self._db.execute(f"DELETE FROM calls WHERE update_id IN ({finished})", (old,))
            self._db.execute("DELETE FROM inbox WHERE state = 'done' AND received < ?", (old,))
            self._db.execute("DELETE FROM messages WHERE seen < ?", (old,))
            self._db.execute("DELETE FROM notices WHERE chat > 0 AND at < ?", (old,))
            self._db.execute("DELETE FROM holds WHERE until <= ?", (now,))
            remark_book.purge(self._db, now, questions)
            self.cited.purge(now)
    # --- within a transaction

    def _transaction(self) -> AbstractContextManager[object]:
        """A write transaction: committed at the end of its block, undone by an exception."""
        raise NotImplementedError

    def _see(self, chat: int, message: int, now: float) -> None:
        insert = "INSERT INTO messages (space, message, seen) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        self._db.execute(insert, (space(chat), message, now))

    def _finish(self, where: str, *values: int) -> None:
        which = f"SELECT update_id FROM inbox WHERE {where} AND state <> 'done'"
        unsettled = f"call IS NOT NULL AND update_id IN ({which})"
        self._db.execute(f"UPDATE calls SET call = NULL, state = 'failed' WHERE {unsettled}", values)
        self._db.execute(f"UPDATE inbox SET payload = NULL, state = 'done' WHERE {where} AND state <> 'done'", values)

    def _note(self, note: Note, now: float) -> None:
        match note:
            case Unanswered() | Feedback():
                remark_book.add(self._db, note, now)
            case Told(chat, notice):
                insert = "INSERT INTO notices (chat, notice, at) VALUES (?, ?, ?)"
                again = "ON CONFLICT (chat, notice) DO UPDATE SET at = excluded.at"
                self._db.execute(f"{insert} {again}", (chat, notice, now))
            case Moved(chat, to):
                self._move(chat, to)
            case Forget(chat) | Left(chat):
                journal_chats.forget(self._db, chat)

    def _move(self, chat: int, to: int) -> None:
        journal_chats.move(self._db, chat, to)
        self.cited.leave(chat)  # the new chat numbers its messages anew; those of the old one can no longer be edited
