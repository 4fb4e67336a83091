"""A file is old or new, whenever the program is killed and whatever fails."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from worlds import ORCHARD, run

from bot import curating, files, knowledge
from bot.curating import Change
from bot.errors import BotError

OLD, NEW = b"- id: old\n" * 1_000, b"- id: new\n" * 2_000
MOST_LINES = 200  # of code that replace two files: far more than there are
ROOMS = {files.__file__, curating.__file__}


def killed_at(line: int, work: Callable[[], None]) -> bool:
    """Do the work in a process of its own that is killed before the line-th line of it; whether that came."""
    child = os.fork()
    if not child:
        left = line

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal left
            if frame.f_code.co_filename not in ROOMS:
                return None
            if event == "line":
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_killed_before_any_line_the_file_is_old_or_new(tmp_path: Path) -> None:
    path, seen = tmp_path / "x.yaml", []
    for line in range(1, MOST_LINES):
        path.write_bytes(OLD)
        killed = killed_at(line, lambda: files.replace(path, OLD, NEW))
        seen.append(path.read_bytes())
        assert seen[-1] in (OLD, NEW)
        if not killed:
            break
    assert not killed and seen[0] == OLD and seen[-1] == NEW
    assert len(seen) > 15, "the lines of the code were not seen"
    turned = seen.index(NEW)
    assert set(seen[turned:]) == {NEW}, "once it is new it stays so"
    assert knowledge.fact_paths(tmp_path) == []
    assert all(left.name.startswith(".") for left in tmp_path.iterdir() if left != path)


def test_killed_between_two_files_nothing_contradicts_anything(tmp_path: Path) -> None:
    """A new keeper in a file of its own ends the old one's time in another; at no moment are there two keepers."""
    folder = tmp_path / "orchard"

    def fresh() -> tuple[Change, ...]:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ORCHARD, folder)
        (folder / "facts" / "new.yaml").write_text("# later keepers\n")
        ran = run("new", "fact", "--knowledge", str(folder), *KEEPER, "--dry-run")
        assert ran.code == 0, ran.out + ran.err
        return planned(folder)

    def planned(folder: Path) -> tuple[Change, ...]:
        found: list[Change] = []
        original = curating.save
        curating.save = lambda changes: found.extend(changes)
        try:
            run("new", "fact", "--knowledge", str(folder), *KEEPER)
        finally:
            curating.save = original
        return tuple(found)

    changes = fresh()
    assert [change.path.name for change in changes] == ["orchard.yaml", "new.yaml"]
    states = set()
    for line in range(1, MOST_LINES):
        for change in changes:
            change.path.write_bytes(change.old or b"")
        killed = killed_at(line, lambda: curating.save(changes))
        states.add(tuple(change.path.read_bytes() == change.new for change in changes))
        if not killed:
            break
        assert knowledge.examine(folder) == ()
    assert states == {(False, False), (True, False), (True, True)}


KEEPER = [
    "--text", "Cleo Fir has been the keeper of the Hillside Orchard since 1 June 2025.", "--when", "2025-06-01/..",
    "--confirmed", "2025-06-02", "--series", "keeper", "--about", "orchard", "--gives", "person,date",
    "--asks", "new keeper of june; who took over from ben ash; cleo fir", "--sources", "gazette",
    "--replaces", "keeper-ben", "--file", "new.yaml",
]  # fmt: skip


# What the operating system may refuse before the file has its name.
@pytest.mark.parametrize("call", ["open", "fdopen", "fchmod", "fsync", "replace"])
def test_what_fails_leaves_the_file_as_it_was(call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(OLD)
    calls = 0

    def refused(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(files.os, call, refused)
        with pytest.raises(BotError, match="No space left on device"):
            files.replace(path, OLD, NEW)
    assert calls
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_a_system_that_cannot_sync_folders_has_written_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, path = os.open, tmp_path / "x.yaml"

    def no_folders(name: Any, *arguments: Any, **named: Any) -> int:
        if Path(name) == tmp_path:
            raise OSError(22, "Invalid argument")
        return opened(name, *arguments, **named)

    monkeypatch.setattr(files.os, "open", no_folders)
    files.replace(path, None, NEW)
    assert path.read_bytes() == NEW


def test_what_was_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"changed by an editor")
    with pytest.raises(BotError, match="was changed meanwhile; nothing was written to it, run the command again"):
        files.replace(path, OLD, NEW)
    with pytest.raises(BotError, match="meanwhile"):
        files.replace(path, None, NEW)
    assert path.read_bytes() == b"changed by an editor"
    assert list(tmp_path.iterdir()) == [path]


def test_who_may_read_it_stays_and_a_link_stays_one(tmp_path: Path) -> None:
    path, link = tmp_path / "x.yaml", tmp_path / "link.yaml"
    path.write_bytes(OLD)
    path.chmod(0o640)
    link.symlink_to(path)
    files.replace(link, OLD, NEW)
    assert link.is_symlink() and path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_rights_that_new_files_have(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    files.replace(tmp_path / "x.yaml", None, NEW)
    assert (tmp_path / "x.yaml").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_folder_where_nobody_may_write_is_told(tmp_path: Path) -> None:
    with pytest.raises(BotError, match="cannot be written .*; see who may write there"):
        files.replace(tmp_path / "nowhere" / "x.yaml", None, NEW)
