"""Records as plain values and back: tuples of numbers and texts, such as `marshal` and JSON keep.

A tuple begins with a number that tells what it is: that of a type, or one of the signs below. Where in the files a
record stands is left out: what is kept answers questions and checks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum

from bot.calendars import Part, Phrases, Relation, Unit, Vocabulary
from bot.dates import Interval
from bot.lexicon import Wordbook
from bot.model import Chart, Command, Concept, Entity, Fact, Items, Kind, Source, Topic, Value
from bot.periods import Period

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TUPLE, SET, TABLE, DAY, AS_IT_IS = -1, -2, -3, -4, -5
TYPES: tuple[type, ...] = (
    Chart, Command, Concept, Entity, Fact, Interval, Items, Kind, Part, Period, Phrases, Relation, Source, Topic, Unit,
    Value, Vocabulary, Wordbook,
)  # fmt: skip
_NUMBERS = {type_: number for number, type_ in enumerate(TYPES)}
_SCALARS = frozenset({type(None), bool, int, float, str, bytes})
_PLACES = ("place", "places")  # the last fields of what is read from a file


def encode(value: Any) -> Any:
    """The value as plain values. Raises TypeError for what is neither a record nor made of plain values."""
    kind: Any = type(value)
    if _is_plain(value):
        # A tuple, set or table of nothing but plain values needs no decoding, which is most of the time that it takes.
        return value if kind in _SCALARS else (AS_IT_IS, dict(value) if isinstance(value, Mapping) else value)
    if kind is tuple:
        return (TUPLE, *map(encode, value))
    if kind is frozenset:
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


def _is_plain(value: Any) -> bool:
    if type(value) in (tuple, frozenset):
        return all(map(_is_plain, value))
    if isinstance(value, Mapping):
        return all(_is_plain(part) for pair in value.items() for part in pair)
    return type(value) in _SCALARS


def decode(value: Any) -> Any:
    """The value that `encode` made plain."""
    if type(value) is not tuple:
        return value
    sign = value[0]
    if sign >= 0:
        return TYPES[sign](*map(decode, value[1:]))
    if sign == AS_IT_IS:
        return value[1]
    if sign == DAY:
        return date.fromordinal(value[1])
    parts = map(decode, value[1:])
    if sign == TUPLE:
        return tuple(parts)
    return frozenset(parts) if sign == SET else dict(zip(parts, parts, strict=True))
