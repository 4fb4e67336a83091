"""Conversations that several processes share: each reads what another was asked, from the journal's database.

A conversation is written as JSON with the facts by their ids, and with the transaction that stores the answer, so that
an update that is worked out anew finds it as it was. It stays for EXPIRES seconds after the last question.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from bot.database import Database
from bot.dates import Interval
from bot.dialogue import EXPIRES, Conversation, carried
from bot.lexicon import Mention, Term
from bot.live import Live, Served
from bot.model import Fact, Kind
from bot.periods import Period, Relation
from bot.query import Order, Query
from bot.records import replace
from bot.replies import Abstention, Answer, Phrase, Reason, Statement
from bot.telegram_desk import Place, Talk

_RECORDS = (Conversation, Query, Term, Mention, Period, Interval, Answer, Abstention, Statement, Phrase)
_WORDS: tuple[type[Any], ...] = (Kind, Order, Relation, Reason)
_CLASSES: Mapping[str, type[Any]] = {kind.__name__: kind for kind in (*_RECORDS, *_WORDS)}
_FACT, _DATE, _TUPLE, _SET = "fact", "date", "()", "{}"

Write = Callable[[Database], None]


class Shelf(Protocol):
    """The journal as far as conversations need it: `along` is written with the next plan."""

    along: list[Write]

    @property
    def db(self) -> Database:
        """Where the table is."""
        ...


class SharedTalks:
    """As telegram_desk.Talks, in a database."""

    def __init__(self, shelf: Shelf, live: Live) -> None:
        self._shelf = shelf
        self._live = live
        self._old: Served | None = None  # what was served before

    def last(self, place: Place, now: float) -> Talk | None:
        """The last question in a place, unless its conversation is over. `now` is in seconds since the epoch."""
        select = "SELECT talk FROM talks WHERE chat = ? AND thread = ? AND person = ? AND at >= ?"
        row = self._shelf.db.execute(select, (*place, now - EXPIRES)).fetchone()
        return self._read(row[0]) if row else None

    def keep(self, place: Place, talk: Talk) -> None:
        """Remember the newest question of a place."""
        served = talk.served or self._live.current
        said = [served.version, talk.question, talk.message, _plain(talk.before), _plain(talk.after)]
        row = (*place, json.dumps(said, ensure_ascii=True, separators=(",", ":")), talk.after.at)
        insert = "INSERT INTO talks (chat, thread, person, talk, at) VALUES (?, ?, ?, ?, ?)"
        again = "ON CONFLICT (chat, thread, person) DO UPDATE SET talk = excluded.talk, at = excluded.at"
        self._shelf.along.append(lambda db: _run(db, f"{insert} {again}", *row))

    def forget(self, chat: int) -> bool:
        """Drop a chat's conversations; says whether there was any."""
        found = self._shelf.db.execute("SELECT 1 FROM talks WHERE chat = ? LIMIT 1", (chat,)).fetchone()
        self._shelf.along.append(lambda db: _run(db, "DELETE FROM talks WHERE chat = ?", chat))
        return found is not None

    def move(self, chat: int, to: int) -> None:
        """A group got a new id."""
        self._shelf.along.append(lambda db: _run(db, "DELETE FROM talks WHERE chat = ?", to))
        self._shelf.along.append(lambda db: _run(db, "UPDATE talks SET chat = ? WHERE chat = ?", to, chat))

    def carry(self, old: Served, new: Served) -> None:
        """Go on with other knowledge; what was served before still shows its own answers."""
        self._old = old

    def _read(self, text: str) -> Talk | None:
        version, question, message, before, after = json.loads(text)
        current = self._live.current
        served = next((one for one in (current, self._old) if one and one.version == version), None)
        known = (served or current).engine.knowledge.facts
        try:
            talk = Talk(question, _record(before, known), _record(after, known), message, served)
        except (KeyError, TypeError, ValueError):  # of a fact that is gone, or of another version of the program
            return None
        return talk if served is current else replace_after(talk, current)


def replace_after(talk: Talk, current: Served) -> Talk:
    """The talk, to go on with other knowledge."""
    return replace(talk, after=carried(talk.after, current.engine.knowledge))


def _run(db: Database, sql: str, *values: object) -> None:
    db.execute(sql, values)


def _plain(value: Any) -> Any:
    """A record as lists and words, each with the name of what it is."""
    if isinstance(value, Fact):
        return [_FACT, value.id]
    if isinstance(value, StrEnum) or type(value).__name__ == Relation.__name__:
        return [type(value).__name__, value.value]
    if isinstance(value, date):
        return [_DATE, value.isoformat()]
    if isinstance(value, tuple):
        return [_TUPLE, *map(_plain, value)]
    if isinstance(value, frozenset):
        return [_SET, *sorted(value)]
    if type(value).__name__ in _CLASSES:
        return [type(value).__name__, *(_plain(getattr(value, name)) for name in value.__match_args__)]
    return value


def _record(plain: Any, facts: Mapping[str, Fact]) -> Any:
    """What `_plain` wrote. Raises KeyError where a fact or a kind of record is not known."""
    if not isinstance(plain, list):
        return plain
    name, *parts = plain
    if name == _FACT:
        return facts[parts[0]]
    if name == _DATE:
        return date.fromisoformat(parts[0])
    read = [_record(part, facts) for part in parts]
    if name in (_TUPLE, _SET):
        return tuple(read) if name == _TUPLE else frozenset(read)
    return _CLASSES[name](*read)
