"""A single date as people write it, without its preposition: "14th of feb 2024", "late april", "q1 2025".

A hand-written parser over tokens: from every word on it looks a bounded number of words ahead, so that its
time is linear in the text. It has no words of its own: they come from a `Vocabulary` (bot/calendars.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum, auto

from bot import figures, spans
from bot.calendars import Part, Tokens, Unit, Vocabulary
from bot.dates import Interval
from bot.figures import YEAR_DIGITS
from bot.records import dataclass, replace

NEAR = 10  # years from today within which "2024 units" speaks of a year, beyond them of a number of units
ROUND = 100  # its multiples, without a preposition, are rather numbers than years: "more than 2000"
LEAP_YEAR = 2000  # has every day that any year has
LONGEST_COUNT = 3  # digits of a number of days, weeks, months or years, and fewest of a group of a long number
MOST_JOINERS = 2  # signs between a month and its year: "feb., 2024"
DEEPEST = 2  # parts inside parts: "end of early summer"
# Years from today's that hold the last, the present and the next of everything yearly: a winter that ends
# in February began the year before, so that the last one over may have begun two years ago.
SHIFTED_YEARS = (-2, -1, 0, 1)
APOSTROPHE = "'"
JOINERS = frozenset({",", ".", "-", "/", "\N{EN DASH}"})  # signs that may stand inside a date


@dataclass(frozen=True, slots=True)
class Written:
    """A date as written, up to token `stop` (exclusive); `year` is None where none is named.

    `in_year` gives its interval once the year is known, and raises ValueError or OverflowError where that
    year has no such days; where a year is named it pays no heed to another.
    """

    in_year: Callable[[int], Interval]
    year: int | None
    stop: int

    def interval(self, year: int) -> Interval | None:
        """The interval in the year named, in `year` when none is; None when there is no such day."""
        try:
            return self.in_year(year if self.year is None else self.year)
        except (ValueError, OverflowError):
            return None


def fixed(interval: Interval, stop: int) -> Written:
    """A date that says its year itself."""
    return Written(lambda _: interval, interval.start.year, stop)


def roughly(written: Written) -> Written:
    """The same date, approximate."""
    return replace(written, in_year=lambda year: replace(written.in_year(year), approximate=True))


def existing(written: Written | None) -> Written | None:
    """What is written, unless no year has such a day: 31 February."""
    return written if written is not None and written.interval(LEAP_YEAR) is not None else None


class Call(Enum):
    """What stands in front of a date and calls for one."""

    NOTHING = auto()
    MONTH = auto()  # a preposition that no day follows: "in february 20 countries"
    DATE = auto()


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads dates from one text; every method starts at a token and looks ahead from there, None if no date is."""

    text: Tokens
    known: Vocabulary
    today: date

    def read(self, i: int, call: Call) -> Written | None:
        """The date that starts at token `i`: the first reading that has days."""
        word = self.text.words[i]
        if word not in self.known.openings and word != APOSTROPHE and not word[:1].isdecimal():
            return None
        readings = (self._relative, self._ago, self._shifted, self._part, self._day_month, self._month, self._figure)
        for reading in readings:
            if (written := existing(reading(i, call))) is not None:
                return written
        return existing(self._year_first(i, call))

    def _relative(self, i: int, _: Call) -> Written | None:
        """last year, yesterday"""
        found = self.known.relative.at(self.text.words, i)
        return found and self._stepped(*found[0], found[1])

    def _stepped(self, unit: Unit, steps: int, stop: int) -> Written | None:
        """The day, week, month or year that lies so many units from today, if the calendar goes that far."""
        try:
            return fixed(spans.around(spans.move(self.today, unit, steps), unit), stop)
        except (ValueError, OverflowError):
            return None

    def _count(self, i: int) -> tuple[int, Unit, int] | None:
        """A number of units, and the token behind: three months"""
        words, known = self.text.words, self.known
        number = known.numbers.at(words, i)
        if number is None and words[i].isdecimal() and len(words[i]) <= LONGEST_COUNT:
            number = int(words[i]), i + 1
        unit = number and known.units.at(words, number[1])
        return (number[0], *unit) if number and unit else None

    def _ago(self, i: int, _: Call) -> Written | None:
        """two years ago: the whole year then, as nobody means the very day; days are meant exactly"""
        words, known = self.text.words, self.known
        before = known.ago_before.skip(words, i)
        if (count := self._count(before)) is None:
            return None
        number, unit, stop = count
        behind = known.ago.skip(words, stop)
        if before == i and behind == stop:
            return None
        written = self._stepped(unit, -number, behind)
        return written if written is None or unit is Unit.DAY else roughly(written)

    def _shifted(self, i: int, _: Call) -> Written | None:
        """last march, this summer, the last 3 months"""
        words, known = self.text.words, self.known
        if (shift := known.shifts.at(words, i)) is None:
            return None
        steps, j = shift
        if steps and (count := self._count(j)) is not None:
            return self._rolling(steps * count[0], count[1], count[2])
        if (month := known.months.at(words, j)) is not None:
            if not steps and self._ambiguous(j, month[1]):
                return None
            return self._nearest(steps, Written(lambda year: Interval.month(year, month[0]), None, month[1]))
        if (part := known.parts.at(words, j)) is not None and part[0] in spans.NAMED_PARTS:
            return self._nearest(steps, self._part_of_year(*part))
        return None

    def _rolling(self, steps: int, unit: Unit, stop: int) -> Written | None:
        """All days between today and so many units from today."""
        try:
            return fixed(spans.rolling(self.today, unit, steps), stop)
        except (ValueError, OverflowError):
            return None

    def _nearest(self, steps: int, yearly: Written) -> Written | None:
        """The last, the present or the next one of what comes every year."""
        around = (yearly.interval(self.today.year + step) for step in SHIFTED_YEARS)
        chosen = spans.nearest([one for one in around if one is not None], steps, self.today)
        return fixed(chosen, yearly.stop) if chosen else None

    def _part_of_year(self, part: Part, stop: int) -> Written:
        return Written(lambda year: spans.part_of(Interval.year(year), part), None, stop)

    def _part(self, i: int, call: Call, depth: int = 1) -> Written | None:
        """end of 2024, late april, q1 2025, the summer"""
        words, known = self.text.words, self.known
        if (found := known.parts.at(words, i)) is None:
            return None
        part, stop = found
        if call is Call.NOTHING and " ".join(words[i:stop]) in known.called_parts:
            return None
        j = stop + 1 if words[stop] in JOINERS else stop
        of = known.of.skip(words, j)
        if (whole := self._whole(known.articles.skip(words, of), depth)) is not None:
            return Written(lambda year: spans.part_of(whole.in_year(year), part), whole.year, whole.stop)
        if part in spans.NAMED_PARTS and call is not Call.NOTHING and of == j:
            return self._part_of_year(part, stop)
        return None

    def _whole(self, i: int, depth: int) -> Written | None:
        """What a part is a part of."""
        whole = self._relative(i, Call.DATE) or self._shifted(i, Call.DATE)
        if whole is None and depth < DEEPEST:
            whole = self._part(i, Call.DATE, depth + 1)
        if whole is None:
            whole = self._month(i, Call.MONTH)
        if whole is None and (year := self._year(i)) is not None:
            whole = fixed(Interval.year(year[0]), year[1])
        return whole

    def _days(self, i: int) -> tuple[int, int, int] | None:
        """First and last day of a month and the token behind: 14th, 14-15"""
        if (days := figures.days(self.text.words[i])) is not None:
            return (*days, i + 1)
        day = self.known.days.at(self.text.words, i)
        return day and (day[0], *day)

    def _day_month(self, i: int, _: Call) -> Written | None:
        """14 february 2024, 14th of feb, 14-feb-2024"""
        words, known = self.text.words, self.known
        if (days := self._days(i)) is None:
            return None
        first, last, j = days
        j = j + 1 if words[j] in JOINERS and self.text.glued(j) else known.of.skip(words, j)
        if (month := known.months.at(words, j)) is None:
            return None
        return self._in_month(month[0], (first, last), month[1])

    def _in_month(self, month: int, days: tuple[int, int], stop: int) -> Written:
        """Days of a month, with the year that follows, if any does."""

        def in_year(year: int) -> Interval:
            return Interval(date(year, month, days[0]), date(year, month, days[1]))

        year = self._year_behind(stop)
        return Written(in_year, *year) if year else Written(in_year, None, stop)

    def _month(self, i: int, call: Call) -> Written | None:
        """february 2024, feb 14th, 2024, in march"""
        words, known = self.text.words, self.known
        if (found := known.months.at(words, i)) is None:
            return None
        month, stop = found
        j = self._joined(stop)
        if (days := self._days(known.articles.skip(words, j))) is not None:
            written = self._in_month(month, days[:2], days[2])
            weak = call is Call.MONTH or (call is Call.NOTHING and self._ambiguous(i, stop))
            if written.year is not None or not self._counting(j, days[2], weak):
                return written
        if (year := self._year_behind(stop)) is not None:
            return Written(lambda one: Interval.month(one, month), *year)
        if call is Call.NOTHING and self._ambiguous(i, stop):
            return None
        return Written(lambda one: Interval.month(one, month), None, stop)

    def _ambiguous(self, i: int, stop: int) -> bool:
        """Whether the month at these tokens is an ordinary word too."""
        return " ".join(self.text.words[i:stop]) in self.known.ambiguous

    def _counting(self, i: int, stop: int, weak: bool) -> bool:
        """Whether a bare number behind a month rather counts what follows: "in may 20 countries"."""
        words, behind = self.text.words, self.text.words[stop]
        if stop - i > 1 or not words[i].isdecimal():
            return False
        if behind in self.known.counted or behind.isdecimal() or self.text.measured(i):
            return True
        return weak and behind.isalpha() and self.known.prepositions.at(words, stop) is None

    def _joined(self, i: int) -> int:
        """The token behind the few signs, and the "of", that may stand inside a date."""
        words = self.text.words
        for _ in range(MOST_JOINERS):
            i += words[i] in JOINERS
        return self.known.of.skip(words, i)

    def _figure(self, i: int, _: Call) -> Written | None:
        """2024-02-14, 14.02.2024, 2024-2025"""
        interval = None if self.text.measured(i) else figures.interval(self.text.words[i])
        return fixed(interval, i + 1) if interval else None

    def _year(self, i: int) -> tuple[int, int] | None:
        """A year and the token behind: 2024, '24, last year, two years ago"""
        words, known = self.text.words, self.known
        if (relative := self._relative(i, Call.DATE) or self._ago(i, Call.DATE)) is not None:
            whole = relative.in_year(self.today.year)
            return (whole.start.year, relative.stop) if whole.contains(Interval.year(whole.start.year)) else None
        short = words[i] == APOSTROPHE and self.text.glued(i + 1)
        first = i + 1 if short else i
        number = figures.year(words[first]) if short or len(words[first]) == YEAR_DIGITS else None
        if number is None or self.text.measured(first):
            return None
        far = short or abs(number - self.today.year) > NEAR
        if far and words[first + 1] in known.counted:
            return None
        return number, known.year_words.skip(words, first + 1)

    def _year_behind(self, i: int) -> tuple[int, int] | None:
        """The year behind a month or a day, and the token behind that."""
        return self._year(self._joined(i)) or self._year(i)

    def _year_first(self, i: int, call: Call) -> Written | None:
        """2024, or before its month as some languages have it: 2024 february 14"""
        if (found := self._year(i)) is None or self._long(i, *found, call):
            return None
        year, stop = found
        for inner in (self._day_month(stop, Call.NOTHING), self._month(stop, Call.NOTHING)):
            if inner is not None and inner.year is None and existing(inner) is not None:
                return Written(inner.in_year, year, inner.stop)
        return fixed(Interval.year(year), stop)

    def _long(self, i: int, year: int, stop: int, call: Call) -> bool:
        """Whether a year without preposition is rather a round number or a group of a longer one."""
        words = self.text.words
        if call is not Call.NOTHING or not words[i].isdecimal():
            return False
        groups = (words[i - 1] if i else "", words[stop])
        return year % ROUND == 0 or any(
            word.isdecimal() and len(word) >= LONGEST_COUNT and figures.year(word) is None for word in groups
        )
