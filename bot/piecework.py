"""What is done with a piece of a file of facts, in any process: they are read, judged, and made ready to be written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot import checks, chunks, schema
from bot import large_form as form
from bot.chunks import Piece, Spot
from bot.english import ENGLISH
from bot.errors import Problem
from bot.large_writer import Draft
from bot.lexicon import Lexicon, Wordbook
from bot.model import Fact, Knowledge
from bot.reading import read
from bot.records import dataclass, replace

LONGEST_ID = 200  # characters, of what is looked up by one term


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of the file with this number."""

    file: int
    path: Path
    piece: Piece


@dataclass(frozen=True, slots=True)
class Done:
    """What a task gave. `end` and `entire` are as those of a `chunks.Part`; with problems nothing is made ready."""

    file: int
    problems: tuple[Problem, ...]
    facts: int
    drafts: tuple[Draft, ...]
    words: frozenset[str]
    end: Spot
    entire: bool


class Reader:
    """Does tasks with what is known besides the facts."""

    def __init__(self, known: Knowledge, book: Wordbook) -> None:
        self._known = known
        self._lexicon = Lexicon(ENGLISH, known.topic.subject, book)
        self._today: date = known.topic.reviewed

    def __call__(self, task: Task) -> Done:
        """Raises OSError."""
        part = chunks.part(task.path, task.piece, schema.facts)
        facts: Sequence[Fact] = part.found
        problems = (*part.problems, *judged(facts, self._known))
        reads = [read(fact, self._known, self._lexicon, fact.asks, self._today) for fact in (() if problems else facts)]
        words = frozenset().union(*(one.words for one in reads))
        return Done(task.file, problems, len(facts), tuple(map(Draft.of, reads)), words, part.end, part.entire)


def judged(facts: Sequence[Fact], known: Knowledge) -> list[Problem]:
    """The problems of facts that can be seen without the others."""
    found = list(checks.run(checks.POINTERS, replace(known, facts={fact.id: fact for fact in facts})))
    for fact in facts:
        if len(fact.asks) > form.MOST_ASKS:
            what = f"has {len(fact.asks)} asks of at most {form.MOST_ASKS}"
            found.append(fact.where("asks").problem(what, "leave some out"))
        if len(fact.id) > LONGEST_ID:
            what = f"the id has {len(fact.id)} characters"
            found.append(fact.where("id").problem(what, f"give it one of at most {LONGEST_ID}"))
    return found
