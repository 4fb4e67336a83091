"""Opens knowledge in the form that suits its size and place: in memory, on the disk, or on other hosts.

A folder of LARGE facts and more is made large knowledge in the user's cache folder, where the extra for that is
installed; without it, it is held in memory as every folder is, which takes longer and more room.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping

from bot import compiled
from bot.engine import Engine
from bot.errors import UsageError
from bot.model import Knowledge
from bot.places import cache_place, hosts
from bot.searching import Searchable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.streams import World

# Facts from which on a folder is large: in memory so many take some 200 MB.
LARGE = 20_000
FEWEST_BYTES = 100  # of a fact: its fields are longer
FIRST = "shard-1"  # in a folder of compiled knowledge
ENDING = ".large"
# Younger collections for one of everything, which stops answers for as long as ten of them take; what is remembered of
# facts are trees, which go without it.
RARELY = 1_000
MOST_KEPT = 2  # compiled folders in the cache, of some gigabytes each
EXTRA = "pip install 'coalition-bot[large]'"


def is_large(folder: str, environment: Mapping[str, str]) -> bool:
    """Whether the knowledge is of the large form: on hosts (with an empty `folder`), compiled, or of LARGE facts."""
    if _is_served(folder, environment) or os.path.isdir(os.path.join(folder, FIRST)):
        return True
    return compiled.size(folder) >= LARGE * FEWEST_BYTES and compiled.facts(folder) >= LARGE


def engine(folder: str, world: World) -> Engine:
    """An engine on the knowledge. Raises BotError."""
    if is_large(folder, world.environment) and _has_extra(folder, world):
        found = _large(folder, world)
        if found:
            from bot.reaching import Reaching

            if world.alone:
                gc.set_threshold(*gc.get_threshold()[:2], RARELY)
            known, searchable = found
            return Reaching(known, known.topic.reviewed, searchable=searchable)
    known, searchable = compiled.load(folder, cache_place(world.environment))
    return Engine(known, known.topic.reviewed, searchable=searchable)


def _is_served(folder: str, environment: Mapping[str, str]) -> bool:
    return not folder and bool(hosts(environment))


def _has_extra(folder: str, world: World) -> bool:
    """Whether the extra is installed; what is there in no other form needs it."""
    try:
        import xapian  # noqa: F401
    except ModuleNotFoundError as error:
        if _is_served(folder, world.environment) or os.path.isdir(os.path.join(folder, FIRST)):
            raise UsageError(f"compiled knowledge is read with an extra; install it: {EXTRA}") from error
        world.stderr.write(f"coalition-bot: {folder} is large; it loads and answers quicker with an extra: {EXTRA}\n")
        return False
    return True


def _large(folder: str, world: World) -> tuple[Knowledge, Searchable] | None:
    """The knowledge in the large form, None where there is no place to keep it."""
    from bot import large, shards

    if _is_served(folder, world.environment):
        return large.opened(shards.served(hosts(world.environment)))
    if os.path.isdir(os.path.join(folder, FIRST)):
        return large.opened(shards.on_disk(folder))
    cache = cache_place(world.environment)
    return large.opened(shards.on_disk(_kept(folder, cache, world))) if cache else None


def _kept(folder: str, cache: str, world: World) -> str:
    """The folder made large knowledge, in the cache folder."""
    place = os.path.join(cache, compiled.name(folder) + ENDING)
    if not os.path.isdir(place):
        from pathlib import Path

        from bot.compile_commands import compile_in_sight

        os.makedirs(cache, mode=0o700, exist_ok=True)
        compile_in_sight(Path(folder), Path(place), 1, world)
        _clear(cache)
    return place


def _clear(cache: str) -> None:
    """Leave the youngest; the others were of what their folders held before."""
    import shutil

    kept = [(entry.stat().st_mtime, entry.path) for entry in os.scandir(cache) if ENDING in entry.name]
    for _, path in sorted(kept, reverse=True)[MOST_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
