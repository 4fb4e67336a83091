"""Dates and periods in free English text. A row is a text, then what must be found in it.

An expected period is "relation interval", the interval in EDTF with `~` for approximate; several stand
apart with "; ". The texts are as the analyser gives them: lower case, no diacritics.
"""

import sys
from datetime import date
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import Calendar, Part, Relation, Unit
from bot.dates import Interval, parse, say, say_interval
from bot.english_calendar import ENGLISH_CALENDAR
from bot.periods import find
from bot.spans import MONTH_PARTS, YEAR_PARTS, part_of

TODAY = date(2025, 9, 15)  # a Monday
NOTHING = ""


def expected(wanted: str) -> list[tuple[str, Interval]]:
    rows = [row.split(" ") for row in wanted.split("; ") if row]
    return [(relation, parse(interval)) for relation, interval in rows]


def check(text: str, wanted: str, calendar: Calendar = ENGLISH_CALENDAR, today: date = TODAY) -> None:
    found = find(text, today, calendar)
    assert [(str(period.relation), period.interval) for period in found] == expected(wanted)


DAYS = [
    ("14 february 2024", "in 2024-02-14"),
    ("14th of feb 2024", "in 2024-02-14"),
    ("14th feb 2024", "in 2024-02-14"),
    ("the 14 of february, 2024", "in 2024-02-14"),
    ("feb 14, 2024", "in 2024-02-14"),
    ("feb 14,2024", "in 2024-02-14"),
    ("feb. 14 2024", "in 2024-02-14"),
    ("feb 14th 2024", "in 2024-02-14"),
    ("february the 14th, 2024", "in 2024-02-14"),
    ("14-feb-2024", "in 2024-02-14"),
    ("14/feb/2024", "in 2024-02-14"),
    ("14. february 2024", "in 2024-02-14"),
    ("14 feb '24", "in 2024-02-14"),
    ("2024 feb 14", "in 2024-02-14"),
    ("2024-02-14", "in 2024-02-14"),
    ("2024-2-14", "in 2024-02-14"),
    ("2024/02/14", "in 2024-02-14"),
    ("2024-02-14t10:00", "in 2024-02-14"),
    ("14.02.2024", "in 2024-02-14"),
    ("14.02.2024.", "in 2024-02-14"),
    ("14/2/2024", "in 2024-02-14"),
    ("14-02-2024", "in 2024-02-14"),
    ("14.02.24", "in 2024-02-14"),
    ("3/2/2024", "in 2024-02-03"),
    ("2/14/2024", "in 2024-02-14"),
    ("on 1 june 2025", "in 2025-06-01"),
    ("as of 1 may 2024", "in 2024-05-01"),
    ("1 may 2024", "in 2024-05-01"),
    ("may 1 2024", "in 2024-05-01"),
    ("14-15 february 2024", "in 2024-02-14/2024-02-15"),
    ("june 11-12, 2025", "in 2025-06-11/2025-06-12"),
    ("29 feb 2024", "in 2024-02-29"),
    ("31 february 2024", "in 2024-02"),  # no such day: what is left of it
    ("29 feb 2025", "in 2025-02"),
    ("14.13.2024", NOTHING),
]
MONTHS = [
    ("february 2024", "in 2024-02"),
    ("feb 2024", "in 2024-02"),
    ("feb. 2024", "in 2024-02"),
    ("feb, 2024", "in 2024-02"),
    ("feb-2024", "in 2024-02"),
    ("feb '24", "in 2024-02"),
    ("feb of 2024", "in 2024-02"),
    ("febuary 2024", "in 2024-02"),
    ("sept 2025", "in 2025-09"),
    ("2024 february", "in 2024-02"),
    ("2024-02", "in 2024-02"),
    ("02/2024", "in 2024-02"),
    ("02.2024", "in 2024-02"),
    ("march 2024", "in 2024-03"),
    ("may 2024", "in 2024-05"),
    ("may this year", "in 2025-05"),
    ("in march last year", "in 2024-03"),
    ("march two years ago", "in 2023-03"),
    ("back in march 2024?", "in 2024-03"),
    ("in the month of may 2024", "in 2024-05"),
    ("in february 2024 20 countries joined", "in 2024-02"),
    ("in february 2000 units were sent in 2024", "in 2024-02; in 2024"),
]
WITHOUT_YEAR = [
    ("14 feb", "in 2025-02-14"),
    ("14 october", "in 2024-10-14"),
    ("15 september", "in 2025-09-15"),
    ("16 september", "in 2024-09-16"),
    ("29 feb", "in 2024-02-29"),
    ("in march", "in 2025-03"),
    ("february", "in 2025-02"),
    ("september", "in 2025-09"),
    ("in december", "in 2024-12"),
    ("by may", "by 2025-05"),
    ("since may", "since 2025-05"),
    ("until march", "by 2025-03"),
    ("early may", "in 2025-05-01/2025-05-10"),
    ("late march", "in 2025-03-21/2025-03-31"),
    ("mid may", "in 2025-05-11/2025-05-20"),
    ("end of may", "in 2025-05-31"),
    ("14 may", "in 2025-05-14"),
    ("may 14", "in 2025-05-14"),
    ("march 5th", "in 2025-03-05"),
    ("on july 18", "in 2025-07-18"),
    ("in the summer", "in 2025-06/2025-08"),
    ("during winter", "in 2024-12/2025-02"),
    ("by autumn", "by 2025-09/2025-11"),
    ("in q4", "in 2024-10/2024-12"),
    ("in february 20 countries joined", "in 2025-02"),
    ("february 20 units", "in 2025-02"),
    ("did denmark join in feb or in july 2024", "in 2024-02; in 2024-07"),
    ("in 2023 and in march, not in 2024 at all or ever", "in 2023; in 2023-03; in 2024"),
    ("start of october or end of october 2024?", "in 2024-10-01/2024-10-10; in 2024-10-31"),
    ("14 feb or 15 feb 2024", "in 2024-02-14; in 2024-02-15"),
    ("29 feb or march 2025", "in 2025-03"),
    ("last year they joined in march", "in 2024; in 2024-03"),
]
YEARS = [
    ("2024", "in 2024"),
    ("in 2024", "in 2024"),
    ("2026?", "in 2026"),
    ("in the year 2024", "in 2024"),
    ("'24", "in 2024"),
    ("in '24", "in 2024"),
    ("in 2024's budget", "in 2024"),
    ("in 1999", "in 1999"),
    ("spend in 2027?", "in 2027"),
    ("planned for 2030", "in 2030"),
    ("2024 units", "in 2024"),
    ("fpv tender 2024 bids", "in 2024"),
    ("in 2025 and 2026", "in 2025; in 2026"),
    ("2023,2024", "in 2023; in 2024"),
    ("2024 or 2025?", "in 2024; in 2025"),
    ("in 2024 may i ask", "in 2024"),
    ("when did it end in 2024", "in 2024"),
    ("when did the work start in 2024", "in 2024"),
    ("around 2024", "in 2024~"),
]
PARTS = [
    ("spring 2024", "in 2024-03/2024-05"),
    ("by spring 2024", "by 2024-03/2024-05"),
    ("summer 2026", "in 2026-06/2026-08"),
    ("summer of 2026", "in 2026-06/2026-08"),
    ("autumn 2024", "in 2024-09/2024-11"),
    ("fall 2024", "in 2024-09/2024-11"),
    ("winter 2024", "in 2024-12/2025-02"),
    ("q1 2025", "in 2025-01/2025-03"),
    ("q4'24", "in 2024-10/2024-12"),
    ("third quarter of 2025", "in 2025-07/2025-09"),
    ("first half of 2025", "in 2025-01/2025-06"),
    ("in the second half of 2024", "in 2024-07/2024-12"),
    ("h1 2025", "in 2025-01/2025-06"),
    ("first half of march 2025", "in 2025-03-01/2025-03-15"),
    ("second half of february 2025", "in 2025-02-16/2025-02-28"),
    ("early 2025", "in 2025-01/2025-04"),
    ("mid 2025", "in 2025-05/2025-08"),
    ("mid-2025", "in 2025-05/2025-08"),
    ("middle of 2025", "in 2025-05/2025-08"),
    ("late 2024", "in 2024-09/2024-12"),
    ("late in 2024", "in 2024-09/2024-12"),
    ("start of 2025", "in 2025-01"),
    ("beginning of 2025", "in 2025-01"),
    ("end of 2024", "in 2024-12-31"),
    ("end-2024", "in 2024-12-31"),
    ("by the end of 2024", "by 2024-12-31"),
    ("by end 2024", "by 2024-12-31"),
    ("at the end of the year 2024", "in 2024-12-31"),
    ("year-end 2024", "in 2024-12-31"),
    ("end of january 2024", "in 2024-01-31"),
    ("at the end of february 2024", "in 2024-02-29"),
    ("early sept 2025", "in 2025-09-01/2025-09-10"),
    ("start of october 2024", "in 2024-10-01/2024-10-10"),
    ("mid april 2024", "in 2024-04-11/2024-04-20"),
    ("mid-april 2024", "in 2024-04-11/2024-04-20"),
    ("late april 2024", "in 2024-04-21/2024-04-30"),
    ("as of late april 2024", "in 2024-04-21/2024-04-30"),
    ("by late april 2024", "by 2024-04-21/2024-04-30"),
    ("late february 2025", "in 2025-02-21/2025-02-28"),
    ("end of summer 2024", "in 2024-08-31"),
    ("early summer 2024", "in 2024-06"),
    ("late winter 2024", "in 2025-02"),
    ("mid q1 2025", "in 2025-02"),
    ("end of q2 2025", "in 2025-06-30"),
    ("end of last year", "in 2024-12-31"),
    ("early this year", "in 2025-01/2025-04"),
    ("end of last month", "in 2025-08-31"),
    ("since early last summer", "since 2025-06"),
]
RELATIONS = [
    ("by nov 2024", "by 2024-11"),
    ("until march 2025", "by 2025-03"),
    ("till 2024", "by 2024"),
    ("up to 2024", "by 2024"),
    ("up until june 2025", "by 2025-06"),
    ("no later than 1 may 2024", "by 2024-05-01"),
    ("before 2025", "before 2025"),
    ("prior to 2025", "before 2025"),
    ("pre-2024", "before 2024"),
    ("before the summer of 2024", "before 2024-06/2024-08"),
    ("after july 2025", "after 2025-07"),
    ("post-2024", "after 2024"),
    ("since march 2024", "since 2024-03"),
    ("since last year", "since 2024"),
    ("from 2024", "in 2024"),
    ("from 2024 onwards", "since 2024"),
    ("2024 or later", "since 2024"),
    ("2024 or earlier", "by 2024"),
    ("before 2024 and after 2025", "before 2024; after 2025"),
]
RANGES = [
    ("from march to july 2024", "in 2024-03/2024-07"),
    ("from march 2024 to july", "in 2024-03/2024-07"),
    ("from november to march 2025", "in 2024-11/2025-03"),
    ("from november 2024 to march", "in 2024-11/2025-03"),
    ("from november to march", "in 2024-11/2025-03"),
    ("from 14 february 2024 until 1 march 2024", "in 2024-02-14/2024-03-01"),
    ("between may 2024 and june 2025", "in 2024-05/2025-06"),
    ("between may and june", "in 2025-05/2025-06"),
    ("between 2024 and 2025", "in 2024/2025"),
    ("between the start of 2024 and the end of 2024", "in 2024-01-01/2024-12-31"),
    ("april - july 2024", "in 2024-04/2024-07"),
    ("since 2024 until mid-2025", "in 2024-01/2025-08"),
    ("from may 2024 to today", "in 2024-05-01/2025-09-15"),
    ("2024-2025", "in 2024/2025"),
    ("2024 - 2025", "in 2024/2025"),
    ("2024–2025", "in 2024/2025"),
    ("in 2024/25", "in 2024/2025"),
    ("2024-25", "in 2024/2025"),
    ("2024-02-14/2024-03-01", "in 2024-02-14/2024-03-01"),
    ("from 2025 to 2024", "in 2025; in 2024"),
    ("between 2024 and now", "in 2024"),
    ("in 2024 - may i ask", "in 2024"),
]
RELATIVE = [
    ("today", "in 2025-09-15"),
    ("yesterday", "in 2025-09-14"),
    ("tomorrow", "in 2025-09-16"),
    ("this week", "in 2025-09-15/2025-09-21"),
    ("last week", "in 2025-09-08/2025-09-14"),
    ("next week", "in 2025-09-22/2025-09-28"),
    ("this month", "in 2025-09"),
    ("last month", "in 2025-08"),
    ("this year", "in 2025"),
    ("last year", "in 2024"),
    ("in the last year", "in 2024"),
    ("next year", "in 2026"),
    ("last summer", "in 2025-06/2025-08"),
    ("last winter", "in 2024-12/2025-02"),
    ("this autumn", "in 2025-09/2025-11"),
    ("this winter", "in 2025-12/2026-02"),
    ("next spring", "in 2026-03/2026-05"),
    ("last march", "in 2025-03"),
    ("last september", "in 2024-09"),
    ("next march", "in 2026-03"),
    ("two years ago", "in 2023~"),
    ("a year ago", "in 2024~"),
    ("3 months ago", "in 2025-06~"),
    ("ten months ago", "in 2024-11~"),
    ("2 weeks ago", "in 2025-09-01~/2025-09-07"),
    ("10 days ago", "in 2025-09-05"),
    ("half a year ago", "in 2025-03"),
    ("in the last 3 months", "in 2025-06-15/2025-09-15"),
    ("over the next two years", "in 2025-09-15/2027-09-15"),
    ("999 years ago", "in 1026~"),
]
NOT_DATES = [
    (text, NOTHING)
    for text in (
        "", " ", "now", "currently", "latest", "recently", "so far", "at the moment",
        "may i ask", "you may", "this may be wrong", "they may join", "march", "what may 20 countries do",
        "how late is it", "spring drones", "did kyiv fall", "the end", "start", "early on",
        "fy 2024", "fy2024", "fiscal year 2024", "resolution 2024",
        "2000 units", "2050 units", "up to 2000 units", "more than 2000", "2,000", "2,024", "30,000", "1.8bn",
        "2.024",
        "2024m", "v2024", "#2024", "$2024", "€2024", "2024%", "2024€", "20244", "202", "1024", "3024",
        "between 2000 and 3000 drones", "+371 2024 2025", "+371 20241234", "+1 (202) 456-1111", "555-2024", "6702 2024",
        "24/7", "10.1.24.5", "f-16", "20 members", "'24 hours'", "two months later", "2 years", "5000 years ago",
    )
]  # fmt: skip
TABLE = [*DAYS, *MONTHS, *WITHOUT_YEAR, *YEARS, *PARTS, *RELATIONS, *RANGES, *RELATIVE, *NOT_DATES]


