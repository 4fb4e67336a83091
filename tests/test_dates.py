"""The EDTF subset: what it reads, what it refuses and how an interval is said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import MEND, Interval, parse, say, say_interval

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
OPEN_START, OPEN_END = date.min, date.max


def between(start: str, end: str, approximate: bool = False) -> Interval:
    return Interval(date.fromisoformat(start), date.fromisoformat(end), approximate)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("2024-02-14", between("2024-02-14", "2024-02-14")),
        ("2024-02", between("2024-02-01", "2024-02-29")),
        ("2023-02", between("2023-02-01", "2023-02-28")),
        ("2024-12", between("2024-12-01", "2024-12-31")),
        ("2024", between("2024-01-01", "2024-12-31")),
        ("2024-02-14/2024-03-01", between("2024-02-14", "2024-03-01")),
        ("2024-02/2024-03", between("2024-02-01", "2024-03-31")),
        ("2024/2025", between("2024-01-01", "2025-12-31")),
        ("2024/2024-06", between("2024-01-01", "2024-06-30")),
        ("2024-06/2024", between("2024-06-01", "2024-12-31")),
        ("2025-07-02/..", Interval(date(2025, 7, 2), OPEN_END)),
        ("2025/..", Interval(date(2025, 1, 1), OPEN_END)),
        ("../2025-07", Interval(OPEN_START, date(2025, 7, 31))),
        ("2024~", between("2024-01-01", "2024-12-31", approximate=True)),
        ("2024-02-14~", between("2024-02-14", "2024-02-14", approximate=True)),
        ("2024-02~/2024-03", between("2024-02-01", "2024-03-31", approximate=True)),
        ("2024-02/2024-03~", between("2024-02-01", "2024-03-31", approximate=True)),
        ("2024-02~/..", Interval(date(2024, 2, 1), OPEN_END, approximate=True)),
    ],
)
def test_parse(text: str, interval: Interval) -> None:
    assert parse(text) == interval


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("2024-13", '"2024-13" has no month 13'),
        ("2024-00-01", '"2024-00-01" has no month 00'),
        ("2023-02-29", '"2023-02-29" has no day 29'),
        ("2024-04-00", '"2024-04-00" has no day 00'),
        ("0000", '"0000" has no year 0000'),
        ("2024-13/2025", '"2024-13/2025" has no month 13'),
        ("2025/2024", '"2025/2024" ends before it starts'),
        ("../..", '"../.." has no date'),
        ("", '"" is not a date'),
        ("2024/", '"2024/" is not a date'),
        ("/2024", '"/2024" is not a date'),
        ("..", '".." is not a date'),
        ("2024/2025/2026", '"2024/2025/2026" is not a date'),
        ("14.02.2024", '"14.02.2024" is not a date'),
        ("2024-2-14", '"2024-2-14" is not a date'),
        ("20240214", '"20240214" is not a date'),
        (" 2024", '" 2024" is not a date'),
        ("~2024", '"~2024" is not a date'),
        ("../2024~~", '"../2024~~" is not a date'),
        ("2024-02-14\n", '"2024-02-14\\n" is not a date'),
        ("٢٠٢٤", '"٢٠٢٤" is not a date'),
        ("February 2024", '"February 2024" is not a date'),
    ],
)
def test_parse_says_what_is_wrong_and_the_mend_in_one_line(text: str, what: str) -> None:
    with pytest.raises(ValueError) as error:
        parse(text)
    assert str(error.value) == f"{what}; {MEND}"
    assert len(str(error.value).splitlines()) == 1


@given(st.text())
def test_parse_raises_nothing_but_value_error(text: str) -> None:
    try:
        parse(text)
    except ValueError as error:
        assert MEND in str(error)


@given(st.dates())
def test_parse_reads_every_day(day: date) -> None:
    assert parse(day.isoformat()) == Interval.day(day)


def test_an_interval_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="swap the two"):
        between("2024-02-14", "2024-02-13")


@pytest.mark.parametrize(
    ("one", "other", "overlaps", "contains"),
    [
        ("2024", "2024-02", True, True),
        ("2024-02", "2024", True, False),
        ("2024", "2024", True, True),
        ("2024", "2025", False, False),
        ("2024/2025-01-01", "2025", True, False),
        ("2024-02-14/..", "2030", True, True),
        ("2024-02-14/..", "2024-02", True, False),
        ("../2024-02-13", "2024-02-14", False, False),
        ("../2024-02-13", "2024-02-13", True, True),
    ],
)
def test_overlaps_and_contains(one: str, other: str, overlaps: bool, contains: bool) -> None:
    assert parse(one).overlaps(parse(other)) is parse(other).overlaps(parse(one)) is overlaps
    assert parse(one).contains(parse(other)) is contains


@pytest.mark.parametrize(
    ("day", "inside"),
    [("2024-01-31", False), ("2024-02-01", True), ("2024-02-29", True), ("2024-03-01", False)],
)
def test_a_day_is_in_an_interval(day: str, inside: bool) -> None:
    assert (date.fromisoformat(day) in parse("2024-02")) is inside


@pytest.mark.parametrize(
    ("text", "open_start", "open_end"),
    [("2024", False, False), ("2024/..", False, True), ("../2024", True, False)],
)
def test_open_ends(text: str, open_start: bool, open_end: bool) -> None:
    assert (parse(text).open_start, parse(text).open_end) == (open_start, open_end)


def test_say_a_day() -> None:
    assert say(date(2024, 2, 14), MONTHS) == "14 February 2024"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-02-14", "14 February 2024"),
        ("2024-02", "February 2024"),
        ("2024-02-01/2024-02-28", "1 February 2024 – 28 February 2024"),
        ("2024", "2024"),
        ("2024/2025", "2024 – 2025"),
        ("2024-03/2024-07", "March 2024 – July 2024"),
        ("2024-02-14/2024-03-01", "14 February 2024 – 1 March 2024"),
        ("2024-02-14/..", "14 February 2024 –"),
        ("../2024-02-14", "– 14 February 2024"),
        ("2024-02~", "~February 2024"),
    ],
)
def test_say_an_interval(text: str, said: str) -> None:
    assert say_interval(parse(text), MONTHS) == said
