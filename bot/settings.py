"""Places that the environment tells; behaviour lives in code and knowledge."""

from __future__ import annotations

import os
from collections.abc import Mapping

from bot.records import dataclass

INSTALLED = "knowledge_data"  # where the wheel puts the knowledge, inside the package
CHECKOUT = "knowledge"  # where it is in a checkout, beside the package
CACHE = "coalition-bot"  # the program's folder among the user's caches


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside; a variable that is empty counts as not set."""

    knowledge: str | None = None  # KNOWLEDGE_DIR: a folder in place of the knowledge that comes with the program
    cache: str | None = None  # the folder that compiled knowledge is kept in; None with COMPILED=off

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings in a mapping such as `os.environ`."""
        return cls(environment.get("KNOWLEDGE_DIR") or None, _cache(environment))


def _cache(environment: Mapping[str, str]) -> str | None:
    """The program's cache folder by the XDG base directory specification, which wants absolute paths."""
    if environment.get("COMPILED", "").lower() == "off":
        return None
    cache, home = environment.get("XDG_CACHE_HOME", ""), environment.get("HOME", "")
    if not os.path.isabs(cache):
        cache = os.path.join(home, ".cache") if os.path.isabs(home) else ""
    return os.path.join(cache, CACHE) if cache else None


def default_place() -> str:
    """The knowledge that comes with the program: in the installed package, in a checkout beside it."""
    package = os.path.dirname(__file__)
    installed = os.path.join(package, INSTALLED)
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(package), CHECKOUT)
