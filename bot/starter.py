"""A small working folder for another topic: a copy of the one that comes with the program, to be edited."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bot import knowledge, questions
from bot.errors import BotError
from bot.model import Knowledge

_MODEL = Path(__file__).with_name("starter_topic")


def write(folder: Path) -> tuple[Knowledge, int]:
    """Make the folder, and return its knowledge and how many fixed questions it has.

    It appears whole or not at all. Raises BotError when something is there already, or it cannot be made.
    """
    if folder.is_symlink() or folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BotError(f"{folder}: is there already; give the name of a folder that is not")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            whole = place / folder.name
            for path in sorted(_MODEL.rglob("*.*")):  # by content: the installed files may be for reading only
                copy = whole / path.relative_to(_MODEL)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
            whole.rename(folder)
        finally:
            shutil.rmtree(place, ignore_errors=True)
    except OSError as error:
        raise BotError(f"{folder}: cannot be made ({error.strerror}); give a place where you may write") from error
    items = questions.load(questions.folder_of(folder))
    return knowledge.load_or_raise(folder), sum(len(item.turns) for item in items)
