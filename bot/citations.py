"""Which facts each answer in a chat cites, and in which words: the table by which corrections reach back.

A row is a fact in a message. It holds no question, no name and no other word of the message, is kept for KEPT, and
exists only where the operator switched corrections on.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.database import Database
from bot.telegram_calls import Cite

KEPT = 30 * 24 * 3600.0  # seconds in which an answer is corrected: who read it longer ago has acted on it

SCHEMA = """
CREATE TABLE IF NOT EXISTS cited (
    chat INTEGER NOT NULL, message INTEGER NOT NULL, position INTEGER NOT NULL, fact TEXT NOT NULL, text TEXT NOT NULL,
    expires REAL NOT NULL, PRIMARY KEY (chat, message, position)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cited_fact ON cited (fact, text);
"""


class Citations:
    """The table in the journal's database. Each method is one statement or part of the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, chat: int, message: int, cites: Sequence[Cite], now: float) -> None:
        """A message shows these facts and no others, from `now` on."""
        self.drop(chat, message)
        if not cites:
            return
        rows = [(chat, message, n, fact, text, now + KEPT) for n, (fact, text) in enumerate(cites)]
        insert = "INSERT INTO cited (chat, message, position, fact, text, expires) VALUES (?, ?, ?, ?, ?, ?)"
        self._db.executemany(insert, rows)

    def reword(self, chat: int, message: int, cites: Sequence[Cite]) -> None:
        """A message shows these facts in these words now; when its citations expire stays as it was."""
        rows = [(cite.text, chat, message, cite.fact) for cite in cites]
        self._db.executemany("UPDATE cited SET text = ? WHERE chat = ? AND message = ? AND fact = ?", rows)

    def drop(self, chat: int, message: int) -> None:
        """A message is gone, or cites nothing that could be corrected."""
        self._db.execute("DELETE FROM cited WHERE chat = ? AND message = ?", (chat, message))

    def leave(self, chat: int) -> None:
        """Nothing in a chat can be edited any more."""
        self._db.execute("DELETE FROM cited WHERE chat = ?", (chat,))

    def of(self, chat: int, message: int) -> tuple[Cite, ...]:
        """What a message cites, in its order."""
        select = "SELECT fact, text FROM cited WHERE chat = ? AND message = ? ORDER BY position"
        return tuple(Cite(*row) for row in self._db.execute(select, (chat, message)))

    def wordings(self) -> tuple[Cite, ...]:
        """Every fact that is cited anywhere, in each of the words in which it is."""
        rows = self._db.execute("SELECT DISTINCT fact, text FROM cited ORDER BY fact, text")
        return tuple(Cite(*row) for row in rows)

    def citing(self, cite: Cite) -> tuple[tuple[int, int], ...]:
        """Chat and message of each message that shows a fact in these words, by chat, the newest first."""
        select = "SELECT DISTINCT chat, message FROM cited WHERE fact = ? AND text = ? ORDER BY chat, message DESC"
        return tuple(self._db.execute(select, cite))

    def clear(self) -> None:
        """Keep nothing: corrections are switched off."""
        self._db.execute("DELETE FROM cited")

    def purge(self, now: float) -> None:
        """Remove what is past its time."""
        self._db.execute("DELETE FROM cited WHERE expires <= ?", (now,))
