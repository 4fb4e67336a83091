"""What the documents show is what the program does: sessions, setup lines, field tables, settings.

After a change that is meant: UPDATE_SESSIONS=1 pytest tests/test_readme.py
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from updates import Chats, buttons, words
from worlds import TODAY, Ran, run

from bot import __version__, schema
from bot.cli import COMMANDS
from bot.engine import Engine
from bot.places import cache_place, knowledge_place
from bot.settings import VARIABLES, TelegramSettings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
KNOWLEDGE = ROOT / "knowledge" / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TALK = re.compile(r"^```text\n(> .*?)^```$", re.MULTILINE | re.DOTALL)  # a chat in Telegram
SETUP = "python3 -m venv .venv && .venv/bin/pip install -e "
FIRST_LINES = 40  # of the README: what a newcomer sees without scrolling
SETTING = re.compile("[A-Z_]+=")  # before a command, as in a shell
TIMELESS = ("coalition-bot new source ", "coalition-bot new topic ")  # what they do is the same on every day
TERMINAL = {"TERM": "dumb", "COLUMNS": "100"}


def sessions(block: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a block, each with the lines that are typed into it."""
    for session in block.split("$ ")[1:]:
        command, *lines = session.splitlines()
        yield command, [line.removeprefix("> ") for line in lines if line.startswith("> ")]


def shown(block: str) -> str:
    """The block as the program writes it now."""
    written = []
    for command, typed in sessions(block):
        words = shlex.split(command)
        settings = dict(word.split("=", 1) for word in takewhile(SETTING.match, words))
        program, *arguments = words[len(settings) :]
        assert program == "coalition-bot", f"only coalition-bot can be run here, not {program}"
        ran = _chat(arguments, typed) if typed else run(*arguments, environment=settings)
        assert ran.err == "", ran.err
        written.append(f"$ {command}\n{ran.out.strip(chr(10))}\n")
    return "".join(written)


def _chat(arguments: list[str], typed: list[str]) -> Ran:
    return run(*arguments, stdin="".join(line + "\n" for line in typed), terminal=True, environment=TERMINAL)


def talked(block: str, engine: Engine) -> str:
    """The chat as the Telegram bot holds it now: each message with its buttons as the last line."""
    chats, written = Chats(engine, today=TODAY), []
    for number, line in enumerate(line for line in block.splitlines() if line.startswith("> ")):
        response = chats.write(line.removeprefix("> "), message_id=number)
        row = " ".join(f"[{label}]" for label in buttons(response))
        written.append(f"{line}\n\n{words(response)}\n{row}".strip() + "\n")
    return "\n".join(written)


@pytest.mark.parametrize("document", [README, KNOWLEDGE], ids=["README", "knowledge"])
def test_the_sessions_are_what_the_program_does(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    """They are run in a folder of their own, in which they may write, with the orchard to write to."""
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    shutil.copytree(ROOT / "tests" / "orchard", tmp_path / "orchard")
    monkeypatch.chdir(tmp_path)
    text = document.read_text("utf-8")
    now = BLOCK.sub(lambda match: f"```console\n{shown(match[1])}```", text)
    now = TALK.sub(lambda match: f"```text\n{talked(match[1], engine)}```", now)
    assert document != README or TALK.search(text), "the README shows no chat in Telegram"
    if os.environ.get("UPDATE_SESSIONS"):
        document.write_text(now, "utf-8")
    else:
        assert now == text, "if the change is meant, run: UPDATE_SESSIONS=1 pytest tests/test_readme.py"


def test_every_session_has_a_fixed_today() -> None:
    documents = README.read_text("utf-8") + KNOWLEDGE.read_text("utf-8")
    commands = [command for block in BLOCK.findall(documents) for command, _ in sessions(block)]
    assert len(commands) > 10
    assert [c for c in commands if "--today" not in c and not c.startswith(TIMELESS)] == []


def test_a_newcomer_sees_setup_session_and_tests_first() -> None:
    head = "\n".join(README.read_text("utf-8").splitlines()[:FIRST_LINES])
    assert f"\n{SETUP}. && .venv/bin/coalition-bot\n" in head
    assert f"\n{SETUP}'.[test]' && .venv/bin/pytest\n" in head
    assert "```console\n$ coalition-bot" in head and "\n> " in head


@pytest.mark.parametrize("command", [command.name for command in COMMANDS] + ["eval", "diff"])
def test_every_subcommand_is_in_the_readme(command: str) -> None:
    assert re.search(rf"`(coalition-bot )?{command}\b|coalition-bot {command}\b", README.read_text("utf-8"))


def test_the_field_table_is_the_schema() -> None:
    table = re.findall(r"^\| `(\w+)` \| (yes)? ?\| ([^|]+) \|", KNOWLEDGE.read_text("utf-8"), re.MULTILINE)
    fields = [(name, "yes" if field.required else "", field.shape) for name, field in schema.FACT_FIELDS.items()]
    assert table == fields


@pytest.mark.parametrize("kind", sorted(kind.value for kind in schema.GIVEN_KINDS))
def test_every_kind_is_told(kind: str) -> None:
    assert f"`{kind}`" in KNOWLEDGE.read_text("utf-8")


@pytest.mark.parametrize("table", ["TOPIC", "SOURCE", "ENTITY", "VALUE", "ITEMS", "CONCEPT"])
def test_every_other_field_is_told(table: str) -> None:
    text = KNOWLEDGE.read_text("utf-8")
    missing = [name for name in getattr(schema, f"{table}_FIELDS") if f"`{name}`" not in text]
    assert not missing, f"tell in {KNOWLEDGE} what these are for: {', '.join(missing)}"


class Watched(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, **values: str) -> None:
        super().__init__(values)
        self.read = set[str]()

    def get(self, key: str, default: object = None) -> str:  # type: ignore[override]
        self.read.add(key)
        return str(super().get(key, ""))


def test_the_settings_are_in_the_example() -> None:
    names = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    environment = Watched(TELEGRAM_TOKEN="123456789:" + "A" * 35)
    TelegramSettings.read(environment)
    knowledge_place(environment)
    cache_place(environment)
    assert names == list(VARIABLES)
    assert environment.read - {"XDG_CACHE_HOME", "HOME"} == set(VARIABLES)


def test_the_changelog_tells_the_version() -> None:
    assert f"\n## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_ci_runs_the_readme_line() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "grep -m 1 -E '^python3 -m venv .*pytest'" in script.read_text("utf-8")
