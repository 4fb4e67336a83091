"""A series of facts as points of a chart: each point is a fact, with its figure, its time and its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from bot import lookups
from bot.model import Chart, Fact, Knowledge, Value
from bot.records import dataclass
from bot.timeline import start

BILLION, MILLION = 1_000_000_000, 1_000_000  # from these on money is said and drawn in them


@dataclass(frozen=True, slots=True)
class Measure:
    """What a chart's figures count: things of a `unit`, or money in a `currency`."""

    unit: str = ""
    currency: str = ""

    @classmethod
    def of(cls, value: Value) -> Measure:
        """The measure of a value."""
        return cls(value.unit, value.currency)


@dataclass(frozen=True, slots=True)
class Point:
    """A fact's figure, from the day it begins to hold until the day it ends (today, if it still holds).

    `disputes` are the other facts with their figures that say otherwise.
    """

    fact: Fact
    figure: float
    begins: date
    ends: date
    disputes: tuple[tuple[Fact, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart's points in time. `others` are facts of the series whose figures are in another measure: never
    converted, since no source says so. A series of states is drawn as steps, one of periods as bars."""

    chart: Chart
    measure: Measure
    points: tuple[Point, ...]
    others: tuple[Fact, ...]
    steps: bool
    until: date

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact in the drawing, in the order in which they are listed."""
        drawn = [fact for point in self.points for fact in (point.fact, *(fact for fact, _ in point.disputes))]
        return (*drawn, *self.others)


def drawing(chart: Chart, knowledge: Knowledge) -> Drawing:
    """The points of a chart. A state that still holds is drawn until it was last confirmed."""
    facts = sorted(_figured(chart.series, knowledge), key=start)
    undisputing = [fact for fact in facts if not fact.disputes]
    # Every chart has a fact with a figure: bot/references.py checks it.
    counted = Counter(Measure.of(fact.values[0]) for fact in undisputing)
    measure = counted.most_common(1)[0][0]
    others = [fact for fact in undisputing if Measure.of(value_in(fact, measure)) != measure]
    steps = any(fact.when.open_end for fact in facts)
    until = max(_end(fact) for fact in facts)
    points = [point for fact in undisputing for point in _point(fact, measure, knowledge)]
    return Drawing(chart, measure, tuple(points), tuple(others), steps, until)


def _figured(series: str, knowledge: Knowledge) -> Iterable[Fact]:
    return (fact for fact in lookups.in_series(knowledge.facts, series) if fact.values and not fact.gap)


def value_in(fact: Fact, measure: Measure) -> Value:
    """The fact's value in this measure, else its first value."""
    return next((value for value in fact.values if Measure.of(value) == measure), fact.values[0])


def _point(fact: Fact, measure: Measure, knowledge: Knowledge) -> Iterable[Point]:
    value = value_in(fact, measure)
    if Measure.of(value) == measure:
        disputing = (other for other in lookups.disputing(knowledge.facts, fact.id) if other.values)
        told = ((other, value_in(other, measure)) for other in disputing)
        disputes = [(other, v.number) for other, v in told if Measure.of(v) == measure and v.number != value.number]
        yield Point(fact, value.number, fact.when.start, _end(fact), tuple(disputes))


def _end(fact: Fact) -> date:
    if not fact.when.open_end:
        return fact.when.end
    return max(fact.confirmed or fact.when.start, fact.when.start)


def figured(number: float, measure: Measure, phrases: Mapping[str, str]) -> str:
    """A figure in words: "EUR 1.8 billion", "20 countries"."""
    figure = f"{number:,.15g}"
    if measure.currency and number >= MILLION:
        size, name = (BILLION, "tg_billion") if number >= BILLION else (MILLION, "tg_million")
        figure = phrases[name].format(figure=f"{number / size:,.15g}")
    return f"{measure.currency} {figure}" if measure.currency else f"{figure} {measure.unit}".strip()
