"""The form of a new fact: what is asked for, what is proposed, and what `check` would say to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from yaml import Node

from bot import consistency, drafting, proposals, schema
from bot.engine import Engine
from bot.errors import Problem
from bot.interview import Filled
from bot.model import GIVEN_KINDS, Fact, Kind
from bot.nodes import Faults, meant, shown
from bot.records import replace
from bot.rows import Role, Row, Span, row
from bot.splicing import listed, record, scalar

REPLACES = "replaces"  # the one step that is no field of the fact
_NUMBERS = frozenset({Kind.COUNT, Kind.AMOUNT})


class FactForm:
    """What a new fact is asked for. `assumes` lets it take the fact in force of the same series for replaced."""

    title = "new_fact"
    steps: Sequence[str] = (
        "text", "when", "confirmed", "about", "gives", "value", "items", "series", REPLACES,
        "asks", "disputes", "sources", "id", "gap",
    )  # fmt: skip

    def __init__(self, engine: Engine, today: date, assumes: bool) -> None:
        self._engine = engine
        self._known = engine.knowledge
        self._phrases = engine.language.phrases
        self._today = today
        self._assumes = assumes

    def fact(self, fields: Filled) -> Fact:
        """The fact as far as it is filled in."""
        return drafting.fact(drafting.read(written(fields), Faults("")), self._known)

    def near(self, fields: Filled) -> tuple[proposals.Near, ...]:
        """The facts that say something like it."""
        return proposals.near(self.fact(fields).text, self._engine, self._today)

    def ended(self, fields: Filled) -> Fact | None:
        """The fact that the new one replaces, with its new end."""
        old, new = self._replaced(fields), self.fact(fields)
        return drafting.closed(old, new) if old and old.when.open_end and old.when.start < new.when.start else None

    def _replaced(self, fields: Filled) -> Fact | None:
        if REPLACES in fields:
            return self._known.facts.get(fields[REPLACES].value)
        return proposals.replaced(self.fact(fields), self._known) if self._assumes else None

    def wanted(self, step: str, fields: Filled) -> bool:
        fact = self.fact(fields)
        return {
            "confirmed": fact.when.open_end and not fact.gap,
            "value": bool(_NUMBERS & set(fact.gives)),
            "items": Kind.LIST in fact.gives,
            REPLACES: proposals.replaced(fact, self._known) is not None,
            "gap": False,  # so seldom that it is an option only
        }.get(step, True)

    def needed(self, step: str) -> bool:
        return step == "confirmed" or step in schema.FACT_FIELDS and schema.FACT_FIELDS[step].required

    def prompt(self, step: str, fields: Filled) -> str:
        fact = self.fact(fields)
        near = ", ".join(proposals.series(fact, self._engine, self._today)) if step == "series" else ""
        old = proposals.replaced(fact, self._known) if step == REPLACES else None
        end = drafting.closed(old, fact).when.end.isoformat() if old else ""
        key = "new_series_near" if near else f"new_{step}"
        return self._phrases[key].format(kinds=", ".join(sorted(GIVEN_KINDS)), series=near, end=end)

    def proposed(self, step: str, fields: Filled) -> str:
        fact = self.fact(fields)
        if step == "about":
            return ", ".join(proposals.entities(fact.text, self._engine, self._today))
        if step == "id":
            return proposals.propose_id(drafting.read(written(fields), Faults("")), self._engine)
        if step == "sources":
            known = self._known.sources.values()
            uncited = {problem.line for problem in consistency.uncited_sources(self._known)}
            return ", ".join(source.id for source in known if source.place.line in uncited)
        old = proposals.replaced(fact, self._known) if step == REPLACES else None
        return old.id if old else ""

    def tried(self, step: str, typed: Sequence[str], fields: Filled) -> tuple[Filled, tuple[Problem, ...]]:
        faults = Faults("")
        node = self._read(step, typed, faults)
        others = {name: other for name, other in fields.items() if name != step}
        filled = others if node is None else {**others, step: node}
        problems = tuple(problem_of(step, problem) for problem in faults.problems)
        return filled, problems or self.problems(filled)

    def _read(self, step: str, typed: Sequence[str], faults: Faults) -> Node | None:
        if step == REPLACES:
            return scalar(" ".join(typed))  # an empty one says that nothing is replaced
        return drafting.node(step, typed, faults) if typed else None

    def problems(self, fields: Filled) -> tuple[Problem, ...]:
        """What is wrong with the fields so far."""
        unfit = self._unfit(fields)
        ended = self.ended(fields)
        known = drafting.with_facts(self._known, ended) if ended else self._known
        if unfit:
            return (unfit,)
        old = None if REPLACES in fields else proposals.replaced(self.fact(fields), self._known)
        return tuple(_hinted(problem, old) for problem in drafting.problems(written(fields), known))

    def _unfit(self, fields: Filled) -> Problem | None:
        """Why the named fact cannot be replaced."""
        named = fields[REPLACES].value if REPLACES in fields else ""
        if not named or self.ended(fields):
            return None
        if named not in self._known.facts:
            mend = meant(named, self._known.facts, "write the id of a fact in facts/")
            return Problem(REPLACES, 1, 1, f"unknown fact {shown(named)}", mend)
        what = f"{shown(named)} does not hold until further notice, or begins no earlier than the new fact"
        return Problem(REPLACES, 1, 1, what, "name the one that the new fact follows, or leave it out")

    def lines(self, fields: Filled) -> Sequence[str]:
        return listed(record(written(fields)))

    def notes(self, step: str, fields: Filled) -> Sequence[Row]:
        near = self.near(fields) if step == "text" else ()
        return near_rows(near, self._phrases["new_near"], self._phrases["new_likeness"])


def written(fields: Filled) -> Filled:
    """The fields that are the fact's own, in the order of the field table."""
    return {name: fields[name] for name in schema.FACT_FIELDS if name in fields}


def _hinted(problem: Problem, old: Fact | None) -> Problem:
    """A contradiction to a fact that may end is mended by ending it."""
    if old is None or problem.file != "when" or shown(old.id) not in problem.what:
        return problem
    return replace(problem, mend=f"{problem.mend}; {REPLACES} {old.id} does the first")


def problem_of(step: str, problem: Problem) -> Problem:
    """A problem of reading what was typed, at the field."""
    return Problem(step, problem.line, problem.column, problem.what, problem.mend)


def near_rows(near: Sequence[proposals.Near], heading: str, likeness: str) -> list[Row]:
    """The near facts, each with how much it is alike."""
    said = (f"{one.fact.id} {likeness.format(likeness=one.likeness)}: {one.fact.text}" for one in near)
    items = [Row((Span(text),), Span("-", Role.LABEL), 2) for text in said]
    return [row(heading, Role.WORDS), *items] if near else []
