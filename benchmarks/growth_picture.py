"""The growth curves as a picture: a panel for each measure, both axes logarithmic, each line named at its end."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, DOTS = 9.0, 9.0, 100  # inches, and dots an inch: 900 pixels wide
COLUMNS = 2
PANELS = {
    "build_s": "Build, processor seconds",
    "load_ms": "Load in a new process, processor milliseconds",
    "memory_mb": "Memory once loaded and asked, MB",
    "p50_ms": "A question, processor milliseconds (dotted: p99)",
}
# Okabe and Ito's colours, which those with colour blindness tell apart; the program's own lines are the dark ones.
COLOURS = ("#000000", "#d55e00", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#7f7f7f")
OURS = {"the index", "whole replies", "replies from disk"}
APART = 0.05  # of a panel's height between two names
ROOM = 1.75  # decades to the right of the lines, for the names


def draw(points: Sequence[dict[str, Any]], path: Path) -> bool:
    """Draw the points of benchmarks/growth.py; False, with a word about it, without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        print("no picture: matplotlib is not installed", file=sys.stderr)
        return False
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, layout="constrained")
    names = list(dict.fromkeys(point["engine"] for point in points))
    for number, (measure, title) in enumerate(PANELS.items(), 1):
        axes = figure.add_subplot(math.ceil(len(PANELS) / COLUMNS), COLUMNS, number)
        _panel(axes, points, names, measure)
        axes.set_title(title, fontsize=10, loc="left")
        if number > len(PANELS) - COLUMNS:
            axes.set_xlabel("facts", fontsize=9)
    figure.savefig(path)
    return True


def _panel(axes: Any, points: Sequence[dict[str, Any]], names: Sequence[str], measure: str) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    ends: list[tuple[float, float, str, str]] = []
    for name, colour in zip(names, COLOURS, strict=False):
        own = [point for point in points if point["engine"] == name and point[measure]]
        if not own:
            continue
        facts, values = [point["facts"] for point in own], [point[measure] for point in own]
        width = 2.2 if name in OURS else 1.3
        axes.plot(facts, values, color=colour, linewidth=width, marker="o", markersize=3.5)
        if measure == "p50_ms":
            axes.plot(facts, [point["p99_ms"] for point in own], color=colour, linewidth=0.8, linestyle=":")
        ends.append((values[-1], facts[-1], name, colour))
    sizes = [point["facts"] for point in points]
    axes.set_xlim(min(sizes) / 1.5, max(sizes) * 10**ROOM)
    axes.set_xticks(sorted(set(sizes)), [_short(size) for size in sorted(set(sizes))], fontsize=8)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.minorticks_off()
    axes.tick_params(labelsize=8)
    axes.grid(color="#e0e0e0", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    _names(axes, ends, max(sizes))


def _names(axes: Any, ends: Sequence[tuple[float, float, str, str]], largest: float) -> None:
    """The name of each line at the right of all, as high as its end, but never upon another name."""
    low, high = map(math.log10, axes.get_ylim())
    ordered = sorted(ends)
    places = [(math.log10(value) - low) / (high - low) for value, *_ in ordered]
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + APART)
    over = max(0.0, places[-1] - 1.0) if places else 0.0
    if over:  # all that lie too close to the top move down
        places[-1] = 1.0
        for number in range(len(places) - 2, -1, -1):
            places[number] = min(places[number], places[number + 1] - APART)
    for (value, facts, name, colour), place in zip(ordered, places, strict=True):
        height = 10 ** (low + place * (high - low))
        axes.plot((facts, largest * 1.6), (value, height), color=colour, linewidth=0.5, alpha=0.6)
        weight = "bold" if name in OURS else "normal"
        axes.text(largest * 1.8, height, name, color=colour, fontsize=8, va="center", fontweight=weight)


def _short(size: int) -> str:
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1_000}k"
