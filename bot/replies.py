"""What a question gets: an answer, a choice of readings, an honest no, or small talk.

A `Statement` points at a fact and has no text of its own. Every other word of a reply is a `Phrase` of the
language's catalogue, so that no sentence exists that neither a curator nor the catalogue wrote.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from bot.model import Fact
from bot.records import dataclass


class Reason(StrEnum):
    """Why there is no answer."""

    NOTHING = "nothing matched"
    UNKNOWN_WORD = "unknown word"
    UNKNOWN_ENTITY = "unknown entity"
    NO_ATTRIBUTE = "known entity but no such attribute"
    NOT_ESTABLISHED = "not established by the sources"
    PERIOD = "wrong period"
    FUTURE = "after the knowledge's cut-off"
    TOPIC = "outside the topic"
    OPINION = "opinion"
    PREDICTION = "prediction"
    NOT_A_QUESTION = "not a question"
    LANGUAGE = "unknown language"
    UNSAFE = "unsafe"
    UNREACHABLE = "part of the knowledge unreachable"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Fixed words: a key of the language's catalogue, with what fills its blanks."""

    key: str
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, key: str, **values: str) -> Phrase:
        return cls(key, tuple(values.items()))


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact as part of an answer, with the fixed words that lead over to it, if any."""

    fact: Fact
    lead: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Abstention:
    """No answer: why, in fixed words, and up to three nearest facts as suggestions.

    `stated` is set when a fact says that the thing could not be established: then the fact is shown.
    """

    reason: Reason
    phrase: Phrase
    nearest: tuple[Fact, ...] = ()
    stated: Statement | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One to a few statements, the leading one first; `lacking` are the parts of the question left open."""

    statements: tuple[Statement, ...]
    confirmed: date | None = None  # when the leading state was last confirmed, if that is long ago
    lacking: tuple[Abstention, ...] = ()

    def __post_init__(self) -> None:
        if not self.statements:
            raise ValueError("an answer needs a statement")

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(statement.fact.id for statement in self.statements)

    @property
    def as_of(self) -> date:
        """The latest date for which the leading statement is known to hold."""
        fact = self.statements[0].fact
        return fact.confirmed or (fact.when.start if fact.when.open_end else fact.when.end)


@dataclass(frozen=True, slots=True)
class Clarification:
    """Two to four facts that the question may mean; a choice is told by the fact's first ask."""

    choices: tuple[Fact, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.choices) <= 4:
            raise ValueError("a clarification has two to four choices")


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A friendly line; carries no fact."""

    phrase: Phrase


Reply = Answer | Abstention | Clarification | SmallTalk
