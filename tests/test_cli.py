"""The command line from outside: exit codes, one-line errors, JSON, and input that nobody should send."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import ORCHARD, orchard, run

from bot import streams
from bot.batch import answer_lines
from bot.places import knowledge_place
from bot.streams import LONGEST_LINE
from bot.text import MAX_CHARACTERS

KEYS = [
    "question", "kind", "text", "statements", "citations", "as_of", "reason", "nearest", "choices", "corrections",
    "language", "elapsed_ms",
]  # fmt: skip
ROOT = Path(__file__).parent.parent


def batch(*lines: bytes | str) -> list[dict[str, Any]]:
    given = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    ran = orchard("ask", "--batch", stdin=given)
    assert ran.code == 0
    return [json.loads(line) for line in ran.out.splitlines()]


def is_harmless(text: str) -> bool:
    """Whether a terminal would only show the text."""
    return all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") for c in text)


def named(value: object) -> str | None:
    """The name of a test's case: the arguments, shortened."""
    text = " ".join(value) if isinstance(value, list) else value if isinstance(value, str) else None
    return None if text is None else text[:30].encode("ascii", "backslashreplace").decode()


# What is asked, and the exit code.
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ask", "who", "runs", "it"], 0),
        (["ask", "who runs it"], 0),
        (["ask", "--json", "who runs it"], 0),
        (["ask", "--explain", "who runs it"], 0),
        (["ask", "who is the pope"], 4),
        (["ask", "price"], 4),
        (["ask", "hello"], 4),
        (["ask", "--json", "who is the pope"], 4),
        (["fact", "opened"], 0),
        (["sources"], 0),
        (["check"], 0),
        (["check", str(ORCHARD)], 0),
        (["--version"], 0),
        (["--help"], 0),
        (["ask", "--help"], 0),
        (["eval", "--help"], 0),
    ],
    ids=named,
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    ran = orchard(*arguments)
    assert (ran.code, ran.err) == (code, "")
    assert ran.out


