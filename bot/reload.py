"""A changed knowledge folder goes live whole, at rest and without a fault, or not at all.

A watch is asked every now and then whether there is new knowledge. It looks at the files' dates and sizes first,
reads them only when they have been left alone for a moment, and hands over knowledge in which `check` finds
nothing. Whoever asks swaps the old for the new by one assignment. The watch knows nothing of who asks, and does
not run by itself: a face asks before a reply, or from a task of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from pathlib import Path

from bot.errors import BotError
from bot.model import Knowledge
from bot.places import FACTS
from bot.records import dataclass

# Together with a second for reading a folder of a thousand facts and building its index these stay below the two
# seconds within which a change has to be live.
POLL = 0.25  # seconds between two looks
SETTLE = 0.2  # seconds without a change after which nobody is still writing: editors and git take milliseconds
PATIENCE = 2.0  # seconds to wait for a folder that is written to and never comes to rest


@dataclass(frozen=True, slots=True)
class Fresh:
    """New knowledge to go live with."""

    knowledge: Knowledge


@dataclass(frozen=True, slots=True)
class Refused:
    """A changed folder that must not go live, with everything that is wrong with it."""

    problems: tuple[str, ...]


Found = Fresh | Refused


@dataclass(frozen=True, slots=True)
class Folder:
    """The three ways to look at a folder: `look` is quick and differs after any change, `digest` differs where
    the contents do, `read` says whether they can go live."""

    look: Callable[[], Hashable]
    digest: Callable[[], Hashable]
    read: Callable[[], Found]


class Watch:
    """Tells once of each change of a folder. `problems` are those of the folder as it is now, for whoever wants
    to show them; empty when what is in it is in use."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._done = self._seen = folder.look()
        self._judged = folder.digest()  # after the look: what changes in between shows at the next look
        self._since = 0.0
        self.problems: tuple[str, ...] = ()

    @property
    def pending(self) -> bool:
        """Whether the folder was seen to change and has not come to rest yet."""
        return self._seen != self._done

    def poll(self, now: float) -> Found | None:
        """New knowledge, or why it cannot be used, or nothing. `now` is in seconds, on any one clock."""
        seen = self._folder.look()
        if seen != self._seen:
            self._seen, self._since = seen, now
        if not self.pending or now - self._since < SETTLE:
            return None
        digest = self._folder.digest()
        found = None if digest == self._judged else self._folder.read()
        again = self._folder.look()
        if again != seen:  # written to while it was read: what was read may be half of it
            self._seen, self._since = again, now
            return None
        self._done, self._judged = seen, digest
        if found is not None:
            self.problems = found.problems if isinstance(found, Refused) else ()
        return found


def settled(watch: Watch, clock: Callable[[], float], sleep: Callable[[float], None]) -> Found | None:
    """What the watch tells once the folder is at rest. Returns at once where nothing changed, and after PATIENCE
    where it never comes to rest."""
    begun = now = clock()
    found = watch.poll(now)
    while found is None and watch.pending and now - begun < PATIENCE:
        sleep(SETTLE)
        now = clock()
        found = watch.poll(now)
    return found


def on_disk(folder: Path) -> Folder:
    """A folder of knowledge on the disk."""
    return Folder(lambda: _look(folder), lambda: _digest(folder), lambda: _read(folder))


def still() -> Folder:
    """What is never looked at: large knowledge is taken up when the program starts."""
    return Folder(lambda: 0, lambda: 0, lambda: Refused(()))


def _files(folder: Path) -> list[Path]:
    """The files that may be knowledge, hidden ones (an editor's copies) left out."""
    return sorted(
        path
        for pattern in ("*.y*ml", f"{FACTS}/**/*.y*ml")
        for path in folder.glob(pattern)
        if not path.name.startswith(".")
    )


def _look(folder: Path) -> Hashable:
    """Which files there are, and of each what changes when it is written to or replaced."""
    return tuple((str(path), *_stat(path)) for path in _files(folder))


def _stat(path: Path) -> tuple[int, ...]:
    """What changes when a file is written to or replaced; nothing where it is gone since it was listed."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _digest(folder: Path) -> Hashable:
    """The contents of all files, each under its name."""
    hashed = hashlib.sha256()
    for path in _files(folder):
        try:
            content = path.read_bytes()
        except OSError as error:  # told when the folder is read
            content = str(error).encode()
        for part in (str(path).encode("utf-8", "surrogateescape"), content):
            hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.digest()


def _read(folder: Path) -> Found:
    from bot import knowledge  # takes time to import, and mostly nothing has changed

    try:
        found, problems = knowledge.sound(folder)
    except BotError as error:
        return Refused((str(error),))
    return Refused(tuple(map(str, problems))) if found is None else Fresh(found)
