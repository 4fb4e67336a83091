"""What people asked in vain: kept without who asked, clustered, and shown as facts to fill in."""

from __future__ import annotations

import csv
import io
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from worlds import NOON, ORCHARD, TODAY, orchard, run

from bot import knowledge
from bot.engine import Engine
from bot.errors import BotError
from bot.gap_clusters import clusters, votes
from bot.inbox import Arrival
from bot.journal import Journal
from bot.remark_book import keep, read
from bot.remarks import Feedback, Remark, Unanswered, gaps, thumb
from bot.settings import KEPT
from bot.telegram_calls import Plan

BEES = Unanswered("how many bees are there", "unknown word", ("trees-40",))
LIKED, DISLIKED = Feedback(True, ("opened",)), Feedback(False, ("trees-40", "trees-38-register"))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(knowledge.load_or_raise(ORCHARD), TODAY)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "journal.sqlite"


def kept(path: Path, *remarks: Remark, at: float = NOON, questions: float = KEPT) -> None:
    days = f"{questions / 86_400:.0f}" if questions else "off"
    keep(remarks, {"JOURNAL": str(path), "KEEP_QUESTIONS": days}, at)


# What is a gap.


@pytest.mark.parametrize(
    ("question", "reasons"),
    [
        ("who is the pope", ["unknown word"]),
        ("when did it open and who is the pope", ["unknown word"]),  # half of it is answered
        ("when did it open", []),
        ("is the orchard any good", []),  # no fact could answer it
        ("hello", []),
        ("????", []),
    ],
)
def test_what_is_left_open(engine: Engine, question: str, reasons: list[str]) -> None:
    found = gaps(engine.ask(question, today=TODAY))
    assert [gap.reason for gap in found] == reasons
    assert all(gap.question == question for gap in found)


def test_a_story_is_cut_and_stays_on_one_line(engine: Engine) -> None:
    (gap,) = gaps(engine.ask("who\nis the pope" + " please" * 60, today=TODAY))
    assert gap.question.startswith("who is the pope please") and len(gap.question) == 300


def test_a_thumb_is_for_an_answer(engine: Engine) -> None:
    assert thumb(engine.ask("when did it open", today=TODAY), up=True) == (LIKED,)
    assert thumb(engine.ask("who is the pope", today=TODAY), up=False) == ()


# Keeping.


def test_remarks_are_kept_until_they_are_old(path: Path) -> None:
    kept(path, BEES, LIKED)
    kept(path, DISLIKED, at=NOON + 5)
    found = read(path)
    assert (found.unanswered, found.feedback) == ([(BEES, NOON)], [(LIKED, NOON), (DISLIKED, NOON + 5)])
    assert path.stat().st_mode & 0o077 == 0
    kept(path, DISLIKED, at=NOON + KEPT + 1)
    found = read(path)
    assert found.unanswered == [] and [thumb for thumb, _ in found.feedback] == [DISLIKED, DISLIKED]


def test_questions_are_not_kept_where_that_is_off(path: Path) -> None:
    kept(path, BEES, questions=0.0)
    assert not path.exists()
    kept(path, BEES, LIKED, questions=0.0)
    assert read(path).unanswered == [] and len(read(path).feedback) == 1


def test_a_running_bot_and_a_terminal_share_a_journal(path: Path) -> None:
    bot = Journal(path)
    kept(path, BEES)
    assert bot.unanswered() == [(BEES, NOON)]
    assert read(path).unanswered == [(BEES, NOON)]
    bot.close()
    kept(path, LIKED)
    bot = Journal(path)
    assert bot.feedback() == [(LIKED, NOON)]
    bot.close()


@pytest.mark.parametrize("content", [None, b"", b"no database, but long enough to be taken for one" * 9])
def test_what_is_no_journal(path: Path, content: bytes | None) -> None:
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)
    with pytest.raises(BotError, match="--journal FILE"):
        read(path)
    assert path.exists() == (content is not None)


# Faces.


