"""The chat: through a pipe, in a terminal that can do nothing, and in a real one."""

from __future__ import annotations

import errno
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from worlds import ORCHARD, orchard

from bot import terminal
from bot.console import COMMANDS
from bot.terminal import linking, styled

ROOT = Path(__file__).parent.parent
ESCAPE = "\x1b"
PATIENCE = 10.0  # seconds to wait for the program to write: it starts in less than one
READY = {"xterm": "\x1b[?2004h", "dumb": "> "}  # what is written when the prompt is there


def test_a_pipe_works_as_a_script() -> None:
    ran = orchard(stdin="who runs it\n\n/nonsense\nprice\n2\n/quit\nwhen did it open\n")
    assert (ran.code, ran.err) == (0, "")
    first, command, question, chosen, end = ran.out.split("\n\n")
    assert first + "\n" == orchard("ask", "who runs it").out
    assert command == "I know no /nonsense; /help shows what I understand."
    assert question + "\n" == orchard("ask", "price").out
    assert chosen.startswith("Entry to the Hillside Orchard costs children EUR 1")
    assert end == ""


def test_the_end_of_the_input_ends_the_chat() -> None:
    assert orchard(stdin="").out == ""
    assert orchard(stdin="who runs it").out == orchard("ask", "who runs it").out + "\n"


@pytest.mark.parametrize("line", [b"\xff\xfe\x00", b"x" * 100_000, b"x" * 3_000, b"\x1b[31mwho runs it\x1b]0;t\x07", b"/\x1b[31m"])
def test_a_pipe_survives_every_line(line: bytes) -> None:
    ran = orchard(stdin=line + b"\nwhen did it open\n")
    assert (ran.code, ran.err) == (0, "")
    assert "opened on 4 May 2019" in ran.out
    assert ESCAPE not in ran.out


def chat(*lines: str, **environment: str) -> str:
    """What stands on a terminal without colour after these lines, typed ones included."""
    environment = {"TERM": "dumb", "COLUMNS": "100", **environment}
    ran = orchard(stdin="".join(line + "\n" for line in lines), terminal=True, **environment)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_the_greeting_says_the_topic_the_cut_off_and_three_questions() -> None:
    assert chat("/quit").splitlines() == [
        "",
        "Ask me about the Hillside Orchard.",
        "My facts cover the time until 31 May 2025; they were last reviewed on 1 June 2025.",
        "",
        "For example (/help shows what else I understand):",
        "- Who runs the orchard?",
        "- How many trees are there?",
        "- When did it open?",
        "",
        "> /quit",
        "",
        "Goodbye!",
        "",
    ]


def test_an_answer_has_its_sources_beneath() -> None:
    shown = chat("how many trees", "/quit").partition("> how many trees\n")[2].splitlines()
    assert shown[:11] == [
        "",
        "The Hillside Orchard has 40 apple trees, as counted in May 2025. [1][2][3]",
        "Sources differ: The county's register of November 2023 says that 38 trees stand in the Hillside",
        "Orchard. [4]",
        "",
        "Sources:",
        "[1] Hillside Orchard, undated",
        "    https://orchard.example/visit",
        "[2] Valley Gazette, 2025-03-02",
        "    https://gazette.example/keeper",
        "[3] Almanac, 2024",
    ]  # fmt: skip


def test_a_digit_chooses() -> None:
    shown = chat("price", "2")
    assert "Which of these do you mean?\n1. price for adults\n2. price for children\n" in shown
    assert "costs children EUR 1" in shown.partition("> 2\n")[2]


def test_sources_shows_all_of_them_with_the_numbers_of_the_answer() -> None:
    shown = chat("how many trees", "hello", "/sources").partition("> /sources\n")[2]
    numbered = re.findall(r"^\[(\d)\] (\w+)", shown, re.MULTILINE)
    assert numbered == [("1", "Hillside"), ("2", "Valley"), ("3", "Almanac"), ("4", "County")]


# Commands, after no question and after one, and what they say.
@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["/why"], "There is no answer yet: ask a question first."),
        (["/sources"], "There is no answer yet: ask a question first."),
        (["hello", "/sources"], "The last reply cites no source."),
        (["hello", "/why"], "Answered at once, without looking at facts"),
        (["when did it open", "/why"], "reply        answer: opened"),
        (["who is the pope", "/why"], "abstention: unknown word"),
        (["/fact"], "Which fact? Write its id, such as /fact keeper-ada."),
        (["when did it open", "/fact"], "such as /fact opened."),
        (["/fact opened"], "asks         when did it open; opening day"),
        (["/fact opend"], "I have no fact opend. Near: opened."),
        (["/fact " + "z" * 300], "I have no fact " + "z" * 40 + ".\n"),
        (["/FACT opened"], "when         4 May 2019"),
        (["/"], "I know no /; /help shows what I understand."),
        (["/sauces"], "I know no /sauces; /help shows what I understand."),
        (["/exit", "/help"], "Goodbye!"),
        (["exit"], "Goodbye!"),
        (["QUIT"], "Goodbye!"),
        ([], "Goodbye!"),
        (["x" * 3_000], "That is too long for me. Ask in at most 2,000 characters."),
        (["x" * 70_000], "That is too long for me. Ask in at most 2,000 characters."),
    ],
)
def test_commands(lines: list[str], says: str) -> None:
    assert says in chat(*lines)


