"""A changed folder goes live whole, at rest and without a fault, or not at all."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from worlds import ORCHARD, TODAY, Stream

from bot import knowledge
from bot.cli import main
from bot.dialogue import Conversation, carried
from bot.engine import Engine
from bot.reload import PATIENCE, POLL, SETTLE, Folder, Found, Fresh, Refused, Watch, on_disk, settled
from bot.streams import World

FACTS = "facts/orchard.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ORCHARD, tmp_path, dirs_exist_ok=True)
    return tmp_path


def edit(folder: Path, old: str, new: str, name: str = FACTS) -> None:
    """Replace text in a file; the time of the file goes on even where the clock of the disk is coarse."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    time = path.stat().st_mtime_ns + 1_000_000
    path.write_text(text.replace(old, new), "utf-8")
    os.utime(path, ns=(time, time))


def told(watch: Watch) -> Found | None:
    """What the watch tells when the folder was left alone for long enough."""
    first = watch.poll(0.0)
    return first if first is not None else watch.poll(SETTLE)


@dataclass
class Paper:
    """A folder on paper: what its files look like and hold, and what reading it gives."""

    looks: list[str]
    content: str = "old"
    found: Found = field(default_factory=lambda: Refused(("x:1:1: is wrong; mend it",)))
    read: int = 0

    def folder(self) -> Folder:
        def look() -> str:
            return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

        def read() -> Found:
            self.read += 1
            return self.found

        return Folder(look, lambda: self.content, read)


# What the folder looks like at each look (the first is the watch's own), when the watch is asked, and when it reads.
@pytest.mark.parametrize(
    ("looks", "times", "tells"),
    [
        ("a aaa", [0, 1, 2], [False, False, False]),  # nothing changes
        ("a bbbb", [0, SETTLE / 2, SETTLE], [False, False, True]),  # a change, and rest
        ("a bbbbb", [0, SETTLE, 9, 10], [False, True, False, False]),  # told once
        ("a bcddd", [0, 1, 2, 3], [False, False, False, True]),  # written to all the time
        ("a bbcccc", [0, 1, 1.1, 2], [False, False, False, True]),  # written to while it is read
        ("a ba aaa", [0, SETTLE, 9], [False, False, False]),  # written to and back
    ],
)
def test_when_a_change_is_told(looks: str, times: list[float], tells: list[bool]) -> None:
    paper = Paper(list(looks.replace(" ", "")))
    watch = Watch(paper.folder())
    paper.content = "new"
    assert [watch.poll(time) is not None for time in times] == tells


def test_a_file_that_is_only_touched_is_no_change() -> None:
    paper = Paper(list("abbb"))
    watch = Watch(paper.folder())
    assert told(watch) is None
    assert (paper.read, watch.pending) == (0, False)


def test_waiting_for_a_folder_that_never_rests_ends() -> None:
    paper = Paper(["a", *map(str, range(1_000))])
    watch = Watch(paper.folder())
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    assert settled(watch, lambda: now[0], sleep) is None
    assert PATIENCE <= now[0] <= PATIENCE + SETTLE
    assert paper.read == 0


def test_a_change_is_live_within_two_seconds_but_for_the_reading() -> None:
    paper = Paper(list("abbbbbbb"), found=Refused(("x",)))
    watch = Watch(paper.folder())
    paper.content = "new"
    slept: list[float] = []
    assert settled(watch, lambda: sum(slept), slept.append) is not None
    assert sum(slept) + POLL < 0.5


def test_new_knowledge_is_handed_over_whole(folder: Path) -> None:
    watch = Watch(on_disk(folder))
    edit(folder, "has 40 apple trees", "has 41 apple trees")
    edit(folder, "number: 40", "number: 41")
    found = told(watch)
    assert isinstance(found, Fresh)
    assert found.knowledge.facts["trees-40"].text.startswith("The Hillside Orchard has 41")
    assert told(watch) is None


# What somebody does to the folder, and what is told of it.
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: edit(folder, "- id: opened\n  text: ", "- id: opened\n  text: ["), "orchard.yaml"),
        (lambda folder: edit(folder, "sources: [gazette]", "sources: [gazete]"), 'unknown source "gazete"'),
        (lambda folder: edit(folder, "Ben Ash has been", "He has been"), "orchard.yaml"),  # loads, but check says no
        (lambda folder: (folder / "topic.yaml").unlink(), "there is no such file"),
        (lambda folder: shutil.rmtree(folder), "there is no such folder"),
        (lambda folder: (folder / FACTS).write_bytes(b""), "has no fact in it"),
        (lambda folder: (folder / "sources.yaml").write_bytes(b"\xff"), "is not UTF-8"),
    ],
)
def test_a_broken_folder_is_refused_and_told_once(folder: Path, spoil: Callable[[Path], object], says: str) -> None:
    watch = Watch(on_disk(folder))
    spoil(folder)
    found = told(watch)
    assert isinstance(found, Refused)
    assert any(says in problem for problem in found.problems)
    assert watch.problems == found.problems
    assert told(watch) is None
    assert watch.problems == found.problems


def test_a_mended_folder_goes_live(folder: Path) -> None:
    watch = Watch(on_disk(folder))
    edit(folder, "sources: [gazette]", "sources: [gazete]")
    assert isinstance(told(watch), Refused)
    edit(folder, "sources: [gazete]", "sources: [gazette]")
    assert isinstance(told(watch), Fresh)
    assert watch.problems == ()


