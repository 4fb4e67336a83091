"""Many questions, one a line, each answered as it arrives: the face that other programs talk to."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.dialogue import Conversation
from bot.engine import Engine
from bot.errors import BotError
from bot.keeping import Keep
from bot.records import dataclass
from bot.remarks import gaps
from bot.render import Renderer
from bot.streams import LONGEST_LINE, World, day, json_line, lines, one_line, question

# Conversations remembered at a time; of more the one that was silent longest is forgotten. They take a few KB each.
MOST_CONVERSATIONS = 10_000
KEYS = ("question", "conversation", "today")


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of input: a question, the conversation that it belongs to, if any, and its today."""

    question: str
    conversation: str | None
    today: date


def answer_lines(engine: Engine, renderer: Renderer, world: World, keep: Keep | None = None) -> None:
    """Answer standard input line by line; every line gets one JSON object, a faulty one an error. Unanswered questions
    go to `keep`, where there is a journal."""
    batch = _Batch(engine, renderer, world, keep)
    for number, line in enumerate(lines(world.stdin), 1):
        world.stdout.write(json_line(batch.answered(line, number), world.stdout) + "\n")
        world.stdout.flush()


class _Batch:
    def __init__(self, engine: Engine, renderer: Renderer, world: World, keep: Keep | None) -> None:
        self._keep = keep
        self._engine = engine
        self._renderer = renderer
        self._world = world
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()
        self._warned: set[str] = set()

    def answered(self, line: str | None, number: int) -> Mapping[str, Any]:
        """The JSON object for a line; whatever is wrong with one line must not end the others."""
        try:
            if line is None:
                raise BotError(f"the line is longer than {LONGEST_LINE:,} bytes; shorten it")
            return self._answer(self._read(line))
        except BotError as error:
            return {"error": str(error), "line": number}
        except Exception as error:  # a fault of the program
            what = f"unexpected {type(error).__name__}: {one_line(str(error))}"
            return {"error": f"{what}; please report it", "line": number}

    def _answer(self, asked: Asked) -> dict[str, Any]:
        before = self._conversation(asked.conversation)
        start = self._world.clock()
        # A batch has no clock of its own: a conversation in it does not expire.
        turn = self._engine.ask(asked.question, before, today=asked.today)
        elapsed = self._world.clock() - start
        if self._keep:
            self._keep(gaps(turn))
        if asked.conversation is not None:
            self._conversations[asked.conversation] = turn.conversation
        return self._renderer.json(turn, elapsed * 1_000)

    def _conversation(self, id: str | None) -> Conversation:
        if id is None:
            return Conversation()
        while len(self._conversations) >= MOST_CONVERSATIONS and id not in self._conversations:
            self._conversations.popitem(last=False)
        found = self._conversations.setdefault(id, Conversation())
        self._conversations.move_to_end(id)
        return found

    def _read(self, line: str) -> Asked:
        """A line as bare text or, when it begins with a brace, as a JSON object."""
        if not line.lstrip().startswith("{"):
            return Asked(question(line), None, self._world.today())
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            mend = 'write {"question": "..."} or the bare question'
            raise BotError(f"the line is not JSON ({_reason(error)}); {mend}") from error
        self._warn(key for key in found if key not in KEYS)
        asked = _text(found, "question")
        if asked is None:
            raise BotError('the object has no question; add "question": "..."')
        return Asked(question(asked), _text(found, "conversation"), self._today(_text(found, "today")))

    def _today(self, written: str | None) -> date:
        return self._world.today() if written is None else day(written)

    def _warn(self, keys: Iterable[str]) -> None:
        """Say once that unknown keys are ignored."""
        for key in keys:
            name = one_line(key)[:40]
            if name not in self._warned and len(self._warned) < len(KEYS):
                self._warned.add(name)
                self._world.stderr.write(f'coalition-bot: key "{name}" is ignored; known are {", ".join(KEYS)}\n')


def _text(found: Mapping[str, Any], key: str) -> str | None:
    value = found.get(key)
    if value is not None and not isinstance(value, str):
        raise BotError(f'"{key}" is not text; write "{key}": "..."')
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"
