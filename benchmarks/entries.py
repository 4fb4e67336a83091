"""The index entries of generated facts (benchmarks/generate.py) as the program makes them, and questions as terms."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import generate

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.english import ENGLISH
from bot.lexicon import Lexicon, wordbook
from bot.model import Concept, Entity, Knowledge, Parts, Topic

TODAY = date.fromisoformat(generate.REVIEWED)


def entries(facts: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The number of each entry's fact, with the entry's terms: of its text, then of each way of asking."""
    analyse = _lexicon().analyse
    for number, fact in enumerate(map(generate.corpus().fact, range(facts))):
        for said in (fact.text, *fact.asks[: generate.ASKS]):
            yield number, analyse(said, TODAY).keys


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
