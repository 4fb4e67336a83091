"""The journal in one SQLite file, held by one process.

SQLite in WAL mode with synchronous=NORMAL survives the death of the process, not a power cut. A commit takes 20 to
40 µs, and some milliseconds where it moves the log into the file: the event loop may wait for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import citations, journal_tables, remark_book
from bot.errors import BotError
from bot.journal_sql import KEPT_QUESTIONS, SqlJournal
from bot.locks import locked

_TABLES = journal_tables.JOURNAL + journal_tables.HOLDS + remark_book.SCHEMA + citations.SCHEMA


class Journal(SqlJournal):
    """One SQLite file, held by one process."""

    def __init__(self, path: Path | None) -> None:
        """Open or make the file; None keeps everything in memory. Raises BotError if another process holds it."""
        self._lock = locked(path) if path else None
        try:
            self._file = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=NORMAL")
            self._file.execute("PRAGMA secure_delete=ON")  # what is removed is overwritten, not only unlinked
            self._file.executescript(_TABLES)
        except sqlite3.Error as error:
            raise BotError(f"the journal {path} cannot be used: {error}; move it away or set JOURNAL") from error
        super().__init__(self._file)

    def close(self) -> None:
        """Write everything into the file itself and let go of it."""
        self._file.close()
        if self._lock:
            self._lock.close()

    def purge(self, now: float, questions: float = KEPT_QUESTIONS) -> None:
        """Remove what is past its time."""
        super().purge(now, questions)
        self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # removed text leaves the log as well

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")
