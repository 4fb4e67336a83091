"""The command line's grammar: its commands, what each takes, and the help that it prints."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from datetime import date

from bot import __version__
from bot.errors import UsageError
from bot.records import dataclass
from bot.streams import World, day

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

PROGRAM = "coalition-bot"
DEFAULT_WIDTH = 80  # columns of help, where no terminal tells its own
MARGIN = 2  # columns that argparse leaves free


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: its name, what it does in a line, its arguments, and the function that does it and
    returns the exit code. `arguments` returns the parsers of its own subcommands, where it has any."""

    name: str
    does: str
    arguments: Callable[[argparse.ArgumentParser], Sequence[argparse.ArgumentParser] | None]
    run: Callable[[argparse.Namespace, World], int]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see: {self.prog} --help")


class _Formatter(argparse.HelpFormatter):
    """Formats help for the terminal's width, asked for here: argparse imports compression to do so."""

    def __init__(self, prog: str) -> None:
        columns = os.environ.get("COLUMNS", "")
        try:
            width = int(columns) if columns.isdecimal() else os.get_terminal_size(1).columns
        except OSError:
            width = 0
        super().__init__(prog, width=(width or DEFAULT_WIDTH) - MARGIN)


def parser(
    argv: Sequence[str], commands: Sequence[Command], otherwise: Callable[[argparse.Namespace, World], int]
) -> argparse.ArgumentParser:
    """The parser of these arguments: a command that is not among them has none of its own. `otherwise` is what is done
    without a command."""
    whole = _Parser(
        prog=PROGRAM,
        description="Answers questions from curated facts, with their sources. Without a command: a chat.",
        epilog="Exit codes: 0 answered, 4 no answer, 1 error, 2 wrong usage.",
        allow_abbrev=False,
        formatter_class=_Formatter,
    )
    whole.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    whole.set_defaults(command=otherwise)
    _add_everywhere(whole, knowledge=None, today=None)
    subparsers = whole.add_subparsers(title="commands", metavar="COMMAND", prog=PROGRAM)
    for command in commands:
        one = subparsers.add_parser(
            command.name,
            help=command.does,
            description=command.does,
            allow_abbrev=False,
            formatter_class=_Formatter,
        )
        if command.name not in argv:
            continue
        for each in (one, *(command.arguments(one) or ())):
            # Without defaults: an option that stands before the command keeps its value.
            _add_everywhere(each, knowledge=argparse.SUPPRESS, today=argparse.SUPPRESS)
        one.set_defaults(command=command.run)
    return whole


def _add_everywhere(parser: argparse.ArgumentParser, knowledge: str | None, today: str | None) -> None:
    parser.add_argument("--knowledge", metavar="DIR", default=knowledge, help="the knowledge folder (or KNOWLEDGE_DIR)")
    parser.add_argument("--today", metavar="DATE", type=_day, default=today, help="answer as on this day (YYYY-MM-DD)")


def _day(text: str) -> date:
    try:
        return day(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error).replace("%", "%%")) from error
