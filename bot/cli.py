"""The command line: arguments, environment, exit codes. The only place that wires the rooms together."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NoReturn

from bot import __version__, check_commands, evaluation_commands, gap_commands, knowledge, new_commands
from bot.batch import answer_lines
from bot.cards import fact_card, near_ids
from bot.console import Keep, chat
from bot.engine import Engine
from bot.english import ENGLISH
from bot.errors import BotError, UsageError
from bot.explain import explain
from bot.live import Live, Served
from bot.reload import Watch, on_disk
from bot.remark_book import Book
from bot.remarks import Remark, gaps
from bot.render import Renderer
from bot.replies import Answer
from bot.rows import Row, plain
from bot.settings import OFF, Settings, TelegramSettings
from bot.streams import World, day, json_line, one_line, printable, question

PROGRAM = "coalition-bot"
ANSWERED, FAILED, MISUSED, UNANSWERED = 0, 1, 2, 4  # exit codes
INTERRUPTED = 130  # exit code: 128 and the number of SIGINT, as shells have it
MILLISECONDS = 1_000  # in a second


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: its name, what it does in a line, its arguments, and the function that does it and
    returns the exit code. `arguments` returns the parsers of its own subcommands, where it has any."""

    name: str
    does: str
    arguments: Callable[[argparse.ArgumentParser], Sequence[argparse.ArgumentParser] | None]
    run: Callable[[argparse.Namespace, World], int]


