"""Private chats: questions, commands, buttons, edits, media. An update goes in, calls come out."""

from __future__ import annotations

from datetime import date

import pytest
from updates import GROUP, ME, NOW, PERSON, USER, Chats, buttons, covered, methods, replied, text, words

from bot import telegram_desk
from bot.engine import Engine
from bot.live import Live, Served
from bot.model import Knowledge
from bot.schema import OWN_COMMANDS
from bot.telegram_buttons import Act, Press, fact_keys, key, written
from bot.telegram_calls import Call, Feedback, Forget, Left, Moved, Told, Unanswered
from bot.telegram_commands import COMMANDS, introductions

COUNT = "How many countries are in it?"


@pytest.fixture
def chats(engine: Engine) -> Chats:
    return Chats(engine, charts=True, admins=frozenset({USER}))


def test_a_question_is_answered_with_statements_citations_and_sources(chats: Chats, engine: Engine) -> None:
    plan = chats.write(COUNT)
    (call,) = plan.calls
    assert (call.method, call.chat, plan.kind, plan.question) == ("send_message", USER, "answer", 5)
    lead = engine.knowledge.facts[call.facts[0]]
    first = text(call).split("\n")[0]
    assert first == f"{lead.text} [1][2][3]"
    links = [e for e in call.arguments["entities"] if e["type"] == "text_link" and e["offset"] < len(first)]
    assert [(covered(text(call), e), e["url"]) for e in links] == [
        (f"[{n}]", engine.knowledge.sources[id].url) for n, id in enumerate(lead.sources[:3], 1)
    ]
    assert call.arguments["link_preview_options"] == {"is_disabled": True}
    assert call.arguments["reply_parameters"] == {"message_id": 5, "allow_sending_without_reply": True}
    assert "parse_mode" not in call.arguments


def test_every_call_is_plain_json_and_the_same_each_time(engine: Engine) -> None:
    first, again = (Chats(engine).write(COUNT).calls for _ in range(2))
    assert first == again == tuple(Call.from_json(call.to_json()) for call in first)


def test_an_answer_says_as_of_when(chats: Chats) -> None:
    assert "Last confirmed on " in words(chats.write(COUNT))
    recent = Chats(chats.desk.live.current.engine, today=date(2025, 8, 30))
    assert "As of 21 August 2025." in words(recent.write(COUNT))


def test_corrections_and_disputes_are_shown(chats: Chats) -> None:
    assert "Read as: " in words(chats.write("When did Norwya join?"))
    assert "Sources differ: " in words(chats.write("When did Norway join?"))


def test_an_answer_has_buttons(chats: Chats) -> None:
    plan = chats.write(COUNT)
    labels = buttons(plan)
    assert list(labels)[:4] == ["📚 Sources", "🔍 Why", "👍", "👎"]
    assert any(label.startswith("📈 Chart: ") for label in labels)
    keys = fact_keys(plan.calls[0].facts)
    assert labels["👍"] == written(Press(Act.UP, keys))


def test_follow_ups_lean_on_the_conversation_for_half_an_hour(chats: Chats) -> None:
    chats.write(COUNT)
    chats.later(minutes=29)
    assert chats.write("and in March 2024?").kind == "answer"
    chats.later(minutes=31)
    assert chats.write("and before that?").kind == "abstention"


@pytest.mark.parametrize("command", ["/sources", "/why"])
def test_nothing_is_known_of_a_conversation_that_is_over(chats: Chats, command: str) -> None:
    chats.write(COUNT)
    chats.later(minutes=31)
    assert "no answer here that I remember" in words(chats.write(command))


def test_only_so_many_conversations_are_remembered(chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_desk, "MOST_TALKS", 2)
    for user in (USER, 8, 9):
        person = {"id": user, "is_bot": False, "first_name": "Bob"}
        chats.write(COUNT, chat={"id": user, "type": "private"}, **{"from": person})
    assert "no answer here that I remember" in words(chats.write("/sources"))


def test_conversations_of_different_people_do_not_mix(chats: Chats) -> None:
    chats.write(COUNT)
    other = {"chat": {"id": 8, "type": "private"}, "from": {"id": 8, "is_bot": False, "first_name": "Bob"}}
    assert chats.write("and before that?", **other).kind == "abstention"


