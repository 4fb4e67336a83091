"""Knowledge of any size from real sentences: python benchmarks/generate.py SIZE OUT [--asks N]

Writes a complete, faultless knowledge folder of SIZE facts. The sentences are those of the docstrings of Python's
standard library and of packages that come with the program and its tests (benchmarks/prose.py): real prose, some
33,000 different sentences about some 11,000 modules, classes and functions, which are the entities. The first so many
facts are each one sentence about the thing whose docstring has it. Every further one joins two short sentences of
different things and is about both, so that no text comes twice; words new to the folder therefore cease to come where
real text would go on to bring some. Every tenth fact is a step of a series (how many callers and the like a thing had
in a year). What is made up: the figures of the series, all dates, and how people ask (words of the sentence behind the
name).

Facts have three ways of asking, as `coalition-bot check` wants, so that the index has four entries a fact; --asks 1
writes the fewest that can be loaded. The same Python with the same packages gives the same bytes; nothing but the
sentences, the things and a checksum of each way of asking is kept in memory. `questions` asks for such facts.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from zlib import crc32

from prose import Thing, sentences, slug

SIZES = (1_000, 10_000, 100_000, 1_000_000)  # facts (issue 6)
FILE = 1_000  # facts at most in one
SHORT = 12  # words at most of a sentence that is joined with another: a fact has at most 34
STEP = 10  # every so manieth fact belongs to a series
YEARS = range(2015, 2025)  # of a series' steps
UNITS = ("callers", "contributors", "downloads", "testers", "translators", "complaints")
ASKS = 3
SEED = 5
REVIEWED = "2025-06-01"
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
CONCEPTS = {
    "give-back": ["return", "returns", "returned", "returning", "give back", "gives back", "hand back"],
    "make": ["create", "creates", "created", "creating", "construct", "constructs", "bring into being"],
    "remove": ["remove", "removes", "removed", "delete", "deletes", "deleted", "take away", "throw away"],
    "failure": ["error", "errors", "exception", "exceptions", "failure", "failures", "goes wrong"],
    "text": ["string", "strings", "text", "characters", "letters"],
    "file": ["file", "files", "document", "documents"],
}


@dataclass(frozen=True)
class Made:
    """A generated fact, and what its questions are made of."""

    id: str
    text: str
    when: str
    about: tuple[Thing, ...]
    gives: str
    words: tuple[str, ...]
    asks: tuple[str, ...]
    more: str = ""  # further fields, each on a line of its own

    def yaml(self, asks: tuple[str, ...]) -> str:
        """The fact as an item of a file."""
        about, source = ", ".join(thing.id for thing in self.about), _source(self.about[0].module)
        asked = json.dumps(asks)
        head = f"- id: {self.id}\n  text: {json.dumps(self.text)}\n  when: {self.when}\n  about: [{about}]\n"
        return f"{head}  gives: [{self.gives}]\n{self.more}  asks: {asked}\n  sources: [{source}]\n"


class Corpus:
    """All sentences in an order of chance, and the fact that each number stands for."""

    def __init__(self) -> None:
        self.said = list(sentences())
        Random(SEED).shuffle(self.said)
        self._short = [number for number, one in enumerate(self.said) if len(one.sentence.split()) <= SHORT]
        self._things = list(dict.fromkeys(one.about for one in self.said))

    def fact(self, number: int) -> Made:
        """The fact with this number, from 0: the same in folders of every size."""
        turn, step = divmod(number, STEP)
        if step == STEP - 1:
            return self._step(turn)
        told = number - turn  # facts before it that belong to no series
        return self._one(told) if told < len(self.said) else self._two(told - len(self.said))

    def _one(self, number: int) -> Made:
        said, random = self.said[number], Random(number)
        name = said.about.names[0]
        when, day = _day(random)
        gives = "reason" if " because " in said.sentence else random.choice(("definition", "definition, date"))
        return Made(
            f"{said.about.id}-{number}", f"{name} on {day}: {said.sentence}.", when, (said.about,), gives, said.words,
            _asks(said.about, said.words, day, random),
        )  # fmt: skip

    def _two(self, number: int) -> Made:
        again, place = divmod(number, len(self._short))
        random = Random(-1 - number)
        first = self.said[self._short[place]]
        # Another distance in every round, so that no two sentences meet twice.
        second = self.said[self._short[(place + 1 + again * 7) % len(self._short)]]
        when, day = _day(random)
        joined = f"{first.sentence}; {second.sentence[0].lower()}{second.sentence[1:]}"
        about = tuple(dict.fromkeys((first.about, second.about)))
        words = tuple(dict.fromkeys(first.words + second.words))
        named = " and ".join(thing.names[0] for thing in about)
        return Made(
            f"{first.about.id}-{len(self.said) + number}", f"{named} on {day}: {joined}.", when, about,
            random.choice(("definition", "definition, date", "yes-no")), words,
            _asks(first.about, words, day, random),
        )  # fmt: skip

    def _step(self, number: int) -> Made:
        series, step = divmod(number, len(YEARS))
        of, thing = divmod(series, len(self._things))
        about, unit, year = self._things[thing], UNITS[(of + thing) % len(UNITS)], YEARS[step]
        count = Random(series).randrange(20, 60) + step * Random(series).randrange(2, 40)
        name = about.names[0]
        last = year == YEARS[-1]
        when = f"{year}-01-01/.." if last else f"{year}-01-01/{year}-12-31"
        more = f"  series: {unit}-of-{about.id}\n  value: {{number: {count}, unit: {unit}}}\n"
        return Made(
            f"{unit}-of-{about.id}-{year}", f"{name} had {count} {unit} in {year}.", when, (about,), "count", (unit,),
            (f"how many {unit} did {name} have in {year}", f"number of {unit} of {name} in {year}",
             f"{name} {unit} {year}"), more + f"  confirmed: {year}-03-01\n" * last,
        )  # fmt: skip


def _day(random: Random) -> tuple[str, str]:
    """A day between 2001 and 2024, in digits and in words."""
    year, month, day = random.randrange(2001, 2025), random.randrange(12), random.randrange(1, 29)
    return f"{year}-{month + 1:02}-{day:02}", f"{day} {MONTHS[month]} {year}"


def _asks(about: Thing, words: tuple[str, ...], day: str, random: Random) -> tuple[str, ...]:
    """Ways of asking, each with the thing's name, and one in reserve for those that somebody else has."""
    some = " ".join(random.sample(words, min(3, len(words))))
    return (
        f"what does {about.names[-1]} do with {some}",
        f"{about.names[0]} {' '.join(words[:3])}",
        f"is {' '.join(words[-3:])} part of {about.names[0]}",
        f"{about.names[0]} of {day}",
    )


