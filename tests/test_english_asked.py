"""What questions ask for besides a kind: what is not so, what is to come, the most, a currency, a whole, a partner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot import knowledge
from bot.engine import Engine
from bot.english import ENGLISH
from bot.language import Form
from bot.replies import Abstention, Answer, Phrase
from bot.text import fold

TODAY = date(2025, 12, 20)

# Pattern of the language, what has it, what has it not.
TABLE = [
    ("negated", "who has not paid", "who has paid"),
    ("negated", "who hasn't paid", "he paid, hasn't he"),
    ("negated", "which of them never paid", "who paid, never mind the others"),
    ("negated", "who has yet to pay", "has he paid yet"),
    ("negated", "which gave nothing at all", "which gave no less than ten"),
    ("negated", "who failed to deliver", "who runs it, if you do not mind"),
    ("negated", "which could not come", "that can't be right"),
    ("ahead", "when is the next meeting", "when was the next meeting"),
    ("ahead", "what are the upcoming steps", "who came next"),
    ("ahead", "when do they meet again", "when did they meet again"),
    ("ahead", "where is the coming summit", "what is it for the coming year"),
    ("ahead", "who is next", "the next one"),
    ("superlative", "most", "most recent"),
    ("converted", "how much is it in dollars", "how many dollars is it"),
    ("converted", "dollars?", "dollars for pears"),
    ("total", "how much in total", "what is the total"),
    ("beside", "who runs it with ann", "with ben since when"),
    ("disputing", "is that contested", "is that tested"),
    ("object_pronoun", "who runs it now?", "what did it give"),
    ("countries", "how many other countries are there", "how many pears do countries sell"),
]


@pytest.mark.parametrize(("name", "has", "lacks"), TABLE)
def test_what_has_the_pattern_and_what_has_not(name: str, has: str, lacks: str) -> None:
    pattern = ENGLISH.forms[Form(name)] if name in set(Form) else getattr(ENGLISH, name)
    assert pattern.search(fold(has)) and not pattern.match(fold(lacks)) and not pattern.search(fold(lacks))


@pytest.fixture(scope="module")
def reply() -> Callable[[str], Answer | Abstention]:
    known = knowledge.load_or_raise(Path(__file__).parent / "orchard")
    engine = Engine(known, known.topic.reviewed)

    def ask(question: str) -> Answer | Abstention:
        found = engine.ask(question, today=TODAY).reply
        assert isinstance(found, (Answer, Abstention))
        return found

    return ask


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("who has never run the orchard", "none_denied"),
        ("who is the next keeper of the orchard", "none_ahead"),
        ("how much is a ticket for adults in dollars", "none_kind_topic"),
        ("is the adult price disputed", "none_dispute"),
    ],
)
def test_what_no_fact_tells_is_said(reply: Callable[[str], Answer | Abstention], question: str, phrase: str) -> None:
    found = reply(question)
    assert isinstance(found, Abstention) and found.phrase.key == phrase


def test_what_is_disputed_is_told_by_what_disputes_it(reply: Callable[[str], Answer | Abstention]) -> None:
    found = reply("is the number of trees disputed")
    assert isinstance(found, Answer)
    assert [(s.fact.id, s.lead) for s in found.statements] == [
        ("trees-40", None),
        ("trees-38-register", Phrase("differ")),
    ]
