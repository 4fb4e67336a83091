"""`coalition-bot check`: every problem in a knowledge folder, and what it warns of, for people and for programs."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from bot import knowledge, links, reach, upkeep
from bot.engine import Engine
from bot.english import ENGLISH
from bot.errors import Problem
from bot.model import Knowledge
from bot.streams import World, json_line, one_line
from bot.tables import progress

FAULTLESS, FAULTY = 0, 1  # exit codes; warnings change nothing about them
FORMATS = ("text", "github", "json")
PROBLEM, WARNING = "error", "warning"  # levels, by the names that GitHub has for them
# What GitHub takes for a sign of its own in an annotation, and how it wants to have it escaped.
# https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
_GITHUB_MESSAGE = str.maketrans({"%": "%25"})  # and line ends, of which one_line leaves none
_GITHUB_PROPERTY = str.maketrans({"%": "%25", ":": "%3A", ",": "%2C"})


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `check` takes."""
    parser.add_argument("dir", nargs="?", metavar="DIR", help="the knowledge folder to check")
    stale = f"warn of what still holds and was confirmed longer ago than this (default: {upkeep.STALE_DAYS})"
    parser.add_argument("--stale-days", type=_days, default=upkeep.STALE_DAYS, metavar="DAYS", help=stale)
    asks = "ask every `asks` and warn of those that do not find their own fact (some ten seconds)"
    parser.add_argument("--asks", action="store_true", help=asks)
    reachable = "ask every source's server whether the page is still there (needs the network; minutes)"
    parser.add_argument("--links", action="store_true", help=reachable)
    formats = "text for people, github for annotations in GitHub Actions, json for programs"
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help=formats)


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise ArgumentTypeError(f"{one_line(text)!r} is no number of days; write bare digits".replace("%", "%%"))
    return int(text)


def run(arguments: Namespace, world: World) -> int:
    """Show problems and warnings; FAULTY when there is a problem."""
    folder = Path(arguments.dir) if arguments.dir is not None else arguments.knowledge
    problems = knowledge.examine(folder)
    known, _ = knowledge.load(folder)
    warnings = _warnings(known, arguments, world) if known else ()
    counts = {"facts": len(known.facts), "sources": len(known.sources)} if known else {}
    if arguments.format == "json":
        found = {"problems": list(map(asdict, problems)), "warnings": list(map(asdict, warnings))}
        world.stdout.write(json_line({"folder": str(folder), **counts, **found}, world.stdout) + "\n")
    else:
        show = _github if arguments.format == "github" else _text
        for level, some in ((PROBLEM, problems), (WARNING, warnings)):
            world.stdout.writelines(show(level, problem) + "\n" for problem in some)
    if known and not problems and arguments.format == "text":
        world.stdout.write(one_line(_summary(folder, counts, len(warnings))) + "\n")
    return FAULTY if problems else FAULTLESS


def _warnings(known: Knowledge, arguments: Namespace, world: World) -> tuple[Problem, ...]:
    found = list(upkeep.warnings(known, world.today(), arguments.stale_days))
    if arguments.asks:
        found += _of_asks(known, world)
    if arguments.links:
        with progress(world.stderr, ENGLISH.phrases["check_links"], len(known.sources)) as tick:
            found += links.dead_links(known, links.Pace(), tick)
    return tuple(sorted(set(found)))


def _of_asks(known: Knowledge, world: World) -> Iterable[Problem]:
    engine = Engine(known, world.today())
    with progress(world.stderr, ENGLISH.phrases["check_asks"], len(known.facts)) as tick:
        asked = reach.askings(engine, world.today(), known.facts.values(), tick)
    return (*reach.astray(asked, engine), *reach.unreached(asked))


def _summary(folder: Path, counts: Mapping[str, int], warnings: int) -> str:
    key = "checked" if not warnings else "checked_warning" if warnings == 1 else "checked_warnings"
    return ENGLISH.phrases[key].format(folder=folder, warnings=warnings, **counts)


def _text(level: str, problem: Problem) -> str:
    """`file:line:column: what; mend`, as editors read it; a warning says that it is one."""
    if level == PROBLEM:
        return one_line(str(problem))
    where = f"{problem.file}:{problem.line}:{problem.column}"
    return one_line(f"{where}: {level}: {problem.what}; {problem.mend}")


def _github(level: str, problem: Problem) -> str:
    """A workflow command that GitHub shows beside the line in a pull request."""
    file = one_line(problem.file).translate(_GITHUB_PROPERTY)
    message = one_line(f"{problem.what}; {problem.mend}").translate(_GITHUB_MESSAGE)
    return f"::{level} file={file},line={problem.line},col={problem.column}::{message}"
