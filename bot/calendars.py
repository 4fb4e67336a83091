"""The words of time: what a language can say about dates, and those words made ready for looking up.

`Calendar` holds one language's words and is pure data (bot/english_calendar.py); `vocabulary` compiles it.
The grammar that puts the words together is in bot/periods.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache

from bot.dates import LAST_MONTH
from bot.patterns import lazy
from bot.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Generic, TypeVar

    Meaning = TypeVar("Meaning")
else:  # typing takes time to import, and only its checkers need it
    Meaning, Generic = object, {object: object}
Words = tuple[tuple[Meaning, tuple[str, ...]], ...]  # meanings, each with the phrases that say it

MEASURES = frozenset("#$€£¥₴₺°%@&=_+")  # signs that make a number they touch no date
LONGEST_MONTH = 31  # days: no month of the Gregorian calendar has more

# One token each: a telephone number, figures joined by punctuation (2024-02-14, 1.8, 30,000), a run of
# letters and digits (14th, q1), any other sign. A comma before four digits divides ("feb 14,2024").
# \u2013 is the en dash. 6 to 16 further signs: ITU-T E.164 allows 15 digits, some with spaces or brackets between.
# Each branch reads ahead a bounded way or once, so that the time is linear in the text.
_TOKEN = lazy(r"\+\d[\d ().-]{6,16}\d|\d+(?:[.:/\u2013-]\d+|,\d{1,3}(?!\d))+|[^\W_]+|[^\w\s]|_")


class Relation(StrEnum):
    """How what is asked lies to the interval that is named."""

    IN = "in"
    BEFORE = "before"  # earlier than its first day
    AFTER = "after"  # later than its last day
    BY = "by"  # until its last day, that day included
    SINCE = "since"  # from its first day on, that day included


class Unit(StrEnum):
    """A step of the calendar; weeks start on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Part(StrEnum):
    """A part of a year, of three months or of a month; bot/periods.py says which days."""

    START = "start"
    EARLY = "early"
    MID = "mid"
    LATE = "late"
    END = "end"
    FIRST_HALF = "first-half"
    SECOND_HALF = "second-half"
    QUARTER_1 = "quarter-1"
    QUARTER_2 = "quarter-2"
    QUARTER_3 = "quarter-3"
    QUARTER_4 = "quarter-4"
    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """One language's words of time, as folded text has them: lower case, no diacritics, straight apostrophes.

    A phrase may hold several words or signs ("as of", "mid-"). There is one instance per language, so
    calendars compare by identity. Raises ValueError unless there are twelve months.
    """

    months: tuple[tuple[str, ...], ...]  # January first; names, short names, usual slips
    ambiguous: tuple[str, ...]  # months that are ordinary words too: alone they count after a preposition only
    ordinal_endings: tuple[str, ...]  # what follows the digits of a day: 14th, 14-go
    prepositions: Words[Relation]
    month_prepositions: tuple[str, ...]  # the prepositions that no day follows: "in february 20 countries"
    postpositions: Words[Relation]  # words behind a date: "2024 onwards"
    around: tuple[str, ...]  # "roughly", between preposition and date
    articles: tuple[str, ...]  # what may stand between preposition and date: "the", "the year"
    of: tuple[str, ...]  # what may stand between a part or day and its whole
    to: tuple[str, ...]  # between the ends of a range: from X to Y
    between: tuple[str, ...]  # opens a range whose ends stand around `both`
    both: tuple[str, ...]
    parts: Words[Part]
    called_parts: tuple[str, ...]  # phrases of parts that count after a preposition only: by end 2024
    relative: Words[tuple[Unit, int]]  # steps from today: ("last year") is (YEAR, -1)
    shifts: Words[int]  # last -1, this 0, next 1, in front of a month, a season or a number of units
    units: Words[Unit]
    numbers: Words[int]
    ago: tuple[str, ...]  # behind a number of units
    ago_before: tuple[str, ...]  # the same in front of it, in languages that do so
    year_words: tuple[str, ...]  # "year" behind its number, where people say it
    counted: tuple[str, ...]  # things that a number counts: 2000 units
    not_dates: tuple[str, ...]  # the number behind these is no date: fy 2024

    def __post_init__(self) -> None:
        if len(self.months) != LAST_MONTH:
            raise ValueError(f"a calendar has {LAST_MONTH} months, not {len(self.months)}; list all, January first")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text cut into `words`, which end in an empty one, with the offsets where each starts and ends."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def glued(self, i: int) -> bool:
        """Whether nothing stands between token `i` and the one before it."""
        return i > 0 and self.starts[i] == self.ends[i - 1]

    def measured(self, i: int) -> bool:
        """Whether a sign touches the number at `i` that makes it no date: $2024, 2000%."""
        before = self.glued(i) and self.words[i - 1] in MEASURES
        return before or (self.words[i + 1] in MEASURES and self.glued(i + 1))


