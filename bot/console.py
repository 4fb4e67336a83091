"""The chat: one person's conversation with the engine, in a terminal or through a pipe.

In a terminal there are line editing, history, styles and links (bot/terminal.py); through a pipe every line
of input is one message, and every reply comes as plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from bot import lookups
from bot.cards import every_source, fact_card, near_ids, source_rows
from bot.dialogue import Conversation, carried
from bot.engine import Engine, Turn
from bot.errors import BotError
from bot.explain import explain
from bot.keeping import Keep
from bot.records import dataclass
from bot.reload import Found, Refused, Watch, settled
from bot.remarks import gaps, thumb
from bot.render import Renderer
from bot.replies import Phrase
from bot.rows import BLANK, Role, Row, Span, field, plain, row
from bot.streams import World, lines, one_line, printable, question
from bot.text import MAX_CHARACTERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:  # typing takes time to import, and only its checkers need it
    Protocol = object

MOST_PROBLEMS = 5  # of a changed folder that a chat tells; `check` tells all
SUGGESTIONS = 3  # questions shown at the start
QUIT = ("/quit", "/exit", "quit", "exit")
# Commands as the help writes them, with the catalogue's key of what they do.
COMMANDS = {
    "/sources": "chat_sources",
    "/fact ID": "chat_fact",
    "/why": "chat_why",
    "/up": "chat_up",
    "/down": "chat_down",
    "/help": "chat_help_line",
    "/quit": "chat_quit",
}

Said = Turn | Sequence[Row]


class Face(Protocol):
    """Where a chat happens."""

    greets: bool

    def heard(self) -> Iterator[str | None]:
        """What the person writes, line by line; None stands for a line that is too long to be read."""
        ...

    def show(self, said: Said) -> None:
        """Show a reply or rows."""
        ...

    def note(self, rows: Sequence[Row]) -> None:
        """Show what belongs to no reply."""
        ...

    def turn_to(self, renderer: Renderer, words: Sequence[str]) -> None:
        """Go on with other knowledge: its renderer, and the words to offer for completion."""
        ...


def chat(engine: Engine, renderer: Renderer, world: World, watch: Watch, keep: Keep | None = None) -> None:
    """Talk until the person leaves or the input ends. What the watch tells of the knowledge is taken up before
    each reply; unanswered questions and thumbs go to `keep`, where there is a journal."""
    talk = Chat(Voice(engine, renderer), world.today, keep)
    face = _face(talk, world)
    if face.greets:
        face.show(talk.greeting())
    try:
        for line in face.heard():
            found = settled(watch, world.clock, world.sleep)
            if found is not None:
                face.note(talk.hears(found))
                face.turn_to(talk.voice.renderer, talk.words())
            said = talk.reply(line, world.clock())
            if said is None:
                break
            face.show(said)
    except (KeyboardInterrupt, EOFError):
        pass
    if face.greets:
        face.show([row(renderer.say(Phrase("bye")), Role.WORDS)])


def _face(talk: Chat, world: World) -> Face:
    if world.stdin.isatty() and world.stdout.isatty():
        from bot.terminal import Terminal  # rich and prompt_toolkit take time to import

        return Terminal(talk.voice.renderer, world, talk.words())
    return Pipe(talk.voice.renderer, world)


class Pipe:
    """A chat that a script holds: a message a line, plain replies with an empty line behind each."""

    greets = False

    def __init__(self, renderer: Renderer, world: World) -> None:
        self._renderer = renderer
        self._world = world

    def heard(self) -> Iterator[str | None]:
        return lines(self._world.stdin)

    def show(self, said: Said) -> None:
        text = self._renderer.plain(said) if isinstance(said, Turn) else plain(said)
        if text:
            self._world.stdout.write(printable(text) + "\n\n")
            self._world.stdout.flush()

    def note(self, rows: Sequence[Row]) -> None:
        """Beside the replies, which a script reads."""
        self._world.stderr.write(printable(plain(rows)) + "\n")
        self._world.stderr.flush()

    def turn_to(self, renderer: Renderer, words: Sequence[str]) -> None:
        self._renderer = renderer


@dataclass(frozen=True, slots=True)
class Voice:
    """An engine and the renderer of the same knowledge: they are only ever swapped together."""

    engine: Engine
    renderer: Renderer


class Chat:
    """What is replied to what, whatever the face."""

    def __init__(self, voice: Voice, today: Callable[[], date], keep: Keep | None = None) -> None:
        self.voice = voice
        self._today = today
        self._keep = keep
        self._conversation = Conversation()
        self._last: tuple[Turn, Voice] | None = None
        self._citing: tuple[Turn, Voice] | None = None  # the last turn whose reply has sources

    def hears(self, found: Found) -> list[Row]:
        """Take up new knowledge, or say why it cannot be; what to tell the person."""
        if isinstance(found, Refused):
            told = [row(one_line(problem)) for problem in found.problems[:MOST_PROBLEMS]]
            return [self._words("chat_refused", count=str(len(found.problems))), *told]
        known, language = found.knowledge, self.voice.engine.language
        self.voice = Voice(Engine(known, self._today(), language=language), Renderer(known, language))
        self._conversation = carried(self._conversation, known)
        return [self._words("chat_reloaded", facts=str(len(known.facts)))]

    def greeting(self) -> list[Row]:
        """What the chat is about, until when its facts go, and questions to begin with."""
        topic = self.voice.engine.knowledge.topic
        examples = [Row((Span(question),), Span("-", Role.LABEL), 2) for question in topic.suggested[:SUGGESTIONS]]
        about = [row(topic.greeting, Role.STRONG), row(self.voice.renderer.cutoff(), Role.WORDS)]
        return [*about, BLANK, self._words("chat_begin"), *examples]

    def words(self) -> list[str]:
        """What a face may offer to complete: commands, and facts to look at."""
        commands = [command.partition(" ")[0] for command in COMMANDS]
        return [*commands, *(f"/fact {id}" for id in lookups.ids(self.voice.engine.knowledge.facts))]

    def reply(self, line: str | None, now: float) -> Said | None:
        """The reply to a line: a turn, rows, nothing for an empty line, or None to leave."""
        if line is None:
            return [self._too_long()]
        written = line.strip()
        if written.casefold() in QUIT:
            return None
        if written.startswith("/"):
            command, _, rest = written.partition(" ")
            try:
                return self._command(command.casefold(), rest.strip())
            except BotError as error:  # what it shows cannot be reached
                return [row(one_line(str(error)))]
        try:
            asked = question(line)
        except BotError:
            return [self._too_long()] if len(line) > MAX_CHARACTERS else []
        turn = self.voice.engine.ask(asked, self._conversation, today=self._today(), now=now)
        self._conversation = turn.conversation
        self._last = turn, self.voice
        if self._keep:
            self._keep(gaps(turn))
        if self.voice.renderer.page(turn).sources:
            self._citing = self._last
        return turn

    def _command(self, command: str, rest: str) -> list[Row]:
        if command == "/help":
            return self._help()
        if command == "/fact":
            return self._fact(rest)
        if command in ("/why", "/sources", "/up", "/down"):
            if self._last is None:
                return [self._words("chat_no_answer")]
            turn, voice = self._last
            if command in ("/up", "/down"):
                return [self._words(self._thumb(turn, command.removeprefix("/")))]
            return explain(turn, voice.engine) if command == "/why" else self._sources()
        return [self._words("chat_unknown_command", command=one_line(command)[:40])]

    def _help(self) -> list[Row]:
        fact = self._some_fact()
        listed = [field(name, self._say(key, fact=fact)) for name, key in COMMANDS.items()]
        return [self._words("chat_help"), *listed]

    def _fact(self, id: str) -> list[Row]:
        facts = self.voice.engine.knowledge.facts
        if not id:
            return [self._words("chat_which_fact", fact=self._some_fact())]
        if id in facts:
            return fact_card(facts[id], self.voice.renderer)
        near = near_ids(id, self.voice.renderer)
        key = "chat_near_facts" if near else "chat_unknown_fact"
        return [self._words(key, fact=one_line(id)[:40], near=", ".join(near))]

    def _thumb(self, turn: Turn, way: str) -> str:
        """Keep a thumb on the last answer; the catalogue's key of what to say to it."""
        if self._keep is None:
            return "chat_no_journal"
        thumbs = thumb(turn, up=way == "up")
        self._keep(thumbs)
        return f"chat_thanks_{way}" if thumbs else "chat_no_thumb"

    def _sources(self) -> list[Row]:
        """Every source of every fact in the last answer, first those with the numbers that it showed."""
        if self._citing is None:
            return [self._words("chat_no_sources")]
        turn, voice = self._citing
        facts = [line.fact for line in voice.renderer.page(turn).lines if line.fact]
        return list(source_rows(every_source(facts, voice.renderer), voice.renderer))

    def _too_long(self) -> Row:
        return self._words("chat_short_line", limit=f"{MAX_CHARACTERS:,}")

    def _some_fact(self) -> str:
        """The id of a fact to show as an example: one of the last answer."""
        lead = self._conversation.lead
        return lead.id if lead else next(iter(self.voice.engine.knowledge.facts))

    def _words(self, key: str, **values: str) -> Row:
        return row(self._say(key, **values), Role.WORDS)

    def _say(self, key: str, **values: str) -> str:
        return self.voice.renderer.say(Phrase.of(key, **values))
