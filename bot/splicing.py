"""New text in a YAML file whose other bytes stay as they are.

A round trip through a YAML library re-indents, re-wraps and re-quotes what a curator laid out with care, so
nothing is written anew: the reader's marks say where a record ends, and the new record's lines go there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bot import nodes
from bot.nodes import Faults
from bot.records import dataclass

_STEP = 2  # spaces by which a level is indented, as in the knowledge that comes with the program
_WIDTH = 100  # characters up to which a list of texts stays on one line
_TEXT, _SEQUENCE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq"


@dataclass(frozen=True, slots=True)
class Splice:
    """`text` in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def applied(text: str, splices: Iterable[Splice]) -> str:
    """`text` with all splices made; they must not overlap."""
    for splice in sorted(splices, key=lambda splice: splice.start, reverse=True):
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text


def scalar(text: str) -> ScalarNode:
    """A text as a node."""
    return ScalarNode(_TEXT, text, nodes.TOP)


def sequence(texts: Iterable[str]) -> SequenceNode:
    """A list of texts as a node."""
    return SequenceNode(_SEQUENCE, [scalar(text) for text in texts], nodes.TOP)


def record(values: Mapping[str, Node]) -> list[str]:
    """The lines of a record, a field each; lists of long texts get a line for each item."""
    lines: list[str] = []
    for name, node in values.items():
        flow = f"{name}: {_written(node)}"
        if isinstance(node, SequenceNode) and len(flow) > _WIDTH:
            lines += [f"{name}:", *(f"{' ' * _STEP}- {_written(item, in_flow=False)}" for item in node.value)]
        else:
            lines.append(f"{name}: {_written(node, in_flow=False)}" if isinstance(node, ScalarNode) else flow)
    return lines


def listed(lines: Sequence[str]) -> list[str]:
    """The lines of a record as an item of a list."""
    return [("- " if not number else " " * _STEP) + line for number, line in enumerate(lines)]


def keyed(key: str, lines: Sequence[str]) -> list[str]:
    """The lines of a record under its key."""
    return [f"{key}:", *(" " * _STEP + line for line in lines)]


def _written(node: Node, in_flow: bool = True) -> str:
    """A node on one line; texts plain where the reader reads them back as they are, else in quotes."""
    if isinstance(node, SequenceNode):
        return "[" + ", ".join(map(_written, node.value)) + "]"
    if isinstance(node, MappingNode):
        return "{" + ", ".join(f"{_written(key)}: {_written(value)}" for key, value in node.value) + "}"
    text = str(node.value)
    frame = "[{}]" if in_flow else "- {}"
    if _reads(frame.format(text)) == (text,):
        return text
    quoted = "'" + text.replace("'", "''") + "'"
    if _reads(f"[{quoted}]") == (text,):
        return quoted
    return yaml.dump(text, default_style='"', allow_unicode=True, width=float("inf")).strip()


def _reads(written: str) -> tuple[str, ...] | None:
    """The texts of a one-line list as the schema reads them, None when it is no such list."""
    faults = Faults("")
    root = nodes.compose(written, faults)
    return None if root is None or "\n" in written else nodes.several(nodes.line)(root, faults)


def inserted(text: str, root: Node | None, after: Node | None, lines: Sequence[str]) -> Splice:
    """The lines as a record of the block list or mapping `root`, behind the record `after`; without one, last.

    Indentation, line ends and blank lines between records are those of the file. Raises ValueError when the
    records are in brackets, where no lines can be added.
    """
    if root is None:
        at, indent, records = len(text), 0, []
    else:
        if not isinstance(root, SequenceNode | MappingNode) or root.flow_style:
            raise ValueError("the records are written in brackets")
        records = [record if isinstance(root, SequenceNode) else record[0] for record in root.value]
        last = root.value[-1] if isinstance(root, SequenceNode) else root.value[-1][1]
        at, indent = _line_end(text, after or last), root.start_mark.column
    line_end = "\r\n" if "\r\n" in text else "\n"
    block = "".join(" " * indent + line + line_end for line in lines)
    if _spaced(text, records):
        block = line_end + block
    if at and text[at - 1] != "\n":  # the last line of the file has no end
        block = line_end + block.removesuffix(line_end)
    return Splice(at, at, block)


def _spaced(text: str, records: Sequence[Node]) -> bool:
    """Whether blank lines stand between most of the records."""
    blank = sum(not _line_before(text, record.start_mark.index).strip() for record in records[1:])
    return blank * 2 > max(len(records) - 1, 0)


def _line_before(text: str, position: int) -> str:
    """The line before the one with `position`, or before the comments above that."""
    line = "#"
    while line.lstrip().startswith("#"):
        position = max(text.rfind("\n", 0, position), 0)
        line = text[text.rfind("\n", 0, position) + 1 : position]
    return line


def _line_end(text: str, record: Node) -> int:
    """Where the line ends on which the record's last character stands; what follows it is not the record's."""
    leaf = record
    while not getattr(leaf, "flow_style", True):
        leaf = leaf.value[-1][1] if isinstance(leaf, MappingNode) else leaf.value[-1]
    end = leaf.start_mark.index + len(text[leaf.start_mark.index : leaf.end_mark.index].rstrip())
    line = text.find("\n", end)
    return len(text) if line < 0 else line + 1


def ended(text: str, node: ScalarNode, day: str) -> Splice:
    """The interval with an open end that `node` writes, ended on `day` (YYYY-MM-DD)."""
    start, end = node.start_mark.index, node.end_mark.index
    open_end = start + text[start:end].rindex("..")
    return Splice(open_end, open_end + len(".."), day)