@pytest.mark.parametrize(("text", "wanted"), TABLE)
def test_find(text: str, wanted: str) -> None:
    check(text, wanted)


@pytest.mark.parametrize(("text", "wanted"), TABLE)
def test_find_inside_a_question(text: str, wanted: str) -> None:
    check(f"drones sent, {text}, please?", wanted)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("how many members as of 1 may 2024?", ["as of 1 may 2024"]),
        ("what did they give in 2024, and in 2025?", ["in 2024", "in 2025"]),
        ("paid by late april 2024 altogether", ["by late april 2024"]),
        ("by the end of january 2024.", ["by the end of january 2024"]),
        ("in feb. 2024.", ["in feb. 2024"]),
        ("in feb. so what", ["in feb"]),
        ("from march to july 2024 only", ["from march to july 2024"]),
        ("between may 2024 and june 2025", ["between may 2024 and june 2025"]),
        ("from 2024 onwards", ["from 2024 onwards"]),
        ("latvia's first consignment of 2025", ["of 2025"]),
        ("the mid-2025 count", ["mid-2025"]),
        ("sent '24?", ["'24"]),
        ("in around march 2024", ["in around march 2024"]),
    ],
)
def test_the_span_holds_the_preposition(text: str, spans: list[str]) -> None:
    assert [text[period.start : period.end] for period in find(text, TODAY, ENGLISH_CALENDAR)] == spans


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("in march", [True]),
        ("14 feb", [True]),
        ("in the summer", [True]),
        ("from november to march", [True]),
        ("in march 2024", [False]),
        ("in feb or in july 2024", [False, False]),
        ("last march", [False]),
        ("today", [False]),
    ],
)
def test_latest_says_that_no_year_is_named(text: str, latest: list[bool]) -> None:
    assert [period.latest for period in find(text, TODAY, ENGLISH_CALENDAR)] == latest


