"""The index against rank-bm25's own `get_scores`: the same scores, ever more entries. Neither sorts them.

Times are processor time, which others on the machine lengthen least.

`questions` are those of generated facts, analysed as the program does, on the entries of such facts: four terms, one
of which is often a name. As in the program, a fact scores as its best entry, which `get_scores` need not work out.
`random words` is the hard case: four words at random of a line of Python's documentation, on such lines. As likely
as not they are words of every tenth line, so that a fifth of all entries has to be touched.
"""

from __future__ import annotations

import gc
import sysconfig
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import entries
from measuring import Measured, timed

from bot import text
from bot.english import ENGLISH
from bot.index import K1, B, Index
from bot.postings import LuceneBM25, postings

SIZES = {1_000: 20.0, 10_000: 20.0, 100_000: 100.0}  # entries, and how many times faster the index must be (issue 6)
A_FACT = 4  # entries
FEWEST_WORDS = 4  # of a line that says something
ASKED = 4  # words a query: as many as the fixed questions have terms
QUERIES = 400
SLOW_QUERIES = 20  # for rank-bm25 itself, which takes seconds for them at the largest size
SEED = 7

Query = Sequence[str]


def measure() -> Iterator[Measured]:
    """Both, at every size, with questions and with the words of lines."""
    for size, least in SIZES.items():
        pairs = list(entries.entries(size // A_FACT))
        facts, terms = [number for number, _ in pairs], [list(terms) for _, terms in pairs]
        yield from _compared("questions", facts, terms, entries.queries(size // A_FACT, QUERIES), least)
    random = Random(SEED)
    lines = list(_lines(max(SIZES)))
    random.shuffle(lines)
    for size in SIZES:
        asked = [random.sample(entry, ASKED) for entry in random.choices(lines[:size], k=QUERIES)]
        yield from _compared("random words", range(size), lines[:size], asked, None)


def _compared(
    sort: str, facts: Sequence[int], terms: list[list[str]], queries: Sequence[Query], least: float | None
) -> Iterator[Measured]:
    model = LuceneBM25(terms, k1=K1, b=B)
    index = Index(facts, postings(model))
    gc.collect()
    gc.freeze()  # as in the program: the collector does not look through the knowledge

    def by_rank_bm25(query: Query) -> float:
        return timed(lambda: model.get_scores(query), time.process_time)

    def by_index(query: Query) -> float:
        wanted = [((term, 1.0),) for term in query]
        return timed(lambda: index.search(wanted), time.process_time)

    slow = tuple(map(by_rank_bm25, queries[:SLOW_QUERIES]))
    yardstick = Measured("ranking", f"{sort}, rank-bm25, {len(terms):,} entries", slow)
    yield yardstick
    fast = tuple(map(by_index, queries))
    name = f"{sort}, the index, {len(terms):,} entries"
    yield Measured("ranking", name, fast, yardstick.median, least_times=least)


def _lines(count: int) -> Iterator[list[str]]:
    """Different lines of prose as terms, at most `count`."""
    seen: set[str] = set()
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")):
        if "site-packages" in path.parts:
            continue
        for line in path.read_text("utf-8", "replace").splitlines():
            said = line.strip().lstrip("# ")
            if said in seen or any(sign in said for sign in "=[]{}\\_<>|"):
                continue  # code, and what stands at the head of every file
            seen.add(said)
            words = [token.key for token in text.tokenise(text.fold(said), ENGLISH) if token.text not in ENGLISH.stop]
            if len(set(words)) >= FEWEST_WORDS:
                yield sorted(set(words))
                count -= 1
                if not count:
                    return
