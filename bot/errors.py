"""What can go wrong: faults of the data are values with an address, faults of a caller are exceptions."""

from __future__ import annotations

from bot.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in the knowledge: where it is, what is wrong and how to mend it.

    `line` and `column` count from 1, as editors do. Problems sort by file, line and column.
    """

    file: str
    line: int
    column: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}; {self.mend}"


class BotError(Exception):
    """A known error: its text is one line that a user may read, with the mend in it."""


class UsageError(BotError):
    """The command was called wrongly (exit code 2)."""


class FaultyKnowledge(BotError):
    """A knowledge folder that was not loaded because of its problems."""

    def __init__(self, folder: str, problems: tuple[Problem, ...]) -> None:
        self.folder = folder
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(
            f"{folder}: {count} in the knowledge, the first at {problems[0]}; "
            f"see all with: coalition-bot check {folder}"
        )