def test_a_clarification_offers_its_readings_and_each_gives_an_answer(chats: Chats, engine: Engine) -> None:
    plan = chats.write("money")
    assert plan.kind == "clarification" and words(plan).startswith("Which of these do you mean?\n1. ")
    labels = buttons(plan)
    assert list(labels) == ["1", "2", "3"]
    for data in labels.values():
        pressed = chats.press(data)
        assert methods(pressed) == ["answer_callback_query", "send_message"] and pressed.kind == "callback"
        chosen = engine.knowledge.facts[pressed.calls[1].facts[0]]
        assert fact_keys([chosen.id])[0] in data and chosen.text in words(pressed)
    chats.write("money")
    assert chats.write("2").kind == "answer"


def test_an_abstention_offers_what_is_near_and_tells_the_curator(chats: Chats) -> None:
    question = "Which budget pays for the coalition's office cleaning in Riga?"
    plan = chats.write(question)
    assert plan.kind == "abstention"
    (note,) = plan.notes
    assert isinstance(note, Unanswered) and note.question == question
    assert len(buttons(plan)) == len(note.nearest)
    for data in buttons(plan).values():
        assert "send_message" in methods(chats.press(data))


@pytest.mark.parametrize("question", ["hello", "thanks", "!!!", "who is the best minister?"])
def test_what_no_fact_could_answer_is_not_kept(chats: Chats, question: str) -> None:
    assert chats.write(question).notes == ()


def test_a_question_that_is_too_long_is_refused_in_words(chats: Chats) -> None:
    assert words(chats.write("how many " * 400)) == "That is too long for me. Ask in at most 2,000 characters."


# --- commands


def test_every_command_of_the_bot_is_reserved_in_the_knowledge() -> None:
    assert set(COMMANDS) == set(OWN_COMMANDS)


@pytest.mark.parametrize(
    "command, shown",
    [
        ("/start", "Ask me about the international"),
        ("/help", "/ask: ask a question"),
        ("/ask", "Write the question behind the command: /ask "),
        ("/privacy", "What is kept about you"),
        ("/sources", "There is no answer here that I remember"),
        ("/why", "There is no answer here that I remember"),
        ("/timeline", "Which figures do you want to see over time?"),
        ("/timeline nonsense", "I have no chart of nonsense."),
        ("/status", " facts, "),
        ("/nonsense", "I know no /nonsense; /help shows what I understand."),
        ("/HELP@ORCHARD_BOT", "/ask: ask a question"),
        ("/start f_no-such-fact", "Ask me about the international"),
        ("/start ask", "Ask me about the international"),
    ],
)
def test_commands(chats: Chats, command: str, shown: str) -> None:
    plan = chats.write(command)
    assert methods(plan) == ["send_message"] and shown in words(plan)


def test_ask_asks(chats: Chats) -> None:
    assert words(chats.write(f"/ask {COUNT}")) == words(Chats(chats.desk.live.current.engine).write(COUNT))


def test_a_topic_command_asks_its_question(chats: Chats, known: Knowledge) -> None:
    for command in known.topic.commands:
        assert chats.write(f"/{command.name}").kind == "answer", command


def test_start_offers_questions_that_have_answers(chats: Chats, known: Knowledge) -> None:
    labels = buttons(chats.write("/start"))
    assert list(labels) == list(known.topic.suggested[:3])
    for question, data in labels.items():
        pressed = chats.press(data)
        assert words(pressed).strip().startswith(question) and pressed.calls[1].facts


def test_a_deep_link_shows_its_fact(chats: Chats, known: Knowledge) -> None:
    for fact in list(known.facts.values())[::25]:
        plan = chats.write(f"/start f_{fact.id}")
        assert plan.calls[0].facts[0] == fact.id and fact.text in words(plan)


def test_sources_lists_every_source_of_the_last_answer(chats: Chats, known: Knowledge) -> None:
    facts = chats.write(COUNT).calls[0].facts
    said = words(chats.write("/sources"))
    for fact in facts:
        assert all(known.sources[id].url in said for id in known.facts[fact].sources)
    chats.write("hello")
    assert "cites no source" in words(chats.write("/sources"))


def test_why_shows_the_trace(chats: Chats) -> None:
    facts = chats.write(COUNT).calls[0].facts
    said = words(chats.write("/why"))
    assert said.startswith(f"question: {COUNT}") and facts[0] in said


