"""A fact while it is written: what was typed, read by the schema and judged by the rules of `check`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from yaml import MappingNode, Node, SequenceNode

from bot import checks, nodes, references, schema
from bot.dates import Interval
from bot.errors import Problem
from bot.model import Fact, Knowledge, Place
from bot.nodes import Faults
from bot.records import replace
from bot.splicing import scalar, sequence

_MAP, _SEQUENCE = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"

_ID_LISTS = frozenset({"about", "gives", "disputes", "sources"})  # ids hold no commas and no spaces
_WRITTEN_OUT = frozenset({"items"})  # typed as they stand in the file
# "20 countries" and "45,000,000 EUR", which are easier to type than the record that they stand for.
_FIGURE = re.compile(r"(?P<number>-?[0-9][0-9.,]*) (?:(?P<currency>[A-Z]{3})|(?P<unit>\S.*))")
_IN_ALL = frozenset(checks.RULES) - {*checks.SINGLE, *checks.POINTERS}


def node(name: str, typed: Sequence[str], faults: Faults) -> Node | None:
    """What was typed for a field (an option that is repeated is typed several times), as it would be in a file."""
    if name in _ID_LISTS:
        return sequence(word for part in typed for word in re.split(r"[,\s]+", part) if word)
    if name == "asks":
        return sequence(ask.strip() for part in typed for ask in part.split(";") if ask.strip())
    if name == "value":
        found = [figure for part in typed if (figure := _figure(part, faults)) is not None]
        return found[0] if len(found) == 1 else SequenceNode(_SEQUENCE, found, nodes.TOP)
    if name in _WRITTEN_OUT:
        return nodes.compose(" ".join(typed), faults)
    return scalar(" ".join(" ".join(typed).split()))


def _figure(typed: str, faults: Faults) -> Node | None:
    """A figure in short, or the record or list of records that is written in the file."""
    typed = typed.strip()
    if typed.startswith(("{", "[")):
        return nodes.compose(typed, faults)
    match = _FIGURE.fullmatch(typed)
    if match is None:
        mend = "write a number and what it counts, as in 20 countries or 45000000 EUR"
        faults.add(nodes.TOP, f"{nodes.shown(typed)} is no figure", mend)
        return None
    texts = {**match.groupdict(), "number": match["number"].replace(",", "")}
    fields = [(scalar(name), scalar(text)) for name, text in texts.items() if text]
    return MappingNode(_MAP, fields, nodes.TOP, flow_style=True)


def read(fields: Mapping[str, Node], faults: Faults) -> dict[str, Any]:
    """The values of the fields typed so far, read by the schema; `faults` gets what is wrong with the others."""
    values = {name: schema.FACT_FIELDS[name].read(node, faults.inside(name)) for name, node in fields.items()}
    return {name: value for name, value in values.items() if value is not None}


def fact(values: Mapping[str, Any], knowledge: Knowledge) -> Fact:
    """A fact of the values so far. What is missing is filled with what no rule objects to; the address of a
    field is its name."""
    known = dict(values)
    figures = known.pop("value", ())
    when = known.get("when", Interval.day(knowledge.topic.reviewed))
    blank = {
        "id": "new-fact",
        "text": "New, 5 in 2024.",  # holds whatever the kinds in `gives` promise
        "when": when,
        "confirmed": when.start if when.open_end else None,
        "about": (knowledge.topic.subject,),
        "gives": (),
        "asks": (),
        "sources": tuple(knowledge.sources)[:1] or ("",),
    }
    places = MappingProxyType({name: Place(name) for name in schema.FACT_FIELDS})
    return Fact(**{**blank, **known}, values=figures, place=Place("id"), places=places)


def problems(fields: Mapping[str, Node], knowledge: Knowledge) -> tuple[Problem, ...]:
    """What is wrong with the fields typed so far, by all rules of `check`; the file of a problem is the field's name.

    A problem that the new fact brings about elsewhere has the address of that place.
    """
    faults = Faults("")
    values = read(fields, faults)
    found = [replace(problem, file=problem.what.partition(":")[0].partition(".")[0]) for problem in faults.problems]
    new = fact(values, knowledge)
    if "id" in values and new.id in knowledge.facts:
        return (*found, references.repeated_id(new, knowledge.facts[new.id].where("id")))
    alone = replace(knowledge, facts=MappingProxyType({new.id: new}))
    together = with_facts(knowledge, new)
    broken = {*checks.run((*checks.POINTERS, *checks.SINGLE), alone), *checks.run(_IN_ALL, together)}
    broken -= set(checks.run(_IN_ALL, knowledge))
    found += [one for one in broken if one.file in fields or one.file not in schema.FACT_FIELDS]
    return tuple(sorted(found))


def with_facts(knowledge: Knowledge, *facts: Fact) -> Knowledge:
    """The knowledge with these facts, in the place of those with the same id or last."""
    return replace(knowledge, facts=MappingProxyType({**knowledge.facts, **{fact.id: fact for fact in facts}}))


def closed(old: Fact, new: Fact) -> Fact:
    """The old fact, ended on the day before the new one begins to hold."""
    return replace(old, when=replace(old.when, end=new.when.start - timedelta(days=1)))
