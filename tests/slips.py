"""Slips of the finger, for tests: one letter swapped, left out, doubled or replaced by a neighbour."""

from __future__ import annotations

import re
from random import Random

# A hand that slips in "of" makes another word; in longer words the slip shows.
SHORTEST = 5
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def slip(text: str, random: Random) -> str:
    """`text` with one slip in one of its longer lower-case words; unchanged where it has none."""
    words = [
        match
        for match in re.finditer(r"[^\W\d_]+", text)
        if len(match[0]) >= SHORTEST and match[0].islower() and match[0].isascii()
    ]
    if not words:
        return text
    match = random.choice(words)
    return text[: match.start()] + _slipped(match[0], random) + text[match.end() :]


def _slipped(word: str, random: Random) -> str:
    """First letters are rarely mistyped, so the slip comes behind them."""
    at = random.randrange(1, len(word) - 1)
    return random.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + _neighbour(word[at], random) + word[at + 1 :],
        )
    )


def _neighbour(letter: str, random: Random) -> str:
    row = next(row for row in _ROWS if letter in row)
    at = row.index(letter)
    return random.choice(row[max(at - 1, 0) : at] + row[at + 1 : at + 2])
