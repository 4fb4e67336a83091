"""rank-bm25 over index entries, and what it knows as postings.

The model is rank-bm25's: its object, fitted on the entries, supplies idf, frequencies, lengths and parameters.
Its statistics are read once into postings, which give the scores of its `get_scores` while only entries that
have a term are touched. Imported only where knowledge is prepared: numpy takes time to load.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from rank_bm25 import BM25Okapi

from bot.index import K1, B, Postings, inverse_document_frequency, packed_numbers, packed_weights


class Model(Protocol):
    """What every model of rank-bm25 has once it is fitted."""

    k1: float
    b: float
    avgdl: float
    doc_len: list[int]
    doc_freqs: list[dict[str, int]]
    idf: dict[str, float]


class LuceneBM25(BM25Okapi):
    """rank-bm25's Okapi with Lucene's idf, which stays positive in small collections.

    Okapi's own is zero for a term in half of the entries and negative for one in more; rank-bm25 puts a quarter of
    the mean idf in place of a negative one, which is negative itself in a collection of one. On the fixed questions
    Okapi and BM25Plus (without its `delta`) are right in 2,440 as this one is, so that nothing is lost.
    """

    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = {term: inverse_document_frequency(self.corpus_size, n) for term, n in nd.items()}


def fitted(entries: Sequence[Sequence[str]]) -> Model:
    """The model that ranks, fitted on the terms of each entry. rank-bm25 cannot be fitted on none: an entry
    without terms stands in."""
    model: Model = LuceneBM25([list(entry) for entry in entries] or [[]], k1=K1, b=B)
    return model


def postings(model: Model) -> Postings:
    """Each term's entries, with the term's share of their score by the formula of the model's `get_scores`.

    The sum of a query's terms is the score. rank-bm25's BM25Plus adds `delta` times the terms' idf to every entry,
    with or without the terms, which ranks nothing and is left out.
    """
    found: defaultdict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for number, frequencies in enumerate(model.doc_freqs):
        if not frequencies:
            continue
        norm = model.k1 * (1 - model.b + model.b * model.doc_len[number] / model.avgdl)
        for term, frequency in frequencies.items():
            numbers, shares = found[term]
            numbers.append(number)
            shares.append(model.idf[term] * frequency * (model.k1 + 1) / (frequency + norm))
    return {term: (packed_numbers(numbers), packed_weights(shares)) for term, (numbers, shares) in found.items()}
