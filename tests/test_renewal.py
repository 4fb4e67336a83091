"""The running Telegram bot takes up a changed folder: whole, soon, and only if it is sound."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bot_api import BotApi
from bot_process import BotProcess
from updates import PERSON, USER, Chats, buttons, words
from worlds import ORCHARD, TODAY

from bot import knowledge
from bot.engine import Engine
from bot.english import ENGLISH
from bot.live import Served
from bot.model import Fact, Parts
from bot.prepared import Recall, prepare
from bot.reading import Read
from bot.reload import SETTLE, Watch, on_disk
from bot.renewal import MOST_PROBLEMS, Renewal
from bot.retrieval import Retrieval
from bot.stopping import Stop

FACTS, TREES = "facts/orchard.yaml", "how many trees are there"
LIVE = 2.0  # seconds in which a change is promised to be live
SLACK = 8.0  # seconds more for a busy machine: no test of speed, benchmarks are for that
GROUP = -77
SAME = ("ids", "readings", "traits", "entries", "told", "own", "about", "mentioned", "lists", "words")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ORCHARD, tmp_path / "orchard"))


def edit(folder: Path, old: str, new: str, name: str = FACTS) -> None:
    """Replace text in a file in one step, as editors do; its time goes on even where the disk's clock is coarse."""
    path, draft = folder / name, folder / ".draft"
    said = path.read_text("utf-8")
    assert old in said
    draft.write_text(said.replace(old, new), "utf-8")
    stamp = path.stat().st_mtime_ns + 1_000_000
    os.utime(draft, ns=(stamp, stamp))
    draft.replace(path)


