"""Writes large knowledge into databases, so that it can be broken off and gone on with at any moment.

What is written counts from the next `keep`, which also keeps how far it got. A fact that is written again is the same
document again, so nothing has to know what was written behind the last `keep`.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

import xapian

from bot import large_form as form
from bot.large_form import STRIDE
from bot.reading import Read
from bot.records import dataclass

os.environ.setdefault("XAPIAN_FLUSH_THRESHOLD", "1000000000")  # documents: `keep` says when to write


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact as it will be written: its entries' terms, the names that it is looked up by, and what is kept of it."""

    id: str
    start: int
    end: int
    support: bytes
    entries: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    ranked: bytes
    shown: bytes

    @classmethod
    def of(cls, read: Read) -> Draft:
        """The draft of a fact that was read."""
        fact = read.reading.fact
        return cls(
            fact.id,
            fact.when.start.toordinal(),
            fact.when.end.toordinal(),
            form.support_value(fact),
            tuple(tuple(map(form.entry_term, entry)) for entry in read.entries),
            tuple(form.names(read)),
            form.ranked(read),
            form.shown(read),
        )


class Writer:
    """Writes facts, dealt out to so many databases in the folder, in turn."""

    def __init__(self, folder: str, shards: int) -> None:
        """Raises OSError, xapian.Error."""
        os.makedirs(folder, exist_ok=True)
        paths = (os.path.join(folder, form.SHARD.format(number=number)) for number in range(1, shards + 1))
        self._parts = [xapian.WritableDatabase(path, xapian.DB_CREATE_OR_OPEN) for path in paths]

    def position(self) -> tuple[Any, ...] | None:
        """How far it is written in all databases: what `keep` was given when the one that is least far was written."""
        kept = [part.get_metadata(form.POSITION) for part in self._parts]
        return min(marshal.loads(one) for one in kept) if all(kept) else None

    def add(self, number: int, draft: Draft) -> None:
        """Write the fact with this number, from 0 in the order of the files."""
        shards = len(self._parts)
        part, first = self._parts[number % shards], (number // shards + 1) * STRIDE
        id, start, end = draft.id.encode(), form.day_value(draft.start), form.day_value(draft.end)
        for place, entry in enumerate(draft.entries):
            document = xapian.Document()
            for term in entry:
                document.add_term(term)
            document.add_value(form.ID, id)
            if not place:
                for name in draft.names:
                    document.add_boolean_term(name)
                document.add_value(form.START, start)
                document.add_value(form.END, end)
                document.add_value(form.BY_SUPPORT, draft.support)
                document.set_data(draft.ranked)
            elif place == 1:
                document.set_data(draft.shown)
            part.replace_document(first + place, document)

    def add_source(self, id: str, kept: bytes) -> None:
        """Write what is kept of a source."""
        self._parts[crc32(id.encode()) % len(self._parts)].set_metadata(form.SOURCE + id, kept)

    def add_word(self, word: str) -> None:
        """Remember a word of the facts, for `words`."""
        self._parts[0].set_metadata(form.WORD + word, "1")

    def words(self) -> Iterable[str]:
        """All words that were added."""
        prefix = form.WORD.encode()
        return (key.removeprefix(prefix).decode() for key in self._parts[0].metadata_keys(prefix))

    def keep(self, *position: Any) -> None:
        """Make what was written lasting, and that it was written up to this position."""
        for part in self._parts:
            part.set_metadata(form.POSITION, marshal.dumps(position))
            part.commit()

    def whole(self) -> xapian.Database:
        """What was written, as one database; it is closed with the writer."""
        whole = xapian.Database()
        for part in self._parts:
            whole.add_database(part)
        return whole

    def finish(self, folder: str, head: Mapping[str, Any], dictionary: bytes) -> None:
        """Write what stands at the beginning, and all of it, compacted, to the folder. Nothing is written behind it."""
        for number, part in enumerate(self._parts, 1):
            own = {"number": number, "shards": len(self._parts)}
            shared = {name: head[name] for name in ("made_by", "stamp")} if number > 1 else head
            part.set_metadata(form.STAMP, head["stamp"])
            part.set_metadata(form.HEAD, marshal.dumps({**shared, **own}))
            if number == 1:
                part.set_metadata(form.DICTIONARY, dictionary)
            part.commit()
            path = os.path.join(folder, form.SHARD.format(number=number))
            part.compact(path, xapian.DBCOMPACT_NO_RENUMBER)

    def close(self) -> None:
        """Let go of the databases."""
        for part in self._parts:
            part.close()
