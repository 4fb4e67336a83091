"""The journal's contract: what any database behind it must do. SQLite and PostgreSQL pass the same tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from bot.citations import KEPT
from bot.errors import BotError
from bot.inbox import Arrival, Waiting
from bot.journal import Journal
from bot.journal_sql import KEPT_IDS, KEPT_QUESTIONS, SENDING, STORED, SqlJournal
from bot.telegram_calls import Call, Cite, Feedback, Forget, Left, Moved, Plan, Told, Unanswered

Open = Callable[[], SqlJournal]
BOTS = count(1)  # each test has a bot of its own in the database
NOW = 1_800_000_000.0
GROUP, SUPERGROUP = -5, -1_000_000_000_005
SECRET = "was ist der preis"
TREES, KEEPER = Cite("trees", "There are 40 trees."), Cite("keeper", "Ada is the keeper.")


@pytest.fixture(params=["sqlite", "postgres"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """How to open the journal of each kind again after it was closed."""
    if request.param == "sqlite":
        return lambda: Journal(tmp_path / "deep" / "journal.sqlite")
    address, bot = request.getfixturevalue("postgres"), next(BOTS)
    from bot.journal_postgres import PostgresJournal

    return lambda: PostgresJournal(address, bot)


@pytest.fixture
def journal(reopen: Open) -> SqlJournal:
    return reopen()


def arriving(update_id: int, chat: int | None = 7, message: int | None = None) -> Arrival:
    return Arrival(update_id, f"chat {chat}", f'{{"text": "{SECRET} {update_id}"}}', chat, message)


def call(chat: int | None = 7, text: str = SECRET, method: str = "send_message") -> Call:
    return Call(method, {"chat_id": chat, "text": text}, chat)


def planned(journal: SqlJournal, update_id: int, *calls: Call, question: int | None = None, notes: tuple = ()) -> None:
    journal.accept([arriving(update_id, calls[0].chat if calls else 7)], NOW)
    journal.plan(update_id, Plan(calls, notes, "answer", question), NOW)


# Updates.


def test_a_known_update_is_not_accepted_again(journal: SqlJournal) -> None:
    first, second, third = arriving(10), arriving(11), arriving(12)
    assert journal.accept([first, second], NOW) == [first, second]
    assert journal.accept([second, third, third], NOW) == [third]
    journal.plan(10, Plan(), NOW)
    assert journal.accept([first], NOW) == []


def test_unfinished_updates_wait_in_the_order_of_their_arrival(journal: SqlJournal, reopen: Open) -> None:
    journal.accept([arriving(30, 1), arriving(31, 2)], NOW)
    journal.accept([arriving(5, 1)], NOW)  # Telegram begins anew with its numbers now and then
    journal.plan(31, Plan(), NOW)
    journal.close()
    assert reopen().waiting() == [Waiting(30, "chat 1"), Waiting(5, "chat 1")]


def test_work_is_the_payload_and_then_the_calls(journal: SqlJournal) -> None:
    journal.accept([arriving(1)], NOW)
    journal.attempt(1)
    work = journal.work(1)
    assert work and (work.payload, work.received, work.attempts, work.planned) == (arriving(1).payload, NOW, 1, False)
    journal.plan(1, Plan((call(text="a"), call(text="b"))), NOW)
    work = journal.work(1)
    assert work and (work.payload, work.planned) == ("", True)
    assert [(stored.position, stored.call.arguments["text"], stored.state) for stored in work.calls] == [
        (0, "a", STORED),
        (1, "b", STORED),
    ]


def test_attempts_outlive_the_process(journal: SqlJournal, reopen: Open) -> None:
    journal.accept([arriving(1)], NOW)
    journal.attempt(1)
    journal.close()
    work = reopen().work(1)
    assert work and work.attempts == 1


def test_an_update_without_calls_is_finished(journal: SqlJournal) -> None:
    planned(journal, 1)
    assert journal.work(1) is None and journal.waiting() == [] and journal.work(999) is None


def test_a_plan_that_cannot_be_stored_leaves_the_update_as_it_was(journal: SqlJournal) -> None:
    journal.accept([arriving(1)], NOW)
    half = "\ud800"  # of a surrogate pair: no text
    with pytest.raises(UnicodeEncodeError):
        journal.plan(1, Plan((call(),), (Told(7, "late"), Unanswered(half, "nothing"))), NOW)
    work = journal.work(1)
    assert work and not work.planned and work.calls == () and journal.told(7, "late") is None


def test_the_processs_own_tests_leave_nothing(journal: SqlJournal) -> None:
    for _ in range(2):
        assert journal.accept([arriving(-1, 0)], NOW)
        journal.plan(-1, Plan(kind="test"), NOW)


# Calls.


def test_sent_calls_are_not_work_and_answer_their_question(journal: SqlJournal) -> None:
    planned(journal, 1, call(text="a"), call(text="b"), question=70)
    work = journal.work(1)
    assert work
    for stored, message in zip(work.calls, (71, 72), strict=True):
        journal.settle(1, stored.position, stored.call, message, NOW, sent=True)
    journal.finish(1)
    assert journal.work(1) is None
    assert journal.answers(7, 70) == (71, 72)
    assert journal.answers(8, 70) == journal.answers(7, 71) == ()


def test_a_message_on_its_way_is_marked(journal: SqlJournal, reopen: Open) -> None:
    journal.accept([arriving(9, 8, message=40), arriving(10, SUPERGROUP, message=900)], NOW)
    planned(journal, 1, call())
    assert journal.sending(1, 0, 7) == 40
    journal.close()
    journal = reopen()
    work = journal.work(1)
    assert work and (work.calls[0].state, work.calls[0].mark) == (SENDING, 40)
    journal.unsent(1, 0)
    work = journal.work(1)
    assert work and work.calls[0].state == STORED


@pytest.mark.parametrize(
    ("chat", "mark", "known"),
    [(7, 0, {40, 41, 43}), (8, 41, {43}), (GROUP, 43, set()), (SUPERGROUP, 0, {5}), (SUPERGROUP - 1, 0, set())],
)
def test_message_ids_are_known_in_their_count(journal: SqlJournal, chat: int, mark: int, known: set[int]) -> None:
    journal.accept([arriving(1, 7, 40), arriving(2, GROUP, 41), arriving(3, SUPERGROUP, 5)], NOW)
    planned(journal, 4, call(9))
    journal.settle(4, 0, call(9), 43, NOW, sent=True)
    assert journal.known_ids(chat, mark) == known


def test_what_was_posted_lately_is_known_for_pacing(journal: SqlJournal) -> None:
    for update_id, chat, at in ((1, 7, NOW - 50), (2, GROUP, NOW - 70), (3, GROUP, NOW - 10)):
        planned(journal, update_id, call(chat))
        journal.settle(update_id, 0, call(chat), update_id, at, sent=True)
    assert journal.posted(NOW - 60) == [(7, NOW - 50), (GROUP, NOW - 10)]


def test_a_deleted_message_answers_nothing(journal: SqlJournal) -> None:
    planned(journal, 1, call(), question=70)
    journal.settle(1, 0, call(), 71, NOW, sent=True)
    gone = Call("delete_message", {"chat_id": 7, "message_id": 71}, 7)
    planned(journal, 2, gone)
    journal.settle(2, 0, gone, None, NOW, sent=True)
    assert journal.answers(7, 70) == ()


# Chats.


def test_the_end_of_a_chat_gives_up_what_waits_there(journal: SqlJournal) -> None:
    planned(journal, 1, call())
    journal.accept([arriving(2), arriving(3, 8)], NOW)
    journal.end(7)
    assert journal.waiting() == [Waiting(3, "chat 8")]


@pytest.mark.parametrize("by_note", [True, False])
def test_a_group_that_moved_gets_its_answers(journal: SqlJournal, by_note: bool) -> None:
    planned(journal, 1, call(GROUP), notes=(Told(GROUP, "group"),))
    if by_note:
        planned(journal, 2, notes=(Moved(GROUP, SUPERGROUP),))
    else:
        journal.move(GROUP, SUPERGROUP)
    work = journal.work(1)
    assert work and work.calls[0].call.chat == work.calls[0].call.arguments["chat_id"] == SUPERGROUP
    assert journal.told(SUPERGROUP, "group") == NOW and journal.told(GROUP, "group") is None


@pytest.mark.parametrize("note", [Forget(7), Left(7)])
def test_a_forgotten_chat_leaves_bare_ids(journal: SqlJournal, note: Forget | Left) -> None:
    cites = replace(call(), cites=(TREES,))
    planned(journal, 1, cites, question=70, notes=(Told(7, "media"),))
    journal.settle(1, 0, cites, 71, NOW, sent=True)
    journal.finish(1)
    journal.accept([arriving(2)], NOW)
    assert journal.held(7) == {"updates": 1, "answers": 1, "notices": 1, "citations": 1}
    journal.plan(2, Plan((call(),), (note,)), NOW)
    assert journal.held(7) == {"updates": 0, "answers": 0, "notices": 0, "citations": 0}
    assert journal.cited.of(7, 71) == ()
    assert journal.answers(7, 70) == () and journal.told(7, "media") is None
    assert journal.accept([arriving(1)], NOW) == []  # still known
    assert journal.work(2) is not None  # the reply to the wish itself


# Curators.


def test_gaps_and_thumbs_are_kept_in_order(journal: SqlJournal) -> None:
    gap, thumb = Unanswered("who is Bob", "nothing", ("a", "b")), Feedback(False, ("a",))
    planned(journal, 1, notes=(gap, thumb))
    planned(journal, 2, notes=(Feedback(True, ()),))
    assert journal.unanswered() == [(gap, NOW)]
    assert journal.feedback() == [(thumb, NOW), (Feedback(True, ()), NOW)]


@pytest.mark.parametrize(
    ("age", "left"),
    [
        (0.0, {"update", "answer", "private notice", "group notice", "gap"}),
        (KEPT_IDS + 1, {"group notice", "gap"}),
        (KEPT_QUESTIONS + 1, {"group notice"}),
    ],
)
def test_what_is_past_its_time_goes(journal: SqlJournal, age: float, left: set[str]) -> None:
    notes = (Told(7, "media"), Told(GROUP, "group"), Unanswered("who is Bob", "nothing"))
    planned(journal, 1, call(), question=70, notes=notes)
    journal.settle(1, 0, call(), 71, NOW, sent=True)
    journal.finish(1)
    journal.accept([arriving(2)], NOW)
    journal.purge(NOW + age)
    found = {
        "update": journal.accept([arriving(1)], NOW) == [],
        "answer": journal.answers(7, 70) == (71,),
        "private notice": journal.told(7, "media") is not None,
        "group notice": journal.told(GROUP, "group") is not None,
        "gap": journal.unanswered() != [],
    }
    assert {name for name, kept in found.items() if kept} == left
    assert Waiting(2, "chat 7") in journal.waiting()  # the unanswered one never goes


def test_questions_may_be_kept_for_another_time(journal: SqlJournal) -> None:
    planned(journal, 1, notes=(Unanswered("who is Bob", "nothing"), Feedback(True, ("a",))))
    journal.purge(NOW + 99, questions=100.0)
    assert len(journal.unanswered()) == 1
    journal.purge(NOW + 100, questions=100.0)
    assert journal.unanswered() == [] and len(journal.feedback()) == 1


# What messages cite.


def cited(
    journal: SqlJournal, message: int, *cites: Cite, update_id: int = 1, chat: int = 7, sent: bool = True
) -> None:
    """A message of ours that cites these facts."""
    calls = replace(call(chat), cites=cites)
    planned(journal, update_id, calls)
    journal.settle(update_id, 0, calls, message if sent else None, NOW, sent=sent)


def test_what_a_message_cites_is_known_when_it_is_sent(journal: SqlJournal, reopen: Open) -> None:
    cited(journal, 71, TREES, KEEPER)
    cited(journal, 72, KEEPER, update_id=2, chat=GROUP)
    cited(journal, 73, KEEPER, update_id=3, sent=False)
    journal.close()
    journal = reopen()
    assert journal.cited.of(7, 71) == (TREES, KEEPER)
    assert journal.cited.wordings() == (KEEPER, TREES)
    assert journal.cited.citing(KEEPER) == ((GROUP, 72), (7, 71))
    assert journal.cited.of(7, 72) == journal.cited.of(7, 73) == journal.cited.citing(Cite("trees", "else")) == ()


def test_an_edited_message_cites_what_it_shows_now(journal: SqlJournal) -> None:
    cited(journal, 71, TREES)
    edit = Call("edit_message_text", {"chat_id": 7, "message_id": 71, "text": "a"}, 7, cites=(KEEPER,))
    planned(journal, 2, edit)
    journal.settle(2, 0, edit, None, NOW, sent=True)
    assert journal.cited.of(7, 71) == (KEEPER,)


def test_a_corrected_message_cites_the_new_words(journal: SqlJournal) -> None:
    cited(journal, 71, TREES, KEEPER)
    cited(journal, 72, TREES, update_id=2)
    new = Cite("trees", "There are 41 trees.")
    journal.cited.reword(7, 71, [new])
    assert (journal.cited.of(7, 71), journal.cited.of(7, 72)) == ((new, KEEPER), (TREES,))


@pytest.mark.parametrize(
    "end",
    [
        lambda journal: journal.cited.drop(7, 71),
        lambda journal: journal.cited.leave(7),
        lambda journal: journal.cited.clear(),
        lambda journal: journal.move(7, SUPERGROUP),
        lambda journal: journal.purge(NOW + KEPT),
        lambda journal: gone(journal, 71),
    ],
    ids=["message", "chat", "switched off", "moved", "expired", "deleted"],
)
def test_citations_end(journal: SqlJournal, end: Callable[[SqlJournal], None]) -> None:
    cited(journal, 71, TREES)
    journal.purge(NOW + KEPT - 1)
    assert journal.cited.of(7, 71) == (TREES,)
    end(journal)
    assert journal.cited.wordings() == ()


def gone(journal: SqlJournal, message: int) -> None:
    """We delete a message of ours."""
    delete = Call("delete_message", {"chat_id": 7, "message_id": message}, 7)
    planned(journal, 5, delete)
    journal.settle(5, 0, delete, None, NOW, sent=True)


# SQLite only.


def test_answered_text_is_nowhere_in_the_files(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    planned(journal, 1, call())
    assert SECRET.encode() in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    journal.settle(1, 0, call(), 71, NOW, sent=True)
    journal.finish(1)
    journal.purge(NOW)
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    first = Journal(path)
    with pytest.raises(BotError, match="another bot is running with the journal .*; stop it first"):
        Journal(path)
    first.close()
    Journal(path).close()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("broken", ["file", "folder"])
def test_a_journal_that_cannot_be_opened(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "journal.sqlite"
    if broken == "file":
        path.write_text("this is no database, but long enough to be looked at as if it were one")
    else:
        tmp_path.joinpath("file").touch()
        path = tmp_path / "file" / "journal.sqlite"
    with pytest.raises(BotError, match="cannot be used.*JOURNAL"):
        Journal(path)


def test_a_journal_in_memory_needs_no_file() -> None:
    journal = Journal(None)
    journal.accept([arriving(1)], NOW)
    assert journal.waiting() == [Waiting(1, "chat 7")]
    journal.close()
    with pytest.raises(sqlite3.ProgrammingError):
        journal.waiting()
