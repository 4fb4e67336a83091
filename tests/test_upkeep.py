"""`check` warns of what needs care, in three formats; warnings break nothing."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from worlds import ORCHARD, Ran, run

from bot import knowledge, upkeep

TODAY = "2025-06-30"  # 120 days after the orchard's keeper was confirmed
QUIET = '"leaflet" has no date; add \'published: \' if the page shows a date'
UNDATED = f"sources.yaml:6:1: warning: {QUIET}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the orchard, from which addresses are short."""
    shutil.copytree(ORCHARD, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Path()


def check(*arguments: str, today: str = TODAY) -> Ran:
    ran = run("check", ".", "--today", today, *arguments)
    assert ran.err == ""
    return ran


def edited(name: str, old: str, new: str) -> None:
    text = Path(name).read_text()
    assert old in text
    Path(name).write_text(text.replace(old, new))


# An edit of the orchard (file, what was, what is), and the warnings there are then beside UNDATED.
FACTS = "facts/orchard.yaml"
EDITS = [
    ((FACTS, "when: 2019-05-04\n", "when: 2019-05-04/..\n  confirmed: 2024-12-31\n"),
     [f"{FACTS}:38:14: warning: last confirmed 181 days ago, on 2024-12-31; look for a newer source: renew 'confirmed', "
      "or end its 'when'"]),
    ((FACTS, "when: 2019-05-04\n", "when: 2019-05-04/2025-06-30\n  confirmed: 2024-12-31\n"), []),  # it ended
    ((FACTS, "2025-03-02/..", "2025-03-02/2025-06-29"),
     [f'{FACTS}:11:9: warning: nothing of series "keeper" holds since 2025-06-29, when "keeper-ben" ended; add the fact '
      "that follows it, or take it out of the series"]),
    ((FACTS, "when: 2025-05\n", "when: 2025-05\n  series: trees\n"), []),  # a count of one month is no state
    ((FACTS, "when: 2025\n  about: [orchard]\n  gives: [amount]\n  value: {number: 4,", "when: 2024\n  series: adults\n  about: [orchard]\n  gives: [amount]\n  value: {number: 4,"), []),
    ((FACTS, "sources: [leaflet, gazette, almanac, register]", "sources: [leaflet]"), []),  # as many as against it
    ((FACTS, "  sources: [register]", "  sources: [register, gazette, almanac, leaflet, fifth]"),
     [f'{FACTS}:32:13: warning: the disputed "trees-40" has fewer sources (4) than this fact (5), and stands first; let '
      "'disputes' lead from the weaker fact to the one to be shown first, or add its sources"]),
    ((FACTS, "value: {number: 40, unit: trees}", "value: {number: 40, unit: trees}\n  disputes: opened"),
     [f'{FACTS}:24:13: warning: the disputed "opened" has fewer sources (2) than this fact (4), and stands first; let '
      "'disputes' lead from the weaker fact to the one to be shown first, or add its sources",
      f'{FACTS}:33:13: warning: the disputed "trees-40" gives way to another fact itself; let \'disputes\' lead from the '
      "weaker fact to the one to be shown first, or add its sources"]),
    ((FACTS, "value: {number: 40, unit: trees}", "value: {number: 40, unit: trees}\n  gap: true"),
     [f'{FACTS}:33:13: warning: the disputed "trees-40" says that nothing is established; let \'disputes\' lead from the '
      "weaker fact to the one to be shown first, or add its sources"]),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), EDITS, ids=range(len(EDITS)))
def test_warnings(edit: tuple[str, str, str], expected: list[str], folder: Path) -> None:
    edited(*edit)
    if "fifth" in edit[2]:
        fifth = "fifth: {title: Five, publisher: P, url: 'https://five.example', published: 2025}\n"
        Path("sources.yaml").write_text(Path("sources.yaml").read_text() + fifth)
    ran = check()
    *warned, last = ran.out.splitlines()
    assert ran.code == 0
    assert warned == sorted([*expected, UNDATED])
    count = "1 warning" if not expected else f"{len(expected) + 1} warnings"
    sources = 5 if "fifth" in edit[2] else 4
    assert last == f".: 7 facts, {sources} sources, no problem, {count}"


@pytest.mark.parametrize(("days", "stale"), [("0", True), ("119", True), ("120", False), ("999999999999", False)])
def test_stale_days(days: str, stale: bool, folder: Path) -> None:
    assert ("last confirmed 120 days ago" in check("--stale-days", days).out) == stale