# Wrong calls: the exit code, and what the one line on standard error says.
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask"], 2, 'there is no question; write it behind "ask", or use --batch'),
        (["ask", ""], 2, "the question is empty; write one"),
        (["ask", " \t\u200b\x00"], 2, "the question is empty; write one"),
        (["ask", "x" * 100_000], 1, "the question has 100,000 characters; ask it in at most 2,000"),
        (["ask", "--batch", "who"], 2, "leave the question out"),
        (["ask", "--json", "--explain", "who"], 2, "not allowed with argument --json; see: coalition-bot ask --help"),
        (["ask", "--today", "2025-13-01", "who"], 2, '"2025-13-01" is not a day; write YYYY-MM-DD'),
        (["ask", "--today", "2025-W05-1", "who"], 2, "is not a day; write YYYY-MM-DD"),
        (["ask", "--today", "100%s", "who"], 2, "is not a day; write YYYY-MM-DD"),
        (["ask", "--today", "\x1b[31m\n", "who"], 2, "is not a day; write YYYY-MM-DD"),
        (["ask", "--js", "who"], 2, "unrecognized arguments: --js; see: coalition-bot --help"),
        (["nonsense"], 2, "invalid choice: 'nonsense'"),
        (["--nonsense"], 2, "see: coalition-bot --help"),
        (["fact"], 2, "the following arguments are required: ID"),
        (["fact", "opend"], 1, 'there is no fact "opend"; did you mean opened?'),
        (["fact", "\x1b]0;title\x07"], 1, "there is no fact"),
        (["check", "/no/where"], 1, "/no/where: there is no such folder; give a folder of knowledge"),
        (["--knowledge", "/no/where", "ask", "who"], 1, "/no/where: there is no such folder"),
        (["ask", "--knowledge", __file__, "who"], 1, "is a file, not a folder"),
        (["sources", "--knowledge", "/no/\x1b[31m\nwhere"], 1, "there is no such folder"),
        (["eval", "--questions", "/no/where"], 1, "/no/where"),
    ],
    ids=named,
)
def test_a_wrong_call_gets_one_line_with_the_mend(arguments: list[str], code: int, says: str) -> None:
    ran = orchard(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("coalition-bot: ")
    assert says in ran.err
    assert ran.err.count("\n") == 1
    assert is_harmless(ran.err)


def test_the_plain_reply() -> None:
    assert orchard("ask", "how many trees").out.splitlines() == [
        "The Hillside Orchard has 40 apple trees, as counted in May 2025. [1][2][3]",
        "Sources differ:",
        "The county's register of November 2023 says that 38 trees stand in the Hillside Orchard. [4]",
        "Sources:",
        "[1] Hillside Orchard, “Your visit”, undated, https://orchard.example/visit",
        "[2] Valley Gazette, “A new keeper on the hill”, 2025-03-02, https://gazette.example/keeper",
        "[3] Almanac, “Orchards of the valley”, 2024, https://almanac.example/orchards",
        "[4] County, “Register of orchards”, 2023-11, https://county.example/orchards",
    ]


def test_the_json_reply() -> None:
    ran = orchard("ask", "--json", "who runs it")
    assert ran.out.count("\n") == 1
    found = json.loads(ran.out)
    assert list(found) == KEYS
    assert found["statements"][0]["fact"] == "keeper-ben"
    assert found["elapsed_ms"] == 1.0
    assert found["text"] + "\n" == orchard("ask", "who runs it").out


def test_the_trace_comes_behind_the_reply() -> None:
    reply, trace = orchard("ask", "how many treees").out, orchard("ask", "--explain", "how many treees").out
    assert trace.startswith(reply + "\n")
    for told in ("question     how many treees", "treees → trees", "asks for     count", "trees-40", "explains 100 %"):
        assert told in trace


@pytest.mark.parametrize(("today", "fact"), [("2020-01-01", "keeper-ada"), ("2025-12-01", "keeper-ben")])
@pytest.mark.parametrize("before", [True, False])
def test_today_decides_what_is_in_force(today: str, fact: str, before: bool) -> None:
    option = ["--today", today]
    ran = orchard(*([*option, "ask"] if before else ["ask", *option]), "--json", "who runs the orchard")
    assert json.loads(ran.out)["statements"][0]["fact"] == fact


def test_a_fact_shows_everything() -> None:
    lines = orchard("fact", "trees-40").out.splitlines()
    assert lines[0] == "trees-40"
    assert "disputed by  trees-38-register" in lines
    assert "value        40 trees" in lines
    assert sum("https://" in line for line in lines) == 4


def test_every_source_has_a_line() -> None:
    lines = orchard("sources").out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["gazette", "leaflet", "almanac", "register"]


def test_check_tells_every_problem(tmp_path: Path) -> None:
    shutil.copytree(ORCHARD, tmp_path, dirs_exist_ok=True)
    facts = tmp_path / "facts" / "orchard.yaml"
    facts.write_text(facts.read_text().replace("[leaflet]", "[leaf\x7flet]").replace("2019-05-04\n", "2019-05-40\n"))
    ran = run("check", str(tmp_path))
    assert (ran.code, ran.err) == (1, "")
    assert is_harmless(ran.out)
    assert all(line.startswith(str(tmp_path)) for line in ran.out.splitlines())
    asked = run("ask", "who", environment={"KNOWLEDGE_DIR": str(tmp_path)})
    assert (asked.code, asked.out, asked.err.count("\n")) == (1, "", 1)
    assert f"coalition-bot check {tmp_path}" in asked.err


def test_an_unreadable_file_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    ran = orchard("ask", "who")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "cannot be read (Permission denied); let the file be read" in ran.err


def test_an_empty_variable_is_not_set() -> None:
    assert knowledge_place({"KNOWLEDGE_DIR": ""}) == knowledge_place({})


def test_an_unexpected_fault_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("first\nsecond \x1b[31m")

    monkeypatch.setattr("bot.knowledge.load_or_raise", broken)
    ran = orchard("ask", "who")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "unexpected RuntimeError: first second" in ran.err
    assert is_harmless(ran.err)


@pytest.mark.parametrize(
    "asked",
    ["\x1b[31mwho\x1b[0m runs it", "\x1b]0;title\x07who runs it", "\u202ewho runs it", "who\x08\x7f runs it\x9b31m", "\udcff\ud800"],
)
@pytest.mark.parametrize("options", [[], ["--json"], ["--explain"]])
def test_nothing_that_a_terminal_obeys_comes_back(asked: str, options: list[str]) -> None:
    ran = orchard("ask", *options, asked)
    assert ran.code in (0, 4)
    assert is_harmless(ran.out + ran.err)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_streams_that_cannot_say_everything(encoding: str) -> None:
    environment = {"KNOWLEDGE_DIR": str(ORCHARD)}
    plain = run("ask", "how many trees", environment=environment, encoding=encoding)
    assert plain.code == 0
    found = json.loads(run("ask", "--json", "how many trees", environment=environment, encoding=encoding).out)
    assert "“Your visit”" in found["text"]


# One line of a batch each, and what the error says.
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "the question is empty"),
        ("   ", "the question is empty"),
        ("{", "the line is not JSON"),
        ("{'question': 'x'}", "the line is not JSON"),
        ('{"a":' + "[" * 30_000, "nested too deeply"),
        ('{"a":' + "1" * 10_000 + "}", "too many digits"),
        ("{}", "the object has no question"),
        ('{"question": null}', "the object has no question"),
        ('{"question": 5}', '"question" is not text'),
        ('{"question": ["x"]}', '"question" is not text'),
        ('{"question": ""}', "the question is empty"),
        ('{"question": "x", "conversation": 7}', '"conversation" is not text'),
        ('{"question": "x", "today": 7}', '"today" is not text'),
        ('{"question": "x", "today": "tomorrow"}', '"tomorrow" is not a day; write YYYY-MM-DD'),
        ("x" * (MAX_CHARACTERS + 1), "ask it in at most 2,000"),
        ("x" * (LONGEST_LINE + 1), "the line is longer than 65,536 bytes"),
    ],
    ids=named,
)
def test_a_bad_line_gets_an_error_and_the_rest_goes_on(line: str, says: str) -> None:
    first, error, last = batch("who runs it", line, "when did it open")
    assert (first["kind"], last["kind"]) == ("answer", "answer")
    assert list(error) == ["error", "line"]
    assert error["line"] == 2
    assert says in error["error"]


