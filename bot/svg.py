"""Small drawings as inline SVG.

Lengths across are per cent and lengths down are pixels, without a view box: a chart is as wide as the page, and
its text and strokes keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.pages import Html, Part, tag
from bot.records import dataclass

ROW = 18  # pixels: the height of a line of text, which a row of a table has
BARS = 120  # pixels: high enough that one in twenty is seen beside the highest bar
_LABELS = 18  # pixels beneath a chart, for a line of small text
_GAP = 0.12  # of a bar's width stays empty, so that bars are told apart


def svg(height: float, label: str, *parts: Part) -> Html:
    """A drawing of the page's width. `label` is what is read out to those who do not see it."""
    return tag("svg", *parts, height=_px(height), role="img", aria_label=label)


def tip(text: str) -> Html:
    """What is shown where the pointer rests."""
    return tag("title", text)


def box(x: float, width: float, y: float, height: float, tone: str, *parts: Part) -> Html:
    """A filled rectangle; `x` and `width` are shares of the whole width."""
    place = {"x": _percent(x), "width": _percent(width), "y": _px(y), "height": _px(height)}
    return tag("rect", *parts, class_=f"f-{tone}", **place)


def stroke(x1: float, y1: float, x2: float, y2: float, tone: str) -> Html:
    """A line; `x1` and `x2` are shares of the whole width."""
    return tag("line", x1=_percent(x1), x2=_percent(x2), y1=_px(y1), y2=_px(y2), class_=f"s-{tone}")


def dot(x: float, y: float, tone: str, *parts: Part, radius: float = 4.5) -> Html:
    """A filled circle around a share of the whole width."""
    return tag("circle", *parts, cx=_percent(x), cy=_px(y), r=_px(radius), class_=f"f-{tone}")


def words(x: float, y: float, text: str, anchor: str = "middle") -> Html:
    """Small text; `anchor` (start, middle, end) says which point of it stands at `x`."""
    return tag("text", text, x=_percent(x), y=_px(y), text_anchor=anchor)


def whisker(share: float, interval: tuple[float, float], label: str, tone: str) -> Html:
    """A share between 0 and 1 with its interval, on a line from 0 to 1."""
    middle = ROW / 2
    low, high = interval
    return svg(
        ROW,
        label,
        tip(label),
        stroke(0, middle, 1, middle, "line"),
        *(stroke(quarter / 4, middle - 3, quarter / 4, middle + 3, "line") for quarter in range(5)),
        tag("g", stroke(low, middle, high, middle, tone), class_="thick"),
        dot(share, middle, tone),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar made of parts on top of each other, each a number with its tone; `label` stands beneath if there
    is one, `told` is shown where the pointer rests."""

    parts: tuple[tuple[float, str], ...]
    told: str
    label: str = ""

    @property
    def height(self) -> float:
        return sum(number for number, _ in self.parts)


def bars(some: Sequence[Bar], label: str, numbers: bool = False) -> Html:
    """Bars beside each other, the highest of them as high as the chart; with `numbers` above them."""
    highest = max((bar.height for bar in some), default=0) or 1
    top, bottom = (_LABELS if wanted else 0 for wanted in (numbers, any(bar.label for bar in some)))
    drawn: list[Html] = []
    for number, bar in enumerate(some):
        drawn.extend(_bar(bar, number / len(some), 1 / len(some), BARS / highest, top))
        if numbers and bar.height:
            y = top + BARS - bar.height * BARS / highest - 5
            drawn.append(words((number + 0.5) / len(some), y, f"{bar.height:,.0f}"))
    base = stroke(0, top + BARS, 1, top + BARS, "line")
    return svg(top + BARS + bottom, label, base, drawn)


def _bar(bar: Bar, x: float, width: float, scale: float, top: float) -> Iterator[Html]:
    y = top + BARS
    for number, tone in bar.parts:
        if number:
            y -= number * scale
            yield box(x + width * _GAP / 2, width * (1 - _GAP), y, number * scale, tone, tip(bar.told))
    if bar.label:
        yield words(x + width / 2, top + BARS + _LABELS - 4, bar.label)


def ruled(marks: Iterable[tuple[float, str]], height: float) -> Html:
    """Thin lines from top to bottom at shares of the width, each with its label beneath, to its right."""
    return tag(
        "g",
        ((stroke(x, 0, x, height, "line"), words(x, height - 4, text, "start") if text else ()) for x, text in marks),
    )


def key(*entries: tuple[str, str]) -> Html:
    """What the colours mean: tones with words."""
    return tag("div", (tag("span", tag("i", class_=f"b-{tone}"), text) for tone, text in entries), class_="key")


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _px(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")
