"""What is measured, and how it is told: values with their median, 99th percentile and ratio to a yardstick."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

MILLISECONDS = 1_000  # in a second


@dataclass(frozen=True)
class Measured:
    """One thing measured several times, in milliseconds. `yardstick` is the median that it is compared with, if any;
    `limit` what the median's ratio to it, or (without a yardstick) the median and p99 must not exceed."""

    section: str
    name: str
    values: tuple[float, ...]
    yardstick: float | None = None
    most_times: float | None = None  # of the yardstick
    least_times: float | None = None  # that the yardstick takes of this
    most_median: float | None = None
    most_p99: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p99(self) -> float:
        return percentile(self.values, 0.99)

    @property
    def ratio(self) -> float | None:
        """How many times the yardstick it takes."""
        return self.median / self.yardstick if self.yardstick else None

    @property
    def missed(self) -> tuple[str, ...]:
        """The limits that are not kept."""
        found = []
        if self.ratio and self.most_times and self.ratio > self.most_times:
            found.append(f"{self.ratio:.1f} times the yardstick, at most {self.most_times:g}")
        if self.ratio and self.least_times and 1 / self.ratio < self.least_times:
            found.append(f"{1 / self.ratio:.0f} times faster than the yardstick, at least {self.least_times:g}")
        if self.most_median and self.median > self.most_median:
            found.append(f"median {self.median:.2f} ms, at most {self.most_median:g}")
        if self.most_p99 and self.p99 > self.most_p99:
            found.append(f"p99 {self.p99:.2f} ms, at most {self.most_p99:g}")
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        return {
            "section": self.section,
            "name": self.name,
            "n": len(self.values),
            "median_ms": self.median,
            "p99_ms": self.p99,
            "slowest_ms": max(self.values),
            "ratio": self.ratio,
            "missed": list(self.missed),
        }


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of the values lie (the nearest rank)."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def timed(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long a call takes, in milliseconds."""
    before = clock()
    call()
    return MILLISECONDS * (clock() - before)


def table(found: Sequence[Measured]) -> str:
    """The measurements as aligned text."""
    rows = [("", "n", "median ms", "p99 ms", "slowest ms", "ratio", "")]
    for one in found:
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}" if one.ratio >= 0.1 else f"1/{1 / one.ratio:.0f}"
        figures = (f"{one.median:.3f}", f"{one.p99:.3f}", f"{max(one.values):.3f}", ratio)
        rows.append((f"{one.section}: {one.name}", str(len(one.values)), *figures, "; ".join(one.missed) or "ok"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    cells = (
        [cell.ljust(width) if column in (0, len(row) - 1) else cell.rjust(width)
         for column, (cell, width) in enumerate(zip(row, widths, strict=True))]
        for row in rows
    )  # fmt: skip
    return "\n".join("  ".join(row).rstrip() for row in cells)
