"""Where something new is filled in, looked at and written: by a person in a terminal, or from options alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot import curating
from bot.console import Pipe
from bot.curating import Change
from bot.english import ENGLISH
from bot.errors import BotError, Problem, UsageError
from bot.interview import Filled, Form, Interview, Unfinished, filled, problem_rows
from bot.model import Knowledge
from bot.records import dataclass
from bot.render import Renderer
from bot.rows import Role, Row, row
from bot.streams import World

DONE, FAILED = 0, 1  # exit codes
ID = "id"  # the one needed field whose proposal is taken without asking

Show = Callable[[Sequence[Row]], None]
Given = Mapping[str, Sequence[str]]  # what the options say, by field


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written and what to see first; with problems it cannot be."""

    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    written: tuple[Row, ...]  # what to see once it is written


@dataclass(frozen=True, slots=True)
class Desk:
    """`show` shows rows; `interview` is there where a person can be asked; on a `dry` run nothing is written."""

    show: Show
    interview: Interview | None
    dry: bool

    @classmethod
    def of(cls, known: Knowledge, world: World, asks: bool, dry: bool, words: Sequence[str]) -> Desk:
        """A terminal whose `words` complete what is typed; where there is none, or it `asks` nothing, plain lines."""
        renderer = Renderer(known, ENGLISH)
        if not (asks and world.stdin.isatty() and world.stdout.isatty()):
            return cls(Pipe(renderer, world).show, None, dry)
        from bot.terminal import Terminal  # rich and prompt_toolkit take time to import

        face = Terminal(renderer, world, words)
        return cls(face.show, Interview(face.show, face.heard(), ENGLISH), dry)

    def work(self, form: Form, given: Given, plan: Callable[[Filled], Plan]) -> int:
        """Fill the form from the options and by asking, show the plan, and carry it out; returns the exit code.

        Whatever keeps it from being written, what a person has typed is shown, to be copied.
        """
        fields, faulty = _from_options(form, given)
        if faulty:
            self.show(problem_rows(faulty))
            if not self.interview:
                return self._unwritten()
        try:
            fields, planned, agreed = self._agreed(form, fields, plan)
            if agreed and not planned.problems:
                curating.save(planned.changes)
        except Unfinished as left:
            self._show_unfinished(form, left.fields)
            return self._unwritten()
        if agreed and not planned.problems:
            self.show(planned.written)
            return DONE
        if self.dry and not planned.problems:
            self.show([words("new_dry")])
            return DONE
        return self._unwritten()

    def _agreed(self, form: Form, fields: Filled, plan: Callable[[Filled], Plan]) -> tuple[Filled, Plan, bool]:
        """The fields, their plan, and whether it is to be carried out."""
        if self.interview is None:
            fields = _completed(form, fields)
            planned = plan(fields)
            self.show([*planned.rows, *problem_rows(planned.problems)])
            return fields, planned, not self.dry
        self.interview.say(form.title)
        steps: Iterable[str] = [step for step in form.steps if step not in fields]
        while True:
            fields = self.interview.fill(form, fields, steps)
            planned = self._planned(form, fields, plan)
            answer = self.dry or self.interview.confirmed(form, fields, not planned.problems)
            if not isinstance(answer, str):
                return fields, planned, answer and not self.dry
            steps = [answer]

    def _planned(self, form: Form, fields: Filled, plan: Callable[[Filled], Plan]) -> Plan:
        """The plan, shown. What interrupts it does not take what was typed along."""
        try:
            planned = plan(fields)
        except (BotError, KeyboardInterrupt):
            self._show_unfinished(form, fields)
            raise
        self.show([*planned.rows, *problem_rows(planned.problems)])
        return planned

    def _show_unfinished(self, form: Form, fields: Filled) -> None:
        self.show([row(line) for line in form.lines(fields)])

    def _unwritten(self) -> int:
        self.show([words("new_unwritten")])
        return FAILED


def _from_options(form: Form, given: Given) -> tuple[Filled, tuple[Problem, ...]]:
    """The fields that the options fill, and what is wrong with the others."""
    fields: Filled = {}
    faulty: list[Problem] = []
    # The steps stand in the order in which what is wrong with one can be told from those before.
    for step in (step for step in form.steps if step in given):
        tried, problems = filled(form, step, given[step], fields)
        if any(problem.file == step for problem in problems):
            faulty += problems
        else:
            fields = tried
    return fields, tuple(dict.fromkeys(faulty or form.problems(fields)))


def _completed(form: Form, fields: Filled) -> Filled:
    """The fields with the proposed id. Raises UsageError when one is missing that only a person can fill."""
    missing = [s for s in form.steps if s not in fields and s != ID and form.needed(s) and form.wanted(s, fields)]
    if missing:
        proposed = ((step, form.proposed(step, fields)) for step in missing)
        options = ", ".join(f"--{step}" + (f" (perhaps {some})" if some else "") for step, some in proposed)
        raise UsageError(f"these are missing: {options}; give them, or run the command in a terminal to be asked")
    if ID in fields:
        return fields
    tried, problems = filled(form, ID, [form.proposed(ID, fields)], fields)
    if problems:
        raise BotError(f"{problems[0].what}; {problems[0].mend}")
    return tried


def words(key: str, **values: object) -> Row:
    """Fixed words of the catalogue."""
    return row(ENGLISH.phrases[key].format(**values), Role.WORDS)
