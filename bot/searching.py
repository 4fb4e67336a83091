"""What answering needs of searchable knowledge, wherever that is: in memory, on the disk, on other machines.

A fact is told by a key. Keys in order are ids in order, so that ties end by id everywhere.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from bot.dates import Interval
from bot.index import Alternatives
from bot.lexicon import Wordbook
from bot.model import Fact
from bot.prepared import Traits
from bot.reading import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:  # typing takes time to import, and only its checkers need it
    Protocol = object

Key = int | str

# Tables of which facts have a name: `own` and `told` terms, entities that they are `about` or that are `mentioned`,
# relations in which they list something, facts that they dispute, their series, what their asks ask for, and the asks
# themselves as `Lexicon.wording` gives them; `defining` has the entities whose definition they are.
OWN, TOLD, ABOUT, MENTIONED = "own", "told", "about", "mentioned"
LISTS, DISPUTING, SERIES, DEFINING = "lists", "disputing", "series", "defining"
ATTRIBUTES, WORDINGS = "attributes", "wordings"


class Searchable(Protocol):
    """Knowledge in a form in which it can be searched.

    `words` are all words of facts, `wordbook` and `dictionary` those of names and of the language.
    """

    words: frozenset[str]
    wordbook: Wordbook
    dictionary: Container[str]

    def __len__(self) -> int:
        """How many facts there are."""
        ...

    def search(self, wanted: tuple[Alternatives, ...]) -> Mapping[Key, float]:
        """The facts that contain anything of what is wanted, each with its best entry's BM25 score; where that are
        more than can be looked at, the best of them."""
        ...

    def fact(self, key: Key) -> Fact:
        """The fact with this key."""
        ...

    def reading(self, id: str) -> Reading:
        """What the fact with this id says."""
        ...

    def traits(self, key: Key) -> Traits:
        """What of the fact decides its rank whatever is asked."""
        ...

    def among(self, found: Mapping[Key, float], table: str, name: str) -> Iterable[Key]:
        """The found facts that have the name; others that have it may be told, too."""
        ...

    def having(self, table: str, name: str) -> Iterable[Key]:
        """The facts that have the name, in the order of the files; of very many the first."""
        ...

    def frequency(self, table: str, name: str) -> int:
        """How many facts have the name."""
        ...

    def begins_on(self, day: int) -> bool:
        """Whether a fact begins to hold on the day with this ordinal."""
        ...

    def happened(self, asked: Interval, about: frozenset[str], most: int) -> list[Fact]:
        """What is told of any of these entities and lies within the interval, but for gaps and disputes: the best
        supported first, then the earliest."""
        ...
