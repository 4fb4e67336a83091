"""The index against rank-bm25's own `get_scores`, on the same entries and queries.

The entries are real text: the comments and docstrings of Python's standard library, a line each, read by the
program's own analyser. A query asks for a few words of one of them.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from pathlib import Path
from random import Random

from measuring import Measured, timed

from bot import text
from bot.english import ENGLISH
from bot.index import K1, B, Index
from bot.postings import LuceneBM25, postings

SIZES = {1_000: 20.0, 10_000: 20.0, 100_000: 100.0}  # entries, and how many times faster the index must be (issue 6)
FEWEST_WORDS = 4  # of a line that says something
ASKED = 4  # words a query: as many as the fixed questions have terms
QUERIES = 200
SLOW_QUERIES = 20  # for rank-bm25 itself, which takes seconds for them at the largest size
SEED = 7


def measure() -> Iterator[Measured]:
    """Both, at every size that there is text for."""
    random = Random(SEED)
    lines = list(_lines(max(SIZES)))
    random.shuffle(lines)
    for size, least in SIZES.items():
        yield from _compared(lines[:size], least, random)


def _compared(entries: list[list[str]], least: float, random: Random) -> Iterator[Measured]:
    queries = [random.sample(entry, ASKED) for entry in random.choices(entries, k=QUERIES)]
    model = LuceneBM25(entries, k1=K1, b=B)
    index = Index(range(len(entries)), postings(model))

    def by_rank_bm25(query: list[str]) -> float:
        return timed(lambda: model.get_scores(query))

    def by_index(query: list[str]) -> float:
        wanted = [((term, 1.0),) for term in query]
        return timed(lambda: index.search(wanted))

    slow = Measured("ranking", f"rank-bm25, {len(entries):,} entries", tuple(map(by_rank_bm25, queries[:SLOW_QUERIES])))
    yield slow
    fast = tuple(map(by_index, queries))
    yield Measured("ranking", f"the index, {len(entries):,} entries", fast, slow.median, least_times=least)


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
