"""A form filled in by a person, field by field: what is wrong is told at once, and any field can be gone back to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from yaml import Node

from bot.errors import Problem
from bot.language import Language
from bot.rows import BLANK, Role, Row, row
from bot.streams import printable

LEAVE_EMPTY = "-"
BACK = "/"  # before the name of a field to go back to

Filled = dict[str, Node]


class Form(Protocol):
    """What is asked for: `steps` are the names of the fields in the order in which they are asked, `title` is the
    catalogue's key of the words to begin with."""

    title: str
    steps: Sequence[str]

    def wanted(self, step: str, fields: Filled) -> bool:
        """Whether the field makes sense, with what the others hold."""
        ...

    def needed(self, step: str) -> bool:
        """Whether the field must be filled."""
        ...

    def prompt(self, step: str, fields: Filled) -> str:
        """What to write there."""
        ...

    def proposed(self, step: str, fields: Filled) -> str:
        """What may be meant, as it would be typed; "" when there is no telling."""
        ...

    def tried(self, step: str, typed: Sequence[str], fields: Filled) -> tuple[Filled, tuple[Problem, ...]]:
        """The fields with what was typed for one, and what is wrong with them then. Nothing typed leaves it empty."""
        ...

    def problems(self, fields: Filled) -> tuple[Problem, ...]:
        """What is wrong with the fields so far; the file of a problem is the field's name."""
        ...

    def lines(self, fields: Filled) -> Sequence[str]:
        """The record as it would be written, with the fields so far."""
        ...

    def notes(self, step: str, fields: Filled) -> Sequence[Row]:
        """What a person should see once the field is filled."""
        ...


class Unfinished(Exception):
    """The person left, or the input ended, with these fields filled."""

    def __init__(self, fields: Filled) -> None:
        self.fields = fields


class Interview:
    """One person, asked through `show` and `heard`."""

    def __init__(self, show: Callable[[Sequence[Row]], None], heard: Iterator[str | None], language: Language) -> None:
        self._show = show
        self._heard = heard
        self._phrases = language.phrases
        self._told: list[Row] = []  # what is to be shown with the next prompt

    def fill(self, form: Form, fields: Filled, steps: Iterable[str]) -> Filled:
        """The fields, after these steps were asked. Raises Unfinished when the person leaves."""
        pending = list(steps)
        while pending:
            step = pending[0]
            if not form.wanted(step, fields):
                pending.pop(0)
                continue
            proposed = form.proposed(step, fields)
            typed = self._answer(self._prompt(form.prompt(step, fields), proposed), fields)
            if typed.startswith(BACK) and typed[len(BACK) :] in form.steps:
                pending.insert(0, typed[len(BACK) :])
                continue
            typed = typed or proposed
            if typed in ("", LEAVE_EMPTY) and form.needed(step):
                self.say("new_needed")
                continue
            tried, problems = filled(form, step, () if typed in ("", LEAVE_EMPTY) else (typed,), fields)
            if problems:
                self._tell(problem_rows(problems))
                continue
            fields = tried
            self._tell(form.notes(step, fields))
            pending.pop(0)
        return fields

    def confirmed(self, form: Form, fields: Filled, faultless: bool) -> bool | str:
        """Whether the person says yes; the name of a field, when it is to be changed first."""
        while True:
            answer = self._answer(self._phrases["new_confirm"], fields).casefold()
            if answer.startswith(BACK) and answer[len(BACK) :] in form.steps:
                return answer[len(BACK) :]
            if answer == self._phrases["new_no"]:
                return False
            if answer == self._phrases["new_yes"] and faultless:
                return True

    def say(self, key: str) -> None:
        """Fixed words, shown with the next prompt."""
        self._tell([row(self._phrases[key], Role.WORDS)])

    def _tell(self, rows: Sequence[Row]) -> None:
        self._told += [*rows, BLANK] if rows else []

    def _prompt(self, prompt: str, proposed: str) -> str:
        return self._phrases["new_proposed"].format(prompt=prompt, proposed=proposed) if proposed else prompt

    def _answer(self, prompt: str, fields: Filled) -> str:
        """What is typed at the prompt, on one line."""
        self._show([*self._told, row(prompt, Role.WORDS)])
        self._told.clear()
        try:
            for line in self._heard:
                if line is not None:
                    return " ".join(line.split())
                self._show([row(self._phrases["new_long_line"], Role.WORDS)])
        except (EOFError, KeyboardInterrupt):
            pass
        raise Unfinished(fields)


def filled(form: Form, step: str, typed: Sequence[str], fields: Filled) -> tuple[Filled, tuple[Problem, ...]]:
    """The fields with what was typed for one, and what is wrong with them then.

    What nobody sees when it is pasted (zero-width, control and direction characters) is wrong everywhere.
    """
    for text in typed:
        spaced = " ".join(text.split())
        unseen = next((was for was, seen in zip(spaced, printable(spaced), strict=True) if was != seen), "")
        if unseen:
            what = f"has the character U+{ord(unseen):04X} in it, which nobody sees"
            return fields, (Problem(step, 1, 1, what, "take it out, or type the text instead of pasting it"),)
    return form.tried(step, typed, fields)


def problem_rows(problems: Iterable[Problem]) -> list[Row]:
    """Problems of a form's fields, each opening with the field's name, or with its place in a file."""
    return [row(_said(problem), Role.STRONG) for problem in problems]


def _said(problem: Problem) -> str:
    said = f"{problem.what}; {problem.mend}"
    if problem.what.startswith((f"{problem.file}:", f"{problem.file}.")):  # read by the schema, which names the field
        return said
    return f"{problem.file}: {said}" if not problem.file.endswith(".yaml") else str(problem)
