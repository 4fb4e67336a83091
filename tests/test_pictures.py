"""Charts: every point is a fact, and the picture can be drawn for any series that a topic may declare."""

from __future__ import annotations

import asyncio
import importlib.util
from dataclasses import replace
from datetime import date

import pytest

from bot import dates, pictures
from bot.charts import Measure, drawing, figured
from bot.engine import Engine
from bot.english import ENGLISH
from bot.errors import BotError
from bot.live import Live, Served
from bot.model import Chart, Fact, Kind, Knowledge, Value
from bot.pictures import Pictures, png

DRAWS = importlib.util.find_spec("matplotlib") is not None
drawn = pytest.mark.skipif(not DRAWS, reason="matplotlib, of the extra charts, is not installed")
PNG = b"\x89PNG\r\n\x1a\n"
CHART = Chart("trees", "tree-count", "Trees in the Orchard")


def fact(id: str, when: str, *values: Value, confirmed: date | None = None, disputes: tuple[str, ...] = ()) -> Fact:
    return Fact(
        id, f"{id}.", dates.parse(when), ("orchard",), (Kind.COUNT,), ("how many",), ("a",), confirmed, "tree-count",
        values, disputes=disputes,
    )  # fmt: skip


def trees(number: float) -> Value:
    return Value(number, "trees")


def orchard(known: Knowledge, *facts: Fact) -> Knowledge:
    return replace(known, topic=replace(known.topic, charts=(CHART,)), facts={fact.id: fact for fact in facts})


STATES = (
    fact("a", "2024-01-01/2024-02-29", trees(3)),
    fact("b", "2024-03-01/..", trees(5), confirmed=date(2024, 5, 1)),
    fact("b-other", "2024-03-02", trees(6), disputes=("b",)),
    fact("b-same", "2024-03-03", trees(5), disputes=("b",)),
    fact("b-money", "2024-03-04", Value(1, currency="EUR"), disputes=("b",)),
)


def test_points_are_facts_in_time_with_what_disputes_them(known: Knowledge) -> None:
    found = drawing(CHART, orchard(known, *STATES))
    assert [(p.fact.id, p.figure, p.begins, p.ends) for p in found.points] == [
        ("a", 3, date(2024, 1, 1), date(2024, 2, 29)),
        ("b", 5, date(2024, 3, 1), date(2024, 5, 1)),
    ]
    assert [(f.id, told) for f, told in found.points[1].disputes] == [("b-other", 6)]
    assert found.steps and found.until == date(2024, 5, 1) and found.measure == Measure("trees")


def test_nothing_is_converted(known: Knowledge) -> None:
    facts = (
        fact("a", "2024", Value(5, currency="EUR")),
        fact("b", "2025", Value(9, currency="GBP")),
        fact("c", "2026", Value(1, currency="USD"), Value(7, currency="EUR")),
    )
    found = drawing(CHART, orchard(known, *facts))
    assert [(p.fact.id, p.figure) for p in found.points] == [("a", 5), ("c", 7)]
    assert [f.id for f in found.others] == ["b"] and not found.steps


def test_gaps_are_not_drawn(known: Knowledge) -> None:
    facts = (STATES[0], replace(STATES[1], gap=True))
    assert [p.fact.id for p in drawing(CHART, orchard(known, *facts)).points] == ["a"]


@pytest.mark.parametrize(
    "number, measure, said",
    [
        (20, Measure("countries"), "20 countries"),
        (100_000, Measure("drones"), "100,000 drones"),
        (2_750_000_000, Measure(currency="EUR"), "EUR 2.75 billion"),
        (45_000_000, Measure(currency="GBP"), "GBP 45 million"),
        (600_000, Measure(currency="EUR"), "EUR 600,000"),
        (1.5, Measure(), "1.5"),
    ],
)
def test_figures_in_words(number: float, measure: Measure, said: str) -> None:
    assert figured(number, measure, ENGLISH.phrases) == said


def test_every_point_of_every_shipped_chart_is_a_fact_with_sources(known: Knowledge) -> None:
    for chart in known.topic.charts:
        found = drawing(chart, known)
        for point in found.points:
            for one, figure in ((point.fact, point.figure), *point.disputes):
                assert known.facts[one.id] is one and one.sources
                assert figure in [value.number for value in one.values]
        series = {f.id for f in known.facts.values() if f.series == chart.series and f.values and not f.gap}
        assert series == {f.id for f in found.facts if f.series == chart.series}


@drawn
def test_every_shipped_chart_is_drawn_the_same_each_time(known: Knowledge) -> None:
    for chart in known.topic.charts:
        first, again = (png(drawing(chart, known), ENGLISH, known.topic.covers_until) for _ in range(2))
        assert first.startswith(PNG) and first == again and len(first) < 200_000


@drawn
@pytest.mark.parametrize(
    "facts",
    [
        STATES,
        STATES[:1],
        STATES[1:2],
        (fact("one-day", "2024-05-05/..", trees(1), confirmed=date(2024, 5, 5)),),
        tuple(fact(f"y{year}", str(year), trees(year - 1999)) for year in range(2000, 2012)),
        (fact("old", "1901/1950", trees(2)), fact("new", "1951/..", trees(1), confirmed=date(2024, 1, 1))),
        (fact("nothing", "2024", trees(0)),),
        (fact("debt", "2024", trees(5)), fact("loss", "2025", trees(1e12))),
    ],
    ids=lambda facts: facts[0].id + str(len(facts)),
)
def test_any_series_can_be_drawn(known: Knowledge, facts: tuple[Fact, ...], recwarn: pytest.WarningsRecorder) -> None:
    assert png(drawing(CHART, orchard(known, *facts)), ENGLISH, date(2025, 1, 1)).startswith(PNG)
    assert [str(warning.message) for warning in recwarn] == []


@pytest.mark.parametrize(
    "first, last",
    [
        ("2024-01-25", "2025-12-16"),
        ("2024-05-05", "2024-05-05"),
        ("2024-12-31", "2025-01-01"),
        ("1900-03-01", "2025-01-01"),
    ],
)
def test_months_below_are_few_and_begin_where_the_line_does(first: str, last: str) -> None:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    ticks = pictures._months(begin, end)
    assert 1 <= len(ticks) <= pictures.MOST_TICKS + 8 and ticks[0] <= begin and ticks == sorted(ticks)
    assert all(tick.day == 1 for tick in ticks)


@drawn
def test_a_picture_is_drawn_once_for_a_version(
    engine: Engine, known: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(Served.of(engine))
    drawer, times = Pictures(live), []
    monkeypatch.setattr(pictures, "png", lambda *args: times.append(args) or PNG)
    name = known.topic.charts[0].name
    for version in ("1", "1", "2"):
        assert asyncio.run(drawer.draw(f"{name}@{version}")) == PNG == drawer.png(f"{name}@{version}")
    assert len(times) == 2


def test_an_unknown_chart_is_a_known_error(engine: Engine) -> None:
    with pytest.raises(BotError, match="no chart" if DRAWS else "matplotlib"):
        Pictures(Live(Served.of(engine))).png("nonsense@1")


def test_without_matplotlib_the_error_tells_the_mend(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    drawer = Pictures(Live(Served.of(engine)))
    assert not drawer.available
    with pytest.raises(BotError, match=r"install coalition-bot\[charts\]"):
        drawer.png("members@1")
