"""What one fact says, read once: its terms, whom it names, which times it speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from bot.language import Language
from bot.lexicon import Lexicon
from bot.model import Fact, Kind, Knowledge
from bot.periods import Period
from bot.records import dataclass
from bot.text import fold

PUBLISHERS = 1_000  # whose names are remembered as they were read: a few publish most of what is cited


@dataclass(frozen=True, slots=True)
class Reading:
    """A fact as questions meet it.

    `told` are the terms of its text, `own` also those of its asks, its entities and what its kinds imply.
    `named` are the entities that its text names first (a capital as the city), `mentioned` all that it is about, lists
    or names, `asked_of` also those that its asks name. `times` stand in its text, `asked_times` also in its asks.
    `attributes` are what its asks ask for that no kind is for. `denies` tells that people ask for it when they ask
    who did not, or what is not. `reporters` are the entities that published its sources.
    """

    fact: Fact
    told: frozenset[str]
    own: frozenset[str]
    named: frozenset[str]
    mentioned: frozenset[str]
    asked_of: frozenset[str]
    times: tuple[Period, ...]
    asked_times: tuple[Period, ...]
    attributes: frozenset[str]
    denies: bool
    reporters: frozenset[str]


def attribute(asked: str, language: Language) -> str:
    """The words that ask for an attribute that no kind is for ("how high"), "" where there are none."""
    folded = fold(asked)
    found = (pattern.search(folded) for kind, pattern in language.kinds if kind is Kind.OTHER)
    return next((" ".join(match[0].split()) for match in found if match), "")


def days(periods: Iterable[Period]) -> tuple[str, ...]:
    """The very days among the periods, as index terms."""
    return tuple(f"~{p.interval.start}" for p in periods if p.interval.start == p.interval.end and not p.latest)


@dataclass(frozen=True, slots=True)
class Read:
    """A fact's reading, its index entries as terms, the first of them its text, all words in it, and the wordings of
    its asks."""

    reading: Reading
    entries: tuple[tuple[str, ...], ...]
    words: frozenset[str]
    wordings: tuple[str, ...]


def publishers(fact: Fact, knowledge: Knowledge) -> tuple[str, ...]:
    """Who published the fact's sources, as the sources say it."""
    return tuple(knowledge.sources[id].publisher for id in fact.sources if id in knowledge.sources)


def reporters(fact: Fact, knowledge: Knowledge, lexicon: Lexicon) -> frozenset[str]:
    """The organisations that published the fact's sources, as far as they are entities: "what did the Gazette say"."""
    found = (_named(name, lexicon, knowledge.topic.reviewed) for name in publishers(fact, knowledge))
    named = frozenset().union(*found) - {knowledge.topic.subject}
    return frozenset(e for e in named if knowledge.entities[e].type == "organisation")


@lru_cache(PUBLISHERS)
def _named(publisher: str, lexicon: Lexicon, today: date) -> frozenset[str]:
    return lexicon.analyse(publisher, today).entities


def read(fact: Fact, knowledge: Knowledge, lexicon: Lexicon, asks: tuple[str, ...], today: date) -> Read:
    """Read `fact` with those of its `asks` that are to be indexed."""
    about = tuple("@" + entity for entity in fact.about if entity != knowledge.topic.subject)
    text = lexicon.analyse(fact.text, today)
    written = [text, *(lexicon.analyse(ask, today) for ask in asks)]
    listed = frozenset(fact.items.ids if fact.items else ())
    reporting = reporters(fact, knowledge, lexicon)
    implied = {"#" + c.id for c in knowledge.concepts.values() if c.gives & frozenset(fact.gives)}
    by = tuple(sorted("@" + entity for entity in reporting))
    mentioned = text.entities | listed | frozenset(fact.about)
    reading = Reading(
        fact=fact,
        told=frozenset(text.keys),
        own=frozenset(key for a in written for key in a.keys) | {*about, *implied, *by, *("@" + e for e in listed)},
        named=frozenset(mention.entities[0] for mention in text.mentions),
        mentioned=mentioned,
        asked_of=frozenset(e for a in written for e in a.entities) | mentioned,
        times=text.periods,
        asked_times=tuple(p for a in written for p in a.periods if not p.latest),
        attributes=frozenset(filter(None, (attribute(ask, lexicon.language) for ask in asks))),
        denies=any(ask.says(lexicon.language.negated) for ask in written[1:]),
        reporters=reporting,
    )
    return Read(
        reading=reading,
        entries=tuple(
            tuple(dict.fromkeys(a.keys + about + days(a.periods) + (by if a is text else ()))) for a in written
        ),
        words=frozenset(token.text for a in written for token in a.tokens if token.is_word),
        wordings=tuple(dict.fromkeys(map(lexicon.wording, asks))),
    )
