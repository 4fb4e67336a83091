"""Graded questions -> figures: one row a phenomenon, the comparison with a baseline, and the floors."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.evaluation import Graded, Outcome
from bot.records import dataclass

TOTAL = "total"
Z_95 = 1.959964  # the normal distribution's two-sided 95 % quantile
# Floors, as shares of their questions. An answer with citations where there is none does most harm, so the
# most wrong answers to unanswerable questions are the product's promise (issue 3); the least right ones are
# what was last measured, less two points for questions that tip over when knowledge is added.
MOST_WRONG_UNANSWERABLE = 0.03
LEAST_RIGHT: Mapping[str, float] = {"tune": 0.0, "held_out": 0.0}


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of some questions. Shares are None where no question counts towards them.

    `success` and `mrr` are over questions with expected facts (success at rank 1 and 3; mean reciprocal rank
    to rank 5); abstention `precision` is the share of replies without an answer that were rightly without,
    `recall` the share of unanswerable questions that got none.
    """

    name: str
    n: int
    answerable: int
    right: int
    wrong: int
    abstained: int
    wrong_unanswerable: int
    success_1: float | None
    success_3: float | None
    mrr_5: float | None
    interval: tuple[float, float]
    precision: float | None
    recall: float | None
    citations: int
    faults: int
    words: float | None
    p50: float
    p99: float

    @property
    def unanswerable(self) -> int:
        return self.n - self.answerable


def rows(graded: Sequence[Graded]) -> tuple[Row, ...]:
    """One row for each phenomenon, by name, and the total last."""
    names = sorted({g.phenomenon for g in graded})
    return (*(row(name, [g for g in graded if g.phenomenon == name]) for name in names), row(TOTAL, graded))


