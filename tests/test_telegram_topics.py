"""The Telegram bot on any other topic: one without commands and charts, and one with a long series."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from updates import USER, Chats, buttons, methods, text, words

from bot import dates, knowledge
from bot.engine import Engine
from bot.live import Served
from bot.model import Chart, Command, Fact, Knowledge, Source, Value
from bot.telegram_commands import introductions
from bot.telegram_text import LONGEST_CAPTION, units


@pytest.fixture(scope="module")
def orchard() -> Knowledge:
    return knowledge.load_or_raise(Path(__file__).parent / "orchard")


def chats(known: Knowledge) -> Chats:
    return Chats(Engine(known, known.topic.reviewed), charts=True)


def test_a_topic_without_charts_says_so(orchard: Knowledge) -> None:
    bot = chats(orchard)
    assert words(bot.write("/timeline")) == "There are no charts on this topic."
    assert "/timeline" not in words(bot.write("/help")) and "Hillside Orchard" in words(bot.write("/start"))


def test_a_question_is_answered_from_that_topic(orchard: Knowledge) -> None:
    response = chats(orchard).write("who runs the orchard 🍎?")
    assert text(response.calls[0]).startswith(
        "Ben Ash has been the keeper of the Hillside Orchard since 2 March 2025. [1]"
    )


def test_a_topics_own_commands_are_in_the_menus(orchard: Knowledge) -> None:
    topic = replace(orchard.topic, commands=(Command("keeper", "Who runs the orchard?", "who keeps the orchard"),))
    known = replace(orchard, topic=topic)
    assert chats(known).write("/keeper").calls[0].facts == ("keeper-ben",)
    menus = [
        c for c in introductions(Served.of(Engine(known, topic.reviewed)), frozenset()) if "commands" in c.arguments
    ]
    assert menus and all(
        {"command": "keeper", "description": "who keeps the orchard"} in menu.arguments["commands"] for menu in menus
    )


def long_series(orchard: Knowledge, length: int) -> Knowledge:
    facts = dict(orchard.facts)
    for number in range(length):
        id, day = f"day-{number}", date(2020, 1, 1) + timedelta(days=number)
        said, when = f"On day {number} there were {number + 1} apples.", dates.parse(day.isoformat())
        value = (Value(number + 1, "apples"),)
        sources = tuple(orchard.sources)[:1]
        facts[id] = Fact(id, said, when, ("orchard",), (), ("apples",), sources, series="apples", values=value)
    chart = Chart("apples", "apples", "Apples a day")
    return replace(orchard, facts=facts, topic=replace(orchard.topic, charts=(chart,)))


def test_what_does_not_fit_into_a_caption_follows_in_messages(orchard: Knowledge) -> None:
    response = chats(long_series(orchard, 150)).write("/timeline apples")
    assert methods(response)[0] == "send_photo" and set(methods(response)[1:]) == {"send_message"}
    photo = response.calls[0]
    assert units(text(photo)) <= LONGEST_CAPTION and photo.facts[0] == "day-0"
    shown = [fact for call in response.calls for fact in call.facts]
    assert shown == [f"day-{number}" for number in range(150)]
    for call in response.calls:
        assert "Sources:\n[1] " in text(call)  # each part has its own


def test_a_question_that_is_like_no_other_has_no_feedback(orchard: Knowledge) -> None:
    response = chats(orchard).write("who moored the zeppelin at the pier?")
    assert response.kind == "abstention" and "👍" not in buttons(response)
    assert response.calls[0].chat == USER


def test_a_sources_page_that_is_undated_says_so(orchard: Knowledge) -> None:
    sources = {id: replace(source, published="") for id, source in orchard.sources.items()}
    response = chats(replace(orchard, sources=sources)).write("who runs the orchard?")
    assert ", undated: “" in words(response)


def test_long_names_of_sources_are_cut(orchard: Knowledge) -> None:
    sources: dict[str, Source] = {id: replace(s, title="t" * 5_000) for id, s in orchard.sources.items()}
    response = chats(replace(orchard, sources=sources)).write("how many trees are there?")
    assert methods(response) == ["send_message"] and "t…”" in words(response)


def test_an_edited_question_whose_answer_grows_gets_further_messages(orchard: Knowledge) -> None:
    facts = {id: replace(fact, text=f"{fact.text} {'More of it. ' * 400}") for id, fact in orchard.facts.items()}
    bot = chats(replace(orchard, facts=facts))
    bot.memory.known[USER, 5] = (6, 7)
    response = bot.edit("who runs the orchard?")
    assert methods(response) == ["edit_message_text", "send_message", "delete_message"]
    assert [call.arguments.get("message_id") for call in response.calls] == [6, None, 7]
    assert ["reply_markup" in call.arguments for call in response.calls] == [False, True, False]


def test_two_questions_with_one_answer_are_one_inline_result(orchard: Knowledge) -> None:
    topic = replace(
        orchard.topic, suggested=("Who runs the orchard?", "who runs the orchard", "How many trees are there?")
    )
    results = chats(replace(orchard, topic=topic)).inline("")["results"]
    assert [result["title"] for result in results] == ["Who runs the orchard?", "How many trees are there?"]