@pytest.mark.parametrize(
    ("today", "text", "wanted"),
    [
        (date(2026, 1, 10), "this winter", "in 2025-12/2026-02"),
        (date(2026, 1, 10), "last winter", "in 2024-12/2025-02"),
        (date(2026, 1, 10), "next winter", "in 2026-12/2027-02"),
        (date(2024, 3, 31), "last month", "in 2024-02"),
        (date(2024, 2, 29), "a year ago", "in 2023~"),
        (date(2024, 2, 29), "29 feb", "in 2024-02-29"),
        (date(2024, 2, 28), "29 feb", "in 2020-02-29"),
        (date(2025, 1, 1), "yesterday", "in 2024-12-31"),
        (date(2024, 1, 1), "in march", "in 2023-03"),
        (date(1999, 6, 1), "2024 units", NOTHING),
        (date.min, "yesterday, last year, last week, 3 days ago, in the last 3 months", NOTHING),
        (date.max, "tomorrow, next year, next month, the next 3 months", NOTHING),
    ],
)
def test_relative_to_today(today: date, text: str, wanted: str) -> None:
    check(text, wanted, today=today)


# Words of no language: the engine must work with whatever a calendar says, also behind the date.
INVENTED = Calendar(
    months=tuple((f"mo{number}a", f"mo{number}") for number in range(1, 13)),
    ambiguous=(),
    ordinal_endings=("go",),
    prepositions=((Relation.IN, ("vo",)), (Relation.BEFORE, ("pirms",))),
    month_prepositions=(),
    postpositions=((Relation.BEFORE, ("once",)), (Relation.SINCE, ("beri",)), (Relation.BY, ("e kadar",))),
    around=(),
    articles=(),
    of=(),
    to=("do",),
    between=(),
    both=(),
    parts=((Part.END, ("konec",)), (Part.SUMMER, ("leto",))),
    called_parts=(),
    relative=(((Unit.YEAR, -1), ("lani",)),),
    shifts=(),
    units=((Unit.YEAR, ("let",)),),
    numbers=((2, ("dve",)),),
    ago=(),
    ago_before=("pred",),
    year_words=("roku", ". gada"),
    counted=(),
    not_dates=(),
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024. gada 14. mo2", "in 2024-02-14"),
        ("2024. gada mo2a", "in 2024-02"),
        ("14-go mo2a 2024 roku", "in 2024-02-14"),
        ("2024'ten once", "before 2024"),
        ("mo10 2024'ten beri", "since 2024-10"),
        ("2024'e kadar", "in 2024"),
        ("2024 e kadar", "by 2024"),
        ("pirms 2024", "before 2024"),
        ("pred dve let", "in 2023~"),
        ("dve let", NOTHING),
        ("mo2 lani", "in 2024-02"),
        ("konec leto 2024 roku", "in 2024-08-31"),
        ("mo2 do mo3 2024", "in 2024-02/2024-03"),
        ("february 2024", "in 2024"),
    ],
)
def test_any_language(text: str, wanted: str) -> None:
    check(text, wanted, INVENTED)


