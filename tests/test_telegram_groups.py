"""Groups and topics: whom the bot answers, where the answer goes, and when it keeps silent."""

from __future__ import annotations

from typing import Any

import pytest
from updates import GROUP, ME, PERSON, Chats, buttons, methods, replied, text, words

from bot.engine import Engine
from bot.telegram_calls import Told
from bot.telegram_desk import Me

COUNT = "How many countries are in it?"
UNKNOWN = "Which budget pays for the coalition's office cleaning in Riga?"


@pytest.fixture
def chats(engine: Engine) -> Chats:
    return Chats(engine)


@pytest.mark.parametrize(
    "said, fields",
    [
        (f"/ask {COUNT}", {}),
        (f"/ask@orchard_bot {COUNT}", {}),
        (f"/ask@Orchard_Bot {COUNT}", {}),
        (f"@orchard_bot {COUNT}", {}),
        (f"🍎🍎 @Orchard_Bot, {COUNT}", {}),
        (COUNT, {"reply_to_message": replied("something", by=ME.id)}),
        (f"@orchard_bot {COUNT}", {"reply_to_message": replied("something else")}),
    ],
)
def test_what_is_meant_for_the_bot_is_answered(chats: Chats, said: str, fields: dict[str, Any]) -> None:
    plan = chats.say(said, **fields)
    assert plan.kind == "answer" and "20 member countries" in words(plan)
    assert plan.calls[0].arguments["reply_parameters"]["message_id"] == 5


@pytest.mark.parametrize(
    "said, fields",
    [
        (COUNT, {}),
        (COUNT, {"reply_to_message": replied("something")}),
        (f"/ask@other_bot {COUNT}", {}),
        (f"@other_bot {COUNT}", {}),
        ("/nonsense", {}),
        (f"the orchard_bot knows {COUNT}", {}),
        (None, {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], "caption": COUNT}),
        (None, {"new_chat_members": [{"id": ME.id, "is_bot": True, "first_name": "Bot"}]}),
    ],
)
def test_all_else_is_met_with_silence(chats: Chats, said: str | None, fields: dict[str, Any]) -> None:
    plan = chats.say(said, **fields)
    assert (plan.calls, plan.notes) == ((), ())


@pytest.mark.parametrize("said", ["/ask", "/ask@orchard_bot", "@orchard_bot"])
def test_ask_as_a_reply_answers_that_message(chats: Chats, said: str) -> None:
    plan = chats.say(said, reply_to_message=replied(COUNT, message_id=3))
    assert plan.kind == "answer" and plan.calls[0].arguments["reply_parameters"]["message_id"] == 3
    assert plan.question == 5  # the one whose edit would edit the answer


def test_ask_as_a_reply_asks_what_is_quoted(chats: Chats) -> None:
    whole = replied(f"Good morning. {COUNT} And who pays?", message_id=3)
    plan = chats.say("/ask", reply_to_message=whole, quote={"text": COUNT, "position": 14})
    assert "20 member countries" in words(plan)


@pytest.mark.parametrize("fields", [{}, {"reply_to_message": replied("an answer", by=ME.id)}])
def test_ask_alone_says_how_to_ask(chats: Chats, fields: dict[str, Any]) -> None:
    assert "/ask " in words(chats.say("/ask", **fields))


def test_a_mention_by_link_counts(chats: Chats) -> None:
    entity = {
        "type": "text_mention",
        "offset": 0,
        "length": 3,
        "user": {"id": ME.id, "is_bot": True, "first_name": "B"},
    }
    assert chats.say(f"Bot {COUNT}", entities=[entity]).kind == "answer"


def test_a_caption_with_a_mention_is_a_question(chats: Chats) -> None:
    entity = {"type": "mention", "offset": 0, "length": 12}
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    assert chats.say(photo=photo, caption=f"@orchard_bot {COUNT}", caption_entities=[entity]).kind == "answer"


