"""The command line: arguments, environment, exit codes. The only place that wires the rooms together.

What a command needs is imported when it runs: one question asked in a process of its own should not wait for what
others need. A test says which modules a command may load.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from bot import __version__
from bot.errors import BotError, UsageError
from bot.places import knowledge_place
from bot.records import dataclass, replace
from bot.streams import World, day, json_line, one_line, printable, question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from bot.engine import Engine, Turn
    from bot.model import Knowledge
    from bot.render import Renderer
    from bot.rows import Row

PROGRAM = "coalition-bot"
ANSWERED, FAILED, MISUSED, UNANSWERED = 0, 1, 2, 4  # exit codes
INTERRUPTED = 130  # exit code: 128 and the number of SIGINT, as shells have it
DEFAULT_WIDTH = 80  # columns of help, where no terminal tells its own
MARGIN = 2  # columns that argparse leaves free
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
        if world.alone:
            gc.freeze()  # the process ends: looking through all that is left takes a tenth of its time
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
    standard, sys.stdout = sys.stdout, world.stdout  # where argparse writes --help and --version
    try:
        arguments = _parser(argv).parse_args(list(argv))
    except SystemExit:  # after them
        return ANSWERED
    finally:
        sys.stdout = standard
    today = arguments.today
    if today:
        world = replace(world, today=lambda: today)
    arguments.knowledge = _folder(arguments, world)
    return int(arguments.command(arguments, world))


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


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of these arguments: a command that is not among them has none of its own."""
    parser = _Parser(
        prog=PROGRAM,
        description="Answers questions from curated facts, with their sources. Without a command: a chat.",
        epilog="Exit codes: 0 answered, 4 no answer, 1 error, 2 wrong usage.",
        allow_abbrev=False,
        formatter_class=_Formatter,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.set_defaults(command=_chat)
    _add_everywhere(parser, knowledge=None, today=None)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", prog=PROGRAM)
    for command in COMMANDS:
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
    return parser


def _add_everywhere(parser: argparse.ArgumentParser, knowledge: str | None, today: str | None) -> None:
    parser.add_argument("--knowledge", metavar="DIR", default=knowledge, help="the knowledge folder (or KNOWLEDGE_DIR)")
    parser.add_argument("--today", metavar="DATE", type=_day, default=today, help="answer as on this day (YYYY-MM-DD)")


def _day(text: str) -> date:
    try:
        return day(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error).replace("%", "%%")) from error


def _folder(arguments: argparse.Namespace, world: World) -> str:
    """The knowledge folder: of the option, of the environment, or the one that comes with the program; none where other
    hosts serve the knowledge."""
    if arguments.knowledge is not None:
        return str(arguments.knowledge)
    return knowledge_place(world.environment)


def _wired(arguments: argparse.Namespace, world: World) -> tuple[Engine, Renderer]:
    """The engine and the renderer that a command works with."""
    if world.alone:
        gc.disable()  # nothing that is loaded is garbage
    from bot.english import ENGLISH
    from bot.opening import engine
    from bot.render import Renderer

    made = engine(arguments.knowledge, world)
    if world.alone:
        gc.freeze()  # it lives as long as the process: no pause for looking through it
        gc.enable()
    return made, Renderer(made.knowledge, ENGLISH)


def _loaded(folder: str, world: World) -> tuple[Knowledge, Renderer]:
    """The knowledge and its renderer; with its places in the files where those are read."""
    from bot import opening

    if opening.is_large(folder, world.environment):
        made, renderer = _wired(argparse.Namespace(knowledge=folder), world)
        return made.knowledge, renderer
    from pathlib import Path

    from bot.english import ENGLISH
    from bot.knowledge import load_or_raise
    from bot.render import Renderer

    known = load_or_raise(Path(folder))
    return known, Renderer(known, ENGLISH)


def _print(world: World, rows: Iterable[Row]) -> None:
    from bot.rows import plain

    world.stdout.write(printable(plain(rows)) + "\n")


def _chat(arguments: argparse.Namespace, world: World) -> int:
    from pathlib import Path

    from bot import opening
    from bot.console import chat
    from bot.keeping import keeper
    from bot.reload import Watch, on_disk, still

    large = opening.is_large(arguments.knowledge, world.environment)
    # Before loading: what changes from here on is seen.
    watch = Watch(still() if large else on_disk(Path(arguments.knowledge)))
    chat(*_wired(arguments, world), world, watch, keeper(world))
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
        from bot.batch import answer_lines
        from bot.keeping import keeper

        answer_lines(*_wired(arguments, world), world, keeper(world))
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
        from bot.explain import explain

        world.stdout.write("\n")
        _print(world, explain(turn, engine))
    from bot.replies import Answer, Reason

    _keep(turn, world)
    if getattr(turn.reply, "reason", "") == Reason.UNREACHABLE:
        return FAILED
    return ANSWERED if isinstance(turn.reply, Answer) else UNANSWERED


def _keep(turn: Turn, world: World) -> None:
    """Keep what one question leaves open, where there is a journal for it."""
    from bot.keeping import keeper

    keep = keeper(world)
    if keep:
        from bot.remarks import gaps

        keep(gaps(turn))


