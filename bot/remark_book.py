"""Where remarks are kept: two tables in the journal's file, which the terminal may write beside a running bot.

The bot's journal writes them in its own transactions with `add`; `keep` is for everybody else. It takes no lock: SQLite
orders the writers, and each remark is a row of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from bot.database import Database
from bot.errors import BotError, UsageError
from bot.locks import made
from bot.records import dataclass
from bot.remarks import Feedback, Remark, Unanswered
from bot.settings import KEPT, OFF, Settings, journal_file

PATIENCE = 2.0  # seconds to wait for another writer: a commit takes milliseconds, and an answer must not wait long

SCHEMA = """
CREATE TABLE IF NOT EXISTS unanswered (
    question TEXT NOT NULL, reason TEXT NOT NULL, nearest TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS feedback (
    up INTEGER NOT NULL, facts TEXT NOT NULL, at REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Remarks:
    """All remarks of a journal, each with the second since the epoch in which it was made, the oldest first."""

    unanswered: Sequence[tuple[Unanswered, float]] = ()
    feedback: Sequence[tuple[Feedback, float]] = ()


def add(db: Database, remark: Remark, now: float) -> None:
    """Keep a remark."""
    match remark:
        case Unanswered(question, reason, nearest):
            gap = (question, reason, json.dumps(nearest), now)
            db.execute("INSERT INTO unanswered (question, reason, nearest, at) VALUES (?, ?, ?, ?)", gap)
        case Feedback(up, facts):
            db.execute("INSERT INTO feedback (up, facts, at) VALUES (?, ?, ?)", (int(up), json.dumps(facts), now))


def unanswered(db: Database) -> list[tuple[Unanswered, float]]:
    """The questions that found no answer and when, the oldest first."""
    rows = db.execute("SELECT question, reason, nearest, at FROM unanswered ORDER BY at, rowid")
    return [(Unanswered(question, reason, tuple(json.loads(near))), at) for question, reason, near, at in rows]


def feedback(db: Database) -> list[tuple[Feedback, float]]:
    """The thumbs and when, the oldest first."""
    rows = db.execute("SELECT up, facts, at FROM feedback ORDER BY at, rowid")
    return [(Feedback(bool(up), tuple(json.loads(facts))), at) for up, facts, at in rows]


def purge(db: Database, now: float, questions: float = KEPT) -> None:
    """Remove what is older than `questions` seconds, and thumbs older than KEPT."""
    for table, kept in (("unanswered", questions), ("feedback", KEPT)):
        db.execute(f"DELETE FROM {table} WHERE at <= ?", (now - kept,))


def journal(environment: Mapping[str, str]) -> Path:
    """The file of JOURNAL, or the Telegram bot's own. Raises UsageError where there can be none."""
    place = Settings.read(environment).journal
    path = journal_file(place, environment)
    if path is None:
        raise UsageError(f"JOURNAL is {OFF}, so nothing is kept; set it to a file, or name one with --journal FILE")
    if "://" in place:
        raise UsageError("JOURNAL is a database, which only the Telegram bot writes; name a file with --journal FILE")
    return path


def keep(remarks: Iterable[Remark], environment: Mapping[str, str], now: float) -> None:
    """Add remarks to the journal of the environment, and remove those past their time. Raises BotError where it cannot
    be written."""
    questions = Settings.read(environment).questions
    wanted = [remark for remark in remarks if questions or not isinstance(remark, Unanswered)]
    if not wanted:
        return
    path = journal(environment)
    made(path)
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA secure_delete=ON")  # what is removed is overwritten, not only unlinked
            db.executescript(SCHEMA)
            with db:
                for remark in wanted:
                    add(db, remark, now)
                purge(db, now, questions)
    except sqlite3.Error as error:
        raise BotError(f"the journal {path} cannot be written: {error}; mend it or set JOURNAL") from error


def read(path: Path) -> Remarks:
    """The remarks in a journal's file, which stays as it is. Raises BotError where there are none to be read."""
    if not path.is_file():
        raise BotError(f"there is no journal {path}; name one with --journal FILE, or set JOURNAL")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as db:
            return Remarks(unanswered(db), feedback(db))
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise BotError(f"{path} cannot be read as a journal: {error}; name another with --journal FILE") from error
