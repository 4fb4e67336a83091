"""What the fixed questions leave untried: facts that no reply shows, series and lists that are never used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from bot.evaluation import Graded
from bot.model import Fact, Knowledge, Place
from bot.records import dataclass


class Touch(StrEnum):
    """How far the fixed questions reach a fact, the least first."""

    UNTOUCHED = "untouched"  # no question is about it
    EXPECTED = "expected"  # a question may be answered by it, but no reply shows it
    SHOWN = "shown"  # a reply cites it


@dataclass(frozen=True, slots=True)
class Covered:
    """A fact with the number of replies that cite it and of questions that it may answer."""

    fact: Fact
    cited: int
    expected: int

    @property
    def touch(self) -> Touch:
        if self.cited:
            return Touch.SHOWN
        return Touch.EXPECTED if self.expected else Touch.UNTOUCHED


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every fact in the order of files and lines; the `series` by name, and the facts with complete or partial
    `lists`, of which no reply cites anything."""

    facts: tuple[Covered, ...]
    series: tuple[tuple[str, Place], ...]
    lists: tuple[Fact, ...]

    def of(self, touch: Touch) -> tuple[Covered, ...]:
        """The facts that are reached so far and no farther."""
        return tuple(covered for covered in self.facts if covered.touch is touch)


def coverage(knowledge: Knowledge, graded: Iterable[Graded]) -> Coverage:
    """How far the graded questions reach the facts."""
    cited: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for one in graded:
        cited.update(set(one.cited))
        expected.update(set(one.expected.facts))
    facts = sorted(knowledge.facts.values(), key=lambda fact: (fact.place.file, fact.place.line))
    series: dict[str, Place] = {}
    used = {fact.series for fact in facts if cited[fact.id]}
    for fact in facts:
        if fact.series and fact.series not in used:
            series.setdefault(fact.series, fact.where("series"))
    return Coverage(
        facts=tuple(Covered(fact, cited[fact.id], expected[fact.id]) for fact in facts),
        series=tuple(series.items()),
        lists=tuple(fact for fact in facts if fact.items and not cited[fact.id]),
    )


def by_file(found: Coverage) -> dict[str, tuple[Covered, ...]]:
    """The facts of each file, in order."""
    files = dict.fromkeys(covered.fact.place.file for covered in found.facts)
    return {file: tuple(covered for covered in found.facts if covered.fact.place.file == file) for file in files}


def short(file: str) -> str:
    """A file within its folder, such as "facts/money.yaml", whatever the folder's own place."""
    return "/".join(PurePath(file).parts[-2:])


HEADINGS = ("file", "facts", *Touch)


def rows(found: Coverage) -> list[tuple[str, ...]]:
    """A row for each file with the number of its facts, in all and by touch."""
    return [(short(file), str(len(facts)), *_numbers(facts)) for file, facts in by_file(found).items()]


def _numbers(facts: Sequence[Covered]) -> Iterable[str]:
    number = Counter(covered.touch for covered in facts)
    return (str(number[touch]) for touch in Touch)


def as_json(found: Coverage) -> dict[str, Any]:
    """What is not reached, with its address, and how much there is."""
    return {
        "facts": len(found.facts),
        **{
            touch: [{"fact": covered.fact.id, **_address(covered.fact.place)} for covered in found.of(touch)]
            for touch in (Touch.UNTOUCHED, Touch.EXPECTED)
        },
        "series": [{"series": name, **_address(place)} for name, place in found.series],
        "lists": [{"fact": fact.id, **_address(fact.where("items"))} for fact in found.lists],
    }


def _address(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line}
