"""What a search found: facts in order, each judged only when somebody asks.

A question shares terms with hundreds of facts, of which a handful can answer it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.lexicon import Term
from bot.model import Fact
from bot.searching import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol
else:  # typing takes time to import, and only its checkers need it
    Protocol = object

Row = tuple[float, Key, float, float]  # the sort key, and a fact's key, score and coverage


class Judge(Protocol):
    """Judges facts for one query."""

    def fact(self, key: Key) -> Fact:
        """The fact with this key."""
        ...

    def missing(self, fact: Fact) -> tuple[Term, ...]:
        """The query's terms that the fact does not explain."""
        ...

    def entity(self, fact: Fact) -> bool:
        """Whether the fact is about the asked entities."""
        ...

    def kind(self, fact: Fact) -> bool:
        """Whether it gives the asked kind of answer."""
        ...

    def period(self, fact: Fact) -> bool:
        """Whether it holds in the asked time."""
        ...


class Hit:
    """A fact found for a query. `score` is its BM25 score after preferences, `coverage` the idf-weighted share of the
    question's terms that it explains (0 to 1); the rest is as its judge says."""

    __slots__ = ("_judge", "_key", "coverage", "entity", "fact", "kind", "missing", "period", "score")
    fact: Fact
    missing: tuple[Term, ...]
    entity: bool
    kind: bool
    period: bool

    def __init__(self, judge: Judge, key: Key, score: float, coverage: float) -> None:
        self._judge = judge
        self._key = key
        self.score = score
        self.coverage = coverage

    def __getattr__(self, name: str) -> object:
        """Called for a slot that is still empty: what belongs into it."""
        if name == "fact":
            found: object = self._judge.fact(self._key)
        elif name in ("missing", "entity", "kind", "period"):
            found = getattr(self._judge, name)(self.fact)
        else:
            raise AttributeError(name)
        setattr(self, name, found)
        return found

    @property
    def fits(self) -> bool:
        """Whether the fact keeps all hard constraints."""
        return self.entity and self.kind and self.period


class Ranking(Sequence[Hit]):
    """Hits, best first."""

    def __init__(self, judge: Judge, rows: Sequence[Row]) -> None:
        self._judge = judge
        self._rows = rows
        self._hits: dict[int, Hit] = {}
        self._covering: dict[float, tuple[Hit, ...]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Hit]:
        return map(self._hit, range(len(self._rows)))

    def __getitem__(self, place: Any) -> Any:
        """The hit at a place, or those of a slice."""
        places = range(len(self._rows))[place]
        return self._hit(places) if isinstance(places, int) else tuple(map(self._hit, places))

    def covering(self, least: float) -> tuple[Hit, ...]:
        """The hits that explain at least this share of the question."""
        if least not in self._covering:
            places = [place for place, row in enumerate(self._rows) if row[3] >= least]
            self._covering[least] = tuple(map(self._hit, places))
        return self._covering[least]

    def _hit(self, place: int) -> Hit:
        hit = self._hits.get(place)
        if hit is None:
            _, key, score, coverage = self._rows[place]
            hit = self._hits[place] = Hit(self._judge, key, score, coverage)
        return hit
