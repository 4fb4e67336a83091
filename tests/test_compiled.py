"""One question in a process of its own: what it loads, and the compiled knowledge that makes it quick."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from worlds import ORCHARD, run

import bot
from bot import compiled, patterns
from bot.engine import Engine
from bot.english import ENGLISH
from bot.errors import BotError
from bot.knowledge import load_or_raise
from bot.model import Knowledge, Place
from bot.places import cache_place
from bot.plain import decode, encode
from bot.questions import Item
from bot.render import Renderer

ROOT = Path(__file__).parent.parent
QUESTION = "how many trees are there"

# What takes long to import; none of it is needed for an answer from compiled knowledge.
HEAVY = {
    "yaml", "numpy", "rank_bm25", "simplemma", "rapidfuzz", "rich", "prompt_toolkit", "telegram", "hypothesis",
    "asyncio", "dataclasses", "inspect", "typing", "pathlib", "json", "logging", "sqlite3", "socket", "shutil",
}  # fmt: skip
# What a command loads of the heavy ones. A chat through a pipe is an answer several times over.
LOADS: list[tuple[list[str], str, set[str]]] = [
    (["--help"], "", set()),
    (["--version"], "", set()),
    (["ask", QUESTION], "", set()),
    (["ask", "how mnay tres are there"], "", set()),
    (["ask", "--explain", QUESTION], "", set()),
    (["ask", "--json", QUESTION], "", {"json"}),
    ([], QUESTION + "\n/why\n", {"pathlib"}),
]
LOADED = """
import sys
before = set(sys.modules)
from bot.cli import main
main()
print("LOADED", *sorted(set(sys.modules) - before))
"""


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "coalition-bot"


def outside(arguments: list[str], home: Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, with a cache folder of its own; then the modules that it loaded."""
    return subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(home), "KNOWLEDGE_DIR": str(ORCHARD), **environment},
        check=True,
    )


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the orchard in it."""
    home = tmp_path_factory.mktemp("cache")
    outside(["ask", QUESTION], home)
    return home


@pytest.mark.parametrize(("arguments", "stdin", "heavy"), LOADS, ids=lambda value: str(value)[:40])
def test_what_a_command_loads(arguments: list[str], stdin: str, heavy: set[str], warm: Path) -> None:
    said, _, loaded = outside(arguments, warm, stdin).stdout.rpartition("LOADED")
    assert said
    assert set(loaded.split()) & HEAVY == heavy


@pytest.mark.parametrize(("question", "opened"), [(QUESTION, False), ("who is the pope", True)])
def test_only_what_is_left_open_opens_the_journal(question: str, opened: bool, warm: Path, tmp_path: Path) -> None:
    """`ask` ends with an exit code of its own where there is no answer, so it is asked as a batch."""
    journal = tmp_path / "journal.sqlite"
    loaded = outside(["ask", "--batch"], warm, question, JOURNAL=str(journal)).stdout.rpartition("LOADED")[2].split()
    assert ("sqlite3" in loaded, journal.exists()) == (opened, opened)


def test_help_loads_no_language(warm: Path) -> None:
    loaded = outside(["--help"], warm).stdout.rpartition("LOADED")[2].split()
    assert not {"bot.english", "bot.engine", "bot.compiled", "bot.evaluation_commands"} & set(loaded)


def test_the_heavy_ones_are_loaded_where_knowledge_is_made(tmp_path: Path) -> None:
    """The test above can fail: the first question, and every question without compiled knowledge, loads them."""
    for environment in ({}, {"COMPILED": "off"}):
        loaded = outside(["ask", QUESTION], tmp_path, **environment).stdout.rpartition("LOADED")[2].split()
        assert {"yaml", "numpy", "rank_bm25", "simplemma"} <= set(loaded)


def kept(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.compiled")) if cache.is_dir() else []


def test_compiled_knowledge_gives_the_same_replies(engine: Engine, items: tuple[Item, ...], cache: Path) -> None:
    """Of the fixed questions every fifth, by what is read back from the file."""
    folder = str(ROOT / "knowledge")
    compiled.load(folder, str(cache))
    known, searchable = compiled.load(folder, str(cache))
    assert isinstance(known.facts, compiled.Table)
    again = Engine(known, known.topic.reviewed, searchable=searchable)
    today, renderer = known.topic.reviewed, Renderer(known, ENGLISH)
    for item in items[::5]:
        for turn in item.turns:
            expected, found = engine.ask(turn.question, today=today), again.ask(turn.question, today=today)
            assert renderer.json(found, 0) == renderer.json(expected, 0)
            hits = [[(hit.fact.id, hit.score, hit.coverage) for hit in step.hits] for step in found.steps]
            assert hits == [[(hit.fact.id, hit.score, hit.coverage) for hit in step.hits] for step in expected.steps]


def test_records_come_back_as_they_were(known: Knowledge) -> None:
    """But for their places in the files, which answer nothing."""
    for table in (known.facts, known.entities, known.concepts, known.sources, {"": known.topic}):
        for record in table.values():
            back = decode(encode(record))
            for field in fields(record):
                if field.name not in ("place", "places"):
                    assert getattr(back, field.name) == getattr(record, field.name), (record, field.name)
            assert back.place == Place()


def test_what_cannot_be_kept_is_refused() -> None:
    with pytest.raises(TypeError, match="list cannot be kept"):
        encode((1, [2]))


def damaged(content: bytes) -> Iterator[bytes]:
    """The file cut short, empty, with a bit turned here and there, of another format, and with something behind."""
    for length in (0, 1, len(compiled.MAGIC), len(compiled.MAGIC) + 7, 200, len(content) // 2, len(content) - 1):
        yield content[:length]
    for place in (0, len(compiled.MAGIC) + 3, len(compiled.MAGIC) + 12, 300, len(content) // 3, len(content) - 9):
        yield content[:place] + bytes([content[place] ^ 16]) + content[place + 1 :]
    yield b"\x7fELF" + content
    yield b"\xff" * len(content)


def test_a_damaged_file_is_made_again(cache: Path) -> None:
    whole = Renderer(*wired(cache)).plain(asked(cache, "how mnay tres are ther"))
    (path,) = kept(cache)
    content = path.read_bytes()
    for bad in damaged(content):
        path.write_bytes(bad)
        assert Renderer(*wired(cache)).plain(asked(cache, "how mnay tres are ther")) == whole
        compiled.load(str(ORCHARD), str(cache))
        assert kept(cache) == [path]


def wired(cache: Path):  # type: ignore[no-untyped-def]
    return compiled.load(str(ORCHARD), str(cache))[0], ENGLISH


def asked(cache: Path, question: str):  # type: ignore[no-untyped-def]
    known, searchable = compiled.load(str(ORCHARD), str(cache))
    return Engine(known, known.topic.reviewed, searchable=searchable).ask(question, today=date(2025, 12, 20))


def test_another_knowledge_is_another_file(tmp_path: Path, cache: Path) -> None:
    folder = tmp_path / "orchard"
    shutil.copytree(ORCHARD, folder)
    facts = next(path for path in (folder / "facts").glob("*.yaml") if ", as counted" in path.read_text("utf-8"))
    before, _ = compiled.load(str(folder), str(cache))
    text = facts.read_text("utf-8")
    changed = text.replace(", as counted", ", when counted", 1)
    assert changed != text
    facts.write_text(changed, "utf-8")
    after, _ = compiled.load(str(folder), str(cache))
    assert len(kept(cache)) == 2
    assert {f.text for f in after.facts.values()} == {f.text for f in load_or_raise(folder).facts.values()}
    assert {f.text for f in after.facts.values()} != {f.text for f in before.facts.values()}
    (folder / "facts" / "more.yml").write_text("- nothing", "utf-8")  # a file that is not read is told
    with pytest.raises(BotError, match="problem"):
        compiled.load(str(folder), str(cache))


def test_another_program_is_another_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled.load(str(ORCHARD), str(cache))
    monkeypatch.setattr(sys, "version", "4.0")
    compiled.load(str(ORCHARD), str(cache))
    room = Path(bot.__file__).with_name("records.py").stat()
    assert any(f"records.py {room.st_size} {room.st_mtime_ns}" == stamp for stamp in compiled.stamps())
    assert len(kept(cache)) == 2


def test_old_files_are_cleared_away(cache: Path) -> None:
    cache.mkdir(parents=True)
    for number in range(2 * compiled.MOST_KEPT):
        path = cache / f"{number:016x}.compiled"
        path.write_bytes(b"old")
        os.utime(path, (number, number))
    compiled.load(str(ORCHARD), str(cache))
    assert len(kept(cache)) == compiled.MOST_KEPT
    assert not (cache / f"{0:016x}.compiled").exists()


def test_processes_that_build_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "KNOWLEDGE_DIR": str(ORCHARD)}
    command = [sys.executable, "-m", "bot", "ask", QUESTION]
    started = [subprocess.Popen(command, stdout=-1, stderr=-1, cwd=ROOT, env=environment) for _ in range(3)]
    said = {process.communicate() for process in started}
    assert len(said) == 1
    assert [path.suffix for path in (tmp_path / "coalition-bot").iterdir()] == [".compiled"]


# An environment, and where compiled knowledge is kept.
@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/coalition-bot"),
        ({"HOME": "/h"}, "/h/.cache/coalition-bot"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/coalition-bot"),
        ({"XDG_CACHE_HOME": ""}, None),
        ({}, None),
        ({"XDG_CACHE_HOME": "/c", "COMPILED": "off"}, None),
        ({"XDG_CACHE_HOME": "/c", "COMPILED": "OFF"}, None),
        ({"XDG_CACHE_HOME": "/c", "COMPILED": ""}, "/c/coalition-bot"),
    ],
)
def test_where_compiled_knowledge_is_kept(environment: dict[str, str], place: str | None) -> None:
    assert cache_place(environment) == place


@pytest.mark.parametrize("environment", [{}, {"COMPILED": "off"}, {"XDG_CACHE_HOME": "/dev/null/none"}])
def test_it_works_as_well_without(environment: dict[str, str]) -> None:
    """Also where the folder cannot be made."""
    ran = run("ask", QUESTION, environment={"KNOWLEDGE_DIR": str(ORCHARD), **environment})
    assert (ran.code, ran.err) == (0, "")


def test_a_folder_that_is_missing_is_told(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(BotError, match="there is no such folder"):
        compiled.load(str(tmp_path / "nothing"), str(cache))
    assert not kept(cache)


def test_kept_patterns_are_those_that_python_compiles() -> None:
    codes = patterns.codes()
    assert len(codes) > 50
    for key, code in codes.items():
        assert patterns.compiled_from(key, code) == patterns.re.compile(*key)


@pytest.mark.parametrize("program", [b"", b"\0\0\0\0", b"\xff" * 40])
def test_a_program_that_the_engine_refuses_is_compiled_anew(program: bytes) -> None:
    assert patterns.compiled_from(("a+", 0), (32, 0, {}, program)) is None