def test_forget_says_what_it_removes(chats: Chats) -> None:
    chats.write(COUNT)
    chats.memory.rows = {"updates": 2, "answers": 1}
    plan = chats.write("/forget")
    assert plan.notes == (Forget(USER),) and plan.question is None
    assert "what I remembered of the conversation, and 3 entries" in words(plan)
    chats.memory.rows = {"updates": 1}
    assert "there was none), and 1 entry" in words(chats.write("/forget"))
    assert chats.write("and before that?").kind == "abstention"


def test_status_is_for_admins(chats: Chats) -> None:
    chats.desk.status = lambda: {"waiting": "3"}
    assert "waiting: 3" in words(chats.write("/status"))
    chats.desk.admins = frozenset()
    assert words(chats.write("/status")) == "That command is for the bot's operators."


# --- buttons


def pressed_after(chats: Chats, question: str, label: str, **fields: object) -> str:
    data = buttons(chats.write(question))[label]
    return words(chats.press(data, **fields))


def test_sources_button_lists_them_all(chats: Chats, known: Knowledge) -> None:
    said = pressed_after(chats, COUNT, "📚 Sources")
    assert said.strip().startswith("All sources of the answer\n\n[1] ") and "https://" in said


def test_why_button_knows_the_conversation(chats: Chats) -> None:
    chats.write(COUNT)
    said = pressed_after(chats, "and in March 2024?", "🔍 Why")
    assert "question: and in March 2024?" in said and "taken along" in said


def test_why_button_asks_again_after_a_restart(chats: Chats, engine: Engine) -> None:
    data = buttons(chats.write(COUNT))["🔍 Why"]
    said = words(Chats(engine).press(data, reply_to_message=replied(COUNT, by=USER)))
    assert f"question: {COUNT}" in said


def test_why_button_shows_the_facts_when_the_conversation_is_gone(chats: Chats, engine: Engine) -> None:
    chats.write(COUNT)
    plan = chats.write("and in March 2024?")
    data, facts = buttons(plan)["🔍 Why"], plan.calls[0].facts
    said = words(Chats(engine).press(data, reply_to_message=replied("and in March 2024?", by=USER)))
    assert "The conversation is over" in said and all(fact in said for fact in facts)


def test_why_button_of_a_chosen_question_needs_no_conversation(chats: Chats, engine: Engine) -> None:
    suggested = buttons(chats.write("/start"))
    data = buttons(chats.press(next(iter(suggested.values()))))["🔍 Why"]
    assert "question: " in words(Chats(engine).press(data))


@pytest.mark.parametrize("label, up, thanks", [("👍", True, "Glad"), ("👎", False, "curators")])
def test_thumbs(chats: Chats, label: str, up: bool, thanks: str) -> None:
    plan = chats.write(COUNT)
    pressed = chats.press(buttons(plan)[label])
    assert methods(pressed) == ["answer_callback_query"] and thanks in words(pressed)
    assert pressed.notes == (Feedback(up, plan.calls[0].facts),)


@pytest.mark.parametrize(
    "data", ["", "0|s|abc", "1|s|AAAAAAAA", "1|w|m,AAAAAAAA", "1|c|AAAAAAAA", "1|a|AAAAAAAA", "1|f|x"]
)
def test_every_callback_is_answered(chats: Chats, data: str) -> None:
    (call,) = chats.press(data).calls
    assert call.method == "answer_callback_query" and call.arguments["show_alert"] and call.chat is None


def test_a_button_without_a_message_is_answered(chats: Chats) -> None:
    query = {"id": "1", "from": PERSON, "chat_instance": "1", "data": "1|s|ZjClk9mh", "inline_message_id": "9"}
    assert methods(chats.update(callback_query=query)) == ["answer_callback_query"]


def test_a_button_under_a_message_that_is_too_old_works(chats: Chats, engine: Engine) -> None:
    labels = buttons(chats.write(COUNT))
    gone = {"chat": {"id": USER, "type": "private"}, "message_id": 4, "date": 0}
    for label, data in labels.items():
        query = {"id": "1", "from": PERSON, "chat_instance": "1", "data": data, "message": gone}
        plan = Chats(engine).update(callback_query=query)
        assert label in "👍👎" or {call.chat for call in plan.calls[1:]} == {USER}, label