def main(argv: Sequence[str] | None = None, world: World | None = None) -> int:
    """Run the program; returns its exit code. Errors are one line on standard error, never a traceback."""
    world = world or World.real()
    try:
        code = _run(sys.argv[1:] if argv is None else argv, world)
        world.stdout.flush()
        return code
    except UsageError as error:
        return _complain(world, str(error), MISUSED)
    except BotError as error:
        return _complain(world, str(error), FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # nobody reads any more; let the shutdown's own flush find an open stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), world.stdout.fileno())
        return FAILED
    except OSError as error:
        return _complain(world, f"{error.strerror or error}; check the disk and the streams", FAILED)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        mend = "please report it with what `python -X dev -m bot` shows for the same arguments"
        return _complain(world, f"unexpected {type(error).__name__}: {error}; {mend}", FAILED)


def _complain(world: World, message: str, code: int) -> int:
    world.stderr.write(f"{PROGRAM}: {one_line(message)}\n")
    world.stderr.flush()
    return code


def _run(argv: Sequence[str], world: World) -> int:
    try:
        with redirect_stdout(world.stdout):
            arguments = _parser().parse_args(list(argv))
    except SystemExit:  # after --help and --version
        return ANSWERED
    today = arguments.today
    if today:
        world = replace(world, today=lambda: today)
    arguments.knowledge = _folder(arguments, world)
    if arguments.run:  # one of the evaluation's commands: of the world they need only where to write
        return int(arguments.run(arguments, world.stdout, world.stderr))
    return int(arguments.command(arguments, world))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see: {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        description="Answers questions from curated facts, with their sources. Without a command: a chat.",
        epilog="Exit codes: 0 answered, 4 no answer, 1 error, 2 wrong usage.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.set_defaults(command=_chat, run=None)
    _add_common(parser, knowledge=None, today=None)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        one = subparsers.add_parser(command.name, help=command.does, description=command.does, allow_abbrev=False)
        own = command.arguments(one) or ()
        for each in (one, *own):
            # Without defaults: an option that stands before the command keeps its value.
            _add_common(each, knowledge=argparse.SUPPRESS, today=argparse.SUPPRESS)
        one.set_defaults(command=command.run)
    evaluation_commands.add_commands(subparsers)
    return parser


def _add_common(parser: argparse.ArgumentParser, knowledge: str | None, today: str | None) -> None:
    parser.add_argument("--knowledge", metavar="DIR", default=knowledge, help="the knowledge folder (or KNOWLEDGE_DIR)")
    parser.add_argument("--today", metavar="DATE", type=_day, default=today, help="answer as on this day (YYYY-MM-DD)")


def _day(text: str) -> date:
    try:
        return day(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error).replace("%", "%%")) from error


def _folder(arguments: argparse.Namespace, world: World) -> Path:
    """The knowledge folder: of the option, of the environment, or the one that comes with the program."""
    if arguments.knowledge is not None:
        return Path(arguments.knowledge)
    return Settings.read(world.environment).knowledge or knowledge.default_folder()


def _wired(arguments: argparse.Namespace, world: World) -> tuple[Engine, Renderer]:
    """The engine and the renderer that a command works with."""
    known = knowledge.load_or_raise(arguments.knowledge)
    return Engine(known, world.today()), Renderer(known, ENGLISH)


def _print(world: World, rows: Iterable[Row]) -> None:
    world.stdout.write(printable(plain(rows)) + "\n")


@contextmanager
def _keeping(world: World) -> Iterator[Keep | None]:
    """Where unanswered questions and thumbs go: into the journal, but only if JOURNAL names one, for a terminal is its
    user's own. Nobody's answer is held up by a journal that cannot be written; that is said once."""
    settings = Settings.read(world.environment)
    if settings.journal in ("", OFF):
        yield None
        return
    told: set[str] = set()
    with closing(Book(gap_commands.journal(world), settings.questions)) as book:

        def keep(remarks: Sequence[Remark]) -> None:
            try:
                book.keep(remarks, world.wall())
            except BotError as error:
                if not told:
                    world.stderr.write(f"{PROGRAM}: warning: {one_line(str(error))}\n")
                told.add(str(error))

        yield keep


def _chat(arguments: argparse.Namespace, world: World) -> int:
    watch = Watch(on_disk(arguments.knowledge))  # before loading: what changes from here on is seen
    with _keeping(world) as keep:
        chat(*_wired(arguments, world), world, watch, keep)
    return ANSWERED


def _ask_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", nargs="*", metavar="QUESTION", help="the question; its words need no quotes")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="one JSON object")
    output.add_argument("--explain", action="store_true", help="the reply, then how it came about")
    batch = "questions on standard input, one a line: text, or JSON with question, conversation, today"
    output.add_argument("--batch", action="store_true", help=batch)


def _ask(arguments: argparse.Namespace, world: World) -> int:
    if arguments.batch:
        if arguments.question:
            raise UsageError("a batch reads its questions from standard input; leave the question out")
        with _keeping(world) as keep:
            answer_lines(*_wired(arguments, world), world, keep)
        return ANSWERED
    if not arguments.question:
        raise UsageError('there is no question; write it behind "ask", or use --batch')
    asked = question(" ".join(arguments.question))
    engine, renderer = _wired(arguments, world)
    start = world.clock()
    turn = engine.ask(asked, today=world.today())
    elapsed = world.clock() - start
    if arguments.json:
        world.stdout.write(json_line(renderer.json(turn, elapsed * MILLISECONDS), world.stdout) + "\n")
    else:
        world.stdout.write(printable(renderer.plain(turn)) + "\n")
    if arguments.explain:
        world.stdout.write("\n")
        _print(world, explain(turn, engine))
    with _keeping(world) as keep:
        if keep:
            keep(gaps(turn))
    return ANSWERED if isinstance(turn.reply, Answer) else UNANSWERED


def _fact_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the fact's id, as --json and /why show it")


def _fact(arguments: argparse.Namespace, world: World) -> int:
    known = knowledge.load_or_raise(arguments.knowledge)
    renderer = Renderer(known, ENGLISH)
    fact = known.facts.get(arguments.id)
    if fact is None:
        near = near_ids(arguments.id, renderer)
        mend = f"did you mean {', '.join(near)}?" if near else f"see the ids in {arguments.knowledge}"
        raise BotError(f'there is no fact "{arguments.id[:40]}"; {mend}')
    _print(world, fact_card(fact, renderer))
    return ANSWERED


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """For commands that take nothing but the common options."""


def _sources(arguments: argparse.Namespace, world: World) -> int:
    for source in knowledge.load_or_raise(arguments.knowledge).sources.values():
        fields = [source.publisher, f"“{source.title}”", source.published or ENGLISH.phrases["undated"], source.url]
        world.stdout.write(one_line(f"{source.id}: {', '.join(fields)}") + "\n")
    return ANSWERED


def _telegram_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--webhook", metavar="URL", help="take updates at this public address (or WEBHOOK_URL)")


def _telegram(arguments: argparse.Namespace, world: World) -> int:
    settings = TelegramSettings.read(world.environment, arguments.webhook)
    from bot import logs, telegram_bot  # only this command waits for Telegram's library to load

    logs.set_up(settings.level, world.stderr)
    watch = Watch(on_disk(arguments.knowledge))  # before loading: what changes from here on is seen
    known = knowledge.load_or_raise(arguments.knowledge)
    live = Live(Served.of(Engine(known, world.today())))
    given = telegram_bot.Surroundings(live, world.environment, arguments.today, watch)
    telegram_bot.run(settings, given, settings.journal_file(world.environment))
    return ANSWERED


COMMANDS = (
    Command("ask", "Answer one question, or with --batch many.", _ask_arguments, _ask),
    Command("check", "Show every problem in the knowledge.", check_commands.add_arguments, check_commands.run),
    Command("new", "Add a fact or a source, or begin another topic.", new_commands.add_arguments, new_commands.run),
    Command("gaps", "Show what people asked in vain, to fill in.", gap_commands.add_arguments, gap_commands.run),
    Command("fact", "Show one fact with everything about it.", _fact_arguments, _fact),
    Command("sources", "List all sources.", _no_arguments, _sources),
    Command("telegram", "Answer in Telegram, until a signal ends it.", _telegram_arguments, _telegram),
)
