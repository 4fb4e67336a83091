"""A knowledge folder of any size -> large knowledge: file by file, piece by piece, in bounded memory.

What is written is kept every so often, with how far it is; broken off at any moment, it goes on from there, as long as
neither a file nor the program has changed. It is written beside its place and moved there when it is whole.

Faults are those of the ordinary reader, with their places. With a fault nothing more is written, but all else is looked
at, up to MOST_PROBLEMS.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from types import MappingProxyType
from typing import Any

import xapian

from bot import checks, chunks, compiled, knowledge, references, schema
from bot import large_form as form
from bot.chunks import Part, Spot
from bot.crew import Crew
from bot.dictionary import dictionary
from bot.english import ENGLISH
from bot.errors import BotError, FaultyKnowledge, Problem
from bot.large_writer import Writer
from bot.lexicon import Wordbook, wordbook
from bot.model import Concept, Entity, Fact, Knowledge, Parts
from bot.piecework import LONGEST_ID, Done, Reader, Task
from bot.plain import decode, encode
from bot.records import dataclass, replace

KEEP = 10_000  # facts from one keeping to the next: what is not yet written of them takes some 100 MB
MOST_PROBLEMS = 100  # that are looked for
WORTH_A_CREW = 4_000_000  # bytes of facts, some 10,000: fewer are read before other processes have begun
UNFINISHED, WHOLE = ".part", ".new"  # behind the name of the place: what is written to, what will be moved

Tick = Callable[[int], None]  # told how many bytes of the files more were read
NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


def compile_folder(folder: Path, place: Path, shards: int, tick: Tick) -> bool:
    """Write the folder's knowledge to the place; False where it is there already.

    Raises FaultyKnowledge with the problems, BotError when the folder cannot be read or the place not be written.
    """
    knowledge.require_folder(folder)
    try:
        compiling = _Compiling(folder, place, shards, tick)
        if compiling.done():
            return False
        compiling.run()
    except xapian.DatabaseLockError as error:
        raise BotError(f"{place}: another process is writing it; wait until it has ended") from error
    except xapian.Error as error:
        raise BotError(f"{place}: cannot be written ({error.get_msg()}); look at the disk") from error
    except OSError as error:
        raise BotError(f"{error.filename or place}: {error.strerror}; look at the disk and at what is there") from error
    return True


@dataclass(frozen=True, slots=True)
class _Far:
    """How far the facts are read: how many, with how many entries, and where the next piece is."""

    facts: int = 0
    entries: int = 0
    file: int = 0
    spot: Spot = Spot()
    in_file: int = 0  # facts of that file

    def plain(self) -> tuple[int, ...]:
        """As it is kept."""
        return self.facts, self.entries, self.file, self.spot.bytes, self.spot.lines, self.in_file

    @classmethod
    def of(cls, kept: tuple[int, ...]) -> _Far:
        """What was kept."""
        facts, entries, file, bytes, lines, in_file = kept
        return cls(facts, entries, file, Spot(bytes, lines), in_file)


class _Compiling:
    def __init__(self, folder: Path, place: Path, shards: int, tick: Tick) -> None:
        self._folder, self._place, self._shards, self._tick = folder, place, shards, tick
        self._files = knowledge.fact_paths(folder)
        self._problems: list[Problem] = list(knowledge.unread(folder))
        self._stamp = self._stamped()

    def _stamped(self) -> str:
        """A name for all that the outcome depends on."""
        hashed = hashlib.blake2b(f"{form.made_by()} {self._shards}".encode(), digest_size=16)
        names = (knowledge.TOPIC, knowledge.SOURCES, knowledge.ENTITIES, knowledge.LEXICON)
        for path in (*(self._folder / name for name in names), *self._files):
            hashed.update(f"\0{path.relative_to(self._folder)}\0".encode("utf-8", "surrogateescape"))
            if path.is_file():
                with open(path, "rb") as file:
                    hashed.update(hashlib.file_digest(file, "blake2b").digest())
        return hashed.hexdigest()

    def done(self) -> bool:
        """Whether the place already holds just this."""
        if not self._place.exists():
            return False
        first = self._place / form.SHARD.format(number=1)
        if not first.is_dir():
            raise BotError(f"{self._place}: is something else; give a place that is free, or of compiled knowledge")
        head = marshal.loads(xapian.Database(str(first)).get_metadata(form.HEAD) or marshal.dumps({}))
        return head.get("stamp") == self._stamp and not self._problems

    def run(self) -> None:
        """Read and write everything."""
        sources: dict[str, bytes] = {}
        known = self._frame(sources)
        self._raise()
        book = wordbook(known, ENGLISH, Parts())
        large = sum(path.stat().st_size for path in self._files) >= WORTH_A_CREW
        # Before anything is opened to be written to, which would then be open in their processes, too.
        crew = Crew(Reader(known, book), len(os.sched_getaffinity(0)) if large else 1)
        writer, far = self._writer()
        try:
            for id, kept in sources.items():
                writer.add_source(id, kept)
            words = set(writer.words())
            far = self._facts(crew, writer, far, words)
            self._raise()
            self._problems += whole_problems(writer.whole(), self._shards, known, self._files)
            self._problems += [] if far.facts else [knowledge.no_fact(self._folder)]
            self._raise()
            self._finish(writer, known, book, far, frozenset(words))
        finally:
            crew.close()
            writer.close()
        shutil.rmtree(f"{self._place}{UNFINISHED}")

    def _writer(self) -> tuple[Writer, _Far]:
        """What writes, and how far it has written."""
        unfinished = f"{self._place}{UNFINISHED}"
        writer = Writer(unfinished, self._shards)
        kept = writer.position()
        if kept is not None and kept[-1] == self._stamp:
            return writer, _Far.of(kept[:-1])
        writer.close()
        shutil.rmtree(unfinished)
        return Writer(unfinished, self._shards), _Far()

    def _raise(self) -> None:
        if self._problems:
            raise FaultyKnowledge(str(self._folder), tuple(sorted(set(self._problems))[:MOST_PROBLEMS]))

    def _frame(self, sources: dict[str, bytes]) -> Knowledge:
        """All but the facts. What is to be written of each source goes to `sources`."""
        topics = [part.found for part in self._parts(self._folder / knowledge.TOPIC, schema.topic, chunks.whole)]
        concepts = self._keyed(knowledge.LEXICON, schema.concepts, lambda id: Concept(id, {}))
        entities = self._keyed(knowledge.ENTITIES, schema.entities, lambda id: Entity(id, "", {}))
        for id, source in self._each(knowledge.SOURCES, schema.sources):
            sources[id] = marshal.dumps(encode(source)) if source else b""
        topic = topics[0] if topics and topics[0] else knowledge.no_topic()
        cited = compiled.Table(sources, lambda id, kept: decode(kept))
        known = Knowledge(topic, cited, entities, concepts, NO_FACTS)
        self._problems += () if self._problems else checks.run(checks.POINTERS, known)
        return known

    def _keyed(self, name: str, read: chunks.Read, stand_in: Callable[[str], Any]) -> Mapping[str, Any]:
        return {id: record or stand_in(id) for id, record in self._each(name, read)}

    def _each(self, name: str, read: chunks.Read) -> Iterator[tuple[str, Any]]:
        """The records of a file by id."""
        path, seen = self._folder / name, set[str]()
        for part in self._parts(path, read):
            again = () if part.entire else seen & part.found.keys()
            for id in sorted(again):  # in different pieces
                self._problems.append(Problem(str(path), 1, 1, f'key "{id}" is repeated', "keep one of the two"))
            seen |= part.found.keys()
            yield from part.found.items()

    def _parts(
        self, path: Path, read: chunks.Read, cut: Callable[[Path], Iterator[chunks.Piece]] = chunks.pieces
    ) -> Iterator[Part]:
        """What is read of a file; its problems are added to all others."""
        at = 0
        try:
            for part in (chunks.part(path, piece, read) for piece in cut(path)):
                self._problems += part.problems
                self._tick(part.end.bytes - at)
                at = part.end.bytes
                yield part
                if part.entire:
                    return
        except OSError as error:
            self._problems.append(knowledge.unreadable(path, error))

    def _tasks(self, far: _Far) -> Iterator[Task]:
        """The pieces of all files of facts, from how far they are read."""
        for number, path in enumerate(self._files):
            if number < far.file:
                self._tick(path.stat().st_size)
                continue
            begin = far.spot if number == far.file else Spot()
            self._tick(begin.bytes)
            try:
                yield from (Task(number, path, piece) for piece in chunks.pieces(path, begin))
            except OSError as error:
                self._problems.append(knowledge.unreadable(path, error))

    def _facts(self, crew: Crew[Task, Done], writer: Writer, far: _Far, words: set[str]) -> _Far:
        """Write the facts, and add their words to all others; how far that went."""
        kept, finished = far.facts, -1
        for done in crew.results(self._tasks(far)):
            if done.file == finished:
                continue  # the file was read as a whole
            if done.file != far.file:
                far = replace(far, file=done.file, spot=Spot(), in_file=0)
            finished = done.file if done.entire else finished
            self._problems += done.problems
            before = far.in_file if done.entire else 0  # facts that were read of it already
            drafts = () if self._problems else done.drafts[before:]
            for place, draft in enumerate(drafts):
                writer.add(far.facts + place, draft)
            for word in done.words - words:
                writer.add_word(word)
            words |= done.words
            self._tick(done.end.bytes - far.spot.bytes)
            facts, entries = done.facts - before, sum(len(draft.entries) for draft in drafts)
            far = _Far(far.facts + facts, far.entries + entries, done.file, done.end, far.in_file + facts)
            if far.facts - kept >= KEEP and not self._problems:
                writer.keep(*far.plain(), self._stamp)
                kept = far.facts
            if len(self._problems) >= MOST_PROBLEMS:
                break
        if not self._problems:
            writer.keep(*far.plain(), self._stamp)
        return far

    def _finish(self, writer: Writer, known: Knowledge, book: Wordbook, far: _Far, words: frozenset[str]) -> None:
        """Write what the facts are found by, and move all to its place."""
        head: dict[str, Any] = {
            "made_by": form.made_by(),
            "stamp": self._stamp,
            "topic": encode(known.topic),
            "entities": compiled.each(known.entities),
            "concepts": compiled.each(known.concepts),
            "words": words,
            "facts": far.facts,
            "entries": far.entries,
            "sources": len(known.sources),
        }
        head |= compiled.names(book)
        whole = Path(f"{self._place}{WHOLE}")
        shutil.rmtree(whole, ignore_errors=True)
        whole.mkdir(parents=True)
        writer.finish(str(whole), head, dictionary(ENGLISH.code).block)
        if self._place.exists():
            old = Path(f"{self._place}.old")
            shutil.rmtree(old, ignore_errors=True)
            self._place.rename(old)
            whole.rename(self._place)
            shutil.rmtree(old)
        else:
            whole.rename(self._place)


def whole_problems(whole: xapian.Database, shards: int, known: Knowledge, files: Sequence[Path]) -> list[Problem]:
    """The problems of facts with each other. What was written tells whether there are any; only then the files are
    read again, for the places."""
    disputed = form.disputing(whole, shards)
    twice, lost = set(form.twice(whole)), form.lost(whole)
    figures: dict[str, Fact] = {}
    for chart in known.topic.charts:
        figures |= form.in_series(whole, shards, chart.series)
    if not twice and not lost and not any(references.disputes_in_circle(replace(known, facts=disputed))):
        return list(references.unknown_series(replace(known, facts=figures)))
    found: list[Problem] = []
    first: dict[str, Fact] = {}
    for fact in _placed(files, twice | disputed.keys()):
        if fact.id in first:
            found.append(references.repeated_id(fact, first[fact.id].where("id")))
        first.setdefault(fact.id, fact)
    if not found:
        found += references.disputes_in_circle(replace(known, facts=first))
        found += references.unknown_facts(replace(known, facts=_Among(first, lost)))
        found += references.unknown_series(replace(known, facts=figures))
    return found


class _Among(dict[str, Fact]):
    """Some of all facts. All but the `lost` are there, though not here."""

    def __init__(self, facts: Mapping[str, Fact], lost: frozenset[str]) -> None:
        super().__init__(facts)
        self._lost = lost

    def __contains__(self, id: object) -> bool:
        return id not in self._lost and len(str(id)) <= LONGEST_ID


def _placed(files: Iterable[Path], ids: Set[str]) -> Iterator[Fact]:
    """These facts with their places in the files."""
    for path in files:
        for part in chunks.parts(path, schema.facts):
            yield from (fact for fact in part.found if fact.id in ids)