def _source(module: str) -> str:
    return f"docs-{slug(module)}"


@cache
def corpus() -> Corpus:
    """The sentences, read once a process; takes some 15 seconds."""
    return Corpus()


def write(size: int, folder: Path, asks: int = ASKS) -> None:
    """Write the folder. Raises FileExistsError when there is one that holds something."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} holds something already; give a folder that is new or empty")
    (folder / "facts").mkdir(parents=True)
    made, things, taken = map(corpus().fact, range(size)), dict[str, Thing](), set[int]()
    for number in range(0, size, FILE):
        with (folder / "facts" / f"{number // FILE:04}.yaml").open("w", encoding="utf-8") as file:
            for one in islice(made, FILE):
                file.write(one.yaml(tuple(_untaken(one, asks, taken))))
                things |= {thing.id: thing for thing in one.about}
    _frame(folder, things)


def _untaken(made: Made, asks: int, taken: set[int]) -> Iterator[str]:
    """So many of its ways of asking that no fact before it has, told by a checksum; with its id if there are none."""
    for ask in (*made.asks, *(f"{made.id} {word}" for word in made.words)):
        form = crc32(" ".join(re.findall(r"\w+", ask.lower())).encode())
        if form not in taken:
            taken.add(form)
            yield ask
            asks -= 1
        if not asks:
            return


def _frame(folder: Path, things: dict[str, Thing]) -> None:
    """All files but the facts'."""
    modules = dict.fromkeys(thing.module for thing in things.values())
    with (folder / "entities.yaml").open("w", encoding="utf-8") as file:
        file.write("python:\n  type: organisation\n  names: [Python]\n")
        for thing in things.values():
            file.write(f"{thing.id}:\n  type: programme\n  names: {json.dumps(thing.names)}\n")
    with (folder / "sources.yaml").open("w", encoding="utf-8") as file:
        for id, module in {_source(module): module for module in modules}.items():
            url = f"https://docs.example/{module}"
            file.write(f"{id}:\n  title: Documentation of {module}\n  publisher: {module.partition('.')[0]}\n")
            file.write(f"  url: {url}\n  published: {REVIEWED}\n")
    lexicon = "".join(f"{id}: {json.dumps(words)}\n" for id, words in CONCEPTS.items())
    (folder / "lexicon.yaml").write_text(lexicon, "utf-8")
    suggested = json.dumps([f"What does {thing.names[0]} do?" for thing in islice(things.values(), 3)])
    topic = f"""\
title: Python and its packages
description: What the modules, classes and functions of Python and some packages do.
greeting: Ask me about Python and its packages.
suggested: {suggested}
reviewed: {REVIEWED}
covers_until: {REVIEWED}
subject: python
"""
    (folder / "topic.yaml").write_text(topic, "utf-8")


def questions(size: int, count: int, seed: int = SEED) -> list[tuple[str, str]]:
    """Questions for a folder of that size, each with the id of the fact it was made from, or "" where none answers.

    Of ten, six name a thing and words of what a fact says about it, two of them with a slip of a letter; two ask for a
    figure of a series; one asks for a thing that there is not, one for something that a thing has nothing to do with.
    """
    random, made = Random(seed), []
    for number in range(count):
        sort = number % 10
        series = sort in (6, 7)
        while True:
            place = random.randrange(size)
            if (place % STEP == STEP - 1) is series or size < STEP:
                break
        fact = corpus().fact(place)
        name, words = fact.about[0].names[-1], random.sample(fact.words, min(3, len(fact.words)))
        if series:
            made.append((fact.asks[number % len(fact.asks)] + "?", fact.id))
        elif sort == 8:
            made.append((f"What does {_unknown(random)} do with {' '.join(words)}?", ""))
        elif sort == 9:
            made.append((f"Who paid the {_unknown(random)} festival of {name}?", ""))
        else:
            if sort in (4, 5):
                longest = max(range(len(words)), key=lambda n: len(words[n]))
                words[longest] = _slipped(words[longest], random)
            opening = random.choice(("What does {} do about {}?", "{} {}", "Tell me about {} and {}", "In {}, {}?"))
            made.append((opening.format(name, " ".join(words)), fact.id))
    return made


def _unknown(random: Random) -> str:
    """A name of nothing."""
    return "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(4)).title()


def _slipped(word: str, random: Random) -> str:
    """The word with two letters exchanged, or one left out."""
    if len(word) < 5:
        return word
    place = random.randrange(1, len(word) - 2)
    if random.random() < 0.5:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", type=int, metavar="SIZE", help="facts")
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder to write: a new or an empty one")
    parser.add_argument("--asks", type=int, default=ASKS, choices=range(1, ASKS + 1), help="ways of asking a fact")
    given = parser.parse_args()
    try:
        write(given.size, given.out, given.asks)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
