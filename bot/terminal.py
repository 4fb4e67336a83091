"""A person's terminal: line editing and history, styles, links, and text wrapped to the width.

Without colour (NO_COLOR, a dumb terminal) nothing but text is written. Imported only by a chat in a terminal.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.output import create_output
from rich.console import Console
from rich.style import Style
from rich.text import Text

from bot.cards import address_row
from bot.engine import Turn
from bot.render import Line, Page, Renderer, leads_over
from bot.rows import BLANK, Role, Row, Span
from bot.streams import World, lines, printable

MARK = "> "
MAX_WIDTH = 100  # columns: the eye loses its line in longer ones
MIN_WIDTH = 20  # columns: in less there is room for hardly a word
DEFAULT_WIDTH = 80  # columns: where a terminal does not tell its size
MIN_VTE = 5000  # version 0.50 of the library in GNOME's and other terminals, the first with links

STYLES: Mapping[Role, Style] = {
    Role.TEXT: Style(),
    Role.WORDS: Style(italic=True),
    Role.CITATION: Style(color="cyan"),
    Role.LABEL: Style(color="cyan"),
    Role.DETAIL: Style(dim=True),
    Role.STRONG: Style(bold=True),
    Role.GONE: Style(strike=True),
}

# Terminals that open links (OSC 8), by what they set TERM_PROGRAM or TERM to.
_LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "Hyper", "ghostty", "Tabby", "rio"})
_LINKING_TERMS = frozenset({"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "foot-extra", "wezterm"})
_LINKING_VARIABLES = ("WT_SESSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID", "DOMTERM")


def styled(environment: Mapping[str, str]) -> bool:
    """Whether colours and the like are wanted (https://no-color.org) and possible."""
    return not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def linking(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is known to open links; FORCE_HYPERLINK (1 or 0) overrides what is known."""
    forced = environment.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced not in ("", "0")
    if "TMUX" in environment or environment.get("TERM", "").startswith("screen"):
        return False
    vte = environment.get("VTE_VERSION", "")
    return (
        (vte.isdecimal() and int(vte) >= MIN_VTE)
        or environment.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or environment.get("TERM") in _LINKING_TERMS
        or any(name in environment for name in _LINKING_VARIABLES)
    )


def reply_rows(page: Page, phrases: Mapping[str, str], links: bool) -> Iterator[Row]:
    """A reply as it is shown to a person: its lines, then one line for each source."""
    lead: tuple[Span, ...] = ()
    for line in page.lines:
        if line.fact is None and line.text.endswith(":") and leads_over(line, page):
            lead = (Span(line.text + " ", Role.WORDS),)
            continue
        yield _line_row(line, lead)
        lead = ()
    if page.sources:
        yield BLANK
        yield Row((Span(phrases["sources"], Role.WORDS),))
    for number, source in enumerate(page.sources, 1):
        label = Span(f"[{number}]", Role.CITATION)
        indent = len(label.text) + 1
        title = [f"“{source.title}”"] if links else []
        named = ", ".join([source.publisher, *title, source.published or phrases["undated"]])
        yield Row((Span(named, link=source.url if links else ""),), label, indent)
        if not links:
            yield address_row(source, indent)


def _line_row(line: Line, lead: tuple[Span, ...]) -> Row:
    if line.fact is None:
        mark, space, rest = line.text.partition(" ")
        if space and (mark == "-" or mark.rstrip(".").isdecimal()):
            return Row((Span(rest),), Span(mark, Role.LABEL), len(mark) + 1)
        return Row((Span(line.text, Role.WORDS),))
    numbers = "".join(f"[{number}]" for number in line.citations)
    return Row((*lead, Span(line.text), Span(" " + numbers, Role.CITATION)))


class Terminal:
    """The face of a chat in a terminal."""

    greets = True

    def __init__(self, renderer: Renderer, world: World, words: Sequence[str]) -> None:
        self._renderer = renderer
        self._world = world
        self._styled = styled(world.environment)
        self._links = self._styled and linking(world.environment)
        self._words = words
        self._console = Console(
            file=world.stdout,
            force_terminal=self._styled,
            color_system="standard" if self._styled else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )

    def heard(self) -> Iterator[str | None]:
        if not self._styled:
            yield from self._lines()
            return
        session: PromptSession[str] = PromptSession(
            FormattedText([("bold", MARK)]),
            history=InMemoryHistory(),
            completer=WordCompleter(lambda: list(self._words), sentence=True),
            complete_while_typing=False,
            input=create_input(self._world.stdin),
            output=create_output(self._world.stdout),
        )
        while True:
            yield session.prompt()

    def _lines(self) -> Iterator[str | None]:
        """Lines of a terminal that can do nothing but lines; the mark comes before each."""
        heard = lines(self._world.stdin)
        while True:
            self._write(MARK)
            line = next(heard, "\x04")
            if line == "\x04":  # the input has ended
                self._write("\n")
                return
            yield line

    def _write(self, text: str) -> None:
        self._world.stdout.write(text)
        self._world.stdout.flush()

    def turn_to(self, renderer: Renderer, words: Sequence[str]) -> None:
        self._renderer = renderer
        self._words = words

    def note(self, rows: Sequence[Row]) -> None:
        self.show(rows)

    def show(self, said: Turn | Sequence[Row]) -> None:
        """Show a reply or rows, with an empty line before and behind."""
        if isinstance(said, Turn):
            said = list(reply_rows(self._renderer.page(said), self._renderer.language.phrases, self._links))
        if not said:
            return
        width = _width(self._world)
        self._write("\n")
        for one in said:
            self._show(one, width)
        self._write("\n")

    def _show(self, shown: Row, width: int) -> None:
        """One row, its lines beneath each other beside its label."""
        body = Text()
        for span in shown.spans:
            style = STYLES[span.role]
            link = Style(link=printable(span.link)) if span.link and self._links else Style()
            body.append(printable(span.text), style + link)
        room = max(width - shown.indent, MIN_WIDTH)
        label = Text(printable(shown.label.text), STYLES[shown.label.role])
        label.pad_right(shown.indent - label.cell_len)
        for line in [body] if shown.whole else body.wrap(self._console, room) or [Text()]:
            line.rstrip()
            self._console.print(Text.assemble(label, line), soft_wrap=True)
            label = Text(" " * shown.indent)


def _width(world: World) -> int:
    """The columns to fill: the terminal's, as it is now, or else what COLUMNS says, within bounds."""
    try:
        columns = os.get_terminal_size(world.stdout.fileno()).columns
    except (OSError, ValueError):
        said = world.environment.get("COLUMNS", "")
        columns = int(said[:4]) if said.isascii() and said.isdecimal() else 0
    return max(min(columns or DEFAULT_WIDTH, MAX_WIDTH), MIN_WIDTH)
