"""Every fault that a curator can make has a small broken folder here, with the exact lines that report it.

A folder in tests/broken holds only what differs from tests/broken/base, which is faultless, and
`expected.txt`. To see what the program says now, run `coalition-bot check` in a copy of both.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot import checks, knowledge, nodes
from bot.errors import BotError, FaultyKnowledge
from bot.model import Kind, Knowledge, Place
from bot.nodes import Faults

BROKEN = Path(__file__).parent / "broken"
BASE = BROKEN / "base"
FOLDERS = sorted(folder for folder in BROKEN.iterdir() if folder != BASE)


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the faultless folder, from which problems are seen, so that their addresses are short."""
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Path()


def lines(folder: Path) -> list[str]:
    return [str(problem) for problem in knowledge.examine(folder)]


def loaded(folder: Path) -> Knowledge:
    return knowledge.load_or_raise(folder)


def test_the_base_is_faultless(base: Path) -> None:
    assert lines(base) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_broken_folder_gives_exactly_its_problems(folder: Path, base: Path) -> None:
    shutil.copytree(folder, base, dirs_exist_ok=True)
    assert lines(base) == (folder / "expected.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("rule", checks.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_has_a_broken_folder_that_only_it_reports(rule: checks.Rule, base: Path) -> None:
    folder = BROKEN / rule.__name__.replace("_", "-")
    assert folder.is_dir(), f"make {folder} with what breaks the rule and expected.txt"
    shutil.copytree(folder, base, dirs_exist_ok=True)
    found, _ = knowledge.load(base)
    essential = rule in checks.ESSENTIAL
    assert (found is None) == essential, "essential rules keep a folder from being loaded, others do not"
    if found is not None:
        assert checks.check(found) == tuple(sorted(rule(found)))


def test_scalars_stay_text(base: Path) -> None:
    (base / "lexicon.yaml").write_text("member: [no, 12:30, 1.10, 0x1F, yes, 2024-02-14, 1_000, 'null']\n")
    words = loaded(base).concepts["member"].words["en"]
    assert words == ("no", "12:30", "1.10", "0x1F", "yes", "2024-02-14", "1_000", "null")


def test_what_is_read(base: Path) -> None:
    fact = loaded(base).facts["latvia-joined"]
    assert fact.gives == (Kind.DATE,)
    assert fact.place == Place("facts/x.yaml", 1, 7)
    assert fact.where("asks.1") == Place("facts/x.yaml", 7, 32)
    assert fact.where("disputes.0") == fact.place
    entity = loaded(base).entities["latvia"]
    assert (entity.names, entity.demonyms["lv"]) == ({"en": ("Latvia",)}, ("latvieši",))


@pytest.mark.parametrize("name", [knowledge.TOPIC, knowledge.SOURCES, knowledge.ENTITIES, knowledge.LEXICON])
def test_a_missing_file_is_the_only_problem(name: str, base: Path) -> None:
    (base / name).unlink()
    mend = "add it; see README.md of the knowledge that comes with the program"
    assert lines(base) == [f"{name}:1:1: there is no such file; {mend}"]


def test_a_folder_without_facts(base: Path) -> None:
    shutil.rmtree(base / "facts")
    assert [line.partition(";")[0] for line in lines(base)] == ["facts:1:1: has no fact in it"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfet\x00", "sources.yaml:1:1: is not UTF-8 text; save the file as UTF-8"),
        (b"page:\n  title: caf\xe9\n", "sources.yaml:2:13: is not UTF-8 text; save the file as UTF-8"),
        (b"\x00\x01", "sources.yaml:1:1: is no YAML: control characters are not allowed; take the character out"),
    ],
)
def test_a_file_that_is_no_text(content: bytes, expected: str, base: Path) -> None:
    (base / "sources.yaml").write_bytes(content)
    assert lines(base) == [expected]


def test_a_folder_in_place_of_a_file(base: Path) -> None:
    (base / "lexicon.yaml").unlink()
    (base / "lexicon.yaml").mkdir()
    assert lines(base) == ["lexicon.yaml:1:1: is not a file; put a text file in its place"]


def test_a_byte_order_mark_is_no_fault(base: Path) -> None:
    (base / "facts" / "x.yaml").write_bytes(b"\xef\xbb\xbf" + (BASE / "facts" / "x.yaml").read_bytes())
    assert lines(base) == []


def test_deep_nesting_and_aliases_that_hold_themselves_are_problems() -> None:
    faults = Faults("x.yaml")
    assert nodes.compose("[" * 100_000, faults) is None
    node = nodes.compose("&a [*a]", faults)
    assert node is not None
    assert nodes.several(nodes.line)(node, faults) is None
    assert len(faults.problems) == 2


@pytest.mark.parametrize(
    ("name", "what"),
    [("nowhere", "there is no such folder"), ("topic.yaml", "is a file, not a folder")],
)
def test_what_is_no_folder_is_an_error(name: str, what: str, base: Path) -> None:
    with pytest.raises(BotError) as caught:
        knowledge.load(base / name)
    assert str(caught.value) == f"{name}: {what}; give a folder of knowledge (--knowledge DIR or KNOWLEDGE_DIR)"


def test_a_faulty_folder_is_never_half_loaded(base: Path) -> None:
    (base / "facts" / "y.yaml").write_text("- id: x\n")
    found, problems = knowledge.load(base)
    assert found is None
    with pytest.raises(FaultyKnowledge) as caught:
        knowledge.load_or_raise(base)
    assert caught.value.problems == problems
    assert "\n" not in str(caught.value)


def test_addresses_begin_as_the_folder_was_typed(base: Path, tmp_path: Path) -> None:
    (base / "topic.yaml").unlink()
    assert {problem.file for problem in knowledge.examine(tmp_path)} == {str(tmp_path / "topic.yaml")}


def test_the_knowledge_of_the_program_is_found() -> None:
    assert (knowledge.default_folder() / knowledge.TOPIC).is_file()