def test_an_anonymous_admin_is_answered(chats: Chats) -> None:
    nobody = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group"}
    sender = {"id": GROUP, "type": "supergroup", "title": "Pickers"}
    assert chats.say(f"/ask {COUNT}", **{"from": nobody, "sender_chat": sender}).kind == "answer"


def test_the_thread_is_kept(chats: Chats) -> None:
    plan = chats.say(f"/ask {COUNT}", message_thread_id=44, is_topic_message=True)
    assert plan.calls[0].arguments["message_thread_id"] == 44
    data = buttons(plan)["📚 Sources"]
    chat = {"id": GROUP, "type": "supergroup", "title": "Pickers"}
    pressed = chats.press(data, chat=chat, message_thread_id=44, is_topic_message=True)
    assert all(call.arguments["message_thread_id"] == 44 for call in pressed.calls[1:])


def test_a_thread_of_replies_is_no_topic(chats: Chats) -> None:
    assert "message_thread_id" not in chats.say(f"/ask {COUNT}", message_thread_id=3).calls[0].arguments


def test_an_abstention_is_one_line(chats: Chats) -> None:
    plan = chats.say(f"/ask {UNKNOWN}")
    assert plan.kind == "abstention" and "\n" not in words(plan) and buttons(plan) == {}
    assert len(plan.notes) == 1


def test_answers_in_groups_suggest_nothing(chats: Chats) -> None:
    labels = list(buttons(chats.say(f"/ask {COUNT}")))
    assert labels[:4] == ["📚 Sources", "🔍 Why", "👍", "👎"] and len(labels) == 5


def test_everybody_has_a_conversation_of_their_own(chats: Chats) -> None:
    chats.say(f"/ask {COUNT}")
    other = {"id": 8, "is_bot": False, "first_name": "Bob"}
    assert chats.say("/ask and in March 2024?", **{"from": other}).kind == "abstention"
    assert chats.say("/ask and in March 2024?").kind == "answer"


# --- coming and going


def joined(chats: Chats, old: str = "left", new: str = "member", chat: int = GROUP) -> Any:
    bot = {"id": ME.id, "is_bot": True, "first_name": "Bot"}
    change = {
        "chat": {"id": chat, "type": "supergroup", "title": "Pickers"},
        "from": PERSON,
        "date": 1,
        "old_chat_member": {"user": bot, "status": old},
        "new_chat_member": {"user": bot, "status": new},
    }
    return chats.update(my_chat_member=change)


def test_a_group_gets_one_note_on_what_the_bot_sees(chats: Chats) -> None:
    plan = joined(chats)
    assert methods(plan) == ["send_message"] and plan.question is None
    assert "I see only commands, mentions and replies" in words(plan)
    assert joined(chats).calls == ()


def test_the_note_is_true_where_privacy_mode_is_off(engine: Engine) -> None:
    chats = Chats(engine, me=Me(ME.id, ME.username, reads_all=True))
    assert "every message reaches me" in words(joined(chats))


def test_becoming_an_admin_is_no_news(chats: Chats) -> None:
    assert joined(chats, "member", "member").calls == ()


def test_a_group_that_is_not_on_the_list_is_left_politely(engine: Engine) -> None:
    chats = Chats(engine, allowed=frozenset({-1}))
    plan = joined(chats)
    assert methods(plan) == ["send_message", "leave_chat"] and "may not work in this chat" in text(
        plan.calls[0]
    )
    assert plan.notes == (Told(GROUP, "not-here"),)
    assert methods(chats.say(f"/ask {COUNT}")) == ["leave_chat"]  # still there, and thanked already


def test_the_list_is_about_groups(engine: Engine) -> None:
    chats = Chats(engine, allowed=frozenset({GROUP}))
    assert chats.say(f"/ask {COUNT}").kind == "answer" and chats.write(COUNT).kind == "answer"


def test_talk_in_a_group_not_on_the_list_is_still_no_business_of_the_bots(engine: Engine) -> None:
    assert Chats(engine, allowed=frozenset({-1})).say("hello everybody").calls == ()
