"""A world for the command line that is made of strings: nothing of it touches the machine's streams."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from bot.cli import main
from bot.streams import World

ORCHARD = Path(__file__).parent / "orchard"  # a small faultless topic that has nothing to do with the shipped one
TODAY = date(2025, 12, 20)
NOON = 1_766_232_000.0  # seconds since the epoch: at noon UTC on TODAY


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Stream(io.TextIOWrapper):
    """A stream that may say that it is a terminal."""

    def __init__(self, content: io.BytesIO, terminal: bool = False, encoding: str = "utf-8") -> None:
        super().__init__(content, encoding=encoding, errors="replace", newline="", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def text(self) -> str:
        content = self.buffer
        assert isinstance(content, io.BytesIO)
        return content.getvalue().decode(self.encoding)


class Typed(io.BytesIO):
    """Keys that a person types at a terminal: each line is echoed where it is read."""

    def __init__(self, content: bytes, echo: Stream) -> None:
        super().__init__(content)
        self._echo = echo

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self._echo.write(line.decode("utf-8", "replace"))
        return line


def run(
    *arguments: str,
    stdin: bytes | str = b"",
    terminal: bool = False,
    environment: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
) -> Ran:
    """Run the command line in a world of its own. Its clock goes on by a millisecond at every look."""
    typed = stdin.encode() if isinstance(stdin, str) else stdin
    out = Stream(io.BytesIO(), terminal, encoding)
    err = Stream(io.BytesIO())
    keys = Stream(Typed(typed, out) if terminal else io.BytesIO(typed), terminal)
    clock = count()
    world = World(keys, out, err, environment or {}, lambda: TODAY, lambda: next(clock) / 1_000, wall=lambda: NOON)
    code = main(arguments, world)
    return Ran(code, out.text(), err.text())


def orchard(*arguments: str, stdin: bytes | str = b"", terminal: bool = False, **environment: str) -> Ran:
    """Run the command line on the small topic."""
    return run(*arguments, stdin=stdin, terminal=terminal, environment={"KNOWLEDGE_DIR": str(ORCHARD), **environment})