def test_next_questions_have_answers(chats: Chats) -> None:
    labels = list(buttons(chats.write(COUNT)).items())[5:]
    assert labels
    for label, data in labels:
        pressed = chats.press(data)
        assert pressed.calls[1].facts and words(pressed).strip().startswith(label)


def test_what_a_button_asked_can_be_followed_up(chats: Chats, known: Knowledge) -> None:
    chats.press(written(Press(Act.ASK, (key("ask", known.topic.suggested[1]),))))
    assert chats.write("and in March 2024?").kind == "answer"


# --- charts


def test_a_chart_is_a_picture_with_every_figure_and_its_source(chats: Chats, known: Knowledge) -> None:
    for chart in known.topic.charts:
        plan = chats.write(f"/timeline {chart.name}")
        (photo,) = plan.calls
        assert photo.method == "send_photo" and "photo" not in photo.arguments
        assert photo.picture == f"{chart.name}@{chats.desk.live.current.version}"
        assert len(text(photo)) <= 1024 and photo.facts
        urls = [e["url"] for e in photo.arguments["caption_entities"] if e["type"] == "text_link"]
        assert sorted(urls) == sorted(known.sources[known.facts[fact].sources[0]].url for fact in photo.facts)
        assert len(text(photo).partition("Sources:\n")[2].splitlines()) == len(photo.facts)
        pressed = chats.press(written(Press(Act.CHART, (key("chart", chart.name),))))
        assert pressed.calls[-1] == photo


def test_a_chart_without_matplotlib_is_a_list_with_sources(engine: Engine, known: Knowledge) -> None:
    chats = Chats(engine, charts=False)
    for chart in known.topic.charts:
        plan = chats.write(f"/timeline {chart.name}")
        assert set(methods(plan)) == {"send_message"} and "I cannot draw here" in words(plan)
        assert chart.title in words(plan) and "[1]" in words(plan)


# --- edits


def test_an_edited_question_edits_its_answer(chats: Chats) -> None:
    first = chats.write("How many countries are in itt?")
    chats.memory.known[USER, 5] = (6,)
    plan = chats.edit("When did Norway join?")
    assert methods(plan) == ["edit_message_text"] and plan.question == 5
    call = plan.calls[0]
    assert call.arguments["message_id"] == 6 and call.facts != first.calls[0].facts
    assert call.arguments["reply_markup"] and "reply_parameters" not in call.arguments


def test_an_edit_takes_the_place_of_what_it_edits_in_the_conversation(chats: Chats) -> None:
    chats.write(COUNT)
    chats.write("and in 2025?", message_id=7)
    chats.memory.known[USER, 7] = (8,)
    plan = chats.edit("and in March 2024?", message_id=7)
    assert plan.kind == "answer" and chats.write("and before that?", message_id=9).kind == "answer"


def test_an_edit_keeps_the_first_message_and_no_other(chats: Chats) -> None:
    chats.memory.known[USER, 5] = (6, 8, 8, 9)
    plan = chats.edit(COUNT)
    assert methods(plan) == ["edit_message_text", "delete_message", "delete_message"]
    assert [call.arguments["message_id"] for call in plan.calls] == [6, 8, 9]


def test_an_edit_without_a_known_answer_is_answered_while_it_is_young(chats: Chats) -> None:
    assert methods(chats.edit(COUNT)) == ["send_message"]
    chats.later(minutes=11)
    assert chats.edit(COUNT).calls == ()


@pytest.mark.parametrize("edited", ["/help", "/timeline members", "/forget", "/start", "/nonsense", "/ask"])
def test_edited_commands_are_left_alone(chats: Chats, edited: str) -> None:
    assert chats.edit(edited).calls == ()


# --- media and all else


MEDIA = {
    "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
    "voice": {"file_id": "a", "file_unique_id": "b", "duration": 1},
    "location": {"longitude": 1.0, "latitude": 1.0},
    "sticker": {
        "file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "is_animated": False, "is_video": False,
        "type": "regular",
    },
    "poll": {
        "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
        "type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
    },
    "dice": {"value": 1, "emoji": "🎲"},
    "contact": {"phone_number": "1", "first_name": "A"},
}  # fmt: skip


