"""Where knowledge is, and where it is kept compiled: all that a single question needs of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping

INSTALLED = "knowledge_data"  # where the wheel puts the knowledge, inside the package
CHECKOUT = "knowledge"  # where it is in a checkout, beside the package
FACTS = "facts"  # the folder of the files with facts, in a knowledge folder
CACHE = "coalition-bot"  # the program's folder among the user's caches


def knowledge_place(environment: Mapping[str, str]) -> str:
    """The folder of KNOWLEDGE_DIR, or the one that comes with the program; none where hosts serve the knowledge."""
    return "" if hosts(environment) else environment.get("KNOWLEDGE_DIR") or default_place()


def hosts(environment: Mapping[str, str]) -> str:
    """The hosts of KNOWLEDGE_SHARDS that serve compiled knowledge, as they are written there."""
    return environment.get("KNOWLEDGE_SHARDS", "").strip()


def default_place() -> str:
    """The knowledge that comes with the program: in the installed package, in a checkout beside it."""
    package = os.path.dirname(__file__)
    installed = os.path.join(package, INSTALLED)
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(package), CHECKOUT)


def cache_place(environment: Mapping[str, str]) -> str | None:
    """Where compiled knowledge is kept, by the XDG base directory specification, which wants absolute paths; None
    with COMPILED=off."""
    if environment.get("COMPILED", "").lower() == "off":
        return None
    cache, home = environment.get("XDG_CACHE_HOME", ""), environment.get("HOME", "")
    if not os.path.isabs(cache):
        cache = os.path.join(home, ".cache") if os.path.isabs(home) else ""
    return os.path.join(cache, CACHE) if cache else None