def tokens(text: str) -> Tokens:
    """Cut the text; the closing empty word lies at its end."""
    matches = list(_TOKEN.finditer(text))
    end = len(text) + 1  # beyond the text, so that the closing word is never glued
    return Tokens(
        (*(match[0] for match in matches), ""),
        (*(match.start() for match in matches), end),
        (*(match.end() for match in matches), end),
    )


@dataclass(frozen=True, slots=True)
class Phrases(Generic[Meaning]):
    """Phrases by their first word, the longest of them first."""

    by_first: Mapping[str, tuple[tuple[tuple[str, ...], Meaning], ...]]

    def at(self, words: Sequence[str], i: int) -> tuple[Meaning, int] | None:
        """What the longest phrase from word `i` on means, and the index behind it; None when there is none."""
        for phrase, meaning in self.by_first.get(words[i], ()):
            stop = i + len(phrase)
            if words[i:stop] == phrase:
                return meaning, stop
        return None

    def skip(self, words: Sequence[str], i: int) -> int:
        """The index behind the phrase at `i`, or `i` itself when there is none."""
        found = self.at(words, i)
        return found[1] if found else i


def _phrases(entries: Iterable[tuple[Meaning, Iterable[str]]]) -> Phrases[Meaning]:
    by_first: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
    for meaning, texts in entries:
        for text in texts:
            words = tokens(text).words[:-1]
            by_first.setdefault(words[0], []).append((words, meaning))
    return Phrases(
        {first: tuple(sorted(found, key=lambda entry: -len(entry[0]))) for first, found in by_first.items()}
    )


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """A calendar's words, made ready for looking up; the fields are the calendar's.

    `days` are numbers of days with their endings. `openings` are first words of whatever can open a date.
    """

    months: Phrases[int]
    days: Phrases[int]
    prepositions: Phrases[Relation]
    postpositions: Phrases[Relation]
    around: Phrases[None]
    articles: Phrases[None]
    of: Phrases[None]
    to: Phrases[None]
    between: Phrases[None]
    both: Phrases[None]
    parts: Phrases[Part]
    relative: Phrases[tuple[Unit, int]]
    shifts: Phrases[int]
    units: Phrases[Unit]
    numbers: Phrases[int]
    ago: Phrases[None]
    ago_before: Phrases[None]
    year_words: Phrases[None]
    not_dates: Phrases[None]
    ambiguous: frozenset[str]
    called_parts: frozenset[str]
    month_prepositions: frozenset[str]
    counted: frozenset[str]
    openings: frozenset[str]


def _days(endings: tuple[str, ...]) -> Iterable[tuple[int, tuple[str, ...]]]:
    """Every way to write the number of a day: 1, 01, 1., 1st, 1-st."""
    for day in range(1, LONGEST_MONTH + 1):
        marks = ("", ".", *endings, *(f"-{ending}" for ending in endings))
        yield day, tuple(f"{digits}{mark}" for digits in {f"{day}", f"{day:02}"} for mark in marks)


@cache
def vocabulary(calendar: Calendar) -> Vocabulary:
    """The calendar's words made ready; compiled once per calendar."""

    def plain(texts: tuple[str, ...]) -> Phrases[None]:
        return _phrases([(None, texts)])

    months, parts = _phrases(enumerate(calendar.months, start=1)), _phrases(calendar.parts)
    relative, shifts = _phrases(calendar.relative), _phrases(calendar.shifts)
    numbers, ago_before = _phrases(calendar.numbers), plain(calendar.ago_before)
    return Vocabulary(
        months=months,
        days=_phrases(_days(calendar.ordinal_endings)),
        prepositions=_phrases(calendar.prepositions),
        postpositions=_phrases(calendar.postpositions),
        around=plain(calendar.around),
        articles=plain(calendar.articles),
        of=plain(calendar.of),
        to=plain(calendar.to),
        between=plain(calendar.between),
        both=plain(calendar.both),
        parts=parts,
        relative=relative,
        shifts=shifts,
        units=_phrases(calendar.units),
        numbers=numbers,
        ago=plain(calendar.ago),
        ago_before=ago_before,
        year_words=plain(calendar.year_words),
        not_dates=plain(calendar.not_dates),
        ambiguous=frozenset(calendar.ambiguous),
        called_parts=frozenset(calendar.called_parts),
        month_prepositions=frozenset(calendar.month_prepositions),
        counted=frozenset(calendar.counted),
        openings=frozenset(
            word
            for table in (months, parts, relative, shifts, numbers, ago_before)
            for word in table.by_first
        ),
    )
