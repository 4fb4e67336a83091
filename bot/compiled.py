"""Knowledge that was worked out before: kept in the user's cache folder, and loaded in a few milliseconds.

A file is named by what it was made of: the knowledge's files by their content, the program's code, this Python. It
holds plain values, kept by `marshal`, in which facts and the like stand one by one and are decoded when they are
asked for; behind them the dictionary, which only a question with an unknown word needs.

A file that is damaged is worked out again without a word. It is written beside its place and moved there, so that
two processes can do so at once. Without a cache folder, or with COMPILED=off, all works as well, but slower.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from zlib import crc32

from bot import patterns, records
from bot.dictionary import Dictionary, dictionary
from bot.english import ENGLISH
from bot.lexicon import Wordbook
from bot.memory import InMemory
from bot.model import Fact, Knowledge, Parts
from bot.places import FACTS
from bot.plain import decode, encode
from bot.prepared import Prepared, Traits
from bot.reading import Reading
from bot.searching import Searchable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
else:  # typing takes time to import, and only its checkers need it
    Any = object

ENDING = ".compiled"
MAGIC = b"coalition-bot compiled knowledge 1\n"
MOST_KEPT = 8  # files: of the folders that somebody works with, and of the code before the last change
_NUMBER = 8  # bytes of a length or a checksum

_ONE_BY_ONE = ("facts", "sources", "entities", "concepts")  # tables of the knowledge
_AS_THEY_ARE = ("ids", "entries", "postings", "told", "own", "about", "mentioned", "lists", "disputing", "series",
                "attributes", "wordings", "defining", "words")  # fmt: skip


def load(folder: str, cache: str | None) -> tuple[Knowledge, Searchable]:
    """The knowledge of a folder, searchable in English: from the folder `cache` if it is there, else worked out, and
    kept there.

    Raises what `knowledge.load_or_raise` raises.
    """
    path = cache and os.path.join(cache, name(folder))
    found = _opened(path) if path else None
    if not found:
        found = _made(folder)
        if path:
            _keep(path, *found)
    known, prepared = found
    return known, InMemory(known, prepared)


def _made(folder: str) -> tuple[Knowledge, Prepared]:
    from pathlib import Path  # what follows takes a hundred times as long as what is kept

    from bot.knowledge import load_or_raise
    from bot.prepared import prepare

    known = load_or_raise(Path(folder))
    return known, prepare(known, ENGLISH, Parts(), known.topic.reviewed)


def size(folder: str) -> int:
    """The bytes of its files."""
    return sum(map(os.path.getsize, _files(folder)))


def facts(folder: str) -> int:
    """How many facts it has, by the lines that begin one."""
    found = 0
    for path in _files(folder):
        if os.path.dirname(path) != folder:
            with open(path, "rb") as file:
                found += sum(line.startswith(b"- ") for line in file)
    return found


def name(folder: str) -> str:
    """The file's name: a checksum of all that its content depends on."""
    made_of = [sys.version, sys.byteorder, *stamps(), _installed()]
    for path in sorted(_files(folder)):
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError:
            content = b""  # `load_or_raise` will tell
        made_of.append(f"{path[len(folder):]} {len(content)} {crc32(content)}")
    told = "\n".join(made_of).encode("utf-8", "surrogateescape")
    return f"{crc32(told):08x}{crc32(told[::-1]):08x}{ENDING}"


def _files(folder: str) -> Iterator[str]:
    """Every file that is part of the knowledge, or that its reader would complain about."""
    for place, folders, files in os.walk(folder):
        if place == folder:
            folders[:] = [FACTS]
        paths = (os.path.join(place, name) for name in files if name.endswith((".yaml", ".yml")))
        yield from filter(os.path.isfile, paths)


def stamps() -> Iterator[str]:
    """When each room of the program was changed, and its size."""
    for entry in sorted(os.scandir(os.path.dirname(__file__)), key=lambda entry: entry.name):
        if entry.name.endswith(".py"):
            yield f"{entry.name} {entry.stat().st_size} {entry.stat().st_mtime_ns}"


def _installed() -> str:
    """When anything was installed: other word forms, or weights, make another index."""
    import Stemmer

    place = os.path.dirname(str(Stemmer.__file__))
    return f"{place} {os.stat(place).st_mtime_ns}"


def _keep(path: str, known: Knowledge, prepared: Prepared) -> None:
    """Write the file, if that can be done: else the next process works it out again."""
    body, words = marshal.dumps(_plain(known, prepared)), dictionary(ENGLISH.code).block
    head = (len(body), crc32(body), len(words), crc32(words))
    cache = os.path.dirname(path)
    beside = f"{path}.{os.getpid()}"
    try:
        os.makedirs(cache, mode=0o700, exist_ok=True)
        with open(beside, "wb") as file:
            file.write(MAGIC + b"".join(number.to_bytes(_NUMBER, "big") for number in head) + body + words)
        os.replace(beside, path)
        _clear(cache)
    except OSError:  # a full disk, a folder of somebody else, a file that another process has just cleared away
        if os.path.exists(beside):
            os.remove(beside)


def _clear(cache: str) -> None:
    """Leave the youngest files. Raises OSError."""
    kept = [(entry.stat().st_mtime, entry.path) for entry in os.scandir(cache) if entry.name.endswith(ENDING)]
    for _, path in sorted(kept, reverse=True)[MOST_KEPT:]:
        os.remove(path)