def test_lines_of_one_conversation_share_its_context() -> None:
    def asked(question: str, conversation: str) -> str:
        return json.dumps({"question": question, "conversation": conversation})

    chosen, other = batch(asked("price", "a"), asked("price", "b"), asked("2", "a"), asked("1", "b"))[2:]
    assert [chosen["statements"][0]["fact"], other["statements"][0]["fact"]] == ["price-children", "price-adults"]


def test_a_line_may_have_its_own_today() -> None:
    then, now = batch('{"question": "who runs the orchard", "today": "2020-01-01"}', '{"question": "who runs the orchard"}')
    assert [reply["statements"][0]["fact"] for reply in (then, now)] == ["keeper-ada", "keeper-ben"]


def test_unknown_keys_are_ignored_and_told_once() -> None:
    ran = orchard("ask", "--batch", stdin='{"question": "who runs it", "id": 1}\n' * 3)
    assert ran.out.count('"kind": "answer"') == 3
    assert ran.err == 'coalition-bot: key "id" is ignored; known are question, conversation, today\n'


def test_byte_order_mark_and_windows_line_ends() -> None:
    (found,) = batch(b'\xef\xbb\xbf{"question": "who runs it"}\r\n')
    assert found["question"] == "who runs it"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=6))
def test_a_batch_survives_any_bytes(lines: list[bytes]) -> None:
    given_bytes = b"\n".join(line.replace(b"\n", b"") for line in lines) + b"\n"
    ran = orchard("ask", "--batch", stdin=given_bytes)
    assert ran.code == 0
    assert len(ran.out.splitlines()) == given_bytes.count(b"\n")
    assert all("kind" in json.loads(line) or "error" in json.loads(line) for line in ran.out.splitlines())
    assert is_harmless(ran.out)


def test_a_batch_answers_each_line_as_it_arrives() -> None:
    environment = {**os.environ, "KNOWLEDGE_DIR": str(ORCHARD)}
    command = [sys.executable, "-m", "bot", "ask", "--batch"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, cwd=ROOT, env=environment) as process:
        assert process.stdin and process.stdout and process.stderr
        for question in (b"who runs it", b"when did it open"):
            process.stdin.write(question + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["question"].encode() == question
        process.stdin.close()
        assert process.wait(10) == 0
        assert process.stderr.read() == b""


def test_a_reader_that_leaves_is_no_fault() -> None:
    environment = {**os.environ, "KNOWLEDGE_DIR": str(ORCHARD)}
    command = [sys.executable, "-m", "bot", "ask", "--batch"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, cwd=ROOT, env=environment) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.write(b"who runs it\n" * 3)
        process.stdin.close()
        assert process.wait(10) == 1
        assert process.stderr.read() == b""


def test_old_conversations_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[answer_lines.__module__], "MOST_CONVERSATIONS", 1)
    asked = [json.dumps({"question": q, "conversation": c}) for q, c in (("price", "a"), ("price", "b"), ("2", "a"))]
    assert batch(*asked)[2]["kind"] != "answer"


@given(st.text())
def test_printable_leaves_only_what_is_seen(text: str) -> None:
    assert is_harmless(streams.printable(text))
    assert streams.printable(streams.printable(text)) == streams.printable(text)
