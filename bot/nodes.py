"""From YAML nodes to values: scalars are read as text, and every fault gets its address.

YAML's own types are never used, so `no` stays a word, `12:30` a time of day and `1.10` keeps its zero; what
a text means is decided by the reader that the schema names for its field. A reader takes a node and
returns its value, or adds a problem and returns None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

import yaml
from rapidfuzz import fuzz, process
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import Problem
from bot.model import Place
from bot.records import dataclass, field

# libyaml reads some ten times faster than the Python parser; both give the same nodes.
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
# Least likeness, 0 to 100, at which a name is offered as the one that was meant: one slip in a word of
# four letters has 75, unrelated field names stay below 60.
_LIKE = 70
TOP = yaml.Mark("", 0, 0, 0, None, 0)  # where a fault of the whole file is shown
_SHOWN = 60  # characters of a wrong text that a message repeats: enough to find it by
_QUOTE = "quote texts that contain ': ' or ' #' or begin with a sign, and indent with spaces"

T = TypeVar("T")
Reader = Callable[[Node, "Faults"], T | None]


class Spot(Protocol):
    """A position as PyYAML gives it, counted from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Faults:
    """The problems found in one file so far; `label` is the field being read, to open the message with."""

    file: str
    label: str = ""
    problems: list[Problem] = field(default_factory=list)

    def inside(self, name: str) -> Faults:
        """The same list of problems, for the field `name`."""
        return Faults(self.file, f"{self.label}.{name}" if self.label else name, self.problems)

    def add(self, spot: Spot, what: str, mend: str) -> None:
        """One more problem, at `spot`."""
        what = f"{self.label}: {what}" if self.label else what
        self.problems.append(Problem(self.file, spot.line + 1, spot.column + 1, what, mend))


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is read, what a curator writes there, and whether it must be there."""

    read: Reader[Any]
    shape: str
    required: bool = False


Fields = Mapping[str, Field]


def compose(text: str, faults: Faults) -> Node | None:
    """The root node of a YAML text; None when it is empty or, with a problem added, no YAML."""
    try:
        root: Node | None = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        faults.add(error.problem_mark or error.context_mark or TOP, f"is no YAML: {error.problem}", _QUOTE)
    except yaml.YAMLError as error:
        at = spot(text[: getattr(error, "position", 0)])
        faults.add(at, f"is no YAML: {getattr(error, 'reason', error)}", "take the character out")
    except RecursionError:
        faults.add(TOP, "is nested too deeply", "write records one level deep")
    else:
        return root
    return None


def spot(before: str) -> Spot:
    """The position after so much of a file."""
    return yaml.Mark("", 0, before.count("\n"), len(before) - before.rfind("\n") - 1, None, 0)


def place(node: Node, file: str) -> Place:
    """The address of a node."""
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def places(node: Node, file: str, path: str = "") -> Iterator[tuple[str, Place]]:
    """The address of everything below a faultless record: `text`, `asks.0`, `items.ids.2`.

    A collection stands where its key does, because its own first character may be on the next line.
    """
    if isinstance(node, MappingNode):
        for key, value in node.value:
            name = path + key.value
            yield name, place(value if isinstance(value, ScalarNode) else key, file)
            yield from places(value, file, name + ".")
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            yield f"{path}{number}", place(item, file)
            yield from places(item, file, f"{path}{number}.")


def shown(text: str) -> str:
    """A wrong text on one line and in quotes, for a message."""
    return json.dumps(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…", ensure_ascii=False)


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """The mend for an unknown word: the likest known one, `otherwise` when none is like it."""
    # Sorted, so that the same word of two equally like ones is offered in every run.
    found = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=_LIKE)
    return f"did you mean {found[0]}?" if found else otherwise


def pairs(node: Node, faults: Faults) -> Iterator[tuple[str, Node, Node]]:
    """Key text, key node and value node of a mapping; repeated keys are problems and skipped."""
    if not isinstance(node, MappingNode):
        faults.add(node.start_mark, f"has {_kind(node)} where a mapping belongs", "write 'key: value' lines")
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            faults.add(key.start_mark, f"has {_kind(key)} for a key", "write a plain word before the colon")
        elif key.value in lines:
            mend = f"keep one of the two, the first is in line {lines[key.value]}"
            faults.add(key.start_mark, f"key {shown(key.value)} is repeated", mend)
        else:
            lines[key.value] = key.start_mark.line + 1
            yield key.value, key, value


def fields(node: Node, faults: Faults, table: Fields) -> dict[str, Any] | None:
    """The values of a record by field name, read as `table` says; None when anything in it is wrong."""
    before, seen, values = len(faults.problems), set(), {}
    for name, key, value in pairs(node, faults):
        seen.add(name)
        if name in table:
            values[name] = table[name].read(value, faults.inside(name))
        else:
            mend = meant(name, table, f"known fields: {', '.join(table)}")
            faults.add(key.start_mark, f"unknown field {shown(name)}", mend)
    if isinstance(node, MappingNode):
        for name, entry in table.items():
            if entry.required and name not in seen:
                faults.add(node.start_mark, f"field {name} is missing", f"add '{name}: ' with {entry.shape}")
    return values if len(faults.problems) == before else None


def record(make: Callable[..., T], table: Fields) -> Reader[T]:
    """Reads a mapping of fields and makes a value of them."""

    def read(node: Node, faults: Faults) -> T | None:
        values = fields(node, faults, table)
        return None if values is None else make(**values)

    return read


def paragraph(node: Node, faults: Faults) -> str | None:
    """A text that may have several lines."""
    if not isinstance(node, ScalarNode):
        faults.add(node.start_mark, f"has {_kind(node)} where a text belongs", "write one text")
    elif node.tag == _NULL or not node.value.strip():
        faults.add(node.start_mark, "is empty", "write a text or leave the field out")
    else:
        return str(node.value.strip())
    return None


def line(node: Node, faults: Faults) -> str | None:
    """A text; line breaks and runs of spaces in it become one space."""
    text = paragraph(node, faults)
    return None if text is None else " ".join(text.split())


def converted(convert: Callable[[str], T]) -> Reader[T]:
    """Reads a text through `convert`, whose ValueError says "what is wrong; how to mend it"."""

    def read(node: Node, faults: Faults) -> T | None:
        text = line(node, faults)
        if text is None:
            return None
        try:
            return convert(text)
        except ValueError as error:
            what, _, mend = str(error).rpartition("; ")
            faults.add(node.start_mark, what, mend)
            return None

    return read


def matching(pattern: str, what: str, mend: str) -> Reader[str]:
    """Reads a text that fits the whole `pattern`; `what` is said of one that does not."""
    compiled = re.compile(pattern)

    def convert(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise ValueError(f"{shown(text)} {what}; {mend}")
        return text

    return converted(convert)


def choice(meanings: Mapping[str, T]) -> Reader[T]:
    """Reads one of the given words as what it means."""

    def convert(text: str) -> T:
        if text not in meanings:
            mend = meant(text, meanings, f"write one of: {', '.join(meanings)}")
            raise ValueError(f"{shown(text)} is not known here; {mend}")
        return meanings[text]

    return converted(convert)


def several(item: Reader[T], least: int = 1) -> Reader[tuple[T, ...]]:
    """Reads a list of at least so many items, none of them twice."""

    def read(node: Node, faults: Faults) -> tuple[T, ...] | None:
        if not isinstance(node, SequenceNode):
            mend = "write each item on its own line after '- ', or all in [a, b]"
            faults.add(node.start_mark, f"has {_kind(node)} where a list belongs", mend)
            return None
        before, found = len(faults.problems), []
        for part in node.value:
            value = item(part, faults)
            if value is not None and value in found:
                faults.add(part.start_mark, "has an item twice", "take one of the two out")
            elif value is not None:
                found.append(value)
        if len(node.value) < least:
            faults.add(node.start_mark, f"has {len(node.value)} of at least {least} items", "add to the list")
        return tuple(found) if len(faults.problems) == before else None

    return read


def one_or_several(item: Reader[T]) -> Reader[tuple[T, ...]]:
    """Reads a list, or a single item without the brackets."""
    listed = several(item)

    def read(node: Node, faults: Faults) -> tuple[T, ...] | None:
        if isinstance(node, SequenceNode):
            return listed(node, faults)
        value = item(node, faults)
        return None if value is None else (value,)

    return read


def _kind(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, SequenceNode) else "a text"
