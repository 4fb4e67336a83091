"""Blocks of text with their sources -> messages that Telegram takes: text and entities, within its limits.

Nothing is ever parsed as markup, so no text can become any. Offsets are counted in characters while a
message is built and converted once to the UTF-16 units that the Bot API wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from telegram import MessageEntity

from bot import dates
from bot.model import Source
from bot.records import dataclass, replace
from bot.render import Line, Page, Renderer, leads_over
from bot.rows import Role, Row, Span
from bot.streams import printable

LONGEST_MESSAGE = 4_096  # UTF-16 units: no more than the Bot API's 4096 characters, however it counts them
LONGEST_CAPTION = 1_024  # UTF-16 units, likewise
MOST_ENTITIES = 100  # of a message: what is beyond is dropped without a word
# Characters of a block. Twice as many units and the sources of one block always fit into a message.
LONGEST_BLOCK = 1_000
_LONGEST_NAME = 200  # characters of a source's publisher or title: a line of the list stays a line
_CUT = "…"
_UNIT = 2  # bytes of UTF-16

STYLES: Mapping[Role, str] = {
    Role.WORDS: MessageEntity.ITALIC,
    Role.LABEL: MessageEntity.BOLD,
    Role.STRONG: MessageEntity.BOLD,
    Role.GONE: MessageEntity.STRIKETHROUGH,
}

Entity = dict[str, Any]
Numbered = Mapping[int, Source]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph that stays in one message, with the numbers of the sources and the ids of the facts it cites.

    A `close` block stands right under the one before it, others after an empty line.
    """

    spans: tuple[Span, ...]
    cites: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()
    close: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A message's text with its entities in the Bot API's form, and the ids of the facts it cites."""

    text: str
    entities: tuple[Entity, ...] = ()
    facts: tuple[str, ...] = ()


def words(text: str, close: bool = False) -> Block:
    """A block of fixed words."""
    return Block((Span(text, Role.WORDS),), close=close)


def plain(text: str, close: bool = False) -> Block:
    """A block without any style."""
    return Block((Span(text),), close=close)


def title(text: str) -> Block:
    """A block that heads others."""
    return Block((Span(text, Role.STRONG),))


def of_page(page: Page, listed: bool) -> list[Block]:
    """A reply's blocks. Suggestions are `listed` where no buttons offer them."""
    blocks: list[Block] = []
    lead: tuple[Span, ...] = ()
    for line in page.lines:
        if line.fact is None and line.text.endswith(":") and leads_over(line, page):
            lead = (Span(line.text + " ", Role.WORDS),)
        elif line.fact is not None:
            blocks.append(_statement(line, lead, page.sources))
            lead = ()
        else:
            blocks += _fixed(line.text, listed)
    return blocks


def _statement(line: Line, lead: tuple[Span, ...], sources: Sequence[Source]) -> Block:
    assert line.fact is not None
    links = citations({number: sources[number - 1] for number in line.citations})
    return Block((*lead, Span(line.text + " "), *links), line.citations, (line.fact.id,))


def citations(numbered: Numbered) -> Iterator[Span]:
    """The numbers of sources, each a link to its page."""
    for number, source in numbered.items():
        yield Span(f"[{number}]", Role.CITATION, source.url)


def _fixed(text: str, listed: bool) -> Iterator[Block]:
    """Fixed words; the items of a list stand close under what leads to them."""
    mark, space, rest = text.partition(" ")
    if not space or (mark != "-" and not mark.rstrip(".").isdecimal()):
        yield words(text)
    elif mark != "-":
        yield Block((Span(f"{mark} ", Role.LABEL), Span(rest)), close=True)
    elif listed:
        yield Block((Span(f"• {rest}"),), close=True)


def of_rows(rows: Iterable[Row]) -> list[Block]:
    """Rows of the terminal as blocks: an empty row parts, an address stays with what it belongs to."""
    blocks: list[Block] = []
    close = False
    for row in rows:
        if not row.spans:
            close = False
            continue
        mark = ": " if row.label.role is Role.LABEL else " "
        label = (Span(row.label.text + mark, row.label.role),) if row.label.text else ()
        if row.whole and blocks:
            blocks[-1] = replace(blocks[-1], spans=(*blocks[-1].spans, Span("\n"), *row.spans))
        else:
            blocks.append(Block((*label, *row.spans), close=close))
        close = True
    return blocks


def lay_out(
    blocks: Iterable[Block], numbered: Numbered, renderer: Renderer, first: int = LONGEST_MESSAGE
) -> tuple[Post, ...]:
    """The blocks as as few messages as fit them in their order, each followed by the sources that it cites.

    `first` is how long the first message may be, in UTF-16 units.
    """
    posts: list[Post] = []
    taken: list[Block] = []
    fitting: _Writing | None = None
    parts = [part for whole in blocks for part in _parts(whole)]
    together = _written(parts, numbered, renderer)
    if parts and together.fits(first):  # as nearly always
        return (together.post(_facts(parts)),)
    for block in parts:
        writing = _written([*taken, block], numbered, renderer)
        if fitting is not None and not writing.fits(LONGEST_MESSAGE if posts else first):
            posts.append(fitting.post(_facts(taken)))
            taken, writing = [], _written([block], numbered, renderer)
        taken.append(block)
        fitting = writing
    return (*posts, fitting.post(_facts(taken))) if fitting is not None else ()


