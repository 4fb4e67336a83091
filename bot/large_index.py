"""Large knowledge, searched where it is kept: in one Xapian database or several.

Scores are those of `bot.index` up to the rounding of floats. Only the best CANDIDATES facts of a search are looked at,
which is all of them in a folder with fewer. Facts are told by their ids.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar
from zlib import crc32

import xapian
from xapian import Enquire, Query

from bot import large_form as form
from bot.dates import Interval
from bot.dictionary import Dictionary
from bot.index import K1, Alternatives, B, inverse_document_frequency
from bot.large_form import STRIDE, Row
from bot.lexicon import Wordbook
from bot.model import Fact
from bot.prepared import Traits
from bot.reading import Reading
from bot.searching import Key
from bot.shards import Shards

# Facts that a search finds at most. Of the 588 that come with the program so many are looked at, and every reply to the
# fixed questions is the same as if all were; with 200, one of 2,601 is another.
CANDIDATES = 256
ENTRIES = (2, 8, 64)  # times as many entries are looked at, until they are of enough facts
FEW = 4  # of the candidates a fourth must be left without those that score as the next one
MOST_HAVING = 1_000  # facts that are looked up by one name at most: the first in the order of the files
MOST_YEARS = 20  # of a period whose years are looked up one by one
REMEMBERED = 8_192  # facts, of some 5 KB each
FREQUENCIES = 65_536  # remembered, of some 100 bytes each
DIGITS = 9  # of a score behind the point: further ones depend on the order in which a database sums it up
_RARE = 2.0  # below this ratio of entries without a term to those with it Xapian's idf takes another form

Name = TypeVar("Name")
T = TypeVar("T")


class Recent(Generic[Name, T]):
    """Remembers what was asked for lately: at least the last `most` / 2 things, at most `most`."""

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._young: dict[Name, T] = {}
        self._old: dict[Name, T] = {}

    def get(self, name: Name) -> T | None:
        """What is remembered under the name."""
        found = self._young.get(name)
        if found is None and name in self._old:
            found = self._old[name]
            self.put(name, found)
        return found

    def put(self, name: Name, thing: T) -> None:
        """Remember something."""
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[name] = thing


class Found(dict[Key, float]):
    """The scores of facts by id, and what is kept of each."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []


class Large:
    """A `Searchable` whose facts stay where they are until they are asked for."""

    def __init__(self, shards: Shards, head: Mapping[str, Any], book: Wordbook, candidates: int = CANDIDATES) -> None:
        self.words: frozenset[str] = head["words"]
        self.wordbook = book
        self.dictionary: Container[str] = Dictionary(lambda: shards.ask(_dictionary))
        self._shards = shards
        self._facts, self._entries = int(head["facts"]), int(head["entries"])
        self._candidates = candidates
        self._rows = Recent[int, Row](REMEMBERED)  # by their first documents, which are told by the facts' ids
        self._documents = Recent[str, int](REMEMBERED)
        self._weight = xapian.BM25Weight(K1, 0, 0, B, 0)
        self._frequency = lru_cache(FREQUENCIES)(self._ask_frequency)

    def __len__(self) -> int:
        return self._facts

    def search(self, wanted: tuple[Alternatives, ...]) -> Mapping[Key, float]:
        query = self._query(wanted)
        if query is None:
            return Found()

        def found(whole: xapian.Database, parts: Sequence[xapian.Database]) -> Found:
            scores = Found()
            for document, score in self._best(whole, query, len(parts)):
                row = self._row(whole, document)
                scores.rows.append(row)
                scores[row.id] = score
            return scores

        return self._shards.ask(found)

    def _best(self, whole: xapian.Database, query: Query, shards: int) -> Sequence[tuple[int, float]]:
        """The best facts by their first documents, with their scores. Where there are more, those that score as the
        next one are left out, so that it does not depend on numbers of documents which are told; where that would leave
        few, those whose ids come first are told."""
        most = self._candidates
        found = self._facts_of(whole, query, shards, by_id=False)
        if len(found) <= most:
            return found
        better = [one for one in found[:most] if one[1] > found[most][1]]
        return better if len(better) > most // FEW else self._facts_of(whole, query, shards, by_id=True)[:most]

    def _facts_of(self, whole: xapian.Database, query: Query, shards: int, by_id: bool) -> Sequence[tuple[int, float]]:
        """Facts, each with its best entry's score, best first: more than candidates, if there are."""
        found: dict[int, float] = {}
        for entries in (self._candidates * times for times in ENTRIES):
            enquire = Enquire(whole)
            enquire.set_query(query)
            enquire.set_weighting_scheme(self._weight)
            if by_id:
                enquire.set_sort_by_relevance_then_value(form.ID, False)
            matches = enquire.get_mset(0, entries)
            at = matches._begin()  # its own iterator makes an object of each match
            found = {}
            for _ in range(len(matches)):
                found.setdefault(_first(at.get_docid(), shards), round(at.get_weight(), DIGITS))
                at.__next__()
            if len(matches) < entries or len(found) > self._candidates:
                break
        return list(found.items())

    def _query(self, wanted: Iterable[Alternatives]) -> Query | None:
        """The best of each alternatives, summed up; None where nothing is known of any."""
        summed: list[Query] = []
        for alternatives in wanted:
            known = [(form.entry_term(key), weight) for key, weight in alternatives]
            scaled = [
                Query(Query.OP_SCALE_WEIGHT, Query(term), weight * self._scale(having))
                for term, weight in known
                if (having := self._frequency(term))
            ]
            if scaled:
                summed.append(scaled[0] if len(scaled) == 1 else Query(Query.OP_MAX, scaled))
        return Query(Query.OP_OR, summed) if summed else None

    def _scale(self, having: int) -> float:
        """Our idf of a term that so many entries have, as a multiple of Xapian's (xapian-core's bm25weight.cc)."""
        ratio = (self._entries - having + 0.5) / (having + 0.5)
        theirs = math.log(ratio if ratio >= _RARE else ratio * 0.5 + 1)
        return inverse_document_frequency(self._entries, having) / theirs

    def fact(self, key: Key) -> Fact:
        return self.reading(str(key)).fact

    def reading(self, id: str) -> Reading:
        row = self.row(id)
        second = row.document + len(self._shards)
        return row.reading(lambda: self._shards.ask(lambda whole, parts: _data(whole, second)))

    def traits(self, key: Key) -> Traits:
        return self.row(str(key)).traits

    def among(self, found: Mapping[Key, float], table: str, name: str) -> Iterable[Key]:
        rows = found.rows if isinstance(found, Found) else [self.row(str(key)) for key in found]
        return [row.id for row in rows if row.has(table, name)]

    def having(self, table: str, name: str) -> Iterator[Key]:
        for document in self._listed(Query(form.table_term(table, name)), None, MOST_HAVING):
            yield self._at(document).id

    def frequency(self, table: str, name: str) -> int:
        return self._frequency(form.table_term(table, name))

    def begins_on(self, day: int) -> bool:
        return self._frequency(form.begins_term(day)) > 0

    def happened(self, asked: Interval, about: frozenset[str], most: int) -> list[Fact]:
        told = Query(Query.OP_OR, [Query(form.table_term("about", entity)) for entity in sorted(about)])
        years = range(asked.start.year, asked.end.year + 1)
        periods = [f"{year:04}" for year in years[:MOST_YEARS]]
        if (asked.start.year, asked.start.month) == (asked.end.year, asked.end.month):
            periods = [str(asked.start)[:7]]
        if len(years) <= MOST_YEARS:
            told = Query(Query.OP_AND, told, Query(Query.OP_OR, [Query(form.within_term(one)) for one in periods]))
        first, last = (form.day_value(day.toordinal()) for day in (asked.start, asked.end))
        times = (Query(Query.OP_VALUE_GE, form.START, first), Query(Query.OP_VALUE_LE, form.END, last))
        documents = self._listed(Query(Query.OP_FILTER, [told, *times]), form.BY_SUPPORT, most)
        return [self.fact(self._at(document).id) for document in documents]

    def row(self, id: str) -> Row:
        """The fact with this id as it is kept. Raises KeyError."""
        document = self._documents.get(id)
        if document is None:
            document = next(iter(self._listed(Query(form.id_term(id)), None, 1)), None)
            if document is None:
                raise KeyError(id)
        return self._at(document)

    def keyed(self, key: str) -> str:
        """The id of the fact with this short name. Raises KeyError."""
        documents = self._listed(Query(form.key_term(key)), None, 1)
        if not documents:
            raise KeyError(key)
        return self._at(documents[0]).id

    def ids(self) -> Iterator[str]:
        """The ids of all facts, in their order."""
        last: str | None = ""
        while last is not None:
            some, last = self._shards.ask(lambda whole, parts, last=last: _ids(whole, last))  # type: ignore[misc]
            yield from some

    def source(self, id: str) -> bytes:
        """What is kept of a source, nothing where there is none with this id."""
        place, name = crc32(id.encode()) % len(self._shards), form.SOURCE + id
        kept: bytes = self._shards.ask(lambda whole, parts: parts[place].get_metadata(name))
        return kept

    def sources(self) -> Iterator[str]:
        """The ids of all sources."""
        for place in range(len(self._shards)):
            keys = self._shards.ask(lambda whole, parts, place=place: list(parts[place].metadata_keys(form.SOURCE)))  # type: ignore[misc]
            yield from (key.decode().removeprefix(form.SOURCE) for key in keys)

    def _at(self, document: int) -> Row:
        """What is kept in a document, which is the first of its fact."""
        return self._rows.get(document) or self._shards.ask(lambda whole, parts: self._row(whole, document))

    def _row(self, whole: xapian.Database, document: int) -> Row:
        """The same; a fact is one and the same, however often it is asked for."""
        found = self._rows.get(document)
        if found is None:
            found = Row(_data(whole, document), document)
            self._rows.put(document, found)
            self._documents.put(found.id, document)
        return found

    def _listed(self, query: Query, order: int | None, most: int) -> list[int]:
        """The documents that match, in the order of the files or of a value."""

        def found(whole: xapian.Database, parts: Sequence[xapian.Database]) -> list[int]:
            enquire = Enquire(whole)
            enquire.set_query(query)
            enquire.set_weighting_scheme(xapian.BoolWeight())
            enquire.set_docid_order(Enquire.ASCENDING)
            if order is not None:
                enquire.set_sort_by_value(order, False)
            return [match.docid for match in enquire.get_mset(0, most)]

        return self._shards.ask(found)

    def _ask_frequency(self, term: str) -> int:
        return int(self._shards.ask(lambda whole, parts: whole.get_termfreq(term)))


def _dictionary(whole: xapian.Database, parts: Sequence[xapian.Database]) -> bytes:
    found: bytes = parts[0].get_metadata(form.DICTIONARY)
    return found


def _data(whole: xapian.Database, document: int) -> bytes:
    """What is kept in a document that is known to be there."""
    found: bytes = whole.get_document(document, xapian.DOC_ASSUME_VALID).get_data()
    return found


def _first(document: int, shards: int) -> int:
    """The number of the first document of the fact that a document belongs to; Xapian deals the numbers of several
    databases out in turn."""
    own, shard = divmod(document - 1, shards)
    return ((own + 1) // STRIDE * STRIDE - 1) * shards + shard + 1


_SOME = 10_000  # ids that are asked for at a time


def _ids(whole: xapian.Database, last: str) -> tuple[list[str], str | None]:
    """Some ids behind the last, and the last of them if there are more."""
    prefix = form.id_term("")
    terms = whole.allterms(prefix)
    found: list[str] = []
    if last:
        terms.skip_to(form.id_term(last))
    for term in terms:
        id = term.term.decode().removeprefix(prefix)
        if id != last:
            found.append(id)
        if len(found) == _SOME:
            return found, id
    return found, None
