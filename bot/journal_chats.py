"""What the journal keeps of a chat: counted, removed, and moved when a group becomes a supergroup."""

from __future__ import annotations

from bot.database import Database
from bot.telegram_calls import Call

# What is kept of a chat: name, how to count it, how to remove it. Updates and calls that are still to be worked
# stay until they are; an update's bare id stays, for it tells a repeat.
_OF_CHAT = (
    (
        "updates",
        "SELECT COUNT(*) FROM inbox WHERE chat = ? AND state = 'done'",
        "UPDATE inbox SET chat = NULL, lane = '' WHERE chat = ? AND state = 'done'",
    ),
    (
        "answers",
        "SELECT COUNT(*) FROM calls WHERE chat = ? AND call IS NULL",
        "DELETE FROM calls WHERE chat = ? AND call IS NULL",
    ),
    ("notices", "SELECT COUNT(*) FROM notices WHERE chat = ?", "DELETE FROM notices WHERE chat = ?"),
    ("citations", "SELECT COUNT(*) FROM cited WHERE chat = ?", "DELETE FROM cited WHERE chat = ?"),
)


def held(db: Database, chat: int) -> dict[str, int]:
    """How many rows are kept of a chat, by table: those that `forget` removes."""
    return {table: int(db.execute(count, (chat,)).fetchone()[0]) for table, count, _ in _OF_CHAT}


def forget(db: Database, chat: int) -> None:
    """Remove them."""
    for _, _, remove in _OF_CHAT:
        db.execute(remove, (chat,))


def move(db: Database, chat: int, to: int) -> None:
    """What waits for a chat goes to another one."""
    select = "SELECT update_id, position, call FROM calls WHERE chat = ? AND call IS NOT NULL"
    for update_id, position, text in db.execute(select, (chat,)).fetchall():
        call = Call.from_json(text).moved(to)
        update = "UPDATE calls SET call = ? WHERE update_id = ? AND position = ?"
        db.execute(update, (call.to_json(), update_id, position))
    for table in ("calls", "inbox"):
        db.execute(f"UPDATE {table} SET chat = ? WHERE chat = ?", (to, chat))
    had = "DELETE FROM notices WHERE chat = ? AND notice IN (SELECT notice FROM notices WHERE chat = ?)"
    db.execute(had, (to, chat))
    db.execute("UPDATE notices SET chat = ? WHERE chat = ?", (to, chat))
