"""`coalition-bot diff`: what a change of the knowledge does to answers, and whether it may."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import orchard_questions
import pytest
from worlds import ORCHARD, Ran, run

from bot import knowledge, questions, remark_book
from bot.difference import Change, Said, changed, counts, differences, harm, idle
from bot.difference_page import MOST, difference_page, marked
from bot.engine import Engine
from bot.errors import BotError
from bot.evaluation import Outcome
from bot.remarks import Unanswered
from bot.revisions import sides

FACTS = "facts/orchard.yaml"
BEFORE = Said("answer", ("a",), ("It is so.",), (("S",),), None)


def but(**changes: object) -> Said:
    fields = {name: getattr(BEFORE, name) for name in BEFORE.__slots__}
    return Said(**{**fields, **changes})


NONE = but(kind="abstention", facts=(), lines=("I do not know.",), citations=((),))
BACK = but(kind="clarification", facts=(), lines=("Which?",), citations=((),))
RIGHT, WRONG = {"outcome": Outcome.RIGHT}, {"outcome": Outcome.WRONG}


def graded(said: Said, outcome: Outcome) -> Said:
    return Said(said.kind, said.facts, said.lines, said.citations, outcome)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (BEFORE, BEFORE, None),
        (NONE, NONE, None),
        (BEFORE, but(lines=("It is not.",)), Change.WORDS),
        (BEFORE, but(citations=(("T",),)), Change.CITATION),
        (BEFORE, but(facts=("a", "b")), Change.FACTS),
        (BEFORE, but(facts=("b",), lines=("It is not.",)), Change.FACTS),
        (BEFORE, NONE, Change.FLIPPED),
        (BEFORE, BACK, Change.LOST),
        (NONE, BEFORE, Change.GAINED),
        (BACK, BEFORE, Change.GAINED),
        (NONE, BACK, Change.WORDS),
        (NONE, but(kind="abstention", facts=(), lines=("No.",), citations=((),)), Change.WORDS),
        (graded(BEFORE, Outcome.RIGHT), but(lines=("It is not.",), **WRONG), Change.LOST),
        (graded(BEFORE, Outcome.WRONG), but(lines=("It is not.",), **RIGHT), Change.GAINED),
        (graded(BEFORE, Outcome.WRONG), graded(NONE, Outcome.RIGHT), Change.GAINED),  # rightly no answer now
        (graded(BEFORE, Outcome.RIGHT), graded(NONE, Outcome.RIGHT), Change.FLIPPED),  # also where none is expected
        (graded(BEFORE, Outcome.WRONG), graded(NONE, Outcome.ABSTAINED), Change.FLIPPED),
        (graded(NONE, Outcome.RIGHT), graded(BEFORE, Outcome.WRONG), Change.LOST),  # an answer where none is known
        (graded(BEFORE, Outcome.RIGHT), graded(BEFORE, Outcome.RIGHT), None),
    ],
)
def test_how_a_reply_changes(old: Said, new: Said, change: Change | None) -> None:
    assert changed(old, new) is change


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A copy of the small topic, to be changed."""
    return Path(shutil.copytree(ORCHARD, tmp_path / "new"))


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    return orchard_questions.write(tmp_path / "asked")


def edit(folder: Path, old: str, new: str, name: str = FACTS) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def take_out(folder: Path, id: str) -> None:
    head, start, rest = (folder / FACTS).read_text("utf-8").partition(f"- id: {id}\n")
    assert start
    _, between, tail = rest.partition("\n- id: ")
    (folder / FACTS).write_text(head + between.removeprefix("\n") + tail, "utf-8")


def diff(old: Path | str, new: Path | str, asked: Path, *options: str) -> Ran:
    return run("diff", str(old), str(new), "--questions", str(asked), *options)


