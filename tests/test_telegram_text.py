"""Messages within Telegram's limits: offsets in UTF-16, splits between blocks, sources with what cites them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from updates import covered

from bot.model import Source
from bot.render import Renderer
from bot.rows import Role, Span
from bot.telegram_text import (
    LONGEST_MESSAGE,
    MOST_ENTITIES,
    Block,
    Post,
    citations,
    domain,
    lay_out,
    title,
    units,
    words,
)

NUMBERED = {
    1: Source("a", "Trees 🌳 counted", "The 🍎 Post", "https://www.post.example/a", "2025-03-02"),
    2: Source("b", "Keepers", "Gazette", "https://gazette.example:8080/b?c=d"),
}
SPANS = st.builds(
    Span,
    st.text(st.one_of(st.sampled_from("ab \n🍎👩‍🌾é\u202e\x00\ud800"), st.characters()), min_size=1, max_size=40),
    st.sampled_from(list(Role)),
    st.sampled_from(["", "https://x.example/1"]),
)
BLOCKS = st.builds(
    Block,
    st.lists(SPANS, min_size=1, max_size=4).map(tuple),
    st.sampled_from([(), (1,), (2, 1)]),
    st.sampled_from([(), ("fact-a",), ("fact-b",)]),
    st.booleans(),
)


def keeps_the_rules(post: Post) -> None:
    assert 0 < units(post.text) <= LONGEST_MESSAGE and post.text == post.text.strip()
    assert len(post.entities) <= MOST_ENTITIES
    for entity in post.entities:
        inside = covered(post.text, entity)
        assert inside and inside == inside.rstrip()
        assert units(inside) == entity["length"]


@settings(max_examples=300)
@given(st.lists(BLOCKS, max_size=30), st.integers(50, LONGEST_MESSAGE))
def test_whatever_is_laid_out_fits_and_its_offsets_are_right(
    renderer: Renderer, blocks: list[Block], first: int
) -> None:
    for post in lay_out(blocks, NUMBERED, renderer, first):
        keeps_the_rules(post)


def test_links_are_on_their_numbers_behind_emoji(renderer: Renderer) -> None:
    block = Block((Span("🍎🍏 two 👩‍🌾 apples "), *citations(NUMBERED)), (1, 2), ("apples",))
    (post,) = lay_out([title("🌳 Trees"), block], NUMBERED, renderer)
    linked = [(covered(post.text, e), e["url"]) for e in post.entities if e["type"] == "text_link"]
    assert linked == [
        ("[1]", "https://www.post.example/a"),
        ("[2]", "https://gazette.example:8080/b?c=d"),
        ("post.example", "https://www.post.example/a"),
        ("gazette.example", "https://gazette.example:8080/b?c=d"),
    ]
    assert [covered(post.text, e) for e in post.entities if e["type"] == "bold"] == ["🌳 Trees", "Sources:"]


def test_sources_have_publisher_date_title_and_domain_in_a_quote_that_unfolds(renderer: Renderer) -> None:
    (post,) = lay_out([Block((Span("Apples. "), *citations(NUMBERED)), (1, 2))], NUMBERED, renderer)
    (quote,) = [e for e in post.entities if e["type"] == "expandable_blockquote"]
    assert covered(post.text, quote).splitlines() == [
        "Sources:",
        "[1] The 🍎 Post, 2 March 2025: “Trees 🌳 counted”, post.example",
        "[2] Gazette, undated: “Keepers”, gazette.example",
    ]


def test_a_long_list_is_split_between_blocks_each_part_with_its_own_sources(renderer: Renderer) -> None:
    numbered = {n: replace(NUMBERED[2], id=str(n), title=f"Title {n}") for n in range(1, 81)}
    blocks = [
        Block((Span(f"Statement {n} {'x' * 90}. "), *citations({n: source})), (n,), (f"f{n}",))
        for n, source in numbered.items()
    ]
    posts = lay_out(blocks, numbered, renderer)
    assert len(posts) > 2
    assert [fact for post in posts for fact in post.facts] == [f"f{n}" for n in numbered]
    for post in posts:
        body, _, listed = post.text.partition("Sources:\n")
        cited = [int(fact[1:]) for fact in post.facts]
        lines = [f"[{n}] Gazette, undated: “Title {n}”, gazette.example" for n in cited]
        assert listed.splitlines() == lines
        assert all(f"Statement {n} {'x' * 90}. [{n}]" in body for n in cited)
        keeps_the_rules(post)


def test_many_links_are_split_before_telegram_would_drop_some(renderer: Renderer) -> None:
    blocks = [Block((Span("x "), *citations(NUMBERED)), (1, 2), (f"f{n}",), close=True) for n in range(200)]
    posts = lay_out(blocks, NUMBERED, renderer)
    links = [entity for post in posts for entity in post.entities if entity["type"] == "text_link"]
    assert len(posts) > 4 and len(links) == 2 * 200 + 2 * len(posts)
    for post in posts:
        keeps_the_rules(post)


def test_one_block_that_is_too_long_is_cut_between_words_and_loses_none(renderer: Renderer) -> None:
    said = " ".join(f"word{n}" for n in range(3_000))
    posts = lay_out([Block((Span(said),), (1,), ("long",))], NUMBERED, renderer)
    assert len(posts) > 1 and all(post.facts == ("long",) and "[1]" in post.text for post in posts)
    bodies = [post.text.partition("\n\nSources:")[0] for post in posts]
    assert " ".join(bodies).split() == said.split()


def test_an_endless_word_is_cut_too(renderer: Renderer) -> None:
    posts = lay_out([words("🍎" * 9_000)], {}, renderer)
    assert sum(post.text.count("🍎") for post in posts) == 9_000
    for post in posts:
        keeps_the_rules(post)


def test_the_first_message_may_be_shorter(renderer: Renderer) -> None:
    first, *_ = lay_out([words("a " * 60) for _ in range(10)], {}, renderer, first=300)
    assert units(first.text) <= 300


@pytest.mark.parametrize("url, shown", [("https://www.a.example/x", "a.example"), ("http://b.example:80", "b.example")])
def test_domains(url: str, shown: str) -> None:
    assert domain(url) == shown


def test_nothing_but_blanks_is_no_message(renderer: Renderer) -> None:
    assert lay_out([words(" \n" * 2_000), words("")], {}, renderer) == ()
