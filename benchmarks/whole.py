"""Whole replies of the program, measured as the engines of benchmarks/engines.py are: compiled, loaded, asked."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

sys.path.insert(0, str(Path(__file__).parent.parent))


class Way(Protocol):
    """How knowledge is kept. `most` facts are measured: beyond that the program itself would not do it so."""

    package: str
    most: int

    def build(self, knowledge: Path, folder: Path) -> None:
        """Compile the knowledge into the folder."""
        ...

    def load(self, knowledge: Path, folder: Path) -> Callable[[str], object]:
        """Answers questions in words."""
        ...


class InMemory:
    """All of it in one file that is read at once."""

    package = "rank_bm25"
    most = 100_000

    def build(self, knowledge: Path, folder: Path) -> None:
        self._loaded(knowledge, folder)

    def load(self, knowledge: Path, folder: Path) -> Callable[[str], object]:
        from bot.engine import Engine
        from bot.render import Renderer

        gc.disable()  # as the program does: nothing that is loaded is garbage
        known, prepared = self._loaded(knowledge, folder)
        today = known.topic.reviewed
        asker = Engine(known, today, prepared=prepared)
        renderer = Renderer(known, asker.language)
        gc.freeze()
        gc.enable()
        return lambda question: renderer.plain(asker.ask(question, today=today))

    def _loaded(self, knowledge: Path, folder: Path) -> tuple:
        from bot import compiled

        return compiled.load(str(knowledge), str(folder))


WAYS: dict[str, Way] = {"whole replies": InMemory()}