def row(name: str, graded: Sequence[Graded]) -> Row:
    """The figures of `graded` together."""
    ranks = [g.rank for g in graded if g.expected.facts]
    silent = [g for g in graded if not g.answered]
    unanswerable = [g for g in graded if not g.expected.answerable]
    rightly = sum(not g.expected.answerable for g in silent)
    right = sum(g.outcome is Outcome.RIGHT for g in graded)
    times = sorted(g.milliseconds for g in graded)
    return Row(
        name=name,
        n=len(graded),
        answerable=len(graded) - len(unanswerable),
        right=right,
        wrong=sum(g.outcome is Outcome.WRONG for g in graded),
        abstained=sum(g.outcome is Outcome.ABSTAINED for g in graded),
        wrong_unanswerable=sum(g.outcome is Outcome.WRONG for g in unanswerable),
        success_1=_mean([rank == 1 for rank in ranks]),
        success_3=_mean([0 < rank <= 3 for rank in ranks]),
        mrr_5=_mean([1 / rank if 0 < rank <= 5 else 0.0 for rank in ranks]),
        interval=wilson(right, len(graded)),
        precision=rightly / len(silent) if silent else None,
        recall=rightly / len(unanswerable) if unanswerable else None,
        citations=sum(g.citations for g in graded),
        faults=sum(len(g.faults) for g in graded),
        words=_mean([g.words for g in graded if g.answered]),
        p50=percentile(times, 0.50),
        p99=percentile(times, 0.99),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest value that `share` of all values do not exceed.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (E. B. Wilson, Probable inference, the law of succession, and
    statistical inference, JASA 22, 1927, 209-212):

        (p + z^2 / 2n  +-  z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)

    It stays within 0 to 1 and holds for few questions and for shares near 1.

    >>> [round(end, 3) for end in wilson(9, 10)]
    [0.596, 0.982]
    """
    if not n:
        return 0.0, 1.0
    p, z = right / n, Z_95
    middle = p + z * z / (2 * n)
    reach = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed against the baseline, as keys of questions: `fixed` became right, `broken` stopped being
    right, `other` went between wrong and abstained, `new` and `gone` are in one of the two only."""

    fixed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def outcomes(graded: Iterable[Graded]) -> dict[str, str]:
    """The outcome of each question by its key."""
    return {g.key: str(g.outcome) for g in graded}


def compared(now: Mapping[str, str], baseline: Mapping[str, str], complete: bool) -> Comparison:
    """`now` against the baseline; only a `complete` run, of both halves, can tell what is gone."""
    shared = [key for key in now if key in baseline and now[key] != baseline[key]]
    return Comparison(
        fixed=tuple(key for key in shared if now[key] == Outcome.RIGHT),
        broken=tuple(key for key in shared if baseline[key] == Outcome.RIGHT),
        other=tuple(key for key in shared if Outcome.RIGHT not in (now[key], baseline[key])),
        new=tuple(key for key in now if key not in baseline),
        gone=tuple(key for key in baseline if key not in now) if complete else (),
    )


def read_baseline(path: Path) -> dict[str, str] | None:
    """The committed outcomes by key; None where there are none yet."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise BotError(f"{path}: is no JSON: {error}; write it anew with --write-baseline") from error
    if not isinstance(raw, dict) or not set(raw.values()) <= set(Outcome):
        raise BotError(f"{path}: is no baseline; write it anew with --write-baseline")
    return raw


def write_baseline(path: Path, now: Mapping[str, str]) -> None:
    """Commit these outcomes: one a line, sorted, so that a change shows as changed lines."""
    path.write_text(json.dumps(dict(sorted(now.items())), indent=0) + "\n", encoding="utf-8")


def below_floors(graded: Sequence[Graded]) -> tuple[str, ...]:
    """A line for each floor that the questions do not reach; empty means all do."""
    failures = []
    for half in dict.fromkeys(g.half for g in graded):
        total = row(TOTAL, [g for g in graded if g.half == half])
        if total.right < LEAST_RIGHT[half] * total.n:
            failures.append(f"{half}: {total.right} of {total.n} right, at least {LEAST_RIGHT[half]:.0%} must be")
        if total.wrong_unanswerable > MOST_WRONG_UNANSWERABLE * total.unanswerable:
            failures.append(
                f"{half}: {total.wrong_unanswerable} wrong answers to {total.unanswerable} unanswerable questions, "
                f"at most {MOST_WRONG_UNANSWERABLE:.0%} may be"
            )
        if total.faults:
            failures.append(f"{half}: {total.faults} citations do not belong to their fact, none may")
    return tuple(failures)


HEADINGS = (
    "phenomenon",
    "n",
    "right",
    "95 %",
    "wrong",
    "abst.",
    "s@1",
    "s@3",
    "mrr@5",
    "a-prec",
    "a-rec",
    "cites",
    "words",
    "p50 ms",
    "p99 ms",
)


def cells(row: Row) -> tuple[str, ...]:
    """The row as the table shows it; shares in per cent."""
    low, high = row.interval
    return (
        row.name,
        str(row.n),
        f"{_percent(row.right / row.n if row.n else None)}",
        f"{_percent(low)}-{_percent(high)}",
        str(row.wrong),
        str(row.abstained),
        _percent(row.success_1),
        _percent(row.success_3),
        "" if row.mrr_5 is None else f"{row.mrr_5:.2f}",
        _percent(row.precision),
        _percent(row.recall),
        f"{row.citations - row.faults}/{row.citations}" if row.faults else str(row.citations),
        "" if row.words is None else f"{row.words:.0f}",
        f"{row.p50:.1f}",
        f"{row.p99:.1f}",
    )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}"


def as_json(row: Row) -> dict[str, Any]:
    """The row as JSON, shares rounded to four places."""
    names = (
        "name",
        "n",
        "answerable",
        "right",
        "wrong",
        "abstained",
        "wrong_unanswerable",
        "success_1",
        "success_3",
        "mrr_5",
        "interval",
        "precision",
        "recall",
        "citations",
        "faults",
        "words",
        "p50",
        "p99",
    )
    return {name: _rounded(getattr(row, name)) for name in names}


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value