class Renewed:
    """A bot in chats whose knowledge is in a folder that is looked at when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.chats = Chats(Engine(knowledge.load_or_raise(folder), TODAY), today=TODAY, admins=frozenset({USER}))
        self.introduced = 0
        self.renewal = Renewal(Watch(on_disk(folder)), Recall(), self.chats.desk, Stop(), self._introduce)
        self.chats.desk.status = self.renewal.state

    def _introduce(self) -> None:
        self.introduced += 1

    def look(self) -> None:
        """Look twice, so that the folder was seen at rest."""
        asyncio.run(self.renewal.look())
        time.sleep(SETTLE)
        asyncio.run(self.renewal.look())

    def served(self) -> Served:
        return self.chats.desk.live.current


@pytest.fixture
def bot(folder: Path) -> Renewed:
    return Renewed(folder)


def test_nothing_changes_where_nothing_changed(bot: Renewed) -> None:
    before = bot.served()
    bot.look()
    assert bot.served() is before


def test_changed_knowledge_answers(bot: Renewed, folder: Path) -> None:
    before = bot.served().version
    edit(folder, "has 40 apple trees", "has 41 apple trees")
    edit(folder, "number: 40", "number: 41")
    bot.look()
    assert "41 apple trees" in words(bot.chats.write(TREES))
    assert bot.served().version != before and bot.introduced == 0


def test_menus_are_told_anew_where_they_changed(bot: Renewed, folder: Path) -> None:
    edit(folder, "title: ", "title: old ", "topic.yaml")
    bot.look()
    assert bot.introduced == 1


def test_broken_knowledge_is_refused_and_told_once(
    bot: Renewed, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = bot.served()
    edit(folder, "sources: [gazette]", "sources: [gazete]")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            bot.look()
    (record,) = [record for record in caplog.records if record.message == "knowledge refused"]
    told = vars(record)
    assert told["problems"] == len(told["first"]) <= MOST_PROBLEMS and "gazete" in told["first"][0]
    assert bot.served() is before and "40 apple trees" in words(bot.chats.write(TREES))
    status = words(bot.chats.write("/status"))
    assert "changed knowledge: not in use, for it has problems (" in status and "gazete" in status
    edit(folder, "sources: [gazete]", "sources: [gazette]")
    bot.look()
    assert "changed knowledge" not in words(bot.chats.write("/status"))


@pytest.mark.parametrize("fault", [OSError("disk"), RuntimeError("fault of ours")])
def test_answers_go_on_whatever_happens_to_the_folder(
    bot: Renewed, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def poll(now: float) -> None:
        raise fault

    monkeypatch.setattr(bot.renewal.watch, "poll", poll)
    bot.look()
    assert "knowledge not read" in caplog.text and "40 apple trees" in words(bot.chats.write(TREES))


# What a change has read again.


@pytest.mark.parametrize(
    ("old", "new", "name", "anew"),
    [
        ("reviewed: 2025-06-01", "reviewed: 2025-06-02", "topic.yaml", 7),
        ("has 40 apple trees", "has 41 apple trees", FACTS, 1),
        ("confirmed: 2025-03-02", "confirmed: 2025-03-03", FACTS, 0),
        ("- id: keeper-ada", "# moved\n- id: keeper-ada", FACTS, 0),
        ("the first keeper", "the very first keeper", FACTS, 1),
        ("published: 2024", "published: 2023", "sources.yaml", 0),
        ("publisher: Valley Gazette", "publisher: Hill Gazette", "sources.yaml", 2),
        ("Ben Ash", "Ben B. Ash", "entities.yaml", 7),
    ],
)
def test_only_what_changed_is_read_again(folder: Path, old: str, new: str, name: str, anew: int) -> None:
    """And the result is what it would be without any recall."""

    class Counted(Recall):
        anew = 0

        def read(self, fact: Fact, asks: tuple[str, ...], by: tuple[str, ...], anew: Callable[[], Read]) -> Read:
            def counted() -> Read:
                self.anew += 1
                return anew()

            return super().read(fact, asks, by, counted)

    recall = Counted()
    for number in (7, anew):
        recall.anew = 0
        known = knowledge.load_or_raise(folder)
        given = known, ENGLISH, Parts(), known.topic.reviewed
        found, plain = prepare(*given, recall), prepare(*given)
        assert recall.anew == number
        assert {name: getattr(found, name) for name in SAME} == {name: getattr(plain, name) for name in SAME}
        if number == 7 and old in (folder / name).read_text("utf-8"):
            edit(folder, old, new, name)


# Conversations.


def test_a_conversation_goes_on_with_the_new_knowledge(bot: Renewed, folder: Path) -> None:
    bot.chats.write("who keeps the orchard")
    edit(folder, "Ada Birch was the keeper", "Ada Maria Birch was the keeper")
    bot.look()
    assert "Ada Maria Birch" in words(bot.chats.write("and in 2020?"))


def test_the_last_answer_is_explained_by_what_gave_it(bot: Renewed, folder: Path) -> None:
    """Even where the fact, and the only source that it cites, are gone."""
    bot.chats.write("price for children")
    edit(folder, "- id: price-children", "- id: price-kids")
    edit(folder, "has 40 apple trees", "has 41 apple trees")
    edit(folder, "number: 40", "number: 41")
    bot.look()
    assert "price-children" in words(bot.chats.write("/why"))
    assert "Your visit" in words(bot.chats.write("/sources"))
    edit(folder, "has 41 apple trees", "has 42 apple trees")
    edit(folder, "number: 41", "number: 42")
    bot.look()
    for command in ("/why", "/sources"):
        assert "no answer here that I remember" in words(bot.chats.write(command))


def test_buttons_of_old_answers_show_the_new_facts(bot: Renewed, folder: Path) -> None:
    pressed = buttons(bot.chats.write(TREES))
    edit(folder, "has 40 apple trees", "has 41 apple trees")
    edit(folder, "number: 40", "number: 41")
    bot.look()
    assert "Read as “how many trees are there”" in words(bot.chats.press(pressed["🔍 Why"]))  # how it came about
    bot.chats.later(hours=1)
    assert "41 apple trees" in words(bot.chats.press(pressed["🔍 Why"]))


def test_only_two_versions_are_held(bot: Renewed, folder: Path) -> None:
    versions: list[weakref.ref[Retrieval]] = []
    for number in range(40, 44):
        bot.chats.write(TREES, **{"from": PERSON | {"id": number}, "chat": {"id": number, "type": "private"}})
        edit(folder, f"has {number} apple trees", f"has {number + 1} apple trees")
        edit(folder, f"number: {number}", f"number: {number + 1}")
        bot.look()
        held = {id(talk.served) for talk in bot.chats.desk.talks._talks.values() if talk.served}
        assert len(held) == 1 and id(bot.served()) not in held
        versions.append(weakref.ref(bot.served().engine.retrieval))
    gc.collect()
    assert [ref() is not None for ref in versions] == [False, False, True, True]
    assert len(bot.chats.desk.talks._talks) == 4


# The real process.


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as api:
        yield api


def texts(api: BotApi, chat: int) -> list[str]:
    return [message.text for message in api.replies(chat)]


def test_a_running_bot_takes_up_changes_and_corrects_what_it_said(
    api: BotApi, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("b")
    with BotProcess(api, place, KNOWLEDGE_DIR=str(folder), CORRECTIONS="on", ADMINS="7") as bot:
        bot.ready()
        for chat, question in ((7, TREES), (GROUP, f"/ask {TREES}"), (8, "who keeps the orchard")):
            api.say(chat, question, user=5 if chat < 0 else None)
            api.until(lambda chat=chat: texts(api, chat), what="the first answers")
        edit(folder, "sources: [gazette]", "sources: [gazete]")
        api.until(lambda: bot.logged("knowledge refused"), LIVE + SLACK, "the broken folder is seen")
        api.say(7, "/status")
        api.until(lambda: len(texts(api, 7)) == 2, what="the status")
        assert "not in use, for it has problems" in texts(api, 7)[1] and bot.alive()
        edit(folder, "sources: [gazete]", "sources: [gazette]")
        edit(folder, "has 40 apple trees", "has 41 apple trees")
        edit(folder, "number: 40", "number: 41")
        for chat in (7, GROUP):
            corrected = lambda chat=chat: texts(api, chat)[0].startswith("Corrected on ")  # noqa: E731
            api.until(corrected, 20.0, f"the answer in {chat} is corrected")
        shown = api.replies(7)[0]
        (mark,) = [entity for entity in shown.entities if entity["type"] == "strikethrough"]
        assert shown.text[mark["offset"] : mark["offset"] + mark["length"]] == "40"
        assert "has 40 41 apple trees" in shown.text and "🔍 Why" in str(shown.markup)
        api.say(9, TREES)
        api.until(lambda: texts(api, 9), what="a new answer")
        assert "41 apple trees" in texts(api, 9)[0]
        assert not texts(api, 8)[0].startswith("Corrected") and len(api.of("editMessageText")) == 2
        api.say(9, "/forget")
        api.until(lambda: len(texts(api, 9)) == 2, what="the chat is forgotten")
        assert bot.stop() == 0
        # What changes while it is not running is made good at the next start, but not in a chat that was forgotten.
        edit(folder, "has 41 apple trees", "has 42 apple trees")
        edit(folder, "number: 41", "number: 42")
        bot.start().ready()
        api.until(lambda: "41 42 apple trees" in texts(api, 7)[0], 20.0, "the answer is corrected again")
        api.until(lambda: "41 42 apple trees" in texts(api, GROUP)[0], 20.0, "the group's is corrected again")
        assert "Corrected" not in texts(api, 9)[0] and api.broken == []


def test_without_the_setting_nothing_is_kept_and_nothing_is_corrected(
    api: BotApi, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("b")
    with BotProcess(api, place, KNOWLEDGE_DIR=str(folder)) as bot:
        bot.ready()
        api.say(7, TREES)
        api.until(lambda: texts(api, 7), what="the answer")
        edit(folder, "has 40 apple trees", "has 41 apple trees")
        edit(folder, "number: 40", "number: 41")
        api.until(lambda: bot.logged("knowledge renewed"), LIVE + SLACK, "the change is live")
        api.say(8, TREES)
        api.until(lambda: texts(api, 8), what="the new answer")
        assert "41 apple trees" in texts(api, 8)[0] and api.of("editMessageText") == []
        assert bot.stop() == 0
    files = b"".join(path.read_bytes() for path in place.iterdir() if path.name.startswith("journal"))
    assert b"apple trees" not in files
