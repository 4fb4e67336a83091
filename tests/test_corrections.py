"""Corrections reach back: answers in chats that cite a changed fact are edited, gently, and never by guess."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import pytest
from fake_wire import Time, failure
from telegram.error import BadRequest, RetryAfter
from updates import ME, NOW, USER, Chats, buttons, covered, text, words
from worlds import ORCHARD, TODAY

from bot import knowledge
from bot.citations import Cite
from bot.correcting import Correcting
from bot.engine import Engine
from bot.journal import Journal
from bot.live import Live, Served
from bot.model import Knowledge
from bot.pacing import GROUP_MOST, Pacing
from bot.stopping import Stop, Stopped
from bot.telegram_calls import Call, Plan
from bot.telegram_corrections import correction
from bot.telegram_desk import Desk
from bot.telegram_replies import Scene

KNOWN = knowledge.load_or_raise(ORCHARD)
TREES, REGISTER, KEEPER = "trees-40", "trees-38-register", "keeper-ben"
GROUP = -100


def without(*ids: str, **texts: str) -> Knowledge:
    """The orchard without these facts, and with other texts for those named (with _ for -)."""
    new = {name.replace("_", "-"): said for name, said in texts.items()}
    facts = {id: replace(fact, text=new.get(id, fact.text)) for id, fact in KNOWN.facts.items() if id not in ids}
    return replace(KNOWN, facts=MappingProxyType(facts))


def served(known: Knowledge) -> Served:
    return Served.of(Engine(known, TODAY))


def cites(*ids: str) -> tuple[Cite, ...]:
    return tuple(Cite(id, KNOWN.facts[id].text) for id in ids)


def desk(known: Knowledge, **more: Any) -> Desk:
    return Desk(Live(served(known)), ME, Chats(Engine(KNOWN, TODAY)).memory, today=TODAY, corrects=True, **more)


def corrected(known: Knowledge, *cited: Cite, chat: int = USER) -> Call:
    place = desk(known)
    return correction(chat, 71, cited, Scene(place, place.live.current, NOW))


def struck(call: Call) -> list[str]:
    found = [entity for entity in call.arguments["entities"] if entity["type"] == "strikethrough"]
    return [covered(text(call), entity) for entity in found]


# The words.


def test_the_old_value_is_struck_and_the_sources_are_those_of_today() -> None:
    known = without(trees_40="The Hillside Orchard has 41 apple trees, as counted in May 2025.")
    call = corrected(known, *cites(TREES))
    said = text(call).split("\n\n")
    assert said[:2] == [
        "Corrected on 20 December 2025.",
        "The Hillside Orchard has 40 41 apple trees, as counted in May 2025. [1][2][3]",
    ]
    assert struck(call) == ["40"]
    assert said[2].startswith("Sources:\n[1] Hillside Orchard, undated")
    assert (call.method, call.chat, call.facts) == ("edit_message_text", USER, (TREES,))
    assert (call.arguments["chat_id"], call.arguments["message_id"]) == (USER, 71)
    assert list(buttons(Plan((call,))))[:4] == ["📚 Sources", "🔍 Why", "👍", "👎"]


@pytest.mark.parametrize(
    ("new", "says", "gone"),
    [
        ("The Hillside Orchard has 40 trees, as counted in May 2025.",
         "The Hillside Orchard has 40 apple trees, as counted in May 2025.", ["apple"]),
        ("The Hillside Orchard has 40 old apple trees, as counted in May 2025.",
         "The Hillside Orchard has 40 old apple trees, as counted in May 2025.", []),
        ("Nobody knows how many there are.",
         "The Hillside Orchard has 40 apple trees, as counted in May 2025. Nobody knows how many there are.",
         ["The Hillside Orchard has 40 apple trees, as counted in May 2025."]),
        ("The 🍏 Orchard has 41 apple trees, as counted in May 2025.",
         "The Hillside 🍏 Orchard has 40 41 apple trees, as counted in May 2025.", ["Hillside", "40"]),
    ],
)  # fmt: skip
def test_as_little_is_struck_as_can_be_read(new: str, says: str, gone: list[str]) -> None:
    call = corrected(without(trees_40=new), *cites(TREES))
    assert text(call).split("\n\n")[1].partition(" [")[0] == says
    assert struck(call) == gone


def test_what_has_not_changed_stays() -> None:
    known = without(trees_40="The Hillside Orchard has 41 apple trees, as counted in May 2025.")
    call = corrected(known, *cites(TREES, REGISTER, KEEPER))
    said = text(call).split("\n\n")
    assert said[2] == f"Sources differ: {KNOWN.facts[REGISTER].text} [4]"
    assert said[3] == f"{KNOWN.facts[KEEPER].text} [2]"
    assert struck(call) == ["40"] and call.facts == (TREES, REGISTER, KEEPER)


def test_a_fact_that_is_gone_is_struck_whole() -> None:
    old = KNOWN.facts[REGISTER].text
    call = corrected(without(REGISTER), *cites(TREES, REGISTER))
    assert text(call).split("\n\n")[2] == f"{old} This is no longer among my facts."
    assert struck(call) == [old] and call.facts == (TREES,)
    alone = corrected(without(REGISTER), *cites(REGISTER))
    assert text(alone) == f"Corrected on 20 December 2025.\n\n{old} This is no longer among my facts."
    assert "reply_markup" not in alone.arguments


def test_a_correction_fits_into_the_message() -> None:
    long = {f"f{n}": replace(KNOWN.facts[TREES], id=f"f{n}", text="word " * 190 + f"{n}.", series="") for n in range(5)}
    known = replace(KNOWN, facts=MappingProxyType({**KNOWN.facts, **long}))
    call = corrected(known, *(Cite(id, "else " * 190) for id in long))
    assert 0 < len(text(call)) <= 4096


# What is noted.


def test_answers_note_what_they_cite_only_where_they_are_to_be_corrected() -> None:
    for corrects in (False, True):
        chats = Chats(Engine(KNOWN, TODAY), corrects=corrects)
        (call,) = chats.write("how many trees are there").calls
        assert call.cites == (cites(TREES, REGISTER) if corrects else ())
        assert Call.from_json(call.to_json()) == call
        assert chats.write("hello").calls[0].cites == ()
        told = words(chats.write("/privacy"))
        assert ("Which facts each of my answers cites is kept for 30 days" in told) == corrects


@pytest.mark.parametrize(
    ("questions", "says", "notes"),
    [
        (30 * 86_400.0, "Questions that I cannot answer are kept for 30 days", 1),
        (7 * 86_400.0, "are kept for 7 days", 1),
        (0.0, "Questions that I cannot answer are not kept either.", 0),
    ],
)
def test_privacy_tells_what_is_kept_of_questions(questions: float, says: str, notes: int) -> None:
    chats = Chats(Engine(KNOWN, TODAY), questions=questions)
    assert says in words(chats.write("/privacy"))
    assert len(chats.write("who is the pope").notes) == notes


def test_a_call_that_an_earlier_version_stored_cites_nothing() -> None:
    stored = '{"arguments":{},"chat":7,"facts":["a"],"method":"send_message","picture":""}'
    assert Call.from_json(stored) == Call("send_message", {}, 7, facts=("a",))


# The work.


class Ending(Time):
    """A clock that only sleeping moves, up to an end."""

    ends = float("inf")

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if self.now > self.ends:
            raise Stopped


@dataclass
class Edits:
    """A Bot API that takes edits; `script`: exceptions for the first ones."""

    time: Time
    script: list[Exception | None] = field(default_factory=list)
    calls: list[tuple[int, int, float]] = field(default_factory=list)

    async def __call__(self, method: str, arguments: Mapping[str, Any], photo: bytes | None = None) -> Any:
        assert method == "edit_message_text"
        self.calls.append((arguments["chat_id"], arguments["message_id"], self.time.clock()))
        error = self.script.pop(0) if self.script else None
        if error:
            raise error
        return {"message_id": arguments["message_id"]}


class Bot:
    """A bot that has sent messages, and whose knowledge changes. Its waits take no time."""

    def __init__(self, *script: Exception | None) -> None:
        self.time, self.journal, self.desk = Ending(), Journal(None), desk(KNOWN)
        self.wire = Edits(self.time, list(script))
        stop = Stop()
        stop.sleep = self.time.sleep  # type: ignore[method-assign]
        pacing = Pacing(self.time.clock, self.time.sleep)
        self.work = Correcting(self.desk, self.journal.cited, self.wire, pacing, stop, wall=NOW.timestamp)

    def sent(self, chat: int, message: int, *ids: str) -> None:
        self.journal.cited.put(chat, message, cites(*ids), NOW.timestamp())

    def learns(self, known: Knowledge) -> None:
        self.desk.live.swap(served(known))

    def rounds(self, most: int = 50) -> int:
        """Rounds until nothing is left to be corrected; how many did something."""
        for number in range(most):
            if not asyncio.run(self.work.round()):
                return number
        return most

    def edited(self) -> list[tuple[int, int]]:
        return [(chat, message) for chat, message, _ in self.wire.calls]


NEW = without(trees_40="The Hillside Orchard has 41 apple trees, as counted in May 2025.")


def test_every_message_that_cites_a_changed_fact_is_corrected_once() -> None:
    bot = Bot()
    for chat, message, ids in ((7, 71, [TREES]), (7, 72, [KEEPER, TREES]), (8, 81, [KEEPER]), (GROUP, 5, [TREES])):
        bot.sent(chat, message, *ids)
    assert bot.rounds() == 0
    bot.learns(NEW)
    assert bot.rounds() == 2
    assert sorted(bot.edited()) == [(GROUP, 5), (7, 71), (7, 72)]
    assert bot.rounds() == 0 and len(bot.edited()) == 3
    assert bot.journal.cited.of(7, 72)[1].text == NEW.facts[TREES].text
    bot.learns(KNOWN)  # and back
    assert bot.rounds() == 2 and len(bot.edited()) == 6


def test_a_fact_that_is_gone_is_told_once() -> None:
    bot = Bot()
    bot.sent(7, 71, TREES, REGISTER)
    bot.learns(without(REGISTER))
    assert bot.rounds() == 1 and bot.rounds() == 0


def test_changes_of_what_nobody_sees_correct_nothing() -> None:
    bot = Bot()
    bot.sent(7, 71, TREES)
    facts = {id: replace(fact, asks=("x", "y", "z")) for id, fact in KNOWN.facts.items()}
    bot.learns(replace(KNOWN, facts=MappingProxyType(facts)))
    assert bot.rounds() == 0


@pytest.mark.parametrize(
    ("error", "edits", "left"),
    [
        (failure("page"), 2, True),  # tried again in the next round
        (failure("late"), 2, True),
        (RetryAfter(30), 2, True),
        (failure("blocked"), 1, False),  # nothing can be edited there any more
        (failure("refused"), 1, False),  # the message is gone
        (failure("moved"), 1, False),
        (BadRequest("Message is not modified: specified new message content ..."), 1, True),  # it is so already
    ],
)
def test_what_fails(error: Exception, edits: int, left: bool) -> None:
    bot = Bot(error)
    bot.sent(7, 71, TREES)
    bot.learns(NEW)
    bot.rounds()
    assert len(bot.edited()) == edits
    assert bool(bot.journal.cited.of(7, 71)) == left
    if isinstance(error, RetryAfter):
        (_, _, first), (_, _, second) = bot.wire.calls
        assert second - first >= 30


def test_a_chat_that_is_forgotten_while_it_waits_is_left_alone() -> None:
    bot = Bot()
    bot.sent(7, 71, TREES)
    bot.learns(NEW)
    due = bot.work._due()
    bot.journal.cited.leave(7)
    assert due == {7: 71}
    asyncio.run(bot.work._correct(7, 71))
    assert bot.edited() == []


def test_the_limits_are_kept_and_half_of_a_groups_is_left_to_answers() -> None:
    bot = Bot()
    for message in range(30):
        bot.sent(GROUP, message, TREES)
    for chat in range(1, 40):
        bot.sent(chat, 1, TREES)
    bot.learns(NEW)
    bot.time.ends = bot.time.now + 400.0

    async def work() -> None:
        with pytest.raises(Stopped):
            await bot.work.run()

    asyncio.run(work())
    assert len(bot.wire.calls) == 69
    group = [at for chat, _, at in bot.wire.calls if chat == GROUP]
    fullest = max(sum(begin <= at < begin + 60 for at in group) for begin in group)
    assert fullest <= GROUP_MOST / 2 + 1.5
    every = [at for _, _, at in bot.wire.calls]
    assert max(sum(begin <= at < begin + 1 for at in every) for begin in every) <= 6
    assert bot.journal.cited.wordings() == (Cite(TREES, NEW.facts[TREES].text),)

