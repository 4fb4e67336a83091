"""All that is worked out once from a knowledge folder: what its facts say, turned into tables to look things up in.

A fact's number is its place among the ids in order, so that numbers in order are ids in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from bot.dictionary import dictionary
from bot.index import Packed, Postings, packed_numbers
from bot.language import Language
from bot.lexicon import Lexicon, Wordbook, wordbook
from bot.model import Fact, Kind, Knowledge, Parts
from bot.reading import Read, Reading, publishers, read
from bot.records import dataclass, replace

Table = Mapping[str, Packed]  # of each term or entity: the numbers of the facts that have it


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a fact decides its rank whatever is asked, but for its score. `start` and `end` are ordinals of days."""

    about: tuple[str, ...]
    gives: frozenset[Kind]
    series: bool
    sources: int
    gap: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """The searchable form of a knowledge folder. `entries` has the number of each index entry's fact, `words` are
    all words of facts. `told`, `own`, `mentioned` and `attributes` tell which facts have a term or entity where
    `Reading` has it; `about`, `lists`, `disputing` and `series` which facts are about an entity, list something in a
    relation, dispute a fact or belong to a series, and `defining` which define an entity, in the order of the files;
    `wordings` which are asked for with what `Lexicon.wording` gives."""

    ids: tuple[str, ...]
    readings: Mapping[str, Reading]
    traits: Sequence[Traits]
    entries: Sequence[int]
    postings: Postings
    told: Table
    own: Table
    about: Table
    mentioned: Table
    lists: Table
    disputing: Table
    series: Table
    attributes: Table
    wordings: Table
    defining: Table
    words: frozenset[str]
    wordbook: Wordbook
    dictionary: Container[str]


class Recall:
    """The readings of the last knowledge, for the next: a fact is read again only if it changed, or how facts are read.
    Of a folder in which one fact was edited, the rest takes no time."""

    def __init__(self) -> None:
        self._frame: tuple[object, ...] = ()
        self._before: dict[tuple[object, ...], Read] = {}
        self._now: dict[tuple[object, ...], Read] = {}

    def begin(self, *frame: object) -> None:
        """Other knowledge is to be read; `frame` is all that a reading depends on besides its fact."""
        self._before, self._now = self._now if frame == self._frame else {}, {}
        self._frame = frame

    def read(self, fact: Fact, asks: tuple[str, ...], by: tuple[str, ...], anew: Callable[[], Read]) -> Read:
        """The reading of a fact with these `asks`, published by these, as it was or `anew`."""
        key = (fact.text, fact.about, fact.gives, fact.items, asks, by)
        found = self._before.get(key)
        self._now[key] = read = anew() if found is None else replace(found, reading=replace(found.reading, fact=fact))
        return read


def prepare(
    knowledge: Knowledge, language: Language, parts: Parts, today: date, recall: Recall | None = None
) -> Prepared:
    """Read all facts, with relative dates as on the day `today`, and index them. `recall` has what was read before."""
    from bot.postings import fitted, postings  # rank-bm25 takes time to import, and what is kept needs it no more

    book = wordbook(knowledge, language, parts)
    lexicon = Lexicon(language, knowledge.topic.subject, book)
    facts = [knowledge.facts[id] for id in sorted(knowledge.facts)]
    recall = recall or Recall()
    recall.begin(knowledge.topic, knowledge.entities, knowledge.concepts, language, parts, today)
    found = []
    for fact in facts:
        asks = fact.asks if parts.asks else ()
        anew = partial(read, fact, knowledge, lexicon, asks, today)
        found.append(recall.read(fact, asks, publishers(fact, knowledge), anew))
    readings = [one.reading for one in found]
    return Prepared(
        ids=tuple(fact.id for fact in facts),
        readings={reading.fact.id: reading for reading in readings},
        traits=tuple(map(traits, readings)),
        entries=tuple(number for number, one in enumerate(found) for _ in one.entries),
        postings=postings(fitted([entry for one in found for entry in one.entries])),
        told=_table({number: reading.told for number, reading in enumerate(readings)}),
        own=_table({number: reading.own for number, reading in enumerate(readings)}),
        about=_in_files(knowledge, lambda fact: fact.about),
        mentioned=_table({number: reading.mentioned for number, reading in enumerate(readings)}),
        lists=_in_files(knowledge, lambda fact: (fact.items.relation,) if fact.items else ()),
        disputing=_in_files(knowledge, lambda fact: fact.disputes),
        attributes=_table({number: reading.attributes for number, reading in enumerate(readings)}),
        wordings=_table({number: one.wordings for number, one in enumerate(found)}),
        series=_in_files(knowledge, lambda fact: (fact.series,) if fact.series else ()),
        defining=_in_files(knowledge, defined),
        words=frozenset().union(*(one.words for one in found)),
        wordbook=book,
        dictionary=dictionary(language.code),
    )


def traits(reading: Reading) -> Traits:
    """The traits of a fact that was read."""
    fact = reading.fact
    return Traits(
        about=fact.about,
        gives=frozenset(fact.gives),
        series=bool(fact.series),
        sources=len(fact.sources),
        gap=fact.gap,
        start=fact.when.start.toordinal(),
        end=fact.when.end.toordinal(),
    )


def defined(fact: Fact) -> tuple[str, ...]:
    """The entity whose definition the fact is, if it is one that an answer may begin with."""
    return fact.about[:1] if Kind.DEFINITION in fact.gives and not fact.disputes and not fact.gap else ()


def _in_files(knowledge: Knowledge, names: Callable[[Fact], Iterable[str]]) -> Table:
    """For each name the numbers of the facts that have it, in the order of the files."""
    numbers = {id: number for number, id in enumerate(sorted(knowledge.facts))}
    return _table({numbers[fact.id]: names(fact) for fact in knowledge.facts.values()})


def _table(rows: Mapping[int, Iterable[str]]) -> Table:
    """For each name the numbers of the rows that have it, in the order of the rows."""
    table: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in rows.items():
        for name in row:
            table[name].append(number)
    return {name: packed_numbers(numbers) for name, numbers in table.items()}
