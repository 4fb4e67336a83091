"""How engines and whole replies grow with the knowledge: python benchmarks/run.py growth --largest 1000000

Knowledge of 1,000 facts and ten times as many, again and again (benchmarks/generate.py), is given to each engine of
benchmarks/engines.py as the terms of its index entries, four a fact, and to the program itself as a folder. Each
engine at each size has a process of its own that builds, and another one that loads, where it can keep what it built,
and is then asked. Times are processor time, of all threads. The exponents are the slopes of straight lines through
the logarithms (least squares): 1 is as fast as the knowledge grows, 0 is not at all.
"""

from __future__ import annotations

import importlib.util
import json
import math
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import engines
import entries
import generate
import growth_step
import whole
from generate import SIZES as SIZES
from growth_step import Point, kept

QUERIES = 300
TIMEOUT = 3_600  # seconds that a process may take
# Terms as words of letters and digits, which every engine takes for one.
PLAIN = str.maketrans({"@": "xa", "#": "xb", "=": "xc", "^": "xd", "$": "xe", "-": "xf", ".": "xg", "'": "xh"})
MEASURES = {"build_s": "build, s", "load_ms": "load, ms", "memory_mb": "memory, MB", "p50_ms": "asked, ms"}


def names() -> tuple[str, ...]:
    """All that can be measured."""
    return (*engines.ENGINES, *whole.WAYS)


def joined(before: Sequence[Point], now: Sequence[Point]) -> list[Point]:
    """The points of an earlier run with those of this one, which count where both have one, in the order of `names`."""
    points = {(point["engine"], point["facts"]): point for point in (*before, *now)}
    return sorted(points.values(), key=lambda point: (names().index(point["engine"]), point["facts"]))


def measured(largest: int, chosen: Sequence[str]) -> list[Point]:
    """A point for each chosen engine and size that it can be measured at; says what it is doing."""
    sizes = [size for size in SIZES if size <= largest]
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        if not engines.ENGINES.keys().isdisjoint(chosen):
            _write_entries(work, sizes[-1])
        for size in sizes:
            _write_questions(work, size)
        points = [_point(name, size, work) for name in _there() if name in chosen for size in sizes]
    return [point for point in points if point]


def _there() -> Iterator[str]:
    """The engines whose packages are installed."""
    for name, engine in (engines.ENGINES | whole.WAYS).items():
        if importlib.util.find_spec(engine.package):
            yield name
        else:
            _say(f"{name}: left out, as {engine.package} is not installed")


def _write_entries(work: Path, largest: int) -> None:
    """The entries of the largest knowledge, of which the others' are the beginning."""
    _say(f"writing the entries of {largest:,} facts")
    with (work / "entries").open("w", encoding="utf-8") as file:
        for fact, terms in entries.entries(largest):
            file.write(f"{fact} {' '.join(terms).translate(PLAIN)}\n")


def _write_questions(work: Path, size: int) -> None:
    """What is asked at a size, as terms and in words."""
    asked = (" ".join(terms).translate(PLAIN) for terms in entries.queries(size, QUERIES))
    (work / f"terms-{size}").write_text("\n".join(asked), "utf-8")
    (work / f"questions-{size}").write_text("\n".join(q for q, _ in generate.questions(size, QUERIES)), "utf-8")


def _point(name: str, size: int, work: Path) -> Point | None:
    if name in whole.WAYS:
        if size > whole.WAYS[name].most:
            return None
        if not (work / str(size)).exists():
            generate.write(size, work / str(size))
    kept(work, name, size).mkdir()
    built = _child("build", name, size, work)
    asked = _child("ask", name, size, work) if "p50_ms" not in built else {}
    point = {"engine": name, "facts": size, "load_ms": None, **built, **asked}
    figures = ", ".join(f"{told} {_figure(point[measure])}" for measure, told in MEASURES.items())
    _say(f"{name}, {size:,} facts: {figures}, p99 {_figure(point['p99_ms'])}")
    return point


def _child(step: str, name: str, size: int, work: Path) -> Point:
    command = [sys.executable, growth_step.__file__, step, name, str(size), str(work)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=TIMEOUT, check=True, text=True)
    found: Point = json.loads(done.stdout.splitlines()[-1])
    return found


def exponents(points: Sequence[Point]) -> dict[str, dict[str, float | None]]:
    """Of each engine the slope of every measure; None where there are less than three points."""
    found: dict[str, dict[str, float | None]] = {}
    for name in dict.fromkeys(point["engine"] for point in points):
        own = [point for point in points if point["engine"] == name]
        found[name] = {measure: _slope(own, measure) for measure in MEASURES}
    return found


def _slope(points: Sequence[Point], measure: str) -> float | None:
    some = [(math.log(point["facts"]), math.log(point[measure])) for point in points if point[measure]]
    if len(some) < 3:
        return None
    return statistics.linear_regression(*zip(*some, strict=True)).slope


def table(points: Sequence[Point]) -> str:
    """The figures at the largest size of each engine and its exponents, as a table for benchmarks/README.md."""
    slopes = exponents(points)
    head = ["", "facts", *MEASURES.values(), "p99 ms", *(f"exponent of {measure.split(',')[0]}" for measure in
            MEASURES.values())]  # fmt: skip
    rows = [head, ["---"] * len(head)]
    for name, own in slopes.items():
        largest = max((point for point in points if point["engine"] == name), key=lambda point: point["facts"])
        figures = [_figure(largest[measure]) for measure in (*MEASURES, "p99_ms")]
        told = ["" if slope is None else f"{slope:.2f}" for slope in own.values()]
        rows.append([name, f"{largest['facts']:,}", *figures, *told])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _figure(value: float | None) -> str:
    """Two digits that mean something."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _say(told: str) -> None:
    print(told, file=sys.stderr, flush=True)
