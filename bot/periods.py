"""Dates and periods in free text: prepositions, ranges, and the years that people leave out.

The grammar of single dates is in bot/written.py; every word comes from a `Calendar` (bot/calendars.py), so
that nothing here depends on the language. The time is linear in the text.
"""

from __future__ import annotations

from bisect import bisect
from datetime import date

from bot.calendars import Calendar, Part, Phrases, Relation, Unit, Vocabulary, tokens, vocabulary
from bot.dates import Interval
from bot.records import dataclass
from bot.written import APOSTROPHE, Call, DateReader, Written, existing, roughly

__all__ = ["Calendar", "Part", "Period", "Relation", "Unit", "find"]

LEAP_GAP = 8  # years that two 29 February can lie apart (1896 and 1904)


@dataclass(frozen=True, slots=True)
class Period:
    """A period named in a text, at the characters `start` to `end` (exclusive), its preposition included.

    `latest` says that the text names no year: the interval is the latest such one that begins by today.
    """

    interval: Interval
    relation: Relation
    start: int
    end: int
    latest: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A written date with its preposition, at characters `start` to `end`; `stop` is the token behind it."""

    written: Written
    relation: Relation
    start: int
    end: int
    stop: int


def find(text: str, today: date, calendar: Calendar) -> tuple[Period, ...]:
    """Every date and period in `text`, in text order, never overlapping; relative ones are relative to `today`.

    `text` is folded: lower case, no diacritics, straight apostrophes. A date without year takes the year
    that stands nearest in the text, else it is the latest such date that begins by today.
    """
    return read(text, today, vocabulary(calendar))


def read(text: str, today: date, known: Vocabulary) -> tuple[Period, ...]:
    """As `find`, with words that are made ready."""
    reader = _PeriodReader(DateReader(tokens(text), known, today))
    found = reader.all()
    dated = [one for one in found if one.written.year is not None]
    return tuple(period for one in found if (period := _period(one, dated, today)) is not None)


def _period(found: _Found, dated: list[_Found], today: date) -> Period | None:
    """The period with its year filled in, None when that year has no such day; `dated` are those with a year."""
    written = found.written
    year = written.year or _nearest_year(found, dated)
    years = (year,) if year else range(today.year, today.year - LEAP_GAP - 1, -1)
    for one in years:
        interval = written.interval(one)
        if interval is not None and (year or interval.start <= today):
            return Period(interval, found.relation, found.start, found.end, latest=year is None)
    return None


def _nearest_year(found: _Found, dated: list[_Found]) -> int | None:
    """The year fewest characters away, of two the one in front; None when the text has no year."""
    place = bisect(dated, found.start, key=lambda one: one.start)
    neighbours = dated[max(place - 1, 0) : place + 1]
    nearest = min(neighbours, key=lambda one: max(one.start - found.end, found.start - one.end), default=None)
    return nearest.written.year if nearest else None


@dataclass(frozen=True, slots=True)
class _PeriodReader:
    """Reads periods from one text; every method starts at a token and looks a bounded way ahead from there."""

    dates: DateReader

    def all(self) -> list[_Found]:
        """Every period from the first word to the last."""
        words, not_dates = self.dates.text.words, self.dates.known.not_dates
        found: list[_Found] = []
        i = 0
        while words[i]:
            behind = not_dates.skip(words, i)
            if behind > i and words[behind][:1].isdecimal():
                i = behind + 1
            elif (one := self._between(i) or self._single(i)) is not None:
                found.append(one)
                i = one.stop
            else:
                i += 1
        return found

    def _between(self, i: int) -> _Found | None:
        """between X and Y"""
        words, known = self.dates.text.words, self.dates.known
        if (j := known.between.skip(words, i)) == i:
            return None
        left = self.dates.read(known.articles.skip(words, j), Call.DATE)
        whole = left and self._range(left, known.both)
        return self._found(i, whole, Relation.IN) if whole else None

    def _single(self, i: int) -> _Found | None:
        """A date with or without a preposition, or a range from one date to another."""
        words, known = self.dates.text.words, self.dates.known
        relation, j = known.prepositions.at(words, i) or (Relation.IN, i)
        call = Call.NOTHING
        if j > i:
            call = Call.MONTH if " ".join(words[i:j]) in known.month_prepositions else Call.DATE
        behind = known.around.skip(words, j)
        k = known.articles.skip(words, behind) if j > i else behind
        if (written := self.dates.read(k, call)) is None:
            return None
        if relation in (Relation.IN, Relation.SINCE) and (whole := self._range(written, known.to)) is not None:
            written, relation = whole, Relation.IN
        return self._found(i, roughly(written) if behind > j else written, relation)

    def _found(self, i: int, written: Written, relation: Relation) -> _Found:
        """The date from token `i` on, with the relation that stands in front of it or else behind it."""
        text = self.dates.text
        stop = behind = written.stop
        if text.words[stop] == APOSTROPHE and text.glued(stop + 1) and text.words[stop + 1].isalpha():
            behind += 2  # the ending of its case, as Turkish writes it: 2024'ten
        if (postposition := self.dates.known.postpositions.at(text.words, behind)) is not None:
            relation, stop = postposition
        return _Found(written, relation, text.starts[i], text.ends[stop - 1], stop)

    def _range(self, left: Written, links: Phrases[None]) -> Written | None:
        """From `left` to the date behind a link; the side that names no year has the year of the other."""
        words, known = self.dates.text.words, self.dates.known
        if (j := links.skip(words, left.stop)) == left.stop:
            return None
        call = Call.DATE if words[left.stop].isalpha() else Call.NOTHING
        right = self.dates.read(known.articles.skip(words, j), call)
        if right is None:
            return None

        def in_year(year: int) -> Interval:
            start = left.in_year(left.year or right.year or year)
            end = right.in_year(right.year or left.year or year)
            if end.end < start.start and left.year is None:  # from november to march 2025
                start = left.in_year(end.start.year - 1)
            elif end.end < start.start and right.year is None:  # from november 2024 to march
                end = right.in_year(start.start.year + 1)
            return Interval(start.start, end.end, start.approximate or end.approximate)

        return existing(Written(in_year, right.year or left.year, right.stop))
