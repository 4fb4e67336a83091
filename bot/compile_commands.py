"""`coalition-bot compile`: large knowledge from the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.errors import FaultyKnowledge, UsageError
from bot.streams import World

MOST_SHARDS = 64  # more do not answer within the time that a person waits
_NEEDED = "large knowledge needs the extra: pip install 'coalition-bot[large]'"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what `compile` takes."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the knowledge folder")
    parser.add_argument("place", type=Path, metavar="OUT", help="where the compiled knowledge goes")
    parser.add_argument("--shards", type=int, default=1, metavar="N", help="parts for so many hosts (default: 1)")


def run(arguments: Namespace, world: World) -> int:
    """Compile the folder, or go on with it; 1 when it has problems, which are all told."""
    if not 1 <= arguments.shards <= MOST_SHARDS:
        raise UsageError(f"--shards {arguments.shards} is out of range; write 1 to {MOST_SHARDS}")
    folder, place = arguments.folder, arguments.place
    try:
        made = compile_in_sight(folder, place, arguments.shards, world)
    except FaultyKnowledge as error:
        world.stdout.write("".join(f"{problem}\n" for problem in error.problems))
        raise
    told = f"compiled to {place}" if made else f"{place} is up to date"
    world.stdout.write(f"{folder}: {told}; ask with --knowledge {place}\n")
    return 0


def compile_in_sight(folder: Path, place: Path, shards: int, world: World) -> bool:
    """Compile with a progress bar on a terminal; False where all was done before. Raises BotError."""
    try:
        from bot.compiling import compile_folder
    except ModuleNotFoundError as error:
        raise UsageError(_NEEDED) from error
    from bot.tables import bytes_read

    total = sum(path.stat().st_size for path in folder.rglob("*.yaml") if path.is_file())
    with bytes_read(world.stderr, "compiling", total) as tick:
        return compile_folder(folder, place, shards, tick)
