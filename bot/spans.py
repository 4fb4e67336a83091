"""The arithmetic of the calendar: which days a part of a year or month holds, and how far a step goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from bot.calendars import Part, Unit
from bot.dates import LAST_MONTH, Interval

WEEK = 7  # days
MONTHS_OF_THIRDS = 3  # months of a quarter or a season

# First and last month of a part of a year, January being 1; a month past 12 lies in the next year.
# Seasons are the meteorological ones of the northern hemisphere; early, mid and late are thirds of the year.
YEAR_PARTS: Mapping[Part, tuple[int, int]] = MappingProxyType(
    {
        Part.START: (1, 1),
        Part.EARLY: (1, 4),
        Part.MID: (5, 8),
        Part.LATE: (9, 12),
        Part.FIRST_HALF: (1, 6),
        Part.SECOND_HALF: (7, 12),
        Part.QUARTER_1: (1, 3),
        Part.QUARTER_2: (4, 6),
        Part.QUARTER_3: (7, 9),
        Part.QUARTER_4: (10, 12),
        Part.SPRING: (3, 5),
        Part.SUMMER: (6, 8),
        Part.AUTUMN: (9, 11),
        Part.WINTER: (12, 14),
    }
)
# Parts of a year that have names of their own: they mean something where no year is said.
NAMED_PARTS = frozenset(YEAR_PARTS) - {Part.START, Part.EARLY, Part.MID, Part.LATE}

LAST_DAY = 31  # of any month; shorter months end earlier
# First and last day of a part of a month: thirds and halves.
MONTH_PARTS: Mapping[Part, tuple[int, int]] = MappingProxyType(
    {
        Part.START: (1, 10),
        Part.EARLY: (1, 10),
        Part.MID: (11, 20),
        Part.LATE: (21, LAST_DAY),
        Part.FIRST_HALF: (1, 15),
        Part.SECOND_HALF: (16, LAST_DAY),
    }
)
# Which month of a season or quarter, counted from 0, a part of it is.
THIRDS: Mapping[Part, int] = MappingProxyType({Part.START: 0, Part.EARLY: 0, Part.MID: 1, Part.LATE: 2})


def part_of(whole: Interval, part: Part) -> Interval:
    """The part of a year, a month, a quarter or a season; its end is the last day, the state at the end.

    Raises ValueError when such a whole has no such part: a quarter of a month, or any part of a day.
    """
    if whole.start == whole.end:
        raise ValueError(f"a day has no part {part}; name a month or a year")
    if part is Part.END:
        return Interval.day(whole.end)
    start, months = whole.start, _months(whole)
    if months == LAST_MONTH and part in YEAR_PARTS:
        return months_of(start.year, *YEAR_PARTS[part])
    if months == MONTHS_OF_THIRDS and part in THIRDS:
        month = start.month + THIRDS[part]
        return months_of(start.year, month, month)
    if months == 1 and part in MONTH_PARTS:
        first, last = MONTH_PARTS[part]
        return Interval(start.replace(day=first), start.replace(day=min(last, whole.end.day)))
    raise ValueError(f"{whole.start} to {whole.end} has no part {part}; name a month or a year")


def months_of(year: int, first: int, last: int) -> Interval:
    """From month `first` to month `last` of the year; months past 12 lie in the next year."""
    return Interval(_month(year, first).start, _month(year, last).end)


def _month(year: int, month: int) -> Interval:
    later, index = divmod(month - 1, LAST_MONTH)
    return Interval.month(year + later, index + 1)


def _months(interval: Interval) -> int:
    """How many whole months the interval is, 0 when its ends do not bound whole months."""
    start, end = interval.start, interval.end
    if start.day != 1 or end != Interval.month(end.year, end.month).end:
        return 0
    return (end.year - start.year) * LAST_MONTH + end.month - start.month + 1


def move(day: date, unit: Unit, steps: int) -> date:
    """The day so many units later, earlier when negative; the last of the month where it would be too short.

    Raises ValueError or OverflowError outside the years 1 to 9999.
    """
    if unit in (Unit.DAY, Unit.WEEK):
        return day + timedelta(days=steps * (WEEK if unit is Unit.WEEK else 1))
    month = _month(day.year, day.month + steps * (LAST_MONTH if unit is Unit.YEAR else 1))
    return month.start.replace(day=min(day.day, month.end.day))


def around(day: date, unit: Unit) -> Interval:
    """The day itself, or the week, month or year that holds it. Raises OverflowError outside years 1 to 9999."""
    if unit is Unit.DAY:
        return Interval.day(day)
    if unit is Unit.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Interval(monday, monday + timedelta(days=WEEK - 1))
    return Interval.year(day.year) if unit is Unit.YEAR else Interval.month(day.year, day.month)


def rolling(day: date, unit: Unit, steps: int) -> Interval:
    """All days from `day` to the one so many units away. Raises as `move` does."""
    other = move(day, unit, steps)
    return Interval(min(day, other), max(day, other))


def nearest(yearly: Sequence[Interval], steps: int, today: date) -> Interval | None:
    """Of what comes every year, in order: the last one over (-1), the one going on or this year's (0), the next (1)."""
    if steps < 0:
        chosen = [one for one in yearly if one.end < today][-1:]
    elif steps > 0:
        chosen = [one for one in yearly if one.start > today][:1]
    else:
        chosen = [one for one in yearly if today in one] or [one for one in yearly if one.start.year == today.year]
    return chosen[0] if chosen else None