@pytest.mark.parametrize("name", [".facts.yaml.swp", "facts/.#orchard.yaml", "README.md"])
def test_what_is_no_knowledge_is_not_watched(folder: Path, name: str) -> None:
    watch = Watch(on_disk(folder))
    (folder / name).write_text("x", "utf-8")
    assert told(watch) is None
    assert not watch.pending


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_seen(folder: Path) -> None:
    watch = Watch(on_disk(folder))
    path, new = folder / FACTS, folder / "new"
    new.write_text(path.read_text("utf-8").replace("4 May 2019.", "5 May 2019."), "utf-8")
    stat = path.stat()
    os.utime(new, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    new.replace(path)
    assert told(watch) is not None


# What is asked before the change, what is changed, and which facts the conversation is about afterwards.
@pytest.mark.parametrize(
    ("asked", "old", "new", "led"),
    [
        ("who runs the orchard", "Ben Ash has been", "Ben H. Ash has been", "keeper-ben"),
        ("who runs the orchard", "id: keeper-ben", "id: keeper-b", None),
    ],
)
def test_a_conversation_goes_on_with_facts_as_they_are_now(
    folder: Path, asked: str, old: str, new: str, led: str | None
) -> None:
    before = Engine(knowledge.load_or_raise(folder), TODAY).ask(asked, today=TODAY).conversation
    edit(folder, old, new)
    known = knowledge.load_or_raise(folder)
    after = carried(before, known)
    assert (after.lead and after.lead.id) == led
    assert led is None or after.lead is known.facts[led]


def test_a_conversation_about_somebody_who_is_gone_is_over(folder: Path) -> None:
    known = knowledge.load_or_raise(folder)
    before = Engine(known, TODAY).ask("who is Ben Ash", today=TODAY).conversation
    fewer = {id: entity for id, entity in known.entities.items() if id != "ben"}
    assert carried(before, type(known)(known.topic, known.sources, fewer, known.concepts, known.facts)).query is None
    assert carried(Conversation(), known) == Conversation()


def test_a_digit_chooses_only_while_all_choices_are_there(folder: Path) -> None:
    before = Engine(knowledge.load_or_raise(folder), TODAY).ask("price", today=TODAY).conversation
    assert len(before.choices) == 2
    edit(folder, "EUR 1 in", "EUR 2 in")
    known = knowledge.load_or_raise(folder)
    assert [fact.text for fact in carried(before, known).choices] == [known.facts[f.id].text for f in before.choices]
    edit(folder, "id: price-children", "id: price-kids")
    assert carried(before, knowledge.load_or_raise(folder)).choices == ()


class Script(io.BytesIO):
    """Lines that are typed one after the other, each after something was done."""

    def __init__(self, *steps: tuple[Callable[[], object], str]) -> None:
        super().__init__()
        self._steps = list(steps)

    def readline(self, size: int | None = -1, /) -> bytes:
        if not self._steps:
            return b""
        act, line = self._steps.pop(0)
        act()
        return line.encode() + b"\n"


def run(folder: Path, *steps: tuple[Callable[[], object], str]) -> tuple[list[str], list[str]]:
    """A chat through a pipe: the replies, and what is said beside them."""
    out, err, clock = Stream(io.BytesIO()), Stream(io.BytesIO()), count()
    world = World(
        Stream(Script(*steps)), out, err, {}, lambda: TODAY, lambda: next(clock) / 4, lambda seconds: None
    )
    assert main(["--knowledge", str(folder)], world) == 0
    return out.text().split("\n\n")[:-1], err.text().splitlines()


def test_the_running_chat_takes_up_a_change_and_keeps_what_it_has_when_broken(folder: Path) -> None:
    def change(old: str, new: str) -> Callable[[], object]:
        return lambda: edit(folder, old, new)

    def nothing() -> None: ...

    replies, beside = run(
        folder,
        (nothing, "when did it open"),
        (change("opened on 4 May", "opened on 5 May"), "when did it open"),
        (change("sources: [gazette]", "sources: [gazete]"), "who runs it"),
        (nothing, "who runs it"),
        (change("sources: [gazete]", "sources: [leaflet]"), "who runs it"),
        (nothing, "/sources"),
    )
    assert ["opened on 4 May" in replies[0], "opened on 5 May" in replies[1]] == [True, True]
    assert ["Valley Gazette" in reply for reply in replies[2:5]] == [True, True, False]
    assert "“Your visit”" in replies[5]
    assert [line.partition(":")[0] for line in beside] == [
        "The knowledge was changed and is in use now",
        "The knowledge was changed, but has problems (1); what was there before stays in use",
        str(folder / FACTS),
        "The knowledge was changed and is in use now",
    ]


def test_sources_of_an_answer_that_is_older_than_the_knowledge(folder: Path) -> None:
    def rename() -> None:
        edit(folder, "almanac", "yearbook")
        edit(folder, "almanac:", "yearbook:", "sources.yaml")

    replies, beside = run(folder, (lambda: None, "when did it open"), (rename, "/sources"), (lambda: None, "/why"))
    assert len(beside) == 1
    assert "Almanac" in replies[1]
    assert "answer: opened" in replies[-1]
