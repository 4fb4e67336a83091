"""The journal's tables, written for SQLite and said again for PostgreSQL."""

from __future__ import annotations

JOURNAL = """
CREATE TABLE IF NOT EXISTS inbox (
    arrival INTEGER PRIMARY KEY AUTOINCREMENT, update_id INTEGER UNIQUE NOT NULL, lane TEXT NOT NULL, chat INTEGER,
    payload TEXT, received REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'fresh');
CREATE INDEX IF NOT EXISTS inbox_waiting ON inbox (arrival) WHERE state <> 'done';
CREATE INDEX IF NOT EXISTS inbox_chat ON inbox (chat);
CREATE TABLE IF NOT EXISTS calls (
    update_id INTEGER NOT NULL, position INTEGER NOT NULL, call TEXT, chat INTEGER, question INTEGER,
    mark INTEGER NOT NULL DEFAULT 0, message INTEGER, settled REAL, state TEXT NOT NULL DEFAULT 'stored',
    PRIMARY KEY (update_id, position)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS calls_question ON calls (chat, question);
CREATE TABLE IF NOT EXISTS messages (
    space INTEGER NOT NULL, message INTEGER NOT NULL, seen REAL NOT NULL, PRIMARY KEY (space, message)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notices (
    chat INTEGER NOT NULL, notice TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (chat, notice)) WITHOUT ROWID;
"""
# What only processes that share a journal need: to find a lane's next update, and the conversations (shared_talks.py).
SHARED = """
CREATE INDEX IF NOT EXISTS inbox_lane ON inbox (lane, arrival) WHERE state <> 'done';
CREATE INDEX IF NOT EXISTS calls_posted ON calls (chat, settled) WHERE message IS NOT NULL;
CREATE TABLE IF NOT EXISTS talks (
    chat INTEGER NOT NULL, thread INTEGER NOT NULL, person INTEGER NOT NULL, talk TEXT NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (chat, thread, person));
"""
# Chats that Telegram asked to leave alone for a while, until when in seconds since the epoch.
HOLDS = """
CREATE TABLE IF NOT EXISTS holds (chat INTEGER PRIMARY KEY, until REAL NOT NULL);
"""

_SAID_AGAIN = (
    (" INTEGER PRIMARY KEY AUTOINCREMENT", " BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    (" INTEGER", " BIGINT"),
    (" REAL", " DOUBLE PRECISION"),
    (" TEXT", ' TEXT COLLATE "C"'),  # in one order everywhere
    (" WITHOUT ROWID", ""),
)


def numbered(tables: str) -> str:
    """The same tables with the number of each row, which SQLite has without a word, as a column."""
    return tables.replace(" (\n", " (\n    rowid INTEGER PRIMARY KEY AUTOINCREMENT,")


def for_postgres(tables: str) -> str:
    """The same tables in PostgreSQL's words.

    >>> for_postgres("CREATE TABLE t (n INTEGER, at REAL) WITHOUT ROWID;")
    'CREATE TABLE t (n BIGINT, at DOUBLE PRECISION);'
    """
    for here, there in _SAID_AGAIN:
        tables = tables.replace(here, there)
    return tables
