"""The program's edge: what comes in is made text, what goes out is made harmless to a terminal."""

from __future__ import annotations

import io
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from bot import dates
from bot.errors import BotError, UsageError
from bot.patterns import lazy
from bot.records import dataclass
from bot.text import MAX_CHARACTERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

# Bytes of a line: a question of MAX_CHARACTERS needs at most 12 each as JSON escapes; the rest is room to spare.
LONGEST_LINE = 65_536

_SHOWN = 40  # characters of a wrong value that a message repeats
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Control, format (with the marks that turn the writing direction), surrogate, private use.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co"})
_BREAKS = frozenset({"Zl", "Zp"})
_SURROGATE = lazy("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a face gets from outside, so that tests can give something else."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    environment: Mapping[str, str]
    today: Callable[[], date] = date.today
    clock: Callable[[], float] = time.perf_counter  # seconds, monotonic
    sleep: Callable[[float], None] = time.sleep  # seconds
    wall: Callable[[], float] = time.time  # seconds since the epoch
    alone: bool = False  # whether the process is the program's own, and ends with it

    @classmethod
    def real(cls) -> World:
        """The process's own streams and environment. A stream that is closed is replaced by an empty one."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        return cls(
            stdin=sys.stdin or open(os.devnull, encoding="utf-8"),
            stdout=sys.stdout or open(os.devnull, "w", encoding="utf-8"),
            stderr=sys.stderr or open(os.devnull, "w", encoding="utf-8"),
            environment=os.environ,
            alone=True,
        )


def lines(stream: TextIO) -> Iterator[str | None]:
    """Each line as soon as it is there, without its end; bytes that are no UTF-8 become replacement
    characters, and a line longer than LONGEST_LINE becomes None."""
    source = stream.buffer
    first = True
    while raw := source.readline(LONGEST_LINE + 1):
        whole = len(raw) <= LONGEST_LINE or raw.endswith(b"\n")
        rest = raw
        while rest and not rest.endswith(b"\n") and not whole:
            rest = source.readline(LONGEST_LINE)
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        yield (text.removeprefix("\ufeff") if first else text) if whole else None
        first = False


def question(text: str) -> str:
    """`text` as a question to ask. Raises UsageError when it is empty, BotError when it is too long."""
    text = _SURROGATE.sub(_REPLACEMENT, text)
    if all(unicodedata.category(character)[0] in "CZ" for character in text):
        raise UsageError('the question is empty; write one, such as "How many members are there?"')
    if len(text) > MAX_CHARACTERS:
        raise BotError(f"the question has {len(text):,} characters; ask it in at most {MAX_CHARACTERS:,}")
    return text


def day(text: str) -> date:
    """A day written as YYYY-MM-DD. Raises UsageError for anything else."""
    try:
        found = dates.parse(text)
    except ValueError:
        found = None
    if found is None or found.start != found.end or len(text) != len("YYYY-MM-DD"):
        raise UsageError(f'"{one_line(text[:_SHOWN])}" is not a day; write YYYY-MM-DD')
    return found.start


def printable(text: str) -> str:
    """`text` without anything that a terminal would obey: only characters to be seen, and line ends.

    >>> printable("\\x1b[31mred\\u202e")
    '�[31mred�'
    """
    return text if text.isprintable() else "".join(map(_seen, text))


def one_line(text: str) -> str:
    """`text` as `printable`, on one line."""
    return " ".join(printable(text).split())


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if character == "\n" or category not in _UNSAFE | _BREAKS:
        return character
    return " " if character.isspace() else _REPLACEMENT


def json_line(value: Mapping[str, Any], stream: TextIO) -> str:
    """`value` as JSON on one line, readable where `stream` can say it, with unsafe characters escaped."""
    import json  # takes time to import, and plain replies need none

    unicode = (stream.encoding or "utf-8").lower().replace("-", "") == "utf8"
    written = json.dumps(value, ensure_ascii=not unicode)
    return written if written.isprintable() else "".join(map(_escaped, written))


def _escaped(character: str) -> str:
    import json

    return json.dumps(character)[1:-1] if unicodedata.category(character) in _UNSAFE | _BREAKS else character
