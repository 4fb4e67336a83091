"""Places that the environment tells; behaviour lives in code and knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.records import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside; a variable that is empty counts as not set."""

    knowledge: Path | None = None  # KNOWLEDGE_DIR: a folder in place of the knowledge that comes with the program

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings in a mapping such as `os.environ`."""
        folder = environment.get("KNOWLEDGE_DIR", "")
        return cls(Path(folder) if folder else None)
