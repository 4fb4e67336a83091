"""Facts in time: which fact of a series is in force when, and which facts fit an asked period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.dates import Interval
from bot.model import Fact
from bot.periods import Period, Relation


def start(fact: Fact) -> tuple[date, date, str]:
    """Sorts facts by when they begin to hold, then by when they end."""
    return fact.when.start, fact.when.end, fact.id


def fits(when: Interval, period: Period, today: date) -> bool:
    """Whether what holds during `when` holds in the asked `period`.

    An open end reaches until today only: what will be is not known.
    """
    asked = period.interval
    until = min(when.end, max(today, when.start)) if when.open_end else when.end
    if period.relation is Relation.BEFORE:
        return when.start < asked.start
    if period.relation is Relation.AFTER:
        return until > asked.end
    if period.relation is Relation.SINCE:
        return until >= asked.start
    if period.relation is Relation.BY:
        return when.start <= asked.end
    return when.start <= asked.end and until >= asked.start


def first(series: Sequence[Fact], begins: date) -> Fact | None:
    """The state in force on the day the topic `begins`, or else the earliest that is known."""
    ordered = sorted(series, key=start)
    initial = [fact for fact in ordered if begins in fact.when and fact.when.end > fact.when.start]
    return next(iter(initial or ordered), None)


def in_force(series: Sequence[Fact], period: Period | None, today: date) -> Fact | None:
    """Of facts that follow each other in time, the one that answers for `period` (default: today).

    That is the one whose own time is exactly the period, else the latest that had begun by the period's end;
    with "after", the first that began later.
    """
    ordered = sorted(series, key=start)
    if period is None:
        begun = [fact for fact in ordered if fact.when.start <= today]
        return (begun or ordered)[-1]
    exact = [fact for fact in ordered if fact.when == period.interval]
    if exact and period.relation is Relation.IN:
        return exact[-1]
    if period.relation is Relation.AFTER:
        later = [fact for fact in ordered if fact.when.start > period.interval.end or _takes_effect(fact, period)]
        return later[0] if later else None
    fitting = [fact for fact in ordered if fits(fact.when, period, today)]
    return fitting[-1] if fitting else _lasting(ordered, period)


def _takes_effect(fact: Fact, period: Period) -> bool:
    """Whether a state begins on the very day: after somebody joined, they are counted in."""
    return fact.when.start == period.interval.start and fact.when.end > fact.when.start


def _lasting(ordered: Sequence[Fact], period: Period) -> Fact | None:
    """The last single-day observation before the period: a count of one day stands until the next count."""
    before = [fact for fact in ordered if fact.when.end < period.interval.start]
    if not before or len(before) == len(ordered):
        return None
    last = before[-1]
    return last if last.when.start == last.when.end else None


def neighbours(series: Iterable[Fact], anchor: Fact, forward: bool) -> Fact | None:
    """The fact of the series that comes next after, or last before, `anchor`."""
    ordered = sorted(series, key=start)
    if forward:
        later = [fact for fact in ordered if fact.when.start > anchor.when.start]
        return later[0] if later else None
    earlier = [fact for fact in ordered if fact.when.start < anchor.when.start]
    return earlier[-1] if earlier else None
