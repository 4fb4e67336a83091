"""What is read from an update before anybody understands it: nothing in it may stop those behind it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.inbox import Arrival, arrival, asker_of, chat_of, kind_of, user_of, written
from bot.journal import Journal

ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
MESSAGE = {"message_id": 40, "date": 1000, "chat": {"id": -5, "type": "group"}, "from": ANN, "text": "hi"}


@pytest.mark.parametrize(
    ("body", "lane", "chat", "message"),
    [
        ({"message": MESSAGE}, "chat -5", -5, 40),
        ({"edited_message": MESSAGE | {"edit_date": 1200}}, "chat -5", -5, 40),
        ({"callback_query": {"id": "1", "from": ANN, "message": MESSAGE, "data": "x"}}, "chat -5", -5, 40),
        ({"callback_query": {"id": "1", "from": ANN, "inline_message_id": "a"}}, "user 7", None, None),
        ({"inline_query": {"id": "1", "from": ANN, "query": "q", "offset": ""}}, "user 7", None, None),
        ({"my_chat_member": {"chat": {"id": -5}, "from": ANN, "date": 1}}, "chat -5", -5, None),
        ({"guest_message": MESSAGE}, "chat -5", -5, None),  # an id of a chat that the bot is not in
        ({"message": {"message_id": 1}}, "user None", None, 1),
        ({"message": None}, "user None", None, None),
        ({"something_new": [1]}, "user None", None, None),
        ({}, "user None", None, None),
    ],
)
def test_an_update_has_a_lane(body: dict[str, Any], lane: str, chat: int | None, message: int | None) -> None:
    found = arrival({"update_id": 9, **body})
    assert found == Arrival(9, lane, json.dumps({"update_id": 9, **body}), chat, message)


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"update_id": "9"}, {"update_id": True}, {"update_id": 2**63}])
def test_without_an_id_it_is_no_update(raw: object) -> None:
    assert arrival(raw) is None


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [("message", {}, 1000), ("edited_message", {"edit_date": 1200}, 1200), ("callback_query", {}, None)],
)
def test_when_it_was_written(kind: str, more: dict[str, int], expected: int | None) -> None:
    assert written({"update_id": 1, kind: MESSAGE | more}) == expected


@pytest.mark.parametrize(
    ("more", "asker"), [({}, 7), ({"sender_chat": {"id": -5, "type": "group"}}, -5), ({"sender_chat": None}, 7), ({"from": 0}, None)]
)
def test_who_asks(more: dict[str, Any], asker: int | None) -> None:
    assert asker_of({"update_id": 1, "message": MESSAGE | more}) == asker


def test_halves_of_surrogate_pairs_become_text() -> None:
    found = arrival(json.loads('{"update_id": 1, "message": {"text": "a \\ud83d b \\ud83d\\ude42"}}'))
    assert found and json.loads(found.payload)["message"]["text"] == "a ? b \U0001f642"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "chat", "from", "message", "message_id", "date", "text"]), inner),
    max_leaves=12,
)
KINDS = st.sampled_from(["message", "edited_message", "callback_query", "inline_query", "my_chat_member", "x"])


@settings(max_examples=300)  # each opens a journal
@given(st.integers(1, 2**62), st.dictionaries(KINDS, ANYTHING, max_size=2))
def test_every_update_can_be_kept(update_id: int, body: dict[str, Any]) -> None:
    raw = {"update_id": update_id, **body}
    found = arrival(raw)
    assert found is not None
    journal = Journal(None)
    assert journal.accept([found], 0.0) == [found]
    work = journal.work(update_id)
    assert work and json.loads(work.payload).keys() == raw.keys()
    assert written(raw) is None or kind_of(raw) != "callback_query"
    assert chat_of(raw) == found.chat and (user_of(raw) is None or isinstance(user_of(raw), int))
    journal.close()