# What is done to the knowledge; the questions whose replies change, and how; the exit code.
CHANGES = [
    (lambda new: None, {}, 0),
    (lambda new: edit(new, "Ben Ash has been", "Since spring Ben Ash is"), {"keeper": "words"}, 0),
    (lambda new: edit(new, "Ben Ash has been", "Cem Elm has been"), {"keeper": "lost"}, 1),
    (lambda new: edit(new, "Your visit", "Come and see", "sources.yaml"),
     {"trees": "citation", "talk.1": "citation", "talk.2": "citation", "kid": "citation", "wrong": "citation"}, 0),
    (lambda new: take_out(new, "opened"), {"talk.1": "flipped"}, 1),
    (lambda new: take_out(new, "trees-38-register"), {"trees": "facts", "wrong": "flipped"}, 1),
]  # fmt: skip


@pytest.mark.parametrize(("change", "replies", "code"), CHANGES)
def test_what_a_change_does(
    change: Callable[[Path], None], replies: dict[str, str], code: int, new: Path, asked: Path
) -> None:
    change(new)
    ran = diff(ORCHARD, new, asked, "--json")
    found = json.loads(ran.out)
    assert ({one["key"]: one["change"] for one in found["changes"]}, ran.code) == (replies, code)
    assert sum(found["counts"].values()) == len(replies)
    assert found["asked"] == 7


@pytest.mark.parametrize(("change", "replies", "code"), CHANGES)
def test_the_way_back_loses_what_the_way_there_gains(
    change: Callable[[Path], None], replies: dict[str, str], code: int, new: Path, asked: Path
) -> None:
    change(new)
    found = json.loads(diff(new, ORCHARD, asked, "--json").out)
    back = {"lost": "gained", "flipped": "gained"}
    assert {one["key"]: one["change"] for one in found["changes"]} == {
        key: back.get(value, value) for key, value in replies.items()
    }


def test_the_table_tells_words_and_numbers(new: Path, asked: Path) -> None:
    edit(new, "Ben Ash has been", "Cem Elm has been")
    ran = diff(ORCHARD, new, asked)
    assert ran.out.splitlines() == [
        "What the change does to answers",
        "                           n",
        "Flipped to no answer       0",
        "Lost                       1",
        "Answered from other facts  0",
        "Changed in words           0",
        "Changed in citation        0",
        "Gained                     0",
        "",
        "Lost: The right answer is gone: the reply is wrong now, or the bot asks back.",
        "",
        "  keeper: who runs the orchard",
        "    - Ben Ash has been the keeper of the Hillside Orchard since 2 March 2025.",
        "    + Cem Elm has been the keeper of the Hillside Orchard since 2 March 2025.",
        "",
        "1 of 7 questions change their reply.",
    ]
    accepted = asked / "accepted.txt"
    assert ran.err == (
        f"Lost or flipped and not accepted: 1. Mend the knowledge, or name them in {accepted}.\n"
    )
    assert diff(ORCHARD, ORCHARD, asked).out == "No reply changes.\n"


@pytest.mark.parametrize(
    ("names", "code", "idle_name"),
    [
        ("keeper", 0, ""),
        ("# he left\n\nkeeper\n", 0, ""),
        ("trees", 1, "trees"),
        ("# keeper", 1, ""),
        ("keeper\nx", 0, "x"),
    ],
)
def test_accepted_losses_are_no_failure(names: str, code: int, idle_name: str, new: Path, asked: Path) -> None:
    edit(new, "Ben Ash has been", "Cem Elm has been")
    (asked / "accepted.txt").write_text(names, "utf-8")
    ran = diff(ORCHARD, new, asked)
    assert ran.code == code
    assert (f"{idle_name} is neither lost nor flipped; take it out" in ran.err) == bool(idle_name)
    assert (" (accepted)" in ran.out) == (code == 0)
    elsewhere = asked / "elsewhere"
    elsewhere.write_text("keeper", "utf-8")
    assert diff(ORCHARD, new, asked, "--accepted", str(elsewhere)).code == 0


