"""The fixed questions: a folder of JSONL files, one a phenomenon, in two halves -> items, or every fault at once.

    tune/when.jsonl        to look at while changing the program
    held_out/when.jsonl    only ever run

A line is one item: a question, or `turns` of one conversation, and what the reply must be. `facts` are ids of
facts that answer it, `reason` says that none does ("unknown" stands for any reason); `contains` and `not` are
regular expressions that the statements must and must not match, `unless` excuses an answer where none was
expected; `today` is the day on which it is asked, `why` the bug that brought it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.errors import BotError, Problem
from bot.model import Knowledge
from bot.nodes import meant, shown
from bot.records import dataclass
from bot.replies import Reason

HALVES = ("tune", "held_out")
OWN = "questions"  # the folder for fixed questions inside a knowledge folder
ANY_REASON = "unknown"
TURN_FIELDS = ("question", "facts", "reason", "contains", "not", "unless", "why")
ITEM_FIELDS = ("id", "turns", "today", *TURN_FIELDS)
_LISTS = ("facts", "contains", "not", "unless")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class FaultyQuestions(BotError):
    """Fixed questions that cannot be asked, with every problem; the text tells the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{count} in the fixed questions, the first at {problems[0]}")


@dataclass(frozen=True, slots=True)
class Expected:
    """One message and what its reply must be. `facts` is empty where `reason` says that none answers it."""

    question: str
    facts: tuple[str, ...] = ()
    reason: str = ""
    contains: tuple[re.Pattern[str], ...] = ()
    forbidden: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    why: str = ""

    @property
    def answerable(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class Item:
    """A fixed question, or a conversation of several; `file` and `line` are its address."""

    id: str
    half: str
    phenomenon: str
    turns: tuple[Expected, ...]
    today: date | None
    file: str
    line: int

    def key(self, turn: int) -> str:
        """The name of a turn (from 0) in baselines and reports."""
        return self.id if len(self.turns) == 1 else f"{self.id}.{turn + 1}"


def default_folder() -> Path:
    """The fixed questions of a checkout, which the installed package does not carry."""
    return Path(__file__).parent.parent / "tests" / "questions"


def folder_of(knowledge: Path) -> Path:
    """The fixed questions of a knowledge folder: those in it, or else those of the checkout."""
    own = knowledge / OWN
    return own if own.is_dir() else default_folder()


def load(folder: Path, halves: Iterable[str] = HALVES) -> tuple[Item, ...]:
    """All items of the halves, in the order of files and lines.

    Raises FaultyQuestions with every faulty line, BotError when there is no such folder.
    """
    problems: list[Problem] = []
    items: list[Item] = []
    seen: dict[str, str] = {}
    for half in halves:
        if not (folder / half).is_dir():
            raise BotError(
                f"{folder / half}: there is no such folder; "
                f"give one with {' and '.join(HALVES)} in it (--questions DIR)"
            )
        for path in sorted((folder / half).glob("*.jsonl")):
            for item in _read(path, half, problems):
                here = f"{item.file}:{item.line}"
                if item.id in seen:
                    problems.append(
                        Problem(
                            item.file,
                            item.line,
                            1,
                            f"id {item.id} is used before, at {seen[item.id]}",
                            "give it an id of its own",
                        )
                    )
                seen.setdefault(item.id, here)
                items.append(item)
    if problems:
        raise FaultyQuestions(tuple(problems))
    return tuple(items)


def unknown_facts(items: Iterable[Item], knowledge: Knowledge) -> tuple[Problem, ...]:
    """Expected facts that the knowledge does not have."""
    return tuple(
        Problem(
            item.file,
            item.line,
            1,
            f"there is no fact {shown(fact)}",
            meant(fact, knowledge.facts, "take it out of facts"),
        )
        for item in items
        for turn in item.turns
        for fact in turn.facts
        if fact not in knowledge.facts
    )


def _read(path: Path, half: str, problems: list[Problem]) -> Iterator[Item]:
    """The good items of one file; the faults of the others are added to `problems`."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            faults: list[tuple[str, str]] = []
            item = _item(line, half, path, number, faults)
            problems += [Problem(str(path), number, 1, what, mend) for what, mend in faults]
            if item is not None and not faults:
                yield item


def _item(line: str, half: str, path: Path, number: int, faults: list[tuple[str, str]]) -> Item | None:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        faults.append((f"is no JSON: {error}", "write one JSON object on one line"))
        return None
    if not isinstance(raw, dict):
        faults.append(("is no JSON object", 'write {"id": ..., "question": ..., "facts": [...]}'))
        return None
    _unknown_fields(raw, ITEM_FIELDS, faults)
    if not isinstance(raw.get("id"), str) or not _ID.fullmatch(raw["id"]):
        faults.append(("has no id", 'add "id": small letters, digits and single hyphens'))
    turns = _turns(raw, faults)
    return Item(str(raw.get("id", "")), half, path.stem, turns, _today(raw, faults), str(path), number)


def _turns(raw: Mapping[str, Any], faults: list[tuple[str, str]]) -> tuple[Expected, ...]:
    """The item's turns; an item without `turns` is its own only turn."""
    if "turns" not in raw:
        return (_expected(raw, "", faults),)
    turns = raw["turns"]
    if [field for field in TURN_FIELDS if field in raw and field != "why"]:
        faults.append(("has both turns and fields of a turn", "move them into one of the turns"))
    if not isinstance(turns, list) or len(turns) < 2 or not all(isinstance(turn, dict) for turn in turns):
        faults.append(("turns is no list of two or more objects", "write the question itself where there is one turn"))
        return ()
    for turn in turns:
        _unknown_fields(turn, TURN_FIELDS, faults)
    return tuple(_expected(turn, f"turn {n}: ", faults) for n, turn in enumerate(turns, 1))


def _expected(raw: Mapping[str, Any], label: str, faults: list[tuple[str, str]]) -> Expected:
    def fault(what: str, mend: str) -> None:
        faults.append((label + what, mend))

    if not isinstance(raw.get("question"), str) or not raw["question"]:
        fault("has no question", 'add "question": "..."')
    for name in _LISTS:
        if not isinstance(raw.get(name, []), list) or not all(isinstance(text, str) for text in raw.get(name, [])):
            fault(f"{name} is no list of texts", f'write "{name}": ["..."]')
            return Expected("")
    reason = raw.get("reason", "")
    if bool(reason) == bool(raw.get("facts") or raw.get("contains")):
        fault(
            "says neither or both of what answers it and that nothing does",
            "write either facts and contains, or reason",
        )
    if reason and reason not in {ANY_REASON, *Reason}:
        fault(
            f"reason {shown(str(reason))} is not known here",
            meant(str(reason), Reason, f'write "{ANY_REASON}" for any'),
        )
    if raw.get("unless") and not reason:
        fault("has unless without reason", "unless excuses an answer where none is expected")
    return Expected(
        question=str(raw.get("question", "")),
        facts=tuple(raw.get("facts", ())),
        reason=str(reason),
        contains=_patterns(raw, "contains", fault),
        forbidden=_patterns(raw, "not", fault),
        unless=_patterns(raw, "unless", fault),
        why=str(raw.get("why", "")),
    )


def _patterns(raw: Mapping[str, Any], name: str, fault: Any) -> tuple[re.Pattern[str], ...]:
    found = []
    for text in raw.get(name, ()):
        try:
            found.append(re.compile(text, re.IGNORECASE | re.DOTALL))
        except re.error as error:
            fault(
                f"{name}: {shown(text)} is no regular expression: {error}", "escape what is meant literally with \\\\"
            )
    return tuple(found)


def _today(raw: Mapping[str, Any], faults: list[tuple[str, str]]) -> date | None:
    if "today" not in raw:
        return None
    try:
        return date.fromisoformat(raw["today"])
    except (TypeError, ValueError):
        faults.append((f"today: {shown(str(raw['today']))} is no day", "write YYYY-MM-DD"))
        return None


def _unknown_fields(raw: Mapping[str, Any], known: tuple[str, ...], faults: list[tuple[str, str]]) -> None:
    for name in raw:
        if name not in known:
            faults.append((f"unknown field {shown(name)}", meant(name, known, f"known fields: {', '.join(known)}")))
