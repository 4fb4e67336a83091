"""Buttons: what they say and the callback data behind them, which holds all that is needed to act.

Nothing is remembered about a button. Its data name facts, questions and charts by keys that are worked out
from their ids, so that a button under an old message works after a restart and after the facts were edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot import lookups
from bot.keys import key as key
from bot.model import Chart, Fact, Knowledge
from bot.records import dataclass

VERSION = "1"  # of the format: data of another version are refused politely
MOST_BYTES = 64  # of callback data, Telegram's limit
MOST_KEYS = 6  # in one button: with the version and the act they take at most 58 bytes
_LONGEST_LABEL = 60  # characters: more are not seen on a phone
THIS = "m"  # for a question: it is in the message that the answer replies to

Markup = dict[str, Any]
Rows = Sequence[Sequence["Button"]]


class Act(StrEnum):
    """What a button does."""

    SOURCES = "s"
    WHY = "w"
    UP = "u"
    DOWN = "d"
    FACT = "f"  # answer with this fact
    ASK = "a"  # ask a question that the topic suggests
    CHART = "c"


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button says: what to do, to the things under these keys."""

    act: Act
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """What a button shows and does."""

    label: str
    press: Press

    def to_dict(self) -> dict[str, str]:
        """The button in the Bot API's form."""
        label = self.label if len(self.label) <= _LONGEST_LABEL else self.label[: _LONGEST_LABEL - 1].rstrip() + "…"
        return {"text": label, "callback_data": written(self.press)}


def markup(rows: Rows) -> Markup | None:
    """Rows of buttons in the Bot API's form; None when there is none."""
    shown = [[button.to_dict() for button in row] for row in rows if row]
    return {"inline_keyboard": shown} if shown else None


def written(press: Press) -> str:
    """The callback data of a button, at most MOST_BYTES long."""
    return "|".join((VERSION, press.act, ",".join(press.keys[:MOST_KEYS])))


def read(data: str | None) -> Press | None:
    """What callback data say; None for another version's or anything else."""
    version, _, rest = (data or "").partition("|")
    act, _, keys = rest.partition("|")
    if version != VERSION or act not in set(Act) or not keys:
        return None
    return Press(Act(act), tuple(keys.split(",")))


def fact_keys(facts: Iterable[str]) -> tuple[str, ...]:
    """The keys of facts, given by their ids."""
    return tuple(key("fact", fact) for fact in facts)


class Keyring:
    """Finds what the keys of buttons stand for in the knowledge as it is now."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._facts: Mapping[str, Fact] = lookups.keyed(knowledge.facts)
        self._charts: Mapping[str, Chart] = {key("chart", chart.name): chart for chart in knowledge.topic.charts}
        asked = [*knowledge.topic.suggested, *(command.question for command in knowledge.topic.commands)]
        self._questions: Mapping[str, str] = {key("ask", question): question for question in asked}

    def facts(self, keys: Iterable[str]) -> list[Fact]:
        """The facts under the keys that are still known."""
        return [self._facts[one] for one in keys if one in self._facts]

    def chart(self, keys: Sequence[str]) -> Chart | None:
        """The chart under the first key."""
        return self._charts.get(keys[0])

    def question(self, keys: Sequence[str]) -> str | None:
        """The question under the first key."""
        return self._questions.get(keys[0])
