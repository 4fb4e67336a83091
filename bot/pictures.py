"""A chart's points as a PNG, to be read on a phone. Draws with matplotlib, the extra `charts`, if it is there.

matplotlib is imported by the first drawing only: it takes a second and 40 MB that a bot without charts saves.
"""

from __future__ import annotations

import asyncio
import importlib.util
import io
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bot.charts import BILLION, MILLION, Drawing, Measure, Point, drawing, figured
from bot.dates import Interval
from bot.errors import BotError
from bot.language import Language
from bot.live import Live
from bot.model import Fact

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PICTURES = 32  # kept in memory, some 60 kB each: all charts of a few versions of the knowledge
WIDTH, HEIGHT, DPI = 8.0, 6.8, 160  # inches and dots an inch: 1280 dots wide, which Telegram shows unscaled
INK, GREY, FAINT = "#1b2430", "#66707c", "#dfe3e8"
BLUE, ORANGE = "#1f6fb2", "#d9730d"  # told apart by people who see no red or green, too
TEXT, SMALL, TINY, LARGE = 14, 12, 10, 19  # points: a phone shows the picture at a third of its width in inches
LONGEST_TITLE = 44  # characters at full size; longer titles are smaller
HEAD_ROOM = 1.1  # of the highest figure: its label stands above it
MARGIN = 0.05  # of the time drawn, free at its ends
MOST_TICKS = 8  # names of months that fit beside each other
MONTH = 3  # letters of a month's name under the axis
STEPS_OF_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)  # between two names under the axis
LABEL_WIDE, LABEL_HIGH = 0.08, 0.08  # of the picture: the room of a figure beside its point
WIDE_BAR, ROOM = 0.7, 0.55  # of the space of one bar: the bar, and what is free beside the middle of the outer ones
FEW_BARS, MOST_BARS = 6, 12  # that have room for large letters, and for any
DIGIT, LEAST_DIGITS = 0.017, 3  # of the picture's width: a digit beside the axis; room for so many is always left
LOW_BAR = 0.15  # of the highest figure: too low to have its own written in it

Style = dict[str, Any]  # keyword arguments of matplotlib's


class Pictures:
    """Draws the charts of what is served, each once for each version of the knowledge."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._drawn: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def available(self) -> bool:
        """Whether there is anything to draw with."""
        return importlib.util.find_spec("matplotlib") is not None

    async def draw(self, name: str) -> bytes:
        """The picture that a call names ("chart@version") as PNG, drawn off the event loop.

        Raises BotError where the chart is not known any more or nothing can draw.
        """
        drawn = self._drawn.get(name)
        return drawn if drawn is not None else await asyncio.to_thread(self.png, name)

    def png(self, name: str) -> bytes:
        """As `draw`, in the caller's thread. The version in the name only tells pictures apart: what is drawn is
        what is served now."""
        if not self.available:
            raise BotError("charts need matplotlib; install coalition-bot[charts]")
        with self._lock:
            if name not in self._drawn:
                self._drawn[name] = self._draw(name.partition("@")[0])
                while len(self._drawn) > MOST_PICTURES:
                    self._drawn.popitem(last=False)
            return self._drawn[name]

    def _draw(self, name: str) -> bytes:
        engine = self._live.current.engine
        for chart in engine.knowledge.topic.charts:
            if chart.name == name:
                return png(drawing(chart, engine.knowledge), engine.language, engine.knowledge.topic.covers_until)
        raise BotError(f'there is no chart "{name[:40]}"; see charts in topic.yaml')


def png(drawn: Drawing, language: Language, until: date) -> bytes:
    """A drawing as PNG; `until` is the day on which the facts end."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    bottom = 0.2 if drawn.others else 0.13
    digits = len(f"{_highest(drawn) / _scale(drawn)[0]:,.0f}")
    left = max(digits, LEAST_DIGITS) * DIGIT + 0.04
    axes = figure.add_axes((left, bottom, 0.96 - left, 0.77 - bottom))
    _bare(axes)
    (_steps if drawn.steps else _bars)(axes, drawn, language, until)
    _frame(figure, axes, drawn, language, until)
    written = io.BytesIO()
    # Without the program's name and version in it, equal charts are equal bytes.
    figure.savefig(written, format="png", metadata={"Software": None})
    return written.getvalue()


