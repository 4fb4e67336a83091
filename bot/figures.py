"""Dates in figures alone: 2024-02-14, 14.02.2024, 14/2/24, 02/2024, 2024-2025, 2024/25, '24."""

from __future__ import annotations

from datetime import date

from bot.dates import LAST_MONTH, Interval, parse
from bot.patterns import lazy

FIRST_YEAR, LAST_YEAR = 1990, 2100  # numbers of four digits outside these years are hardly years
YEAR_DIGITS = 4
CENTURY = 100  # years
LAST_DAY = 31  # of any month

_DASH = "[-\N{EN DASH}]"
_DAY_FIRST = lazy(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_YEAR_FIRST = lazy(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})")
_MONTH_FIRST = lazy(r"(\d{1,2})[./-](\d{4})")
_YEARS = lazy(rf"(\d{{4}})(?:{_DASH}|/)(\d{{4}}|\d{{2}})")
_YEAR_MONTH = lazy(r"(\d{4})[-/](\d{1,2})")
_DAYS = lazy(rf"(\d{{1,2}})(?:{_DASH}|/)(\d{{1,2}})")


def year(digits: str) -> int | None:
    """The year of four digits, or of the two last ones: 24 is 2024, 99 is 1999. None when it is hardly a year."""
    if not digits.isdecimal() or len(digits) not in (YEAR_DIGITS, YEAR_DIGITS // 2):
        return None
    number = int(digits)
    if len(digits) < YEAR_DIGITS:
        number += FIRST_YEAR // CENTURY * CENTURY
        number += 0 if number >= FIRST_YEAR else CENTURY
    return number if FIRST_YEAR <= number <= LAST_YEAR else None


def days(text: str) -> tuple[int, int] | None:
    """First and last day of a month in figures: 14-15."""
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2])
    return (first, last) if 1 <= first < last <= LAST_DAY else None


def interval(text: str) -> Interval | None:
    """The date, month or years that joined figures write; None for any other number.

    The day comes before the month unless only the month can: 2/14/2024. Between years "2024/25" is two
    years, "2024-02" a month (ISO 8601), "2024/12" a month as the next year would be 25.
    """
    try:
        return _date(text) or _years(text) or _month(text) or _interchange(text)
    except ValueError:  # no such day or month
        return None


def _date(text: str) -> Interval | None:
    if match := _DAY_FIRST.fullmatch(text):
        day, month, number = int(match[1]), int(match[3]), year(match[4])
        if month > LAST_MONTH >= day:
            day, month = month, day
    elif match := _YEAR_FIRST.fullmatch(text):
        number, month, day = year(match[1]), int(match[3]), int(match[4])
    else:
        return None
    return None if number is None else Interval.day(date(number, month, day))


def _years(text: str) -> Interval | None:
    match = _YEARS.fullmatch(text)
    if match is None or (first := year(match[1])) is None or (last := year(match[2])) is None:
        return None
    short = len(match[2]) < YEAR_DIGITS
    is_month = short and 1 <= int(match[2]) <= LAST_MONTH
    if last <= first or (is_month and not ("/" in text and last == first + 1)):
        return None
    return Interval(Interval.year(first).start, Interval.year(last).end)


def _month(text: str) -> Interval | None:
    if match := _YEAR_MONTH.fullmatch(text):
        number, month = year(match[1]), int(match[2])
    elif match := _MONTH_FIRST.fullmatch(text):
        month, number = int(match[1]), year(match[2])
    else:
        return None
    return None if number is None else Interval.month(number, month)


def _interchange(text: str) -> Interval | None:
    """An interval in ISO 8601: 2024-02-14/2024-03-01."""
    first, _, last = text.partition("/")
    if year(first[:YEAR_DIGITS]) is None or year(last[:YEAR_DIGITS]) is None:
        return None
    return parse(text)
