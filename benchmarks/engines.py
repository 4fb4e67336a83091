"""Engines that rank entries of terms: each builds what it needs, keeps it in a folder where it can, and is asked for
the best ten. All are given the same terms, so that none is measured by how it cuts up text; those that let one choose
have the program's k1 and b. Each imports its package itself, as that is part of the time that loading takes.
"""

from __future__ import annotations

import heapq
import marshal
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.index import K1, B, Index

BEST = 10  # results
BATCH = 100_000  # entries between two commits: the writers keep no more in memory

Entry = tuple[int, list[str]]  # the number of the fact, and the terms
Search = Callable[[Sequence[str]], Sequence[object]]


class Engine(Protocol):
    """What is measured. `package` is what has to be installed."""

    package: str

    def build(self, entries: Iterable[Entry], folder: Path) -> Search | None:
        """Index the entries: into the folder, or, for an engine that cannot keep anything, a function that searches."""
        ...

    def load(self, folder: Path) -> Search:
        """Searches what was built into the folder."""
        ...


class OurIndex:
    """The program's own: rank-bm25's statistics as postings in memory. Ranks facts by their best entry."""

    package = "rank_bm25"

    def build(self, entries: Iterable[Entry], folder: Path) -> None:
        from bot.postings import fitted, postings

        pairs = list(entries)
        kept = ([fact for fact, _ in pairs], postings(fitted([terms for _, terms in pairs])))
        (folder / "index").write_bytes(marshal.dumps(kept))

    def load(self, folder: Path) -> Search:
        index = Index(*marshal.loads((folder / "index").read_bytes()))

        def search(terms: Sequence[str]) -> Sequence[object]:
            scores = index.search([((term, 1.0),) for term in terms])
            return heapq.nlargest(BEST, scores, key=scores.__getitem__)

        return search


class RankBM25:
    """rank-bm25's `get_scores` and the ten largest, looked for among those that are not 0; it keeps nothing."""

    package = "rank_bm25"

    def build(self, entries: Iterable[Entry], folder: Path) -> Search:
        import numpy as np

        from bot.postings import LuceneBM25

        model = LuceneBM25([terms for _, terms in entries], k1=K1, b=B)

        def search(terms: Sequence[str]) -> Sequence[object]:
            scores = model.get_scores(terms)
            some = np.flatnonzero(scores)
            return some[np.argsort(scores[some])[-BEST:]].tolist()

        return search

    def load(self, folder: Path) -> Search:
        raise NotImplementedError("rank-bm25 keeps nothing")


class BM25S:
    """bm25s with numpy. Most of its time goes into numpy's `argpartition` over all entries, most of which have 0."""

    package = "bm25s"

    def build(self, entries: Iterable[Entry], folder: Path) -> None:
        import bm25s

        model = bm25s.BM25(k1=K1, b=B, method="lucene")
        model.index([terms for _, terms in entries], show_progress=False)
        model.save(folder / "bm25s", show_progress=False)

    def load(self, folder: Path) -> Search:
        import bm25s

        model = bm25s.BM25.load(folder / "bm25s", show_progress=False)
        return lambda terms: model.retrieve([list(terms)], k=BEST, show_progress=False)[0][0].tolist()


class SQLite:
    """SQLite's full-text index, FTS5; its k1 is 1.2 and its b 0.75 for good."""

    package = "sqlite3"

    def build(self, entries: Iterable[Entry], folder: Path) -> None:
        with sqlite3.connect(folder / "fts5") as connection:
            connection.execute("CREATE VIRTUAL TABLE entry USING fts5(terms, content='')")
            rows = ((number, " ".join(terms)) for number, (_, terms) in enumerate(entries))
            connection.executemany("INSERT INTO entry(rowid, terms) VALUES (?, ?)", rows)

    def load(self, folder: Path) -> Search:
        connection = sqlite3.connect(folder / "fts5")
        query = f"SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY rank LIMIT {BEST}"
        return lambda terms: connection.execute(query, (" OR ".join(f'"{term}"' for term in terms),)).fetchall()


class Tantivy:
    """tantivy, in Rust; its k1 is 1.2 and its b 0.75 for good."""

    package = "tantivy"

    def build(self, entries: Iterable[Entry], folder: Path) -> None:
        import tantivy

        place = folder / "tantivy"
        place.mkdir()
        writer = self._index(place).writer()
        for _, terms in entries:
            writer.add_document(tantivy.Document(terms=" ".join(terms)))
        writer.commit()
        writer.wait_merging_threads()

    def load(self, folder: Path) -> Search:
        import tantivy

        index = self._index(folder / "tantivy")
        schema, searcher = index.schema, index.searcher()

        def search(terms: Sequence[str]) -> Sequence[object]:
            some = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "terms", term)) for term in terms]
            return list(searcher.search(tantivy.Query.boolean_query(some), BEST).hits)

        return search

    def _index(self, place: Path) -> object:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("terms", stored=False, tokenizer_name="blanks", index_option="freq")
        index = tantivy.Index(schema.build(), str(place))
        index.register_tokenizer("blanks", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        return index


class Xapian:
    """Xapian, in C++."""

    package = "xapian"

    def build(self, entries: Iterable[Entry], folder: Path) -> None:
        import xapian

        database = xapian.WritableDatabase(str(folder / "xapian"), xapian.DB_CREATE)
        rest = iter(entries)
        while some := list(islice(rest, BATCH)):
            for _, terms in some:
                document = xapian.Document()
                for term in terms:
                    document.add_term(term)
                database.add_document(document)
            database.commit()
        database.close()

    def load(self, folder: Path) -> Search:
        import xapian

        enquire = xapian.Enquire(xapian.Database(str(folder / "xapian")))
        enquire.set_weighting_scheme(xapian.BM25Weight(K1, 0, 1, B, 0))

        def search(terms: Sequence[str]) -> Sequence[object]:
            enquire.set_query(xapian.Query(xapian.Query.OP_OR, list(terms)))
            return [match.docid for match in enquire.get_mset(0, BEST)]

        return search


ENGINES: dict[str, Engine] = {
    "the index": OurIndex(),
    "rank-bm25": RankBM25(),
    "bm25s": BM25S(),
    "SQLite FTS5": SQLite(),
    "tantivy": Tantivy(),
    "Xapian": Xapian(),
}