@pytest.mark.parametrize("kind", MEDIA)
def test_media_get_one_friendly_line_an_hour(chats: Chats, kind: str) -> None:
    plan = chats.write(**{kind: MEDIA[kind]})
    assert "I can only read text" in words(plan) and plan.notes == (Told(USER, "media"),)
    assert chats.write(**{kind: MEDIA[kind]}).calls == ()
    chats.later(minutes=61)
    assert len(chats.write(**{kind: MEDIA[kind]}).calls) == 1


def test_a_caption_is_a_question(chats: Chats) -> None:
    assert chats.write(photo=MEDIA["photo"], caption=COUNT).kind == "answer"


def test_forwarded_messages_are_media(chats: Chats) -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Bob"}
    assert chats.write(COUNT, forward_origin=origin).kind == "media"


@pytest.mark.parametrize(
    "body",
    [
        {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"}, "text": COUNT}},
        {"edited_channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"}, "text": COUNT}},
        {"poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["a"], "user": PERSON}},
        {"chosen_inline_result": {"result_id": "1", "from": PERSON, "query": "x"}},
        {},
    ],
    ids=lambda body: next(iter(body), "nothing"),
)
def test_what_is_not_for_the_bot_is_met_with_silence(chats: Chats, body: dict[str, object]) -> None:
    plan = chats.update(**body)
    assert plan.calls == () and plan.notes == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"pinned_message": replied("x")},
        {"new_chat_title": "x"},
        {"via_bot": {"id": ME.id, "is_bot": True, "first_name": "Bot"}},
        {"from": {"id": 1, "is_bot": True, "first_name": "Other"}},
        {"is_automatic_forward": True},
    ],
)
def test_messages_that_ask_nothing_are_met_with_silence(chats: Chats, fields: dict[str, object]) -> None:
    said = {} if {"pinned_message", "new_chat_title"} & set(fields) else {"text": COUNT}
    assert chats.write(**said, **fields).calls == ()


def test_a_block_ends_the_chat(chats: Chats) -> None:
    chats.write(COUNT)
    chat = {"id": USER, "type": "private"}
    change = {"chat": chat, "from": PERSON, "date": 1, **membership("member", "kicked")}
    assert chats.update(my_chat_member=change).notes == (Left(USER),)
    assert chats.write("and before that?").kind == "abstention"


def test_a_migration_moves_the_chat(chats: Chats) -> None:
    plan = chats.write(chat={"id": -5, "type": "group", "title": "G"}, migrate_to_chat_id=GROUP)
    assert (plan.calls, plan.notes) == ((), (Moved(-5, GROUP),))


def membership(old: str, new: str) -> dict[str, object]:
    bot = {"id": ME.id, "is_bot": True, "first_name": "Bot"}
    fields = {"kicked": {"until_date": 0}}
    return {
        f"{name}_chat_member": {"user": bot, "status": status, **fields.get(status, {})}
        for name, status in (("old", old), ("new", new))
    }


# --- what is told to Telegram at the start


def test_menus_names_and_descriptions_keep_telegrams_limits(engine: Engine) -> None:
    calls = introductions(Served.of(engine), frozenset({USER}))
    menus = [call.arguments for call in calls if call.method == "set_my_commands"]
    scopes = [(menu["scope"]["type"], menu.get("language_code", "")) for menu in menus]
    assert sorted(scopes) == sorted(
        (scope, code) for scope in ("default", "all_private_chats", "all_group_chats", "chat") for code in ("", "en")
    )
    for menu in menus:
        names = [command["command"] for command in menu["commands"]]
        assert len(names) == len(set(names)) <= 100
        assert all(1 <= len(command["description"]) <= 256 for command in menu["commands"])
        assert ("status" in names) == (menu["scope"]["type"] == "chat")
        assert all(name in COMMANDS or name in {c.name for c in engine.knowledge.topic.commands} for name in names)
    assert {call.method for call in calls} == {
        "set_my_commands",
        "set_my_name",
        "set_my_description",
        "set_my_short_description",
    }
    assert all(call == Call.from_json(call.to_json()) for call in calls)


def test_versions_tell_knowledge_apart_and_are_the_same_for_the_same(engine: Engine, known: Knowledge) -> None:
    served = Served.of(engine)
    assert served.version == Served.of(Engine(known, NOW.date())).version
    live = Live(served)
    live.swap(Served(engine, served.renderer, "new"))
    assert live.current.version == "new"
