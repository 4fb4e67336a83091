"""No fact is made to answer one fixed question: none of its `asks` is one, word for word."""

from __future__ import annotations

import re

import pytest

from bot.model import Knowledge
from bot.questions import Item
from bot.text import fold

# Where a question is a name or two words, a curator and an asker may hit on the same.
FEW_WORDS = 2


def form(text: str) -> str:
    """The words alone, so that a question mark makes no difference."""
    return " ".join(re.findall(r"\w+", fold(text)))


@pytest.fixture(scope="module")
def asked(items: tuple[Item, ...]) -> dict[str, str]:
    return {form(turn.question): item.key(n) for item in items for n, turn in enumerate(item.turns)}


def test_no_ask_is_a_fixed_question(known: Knowledge, asked: dict[str, str]) -> None:
    same = [
        f"{fact.id}: {ask!r} is {asked[form(ask)]}"
        for fact in known.facts.values()
        for ask in fact.asks
        if form(ask) in asked and len(form(ask).split()) > FEW_WORDS
    ]
    assert same == [], "say it in other words, or take it out of asks"
