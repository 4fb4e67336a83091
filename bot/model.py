"""The nouns of the product: what is known, what is asked, what is replied.

Everything here is immutable, and values that make no sense cannot be made: an answer without a
statement, a statement without a citation, a fact without a source.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from bot.dates import Interval
from bot.errors import Problem
from bot.records import dataclass, field


def no_names() -> Mapping[str, tuple[str, ...]]:
    """A table of names in which no language has any."""
    return MappingProxyType({})


class Kind(StrEnum):
    """What a question asks for, and what a fact can give."""

    DATE = "date"
    COUNT = "count"
    AMOUNT = "amount"
    PERSON = "person"
    COUNTRY = "country"
    ORGANISATION = "organisation"
    PLACE = "place"
    LIST = "list"
    REASON = "reason"
    YES_NO = "yes-no"
    DEFINITION = "definition"
    OVERVIEW = "overview"  # asked only: tell me about ...
    OTHER = "other"  # asked only: an attribute that no fact gives (how old, how tall)
    ANY = "any"  # asked only: keywords


GIVEN_KINDS = frozenset(Kind) - {Kind.OVERVIEW, Kind.OTHER, Kind.ANY}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the knowledge folder something stands; line and column count from 1."""

    file: str = ""
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def problem(self, what: str, mend: str) -> Problem:
        """A fault at this place."""
        return Problem(self.file, self.line, self.column, what, mend)


@dataclass(frozen=True, slots=True)
class Source:
    """A page that supports facts. `published` is EDTF text as the page shows it; empty means undated."""

    id: str
    title: str
    publisher: str
    url: str
    published: str = ""
    language: str = ""
    accessed: str = ""
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something that facts are about, with every way people name it, per language.

    The first name of a language is the one shown. `demonyms` name it as an adjective or its people;
    `capitals` are its seats, which people say for its government. `within` is the country of a place.
    `when` is the interval of an event, so that "before the summit" has a date.
    """

    id: str
    type: str
    names: Mapping[str, tuple[str, ...]]
    demonyms: Mapping[str, tuple[str, ...]] = field(default_factory=no_names)
    capitals: Mapping[str, tuple[str, ...]] = field(default_factory=no_names)
    within: str = ""
    when: Interval | None = None
    place: Place = Place()

    def name(self, language: str) -> str:
        """The name to show in `language`, in English where that language has none."""
        return (self.names.get(language) or self.names["en"])[0]


@dataclass(frozen=True, slots=True)
class Value:
    """The figure in a fact: `number` with `unit`, or money as `number` with `currency` (ISO 4217)."""

    number: float
    unit: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """The members of a list that a fact states: entity `ids` of type `of`, related to the subject by
    the lexicon concept `relation`. Only a `complete` list can say no."""

    of: str
    relation: str
    complete: bool
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """The curated unit: one claim with its sources. See knowledge/README.md for the fields.

    A `gap` fact says that something could not be established: it is shown, but as no answer.
    """

    id: str
    text: str
    when: Interval
    about: tuple[str, ...]
    gives: tuple[Kind, ...]
    asks: tuple[str, ...]
    sources: tuple[str, ...]
    confirmed: date | None = None
    series: str = ""
    values: tuple[Value, ...] = ()
    items: Items | None = None
    disputes: tuple[str, ...] = ()
    gap: bool = False
    place: Place = Place()
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError(f"fact {self.id} has no source")

    def where(self, path: str) -> Place:
        """Where a field stands (`asks.0`), else the field that it is part of, else the fact."""
        return self.places.get(path) or self.places.get(path.partition(".")[0]) or self.place


@dataclass(frozen=True, slots=True)
class Command:
    """A question that a chat's menu offers: `/name` asks it, and the menu says what it does."""

    name: str
    question: str
    description: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A series that is drawn when its `name` is asked for; `title` says what its figures are."""

    name: str
    series: str
    title: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What the folder is about. Its facts are complete from when it `begins` until the day `covers_until`; of what came
    later until they were `reviewed` they tell single things. "At the start" is the day it `begins`; "is X in it"
    asks for the list whose relation is `belongs`. `counted` are the concepts that come in
    numbers, so that "2000 boats" names no year. `subject` is the entity that "it" means when nothing else was named;
    `ambient` entities (whom everything is for) do not narrow a question unless it is theirs.
    `commands` and `charts` are what a chat's menu offers besides questions."""

    title: str
    description: str
    greeting: str
    suggested: tuple[str, ...]
    reviewed: date
    covers_until: date
    subject: str
    ambient: tuple[str, ...] = ()
    begins: date = date.min
    belongs: str = ""
    counted: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    charts: tuple[Chart, ...] = ()
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Concept:
    """Words that people use for one idea, per language.

    A fact explains the concept in part if it has one of the `near` concepts, and wholly if it gives one of
    the kinds in `gives` (a fact that gives an amount explains "money" without the word).
    """

    id: str
    words: Mapping[str, tuple[str, ...]]
    near: tuple[str, ...] = ()
    gives: frozenset[Kind] = frozenset()
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts of answering are on; all of them, but for measuring what each contributes."""

    stemming: bool = True
    asks: bool = True
    lexicon: bool = True
    typos: bool = True
    entity: bool = True
    period: bool = True
    kind: bool = True
    series: bool = True
    coverage: bool = True
    margin: bool = True
    dialogue: bool = True


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A whole, faultless knowledge folder. `stamp` names its content where that is known without looking at it all."""

    topic: Topic
    sources: Mapping[str, Source]
    entities: Mapping[str, Entity]
    concepts: Mapping[str, Concept]
    facts: Mapping[str, Fact]
    stamp: str = ""
