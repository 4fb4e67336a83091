"""Large knowledge: python benchmarks/large.py COMPILED [--asked N] [--candidates N]

Opens a folder that `coalition-bot compile` wrote, asks for its facts and tells how long loading and whole replies take,
and how much memory the process needs. The questions are what facts are asked for and sentences cut short, every third
with a slip of the finger. Each process starts cold; the first questions, which import and build what later ones find
there, are asked before the measuring begins and told apart. Times are processor times: read them on a machine that is
idle.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from measuring import MILLISECONDS, percentile, timed

from bot.engine import Engine
from bot.render import Renderer

WARM = 20  # questions before the measuring
SEED = 3
LONGEST = 12  # words of a sentence that is asked for
SLIP_FROM = 6  # letters of a word that a slip is made in
SLIP_EVERY = 3


def opened(place: str, candidates: int | None = None) -> Engine:
    """An engine on compiled knowledge, set up as the command line sets it up."""
    from bot import large, opening, shards

    known, searchable = large.opened(shards.on_disk(place), *([candidates] if candidates else []))
    engine = Engine(known, known.topic.reviewed, searchable=searchable)
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], opening.RARELY)
    return engine


def questions(engine: Engine, number: int) -> Iterator[str]:
    """So many questions for facts from all over the knowledge."""
    random, facts = Random(SEED), engine.knowledge.facts
    step = max(1, len(facts) // number)
    ids = list(islice(facts, 0, None, step))
    random.shuffle(ids)
    for place, id in enumerate(ids[:number]):
        fact = facts[id]
        asked = [*fact.asks[:2], " ".join(fact.text.split()[:LONGEST])][place % 3]
        yield _slipped(asked, random) if place % SLIP_EVERY == 0 else asked


def _slipped(asked: str, random: Random) -> str:
    """The question with a letter left out of one of its longer words."""
    words = asked.split()
    long = [place for place, word in enumerate(words) if len(word) >= SLIP_FROM]
    if long:
        place = random.choice(long)
        cut = random.randrange(1, len(words[place]) - 1)
        words[place] = words[place][:cut] + words[place][cut + 1 :]
    return " ".join(words)


def peak() -> float:
    """The most memory that the process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("place", help="a folder of compiled knowledge")
    parser.add_argument("--asked", type=int, default=1_000, metavar="N", help="questions (default: 1,000)")
    parser.add_argument("--candidates", type=int, metavar="N", help="facts that a search finds at most")
    arguments = parser.parse_args()
    begun = time.process_time()
    engine = opened(arguments.place, arguments.candidates)
    loaded = time.process_time() - begun
    print(f"{len(engine.knowledge.facts):,} facts, loaded in {loaded * MILLISECONDS:.0f} ms, {peak():.0f} MB")
    renderer, today = Renderer(engine.knowledge, engine.language), engine.knowledge.topic.reviewed
    asked = list(questions(engine, arguments.asked + WARM))

    def answer(question: str) -> float:
        return timed(lambda: renderer.plain(engine.ask(question, today=today)), time.process_time)

    first, values = [answer(one) for one in asked[:WARM]], [answer(one) for one in asked[WARM:]]
    shares = ", ".join(f"p{share} {percentile(values, share / 100):.1f}" for share in (50, 90, 99))
    print(f"first {WARM} questions: slowest {max(first):.0f} ms")
    print(f"{len(values)} more: {shares}, slowest {max(values):.0f} ms")
    print(f"peak memory {peak():.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
