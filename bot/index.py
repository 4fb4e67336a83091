"""The index: rank-bm25 over every way a fact is said.

Each fact enters with its text and with each of its `asks` as an entry of its own, and scores as its best
entry. The model is rank-bm25's Okapi with Lucene's never-negative idf; its statistics are read into
postings once, which gives the same scores while touching only entries that share a term.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rank_bm25 import BM25Okapi

# Short snippets: term frequency saturates at once and length says little
# (measured best on sentences among the usual settings; Robertson & Zaragoza 2009 give the formula).
K1 = 0.9
B = 0.4


def inverse_document_frequency(total: int, containing: int) -> float:
    """ln(1 + (N - n + 0.5) / (n + 0.5)): Lucene's form of Robertson's idf, never negative."""
    return math.log(1 + (total - containing + 0.5) / (containing + 0.5))


class LuceneBM25(BM25Okapi):
    """rank-bm25's Okapi with `inverse_document_frequency`, which stays positive in small collections."""

    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = {term: inverse_document_frequency(self.corpus_size, n) for term, n in nd.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One way a fact is said, as index terms."""

    fact: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A fact with its best entry's BM25 score."""

    fact: str
    score: float


class Index:
    """Ranks facts for weighted terms.

    >>> index = Index([Entry("a", ("dog",)), Entry("b", ("cat",))])
    >>> [scored.fact for scored in index.search([(("dog", 1.0), ("hound", 0.5))])]
    ['a']
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._facts = [entry.fact for entry in entries]
        self._model = LuceneBM25([list(entry.terms) for entry in entries] or [[""]], k1=K1, b=B)
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        self._read_postings()
        self.vocabulary = frozenset(self._postings)

    def _read_postings(self) -> None:
        """Each term's entries with the term's share of their score, by rank-bm25's own formula."""
        model = self._model
        for number, frequencies in enumerate(model.doc_freqs):
            norm = model.k1 * (1 - model.b + model.b * model.doc_len[number] / model.avgdl)
            for term, frequency in frequencies.items():
                share = model.idf[term] * frequency * (model.k1 + 1) / (frequency + norm)
                self._postings[term].append((number, share))

    def search(self, wanted: Iterable[Iterable[tuple[str, float]]]) -> list[Scored]:
        """Facts that contain anything of what is wanted, best first, ties by id.

        Each thing wanted is some (term, weight) alternatives, of which the one that scores best in an entry counts.
        """
        scores: defaultdict[int, float] = defaultdict(float)
        for alternatives in wanted:
            best: dict[int, float] = {}
            for term, weight in alternatives:
                for number, share in self._postings.get(term, ()):
                    best[number] = max(best.get(number, 0.0), weight * share)
            for number, share in best.items():
                scores[number] += share
        facts: dict[str, float] = {}
        for number, score in scores.items():
            fact = self._facts[number]
            facts[fact] = max(facts.get(fact, 0.0), score)
        return [Scored(fact, score) for fact, score in sorted(facts.items(), key=lambda pair: (-pair[1], pair[0]))]
