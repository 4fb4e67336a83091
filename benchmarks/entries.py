"""The index entries of generated facts (benchmarks/generate.py) as the program makes them, and questions as terms."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path

import generate
from prose import Thing

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.english import ENGLISH
from bot.lexicon import Lexicon, wordbook
from bot.model import Concept, Entity, Knowledge, Parts, Topic

TODAY = date.fromisoformat(generate.REVIEWED)


def entries(facts: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The number of each entry's fact, with the entry's terms: of its text, then of each way of asking.

    Names, sentences and words are analysed by themselves and once each, which is ten times as fast as whole texts and
    gives the same terms but where a phrase of two words is a concept.
    """
    for number, fact in enumerate(map(generate.corpus().fact, range(facts))):
        names = [thing.names[0] for thing in fact.about]
        head, _, said = fact.text.partition(": ")
        yield number, _terms((*names, *said.removesuffix(".").split("; "))) if said else _of_words(head, fact.about)
        for ask in fact.asks[: generate.ASKS]:
            yield number, _of_words(ask, fact.about)


def _of_words(said: str, about: tuple[Thing, ...]) -> tuple[str, ...]:
    """The terms of a text that is a name and words."""
    for name in about[0].names:
        if name in said:
            return _terms((name, *said.replace(name, " ").split()))
    return _terms(said.split())


def _terms(pieces: Iterable[str]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(map(_analysed, pieces)))


@cache
def _analysed(piece: str) -> tuple[str, ...]:
    return _lexicon().analyse(piece, TODAY).keys


def queries(facts: int, count: int) -> list[tuple[str, ...]]:
    """Questions for so many facts as the terms that they are looked up by, each term once."""
    asked = (_lexicon().analyse(question, TODAY).keys for question, _ in generate.questions(facts, count))
    return [tuple(dict.fromkeys(terms)) for terms in asked if terms]


@cache
def _lexicon() -> Lexicon:
    things = dict.fromkeys(said.about for said in generate.corpus().said)
    known = Knowledge(
        topic=Topic("", "", "", (), TODAY, TODAY, "python"),
        sources={},
        entities={thing.id: Entity(thing.id, "programme", {"en": thing.names}) for thing in things},
        concepts={id: Concept(id, {"en": tuple(words)}) for id, words in generate.CONCEPTS.items()},
        facts={},
    )
    return Lexicon(ENGLISH, "python", wordbook(known, ENGLISH, Parts()))
