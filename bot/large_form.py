"""The form in which large knowledge is kept: what stands in a Xapian database, under which names.

Each index entry is a document: a fact's text, then each of its asks. Its terms count for BM25. The first document of a
fact also carries, as terms that count for nothing and add nothing to its length, every name by which the fact is
looked up, and as data what ranking needs of it; the second has the rest. Documents are numbered so that the first of a
fact is found from any of them.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from hashlib import blake2b
from zlib import crc32

from bot import searching
from bot.dates import Interval
from bot.keys import key as short
from bot.model import Fact, Kind
from bot.periods import Period, Relation
from bot.plain import decode, encode
from bot.prepared import Traits, defined, traits
from bot.reading import Read, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
else:  # typing takes time to import, and only its checkers need it
    Any = object

# Document numbers from one fact to the next: more entries than a fact has. Xapian numbers documents up to 2**32 - 1,
# so that a database holds 16 million facts.
STRIDE = 256
MOST_ASKS = STRIDE - 1
LONGEST_TERM = 200  # bytes, of 245 that Xapian takes
SHARD = "shard-{number}"  # the folder of a database, numbered from 1

# Slots of values. By ID the entries of a fact become one; START and END are its first and last day; BY_SUPPORT orders
# facts: most sources first, then the earliest, then by id.
ID, START, END, BY_SUPPORT = range(4)
MOST_SOURCES = 255  # that are told apart in that order

_MADE_BY = (
    "calendars", "dates", "dictionary", "english", "english_asked", "english_calendar", "english_light", "figures",
    "index", "keys", "language", "large_form", "lexicon", "model", "periods", "plain", "prepared", "reading",
    "records", "searching", "spans", "text", "written",
)  # fmt: skip

ENTRY = "T"  # begins the terms that BM25 counts
_TABLES = {
    searching.OWN: "O", searching.ABOUT: "A", searching.MENTIONED: "M", searching.LISTS: "L",
    searching.DISPUTING: "D", searching.SERIES: "S", searching.DEFINING: "F",
    searching.WORDINGS: "X",
}  # fmt: skip
_ID, _KEY, _BEGINS, _WITHIN = "Q", "K", "B", "W"

# What is kept beside the documents.
HEAD, STAMP, DICTIONARY, SOURCE, WORD, POSITION = "head", "stamp", "dictionary", "source ", "word ", "position"


def entry_term(key: str) -> str:
    """The term of an index key."""
    return _term(ENTRY, key)


def table_term(table: str, name: str) -> str:
    """The term of the facts that have the name in the table."""
    return _term(_TABLES[table], name)


def id_term(id: str) -> str:
    """The term of the fact with this id."""
    return _term(_ID, id)


def key_term(key: str) -> str:
    """The term of the fact with this short name."""
    return _term(_KEY, key)


def begins_term(day: int) -> str:
    """The term of the facts that begin to hold on the day with this ordinal."""
    return _term(_BEGINS, str(day))


def within_term(period: str) -> str:
    """The term of the facts that lie within a year (2024) or month (2024-02), but for gaps and disputes."""
    return _term(_WITHIN, period)


def _term(prefix: str, name: str) -> str:
    written = name.encode("utf-8", "surrogateescape")
    if len(written) > LONGEST_TERM or b"\0" in written:
        return f"{prefix}\1{blake2b(written, digest_size=16).hexdigest()}"
    return prefix + name


def day_value(day: int) -> bytes:
    """A day's ordinal as a value: in the order of days."""
    return day.to_bytes(4, "big")


def support_value(fact: Fact) -> bytes:
    """Where a fact stands when the best supported come first."""
    sources = MOST_SOURCES - min(len(fact.sources), MOST_SOURCES)
    return bytes([sources]) + day_value(fact.when.start.toordinal()) + fact.id.encode()


def names(read: Read) -> Iterator[str]:
    """The terms under which a fact is looked up."""
    fact, reading = read.reading.fact, read.reading
    tables: dict[str, Iterable[str]] = {
        searching.OWN: reading.own,
        searching.ABOUT: fact.about,
        searching.MENTIONED: reading.mentioned,
        searching.LISTS: (fact.items.relation,) if fact.items else (),
        searching.DISPUTING: fact.disputes,
        searching.SERIES: (fact.series,) if fact.series else (),
        searching.DEFINING: defined(fact),
        searching.WORDINGS: read.wordings,
    }
    yield id_term(fact.id)
    yield key_term(short("fact", fact.id))
    yield begins_term(fact.when.start.toordinal())
    if not fact.gap and not fact.disputes:
        first, last = str(fact.when.start), str(fact.when.end)
        yield from (within_term(first[:length]) for length in (4, 7) if first[:length] == last[:length])
    for table, having in tables.items():
        yield from (table_term(table, name) for name in having)


def ranked(read: Read) -> bytes:
    """What ranking needs of a fact."""
    reading, found = read.reading, traits(read.reading)
    given = frozenset(map(str, found.gives))
    told = (found.about, given, found.series, found.sources, found.gap, found.start, found.end)
    tables = (_joined(getattr(reading, table)) for table in _JOINED)
    return marshal.dumps((reading.fact.id, told, *tables))


