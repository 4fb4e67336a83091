"""The index: which facts share terms with a query, scored by BM25.

Each fact enters with its text and with each of its `asks` as an entry of its own, and scores as its best
entry. The weights come from rank-bm25 (bot/postings.py); here they are only added up, entry by entry.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence

# Of short snippets term frequency saturates at once and length says little (Robertson & Zaragoza 2009 give the
# formula). `python benchmarks/parameters.py` asks the fixed questions with each: these are right in 2,440 of 2,601, as
# is k1 1.2 with b 0.4; the others between k1 0.5 and 2.0 and b 0.2 and 0.75 in 2,431 to 2,439, without any regard
# for length (b 0) in 2,397. So little depends on it here; on SQuAD's 13,447 sentences these find the right one first
# in .640 of the questions, 1.2 with .75 in .618.
K1 = 0.9
B = 0.4

# Postings that are kept unpacked, 100 bytes each: all that the terms of 25,000 facts have.
MOST_READ = 500_000

# Numbers and weights as bytes in the machine's own form, so that a table of them is kept and loaded as one object.
Packed = bytes
Postings = Mapping[str, tuple[Packed, Packed]]  # of each term: numbers of its entries, and its share of their scores
Alternatives = tuple[tuple[str, float], ...]  # terms with weights, of which the best in an entry counts


def inverse_document_frequency(total: int, containing: int) -> float:
    """ln(1 + (N - n + 0.5) / (n + 0.5)): Lucene's form of Robertson's idf, never negative."""
    return math.log(1 + (total - containing + 0.5) / (containing + 0.5))


def packed_numbers(numbers: Iterable[int]) -> Packed:
    """Numbers from 0 to 2**32 - 1, to be read with `numbers`."""
    return array("I", numbers).tobytes()


def packed_weights(weights: Iterable[float]) -> Packed:
    """Weights, to be read with `weights`."""
    return array("d", weights).tobytes()


def numbers(packed: Packed) -> Sequence[int]:
    """What `packed_numbers` packed, without a copy."""
    return memoryview(packed).cast("I")


def weights(packed: Packed) -> Sequence[float]:
    """What `packed_weights` packed, without a copy."""
    return memoryview(packed).cast("d")


class Index:
    """Scores facts for weighted terms. Facts are told by number; `facts` has that of each entry.

    >>> index = Index([7, 8], {"dog": (packed_numbers([0]), packed_weights([1.5]))})
    >>> index.search([(("dog", 1.0), ("hound", 0.5))])
    {7: 1.5}
    """

    def __init__(self, facts: Sequence[int], postings: Postings) -> None:
        self._facts = facts
        self._postings = postings
        self._read: dict[str, dict[int, float]] = {}  # the postings that were asked for: common words come again
        self._room = MOST_READ

    def search(self, wanted: Iterable[Alternatives]) -> dict[int, float]:
        """The facts that contain anything of what is wanted, each with its best entry's BM25 score."""
        # The longest first: its table is the sums' beginning, and only the others are gone through.
        tables = sorted(map(self._shares, wanted), key=len, reverse=True)
        scores = dict(tables[0]) if tables else {}
        get = scores.get
        for table in tables[1:]:
            for entry, share in table.items():
                scores[entry] = get(entry, 0.0) + share
        facts, best = self._facts, dict[int, float]()
        get = best.get
        for entry, score in scores.items():
            fact = facts[entry]
            if score > get(fact, 0.0):
                best[fact] = score
        return best

    def _shares(self, alternatives: Alternatives) -> Mapping[int, float]:
        """Each entry's share of the alternative that scores best in it."""
        tables = [(self._table(term), weight) for term, weight in alternatives if term in self._postings]
        if len(tables) == 1 and tables[0][1] == 1.0:
            return tables[0][0]
        found: dict[int, float] = {}
        get = found.get
        for table, weight in tables:
            for entry, share in table.items():
                if weight * share > get(entry, 0.0):
                    found[entry] = weight * share
        return found

    def _table(self, term: str) -> Mapping[int, float]:
        """The entries that have the term, with its share of their scores."""
        if term not in self._read:
            entries, shares = self._postings[term]
            table = dict(zip(numbers(entries), weights(shares), strict=True))
            if len(table) > self._room:
                self._read.clear()  # what is often asked for is soon there again
                self._room = MOST_READ
            self._read[term] = table
            self._room -= len(table)
        return self._read[term]