@pytest.mark.parametrize(
    ("arguments", "typed", "questions", "thumbs"),
    [
        (("ask", "who is the pope"), "", ["who is the pope"], []),
        (("ask", "--json", "who is the pope"), "", ["who is the pope"], []),
        (("ask", "when did it open"), "", [], []),
        (("ask", "--batch"), "who is the pope\nwhen did it open\n", ["who is the pope"], []),
        ((), "who is the pope\n/up\nwhen did it open\n/up\n/down\n", ["who is the pope"], [True, False]),
    ],
)
def test_the_terminal_keeps_what_its_user_wants_kept(
    path: Path, arguments: Sequence[str], typed: str, questions: list[str], thumbs: list[bool]
) -> None:
    for journal in ("", "off"):
        orchard(*arguments, stdin=typed, JOURNAL=journal, XDG_STATE_HOME=str(path.parent))
        assert not path.parent.exists()
    ran = orchard(*arguments, stdin=typed, JOURNAL=str(path))
    assert ran.err == ""
    found = read(path) if path.exists() else None
    assert [gap.question for gap, at in found.unanswered if at == NOON] == questions if found else questions == []
    assert [one.up for one, _ in found.feedback] == thumbs if found else thumbs == []
    assert path.exists() == bool(questions or thumbs)


@pytest.mark.parametrize(
    ("typed", "says"),
    [("/up", "There is no answer yet"), ("when did it open\n/down", "no journal to keep that in: set JOURNAL")],
)
def test_a_thumb_without_an_answer_or_a_journal(typed: str, says: str) -> None:
    assert says in orchard(stdin=typed + "\n").out


def test_an_answer_does_not_depend_on_the_journal(tmp_path: Path) -> None:
    ran = orchard("ask", "--batch", stdin="who is the pope\nwho is Bob\n", JOURNAL=str(tmp_path))
    assert len(ran.out.splitlines()) == 2 and ran.code == 0
    assert ran.err.count("coalition-bot: warning: the journal") == 1


def test_a_database_is_none_of_the_terminals() -> None:
    ran = orchard("ask", "--batch", stdin="who is Bob\n", JOURNAL="postgresql://bot@127.0.0.1:1/bot")
    assert ran.code == 0 and ran.err == ""


# Clusters.


def grouped(engine: Engine, *questions: str | tuple[str, str]) -> list[list[str]]:
    heard = [(q, "nothing matched") if isinstance(q, str) else q for q in questions]
    remarks = [(Unanswered(question, reason), NOON + n) for n, (question, reason) in enumerate(heard)]
    return [[gap.question for gap in cluster.gaps] for cluster in clusters(remarks, engine, TODAY)]


@pytest.mark.parametrize(
    ("questions", "groups"),
    [
        (["how many bees are there", "number of bees"], [["how many bees are there", "number of bees"]]),
        (["How many bees?", "how many bees", "how many bees"], [["how many bees"]]),  # the form used most
        (["how many bees", "how many geese"], [["how many bees"], ["how many geese"]]),
        (["how many bees", "how many bees, geese and foxes"], [["how many bees"], ["how many bees, geese and foxes"]]),
        (["how many bees", "who owns the bees"], [["how many bees"], ["who owns the bees"]]),  # another kind
        (["how old is Ben Ash", "how old is Ada Birch"], [["how old is Ben Ash"], ["how old is Ada Birch"]]),
        (["and bees?", ("and bees?", "wrong period")], [["and bees?"], ["and bees?"]]),  # another reason
        (["why", "why"], [["why"]]),  # nothing to compare but the words
        (["a goose", "b fox", "b fox"], [["b fox"], ["a goose"]]),  # the most frequent first
        ([], []),
    ],
)
def test_questions_that_ask_for_the_same(engine: Engine, questions: list[str], groups: list[list[str]]) -> None:
    assert grouped(engine, *questions) == groups
    assert grouped(engine, *questions) == groups