def _at_path(arguments: argparse.Namespace) -> argparse.Namespace:
    """The arguments with the knowledge folder as a path, as all but a single question take it."""
    from pathlib import Path

    arguments.knowledge = Path(arguments.knowledge)
    return arguments


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import check_commands

    check_commands.add_arguments(parser)


def _check(arguments: argparse.Namespace, world: World) -> int:
    from bot import check_commands

    return check_commands.run(_at_path(arguments), world)


def _new_arguments(parser: argparse.ArgumentParser) -> Sequence[argparse.ArgumentParser]:
    from bot import new_commands

    return new_commands.add_arguments(parser)


def _new(arguments: argparse.Namespace, world: World) -> int:
    from bot import new_commands

    return new_commands.run(_at_path(arguments), world)


def _gaps_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import gap_commands

    gap_commands.add_arguments(parser)


def _gaps(arguments: argparse.Namespace, world: World) -> int:
    from bot import gap_commands

    return gap_commands.run(_at_path(arguments), world)


def _compile_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import compile_commands

    compile_commands.add_arguments(parser)


def _compile(arguments: argparse.Namespace, world: World) -> int:
    from bot import compile_commands

    return compile_commands.run(arguments, world)


def _fact_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the fact's id, as --json and /why show it")


def _fact(arguments: argparse.Namespace, world: World) -> int:
    from bot.cards import fact_card, near_ids

    known, renderer = _loaded(arguments.knowledge, world)
    fact = known.facts.get(arguments.id)
    if fact is None:
        near = near_ids(arguments.id, renderer)
        mend = f"did you mean {', '.join(near)}?" if near else f"see the ids in {arguments.knowledge}"
        raise BotError(f'there is no fact "{arguments.id[:40]}"; {mend}')
    _print(world, fact_card(fact, renderer))
    return ANSWERED


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """For commands that take nothing but the options that all take."""


def _sources(arguments: argparse.Namespace, world: World) -> int:
    known, renderer = _loaded(arguments.knowledge, world)
    undated = renderer.language.phrases["undated"]
    for source in known.sources.values():
        fields = [source.publisher, f"“{source.title}”", source.published or undated, source.url]
        world.stdout.write(one_line(f"{source.id}: {', '.join(fields)}") + "\n")
    return ANSWERED


def _eval_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import evaluation_commands

    evaluation_commands.eval_arguments(parser)


def _eval(arguments: argparse.Namespace, world: World) -> int:
    from bot import evaluation_commands, opening

    large = opening.is_large(arguments.knowledge, world.environment)
    arguments.engine = _wired(arguments, world)[0] if large else None
    return evaluation_commands.run_eval(_at_path(arguments), world.stdout, world.stderr)


def _diff_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import evaluation_commands

    evaluation_commands.diff_arguments(parser)


def _diff(arguments: argparse.Namespace, world: World) -> int:
    from bot import evaluation_commands

    return evaluation_commands.run_diff(_at_path(arguments), world.stdout, world.stderr)


def _telegram_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--webhook", metavar="URL", help="take updates at this public address (or WEBHOOK_URL)")


def _telegram(arguments: argparse.Namespace, world: World) -> int:
    from bot.settings import TelegramSettings

    settings = TelegramSettings.read(world.environment, arguments.webhook)
    from pathlib import Path

    from bot import logs, opening, telegram_bot  # only this command waits for Telegram's library to load
    from bot.engine import Engine
    from bot.live import Live, Served
    from bot.prepared import Recall
    from bot.reload import Watch, on_disk, still

    logs.set_up(settings.level, world.stderr)
    recall = Recall()
    if opening.is_large(arguments.knowledge, world.environment):
        watch, (made, _) = Watch(still()), _wired(arguments, world)
    else:
        watch = Watch(on_disk(Path(arguments.knowledge)))  # before loading: what changes from here on is seen
        known, _ = _loaded(arguments.knowledge, world)
        made = Engine(known, known.topic.reviewed, recall=recall)
    live = Live(Served.of(made))
    given = telegram_bot.Surroundings(live, world.environment, arguments.today, watch, recall)
    telegram_bot.run(settings, given)
    return ANSWERED


COMMANDS = (
    Command("ask", "Answer one question, or with --batch many.", _ask_arguments, _ask),
    Command("check", "Show every problem in the knowledge.", _check_arguments, _check),
    Command("new", "Add a fact or a source, or begin another topic.", _new_arguments, _new),
    Command("gaps", "Show what people asked in vain, to fill in.", _gaps_arguments, _gaps),
    Command("compile", "Make a large folder searchable on the disk, or on hosts.", _compile_arguments, _compile),
    Command("fact", "Show one fact with everything about it.", _fact_arguments, _fact),
    Command("sources", "List all sources.", _no_arguments, _sources),
    Command("eval", "Ask the fixed questions and grade the replies.", _eval_arguments, _eval),
    Command("diff", "Show which answers change from one folder to another.", _diff_arguments, _diff),
    Command("telegram", "Answer in Telegram, until a signal ends it.", _telegram_arguments, _telegram),
)
