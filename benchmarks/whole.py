"""Whole replies of the program, measured as the engines of benchmarks/engines.py are: compiled, loaded, asked."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

sys.path.insert(0, str(Path(__file__).parent.parent))

if TYPE_CHECKING:
    from bot.engine import Engine

Ask = Callable[[str], object]


class Way(Protocol):
    """How knowledge is kept. `most` facts are measured: beyond that the program itself would not do it so."""

    package: str
    most: int

    def build(self, knowledge: Path, folder: Path) -> None:
        """Compile the knowledge into the folder."""
        ...

    def load(self, knowledge: Path, folder: Path) -> Ask:
        """Answers questions in words."""
        ...


class InMemory:
    """All of it in one file that is read at once: what the program does with small knowledge."""

    package = "rank_bm25"
    most = 10_000

    def build(self, knowledge: Path, folder: Path) -> None:
        from bot import compiled

        compiled.load(str(knowledge), str(folder))

    def load(self, knowledge: Path, folder: Path) -> Ask:
        from bot import compiled
        from bot.engine import Engine

        gc.disable()  # as the program does: nothing that is loaded is garbage
        known, searchable = compiled.load(str(knowledge), str(folder))
        return _asking(Engine(known, known.topic.reviewed, searchable=searchable))


class FromDisk:
    """On the disk, searched by Xapian: what the program does with large knowledge."""

    package = "xapian"
    most = 1_000_000

    def build(self, knowledge: Path, folder: Path) -> None:
        from bot.compiling import compile_folder

        compile_folder(knowledge, folder / "compiled", 1, lambda read: None)

    def load(self, knowledge: Path, folder: Path) -> Ask:
        from bot.large import opened
        from bot.reaching import Reaching
        from bot.shards import on_disk

        gc.disable()
        known, searchable = opened(on_disk(str(folder / "compiled")))
        return _asking(Reaching(known, known.topic.reviewed, searchable=searchable))


def _asking(asker: Engine) -> Ask:
    from bot.render import Renderer

    renderer, today = Renderer(asker.knowledge, asker.language), asker.knowledge.topic.reviewed
    gc.freeze()
    gc.enable()
    return lambda question: renderer.plain(asker.ask(question, today=today))


WAYS: dict[str, Way] = {"whole replies": InMemory(), "replies from disk": FromDisk()}
