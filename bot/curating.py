"""A change of a knowledge folder: planned on what is on the disk, judged as if it were made, then made."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from yaml import Node, ScalarNode, SequenceNode

from bot import consistency, files, knowledge, nodes, splicing
from bot.errors import BotError, Problem
from bot.model import Fact, Knowledge
from bot.nodes import Faults
from bot.records import dataclass
from bot.splicing import Splice

_BRACKETS = "write its records one below the other, each field on its own line"


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to be written: what it holds now (None: there is none) and what it will."""

    path: Path
    old: bytes | None
    new: bytes


@dataclass(frozen=True, slots=True)
class _Text:
    """A file as it is: its bytes, its text without a byte order mark, and the root node of that."""

    path: Path
    content: bytes | None
    text: str
    root: Node | None

    @classmethod
    def read(cls, path: Path) -> _Text:
        content = path.read_bytes() if path.exists() else None
        faults = Faults(str(path))
        text = (content or b"").decode("utf-8-sig")
        root = nodes.compose(text, faults)
        for problem in faults.problems:
            raise BotError(str(problem))
        return cls(path, content, text, root)

    def record(self, id: str) -> Node | None:
        """The fact with this id."""
        records = self.root.value if isinstance(self.root, SequenceNode) else []
        return next((record for record in records if _field(record, "id").value == id), None)

    def changed(self, splices: Iterable[Splice]) -> Change:
        mark = codecs.BOM_UTF8 if (self.content or b"").startswith(codecs.BOM_UTF8) else b""
        return Change(self.path, self.content, mark + splicing.applied(self.text, splices).encode())

    def inserted(self, after: Node | None, lines: Sequence[str]) -> Splice:
        try:
            return splicing.inserted(self.text, self.root, after, lines)
        except ValueError as error:
            raise BotError(f"{self.path}: {error}, so that none can be added; {_BRACKETS}") from error


def _field(record: Node, name: str) -> ScalarNode:
    """A field of a faultless record that holds a text."""
    found: ScalarNode = next(value for key, value in record.value if key.value == name)
    return found


def add_fact(path: Path, fields: Mapping[str, Node], after: Fact | None, replaced: Fact | None) -> tuple[Change, ...]:
    """The changes that add a fact of these fields to the file `path`, behind the fact `after`, and end what it
    replaces on the day before it begins (`replaced` with its new end).

    What ends comes first: if only that is written, nothing contradicts anything.
    """
    splices: dict[Path, list[Splice]] = {}
    texts: dict[Path, _Text] = {}
    if replaced:
        old = Path(replaced.place.file)
        texts[old] = _Text.read(old)
        record = texts[old].record(replaced.id)
        assert record is not None, "the knowledge was read from this file"
        splices[old] = [splicing.ended(texts[old].text, _field(record, "when"), replaced.when.end.isoformat())]
    text = texts.setdefault(path, _Text.read(path))
    home = text.record(after.id) if after else None
    splices.setdefault(path, []).append(text.inserted(home, splicing.listed(splicing.record(fields))))
    return tuple(texts[changed].changed(some) for changed, some in splices.items())


def add_source(path: Path, id: str, fields: Mapping[str, Node]) -> tuple[Change, ...]:
    """The change that adds a source to the file `path`, last."""
    text = _Text.read(path)
    return (text.changed([text.inserted(None, splicing.keyed(id, splicing.record(fields)))]),)


def judged(folder: Path, changes: Iterable[Change]) -> tuple[Knowledge | None, tuple[Problem, ...]]:
    """The knowledge after the changes (None when it could not be used), and what `check` would find in it.

    That no fact cites a source yet is left out: a source is written before the fact that cites it.
    """
    drafts = {change.path: change.new for change in changes}
    found = knowledge.examine(folder, drafts)
    known, _ = knowledge.load(folder, drafts)
    uncited = set(consistency.uncited_sources(known)) if known else set()
    return known, tuple(problem for problem in found if problem not in uncited)


def save(changes: Iterable[Change]) -> None:
    """Make the changes, file by file, each of them old or new at any moment. Raises BotError where that fails."""
    for change in changes:
        files.replace(change.path, change.old, change.new)
