"""Inline mode and guest mode: finished, cited answers for chats that the bot is not in."""

from __future__ import annotations

from typing import Any

import pytest
from updates import GROUP, ME, PERSON, Chats, entities, replied

from bot.engine import Engine
from bot.model import Knowledge
from bot.telegram_inline import PAGE

COUNT = "How many countries are in it?"


@pytest.fixture
def chats(engine: Engine) -> Chats:
    return Chats(engine)


def said(result: dict[str, Any]) -> str:
    return str(result["input_message_content"]["message_text"])


@pytest.mark.parametrize("query", [COUNT, "when did norway join", "money", "", "   "])
def test_results_are_finished_cited_answers(chats: Chats, query: str) -> None:
    found = chats.inline(query)
    assert 1 <= len(found["results"]) <= PAGE and 30 <= found["cache_time"] <= 300 and not found["is_personal"]
    for result in found["results"]:
        assert "[1]" in said(result) and "Sources:" in said(result) and len(said(result)) <= 4096
        assert result["type"] == "article" and result["title"] and result["description"]
        assert result["input_message_content"]["link_preview_options"] == {"is_disabled": True}
        assert 1 <= len(result["id"]) <= 64


def test_the_first_result_answers_the_question(chats: Chats) -> None:
    assert said(chats.inline(COUNT)["results"][0]).startswith("Since 2 July 2025 the Drone Coalition has had 20")


def test_ids_are_stable_and_unique(engine: Engine) -> None:
    first, again = (Chats(engine).inline(COUNT)["results"] for _ in range(2))
    ids = [result["id"] for result in first]
    assert ids == [result["id"] for result in again] and len(set(ids)) == len(ids)


def test_pages_follow_each_other_without_repeats(chats: Chats) -> None:
    ids: list[str] = []
    offset, pages = "", 0
    while True:
        found = chats.inline(COUNT, offset)
        ids += [result["id"] for result in found["results"]]
        offset, pages = found["next_offset"], pages + 1
        if not offset:
            break
    assert pages > 1 and len(set(ids)) == len(ids) <= 25


@pytest.mark.parametrize("offset", ["-1", "x", "9999999999", "²", "1e3"])
def test_a_strange_offset_does_no_harm(chats: Chats, offset: str) -> None:
    assert chats.inline(COUNT, offset)["results"] == chats.inline(COUNT)["results"]


def test_no_question_gives_the_suggested_ones(chats: Chats, known: Knowledge) -> None:
    assert [result["title"] for result in chats.inline("")["results"]] == list(known.topic.suggested[:PAGE])


def test_without_an_answer_there_is_a_way_to_the_private_chat(chats: Chats) -> None:
    found = chats.inline("hello")
    assert found["results"] == [] and found["button"] == {
        "text": "No answer to that: ask me in a chat",
        "start_parameter": "ask",
    }


def test_a_result_leads_to_its_fact(chats: Chats, known: Knowledge) -> None:
    for result in chats.inline(COUNT)["results"]:
        url = result["reply_markup"]["inline_keyboard"][0][0]["url"]
        prefix = f"https://t.me/{ME.username}?start=f_"
        assert url.startswith(prefix) and known.facts[url.removeprefix(prefix)].text in said(result)


def called(chats: Chats, text: str, **fields: Any) -> dict[str, Any]:
    """What is answered to a guest message."""
    chat = {"id": GROUP, "type": "supergroup", "title": "Pickers"}
    message = chats.message(text, chat=chat, guest_query_id="33", entities=entities(text), **fields)
    (call,) = chats.update(guest_message=message).calls
    assert call.method == "answer_guest_query" and call.arguments["guest_query_id"] == "33"
    return dict(call.arguments["result"])


def test_a_guest_gets_a_cited_answer(chats: Chats) -> None:
    result = called(chats, f"@orchard_bot {COUNT}")
    assert "[1]" in said(result) and "Sources:" in said(result)


def test_a_guest_may_point_at_a_message(chats: Chats) -> None:
    assert "20 member countries" in said(called(chats, "@orchard_bot", reply_to_message=replied(COUNT)))


@pytest.mark.parametrize("text", ["@orchard_bot Which budget pays for office cleaning in Riga?", "@orchard_bot"])
def test_a_guest_without_an_answer_gets_one_line(chats: Chats, text: str) -> None:
    result = called(chats, text)
    assert "\n" not in said(result) and said(result)


def test_nothing_is_remembered_of_guests(chats: Chats) -> None:
    called(chats, f"@orchard_bot {COUNT}")
    assert chats.desk.talks.last((GROUP, 0, PERSON["id"]), chats.now.timestamp()) is None