def test_help_names_every_command() -> None:
    shown = chat("/help").partition("> /help\n")[2]
    assert [line.split()[0] for line in shown.splitlines() if line.startswith("/")] == [c.split()[0] for c in COMMANDS]


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}])
def test_without_colour_nothing_but_text_is_written(environment: dict[str, str]) -> None:
    ran = orchard(stdin="how many trees\n/why\n", terminal=True, FORCE_HYPERLINK="1", **environment)
    assert ESCAPE not in ran.out


@pytest.mark.parametrize("columns", [5, 20, 40, 60, 100, 300])
def test_text_is_wrapped_to_the_width(columns: int) -> None:
    shown = chat("how many trees", "/fact trees-40", "/why", "/help", COLUMNS=str(columns))
    written = [line for line in shown.splitlines() if "https://" not in line and not line.startswith(">")]
    assert max(map(len, written)) <= max(min(columns, terminal.MAX_WIDTH), terminal.MIN_WIDTH + 13)
    assert "".join(shown.split()).count("40appletrees,ascountedinMay2025.") == 2


@pytest.mark.parametrize(
    ("environment", "links"),
    [
        ({"TERM": "xterm-256color", "VTE_VERSION": "7200"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4800"}, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "new"}, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"WT_SESSION": "x"}, True),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x", "VTE_VERSION": "7200"}, False),
        ({"TERM": "screen", "VTE_VERSION": "7200"}, False),
        ({"TERM": "xterm"}, False),
        ({"TERM": "xterm", "FORCE_HYPERLINK": "1"}, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
        ({}, False),
    ],
)
def test_links_are_written_where_they_work(environment: dict[str, str], links: bool) -> None:
    assert linking(environment) is links


@pytest.mark.parametrize(
    ("environment", "styles"),
    [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"TERM": "xterm"}, True)],
)
def test_when_styles_are_written(environment: dict[str, str], styles: bool) -> None:
    assert styled(environment) is styles


class Person:
    """Somebody at a real terminal."""

    def __init__(self, **environment: str) -> None:
        self.screen, theirs = pty.openpty()
        clean = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TMUX")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=ROOT,
            env={**clean, "KNOWLEDGE_DIR": str(ORCHARD), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", **environment},
            start_new_session=True,
            # A shell that starts the tests in the background has them ignore Control-C, and the program with them.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        os.close(theirs)
        self.seen = ""

    def type(self, keys: str) -> None:
        os.write(self.screen, keys.encode())

    def sees(self, *texts: str) -> bool:
        """Wait until the texts were written, one after the other; what came before them is forgotten."""
        for text in texts:
            while text not in self.seen and self._read():
                pass
            found = text in self.seen
            self.seen = self.seen.partition(text)[2]
            if not found:
                return False
        return True

    def _read(self) -> bool:
        """Read what is written next; False when nothing more is."""
        try:
            if not select.select([self.screen], [], [], PATIENCE)[0]:
                return False
            data = os.read(self.screen, 65_536)
        except OSError as error:  # what Linux says when the other side has closed
            assert error.errno == errno.EIO
            return False
        self.seen += data.decode("utf-8", "replace")
        return bool(data)

    def leaves(self) -> int:
        """Wait until the program has ended; its exit code."""
        while self._read():
            pass
        os.close(self.screen)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()


def test_a_person_asks_edits_recalls_and_leaves() -> None:
    person = Person(FORCE_HYPERLINK="1")
    assert person.sees("Hillside Orchard", READY["xterm"])
    person.type("how many treesx\x7f\r")
    assert person.sees("40 apple trees", "\x1b]8;", "https://orchard.example/visit\x1b\\", READY["xterm"])
    person.type("\x1b[A\r")  # the arrow up brings the question back
    assert person.sees("40 apple trees", READY["xterm"])
    person.type("\x04")
    assert person.leaves() == 0
    assert "Goodbye!" in person.seen
    assert "Traceback" not in person.seen


def test_a_person_is_told_of_changed_knowledge(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ORCHARD, tmp_path / "orchard"))
    facts = folder / "facts" / "orchard.yaml"
    person = Person(KNOWLEDGE_DIR=str(folder))
    assert person.sees("Hillside Orchard", READY["xterm"])
    facts.write_text(facts.read_text("utf-8").replace("4 May 2019.", "5 May 2019."), "utf-8")
    person.type("when did it open\r")
    assert person.sees("in use now: 7 facts", "5 May 2019", READY["xterm"])
    facts.write_text(facts.read_text("utf-8").replace("- id: opened", "- id: [opened"), "utf-8")
    person.type("when did it open\r")
    assert person.sees("has problems (1)", "5 May 2019", READY["xterm"])
    person.type("\x04")
    assert person.leaves() == 0
    assert "Traceback" not in person.seen


@pytest.mark.parametrize("environment", [{"TERM": "xterm"}, {"TERM": "dumb"}])
def test_control_c_leaves(environment: dict[str, str]) -> None:
    person = Person(**environment)
    assert person.sees(READY[environment["TERM"]])
    person.type("half a quest")
    time.sleep(0.2)
    if environment["TERM"] == "dumb":  # this terminal is no controlling one, so the signal is sent by hand
        person.process.send_signal(signal.SIGINT)
    else:
        person.type("\x03")
    assert person.leaves() == 0
    assert "Goodbye!" in person.seen
    assert "Traceback" not in person.seen
