"""The postings give rank-bm25's own scores, and the index ranks by them: on collections of every size."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi, BM25Plus

from bot.index import Index, numbers, weights
from bot.postings import LuceneBM25, Model, fitted, postings

TOLERANCE = 1e-9  # relative: rounding of floats, that are added in another order
EVERYWHERE, NOWHERE = "everywhere", "nowhere"  # a term of every entry, and one of none
WORDS = [f"w{number}" for number in range(12)]
MODELS = (LuceneBM25, BM25Okapi, BM25Plus)

entries = st.lists(st.lists(st.sampled_from(WORDS), max_size=8), max_size=3) | st.lists(
    st.lists(st.sampled_from(WORDS), max_size=8), min_size=4, max_size=60
)
queries = st.lists(st.sampled_from([*WORDS, EVERYWHERE, NOWHERE]), max_size=6)
parameters = st.sampled_from([(0.9, 0.4), (1.2, 0.75), (1.5, 0.75), (2.0, 1.0), (0.5, 0.0)])


def by_postings(model: Model, query: Sequence[str], size: int) -> list[float]:
    """The scores of all entries as the postings add them up, with what BM25Plus gives to every entry alike."""
    table = postings(model)
    alike = getattr(model, "delta", 0.0) * sum(model.idf.get(term, 0.0) for term in query)
    scores = [alike] * size
    for term in query:
        if term in table:
            for entry, share in zip(numbers(table[term][0]), weights(table[term][1]), strict=True):
                scores[entry] += share
    return scores


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
@settings(max_examples=100)
@given(entries=entries, query=queries, k1_b=parameters)
def test_postings_are_the_scores_of_rank_bm25(
    kind: type[BM25Okapi], entries: list[list[str]], query: list[str], k1_b: tuple[float, float]
) -> None:
    corpus = [[EVERYWHERE, *entry] for entry in entries]
    if not corpus:
        corpus = [[EVERYWHERE]]  # rank-bm25 cannot be fitted on nothing: see test_nothing_ranks_nothing
    model = kind(corpus, k1=k1_b[0], b=k1_b[1])
    expected = model.get_scores(query).tolist()
    assert by_postings(model, query, len(corpus)) == pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE)


@settings(max_examples=100)
@given(entries=entries, query=queries)
def test_the_index_ranks_what_has_a_term_and_nothing_else(entries: list[list[str]], query: list[str]) -> None:
    """Also in collections of one, two and three entries, where Okapi's own idf is zero or negative."""
    corpus = [[EVERYWHERE, *entry] for entry in entries]
    model = fitted(corpus)
    found = Index(range(len(corpus)), postings(model)).search([((term, 1.0),) for term in query])
    expected = LuceneBM25(corpus, k1=model.k1, b=model.b).get_scores(query) if corpus else []
    having = {number for number, entry in enumerate(corpus) if set(entry) & set(query)}
    assert found.keys() == having
    assert all(score > 0 for score in found.values())
    assert found == pytest.approx({number: float(expected[number]) for number in having}, rel=TOLERANCE)


def test_what_is_kept_unpacked_changes_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little of it may be kept, and whichever term is asked for again."""
    corpus = [[EVERYWHERE, WORDS[number % 5], WORDS[number % 7]] for number in range(20)]
    table = postings(fitted(corpus))
    queries = [[((term, weight),) for term in (EVERYWHERE, *WORDS[:3])] for weight in (1.0, 0.5)] * 2
    expected = [Index(range(len(corpus)), table).search(query) for query in queries]
    monkeypatch.setattr("bot.index.MOST_READ", 6)
    index = Index(range(len(corpus)), table)
    assert [index.search(query) for query in queries] == expected


def test_nothing_ranks_nothing() -> None:
    assert Index((), postings(fitted([]))).search([(("dog", 1.0),)]) == {}
    assert Index((0,), postings(fitted([[]]))).search([(("dog", 1.0),)]) == {}


def test_why_okapi_itself_does_not_rank() -> None:
    """What its idf does with the right entry in a collection of one, of two, and of three that all have the term."""
    assert BM25Okapi([["dog", "runs"]]).get_scores(["dog"])[0] < 0
    assert BM25Okapi([["dog"], ["cat"]]).get_scores(["dog"])[0] == 0
    assert LuceneBM25([["dog", "runs"]]).get_scores(["dog"])[0] > 0
    assert LuceneBM25([["dog"], ["cat"]]).get_scores(["dog"])[0] == pytest.approx(math.log(2), rel=0.5)


def test_an_alternative_counts_by_its_weight_and_only_the_best_counts() -> None:
    index = Index((7, 7, 8), postings(fitted([["dog"], ["hound"], ["hound", "dog"]])))
    plain = index.search([(("dog", 1.0),), (("hound", 1.0),)])
    alternatives = index.search([(("dog", 1.0), ("hound", 0.5))])
    assert plain[8] > plain[7]
    assert alternatives[7] > alternatives[8] == pytest.approx(plain[8] / 2)


def test_a_fact_scores_as_its_best_entry() -> None:
    corpus = [["dog"], ["dog", "dog", "cat"], ["bird"]]
    index = Index((3, 3, 4), postings(fitted(corpus)))
    expected = fitted(corpus).get_scores(["dog"])  # type: ignore[attr-defined]
    assert index.search([(("dog", 1.0),)]) == {3: pytest.approx(max(expected))}
