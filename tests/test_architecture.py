"""Laws of the package: imports run downhill, and nothing in it knows the topic."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.knowledge import default_folder

ROOMS = sorted(Path(__file__).parents[1].joinpath("bot").glob("*.py"))

# A room may import rooms that stand above it in this list, never below: add a new room where it belongs.
DOWN = """
__init__ records patterns places keys dates calendars spans figures written periods errors model language english_calendar
english_light english_asked english_console english_curating english_pages english_telegram english_talk english settings replies text lexicon
dictionary index postings query spelling timeline lookups charts reading prepared plain searching memory large_form shards hits constraints retrieval refusing
leading answering lists clauses comparing doubting dialogue referring readings following talking nodes schema references consistency wording checks upkeep
knowledge compiled large_index large large_writer chunks crew piecework compiling reload engine streams remarks locks database remark_book keeping render reaching live pictures rows cards terminal explain batch tables compile_commands opening reach links
splicing files pages_style pages svg axis revisions questions evaluation evaluation_report ablation coverage
knowledge_page evaluation_page difference difference_page difference_command evaluation_commands console
check_commands drafting proposals curating interview fact_form source_form starter desk answers_changed new_commands
telegram_calls citations telegram_buttons telegram_text telegram_desk shared_talks telegram_heard telegram_replies telegram_charts
telegram_commands telegram_presses telegram_inline telegram_answers telegram_corrections stopping logs english_delivery inbox journal_tables journal_chats journal_sql journal journal_postgres
journals gap_clusters gap_commands pacing posting wire lanes delivery working intake renewal correcting health pulse sharing
telegram_bot arguments cli __main__
"""
ORDER = DOWN.split()

# Words that belong in a knowledge folder. The distribution's own name is the one exception.
TOPIC = re.compile(
    r"\b(?!coalition-bot)(?:coalitions?|drones?|uavs?|fpvs?|latvia|ukraine|riga|ramstein)\b", re.IGNORECASE
)

IO = {"os", "sys", "socket", "sqlite3", "pathlib", "logging", "subprocess", "urllib", "http"}
PURE = (
    "records", "patterns", "model", "dates", "text", "lexicon", "dictionary", "index", "query", "reading",
    "prepared", "plain", "searching", "memory", "hits", "spelling", "retrieval", "constraints", "leading", "answering",
    "refusing", "lists", "clauses", "comparing", "doubting", "dialogue", "referring", "readings", "following", "talking", "render", "replies", "engine",
    "charts", "live", "telegram_calls", "telegram_buttons", "telegram_heard", "telegram_replies", "telegram_charts",
    "telegram_commands", "telegram_presses", "telegram_inline", "telegram_answers",
    "telegram_corrections", "remarks",
)


def imported(room: Path) -> set[str]:
    """The names of the package's rooms that `room` imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(room.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "bot":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot."):
            found.add(str(node.module).split(".")[1])
    return found & {other.stem for other in ROOMS}


def test_every_room_has_its_level() -> None:
    assert sorted(ORDER) == [room.stem for room in ROOMS], "add the room to ORDER, above all that import it"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_imports_run_downhill(room: Path) -> None:
    uphill = sorted(name for name in imported(room) if ORDER.index(name) >= ORDER.index(room.stem))
    assert not uphill, f"{room.name} imports {uphill}, which stand above it; move what it needs to a lower room"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_no_word_of_the_topic(room: Path) -> None:
    lines = room.read_text("utf-8").splitlines()
    found = [f"{room.name}:{n}: {line.strip()}" for n, line in enumerate(lines, 1) if TOPIC.search(line)]
    assert not found, "move these words to the knowledge folder: " + "; ".join(found)


@pytest.mark.parametrize("name", PURE)
def test_the_engine_does_no_io(name: str) -> None:
    room = next(room for room in ROOMS if room.stem == name)
    names: set[str] = set()
    for node in ast.walk(ast.parse(room.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert not names & IO, f"{room.name} reaches outside by {sorted(names & IO)}; take it as an argument instead"


def test_the_topic_is_in_the_knowledge() -> None:
    assert TOPIC.search(default_folder().joinpath("topic.yaml").read_text("utf-8")), "TOPIC no longer finds the topic"
