"""No update stops the bot, and nothing that it shows is anything but facts, with their citations, or fixed words."""

from __future__ import annotations

from typing import Any

import pytest
from grounding import Law
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update
from updates import ME, NOW, Chats, covered, text

from bot.engine import Engine
from bot.questions import Item
from bot.telegram_answers import respond
from bot.telegram_buttons import Act
from bot.telegram_calls import Call, Plan

ODD = ["🍎", "👩‍🌾", "\u202e", "\u200b", "\x00", "\ud83c", "٣", "@", "/", "\n", " ", "ſ", "ﷺ", "how many", "1|s|"]
STRANGE = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=12)), max_size=6).map("".join)
SAID = st.one_of(
    STRANGE,
    st.sampled_from(["/ask", "/ask@orchard_bot who leads it", "@orchard_bot", "/start f_", "/timeline members"]),
    st.sampled_from(["/forget", "/help", "/why", "/members", "How many members?", "a" * 5_000, "🍎" * 4_096]),
)
IDS = st.one_of(st.integers(-(2**53), 2**53), st.sampled_from([7, ME.id, -100_200]))
USERS = st.fixed_dictionaries({"id": IDS, "is_bot": st.booleans(), "first_name": STRANGE})
KINDS_OF_CHAT = ["private", "private", "private", "group", "supergroup", "supergroup", "channel", "new_kind"]
CHATS = st.fixed_dictionaries({"id": IDS, "type": st.sampled_from(KINDS_OF_CHAT)})
ENTITIES = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["mention", "bot_command", "text_mention", "text_link", "new_kind"]),
            "offset": st.integers(-5, 6_000),
            "length": st.integers(-5, 6_000),
        },
        optional={"user": USERS, "url": STRANGE},
    ),
    max_size=3,
)
NUMBERS = st.integers(0, 2**40)
FUTURE = st.recursive(STRANGE, lambda inner: st.lists(inner, max_size=2), max_leaves=3)
PLAIN: st.SearchStrategy[dict[str, Any]] = st.deferred(
    lambda: st.fixed_dictionaries(
        {"message_id": NUMBERS, "date": st.integers(0, 2**31), "chat": CHATS},
        optional={
            "from": st.one_of(USERS, st.just({"id": 7, "is_bot": False, "first_name": "Ann"})),
            "text": SAID,
            "caption": SAID,
            "entities": ENTITIES,
            "caption_entities": ENTITIES,
            "reply_to_message": MESSAGES,
        },
    )
)
# Fields that change what a message is, each seldom.
RARE: dict[str, st.SearchStrategy[Any]] = {
    "sender_chat": CHATS,
    "edit_date": st.integers(0, 2**31),
    "message_thread_id": NUMBERS,
    "is_topic_message": st.booleans(),
    "is_automatic_forward": st.booleans(),
    "via_bot": USERS,
    "guest_query_id": STRANGE,
    "migrate_to_chat_id": IDS,
    "direct_messages_topic": st.fixed_dictionaries({"topic_id": NUMBERS}),
    "photo": st.just([{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]),
    "dice": st.just({"value": 1, "emoji": "🎲"}),
    "new_chat_title": STRANGE,
    "forward_origin": st.just({"type": "hidden_user", "date": 1, "sender_user_name": "x"}),
    "field_of_the_future": FUTURE,
}
EXTRAS = st.lists(st.one_of(*(st.tuples(st.just(name), value) for name, value in RARE.items())), max_size=3)
MESSAGES = st.builds(lambda plain, extras: plain | dict(extras), PLAIN, EXTRAS)
# Keys of things that the shipped knowledge has, and that nothing has.
KEYS = st.lists(st.sampled_from(["ZjClk9mh", "x_rlyCnN", "TD_eXTX3", "m", "AAAAAAAA", ""]), max_size=7).map(",".join)
DATA = st.one_of(STRANGE, st.builds("1|{}|{}".format, st.sampled_from([act.value for act in Act]), KEYS))
QUERIES = st.fixed_dictionaries(
    {"id": STRANGE, "from": USERS, "chat_instance": STRANGE},
    optional={
        "data": DATA,
        "message": st.one_of(MESSAGES, PLAIN),
        "inline_message_id": STRANGE,
        "game_short_name": STRANGE,
    },
)
INLINE = st.fixed_dictionaries({"id": STRANGE, "from": USERS, "query": SAID, "offset": STRANGE})
MEMBER = st.fixed_dictionaries({"user": USERS, "status": st.sampled_from(["member", "left", "new_kind"])})
CHANGES = st.fixed_dictionaries(
    {"chat": CHATS, "from": USERS, "date": st.integers(0, 2**31), "old_chat_member": MEMBER, "new_chat_member": MEMBER}
)
UPDATES = st.one_of(
    *(
        st.fixed_dictionaries({name: body})
        for name, body in {
            "message": MESSAGES,
            "edited_message": MESSAGES,
            "channel_post": MESSAGES,
            "guest_message": MESSAGES,
            "business_message": MESSAGES,
            "callback_query": QUERIES,
            "inline_query": INLINE,
            "my_chat_member": CHANGES,
            "field_of_the_future": FUTURE,
        }.items()
    )
)


@pytest.fixture(scope="module")
def chats(engine: Engine) -> Chats:
    return Chats(engine, charts=True, admins=frozenset({7}))


@settings(max_examples=600)
@given(UPDATES)
def test_no_update_stops_the_bot(chats: Chats, body: dict[str, Any]) -> None:
    update = Update.de_json({"update_id": 1, **body}, None)
    lawful(respond(update, chats.desk, NOW))
    assert not ("channel_post" in body and chats.update(**body).calls)


def lawful(plan: Plan) -> None:
    """What a plan may hold, whatever it answers."""
    for call in plan.calls:
        assert Call.from_json(call.to_json()) == call
        call.to_json().encode()
        said, entities = text(call), call.arguments.get("entities", call.arguments.get("caption_entities", []))
        assert said.strip() == said and len(said.encode("utf-16-le")) // 2 <= 4_096
        assert all(covered(said, entity) for entity in entities)
        if call.method in ("send_message", "edit_message_text"):
            assert said
        for row in call.arguments.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                assert button["text"].strip() and len(button.get("callback_data", "").encode()) <= 64


def test_every_statement_is_a_fact_with_its_citations(engine: Engine, items: tuple[Item, ...]) -> None:
    """Each paragraph is a fact, word for word, with links to its own sources, or fixed words."""
    law, cited = Law(engine.knowledge, engine.language), 0
    for item in items[::8]:
        chats = Chats(engine, today=item.today)
        for turn in item.turns:
            plan = chats.write(turn.question)
            lawful(plan)
            if plan.kind in ("answer", "clarification", "abstention", "smalltalk"):
                cited += sum(statements(call, law) for call in plan.calls)
    assert cited > 150


def statements(call: Call, law: Law) -> int:
    """How many statements a message has; fails where one is no fact or cites what is not its source."""
    said, entities = text(call), call.arguments.get("entities", ())
    quote = next((e for e in entities if e["type"] == "expandable_blockquote"), None)
    listed = covered(said, quote) if quote else ""
    links = {(covered(said, e), e["url"]) for e in entities if e["type"] == "text_link"}
    found = 0
    for paragraph in said.removesuffix(listed).strip().split("\n\n"):
        bare, mark, numbers = paragraph.rpartition(" [")
        if not mark:
            for line in paragraph.split("\n"):
                assert law.phrases.fullmatch(line) or line.partition(". ")[2] in law.suggestions, line
            continue
        fact = law.facts.get(bare) or next(law.facts[one] for one in law.facts if bare.endswith(": " + one))
        lead = bare.removesuffix(fact.text).strip()
        assert fact.id in call.facts and (not lead or law.phrases.fullmatch(lead)), lead
        for number in numbers.rstrip("]").split("]["):
            urls = {url for label, url in links if label == f"[{number}]"}
            assert urls and urls <= {law.renderer.knowledge.sources[id].url for id in fact.sources}
            assert f"\n[{number}] " in listed
        found += 1
    assert found == len(call.facts)
    return found
