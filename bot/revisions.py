"""A side of a comparison as it was typed, a folder or a git revision -> a folder of knowledge to load.

What is a folder on the disk is meant as that folder: the knowledge itself, or a checkout with the knowledge in
it. Anything else is a revision of the repository in which the other side lies; its knowledge is read out of git
into a folder of its own, which is gone afterwards. Nothing in the work tree is touched.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import knowledge
from bot.errors import BotError, FaultyKnowledge
from bot.model import Knowledge
from bot.records import dataclass
from bot.streams import one_line

PATIENCE = 60.0  # seconds for one call of git: a second is slow, a hanging disk must not hang the program


@dataclass(frozen=True, slots=True)
class Side:
    """A folder of knowledge under the name that a person gave it. `revision` says that git had it."""

    name: str
    folder: Path
    revision: bool = False

    def load(self) -> Knowledge:
        """The knowledge. Raises BotError where it cannot be used, with addresses as the person knows them."""
        try:
            return knowledge.load_or_raise(self.folder)
        except FaultyKnowledge as error:
            if not self.revision:
                raise
            first = str(error.problems[0]).replace(f"{self.folder}{os.sep}", "")
            count = "1 problem" if len(error.problems) == 1 else f"{len(error.problems)} problems"
            what = f"{count} in the knowledge of this revision, the first at {first}"
            mend = "compare with a revision whose knowledge this program can load"
            raise BotError(f"{self.name}: {what}; {mend}") from error


@contextmanager
def sides(*names: str) -> Iterator[tuple[Side, ...]]:
    """The named sides, for as long as they are needed. Raises BotError for a name that is neither a folder nor
    a revision of the repository that the other folder, or else the current one, is in."""
    folders = {name: _knowledge_in(Path(name)) for name in names if Path(name).exists()}
    beside = next((folder for folder in folders.values() if folder.is_dir()), None)
    with ExitStack() as opened:
        for name in names:
            if name not in folders:
                folders[name] = opened.enter_context(_read(name, beside))
        yield tuple(Side(name, folders[name], not Path(name).exists()) for name in names)


def _knowledge_in(folder: Path) -> Path:
    """`folder`, or where in a checkout the knowledge is."""
    inner = folder / knowledge.CHECKOUT
    return inner if not (folder / knowledge.TOPIC).exists() and (inner / knowledge.TOPIC).exists() else folder


@contextmanager
def _read(revision: str, beside: Path | None) -> Iterator[Path]:
    """The knowledge of a revision, written into a folder that is gone afterwards."""
    start = beside or Path()
    mend = "give a folder of knowledge, or a revision such as HEAD~1 or a tag"
    neither = f'"{one_line(revision)}" is neither a folder nor a git revision; {mend}'
    top = Path(os.fsdecode(_git(start, neither, "rev-parse", "--show-toplevel")).rstrip("\n"))
    # The end of options: a name that begins with a hyphen is no option of git.
    named = ["--verify", "--quiet", "--end-of-options", revision + "^{commit}"]
    commit = _git(top, neither, "rev-parse", *named)
    path = knowledge.CHECKOUT if beside is None else beside.resolve().relative_to(top.resolve()).as_posix()
    tree = f"{commit.decode('ascii').strip()}:{'' if path == '.' else path}"
    absent = f'"{one_line(revision)}" has no folder {path}; compare with a later revision'
    listed = _git(top, absent, "ls-tree", "-r", "-z", tree)
    with TemporaryDirectory(prefix="knowledge-") as place:
        for entry in filter(None, listed.split(b"\0")):
            about, _, name = entry.partition(b"\t")
            mode, _, blob = about.decode("ascii").split()
            target = Path(place, os.fsdecode(name))
            if mode.startswith("100") and ".." not in target.parts:  # a plain file, within the folder
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(_git(top, absent, "cat-file", "blob", blob))
        yield Path(place)


def _git(folder: Path, otherwise: str, *arguments: str) -> bytes:
    """What git says; where it says no, the error is `otherwise`."""
    try:
        command = ["git", "-C", str(folder), *arguments]
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    except FileNotFoundError as error:
        raise BotError(f"{otherwise} (there is no git to ask for revisions; install it)") from error
    except subprocess.TimeoutExpired as error:
        raise BotError(f"git did not answer within {PATIENCE:.0f} seconds; give two folders instead") from error
    if done.returncode:
        raise BotError(otherwise)
    return done.stdout
