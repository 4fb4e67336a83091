"""Another topic in minutes: a folder from `new topic`, filled by the commands of the README, and twenty questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from worlds import Ran, run

TODAY = "2025-12-01"

# What a person writes into the files by hand: new names, and the words for what the new facts tell.
ENTITIES = """\
ole-berg:
  type: person
  names: {en: [Ole Berg, Berg]}
bird-day:
  type: event
  names: {en: [Bird Day]}
  when: 2025-06-14
"""
LEXICON = """\
price: [price, cost, costs, ticket, tickets, entry, pay]
visitor: [visitor, visitors, visited, guests, came]
height: [high, height, tall, metres]
"""
SOURCE = ["--title", "Gull Rock in figures", "--publisher", "Harbour Board", "--url", "https://harbour.example/figures"]
FACTS = [
    [
        "--text", "Ole Berg has been the keeper of the Gull Rock Lighthouse since 1 November 2025.",
        "--when", "2025-11-01/..", "--confirmed", "2025-11-20", "--series", "keeper", "--replaces", "keeper-lind",
        "--about", "lighthouse ole-berg", "--gives", "person,date",
        "--asks", "who took over from mara lind; new keeper of november; who is in charge up there",
    ],
    [
        "--text", "Entry to the Gull Rock Lighthouse costs EUR 6 in 2025.", "--when", "2025", "--about", "lighthouse",
        "--gives", "amount", "--value", "6 EUR",
        "--asks", "price of a ticket", "--asks", "what do visitors pay; entry fee in euros",
    ],
    [
        "--text", "In 2024 the Gull Rock Lighthouse had 4,300 visitors.", "--when", "2024", "--about", "lighthouse",
        "--gives", "count", "--value", "4300 visitors", "--series", "visitors",
        "--asks", "number of guests in 2024; how many people came up; visitor figures",
    ],
    [
        "--text", "The Gull Rock Lighthouse is 41 metres high.", "--when", "1887-10-03/..", "--confirmed", "2025-11-20",
        "--about", "lighthouse", "--gives", "count", "--value", "41 metres",
        "--asks", "height of the tower; how tall is gull rock; how high does it reach",
    ],
]  # fmt: skip

# Twenty questions, and the fact that answers; none where nothing does.
QUESTIONS = [
    ("who is the keeper?", "keeper-2025-11"),
    ("Who keeps the lighthouse", "keeper-2025-11"),
    ("who was the keeper in 2024", "keeper-lind"),
    ("who was in charge in march 2025?", "keeper-lind"),
    ("who took over from Mara Lind", "keeper-2025-11"),
    ("since when is Ole Berg the keeper", "keeper-2025-11"),
    ("when was it built", "first-lit-1887"),
    ("when was the lighthouse first lit?", "first-lit-1887"),
    ("how many steps are there", "steps-212"),
    ("how heavy is the tower", None),
    ("how much is a ticket?", "entry-gull-rock-lighthouse-2025"),
    ("what does entry cost", "entry-gull-rock-lighthouse-2025"),
    ("how many visitors came in 2024", "visitors-2024"),
    ("how many guests did it have", "visitors-2024"),
    ("how high is the tower", "gull-rock-lighthouse-41-1887-10"),
    ("height in metres?", "gull-rock-lighthouse-41-1887-10"),
    ("how many visitors came in 2019", None),
    ("who is the mayor of Paris", None),
    ("how many members does the drone coalition have", None),
    ("what does Ole Berg earn", None),
]


def new(*arguments: str) -> Ran:
    ran = run("new", *arguments)
    assert (ran.code, ran.err) == (0, ""), ran.out + ran.err
    return ran


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("new") / "lighthouse"
    new("topic", str(made))
    for name, more in (("entities.yaml", ENTITIES), ("lexicon.yaml", LEXICON)):
        (made / name).write_text((made / name).read_text() + more)
    place = ["--knowledge", str(made), "--today", TODAY]
    new("source", *place, *SOURCE, "--published", "2025-11-20")
    for fact in FACTS:
        new("fact", *place, *fact, "--sources", "harbour-board-2025-11-20")
    return made


def asked(folder: Path, question: str) -> dict[str, object]:
    ran = run("ask", "--json", "--knowledge", str(folder), "--today", TODAY, question)
    assert ran.err == ""
    found: dict[str, object] = json.loads(ran.out)
    return found


@pytest.mark.parametrize(("question", "fact"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_twenty_questions(question: str, fact: str | None, folder: Path) -> None:
    reply = asked(folder, question)
    statements = reply["statements"]
    assert isinstance(statements, list)
    assert (statements[0]["fact"] if reply["kind"] == "answer" else None) == fact, reply["text"]


def test_there_are_twenty() -> None:
    assert len(QUESTIONS) == 20


def test_the_filled_folder_is_faultless(folder: Path) -> None:
    assert run("check", str(folder), "--today", TODAY).out == f"{folder}: 7 facts, 3 sources, no problem\n"


@pytest.mark.parametrize("half", ["tune", "held_out"])
def test_the_folder_brings_questions_that_are_answered_right(half: str, tmp_path: Path) -> None:
    new("topic", str(tmp_path / "x"))
    assert run("check", str(tmp_path / "x"), "--today", TODAY).out.endswith("3 facts, 2 sources, no problem\n")
    ran = run("eval", "--knowledge", str(tmp_path / "x"), "--half", half, "--json")
    assert (ran.code, ran.err) == (0, "")
    outcomes = json.loads(ran.out)["outcomes"]
    assert outcomes and set(outcomes.values()) == {"right"}


@pytest.mark.parametrize("question", ["what is it", "what is the tower", "tell me about the lighthouse", "lighthouse"])
def test_a_topic_that_no_fact_defines_says_so(question: str, folder: Path) -> None:
    reply = asked(folder, question)
    assert str(reply["text"]).startswith("I have facts on Gull Rock Lighthouse, but none that says what it is.\n")
    assert reply["nearest"]


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("what happened in 1887", "first-lit-1887"),
        ("what happened at the lighthouse in october 1887", "first-lit-1887"),
        ("did anything happen in 2024", "visitors-2024"),
        ("what happened in 1999", None),
    ],
)
def test_what_happened_at_a_time(question: str, fact: str | None, folder: Path) -> None:
    statements = asked(folder, question)["statements"]
    assert isinstance(statements, list)
    assert (statements[0]["fact"] if statements else None) == fact


def test_every_ask_of_a_new_topic_finds_its_fact(tmp_path: Path) -> None:
    new("topic", str(tmp_path / "x y"))
    ran = run("check", "--asks", str(tmp_path / "x y"), "--today", "2025-10-02")
    assert ran.out.endswith("3 facts, 2 sources, no problem\n")


def test_the_folder_is_quoted_for_the_shell(tmp_path: Path) -> None:
    assert f" --knowledge '{tmp_path / 'x y'}' " in new("topic", str(tmp_path / "x y")).out


def test_a_change_is_compared_by_the_questions_of_the_folder(folder: Path, tmp_path: Path) -> None:
    new("topic", str(tmp_path / "x"))
    found = json.loads(run("diff", str(folder), str(tmp_path / "x"), "--json").out)
    assert found["asked"] == 5


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("full", "file", "link", "."):
        ran = run("new", "topic", str(tmp_path / name))
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.endswith("is there already; give the name of a folder that is not\n")
    new("topic", str(tmp_path / "empty"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "full", "link"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = run("new", "topic", str(tmp_path / "file" / "x"))
    assert (ran.code, ran.out) == (1, "")
    assert "cannot be made" in ran.err