def test_a_calendar_has_twelve_months() -> None:
    with pytest.raises(ValueError, match="12 months, not 0"):
        Calendar(**dict.fromkeys(Calendar.__slots__, ()))


def test_a_part_needs_a_whole_that_has_it() -> None:
    with pytest.raises(ValueError, match="a day has no part"):
        part_of(parse("2024-02-14"), Part.EARLY)
    with pytest.raises(ValueError, match="has no part summer"):
        part_of(parse("2024-02"), Part.SUMMER)


def test_every_part_has_a_meaning() -> None:
    assert set(Part) == {*YEAR_PARTS, *MONTH_PARTS, Part.END} == {part for part, _ in ENGLISH_CALENDAR.parts}


WORDS = st.sampled_from(
    [
        "14", "14th", "31", "29", "feb", "march", "may", "2024", "2025", "'24", "2000", "2,000", "14.02.2024",
        "2024-02", "2024/25", "in", "by", "since", "before", "from", "to", "between", "and", "of", "the",
        "early", "late", "end", "start", "mid", "spring", "q1", "last", "next", "this", "year", "month", "ago",
        "two", "a", "3", "weeks", "drones", "fy", "-", ",", ".", "'", "+", "$", "+371", "onwards", "around",
        "yesterday", "today", "second", "half", "how", "many",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=20).map(" ".join), st.lists(WORDS, max_size=20).map("".join))


