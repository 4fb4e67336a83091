"""A YAML file of any size, a few records at a time.

A file is cut where a line begins a record at its outermost level. What is inside quotes or brackets could look so,
too: then a piece by itself is no YAML, and the file is read as a whole. So is a file with a fault, which is then told
as it is of every file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from yaml import Node

from bot import nodes
from bot.errors import Problem
from bot.nodes import Faults
from bot.records import dataclass

RECORDS = 200  # of a piece: their nodes take about a megabyte
# Bytes of a file that is read as a whole where it has to be; of a larger one, whose nodes would take gigabytes, the
# faults are told piece by piece.
MOST_WHOLE = 32_000_000

Read = Callable[[Node | None, Faults], Any]  # what the schema makes of a file's root node


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a piece begins: bytes and lines from the beginning of its file."""

    bytes: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Some records of a file as they are written, where they begin, and where the next piece does."""

    content: bytes
    begin: Spot
    end: Spot


def pieces(path: Path, begin: Spot = Spot()) -> Iterator[Piece]:
    """The file cut into pieces, from a spot where one begins. Raises OSError."""
    with open(path, "rb") as file:
        file.seek(begin.bytes)
        lines: list[bytes] = []
        records = 0
        for line in file:
            if _begins(line):
                records += 1
                if records > RECORDS:
                    piece = _piece(lines, begin)
                    yield piece
                    lines, records, begin = [], 1, piece.end
            lines.append(line)
        if lines or not begin.bytes:  # of an empty file, too, something is to be said
            yield _piece(lines, begin)


def whole(path: Path) -> Iterator[Piece]:
    """The file as one piece. Raises OSError."""
    content = path.read_bytes()
    yield Piece(content, Spot(), Spot(len(content), content.count(b"\n")))


def _begins(line: bytes) -> bool:
    """Whether the line begins a record: an item of a list, or a key."""
    return line[:1] not in b" \t\r\n#" and line[:3] != b"\xef\xbb\xbf"


def _piece(lines: list[bytes], begin: Spot) -> Piece:
    content = b"".join(lines)
    return Piece(content, begin, Spot(begin.bytes + len(content), begin.lines + len(lines)))


@dataclass(frozen=True, slots=True)
class Part:
    """What was read of a file, with its problems, and where the next piece begins. `entire` tells that it is the whole
    file, after all: with what was read of it before."""

    found: Any
    problems: list[Problem]
    end: Spot
    entire: bool


def parts(path: Path, read: Read, begin: Spot = Spot()) -> Iterator[Part]:
    """What `read` finds in the file, piece by piece from a spot where a piece begins. Raises OSError."""
    for piece in pieces(path, begin):
        found = part(path, piece, read)
        yield found
        if found.entire:
            return


def part(path: Path, piece: Piece, read: Read) -> Part:
    """What `read` finds in a piece of the file, or in the whole of it. Raises OSError."""
    found, problems = _read(piece.content, path, read)
    if problems and path.stat().st_size <= MOST_WHOLE:
        content = path.read_bytes()
        found, problems = _read(content, path, read)
        return Part(found, problems, Spot(len(content), content.count(b"\n")), entire=True)
    if problems:  # read once more where it stands in the file
        found, problems = _read(b"\n" * piece.begin.lines + piece.content, path, read)
    return Part(found, problems, piece.end, entire=False)


def _read(content: bytes, path: Path, read: Read) -> tuple[Any, list[Problem]]:
    faults = Faults(str(path))
    root = None
    try:
        root = nodes.compose(content.decode("utf-8-sig"), faults)
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        faults.add(nodes.spot(before.decode("utf-8", "replace")), "is not UTF-8 text", "save the file as UTF-8")
    if faults.problems:
        return read(None, Faults(str(path))), faults.problems
    return read(root, faults), faults.problems
