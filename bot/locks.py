"""One process at a time for a file."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from bot.errors import BotError


def made(path: Path) -> None:
    """Make the journal `path` for its owner only, if it is not there yet. Raises BotError if that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it holds what people wrote
    except OSError as error:
        raise _unusable(path, error) from error


def locked(path: Path) -> IO[bytes]:
    """The open lock file beside the journal `path`, which is made if it is not there yet.

    The system lets go of the lock whenever the process ends. Raises BotError if another process has it.
    """
    made(path)
    try:
        lock = path.with_name(path.name + ".lock").open("ab")
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        mend = "stop it first, or set JOURNAL to another file"
        raise BotError(f"another bot is running with the journal {path}; {mend}") from None
    return lock


def _unusable(path: Path, error: OSError) -> BotError:
    mend = "set JOURNAL to a file in a folder that may be written to"
    return BotError(f"the journal {path} cannot be used: {error.strerror}; {mend}")