@given(TEXTS, st.dates())
def test_find_never_raises_and_its_spans_are_in_order_inside_the_text(text: str, today: date) -> None:
    behind = 0
    for period in find(text, today, ENGLISH_CALENDAR):
        assert behind <= period.start < period.end <= len(text)
        assert text[period.start : period.end].strip() == text[period.start : period.end]
        behind = period.end


MONTH_NAMES = tuple(names[0] for names in ENGLISH_CALENDAR.months)
SAID_DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(SAID_DAYS, st.dates())
def test_what_is_said_is_found_again(day: date, today: date) -> None:
    for interval in (Interval.day(day), Interval.month(day.year, day.month)):
        text = say_interval(interval, MONTH_NAMES)
        assert [found.interval for found in find(text, today, ENGLISH_CALENDAR)] == [interval]
    short = f"{day:%d/%m/%y}" if 2000 <= day.year < 2090 else f"{day:%d/%m/%Y}"  # '90 to '99 are of 19..
    for text in (say(day, MONTH_NAMES), day.isoformat(), f"{day:%d.%m.%Y}", short):
        assert [found.interval for found in find(text, today, ENGLISH_CALENDAR)] == [Interval.day(day)]


@given(SAID_DAYS, SAID_DAYS)
def test_a_said_range_is_found_again(one: date, other: date) -> None:
    interval = Interval(min(one, other), max(one, other))
    text = say_interval(interval, MONTH_NAMES)
    assert [found.interval for found in find(text, one, ENGLISH_CALENDAR)] == [interval]


