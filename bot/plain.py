"""Records as plain values and back: tuples of numbers and texts, such as `marshal` and JSON keep.

A tuple begins with a number that tells what it is: that of a type, or one of the signs below. Where in the files a
record stands is left out: what is kept answers questions and checks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from types import MappingProxyType

from bot.calendars import Part, Phrases, Relation, Unit, Vocabulary
from bot.dates import Interval
from bot.lexicon import Wordbook
from bot.model import Concept, Entity, Fact, Items, Kind, Source, Topic, Value
from bot.periods import Period
from bot.reading import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TUPLE, SET, TABLE, DAY = -1, -2, -3, -4
TYPES: tuple[type, ...] = (
    Concept, Entity, Fact, Interval, Items, Kind, Part, Period, Phrases, Reading, Relation, Source, Topic, Unit,
    Value, Vocabulary, Wordbook,
)  # fmt: skip
_NUMBERS = {type_: number for number, type_ in enumerate(TYPES)}
_PLACES = ("place", "places")  # the last fields of what is read from a file


def encode(value: Any) -> Any:
    """The value as plain values. Raises TypeError for what is neither a record nor made of plain values."""
    kind: Any = type(value)
    if value is None or kind in (str, int, float, bool, bytes):
        return value
    if kind is tuple:
        return (TUPLE, *map(encode, value))
    if isinstance(value, (frozenset, set)):
        return (SET, *sorted(map(encode, value)))
    if isinstance(value, Mapping):
        return (TABLE, *(encode(part) for pair in value.items() for part in pair))
    if isinstance(value, date):
        return (DAY, value.toordinal())
    if kind not in _NUMBERS:
        raise TypeError(f"{kind.__name__} cannot be kept; add it to TYPES")
    if isinstance(value, Enum):
        return (_NUMBERS[kind], value.value)
    names = [name for name in kind.__match_args__ if name not in _PLACES]
    return (_NUMBERS[kind], *(encode(getattr(value, name)) for name in names))


def decode(value: Any) -> Any:
    """The value that `encode` made plain."""
    if type(value) is not tuple:
        return value
    sign, *rest = value
    if sign >= 0:
        return TYPES[sign](*map(decode, rest))
    if sign == TUPLE:
        return tuple(map(decode, rest))
    if sign == SET:
        return frozenset(map(decode, rest))
    if sign == DAY:
        return date.fromordinal(rest[0])
    return MappingProxyType({decode(rest[i]): decode(rest[i + 1]) for i in range(0, len(rest), 2)})
