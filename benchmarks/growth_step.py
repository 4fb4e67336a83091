"""One step of benchmarks/growth.py in a process of its own: an engine builds at one size, or loads and is asked.

All times are processor time, of all threads, which others on the machine do not lengthen.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import engines
import whole
from measuring import MILLISECONDS, percentile, timed

A_FACT = 4  # entries: the text and three ways of asking
FEWEST_QUERIES = 10  # of a slow engine
SECONDS = 30.0  # after so long no more of them are asked

Point = dict[str, Any]  # engine, facts, and the figures by their names, None where there is none


def kept(work: Path, name: str, size: int) -> Path:
    """Where an engine keeps what it built."""
    return work / f"{name.replace(' ', '-')}-{size}"


def run(step: str, name: str, size: int, work: Path) -> Point:
    """What a process of its own does."""
    folder = kept(work, name, size)
    before = time.process_time()
    if name in whole.WAYS:
        way, questions = whole.WAYS[name], (work / f"questions-{size}").read_text("utf-8").splitlines()
        if step == "build":
            way.build(work / str(size), folder)
            return {"build_s": _spent(), "build_mb": _memory()}
        ask = way.load(work / str(size), folder)
        return {"load_ms": MILLISECONDS * (time.process_time() - before), **_asked(ask, questions)}
    engine = engines.ENGINES[name]
    terms = [line.split() for line in (work / f"terms-{size}").read_text("utf-8").splitlines()]
    before = time.process_time()
    if step == "build":
        search = engine.build(_entries(work, size), folder)
        built = {"build_s": time.process_time() - before, "build_mb": _memory()}
        return built | (_asked(search, terms) if search else {})
    search = engine.load(folder)
    return {"load_ms": MILLISECONDS * (time.process_time() - before), **_asked(search, terms)}


def _entries(work: Path, size: int) -> Iterator[engines.Entry]:
    with (work / "entries").open(encoding="utf-8") as file:
        for line in islice(file, size * A_FACT):
            fact, *terms = line.split()
            yield int(fact), list(map(sys.intern, terms))


def _asked(ask: Callable[[Any], object], questions: Sequence[Any]) -> Point:
    """How long the questions take, each asked once, and the most memory so far."""
    values: list[float] = []
    until = time.perf_counter() + SECONDS
    for question in questions:
        values.append(timed(lambda: ask(question), time.process_time))  # noqa: B023
        if time.perf_counter() > until and len(values) >= FEWEST_QUERIES:
            break
    figures = {"p50_ms": statistics.median(values), "p99_ms": percentile(values, 0.99), "asked": len(values)}
    return {**figures, "memory_mb": _memory()}


def _spent() -> float:
    """The processor time of this process and of those that it started, in seconds."""
    return sum(os.times()[:4])


def _memory() -> float:
    """The most memory that this process had, in MB. What `resource` tells would begin with that of its parent."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1_000 for line in lines if line.startswith("VmHWM:"))  # kB


def main() -> int:
    """One step in a process of its own; what it found goes to standard output."""
    parser = argparse.ArgumentParser(description="A step of the growth benchmark; start it by benchmarks/run.py growth")
    parser.add_argument("step", choices=("build", "ask"))
    parser.add_argument("engine")
    parser.add_argument("size", type=int)
    parser.add_argument("work", type=Path)
    given = parser.parse_args()
    print(json.dumps(run(given.step, given.engine, given.size, given.work)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
