"""Files that are replaced whole: whoever reads one, and whenever the machine stops, finds it old or new.

The order is the point: the new content is on the disk before its name is.
https://man7.org/linux/man-pages/man2/rename.2.html and fsync(2) tell what holds when.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from bot.errors import BotError

_NEW_MODE = 0o666  # of a file that was not there, before the user's mask


def replace(path: Path, old: bytes | None, new: bytes) -> None:
    """Make `new` the content of the file, which was `old` (None: there was no file) when it was read.

    Raises BotError, with the file as it is, when somebody else has changed it since, or when it cannot be written.
    """
    path = path.resolve()  # a link stays one, and what it leads to is replaced
    try:
        temporary = _written(path, new)
        try:
            if (path.read_bytes() if path.exists() else None) != old:
                raise BotError(f"{path}: was changed meanwhile; nothing was written to it, run the command again")
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        mend = "see who may write there and how full the disk is"
        raise BotError(f"{path}: cannot be written ({error.strerror}); {mend}") from error


def _written(path: Path, content: bytes) -> str:
    """A file beside `path` with the content on the disk; its name begins with a dot, as nothing that is read."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), _mode(path))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def _mode(path: Path) -> int:
    """Who may do what with the file: as before, or as the user's mask has it for new files."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return _NEW_MODE & ~mask


def _sync_folder(folder: Path) -> None:
    """Let the folder's own entry reach the disk. The content is there; a system that cannot do this loses at
    worst the new name, and has the old file."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
