"""Large knowledge, opened: what an engine needs of it, loaded in a moment however many facts there are."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import xapian

from bot import compiled, searching
from bot import large_form as form
from bot.errors import BotError
from bot.keys import key
from bot.large_index import CANDIDATES, Large, Recent
from bot.lookups import Table
from bot.model import Fact, Knowledge, Source
from bot.plain import decode
from bot.shards import Shards

REMEMBERED = 4_096  # sources, of some 1 KB each
_AGAIN = "compile it again with this version of the program"


def opened(shards: Shards, candidates: int = CANDIDATES) -> tuple[Knowledge, Large]:
    """The knowledge that the databases hold, and its searchable form.

    Raises Unreachable, and BotError where they are not the parts of one whole or of another version of the program.
    """
    head = shards.ask(_head)
    book = compiled.used(head)  # before anything is decoded
    searchable = Large(shards, head, book, candidates)
    tables = {name: compiled.Table(head[name], lambda id, record: decode(record)) for name in ("entities", "concepts")}
    sources = Sources(searchable, head["sources"])
    facts = Facts(searchable)
    known = Knowledge(
        decode(head["topic"]), sources, tables["entities"], tables["concepts"], facts, head["stamp"]
    )
    return known, searchable


def _head(whole: xapian.Database, parts: Sequence[xapian.Database]) -> Mapping[str, Any]:
    """What stands at the beginning of everything."""
    heads = [marshal.loads(part.get_metadata(form.HEAD) or marshal.dumps({})) for part in parts]
    if not heads or not all(heads):
        raise BotError("the compiled knowledge is not finished; run `coalition-bot compile` again, it goes on")
    if any(head["made_by"] != form.made_by() for head in heads):
        raise BotError(f"the knowledge was compiled by another version of the program; {_AGAIN}")
    numbers = [(head["number"], head["shards"], head["stamp"]) for head in heads]
    if numbers != [(number, len(heads), heads[0]["stamp"]) for number in range(1, len(heads) + 1)]:
        told = ", ".join(f"{number} of {shards}" for number, shards, _ in numbers)
        raise BotError(f"these are not all parts of one knowledge in their order, but {told}; name each once, in order")
    first: Mapping[str, Any] = heads[0]
    return first


class Facts(Table):
    """The facts by id, each read when it is asked for; they come in the order of their ids."""

    def __init__(self, searchable: Large) -> None:
        self._searchable = searchable

    def in_series(self, series: str) -> Iterator[Fact]:
        """The facts of a series."""
        return map(self._searchable.fact, self._searchable.having(searching.SERIES, series))

    def disputing(self, id: str) -> Iterator[Fact]:
        """The facts that dispute the one with this id."""
        return map(self._searchable.fact, self._searchable.having(searching.DISPUTING, id))

    def keyed(self) -> Mapping[str, Fact]:
        """The facts by their short names."""
        return _Keyed(self._searchable)

    def __getitem__(self, id: str) -> Fact:
        return self._searchable.fact(id)

    def __iter__(self) -> Iterator[str]:
        return self._searchable.ids()

    def __len__(self) -> int:
        return len(self._searchable)


class _Keyed(Mapping[str, Fact]):
    """The facts by their short names."""

    def __init__(self, searchable: Large) -> None:
        self._searchable = searchable

    def __getitem__(self, key: str) -> Fact:
        return self._searchable.fact(self._searchable.keyed(key))

    def __iter__(self) -> Iterator[str]:
        return (key("fact", id) for id in self._searchable.ids())

    def __len__(self) -> int:
        return len(self._searchable)


class Sources(Mapping[str, Source]):
    """The sources by id, each read when it is asked for."""

    def __init__(self, searchable: Large, number: int) -> None:
        self._searchable = searchable
        self._number = number
        self._read = Recent[str, Source](REMEMBERED)

    def __getitem__(self, id: str) -> Source:
        found = self._read.get(id)
        if found is None:
            kept = self._searchable.source(id)
            if not kept:
                raise KeyError(id)
            found = decode(marshal.loads(kept))
            assert isinstance(found, Source)
            self._read.put(id, found)
        return found

    def __iter__(self) -> Iterator[str]:
        return self._searchable.sources()

    def __len__(self) -> int:
        return self._number