def _facts(blocks: Iterable[Block]) -> dict[str, None]:
    return dict.fromkeys(fact for block in blocks for fact in block.facts)


def captioned(
    heading: Iterable[Block], lines: Iterable[tuple[Span, ...]], facts: Iterable[str], label: str
) -> Post | None:
    """A caption: blocks, then lines under a label in a block quote that unfolds at a tap. None if that is too
    long for a caption."""
    writing = _Writing()
    for block in heading:
        writing.paragraph(block.spans, block.close)
    writing.quote(label, lines)
    return writing.post(facts) if writing.fits(LONGEST_CAPTION) else None


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // _UNIT


def _parts(block: Block) -> Iterator[Block]:
    """The block, in several parts where it is too long for one; each keeps what it cites."""
    room, taken = LONGEST_BLOCK, list[Span]()
    for span in block.spans:
        text = span.text
        while len(text) > room:
            cut = text.rfind(" ", 0, room) + 1 or room
            taken.append(replace(span, text=text[:cut]))
            if _says(taken):
                yield replace(block, spans=tuple(taken))
            text, taken, room = text[cut:], [], LONGEST_BLOCK
        taken.append(replace(span, text=text))
        room -= len(text)
    if _says(taken):
        yield replace(block, spans=tuple(taken))


def _says(spans: Iterable[Span]) -> bool:
    return any(not span.text.isspace() for span in spans if span.text)


def _written(blocks: Sequence[Block], numbered: Numbered, renderer: Renderer) -> _Writing:
    """The blocks, and under them the sources that they cite."""
    writing = _Writing()
    for block in blocks:
        writing.paragraph(block.spans, block.close)
    cited = dict.fromkeys(number for block in blocks for number in block.cites)
    if cited:
        listed = {number: numbered[number] for number in sorted(cited)}
        writing.quote(renderer.language.phrases["sources"], (source_line(n, s, renderer) for n, s in listed.items()))
    return writing


def source_line(number: int, source: Source, renderer: Renderer) -> tuple[Span, ...]:
    """A source in the list under a message: number, publisher, date, title and the domain, which is the link."""
    said = f"[{number}] {_short(source.publisher)}, {published(source, renderer)}: “{_short(source.title)}”, "
    return (Span(said), Span(domain(source.url), Role.DETAIL, source.url))


def published(source: Source, renderer: Renderer) -> str:
    """When a source was published, in words."""
    if not source.published:
        return renderer.language.phrases["undated"]
    return renderer.language.say_interval(dates.parse(source.published))


def domain(url: str) -> str:
    """The host of an address, without what every host has."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1].rstrip() + _CUT


class _Writing:
    """A message while it is written; offsets are in characters until it is finished."""

    def __init__(self) -> None:
        self._text = ""
        self._entities: list[dict[str, Any]] = []

    def paragraph(self, spans: Iterable[Span], close: bool) -> None:
        if self._text:
            self._text += "\n" if close else "\n\n"
        self._write(spans)

    def quote(self, heading: str, lines: Iterable[tuple[Span, ...]]) -> None:
        """Lines under a heading in a block quote that unfolds at a tap."""
        self._text += "\n\n" if self._text else ""
        start = len(self._text)
        self._write([Span(heading, Role.STRONG)])
        for line in lines:
            self._text += "\n"
            self._write(line)
        self._add(MessageEntity.EXPANDABLE_BLOCKQUOTE, start)

    def fits(self, limit: int) -> bool:
        """Whether it keeps within so many units and Telegram's number of entities."""
        return units(self._text) <= limit and len(self._entities) <= MOST_ENTITIES

    def post(self, facts: Iterable[str]) -> Post:
        text = self._text.rstrip()
        entities = self._entities
        if units(text) > len(text):
            entities = [
                entity
                | {"offset": units(text[: entity["offset"]])}
                | {"length": units(text[entity["offset"] : entity["offset"] + entity["length"]])}
                for entity in entities
            ]
        return Post(text, tuple(map(dict, entities)), tuple(facts))

    def _write(self, spans: Iterable[Span]) -> None:
        for span in spans:
            start = len(self._text)
            # Telegram trims a message's ends, which would move every offset.
            self._text += printable(span.text) if self._text else printable(span.text).lstrip()
            if span.link:
                self._add(MessageEntity.TEXT_LINK, start, span.link)
            elif span.role in STYLES:
                self._add(STYLES[span.role], start)

    def _add(self, type: str, start: int, url: str | None = None) -> None:
        """An entity from `start` to the end, without the blanks at its own end."""
        length = len(self._text[start:].rstrip())
        if length:
            entity: dict[str, Any] = {"type": str(type), "offset": start, "length": length}
            self._entities.append(entity if url is None else entity | {"url": url})