def _bare(axes: Axes) -> None:
    """A line below, and no other."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.tick_params(axis="both", length=0, labelsize=TEXT, labelcolor=INK, pad=8)
    axes.set_axisbelow(True)


def _frame(figure: Figure, axes: Axes, drawn: Drawing, language: Language, until: date) -> None:
    """What every chart has: title, what is drawn until when, what the signs mean, what could not be drawn."""
    phrases = language.phrases
    size = LARGE * min(1, LONGEST_TITLE / len(drawn.chart.title))
    figure.text(0.04, 0.945, drawn.chart.title, fontsize=size, fontweight="bold", color=INK, va="center")
    covers = phrases["tg_chart_until"].format(date=language.say(until))
    unit = _unit(drawn, phrases)
    said = " · ".join(filter(None, [unit[:1].upper() + unit[1:], covers]))
    figure.text(0.04, 0.89, said, fontsize=SMALL, color=GREY, va="center")
    if any(point.disputes for point in drawn.points):
        axes.plot([], [], **_HOLLOW, label=phrases["tg_chart_other"])
    if axes.get_legend_handles_labels()[0]:
        style: Style = {"frameon": False, "borderpad": 0, "ncols": 2, "columnspacing": 2, "handletextpad": 0.5}
        figure.legend(loc="center left", bbox_to_anchor=(0.035, 0.835), fontsize=SMALL, labelcolor=GREY, **style)
    if drawn.others:
        told = ", ".join(_other(fact, language) for fact in drawn.others)
        figure.text(0.04, 0.045, f"{phrases['tg_chart_not_drawn']} {told}", fontsize=SMALL, color=GREY, va="center")


def _other(fact: Fact, language: Language) -> str:
    """A figure in another measure, in words."""
    value = fact.values[0]
    return f"{figured(value.number, Measure.of(value), language.phrases)} ({language.say_interval(fact.when)})"


_HOLLOW: Style = {
    "marker": "D",
    "markersize": 9,
    "markerfacecolor": "white",
    "markeredgecolor": ORANGE,
    "markeredgewidth": 2,
    "linestyle": "none",
    "zorder": 4,
}


def _scale(drawn: Drawing) -> tuple[int, str]:
    """What the figures at an axis are divided by, and the catalogue's words for it."""
    if drawn.measure.currency and _highest(drawn) >= MILLION:
        return (BILLION, "tg_billion") if _highest(drawn) >= BILLION else (MILLION, "tg_million")
    return 1, ""


def _unit(drawn: Drawing, phrases: Mapping[str, str]) -> str:
    """What the figures at an axis count: "countries", "EUR million"."""
    measure, words = drawn.measure, _scale(drawn)[1]
    name = measure.currency or measure.unit
    return phrases[words].format(figure=name) if words else name


def _steps(axes: Axes, drawn: Drawing, language: Language, until: date) -> None:
    """States that follow each other: a level line for each, joined where one ends as the next begins."""
    scale, said = _scale(drawn)[0], ""
    marks = [(_x(fact.when.start), told / scale) for point in drawn.points for fact, told in point.disputes]
    line: Style = {"color": BLUE, "linewidth": 4, "solid_capstyle": "round", "solid_joinstyle": "round"}
    _dated(axes, drawn, scale, language, until)
    for number, point in enumerate(drawn.points):
        start, height = _x(point.begins), point.figure / scale
        axes.plot([start, _x(point.ends)], [height] * 2, **line)
        axes.plot([start], [height], marker="o", markersize=9, color=BLUE, zorder=3)
        for following in drawn.points[number + 1 : number + 2]:
            if following.begins - point.ends <= timedelta(days=1):
                joint = _x(following.begins)
                axes.plot([_x(point.ends), joint, joint], [height, height, following.figure / scale], **line)
        label = f"{height:,.15g}"
        if label != said:
            _label(axes, start, height, label, marks)
        said = label
        for fact, told in point.disputes:
            _mark(axes, _x(fact.when.start), told / scale, over=told > point.figure)
    _open_end(axes, drawn.points[-1], scale, language, until)


def _x(day: date) -> float:
    return float(day.toordinal())


def _mark(axes: Axes, start: float, height: float, *, over: bool) -> None:
    """What another source says, its figure on the side that is away from the line."""
    axes.plot([start], [height], **_HOLLOW)
    style: Style = {"ha": "center", "color": ORANGE, "fontsize": SMALL, "fontweight": "bold"}
    place: Style = {"xytext": (0, 6), "va": "bottom"} if over else {"xytext": (0, -8), "va": "top"}
    axes.annotate(f"{height:,.15g}", (start, height), textcoords="offset points", **place, **style)


