"""Searchable knowledge in memory: the form of every ordinary folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.dates import Interval
from bot.index import Alternatives, Index, numbers
from bot.model import Fact, Knowledge
from bot.prepared import Prepared, Table, Traits
from bot.reading import Reading
from bot.searching import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
else:  # typing takes time to import, and only its checkers need it
    Any = object


class InMemory:
    """A `Searchable`. The key of a fact is its number: its place among the ids in order."""

    def __init__(self, knowledge: Knowledge, prepared: Prepared) -> None:
        self.words, self.wordbook, self.dictionary = prepared.words, prepared.wordbook, prepared.dictionary
        self._facts = knowledge.facts
        self._prepared = prepared
        self._index = Index(prepared.entries, prepared.postings)
        self._starts: frozenset[int] | None = None

    def __len__(self) -> int:
        return len(self._prepared.ids)

    def search(self, wanted: tuple[Alternatives, ...]) -> Mapping[Key, float]:
        found: Mapping[Any, float] = self._index.search(wanted)
        return found

    def fact(self, key: Key) -> Fact:
        number: Any = key
        return self._facts[self._prepared.ids[number]]

    def reading(self, id: str) -> Reading:
        return self._prepared.readings[id]

    def traits(self, key: Key) -> Traits:
        number: Any = key
        traits: Traits = self._prepared.traits[number]
        return traits

    def among(self, found: Mapping[Key, float], table: str, name: str) -> Iterable[Key]:
        return self.having(table, name)

    def having(self, table: str, name: str) -> Sequence[int]:
        names: Table = getattr(self._prepared, table)
        return numbers(names.get(name, b""))

    def frequency(self, table: str, name: str) -> int:
        return len(self.having(table, name))

    def begins_on(self, day: int) -> bool:
        if self._starts is None:  # worked out for the first question that needs it
            self._starts = frozenset(traits.start for traits in self._prepared.traits)
        return day in self._starts

    def happened(self, asked: Interval, about: frozenset[str], most: int) -> list[Fact]:
        facts = (f for f in self._facts.values() if asked.contains(f.when) and not f.gap and not f.disputes)
        told = (fact for fact in facts if about & set(fact.about))
        return sorted(told, key=lambda fact: (-len(fact.sources), fact.when.start, fact.id))[:most]
