"""Days on the width of a chart: the time that facts are about, in months or in longer steps of equal length."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.dates import LAST_MONTH
from bot.records import dataclass

MOST_STEPS = 60  # bars beside each other: on a phone each has still five pixels
STEPS = (1, 3, 12, 60, 120, 600, 1200)  # months: a month, a quarter, then years to centuries
MOST_MARKS = 6  # labels along the axis that do not touch on a phone
_LONGEST_MONTH = 31  # days


@dataclass(frozen=True, slots=True)
class Axis:
    """`count` steps of `step` months each, the first of which begins with month `first` (months since the year 0)."""

    first: int
    step: int
    count: int

    @classmethod
    def over(cls, days: Iterable[date]) -> Axis:
        """The axis in the finest steps that has room for all the days; of one step where there are none."""
        months = [_month(day) for day in days] or [0]
        first, last = min(months), max(months)
        for step in STEPS:
            begin = first - first % step
            count = (last - begin) // step + 1
            if count <= MOST_STEPS:
                break
        return cls(begin, step, count)

    def number(self, day: date) -> int:
        """The step, from 0, that the day is in; the first or last one for days outside."""
        return max(0, min(self.count - 1, (_month(day) - self.first) // self.step))

    def share(self, day: date) -> float:
        """Where the day is between the axis's ends, 0 to 1; days outside are at the end next to them."""
        months = _month(day) + (day.day - 1) / _LONGEST_MONTH - self.first
        return max(0.0, min(1.0, months / (self.step * self.count)))

    def label(self, number: int) -> str:
        """The step in EDTF: "2024-02" for a month, else the year in which it begins."""
        year, month = divmod(self.first + number * self.step, LAST_MONTH)
        return f"{year:04}-{month + 1:02}" if self.step < LAST_MONTH else f"{year:04}"

    def marks(self) -> list[tuple[float, str]]:
        """The turns of years within the axis with the years that begin, evenly thinned out."""
        whole = self.step * self.count
        years = [month for month in range(self.first, self.first + whole) if month % LAST_MONTH == 0]
        thin = -(-len(years) // MOST_MARKS) or 1
        return [((month - self.first) / whole, str(month // LAST_MONTH)) for month in years[::thin]]


def _month(day: date) -> int:
    return day.year * LAST_MONTH + day.month - 1