SHORT = 2_000  # characters: the longest message that is read


@pytest.mark.parametrize(
    "piece",
    [
        "how many drones did latvia send in march 2024? ", "2024 ", "1", "1.", "1,000", "+1 ", "+1(", "+", "early ",
        "end of ", "2024-",
        "14 ", "feb ", "feb.", "'", "in the ", "in march ", "from ", "from march to ", "between ",
        "between 14 feb and ",
        "1/2/", "a", " ", "\u0301", "the year ", "last ", "fy ", "a year ", "14 feb, ", "in march 2024 in may ",
    ],
)  # fmt: skip
def test_time_is_linear(piece: str) -> None:
    """Lines of code that run, not seconds: twice the text takes about twice the lines."""
    short, long = ((piece * (size // len(piece) + 1))[:size] for size in (SHORT, 2 * SHORT))
    assert lines_run(long) <= 2.2 * lines_run(short) 


def lines_run(text: str) -> int:
    """How many lines of Python run while periods are looked for in `text`."""
    find(text, TODAY, ENGLISH_CALENDAR)  # what is only done once is done now
    count = 0

    def traced(frame: FrameType, event: str, _: object) -> object:
        nonlocal count
        count += event == "line"
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        find(text, TODAY, ENGLISH_CALENDAR)
    finally:
        sys.settrace(before)
    return count