def test_a_gap_that_is_closed_by_now(engine: Engine) -> None:
    found = clusters([(Unanswered("opening day", "nothing"), NOON), (BEES, NOON)], engine, TODAY)
    assert {cluster.lead.question: cluster.answered for cluster in found} == {
        "opening day": ("opened",),
        BEES.question: (),
    }


def test_thumbs_are_counted_by_what_they_are_about() -> None:
    thumbs = [(one, NOON) for one in (LIKED, DISLIKED, LIKED, DISLIKED, Feedback(True, DISLIKED.facts))]
    assert [(one.facts, one.up, one.down) for one in votes(thumbs)] == [(DISLIKED.facts, 1, 2), (LIKED.facts, 2, 0)]


# The command.


def shown(path: Path, *arguments: str, folder: Path = ORCHARD) -> str:
    ran = run("gaps", "--knowledge", str(folder), "--journal", str(path), *arguments)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_gaps_are_shown_with_all_that_is_known(path: Path) -> None:
    kept(path, BEES, Unanswered("number of bees", BEES.reason, BEES.nearest), BEES, DISLIKED, LIKED)
    kept(path, Unanswered("opening day", "nothing matched"), at=NOON + 1)
    assert shown(path).splitlines() == [
        "# Gaps: 1. Questions without an answer: 3, asked from 20 December 2025 to 20 December 2025.",
        "# Fill in what you know, take out the rest, and move it to a file in facts/; then coalition-bot check.",
        "",
        "# 1. Asked 3 times: how many bees are there",
        "#    in other words: number of bees",
        "#    no answer: unknown word",
        "#    nearest: trees-40: The Hillside Orchard has 40 apple trees, as counted in May 2025.",
        "- id: many-bees",
        "  text:  # the claim, in one sentence that can be understood alone",
        "  when:  # when it holds, such as 2025-03-02, 2025-03 or 2025-03-02/..",
        "  # confirmed:  # where it holds until further notice: the latest day on which a source says so",
        "  about: [orchard]",
        "  gives: [count]  # the kinds of question that it answers",
        "  asks:  # three or more ways in which people ask for it",
        "    - how many bees are there",
        "    - number of bees",
        "    -",
        "  sources: []  # ids of the pages that say so, from sources.yaml",
        "",
        "# Answered by now, so nothing to do: 1",
        "#   opening day (opened)",
        "",
        "# Thumbs: 1 down, 1 up. Answers that people did not like:",
        "#   trees-40, trees-38-register: 1 down, 0 up",
    ]