def _joined(names: Iterable[str]) -> str:
    """Names as one text: it is looked through as quickly, and the garbage collector has nothing to do with it."""
    return "\0" + "".join(f"{name}\0" for name in sorted(names))


def _parted(joined: str) -> frozenset[str]:
    """The names that `_joined` made one text of."""
    return frozenset(joined[1:-1].split("\0")) if len(joined) > 1 else frozenset()


def shown(read: Read) -> bytes:
    """All else, for facts that are judged and shown. Plain values for what `decode` would take long for."""
    reading, fact = read.reading, read.reading.fact
    when = (fact.when.start.toordinal(), fact.when.end.toordinal(), fact.when.approximate)
    plain = (fact.text, when, tuple(map(str, fact.gives)), fact.asks, fact.sources, fact.series, fact.disputes)
    rare = tuple(encode(getattr(fact, name)) for name in _RARE)
    times = tuple(encode(getattr(reading, name)) if getattr(reading, name) else None for name in _TIMES)
    return marshal.dumps((plain, rare if any(getattr(fact, name) for name in _RARE) else None,
                          (reading.named, reading.asked_of, reading.denies, reading.reporters), times))  # fmt: skip


_JOINED = (searching.OWN, searching.TOLD, searching.MENTIONED, searching.ATTRIBUTES)
_RARE = ("confirmed", "values", "items")  # fields of a fact that most have not
_TIMES = ("times", "asked_times")  # fields of a reading that are often empty


def made_by() -> str:
    """What the form of what is kept depends on: a checksum of the rooms that read facts and write them down."""
    rooms = (os.path.join(os.path.dirname(__file__), f"{room}.py") for room in _MADE_BY)
    checksum = 0
    for path in rooms:
        with open(path, "rb") as file:
            checksum = crc32(file.read(), checksum)
    return f"{checksum:08x} {sys.version_info[:2]}"


class Row:
    """A fact as it is kept. `document` is the number of its first document."""

    __slots__ = ("_shown", "attributes", "document", "id", "mentioned", "own", "told", "traits")
    id: str

    def __init__(self, kept: bytes, document: int) -> None:
        self.id, told, self.own, self.told, self.mentioned, self.attributes = marshal.loads(kept)
        self.traits = Traits(*told)
        self.document = document
        self._shown: Reading | None = None

    def has(self, table: str, name: str) -> bool:
        """Whether the fact has the name in a table."""
        if table == searching.ABOUT:
            return name in self.traits.about
        return f"\0{name}\0" in getattr(self, table)

    def reading(self, kept: Callable[[], bytes]) -> Reading:
        """What the fact says, from the data of its second document."""
        if self._shown is None:
            plain, rare, (named, asked_of, denies, reporters), times = marshal.loads(kept())
            text, (start, end, approximate), gives, asks, sources, series, disputes = plain
            fact = Fact(
                id=self.id,
                text=text,
                when=Interval(date.fromordinal(start), date.fromordinal(end), approximate),
                about=self.traits.about,
                gives=tuple(map(Kind, gives)),
                asks=asks,
                sources=sources,
                series=series,
                disputes=disputes,
                gap=self.traits.gap,
                **({} if rare is None else dict(zip(_RARE, map(decode, rare), strict=True))),
            )
            said, asked = (() if one is None else tuple(map(_period, one[1:])) for one in times)
            own, written, mentioned, attributes = (_parted(getattr(self, table)) for table in _JOINED)
            self._shown = Reading(
                fact, written, own, named, mentioned, asked_of, said, asked, attributes, denies, reporters
            )
        return self._shown


def _period(kept: Any) -> Period:
    """What `encode` made of a period, decoded in a tenth of the time that `decode` takes."""
    _, (_, (_, first), (_, last), approximate), (_, relation), start, end, latest = kept
    days = Interval(date.fromordinal(first), date.fromordinal(last), approximate)
    return Period(days, Relation(relation), start, end, latest)


def disputing(whole: Any, shards: int) -> dict[str, Fact]:
    """The facts of a database that dispute another, by id. It is made of so many."""
    terms = [term.term for term in whole.allterms(_TABLES[searching.DISPUTING])]
    return {fact.id: fact for term in terms for fact in _facts(whole, shards, term)}


def in_series(whole: Any, shards: int, series: str) -> dict[str, Fact]:
    """Its facts of a series, by id."""
    return {fact.id: fact for fact in _facts(whole, shards, table_term(searching.SERIES, series))}


def _facts(whole: Any, shards: int, term: Any) -> Iterator[Fact]:
    for posting in whole.postlist(term):
        first, second = (whole.get_document(posting.docid + more).get_data() for more in (0, shards))
        yield Row(first, posting.docid).reading(lambda second=second: second).fact  # type: ignore[misc]


def twice(whole: Any) -> Iterator[str]:
    """The ids that several of its facts have."""
    return (term.term.decode().removeprefix(_ID) for term in whole.allterms(_ID) if term.termfreq > 1)


def lost(whole: Any) -> frozenset[str]:
    """The ids of facts that are disputed and not there."""
    prefix = _TABLES[searching.DISPUTING]
    ids = (term.term.decode().removeprefix(prefix) for term in whole.allterms(prefix))
    return frozenset(id for id in ids if not whole.term_exists(id_term(id)))
