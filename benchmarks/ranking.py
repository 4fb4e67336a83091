"""The index against rank-bm25's own `get_scores`, on the same entries and queries.

The entries are drawn with a seed: words by Zipf's law, as in text, eight an entry, as in an ask. The queries have as
many words as fixed questions have terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from measuring import Measured, timed

from bot.index import Index
from bot.postings import LuceneBM25, postings

SIZES = {1_000: 20.0, 10_000: 20.0, 100_000: 100.0}  # entries, and how many times faster the index must be (issue 6)
VOCABULARY = 20_000  # words: as many as a hundred thousand short sentences have
TERMS = 8  # an entry
ASKED = 4  # terms a query
QUERIES = 200
SLOW_QUERIES = 20  # for rank-bm25 itself, which takes a second for ten at the largest size
SEED = 7


def measure() -> Iterator[Measured]:
    """Both, at every size."""
    random = Random(SEED)
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    words = [f"w{number}" for number in range(VOCABULARY)]
    for size, least in SIZES.items():
        entries = [random.choices(words, cum_weights=weights, k=TERMS) for _ in range(size)]
        queries = [random.choices(words, cum_weights=weights, k=ASKED) for _ in range(QUERIES)]
        model = LuceneBM25(entries, k1=0.9, b=0.4)
        index = Index(range(size), postings(model))
        asked = [[((term, 1.0),) for term in query] for query in queries]
        slow = Measured(
            "ranking", f"rank-bm25, {size:,} entries",
            tuple(timed(lambda q=query: model.get_scores(q)) for query in queries[:SLOW_QUERIES]),
        )  # fmt: skip
        yield slow
        fast = tuple(timed(lambda a=one: index.search(a)) for one in asked)
        yield Measured("ranking", f"the index, {size:,} entries", fast, slow.median, least_times=least)
