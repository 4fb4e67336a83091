"""Text that is laid out when it is shown: rows of spans, each with the role that decides its style."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bot.records import dataclass

LABEL_WIDTH = 13  # characters: the longest label of a field ("corrections") and two spaces


class Role(StrEnum):
    """What a span is; a face turns it into a style or ignores it."""

    TEXT = "text"  # curated text
    WORDS = "words"  # fixed words of the program
    CITATION = "citation"
    LABEL = "label"
    DETAIL = "detail"  # of less interest
    STRONG = "strong"
    GONE = "gone"  # no longer so


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text of one role; `link` is the address that a click opens."""

    text: str
    role: Role = Role.TEXT
    link: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph. `label` stands before it, in a column `indent` characters wide, under which nothing
    of the text is written; `whole` rows (addresses) are never broken."""

    spans: tuple[Span, ...] = ()
    label: Span = Span("")
    indent: int = 0
    whole: bool = False

    def __str__(self) -> str:
        return (self.label.text.ljust(self.indent) + "".join(span.text for span in self.spans)).rstrip()


BLANK = Row()


def row(text: str, role: Role = Role.TEXT) -> Row:
    """A row of one span."""
    return Row((Span(text, role),))


def field(label: str, value: str, role: Role = Role.TEXT) -> Row:
    """A row with its label before it, in a column."""
    return Row((Span(value, role),), Span(label, Role.LABEL), LABEL_WIDTH)


def plain(rows: Iterable[Row]) -> str:
    """The rows as text, one a line."""
    return "\n".join(map(str, rows))