def test_a_filled_skeleton_passes_check_and_answers(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "orchard"
    shutil.copytree(ORCHARD, folder)
    kept(path, BEES, BEES, Unanswered("who is the beekeeper: Bob?", "nothing matched"), Unanswered("# why - no", "x"))
    skeleton = shown(path)
    draft = folder / "facts" / "new.yaml"
    draft.write_text(skeleton, "utf-8")
    ran = run("check", str(folder))
    assert ran.code == 1 and all("facts/new.yaml:" in line for line in ran.out.splitlines())  # it cannot go live so
    first = skeleton.split("\n\n")[1]
    for empty, filled in {
        "text:": "text: The Hillside Orchard has 3 hives with 60,000 bees, as counted in 2024.",
        "when:": "when: 2024",
        "    -": "    - number of bees\n    - size of the hives",
        "sources: []": "sources: [leaflet]",
    }.items():
        first = first.replace(empty + "  #", filled + "  #").replace("\n" + empty + "\n", "\n" + filled + "\n", 1)
    first = first.replace("\n    -\n", "\n")
    draft.write_text(first + "\n", "utf-8")
    ran = run("check", str(folder))
    assert (ran.code, ran.err) == (0, "") and "no problem" in ran.out
    assert "60,000 bees" in run("ask", "--knowledge", str(folder), BEES.question).out
    assert BEES.question not in shown(path, folder=folder).partition("Answered by now")[0]


@pytest.mark.parametrize(
    "question",
    ["a: b # c", "- x", "'quoted", '"', "[zq]", "{a}", "&a", "*a", "!tag", "%x", "@x", "yes", "12:30", "- -", "why no"],
)
def test_a_skeleton_is_yaml_whatever_people_wrote(path: Path, question: str) -> None:
    kept(path, Unanswered(question, "nothing matched"))
    (fact,) = yaml.load(shown(path), yaml.BaseLoader)
    assert list(fact) == ["id", "text", "when", "about", "gives", "asks", "sources"]
    assert fact["asks"] == [question, "", ""]


def test_two_skeletons_have_two_ids(path: Path) -> None:
    kept(path, Unanswered("who is the pope", "a"), Unanswered("who is the pope", "b"))
    assert [line for line in shown(path).splitlines() if line.startswith("- id")] == ["- id: pope", "- id: pope-2"]


def test_the_rest_is_told(path: Path) -> None:
    kept(path, *(Unanswered(f"what is zq{n}", "nothing matched") for n in range(4)))
    out = shown(path, "--most", "3")
    assert out.count("- id: ") == 3 and out.endswith("# More gaps: 1. See all with --most 4.\n")


def test_nothing_to_show(path: Path) -> None:
    kept(path, LIKED)
    assert shown(path) == "# No question is without an answer.\n"


def test_the_table_has_a_row_for_every_question_and_vote(path: Path) -> None:
    kept(path, BEES, BEES, Unanswered("=1+1", "nothing matched"), Unanswered('a "b", c', "nothing matched"), DISLIKED)
    rows = list(csv.DictReader(io.StringIO(shown(path, "--export", "csv"))))
    assert [(row["kind"], row["group"], row["times"], row["question"], row["facts"]) for row in rows] == [
        ("unanswered", "1", "2", BEES.question, "trees-40"),
        ("unanswered", "2", "1", "'=1+1", ""),  # no formula of a stranger's
        ("unanswered", "3", "1", 'a "b", c', ""),
        ("down", "", "1", "", "trees-40 trees-38-register"),
    ]
    assert {(row["first"], row["last"]) for row in rows} == {("2025-12-20T12:00:00+00:00",) * 2}


def test_what_a_terminal_would_obey_is_not_shown(path: Path) -> None:
    kept(path, Unanswered("who is \x1b[31mBob\u202e", "nothing matched"))
    assert "\x1b" not in shown(path) and "\u202e" not in shown(path) + shown(path, "--export", "csv")


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"JOURNAL": "off"}, "JOURNAL is off, so nothing is kept"),
        ({"JOURNAL": "/no/such/file"}, "there is no journal /no/such/file"),
        ({"XDG_STATE_HOME": "/no/such"}, "there is no journal /no/such/coalition-bot/journal.sqlite"),
    ],
)
def test_where_there_is_no_journal(environment: dict[str, str], says: str) -> None:
    ran = orchard("gaps", **environment)
    assert ran.code in (1, 2) and says in ran.err and "--journal FILE" in ran.err


def test_the_journal_of_the_environment_is_the_default(path: Path) -> None:
    kept(path, BEES)
    assert "how many bees" in orchard("gaps", JOURNAL=str(path)).out


def test_looking_changes_nothing(path: Path) -> None:
    kept(path, BEES, at=0.0)
    before = path.read_bytes()
    assert "how many bees" in shown(path)
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT COUNT(*) FROM unanswered").fetchone() == (1,)


def test_a_database_is_looked_into_too(postgres: str) -> None:
    from bot.journal_postgres import PostgresJournal

    for bot, gap in ((901, BEES), (902, Unanswered("who is Bob", "nothing matched"))):
        journal = PostgresJournal(postgres, bot)
        journal.accept([Arrival(1, "chat 7", "{}", 7, 1)], 1.0)
        journal.plan(1, Plan((), (gap,)), 1.0)
        journal.close()
    said = orchard("gaps", JOURNAL=postgres).out
    assert "how many bees" in said and "who is Bob" in said
