"""A knowledge folder on disk -> `Knowledge`, or every problem in it at once.

A file's fault is a problem with its address; a folder that cannot be read at all is the caller's error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from yaml import Node

from bot import checks, nodes, references, schema
from bot.checks import Rule
from bot.errors import BotError, FaultyKnowledge, Problem
from bot.model import Concept, Entity, Fact, Knowledge, Place, Source, Topic
from bot.nodes import Faults
from bot.places import CHECKOUT as CHECKOUT
from bot.places import FACTS as FACTS
from bot.places import INSTALLED, default_place
from bot.records import dataclass

TOPIC, SOURCES, ENTITIES, LEXICON = "topic.yaml", "sources.yaml", "entities.yaml", "lexicon.yaml"
# What files would hold: read in place of what is on the disk, to judge a change before it is made.
Drafts = Mapping[Path, bytes]
NO_DRAFTS: Drafts = MappingProxyType({})


_README = "see README.md of the knowledge that comes with the program"

T = TypeVar("T")


def default_folder() -> Path:
    """The knowledge that comes with the program: in the installed package, in a checkout beside it."""
    return Path(default_place())


def is_installed(folder: Path) -> bool:
    """Whether the folder belongs to the installed package, which is replaced whole with its next version."""
    return folder.resolve() == Path(__file__).with_name(INSTALLED).resolve()


def load(folder: Path, drafts: Drafts = NO_DRAFTS) -> tuple[Knowledge | None, tuple[Problem, ...]]:
    """The knowledge, or None and all problems for which it cannot be used, in the order of the files.

    Raises BotError when `folder` is no folder that can be read.
    """
    reading = _read(folder, drafts)
    problems = reading.judged(checks.ESSENTIAL, checks.POINTERS)
    return (None if problems else reading.knowledge), problems


def load_or_raise(folder: Path) -> Knowledge:
    """The knowledge. Raises FaultyKnowledge with all problems, BotError when `folder` cannot be read."""
    knowledge, problems = load(folder)
    if knowledge is None:
        raise FaultyKnowledge(str(folder), problems)
    return knowledge


def sound(folder: Path) -> tuple[Knowledge | None, tuple[Problem, ...]]:
    """The knowledge in which no rule finds a problem, or None and every problem that `examine` would tell.

    Raises BotError when `folder` is no folder that can be read.
    """
    reading = _read(folder, NO_DRAFTS)
    problems = reading.judged(checks.RULES, checks.PARTIAL)
    return (None if problems else reading.knowledge), problems


def examine(folder: Path, drafts: Drafts = NO_DRAFTS) -> tuple[Problem, ...]:
    """Every problem in the folder by every rule that can be judged, in the order of the files.

    Raises BotError when `folder` is no folder that can be read.
    """
    return _read(folder, drafts).judged(checks.RULES, checks.PARTIAL)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What could be read. With problems, `knowledge` has bare stand-ins for faulty records, so that what
    points at them is not called wrong too; `missing` says that a whole file could not be read."""

    knowledge: Knowledge
    problems: tuple[Problem, ...]
    missing: bool

    def judged(self, rules: Iterable[Rule], partial: Iterable[Rule]) -> tuple[Problem, ...]:
        """The problems of reading and those that `rules` find, or `partial` where records are faulty."""
        if self.missing:
            return tuple(sorted(self.problems))
        found = checks.run(partial if self.problems else rules, self.knowledge)
        return tuple(sorted({*self.problems, *found}))


@dataclass(frozen=True, slots=True)
class _File:
    """A file's root node, None when it is empty or `missing`."""

    root: Node | None
    faults: Faults
    missing: bool