def _label(axes: Axes, start: float, height: float, label: str, marks: Sequence[tuple[float, float]]) -> None:
    """A figure, up and left of where it begins, where a rising line never runs through it; up and right where
    another source's stands there."""
    (left, right), (_, top) = axes.get_xlim(), axes.get_ylim()
    wide, high = (right - left) * LABEL_WIDE, top * LABEL_HIGH
    taken = any(-wide < x - start <= 0 and 0 <= y - height < high for x, y in marks)
    place: Style = {"xytext": (8, 5), "ha": "left"} if taken else {"xytext": (-5, 3), "ha": "right"}
    style: Style = {"fontsize": TEXT, "fontweight": "bold", "color": INK, "va": "bottom"}
    axes.annotate(label, (start, height), textcoords="offset points", **place, **style)


def _open_end(axes: Axes, last: Point, scale: int, language: Language, until: date) -> None:
    """From its last confirmation until the facts end, a state that still holds is dotted."""
    if last.fact.when.open_end and until > last.ends:
        confirmed = language.phrases["confirmed"].format(date=language.say(last.ends)).rstrip(".")
        ends = [_x(last.ends), _x(until)]
        dots = (0, (1, 1.6))
        axes.plot(ends, [last.figure / scale] * 2, color=BLUE, linewidth=3, linestyle=dots, label=confirmed)


def _dated(axes: Axes, drawn: Drawing, scale: int, language: Language, until: date) -> None:
    """Names of months below, figures at the left, faint lines through them."""
    first, last = drawn.points[0].begins, max(until, drawn.until)
    margin = (last - first).days * MARGIN
    ticks = _months(first, last)
    axes.set_xlim(min(_x(first) - margin, _x(ticks[0])), _x(last) + margin / 2)
    axes.set_ylim(0, _highest(drawn) / scale * HEAD_ROOM)
    axes.set_xticks([_x(day) for day in ticks], list(_names(ticks, language)))
    _levels(axes)


def _levels(axes: Axes) -> None:
    """Round figures at the left, faint lines through them."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.grid(True, color=FAINT, linewidth=1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(lambda figure, _: f"{figure:,.15g}")


def _names(ticks: Sequence[date], language: Language) -> Iterator[str]:
    """Short names of months, each year once."""
    year = 0
    for day in ticks:
        yield language.months[day.month - 1][:MONTH] + (f"\n{day.year}" if day.year != year else "\n ")
        year = day.year


def _months(first: date, last: date) -> list[date]:
    """Firsts of months, from the first day's own, evenly apart and few enough to be named."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1  # months since the year 0
    step = next(step for step in STEPS_OF_MONTHS if (end - begin) // step < MOST_TICKS or step == STEPS_OF_MONTHS[-1])
    return [date(month // 12, month % 12 + 1, 1) for month in range(begin - begin % min(step, 12), end + 1, step)]


def _bars(axes: Axes, drawn: Drawing, language: Language, until: date) -> None:
    """Sums of periods: a bar for each, its figure in it or above it, and what other sources say."""
    scale, count = _scale(drawn)[0], len(drawn.points)
    top = _highest(drawn) / scale
    axes.bar(range(count), [point.figure / scale for point in drawn.points], width=WIDE_BAR, color=BLUE)
    axes.set_xlim(-ROOM, count - 1 + ROOM)
    axes.set_ylim(0, top * HEAD_ROOM)
    if count > MOST_BARS:
        _levels(axes)
    else:
        axes.set_yticks([])
    size = TEXT if count <= FEW_BARS else TINY
    for place, point in enumerate(drawn.points):
        height = point.figure / scale
        inside = height > LOW_BAR * top
        way: Style = {"va": "top", "color": "white"} if inside else {"va": "bottom", "color": INK}
        if count <= MOST_BARS:
            style: Style = {"textcoords": "offset points", "ha": "center", "fontweight": "bold", "fontsize": size}
            axes.annotate(f"{height:,.15g}", (place, height), xytext=(0, -8 if inside else 5), **style, **way)
        for _, told in point.disputes:
            _mark(axes, place, told / scale, over=True)
    every = -(-count // MOST_BARS)
    names = [_period(point, language) for point in drawn.points[::every]]
    axes.set_xticks(range(0, count, every), names, fontsize=size)


def _period(point: Point, language: Language) -> str:
    """When a bar's period is, in few letters: its year, its first month, or its first day."""
    first, year = point.begins, Interval.year(point.begins.year)
    if point.begins == year.start and point.ends == year.end:
        return str(first.year)
    month = language.months[first.month - 1][:MONTH]
    whole = first.day == 1 and point.ends >= Interval.month(first.year, first.month).end
    return f"{month}\n{first.year}" if whole else f"{first.day} {month}\n{first.year}"


def _highest(drawn: Drawing) -> float:
    """The highest figure; where all are nothing, something, so that there is a scale."""
    figures = [figure for point in drawn.points for figure in (point.figure, *(told for _, told in point.disputes))]
    return max(figures) or 1.0