@pytest.mark.parametrize("days", ["-1", "soon", "1.5", "", "٣"])
def test_days_that_are_no_number(days: str) -> None:
    ran = run("check", f"--stale-days={days}")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "is no number of days; write bare digits" in ran.err


def test_stale_at_the_end_of_time(folder: Path) -> None:
    assert upkeep.warnings(knowledge.load_or_raise(folder), date.min, 10**9)


def test_a_folder_without_anything_to_warn_of(folder: Path) -> None:
    edited("sources.yaml", "url: https://orchard.example/visit", "url: https://orchard.example/visit\n  published: 2025")
    assert check().out == ".: 7 facts, 4 sources, no problem\n"


def test_warnings_beside_problems(folder: Path) -> None:
    edited(FACTS, "4 May 2019.\n", "4 May 2019\n")
    ran = check()
    assert ran.code == 1
    assert ran.out.splitlines() == [
        f"{FACTS}:36:9: the text does not end in a full stop; write a sentence that does",
        UNDATED,
    ]


def test_github(folder: Path) -> None:
    edited(FACTS, "4 May 2019.\n", "4 May 2019\n")
    edited(FACTS, "asks: [when did it open", "asks: ['100% TODO, now: open'")
    ran = check("--format", "github")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        f"::error file={FACTS},line=36,col=9::the text does not end in a full stop; write a sentence that does",
        f'::error file={FACTS},line=40,col=10::draft mark "todo" in "100%25 TODO, now: open"; finish it or take it out',
        f"::warning file=sources.yaml,line=6,col=1::{QUIET}",
    ]


def test_github_says_nothing_of_what_is_good(folder: Path) -> None:
    edited("sources.yaml", "url: https://orchard.example/visit", "url: https://orchard.example/visit\n  published: 2025")
    ran = check("--format", "github")
    assert (ran.code, ran.out) == (0, "")


@pytest.mark.parametrize("name", ["a,b:c%d", "a\nb"])
def test_github_escapes_what_it_takes_for_its_own(name: str, tmp_path: Path) -> None:
    shutil.copytree(ORCHARD, tmp_path / name)
    [line] = run("check", str(tmp_path / name), "--today", TODAY, "--format", "github").out.splitlines()
    file = line.partition("file=")[2].partition(",line=")[0]
    assert file.endswith({"a,b:c%d": "/a%2Cb%3Ac%25d/sources.yaml", "a\nb": "/a b/sources.yaml"}[name])


def test_json(folder: Path) -> None:
    edited(FACTS, "4 May 2019.\n", "4 May 2019\n")
    ran = check("--format", "json")
    assert (ran.code, ran.out.count("\n")) == (1, 1)
    mend = "write a sentence that does"
    problem = {"file": FACTS, "line": 36, "column": 9, "what": "the text does not end in a full stop", "mend": mend}
    what, mend = QUIET.split("; ")
    warning = {"file": "sources.yaml", "line": 6, "column": 1, "what": what, "mend": mend}
    assert json.loads(ran.out) == {
        "folder": ".", "facts": 7, "sources": 4, "problems": [problem], "warnings": [warning],
    }  # fmt: skip


def test_json_of_a_folder_that_cannot_be_used(folder: Path) -> None:
    Path("topic.yaml").unlink()
    found = json.loads(check("--format", "json").out)
    assert list(found) == ["folder", "problems", "warnings"]
    assert (len(found["problems"]), found["warnings"]) == (1, [])


def test_asks_that_do_not_find_their_fact(folder: Path) -> None:
    assert check().out.splitlines() == [UNDATED, ".: 7 facts, 4 sources, no problem, 1 warning"]
    edited(FACTS, "[price for children, child ticket, what does a kid pay]", "[hello, thank you, why]")
    warned = [line for line in check("--asks").out.splitlines() if FACTS in line]
    lacks = "reword it: `coalition-bot ask --explain` shows what it lacks"
    assert warned == [
        f'{FACTS}:56:3: warning: none of its 3 asks brings "price-children" up; ask one with `coalition-bot ask --explain` '
        "and reword what it fails by",
        f'{FACTS}:56:10: warning: "hello" finds no fact; {lacks}',
        f'{FACTS}:56:17: warning: "thank you" finds no fact; {lacks}',
        f'{FACTS}:56:28: warning: "why" finds no fact; {lacks}',
    ]