def _plain(known: Knowledge, prepared: Prepared) -> dict[str, Any]:
    kept: dict[str, Any] = {name: each(getattr(known, name)) for name in _ONE_BY_ONE}
    kept |= {name: getattr(prepared, name) for name in _AS_THEY_ARE}
    kept |= {
        "topic": encode(known.topic),
        "readings": {id: marshal.dumps(_fields(reading)) for id, reading in prepared.readings.items()},
        "traits": [_row(traits) for traits in prepared.traits],
    }
    return kept | names(prepared.wordbook)


def names(book: Wordbook) -> dict[str, Any]:
    """The words of a knowledge folder, and what this process compiled for the next, as plain values."""
    return {
        "phrases": book.phrases,
        "names_words": book.words,
        "long_names": book.long_names,
        "longest": book.longest,
        "implied": encode(book.implied),
        "times": encode(book.times),
        "patterns": patterns.codes(),
        "records": records.codes(),
    }


def used(kept: Mapping[str, Any]) -> Wordbook:
    """What `names` gave, taken into use."""
    patterns.use(kept["patterns"])
    records.use(kept["records"])
    return Wordbook(
        phrases=kept["phrases"],
        longest=kept["longest"],
        words=kept["names_words"],
        long_names=kept["long_names"],
        implied=decode(kept["implied"]),
        times=decode(kept["times"]),
    )


def _row(traits: Traits) -> tuple[object, ...]:
    """The fields, with kinds as the texts that they are equal to."""
    given = frozenset(kind.value for kind in traits.gives)
    return (traits.about, given, traits.series, traits.sources, traits.gap, traits.start, traits.end)


def _fields(reading: Reading) -> tuple[Any, ...]:
    """The encoded fields but for the fact, which is kept by itself."""
    return tuple(encode(getattr(reading, name)) for name in Reading.__match_args__ if name != "fact")


def each(table: Mapping[str, object]) -> dict[str, bytes]:
    """Records by id as a `Table` takes them."""
    return {id: marshal.dumps(encode(record)) for id, record in table.items()}


def _opened(path: str) -> tuple[Knowledge, Prepared] | None:
    """What is kept in a file; None when there is none, or it is not whole."""
    try:
        with open(path, "rb") as file:
            head = file.read(len(MAGIC) + 4 * _NUMBER)
            if len(head) != len(MAGIC) + 4 * _NUMBER or not head.startswith(MAGIC):
                return None
            length, checksum, words, words_checksum = (
                int.from_bytes(head[start : start + _NUMBER], "big") for start in range(len(MAGIC), len(head), _NUMBER)
            )
            body = file.read(length)
    except (OSError, OverflowError, MemoryError):
        return None
    if len(body) != length or crc32(body) != checksum:
        return None
    kept: dict[str, Any] = marshal.loads(body)
    behind = Dictionary(lambda: _behind(path, len(head) + length, words, words_checksum))
    book = used(kept)  # before anything is decoded
    facts = Table(kept["facts"], lambda id, fact: decode(fact))
    return _knowledge(kept, facts), _prepared(kept, facts, book, behind)


def _behind(path: str, start: int, length: int, checksum: int) -> bytes:
    """The dictionary behind the rest; as it was made, when the file is not whole or was replaced meanwhile."""
    try:
        with open(path, "rb") as file:
            file.seek(start)
            block = file.read(length)
    except (OSError, OverflowError, MemoryError):
        block = b""
    return block if block and crc32(block) == checksum else dictionary(ENGLISH.code).block


def _knowledge(kept: Mapping[str, Any], facts: Mapping[str, Fact]) -> Knowledge:
    others = {name: Table(kept[name], lambda id, record: decode(record)) for name in _ONE_BY_ONE if name != "facts"}
    return Knowledge(decode(kept["topic"]), others["sources"], others["entities"], others["concepts"], facts)


def _prepared(kept: Mapping[str, Any], facts: Mapping[str, Fact], book: Wordbook, words: Dictionary) -> Prepared:
    return Prepared(
        readings=Table(kept["readings"], lambda id, fields: Reading(facts[id], *map(decode, fields))),
        traits=_Rows(kept["traits"]),
        wordbook=book,
        dictionary=words,
        **{name: kept[name] for name in _AS_THEY_ARE},
    )


class Table(Mapping[str, Any]):
    """Records by id, each decoded when it is first asked for."""

    def __init__(self, kept: Mapping[str, bytes], decoded: Callable[[str, Any], Any]) -> None:
        self._kept = kept
        self._decode = decoded
        self._decoded: dict[str, Any] = {}

    def __getitem__(self, id: str) -> Any:
        if id not in self._decoded:
            self._decoded[id] = self._decode(id, marshal.loads(self._kept[id]))
        return self._decoded[id]

    def __contains__(self, id: object) -> bool:
        return id in self._kept

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


class _Rows(Sequence[Traits]):
    """Traits by number, each made when it is asked for."""

    def __init__(self, kept: Sequence[tuple[Any, ...]]) -> None:
        self._kept = kept

    def __getitem__(self, number: Any) -> Any:
        return Traits(*self._kept[number])

    def __len__(self) -> int:
        return len(self._kept)
