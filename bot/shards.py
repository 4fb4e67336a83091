"""Xapian databases that are searched as one: on the disk, or each served by another host's `xapian-tcpsrv`.

A database that was written to meanwhile is opened anew, and so is a connection that broke, once, with what was asked.
What then still cannot be reached is told as such: an answer from the rest would be wrong without saying so.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import xapian

from bot.errors import BotError, UsageError
from bot.large_form import SHARD, STAMP

# Milliseconds for a connection, and for each reply of a host. An attempt that waits in vain, and the next one, remain
# together below the two seconds within which a person is told.
PATIENCE = 800
_CONNECTION, _OPENED_AGAIN = 2, 3  # attempts

T = TypeVar("T")
Open = Callable[[], xapian.Database]


class Unreachable(BotError):
    """A part of the knowledge cannot be reached."""


class Shards:
    """Databases as one. `whole` searches all of them; `parts` are the same one by one."""

    def __init__(self, opens: Sequence[Open]) -> None:
        self._opens = opens
        self._parts: list[xapian.Database] = []
        self._whole: xapian.Database | None = None
        self._stamps: list[bytes] = []  # what they hold; it was read when they were first opened
        self._lock = threading.RLock()  # a database is not to be used by two threads at once

    def __len__(self) -> int:
        return len(self._opens)

    def ask(self, use: Callable[[xapian.Database, Sequence[xapian.Database]], T]) -> T:
        """What `use` finds in the databases, as one and one by one. Raises Unreachable, BotError."""
        with self._lock:
            for attempt in range(_OPENED_AGAIN):
                try:
                    return use(self._opened(), self._parts)
                except xapian.DatabaseModifiedError:
                    self.close()
                except xapian.NetworkError as error:
                    self.close()
                    if attempt + 1 >= _CONNECTION:
                        raise Unreachable(_unreachable(error)) from error
                except xapian.DatabaseError as error:
                    self.close()
                    what = f"the compiled knowledge cannot be read: {error.get_msg()}"
                    raise BotError(f"{what}; compile it again") from error
            raise BotError("the compiled knowledge is written to all the time; ask again when that has ended")

    def close(self) -> None:
        """Let go of all databases; the next question opens them anew."""
        for part in self._parts:
            part.close()
        self._parts, self._whole = [], None

    def _opened(self) -> xapian.Database:
        if self._whole is None:
            parts = [opened() for opened in self._opens]
            whole = xapian.Database()
            for part in parts:
                whole.add_database(part)
            stamps = [part.get_metadata(STAMP) for part in parts]
            if self._stamps not in ([], stamps):
                raise BotError("the knowledge was compiled anew meanwhile; start the program again")
            self._parts, self._whole, self._stamps = parts, whole, stamps
        return self._whole


def _unreachable(error: xapian.NetworkError) -> str:
    where = f" ({error.get_context()})" if error.get_context() else ""
    return f"part of the knowledge is unreachable{where}; look whether all of KNOWLEDGE_SHARDS are served"


def on_disk(folder: str) -> Shards:
    """The databases in a folder of compiled knowledge."""
    paths: list[str] = []
    while os.path.isdir(path := os.path.join(folder, SHARD.format(number=len(paths) + 1))):
        paths.append(path)
    return Shards([partial(xapian.Database, path) for path in paths])


def served(addresses: str) -> Shards:
    """The databases that hosts serve, as KNOWLEDGE_SHARDS names them: `host:port,host:port`. Raises UsageError."""
    opens: list[Open] = []
    for address in addresses.replace(",", " ").split():
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
            raise UsageError("KNOWLEDGE_SHARDS is no list of places; write host:port,host:port")
        opens.append(partial(xapian.remote_open, host.strip("[]"), int(port), PATIENCE, PATIENCE))
    return Shards(opens)
