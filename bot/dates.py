"""Days and intervals of days: the EDTF subset that knowledge is written in, and how it is said in words.

EDTF is ISO 8601-2's Extended Date/Time Format (https://www.loc.gov/standards/datetime/). The subset:
date `2024-02-14`, month `2024-02`, year `2024`, interval `A/B`, open end `A/..`, unknown start `../B`,
and the suffix `~` on a date for "approximately".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.patterns import lazy
from bot.records import dataclass

LAST_MONTH = 12  # number of December: months count from 1
DECEMBER = 31  # days
OPEN = ".."  # EDTF's sign for an end that is open or a start that is unknown
APPROXIMATE = "~"  # EDTF's sign for "approximately"
MEND = "write YYYY-MM-DD, YYYY-MM, YYYY, A/B, A/.. or ../B"
DASH = "\N{EN DASH}"  # between the ends of a range in print, in every language

# [0-9] because \d would take digits of every script.
_DATE = lazy(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?P<approximate>~?)")


@dataclass(frozen=True, slots=True)
class Interval:
    """All days from `start` to `end`, both included; at least one day.

    An unknown start is `date.min`, an open end `date.max`. `approximate` says that the ends may be off.
    Raises ValueError when `end` is before `start`.
    """

    start: date
    end: date
    approximate: bool = False

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"an interval cannot end ({self.end}) before it starts ({self.start}); swap the two")

    @classmethod
    def day(cls, day: date) -> Interval:
        """The interval of this one day."""
        return cls(day, day)

    @classmethod
    def month(cls, year: int, month: int) -> Interval:
        """The whole month, January being 1. Raises ValueError when there is no such month."""
        return cls(date(year, month, 1), date(year, month, last_day(year, month)))

    @classmethod
    def year(cls, year: int) -> Interval:
        """The whole year. Raises ValueError outside the years that `datetime.date` knows (1 to 9999)."""
        return cls(date(year, 1, 1), cls.month(year, LAST_MONTH).end)

    def in_year(self, year: int) -> Interval:
        """The same days, moved by whole years so that it starts in `year`; a 29 February may become a 28th."""
        moved = year - self.start.year
        return Interval(_moved(self.start, moved), _moved(self.end, moved), self.approximate)

    @property
    def open_start(self) -> bool:
        """Whether the start is unknown."""
        return self.start == date.min

    @property
    def open_end(self) -> bool:
        """Whether the end is open: it holds until something else is known."""
        return self.end == date.max

    def overlaps(self, other: Interval) -> bool:
        """Whether at least one day is in both."""
        return self.start <= other.end and other.start <= self.end

    def contains(self, other: Interval) -> bool:
        """Whether every day of `other` is in this interval."""
        return self.start <= other.start and other.end <= self.end

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def _moved(day: date, years: int) -> date:
    last = last_day(day.year + years, day.month)
    return day.replace(year=day.year + years, day=min(day.day, last))


def last_day(year: int, month: int) -> int:
    """The number of the month's last day. Raises ValueError when there is no such month."""
    if month == LAST_MONTH:
        return DECEMBER
    return date.fromordinal(date(year, month + 1, 1).toordinal() - 1).day


def parse(text: str) -> Interval:
    """The interval that `text` writes in the EDTF subset; approximate when any of its dates is.

    Raises ValueError with one line that says what is wrong and how to mend it.
    """
    first, slash, last = text.partition("/")
    if not slash:
        return _date(first, text)
    if first == last == OPEN:
        raise _fault(text, "has no date")
    start = Interval.day(date.min) if first == OPEN else _date(first, text)
    end = Interval.day(date.max) if last == OPEN else _date(last, text)
    if end.end < start.start:
        raise _fault(text, "ends before it starts")
    return Interval(start.start, end.end, start.approximate or end.approximate)


def _date(text: str, whole: str) -> Interval:
    """The interval of one date without a slash; `whole` is the text that a fault shows."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise _fault(whole, "is not a date")
    year, month, day = match["year"], match["month"], match["day"]
    if int(year) < date.min.year:
        raise _fault(whole, f"has no year {year}")
    approximate = match["approximate"] == APPROXIMATE
    if month is None:
        found = Interval.year(int(year))
    elif not 1 <= int(month) <= LAST_MONTH:
        raise _fault(whole, f"has no month {month}")
    else:
        found = Interval.month(int(year), int(month))
        if day is not None and not 1 <= int(day) <= found.end.day:
            raise _fault(whole, f"has no day {day}")
        found = found if day is None else Interval.day(found.start.replace(day=int(day)))
    return Interval(found.start, found.end, approximate)


def _fault(text: str, what: str) -> ValueError:
    """The error for a text that is no interval; quoted as JSON, so that it stays on one line."""
    import json  # takes time to import, for an error

    return ValueError(f"{json.dumps(text, ensure_ascii=False)} {what}; {MEND}")


def say(day: date, months: Sequence[str]) -> str:
    """The day in words, such as "14 February 2024"; `months` are the twelve names, January first."""
    return f"{day.day} {months[day.month - 1]} {day.year}"


def say_interval(interval: Interval, months: Sequence[str]) -> str:
    """The interval in the fewest words: "2024", "February 2024", "14 February 2024", else its two ends.

    Two ends stand around a dash ("March 2024", dash, "July 2024"), an open end leaves its side of it empty, and `~`
    in front means approximately; so nothing but `months` depends on the language.
    """
    start, end = interval.start, interval.end
    sign = APPROXIMATE if interval.approximate else ""
    if interval.open_start or interval.open_end:
        first = "" if interval.open_start else f"{say(start, months)} "
        last = "" if interval.open_end else f" {say(end, months)}"
        return f"{sign}{first}{DASH}{last}"
    first, last = _say_ends(start, end, months)
    return sign + (first if first == last else f"{first} {DASH} {last}")


def _say_ends(start: date, end: date, months: Sequence[str]) -> tuple[str, str]:
    """Both ends by year when they bound whole years, by month when they bound whole months, else by day."""
    if start == Interval.year(start.year).start and end == Interval.year(end.year).end:
        return str(start.year), str(end.year)
    if start.day == 1 and end == Interval.month(end.year, end.month).end:
        return f"{months[start.month - 1]} {start.year}", f"{months[end.month - 1]} {end.year}"
    return say(start, months), say(end, months)
