"""What rank-bm25's models and their parameters do to the fixed questions: python benchmarks/parameters.py

For each model and setting: how many of the fixed questions are right and wrong in each half, and the mean reciprocal
rank of the first expected fact. The reasons for the constants in bot/index.py come from here; it takes minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent.parent))

from rank_bm25 import BM25Okapi, BM25Plus

from bot import knowledge, questions
from bot.engine import Engine
from bot.evaluation import Outcome, evaluate
from bot.postings import LuceneBM25

SETTINGS = ((0.5, 0.4), (0.9, 0.0), (0.9, 0.2), (0.9, 0.4), (0.9, 0.6), (0.9, 0.75), (1.2, 0.4), (1.2, 0.75),
            (1.5, 0.75), (2.0, 0.4))  # fmt: skip
MODELS = {"lucene": (LuceneBM25, SETTINGS), "okapi": (BM25Okapi, ((0.9, 0.4), (1.5, 0.75))),
          "plus": (BM25Plus, ((0.9, 0.4), (1.5, 0.75)))}  # fmt: skip


def main() -> None:
    known = knowledge.load_or_raise(knowledge.default_folder())
    items = questions.load(questions.default_folder())
    for name, (model, settings) in MODELS.items():
        for k1, b in settings:

            def fitted(entries: Sequence[Sequence[str]]) -> object:
                return model([list(entry) for entry in entries], k1=k1, b=b)  # noqa: B023

            with patch("bot.postings.fitted", fitted):
                graded = list(evaluate(items, Engine(known, known.topic.reviewed)))
            told = []
            for half in questions.HALVES:
                some = [g for g in graded if g.half == half]
                answerable = [g for g in some if g.expected.answerable]
                right, wrong = (sum(g.outcome is outcome for g in some) for outcome in (Outcome.RIGHT, Outcome.WRONG))
                reciprocal = sum(1 / g.rank for g in answerable if g.rank) / len(answerable)
                told.append(f"{half}: right {right} of {len(some)}, wrong {wrong}, mrr {reciprocal:.4f}")
            print(f"{name} k1 {k1} b {b}: {'; '.join(told)}", flush=True)


if __name__ == "__main__":
    main()
