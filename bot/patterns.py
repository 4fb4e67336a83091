"""Regular expressions that are compiled when they are first used, from what was worked out earlier if it is at hand.

A language has some hundred patterns, which take longer to compile than a question takes to answer. What the
compiler of the standard library makes of a pattern is a list of numbers: that can be kept (bot/compiled.py), and
the engine underneath checks it before it runs it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, cast

Key = tuple[str, int]  # a pattern and its flags
Code = tuple[int, int, dict[str, int], bytes]  # all flags, the number of groups, the groups' names, the program

_USES = ("search", "match", "fullmatch", "finditer", "sub", "split")
_made: dict[Key, None] = {}  # all patterns of this process
_ready: dict[Key, Code] = {}


class _Lazy:
    """Has the methods of a compiled pattern; they are put into their slots when the first is used."""

    __slots__ = ("key", *_USES)

    def __init__(self, key: Key) -> None:
        self.key = key

    def __getattr__(self, name: str) -> Any:
        """Called for an empty slot, and for what has no slot."""
        compiled = _compiled(self.key)
        for use in _USES:
            setattr(self, use, getattr(compiled, use))
        return getattr(compiled, name)


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` makes of the same, as soon as something is looked for with it."""
    key = pattern, int(flags)
    _made[key] = None
    made: Any = _Lazy(key)
    return cast("re.Pattern[str]", made) if TYPE_CHECKING else made


def _compiled(key: Key) -> re.Pattern[str]:
    code = _ready.get(key)
    return (code and compiled_from(key, code)) or re.compile(*key)


def use(codes: Mapping[Key, Code]) -> None:
    """Take these programs for the patterns, as `codes` gave them in a process of the same Python."""
    _ready.update(codes)


def codes() -> dict[Key, Code]:
    """The programs of all patterns of this process; none where this Python's compiler is made otherwise."""
    try:
        return {key: _code(*key) for key in _made}
    except (ImportError, AttributeError):
        return {}


def _code(pattern: str, flags: int) -> Code:
    """As `re.compile` does it, in CPython 3.11 and later."""
    from re import _compiler, _parser  # type: ignore[attr-defined]

    parsed = _parser.parse(pattern, flags)
    program = _compiler._code(parsed, flags)
    state = parsed.state
    return int(flags | state.flags), state.groups - 1, dict(state.groupdict), array("I", program).tobytes()


def compiled_from(key: Key, code: Code) -> re.Pattern[str] | None:
    """The compiled pattern, None if the engine refuses the program."""
    import _sre  # type: ignore[import-not-found]

    flags, groups, names, program = code
    by_number: list[str | None] = [None] * (groups + 1)
    for name, number in names.items():
        by_number[number] = name
    try:
        made: re.Pattern[str] = _sre.compile(
            key[0], flags, list(memoryview(program).cast("I")), groups, names, tuple(by_number)
        )
        return made
    except (RuntimeError, TypeError, ValueError, OverflowError):
        return None