def _read(folder: Path, drafts: Drafts) -> _Reading:
    require_folder(folder)
    names = (TOPIC, SOURCES, ENTITIES, LEXICON)
    topic, sources, entities, lexicon = (_open(folder / name, drafts) for name in names)
    fact_files = [_open(path, drafts) for path in fact_paths(folder, drafts)]
    problems = list(unread(folder))
    facts = dict(_distinct((fact for file in fact_files for fact in schema.facts(file.root, file.faults)), problems))
    knowledge = Knowledge(
        topic=(None if topic.missing else schema.topic(topic.root, topic.faults)) or no_topic(),
        sources=_standing_in(schema.sources(sources.root, sources.faults), lambda id: Source(id, "", "", "")),
        entities=_standing_in(schema.entities(entities.root, entities.faults), lambda id: Entity(id, "", {})),
        concepts=_standing_in(schema.concepts(lexicon.root, lexicon.faults), lambda id: Concept(id, {})),
        facts=MappingProxyType(facts),
    )
    files = (topic, sources, entities, lexicon, *fact_files)
    problems += [problem for file in files for problem in file.faults.problems]
    if not facts and not problems:
        problems.append(no_fact(folder))
    return _Reading(knowledge, tuple(problems), any(file.missing for file in files))


def no_fact(folder: Path) -> Problem:
    """The problem of a folder without facts."""
    return Problem(str(folder / FACTS), 1, 1, "has no fact in it", f"add {FACTS}/NAME.yaml; {_README}")


def require_folder(folder: Path) -> None:
    """Raises BotError when the folder cannot be read."""
    mend = "give a folder of knowledge (--knowledge DIR or KNOWLEDGE_DIR)"
    try:
        if not folder.exists():
            raise BotError(f"{folder}: there is no such folder; {mend}")
        if not folder.is_dir():
            raise BotError(f"{folder}: is a file, not a folder; {mend}")
        next(folder.iterdir(), None)
    except OSError as error:
        raise BotError(f"{folder}: cannot be read ({error.strerror}); {mend}") from error


def fact_paths(folder: Path, drafts: Drafts = NO_DRAFTS) -> list[Path]:
    """The files with facts, in the order in which they are read."""
    drafted = {path for path in drafts if path.parent == folder / FACTS}
    return sorted(path for path in {*(folder / FACTS).glob("*.yaml"), *drafted} if not path.name.startswith("."))


def unread(folder: Path) -> Iterator[Problem]:
    """Files that a curator means to be read but whose name or place is wrong."""
    known = {folder / name for name in (TOPIC, SOURCES, ENTITIES, LEXICON)} | set(fact_paths(folder))
    for pattern in ("*.yaml", "*.yml", f"{FACTS}/**/*.yaml", f"{FACTS}/**/*.yml"):
        for path in folder.glob(pattern):
            if path not in known and not path.name.startswith("."):
                mend = f"facts are read from {FACTS}/*.yaml, all else from {TOPIC}, {SOURCES}, {ENTITIES} and {LEXICON}"
                yield Problem(str(path), 1, 1, "is a file that is not read", mend)


def _open(path: Path, drafts: Drafts) -> _File:
    """Read and compose one file, or its draft; whatever prevents it becomes a problem."""
    faults = Faults(str(path))
    try:
        if path.exists() and not path.is_file():
            faults.add(nodes.TOP, "is not a file", "put a text file in its place")
            return _File(None, faults, missing=True)
        content = drafts[path] if path in drafts else path.read_bytes()
        root = nodes.compose(content.decode("utf-8-sig"), faults)
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        faults.add(nodes.spot(before.decode("utf-8", "replace")), "is not UTF-8 text", "save the file as UTF-8")
    except OSError as error:
        faults.problems.append(unreadable(path, error))
    else:
        return _File(root, faults, missing=bool(faults.problems))
    return _File(None, faults, missing=True)


def unreadable(path: Path, error: OSError) -> Problem:
    """The problem of a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return Problem(str(path), 1, 1, "there is no such file", f"add it; {_README}")
    return Problem(str(path), 1, 1, f"cannot be read ({error.strerror})", "let the file be read")


def _distinct(facts: Iterable[Fact], problems: list[Problem]) -> Iterator[tuple[str, Fact]]:
    """The facts by id; an id that was used before is a problem."""
    first: dict[str, Place] = {}
    for fact in facts:
        if fact.id in first:
            problems.append(references.repeated_id(fact, first[fact.id]))
        else:
            first[fact.id] = fact.where("id")
            yield fact.id, fact


def _standing_in(records: Mapping[str, T | None], stand_in: Callable[[str], T]) -> Mapping[str, T]:
    return MappingProxyType({id: stand_in(id) if record is None else record for id, record in records.items()})


def no_topic() -> Topic:
    """The stand-in for a faulty topic."""
    return Topic("", "", "", (), date.min, date.min, "")