def test_questions_that_people_asked_are_replayed(new: Path) -> None:
    take_out(new, "opened")
    engines = [Engine(knowledge.load_or_raise(folder), knowledge.load_or_raise(ORCHARD).topic.reviewed)
               for folder in (ORCHARD, new)]  # fmt: skip
    heard = ["opening day", "who is the pope", "opening day"]
    found = tuple(differences((), heard, *engines))
    assert [(one.key, one.change) for one in found] == [("opening day", Change.FLIPPED)]
    assert harm(found, ()) == found
    assert harm(found, ["opening day"]) == ()
    assert idle(found, ["opening day", "else"]) == ("else",)
    assert list(counts(found).values()) == [1, 0, 0, 0, 0, 0]


def test_the_questions_of_a_journal_are_replayed(new: Path, asked: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.sqlite"
    heard = ("opening day", "who painted the gate", "opening day")
    remark_book.keep([Unanswered(question, "nothing matched") for question in heard], {"JOURNAL": str(journal)}, 0.0)
    edit(new, "- id: opened", "- id: gate\n  text: Cem Elm painted the gate of the Hillside Orchard in 2021.\n"
         "  when: 2021\n  about: [orchard]\n  gives: [person]\n"
         "  asks: [who painted the gate, painter of the gate, gate painted by]\n"
         "  sources: [almanac]\n- id: opened")  # fmt: skip
    ran = diff(ORCHARD, new, asked, "--journal", str(journal), "--json")
    found = json.loads(ran.out)
    assert (found["asked"], ran.code) == (9, 0)
    assert [(one["key"], one["question"], one["change"]) for one in found["changes"]] == [
        ("who painted the gate", "who painted the gate", "gained")
    ]
    take_out(new, "opened")
    ran = diff(ORCHARD, new, asked, "--journal", str(journal))
    assert ran.code == 1 and "\n  opening day\n" in ran.out
    ran = diff(ORCHARD, new, asked, "--journal", str(tmp_path / "none"))
    assert ran.code == 1 and "there is no journal" in ran.err


def test_both_sides_are_asked_on_the_same_day(new: Path, asked: Path) -> None:
    """Were each asked on its own day, the newer one alone would add that Ben was last confirmed long ago."""
    edit(new, "reviewed: 2025-06-01", "reviewed: 2026-06-01", "topic.yaml")
    assert diff(ORCHARD, new, asked).out == "No reply changes.\n"


# Wrong calls and what the line on standard error says.
@pytest.mark.parametrize(
    ("old", "says"),
    [
        ("/no/where", '"/no/where" is neither a folder nor a git revision; give a folder of knowledge, or a revision'),
        (__file__, "is a file, not a folder"),
    ],
)
def test_a_wrong_side_is_told_with_the_mend(old: str, says: str, asked: Path) -> None:
    ran = diff(old, ORCHARD, asked)
    assert ran.code == 1
    assert says in ran.err
    assert (ran.out, ran.err.count("\n")) == ("", 1)


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_an_accepted_file_that_cannot_be_read(content: bytes | None, asked: Path) -> None:
    path = asked / "list"
    if content is not None:
        path.write_bytes(content)
    ran = diff(ORCHARD, ORCHARD, asked, "--accepted", str(path))
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert str(path) in ran.err


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the small topic in it: as it is, tagged, then with a right answer lost, then broken."""
    top = tmp_path / "checkout"
    shutil.copytree(ORCHARD, top / "knowledge")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(top), *who, *arguments], check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    git("tag", "v1")
    edit(top / "knowledge", "Ben Ash has been", "Cem Elm has been")
    git("commit", "--quiet", "-a", "-m", "two")
    return top


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("HEAD~1", ".", ["keeper"]),
        ("v1", "knowledge", ["keeper"]),
        ("v1", "HEAD", ["keeper"]),
        ("HEAD", "v1", ["keeper"]),
        ("HEAD", ".", []),
        (".", "v1", ["keeper"]),
    ],
)
def test_revisions(
    old: str, new: str, changes: list[str], repository: Path, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    found = json.loads(diff(old, new, asked, "--json").out)
    assert [one["key"] for one in found["changes"]] == changes
    status = subprocess.run(["git", "status", "--porcelain"], capture_output=True, check=True)
    assert status.stdout == b""


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no-such-tag", '"no-such-tag" is neither a folder nor a git revision'),
        ("--output=x", '"--output=x" is neither a folder nor a git revision'),
        ("v1:knowledge", "is neither a folder nor a git revision"),
        ("\x1b[31m", "is neither a folder nor a git revision"),
    ],
)
def test_what_is_no_revision(name: str, says: str, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    with pytest.raises(BotError, match=".") as caught, sides(name, "."):
        pass
    assert says in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_revision_without_the_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    shutil.copytree("knowledge", "other")
    with pytest.raises(BotError, match='"v1" has no folder other; compare with a later revision'), sides("v1", "other"):
        pass


def test_a_revision_with_problems_is_told_by_its_own_name(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    edit(repository / "knowledge", "sources: [gazette]", "sources: [gazete]")
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "three"], check=True, capture_output=True
    )
    with sides("HEAD", "v1") as (broken, good):
        assert good.load().facts
        with pytest.raises(BotError, match="HEAD: 1 problem in the knowledge of this revision") as caught:
            broken.load()
    assert f"the first at {FACTS}:" in str(caught.value)


def test_what_was_read_from_git_is_gone_afterwards(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    with sides("v1", ".") as (old, new):
        assert (old.revision, new.revision, new.folder) == (True, False, Path("knowledge"))
        assert (old.folder / FACTS).read_bytes() != (new.folder / FACTS).read_bytes()
    assert not old.folder.exists()


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        (["a b c d"], ["a b c d"], "<p>a b c d</p>", "<p>a b c d</p>"),
        (["on 15 May it is"], ["on 17 May it is"], "<p>on <del>15</del> May it is</p>",
         "<p>on <ins>17</ins> May it is</p>"),
        (["a b"], ["x y z"], "<p><del>a b</del></p>", "<p><ins>x y z</ins></p>"),
        (["a"], ["a", "b"], "<p>a</p>", "<p>a</p><p><ins>b</ins></p>"),
        (["<i>", "a"], ["a"], "<p><del>&lt;i&gt;</del></p><p>a</p>", "<p>a</p>"),
    ],
)  # fmt: skip
def test_changed_words_are_marked(old: list[str], new: list[str], left: str, right: str) -> None:
    assert marked(old, new) == (left, right)


def test_the_page_shows_what_the_table_shows(new: Path, asked: Path, tmp_path: Path) -> None:
    edit(new, "Ben Ash has been", "<script>alert(1)</script> has been")
    page = tmp_path / "page.html"
    assert diff(ORCHARD, new, asked, "--html", str(page)).code == 1
    shown = page.read_text("utf-8")
    assert "who runs the orchard" in shown and "not accepted" in shown
    assert "<script" not in shown and "script" in shown
    again = tmp_path / "again.html"
    diff(ORCHARD, new, asked, "--html", str(again))
    assert shown == again.read_text("utf-8")


def test_a_page_with_many_differences_folds_the_rest(new: Path, asked: Path) -> None:
    take_out(new, "opened")
    day = knowledge.load_or_raise(ORCHARD).topic.reviewed
    engines = [Engine(knowledge.load_or_raise(folder), day) for folder in (ORCHARD, new)]
    heard = [f"when did it open{'?' * n}" for n in range(MOST + 5)]
    found = list(differences(questions.load(asked), heard, *engines))
    page = difference_page(("old", "new"), 99, found, ())
    assert "Show 6 more" in page
    assert page.count("<article") == len(found)
