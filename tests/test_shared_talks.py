"""Conversations in the journal's database: what one process wrote another reads, whole."""

from __future__ import annotations

import gc
import json
import sqlite3
from dataclasses import dataclass, field
from datetime import date

import pytest
from bot_process import ORCHARD
from updates import PERSON, Chats, words

from bot import journal_tables, knowledge
from bot.dialogue import EXPIRES, Conversation
from bot.engine import Engine, Step, Turn
from bot.live import Live, Served
from bot.questions import Item
from bot.records import replace
from bot.render import Renderer
from bot.shared_talks import SharedTalks, Write, _plain, _record
from bot.telegram_desk import Talk

PLACE, NOW = (7, 0, 7), 1_800_000_000.0
TODAY = date(2026, 11, 25)


@dataclass
class Shelf:
    """A table in memory."""

    db: sqlite3.Connection
    along: list[Write] = field(default_factory=list)

    def write(self) -> None:
        along, self.along = self.along, []
        for one in along:
            one(self.db)


@pytest.fixture
def shelf() -> Shelf:
    db = sqlite3.connect(":memory:")
    db.executescript(journal_tables.JOURNAL + journal_tables.SHARED)
    return Shelf(db)


@pytest.fixture(scope="module")
def served() -> Served:
    known = knowledge.load_or_raise(ORCHARD)
    return Served.of(Engine(known, TODAY))


def asked(served: Served, text: str, before: Conversation = Conversation(), message: int = 5) -> Talk:
    return Talk.of(served.engine.ask(text, before, today=TODAY, now=NOW), message, served)


def test_another_process_goes_on_with_a_conversation(shelf: Shelf, served: Served) -> None:
    one, other = (SharedTalks(shelf, Live(served)) for _ in range(2))
    talk = asked(served, "who keeps the orchard")
    one.keep(PLACE, talk)
    assert other.last(PLACE, NOW) is None  # nothing is kept before the answer is
    shelf.write()
    assert other.last(PLACE, NOW) == talk
    assert other.last((7, 1, 7), NOW) is None and other.last(PLACE, NOW + EXPIRES + 1) is None


def test_chats_are_forgotten_and_moved(shelf: Shelf, served: Served) -> None:
    talks = SharedTalks(shelf, Live(served))
    talks.keep(PLACE, asked(served, "who keeps the orchard"))
    shelf.write()
    talks.move(7, 8)
    shelf.write()
    assert talks.last(PLACE, NOW) is None and talks.last((8, 0, 7), NOW) is not None
    assert talks.forget(8) and not talks.forget(7)
    shelf.write()
    assert talks.last((8, 0, 7), NOW) is None


def test_a_process_with_other_knowledge_goes_on_with_its_own(shelf: Shelf, served: Served) -> None:
    talk = asked(served, "how many trees are there")
    SharedTalks(shelf, Live(served)).keep(PLACE, talk)
    shelf.write()
    known = served.engine.knowledge
    lead = talk.after.lead
    assert lead
    facts = {**known.facts, lead.id: replace(lead, text="41.")}
    new = Served.of(Engine(replace(known, facts=facts), TODAY))
    other = SharedTalks(shelf, Live(new))
    read = other.last(PLACE, NOW)
    assert read and read.served is None and read.after.lead and read.after.lead.text == "41."
    other.carry(served, new)
    read = other.last(PLACE, NOW)
    assert read and read.served is served and read.before == talk.before  # /why still shows what was said


def test_what_cannot_be_read_is_over(shelf: Shelf, served: Served) -> None:
    talks = SharedTalks(shelf, Live(served))
    talks.keep(PLACE, asked(served, "how many trees are there"))
    shelf.write()
    shelf.db.execute("""UPDATE talks SET talk = replace(talk, '"fact"', '"fict"')""")
    assert talks.last(PLACE, NOW) is None


def test_every_conversation_is_read_as_it_was_written(items: tuple[Item, ...], engine: Engine) -> None:
    """After each turn of the fixed dialogues; and the turn, asked again from what was read, is the same."""
    today, facts, seen = engine.knowledge.topic.reviewed, engine.knowledge.facts, 0
    renderer = Renderer(engine.knowledge, engine.language)
    for item in (item for item in items if len(item.turns) > 1):
        conversation = Conversation()
        for number, expected in enumerate(item.turns):
            turn = engine.ask(expected.question, conversation, today=today, now=float(number))
            read = [_record(json.loads(json.dumps(_plain(one))), facts) for one in (turn.before, turn.conversation)]
            assert read == [turn.before, turn.conversation]
            again = engine.ask(expected.question, read[0], today=today, now=float(number))
            assert renderer.plain(again) == renderer.plain(turn)
            conversation, seen = turn.conversation, seen + 1
    assert seen > 100


def test_conversations_keep_nothing_that_was_searched() -> None:
    """What a search found would be a megabyte for every hundred conversations."""
    before = [one for one in gc.get_objects() if type(one) in (Step, Turn)]  # of other tests
    chats = Chats(Engine(knowledge.load_or_raise(ORCHARD), TODAY))
    for number, text in enumerate(("how many trees are there", "who keeps the orchard", "when did it open") * 5):
        chats.write(text, **{"from": PERSON | {"id": number}, "chat": {"id": number, "type": "private"}})
    gc.collect()
    held = [one for one in gc.get_objects() if type(one) in (Step, Turn)]
    assert not [one for one in held if not any(one is other for other in before)]
    last = {"from": PERSON | {"id": 14}, "chat": {"id": 14, "type": "private"}}
    assert "Read as" in words(chats.write("/why", **last))  # asked again
