"""Large knowledge: the same scores and replies as in memory, compiled piece by piece, and told faults."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ORCHARD, run

from bot import knowledge
from bot.engine import Engine
from bot.english import ENGLISH
from bot.evaluation import replies
from bot.index import Alternatives, Index
from bot.postings import fitted, postings
from bot.questions import Item
from bot.render import Renderer

xapian = pytest.importorskip("xapian")

from bot import chunks, compiling, large, large_form, large_index, schema  # noqa: E402
from bot.lexicon import Wordbook  # noqa: E402
from bot.shards import Shards, on_disk  # noqa: E402

ROOT = Path(__file__).parent.parent
WORDS = [f"w{number}" for number in range(12)]
EVERYWHERE, NOWHERE = "everywhere", "nowhere"
FEWER = 256  # of the 588 facts: so many are looked at

facts = st.lists(st.lists(st.lists(st.sampled_from(WORDS), max_size=8), min_size=1, max_size=4), min_size=1, max_size=30)
weights = st.sampled_from([1.0, 0.5, 0.3])
alternatives = st.lists(st.tuples(st.sampled_from([*WORDS, EVERYWHERE, NOWHERE]), weights), min_size=1, max_size=3)
queries = st.lists(alternatives.map(tuple), max_size=6)


def never(number: int) -> None:
    """Nobody looks at the progress."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped knowledge, compiled."""
    place = tmp_path_factory.mktemp("large") / "compiled"
    compiling.compile_folder(knowledge.default_folder(), place, 1, never)
    return place


@settings(max_examples=60)
@given(facts=facts, query=queries)
def test_scores_are_those_of_the_index_in_memory(facts: list[list[list[str]]], query: list[Alternatives]) -> None:
    """Facts with several entries, in collections of every size, with terms of every frequency."""
    entries = [[EVERYWHERE, *dict.fromkeys(entry)] for fact in facts for entry in fact]
    numbers = [number for number, fact in enumerate(facts) for _ in fact]
    expected = Index(numbers, postings(fitted(entries))).search(query)
    database = xapian.WritableDatabase("", xapian.DB_BACKEND_INMEMORY)
    for number, fact in enumerate(facts):
        for place, entry in enumerate(fact):
            document = xapian.Document()
            for term in (EVERYWHERE, *dict.fromkeys(entry)):
                document.add_term(large_form.entry_term(term))
            document.add_boolean_term(large_form.id_term(f"f{number:03}"))
            document.add_value(large_form.ID, f"f{number:03}")
            if not place:
                document.set_data(large_form.marshal.dumps((f"f{number:03}", ((),) + (0,) * 6, *[""] * 4)))
            database.replace_document((number + 1) * large_form.STRIDE + place, document)
    head = {"words": frozenset(), "facts": len(facts), "entries": len(entries)}
    book = Wordbook({}, {}, frozenset(), frozenset(), {}, None)  # type: ignore[arg-type]
    found = large_index.Large(Shards([lambda: database]), head, book).search(tuple(query))
    assert found == pytest.approx({f"f{number:03}": score for number, score in expected.items()}, rel=1e-9)


def asked(place: Path, candidates: int, items: tuple[Item, ...]) -> Iterator[dict[str, object]]:
    """Every reply to the fixed questions from compiled knowledge."""
    known, searchable = large.opened(on_disk(str(place)), candidates)
    engine, renderer = Engine(known, known.topic.reviewed, searchable=searchable), Renderer(known, ENGLISH)
    return (renderer.json(one.turn, 0) for item in items for one in replies(item, engine))


def test_every_reply_to_the_fixed_questions_is_the_same(
    place: Path, items: tuple[Item, ...], engine: Engine, renderer: Renderer
) -> None:
    """Though only some of the facts are looked at for each question."""
    assert large_index.CANDIDATES == FEWER < len(engine.knowledge.facts)
    expected = (renderer.json(one.turn, 0) for item in items for one in replies(item, engine))
    different = [reply for reply, other in zip(asked(place, FEWER, items), expected, strict=True) if reply != other]
    assert not different


def test_facts_and_sources_come_back_as_they_were(place: Path, engine: Engine) -> None:
    known, _ = large.opened(on_disk(str(place)))
    bare = Renderer(engine.knowledge, ENGLISH).knowledge
    assert (len(known.facts), len(known.sources)) == (len(bare.facts), len(bare.sources))
    assert list(known.facts) == sorted(bare.facts)
    assert sorted(known.sources) == sorted(bare.sources)
    for id, fact in bare.facts.items():
        for name in ("text", "when", "about", "gives", "asks", "sources", "confirmed", "series", "values", "items",
                     "disputes", "gap"):  # fmt: skip
            assert getattr(known.facts[id], name) == getattr(fact, name), (id, name)
        assert engine.retrieval.reading(fact).own == known.facts._searchable.reading(id).own  # type: ignore[attr-defined]
    assert "nothing" not in known.facts and "nothing" not in known.sources
